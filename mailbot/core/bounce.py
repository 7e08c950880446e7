"""Recognises delivery reports and reads which recipients failed, and why (RFC 3464 and what servers send instead)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from flufl.bounce import all_failures

from mailbot.core.bouncewords import (
    DELAYED,
    FAILED,
    GAVE_UP,
    HELP_LINE,
    ORIGINAL,
    REPORT_NAME,
    REPORT_SUBJECT,
    REPORTER,
    REPORTER_HINT,
)
from mailbot.core.encodedwords import decode_words
from mailbot.core.fate import clean
from mailbot.core.headers import decode_value, read_header_block
from mailbot.core.lines import Line
from mailbot.core.mailboxes import MAX_ADDRESS_LENGTH, Address, parse_addresses
from mailbot.core.mime import Part, read_parts

MAX_REPORT = 200 * 1024
"""Bytes of a report that are read, all its parts together; the failed mail that comes with it may be much larger."""
MAX_RECIPIENTS = 200
_MAX_BLOCKS = 1000
"""Blocks of a machine-readable part, one a recipient, that are looked at."""
_MAX_ENCLOSED = 10
"""Attached mails that may be the report itself."""
_MAX_OLD = 64 * 1024
"""Bytes of a report that the library for old dialects sees; it takes seconds over a report made to be slow."""
_MAX_TEXT_LINES = 400
_MAX_LINE = 500
_MAX_MARK = 120
"""Characters of a line that separates the server's words from the returned mail."""
_DECORATION = " \t>*=_-"

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#]|$)")
_DIAGNOSTIC_TYPE = re.compile(r"\A[A-Za-z0-9.-]{1,40}[ ]?;[ ]?")
_ADDRESS = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,100})@(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*[A-Za-z0-9]"
)
_FIELD_LINE = re.compile(
    r"(?i)[ \t>]{0,4}(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)[ \t]*:(.*)"
)
_REPORT_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_RETURNED_TYPES = frozenset(("message/rfc822", "text/rfc822-headers", "message/partial"))
# The headers of the report itself that are looked at.
_TOLD_BY = frozenset(("from", "to", "cc", "delivered-to", "return-path", "subject", "x-failed-recipients"))
_FAILED_ACTIONS = ("fail", "error", "undeliver", "bounce", "reject")


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


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says."""

    recipients: tuple[Recipient, ...]


def read_bounce(fields: tuple[tuple[str, bytes], ...], raw: bytes, root: Part, text: Sequence[Line]) -> Bounce | None:
    """The delivery report in a mail, or None for any other mail.

    A machine-readable part (RFC 3464) is believed from anybody, also with its fields in plain text. Prose is only
    read where the mail comes from a mail server: a customer who quotes a report writes ordinary mail. Bounded by
    MAX_REPORT and MAX_RECIPIENTS.
    """
    parts = root.walk()
    if any(part.content_type == "message/feedback-report" or _report_type(part) == "feedback-report" for part in parts):
        return None
    found = _from_fields(parts)
    if found:
        return Bounce(_completed(found, text))
    report = _Report(fields, parts, text)
    if not report.by_server:
        return None
    told = report.recipients(raw) or _enclosed(parts)
    return Bounce(told) if told or report.certain else None


def _report_type(part: Part) -> str:
    return part.parameters.get("report-type", "").lower() if part.content_type == "multipart/report" else ""


def _contents(parts: Iterable[Part], types: frozenset[str]) -> Iterator[bytes]:
    """What the parts of these types hold, MAX_REPORT bytes in all."""
    left = MAX_REPORT
    for part in parts:
        if part.content_type in types and left > 0:
            content = part.content()[:left]
            left -= max(len(content), 1000)
            yield content


def _from_fields(parts: Iterable[Part]) -> list[Recipient]:
    """Recipients of the machine-readable parts, in order."""
    return _distinct(_recipients(parts))


def _recipients(parts: Iterable[Part]) -> Iterator[Recipient]:
    blocks_left = _MAX_BLOCKS
    for content in _contents(parts, _REPORT_TYPES):
        for block in re.split(rb"\r?\n[ \t]*\r?\n", content.strip(b"\r\n"), maxsplit=blocks_left)[:blocks_left]:
            blocks_left -= 1
            fields = [(name, decode_value(value)) for name, value in read_header_block(block).fields]
            recipient = _recipient(fields)
            if recipient is not None:
                yield recipient


def _enclosed(parts: Iterable[Part]) -> tuple[Recipient, ...]:
    """Recipients of a report that a filter on the way wrapped into another mail."""
    for inner in islice(_contents(parts, frozenset(("message/rfc822",))), _MAX_ENCLOSED):
        block = read_header_block(inner)
        root, _ = read_parts(block.fields, inner, block.body_start)
        if _report_type(root) == "delivery-status":
            return tuple(_from_fields(root.walk()))
    return ()


def _recipient(fields: Iterable[tuple[str, str]]) -> Recipient | None:
    """One recipient from the fields of its block (RFC 3464 section 2.3); None if they name nobody."""
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value.strip())
    address = ""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = address or _field_address(first.get(name, ""))
    if not address:
        return None
    diagnostic = first.get("diagnostic-code", "")
    status = _best_status(first.get("status", ""), diagnostic)
    return Recipient(address, status, _action(first.get("action", ""), status), _said(diagnostic))


def _field_address(value: str) -> str:
    """The address of "rfc822; anna@example.com"; some servers leave the type out and write angle brackets."""
    value = value.rpartition(";")[2].strip()
    mailboxes = parse_addresses(value)
    return mailboxes[0].address if mailboxes else ""


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


def _distinct(found: Iterable[Recipient]) -> list[Recipient]:
    first: dict[str, Recipient] = {}
    for recipient in found:
        first.setdefault(recipient.address.lower(), recipient)
        if len(first) >= MAX_RECIPIENTS:
            break
    return list(first.values())


def _completed(found: list[Recipient], text: Sequence[Line]) -> tuple[Recipient, ...]:
    """Recipients whose block tells no status get the one that the report's prose tells."""
    if all(recipient.status for recipient in found):
        return tuple(found)
    told = _status_in(_server_lines(text))
    return tuple(r if r.status else replace(r, status=told) for r in found)


