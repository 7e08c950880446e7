"""What the list of an organisation's cases tells, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from mailbot.core.casewords import desk_words, priority_words, start_words
from mailbot.core.customertellings import OurCase, OurCases
from mailbot.core.desk import Desk
from mailbot.core.headertext import one_line
from mailbot.core.moments import moment_words, zone_words
from mailbot.core.subjects import bare_subject

_ROOM_PER_CASE: Final = 4000


def our_cases_words(desk: Desk, told: OurCases, now: datetime, language: str) -> dict[str, Any]:
    """The facts of the letter; years are told where they are not that of `now`."""
    zone = desk.calendar.zone
    return {
        **desk_words(desk, language),
        "organisation": {"name": one_line(told.customer, 100)},
        "reader": one_line(told.reader, 80),
        "written": moment_words(now, zone, language),
        "zone": zone_words(zone.key, language),
        "count": len(told.cases) + told.left_out,
        "cases": tuple(_case_words(desk, each, now, language) for each in told.cases),
        "left_out": told.left_out,
    }


def our_cases_room(told: OurCases) -> int:
    """Characters that the cases can add to the letter."""
    return _ROOM_PER_CASE * len(told.cases)


def _case_words(desk: Desk, case: OurCase, now: datetime, language: str) -> dict[str, Any]:
    start = start_words(desk, case.promise, now, language) if case.promise else {}
    return {
        "number": case.number,
        "subject": bare_subject(case.subject, case.number),
        "who": one_line(case.who, 200),
        "verified": case.verified,
        "received": moment_words(case.received, desk.calendar.zone, language, near=now),
        "priority": priority_words(desk, case.priority, language),
        "state": case.state,
        "start": {"told": case.promise is not None, **start},
    }
