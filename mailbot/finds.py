"""Finds: what the tables hold of the clues in a batch of mails, by as many queries as one mail costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from mailbot.answers import find_surveys, party_of
from mailbot.caseload import load_cases
from mailbot.core.clues import Clues, handles_of
from mailbot.core.knowncase import KnownCase
from mailbot.core.tags import Key, Party
from mailbot.returns import find_returned, suppressed
from mailbot.tables import CORRESPONDENT, MESSAGE, PARTICIPANT, PERSONAL_ADDRESS, TICKET

_MOST_OF_ONE_ID = 20
"""Cases looked at for one Message-ID, the newest: some robots give all their mails the same one."""


@dataclass(frozen=True, slots=True)
class Finds:
    """What was found, of all the mails together; whether a tag is genuine is still to be seen."""

    parties: Mapping[str, tuple[int, Party]]
    """By handle: the ticket's id, and whom the handle stands for."""
    surveys: Mapping[str, Any]
    """By handle: the survey's row, with its case's number."""
    personal: Mapping[str, tuple[str, str, int]]
    """By handle: desk, agent's address and version of the personal address it stands for."""
    by_number: Mapping[str, int]
    """The ticket's id by case number."""
    by_reference: Mapping[str, Sequence[int]]
    """By Message-ID of a mail that is on a case: the tickets' ids, oldest first; robots repeat an id."""
    returned: tuple[Any, ...]
    """For each mail the row of the letter of ours of which it proves to be, or None."""
    cases: Mapping[int, KnownCase]
    """By ticket's id: every case that any of this leads to."""
    correspondents: frozenset[tuple[str, str]]
    """(desk, address) of the senders who have answered their desk with a valid tag before."""
    suppressed: Mapping[str, datetime]
    """By sender: until when automatic letters are, or were, held back."""


def look_up(connection: Connection, keys: tuple[Key, ...], clues: Sequence[Clues], senders: Collection[str]) -> Finds:
    """What the tables hold of these clues and senders (lower case); nothing is asked for where there are none."""
    handles = {handle for one in clues for handle in one.handles}
    parties = _parties(connection, handles)
    surveys = find_surveys(connection, handles | {handle for one in clues for handle in handles_of(one.tokens)})
    by_number = _ids_by_number(connection, {number for one in clues for number in (*one.numbers, *one.commanded)})
    by_reference = _ids_by_reference(connection, {message_id for one in clues for message_id in one.answered})
    asked = {handle: (row.ticket_id, party_of(row)) for handle, row in surveys.items()}
    returned = find_returned(connection, keys, clues, parties | asked)
    involved = {
        *(ticket_id for ticket_id, _ in parties.values()),
        *(row.ticket_id for row in surveys.values()),
        *by_number.values(),
        *(ticket_id for ids in by_reference.values() for ticket_id in ids),
        *(row.ticket_id for row in returned if row is not None and row.ticket_id is not None),
    }
    return Finds(
        parties=parties,
        surveys=surveys,
        personal=_personal(connection, handles),
        by_number=by_number,
        by_reference=by_reference,
        returned=tuple(returned),
        cases=load_cases(connection, involved),
        correspondents=_correspondents(connection, senders),
        suppressed=suppressed(connection, senders),
    )


def _parties(connection: Connection, handles: Collection[str]) -> dict[str, tuple[int, Party]]:
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


def _personal(connection: Connection, handles: Collection[str]) -> dict[str, tuple[str, str, int]]:
    """Only the latest version of each personal address: the ones before are worthless."""
    if not handles:
        return {}
    door, later = PERSONAL_ADDRESS, PERSONAL_ADDRESS.alias()
    replaced = (
        select(later.c.id)
        .where(later.c.desk == door.c.desk, later.c.address == door.c.address, later.c.version > door.c.version)
        .exists()
    )
    query = select(door.c.handle, door.c.desk, door.c.address, door.c.version).where(
        door.c.handle.in_(handles), ~replaced
    )
    return {handle: (desk, address, version) for handle, desk, address, version in connection.execute(query)}


def _ids_by_number(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    if not numbers:
        return {}
    query = select(TICKET.c.number, TICKET.c.id).where(TICKET.c.number.in_(numbers))
    return {row.number: row.id for row in connection.execute(query)}


def _ids_by_reference(connection: Connection, message_ids: Collection[str]) -> dict[str, list[int]]:
    if not message_ids:
        return {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for reference, ticket_id in connection.execute(_BY_REFERENCE, {"wanted": list(message_ids)}):
        found[reference].append(ticket_id)
    return {reference: ids[-_MOST_OF_ONE_ID:] for reference, ids in found.items()}


def _correspondents(connection: Connection, senders: Collection[str]) -> frozenset[tuple[str, str]]:
    if not senders:
        return frozenset()
    return frozenset(tuple(row) for row in connection.execute(_CORRESPONDENTS, {"wanted": list(senders)}))


# Built once: building a query costs as much as running it, and these are run for each round of a batch.
_WANTED: BindParameter[str] = bindparam("wanted", expanding=True)
_BY_REFERENCE = (
    select(MESSAGE.c.reference, MESSAGE.c.ticket_id).where(MESSAGE.c.reference.in_(_WANTED)).order_by(MESSAGE.c.id)
)
_CORRESPONDENTS = select(CORRESPONDENT.c.desk, CORRESPONDENT.c.address).where(CORRESPONDENT.c.address.in_(_WANTED))
