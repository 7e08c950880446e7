"""The promise while a case waits for its customer, and when its priority changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.calendar import Target
from mailbot.core.promise import as_json, change_priority, from_json, make_promise, postpone, renewed
from mailbot.core.worktime import open_between
from tests.core.samples import OFFICE, STOCKHOLM, at, desk, hours, local, priority

DESK = desk(
    priority("normal", Target(hours(4))), priority("high", Target(hours(2))), priority("critical", Target(hours(0))),
    priority("late", Target(hours(16))),
)  # fmt: skip
ALWAYS_OPEN = replace(DESK, priorities=(priority("normal", Target(hours(4)), clock="always"),))
KEYS = [level.key for level in DESK.priorities]
RECEIVED = "2026-11-23 08:00"  # a Monday; the desk is open 08-12 and 13-17


def _after(*waits: tuple[str, str], key: str = "normal") -> str:
    promise = make_promise(DESK, key, at(RECEIVED))
    for waited_from, resumed in waits:
        promise = postpone(DESK, promise, "", at(waited_from), at(resumed))
    return local(promise.expected_start)


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        pytest.param((), "2026-11-23 12:00", id="no waiting"),
        pytest.param((("2026-11-23 09:00", "2026-11-24 09:00"),), "2026-11-24 12:00", id="three hours were left"),
        pytest.param((("2026-11-23 09:00", "2026-11-23 09:00"),), "2026-11-23 12:00", id="answered at once"),
        pytest.param((("2026-11-23 09:00", "2026-11-23 22:00"),), "2026-11-24 11:00", id="answered in the night"),
        pytest.param(
            (("2026-11-23 09:00", "2026-11-24 09:00"), ("2026-11-24 10:00", "2026-11-26 08:00")),
            "2026-11-26 10:00",
            id="the first waiting is not counted as work when the desk waits again",
        ),
        pytest.param((("2026-11-23 07:00", "2026-11-24 08:00"),), "2026-11-24 12:00", id="waiting before it opened"),
        pytest.param((("2026-11-23 14:00", "2026-11-25 08:00"),), "2026-11-23 12:00", id="it had passed already"),
    ],
)
def test_the_remaining_open_time_runs_from_the_answer(waits: tuple[tuple[str, str], ...], expected: str) -> None:
    """Waiting stops the clock; nothing that had passed becomes punctual by it."""
    assert _after(*waits) == expected


@pytest.mark.parametrize(
    ("key", "waits", "expected"),
    [
        pytest.param("high", (), "2026-11-23 10:00", id="counted from the original receipt"),
        pytest.param("critical", (), "2026-11-23 08:00", id="at once, from the receipt"),
        pytest.param("high", (("2026-11-23 09:00", "2026-11-24 09:00"),), "2026-11-24 10:00", id="less the waiting"),
        pytest.param("late", (("2026-11-23 09:00", "2026-11-24 09:00"),), "2026-11-25 17:00", id="lowered"),
        pytest.param("high", (("2026-11-23 11:00", "2026-11-24 09:00"),), "2026-11-23 10:00", id="passed before it"),
    ],
)
def test_a_new_priority_is_counted_from_the_receipt(
    key: str, waits: tuple[tuple[str, str], ...], expected: str
) -> None:
    """With the new target, and without the time in which the desk waited for the customer."""
    promise = make_promise(DESK, "normal", at(RECEIVED))
    for waited_from, resumed in waits:
        promise = postpone(DESK, promise, "", at(waited_from), at(resumed))
    changed = change_priority(DESK, promise, key, "")
    assert local(changed.expected_start) == expected
    assert (changed.priority, changed.received) == (key, at(RECEIVED))


def test_a_postponed_promise_survives_being_written_down() -> None:
    """JSON and back is the same promise, so that the next waiting is counted right."""
    promise = make_promise(DESK, "normal", at(RECEIVED))
    postponed = postpone(DESK, promise, "", at("2026-11-23 09:00"), at("2026-11-24 09:00"))
    assert postponed.used == hours(1)
    assert from_json(json.loads(json.dumps(as_json(postponed, STOCKHOLM)))) == postponed


MOMENTS = st.lists(st.integers(0, 20 * 24 * 60), min_size=2, max_size=8, unique=True).map(sorted)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.sampled_from(["normal", "high", "late"]))
def test_exactly_the_target_is_open_outside_the_waiting(minutes: list[int], key: str) -> None:
    """However often the desk waits, the open time that counts until the start is the target."""
    moments = [at(RECEIVED) + timedelta(minutes=each) for each in minutes]
    waits = list(zip(moments[::2], moments[1::2], strict=False))
    promise = make_promise(DESK, key, at(RECEIVED))
    running: datetime = at(RECEIVED)
    counted = timedelta(0)
    for waited_from, resumed in waits:
        if promise.expected_start <= waited_from:
            break
        counted += open_between(OFFICE, running, waited_from)
        promise = postpone(DESK, promise, "", waited_from, resumed)
        running = resumed
    assert counted + open_between(OFFICE, running, promise.expected_start) == promise.within


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3 * 24 * 3600), min_size=1, max_size=7, unique=True).map(sorted), st.sampled_from(KEYS))
def test_counted_anew_by_the_same_file_it_is_the_same(seconds: list[int], key: str) -> None:
    """However often the desk has waited, and at whatever second: nothing is told to have changed that has not."""
    received, *moments = [at(RECEIVED) + timedelta(seconds=each) for each in seconds]
    promise = make_promise(DESK, key, received)
    for waited_from, resumed in zip(moments[::2], moments[1::2], strict=False):
        assert renewed(DESK, promise, "") == promise
        promise = postpone(DESK, promise, "", waited_from, resumed)
    assert renewed(DESK, promise, "").expected_start == promise.expected_start


def test_a_start_used_up_within_its_last_minute_is_put_off_like_any_other() -> None:
    """Received at 8:00:30 it is told as 12:01, but used up at 12:00:30: waiting in between makes it no past one."""
    promise = make_promise(ALWAYS_OPEN, "normal", at(RECEIVED) + timedelta(seconds=30))
    waited_from, answer = promise.expected_start - timedelta(seconds=10), promise.expected_start + hours(2)
    postponed = postpone(ALWAYS_OPEN, promise, "", waited_from, answer)
    assert postponed.used > postponed.within
    assert renewed(ALWAYS_OPEN, postponed, "").expected_start == postponed.expected_start == answer
