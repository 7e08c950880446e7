"""Commit 1: each mail once, with how far its mailbox has been read, on both databases."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from mailbot import inbox
from mailbot.core.envelope import read_envelope
from mailbot.database import Database
from mailbot.inbox import Arrival, Position
from mailbot.rawmail import unpack
from mailbot.tables import EVENT, MAIL, RAW, SIGHTING

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def arrival(uid: int, subject: str = "", message_id: str | None = None, received: datetime = NOON) -> Arrival:
    """A mail; its subject and its Message-ID tell it apart (by default both by its UID)."""
    subject = subject or f"mail {uid}"
    lines = ["From: anna@customer.test", "To: support@desk.test", f"Subject: {subject}"]
    lines += (
        [f"Message-ID: <{f'{uid}@customer.test' if message_id is None else message_id}>"] if message_id != "" else []
    )
    raw = ("\r\n".join([*lines, "", f"body of {subject}", ""])).encode()
    return Arrival(uid, received, len(raw), raw)


def store(database: Database, *arrivals: Arrival, **changed: Any) -> tuple[int, int]:
    """Store the arrivals as mailbox "box", UIDVALIDITY 1, would; how many mails and how many sightings were new."""
    usual: dict[str, Any] = {
        "mailbox": "box",
        "uidvalidity": 1,
        "arrivals": arrivals,
        "last_uid": max((arrived.uid for arrived in arrivals), default=0),
        "since": None,
        "route": lambda _recipients: "desk",
        "now": NOON + timedelta(seconds=5),
        "settled": False,
    }
    stored = inbox.store(database, **{**usual, **changed})
    return stored.mails, len(stored.uids)


def rows(database: Database, table: Any) -> Sequence[Any]:
    """Every row of a table, in order."""
    with database.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()


def contents(database: Database) -> dict[int, bytes]:
    """The bytes of every mail, by its id."""
    with database.read() as connection:
        return {mail_id: unpack(content) for mail_id, content in connection.execute(select(RAW))}


def test_what_is_stored(database: Database) -> None:
    """A stored mail has the server's bytes unchanged, who it is for, when it arrived, and waits for triage (K6)."""
    arrived = arrival(7, received=datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
    stored = store(database, arrived, route=" ".join)
    (mail,) = rows(database, MAIL)
    assert stored == (1, 1)
    assert (mail.desk, mail.message_id) == ("support@desk.test", "7@customer.test")
    assert mail.digest == read_envelope(arrived.raw).digest
    assert contents(database) == {mail.id: arrived.raw}
    assert mail.sha256 == hashlib.sha256(arrived.raw).hexdigest()
    assert (mail.received, mail.stored, mail.size) == (arrived.received, NOON + timedelta(seconds=5), len(arrived.raw))
    assert (mail.state, mail.attempts, mail.outcome, mail.reason) == ("stored", 0, "", "")
    (sighting,) = rows(database, SIGHTING)
    assert (sighting.mail_id, sighting.mailbox, sighting.uidvalidity, sighting.uid) == (mail.id, "box", 1, 7)
    assert rows(database, EVENT) == []


def test_first_contact_has_no_arrivals(database: Database) -> None:
    """Where a mailbox is read from is remembered without a mail, to the moment and with its zone."""
    assert inbox.read_position(database, "box") is None
    store(database, last_uid=41, since=NOON)
    assert inbox.read_position(database, "box") == Position(1, 41, NOON)


def test_storing_again_changes_nothing(database: Database) -> None:
    """The same UIDs of the same mailbox are taken once, even where the desk they are for has changed since (K10)."""
    batch = [arrival(uid) for uid in range(1, 6)]
    assert store(database, *batch) == (5, 5)
    before = rows(database, MAIL)
    assert store(database, *batch, route=lambda _: "other") == (0, 0)
    assert rows(database, MAIL) == before
    assert rows(database, EVENT) == []


def test_another_uidvalidity_stores_no_mail_twice(database: Database) -> None:
    """After the server renumbered its mails they are known by their digest: new sightings, no new mail (K11)."""
    store(database, *(arrival(uid) for uid in range(1, 4)))
    renumbered = [Arrival(uid + 10, NOON, 1, arrival(uid).raw) for uid in range(1, 4)]
    assert store(database, *renumbered, uidvalidity=2) == (0, 3)
    assert [(line.kind, line.text) for line in rows(database, EVENT)] == [
        ("duplicate", f"arrived again in mailbox box as UID {uid}; kept once") for uid in (11, 12, 13)
    ]
    assert inbox.read_position(database, "box") == Position(2, 13, None)


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_one_mail_in_two_mailboxes(database: Database, in_one_batch: bool) -> None:
    """A mail that arrives twice, in one batch or in two mailboxes of a desk, is stored once and seen twice (K13)."""
    copy = Arrival(9, NOON, 1, arrival(1).raw)
    if in_one_batch:
        assert store(database, arrival(1), copy) == (1, 2)
    else:
        store(database, arrival(1))
        assert store(database, copy, mailbox="another") == (0, 1)
    assert len(rows(database, MAIL)) == 1
    assert [line.kind for line in rows(database, EVENT)] == ["duplicate"]


def test_the_bytes_of_copies_are_not_mixed(database: Database) -> None:
    """Of copies that came in one batch by different ways, the bytes are kept to which the digest of them belongs."""
    ways = [Arrival(uid, NOON, 1, b"Received: by relay %d\r\n" % uid + arrival(1).raw) for uid in (3, 1, 2)]
    assert store(database, *ways, arrival(5)) == (2, 4)
    kept = contents(database)
    assert {mail.id: mail.sha256 for mail in rows(database, MAIL)} == {
        mail_id: hashlib.sha256(raw).hexdigest() for mail_id, raw in kept.items()
    }


def test_each_desk_has_its_own_copy(database: Database) -> None:
    """A mail to two desks is a mail of each."""
    store(database, arrival(1))
    assert store(database, arrival(1), mailbox="another", route=lambda _: "other") == (1, 1)


def test_a_message_id_suppresses_nothing(database: Database) -> None:
    """Two different mails under one Message-ID are both stored (K13)."""
    assert store(database, arrival(1, "one", "same@x.test"), arrival(2, "two", "same@x.test")) == (2, 2)


def test_mails_without_id_are_known_by_their_digest(database: Database) -> None:
    """Ten mails without a Message-ID, delivered twice, are ten mails (K14)."""
    assert store(database, *(arrival(uid, f"mail {uid}", "") for uid in range(1, 11))) == (10, 10)
    assert store(database, *(arrival(uid + 10, f"mail {uid}", "") for uid in range(1, 11))) == (0, 10)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"Subject: \x00\r\nMessage-ID: <\x00\xff@x>\r\n\r\n\x00",
        b"Message-ID: <" + b"a" * 20_000 + b"@x>\r\n\r\n",
        b"Message-ID: <\xed\xa0\x80@x>\r\nTo: \xed\xa0\x80@x\r\n\r\n",
        bytes(range(256)) * 40,
    ],
)
def test_any_bytes_can_be_stored(database: Database, raw: bytes) -> None:
    """No bytes are refused by a database, and they do not hold up the mail beside them (K16)."""
    assert store(database, Arrival(1, NOON, len(raw), raw), arrival(2)) == (2, 2)
    assert contents(database)[rows(database, MAIL)[0].id] == raw


