"""Customers as plain data: organisations, the people they have named, and what they have agreed upon with a desk.

Filled by `mailbot.files.customerfile` from the files that a desk file names; everything here is frozen and already
checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mailbot.core.calendar import Hours, Target


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom a customer has named as entitled to contact the desk (S9, M4)."""

    address: str
    """Lower case."""
    name: str = ""
    trained: frozenset[str] = frozenset()
    """Keys of the desk's modules."""
    sees_cases: bool = False
    """Whether the agreement lets them see all of their organisation's open cases (C7)."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One organisation."""

    key: str
    """What tickets keep of it; unique among a desk's customers."""
    name: str
    domains: tuple[str, ...] = ()
    """Mail domains, lower case; never one under which anybody can have a mailbox."""
    contacts: tuple[Contact, ...] = ()
    agreement: str = ""
    """Key of one of the desk's agreements; empty: there is none."""
    since: date | None = None
    """First day of the agreement; None: it has always been."""
    until: date | None = None
    """Its last day; None: it goes on."""
    overdue: bool = False
    """Whether invoices are overdue (S10)."""
    language: str = ""
    """The one language of its letters; empty: the desk's."""
    most_contacts: int | None = None
    """How many contacts it may name where it has bought more than its agreement allows (M4)."""
    attributes: frozenset[str] = frozenset()
    """What rules can ask about it: "administers-itself" (B4)."""
    products: frozenset[str] = frozenset()
    """What it uses, by the names that routes give to products (V12)."""
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    """By priority's key: its own, which win over its agreement's and the desk's (C6)."""
    hours: tuple[Hours, ...] = ()
    """Its own, in place of its agreement's and the desk's (C6); empty: it has none."""

    def agreement_on(self, day: date) -> Literal["none", "not-begun", "in-force", "ended"]:
        """How its agreement stands on a local day; the first and the last day are in force."""
        if not self.agreement:
            return "none"
        if self.since is not None and day < self.since:
            return "not-begun"
        return "ended" if self.until is not None and day > self.until else "in-force"


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers of a desk, found by whoever writes."""

    by_key: Mapping[str, Customer]
    by_address: Mapping[str, str]
    """A contact's address to the customer's key."""
    by_domain: Mapping[str, str]

    @classmethod
    def of(cls, customers: Iterable[Customer]) -> Customers:
        """The book of these customers, of whom no two share a key, a contact's address or a domain."""
        known = tuple(customers)
        return cls(
            {each.key: each for each in known},
            {contact.address: each.key for each in known for contact in each.contacts},
            {domain: each.key for each in known for domain in each.domains},
        )

    def find(self, address: str) -> tuple[Customer | None, Contact | None]:
        """Whose that address (lower case) is: by being a named contact, else by its domain. None, None: nobody's."""
        key = self.by_address.get(address)
        if key is not None:
            customer = self.by_key[key]
            return customer, next(contact for contact in customer.contacts if contact.address == address)
        key = self.by_domain.get(address.rpartition("@")[2])
        return (self.by_key[key] if key is not None else None), None
