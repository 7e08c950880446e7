"""The database: one transaction at a time on SQLite, many on PostgreSQL, and one daemon of a name on either.

SQLite runs with WAL and `synchronous=FULL`, so that a commit that returned is on the disk (K30). pysqlite's own idea of
transactions begins none at SELECT and loses updates between threads, so it is switched off: a write begins with
BEGIN IMMEDIATE, a read with BEGIN.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import SQLModel

from mailbot.tables import SCHEMA_VERSION

if os.name == "posix":
    import fcntl


class DatabaseError(Exception):
    """The database cannot be used as configured; the message says what to do about it."""


class Database:
    """An open database with the schema in place."""

    def __init__(self, url: str) -> None:
        """Open `url` (sqlite:///FILE or postgresql://...) and make the schema where there is none.

        Raises DatabaseError for an address that is none, a server that is not there, or a newer schema (O12).
        """
        try:
            parsed = make_url(url)
        except ArgumentError:
            # Not repeated: there may be a password in it.
            raise DatabaseError(
                "`database` is no database address; expected sqlite:///FILE or postgresql://USER@HOST/NAME"
            ) from None
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise DatabaseError(f"{parsed.get_backend_name()!r} is not supported; expected sqlite:/// or postgresql://")
        if parsed.get_backend_name() == "postgresql":
            # SQLAlchemy below 2.2 reads a bare postgresql:// as psycopg 2.
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url: URL = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.one_writer = threading.RLock()
        """On SQLite, held for the length of each write."""
        self.engine = (
            _sqlite_engine(parsed)
            if self.is_sqlite
            else create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        )
        self._make_schema()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        On SQLite threads take turns here rather than in SQLite's busy handler, which sleeps and is not fair.
        """
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self.one_writer, self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN IMMEDIATE"
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and changes nothing."""
        with self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN"
            with connection.begin() as transaction:
                yield connection
                transaction.rollback()

    def close(self) -> None:
        """Give back every connection; the last one folds the write-ahead log into the file."""
        self.engine.dispose()

    @contextmanager
    def only_daemon(self, name: str) -> Iterator[Callable[[], bool]]:
        """Be the one daemon of this name on this database for the length of the block.

        Raises DatabaseError where another one is running. The claim ends with the process, however it ends: a file
        lock on SQLite, where there is only one daemon whatever its name, an advisory lock on PostgreSQL. Gives a
        function that says whether the claim still stands, to be asked now and then: a PostgreSQL that is restarted
        forgets it.
        """
        if self.is_sqlite:
            with _file_lock(Path(str(self.url.database) + ".lock")):
                yield lambda: True
            return
        claim = _Claim(self.engine, f"mailbot daemon {name}")
        if not claim.take():
            raise DatabaseError(
                f"another mailbot daemon named {name!r} is running on this database; "
                "stop it first, or give this one another name (`name` in mailbot.toml)"
            )
        try:
            yield claim.still_stands
        finally:
            claim.give_up()

    @contextmanager
    def turn(self, work: str) -> Iterator[bool]:
        """Whether it is our turn at work that only one of several daemons may do at a time, for the block's length."""
        if self.is_sqlite:
            yield True
            return
        claim = _Claim(self.engine, f"mailbot turn {work}")
        try:
            yield claim.take()
        finally:
            claim.give_up()

    def _make_schema(self) -> None:
        meta = SQLModel.metadata.tables["meta"]
        version_of = select(meta.c.value).where(meta.c.key == "schema_version")
        try:
            with self.read() as connection:  # looking must neither wait for a writer nor need the right to create
                there = inspect(connection).has_table("meta")
                version = connection.execute(version_of).scalar() if there else None
            if version is None:
                with self.write() as connection:
                    if not self.is_sqlite:
                        # Two daemons starting at once on an empty database would both create the tables.
                        connection.execute(text("SELECT pg_advisory_xact_lock(7264501)"))
                    SQLModel.metadata.create_all(connection)
                    version = connection.execute(version_of).scalar()
                    if version is None:
                        connection.execute(meta.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))
                # Commit: the schema is there, as a whole.
        except (SQLAlchemyError, OSError) as exc:
            self.engine.dispose()
            raise DatabaseError(f"cannot open the database {self.url.render_as_string()}: {exc}") from exc
        if version is not None and int(version) < SCHEMA_VERSION:
            self.engine.dispose()
            raise DatabaseError(
                f"the database has schema {version}, of a mailbot before its first release, this one needs "
                f"{SCHEMA_VERSION}: keep that file, and begin with an empty database"
            )
        if version is not None and int(version) > SCHEMA_VERSION:
            self.engine.dispose()
            raise DatabaseError(
                f"the database has schema {version}, this mailbot knows {SCHEMA_VERSION}: use the newer mailbot"
            )


class _Claim:
    """An advisory lock of PostgreSQL, held by a connection of its own until given up or the process ends."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Whether it is ours now. Raises what SQLAlchemy raises where the server does not answer."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar()
        except BaseException:
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return bool(taken)

    def still_stands(self) -> bool:
        """Whether nobody else can have it: our connection lives, or it could be taken again, or nobody can tell."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
        except SQLAlchemyError:
            self.give_up()
        try:
            return self.take()
        except SQLAlchemyError:
            return True

    def give_up(self) -> None:
        """Let it go; a connection that is lost has let it go already."""
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        with suppress(SQLAlchemyError):
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
        with suppress(SQLAlchemyError):
            connection.close()


def inserting(connection: Connection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT; both databases can, but SQLAlchemy has it per dialect only."""
    return _inserting(connection.dialect.name, table)


def inserting_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves out the rows which are there already, by any unique key."""
    return _inserting_new(connection.dialect.name, table)


def _inserting(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache  # building it anew for each run would cost as much as running it
def _inserting_new(dialect: str, table: Table) -> Any:
    return _inserting(dialect, table).on_conflict_do_nothing()


def _sqlite_engine(url: URL) -> Engine:
    if url.database in {None, "", ":memory:"}:
        raise DatabaseError("an SQLite database needs a file: sqlite:///FILE")
    path = Path(str(url.database))
    if not path.parent.is_dir():
        raise DatabaseError(f"cannot open the database {path}: the folder {path.parent} does not exist")
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False})
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # Y7: customers' mail is for the owner only

    @event.listens_for(engine, "connect")
    def _set_up(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise DatabaseError(f"{path} cannot use a write-ahead log (got {mode}); is it on a network file system?")
        # A page that many letters change is copied home once for all of them: 16 MB of log, not 4, between copyings.
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000", "wal_autocheckpoint = 4000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.info.pop("begin", "BEGIN IMMEDIATE"))

    return engine


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            holder = os.read(handle, 32).decode("ascii", "replace").strip()
            raise DatabaseError(
                f"another mailbot daemon (process {holder or 'unknown'}) works on {path.with_suffix('')}; "
                "an SQLite database serves one daemon: stop it first, or use PostgreSQL"
            ) from exc
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
