"""Contacts who ask for their organisation's cases, and others who do, through triage on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.casefile import list_filed
from mailbot.core.budget import VERIFIED_HOUR
from mailbot.database import Database
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, PARTICIPANT, SUPPRESSED, TICKET
from tests.shell.customerroom import AGNES, TERMS, CustomerRoom, later
from tests.shell.mailroom import NOW, TO

ANNA, BO, CARL = "anna@kund.example", "bo@kund.example", "carl@kund.example"
DORTE, FRIDA, EVE = "dorte@dansk.example", "frida@former.example", "eve@english.example"


@pytest.fixture
def room(database: Database, tmp_path: Path) -> CustomerRoom:
    """An empty desk with customers."""
    return CustomerRoom(database, tmp_path / "config")


def numbers(room: CustomerRoom) -> list[str]:
    """Every case number, oldest first."""
    return [number for (number,) in room.cases(TICKET.c.number)]


def test_a_contact_is_told_the_organisations_cases(room: CustomerRoom) -> None:
    """All that are not over, the most urgent first, whoever of the organisation wrote; the mail becomes no case."""
    room.write(BO, "Den är tom.", subject="Rapporten", at=later(-3))
    room.write(CARL, "Allt står still.", subject="Fakturering", at=later(-1), verdict="")
    room.write(DORTE, "Den kan ikke printe.", subject="Printeren", at=later(-1))
    asked = room.write(ANNA, "Hej!\n\nKan vi få en lista över våra öppna ärenden?\n\nMvh\nAnna Berg", subject="Fråga")
    one, two, danish = numbers(room)

    text = room.text(ANNA)
    assert text.startswith("Hej Anna Berg!\n\nHär är de ärenden som Kund AB har hos oss")
    assert text.index(two) < text.index(one)
    assert f"{two} – Fakturering\nFrån {CARL} (avsändaren är inte bekräftad)\nMottaget: " in text
    assert f"{one} – Rapporten\nFrån {BO}\nMottaget: " in text
    assert "Vi börjar senast måndag 23 november kl. 10.00." in text
    assert danish not in text
    assert "Printeren" not in text
    assert room.outcome(asked) == "list"
    assert room.room.select(MESSAGE.c.id, where=[MESSAGE.c.mail_id == asked]) == []
    assert room.room.select(EVENT.c.id, EVENT.c.kind, where=[EVENT.c.mail_id == asked])[0][1] == "list"
    with room.room.database.read() as connection:
        (filed,) = list_filed(connection)
    assert filed["reason"] == "the list of the cases of customer kund was asked for, and sent to anna@kund.example"


def test_the_letter_answers_the_mail_and_nobody_else_hears_of_it(room: CustomerRoom) -> None:
    """Automatic, threaded, from the desk's own address, with no case's tag; no agent gets a copy."""
    room.write(ANNA, "Våra ärenden", subject=" ", more="Reply-To: other@else.example\nCc: carl@kund.example\n")
    assert [row[1] for row in room.room.select(OUTGOING.c.id, OUTGOING.c.recipient)] == [ANNA]
    (letter,) = room.letters(ANNA)
    assert letter["In-Reply-To"] == "<mail-1@customer.example>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["Reply-To"] is None
    assert letter["From"].addresses[0].addr_spec == TO
    assert letter["Subject"] == "Era ärenden hos Testdesken"
    assert "Kund AB har inga öppna ärenden hos oss just nu." in room.text(ANNA)
    assert room.room.select(PARTICIPANT.c.id) == []


def test_each_state_is_told_and_what_is_over_is_not(room: CustomerRoom) -> None:
    """Not begun, in progress, waiting for the customer, not admitted; nothing of closed, declined, merged or spam."""
    for number, state in enumerate(("open", "open", "waiting", "refused", "closed", "spam", "merged", "declined"), 1):
        room.write(BO, f"Fråga nummer {number}.", subject=f"Sak {number}", at=later(number / 10))
        started = NOW if number == 2 else None
        with room.room.database.write() as connection:
            refused = {"expected_start": None} if state == "refused" else {}
            connection.execute(
                TICKET.update()
                .where(TICKET.c.subject == f"Sak {number}")
                .values(state=state, started=started, **refused)
            )
    room.write(ANNA, "Våra ärenden", subject="Ärenden", at=later(1))
    text = room.text(ANNA)
    told = text.split("\n\n")[3:7]
    assert [block.splitlines()[0].rpartition(" – ")[2] for block in told] == ["Sak 1", "Sak 2", "Sak 3", "Sak 4"]
    assert [block.splitlines()[4] for block in told] == [
        "Vi börjar senast måndag 23 november kl. 13.06.", "Vi arbetar med ärendet.", "Vi väntar på ert svar.",
        "Vi har inte lovat när vi börjar.",
    ]  # fmt: skip
    assert "Antal ärenden: 4" in text
    assert all(f"Sak {number}" not in text for number in range(5, 9))


def test_a_start_that_nobody_was_told_is_not_told_here(room: CustomerRoom) -> None:
    """A case that a machine's mail opened has no promise, though the desk counts one."""
    room.write(BO, "Larm: disken är full.", subject="Larm", more="Auto-Submitted: auto-generated\n")
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    assert "Vi har inte lovat när vi börjar." in room.text(ANNA)


