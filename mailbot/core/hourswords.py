"""Opening hours in words, as a native office writes them: "vardagar 08–12 och 13–17; dag före röd dag 08–13"."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from mailbot.core.calendar import Hours, Span, Spans
from mailbot.core.moments import clock_words, listed
from mailbot.core.tongue import Tongue, tongue
from mailbot.core.worktime import hours_on

SOON = timedelta(days=14)
"""How long before their first day new hours are told beside the old ones."""

_WHOLE_DAY: Spans = (Span(0, 1440),)


@lru_cache(maxsize=512)
def hours_words(hours: tuple[Hours, ...], day: date, language: str, *, holidays: bool = True) -> str:
    """The hours in force on a local day, and those that come into force soon after; empty where there are none.

    `holidays`: whether the calendar they belong to knows any holiday.
    """
    words = tongue(language)
    now = hours_on(hours, day)
    told = [_told(now, words, holidays=holidays)] if now else []
    for each in hours:
        if each.since is not None and day < each.since <= day + SOON:
            later = _told(each, words, holidays=holidays)
            month = words.months[each.since.month - 1]
            told.append(words.from_day.format(day=each.since.day, month=month, hours=later))
    return "; ".join(told)


def _told(hours: Hours, words: Tongue, *, holidays: bool) -> str:
    if not any(hours.week):
        return words.closed
    spans = {span for day in hours.week for span in day} | set(hours.before_holiday or ())
    whole = words.whole_hours and all(edge % 60 == 0 for span in spans for edge in (span.opens, span.closes))
    told, names_holidays = _week(hours, words, whole=whole)
    if hours.open_on_holidays:
        # Whoever reads "around the clock" does not ask about holidays.
        told += words.on_holidays_too if holidays and told != words.around_the_clock else ""
    elif holidays and not names_holidays:
        told += words.not_on_holidays
    if hours.before_holiday is not None and not hours.open_on_holidays and holidays:
        told += "; " + words.before_holiday.format(spans=_spans(hours.before_holiday, words, whole=whole))
    return told


def _week(hours: Hours, words: Tongue, *, whole: bool) -> tuple[str, bool]:
    """The week, equal days together, and whether its words already leave holidays out."""
    week = hours.week
    if all(day == _WHOLE_DAY for day in week):
        return words.around_the_clock, False
    if len(set(week)) == 1:
        return words.hours.format(days=words.every_day, spans=_spans(week[0], words, whole=whole)), False
    if len(set(week[:5])) == 1 and week[0] and not week[5] and not week[6] and not hours.open_on_holidays:
        spans = _spans(week[0], words, whole=whole)
        return words.hours.format(days=words.working_days, spans=spans), words.working_days_name_holidays
    runs: dict[Spans, list[str]] = {}
    for spans_of_day, days in groupby(range(7), key=lambda day: week[day]):
        if spans_of_day:
            runs.setdefault(spans_of_day, []).append(_run([*days], words))
    told = [
        words.hours.format(days=listed(days, words), spans=_spans(spans_of_day, words, whole=whole))
        for spans_of_day, days in runs.items()
    ]
    return ", ".join(told), False


def _run(days: list[int], words: Tongue) -> str:
    first, last = words.days[days[0]], words.days[days[-1]]
    if len(days) == 1:
        return first
    return f"{first} {words.conjunction} {last}" if len(days) == 2 else words.day_run.format(first=first, last=last)


def _spans(spans: Spans, words: Tongue, *, whole: bool) -> str:
    if not spans:
        return words.closed
    if spans == _WHOLE_DAY:
        return words.all_day
    told = (
        words.span.format(
            opens=clock_words(span.opens, words, whole=whole), closes=clock_words(span.closes, words, whole=whole)
        )
        for span in spans
    )
    return listed(told, words)
