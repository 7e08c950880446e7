"""What the tests of the outbox share: a clock to turn, rows to send, and the rows read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from mailbot.config import SmtpSettings
from mailbot.core.retry import lifetime
from mailbot.database import Database
from mailbot.outbox import Outbox
from mailbot.post import Post
from mailbot.tables import EVENT, MAIL, OUTGOING, TICKET

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def forward(self, span: timedelta) -> None:
        """Turn it on."""
        self.moment += span


def smtp(port: int, **settings: Any) -> SmtpSettings:
    """Settings for a server without TLS on loopback."""
    return SmtpSettings(host="127.0.0.1", port=port, security="none", **{"timeout_seconds": 20, **settings})


@contextmanager
def sender(database: Database, port: int, clock: Clock, **arguments: Any) -> Iterator[Outbox]:
    """An outbox with a post of its own to that port, its jitter zero; hung up at the end."""
    post = Post(smtp(port), "desk.example.test", lambda: 0.0)
    try:
        yield Outbox(database, post, clock, lambda: 0.0, **arguments)
    finally:
        post.close()


def content(number: int) -> bytes:
    """The bytes of the letter of that number."""
    return f"Subject: letter {number}\r\nMessage-ID: <{number}@desk.example.test>\r\n\r\n.text\r\n".encode()


def put(database: Database, *kinds: str, ticket_id: int | None = None, **columns: Any) -> list[int]:
    """Put one letter of each kind into the outbox, due at START, to k0@, k1@ ... example.test; their ids."""
    rows = [
        {
            "cause": f"{kind}:mail:{number}", "recipient": f"k{number}@example.test", "kind": kind, "desk": "support",
            "ticket_id": ticket_id, "created": START, "not_before": START, "give_up": START + lifetime(kind),
            "message_id": f"{number}@desk.example.test", "subject": f"letter {number}", "sender": "",
            "content": content(number), **columns,
        }
        for number, kind in enumerate(kinds)
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(OUTGOING.insert(), rows)
        return list(connection.execute(select(OUTGOING.c.id).order_by(OUTGOING.c.id)).scalars())


def put_ticket(database: Database) -> int:
    """A ticket, for letters to belong to; its id."""
    mail = {
        "desk": "support", "message_id": "m", "digest": "d", "received": START, "stored": START, "size": 1,
        "sha256": "", "state": "done", "attempts": 1, "outcome": "", "reason": "",
    }  # fmt: skip
    ticket = {
        "number": "S-1", "desk": "support", "queue": "q", "priority": "p", "rule": "", "state": "open", "subject": "s",
        "requester": "anna@example.test", "requester_name": "", "verified": True, "received": START, "opened": START,
        "promise": "",
    }  # fmt: skip
    with database.write() as connection:
        mail_id = connection.execute(MAIL.insert().returning(MAIL.c.id), mail).scalar_one()
        found = connection.execute(TICKET.insert().returning(TICKET.c.id), {**ticket, "opened_by": mail_id})
        return int(found.scalar_one())


def rows(database: Database) -> list[Any]:
    """Every letter, in order of its id."""
    with database.read() as connection:
        return list(connection.execute(select(OUTGOING).order_by(OUTGOING.c.id)))


def states(database: Database) -> list[tuple[str, int]]:
    """State and attempts of every letter."""
    return [(row.state, row.attempts) for row in rows(database)]


def events(database: Database) -> list[tuple[int | None, int | None, str, str]]:
    """Ticket, letter, kind and text of every event, in order."""
    columns = (EVENT.c.ticket_id, EVENT.c.outgoing_id, EVENT.c.kind, EVENT.c.text)
    with database.read() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(select(*columns).order_by(EVENT.c.id))]
