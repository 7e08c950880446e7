"""Surveys: one asking of one customer after one close."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import AutoString, Field

from mailbot.tables.base import Row, states


class SurveyState(StrEnum):
    """Where a survey stands.

    waiting -> sent        its letter stands in the outbox
    waiting -> cancelled   the case was opened again before its hour, or nobody may be asked; `reason` says why
    sent -> cancelled      the case was opened again before its letter had left the outbox
    sent -> answered       a valid score came in
    sent -> expired        none came in its time
    expired -> answered    one had come in time, and was read late
    """

    WAITING = "waiting"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Survey(Row, table=True):
    """One asking of one customer after one close; entered by the commit that closes the case."""

    __table_args__ = (
        # One survey per close of a case.
        UniqueConstraint("ticket_id", "closing"),
        states(SurveyState),
        Index("survey_due", "due", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index(
            "survey_unanswered", "expires", sqlite_where=text("state = 'sent'"), postgresql_where=text("state = 'sent'")
        ),
        Index("survey_recipient", text("lower(recipient)"), "sent"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    closing: int
    """Which close of the case: 1 for the first."""
    desk: str
    queue: str
    agent: str = ""
    """Address of the agent who had the case when it was closed."""
    recipient: str
    """The requester."""
    state: SurveyState = Field(default=SurveyState.WAITING, sa_type=AutoString)
    reason: str = ""
    """Why it is cancelled."""
    closed: datetime
    due: datetime
    """The first moment at which it may be sent."""
    sent: datetime | None = None
    remind_at: datetime | None = None
    """While its one reminder has not been sent."""
    expires: datetime | None = None
    handle: str | None = Field(default=None, unique=True)
    """What its tag is found by."""
    questions: str = ""
    """JSON: the questions as they stood in the letter."""
    score: int | None = None
    answered: datetime | None = None
    """When the first valid score came in."""
    texts: str = ""
    """JSON: the answers in words, one per question after the headline."""
    comment: str = ""
    """What was written and could not be told apart by question."""
    asked_again: bool = False
    """Whether the customer was asked once more for a score."""
