"""A case that exists, as far as a further mail about it, its letters and its agents' commands need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Desk

State = Literal["open", "waiting", "closed", "spam", "merged", "refused", "declined"]


@dataclass(frozen=True, slots=True)
class KnownFault:
    """A confirmed fault of the product (C5)."""

    fault_id: int
    number: str
    """Of the case in which it was first confirmed."""
    version: str
    """In which it is expected to be fixed, later the one in which it is."""
    expected: date | None
    confirmed: datetime
    fixed: datetime | None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that exists. Addresses are in lower case, moments in UTC."""

    ticket_id: int
    desk: str
    """Key."""
    facts: CaseFacts
    participants: frozenset[str]
    """Who takes part in it as customers, and gets its letters."""
    first_copies: Mapping[str, str] = field(default_factory=dict)
    """By agent's or partner's address: the Message-ID of the first letter about this case."""
    state: State = "open"
    removed: frozenset[str] = frozenset()
    """Customers and partners who took part until an agent removed them."""
    partners: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    """Agents whom a letter about it has gone to."""
    assignee: str = ""
    """Address of the agent who has taken it."""
    writers: frozenset[str] = frozenset()
    """Agents who have written on it."""
    started: datetime | None = None
    waiting_since: datetime | None = None
    closed: datetime | None = None
    closings: int = 0
    solution: str = ""
    last_words: str = ""
    """What the customers were last told by an agent; empty where nothing was."""
    last_mails: Mapping[str, str] = field(default_factory=dict)
    """By customer's address: the Message-ID of their last mail, else of the last letter to them."""
    impact: str = ""
    urgency: str = ""
    revision: int = 0
    by_machine: bool = False
    """Whether a machine wrote the mail that opened it."""
    entitlement: str = ""
    """As in `tables.Ticket`."""
    route: str = ""
    """Name of the route that it took; empty: of none."""
    fault: KnownFault | None = None
    order_text: str = ""
    """What the customer was last asked to order (S12)."""
    order_answer: str = ""
    """asked, yes or no; empty where nothing has been asked."""

    @property
    def is_open(self) -> bool:
        """Whether the desk is at work on it, or is to be, or waits for the customer."""
        return self.state in {"open", "waiting"}

    @property
    def threads(self) -> Mapping[str, str]:
        """By address: the Message-ID under which a letter about it is threaded, as `correspondence.Case` wants them."""
        return {**self.last_mails, **self.first_copies}


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case than the one that a mail is about, with the desk on the terms of its own customer."""

    case: KnownCase
    desk: Desk


@dataclass(frozen=True, slots=True)
class Tie:
    """Something in a mail that names a case that exists. Gathered, not yet believed."""

    by: Literal["tag", "case-number", "earlier-mail"]
    """A genuine signed tag, in an address or in one of our Message-IDs; a quoted case number; the Message-ID of a mail
    that is on the case already."""
    case: KnownCase
    address: str = ""
    """Whom a tag was made for."""
    role: str = ""
    """In which role."""
