"""Reads the fields by which a delivery report names its recipients (RFC 3464, RFC 6533), with their sloppy dialects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mailbot.core.fate import clean
from mailbot.core.headers import decode_value, read_header_block
from mailbot.core.mailboxes import parse_addresses
from mailbot.core.mime import Part, read_parts

MAX_REPORT = 200 * 1024
"""Bytes of a report that are read, all its parts together; the failed mail that comes with it may be much larger."""
MAX_RECIPIENTS = 200
_MAX_BLOCKS = 1000
"""Blocks of a machine-readable part, one a recipient, that are looked at."""
_MAX_ENCLOSED = 10
"""Attached mails that may be the report itself."""
_REPORT_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_FAILED_ACTIONS = ("fail", "error", "undeliver", "bounce", "reject")

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
# The last number of a line, of brackets, or before the words on it; behind a dash those go on, but no telephone number.
_REPLY_CODE = re.compile(r"(?<![\d.])(?<!\d-)([45])\d\d(?=[ #]|: |$|[\])]\W*$|-(?!\d++[ -]))")
_DIAGNOSTIC_TYPE = re.compile(r"\A[A-Za-z0-9.-]{1,40}[ ]?;[ ]?")
_UNICODE_CHARACTER = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_XTEXT_CHARACTER = re.compile(r"\+([0-9A-F]{2})")
_FIELD_LINE = re.compile(
    r"(?i)[ \t>]{0,4}(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)[ \t]*:(.*)"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient that a delivery report tells of."""

    address: str
    status: str
    """RFC 3463, "5.1.1"; "5.0.0" or "4.0.0" where only an SMTP reply code is told; empty where nothing is."""
    action: str
    """RFC 3464 section 2.3.3: failed, delayed, delivered, relayed, expanded."""
    says: str = ""
    """What the server said of it, one clean line of at most 500 characters; empty where the report does not tell."""


def report_type(part: Part) -> str:
    """What kind of report a part says it is (RFC 6522), lower case; empty for any other part."""
    return part.parameters.get("report-type", "").lower() if part.content_type == "multipart/report" else ""


def contents(parts: Iterable[Part], types: frozenset[str]) -> Iterator[bytes]:
    """What the parts of these types hold, MAX_REPORT bytes in all."""
    left = MAX_REPORT
    for part in parts:
        if part.content_type in types and left > 0:
            content = part.content()[:left]
            left -= max(len(content), 1000)
            yield content


def from_parts(parts: Iterable[Part]) -> list[Recipient]:
    """Recipients of the machine-readable parts, in order."""
    return distinct(_recipients(parts))


def from_lines(lines: Sequence[str]) -> list[Recipient]:
    """Recipients of the same fields where they were written into the text."""
    found: list[Recipient] = []
    block: list[tuple[str, str]] = []
    for line in (*lines, ""):
        field = _FIELD_LINE.match(line)
        if field:
            block.append((field[1], field[2]))
        elif not line.strip() and block:
            recipient = _recipient(block)
            if recipient:
                found.append(recipient)
            block = []
    return distinct(found)


def from_enclosed(parts: Iterable[Part]) -> tuple[Recipient, ...]:
    """Recipients of a report that a filter on the way wrapped into another mail."""
    for inner in islice(contents(parts, frozenset(("message/rfc822",))), _MAX_ENCLOSED):
        block = read_header_block(inner)
        root, _ = read_parts(block.fields, inner, block.body_start)
        if report_type(root) == "delivery-status":
            return tuple(from_parts(root.walk()))
    return ()


def distinct(found: Iterable[Recipient]) -> list[Recipient]:
    """Each address once, at most MAX_RECIPIENTS of them."""
    first: dict[str, Recipient] = {}
    for recipient in found:
        first.setdefault(recipient.address.lower(), recipient)
        if len(first) >= MAX_RECIPIENTS:
            break
    return list(first.values())


