"""Takes the letters that are due, commits the attempt, has `post` deliver them, and writes down what became of each.

A row that stands `attempting` belongs to one attempt, known by (id, attempts). Each write that ends an attempt asks for
exactly that pair and state, so a daemon that was stopped and woken cannot overwrite what another has done since (K27).
Attempts are counted up by each claim and never set back below a claim that was lost: no pair is used twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mailbot import crashpoint
from mailbot.core.fate import Fate, Outcome, Step, clean
from mailbot.core.retry import in_doubt, lifetime, next_attempt
from mailbot.database import Database
from mailbot.post import Freight, Post
from mailbot.statement import LoneUpdate
from mailbot.tables import EVENT, OUTGOING, WITHOUT_CONTENT, OutgoingState

log = logging.getLogger(__name__)

_BATCH_LETTERS = 50
_BATCH_BYTES = 16 * 2**20
_BATCH_TIME = timedelta(minutes=2)
"""How long after its claim the last letter of a batch may still be dialled for."""
_WRITE_AGAIN = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to write down what became of a letter while the database fails."""
_MOST_DOUBTS = 3
"""Attempts after which a letter that is in doubt once more is held for an admin."""
_AT_ONCE = 3
"""A letter lost with its process is tried again at once this often, then by the schedule: a daemon that keeps crashing
must not mail its last batch again at each start."""

# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_UNENDED = text("outgoing.state IN ('waiting', 'attempting')")
_ATTEMPT = (
    OUTGOING.c.id,
    OUTGOING.c.attempts,
    OUTGOING.c.kind,
    OUTGOING.c.recipient,
    OUTGOING.c.ticket_id,
    OUTGOING.c.give_up,
    OUTGOING.c.fate,
)
# Built once: building it costs as much as running it, and it is run for every letter.
_END = OUTGOING.update().where(
    OUTGOING.c.id == bindparam("this_id"),
    OUTGOING.c.attempts == bindparam("this_attempt"),
    OUTGOING.c.state == OutgoingState.ATTEMPTING,
)
_SENT = _END.values({name: bindparam(name) for name in ("state", "fate", "answer", "leased_until", "ended")})


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One claim of one letter: the columns of `_ATTEMPT`, in that order."""

    id: int
    number: int
    kind: str
    recipient: str
    ticket_id: int | None
    give_up: datetime
    fate_before: str
    """Of the last attempt; empty where there was none."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """What is written down about an attempt."""

    at: datetime
    values: dict[str, Any]
    event: tuple[str, str] | None = None
    """Kind and text for the ticket's history, where the attempt is worth a line there."""
    lost: Fate | None = None
    """The server's last word where the letter is given up or refused for good."""


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
        self._write_sent = LoneUpdate(database, _SENT)
        self._server_gone: bool | None = None
        """None: unknown. Then, as after True, the first letter that goes through calls up those that wait for it."""
        self._unwritten: list[tuple[_Attempt, _Ending]] = []
        """What the database would not take yet."""

    def recover(self) -> int:
        """Judge the letters that a dead process left under way; how many. For the start of a daemon.

        On SQLite, where we are the only daemon, that is every one that stands `attempting`; on PostgreSQL those that a
        daemon of our name claimed, and those whose lease has passed. Whether they went out is unknown, so each is in
        doubt, and its kind says what follows (K22).
        """
        now = self._now()
        abandoned = select(*_ATTEMPT).where(_UNENDED, OUTGOING.c.state == OutgoingState.ATTEMPTING)
        if not self._database.is_sqlite:
            abandoned = abandoned.where(or_(OUTGOING.c.holder == self._holder, OUTGOING.c.leased_until < now))
        with self._database.read() as connection:
            if connection.execute(abandoned.limit(1)).first() is None:
                return 0
        with self._database.write() as connection:
            attempts = [_Attempt(*row) for row in connection.execute(self._for_us(abandoned))]
            for attempt in attempts:
                _end(connection, attempt, _lost(attempt, now, self._jitter()))
        # Commit: whatever a dead process held waits again, or is held for an admin.
        log.warning("%d letters were under way in a process that is gone", len(attempts))
        return len(attempts)

    def send_due(self, stop: threading.Event) -> int:
        """Send until nothing is due, `stop` is set, or the server is gone; how many letters were tried.

        Raises SQLAlchemyError where the database does not answer, for the caller to wait and call again. What became of
        the letters in hand is kept until then, so that none goes twice for the database's sake.
        """
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

    def _claim(self) -> tuple[list[tuple[_Attempt, Freight]], datetime]:
        """Up to a batch of what is due, oldest first, each with its attempt counted; and until when they are ours."""
        now = self._now()
        until = now + _BATCH_TIME + timedelta(seconds=self._post.longest_seconds)
        due = (
            select(OUTGOING.c.id, OUTGOING.c.kind, func.length(OUTGOING.c.content))
            .where(_UNENDED, OUTGOING.c.state == OutgoingState.WAITING, OUTGOING.c.not_before <= now)
            .order_by(OUTGOING.c.not_before, OUTGOING.c.id)
            .limit(_BATCH_LETTERS)
        )
        with self._database.write() as connection:
            ids = _one_batch([(row[0], row[1], row[2]) for row in connection.execute(self._for_us(due))])
            if not ids:
                return [], until
            claim = (
                OUTGOING.update()
                .where(OUTGOING.c.id.in_(ids), OUTGOING.c.state == OutgoingState.WAITING)
                .values(
                    state=OutgoingState.ATTEMPTING,
                    attempts=OUTGOING.c.attempts + 1,
                    leased_until=until,
                    holder=self._holder,
                )
                .returning(*_ATTEMPT, OUTGOING.c.sender, OUTGOING.c.content)
            )
            rows = sorted(connection.execute(claim), key=lambda row: ids.index(row[0]))
            crashpoint.reach("before-commit-3")
        # Commit 3: each attempt is on the disk before anything is dialled. Dying from here on leaves it in doubt.
        crashpoint.reach("after-commit-3")
        return [(_Attempt(*row[:-2]), Freight(row.sender, row.recipient, row.content)) for row in rows], until

    def _send_batch(self, batch: list[tuple[_Attempt, Freight]], until: datetime, stop: threading.Event) -> int:
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
                self._write_down([(attempt, _ending(attempt, fate, self._now(), self._jitter()))])
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
                self._write_down([(later, _ending(later, absent, self._now(), self._jitter())) for later in rest])
                return len(batch)
        return len(batch)

    def _untried(self, attempts: list[_Attempt]) -> list[tuple[_Attempt, _Ending]]:
        """Letters that nobody has dialled for wait again as if they had never been claimed."""
        now = self._now()
        return [
            (
                attempt,
                _Ending(now, {"state": OutgoingState.WAITING, "attempts": attempt.number - 1, "leased_until": None}),
            )
            for attempt in attempts
        ]

    def _write_down(self, endings: list[tuple[_Attempt, _Ending]]) -> None:
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

    def _end_unwritten(self) -> list[_Attempt]:
        """Write down all that is unwritten, in one transaction; the attempts that were no longer under way."""
        if len(self._unwritten) == 1:
            ((one, ending),) = self._unwritten
            if ending.values["state"] is OutgoingState.SENT and ending.event is None:
                return [] if self._write_sent.run({**_this(one), **ending.values}) else [one]
        with self._database.write() as connection:
            overtaken = [one for one, ending in self._unwritten if not _end(connection, one, ending)]
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


