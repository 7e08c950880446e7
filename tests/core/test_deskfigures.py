"""A desk's figures cut by month, queue and agent, and the tables that tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Target
from mailbot.core.desk import Agent, Queue
from mailbot.core.deskfigures import Figures, kept_promises, score_by, score_of_all
from mailbot.core.figurewords import how_long, promise_heading, promise_table, score_heading, score_table
from mailbot.core.promisekept import Begin, Told
from mailbot.core.score import Asked, Vote, signed
from mailbot.core.texttable import WIDTH, text_table
from mailbot.core.tongue import LANGUAGES
from tests.core.samples import at, desk, hours, priority

ANNA = Agent("Anna Lindqvist", ("anna@desk.example",))
QUEUES = (Queue("general", {"sv": "Allmänt", "en": "General"}), Queue("driver", {"sv": "Förare", "en": "Drivers"}))
DESK = desk(
    priority("critical", Target(timedelta(0)), clock="always"), priority("normal", Target(hours(4))),
    agents=(ANNA,), queues=QUEUES, agent_figures_from=3,
)  # fmt: skip
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)
BO = "bo@desk.example"
NOW = at("2026-06-15 12:00")
MINUTE = timedelta(minutes=1)


def _vote(score: int, received: str, queue: str = "general", agent: str = ANNA.address) -> Vote:
    return Vote(score, at(received), "sample", queue, agent)


def _asked(sent: str, answered: bool = False, queue: str = "general", agent: str = ANNA.address) -> Asked:
    return Asked(at(sent), answered, "sample", queue, agent)


def _begin(key: str, received: str, start_by: str, started: str, **rest: object) -> Begin:
    told = Told(at(received), at(start_by), **rest)  # type: ignore[arg-type]
    return Begin("sample", "general", key, at(received), (told,), at(started) if started else None)


VOTES = (
    _vote(10, "2026-03-31 23:59"), _vote(9, "2026-05-02 10:00"), _vote(3, "2026-05-03 10:00", "driver", BO),
    _vote(8, "2026-05-04 10:00", "", ""),
)  # fmt: skip
ASKED = (
    _asked("2026-03-30 10:00", answered=True), _asked("2026-03-31 10:00", answered=True),
    _asked("2026-05-01 10:00", answered=True, queue="driver", agent=BO),
    _asked("2026-05-01 11:00", answered=True, queue="", agent=""), _asked("2026-05-20 10:00"),
)  # fmt: skip
BEGINS = (
    _begin("normal", "2026-05-04 08:00", "2026-05-04 12:00", "2026-05-04 11:00"),
    _begin("normal", "2026-05-05 08:00", "2026-05-05 12:00", "2026-05-05 13:35"),
    _begin("normal", "2026-05-06 08:00", "2026-05-06 12:00", "2026-05-09 16:01"),
    _begin("critical", "2026-05-06 22:00", "2026-05-06 22:00", "2026-05-06 22:30", at_once=True),
    _begin("gone", "2026-05-07 08:00", "2026-05-07 08:00", "2026-05-07 08:10", at_once=True),
    _begin("normal", "2026-03-02 08:00", "2026-03-02 12:00", "2026-03-02 12:00"),
    Begin("sample", "general", "normal", at("2026-05-08 08:00"), ()),
)
FIGURES = Figures(DESK, date(2025, 6, 1), date(2026, 6, 1), VOTES, ASKED, BEGINS)


def test_months_run_from_the_first_that_occurs_to_the_last_asked_for() -> None:
    """One without a vote or a survey stands there too, so that a gap is seen; before the first there are none."""
    groups = score_by(FIGURES, "month")
    assert [f"{group.month:%m}" for group in groups] == ["03", "04", "05", "06"]
    assert [group.votes for group in groups] == [1, 0, 3, 0]
    assert [group.responses and (group.responses.answered, group.responses.sent) for group in groups] == [
        (2, 2), (0, 0), (2, 3), (0, 0),
    ]  # fmt: skip
    assert groups[1].nps is None


def test_figures_of_one_month_are_that_months_alone() -> None:
    """Votes by receipt, surveys by sending, promises by receipt, in the desk's own zone."""
    may = FIGURES.of(MAY)
    assert (len(may.votes), len(may.asked), len(may.begins)) == (3, 3, 6)
    assert (may.first, may.last) == (MAY, MAY)
    assert FIGURES.of(MARCH).votes == VOTES[:1]
    assert FIGURES.of(date(2026, 4, 1)).nothing


