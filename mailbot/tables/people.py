"""What is known of addresses beside any case: agents' own doors, proven senders, who is spared letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from mailbot.tables.base import Row


class PersonalAddress(Row, table=True):
    """An agent's own door to a desk, by which cases are opened and lists asked for; the highest version is valid."""

    __tablename__ = "personal_address"
    __table_args__ = (UniqueConstraint("desk", "address", "version"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    address: str
    """The agent's, lower case."""
    version: int
    handle: str = Field(unique=True)
    since: datetime


class Correspondent(Row, table=True):
    """An address that has answered with a valid tag, so that its mail is its own unless a server says otherwise."""

    __table_args__ = (UniqueConstraint("desk", "address"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    address: str
    since: datetime


class Suppressed(Row, table=True):
    """An address from which a letter came back for good; automatic letters to it are held back for a while (Q26)."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    since: datetime
    until: datetime
    reason: str


class OptedOut(Row, table=True):
    """An address that wants no surveys."""

    __tablename__ = "opted_out"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    """Lower case."""
    since: datetime
    how: str
