"""Sends what is due, for a process that a test can kill."""

from __future__ import annotations

import threading

from mailbot.database import Database
from tests.shell.outbox_rows import Clock, sender


def send_due(url: str, port: int) -> None:
    """Send what is due in the database, to that port."""
    with sender(Database(url), port, Clock()) as outbox:
        outbox.send_due(threading.Event())
