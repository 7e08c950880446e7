"""What #undo takes back: kept of each agent's mail as JSON, read again as the agent's last turn, and put back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.answers import follow_close
from mailbot.beginnings import follow_case
from mailbot.caseload import united
from mailbot.core.desk import Agent, Desk
from mailbot.core.knowncase import KnownCase
from mailbot.core.promise import from_json
from mailbot.core.scene import FaultEntry, LastTurn
from mailbot.core.turn import Turn
from mailbot.entries import columns_of
from mailbot.ledger import Ledger, TicketRef
from mailbot.tables import OUTGOING, TICKET, TURN, OutgoingState

_MOMENTS = frozenset({"expected_start", "started", "waiting_since", "closed"})
"""Columns of a ticket that JSON keeps as text."""


def keep_turn(ledger: Ledger, mail_id: int, case: KnownCase, agent: Agent, turn: Turn, number: str) -> None:
    """Enter what an agent's mail changed about a case; `number` is of the case that it split off, if it did."""
    kept = {
        **columns_of(turn.before),
        "asked": turn.asked,
        "joins": [((join.case or case).ticket_id, join.address, join.role, join.active) for join in turn.joins],
        "split_off": number if turn.splits else "",
    }
    if turn.fault is not None and case.fault is not None:
        kept["confirmed"] = [asdict(FaultEntry.of(case.fault)), asdict(turn.fault)]
    _keep(ledger, mail_id, case.ticket_id, agent, kept, case.revision + bool(turn.changes))


def keep_opening(ledger: Ledger, mail_id: int, ticket: TicketRef, agent: Agent, received: datetime) -> None:
    """Enter that an agent's mail opened a case.

    Taken back, it is a case that nobody was told of and that asks for nothing; its number is never given out again.
    """
    kept = {"state": "closed", "closed": received, "asked": "#new", "joins": [], "split_off": ""}
    _keep(ledger, mail_id, ticket, agent, kept, 0)


def last_turn(connection: Connection, agent: Agent, case: KnownCase) -> LastTurn | None:
    """The agent's last mail on the case that has not been taken back; its letters locked until the commit.

    One that merged another case into this one counts: an answer to its receipt comes here.
    """
    of_agent = (TURN.c.agent.in_(agent.addresses), TURN.c.undone.is_(None))
    query = (
        select(TURN, TICKET.c.revision.label("revision_now"))
        .join(TICKET, TICKET.c.id == TURN.c.ticket_id)
        .where(TURN.c.ticket_id.in_(united(case.ticket_id)), *of_agent)
    )
    row = connection.execute(query.order_by(TURN.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    waiting, left = _letters(connection, row.mail_id)
    before = json.loads(row.before)
    confirmed = before.pop("confirmed", None)
    return LastTurn(
        row.id, before.pop("asked"), row.ticket_id, row.mail_id, split_off=before.pop("split_off"),
        joins=tuple((ticket, who, role, active) for ticket, who, role, active in before.pop("joins")), before=before,
        untouched=row.revision == row.revision_now, waiting=waiting, left=left,
        fault=(_fault_entry(confirmed[0]), _fault_entry(confirmed[1])) if confirmed else None,
    )  # fmt: skip


def take_back(ledger: Ledger, desk: Desk, last: LastTurn, mail_id: int, case: KnownCase) -> None:
    """Enter that what an agent's mail did is put back, so far as its letters have not left; `mail_id` asks for it."""
    ledger.end_turn(last.turn_id, last.waiting)
    if last.left:
        return
    ledger.unsay(last.mail_id)
    if last.before:
        columns = _columns(last.before)
        ledger.change_ticket(last.ticket_id, columns)
        state = case.state if last.ticket_id == case.ticket_id else "merged"  # into the case at hand
        promise = {"promise": from_json(json.loads(columns["promise"]))} if columns.get("promise") else {}
        ledger.do(follow_case(last.ticket_id, state, columns | promise, ledger.now))
    if last.ticket_id == case.ticket_id:
        follow_close(ledger, desk, case, last.before, mail_id)
    if last.fault is not None:
        ledger.put_fault_back(*last.fault)
    for ticket_id, address, role, active in last.joins:
        ledger.set_part(ticket_id, address, role, active=not active)
    if last.ticket_id != case.ticket_id:
        ledger.add_events(last.ticket_id, mail_id, [("undone", f"{last.asked} taken back")])


def _keep(
    ledger: Ledger, mail_id: int, ticket: TicketRef, agent: Agent, kept: Mapping[str, Any], revision: int
) -> None:
    text = json.dumps(kept, ensure_ascii=False, default=_iso)
    row = {"mail_id": mail_id, "ticket_id": ticket, "agent": agent.address, "before": text, "revision": revision}
    ledger.add_turn(row)


def _iso(value: Any) -> str:
    """A moment, or a day, as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept of a ticket, as its columns hold it."""
    return {
        name: datetime.fromisoformat(value) if name in _MOMENTS and isinstance(value, str) else value
        for name, value in kept.items()
    }


def _letters(connection: Connection, mail_id: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Of the letters that a mail caused: ids of those that nobody has dialled for, and to whom others have left."""
    columns = (
        OUTGOING.c.id, OUTGOING.c.state, OUTGOING.c.attempts, OUTGOING.c.recipient, OUTGOING.c.kind, OUTGOING.c.cause,
    )  # fmt: skip
    letters = connection.execute(select(*columns).where(OUTGOING.c.mail_id == mail_id).with_for_update()).all()
    stopped = {OutgoingState.WAITING, OutgoingState.HELD}
    waiting = tuple(one.id for one in letters if one.state in stopped and not one.attempts)
    # A receipt tells the agent alone, and a copy tells colleagues what was written; all else has had its effect.
    gone = {
        one.recipient
        for one in letters
        if one.id not in waiting and one.kind != "receipt" and not one.cause.startswith("copy:")
    }
    return waiting, tuple(sorted(gone))


def _fault_entry(kept: Mapping[str, Any]) -> FaultEntry:
    """A fault as a turn kept it."""
    expected, fixed = kept["expected"], kept["fixed"]
    return FaultEntry(
        kept["number"], kept["version"], date.fromisoformat(expected) if expected else None,
        datetime.fromisoformat(fixed) if fixed else None,
    )  # fmt: skip
