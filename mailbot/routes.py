"""Whom a route to a partner concerns, and the letter that tells them once when it begins or ends (V12)."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from mailbot.core.audience import agent_of
from mailbot.core.correspondence import Stationery
from mailbot.core.customertellings import RouteChanged
from mailbot.core.desk import Desk, Partner, Route
from mailbot.core.deskletters import run_desk_errand
from mailbot.core.errands import Errand
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.route import in_force, is_about, partners_on
from mailbot.core.terms import in_terms
from mailbot.ledger import Ledger
from mailbot.returns import suppressed
from mailbot.tables import EVENT, MESSAGE, OUTGOING, TICKET, TicketState

LOOKING_BACK = timedelta(days=2 * 365)
"""How long before a change somebody may have written about the product to be told of it."""
NEAR = timedelta(days=30)
"""How near to its day an untold change is one to warn of."""


@dataclass(frozen=True, slots=True)
class Change:
    """The beginning of a route to a partner, or its end with nobody to follow."""

    desk: Desk
    route: Route
    day: date
    """The first local day on which it is so."""
    partner: Partner | None
    """Who works on the mail from then on; None: the desk itself."""

    @property
    def cause(self) -> str:
        """What its letters are known by, so that each customer gets one."""
        what = "" if self.partner else "ended:"
        return f"route:{self.desk.key}:{self.route.name}:{what}{self.day.isoformat()}"

    @property
    def product(self) -> str:
        """What the mail is about, as the letter calls it."""
        return self.route.product or self.route.name

    @property
    def begins(self) -> datetime:
        """The aware moment from which it is so."""
        return datetime.combine(self.day, time(), self.desk.calendar.zone)


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is concerned by a change, by address (lower case); each with the customer's key, or with none."""

    told: Mapping[str, str] = field(default_factory=dict)
    """To whom a letter of it has been written."""
    untold: Mapping[str, str] = field(default_factory=dict)
    suppressed: Mapping[str, datetime] = field(default_factory=dict)
    """Of the untold those who get no automatic letters, and until when."""


def beginning(desk: Desk, route: Route) -> Change | None:
    """That the route begins; None where it leads to no partner, or has always been."""
    partners = partners_on(desk, route)
    return Change(desk, route, route.since, partners[0]) if partners and route.since else None


def end(desk: Desk, route: Route) -> Change | None:
    """That the route ends and the desk works on the mail itself again.

    None where it leads to no partner, has no last day, or another route takes the same mail to a partner from then on.
    """
    if route.until is None or not partners_on(desk, route):
        return None
    day = route.until + timedelta(days=1)
    return None if follower(desk, route) else Change(desk, route, day, None)


def follower(desk: Desk, route: Route) -> Route | None:
    """The route to a partner by which the same mail goes on the day after this one's last; None where there is none."""
    if route.until is None:
        return None
    day = route.until + timedelta(days=1)
    for other in desk.routes:
        same = other.product == route.product if route.product else other.words == route.words
        if other is not route and same and in_force(other, day) and partners_on(desk, other):
            return other
    return None


def circles(connection: Connection, desk: Desk, changes: Sequence[Change], now: datetime) -> list[Circle]:
    """Who is concerned by each of these changes of one desk, as of the aware moment `now`; in their order.

    The contacts of customers who use the product, and the verified requesters of cases about it within the two years
    before the change (`LOOKING_BACK`). Neither agents nor partners, and nobody's spam.
    """
    found: list[dict[str, str]] = [_users(desk, change) for change in changes]
    since = min((change.begins for change in changes), default=now) - LOOKING_BACK
    for row in _openings(connection, desk, since) if any(change.route.words for change in changes) else ():
        address = ascii_lower(row.requester)
        for change, known in zip(changes, found, strict=True):
            recent = change.begins - LOOKING_BACK <= row.received < change.begins
            if address not in known and recent and is_about(change.route, row.subject, row.reply or row.text or ""):
                known[address] = row.customer or _customer_of(desk, address)
    return [_circle(connection, desk, change, known, now) for change, known in zip(changes, found, strict=True)]


def tell(connection: Connection, stationery: Stationery, change: Change) -> Circle:
    """Put the letter to everybody concerned who has not got it into the outbox; who was concerned before that."""
    (circle,) = circles(connection, change.desk, (change,), stationery.now)
    ledger = Ledger(stationery.now)
    count = 0
    for address, customer in circle.untold.items():
        if address in circle.suppressed:
            continue
        desk = in_terms(change.desk, customer)
        telling = RouteChanged(change.product, change.day, change.partner)
        errand = Errand(telling, address, "customer", change.cause, "notice", at_once=True)
        sealed = run_desk_errand(stationery, desk, errand, desk.address)
        ledger.post(desk.key, None, (sealed,))
        count += 1
    ledger.write(connection)
    text = f"desk {change.desk.key}: an admin tells {count} customers of the route {change.route.name}"
    if count:
        connection.execute(EVENT.insert(), [{"at": stationery.now, "kind": "route", "text": text}])
    return circle


