"""The outbox when something dies or fails: its process, its database, another daemon that overtakes it."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mailbot.attempt import retry
from mailbot.core.fate import Fate, Outcome, Step
from mailbot.core.retry import KINDS, in_doubt
from mailbot.database import Database
from mailbot.outbox import Outbox
from mailbot.post import Freight, Post
from mailbot.tables import LEGAL_OUTGOING, OUTGOING, OutgoingState
from tests import processes
from tests.dialogues.sink import Sink
from tests.shell.outbox_process import send_due
from tests.shell.outbox_rows import START, Clock, content, events, put, put_ticket, rows, sender, smtp, states

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.postgres import Postgres

DAY = timedelta(days=1)

# What a crash at each point leaves behind, and how often the letter has reached the server once all is at rest.
CRASHES = """
point             state       ack  survey
before-commit-3   waiting     1    1
after-commit-3    attempting  1    0
before-dot        attempting  1    0
after-dot         attempting  2    1
before-commit-4   attempting  2    1
after-commit-4    sent        1    1
"""
CRASH_ROWS = [line.split() for line in CRASHES.split("\n")[2:-1]]


def killed_at(point: str, database: Database, port: int) -> None:
    """Let another process send what is due, and die at that point."""
    died = processes.run(send_due, database.url.render_as_string(), port, crash_at=point)
    assert died.returncode == -9, died.stderr


@pytest.mark.parametrize("kind", ["ack", "survey"])
@pytest.mark.parametrize("crash", CRASH_ROWS, ids=lambda row: row[0])
def test_killed_at_every_point(crash: list[str], kind: str, sqlite_database: Database) -> None:
    """Killed anywhere: an acknowledgement arrives, twice only where it was in doubt and then with the same bytes; a
    survey never arrives twice, and where it may have arrived it is held and told.
    """  # noqa: D205  # the claim has two halves
    point, state, acks, surveys = crash
    (letter,) = put(sqlite_database, kind, ticket_id=put_ticket(sqlite_database))
    with Sink() as sink:
        killed_at(point, sqlite_database, sink.port)
        assert rows(sqlite_database)[0].state == state
        clock = Clock()
        clock.forward(timedelta(hours=2))
        with sender(sqlite_database, sink.port, clock) as outbox:
            outbox.recover()
            outbox.send_due(threading.Event())
            outbox.send_due(threading.Event())
    assert [heard.content for heard in sink.heard] == [content(0)] * int(acks if kind == "ack" else surveys)
    held = kind == "survey" and state == "attempting"
    assert rows(sqlite_database)[0].state == ("doubtful" if held else "sent")
    assert [told[:3] for told in events(sqlite_database)] == (
        [] if state != "attempting" else [(1, letter, "doubt")] if held else [(1, letter, "doubt"), (1, letter, "sent")]
    )


def test_only_what_was_not_answered_is_sent_again(sqlite_database: Database) -> None:
    """Killed after the second of three recipients is written down: the third alone is tried again (K24)."""
    put(sqlite_database, "copy", "copy", "copy")
    with Sink() as sink:
        killed_at("after-commit-4:2", sqlite_database, sink.port)
        assert [row.state for row in rows(sqlite_database)] == ["sent", "sent", "attempting"]
        with sender(sqlite_database, sink.port, Clock()) as outbox:
            outbox.send_due(threading.Event())
    assert Counter(letter.recipient for letter in sink.taken) == {f"k{number}@example.test": 1 for number in range(3)}


def test_a_crashing_daemon_does_not_mail_its_batch_at_each_start(sqlite_database: Database) -> None:
    """A letter lost with its process is tried again at once three times, then by the schedule."""
    put(sqlite_database, "ack")
    clock, waits = Clock(), []
    with Sink() as sink, sender(sqlite_database, sink.port, clock) as outbox:
        for attempts in (1, 2, 3, 4):
            with sqlite_database.write() as connection:
                connection.execute(OUTGOING.update().values(state="attempting", attempts=attempts))
            assert outbox.recover() == 1
            waits.append(rows(sqlite_database)[0].not_before - clock())
    assert waits == [timedelta(0)] * 3 + [timedelta(minutes=40)]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_recovery_by_kind(kind: str, sqlite_database: Database) -> None:
    """What stands attempting when the daemon starts is sent again or held, as its kind says."""
    put(sqlite_database, kind, state="attempting", attempts=1, leased_until=START + DAY)
    with Sink() as sink, sender(sqlite_database, sink.port, Clock()) as outbox:
        assert outbox.recover() == 1
        assert rows(sqlite_database)[0].state == ("waiting" if in_doubt(kind) == "again" else "doubtful")
        assert outbox.recover() == 0


def test_recovery_on_postgresql_waits_for_the_lease(postgres: Postgres) -> None:
    """Where daemons share a database, what another may still hold is left to it until its lease has passed."""
    database = Database(postgres.new_database())
    put(database, "ack", "ack", state="attempting", attempts=1, leased_until=START + DAY)
    clock = Clock()
    with database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.id == 1).values(leased_until=START - DAY))
    with Sink() as sink, sender(database, sink.port, clock) as outbox:
        assert outbox.recover() == 1
        assert [row.state for row in rows(database)] == ["waiting", "attempting"]
        clock.forward(2 * DAY)
        assert outbox.recover() == 1
    assert [row.state for row in rows(database)] == ["waiting", "doubtful"]  # its lifetime is over as well
    database.close()


class Overtaken(Post):
    """Is stopped in the middle of a letter for so long that something else happens first."""

    def __init__(self, port: int, meanwhile: threading.Event, overtake: object) -> None:
        super().__init__(smtp(port), "desk.example.test", lambda: 0.0)
        self._overtake = overtake
        self._done = meanwhile

    def deliver(self, freight: Freight) -> Fate:
        """Deliver, and be woken only when another has done its work."""
        fate = super().deliver(freight)
        if not self._done.is_set():
            self._done.set()
            assert callable(self._overtake)
            self._overtake()
        return fate


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("send", ("sent", 2, "SENT")),
        ("be told to wait", ("waiting", 2, "LATER")),
        ("claim", ("attempting", 2, "DOUBT")),
        ("recover", ("waiting", 1, "DOUBT")),
    ],
)
def test_a_woken_daemon_overwrites_nothing(
    act: str, left: tuple[str, int, str], database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A daemon whose lease ran out while it was stopped changes nothing in what another has done since (K27)."""
    put(database, "ack", ticket_id=put_ticket(database))
    later = Clock()
    later.forward(timedelta(hours=1))
    with Sink() as sink, sender(database, sink.port, later) as other:

        def overtake() -> None:
            if act == "be told to wait":
                sink.answer = lambda step, _: "450 4.2.0 greylisted" if step == "rcpt" else None
            other.recover()
            if act == "claim":
                other._claim()
            elif act != "recover":
                other.send_due(threading.Event())

        post = Overtaken(sink.port, threading.Event(), overtake)
        Outbox(database, post, Clock(), lambda: 0.0).send_due(threading.Event())
        post.close()
    row = rows(database)[0]
    assert (row.state, row.attempts, row.fate) == left
    assert [told[2] for told in events(database)] == (["doubt", "sent"] if act == "send" else ["doubt"])
    assert "no longer under way" in caplog.text


