"""A desk with agents, a case of two customers, and mails to act upon: what the tests of turns share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mailbot.core.agenttellings import Receipt
from mailbot.core.agentturn import take_turn
from mailbot.core.calendar import Target
from mailbot.core.casefacts import CaseFacts
from mailbot.core.commands import read_commands
from mailbot.core.conversation import Entry
from mailbot.core.desk import Agent, Desk, Kind, Matrix, Partner, Queue
from mailbot.core.errands import Errand
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter, read_letter
from mailbot.core.promise import make_promise
from mailbot.core.receiptwords import receipt_words
from mailbot.core.scene import Scene
from mailbot.core.turn import Turn
from tests.core.samples import OFFICE, at, hours, priority

ANNA, BO, EVE = "anna@customer.example", "bo@customer.example", "eve@elsewhere.example"
AGNES = Agent("Agnes Ask", ("agnes@agents.example", "agnes@home.example"))
OLLE = Agent("Olle Ek", ("olle@agents.example",))
TUVA = Agent("Tuva Tall", ("tuva@agents.example",), queues=("transport",), language="en")
SPEAKER = Partner("PX Expert", ("case@px.example", "px@px.example"), answers_customers=True, contact={"sv": "Ring PX."})
SILENT = Partner("Konsulten", ("help@consult.example",))
RECEIVED = at("2026-11-23 08:00")  # a Monday; the office is open 08-12 and 13-17
NOW = at("2026-11-23 09:00")

DESK = Desk(
    key="d", name="Desken", addresses=("support@desk.example",), languages=("sv",), prefix="DE", calendar=OFFICE,
    priorities=(
        replace(priority("normal", Target(hours(4))), name={"sv": "Normal"}),
        replace(priority("high", Target(hours(2))), name={"sv": "Hög"}),
        replace(priority("critical", Target(hours(0))), name={"sv": "Kritisk"}),
        replace(priority("low", Target(hours(16))), name={"sv": "Låg"}),
    ),
    default_priority="normal",
    queues=(Queue("sales", {"sv": "Försäljning"}), Queue("transport", {"sv": "Transport"})), default_queue="sales",
    agents=(AGNES, OLLE, TUVA), partners=(SPEAKER, SILENT),
    kinds=(Kind("question", {"sv": "Fråga"}), Kind("incident", {"sv": "Fel"})),
    matrix=Matrix(
        ("high", "low"), ("high", "low"),
        {("high", "high"): "critical", ("high", "low"): "high", ("low", "high"): "high", ("low", "low"): "normal"},
    ),
)  # fmt: skip


def case(number: str = "DE-000013", **changes: Any) -> KnownCase:
    """An open case of Anna and Bo of which nobody has done anything; values of its facts are told from its own."""
    promise = make_promise(DESK, "normal", RECEIVED, "sales")
    facts = CaseFacts(
        number, "normal", promise, "Anna Berg", ANNA, "Skrivaren", verified=True, received=RECEIVED, queue="sales"
    )
    of_facts = {name: changes.pop(name) for name in ("priority", "promise", "queue") if name in changes}
    started = {"ticket_id": int(number[-3:]), "desk": "d", "participants": frozenset({ANNA, BO}), "revision": 3}
    return KnownCase(facts=replace(facts, **of_facts), **(started | changes))


def closed_case(**changes: Any) -> KnownCase:
    """The case after Agnes answered and closed it."""
    done = {
        "state": "closed", "closed": at("2026-11-23 08:45"), "started": at("2026-11-23 08:30"), "closings": 1,
        "assignee": AGNES.address, "solution": "Starta om.", "last_words": "Starta om.",
        "writers": frozenset({AGNES.address}),
    }  # fmt: skip
    return case(**(done | changes))


def mail(
    text: str, *, sender: str = AGNES.address, html: str = "", files: Mapping[str, bytes] | None = None,
    pictures: Mapping[str, bytes] | None = None, cc: str = "", subject: str = "Re: [DE-000013] Skrivaren",
    file_type: str = "application/octet-stream",
) -> Letter:  # fmt: skip
    """A mail as a mail program writes it; `pictures` by content id, `files` by name."""
    parts = [f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()]
    if html:
        parts = [_multipart("alternative", [*parts, f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()])]
    if pictures:
        shown = [
            f"Content-Type: image/png; name={name}.png\r\nContent-ID: <{name}>\r\n"
            f"Content-Disposition: inline\r\n\r\n".encode()
            + content
            for name, content in pictures.items()
        ]
        parts = [_multipart("related", [*parts, *shown])]
    for name, content in (files or {}).items():
        head = f'Content-Type: {file_type}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content)
    body = _multipart("mixed", parts) if len(parts) > 1 else parts[0]
    copied = f"Cc: {cc}\r\n" if cc else ""
    head = (
        f"From: Name <{sender}>\r\nTo: support@desk.example\r\n{copied}Subject: {subject}\r\n"
        "Message-ID: <this@agents.example>\r\nMIME-Version: 1.0\r\n"
    )
    return read_letter(head.encode() + body, language="sv")


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = f"=={kind}=="
    joined = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + joined + b"--" + boundary.encode() + b"--\r\n"


def scene(text: str = "", known: KnownCase | None = None, *, letter: Letter | None = None, **more: Any) -> Scene:
    """What Agnes's mail is acted upon with; `known` is by default the open case."""
    letter = letter or mail(text)
    set_up: dict[str, Any] = {
        "desk": DESK, "agent": AGNES, "mail_id": 57, "letter": letter, "received": NOW, "case": known or case(),
        "orders": read_commands(letter.own_words, ("sv", "da")),
    }  # fmt: skip
    return Scene(**(set_up | more))


def turn(text: str = "", known: KnownCase | None = None, **more: Any) -> Turn:
    """What follows from Agnes's mail on a case; the new case it may open is DE-000099."""
    return take_turn(scene(text, known, **more), "DE-000099")


def letters(turn_: Turn, to: str, kind: type | None = None) -> list[Errand]:
    """The letters that a turn causes to somebody, of one kind of telling."""
    return [
        errand for errand in turn_.errands if errand.to == to and (kind is None or isinstance(errand.telling, kind))
    ]


def told(turn_: Turn) -> list[str]:
    """The kinds of the lines in the receipt; [] where there is none."""
    return [line.told.kind for line in lines(turn_)]


def lines(turn_: Turn) -> list[Any]:
    """The lines of the receipt, each of which has its words in every language."""
    receipts = [errand.telling for errand in turn_.errands if isinstance(errand.telling, Receipt)]
    assert len(receipts) <= 1
    found = [line for receipt in receipts for line in receipt.lines]
    for line in found:
        for language in ("sv", "da", "sk", "en"):
            assert receipt_words(line.told, language)
    return found


def to_customers(turn_: Turn) -> list[str]:
    """What kinds of letters customers and partners get, each once."""
    found = [type(errand.telling).__name__ for errand in turn_.errands if errand.role != "agent"]
    return sorted(dict.fromkeys(found))


def entry(text: str, *, internal: bool = False, at_: datetime = RECEIVED) -> Entry:
    """One message of the conversation."""
    return Entry(at_, "Anna Berg <anna@customer.example>", "customer", text, internal=internal)
