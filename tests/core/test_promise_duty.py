"""Who is on duty when, and whether anybody is at every hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailbot.core.desk import Agent, Desk, Target
from mailbot.core.duty import duty_on, on_duty, serves, unattended
from mailbot.core.worktime import WHOLE_DAY, gaps, join, plan_day
from tests.core.samples import OFFICE, at, desk, every_day, hours, priority, spans, weekdays

DESK = desk(priority("driver", Target(hours(1)), clock="always"))
ALWAYS = Agent("Always", ("a@desk.example",))
OFFICE_DUTY = replace(ALWAYS, duty=OFFICE.hours)
OUTSIDE = replace(ALWAYS, outside_hours=True)
NIGHTS = replace(ALWAYS, duty=(every_day(spans("00:00-08:00", "17:00-24:00"), open_on_holidays=True),))


@pytest.mark.parametrize(
    ("agent", "moment", "expected"),
    [
        (ALWAYS, "2026-04-03 03:00", True),
        (OFFICE_DUTY, "2026-11-24 10:00", True),
        (OFFICE_DUTY, "2026-11-24 12:00", False),
        (OFFICE_DUTY, "2026-04-02 12:30", True),
        (OFFICE_DUTY, "2026-04-03 10:00", False),
        (OUTSIDE, "2026-11-24 10:00", False),
        (OUTSIDE, "2026-11-24 12:00", True),
        (OUTSIDE, "2026-04-03 10:00", True),
        (OUTSIDE, "2026-04-02 12:30", False),
        (NIGHTS, "2026-04-03 03:00", True),
        (NIGHTS, "2026-11-24 10:00", False),
    ],
)
def test_duty_follows_the_clock_and_the_desks_calendar(agent: Agent, moment: str, expected: bool) -> None:
    """Always, with the office through short days and holidays, exactly while it is closed, or in spans of their own."""
    assert on_duty(DESK, agent, at(moment)) is expected


@pytest.mark.parametrize("day", [date(2026, 4, 1) + timedelta(days=number) for number in range(10)], ids=str)
def test_office_and_outside_office_make_a_whole_day(day: date) -> None:
    """Whatever the day is, the two leave no minute out and share none (B7)."""
    inside, outside = duty_on(DESK, OFFICE_DUTY, day), duty_on(DESK, OUTSIDE, day)
    assert join(inside, outside) == WHOLE_DAY
    assert outside == gaps(plan_day(DESK.calendar, day).spans)


def test_an_exception_of_the_desk_moves_its_agents_along() -> None:
    """A date closed by exception sends the office home and calls those outside it."""
    day = date(2026, 11, 24)
    closed = replace(DESK, calendar=replace(OFFICE, exceptions={day: ()}))
    assert duty_on(closed, OFFICE_DUTY, day) == ()
    assert duty_on(closed, OUTSIDE, day) == WHOLE_DAY


def test_an_agent_serves_the_queues_they_name_or_all() -> None:
    """No queue named is every queue."""
    assert serves(ALWAYS, "driver")
    assert serves(replace(ALWAYS, queues=("driver",)), "driver")
    assert not serves(replace(ALWAYS, queues=("transport",)), "driver")


def _with(*agents: Agent) -> Desk:
    return replace(DESK, agents=agents)


@pytest.mark.parametrize(
    "agents",
    [(ALWAYS,), (OFFICE_DUTY, OUTSIDE), (OFFICE_DUTY, ALWAYS)],
    ids=["one always", "office and outside", "office and always"],
)
def test_every_hour_can_be_attended(agents: tuple[Agent, ...]) -> None:
    """Nothing is found where somebody always is on duty."""
    assert unattended(_with(*agents), "driver") is None


@pytest.mark.parametrize(
    ("agents", "weekday", "minute"),
    [
        pytest.param((), 0, 0, id="nobody at all"),
        pytest.param((OFFICE_DUTY,), 0, 0, id="the office only"),
        pytest.param((OFFICE_DUTY, NIGHTS), 0, 12 * 60, id="lunch"),
        pytest.param((replace(ALWAYS, queues=("transport",)),), 0, 0, id="another queue's agent"),
        pytest.param(
            (NIGHTS, replace(ALWAYS, duty=(weekdays(spans("08:00-17:00"), saturday=spans("08:00-17:00")),))),
            6,
            8 * 60,
            id="Sunday by day",
        ),
        pytest.param(
            (NIGHTS, replace(ALWAYS, duty=(every_day(spans("08:00-17:00")),))), 0, 8 * 60, id="by day on a holiday"
        ),
    ],
)
def test_an_hour_without_anybody_is_found(agents: tuple[Agent, ...], weekday: int, minute: int) -> None:
    """The first unattended minute of the week is told, holidays included."""
    found = unattended(_with(*agents), "driver")
    assert found is not None
    assert (found[0].weekday(), found[1]) == (weekday, minute)


def test_the_weeks_after_a_change_are_looked_at_too() -> None:
    """A duty that ends on a day leaves the week from that day unattended."""
    ending = replace(ALWAYS, duty=(every_day(WHOLE_DAY, open_on_holidays=True), every_day((), since=date(2027, 1, 1))))
    assert unattended(_with(ending), "driver") == (date(2027, 1, 1), 0)


def test_the_weeks_before_a_change_are_looked_at_too() -> None:
    """A duty that covers everything only from a day on leaves the nights before it unattended."""
    later = replace(ALWAYS, duty=(*OFFICE.hours, every_day(WHOLE_DAY, since=date(2027, 1, 1), open_on_holidays=True)))
    found = unattended(_with(later), "driver")
    assert found is not None
    assert found[0] < date(2027, 1, 1)


def test_before_the_desk_has_hours_nobody_is_needed() -> None:
    """A desk that starts on a day needs no agents before it."""
    first = date(2027, 1, 1)
    day_and_night = every_day(WHOLE_DAY, since=first, open_on_holidays=True)
    started = replace(DESK, calendar=replace(OFFICE, hours=(day_and_night,)))
    assert unattended(replace(started, agents=(replace(ALWAYS, duty=(day_and_night,)),)), "driver") is None
