"""Orders asked for and answered by mail on both databases: whole mails in, letters and rows out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.database import Database
from mailbot.tables import PROMISED, TICKET
from tests.shell.customerroom import AGNES, CustomerRoom, later
from tests.shell.mailroom import NOW
from tests.shell.serviceroom import ANNA, EVE, agnes, events, letters, numbers, service_desk


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk for customers with an agreement, and what it says to the others."""
    return service_desk(database, tmp_path / "config")


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
        ("Ja tack, gör det!\n\nMvh\nAnna", "yes", "svarat ja till det här:", "beställt det här: Ska vi felsöka?"),
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
    hint = "Ett ja med mer efter, kanske ett villkor: inget är beställt förrän du avgör det. Frågan: Ska vi"
    assert (hint in desk.text(AGNES)) == said.startswith("Ja")


def test_a_yes_to_later_words_orders_nothing(desk: CustomerRoom) -> None:
    """What an agent asks since then is another question."""
    ordered(desk)
    desk.write(ANNA, "Vad kostar det?", to=desk.last_id(ANNA), at=later(3))
    agnes(desk, "Det beror på. Har ni version 12?", hours=4)
    desk.write(ANNA, "Ja.", to=desk.last_id(ANNA), at=later(5))
    assert desk.cases(TICKET.c.order_answer) == [("",)]
    assert letters(desk, ANNA, "order-recorded") == []


def test_who_closes_the_case_has_not_ordered(desk: CustomerRoom) -> None:
    """The order is withdrawn with the case; a yes to the question after it was opened again is for a person."""
    ordered(desk)
    asked = desk.last_id(ANNA)
    desk.write(ANNA, "Ni kan stänga ärendet.", to=asked, at=later(3))
    assert desk.cases(TICKET.c.state, TICKET.c.order_answer) == [("closed", "")]
    desk.write(ANNA, "Nu är den fel igen.", to=asked, at=later(4))
    desk.write(ANNA, "Ja", to=asked, at=later(5))
    assert desk.cases(TICKET.c.state, TICKET.c.order_answer) == [("open", "")]
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


def test_the_clock_that_stood_for_an_order_counts_as_waiting(desk: CustomerRoom) -> None:
    """The promise told before is not judged for the time that the customer took."""
    ordered(desk)
    desk.write(ANNA, "Ja", to=desk.last_id(ANNA), at=later(26))
    rows = [row[1:] for row in desk.room.select(PROMISED.c.id, PROMISED.c.start_by, PROMISED.c.suspended)]
    assert rows == [(later(4), later(2)), (NOW + timedelta(hours=28), None)]
