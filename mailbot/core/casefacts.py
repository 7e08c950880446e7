"""What letters tell about a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.promise import Promise


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What letters tell about a case."""

    number: str
    priority: str
    """Key."""
    promise: Promise
    requester_name: str
    requester_address: str
    subject: str
    """As the customer wrote it."""
    verified: bool
    """Whether something proves that the requester wrote the opening mail."""
    received: datetime
    """UTC; of the mail that the letter is about."""
    queue: str = ""
    """Key."""
    rule: str = ""
    """Names of the rules that set queue and priority; empty where the desk's defaults stood."""
    told: bool = True
    """Whether the requester is told the promise: not where a machine's mail opened the case."""
    promised: bool = True
    """Whether a start is promised at all, told or not: not while the case is not admitted."""
    kind: str = ""
    """Key of the desk's kinds; empty: none is known."""
    customer: str = ""
    """Key of the requester's customer; empty: of none."""
    partner: str = ""
    """Address of the partner who works on it by a route; empty: the desk itself does (V12)."""
    started: datetime | None = None
    """When work began; None: it has not yet."""
    incomplete: bool = False
    """Whether the mail was too large to be fetched whole (K34)."""
