"""Held letters, for an admin: listed, released or dropped, and the breaker closed; each act is an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, text

from mailbot.budgets import load_breaker, save_breaker
from mailbot.caseload import load_cases
from mailbot.conversations import conversation, enclosures
from mailbot.core.budget import Breaker
from mailbot.core.correspondence import Case, Stationery, run_errand
from mailbot.core.desk import Desk
from mailbot.core.knowncase import KnownCase
from mailbot.core.passing import hand_over_released
from mailbot.core.retry import lifetime
from mailbot.core.terms import in_terms
from mailbot.ledger import Ledger
from mailbot.repromise import recipients
from mailbot.tables import EVENT, OUTGOING, TICKET, OutgoingState

_AT_ONCE = 500
"""Cases looked up in one query: SQLite bounds how many values it takes."""
# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_HELD = text("outgoing.state = 'held'")
_THIS = OUTGOING.update().where(OUTGOING.c.id == bindparam("this_id"), OUTGOING.c.state == OutgoingState.HELD)
_RELEASE = _THIS.values(
    state=OutgoingState.WAITING, not_before=bindparam("now"), give_up=bindparam("until"), answer=""
)  # fmt: skip
_DROP = _THIS.values(state=OutgoingState.CANCELLED, ended=bindparam("now"), answer="dropped by an admin")


def list_held(connection: Connection) -> list[dict[str, Any]]:
    """The letters that are held, oldest first, each with the reason."""
    query = (
        select(
            OUTGOING.c.id, OUTGOING.c.desk, TICKET.c.number.label("case"), OUTGOING.c.recipient, OUTGOING.c.kind,
            OUTGOING.c.created.label("since"), OUTGOING.c.answer.label("why"),
        )
        .outerjoin(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
        .where(_HELD)
        .order_by(OUTGOING.c.created, OUTGOING.c.id)
    )  # fmt: skip
    return [{**row._mapping, "since": row.since.isoformat()} for row in connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def release(
    connection: Connection, letter: int | None, desks: Mapping[str, Desk], stationery: Stationery
) -> tuple[int, int]:
    """Let a held letter go, or all that the breaker holds (None); how many, and how many cases go to partners by it.

    The bytes are those that were frozen when it was held. It is tried for a whole lifetime from now on. A case whose
    acknowledgement was held went to no partner; it does now, if its route leads to one.
    """
    letters, now = _chosen(connection, letter), stationery.now
    rows = [{"this_id": one.id, "now": now, "until": now + lifetime(one.kind)} for one in letters]
    _act(connection, _RELEASE, rows, letters, "released", now)
    acknowledged = [one.ticket_id for one in letters if one.cause.startswith("ack:")]
    return len(letters), _hand_over(connection, acknowledged, desks, stationery)


def drop(connection: Connection, letter: int | None, now: datetime) -> int:
    """Give up a held letter, or all that the breaker holds (None); how many."""
    letters = _chosen(connection, letter)
    rows = [{"this_id": one.id, "now": now} for one in letters]
    _act(connection, _DROP, rows, letters, "dropped", now)
    return len(letters)


def close_breaker(connection: Connection, now: datetime) -> Breaker:
    """Let automatic letters to strangers go again, those that are held not; the breaker as it was before."""
    before = load_breaker(connection)
    if before.tripped_at is not None:
        save_breaker(connection, Breaker())
        words = f"an admin closed the breaker, which had held letters since {before.tripped_at.isoformat()}"
        connection.execute(EVENT.insert(), {"at": now, "kind": "breaker", "text": words})
    return before


def _chosen(connection: Connection, letter: int | None) -> list[Any]:
    """The letters that are meant, locked until the commit. What a budget holds is told in a digest by itself."""
    meant: ColumnElement[bool] = (
        OUTGOING.c.answer.startswith("breaker") if letter is None else OUTGOING.c.id == letter
    )  # fmt: skip
    columns = (
        OUTGOING.c.id, OUTGOING.c.kind, OUTGOING.c.cause, OUTGOING.c.ticket_id, OUTGOING.c.recipient, OUTGOING.c.answer,
    )  # fmt: skip
    return list(connection.execute(select(*columns).where(_HELD, meant).order_by(OUTGOING.c.id).with_for_update()))


def _hand_over(connection: Connection, tickets: list[int], desks: Mapping[str, Desk], stationery: Stationery) -> int:
    """Hand these cases over to the partners of their routes, and tell their customers; how many went to any."""
    columns = (TICKET.c.id, TICKET.c.desk)
    count = 0
    for first in range(0, len(tickets), _AT_ONCE):
        here = TICKET.c.id.in_(tickets[first : first + _AT_ONCE])
        query = select(*columns).where(here, TICKET.c.route != "", TICKET.c.desk.in_(list(desks)))
        known = load_cases(connection, [row.id for row in connection.execute(query.with_for_update())])
        for case in {case.ticket_id: case for case in known.values()}.values():
            count += _hand_case_over(connection, case, desks[case.desk], stationery)
    return count


def _hand_case_over(connection: Connection, case: KnownCase, desk: Desk, stationery: Stationery) -> bool:
    desk = in_terms(desk, case.facts.customer)
    passed = hand_over_released(
        desk, case, conversation(connection, desk, case.ticket_id), enclosures(connection, desk, case.ticket_id),
        recipients(connection, case, stationery.now), stationery.now,
    )  # fmt: skip
    about = Case.of(desk, case)
    sealed = [run_errand(stationery, about, errand) for errand in passed.errands]
    ledger = Ledger(stationery.now)
    # Behind the acknowledgement, in which nobody is named.
    ledger.post(desk.key, case.ticket_id, sealed, delay=desk.reconsider)
    ledger.add_events(case.ticket_id, None, passed.events)
    ledger.write(connection)
    return bool(sealed)


def _act(
    connection: Connection, statement: Any, rows: list[dict[str, Any]], letters: list[Any], done: str, now: datetime
) -> None:
    if not letters:
        return
    connection.execute(statement, rows)
    lines = [
        {
            "ticket_id": one.ticket_id, "outgoing_id": one.id, "at": now, "kind": done,
            "text": f"an admin {done} the held letter to {one.recipient} ({one.answer})",
        }
        for one in letters
    ]  # fmt: skip
    connection.execute(EVENT.insert(), lines)
