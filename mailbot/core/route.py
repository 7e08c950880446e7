"""Which route a case takes, whom that leads to, and whose mail a route is about (V9, V12, B7)."""

from __future__ import annotations

from datetime import date, datetime

from mailbot.core.desk import Agent, Desk, Partner, Route
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.phrases import holds_any
from mailbot.core.worktime import plan_day, reads_within


def route_for(desk: Desk, letter: Letter, queue: str, received: datetime) -> Route | None:
    """The route of a new case: the first in the desk file that holds for its mail, queue (key) and moment.

    `received` is aware. A route of days is judged by the local day, one of open or closed hours by the desk's own
    hours, never a customer's.
    """
    return route_about(desk, letter.subject, letter.reply, queue, received)


def route_about(desk: Desk, subject: str, text: str, queue: str, moment: datetime) -> Route | None:
    """As `route_for`, for a case of which the opening mail's subject and new text are at hand."""
    for route in desk.routes:
        here = not route.queues or queue in route.queues
        if here and is_on(desk, route, moment) and (not route.words or is_about(route, subject, text)):
            return route
    return None


def in_force(route: Route, day: date) -> bool:
    """Whether a local day is one of the route's, its first and last day included."""
    return (route.since is None or route.since <= day) and (route.until is None or day <= route.until)


def is_on(desk: Desk, route: Route, moment: datetime) -> bool:
    """Whether a route is in force at an aware moment, and takes mail at that time of day."""
    local = moment.astimezone(desk.calendar.zone)
    if not in_force(route, local.date()):
        return False
    if route.when == "always":
        return True
    is_open = reads_within(plan_day(desk.office_calendar, local.date()).spans, local)
    return is_open == (route.when == "open")


def is_about(route: Route, subject: str, text: str) -> bool:
    """Whether a mail's subject or new text holds one of the route's words; never so for a route without any."""
    return holds_any(route.words, f"{subject}\n{text}")


def route_named(desk: Desk, name: str, moment: datetime) -> Route | None:
    """The route of that name: of several, the one in force at an aware moment, else the last one of the desk file.

    None where the desk file has it no more, and for the empty name.
    """
    day = moment.astimezone(desk.calendar.zone).date()
    known = [route for route in desk.routes if name and route.name == name]
    return next((route for route in known if in_force(route, day)), known[-1] if known else None)


def route_of(desk: Desk, case: KnownCase) -> Route | None:
    """The route that a case is on; None where it took none, or the desk file has it no more."""
    return route_named(desk, case.route, case.facts.received)


def partners_on(desk: Desk, route: Route | None) -> tuple[Partner, ...]:
    """The partners to whom a route passes cases on, in the desk file's order."""
    named = set(route.to) if route is not None else set()
    return tuple(partner for partner in desk.partners if not named.isdisjoint(partner.addresses))


def agents_on(desk: Desk, route: Route | None) -> tuple[Agent, ...]:
    """The agents whom a route makes responsible, a duty team, in the desk file's order."""
    named = set(route.to) if route is not None else set()
    return tuple(agent for agent in desk.agents if not named.isdisjoint(agent.addresses))
