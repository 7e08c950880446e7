"""Terms that change: a case keeps the target of the day it came in, and counts in the hours of each date (S13, B6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import workclock
from hypothesis import assume, given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, Hours, Target
from mailbot.core.clock import go_on, open_again
from mailbot.core.customer import Customer, Customers
from mailbot.core.desk import Agreement, Desk
from mailbot.core.promise import Promise, change_priority, make_promise, renewed
from mailbot.core.terms import in_terms
from mailbot.core.worktime import NeverOpenError, open_between
from tests.core.deskwork import case
from tests.core.samples import (
    OFFICE,
    OFFICE_HOURS,
    STOCKHOLM,
    at,
    desk,
    every_day,
    hours,
    local,
    priority,
    spans,
    weekdays,
)
from tests.core.test_worktime_properties import AMOUNTS, DAYS_NEAR, MOMENTS, PACE, calendars, shared

DECEMBER = date(2026, 12, 1)
CHANGE = date(2025, 5, 2)
BIOMETRIA = Calendar(
    STOCKHOLM,
    (
        every_day(spans("07:00-18:00"), open_on_holidays=True),
        weekdays(spans("08:00-16:30"), since=CHANGE),
    ),
    OFFICE.holidays,
)
"""All days until the day of the change, office hours from then on (B6, B10)."""
DESK = desk(
    priority("normal", Target(hours(4)), Target(hours(3), since=DECEMBER)),
    priority("high", Target(hours(2))),
    agreements={
        "gold": Agreement(
            "gold", {}, targets={"normal": (Target(hours(8)), Target(hours(1), since=DECEMBER))},
            hours=(weekdays(spans("08:00-18:00")), weekdays(spans("06:00-20:00"), since=DECEMBER)),
        )
    },
    customers=Customers.of([
        Customer("own", "Own", agreement="gold", targets={
            "normal": (Target(hours(6)), Target(hours(2), since=DECEMBER)),
            "high": (Target(hours(1)), Target(hours(5), since=date(2027, 1, 1))),
        }, hours=(every_day(spans("10:00-14:00")), every_day(spans("00:00-24:00"), since=DECEMBER))),
        Customer("agreed", "Agreed", agreement="gold"),
        Customer("plain", "Plain"),
    ]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("customer", "received", "within", "start"),
    [
        # The last day of November is a Monday; the desk's own hours do not change.
        ("plain", "2026-11-30 15:00", 4, "2026-12-01 10:00"),
        ("plain", "2026-12-01 00:00", 3, "2026-12-01 11:00"),
        ("", "2026-11-30 15:00", 4, "2026-12-01 10:00"),
        # The old target of the agreement: 3 h of it in its old hours, 5 h in the new ones, from 6 on.
        ("agreed", "2026-11-30 15:00", 8, "2026-12-01 11:00"),
        ("agreed", "2026-11-30 23:59", 8, "2026-12-01 14:00"),
        ("agreed", "2026-12-01 00:00", 1, "2026-12-01 07:00"),
        # The customer's own: 2 h in its old hours, 4 h from midnight on.
        ("own", "2026-11-30 12:00", 6, "2026-12-01 04:00"),
        ("own", "2026-12-01 00:00", 2, "2026-12-01 02:00"),
    ],
)
def test_whoever_s_terms_change_they_change_by_the_day(customer: str, received: str, within: int, start: str) -> None:
    """Desk, agreement and customer alike: the target is of the day of receipt, hours are those of each date."""
    made = make_promise(in_terms(DESK, customer), "normal", at(received))
    assert (made.within, local(made.expected_start)) == (hours(within), start)


@pytest.mark.parametrize(
    ("received", "start"),
    [
        ("2025-05-01 16:00", "2025-05-02 10:00"),  # 2 h on the red day, 2 h of the new Friday
        ("2025-05-01 17:30", "2025-05-02 11:30"),
        ("2025-05-02 05:00", "2025-05-02 12:00"),  # not from 7 any more
        ("2025-05-02 13:30", "2025-05-05 09:00"),  # and not on the weekend
        ("2025-04-27 06:00", "2025-04-27 11:00"),  # a Sunday before
    ],
)
def test_the_hours_of_a_change_over_end_on_its_day(received: str, start: str) -> None:
    """Before it every day is open from 7 to 18, red days too; from it on the office keeps its hours (B6, B10)."""
    sample = desk(priority("first", Target(hours(4))), calendar=BIOMETRIA)
    assert local(make_promise(sample, "first", at(received)).expected_start) == start


@pytest.mark.parametrize(("customer", "normal", "high"), [("", 4, 2), ("agreed", 8, 2), ("own", 6, 1)])
def test_a_case_of_november_keeps_its_terms_in_december(customer: str, normal: int, high: int) -> None:
    """Whatever becomes of it then: another priority, counting anew and waiting go by the day on which it came in."""
    terms = in_terms(DESK, customer)
    promise = make_promise(terms, "normal", at("2026-11-30 12:00"))
    assert promise.within == hours(normal)
    assert change_priority(terms, promise, "high", "").within == hours(high)
    assert renewed(terms, promise, "") == promise
    waiting = case(promise=promise, state="waiting", waiting_since=at("2026-11-30 12:30"))
    resumed = go_on(terms, waiting, "", at("2027-01-15 09:00"))["promise"]
    assert isinstance(resumed, Promise)
    assert resumed.within == hours(normal)


def test_a_case_that_is_opened_again_is_a_case_of_that_day() -> None:
    """What was promised in November is over; the mail that opens it in December gets the target of its own day."""
    terms = in_terms(DESK, "own")
    old = case(promise=make_promise(terms, "normal", at("2026-11-30 12:00")), state="closed")
    promise = open_again(terms, old, "", at("2026-12-02 12:00"))["promise"]
    assert isinstance(promise, Promise)
    assert promise.within == hours(2)


def _by_the_minute(calendar: Calendar, received: datetime, within: timedelta) -> datetime:
    """The start, counted minute by minute from the plain rules: another way to the same moment."""
    now, left = received, within
    while left > timedelta(0):
        day = now.astimezone(calendar.zone).date()
        in_force = [each for each in calendar.hours if each.since is None or each.since <= day]
        open_today = in_force[-1].week[day.weekday()] if in_force else ()
        clock = now.astimezone(calendar.zone)
        minute = clock.hour * 60 + clock.minute
        left -= timedelta(minutes=any(span.opens <= minute < span.closes for span in open_today))
        now += timedelta(minutes=1)
    return now


MINUTES = st.integers(0, 96).map(lambda quarters: quarters * 15)


@st.composite
def weekly(draw: st.DrawFn, since: date | None) -> Hours:
    """Hours that are open on every day, so that no search is long."""
    opens, closes = sorted(draw(st.lists(MINUTES, min_size=2, max_size=2, unique=True)))
    return replace(
        every_day(spans(f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}")), since=since
    )


@PACE
@given(
    weekly(None), weekly(date(2026, 10, 25)), weekly(date(2026, 10, 27)), st.integers(-4 * 1440, 4 * 1440),
    st.integers(0, 600),
)  # fmt: skip
def test_counting_by_the_minute_comes_to_the_same(
    first: Hours, second: Hours, third: Hours, received: int, within: int
) -> None:
    """Over two changes of a customer's hours, one of them on the night when the clocks go back."""
    customer = Customer("own", "Own", hours=(first, second, third))
    target = timedelta(minutes=max(within, 1))
    sample = desk(priority("normal", Target(target)), customers=Customers.of([customer]))
    terms = in_terms(sample, "own")
    moment = at("2026-10-25 12:00") + timedelta(minutes=received)
    assert make_promise(terms, "normal", moment).expected_start == _by_the_minute(terms.calendar, moment, target)


