"""What a desk asks of the customers in the files that it names, and the book that it makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mailbot.core.calendar import Hours, Target
from mailbot.core.customer import Customer, Customers
from mailbot.core.desk import Desk
from mailbot.core.terms import in_terms
from mailbot.files.customerfile import CustomerFile, CustomerFiles
from mailbot.files.deskform import DeskForm
from mailbot.files.formcheck import one_of
from mailbot.files.formfile import Checked, KeyPath, SourceError, beside, same_folder
from mailbot.files.reach import unreached
from mailbot.problems import Problem

_Terms = tuple[tuple[Hours, ...], tuple[tuple[str, tuple[Target, ...]], ...]]
"""Hours, and targets by priority's key."""

SUFFIXES = (".csv", ".toml")
"""Of files of customers."""


@dataclass(frozen=True, slots=True)
class Book:
    """What the files of customers of one desk hold together."""

    files: tuple[CustomerFile, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def customers(self) -> Iterator[Customer]:
        """All customers, file by file."""
        return (customer for file in self.files for customer in file.customers.values())


def open_book(own: Checked[DeskForm], shelf: CustomerFiles) -> Book:
    """The files that a desk file names, each with what is wrong in it, or with its name."""
    files: list[CustomerFile] = []
    problems: list[Problem] = []
    for number, name in enumerate(own.form.customers_files):
        path = beside(own.source.path, name)
        wrong = _wrong_with_name(path, own.source.path)
        if not wrong:
            try:
                files.append(shelf.read(path))
                problems += files[-1].problems
            except SourceError as exc:
                if not isinstance(exc.__cause__, OSError):
                    problems += exc.problems
                    continue
                # More likely the name is wrong than the file.
                wrong = f"{path} cannot be read: {exc.__cause__.strerror}"
        if wrong:
            problems.append(own.source.problem(("customers_files", str(number)), wrong))
    return Book(tuple(files), tuple(problems))


def check_book(desk: str, form: DeskForm, broken: frozenset[str], book: Book) -> Iterator[Problem]:
    """What is wrong with the customers beside this desk; tables in `broken` are not judged by."""
    languages = [*form.languages, *form.customer_languages]
    known = {
        "agreement": None if "agreements" in broken else list(form.agreements),
        "module": None if "modules" in broken else list(form.modules),
        "priority": None if "priorities" in broken else list(form.priorities),
        "language": None if {"languages", "customer_languages"} & broken else languages,
    }
    own = frozenset(form.addresses)
    for file in book.files:
        for customer in file.customers.values():
            for key, message in (*_unknown(customer, known), *_own(customer, own), *_too_many(customer, form)):
                yield file.place((customer.key, *key), f"{message} (desk {desk})")
    if len(book.files) > 1:
        yield from _shared(desk, book)


def check_terms(desk: Desk, book: Book) -> Iterator[Problem]:
    """Whether the starts of customers with hours or targets of their own can be told; the desk is without fault."""
    judged: dict[_Terms, tuple[tuple[KeyPath, str], ...]] = {}
    for file in book.files:
        for customer in file.customers.values():
            if not (customer.hours or customer.targets):
                continue
            terms = _terms(desk, customer)
            if terms not in judged:
                judged[terms] = tuple(unreached(replace(desk.calendar, hours=terms[0]), dict(terms[1])))
            for key, message in judged[terms]:
                yield file.place((customer.key, *key), f"{message} (desk {desk.key})")


def _terms(desk: Desk, customer: Customer) -> _Terms:
    """The hours and targets that count for a customer, around-the-clock priorities left out."""
    met = in_terms(replace(desk, customers=Customers.of([customer])), customer.key)
    return met.calendar.hours, tuple((each.key, each.targets) for each in met.priorities if each.clock != "always")


def _wrong_with_name(path: Path, desk_file: Path) -> str:
    if path.suffix.lower() not in SUFFIXES:
        return "expected a file of customers, .csv or .toml"
    if path.suffix == ".toml" and same_folder(path, desk_file):
        return 'lies among the desk files, each of which is a desk: expected another folder, "../customers/acme.toml"'
    return ""


def _unknown(customer: Customer, known: Mapping[str, Sequence[str] | None]) -> Iterator[tuple[KeyPath, str]]:
    """What it names and the desk does not have."""
    named: list[tuple[str, KeyPath, str]] = []
    if customer.agreement:
        named.append(("agreement", ("agreement",), customer.agreement))
    if customer.language:
        named.append(("language", ("language",), customer.language))
    named += (("priority", ("targets", priority), priority) for priority in customer.targets)
    for number, contact in enumerate(customer.contacts):
        named += (("module", ("contacts", str(number), "trained"), module) for module in sorted(contact.trained))
    for noun, key, name in named:
        there = known[noun]
        if there is not None and name not in there:
            yield key, f"there is no {noun} {name!r}: expected {one_of(list(there), f'{noun} at all')}"


def _own(customer: Customer, own: frozenset[str]) -> Iterator[tuple[KeyPath, str]]:
    """Domains and addresses that are the desk's own."""
    domains = {address.rpartition("@")[2] for address in own}
    for number, domain in enumerate(customer.domains):
        if domain in domains:
            yield ("domains", str(number)), f"{domain} is the desk's own"
    for number, contact in enumerate(customer.contacts):
        local, _, domain = contact.address.rpartition("@")
        if contact.address in own or f"{local.partition('+')[0]}@{domain}" in own:
            yield ("contacts", str(number), "address"), f"{contact.address} is the desk's own address"


def _too_many(customer: Customer, form: DeskForm) -> Iterator[tuple[KeyPath, str]]:
    """Contacts beyond what the agreement allows, or the customer has bought (S9, M4)."""
    agreement = form.agreements.get(customer.agreement)
    most, whose = customer.most_contacts, "contacts_allowed"
    if most is None:
        most, whose = (agreement.contacts if agreement else None), f"agreement {customer.agreement}"
    if most is not None and len(customer.contacts) > most:
        message = f"is contact {most + 1} of {len(customer.contacts)}: expected at most {most}, by {whose}"
        yield ("contacts", str(most), "address"), message


def _shared(desk: str, book: Book) -> Iterator[Problem]:
    """Keys, domains and contacts that customers of two files have; within one file they are told by the file."""
    owners: dict[str, tuple[CustomerFile, str]] = {}
    for file in book.files:
        for customer in file.customers.values():
            for name, key in _names(customer):
                there, owner = owners.setdefault(name, (file, customer.key))
                if there is not file:
                    message = f"{name} belongs to {owner} in {there.path} too (desk {desk})"
                    yield file.place((customer.key, *key), message)


def _names(customer: Customer) -> Iterable[tuple[str, KeyPath]]:
    yield f"the key {customer.key.lower()}", ()
    yield from ((domain, ("domains", str(number))) for number, domain in enumerate(customer.domains))
    for number, contact in enumerate(customer.contacts):
        yield contact.address, ("contacts", str(number), "address")
