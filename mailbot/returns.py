"""Letters that come back or are refused, in the tables: which one a report tells of, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, or_, select

from mailbot.caseload import load_cases
from mailbot.core.clues import Clues
from mailbot.core.correspondence import Case, Sealed, Stationery, run_errand
from mailbot.core.desk import Desk
from mailbot.core.deskletters import report_to_admin
from mailbot.core.fate import Fate
from mailbot.core.knowncase import KnownCase
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parties import return_party
from mailbot.core.returned import Aftermath, ReturnedLetter, aftermath, refusal
from mailbot.core.tags import Key, Party, handle_in, is_genuine
from mailbot.ledger import Ledger
from mailbot.tables import MESSAGE, OUTGOING, SUPPRESSED, OutgoingState

_LETTER = (
    OUTGOING.c.id, OUTGOING.c.recipient, OUTGOING.c.kind, OUTGOING.c.subject, OUTGOING.c.desk, OUTGOING.c.ticket_id,
    OUTGOING.c.state, OUTGOING.c.message_id, OUTGOING.c.handle, MESSAGE.c.author,
)  # fmt: skip
# Built once: building a query costs as much as running it, and this one is run for each round of a batch.
_ADDRESSES: BindParameter[str] = bindparam("addresses", expanding=True)
_SUPPRESSED = select(SUPPRESSED.c.address, SUPPRESSED.c.until).where(SUPPRESSED.c.address.in_(_ADDRESSES))


def find_returned(
    connection: Connection, keys: tuple[Key, ...], clues: Sequence[Clues], parties: Mapping[str, tuple[int, Party]]
) -> list[Any]:
    """For each mail, by its clues, the row of the letter of ours of which it proves to be, or None.

    `parties` are those of its handles: a ticket's id, and whom the handle stands for.

    The proof is the letter's signed envelope sender, which only whoever carried the letter has seen. A letter that has
    none is proven by its Message-ID with a genuine tag; anybody who was sent an answer to it has seen that, so it
    counts for no other (Q18).
    """
    handles = {handle for one in clues for handle in one.handles} - set(parties)
    ids = {message_id for one in clues for message_id in one.returned}
    tickets = {parties[handle][0] for handle in map(_handle_in_id, ids) if handle in parties}
    found = _letters(connection, handles, tickets, ids)
    by_handle = {row.handle: row for row in found if row.handle is not None}
    by_id = {row.message_id: row for row in found if row.handle is None}

    def proven(one: Clues) -> Any:
        for tag in one.tags:
            row = by_handle.get(handle_in(tag))
            if row is not None and is_genuine(keys, tag, return_party(row.message_id, row.recipient)):
                return row
        for message_id in one.returned:
            row, party = by_id.get(message_id), parties.get(_handle_in_id(message_id))
            if row is not None and party is not None and is_genuine(keys, _tag_in_id(message_id), party[1]):
                return row
        return None

    return [proven(each) for each in clues]


def as_returned(row: Any, cases: Mapping[int, KnownCase]) -> ReturnedLetter:
    """The letter of a row, its case out of those that were loaded."""
    return ReturnedLetter(
        outgoing_id=row.id, recipient=row.recipient, kind=row.kind, subject=row.subject, desk=row.desk,
        case=cases.get(row.ticket_id), agent=ascii_lower(row.author or ""),
        known_lost=row.state == OutgoingState.BOUNCED,
    )  # fmt: skip


def enter_aftermath(
    ledger: Ledger, stationery: Stationery, admin: str, desk: Desk, letter: ReturnedLetter, after: Aftermath,
    *, mail_id: int | None = None,
) -> None:  # fmt: skip
    """Enter what follows from what is said of a letter; `mail_id` is the mail that said it."""
    case = letter.case
    ticket = case.ticket_id if case else None
    for errand in after.errands:
        assert case is not None
        about = Case.of(desk, case)
        sealed = run_errand(stationery, about, errand)
        ledger.post(desk.key, ticket, (sealed,), mail_id=mail_id)
    ledger.add_events(ticket, mail_id, after.events, outgoing_id=letter.outgoing_id)
    if after.came_back:
        ledger.end_returned(letter.outgoing_id, after.came_back)
    if after.until is not None:
        ledger.suppress(ascii_lower(letter.recipient), after.until, after.suppressed_for)
    if after.for_admin:
        ledger.post("", None, [_told_to_admin(stationery, admin, letter)])


def follow_refusals(
    connection: Connection, stationery: Stationery, admin: str, desks: Mapping[str, Desk], fates: Mapping[int, Fate]
) -> None:
    """Write, in the caller's transaction, what follows from letters that our own server refused for good.

    Of a desk that is no longer there, only lost words and copies are told, to the admin.
    """
    rows = connection.execute(_letter_query(OUTGOING.c.id.in_(fates))).all()
    cases = load_cases(connection, {row.ticket_id for row in rows if row.ticket_id is not None})
    ledger = Ledger(stationery.now)
    for row in rows:
        letter, desk = as_returned(row, cases), desks.get(row.desk)
        if desk is None:
            if letter.kind in {"copy", "relay"}:
                ledger.post("", None, [_told_to_admin(stationery, admin, letter)])
            continue
        after = aftermath(desk, letter, refusal(fates[row.id]), stationery.now)
        enter_aftermath(ledger, stationery, admin, desk, letter, after)
    ledger.write(connection)


def suppressed(connection: Connection, addresses: Collection[str]) -> dict[str, datetime]:
    """Until when automatic letters to these addresses (lower case) are, or were, held back; by address."""
    if not addresses:
        return {}
    rows = connection.execute(_SUPPRESSED, {"addresses": list(addresses)})
    return {row.address: row.until for row in rows}


def list_suppressed(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """The addresses that get no automatic letters at the moment, in order, each with the reason."""
    query = select(SUPPRESSED).where(SUPPRESSED.c.until > now).order_by(SUPPRESSED.c.address)
    return [
        {
            "address": row.address, "since": row.since.isoformat(), "until": row.until.isoformat(),
            "reason": row.reason,
        }
        for row in connection.execute(query)
    ]  # fmt: skip


def forget_suppressed(connection: Connection, address: str) -> bool:
    """Let an address get automatic letters again; False where it did all along."""
    return bool(connection.execute(SUPPRESSED.delete().where(SUPPRESSED.c.address == ascii_lower(address))).rowcount)


def _letters(connection: Connection, handles: set[str], tickets: set[int], message_ids: set[str]) -> Sequence[Any]:
    """The letters with one of these return handles, or on these tickets with one of these Message-IDs.

    What nobody has dialled for yet cannot have come back.
    """
    either: list[ColumnElement[bool]] = []
    if handles:
        either.append(OUTGOING.c.handle.in_(handles))
    if tickets:
        either.append(and_(OUTGOING.c.ticket_id.in_(tickets), OUTGOING.c.message_id.in_(message_ids)))
    return connection.execute(_letter_query(and_(OUTGOING.c.attempts > 0, or_(*either)))).all() if either else ()


def _letter_query(which: ColumnElement[bool]) -> Any:
    """Those letters, each with the agent at whose word it was sent."""
    by_agent = and_(MESSAGE.c.mail_id == OUTGOING.c.mail_id, MESSAGE.c.role == "agent")
    return select(*_LETTER).outerjoin(MESSAGE, by_agent).where(which).order_by(OUTGOING.c.id)


def _tag_in_id(message_id: str) -> str:
    return message_id.partition(".")[0]


def _handle_in_id(message_id: str) -> str:
    return handle_in(_tag_in_id(message_id)) or ""


def _told_to_admin(stationery: Stationery, admin: str, letter: ReturnedLetter) -> Sealed:
    copy = letter.kind == "copy"
    title = "an agent did not get the copy of a mail" if copy else "words of an agent did not reach their reader"
    which = f"Letter {letter.outgoing_id} to {letter.recipient}"
    line = f"{which} is undeliverable. `mailbot outbox` says why, `mailbot show` tells the case."
    cause = f"report:undelivered:{letter.outgoing_id}"
    return report_to_admin(stationery, admin=admin, cause=cause, title=title, lines=(line,))
