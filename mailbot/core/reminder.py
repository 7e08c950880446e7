"""Which promised starts of work are due for a reminder or late at a moment, and which agents are reminded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from mailbot.core.audience import for_customer_turn
from mailbot.core.calendar import Calendar, Hours
from mailbot.core.desk import Agent, Desk
from mailbot.core.promise import clock_of
from mailbot.core.route import route_named
from mailbot.core.worktime import HORIZON, MoreSpans, NeverOpenError, count_open, is_open, nothing_more, open_between

What = Literal["reminder", "late"]
"""That work is to begin soon, told to agents; that it has not begun in time, told to the desk's lead."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A case whose customers were told when work starts, and on which nobody has begun."""

    ticket_id: int
    queue: str
    priority: str
    """Key."""
    customer: str
    """Key; empty: of none."""
    assignee: str
    """Address; empty: nobody has taken it."""
    route: str
    """Name; empty: it took none."""
    start: datetime
    """By when work starts at the latest, aware."""
    made: datetime
    """When the mail came that brought this promise about, aware."""

    def cause(self, what: What) -> str:
        """What the letter is known by: there is one of each for a promise."""
        return f"{what}:ticket:{self.ticket_id}:{self.start.astimezone(UTC):%Y%m%dT%H%MZ}"


def due(desk: Desk, case: Awaited, now: datetime) -> What | None:
    """What is to be told of a case at an aware moment; None: nothing, or not yet. Whether it was told is not asked.

    `desk` is the desk on the terms of the case's customer. Lengths are open time of the promise's own clock, and
    nothing is told while that is closed. Agents are reminded `before` the start, but not before half of the time that
    the promise gave has passed: they have just heard of the case. The lead is told once more than `after` has passed
    since the start. A promise that gave no open time at all, which is told as "at once", "as soon as possible" or the
    next opening, is reminded of never, and late only after the desk's grace.
    """
    before, after = desk.reminders.before, desk.reminders.after
    calendar, more = _clock(desk, case)
    if (before is None if now < case.start else after is None) or not is_open(calendar, now, more):
        return None
    given = open_between(calendar, case.made, case.start, more)
    if now < case.start:
        assert before is not None
        return "reminder" if open_between(calendar, now, case.start, more) <= min(before, given / 2) else None
    assert after is not None
    allowed = after if given else max(after, desk.grace)
    return "late" if open_between(calendar, max(case.start, case.made), now, more) > allowed else None


def horizon(desk: Desk, now: datetime) -> datetime | None:
    """A moment behind which no start is due for a reminder at an aware `now`, whosever terms it was promised on.

    None where none is due at all: the desk reminds nobody, or whatever clock counts is closed.
    """
    before = desk.reminders.before
    if before is None:
        return None
    clocks = {priority.clock for priority in desk.priorities}
    found = [now + before] if "always" in clocks else []
    for hours in _all_hours(desk):
        calendar = Calendar(desk.calendar.zone, hours, desk.calendar.holidays, desk.calendar.exceptions)
        # Duty is open time besides the hours, so that it brings the moment nearer; it may be open where these are not.
        if "duty" in clocks or is_open(calendar, now):
            found.append(_after_open(calendar, now, before))
    return max(found, default=None)


def reminded(desk: Desk, case: Awaited, now: datetime) -> tuple[Agent, ...]:
    """Who is reminded at an aware moment: whoever has taken the case and is on duty, else those on duty for its queue.

    The duty team of its route in their place, and where nobody is on duty the next shift, as for a new case. `desk` is
    on its own terms: whose case it is has no part in who works. Empty only where the desk has no agents.
    """
    route = route_named(desk, case.route, now)
    return for_customer_turn(desk, case.queue, now, assignee=case.assignee, writers=frozenset(), route=route)


def _clock(desk: Desk, case: Awaited) -> tuple[Calendar, MoreSpans]:
    """What counts as open time for the case; the desk's hours where the desk file has lost its priority."""
    level = next((each for each in desk.priorities if each.key == case.priority), None)
    return clock_of(desk, level, case.queue) if level else (desk.calendar, nothing_more)


def _all_hours(desk: Desk) -> Iterator[tuple[Hours, ...]]:
    """Every set of hours in which a case of the desk may be counted (C6), each once."""
    customers = desk.customers.by_key.values() if desk.customers else ()
    own = {each.hours for each in (*desk.agreements.values(), *customers) if each.hours}
    yield from own | {desk.calendar.hours}


def _after_open(calendar: Calendar, now: datetime, length: timedelta) -> datetime:
    try:
        return count_open(calendar, now, length)[0]
    except NeverOpenError:
        return now + HORIZON