def warnings(connection: Connection, desks: Iterable[Desk], now: datetime) -> list[str]:
    """What to warn of at the aware moment `now`: changes within 30 days, before or after it, that somebody is not told.

    Who gets no automatic letters at the moment does not count.
    """
    found = []
    for desk in desks:
        today = now.astimezone(desk.calendar.zone).date()
        both = [change for route in desk.routes for change in (beginning(desk, route), end(desk, route))]
        near = [change for change in both if change is not None and abs(change.day - today) <= NEAR]
        for change, circle in zip(near, circles(connection, desk, near, now), strict=True):
            count = len(circle.untold) - len(circle.suppressed)
            found += [_warning(change, count)] if count else []
    return found


def list_routes(connection: Connection, desks: Iterable[Desk], now: datetime) -> list[dict[str, Any]]:
    """The routes of the desks as of the aware moment `now`: when they hold, whereto, and who has been told."""
    rows = []
    for desk in desks:
        today = now.astimezone(desk.calendar.zone).date()
        changes = [change for route in desk.routes if (change := beginning(desk, route)) is not None]
        told = circles(connection, desk, changes, now)
        known = {(one.route.name, one.route.since): circle for one, circle in zip(changes, told, strict=True)}
        rows += [_row(desk, route, known.get((route.name, route.since)), today) for route in desk.routes]
    return rows


def _warning(change: Change, count: int) -> str:
    name = change.route.name
    ended = "" if change.partner else " --ended"
    what = f"leads to {change.partner.name} from" if change.partner else "is over from"
    untold = f"{count} customer{'' if count == 1 else 's'} concerned {'has' if count == 1 else 'have'} not been told"
    command = f"mailbot routes tell {shlex.quote(name)}{ended} --desk {change.desk.key}"
    return f"desk {change.desk.key}: the route {name} {what} {change.day}, and {untold}: {command}"


def _row(desk: Desk, route: Route, circle: Circle | None, today: date) -> dict[str, Any]:
    state = "in force" if in_force(route, today) else "past" if route.until and route.until < today else "coming"
    return {
        "desk": desk.key, "name": route.name, "to": list(route.to),
        "since": route.since.isoformat() if route.since else None,
        "until": route.until.isoformat() if route.until else None, "state": state,
        "words": list(route.words), "queues": list(route.queues), "when": route.when, "product": route.product,
        "concerned": len(circle.told) + len(circle.untold) if circle else None,
        "told": len(circle.told) if circle else None,
    }  # fmt: skip


def _users(desk: Desk, change: Change) -> dict[str, str]:
    """The contacts of the customers who use the product."""
    known = desk.customers.by_key.values() if desk.customers and change.route.product else ()
    using = (customer for customer in known if change.route.product in customer.products)
    return {contact.address: customer.key for customer in using for contact in customer.contacts}


def _openings(connection: Connection, desk: Desk, since: datetime) -> Iterable[Any]:
    """Subject and new text of the mails that opened the desk's cases, newest first; of proven senders only."""
    query = (
        select(
            TICKET.c.requester, TICKET.c.customer, TICKET.c.subject, TICKET.c.received, MESSAGE.c.reply, MESSAGE.c.text
        )
        .outerjoin(MESSAGE, MESSAGE.c.mail_id == TICKET.c.opened_by)
        .where(
            TICKET.c.desk == desk.key, TICKET.c.verified, TICKET.c.state != TicketState.SPAM,
            TICKET.c.received >= since,
        )
        .order_by(TICKET.c.id.desc())
        .execution_options(yield_per=1000)
    )  # fmt: skip
    return connection.execute(query)


def _customer_of(desk: Desk, address: str) -> str:
    customer, _ = desk.customers.find(address) if desk.customers else (None, None)
    return customer.key if customer else ""


def _circle(connection: Connection, desk: Desk, change: Change, known: Mapping[str, str], now: datetime) -> Circle:
    partners = {address for partner in desk.partners for address in partner.addresses}
    people = {
        address: customer
        for address, customer in sorted(known.items())
        if agent_of(desk, address) is None and address not in partners and address not in desk.addresses
    }
    written = select(OUTGOING.c.recipient).where(OUTGOING.c.cause == change.cause)
    told = {ascii_lower(recipient) for recipient in connection.execute(written).scalars()}
    held_back = suppressed(connection, set(people) - told)
    return Circle(
        {address: customer for address, customer in people.items() if address in told},
        {address: customer for address, customer in people.items() if address not in told},
        {address: until for address, until in held_back.items() if until > now},
    )
