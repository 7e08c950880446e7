"""What letters tell of customers and their agreements, of kinds of cases, and of what somebody is entitled to."""

from __future__ import annotations

from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Channel, Desk
from mailbot.core.entitlement import Entitlement, Refusal
from mailbot.core.headertext import one_line
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.moments import day_words
from mailbot.core.note import Note
from mailbot.core.notewords import note_words
from mailbot.core.texts import in_language


def kind_words(desk: Desk, key: str, language: str) -> dict[str, str]:
    """A kind's name and its sentence for customers; its key for the name where the desk file does not have it."""
    kind = next((kind for kind in desk.kinds if kind.key == key), None)
    if kind is None:
        return {"name": key, "note": ""}
    return {"name": in_language(kind.name, language), "note": in_language(kind.note, language)}


def agreement_words(desk: Desk, customer: str, language: str) -> dict[str, str]:
    """Name and sentence of the agreement that the customer of that key has; empty for none."""
    known = desk.customer(customer)
    agreement = desk.agreements.get(known.agreement) if known else None
    if agreement is None:
        return {"name": "", "note": ""}
    return {"name": in_language(agreement.name, language), "note": in_language(agreement.note, language)}


def organisation_words(desk: Desk, customer: str, language: str) -> dict[str, str]:
    """The customer of that key, for agents: its name and that of its agreement; both empty for none."""
    known = desk.customer(customer)
    name = one_line(known.name, 100) if known else customer
    return {"name": name, "agreement": agreement_words(desk, customer, language)["name"]}


def address_told(desk: Desk, channel: Channel, case: CaseFacts) -> str:
    """A channel's address as the requester may know it: one that is for contacts only, to verified ones alone (S1)."""
    if not channel.contacts_only:
        return channel.address
    named = desk.customers is not None and desk.customers.find(ascii_lower(case.requester_address))[1] is not None
    return channel.address if named and case.verified else ""


def refusal_facts(desk: Desk, case: CaseFacts, entitlement: Entitlement, language: str) -> dict[str, Any]:
    """What a letter to somebody who is not admitted may tell; of the customer's affairs only to a verified contact."""
    told: dict[str, Any] = {
        "terms": in_language(desk.service.terms, language), "grounds": "", "modules": (),
        "agreement": {"name": "", "since": "", "until": ""}, "kind": {"name": "", "note": ""},
    }  # fmt: skip
    if not entitlement.frank:
        return told
    customer = desk.customer(entitlement.customer)
    if entitlement.refusal == "not-covered" and desk.service.not_covered:
        told["terms"] = in_language(desk.service.not_covered, language)
    return told | {
        "grounds": entitlement.refusal,
        "agreement": {
            "name": agreement_words(desk, entitlement.customer, language)["name"],
            "since": day_words(customer.since, language) if customer and customer.since else "",
            "until": day_words(customer.until, language) if customer and customer.until else "",
        },
        "modules": _module_names(desk, entitlement, language),
        "kind": kind_words(desk, case.kind, language),
    }


def entitlement_facts(desk: Desk, kind: str, entitlement: Entitlement, language: str) -> dict[str, str]:
    """For agents: why a case is not admitted, or what it is admitted in spite of; empty for what is not so."""
    why = _why(desk, kind, entitlement.refusal or entitlement.despite, entitlement, language)
    always = note_words(Note("always-admitted", (kind_words(desk, kind, language)["name"],)), language)
    return {
        "refusal": why if entitlement.refusal else "",
        "despite": f"{why} {always}" if entitlement.despite else "",
    }


def _why(desk: Desk, kind: str, refusal: Refusal, entitlement: Entitlement, language: str) -> str:
    customer = desk.customer(entitlement.customer)
    about: tuple[str, ...] = ()
    match refusal:
        case "":
            return ""
        case "not-begun":
            about = (day_words(customer.since, language) if customer and customer.since else "?",)
        case "ended":
            about = (day_words(customer.until, language) if customer and customer.until else "?",)
        case "not-trained":
            about = (", ".join(_module_names(desk, entitlement, language)),)
        case "not-covered":
            about = (kind_words(desk, kind, language)["name"],)
    return one_line(note_words(Note(f"refused-{refusal}", about), language))


def _module_names(desk: Desk, entitlement: Entitlement, language: str) -> tuple[str, ...]:
    return tuple(in_language(each.name, language) for each in desk.modules if each.key in entitlement.modules)
