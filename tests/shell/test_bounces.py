"""Letters that come back or are refused, on both databases: matched to the very letter, told, and acted upon once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from typer.testing import CliRunner

from mailbot import daemon as daemon_module
from mailbot.cli import app
from mailbot.daemon import Daemon
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, SUPPRESSED, TICKET
from tests.daemon.house import lay_out, mail
from tests.dialogues.sink import Sink
from tests.lettering import read_mail

TO = "support@desk.example"
ANNA = "anna@customer.example"
AGNES = "agnes@agents.example"
ADMIN = "admin@house.example"


class Room:
    """A desk whose mail a test brings in and whose letters go to a sink, one pass at a time."""

    def __init__(self, database: Database, folder: Path, sink: Sink, *, tags: str = "none", more: str = "") -> None:
        self.database = database
        self.sink = sink
        self.folder = lay_out(folder, address=TO, more=f'reply_tags = "{tags}"\nreconsider = "0"\n{more}')
        settings = folder / "mailbot.toml"
        url = database.url.render_as_string(hide_password=False)
        text = settings.read_text(encoding="utf-8").replace("port = 25\n", f"port = {sink.port}\n")
        settings.write_text(f'database = "{url}"\n{text}', encoding="utf-8")
        self.daemon = Daemon(Office(folder), database)
        self.arrived = 0

    def take(self, *mails: bytes) -> None:
        """Let mails come in, and triage them."""
        now, first = datetime.now(UTC), self.arrived + 1
        arrivals = [Arrival(first + place, now, len(raw), raw) for place, raw in enumerate(mails)]
        self.arrived += len(mails)
        store(
            self.database, mailbox="m", uidvalidity=1, arrivals=arrivals, last_uid=self.arrived, since=None,
            route=lambda _recipients: "td", now=now, settled=True,
        )  # fmt: skip
        while self.daemon.triage.run_batch():
            pass
        assert self.rows(MAIL, MAIL.c.state == "parked") == []

    def send(self) -> None:
        """Send all that is due."""
        self.daemon.outbox.send_due(threading.Event())

    def rows(self, table: Table, *which: Any) -> list[Any]:
        """The rows of a table, oldest first."""
        with self.database.read() as connection:
            return list(connection.execute(select(table).where(*which).order_by(table.c.id)))

    def letter(self, kind: str, to: str) -> Any:
        """The last letter of that kind to somebody."""
        return self.rows(OUTGOING, OUTGOING.c.kind == kind, OUTGOING.c.recipient == to)[-1]

    def events(self, *kinds: str) -> list[str]:
        """What the history tells under these kinds."""
        return [row.text for row in self.rows(EVENT, EVENT.c.kind.in_(kinds))]

    def held_back(self) -> list[tuple[str, str]]:
        """The addresses that get no automatic letters, and why."""
        return [(row.address, row.reason) for row in self.rows(SUPPRESSED)]

    def told(self, to: str) -> list[str]:
        """The texts of the letters to somebody about letters that were lost."""
        lost = (OUTGOING.c.recipient == to, OUTGOING.c.cause.contains("undelivered:"))
        return [_text(row.content) for row in self.rows(OUTGOING, *lost)]

    def hold_a_conversation(self) -> Any:
        """Anna asks, Agnes answers; the row of the letter with Agnes's words, which the sink has taken."""
        self.take(mail(1, to=TO))
        self.send()
        self.answer(2, "Starta om den.")
        self.send()
        return self.letter("relay", ANNA)

    def mailbot(self, *arguments: str) -> Any:
        """Run one command on the configuration; its result."""
        return CliRunner().invoke(app, ["--config", str(self.folder), *arguments])

    def answer(self, number: int, text: str, *, sender: str = AGNES) -> None:
        """Agnes answers the first copy she got."""
        copy = self.rows(OUTGOING, OUTGOING.c.kind == "copy")[0]
        named = f"In-Reply-To: <{copy.message_id}>\n"
        self.take(mail(number, to=TO, sender=sender, subject=f"SV: {copy.subject}", text=text, more=named))


def _text(content: bytes) -> str:
    body = read_mail(content).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _report(
    letter: Any, number: int = 1, *, to: str | None = None, action: str = "failed", status: str = "5.1.1",
    about: str | None = None, message_id: str | None = None,
) -> bytes:  # fmt: skip
    """The report of a mail server that a letter came back to its envelope sender."""
    head = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.customer.example\nTo: {letter.sender if to is None else to}\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <dsn-{number}@mx.customer.example>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    told = (
        "--b\nContent-Type: text/plain\n\nI am sorry.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.customer.example\n\n"
        f"Final-Recipient: rfc822; {about or letter.recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no such person\n\n"
    )
    returned = (
        "--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: <{message_id or letter.message_id}>\nSubject: x\n--b--\n"
    )
    return f"{head}{told}{returned}".replace("\n", "\r\n").encode()


