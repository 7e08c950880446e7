"""What triage's letters tell agents and customers, on both databases: promises, silences, who is believed and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.core import enclosures
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import CORRESPONDENT, EVENT, MAIL, OUTGOING, TICKET
from mailbot.triage import Triage
from tests.daemon.house import lay_out, mail
from tests.lettering import read_mail

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=9)
TO = "support@desk.example"
MACHINE = "Auto-Submitted: auto-generated\n"

Take = Callable[..., dict[str, str]]


@pytest.fixture
def take(database: Database, tmp_path: Path) -> Take:
    """Store a mail received at NOW, let triage read it at a moment, and give the new letters' texts by recipient."""
    office = Office(lay_out(tmp_path / "config", address=TO, more='authserv_id = "mx.desk.example"'))

    def taking(raw: bytes, *, at: datetime = NOW) -> dict[str, str]:
        uid = len(_rows(database, MAIL.c.id)) + 1
        store(
            database, mailbox="m", uidvalidity=1, arrivals=[Arrival(uid, NOW, len(raw), raw)], last_uid=uid, since=None,
            route=lambda _recipients: "td", now=NOW, settled=True,
        )  # fmt: skip
        known = {number for (number,) in _rows(database, OUTGOING.c.id)}
        assert Triage(database, office, lambda: at).run_batch() == 1
        rows = _rows(database, OUTGOING.c.id, OUTGOING.c.recipient, OUTGOING.c.content)
        letters: dict[str, str] = {}
        for number, recipient, content in rows:
            if number not in known:
                letters[recipient] = letters.get(recipient, "") + _text(content)
        return letters

    return taking


def _rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


def _text(content: bytes) -> str:
    body = read_mail(content).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert isinstance(text, str)
    return text


def test_a_case_that_a_machine_opened_promises_nothing_to_agents_now_or_later(database: Database, take: Take) -> None:
    """The new case's copy and that of an answer to it say that the start was not told; events stay plain."""
    [(agent, new)] = take(mail(1, to=TO, more=MACHINE)).items()
    [(copy,)] = _rows(database, OUTGOING.c.message_id)
    [(again, further)] = take(mail(2, to=TO, more=f"In-Reply-To: <{copy}>\n")).items()

    assert agent == again == "agnes@agents.example"
    assert "Beräknad start (har inte meddelats avsändaren): senast måndag 23 november kl. 13.00" in new
    assert "mejlet är märkt som automatiskt skickat (Auto-Submitted: auto-generated)" in new
    assert "Beräknad start (har inte meddelats kunden): senast måndag 23 november kl. 13.00" in further
    assert (
        "Obs: Skrivet av anna@customer.example som svar på ett mejl som vi skickade till agnes@agents.exam" in further
    )
    promised = [text for kind, text in _rows(database, EVENT.c.kind, EVENT.c.text) if kind == "promise"]
    assert promised == ["no acknowledgement: auto-submitted: marked Auto-Submitted: auto-generated"]


def test_a_case_that_a_person_opened_is_promised_to_agents_then_and_later(take: Take) -> None:
    """The promise that the customer read stands in the copy of each mail of the case."""
    first = take(mail(1, to=TO))
    further = take(mail(2, to=TO, more="In-Reply-To: <mail-1@customer.example>\n"))

    assert "senast måndag 23 november kl. 13.00" in first["anna@customer.example"]
    for letters in (first, further):
        assert "Utlovad start: senast måndag 23 november kl. 13.00" in letters["agnes@agents.example"]


def test_a_mail_read_after_an_outage_is_not_promised_a_moment_in_the_past(database: Database, take: Take) -> None:
    """The customer reads "as soon as possible", the agents that the start has passed, the history both."""
    letters = take(mail(1, to=TO), at=LATER)

    assert "så snart som möjligt" in letters["anna@customer.example"]
    assert "kl. 13.00" not in letters["anna@customer.example"]
    assert "kl. 13.00 (svensk tid) – passerad" in letters["agnes@agents.example"]
    told = "acknowledged, start promised as soon as possible, as 2026-11-23T12:00:00+00:00 had passed"
    assert ("promise", told) in _rows(database, EVENT.c.kind, EVENT.c.text)


@pytest.mark.parametrize(
    ("verdict", "copied"),
    [("dmarc=fail", True), ("dmarc=none", True), ("dmarc=pass header.from=agents.example", False)],
)
def test_a_mail_in_an_agents_name_is_hidden_from_nobody(take: Take, verdict: str, copied: bool) -> None:
    """Only what an agent is proven to have written is not copied to them; a forged From reaches whom it claims."""
    raw = mail(1, to=TO, sender="agnes@agents.example")
    letters = take(f"Authentication-Results: mx.desk.example; {verdict}\r\n".encode() + raw)
    text = "".join(letters.values())

    assert ("Nytt ärende TD-" in text) is copied


def test_history_tells_notes_in_english(database: Database, take: Take) -> None:
    """Agents read their own language, the history and logs English."""
    raw = mail(1, to=TO, sender="stranger@else.example")
    take(mail(1, to=TO))
    forged = b"Authentication-Results: mx.desk.example; dmarc=fail\r\n" + raw.replace(b"mail-1@", b"mail-2@")
    letters = take(forged)

    assert "Enligt e-postservern är avsändaradressen förfalskad." in letters["agnes@agents.example"]
    assert ("note", "The mail server says that the sender address is forged.") in _rows(
        database, EVENT.c.kind, EVENT.c.text
    )


