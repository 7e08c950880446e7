"""What is kept of promises and beginnings of work while a case lives, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.database import Database
from mailbot.tables import BEGINNING, PROMISED, TICKET
from tests.shell.mailroom import NOW, Mailroom
from tests.shell.test_turns import AGNES, ANNA, PEOPLE, Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk with two agents on an empty database; its normal target is four hours, around the clock."""
    return Desk(Mailroom(database, tmp_path / "config", agents=PEOPLE))


def _beginnings(desk: Desk) -> list[tuple[Any, ...]]:
    columns = (BEGINNING.c.number, BEGINNING.c.received, BEGINNING.c.started, BEGINNING.c.ended)
    return desk.room.select(*columns)


def _promised(desk: Desk) -> list[tuple[Any, ...]]:
    columns = (PROMISED.c.id, PROMISED.c.beginning, PROMISED.c.made, PROMISED.c.start_by, PROMISED.c.priority)
    return [row[1:] for row in desk.room.select(*columns)]


def test_a_case_is_promised_and_begun(desk: Desk) -> None:
    """The acknowledgement's promise and the first answer's moment are kept."""
    desk.write(ANNA, "Skrivaren står.")
    assert _beginnings(desk) == [(1, NOW, None, None)]
    assert _promised(desk) == [(1, NOW, NOW + 4 * HOUR, "normal")]
    desk.write(AGNES, "Starta om den.", to=desk.last(AGNES), at=NOW + HOUR)
    assert _beginnings(desk) == [(1, NOW, NOW + HOUR, None)]


def test_a_new_level_is_a_promise_beside_the_old_one(desk: Desk) -> None:
    """A miss already made must stay visible, so no promise is written over."""
    desk.write(ANNA, "Skrivaren står.")
    desk.write(AGNES, "#priority high", to=desk.last(AGNES), at=NOW + HOUR / 2)
    assert _promised(desk) == [
        (1, NOW, NOW + 4 * HOUR, "normal"),
        (1, NOW + HOUR / 2, NOW + HOUR, "high"),
    ]


def test_a_case_closed_before_its_start_and_opened_again_begins_twice(desk: Desk) -> None:
    """The customer closes it: the first beginning has ended; their next reply makes a second one with its promise."""
    desk.write(ANNA, "Skrivaren står.")
    acknowledgement = desk.last(ANNA)
    desk.write(ANNA, "Ni kan stänga ärendet.", to=acknowledgement, at=NOW + HOUR)
    assert _beginnings(desk) == [(1, NOW, None, NOW + HOUR)]
    again = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    desk.write(ANNA, "Nu står den igen.", to=acknowledgement, at=again)
    assert _beginnings(desk)[1] == (2, again, None, None)
    assert _promised(desk)[1] == (2, again, again + 4 * HOUR, "normal")


def test_taking_back_a_reply_takes_back_the_beginning(desk: Desk) -> None:
    """#undo of the first answer leaves the case as not begun."""
    desk.write(ANNA, "Skrivaren står.")
    copy = desk.last(AGNES)
    desk.write(AGNES, "Starta om den.", to=copy, at=NOW + HOUR)
    desk.write(AGNES, "#undo", to=copy, at=NOW + HOUR)
    assert _beginnings(desk) == [(1, NOW, None, None)]


def test_what_a_machine_opened_is_promised_to_nobody(desk: Desk) -> None:
    """Work on it begins some time, but no promise to a customer can be kept or missed."""
    desk.write(ANNA, "Disk full.", more="Auto-Submitted: auto-generated\n")
    assert _promised(desk) == []
    assert _beginnings(desk) == [(1, NOW, None, None)]


def _suspended(desk: Desk) -> list[datetime | None]:
    return [row[1] for row in desk.room.select(PROMISED.c.id, PROMISED.c.suspended)]


def test_waiting_that_is_taken_back_leaves_the_promise_in_force(desk: Desk) -> None:
    """Else nobody is reminded of it, and a late start is counted as kept."""
    desk.write(ANNA, "Skrivaren står.")
    copy = desk.last(AGNES)
    desk.write(AGNES, "#wait", to=copy, at=NOW + HOUR)
    assert _suspended(desk) == [NOW + HOUR]
    desk.write(AGNES, "#undo", to=copy, at=NOW + HOUR)
    assert _suspended(desk) == [None]


def test_a_case_that_waited_when_it_was_taken_for_spam_has_its_promise_again(desk: Desk) -> None:
    """#reopen of what was no spam: the start that was told is the one in force."""
    desk.write(ANNA, "Skrivaren står.")
    copy = desk.last(AGNES)
    for minutes, text in enumerate(("#wait", "#spam", "#reopen")):
        desk.write(AGNES, text, to=copy, at=NOW + timedelta(minutes=minutes))
    assert _suspended(desk) == [None]


def test_a_close_that_is_taken_back_moves_no_waiting(desk: Desk) -> None:
    """The case waits since it began to, whatever passed in between."""
    desk.write(ANNA, "Skrivaren står.")
    copy = desk.last(AGNES)
    desk.write(AGNES, "#wait", to=copy, at=NOW + HOUR)
    desk.write(AGNES, "#spam", to=copy, at=NOW + 5 * HOUR)
    desk.write(AGNES, "#undo", to=copy, at=NOW + 5 * HOUR)
    assert _suspended(desk) == [NOW + HOUR]


def test_a_merge_that_is_taken_back_leaves_its_customer_waiting(desk: Desk) -> None:
    """The beginning of the case that goes on by itself again has not ended."""
    for text in ("Skrivaren står.", "Skärmen är svart."):
        desk.write(ANNA, text)
    copy, ((first,), _) = desk.last(AGNES), desk.cases(TICKET.c.number)
    desk.write(AGNES, f"#merge {first}", to=copy, at=NOW + HOUR)
    assert [ended for *_, ended in _beginnings(desk)] == [None, NOW + HOUR]
    desk.write(AGNES, "#undo", to=copy, at=NOW + HOUR)
    assert [ended for *_, ended in _beginnings(desk)] == [None, None]
