"""The outbox against a real server on loopback and real databases: what is sent, when, and what is written down."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from mailbot.attempt import retry
from mailbot.casefile import list_letters
from mailbot.core.fate import Fate, Outcome, Step
from mailbot.database import Database
from mailbot.outbox import Outbox
from mailbot.post import Freight, Post
from mailbot.tables import OUTGOING, OutgoingState
from tests.dialogues.sink import Sink
from tests.shell.outbox_rows import START, Clock, content, events, put, put_ticket, rows, sender, smtp, states

MINUTE = timedelta(minutes=1)


def test_due_letters_are_sent_once_oldest_first(database: Database) -> None:
    """What is due goes out in order of its hour, byte for byte; what is not due stays; plain success is no event."""
    put(database, "ack", "copy", "report", "relay")
    with database.write() as connection:
        for number, minutes in enumerate((-1, -3, -2, 1), 1):
            moment = START + minutes * MINUTE
            connection.execute(OUTGOING.update().where(OUTGOING.c.id == number).values(not_before=moment))
    with Sink() as sink, sender(database, sink.port, Clock()) as outbox:
        assert outbox.send_due(threading.Event()) == 3
        assert outbox.send_due(threading.Event()) == 0
    assert [(letter.recipient, letter.content) for letter in sink.taken] == [
        (f"k{number}@example.test", content(number)) for number in (1, 2, 0)
    ]
    sent = rows(database)[0]
    assert (sent.state, sent.attempts, sent.fate, sent.answer) == ("sent", 1, "SENT", "dot: 250 taken")
    assert (sent.ended, sent.leased_until) == (START, None)
    assert states(database)[3] == ("waiting", 0)
    assert events(database) == []


def test_retries_are_byte_identical(database: Database) -> None:
    """Five times 451 after the dot: six times the same bytes by the schedule, and the success is told (K20, K25)."""
    (letter,) = put(database, "ack", ticket_id=put_ticket(database))
    clock, answers = Clock(), ["451 4.3.0 try later"] * 5
    waits = []
    with (
        Sink(lambda step, _: answers.pop() if step == "dot" and answers else None) as sink,
        sender(database, sink.port, clock) as outbox,
    ):
        while rows(database)[0].state == "waiting":
            waits.append((rows(database)[0].not_before - clock()) / MINUTE)
            clock.moment = rows(database)[0].not_before
            assert outbox.send_due(threading.Event()) == 1
    assert waits == [0, 5, 10, 20, 40, 70]
    assert {heard.content for heard in sink.heard} == {content(0)}
    assert (len(sink.heard), len(sink.taken)) == (6, 1)
    assert states(database) == [("sent", 6)]
    assert events(database) == [(1, letter, "sent", "sent to k0@example.test at attempt 6")]


def test_refused_for_good_is_seen_on_the_ticket(database: Database) -> None:
    """A 550 ends the letter and stands on its ticket; the other recipients of the same cause get theirs (K24, K26)."""
    _, second, _ = put(database, "copy", "copy", "copy", ticket_id=put_ticket(database))
    refused = "550 5.1.1 no such person"
    with (
        Sink(lambda step, whom: refused if (step, whom) == ("rcpt", "k1@example.test") else None) as sink,
        sender(database, sink.port, Clock()) as outbox,
    ):
        outbox.send_due(threading.Event())
    assert states(database) == [("sent", 1), ("failed", 1), ("sent", 1)]
    assert rows(database)[1].answer == f"rcpt: {refused}"
    assert rows(database)[1].ended == START
    assert events(database) == [(1, second, "undeliverable", f"undeliverable to k1@example.test: rcpt: {refused}")]


@pytest.mark.parametrize(("kind", "hours"), [("ack", 24), ("relay", 120)])
def test_given_up_at_the_end_of_its_lifetime(kind: str, hours: int, sqlite_database: Database) -> None:
    """A letter that never gets through is tried to the last moment, then fails with its last answer on the ticket."""
    (letter,) = put(sqlite_database, kind, ticket_id=put_ticket(sqlite_database))
    clock, tries = Clock(), 0
    with (
        Sink(lambda step, _: f"450 4.2.0 refusal {tries}" if step == "rcpt" else None) as sink,
        sender(sqlite_database, sink.port, clock) as outbox,
    ):
        while rows(sqlite_database)[0].state == "waiting":
            clock.moment = rows(sqlite_database)[0].not_before
            tries += 1
            assert outbox.send_due(threading.Event()) == 1
    assert clock() == START + timedelta(hours=hours)
    assert states(sqlite_database) == [("failed", tries)]
    assert rows(sqlite_database)[0].answer == f"rcpt: 450 4.2.0 refusal {tries}"
    told = f"undeliverable to k0@example.test, given up after {tries} attempts: rcpt: 450 4.2.0 refusal {tries}"
    assert events(sqlite_database) == [(1, letter, "undeliverable", told)]


@pytest.mark.parametrize(
    ("kind", "state", "again"),
    [
        ("ack", "waiting", 5),
        ("copy", "waiting", 5),
        ("relay", "waiting", 5),
        ("report", "waiting", 5),
        ("survey", "doubtful", 0),
    ],
)
def test_doubt_by_kind(kind: str, state: str, again: int, database: Database) -> None:
    """A line that breaks after the dot: most letters go again unchanged, a survey is held; both are told (K22)."""
    (letter,) = put(database, kind, ticket_id=put_ticket(database))
    clock, answers = Clock(), ["drop"]
    with (
        Sink(lambda step, _: answers.pop() if step == "dot" and answers else None) as sink,
        sender(database, sink.port, clock) as outbox,
    ):
        outbox.send_due(threading.Event())
        row = rows(database)[0]
        assert (row.state, row.fate, row.not_before) == (state, "DOUBT", START + again * MINUTE)
        assert [told[:3] for told in events(database)] == [(1, letter, "doubt")]
        clock.forward(timedelta(hours=2))
        outbox.send_due(threading.Event())
    assert [heard.content for heard in sink.heard] == [content(0)] * (2 if again else 1)
    assert states(database) == [("sent", 2) if again else ("doubtful", 1)]


def test_doubt_at_the_end_of_its_lifetime_is_held(sqlite_database: Database) -> None:
    """A letter in doubt whose time is over is not called undeliverable: it may have arrived."""
    put(sqlite_database, "ack", give_up=START)
    with (
        Sink(lambda step, _: "drop" if step == "dot" else None) as sink,
        sender(sqlite_database, sink.port, Clock()) as outbox,
    ):
        outbox.send_due(threading.Event())
    assert states(sqlite_database) == [("doubtful", 1)]
    assert events(sqlite_database)[0][2] == "doubt"


def test_server_that_is_gone_is_dialled_once(database: Database) -> None:
    """While the server is away each pass dials once; when it is back, those that waited for it go out at once."""
    put(database, *["ack"] * 120)
    clock, away = Clock(), True
    with (
        Sink(lambda step, _: "drop" if step == "banner" and away else None) as sink,
        sender(database, sink.port, clock) as outbox,
    ):
        outbox.send_due(threading.Event())
        assert sink.connections == 1
        assert sorted(set(states(database))) == [("waiting", 0), ("waiting", 1)]
        assert {row.not_before for row in rows(database) if row.attempts} == {START + 5 * MINUTE}
        assert {row.answer.split(":")[0] for row in rows(database) if row.attempts} == {"connect"}
        outbox.send_due(threading.Event())
        outbox.send_due(threading.Event())
        assert sink.connections == 3
        assert set(states(database)) == {("waiting", 1)}
        away = False
        clock.forward(MINUTE)
        put_one_more(database)
        outbox.send_due(threading.Event())
    assert set(states(database)) == {("sent", 2), ("sent", 1)}
    assert len(sink.taken) == 121


def test_absence_of_the_server_is_told_once(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The first failure to reach the server is an error in the log, those after it are not, its return is told."""
    put(sqlite_database, *["ack"] * 120)
    caplog.set_level("INFO", "mailbot.outbox")
    away = True
    with (
        Sink(lambda step, _: "554 5.7.1 your address is blocked" if step == "banner" and away else None) as sink,
        sender(sqlite_database, sink.port, Clock()) as outbox,
    ):
        outbox.send_due(threading.Event())
        outbox.send_due(threading.Event())
        away = False
        outbox.send_due(threading.Event())
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "INFO"]
    assert "connect: 554 5.7.1 your address is blocked (the server refuses us" in caplog.text
    assert "100 that waited" in caplog.text


