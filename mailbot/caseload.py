"""Cases that exist, read from the tables as decisions need them: a handful of queries for any number of cases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

from mailbot.core.casefacts import CaseFacts
from mailbot.core.digest import TOLD_IN_DIGEST
from mailbot.core.knowncase import KnownCase, KnownFault, State
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.promise import from_json
from mailbot.tables import FAULT, MESSAGE, OUTGOING, PARTICIPANT, TICKET, OutgoingState

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
        found = connection.execute(select(TICKET).where(TICKET.c.id.in_(missing))).all()
        rows |= {row.id: row for row in found}
        missing = {row.merged_into for row in found if row.merged_into} - set(rows)
    people = _people(connection, set(rows))
    talk = _talk(connection, set(rows))
    letters = _letters(connection, set(rows))
    faults = _faults(connection, {row.fault_id for row in rows.values()} - {None})
    cases = {
        row.id: _known_case(row, people[row.id], talk[row.id], letters[row.id], faults.get(row.fault_id))
        for row in rows.values()
    }
    return {ticket_id: cases[_goes_on_as(rows, ticket_id)] for ticket_id in wanted}


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
    by_machine: bool = False
    """Whether a machine's mail opened it."""


@dataclass(slots=True)
class _Letters:
    """What letters a case has caused."""

    acknowledged: bool = False
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
        revision=row.revision, by_machine=talk.by_machine, entitlement=row.entitlement, route=row.route,
        fault=fault, order_text=row.order_text, order_answer=row.order_answer,
        facts=CaseFacts(
            number=row.number, priority=row.priority, promise=from_json(json.loads(row.promise)),
            requester_name=row.requester_name, requester_address=row.requester, subject=row.subject,
            verified=row.verified, received=row.received, queue=row.queue, rule=row.rule,
            # Who was refused is told of a start by the letter that admits the case, which is no acknowledgement.
            told=row.expected_start is not None and (letters.acknowledged or bool(row.entitlement)),
            promised=row.expected_start is not None, kind=row.kind, customer=row.customer,
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


def _people(connection: Connection, ticket_ids: set[int]) -> defaultdict[int, defaultdict[str, set[str]]]:
    """By ticket and role: the addresses that take part; under "removed" the customers who do no more."""
    people: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    if ticket_ids:
        query = select(PARTICIPANT.c.ticket_id, PARTICIPANT.c.address, PARTICIPANT.c.role, PARTICIPANT.c.active)
        query = query.where(PARTICIPANT.c.ticket_id.in_(ticket_ids))
        for ticket_id, address, role, active in connection.execute(query):
            people[ticket_id][role if active else "removed"].add(address)
    return people


def _talk(connection: Connection, ticket_ids: set[int]) -> defaultdict[int, _Talk]:
    talk: defaultdict[int, _Talk] = defaultdict(_Talk)
    if not ticket_ids:
        return talk
    here = MESSAGE.c.ticket_id.in_(ticket_ids)
    by_agent = select(MESSAGE.c.ticket_id, MESSAGE.c.author).where(here, MESSAGE.c.role == "agent").distinct()
    for ticket_id, author in connection.execute(by_agent):
        talk[ticket_id].writers.add(ascii_lower(author))
    # The database picks each one's last mail: a case may have thousands, and is read for each further one.
    others = (here, MESSAGE.c.role.in_(("customer", "other", "partner")), MESSAGE.c.reference != "")
    latest = select(func.max(MESSAGE.c.id)).where(*others).group_by(MESSAGE.c.ticket_id, MESSAGE.c.author)
    columns = (MESSAGE.c.ticket_id, MESSAGE.c.author, MESSAGE.c.reference)
    for ticket_id, author, reference in connection.execute(
        select(*columns).where(MESSAGE.c.id.in_(latest)).order_by(MESSAGE.c.id)
    ):
        talk[ticket_id].last_mails[ascii_lower(author)] = reference
    opening = select(MESSAGE.c.ticket_id).join(TICKET, TICKET.c.opened_by == MESSAGE.c.mail_id)
    for ticket_id in connection.execute(opening.where(here, MESSAGE.c.role == "machine")).scalars():
        talk[ticket_id].by_machine = True
    told = select(func.max(MESSAGE.c.id)).where(MESSAGE.c.ticket_id.in_(ticket_ids), MESSAGE.c.sent != "")
    last = select(MESSAGE.c.ticket_id, MESSAGE.c.sent).where(MESSAGE.c.id.in_(told.group_by(MESSAGE.c.ticket_id)))
    for ticket_id, sent in connection.execute(last):
        talk[ticket_id].last_words = sent
    return talk


def _letters(connection: Connection, ticket_ids: set[int]) -> defaultdict[int, _Letters]:
    letters: defaultdict[int, _Letters] = defaultdict(_Letters)
    if not ticket_ids:
        return letters
    # Below a survey nothing else is threaded: an answer to that is to be taken for no answer to the survey.
    wanted = (OUTGOING.c.ticket_id.in_(ticket_ids), OUTGOING.c.kind != "survey")
    gone = OUTGOING.c.state.not_in((OutgoingState.HELD, OutgoingState.CANCELLED))
    # A held acknowledgement has told nobody anything until a digest has.
    told = (OUTGOING.c.cause.startswith("ack:"), or_(gone, OUTGOING.c.answer == TOLD_IN_DIGEST))
    for ticket_id in connection.execute(select(OUTGOING.c.ticket_id).where(*wanted, *told).distinct()).scalars():
        letters[ticket_id].acknowledged = True
    ends = (
        select(func.min(OUTGOING.c.id).label("first"), func.max(OUTGOING.c.id).label("last"))
        .where(*wanted, OUTGOING.c.state != OutgoingState.CANCELLED)
        .group_by(OUTGOING.c.ticket_id, OUTGOING.c.recipient)
        .subquery()
    )
    columns = (OUTGOING.c.ticket_id, OUTGOING.c.recipient, OUTGOING.c.message_id)
    either = or_(OUTGOING.c.id.in_(select(ends.c.first)), OUTGOING.c.id.in_(select(ends.c.last)))
    for ticket_id, recipient, message_id in connection.execute(select(*columns).where(either).order_by(OUTGOING.c.id)):
        known, who = letters[ticket_id], ascii_lower(recipient)
        known.first.setdefault(who, message_id)
        known.last[who] = message_id
    return letters
