"""A desk that asks its customers after the close, on a clock that a test sets, its letters going to a sink."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from typer.testing import CliRunner

from mailbot import daemon as daemon_module
from mailbot.cli import app
from mailbot.core.desk import Desk
from mailbot.daemon import Daemon
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import EVENT, MAIL, OUTGOING, SURVEY
from tests.core.samples import at
from tests.daemon.house import lay_out, mail
from tests.dialogues.sink import Sink
from tests.lettering import read_mail

TO = "support@desk.example"
ANNA = "anna@customer.example"
AGNES = "agnes@agents.example"
LEAD = "lead@agents.example"
QUESTIONS = (
    "På en skala från 0 till 10, hur nöjd är du med den service du fick?",
    "Vilken är den viktigaste orsaken till ditt betyg?",
    "Nämn en sak som vi kan göra bättre.",
)
HOLIDAYS = '\n[holidays]\ncountry = "SE"\nclosed = ["public", "de_facto"]\n'
MONDAY = at("2026-11-23 10:00")


class SurveyRoom:
    """One desk, `td`, and everybody who writes to it; nothing happens but what a test does, at the moment it says."""

    def __init__(
        self, database: Database, folder: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch, *, tags: str = "plus",
        terms: str = "", lead: str = LEAD,
    ) -> None:  # fmt: skip
        """`terms` are further keys of the survey."""
        self.now = MONDAY
        self.database = database
        self.sink = sink
        monkeypatch.setattr(daemon_module, "now", lambda: self.now)
        named = f'lead = "{lead}"\n' if lead else ""
        more = f'reply_tags = "{tags}"\nreconsider = "0"\n{named}'
        self.folder = lay_out(folder, address=TO, more=more)
        desk = folder / "desks" / "td.toml"
        questions = ", ".join(f'"{each}"' for each in QUESTIONS)
        asked = f"\n[survey]\nquestions = [{questions}]\n{terms}\n"
        desk.write_text(desk.read_text(encoding="utf-8") + HOLIDAYS + asked, encoding="utf-8")
        settings = folder / "mailbot.toml"
        url = database.url.render_as_string(hide_password=False)
        text = settings.read_text(encoding="utf-8").replace("port = 25\n", f"port = {sink.port}\n")
        settings.write_text(f'database = "{url}"\n{text}', encoding="utf-8")
        self.daemon = Daemon(Office(folder), database)
        self.arrived = 0

    @property
    def desk(self) -> Desk:
        """The desk in force."""
        return self.daemon.office.in_force.desks["td"]

    def at(self, moment: datetime) -> SurveyRoom:
        """Set the clock."""
        self.now = moment
        return self

    def pass_on(self, **length: float) -> SurveyRoom:
        """Let time pass."""
        return self.at(self.now + timedelta(**length))

    def take(self, *mails: bytes, received: datetime | None = None) -> None:
        """Let mails come in, and triage them."""
        first = self.arrived + 1
        moment = received or self.now
        arrivals = [Arrival(first + place, moment, len(raw), raw) for place, raw in enumerate(mails)]
        self.arrived += len(mails)
        store(
            self.database, mailbox="m", uidvalidity=1, arrivals=arrivals, last_uid=self.arrived, since=None,
            route=lambda _recipients: "td", now=self.now, settled=True,
        )  # fmt: skip
        while self.daemon.triage.run_batch():
            pass
        assert [row.reason for row in self.rows(MAIL, MAIL.c.state == "parked")] == []

    def go_round(self) -> None:
        """The daemon's round, and all that it sends."""
        self.daemon._make_round()
        self.daemon.outbox.send_due(threading.Event())

    def rows(self, table: Table, *which: Any) -> list[Any]:
        """The rows of a table, oldest first."""
        with self.database.read() as connection:
            return list(connection.execute(select(table).where(*which).order_by(table.c.id)))

    def surveys(self) -> list[Any]:
        """All surveys."""
        return self.rows(SURVEY)

    def survey(self) -> Any:
        """The last survey."""
        return self.surveys()[-1]

    def letters(self, cause: str, to: str = "") -> list[Any]:
        """The letters with a cause that begins so, to anybody or somebody."""
        which = [OUTGOING.c.cause.startswith(cause), *([OUTGOING.c.recipient == to] if to else [])]
        return self.rows(OUTGOING, *which)

    def last_letter(self, cause: str, to: str) -> Any:
        """The last of them."""
        which = (OUTGOING.c.cause.startswith(cause), OUTGOING.c.recipient == to)
        with self.database.read() as connection:
            found = connection.execute(select(OUTGOING).where(*which).order_by(OUTGOING.c.id.desc()).limit(1)).first()
        assert found is not None
        return found

    def events(self, *kinds: str) -> list[str]:
        """What the history tells under these kinds."""
        return [row.text for row in self.rows(EVENT, EVENT.c.kind.in_(kinds))]

    def mailbot(self, *arguments: str) -> Any:
        """Run one command on the configuration; its result."""
        return CliRunner().invoke(app, ["--config", str(self.folder), *arguments])

    def write(self, sender: str = ANNA, **more: Any) -> None:
        """A customer opens a case."""
        self.take(mail(self.arrived + 1, to=TO, sender=sender, subject=f"Fråga {self.arrived}", **more))

    def answer(self, letter: Any, text: str, *, sender: str, more: str = "", subject: str = "") -> None:
        """Somebody answers a letter of ours, as its Reply-To, Message-ID and subject want it."""
        self.take(reply(letter, text, number=self.arrived + 1, sender=sender, more=more, subject=subject))

    def close(self, text: str = "Starta om.\n\n#stäng") -> None:
        """Agnes closes the last case."""
        self.answer(self.last_letter("copy:mail", AGNES), text, sender=AGNES)

    def close_case(self, sender: str = ANNA) -> None:
        """A case from its mail to its close."""
        self.write(sender)
        self.close()

    def ask(self, sender: str = ANNA) -> Any:
        """A case, its close and its survey at its hour; the survey's letter."""
        self.close_case(sender)
        self.at(self.survey().due).go_round()
        return self.last_letter("survey:", sender)


def reply(letter: Any, text: str, *, number: int, sender: str, more: str = "", subject: str = "") -> bytes:
    """An answer to a letter of ours."""
    sent = read_mail(letter.content)
    named = f"In-Reply-To: {sent['Message-ID']}\nReferences: {sent['Message-ID']}\n"
    return mail(
        number, to=str(sent["Reply-To"] or sent["From"]), sender=sender, subject=subject or f"SV: {sent['Subject']}",
        text=text, more=named + more,
    )  # fmt: skip


def read(letter: Any) -> EmailMessage:
    """A letter of ours, parsed."""
    return read_mail(letter.content)
