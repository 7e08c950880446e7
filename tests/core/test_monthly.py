"""When the report of a month is due, over zones, holidays, clock changes and month ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, Holiday, Target
from mailbot.core.desk import Desk
from mailbot.core.monthly import due_reports
from mailbot.core.months import later, month_of
from tests.core.samples import OFFICE, STOCKHOLM, at, desk, every_day, hours, priority, spans

APIA, KATHMANDU, HAVANA = (ZoneInfo(name) for name in ("Pacific/Apia", "Asia/Kathmandu", "America/Havana"))
DESK = desk(priority("normal", Target(hours(4))), lead="lead@desk.example")
NEW_YEAR, EPIPHANY = Holiday({"sv": "Nyårsdagen"}), Holiday({"sv": "Trettondedag jul"})


def _due(moment: str, of: Desk = DESK) -> str:
    """The month whose report is due at a local moment; empty for none."""
    found = due_reports((of,), at(moment, of.calendar.zone))
    return f"{found[0].month:%Y-%m}" if found else ""


def _open(zone: ZoneInfo) -> Desk:
    """A desk that is always open, somewhere."""
    return replace(DESK, calendar=Calendar(zone, (every_day(spans("00:00-24:00")),)))


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        pytest.param("2026-09-30 23:59", "2026-08", id="a month's last minute still tells of the one before it"),
        pytest.param("2026-10-01 00:00", "", id="a new month"),
        pytest.param("2026-10-01 05:59", "", id="a minute too early"),
        pytest.param("2026-10-01 06:00", "2026-09", id="at the very minute, on a Thursday"),
        pytest.param("2026-10-31 23:59", "2026-09", id="a daemon that was off all month"),
        pytest.param("2026-11-01 12:00", "", id="a Sunday"),
        pytest.param("2026-11-02 05:59", "", id="the Monday, too early"),
        pytest.param("2026-11-02 06:00", "2026-10", id="the Monday"),
        pytest.param("2026-11-07 12:00", "2026-10", id="a closed day on which a daemon is back"),
        pytest.param("2027-01-04 06:00", "2026-12", id="over the turn of a year"),
    ],
)
def test_a_report_is_due_from_the_first_open_day_to_the_months_end(moment: str, month: str) -> None:
    """It tells of the month before, from six in the morning on."""
    assert _due(moment) == month


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        pytest.param(replace(OFFICE, holidays={date(2026, 1, 1): NEW_YEAR}), "2026-01-02", id="a holiday"),
        pytest.param(
            replace(OFFICE, holidays={date(2026, 1, day): EPIPHANY for day in (1, 2, 5, 6)}), "2026-01-07",
            id="holidays and a weekend between them",
        ),
        pytest.param(
            replace(OFFICE, holidays={date(2026, 1, 1): NEW_YEAR}, exceptions={date(2026, 1, 1): spans("09:00-10:00")}),
            "2026-01-01", id="a holiday on which the desk file opens it",
        ),
        pytest.param(replace(OFFICE, exceptions={date(2026, 1, 1): ()}), "2026-01-02", id="a day that it closes"),
    ],
)  # fmt: skip
def test_holidays_and_exceptions_put_it_off(calendar: Calendar, day: str) -> None:
    """It is sent on the first day that is open by the desk's own calendar, not a minute before six."""
    of = replace(DESK, calendar=calendar)
    assert (_due(f"{day} 05:59", of), _due(f"{day} 06:00", of)) == ("", "2025-12")


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        (STOCKHOLM, "2026-10-01T04:00", "2026-09"),
        (STOCKHOLM, "2026-12-01T05:00", "2026-11"),
        (KATHMANDU, "2026-12-01T00:15", "2026-11"),
        (APIA, "2026-11-30T17:00", "2026-11"),
        (HAVANA, "2026-11-01T11:00", "2026-10"),
    ],
)
def test_the_hour_is_the_desks_own(zone: ZoneInfo, moment: str, month: str) -> None:
    """Six where the desk is, in summer and in winter; in Havana on the very day on which the clock goes back."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    (due,) = due_reports((_open(zone),), now)
    assert f"{due.month:%Y-%m}" == month
    assert due_reports((_open(zone),), now - timedelta(microseconds=1)) == ()


def test_no_report_without_a_lead_or_an_open_day() -> None:
    """Nobody is there to read it, or there is no day to send it on."""
    closed = replace(DESK, calendar=Calendar(STOCKHOLM, (every_day(()),)))
    assert _due("2026-10-15 12:00", replace(DESK, lead="")) == ""
    assert _due("2026-10-31 12:00", closed) == ""


def test_a_report_is_known_by_desk_and_month() -> None:
    """The cause that makes it once; each desk has its own."""
    due = due_reports((DESK, replace(DESK, key="other")), at("2026-10-15 12:00"))
    assert [one.cause for one in due] == ["report:month:sample:2026-09", "report:month:other:2026-09"]


def test_a_naive_moment_is_refused() -> None:
    """A moment without a zone has no local month."""
    with pytest.raises(ValueError, match="expected a moment with a zone"):
        due_reports((DESK,), datetime(2026, 10, 1, 12))  # noqa: DTZ001 - the very thing


@given(
    st.sampled_from([OFFICE, *(_open(zone).calendar for zone in (STOCKHOLM, APIA, HAVANA, ZoneInfo("Asia/Beirut")))]),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.integers(1, 31 * 24),
)
def test_what_is_due_stays_so_until_the_month_is_over(calendar: Calendar, now: datetime, more: int) -> None:
    """Whatever the clock does, what was due is due for the rest of the local month, and then of the next one."""
    of = replace(DESK, calendar=calendar)
    then = now + timedelta(hours=more)
    before, after = due_reports((of,), now), due_reports((of,), then)
    if before and month_of(now, calendar.zone) == month_of(then, calendar.zone):
        assert after == before
    assert all(one.month == later(month_of(then, calendar.zone), -1) for one in after)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 1)))
def test_every_month_has_its_report(day: date) -> None:
    """By the last second of a month in which the desk opens at all, the report has been due."""
    ends = datetime.combine(later(day, 1), datetime.min.time(), STOCKHOLM).astimezone(UTC) - timedelta(seconds=1)
    (due,) = due_reports((DESK,), ends)
    assert due.month == later(day, -1)