def _complaint(letter: Any, *, return_path: str) -> bytes:
    """The abuse report of a provider whose user called a letter spam."""
    text = (
        f"From: fbl@isp.example\nTo: {TO}\nSubject: abuse report\nMessage-ID: <fbl@isp.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nAn abuse report.\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n"
        f"--b\nContent-Type: message/rfc822\n\nReturn-Path: <{return_path}>\nMessage-ID: <{letter.message_id}>\n"
        "Subject: x\n\nx\n--b--\n"
    )
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes everything, until a test tells it otherwise."""
    with Sink() as server:
        yield server


@pytest.fixture
def make_room(database: Database, tmp_path: Path, sink: Sink) -> Iterator[Any]:
    """Makes the room; keywords are as for `Room`."""
    rooms: list[Room] = []

    def make(**options: Any) -> Room:
        rooms.append(Room(database, tmp_path / "config", sink, **options))
        return rooms[-1]

    yield make
    for room in rooms:
        room.daemon.post.close()


@pytest.mark.parametrize("tags", ["none", "plus", "catch-all"])
def test_lost_words_are_told_to_their_writer_and_the_address_is_held_back(make_room: Any, tags: str) -> None:
    """An agent's words that come back end as such; the agent reads why; the next mail gets no acknowledgement (Q26)."""
    room = make_room(tags=tags)
    relay = room.hold_a_conversation()
    assert (relay.state, "@" in relay.sender, relay.handle is None) == ("sent", True, tags == "none")
    room.take(_report(relay))

    relay = room.letter("relay", ANNA)
    assert (relay.state, relay.answer) == ("bounced", "550 5.1.1 no such person")
    assert room.events("bounced") == [f"letter {relay.id} to {ANNA} came back: 550 5.1.1 no such person"]
    assert room.held_back() == [(ANNA, "bounced: 550 5.1.1 no such person")]
    (told,) = room.told(AGNES)
    assert "550 5.1.1 no such person" in told
    assert ANNA in told
    ((outcome, reason),) = [(row.outcome, row.reason) for row in room.rows(MAIL)[2:]]
    assert (outcome, reason) == ("filed", f"delivery-report: a delivery report: {ANNA} failed 5.1.1")

    room.send()
    room.take(mail(5, to=TO, subject="En annan sak"))
    assert len(room.rows(TICKET)) == 2
    assert [row.role for row in room.rows(MESSAGE)] == ["customer", "agent", "customer"]
    assert len(room.rows(OUTGOING, OUTGOING.c.kind == "ack")) == 1
    (held,) = room.rows(SUPPRESSED)
    assert held.until - held.since == timedelta(days=7)
    silence = f"bounced: letters to this address came back, so automatic ones wait until {held.until:%Y-%m-%d}"
    assert room.events("promise")[1] == f"no acknowledgement: {silence}"
    assert "mejl till den adressen har kommit tillbaka på sistone" in _text(room.letter("copy", AGNES).content)


def _flipped(text: str) -> str:
    """The same with one character of a tag another one."""
    local, _, domain = text.rpartition("@")
    last = local.partition(".")[0][-1]
    place = local.index(".") - 1 if "." in local else len(local) - 1
    return f"{local[:place]}{'a' if last != 'a' else 'b'}{local[place + 1 :]}@{domain}"


@pytest.mark.parametrize(
    ("tags", "forge"),
    [
        pytest.param("plus", lambda relay: {"to": TO}, id="right Message-ID, no signed sender"),
        pytest.param("plus", lambda relay: {"to": _flipped(relay.sender)}, id="a bit of the sender flipped"),
        pytest.param("none", lambda relay: {"message_id": _flipped(relay.message_id)}, id="a bit of the id flipped"),
        pytest.param("none", lambda relay: {"message_id": "1@else.example"}, id="somebody else's letter"),
    ],
)
def test_a_report_without_proof_changes_nothing(make_room: Any, tags: str, forge: Any) -> None:
    """It is filed; the letter stands as sent, nobody is told, no address is held back (Q18)."""
    room = make_room(tags=tags)
    relay = room.hold_a_conversation()
    before = len(room.rows(OUTGOING))
    room.take(_report(relay, **forge(relay)))
    assert room.letter("relay", ANNA).state == "sent"
    assert room.held_back() == []
    assert len(room.rows(OUTGOING)) == before
    assert len(room.rows(TICKET)) == 1
    assert room.rows(MAIL)[-1].outcome == "filed"


