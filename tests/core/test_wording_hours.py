"""Opening hours in words: equal days together, holidays and short days told, in four languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Hours, Span, Spans
from mailbot.core.hourswords import hours_words
from mailbot.core.tongue import LANGUAGES
from tests.lettering import shipped_desks

DAY = date(2026, 4, 2)
OFFICE: Spans = (Span(480, 1020),)
LUNCH: Spans = (Span(540, 720), Span(780, 900))
HALF: Spans = (Span(510, 960),)
SHORT: Spans = (Span(480, 780),)
WHOLE: Spans = (Span(0, 1440),)
WEEKDAYS = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ())
FRIDAY = (HALF, HALF, HALF, HALF, (Span(510, 930),), (), ())
LUNCH_WEEK = Hours((LUNCH, LUNCH, LUNCH, LUNCH, LUNCH, (), ()), before_holiday=SHORT)


@pytest.mark.parametrize(
    ("hours", "language", "words"),
    [
        (Hours(WEEKDAYS), "sv", "vardagar 08–17"),
        (Hours(WEEKDAYS), "da", "hverdage kl. 08–17"),
        (Hours(WEEKDAYS), "sk", "v pracovných dňoch od 8.00 do 17.00 h"),
        (Hours(WEEKDAYS), "en", "Monday–Friday 08:00–17:00, except public holidays"),
        (LUNCH_WEEK, "sv", "vardagar 09–12 och 13–15; dag före röd dag 08–13"),
        (
            LUNCH_WEEK, "da",
            "hverdage kl. 09–12 og 13–15; dagen før en helligdag kl. 08–13",
        ),
        (
            LUNCH_WEEK, "sk",
            "v pracovných dňoch od 9.00 do 12.00 h a od 13.00 do 15.00 h; v deň pred sviatkom od 8.00 do 13.00 h",
        ),
        (
            LUNCH_WEEK, "en",
            ("Monday–Friday 09:00–12:00 and 13:00–15:00, except public holidays; the day before a public holiday"
             " 08:00–13:00"),
        ),
        (Hours(WEEKDAYS, before_holiday=()), "sv", "vardagar 08–17; dag före röd dag stängt"),
        (Hours(FRIDAY), "sv", "måndag–torsdag 08.30–16.00, fredag 08.30–15.30, ej röda dagar"),
        (Hours(FRIDAY), "da", "mandag–torsdag kl. 08.30–16.00, fredag kl. 08.30–15.30, dog ikke på helligdage"),
        (Hours(FRIDAY), "sk", "pondelok až štvrtok od 8.30 do 16.00 h, piatok od 8.30 do 15.30 h, okrem sviatkov"),
        (Hours(FRIDAY), "en", "Monday–Thursday 08:30–16:00, Friday 08:30–15:30, except public holidays"),
        (Hours((WHOLE,) * 7, open_on_holidays=True), "sv", "dygnet runt"),
        (Hours((WHOLE,) * 7, open_on_holidays=True), "sk", "nepretržite"),
        (Hours((WHOLE,) * 7), "sv", "dygnet runt, ej röda dagar"),
        (Hours((OFFICE,) * 7, open_on_holidays=True), "sv", "alla dagar 08–17, även röda dagar"),
        (Hours((OFFICE,) * 7, open_on_holidays=True), "da", "alle dage kl. 08–17, også på helligdage"),
        (Hours(WEEKDAYS, open_on_holidays=True), "sv", "måndag–fredag 08–17, även röda dagar"),
        (Hours((OFFICE, (), OFFICE, (), OFFICE, (), ())), "sv", "måndag, onsdag och fredag 08–17, ej röda dagar"),
        (Hours(((), (), (), (), (), HALF, HALF)), "sv", "lördag och söndag 08.30–16.00, ej röda dagar"),
        (Hours((WHOLE, (), (), (), (), (), ())), "sv", "måndag dygnet runt, ej röda dagar"),
        (Hours(((),) * 7), "sv", "stängt"),
        (Hours(((),) * 7), "en", "closed"),
    ],
)  # fmt: skip
def test_a_week_is_told_as_an_office_tells_it(hours: Hours, language: str, words: str) -> None:
    """Days that are alike stand together, and what happens on and before holidays is told."""
    assert hours_words((hours,), DAY, language) == words


def test_holidays_are_not_mentioned_where_the_calendar_has_none() -> None:
    """A desk that knows no holidays does not speak of them."""
    hours = Hours(FRIDAY, before_holiday=SHORT)

    assert hours_words((hours,), DAY, "en", holidays=False) == "Monday–Thursday 08:30–16:00, Friday 08:30–15:30"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 4, 1), "alla dagar 07–18, även röda dagar"),
        (date(2025, 5, 1), "alla dagar 07–18, även röda dagar; från 2 maj vardagar 08.00–16.30"),
        (date(2025, 5, 2), "vardagar 08.00–16.30"),
    ],
)
def test_the_hours_of_the_day_are_told_and_those_that_come_soon(day: date, words: str) -> None:
    """Hours with a first day in force hold from it, and are told two weeks ahead (B6, B10)."""
    assert hours_words(shipped_desks()["biometria-viol3"].calendar.hours, day, "sv") == words


def test_hours_that_have_not_begun_are_told_only_when_near() -> None:
    """Before the first hours in force there is nothing to tell."""
    hours = (Hours(WEEKDAYS, since=date(2027, 1, 1)),)

    assert hours_words(hours, DAY, "sv") == ""
    assert hours_words((), DAY, "sv") == ""


edges = st.lists(st.integers(0, 1440), min_size=0, max_size=4, unique=True).map(sorted)
days = edges.map(lambda many: tuple(Span(a, b) for a, b in zip(many[::2], many[1::2], strict=False)))
weeks = st.tuples(*[days] * 7)


@given(weeks, st.none() | days, st.booleans(), st.sampled_from(LANGUAGES))
def test_any_week_can_be_told(week: Any, before: Spans | None, open_on_holidays: bool, language: str) -> None:
    """Whatever hours a desk file may hold, there are words for them, in one line, and they name each time there is."""
    hours = Hours(week, open_on_holidays=open_on_holidays, before_holiday=before)
    words = hours_words((hours,), DAY, language)

    assert words
    assert "\n" not in words
    assert "{" not in words
