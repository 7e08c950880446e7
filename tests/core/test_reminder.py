"""When agents are reminded of a promised start, when the lead hears that it has passed, and who is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, Target
from mailbot.core.customer import Customer, Customers
from mailbot.core.desk import Agent, Agreement, Desk, Priority, Reminders, Route
from mailbot.core.promise import make_promise
from mailbot.core.reminder import Awaited, due, horizon, reminded
from mailbot.core.terms import in_terms
from mailbot.core.worktime import NeverOpenError
from tests.core.samples import OFFICE, at, desk, hours, priority, spans, weekdays
from tests.core.test_worktime_properties import AMOUNTS, MOMENTS, PACE, calendars

MINUTE = timedelta(minutes=1)
KIM = Agent("Kim", ("kim@desk.example",), duty=OFFICE.hours)
SAM = Agent("Sam", ("sam@desk.example", "sam@home.example"), outside_hours=True)
TUVA = Agent("Tuva", ("tuva@desk.example",), queues=("transport",))
DESK = desk(
    priority("normal", Target(hours(4))),
    priority("quick", Target(MINUTE * 20)),
    priority("critical", Target(hours(0))),
    priority("driver", Target(hours(1)), clock="always"),
    priority("stopped", Target(hours(1)), clock="duty"),
    agents=(KIM, TUVA),
    lead="lead@desk.example",
)


def awaited(received: str, level: str = "normal", on: Desk = DESK, **changes: object) -> Awaited:
    """A case received at a local time, with the promise that it was given then."""
    moment = at(received)
    start = make_promise(on, level, moment, "sales").expected_start
    case = Awaited(1, "sales", level, "", "", "", start, moment)
    return replace(case, **changes)  # type: ignore[arg-type]


def first_moments(case: Awaited, until: str, on: Desk = DESK) -> dict[str | None, datetime]:
    """The first minute, of those up to a local time, at which each thing is due."""
    found: dict[str | None, datetime] = {}
    now = case.made
    while now <= at(until):
        found.setdefault(due(on, case, now), now)
        now += MINUTE
    return found


@pytest.mark.parametrize(
    ("received", "level", "reminder", "late"),
    [
        # Monday morning: the start is 14:00, after lunch.
        ("2026-11-23 09:00", "normal", "2026-11-23 13:30", "2026-11-23 14:01"),
        # The start is Tuesday 8:10; half an hour of open time before it is Monday 16:40, not in the night.
        ("2026-11-23 13:10", "normal", "2026-11-23 16:40", "2026-11-24 08:11"),
        # It lands on closing time: nobody is told of it before the desk opens again.
        ("2026-11-23 13:00", "normal", "2026-11-23 16:30", "2026-11-24 08:01"),
        # Over the weekend, and over Easter with its short Thursday.
        ("2026-11-20 13:20", "normal", "2026-11-20 16:50", "2026-11-23 08:21"),
        ("2026-04-02 09:10", "normal", "2026-04-02 12:40", "2026-04-07 08:11"),
        # A target shorter than the half hour: when half of it has passed.
        ("2026-11-23 09:00", "quick", "2026-11-23 09:10", "2026-11-23 09:21"),
        # At once, and at the next opening: never reminded of, late after the grace of a quarter of an hour.
        ("2026-11-23 09:00", "critical", None, "2026-11-23 09:16"),
        ("2026-11-23 11:50", "critical", None, "2026-11-23 13:06"),
        ("2026-11-21 09:00", "critical", None, "2026-11-23 08:16"),
        # Around the clock.
        ("2026-11-22 01:00", "driver", "2026-11-22 01:30", "2026-11-22 02:01"),
    ],
)
def test_agents_are_reminded_before_and_the_lead_hears_after(
    received: str, level: str, reminder: str | None, late: str
) -> None:
    """Both are counted in open time of the promise's own clock, by default half an hour before and at once after."""
    found = first_moments(awaited(received, level), "2026-04-08 12:00" if received < "2026-05" else "2026-11-24 12:00")
    assert found.get("reminder") == (at(reminder) if reminder else None)
    assert found["late"] == at(late)


def test_a_start_that_has_passed_is_not_reminded_of() -> None:
    """From the very moment of the start on there is no reminder, and the lead hears once it is over."""
    case = awaited("2026-11-23 09:00")
    assert due(DESK, case, case.start - MINUTE / 60) == "reminder"
    assert due(DESK, case, case.start) is None
    assert due(DESK, case, case.start + MINUTE / 60) == "late"


def test_nothing_is_told_while_the_clock_is_closed() -> None:
    """A daemon that is back in the night waits for the morning: with the reminder, and with what is late."""
    soon, over = awaited("2026-11-23 13:10"), awaited("2026-11-23 09:00")
    for moment in ("2026-11-23 12:30", "2026-11-23 17:00", "2026-11-24 03:00", "2026-11-24 07:59"):
        assert due(DESK, soon, at(moment)) is None
    for moment in ("2026-11-23 17:00", "2026-11-28 10:00"):
        assert due(DESK, over, at(moment)) is None
    assert due(DESK, soon, at("2026-11-24 08:00")) == "reminder"
    assert due(DESK, over, at("2026-11-24 08:00")) == "late"


