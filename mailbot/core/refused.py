"""How an action says that an agent's order cannot be followed, and why."""

from __future__ import annotations

from mailbot.core.note import Note


class Refused(Exception):  # noqa: N818 - an agent's order that cannot be followed is no error of the program
    """A command cannot be followed; nothing of its mail is."""

    def __init__(self, kind: str, *about: str) -> None:
        super().__init__(kind, *about)
        self.note = Note(kind, about)
