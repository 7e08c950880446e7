"""Whether a digest may now tell an address what its budget holds back, and which cases it tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.budget import CALM_SHARE, due_digest, minute_limit
from mailbot.core.customertellings import HeldCase
from mailbot.core.freemail import is_free_mail
from mailbot.core.purse import Purse

TOLD_IN_DIGEST = "told in a digest"
"""What stands as the answer of a held letter whose case a digest has told."""


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """An automatic answer that a budget holds."""

    outgoing_id: int
    ticket_id: int
    mail_id: int
    """The mail that it answers."""
    case: HeldCase | None
    """What a digest tells instead; None where the case has ended or the address takes part in it no more."""


def may_tell(purse: Purse, address: str, held_since: datetime, *, verified: bool) -> bool:
    """Whether a digest may go to this address (lower case), whose oldest held answer is of the moment `held_since`.

    `verified` as in `budget.due_digest`. Digests to strangers wait while the breaker holds letters, and take no more
    than CALM_SHARE of what it lets through: what was held once must not trip it against those who write now.
    """
    domain = address.rpartition("@")[2]
    spent = purse.spent_on(address, verified=verified)
    if not due_digest(held_since, spent, purse.now, verified=verified, free_mail_domain=is_free_mail(domain)):
        return False
    if verified:
        return True
    return purse.breaker.tripped_at is None and purse.traffic.minute < CALM_SHARE * minute_limit(purse.traffic.hour)


def cases_told(held: Iterable[HeldAnswer]) -> tuple[HeldCase, ...]:
    """Each case once, in the order in which the answers were held."""
    return tuple({answer.case.number: answer.case for answer in held if answer.case is not None}.values())
