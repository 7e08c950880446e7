"""Letters a second from the outbox to a server on loopback: `python -m tests.bench.outbox [LETTERS] [DELAY_MS]`.

The server runs in a process of its own and waits DELAY_MS before it answers the final dot, as one does that syncs its
queue to the disk. The database is SQLite with synchronous=FULL in a temp folder. Prints figures, asserts nothing.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.config import SmtpSettings
from mailbot.database import Database
from mailbot.outbox import Outbox
from mailbot.post import Freight, Post
from mailbot.tables import OUTGOING
from tests.bench.sinkprocess import SinkProcess

CONTENT = b"Subject: [VC-1042-7] received\r\n\r\n" + b"We have your letter and start on Monday at the latest.\r\n" * 90


def measure(letters: int, delay: float) -> None:
    """Send that many letters and print how long it took."""
    with tempfile.TemporaryDirectory() as folder, SinkProcess(delay) as sink:
        settings = SmtpSettings(host="127.0.0.1", port=sink.port, security="none")
        database = Database(f"sqlite:///{Path(folder)}/bench.db")
        now = datetime.now(UTC)
        rows = [
            {
                "cause": f"ack:mail:{number}", "recipient": f"k{number}@example.test", "kind": "ack", "desk": "bench",
                "created": now, "not_before": now, "give_up": now + timedelta(days=1), "sender": "",
                "subject": "received", "message_id": f"{number}@desk.example.test", "content": CONTENT,
            }
            for number in range(letters)
        ]  # fmt: skip
        with database.write() as connection:
            connection.execute(OUTGOING.insert(), rows)
        post = Post(settings, "desk.example.test", time.monotonic)

        started = time.perf_counter()
        for _ in range(letters):
            post.deliver(Freight("", "anna@example.test", CONTENT))
        alone = time.perf_counter() - started

        outbox = Outbox(database, post, lambda: datetime.now(UTC), lambda: 0.0)
        busy = time.process_time()
        started = time.perf_counter()
        tried = outbox.send_due(threading.Event())
        whole = time.perf_counter() - started
        busy = time.process_time() - busy
        post.close()
        database.close()
    print(
        f"{letters} letters of {len(CONTENT)} bytes, {delay * 1000:g} ms at the dot: "
        f"dialogue alone {letters / alone:.0f}/s; outbox {tried / whole:.0f}/s, "
        f"{whole / tried * 1000:.2f} ms each, of it {busy / tried * 1000:.2f} ms processor"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0)