def list_outgoing(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every letter but its bytes, oldest first: all columns of `outgoing`, `content` left out."""
    return connection.execute(select(*WITHOUT_CONTENT).order_by(OUTGOING.c.id)).all()


def retry(connection: Connection, outgoing_id: int, now: datetime) -> bool:
    """Have a failed or doubtful letter sent again, the same bytes, for a lifetime from now; False where it is neither.

    Its attempts go on counting, see the head of this file.
    """
    ended = OUTGOING.c.id == outgoing_id, OUTGOING.c.state.in_((OutgoingState.FAILED, OutgoingState.DOUBTFUL))
    row = connection.execute(select(*_ATTEMPT).where(*ended)).first()
    if row is None:
        return False
    letter = _Attempt(*row)
    waiting = {"state": OutgoingState.WAITING, "not_before": now, "give_up": now + lifetime(letter.kind), "ended": None}
    if not connection.execute(OUTGOING.update().where(*ended).values(waiting)).rowcount:
        return False
    _tell(connection, letter, now, "retry", f"an admin has the letter to {letter.recipient} sent again")
    return True


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


def _ending(attempt: _Attempt, fate: Fate, now: datetime, jitter: float) -> _Ending:
    """What follows from a fate that `post` has told; a server that breaks off after each dot is not fed for ever."""
    if fate.outcome is Outcome.DOUBT and attempt.fate_before == Outcome.DOUBT and attempt.number >= _MOST_DOUBTS:
        return _follows(attempt, fate, now, None)
    return _follows(attempt, fate, now, next_attempt(attempt.number, now, attempt.give_up, jitter))


def _lost(attempt: _Attempt, now: datetime, jitter: float) -> _Ending:
    """What follows where a process died with the letter in its hands."""
    fate = Fate(Outcome.DOUBT, 0, f"attempt {attempt.number} was under way when its process ended", Step.DOT)
    again_at = next_attempt(attempt.number, now, attempt.give_up, jitter)
    return _follows(attempt, fate, now, now if again_at is not None and attempt.number <= _AT_ONCE else again_at)


def _follows(attempt: _Attempt, fate: Fate, now: datetime, again_at: datetime | None) -> _Ending:
    told = {"fate": fate.outcome.value, "answer": str(fate), "leased_until": None}
    sent = {**told, "state": OutgoingState.SENT, "ended": now}
    failed = {**told, "state": OutgoingState.FAILED, "ended": now}
    doubtful = {**told, "state": OutgoingState.DOUBTFUL, "ended": now}
    waiting = {**told, "state": OutgoingState.WAITING, "not_before": again_at}
    whom = attempt.recipient
    match fate.outcome:
        case Outcome.SENT:
            trouble = ("sent", f"sent to {whom} at attempt {attempt.number}") if attempt.fate_before else None
            return _Ending(now, sent, trouble)
        case Outcome.NEVER:
            return _Ending(now, failed, ("undeliverable", f"undeliverable to {whom}: {fate}"), lost=fate)
        case Outcome.LATER:
            if again_at is not None:
                return _Ending(now, waiting)
            words = f"undeliverable to {whom}, given up after {attempt.number} attempts: {fate}"
            return _Ending(now, failed, ("undeliverable", words), lost=fate)
        case Outcome.DOUBT:
            doubt = f"in doubt whether {whom} has got it"
            if again_at is not None and in_doubt(attempt.kind) == "again":
                return _Ending(now, waiting, ("doubt", f"{doubt}, the same letter is sent again: {fate}"))
            return _Ending(now, doubtful, ("doubt", f"{doubt}, held for an admin: {fate}"))


def _end(connection: Connection, attempt: _Attempt, ending: _Ending) -> bool:
    """Write an ending down where the row still stands in this very attempt; whether it did."""
    if not connection.execute(_END, {**_this(attempt), **ending.values}).rowcount:
        return False
    if ending.event is not None:
        _tell(connection, attempt, ending.at, *ending.event)
    return True


def _this(attempt: _Attempt) -> dict[str, int]:
    return {"this_id": attempt.id, "this_attempt": attempt.number}


def _cause(exc: SQLAlchemyError) -> str:
    """What the database said; SQLAlchemy's own words would add the statement with the people's addresses in it (Y5)."""
    return clean(str(exc.orig if isinstance(exc, DBAPIError) else exc))


def _tell(connection: Connection, attempt: _Attempt, now: datetime, kind: str, words: str) -> None:
    line = {"ticket_id": attempt.ticket_id, "outgoing_id": attempt.id, "at": now, "kind": kind, "text": words}
    connection.execute(EVENT.insert(), line)
