"""Promises judged: kept, missed, pending or void, by the start the customer was told, and summed up by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.promisekept import Begin, Keeping, Outcome, Told, judge, records
from mailbot.core.worktime import WHOLE_DAY, next_opening, open_between
from tests.core.samples import OFFICE, STOCKHOLM, at

GRACE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
MAY = "2026-05-04 "
"""A Monday; the office is open 08 to 12 and 13 to 17."""


def _told(made: str, start_by: str, suspended: str = "", **rest: bool) -> Told:
    return Told(at(made), at(start_by), suspended=at(suspended) if suspended else None, **rest)


def _begin(*told: Told, started: str = "", ended: str = "", received: str = MAY + "08:00") -> Begin:
    moments = {"started": at(started) if started else None, "ended": at(ended) if ended else None}
    return Begin("sample", "q", "normal", at(received), told, **moments)


NORMAL = _told(MAY + "08:00", MAY + "12:00")
SOONER = _told(MAY + "09:00", MAY + "10:00")
LATER = _told(MAY + "09:00", "2026-05-05 12:00")
TOO_LATE = _told(MAY + "14:00", "2026-05-05 12:00")
RAISED_TOO_LATE = _told(MAY + "11:00", MAY + "10:00")
WAITING = _told(MAY + "08:00", MAY + "12:00", suspended=MAY + "10:00")
RESUMED = _told("2026-05-05 09:00", "2026-05-05 11:00")
RESUMED_ANSWERED_LATE = _told(MAY + "08:00", MAY + "12:00", suspended=MAY + "12:01")
NOW = MAY + "11:00"

CASES = [
    pytest.param(_begin(NORMAL, started=MAY + "11:59"), NOW, "kept", 0, id="a minute before"),
    pytest.param(_begin(NORMAL, started=MAY + "12:00"), NOW, "kept", 0, id="at the very moment"),
    pytest.param(_begin(NORMAL, started=MAY + "12:01"), NOW, "missed", 1, id="a minute after"),
    pytest.param(_begin(NORMAL, started="2026-05-05 08:00"), NOW, "missed", 20 * 60, id="lateness counts the night"),
    pytest.param(_begin(NORMAL), MAY + "12:00", "pending", 0, id="there is still time"),
    pytest.param(_begin(NORMAL), MAY + "13:00", "missed", 60, id="late and not begun yet"),
    pytest.param(_begin(NORMAL, ended=MAY + "09:00"), "2026-06-01 08:00", "void", 0, id="withdrawn before it was due"),
    pytest.param(_begin(NORMAL, ended=MAY + "15:00"), "2026-06-01 08:00", "missed", 180, id="withdrawn when overdue"),
    pytest.param(_begin(NORMAL, SOONER, started=MAY + "09:30"), NOW, "kept", 0, id="raised, and begun by then"),
    pytest.param(_begin(NORMAL, SOONER, started=MAY + "11:00"), NOW, "missed", 60, id="the latest promise is judged"),
    pytest.param(_begin(NORMAL, LATER, started=MAY + "16:00"), NOW, "kept", 0, id="put off before it was broken"),
    pytest.param(_begin(NORMAL, TOO_LATE, started=MAY + "16:00"), NOW, "missed", 240, id="a miss already made stays"),
    pytest.param(_begin(NORMAL, TOO_LATE), MAY + "15:00", "missed", 180, id="and is one before work begins"),
    pytest.param(
        _begin(NORMAL, RAISED_TOO_LATE, started=MAY + "11:30"), NOW, "kept", 0, id="as soon as possible names no time"
    ),
    pytest.param(
        _begin(NORMAL, RAISED_TOO_LATE, started=MAY + "13:00"), NOW, "missed", 60, id="so the promise before it holds"
    ),
    pytest.param(_begin(NORMAL, LATER, started=MAY + "08:30"), NOW, "kept", 0, id="told after the start: nothing"),
    pytest.param(_begin(WAITING), "2026-06-01 08:00", "pending", 0, id="the customer is waited for"),
    pytest.param(
        _begin(WAITING, RESUMED, started="2026-05-05 10:30"), NOW, "kept", 0, id="the answer brings a promise"
    ),
    pytest.param(_begin(WAITING, RESUMED, started="2026-05-05 11:30"), NOW, "missed", 30, id="which can be broken"),
    pytest.param(
        _begin(RESUMED_ANSWERED_LATE, RESUMED, started="2026-05-05 09:30"), NOW, "missed", 21 * 60 + 30,
        id="asking the customer back a minute late does not mend it",
    ),
    pytest.param(_begin(), NOW, "pending", 0, id="no promise, not begun"),
    pytest.param(_begin(started=MAY + "09:00"), NOW, "void", 0, id="no promise, begun"),
]  # fmt: skip


@pytest.mark.parametrize(("begin", "now", "outcome", "late"), CASES)
def test_a_promise_is_judged_by_what_the_customer_was_told(begin: Begin, now: str, outcome: Outcome, late: int) -> None:
    """The latest start told counts, a miss already made stays, and lateness is elapsed minutes beyond the promise."""
    assert judge(begin, at(now), OFFICE, GRACE) == Keeping(outcome, late * MINUTE)


@pytest.mark.parametrize(
    ("told", "started", "outcome", "late"),
    [
        pytest.param("09:00", MAY + "09:15", "kept", 0, id="within the grace"),
        pytest.param("09:00", MAY + "09:16", "missed", 16, id="past it; late by all of it"),
        pytest.param("11:50", MAY + "13:05", "kept", 0, id="lunch is no open time"),
        pytest.param("11:50", MAY + "13:06", "missed", 76, id="but counts as lateness"),
        pytest.param("16:50", "2026-05-05 08:05", "kept", 0, id="nor is the night"),
        pytest.param("16:50", "2026-05-05 08:06", "missed", 15 * 60 + 16, id="a minute of the morning too much"),
    ],
)
def test_at_once_has_its_grace_in_open_minutes(told: str, started: str, outcome: Outcome, late: int) -> None:
    """Fifteen of the desk's own minutes."""
    begin = _begin(_told(MAY + told, MAY + told, at_once=True), started=started)
    assert judge(begin, at("2026-06-01 08:00"), OFFICE, GRACE) == Keeping(outcome, late * MINUTE)


