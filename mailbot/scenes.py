"""Sets the scene for a mail in an agent's name: reads from the tables what it would be acted upon with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, or_, select

from mailbot.caseload import load_cases
from mailbot.conversations import conversation, enclosures
from mailbot.core.audience import agent_of
from mailbot.core.commands import orders_of
from mailbot.core.desk import Desk
from mailbot.core.facts import Facts
from mailbot.core.headers import message_ids
from mailbot.core.knowncase import KnownCase, OtherCase
from mailbot.core.letter import Letter, read_letter
from mailbot.core.parties import personal_address
from mailbot.core.scene import AnsweredMail, Scene
from mailbot.core.subjects import bare_subject
from mailbot.core.tags import Key
from mailbot.core.terms import in_terms
from mailbot.opencases import open_cases
from mailbot.personaladdress import personal_version
from mailbot.rawmail import unpack
from mailbot.returns import suppressed
from mailbot.tables import FAULT, MAIL, MESSAGE, OUTGOING, RAW, TICKET
from mailbot.undo import last_turn

_PASS_ON = frozenset({"forward", "admit", "queue"})
"""Commands by which a partner may get the case, with its files."""
_TELL_ALL = _PASS_ON | {"assign", "status", "merge"}
"""Commands for which somebody gets the case from its beginning."""
_TELL_FAULT = frozenset({"fault", "fixed"})
"""Commands for which the customers of other cases on the same fault are told."""
_HEARS_OF_FAULTS = frozenset({"open", "waiting", "closed"})
"""States of the cases whose customers are."""


def set_scene(
    connection: Connection,
    keys: tuple[Key, ...],
    desk: Desk,
    seen: Facts,
    case: KnownCase | None,
    others: Mapping[str, KnownCase],
) -> Scene | None:
    """What this mail would be acted upon with, if an agent of the desk wrote it; None where none claims to have.

    `seen` is what is known of the mail so far, `case` the one that it is believed to be about, `others`, by number,
    those that its commands name. `desk` is on the terms of the case's customer.
    """
    letter, received = seen.letter, seen.received
    agent = agent_of(desk, letter.sender.key) if letter.sender else None
    if agent is None:
        return None
    orders = orders_of(agent, desk, letter)
    asked = {command.name for command in orders.commands}
    version = personal_version(connection, desk, agent)
    return Scene(
        desk, agent, seen.mail_id, letter, received, orders, case,
        cases=open_cases(connection, desk, received) if "list" in asked else (),
        entries=conversation(connection, desk, case.ticket_id) if case and asked & _TELL_ALL else (),
        enclosures=enclosures(connection, desk, case.ticket_id) if case and asked & _PASS_ON else (),
        others=others,
        hanging=_hanging(connection, desk, case) if case and asked & _TELL_FAULT else (),
        answered=_answered(connection, desk, letter, case) if case and "split" in asked else None,
        last_turn=last_turn(connection, agent, case) if case and "undo" in asked else None,
        our_subject=_our_subject(connection, letter) if "new" in asked else "",
        suppressed=_suppressed(connection, case, received) if case else {},
        replayed=_is_replayed(connection, desk, seen.mail_id, letter),
        personal=personal_address(keys, desk, agent.address, version)[0] if version else "",
        version=version,
    )  # fmt: skip


def _hanging(connection: Connection, desk: Desk, case: KnownCase) -> tuple[OtherCase, ...]:
    """The other cases, open or closed, on the fault of this one, or on the one that was confirmed in it before."""
    number = case.fault.number if case.fault else case.facts.number
    fault = select(FAULT.c.id).where(FAULT.c.number == number)
    query = select(TICKET.c.id).where(TICKET.c.desk == case.desk, TICKET.c.fault_id.in_(fault))
    found = load_cases(connection, connection.execute(query).scalars())
    # What was merged stands there as the case that it goes on as.
    others = {other.ticket_id: other for other in found.values() if other.state in _HEARS_OF_FAULTS}
    return tuple(
        OtherCase(other, in_terms(desk, other.facts.customer))
        for ticket_id, other in sorted(others.items())
        if ticket_id != case.ticket_id
    )


def _answered(connection: Connection, desk: Desk, letter: Letter, case: KnownCase) -> AnsweredMail | None:
    """The mail that was told in the copy which this letter answers."""
    named = tuple(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))
    if not named:
        return None
    query = select(OUTGOING.c.message_id, OUTGOING.c.mail_id).where(
        OUTGOING.c.ticket_id == case.ticket_id, OUTGOING.c.message_id.in_(named), OUTGOING.c.mail_id.is_not(None)
    )
    told = {row.message_id: row.mail_id for row in connection.execute(query)}
    mail_id = next((told[message_id] for message_id in named if message_id in told), None)
    if mail_id is None:
        return None
    row = connection.execute(
        select(RAW.c.content, MAIL.c.received, MESSAGE.c.role, TICKET.c.opened_by)
        .join(MAIL, MAIL.c.id == RAW.c.mail_id)
        .join(MESSAGE, MESSAGE.c.mail_id == MAIL.c.id)
        .join(TICKET, TICKET.c.id == MESSAGE.c.ticket_id)
        .where(MAIL.c.id == mail_id, MESSAGE.c.ticket_id == case.ticket_id)
    ).first()
    if row is None:
        return None
    told_letter = read_letter(unpack(row.content), language=desk.languages[0])
    # What came in an agent's name and was not believed is nobody's case: its sender would be acknowledged.
    by_agent = told_letter.sender is not None and agent_of(desk, told_letter.sender.key) is not None
    by_customer = row.role in {"customer", "other"} and not by_agent
    return AnsweredMail(mail_id, told_letter, row.received, row.opened_by == mail_id, by_customer)


def _our_subject(connection: Connection, letter: Letter) -> str:
    """The bare subject of the letter of ours that this one answers; empty where it answers none."""
    named = (*letter.in_reply_to, *letter.references)
    query = select(OUTGOING.c.subject, TICKET.c.number).outerjoin(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
    row = connection.execute(query.where(OUTGOING.c.message_id.in_(named))).first() if named else None
    return bare_subject(row.subject, row.number or "") if row else ""


def _suppressed(connection: Connection, case: KnownCase, now: datetime) -> dict[str, datetime]:
    known = suppressed(connection, case.participants | case.partners)
    return {address: until for address, until in known.items() if until > now}


def _is_replayed(connection: Connection, desk: Desk, mail_id: int, letter: Letter) -> bool:
    """Whether a mail with this Message-ID has been acted upon already (T13).

    Any of several: one that is put on top of a mail leaves its signature whole, and the first one where it was.
    """
    ids = [message_id for value in letter.header_all("message-id")[:20] for message_id in message_ids(value)]
    if not ids:
        return False
    obeyed = (MAIL.c.desk == desk.key, MAIL.c.message_id.in_(ids), MAIL.c.outcome == "agent")
    written = (MESSAGE.c.reference.in_(ids), MESSAGE.c.role == "agent")
    queries = (
        select(MAIL.c.id).where(*obeyed, MAIL.c.id != mail_id),
        select(MESSAGE.c.id).where(*written, or_(MESSAGE.c.mail_id.is_(None), MESSAGE.c.mail_id != mail_id)),
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)
