"""The Net Promoter Score: counted by hand, with an interval that holds what it says, and grouped by local months."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.months import month_of, months_between
from mailbot.core.score import Asked, Dimension, Group, Vote, interval, nps, tally

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = {"a": STOCKHOLM, "b": STOCKHOLM, "far": ZoneInfo("Pacific/Auckland")}
MAY = datetime(2026, 5, 15, 10, tzinfo=UTC)

scores = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("given_scores", "promoters", "passives", "detractors", "value"),
    [
        pytest.param([9, 10], 2, 0, 0, 100.0, id="nine and ten promote"),
        pytest.param([7, 8], 0, 2, 0, 0.0, id="seven and eight do neither"),
        pytest.param([0, 1, 2, 3, 4, 5, 6], 0, 0, 7, -100.0, id="zero to six detract"),
        pytest.param([10, 9, 8, 0], 2, 1, 1, 25.0, id="half less a quarter"),
        pytest.param([6, 7], 0, 1, 1, -50.0, id="more detractors than promoters"),
        pytest.param([9] * 70 + [8] * 20 + [3] * 10, 70, 20, 10, 60.0, id="a hundred votes"),
    ],
)
def test_the_score_is_promoters_less_detractors_in_percent(
    given_scores: list[int], promoters: int, passives: int, detractors: int, value: float
) -> None:
    """9 and 10 promote, 0 to 6 detract, and passives count in the whole (V13)."""
    found = nps(given_scores)
    assert found is not None
    assert (found.promoters, found.passives, found.detractors) == (promoters, passives, detractors)
    assert found.value == value
    assert found.count == len(given_scores)


def test_no_votes_have_no_score() -> None:
    """None, not zero: zero is a score."""
    assert nps([]) is None


@pytest.mark.parametrize("score", [-1, 11, 100])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    """It would move the figure and can only be a fault of ours."""
    with pytest.raises(ValueError, match="expected a score from 0 to 10"):
        nps([9, score])


@given(scores)
def test_the_interval_holds_the_score_and_stays_on_the_scale(given_scores: list[int]) -> None:
    """-100 <= low <= value <= high <= 100."""
    found = nps(given_scores)
    assert found is not None
    assert -100 <= found.low <= found.value <= found.high <= 100


@given(scores)
def test_praise_and_blame_are_treated_alike(given_scores: list[int]) -> None:
    """Promoters and detractors changing places mirrors the figure and its interval exactly."""
    one = nps(given_scores)
    other = nps([9 if score < 7 else 0 if score > 8 else 7 for score in given_scores])
    assert one is not None
    assert other is not None
    assert (other.value, other.low, other.high) == (-one.value, -one.high, -one.low)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_excludes_zero_exactly_where_mcnemars_test_finds_a_difference(
    promoters: int, passives: int, detractors: int
) -> None:
    """The test as Edwards corrected it, (|b - c| - 1)² / (b + c) against 3.84, is an independent oracle."""
    if not promoters + passives + detractors:
        return
    low, high = interval(promoters, detractors, promoters + passives + detractors)
    statistic = max(abs(promoters - detractors) - 1, 0) ** 2 / max(promoters + detractors, 1)
    assert (low > 1e-9 or high < -1e-9) == (statistic > 3.841458820694124)


def test_one_vote_says_next_to_nothing() -> None:
    """One promoter leaves room for nearly everything, one passive for all of it."""
    low, high = interval(1, 0, 1)
    assert high == 1
    assert -0.9 < low < -0.85
    assert interval(0, 0, 1) == (-1, 1)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))
def test_ten_times_the_votes_tell_more(promoters: int, passives: int, detractors: int) -> None:
    """The same shares among ten times as many votes have a narrower interval within the first one."""
    count = promoters + passives + detractors
    low, high = interval(promoters, detractors, count)
    narrow = interval(10 * promoters, 10 * detractors, 10 * count)
    assert narrow[1] - narrow[0] < high - low
    assert low - 1e-9 <= narrow[0]
    assert narrow[1] <= high + 1e-9


def _shares(steps: int) -> Iterator[tuple[float, float]]:
    """True shares of promoters and detractors all over the triangle, its edges and corners too."""
    for promoters in range(steps + 1):
        for detractors in range(steps + 1 - promoters):
            yield promoters / steps, detractors / steps
    # Where nearly everybody agrees the usual intervals fail.
    for share in (0.005, 0.01, 0.02, 0.03):
        yield from ((1 - share, share), (share, 1 - share), (1 - share, 0), (0, 1 - share), (share, 0), (share, share))


def _chance(counts: tuple[int, int, int], shares: tuple[float, float]) -> float:
    """Of exactly these numbers of promoters, detractors and passives."""
    every = (*shares, max(1 - sum(shares), 0.0))
    if any(number and share < 1e-12 for number, share in zip(counts, every, strict=True)):
        return 0.0
    logs = [number * math.log(share) - math.lgamma(number + 1) for number, share in zip(counts, every, strict=True)
            if number]  # fmt: skip
    return math.exp(math.lgamma(sum(counts) + 1) + math.fsum(logs))


@pytest.mark.parametrize(
    ("count", "steps"), [*((count, 20) for count in [*range(1, 11), 12, 15, 20, 30]), (50, 10), (100, 5)]
)
def test_the_interval_holds_the_truth_in_95_of_100_cases_however_few_the_votes(count: int, steps: int) -> None:
    """Counted, not drawn: over every outcome of so many votes, at true shares all over the triangle."""
    outcomes = [(b, c, count - b - c) for b in range(count + 1) for c in range(count + 1 - b)]
    intervals = {outcome: interval(outcome[0], outcome[1], count) for outcome in outcomes}
    for shares in _shares(steps):
        truth = shares[0] - shares[1]
        held = [each for each in outcomes if intervals[each][0] - 1e-9 <= truth <= intervals[each][1] + 1e-9]
        assert math.fsum(_chance(each, shares) for each in held) >= 0.95 - 1e-9, shares


def test_so_it_does_for_a_busy_desk() -> None:
    """Two hundred votes a month, drawn with a fixed seed: 300 months at each of 45 true shares."""
    draw = random.Random(20261122)
    known: dict[tuple[int, int], tuple[float, float]] = {}
    coverages = []
    for promoters, detractors in _shares(5):
        held = 0
        weights = [promoters, detractors, max(1 - promoters - detractors, 0.0)]
        for _ in range(300):
            votes = draw.choices("pd-", weights, k=200)
            seen = votes.count("p"), votes.count("d")
            low, high = known[seen] if seen in known else known.setdefault(seen, interval(*seen, 200))
            held += low - 1e-9 <= promoters - detractors <= high + 1e-9
        coverages.append(held / 300)
    assert min(coverages) >= 0.93
    assert sum(coverages) / len(coverages) >= 0.95


@pytest.mark.parametrize(
    ("moment", "zone", "month"),
    [
        pytest.param(datetime(2026, 5, 31, 21, 59, 59, tzinfo=UTC), "Europe/Stockholm", date(2026, 5, 1), id="May yet"),
        pytest.param(datetime(2026, 5, 31, 22, tzinfo=UTC), "Europe/Stockholm", date(2026, 6, 1), id="local midnight"),
        pytest.param(datetime(2026, 12, 31, 23, tzinfo=UTC), "Europe/Bratislava", date(2027, 1, 1), id="a new year"),
        pytest.param(datetime(2026, 12, 31, 11, tzinfo=UTC), "Pacific/Auckland", date(2027, 1, 1), id="far ahead"),
        pytest.param(
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Stockholm", date(2026, 10, 1), id="clock change"
        ),
    ],
)
def test_a_month_begins_at_local_midnight(moment: datetime, zone: str, month: date) -> None:
    """The desk's own calendar says which month it is."""
    assert month_of(moment, ZoneInfo(zone)) == month


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 5, 1), date(2026, 5, 31), 1),
        (date(2025, 11, 15), date(2026, 2, 1), 4),
        (date(2014, 1, 1), date(2026, 11, 1), 155),
        (date(2026, 6, 1), date(2026, 5, 1), 0),
    ],
)
def test_every_month_from_first_to_last_is_named_once(first: date, last: date, count: int) -> None:
    """Months without votes too, so that a gap can be drawn."""
    months = months_between(first, last)
    assert len(set(months)) == len(months) == count
    assert all(month.day == 1 for month in months)
    assert list(months) == sorted(months)


