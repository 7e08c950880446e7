"""The expected start told to a customer, with how it was worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from mailbot.core.calendar import Calendar, Hours
from mailbot.core.desk import Desk, Priority
from mailbot.core.duty import on_duty_spans
from mailbot.core.worktime import WHOLE_DAY, MoreSpans, Step, count_open, nothing_more, open_between

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Promise:
    """When work starts at the latest."""

    priority: str
    received: datetime
    """UTC."""
    within: timedelta
    """The target it was counted with."""
    expected_start: datetime
    """UTC, a whole minute."""
    at_once: bool
    """A target of zero that needed no waiting: told as "at once", judged with the desk's grace."""
    steps: tuple[Step, ...]
    used: timedelta = timedelta(0)
    """How much open time of the target had passed when the desk began to wait for the customer."""
    runs_from: datetime | None = None
    """UTC; the answer from which the rest of it runs; None where the desk has not waited."""


def make_promise(desk: Desk, priority_key: str, received: datetime, queue: str = "") -> Promise:
    """The promise for a case of that priority and queue (empty: the default one), received at an aware moment.

    The target is the one in force on the desk's local day of receipt, the hours are those in force on each date (S13).
    The expected start is rounded up to the whole minute. KeyError for a priority the desk has not, ValueError for a
    naive moment, `worktime.NeverOpenError` where the desk does not open.
    """
    if received.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {received}")
    priority = desk.priority(priority_key)
    within = target_on(priority, received, desk.calendar.zone)
    calendar, more = clock_of(desk, priority, queue)
    start, steps = count_open(calendar, received, within, more)
    at_once = not within and start == received
    return Promise(priority_key, received.astimezone(UTC), within, _whole_minute(start), at_once, steps)


def postpone(desk: Desk, promise: Promise, queue: str, waited_from: datetime, resumed: datetime) -> Promise:
    """The promise after the desk waited for the customer: what open time was left runs from the answer on.

    All moments are aware. Receipt and target stay what they were; the steps tell of the time after the answer. A
    promise that had passed already when the waiting began stays as it is: waiting makes nothing punctual.
    """
    if promise.expected_start <= waited_from:
        return promise
    calendar, more = clock_of(desk, desk.priority(promise.priority), queue)
    ran_from = promise.runs_from or promise.received
    used = promise.used + open_between(calendar, ran_from, max(waited_from, ran_from), more)
    start, steps = count_open(calendar, resumed, max(promise.within - used, timedelta(0)), more)
    return replace(
        promise, expected_start=_whole_minute(start), at_once=False, steps=steps, used=used,
        runs_from=resumed.astimezone(UTC),
    )  # fmt: skip


def change_priority(desk: Desk, promise: Promise, priority_key: str, queue: str) -> Promise:
    """The promise with another priority: counted from the original receipt, without the time of waiting.

    May well have passed. Raises as `make_promise`.
    """
    priority = desk.priority(priority_key)
    within = target_on(priority, promise.received, desk.calendar.zone)
    # A start is told as a whole minute, so that a target may be used up when the waiting begins, and no start passed.
    if promise.runs_from is None or within + MINUTE <= promise.used:
        return make_promise(desk, priority_key, promise.received, queue)
    calendar, more = clock_of(desk, priority, queue)
    start, steps = count_open(calendar, promise.runs_from, max(within - promise.used, timedelta(0)), more)
    return replace(
        promise, priority=priority_key, within=within, expected_start=_whole_minute(start), at_once=False, steps=steps
    )


def renewed(desk: Desk, promise: Promise, queue: str) -> Promise:
    """The promise as it would be today: counted anew with the hours and targets that the desk has now.

    Only `mailbot repromise` may put it in the place of one that was told. Raises as `make_promise`.
    """
    return change_priority(desk, promise, promise.priority, queue)


def clock_of(desk: Desk, priority: Priority, queue: str) -> tuple[Calendar, MoreSpans]:
    """What counts as open time for a priority in a queue (empty: the default one)."""
    if priority.clock == "always":
        return _around_the_clock(desk), nothing_more
    if priority.clock == "duty":
        return desk.calendar, on_duty_spans(desk, queue or desk.default_queue)
    return desk.calendar, nothing_more


def target_on(priority: Priority, received: datetime, zone: tzinfo) -> timedelta:
    """The target in force on the local day of receipt (S13); before the first dated one, that one."""
    day = received.astimezone(zone).date()
    holding = [target for target in priority.targets if target.since is None or target.since <= day]
    return (holding or priority.targets[:1])[-1].within


def exceptional(promise: Promise) -> tuple[Step, ...]:
    """The closures that a letter names: a holiday, short day or exception that put the start off.

    Never nights, lunches and weekends, nor a holiday on a day that is closed every week.
    """
    return tuple(
        step for step in promise.steps if not step.counted and step.why in {"holiday", "short-day", "exception"}
    )


def as_json(promise: Promise, zone: tzinfo = UTC) -> dict[str, Any]:
    """The promise as plain JSON values; moments in ISO 8601 with the offset of `zone`, lengths in minutes."""
    return {
        "priority": promise.priority,
        "received": promise.received.astimezone(zone).isoformat(),
        "within_minutes": _minutes(promise.within),
        "expected_start": promise.expected_start.astimezone(zone).isoformat(),
        "at_once": promise.at_once,
        "steps": [
            {
                "day": step.day.isoformat(),
                "why": step.why,
                "begins": step.begins.astimezone(zone).isoformat() if step.begins else None,
                "ends": step.ends.astimezone(zone).isoformat() if step.ends else None,
                "counted_minutes": _minutes(step.counted),
                "holiday": step.holiday,
            }
            for step in promise.steps
        ],
        **_waiting_as_json(promise, zone),
    }


def _waiting_as_json(promise: Promise, zone: tzinfo) -> dict[str, Any]:
    """What there is to tell only where the desk has waited for the customer."""
    if promise.runs_from is None:
        return {}
    return {"used_minutes": _minutes(promise.used), "runs_from": promise.runs_from.astimezone(zone).isoformat()}


def _around_the_clock(desk: Desk) -> Calendar:
    """Every hour of every day, in the desk's zone."""
    day = WHOLE_DAY
    return Calendar(desk.calendar.zone, (Hours((day, day, day, day, day, day, day), open_on_holidays=True),))


def _whole_minute(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + MINUTE


def _minutes(length: timedelta) -> int | float:
    minutes = length / MINUTE
    return int(minutes) if minutes == int(minutes) else minutes


def from_json(data: dict[str, Any]) -> Promise:
    """The promise that `as_json` wrote down; moments come back in UTC."""
    return Promise(
        priority=data["priority"],
        received=_moment(data["received"]),
        within=timedelta(minutes=data["within_minutes"]),
        expected_start=_moment(data["expected_start"]),
        at_once=data["at_once"],
        steps=tuple(
            Step(
                day=date.fromisoformat(step["day"]),
                why=step["why"],
                begins=_moment(step["begins"]) if step["begins"] else None,
                ends=_moment(step["ends"]) if step["ends"] else None,
                counted=timedelta(minutes=step["counted_minutes"]),
                holiday=step["holiday"],
            )
            for step in data["steps"]
        ),
        used=timedelta(minutes=data.get("used_minutes", 0)),
        runs_from=_moment(data["runs_from"]) if "runs_from" in data else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
