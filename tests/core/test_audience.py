"""Who hears of a turn in a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.audience import agent_of, for_agent_turn, for_customer_turn, for_new_case, serving
from mailbot.core.calendar import Target
from mailbot.core.desk import Agent, Desk
from tests.core.samples import at, desk, every_day, hours, priority, spans, weekdays

DAY = (weekdays(spans("08:00-16:00")),)
ANNA = Agent("Anna", ("anna@desk.example", "anna.b@home.example"), duty=DAY)
BO = Agent("Bo", ("bo@desk.example",), ("transport",), DAY)
CENTRE = Agent("Centre", ("centre@desk.example",), ("driver",), outside_hours=True)
EVA = Agent("Eva", ("eva@desk.example",), ("transport",), (weekdays(spans("12:00-20:00")),))
EMPTY = desk(priority("first", Target(hours(4))))
DESK = replace(EMPTY, agents=(ANNA, BO, CENTRE, EVA))
MORNING, EVENING, NIGHT = "2026-11-24 10:00", "2026-11-24 18:00", "2026-11-24 22:00"


def _names(agents: tuple[Agent, ...]) -> list[str]:
    return [agent.name for agent in agents]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna@desk.example", "Anna"),
        ("anna.b@home.example", "Anna"),
        ("eva@desk.example", "Eva"),
        ("customer@example.com", None),
        ("", None),
    ],
)
def test_an_agent_is_known_by_each_address(address: str, name: str | None) -> None:
    """Any of them, and nobody by another's or by none."""
    found = agent_of(DESK, address)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("queue", "moment", "expected"),
    [
        pytest.param("driver", MORNING, ["Anna"], id="office hours"),
        pytest.param("driver", NIGHT, ["Centre"], id="outside them somebody else (B7)"),
        pytest.param("transport", MORNING, ["Anna", "Bo"], id="not who comes at noon"),
        pytest.param("transport", EVENING, ["Eva"], id="only who is left"),
        pytest.param("transport", NIGHT, ["Anna", "Bo"], id="nobody: the next shift"),
        pytest.param("access", NIGHT, ["Anna"], id="the next shift of whom serves all queues"),
    ],
)
def test_a_new_case_goes_to_those_on_duty_for_its_queue(queue: str, moment: str, expected: list[str]) -> None:
    """Those on duty; at once to the next shift where nobody is (B7)."""
    assert _names(for_new_case(DESK, queue, at(moment))) == expected


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        pytest.param((replace(BO, duty=(every_day(()),)), EVA), ["Eva"], id="the next shift is somebody's"),
        pytest.param((replace(BO, duty=(every_day(()),)), CENTRE), ["Bo"], id="nobody comes: all who serve it"),
        pytest.param((CENTRE, replace(ANNA, queues=("driver",))), ["Centre", "Anna"], id="nobody serves it: all"),
        pytest.param((), [], id="no agents"),
    ],
)
def test_somebody_hears_of_every_case(agents: tuple[Agent, ...], expected: list[str]) -> None:
    """Where no shift ever comes the case is not lost: those who serve its queue, else all."""
    assert _names(for_new_case(replace(EMPTY, agents=agents), "transport", at(NIGHT))) == expected


def test_who_serves_a_queue_does_not_depend_on_the_hour() -> None:
    """Who names it or no queue; all where nobody does."""
    assert _names(serving(DESK, "transport")) == ["Anna", "Bo", "Eva"]
    assert _names(serving(replace(EMPTY, agents=(CENTRE, BO)), "access")) == ["Centre", "Bo"]


