"""Keeps what each customer was told of the start of work and when it began, so that promises can be judged later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Select, func, literal, select

from mailbot.core.promise import Promise
from mailbot.tables import BEGINNING, PROMISED

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
    """What new values of a case's columns mean for its promises; `state` is the case's before them."""
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
        last = select(func.max(PROMISED.c.id)).where(PROMISED.c.ticket_id == ticket_id).scalar_subquery()
        statements.append(PROMISED.update().where(PROMISED.c.id == last).values(suspended=at))
    return statements


def _last(ticket_id: int) -> Select[tuple[Any]]:
    return select(func.max(BEGINNING.c.number)).where(BEGINNING.c.ticket_id == ticket_id)


def _change(ticket_id: int, values: Mapping[str, Any]) -> Executable:
    this = (BEGINNING.c.ticket_id == ticket_id, BEGINNING.c.number == _last(ticket_id).scalar_subquery())
    return BEGINNING.update().where(*this).values(**values)