def test_the_cursor_never_goes_back(database: Database) -> None:
    """Within one UIDVALIDITY the cursor only moves on, and `since` stays what the first contact made it (K15)."""
    store(database, last_uid=10, since=NOON)
    store(database, last_uid=4, since=NOON + timedelta(days=1))
    assert inbox.read_position(database, "box") == Position(1, 10, NOON)
    store(database, last_uid=3, uidvalidity=2)
    assert inbox.read_position(database, "box") == Position(2, 3, NOON)


def test_a_failure_stores_nothing(database: Database) -> None:
    """Where one statement of the commit fails, neither mail nor cursor has changed (K18)."""
    store(database, last_uid=0)

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO sighting"):
            raise RuntimeError("the disk is full")

    event.listen(database.engine, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError):
        store(database, arrival(1))
    event.remove(database.engine, "before_cursor_execute", fail)
    assert (rows(database, MAIL), inbox.read_position(database, "box")) == ([], Position(1, 0, None))
    assert store(database, arrival(1)) == (1, 1)


def test_settling(database: Database) -> None:
    """What the server has not been told of is listed in order until marked, under the numbering it belongs to."""
    store(database, *(arrival(uid) for uid in (1, 2, 3)))
    store(database, arrival(4), mailbox="another")
    assert inbox.unsettled(database, "box", 1, 10) == [1, 2, 3]
    assert inbox.unsettled(database, "box", 1, 2) == [1, 2]
    assert inbox.unsettled(database, "box", 2, 10) == []
    inbox.mark_settled(database, "box", 1, [1, 3])
    assert inbox.unsettled(database, "box", 1, 10) == [2]
    store(database, arrival(5), settled=True)
    assert inbox.unsettled(database, "box", 1, 10) == [2]


def test_what_is_stored_beyond_the_cursor(database: Database) -> None:
    """Mails behind one that could not be fetched are known although the cursor waits before it."""
    store(database, arrival(1), arrival(4), arrival(6), last_uid=2)
    position = inbox.read_position(database, "box")
    assert position == Position(1, 2, None)
    assert inbox.seen_beyond(database, "box", position) == {4, 6}


def test_pollers_at_once(database: Database) -> None:
    """Four pollers that store the same mails at the same moment store each once (K10)."""
    barrier = threading.Barrier(4)
    counts: list[tuple[int, int]] = []

    def poll() -> None:
        barrier.wait()
        counts.extend(store(database, *(arrival(uid) for uid in range(at, at + 10))) for at in range(1, 41, 10))

    threads = [threading.Thread(target=poll) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(counts), sum(mails for mails, _ in counts), sum(seen for _, seen in counts)) == (16, 40, 40)
    assert len(rows(database, MAIL)) == 40


def test_a_batch_costs_few_statements(database: Database) -> None:
    """Fifty new mails are stored with six statements, not with fifty."""
    statements: list[str] = []
    store(database)
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    store(database, *(arrival(uid) for uid in range(1, 51)))
    assert len([text for text in statements if not text.startswith("BEGIN")]) == 5
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(MAIL)).scalar() == 50
