"""Files of customers, CSV and TOML: read, checked as a whole, and turned into `core.customer.Customer`.

What is checked here holds whichever desk names the file; what hangs on the desk stands in `customercheck`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from mailbot.core.customer import Contact, Customer
from mailbot.core.freemail import is_free_mail
from mailbot.files.customerform import CustomerForm, is_customer_key
from mailbot.files.customersheet import read_sheet
from mailbot.files.deskbuild import hours_of, targets_of
from mailbot.files.formcheck import Slip, check_since, check_twice, check_weeks
from mailbot.files.formfile import KeyPath, Stamp, read_toml, sound_part, stamp_of
from mailbot.problems import Problem, slips_of

_Place = Callable[[KeyPath, str], Problem]
"""Says where a key, the customer's first, stands in the file."""


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A file of customers as it was read; of customers that are at fault, what is right about them."""

    path: Path
    customers: Mapping[str, Customer]
    problems: tuple[Problem, ...]
    place: _Place
    """A problem of this file: (CUSTOMER, "contacts", "0", "address") and what was expected there."""


class CustomerFiles:
    """Files of customers, each read once as long as it stands the same: several desks may name one."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[Stamp, CustomerFile]] = {}

    @property
    def files(self) -> tuple[CustomerFile, ...]:
        """Those that could be read, in the order in which they were asked for."""
        return tuple(file for _, file in self._read.values())

    def read(self, path: Path) -> CustomerFile:
        """The file as it stands. SourceError tells why it cannot be read at all; nothing of it is kept then."""
        stand = stamp_of(path)
        seen = self._read.get(path)
        if seen and seen[0] == stand:
            return seen[1]
        file = read_customers(path)
        self._read[path] = stand, file
        return file


def read_customers(path: Path) -> CustomerFile:
    """A file of customers, by its name CSV or TOML, with everything that is wrong in it. SourceError as for desks."""
    if path.suffix.lower() == ".csv":
        sheet = read_sheet(path)
        return _file(path, sheet.customers(), sheet.problems, sheet.problem)
    source = read_toml(path)
    tables = source.data.get("customers", {})
    problems = [source.problem((key,), "is no known key") for key in source.data if key != "customers"]
    if not isinstance(tables, dict):
        problems.append(source.problem(("customers",), "expected tables of customers, as [customers.KEY]"))
        tables = {}
    for key, table in tables.items():
        if not is_customer_key(key):
            message = f"expected the key of a customer, letters a to z, digits, - and _, got {key!r}"
            problems.append(source.problem(("customers", key), message))
        elif not isinstance(table, dict):
            problems.append(source.problem(("customers", key), "expected a table, as [customers.KEY]"))
    sound = ((key, each) for key, each in tables.items() if is_customer_key(key) and isinstance(each, dict))
    return _file(path, sound, problems, lambda key, message: source.problem(("customers", *key), message))


def _file(
    path: Path, tables: Iterable[tuple[str, dict[str, Any]]], problems: Iterable[Problem], place: _Place
) -> CustomerFile:
    found = list(problems)
    customers: dict[str, Customer] = {}
    for key, data in tables:
        try:
            form = CustomerForm.model_validate(data)
        except ValidationError as exc:
            found += (place((key, *where), message) for where, message in slips_of(exc))
            # The one thing that a customer must have is the one that cannot be left out of it.
            wrong = ("name",) in {error["loc"] for error in exc.errors()}
            form, _ = sound_part(CustomerForm, data | {"name": "?"} if wrong else data)
        found += (place((key, *slip.key), slip.message) for slip in _check_customer(form))
        customers[key] = _customer(key, form)
    found += (place(key, message) for key, message in _shared(customers.values()))
    if not customers and not found:
        # An export may leave a file empty for a moment, and a desk without its customers refuses everybody.
        found.append(Problem(path, None, "", "holds no customer"))
    return CustomerFile(path, MappingProxyType(customers), tuple(dict.fromkeys(found)), place)


def _check_customer(form: CustomerForm) -> Iterator[Slip]:
    if form.since and form.until and form.until < form.since:
        yield Slip(("until",), f"expected a day that is not before the first one, {form.since}")
    for name in ("domains", "attributes", "products"):
        yield from check_twice((name,), getattr(form, name))
    for number, domain in enumerate(form.domains):
        if is_free_mail(domain):
            message = f"anybody can have a mailbox under {domain}: name the customer's people as contacts instead"
            yield Slip(("domains", str(number)), message)
    for number, contact in enumerate(form.contacts):
        yield from check_twice(("contacts", str(number), "trained"), contact.trained)
    for priority, targets in form.targets.items():
        yield from check_since(("targets", priority), [each.since for each in targets])
    yield from check_weeks(("hours",), form.hours)


def _shared(customers: Iterable[Customer]) -> Iterator[tuple[KeyPath, str]]:
    """Keys, domains and contacts that two customers of the file, or one customer twice, name."""
    keys: dict[str, str] = {}
    domains: dict[str, str] = {}
    contacts: dict[str, str] = {}
    for customer in customers:
        alike = keys.setdefault(customer.key.lower(), customer.key)
        if alike != customer.key:
            yield (customer.key,), f"expected another key, for it differs from {alike} in capital letters only"
        for number, domain in enumerate(customer.domains):
            if domains.setdefault(domain, customer.key) != customer.key:
                yield (customer.key, "domains", str(number)), f"{domain} belongs to {domains[domain]} too"
        for number, contact in enumerate(customer.contacts):
            key = (customer.key, "contacts", str(number), "address")
            if contact.address in contacts:
                owner = contacts[contact.address]
                message = "stands there twice" if owner == customer.key else f"belongs to {owner} too"
                yield key, f"{contact.address} {message}"
            contacts.setdefault(contact.address, customer.key)


def _customer(key: str, form: CustomerForm) -> Customer:
    return Customer(
        key=key,
        name=form.name,
        domains=tuple(form.domains),
        contacts=tuple(
            Contact(each.address, each.name, frozenset(each.trained), each.sees_cases) for each in form.contacts
        ),
        agreement=form.agreement,
        since=form.since,
        until=form.until,
        overdue=form.overdue,
        language=form.language or "",
        most_contacts=form.contacts_allowed,
        attributes=frozenset(form.attributes),
        products=frozenset(form.products),
        targets=MappingProxyType({priority: targets_of(each) for priority, each in form.targets.items()}),
        hours=hours_of(form.hours),
    )
