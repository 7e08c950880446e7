"""The daemon: starts every part, ticks, and stops them within thirty seconds. The only place that reads the clock.

One thread a mailbox, one for triage, one for the outbox, one for the rounds: letters that no mail causes, but the hour.
They wake one another through events; APScheduler's ticks wake them besides, for what is due by the clock, and hold no
business state: what is due stands in our own tables.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection

from mailbot.core.deskletters import report_to_admin
from mailbot.core.fate import Fate
from mailbot.core.routing import desk_of
from mailbot.database import Database
from mailbot.digests import tell_digests
from mailbot.imap import Mailbox
from mailbot.ledger import Ledger
from mailbot.monthly import send_reports
from mailbot.mornings import send_lists
from mailbot.office import Office
from mailbot.outbox import Outbox
from mailbot.post import Post
from mailbot.reminders import send_reminders
from mailbot.returns import follow_refusals
from mailbot.surveys import send_surveys
from mailbot.triage import Triage

log = logging.getLogger(__name__)

STOP_WITHIN = 28.0
"""Seconds the parts get to finish what is in hand after SIGTERM; O4 allows thirty."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds a part rests after a failure that was not a mail's: a database that is locked, full or gone."""
_LOOK_EVERY = 1.0
"""Seconds between two looks for edited files while mail is waiting in a heap: each asks after some 300 files."""


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311 - it spreads retries and guards nothing


