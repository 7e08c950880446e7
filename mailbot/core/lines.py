"""A line of a mail's text, with what its source says of it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Mark(Enum):
    """What the HTML says of a line."""

    NEW = "new"
    QUOTED = "quoted"
    """Inside a blockquote or another quote container; new words may follow behind it."""
    HEADER = "header"
    """The line that introduces a quote."""
    REST = "rest"
    """Here the old mail begins and runs to the end (Outlook)."""
    SIGNATURE = "signature"


class Line(NamedTuple):
    """One line of text; a tuple, because a mail has many and a frozen dataclass takes three times as long to make."""

    text: str
    mark: Mark = Mark.NEW


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text."""
    return [Line(line) for line in text.split("\n")]