def test_a_start_that_has_passed_is_not_told_as_a_time(room: CustomerRoom) -> None:
    """As soon as possible, as everywhere."""
    room.write(BO, "Den är tom.", subject="Rapporten", at=later(-30))
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    assert "Vi börjar så snart som möjligt." in room.text(ANNA)


def test_no_more_than_a_hundred_are_told_one_by_one(room: CustomerRoom) -> None:
    """The most urgent; how many more there are is told."""
    room.write(BO, "Den är tom.", subject="Rapporten", at=later(-30))
    columns = [column for column in TICKET.c if column.name not in {"id", "number", "opened_by", "expected_start"}]
    with room.room.database.write() as connection:
        row = connection.execute(TICKET.select()).one()
        mail = connection.execute(MAIL.select()).one()
        kept = {column.name: getattr(row, column.name) for column in columns}
        for number in range(104):
            digest = {"id": 1000 + number, "sha256": f"{number:064}", "message_id": f"made-{number}@x.example"}
            connection.execute(MAIL.insert(), {**mail._mapping, **digest})
            start = row.expected_start + timedelta(minutes=number + 1)
            made = {**kept, "number": f"TD-{number:05}", "opened_by": 1000 + number, "expected_start": start}
            connection.execute(TICKET.insert(), made)
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    text = room.text(ANNA)
    assert "Antal ärenden: 105" in text
    assert "Fler ärenden, som inte ryms här: 5" in text
    assert "TD-00098" in text
    assert "TD-00099" not in text


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [(ANNA, "fail"), (BO, "pass"), (CARL, "pass"), (FRIDA, "pass"), ("anna@else.example", "pass")],
)
def test_anybody_elses_is_an_ordinary_mail(room: CustomerRoom, sender: str, verdict: str) -> None:
    """A forger, a contact who may not see them, a colleague, one whose agreement has ended, a stranger: a case."""
    room.write(BO, "Hemligheten är tom.", subject="Hemligheten", at=later(-3))
    asked = room.write(sender, "Våra ärenden", subject="Ärenden", verdict=verdict)
    assert room.outcome(asked) in {"new", "not-admitted"}
    assert room.cases(TICKET.c.subject)[1] == ("Ärenden",)
    assert "Hemligheten" not in room.text(sender)
    assert "Våra ärenden" in room.text(AGNES)


def test_an_unmasked_forger_learns_nothing(room: CustomerRoom) -> None:
    """Where no server says who wrote, the list goes to the contact's own address, whatever the mail asks for."""
    room.write(BO, "Hemligheten är tom.", subject="Hemligheten", at=later(-3))
    head = "Reply-To: forger@else.example\nReturn-Path: <forger@else.example>\nSender: forger@else.example\n"
    room.write(ANNA, "Våra ärenden", subject="Ärenden", verdict="", more=head)
    recipients = {row[1] for row in room.room.select(OUTGOING.c.id, OUTGOING.c.recipient)}
    assert recipients == {AGNES, BO, ANNA}
    assert [str(letter["Cc"]) for letter in room.letters(ANNA)] == ["None"]


def test_a_contact_sees_no_other_customers_cases(room: CustomerRoom) -> None:
    """Whatever case the mail answers or names."""
    room.write(DORTE, "Den kan ikke printe.", subject="Printeren", at=later(-3))
    (number,) = numbers(room)
    room.write(ANNA, "Våra ärenden", subject=f"Re: [{number}] Printeren", to=room.last_id(DORTE))
    assert "Kund AB har inga öppna ärenden" in room.text(ANNA)
    room.write(ANNA, f"Våra ärenden {number}", subject="Ärenden")
    assert "Printeren" not in "".join(map(str, room.letters(ANNA)))


def test_a_case_at_another_desk_is_none_of_this_one(room: CustomerRoom) -> None:
    """A customer of two desks asks each for its own."""
    room.write(BO, "Den är tom.", subject="Rapporten", at=later(-3))
    with room.room.database.write() as connection:
        connection.execute(TICKET.update().values(desk="od"))
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    assert "inga öppna ärenden" in room.text(ANNA)