def test_a_delayed_letter_is_only_noted(make_room: Any) -> None:
    """A report that a server still tries is a line of history; when it gives up the letter counts as lost."""
    room = make_room(tags="plus")
    relay = room.hold_a_conversation()
    room.take(_report(relay, action="delayed", status="4.4.1"))
    assert room.letter("relay", ANNA).state == "sent"
    assert room.events("delayed") == [f"letter {relay.id} to {ANNA} is still on its way: 550 4.4.1 no such person"]
    assert room.told(AGNES) == []
    room.take(_report(relay, 2, status="4.4.7"))
    assert room.letter("relay", ANNA).state == "bounced"
    assert len(room.told(AGNES)) == 1
    assert room.held_back() == []


def test_the_same_report_twice_has_one_effect(make_room: Any) -> None:
    """However often and in however many batches it comes, one letter tells of it, and a lifted address stays so."""
    room = make_room(tags="plus")
    relay = room.hold_a_conversation()
    room.take(_report(relay), _report(relay, 2))
    assert len(room.told(AGNES)) == 1
    assert room.mailbot("suppressed", "remove", "Anna@customer.example").exit_code == 0
    room.take(_report(relay), _report(relay, 3))
    assert len(room.told(AGNES)) == 1
    assert room.held_back() == []
    assert len(room.events("bounced")) == 1
    assert len([line for line in room.events("filed") if line.startswith("another report on letter")]) == 2


def test_a_lost_copy_is_told_to_the_admin(make_room: Any) -> None:
    """An agent whose mailbox fails does not hear of a case, so somebody else must; the agent is not held back."""
    room = make_room(tags="plus")
    room.take(mail(1, to=TO))
    room.send()
    copy = room.letter("copy", AGNES)
    room.take(_report(copy))
    (told,) = room.told(ADMIN)
    assert f"Letter {copy.id} to {AGNES} is undeliverable." in told
    assert room.letter("copy", AGNES).state == "bounced"
    assert room.held_back() == []


def test_an_acknowledgement_that_comes_back_is_nobodys_letter(make_room: Any) -> None:
    """The case tells it and the address is held back; no agent is written to."""
    room = make_room(tags="plus")
    room.take(mail(1, to=TO))
    room.send()
    before = len(room.rows(OUTGOING))
    room.take(_report(room.letter("ack", ANNA)))
    assert room.letter("ack", ANNA).state == "bounced"
    assert [address for address, _ in room.held_back()] == [ANNA]
    assert len(room.rows(OUTGOING)) == before


def test_a_member_of_a_group_who_is_gone_holds_back_nobody(make_room: Any) -> None:
    """A report about another address than the letter's own is told, and the shared address is answered as ever."""
    room = make_room(tags="plus")
    relay = room.hold_a_conversation()
    room.take(_report(relay, about="bo@customer.example"))
    (told,) = room.told(AGNES)
    assert "bo@customer.example" in told
    assert room.held_back() == []


@pytest.mark.parametrize("tags", ["none", "plus"])
def test_who_calls_a_letter_spam_gets_no_automatic_ones(make_room: Any, tags: str) -> None:
    """An abuse report with proof of the letter holds the address back; the letter itself has arrived (Q20)."""
    room = make_room(tags=tags)
    relay = room.hold_a_conversation()
    room.take(_complaint(relay, return_path=relay.sender))
    assert room.held_back() == [(ANNA, "complaint")]
    assert room.letter("relay", ANNA).state == "sent"
    assert room.events("complaint") == [
        f"letter {relay.id} to {ANNA} was reported as unwanted: Feedback-Type: abuse"
    ]  # fmt: skip
    assert len(room.rows(TICKET)) == 1


def test_a_complaint_without_the_signed_sender_changes_nothing(make_room: Any) -> None:
    """The Message-ID alone, known to whoever was sent an answer, holds no address back where letters are signed."""
    room = make_room(tags="plus")
    room.take(_complaint(room.hold_a_conversation(), return_path=TO))
    assert room.held_back() == []


