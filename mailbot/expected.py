"""What `mailbot expected-start` answers: the promise for a desk, a priority and a moment of receipt, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.core import promise
from mailbot.core.desk import Desk
from mailbot.core.promise import Promise, make_promise
from mailbot.core.terms import Whose, in_terms, whose_hours, whose_target
from mailbot.core.worktime import Step
from mailbot.customerlist import find
from mailbot.files.calendars import YEARS

COLUMNS = ("desk", "priority", "received")
MAY_HAVE = ("customer", "queue")
"""Columns that a table may have besides."""

_FIRST_LINE = f"expected a first line with {','.join(COLUMNS)}"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Expected:
    """A promise, and how the moment of receipt was read where that was not plain."""

    desk: Desk
    """On the customer's terms."""
    promise: Promise
    notes: tuple[str, ...]
    customer: str = ""
    """Key; empty: of none, on the desk's own terms."""
    queue: str = ""
    """Key; empty: the default one."""


def expected_start(
    desks: Iterable[Desk], desk: str, priority: str | None, received: str, customer: str = "", queue: str = ""
) -> Expected:
    """The promise for mail received at an ISO date and time; without offset it is the desk's local time.

    No priority is the desk's default one, as no queue is; `customer` is a key, name, domain or address. ValueError says
    what is wrong and what was expected.
    """
    known = {each.key: each for each in desks}
    if desk not in known:
        raise ValueError(f"there is no desk {desk!r}; expected one of {', '.join(sorted(known))}")
    found = known[desk]
    keys = [each.key for each in found.priorities]
    key = priority or found.default_priority
    if key not in keys:
        raise ValueError(f"the desk {desk} has no priority {key!r}; expected one of {', '.join(keys)}")
    queues = [each.key for each in found.queues]
    if queue and queue not in queues:
        raise ValueError(f"the desk {desk} has no queue {queue!r}; expected one of {', '.join(queues) or '(none)'}")
    whose = _customer(found, customer)
    moment, notes = read_moment(received, found.calendar.zone)
    met = in_terms(found, whose)
    return Expected(met, make_promise(met, key, moment, queue), notes, whose, queue)


def _customer(desk: Desk, text: str) -> str:
    """The key of the one customer that is meant; empty where none is asked for."""
    if not text:
        return ""
    if desk.customers is None:
        raise ValueError(f"the desk {desk.key} has no customer files")
    keys = sorted({found.customer.key for found in find((desk,), text)})
    if not keys:
        raise ValueError(f"the desk {desk.key} has no customer {text!r}; `mailbot customers list` lists them")
    if len(keys) > 1:
        raise ValueError(f"{text!r} means several customers of the desk {desk.key}: {', '.join(keys)}")
    return keys[0]


def as_json(answer: Expected) -> dict[str, Any]:
    """The answer as plain JSON values; moments in the desk's local time with its offset."""
    told = promise.as_json(answer.promise, answer.desk.calendar.zone)
    return {"desk": answer.desk.key, **_asked_for(answer), **told, "notes": list(answer.notes)}


def _asked_for(answer: Expected) -> dict[str, str]:
    """Customer, with whose terms were used, and queue: each only where it was asked for."""
    found = {"queue": answer.queue} if answer.queue else {}
    if answer.customer:
        target = whose_target(answer.desk, answer.customer, answer.promise.priority)
        hours = whose_hours(answer.desk, answer.customer)
        found |= {"customer": answer.customer, "target_of": target, "hours_of": hours}
    return found


def in_words(answer: Expected) -> Iterator[str]:
    """The answer in English, a line at a time: the moment first, then each step to it."""
    zone = answer.desk.calendar.zone
    made = answer.promise
    start = made.expected_start.astimezone(zone)
    if made.at_once:
        yield f"Work starts at once: the desk is open, and {made.priority} waits for nothing."
    else:
        yield f"Work starts at the latest {_told(start)} ({zone.key}, UTC{start:%z})."
    target = f"within {_length(made.within)} of open time" if made.within else "at once while open"
    received = _told(made.received.astimezone(zone))
    queue = f", queue {answer.queue}" if answer.queue else ""
    yield f"{answer.desk.key}{queue}, priority {made.priority} ({target}), received {received}."
    yield from _terms(answer)
    yield from answer.notes
    if made.steps:
        yield ""
    for step in made.steps:
        yield f"  {_told_step(step, zone)}"
    if made.steps and made.steps[-1].ends != made.expected_start and made.within:
        yield "  rounded up to the whole minute"