def test_a_daemon_started_again_takes_back_its_own(postgres: Postgres) -> None:
    """What a daemon held when it died is judged as soon as one of the same name starts, without waiting for a lease."""
    database = Database(postgres.new_database())
    put(database, "ack", "ack", state="attempting", attempts=1, leased_until=START + DAY)
    with database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.id == 1).values(holder="one"))
    with Sink() as sink, sender(database, sink.port, Clock(), holder="one") as outbox:
        assert outbox.recover() == 1
    assert [row.state for row in rows(database)] == ["waiting", "attempting"]
    database.close()


def test_two_daemons_share_the_work(postgres: Postgres) -> None:
    """Two daemons on one database send three hundred letters, each letter once (K27)."""
    url = postgres.new_database()
    first, second = Database(url), Database(url)
    put(first, *["ack", "survey", "copy"] * 100)
    both = threading.Barrier(2)
    tried: list[int] = []
    with (
        Sink() as sink,
        sender(first, sink.port, Clock(), holder="one") as one,
        sender(second, sink.port, Clock(), holder="two") as other,
    ):

        def work(outbox: Outbox) -> None:
            both.wait()
            tried.append(outbox.send_due(threading.Event()))

        threads = [threading.Thread(target=work, args=(outbox,)) for outbox in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(tried) == 300
    assert all(tried)
    assert Counter(letter.recipient for letter in sink.heard) == {f"k{n}@example.test": 1 for n in range(300)}
    assert set(states(first)) == {("sent", 1)}
    assert events(first) == []
    first.close()
    second.close()


FULL = """
CREATE TRIGGER disk_full BEFORE UPDATE OF state ON outgoing WHEN NEW.state = 'sent' BEGIN
    SELECT RAISE(FAIL, 'database or disk is full');
END
"""


def set_disk(database: Database, *, full: bool) -> None:
    """Let the database refuse to write that a letter is sent, or take it again."""
    with database.write() as connection:
        connection.execute(text(FULL if full else "DROP TRIGGER disk_full"))


def test_a_database_that_is_gone_is_told_of_as_promised(tmp_path: Path) -> None:
    """A round that finds no database raises SQLAlchemy's error, whatever it would have done first."""
    folder = tmp_path / "data"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    with sender(database, 1, Clock()) as outbox:
        database.close()
        shutil.rmtree(folder)

        with pytest.raises(SQLAlchemyError):
            outbox.send_due(threading.Event())


def test_a_hiccup_of_the_disk_sends_nothing_twice(own_database: Database) -> None:
    """While the database refuses to write down a letter's fate, the outbox holds it and tries again in place."""
    put(own_database, "ack", "ack")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            set_disk(own_database, full=False)

    set_disk(own_database, full=True)
    with Sink() as sink, sender(own_database, sink.port, Clock(), pause=pause) as outbox:
        assert outbox.send_due(threading.Event()) == 2
    assert pauses == [0.1, 0.2, 0.5]
    assert states(own_database) == [("sent", 1)] * 2
    assert len(sink.heard) == 2


def test_a_full_disk_sends_nothing_twice(own_database: Database) -> None:
    """When the database stays away the pass ends; the next one writes down what was sent, and sends the rest once."""
    put(own_database, "ack", "ack", "ack")
    set_disk(own_database, full=True)
    with Sink() as sink, sender(own_database, sink.port, Clock(), pause=lambda _: None) as outbox:
        for _ in range(2):
            with pytest.raises(SQLAlchemyError):
                outbox.send_due(threading.Event())
        assert len(sink.heard) == 1
        set_disk(own_database, full=False)
        assert outbox.send_due(threading.Event()) == 2
    assert states(own_database) == [("sent", 1)] * 3
    assert [letter.content for letter in sink.heard] == [content(number) for number in range(3)]
    assert events(own_database) == []


def test_postgresql_gone_at_the_final_reply(postgres: Postgres) -> None:
    """PostgreSQL that dies while the server answers, and comes back, is told what happened; nothing is sent twice."""
    database = Database(postgres.new_database())
    with database.write() as connection:
        # The tests' server may lose what it has committed, for speed; here it may not.
        connection.execute(text(f"ALTER DATABASE {database.url.database} SET synchronous_commit = on"))
    database.close()  # new connections heed it
    put(database, "ack", "ack")
    stopped: list[str] = []

    def fail_once(step: str, whom: str) -> None:
        if step == "dot" and not stopped:
            stopped.append(whom)
            postgres.stop()

    def pause(_seconds: float) -> None:
        postgres.start()

    with Sink(fail_once) as sink, sender(database, sink.port, Clock(), pause=pause) as outbox:
        assert outbox.send_due(threading.Event()) == 2
    assert stopped == ["k0@example.test"]
    assert states(database) == [("sent", 1)] * 2
    assert len(sink.heard) == 2
    database.close()


class Scripted(Post):
    """Tells fates from a list instead of dialling."""

    def __init__(self, fates: list[Outcome]) -> None:
        super().__init__(smtp(1), "desk.example.test", lambda: 0.0)
        self._fates = iter(fates)

    def deliver(self, freight: Freight) -> Fate:
        """The next fate of the list."""
        return Fate(next(self._fates, Outcome.SENT), 450, "as the list says", Step.RCPT)


LOG = """
CREATE TABLE walked (before TEXT, after TEXT);
CREATE TRIGGER walk AFTER UPDATE OF state ON outgoing WHEN OLD.state <> NEW.state BEGIN
    INSERT INTO walked VALUES (OLD.state, NEW.state);
END
"""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4),
    fates=st.lists(st.sampled_from(list(Outcome)), max_size=20),
    acts=st.lists(st.sampled_from(["send", "crash", "retry", "wait", "stop"]), max_size=12),
)
def test_only_legal_steps(
    kinds: list[str], fates: list[Outcome], acts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever happens in whatever order, letters walk only by the table of legal states."""
    folder: Path = tmp_path_factory.mktemp("walk")
    database, clock = Database(f"sqlite:///{folder}/mailbot.db"), Clock()
    create, trigger = LOG.split(";\n", 1)
    with database.write() as connection:
        connection.execute(text(create))
        connection.execute(text(trigger))
    ids = put(database, *kinds)
    outbox = Outbox(database, Scripted(fates), clock, lambda: 0.0)
    stop = threading.Event()
    stop.set()
    for act in acts:
        if act == "send":
            outbox.send_due(threading.Event())
        elif act == "crash":
            outbox._claim()
            outbox.recover()
        elif act == "wait":
            clock.forward(timedelta(hours=7))
        elif act == "stop":
            batch, until = outbox._claim()
            outbox._send_batch(batch, until, stop)
        else:
            with database.write() as connection:
                retry(connection, ids[-1], clock())
    with database.read() as connection:
        walked = {
            (OutgoingState(row[0]), OutgoingState(row[1])) for row in connection.execute(text("SELECT * FROM walked"))
        }
    database.close()
    assert walked <= LEGAL_OUTGOING
    assert bool(walked) == bool({"send", "crash", "stop"} & set(acts))
