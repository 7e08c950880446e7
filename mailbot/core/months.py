"""Months as spans of time: of a moment, read from text, counted back, and when they begin and end in a desk's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Final

SHOWN: Final = 13
"""Months that are told unless somebody asks for others: one and the year before it, so that it can be compared."""

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def read_month(text: str) -> date:
    """The first day of a month given as 2026-11; ValueError for anything else, and for years before 1970."""
    found = _MONTH.fullmatch(text)
    if found and 1970 <= int(found[1]) < date.max.year and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    raise ValueError(f"expected a month such as 2026-11, got {text!r}")


def month_of(moment: datetime, zone: tzinfo) -> date:
    """The first day of the local month of an aware moment."""
    return moment.astimezone(zone).date().replace(day=1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """The first day of each month from that of `first` to that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def later(month: date, count: int) -> date:
    """The first day of the month that is so many months later; earlier for a negative count."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def span(since: str | None, until: str | None, this_month: date) -> tuple[date, date]:
    """The first and the last of the months that somebody asks for, as `read_month` reads them.

    Without `until` up to this month, beyond which it never goes; without `since` SHOWN of them. ValueError, naming the
    option, for what is no month, begins in the future or ends before it begins.
    """
    first, last = _option("--from", since), _option("--to", until)
    if first and last and first > last:
        raise ValueError(f"--from {first:%Y-%m} is later than --to {last:%Y-%m}")
    if first and first > this_month:
        raise ValueError(f"--from {first:%Y-%m} has not begun yet")
    last = min(last or this_month, this_month)
    return first or later(last, 1 - SHOWN), last


def bounds(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The half-open span of these months and those between them in a zone, as UTC moments."""
    return _begins(first, zone), _begins(later(last, 1), zone)


def _option(name: str, text: str | None) -> date | None:
    try:
        return None if text is None else read_month(text)
    except ValueError as exc:
        raise ValueError(f"{name}: {exc}") from None


def _begins(month: date, zone: tzinfo) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=zone).astimezone(UTC)
