"""Statements made ready once and run often: what SQLAlchemy does around one costs several times what it does in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import Connection, Dialect, Insert, Update
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine
from sqlmodel import UTCDateTime

from mailbot.database import Database

Row = Mapping[str, Any]


def run_many(connection: Connection, statement: Insert | Update, rows: Sequence[Row]) -> None:
    """Run a statement for each row in the caller's transaction; all rows have the keys of the first one.

    An INSERT gets a value for each key, an UPDATE for each bindparam of that name. Give the same statement object each
    time: it is made ready at its first run. Raises SQLAlchemyError as any execution does.
    """
    if rows:
        ready = _ready(statement, connection.dialect, tuple(rows[0]))
        connection.exec_driver_sql(ready.sql, [ready.placed(row) for row in rows])


class LoneUpdate:
    """An UPDATE that is a transaction of its own, run many times by one thread within a `with`.

    On SQLite it goes straight to the driver, which commits a statement that stands outside a transaction, over one
    connection for the length of the `with`: fetching one and giving it back costs a fifth of sending a letter.
    """

    def __init__(self, database: Database, statement: Update) -> None:
        """All that varies in `statement` is a bindparam with a name."""
        self._database = database
        self._statement = statement
        self._ready = _Ready(statement, database.engine.dialect)
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Raises SQLAlchemyError where the database does not answer."""
        if self._database.is_sqlite:
            # Not `raw_connection`, which raises what the driver raises.
            self._connection = self._database.engine.connect()
        return self

    def __exit__(self, *_exc: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def run(self, values: Row) -> int:
        """How many rows it changed; they are on the disk. Raises SQLAlchemyError as any transaction does."""
        database, ready = self._database, self._ready
        if not database.is_sqlite:
            with database.write() as connection:
                return connection.execute(self._statement, values).rowcount
        assert self._connection is not None, "run it within `with`"
        with database.one_writer:
            cursor = self._connection.connection.cursor()
            try:
                cursor.execute(ready.sql, ready.placed(values))
                return int(cursor.rowcount)
            except sqlite3.Error as exc:
                raise OperationalError(ready.sql, None, exc, hide_parameters=True) from exc
            finally:
                cursor.close()


class _Ready:
    """A statement in the words of one dialect, and what makes of a value the one that the driver takes."""

    def __init__(self, statement: Insert | Update, dialect: Dialect, names: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        prefetch = ((each.key, each.default) for each in compiled.insert_prefetch)
        defaults = {name: default.arg for name, default in prefetch if isinstance(default, ScalarElementColumnDefault)}
        given = set(names or ())
        self._fixed = {name: value for name, value in {**compiled.params, **defaults}.items() if name not in given}
        """By name, what a run need not tell."""
        self._names = tuple(compiled.positiontup or compiled.bind_names.values())
        self._by_position = compiled.positiontup is not None
        written = {name: _writer(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        self._written = [(place, write) for place, name in enumerate(self._names) if (write := written[name])]
        """Of the few values that the driver does not take as they are: place and what makes them fit."""

    def placed(self, values: Row) -> Any:
        """The values as the driver takes them: by position, or by name."""
        given = {**self._fixed, **values} if self._fixed else values
        row = [given[name] for name in self._names]
        for place, write in self._written:
            row[place] = write(row[place])
        return tuple(row) if self._by_position else dict(zip(self._names, row, strict=True))


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes of a value the one that the driver takes; None where it takes it as it is."""
    write = kind.dialect_impl(dialect).bind_processor(dialect)
    if write is None or not isinstance(kind, UTCDateTime):
        return write
    # Nearly all moments of a batch are one and the same, and SQLite wants each of them spelt out. Those of other zones
    # are equal though an hour apart, where clocks are put back.
    write_again = lru_cache(maxsize=64)(write)
    return lambda moment: write_again(moment) if moment is None or moment.tzinfo is UTC else write(moment)


@lru_cache(maxsize=100)
def _ready(statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]) -> _Ready:
    return _Ready(statement, dialect, names if isinstance(statement, Insert) else None)
