"""Takes the letters that are due, commits the attempt, has `post` deliver them, and writes down what became of each.

What an attempt is, and which ends it can have, stands in `attempt`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mailbot import crashpoint
from mailbot.attempt import ATTEMPT, END_SENT, Attempt, Ending, ending_by, ending_with_process, key_of, write_ending
from mailbot.core.fate import Fate, Outcome, Step, clean
from mailbot.core.retry import in_doubt
from mailbot.database import Database
from mailbot.post import Freight, Post
from mailbot.statement import LoneUpdate
from mailbot.tables import OUTGOING, OutgoingState

log = logging.getLogger(__name__)

_BATCH_LETTERS = 50
_BATCH_BYTES = 16 * 2**20
_BATCH_TIME = timedelta(minutes=2)
"""How long after its claim the last letter of a batch may still be dialled for."""
_WRITE_AGAIN = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to write down what became of a letter while the database fails."""

# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_UNENDED = text("outgoing.state IN ('waiting', 'attempting')")
# Built once: building them costs more than running them.
_DUE = (
    select(OUTGOING.c.id, OUTGOING.c.kind, func.length(OUTGOING.c.content))
    .where(_UNENDED, OUTGOING.c.state == OutgoingState.WAITING, OUTGOING.c.not_before <= bindparam("moment"))
    .order_by(OUTGOING.c.not_before, OUTGOING.c.id)
    .limit(_BATCH_LETTERS)
)
_CLAIM = (
    OUTGOING.update()
    .where(OUTGOING.c.id.in_(bindparam("ids", expanding=True)), OUTGOING.c.state == OutgoingState.WAITING)
    .values(
        state=OutgoingState.ATTEMPTING,
        attempts=OUTGOING.c.attempts + 1,
        leased_until=bindparam("until"),
        holder=bindparam("our_name"),
    )
    .returning(*ATTEMPT, OUTGOING.c.sender, OUTGOING.c.content)
)

FollowLost = Callable[[Connection, Mapping[int, Fate]], None]
"""Writes what follows from letters that failed for good, by id, in the commit that says so."""


def _follow_nothing(_connection: Connection, _lost: Mapping[int, Fate]) -> None:
    """Nothing follows."""


