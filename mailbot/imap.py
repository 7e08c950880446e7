"""One conversation with one mailbox: what is new is fetched, stored, and only then marked on the server.

The cursor goes up to the first mail that is not stored yet. A mail that cannot be fetched therefore holds the cursor,
but not the mails behind it: those are known by their sightings, while it is tried again (`stubborn`).
"""

from __future__ import annotations

import logging
import select
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from imapclient import DELETED, IMAPClient
from sqlalchemy.exc import SQLAlchemyError

from mailbot import inbox
from mailbot.config import MailboxSettings
from mailbot.crashpoint import reach
from mailbot.database import Database
from mailbot.imapfetch import SLICE, Fetcher, Listed, uids_between, uids_present, windows
from mailbot.imaplogin import Abort, LoginRefusedError, MailboxError, Refusal, connected, reason_of
from mailbot.inbox import Arrival, Position
from mailbot.stubborn import Stubborn

log = logging.getLogger(__name__)

_RENEW_SECONDS = 240.0
"""How long we listen at most: far below the 29 minutes of RFC 2177, and a half-open line is found within five (O3)."""
_FIRST_BACKOFF, _LONGEST_BACKOFF, _LONGEST_DATABASE_BACKOFF = 5.0, 900.0, 30.0
_TRIES_ONCE = 5
_IDLE_REFUSALS = 3
"""After so many the mailbox is polled instead until the next start."""
_LOGIN_PAUSE = 900.0
"""Seconds; servers lock accounts after a few wrong passwords (O2)."""


@dataclass(frozen=True, slots=True)
class MailboxView:
    """What `mailbot check` saw in a mailbox."""

    mails: int
    idle: bool
    """Whether new mail is told at once (RFC 2177)."""
    move: bool
    uidplus: bool
    """Without it and without `move`, a processed mail stays where it was, flagged as deleted (K9)."""
    processed_folder: str
    """"exists", "made", or empty where none is used."""
    keeps_flag: bool
    """Whether the folder can hold the configured flag; true where none is used."""


