"""The schema: each noun of the desk as one table, its legal states beside it, its once-only guarantee as a unique key.

Moments are aware UTC. Rows are never deleted by the path of a letter; `event` is append-only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Table, UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

SCHEMA_VERSION = 3


class MailState(StrEnum):
    """Where a stored mail stands.

    stored -> done     triage applied its decision
    stored -> parked   it broke triage, goes round in circles (Q9), or the process died three times over it (K16)
    parked -> stored   an admin retries it
    """

    STORED = "stored"
    DONE = "done"
    PARKED = "parked"


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


class OutgoingState(StrEnum):
    """Where a letter to be sent stands.

    waiting -> attempting     claimed; the attempt is counted and leased before dialling
    waiting -> cancelled      the agent who caused it took it back (#undo), or a survey's case was opened again
    held -> waiting           an admin releases it
    held -> cancelled         it was told in a digest, or an admin drops it
    attempting -> sent        the server took it (SENT)
    attempting -> waiting     it may work later (LATER), or it is in doubt and of a kind that is sent again (DOUBT)
    attempting -> failed      refused for good, or given up after its time (NEVER)
    attempting -> doubtful    the line broke after the final dot and its kind is sent at most once (DOUBT)
    doubtful -> waiting       an admin sends it again
    failed -> waiting         an admin sends it again
    sent -> bounced           a delivery report with our own proof says that it did not arrive
    attempting, waiting, doubtful -> bounced
                              the same, come back before its end was written down, or after the line had broken
    """

    WAITING = "waiting"
    HELD = "held"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"
    ATTEMPTING = "attempting"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


LEGAL_OUTGOING: frozenset[tuple[OutgoingState, OutgoingState]] = frozenset(
    {
        (OutgoingState.WAITING, OutgoingState.ATTEMPTING),
        (OutgoingState.ATTEMPTING, OutgoingState.SENT),
        (OutgoingState.ATTEMPTING, OutgoingState.WAITING),
        (OutgoingState.ATTEMPTING, OutgoingState.FAILED),
        (OutgoingState.ATTEMPTING, OutgoingState.DOUBTFUL),
        (OutgoingState.DOUBTFUL, OutgoingState.WAITING),
        (OutgoingState.FAILED, OutgoingState.WAITING),
        (OutgoingState.WAITING, OutgoingState.CANCELLED),
        (OutgoingState.HELD, OutgoingState.WAITING),
        (OutgoingState.HELD, OutgoingState.CANCELLED),
        (OutgoingState.SENT, OutgoingState.BOUNCED),
        (OutgoingState.ATTEMPTING, OutgoingState.BOUNCED),
        (OutgoingState.WAITING, OutgoingState.BOUNCED),
        (OutgoingState.DOUBTFUL, OutgoingState.BOUNCED),
    }
)


def _states(states: type[StrEnum]) -> CheckConstraint:
    """The database itself refuses a state that is not in the list."""
    return CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in states)})")


class _Table(SQLModel):
    """SQLite reuses the id of a deleted last row unless AUTOINCREMENT forbids it."""

    __table_args__: ClassVar[object] = {"sqlite_autoincrement": True}


class Meta(_Table, table=True):
    """Facts about the database itself: `schema_version`."""

    key: str = Field(primary_key=True)
    value: str


class Cursor(_Table, table=True):
    """How far a mailbox has been read. One row per mailbox; moved in the commit that stores the mails it passes."""

    mailbox: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
    """Every UID up to this one is stored, or was there before `since`."""
    since: datetime | None = None
    """First contact of a mailbox read from "now"."""
    old_until: int = Field(default=0, sa_type=BigInteger)
    """What was there when UIDVALIDITY changed ends with this UID; of that, mail older than `since` is never taken
    (K15). Beyond it a mail's date says nothing: mail may be moved in, or the server's clock be wrong."""


class Mail(_Table, table=True):
    """A mail that arrived, with where and when; immutable but for its state. Its bytes are in `Raw`."""

    __table_args__ = (
        # A delivered copy is stored once per desk: when UIDVALIDITY changes (K11), when one mail reaches two
        # mailboxes (K13). The digest keeps two different mails under one Message-ID apart.
        UniqueConstraint("desk", "message_id", "digest"),
        _states(MailState),
        Index(
            "mail_to_do",
            "state",
            "id",
            sqlite_where=text("state = 'stored'"),
            postgresql_where=text("state = 'stored'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    message_id: str
    """Without angle brackets; empty where unusable."""
    digest: str
    """SHA-256 over sender, recipients, subject, date and body: the mail without what its way here added."""
    received: datetime
    """When it reached us: IMAP INTERNALDATE or our own SMTP clock."""
    stored: datetime
    size: int
    """Octets of the whole mail on the server; more than the raw bytes kept where it was over the mailbox's limit."""
    sha256: str
    """Of the bytes, uncompressed."""
    state: MailState = Field(default=MailState.STORED, sa_type=AutoString)
    attempts: int = 0
    """Counted before triage reads it, so that a mail that kills the process is known by it."""
    outcome: str = ""
    """What triage made of it: new, follow-up, machine, list, ...; empty until done."""
    reason: str = ""
    """Why that outcome, or why it is parked."""


class Raw(_Table, table=True):
    """The bytes of a mail; immutable. Apart from it, because SQLite writes a row anew for each change of its state."""

    mail_id: int = Field(primary_key=True, foreign_key="mail.id")
    content: bytes = Field(sa_type=LargeBinary)
    """The mail as received, as `rawmail` packs it."""


class Sighting(_Table, table=True):
    """One place where a mail was seen; several for a mail delivered twice."""

    __table_args__ = (
        # One message on the server is taken once, whoever polls (K10).
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("sighting_unsettled", "mailbox", sqlite_where=text("settled = 0"), postgresql_where=text("NOT settled")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    mailbox: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    settled: bool = False
    """Whether the server has been told (moved, flagged) since it was stored (K8)."""


class Counter(_Table, table=True):
    """The last case number given out under a prefix; raised in the commit that makes the ticket (K33).

    Not by desk: a desk file may be renamed, and its numbers go on.
    """

    prefix: str = Field(primary_key=True)
    last: int


class Ticket(_Table, table=True):
    """A case."""

    __table_args__ = (
        _states(TicketState),
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


class Fault(_Table, table=True):
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


class Message(_Table, table=True):
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
    """Only the new words."""
    attachments: str
    """JSON: a list of {name, content_type, size}."""
    role: str = "customer"
    """As what its author wrote: customer, agent, partner, machine; other: nobody proven who takes part."""
    internal: bool = False
    """Whether no customer may ever see it: notes, what partners write, what was not believed or not sent (Y10)."""
    sent: str = ""
    """What of an agent's words went to the customers; empty where nothing did."""
    reference: str = Field(index=True)
    """Its Message-ID, without angle brackets; what a further mail of the same writer may refer to."""


class Participant(_Table, table=True):
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


class PersonalAddress(_Table, table=True):
    """An agent's own door to a desk, by which cases are opened and lists asked for; the highest version is valid."""

    __tablename__ = "personal_address"
    __table_args__ = (UniqueConstraint("desk", "address", "version"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    address: str
    """The agent's, lower case."""
    version: int
    handle: str = Field(unique=True)
    since: datetime


class Turn(_Table, table=True):
    """What an agent's mail changed about a case, kept so that it can be taken back (#undo)."""

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", unique=True)
    """One turn per mail."""
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    agent: str
    at: datetime
    before: str
    """JSON: each column of the ticket that it changed, as it was."""
    revision: int
    """Of the ticket after it."""
    undone: datetime | None = None


class Suppressed(_Table, table=True):
    """An address from which a letter came back for good; automatic letters to it are held back for a while (Q26)."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    since: datetime
    until: datetime
    reason: str


class Correspondent(_Table, table=True):
    """An address that has answered with a valid tag, so that its mail is its own unless a server says otherwise."""

    __table_args__ = (UniqueConstraint("desk", "address"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    address: str
    since: datetime


class SurveyState(StrEnum):
    """Where a survey stands.

    waiting -> sent        its letter stands in the outbox
    waiting -> cancelled   the case was opened again before its hour, or nobody may be asked; `reason` says why
    sent -> cancelled      the case was opened again before its letter had left the outbox
    sent -> answered       a valid score came in
    sent -> expired        none came in its time
    expired -> answered    one had come in time, and was read late
    """

    WAITING = "waiting"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Survey(_Table, table=True):
    """One asking of one customer after one close; entered by the commit that closes the case."""

    __table_args__ = (
        # One survey per close of a case.
        UniqueConstraint("ticket_id", "closing"),
        _states(SurveyState),
        Index("survey_due", "due", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index(
            "survey_unanswered", "expires", sqlite_where=text("state = 'sent'"), postgresql_where=text("state = 'sent'")
        ),
        Index("survey_recipient", text("lower(recipient)"), "sent"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    closing: int
    """Which close of the case: 1 for the first."""
    desk: str
    queue: str
    agent: str = ""
    """Address of the agent who had the case when it was closed."""
    recipient: str
    """The requester."""
    state: SurveyState = Field(default=SurveyState.WAITING, sa_type=AutoString)
    reason: str = ""
    """Why it is cancelled."""
    closed: datetime
    due: datetime
    """The first moment at which it may be sent."""
    sent: datetime | None = None
    remind_at: datetime | None = None
    """While its one reminder has not been sent."""
    expires: datetime | None = None
    handle: str | None = Field(default=None, unique=True)
    """What its tag is found by."""
    questions: str = ""
    """JSON: the questions as they stood in the letter."""
    score: int | None = None
    answered: datetime | None = None
    """When the first valid score came in."""
    texts: str = ""
    """JSON: the answers in words, one per question after the headline."""
    comment: str = ""
    """What was written and could not be told apart by question."""
    asked_again: bool = False
    """Whether the customer was asked once more for a score."""


class OptedOut(_Table, table=True):
    """An address that wants no surveys."""

    __tablename__ = "opted_out"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    """Lower case."""
    since: datetime
    how: str


class Beginning(_Table, table=True):
    """One beginning of work that a customer waits for: a case's first, or the one after it was opened again."""

    __table_args__ = (UniqueConstraint("ticket_id", "number"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    number: int
    """1 for the first."""
    received: datetime
    started: datetime | None = None
    ended: datetime | None = None
    """When the case was closed, or became another's part, before work began."""


class Promised(_Table, table=True):
    """One expected start as the customer was told it; append-only, so that a miss already made stays."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    beginning: int
    """Number of the beginning that it is about."""
    suspended: datetime | None = None
    """When it ceased to hold because the desk waited for the customer."""
    made: datetime
    start_by: datetime
    at_once: bool
    priority: str


class Outgoing(_Table, table=True):
    """One letter to one recipient, to be sent once, not before a moment."""

    __table_args__ = (
        # One letter per cause and recipient: "ack:mail:41", "copy:mail:57", "report:templates:<digest>".
        UniqueConstraint("cause", "recipient"),
        _states(OutgoingState),
        Index(
            "outgoing_due",
            "not_before",
            sqlite_where=text("state IN ('waiting', 'attempting')"),
            postgresql_where=text("state IN ('waiting', 'attempting')"),
        ),
        Index("outgoing_budget", text("lower(recipient)"), "created"),
        Index(
            "outgoing_claimed",
            "created",
            sqlite_where=text("claimed_domain <> ''"),
            postgresql_where=text("claimed_domain <> ''"),
        ),
        Index("outgoing_held", "created", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    cause: str
    recipient: str
    kind: str
    """One of `core.retry`'s: says how long it is tried and what doubt means."""
    desk: str
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    """The mail that caused it."""
    handle: str | None = Field(default=None, unique=True)
    """What its signed envelope sender is found by when it comes back (VERP); none where that is the null path."""
    claimed_domain: str = ""
    """The recipient's domain where this is an automatic answer to somebody unverified that had room in its budgets;
    the domain's budget and the breaker count these."""
    fingerprint: str = ""
    """Of the mail that it answers automatically; see `core.sameness`."""
    state: OutgoingState = Field(default=OutgoingState.WAITING, sa_type=AutoString)
    created: datetime
    not_before: datetime
    """First for its hour, then for its next attempt."""
    give_up: datetime
    attempts: int = 0
    holder: str = ""
    """Name of the daemon that claimed it last."""
    leased_until: datetime | None = None
    """While attempting: after this moment whoever claimed it is taken for dead, and the letter for doubtful."""
    message_id: str
    subject: str
    sender: str
    """Envelope sender; empty is the null path."""
    content: bytes = Field(sa_type=LargeBinary)
    """The frozen bytes, CRLF and 7-bit; every attempt sends these (K20)."""
    fate: str = ""
    """Outcome of the last attempt: SENT, LATER, NEVER, DOUBT."""
    answer: str = ""
    """What the server said, or what broke, with the step of the dialogue."""
    ended: datetime | None = None


class Event(_Table, table=True):
    """One line of history; append-only."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    outgoing_id: int | None = Field(default=None, foreign_key="outgoing.id")
    at: datetime
    kind: str
    text: str
    """English, one line, for admins; no customer's words."""


def _core(table: type[SQLModel]) -> Table:
    """The Core table behind a model: the path of a letter speaks Core SQL, which costs a tenth of the ORM."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


META = _core(Meta)
CURSOR = _core(Cursor)
MAIL = _core(Mail)
RAW = _core(Raw)
SIGHTING = _core(Sighting)
COUNTER = _core(Counter)
TICKET = _core(Ticket)
MESSAGE = _core(Message)
PARTICIPANT = _core(Participant)
CORRESPONDENT = _core(Correspondent)
OUTGOING = _core(Outgoing)
EVENT = _core(Event)
PERSONAL_ADDRESS = _core(PersonalAddress)
TURN = _core(Turn)
FAULT = _core(Fault)
SUPPRESSED = _core(Suppressed)
SURVEY = _core(Survey)
OPTED_OUT = _core(OptedOut)
BEGINNING = _core(Beginning)
PROMISED = _core(Promised)

WITHOUT_CONTENT = tuple(column for column in OUTGOING.c if column is not OUTGOING.c.content)
"""All of an outgoing letter but its bytes, which may be many."""
