"""How many automatic answers may go out: to one address, to one domain, and to strangers altogether.

Two fences. The **budgets** bind one correspondent, so that nobody can have a victim's mailbox filled, and no two robots
write to each other for long (Q10). The **breaker** stops automatic letters to strangers altogether when there are far
more of them than usual (Q11). Neither loses anything: tickets are made, and a letter that may not go is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ADDRESS_HOUR = 3
"""Automatic answers within an hour to an unverified address (Q10; RFC 3834 section 2)."""
ADDRESS_DAY = 10
"""The same within 24 hours."""
DOMAIN_HOUR = 30
"""Automatic answers within an hour to all the unverified addresses of one domain (Q10)."""
VERIFIED_HOUR = 30
"""Automatic answers within an hour to somebody whose mail is proved: a busy person, but not a robot; our own choice."""
DIGEST_AFTER = timedelta(minutes=10)
"""How old the first held letter is when a digest may tell it, so that one letter tells a burst and not its beginning;
our own choice."""

BREAKER_MINUTE = 60
"""Automatic letters to strangers within a minute that are never too many (Q11)."""
BREAKER_TIMES = 10
"""How many times the last hour's mean they may come to (Q11)."""
BREAKER_REST = timedelta(hours=1)
"""How long a tripped breaker stays open at least; our own choice, as is `CALM_SHARE`."""
CALM_MINUTES = 10
"""Over how many minutes it must have been quiet before the breaker closes by itself."""
CALM_SHARE = 0.5
"""What part of the limit is quiet."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Automatic answers (acknowledgements, status answers, digests) already caused, from the outbox.

    Rows that are held or cancelled do not count, the one in question neither. An hour is the last 60 minutes, a day
    the last 24 hours, both by when the letter was written. Letters that an agent caused are nobody's budget.
    """

    to_address_hour: int
    to_address_day: int
    to_domain_hour: int
    """To unverified addresses only: what a company's proven people get leaves its strangers' share alone."""


def allowance(spent: Spent, *, verified: bool, free_mail_domain: bool) -> str:
    """Empty where one more automatic answer may go, else the English reason for which it is held (Q10).

    A provider of free mail (`freemail.is_free_mail`) has no budget as a domain: its people are strangers to one
    another, and thirty of them an hour would be held for what none of them did. A flood in their names meets the
    budget of each address and the breaker. Verified senders have the hour's budget alone, also while a forger uses up
    that of their address.
    """
    if verified:
        return _over(spent.to_address_hour, VERIFIED_HOUR, "this address within the hour")
    return (
        _over(spent.to_address_hour, ADDRESS_HOUR, "this address within the hour")
        or _over(spent.to_address_day, ADDRESS_DAY, "this address within the day")
        or ("" if free_mail_domain else _over(spent.to_domain_hour, DOMAIN_HOUR, "this domain within the hour"))
    )


def mailbox_of(address: str) -> str:
    """The mailbox that letters to an address (lower case) reach, as far as it can be told.

    Most providers deliver what is addressed to `name+anything` to `name`, and Gmail leaves out dots as well: a forger
    who varies them fills one mailbox.
    """
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def due_digest(held_since: datetime, spent: Spent, now: datetime, *, verified: bool, free_mail_domain: bool) -> bool:
    """Whether one digest may now tell an address all that its budget holds back.

    As soon as there is room for one letter more, and not before the oldest held one (`held_since`) has waited
    DIGEST_AFTER. The digest is itself an automatic answer and counts as one. `verified` as for the last of the letters
    that it tells. Only for what `allowance` held: what the breaker held waits for an admin.
    """
    room = not allowance(spent, verified=verified, free_mail_domain=free_mail_domain)
    return room and now - held_since >= DIGEST_AFTER


@dataclass(frozen=True, slots=True)
class Traffic:
    """Automatic letters to unverified addresses, of all desks together, that had room in their budgets.

    What a budget holds does not count, or one forger with a thousand mails in one name could silence the desk.
    """

    minute: int
    """Within the last minute, whether the breaker let them go or held them."""
    ten_minutes: int
    """The same within the last CALM_MINUTES."""
    hour: int
    """Within the last hour, and only those that went: a flood that was held must not pass for what is usual."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of the breaker. `Breaker()` is closed: letters go. An admin who resets it writes just that."""

    tripped_at: datetime | None = None
    """While it is open: since when automatic letters to unverified addresses are held."""
    limit: float = BREAKER_MINUTE
    """Letters a minute; the one it tripped at, by which quiet is judged."""


def minute_limit(hour: int) -> float:
    """How many automatic letters a minute are not too many after an hour with `hour` of them (Q11)."""
    return max(BREAKER_MINUTE, BREAKER_TIMES * hour / 60)


def trips(minute: int, hour: int) -> bool:
    """Whether so many automatic letters to unverified addresses in the last minute are a flood (Q11)."""
    return minute > minute_limit(hour)


def calm(breaker: Breaker, ten_minutes: int, now: datetime) -> bool:
    """Whether an open breaker may close by itself.

    BREAKER_REST after it tripped at the earliest, and when the last CALM_MINUTES had on average less than CALM_SHARE
    of the limit it tripped at. What it held stays held until an admin releases it.
    """
    if breaker.tripped_at is None or now - breaker.tripped_at < BREAKER_REST:
        return False
    return ten_minutes < CALM_SHARE * breaker.limit * CALM_MINUTES


def next_breaker(breaker: Breaker, traffic: Traffic, now: datetime) -> Breaker:
    """The breaker after a look at the traffic: the same object where nothing changes.

    Asked before each batch of letters is let go, so that a flood is stopped within the minute (Q11). Where an open one
    comes back closed, or a closed one open, the admin is to be told.
    """
    if breaker.tripped_at is None:
        return Breaker(now, minute_limit(traffic.hour)) if trips(traffic.minute, traffic.hour) else breaker
    return Breaker() if calm(breaker, traffic.ten_minutes, now) else breaker


def _over(spent: int, budget: int, where: str) -> str:
    return f"{spent} automatic answers to {where}" if spent >= budget else ""
