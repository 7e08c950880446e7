"""How `mailbot --help` tells the commands: in the order of an admin's days, under headings, some with an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from typer.core import TyperGroup

OVERVIEW: Final[Mapping[str, tuple[str, ...]]] = {
    "To begin with": ("demo", "init", "check", "run", "once"),
    "Cases, mails and letters": ("tickets", "show", "filed", "parked", "outbox", "held"),
    "People": ("agents", "customers", "routes", "suppressed", "opted-out"),
    "What would happen": ("preview", "expected-start", "explain", "parse"),
    "Promises and scores": ("promises", "repromise", "nps"),
}
"""By heading: the commands, each once."""

EXAMPLES: Final[Mapping[str, str]] = {
    "init": "mailbot init /etc/mailbot --desk support --address support@example.com --language en",
    "check": "mailbot --config /etc/mailbot check --mail",
    "run": "mailbot --config /etc/mailbot run",
    "tickets": "mailbot tickets --desk support --state open",
    "show": "mailbot show VC-000013",
    "held release": "mailbot held release 17",
    "agents welcome": "mailbot agents welcome --agent kim@example.com --rotate",
    "customers show": "mailbot customers show anna@customer.example",
    "routes tell": "mailbot routes tell PX --dry-run",
    "preview": "mailbot preview acknowledgement --desk support --html letter.html",
    "expected-start": "mailbot expected-start support --priority high --received 2026-11-23T08:30",
    "explain": "mailbot explain letter.eml --received 2026-11-23T08:30",
    "parse": "mailbot parse letter.eml",
    "repromise": "mailbot repromise --dry-run",
    "nps": "mailbot nps --from 2026-08 --by queue",
}
"""By command: a call of it as somebody would type it."""


class Overview(TyperGroup):
    """The program, its commands told in that order."""

    def __init__(self, **attributes: Any) -> None:
        """As any group of commands, once all of them have been registered."""
        super().__init__(**attributes)
        told = {name: heading for heading, names in OVERVIEW.items() for name in names}
        self.commands = {name: self.commands[name] for name in (*told, *self.commands)}
        for name, heading in told.items():
            self.commands[name].rich_help_panel = heading  # type: ignore[attr-defined]  # typer's own all have it
        for name, example in EXAMPLES.items():
            one: Any = self
            for word in name.split():
                one = one.commands[word]
            one.epilog = f"Example: {example}"
