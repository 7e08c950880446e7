"""A desk that says what it serves, for the tests of what agents do about what customers are entitled to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mailbot.core.desk import Service
from mailbot.core.knowncase import KnownCase
from mailbot.core.turn import Turn
from tests.core.deskwork import ANNA, DESK, letters, turn

SERVICE = Service(
    decline={"sv": "Vänd dig till er administratör."}, not_covered={"sv": "Vi erbjuder en kurs."},
    order={"sv": "Felsökning debiteras."}, workaround="low",
)  # fmt: skip
RANKED = tuple(sorted(DESK.priorities, key=lambda level: ["critical", "high", "normal", "low"].index(level.key)))
SERVING = replace(DESK, service=SERVICE, priorities=RANKED)


def serve(text: str, known: KnownCase | None = None, **more: Any) -> Turn:
    """What follows from Agnes's mail at a desk that says what it serves."""
    return turn(text, known, desk=SERVING, **more)


def telling(found: Turn, kind: type, to: str = ANNA) -> Any:
    """What the one letter of a kind to somebody tells."""
    [errand] = letters(found, to, kind)
    return errand.telling
