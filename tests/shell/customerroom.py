"""A mailroom whose desk has customers: what its desk file and customer file say, and mails from whom a test wants."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailbot.database import Database
from mailbot.tables import MAIL, OUTGOING, TICKET
from tests.daemon.house import mail
from tests.lettering import read_mail
from tests.shell.mailroom import NOW, TO, Mailroom, text_of

AGNES = "agnes@agents.example"
TERMS = """\
customers_files = ["../customers.toml"]
customer_languages = ["da", "en"]
"""
AGREEMENTS = """
[agreements.support]
name = "Supportavtal"
"""
CUSTOMERS = """\
[customers.kund]
name = "Kund AB"
domains = ["kund.example"]
agreement = "support"
contacts = [
  { address = "anna@kund.example", name = "Anna Berg", sees_cases = true },
  { address = "bo@kund.example", name = "Bo Ek" },
]

[customers.dansk]
name = "Dansk A/S"
domains = ["dansk.example"]
agreement = "support"
language = "da"
contacts = [{ address = "dorte@dansk.example", name = "Dorte Dahl", sees_cases = true }]

[customers.english]
name = "English Ltd"
agreement = "support"
language = "en"
contacts = [{ address = "eve@english.example", name = "Eve East", sees_cases = true }]

[customers.former]
name = "Former AB"
agreement = "support"
until = 2026-11-22
contacts = [{ address = "frida@former.example", name = "Frida", sees_cases = true }]
"""


class CustomerRoom:
    """The desk `td` with customers, in Swedish; two of them read Danish and English."""

    def __init__(
        self, database: Database, folder: Path, *, terms: str = TERMS, more: str = AGREEMENTS,
        languages: str = '["sv"]',
    ) -> None:  # fmt: skip
        """`terms` are keys of the desk, `more` further tables of its file."""
        self.room = Mailroom(database, folder)
        self.count = 0
        (self.room.folder / "customers.toml").write_text(CUSTOMERS, encoding="utf-8")
        file = self.room.folder / "desks" / "td.toml"
        text = file.read_text(encoding="utf-8")
        text = text.replace('languages = ["sv"]', f"languages = {languages}")
        file.write_text(text.replace('prefix = "TD"\n', f'prefix = "TD"\n{terms}') + more, encoding="utf-8")
        self.desk = self.room.office.in_force.desks["td"]

    def write(
        self, sender: str, text: str, *, subject: str = "", to: str = "", at: datetime = NOW, verdict: str = "pass",
        more: str = "", desk: str = "td",
    ) -> int:  # fmt: skip
        """A mail; `to` is the Message-ID that it answers, `verdict` the mail server's word or empty. Its id."""
        self.count += 1
        answers = f"In-Reply-To: <{to}>\n" if to else ""
        domain = sender.partition("@")[2]
        word = f"Authentication-Results: mx.desk.example; dmarc={verdict} header.from={domain}\n" if verdict else ""
        raw = mail(self.count, to=TO, sender=sender, subject=subject, text=text, more=answers + word + more)
        self.room.take(raw, at=at, desk=desk)
        assert self.room.select(MAIL.c.id, MAIL.c.reason, where=[MAIL.c.state == "parked"]) == []
        return int(self.room.select(MAIL.c.id)[-1][0])

    def letters(self, to: str) -> list[Any]:
        """The letters to somebody as mails, oldest first."""
        rows = self.room.select(OUTGOING.c.id, OUTGOING.c.content, where=[OUTGOING.c.recipient == to])
        return [read_mail(content) for _, content in rows]

    def text(self, to: str) -> str:
        """The text of the last letter to somebody."""
        rows = self.room.select(OUTGOING.c.id, OUTGOING.c.content, where=[OUTGOING.c.recipient == to])
        return text_of(rows[-1][1]).replace("\r\n", "\n")

    def last_id(self, to: str) -> str:
        """The Message-ID of the last letter to somebody."""
        return str(self.letters(to)[-1]["Message-ID"]).strip("<>")

    def outcome(self, mail_id: int) -> str:
        """What triage made of a mail."""
        return str(self.room.select(MAIL.c.id, MAIL.c.outcome, where=[MAIL.c.id == mail_id])[0][1])

    def cases(self, *columns: Any) -> list[tuple[Any, ...]]:
        """Those columns of every case, oldest first."""
        return [row[1:] for row in self.room.select(TICKET.c.id, *columns)]


def later(hours: float) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=hours)