@pytest.mark.parametrize(
    ("moment", "assignee", "writers", "expected"),
    [
        pytest.param(MORNING, "bo@desk.example", (), ["Bo"], id="the assignee alone"),
        pytest.param(MORNING, "anna.b@home.example", (), ["Anna"], id="by another address"),
        pytest.param(MORNING, "bo@desk.example", ("eva@desk.example",), ["Bo", "Eva"], id="a writer, off duty too"),
        pytest.param(
            MORNING, "anna@desk.example", ("anna.b@home.example", "anna@desk.example"), ["Anna"], id="each once"
        ),
        pytest.param(MORNING, "", (), ["Anna", "Bo"], id="nobody's case: those on duty"),
        pytest.param(EVENING, "bo@desk.example", (), ["Eva"], id="the assignee is off: those on duty"),
        pytest.param(EVENING, "bo@desk.example", ("bo@desk.example",), ["Bo", "Eva"], id="off, but wrote"),
        pytest.param(NIGHT, "eva@desk.example", (), ["Anna", "Bo"], id="all are off: the next shift"),
        pytest.param(MORNING, "gone@desk.example", ("gone@desk.example",), ["Anna", "Bo"], id="left the desk"),
        pytest.param(NIGHT, "centre@desk.example", (), ["Centre"], id="an assignee of another queue"),
        pytest.param(MORNING, "", ("customer@example.com",), ["Anna", "Bo"], id="a writer who is no agent"),
    ],
)
def test_a_customer_is_heard_by_the_assignee_and_those_who_wrote(
    moment: str, assignee: str, writers: tuple[str, ...], expected: list[str]
) -> None:
    """The assignee on duty, else those on duty; and whoever has written in the case, whatever the hour."""
    heard = for_customer_turn(DESK, "transport", at(moment), assignee=assignee, writers=frozenset(writers))
    assert _names(heard) == expected


@pytest.mark.parametrize(
    ("author", "assignee", "writers", "expected"),
    [
        pytest.param("bo@desk.example", "bo@desk.example", ("bo@desk.example",), [], id="alone in the case"),
        pytest.param("bo@desk.example", "anna@desk.example", ("bo@desk.example",), ["Anna"], id="the assignee"),
        pytest.param(
            "bo@desk.example", "", ("eva@desk.example", "anna.b@home.example"), ["Anna", "Eva"], id="who wrote"
        ),
        pytest.param("anna.b@home.example", "anna@desk.example", ("anna@desk.example",), [], id="by another address"),
        pytest.param("px@partner.example", "anna@desk.example", (), ["Anna"], id="a partner writes"),
        pytest.param("bo@desk.example", "", (), [], id="nobody else"),
    ],
)
def test_an_agent_is_heard_by_the_others_in_the_case(
    author: str, assignee: str, writers: tuple[str, ...], expected: list[str]
) -> None:
    """Assignee and writers, but never the author, whichever address they write from."""
    assert _names(for_agent_turn(DESK, author=author, assignee=assignee, writers=frozenset(writers))) == expected


ADDRESSES = st.sampled_from(
    [address for agent in DESK.agents for address in agent.addresses]
    + ["gone@desk.example", "customer@example.com", ""]
)
DESKS = st.lists(st.sampled_from(DESK.agents), unique=True, min_size=1).map(
    lambda agents: replace(EMPTY, agents=tuple(agents))
)
QUEUES = st.sampled_from(["driver", "transport", "access", ""])
MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda minutes: at("2026-03-23 00:00") + minutes * hours(1 / 60))
WRITERS = st.frozensets(ADDRESSES, max_size=4)
PACE = settings(max_examples=60, deadline=None)


def _in_order(agents: tuple[Agent, ...], of: Desk) -> bool:
    return list(agents) == [agent for agent in of.agents if agent in agents]


@PACE
@given(some=DESKS, queue=QUEUES, moment=MOMENTS, assignee=ADDRESSES, writers=WRITERS)
def test_a_customer_is_always_heard(
    some: Desk, queue: str, moment: datetime, assignee: str, writers: frozenset[str]
) -> None:
    """Wherever a desk has agents somebody hears, in the desk file's order, each once, and the writers among them."""
    opened = for_new_case(some, queue, moment)
    heard = for_customer_turn(some, queue, moment, assignee=assignee, writers=writers)
    assert opened
    assert heard
    assert _in_order(opened, some)
    assert _in_order(heard, some)
    assert {agent for address in writers if (agent := agent_of(some, address))} <= set(heard)


@PACE
@given(some=DESKS, author=ADDRESSES, assignee=ADDRESSES, writers=WRITERS)
def test_no_author_hears_their_own_words(some: Desk, author: str, assignee: str, writers: frozenset[str]) -> None:
    """Exactly the assignee and the writers less the author, in the desk file's order, each once."""
    heard = for_agent_turn(some, author=author, assignee=assignee, writers=writers)
    meant = {agent_of(some, address) for address in (assignee, *writers)} - {None, agent_of(some, author)}
    assert set(heard) == meant
    assert _in_order(heard, some)
