"""Applies a decision: ticket, message, participants, events and outgoing letters, all in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from mailbot.core.casenumber import case_number
from mailbot.core.correspondence import Case, Sealed, Stationery, acknowledge, copies
from mailbot.core.decide import Decision, Facts, Filed, FollowUp, NewCase
from mailbot.core.desk import Desk
from mailbot.core.promise import as_json, from_json
from mailbot.core.retry import lifetime
from mailbot.core.wording import CaseFacts
from mailbot.database import inserting
from mailbot.tables import CORRESPONDENT, COUNTER, EVENT, MESSAGE, OUTGOING, PARTICIPANT, TICKET, TicketState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, as its row keeps it."""

    outcome: str
    """new, follow-up, agent, machine, filed."""
    reason: str


def apply(
    connection: Connection,
    stationery: Stationery,
    desks: Mapping[str, Desk],
    mail_id: int,
    facts: Facts,
    decision: Decision,
) -> Outcome:
    """Write everything that a decision causes. Runs inside one transaction or savepoint: all of it or nothing."""
    match decision:
        case NewCase():
            return _open_case(connection, stationery, mail_id, facts, decision)
        case FollowUp():
            return _add_to_case(connection, stationery, desks, mail_id, facts, decision)
        case Filed():
            _events(connection, stationery.now, decision.ticket_id, mail_id, [("filed", decision.reason)])
            return Outcome("filed", decision.reason)


def _open_case(
    connection: Connection, stationery: Stationery, mail_id: int, facts: Facts, decision: NewCase
) -> Outcome:
    letter, desk = facts.letter, facts.desk
    requester = letter.sender.address if letter.sender else ""
    name = letter.sender.name if letter.sender else ""
    number = _next_number(connection, desk)
    ticket_id: int = connection.execute(
        insert(TICKET).returning(TICKET.c.id),
        {
            "number": number, "desk": desk.key, "queue": decision.placement.queue,
            "priority": decision.placement.priority, "rule": ", ".join(decision.placement.rules),
            "state": TicketState.OPEN, "subject": letter.subject, "requester": requester, "requester_name": name,
            "verified": decision.verified, "opened_by": mail_id, "received": facts.received,
            "opened": stationery.now, "expected_start": decision.promise.expected_start,
            "promise": json.dumps(as_json(decision.promise), ensure_ascii=False),
        },
    ).scalar_one()  # fmt: skip
    _add_message(connection, ticket_id, mail_id, facts)
    known = CaseFacts(
        number=number, priority=decision.placement.priority, promise=decision.promise, requester_name=name,
        requester_address=requester, subject=letter.subject, verified=decision.verified, received=facts.received,
        queue=decision.placement.queue, rule=", ".join(decision.placement.rules),
    )  # fmt: skip
    case = Case(desk, known, mail_id)
    letters = list(copies(stationery, case, letter, mail_id, decision))
    told = "no acknowledgement: " + decision.silence
    if not decision.silence:
        letters.insert(0, acknowledge(stationery, case, letter, mail_id))
        told = f"acknowledged, start promised by {decision.promise.expected_start.isoformat()}"
    _post(connection, stationery.now, desk.key, ticket_id, letters)
    rules = ", ".join(decision.placement.rules) or "defaults"
    placed = f"queue {decision.placement.queue or '-'}, priority {decision.placement.priority} ({rules})"
    events = [("opened", f"case {number}: {placed}"), ("promise", told), *(("note", note) for note in decision.notes)]
    events += [("template", problem) for sealed in letters for problem in sealed.problems]
    _events(connection, stationery.now, ticket_id, mail_id, events)
    return Outcome("machine" if decision.silence else "new", decision.silence or f"case {number}")


