"""Opening hours: what holds for any calendar, and what another implementation says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import workclock
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, Holiday, Hours, Span, Spans
from mailbot.core.worktime import NeverOpenError, count_open, is_open, next_opening, open_between, plan_day

FIRST = date(2026, 3, 1)
MINUTE = timedelta(minutes=1)
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Stockholm", "Europe/Bratislava", "America/New_York", "Africa/Cairo", "UTC")]
)


ANY_MINUTE = st.integers(0, 1440)
OFF_THE_CHANGES = st.just(0) | st.integers(180, 1440)
"""Not in the hour that a clock change skips or repeats: there workclock places an edge by a convention of its own."""

PACE = settings(max_examples=60, deadline=None)

CLOCK_CHANGES = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 24), date(2026, 10, 25), date(2026, 11, 1)]
"""Of the zones above, so that they are met often."""


@st.composite
def day_spans(draw: st.DrawFn, minutes: st.SearchStrategy[int] = ANY_MINUTE) -> Spans:
    """Up to three spans of a day, in order and apart."""
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    return tuple(Span(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def weeks(
    draw: st.DrawFn, minutes: st.SearchStrategy[int] = ANY_MINUTE
) -> tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]:
    """A week made of two kinds of days and closed ones."""
    kinds = st.sampled_from([draw(day_spans(minutes)), draw(day_spans(minutes)), ()])
    return draw(st.tuples(kinds, kinds, kinds, kinds, kinds, kinds, kinds))


DAYS_NEAR = st.sampled_from(CLOCK_CHANGES) | st.dates(FIRST, date(2027, 3, 1))
HOLIDAYS = st.dictionaries(DAYS_NEAR, st.booleans().map(lambda shortens: Holiday({"en": "Day"}, shortens)), max_size=8)
MOMENTS = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    DAYS_NEAR,
    st.integers(-1440, 1440),
)
AMOUNTS = st.integers(0, 60 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A calendar with everything in it: two sets of hours, short days, holidays and exceptions."""
    short = draw(st.none() | day_spans())
    first = Hours(draw(weeks()), None, draw(st.booleans()), short)
    second = Hours(draw(weeks()), draw(DAYS_NEAR), draw(st.booleans()), draw(st.none() | day_spans()))
    exceptions = draw(st.dictionaries(DAYS_NEAR, day_spans(), max_size=4))
    return Calendar(draw(ZONES), (first, second), draw(HOLIDAYS), exceptions)


def counted(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The moment; a desk that never opens is no case here."""
    try:
        return count_open(calendar, start, amount)[0]
    except NeverOpenError:
        assume(False)
        raise


@PACE
@given(calendars(), MOMENTS, AMOUNTS)
def test_the_open_time_until_the_start_is_the_target(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    """Counting forward and measuring back agree, and the steps add up to the same."""
    moment = counted(calendar, start, amount)
    assert open_between(calendar, start, moment) == amount
    _, steps = count_open(calendar, start, amount)
    assert sum((step.counted for step in steps), timedelta(0)) == amount


@PACE
@given(calendars(), MOMENTS, AMOUNTS)
def test_the_start_is_the_earliest_such_moment(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    """A little earlier the target has not passed yet: the moment lies within or at the end of open time."""
    moment = counted(calendar, start, amount)
    assert moment >= start
    if amount:
        earlier = moment - timedelta(microseconds=1)
        assert open_between(calendar, start, earlier) < amount
        assert is_open(calendar, earlier)
    else:
        assert is_open(calendar, moment)


@PACE
@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS)
def test_counting_in_two_goes_is_counting_once(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    """One amount after another leads where their sum does."""
    # Not for a second amount of zero, which moves on from closing time to the next opening.
    assume(other)
    assert counted(calendar, counted(calendar, start, one), other) == counted(calendar, start, one + other)


@PACE
@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_later_or_longer_is_never_earlier(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta, later: timedelta
) -> None:
    """Mail received later is promised no earlier start, and neither is a longer target."""
    shorter, longer = sorted((one, other))
    assert counted(calendar, start, one) <= counted(calendar, start + later, one)
    assume(shorter)
    assert counted(calendar, start, shorter) <= counted(calendar, start, longer)


@PACE
@given(calendars(), MOMENTS, AMOUNTS)
def test_the_steps_follow_each_other_without_a_gap(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    """From receipt to start every moment is in one step: open time is counted in full, closed time not at all."""
    moment = counted(calendar, start, amount)
    _, steps = count_open(calendar, start, amount)
    now = start
    for step in steps:
        if step.begins is None or step.ends is None:
            midnight = datetime.combine(step.day + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
            assert open_between(calendar, now, midnight) == timedelta(0)
            now = midnight
            continue
        assert step.begins == now < step.ends
        assert step.counted in {timedelta(0), step.ends - step.begins}
        assert open_between(calendar, step.begins, step.ends) == step.counted
        now = step.ends
    assert now == moment


@PACE
@given(calendars(), MOMENTS)
def test_asking_and_planning_agree(calendar: Calendar, moment: datetime) -> None:
    """A moment is open exactly where the next opening is itself."""
    try:
        assert (next_opening(calendar, moment) == moment) == is_open(calendar, moment)
    except NeverOpenError:
        assert not is_open(calendar, moment)


@PACE
@given(calendars(), DAYS_NEAR)
def test_a_day_is_open_minute_by_minute_as_planned(calendar: Calendar, day: date) -> None:
    """The open time of a local day is the number of its minutes that are open, on days of 23 and 25 hours too."""
    begin, end = (
        datetime.combine(each, time(), calendar.zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )
    minutes = sum(is_open(calendar, begin + number * MINUTE) for number in range(int((end - begin) / MINUTE)))
    assert open_between(calendar, begin, end) == minutes * MINUTE
    if end - begin == timedelta(days=1):
        assert minutes == sum(span.closes - span.opens for span in plan_day(calendar, day).spans)


@st.composite
def shared(draw: st.DrawFn) -> tuple[Calendar, workclock.Schedule]:
    """The same hours for us and for workclock, which knows no short days, exceptions or changes of hours."""
    zone = draw(ZONES)
    week = draw(weeks(OFF_THE_CHANGES))
    holidays = draw(st.sets(DAYS_NEAR, max_size=8))
    rules: list[workclock.WorkDay | workclock.Holidays] = [
        workclock.WorkDay(_clock(span.opens), _clock(span.closes), [day])
        for day, spans in enumerate(week)
        for span in spans
    ]
    assume(rules)
    schedule = workclock.Schedule([*rules, workclock.Holidays(holidays)], time_zone=zone.key)
    return Calendar(zone, (Hours(week),), {day: Holiday({"en": "Day"}) for day in holidays}), schedule


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@PACE
@given(shared(), MOMENTS, AMOUNTS)
def test_another_implementation_counts_the_same(
    both: tuple[Calendar, workclock.Schedule], start: datetime, amount: timedelta
) -> None:
    """workclock, written by others, comes to the same moment and the same length."""
    calendar, schedule = both
    if amount:
        assert counted(calendar, start, amount) == schedule.add(start, amount)
    else:
        assert next_opening(calendar, start) == schedule.next_period(start)[0]
    end = start + 3 * amount
    assert open_between(calendar, start, end) == schedule.between(start, end)
