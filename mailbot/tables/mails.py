"""Mails that arrived, where they were seen, and how far each mailbox has been read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import AutoString, Field

from mailbot.tables.base import Row, states


class MailState(StrEnum):
    """Where a stored mail stands.

    stored -> done     triage applied its decision
    stored -> parked   it broke triage, goes round in circles (Q9), or the process died three times over it (K16)
    parked -> stored   an admin retries it
    """

    STORED = "stored"
    DONE = "done"
    PARKED = "parked"


class Mail(Row, table=True):
    """A mail that arrived, with where and when; immutable but for its state. Its bytes are in `Raw`."""

    __table_args__ = (
        # A delivered copy is stored once per desk: when UIDVALIDITY changes (K11), when one mail reaches two
        # mailboxes (K13). The digest keeps two different mails under one Message-ID apart.
        UniqueConstraint("desk", "message_id", "digest"),
        states(MailState),
        Index(
            "mail_to_do",
            "state",
            "id",
            sqlite_where=text("state = 'stored'"),
            postgresql_where=text("state = 'stored'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    message_id: str
    """Without angle brackets; empty where unusable."""
    digest: str
    """SHA-256 over sender, recipients, subject, date and body: the mail without what its way here added."""
    received: datetime
    """When it reached us: IMAP INTERNALDATE or our own SMTP clock."""
    stored: datetime
    size: int
    """Octets of the whole mail on the server; more than the raw bytes kept where it was over the mailbox's limit."""
    sha256: str
    """Of the bytes, uncompressed."""
    state: MailState = Field(default=MailState.STORED, sa_type=AutoString)
    attempts: int = 0
    """Counted before triage reads it, so that a mail that kills the process is known by it."""
    outcome: str = ""
    """What triage made of it: new, follow-up, machine, list, ...; empty until done."""
    reason: str = ""
    """Why that outcome, or why it is parked."""


class Raw(Row, table=True):
    """The bytes of a mail; immutable. Apart from it, because SQLite writes a row anew for each change of its state."""

    mail_id: int = Field(primary_key=True, foreign_key="mail.id")
    content: bytes = Field(sa_type=LargeBinary)
    """The mail as received, as `rawmail` packs it."""


class Sighting(Row, table=True):
    """One place where a mail was seen; several for a mail delivered twice."""

    __table_args__ = (
        # One message on the server is taken once, whoever polls (K10).
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("sighting_unsettled", "mailbox", sqlite_where=text("settled = 0"), postgresql_where=text("NOT settled")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    mailbox: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    settled: bool = False
    """Whether the server has been told (moved, flagged) since it was stored (K8)."""


class Cursor(Row, table=True):
    """How far a mailbox has been read. One row per mailbox; moved in the commit that stores the mails it passes."""

    mailbox: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
    """Every UID up to this one is stored, or was there before `since`."""
    since: datetime | None = None
    """First contact of a mailbox read from "now"."""
    old_until: int = Field(default=0, sa_type=BigInteger)
    """What was there when UIDVALIDITY changed ends with this UID; of that, mail older than `since` is never taken
    (K15). Beyond it a mail's date says nothing: mail may be moved in, or the server's clock be wrong."""
