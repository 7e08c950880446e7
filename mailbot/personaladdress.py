"""Agents' personal addresses in the tables: which one is valid, and the letters that an answer to comes there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from mailbot.core.correspondence import Stationery
from mailbot.core.desk import Agent, Desk
from mailbot.core.deskletters import run_personal_errand
from mailbot.core.errands import Errand
from mailbot.core.parties import personal_party
from mailbot.core.tags import make_handle
from mailbot.ledger import Ledger
from mailbot.tables import PERSONAL_ADDRESS


def personal_version(connection: Connection, desk: Desk, agent: Agent) -> int:
    """The version of an agent's personal address that is valid; 0 where none has been made."""
    query = select(func.max(PERSONAL_ADDRESS.c.version)).where(
        PERSONAL_ADDRESS.c.desk == desk.key, PERSONAL_ADDRESS.c.address == agent.address
    )
    return connection.execute(query).scalar() or 0


def personal_since(connection: Connection, desk: Desk, agent: Agent) -> datetime | None:
    """Since when the agent's personal address is the one that it is; None where there is none."""
    query = (
        select(PERSONAL_ADDRESS.c.since)
        .where(PERSONAL_ADDRESS.c.desk == desk.key, PERSONAL_ADDRESS.c.address == agent.address)
        .order_by(PERSONAL_ADDRESS.c.version.desc())
    )
    return connection.execute(query.limit(1)).scalar()


def post_personal(
    ledger: Ledger,
    stationery: Stationery,
    desk: Desk,
    agent: Agent,
    errands: Iterable[Errand],
    version: int,
    *,
    mail_id: int | None = None,
) -> None:
    """Enter letters to an agent about no case, and the address of that version, where answers to them come.

    A version of 0, none having been made, is the first one. `mail_id` caused the letters.
    """
    version = max(version, 1)
    party = personal_party(desk, agent.address, version)
    ledger.open_personal(desk.key, agent.address, version, make_handle(party))
    letters = [run_personal_errand(stationery, desk, errand, version) for errand in errands]
    ledger.post(desk.key, None, letters, mail_id=mail_id)
