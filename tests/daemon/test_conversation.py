"""A case from the first mail to the close, held through real servers by a customer and two agents who only use mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.house import House, until
from tests.daemon.people import Person, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

CASE = "TD-000013"
PRIVATE = "10.1.2.3"


class Stage:
    """One house, one customer, two agents."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix, name: str, *, more: str = "") -> None:
        self.house = House(folder, dovecot, postfix.port, desk='reconsider = "0"\n' + more)
        self.dovecot = dovecot
        self.anna = Person("Anna Ek", f"anna.{name}@customer.example", dovecot, postfix)
        self.agnes = Person("Agnes", f"agnes.{name}@agents.example", dovecot, postfix)
        self.olle = Person("Olle", f"olle.{name}@agents.example", dovecot, postfix)
        self.eve = Person("Eve", f"eve.{name}@elsewhere.example", dovecot, postfix)
        desk = self.house.desk_file.read_text(encoding="utf-8").replace("agnes@agents.example", self.agnes.address)
        desk += f'\n[[agents]]\nname = "Olle"\naddresses = ["{self.olle.address}"]\n'
        self.house.desk_file.write_text(desk, encoding="utf-8")

    def events(self) -> list[str]:
        """The kinds of the case's events, in order."""
        return [item["kind"] for item in self.house.show(CASE)["history"] if item["what"] == "event"]


