"""Reminders: before a promised start passes its agents hear of it, and when it has the desk's lead, once a promise."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from mailbot.awaited import awaiting
from mailbot.caseload import load_cases
from mailbot.core.agenttellings import LateStart, StartDue
from mailbot.core.audience import agent_of
from mailbot.core.correspondence import Case, Stationery, run_errand
from mailbot.core.desk import Desk
from mailbot.core.errands import Errand
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.reminder import Awaited, What, due, horizon, reminded
from mailbot.core.terms import in_terms
from mailbot.database import Database
from mailbot.ledger import Ledger
from mailbot.office import Office
from mailbot.rounds import apart
from mailbot.tables import OUTGOING, PROMISED, TICKET

log = logging.getLogger(__name__)

_MOST = 500
"""Cases told of in one round: triage waits while it lasts."""
_STALE = timedelta(days=30)
"""How old a missed start may be to be told of: a lead whom the desk file names later is not told of years."""


@dataclass(frozen=True, slots=True)
class _Due:
    desk: Desk
    """On the terms of the case's customer."""
    case: Awaited
    what: What


def send_reminders(database: Database, office: Office, now: datetime) -> int:
    """Put the reminders and the letters of late starts that are due at a moment (UTC) into the outbox; how many cases.

    Each case is told of in one commit. A daemon that was off tells of late starts when it is back, and reminds of none
    that has passed. Nothing is done while a mail is triaged, by this daemon or another: it may begin the work. A letter
    that cannot be written is logged, and tried again next time.
    """
    force = office.in_force
    with database.read() as connection:
        found = [one for desk in force.desks.values() for one in _due(connection, desk, now)]
    if not found:
        return 0
    stationery = force.stationery(now)
    told = 0
    with database.turn("triage") as ours:
        for one in found[:_MOST] if ours else ():
            trouble = f"ticket {one.case.ticket_id}: that its start is due cannot be told"
            with apart(trouble), database.write() as connection:
                told += _tell(connection, stationery, force.desks[one.desk.key], one)
            # Commit: the letters stand in the outbox, and the case's history tells of them.
    if told:
        log.info("%d cases whose start is due or late were told of", told)
    return told


def _due(connection: Connection, desk: Desk, now: datetime) -> list[_Due]:
    """What is to be told of a desk's cases, the earliest start first, as far as can be seen without a lock."""
    on_terms = cache(lambda customer: in_terms(desk, customer))
    found = []
    for query in _candidates(desk, now):
        for row in connection.execute(query.order_by(TICKET.c.expected_start, TICKET.c.id)):
            case = _awaited(row)
            theirs = on_terms(case.customer)
            what = due(theirs, case, now)
            if what is not None:
                found.append(_Due(theirs, case, what))
    return found


def _candidates(desk: Desk, now: datetime) -> list[Select[Any]]:
    """Queries for the cases of a desk of which a reminder, or a late start, may be to be told and has not been."""
    queries = []
    starts = TICKET.c.expected_start
    last = horizon(desk, now)
    if desk.agents and last is not None:
        soon = (starts > now, starts <= last, ~_was_told("reminder", PROMISED.c.made))
        queries.append(_awaiting().where(TICKET.c.desk == desk.key, *soon))
    if desk.lead and desk.reminders.after is not None:
        # A later promise whose start had passed before it was made is late as the one before it was.
        late = (starts < now, starts > now - _STALE, ~_was_told("late", starts))
        queries.append(_awaiting().where(TICKET.c.desk == desk.key, *late))
    return queries


def _awaiting() -> Select[Any]:
    return awaiting(
        TICKET.c.id, TICKET.c.queue, TICKET.c.priority, TICKET.c.customer, TICKET.c.assignee, TICKET.c.route,
        TICKET.c.expected_start, PROMISED.c.made,
    )  # fmt: skip


def _was_told(what: What, since: ColumnElement[datetime]) -> ColumnElement[bool]:
    return exists().where(
        OUTGOING.c.ticket_id == TICKET.c.id, OUTGOING.c.cause.startswith(f"{what}:"), OUTGOING.c.created >= since
    )


def _tell(connection: Connection, stationery: Stationery, desk: Desk, found: _Due) -> bool:
    """Tell of one case, if that is still due; whether it was."""
    this = _awaiting().where(TICKET.c.id == found.case.ticket_id).with_for_update(of=TICKET)
    row = connection.execute(this).first()
    if row is None or due(found.desk, _awaited(row), stationery.now) != found.what:
        return False
    awaited = _awaited(row)
    cause = awaited.cause(found.what)
    if connection.execute(select(OUTGOING.c.id).where(OUTGOING.c.cause == cause)).first() is not None:
        return False
    errands = _errands(desk, awaited, found.what, cause, stationery.now)
    known = load_cases(connection, [awaited.ticket_id])[awaited.ticket_id]
    case = Case.of(found.desk, known)
    letters = [run_errand(stationery, case, errand) for errand in errands]
    ledger = Ledger(stationery.now)
    ledger.post(desk.key, known.ticket_id, letters)
    who = ", ".join(errand.to for errand in errands)
    told = "reminded that work is to begin" if found.what == "reminder" else "told that work has not begun"
    ledger.add_events(known.ticket_id, None, [(found.what, f"{who} {told} by {awaited.start.isoformat()}")])
    ledger.write(connection)
    return True


def _errands(desk: Desk, case: Awaited, what: What, cause: str, now: datetime) -> list[Errand]:
    owner = agent_of(desk, case.assignee)
    name = owner.name if owner else case.assignee
    if what == "reminder":
        return [
            Errand(StartDue(name), agent.address, "agent", cause, "receipt", language=agent.language)
            for agent in reminded(desk, case, now)
        ]
    lead = agent_of(desk, ascii_lower(desk.lead))
    return [Errand(LateStart(name), desk.lead, "agent", cause, "copy", language=lead.language if lead else "")]


def _awaited(row: Any) -> Awaited:
    return Awaited(row.id, row.queue, row.priority, row.customer, row.assignee, row.route, row.expected_start, row.made)
