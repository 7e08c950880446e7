"""A desk that says whom it helps and how it answers the others, on any database: what the tests of its turns share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mailbot.database import Database
from mailbot.tables import EVENT, OUTGOING, TICKET
from tests.shell.customerroom import AGNES, AGREEMENTS, TERMS, CustomerRoom, later

ANNA, BO, DORTE, EVE = "anna@kund.example", "bo@kund.example", "dorte@dansk.example", "eve@english.example"
STRANGER = "vera@elsewhere.example"
MORE = (
    AGREEMENTS
    + """
[priorities.low]
name = "Låg"
meaning = "Det går att komma runt."
target = "8h"

[service]
workaround = "low"

[service.decline]
sv = "Vänd dig till er egen administratör."
da = "Kontakt jeres egen administrator."
en = "Ask your own administrator."

[service.not_covered]
sv = "Vi erbjuder gärna en kurs."
da = "Vi tilbyder gerne et kursus."
en = "We would be glad to offer a course."

[service.order]
sv = "Felsökning debiteras om felet är ert eget."
da = "Fejlsøgning faktureres, hvis fejlen er jeres egen."
en = "Fault-finding is charged where the fault is your own."
"""
)


def service_desk(database: Database, folder: Path, *, more: str = "") -> CustomerRoom:
    """A desk for customers with an agreement, and what it says to the others; `more` are tables of its file."""
    return CustomerRoom(database, folder, terms=TERMS, more=MORE + more)


def state(desk: CustomerRoom) -> list[str]:
    """How each case stands, oldest first."""
    return [str(row[0]) for row in desk.cases(TICKET.c.state)]


def numbers(desk: CustomerRoom) -> list[str]:
    """The number of each case, oldest first."""
    return [str(row[0]) for row in desk.cases(TICKET.c.number)]


def letters(desk: CustomerRoom, to: str, what: str) -> list[tuple[Any, ...]]:
    """The letters to somebody of one cause, as (cause, state)."""
    where = [OUTGOING.c.recipient == to, OUTGOING.c.cause.startswith(f"{what}:")]
    return [row[1:] for row in desk.room.select(OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.state, where=where)]


def copy(desk: CustomerRoom, number: str) -> str:
    """The Message-ID of Agnes's last letter on a case."""
    found = [letter for letter in desk.letters(AGNES) if number in str(letter["Subject"])]
    return str(found[-1]["Message-ID"]).strip("<>")


def agnes(desk: CustomerRoom, text: str, number: str = "", hours: float = 0) -> str:
    """Agnes writes on a case, by default the newest; what she is told."""
    desk.write(AGNES, text, to=copy(desk, number or numbers(desk)[-1]), at=later(hours))
    return desk.text(AGNES)


def events(desk: CustomerRoom, number: str) -> list[tuple[str, str]]:
    """The history of a case."""
    [(ticket,)] = desk.room.select(TICKET.c.id, where=[TICKET.c.number == number])
    rows = desk.room.select(EVENT.c.id, EVENT.c.kind, EVENT.c.text, where=[EVENT.c.ticket_id == ticket])
    return [(str(kind), str(text)) for _, kind, text in rows]


def leave(desk: CustomerRoom) -> None:
    """Every letter that waits leaves."""
    with desk.room.database.write() as connection:
        waiting = OUTGOING.update().where(OUTGOING.c.state == "waiting")
        connection.execute(waiting.values(state="sent", attempts=1))
