"""A case's conversation and history as letters tell it: within bounds, the first turn and the latest ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from mailbot.core.headertext import one_line
from mailbot.core.moments import moment_words

LONGEST_TURN = 50_000
"""Characters of one turn that a letter repeats."""
LONGEST = 300_000
"""Characters of all turns together."""
MOST = 500
"""Turns and lines of history."""
_HEAD = 8000
"""Room, in characters, for what a template writes and does around the text of one turn."""
_MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn of a case's conversation, or one line of its history."""

    at: datetime
    who: str
    """Name and address as they are told; empty for a line of history."""
    role: Literal["customer", "agent", "partner", "other", "event"]
    text: str
    attachments: tuple[str, ...] = ()
    """Names."""
    internal: bool = False
    """Whether no customer and no partner may see it."""


def conversation_words(entries: Sequence[Entry], zone: ZoneInfo, language: str, now: datetime) -> dict[str, Any]:
    """The entries in words, and how many are left out after the first one. Year told where it is not that of `now`."""
    kept, left_out = _kept(entries)
    return {
        "entries": tuple(
            {
                "at": moment_words(entry.at, zone, language, near=now),
                "who": one_line(entry.who, 400),
                "role": entry.role,
                "text": entry.text.strip("\n")[:LONGEST_TURN],
                "cut": len(entry.text) > LONGEST_TURN,
                "attachments": tuple(one_line(name, 120) for name in entry.attachments[:_MOST_FILES]),
                "internal": entry.internal,
            }
            for entry in kept
        ),
        "left_out": left_out,
    }


def shared(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """What customers and partners may see of a conversation: no internal notes (Y10), no lines of history."""
    return tuple(entry for entry in entries if not entry.internal and entry.role != "event")


def conversation_room(entries: Sequence[Entry]) -> int:
    """Characters that the entries can add to a letter."""
    kept, _ = _kept(entries)
    return sum(
        min(len(entry.text), LONGEST_TURN) + _HEAD + 130 * len(entry.attachments[:_MOST_FILES]) for entry in kept
    )


def _kept(entries: Sequence[Entry]) -> tuple[list[Entry], int]:
    """The first entry and the latest ones that fit with it; and how many lie between."""
    first, rest = list(entries[:1]), entries[1:]
    latest: list[Entry] = []
    room = LONGEST - sum(min(len(entry.text), LONGEST_TURN) for entry in first)
    for entry in reversed(rest):
        room -= min(len(entry.text), LONGEST_TURN)
        if room < 0 or len(latest) + 1 == MOST:
            break
        latest.append(entry)
    return [*first, *reversed(latest)], len(rest) - len(latest)