def test_a_silent_requester_takes_part(database: Database, take: Take) -> None:
    """Whoever asked for no automatic answer, and got none, still adds to the same case by answering their own mail."""
    take(mail(1, to=TO, more="X-Auto-Response-Suppress: All\n"))
    take(mail(2, to=TO, more="In-Reply-To: <mail-1@customer.example>\n"))
    assert len(_rows(database, TICKET.c.number)) == 1


def test_only_ascii_letters_fold(database: Database, take: Take) -> None:
    """A look-alike whose capital folds to a letter of the address is another address (T10)."""
    take(mail(1, to=TO, sender="kim@customer.example"))
    take(mail(2, to=TO, sender="KIM@customer.example", subject="[TD-000013] mer"))
    take(mail(3, to=TO, sender="\u212aim@customer.example", subject="[TD-000013] mer"))
    assert len(_rows(database, TICKET.c.number)) == 2


def test_a_stranger_with_somebodys_tag_is_not_believed_later(database: Database, take: Take) -> None:
    """Who answers with another person's tag joins the case, and is no known correspondent for it; the person is."""
    take(mail(1, to=TO))
    ((message_id, _),) = [row for row in _rows(database, OUTGOING.c.message_id, OUTGOING.c.kind) if row[1] == "ack"]
    answer = f"In-Reply-To: <{message_id}>\n"
    take(mail(2, to=TO, sender="mallory@stranger.example", more=answer))
    assert _rows(database, CORRESPONDENT.c.address) == []
    take(mail(3, to=TO, more=answer))
    assert _rows(database, CORRESPONDENT.c.address) == [("anna@customer.example",)]
    assert len(_rows(database, TICKET.c.number)) == 1


def test_an_unverified_sender_gets_back_no_reference_of_theirs(database: Database, take: Take) -> None:
    """An acknowledgement to somebody unverified names the one mail that it answers, and nothing else of that mail's."""
    take(mail(1, to=TO, more="References: <win-a-prize@evil.example>\n"))
    ((_, content),) = [row for row in _rows(database, OUTGOING.c.kind, OUTGOING.c.content) if row[0] == "ack"]
    assert read_mail(content)["References"] == "<mail-1@customer.example>"


def test_copies_are_threaded_under_the_first_that_went_out(database: Database, take: Take) -> None:
    """An agent's later copy answers the first one by the Message-ID that it really had."""
    take(mail(1, to=TO))
    take(mail(2, to=TO, more="In-Reply-To: <mail-1@customer.example>\n"))
    copies = _rows(database, OUTGOING.c.id, OUTGOING.c.kind, OUTGOING.c.message_id, OUTGOING.c.content)
    first, second = ((message_id, content) for _, kind, message_id, content in copies if kind == "copy")
    assert read_mail(second[1])["In-Reply-To"] == f"<{first[0]}>"


def test_a_level_that_the_desk_has_lost(database: Database, take: Take, tmp_path: Path) -> None:
    """A follow-up to a case whose priority is no longer in the desk file is copied all the same, told by its key."""
    take(mail(1, to=TO, text="Allt står still."))
    with database.write() as connection:
        connection.execute(TICKET.update().values(priority="highest"))
    told = take(mail(2, to=TO, more="In-Reply-To: <mail-1@customer.example>\n"))
    assert "highest" in told["agnes@agents.example"]


def test_attachments_too_large_for_a_copy_are_named(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy carries what common servers take; what does not fit is named in it."""
    monkeypatch.setattr(enclosures, "MOST_ATTACHED", 5000)
    parts = "".join(
        f"--b\nContent-Type: text/csv; name={name}\nContent-Disposition: attachment; filename={name}\n\n{'x' * size}\n"
        for name, size in (("stor.csv", 9000), ("liten.csv", 100))
    )
    raw = f"From: a@customer.example\nTo: {TO}\nSubject: x\nMessage-ID: <m@x>\nMIME-Version: 1.0\n"
    raw += f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHej.\n{parts}--b--\n"
    told = take(raw.replace("\n", "\r\n").encode())
    assert "Bilagor som är för stora för den här kopian: stor.csv." in told["agnes@agents.example"]
    ((_, content),) = [row for row in _rows(database, OUTGOING.c.kind, OUTGOING.c.content) if row[0] == "copy"]
    assert [part.get_filename() for part in read_mail(content).iter_attachments()] == ["liten.csv"]


def test_agents_see_who_was_copied(take: Take) -> None:
    """Whoever stands beside the desk in To and Cc is named in the copy, and gets nothing (T4)."""
    letters = take(mail(1, to=f"{TO}, chef@customer.example", more="Cc: Eve <eve@elsewhere.example>\n"))

    assert "Kopia till: chef@customer.example, eve@elsewhere.example" in letters["agnes@agents.example"]
    assert set(letters) == {"anna@customer.example", "agnes@agents.example"}
