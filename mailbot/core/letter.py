"""A mail as plain data: read once, never raises, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as it stood in a header."""

    name: str
    """Decoded display name, may be empty."""
    address: str
    """local@domain; the domain in lower case, the local part as written."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the mail's own text."""

    name: str
    """Safe to show and to write to disk (T27)."""
    content_type: str
    content: bytes
    """Decoded."""
    content_id: str = ""
    inline: bool = False
    """A picture that the HTML text shows."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient that a delivery report tells of."""

    address: str
    status: str
    """RFC 3463, "5.1.1"; empty where the report gives none."""
    action: str
    """RFC 3464 section 2.3.3: failed, delayed, delivered, relayed, expanded."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says."""

    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed mail."""

    sender: Address | None
    """The one unambiguous From; None where two parsers could read it differently (T8)."""
    claimed_from: str
    """What the From header says, whatever it is; for showing only."""
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    """Addresses from Delivered-To, X-Original-To, Envelope-To and the like, topmost first, lower case."""
    return_path: str | None
    """None: no such header; "": the null path, a machine's."""
    subject: str
    date: datetime | None
    """What the sender claims; aware; never used for a promise."""
    message_id: str
    """Without the angle brackets; empty where there is none or it is unusable."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Oldest first, without angle brackets."""
    headers: tuple[tuple[str, str], ...]
    """All of them in order: name in lower case, value unfolded and with charsets repaired, encoded words left."""
    text: str
    """The whole readable body as plain text, quotes included."""
    html: str
    """The HTML body as it came (decoded, bounded), or empty."""
    reply: str
    """Only the sender's new words; never empty where `text` is not."""
    attachments: tuple[Attachment, ...]
    bounce: Bounce | None
    faults: tuple[str, ...] = ()
    """What was repaired or cut on the way, one English phrase each; a ticket shows them."""

    def header(self, name: str) -> str:
        """The first header of that name (any case), or the empty string."""
        name = name.lower()
        return next((value for key, value in self.headers if key == name), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every header of that name, topmost first."""
        name = name.lower()
        return tuple(value for key, value in self.headers if key == name)
