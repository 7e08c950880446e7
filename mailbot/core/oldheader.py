"""The header that mail programs write above an old mail, told from lines of the sender's own that look like one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.core.lines import Line
from mailbot.core.quotewords import BARE_ORIGINAL, HEADER_WORD, SEPARATOR

RULE = re.compile(r"\s*+[-_=*~─—‐]{5,}\s*")
"""A line across the page."""

_MAX_HEADER = 24
"""Lines of one header that are looked at."""
_MAX_MISSES = 2
"""Lines in it that are no header lines: long lists of recipients are wrapped."""
_FRAMED = re.compile(r"\s*+[-_=*~─—–‐]{2,}+[^\n]{1,100}?[-_=*~─—–‐]{2,}+\s*")
_MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}")
_LABEL = re.compile(r"[\s*_]*+[^\W\d_][^\W\d_ ]{0,15}(?: [^\W\d_]{1,15}){0,2} ?[*_]{0,3}[:：][\s*_]")
_MAILBOX = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_DAY = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")


def header_at(lines: Sequence[Line], index: int) -> bool:
    """Whether the header of an old mail begins with this line.

    Four kinds of header lines are one, and three where the sender's line has an address, or the others are a subject
    and a moment: "From: Oslo, To: Bergen, Date: 3 May" is a journey. Under a line across the page any three will do,
    or a day and a sender with an address.
    """
    first = HEADER_WORD.match(lines[index].text)
    if first is None or first.lastgroup is None:
        return _strange_header_at(lines, index)
    if kind_of(first) in {"to", "other"}:
        return False
    # A day or a subject further up may be the sender's own; the sender's line comes only once.
    loose = kind_of(first) == "sender"
    kinds, addressed, moment = _told_by(lines, index, loose=loose)
    if "sender" not in kinds or not kinds & {"date", "subject"}:
        return False
    if len(kinds) < 3:
        return addressed and "date" in kinds and _under_rule(lines, index)
    if len(kinds) > 3 or addressed:
        return True
    return loose and ((moment and "subject" in kinds) or _under_rule(lines, index))


def _told_by(lines: Sequence[Line], index: int, *, loose: bool) -> tuple[set[str], bool, bool]:
    """The kinds of header lines from here on, and whether the sender has an address and the day a time.

    `loose`: blank lines may stand between them, and a few that go on with the one above.
    """
    kinds: set[str] = set()
    addressed = moment = wrapped = False
    kind = ""
    misses = 0
    for line in lines[index : index + _MAX_HEADER]:
        text = line.text.strip()
        if not text:
            if loose:
                continue
            break
        found = HEADER_WORD.match(text)
        if found is not None:
            kind = kind_of(found)
            if kind != "other" and kind in kinds:
                break
            kinds.add(kind)
        elif not wrapped:
            misses += 1
            if misses > _MAX_MISSES or not loose:
                break
            continue
        moment = moment or (kind == "date" and _MOMENT.search(text) is not None)
        addressed = addressed or (kind == "sender" and "@" in text)
        wrapped = text.endswith((";", ",")) or (found is not None and not found["value"])
    return kinds, addressed, moment


def kind_of(found: re.Match[str]) -> str:
    """Which of sender, date, to, subject and other the header line is."""
    return next(name for name in ("sender", "date", "to", "subject", "other") if found[name] is not None)


def behind_header(lines: Sequence[Line], index: int) -> int:
    """The first line after the header lines at `index`.

    They end at a blank line, unless there is one behind the first of them already; where a kind comes again; and at
    the third line that is none of them, for long ones are wrapped.
    """
    position = index
    kinds: set[str] = set()
    spaced = blank = wrapped = False
    misses = 0
    for offset, line in enumerate(lines[index : index + _MAX_HEADER]):
        text = line.text.rstrip()
        found = HEADER_WORD.match(text)
        kind = kind_of(found) if found else ""
        if not text:
            blank = bool(kinds)
            continue
        if found:
            spaced = spaced or (blank and len(kinds) == 1)
            if (kind in kinds and kind != "other") or (blank and not spaced):
                break
            kinds.add(kind)
        elif not wrapped and not SEPARATOR.fullmatch(text) and not RULE.fullmatch(text):
            misses += 1
            if blank or misses > _MAX_MISSES or (offset > 0 and not kinds):
                break
            continue
        position = index + offset + 1
        blank = False
        misses = 0 if found else misses
        wrapped = _goes_on(found, text, wrapped=wrapped)
    return min(max(position, index + 1), len(lines))


def _goes_on(found: re.Match[str] | None, text: str, *, wrapped: bool) -> bool:
    """Whether the next line belongs to this one: its value, or more names."""
    if found and not found["value"]:
        return True
    names = wrapped or (found is not None and kind_of(found) in {"to", "other"})
    return names and text.endswith(("<", ",", ";"))


def is_crushed(text: str) -> bool:
    """Whether a header's first line goes on with the next one: "From: A <a@example.com>To: ..."; so writes Yahoo."""
    separator = SEPARATOR.match(text)
    found = HEADER_WORD.match(text, separator.end() if separator else 0)
    if separator or found is None:
        return found is not None
    bracket = text.find(">", found.end())
    return found["sender"] is not None and bracket > 0 and HEADER_WORD.match(text, bracket + 1) is not None


def leads_to_header(text: str) -> bool:
    """Whether a line above an old mail's header belongs to it: a line across the page, with words in it or not."""
    return not text or text.isspace() or _is_frame(text)


def _is_frame(text: str) -> bool:
    return bool(RULE.fullmatch(text) or _FRAMED.fullmatch(text) or BARE_ORIGINAL.fullmatch(text))


def _under_rule(lines: Sequence[Line], index: int) -> bool:
    above = next((line.text for line in reversed(lines[max(0, index - 3) : index]) if line.text.strip()), "")
    return _is_frame(above)


def _strange_header_at(lines: Sequence[Line], index: int) -> bool:
    """Whether a header in a language that we do not know begins here.

    Four lines of a word, a colon and something, one after another: the first and another with a name and its address,
    one with a day and a time.
    """
    if not _is_labelled(lines[index].text) or not _MAILBOX.search(lines[index].text):
        return False
    moments = mailboxes = labelled = 0
    for line in lines[index + 1 : index + 7]:
        if not _is_labelled(line.text):
            break
        labelled += 1
        mailboxes += "@" in line.text
        moments += bool(_MOMENT.search(line.text) and _DAY.search(line.text))
    return labelled >= 3 and mailboxes > 0 and moments > 0


def _is_labelled(text: str) -> bool:
    return _LABEL.match(text) is not None
