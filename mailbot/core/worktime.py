"""Opening hours: whether a calendar is open at a moment, and when an amount of open time has passed.

A moment is open where the wall clock of the calendar's zone reads within a span of that day's plan. Lengths are elapsed
time in UTC, so a clock change neither adds nor loses an hour. Moments taken and given are aware; those given are UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from mailbot.core.calendar import Calendar, Holiday, Hours, Span, Spans

HORIZON = timedelta(days=3660)
"""How far ahead open time is looked for: ten years, longer than any target that a desk file may hold."""

_DAY = timedelta(days=1)

WHOLE_DAY: Spans = (Span(0, 1440),)

MoreSpans = Callable[[date], Spans]
"""Open time of a day beside the calendar's own: somebody on duty (V4)."""

Stretch = tuple[datetime, datetime]
"""A half-open piece of elapsed time, UTC."""


class NeverOpenError(ValueError):
    """No open time, or not enough of it, was found within `HORIZON`."""


Why = Literal["open", "closed-hours", "weekday-closed", "holiday", "short-day", "exception"]


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch on the way from receipt to expected start: an open span used, or a closure skipped."""

    day: date
    """The local day."""
    why: Why
    """Of a closure "holiday", "short-day" or "exception" only where the day would else have been open in it."""
    begins: datetime | None = None
    """UTC; None for a day that is closed as a whole."""
    ends: datetime | None = None
    counted: timedelta = timedelta(0)
    """Open time used; zero for a closure."""
    holiday: str = ""
    """Name of the holiday that closes this day or shortens it, in the desk's first language."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What one local day looks like, and why."""

    day: date
    spans: Spans
    why: Why
    """"open" (an ordinary day), "weekday-closed", "holiday", "short-day" or "exception"."""
    usual: Spans
    """What the day would be without the holiday, short day or exception."""
    holiday: Holiday | None = None
    """What closes this day, or shortens it from the day after."""


def nothing_more(_day: date) -> Spans:
    """No open time beside the calendar's own."""
    return ()


def hours_on(hours: tuple[Hours, ...], day: date) -> Hours | None:
    """The hours in force on a local day (B6, B10); None before the first ones."""
    return next((each for each in reversed(hours) if each.since is None or each.since <= day), None)


def plan_day(calendar: Calendar, day: date) -> DayPlan:
    """The spans of a local day: exception before holiday before short day before weekday.

    A rule that changes nothing is not the reason: a holiday on a closed Saturday is a closed Saturday, and a short day
    never opens a day that is closed every week.
    """
    plan = _plan_by_rule(calendar, day)
    exception = calendar.exceptions.get(day)
    if exception is None or exception == plan.spans:
        return plan
    return DayPlan(day, exception, "exception", plan.spans)


def _plan_by_rule(calendar: Calendar, day: date) -> DayPlan:
    hours = hours_on(calendar.hours, day)
    week = hours.week[day.weekday()] if hours else ()
    if hours is None or not week:
        return DayPlan(day, (), "weekday-closed", ())
    holiday = calendar.holidays.get(day)
    if holiday is not None and not hours.open_on_holidays:
        return DayPlan(day, (), "holiday", week, holiday)
    if hours.before_holiday is not None and day < date.max:
        tomorrow = calendar.holidays.get(day + timedelta(days=1))
        if tomorrow is not None and tomorrow.shortens_eve:
            return DayPlan(day, hours.before_holiday, "short-day", week, tomorrow)
    return DayPlan(day, week, "open", week)


def join(*many: Spans) -> Spans:
    """All the time in any of the given spans of one day, in order and apart."""
    joined: list[Span] = []
    for span in sorted(span for spans in many for span in spans if span.opens < span.closes):
        if joined and span.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, span.closes))
        else:
            joined.append(span)
    return tuple(joined)


