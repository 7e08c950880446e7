"""Reads the delivery reports that mail servers write in prose: whether it is one, who failed, and why."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Sequence

from flufl.bounce import all_failures

from mailbot.core.bouncefields import (
    MAX_RECIPIENTS,
    MAX_REPORT,
    Recipient,
    contents,
    distinct,
    from_lines,
    has_code,
    line_with_code,
    report_type,
    status_in,
)
from mailbot.core.bouncewords import (
    ARRIVED_SUBJECT,
    DELAYED,
    DELAYED_SUBJECT,
    EXCHANGE,
    FAILED,
    GAVE_UP,
    HELP_LINE,
    MANNED,
    ORIGINAL,
    OTHER_MAIL,
    PERHAPS_REPORTER,
    REPORT_NAME,
    REPORT_SUBJECT,
    REPORTER,
    REPORTER_HINT,
)
from mailbot.core.encodedwords import decode_words
from mailbot.core.headers import decode_value, read_header_block
from mailbot.core.lines import Line
from mailbot.core.machinewords import AUTOMATIC_SUBJECT, QUESTION
from mailbot.core.mailboxes import MAX_ADDRESS_LENGTH, Address, parse_addresses
from mailbot.core.mime import Part

_MAX_OLD = 64 * 1024
"""Bytes of a report that the library for old dialects sees; it takes seconds over a report made to be slow."""
_MAX_TEXT_LINES = 400
_MAX_LINE = 500
_MAX_MARK = 120
"""Characters of a line that separates the server's words from the returned mail."""
_MAX_NEAR = 12
"""Lines that a report takes to say what is wrong with one address."""
_DECORATION = " \t>*=_-"

_ADDRESS = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,100})@(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*[A-Za-z0-9]"
)
_RETURNED_TYPES = frozenset(("message/rfc822", "text/rfc822-headers", "message/partial"))
# The headers of the report itself that are looked at.
_NDR = "x-ms-exchange-message-is-ndr"
_TOLD_BY = frozenset(("from", "to", "cc", "delivered-to", "return-path", "subject", "x-failed-recipients", _NDR))


def server_lines(text: Sequence[Line]) -> list[str]:
    """The lines that the server wrote itself: those above the returned mail, less those that name that mail."""
    return _server_lines(text)[0]


def _server_lines(text: Sequence[Line]) -> tuple[list[str], bool]:
    """The same, and whether the returned mail stands below them."""
    lines: list[str] = []
    for line in text[:_MAX_TEXT_LINES]:
        if lines and len(line.text) <= _MAX_MARK and ORIGINAL.match(_undecorated(line.text)):
            return lines, True
        lines.append("" if OTHER_MAIL.match(line.text) else line.text[:_MAX_LINE])
    return lines, False


def _undecorated(line: str) -> str:
    """The line with its leading rule cut down to one dash."""
    bare = line.lstrip(_DECORATION)
    return "-" + bare if "-" in line[: len(line) - len(bare)] else bare