def test_an_answer_to_the_list_is_asked_again_or_opens_a_case(room: CustomerRoom) -> None:
    """The list has no case's tag: a plain request in answer brings a new list, other words a case of their own."""
    room.write(BO, "Den är tom.", subject="Rapporten", at=later(-3))
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    listed = room.last_id(ANNA)
    again = room.write(ANNA, "Våra ärenden, tack\n\n> Hej!", subject="Re: Era ärenden hos Testdesken", to=listed)
    assert room.outcome(again) == "list"
    more = room.write(ANNA, "Rapporten är bråttom.", subject="Re: Era ärenden hos Testdesken", to=listed)
    assert room.outcome(more) == "new"
    empty = room.write(ANNA, "", subject="Re: Era ärenden hos Testdesken", to=listed)
    assert room.outcome(empty) == "new"


def test_the_case_that_it_answers_stays_as_it_is(room: CustomerRoom) -> None:
    """A waiting case waits on and a closed one stays closed, for the mail is none of their messages."""
    room.write(ANNA, "Den är tom.", subject="Rapporten", at=later(-3))
    ack = room.last_id(ANNA)
    for state in ("waiting", "closed"):
        with room.room.database.write() as connection:
            connection.execute(TICKET.update().values(state=state, closed=NOW if state == "closed" else None))
        room.write(ANNA, "Våra ärenden", subject="Re: Rapporten", to=ack)
        assert room.cases(TICKET.c.state) == [(state,)]
        assert "Era ärenden hos Testdesken" in str(room.letters(ANNA)[-1]["Subject"])


def test_the_budget_of_the_verified_binds_it(room: CustomerRoom) -> None:
    """Over budget no letter is written, nor a case opened; why stands behind the mail."""
    for number in range(VERIFIED_HOUR + 1):
        asked = room.write(ANNA, "Våra ärenden", subject="Ärenden", at=NOW + timedelta(seconds=number))
    assert len(room.letters(ANNA)) == VERIFIED_HOUR
    reason = str(room.room.select(MAIL.c.id, MAIL.c.reason, where=[MAIL.c.id == asked])[0][1])
    assert "not sent, budget" in reason
    assert room.cases(TICKET.c.id) == []


def test_a_robots_request_is_not_answered(room: CustomerRoom) -> None:
    """A mail that says it is automatic opens a case, as any of a machine's does that may carry a request."""
    asked = room.write(ANNA, "Våra ärenden", subject="Ärenden", more="Auto-Submitted: auto-generated\n")
    assert room.outcome(asked) == "machine"
    assert room.letters(ANNA) == []


def test_a_list_that_comes_back_is_known_by_its_envelope(database: Database, tmp_path: Path) -> None:
    """It belongs to no case; its bounce holds back automatic letters to the address, so the next request is a case."""
    room = CustomerRoom(database, tmp_path / "config", terms=f'{TERMS}reply_tags = "plus"\n')
    room.write(ANNA, "Våra ärenden", subject="Ärenden")
    ((_, envelope),) = room.room.select(OUTGOING.c.id, OUTGOING.c.sender)
    with room.room.database.write() as connection:
        connection.execute(OUTGOING.update().values(state="sent", attempts=1))
    report = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {envelope}\nSubject: Undelivered\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n"
        "--r\nContent-Type: text/plain\n\nI am sorry.\n--r\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1\n\n--r--\n"
    )
    room.room.take(report.replace("\n", "\r\n").encode())
    assert room.room.select(SUPPRESSED.c.id, SUPPRESSED.c.address)[0][1] == ANNA
    asked = room.write(ANNA, "Våra ärenden", subject="Ärenden", at=later(2))
    assert room.outcome(asked) == "new"


@pytest.mark.parametrize(
    ("sender", "words", "subject", "greeting"),
    [
        (DORTE, "Vores sager", "Jeres sager hos Testdesken", "Hej Dorte Dahl,"),
        (EVE, "List of our open cases, please", "Your cases with Testdesken", "Hello Eve East,"),
        (EVE, "Våra ärenden", "Your cases with Testdesken", "Hello Eve East,"),
    ],
)
def test_it_is_written_in_the_customers_language(
    room: CustomerRoom, sender: str, words: str, subject: str, greeting: str
) -> None:
    """Whatever language the request is in, and whatever case's thread it stands in."""
    room.write(sender, words, subject="Question")
    (letter,) = room.letters(sender)
    assert letter["Subject"] == subject
    assert room.text(sender).startswith(greeting)
