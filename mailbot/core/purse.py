"""What automatic answers may still go out during one commit: counted along while they are entered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from mailbot.core.budget import Breaker, Spent, Traffic, allowance, mailbox_of, next_breaker
from mailbot.core.freemail import is_free_mail
from mailbot.core.mailboxes import ascii_lower


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one automatic answer goes."""

    what: Literal["go", "hold", "silent"]
    reason: str = ""
    """Why it is held, or not written at all; begins with "budget", "breaker" or the rule's name."""


GO = Verdict("go")


@dataclass(slots=True)
class Purse:
    """The counts of the last hour and day, and the answers entered since they were taken."""

    now: datetime
    spent: dict[str, Spent] = field(default_factory=dict)
    """By address, lower case; without the domain's share."""
    domains: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Answers to unverified addresses of each domain within the hour."""
    said: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(address, fingerprint) of each mail answered within the hour."""
    traffic: Traffic = Traffic(0, 0, 0)  # noqa: RUF009 - frozen
    breaker: Breaker = Breaker()  # noqa: RUF009 - frozen
    breaker_was: Breaker = Breaker()  # noqa: RUF009 - frozen
    mailboxes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Answers to unverified addresses of each mailbox within the hour; see `mailbox_of`."""

    def spent_on(self, address: str, *, verified: bool) -> Spent:
        """What has gone to an address (lower case), to an unverified one under any spelling of it."""
        spent = self.spent.get(address, Spent(0, 0, 0))
        hour = spent.to_address_hour if verified else max(spent.to_address_hour, self.mailboxes[mailbox_of(address)])
        return replace(spent, to_address_hour=hour, to_domain_hour=self.domains[address.rpartition("@")[2]])

    def ask(self, address: str, fingerprint: str, *, verified: bool) -> Verdict:
        """Whether an automatic answer to this address goes, and counts it."""
        address = ascii_lower(address)
        if self.said.get((address, fingerprint)):
            return Verdict("silent", "the same mail from this address was answered within the hour")
        self.said[address, fingerprint] = True
        domain = address.rpartition("@")[2]
        spent = self.spent_on(address, verified=verified)
        over = allowance(spent, verified=verified, free_mail_domain=is_free_mail(domain))
        if over:
            return Verdict("hold", f"budget: {over}")
        if not verified:
            flow = self.traffic
            held = self.breaker.tripped_at is not None
            self.traffic = Traffic(flow.minute + 1, flow.ten_minutes + 1, flow.hour + (0 if held else 1))
            self.breaker = next_breaker(self.breaker, self.traffic, self.now)
            if self.breaker.tripped_at is not None:
                return Verdict("hold", "breaker: far more automatic letters to strangers than usual")
            self.domains[domain] += 1
            self.mailboxes[mailbox_of(address)] += 1
        self.spent[address] = Spent(spent.to_address_hour + 1, spent.to_address_day + 1, 0)
        return GO
