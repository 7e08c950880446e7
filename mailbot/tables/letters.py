"""Letters to be sent: one row for one letter to one recipient."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import AutoString, Field

from mailbot.tables.base import Row, states


class OutgoingState(StrEnum):
    """Where a letter to be sent stands.

    waiting -> attempting     claimed; the attempt is counted and leased before dialling
    waiting -> cancelled      the agent who caused it took it back (#undo), or a survey's case was opened again
    held -> waiting           an admin releases it
    held -> cancelled         it was told in a digest, or an admin drops it
    attempting -> sent        the server took it (SENT)
    attempting -> waiting     it may work later (LATER), or it is in doubt and of a kind that is sent again (DOUBT)
    attempting -> failed      refused for good, or given up after its time (NEVER)
    attempting -> doubtful    the line broke after the final dot and its kind is sent at most once (DOUBT)
    doubtful -> waiting       an admin sends it again
    failed -> waiting         an admin sends it again
    sent -> bounced           a delivery report with our own proof says that it did not arrive
    attempting, waiting, doubtful -> bounced
                              the same, come back before its end was written down, or after the line had broken
    """

    WAITING = "waiting"
    HELD = "held"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"
    ATTEMPTING = "attempting"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


LEGAL_OUTGOING: frozenset[tuple[OutgoingState, OutgoingState]] = frozenset(
    {
        (OutgoingState.WAITING, OutgoingState.ATTEMPTING),
        (OutgoingState.ATTEMPTING, OutgoingState.SENT),
        (OutgoingState.ATTEMPTING, OutgoingState.WAITING),
        (OutgoingState.ATTEMPTING, OutgoingState.FAILED),
        (OutgoingState.ATTEMPTING, OutgoingState.DOUBTFUL),
        (OutgoingState.DOUBTFUL, OutgoingState.WAITING),
        (OutgoingState.FAILED, OutgoingState.WAITING),
        (OutgoingState.WAITING, OutgoingState.CANCELLED),
        (OutgoingState.HELD, OutgoingState.WAITING),
        (OutgoingState.HELD, OutgoingState.CANCELLED),
        (OutgoingState.SENT, OutgoingState.BOUNCED),
        (OutgoingState.ATTEMPTING, OutgoingState.BOUNCED),
        (OutgoingState.WAITING, OutgoingState.BOUNCED),
        (OutgoingState.DOUBTFUL, OutgoingState.BOUNCED),
    }
)


class Outgoing(Row, table=True):
    """One letter to one recipient, to be sent once, not before a moment."""

    __table_args__ = (
        # One letter per cause and recipient: "ack:mail:41", "copy:mail:57", "report:templates:<digest>".
        UniqueConstraint("cause", "recipient"),
        states(OutgoingState),
        Index(
            "outgoing_due",
            "not_before",
            sqlite_where=text("state IN ('waiting', 'attempting')"),
            postgresql_where=text("state IN ('waiting', 'attempting')"),
        ),
        Index("outgoing_budget", text("lower(recipient)"), "created"),
        Index(
            "outgoing_claimed",
            "created",
            sqlite_where=text("claimed_domain <> ''"),
            postgresql_where=text("claimed_domain <> ''"),
        ),
        # By what digests group, or SQLite would rather read all letters in the order of `outgoing_budget`.
        Index(
            "outgoing_held",
            "desk",
            text("lower(recipient)"),
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    cause: str
    recipient: str
    kind: str
    """One of `core.retry`'s: says how long it is tried and what doubt means."""
    desk: str
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    """The mail that caused it."""
    handle: str | None = Field(default=None, unique=True)
    """What its signed envelope sender is found by when it comes back (VERP); none where that is the null path."""
    claimed_domain: str = ""
    """The recipient's domain where this is an automatic answer to somebody unverified that had room in its budgets;
    the domain's budget and the breaker count these."""
    fingerprint: str = ""
    """Of the mail that it answers automatically; see `core.sameness`."""
    state: OutgoingState = Field(default=OutgoingState.WAITING, sa_type=AutoString)
    created: datetime
    not_before: datetime
    """First for its hour, then for its next attempt."""
    give_up: datetime
    attempts: int = 0
    holder: str = ""
    """Name of the daemon that claimed it last."""
    leased_until: datetime | None = None
    """While attempting: after this moment whoever claimed it is taken for dead, and the letter for doubtful."""
    message_id: str
    subject: str
    sender: str
    """Envelope sender; empty is the null path."""
    content: bytes = Field(sa_type=LargeBinary)
    """The frozen bytes, CRLF and 7-bit; every attempt sends these (K20)."""
    fate: str = ""
    """Outcome of the last attempt: SENT, LATER, NEVER, DOUBT."""
    answer: str = ""
    """What the server said, or what broke, with the step of the dialogue."""
    ended: datetime | None = None
