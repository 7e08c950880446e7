"""Mails that a server does not hand over: each is tried again alone, after the others, and ever more seldom.

Kept in memory only: after a restart they are simply tried again. None is lost, because the cursor does not pass a mail
that is on the server and not stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

_PATIENCE = 3
"""Failures after which it is the mail's fault rather than the line's."""
_FIRST_REST, _LONGEST_REST = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class _Record:
    failures: int
    rests_until: datetime


class Stubborn:
    """The stubborn mails of one mailbox, by UID."""

    def __init__(self, mailbox: str) -> None:
        self._mailbox = mailbox
        self._records: dict[int, _Record] = {}

    def __bool__(self) -> bool:
        return bool(self._records)

    def groups(self, uids: Iterable[int], now: datetime, size: int) -> list[list[int]]:
        """What to fetch together, in this order; mails that rest are left out.

        Each alone what failed once, as one of many perhaps; so many at a time what never failed; then each alone, worst
        last, what failed alone.
        """
        due = sorted(uid for uid in uids if uid not in self._records or self._records[uid].rests_until <= now)
        failures = {uid: self._records[uid].failures if uid in self._records else 0 for uid in due}
        fine = [uid for uid in due if failures[uid] == 0]
        suspects = [uid for uid in due if failures[uid] == 1]
        offenders = sorted((uid for uid in due if failures[uid] > 1), key=failures.__getitem__)
        together = [fine[at : at + size] for at in range(0, len(fine), size)]
        return [*([uid] for uid in suspects), *together, *([uid] for uid in offenders)]

    def blame(self, uids: Iterable[int], now: datetime, reason: str) -> None:
        """A fetch of these failed. From the third time on a mail rests, so as not to break every conversation."""
        for uid in uids:
            failures = self._records[uid].failures + 1 if uid in self._records else 1
            rest = timedelta(0)
            if failures >= _PATIENCE:
                rest = min(_LONGEST_REST, _FIRST_REST * 2 ** min(failures - _PATIENCE, 10))
            if failures == _PATIENCE:
                log.error(
                    "mailbox %s: the mail with UID %d cannot be fetched; the others are taken, it is tried again: %s",
                    *(self._mailbox, uid, reason),
                )
            self._records[uid] = _Record(failures, now + rest)

    def absolve(self, uids: Iterable[int]) -> None:
        """These were fetched, or are gone."""
        for uid in uids:
            record = self._records.pop(uid, None)
            if record is not None and record.failures >= _PATIENCE:
                log.info("mailbox %s: the mail with UID %d is no longer waited for", self._mailbox, uid)

    def forget(self) -> None:
        """The server has renumbered its mails."""
        self._records.clear()
