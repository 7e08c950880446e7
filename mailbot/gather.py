"""Gathers what is known about a mail before it is decided upon: the cases it may belong to, and who its sender is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.core.authenticity import judge_sender
from mailbot.core.casenumber import case_numbers_in
from mailbot.core.decide import Facts, Tie
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter
from mailbot.core.machine import machine_reason
from mailbot.core.tags import Key, Party, handle_in, is_genuine, tag_in_address, tags_in_message_ids
from mailbot.tables import CORRESPONDENT, MESSAGE, PARTICIPANT, TICKET

_MOST_REFERENCES = 50
"""Looked up per mail; threads are told by their newest letters."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What holds for every mail of a batch."""

    desks: Mapping[str, Desk]
    own_addresses: frozenset[str]
    prefixes: frozenset[str]
    keys: tuple[Key, ...]
    hostname: str


def gather(connection: Connection, grounds: Grounds, letter: Letter, desk: Desk, received: datetime) -> Facts:
    """The facts about a letter that reached `desk` at `received` (UTC)."""
    sender = letter.sender.address.lower() if letter.sender else ""
    return Facts(
        letter=letter,
        desk=desk,
        received=received,
        machine=machine_reason(letter, own_addresses=grounds.own_addresses, own_list_ids=desk.list_ids),
        authenticity=judge_sender(letter, desk.authserv_id),
        correspondent=_is_correspondent(connection, desk, sender),
        ties=(
            *_ties_by_tag(connection, grounds, letter),
            *_ties_by_number(connection, grounds, letter),
            *_ties_by_earlier_mail(connection, letter),
        ),
        own_mail=bool(tags_in_message_ids((letter.message_id,), grounds.hostname)),
    )


def _is_correspondent(connection: Connection, desk: Desk, address: str) -> bool:
    query = select(CORRESPONDENT.c.id).where(CORRESPONDENT.c.desk == desk.key, CORRESPONDENT.c.address == address)
    return bool(address) and connection.execute(query).first() is not None


def _ties_by_tag(connection: Connection, grounds: Grounds, letter: Letter) -> tuple[Tie, ...]:
    addresses = (*letter.delivered_to, *(address.address for address in (*letter.to, *letter.cc)))
    in_addresses = (tag_in_address(address) for address in addresses)
    named = _named(letter)
    tags = dict.fromkeys((*filter(None, in_addresses), *tags_in_message_ids(named, grounds.hostname)))
    if not tags:
        return ()
    handles = [handle for handle in map(handle_in, tags) if handle]
    query = (
        select(PARTICIPANT.c.handle, PARTICIPANT.c.address, PARTICIPANT.c.role, *_CASE)
        .join(TICKET, TICKET.c.id == PARTICIPANT.c.ticket_id)
        .where(PARTICIPANT.c.handle.in_(handles))
    )
    rows = {row.handle: row for row in connection.execute(query)}
    ties = []
    for tag in tags:
        row = rows.get(handle_in(tag))
        if row is not None and is_genuine(grounds.keys, tag, Party(row.number, row.address, row.role)):
            ties.append(_tie(connection, row, "tag", row.address, row.role))
    return tuple(ties)


def _ties_by_number(connection: Connection, grounds: Grounds, letter: Letter) -> tuple[Tie, ...]:
    numbers = case_numbers_in(letter.subject, grounds.prefixes)
    if not numbers:
        return ()
    rows = connection.execute(select(*_CASE).where(TICKET.c.number.in_(numbers)))
    return tuple(_tie(connection, row, "case-number") for row in rows)


def _ties_by_earlier_mail(connection: Connection, letter: Letter) -> tuple[Tie, ...]:
    named = [message_id for message_id in _named(letter) if message_id]
    if not named:
        return ()
    query = select(*_CASE).join(MESSAGE, MESSAGE.c.ticket_id == TICKET.c.id).where(MESSAGE.c.reference.in_(named))
    return tuple(_tie(connection, row, "earlier-mail") for row in connection.execute(query.distinct()))


_CASE = (TICKET.c.id.label("ticket_id"), TICKET.c.number, TICKET.c.desk, TICKET.c.opened_by)


def _named(letter: Letter) -> tuple[str, ...]:
    """The Message-IDs that a letter answers, the nearest last."""
    return tuple(dict.fromkeys((*letter.references, *letter.in_reply_to)))[-_MOST_REFERENCES:]


def _tie(connection: Connection, row, by, address: str = "", role: str = "") -> Tie:  # type: ignore[no-untyped-def]
    query = select(PARTICIPANT.c.address).where(
        PARTICIPANT.c.ticket_id == row.ticket_id, PARTICIPANT.c.role == "customer"
    )
    customers = frozenset(connection.execute(query).scalars())
    return Tie(by, row.ticket_id, row.number, row.desk, row.opened_by, customers, address, role)
