"""What a sender is entitled to at a desk, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mailbot.core.customer import Contact, Customer
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter
from mailbot.core.phrases import mentions

Refusal = Literal["", "no-agreement", "not-begun", "ended", "not-a-contact", "overdue", "not-trained", "not-covered"]
"""Why a case is not admitted; empty: it is."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether somebody gets help with a mail, and what may be said about it."""

    refusal: Refusal = ""
    customer: str = ""
    """Key of the customer that the sender belongs to; empty: of none."""
    why: str = "this desk helps everybody"
    """The reason, for agents and `mailbot explain`; English, one line."""
    frank: bool = False
    """Whether the sender, a verified contact, may be told of the customer's affairs; neutral words else."""
    modules: tuple[str, ...] = ()
    """Keys of the modules that the mail is about and the contact is not trained on."""
    despite: Refusal = ""
    """What it would have been refused for, were cases of its kind not admitted always (S11, M6)."""

    @property
    def admitted(self) -> bool:
        """Whether the desk promises a start of work."""
        return not self.refusal


ADMITTED = Entitlement()
"""Of everybody at a desk without customers."""


def entitle(
    desk: Desk, letter: Letter, sender: str, day: date, kind: str, *, verified: bool, forged: bool
) -> Entitlement:
    """What the sender of a mail (address in lower case, or empty) is entitled to on a local day of receipt.

    `kind` is the key of the case's kind, or empty. A desk without customer files helps everybody. A forged sender is
    nobody's customer, and a kind that is always admitted passes whatever else is so. The first reason to refuse is
    told, those about the agreement before those about the person and the matter.
    """
    if desk.customers is None:
        return ADMITTED
    customer, contact = belongs_to(desk, sender, forged=forged)
    refusal, why, modules = _judge(desk, letter, customer, contact, day, kind)
    key, frank = customer.key if customer else "", verified and contact is not None
    if refusal and any(each.key == kind and each.always for each in desk.kinds):
        return Entitlement("", key, f"a case of kind {kind} is always admitted, though {why}", frank, modules, refusal)
    return Entitlement(refusal, key, why, frank, modules)


def belongs_to(desk: Desk, sender: str, *, forged: bool = False) -> tuple[Customer | None, Contact | None]:
    """The customer that an address (lower case) belongs to, and the contact whose it is; nobody's where forged."""
    if desk.customers is None or forged or not sender:
        return None, None
    return desk.customers.find(sender)


def _judge(
    desk: Desk, letter: Letter, customer: Customer | None, contact: Contact | None, day: date, kind: str
) -> tuple[Refusal, str, tuple[str, ...]]:
    """Why not, in words either way, and the modules that training is missing on."""
    service = desk.service
    refusal, why = _by_agreement(customer, day) if service.agreement else ("", "this desk asks for no agreement")
    if refusal:
        return refusal, why, ()
    if customer is not None and customer.overdue and not service.overdue:
        return "overdue", f"customer {customer.key} has overdue invoices", ()
    if service.contacts == "named" and contact is None:
        whom = f"customer {customer.key} has not named the sender as a contact" if customer else "nobody's contact"
        return "not-a-contact", whom, ()
    untrained = _untrained(desk, letter, contact) if service.training else ()
    if untrained:
        return "not-trained", f"the sender is not trained on {', '.join(untrained)}", untrained
    agreement = desk.agreements.get(customer.agreement) if customer else None
    if agreement is not None and kind and agreement.kinds and kind not in agreement.kinds:
        return "not-covered", f"agreement {agreement.key} does not cover cases of kind {kind}", ()
    return "", why, ()


def _by_agreement(customer: Customer | None, day: date) -> tuple[Refusal, str]:
    if customer is None:
        return "no-agreement", "the sender belongs to no customer"
    held = f"agreement {customer.agreement} of customer {customer.key}"
    match customer.agreement_on(day):
        case "none":
            return "no-agreement", f"customer {customer.key} has no agreement"
        case "not-begun":
            return "not-begun", f"{held} begins on {customer.since}"
        case "ended":
            return "ended", f"{held} ended on {customer.until}"
        case "in-force":
            return "", f"{held} is in force"


def _untrained(desk: Desk, letter: Letter, contact: Contact | None) -> tuple[str, ...]:
    """The modules that the mail is about and the contact is not trained on; who is no contact is trained on none."""
    trained = contact.trained if contact else frozenset()
    about = (module for module in desk.modules if mentions(module.words, letter))
    return tuple(module.key for module in about if module.key not in trained)