class Report:
    """A mail as a report in prose; lives only within `read_bounce`.

    `by_server` says whether it is one to go by its headers and words, `certain` whether it is one even if it names
    nobody. A mail server shows itself by its name. A null return path makes a report with a code in it, for other
    machines write so too. Under some names people write, such as "administrator", and web forms under none: a report
    from there returns the mail.
    """

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
        self.subject = decode_words(first.get("subject", "")[:300])
        self.arrived = ARRIVED_SUBJECT.match(self.subject)
        about_delivery = self.arrived is not None or REPORT_SUBJECT.match(self.subject) is not None
        sender = (*parse_addresses(first.get("from", "")), Address(decode_words(first.get("from", "")[:300]), ""))[0]
        local = sender.address.rpartition("@")[0]
        null_path = first.get("return-path", "x").strip(" <>") == ""
        server = REPORTER.fullmatch(local) is not None or REPORT_NAME.search(sender.name[:200]) is not None
        likely = about_delivery and REPORTER_HINT.search(local) is not None
        perhaps = about_delivery and ("@" not in first.get("from", "") or PERHAPS_REPORTER.search(local) is not None)
        # Below the top it may be a report that a person passes on.
        typed = any(report_type(part) == "delivery-status" for part in parts[: None if server or null_path else 1])
        self.server = server
        self.manned = MANNED.fullmatch(local) is not None
        self.machine = server or null_path or not sender.address
        # Exchange writes in every tongue: its mailbox for reports and its header tell, whatever the words are.
        exchange = about_delivery if EXCHANGE.fullmatch(local) else _NDR in first and (server or null_path)
        self.certain = typed or bool(self.failed_header) or exchange
        self.prose_counts = self.certain
        self.by_server = self.certain or server or null_path or likely or perhaps
        if self.by_server:
            self._judge(about_delivery=about_delivery, server=server, likely=likely, null_path=null_path)

    def _judge(self, *, about_delivery: bool, server: bool, likely: bool, null_path: bool) -> None:
        """Settles by its words what the headers leave open."""
        self.lines, returned = _server_lines(self.text)
        self.prose = "\n".join(self.lines)[:MAX_REPORT]
        says_so = any(words.search(self.prose) for words in (FAILED, DELAYED)) or self.arrived is not None
        # People who are away answer with a null return path too, and below the mail that they got.
        null_path = null_path and AUTOMATIC_SUBJECT.match(self.subject) is None
        returned = (returned and about_delivery) or any(part.content_type in _RETURNED_TYPES for part in self.parts)
        # Servers do not ask; people quote their codes when they do, and do not always ask with a question mark.
        told = says_so and (null_path or not QUESTION.search(self.prose))
        by_words = told and (likely or returned or (null_path and bool(status_in(self.lines))))
        # A postmaster is a person too, who asks why mail comes back.
        server = server and not (self.manned and not null_path and not returned and QUESTION.search(self.prose))
        self.by_server = self.certain or server or by_words
        machine = server or (null_path and by_words)
        self.certain = self.certain or (about_delivery and machine and (says_so or null_path))
        # Servers write of quotas and quarantines too, and name people there.
        self.prose_counts = self.certain or (says_so and (about_delivery or returned or bool(status_in(self.lines))))

    def recipients(self, raw: bytes) -> tuple[Recipient, ...]:
        """Whom the prose names, from the surest source to the weakest."""
        still_tried = DELAYED.search(self.prose) is not None or DELAYED_SUBJECT.match(self.subject) is not None
        delayed = still_tried and GAVE_UP.search(self.prose) is None
        named = [mailbox.address for mailbox in parse_addresses(self.failed_header)]
        if not named:
            inline = from_lines(self.lines) or from_lines(
                [line.text[:_MAX_LINE] for line in self.text[: 5 * _MAX_TEXT_LINES]]
            )
            if inline:
                return tuple(inline)
            temporary, permanent = _by_library(raw)
            delayed = delayed or (bool(temporary) and not permanent and FAILED.search(self.prose) is None)
            named = self._in_order(permanent or temporary)
        if self.prose_counts:
            named = named or self._addresses_in_prose() or self._addresses_of_original()
        return tuple(self._told_of(named, self._action(delayed=delayed)))

    def _action(self, *, delayed: bool) -> str:
        """What became of the mail, in the words of RFC 3464 section 2.3.3."""
        if self.arrived:
            return "relayed" if self.arrived["relayed"] else "delivered"
        return "delayed" if delayed else "failed"

    def _told_of(self, named: list[str], action: str) -> list[Recipient]:
        """Each address with what is said of it; what is said of another's alone is nothing to it."""
        named = named[:MAX_RECIPIENTS]
        of_each, general = self._lines_of(named)
        # A line may tell of hundreds of addresses, and is not to be searched for each of them.
        coded = {line for line in self.lines if has_code(line)}
        general = [line for line in general if line in coded]
        found = []
        for address in named:
            own = [line for line in of_each[address.lower()] if line in coded]
            status = status_in(own) or status_in(general)
            found.append(Recipient(address, status, action, line_with_code(own) or line_with_code(general)))
        return distinct(found)

    def _lines_of(self, named: list[str]) -> tuple[dict[str, list[str]], list[str]]:
        """The lines that tell of each address, from where it stands to where another does, and those that tell of none.

        What is said of the only address may stand anywhere.
        """
        of_each: dict[str, list[str]] = {address.lower(): [] for address in named}
        odd = [address for address in of_each if _ADDRESS.fullmatch(address) is None]
        general = []
        owners: list[str] = []
        left = 0
        for line in self.lines:
            lower = line.lower()
            mentioned = _ADDRESS.findall(lower)
            if mentioned or any(address in lower for address in odd):
                owners = [address for address in (*mentioned, *odd) if address in of_each and address in lower]
                left = _MAX_NEAR
            if owners and left > 0:
                for address in owners:
                    of_each[address].append(line)
                left -= 1
            if not owners or left <= 0 or len(of_each) == 1:
                general.append(line)
        return of_each, general

    def _in_order(self, addresses: Iterable[str]) -> list[str]:
        """The addresses, MAX_RECIPIENTS at most, in the order in which the report names them."""
        prose = self.prose.lower()
        places = {address: prose.find(address.lower()) for address in sorted(addresses)[:MAX_RECIPIENTS]}
        return sorted(places, key=lambda address: (places[address] if places[address] >= 0 else MAX_REPORT, address))

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
        for content in contents(self.parts, _RETURNED_TYPES):
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
    """The addresses that can be stored and written to: the library hands on whatever bytes stood there (T34).

    That may be "TO:<anna@example.com" too.
    """
    texts = (_text(address).rpartition("<")[2].rstrip(">") for address in addresses)
    return [text for text in texts if text.isprintable() and len(text) <= MAX_ADDRESS_LENGTH]


def _text(address: bytes | str) -> str:
    return address.decode("ascii", "replace") if isinstance(address, bytes) else address
