"""When surveys go: by the wall clock, through holidays, clock changes and month ends, over a year of closings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, Hours
from mailbot.core.desk import SurveyTerms
from mailbot.core.surveytime import (
    expiry,
    in_time,
    may_ask,
    office_hours,
    reminder_moment,
    survey_moment,
)
from mailbot.core.worktime import NeverOpenError, is_open
from tests.core.samples import HOLIDAYS, STOCKHOLM, at, hours, local, spans, weekdays

OFFICE = office_hours(STOCKHOLM, HOLIDAYS)
DAY = timedelta(days=1)
TERMS = SurveyTerms(())
"""Of a desk that changes nothing."""
WAIT, VALID, REST_DAYS = TERMS.wait, timedelta(days=TERMS.valid_days), TERMS.rest_days


@pytest.mark.parametrize(
    ("closed", "sent"),
    [
        pytest.param("2026-05-04 12:00", "2026-05-05 08:00", id="20 hours from Monday noon is Tuesday at eight sharp"),
        pytest.param("2026-05-04 12:01", "2026-05-05 08:01", id="a minute later it is a minute later"),
        pytest.param("2026-05-04 09:00", "2026-05-05 08:00", id="at five in the morning nobody is asked"),
        pytest.param("2026-05-04 20:59", "2026-05-05 16:59", id="the last minute of the day"),
        pytest.param("2026-05-04 21:00", "2026-05-06 08:00", id="the closing hour itself is outside"),
        pytest.param("2026-05-08 10:00", "2026-05-11 08:00", id="Friday morning: Saturday waits for Monday"),
        pytest.param("2026-05-07 15:00", "2026-05-08 11:00", id="Thursday afternoon: Friday"),
        pytest.param("2026-04-02 13:00", "2026-04-07 08:00", id="before Good Friday: the Tuesday after Easter"),
        pytest.param("2026-06-18 14:00", "2026-06-22 08:00", id="Midsummer Eve is a holiday of the desk"),
        pytest.param("2026-03-28 15:00", "2026-03-30 08:00", id="clocks go forward in the night to Sunday"),
        pytest.param("2026-10-24 14:00", "2026-10-26 08:00", id="clocks go back in the night to Sunday"),
        pytest.param(
            "2026-12-31 13:00", "2027-01-01 09:00", id="New Year is a day like any other where no list names it"
        ),
        pytest.param("2026-05-31 12:30", "2026-06-01 08:30", id="from one month into the next"),
    ],
)
def test_a_survey_goes_at_the_first_fitting_moment(closed: str, sent: str) -> None:
    """At least 20 hours after closing, weekdays 08 to 17 local, on no holiday."""
    assert local(survey_moment(at(closed), OFFICE, WAIT)) == sent


def test_the_wait_is_elapsed_time_over_a_clock_change() -> None:
    """Where hours are open every night, 20 hours are 20 hours though the wall clock shows 21."""
    whole = spans("00:00-24:00")
    always = Calendar(STOCKHOLM, (Hours((whole,) * 7),))  # type: ignore[arg-type]
    assert local(survey_moment(at("2026-03-28 20:00"), always, WAIT)) == "2026-03-29 17:00"
    assert local(survey_moment(at("2026-10-24 20:00"), always, WAIT)) == "2026-10-25 15:00"


def test_hours_and_wait_are_the_desks_to_choose() -> None:
    """Other hours, another wait, another zone."""
    evenings = Calendar(ZoneInfo("Europe/Bratislava"), (weekdays(spans("18:00-20:00")),))
    sent = survey_moment(at("2026-05-04 12:00"), evenings, hours(72))
    assert local(sent, ZoneInfo("Europe/Bratislava")) == "2026-05-07 18:00"
    assert local(survey_moment(at("2026-05-04 12:00"), OFFICE, hours(0))) == "2026-05-04 12:00"


def test_hours_that_never_open_are_an_error() -> None:
    """Nothing is made up: the desk's check must find it."""
    with pytest.raises(NeverOpenError):
        survey_moment(at("2026-05-04 12:00"), Calendar(STOCKHOLM, ()), WAIT)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
zones = st.sampled_from(["Europe/Stockholm", "Europe/Bratislava", "Europe/Copenhagen", "Pacific/Auckland"]).map(
    ZoneInfo
)


