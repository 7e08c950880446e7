"""Admitted, declined, ordered, at fault and fixed, by mail on both databases: whole mails in, letters and rows out."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot.database import Database
from mailbot.tables import BEGINNING, EVENT, FAULT, OUTGOING, PROMISED, TICKET
from tests.shell.customerroom import AGNES, AGREEMENTS, TERMS, CustomerRoom, later
from tests.shell.mailroom import NOW, text_of

ANNA, BO, DORTE, EVE = "anna@kund.example", "bo@kund.example", "dorte@dansk.example", "eve@english.example"
STRANGER = "vera@elsewhere.example"
MORE = (
    AGREEMENTS
    + """
[priorities.low]
name = "Låg"
meaning = "Det går att komma runt."
target = "8h"

[service]
workaround = "low"

[service.decline]
sv = "Vänd dig till er egen administratör."
da = "Kontakt jeres egen administrator."
en = "Ask your own administrator."

[service.not_covered]
sv = "Vi erbjuder gärna en kurs."
da = "Vi tilbyder gerne et kursus."
en = "We would be glad to offer a course."

[service.order]
sv = "Felsökning debiteras om felet är ert eget."
da = "Fejlsøgning faktureres, hvis fejlen er jeres egen."
en = "Fault-finding is charged where the fault is your own."
"""
)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk for customers with an agreement, and what it says to the others."""
    return CustomerRoom(database, tmp_path / "config", terms=TERMS, more=MORE)


def state(desk: CustomerRoom) -> list[str]:
    """How each case stands, oldest first."""
    return [str(row[0]) for row in desk.cases(TICKET.c.state)]


def numbers(desk: CustomerRoom) -> list[str]:
    """The number of each case, oldest first."""
    return [str(row[0]) for row in desk.cases(TICKET.c.number)]


def letters(desk: CustomerRoom, to: str, what: str) -> list[tuple[Any, ...]]:
    """The letters to somebody of one cause, as (cause, state)."""
    where = [OUTGOING.c.recipient == to, OUTGOING.c.cause.startswith(f"{what}:")]
    return [row[1:] for row in desk.room.select(OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.state, where=where)]


def copy(desk: CustomerRoom, number: str) -> str:
    """The Message-ID of Agnes's last letter on a case."""
    found = [letter for letter in desk.letters(AGNES) if number in str(letter["Subject"])]
    return str(found[-1]["Message-ID"]).strip("<>")


def agnes(desk: CustomerRoom, text: str, number: str = "", hours: float = 0) -> str:
    """Agnes writes on a case, by default the newest; what she is told."""
    desk.write(AGNES, text, to=copy(desk, number or numbers(desk)[-1]), at=later(hours))
    return desk.text(AGNES)


def events(desk: CustomerRoom, number: str) -> list[tuple[str, str]]:
    """The history of a case."""
    [(ticket,)] = desk.room.select(TICKET.c.id, where=[TICKET.c.number == number])
    rows = desk.room.select(EVENT.c.id, EVENT.c.kind, EVENT.c.text, where=[EVENT.c.ticket_id == ticket])
    return [(str(kind), str(text)) for _, kind, text in rows]


def leave(desk: CustomerRoom) -> None:
    """Every letter that waits leaves."""
    with desk.room.database.write() as connection:
        waiting = OUTGOING.update().where(OUTGOING.c.state == "waiting")
        connection.execute(waiting.values(state="sent", attempts=1))


# --- admitted, declined, not covered -------------------------------------------------------------


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


# --- orders --------------------------------------------------------------------------------------


def ordered(desk: CustomerRoom, who: str = ANNA) -> str:
    """A case whose customer is asked for an order two hours after it came in; its number."""
    desk.write(who, "Utskriften är fel.", subject="Utskrift")
    agnes(desk, "#order Ska vi felsöka? Det tar en timme.", hours=2)
    return numbers(desk)[-1]


ORDER = (TICKET.c.state, TICKET.c.order_answer, TICKET.c.expected_start, TICKET.c.started)


def test_an_order_is_asked_for_and_the_clock_stands(desk: CustomerRoom) -> None:
    """The letter says what, when it is charged, and that a yes or no will do (S12)."""
    ordered(desk)
    text = desk.text(ANNA)
    assert text.startswith("Ska vi felsöka? Det tar en timme.\n\nFelsökning debiteras om felet är ert eget.\n\nVill du")
    assert "Svara ja eller nej" in text
    assert desk.cases(*ORDER) == [("waiting", "asked", later(4), None)]
    assert desk.cases(TICKET.c.order_text) == [("Ska vi felsöka? Det tar en timme.",)]


