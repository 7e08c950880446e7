"""The daemon's rounds: what is due by the hour alone goes out, from the running daemon and from a single pass."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.budget import DIGEST_AFTER
from mailbot.daemon import STOP_WITHIN, Daemon, now
from mailbot.database import Database
from mailbot.tables import OUTGOING
from tests.daemon.house import mail, until
from tests.shell.mailroom import TO, Mailroom

AGENTS = """\
[[agents]]
name = "Agnes"
addresses = ["agnes@agents.example"]
morning_list = "00:00"
"""


@pytest.fixture
def room(sqlite_database: Database, tmp_path: Path) -> Mailroom:
    """A mailroom where a list is due to Agnes, and a digest to Anna; its mail servers are not there."""
    room = Mailroom(sqlite_database, tmp_path / "config", agents=AGENTS)
    mails = [mail(number, to=TO, subject=f"Fråga {number}", text=f"Hej {number}") for number in range(1, 5)]
    room.take(*mails, at=now() - timedelta(hours=1) - DIGEST_AFTER)
    return room


def _due(room: Mailroom) -> set[str]:
    """What kinds of letters that no mail causes stand in the outbox."""
    causes = {cause.partition(":")[0] for (cause,) in room.select(OUTGOING.c.cause)}
    return causes & {"list", "digest"}


def test_the_running_daemon_makes_its_first_round_at_once(room: Mailroom) -> None:
    """The list and the digest are written at the start, not a tick later; then the daemon stops in time."""
    daemon = Daemon(room.office, room.database)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        until(lambda: _due(room) == {"list", "digest"}, "the first round", seconds=20)
    finally:
        daemon.stop.set()
        thread.join(2 * STOP_WITHIN)
    assert not thread.is_alive()


def test_a_single_pass_makes_a_round(room: Mailroom) -> None:
    """`mailbot once` leaves nothing that is due unwritten, even where the servers are not there."""
    assert not Daemon(room.office, room.database).pass_once()
    assert _due(room) == {"list", "digest"}


def test_a_single_pass_tells_of_a_start_that_is_late(sqlite_database: Database, tmp_path: Path) -> None:
    """A promise of four hours ago that nobody has kept is told to the lead by the same round."""
    room = Mailroom(sqlite_database, tmp_path / "config", agents=AGENTS)
    desk = room.folder / "desks" / "td.toml"
    desk.write_text('lead = "lead@agents.example"\n' + desk.read_text(encoding="utf-8"), encoding="utf-8")
    assert room.office.refresh() == ()
    room.take(mail(1, to=TO), at=now() - timedelta(hours=5))
    Daemon(room.office, room.database).pass_once()
    late = room.select(OUTGOING.c.recipient, where=[OUTGOING.c.cause.startswith("late:ticket:1:")])
    assert late == [("lead@agents.example",)]
