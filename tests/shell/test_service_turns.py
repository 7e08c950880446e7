"""Admitted, declined, not covered, by mail on both databases: whole mails in, letters and rows out."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.database import Database
from mailbot.tables import BEGINNING, FAULT, PROMISED, TICKET
from tests.daemon.house import mail
from tests.shell.customerroom import AGNES, CustomerRoom, later
from tests.shell.mailroom import NOW, PASSED, TO, text_of
from tests.shell.serviceroom import ANNA, BO, DORTE, STRANGER, agnes, copy, letters, numbers, service_desk, state


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk for customers with an agreement, and what it says to the others."""
    return service_desk(database, tmp_path / "config")


def test_an_admitted_case_is_promised_a_start_from_that_moment(desk: CustomerRoom) -> None:
    """The stranger learns it with the start; one beginning, one promise, both from the agent's mail."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("refused", None)]
    assert desk.room.select(BEGINNING.c.id) == []
    assert "är godkänt" in agnes(desk, "#admit", hours=5)
    start = later(9)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start, TICKET.c.entitlement) == [
        ("open", start, "no-agreement"),
    ]  # fmt: skip
    text = desk.text(STRANGER)
    assert "Vi tar hand om ditt ärende" in text
    assert "senast måndag 23 november kl. 18.00" in text
    assert [row[1:] for row in desk.room.select(BEGINNING.c.id, BEGINNING.c.received, BEGINNING.c.ended)] == [
        (later(5), None),
    ]  # fmt: skip
    assert [row[1] for row in desk.room.select(PROMISED.c.id, PROMISED.c.start_by)] == [start]


@pytest.mark.parametrize(
    ("colleague", "greeting"),
    [
        pytest.param(BO, "Hej Bo Ek!", id="a contact, as the customer file names them"),
        pytest.param("cia@kund.example", "Hej!", id="nobody whom we know"),
    ],
)
def test_each_reader_is_greeted_by_their_own_name(desk: CustomerRoom, colleague: str, greeting: str) -> None:
    """Whoever takes part without having opened the case is not greeted as who did, in any letter."""
    first = mail(90, to=TO, sender=f"Anna Berg <{ANNA}>", more=f"{PASSED.format('kund.example')}Cc: {colleague}\n")
    desk.room.take(first)
    desk.write(ANNA, "Samma sak igen.")
    one, two = numbers(desk)
    agnes(desk, "#priority high", one)
    assert (greeting in desk.text(colleague), "Hej Anna Berg!" in desk.text(ANNA)) == (True, True)
    agnes(desk, f"#merge {two}", one)
    assert f"slagit ihop ditt ärende {one}" in " ".join(desk.text(colleague).split())
    assert greeting in desk.text(colleague)
    assert "Hej Anna Berg!" in desk.text(ANNA)


def test_admitting_with_words_sends_both(desk: CustomerRoom) -> None:
    """The words are a reply, which begins the work; the other letter names no start."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    agnes(desk, "#admit\n\nStarta om skrivaren.")
    causes = [cause for what in ("relay", "admitted") for cause, _ in letters(desk, STRANGER, what)]
    assert len(causes) == 2
    assert "Vi arbetar redan med ärendet." in desk.text(STRANGER)
    assert desk.cases(TICKET.c.state, TICKET.c.started, TICKET.c.assignee) == [("open", NOW, AGNES)]
    assert [row[1] for row in desk.room.select(BEGINNING.c.id, BEGINNING.c.started)] == [NOW]


