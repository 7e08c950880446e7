"""The cases that wait for a start of work of which their customers were told, as a query to be narrowed down."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text

from mailbot.core.digest import TOLD_IN_DIGEST
from mailbot.tables import OUTGOING, PROMISED, TICKET, OutgoingState

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
    """As `caseload` sees it: by the acknowledgement, but a held one has told nobody anything until a digest has.

    Who was refused first is told by the letter that admits the case, which is no acknowledgement.
    """
    gone = OUTGOING.c.state.not_in((OutgoingState.HELD, OutgoingState.CANCELLED))
    acknowledged = exists().where(
        OUTGOING.c.ticket_id == TICKET.c.id,
        OUTGOING.c.cause.startswith("ack:"),
        or_(gone, OUTGOING.c.answer == TOLD_IN_DIGEST),
    )
    return or_(TICKET.c.entitlement != "", acknowledged)
