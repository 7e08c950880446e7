"""The expected start told to a customer, with how it was worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Why = Literal["open", "closed-hours", "weekday-closed", "holiday", "short-day", "exception"]


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch on the way from receipt to expected start: an open span used, or a closure skipped."""

    day: date
    """The local day."""
    why: Why
    begins: datetime | None = None
    """UTC; None for a day that is closed as a whole."""
    ends: datetime | None = None
    counted: timedelta = timedelta(0)
    """Open time used; zero for a closure."""
    holiday: str = ""
    """Name of the holiday that closes this day or shortens it, in the desk's first language."""


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
