"""Which route a case takes, by words, queue, day and the desk's hours; and whom that leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.audience import for_customer_turn, for_new_case, serving
from mailbot.core.calendar import Target
from mailbot.core.customer import Customer, Customers
from mailbot.core.desk import Agent, Partner, Route
from mailbot.core.duty import on_duty
from mailbot.core.letter import read_letter
from mailbot.core.route import (
    agents_on,
    in_force,
    is_about,
    is_on,
    partners_on,
    route_for,
    route_named,
)
from mailbot.core.terms import in_terms
from tests.core.samples import STOCKHOLM, at, desk, every_day, hours, priority, spans

PX = Partner("PX Expert", ("case@px.example", "px@px.example"))
MORE = Partner("More", ("help@more.example",))
ANNA = Agent("Anna", ("anna@desk.example",))
CENTRE = Agent("Centre", ("centre@desk.example", "night@desk.example"), queues=("driver",))
EVE = Agent("Eve", ("eve@desk.example",), queues=("office",))
OPEN, LUNCH, NIGHT = "2026-11-24 10:00", "2026-11-24 12:30", "2026-11-24 22:00"
"""A Tuesday; the desk is open 08-12 and 13-17."""
TO_PX = Route("PX", ("px@px.example",), words=("PX", "p x"))
BY_NIGHT = Route("night", ("centre@desk.example",), queues=("driver",), when="closed")
BY_DAY = Route("day", ("eve@desk.example",), when="open")
DESK = replace(desk(priority("normal", Target(hours(4)))), partners=(PX, MORE), agents=(ANNA, CENTRE, EVE))


def mail(subject: str = "Hello", text: str = "It stops.") -> Any:
    """A customer's mail."""
    raw = f"From: a@customer.example\r\nTo: support@example.com\r\nSubject: {subject}\r\n\r\n{text}\r\n"
    return read_letter(raw.encode(), language="sv")


def chosen(*routes: Route, letter: Any = None, queue: str = "office", moment: str = OPEN) -> str:
    """The name of the route that a mail takes; empty where it takes none."""
    found = route_for(replace(DESK, routes=routes), letter or mail(), queue, at(moment))
    return found.name if found else ""


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        pytest.param("PX stops", "Now.", "PX", id="in the subject"),
        pytest.param("Hello", "Our px stops.", "PX", id="in the text, in small letters"),
        pytest.param("Hello", "It is p\nx again.", "PX", id="a phrase over two lines"),
        pytest.param("PXE boot", "pxs", "", id="not within a word"),
        pytest.param("Hello", "Yes.\n\n> about PX\n", "", id="not what is quoted"),
        pytest.param("Hello", "It stops.", "", id="nothing of it"),
    ],
)
def test_words_choose_a_route(subject: str, text: str, expected: str) -> None:
    """Any of them as a whole word or phrase in the subject or the new text, as for rules."""
    assert chosen(TO_PX, letter=mail(subject, text)) == expected


@pytest.mark.parametrize(
    ("queue", "moment", "expected"),
    [
        pytest.param("driver", NIGHT, "night", id="the queue, and the desk is closed (B7)"),
        pytest.param("driver", LUNCH, "night", id="lunch counts as closed"),
        pytest.param("driver", OPEN, "day", id="the next route that holds"),
        pytest.param("office", NIGHT, "", id="another queue"),
        pytest.param("office", OPEN, "day", id="whatever the queue"),
        pytest.param("driver", "2026-11-24 17:00", "night", id="closing time is closed"),
        pytest.param("driver", "2026-11-24 08:00", "day", id="opening time is open"),
        pytest.param("driver", "2026-04-03 10:00", "night", id="a holiday"),
    ],
)
def test_queue_and_hour_choose_a_route(queue: str, moment: str, expected: str) -> None:
    """The first route in the desk file that holds."""
    assert chosen(BY_NIGHT, BY_DAY, queue=queue, moment=moment) == expected


