"""Marks: what of each kind of letter by the clock has been seen to, also where there was none to write."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from mailbot.database import inserting
from mailbot.tables import META


def unmarked(connection: Connection, due: Mapping[str, str]) -> set[str]:
    """Those of the keys that are not marked with the value that is due. A letter's cause makes it once, not this."""
    marks = connection.execute(select(META.c.key, META.c.value).where(META.c.key.in_(list(due))))
    return set(due) - {key for key, value in marks if due[key] == value}


def mark(connection: Connection, key: str, value: str) -> None:
    """Mark a key with what has been seen to, in the place of what was before."""
    row = inserting(connection, META).values(key=key, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
