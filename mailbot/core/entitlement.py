"""What a sender is entitled to at a desk, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Refusal = Literal["", "no-agreement", "not-begun", "ended", "not-a-contact", "overdue", "not-trained", "not-covered"]
"""Why a case is not admitted; empty: it is."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether somebody gets help with a mail, and what may be said about it."""

    refusal: Refusal = ""
    customer: str = ""
    """Key of the customer that the sender belongs to; empty: of none."""
    why: str = "this desk helps everybody"
    """The reason, for agents and `mailbot explain`; English, one line."""
    frank: bool = False
    """Whether the sender, a verified contact, may be told of the customer's affairs; neutral words else."""
    modules: tuple[str, ...] = ()
    """Keys of the modules that the mail is about and the contact is not trained on."""

    @property
    def admitted(self) -> bool:
        """Whether the desk promises a start of work."""
        return not self.refusal