def _add_to_case(
    connection: Connection,
    stationery: Stationery,
    desks: Mapping[str, Desk],
    mail_id: int,
    facts: Facts,
    decision: FollowUp,
) -> Outcome:
    tie = decision.tie
    ticket = connection.execute(select(TICKET).where(TICKET.c.id == tie.ticket_id)).one()
    desk = desks.get(ticket.desk, facts.desk)
    _add_message(connection, ticket.id, mail_id, facts)
    if decision.verified and tie.by == "tag" and not decision.silence and facts.letter.sender is not None:
        _remember(connection, desk.key, facts.letter.sender.address.lower(), stationery.now)
    case = Case(desk, _case_facts(ticket), ticket.opened_by)
    letters = copies(stationery, case, facts.letter, mail_id, decision)
    _post(connection, stationery.now, desk.key, ticket.id, letters)
    who = "an agent" if decision.by_agent else "a machine" if decision.silence else "a participant"
    events = [("follow-up", f"mail {mail_id} from {who}, tied by {tie.by}")]
    if decision.silence:
        events.append(("silence", decision.silence))
    events += [("note", note) for note in decision.notes]
    events += [("template", problem) for sealed in letters for problem in sealed.problems]
    _events(connection, stationery.now, ticket.id, mail_id, events)
    outcome = "machine" if decision.silence else "agent" if decision.by_agent else "follow-up"
    return Outcome(outcome, decision.silence or f"case {tie.number}, tied by {tie.by}")


def post_letters(connection: Connection, now: datetime, letters: Iterable[Sealed]) -> None:
    """Put letters about no case into the outbox; one that is there already stays as it is."""
    _post(connection, now, "", None, letters)


def _next_number(connection: Connection, desk: Desk) -> str:
    """The desk's next case number; the counter row is locked until the case is committed, so none is given twice."""
    statement = inserting(connection, COUNTER).values(desk=desk.key, last=1)
    statement = statement.on_conflict_do_update(index_elements=["desk"], set_={"last": COUNTER.c.last + 1})
    return case_number(desk.prefix, connection.execute(statement.returning(COUNTER.c.last)).scalar_one())


def _add_message(connection: Connection, ticket_id: int, mail_id: int, facts: Facts) -> None:
    letter = facts.letter
    attachments = [
        {"name": part.name, "content_type": part.content_type, "size": len(part.content), "inline": part.inline}
        for part in letter.attachments
    ]
    connection.execute(
        insert(MESSAGE),
        {
            "ticket_id": ticket_id, "mail_id": mail_id,
            "author": letter.sender.address if letter.sender else letter.claimed_from,
            "author_name": letter.sender.name if letter.sender else "", "written": facts.received,
            "subject": letter.subject, "text": letter.text, "reply": letter.reply,
            "attachments": json.dumps(attachments, ensure_ascii=False), "reference": letter.message_id,
        },
    )  # fmt: skip


def _post(connection: Connection, now: datetime, desk: str, ticket_id: int | None, letters: Iterable[Sealed]) -> None:
    letters = tuple(letters)
    parties = [
        {"ticket_id": ticket_id, "address": sealed.recipient.lower(), "role": sealed.role, "handle": sealed.handle}
        for sealed in letters
        if sealed.handle
    ]
    if parties:
        connection.execute(inserting(connection, PARTICIPANT).on_conflict_do_nothing(), parties)
    rows = [
        {
            "cause": sealed.cause, "recipient": sealed.recipient, "kind": sealed.kind, "desk": desk,
            "ticket_id": ticket_id, "created": now, "not_before": now, "give_up": now + lifetime(sealed.kind),
            "message_id": sealed.message_id, "subject": sealed.subject, "sender": sealed.sender,
            "content": sealed.content,
        }
        for sealed in letters
    ]  # fmt: skip
    if rows:
        # The unique key on cause and recipient is what makes a second letter for the same cause impossible.
        connection.execute(inserting(connection, OUTGOING).on_conflict_do_nothing(), rows)


def _remember(connection: Connection, desk: str, address: str, now: datetime) -> None:
    statement = inserting(connection, CORRESPONDENT).on_conflict_do_nothing()
    connection.execute(statement, {"desk": desk, "address": address, "since": now})


def _events(
    connection: Connection, now: datetime, ticket_id: int | None, mail_id: int, events: list[tuple[str, str]]
) -> None:
    about = {"ticket_id": ticket_id, "mail_id": mail_id, "at": now}
    rows = [{**about, "kind": kind, "text": text} for kind, text in events]
    connection.execute(insert(EVENT), rows)


def _case_facts(ticket: Any) -> CaseFacts:
    return CaseFacts(
        number=ticket.number, priority=ticket.priority, promise=from_json(json.loads(ticket.promise)),
        requester_name=ticket.requester_name, requester_address=ticket.requester, subject=ticket.subject,
        verified=ticket.verified, received=ticket.received, queue=ticket.queue, rule=ticket.rule,
    )  # fmt: skip
