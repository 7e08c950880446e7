"""When the report of a month is due to a desk's lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mailbot.core.desk import Calendar, Desk
from mailbot.core.months import later
from mailbot.core.score import month_of
from mailbot.core.worktime import plan_day

HOUR: Final = time(6)
"""Local time from which on it may be sent: before anybody's working day."""


@dataclass(frozen=True, slots=True)
class DueReport:
    """The report of one month of one desk."""

    desk: Desk
    month: date
    """Its first day."""

    @property
    def cause(self) -> str:
        """What the letter is known by: there is one a month."""
        return f"report:month:{self.desk.key}:{self.month:%Y-%m}"


def due_reports(desks: Iterable[Desk], now: datetime) -> tuple[DueReport, ...]:
    """The reports whose hour has come at the aware moment `now`, whether or not they went out.

    Each tells of the local month before: from HOUR on the first day of this month on which the desk is open, to the end
    of the month. None for a desk that has no lead, or is closed all month. ValueError for a naive moment.
    """
    if now.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {now}")
    due = []
    for desk in desks:
        month = month_of(now, desk.calendar.zone)
        day = _first_open_day(desk.calendar, month) if desk.lead else None
        if day and now >= datetime.combine(day, HOUR, desk.calendar.zone).astimezone(UTC):
            due.append(DueReport(desk, later(month, -1)))
    return tuple(due)


def _first_open_day(calendar: Calendar, month: date) -> date | None:
    days = (month + timedelta(days=number) for number in range((later(month, 1) - month).days))
    return next((day for day in days if plan_day(calendar, day).spans), None)
