"""The ledger of one commit, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from mailbot.core.correspondence import Sealed
from mailbot.database import Database
from mailbot.ledger import Ledger
from mailbot.tables import EVENT, OUTGOING

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _letter(cause: str, *problems: str) -> Sealed:
    return Sealed(cause, "notice", "agnes@desk.example", "", "", f"{cause}@mailbot.example", "Hej", "", b"", problems)


def test_what_was_wrong_with_a_templates_letter_stands_in_the_history(database: Database) -> None:
    """Whoever posts a letter, each problem of its template is a line of history; a letter without one adds none."""
    ledger = Ledger(NOW)
    ledger.post("td", None, (_letter("whole"), _letter("broken", "td/sv/receipt.txt.j2:3: there is no 'nam' here")))
    with database.write() as connection:
        ledger.write(connection)
        assert connection.execute(select(OUTGOING.c.cause).order_by(OUTGOING.c.id)).scalars().all() == [
            "whole",
            "broken",
        ]
        events = connection.execute(select(EVENT.c.kind, EVENT.c.text)).all()
    assert [tuple(event) for event in events] == [("template", "td/sv/receipt.txt.j2:3: there is no 'nam' here")]


def test_two_moments_that_the_clock_shows_alike_are_written_an_hour_apart(database: Database) -> None:
    """When clocks are put back, 02:30 comes twice, and the two count as equal in Python: each is kept as what it is."""
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))
    for moment in (twice, twice.replace(fold=1)):
        ledger = Ledger(moment)
        ledger.add_events(None, None, [("note", "")])
        with database.write() as connection:
            ledger.write(connection)
    with database.read() as connection:
        told = connection.execute(select(EVENT.c.at).order_by(EVENT.c.id)).scalars().all()

    assert told == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
