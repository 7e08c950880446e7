"""Keeps what each customer was told of the start of work and when it began, so that promises can be judged later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, exists, func, literal, select

from mailbot.core.promise import Promise
from mailbot.tables import BEGINNING, PROMISED, TICKET

_OVER = frozenset({"closed", "spam", "merged", "refused", "declined"})
"""States in which no customer waits for the start of work."""


def open_beginning(ticket_id: int, received: datetime, *, started: datetime | None = None) -> Executable:
    """A customer waits for the start of work from the moment of `received` on, a mail that opens the case (again)."""
    number = select(func.coalesce(func.max(BEGINNING.c.number), 0) + 1).where(BEGINNING.c.ticket_id == ticket_id)
    return BEGINNING.insert().values(
        ticket_id=ticket_id, number=number.scalar_subquery(), received=received, started=started
    )


def tell_promise(ticket_id: int, promise: Promise, made: datetime) -> Executable:
    """The customer is told an expected start, by a mail of the moment `made`."""
    columns = ("ticket_id", "beginning", "made", "start_by", "at_once", "priority")
    values = select(
        literal(ticket_id), _last(ticket_id).scalar_subquery(), literal(made, BEGINNING.c.received.type),
        literal(promise.expected_start, BEGINNING.c.received.type), literal(promise.at_once), literal(promise.priority),
    )  # fmt: skip
    return PROMISED.insert().from_select(columns, values)


def follow_case(ticket_id: int, state: str, changes: Mapping[str, Any], at: datetime) -> list[Executable]:
    """What new values of a case's columns mean for its promises; `state` is the case's before them.

    To be done after the columns have been changed.
    """
    now_is = changes.get("state", state)
    promise = changes.get("promise")
    statements: list[Executable] = []
    if now_is not in _OVER and state in _OVER:
        if isinstance(promise, Promise):
            statements.append(open_beginning(ticket_id, at))
        else:
            statements.append(_change(ticket_id, {"ended": None}))
    if isinstance(promise, Promise) and now_is not in _OVER:
        statements.append(tell_promise(ticket_id, promise, at))
    if "started" in changes and not (now_is in _OVER and state in _OVER):
        statements.append(_change(ticket_id, {"started": changes["started"]}))
    if now_is in _OVER and state not in _OVER:
        statements.append(_change(ticket_id, {"ended": at}))
    if now_is == "waiting" and state != "waiting":
        # One that waited already, and is put back, has waited all the time.
        statements.append(_suspend(ticket_id, PROMISED.c.suspended.is_(None), at))
    if now_is == "open" and state != "open" and not isinstance(promise, Promise):
        # What waited and goes on without a new promise, such as by #undo: the old one holds, unless work has begun.
        unbegun = exists().where(TICKET.c.id == ticket_id, TICKET.c.started.is_(None))
        statements.append(_suspend(ticket_id, unbegun, None))
    return statements


def _suspend(ticket_id: int, where: ColumnElement[bool], at: datetime | None) -> Executable:
    """The last promise ceases to hold at a moment, or (None) holds again."""
    last = select(func.max(PROMISED.c.id)).where(PROMISED.c.ticket_id == ticket_id).scalar_subquery()
    return PROMISED.update().where(PROMISED.c.id == last, where).values(suspended=at)


def _last(ticket_id: int) -> Select[tuple[Any]]:
    return select(func.max(BEGINNING.c.number)).where(BEGINNING.c.ticket_id == ticket_id)


def _change(ticket_id: int, values: Mapping[str, Any]) -> Executable:
    this = (BEGINNING.c.ticket_id == ticket_id, BEGINNING.c.number == _last(ticket_id).scalar_subquery())
    return BEGINNING.update().where(*this).values(**values)
