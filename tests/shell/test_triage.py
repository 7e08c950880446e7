"""Triage on both databases: what a batch becomes, what one bad mail costs the others, what a failing database costs."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from mailbot import gather as gather_module
from mailbot import triage as triage_module
from mailbot.core.letter import Letter, read_letter
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, TICKET
from mailbot.triage import Triage
from tests.daemon.house import lay_out, mail
from tests.servers.postgres import Postgres

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DESK_ADDRESS = "support@desk.example"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A configuration with one desk, opened."""
    return Office(lay_out(tmp_path / "config", address=DESK_ADDRESS))


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


def test_new_words_stand_beside_the_text_only_where_they_are_not_all_of_it(database: Database, triage: Triage) -> None:
    """A mail of new words alone is kept as one text, which is most of a ticket's room; one with a quote as both."""
    quoted = _to_desk(2, text="Ja, tack.\n\n> Vill ni det?\n")
    _arrive(database, _to_desk(1, text="Skrivaren är sönder.\n"), quoted)
    triage.run_batch()

    assert set(_rows(database, MESSAGE.c.text, MESSAGE.c.reply)) == {
        ("Skrivaren är sönder.", ""),
        ("Ja, tack.\n\n> Vill ni det?", "Ja, tack."),
    }


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

    monkeypatch.setattr(gather_module, "read_letter", reading)
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

    monkeypatch.setattr(gather_module, "read_letter", reading)
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


def test_an_answer_does_not_overtake_its_question_after_a_crash(database: Database, triage: Triage) -> None:
    """A mail that was under way when the process died is taken before the answer to it that came since: one case."""
    _arrive(database, _to_desk(1))
    with database.write() as connection:
        connection.execute(MAIL.update().values(attempts=1))
    _arrive(database, _to_desk(2, more="In-Reply-To: <mail-1@customer.example>\n"))
    assert [triage.run_batch(), triage.run_batch(), triage.run_batch()] == [1, 1, 0]
    assert len(_rows(database, TICKET.c.number)) == 1


def test_only_one_of_two_daemons_triages_at_a_time(postgres: Postgres, office: Office) -> None:
    """While one daemon is at it, another finds nothing to do, and takes its turn when the first has ended."""
    url = postgres.new_database()
    one, two = Database(url), Database(url)
    _arrive(one, _to_desk(1))
    waiting = Triage(two, office, lambda: NOW)
    with one.turn("triage") as ours:
        assert ours
        assert waiting.run_batch() == 0
    assert waiting.run_batch() == 1
    one.close()
    two.close()


def test_a_batch_is_bounded_by_size(database: Database, triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch holds no more octets than its bound, and a mail beyond the bound goes alone."""
    monkeypatch.setattr(triage_module, "BATCH_OCTETS", 60_000)
    noise = base64.encodebytes(random.Random(1).randbytes(40_000)).decode("ascii")
    _arrive(database, *(_to_desk(number, text=noise[number:]) for number in range(1, 4)), _to_desk(4))
    assert [triage.run_batch() for _ in range(4)] == [1, 1, 2, 0]


@pytest.mark.parametrize("fault", ["gather", "promise"])
def test_what_breaks_the_gathering_for_one_mail_parks_that_mail(
    fault: str, database: Database, triage: Triage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug while facts are gathered, or a case whose stored promise cannot be read, holds up no other mail."""
    _arrive(database, _to_desk(1))
    triage.run_batch()
    if fault == "promise":
        with database.write() as connection:
            connection.execute(TICKET.update().values(promise="nonsense"))
    else:
        real = gather_module.judge_sender

        def judge(letter: Letter, authserv_id: str) -> Any:
            if letter.message_id.startswith("mail-2@"):
                raise ZeroDivisionError("a bug")
            return real(letter, authserv_id)

        monkeypatch.setattr(gather_module, "judge_sender", judge)
    _arrive(database, _to_desk(2, more="In-Reply-To: <mail-1@customer.example>\n"), _to_desk(3), _to_desk(4))
    while triage.run_batch():
        pass
    assert dict(_rows(database, MAIL.c.id, MAIL.c.state)) == {1: "done", 2: "parked", 3: "done", 4: "done"}


def test_a_value_past_a_limit_of_the_database_parks_one_mail(postgres: Postgres, office: Office) -> None:
    """What PostgreSQL cannot index is about a row, not about the database: the mail is parked, the next one goes on."""
    database = Database(postgres.new_database())
    triage = Triage(database, office, lambda: NOW)
    noise = base64.b32encode(random.Random(1).randbytes(9000)).decode("ascii").lower()
    _arrive(database, _to_desk(1, more=f"X-Number: {noise[:100]}\n"), _to_desk(2))

    def reading(raw: bytes, *, language: str = "") -> Letter:
        letter = read_letter(raw, language=language)
        fields = {name: getattr(letter, name) for name in Letter.__slots__}
        return Letter(**{**fields, "message_id": noise}) if b"X-Number" in raw else letter

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather_module, "read_letter", reading)
        triage.run_batch()
    assert dict(_rows(database, MAIL.c.id, MAIL.c.state)) == {1: "parked", 2: "done"}
    database.close()


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
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; anna@customer.example\nAction: failed\n"
        f"Status: 5.1.1\n\n--b\n{third}\n--b--\n"
    )
    _arrive(database, report.replace("\n", "\r\n").encode())
    triage.run_batch()
    filed = (1, "filed", "delivery-report: a delivery report: anna@customer.example failed 5.1.1")
    assert filed in _rows(database, EVENT.c.ticket_id, EVENT.c.kind, EVENT.c.text)
    assert len(_rows(database, TICKET.c.number)) == 1
    assert len(_rows(database, MESSAGE.c.id)) == 1
