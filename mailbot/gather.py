"""Gathers what is known about mails before they are decided upon: cases they may belong to, and who wrote them.

A batch costs as many queries as one mail does, and a mail that answers nothing and quotes no case number costs none of
its own.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.core.authenticity import judge_sender
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_numbers_in
from mailbot.core.decide import Facts
from mailbot.core.desk import Desk
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import machine_reason
from mailbot.core.promise import from_json
from mailbot.core.tags import Key, Party, handle_in, is_genuine, tag_in_address, tags_in_message_ids
from mailbot.tables import CORRESPONDENT, MESSAGE, OUTGOING, PARTICIPANT, TICKET

_MESSAGE_ID = re.compile(r"^Message-ID:\s{0,3}<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_RETURNED_OCTETS = 65_536
_MOST_TAGS = 20
"""Looked up per mail; an honest one carries one or two."""
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


@dataclass(frozen=True, slots=True)
class Read:
    """A stored mail that has been read."""

    mail_id: int
    desk: Desk
    received: datetime
    """UTC."""
    letter: Letter
    whole_size: int = 0
    """As in `Facts`."""

    @property
    def sender(self) -> str:
        """The sender's address in lower case, or empty."""
        return self.letter.sender.key if self.letter.sender else ""

    @property
    def named(self) -> tuple[str, ...]:
        """The Message-IDs that it answers, the nearest last."""
        ids = dict.fromkeys((*self.letter.references, *self.letter.in_reply_to))
        return tuple(message_id for message_id in ids if message_id)[-_MOST_REFERENCES:]


def gather(connection: Connection, grounds: Grounds, mails: Sequence[Read]) -> list[Facts]:
    """The facts about each mail, in their order."""
    tags = [_tags(mail, grounds.hostname) for mail in mails]
    numbers = [case_numbers_in(mail.letter.subject, grounds.prefixes) for mail in mails]
    parties = _parties(connection, {handle_in(tag) or "" for one in tags for tag in one})
    by_number = _ids_by_number(connection, {number for one in numbers for number in one})
    by_reference = _ids_by_reference(connection, {message_id for mail in mails for message_id in mail.named})
    involved = {ticket_id for ticket_id, _ in parties.values()} | set(by_number.values())
    cases = _cases(connection, involved.union(*by_reference.values()))
    known = _correspondents(connection, mails)

    def ties(place: int) -> Iterator[Tie]:
        for tag in tags[place]:
            ticket_id, party = parties.get(handle_in(tag) or "", (0, None))
            if party is not None and is_genuine(grounds.keys, tag, party):
                yield Tie("tag", cases[ticket_id], party.address, party.role)
        for number in numbers[place]:
            if number in by_number:
                yield Tie("case-number", cases[by_number[number]])
        for message_id in reversed(mails[place].named):
            for ticket_id in by_reference.get(message_id, ()):
                yield Tie("earlier-mail", cases[ticket_id])

    return [
        Facts(
            letter=mail.letter,
            desk=mail.desk,
            received=mail.received,
            machine=machine_reason(
                mail.letter, own_addresses=grounds.own_addresses, own_list_ids=mail.desk.list_ids
            ),
            authenticity=judge_sender(mail.letter, mail.desk.authserv_id),
            correspondent=(mail.desk.key, mail.sender) in known,
            ties=tuple(ties(place)),
            whole_size=mail.whole_size,
            own_mail=bool(tags_in_message_ids((mail.letter.message_id,), grounds.hostname)),
        )
        for place, mail in enumerate(mails)
    ]  # fmt: skip


def layers(mails: Sequence[Read]) -> Iterator[list[Read]]:
    """The mails in groups such that none answers another of its group: an answer is decided upon after its question.

    Mails that answer one another in a circle come together, last.
    """
    waiting = list(mails)
    while waiting:
        ids = {mail.letter.message_id for mail in waiting}
        ready = [mail for mail in waiting if not (ids - {mail.letter.message_id}).intersection(mail.named)] or waiting
        yield ready
        taken = {mail.mail_id for mail in ready}
        waiting = [mail for mail in waiting if mail.mail_id not in taken]


def _tags(mail: Read, hostname: str) -> tuple[str, ...]:
    letter = mail.letter
    addresses = (*letter.delivered_to, *(address.address for address in (*letter.to, *letter.cc)))
    in_addresses = filter(None, map(tag_in_address, addresses))
    named = (*mail.named, *_returned(letter)) if letter.bounce else mail.named
    return tuple(dict.fromkeys((*in_addresses, *tags_in_message_ids(named, hostname))))[:_MOST_TAGS]


