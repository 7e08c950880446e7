"""The tables of a desk that has been used for years, so that a benchmark can begin with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from mailbot.database import Database
from mailbot.tables import (
    BEGINNING,
    CORRESPONDENT,
    COUNTER,
    EVENT,
    MAIL,
    MESSAGE,
    OUTGOING,
    PARTICIPANT,
    PROMISED,
    RAW,
    SIGHTING,
    SURVEY,
    TICKET,
)

Row = dict[str, Any]

_AGENT = "agnes@agents.example"
_TEXT = "Hej, en fråga som många andra. " * 8
_AT_ONCE = 5000
"""Tickets in one commit."""
_STEP = timedelta(minutes=2)
"""Between two tickets: 200,000 fill nine months."""


def fill(database: Database, count: int, customers: Sequence[str]) -> None:
    """Enter `count` closed tickets of these addresses: opened, acknowledged, answered, answered back, surveyed."""
    last = datetime.now(UTC) - timedelta(days=2)
    for start in range(1, count + 1, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count + 1))
        rows: dict[Table, list[Row]] = {}
        for number in numbers:
            opened = last - (count - number) * _STEP
            for table, row in _ticket(number, opened, customers[number % len(customers)]):
                rows.setdefault(table, []).append(row)
        with database.write() as connection:
            for table, entered in rows.items():
                connection.execute(table.insert(), entered)
    with database.write() as connection:
        known = [{"desk": "td", "address": customer, "since": last} for customer in customers[: len(customers) // 2]]
        connection.execute(CORRESPONDENT.insert(), known)
        connection.execute(COUNTER.insert().values(prefix="TD", last=count))
        connection.exec_driver_sql("ANALYZE")


def _ticket(number: int, at: datetime, customer: str) -> Iterator[tuple[Table, Row]]:
    """Every row of one ticket; a table's rows come in the order in which they would have been entered."""
    later = at + timedelta(hours=3)
    for mail in (2 * number - 1, 2 * number):
        yield MAIL, {
            "id": mail, "desk": "td", "message_id": f"old-{mail}@{customer}", "digest": f"{mail:064x}",
            "received": at, "stored": at, "size": 2000, "sha256": f"{mail:064x}", "state": "done", "attempts": 1,
            "outcome": "new" if mail % 2 else "follow-up", "reason": "",
        }  # fmt: skip
        yield RAW, {"mail_id": mail, "content": os.urandom(400)}
        yield SIGHTING, {"mail_id": mail, "mailbox": "old", "uidvalidity": 1, "uid": mail, "settled": True}
    yield TICKET, {
        "id": number, "number": f"OLD-{number}", "desk": "td", "queue": "support", "priority": "normal", "rule": "",
        "state": "closed", "subject": "En fråga", "requester": customer, "requester_name": "Kund", "verified": True,
        "opened_by": 2 * number - 1, "received": at, "opened": at, "expected_start": later, "promise": "{}",
        "assignee": _AGENT, "started": later, "closed": later, "closings": 1, "solution": "Klart.",
    }  # fmt: skip
    for author, role, mail, sent in (
        (customer, "customer", 2 * number - 1, ""), (_AGENT, "agent", None, _TEXT), (customer, "customer", 2 * number, ""),
    ):  # fmt: skip
        yield MESSAGE, {
            "ticket_id": number, "mail_id": mail, "author": author, "author_name": "", "written": at,
            "subject": "En fråga", "text": _TEXT, "reply": "", "attachments": "[]", "role": role, "sent": sent,
            "reference": f"old-{mail}@{customer}" if mail else f"agent-{number}@agents.example",
        }  # fmt: skip
    for place, (kind, recipient, role) in enumerate(
        (("ack", customer, "customer"), ("copy", _AGENT, "agent"), ("relay", customer, ""), ("copy", _AGENT, ""))
    ):
        if role:
            handle = f"{role[0]}{number:010d}"
            yield PARTICIPANT, {"ticket_id": number, "address": recipient, "role": role, "handle": handle}
        yield OUTGOING, {
            "cause": f"{kind}:mail:{number}.{place}", "recipient": recipient, "kind": kind, "desk": "td",
            "ticket_id": number, "mail_id": 2 * number - 1, "state": "sent", "created": at, "not_before": at,
            "give_up": later, "attempts": 1, "message_id": f"m{number}.{place}@mailbot.house.example", "subject": "x",
            "sender": "", "content": os.urandom(600), "fate": "SENT", "ended": at, "fingerprint": f"{number:032x}",
        }  # fmt: skip
    for kind in ("opened", "promise", "started", "closed"):
        yield EVENT, {"ticket_id": number, "mail_id": 2 * number - 1, "at": at, "kind": kind, "text": "case opened"}
    yield BEGINNING, {"ticket_id": number, "number": 1, "received": at, "started": later}
    yield PROMISED, {
        "ticket_id": number, "beginning": 1, "made": at, "start_by": later, "at_once": False, "priority": "normal",
    }  # fmt: skip
    yield SURVEY, {
        "ticket_id": number, "closing": 1, "desk": "td", "queue": "support", "agent": _AGENT, "recipient": customer,
        "state": "answered", "closed": later, "due": later, "sent": later, "handle": f"s{number:010d}", "score": 9,
    }  # fmt: skip
