"""Promises: which target and clock hold, how they are rounded, and what a letter names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from mailbot.core.calendar import Calendar, Target
from mailbot.core.desk import Agent
from mailbot.core.promise import as_json, exceptional, from_json, make_promise, target_on
from mailbot.core.worktime import NeverOpenError, open_between
from tests.core.samples import OFFICE, STOCKHOLM, at, desk, every_day, hours, local, priority, spans

NORMAL = priority("normal", Target(hours(4)))
CRITICAL = priority("critical", Target(timedelta(0)), clock="duty")
ALWAYS = priority("always", Target(hours(1)), clock="always")


def test_the_promise_carries_its_terms() -> None:
    """Priority, receipt, target and start stand in the promise, moments in UTC."""
    promise = make_promise(desk(NORMAL), "normal", at("2026-11-23 11:15").astimezone(STOCKHOLM))
    assert (promise.priority, promise.within) == ("normal", hours(4))
    assert promise.received == at("2026-11-23 11:15")
    assert promise.expected_start == at("2026-11-23 16:15")
    assert promise.received.utcoffset() == promise.expected_start.utcoffset() == timedelta(0)


DATED = priority(
    "normal",
    Target(hours(12)),
    Target(hours(8), since=date(2026, 11, 1)),
    Target(hours(2), since=date(2026, 12, 1)),
)


@pytest.mark.parametrize(
    ("received", "within"),
    [
        ("2026-10-31 23:59", 12),
        ("2026-11-01 00:00", 8),
        ("2026-11-30 23:59", 8),
        ("2026-12-01 00:30", 2),
        ("2030-01-01 12:00", 2),
    ],
)
def test_the_target_is_that_of_the_local_day_of_receipt(received: str, within: float) -> None:
    """A changed target holds from its first day, midnight of the desk's zone, and never for older cases (S13)."""
    assert make_promise(desk(DATED), "normal", at(received)).within == hours(within)


def test_a_case_keeps_its_target_but_not_the_old_hours() -> None:
    """Received the day before both change: the old 4 h, of which 1 h in the old hours and 3 h in the new (S13)."""
    first = date(2026, 12, 1)
    calendar = Calendar(STOCKHOLM, (every_day(spans("08:00-17:00")), every_day(spans("10:00-15:00"), since=first)))
    changed = priority("normal", Target(hours(4)), Target(hours(1), since=first))
    promise = make_promise(desk(changed, calendar=calendar), "normal", at("2026-11-30 16:00"))
    assert local(promise.expected_start) == "2026-12-01 13:00"


def test_before_the_first_dated_target_that_one_holds() -> None:
    """A priority whose only target has a first day still promises something for older mail."""
    dated = priority("normal", Target(hours(3), since=date(2026, 12, 1)))
    assert target_on(dated, at("2026-01-01 12:00"), STOCKHOLM) == hours(3)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-23 09:00:00", "2026-11-23 10:00"),
        ("2026-11-23 09:00:00.000001", "2026-11-23 10:01"),
        ("2026-11-23 09:00:01", "2026-11-23 10:01"),
        ("2026-11-23 09:00:59.999999", "2026-11-23 10:01"),
        ("2026-11-23 10:59:59", "2026-11-23 12:00"),
    ],
)
def test_the_start_is_rounded_up_to_the_whole_minute(received: str, expected: str) -> None:
    """A promise is never told earlier than it was counted, and never past closing time."""
    promise = make_promise(desk(priority("hour", Target(hours(1)))), "hour", at(received))
    assert local(promise.expected_start) == expected
    assert (promise.expected_start.second, promise.expected_start.microsecond) == (0, 0)


@pytest.mark.parametrize(
    ("received", "start", "at_once"),
    [
        ("2026-11-24 10:00:00", "2026-11-24 10:00", True),
        ("2026-11-24 10:00:30", "2026-11-24 10:01", True),
        ("2026-11-24 12:20:00", "2026-11-24 13:00", False),
        ("2026-11-24 17:00:00", "2026-11-25 08:00", False),
    ],
    ids=["open", "open, with seconds", "lunch", "closing time"],
)
def test_at_once_means_a_target_of_zero_and_no_waiting(received: str, start: str, at_once: bool) -> None:
    """At once is said only where the desk is open at receipt; else the next opening is told (V4)."""
    promise = make_promise(desk(CRITICAL), "critical", at(received))
    assert (local(promise.expected_start), promise.at_once) == (start, at_once)


def test_a_target_that_passes_within_the_minute_is_not_at_once() -> None:
    """Only a target of zero is at once, however short another one is."""
    quick = priority("quick", Target(timedelta(minutes=1)))
    assert not make_promise(desk(quick), "quick", at("2026-11-24 10:00")).at_once


def test_around_the_clock_ignores_hours_and_holidays() -> None:
    """An around-the-clock priority counts elapsed time on Good Friday night as well, and skips nothing."""
    promise = make_promise(desk(ALWAYS), "always", at("2026-04-03 03:30"))
    assert local(promise.expected_start) == "2026-04-03 04:30"
    assert [step.why for step in promise.steps] == ["open"]


