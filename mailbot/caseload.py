"""Cases that exist, read from the tables as decisions need them: a handful of queries for any number of cases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, func, select

from mailbot.core.casefacts import CaseFacts
from mailbot.core.digest import TOLD_IN_DIGEST
from mailbot.core.knowncase import KnownCase, State
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.promise import from_json
from mailbot.tables import MESSAGE, OUTGOING, PARTICIPANT, TICKET, OutgoingState

_STATES: Final[Mapping[str, State]] = {
    "open": "open", "waiting": "waiting", "closed": "closed", "spam": "spam", "merged": "merged",
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
    cases = {row.id: _known_case(row, people[row.id], talk[row.id], letters[row.id]) for row in rows.values()}
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
    by_machines: set[int] = field(default_factory=set)
    """Ids of machines' mails."""


@dataclass(slots=True)
class _Letters:
    """What letters a case has caused."""

    acknowledged: bool = False
    first: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)


def _known_case(row: Any, people: Mapping[str, set[str]], talk: _Talk, letters: _Letters) -> KnownCase:
    return KnownCase(
        ticket_id=row.id, desk=row.desk, participants=frozenset(people["customer"]),
        first_copies={who: letters.first[who] for who in letters.first if who not in people["customer"]},
        state=_STATES[row.state],
        removed=frozenset(people["removed"]), partners=frozenset(people["partner"]), agents=frozenset(people["agent"]),
        assignee=row.assignee, writers=frozenset(talk.writers), started=row.started, waiting_since=row.waiting_since,
        closed=row.closed, closings=row.closings, solution=row.solution, last_words=talk.last_words,
        last_mails={**letters.last, **talk.last_mails}, kind=row.kind, impact=row.impact, urgency=row.urgency,
        revision=row.revision, by_machine=row.opened_by in talk.by_machines,
        facts=CaseFacts(
            number=row.number, priority=row.priority, promise=from_json(json.loads(row.promise)),
            requester_name=row.requester_name, requester_address=row.requester, subject=row.subject,
            verified=row.verified, received=row.received, queue=row.queue, rule=row.rule, told=letters.acknowledged,
        ),
    )  # fmt: skip


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
    columns = (MESSAGE.c.ticket_id, MESSAGE.c.author, MESSAGE.c.role, MESSAGE.c.reference, MESSAGE.c.mail_id)
    query = select(*columns).where(MESSAGE.c.ticket_id.in_(ticket_ids)).order_by(MESSAGE.c.id)
    for ticket_id, author, role, reference, mail_id in connection.execute(query):
        if role == "agent":
            talk[ticket_id].writers.add(ascii_lower(author))
        elif reference and role in {"customer", "other", "partner"}:
            talk[ticket_id].last_mails[ascii_lower(author)] = reference
        elif role == "machine":
            talk[ticket_id].by_machines.add(mail_id)
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
    columns = ("ticket_id", "cause", "recipient", "message_id", "state", "answer")
    for row in connection.execute(
        select(*(OUTGOING.c[name] for name in columns)).where(*wanted).order_by(OUTGOING.c.id)
    ):
        known, who = letters[row.ticket_id], ascii_lower(row.recipient)
        gone = row.state not in {OutgoingState.HELD, OutgoingState.CANCELLED}
        # A held acknowledgement has told nobody anything until a digest has.
        known.acknowledged |= row.cause.startswith("ack:") and (gone or row.answer == TOLD_IN_DIGEST)
        if row.state != OutgoingState.CANCELLED:
            known.first.setdefault(who, row.message_id)
            known.last[who] = row.message_id
    return letters
