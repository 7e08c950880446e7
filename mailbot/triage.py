"""Triage: takes stored mails and makes of each what the desk's rules say, a batch in one commit.

The attempt is counted and committed before a mail is read, so that a mail that kills the process is known by it: it is
taken alone the second and third time and parked after that (K16). A mail that merely raises is parked at once, and a
batch with a row that the database refuses is taken one by one, so that only that mail is parked.
"""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, or_, select, text, update
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, ProgrammingError

from mailbot.apply import apply
from mailbot.core.casenumber import case_number
from mailbot.core.correspondence import Stationery, report
from mailbot.core.decide import Decision, Facts, NewCase, decide
from mailbot.core.letter import read_letter
from mailbot.crashpoint import reach
from mailbot.database import Database, inserting
from mailbot.gather import Grounds, Read, gather, layers
from mailbot.ledger import Ledger
from mailbot.office import InForce, Office
from mailbot.tables import COUNTER, MAIL, MailState

log = logging.getLogger(__name__)

BATCH = 50
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=5)
"""How long a daemon may take over a batch before another one sharing the database takes it for dead."""

THE_DATABASES_FAULT = (OperationalError, InterfaceError, InternalError, ProgrammingError)
"""Gone, locked, full, or not as it should be: no mail is to blame. Anything else it refuses is about a row."""

# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_STORED = text("mail.state = 'stored'")


