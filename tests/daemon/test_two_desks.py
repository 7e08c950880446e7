"""Two support desks that write to each other come to rest, even through a gateway that drops every marking header."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.daemon.house import House, mail, until
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "Content-Language")
THREADS = ("In-Reply-To", "References")
QUIET = 8.0
"""Seconds without a new letter after which the two are taken to be at rest; one turn of the loop takes under two."""


def _acknowledgements(house: House) -> int:
    history = [item for ticket in house.tickets() for item in house.show(ticket["number"])["history"]]
    return sum(item["what"] == "letter" and item["kind"] == "ack" for item in history)


def _at_rest(*houses: House) -> None:
    """Return when nothing has been written for a while; AssertionError where the two never cease."""
    written, since = -1, time.monotonic()
    deadline = time.monotonic() + 120
    while time.monotonic() - since < QUIET:
        assert time.monotonic() < deadline, "the two desks go on writing to each other"
        now = sum(map(_acknowledgements, houses))
        if now != written:
            written, since = now, time.monotonic()
        time.sleep(0.2)  # two other processes offer no event to wait for


def _make_a_stranger(house: House) -> None:
    """Another company's: its own name on the net, its own keys."""
    settings = house.folder / "mailbot.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("mailbot.house.", "desk.elsewhere."), encoding="utf-8"
    )
    (house.folder / "keys").write_text("a:" + "1e" * 32 + "\n", encoding="ascii")


@pytest.mark.parametrize("dropped", [MARKS, (*MARKS, *THREADS)], ids=["marks", "marks and threads"])
def test_two_desks_come_to_rest(tmp_path: Path, dovecot: Dovecot, dropped: tuple[str, ...]) -> None:
    """A mail from one desk to the other is the last but one: at most two acknowledgements each (Q12)."""
    with Postfix(dovecot, drops=dropped) as postfix:
        # With tags the acknowledgements have a return path like a person's, so that nothing but their words is left.
        ours = House(tmp_path / "ours", dovecot, postfix.port, desk='reply_tags = "plus"')
        theirs = House(tmp_path / "theirs", dovecot, postfix.port, desk='reply_tags = "plus"')
        _make_a_stranger(theirs)
        with ours.running(), theirs.running():
            ours.deliver(mail(1, to=ours.address, sender=f"Desk <{theirs.address}>"))
            until(lambda: bool(theirs.tickets()), "the first acknowledgement to arrive at the other desk")
            _at_rest(ours, theirs)
    for house in (ours, theirs):
        assert 1 <= _acknowledgements(house) <= 2
        assert house.parked() == []