def test_a_priority_around_the_clock_is_told_of_in_the_night() -> None:
    """Its promise runs while the desk is closed, and so do both tellings."""
    case = awaited("2026-11-24 02:00", "driver")
    assert due(DESK, case, at("2026-11-24 02:45")) == "reminder"
    assert due(DESK, case, at("2026-11-24 03:05")) == "late"


def test_duty_counts_as_the_promise_counted_it() -> None:
    """Where somebody is on duty outside the hours, that time is open for a duty clock, and for no other (V4)."""
    manned = replace(DESK, agents=(KIM, SAM))
    stopped = awaited("2026-11-24 02:00", "stopped", manned)
    assert stopped.start == at("2026-11-24 03:00")
    assert due(manned, stopped, at("2026-11-24 02:40")) == "reminder"
    assert due(manned, stopped, at("2026-11-24 03:10")) == "late"
    office = awaited("2026-11-24 02:00", "stopped")
    assert due(DESK, office, at("2026-11-24 02:40")) is None
    assert due(DESK, office, at("2026-11-24 08:40")) == "reminder"


def test_lengths_are_the_desks_own_or_never() -> None:
    """`before` and `after` are open time; either may be switched off."""
    case = awaited("2026-11-23 09:00")
    patient = replace(DESK, reminders=Reminders(hours(1), hours(4)))
    found = first_moments(case, "2026-11-24 12:00", patient)
    assert (found["reminder"], found["late"]) == (at("2026-11-23 13:00"), at("2026-11-24 09:01"))
    silent = replace(DESK, reminders=Reminders(None, None))
    assert set(first_moments(case, "2026-11-24 12:00", silent)) == {None}
    assert horizon(silent, at("2026-11-23 13:50")) is None


def test_a_patient_desk_gives_at_once_no_grace_besides() -> None:
    """The grace is when "at once" is late at all; a longer `after` is counted from the start as for any promise."""
    case = awaited("2026-11-23 09:00", "critical")
    patient = replace(DESK, reminders=Reminders(after=hours(1)))
    assert first_moments(case, "2026-11-23 12:00", patient)["late"] == at("2026-11-23 10:01")


def test_as_soon_as_possible_has_the_grace_from_when_it_was_told() -> None:
    """A new level whose start had passed when it was set is late a quarter of an hour after that, and not before."""
    case = awaited("2026-11-23 09:00", made=at("2026-11-23 15:00"))
    assert due(DESK, case, at("2026-11-23 15:15")) is None
    assert due(DESK, case, at("2026-11-23 15:16")) == "late"


def test_who_has_waited_is_reminded_by_what_was_left() -> None:
    """The answer left ten minutes: the reminder comes after five of them, not in the moment of the answer."""
    case = awaited("2026-11-23 09:00", made=at("2026-11-23 10:00"), start=at("2026-11-23 10:10"))
    assert due(DESK, case, at("2026-11-23 10:04")) is None
    assert due(DESK, case, at("2026-11-23 10:05")) == "reminder"


@pytest.mark.parametrize(
    ("received", "reminder"),
    [
        # The clocks go forward at 2: of an hour from 1:30 thirty minutes are left at 3:00.
        ("2026-03-29 01:30", "2026-03-29 03:00"),
        # They go back at 3: 1:45 and an hour is 2:45 the first time, and 2:15 is the first one.
        ("2026-10-25 01:45", "2026-10-25 02:15"),
    ],
)
def test_an_hour_is_an_hour_when_the_clocks_change(received: str, reminder: str) -> None:
    """Half an hour before means elapsed time, whatever the wall clock does in between."""
    case = awaited(received, "driver")
    assert case.start - at(reminder) == MINUTE * 30
    assert due(DESK, case, at(reminder) - MINUTE) is None
    assert due(DESK, case, at(reminder)) == "reminder"


def test_a_lost_priority_counts_by_the_desks_hours() -> None:
    """An edit of the desk file does not make an open case forgotten."""
    case = awaited("2026-11-23 09:00", priority="gone")
    assert due(DESK, case, at("2026-11-23 13:40")) == "reminder"
    assert due(DESK, case, at("2026-11-23 14:10")) == "late"


ACME = Customer("acme", "Acme", hours=(weekdays(spans("06:00-20:00")),))
SERVED = replace(
    DESK, customers=Customers.of([ACME, Customer("bolag", "Bolag", agreement="short")]),
    agreements={"short": Agreement("short", {}, hours=(weekdays(spans("10:00-11:00")),))},
)  # fmt: skip


