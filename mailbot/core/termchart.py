"""Draws Net Promoter Scores with their intervals as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.score import Group, Nps, signed

LEAST_WIDTH = 24
"""Columns; a narrower terminal is taken to be as wide."""
_MAX_LABEL = 24
_LEAST_TRACK = 17
"""Columns; a picture on fewer is not worth its place."""
_TRACK = 61
_GAP = "  "


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the picture is made of."""

    low: str
    line: str
    high: str
    score: str
    zero: str
    cut: str
    nothing: str


_UNICODE = _Signs("├", "─", "┤", "●", "┊", "…", "–")
_ASCII = _Signs("[", "-", "]", "O", ":", "~", "-")


def chart(rows: Sequence[tuple[str, Group]], width: int = 80, *, plain: bool = False) -> tuple[str, ...]:
    """A line for each label and its figures below a line of headings, none longer than `width` columns.

    Score, interval, votes and response rate as numbers, and the first two as a picture on a scale from -100 to 100
    where there is room; where there is little, score and votes alone. `plain`: in ASCII, but for the labels, which are
    cut where they are long. A column is a character.
    """
    width = max(width, LEAST_WIDTH)
    signs = _ASCII if plain else _UNICODE
    longest = max((len(label) for label, _ in rows), default=0)
    label_width = min(longest, _MAX_LABEL, width // 3)
    room = width - label_width - len(_GAP)
    wide = len(_headings(wide=True)) <= room
    track = min(room - len(_headings(wide=wide)) - len(_GAP), _TRACK)
    # An odd number of columns has a middle for zero.
    track = track - 1 + track % 2 if track >= _LEAST_TRACK else 0
    lines = [_joined("", label_width, _scale(track), _headings(wide=wide))]
    for label, group in rows:
        short = label if len(label) <= label_width else label[: label_width - 1] + signs.cut
        picture = _picture(group.nps, track, signs) if track else ""
        lines.append(_joined(short, label_width, picture, _figures(group, signs, wide=wide)))
    return tuple(lines)


def _joined(label: str, label_width: int, picture: str, figures: str) -> str:
    return _GAP.join([f"{label:<{label_width}}", *([picture] if picture else []), figures])


def _headings(*, wide: bool) -> str:
    return f"{'NPS':>4} {'95 %':^12} {'votes':>5} {'replied':>7}" if wide else f"{'NPS':>4} {'votes':>5}"


def _figures(group: Group, signs: _Signs, *, wide: bool) -> str:
    score = group.nps
    told = signed(score.value) if score else signs.nothing
    if not wide:
        return f"{told:>4} {group.votes:>5}"
    between = f"{signed(score.low)} {signed(score.high)}" if score else "too few" if group.votes else ""
    rate = group.responses.rate if group.responses else None
    replied = signs.nothing if rate is None else f"{rate:.0f} %"
    return f"{told:>4} {between:^12} {group.votes:>5} {replied:>7}"


def _scale(track: int) -> str:
    return f"{'-100':<{track // 2}}0{'+100':>{track // 2}}" if track else ""


def _picture(score: Nps | None, track: int, signs: _Signs) -> str:
    """The interval as a line, the score as a dot on it, zero as a mark."""
    cells = [" "] * track
    cells[track // 2] = signs.zero
    if score:
        low, high = _column(score.low, track), _column(score.high, track)
        cells[low : high + 1] = signs.line * (high - low + 1)
        cells[low], cells[high] = signs.low, signs.high
        cells[_column(score.value, track)] = signs.score
    return "".join(cells)


def _column(value: float, track: int) -> int:
    return round((value + 100) / 200 * (track - 1))
