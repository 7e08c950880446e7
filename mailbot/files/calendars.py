"""The `holidays` package's calendars, frozen into the plain mappings that the core reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

import holidays

from mailbot.core.calendar import Holiday
from mailbot.core.texts import Texts

YEARS = range(2000, 2061)
"""The years whose holidays are known; no moment outside them is promised anything."""

_ENGLISH = "en_US"
_MERE_SUNDAY = "Sunday"


class CalendarError(ValueError):
    """A calendar was asked for that the `holidays` package does not have; carries every slip found."""

    def __init__(self, slips: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{argument}: {message}" for argument, message in slips))
        self.slips = slips
        """Which argument is wrong, and what was expected."""


def country_holidays(
    country: str,
    languages: tuple[str, ...],
    *,
    closed: tuple[str, ...] = ("public",),
    short_before: tuple[str, ...] = ("public",),
    named: tuple[str, ...] = (),
) -> Mapping[date, Holiday]:
    """The days in `YEARS` on which a desk in that country is closed.

    `closed` names categories of the `holidays` package, `short_before` those of them whose eve is short; `named` picks
    single days out of any other category by English name. A mere Sunday, which some countries' law counts among
    holidays, is none. The names are given in each of the languages, in that order; where the package does not know
    one, in the country's own. CalendarError says what it does not have.
    """
    _check(country, closed, short_before, named)
    days: dict[date, Holiday] = {}
    for category in closed:
        for day, english, names in _category(country, category, languages):
            if english != _MERE_SUNDAY:
                held = days.get(day)
                shortens = category in short_before or (held is not None and held.shortens_eve)
                days[day] = Holiday(held.names if held else names, shortens)
    for category in _others(country, closed) if named else ():
        for day, english, names in _category(country, category, languages):
            if english in named:
                days.setdefault(day, Holiday(names))
    return MappingProxyType(dict(sorted(days.items())))


def _check(country: str, closed: tuple[str, ...], short_before: tuple[str, ...], named: tuple[str, ...]) -> None:
    if country not in holidays.list_supported_countries():
        message = f"expected a country such as SE, DK or SK that has a calendar, got {country!r}"
        raise CalendarError((("country", message),))
    known = holidays.country_holidays(country).supported_categories
    slips = [
        ("closed", f"expected some of {', '.join(known)} for {country}, got {category!r}")
        for category in closed
        if category not in known
    ]
    slips += [
        ("short_before", f"expected some of those in closed, got {category!r}")
        for category in short_before
        if category not in closed
    ]
    if named:
        others = _others(country, closed)
        names = {english for category in others for _, english, _ in _category(country, category, ())}
        slips += [
            (
                "named",
                f"{country} has no day {name!r} beside those in closed; it has {', '.join(sorted(names)) or 'none'}",
            )
            for name in named
            if name not in names
        ]
    if slips:
        raise CalendarError(tuple(slips))


def _others(country: str, closed: tuple[str, ...]) -> list[str]:
    """The categories that are not taken whole."""
    return [each for each in holidays.country_holidays(country).supported_categories if each not in closed]


def _category(country: str, category: str, languages: tuple[str, ...]) -> Iterator[tuple[date, str, Texts]]:
    """Each holiday of one category: its day, its English name, and its name in each language.

    The package joins the names of two holidays on one day; they come apart here.
    """
    calendars = {
        language: holidays.country_holidays(
            country, years=YEARS, language=_package_language(country, language), categories=(category,)
        )
        for language in dict.fromkeys((*languages, "en"))
    }
    for day in calendars["en"]:
        lists = {language: calendar.get_list(day) for language, calendar in calendars.items()}
        for index, english in enumerate(lists["en"]):
            names = {language: (lists[language][index : index + 1] or [english])[0] for language in languages}
            yield day, english, MappingProxyType(names)


def _package_language(country: str, language: str) -> str:
    """What the package calls that language for that country; the country's own where it has no names in it.

    Always given: without it the names follow the language of the process.
    """
    entity = holidays.country_holidays(country)
    if language == "en" and _ENGLISH in entity.supported_languages:
        return _ENGLISH
    if language in entity.supported_languages:
        return language
    return entity.default_language or (entity.supported_languages[0] if entity.supported_languages else _ENGLISH)
