"""Dates, times and reasons in words: as a native office writes them, in four languages (G13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Span
from mailbot.core.moments import moment_words, short_moment_words, why_words, zone_words
from mailbot.core.promise import make_promise
from mailbot.core.tongue import LANGUAGES
from tests.lettering import shipped_desks

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """A moment from local wall time, in UTC as the program keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("language", "moment", "words"),
    [
        ("sv", "2026-04-07T08:30", "tisdag 7 april kl. 08.30"),
        ("da", "2026-04-07T08:30", "tirsdag den 7. april kl. 08.30"),
        ("sk", "2026-04-07T08:30", "v utorok 7. apríla o 8.30 h"),
        ("en", "2026-04-07T08:30", "Tuesday 7 April at 08:30"),
        ("sk", "2026-04-08T00:05", "v stredu 8. apríla o 0.05 h"),
        ("sk", "2026-04-09T16:00", "vo štvrtok 9. apríla o 16.00 h"),
        ("sk", "2026-04-11T16:00", "v sobotu 11. apríla o 16.00 h"),
        ("sk", "2026-04-12T16:00", "v nedeľu 12. apríla o 16.00 h"),
        ("sv", "2027-01-04T12:00", "måndag 4 januari 2027 kl. 12.00"),
        ("da", "2027-01-04T12:00", "mandag den 4. januar 2027 kl. 12.00"),
        ("sk", "2027-01-04T12:00", "v pondelok 4. januára 2027 o 12.00 h"),
        ("en", "2027-01-04T12:00", "Monday 4 January 2027 at 12:00"),
        ("sv", "2026-10-25T00:00", "söndag 25 oktober kl. 00.00"),
        ("xx", "2026-04-07T08:30", "Tuesday 7 April at 08:30"),
    ],
)
def test_a_moment_is_told_as_the_language_tells_it(language: str, moment: str, words: str) -> None:
    """The day, the month in its case, the time with its mark; the year only where it is not the receipt's."""
    assert moment_words(local(moment), STOCKHOLM, language, near=local("2026-12-22T09:00")) == words


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [
        ("sv", "tis 7/4 kl. 08.30", "mån 4 jan. 2027 kl. 08.30"),
        ("da", "tirs. 7.4 kl. 08.30", "man. 4. jan. 2027 kl. 08.30"),
        ("sk", "ut 7. 4. o 8.30 h", "po 4. 1. 2027 o 8.30 h"),
        ("en", "Tue 7 Apr at 08:30", "Mon, 4 Jan 2027 at 08:30"),
        ("pl", "Tue 7 Apr at 08:30", "Mon, 4 Jan 2027 at 08:30"),
    ],
)
def test_a_moment_in_a_list_is_short(language: str, this_year: str, next_year: str) -> None:
    """The day as the language abbreviates it, and the year only where it is another."""
    near = local("2026-03-01T09:00")

    assert short_moment_words(local("2026-04-07T08:30"), STOCKHOLM, language, near=near) == this_year
    assert short_moment_words(local("2027-01-04T08:30"), STOCKHOLM, language, near=near) == next_year


def test_the_year_is_told_where_there_is_nothing_to_compare_it_with() -> None:
    """Without a moment near by the year is named."""
    assert moment_words(local("2026-04-07T08:30"), STOCKHOLM, "sv") == "tisdag 7 april 2026 kl. 08.30"


def test_the_year_is_that_of_the_desks_own_time() -> None:
    """A receipt on New Year's Eve by UTC is next year's at the desk, and so is the start."""
    received = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert moment_words(local("2027-01-04T12:00"), STOCKHOLM, "sv", near=received) == "måndag 4 januari kl. 12.00"


@pytest.mark.parametrize(
    ("language", "moment", "words"),
    [
        ("sv", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "söndag 25 oktober kl. 02.30 sommartid"),
        ("sv", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "söndag 25 oktober kl. 02.30 normaltid"),
        ("da", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "søndag den 25. oktober kl. 02.30 normaltid"),
        ("sk", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "v nedeľu 25. októbra o 2.30 h letného času"),
        ("en", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October at 02:30 summer time"),
        ("en", datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "Sunday 25 October at 03:00"),
        ("en", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday 29 March at 03:00"),
    ],
)
def test_an_hour_that_comes_twice_says_which_it_is(language: str, moment: datetime, words: str) -> None:
    """In the night when the clock goes back, and only then, the words tell summer time from standard time."""
    assert moment_words(moment, STOCKHOLM, language, near=moment) == words


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.sampled_from(LANGUAGES),
    st.sampled_from(["Europe/Stockholm", "Europe/Bratislava", "America/New_York", "Asia/Kathmandu"]),
)
def test_two_different_minutes_are_never_told_alike(moment: datetime, language: str, zone: str) -> None:
    """No two moments an hour or a day apart have the same words, whatever the clock does between them."""
    words = {
        moment_words(moment + step, ZoneInfo(zone), language)
        for step in (timedelta(0), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
    }
    assert len(words) == 4


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Europe/Stockholm", "sv", "svensk tid"),
        ("Europe/Copenhagen", "da", "dansk tid"),
        ("Europe/Bratislava", "sk", "slovenský čas"),
        ("Europe/Bratislava", "en", "local time in Slovakia"),
        ("Europe/Warsaw", "sv", "lokal tid i Polen"),
        ("Europe/Warsaw", "sk", "miestny čas, Poľsko"),
        ("UTC", "sv", "UTC"),
    ],
)
def test_whose_time_it_is(zone: str, language: str, words: str) -> None:
    """The zone is told by its country, or by its own name where it has none."""
    assert zone_words(zone, language) == words


