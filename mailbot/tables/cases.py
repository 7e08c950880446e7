"""Cases: their numbers, what was written on them, who takes part, what agents and history say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import AutoString, Field

from mailbot.tables.base import Row, states


class TicketState(StrEnum):
    """Where a case stands.

    open -> waiting       for the customer's answer (#wait)
    waiting -> open       the customer answered, or an agent resumes (#resume)
    open, waiting -> closed, spam, merged
    closed, spam -> open  a reply within the desk's period, or #reopen
    refused -> open       an agent admits it (#admit), and only then is a start promised
    refused -> declined, spam, merged
    open, waiting -> declined
                          an agent says that the desk does not do this (#decline, #not-covered)
    declined -> refused   the customer writes again: an agent has to look once more
    declined -> open      #admit or #reopen
    any -> what it was    an agent takes back what was done last (#undo)
    """

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    SPAM = "spam"
    MERGED = "merged"
    REFUSED = "refused"
    DECLINED = "declined"


class Counter(Row, table=True):
    """The last case number given out under a prefix; raised in the commit that makes the ticket (K33).

    Not by desk: a desk file may be renamed, and its numbers go on.
    """

    prefix: str = Field(primary_key=True)
    last: int


class Ticket(Row, table=True):
    """A case."""

    __table_args__ = (
        states(TicketState),
        Index(
            "ticket_awaited",
            "expected_start",
            sqlite_where=text("state = 'open' AND started IS NULL"),
            postgresql_where=text("state = 'open' AND started IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    """What people quote: prefix, digits, check digit."""
    desk: str = Field(index=True)
    queue: str
    priority: str
    rule: str
    """Which rules of the desk file set queue and priority."""
    state: TicketState = Field(default=TicketState.OPEN, sa_type=AutoString)
    subject: str
    requester: str
    """Address that the desk writes to."""
    requester_name: str
    verified: bool
    """Whether something proved that the requester wrote the opening mail."""
    opened_by: int = Field(foreign_key="mail.id", unique=True)
    """One ticket per opening mail."""
    received: datetime
    opened: datetime
    expected_start: datetime | None = None
    promise: str = ""
    """The promise with its steps, as JSON."""
    kind: str = ""
    """What kind of request it is (C2), by the desk file's keys, as `impact` and `urgency` are (C3)."""
    impact: str = ""
    urgency: str = ""
    assignee: str = ""
    """Address of the agent who has taken it; empty: nobody has."""
    started: datetime | None = None
    """When work began: the first thing an agent told the customer, or #take."""
    waiting_since: datetime | None = None
    """While it waits for the customer."""
    closed: datetime | None = None
    closings: int = 0
    """How often it has been closed."""
    solution: str = ""
    """The words it was closed with (V8)."""
    merged_into: int | None = Field(default=None, foreign_key="ticket.id")
    follows: int | None = Field(default=None, foreign_key="ticket.id")
    """The closed case that a late reply belonged to, or the one that it was split from."""
    customer: str = ""
    """Key of the customer that the requester belonged to when it opened; empty: of none."""
    entitlement: str = ""
    """Why it was not admitted when it opened, as `core.entitlement` calls it; empty: it was."""
    route: str = ""
    """Name of the route that it took; empty: of none."""
    fault_id: int | None = Field(default=None, foreign_key="fault.id", index=True)
    """The confirmed fault that it hangs on (C5)."""
    order_text: str = ""
    """What the customer was last asked to order (S12)."""
    order_answer: str = ""
    """asked, yes or no; empty where nothing has been asked."""
    revision: int = 0
    """Counts what agents and customers have changed about it; #undo asks that it be what its own turn made it."""


class Fault(Row, table=True):
    """A confirmed fault of the product, on which any number of cases may hang (C5)."""

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    number: str = Field(unique=True)
    """Of the case in which it was first confirmed: what agents call it."""
    version: str
    """In which it is expected to be fixed, later the one in which it is."""
    expected: str
    """The day, ISO 8601; empty where none is known."""
    confirmed: datetime
    fixed: datetime | None = None


class Message(Row, table=True):
    """One turn in a ticket's conversation."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", unique=True)
    """One message per mail."""
    author: str
    author_name: str
    written: datetime
    """When it reached us."""
    subject: str
    text: str
    """The whole readable body."""
    reply: str
    """Only the new words; empty where they are the whole `text`."""
    attachments: str
    """JSON: a list of {name, content_type, size, inline}."""
    role: str = "customer"
    """As what its author wrote: customer, agent, partner, machine; other: nobody proven who takes part."""
    internal: bool = False
    """Whether no customer may ever see it: notes, what partners write, what was not believed or not sent (Y10)."""
    sent: str = ""
    """What of an agent's words went to the customers; empty where nothing did."""
    reference: str = Field(index=True)
    """Its Message-ID, without angle brackets; what a further mail of the same writer may refer to."""


class Participant(Row, table=True):
    """Somebody who takes part in a ticket, and the handle by which a signed tag names the two."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "address", "role"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    address: str = Field(index=True)
    role: str
    """customer, agent, partner."""
    handle: str = Field(unique=True)
    """Public part of the tag; tells nothing about the ticket."""
    active: bool = True
    """Whether letters about the case go there; not after #remove."""


class Turn(Row, table=True):
    """What an agent's mail changed about a case, kept so that it can be taken back (#undo)."""

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", unique=True)
    """One turn per mail."""
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    agent: str
    at: datetime
    before: str
    """JSON: each column of the ticket that it changed, as it was, and what else #undo needs; see `undo`."""
    revision: int
    """Of the ticket after it."""
    undone: datetime | None = None


class Event(Row, table=True):
    """One line of history; append-only."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    outgoing_id: int | None = Field(default=None, foreign_key="outgoing.id")
    at: datetime
    kind: str
    text: str
    """English, one line, for admins; no customer's words."""