def test_a_reply_alone_admits_nothing(desk: CustomerRoom) -> None:
    """An agent may ask who it is: the words go, the case stays refused, without a start; so does the answer."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    agnes(desk, "Vilken kund hör du till?")
    assert len(letters(desk, STRANGER, "relay")) == 1
    desk.write(STRANGER, "Kund AB.", to=desk.last_id(STRANGER))
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start, TICKET.c.started) == [("refused", None, None)]
    assert desk.room.select(PROMISED.c.id) == []


@pytest.mark.parametrize(
    "command", ["#close Klart.", "#wait", "#order Felsökning?", "#forward px@x.example", "#fault 1"]
)
def test_what_supposes_a_start_is_refused_before_the_case_is_admitted(desk: CustomerRoom, command: str) -> None:
    """With a word on what to do first; nothing leaves."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    before = len(desk.letters(STRANGER))
    assert "inte godkänt" in agnes(desk, command)
    assert state(desk) == ["refused"]
    assert len(desk.letters(STRANGER)) == before


def test_a_level_set_before_the_case_is_admitted_counts_when_it_is(desk: CustomerRoom) -> None:
    """The customer is told of no level, and then of the start that it gives."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    agnes(desk, "#priority high")
    assert letters(desk, STRANGER, "priority") == []
    assert desk.cases(TICKET.c.expected_start) == [(None,)]
    agnes(desk, "#admit")
    assert desk.cases(TICKET.c.expected_start) == [(later(1),)]


def test_a_case_is_admitted_with_another_level_in_one_letter(desk: CustomerRoom) -> None:
    """The level and its start stand in the letter that admits it."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    agnes(desk, "#admit\n#priority high")
    assert desk.cases(TICKET.c.expected_start, TICKET.c.priority) == [(later(1), "high")]
    assert letters(desk, STRANGER, "priority") == []
    assert "Prioritet: Hög" in desk.text(STRANGER)
    assert "kl. 10.00" in desk.text(STRANGER)


def test_an_admission_is_taken_back(desk: CustomerRoom) -> None:
    """Refused again, its letter cancelled, no start, and nobody waits for one; it can be admitted anew."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    agnes(desk, "#admit\n\nStarta om.")
    agnes(desk, "#undo", hours=1)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start, TICKET.c.started) == [("refused", None, None)]
    assert [fate for _, fate in letters(desk, STRANGER, "admitted")] == ["cancelled"]
    assert [row[1] for row in desk.room.select(BEGINNING.c.id, BEGINNING.c.ended)] == [later(1)]
    agnes(desk, "#admit", hours=2)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("open", later(6))]
    assert [row[1] for row in desk.room.select(BEGINNING.c.id, BEGINNING.c.number)] == [1, 2]


def test_a_declined_case_is_over_without_a_solution(desk: CustomerRoom) -> None:
    """The customer gets the agent's words and whom to turn to instead, in a letter that may be answered (B3, B4)."""
    desk.write(ANNA, "Kan ni lägga upp en användare?", subject="Ny användare")
    assert "avböjt" in agnes(desk, "#decline\n\nDet gör ni själva.")
    assert desk.cases(TICKET.c.state, TICKET.c.solution) == [("declined", "")]
    text = desk.text(ANNA)
    assert text.startswith("Det gör ni själva.\n\nVi har därför avslutat ditt ärende TD-")
    assert "Vänd dig till er egen administratör." in text
    assert [row[1] for row in desk.room.select(BEGINNING.c.id, BEGINNING.c.ended)] == [NOW]
    assert letters(desk, ANNA, "survey") == []


def test_a_customer_reads_why_in_their_own_language(desk: CustomerRoom) -> None:
    """What the desk file says to it too (M5)."""
    desk.write(DORTE, "Kan I undervise os?", subject="Kursus")
    agnes(desk, "#not-covered")
    text = desk.text(DORTE)
    assert "er ikke omfattet af supportaftalen" in text
    assert "Vi tilbyder gerne et kursus." in text
    assert state(desk) == ["declined"]