class Triage:
    """Turns stored mails into tickets, messages and letters. One thread."""

    def __init__(
        self, database: Database, office: Office, now: Callable[[], datetime], holder: str = "mailbot"
    ) -> None:
        """`holder` is the daemon's name, which no other running daemon on the database has."""
        self._database = database
        self._holder = holder
        self._office = office
        self._now = now
        self._give_back: list[int] = []
        """Mails whose counted attempt the database, not the mail, spoiled."""

    def recover(self) -> None:
        """At a daemon's start: what is leased under its name, on SQLite under any, was leased by a dead process."""
        dead = and_(_STORED, MAIL.c.leased_until.is_not(None))
        if not self._database.is_sqlite:
            dead = and_(dead, MAIL.c.holder == self._holder)
        with self._database.write() as connection:
            connection.execute(update(MAIL).where(dead).values(leased_until=None))
        # Commit: those mails may be taken again at once; their attempts stay counted.

    def run_batch(self) -> int:
        """Take up to fifty mails through triage; how many it took. Zero: nothing is waiting.

        Raises what the database raises when it cannot be used; nothing is lost or counted against the mails then.
        """
        now = self._now()
        with self._database.write() as connection:
            self._return_attempts(connection)
            self._park_killers(connection, now)
            rows = self._claim(connection, now)
        # Commit: the attempt is counted; if reading these mails ends the process, they are taken one by one next time.
        if not rows:
            return 0
        reach("after-claim")
        force = self._office.in_force
        try:
            mails, faults = _read_all(rows, force)
            try:
                self._commit(force, mails, faults, now)
            except THE_DATABASES_FAULT:
                raise
            except (DBAPIError, UnicodeError):
                log.warning(
                    "a batch of %d mails has a row that the database refuses; taking them one by one", len(rows)
                )
                self._commit_singly(force, mails, faults, now)
        except BaseException:
            self._give_back = [row.id for row in rows]
            raise
        return len(rows)

    def _commit(self, force: InForce, mails: Sequence[Read], faults: dict[int, str], now: datetime) -> None:
        grounds = Grounds(force.desks, force.own_addresses, force.prefixes, self._office.keys, self._office.hostname)
        stationery = Stationery(force.library, self._office.keys, self._office.hostname, now)
        with self._database.write() as connection:
            ledger = Ledger(now)
            for mail_id, reason in faults.items():
                self._park(ledger, stationery, mail_id, reason)
            for layer in layers(_still_ours(connection, mails)):
                facts = gather(connection, grounds, layer)
                self._settle(connection, ledger, stationery, force, list(zip(layer, facts, strict=True)))
                ledger.write(connection)
            ledger.write(connection)
            reach("before-commit-2")
        # Commit 2: each mail of the batch is a ticket, a message, filed or parked, and every letter that it causes
        # stands in the outbox with its bytes frozen.
        reach("after-commit-2")

    def _commit_singly(self, force: InForce, mails: Sequence[Read], faults: dict[int, str], now: datetime) -> None:
        self._commit(force, (), faults, now)
        for mail in mails:
            try:
                self._commit(force, (mail,), {}, now)
            except THE_DATABASES_FAULT:
                raise
            except (DBAPIError, UnicodeError) as exc:
                log.warning("mail %d: the database refuses a row of it: %s", mail.mail_id, type(exc).__name__)
                self._commit(force, (), {mail.mail_id: _describe(exc)}, now)

    def _settle(
        self,
        connection: Connection,
        ledger: Ledger,
        stationery: Stationery,
        force: InForce,
        known: list[tuple[Read, Facts]],
    ) -> None:
        """Decide on each mail of a layer and enter what follows; a mail that raises is parked, the next one goes on."""
        decided: list[tuple[Read, Facts, Decision]] = []
        for mail, facts in known:
            try:
                decided.append((mail, facts, decide(facts)))
            except Exception as exc:
                log.exception("mail %d cannot be decided upon", mail.mail_id)
                self._park(ledger, stationery, mail.mail_id, _describe(exc))
        opening = Counter(facts.desk.prefix for _, facts, decision in decided if isinstance(decision, NewCase))
        numbers = {prefix: _take_numbers(connection, prefix, count) for prefix, count in opening.items()}
        for mail, facts, decision in decided:
            number = numbers[facts.desk.prefix].pop(0) if isinstance(decision, NewCase) else ""
            try:
                apply(ledger, stationery, force.desks, mail.mail_id, facts, decision, number)
            except Exception as exc:
                log.exception("mail %d cannot be answered", mail.mail_id)
                self._park(ledger, stationery, mail.mail_id, _describe(exc))

    def _claim(self, connection: Connection, now: datetime) -> list[Row[*tuple[Any, ...]]]:
        """Fresh mails together; one that was under way when a process died, alone."""
        free = and_(_STORED, or_(MAIL.c.leased_until.is_(None), MAIL.c.leased_until < now))
        suspect = case((MAIL.c.attempts > 0, 1), else_=0)
        query = select(MAIL.c.id, MAIL.c.desk, MAIL.c.received, MAIL.c.attempts, MAIL.c.size, MAIL.c.raw).where(free)
        query = query.order_by(suspect, MAIL.c.id).limit(BATCH).with_for_update(skip_locked=True)
        rows = list(connection.execute(query))
        rows = [row for row in rows if row.attempts == 0] or rows[:1]
        if rows:
            counted = update(MAIL).where(MAIL.c.id.in_([row.id for row in rows]))
            values = {"attempts": MAIL.c.attempts + 1, "leased_until": now + LEASE, "holder": self._holder}
            connection.execute(counted.values(**values))
        return rows

    def _return_attempts(self, connection: Connection) -> None:
        if self._give_back:
            mine = and_(MAIL.c.id.in_(self._give_back), _STORED, MAIL.c.attempts > 0)
            connection.execute(update(MAIL).where(mine).values(attempts=MAIL.c.attempts - 1, leased_until=None))
            self._give_back = []

    def _park_killers(self, connection: Connection, now: datetime) -> None:
        free = or_(MAIL.c.leased_until.is_(None), MAIL.c.leased_until < now)
        query = select(MAIL.c.id).where(_STORED, MAIL.c.attempts >= MOST_ATTEMPTS, free)
        killers = connection.execute(query.with_for_update(skip_locked=True)).scalars().all()
        if killers:
            stationery = Stationery(self._office.in_force.library, self._office.keys, self._office.hostname, now)
            ledger = Ledger(now)
            for mail_id in killers:
                reason = f"the process died {MOST_ATTEMPTS} times while reading it"
                self._park(ledger, stationery, mail_id, reason)
            ledger.write(connection)

    def _park(self, ledger: Ledger, stationery: Stationery, mail_id: int, reason: str) -> None:
        """Put a mail out of the way with its reason, and tell the admin (K17)."""
        ledger.end_mail(mail_id, MailState.PARKED, "", reason)
        ledger.add_events(None, mail_id, [("parked", reason)])
        letter = report(
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
            raw = zlib.decompress(row.raw)
            letter = read_letter(raw, language=desk.languages[0])
            if row.size > len(raw):  # over the mailbox's limit (K34)
                cut = f"the mail has {row.size} octets, of which only the first {len(raw)} were fetched"
                letter = replace(letter, faults=(*letter.faults, cut))
            mails.append(Read(row.id, desk, row.received, letter))
        except Exception as exc:
            log.exception("mail %d cannot be read", row.id)
            faults[row.id] = _describe(exc)
    return mails, faults


def _still_ours(connection: Connection, mails: Sequence[Read]) -> list[Read]:
    """Those that no other daemon has ended since we claimed them, locked until the commit."""
    ids = [mail.mail_id for mail in mails]
    if not ids:
        return []
    query = select(MAIL.c.id).where(MAIL.c.id.in_(ids), _STORED).with_for_update()
    ours = set(connection.execute(query).scalars())
    return [mail for mail in mails if mail.mail_id in ours]


def _take_numbers(connection: Connection, prefix: str, count: int) -> list[str]:
    """The next case numbers; the counter stays locked until the commit, so none is given out twice (K33)."""
    statement = inserting(connection, COUNTER).values(prefix=prefix, last=count)
    statement = statement.on_conflict_do_update(index_elements=["prefix"], set_={"last": COUNTER.c.last + count})
    last: int = connection.execute(statement.returning(COUNTER.c.last)).scalar_one()
    return [case_number(prefix, serial) for serial in range(last - count + 1, last + 1)]


def _describe(exc: BaseException) -> str:
    # SQLAlchemy's own text repeats the row, and with it what a customer wrote (Y5).
    return f"{type(exc).__name__}: {getattr(exc, 'orig', None) or exc}"[:500]