def put_one_more(database: Database) -> None:
    """A new letter that nobody has tried."""
    with database.write() as connection:
        connection.execute(
            OUTGOING.insert(),
            {
                "cause": "ack:mail:new", "recipient": "new@example.test", "kind": "ack", "desk": "support",
                "created": START, "not_before": START, "give_up": START + timedelta(days=1), "message_id": "new",
                "subject": "", "sender": "", "content": content(999),
            },
        )  # fmt: skip


def test_greylisted_letters_keep_their_schedule(sqlite_database: Database) -> None:
    """A server that is back calls up who waited for it, not a letter that the server itself told to wait."""
    put(sqlite_database, "ack", "ack")
    with (
        Sink(
            lambda step, whom: "450 4.2.0 greylisted" if (step, whom) == ("rcpt", "k0@example.test") else None
        ) as sink,
        sender(sqlite_database, sink.port, Clock()) as outbox,
    ):
        outbox.send_due(threading.Event())
    assert states(sqlite_database) == [("waiting", 1), ("sent", 1)]
    assert rows(sqlite_database)[0].not_before == START + 5 * MINUTE


@pytest.mark.parametrize(("broken", "sent"), [({"k1"}, 9), ({"k1", "k3"}, 8), ({"k1", "k2"}, 1)])
def test_two_lost_lines_in_a_row_are_the_servers(broken: set[str], sent: int, sqlite_database: Database) -> None:
    """One letter that breaks the line delays only itself; two in a row end the pass."""
    put(sqlite_database, *["ack"] * 10)
    with (
        Sink(lambda step, whom: "drop" if step == "rcpt" and whom.split("@")[0] in broken else None) as sink,
        sender(sqlite_database, sink.port, Clock()) as outbox,
    ):
        outbox.send_due(threading.Event())
    assert len(sink.taken) == sent
    assert {row.attempts for row in rows(sqlite_database)} == {1}


