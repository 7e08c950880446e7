"""When a survey is sent, reminded of and expires, and whether a person may be asked again (V13, Y11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.core.calendar import Calendar, Holiday, Hours, Span
from mailbot.core.worktime import next_opening

_OPENS, _CLOSES = 8 * 60, 17 * 60


def office_hours(zone: ZoneInfo, holidays: Mapping[date, Holiday]) -> Calendar:
    """The survey hours of a desk that names none: weekdays 08:00 to 17:00 local that are no holidays of its."""
    day = (Span(_OPENS, _CLOSES),)
    return Calendar(zone, (Hours((day, day, day, day, day, (), ())),), holidays)


def survey_moment(closed: datetime, hours: Calendar, wait: timedelta) -> datetime:
    """When the survey about a case is sent: the first moment in the survey hours at least `wait` after its closing.

    `wait` is elapsed time, and an hour in which a span closes is outside it. `closed` is aware, the moment given UTC.
    ValueError for a naive moment, `worktime.NeverOpenError` where the hours hold no open time.
    """
    return next_opening(hours, closed + wait)


def expiry(sent: datetime, valid: timedelta) -> datetime:
    """From when on an answer no longer counts, UTC. A reminder does not put it off. ValueError for a naive moment."""
    if sent.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {sent}")
    return sent.astimezone(UTC) + valid


def in_time(received: datetime, expires: datetime) -> bool:
    """Whether an answer that reached us at that moment counts."""
    return received < expires


def reminder_moment(sent: datetime, hours: Calendar, after: timedelta, expires: datetime) -> datetime | None:
    """When the one reminder is sent: the first moment in the survey hours at least `after` after the survey itself.

    None where the survey has expired by then. Errors as for `survey_moment`.
    """
    moment = next_opening(hours, sent + after)
    return moment if in_time(moment, expires) else None


def may_ask(last_asked: datetime | None, now: datetime, days: int) -> bool:
    """Whether a person who was last sent a survey then (None: never) may be sent one now (Y11).

    Not before that many times 24 hours have passed; so not either where a clock was set back since.
    """
    return last_asked is None or now - last_asked >= timedelta(days=days)
