"""Months: read from text, counted, and where they begin and end in zones that change their clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.months import bounds, later, month_of, months_between, read_month, span
from tests.core.samples import STOCKHOLM

NOVEMBER = date(2026, 11, 1)
ZONES = [STOCKHOLM, *map(ZoneInfo, ("Pacific/Apia", "America/Havana", "Asia/Beirut", "Asia/Kathmandu"))]
months = st.builds(lambda year, month: date(year, month, 1), st.integers(1971, 2100), st.integers(1, 12))


@pytest.mark.parametrize("month", [date(1970, 1, 1), NOVEMBER, date(2028, 2, 1), date(9998, 12, 1)])
def test_a_month_is_read_as_it_is_written(month: date) -> None:
    """Year and month in digits, as ISO 8601 has them."""
    assert read_month(f"{month:%Y-%m}") == month


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-1", "2026-13", "2026-00", "1969-12", "9999-12", "26-11", "2026-11-01", "november", "-2026-11",
     "2026-11 ", "２０２６-11"],
)  # fmt: skip
def test_anything_else_is_no_month(text: str) -> None:
    """The error shows an example and what was given."""
    with pytest.raises(ValueError, match="expected a month such as 2026-11, got"):
        read_month(text)


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        pytest.param(None, None, "2025-11", "2026-11", id="a year and this month"),
        pytest.param("2026-03", None, "2026-03", "2026-11", id="from then to now"),
        pytest.param(None, "2025-12", "2024-12", "2025-12", id="the same length, ending then"),
        pytest.param("2019-01", "2020-12", "2019-01", "2020-12", id="any length"),
        pytest.param("2026-11", "2026-11", "2026-11", "2026-11", id="one month"),
        pytest.param("2026-03", "2030-01", "2026-03", "2026-11", id="never beyond this month"),
    ],
)
def test_the_months_asked_for(since: str | None, until: str | None, first: str, last: str) -> None:
    """What is not given follows from what is, and from the present month."""
    assert span(since, until, NOVEMBER) == (read_month(first), read_month(last))


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("2026-05", "2026-04", "--from 2026-05 is later than --to 2026-04"),
        ("2026-12", None, "--from 2026-12 has not begun yet"),
        ("may", None, "--from: expected a month such as 2026-11, got 'may'"),
        (None, "2026-5", "--to: expected a month such as 2026-11, got '2026-5'"),
    ],
)
def test_a_span_that_is_none_is_refused(since: str | None, until: str | None, told: str) -> None:
    """The error names the option that is at fault."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        span(since, until, NOVEMBER)
    assert str(caught.value) == told


@given(months, st.integers(-600, 600))
def test_counting_months_goes_both_ways(month: date, count: int) -> None:
    """So many months later and as many earlier is the same month; between them lie that many."""
    there = later(month, count)
    assert later(there, -count) == month
    assert len(months_between(min(month, there), max(month, there))) == abs(count) + 1


@pytest.mark.parametrize(
    ("month", "begins", "ends"),
    [
        pytest.param(NOVEMBER, "2026-10-31T23:00", "2026-11-30T23:00", id="winter"),
        pytest.param(date(2026, 3, 1), "2026-02-28T23:00", "2026-03-31T22:00", id="begins in winter, ends in summer"),
        pytest.param(date(2026, 10, 1), "2026-09-30T22:00", "2026-10-31T23:00", id="and the other way"),
    ],
)
def test_a_month_lies_between_two_local_midnights(month: date, begins: str, ends: str) -> None:
    """In the desk's zone, whatever the clock does in between."""
    expected = tuple(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (begins, ends))
    assert bounds(month, month, STOCKHOLM) == expected


@given(months, st.integers(0, 30), st.sampled_from(ZONES))
def test_bounds_agree_with_the_month_of_a_moment(month: date, more: int, zone: ZoneInfo) -> None:
    """The first moment in the span is of the first month, the one before it is not; so at the end."""
    last = later(month, more)
    begins, ends = bounds(month, last, zone)
    moment = timedelta(microseconds=1)
    assert month_of(begins, zone) == month
    assert month_of(begins - moment, zone) == later(month, -1)
    assert month_of(ends - moment, zone) == last
    assert month_of(ends, zone) == later(last, 1)