def _vote(score: int, when: datetime = MAY, desk: str = "a", queue: str = "", agent: str = "") -> Vote:
    return Vote(score, when, desk, queue, agent)


def _asked(when: datetime = MAY, *, answered: bool = False, bounced: bool = False, agent: str = "") -> Asked:
    return Asked(when, answered, "a", agent=agent, bounced=bounced)


def _only(votes: list[Vote], asked: list[Asked], by: tuple[Dimension, ...] = (), least: int = 5) -> Group:
    (group,) = tally(votes, asked, ZONES, by, least)
    return group


def test_a_vote_counts_in_the_month_of_its_answer_and_a_response_in_that_of_its_survey() -> None:
    """A survey of May that is answered in June is one of May's surveys answered, and one of June's votes."""
    june = datetime(2026, 6, 2, 8, tzinfo=UTC)
    groups = tally([_vote(10, june)], [_asked(answered=True), _asked()], ZONES, ("month",))
    may, june_group = groups
    assert (may.month, may.votes, may.nps) == (date(2026, 5, 1), 0, None)
    assert may.responses is not None
    assert may.responses.rate == 50
    assert (june_group.month, june_group.votes) == (date(2026, 6, 1), 1)
    assert june_group.responses is not None
    assert june_group.responses.rate is None


