"""`mailbot demo`: the real daemon on servers of its own, 25 mails, and what became of each, in seconds."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from mailbot.daemon import STOP_WITHIN, Daemon, now
from mailbot.database import Database
from mailbot.demoletters import find_letter, letter_files, write_letters
from mailbot.demomail import (
    CLOSINGS,
    CUSTOMERS,
    DAY,
    SURVEY_ANSWERS,
    SURVEYED,
    Answer,
    DemoMail,
    answer_mail,
    opening_mails,
)
from mailbot.demoreport import Screen, tell, tell_case_shown, tell_closing, tell_score, tell_survey, tell_turn
from mailbot.demoservers import DemoServerError, DemoServers
from mailbot.office import Office
from mailbot.shipped import shipped_config
from mailbot.tables import MAIL, OUTGOING, SURVEY, MailState, OutgoingState, SurveyState

LOG = "demo.log"
_PATIENCE = 60.0
"""Seconds after which mail that is still not read and answered is a fault; it takes about one."""
_LOOK_EVERY = 0.05
_PASSWORD = "demo"  # noqa: S105 - of mailboxes that last for seconds, on loopback
_AT_ONCE = 'reconsider = "0"'
"""In the demo's desk files: nobody waits to see whether an agent takes a letter back."""
_SURVEY_AT_ONCE = """[survey]
wait = "0"
hours = [{ mon-sun = ["00:00-24:00"], open_on_holidays = true }]
"""
"""And the survey's hour has come as soon as the case is closed, whenever the demo is run."""

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
    surveys: int
    """Those that wait for their hour."""


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
        screen.done(f"agents' letters leave at once ({_AT_ONCE}), not after the usual 2 minutes")
        screen.done('a survey is due at once (wait = "0", hours around the clock), not on a weekday 20 hours later')
        database = Database(office.settings.database)
        try:
            work = _Work(office, database)
            stage = _Stage(screen, servers, database, work)
            openings = tuple(opening_mails(now()))
            # Before the daemon looks: taken in one go, they get the same case numbers each time.
            stage.deliver(openings)
            with _working(work):
                sent = stage.rest()
                screen.done(f"{len(openings)} mails delivered and read, {sent} letters sent")
                stage.answer(CUSTOMERS)
                sent = stage.rest()
                screen.done(f"{len(CUSTOMERS)} answers to the letters delivered and read, {sent} letters sent")
                with database.read() as connection:
                    tell(screen, connection, office.in_force.desks, servers.letters)
                _agents_day(stage, out)
                with database.read() as connection:
                    tell_case_shown(screen, connection, office.in_force.desks, servers.letters)
                places = _closings(stage)
            with _working(work):
                _surveys(stage, office, places)
            with database.read() as connection:
                written = write_letters(letter_files(connection, servers.letters), out)
        finally:
            database.close()
    return written


def _agents_day(stage: _Stage, out: Path) -> None:
    """The rounds of the day, each told once all that it caused has been sent."""
    stage.screen.heading("The agents' day")
    stage.screen.line(f"What came in (<), what was done (*), and who got which letter in {out} (>):")
    places = count(1)
    for turns in DAY:
        _play(stage, turns, places)


def _closings(stage: _Stage) -> Iterator[int]:
    """Cases are closed; the numbers by which the turns are counted from there on."""
    stage.screen.heading("After the close")
    places = count(1)
    _play(stage, CLOSINGS, places)
    with stage.database.read() as connection:
        tell_closing(stage.screen, connection, stage.servers.letters)
    return places


def _surveys(stage: _Stage, office: Office, places: Iterator[int]) -> None:
    """The daemon, just started, makes its round and sends the surveys; customers answer, and the score is told."""
    stage.rest(surveys=True)
    stage.screen.line()
    with stage.database.read() as connection:
        tell_survey(stage.screen, connection, stage.servers.letters)
    stage.screen.heading("The customers answer")
    _play(stage, SURVEY_ANSWERS, places)
    with stage.database.read() as connection:
        tell_score(stage.screen, connection, office.in_force.desks[SURVEYED], now())


def _play(stage: _Stage, turns: Sequence[Answer], places: Iterator[int]) -> None:
    """Mails that come at one time, told once all that they caused has been sent."""
    # Mailboxes date their mail to the second; within one, a mail would seem older than what came of the last.
    time.sleep(1 - time.time() % 1)
    stage.answer(turns)
    stage.rest()
    with stage.database.read() as connection:
        files = letter_files(connection, stage.servers.letters)
        for turn in turns:
            tell_turn(stage.screen, connection, files, next(places), turn)


