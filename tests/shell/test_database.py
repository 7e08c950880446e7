"""The database: durable settings, one writer, one daemon of a name, clear refusals."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from mailbot.database import Database, DatabaseError
from mailbot.tables import COUNTER, META, OUTGOING
from tests.servers.postgres import Postgres


def test_sqlite_is_durable(sqlite_database: Database) -> None:
    """A commit on SQLite is on the disk: write-ahead log with FULL sync; foreign keys are kept (K30)."""
    with sqlite_database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_file_is_the_owners_only(sqlite_database: Database) -> None:
    """Customers' mail is readable by the owner alone (Y7)."""
    assert Path(str(sqlite_database.url.database)).stat().st_mode & 0o077 == 0


def test_no_update_is_lost_between_threads(database: Database) -> None:
    """Four threads that read and then write a row, a hundred times each, lose no update."""
    with database.write() as connection:
        connection.execute(insert(COUNTER).values(prefix="DE", last=0))

    def count() -> None:
        for _ in range(100):
            with database.write() as connection:
                query = select(COUNTER.c.last).where(COUNTER.c.prefix == "DE").with_for_update()
                last = connection.execute(query).scalar_one()
                connection.execute(update(COUNTER).values(last=last + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(select(COUNTER.c.last)).scalar_one() == 400


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    """A transaction whose block raises has written nothing."""

    def write_and_fail() -> None:
        with database.write() as connection:
            connection.execute(insert(COUNTER).values(prefix="DE", last=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.read() as connection:
        assert connection.execute(select(COUNTER)).all() == []


def test_an_unknown_state_is_refused(database: Database) -> None:
    """The database itself refuses a state that is not in the table of legal ones."""
    moment = text("CURRENT_TIMESTAMP")
    row = {
        "cause": "c", "recipient": "r", "kind": "ack", "desk": "d", "state": "lost", "created": moment,
        "not_before": moment, "give_up": moment, "attempts": 0, "message_id": "", "subject": "", "sender": "",
        "content": b"", "fate": "", "answer": "",
    }  # fmt: skip
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(OUTGOING).values(**row))


def test_a_second_daemon_is_refused(database: Database) -> None:
    """While one daemon works, another of the same name is told so; once it has ended, the next one starts."""
    other = Database(database.url.render_as_string(hide_password=False))
    with (
        database.only_daemon("mailbot"),
        pytest.raises(DatabaseError, match="another mailbot daemon"),
        other.only_daemon("mailbot"),
    ):
        pass
    with other.only_daemon("mailbot"):
        pass
    other.close()


def test_two_daemons_share_postgresql(postgres: Postgres) -> None:
    """Daemons of two names may work on one PostgreSQL database, each holding its own name all the while."""
    url = postgres.new_database()
    one, two = Database(url), Database(url)
    with one.only_daemon("one") as first_holds, two.only_daemon("two") as second_holds:
        assert first_holds()
        assert second_holds()
    one.close()
    two.close()


def test_a_newer_schema_is_refused(database: Database) -> None:
    """A database made by a newer mailbot is left alone (O12)."""
    with database.write() as connection:
        connection.execute(update(META).values(value="999"))
    with pytest.raises(DatabaseError, match="use the newer mailbot"):
        Database(database.url.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://localhost/x", "not supported"),
        ("nonsense", "no database address"),
        ("sqlite://", "needs a file"),
        ("sqlite:////nowhere/at/all/x.db", "does not exist"),
        ("postgresql://mailbot@127.0.0.1:1/x", "cannot open the database"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, says: str) -> None:
    """Each is refused with what is wrong."""
    with pytest.raises(DatabaseError, match=says):
        Database(url)
