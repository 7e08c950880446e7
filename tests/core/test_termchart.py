"""The chart for a terminal: nothing is wider than asked, and the picture says what the numbers say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.score import Group, Responses, nps
from mailbot.core.termchart import LEAST_WIDTH, chart


def _group(scores: list[int], sent: int = 0, answered: int = 0, *, hidden: bool = False) -> Group:
    responses = Responses(sent, 0, answered) if sent else None
    return Group(None, None, None, date(2026, 5, 1), len(scores), None if hidden else nps(scores), responses)


MIXED = [9] * 8 + [7] * 2 + [3] * 2
ROWS = [
    ("2026-03", _group(MIXED, 30, 12)),
    ("2026-04", _group([])),
    ("2026-05", _group([0], 5, 1)),
    ("2026-06", _group([9, 9, 9], hidden=True)),
    ("2026-07", _group([10] * 40, 80, 40)),
]


def test_a_chart_has_scores_intervals_votes_and_replies() -> None:
    """Whole, as it comes at 80 columns."""
    assert chart(ROWS) == (
        "         -100              0              +100   NPS     95 %     votes replied",
        "2026-03                  ├──────────●─────┤      +50   -10 +85       12    40 %",
        "2026-04                    ┊                       –                  0       –",
        "2026-05  ●─────────────────────────────────┤    -100   -100 +89       1    20 %",
        "2026-06                    ┊                       –   too few        3       –",
        "2026-07                    ┊             ├───●  +100   +78 +100      40    50 %",
    )


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("width", [1, 24, 40, 60, 79, 80, 120, 400])
def test_no_line_is_too_wide(width: int, plain: bool) -> None:
    """Whatever the terminal, and with labels that do not fit."""
    rows = [*ROWS, ("a queue with a name that nobody would give to one", _group(MIXED))]
    assert all(len(line) <= max(width, LEAST_WIDTH) for line in chart(rows, width, plain=plain))


def test_plain_is_ascii() -> None:
    """For terminals that show nothing else; labels are the caller's."""
    assert all(line.isascii() for line in chart([*ROWS, ("x" * 50, _group(MIXED))], 80, plain=True))


def test_a_narrow_terminal_still_gets_score_and_votes() -> None:
    """The picture goes first, then interval and replies."""
    assert "●" not in "".join(chart(ROWS, 45))
    assert "95 %" in chart(ROWS, 45)[0]
    assert chart(ROWS, 30)[1].split() == ["2026-03", "+50", "12"]


def test_too_few_votes_and_none_are_told_apart() -> None:
    """Three votes that must not be shown are three votes; no votes are none."""
    hidden, none = chart([ROWS[3], ROWS[1]])[1:]
    assert hidden.split()[-5:] == ["–", "too", "few", "3", "–"]
    assert none.split()[-3:] == ["–", "0", "–"]


def test_nothing_has_headings_alone() -> None:
    """No rows, no fault."""
    assert len(chart([])) == 1


@given(st.lists(st.integers(0, 10), min_size=1, max_size=50))
def test_the_picture_says_what_the_numbers_say(scores: list[int]) -> None:
    """Each sign stands within a column of its number's place on the scale."""
    heading, line = chart([("m", _group(scores))], 100)
    left, right = heading.index("-100"), heading.index("+100") + 3
    score = nps(scores)
    assert score is not None
    drawn = [column for column, sign in enumerate(line[: right + 1]) if sign in "├─●┤"]
    for value, column in ((score.low, drawn[0]), (score.value, line.index("●")), (score.high, drawn[-1])):
        assert abs(left + (value + 100) / 200 * (right - left) - column) <= 0.5 + 1e-9
