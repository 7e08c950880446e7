"""How a person ends a letter: the closing words, the name under them, the line that a phone adds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.core.signwords import PHONE_SIGNATURE, SIGN_OFF
from mailbot.core.spelling import visible

MAX_LINE = 120
"""Characters; no line of a closing is longer."""
MAX_CARD = 8
"""Lines under the closing words: name, title, company, telephone."""

_DELIMITER = re.compile(r"(?:--|—|– ?–)\s*")
_NAME = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]*)*")
# A dash and a space begin an item of a list.
_DASH = re.compile(r"\s*(?:[-–—~]{1,2}|/{1,2}\s?)(?=[^\W\d_])")
_CONTACT = re.compile(r"@|://|www\.|\d[\d ()/.-]{4,}\d")
_POSTSCRIPT = re.compile(r"\s*p\.? ?s\b", re.IGNORECASE)


def is_delimiter(line: str) -> bool:
    """Whether all below the line is a signature ("-- ", RFC 3676 section 4.3, and what phones make of it)."""
    return _DELIMITER.fullmatch(_seen(line)) is not None


def is_phone_signature(line: str) -> bool:
    """Whether a phone or a program added the line."""
    return PHONE_SIGNATURE.fullmatch(_seen(line)) is not None


def is_name(text: str) -> bool:
    """Whether the text can be a person's name under a letter: one word, or up to four with the outer ones capital."""
    words = _seen(text).strip(" *_,.").split()
    if not 1 <= len(words) <= 4 or not all(_NAME.fullmatch(word) for word in words):
        return False
    return len(words) == 1 or (words[0][0].isupper() and words[-1][0].isupper())


def closing_name(line: str) -> str | None:
    """The name on a line of closing words ("Mvh Anna"), "" where they stand alone; None where it is another line."""
    line = _seen(line)
    found = SIGN_OFF.match(line)
    if found is None:
        return None
    rest = line[found.end() :].strip()
    if not rest:
        return ""
    return rest if not line[found.end() - 1].isalnum() and is_name(rest) else None


def dashed_name(line: str) -> str | None:
    """The name on a line such as "/Anna" or "–Anna Berg"; None where it is another line."""
    line = _seen(line)
    found = _DASH.match(line)
    return line[found.end() :].strip() if found and is_name(line[found.end() :]) else None


def closing_at(lines: Sequence[str]) -> int:
    """Where the closing begins that ends the lines, the last of which is not blank; their number where none does.

    A closing is its words, the name, and lines such as title and telephone; anything that reads as a sentence is none.
    """
    end = len(lines)
    if end and dashed_name(lines[-1]) is not None:
        return end - 1
    below: list[str] = []
    for index in range(end - 1, -1, -1):
        line = lines[index]
        if not visible(line):
            continue
        name = closing_name(line)
        if name is not None:
            below.reverse()
            card = below if name else below[1:]
            named = bool(name) or not below or is_name(below[0])
            return index if named and all(_on_card(each) for each in card) else end
        below.append(line)
        if len(below) > MAX_CARD:
            break
    return end


def _on_card(line: str) -> bool:
    line = _seen(line)
    if not line or "#" in line or _POSTSCRIPT.match(line):
        return False
    return bool(_CONTACT.search(line)) or (len(line.split()) <= 5 and not line.endswith(("!", "?", ".")))


def _seen(line: str) -> str:
    """The line as a reader sees it; empty where it is too long for a closing."""
    return visible(line) if len(line) <= MAX_LINE else ""
