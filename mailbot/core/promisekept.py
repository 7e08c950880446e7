"""Judges whether cases were started by the time their customers were told, and sums it up by priority and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import zip_longest
from typing import Literal

from mailbot.core.calendar import Calendar
from mailbot.core.months import month_of
from mailbot.core.worktime import MoreSpans, nothing_more, open_between

Outcome = Literal["kept", "missed", "pending", "void"]
"""`void`: the case ended before its work began and before the promise was broken (merged, spam, withdrawn)."""


@dataclass(frozen=True, slots=True)
class Told:
    """An expected start as a customer was told it."""

    made: datetime
    """From when on it held: the receipt of the mail that brought it about, aware."""
    start_by: datetime
    at_once: bool = False
    """Judged with the desk's grace."""
    suspended: datetime | None = None
    """When it ceased to hold because the desk waited for the customer; the answer brings a promise of its own."""


@dataclass(frozen=True, slots=True)
class Begin:
    """One beginning of work that a customer waited for: a case's first, or one after it was reopened."""

    desk: str
    queue: str
    priority: str
    """The last one before work began."""
    received: datetime
    """When the mail reached us that opened or reopened the case, aware."""
    told: tuple[Told, ...]
    """In the order they were made, each in place of the one before."""
    started: datetime | None = None
    """The first thing an agent told the customer, or #take."""
    ended: datetime | None = None
    """When the case was over, if its work never began."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What has become of a promise."""

    outcome: Outcome
    late: timedelta = timedelta(0)
    """Of a missed one: elapsed time, nights too, from the earliest start that was told and not kept to the start of
    work; to its end, or to now, where it has not begun. The grace decides whether it is late, not how late."""


@dataclass(frozen=True, slots=True)
class Record:
    """How the promises of one desk, priority and month (local, of receipt) were kept."""

    desk: str
    priority: str
    month: date
    kept: int
    missed: int
    pending: int
    void: int
    median_late: timedelta | None
    """Of the missed ones; None where there are none. Over all of them it would be zero at any desk worth the name."""
    worst_late: timedelta | None

    @property
    def judged(self) -> int:
        """How many were kept or missed."""
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        """Percent kept of those judged; None for none."""
        return 100 * self.kept / self.judged if self.judged else None


def judge(begin: Begin, now: datetime, calendar: Calendar, grace: timedelta, more: MoreSpans = nothing_more) -> Keeping:
    """Whether work began by the latest start that was told; one that was broken before it was replaced stays broken.

    Starting at the very moment told keeps the promise. "At once" is kept while no more than `grace` of open time
    (of `calendar` and `more`, the priority's clock) has passed since. A case without any promise is void once its work
    began or it ended, and pending until then. All moments are aware.
    """
    until = begin.started or begin.ended or now
    # A later one whose moment had passed was told as "as soon as possible": the one before it holds on.
    telling = [told for number, told in enumerate(begin.told) if not number or told.start_by >= told.made]
    for told, following in zip_longest(telling, telling[1:]):
        if told.made > until:
            break
        ceased = [moment for moment in (told.suspended, following and following.made) if moment]
        if _broken(told, min([until, *ceased]), calendar, grace, more):
            return Keeping("missed", until - told.start_by)
    if begin.started and begin.told:
        return Keeping("kept")
    return Keeping("void" if begin.started or begin.ended else "pending")


def _broken(told: Told, until: datetime, calendar: Calendar, grace: timedelta, more: MoreSpans) -> bool:
    """Whether the promise was broken by that moment, work not having begun before it."""
    if until <= told.start_by:
        return False
    return not told.at_once or open_between(calendar, told.start_by, until, more) > grace


def records(judged: Iterable[tuple[Begin, Keeping]], zones: Mapping[str, tzinfo]) -> tuple[Record, ...]:
    """The figures for each desk, month and priority that occurs, in that order; KeyError for a desk without a zone."""
    keepings: defaultdict[tuple[str, date, str], list[Keeping]] = defaultdict(list)
    for begin, keeping in judged:
        keepings[begin.desk, month_of(begin.received, zones[begin.desk]), begin.priority].append(keeping)
    return tuple(_record(*key, keepings[key]) for key in sorted(keepings))


def _record(desk: str, month: date, priority: str, keepings: list[Keeping]) -> Record:
    outcomes = [keeping.outcome for keeping in keepings]
    late = sorted(keeping.late for keeping in keepings if keeping.outcome == "missed")
    middle = len(late) // 2
    return Record(
        desk=desk,
        priority=priority,
        month=month,
        kept=outcomes.count("kept"),
        missed=len(late),
        pending=outcomes.count("pending"),
        void=outcomes.count("void"),
        median_late=(late[middle] + late[~middle]) / 2 if late else None,
        worst_late=max(late, default=None),
    )