def test_stop_puts_back_what_was_not_dialled(database: Database) -> None:
    """When told to stop, the letter in hand is finished; the others wait as if they had never been claimed."""
    put(database, *["ack"] * 5)
    stop = threading.Event()
    with (
        Sink(lambda step, whom: stop.set() if (step, whom) == ("dot", "k1@example.test") else None) as sink,
        sender(database, sink.port, Clock()) as outbox,
    ):
        assert outbox.send_due(stop) == 2
        assert states(database) == [("sent", 1)] * 2 + [("waiting", 0)] * 3
        assert {(row.not_before, row.leased_until) for row in rows(database)[2:]} == {(START, None)}
        outbox.send_due(threading.Event())
    assert [letter.recipient for letter in sink.taken] == [f"k{number}@example.test" for number in range(5)]
    assert events(database) == []


def test_letters_are_put_back_before_their_lease_runs_out(database: Database) -> None:
    """When a slow server has used up a batch's time, the rest is put back and claimed anew, and all are sent once."""
    put(database, *["ack"] * 4)
    clock = Clock()

    def slowly(step: str, _whom: str) -> None:
        if step == "dot":
            clock.forward(timedelta(seconds=61))

    with Sink(slowly) as sink, sender(database, sink.port, clock) as outbox:
        assert outbox.send_due(threading.Event()) == 2
        assert states(database) == [("sent", 1)] * 2 + [("waiting", 0)] * 2
        assert outbox.send_due(threading.Event()) == 2
    assert len(sink.taken) == 4


class Watching(Post):
    """Looks at the database while it holds a letter."""

    def __init__(self, port: int, database: Database) -> None:
        super().__init__(smtp(port), "desk.example.test", lambda: 0.0)
        self._database = database
        self.under_way: list[int] = []

    def deliver(self, freight: Freight) -> Fate:
        """Count what stands attempting, then deliver."""
        self.under_way.append(sum(row.state == "attempting" for row in rows(self._database)))
        return super().deliver(freight)


@pytest.mark.parametrize(
    ("kinds", "under_way"),
    [
        (["ack"] * 3, [3, 2, 1]),
        (["survey"] * 3, [1, 1, 1]),
        (["ack", "ack", "survey", "ack", "ack"], [2, 1, 1, 2, 1]),
        (["ack"] * 60, [*range(50, 0, -1), *range(10, 0, -1)]),
    ],
    ids=["acks", "surveys", "mixed", "more than a batch"],
)
def test_claims_hold_only_what_may_go_twice(kinds: list[str], under_way: list[int], sqlite_database: Database) -> None:
    """Letters that may be sent twice are claimed together, at most fifty; one that doubt would hold goes alone."""
    put(sqlite_database, *kinds)
    with Sink() as sink:
        post = Watching(sink.port, sqlite_database)
        Outbox(sqlite_database, post, Clock(), lambda: 0.0).send_due(threading.Event())
        post.close()
    assert post.under_way == under_way
    assert [letter.recipient for letter in sink.taken] == [f"k{number}@example.test" for number in range(len(kinds))]


