"""When a letter is tried again, for how long, and what is done with one that may or may not have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

InDoubt = Literal["again", "hold"]

_FIRST = timedelta(minutes=5)
_CAP = timedelta(minutes=70)
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class _Kind:
    lifetime: timedelta
    in_doubt: InDoubt


_DAY = timedelta(hours=24)
_KINDS = {
    # A second acknowledgement with the same Message-ID is a shrug, a missing one makes a customer wonder (K22).
    "ack": _Kind(_DAY, "again"),
    # A copy is how agents learn of a case, so it is tried as long as a relay (K25).
    "copy": _Kind(timedelta(days=5), "again"),
    "relay": _Kind(timedelta(days=5), "again"),
    "report": _Kind(_DAY, "again"),
    # What was done at an agent's word, and what an agent asked for.
    "receipt": _Kind(_DAY, "again"),
    # An automatic answer other than the acknowledgement: a case's state, a changed promise, a digest.
    "notice": _Kind(_DAY, "again"),
    # Nobody misses a survey; being asked twice annoys (K22).
    "survey": _Kind(_DAY, "hold"),
}
# A row that a newer mailbot wrote: the shorter time, and never twice.
_UNKNOWN = _Kind(_DAY, "hold")

KINDS = frozenset(_KINDS)
"""Every kind of outgoing letter there is."""


def lifetime(kind: str) -> timedelta:
    """How long a letter of this kind is tried, counted from the moment it is first due (K25)."""
    return _KINDS.get(kind, _UNKNOWN).lifetime


def in_doubt(kind: str) -> InDoubt:
    """Whether a letter that may or may not have arrived is sent again, or held for an admin to judge (K22)."""
    return _KINDS.get(kind, _UNKNOWN).in_doubt


def next_attempt(attempts: int, now: datetime, give_up: datetime, jitter: float) -> datetime | None:
    """When a letter is tried again after `attempts` (at least 1) that failed for now; None: it is given up (K25).

    Five minutes, doubling up to seventy, each up to a tenth shorter or longer as `jitter` in [-1, 1] says. The last
    attempt is made at `give_up` itself. RFC 5321 section 4.5.4.1 asks for 30 minutes between attempts at any host in
    the world; this is one server of our own that somebody is repairing, so the first ones come sooner, as in Postfix.
    """
    if now >= give_up:
        return None
    doublings = min(attempts - 1, 4)  # Five are past the cap; 2 to the power of a thousand is no timedelta.
    delay: timedelta = min(_FIRST * 2**doublings, _CAP)
    return min(now + delay * (1 + _JITTER * jitter), give_up)
