"""What every table has in common, and the table of single facts."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


def states(known: type[StrEnum]) -> CheckConstraint:
    """The database itself refuses a state that is not in the list."""
    return CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in known)})")


class Row(SQLModel):
    """A row whose id is never given out again: SQLite would reuse that of a deleted last row without AUTOINCREMENT."""

    __table_args__: ClassVar[object] = {"sqlite_autoincrement": True}


class Meta(Row, table=True):
    """Single facts: `schema_version`, the breaker as it stands, which morning list and report have been seen to."""

    key: str = Field(primary_key=True)
    value: str
