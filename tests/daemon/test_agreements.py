"""Agreements through real servers: who is helped, who is told why not, an order by mail, a fault of two customers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.house import House, until
from tests.daemon.people import Person, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

STRANGERS, OVERDUE, FAULT, SAME_FAULT = "TD-000013", "TD-000021", "TD-000037", "TD-000045"
TOP = 'reconsider = "0"\ncustomers_files = ["../customers.csv"]'
TERMS = """
[kinds.fault]
name = "Felanmälan"
always = true

[[rules]]
name = "fault"
words = ["felanmälan"]
kind = "fault"

[agreements.support]
name = "Supportavtal"

[service]
contacts = "named"
overdue = false
terms = "Supporten är till för kunder med avtal. Skriv till avtal@house.example."
order = "Felsökningen debiteras om felet ligger hos er."
"""
CUSTOMERS = """\
customer;name;agreement;overdue;contact;contact_name
hamnen;Hamnens Bygg AB;support;yes;eva@hamnen.example;Eva Lind
fjall;Fjäll Redovisning AB;support;no;karin@fjall.example;Karin Ek
"""


class Street:
    """One house whose desk knows two customers, an agent, and a stranger."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix) -> None:
        self.house = House(folder, dovecot, postfix.port, desk=TOP)
        self.agnes = Person("Agnes", "agnes.agreements@agents.example", dovecot, postfix)
        desk = self.house.desk_file.read_text(encoding="utf-8").replace("agnes@agents.example", self.agnes.address)
        self.house.desk_file.write_text(desk + TERMS, encoding="utf-8")
        (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
        self.sven = Person("Sven Strand", "sven@nowhere.example", dovecot, postfix)
        self.eva = Person("Eva Lind", "eva@hamnen.example", dovecot, postfix)
        self.karin = Person("Karin Ek", "karin@fjall.example", dovecot, postfix)


@pytest.fixture
def street(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> Iterator[Street]:
    """The daemon at work on an empty database."""
    made = Street(tmp_path / "house", dovecot, postfix)
    with made.house.running():
        yield made
    assert made.house.parked() == []
    assert made.house.unsent() == []
    assert "Traceback" not in made.house.log


def test_agreements_are_kept_by_mail_alone(street: Street) -> None:
    """Refused without a word of any customer or frankly, admitted, an order asked and answered, a fault told to two."""
    sven, eva, karin, agnes, house = street.sven, street.eva, street.karin, street.agnes, street.house

    sven.write(house.address, "Rapporten", "Hej,\n\nrapporten är tom.")
    neutral = text_of(sven.next_letter("that it is registered"))
    assert STRANGERS in neutral
    assert "avtal@house.example" in neutral
    assert "senast" not in neutral
    strangers = agnes.next_letter("the copy of the stranger's mail")
    assert "hör inte till någon kund" in text_of(strangers)

    eva.write(house.address, "Ordern", "Hej,\n\nordern fastnar.")
    frank = text_of(eva.next_letter("why it is not admitted"))
    assert OVERDUE in frank
    assert "förfallna fakturor" in frank
    assert "senast" not in frank
    agnes.next_letter("the copy of Eva's mail")

    eva.write(house.address, "Felanmälan: lönebesked", "Lönebeskeden är tomma.")
    acknowledged = text_of(eva.next_letter("the acknowledgement of the fault"))
    assert FAULT in acknowledged
    assert "Vi börjar arbeta med ärendet senast" in acknowledged
    fault = agnes.next_letter("the copy of the fault")
    assert "Godkänt ändå" in text_of(fault)

    agnes.answer(strangers, "#godkänn")
    admitted = text_of(sven.next_letter("that the case is admitted"))
    assert "Vi börjar arbeta med ärendet senast" in admitted
    agnes.next_letter("the receipt of #godkänn")
    assert [ticket["state"] for ticket in sorted(house.tickets(), key=lambda ticket: ticket["number"])] == [
        "open", "refused", "open",
    ]  # fmt: skip

    agnes.answer(fault, "#beställning Ska vi felsöka? Det tar två timmar.")
    asked = eva.next_letter("the question for an order")
    assert "Felsökningen debiteras om felet ligger hos er." in text_of(asked)
    agnes.next_letter("the receipt of #beställning")
    assert house.show(FAULT)["state"] == "waiting"
    eva.answer(asked, "Ja tack!")
    recorded = text_of(eva.next_letter("that the order is recorded"))
    assert "svarat ja" in recorded
    assert "Ska vi felsöka? Det tar två timmar." in recorded
    assert "beställt" in text_of(agnes.next_letter("the copy of the order"))
    assert house.show(FAULT)["state"] == "open"

    karin.write(house.address, "Felanmälan: tomma besked", "Tomma här också.")
    karin.next_letter("the acknowledgement")
    same = agnes.next_letter("the copy of the same fault")
    agnes.answer(fault, "#fel 12.1 2026-12-15")
    assert "version 12.1, som väntas tisdag 15 december" in text_of(eva.next_letter("that the fault is confirmed"))
    agnes.next_letter("the receipt of #fel")
    agnes.answer(same, f"#fel {FAULT}")
    assert "12.1" in text_of(karin.next_letter("that it is confirmed for her too"))
    agnes.next_letter("the receipt of the second #fel")
    agnes.answer(same, "#rättat")
    for person, number in ((eva, FAULT), (karin, SAME_FAULT)):
        fixed = text_of(person.next_letter("that the fault is fixed"))
        assert f"Felet bakom ditt ärende {number} är rättat i version 12.1." in fixed
    agnes.next_letter("the receipt of #rättat")
    until(lambda: not house.unsent(), "the last letters to leave")
    for person in (sven, eva, karin):
        assert len(person.letters()) == person.seen, "no letter too many"