def test_what_bounced_was_asked_nobody() -> None:
    """A survey that came back is left out of the rate; one that was answered all the same did arrive."""
    asked = [_asked(answered=True), _asked(), _asked(bounced=True), _asked(answered=True, bounced=True)]
    responses = _only([], asked).responses
    assert responses is not None
    assert (responses.sent, responses.bounced, responses.answered) == (4, 1, 2)
    assert responses.rate == pytest.approx(100 * 2 / 3)


def test_where_all_bounced_there_is_no_rate() -> None:
    """Not zero: nobody was asked."""
    responses = _only([], [_asked(bounced=True)]).responses
    assert responses is not None
    assert responses.rate is None


def test_each_desk_keeps_its_own_calendar() -> None:
    """One moment is May in Stockholm and June in Auckland."""
    late = datetime(2026, 5, 31, 15, tzinfo=UTC)
    groups = tally([_vote(10, late), _vote(0, late, "far")], [], ZONES, ("desk", "month"))
    assert [(group.desk, group.month) for group in groups] == [("a", date(2026, 5, 1)), ("far", date(2026, 6, 1))]


def test_desks_queues_and_months_are_told_apart_as_asked_for() -> None:
    """What is not asked for is None, and the groups come in order."""
    votes = [_vote(10, queue="q2"), _vote(9, queue="q1"), _vote(3, desk="b"), _vote(8, MAY + timedelta(days=30))]
    assert [(group.queue, group.votes, group.desk) for group in tally(votes, [], ZONES, ("queue",))] == [
        ("", 2, None), ("q1", 1, None), ("q2", 1, None),
    ]  # fmt: skip
    by_both = tally(votes, [], ZONES, ("month", "desk"))
    assert [(group.month, group.desk, group.votes) for group in by_both] == [
        (date(2026, 5, 1), "a", 2), (date(2026, 5, 1), "b", 1), (date(2026, 6, 1), "a", 1),
    ]  # fmt: skip


def test_no_agent_is_judged_by_too_few_votes() -> None:
    """Under the least count only the number of votes is told; the same votes still count for the desk."""
    votes = [_vote(10, agent="anna") for _ in range(5)] + [_vote(0, agent="bo") for _ in range(4)]
    asked = [_asked(answered=True, agent="bo")]
    anna, bo = tally(votes, asked, ZONES, ("agent",), least=5)
    assert anna.nps is not None
    assert anna.nps.value == 100
    assert (bo.votes, bo.nps, bo.responses) == (4, None, None)
    together = _only(votes, asked)
    assert together.nps is not None
    assert together.nps.count == 9


def test_an_agents_month_needs_the_least_count_by_itself() -> None:
    """Five votes over two months are too few in each of them."""
    votes = [_vote(10, MAY + timedelta(days=10 * number), agent="anna") for number in range(5)]
    groups = tally(votes, [], ZONES, ("agent", "month"), least=5)
    assert [group.votes for group in groups] == [2, 3]
    assert [group.nps for group in groups] == [None, None]


def test_nothing_makes_no_groups() -> None:
    """No votes, no surveys: no line."""
    assert tally([], [], ZONES, ("month",)) == ()
    assert tally([], [], ZONES) == ()


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
any_votes = st.lists(
    st.builds(
        Vote, st.integers(0, 10), moments, st.sampled_from(sorted(ZONES)), st.sampled_from(["", "q"]),
        st.sampled_from(["", "anna", "bo"]),
    ),
    max_size=30,
)  # fmt: skip
dimensions = st.permutations(["desk", "queue", "agent", "month"]).flatmap(
    lambda names: st.integers(0, 4).map(lambda count: tuple(names[:count]))
)


@given(any_votes, dimensions)
def test_no_vote_is_lost_or_counted_twice(votes: list[Vote], by: tuple[Dimension, ...]) -> None:
    """However the figures are told apart, their counts add up."""
    groups = tally(votes, [], ZONES, by, least=0)
    assert sum(group.votes for group in groups) == len(votes)
    assert sum(group.nps.promoters - group.nps.detractors for group in groups if group.nps) == sum(
        (vote.score >= 9) - (vote.score <= 6) for vote in votes
    )
