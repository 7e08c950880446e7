"""Finds the mail that somebody forwarded: attached whole, or written out below a header in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from mailbot.core.headertext import one_line
from mailbot.core.htmltext import html_lines
from mailbot.core.letter import MAX_SUBJECT, Letter, read_letter
from mailbot.core.linelook import MAX_LINE
from mailbot.core.mailboxes import MAX_NAME, Address, ascii_lower, sole_mailbox
from mailbot.core.oldheader import is_crushed
from mailbot.core.quotewords import FORWARD, HEADER_WORD, SEPARATOR, WROTE
from mailbot.core.quoting import MAX_LINES
from mailbot.core.subjects import bare_subject

MAX_HEADER_LINES = 60
"""Lines of one header in a text that are read; long lists of recipients are wrapped."""
MAX_VALUE = 4000
"""Characters of one wrapped header line that are read."""

_MAILS = frozenset(("message/rfc822", "message/global"))
_BETWEEN = 4
"""Blank lines and rules that may stand between the line that says "forwarded" and the header."""
_AHEAD = 8
"""Lines over which one header line may be wrapped."""
_WRAPPED = 60
"""Characters; a shorter line is not wrapped."""

_QUOTE = re.compile(r"[ \t]{0,3}>(?!From ) ?")
_MAX_DEPTH = 50
_RULE = re.compile(r"\s*+[-_=*~─—]{5,}\s*")
_LABEL = re.compile(r"[\s*_]*+[^\W\d_][\w .'’()-]{0,30}[*_]{0,3}[:：]")
_EDGES = re.compile(r"[\s<>\[\]()\",;:]+")
_NO_WORDS = " \t\u00a0<>[]()\"'*_,;"
# RFC 5322 section 3.3 with its zone; without one, and in local words, nobody knows which moment is meant.
_DATE = re.compile(r"(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d\d(?::\d\d)? [+-]\d{4}(?!\d)")

_Seen = tuple[int, str]
"""A line as it is looked at: how many quote marks it begins with, and what stands behind them."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail as the one who forwarded it handed it on."""

    sender: Address
    """The only address that can be meant; claimed by whoever forwarded it."""
    subject: str
    text: str
    """All that its sender wrote, older quotes included; may be empty."""
    sent: datetime | None
    """Aware; what it claims, and None where that names no moment (no zone, or local words)."""
    raw: bytes | None
    """The whole mail where it was attached."""


def forwarded_mail(letter: Letter, *, language: str = "") -> Forwarded | None:
    """The mail that a letter forwards; None where there is none, or where its sender is not beyond doubt (T8).

    It is the one attached mail, else what stands below the topmost header in the text, as mail programs write it in
    nine languages. Of several attached mails none is meant, and a header in the text must name the same sender as the
    attached mail: a customer's mail may carry somebody else's. Whatever old mail stands topmost is the only one looked
    at, for those below it are what its sender wants us to read. `language` is the desk's, as for `read_letter`; what
    else is attached is not looked at. Linear in the letter's size; never raises.
    """
    block, attached = _old_mails(letter)
    if not attached:
        return _written_out(block, letter.subject) if block else None
    if len(attached) > 1:
        return None
    mail = _attached(attached[0], language)
    if mail and block and (block.sender is None or block.sender.key != mail.sender.key):
        return None
    return mail


def carries_old_mail(letter: Letter) -> bool:
    """Whether a letter forwards or quotes a mail, be it one whose sender nobody can tell."""
    block, attached = _old_mails(letter)
    return block is not None or bool(attached)


def _old_mails(letter: Letter) -> tuple[_Block | None, list[bytes]]:
    """The topmost old mail in the text, and those attached."""
    block = _topmost(letter.text.split("\n"))
    if letter.html and (block is None or block.crushed):
        block = _topmost([line.text for line in html_lines(letter.html)]) or block
    return block, [part.content for part in letter.attachments if part.content_type in _MAILS]


def _attached(raw: bytes, language: str) -> Forwarded | None:
    inner = read_letter(raw, language=language)
    return Forwarded(inner.sender, inner.subject, inner.text, inner.date, raw) if inner.sender else None


@dataclass(frozen=True, slots=True)
class _Block:
    """The topmost old mail in a text."""

    sender: Address | None = None
    """None where it is not one address beyond doubt."""
    subject: str = ""
    date: str = ""
    text: str = ""
    crushed: bool = False
    """Whether its header lines stand in one line, as in the plain text of Yahoo: a name there may hold them too."""


def _written_out(block: _Block, outer_subject: str) -> Forwarded | None:
    if block.sender is None:
        return None
    return Forwarded(block.sender, block.subject or bare_subject(outer_subject), block.text, _sent(block.date), None)


def _topmost(lines: Sequence[str]) -> _Block | None:
    """The first old mail in a text, with or without a readable sender; None where there is only new text."""
    seen = [_unquoted(line) for line in lines[:MAX_LINES]]
    for index, (depth, text) in enumerate(seen):
        if not text:
            continue
        if SEPARATOR.fullmatch(text) or FORWARD.fullmatch(text.strip(" *")):
            header = _header_below(seen, index + 1)
            return _block(header, lines) if header else _Block()
        if ":" in text or "：" in text:
            if is_crushed(text):
                return _Block(crushed=True)
            header = _read_header(seen, index)
            if header and "sender" in header.values and len(header.values.keys() & {"date", "to", "subject"}) >= 2:
                return _block(header, lines)
        if depth or _is_of_old_mail(text):
            # Whoever is named further down, the writer of this mail is named here or not at all.
            return _Block()
    return None


