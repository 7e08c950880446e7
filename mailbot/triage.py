"""Triage: takes stored mails and makes of each what the desk's rules say, all of it in one commit.

The attempt is counted and committed before a mail is read, so that a mail that kills the process is known by it: it is
taken alone the second and third time and parked after that (K16). A mail that merely raises is parked at once; the next
one goes on.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, or_, select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from mailbot.apply import Outcome, apply, post_letters
from mailbot.core.correspondence import Stationery, report
from mailbot.core.decide import decide
from mailbot.core.letter import Letter, read_letter
from mailbot.crashpoint import reach
from mailbot.database import Database
from mailbot.gather import Grounds, gather
from mailbot.office import Office
from mailbot.tables import EVENT, MAIL, MailState

log = logging.getLogger(__name__)

BATCH = 50
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=5)
"""How long a daemon may take over a batch before another one sharing the database takes it for dead."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A claimed mail, read."""

    row: Row[Any]
    letter: Letter | None
    fault: str = ""
    """Why there is no letter."""


class Triage:
    """Turns stored mails into tickets, messages and letters."""

    def __init__(self, database: Database, office: Office, now: Callable[[], datetime]) -> None:
        self._database = database
        self._office = office
        self._now = now
        self._give_back: list[int] = []
        """Mails whose counted attempt the database, not the mail, spoiled."""

    def recover(self) -> None:
        """At the start of the only daemon on an SQLite file: whatever is leased was leased by a dead process."""
        with self._database.write() as connection:
            connection.execute(update(MAIL).where(MAIL.c.leased_until.is_not(None)).values(leased_until=None))
        # Commit: every stored mail may be taken again; its attempts stay counted.

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
        try:
            read = [_read(row, self._office) for row in rows]
            reach("before-commit-2")
            with self._database.write() as connection:
                for one in read:
                    self._settle(connection, one, now)
            # Commit 2: each mail of the batch is a ticket, a message, filed or parked, and every letter that it causes
            # stands in the outbox with its bytes frozen.
            reach("after-commit-2")
        except DBAPIError:
            self._give_back = [row.id for row in rows]
            raise
        return len(rows)

    def _claim(self, connection: Connection, now: datetime) -> list[Row[Any]]:
        """Fresh mails together; one that was under way when a process died, alone."""
        free = and_(MAIL.c.state == MailState.STORED, or_(MAIL.c.leased_until.is_(None), MAIL.c.leased_until < now))
        suspect = case((MAIL.c.attempts > 0, 1), else_=0)
        query = select(MAIL).where(free).order_by(suspect, MAIL.c.id).limit(BATCH).with_for_update(skip_locked=True)
        rows = list(connection.execute(query))
        fresh = [row for row in rows if row.attempts == 0]
        rows = fresh or rows[:1]
        ids = [row.id for row in rows]
        if ids:
            values = {"attempts": MAIL.c.attempts + 1, "leased_until": now + LEASE}
            connection.execute(update(MAIL).where(MAIL.c.id.in_(ids)).values(**values))
        return rows

    def _return_attempts(self, connection: Connection) -> None:
        if self._give_back:
            mine = and_(MAIL.c.id.in_(self._give_back), MAIL.c.state == MailState.STORED, MAIL.c.attempts > 0)
            connection.execute(update(MAIL).where(mine).values(attempts=MAIL.c.attempts - 1, leased_until=None))
            self._give_back = []

    def _park_killers(self, connection: Connection, now: datetime) -> None:
        free = or_(MAIL.c.leased_until.is_(None), MAIL.c.leased_until < now)
        query = select(MAIL.c.id, MAIL.c.desk).where(
            MAIL.c.state == MailState.STORED, MAIL.c.attempts >= MOST_ATTEMPTS, free
        )
        for row in connection.execute(query.with_for_update(skip_locked=True)).all():
            self._park(connection, row.id, row.desk, f"the process died {MOST_ATTEMPTS} times while reading it", now)

    def _settle(self, connection: Connection, one: _Read, now: datetime) -> None:
        row = one.row
        if one.letter is None:
            self._park(connection, row.id, row.desk, one.fault, now)
            return
        try:
            with connection.begin_nested():
                outcome = self._handle(connection, row, one.letter, now)
                connection.execute(
                    update(MAIL)
                    .where(MAIL.c.id == row.id, MAIL.c.state == MailState.STORED)
                    .values(state=MailState.DONE, leased_until=None, outcome=outcome.outcome, reason=outcome.reason)
                )
        except (OperationalError, InterfaceError):
            raise  # the database's fault, not the mail's
        except Exception as exc:  # whatever a mail breaks is parked with its reason, the next goes on
            log.exception("mail %s cannot be triaged", row.id)
            self._park(connection, row.id, row.desk, _describe(exc), now)

    def _handle(self, connection: Connection, row: Row[Any], letter: Letter, now: datetime) -> Outcome:
        force = self._office.in_force
        desk = force.desks[row.desk]
        grounds = Grounds(force.desks, force.own_addresses, force.prefixes, self._office.keys, self._office.hostname)
        stationery = Stationery(force.library, self._office.keys, self._office.hostname, now)
        facts = gather(connection, grounds, letter, desk, row.received)
        return apply(connection, stationery, force.desks, row.id, facts, decide(facts))

    def _park(self, connection: Connection, mail_id: int, desk: str, reason: str, now: datetime) -> None:
        """Put a mail out of the way with its reason, and tell the admin (K17)."""
        connection.execute(
            update(MAIL)
            .where(MAIL.c.id == mail_id)
            .values(state=MailState.PARKED, leased_until=None, outcome="", reason=reason)
        )
        connection.execute(EVENT.insert(), {"mail_id": mail_id, "at": now, "kind": "parked", "text": reason})
        stationery = Stationery(self._office.in_force.library, self._office.keys, self._office.hostname, now)
        letter = report(
            stationery,
            admin=self._office.admin,
            cause=f"parked:mail:{mail_id}",
            title=f"mail {mail_id} is parked",
            lines=(
                f"Mail {mail_id} to desk {desk} could not be read: {reason}",
                "It is kept whole; its sender was not told. Look at it, and try again once the cause is gone:",
                f"mailbot parked retry {mail_id}",
            ),
        )
        post_letters(connection, now, [letter])


def _read(row: Row[Any], office: Office) -> _Read:
    reach(f"read-mail-{row.id}")
    desk = office.in_force.desks.get(row.desk)
    try:
        return _Read(row, read_letter(zlib.decompress(row.raw), language=desk.languages[0] if desk else ""))
    except Exception as exc:
        log.exception("mail %s cannot be read", row.id)
        return _Read(row, None, _describe(exc))


def _describe(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"[:500]