def _returned(letter: Letter) -> Iterator[str]:
    """The Message-IDs of the mail that a delivery report returns, whole or its headers (RFC 3464 section 2)."""
    for part in letter.attachments:
        if part.content_type in {"message/rfc822", "text/rfc822-headers"}:
            yield from _MESSAGE_ID.findall(part.content[:_RETURNED_OCTETS].decode("ascii", "replace"))
    yield from _MESSAGE_ID.findall(letter.text[:_RETURNED_OCTETS])


def _parties(connection: Connection, handles: set[str]) -> dict[str, tuple[int, Party]]:
    """By handle: the ticket's id, and whom the handle stands for."""
    if not handles:
        return {}
    query = (
        select(
            PARTICIPANT.c.handle, PARTICIPANT.c.ticket_id, TICKET.c.number, PARTICIPANT.c.address, PARTICIPANT.c.role
        )
        .join(TICKET, TICKET.c.id == PARTICIPANT.c.ticket_id)
        .where(PARTICIPANT.c.handle.in_(handles))
    )
    rows = connection.execute(query)
    return {handle: (ticket_id, Party(*party)) for handle, ticket_id, *party in rows}


def _ids_by_number(connection: Connection, numbers: set[str]) -> dict[str, int]:
    if not numbers:
        return {}
    query = select(TICKET.c.number, TICKET.c.id).where(TICKET.c.number.in_(numbers))
    return {row.number: row.id for row in connection.execute(query)}


def _ids_by_reference(connection: Connection, message_ids: set[str]) -> dict[str, list[int]]:
    """By Message-ID of a mail that is on a case: the cases, oldest first; there may be several."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if message_ids:
        query = select(MESSAGE.c.reference, MESSAGE.c.ticket_id).where(MESSAGE.c.reference.in_(message_ids))
        for reference, ticket_id in connection.execute(query.order_by(MESSAGE.c.id)):
            found[reference].append(ticket_id)
    return found


def _cases(connection: Connection, ticket_ids: Iterable[int]) -> dict[int, KnownCase]:
    ticket_ids = set(ticket_ids)
    if not ticket_ids:
        return {}
    customers: defaultdict[int, set[str]] = defaultdict(set)
    query = select(PARTICIPANT.c.ticket_id, PARTICIPANT.c.address).where(
        PARTICIPANT.c.ticket_id.in_(ticket_ids), PARTICIPANT.c.role == "customer"
    )
    for ticket_id, address in connection.execute(query):
        customers[ticket_id].add(address)
    acknowledged = set()
    copies: defaultdict[int, dict[str, str]] = defaultdict(dict)
    letters = (
        select(OUTGOING.c.ticket_id, OUTGOING.c.kind, OUTGOING.c.recipient, OUTGOING.c.message_id)
        .where(OUTGOING.c.ticket_id.in_(ticket_ids), OUTGOING.c.kind.in_(("ack", "copy")))
        .order_by(OUTGOING.c.id)
    )
    for ticket_id, kind, recipient, message_id in connection.execute(letters):
        if kind == "ack":
            acknowledged.add(ticket_id)
        else:
            copies[ticket_id].setdefault(recipient, message_id)
    return {
        row.id: KnownCase(
            ticket_id=row.id, desk=row.desk, participants=frozenset(customers[row.id]), first_copies=copies[row.id],
            facts=CaseFacts(
                number=row.number, priority=row.priority, promise=from_json(json.loads(row.promise)),
                requester_name=row.requester_name, requester_address=row.requester, subject=row.subject,
                verified=row.verified, received=row.received, queue=row.queue, rule=row.rule,
                told=row.id in acknowledged,
            ),
        )
        for row in connection.execute(select(TICKET).where(TICKET.c.id.in_(ticket_ids)))
    }  # fmt: skip


def _correspondents(connection: Connection, mails: Sequence[Read]) -> frozenset[tuple[str, str]]:
    """Which of the senders have answered their desk with a valid tag before."""
    senders = {mail.sender for mail in mails} - {""}
    if not senders:
        return frozenset()
    query = select(CORRESPONDENT.c.desk, CORRESPONDENT.c.address).where(CORRESPONDENT.c.address.in_(senders))
    return frozenset((row.desk, row.address) for row in connection.execute(query))
