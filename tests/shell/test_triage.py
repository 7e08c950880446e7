"""Triage on both databases: what a batch becomes, what one bad mail costs the others, what a failing database costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from mailbot import triage as triage_module
from mailbot.core.letter import Letter, read_letter
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, TICKET
from mailbot.triage import Triage
from tests.daemon.house import DESK, SETTINGS, mail

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DESK_ADDRESS = "support@desk.example"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A configuration with one desk, opened."""
    folder = tmp_path / "config"
    (folder / "desks").mkdir(parents=True)
    settings = SETTINGS.format(database="", smtp=25, imap=143, user="u", mailbox="")
    (folder / "mailbot.toml").write_text(settings, encoding="utf-8")
    (folder / "password").write_text("secret", encoding="utf-8")
    (folder / "keys").write_text("a:" + "0f" * 32 + "\n", encoding="ascii")
    (folder / "keys").chmod(0o600)
    (folder / "desks" / "td.toml").write_text(DESK.format(address=DESK_ADDRESS, more=""), encoding="utf-8")
    return Office(folder)


@pytest.fixture
def triage(database: Database, office: Office) -> Iterator[Triage]:
    """Triage on an empty database."""
    return Triage(database, office, lambda: NOW)


def _arrive(database: Database, *mails: bytes) -> None:
    with database.read() as connection:
        before = len(connection.execute(select(MAIL.c.id)).all())
    arrivals = [Arrival(before + number, NOW, len(raw), raw) for number, raw in enumerate(mails, 1)]
    store(
        database, mailbox="m", uidvalidity=1, arrivals=arrivals, last_uid=arrivals[-1].uid, since=None,
        route=lambda _recipients: "td", now=NOW, settled=True,
    )  # fmt: skip


def _rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def _to_desk(number: int, **more: Any) -> bytes:
    return mail(number, to=DESK_ADDRESS, **more)


def test_an_answer_in_the_same_batch_joins_its_question(database: Database, triage: Triage) -> None:
    """Three mails of one thread that come at once, in any order, are one case."""
    _arrive(
        database,
        _to_desk(3, more="In-Reply-To: <mail-2@customer.example>\n"),
        _to_desk(2, more="In-Reply-To: <mail-1@customer.example>\n"),
        _to_desk(1),
    )
    assert triage.run_batch() == 3
    assert triage.run_batch() == 0
    assert len(_rows(database, TICKET.c.number)) == 1
    assert [reference for (reference,) in _rows(database, MESSAGE.c.reference)] == [
        "mail-1@customer.example", "mail-2@customer.example", "mail-3@customer.example",
    ]  # fmt: skip


def test_mails_that_answer_each_other_in_a_circle_are_done(database: Database, triage: Triage) -> None:
    """Two mails that each claim to answer the other hold nobody up."""
    _arrive(
        database,
        _to_desk(1, more="In-Reply-To: <mail-2@customer.example>\n"),
        _to_desk(2, more="In-Reply-To: <mail-1@customer.example>\n"),
    )
    assert triage.run_batch() == 2
    assert {state for (state,) in _rows(database, MAIL.c.state)} == {"done"}


