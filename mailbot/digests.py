"""Digests: one letter to an address, in the place of the acknowledgements that its budget holds back."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from mailbot.budgets import load_purse
from mailbot.caseload import load_cases
from mailbot.core.correspondence import Case, Stationery, run_errand
from mailbot.core.customertellings import Digest, HeldCase
from mailbot.core.digest import TOLD_IN_DIGEST, HeldAnswer, cases_told, may_tell
from mailbot.core.errands import Errand
from mailbot.core.promise import from_json
from mailbot.core.terms import in_terms
from mailbot.database import Database
from mailbot.ledger import Answering, Ledger
from mailbot.office import InForce, Office
from mailbot.returns import suppressed
from mailbot.rounds import apart
from mailbot.tables import OUTGOING, PARTICIPANT, TICKET, OutgoingState, TicketState

log = logging.getLogger(__name__)

LEFT_OUT = "left out of a digest: its case had ended"
"""What stands as the answer of a letter that a digest ends without telling it; see `TOLD_IN_DIGEST`."""

_MOST_PILES = 1000
"""Addresses looked at in one round: those that have waited longest."""
_OPEN = frozenset({TicketState.OPEN, TicketState.WAITING, TicketState.REFUSED})
# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_HELD = (text("outgoing.state = 'held'"), OUTGOING.c.answer.startswith("budget"))
_END = OUTGOING.update().where(OUTGOING.c.id == bindparam("this_id"), OUTGOING.c.state == OutgoingState.HELD)


@dataclass(frozen=True, slots=True)
class _Pile:
    """What is held back for one address by one desk."""

    desk: str
    address: str
    """Lower case."""
    since: datetime
    recipient: str
    """As the last of its letters is addressed."""
    verified: bool
    """Whether the last of its letters answers somebody proven."""


def tell_digests(database: Database, office: Office, now: datetime) -> int:
    """Put the digests that are due at a moment (UTC) into the outbox, each in one commit; how many.

    Of several daemons the one that triages counts what has been spent, so nothing is done while another does. A digest
    that cannot be written is logged, and its letters stay held.
    """
    force = office.in_force
    with database.read() as connection:
        due = _piles(connection, force, now)
    if not due:
        return 0
    told = 0
    with database.turn("triage") as ours:
        for pile in due if ours else ():
            with apart(f"desk {pile.desk}: the digest for an address with held letters cannot be written"):
                told += _tell(database, force, pile, now)
    if told:
        log.info("%d digests tell what budgets have held", told)
    return told


def _tell(database: Database, force: InForce, pile: _Pile, now: datetime) -> int:
    """Tell one address what is held for it, if that is still due; how many letters that took."""
    stationery = force.stationery(now)
    with database.write() as connection:
        purse = load_purse(connection, (pile.address,), now)
        if not may_tell(purse, pile.address, pile.since, verified=pile.verified):
            return 0
        held = _answers(connection, pile)
        if not held:
            return 0
        ledger = Ledger(now)
        cases = cases_told(held)
        if cases:
            _post(connection, ledger, stationery, force, pile, held)
        for answer in held:
            ended = TOLD_IN_DIGEST if answer.case else LEFT_OUT
            ledger.add_events(
                answer.ticket_id, answer.mail_id, [("digest", f"the held letter to {pile.recipient} was {ended}")]
            )
        ledger.write(connection)
        _cancel(connection, held, now)
    # Commit: the digest stands in the outbox, and what it tells is held no more.
    return bool(cases)


def _post(
    connection: Connection, ledger: Ledger, stationery: Stationery, force: InForce, pile: _Pile, held: list[HeldAnswer]
) -> None:
    first = next(answer for answer in held if answer.case)
    known = load_cases(connection, [first.ticket_id])[first.ticket_id]
    cause = f"digest:{pile.address}:{held[0].outgoing_id}"
    errand = Errand(Digest(cases_told(held)), pile.recipient, "customer", cause, "ack")
    # The first case lends its tag, for an answer has to belong somewhere; no thread: it answers several mails.
    desk = in_terms(force.desks[pile.desk], known.facts.customer)
    sealed = run_errand(stationery, Case(desk, known.facts), errand)
    domain = "" if pile.verified else pile.address.rpartition("@")[2]
    ledger.post(pile.desk, first.ticket_id, (sealed,), answer=Answering("", domain))


def _piles(connection: Connection, force: InForce, now: datetime) -> list[_Pile]:
    """The addresses that may be told something now, as far as can be seen without a lock.

    Not those from which letters have come back of late: their digest waits until that is over (Q26).
    """
    address = func.lower(OUTGOING.c.recipient).label("address")
    pile = (
        select(
            OUTGOING.c.desk, address, func.min(OUTGOING.c.created).label("since"), func.max(OUTGOING.c.id).label("last")
        )
        .where(*_HELD, OUTGOING.c.desk.in_(list(force.desks)))
        .group_by(OUTGOING.c.desk, address)
        .subquery()
    )
    query = (
        select(pile.c.desk, pile.c.address, pile.c.since, OUTGOING.c.recipient, TICKET.c.verified)
        .join(OUTGOING, OUTGOING.c.id == pile.c.last)
        .join(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
        .order_by(pile.c.since, pile.c.last)
        .limit(_MOST_PILES)
    )
    piles = [_Pile(*row) for row in connection.execute(query)]
    if not piles:
        return []
    addresses = {one.address for one in piles}
    dead = {address for address, until in suppressed(connection, addresses).items() if until > now}
    purse = load_purse(connection, addresses - dead, now)
    return [
        one
        for one in piles
        if one.address not in dead and may_tell(purse, one.address, one.since, verified=one.verified)
    ]


def _answers(connection: Connection, pile: _Pile) -> list[HeldAnswer]:
    """What is held for the address, oldest first, locked until the commit: an admin may release or drop it."""
    here = PARTICIPANT.c.ticket_id == OUTGOING.c.ticket_id
    query = (
        select(
            OUTGOING.c.id, OUTGOING.c.ticket_id, OUTGOING.c.mail_id, TICKET.c.number, TICKET.c.priority,
            TICKET.c.promise, TICKET.c.expected_start, TICKET.c.state, PARTICIPANT.c.active,
        )
        .join(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
        .join(PARTICIPANT, here & (PARTICIPANT.c.address == pile.address) & (PARTICIPANT.c.role == "customer"))
        .where(*_HELD, OUTGOING.c.desk == pile.desk, func.lower(OUTGOING.c.recipient) == pile.address)
        .order_by(OUTGOING.c.id)
        .with_for_update(of=OUTGOING)
    )  # fmt: skip
    return [_answer(row) for row in connection.execute(query)]


def _answer(row: Any) -> HeldAnswer:
    case = None
    if row.state in _OPEN and row.active:
        promise = from_json(json.loads(row.promise)) if row.expected_start is not None else None
        case = HeldCase(row.number, row.priority, promise)
    return HeldAnswer(row.id, row.ticket_id, row.mail_id, case)


def _cancel(connection: Connection, held: list[HeldAnswer], now: datetime) -> None:
    ended = {"state": OutgoingState.CANCELLED, "ended": now}
    rows = [{"this_id": one.outgoing_id, "said": TOLD_IN_DIGEST if one.case else LEFT_OUT} for one in held]
    connection.execute(_END.values(**ended, answer=bindparam("said")), rows)
