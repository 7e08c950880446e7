"""Figures: reads out of the tables what a desk's score and its kept promises are worked out from, over some months."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, select

from mailbot.core.desk import Desk
from mailbot.core.deskfigures import Figures
from mailbot.core.months import bounds
from mailbot.core.promisekept import Begin, Record, Told
from mailbot.core.score import Asked, Group, Vote
from mailbot.core.survey import cause_of
from mailbot.tables import BEGINNING, OUTGOING, PROMISED, SURVEY, TICKET, OutgoingState

SCORE_COLUMNS: Final = (
    "desk", "month", "queue", "agent", "votes", "promoters", "passives", "detractors", "nps", "low", "high", "sent",
    "bounced", "answered", "response_rate",
)  # fmt: skip
PROMISE_COLUMNS: Final = (
    "desk", "month", "priority", "kept", "missed", "pending", "void", "kept_percent", "median_late_minutes",
    "worst_late_minutes",
)  # fmt: skip
"""What JSON and CSV call the figures; a name, once given, stays."""

_LOST = (OutgoingState.BOUNCED, OutgoingState.FAILED)


def read_figures(connection: Connection, desk: Desk, first: date, last: date) -> Figures:
    """Everything of a desk from the month of `first` to that of `last`, months being those of its zone.

    A case's queue is the one that it was closed in for surveys, and the one that it is in now for promises.
    """
    begins, ends = bounds(first, last, desk.calendar.zone)
    return Figures(
        desk,
        first,
        last,
        _votes(connection, desk, begins, ends),
        _asked(connection, desk, begins, ends),
        _beginnings(connection, desk, begins, ends),
    )


def _votes(connection: Connection, desk: Desk, begins: datetime, ends: datetime) -> tuple[Vote, ...]:
    columns = (SURVEY.c.score, SURVEY.c.answered, SURVEY.c.queue, SURVEY.c.agent)
    of_desk = (SURVEY.c.desk == desk.key, SURVEY.c.score.is_not(None))
    query = select(*columns).where(*of_desk, _within(SURVEY.c.answered, begins, ends)).order_by(SURVEY.c.id)
    return tuple(
        Vote(score, received, desk.key, queue, agent) for score, received, queue, agent in connection.execute(query)
    )


def _asked(connection: Connection, desk: Desk, begins: datetime, ends: datetime) -> tuple[Asked, ...]:
    these = (SURVEY.c.desk == desk.key, _within(SURVEY.c.sent, begins, ends))
    letters = and_(OUTGOING.c.ticket_id == SURVEY.c.ticket_id, OUTGOING.c.kind == "survey")
    lost = set(
        connection.execute(
            select(OUTGOING.c.cause).join(SURVEY, letters).where(*these, OUTGOING.c.state.in_(_LOST))
        ).scalars()
    )
    columns = (SURVEY.c.ticket_id, SURVEY.c.closing, SURVEY.c.sent, SURVEY.c.score, SURVEY.c.queue, SURVEY.c.agent)
    rows = connection.execute(select(*columns).where(*these).order_by(SURVEY.c.id))
    return tuple(
        Asked(
            row.sent, row.score is not None, desk.key, row.queue, row.agent,
            bounced=cause_of(row.ticket_id, row.closing, "survey") in lost,
        )
        for row in rows
    )  # fmt: skip


def _beginnings(connection: Connection, desk: Desk, begins: datetime, ends: datetime) -> tuple[Begin, ...]:
    these = (TICKET.c.desk == desk.key, _within(BEGINNING.c.received, begins, ends))
    of_beginning = and_(PROMISED.c.ticket_id == BEGINNING.c.ticket_id, PROMISED.c.beginning == BEGINNING.c.number)
    told: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
    promises = select(PROMISED).join(BEGINNING, of_beginning).join(TICKET, TICKET.c.id == BEGINNING.c.ticket_id)
    for row in connection.execute(promises.where(*these).order_by(PROMISED.c.id)):
        told[row.ticket_id, row.beginning].append(row)
    query = select(BEGINNING, TICKET.c.queue, TICKET.c.priority).join(TICKET, TICKET.c.id == BEGINNING.c.ticket_id)
    rows = connection.execute(query.where(*these).order_by(BEGINNING.c.id))
    return tuple(_begin(desk, row, told[row.ticket_id, row.number]) for row in rows)


def _begin(desk: Desk, row: Any, told: list[Any]) -> Begin:
    # Once work has begun a new priority brings no promise, so the last promise has the last priority before that.
    return Begin(
        desk.key, row.queue, told[-1].priority if told else row.priority, row.received,
        tuple(Told(each.made, each.start_by, each.at_once, each.suspended) for each in told),
        row.started, row.ended,
    )  # fmt: skip


def _within(column: ColumnElement[Any], begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return and_(column >= begins, column < ends)


def score_row(group: Group) -> dict[str, Any]:
    """A group's figures as plain values by SCORE_COLUMNS; None for what there is not, or what is not told."""
    score, responses = group.nps, group.responses
    values = (
        group.desk, f"{group.month:%Y-%m}" if group.month else None, group.queue, group.agent, group.votes,
        *((score.promoters, score.passives, score.detractors) if score else (None, None, None)),
        *(map(_rounded, (score.value, score.low, score.high)) if score else (None, None, None)),
        *((responses.sent, responses.bounced, responses.answered) if responses else (None, None, None)),
        _rounded(responses.rate if responses else None),
    )  # fmt: skip
    return dict(zip(SCORE_COLUMNS, values, strict=True))


def promise_row(record: Record) -> dict[str, Any]:
    """How promises were kept, as plain values by PROMISE_COLUMNS; None for what there is not."""
    values = (
        record.desk, f"{record.month:%Y-%m}", record.priority, record.kept, record.missed, record.pending, record.void,
        _rounded(record.share), _minutes(record.median_late), _minutes(record.worst_late),
    )  # fmt: skip
    return dict(zip(PROMISE_COLUMNS, values, strict=True))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else round(length / timedelta(minutes=1), 1)