@pytest.fixture
def stage(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The daemon at work on an empty database."""
    made = Stage(tmp_path / "house", dovecot, postfix, request.node.name[5:15].replace("_", ""))
    with made.house.running():
        yield made


def test_a_case_is_answered_noted_and_closed_by_mail_alone(stage: Stage) -> None:
    """Two agents work one case from their own mail programs; the customer sees one desk and no private detail (Y9)."""
    anna, agnes, olle, house = stage.anna, stage.agnes, stage.olle, stage.house
    anna.write(house.address, "Fakturan skrivs inte ut", "Hej,\n\nfakturan skrivs inte ut.\n\nAnna")
    anna.next_letter("the acknowledgement")
    copy = agnes.next_letter("the copy of the new case")
    olles = olle.next_letter("the copy of the new case")

    agnes.answer(
        copy, "Hej Anna,\n\nhar du startat om skrivaren?\n\nAgnes", X_Originating_IP=f"[{PRIVATE}]",
        User_Agent="Secret 1.0", Received=f"from laptop [{PRIVATE}] by agents.example; Mon, 23 Nov 2026 09:00:00 +0100",
    )  # fmt: skip
    first = anna.next_letter("Agnes's answer")
    assert str(first["From"]) == f'"Agnes (Testdesken)" <{house.address}>'
    assert first["Auto-Submitted"] is None
    assert "har du startat om skrivaren?" in text_of(first)
    assert "skrev" not in text_of(first)
    assert "fakturan skrivs inte ut" not in text_of(first), "the quote stays behind"
    raw = stage.dovecot.mails(anna.address)[-1].decode("ascii")
    for secret in (agnes.address, PRIVATE, "Secret 1.0", "X-Originating", "laptop"):
        assert secret not in raw
    taken = olle.next_letter("that Agnes has taken it")
    assert "Agnes" in text_of(taken)

    anna.answer(first, "Ja, men det hjälpte inte.")
    turn = agnes.next_letter("Anna's answer")
    assert "det hjälpte inte" in text_of(turn)
    assert len(olle.letters()) == 2, "who has not written on it is left in peace"

    olle.answer(olles, "#note\nDet här är samma fel som i fjol. CANARY")
    seen = agnes.next_letter("Olle's note")
    assert "CANARY" in text_of(seen)
    agnes.answer(turn, "Byt kabel, så går det.\n\n#stäng")
    closing = anna.next_letter("the closing letter")
    assert "Byt kabel, så går det." in text_of(closing)
    assert "#stäng" not in text_of(closing)
    until(lambda: house.show(CASE)["state"] == "closed", "the close")
    shown = house.show(CASE)
    assert shown["solution"] == "Byt kabel, så går det."
    assert shown["assignee"] == agnes.address
    everything = b"".join(stage.dovecot.mails(anna.address))
    assert b"CANARY" not in everything, "a note never leaves the desk (Y10)"
    assert len(anna.letters()) == 3, "a closing letter is no second answer beside a relay"


def test_an_order_that_cannot_be_followed_keeps_everything_back(stage: Stage) -> None:
    """An unknown command sends nothing to the customer; the receipt says why and gives the text back."""
    stage.anna.write(stage.house.address, "Hej", "En fråga.")
    stage.anna.next_letter("the acknowledgement")
    copy = stage.agnes.next_letter("the copy")
    stage.agnes.answer(copy, "#prioritet hög\n#stangg\n\nVi tittar på det.")
    receipt = text_of(stage.agnes.next_letter("the receipt"))
    assert "#stangg" in receipt
    assert "Vi tittar på det." in receipt
    stage.agnes.answer(copy, "#prioritet hög\n\nVi tittar på det.")
    told = [text_of(stage.anna.next_letter("what followed")) for _ in range(2)]
    assert any("Vi tittar på det." in text for text in told)
    assert any("Hög" in text for text in told)
    assert stage.house.show(CASE)["priority"] == "high"
    assert len(stage.anna.letters()) == 3


def test_forgers_machines_and_guesses_get_nowhere(stage: Stage) -> None:
    """Somebody in an agent's name, an out-of-office, a guessed number, `#close` by a customer: nothing is done."""
    anna, agnes, olle, eve, house = stage.anna, stage.agnes, stage.olle, stage.eve, stage.house
    anna.write(house.address, "Hej", "En fråga.")
    acknowledgement = anna.next_letter("the acknowledgement")
    copy, olles = agnes.next_letter("the copy"), olle.next_letter("the copy")

    forger = Person("Agnes", agnes.address, eve.dovecot, eve.postfix)
    forger.write(house.address, f"[{CASE}] Hej", "#close\nKlart!")
    warning = agnes.next_letter("that a mail in her name was not acted upon")
    assert house.show(CASE)["state"] == "open"
    forger.answer(acknowledgement, "#close\nKlart!", quote=False)
    until(lambda: stage.events().count("follow-up") >= 2, "the mail with the customer's tag")
    assert house.show(CASE)["state"] == "open"
    assert CASE in str(warning["Subject"]) or "Hej" in text_of(warning)

    agnes.answer(copy, "Jag är på semester.", quote=False, Auto_Submitted="auto-replied")
    eve.write(house.address, f"[{CASE}] Hej", "Vad är läget? #close")
    until(lambda: len(house.tickets()) == 2, "Eve's own case")
    anna.answer(acknowledgement, "#close\n\nNej, stäng inte.")
    until(lambda: "Nej, stäng inte." in str(house.show(CASE)["history"]), "Anna's answer")
    olle.answer(olles, "Hej Anna, allt är klart nu.\n\n> #close\n")
    until(lambda: len(anna.letters()) == 2, "Olle's answer")
    assert house.show(CASE)["state"] == "open"
    told = "\n".join(text_of(letter) for letter in (*anna.letters(), *eve.letters()))
    assert "semester" not in told
    assert "Klart!" not in told
    assert "En fråga." not in "\n".join(text_of(letter) for letter in eve.letters())


def test_a_customer_asks_closes_thanks_and_comes_back(stage: Stage) -> None:
    """`status` tells the state, `stäng` closes, a thank-you stays unheard of, anything else opens the case again."""
    anna, agnes, house = stage.anna, stage.agnes, stage.house
    anna.write(house.address, "Rapporten", "Rapporten är tom.")
    acknowledgement = anna.next_letter("the acknowledgement")
    agnes.next_letter("the copy")
    anna.answer(acknowledgement, "Status?")
    assert CASE in text_of(anna.next_letter("how the case stands"))
    anna.answer(acknowledgement, "Ni kan stänga ärendet. Tack!")
    anna.next_letter("that it is closed")
    assert house.show(CASE)["state"] == "closed"
    anna.answer(acknowledgement, "Tack så mycket!")
    until(lambda: "thanks" in stage.events(), "the thank-you")
    assert house.show(CASE)["state"] == "closed"
    anna.answer(acknowledgement, "Nu är den tom igen.")
    reopened = anna.next_letter("that it is open again")
    assert CASE in str(reopened["Subject"])
    assert house.show(CASE)["state"] == "open"
    assert [ticket["number"] for ticket in house.tickets()] == [CASE]