def _terms(answer: Expected) -> Iterator[str]:
    """Whose terms they are, where a customer's were asked for."""
    customer = answer.desk.customer(answer.customer)
    if customer is None:
        return
    agreement = answer.desk.agreements.get(customer.agreement)
    named = f"its agreement's ({agreement.key})" if agreement else ""
    words: dict[Whose, str] = {"customer": "its own", "agreement": named, "desk": "the desk's"}
    target = words[whose_target(answer.desk, customer.key, answer.promise.priority)]
    hours = words[whose_hours(answer.desk, customer.key)]
    counted = answer.desk.priority(answer.promise.priority).clock
    if counted == "always":
        hours = "none: every hour counts"
    yield f"Customer {customer.key} ({customer.name}): the target is {target}, the hours are {hours}."


def csv_rows(lines: Iterable[str], desks: Iterable[Desk]) -> Iterator[dict[str, Any]]:
    """One object per row of a CSV text with the columns COLUMNS, and maybe MAY_HAVE, in the order of the rows.

    A row that cannot be answered gives its line number and an error; the rows after it are answered all the same.
    """
    known = tuple(desks)
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        # A line at a time: a quote left open must not swallow the rest of the file.
        try:
            row = next(csv.reader([line], strict=True), [])
        except csv.Error as exc:
            yield {"line": number, "error": f"is not CSV: {exc}"}
            continue
        if not row:
            continue
        if header:
            yield _row(dict(zip(header, row, strict=False)), len(row) == len(header), number, known)
            continue
        header = [name.strip("\ufeff ").lower() for name in row]
        if missing := [name for name in COLUMNS if name not in header]:
            yield {"line": number, "error": f"{_FIRST_LINE}; it lacks {', '.join(missing)}"}
            return
    if not header:
        yield {"line": 1, "error": f"{_FIRST_LINE}; there is nothing"}


def _row(row: dict[str, str], complete: bool, line: int, desks: tuple[Desk, ...]) -> dict[str, Any]:
    if not complete:
        return {"line": line, "error": "expected as many fields as the first line has"}
    desk, priority, received, customer, queue = (row.get(name, "").strip() for name in (*COLUMNS, *MAY_HAVE))
    try:
        return as_json(expected_start(desks, desk, priority, received, customer, queue))
    except ValueError as exc:
        return {"line": line, "error": str(exc)}


def read_moment(text: str, zone: ZoneInfo) -> tuple[datetime, tuple[str, ...]]:
    """An ISO date and time, without offset in `zone`, as an aware moment; and how it was read where that is not plain.

    ValueError says what was expected.
    """
    try:
        # A date alone parses too, as midnight; it would be a guess.
        moment = datetime.fromisoformat(text) if len(text) > len("2026-04-02") else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"expected an ISO date and time such as 2026-04-02T11:30, got {text!r}")
    if moment.year not in YEARS:
        raise ValueError(f"expected a year from {YEARS[0]} to {YEARS[-1]}, whose holidays are known, got {text!r}")
    if moment.tzinfo is not None:
        return moment, ()
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first, ()
    real = first.astimezone(UTC).astimezone(zone)
    if real.replace(tzinfo=None, fold=0) != moment:
        return real, (f"{moment:%H:%M} is skipped that day, for the clocks go forward; read as {real:%H:%M}.",)
    return first, (f"{moment:%H:%M} comes twice that day, for the clocks go back; read as the first (UTC{first:%z}).",)


def _told(moment: datetime) -> str:
    seconds = f":{moment:%S}" if moment.second else ""
    return f"{_DAYS[moment.weekday()]} {moment:%Y-%m-%d %H:%M}{seconds}"


def _told_step(step: Step, zone: ZoneInfo) -> str:
    day = f"{_DAYS[step.day.weekday()]} {step.day}"
    if step.begins is None or step.ends is None:
        return f"{day}  {'':11}  {_closed(step)}"
    begins, ends = step.begins.astimezone(zone), step.ends.astimezone(zone)
    until = f"{ends:%H:%M}" if ends.date() == step.day else "24:00"
    told = f"{_length(step.counted)} counted{_day_kind(step)}" if step.counted else _closed(step)
    change = ", the clocks change" if begins.utcoffset() != ends.utcoffset() else ""
    return f"{day}  {begins:%H:%M}-{until}  {told}{change}"


def _closed(step: Step) -> str:
    return {
        "weekday-closed": "closed on this weekday",
        "holiday": f"closed: {step.holiday}",
        "short-day": f"closed: short day before {step.holiday}",
        "exception": "closed: an exception for this date",
    }.get(step.why, "closed: outside the hours")


def _day_kind(step: Step) -> str:
    if step.why == "short-day":
        return f" (short day before {step.holiday})"
    return " (an exception for this date)" if step.why == "exception" else ""


def _length(length: timedelta) -> str:
    hours, rest = divmod(length, timedelta(hours=1))
    minutes, seconds = divmod(rest.total_seconds(), 60)
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes:.0f} min" if minutes else "",
        f"{seconds:g} s" if seconds else "",
    ]
    return " ".join(part for part in parts if part) or "0 min"
