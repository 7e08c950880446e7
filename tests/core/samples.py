"""Small calendars and desks that the time tests share; written as data, so that no desk file is needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.core.calendar import Calendar, Holiday, Hours, Span, Spans, Target
from mailbot.core.desk import Desk, Priority

STOCKHOLM = ZoneInfo("Europe/Stockholm")
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
MIDSUMMER_EVE, MIDSUMMER_DAY = date(2026, 6, 19), date(2026, 6, 20)

HOLIDAYS = {
    GOOD_FRIDAY: Holiday({"sv": "Långfredagen"}, shortens_eve=True),
    date(2026, 4, 5): Holiday({"sv": "Påskdagen"}, shortens_eve=True),
    EASTER_MONDAY: Holiday({"sv": "Annandag påsk"}, shortens_eve=True),
    MIDSUMMER_EVE: Holiday({"sv": "Midsommarafton"}),
    MIDSUMMER_DAY: Holiday({"sv": "Midsommardagen"}, shortens_eve=True),
}


def spans(*texts: str) -> Spans:
    """Spans from texts such as "08:00-12:00"."""
    edges = [text.split("-") for text in texts]
    return tuple(Span(_minutes(opens), _minutes(closes)) for opens, closes in edges)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def weekdays(day: Spans, *, saturday: Spans = (), **rest: object) -> Hours:
    """The same hours Monday to Friday."""
    return Hours((day, day, day, day, day, saturday, ()), **rest)  # type: ignore[arg-type]


def every_day(day: Spans, **rest: object) -> Hours:
    """The same hours on all seven days."""
    return Hours((day, day, day, day, day, day, day), **rest)  # type: ignore[arg-type]


OFFICE_HOURS = weekdays(spans("08:00-12:00", "13:00-17:00"), before_holiday=spans("08:00-13:00"))
OFFICE = Calendar(STOCKHOLM, (OFFICE_HOURS,), HOLIDAYS)


def at(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """The UTC moment of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def local(moment: datetime, zone: ZoneInfo = STOCKHOLM) -> str:
    """A moment as local time, for readable comparisons."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def hours(amount: float) -> timedelta:
    """That many hours."""
    return timedelta(hours=amount)


def priority(key: str, *targets: Target, clock: str = "hours") -> Priority:
    """A priority with those targets."""
    return Priority(key, {"sv": key}, {"sv": key}, targets, clock)  # type: ignore[arg-type]


def desk(*priorities: Priority, calendar: Calendar = OFFICE, **rest: object) -> Desk:
    """A desk with those priorities, the first being its default."""
    return Desk(
        key="sample",
        name="Sample",
        addresses=("support@example.com",),
        languages=("sv",),
        prefix="SA",
        calendar=calendar,
        priorities=priorities,
        default_priority=priorities[0].key,
        **rest,  # type: ignore[arg-type]
    )