def status_in(lines: Iterable[str]) -> str:
    """The first status of a failure or delay on the lines, else the first SMTP reply code as one, else nothing."""
    code = ""
    for line in lines:
        found = _STATUS.search(line)
        if found and found[1][0] != "2":
            return found[1]
        reply = _REPLY_CODE.search(line)
        if reply and not code:
            code = f"{reply[1]}.0.0"
    return code


def line_with_code(lines: Iterable[str]) -> str:
    """The first line on which a status or a reply code stands, clean."""
    return next((clean(line) for line in lines if has_code(line)), "")


def has_code(line: str) -> bool:
    """Whether a status or a reply code stands on the line."""
    return _STATUS.search(line) is not None or _REPLY_CODE.search(line) is not None


def _recipients(parts: Iterable[Part]) -> Iterator[Recipient]:
    blocks_left = _MAX_BLOCKS
    for content in contents(parts, _REPORT_TYPES):
        for block in re.split(rb"\r?\n[ \t]*\r?\n", content.strip(b"\r\n"), maxsplit=blocks_left)[:blocks_left]:
            blocks_left -= 1
            fields = [(name, decode_value(value)) for name, value in read_header_block(block).fields]
            recipient = _recipient(fields)
            if recipient is not None:
                yield recipient


def _recipient(fields: Iterable[tuple[str, str]]) -> Recipient | None:
    """One recipient from the fields of its block (RFC 3464 section 2.3); None if they name nobody."""
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value.strip())
    final = _field_address(first.get("final-recipient", ""))
    original = _field_address(first.get("original-recipient", ""))
    if original and _XTEXT_CHARACTER.sub(_character, original) == final:
        # ORCPT travels in xtext (RFC 3461 section 4.2), and some servers hand it on without decoding it.
        original = final
    address = original or final or _field_address(first.get("x-actual-recipient", ""))
    if not address:
        return None
    diagnostic = first.get("diagnostic-code", "")
    status = _best_status(first.get("status", ""), diagnostic)
    return Recipient(address, status, _action(first.get("action", ""), status), _said(diagnostic))


def _field_address(value: str) -> str:
    """The address of "rfc822; anna@example.com"; some servers leave the type out and write angle brackets."""
    kind, _, text = value.rpartition(";")
    if kind.strip().lower() == "utf-8":
        # utf-8-addr-xtext (RFC 6533 section 3): for those who can only write ASCII.
        text = _UNICODE_CHARACTER.sub(_character, text)
    mailboxes = parse_addresses(text.strip()) or parse_addresses(value)
    return mailboxes[0].address if mailboxes else ""


def _character(code: re.Match[str]) -> str:
    """The character whose number stands there, or what stood there if that is none that an address may hold."""
    number = int(code[1], 16)
    character = chr(number) if number < 0x11_0000 else ""
    return character if character.isprintable() and character else code[0]


def _said(diagnostic: str) -> str:
    """The text of a Diagnostic-Code without its type, "smtp; " (RFC 3464 section 2.3.6)."""
    return clean(_DIAGNOSTIC_TYPE.sub("", diagnostic, count=1))


def _action(value: str, status: str) -> str:
    word = value.lower().partition("(")[0].strip()
    if word.startswith(_FAILED_ACTIONS):
        return "failed"
    for action in ("delayed", "delivered", "relayed", "expanded"):
        if word.startswith(action[:6]):
            return action
    return {"4": "delayed", "2": "delivered"}.get(status[:1], "failed")


def _best_status(status_field: str, diagnostic: str) -> str:
    """The status code; the one in the diagnostic text where the field only says "something"."""
    declared = _STATUS.search(status_field)
    told = _STATUS.search(diagnostic)
    if told and (declared is None or declared[1].endswith(".0.0") or declared[1][0] != told[1][0]):
        return told[1]
    if declared:
        return declared[1]
    code = _REPLY_CODE.search(diagnostic)
    return f"{code[1]}.0.0" if code else ""