def test_a_promise_of_a_time_has_no_grace() -> None:
    """At the latest 12:00 is 12:00, though that be a target of zero that waited for the opening."""
    begin = _begin(NORMAL, started=MAY + "12:01")
    assert judge(begin, at(NOW), OFFICE, timedelta(hours=8)).outcome == "missed"


def test_grace_runs_around_the_clock_where_the_priority_does() -> None:
    """With agents on duty at night, half an hour of the night is half an hour."""
    begin = _begin(_told(MAY + "22:00", MAY + "22:00", at_once=True), started=MAY + "22:30")
    assert judge(begin, at(NOW), OFFICE, GRACE).outcome == "kept"
    assert judge(begin, at(NOW), OFFICE, GRACE, lambda _day: WHOLE_DAY).outcome == "missed"


minutes = st.integers(0, 20_000).map(lambda count: at("2026-04-27 08:00") + count * MINUTE)
tellings = st.lists(st.builds(Told, minutes, minutes, st.booleans()), min_size=1, max_size=4).map(
    lambda told: tuple(sorted(told, key=lambda one: one.made))
)


@given(tellings, minutes, minutes)
def test_what_is_missed_stays_missed(told: tuple[Told, ...], one: datetime, other: datetime) -> None:
    """As time goes by a pending promise may be kept or missed, but no missed one is ever anything else."""
    early, late = sorted((one, other))
    begin = Begin("sample", "q", "normal", told[0].made, told)
    before = judge(begin, early, OFFICE, GRACE)
    after = judge(begin, late, OFFICE, GRACE)
    if before.outcome == "missed":
        assert after.outcome == "missed"
        assert after.late - before.late == late - early
        started = Begin("sample", "q", "normal", told[0].made, told, started=late)
        assert judge(started, late, OFFICE, GRACE).outcome == "missed"


@given(minutes, st.integers(0, 3000))
def test_one_promise_at_once_is_the_plain_rule(told: datetime, waited: int) -> None:
    """Kept exactly where no more open time than the grace lies between promise and start."""
    moment = next_opening(OFFICE, told)
    started = moment + waited * MINUTE
    keeping = judge(Begin("d", "", "p", told, (Told(told, moment, at_once=True),), started), started, OFFICE, GRACE)
    assert (keeping.outcome == "kept") == (open_between(OFFICE, moment, started) <= GRACE)


def _judged(
    outcome: Outcome, late: int = 0, received: str = MAY + "08:00", priority: str = "normal"
) -> tuple[Begin, Keeping]:
    return Begin("sample", "", priority, at(received), ()), Keeping(outcome, late * MINUTE)


ZONES = {"sample": STOCKHOLM}


def test_figures_are_told_by_priority_and_local_month() -> None:
    """The first minute of June belongs to June, each priority has its line, and lines are in order."""
    found = records(
        [
            _judged("kept"),
            _judged("missed", 10),
            _judged("missed", 40),
            _judged("missed", 20),
            _judged("pending"),
            _judged("void"),
            _judged("kept", priority="critical"),
            _judged("missed", 7, received="2026-06-01 00:00"),
            _judged("kept", received="2026-05-31 23:59"),
        ],
        ZONES,
    )
    assert [(one.month, one.priority) for one in found] == [
        (date(2026, 5, 1), "critical"), (date(2026, 5, 1), "normal"), (date(2026, 6, 1), "normal"),
    ]  # fmt: skip
    may = found[1]
    assert (may.kept, may.missed, may.pending, may.void, may.judged) == (2, 3, 1, 1, 5)
    assert may.share == 40
    assert (may.median_late, may.worst_late) == (20 * MINUTE, 40 * MINUTE)


@pytest.mark.parametrize(
    ("late", "median"), [([5], 5), ([10, 20], 15), ([1, 2, 90], 2), ([1, 2, 3, 90], 2.5), ([], None)]
)
def test_the_median_is_that_of_the_late_ones(late: list[int], median: float | None) -> None:
    """With an even number of them it lies halfway; where none was late there is none."""
    (found,) = records([_judged("kept"), *(_judged("missed", minutes) for minutes in late)], ZONES)
    assert found.median_late == (None if median is None else median * MINUTE)
    assert found.worst_late == (max(late) * MINUTE if late else None)


def test_nothing_judged_has_no_share() -> None:
    """Not a hundred percent: nobody has been promised anything that is due."""
    (found,) = records([_judged("pending")], ZONES)
    assert (found.judged, found.share) == (0, None)
    assert records([], ZONES) == ()


@given(st.lists(st.sampled_from(["kept", "missed", "pending", "void"]).map(partial(_judged))))
def test_no_case_is_lost(judged: list[tuple[Begin, Keeping]]) -> None:
    """Every case stands in exactly one of the four columns."""
    total = sum(one.kept + one.missed + one.pending + one.void for one in records(judged, ZONES))
    assert total == len(judged)