@pytest.mark.parametrize(
    ("said", "answer", "recorded", "noted"),
    [
        ("Ja tack, gör det!\n\nMvh\nAnna", "yes", "svarat ja på det här:", "beställt det här: Ska vi felsöka?"),
        ("Nej tack.", "no", "svarat nej och alltså inte beställer det här:", "beställer inte det här: Ska vi"),
        ("Yes please, go ahead.", "yes", "svarat ja", "har svarat ja"),
    ],
)
def test_a_plain_answer_is_recorded_and_the_clock_goes_on(
    desk: CustomerRoom, said: str, answer: str, recorded: str, noted: str
) -> None:
    """The customer is told what was understood, with the new start; the agents see it above the mail."""
    number = ordered(desk)
    desk.write(ANNA, said, to=desk.last_id(ANNA), at=later(26))
    assert desk.cases(*ORDER) == [("open", answer, later(28), None)]
    text = desk.text(ANNA)
    assert recorded in text
    assert "Ska vi felsöka? Det tar en timme." in text
    assert "senast tisdag 24 november kl. 13.00" in text
    assert noted in desk.text(AGNES)
    assert ("order", f"the customer answered {answer} to what they were asked to order") in events(desk, number)


@pytest.mark.parametrize(
    "said", ["Ja, men vad kostar det?", "Ja, om det kostar under 1000 kr.", "Tack, jag återkommer.", "Ja nej", "ok"]
)
def test_any_other_answer_is_for_a_person(desk: CustomerRoom, said: str) -> None:
    """The case goes on, nothing is ordered, and the customer is told nothing automatic."""
    ordered(desk)
    before = len(desk.letters(ANNA))
    desk.write(ANNA, said, to=desk.last_id(ANNA), at=later(26))
    assert desk.cases(TICKET.c.state, TICKET.c.order_answer) == [("open", "asked")]
    assert len(desk.letters(ANNA)) == before
    assert said in desk.text(AGNES)


def test_a_yes_to_later_words_orders_nothing(desk: CustomerRoom) -> None:
    """What an agent asks since then is another question."""
    ordered(desk)
    desk.write(ANNA, "Vad kostar det?", to=desk.last_id(ANNA), at=later(3))
    agnes(desk, "Det beror på. Har ni version 12?", hours=4)
    desk.write(ANNA, "Ja.", to=desk.last_id(ANNA), at=later(5))
    assert desk.cases(TICKET.c.order_answer) == [("",)]
    assert letters(desk, ANNA, "order-recorded") == []


def test_a_yes_counts_once(desk: CustomerRoom) -> None:
    """The second one is a mail like any other."""
    ordered(desk)
    asked = desk.last_id(ANNA)
    desk.write(ANNA, "Ja", to=asked, at=later(3))
    desk.write(ANNA, "Nej", to=asked, at=later(4))
    assert desk.cases(TICKET.c.order_answer) == [("yes",)]
    assert len(letters(desk, ANNA, "order-recorded")) == 1


def test_a_forged_yes_orders_nothing(desk: CustomerRoom) -> None:
    """Neither where the mail server denies it nor where only the number, or the customer file, speaks for it."""
    number = ordered(desk)
    for verdict, to in (("fail", desk.last_id(ANNA)), ("", "")):
        desk.write(ANNA, "Ja", subject=f"Re: [{number}]", to=to, at=later(3), verdict=verdict)
        assert desk.cases(*ORDER)[0] == ("waiting", "asked", later(4), None)
    assert letters(desk, ANNA, "order-recorded") == []
    assert "räknas inte" in desk.text(AGNES)


def test_the_own_tag_proves_a_yes_without_any_server(desk: CustomerRoom) -> None:
    """Who answers our letter to themselves has got it."""
    ordered(desk)
    desk.write(ANNA, "Ja", to=desk.last_id(ANNA), at=later(3), verdict="")
    assert desk.cases(TICKET.c.order_answer) == [("yes",)]


def test_another_customer_orders_nothing(desk: CustomerRoom) -> None:
    """With the letter passed on to them, or its number in hand, and a server that vouches for who they are."""
    number = ordered(desk)
    for to in (desk.last_id(ANNA), ""):
        desk.write(EVE, "Yes", subject=f"[{number}]", to=to, at=later(3))
        assert desk.cases(*ORDER)[0] == ("waiting", "asked", later(4), None)
    assert letters(desk, EVE, "order-recorded") == []


def test_an_order_is_taken_back(desk: CustomerRoom) -> None:
    """Nothing is asked any more, and the clock had never stood."""
    ordered(desk)
    agnes(desk, "#undo", hours=2)
    assert desk.cases(*ORDER) == [("open", "", later(4), None)]
    desk.write(ANNA, "Ja", to=desk.last_id(ANNA), at=later(3))
    assert desk.cases(TICKET.c.order_answer) == [("",)]


