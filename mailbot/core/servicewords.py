"""What the letters tell that are about what a customer is entitled to, in words: declined, ordered, at fault, fixed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from mailbot.core.customertellings import (
    Admitted,
    CustomerTelling,
    Declined,
    FaultConfirmed,
    FaultFixed,
    NotCovered,
    OrderAsked,
    OrderRecorded,
)
from mailbot.core.desk import Desk
from mailbot.core.headertext import one_line
from mailbot.core.knowncase import KnownFault
from mailbot.core.moments import date_words
from mailbot.core.texts import Texts, in_language
from mailbot.core.tongue import tongue
from mailbot.core.words import Words

_LONGEST_VERSION = 100
_MOST_LINES = 40
_LONGEST_LINE = 1000
ORDER_ROOM = 6 * _MOST_LINES * _LONGEST_LINE
"""Characters, in HTML, that the order repeated with its answer may add to a letter."""


def service_words(desk: Desk, telling: CustomerTelling, now: datetime, language: str) -> dict[str, Any]:
    """What such a letter, written at the aware moment `now`, tells besides the case; empty for any other letter."""
    match telling:
        case Admitted(begun, waits):
            return {"begun": begun, "waits": waits}
        case Declined(words, by):
            return _said(words, by, desk.service.decline, language)
        case NotCovered(words, by):
            return _said(words, by, desk.service.not_covered, language)
        case OrderAsked(words, by):
            return _said(words, by, desk.service.order, language)
        case OrderRecorded(ordered, order, begun):
            return {"ordered": ordered, "order": _repeated(order), "begun": begun}
        case FaultConfirmed(version, expected, changed):
            return {**release_words(desk, version, expected, now, language), "changed": changed}
        case FaultFixed(version):
            return {"version": one_line(version, _LONGEST_VERSION)}
    return {}


def fault_words(desk: Desk, fault: KnownFault | None, now: datetime, language: str) -> dict[str, Any]:
    """What is told of the fault that a case hangs on, if it hangs on one: the version, its day, whether it is fixed."""
    if fault is None:
        return {"version": "", "expected": "", "fixed": False}
    told = release_words(desk, fault.version, fault.expected, now, language)
    return {**told, "fixed": fault.fixed is not None}


def release_words(desk: Desk, version: str, expected: date | None, now: datetime, language: str) -> dict[str, Any]:
    """The version that is to be without a fault, and the day on which it is expected, in words; empty: not known."""
    year = now.astimezone(desk.calendar.zone).year
    day = date_words(expected, tongue(language), year) if expected else ""
    return {"version": one_line(version, _LONGEST_VERSION), "expected": day}


def _repeated(order: str) -> tuple[str, ...]:
    """The lines of an order, as many as recall what it was."""
    lines = order.strip("\n").splitlines()
    told = tuple(one_line(line, _LONGEST_LINE) for line in lines[:_MOST_LINES])
    return (*told, "…") if len(lines) > _MOST_LINES else told


def _said(words: Words, by: str, terms: Texts, language: str) -> dict[str, Any]:
    """The agent's words, and what the desk file says to that."""
    terms_told = in_language(terms, language).strip()
    return {"words": words.text.strip("\n"), "by": one_line(by, 100), "terms": terms_told}
