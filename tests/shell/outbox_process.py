"""Sends what is due, in a process that a test can kill: `python -m tests.shell.outbox_process DATABASE_URL PORT`."""

from __future__ import annotations

import sys
import threading

from mailbot.database import Database
from tests.shell.outbox_rows import Clock, sender

if __name__ == "__main__":
    with sender(Database(sys.argv[1]), int(sys.argv[2]), Clock()) as outbox:
        outbox.send_due(threading.Event())