class Daemon:
    """All parts of the desk on one database."""

    def __init__(self, office: Office, database: Database) -> None:
        settings = office.settings
        self.office = office
        self.database = database
        self.triage = Triage(database, office, now)
        self.post = Post(settings.smtp, helo=settings.hostname, monotonic=time.monotonic)
        self.outbox = Outbox(
            database, self.post, now=now, jitter=_jitter, holder=settings.name, follow_lost=self._follow_lost
        )  # fmt: skip
        self.mailboxes = [
            Mailbox(name, mailbox, database, route=self._route, now=now, jitter=random.random)
            for name, mailbox in settings.mailboxes.items()
        ]
        self.stop = threading.Event()
        self._untold: list[str] = []
        """Problems of edited files that the admin's letter does not stand in the outbox for yet."""
        self._mail_came = threading.Event()
        self._letters_due = threading.Event()
        self._round_due = threading.Event()

    def run(self) -> None:
        """Work until `stop` is set, then finish what is in hand. DatabaseError where another daemon works here."""
        with self.database.only_daemon(self.office.settings.name) as still_ours:
            self.outbox.recover()
            threads = [
                threading.Thread(target=self._read_mailbox, args=(one,), name=f"mailbox-{one.name}", daemon=True)
                for one in self.mailboxes
            ]
            threads.append(threading.Thread(target=self._triage_forever, name="triage", daemon=True))
            threads.append(threading.Thread(target=self._send_forever, name="outbox", daemon=True))
            threads.append(threading.Thread(target=self._make_rounds_forever, name="rounds", daemon=True))
            ticks = BackgroundScheduler(
                timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
            )
            ticks.add_job(self._letters_due.set, "interval", seconds=1, id="letters-due")
            ticks.add_job(self._mail_came.set, "interval", seconds=2, id="mail-waiting")
            ticks.add_job(self._round_due.set, "interval", seconds=30, next_run_time=now(), id="round-due")
            ticks.add_job(self._stop_unless, "interval", seconds=10, args=(still_ours,), id="still-the-only-daemon")
            gc.collect()
            gc.freeze()  # what is loaded by now stays; going over it again and again took a fiftieth of a batch's time
            for thread in threads:
                thread.start()
            ticks.start()
            log.info("mailbot is running: %d mailboxes, %d desks", len(self.mailboxes), len(self.office.in_force.desks))
            self.stop.wait()
            ticks.shutdown(wait=False)
            self._mail_came.set()
            self._letters_due.set()
            self._round_due.set()
            deadline = time.monotonic() + STOP_WITHIN
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            late = [thread.name for thread in threads if thread.is_alive()]
            if late:
                log.warning("did not finish in time: %s; their work is taken up at the next start", ", ".join(late))
            self.post.close()
            log.info("mailbot has stopped")

    def pass_once(self) -> bool:
        """Read each mailbox, triage all, make a round, send all that is due; whether it all worked (`mailbot once`)."""
        with self.database.only_daemon(self.office.settings.name):
            self.outbox.recover()
            worked = True
            for mailbox in self.mailboxes:
                if self.stop.is_set():
                    break
                try:
                    mailbox.pass_once()
                except Exception as exc:  # noqa: BLE001 - one mailbox delays no other (O1)
                    log.error("mailbox %s: %s", mailbox.name, exc)  # noqa: TRY400 - servers fail; no traceback
                    worked = False
            while not self.stop.is_set() and self.triage.run_batch():
                pass
            self._make_round()
            self._send_due()
            self.post.close()
            return worked and not self.outbox.server_gone

    def stop_on_signals(self) -> None:
        """SIGTERM or SIGINT: finish and end. A second one ends at once; the next start takes up what was in hand."""

        def finish(number: int, _frame: FrameType | None) -> None:
            if self.stop.is_set():
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)
            self.stop.set()

        signal.signal(signal.SIGTERM, finish)
        signal.signal(signal.SIGINT, finish)

    def _report_edits(self) -> None:
        """Log what is wrong with edited files, and mail it to the admin once."""
        problems = self.office.refresh()
        for problem in problems:
            log.error("%s; the last good version stays in force", problem)
        self._untold += [str(problem) for problem in problems]
        if self._untold:
            lines = tuple(self._untold)
            digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]
            title = "an edited file is broken; the last good version stays in force"
            self._tell_admin(f"report:config:{digest}:{now():%Y%m%d}", title, lines)
            self._untold = []

    def _send_due(self) -> None:
        self.outbox.send_due(self.stop)

    def _follow_lost(self, connection: Connection, lost: Mapping[int, Fate]) -> None:
        """In commit 4 itself: agents hear of their words that were refused, the admin of copies that were.

        Should that fail, the letter's end is written all the same: it is not to go out again.
        """
        force = self.office.in_force
        stationery = force.stationery(now())
        try:
            with connection.begin_nested():
                follow_refusals(connection, stationery, self.office.admin, force.desks, lost)
        except Exception:
            log.exception("nobody could be told that letters failed: %s", ", ".join(map(str, lost)))

    def _tell_admin(self, cause: str, title: str, lines: tuple[str, ...]) -> None:
        """Put a letter to the admin into the outbox."""
        stationery = self.office.in_force.stationery(now())
        letter = report_to_admin(stationery, admin=self.office.admin, cause=cause, title=title, lines=lines)
        ledger = Ledger(stationery.now)
        ledger.post("", None, [letter])
        with self.database.write() as connection:
            ledger.write(connection)
        # Commit: the letter stands in the outbox; the same cause makes no second one.

    def _stop_unless(self, still_ours: Callable[[], bool]) -> None:
        if not still_ours():
            log.error("another daemon named %r works on this database now; stopping", self.office.settings.name)
            self.stop.set()

    def _route(self, recipients: tuple[str, ...], default: str) -> str:
        return desk_of(recipients, self.office.in_force.desks.values(), default)

    def _read_mailbox(self, mailbox: Mailbox) -> None:
        mailbox.run(self.stop, self._mail_came.set)

    def _triage_forever(self) -> None:
        self._forever(self._mail_came, self._triage_all)

    def _send_forever(self) -> None:
        self._forever(self._letters_due, self._send_due)

    def _make_rounds_forever(self) -> None:
        self._forever(self._round_due, self._make_round)

    def _make_round(self) -> None:
        """Put into the outbox what is due by the clock alone, from digests to monthly reports."""
        moment = now()
        rounds = (tell_digests, send_lists, send_reminders, send_surveys, send_reports)
        if sum(make(self.database, self.office, moment) for make in rounds):
            self._letters_due.set()

    def _triage_all(self) -> None:
        looked = -_LOOK_EVERY
        while not self.stop.is_set():
            # A good edit holds from the next mail on; where a heap of mail is waiting, from the next second on.
            if time.monotonic() - looked >= _LOOK_EVERY:
                self._report_edits()
                looked = time.monotonic()
            if not self.triage.run_batch():
                return
            self._letters_due.set()

    def _forever(self, wake: threading.Event, work: Callable[[], object]) -> None:
        """Do `work` whenever woken. A failure is told, and tried again after a growing pause; it ends no thread."""
        pause = _FIRST_PAUSE
        while not self.stop.is_set():
            wake.wait()
            wake.clear()
            if self.stop.is_set():
                return
            try:
                work()
                pause = _FIRST_PAUSE
            except Exception:
                log.exception("%s failed; next try in %.0f s", threading.current_thread().name, pause)
                self.stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                wake.set()
