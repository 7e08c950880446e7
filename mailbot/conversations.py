"""What was written on a case, read from the tables for whoever is to be told of it, and the files with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final, Literal

from sqlalchemy import Connection, func, select

from mailbot.caseload import united
from mailbot.core.attachment import Attachment
from mailbot.core.audience import agent_of
from mailbot.core.conversation import Entry
from mailbot.core.desk import Desk
from mailbot.core.enclosures import MOST_ATTACHED
from mailbot.core.letter import read_letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.rawmail import unpack
from mailbot.tables import MESSAGE, RAW

_CONVERSATION = 500
"""Messages of a case that are told; the newest ones."""
_ENCLOSING = 50
"""Mails of a case whose files go along when it is passed on; the newest ones."""
_ENCLOSING_OCTETS = 3 * MOST_ATTACHED
"""Of these mails, packed, that are read for it: what a case has gathered may be more than memory."""
_ROLES: Final[Mapping[str, Literal["customer", "agent", "partner"]]] = {
    "customer": "customer", "agent": "agent", "partner": "partner",
}  # fmt: skip


def conversation(connection: Connection, desk: Desk, ticket_id: int) -> tuple[Entry, ...]:
    """What was written on a case and on those that were merged into it, oldest first."""
    columns = (
        MESSAGE.c.written, MESSAGE.c.author, MESSAGE.c.author_name, MESSAGE.c.role, MESSAGE.c.reply, MESSAGE.c.text,
        MESSAGE.c.sent, MESSAGE.c.attachments, MESSAGE.c.internal,
    )  # fmt: skip
    rows = connection.execute(
        select(*columns)
        .where(MESSAGE.c.ticket_id.in_(united(ticket_id)))
        .order_by(MESSAGE.c.id.desc())
        .limit(_CONVERSATION)
    ).all()
    return tuple(_entry(row, desk) for row in reversed(rows))


def enclosures(connection: Connection, desk: Desk, ticket_id: int) -> tuple[Attachment, ...]:
    """What is attached to the mails of a case that partners may see, and the pictures in them, each once."""
    mails = connection.execute(
        select(RAW.c.mail_id, func.length(RAW.c.content))
        .join(MESSAGE, MESSAGE.c.mail_id == RAW.c.mail_id)
        .where(MESSAGE.c.ticket_id.in_(united(ticket_id)), ~MESSAGE.c.internal, MESSAGE.c.attachments != "[]")
        .order_by(RAW.c.mail_id.desc())
        .limit(_ENCLOSING)
    ).all()
    sums = accumulate(octets for _, octets in mails)
    near = [mail_id for (mail_id, _), octets in zip(mails, sums, strict=True) if octets <= _ENCLOSING_OCTETS]
    rows = connection.execute(select(RAW.c.content).where(RAW.c.mail_id.in_(near)).order_by(RAW.c.mail_id)).scalars()
    letters = [read_letter(unpack(raw), language=desk.languages[0]) for raw in rows]
    found = {(part.name, part.content): part for letter in letters for part in letter.attachments}
    return tuple(replace(part, inline=False) for part in found.values())


def _entry(row: Any, desk: Desk) -> Entry:
    role: Literal["customer", "agent", "partner", "other"] = _ROLES.get(row.role, "other")
    who = f"{row.author_name} <{row.author}>" if row.author_name else row.author
    text = row.sent or row.reply or row.text
    if role == "agent":
        # Neither an agent's own address nor commands and quotes are for others (Y9).
        agent = agent_of(desk, ascii_lower(row.author))
        who = agent.name if agent else row.author_name
        text = (row.reply or row.text) if row.internal else row.sent
    names = tuple(str(each["name"]) for each in json.loads(row.attachments) if not each.get("inline"))
    return Entry(row.written, who, role, text, names, row.internal)
