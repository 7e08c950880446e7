"""What every letter may tell of a case, in words: its desk, level, queue, and when work starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Desk
from mailbot.core.moments import moment_words, why_words, zone_words
from mailbot.core.promise import Promise
from mailbot.core.subjects import bare_subject
from mailbot.core.texts import in_language


def case_words(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    """What every letter about one case may tell, with the whole subject: mind who wrote it (Q23)."""
    return {
        **desk_words(desk, language),
        "case": {
            "number": case.number,
            "subject": bare_subject(case.subject, case.number),
            "verified": case.verified,
            "incomplete": case.incomplete,
            "received": moment_words(case.received, desk.calendar.zone, language),
        },
        "priority": priority_words(desk, case.priority, language),
        "start": {
            "told": case.told,
            "promised": case.promised,
            "begun": moment_words(case.started, desk.calendar.zone, language, near=now) if case.started else "",
            **start_words(desk, case.promise, now, language),
        },
    }


def desk_words(desk: Desk, language: str) -> dict[str, Any]:
    """What every letter may tell about the desk."""
    closing = tuple(line for line in in_language(desk.closing, language).split("\n") if line.strip())
    return {"desk": {"name": desk.name, "address": desk.address, "closing": closing or (desk.name,)}}


def priority_words(desk: Desk, key: str, language: str) -> dict[str, str]:
    """A level's name and meaning; its key where the desk file has lost it, which is better than no letter."""
    level = next((level for level in desk.priorities if level.key == key), None)
    if level is None:
        return {"name": key, "meaning": ""}
    return {"name": in_language(level.name, language), "meaning": in_language(level.meaning, language)}


def queue_words(desk: Desk, key: str, language: str) -> dict[str, str]:
    """A queue's key and name; the key for both where the desk file does not have it."""
    name = next((in_language(queue.name, language) for queue in desk.queues if queue.key == key), key)
    return {"key": key, "name": name}


def start_words(desk: Desk, promise: Promise, now: datetime, language: str) -> dict[str, Any]:
    """The expected start, as a letter written at the aware moment `now` tells it."""
    zone = desk.calendar.zone
    passed = has_passed(desk, promise, now)
    return {
        "passed": passed,
        "at_once": promise.at_once and not passed,
        "moment": moment_words(promise.expected_start, zone, language, near=promise.received),
        "why": "" if passed else why_words(desk, promise, language),
        "zone": zone_words(zone.key, language),
    }


def has_passed(desk: Desk, promise: Promise, now: datetime) -> bool:
    """Whether a letter written at the aware moment `now` comes too late to promise that start; "at once" has a grace.

    The grace is elapsed time here, though a promise is judged in open time: a desk that has closed starts nothing at
    once.
    """
    return now > promise.expected_start + (desk.grace if promise.at_once else timedelta())
