"""The ledger: the rows of one triage commit, collected while mails are decided upon, written in a few statements.

A batch of fifty mails costs as many statements as one mail does. A mail whose letters cannot be written leaves no rows
behind, since its rows are entered only when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Insert, Table, bindparam, select

from mailbot.core.correspondence import Sealed
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.retry import lifetime
from mailbot.core.scene import FaultEntry
from mailbot.core.survey import Planned, cause_of
from mailbot.database import inserting, inserting_new
from mailbot.statement import run_many
from mailbot.tables import (
    BEGINNING,
    CORRESPONDENT,
    EVENT,
    FAULT,
    MAIL,
    MESSAGE,
    OPTED_OUT,
    OUTGOING,
    PARTICIPANT,
    PERSONAL_ADDRESS,
    PROMISED,
    SUPPRESSED,
    SURVEY,
    TICKET,
    TURN,
    MailState,
    OutgoingState,
    SurveyState,
)

Row = dict[str, Any]

_MAY_COME_BACK = (OutgoingState.SENT, OutgoingState.ATTEMPTING, OutgoingState.WAITING, OutgoingState.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Opened:
    """Stands for the id of a ticket that this ledger opens."""

    by: int
    """Id of the opening mail."""


TicketRef = int | Opened | None
"""A ticket that exists, one that is opened by the same commit, or none."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What the budgets know of an automatic answer."""

    fingerprint: str
    """Of the mail that it answers."""
    claimed_domain: str = ""
    """The recipient's domain where nobody has proven to write from there."""
    held: str = ""
    """Why it does not go yet; empty where it goes."""


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
    _personal: list[Row] = field(default_factory=list)
    _suppressed: list[Row] = field(default_factory=list)
    _turns: list[Row] = field(default_factory=list)
    _surveys: list[Row] = field(default_factory=list)
    _opted_out: list[Row] = field(default_factory=list)
    _moves: list[tuple[int, TicketRef]] = field(default_factory=list)
    _beginnings: list[Row] = field(default_factory=list)
    _promised: list[Row] = field(default_factory=list)
    _faults: list[Row] = field(default_factory=list)
    _later: list[tuple[Any, TicketRef]] = field(default_factory=list)
    """Statements that change rows which are there, in the order they were entered; the ticket they are still to be
    bound to."""

    def open_ticket(self, row: Row) -> Opened:
        """Enter a ticket; `row` holds every column but the id and the moment of opening."""
        self._tickets.append({**row, "opened": self.now})
        return Opened(row["opened_by"])

    def add_message(self, ticket: TicketRef, row: Row) -> None:
        """Enter a turn of a ticket's conversation."""
        self._messages.append({**row, "ticket_id": ticket})

    def add_events(
        self,
        ticket: TicketRef,
        mail_id: int | None,
        events: Iterable[tuple[str, str]],
        *,
        outgoing_id: int | None = None,
    ) -> None:
        """Enter lines of history: (kind, text), told of a mail or of a letter."""
        about = {"ticket_id": ticket, "mail_id": mail_id, "outgoing_id": outgoing_id, "at": self.now}
        self._events += [{**about, "kind": kind, "text": text} for kind, text in events]

    def remember(self, desk: str, address: str) -> None:
        """Enter an address that has answered with a valid tag."""
        self._correspondents.append({"desk": desk, "address": address, "since": self.now})

    def join(self, ticket: TicketRef, address: str, role: str, handle: str) -> None:
        """Enter somebody who takes part in a ticket."""
        self._participants.append({"ticket_id": ticket, "address": address, "role": role, "handle": handle})

    def set_part(self, ticket: TicketRef, address: str, role: str, *, active: bool) -> None:
        """Enter that somebody who takes part gets its letters again, or no more."""
        this = (PARTICIPANT.c.address == address, PARTICIPANT.c.role == role)
        self._later.append((PARTICIPANT.update().where(*this).values(active=active), ticket))

    def begin(self, ticket: TicketRef, row: Row) -> None:
        """Enter that a customer waits for the start of work: the first beginning of a ticket."""
        self._beginnings.append({**row, "ticket_id": ticket, "number": 1})

    def promise(self, ticket: TicketRef, row: Row) -> None:
        """Enter an expected start that the customer is told, about a ticket's first beginning."""
        self._promised.append({**row, "ticket_id": ticket, "beginning": 1})

    def do(self, statements: Iterable[Any]) -> None:
        """Enter statements that change rows which are there."""
        self._later += [(statement, None) for statement in statements]

    def change_ticket(self, ticket_id: int, values: Row) -> None:
        """Enter new values of a ticket's columns; under `fault` the number of the one that it hangs on, or empty."""
        columns = {name: value for name, value in values.items() if name != "fault"}
        if "fault" in values:
            columns["fault_id"] = select(FAULT.c.id).where(FAULT.c.number == values["fault"]).scalar_subquery()
        change = TICKET.update().where(TICKET.c.id == ticket_id)
        self._later.append((change.values(**columns, revision=TICKET.c.revision + 1), None))

    def confirm_fault(self, desk: str, fault: FaultEntry) -> None:
        """Enter a confirmed fault, or what is new about the one of that number."""
        row = {**_fault_columns(fault), "number": fault.number, "desk": desk, "confirmed": self.now}
        self._faults.append(row)

    def put_fault_back(self, before: FaultEntry, after: FaultEntry) -> None:
        """Enter that a fault is as it was before, unless it is not any more as it was made."""
        made = (FAULT.c[name].is_not_distinct_from(value) for name, value in _fault_columns(after).items())
        change = FAULT.update().where(FAULT.c.number == after.number, *made).values(_fault_columns(before))
        self._later.append((change, None))

    def move_message(self, mail_id: int, ticket: TicketRef) -> None:
        """Enter that a message belongs to another ticket from now on."""
        self._moves.append((mail_id, ticket))

    def add_turn(self, row: Row) -> None:
        """Enter what an agent's mail changed, so that it can be taken back."""
        self._turns.append({**row, "at": self.now})

    def end_turn(self, turn_id: int, letters: Iterable[int]) -> None:
        """Enter that an agent's mail was taken back, together with its letters that nobody has dialled for."""
        self._later.append((TURN.update().where(TURN.c.id == turn_id).values(undone=self.now), None))
        stopped = (OutgoingState.WAITING, OutgoingState.HELD)
        waiting = (OUTGOING.c.id.in_(tuple(letters)), OUTGOING.c.state.in_(stopped))
        # A cause that does not name a mail ("fixed:fault:3:…") may come again: who was told nothing leaves it free.
        cause = OUTGOING.c.cause + f":taken-back:{turn_id}"
        told = "taken back by the agent"
        taken_back = {"state": OutgoingState.CANCELLED, "ended": self.now, "answer": told, "cause": cause}
        self._later.append((OUTGOING.update().where(*waiting).values(taken_back), None))

    def unsay(self, mail_id: int) -> None:
        """Enter that the customers were told nothing of a message after all."""
        self._later.append((MESSAGE.update().where(MESSAGE.c.mail_id == mail_id).values(sent="", internal=True), None))

    def end_returned(self, outgoing_id: int, says: str) -> None:
        """Enter that a letter came back; also where it is not known whether it had left, or it is to be sent again."""
        this = (OUTGOING.c.id == outgoing_id, OUTGOING.c.state.in_(_MAY_COME_BACK), OUTGOING.c.attempts > 0)
        came_back = {"state": OutgoingState.BOUNCED, "ended": self.now, "answer": says, "leased_until": None}
        self._later.append((OUTGOING.update().where(*this).values(came_back), None))

    def suppress(self, address: str, until: datetime, reason: str) -> None:
        """Enter that automatic letters to an address (lower case) are held back; the latest word on it counts."""
        self._suppressed.append({"address": address, "since": self.now, "until": until, "reason": reason})

    def forget_bounce(self, address: str) -> None:
        """Enter that an address which bounced has shown that it works."""
        self._later.append((SUPPRESSED.delete().where(SUPPRESSED.c.address == address), None))

    def add_survey(self, ticket: TicketRef, desk: str, survey: Planned) -> None:
        """Enter the survey that a close causes."""
        self._surveys.append({**asdict(survey), "ticket_id": ticket, "desk": desk, "state": SurveyState.WAITING})

    def change_survey(self, survey_id: int, values: Row) -> None:
        """Enter new values of a survey's columns."""
        self._later.append((SURVEY.update().where(SURVEY.c.id == survey_id).values(**values), None))

    def stop_survey(self, ticket_id: int, closing: int, reason: str) -> None:
        """Enter that nobody is asked, or reminded, about a close any more; what was asked may still be answered."""
        this = (SURVEY.c.ticket_id == ticket_id, SURVEY.c.closing == closing)
        stopped = {"state": SurveyState.CANCELLED, "reason": reason, "sent": None, "expires": None}
        letters = [cause_of(ticket_id, closing, part) for part in ("survey", "reminder")]
        not_gone = (OUTGOING.c.cause.in_(letters), OUTGOING.c.state == OutgoingState.WAITING)
        gone = select(OUTGOING.c.id).where(OUTGOING.c.cause == letters[0], OUTGOING.c.state != OutgoingState.CANCELLED)
        for statement in (
            SURVEY.update().where(*this).values(remind_at=None),
            SURVEY.update().where(*this, SURVEY.c.state == SurveyState.WAITING).values(stopped),
            OUTGOING.update().where(*not_gone).values(state=OutgoingState.CANCELLED, ended=self.now, answer=reason),
            SURVEY.update().where(*this, SURVEY.c.state == SurveyState.SENT, ~gone.exists()).values(stopped),
        ):
            self._later.append((statement, None))

    def opt_out(self, address: str, how: str) -> None:
        """Enter that an address (lower case) wants no surveys, unless that is known."""
        self._opted_out.append({"address": address, "since": self.now, "how": how})

    def open_personal(self, desk: str, address: str, version: int, handle: str) -> None:
        """Enter an agent's personal address, unless it is there."""
        row = {"desk": desk, "address": address, "version": version, "handle": handle, "since": self.now}
        self._personal.append(row)

    def post(
        self,
        desk: str,
        ticket: TicketRef,
        letters: Iterable[Sealed],
        *,
        mail_id: int | None = None,
        delay: timedelta = timedelta(0),
        answer: Answering | None = None,
    ) -> None:
        """Enter letters into the outbox, their recipients as participants, and what was wrong with their templates.

        `mail_id` caused them; they leave after `delay`; `answer` marks an automatic answer, which may be held.
        """
        for sealed in letters:
            self.add_events(ticket, mail_id, [("template", problem) for problem in sealed.problems])
            if sealed.role and sealed.handle:
                self.join(ticket, ascii_lower(sealed.recipient), sealed.role, sealed.handle)
            held = answer is not None and bool(answer.held)
            self._outgoing.append(
                {
                    "cause": sealed.cause, "recipient": sealed.recipient, "kind": sealed.kind, "desk": desk,
                    "ticket_id": ticket, "created": self.now, "not_before": self.now + delay,
                    "give_up": self.now + delay + lifetime(sealed.kind), "message_id": sealed.message_id,
                    "subject": sealed.subject, "sender": sealed.sender, "content": sealed.content,
                    "mail_id": mail_id, "handle": sealed.return_handle,
                    "state": OutgoingState.HELD if held else OutgoingState.WAITING,
                    "answer": answer.held if answer else "", "fingerprint": answer.fingerprint if answer else "",
                    "claimed_domain": answer.claimed_domain if answer else "",
                }
            )  # fmt: skip

    def take(self, page: Ledger) -> None:
        """Enter everything that stands in another ledger of the same moment, behind what is here."""
        for name in _COLLECTED:
            getattr(self, name).extend(getattr(page, name))

    def end_mail(self, mail_id: int, state: MailState, outcome: str, reason: str) -> None:
        """Enter what became of a mail."""
        self._ends.append({"this_id": mail_id, "state": state, "outcome": outcome, "reason": reason})

    @property
    def letters(self) -> tuple[Row, ...]:
        """The outbox's rows as they stand here, for who looks and writes nothing."""
        return tuple(self._outgoing)

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """(kind, text) of each line of history as they stand here."""
        return tuple((row["kind"], row["text"]) for row in self._events)

    def write(self, connection: Connection) -> None:
        """Write everything in the caller's transaction; nothing is left to write after it."""
        opened = self._write_tickets(connection)
        for mail_id, ticket in self._moves:
            moved = opened[ticket.by] if isinstance(ticket, Opened) else ticket
            connection.execute(MESSAGE.update().where(MESSAGE.c.mail_id == mail_id).values(ticket_id=moved))
        for table, rows in self._appended():
            run_many(connection, _append_to(table), [_resolved(row, opened) for row in rows])
        # A participant, a correspondent or a letter of the same cause that is there already stays as it is: the unique
        # key, not a look beforehand, is what makes a second one impossible.
        for table, rows in (
            (PARTICIPANT, self._participants),
            (CORRESPONDENT, self._correspondents),
            (PERSONAL_ADDRESS, self._personal),
            (OUTGOING, self._outgoing),
            (SURVEY, self._surveys),
            (OPTED_OUT, self._opted_out),
        ):
            run_many(connection, inserting_new(connection, table), [_resolved(row, opened) for row in rows])
        if self._suppressed:
            upsert = inserting(connection, SUPPRESSED)
            newest = {name: upsert.excluded[name] for name in ("since", "until", "reason")}
            connection.execute(upsert.on_conflict_do_update(index_elements=["address"], set_=newest), self._suppressed)
        if self._faults:
            upsert = inserting(connection, FAULT)
            newest = {name: upsert.excluded[name] for name in ("version", "expected", "fixed")}
            connection.execute(upsert.on_conflict_do_update(index_elements=["number"], set_=newest), self._faults)
        for statement, ticket in self._later:
            whose = opened[ticket.by] if isinstance(ticket, Opened) else ticket
            connection.execute(statement if whose is None else statement.where(PARTICIPANT.c.ticket_id == whose))
        run_many(connection, _END, self._ends)
        for name in _COLLECTED:
            getattr(self, name).clear()

    def _appended(self) -> tuple[tuple[Table, list[Row]], ...]:
        return (
            (MESSAGE, self._messages),
            (EVENT, self._events),
            (TURN, self._turns),
            (BEGINNING, self._beginnings),
            (PROMISED, self._promised),
        )

    def _write_tickets(self, connection: Connection) -> dict[int, int]:
        """The ids of the tickets it opened, by their opening mails."""
        if not self._tickets:
            return {}
        run_many(connection, _append_to(TICKET), self._tickets)
        mails = {"mails": [row["opened_by"] for row in self._tickets]}
        return {row.opened_by: row.id for row in connection.execute(_OPENED, mails)}


_COLLECTED = tuple(each.name for each in fields(Ledger) if each.name != "now")

# Statements are built once: building one costs as much as running it.
_MAILS: BindParameter[int] = bindparam("mails", expanding=True)
# Looked up behind one INSERT of many rows, which takes a fifth less than an INSERT that returns the ids of its rows.
_OPENED = select(TICKET.c.opened_by, TICKET.c.id).where(TICKET.c.opened_by.in_(_MAILS))
# A mail that another daemon ended meanwhile stays as that left it.
_END = (
    MAIL.update()
    .where(MAIL.c.id == bindparam("this_id"), MAIL.c.state == MailState.STORED)
    .values(
        state=bindparam("state"), outcome=bindparam("outcome"), reason=bindparam("reason")
    )
)  # fmt: skip


def _fault_columns(fault: FaultEntry) -> Row:
    expected = fault.expected.isoformat() if fault.expected else ""
    return {"version": fault.version, "expected": expected, "fixed": fault.fixed}


@cache
def _append_to(table: Table) -> Insert:
    return table.insert()


def _resolved(row: Row, opened: dict[int, int]) -> Row:
    ticket = row.get("ticket_id")
    return {**row, "ticket_id": opened[ticket.by]} if isinstance(ticket, Opened) else row
