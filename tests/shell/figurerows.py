"""Rows of surveys and promises that a test makes up, as the path of a letter would have left them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.core.survey import Part, cause_of
from mailbot.database import Database
from mailbot.tables import BEGINNING, MAIL, OUTGOING, PROMISED, SURVEY, TICKET
from tests.core.samples import at

AGNES = "agnes@agents.example"


class FigureRows:
    """Enters cases with what became of them; local times of Stockholm."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._held: Connection | None = None
        with database.read() as connection:
            self.count = connection.execute(select(func.count()).select_from(MAIL)).scalar_one()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything in the block in one transaction: a hundred commits take seconds."""
        with self.database.write() as self._held:
            yield
        self._held = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._held is not None:
            yield self._held
            return
        with self.database.write() as connection:
            yield connection

    def ticket(self, connection: Connection, desk: str, queue: str, priority: str, received: datetime) -> int:
        """A case as it stands now; its id."""
        self.count += 1
        mail = MAIL.insert().values(
            desk=desk, message_id=f"m{self.count}", digest=f"{self.count}", received=received, stored=received, size=1,
            sha256="", state="done", attempts=0, outcome="", reason="",
        )  # fmt: skip
        (mail_id,) = connection.execute(mail.returning(MAIL.c.id)).one()
        case = TICKET.insert().values(
            number=f"XX-{self.count}", desk=desk, queue=queue, priority=priority, rule="", state="closed", subject="",
            requester="", requester_name="", verified=True, opened_by=mail_id, received=received, opened=received,
            promise="", kind="", impact="", urgency="", assignee="", closings=1, solution="", revision=0,
        )  # fmt: skip
        (ticket_id,) = connection.execute(case.returning(TICKET.c.id)).one()
        return int(ticket_id)

    def survey(
        self, sent: str, score: int | None = None, answered: str = "", *, queue: str = "support", agent: str = AGNES,
        desk: str = "td", letters: dict[Part, str] | None = None,
    ) -> None:  # fmt: skip
        """A case that was closed, and the survey on it; `letters` are the states of its letters. Not `sent`: waits."""
        with self._writing() as connection:
            moment = at(sent or "2026-01-01 08:00")
            ticket_id = self.ticket(connection, desk, "moved-since", "normal", moment)
            row = SURVEY.insert().values(
                ticket_id=ticket_id, closing=1, desk=desk, queue=queue, agent=agent, recipient="a@customer.example",
                state="waiting" if not sent else "sent" if score is None else "answered", reason="", closed=moment,
                due=moment, sent=moment if sent else None, expires=moment + timedelta(days=30), questions="{}",
                score=score, answered=at(answered) if answered else None, texts="", comment="", asked_again=False,
            )  # fmt: skip
            connection.execute(row)
            for part, state in (letters or {}).items():
                self.letter(connection, ticket_id, cause_of(ticket_id, 1, part), state, moment)

    def letter(self, connection: Connection, ticket_id: int, cause: str, state: str, moment: datetime) -> None:
        """One letter of a survey."""
        row = OUTGOING.insert().values(
            cause=cause, recipient="a@customer.example", kind="survey", desk="td", ticket_id=ticket_id, state=state,
            created=moment, not_before=moment, give_up=moment, attempts=1, holder="", message_id=cause, subject="",
            sender="", content=b"", fate="", answer="", claimed_domain="", fingerprint="",
        )  # fmt: skip
        connection.execute(row)

    def begin(
        self, received: str, *told: dict[str, Any], started: str = "", ended: str = "", queue: str = "support",
        desk: str = "td", priority: str = "normal", number: int = 1, ticket_id: int | None = None,
    ) -> int:  # fmt: skip
        """A beginning of a case, a new one where none is given; `told` as `promised` makes them. The case's id."""
        with self._writing() as connection:
            ticket_id = ticket_id or self.ticket(connection, desk, queue, priority, at(received))
            row = {"ticket_id": ticket_id, "number": number, "received": at(received)}
            ends = {"started": at(started) if started else None, "ended": at(ended) if ended else None}
            connection.execute(BEGINNING.insert().values(**row, **ends))
            for each in told:
                connection.execute(PROMISED.insert().values(ticket_id=ticket_id, beginning=number, **each))
        return ticket_id


def promised(
    made: str, start_by: str, priority: str = "normal", *, at_once: bool = False, suspended: str = ""
) -> dict[str, Any]:
    """The columns of an expected start that a customer was told."""
    return {
        "made": at(made), "start_by": at(start_by), "at_once": at_once, "priority": priority,
        "suspended": at(suspended) if suspended else None,
    }  # fmt: skip
