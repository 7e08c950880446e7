"""Cases that exist, read from the tables as decisions need them: a handful of queries for any number of cases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, bindparam, exists, func, or_, select

from mailbot.core.casefacts import CaseFacts
from mailbot.core.digest import TOLD_IN_DIGEST
from mailbot.core.knowncase import KnownCase, KnownFault, State
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.promise import from_json
from mailbot.tables import FAULT, MESSAGE, OUTGOING, PARTICIPANT, TICKET, OutgoingState

# Each text as itself: a column is any text to the type checker, and a state nobody knows must not get into core.
_STATES: Final[Mapping[str, State]] = {
    "open": "open", "waiting": "waiting", "closed": "closed", "spam": "spam", "merged": "merged",
    "refused": "refused", "declined": "declined",
}  # fmt: skip


def load_cases(connection: Connection, ticket_ids: Iterable[int]) -> dict[int, KnownCase]:
    """The cases by id; in the place of one that was merged stands the one it goes on as."""
    wanted = set(ticket_ids)
    rows: dict[int, Any] = {}
    missing = wanted
    while missing:
        found = connection.execute(_TICKET_ROWS, {"tickets": missing}).all()
        rows |= {row.id: row for row in found}
        missing = {row.merged_into for row in found if row.merged_into} - set(rows)
    if not rows:
        return {}
    of = {"tickets": tuple(rows)}
    people, talk, letters = _people(connection, of), _talk(connection, of), _letters(connection, of)
    faults = _faults(connection, {row.fault_id for row in rows.values()} - {None})
    cases = {
        row.id: _known_case(row, people[row.id], talk[row.id], letters[row.id], faults.get(row.fault_id))
        for row in rows.values()
    }
    return {ticket_id: cases[_goes_on_as(rows, ticket_id)] for ticket_id in wanted}


def united(ticket_id: int) -> Select[tuple[int]]:
    """The ticket and those that go on as it."""
    return select(TICKET.c.id).where(or_(TICKET.c.id == ticket_id, TICKET.c.merged_into == ticket_id))


def _goes_on_as(rows: Mapping[int, Any], ticket_id: int) -> int:
    seen = set()
    while rows[ticket_id].merged_into and ticket_id not in seen:
        seen.add(ticket_id)
        ticket_id = rows[ticket_id].merged_into
    return ticket_id


@dataclass(slots=True)
class _Talk:
    """Who has written on a case."""

    writers: set[str] = field(default_factory=set)
    last_mails: dict[str, str] = field(default_factory=dict)
    last_words: str = ""


@dataclass(slots=True)
class _Letters:
    """What letters a case has caused."""

    first: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)


def _known_case(
    row: Any, people: Mapping[str, set[str]], talk: _Talk, letters: _Letters, fault: KnownFault | None
) -> KnownCase:
    return KnownCase(
        ticket_id=row.id, desk=row.desk, participants=frozenset(people["customer"]),
        first_copies={who: letters.first[who] for who in letters.first if who not in people["customer"]},
        state=_STATES[row.state],
        removed=frozenset(people["removed"]), partners=frozenset(people["partner"]), agents=frozenset(people["agent"]),
        assignee=row.assignee, writers=frozenset(talk.writers), started=row.started, waiting_since=row.waiting_since,
        closed=row.closed, closings=row.closings, solution=row.solution, last_words=talk.last_words,
        last_mails={**letters.last, **talk.last_mails}, impact=row.impact, urgency=row.urgency,
        revision=row.revision, by_machine=row.by_machine, entitlement=row.entitlement, route=row.route,
        fault=fault, order_text=row.order_text, order_answer=row.order_answer,
        facts=CaseFacts(
            number=row.number, priority=row.priority, promise=from_json(json.loads(row.promise)),
            requester_name=row.requester_name, requester_address=row.requester, subject=row.subject,
            verified=row.verified, received=row.received, queue=row.queue, rule=row.rule,
            # Who was refused is told of a start by the letter that admits the case, which is no acknowledgement.
            told=row.expected_start is not None and (row.acknowledged or bool(row.entitlement)),
            promised=row.expected_start is not None, kind=row.kind, customer=row.customer, started=row.started,
        ),
    )  # fmt: skip


def _faults(connection: Connection, fault_ids: set[int]) -> dict[int, KnownFault]:
    if not fault_ids:
        return {}
    rows = connection.execute(select(FAULT).where(FAULT.c.id.in_(fault_ids)))
    return {
        row.id: KnownFault(
            row.id, row.number, row.version, date.fromisoformat(row.expected) if row.expected else None, row.confirmed,
            row.fixed,
        )
        for row in rows
    }  # fmt: skip


# Built once: building a query costs as much as running it, and these are run for each round of a batch.
_TICKETS: BindParameter[int] = bindparam("tickets", expanding=True)
# Below a survey nothing else is threaded: an answer to that is to be taken for no answer to the survey.
_LETTER = OUTGOING.c.kind != "survey"
ACKNOWLEDGED = exists().where(
    OUTGOING.c.ticket_id == TICKET.c.id, _LETTER, OUTGOING.c.cause.startswith("ack:"),
    or_(
        OUTGOING.c.state.not_in((OutgoingState.HELD, OutgoingState.CANCELLED)), OUTGOING.c.answer == TOLD_IN_DIGEST
    ),
)  # fmt: skip
"""Whether somebody has been told of a ticket by its acknowledgement: a held one tells nobody, until a digest does."""
_OPENED = TICKET.alias()
_BY_MACHINE = exists().where(
    MESSAGE.c.ticket_id == TICKET.c.id, MESSAGE.c.role == "machine", _OPENED.c.opened_by == MESSAGE.c.mail_id
)
_TICKET_ROWS = select(TICKET, ACKNOWLEDGED.label("acknowledged"), _BY_MACHINE.label("by_machine")).where(
    TICKET.c.id.in_(_TICKETS)
)
_PEOPLE = select(PARTICIPANT.c.ticket_id, PARTICIPANT.c.address, PARTICIPANT.c.role, PARTICIPANT.c.active).where(
    PARTICIPANT.c.ticket_id.in_(_TICKETS)
)
_HERE = MESSAGE.c.ticket_id.in_(_TICKETS)
_AGENTS = select(MESSAGE.c.ticket_id, MESSAGE.c.author).where(_HERE, MESSAGE.c.role == "agent").distinct()
# The database picks each one's last mail: a case may have thousands, and is read for each further one.
_LAST_MAILS = (
    select(MESSAGE.c.ticket_id, MESSAGE.c.author, MESSAGE.c.reference)
    .where(
        MESSAGE.c.id.in_(
            select(func.max(MESSAGE.c.id))
            .where(_HERE, MESSAGE.c.role.in_(("customer", "other", "partner")), MESSAGE.c.reference != "")
            .group_by(MESSAGE.c.ticket_id, MESSAGE.c.author)
        )
    )
    .order_by(MESSAGE.c.id)
)
_LAST_WORDS = select(MESSAGE.c.ticket_id, MESSAGE.c.sent).where(
    MESSAGE.c.id.in_(select(func.max(MESSAGE.c.id)).where(_HERE, MESSAGE.c.sent != "").group_by(MESSAGE.c.ticket_id))
)
_ENDS = (
    select(func.min(OUTGOING.c.id).label("first"), func.max(OUTGOING.c.id).label("last"))
    .where(OUTGOING.c.ticket_id.in_(_TICKETS), _LETTER, OUTGOING.c.state != OutgoingState.CANCELLED)
    .group_by(OUTGOING.c.ticket_id, OUTGOING.c.recipient)
    .subquery()
)
_FIRST_AND_LAST = (
    select(OUTGOING.c.ticket_id, OUTGOING.c.recipient, OUTGOING.c.message_id)
    .where(or_(OUTGOING.c.id.in_(select(_ENDS.c.first)), OUTGOING.c.id.in_(select(_ENDS.c.last))))
    .order_by(OUTGOING.c.id)
)


def _people(connection: Connection, of: Mapping[str, Collection[int]]) -> defaultdict[int, defaultdict[str, set[str]]]:
    """By ticket and role: the addresses that take part; under "removed" the customers who do no more."""
    people: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for ticket_id, address, role, active in connection.execute(_PEOPLE, of):
        people[ticket_id][role if active else "removed"].add(address)
    return people


def _talk(connection: Connection, of: Mapping[str, Collection[int]]) -> defaultdict[int, _Talk]:
    talk: defaultdict[int, _Talk] = defaultdict(_Talk)
    for ticket_id, author in connection.execute(_AGENTS, of):
        talk[ticket_id].writers.add(ascii_lower(author))
    for ticket_id, author, reference in connection.execute(_LAST_MAILS, of):
        talk[ticket_id].last_mails[ascii_lower(author)] = reference
    for ticket_id, sent in connection.execute(_LAST_WORDS, of):
        talk[ticket_id].last_words = sent
    return talk


def _letters(connection: Connection, of: Mapping[str, Collection[int]]) -> defaultdict[int, _Letters]:
    letters: defaultdict[int, _Letters] = defaultdict(_Letters)
    for ticket_id, recipient, message_id in connection.execute(_FIRST_AND_LAST, of):
        known, who = letters[ticket_id], ascii_lower(recipient)
        known.first.setdefault(who, message_id)
        known.last[who] = message_id
    return letters