def _server_lines(text: Sequence[Line]) -> list[str]:
    """The lines that the server wrote itself: those above the returned mail."""
    lines: list[str] = []
    for line in text[:_MAX_TEXT_LINES]:
        if lines and len(line.text) <= _MAX_MARK and ORIGINAL.match(_undecorated(line.text)):
            break
        lines.append(line.text[:_MAX_LINE])
    return lines


def _undecorated(line: str) -> str:
    """The line with its leading rule cut down to one dash."""
    bare = line.lstrip(_DECORATION)
    return "-" + bare if "-" in line[: len(line) - len(bare)] else bare


def _status_in(lines: Iterable[str]) -> str:
    code = ""
    for line in lines:
        found = _STATUS.search(line)
        if found and found[1][0] != "2":
            return found[1]
        reply = _REPLY_CODE.search(line)
        if reply and not code:
            code = f"{reply[1]}.0.0"
    return code


def _line_with_code(lines: Iterable[str]) -> str:
    """The first line on which a status or a reply code stands, clean."""
    return next((clean(line) for line in lines if _STATUS.search(line) or _REPLY_CODE.search(line)), "")


class _Report:
    """A report in prose; lives only within `read_bounce`."""

    def __init__(self, fields: tuple[tuple[str, bytes], ...], parts: list[Part], text: Sequence[Line]) -> None:
        first: dict[str, str] = {}
        for name, value in fields:
            if name in _TOLD_BY and name not in first:
                first[name] = decode_value(value)
        self.first = first
        self.parts = parts
        self.text = text
        self.lines: list[str] = []
        self.prose = ""
        self.failed_header = first.get("x-failed-recipients", "")
        about_delivery = REPORT_SUBJECT.match(decode_words(first.get("subject", "")[:300])) is not None
        sender = (*parse_addresses(first.get("from", "")), Address(decode_words(first.get("from", "")[:300]), ""))[0]
        local = sender.address.rpartition("@")[0]
        null_path = first.get("return-path", "x").strip(" <>") == ""
        server = REPORTER.fullmatch(local) is not None or bool(REPORT_NAME.search(sender.name[:200]))
        machine = server or null_path
        # Filters and gateways write under names of their own; a person who asks about a report has no such name.
        likely = about_delivery and REPORTER_HINT.search(local) is not None
        typed = any(part.parameters.get("report-type", "").lower() == "delivery-status" for part in parts)
        self.certain = typed or bool(self.failed_header)
        self.by_server = self.certain or machine or likely
        self.prose_counts = self.certain
        if self.by_server:
            self.lines = _server_lines(text)
            self.prose = "\n".join(self.lines)[:MAX_REPORT]
            says_so = FAILED.search(self.prose) is not None or DELAYED.search(self.prose) is not None
            self.certain = self.certain or (about_delivery and ((machine and says_so) or (server and null_path)))
            self.by_server = self.certain or machine or says_so
            self.prose_counts = self.certain or says_so

    def recipients(self, raw: bytes) -> tuple[Recipient, ...]:
        """Whom the prose names, from the surest source to the weakest."""
        status = _status_in(self.lines)
        delayed = DELAYED.search(self.prose) is not None and GAVE_UP.search(self.prose) is None
        action = "delayed" if delayed else "failed"
        named = [mailbox.address for mailbox in parse_addresses(self.failed_header)]
        if not named:
            inline = self._inline_fields(self.lines) or self._inline_fields(
                [line.text[:_MAX_LINE] for line in self.text[: 5 * _MAX_TEXT_LINES]]
            )
            if inline:
                return tuple(inline)
            temporary, permanent = _by_library(raw)
            if temporary or permanent:
                action = "delayed" if temporary and not permanent else action
                named = sorted(permanent or temporary)
        if self.prose_counts:
            named = named or self._addresses_in_prose() or self._addresses_of_original()
        said = _line_with_code(self.lines)
        found = _distinct(self._recipient(address, status, action, said) for address in named)
        return tuple(found)

    def _recipient(self, address: str, status: str, action: str, said: str) -> Recipient:
        near = self._lines_near(address)
        return Recipient(address, _status_in(near) or status, action, _line_with_code(near) or said)

    @staticmethod
    def _inline_fields(lines: Sequence[str]) -> list[Recipient]:
        """The fields of RFC 3464 written into the text."""
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
        return _distinct(found)

    def _lines_near(self, address: str) -> list[str]:
        """The lines from the address to the next address; none where it is not among the server's words."""
        start = next((i for i, line in enumerate(self.lines) if address.lower() in line.lower()), -1)
        if start < 0:
            return []
        end = start + 1
        while end < min(len(self.lines), start + 12):
            other = _ADDRESS.search(self.lines[end])
            if other and other[0].lower() != address.lower():
                break
            end += 1
        return self.lines[start:end]

    def _addresses_in_prose(self) -> list[str]:
        """Addresses that the server names, less those of the report itself."""
        own = {
            mailbox.address.lower()
            for name in ("to", "from", "delivered-to", "cc")
            for mailbox in parse_addresses(self.first.get(name, ""))
        }
        found: dict[str, None] = {}
        for line in self.lines:
            if HELP_LINE.search(line):
                continue
            for address in _ADDRESS.findall(line):
                if address.lower() not in own and not REPORTER.fullmatch(address.partition("@")[0]):
                    found.setdefault(address)
            if len(found) >= MAX_RECIPIENTS:
                break
        return list(found)

    def _addresses_of_original(self) -> list[str]:
        """Whom the returned mail was for."""
        for content in _contents(self.parts, _RETURNED_TYPES):
            for name, value in read_header_block(content).fields:
                if name == "to":
                    return [mailbox.address for mailbox in parse_addresses(decode_value(value))]
        return []


