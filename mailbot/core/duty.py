"""Who of a desk's agents is at work at a given time (V4, B7)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from mailbot.core.desk import Agent, Calendar, Desk, Spans
from mailbot.core.worktime import WHOLE_DAY, MoreSpans, gaps, is_open, join, nothing_more, plan_day


def on_duty(desk: Desk, agent: Agent, moment: datetime) -> bool:
    """Whether the agent is on duty at an aware moment. Holidays and exceptions are the desk's."""
    nobody = Calendar(desk.calendar.zone, ())
    return is_open(nobody, moment, partial(duty_on, desk, agent))


def serves(agent: Agent, queue: str) -> bool:
    """Whether the agent works for that queue; one who names none works for all."""
    return not agent.queues or queue in agent.queues


def duty_on(desk: Desk, agent: Agent, day: date) -> Spans:
    """The spans of a local day in which the agent is on duty."""
    if agent.outside_hours:
        return gaps(plan_day(desk.calendar, day).spans)
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
