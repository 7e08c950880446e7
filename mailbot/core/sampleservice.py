"""Made-up turns about what a customer is entitled to, as `core.sampletellings` makes the others up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from mailbot.core.agenttellings import FaultCase, FaultNews
from mailbot.core.casefacts import CaseFacts
from mailbot.core.customertellings import (
    Admitted,
    Declined,
    FaultConfirmed,
    FaultFixed,
    NotCovered,
    OrderAsked,
    OrderRecorded,
)
from mailbot.core.desk import Desk
from mailbot.core.errands import Telling
from mailbot.core.words import Words

_WORDS = Words("Hello Anna,\n\nthis is done by your own administrator.")
_ORDER = "Shall we look for the cause? It takes about an hour."
_AGENT = "Kim Agent"


def _admitted(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Admitted(begun=False)
    yield Admitted(begun=True)
    yield Admitted(begun=False, waits=True)


def _declined(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Declined(_WORDS, _AGENT)
    yield Declined(Words(""), "")


def _not_covered(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield NotCovered(_WORDS, _AGENT)
    yield NotCovered(Words(""), "")


def _order(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield OrderAsked(Words(_ORDER), _AGENT)


def _order_recorded(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield OrderRecorded(True, _ORDER, begun=False)
    yield OrderRecorded(False, _ORDER, begun=False)
    yield OrderRecorded(True, _ORDER, begun=True)


def _fault_confirmed(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    day = case.received.date() + timedelta(days=30)
    yield FaultConfirmed("12.1", day)
    yield FaultConfirmed("12.1", None)
    yield FaultConfirmed("12.2", day + timedelta(days=365), changed=True)


def _fault_fixed(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield FaultFixed("12.1")


def _fault_news(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    day, sample = case.received.date() + timedelta(days=30), FaultCase(case.number, case.subject, "Åsa Berg", True)
    more = FaultCase(case.number, "", "asa@customer.example", False)
    yield FaultNews(_AGENT, case.number, "12.1", day, True, (sample, more))
    yield FaultNews(_AGENT, case.number, "12.1", day, False, (sample,))
    yield FaultNews(_AGENT, case.number, "12.1", None, False, (sample,) * 201)


SERVICE_MAKERS: Final[Mapping[str, Callable[[Desk, CaseFacts], Iterator[Telling]]]] = {
    "admitted": _admitted, "declined": _declined, "not-covered": _not_covered, "order": _order,
    "order-recorded": _order_recorded, "fault-confirmed": _fault_confirmed, "fault-fixed": _fault_fixed,
    "fault-news": _fault_news,
}  # fmt: skip
"""By letter, as in `core.sampletellings`."""
