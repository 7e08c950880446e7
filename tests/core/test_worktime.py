"""Opening hours: plans of single days, and open time counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.calendar import Calendar, Holiday, Span, Spans
from mailbot.core.worktime import (
    WHOLE_DAY,
    NeverOpenError,
    count_open,
    gaps,
    is_open,
    join,
    next_opening,
    open_between,
    plan_day,
)
from tests.core.samples import (
    EASTER_MONDAY,
    GOOD_FRIDAY,
    MIDSUMMER_EVE,
    OFFICE,
    OFFICE_HOURS,
    STOCKHOLM,
    at,
    every_day,
    hours,
    local,
    spans,
    weekdays,
)

THURSDAY = date(2026, 4, 2)
SHORT = spans("08:00-13:00")
FULL = spans("08:00-12:00", "13:00-17:00")


@pytest.mark.parametrize(
    ("day", "expected", "why"),
    [
        pytest.param(date(2026, 4, 1), FULL, "open", id="an ordinary Wednesday"),
        pytest.param(THURSDAY, SHORT, "short-day", id="the day before Good Friday"),
        pytest.param(GOOD_FRIDAY, (), "holiday", id="a holiday on a weekday"),
        pytest.param(date(2026, 4, 4), (), "weekday-closed", id="a short day never opens a closed Saturday"),
        pytest.param(date(2026, 4, 5), (), "weekday-closed", id="a holiday on a closed Sunday is a closed Sunday"),
        pytest.param(EASTER_MONDAY, (), "holiday", id="Easter Monday"),
        pytest.param(date(2026, 6, 18), FULL, "open", id="the day before Midsummer Eve is a full day"),
        pytest.param(MIDSUMMER_EVE, (), "holiday", id="an eve that is itself a holiday is closed, not short"),
    ],
)
def test_a_day_is_planned_by_its_strongest_rule(day: date, expected: Spans, why: str) -> None:
    """Holiday comes before short day before weekday, and a rule that changes nothing is not the reason."""
    plan = plan_day(OFFICE, day)
    assert (plan.spans, plan.why) == (expected, why)


@pytest.mark.parametrize(
    ("day", "exception", "why"),
    [
        (date(2026, 4, 1), spans("08:00-10:00"), "exception"),
        (THURSDAY, FULL, "exception"),
        (GOOD_FRIDAY, spans("09:00-12:00"), "exception"),
        (date(2026, 4, 4), spans("10:00-14:00"), "exception"),
        (date(2026, 4, 1), (), "exception"),
        (GOOD_FRIDAY, (), "holiday"),
        (THURSDAY, SHORT, "short-day"),
    ],
    ids=["shortens", "over a short day", "over a holiday", "opens a Saturday", "closes", "same closed", "same short"],
)
def test_an_exception_wins_over_every_rule(day: date, exception: Spans, why: str) -> None:
    """What an exception says holds; where it changes nothing the rule stays the reason."""
    plan = plan_day(replace(OFFICE, exceptions={day: exception}), day)
    assert (plan.spans, plan.why) == (exception, why)


def test_a_holiday_is_named_on_the_day_and_on_its_short_eve() -> None:
    """A plan carries the holiday that closes or shortens the day, so that a letter can name it."""
    assert [plan_day(OFFICE, day).holiday for day in (THURSDAY, GOOD_FRIDAY)] == [OFFICE.holidays[GOOD_FRIDAY]] * 2
    assert plan_day(OFFICE, date(2026, 4, 1)).holiday is None


def test_open_on_holidays_makes_a_holiday_a_day_like_any_other() -> None:
    """Hours that say so are open on a red day (B10)."""
    calendar = replace(OFFICE, hours=(every_day(spans("07:00-18:00"), open_on_holidays=True),))
    assert plan_day(calendar, GOOD_FRIDAY).why == "open"
    assert plan_day(calendar, date(2026, 4, 5)).spans == spans("07:00-18:00")


def test_the_hours_in_force_are_those_of_each_date() -> None:
    """A count that crosses a change of hours uses the old ones before and the new ones after (B6, B10, S13)."""
    old = every_day(spans("07:00-18:00"))
    new = weekdays(spans("08:00-16:30"), since=date(2025, 5, 2))
    calendar = Calendar(STOCKHOLM, (old, new))
    assert plan_day(calendar, date(2025, 5, 1)).spans == spans("07:00-18:00")
    assert plan_day(calendar, date(2025, 5, 2)).spans == spans("08:00-16:30")
    assert local(count_open(calendar, at("2025-05-01 17:00"), hours(2))[0]) == "2025-05-02 09:00"


def test_before_its_first_hours_a_desk_is_closed() -> None:
    """Hours with a first day leave the time before it closed: work starts on that day."""
    calendar = Calendar(STOCKHOLM, (weekdays(FULL, since=date(2026, 4, 1)),))
    assert local(next_opening(calendar, at("2026-03-20 10:00"))) == "2026-04-01 08:00"


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        pytest.param("2026-11-23 09:00", 2, "2026-11-23 11:00", id="within one span"),
        pytest.param("2026-11-23 11:15", 4, "2026-11-23 16:15", id="over lunch: 45 min + 3 h 15 min from 13:00"),
        pytest.param("2026-11-23 12:20", 1, "2026-11-23 14:00", id="received at lunch: counted from 13:00"),
        pytest.param("2026-11-23 06:00", 1, "2026-11-23 09:00", id="received before opening"),
        pytest.param("2026-11-23 19:00", 1, "2026-11-24 09:00", id="received in the evening"),
        pytest.param("2026-11-21 12:00", 1, "2026-11-23 09:00", id="received on a Saturday"),
        pytest.param("2026-11-24 15:00", 2, "2026-11-24 17:00", id="landing on closing time gives closing time"),
        pytest.param("2026-11-24 10:00", 2, "2026-11-24 12:00", id="landing on the lunch closure gives its beginning"),
        pytest.param("2026-11-24 17:00", 1, "2026-11-25 09:00", id="received at closing time: closed already"),
        pytest.param("2026-11-24 12:00", 1, "2026-11-24 14:00", id="received as lunch begins: closed already"),
        pytest.param("2026-11-24 08:00", 8, "2026-11-24 17:00", id="a whole day"),
        pytest.param("2026-11-27 16:00", 2, "2026-11-30 09:00", id="over a weekend"),
        pytest.param(
            "2026-04-02 11:30", 1.5, "2026-04-02 13:00", id="landing on the end of a short day, through lunch"
        ),
        pytest.param("2026-04-02 11:30", 2, "2026-04-07 08:30", id="over Easter from a short day"),
        pytest.param("2026-06-18 16:00", 2, "2026-06-22 09:00", id="over Midsummer from a full day"),
    ],
)
def test_open_time_is_counted(start: str, amount: float, expected: str) -> None:
    """The expected start is the earliest moment at which that much open time has passed."""
    moment, _ = count_open(OFFICE, at(start), hours(amount))
    assert local(moment) == expected
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-11-24 12:20", "2026-11-24 13:00"),
        ("2026-11-24 17:00", "2026-11-25 08:00"),
        ("2026-04-02 13:00", "2026-04-07 08:00"),
    ],
    ids=["open", "just opening", "lunch", "just closing", "end of a short day"],
)
def test_a_target_of_zero_is_receipt_if_open_else_the_next_opening(start: str, expected: str) -> None:
    """Spans are half-open: opening time is open, closing time is not."""
    assert local(count_open(OFFICE, at(start), timedelta(0))[0]) == expected
    assert is_open(OFFICE, at(start)) == (start == expected)


CLOCKS = Calendar(STOCKHOLM, (every_day(WHOLE_DAY),))
NIGHT = Calendar(STOCKHOLM, (every_day(spans("01:00-04:00")),))


@pytest.mark.parametrize(
    ("calendar", "start", "amount", "expected"),
    [
        pytest.param(CLOCKS, "2026-03-28 22:00", 24, "2026-03-29 23:00", id="spring: 24 h passed read 25 h later"),
        pytest.param(CLOCKS, "2026-10-24 22:00", 24, "2026-10-25 21:00", id="autumn: 24 h passed read 23 h later"),
        pytest.param(NIGHT, "2026-03-29 00:00", 2, "2026-03-29 04:00", id="spring: 01-04 is two hours long"),
        pytest.param(
            NIGHT, "2026-03-28 03:30", 2, "2026-03-29 03:30", id="spring: 30 min + 1 h + skipped hour + 30 min"
        ),
        pytest.param(NIGHT, "2026-10-25 00:00", 4, "2026-10-25 04:00", id="autumn: 01-04 is four hours long"),
        pytest.param(
            NIGHT, "2026-10-24 03:30", 3, "2026-10-25 02:30", id="autumn: 30 min + 1 h + the hour that comes twice"
        ),
        pytest.param(
            OFFICE, "2026-03-27 16:00", 2, "2026-03-30 09:00", id="office hours do not notice the spring change"
        ),
        pytest.param(
            OFFICE, "2026-10-23 16:00", 2, "2026-10-26 09:00", id="office hours do not notice the autumn change"
        ),
    ],
)
def test_a_clock_change_neither_adds_nor_loses_time(
    calendar: Calendar, start: str, amount: float, expected: str
) -> None:
    """Time is counted as it elapses, and told as the clock then reads."""
    assert local(count_open(calendar, at(start), hours(amount))[0]) == expected


@pytest.mark.parametrize(
    ("zone", "day", "span", "length"),
    [
        ("Europe/Stockholm", "2026-03-29", "02:30-03:30", 0.5),
        ("Europe/Stockholm", "2026-03-29", "02:00-03:00", 0),
        ("Europe/Stockholm", "2026-10-25", "02:30-03:00", 1),
        ("Africa/Cairo", "2026-04-24", "00:00-02:00", 1),
        ("America/Havana", "2026-11-01", "00:00-02:00", 3),
        ("Australia/Lord_Howe", "2026-10-04", "01:30-03:00", 1),
    ],
    ids=["half skipped", "wholly skipped", "comes twice", "skipped at midnight", "twice at midnight", "half an hour"],
)
def test_a_moment_is_open_as_the_wall_clock_reads(zone: str, day: str, span: str, length: float) -> None:
    """A time of day that is skipped is never open, one that comes twice is open twice; counting and asking agree."""
    place = ZoneInfo(zone)
    calendar = Calendar(place, (every_day(spans(span)),))
    begin = at(f"{day} 00:00", place)
    end = at(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00", place)
    assert open_between(calendar, begin, end) == hours(length)
    minutes = range(int((end - begin) / timedelta(minutes=1)))
    assert sum(is_open(calendar, begin + timedelta(minutes=minute)) for minute in minutes) == length * 60


def test_the_way_to_the_start_is_told_with_its_reasons() -> None:
    """Each open stretch used and each closure stands in order; a day that is closed as a whole has no times."""
    moment, steps = count_open(OFFICE, at("2026-04-02 11:30"), hours(2))
    told = [(step.day.day, step.why, step.counted / hours(1), step.holiday) for step in steps]
    assert told == [
        (2, "short-day", 1.5, "Långfredagen"),
        (2, "short-day", 0, "Långfredagen"),
        (3, "holiday", 0, "Långfredagen"),
        (4, "weekday-closed", 0, ""),
        (5, "weekday-closed", 0, ""),
        (6, "holiday", 0, "Annandag påsk"),
        (7, "closed-hours", 0, ""),
        (7, "open", 0.5, ""),
    ]
    assert [step.begins is None for step in steps] == [False, False, True, True, True, True, False, False]
    assert (steps[0].begins, steps[-1].ends) == (at("2026-04-02 11:30"), moment)


def test_an_evening_after_a_short_day_is_an_ordinary_evening() -> None:
    """A closure has the day's reason only where the day would else have been open: at 18:00 it never is."""
    _, steps = count_open(OFFICE, at("2026-04-02 18:00"), timedelta(0))
    assert [(step.day.day, step.why) for step in steps][:2] == [(2, "closed-hours"), (3, "holiday")]


