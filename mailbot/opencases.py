"""A desk's open cases in the tables, as its agents have them listed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.core.agenttellings import ListedCase
from mailbot.core.audience import agent_of
from mailbot.core.desk import Desk
from mailbot.tables import TICKET, TicketState

_OPEN = (TicketState.OPEN, TicketState.WAITING, TicketState.REFUSED)


def open_cases(connection: Connection, desk: Desk, now: datetime) -> tuple[ListedCase, ...]:
    """The open cases of a desk by promise, the most urgent first; last those that are not admitted, without one."""
    query = select(TICKET).where(TICKET.c.desk == desk.key, TICKET.c.state.in_(_OPEN))
    by_start = (TICKET.c.expected_start.is_(None), TICKET.c.expected_start, TICKET.c.id)
    rows = connection.execute(query.order_by(*by_start)).all()
    return tuple(_listed(row, desk, now) for row in rows)


def _listed(row: Any, desk: Desk, now: datetime) -> ListedCase:
    owner = agent_of(desk, row.assignee)
    begun = row.started is not None
    late = not begun and row.state == TicketState.OPEN and row.expected_start < now
    return ListedCase(
        row.number, row.subject, row.requester_name or row.requester, row.priority, row.queue, str(row.state),
        owner.name if owner else row.assignee, row.expected_start, begun, late,
    )  # fmt: skip
