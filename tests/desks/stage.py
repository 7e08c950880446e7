"""Where stories are played: a desk's shipped configuration, a real database, the daemon's parts, and a mail server.

Only the clock is not the real one: it stands where the story says. Mails come in where a mailbox hands them over
(`inbox.store`), and letters are read as the mail server got them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.core.desk import Desk
from mailbot.daemon import Daemon
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.shipped import shipped_config
from mailbot.tables import OUTGOING, TICKET
from tests.daemon.mailprograms import PROGRAMS
from tests.daemon.people import text_of
from tests.desks.scenario import Edit, MailIn
from tests.dialogues.sink import Sink
from tests.lettering import read_mail

_WIDE = policy.SMTP.clone(max_line_length=900)
"""Narrower, the standard library would encode long References, as no mail program does."""
SERVER = "mx.desk.example"
"""What every installation adds to its desk file: the name of its own mail server."""
OFFER = re.compile(r"\n# (?=customers_files = )")
"""Before the key of a shipped desk file that an admin takes up by taking away the comment sign."""
SETTINGS = """\
admin = "admin@house.example"
hostname = "mailbot.house.example"
keys_file = "keys"

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"

[mailboxes.support]
host = "127.0.0.1"
port = 1
security = "none"
user = "nobody"
password_file = "password"
desk = "{desk}"
"""


class House:
    """A folder as an admin would have laid it out for one desk, with its shipped file and the shipped customers."""

    def __init__(self, folder: Path, desk: str, sink: Sink) -> None:
        self.folder = folder
        self.key = desk
        self.sink = sink
        shutil.copytree(shipped_config(), folder, ignore=_all_desks_but(desk))
        file = folder / "desks" / f"{desk}.toml"
        text, offers = OFFER.subn("\n", file.read_text(encoding="utf-8"))
        assert offers == 1
        file.write_text(f'authserv_id = "{SERVER}"\n{text}', encoding="utf-8")
        (folder / "mailbot.toml").write_text(SETTINGS.format(smtp=sink.port, desk=desk), encoding="utf-8")
        (folder / "password").write_text("secret", encoding="utf-8")
        (folder / "keys").write_text("a:" + "0f" * 32 + "\n", encoding="ascii")
        (folder / "keys").chmod(0o600)
        self.office = Office(folder)

    @property
    def desk(self) -> Desk:
        """The desk as its file stands now."""
        return self.office.in_force.desks[self.key]

    @contextmanager
    def stage(self, clock: pytest.MonkeyPatch) -> Iterator[Stage]:
        """The desk before its first mail; `clock` stops the daemon's."""
        for file in self.folder.glob("mailbot.db*"):
            file.unlink()
        database = Database(self.office.settings.database)
        try:
            yield Stage(self, database, clock)
        finally:
            database.close()


