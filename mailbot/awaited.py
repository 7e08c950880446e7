"""The cases that wait for a start of work of which their customers were told, as a query to be narrowed down."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from mailbot.caseload import ACKNOWLEDGED
from mailbot.tables import PROMISED, TICKET

# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_WAITING: Final = text("ticket.state = 'open' AND ticket.started IS NULL")


def awaiting(*columns: Any) -> Select[Any]:
    """Those columns of ticket, and of promised for the promise in force, of each such case.

    Not of a case that waits for the customer, is refused, begun or over, nor where nobody was told a start: a machine
    wrote, or the acknowledgement is held.
    """
    every = PROMISED.alias()
    last = select(func.max(every.c.id)).where(every.c.ticket_id == TICKET.c.id).scalar_subquery()
    return (
        select(*columns)
        .select_from(TICKET)
        .join(PROMISED, PROMISED.c.id == last)
        .where(_WAITING, PROMISED.c.suspended.is_(None), _was_told())
    )


def _was_told() -> ColumnElement[bool]:
    """By the acknowledgement; who was refused first, by the letter that admits the case, which is none."""
    return or_(TICKET.c.entitlement != "", ACKNOWLEDGED)
