"""Draws the months' Net Promoter Scores with their intervals, and the response rates below them, as SVG or PNG."""

from __future__ import annotations

import io
import textwrap
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import matplotlib as mpl
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine

from mailbot.core.score import Group, signed

Kind = Literal["svg", "png"]

MAX_MONTHS: Final = 240
"""Months that fit into one picture."""
_NUMBERED = 15
"""Months up to which each has its numbers written beside it."""
_NAMED = 24
"""Months up to which each has its name below it."""
_STEPS = (1, 2, 3, 4, 6, 12)
"""Months from one name to the next; a year is made of whole ones."""
_FEWEST = 6
"""Months for which there is always room, so that a single one does not fill the picture."""
_INK, _SCORE, _RANGE, _RATE, _GRID = "#222222", "#1f5f99", "#8fb4d6", "#b9b9b9", "#dddddd"
_PAPER: Final = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""Behind a number, so that no line goes through it."""
_STYLE: Final = {
    "font.family": ["DejaVu Sans"],  # comes with the library, so a picture is the same on every machine
    "font.size": 10,
    "text.parse_math": False,  # a desk may be called "A$B$"
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "svg.hashsalt": "mailbot",
    "svg.fonttype": "path",
}
# The library keeps its settings for the whole process.
_SETTINGS = threading.Lock()


@dataclass(frozen=True, slots=True)
class PlotWords:
    """What stands in a picture besides numbers."""

    language: str = "en"
    """Of the months' names."""
    score: str = "Net Promoter Score"
    interval: str = "95 % interval"
    rate: str = "Replied"
    votes: str = "n"
    """Before the number of votes of a month."""


def draw_months(
    months: Sequence[Group], title: str, kind: Kind, words: PlotWords | None = None, *, dpi: int = 110
) -> bytes:
    """The picture's bytes: the same for the same data, on every machine with the same version of the library.

    `months` follow one another, none left out (`months.months_between` names them); one without votes or surveys shows
    as a gap. `title` is cut where it does not fit two lines. ValueError for no months, more than MAX_MONTHS, or a group
    that is no month. Threads draw one after the other.
    """
    if not 0 < len(months) <= MAX_MONTHS or any(month.month is None for month in months):
        raise ValueError(f"expected 1 to {MAX_MONTHS} months, got {len(months)}")
    words = words or PlotWords()
    with _SETTINGS, mpl.rc_context():
        mpl.rcdefaults()
        # The stubs know the settings one by one, not as a table.
        cast("Any", mpl.rcParams).update(_STYLE)
        figure = Figure(figsize=(9, 5.6), dpi=dpi, layout=ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1))
        scores, rates = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        figure.suptitle(_title(title), fontsize=13, fontweight="bold")
        _draw_scores(scores, months, words)
        _draw_rates(rates, months, words)
        _name_months(rates, months, words)
        out = io.BytesIO()
        # A moment or a version in the file would make it another one each time.
        told = {"Date": None, "Creator": None, "Title": _drawable(title)} if kind == "svg" else {"Software": None}
        figure.savefig(out, format=kind, metadata=told)
        return out.getvalue()


def _draw_scores(axes: Axes, months: Sequence[Group], words: PlotWords) -> None:
    axes.set_ylim(-112, 112)
    axes.set_yticks(range(-100, 101, 50), ["−100", "−50", "0", "+50", "+100"])
    axes.set_ylabel(_drawable(words.score))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.axhline(0, color=_INK, linewidth=0.8)
    voted = [(place, month.nps) for place, month in enumerate(months) if month.nps]
    axes.vlines(
        [place for place, _ in voted],
        [score.low for _, score in voted],
        [score.high for _, score in voted],
        color=_RANGE,
        linewidth=max(2.0, min(9.0, 160 / len(months))),
        label=_drawable(words.interval),
        zorder=2,
    )
    # A gap is left between months that do not follow one another.
    values = [month.nps.value if month.nps else float("nan") for month in months]
    size = 5 if len(months) <= _NAMED else 3
    axes.plot(range(len(months)), values, color=_SCORE, linewidth=1.5, marker="o", markersize=size, zorder=3)
    if len(months) <= _NUMBERED:
        for place, score in voted:
            told = signed(score.value).replace("-", "−")
            axes.annotate(
                told, (place, score.value), (8, 6), textcoords="offset points", fontsize=9, zorder=4, bbox=_PAPER
            )
    if voted:
        # Above the picture, for an interval may be anywhere in it.
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0, frameon=False, fontsize=9)
    _bare(axes, "bottom")


def _draw_rates(axes: Axes, months: Sequence[Group], words: PlotWords) -> None:
    rates = [month.responses.rate if month.responses else None for month in months]
    told = [(place, rate) for place, rate in enumerate(rates) if rate is not None]
    axes.bar([place for place, _ in told], [rate for _, rate in told], color=_RATE, width=0.6)
    axes.set_ylim(0, 130)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    axes.set_ylabel(_drawable(words.rate))
    if len(months) <= _NUMBERED:
        for place, rate in told:
            axes.annotate(f"{rate:.0f} %", (place, rate), (0, 3), textcoords="offset points", ha="center", fontsize=9)
    _bare(axes)


def _name_months(axes: Axes, months: Sequence[Group], words: PlotWords) -> None:
    """The months' names below, with the year where it begins and the votes where there is room."""
    days = [month.month for month in months if month.month]
    step = next(step for step in _STEPS if len(days) <= _NAMED * step)
    places = [place for place, day in enumerate(days) if (day.month - 1) % step == 0]
    names: list[str] = []
    year = 0
    for place in places:
        lines = [format_date(days[place], "LLL", locale=words.language).rstrip(".")]
        lines += [f"{words.votes} {months[place].votes}"] if len(days) <= _NUMBERED else []
        lines += [str(days[place].year)] if days[place].year != year else []
        year = days[place].year
        names.append(_drawable("\n".join(lines)))
    margin = max(0.6, (_FEWEST - len(days)) / 2)
    axes.set_xlim(-margin, len(days) - 1 + margin)
    axes.set_xticks(places, names, fontsize=9)


def _bare(axes: Axes, *more: str) -> None:
    for side in ("top", "right", "left", *more):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def _title(title: str) -> str:
    lines = textwrap.wrap(_drawable(title), 70, max_lines=2, placeholder=" …")
    return "\n".join(lines)


def _drawable(text: str) -> str:
    """The text with a sign in place of each character that the font lacks, and line breaks alone to steer it."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    shown = (" " if unicodedata.category(char) == "Cc" and char != "\n" else char for char in text)
    return "".join(char if char == "\n" or font.get_char_index(ord(char)) else "\ufffd" for char in shown)
