"""When morning lists are due, over zones, holidays and clock changes, and what stands in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.agenttellings import CaseList, ListedCase
from mailbot.core.calendar import Calendar, Target
from mailbot.core.caselist import MOST_LISTED
from mailbot.core.desk import Agent, Desk, Queue
from mailbot.core.morning import DueList, due_lists, morning_list
from tests.core.samples import OFFICE, STOCKHOLM, at, desk, every_day, hours, priority, spans

BRATISLAVA, APIA, KATHMANDU = ZoneInfo("Europe/Bratislava"), ZoneInfo("Pacific/Apia"), ZoneInfo("Asia/Kathmandu")
ANNA = Agent("Anna", ("anna@desk.example", "anna@home.example"), morning_list=7 * 60 + 30, language="en")
BO = Agent("Bo", ("bo@desk.example",), ("transport",), morning_list=9 * 60)
EVA = Agent("Eva", ("eva@desk.example",))
QUEUES = (Queue("transport", {"sv": "Transport"}), Queue("driver", {"sv": "Förare"}))
DESK = desk(priority("first", Target(hours(4))), agents=(ANNA, BO, EVA), queues=QUEUES)
CHANGES = ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01")
"""Days on which one of the zones changes its clock; Beirut's goes back at midnight, into the day before."""
moments = st.builds(
    lambda day, minute: at(f"{day} 00:00", ZoneInfo("UTC")) + timedelta(minutes=minute),
    st.sampled_from(CHANGES), st.integers(-1440, 2880),
)  # fmt: skip
ALWAYS = (every_day(spans("00:00-24:00")),)


def _due(moment: str, of: Desk = DESK) -> list[tuple[str, str]]:
    found = due_lists((of,), at(moment, of.calendar.zone))
    return [(one.agent.name, one.day.isoformat()) for one in found]


def _at(minute: int, zone: ZoneInfo = STOCKHOLM) -> Desk:
    """A desk that is always open, with one list at that minute of its day."""
    calendar = Calendar(zone, ALWAYS)
    return replace(DESK, calendar=calendar, agents=(replace(ANNA, morning_list=minute),))


@pytest.mark.parametrize(
    ("moment", "names"),
    [
        pytest.param("2026-04-01 07:29", [], id="too early"),
        pytest.param("2026-04-01 07:30", ["Anna"], id="at the very minute"),
        pytest.param("2026-04-01 08:59", ["Anna"], id="not yet the second one's"),
        pytest.param("2026-04-01 23:59", ["Anna", "Bo"], id="a daemon that was off all day"),
        pytest.param("2026-04-02 00:00", [], id="yesterday's is due no more"),
        pytest.param("2026-04-02 10:00", ["Anna", "Bo"], id="a short day is an open day"),
        pytest.param("2026-04-03 10:00", [], id="a holiday"),
        pytest.param("2026-04-04 10:00", [], id="a closed Saturday"),
    ],
)
def test_a_list_is_due_from_its_minute_to_the_end_of_an_open_day(moment: str, names: list[str]) -> None:
    """Never to an agent who wants none, never on a closed day, and always that local day's."""
    assert _due(moment) == [(name, moment[:10]) for name in names]


@pytest.mark.parametrize(
    ("day", "opens", "due"), [(date(2026, 4, 3), ("09:00-12:00",), True), (date(2026, 4, 1), (), False)]
)
def test_an_exception_opens_and_closes_the_day(day: date, opens: tuple[str, ...], due: bool) -> None:
    """The desk file's word on a single day wins over its holiday and over its weekday."""
    calendar = replace(OFFICE, exceptions={day: spans(*opens)})
    assert bool(_due(f"{day} 08:00", replace(DESK, calendar=calendar))) is due


@pytest.mark.parametrize(
    ("minute", "moment", "due"),
    [
        pytest.param(150, "2026-03-29T00:59+00:00", False, id="spring: 01:59, and 02:30 will not come"),
        pytest.param(150, "2026-03-29T01:00+00:00", True, id="spring: 03:00 has passed it"),
        pytest.param(150, "2026-10-25T00:29+00:00", False, id="autumn: 02:29 for the first time"),
        pytest.param(150, "2026-10-25T00:30+00:00", True, id="autumn: 02:30 for the first time"),
        pytest.param(150, "2026-10-25T01:10+00:00", True, id="autumn: 02:10 again, and it has come already"),
        pytest.param(150, "2026-10-25T01:30+00:00", True, id="autumn: 02:30 again"),
        pytest.param(450, "2026-03-29T05:29+00:00", False, id="spring: 07:29 in summer time"),
        pytest.param(450, "2026-03-29T05:30+00:00", True, id="spring: 07:30 in summer time"),
        pytest.param(450, "2026-10-25T06:29+00:00", False, id="autumn: 07:29 in winter time"),
        pytest.param(450, "2026-10-25T06:30+00:00", True, id="autumn: 07:30 in winter time"),
        pytest.param(0, "2026-03-28T23:00+00:00", True, id="midnight"),
    ],
)
def test_clock_changes(minute: int, moment: str, due: bool) -> None:
    """An hour that is left out has come when the clock has passed it, one that comes twice the first time."""
    assert bool(due_lists((_at(minute),), datetime.fromisoformat(moment))) is due


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (STOCKHOLM, "2026-11-23T06:30+00:00", "2026-11-23"),
        (BRATISLAVA, "2026-11-23T06:30+00:00", "2026-11-23"),
        (KATHMANDU, "2026-11-23T01:45+00:00", "2026-11-23"),
        (APIA, "2026-11-22T18:30+00:00", "2026-11-23"),
    ],
)
def test_the_day_and_minute_are_the_desks_own(zone: ZoneInfo, moment: str, day: str) -> None:
    """07:30 where the desk is, on the date that it has there; a minute before, nothing of that day."""
    (due,) = due_lists((_at(450, zone),), datetime.fromisoformat(moment))
    assert due.day.isoformat() == day
    assert due_lists((_at(450, zone),), datetime.fromisoformat(moment) - timedelta(minutes=1)) == ()


