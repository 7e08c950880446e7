"""Whether targets are ever reached: hours that never open, and lengths that no calendar holds, are told beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import Calendar, Target
from mailbot.core.worktime import HORIZON, NeverOpenError, count_open
from mailbot.files.formfile import KeyPath


def unreached(calendar: Calendar, targets: Mapping[str, tuple[Target, ...]]) -> Iterator[tuple[KeyPath, str]]:
    """What is wrong with these hours, else with each of the targets (by priority's key) counted in them.

    The key is ("hours",) or ("targets", PRIORITY).
    """
    first = max((hours.since for hours in calendar.hours if hours.since), default=date(2026, 1, 1))
    start = datetime.combine(first, time(), calendar.zone)
    try:
        count_open(calendar, start, timedelta(0))
    except NeverOpenError:
        yield ("hours",), f"the desk never opens: expected an open day within ten years from {first}"
        return
    for priority, each in targets.items():
        longest = max(target.within for target in each)
        try:
            count_open(calendar, start, longest)
        except NeverOpenError:
            message = f"the desk is not open for {longest} within {HORIZON.days} days: expected a shorter target"
            yield ("targets", priority), message
