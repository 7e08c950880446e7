"""Stores what arrived, each mail once, and how far its mailbox has been read: commit 1 of the path of a letter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, select, update

from mailbot.core.envelope import read_envelope
from mailbot.crashpoint import reach
from mailbot.database import Database, inserting, inserting_new
from mailbot.rawmail import pack
from mailbot.statement import run_many
from mailbot.tables import CURSOR, EVENT, MAIL, RAW, SIGHTING, MailState

_STORE_RAW = RAW.insert()

Key = tuple[str, str, str]
"""What a mail is known by at a desk: desk, Message-ID, digest (K13)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as a mailbox held it."""

    uid: int
    received: datetime
    """When it reached the server; aware."""
    size: int
    """Octets on the server; more than `raw` has where only a part was fetched (K34)."""
    raw: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """What a commit added."""

    mails: int
    """New at their desk."""
    uids: tuple[int, ...]
    """What this commit took, and nobody before; those beyond `mails` were another copy of what was there."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mailbox has been read."""

    uidvalidity: int
    last_uid: int
    """Every UID up to this one is stored, gone, or older than `since`."""
    since: datetime | None
    """First contact of a mailbox read from "now"."""
    old_until: int = 0
    """Up to this UID, mail that reached the server before `since` is never taken (K15)."""


def store(
    database: Database,
    *,
    mailbox: str,
    uidvalidity: int,
    arrivals: Sequence[Arrival],
    last_uid: int,
    since: datetime | None,
    route: Callable[[tuple[str, ...]], str],
    now: datetime,
    settled: bool,
    old_until: int = 0,
) -> Stored:
    """Store the arrivals and move the mailbox's cursor to `last_uid`, all in one commit or not at all.

    `route` turns a mail's recipients into the key of its desk. `settled` says that the server need not be told. `since`
    counts only at the first contact, `old_until` when UIDVALIDITY changes. Storing the same arrivals again changes
    nothing, whoever does it and however often (K10, K11, K13). Raises what the database raises, and then nothing is
    stored.
    """
    # Hashing and compressing are the dear part, so they come before the database's lock is taken.
    rows = {arrival.uid: _mail_row(arrival, route, now) for arrival in arrivals}
    packed = {arrival.uid: pack(arrival.raw) for arrival in arrivals}
    with database.write() as connection:
        # First, because its row lock makes pollers of one mailbox take turns.
        _move_cursor(connection, mailbox, Position(uidvalidity, last_uid, since, old_until))
        for uid in _seen(connection, mailbox, uidvalidity, rows):
            del rows[uid]
        # In one order everywhere, so that two transactions with the same mails wait for each other only one way.
        fresh, known = _store_mails(connection, sorted(rows.values(), key=_key))
        ids = {**fresh, **known}
        contents: dict[int, bytes] = {}
        for uid, row in rows.items():
            if _key(row) in fresh:  # of copies in one batch the first is the one that was stored
                contents.setdefault(fresh[_key(row)], packed[uid])
        run_many(connection, _STORE_RAW, [{"mail_id": mail, "content": raw} for mail, raw in contents.items()])
        sightings = [
            {"mail_id": ids[_key(row)], "mailbox": mailbox, "uidvalidity": uidvalidity, "uid": uid, "settled": settled}
            for uid, row in rows.items()
        ]
        run_many(connection, inserting_new(connection, SIGHTING), sightings)
        again = _copies(sightings, fresh.values())
        if again:
            connection.execute(EVENT.insert(), [_duplicate(row, now) for row in again])
        reach("before-commit-1")
    # Commit 1: each mail is stored with its sighting and will get its ticket, whatever happens to us or to the server's
    # copy; the cursor is past it. The server has not been told yet, which `settled` of the sighting remembers.
    reach("after-commit-1")
    return Stored(len(fresh), tuple(rows))


def read_position(database: Database, mailbox: str) -> Position | None:
    """How far a mailbox has been read; None before the first contact."""
    columns = (CURSOR.c.uidvalidity, CURSOR.c.last_uid, CURSOR.c.since, CURSOR.c.old_until)
    with database.read() as connection:
        row = connection.execute(select(*columns).where(CURSOR.c.mailbox == mailbox)).one_or_none()
    return None if row is None else Position(*row)


def seen_beyond(database: Database, mailbox: str, position: Position) -> set[int]:
    """The UIDs after the cursor that are stored all the same: the cursor waits at a mail that could not be fetched."""
    with database.read() as connection:
        where = (*_of(mailbox, position.uidvalidity), SIGHTING.c.uid > position.last_uid)
        return set(connection.execute(select(SIGHTING.c.uid).where(*where)).scalars())


