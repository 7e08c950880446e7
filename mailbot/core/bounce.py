"""Recognises delivery reports and reads which recipients failed, and why."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.core.htmltext import Line
from mailbot.core.mime import Part


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient that a delivery report tells of."""

    address: str
    status: str
    """RFC 3463, "5.1.1"; empty where the report gives none."""
    action: str
    """RFC 3464 section 2.3.3: failed, delayed, delivered, relayed, expanded."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says."""

    recipients: tuple[Recipient, ...]


def read_bounce(fields: tuple[tuple[str, bytes], ...], root: Part, text: tuple[Line, ...]) -> Bounce | None:
    """The delivery report in a mail, or None for any other mail."""
    return None
