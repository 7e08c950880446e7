"""Who is on duty when, who comes next, and whether anybody is at every hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.calendar import Span, Spans, Target
from mailbot.core.desk import Agent, Desk
from mailbot.core.duty import MOST_DAYS_AHEAD, duty_on, next_shift, on_duty, on_duty_for, serves, unattended
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


EARLY = Agent("Early", ("e@desk.example",), duty=(weekdays(spans("07:00-15:00")),))
LATE = Agent("Late", ("l@desk.example",), duty=(weekdays(spans("13:00-21:00")),))
DAWN = Agent("Dawn", ("d@desk.example",), duty=(every_day(spans("07:00-08:00"), open_on_holidays=True),))
DRIVERS = Agent("Drivers", ("m@desk.example",), queues=("driver",), outside_hours=True)
NIGHT_WATCH = Agent("Night", ("n@desk.example",), duty=(every_day(spans("02:00-03:00"), open_on_holidays=True),))


def _names(agents: tuple[Agent, ...]) -> list[str]:
    return [agent.name for agent in agents]


@pytest.mark.parametrize(
    ("queue", "moment", "now", "after"),
    [
        pytest.param("first", "2026-11-24 10:00", ["Early"], [], id="one on duty, nobody is waited for"),
        pytest.param("first", "2026-11-24 14:00", ["Early", "Late"], [], id="two on duty"),
        pytest.param("first", "2026-11-24 07:30", ["Early", "Dawn"], [], id="two who begin together"),
        pytest.param("first", "2026-11-24 21:00", [], ["Early", "Dawn"], id="at closing: the morning, all who begin"),
        pytest.param("first", "2026-11-24 06:59", [], ["Early", "Dawn"], id="a minute before"),
        pytest.param("first", "2026-11-27 22:00", [], ["Dawn"], id="Friday night: whoever works on Saturday"),
        pytest.param("first", "2026-04-02 22:00", [], ["Dawn"], id="holiday: only who works on one"),
        pytest.param("driver", "2026-11-24 22:00", ["Drivers"], [], id="outside office hours another one (B7)"),
        pytest.param("driver", "2026-11-24 12:30", ["Early", "Drivers"], [], id="and in the lunch break"),
    ],
)
def test_the_shift_depends_on_queue_and_time(queue: str, moment: str, now: list[str], after: list[str]) -> None:
    """Whoever serves the queue and is on duty; where nobody is, all who begin first (B7)."""
    shifts = _with(EARLY, LATE, DAWN, DRIVERS)
    assert _names(on_duty_for(shifts, queue, at(moment))) == now
    assert _names(next_shift(shifts, queue, at(moment))) == after


def test_the_remote_centre_comes_when_the_office_closes() -> None:
    """An agent outside office hours is the next shift during them, exceptions of the desk included (B7)."""
    centre = _with(DRIVERS)
    assert next_shift(centre, "driver", at("2026-11-24 10:00")) == (DRIVERS,)
    day = date(2026, 11, 24)
    closed = replace(centre, calendar=replace(OFFICE, exceptions={day: ()}))
    assert on_duty_for(closed, "driver", at("2026-11-24 10:00")) == (DRIVERS,)


def test_a_shift_in_a_skipped_hour_does_not_come() -> None:
    """On 29 March 2026 no clock in Stockholm shows 02:30, so that the next shift is another one's."""
    shifts = _with(replace(DAWN, name="Forenoon", duty=(every_day(spans("10:00-11:00")),)), NIGHT_WATCH)
    assert _names(next_shift(shifts, "first", at("2026-03-22 01:30"))) == ["Night"]
    assert _names(next_shift(shifts, "first", at("2026-03-29 01:30"))) == ["Forenoon"]


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    """On 25 October 2026 clocks in Stockholm show 02:30 twice."""
    before = at("2026-10-25 01:30")
    on = [on_duty_for(_with(NIGHT_WATCH), "first", before + hours(number)) for number in range(4)]
    assert on == [(), (NIGHT_WATCH,), (NIGHT_WATCH,), ()]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (at("2026-11-24 10:00") + timedelta(days=MOST_DAYS_AHEAD), ["Later"]),
        (at("2026-11-24 10:00") + timedelta(days=MOST_DAYS_AHEAD + 1), []),
    ],
)
def test_a_shift_is_looked_for_over_two_months(first: datetime, expected: list[str]) -> None:
    """Up to the sixtieth day whole; nobody who comes only after it is waited for."""
    later = replace(ALWAYS, name="Later", duty=(every_day(spans("22:00-24:00"), since=first.date()),))
    assert _names(next_shift(_with(later), "first", at("2026-11-24 10:00"))) == expected


@pytest.mark.parametrize(
    "agents",
    [
        (),
        (replace(ALWAYS, queues=("transport",)),),
        (replace(ALWAYS, duty=()),),
        (replace(ALWAYS, duty=(every_day(()),)),),
    ],
    ids=["no agents", "another queue's", "no duty yet", "never on duty"],
)
def test_where_nobody_ever_comes_there_is_no_shift(agents: tuple[Agent, ...]) -> None:
    """Nobody, rather than an error."""
    assert next_shift(_with(*agents), "first", at("2026-11-24 10:00")) == ()


HALF_HOUR = timedelta(minutes=30)
HALF_HOURS = st.integers(0, 48).map(lambda number: number * 30)


@st.composite
def _agents(draw: st.DrawFn) -> Agent:
    """Somebody with up to three spans on some days, in half hours."""
    edges = sorted(draw(st.sets(HALF_HOURS, max_size=6)))
    day: Spans = tuple(Span(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))
    kind = draw(st.sampled_from([weekdays(day), every_day(day), every_day(day, open_on_holidays=True)]))
    duty = draw(st.sampled_from([(kind,), None]))
    queues = draw(st.sampled_from([(), ("first",), ("driver",)]))
    return Agent("Any", ("any@desk.example",), queues, duty, outside_hours=draw(st.booleans()) and duty is None)


@settings(max_examples=40, deadline=None)
@given(
    agents=st.lists(_agents(), max_size=3),
    moment=st.sampled_from(["2026-03-27 23:30", "2026-03-31 12:00", "2026-10-24 11:00", "2026-11-20 17:30"]),
    steps=st.integers(0, 96),
)
def test_the_next_shift_is_whom_a_walk_through_time_meets_first(agents: list[Agent], moment: str, steps: int) -> None:
    """Half hour by half hour over a week, through Easter and both clock changes, with the same answer."""
    numbered = [replace(agent, name=str(number)) for number, agent in enumerate(agents)]
    shifts, start = _with(*numbered), at(moment) + steps * HALF_HOUR
    met: tuple[Agent, ...] = ()
    for number in range(7 * 48):
        met = on_duty_for(shifts, "first", start + number * HALF_HOUR)
        if met:
            break
    found = next_shift(shifts, "first", start)
    if on_duty_for(shifts, "first", start):
        assert found == ()
    elif met:
        assert found == met
    assert all(serves(agent, "first") for agent in found)