def test_who_answers_with_their_own_tag_has_got_a_letter(make_room: Any) -> None:
    """A held-back address hears nothing automatic in its case either, until it uses the tag of a letter to itself."""
    room = make_room(tags="none")
    relay = room.hold_a_conversation()
    room.take(_report(relay))
    earlier = "In-Reply-To: <mail-1@customer.example>\n"
    room.take(mail(7, to=TO, text="status", more=earlier))
    assert room.rows(OUTGOING, OUTGOING.c.cause == "status:mail:4") == []
    assert any(line.startswith("bounced: letters to this address") for line in room.events("silence"))
    room.take(mail(8, to=TO, text="status", more=f"In-Reply-To: <{relay.message_id}>\n"))
    assert room.rows(OUTGOING, OUTGOING.c.cause == "status:mail:5") != []
    assert room.held_back() == []


def test_an_agent_is_warned_and_the_words_go_all_the_same(make_room: Any) -> None:
    """What a person writes is not held back by an address that bounced; the receipt says that it did."""
    room = make_room(tags="none")
    room.take(_report(room.hold_a_conversation()))
    room.answer(9, "Har du fått det här?")
    assert room.letter("relay", ANNA).state == "waiting"
    assert "har kommit tillbaka" in _text(room.letter("receipt", AGNES).content)


def test_lost_words_of_somebody_who_is_gone(make_room: Any) -> None:
    """Where the writer is no agent any more, those who would hear of the customer are told."""
    room = make_room()
    relay = room.hold_a_conversation()
    desk = room.folder / "desks" / "td.toml"
    desk.write_text(desk.read_text(encoding="utf-8").replace(AGNES, "bo@agents.example"), encoding="utf-8")
    assert room.daemon.office.refresh() == ()
    room.take(_report(relay))
    assert (len(room.told("bo@agents.example")), room.told(AGNES)) == (1, [])


def test_a_letter_in_doubt_that_comes_back_is_not_sent_again(make_room: Any, sink: Sink) -> None:
    """The line broke behind the final dot, and the report shows that the server had the letter: once is enough."""
    room = make_room()
    room.take(mail(1, to=TO))
    room.send()
    sink.answer = lambda at, whom: "drop" if (at, whom) == ("dot", ANNA) else None
    room.answer(2, "Starta om den.")
    room.send()
    relay = room.letter("relay", ANNA)
    assert (relay.state, relay.fate) == ("waiting", "DOUBT")
    room.take(_report(relay))
    sink.answer = lambda _at, _whom: None
    with room.database.write() as connection:
        due = OUTGOING.update().where(OUTGOING.c.state == "waiting")
        connection.execute(due.values(not_before=datetime.now(UTC) - timedelta(minutes=1)))
    room.send()
    assert room.letter("relay", ANNA).state == "bounced"
    assert len([letter for letter in sink.heard if letter.recipient == ANNA]) == 2


def test_a_report_that_is_read_before_its_letter_is_written_down_as_sent(make_room: Any, sink: Sink) -> None:
    """A server may bounce faster than commit 4: what came back stays so."""
    room = make_room()
    room.take(mail(1, to=TO))
    room.send()

    def report_first(at: str, whom: str) -> None:
        if (at, whom) == ("dot", ANNA):
            room.take(_report(room.letter("relay", ANNA)))

    sink.answer = report_first
    room.answer(2, "Starta om den.")
    room.send()
    assert room.letter("relay", ANNA).state == "bounced"
    assert len(room.told(AGNES)) == 1


def test_what_nobody_has_dialled_for_cannot_have_come_back(make_room: Any) -> None:
    """A report on a letter that still waits for its first attempt is a forged one."""
    room = make_room(tags="plus")
    room.take(mail(1, to=TO))
    room.take(_report(room.letter("ack", ANNA)))
    assert room.letter("ack", ANNA).state == "waiting"
    assert room.held_back() == []


REFUSALS = [
    pytest.param("rcpt", "550 5.1.1 no such person", True, id="bad address"),
    pytest.param("rcpt", "554 5.7.1 relay access denied", False, id="our own rights"),
    pytest.param("data", "554 5.6.0 no", False, id="the letter"),
]


