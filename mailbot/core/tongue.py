"""The words that code, not a template, must put together, for each language that letters are written in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from babel import Locale

LANGUAGES: Final = ("sv", "da", "sk", "en")
"""What letters can be written in."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language speaks of days, times and opening hours. `{…}` are filled in by `moments` and `hourswords`."""

    language: str
    days: tuple[str, ...]
    """Monday first, as they stand in opening hours."""
    on_days: tuple[str, ...]
    """The same as they stand in a date told as a deadline ("najneskôr *v stredu*…")."""
    months: tuple[str, ...]
    """As they stand in a date."""
    date: str
    at: str
    """Puts the time of day after a date."""
    clock: str
    """Between hours and minutes."""
    two_digits: bool
    """Whether hours below ten have a leading zero."""
    whole_hours: bool
    """Whether full hours stand without minutes in opening hours where all of them are full."""
    summer: str
    winter: str
    """Which of the two it is, where the clock shows a time twice."""
    conjunction: str
    span: str
    day_run: str
    hours: str
    """Puts spans after days."""
    working_days: str
    """Monday to Friday where holidays are closed days."""
    working_days_name_holidays: bool
    """Whether that word already leaves holidays out."""
    every_day: str
    all_day: str
    around_the_clock: str
    not_on_holidays: str
    on_holidays_too: str
    before_holiday: str
    closed: str
    from_day: str
    closed_on: str
    """The sentence that tells why the start waits: closures."""
    short_on: str
    """Short days alone."""
    closed_and_short: str
    short_day: str
    """One short day in such a sentence."""
    other_hours: str
    """A day with other hours than usual."""
    many_closed: str
    """The sentence where there are too many to name."""
    lower_names: bool
    """Whether a holiday's name is written with a small letter in running text."""
    zones: tuple[tuple[str, str], ...]
    """Territory of a time zone and what its time is called."""
    zone: str
    """What the time of any other territory is called."""


def tongue(language: str) -> Tongue:
    """The words of a language; English for one that is not in `LANGUAGES`."""
    return _tongue(language if language in LANGUAGES else "en")


@cache
def _tongue(language: str) -> Tongue:
    return {"sv": _swedish, "da": _danish, "sk": _slovak, "en": _english}[language]()


