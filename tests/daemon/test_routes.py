"""A partner's product through real servers: the partner works on the case from an own mail program, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemon.house import House
from tests.daemon.people import Person, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

CASE = "TD-000013"
ROUTE = """
[[partners]]
name = "PX Expert"
addresses = ["{partner}"]
answers_customers = true
contact = "PX Expert, 08-100 00 00"

[[routes]]
name = "PX"
to = ["{partner}"]
words = ["PX"]
"""


@pytest.mark.parametrize("tags", ["none", "plus"])
def test_a_case_is_worked_on_by_a_partner(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, tags: str) -> None:
    """The partner gets mail about PX, the customer the answer, the partner what the customer writes then; agents all.

    That the partner is away is heard by the agents alone, and what they note by nobody else.
    """
    house = House(tmp_path / "house", dovecot, postfix.port, desk=f'reconsider = "0"\nreply_tags = "{tags}"')
    anna = Person("Anna Ek", f"anna.route.{tags}@customer.example", dovecot, postfix)
    agnes = Person("Agnes", f"agnes.route.{tags}@agents.example", dovecot, postfix)
    paul = Person("Paul", f"paul.route.{tags}@px.example", dovecot, postfix)
    desk = house.desk_file.read_text(encoding="utf-8").replace("agnes@agents.example", agnes.address)
    house.desk_file.write_text(desk + ROUTE.format(partner=paul.address), encoding="utf-8")
    with house.running():
        anna.write(house.address, "PX startar inte", "Hej,\n\nPX startar inte.\n\nAnna")
        told = text_of(anna.next_letter("the acknowledgement"))
        assert "PX Expert" in told
        assert "08-100 00 00" in told
        copy = agnes.next_letter("the copy of the new case")
        assert "enligt rutten PX" in text_of(copy)
        handed = paul.next_letter("the case")
        assert "PX startar inte." in text_of(handed)

        agnes.answer(copy, "#note\nKunden har ett specialavtal. CANARY")
        agnes.next_letter("the receipt of the note")
        paul.answer(handed, "Jag är på semester.", Auto_Submitted="auto-replied")
        assert "semester" in text_of(agnes.next_letter("that the partner is away"))
        paul.answer(handed, "Hej Anna,\n\ninstallera om PX, så går det.\n\nPaul")
        answer = anna.next_letter("the partner's answer")
        assert "installera om PX" in text_of(answer)
        assert paul.address not in str(answer)
        assert "installera om PX" in text_of(agnes.next_letter("the copy of the partner's answer"))

        anna.answer(answer, "Det hjälpte inte, Paul.")
        again = paul.next_letter("the customer's answer")
        assert "Det hjälpte inte, Paul." in text_of(again)
        assert "Det hjälpte inte, Paul." in text_of(agnes.next_letter("the copy of the customer's answer"))
        paul.answer(again, "Prova då version 5.")
        assert "Prova då version 5." in text_of(anna.next_letter("the partner's second answer"))
        agnes.next_letter("its copy")
    shown = house.show(CASE)
    assert (shown["state"], shown["started"] is not None, len(house.tickets())) == ("open", True, 1)
    for person in (anna, paul):
        assert b"CANARY" not in b"".join(dovecot.mails(person.address))
    assert not any("semester" in text_of(letter) for letter in anna.letters())
    assert house.parked() == []
    assert house.unsent() == []
    assert "Traceback" not in house.log