def _unquoted(line: str) -> _Seen:
    line = line[:MAX_LINE].replace("\u00a0", " ")
    depth = position = 0
    while depth < _MAX_DEPTH and (found := _QUOTE.match(line, position)):
        depth, position = depth + 1, found.end()
    return depth, line[position:].strip()


def _is_of_old_mail(text: str) -> bool:
    """Whether the line can only belong to an old mail: "... Anna <anna@example.com> wrote:", "Word: Anna <anna@...>".

    The second is a header in a language that is not known here.
    """
    text = text.rstrip(" ,;*\t")
    if "@" not in text:
        return False
    if text.endswith((":", "：")):
        return WROTE.search(text) is not None
    before, _, address = text.rpartition("<")
    named = before.endswith(" ") and address.endswith(">") and "@" in address and ":" not in address
    return named and _LABEL.match(before) is not None


@dataclass(frozen=True, slots=True)
class _Header:
    """The header lines of an old mail."""

    values: dict[str, str]
    """By kind, as in HEADER_WORD."""
    end: int
    """The first line behind them."""
    depth: int
    """How many quote marks they have."""


def _header_below(seen: Sequence[_Seen], start: int) -> _Header | None:
    """The header that follows, with its sender, or None."""
    for index in range(start, min(start + _BETWEEN, len(seen))):
        _, text = seen[index]
        if text and not _RULE.fullmatch(text):
            header = _read_header(seen, index)
            return header if header and len(header.values) > 1 and "sender" in header.values else None
    return None


def _read_header(seen: Sequence[_Seen], start: int) -> _Header | None:
    """The header that begins with this line, or None.

    It ends at the first blank line, unless there is one behind its first line already: then they all have them. It
    also ends where a kind of line comes again.
    """
    depth, text = seen[start]
    if _header_line(text)[0] in {"", "other"}:
        return None
    spaced = start + 1 < len(seen) and seen[start + 1] == (depth, "")
    values: dict[str, str] = {}
    last, end = "", start
    for index in range(start, min(start + MAX_HEADER_LINES, len(seen))):
        quoted, text = seen[index]
        if quoted != depth or not (text or spaced):
            break
        kind, value = _header_line(text)
        if kind and (kind not in values or kind == "other"):
            values[kind], last = value, kind
        elif kind or (text and not _goes_on(seen, index, values, last)):
            break
        elif len(values[last]) < MAX_VALUE:
            values[last] += " " + text
        end = index + 1 if text else end
    return _Header(values, end, depth)


def _header_line(text: str) -> tuple[str, str]:
    """What kind of header line it is, or nothing, and what it says."""
    found = HEADER_WORD.match(text)
    if found is None:
        return "", ""
    kind = next(kind for kind in ("sender", "date", "to", "subject", "other") if found[kind] is not None)
    return kind, text[found.start("value") :]


def _goes_on(seen: Sequence[_Seen], index: int, values: Mapping[str, str], last: str) -> bool:
    """Whether this line is the rest of the header line above it and not yet the old mail's text."""
    depth, text = seen[index]
    _, above = seen[index - 1]
    if not above:
        return False
    below = seen[index + 1 : index + 1 + _AHEAD]
    for line in below:
        if line == (depth, "") or line[0] != depth:
            break
        kind, _ = _header_line(line[1])
        if kind:
            return kind not in values or kind == "other"
    if last in {"to", "other"}:
        return above.endswith((",", ";")) or ("@" in text and text.rstrip(",; ").endswith(">"))
    if last == "sender":
        return "@" in text and "@" not in values["sender"]
    return last == "subject" and len(above) >= _WRAPPED and not (below and below[0][1])


def _block(header: _Header, lines: Sequence[str]) -> _Block:
    text: list[str] = []
    depth = header.depth
    if not depth and all(line.startswith(">") for line in lines[header.end :] if line.strip()):
        # Missive marks the old mail, and not its header.
        depth = 1
    for line in lines[header.end :]:
        bare = _without_marks(line, depth)
        if bare is None and line.strip():
            # What stands below a quoted mail is again the words of whoever forwards it.
            break
        text.append((bare or "").rstrip())
    subject = one_line(header.values.get("subject", "").strip(" *"), MAX_SUBJECT)
    sender = _sole_address(header.values["sender"])
    return _Block(sender, subject, header.values.get("date", ""), "\n".join(text).strip("\n"))


def _without_marks(line: str, depth: int) -> str | None:
    """The line without that many quote marks; None where it has fewer."""
    position = 0
    for _ in range(depth):
        found = _QUOTE.match(line, position)
        if found is None:
            return None
        position = found.end()
    return line[position:]


def _sole_address(value: str) -> Address | None:
    """The one address in "Name <address>", "Name [mailto:address]" and the like; None where a second one stands there.

    Nothing may follow it: of "list@example.com on behalf of Anna" nobody knows Anna's address.
    """
    words = [word.strip("'*") for word in _EDGES.split(value) if "@" in word.strip("'*@")]
    if len({ascii_lower(word) for word in words}) != 1 or value.rpartition(words[-1])[2].strip(_NO_WORDS):
        return None
    found = sole_mailbox((f"<{words[0]}>",))
    if found is None or not found.address.isprintable():
        return None
    name = value.partition(words[0])[0].rstrip().removesuffix("mailto:")
    return Address(one_line(name.strip(_NO_WORDS), MAX_NAME), found.address)


def _sent(value: str) -> datetime | None:
    found = _DATE.search(value)
    try:
        return parsedate_to_datetime(found[0]) if found else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
