"""The picture of the months: the same bytes for the same data, and no name, gap or number breaks it."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from mailbot.core.months import months_between
from mailbot.core.score import Group, Responses, nps
from mailbot.plot import MAX_MONTHS, Kind, PlotWords, draw_months

PNG = b"\x89PNG\r\n\x1a\n"
SWEDISH = PlotWords("sv", "NPS", "95 % konfidensintervall", "Svarsfrekvens", "n")


def _months(count: int, first: date = date(2025, 11, 1), gaps: frozenset[int] = frozenset()) -> list[Group]:
    """Months with scores that go up and down, some without any."""
    number = first.year * 12 + first.month - 1 + count - 1
    return [
        Group(None, None, None, month, 0, None, None)
        if place in gaps
        else Group(
            None, None, None, month, 6, nps([9, 10, 8, 7, 3, (place * 7) % 11]), Responses(10 + place % 9, 1, 6)
        )
        for place, month in enumerate(months_between(first, date(number // 12, number % 12 + 1, 1)))
    ]  # fmt: skip


def _texts(svg: bytes) -> list[str]:
    """What is written in a picture: the library names the text above its outlines."""
    return [line.strip()[5:-4] for line in svg.decode().splitlines() if line.strip().startswith("<!-- ")]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_data_is_the_same_file(kind: Kind) -> None:
    """No moment, no random name, no version is in it."""
    once = draw_months(_months(12), "A desk", kind, SWEDISH)
    assert once == draw_months(_months(12), "A desk", kind, SWEDISH)
    assert once != draw_months(_months(11), "A desk", kind, SWEDISH)
    assert mpl.__version__.encode() not in once


def test_the_files_are_what_they_are_called() -> None:
    """A PNG has its signature, an SVG is XML with its title."""
    assert draw_months(_months(3), "A desk", "png").startswith(PNG)
    root = ElementTree.fromstring(draw_months(_months(3), 'Desk <"&">', "svg"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert 'Desk <"&">' in "".join(root.itertext())


def test_the_numbers_are_written_beside_the_months() -> None:
    """Score with its sign, response rate, month, year where it begins, and how many votes."""
    month = Group(None, None, None, date(2026, 5, 1), 4, nps([9, 3, 2, 1]), Responses(9, 1, 4))
    texts = _texts(draw_months([month], "A desk", "svg", SWEDISH))
    assert {"−50", "50 %", "maj", "n 4", "2026", "NPS", "Svarsfrekvens", "95 % konfidensintervall"} <= set(texts)
    assert texts.count("−50") == 2  # the scale's and the month's


def test_a_month_without_votes_is_a_gap() -> None:
    """Its name stands there, but no score, and nothing leads across."""
    told = _texts(draw_months(_months(5, gaps=frozenset({2})), "A desk", "svg"))
    assert told.count("n 0") == 1
    whole, gap = (draw_months(_months(5, gaps=frozenset(gaps)), "A desk", "svg") for gaps in ((), (2,)))
    lines = [svg.decode().count("<use ") for svg in (whole, gap)]
    assert lines[1] < lines[0]


@pytest.mark.parametrize("count", [1, 2, 15, 16, 24, 25, 60, MAX_MONTHS])
def test_any_number_of_months_is_named_legibly(count: int) -> None:
    """At most 24 names, each January with its year among them."""
    texts = _texts(draw_months(_months(count, date(2014, 1, 1)), "A desk", "svg"))
    names = [
        text
        for text in texts
        if text in {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
    ]
    years = [text for text in texts if text.isdigit() and len(text) == 4]
    assert 1 <= len(names) <= 24
    assert years == [str(2014 + number) for number in range(-(-count // 12))]


def test_months_that_nobody_answered_can_be_drawn() -> None:
    """A new desk's first report."""
    assert draw_months(_months(3, gaps=frozenset({0, 1, 2})), "A desk", "png").startswith(PNG)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "A$B$ x^2 \\alpha $\\frac$",
        "語 is not in the font",
        "two\nlines\x00\x1b[1m",
        "x" * 300,
        "Ett namn på en supportfunktion som är så långt att ingen orkar läsa det till slutet " * 4,
    ],
)
def test_no_name_breaks_the_picture(title: str) -> None:
    """Dollar signs, characters that the font lacks, control characters, and far too many of any."""
    for kind in ("svg", "png"):
        assert draw_months(_months(2), title, kind)
    assert "語" not in draw_months(_months(2), title, "svg").decode()


@pytest.mark.parametrize("count", [0, MAX_MONTHS + 1])
def test_what_cannot_be_drawn_is_an_error(count: int) -> None:
    """None, or more than fit."""
    with pytest.raises(ValueError, match="expected 1 to 240 months"):
        draw_months(_months(count) if count else [], "A desk", "png")
    with pytest.raises(ValueError, match="expected 1 to 240 months"):
        draw_months([Group(None, "q", None, None, 0, None, None)], "A desk", "png")


def test_drawing_leaves_the_librarys_settings_alone() -> None:
    """Somebody else in the process may draw too."""
    before = dict(mpl.rcParams)
    draw_months(_months(2), "A desk", "svg")
    assert dict(mpl.rcParams) == before


def test_threads_draw_the_same() -> None:
    """Four at a time, each its own file."""
    expected = [draw_months(_months(count), "A desk", "svg") for count in range(2, 6)]
    drawn: dict[int, bytes] = {}

    def draw(count: int) -> None:
        drawn[count] = draw_months(_months(count), "A desk", "svg")

    threads = [threading.Thread(target=draw, args=(count,)) for count in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [drawn[count] for count in range(2, 6)] == expected


def test_no_window_system_is_asked_for() -> None:
    """The library's global half, pyplot, is never loaded."""
    code = "import sys, mailbot.plot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0
