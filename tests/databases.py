"""One database of each kind for the tests of a worker, lent empty to one test after another.

A new one costs every test the making of its tables and SQLAlchemy's reading of every query, on PostgreSQL half a second
and more; emptying one that is there costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy

from sqlalchemy import Connection, select, text
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel

from mailbot.database import Database
from mailbot.tables import META

_LENT_AT_MOST = 200
"""Times that one is lent: rows that were deleted take room in PostgreSQL's tables, which nothing vacuums here."""
_ROWS_AT_MOST = 500
"""Ids given in a table: to delete more, each checked for what refers to it, would take longer than a new database."""
_HIGHEST_ID = {
    "sqlite": "SELECT max(seq) FROM sqlite_sequence",
    "postgresql": "SELECT max(last_value) FROM pg_sequences",
}
_BEGIN_IDS_ANEW = {
    "sqlite": "DELETE FROM sqlite_sequence",
    "postgresql": (
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    ),
}


class Lender:
    """Lends one database, and makes a new one where the last cannot be trusted to be as new."""

    def __init__(self, new_url: Callable[[], str]) -> None:
        """`new_url` gives the address of a database that nobody else has."""
        self._new_url = new_url
        self._kept: Database | None = None
        self._lent = 0

    @contextmanager
    def lend(self) -> Iterator[Database]:
        """A database with no rows, whose ids begin at 1. What a test hooks into its engine ends with the test."""
        kept = self._as_new()
        lent = copy(kept)
        lent.engine = kept.engine.execution_options()
        yield lent
        pool = kept.engine.pool
        assert isinstance(pool, QueuePool)
        if pool.checkedout():  # it may hold locks: a test that failed leaves its connections to its traceback
            self._kept = None

    def close(self) -> None:
        """Close the database."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _as_new(self) -> Database:
        if self._kept is not None and (self._lent == _LENT_AT_MOST or _highest_id(self._kept) > _ROWS_AT_MOST):
            self.close()
        if self._kept is None:
            self._kept, self._lent = Database(self._new_url()), 0
            with self._kept.read() as connection:
                self._meta = [dict(row) for row in connection.execute(select(META)).mappings()]
        else:
            with self._kept.write() as connection:
                self._empty(connection)
        self._lent += 1
        return self._kept

    def _empty(self, connection: Connection) -> None:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(META.insert(), self._meta)
        connection.execute(text(_BEGIN_IDS_ANEW[connection.dialect.name]))


def _highest_id(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(text(_HIGHEST_ID[connection.dialect.name])).scalar() or 0