def test_there_is_nothing_to_tell_where_nothing_was_sent_answered_or_promised() -> None:
    """A case that began without a promise is nothing to judge; any other row is something."""
    empty = replace(FIGURES, votes=(), asked=(), begins=BEGINS[-1:])
    assert empty.nothing
    assert score_by(empty, "month") == ()
    assert score_of_all(empty) is None
    assert kept_promises(empty, NOW) == ()
    for some in ({"votes": VOTES[:1]}, {"asked": ASKED[:1]}, {"begins": BEGINS[:1]}):
        assert not replace(empty, **some).nothing  # type: ignore[arg-type]


def test_an_agents_figures_need_votes() -> None:
    """Below the desk's own number neither the score nor the response rate is told, only how many votes there are."""
    by_agent = {group.agent: group for group in score_by(FIGURES, "agent")}
    assert {agent: group.votes for agent, group in by_agent.items()} == {"": 1, ANNA.address: 2, BO: 1}
    assert {(group.nps, group.responses) for group in by_agent.values()} == {(None, None)}
    enough = replace(FIGURES, votes=(*VOTES, _vote(7, "2026-05-05 10:00")))
    (anna,) = [group for group in score_by(enough, "agent") if group.agent == ANNA.address]
    assert anna.nps is not None
    assert (anna.nps.promoters, anna.nps.passives, anna.votes) == (2, 1, 3)


def test_promises_are_judged_by_the_clock_of_their_priority() -> None:
    """Half an hour of the night is over the grace around the clock; a priority the desk has lost is judged by hours."""
    told = {(f"{one.month:%m}", one.priority): (one.kept, one.missed) for one in kept_promises(FIGURES, NOW)}
    assert told == {
        ("03", "normal"): (1, 0),
        ("05", "normal"): (1, 2),
        ("05", "critical"): (0, 1),
        ("05", "gone"): (1, 0),
    }


def test_a_months_promises_together_are_those_of_its_priorities() -> None:
    """The counts add up, and the median is that of all of them."""
    march, may = kept_promises(FIGURES, NOW, together=True)
    assert (march.judged, may.kept, may.missed) == (1, 2, 3)
    assert (may.median_late, may.worst_late) == (95 * MINUTE, timedelta(days=3, hours=4, minutes=1))


def test_the_table_of_months() -> None:
    """Counts, score, interval and response rate of each month and of all, within a terminal's width."""
    assert score_table(DESK, "month", score_by(FIGURES, "month"), score_of_all(FIGURES)) == (
        "Month    Votes  9-10  7-8  0-6   NPS  95 % interval  Answered",
        "2026-03      1     1    0    0  +100    -89 to +100    2 of 2  100 %",
        "2026-04      0     -    -    -     -              -         -",
        "2026-05      3     1    1    1     0     -85 to +85    2 of 3   67 %",
        "2026-06      0     -    -    -     -              -         -",
        "All          4     2    1    1   +25     -66 to +89    4 of 5   80 %",
    )


def test_the_table_of_queues() -> None:
    """By the names that the desk file gives them; a queue that it has lost by its key, a case without one too."""
    votes = (*VOTES, _vote(9, "2026-05-02 10:00", "lost"))
    lines = score_table(DESK, "queue", score_by(replace(FIGURES, votes=votes), "queue"), None)
    assert [line.split()[0] for line in lines] == ["Queue", "(none)", "Drivers", "General", "lost"]


def test_the_table_of_agents() -> None:
    """By name, or by address once they work there no more; without a figure below the desk's number, which is told."""
    assert score_table(DESK, "agent", score_by(FIGURES, "agent"), None) == (
        "Agent            Votes  9-10  7-8  0-6  NPS  95 % interval  Answered",
        "(nobody)             1     -    -    -    -      no figure         -",
        "Anna Lindqvist       2     -    -    -    -      no figure         -",
        "bo@desk.example      1     -    -    -    -      no figure         -",
        "",
        "An agent has a score from 3 votes on.",
    )