@PACE
@given(shared(), MOMENTS, AMOUNTS)
def test_another_implementation_counts_a_customer_s_hours_the_same(
    both: tuple[Calendar, workclock.Schedule], received: datetime, within: timedelta
) -> None:
    """workclock, given the customer's hours and the desk's holidays, comes to the promise, rounded to the minute."""
    calendar, schedule = both
    assume(within)
    customer = Customer("own", "Own", hours=calendar.hours)
    office = replace(calendar, hours=(OFFICE_HOURS,))
    sample = desk(priority("normal", Target(within)), calendar=office, customers=Customers.of([customer]))
    try:
        promise = make_promise(in_terms(sample, "own"), "normal", received)
    except NeverOpenError:
        assume(False)
    assert promise.expected_start == schedule.add(received, within)


@PACE
@given(calendars(), calendars(), DAYS_NEAR, MOMENTS, AMOUNTS)
def test_up_to_the_change_the_old_hours_count_and_the_new_ones_from_it_on(
    old: Calendar, new: Calendar, change: date, received: datetime, within: timedelta
) -> None:
    """The open time until the start is that of the old hours before the midnight and of the new ones behind it."""
    before, after = (replace(each.hours[0], since=since) for each, since in ((old, None), (new, change)))
    customer = Customer("own", "Own", hours=(before, after))
    sample = desk(priority("normal", Target(within)), calendar=old, customers=Customers.of([customer]))
    terms = in_terms(sample, "own")
    try:
        start = make_promise(terms, "normal", received).expected_start
    except NeverOpenError:
        assume(False)
    midnight = datetime.combine(change, time(), old.zone).astimezone(UTC)
    alone = [replace(old, hours=(replace(each, since=None),)) for each in (before, after)]
    counted = open_between(alone[0], received, min(start, max(midnight, received)))
    counted += open_between(alone[1], max(midnight, received), start)
    assert counted == within


@PACE
@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS, DAYS_NEAR, st.sampled_from(["desk", "agreement", "customer"]))
def test_a_target_with_a_first_day_changes_no_earlier_promise(
    office: Calendar, received: datetime, within: timedelta, later: timedelta, since: date, whose: str
) -> None:
    """Added to the file while a case of an earlier day is open, it leaves that case's promise as it was told."""
    assume(received.astimezone(office.zone).date() < since)

    def with_targets(*targets: Target) -> Desk:
        agreement = Agreement("a", {}, targets={"normal": targets} if whose == "agreement" else {})
        own = {"normal": targets} if whose == "customer" else {}
        level = priority("normal", *(targets if whose == "desk" else (Target(hours(99)),)))
        customers = Customers.of([Customer("own", "Own", agreement="a", targets=own)])
        sample = desk(level, calendar=office, agreements={"a": agreement}, customers=customers)
        return in_terms(sample, "own")

    try:
        promise = make_promise(with_targets(Target(within)), "normal", received)
    except NeverOpenError:
        assume(False)
    assert renewed(with_targets(Target(within), Target(later, since)), promise, "") == promise