def test_open_time_beside_the_desks_own_counts() -> None:
    """Hours of somebody on duty join the desk's, overlapping or not (V4)."""
    evenings = spans("16:00-22:00")
    assert local(count_open(OFFICE, at("2026-11-24 16:30"), hours(2), lambda _: evenings)[0]) == "2026-11-24 18:30"
    assert is_open(OFFICE, at("2026-11-24 21:59"), lambda _: evenings)


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(STOCKHOLM, ()),
        Calendar(STOCKHOLM, (weekdays(()),)),
        Calendar(STOCKHOLM, (OFFICE_HOURS, weekdays((), since=date(2020, 1, 1)))),
    ],
    ids=["no hours", "an empty week", "closed for good"],
)
def test_a_desk_that_never_opens_is_an_error(calendar: Calendar) -> None:
    """The search ends, with a message, instead of running for ever."""
    with pytest.raises(NeverOpenError, match="3660 days"):
        count_open(calendar, at("2026-11-24 10:00"), hours(1))


def test_the_search_ends_where_the_calendar_of_python_does() -> None:
    """A moment in the year 9998 finds no opening after 9999; it is the same clear error."""
    with pytest.raises(NeverOpenError):
        count_open(Calendar(STOCKHOLM, ()), datetime(9998, 12, 1, tzinfo=UTC), hours(1))


