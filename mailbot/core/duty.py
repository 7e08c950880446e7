"""Who of a desk's agents is at work at a given time (V4, B7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from mailbot.core.calendar import Calendar, Holiday, Spans
from mailbot.core.desk import Agent, Desk
from mailbot.core.worktime import (
    WHOLE_DAY,
    MoreSpans,
    gaps,
    hours_on,
    join,
    next_opening,
    nothing_more,
    plan_day,
    reads_within,
)

MOST_DAYS_AHEAD = 60
"""Local days after the current one in which the next shift is looked for."""


def on_duty(desk: Desk, agent: Agent, moment: datetime) -> bool:
    """Whether the agent is on duty at an aware moment. Holidays and exceptions are the desk's."""
    if agent.duty is None and not agent.outside_hours:
        return True
    local = moment.astimezone(desk.calendar.zone)
    return reads_within(duty_on(desk, agent, local.date()), local)


def on_duty_for(desk: Desk, queue: str, moment: datetime) -> tuple[Agent, ...]:
    """The agents who serve the queue and are on duty at an aware moment, in the desk file's order (B7)."""
    return tuple(agent for agent in desk.agents if serves(agent, queue) and on_duty(desk, agent, moment))


def next_shift(desk: Desk, queue: str, moment: datetime) -> tuple[Agent, ...]:
    """Where nobody is on duty for the queue at an aware moment: those whose duty begins first after it, all of them.

    None where somebody is on duty, and where nobody comes within MOST_DAYS_AHEAD days.
    """
    if not any(serves(agent, queue) for agent in desk.agents):
        return ()
    spans_on = on_duty_spans(desk, queue)
    last = moment.astimezone(desk.calendar.zone).date() + timedelta(days=MOST_DAYS_AHEAD)

    def until_last(day: date) -> Spans:
        # Behind the last day everything counts as open, so that the search ends there.
        return spans_on(day) if day <= last else WHOLE_DAY

    begins = next_opening(Calendar(desk.calendar.zone, ()), moment, until_last)
    if begins <= moment or begins.astimezone(desk.calendar.zone).date() > last:
        return ()
    return on_duty_for(desk, queue, begins)


def serves(agent: Agent, queue: str) -> bool:
    """Whether the agent works for that queue; one who names none works for all."""
    return not agent.queues or queue in agent.queues


def duty_on(desk: Desk, agent: Agent, day: date) -> Spans:
    """The spans of a local day in which the agent is on duty."""
    if agent.outside_hours:
        return gaps(plan_day(desk.office_calendar, day).spans)
    if agent.duty is None:
        return WHOLE_DAY
    calendar = Calendar(desk.calendar.zone, agent.duty, desk.calendar.holidays, desk.calendar.exceptions)
    return plan_day(calendar, day).spans


def on_duty_spans(desk: Desk, queue: str) -> MoreSpans:
    """The spans of each day in which somebody is on duty for that queue."""
    agents = [agent for agent in desk.agents if serves(agent, queue)]
    if not agents:
        return nothing_more
    return lambda day: join(*(duty_on(desk, agent, day) for agent in agents))


def unattended(desk: Desk, queue: str) -> tuple[date, int] | None:
    """The first local day and minute of a week when nobody is on duty for that queue; None if somebody always is.

    Looks at a week before the first day on which some hours change and at the week from each such day on, wherever the
    desk has hours; its days are taken both as ordinary ones and as holidays. Exceptions are left out: they are the
    desk's own word on a single day.
    """
    calendars = [desk.calendar.hours, *(agent.duty for agent in desk.agents if agent.duty)]
    changes = sorted({hours.since for each in calendars for hours in each if hours.since})
    weeks = [changes[0] - timedelta(days=7), *changes] if changes else [date(2026, 1, 5)]  # a Monday as good as any
    days = [first + timedelta(days=number) for first in weeks for number in range(7)]
    days = [day for day in days if hours_on(desk.calendar.hours, day)]
    bare = replace(desk, calendar=replace(desk.calendar, holidays={}, exceptions={}))
    holidays = dict.fromkeys(days, Holiday({})) if desk.calendar.holidays else {}
    festive = replace(bare, calendar=replace(bare.calendar, holidays=holidays))
    for each in (bare, festive):
        spans_on = on_duty_spans(each, queue)
        for day in days:
            if idle := gaps(spans_on(day)):
                return day, idle[0].opens
    return None
