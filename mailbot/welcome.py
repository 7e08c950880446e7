"""The letter by which an agent's personal address is given or replaced, and who has not had it yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from mailbot.core.agenttellings import Welcome
from mailbot.core.correspondence import Stationery
from mailbot.core.desk import Agent, Desk
from mailbot.core.errands import Errand
from mailbot.core.parties import personal_address
from mailbot.ledger import Ledger
from mailbot.personaladdress import personal_version, post_personal
from mailbot.tables import OUTGOING, OutgoingState


@dataclass(frozen=True, slots=True)
class Welcomed:
    """An agent whose welcome letter stands in the outbox."""

    desk: Desk
    agent: Agent
    rotated: bool
    """Whether the address that the agent had before is worthless from now on."""


def not_welcomed(connection: Connection, desk: Desk) -> tuple[Agent, ...]:
    """The agents to whom no letter with their personal address has been written, whoever has made the address."""
    return tuple(agent for agent in desk.agents if not _was_told(connection, desk, agent))


def welcome(
    connection: Connection, stationery: Stationery, chosen: Iterable[tuple[Desk, Agent]], *, rotate: bool
) -> list[Welcomed]:
    """Put the welcome letter to each of these agents into the outbox.

    With `rotate` each gets a new personal address, and the old one is worthless with the commit; so are the answers to
    lists that named it.
    """
    ledger, welcomed = Ledger(stationery.now), []
    for desk, agent in chosen:
        before = personal_version(connection, desk, agent)
        version = before + 1 if rotate else max(before, 1)
        telling = Welcome(*personal_address(stationery.keys, desk, agent.address, version))
        # With the moment in it, for a letter that got lost is asked for again.
        cause = f"{_cause(desk, agent, version)}{stationery.now.isoformat()}"
        errand = Errand(telling, agent.address, "agent", cause, "receipt", language=agent.language)
        post_personal(ledger, stationery, desk, agent, (errand,), version)
        rotated = rotate and before > 0
        sent = "a new personal address, the old one is worthless" if rotated else "the personal address"
        ledger.add_events(None, None, [("welcome", f"desk {desk.key}: an admin sends {agent.address} {sent}")])
        welcomed.append(Welcomed(desk, agent, rotated))
    ledger.write(connection)
    return welcomed


def _was_told(connection: Connection, desk: Desk, agent: Agent) -> bool:
    version = personal_version(connection, desk, agent)
    told = OUTGOING.c.cause.startswith(_cause(desk, agent, version), autoescape=True)
    lost = (OutgoingState.FAILED, OutgoingState.BOUNCED, OutgoingState.CANCELLED)
    query = select(OUTGOING.c.id).where(told, OUTGOING.c.recipient == agent.address, OUTGOING.c.state.not_in(lost))
    return connection.execute(query.limit(1)).first() is not None


def _cause(desk: Desk, agent: Agent, version: int) -> str:
    return f"welcome:{desk.key}:{agent.address}:{version}:"