# --- faults --------------------------------------------------------------------------------------


def whole(letter: EmailMessage) -> str:
    """Headers and bodies of a letter as its reader sees them."""
    texts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join((*(f"{name}: {value}" for name, value in letter.items()), *texts))


def hanging(desk: CustomerRoom) -> list[str]:
    """A fault of Anna's case, on which Dorte's and Eve's hang; all three told; their numbers."""
    for who, subject in ((ANNA, "Rapporten"), (DORTE, "Hemmelig"), (EVE, "Report")):
        desk.write(who, "Fel.", subject=subject)
    first, *others = numbers(desk)
    agnes(desk, "#fault 12.1 2026-12-15", first)
    for number in others:
        agnes(desk, f"#fault {first}", number)
    return [first, *others]


def test_a_fault_is_confirmed_with_version_and_day(desk: CustomerRoom) -> None:
    """The customer learns both in their own language; the fault has the case's number (C5)."""
    first, *_ = hanging(desk)
    assert [row[1:] for row in desk.room.select(FAULT.c.id, FAULT.c.number, FAULT.c.version, FAULT.c.expected)] == [
        (first, "12.1", "2026-12-15"),
    ]  # fmt: skip
    assert "rättat i version 12.1, som väntas tisdag 15 december." in desk.text(ANNA)
    assert "rettet i version 12.1, som ventes tirsdag den 15. december." in desk.text(DORTE)
    assert "version 12.1, due on Tuesday 15 December." in desk.text(EVE)
    assert len({row[0] for row in desk.cases(TICKET.c.fault_id)}) == 1


def test_fixed_tells_the_customers_of_every_case(desk: CustomerRoom) -> None:
    """Of open and closed ones, whichever case it is said in, each in that case's own thread and language; once."""
    first, second, third = hanging(desk)
    agnes(desk, "#close\n\nSe nästa version.", third)
    leave(desk)
    told = agnes(desk, "#fixed 12.1.1", second, hours=1)
    assert "Kunderna i 3 ärenden" in told
    for who, number, words in (
        (ANNA, first, "är rättat i version 12.1.1"),
        (DORTE, second, "er rettet i version 12.1.1"),
        (EVE, third, "is fixed in version 12.1.1"),
    ):
        assert len(letters(desk, who, "fixed")) == 1
        letter = desk.letters(who)[-1]
        assert number in str(letter["Subject"])
        assert words in desk.text(who)
        # Never another customer's name, address, case or subject.
        others = {ANNA, DORTE, EVE, first, second, third, "Rapporten", "Hemmelig", "Report"} - {who, number}
        own = {ANNA: "Rapporten", DORTE: "Hemmelig", EVE: "Report"}[who]
        assert [word for word in others - {own} if word in whole(letter)] == []
    assert state(desk) == ["open", "open", "closed"]
    assert "redan rättat" in agnes(desk, "#fixed", first, hours=2)
    assert len(letters(desk, ANNA, "fixed")) == 1


def test_new_words_on_a_fault_reach_every_case(desk: CustomerRoom) -> None:
    """Another version and day, said in any of the cases."""
    first, second, _ = hanging(desk)
    leave(desk)
    agnes(desk, "#fault 12.2 15. januar 2027", second, hours=1)
    assert "nya uppgifter om felet bakom ditt ärende" in desk.text(ANNA)
    assert "version 12.2, som väntas fredag 15 januari 2027." in desk.text(ANNA)
    assert "Der er nyt om fejlen" in desk.text(DORTE)
    assert "Friday 15 January 2027" in desk.text(EVE)
    assert any("12.2" in text for kind, text in events(desk, first) if kind == "fault")


def test_a_fault_is_taken_back(desk: CustomerRoom) -> None:
    """A case hangs on it no more; a changed one is as it was before, and a fixed one is not fixed: it can be again."""
    first, second, third = hanging(desk)
    agnes(desk, "#undo", third)
    assert [row[0] is None for row in desk.cases(TICKET.c.fault_id)] == [False, False, True]
    leave(desk)
    agnes(desk, "#fault 13.0", second, hours=1)
    agnes(desk, "#undo", second, hours=1)
    assert desk.room.select(FAULT.c.version, FAULT.c.expected) == [("12.1", "2026-12-15")]
    agnes(desk, "#fixed 12.5", first, hours=2)
    agnes(desk, "#undo", first, hours=2)
    assert desk.room.select(FAULT.c.version, FAULT.c.fixed) == [("12.1", None)]
    assert [fate for _, fate in letters(desk, DORTE, "fixed")] == ["cancelled"]
    agnes(desk, "#fixed", first, hours=3)
    assert [fate for _, fate in letters(desk, DORTE, "fixed")] == ["cancelled", "waiting"]
    assert desk.room.select(FAULT.c.version, FAULT.c.fixed) == [("12.1", later(3))]