def _addresses(desks: Path) -> dict[str, str]:
    """Each desk's own address by its key; the office, which checks the files, needs the servers' ports first."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(desks.glob("*.toml"))}
    return {key: tomllib.loads(source)["addresses"][0] for key, source in sources.items()}


def _lay_out(house: Path, addresses: Mapping[str, str], servers: DemoServers) -> None:
    """A configuration as an admin would have it: every shipped desk, and a mailbox for each."""
    shutil.copytree(shipped_config() / "desks", house / "desks")
    for path in (house / "desks").glob("*.toml"):
        source = path.read_text(encoding="utf-8")
        if path.stem == SURVEYED:
            source = source.replace("[survey]\n", _SURVEY_AT_ONCE)
        path.write_text(f"{_AT_ONCE}\n{source}", encoding="utf-8")
    mailboxes = (
        _MAILBOX.format(desk=desk, address=address, imap=servers.imap_port) for desk, address in addresses.items()
    )
    settings = _SETTINGS.format(smtp=servers.smtp_port) + "".join(mailboxes)
    (house / "mailbot.toml").write_text(settings, encoding="utf-8")
    (house / "password").write_text(_PASSWORD, encoding="utf-8")
    (house / "keys").touch(mode=0o600)
    (house / "keys").write_text(f"a:{secrets.token_hex(32)}\n", encoding="ascii")


class _Work:
    """A daemon's thread, and what ended it if it ended by itself; it can be started again once it was stopped."""

    def __init__(self, office: Office, database: Database) -> None:
        self._office = office
        self._database = database
        self.failure: Exception | None = None

    def start(self) -> None:
        self._daemon = Daemon(self._office, self._database)
        self._thread = threading.Thread(target=self._run, name="daemon", daemon=True)
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
def _working(work: _Work) -> Iterator[None]:
    work.start()
    try:
        yield
    finally:
        work.stop()


class _Stage:
    """The demo's servers, the daemon at work on them, and the people who write to it."""

    def __init__(self, screen: Screen, servers: DemoServers, database: Database, work: _Work) -> None:
        self.screen = screen
        self.servers = servers
        self.database = database
        self._work = work
        self._delivered = 0

    def deliver(self, mails: Iterable[DemoMail]) -> None:
        """Put the mails into the mailboxes that they are addressed to."""
        for mail in mails:
            self.servers.deliver(mail.to, mail.content, now())
            self._delivered += 1

    def answer(self, answers: Iterable[Answer]) -> None:
        """Deliver answers to letters that went out; DemoError where one of the letters did not."""
        with self.database.read() as connection:
            find = partial(find_letter, connection, self.servers.letters)
            try:
                mails = [answer_mail(answer, find, now()) for answer in answers]
            except LookupError as exc:
                raise DemoError(str(exc)) from exc
        self.deliver(mails)

    def rest(self, *, surveys: bool = False) -> int:
        """Return once all mails are read and no letter is left to be sent: how many were; DemoError if that fails.

        With `surveys`, no survey is left either.
        """
        deadline = time.monotonic() + _PATIENCE
        with self.screen.doing() as say:
            while True:
                so_far = _count(self.database)
                all_read = so_far.mails >= self._delivered and so_far.read == so_far.mails
                if all_read and so_far.ended == so_far.letters and not (surveys and so_far.surveys):
                    return so_far.ended
                state = f"{so_far.read} of {self._delivered} mails read, {so_far.ended} letters sent"
                say(state)
                if self._work.failure is not None:
                    raise DemoError(f"the daemon ended: {self._work.failure}; {LOG} tells more")
                if time.monotonic() > deadline:
                    raise DemoError(f"after {_PATIENCE:.0f} s only {state}; {LOG} tells why")
                time.sleep(_LOOK_EVERY)


def _count(database: Database) -> _Count:
    unread = func.count().filter(MAIL.c.state == MailState.STORED)
    open_ = func.count().filter(OUTGOING.c.state.in_((OutgoingState.WAITING, OutgoingState.ATTEMPTING)))
    with database.read() as connection:
        mails, waiting = connection.execute(select(func.count(), unread).select_from(MAIL)).one()
        letters, unsent = connection.execute(select(func.count(), open_).select_from(OUTGOING)).one()
        surveys = select(func.count()).select_from(SURVEY).where(SURVEY.c.state == SurveyState.WAITING)
        return _Count(mails, mails - waiting, letters, letters - unsent, connection.execute(surveys).scalar_one())


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