@given(
    st.integers(0, 1439),
    st.sampled_from([STOCKHOLM, BRATISLAVA, APIA, KATHMANDU, ZoneInfo("America/Havana"), ZoneInfo("Asia/Beirut")]),
    moments,
    st.integers(1, 600),
)
def test_what_has_come_stays_due_until_the_day_is_over(minute: int, zone: ZoneInfo, now: datetime, later: int) -> None:
    """Whatever the clock does, even back across midnight, a list that was due is due for the rest of the local day."""
    desks = (_at(minute, zone),)
    then = now + timedelta(minutes=later)
    same_day = now.astimezone(zone).date() == then.astimezone(zone).date()
    if due_lists(desks, now) and same_day:
        assert due_lists(desks, then) == due_lists(desks, now)


@given(st.integers(0, 1439), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_every_open_day_has_its_list(minute: int, day: date) -> None:
    """By the last second of any local day the list of an always open desk has come, before its first second not."""
    end = datetime.combine(day, datetime.max.time(), tzinfo=STOCKHOLM).astimezone(UTC)
    assert [one.day for one in due_lists((_at(minute),), end)] == [day]
    before = datetime.combine(day, datetime.min.time(), tzinfo=STOCKHOLM).astimezone(UTC) - timedelta(seconds=1)
    assert day not in [one.day for one in due_lists((_at(minute),), before)]


def test_a_list_is_known_by_desk_agent_and_day() -> None:
    """The cause that makes it once: the agent's first address, the local date."""
    (due,) = due_lists((replace(DESK, agents=(ANNA,)),), at("2026-04-01 12:00"))
    assert due.cause == "list:sample:anna@desk.example:2026-04-01"


def test_a_naive_moment_is_refused() -> None:
    """A moment without a zone has no local day."""
    with pytest.raises(ValueError, match="expected a moment with a zone"):
        due_lists((DESK,), datetime(2026, 4, 1, 12))  # noqa: DTZ001 - the very thing


def _case(number: int, queue: str) -> ListedCase:
    start = at("2026-04-01 12:00") + timedelta(hours=number)
    return ListedCase(f"SA-{number}", "x", "Kim", "first", queue, "open", "", start, begun=False, late=False)


CASES = (_case(1, "driver"), _case(2, "transport"), _case(3, ""))


@pytest.mark.parametrize(
    ("agent", "agents", "numbers"),
    [
        pytest.param(ANNA, (ANNA, BO), ["SA-1", "SA-2", "SA-3"], id="who serves all queues"),
        pytest.param(BO, (ANNA, BO), ["SA-2"], id="who serves one"),
        pytest.param(BO, (BO,), ["SA-1", "SA-2", "SA-3"], id="where nobody serves the others, they are everybody's"),
    ],
)
def test_a_list_holds_the_open_cases_of_the_agents_queues(
    agent: Agent, agents: tuple[Agent, ...], numbers: list[str]
) -> None:
    """All of them in the order given, to the agent's first address in the agent's language."""
    due = DueList(replace(DESK, agents=agents), agent, date(2026, 4, 1))
    errand = morning_list(due, CASES)
    assert errand is not None
    assert isinstance(errand.telling, CaseList)
    assert [case.number for case in errand.telling.cases] == numbers
    assert (errand.telling.which, errand.to, errand.language) == ("all", agent.address, agent.language)


def test_an_empty_list_is_not_sent() -> None:
    """Where none of the agent's queues has an open case there is no letter."""
    due = DueList(replace(DESK, agents=(ANNA, BO)), BO, date(2026, 4, 1))
    assert morning_list(due, CASES[:1]) is None


def test_a_long_list_says_how_many_more() -> None:
    """The most urgent ones are told, the others counted."""
    due = DueList(DESK, ANNA, date(2026, 4, 1))
    errand = morning_list(due, [_case(number, "driver") for number in range(MOST_LISTED + 7)])
    assert errand is not None
    assert isinstance(errand.telling, CaseList)
    assert (len(errand.telling.cases), errand.telling.left_out) == (MOST_LISTED, 7)
