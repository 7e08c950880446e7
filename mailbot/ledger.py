"""The ledger: the rows of one triage commit, collected while mails are decided upon, written in a few statements.

A batch of fifty mails costs as many statements as one mail does. A mail whose letters cannot be written leaves no rows
behind, since its rows are entered only when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam

from mailbot.core.correspondence import Sealed
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.retry import lifetime
from mailbot.database import inserting
from mailbot.tables import CORRESPONDENT, EVENT, MAIL, MESSAGE, OUTGOING, PARTICIPANT, TICKET, MailState

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """Stands for the id of a ticket that this ledger opens."""

    by: int
    """Id of the opening mail."""


TicketRef = int | Opened | None
"""A ticket that exists, one that is opened by the same commit, or none."""


@dataclass(slots=True)
class Ledger:
    """Rows to be written at one moment."""

    now: datetime
    """UTC."""
    _tickets: list[Row] = field(default_factory=list)
    _messages: list[Row] = field(default_factory=list)
    _participants: list[Row] = field(default_factory=list)
    _outgoing: list[Row] = field(default_factory=list)
    _events: list[Row] = field(default_factory=list)
    _correspondents: list[Row] = field(default_factory=list)
    _ends: list[Row] = field(default_factory=list)

    def open_ticket(self, row: Row) -> Opened:
        """Enter a ticket; `row` holds every column but the id and the moment of opening."""
        self._tickets.append({**row, "opened": self.now})
        return Opened(row["opened_by"])

    def add_message(self, ticket: TicketRef, row: Row) -> None:
        """Enter a turn of a ticket's conversation."""
        self._messages.append({**row, "ticket_id": ticket})

    def add_events(self, ticket: TicketRef, mail_id: int, events: Iterable[tuple[str, str]]) -> None:
        """Enter lines of history: (kind, text)."""
        about = {"ticket_id": ticket, "mail_id": mail_id, "at": self.now}
        self._events += [{**about, "kind": kind, "text": text} for kind, text in events]

    def remember(self, desk: str, address: str) -> None:
        """Enter an address that has answered with a valid tag."""
        self._correspondents.append({"desk": desk, "address": address, "since": self.now})

    def join(self, ticket: TicketRef, address: str, role: str, handle: str) -> None:
        """Enter somebody who takes part in a ticket."""
        self._participants.append({"ticket_id": ticket, "address": address, "role": role, "handle": handle})

    def post(self, desk: str, ticket: TicketRef, letters: Iterable[Sealed]) -> None:
        """Enter letters into the outbox, and their recipients as participants of the ticket."""
        for sealed in letters:
            if sealed.handle:
                self.join(ticket, ascii_lower(sealed.recipient), sealed.role, sealed.handle)
            self._outgoing.append(
                {
                    "cause": sealed.cause, "recipient": sealed.recipient, "kind": sealed.kind, "desk": desk,
                    "ticket_id": ticket, "created": self.now, "not_before": self.now,
                    "give_up": self.now + lifetime(sealed.kind), "message_id": sealed.message_id,
                    "subject": sealed.subject, "sender": sealed.sender, "content": sealed.content,
                }
            )  # fmt: skip

    def end_mail(self, mail_id: int, state: MailState, outcome: str, reason: str) -> None:
        """Enter what became of a mail."""
        self._ends.append({"this_id": mail_id, "state": state, "outcome": outcome, "reason": reason})

    def write(self, connection: Connection) -> None:
        """Write everything in the caller's transaction; nothing is left to write after it."""
        opened = self._write_tickets(connection)
        for table, rows in ((MESSAGE, self._messages), (EVENT, self._events)):
            if rows:
                connection.execute(table.insert(), [_resolved(row, opened) for row in rows])
        # A participant, a correspondent or a letter of the same cause that is there already stays as it is: the unique
        # key, not a look beforehand, is what makes a second one impossible.
        for table, rows in (
            (PARTICIPANT, self._participants),
            (CORRESPONDENT, self._correspondents),
            (OUTGOING, self._outgoing),
        ):
            if rows:
                statement = inserting(connection, table).on_conflict_do_nothing()
                connection.execute(statement, [_resolved(row, opened) for row in rows])
        if self._ends:
            connection.execute(_END, self._ends)
        for rows in (self._tickets, self._messages, self._participants, self._outgoing, self._events, self._ends):
            rows.clear()
        self._correspondents.clear()

    def _write_tickets(self, connection: Connection) -> dict[int, int]:
        """The ids of the tickets it opened, by their opening mails."""
        if not self._tickets:
            return {}
        statement = TICKET.insert().returning(TICKET.c.opened_by, TICKET.c.id)
        return {row.opened_by: row.id for row in connection.execute(statement, self._tickets)}


# Built once: building it costs as much as running it. A mail that another daemon ended meanwhile stays as that left it.
_END = (
    MAIL.update()
    .where(MAIL.c.id == bindparam("this_id"), MAIL.c.state == MailState.STORED)
    .values(
        state=bindparam("state"), outcome=bindparam("outcome"), reason=bindparam("reason")
    )
)  # fmt: skip


def _resolved(row: Row, opened: dict[int, int]) -> Row:
    ticket = row.get("ticket_id")
    return {**row, "ticket_id": opened[ticket.by]} if isinstance(ticket, Opened) else row