class Mailbox:
    """A mailbox that is read: by `run` in a thread of its own, by `pass_once`, or looked at by `try_login`."""

    def __init__(
        self,
        name: str,
        settings: MailboxSettings,
        database: Database,
        *,
        route: Callable[[tuple[str, ...], str], str],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        """`route` finds the desk from (recipients, the mailbox's own desk); `jitter` gives a number in [0, 1)."""
        self.name = name
        self._settings = settings
        self._database = database
        self._route = partial(_route_from, route, settings.desk)
        self._now = now
        self._jitter = jitter
        self._failures = 0
        self._idle_refusals = 0
        self._has_leftovers = True
        self._broken = _Complaint(name, "works again")
        self._unmarked = _Complaint(name, "stored mails can be marked again")
        self._stubborn = Stubborn(name)

    def run(self, stop: threading.Event, on_stored: Callable[[], None]) -> None:
        """Read the mailbox until `stop` is set, which is honoured within about a second; never raises.

        `on_stored` is called after each commit that stored something. Trouble is logged once, and tried again after a
        pause that grows with full jitter up to a quarter of an hour; no other mailbox is held up by it (O1, O2).
        """
        while not stop.is_set():
            try:
                with connected(self._settings) as client:
                    self._has_leftovers = True
                    self._converse(client, stop, on_stored)
            except Exception as exc:  # noqa: BLE001  # the thread must outlive whatever a server or a bug comes up with
                is_expected = isinstance(exc, MailboxError | OSError | Refusal | SQLAlchemyError)
                self._broken.say(reason_of(exc, self._settings), None if is_expected else exc)
                stop.wait(self._pause(exc))

    def pass_once(self) -> int:
        """Take everything that is there, mark it, and say how many mails were new. MailboxError says why it cannot."""
        counts: list[int] = []
        for left in reversed(range(_TRIES_ONCE)):
            try:
                with connected(self._settings) as client:
                    self._has_leftovers = True
                    self._pass(client, threading.Event(), counts.append)
                break
            except Exception as exc:
                # A mail at which the server hangs up must not keep the others from a program that runs once.
                if not left or not isinstance(exc, Abort | OSError) or not self._stubborn:
                    raise MailboxError(reason_of(exc, self._settings)) from exc
        return sum(counts)

    def try_login(self) -> MailboxView:
        """Log in and look round, for `mailbot check`; takes no mail. MailboxError says what is wrong.

        Makes the processed folder where there is none: only then it is known that it can be made.
        """
        try:
            with connected(self._settings) as client:
                folder = self._select(client)
                return MailboxView(
                    mails=folder[b"EXISTS"],
                    idle=client.has_capability("IDLE"),
                    move=client.has_capability("MOVE"),
                    uidplus=client.has_capability("UIDPLUS"),
                    processed_folder=self._find_processed_folder(client) if self._settings.after == "move" else "",
                    keeps_flag=self._settings.after != "flag" or _keeps_flag(folder, self._settings.flag),
                )
        except Exception as exc:
            raise MailboxError(reason_of(exc, self._settings)) from exc

    def _converse(self, client: IMAPClient, stop: threading.Event, on_stored: Callable[[], None]) -> None:
        while not stop.is_set():
            looked_at = self._pass(client, stop, lambda _: on_stored())
            self._broken.is_over()
            # News that came meanwhile were told to other commands, and IDLE would not repeat them. After this SELECT
            # nothing else is said but IDLE.
            if self._select(client).get(b"UIDNEXT", 0) > looked_at + 1:
                continue
            self._await_mail(client, stop)
            # Not before: a server that drops us after each login must be left alone ever longer.
            self._failures = 0

    def _pause(self, error: Exception) -> float:
        """Seconds until the next try; full jitter keeps mailboxes of one server from knocking in step (O2)."""
        if isinstance(error, LoginRefusedError):
            return _LOGIN_PAUSE * (1 + self._jitter() / 10)
        longest = _LONGEST_DATABASE_BACKOFF if isinstance(error, SQLAlchemyError) else _LONGEST_BACKOFF
        pause = self._jitter() * min(longest, _FIRST_BACKOFF * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return pause

    def _pass(self, client: IMAPClient, stop: threading.Event, on_stored: Callable[[int], None]) -> int:
        """Take what is new and tell the server what is stored; the UID up to which it looked."""
        # SELECT anew each time: it tells of a changed UIDVALIDITY, and empties imaplib's ever-growing memory.
        folder = self._select(client)
        position = self._position(client, folder)
        self._settle_leftovers(client, position.uidvalidity)
        uidnext = folder.get(b"UIDNEXT", 0)
        looked_at: int = max(position.last_uid, uidnext - 1)
        waiting: set[int] = set()
        for window in windows(position.last_uid, uidnext):
            looked_at = max(looked_at, self._take(client, position, window, waiting, stop, on_stored))
            if stop.is_set():
                break
        return looked_at

    def _select(self, client: IMAPClient) -> dict[bytes, Any]:
        # Read-only where nothing is to be marked: then not even \Recent changes.
        is_untouched = self._settings.after == "leave"
        try:
            folder: dict[bytes, Any] = client.select_folder(self._settings.folder, readonly=is_untouched)
        except IMAPClient.ReadOnlyError as exc:
            raise MailboxError(f'{self._settings.folder} cannot be written: only after = "leave" will do') from exc
        if b"UIDVALIDITY" not in folder:
            raise MailboxError("the server names no UIDVALIDITY, so its mails cannot be told apart")
        return folder

    def _position(self, client: IMAPClient, folder: dict[bytes, Any]) -> Position:
        """How far this folder has been read; written down at the first contact, and when the server renumbered it."""
        uidvalidity = folder[b"UIDVALIDITY"]
        position = inbox.read_position(self._database, self.name)
        if position is not None and position.uidvalidity == uidvalidity:
            return position
        self._stubborn.forget()
        if position is not None:
            log.warning("mailbox %s: its UIDVALIDITY changed; it is read again, nothing is stored twice", self.name)
            start = Position(uidvalidity, 0, position.since, _last_uid(client, folder))  # K11
        elif self._settings.start_from == "now":
            log.info("mailbox %s: first contact, its %d mails are left alone", self.name, folder[b"EXISTS"])  # K15
            start = Position(uidvalidity, _last_uid(client, folder), self._now())
        else:
            log.info("mailbox %s: first contact, its %d mails are taken", self.name, folder[b"EXISTS"])
            start = Position(uidvalidity, 0, None)
        self._store(start, [], start.last_uid)
        # Another poller may have been first; its word holds.
        return inbox.read_position(self._database, self.name) or start

    def _take(
        self,
        client: IMAPClient,
        position: Position,
        window: tuple[int, int | None],
        waiting: set[int],
        stop: threading.Event,
        on_stored: Callable[[int], None],
    ) -> int:
        """Fetch, store and settle what is new in a stretch of UIDs, batch by batch; the last UID it knows of.

        `waiting` holds what is on the server and not stored, from earlier stretches too; the cursor stops before it.
        """
        uids = uids_between(client, *window)
        top = window[1] or max(uids, default=window[0] - 1)
        new = set(uids) - inbox.seen_beyond(self._database, self.name, position)
        waiting |= new
        fetcher = Fetcher(client, self._settings, self._stubborn, self._now)
        for group in self._stubborn.groups(new, self._now(), SLICE):
            listed = fetcher.look_up(group)
            fresh = [mail for mail in listed if mail.uid > position.old_until or not _is_older(mail, position.since)]
            waiting -= set(group) - {mail.uid for mail in fresh}
            if len(fresh) < len(listed):
                older = len(listed) - len(fresh)
                log.info("mailbox %s: %d mails older than the first contact are left alone", self.name, older)
            for batch in fetcher.batches(fresh):
                arrivals, gone = fetcher.fetch(batch)
                reach("after-fetch")
                waiting -= gone | {arrival.uid for arrival in arrivals}
                if arrivals:
                    stored = self._store(position, arrivals, _safe(waiting, top))
                    on_stored(stored.mails)
                    self._settle(client, position.uidvalidity, stored.uids)
                if stop.is_set():
                    return top
        if _safe(waiting, top) > position.last_uid:
            self._store(position, [], _safe(waiting, top))
        return top

    def _store(self, position: Position, arrivals: Sequence[Arrival], last_uid: int) -> inbox.Stored:
        return inbox.store(
            self._database,
            mailbox=self.name,
            uidvalidity=position.uidvalidity,
            arrivals=arrivals,
            last_uid=last_uid,
            since=position.since,
            route=self._route,
            now=self._now(),
            settled=self._settings.after == "leave",
            old_until=position.old_until,
        )

    def _settle_leftovers(self, client: IMAPClient, uidvalidity: int) -> None:
        """Settle what a crash, a broken line or a refusal left over: once a connection, and again after a refusal.

        Not at each pass: where daemons share a database, what is not settled yet is mostly in another one's hands.
        """
        while self._has_leftovers and self._settings.after != "leave":
            uids = inbox.unsettled(self._database, self.name, uidvalidity, SLICE)
            self._has_leftovers = bool(uids)
            if uids and not self._settle(client, uidvalidity, uids):
                return

    def _settle(self, client: IMAPClient, uidvalidity: int, uids: Sequence[int]) -> bool:
        """Move or flag on the server what is stored (K8), and say whether that went well; a refusal is logged."""
        if self._settings.after == "leave":
            return True
        try:
            reach("before-move")
            self._mark(client, sorted(uids_present(client, uids)))
            reach("after-move")
        except Abort:
            raise
        except Refusal as exc:
            self._has_leftovers = True
            self._unmarked.say(f"what is stored cannot be marked: {reason_of(exc, self._settings)}")
            return False
        inbox.mark_settled(self._database, self.name, uidvalidity, uids)
        self._unmarked.is_over()
        return True

    def _mark(self, client: IMAPClient, uids: Sequence[int]) -> None:
        """Never a plain EXPUNGE: it would remove what other clients have flagged as deleted (K9)."""
        if not uids:
            return
        if self._settings.after == "flag":
            client.add_flags(uids, [self._settings.flag], silent=True)
            return
        self._find_processed_folder(client)
        if client.has_capability("MOVE"):
            client.move(uids, self._settings.processed_folder)
            return
        # A crash between these may leave a second copy in the processed folder, where nobody takes it for a new mail.
        client.copy(uids, self._settings.processed_folder)
        client.add_flags(uids, [DELETED], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)

    def _find_processed_folder(self, client: IMAPClient) -> str:
        if client.folder_exists(self._settings.processed_folder):
            return "exists"
        client.create_folder(self._settings.processed_folder)
        return "made"

    def _await_mail(self, client: IMAPClient, stop: threading.Event) -> None:
        """Return when there may be new mail, when it is time to look anyway, or when `stop` is set."""
        left = self._settings.poll_seconds
        if self._settings.idle and self._idle_refusals < _IDLE_REFUSALS and client.has_capability("IDLE"):
            self._start_idle(client)
            if not client.idle_check(timeout=0):  # news that came together with the "+"
                _listen(client, stop, min(max(left, 60.0), _RENEW_SECONDS))
            client.idle_done()  # raises where the server has gone, for which `idle_check` has no sign
            return
        while not stop.wait(min(left, _RENEW_SECONDS)):
            left -= _RENEW_SECONDS
            if left <= 0:
                return
            client.noop()  # or the server logs us out for being idle

    def _start_idle(self, client: IMAPClient) -> None:
        try:
            client.idle()
        except Abort:
            raise
        except Refusal as exc:
            # Refused, or news came before the "+", which imapclient cannot take: the conversation has to begin anew.
            self._idle_refusals += 1
            raise MailboxError(f"IDLE failed: {exc}") from exc


class _Complaint:
    """Logs a trouble once, until it changes or is over."""

    def __init__(self, mailbox: str, over: str) -> None:
        self._mailbox = mailbox
        self._over = over
        self._last = ""

    def say(self, reason: str, bug: BaseException | None = None) -> None:
        level = logging.DEBUG if reason == self._last else logging.ERROR
        log.log(level, "mailbox %s: %s", self._mailbox, reason, exc_info=bug)
        self._last = reason

    def is_over(self) -> None:
        if self._last:
            log.info("mailbox %s: %s", self._mailbox, self._over)
            self._last = ""


def _route_from(route: Callable[[tuple[str, ...], str], str], default: str, recipients: tuple[str, ...]) -> str:
    return route(recipients, default)


def _is_older(mail: Listed, since: datetime | None) -> bool:
    """Whether it was there before the first contact; INTERNALDATE has no parts of a second."""
    return since is not None and mail.received is not None and mail.received < since.replace(microsecond=0)


def _safe(waiting: set[int], top: int) -> int:
    """How far the cursor may go: up to the first mail that still waits to be stored."""
    return min(waiting, default=top + 1) - 1


def _last_uid(client: IMAPClient, folder: dict[bytes, Any]) -> int:
    if b"UIDNEXT" in folder:
        return int(folder[b"UIDNEXT"]) - 1
    return max(client.search(["ALL"]), default=0)  # a server from before RFC 3501


def _keeps_flag(folder: dict[bytes, Any], flag: str) -> bool:
    """RFC 9051 section 7.1: PERMANENTFLAGS lists what can be kept, a star any keyword; without it, everything can."""
    kept = {name.lower() for name in folder.get(b"PERMANENTFLAGS", (rb"\*",))}
    return rb"\*" in kept or flag.lower().encode() in kept


def _listen(client: IMAPClient, stop: threading.Event, seconds: float) -> None:
    """Wait in IDLE until the server says anything, or hangs up."""
    connection = client.socket()
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    for _ in range(int(seconds)):
        has_decrypted = isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
        if stop.is_set() or has_decrypted or poll.poll(1000):
            return