def test_the_first_route_that_holds_is_taken() -> None:
    """The order of the desk file decides between two."""
    other = replace(TO_PX, name="other")
    assert chosen(other, TO_PX, letter=mail("PX")) == "other"
    assert chosen(replace(other, until=date(2026, 11, 23)), TO_PX, letter=mail("PX")) == "PX"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-10-31 23:59", "", id="the evening before"),
        pytest.param("2026-11-01 00:00", "PX", id="the first day"),
        pytest.param("2026-11-30 23:59", "PX", id="the last day, to its end"),
        pytest.param("2026-12-01 00:00", "", id="the day after"),
    ],
)
def test_a_route_holds_from_its_first_to_its_last_day(moment: str, expected: str) -> None:
    """Local days at the desk, both included (V12)."""
    route = replace(TO_PX, since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert chosen(route, letter=mail("PX"), moment=moment) == expected


def test_the_desks_own_hours_decide_what_is_closed() -> None:
    """A customer who is served around the clock does not keep the desk open, and its duty team gets the case."""
    customer = Customer("c", "C", hours=(every_day(spans("00:00-24:00")),))
    whole = replace(DESK, routes=(BY_NIGHT,), customers=Customers.of((customer,)))
    found = route_for(in_terms(whole, "c"), mail(), "driver", at(NIGHT))
    assert found == BY_NIGHT


def test_the_desks_own_hours_decide_who_is_on_duty() -> None:
    """Who works outside the desk's hours does, though a customer is served around the clock."""
    customer = Customer("c", "C", hours=(every_day(spans("00:00-24:00")),))
    night = replace(CENTRE, outside_hours=True)
    served = in_terms(replace(DESK, agents=(night,), customers=Customers.of((customer,))), "c")
    assert [on_duty(served, night, at(moment)) for moment in (OPEN, NIGHT)] == [False, True]


def test_a_route_leads_to_partners_or_agents_by_any_of_their_addresses() -> None:
    """In the desk file's order; whom the desk file has no more is nobody."""
    route = Route("r", ("help@more.example", "px@px.example", "gone@px.example"))
    assert partners_on(DESK, route) == (PX, MORE)
    assert agents_on(DESK, route) == ()
    team = Route("t", ("eve@desk.example", "night@desk.example"))
    assert agents_on(DESK, team) == (CENTRE, EVE)
    assert partners_on(DESK, None) == ()
    assert agents_on(DESK, None) == ()


def test_of_routes_of_one_name_the_one_in_force_is_meant() -> None:
    """Else the last one of the desk file; none where the name is not there."""
    old = replace(TO_PX, until=date(2026, 12, 31))
    new = replace(TO_PX, since=date(2027, 2, 1), to=("help@more.example",))
    both = replace(DESK, routes=(old, new))
    assert route_named(both, "PX", at(OPEN)) == old
    assert route_named(both, "PX", at("2027-02-01 00:00")) == new
    assert route_named(both, "PX", at("2027-01-15 10:00")) == new
    assert route_named(both, "", at(OPEN)) is route_named(both, "other", at(OPEN)) is None


def test_a_route_without_words_is_about_nobodys_mail() -> None:
    """It may be taken by any mail, and concerns no customer for that."""
    assert not is_about(BY_NIGHT, "night", "night")
    assert is_about(TO_PX, "", "about PX")


@pytest.mark.parametrize(
    ("queue", "moment", "route", "expected"),
    [
        pytest.param("driver", NIGHT, BY_NIGHT, ["Centre"], id="its duty team alone"),
        pytest.param("office", OPEN, TO_PX, ["Anna", "Eve"], id="a partner's: those on duty"),
        pytest.param("office", OPEN, Route("gone", ("gone@desk.example",)), ["Anna", "Eve"], id="nobody left: as ever"),
        pytest.param("office", OPEN, None, ["Anna", "Eve"], id="no route"),
    ],
)
def test_the_duty_team_hears_of_a_new_case(queue: str, moment: str, route: Route | None, expected: list[str]) -> None:
    """In the place of those on duty for the queue (B7)."""
    assert [agent.name for agent in for_new_case(DESK, queue, at(moment), route)] == expected


@pytest.mark.parametrize(
    ("moment", "assignee", "expected"),
    [
        pytest.param(NIGHT, "", ["Centre"], id="as long as it is the route's hour, the team alone"),
        pytest.param(OPEN, "", ["Anna", "Centre"], id="later the team and those on duty"),
        pytest.param(NIGHT, "anna@desk.example", ["Anna"], id="not once somebody has taken it"),
    ],
)
def test_the_duty_team_hears_its_customers(moment: str, assignee: str, expected: list[str]) -> None:
    """As long as nobody has taken the case."""
    heard = for_customer_turn(DESK, "driver", at(moment), assignee=assignee, writers=frozenset(), route=BY_NIGHT)
    assert [agent.name for agent in heard] == expected


def test_a_duty_team_serves_its_cases_in_any_queue() -> None:
    """It may act on them, though it serves another queue."""
    assert [agent.name for agent in serving(DESK, "driver")] == ["Anna", "Centre"]
    assert [agent.name for agent in serving(DESK, "driver", BY_DAY)] == ["Anna", "Centre", "Eve"]


DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
ENDS = st.one_of(st.none(), DAYS)
PACE = settings(max_examples=80, deadline=None)


@PACE
@given(since=ENDS, until=ENDS, day=DAYS)
def test_a_day_is_a_routes_between_its_ends(since: date | None, until: date | None, day: date) -> None:
    """Where an end is open, to any day; and never on a day that lies before the first or behind the last."""
    route = replace(TO_PX, since=since, until=until)
    assert in_force(route, day) == ((since or date.min) <= day <= (until or date.max))


@PACE
@given(day=DAYS, clock=st.times(), since=ENDS, until=ENDS)
def test_a_moment_is_open_or_closed_and_never_both(
    day: date, clock: time, since: date | None, until: date | None
) -> None:
    """Of two routes of one day that divide the day by the desk's hours exactly one holds, wherever that day is."""
    moment = datetime.combine(day, clock, STOCKHOLM)
    both = [replace(BY_DAY, when=when, since=since, until=until) for when in ("open", "closed")]
    holds = [is_on(DESK, route, moment) for route in both]
    assert sum(holds) == in_force(both[0], day)


@PACE
@given(change=DAYS, day=DAYS)
def test_routes_that_follow_one_another_leave_no_day_and_share_none(change: date, day: date) -> None:
    """One until a day, the next from the day after: each mail takes exactly one."""
    old = replace(TO_PX, name="old", until=change)
    new = replace(TO_PX, name="new", since=change + timedelta(days=1))
    taken = route_for(replace(DESK, routes=(new, old)), mail("PX"), "", datetime.combine(day, time(12), STOCKHOLM))
    assert taken == (old if day <= change else new)
