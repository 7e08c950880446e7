"""The Net Promoter Score: worked out from votes, with an interval that is honest for few of them, and grouped."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Literal

from mailbot.core.months import month_of

SCALE: Final = range(11)
"""What the headline question is answered with (V13)."""
_PROMOTER = 9
_PASSIVE = 7
_Z = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""
_EDWARDS = 1
"""Votes by which a count is taken to be closer to what is tested than it is; see `interval`."""
_HALVINGS = 60

Dimension = Literal["desk", "queue", "agent", "month"]


@dataclass(frozen=True, slots=True)
class Vote:
    """The score that counts of one survey: the first valid one, or what the customer corrected it to."""

    score: int
    """0 to 10."""
    received: datetime
    """When a valid answer first came in, aware; a correction does not move it."""
    desk: str
    queue: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One survey that was sent."""

    sent: datetime
    """Aware; of the survey itself, not of its reminder."""
    answered: bool
    """Whether a valid score has come in, whenever that was."""
    desk: str
    queue: str = ""
    agent: str = ""
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class Nps:
    """A Net Promoter Score of at least one vote."""

    promoters: int
    """Scores 9 and 10."""
    passives: int
    """7 and 8."""
    detractors: int
    """0 to 6."""
    low: float
    """The score's interval of at least 95 %, in the same unit."""
    high: float

    @property
    def count(self) -> int:
        """How many votes."""
        return self.promoters + self.passives + self.detractors

    @property
    def value(self) -> float:
        """Percent of promoters less percent of detractors: -100 to 100."""
        return 100 * (self.promoters - self.detractors) / self.count


@dataclass(frozen=True, slots=True)
class Responses:
    """How many of the surveys that were sent have been answered."""

    sent: int
    """Those that bounced too."""
    bounced: int
    """Without those that were answered all the same."""
    answered: int

    @property
    def rate(self) -> float | None:
        """Percent of those that arrived; None where none did."""
        arrived = self.sent - self.bounced
        return 100 * self.answered / arrived if arrived else None


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one desk, queue, agent or month, or of a combination of them."""

    desk: str | None
    """None where the figures are not told apart by it; so are queue, agent and month."""
    queue: str | None
    agent: str | None
    month: date | None
    """The first day of the month, local to the desk. Votes belong to that of receipt, responses to that of sending."""
    votes: int
    nps: Nps | None
    """None for no votes, or too few of an agent's to be shown."""
    responses: Responses | None
    """None where there are too few of an agent's votes to be shown."""


def nps(scores: Iterable[int]) -> Nps | None:
    """The score of these answers; None for none. ValueError for one outside 0 to 10."""
    promoters = passives = detractors = 0
    for score in scores:
        if score not in SCALE:
            raise ValueError(f"expected a score from 0 to 10, got {score}")
        promoters += score >= _PROMOTER
        passives += _PASSIVE <= score < _PROMOTER
        detractors += score < _PASSIVE
    count = promoters + passives + detractors
    if not count:
        return None
    low, high = interval(promoters, detractors, count)
    return Nps(promoters, passives, detractors, 100 * low, 100 * high)


def interval(promoters: int, detractors: int, count: int) -> tuple[float, float]:
    """The interval of 95 % for the share of promoters less the share of detractors, -1 to 1, of `count` votes.

    Promoters, passives and detractors are what pairs of yes and no are that changed, stayed, or changed back: so this
    is the score interval for paired proportions (T. Tango, Statistics in Medicine 17, 1998) with the continuity
    correction of McNemar's test (A. L. Edwards, Psychometrika 13, 1948). The adjusted Wald interval that is usual for
    the NPS (B. Rocks, The American Statistician 70, 2016) holds the true score in 95 of 100 cases only on average: with
    ten votes in as few as 87, and with one vote in none where all customers agree. This one does so in 95 or more from
    one vote on, whatever the shares; the tests count it out. Its price is a sixth more width at 30 votes, a twelfth at
    100.
    """
    seen = (promoters - detractors) / count
    low = _crossing(promoters, detractors, count, -1.0, seen)
    # Promoters and detractors changing places mirrors the interval.
    high = -_crossing(detractors, promoters, count, -1.0, -seen)
    return low, high


def _crossing(promoters: int, detractors: int, count: int, low: float, high: float) -> float:
    """The smallest difference that the votes do not refute at 95 %."""
    if not _refutes(promoters, detractors, count, low):
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _refutes(promoters, detractors, count, middle):
            low = middle
        else:
            high = middle
    return high


def _refutes(promoters: int, detractors: int, count: int, difference: float) -> bool:
    """Whether so many more promoters than detractors are too many for the true difference to be that small."""
    excess = promoters - detractors - count * difference - _EDWARDS
    if excess <= 0:
        return False
    # The likeliest share of detractors if that were the true difference (Tango's equation for q21).
    b = (2 * count - promoters + detractors) * difference - promoters - detractors
    c = -detractors * difference * (1 - difference)
    share = (math.sqrt(max(b * b - 8 * count * c, 0.0)) - b) / (4 * count)
    variance = count * (2 * share + difference * (1 - difference))
    return excess * excess > _Z * _Z * variance


def signed(value: float) -> str:
    """A score as a whole number with its sign."""
    return f"{round(value):+d}" if round(value) else "0"


def tally(
    votes: Iterable[Vote],
    asked: Iterable[Asked],
    zones: Mapping[str, tzinfo],
    by: tuple[Dimension, ...] = (),
    least: int = 5,
) -> tuple[Group, ...]:
    """The figures for each combination of the dimensions that occurs, in order; of all together where `by` is empty.

    Nothing where there are neither votes nor surveys. `zones` has each desk's zone: KeyError where one is missing.
    Figures told apart by agent are shown from `least` votes on: fewer tell more about who voted than about who worked.
    """
    scores: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    sent: defaultdict[tuple[str, ...], list[Asked]] = defaultdict(list)
    for vote in votes:
        scores[_key(vote, vote.received, zones, by)].append(vote.score)
    for one in asked:
        sent[_key(one, one.sent, zones, by)].append(one)
    keys = sorted({*scores, *sent})
    return tuple(_group(dict(zip(by, key, strict=True)), scores[key], sent[key], least) for key in keys)


def _key(
    row: Vote | Asked, moment: datetime, zones: Mapping[str, tzinfo], by: tuple[Dimension, ...]
) -> tuple[str, ...]:
    month = month_of(moment, zones[row.desk]).isoformat()
    values = {"desk": row.desk, "queue": row.queue, "agent": row.agent, "month": month}
    return tuple(values[dimension] for dimension in by)


def _group(of: Mapping[Dimension, str], scores: list[int], sent: list[Asked], least: int) -> Group:
    shown = "agent" not in of or len(scores) >= least
    answered = sum(one.answered for one in sent)
    bounced = sum(one.bounced and not one.answered for one in sent)
    return Group(
        desk=of.get("desk"),
        queue=of.get("queue"),
        agent=of.get("agent"),
        month=date.fromisoformat(of["month"]) if "month" in of else None,
        votes=len(scores),
        nps=nps(scores) if shown else None,
        responses=Responses(len(sent), bounced, answered) if shown else None,
    )
