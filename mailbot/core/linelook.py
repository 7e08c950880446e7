"""How a line looks when quotes are searched for: its plain form, and whether it is prose or begins as a quote does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.core.lines import Line
from mailbot.core.quotewords import ANSWER_ABOVE, ANSWER_ABOVE_BEGINS

MAX_LINE = 400
"""Characters; no mail program marks anything with a longer line."""

# mboxrd writes ">From " before a line of anybody's that begins with "From ", and ">:(" is a face.
_QUOTED = re.compile(r"[ \t]{0,3}>(?!From |[:;._]['-]?[(<|])")
_STRANGE = {
    **dict.fromkeys("\u00a0\u202f", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff", ""),
}
"""Spaces of other kinds, and characters that nobody sees; the second kind also turns the direction of writing."""
_TO_PLAIN = str.maketrans(_STRANGE)


def searched(lines: Sequence[Line]) -> list[Line]:
    """The lines as they are searched: without spaces of other kinds and invisible characters, long ones cut."""
    # Over the whole text at once, for most have none of them.
    text = "".join([line.text for line in lines])
    if not text.isascii() and any(char in text for char in _STRANGE):
        return [_looked_at(line) for line in lines]
    return [line if len(line.text) <= MAX_LINE else _cut(line) for line in lines]


def _looked_at(line: Line) -> Line:
    """The line in plain characters, cut where it is too long to be a mark."""
    return _cut(line if line.text.isascii() else Line(line.text.translate(_TO_PLAIN), line.mark))


def _cut(line: Line) -> Line:
    """A line too long to be a mark by its beginning alone, with an end that is no mark."""
    return line if len(line.text) <= MAX_LINE else Line(line.text[:MAX_LINE] + "…", line.mark)


def is_prose(text: str) -> bool:
    """Whether the line is blank, or begins with a letter or digit and has no colon: only one kind of mark looks so."""
    if not text[:1].isalnum():
        return not text or text.isspace()
    if ":" in text or "：" in text:
        return False
    # Two letters spare nearly every line the pattern.
    return text[:2] not in ANSWER_ABOVE_BEGINS or not ANSWER_ABOVE.fullmatch(text)


def has_colon(text: str) -> bool:
    """Whether a colon of any kind stands on the line."""
    return ":" in text or "：" in text


def is_quoted(text: str) -> bool:
    """Whether the line begins with the mark of a quoted one."""
    return text.startswith("> ") or (">" in text[:4] and _QUOTED.match(text) is not None)
