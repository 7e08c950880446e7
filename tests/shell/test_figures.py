"""What a desk's figures are read from, on both databases, over a year of made-up rows with its month ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.calendar import Target
from mailbot.core.desk import Desk
from mailbot.core.deskfigures import Figures, kept_promises, score_by, score_of_all
from mailbot.core.months import later, months_between
from mailbot.core.promisekept import Begin, Told
from mailbot.core.score import Asked, Vote
from mailbot.core.survey import Part
from mailbot.database import Database
from mailbot.figures import read_figures
from tests.core.samples import OFFICE, at, desk, hours, priority
from tests.shell.figurerows import AGNES, FigureRows, promised

DESK = replace(desk(priority("normal", Target(hours(4))), priority("high", Target(hours(1)))), key="td")
FIRST, LAST = date(2025, 11, 1), date(2026, 10, 1)
BO = "bo@agents.example"


@pytest.fixture
def rows(database: Database) -> FigureRows:
    """Nothing yet."""
    return FigureRows(database)


def _read(rows: FigureRows, first: date = FIRST, last: date = LAST, of: Desk = DESK) -> Figures:
    with rows.database.read() as connection:
        return read_figures(connection, of, first, last)


def test_a_year_is_followed_month_by_month(rows: FigureRows) -> None:
    """Each month has as many promoters as its number; what was asked in it and answered in the next is told apart."""
    with rows.together():
        for month in months_between(FIRST, LAST):
            following = later(month, 1)
            for _ in range(month.month):
                rows.survey(f"{month:%Y-%m}-10 10:00", 10, f"{month:%Y-%m}-11 09:00")
            rows.survey(f"{month:%Y-%m}-28 10:00", 0, f"{following:%Y-%m}-01 00:00")
            rows.survey(f"{month:%Y-%m}-28 11:00")
    groups = score_by(_read(rows), "month")
    assert [group.month for group in groups] == list(months_between(FIRST, LAST))
    for group in groups:
        assert group.month is not None
        assert group.nps is not None
        assert group.responses is not None
        number, detractors = group.month.month, 0 if group.month == FIRST else 1
        assert (group.nps.promoters, group.nps.detractors, group.votes) == (number, detractors, number + detractors)
        assert (group.responses.sent, group.responses.answered) == (number + 2, number + 1)
    total = score_of_all(_read(rows))
    assert total is not None
    assert (total.votes, total.responses and total.responses.sent) == (78 + 11, 78 + 24)


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        pytest.param("2026-03-31 23:59", True, id="the last minute of the last month"),
        pytest.param("2026-04-01 00:00", False, id="the first after it"),
        pytest.param("2026-02-01 00:00", True, id="the first minute of the first month"),
        pytest.param("2026-01-31 23:59", False, id="the last before it"),
    ],
)
def test_a_span_of_months_is_bounded_in_the_desks_zone(rows: FigureRows, moment: str, counts: bool) -> None:
    """Across the change to summer time; votes, surveys and beginnings alike."""
    rows.survey(moment, 9, moment)
    rows.begin(moment, promised(moment, "2026-05-01 12:00"))
    found = _read(rows, date(2026, 2, 1), date(2026, 3, 1))
    assert (len(found.votes), len(found.asked), len(found.begins)) == (counts, counts, counts)


def test_another_zone_has_other_months(rows: FigureRows) -> None:
    """Midnight in Stockholm is the afternoon of the day before in Vancouver."""
    rows.survey("2026-04-01 00:30", 9, "2026-04-01 00:30")
    there = replace(DESK, calendar=replace(OFFICE, zone=ZoneInfo("America/Vancouver")))
    (march,) = score_by(_read(rows, date(2026, 3, 1), date(2026, 3, 1), there), "month")
    assert (march.month, march.votes) == (date(2026, 3, 1), 1)


def test_a_vote_is_read_as_the_case_was_closed(rows: FigureRows) -> None:
    """Score and moment, and queue and agent of the close, wherever the case has gone since."""
    rows.survey("2026-03-02 10:00", 7, "2026-03-04 15:30", queue="driver", agent=BO)
    found = _read(rows)
    assert found.votes == (Vote(7, at("2026-03-04 15:30"), "td", "driver", BO),)
    assert found.asked == (Asked(at("2026-03-02 10:00"), True, "td", "driver", BO),)


def test_what_was_never_sent_or_is_anothers_does_not_count(rows: FigureRows) -> None:
    """A survey that waits, or was stopped before its letter had gone, was sent to nobody."""
    rows.survey("")
    rows.survey("2026-03-02 10:00", 9, "2026-03-02 12:00", desk="od")
    rows.begin("2026-03-02 10:00", promised("2026-03-02 10:00", "2026-03-02 14:00"), desk="od")
    assert _read(rows).nothing
    assert len(_read(rows, of=replace(DESK, key="od")).votes) == 1


@pytest.mark.parametrize(
    ("letters", "bounced"),
    [
        pytest.param({"survey": "sent"}, False, id="sent"),
        pytest.param({"survey": "bounced"}, True, id="came back"),
        pytest.param({"survey": "failed"}, True, id="refused"),
        pytest.param({"survey": "doubtful"}, False, id="may have arrived"),
        pytest.param({"survey": "waiting"}, False, id="on its way"),
        pytest.param({"survey": "sent", "reminder": "bounced"}, False, id="only its reminder came back"),
        pytest.param({"survey": "sent", "again": "failed"}, False, id="only the second question was refused"),
    ],
)
def test_a_survey_that_came_back_or_was_refused_did_not_arrive(
    rows: FigureRows, letters: dict[Part, str], bounced: bool
) -> None:
    """It is the survey's own first letter that says so, and no other case's."""
    rows.survey("2026-03-02 10:00", letters=letters)
    rows.survey("2026-03-02 10:00", letters={"survey": "sent"})
    assert [one.bounced for one in _read(rows).asked] == [bounced, False]
    total = score_of_all(_read(rows))
    assert total is not None
    assert total.responses is not None
    assert total.responses.sent - total.responses.bounced == 2 - bounced


def test_a_beginning_is_read_with_its_promises_in_order(rows: FigureRows) -> None:
    """Each as it was told; the priority is the last one before work began, whatever it was raised to since."""
    first = promised("2026-03-02 08:00", "2026-03-02 12:00", suspended="2026-03-02 09:00")
    second = promised("2026-03-02 10:00", "2026-03-02 11:00", "high", at_once=True)
    rows.begin("2026-03-02 08:00", first, second, started="2026-03-02 10:30", priority="critical", queue="driver")
    (begin,) = _read(rows).begins
    assert begin == Begin(
        "td", "driver", "high", at("2026-03-02 08:00"),
        (
            Told(at("2026-03-02 08:00"), at("2026-03-02 12:00"), suspended=at("2026-03-02 09:00")),
            Told(at("2026-03-02 10:00"), at("2026-03-02 11:00"), at_once=True),
        ),
        started=at("2026-03-02 10:30"),
    )  # fmt: skip


def test_a_case_that_was_opened_again_is_judged_twice(rows: FigureRows) -> None:
    """Each beginning has its own promises, and belongs to the month of the mail that brought it about."""
    kept = promised("2026-03-02 08:00", "2026-03-02 12:00")
    case = rows.begin("2026-03-02 08:00", kept, started="2026-03-02 09:00")
    broken = promised("2026-04-07 08:00", "2026-04-07 12:00")
    rows.begin("2026-04-07 08:00", broken, started="2026-04-07 13:00", number=2, ticket_id=case)
    found = kept_promises(_read(rows), at("2026-10-31 12:00"))
    assert [(one.month.month, one.kept, one.missed) for one in found] == [(3, 1, 0), (4, 0, 1)]


def test_a_case_without_a_promise_has_its_own_priority(rows: FigureRows) -> None:
    """It is read, and nothing of it is judged."""
    rows.begin("2026-03-02 08:00", ended="2026-03-02 09:00", priority="high")
    (begin,) = _read(rows).begins
    assert (begin.priority, begin.told, begin.ended) == ("high", (), at("2026-03-02 09:00"))
    assert kept_promises(_read(rows), at("2026-10-31 12:00")) == ()


def test_an_agents_year(rows: FigureRows) -> None:
    """Over the months together an agent may have votes enough where no single month has them."""
    for month in range(1, 4):
        rows.survey(f"2026-0{month}-05 10:00", 10, f"2026-0{month}-06 10:00", agent=AGNES)
    rows.survey("2026-03-05 10:00", 0, "2026-03-06 10:00", agent=BO)
    of = replace(DESK, agent_figures_from=3)
    told = {group.agent: group.nps and group.nps.value for group in score_by(_read(rows, of=of), "agent")}
    assert told == {AGNES: 100, BO: None}
