"""Faults confirmed and fixed by mail on both databases: each case hears of it, and of no other."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.database import Database
from mailbot.tables import FAULT, TICKET
from tests.shell.customerroom import AGNES, CustomerRoom, later
from tests.shell.serviceroom import (
    ANNA,
    BO,
    DORTE,
    EVE,
    agnes,
    copy,
    events,
    leave,
    letters,
    numbers,
    service_desk,
    state,
)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk for customers with an agreement, and what it says to the others."""
    return service_desk(database, tmp_path / "config")


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


def test_who_asks_how_the_case_stands_hears_of_the_fault(desk: CustomerRoom) -> None:
    """Its version and day, and once it is fixed that it is, in the customer's language (C5, C7)."""
    first, *_ = hanging(desk)
    leave(desk)
    desk.write(DORTE, "status", to=desk.last_id(DORTE), at=later(1))
    assert "Fejlen forventes rettet i version 12.1, som ventes tirsdag den 15. december." in desk.text(DORTE)
    agnes(desk, "#fixed", first, hours=2)
    leave(desk)
    desk.write(DORTE, "status", to=desk.last_id(DORTE), at=later(3))
    assert "Sagen skyldes en fejl i programmet, som er rettet i version 12.1." in desk.text(DORTE)


def test_agents_of_the_other_cases_are_told_in_one_letter(database: Database, tmp_path: Path) -> None:
    """Olle has two of them; his answer goes to the customer of the first, and #undo takes the letter back."""
    olle = "olle@agents.example"
    desk = service_desk(database, tmp_path / "config", more=f'\n[[agents]]\nname = "Olle"\naddresses = ["{olle}"]\n')
    first, second, third = hanging(desk)
    for number in (second, third):
        agnes(desk, "#assign olle", number)
    leave(desk)
    count = len(desk.letters(olle))
    agnes(desk, "#fixed", first)
    assert letters(desk, olle, "fault-news")[0][1] == "waiting"
    agnes(desk, "#undo", first)
    assert letters(desk, olle, "fault-news")[0][1] == "cancelled"
    agnes(desk, "#fixed", first)
    text = desk.text(olle)
    assert f"Agnes har meddelat att fel {first} är rättat i version 12.1." in text
    assert f"* {second}  Hemmelig ({DORTE})\n* {third}  Report ({EVE})\n" in text
    assert len(desk.letters(olle)) == count + 2
    desk.write(olle, "Virker det nu?", to=desk.last_id(olle))
    assert "Virker det nu?" in desk.text(DORTE)


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


def test_another_desks_fault_is_none_here(desk: CustomerRoom) -> None:
    """Its number is unknown to agents of this desk."""
    desk.write("cleo@elsewhere.example", "Fel.", subject="Annat", desk="od")
    other = numbers(desk)[0]
    desk.write(AGNES, "#fault 9.9", to=copy(desk, other), desk="od")
    desk.write(ANNA, "Fel.", subject="Rapporten")
    assert f"inget ärende {other}" in agnes(desk, f"#fault {other}")
    assert [row[0] is None for row in desk.cases(TICKET.c.fault_id)] == [False, True]