def test_the_table_of_promises() -> None:
    """Kept of those judged, how late the others were, and what cannot be judged yet or any more."""
    waiting = replace(BEGINS[0], started=None, received=at("2026-06-15 11:00"), told=(Told(NOW, NOW + MINUTE),))
    over = replace(BEGINS[0], started=None, ended=at("2026-05-04 09:00"))
    figures = replace(FIGURES, begins=(*BEGINS, waiting, over))
    assert promise_table(DESK, kept_promises(figures, NOW)) == (
        "Month    Priority    Kept         Median late    Worst  Open  Void",
        "2026-03  normal    1 of 1  100 %            -        -     0     0",
        "2026-05  critical  0 of 1    0 %       30 min   30 min     0     0",
        "2026-05  gone      1 of 1  100 %            -        -     0     0",
        "2026-05  normal    1 of 3   33 %     1 d 15 h  3 d 5 h     0     1",
        "2026-06  normal    0 of 0      -            -        -     1     0",
    )
    together = promise_table(DESK, kept_promises(figures, NOW, together=True), "sv")
    assert together[2] == "2026-05  Alla       2 av 5   40 %    1 h 35 min  3 d 5 h      0       1"


@pytest.mark.parametrize(("kept", "missed", "share"), [(999, 1, "99 %"), (1000, 0, "100 %"), (1, 199, "0 %")])
def test_only_all_of_them_is_a_hundred_percent(kept: int, missed: int, share: str) -> None:
    """A single promise that was broken shows, however many were kept."""
    late = replace(BEGINS[0], started=at("2026-05-04 12:01"))
    figures = replace(FIGURES, begins=(*[BEGINS[0]] * kept, *[late] * missed))
    (line,) = promise_table(DESK, kept_promises(figures, NOW))[1:]
    assert f"{kept} of {kept + missed}  {share}".split() == line.split()[2:7]


def test_a_table_in_each_language_fits_a_mail() -> None:
    """With scores, names and counts as wide as they get, no line is longer than 80 characters."""
    many = tuple(
        _vote(10 * (number % 2), "2026-05-02 10:00", "driver", "x" * 60 + "@desk.example") for number in range(1000)
    )
    figures = replace(FIGURES, votes=many, asked=tuple(_asked("2026-05-01 10:00", True, "q" * 80) for _ in many))
    for language in LANGUAGES:
        for by in ("month", "queue", "agent"):
            lines = score_table(DESK, by, score_by(figures, by), score_of_all(figures), language)  # type: ignore[arg-type]
            assert max(map(len, lines)) <= WIDTH, language
            assert score_heading(by, language)  # type: ignore[arg-type]
        lines = promise_table(DESK, kept_promises(FIGURES, NOW), language)
        assert max(map(len, lines)) <= WIDTH, language
        assert promise_heading(language)


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.4, "0"), (-0.4, "0"), (-100.0, "-100"), (33.3, "+33"), (66.7, "+67"), (100.0, "+100"), (-0.6, "-1")],
)
def test_a_score_has_its_sign(value: float, told: str) -> None:
    """Whole, with plus or minus; nothing is plain nothing."""
    assert signed(value) == told


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(0), "0 min"), (timedelta(seconds=1), "1 min"), (MINUTE, "1 min"), (59 * MINUTE, "59 min"),
        (60 * MINUTE, "1 h"), (61 * MINUTE, "1 h 1 min"), (1439 * MINUTE, "23 h 59 min"), (1440 * MINUTE, "1 d"),
        (1441 * MINUTE, "1 d 1 h"), (timedelta(hours=47, minutes=1), "2 d"), (timedelta(400, hours=3), "400 d 3 h"),
    ],
)  # fmt: skip
def test_a_length_is_told_in_its_two_largest_parts(length: timedelta, told: str) -> None:
    """Rounded up, so that nothing looks less late than it was."""
    assert how_long(length) == told


names = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60)
figures = st.integers(0, 10**6).map(str)


@given(st.lists(st.tuples(names, figures, figures), min_size=1, max_size=6), st.integers(30, 100))
def test_a_table_fits_and_cuts_no_figure(rows: list[tuple[str, str, str]], width: int) -> None:
    """Names give way to the width; what is left of one begins it, and every figure stands whole under its column."""
    lines = text_table(rows, width=width)
    for line, (name, *numbers) in zip(lines, rows, strict=True):
        assert len(line) <= width
        assert line.split()[-2:] == numbers
        assert line.startswith(name[:7])
    assert len({len(line) for line in lines}) == 1
