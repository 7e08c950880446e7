"""When the list of open cases is due to each agent who wants it in the morning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from mailbot.core.agenttellings import ListedCase
from mailbot.core.caselist import case_list
from mailbot.core.desk import Agent, Desk
from mailbot.core.errands import Errand
from mailbot.core.worktime import plan_day


@dataclass(frozen=True, slots=True)
class DueList:
    """The list of one local day, for one agent of one desk."""

    desk: Desk
    agent: Agent
    day: date

    @property
    def cause(self) -> str:
        """What the letter is known by: there is one a day."""
        return f"list:{self.desk.key}:{self.agent.address}:{self.day.isoformat()}"


def due_lists(desks: Iterable[Desk], now: datetime) -> tuple[DueList, ...]:
    """The lists whose hour has come on the local day of the aware moment `now`, whether or not they went out.

    From the agent's `morning_list` to the end of that day in the desk's zone, on days on which the desk is open at all.
    An hour that a clock change leaves out has come when the clock has passed it; one that it repeats, the first time.
    ValueError for a naive moment.
    """
    if now.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {now}")
    due = []
    for desk in desks:
        day = now.astimezone(desk.calendar.zone).date()
        if plan_day(desk.calendar, day).spans:
            due += [DueList(desk, agent, day) for agent in desk.agents if _has_come(desk, agent, now)]
    return tuple(due)


def morning_list(due: DueList, cases: Iterable[ListedCase]) -> Errand | None:
    """The letter with those of the desk's open cases that are the agent's, as for `#list`; None where there are none.

    A list of nothing would be noise, and agents would learn not to open it.
    """
    agent = due.agent
    told = case_list(due.desk, agent, tuple(cases), "")
    return Errand(told, agent.address, "agent", due.cause, "receipt", language=agent.language) if told.cases else None


def _has_come(desk: Desk, agent: Agent, now: datetime) -> bool:
    minute = agent.morning_list
    if minute is None:
        return False
    local = now.astimezone(desk.calendar.zone)
    if local.hour * 60 + local.minute >= minute:
        return True
    # The clock has been put back since: that wall time was first reached before it was.
    first = datetime.combine(local.date(), time(minute // 60, minute % 60), tzinfo=desk.calendar.zone)
    return first.timestamp() <= now.timestamp()