def gaps(spans: Spans) -> Spans:
    """The time of one day in none of the given spans, which are in order and apart."""
    edges = [0, *(edge for span in spans for edge in (span.opens, span.closes)), 1440]
    return tuple(Span(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if begin < end)


def is_open(calendar: Calendar, moment: datetime, more: MoreSpans = nothing_more) -> bool:
    """Whether the calendar is open at that moment; at the very moment of closing it is not."""
    local = moment.astimezone(calendar.zone)
    return reads_within(join(plan_day(calendar, local.date()).spans, more(local.date())), local)


def reads_within(spans: Spans, local: datetime) -> bool:
    """Whether the wall clock reads within the spans of its day."""
    minute = local.hour * 60 + local.minute
    return any(span.opens <= minute < span.closes for span in spans)


def next_opening(calendar: Calendar, moment: datetime, more: MoreSpans = nothing_more) -> datetime:
    """That moment if it is open, else the next one that is. NeverOpenError where there is none."""
    return count_open(calendar, moment, timedelta(0), more)[0]


def count_open(
    calendar: Calendar, start: datetime, amount: timedelta, more: MoreSpans = nothing_more
) -> tuple[datetime, tuple[Step, ...]]:
    """The earliest moment when `amount` of open time has passed since `start`, and every stretch on the way.

    Landing exactly on closing time gives the closing time. An amount of zero gives `start` if that is open, else the
    next opening. ValueError for a naive start or a negative amount; NeverOpenError beyond `HORIZON`.
    """
    if start.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {start}")
    if amount < timedelta(0):
        raise ValueError(f"expected an amount of zero or more, got {amount}")
    now, left = start.astimezone(UTC), amount
    steps: list[Step] = []
    for day in _days(calendar, start):
        if day.begin - start > HORIZON:
            break
        plan = day.plan
        spans = join(plan.spans, more(plan.day))
        for opens, closes in day.stretches(spans):
            if closes <= now:
                continue
            if opens > now:
                steps.append(_closure(day, now, opens))
                now = opens
            if not left:
                return now, tuple(steps)
            used = min(left, closes - now)
            why = plan.why if plan.why in {"short-day", "exception"} else "open"
            steps.append(Step(plan.day, why, now, now + used, used, _holiday_name(plan)))
            now, left = now + used, left - used
            if not left:
                return now, tuple(steps)
        if not spans and now <= day.begin:
            steps.append(Step(plan.day, plan.why, holiday=_holiday_name(plan)))
        elif now < day.end:
            steps.append(_closure(day, now, day.end))
        now = max(now, day.end)
    raise NeverOpenError(f"no {amount} of open time found within {HORIZON.days} days after {start.isoformat()}")


def open_between(calendar: Calendar, start: datetime, end: datetime, more: MoreSpans = nothing_more) -> timedelta:
    """The open time from `start` to `end`: zero where `end` is not later. ValueError for a naive moment."""
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError(f"expected moments with a zone, got {start} and {end}")
    total = timedelta(0)
    for day in _days(calendar, start):
        if day.begin >= end:
            break
        for opens, closes in day.stretches(join(day.plan.spans, more(day.plan.day))):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


@dataclass(frozen=True, slots=True)
class _Day:
    """A local day and the UTC moments when it begins and ends."""

    zone: ZoneInfo
    plan: DayPlan
    begin: datetime
    end: datetime

    def stretches(self, spans: Spans) -> tuple[Stretch, ...]:
        """When the wall clock reads within the spans."""
        longer = self.end - self.begin - _DAY
        if not longer:
            return tuple(_placed(self.begin, span) for span in spans)
        # A clock change: the old offset holds before it, the new one after. A time of day that is skipped is never
        # read; one that comes twice is read twice.
        new = self.end.astimezone(self.zone).utcoffset() or timedelta(0)
        change = _clock_change(self.zone, new, self.begin, self.end)
        old_midnight, new_midnight = self.begin, self.begin + longer
        before = ((opens, min(closes, change)) for opens, closes in (_placed(old_midnight, span) for span in spans))
        after = ((max(opens, change), closes) for opens, closes in (_placed(new_midnight, span) for span in spans))
        joined: list[Stretch] = []
        for opens, closes in (*before, *after):
            if joined and opens < closes and joined[-1][1] == opens:
                joined[-1] = (joined[-1][0], closes)
            elif opens < closes:
                joined.append((opens, closes))
        return tuple(joined)


def _days(calendar: Calendar, start: datetime) -> Iterator[_Day]:
    """Each local day from that of `start` on."""
    day = start.astimezone(calendar.zone).date()
    begin = _midnight(calendar.zone, day)
    while day.year < date.max.year:
        tomorrow = day + timedelta(days=1)
        end = _midnight(calendar.zone, tomorrow)
        yield _Day(calendar.zone, plan_day(calendar, day), begin, end)
        day, begin = tomorrow, end


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _placed(midnight: datetime, span: Span) -> Stretch:
    return midnight + timedelta(minutes=span.opens), midnight + timedelta(minutes=span.closes)


def _clock_change(zone: ZoneInfo, new: timedelta, begin: datetime, end: datetime) -> datetime:
    """The first second from `begin` to `end` from which the new offset holds."""
    before, after = -1, int((end - begin).total_seconds())
    while before + 1 < after:
        middle = (before + after) // 2
        changed = (begin + timedelta(seconds=middle)).astimezone(zone).utcoffset() == new
        before, after = (before, middle) if changed else (middle, after)
    return begin + timedelta(seconds=after)


def _closure(day: _Day, begin: datetime, end: datetime) -> Step:
    """A closed part of a day; the day's own reason is given only where it would else have been open in that part."""
    plan = day.plan
    if plan.why == "weekday-closed":
        return Step(plan.day, plan.why, begin, end)
    if plan.why != "open" and any(opens < end and closes > begin for opens, closes in day.stretches(plan.usual)):
        return Step(plan.day, plan.why, begin, end, holiday=_holiday_name(plan))
    return Step(plan.day, "closed-hours", begin, end)


def _holiday_name(plan: DayPlan) -> str:
    return next(iter(plan.holiday.names.values()), "") if plan.holiday else ""
