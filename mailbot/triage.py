"""Triage: takes stored mails and makes of each what the desk's rules say, a batch in one commit.

The attempt is counted and committed before a mail is read, so that a mail that kills the process is known by it: it is
taken alone the second and third time and parked after that (K16). A mail that merely raises is parked at once; a batch
that raises as a whole is taken one by one, so that only the mail at fault is parked.

Mails are taken in the order in which they were stored, and of several daemons on one database only one triages at a
time: an answer must not overtake its question.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, select, text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from mailbot.apply import apply, opens_case
from mailbot.budgets import breaker_report, count_spent, load_purse, save_breaker
from mailbot.core.casenumber import case_number
from mailbot.core.correspondence import Stationery
from mailbot.core.decide import decide
from mailbot.core.decision import Parked, Settled
from mailbot.core.deskletters import report_to_admin
from mailbot.core.facts import Facts
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.purse import Purse
from mailbot.core.silencewords import silence_line
from mailbot.crashpoint import reach
from mailbot.database import Database, inserting
from mailbot.entries import Clerk
from mailbot.gather import Read, gather
from mailbot.layers import first_of_each_case, layers
from mailbot.ledger import Ledger
from mailbot.office import InForce, Office
from mailbot.rawmail import unpack
from mailbot.tables import COUNTER, MAIL, RAW, MailState

log = logging.getLogger(__name__)

BATCH = 50
BATCH_OCTETS = 16 * 2**20
"""Of compressed mail; one mail may be larger, and is then a batch of its own."""
MOST_ATTEMPTS = 3

# Built once, for they are run for each batch. `_STORED` is spelt as in the schema: SQLite uses a partial index only
# where the query repeats its condition literally.
_STORED = text("mail.state = 'stored'")
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_ANY = select(MAIL.c.id).where(_STORED).limit(1)
_NEXT = (
    select(MAIL.c.id, MAIL.c.attempts, func.length(RAW.c.content))
    .join(RAW)
    .where(_STORED)
    .order_by(MAIL.c.id)
    .limit(BATCH)
)
_ATTEMPT = update(MAIL).where(MAIL.c.id.in_(_IDS)).values(attempts=MAIL.c.attempts + 1)
_MAILS = (
    select(MAIL.c.id, MAIL.c.desk, MAIL.c.received, MAIL.c.size, RAW.c.content)
    .join(RAW)
    .where(MAIL.c.id.in_(_IDS))
    .order_by(MAIL.c.id)
)
_LOCKED = select(MAIL.c.id).where(MAIL.c.id.in_(_IDS), _STORED).with_for_update()


class Triage:
    """Turns stored mails into tickets, messages and letters. One thread."""

    def __init__(self, database: Database, office: Office, now: Callable[[], datetime]) -> None:
        self._database = database
        self._office = office
        self._now = now
        self._give_back: list[int] = []
        """Mails whose counted attempt the database, not the mail, spoiled."""

    def run_batch(self) -> int:
        """Take up to fifty mails through triage; how many it took. Zero: nothing is waiting, or it is not our turn.

        Raises what the database raises when it cannot be used; nothing is lost or counted against the mails then.
        """
        with self._database.read() as connection:
            if connection.execute(_ANY).first() is None:
                return 0
        with self._database.turn("triage") as ours:
            return self._take_batch() if ours else 0

    def _take_batch(self) -> int:
        now = self._now()
        with self._database.write() as connection:
            self._return_attempts(connection)
            waiting = list(connection.execute(_NEXT))
            killers = [row.id for row in waiting if row.attempts >= MOST_ATTEMPTS]
            self._park_killers(connection, killers, now)
            rows = self._claim(connection, [row for row in waiting if row.id not in killers])
        # Commit: the attempt is counted; if reading these mails ends the process, they are taken one by one next time.
        if not rows:
            return len(killers)
        reach("after-claim")
        force = self._office.in_force
        mails, faults = _read_all(rows, force)
        try:
            try:
                self._commit(force, mails, faults, now)
            except Exception as exc:
                if _is_the_databases_fault(exc):
                    raise
                log.warning("a batch of %d mails fails as a whole (%s); taking them one by one", len(rows), _kind(exc))
                self._commit_singly(force, mails, faults, now)
        except DBAPIError:
            self._give_back = [row.id for row in rows]
            raise
        log.info("triage: %d mails, the last one mail %d", len(rows), rows[-1].id)
        return len(killers) + len(rows)

    def _commit(self, force: InForce, mails: Sequence[Read], faults: dict[int, str], now: datetime) -> None:
        stationery = force.stationery(now)
        with self._database.write() as connection:
            ledger = Ledger(now)
            for mail_id, reason in faults.items():
                self._park(ledger, stationery, mail_id, reason)
            stored = _still_stored(connection, mails)
            # Of the whole batch: it counts along what its mails are answered, as the tables do once that is written.
            senders = {mail.sender for mail in stored}
            purse = load_purse(connection, senders, now) if stored else Purse(now)
            for layer in layers(stored):
                waiting = layer
                while waiting:
                    # What one mail changes about a case must be there when the next one of that case is decided upon.
                    first = first_of_each_case(gather(connection, force, waiting))
                    self._settle(connection, ledger, stationery, purse, first)
                    ledger.write(connection)
                    settled = {facts.mail_id for facts in first}
                    waiting = [mail for mail in waiting if mail.mail_id not in settled]
            if purse.breaker is not purse.breaker_was:
                save_breaker(connection, purse.breaker)
                ledger.post("", None, [breaker_report(stationery, self._office.admin, purse.breaker)])
            ledger.write(connection)
            reach("before-commit-2")
        # Commit 2: each mail of the batch is a ticket, a message, filed or parked, and every letter that it causes
        # stands in the outbox with its bytes frozen.
        reach("after-commit-2")

    def _commit_singly(self, force: InForce, mails: Sequence[Read], faults: dict[int, str], now: datetime) -> None:
        if faults:
            self._commit(force, (), faults, now)
        for mail in mails:
            try:
                self._commit(force, (mail,), {}, now)
            except Exception as exc:
                if _is_the_databases_fault(exc):
                    raise
                log.exception("mail %d cannot be triaged", mail.mail_id)
                self._commit(force, (), {mail.mail_id: _describe(exc)}, now)

    def _settle(
        self,
        connection: Connection,
        ledger: Ledger,
        stationery: Stationery,
        purse: Purse,
        known: Sequence[Facts],
    ) -> None:
        """Decide on each mail of a layer and enter what follows; a mail that raises is parked, the next one goes on."""
        decided: list[tuple[Facts, Settled]] = []
        for facts in known:
            try:
                decision = decide(facts)
            except Exception as exc:
                log.exception("mail %d cannot be decided upon", facts.mail_id)
                self._park(ledger, stationery, facts.mail_id, _describe(exc))
                continue
            if isinstance(decision, Parked):
                self._park(ledger, stationery, facts.mail_id, silence_line(decision.reason))
            else:
                decided.append((facts, decision))
        opening = Counter(facts.desk.prefix for facts, decision in decided if opens_case(decision))
        # In one order everywhere: two transactions that lock two counters crosswise would wait for each other.
        numbers = {prefix: _take_numbers(connection, prefix, opening[prefix]) for prefix in sorted(opening)}
        asked = (ascii_lower(facts.survey.recipient) for facts, _ in decided if facts.survey)
        count_spent(connection, purse, asked)
        for facts, decision in decided:
            number = numbers[facts.desk.prefix].pop(0) if opens_case(decision) else ""
            page = Ledger(stationery.now)
            try:
                apply(Clerk(page, stationery, purse, self._office.admin), facts, decision, number)
                ledger.take(page)  # all that the mail causes, or, where a letter of it cannot be written, nothing
            except Exception as exc:
                log.exception("mail %d cannot be answered", facts.mail_id)
                self._park(ledger, stationery, facts.mail_id, _describe(exc))

    def _claim(self, connection: Connection, waiting: Sequence[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
        """The first of the waiting, within the bounds of a batch; one that was under way when a process died, alone."""
        fresh = list(takewhile(lambda row: row[1] == 0, waiting))
        sums = accumulate(row[2] for row in fresh)
        ids = [row[0] for row, octets in zip(fresh, sums, strict=True) if octets <= BATCH_OCTETS]
        ids = ids or [row[0] for row in waiting[:1]]
        if not ids:
            return []
        connection.execute(_ATTEMPT, {"ids": ids})
        return list(connection.execute(_MAILS, {"ids": ids}))

    def _return_attempts(self, connection: Connection) -> None:
        if self._give_back:
            mine = (MAIL.c.id.in_(self._give_back), _STORED, MAIL.c.attempts > 0)
            connection.execute(update(MAIL).where(*mine).values(attempts=MAIL.c.attempts - 1))
            self._give_back = []

    def _park_killers(self, connection: Connection, killers: Sequence[int], now: datetime) -> None:
        if killers:
            stationery = self._office.in_force.stationery(now)
            ledger = Ledger(now)
            for mail_id in killers:
                self._park(ledger, stationery, mail_id, f"the process died {MOST_ATTEMPTS} times while reading it")
            ledger.write(connection)

    def _park(self, ledger: Ledger, stationery: Stationery, mail_id: int, reason: str) -> None:
        """Put a mail out of the way with its reason, and tell the admin (K17)."""
        log.warning("mail %d is parked; `mailbot parked` says why", mail_id)
        ledger.end_mail(mail_id, MailState.PARKED, "", reason)
        ledger.add_events(None, mail_id, [("parked", reason)])
        letter = report_to_admin(
            stationery,
            admin=self._office.admin,
            cause=f"parked:mail:{mail_id}:{stationery.now:%Y%m%dT%H%M%S}",
            title=f"mail {mail_id} is parked",
            lines=(
                f"Mail {mail_id} could not be read: {reason}",
                "It is kept whole; its sender was not told. Look at it, and try again once the cause is gone:",
                f"mailbot parked retry {mail_id}",
            ),
        )
        ledger.post("", None, [letter])


def _read_all(rows: Sequence[Row[*tuple[Any, ...]]], force: InForce) -> tuple[list[Read], dict[int, str]]:
    """The mails read, and by id why some could not be."""
    mails, faults = [], {}
    for row in rows:
        reach(f"read-mail-{row.id}")
        desk = force.desks.get(row.desk)
        if desk is None:
            faults[row.id] = f"there is no enabled desk {row.desk!r} any more"
            continue
        try:
            raw = unpack(row.content)
            whole_size = row.size if row.size > len(raw) else 0
            mails.append(Read.of(force, row.id, desk, row.received, raw, whole_size=whole_size))
        except Exception as exc:
            log.exception("mail %d cannot be read", row.id)
            faults[row.id] = _describe(exc)
    return mails, faults


def _still_stored(connection: Connection, mails: Sequence[Read]) -> list[Read]:
    """Those that nobody has ended since, locked until the commit: our turn may have been lost with the connection."""
    ids = [mail.mail_id for mail in mails]
    if not ids:
        return []
    stored = set(connection.execute(_LOCKED, {"ids": ids}).scalars())
    return [mail for mail in mails if mail.mail_id in stored]


def _take_numbers(connection: Connection, prefix: str, count: int) -> list[str]:
    """The next case numbers; the counter stays locked until the commit, so none is given out twice (K33)."""
    statement = inserting(connection, COUNTER).values(prefix=prefix, last=count)
    statement = statement.on_conflict_do_update(index_elements=["prefix"], set_={"last": COUNTER.c.last + count})
    last: int = connection.execute(statement.returning(COUNTER.c.last)).scalar_one()
    return [case_number(prefix, serial) for serial in range(last - count + 1, last + 1)]


def _is_the_databases_fault(exc: Exception) -> bool:
    """Whether the database is gone, locked, full or not as it should be, so that no mail is to blame.

    Anything else is about a row: data it cannot hold, a constraint, or a value past a limit of the program (SQLSTATE
    classes 22, 23 and 54).
    """
    if not isinstance(exc, DBAPIError) or isinstance(exc, DataError | IntegrityError):
        return False
    return str(getattr(exc.orig, "sqlstate", "") or "")[:2] not in {"22", "23", "54"}


def _describe(exc: Exception) -> str:
    # SQLAlchemy's own text repeats the statement; the driver's words are enough.
    return f"{_kind(exc)}: {getattr(exc, 'orig', None) or exc}"[:500]


def _kind(exc: Exception) -> str:
    return type(exc).__name__
