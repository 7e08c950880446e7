"""The letters that a turn on a case causes, before they are written: what is told to whom, and for which cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mailbot.core.agenttellings import AgentTelling
from mailbot.core.attachment import Attachment
from mailbot.core.customertellings import CustomerTelling
from mailbot.core.knowncase import OtherCase

Role = Literal["customer", "agent", "partner"]

Telling = CustomerTelling | AgentTelling
"""What one letter tells."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One letter to one person."""

    telling: Telling
    to: str
    """Address."""
    role: Role
    cause: str
    """Unique together with the recipient: "relay:mail:57"."""
    kind: str
    """As the outbox knows it: relay, ack, copy, receipt."""
    copied: tuple[str, ...] = ()
    """Who else is told, for the Cc header."""
    attachments: tuple[Attachment, ...] = ()
    at_once: bool = False
    """Whether it does not wait for the agents' moment of reconsidering."""
    language: str = ""
    """The reader's own; empty: the desk's."""
    about: OtherCase | None = None
    """Another case than the one that the mail is about; None: that one."""


def to_customers(telling: Telling, people: Sequence[str], cause: str, kind: str, **more: Any) -> list[Errand]:
    """One letter to each of these customers, the others visible in Cc; `more` as in `Errand`."""
    return [
        Errand(telling, one, "customer", cause, kind, copied=tuple(other for other in people if other != one), **more)
        for one in people
    ]