def test_the_customers_own_hours_count() -> None:
    """A case is told of in the hours in which it was promised (C6)."""
    theirs, short = in_terms(SERVED, "acme"), in_terms(SERVED, "bolag")
    case = awaited("2026-11-23 15:00", on=theirs, customer="acme")
    assert case.start == at("2026-11-23 19:00")
    assert due(theirs, case, at("2026-11-23 18:30")) == "reminder"
    assert due(theirs, case, at("2026-11-23 19:10")) == "late"
    slow = awaited("2026-11-23 10:30", "quick", on=short, customer="bolag")
    assert due(short, slow, at("2026-11-23 12:00")) is None


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("2026-11-23 10:10", "2026-11-23 10:40"),  # in everybody's hours the half hour is the same
        ("2026-11-23 10:45", "2026-11-24 10:15"),  # Bolag's hour ends: theirs may be due tomorrow
        ("2026-11-23 16:45", "2026-11-24 08:15"),  # the desk's next morning; Bolag is closed
        ("2026-11-23 18:00", "2026-11-23 18:30"),  # only Acme's, and what runs around the clock
        ("2026-11-22 12:00", "2026-11-22 12:30"),
    ],
)
def test_the_horizon_is_the_furthest_of_all_terms(moment: str, last: str) -> None:
    """Whosever hours a case was promised in, no start behind it can be due for a reminder."""
    no_duty = replace(SERVED, priorities=SERVED.priorities[:4])
    assert horizon(no_duty, at(moment)) == at(last)


def test_nothing_can_be_due_while_all_is_closed() -> None:
    """In the night of a desk without any round-the-clock promise no query is needed."""
    office = replace(SERVED, priorities=SERVED.priorities[:3])
    assert horizon(office, at("2026-11-22 12:00")) is None


@PACE
@given(calendars(), calendars(), MOMENTS, AMOUNTS, st.integers(0, 600), st.sampled_from(["hours", "always", "duty"]))
def test_whatever_is_due_is_within_the_horizon(
    office: Calendar, other: Calendar, received: datetime, within: timedelta, later: int, clock: str
) -> None:
    """The query that is bounded by the horizon misses no reminder, on the desk's terms or a customer's."""
    customer = Customer("acme", "Acme", hours=other.hours)
    night = Agent("Night", ("night@desk.example",), duty=other.hours)
    level: Priority = priority("level", Target(within), clock=clock)
    sample = desk(level, calendar=office, agents=(night,), customers=Customers.of([customer]))
    for key in ("", "acme"):
        terms = in_terms(sample, key)
        try:
            start = make_promise(terms, "level", received).expected_start
        except NeverOpenError:
            assume(False)
        case = Awaited(1, "", "level", key, "", "", start, received)
        for now in (received + MINUTE * later, start - MINUTE * (later % 45)):
            if now >= received and due(terms, case, now) == "reminder":
                last = horizon(sample, now)
                assert last is not None
                assert now < start <= last


@PACE
@given(calendars(), MOMENTS, AMOUNTS, st.integers(0, 10_000))
def test_a_reminder_comes_before_the_start_and_lateness_behind_it(
    office: Calendar, received: datetime, within: timedelta, later: int
) -> None:
    """Whatever the hours, no moment is both, and each is on its side of the start."""
    sample = desk(priority("level", Target(within)), calendar=office)
    try:
        start = make_promise(sample, "level", received).expected_start
    except NeverOpenError:
        assume(False)
    now = received + MINUTE * later
    what = due(sample, Awaited(1, "", "level", "", "", "", start, received), now)
    assert what is None or (what == "reminder") == (now < start)


@pytest.mark.parametrize(
    ("assignee", "queue", "moment", "expected"),
    [
        ("", "sales", "2026-11-23 10:00", [KIM]),
        ("", "transport", "2026-11-23 10:00", [KIM, TUVA]),
        ("tuva@desk.example", "sales", "2026-11-23 10:00", [TUVA]),
        ("sam@home.example", "sales", "2026-11-23 18:00", [SAM]),
        ("sam@home.example", "sales", "2026-11-23 10:00", [KIM]),
        ("left@desk.example", "sales", "2026-11-23 10:00", [KIM]),
    ],
)
def test_the_reminder_goes_to_whoever_has_the_case_else_to_those_on_duty(
    assignee: str, queue: str, moment: str, expected: list[Agent]
) -> None:
    """An assignee who is off duty, or has left, is no help: those on duty for the queue are reminded."""
    manned = replace(DESK, agents=(KIM, SAM, TUVA))
    case = awaited("2026-11-23 09:00", assignee=assignee, queue=queue)
    assert list(reminded(manned, case, at(moment))) == expected


def test_the_duty_team_of_a_route_is_reminded() -> None:
    """Whoever got the case is reminded of it (B7)."""
    routed = replace(DESK, agents=(KIM, TUVA), routes=(Route("night", (TUVA.address,)),))
    assert reminded(routed, awaited("2026-11-23 09:00", route="night"), at("2026-11-23 10:00")) == (TUVA,)


def test_each_promise_has_causes_of_its_own() -> None:
    """The start names the promise, so that a new one is told of anew and the same one is not."""
    case = awaited("2026-11-23 09:00")
    assert case.cause("reminder") == "reminder:ticket:1:20261123T1300Z"
    assert case.cause("late") == "late:ticket:1:20261123T1300Z"
