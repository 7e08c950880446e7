"""Which of a desk's agents hear of a turn in a case: a new one, a customer's, an agent's."""

from __future__ import annotations

from datetime import datetime

from mailbot.core.desk import Agent, Desk, Route
from mailbot.core.duty import next_shift, on_duty, on_duty_for, serves
from mailbot.core.route import agents_on, is_on


def agent_of(desk: Desk, address: str) -> Agent | None:
    """The agent with that address (lower case), the first in the desk file; None for anybody else's."""
    return next((agent for agent in desk.agents if address in agent.addresses), None)


def serving(desk: Desk, queue: str, route: Route | None = None) -> tuple[Agent, ...]:
    """The agents who serve a queue, and the duty team of the case's route.

    All of the desk's where there is none, for somebody must hear of the case.
    """
    team = agents_on(desk, route)
    return tuple(agent for agent in desk.agents if serves(agent, queue) or agent in team) or desk.agents


def for_new_case(desk: Desk, queue: str, moment: datetime, route: Route | None = None) -> tuple[Agent, ...]:
    """Who hears of a case that opens at an aware moment (B7): the duty team of the route that it takes.

    Where that leads to no agents, those on duty for its queue, else the next shift; where no shift comes, all who serve
    the queue. Empty only where the desk has no agents.
    """
    return (
        agents_on(desk, route)
        or on_duty_for(desk, queue, moment)
        or next_shift(desk, queue, moment)
        or serving(desk, queue)
    )


def for_customer_turn(
    desk: Desk, queue: str, moment: datetime, *, assignee: str, writers: frozenset[str], route: Route | None = None
) -> tuple[Agent, ...]:
    """Who hears what a customer writes in a case at an aware moment: its assignee and the agents who wrote in it.

    Where there is no assignee, or only one who is off duty or no longer in the desk file, those of whom `for_new_case`
    tells as well; once it is not the hour of the case's route any more, its duty team and those on duty both. Assignee
    (may be empty) and writers are any of the agents' addresses, in lower case; an address that is no agent's is passed
    over. In the desk file's order, each once; empty only where the desk has no agents.
    """
    owner = agent_of(desk, assignee)
    meant: tuple[Agent, ...]
    if owner is not None and on_duty(desk, owner, moment):
        meant = (owner,)
    elif route is not None and not is_on(desk, route, moment):
        meant = (*agents_on(desk, route), *for_new_case(desk, queue, moment))
    else:
        meant = for_new_case(desk, queue, moment, route)
    return tuple(agent for agent in desk.agents if agent in meant or not writers.isdisjoint(agent.addresses))


def for_agent_turn(desk: Desk, *, author: str, assignee: str, writers: frozenset[str]) -> tuple[Agent, ...]:
    """Who hears what an agent writes in a case: its assignee and the agents who wrote in it, but for the author.

    All three as in `for_customer_turn`. May be empty.
    """
    involved = writers | {assignee}
    return tuple(
        agent for agent in desk.agents if author not in agent.addresses and not involved.isdisjoint(agent.addresses)
    )


def for_fault_news(
    desk: Desk, queue: str, moment: datetime, *, author: str, assignee: str, writers: frozenset[str], is_open: bool,
    route: Route | None = None,
) -> tuple[Agent, ...]:  # fmt: skip
    """Who hears of a fault, said by the author, on which a case of theirs hangs; as `for_agent_turn`.

    Where an open case is nobody's yet, those who would hear of it now, as of a new one.
    """
    if any(agent_of(desk, each) for each in {assignee, *writers}) or not is_open:
        return for_agent_turn(desk, author=author, assignee=assignee, writers=writers)
    return tuple(agent for agent in for_new_case(desk, queue, moment, route) if author not in agent.addresses)
