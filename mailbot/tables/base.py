"""What every table has in common, and what the database keeps about itself."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


def states(known: type[StrEnum]) -> CheckConstraint:
    """The database itself refuses a state that is not in the list."""
    return CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in known)})")


class Row(SQLModel):
    """SQLite reuses the id of a deleted last row unless AUTOINCREMENT forbids it."""

    __table_args__: ClassVar[object] = {"sqlite_autoincrement": True}


class Meta(Row, table=True):
    """Facts about the database itself: `schema_version`."""

    key: str = Field(primary_key=True)
    value: str