@pytest.mark.parametrize(
    ("desk", "priority", "received", "language", "words"),
    [
        ("visma-control", "normal", "2026-11-23T11:15", "sv", ""),
        ("visma-control", "high", "2026-11-24T15:00", "sv", ""),
        (
            "visma-control", "high", "2026-04-02T11:30", "sv",
            ("Däremellan har vi stängt på långfredagen och annandag påsk"
             " och stänger tidigare torsdag 2 april kl. 13 (dag före röd dag)."),
        ),
        (
            "visma-control", "normal", "2026-01-05T12:00", "sv",
            ("Däremellan har vi stängt på trettondedag jul"
             " och stänger tidigare måndag 5 januari kl. 13 (dag före röd dag)."),
        ),
        ("visma-control", "normal", "2026-05-13T08:00", "sv", ""),
        (
            "visma-control", "normal", "2026-05-13T09:30", "sv",
            ("Däremellan har vi stängt på Kristi himmelsfärdsdag"
             " och stänger tidigare onsdag 13 maj kl. 13 (dag före röd dag)."),
        ),
        (
            "softone-go", "5", "2026-12-22T09:00", "sv",
            "Däremellan har vi stängt på julafton, juldagen, nyårsafton och nyårsdagen.",
        ),
        ("microbizz", "incident", "2026-04-30T14:00", "da", ""),
        ("microbizz", "incident", "2026-06-04T14:00", "da", "Indtil da holder vi lukket grundlovsdag."),
        ("microbizz", "incident", "2026-05-13T15:00", "da", "Indtil da holder vi lukket Kristi himmelfartsdag."),
        ("cloudempiere", "3", "2026-04-02T22:00", "sk", ""),
        ("cloudempiere", "3", "2026-04-02T22:00", "en", ""),
        ("biometria-viol3", "first", "2025-05-01T17:30", "sv", ""),
        ("biometria-viol3", "driver", "2026-04-02T22:00", "sv", ""),
    ],
)  # fmt: skip
def test_why_a_start_waits_is_told_in_one_sentence(
    desk: str, priority: str, received: str, language: str, words: str
) -> None:
    """Only holidays and short days that put the start off are named, never nights, lunches and weekends."""
    held = shipped_desks()[desk]
    promise = make_promise(held, priority, local(received, held.calendar.zone))

    assert why_words(held, promise, language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "Däremellan har vi stängt på tisdag 7 april."),
        ("da", "Indtil da holder vi lukket tirsdag den 7. april."),
        ("sk", "Medzitým máme zatvorené: v utorok 7. apríla."),
        ("en", "Before then we are closed on Tuesday 7 April."),
    ],
)
def test_a_date_closed_by_the_desk_itself_is_told_by_its_date(language: str, words: str) -> None:
    """An exception of the desk file that closes a day has no name, so its date stands in the sentence."""
    desk = shipped_desks()["softone-go"]
    desk = replace(desk, calendar=replace(desk.calendar, holidays={}, exceptions={date(2026, 4, 7): ()}))
    promise = make_promise(desk, "3", local("2026-04-06T15:00"))

    assert why_words(desk, promise, language) == words


def test_a_date_with_other_hours_is_told_as_such() -> None:
    """An exception that only shortens a day is told as other hours than usual."""
    desk = shipped_desks()["softone-go"]
    shorter = {date(2026, 4, 7): (Span(480, 600),)}
    desk = replace(desk, calendar=replace(desk.calendar, holidays={}, exceptions=shorter))
    promise = make_promise(desk, "3", local("2026-04-06T15:00"))

    assert why_words(desk, promise, "sv") == "Däremellan stänger vi tidigare: tisdag 7 april (avvikande öppettider)."


def test_many_holidays_are_not_listed() -> None:
    """A start beyond more than six closed days says "several", so that the sentence stays one a customer reads."""
    desk = shipped_desks()["biometria-viol3"]
    slow = replace(
        desk.priority("lowest"), targets=(replace(desk.priority("lowest").targets[0], within=timedelta(hours=640)),)
    )
    desk = replace(desk, priorities=(slow,))
    promise = make_promise(desk, "lowest", local("2025-12-22T12:00"))

    assert why_words(desk, promise, "sv") == "Däremellan har vi stängt flera dagar för helg."
