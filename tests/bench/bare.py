"""A bare loop beside `tests.bench.ingest`, to judge its figures by: `python -m tests.bench.bare [MAILS]`.

The least that a support desk does with a mail, written plainly with the standard library: fetch, parse, a row, a commit,
an acknowledgement. No rules, hours, templates, budgets, threads or crash safety. It has the same mails, Dovecot, sink
and SQLite with FULL sync, so that what it takes says how fast the machine is at the moment. Asserts nothing.
"""

from __future__ import annotations

import email
import email.policy
import random
import smtplib
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from tests.bench.mails import generate
from tests.bench.sinkprocess import SinkProcess
from tests.servers.dovecot import Dovecot

_BATCH = 50


def main() -> None:
    """Preload, loop, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory(prefix="mb-bare-") as folder, SinkProcess() as sink, Dovecot() as dovecot:
        user = dovecot.new_user()
        dovecot.append(user, *generate(random.Random(7), count, "desk@bench.example"))
        database = sqlite3.connect(Path(folder) / "bare.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, sender TEXT, subject TEXT, text TEXT, raw BLOB)")
        started, spent = time.monotonic(), time.process_time()
        _loop(dovecot, user, sink.port, database)
        spent, elapsed = time.process_time() - spent, time.monotonic() - started
        database.close()
    print(f"{count / elapsed:.0f} mails/s, {1000 * spent / count:.2f} ms processor per mail")


def _loop(dovecot: Dovecot, user: str, port: int, database: sqlite3.Connection) -> None:
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as imap, closing(smtplib.SMTP("127.0.0.1", port)) as smtp:
        imap.login(user, dovecot.password)
        imap.select_folder("INBOX")
        uids = imap.search("ALL")
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            for uid, items in imap.fetch(batch, ["BODY.PEEK[]", "INTERNALDATE", "RFC822.SIZE"]).items():
                _take(uid, items[b"BODY[]"], smtp, database)
            imap.add_flags(batch, ["$Done"], silent=True)


def _take(uid: int, raw: bytes, smtp: smtplib.SMTP, database: sqlite3.Connection) -> None:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain", "html"))
    try:
        text = body.get_content() if body is not None else ""
    except LookupError:  # a charset that Python does not know
        text = ""
    sender, subject = str(mail["From"]), str(mail["Subject"])
    row = (sender.encode(errors="replace").decode(), subject, text, raw)
    database.execute("INSERT INTO ticket (sender, subject, text, raw) VALUES (?, ?, ?, ?)", row)
    database.commit()
    answer = EmailMessage(email.policy.SMTP)
    answer["From"], answer["To"] = "desk@bench.example", "customer@bench.example"
    answer["Subject"] = f"[TD-{uid:06}] received"
    answer["Message-ID"] = f"<bare-{uid}@bench.example>"
    answer["In-Reply-To"] = str(mail["Message-ID"])
    answer.set_content(f"Your mail is case TD-{uid:06}.\n")
    answer.add_alternative(f"<p>Your mail is case TD-{uid:06}.</p>\n", subtype="html")
    smtp.send_message(answer)


if __name__ == "__main__":
    main()
