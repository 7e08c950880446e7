"""`mailbot demo`: the real daemon at work on servers of its own, a dozen mails, and what became of them, in seconds."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from mailbot.daemon import STOP_WITHIN, Daemon, now
from mailbot.database import Database
from mailbot.demomail import DemoMail, answers, opening_mails
from mailbot.demoreport import Screen, tell, write_letters
from mailbot.demoservers import DemoServerError, DemoServers
from mailbot.office import Office
from mailbot.shipped import shipped_config
from mailbot.tables import MAIL, OUTGOING, MailState, OutgoingState

LOG = "demo.log"
_PATIENCE = 60.0
"""Seconds after which mail that is still not read and answered is a fault; it takes about one."""
_LOOK_EVERY = 0.05
_PASSWORD = "demo"  # noqa: S105 - of mailboxes that last for seconds, on loopback

_SETTINGS = """\
admin = "admin@mailbot-demo.example"
hostname = "mailbot-demo.example"
keys_file = "keys"

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
"""
# Polled: in IDLE a word of the server that comes together with its "+" is overlooked for a minute.
_MAILBOX = """
[mailboxes.{desk}]
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{address}"
password_file = "password"
desk = "{desk}"
start_from = "all"
idle = false
poll_seconds = 1
"""


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class _Count:
    """How far the daemon has come, by its database."""

    mails: int
    read: int
    letters: int
    ended: int
    """Letters of which no further attempt is made: sent, or refused."""


def show_demo(out: Path) -> None:
    """Run it all and print what happened; the letters and a log go to the folder `out`, made where there is none.

    Of what lies in `out` only an earlier demo's letters and log are replaced. Raises DemoError, and KeyboardInterrupt
    with everything put away.
    """
    screen = Screen()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _logging_to(out / LOG) as log, tempfile.TemporaryDirectory(prefix="mailbot-demo-") as house:
            letters = _run(Path(house), out, screen)
    except DemoServerError as exc:
        raise DemoError(str(exc)) from exc
    except OSError as exc:
        raise DemoError(f"{exc.filename}: {exc.strerror}" if exc.filename else str(exc)) from exc
    screen.end(out, LOG, letters, log.complaints)


def _run(house: Path, out: Path, screen: Screen) -> int:
    """Everything between an empty folder and the last line of the report; how many letters were written to `out`."""
    addresses = _addresses(shipped_config() / "desks")
    with DemoServers(addresses.values(), _PASSWORD) as servers:
        screen.done(f"an IMAP server on port {servers.imap_port} and an SMTP server on port {servers.smtp_port}")
        _lay_out(house, addresses, servers)
        office = Office(house)
        screen.done(f"a configuration with {len(addresses)} desks: {', '.join(office.in_force.desks)}")
        database = Database(office.settings.database)
        try:
            with _working(Daemon(office, database)) as work:
                openings = tuple(opening_mails(now()))
                _deliver(servers, openings)
                _await_rest(screen, database, work, f"{len(openings)} mails", len(openings))
                replies = tuple(answers((letter.content for letter in servers.letters), now()))
                _deliver(servers, replies)
                told = f"{len(replies)} answers to the letters"
                _await_rest(screen, database, work, told, len(openings) + len(replies))
            with database.read() as connection:
                written = write_letters(connection, servers.letters, out)
                tell(screen, connection, office.in_force.desks, servers.letters)
        finally:
            database.close()
    return written


def _addresses(desks: Path) -> dict[str, str]:
    """Each desk's own address by its key; the office, which checks the files, needs the servers' ports first."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(desks.glob("*.toml"))}
    return {key: tomllib.loads(source)["addresses"][0] for key, source in sources.items()}


def _lay_out(house: Path, addresses: Mapping[str, str], servers: DemoServers) -> None:
    """A configuration as an admin would have it: every shipped desk, and a mailbox for each."""
    shutil.copytree(shipped_config() / "desks", house / "desks")
    mailboxes = (
        _MAILBOX.format(desk=desk, address=address, imap=servers.imap_port) for desk, address in addresses.items()
    )
    settings = _SETTINGS.format(smtp=servers.smtp_port) + "".join(mailboxes)
    (house / "mailbot.toml").write_text(settings, encoding="utf-8")
    (house / "password").write_text(_PASSWORD, encoding="utf-8")
    (house / "keys").touch(mode=0o600)
    (house / "keys").write_text(f"a:{secrets.token_hex(32)}\n", encoding="ascii")


class _Work:
    """The daemon's thread, and what ended it if it ended by itself."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._thread = threading.Thread(target=self._run, name="daemon", daemon=True)
        self.failure: Exception | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """As after SIGTERM: what is in hand is finished."""
        self._daemon.stop.set()
        self._thread.join(STOP_WITHIN + 2)

    def _run(self) -> None:
        try:
            self._daemon.run()
        except Exception as exc:
            logging.getLogger(__name__).exception("the daemon ended")
            self.failure = exc


@contextmanager
def _working(daemon: Daemon) -> Iterator[_Work]:
    work = _Work(daemon)
    work.start()
    try:
        yield work
    finally:
        work.stop()


def _deliver(servers: DemoServers, mails: Iterable[DemoMail]) -> None:
    for mail in mails:
        servers.deliver(mail.to, mail.content, now())


def _await_rest(screen: Screen, database: Database, work: _Work, what: str, expected: int) -> None:
    """Return when `expected` mails are read and nothing is left to be sent; DemoError when that does not come about."""
    deadline = time.monotonic() + _PATIENCE
    with screen.doing() as say:
        while True:
            count = _count(database)
            is_at_rest = count.mails >= expected and count.read == count.mails and count.ended == count.letters
            if is_at_rest:
                break
            state = f"{count.read} of {expected} mails read, {count.ended} letters sent"
            say(state)
            if work.failure is not None:
                raise DemoError(f"the daemon ended: {work.failure}; {LOG} tells more")
            if time.monotonic() > deadline:
                raise DemoError(f"after {_PATIENCE:.0f} s only {state}; {LOG} tells why")
            time.sleep(_LOOK_EVERY)
    screen.done(f"{what} delivered and read, {count.ended} letters sent")


def _count(database: Database) -> _Count:
    unread = func.count().filter(MAIL.c.state == MailState.STORED)
    open_ = func.count().filter(OUTGOING.c.state.in_((OutgoingState.WAITING, OutgoingState.ATTEMPTING)))
    with database.read() as connection:
        mails, waiting = connection.execute(select(func.count(), unread).select_from(MAIL)).one()
        letters, unsent = connection.execute(select(func.count(), open_).select_from(OUTGOING)).one()
    return _Count(mails, mails - waiting, letters, letters - unsent)


class _Log(logging.FileHandler):
    """A log file that knows how much of it is trouble."""

    complaints = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.complaints += record.levelno >= logging.WARNING
        super().emit(record)


@contextmanager
def _logging_to(path: Path) -> Iterator[_Log]:
    """What the parts have to say goes to a file, none of it to the screen."""
    handler = _Log(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("mailbot").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    try:
        yield handler
    finally:
        logging.captureWarnings(capture=False)
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()