class Stage:
    """One story being played."""

    def __init__(self, house: House, database: Database, clock: pytest.MonkeyPatch) -> None:
        self.house = house
        self.database = database
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        clock.setattr("mailbot.daemon.now", lambda: self.now)
        self.daemon = Daemon(house.office, database)
        self.daemon.mailboxes.clear()  # no test may meet a mail server that happens to run on this machine
        self.mails = 0
        self._read = len(house.sink.taken)
        self.letters: list[Arrived] = []
        """All that have left in this story."""

    def edit(self, edit: Edit) -> None:
        """Change a file of the configuration."""
        file = self.house.folder / edit.file
        text = file.read_text(encoding="utf-8")
        assert text.count(edit.replace) == 1 or not edit.replace, f"{edit.file} does not hold {edit.replace!r} once"
        file.write_text(text.replace(edit.replace, edit.by) if edit.replace else text + edit.append, encoding="utf-8")

    def read_edits(self) -> None:
        """Let the daemon read what has changed; the admin gets a letter about what is wrong."""
        self.daemon._report_edits()

    def take(self, mail: MailIn) -> None:
        """Store a mail that arrives now."""
        self.mails += 1
        raw = self._written(mail)
        store(
            self.database, mailbox="support", uidvalidity=1, arrivals=[Arrival(self.mails, self.now, len(raw), raw)],
            last_uid=self.mails, since=None, now=self.now, settled=True,
            route=lambda recipients: self.daemon._route(recipients, self.house.key),
        )  # fmt: skip

    def go_round(self) -> list[Arrived]:
        """Let the daemon do all that there is to do now; the letters that the mail server got."""
        assert self.daemon.pass_once(), "the mail server took no letters"
        return self._arrived()

    def wait_for_agents(self) -> list[Arrived]:
        """Let the time pass in which agents may reconsider; the letters that leave then."""
        self.now += self.house.desk.reconsider
        self.daemon._send_due()
        self.daemon.post.close()
        return self._arrived()

    def mailbot(self, command: str) -> str:
        """Run a command; what it prints. AssertionError where it fails."""
        done = CliRunner().invoke(app, ["--config", str(self.house.folder), *command.split()])
        assert done.exit_code == 0, f"mailbot {command}: {done.output}{done.exception or ''}"
        return done.output

    def ticket(self, number: str) -> dict[str, Any]:
        """What the database holds of a case. AssertionError where there is none."""
        with self.database.read() as connection:
            row = connection.execute(select(TICKET).where(TICKET.c.number == number)).mappings().first()
        assert row is not None, f"there is no case {number}, only {', '.join(self.numbers()) or 'none at all'}"
        return dict(row)

    def numbers(self) -> list[str]:
        """Of all cases."""
        with self.database.read() as connection:
            return list(connection.execute(select(TICKET.c.number).order_by(TICKET.c.id)).scalars())

    def _arrived(self) -> list[Arrived]:
        """What the mail server has got since this was last asked."""
        taken, self._read = self.house.sink.taken[self._read :], len(self.house.sink.taken)
        left = [self._named(letter.recipient, read_mail(letter.content)) for letter in taken]
        self.letters += left
        return left

    def _named(self, to: str, mail: EmailMessage) -> Arrived:
        same = OUTGOING.c.message_id == str(mail["Message-ID"]).strip("<>")
        with self.database.read() as connection:
            return Arrived(to, mail, str(connection.execute(select(OUTGOING.c.kind).where(same)).scalar_one()))

    def _written(self, mail: MailIn) -> bytes:
        """The mail as our mail server delivers it, with its word on the sender on top."""
        if mail.eml is not None:
            raw = mail.eml.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        elif mail.answers is None:
            raw = _letter(mail, self._unique(mail), self.house.desk.address, self._date).as_bytes(policy=_WIDE)
        else:
            raw = self._answer(mail, self._last(mail)).as_bytes(policy=_WIDE)
        domain = mail.sender.address.rpartition("@")[2]
        word = f"Authentication-Results: {SERVER}; dmarc={mail.proof} header.from={domain}\r\n"
        trace = f"Return-Path: <{mail.sender.address}>\r\n{'' if mail.proof == 'none' else word}"
        return trace.encode() + raw

    def _last(self, mail: MailIn) -> EmailMessage:
        """The letter that a mail answers: the last one that its writer got, or that has the words named."""
        got = [each for each in self.letters if each.to == mail.sender.address and each.holds(mail.answers or "")]
        assert got, f"{mail.sender} has got no letter {f'with {mail.answers!r}' if mail.answers else ''} to answer"
        return got[-1].mail

    def _answer(self, mail: MailIn, letter: EmailMessage) -> EmailMessage:
        """An answer as mail programs make it: to the letter's Reply-To, its ids named, itself quoted below."""
        reply = _letter(mail, self._unique(mail), str(letter["Reply-To"] or letter["From"]), self._date)
        if not mail.subject:
            reply["Subject"] = f"SV: {letter['Subject']}"
        reply["In-Reply-To"] = str(letter["Message-ID"])
        reply["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
        program = mail.program or ("gmail" if letter.get_body(("html",)) else "apple")
        text, html = PROGRAMS[program](letter, mail.text)
        reply.set_content(text)
        if html:
            reply.add_alternative(html, subtype="html")
        _attach(reply, mail)
        return reply

    def _unique(self, mail: MailIn) -> str:
        return f"<mail-{self.mails}@{mail.sender.address.rpartition('@')[2]}>"

    @property
    def _date(self) -> str:
        return format_datetime(self.now.astimezone(self.house.desk.calendar.zone))


class Arrived:
    """A letter as the mail server got it."""

    def __init__(self, to: str, mail: EmailMessage, kind: str) -> None:
        self.to = to
        self.mail = mail
        self.kind = kind
        """As the outbox calls it."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What a reader sees: of its text, and of its HTML where it has one; white space evened out."""
        page = self.mail.get_body(("html",))
        seen = [text_of(self.mail), *([_seen(str(page.get_content()))] if page else [])]
        return tuple(" ".join(text.split()) for text in seen)

    @cached_property
    def attached(self) -> tuple[str, ...]:
        """Names of the files that go along."""
        return tuple(str(part.get_filename()) for part in self.mail.iter_attachments())

    def holds(self, words: str) -> bool:
        """Whether the words stand in a header, the text or the HTML."""
        return any(words in place for place in (*map(str, self.mail.values()), *self.texts))

    def __str__(self) -> str:
        told = f"to {self.to}, {self.kind}, {self.mail['Subject']}"
        return f"{told}\n{text_of(self.mail)}{'[' + ', '.join(self.attached) + ']' if self.attached else ''}"


def _seen(page: str) -> str:
    """What a browser shows of a page."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(page).body
    assert body is not None
    return str(body.text())


def _letter(mail: MailIn, message_id: str, to: str, date: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = str(mail.sender)
    letter["To"] = to
    if mail.subject:
        letter["Subject"] = mail.subject
    letter["Date"] = date
    letter["Message-ID"] = message_id
    if mail.answers is None:
        letter.set_content(mail.text)
        _attach(letter, mail)
    return letter


def _attach(letter: EmailMessage, mail: MailIn) -> None:
    for name in mail.attach:
        content = f"The file {name}.".encode()
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)


def _all_desks_but(desk: str) -> Any:
    def ignored(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(folder).name == "desks" and name != f"{desk}.toml"]

    return ignored
