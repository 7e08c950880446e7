"""What customers were told of the start of work, and when it began."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from mailbot.tables.base import Row


class Beginning(Row, table=True):
    """One beginning of work that a customer waits for: a case's first, or the one after it was opened again."""

    __table_args__ = (UniqueConstraint("ticket_id", "number"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    number: int
    """1 for the first."""
    received: datetime
    started: datetime | None = None
    ended: datetime | None = None
    """When the case was closed, or became another's part, before work began."""


class Promised(Row, table=True):
    """One expected start as the customer was told it; append-only, so that a miss already made stays."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    beginning: int
    """Number of the beginning that it is about."""
    suspended: datetime | None = None
    """When it ceased to hold because the desk waited for the customer."""
    made: datetime
    start_by: datetime
    at_once: bool
    priority: str