def test_who_writes_on_a_declined_case_is_looked_at_again(desk: CustomerRoom) -> None:
    """It is refused until an agent admits it, and then has a new promise."""
    desk.write(ANNA, "Kan ni lägga upp en användare?", subject="Ny användare")
    agnes(desk, "#decline")
    desk.write(ANNA, "Vår administratör har slutat.", to=desk.last_id(ANNA), at=later(2))
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("refused", None)]
    agnes(desk, "#admit", hours=3)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("open", later(7))]
    rows = desk.room.select(BEGINNING.c.id, BEGINNING.c.number, BEGINNING.c.started, BEGINNING.c.ended)
    assert [row[1:] for row in rows] == [(1, NOW, NOW), (2, None, None)]


def test_a_declining_is_taken_back(desk: CustomerRoom) -> None:
    """Open again with the promise it had, as though nothing had been said."""
    desk.write(ANNA, "Kan ni lägga upp en användare?", subject="Ny användare")
    agnes(desk, "#decline")
    agnes(desk, "#undo", hours=1)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start, TICKET.c.started, TICKET.c.closed) == [
        ("open", later(4), None, None),
    ]  # fmt: skip
    assert [fate for _, fate in letters(desk, ANNA, "declined")] == ["cancelled"]
    rows = desk.room.select(BEGINNING.c.id, BEGINNING.c.started, BEGINNING.c.ended)
    assert [row[1:] for row in rows] == [(None, None)]


def test_a_declined_case_is_opened_again(desk: CustomerRoom) -> None:
    """By #reopen as well as by #admit, each with a letter of its own."""
    for command, words in (("#reopen", "är öppet igen"), ("#admit", "Vi tar hand om")):
        desk.write(ANNA, "Kan ni lägga upp en användare?", subject=command)
        agnes(desk, "#decline")
        agnes(desk, command, hours=1)
        assert desk.cases(TICKET.c.state, TICKET.c.expected_start)[-1] == ("open", later(5))
        assert words in desk.text(ANNA)


def test_a_workaround_lowers_the_level_and_goes_to_the_customer(desk: CustomerRoom) -> None:
    """Once: a case that is no more urgent than that stays as it is (S5)."""
    desk.write(ANNA, "Allt står still.", subject="Stopp")
    agnes(desk, "#workaround Kör via webben så länge.")
    assert desk.cases(TICKET.c.priority, TICKET.c.started) == [("low", NOW)]
    assert text_of(desk.letters(ANNA)[1].as_bytes()).startswith("Kör via webben så länge.\n")
    assert "Prioritet: Låg" in desk.text(ANNA)
    assert "fortfarande Låg" in agnes(desk, "#workaround\n\nEller via telefon.")
    assert len(letters(desk, ANNA, "priority")) == 1


COMMANDS = ("#admit", "#decline", "#not-covered", "#order Ja?", "#workaround x", "#fault 12.1", "#fixed", "#godkänn")


def test_a_customer_commands_nothing(desk: CustomerRoom) -> None:
    """What looks like a command is text, in a refused case and an open one, from anybody."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    desk.write(ANNA, "Hjälp!", subject="Utskrift")
    for who in (STRANGER, ANNA):
        for command in COMMANDS:
            desk.write(who, command, to=desk.last_id(who))
    assert state(desk) == ["refused", "open"]
    assert desk.room.select(FAULT.c.id) == []
    assert desk.cases(TICKET.c.order_answer, TICKET.c.priority) == [("", "normal")] * 2


def test_a_forged_agent_commands_nothing(desk: CustomerRoom) -> None:
    """With the number, with a customer's tag, or with a tag that the server does not vouch for."""
    desk.write(STRANGER, "Hjälp!", subject="Skrivaren")
    number = numbers(desk)[0]
    before = len(desk.letters(STRANGER))
    for command in COMMANDS:
        desk.write(AGNES, command, subject=f"[{number}]")
        desk.write(AGNES, command, to=desk.last_id(STRANGER))
        desk.write(AGNES, command, to=copy(desk, number), verdict="fail")
    assert state(desk) == ["refused"]
    assert len(desk.letters(STRANGER)) == before
    assert desk.room.select(FAULT.c.id) == []
