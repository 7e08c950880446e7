"""A whole configuration for the real program, its mailbox in a real Dovecot: what an admin would have laid out."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mailbot import casefile
from mailbot.config import load_settings
from mailbot.database import Database
from tests import processes
from tests.servers.dovecot import Dovecot

DESK = """\
name = "Testdesken"
addresses = ["{address}"]
languages = ["sv"]
prefix = "TD"
zone = "Europe/Stockholm"
default_priority = "normal"
default_queue = "support"
{more}

[[hours]]
mon-sun = ["00:00-24:00"]

[priorities.normal]
name = "Normal"
meaning = "Allmänna frågor."
target = "4h"

[priorities.high]
name = "Hög"
meaning = "Något står still."
target = "1h"

[queues.support]
name = "Support"

[[rules]]
name = "standstill"
words = ["står still"]
priority = "high"

[[agents]]
name = "Agnes"
addresses = ["agnes@agents.example"]
"""

SETTINGS = """\
admin = "admin@house.example"
hostname = "mailbot.house.example"
keys_file = "keys"
{database}

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
timeout_seconds = 10

[mailboxes.support]
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password_file = "password"
desk = "td"
start_from = "all"
timeout_seconds = 10
{mailbox}
"""

LIMIT = 120.0
"""Seconds after which a test stops waiting for what should have happened; on a busy machine a start alone takes 20."""


def lay_out(folder: Path, *, address: str, more: str = "") -> Path:
    """A sound configuration with one desk, `td`, whose servers nobody tries; `more` goes into the desk file."""
    (folder / "desks").mkdir(parents=True)
    settings = SETTINGS.format(database="", smtp=25, imap=143, user="u", mailbox="")
    (folder / "mailbot.toml").write_text(settings, encoding="utf-8")
    (folder / "password").write_text("secret", encoding="utf-8")
    (folder / "keys").write_text("a:" + "0f" * 32 + "\n", encoding="ascii")
    (folder / "keys").chmod(0o600)
    (folder / "desks" / "td.toml").write_text(DESK.format(address=address, more=more), encoding="utf-8")
    return folder


class House:
    """A configuration folder, and the real program run on it."""

    def __init__(
        self, folder: Path, dovecot: Dovecot, smtp_port: int, *, database: str = "", mailbox: str = "", desk: str = ""
    ) -> None:
        self.folder = folder
        self.dovecot = dovecot
        self.user = dovecot.new_user()
        self.address = self.user
        (folder / "desks").mkdir(parents=True)
        settings = SETTINGS.format(
            database=f'database = "{database}"' if database else "", smtp=smtp_port, imap=dovecot.port,
            user=self.user, mailbox=mailbox,
        )  # fmt: skip
        (folder / "mailbot.toml").write_text(settings, encoding="utf-8")
        (folder / "password").write_text(dovecot.password, encoding="utf-8")
        (folder / "keys").write_text("a:" + "0f" * 32 + "\n", encoding="ascii")
        (folder / "keys").chmod(0o600)
        self.desk_file = folder / "desks" / "td.toml"
        self.desk_file.write_text(DESK.format(address=self.address, more=desk), encoding="utf-8")

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the desk's mailbox."""
        self.dovecot.append(self.user, *mails)

    def mailbot(self, *arguments: str, crash_at: str = "", expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; `expect` is the exit code it must have (None: any)."""
        done = processes.run(processes.mailbot, "--config", str(self.folder), *arguments, crash_at=crash_at)
        assert expect is None or done.returncode == expect, (
            f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """The daemon at work; ended when the block is left."""
        log = (self.folder / "daemon.log").open("a", encoding="utf-8")
        with (
            log,
            subprocess.Popen(
                [sys.executable, "-m", "mailbot", "--config", str(self.folder), "run"],
                stderr=log,
                stdout=log,
                text=True,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(60)
                finally:
                    process.kill()

    @property
    def log(self) -> str:
        """What the daemon has logged."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def tickets(self) -> list[dict[str, Any]]:
        """What `mailbot tickets --json` tells."""
        with self._reading() as connection:
            return casefile.list_tickets(connection, desk=None, state=None)

    def show(self, number: str) -> dict[str, Any]:
        """What `mailbot show CASE --json` tells."""
        with self._reading() as connection:
            found = casefile.case_file(connection, number)
        assert found is not None
        return found

    def parked(self) -> list[dict[str, Any]]:
        """What `mailbot parked --json` tells."""
        with self._reading() as connection:
            return casefile.list_parked(connection)

    def unsent(self) -> list[dict[str, Any]]:
        """What `mailbot outbox --json` tells."""
        with self._reading() as connection:
            letters = casefile.list_letters(connection)
        return [letter for letter in letters if letter["state"] != "sent"]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """In this process, and with the code behind those commands: a command a look would make the walk too long."""
        database = Database(load_settings(self.folder).database)
        try:
            with database.read() as connection:
                yield connection
        finally:
            database.close()


def until(condition: Callable[[], bool], what: str, seconds: float = LIMIT) -> None:
    """Return when the condition holds; AssertionError saying `what` was waited for when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)  # another process offers no event to wait for


def mail(
    number: int, *, to: str, sender: str = "Anna Ek <anna@customer.example>", subject: str = "",
    text: str = "Hej, hur gör jag?", more: str = "",
) -> bytes:  # fmt: skip
    """A plain mail; `number` makes its Message-ID and subject: who says the same thing again is taken for a robot."""
    subject = subject or f"Fråga {number}"
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n"
    head += f"Message-ID: <mail-{number}@customer.example>\n{more}"
    head += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return f"{head}\n{text}\n".replace("\n", "\r\n").encode()
