"""`mailbot run`, `once` and `demo`: the desk at work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import FAILED, ConfigOption, app, fail, folder, log_to_stderr, plain_errors

if TYPE_CHECKING:
    from mailbot.daemon import Daemon

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]


@app.command()
def run(context: typer.Context, config: ConfigOption = None, verbose: Verbose = False) -> None:
    """Run the desk until SIGTERM: read the mailboxes, answer, send."""
    with plain_errors():
        _ready(context, config, verbose).run()


@app.command()
def once(context: typer.Context, config: ConfigOption = None, verbose: Verbose = False) -> None:
    """Do one full pass and exit: read each mailbox, make cases of all mail, send all that is due."""
    with plain_errors():
        if not _ready(context, config, verbose).pass_once():
            raise typer.Exit(FAILED)


def _ready(context: typer.Context, config: Path | None, verbose: bool) -> Daemon:
    """A daemon that has read everything and hears signals."""
    from mailbot.daemon import Daemon
    from mailbot.database import Database
    from mailbot.office import Office

    log_to_stderr(verbose)
    office = Office(folder(context, config))
    office.check_passwords()
    daemon = Daemon(office, Database(office.settings.database))
    daemon.stop_on_signals()
    return daemon


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Folder for the letters that were sent.")] = Path(
        "demo-out"
    ),
) -> None:
    """Show it all in seconds: servers of its own, 25 mails to five desks, and what became of them."""
    # Before the rest of the program is read, which takes a second.
    typer.echo("mailbot demo: the daemon, on mail servers of its own; nothing leaves this machine\n")
    from mailbot.demo import DemoError, show_demo

    with plain_errors():
        try:
            show_demo(out)
        except DemoError as exc:
            fail(str(exc), FAILED)