def _names(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    locale = Locale(language)
    days, months = locale.days["format"]["wide"], locale.months["format"]["wide"]
    return tuple(days[day] for day in range(7)), tuple(months[month] for month in range(1, 13))


def _swedish() -> Tongue:
    days, months = _names("sv")
    return Tongue(
        language="sv",
        days=days,
        on_days=days,
        months=months,
        date="{weekday} {day} {month}{year}",
        at="{date} kl. {time}",
        clock=".",
        two_digits=True,
        whole_hours=True,
        summer="sommartid",
        winter="normaltid",
        conjunction="och",
        span="{opens}–{closes}",
        day_run="{first}–{last}",
        hours="{days} {spans}",
        working_days="vardagar",
        working_days_name_holidays=True,
        every_day="alla dagar",
        all_day="dygnet runt",
        around_the_clock="dygnet runt",
        not_on_holidays=", ej röda dagar",
        on_holidays_too=", även röda dagar",
        before_holiday="dag före röd dag {spans}",
        closed="stängt",
        from_day="från {day} {month} {hours}",
        closed_on="Däremellan har vi stängt på {days}.",
        short_on="Däremellan stänger vi tidigare: {days}.",
        closed_and_short="Däremellan har vi stängt på {closed} och stänger tidigare {short}.",
        short_day="{date} kl. {time} (dag före röd dag)",
        other_hours="{date} (avvikande öppettider)",
        many_closed="Däremellan har vi stängt flera dagar för helg.",
        lower_names=True,
        zones=(
            ("SE", "svensk tid"),
            ("DK", "dansk tid"),
            ("NO", "norsk tid"),
            ("FI", "finsk tid"),
            ("SK", "slovakisk tid"),
        ),
        zone="lokal tid i {territory}",
    )


def _danish() -> Tongue:
    days, months = _names("da")
    return Tongue(
        language="da",
        days=days,
        on_days=days,
        months=months,
        date="{weekday} den {day}. {month}{year}",
        at="{date} kl. {time}",
        clock=".",
        two_digits=True,
        whole_hours=True,
        summer="sommertid",
        winter="normaltid",
        conjunction="og",
        span="{opens}–{closes}",
        day_run="{first}–{last}",
        hours="{days} kl. {spans}",
        working_days="hverdage",
        working_days_name_holidays=True,
        every_day="alle dage",
        all_day="døgnet rundt",
        around_the_clock="døgnet rundt",
        not_on_holidays=", dog ikke på helligdage",
        on_holidays_too=", også på helligdage",
        before_holiday="dagen før en helligdag kl. {spans}",
        closed="lukket",
        from_day="fra den {day}. {month} {hours}",
        closed_on="Indtil da holder vi lukket {days}.",
        short_on="Indtil da lukker vi tidligere: {days}.",
        closed_and_short="Indtil da holder vi lukket {closed} og lukker tidligere {short}.",
        short_day="{date} kl. {time} (dagen før en helligdag)",
        other_hours="{date} (ændrede åbningstider)",
        many_closed="Indtil da holder vi lukket på flere helligdage.",
        lower_names=True,
        zones=(
            ("SE", "svensk tid"),
            ("DK", "dansk tid"),
            ("NO", "norsk tid"),
            ("FI", "finsk tid"),
            ("SK", "slovakisk tid"),
        ),
        zone="lokal tid i {territory}",
    )


def _slovak() -> Tongue:
    days, months = _names("sk")
    on_days = ("v pondelok", "v utorok", "v stredu", "vo štvrtok", "v piatok", "v sobotu", "v nedeľu")
    return Tongue(
        language="sk",
        days=days,
        on_days=on_days,
        months=months,
        date="{weekday} {day}. {month}{year}",
        at="{date} o {time} h",
        clock=".",
        two_digits=False,
        whole_hours=False,
        summer="letného času",
        winter="stredoeurópskeho času",
        conjunction="a",
        span="od {opens} do {closes} h",
        day_run="{first} až {last}",
        hours="{days} {spans}",
        working_days="v pracovných dňoch",
        working_days_name_holidays=True,
        every_day="každý deň",
        all_day="celý deň",
        around_the_clock="nepretržite",
        not_on_holidays=", okrem sviatkov",
        on_holidays_too=", aj počas sviatkov",
        before_holiday="v deň pred sviatkom {spans}",
        closed="zatvorené",
        from_day="od {day}. {month} {hours}",
        closed_on="Medzitým máme zatvorené: {days}.",
        short_on="Medzitým končíme skôr: {days}.",
        closed_and_short="Medzitým máme zatvorené ({closed}) a končíme skôr {short}.",
        short_day="{date} o {time} h (deň pred sviatkom)",
        other_hours="{date} (zmenený čas)",
        many_closed="Medzitým máme počas viacerých sviatkov zatvorené.",
        lower_names=False,
        zones=(("SK", "slovenský čas"), ("CZ", "český čas"), ("SE", "švédsky čas"), ("DK", "dánsky čas")),
        zone="miestny čas, {territory}",
    )


def _english() -> Tongue:
    days, months = _names("en")
    return Tongue(
        language="en",
        days=days,
        on_days=days,
        months=months,
        date="{weekday} {day} {month}{year}",
        at="{date} at {time}",
        clock=":",
        two_digits=True,
        whole_hours=False,
        summer="summer time",
        winter="standard time",
        conjunction="and",
        span="{opens}–{closes}",
        day_run="{first}–{last}",
        hours="{days} {spans}",
        working_days="Monday–Friday",
        working_days_name_holidays=False,
        every_day="every day",
        all_day="all day",
        around_the_clock="around the clock",
        not_on_holidays=", except public holidays",
        on_holidays_too=", public holidays included",
        before_holiday="the day before a public holiday {spans}",
        closed="closed",
        from_day="from {day} {month} {hours}",
        closed_on="Before then we are closed on {days}.",
        short_on="Before then we close early on {days}.",
        closed_and_short="Before then we are closed on {closed}, and we close early on {short}.",
        short_day="{date} at {time} (the day before a public holiday)",
        other_hours="{date} (other hours than usual)",
        many_closed="Before then we are closed on several holidays.",
        lower_names=False,
        zones=(),
        zone="local time in {territory}",
    )
