"""One attempt to send a letter, and what is written down when it ends: the outbox's table of legal ends.

A row that stands `attempting` belongs to one attempt, known by (id, attempts). Each write that ends an attempt asks for
exactly that pair and state, so a daemon that was stopped and woken cannot overwrite what another has done since (K27).
Attempts are counted up by each claim and never set back below a claim that was lost: no pair is used twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from mailbot.core.fate import Fate, Outcome, Step
from mailbot.core.retry import in_doubt, lifetime, next_attempt
from mailbot.tables import EVENT, OUTGOING, OutgoingState

_MOST_DOUBTS = 3
"""Attempts after which a letter that is in doubt once more is held for an admin."""
_AT_ONCE = 3
"""A letter lost with its process is tried again at once this often, then by the schedule: a daemon that keeps crashing
must not mail its last batch again at each start."""

ATTEMPT = (
    OUTGOING.c.id,
    OUTGOING.c.attempts,
    OUTGOING.c.kind,
    OUTGOING.c.recipient,
    OUTGOING.c.ticket_id,
    OUTGOING.c.give_up,
    OUTGOING.c.fate,
)
"""The columns that an `Attempt` is made of."""

# Built once: building it costs as much as running it, and it is run for every letter.
_END = OUTGOING.update().where(
    OUTGOING.c.id == bindparam("this_id"),
    OUTGOING.c.attempts == bindparam("this_attempt"),
    OUTGOING.c.state == OutgoingState.ATTEMPTING,
)
END_SENT = _END.values({name: bindparam(name) for name in ("state", "fate", "answer", "leased_until", "ended")})
"""Ends an attempt that stands under way, by `key_of` it, with the values of an ending that says sent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claim of one letter: the columns of `ATTEMPT`, in that order."""

    id: int
    number: int
    kind: str
    recipient: str
    ticket_id: int | None
    give_up: datetime
    fate_before: str
    """Of the last attempt; empty where there was none."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is written down about an attempt."""

    at: datetime
    values: dict[str, Any]
    event: tuple[str, str] | None = None
    """Kind and text for the ticket's history, where the attempt is worth a line there."""
    lost: Fate | None = None
    """The server's last word where the letter is given up or refused for good."""


def ending_by(attempt: Attempt, fate: Fate, now: datetime, jitter: float) -> Ending:
    """What follows from a fate that `post` has told; a server that breaks off after each dot is not fed for ever."""
    is_final = fate.outcome in (Outcome.SENT, Outcome.NEVER)
    doubted = fate.outcome is Outcome.DOUBT and attempt.fate_before == Outcome.DOUBT
    if is_final or (doubted and attempt.number >= _MOST_DOUBTS):
        return _follows(attempt, fate, now, None)
    return _follows(attempt, fate, now, next_attempt(attempt.number, now, attempt.give_up, jitter))


def ending_with_process(attempt: Attempt, now: datetime, jitter: float) -> Ending:
    """What follows where a process died with the letter in its hands."""
    fate = Fate(Outcome.DOUBT, 0, f"attempt {attempt.number} was under way when its process ended", Step.DOT)
    again_at = next_attempt(attempt.number, now, attempt.give_up, jitter)
    return _follows(attempt, fate, now, now if again_at is not None and attempt.number <= _AT_ONCE else again_at)


def _follows(attempt: Attempt, fate: Fate, now: datetime, again_at: datetime | None) -> Ending:
    told = {"fate": fate.outcome.value, "answer": str(fate), "leased_until": None}
    again = {**told, "state": OutgoingState.WAITING, "not_before": again_at}
    ended = {**told, "ended": now}
    whom = attempt.recipient
    match fate.outcome:
        case Outcome.SENT:
            trouble = ("sent", f"sent to {whom} at attempt {attempt.number}") if attempt.fate_before else None
            return Ending(now, {**ended, "state": OutgoingState.SENT}, trouble)
        case Outcome.NEVER:
            words = f"undeliverable to {whom}: {fate}"
            return Ending(now, {**ended, "state": OutgoingState.FAILED}, ("undeliverable", words), lost=fate)
        case Outcome.LATER:
            if again_at is not None:
                return Ending(now, again)
            words = f"undeliverable to {whom}, given up after {attempt.number} attempts: {fate}"
            return Ending(now, {**ended, "state": OutgoingState.FAILED}, ("undeliverable", words), lost=fate)
        case Outcome.DOUBT:
            doubt = f"in doubt whether {whom} has got it"
            if again_at is not None and in_doubt(attempt.kind) == "again":
                return Ending(now, again, ("doubt", f"{doubt}, the same letter is sent again: {fate}"))
            held = ("doubt", f"{doubt}, held for an admin: {fate}")
            return Ending(now, {**ended, "state": OutgoingState.DOUBTFUL}, held)


def write_ending(connection: Connection, attempt: Attempt, ending: Ending) -> bool:
    """Write an ending down where the row still stands in this very attempt; whether it did."""
    if not connection.execute(_END, {**key_of(attempt), **ending.values}).rowcount:
        return False
    if ending.event is not None:
        _tell(connection, attempt, ending.at, *ending.event)
    return True


def key_of(attempt: Attempt) -> dict[str, int]:
    """By what a statement made of `END_SENT` finds the row of an attempt."""
    return {"this_id": attempt.id, "this_attempt": attempt.number}


def retry(connection: Connection, outgoing_id: int, now: datetime) -> bool:
    """Have a failed or doubtful letter sent again, the same bytes, for a lifetime from now; False where it is neither.

    Its attempts go on counting, see the head of this file.
    """
    ended = OUTGOING.c.id == outgoing_id, OUTGOING.c.state.in_((OutgoingState.FAILED, OutgoingState.DOUBTFUL))
    row = connection.execute(select(*ATTEMPT).where(*ended)).first()
    if row is None:
        return False
    letter = Attempt(*row)
    waiting = {"state": OutgoingState.WAITING, "not_before": now, "give_up": now + lifetime(letter.kind), "ended": None}
    if not connection.execute(OUTGOING.update().where(*ended).values(waiting)).rowcount:
        return False
    _tell(connection, letter, now, "retry", f"an admin has the letter to {letter.recipient} sent again")
    return True


def _tell(connection: Connection, attempt: Attempt, now: datetime, kind: str, words: str) -> None:
    line = {"ticket_id": attempt.ticket_id, "outgoing_id": attempt.id, "at": now, "kind": kind, "text": words}
    connection.execute(EVENT.insert(), line)
