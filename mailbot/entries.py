"""The rows that every way of applying a decision enters: a ticket with its first events, a message, who takes part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.correspondence import Case, Stationery, run_errand
from mailbot.core.decision import NewCase
from mailbot.core.desk import Desk
from mailbot.core.errands import Errand
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.notewords import note_words
from mailbot.core.parties import case_party
from mailbot.core.passing import Passed
from mailbot.core.promise import as_json
from mailbot.core.purse import Purse, Verdict
from mailbot.core.tags import Party, make_handle
from mailbot.ledger import Answering, Ledger, TicketRef
from mailbot.tables import TicketState


@dataclass(frozen=True, slots=True)
class Clerk:
    """What every decision of one commit is applied with."""

    ledger: Ledger
    stationery: Stationery
    purse: Purse
    admin: str
    """Who is told when something needs a human."""


def answering(verdict: Verdict, address: str, print_of_mail: str, *, verified: bool) -> Answering:
    """What the budgets are to know of an automatic answer, by the purse's verdict on it."""
    over_budget = verdict.what == "hold" and verdict.reason.startswith("budget")
    domain = "" if verified or over_budget else address.rpartition("@")[2]
    return Answering(print_of_mail, domain, verdict.reason if verdict.what == "hold" else "")


def budgeted(purse: Purse, errand: Errand, *, verified: bool) -> Answering | None:
    """What the budgets say to the letter of an errand, and are to know of it; None where it is no automatic answer."""
    if errand.kind != "ack":
        return None
    verdict = purse.ask(errand.to, errand.cause, verified=verified)
    return answering(verdict, ascii_lower(errand.to), "", verified=verified)


def new_case(desk: Desk, letter: Letter, received: datetime, decision: NewCase, number: str, partner: str = "") -> Case:
    """A case that opens, as its letters need it; `partner` as in `CaseFacts`."""
    sender, placement = letter.sender, decision.placement
    facts = CaseFacts(
        number=number,
        priority=placement.priority,
        promise=decision.promise,
        requester_name=sender.name if sender else "",
        requester_address=sender.address if sender else "",
        subject=letter.subject,
        verified=decision.verified,
        received=received,
        queue=placement.queue,
        rule=", ".join(placement.rules),
        told=decision.silence is None and decision.entitlement.admitted,
        promised=decision.entitlement.admitted,
        kind=placement.kind,
        customer=decision.entitlement.customer,
        partner=partner,
    )
    return Case(desk, facts)


def open_ticket(
    clerk: Clerk,
    mail_id: int,
    letter: Letter,
    decision: NewCase,
    case: Case,
    told: str,
    begun: Mapping[str, Any] | None = None,
) -> TicketRef:
    """Enter the ticket with its first participant and events.

    `told` is what an event says of the promise; `begun` has the assignee and the start of work where both are known.
    """
    facts, ledger, promise = case.facts, clerk.ledger, case.facts.promise
    begun = begun or {"assignee": "", "started": None}
    ticket = ledger.open_ticket({**_columns(mail_id, decision, case), **begun})
    if decision.entitlement.admitted:
        ledger.begin(ticket, {"received": promise.received, "started": begun["started"]})
    if facts.told:
        told_start = {"made": promise.received, "start_by": promise.expected_start, "at_once": promise.at_once}
        ledger.promise(ticket, {**told_start, "priority": promise.priority})
    if letter.sender is not None:  # takes part, whether or not it is answered: what it writes next belongs here
        take_part(ledger, ticket, case_party(facts.number, letter.sender.key, "customer"))
    ledger.add_events(ticket, mail_id, _opening_events(decision, case, told))
    return ticket


def _columns(mail_id: int, decision: NewCase, case: Case) -> dict[str, Any]:
    """The columns of a ticket that opens."""
    facts, entitlement, follows = case.facts, decision.entitlement, decision.follows
    return {
        "number": facts.number, "desk": case.desk.key, "queue": facts.queue, "priority": facts.priority,
        "rule": facts.rule, "state": TicketState.OPEN if entitlement.admitted else TicketState.REFUSED,
        "kind": facts.kind, "impact": decision.placement.impact, "urgency": decision.placement.urgency,
        "customer": facts.customer, "entitlement": entitlement.refusal, "subject": facts.subject,
        "route": decision.route.name if decision.route else "",
        "requester": facts.requester_address, "requester_name": facts.requester_name,
        "verified": facts.verified, "opened_by": mail_id, "received": facts.received,
        "follows": follows.ticket_id if follows else None,
        **columns_of({"promise": facts.promise}),
        "expected_start": facts.promise.expected_start if entitlement.admitted else None,
    }  # fmt: skip


def _opening_events(decision: NewCase, case: Case, told: str) -> list[tuple[str, str]]:
    """The first lines of a case's history."""
    facts, entitlement, follows = case.facts, decision.entitlement, decision.follows
    placed = f"queue {facts.queue or '-'}, priority {facts.priority} ({facts.rule or 'defaults'})"
    return [
        ("opened", f"case {facts.number}: {placed}"),
        *((("admitted" if entitlement.admitted else "refused", entitlement.why),) if case.desk.customers else ()),
        *((("route", f"takes the route {decision.route.name}"),) if decision.route else ()),
        ("promise", told),
        *((("follows", f"the closed case {follows.facts.number}"),) if follows else ()),
        *(("note", note_words(note, "en")) for note in decision.notes),
    ]


def enter_passed(
    clerk: Clerk, case: Case, ticket: TicketRef, mail_id: int, passed: Passed, delay: timedelta = timedelta(0)
) -> None:
    """Enter that a case which opens goes to the partners of its route; the letters leave after `delay`."""
    sealed = tuple(run_errand(clerk.stationery, case, errand) for errand in passed.errands)
    clerk.ledger.post(case.desk.key, ticket, sealed, mail_id=mail_id, delay=delay)
    clerk.ledger.add_events(ticket, mail_id, passed.events)


def take_part(ledger: Ledger, ticket: TicketRef, party: Party) -> None:
    """Enter that somebody takes part in a ticket."""
    ledger.join(ticket, party.address, party.role, make_handle(party))


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """New values of a ticket, a promise as the object, as its columns hold them."""
    promise = values.get("promise")
    if promise is None:
        return dict(values)
    return {**values, "promise": json.dumps(as_json(promise), ensure_ascii=False)}


def add_message(
    ledger: Ledger,
    ticket: TicketRef,
    mail_id: int | None,
    letter: Letter,
    received: datetime,
    role: str,
    *,
    internal: bool = False,
    sent: str = "",
) -> None:
    """Enter a mail, or words without one, as a message of a ticket."""
    ledger.add_message(
        ticket,
        {
            "mail_id": mail_id, "author": letter.sender.address if letter.sender else letter.claimed_from,
            "author_name": letter.sender.name if letter.sender else "", "written": received,
            "subject": letter.subject, "text": letter.text,
            "reply": letter.reply if letter.reply != letter.text else "",  # most of a row, it need not be there twice
            "attachments": json.dumps(_attachments(letter), ensure_ascii=False), "reference": letter.message_id,
            "role": role, "internal": internal, "sent": sent,
        },
    )  # fmt: skip


def _attachments(letter: Letter) -> list[dict[str, Any]]:
    return [
        {"name": part.name, "content_type": part.content_type, "size": part.size, "inline": part.inline}
        for part in letter.attachments
    ]