@given(moments, zones)
def test_a_year_of_closings_keeps_every_rule(closed: datetime, zone: ZoneInfo) -> None:
    """Never sooner than 20 hours, never outside the hours, and not a minute later than it must be."""
    calendar = office_hours(zone, HOLIDAYS)
    sent = survey_moment(closed, calendar, WAIT)
    wall = sent.astimezone(zone)
    assert sent - closed >= WAIT
    assert wall.weekday() < 5
    assert 8 <= wall.hour < 17
    assert wall.date() not in HOLIDAYS
    assert sent - WAIT == closed or (wall.hour, wall.minute, wall.second) == (8, 0, 0)
    earlier = sent - timedelta(minutes=1)
    assert earlier - closed < WAIT or not is_open(calendar, earlier)


@given(moments, moments)
def test_who_closes_first_is_asked_first(one: datetime, other: datetime) -> None:
    """Surveys keep the order of their closings."""
    first, second = sorted((one, other))
    assert survey_moment(first, OFFICE, WAIT) <= survey_moment(second, OFFICE, WAIT)


@pytest.mark.parametrize(
    ("sent", "after", "reminded"),
    [
        pytest.param("2026-05-05 08:00", 7 * DAY, "2026-05-12 08:00", id="a week later"),
        pytest.param("2026-05-01 16:59", 8 * DAY, "2026-05-11 08:00", id="not on a Saturday"),
        pytest.param("2026-05-05 08:00", 29 * DAY, "2026-06-03 08:00", id="the day before it expires"),
    ],
)
def test_a_reminder_keeps_the_survey_hours(sent: str, after: timedelta, reminded: str) -> None:
    """The first moment in the hours after so many days."""
    moment = reminder_moment(at(sent), OFFICE, after, expiry(at(sent), VALID))
    assert moment is not None
    assert local(moment) == reminded


@pytest.mark.parametrize("after", [VALID, VALID - timedelta(hours=1), 100 * DAY])
def test_nobody_is_reminded_of_a_survey_that_has_expired(after: timedelta) -> None:
    """Sent on a Thursday at five to five, thirty days less an hour end on a Saturday, and Monday is too late."""
    sent = at("2026-05-07 16:55")
    assert reminder_moment(sent, OFFICE, after, expiry(sent, VALID)) is None


def test_an_answer_counts_until_the_survey_expires() -> None:
    """Half-open: at the moment of expiry it is too late; the period is elapsed time."""
    expires = expiry(at("2026-03-05 08:00"), VALID)
    assert local(expires) == "2026-04-04 09:00"
    assert in_time(expires - timedelta(microseconds=1), expires)
    assert not in_time(expires, expires)
    assert expiry(at("2026-03-05 08:00"), DAY) == at("2026-03-06 08:00")


def test_a_naive_moment_is_refused() -> None:
    """An hour off is a survey at night."""
    naive = datetime(2026, 5, 4, 12)  # noqa: DTZ001 - that is the fault
    with pytest.raises(ValueError, match="expected a moment with a zone"):
        survey_moment(naive, OFFICE, WAIT)
    with pytest.raises(ValueError, match="expected a moment with a zone"):
        expiry(naive, VALID)


@pytest.mark.parametrize(
    ("last", "allowed"),
    [
        pytest.param(None, True, id="never asked"),
        pytest.param(timedelta(0), False, id="just now"),
        pytest.param(90 * DAY - timedelta(seconds=1), False, id="a second too soon"),
        pytest.param(90 * DAY, True, id="after 90 days"),
        pytest.param(-DAY, False, id="asked tomorrow, for the clock was set back"),
    ],
)
def test_a_person_is_asked_once_in_ninety_days(last: timedelta | None, allowed: bool) -> None:
    """Y11."""
    now = at("2026-05-04 12:00")
    assert may_ask(None if last is None else now - last, now, REST_DAYS) is allowed


def test_fifty_closings_in_a_quarter_are_one_survey() -> None:
    """One customer, a case every other day or so: the first asks, the others do not (Y11)."""
    asked: datetime | None = None
    count = 0
    for number in range(50):
        now = at("2026-01-07 12:00") + number * timedelta(hours=42)
        if may_ask(asked, now, REST_DAYS):
            asked, count = now, count + 1
    assert count == 1
    assert may_ask(asked, at("2026-01-07 12:00") + 90 * DAY, REST_DAYS)


def test_the_desks_holidays_are_those_of_the_survey() -> None:
    """A national day that the desk keeps is one on which its customers are not asked."""
    assert date(2026, 4, 3) in OFFICE.holidays
    assert office_hours(STOCKHOLM, {}).holidays == {}