@pytest.mark.parametrize(("step", "answer", "held_back"), REFUSALS)
def test_refused_words_are_told_as_if_they_had_come_back(
    make_room: Any, sink: Sink, step: str, answer: str, held_back: bool
) -> None:
    """The mail server's own refusal reaches the agent by the same letter; a bad address is held back."""
    room = make_room()
    room.take(mail(1, to=TO))
    room.send()
    sink.answer = lambda at, whom: answer if (at, whom) == (step, ANNA) else None
    room.answer(2, "Starta om den.")
    room.send()

    assert room.letter("relay", ANNA).state == "failed"
    (told,) = room.told(AGNES)
    assert answer in told
    assert room.held_back() == ([(ANNA, f"bounced: {answer}")] if held_back else [])
    assert len(room.events("undeliverable")) == 1
    assert [letter.recipient for letter in sink.taken].count(AGNES) >= 2, "the same pass sends what it caused"


def test_words_given_up_after_days_are_told(make_room: Any, sink: Sink) -> None:
    """A relay that the server puts off to the end of its lifetime is lost as well; its address may be good."""
    room = make_room()
    room.take(mail(1, to=TO))
    room.send()
    sink.answer = lambda at, whom: "450 4.2.0 try later" if (at, whom) == ("rcpt", ANNA) else None
    room.answer(2, "Starta om den.")
    room.send()
    assert room.told(AGNES) == []
    with room.database.write() as connection:
        past = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(OUTGOING.update().where(OUTGOING.c.state == "waiting").values(not_before=past, give_up=past))
    room.send()
    assert len(room.told(AGNES)) == 1
    assert room.held_back() == []


def test_a_refused_copy_is_told_to_the_admin(make_room: Any, sink: Sink) -> None:
    """As one that comes back is."""
    room = make_room()
    sink.answer = lambda at, whom: "550 5.1.1 no" if (at, whom) == ("rcpt", AGNES) else None
    room.take(mail(1, to=TO))
    room.send()
    (told,) = room.told(ADMIN)
    assert f"to {AGNES} is undeliverable." in told
    assert room.held_back() == []


def test_the_words_of_a_desk_that_is_gone_are_the_admins(make_room: Any, sink: Sink) -> None:
    """Where the desk's file is there no more, nobody else can be told."""
    room = make_room()
    room.hold_a_conversation()
    with room.database.write() as connection:
        waiting = {"state": "waiting", "desk": "gone"}
        connection.execute(OUTGOING.update().where(OUTGOING.c.kind == "relay").values(waiting))
    sink.answer = lambda at, whom: "550 5.1.1 no" if (at, whom) == ("rcpt", ANNA) else None
    room.send()
    assert len(room.told(ADMIN)) == 1


def test_a_letter_ends_although_nobody_can_be_told(
    make_room: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What follows from a refusal may fail; the refusal itself is written down, or the letter would go out for ever."""

    def fail(connection: Any, *_: Any) -> None:
        connection.execute(SUPPRESSED.insert(), {"address": "half@done.example", "since": None})

    monkeypatch.setattr(daemon_module, "follow_refusals", fail)
    room = make_room()
    sink.answer = lambda at, whom: "550 5.1.1 no" if (at, whom) == ("rcpt", ANNA) else None
    room.take(mail(1, to=TO))
    room.send()
    assert room.letter("ack", ANNA).state == "failed"
    assert room.held_back() == []
    assert "nobody could be told that letters failed" in caplog.text


def test_the_admin_lists_and_lifts(make_room: Any) -> None:
    """`mailbot suppressed` tells address, days and reason; `remove` lets it get letters; what is over is not listed."""
    room = make_room()
    assert room.mailbot("suppressed").output == "Every address gets automatic letters.\n"
    room.take(_report(room.hold_a_conversation()))
    (held,) = room.rows(SUPPRESSED)
    days = f"{held.since:%Y-%m-%d} to {held.until:%Y-%m-%d}"
    assert room.mailbot("suppressed").output == f"{ANNA} {days}: bounced: 550 5.1.1 no such person\n"
    assert '"reason": "bounced: 550 5.1.1 no such person"' in room.mailbot("suppressed", "--json").output
    assert room.mailbot("suppressed", "remove", ANNA).output == f"{ANNA} gets automatic letters again.\n"
    again = room.mailbot("suppressed", "remove", ANNA)
    assert (again.exit_code, again.stderr.startswith("error: no letters to")) == (2, True)

    with room.database.write() as connection:
        over = {"address": ANNA, "since": held.since, "until": held.since, "reason": "bounced"}
        connection.execute(SUPPRESSED.insert(), over)
    assert room.mailbot("suppressed").output == "Every address gets automatic letters.\n"
    room.take(mail(12, to=TO, subject="En annan sak"))
    assert len(room.rows(OUTGOING, OUTGOING.c.kind == "ack")) == 2
