"""Finds the open cases that would be promised another start by today's hours and targets, and tells their customers."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Select

from mailbot.awaited import awaiting
from mailbot.beginnings import follow_case
from mailbot.caseload import load_cases
from mailbot.core.correspondence import Case, Stationery, run_errand
from mailbot.core.customertellings import PromiseChanged
from mailbot.core.desk import Desk
from mailbot.core.errands import to_customers
from mailbot.core.knowncase import KnownCase
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.promise import Promise, from_json, renewed
from mailbot.core.terms import in_terms
from mailbot.core.worktime import NeverOpenError
from mailbot.database import Database, DatabaseError
from mailbot.entries import columns_of
from mailbot.ledger import Ledger
from mailbot.office import Office
from mailbot.returns import suppressed
from mailbot.tables import PROMISED, TICKET

log = logging.getLogger(__name__)

Became = Literal["due", "told", "passed", "nobody", "changed"]
"""due: its customers can be told; told: they are; passed: the start that was told, or the new one, has passed, and the
promise stays; nobody: no letter reaches anybody, and it stays; changed: meanwhile something else became of the case."""

_BATCH = 50
"""Cases for which triage waits at a time."""
_TRIES, _PAUSE = 60, 0.5
"""How often our turn is asked for, and how many seconds triage is left alone in between."""
_COLUMNS = (
    TICKET.c.id, TICKET.c.number, TICKET.c.desk, TICKET.c.queue, TICKET.c.customer, TICKET.c.promise,
    PROMISED.c.id.label("promised_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """An open case that would be promised another start today."""

    ticket_id: int
    number: str
    desk: Desk
    """On the terms of the case's customer."""
    old: Promise
    new: Promise
    cause: str
    """Of its letter: each promise that was told is replaced once at most."""
    became: Became


def changed_promises(
    connection: Connection, desks: Mapping[str, Desk], now: datetime, *, case: str = ""
) -> list[Changed]:
    """The cases of these desks (by key) that wait for a start and would be promised another, the earliest first.

    `case` is the number of the only one that is asked for; empty: all. Whether a start has passed is judged at the
    moment `now` (UTC). A case whose priority the desk file has lost, or whose hours never come, keeps what it has.
    """
    on_terms = cache(lambda desk, customer: in_terms(desks[desk], customer))
    query = awaiting(*_COLUMNS).where(TICKET.c.desk.in_(list(desks)))
    if case:
        query = query.where(TICKET.c.number == case)
    rows = connection.execute(query.order_by(TICKET.c.expected_start, TICKET.c.id))
    found = (_compare(row, on_terms(row.desk, row.customer), now) for row in rows)
    return [one for one in found if one is not None]


def _compare(row: Any, desk: Desk, now: datetime) -> Changed | None:
    """What has changed about a case, if anything has."""
    old = from_json(json.loads(row.promise))
    try:
        new = renewed(desk, old, row.queue)
    except (KeyError, NeverOpenError):
        return None
    if new.expected_start == old.expected_start:
        return None
    passed = min(old.expected_start, new.expected_start) <= now
    cause = f"repromise:ticket:{row.id}:{new.expected_start.astimezone(UTC):%Y%m%dT%H%MZ}:{row.promised_id}"
    return Changed(row.id, row.number, desk, old, new, cause, "passed" if passed else "due")


def recipients(connection: Connection, case: KnownCase, now: datetime) -> tuple[str, ...]:
    """The customers of a case to whom an automatic letter may go at that moment, the requester first."""
    spared = suppressed(connection, case.participants)
    requester = ascii_lower(case.facts.requester_address)
    reached = (who for who in case.participants if who not in spared or spared[who] <= now)
    return tuple(sorted(reached, key=lambda address: (address != requester, address)))


def repromise(
    database: Database, office: Office, now: datetime, *, desks: Iterable[str], case: str = ""
) -> list[Changed]:
    """Promise the cases of these desks (keys), or the one case, what they would be promised today, and tell it, once.

    Each case in a commit of its own; what became of each stands in it. No mail is triaged meanwhile, by whatever
    daemon, but for pauses after every so many. DatabaseError where triage leaves no room for it.
    """
    force = office.in_force
    chosen = {key: force.desks[key] for key in desks}
    stationery = force.stationery(now)
    with database.read() as connection:
        found = changed_promises(connection, chosen, now, case=case)
    done: list[Changed] = []
    for batch in _batches(found):
        if done:
            time.sleep(_PAUSE)
        with _our_turn(database):
            for one in batch:
                with database.write() as connection:
                    done.append(_tell(connection, stationery, one))
                # Commit: the case has the new promise and its letters stand in the outbox, or nothing has changed.
    return done


def _tell(connection: Connection, stationery: Stationery, found: Changed) -> Changed:
    """Tell the customers of one case, if what was found still holds; with what became of it."""
    now, desk = stationery.now, found.desk
    if found.became != "due":
        return found
    this: Select[Any] = awaiting(*_COLUMNS).where(TICKET.c.id == found.ticket_id).with_for_update(of=TICKET)
    row = connection.execute(this).first()
    if row is None or _compare(row, desk, now) != found:
        return replace(found, became="changed")
    known = load_cases(connection, [found.ticket_id])[found.ticket_id]
    people = recipients(connection, known, now)
    if not people:
        return replace(found, became="nobody")
    changes = {"promise": found.new, "expected_start": found.new.expected_start}
    case = Case(desk, replace(known.facts, promise=found.new), known.threads)
    telling = PromiseChanged(found.old.expected_start)
    letters = [run_errand(stationery, case, each) for each in to_customers(telling, people, found.cause, "notice")]
    ledger = Ledger(now)
    # Behind whatever an agent's mail of these minutes still tells of the start that was.
    ledger.post(desk.key, found.ticket_id, letters, delay=desk.reconsider)
    ledger.change_ticket(found.ticket_id, columns_of(changes))
    ledger.do(follow_case(found.ticket_id, known.state, changes, now))
    told = f"start promised by {_iso(found.new)} instead of {_iso(found.old)}: hours or targets have changed"
    ledger.add_events(found.ticket_id, None, [("repromised", told)])
    ledger.write(connection)
    return replace(found, became="told")


def _iso(promise: Promise) -> str:
    return promise.expected_start.isoformat()


def _batches(found: list[Changed]) -> Iterator[list[Changed]]:
    for first in range(0, len(found), _BATCH):
        yield found[first : first + _BATCH]


@contextmanager
def _our_turn(database: Database) -> Iterator[None]:
    """No mail is triaged, by any daemon, for the length of the block: an agent's may change the same promise."""
    for _ in range(_TRIES):
        with database.turn("triage") as ours:
            if ours:
                yield
                return
        time.sleep(_PAUSE)
    raise DatabaseError("the daemons make cases of mail all the time and leave no turn for this; try again later")
