"""Morning lists: once a day, the open cases to each agent who wants to begin the day with them."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core.correspondence import Stationery
from mailbot.core.morning import DueList, due_lists, morning_list
from mailbot.database import Database
from mailbot.ledger import Ledger
from mailbot.marks import mark, unmarked
from mailbot.office import Office
from mailbot.opencases import open_cases
from mailbot.personaladdress import personal_version, post_personal
from mailbot.rounds import apart

log = logging.getLogger(__name__)


def send_lists(database: Database, office: Office, now: datetime) -> int:
    """Put the lists that are due at a moment (UTC) into the outbox, each in one commit; how many.

    A daemon that was off sends them when it is back on the same local day. Where no case is open nothing is sent, and
    that day's list is done with all the same. A list that cannot be written is logged, and tried again next time.
    """
    force = office.in_force
    with database.read() as connection:
        lists = due_lists(force.desks.values(), now)
        unseen = unmarked(connection, {_key(one): one.day.isoformat() for one in lists})
    stationery = force.stationery(now)
    sent = 0
    for one in (each for each in lists if _key(each) in unseen):
        trouble = f"desk {one.desk.key}: the morning list of an agent cannot be written"
        with apart(trouble), database.write() as connection:
            sent += _send(connection, stationery, one)
        # Commit: the letter, if any, stands in the outbox, and the day is marked as seen to.
    if sent:
        log.info("%d morning lists", sent)
    return sent


def _send(connection: Connection, stationery: Stationery, due: DueList) -> bool:
    desk, agent = due.desk, due.agent
    errand = morning_list(due, open_cases(connection, desk, stationery.now))
    if errand is not None:
        ledger = Ledger(stationery.now)
        post_personal(ledger, stationery, desk, agent, (errand,), personal_version(connection, desk, agent))
        ledger.write(connection)
    mark(connection, _key(due), due.day.isoformat())
    return errand is not None


def _key(due: DueList) -> str:
    return f"list:{due.desk.key}:{due.agent.address}"