class Outbox:
    """Sends what is due. One thread; several daemons on one PostgreSQL database share the work."""

    def __init__(
        self,
        database: Database,
        post: Post,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        pause: Callable[[float], None] = time.sleep,
        holder: str = "mailbot",
        follow_lost: FollowLost = _follow_nothing,
    ) -> None:
        """`now` gives aware UTC, `jitter` a number in [-1, 1]; `pause` waits, while the database fails.

        `holder` is the daemon's name, which no other running daemon on the database has.
        """
        self._follow_lost = follow_lost
        self._database = database
        self._post = post
        self._now = now
        self._jitter = jitter
        self._pause = pause
        self._holder = holder
        self._write_sent = LoneUpdate(database, END_SENT)
        self._server_gone: bool | None = None
        """None: unknown. Then, as after True, the first letter that goes through calls up those that wait for it."""
        self._unwritten: list[tuple[Attempt, Ending]] = []
        """What the database would not take yet."""

    def recover(self) -> int:
        """Judge the letters that a dead process left under way; how many. For the start of a daemon.

        On SQLite, where we are the only daemon, that is every one that stands `attempting`; on PostgreSQL those that a
        daemon of our name claimed, and those whose lease has passed. Whether they went out is unknown, so each is in
        doubt, and its kind says what follows (K22).
        """
        now = self._now()
        abandoned = select(*ATTEMPT).where(_UNENDED, OUTGOING.c.state == OutgoingState.ATTEMPTING)
        if not self._database.is_sqlite:
            abandoned = abandoned.where(or_(OUTGOING.c.holder == self._holder, OUTGOING.c.leased_until < now))
        with self._database.read() as connection:
            if connection.execute(abandoned.limit(1)).first() is None:
                return 0
        with self._database.write() as connection:
            attempts = [Attempt(*row) for row in connection.execute(self._for_us(abandoned))]
            for attempt in attempts:
                write_ending(connection, attempt, ending_with_process(attempt, now, self._jitter()))
        # Commit: whatever a dead process held waits again, or is held for an admin.
        log.warning("%d letters were under way in a process that is gone", len(attempts))
        return len(attempts)

    def send_due(self, stop: threading.Event) -> int:
        """Send until nothing is due, `stop` is set, or the server is gone; how many letters were tried.

        Raises SQLAlchemyError where the database does not answer, for the caller to wait and call again. What became of
        the letters in hand is kept until then, so that none goes twice for the database's sake.
        """
        with self._write_sent:
            if self._unwritten:
                self._write_down([])
            self.recover()  # Nothing is in our hands here, so what stands `attempting` under our name is nobody's.
            self._post.close_if_idle()
            tried = 0
            while not stop.is_set():
                batch, until = self._claim()
                if not batch:
                    break
                done = self._send_batch(batch, until, stop)
                tried += done
                if done < len(batch) or self._server_gone:
                    break
            return tried

    def _claim(self) -> tuple[list[tuple[Attempt, Freight]], datetime]:
        """Up to a batch of what is due, oldest first, each with its attempt counted; and until when they are ours."""
        now = self._now()
        until = now + _BATCH_TIME + timedelta(seconds=self._post.longest_seconds)
        with self._database.write() as connection:
            due = connection.execute(self._for_us(_DUE), {"moment": now})
            ids = _one_batch([(row[0], row[1], row[2]) for row in due])
            if not ids:
                return [], until
            claimed = connection.execute(_CLAIM, {"ids": ids, "until": until, "our_name": self._holder})
            rows = sorted(claimed, key=lambda row: ids.index(row[0]))
            crashpoint.reach("before-commit-3")
        # Commit 3: each attempt is on the disk before anything is dialled. Dying from here on leaves it in doubt.
        crashpoint.reach("after-commit-3")
        return [(Attempt(*row[:-2]), Freight(row.sender, row.recipient, row.content)) for row in rows], until

    def _send_batch(self, batch: list[tuple[Attempt, Freight]], until: datetime, stop: threading.Event) -> int:
        """Deliver claimed letters one by one; how many were tried, or answered for by the server's absence."""
        too_late = until - timedelta(seconds=self._post.longest_seconds)
        lost = 0
        for index, (attempt, freight) in enumerate(batch):
            rest = [later for later, _ in batch[index + 1 :]]
            if stop.is_set() or self._now() >= too_late:
                self._write_down(self._untried([attempt, *rest]))
                return index
            fate = self._post.deliver(freight)
            crashpoint.reach("before-commit-4")
            try:
                self._write_down([(attempt, ending_by(attempt, fate, self._now(), self._jitter()))])
                crashpoint.reach("after-commit-4")
                if fate.outcome is Outcome.SENT and self._server_gone is not False:
                    self._note_server_back()
            except SQLAlchemyError:
                self._unwritten += self._untried(rest)
                raise
            # One lost line may be this letter's own doing; a second one in a row is the server's.
            lost = lost + 1 if fate.line_lost else 0
            if fate.server_gone or lost == 2:
                self._note_server_gone(fate)
                absent = Fate(Outcome.LATER, fate.code, fate.text, fate.step)
                self._write_down([(later, ending_by(later, absent, self._now(), self._jitter())) for later in rest])
                return len(batch)
        return len(batch)

    def _untried(self, attempts: list[Attempt]) -> list[tuple[Attempt, Ending]]:
        """Letters that nobody has dialled for wait again as if they had never been claimed."""
        now = self._now()
        return [
            (
                attempt,
                Ending(now, {"state": OutgoingState.WAITING, "attempts": attempt.number - 1, "leased_until": None}),
            )
            for attempt in attempts
        ]

    def _write_down(self, endings: list[tuple[Attempt, Ending]]) -> None:
        """Commit what became of attempts, and what was left unwritten before; patient, for the disk may only hiccup.

        Where the database stays away SQLAlchemyError is raised, and the endings are kept for the next call.
        """
        self._unwritten += endings
        for pause in (*_WRITE_AGAIN, None):
            try:
                overtaken = self._end_unwritten()
            except SQLAlchemyError as exc:
                if pause is None:
                    raise
                log.error("cannot write down what became of letters, trying again: %s", _cause(exc))  # noqa: TRY400  # its trace says no more
                self._pause(pause)
            else:
                # Commit 4: the letter's fate is on the disk, and on its ticket where it matters there.
                self._unwritten.clear()
                break
        for one in overtaken:
            # Or the commit had gone through and only its answer was lost (K28): the same row, the same ending.
            log.warning("letter %d: attempt %d was no longer under way when its end was written", one.id, one.number)

    def _end_unwritten(self) -> list[Attempt]:
        """Write down all that is unwritten, in one transaction; the attempts that were no longer under way."""
        if len(self._unwritten) == 1:
            ((one, ending),) = self._unwritten
            if ending.values["state"] is OutgoingState.SENT and ending.event is None:
                return [] if self._write_sent.run({**key_of(one), **ending.values}) else [one]
        with self._database.write() as connection:
            overtaken = [one for one, ending in self._unwritten if not write_ending(connection, one, ending)]
            lost = {one.id: end.lost for one, end in self._unwritten if end.lost and one not in overtaken}
            if lost:
                self._follow_lost(connection, lost)
            return overtaken

    @property
    def server_gone(self) -> bool:
        """Whether the last that was seen of the mail server is that it takes no letters."""
        return self._server_gone is True

    def _note_server_gone(self, fate: Fate) -> None:
        level = logging.INFO if self._server_gone else logging.ERROR
        log.log(level, "the mail server takes no letters: %s", fate)
        self._server_gone = True

    def _note_server_back(self) -> None:
        """Those that waited only for the server need not sit out their schedule: a customer is waiting too."""
        now = self._now()
        waited = or_(
            *(OUTGOING.c.answer.startswith(f"{step}: ") for step in (Step.CONNECT, Step.TLS, Step.HELO, Step.AUTH))
        )
        with self._database.write() as connection:
            called = connection.execute(
                OUTGOING.update()
                .where(
                    _UNENDED, OUTGOING.c.state == OutgoingState.WAITING, OUTGOING.c.fate == Outcome.LATER,
                    OUTGOING.c.not_before > now, waited,
                )
                .values(not_before=now)
            )  # fmt: skip
        if self._server_gone:
            log.info("the mail server takes letters again; %d that waited for it are due", called.rowcount)
        self._server_gone = False

    def _for_us(self, statement: Select[Any]) -> Select[Any]:
        """On PostgreSQL, lock the rows and pass over those of another daemon; SQLite's one writer needs neither."""
        return statement if self._database.is_sqlite else statement.with_for_update(skip_locked=True)


def _one_batch(due: Sequence[tuple[int, str, int]]) -> list[int]:
    """The ids to claim together: letters that may be sent twice, bounded in number and bytes; else a single one.

    A crash leaves the whole claim in doubt, and those that doubt would hold for an admin are not to be among them.
    """
    ids: list[int] = []
    total = 0
    for outgoing_id, kind, size in due:
        alone = in_doubt(kind) == "hold"
        total += size
        if ids and (alone or total > _BATCH_BYTES):
            break
        ids.append(outgoing_id)
        if alone:
            break
    return ids


def _cause(exc: SQLAlchemyError) -> str:
    """What the database said; SQLAlchemy's own words would add the statement with the people's addresses in it (Y5)."""
    return clean(str(exc.orig if isinstance(exc, DBAPIError) else exc))
