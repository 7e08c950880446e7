"""Who wants no more surveys: whether somebody does, and for an admin who, since when and how they said so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.core.mailboxes import ascii_lower
from mailbot.tables import EVENT, OPTED_OUT


def has_opted_out(connection: Connection, address: str) -> bool:
    """Whether an address, in any case, wants no surveys."""
    known = select(OPTED_OUT.c.id).where(OPTED_OUT.c.address == ascii_lower(address))
    return connection.execute(known).first() is not None


def list_opted_out(connection: Connection) -> list[dict[str, Any]]:
    """The addresses to which no survey goes, in order, since when and what said so."""
    query = select(OPTED_OUT).order_by(OPTED_OUT.c.address)
    return [
        {"address": row.address, "since": row.since.isoformat(), "how": row.how} for row in connection.execute(query)
    ]


def forget_opt_out(connection: Connection, address: str, now: datetime) -> bool:
    """Let somebody be asked again after the next case that closes; False where they are not among the opted out."""
    known = ascii_lower(address)
    found = connection.execute(OPTED_OUT.delete().where(OPTED_OUT.c.address == known)).rowcount
    if found:
        text = f"an admin lets {known} get surveys again"
        connection.execute(EVENT.insert(), {"at": now, "kind": "opted-in", "text": text})
    return bool(found)
