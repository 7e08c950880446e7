"""A desk with customers, agreements, kinds and modules, and mails to it: what tests of agreements share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from mailbot.core.calendar import Target
from mailbot.core.customer import Contact, Customer, Customers
from mailbot.core.desk import Agreement, Channel, Desk, Kind, Matrix, Module, Queue, Service
from mailbot.core.letter import Letter, read_letter
from tests.core.samples import desk, hours, priority, spans, weekdays

ANNA, BO, STRANGER = "anna@acme.example", "bo@acme.example", "eve@elsewhere.example"
"""A named contact of Acme, somebody else there, and somebody at no customer's."""
DAY = date(2026, 11, 23)

ACME = Customer(
    "acme", "Acme AB", ("acme.example",), (Contact(ANNA, "Anna Berg", frozenset({"ledger"})),), "basic",
    attributes=frozenset({"administers-itself", "large"}),
)  # fmt: skip
GLOBEX = Customer(
    "globex", "Globex A/S", ("globex.example",), agreement="extended", language="en",
    targets={"normal": (Target(hours(1)),)}, hours=(weekdays(spans("06:00-20:00")),),
)  # fmt: skip
LAPSED = Customer("lapsed", "Lapsed Ltd", ("lapsed.example",))

AGREEMENTS = {
    "basic": Agreement("basic", {"sv": "Bas"}, ("mail",), kinds=("question", "fault")),
    "extended": Agreement(
        "extended", {"sv": "Utökat", "en": "Extended"}, note={"sv": "Telefonen debiteras."},
        targets={"normal": (Target(hours(2)),), "high": (Target(hours(1)),)},
        hours=(weekdays(spans("07:00-18:00")),),
    ),
}  # fmt: skip
KINDS = (
    Kind("question", {"sv": "Fråga"}), Kind("fault", {"sv": "Felanmälan"}, {"sv": "Fel är gratis."}, always=True),
    Kind("course", {"sv": "Kurs"}),
)  # fmt: skip
MODULES = (Module("ledger", {"sv": "Reskontra"}, ("reskontra",)), Module("pay", {"sv": "Lön"}, ("lön", "lönekörning")))
MATRIX = Matrix(
    ("high", "low"), ("high", "low"),
    {("high", "high"): "high", ("high", "low"): "normal", ("low", "high"): "normal", ("low", "low"): "low"},
)  # fmt: skip


def service_desk(customers: tuple[Customer, ...] = (ACME, GLOBEX, LAPSED), **changes: Any) -> Desk:
    """A desk for customers with an agreement; `changes` are those of its fields, `service` those of its service."""
    service = Service(**changes.pop("service", {}))
    made = desk(
        priority("normal", Target(hours(4))), priority("high", Target(hours(2))), priority("low", Target(hours(8))),
        queues=(Queue("q", {"sv": "q"}), Queue("r", {"sv": "r"})), default_queue="q",
        channels=(Channel("mail", {"sv": "E-post"}, "support@example.com"), Channel("phone", {"sv": "Telefon"}, "112")),
        customers=Customers.of(customers), agreements=AGREEMENTS, kinds=KINDS, modules=MODULES, matrix=MATRIX,
        service=service,
    )  # fmt: skip
    return replace(made, **changes)


def mail(
    body: str = "En fråga.", *, sender: str = ANNA, subject: str = "Hej", to: str = "support@example.com",
    files: Mapping[str, bytes] | None = None,
) -> Letter:  # fmt: skip
    """A mail to the desk."""
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <1@acme.example>\r\nMIME-Version: 1.0\r\n"
    if not files:
        return read_letter(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode())
    parts = "".join(
        f'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
        f"{content.decode()}\r\n"
        for name, content in files.items()
    )
    text = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    return read_letter(f"{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{text}{parts}--b--\r\n".encode())
