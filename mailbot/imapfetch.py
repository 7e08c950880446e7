"""Reads new mails out of a selected IMAP folder: sizes first, then in bounded batches, without touching a flag.

Only UIDs and `BODY.PEEK[]` are used: whether somebody has read a mail says nothing about whether it is a ticket (K7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from mailbot.config import MailboxSettings
from mailbot.imaplogin import Abort, Refusal, reason_of
from mailbot.inbox import Arrival
from mailbot.stubborn import Stubborn

SLICE = 500
"""UIDs in one command at most; servers may bound a line at 8,000 octets."""
_WINDOW = 100_000
"""UIDs asked for at once: imaplib takes no line over a million octets, which 150,000 UIDs would be."""
_PART = 512 * 1024
"""Octets fetched of a mail over the mailbox's limit: its headers and the beginning of its text (K34)."""
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server, not fetched yet; what the server did not tell is None."""

    uid: int
    size: int | None
    received: datetime | None


def windows(last_uid: int, uidnext: int) -> Iterator[tuple[int, int | None]]:
    """The UIDs after `last_uid`, cut into stretches (first, last); None is the last one there is."""
    low = last_uid + 1
    while low + _WINDOW < uidnext:
        yield low, low + _WINDOW - 1
        low += _WINDOW
    yield low, None


def uids_between(client: IMAPClient, low: int, high: int | None) -> list[int]:
    """The UIDs there are in a stretch."""
    found = client.search(["UID", f"{low}:{high or '*'}"])
    return sorted({uid for uid in found if uid >= low})  # `n:*` means the last mail even if its UID is smaller


def uids_present(client: IMAPClient, uids: Sequence[int]) -> set[int]:
    """Which of these UIDs are still on the server."""
    if not uids:
        return set()
    client.noop()  # lets the server tell first what others have removed
    return set(client.search(["UID", ",".join(map(str, uids))])) & set(uids)


class Fetcher:
    """Fetches from one folder over one connection; mails that make trouble are entered as stubborn."""

    def __init__(
        self, client: IMAPClient, settings: MailboxSettings, stubborn: Stubborn, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._settings = settings
        self._stubborn = stubborn
        self._now = now
        self._limit = int(settings.max_mail_mb * _MEBIBYTE)

    def look_up(self, uids: Sequence[int]) -> list[Listed]:
        """Size and time of arrival of at most SLICE mails; those that are gone are left out."""
        answer = self._guarded(uids, ["RFC822.SIZE", "INTERNALDATE"])
        present = answer.keys() | uids_present(self._client, [uid for uid in uids if uid not in answer])
        return [_listed(uid, answer.get(uid, {})) for uid in uids if uid in present]

    def batches(self, mails: Sequence[Listed]) -> Iterator[list[Listed]]:
        """In order, cut by number and octets into what is fetched at once; too large or of unknown size: alone."""
        batch: list[Listed] = []
        octets = 0
        for mail in mails:
            is_alone = mail.size is None or mail.size > self._limit
            size = mail.size or 0
            is_full = len(batch) == self._settings.batch_mails or octets + size > self._settings.batch_mb * _MEBIBYTE
            if batch and (is_alone or is_full):
                yield batch
                batch, octets = [], 0
            if is_alone:
                yield [mail]
            else:
                batch.append(mail)
                octets += size
        if batch:
            yield batch

    def fetch(self, batch: Sequence[Listed]) -> tuple[list[Arrival], set[int]]:
        """The mails of a batch, and the UIDs of those that are gone (K12). What did not come is stubborn now."""
        is_oversized = batch[0].size is not None and batch[0].size > self._limit
        item = f"BODY.PEEK[]<0.{_PART}>" if is_oversized else "BODY.PEEK[]"
        answer = self._guarded([mail.uid for mail in batch], [item])
        arrivals = []
        for mail in batch:
            raw = _body(answer.get(mail.uid, {}))
            if raw is not None:
                arrivals.append(Arrival(mail.uid, self._received(mail), mail.size or len(raw), raw))
        missing = {mail.uid for mail in batch} - {arrival.uid for arrival in arrivals}
        present = uids_present(self._client, sorted(missing))
        self._stubborn.blame(present, self._now(), "the server says OK but does not send it")
        self._stubborn.absolve({mail.uid for mail in batch} - present)
        return arrivals, missing - present

    def _received(self, mail: Listed) -> datetime:
        # A server whose clock is ahead must not make a promise count from a moment that has not come.
        now = self._now()
        return min(mail.received or now, now)

    def _guarded(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Mapping[bytes, Any]]:
        """FETCH, and where the server refuses it for some mail, one by one, so that the others come all the same."""
        try:
            return dict(self._client.fetch(uids, items))
        except (Abort, OSError) as exc:
            # One of them may have broken the line; next time each is fetched alone, after all others.
            self._stubborn.blame(uids, self._now(), reason_of(exc, self._settings))
            raise
        except (Refusal, ValueError, TypeError, AttributeError, LookupError):  # the last four: imapclient's parser
            present = sorted(uids_present(self._client, uids))
            if len(present) < len(uids):
                # Another client removed some meanwhile (RFC 2180 section 4.1: such a FETCH may end in NO).
                return self._guarded(present, items) if present else {}
            if len(uids) == 1:
                return {}
            return {key: value for uid in uids for key, value in self._guarded([uid], items).items()}


def _listed(uid: int, items: Mapping[bytes, Any]) -> Listed:
    size, received = items.get(b"RFC822.SIZE"), items.get(b"INTERNALDATE")
    try:
        received = received.astimezone(UTC) if isinstance(received, datetime) else None
    except OverflowError:
        received = None
    return Listed(uid, size if isinstance(size, int) else None, received)


def _body(items: Mapping[bytes, Any]) -> bytes | None:
    for key, value in items.items():
        if key.startswith(b"BODY[]") and isinstance(value, bytes):  # `BODY[]<0>` for a part
            return value
    return None
