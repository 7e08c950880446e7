"""What the tests of the IMAP door share: a mailbox on the real Dovecot, and what was made of its mails."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.config import MailboxSettings
from mailbot.database import Database
from mailbot.imap import Mailbox
from mailbot.tables import MAIL, RAW, SIGHTING
from tests.servers.dovecot import Dovecot


def mail(number: int, size: int = 0) -> bytes:
    """A small mail that its number tells apart, or one of about so many octets."""
    body = f"This is mail {number}.\r\n" * max(1, size // 20)
    return (
        f"From: anna@customer.test\r\nTo: support@desk.test\r\nSubject: Mail {number}\r\n"
        f"Message-ID: <{number}@customer.test>\r\n\r\n{body}"
    ).encode()


@dataclass
class Account:
    """A user of the real Dovecot, and mailbot's side of their mailbox."""

    dovecot: Dovecot
    database: Database
    password_file: Path
    user: str
    options: dict[str, Any]
    now: Callable[[], datetime]
    route: Callable[[tuple[str, ...], str], str] = field(default=lambda _recipients, desk: desk)

    def mailbox(self, **options: Any) -> Mailbox:
        """The mailbox as it would be after a restart: nothing is known but what the database holds."""
        # The user's name is the desk's, so that the same mails of another test are not copies of these.
        plain = {"host": "127.0.0.1", "port": self.dovecot.port, "security": "none", "start_from": "all"}
        account = {"user": self.user, "password_file": self.password_file, "desk": self.user}
        settings = MailboxSettings(**{**plain, **account, **self.options, **options})
        return Mailbox(self.user, settings, self.database, route=self.route, now=self.now, jitter=lambda: 0.001)

    def append(self, *mails: bytes, **options: Any) -> None:
        """Put mails into the user's INBOX (see `Dovecot.append`)."""
        self.dovecot.append(self.user, *mails, **options)

    def inbox_uids(self) -> list[int]:
        """The UIDs in the user's INBOX, whether or not the mails can be read."""
        with self.dovecot.client(self.user) as client:
            return sorted(client.search(["ALL"]))

    def inbox(self) -> list[bytes]:
        """The mails in the user's INBOX."""
        return self.dovecot.mails(self.user)

    def processed(self) -> list[bytes]:
        """The mails in the folder of processed mails."""
        return self.dovecot.mails(self.user, "Processed")

    def stored(self) -> Sequence[Any]:
        """The rows of the mails that were stored, in order, with their `content`."""
        query = select(MAIL, RAW.c.content).join(RAW).where(MAIL.c.desk == self.user).order_by(MAIL.c.id)
        with self.database.read() as connection:
            return connection.execute(query).all()

    def sightings(self) -> Sequence[Any]:
        """The rows of the sightings in this mailbox, in order of UID."""
        query = select(SIGHTING).where(SIGHTING.c.mailbox == self.user).order_by(SIGHTING.c.uid)
        with self.database.read() as connection:
            return connection.execute(query).all()


@pytest.fixture
def new_account(dovecot: Dovecot, sqlite_database: Database, tmp_path: Path) -> Callable[..., Account]:
    """Makes an account with an empty mailbox; keywords are what its settings shall say otherwise."""
    password_file = tmp_path / "password"
    password_file.write_text(dovecot.password)

    def make(server: Dovecot = dovecot, database: Database = sqlite_database, **options: Any) -> Account:
        return Account(server, database, password_file, server.new_user(), options, lambda: datetime.now(UTC))

    return make


@contextlib.contextmanager
def running(box: Mailbox) -> Iterator[threading.Event]:
    """The mailbox's `run` in a thread for the length of the block; the event tells that something was stored."""
    stop, stored = threading.Event(), threading.Event()
    thread = threading.Thread(target=box.run, args=(stop, stored.set))
    thread.start()
    try:
        yield stored
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()
