"""Dates, times and the reason why a start waits, in words as a native office writes them (G13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton

from mailbot.core.desk import Desk
from mailbot.core.promise import Promise, exceptional
from mailbot.core.tongue import Tongue, tongue
from mailbot.core.worktime import Step, plan_day

MOST_NAMED = 6
"""How many closed and short days a sentence names one by one."""

_PROPER = frozenset({"Kristi", "Sveriges", "Danmarks"})


def moment_words(moment: datetime, zone: ZoneInfo, language: str, *, near: datetime | None = None) -> str:
    """An aware moment in the wall time of `zone`: "tisdag 7 april kl. 08.30".

    The year is named unless it is the local year of `near`. Where the clock shows that time twice, the words say which.
    """
    words = tongue(language)
    local = moment.astimezone(zone)
    near_year = near.astimezone(zone).year if near else None
    time = clock_words(local.hour * 60 + local.minute, words)
    told = words.at.format(date=date_words(local.date(), words, near_year), time=time)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return told
    return f"{told} {words.winter if local.fold else words.summer}"


def short_moment_words(moment: datetime, zone: ZoneInfo, language: str, *, near: datetime) -> str:
    """The same for a column of a list: "tis 7/4 kl. 08.30", with the year where it is not the local one of `near`."""
    words = tongue(language)
    local = moment.astimezone(zone)
    pattern, locale = ("MMMEd", "en_GB") if words.language == "en" else ("MEd", words.language)
    if local.year != near.astimezone(zone).year:
        pattern = "yMMMEd"
    day = format_skeleton(pattern, local.date(), locale=locale)
    return words.at.format(date=day, time=clock_words(local.hour * 60 + local.minute, words))


def day_words(day: date, language: str) -> str:
    """A day with its year and without its weekday: "7 april 2026"."""
    known = tongue(language).language
    return format_date(day, "long", locale="en_GB" if known == "en" else known)


def date_words(day: date, words: Tongue, near_year: int | None) -> str:
    """A local day: "tisdag 7 april", with its year unless that is `near_year`."""
    return words.date.format(
        weekday=words.on_days[day.weekday()],
        day=day.day,
        month=words.months[day.month - 1],
        year="" if day.year == near_year else f" {day.year}",
    )


def clock_words(minutes: int, words: Tongue, *, whole: bool = False) -> str:
    """A time of day, given in minutes since midnight; `whole` leaves out the minutes."""
    hour = f"{minutes // 60:02}" if words.two_digits else str(minutes // 60)
    return hour if whole else f"{hour}{words.clock}{minutes % 60:02}"


@lru_cache(maxsize=64)
def zone_words(zone_name: str, language: str) -> str:
    """Whose time it is: "svensk tid"; a zone of no country has its own name."""
    words = tongue(language)
    territory = get_global("zone_territories").get(zone_name, "")
    told = dict(words.zones).get(territory)
    name = Locale(words.language).territories.get(territory)
    return told or (words.zone.format(territory=name) if name else zone_name)


def why_words(desk: Desk, promise: Promise, language: str) -> str:
    """One sentence on the holidays and short days that put the start off; empty where none did."""
    if promise.at_once:
        return ""
    words = tongue(language)
    year = promise.received.astimezone(desk.calendar.zone).year
    closed: list[str] = []
    short: list[str] = []
    for step in {step.day: step for step in exceptional(promise)}.values():
        spans = plan_day(desk.calendar, step.day).spans
        if spans:
            short.append(_short_day(step, spans[-1].closes, words, year))
        else:
            closed.append(_closed_day(desk, step, words, year))
    if len(closed) + len(short) > MOST_NAMED:
        return words.many_closed
    if closed and short:
        return words.closed_and_short.format(closed=listed(closed, words), short=listed(short, words))
    if closed:
        return words.closed_on.format(days=listed(closed, words))
    return words.short_on.format(days=listed(short, words)) if short else ""


def _closed_day(desk: Desk, step: Step, words: Tongue, year: int) -> str:
    if step.why != "holiday":
        return date_words(step.day, words, year)
    holiday = desk.calendar.holidays.get(step.day)
    name = holiday.names.get(words.language, "") if holiday else ""
    # "Zjavenie Pána (Traja králi a …)": the remark would make a long sentence longer.
    name = (name or step.holiday).partition(" (")[0]
    if words.lower_names and name.partition(" ")[0] not in _PROPER:
        name = name[:1].lower() + name[1:]
    return name


def _short_day(step: Step, closes: int, words: Tongue, year: int) -> str:
    day = date_words(step.day, words, year)
    if step.why != "short-day":
        return words.other_hours.format(date=day)
    whole = words.whole_hours and closes % 60 == 0
    return words.short_day.format(date=day, time=clock_words(closes, words, whole=whole))


def listed(items: Iterable[str], words: Tongue) -> str:
    """Different things, at least one, in a row with "and" before the last."""
    *first, last = dict.fromkeys(items)
    return f"{', '.join(first)} {words.conjunction} {last}" if first else last