def _by_library(raw: bytes) -> tuple[list[str], list[str]]:
    """What flufl.bounce, which knows some forty old dialects, finds: delayed and failed addresses.

    It takes a message of the standard library, stumbles over 8-bit headers, and may raise on odd structures; then it
    has found nothing.
    """
    raw = raw[:_MAX_OLD]
    block = read_header_block(raw)
    ascii_headers = bytes(byte for byte in raw[: block.body_start] if byte < 0x80)
    if not any(name == "from" and value for name, value in block.fields):
        ascii_headers = b"From: unknown@invalid\r\n" + ascii_headers
    try:
        temporary, permanent = all_failures(email.message_from_bytes(ascii_headers + raw[block.body_start :]))
    except Exception:  # noqa: BLE001 - a foreign parser on hostile input; the prose is still read
        return [], []
    return _usable(temporary), _usable(permanent)


def _usable(addresses: Iterable[bytes | str]) -> list[str]:
    """The addresses that can be stored and written to: the library hands on whatever bytes stood there (T34)."""
    texts = map(_text, addresses)
    return [text for text in texts if text.isprintable() and len(text) <= MAX_ADDRESS_LENGTH]


def _text(address: bytes | str) -> str:
    return address.decode("ascii", "replace") if isinstance(address, bytes) else address