def test_a_desk_without_such_a_priority_says_so() -> None:
    """An unknown priority is a KeyError, a naive moment and a desk that never opens are errors too."""
    with pytest.raises(KeyError):
        make_promise(desk(NORMAL), "urgent", at("2026-11-24 10:00"))
    with pytest.raises(ValueError, match="with a zone"):
        make_promise(desk(NORMAL), "normal", datetime(2026, 11, 24, 10))  # noqa: DTZ001 -- the point of the test
    with pytest.raises(NeverOpenError):
        make_promise(desk(NORMAL, calendar=Calendar(STOCKHOLM, ())), "normal", at("2026-11-24 10:00"))


@pytest.mark.parametrize(
    ("received", "named"),
    [
        pytest.param("2026-11-27 16:00", [], id="a night and a weekend"),
        pytest.param("2026-11-24 11:00", [], id="lunch"),
        pytest.param("2026-04-02 09:00", [], id="over by the end of the short day, so nothing is lost"),
        pytest.param("2026-04-02 09:30", ["Långfredagen", "Långfredagen", "Annandag påsk"], id="short day and Easter"),
        pytest.param("2026-04-02 18:00", ["Långfredagen", "Annandag påsk"], id="received after the short day"),
        pytest.param("2026-04-03 10:00", ["Långfredagen", "Annandag påsk"], id="received on the holiday itself"),
        pytest.param("2026-04-03 18:00", ["Annandag påsk"], id="received in the evening of the holiday"),
        pytest.param("2026-04-04 10:00", ["Annandag påsk"], id="holidays on a closed weekend are not named"),
        pytest.param("2026-06-18 15:00", ["Midsommarafton"], id="Midsummer Day is a Saturday"),
    ],
)
def test_a_letter_names_only_what_put_the_start_off(received: str, named: list[str]) -> None:
    """Holidays and short days that cost open time, in order; never nights, lunches or weekends."""
    promise = make_promise(desk(NORMAL), "normal", at(received))
    assert [step.holiday for step in exceptional(promise)] == named


def test_an_exception_that_closes_the_desk_is_named_too() -> None:
    """A day closed by exception is exceptional, though it has no holiday's name."""
    calendar = replace(OFFICE, exceptions={date(2026, 11, 24): ()})
    promise = make_promise(desk(NORMAL, calendar=calendar), "normal", at("2026-11-23 16:00"))
    assert [(step.why, step.holiday) for step in exceptional(promise)] == [("exception", "")]


def test_the_promise_survives_being_written_down() -> None:
    """JSON and back is the same promise, whatever the zone it is written in."""
    promise = make_promise(desk(NORMAL), "normal", at("2026-04-02 09:30:20"))
    for written in (as_json(promise), as_json(promise, STOCKHOLM)):
        assert from_json(json.loads(json.dumps(written))) == promise
    assert as_json(promise, STOCKHOLM)["expected_start"] == "2026-04-07T08:31:00+02:00"


AGENT = Agent("Anna", ("anna@desk.example",))
NIGHTS = replace(AGENT, duty=(every_day(spans("00:00-08:00", "20:00-24:00"), open_on_holidays=True),))


@pytest.mark.parametrize(
    ("agents", "queue", "received", "expected"),
    [
        pytest.param((), "", "2026-11-24 21:00", "2026-11-25 08:00", id="nobody: the next opening"),
        pytest.param(
            (AGENT,), "", "2026-04-03 03:12", "2026-04-03 03:12", id="always on duty: at once, on a holiday too"
        ),
        pytest.param((NIGHTS,), "", "2026-11-24 21:00", "2026-11-24 21:00", id="on duty at night"),
        pytest.param((NIGHTS,), "", "2026-11-24 18:00", "2026-11-24 20:00", id="the duty begins before the desk opens"),
        pytest.param(
            (replace(AGENT, queues=("driver",)),),
            "",
            "2026-11-24 21:00",
            "2026-11-25 08:00",
            id="another queue's agent",
        ),
        pytest.param(
            (replace(AGENT, queues=("driver",)),), "driver", "2026-11-24 21:00", "2026-11-24 21:00", id="that queue's"
        ),
        pytest.param(
            (replace(AGENT, duty=OFFICE.hours),), "", "2026-04-02 14:00", "2026-04-07 08:00", id="office duty: no more"
        ),
        pytest.param(
            (replace(AGENT, outside_hours=True),), "", "2026-04-03 10:00", "2026-04-03 10:00", id="outside the office's"
        ),
    ],
)
def test_on_duty_the_hours_of_the_queues_agents_count_too(
    agents: tuple[Agent, ...], queue: str, received: str, expected: str
) -> None:
    """The duty clock runs in the desk's hours and whenever an agent of that queue is on duty (V4, B7)."""
    promise = make_promise(desk(CRITICAL, agents=agents), "critical", at(received), queue)
    assert local(promise.expected_start) == expected


def test_open_time_is_measured_back_as_promised() -> None:
    """From receipt to a promise counted in hours, exactly the target is open."""
    promise = make_promise(desk(NORMAL), "normal", at("2026-04-02 09:30"))
    assert open_between(OFFICE, promise.received, promise.expected_start) == promise.within
