"""Answers to new cases of customers, and to those who are none: the terms that they tell, and why some are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from mailbot.core.customer import Contact, Customer, Customers
from mailbot.core.desk import Agreement, Channel, Desk, Kind, Module
from mailbot.core.entitlement import ADMITTED, Entitlement
from mailbot.core.texts import Texts

ADDRESS = "asa.oberg@kund.example"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a new mail."""

    desk: str
    """As in `test_letters_out._desk`."""
    entitlement: Entitlement
    kind: str = ""
    verified: bool = True
    to_agent: bool = False
    """Whether it is the copy of that mail to an agent."""


def _refused(refusal: str, **more: object) -> Entitlement:
    return Entitlement(refusal, "kund", "a reason", frank=True, **more)  # type: ignore[arg-type]


ANSWERS: Mapping[str, Answer] = {
    "not-admitted-visma": Answer("visma-control", Entitlement("no-agreement"), verified=False),
    "not-admitted-visma-ended": Answer("visma-control", _refused("ended")),
    "not-admitted-softone": Answer("softone-go", _refused("overdue")),
    "not-admitted-softone-untrained": Answer("softone-go", _refused("not-trained", modules=("ledger",))),
    "not-admitted-microbizz": Answer("microbizz", _refused("not-covered"), "course"),
    "not-admitted-microbizz-overdue": Answer("microbizz", _refused("overdue")),
    "not-admitted-cloudempiere": Answer("cloudempiere", _refused("not-begun")),
    "not-admitted-cloudempiere-stranger": Answer("cloudempiere", Entitlement("no-agreement"), verified=False),
    "not-admitted-english": Answer("english", _refused("not-trained", modules=("ledger",))),
    "ack-microbizz-terms": Answer("microbizz", replace(ADMITTED, customer="kund"), "course"),
    "ack-softone-contact": Answer("softone-go", replace(ADMITTED, customer="kund")),
    "ack-cloudempiere-in-english": Answer("cloudempiere", replace(ADMITTED, customer="kund")),
    "copy-visma-refused": Answer("visma-control", _refused("ended"), to_agent=True),
    "copy-microbizz-refused": Answer("microbizz", _refused("not-a-contact"), to_agent=True),
    "copy-cloudempiere-despite": Answer(
        "cloudempiere", Entitlement("", "kund", "a reason", despite="overdue"), "course", to_agent=True
    ),
}  # fmt: skip
NAMES = tuple(ANSWERS)

_TERMS: Texts = {
    "sv": "Support ingår i våra supportavtal. Skriv till avtal@desk.example om du vill teckna ett.",
    "da": "Support er en del af vores supportaftaler. Skriv til aftaler@desk.example, hvis du vil indgå en.",
    "sk": "Podpora je súčasťou našich zmlúv. Ak o ňu máte záujem, napíšte na zmluvy@desk.example.",
    "en": "Support is part of our agreements. Write to sales@desk.example if you would like one.",
}
_KIND = Kind(
    "course", {"sv": "Kurs", "da": "Kursus", "sk": "Školenie", "en": "Course"},
    {
        "sv": "Kurser ingår inte i supporten.", "da": "Kurser er ikke en del af supporten.",
        "sk": "Školenia nie sú súčasťou podpory.", "en": "Courses are no part of support.",
    },
    always=True,
)  # fmt: skip
_MODULE = Module("ledger", {"sv": "Reskontra", "da": "Debitor", "sk": "Saldokonto", "en": "Ledger"}, ("x",))
_AGREEMENT = Agreement(
    "basic", {"sv": "Bas", "da": "Basis", "sk": "Základná", "en": "Basic"}, ("mail", "portal"),
    note={
        "sv": "Telefonsupport ingår inte.", "da": "Telefonsupport er ikke inkluderet.",
        "sk": "Telefonická podpora nie je zahrnutá.", "en": "Telephone support is not included.",
    },
)  # fmt: skip


def with_customer(desk: Desk, name: str) -> Desk:
    """The desk with a customer whose contact writes; at cloudempiere the one of the letter in English reads English."""
    own = "en" if name.endswith("in-english") else ""
    customer = Customer(
        "kund", "Kund AB", ("kund.example",), (Contact(ADDRESS, "Åsa Öberg"),), "basic",
        since=date(2027, 1, 1), until=date(2026, 6, 30), language=own,
    )  # fmt: skip
    agreement = replace(_AGREEMENT, channels=()) if name == "ack-softone-contact" else _AGREEMENT
    phone = Channel("phone", {"sv": "Telefon"}, "010-000 00 00", contacts_only=True)
    return replace(
        desk, customers=Customers.of((customer,)), agreements={"basic": agreement}, kinds=(_KIND,),
        modules=(_MODULE,), service=replace(desk.service, terms=_TERMS),
        channels=(*desk.channels[:2], phone) if name == "ack-softone-contact" else desk.channels,
    )  # fmt: skip