def unsettled(database: Database, mailbox: str, uidvalidity: int, limit: int) -> list[int]:
    """The first UIDs that are stored but of which the server has not been told, in order (K8)."""
    query = select(SIGHTING.c.uid).where(*_of(mailbox, uidvalidity), ~SIGHTING.c.settled)
    with database.read() as connection:
        return list(connection.execute(query.order_by(SIGHTING.c.uid).limit(limit)).scalars())


def mark_settled(database: Database, mailbox: str, uidvalidity: int, uids: Collection[int]) -> None:
    """Remember that the server has been told of these UIDs."""
    where = (*_of(mailbox, uidvalidity), SIGHTING.c.uid.in_(uids))
    with database.write() as connection:
        connection.execute(update(SIGHTING).where(*where).values(settled=True))
    # Commit: nobody will tell the server of these again. Losing this commit costs a repetition that changes nothing.


def _of(mailbox: str, uidvalidity: int) -> tuple[Any, ...]:
    return SIGHTING.c.mailbox == mailbox, SIGHTING.c.uidvalidity == uidvalidity


def _mail_row(arrival: Arrival, route: Callable[[tuple[str, ...]], str], now: datetime) -> dict[str, Any]:
    envelope = read_envelope(arrival.raw)
    return {
        "desk": route(envelope.recipients),
        "message_id": envelope.message_id,
        "digest": envelope.digest,
        "received": arrival.received,
        "stored": now,
        "size": arrival.size,
        "sha256": hashlib.sha256(arrival.raw).hexdigest(),
        "state": MailState.STORED,
        "attempts": 0,
        "outcome": "",
        "reason": "",
    }


def _key(row: dict[str, Any]) -> Key:
    return row["desk"], row["message_id"], row["digest"]


def _move_cursor(connection: Connection, mailbox: str, to: Position) -> None:
    """Never backwards while UIDVALIDITY is the same; `since` stays what the first contact made it."""
    row = {
        "mailbox": mailbox, "uidvalidity": to.uidvalidity, "last_uid": to.last_uid, "since": to.since,
        "old_until": to.old_until,
    }  # fmt: skip
    insert = inserting(connection, CURSOR).values(row)
    new = insert.excluded
    is_same = CURSOR.c.uidvalidity == new.uidvalidity
    furthest = case((and_(is_same, CURSOR.c.last_uid > new.last_uid), CURSOR.c.last_uid), else_=new.last_uid)
    old_until = case((is_same, CURSOR.c.old_until), else_=new.old_until)
    moved = {"uidvalidity": new.uidvalidity, "last_uid": furthest, "old_until": old_until}
    connection.execute(insert.on_conflict_do_update(index_elements=["mailbox"], set_=moved))


def _seen(connection: Connection, mailbox: str, uidvalidity: int, uids: Iterable[int]) -> list[int]:
    """Which of these are stored already. Their mail is not looked at again: its desk may have another name by now."""
    query = select(SIGHTING.c.uid).where(*_of(mailbox, uidvalidity), SIGHTING.c.uid.in_(list(uids)))
    return list(connection.execute(query).scalars())


def _store_mails(connection: Connection, rows: list[dict[str, Any]]) -> tuple[dict[Key, int], dict[Key, int]]:
    """The ids of the mails that were new, and of those that were there; the unique key decides which is which."""
    columns = (MAIL.c.id, MAIL.c.desk, MAIL.c.message_id, MAIL.c.digest)
    fresh: dict[Key, int] = {}
    if rows:
        insert = inserting_new(connection, MAIL).returning(*columns)
        for number, *key in connection.execute(insert, rows):
            fresh[key[0], key[1], key[2]] = number
    # One by one, and seldom: SQLite would scan the whole index for a list of (desk, Message-ID, digest).
    known = {key: _mail_id(connection, key) for key in {_key(row) for row in rows} - fresh.keys()}
    return fresh, known


def _mail_id(connection: Connection, key: Key) -> int:
    query = select(MAIL.c.id).where(MAIL.c.desk == key[0], MAIL.c.message_id == key[1], MAIL.c.digest == key[2])
    return int(connection.execute(query).scalar_one())


def _copies(sightings: list[dict[str, Any]], fresh: Iterable[int]) -> list[dict[str, Any]]:
    """The sightings of mails that had been sighted before, be it a moment ago in the same batch."""
    unseen = set(fresh)
    copies = []
    for sighting in sightings:
        if sighting["mail_id"] in unseen:
            unseen.remove(sighting["mail_id"])
        else:
            copies.append(sighting)
    return copies


def _duplicate(sighting: dict[str, Any], now: datetime) -> dict[str, Any]:
    text = f"arrived again in mailbox {sighting['mailbox']} as UID {sighting['uid']}; kept once"
    return {"mail_id": sighting["mail_id"], "at": now, "kind": "duplicate", "text": text}