def test_moments_without_zone_and_negative_amounts_are_refused() -> None:
    """A naive moment could mean any zone, so it means none."""
    naive = datetime(2026, 11, 24, 10)  # noqa: DTZ001 -- the point of the test
    with pytest.raises(ValueError, match="with a zone"):
        count_open(OFFICE, naive, hours(1))
    with pytest.raises(ValueError, match="with a zone"):
        open_between(OFFICE, naive, at("2026-11-24 10:00"))
    with pytest.raises(ValueError, match="zero or more"):
        count_open(OFFICE, at("2026-11-24 10:00"), hours(-1))


def test_spans_are_joined_and_their_gaps_found() -> None:
    """Overlapping and touching spans become one; the gaps are the rest of the day."""
    joined = join(spans("08:00-12:00", "13:00-17:00"), spans("11:00-13:00", "20:00-24:00"), (Span(600, 600),))
    assert joined == spans("08:00-17:00", "20:00-24:00")
    assert gaps(joined) == spans("00:00-08:00", "17:00-20:00")
    assert gaps(()) == WHOLE_DAY
    assert gaps(WHOLE_DAY) == ()


def test_only_a_holiday_that_shortens_does_so() -> None:
    """The eve of a day that is merely closed is a full day."""
    closed = {date(2026, 11, 25): Holiday({"sv": "Planeringsdag"})}
    assert plan_day(replace(OFFICE, holidays=closed), date(2026, 11, 24)).why == "open"
