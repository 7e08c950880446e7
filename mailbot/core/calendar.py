"""Opening hours, holidays and targets as plain data: what `core.worktime` counts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from mailbot.core.texts import Texts


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one local day, half-open [opens, closes), in minutes since local midnight (0 to 1440)."""

    opens: int
    closes: int


Spans = tuple[Span, ...]
"""The spans of one day, in order and apart; empty is a closed day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in force from the day `since` (None: always) until the next ones begin (B6, B10)."""

    week: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
    """Monday first."""
    since: date | None = None
    open_on_holidays: bool = False
    """Whether a holiday is a day like any other (B10)."""
    before_holiday: Spans | None = None
    """The short day's spans; None where the day before a holiday is an ordinary one (V2)."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day the desk is closed for."""

    names: Texts
    shortens_eve: bool = False
    """Whether the day before it is a short day at desks that have one: public holidays do, mere Sundays do not."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: all that `core.worktime` needs to know about one set of opening hours."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    """Ordered by `since`, None first."""
    holidays: Mapping[date, Holiday] = field(default_factory=dict)
    exceptions: Mapping[date, Spans] = field(default_factory=dict)
    """Per date; they win over every other rule."""


@dataclass(frozen=True, slots=True)
class Target:
    """The open time within which work starts, for mail received on or after `since` (S13)."""

    within: timedelta
    since: date | None = None