def test_a_change_by_a_colleague_since_then_is_not_taken_back(desk: CustomerRoom) -> None:
    """What the fault has become by another mail stays."""
    first, second, _ = hanging(desk)
    agnes(desk, "#fault 13.0", first, hours=1)
    agnes(desk, "#fault 14.0", second, hours=1)
    agnes(desk, "#undo", first, hours=1)
    assert desk.room.select(FAULT.c.version) == [("14.0",)]


def test_spam_declined_and_refused_cases_hear_of_no_fault(desk: CustomerRoom) -> None:
    """Nobody is told of a fix who was told that the case is over, or is to be told nothing."""
    first, second, third = hanging(desk)
    agnes(desk, "#decline", second)
    agnes(desk, "#spam", third)
    agnes(desk, "#fixed", first, hours=1)
    assert letters(desk, DORTE, "fixed") == []
    assert letters(desk, EVE, "fixed") == []
    assert len(letters(desk, ANNA, "fixed")) == 1


def test_customers_of_a_merged_case_hear_of_it_where_it_went_on(desk: CustomerRoom) -> None:
    """Bo's mail hung on the fault, and goes on as part of a case that does not."""
    first, *_ = hanging(desk)
    desk.write(ANNA, "Rapporten igen.", subject="Rapport två", more=f"Cc: {BO}\n")
    merged = numbers(desk)[-1]
    agnes(desk, f"#fault {first}", merged)
    desk.write(ANNA, "En annan sak.", subject="Faktura")
    target = numbers(desk)[-1]
    agnes(desk, f"#merge {target}", merged)
    agnes(desk, "#fixed", first, hours=1)
    assert len(letters(desk, BO, "fixed")) == 1
    assert target in str(desk.letters(BO)[-1]["Subject"])


def test_two_agents_mails_of_one_batch_do_not_race(desk: CustomerRoom) -> None:
    """The second #fixed of the same batch sees the first, and tells nobody twice."""
    first, second, _ = hanging(desk)
    raws = []
    take = desk.room.take
    desk.room.take = lambda *mails, **_: raws.extend(mails)  # type: ignore[method-assign]
    agnes(desk, "#fixed 12.1", first)
    agnes(desk, "#fixed 12.2", second)
    desk.room.take = take  # type: ignore[method-assign]
    take(*raws, at=later(1))
    assert desk.room.select(FAULT.c.version) == [("12.1",)]
    assert [len(letters(desk, who, "fixed")) for who in (ANNA, DORTE, EVE)] == [1, 1, 1]
    assert "redan rättat" in desk.text(AGNES)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("#fault", "Något fattas"),
        ("#fault 2026-12-15", "Versionen fattas"),
        ("#fault 12.1 2026-13-45", "är inget datum"),
        ("#fault 12.1 snart", "är inget datum"),
        ("#fault 12.1 2026-11-22", "redan varit"),
        ("#fault TD-000999", "inget ärende TD-000999"),
        ("#fixed", "Inget fel är bekräftat"),
        ("#fixed nästa vecka", "ett enda ord"),
    ],
)
def test_what_is_wrong_about_a_fault_is_told(desk: CustomerRoom, command: str, told: str) -> None:
    """Nothing is confirmed, and nobody hears of anything."""
    desk.write(ANNA, "Fel.", subject="Rapporten")
    if "nästa" in command:
        agnes(desk, "#fault 12.1")
    before = len(desk.letters(ANNA))
    assert told in agnes(desk, command)
    assert len(desk.letters(ANNA)) == before


# --- who may not ---------------------------------------------------------------------------------

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


def test_another_desks_fault_is_none_here(desk: CustomerRoom) -> None:
    """Its number is unknown to agents of this desk."""
    desk.write("cleo@elsewhere.example", "Fel.", subject="Annat", desk="od")
    other = numbers(desk)[0]
    desk.write(AGNES, "#fault 9.9", to=copy(desk, other), desk="od")
    desk.write(ANNA, "Fel.", subject="Rapporten")
    assert f"inget ärende {other}" in agnes(desk, f"#fault {other}")
    assert [row[0] is None for row in desk.cases(TICKET.c.fault_id)] == [False, True]


def test_the_clock_that_stood_for_an_order_counts_as_waiting(desk: CustomerRoom) -> None:
    """The promise told before is not judged for the time that the customer took."""
    ordered(desk)
    desk.write(ANNA, "Ja", to=desk.last_id(ANNA), at=later(26))
    rows = [row[1:] for row in desk.room.select(PROMISED.c.id, PROMISED.c.start_by, PROMISED.c.suspended)]
    assert rows == [(later(4), later(2)), (NOW + timedelta(hours=28), None)]
