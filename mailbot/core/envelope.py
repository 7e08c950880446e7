"""What storing a mail needs to know about it, read from the header block alone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from mailbot.core.headers import HeaderBlock, decode_value, field_ids, read_header_block
from mailbot.core.mailboxes import ascii_lower, parse_addresses

MAX_RECIPIENTS = 200
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to")
"""Headers in which servers note where a mail was delivered."""
_DIGESTED = ("from", "to", "cc", "subject", "date", "message-id")
_LONE_CR = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Which mail this is and whom it was meant for."""

    message_id: str
    """Without angle brackets; empty where it is missing, doubled or unusable (K14)."""
    digest: str
    """SHA-256, hex, of the mail without the headers that change on the way (K13)."""
    recipients: tuple[str, ...]
    """Lower case, without repeats: where it was delivered, topmost first, then To, then Cc."""


def read_envelope(raw: bytes) -> Envelope:
    """The envelope of a mail of any shape; cheap, bounded, never raises."""
    block = read_header_block(raw)
    values = block.fields
    ids = [field_ids(value) for name, value in values if name == "message-id"]
    message_id = ids[0][0] if len(ids) == 1 and len(ids[0]) == 1 else ""
    return Envelope(message_id, _digest(raw, block), _recipients(block))


def _digest(raw: bytes, block: HeaderBlock) -> str:
    """One mail has one digest, whichever way and with whichever line ends it reached us."""
    digest = hashlib.sha256()
    for wanted in _DIGESTED:
        for name, value in block.fields:
            if name == wanted:
                digest.update(wanted.encode() + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\n")
    body = raw[block.body_start :]
    # Where no CR stands alone, dropping each costs half of finding each pair.
    in_pairs = _LONE_CR.search(body) is None
    digest.update(body.replace(b"\r", b"") if in_pairs else body.replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _recipients(block: HeaderBlock) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for group in (DELIVERED_TO, ("to",), ("cc",)):
        for name, value in block.fields:
            if name in group and len(found) < MAX_RECIPIENTS:
                for mailbox in parse_addresses(decode_value(value)):
                    found.setdefault(ascii_lower(mailbox.address))
    return tuple(found)[:MAX_RECIPIENTS]
