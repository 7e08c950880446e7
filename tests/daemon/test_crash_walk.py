"""The crash walk: the real process is killed at every labelled point, restarted, run to rest; the end is the same."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.daemon.house import House, mail
from tests.dialogues.sink import Sink
from tests.servers.dovecot import Dovecot

POINTS = [
    "after-fetch",
    "before-commit-1",  # of the first contact
    "before-commit-1:2",  # of the first mails
    "after-commit-1",
    "after-commit-1:2",
    "before-move",
    "after-move",
    "after-claim",
    "read-mail-1",
    "before-commit-2",
    "after-commit-2",
    "before-commit-3",
    "after-commit-3",
    "before-dot",
    "after-dot",
    "before-commit-4",
    "after-commit-4",
]
"""In the order in which a letter meets them."""

MAY_REPEAT = {"after-dot", "before-commit-4"}
"""The doubtful moment: the server has the letter, and the answer is not written down yet."""


def _walk(folder: Path, dovecot: Dovecot, crash_at: str) -> tuple[House, Sink]:
    with Sink() as sink:
        house = House(folder, dovecot, sink.port)
        house.deliver(
            mail(1, to=house.address),
            mail(2, to=house.address, sender="bo@customer.example", subject="Allt står still"),
            mail(3, to=house.address, more="In-Reply-To: <mail-1@customer.example>\n", text="En sak till."),
            mail(1, to=house.address),
        )
        if crash_at:
            died = house.mailbot("once", crash_at=crash_at, expect=None)
            assert died.returncode == -9, f"{crash_at} was not reached:\n{died.stderr}"
        house.mailbot("once")
        house.mailbot("once")
    return house, sink


def _end_state(house: House) -> list[tuple[str, str, str, list[str]]]:
    told = []
    for ticket in house.tickets():
        history = house.show(ticket["number"])["history"]
        messages = [item["reply"] for item in history if item["what"] == "message"]
        told.append((ticket["number"], ticket["requester"], ticket["priority"], messages))
    return told


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, tmp_path: Path, dovecot: Dovecot) -> None:
    """Killed there and started again: the same tickets and messages, every letter out, a copy only where in doubt."""
    house, sink = _walk(tmp_path / "house", dovecot, point)
    assert _end_state(house) == [
        ("TD-000013", "anna@customer.example", "normal", ["Hej, hur gör jag?", "En sak till."]),
        ("TD-000021", "bo@customer.example", "high", ["Hej, hur gör jag?"]),
    ]
    letters = Counter((letter.recipient, letter.content) for letter in sink.taken)
    by_recipient = Counter(recipient for recipient, _ in letters)
    assert by_recipient == {"anna@customer.example": 1, "bo@customer.example": 1, "agnes@agents.example": 3}
    repeats = {letter: count for letter, count in letters.items() if count > 1}
    assert len(repeats) <= (1 if point in MAY_REPEAT else 0), (
        "a repeated letter, and with the same bytes, only in doubt"
    )
    ids = [message_from_bytes(content)["Message-ID"] for _, content in letters]
    assert len(set(ids)) == len(ids)
    assert house.dovecot.mails(house.user) == []
    assert len(house.dovecot.mails(house.user, "Processed")) == 4
    assert house.unsent() == []


def test_a_mail_that_kills_is_parked(tmp_path: Path, dovecot: Dovecot) -> None:
    """A mail that ends the process each time it is read is parked after three tries; the others are done (K16)."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        house.deliver(*(mail(number, to=house.address, text=f"Nummer {number}") for number in range(1, 7)))
        for _ in range(3):
            died = house.mailbot("once", crash_at="read-mail-4", expect=None)
            assert died.returncode == -9
        house.mailbot("once", crash_at="read-mail-4")
        assert len(house.tickets()) == 5
        parked = house.parked()
        assert [row["id"] for row in parked] == [4]
        assert "died 3 times" in parked[0]["reason"]
        assert any(letter.recipient == "admin@house.example" for letter in sink.taken)
        house.mailbot("parked", "retry", "4")
        house.mailbot("once")
        assert len(house.tickets()) == 6
        assert house.parked() == []
