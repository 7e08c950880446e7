"""What an admin sees of a desk's customers: who they are, their terms in force on a day, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from mailbot.core.customer import Contact, Customer
from mailbot.core.desk import Desk
from mailbot.core.hourswords import hours_words
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.promise import target_on
from mailbot.core.terms import Whose, in_terms, whose_hours, whose_target

SOON = timedelta(days=30)
"""How long before its last day the end of an agreement is warned of."""

_WHOSE: dict[Whose, str] = {"customer": "its own", "agreement": "its agreement's", "desk": "the desk's"}


@dataclass(frozen=True, slots=True)
class Found:
    """A customer that was looked for, and how it was found."""

    desk: Desk
    customer: Customer
    how: str
    """English: "by its key"."""
    contact: Contact | None = None
    """Whose the address is, where one was looked for."""


def standing(customer: Customer, day: date) -> str:
    """How the customer's agreement stands on a day, one word or three."""
    known = customer.agreement_on(day)
    return "no agreement" if known == "none" else known.replace("-", " ")


def row_of(desk: Desk, customer: Customer, day: date) -> dict[str, Any]:
    """One line of the list, as plain JSON values."""
    return {
        "desk": desk.key,
        "customer": customer.key,
        "name": customer.name,
        "agreement": customer.agreement,
        "since": _iso(customer.since),
        "until": _iso(customer.until),
        "standing": standing(customer, day),
        "contacts": len(customer.contacts),
        "overdue": customer.overdue,
    }


def whole(found: Found, day: date) -> dict[str, Any]:
    """Everything about a customer and the terms that it has on a day, as plain JSON values."""
    desk, customer = found.desk, found.customer
    agreement = desk.agreements.get(customer.agreement)
    return row_of(desk, customer, day) | {
        "found": found.how,
        "contact": found.contact.address if found.contact else None,
        "domains": list(customer.domains),
        "language": customer.language or None,
        "attributes": sorted(customer.attributes),
        "products": sorted(customer.products),
        "contacts_allowed": (
            customer.most_contacts
            if customer.most_contacts is not None
            else (agreement.most_contacts if agreement else None)
        ),
        "people": [
            {
                "address": each.address,
                "name": each.name,
                "trained": sorted(each.trained),
                "sees_cases": each.sees_cases,
            }
            for each in customer.contacts
        ],
        "terms": _terms(desk, customer, day),
    }


def find(desks: Iterable[Desk], text: str) -> list[Found]:
    """The customers that a key, an address, a domain, a name or part of one means, at each desk by itself."""
    return [found for desk in desks if desk.customers is not None for found in _find(desk, text.strip())]


def warnings(desk: Desk, day: date) -> Iterator[str]:
    """What about customers may be an oversight, one line each; several customers in a line."""
    if desk.customers is None:
        return
    customers = tuple(desk.customers.by_key.values())
    held = [each for each in customers if each.agreement and each.until is not None]
    yield from _told("the agreement has ended", [each for each in held if each.until and each.until < day])
    yield from _told(
        f"the agreement ends within {SOON.days} days",
        [each for each in held if each.until and day <= each.until <= day + SOON],
    )
    yield from _told(
        "sees_cases grants nothing without an agreement",
        [each for each in customers if not each.agreement and any(one.sees_cases for one in each.contacts)],
    )
    if desk.service.contacts == "named":
        yield from _told(
            "no contact is named, so nobody can get help", [each for each in customers if not each.contacts]
        )
    service = desk.service
    if (service.agreement or service.contacts == "named" or not service.overdue) and not service.terms:
        yield "no service.terms, so whoever is not admitted is not told whom to write to"
    for rule in desk.rules:
        gone = [key for key in rule.customers if key not in desk.customers.by_key]
        if gone:
            yield f"the rule {rule.name} names {', '.join(gone)}, and there is no such customer"
    had = {attribute for each in customers for attribute in each.attributes}
    for rule in desk.rules:
        missing = [attribute for attribute in rule.attributes if attribute not in had]
        if missing:
            yield f"the rule {rule.name} asks for {', '.join(missing)}, which no customer has"
    used = {product for each in customers for product in each.products}
    for route in desk.routes:
        if route.product and route.product not in used:
            yield f"the route {route.name} is about {route.product}, which no customer uses"


def _find(desk: Desk, text: str) -> Iterator[Found]:
    assert desk.customers is not None
    customers = desk.customers.by_key.values()
    wanted = text.casefold()
    if "@" in text:
        address = ascii_lower(text)
        customer, contact = desk.customers.find(address)
        if customer is not None:
            how = f"{contact.address} is its contact" if contact else f"{address} is under its domain, no contact"
            yield Found(desk, customer, how, contact)
        return
    for how, hits in (
        ("by its key", [each for each in customers if each.key.casefold() == wanted]),
        ("by its domain", [each for each in customers if wanted in each.domains]),
        ("by its name", [each for each in customers if each.name.casefold() == wanted]),
        ("by part of its name", [each for each in customers if wanted in each.name.casefold()]),
    ):
        if hits:
            yield from (Found(desk, each, how) for each in hits)
            return


def _terms(desk: Desk, customer: Customer, day: date) -> dict[str, Any]:
    """Hours, targets and channels, each with whose they are."""
    met = in_terms(desk, customer.key)
    agreement = desk.agreements.get(customer.agreement)
    noon = datetime.combine(day, time(12), desk.calendar.zone)
    return {
        "day": day.isoformat(),
        "hours": hours_words(met.calendar.hours, day, "en", holidays=bool(met.calendar.holidays)),
        "hours_are": _WHOSE[whose_hours(desk, customer.key)],
        "targets": [
            {
                "priority": each.key,
                "minutes": int(target_on(each, noon, desk.calendar.zone) / timedelta(minutes=1)),
                "clock": each.clock,
                "target_is": _WHOSE[whose_target(desk, customer.key, each.key)],
            }
            for each in met.priorities
        ],
        "channels": [each.kind for each in met.channels],
        "covers": list(agreement.kinds) if agreement and agreement.kinds else None,
        "languages": list(met.written_in),
    }


def _told(what: str, customers: list[Customer]) -> Iterator[str]:
    if customers:
        keys = [each.key if each.until is None else f"{each.key} ({each.until})" for each in customers]
        more = f" and {len(keys) - 10} more" if len(keys) > 10 else ""
        yield f"{what}: {', '.join(keys[:10])}{more}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