def test_a_mail_that_raises_is_parked_and_the_others_go_on(
    database: Database, triage: Triage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug that one mail sets off parks that mail with its reason, tells the admin, and costs the others nothing."""

    def reading(raw: bytes, *, language: str = "") -> Letter:
        if b"Number two" in raw:
            raise ZeroDivisionError("a bug")
        return read_letter(raw, language=language)

    monkeypatch.setattr(triage_module, "read_letter", reading)
    _arrive(database, _to_desk(1), _to_desk(2, text="Number two"), _to_desk(3))
    triage.run_batch()
    assert len(_rows(database, TICKET.c.number)) == 2
    parked = [
        (i, reason) for i, state, reason in _rows(database, MAIL.c.id, MAIL.c.state, MAIL.c.reason) if state == "parked"
    ]
    assert parked == [(2, "ZeroDivisionError: a bug")]
    assert [kind for (kind,) in _rows(database, OUTGOING.c.kind)].count("report") == 1
    assert ("parked", "ZeroDivisionError: a bug") in _rows(database, EVENT.c.kind, EVENT.c.text)


def test_a_row_that_the_database_refuses_parks_one_mail(
    database: Database, triage: Triage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text that the database cannot store, should it ever get past reading, parks its own mail and no other."""

    def reading(raw: bytes, *, language: str = "") -> Letter:
        letter = read_letter(raw, language=language)
        if b"Number two" not in raw:
            return letter
        return Letter(**{**{name: getattr(letter, name) for name in Letter.__slots__}, "text": "lone \ud800 surrogate"})

    monkeypatch.setattr(triage_module, "read_letter", reading)
    _arrive(database, _to_desk(1), _to_desk(2, text="Number two"), _to_desk(3))
    triage.run_batch()
    states = dict(_rows(database, MAIL.c.id, MAIL.c.state))
    assert states == {1: "done", 2: "parked", 3: "done"}
    assert len(_rows(database, TICKET.c.number)) == 2


def test_a_failing_database_counts_against_no_mail(database: Database, triage: Triage) -> None:
    """Five failures of the database in a row park nothing; when it works again the mails are done (K18)."""
    _arrive(database, _to_desk(1), _to_desk(2))
    broken = True

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if broken and statement.startswith("INSERT INTO ticket"):
            raise OperationalError(statement, None, Exception("disk full"))

    event.listen(database.engine, "before_cursor_execute", fail)
    for _ in range(5):
        with pytest.raises(OperationalError):
            triage.run_batch()
    broken = False
    assert triage.run_batch() == 2
    assert {state for (state,) in _rows(database, MAIL.c.state)} == {"done"}
    assert {attempts for (attempts,) in _rows(database, MAIL.c.attempts)} == {1}


def test_a_desk_that_is_gone_parks_its_mail(database: Database, triage: Triage, office: Office) -> None:
    """Mail stored for a desk whose file was removed since is parked with that reason, not lost."""
    _arrive(database, _to_desk(1))
    with database.write() as connection:
        connection.execute(MAIL.update().values(desk="gone"))
    triage.run_batch()
    assert _rows(database, MAIL.c.state, MAIL.c.reason) == [("parked", "there is no enabled desk 'gone' any more")]


def test_numbers_run_on_without_a_gap_in_good_times(database: Database, triage: Triage) -> None:
    """Sixty mails get sixty numbers in order over two batches, none twice (K33)."""
    _arrive(database, *(_to_desk(number) for number in range(1, 61)))
    assert triage.run_batch() == 50
    assert triage.run_batch() == 10
    numbers = [number for (number,) in _rows(database, TICKET.c.number)]
    assert [int(number.removeprefix("TD-")) // 10 for number in numbers] == list(range(1, 61))


def test_a_daemon_started_again_takes_back_its_own(database: Database, office: Office) -> None:
    """What a daemon held when it died it takes up at once when it is started again; another's only after the lease."""
    _arrive(database, _to_desk(1))
    with database.write() as connection:
        connection.execute(
            MAIL.update().values(attempts=1, leased_until=datetime(2026, 11, 23, 9, tzinfo=UTC), holder="one")
        )
    other = Triage(database, office, lambda: NOW, holder="two")
    if not database.is_sqlite:  # an SQLite file has one daemon, whatever it is called now
        other.recover()
        assert other.run_batch() == 0
    again = Triage(database, office, lambda: NOW, holder="one")
    again.recover()
    assert again.run_batch() == 1


@pytest.mark.parametrize("returned", ["attached", "in the text"])
def test_a_delivery_report_is_told_on_the_case_it_is_about(database: Database, triage: Triage, returned: str) -> None:
    """A report that returns one of our letters is a line of that case's history, by the tag in its Message-ID."""
    _arrive(database, _to_desk(1))
    triage.run_batch()
    ((message_id,),) = [(m,) for m, kind in _rows(database, OUTGOING.c.message_id, OUTGOING.c.kind) if kind == "ack"]
    headers = f"Message-ID: <{message_id}>\nSubject: x\n"
    third = f"Content-Type: text/rfc822-headers\n\n{headers}"
    if returned == "in the text":
        third = f"Content-Type: text/plain\n\n--- Original message headers:\n\n{headers}"
    report = (
        "From: MAILER-DAEMON@mx.example\nTo: support@desk.example\nSubject: Undelivered Mail\nReturn-Path: <>\n"
        "Message-ID: <dsn@mx.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="b"\n\n--b\nContent-Type: text/plain\n\nNo such user.\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@customer.example\nAction: failed\n"
        f"Status: 5.1.1\n\n--b\n{third}\n--b--\n"
    )
    _arrive(database, report.replace("\n", "\r\n").encode())
    triage.run_batch()
    filed = (1, "filed", "delivery-report: a delivery report: anna@customer.example failed 5.1.1")
    assert filed in _rows(database, EVENT.c.ticket_id, EVENT.c.kind, EVENT.c.text)
    assert len(_rows(database, TICKET.c.number)) == 1
    assert len(_rows(database, MESSAGE.c.id)) == 1
