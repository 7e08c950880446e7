"""The counts behind budgets and breaker: what automatic answers have gone out of late, and the breaker's state."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, select, text

from mailbot.core.budget import CALM_MINUTES, Breaker, Spent, Traffic, mailbox_of
from mailbot.core.correspondence import Sealed, Stationery
from mailbot.core.deskletters import report_to_admin
from mailbot.core.purse import Purse
from mailbot.database import inserting
from mailbot.tables import META, OUTGOING, OutgoingState

ANSWER = "ack"
"""The kind of every automatic answer to a mail; other letters are nobody's budget."""

_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)
_BREAKER = "breaker"
_NOT_GONE = (OutgoingState.HELD, OutgoingState.CANCELLED)
# Built once, for they are run for each batch. `claimed_domain` is spelt as in the schema: SQLite uses a partial index
# only where the query repeats its condition literally.
_ADDRESS = func.lower(OUTGOING.c.recipient)
_LATELY = select(_ADDRESS, OUTGOING.c.created, OUTGOING.c.fingerprint, OUTGOING.c.state).where(
    _ADDRESS.in_(bindparam("who", expanding=True)), OUTGOING.c.created > bindparam("day"), OUTGOING.c.kind == ANSWER
)
_TO_STRANGERS = (
    select(
        OUTGOING.c.claimed_domain,
        _ADDRESS,
        func.sum(case((OUTGOING.c.state.in_(_NOT_GONE), 0), else_=1)),
        *(func.sum(case((OUTGOING.c.created > bindparam(since), 1), else_=0)) for since in ("minute", "calm")),
    )
    .where(text("outgoing.claimed_domain <> ''"), OUTGOING.c.created > bindparam("hour"))
    .group_by(OUTGOING.c.claimed_domain, _ADDRESS)
)
_KEPT = select(META.c.value).where(META.c.key == _BREAKER)


def load_purse(connection: Connection, addresses: Iterable[str], now: datetime) -> Purse:
    """The counts for these addresses (lower case) and for all strangers together, at an aware moment."""
    domains, mailboxes, traffic = _strangers(connection, now)
    breaker = load_breaker(connection)
    purse = Purse(now, domains=domains, traffic=traffic, breaker=breaker, breaker_was=breaker, mailboxes=mailboxes)
    count_spent(connection, purse, addresses)
    return purse


def count_spent(connection: Connection, purse: Purse, addresses: Iterable[str]) -> None:
    """Put the counts for further addresses (lower case) into a purse; those it has it keeps, as counted along since."""
    spent: dict[str, list[int]] = {who: [0, 0] for who in addresses if who and who not in purse.spent}
    if not spent:
        return
    for who, created, fingerprint, state in connection.execute(_LATELY, {"who": list(spent), "day": purse.now - _DAY}):
        recent = created > purse.now - _HOUR
        if recent and fingerprint:
            purse.said[who, fingerprint] = True
        if state not in _NOT_GONE:
            spent[who][0] += recent
            spent[who][1] += 1
    purse.spent |= {who: Spent(hour, day, 0) for who, (hour, day) in spent.items()}


def load_breaker(connection: Connection) -> Breaker:
    """The breaker as it was left."""
    kept = connection.execute(_KEPT).scalar()
    if not kept:
        return Breaker()
    state = json.loads(kept)
    return Breaker(datetime.fromisoformat(state["tripped_at"]), state["limit"])


def save_breaker(connection: Connection, breaker: Breaker) -> None:
    """Keep the breaker's state; a closed one leaves nothing behind."""
    connection.execute(META.delete().where(META.c.key == _BREAKER))
    if breaker.tripped_at is not None:
        value = json.dumps({"tripped_at": breaker.tripped_at.isoformat(), "limit": breaker.limit})
        connection.execute(inserting(connection, META).values(key=_BREAKER, value=value))


def breaker_report(stationery: Stationery, admin: str, breaker: Breaker) -> Sealed:
    """To the admin: the breaker has stopped automatic letters to strangers, or lets them go again."""
    if breaker.tripped_at is None:
        title, lines = "automatic letters to strangers go again", (_CALM,)
    else:
        title, lines = "automatic letters to strangers are held", (_FLOOD,)
    cause = f"report:breaker:{stationery.now.isoformat()}"
    return report_to_admin(stationery, admin=admin, cause=cause, title=title, lines=lines)


_FLOOD = (
    "Far more mail from unverified senders came within a minute than is usual, so their acknowledgements are held. "
    "Tickets are made as always. `mailbot held` lists the letters, `mailbot held release` sends them and "
    "`mailbot held drop` drops them."
)
_CALM = "The flood of mail from unverified senders is over. What was held meanwhile stays held: see `mailbot held`."


def _strangers(connection: Connection, now: datetime) -> tuple[defaultdict[str, int], defaultdict[str, int], Traffic]:
    """Answers to unverified addresses within the hour, by domain and by mailbox, and the breaker's view of them."""
    moments = {"minute": now - timedelta(minutes=1), "calm": now - timedelta(minutes=CALM_MINUTES), "hour": now - _HOUR}
    domains: defaultdict[str, int] = defaultdict(int)
    mailboxes: defaultdict[str, int] = defaultdict(int)
    minute = ten = hour = 0
    for domain, who, went, in_minute, in_ten in connection.execute(_TO_STRANGERS, moments):
        domains[domain] += went
        mailboxes[mailbox_of(who)] += went
        minute, ten, hour = minute + in_minute, ten + in_ten, hour + went
    return domains, mailboxes, Traffic(minute, ten, hour)
