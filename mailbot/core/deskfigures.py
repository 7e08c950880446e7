"""One desk's figures over a span of months: the score cut by month, queue or agent, and the promises kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from mailbot.core.desk import Desk
from mailbot.core.months import month_of, months_between
from mailbot.core.promise import clock_of
from mailbot.core.promisekept import Begin, Keeping, Record, judge, records
from mailbot.core.score import Asked, Group, Responses, Vote, tally

By = Literal["month", "queue", "agent"]

ALL_PRIORITIES = ""
"""Stands as the priority of a record that tells of all of them together."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one desk's figures are worked out from: votes by receipt, surveys by sending, beginnings by receipt."""

    desk: Desk
    first: date
    """First day of the first month."""
    last: date
    """First day of the last month."""
    votes: tuple[Vote, ...] = ()
    asked: tuple[Asked, ...] = ()
    begins: tuple[Begin, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nobody was asked, nobody answered and nothing was promised."""
        return not (self.votes or self.asked or any(begin.told for begin in self.begins))

    def of(self, month: date) -> Figures:
        """Those of one month alone."""
        zone = self.desk.calendar.zone
        return Figures(
            self.desk,
            month,
            month,
            tuple(vote for vote in self.votes if month_of(vote.received, zone) == month),
            tuple(one for one in self.asked if month_of(one.sent, zone) == month),
            tuple(begin for begin in self.begins if month_of(begin.received, zone) == month),
        )


def score_by(figures: Figures, by: By) -> tuple[Group, ...]:
    """The score of each queue or agent that occurs, or of each month from the first that does to the last one.

    Agents' figures stand there from the desk's `agent_figures_from` votes on.
    """
    desk = figures.desk
    zones = {desk.key: desk.calendar.zone}
    groups = tally(figures.votes, figures.asked, zones, ("desk", by), desk.agent_figures_from)
    if by != "month" or not groups:
        return groups
    found = {group.month: group for group in groups}
    months = months_between(min(month for month in found if month), figures.last)
    return tuple(found.get(month) or _silence(desk, month) for month in months)


def score_of_all(figures: Figures) -> Group | None:
    """The score of the whole span; None where there is nothing to tell."""
    desk = figures.desk
    return next(iter(tally(figures.votes, figures.asked, {desk.key: desk.calendar.zone}, ("desk",))), None)


def kept_promises(figures: Figures, now: datetime, *, together: bool = False) -> tuple[Record, ...]:
    """How promises were kept by month and priority, judged at the aware moment `now`.

    `together`: each month's as one record, of ALL_PRIORITIES.
    """
    desk = figures.desk
    judged = [(begin, _judged(desk, begin, now)) for begin in figures.begins if begin.told]
    if together:
        judged = [(replace(begin, priority=ALL_PRIORITIES), keeping) for begin, keeping in judged]
    return records(judged, {desk.key: desk.calendar.zone})


def _judged(desk: Desk, begin: Begin, now: datetime) -> Keeping:
    try:
        calendar, more = clock_of(desk, desk.priority(begin.priority), begin.queue)
    except KeyError:  # the desk file has lost the priority
        return judge(begin, now, desk.calendar, desk.grace)
    return judge(begin, now, calendar, desk.grace, more)


def _silence(desk: Desk, month: date) -> Group:
    """A month in which nothing was sent and nothing came."""
    return Group(desk.key, None, None, month, 0, None, Responses(0, 0, 0))
