"""When the report of a month is due to a desk's lead, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mailbot.core.agenttellings import MonthReport
from mailbot.core.attachment import Attachment
from mailbot.core.audience import agent_of
from mailbot.core.calendar import Calendar
from mailbot.core.desk import Desk
from mailbot.core.deskfigures import By, Figures, kept_promises, score_by, score_of_all
from mailbot.core.errands import Errand
from mailbot.core.figurewords import interval_note, promise_heading, promise_table, score_heading, score_table
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.months import SHOWN, later, month_of
from mailbot.core.promisekept import Record
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

    @property
    def first(self) -> date:
        """First day of the first month that it tells of beside its own."""
        return later(self.month, 1 - SHOWN)

    @property
    def language(self) -> str:
        """The lead's own where that is an agent, else the desk's first."""
        agent = agent_of(self.desk, ascii_lower(self.desk.lead))
        return (agent.language if agent else "") or self.desk.languages[0]


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


def month_report(due: DueReport, figures: Figures, picture: bytes, now: datetime) -> Errand | None:
    """The letter with the figures from `due.first` on, promises judged at `now`; None where the month has nothing.

    `picture` is a PNG of the months, empty where there is none to draw.
    """
    if figures.of(due.month).nothing:
        return None
    shown = None
    if picture:
        shown = Attachment(f"nps-{due.month:%Y-%m}.png", "image/png", picture, content_id="months", inline=True)
    told = MonthReport(due.month, "\n".join(_tables(due, figures, now)), shown)
    return Errand(told, due.desk.lead, "agent", due.cause, "report", language=due.language)


def _tables(due: DueReport, figures: Figures, now: datetime) -> list[str]:
    """The score of the months, the month's by queue, the agents' over all of them; promises of the month, and by month.

    A table of a single line that another tells already is left out.
    """
    language, month = due.language, figures.of(due.month)
    of_month, of_all = f", {due.month:%Y-%m}", f", {due.first:%Y-%m} – {due.month:%Y-%m}"
    months = _score(figures, "month", "", language)
    lines = [
        *months,
        *((*interval_note(language), "") if months else ()),
        *_score(month, "queue", of_month, language, least=2),
        *_score(figures, "agent", of_all, language, least=2),
        *_promises(due.desk, kept_promises(month, now), of_month, language),
    ]
    together = kept_promises(figures, now, together=True)
    if len(together) > 1:
        lines += _promises(due.desk, together, of_all, language)
    return lines


def _promises(desk: Desk, found: Sequence[Record], when: str, language: str) -> list[str]:
    return [promise_heading(language) + when, "", *promise_table(desk, found, language), ""] if found else []


def _score(figures: Figures, by: By, when: str, language: str, least: int = 1) -> list[str]:
    groups = score_by(figures, by)
    if len(groups) < least:
        return []
    table = score_table(figures.desk, by, groups, score_of_all(figures), language)
    return [score_heading(by, language) + when, "", *table, ""]


def _first_open_day(calendar: Calendar, month: date) -> date | None:
    days = (month + timedelta(days=number) for number in range((later(month, 1) - month).days))
    return next((day for day in days if plan_day(calendar, day).spans), None)