def test_claims_are_bounded_by_bytes(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of large letters is small, and a letter over the bound still goes."""
    monkeypatch.setattr("mailbot.outbox._BATCH_BYTES", 2 * len(content(0)))
    put(sqlite_database, *["copy"] * 5)
    with sqlite_database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.id == 5).values(content=content(4) * 9))
    with Sink() as sink:
        post = Watching(sink.port, sqlite_database)
        Outbox(sqlite_database, post, Clock(), lambda: 0.0).send_due(threading.Event())
        post.close()
    assert post.under_way == [2, 1, 2, 1, 1]


def test_nothing_between_the_last_reply_and_its_commit(own_database: Database) -> None:
    """One update, which is its own commit, follows the final reply, nothing else (K23)."""
    put(own_database, "ack", "ack", "ack")
    spoken: list[str] = []
    with (
        Sink(lambda step, _: spoken.append(f"<{step}>") if step else None) as sink,
        sender(own_database, sink.port, Clock()) as outbox,
    ):
        event.listen(
            own_database.engine,
            "checkout",
            lambda raw, *_: raw.set_trace_callback(lambda sql: spoken.append(sql.split()[0])),
        )
        outbox.send_due(threading.Event())
    dots = [place for place, word in enumerate(spoken) if word == "<dot>"]
    # After the first letter the outbox calls up who waited for the server; the last one shows the plain path.
    assert spoken[dots[1] : dots[2]] == ["<dot>", "UPDATE", "<mail>", "<rcpt>", "<data>"]


def test_queries_use_the_index_of_what_is_not_ended(sqlite_database: Database) -> None:
    """However many letters have been sent, looking for due ones reads only those that have not."""
    put(sqlite_database, "ack")
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        sqlite_database.engine,
        "before_cursor_execute",
        lambda _c, _k, sql, values, *_: asked.append((sql, values)) if sql.startswith("SELECT") else None,
    )
    with Sink() as sink, sender(sqlite_database, sink.port, Clock()) as outbox:
        outbox.send_due(threading.Event())
    queries = list(asked)
    with sqlite_database.read() as connection:
        for sql, values in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            assert "outgoing_due" in str(plan), sql
    assert len(queries) >= 2


def test_wrong_address_never_reaches_the_server(sqlite_database: Database) -> None:
    """A recipient that could change the dialogue fails on its ticket; the next letter goes out (T21)."""
    put(sqlite_database, "ack", recipient="anna@example.test>\r\nRCPT TO:<eve@example.test")
    with Sink() as sink, sender(sqlite_database, sink.port, Clock()) as outbox:
        outbox.send_due(threading.Event())
    assert sink.connections == 0
    assert states(sqlite_database) == [("failed", 1)]
    assert events(sqlite_database)[0][2] == "undeliverable"


@pytest.mark.parametrize("state", list(OutgoingState))
def test_retry_takes_only_what_has_ended_badly(state: OutgoingState, database: Database) -> None:
    """An admin can have failed and doubtful letters sent again, the same bytes, for a whole lifetime; no others."""
    (letter,) = put(database, "ack", state=state, attempts=3, give_up=START, ended=START)
    clock = Clock()
    clock.forward(timedelta(days=3))
    with database.write() as connection:
        found = retry(connection, letter, clock())
    assert found == (state in {OutgoingState.FAILED, OutgoingState.DOUBTFUL})
    if not found:
        assert (rows(database)[0].state, events(database)) == (state, [])
        return
    assert rows(database)[0].give_up == clock() + timedelta(days=1)
    with Sink() as sink, sender(database, sink.port, clock) as outbox:
        outbox.send_due(threading.Event())
    assert [heard.content for heard in sink.taken] == [content(0)]
    assert states(database) == [("sent", 4)]
    assert events(database)[0][2] == "retry"


def test_retry_of_no_letter(database: Database) -> None:
    """An id that does not exist is not found."""
    with database.write() as connection:
        assert not retry(connection, 4711, START)


def test_list_tells_all_but_the_bytes(database: Database) -> None:
    """The list has every letter, oldest first, with all that an admin may want to know and none of its bytes."""
    put(database, "ack", "survey")
    with database.read() as connection:
        listed = list_letters(connection)
    assert [(row["kind"], row["recipient"], row["state"]) for row in listed] == [
        ("ack", "k0@example.test", "waiting"),
        ("survey", "k1@example.test", "waiting"),
    ]
    assert not any(isinstance(value, bytes) for value in listed[0].values())


def test_unknown_fault_in_post_is_kept_in_the_row(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody thought of is LATER with its name, and the letter is sent when it has passed (K26)."""
    put(sqlite_database, "ack")
    clock = Clock()
    with Sink() as sink, sender(sqlite_database, sink.port, clock) as outbox:
        with monkeypatch.context() as broken:
            broken.setattr("mailbot.post._mail_parameters", lambda *_: 1 // 0)
            outbox.send_due(threading.Event())
        row = rows(sqlite_database)[0]
        assert (row.state, row.fate) == ("waiting", Outcome.LATER)
        assert row.answer.startswith(f"{Step.MAIL}: ZeroDivisionError")
        clock.forward(5 * MINUTE)
        outbox.send_due(threading.Event())
    assert states(sqlite_database) == [("sent", 2)]
