"""The case file: what the command line tells about tickets, their conversation, their history and their letters."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, PARTICIPANT, TICKET, WITHOUT_CONTENT, MailState


def list_tickets(connection: Connection, *, desk: str | None, state: str | None) -> list[dict[str, Any]]:
    """The tickets in the order they were opened, as plain values."""
    query = select(TICKET).order_by(TICKET.c.id)
    if desk:
        query = query.where(TICKET.c.desk == desk)
    if state:
        query = query.where(TICKET.c.state == state)
    return [_ticket(row) for row in connection.execute(query)]


def list_letters(connection: Connection) -> list[dict[str, Any]]:
    """Every letter with its fate, oldest first, as plain values."""
    return [letter_fate(row) for row in connection.execute(select(*WITHOUT_CONTENT).order_by(OUTGOING.c.id))]


def case_file(connection: Connection, number: str) -> dict[str, Any] | None:
    """Everything about one case in the order it happened; None where there is no such case.

    `history` holds the conversation (`message`), the events (`event`) and the letters with their fate (`letter`).
    """
    ticket = connection.execute(select(TICKET).where(TICKET.c.number == number)).one_or_none()
    if ticket is None:
        return None
    messages = connection.execute(select(MESSAGE).where(MESSAGE.c.ticket_id == ticket.id))
    events = connection.execute(select(EVENT).where(EVENT.c.ticket_id == ticket.id))
    letters = connection.execute(select(*WITHOUT_CONTENT).where(OUTGOING.c.ticket_id == ticket.id))
    # At one moment: first what was said, then what was made of it, then the letters it caused.
    history = [
        *((row.written, 0, row.id, _message(row)) for row in messages),
        *((row.at, 1, row.id, _event(row)) for row in events),
        *((row.created, 2, row.id, letter_fate(row)) for row in letters),
    ]
    history.sort(key=lambda item: item[:3])
    people = connection.execute(
        select(PARTICIPANT).where(PARTICIPANT.c.ticket_id == ticket.id).order_by(PARTICIPANT.c.id)
    )
    return {
        **_ticket(ticket),
        "solution": ticket.solution,
        "merged_into": _number(connection, ticket.merged_into),
        "follows": _number(connection, ticket.follows),
        "participants": [{"address": one.address, "role": one.role, "active": one.active} for one in people],
        "promise": json.loads(ticket.promise),
        "history": [item[3] for item in history],
    }


def _number(connection: Connection, ticket_id: int | None) -> str | None:
    """The number of another case that this one names."""
    return connection.execute(select(TICKET.c.number).where(TICKET.c.id == ticket_id)).scalar() if ticket_id else None


def letter_fate(row: Any) -> dict[str, Any]:
    """One outgoing letter and what became of it."""
    return {
        "what": "letter",
        "id": row.id,
        "at": _iso(row.created),
        "kind": row.kind,
        "recipient": row.recipient,
        "subject": row.subject,
        "state": str(row.state),
        "attempts": row.attempts,
        "fate": row.fate,
        "answer": row.answer,
        "not_before": _iso(row.not_before),
        "ended": _iso_or_none(row.ended),
        "message_id": row.message_id,
    }


def list_parked(connection: Connection) -> list[dict[str, Any]]:
    """The mails that could not be triaged, oldest first, each with its reason."""
    return _list_mails(connection, MAIL.c.state == MailState.PARKED)


def list_filed(connection: Connection) -> list[dict[str, Any]]:
    """The mails that were heard and are neither a case nor a message of one, oldest first, each with its reason.

    Those that a list of cases answered are among them.
    """
    return _list_mails(connection, MAIL.c.outcome.in_(("filed", "list")))


def _list_mails(connection: Connection, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = (MAIL.c.id, MAIL.c.desk, MAIL.c.received, MAIL.c.size, MAIL.c.message_id, MAIL.c.attempts, MAIL.c.reason)
    rows = connection.execute(select(*columns).where(which).order_by(MAIL.c.id))
    return [{**row._mapping, "received": _iso(row.received)} for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def retry_parked(connection: Connection, mail_id: int, now: datetime) -> bool:
    """Let triage take a parked mail again, its attempts forgotten; False where no such mail is parked."""
    parked = MAIL.update().where(MAIL.c.id == mail_id, MAIL.c.state == MailState.PARKED)
    done = connection.execute(parked.values(state=MailState.STORED, attempts=0, reason=""))
    if done.rowcount:
        line = {"mail_id": mail_id, "at": now, "kind": "retry", "text": "an admin lets triage try it again"}
        connection.execute(EVENT.insert(), line)
    return bool(done.rowcount)


def _ticket(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "desk": row.desk,
        "queue": row.queue,
        "priority": row.priority,
        "rule": row.rule,
        "state": str(row.state),
        "subject": row.subject,
        "requester": row.requester,
        "requester_name": row.requester_name,
        "verified": row.verified,
        "received": _iso(row.received),
        "expected_start": _iso_or_none(row.expected_start),
        "assignee": row.assignee,
        "started": _iso_or_none(row.started),
        "closed": _iso_or_none(row.closed),
        "kind": row.kind,
        "impact": row.impact,
        "urgency": row.urgency,
        "customer": row.customer,
        "entitlement": row.entitlement,
        "route": row.route,
    }


def _event(row: Any) -> dict[str, Any]:
    return {"what": "event", "at": _iso(row.at), "kind": row.kind, "text": row.text}


def _message(row: Any) -> dict[str, Any]:
    return {
        "what": "message",
        "at": _iso(row.written),
        "author": row.author,
        "author_name": row.author_name,
        "role": row.role,
        "internal": row.internal,
        "sent": row.sent,
        "subject": row.subject,
        "text": row.text,
        "reply": row.reply or row.text,
        "attachments": json.loads(row.attachments),
    }


def _iso_or_none(moment: datetime | None) -> str | None:
    return _iso(moment) if moment else None


def _iso(moment: datetime) -> str:
    return moment.isoformat()
