"""What letters tell agents, partners and the desk's lead, as plain data; `core.agentwords` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mailbot.core.attachment import Attachment
from mailbot.core.conversation import Entry
from mailbot.core.desk import Partner
from mailbot.core.note import Note
from mailbot.core.words import Words


@dataclass(frozen=True, slots=True)
class Taken:
    """Told once to the agents who need not take the case any more."""

    by: str


@dataclass(frozen=True, slots=True)
class WholeCase:
    """The case from its beginning, for an agent who is to know it."""

    reason: Note
    """Why it comes: assigned, queue changed, asked for."""
    state: str
    assignee: str
    """Name; empty where nobody has taken it."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case for a partner or consultant: the agent's covering words and the conversation, no internal notes (V9)."""

    partner: Partner
    by: str
    """The agent's name; empty where it comes by itself."""
    words: Words
    entries: tuple[Entry, ...]
    about: str = ""
    """What a case is about that takes a route to the partner (V12); empty where an agent forwards it."""
    further: bool = False
    """Whether the partner has the case, and the customer has written again."""


@dataclass(frozen=True, slots=True)
class Done:
    """One line of a receipt."""

    command: str
    """As the agent wrote it; empty for what concerns the mail as a whole."""
    told: Note
    """A key of `receiptwords.RECEIPTS`."""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done at an agent's word, line by line."""

    lines: tuple[Done, ...]
    nothing_done: bool = False
    """Whether a refused or unknown command kept back everything that the mail asked for."""
    words: str = ""
    """The agent's own text, given back where it was not sent."""


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One open case in a list."""

    number: str
    subject: str
    requester: str
    priority: str
    """Key."""
    queue: str
    """Key."""
    state: str
    assignee: str
    """Name, or empty."""
    expected_start: datetime | None
    """None where none is promised, for the case is not admitted."""
    begun: bool
    late: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """The open cases by promise."""

    which: Literal["all", "mine", "queue", "late"]
    queue: str
    """Key; empty unless one queue was asked for."""
    cases: tuple[ListedCase, ...]
    left_out: int = 0
    """How many more there are."""


@dataclass(frozen=True, slots=True)
class Guide:
    """How an agent works by mail: what `#help` answers."""

    personal: str
    """The agent's personal address; empty where the desk has no tags in addresses."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """An agent's personal address or key, with what it is good for."""

    personal: str
    """As in `Guide`."""
    key: str
    """The tag itself, for `#key`."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """Told to an agent: a mail in their name was not acted upon."""

    why: Note
    subject: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Told to an agent: a letter of theirs did not reach its reader."""

    recipient: str
    subject: str
    says: str
    """What the other server said, one line."""
    until: datetime | None
    """Until when automatic letters to that address are held back; None where they are not."""


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One case that hangs on a fault."""

    number: str
    subject: str
    requester: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FaultNews:
    """Told once to each agent of other cases on a fault: what the customers of these are told of it (C5)."""

    by: str
    """Name of the agent who said it."""
    fault: str
    """Number of the case in which it was confirmed."""
    version: str
    expected: date | None
    fixed: bool
    cases: tuple[FaultCase, ...]


@dataclass(frozen=True, slots=True)
class StartDue:
    """Told to agents: the promised start of work on the case is near; the start stands in the case's facts."""

    assignee: str
    """Name of who has taken the case; empty: nobody has."""


@dataclass(frozen=True, slots=True)
class LateStart:
    """Told to the desk's lead: the promised start has passed, and nobody has begun."""

    assignee: str
    """As in `StartDue`."""


@dataclass(frozen=True, slots=True)
class LowScore:
    """Told to the desk's lead: a customer is not content."""

    score: int
    comment: str
    customer: str
    """Name and address."""
    agent: str
    """Name, or empty."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Told to the agent who had the case: what the customer wrote in the survey; `#reopen` in the answer opens it."""

    score: int | None
    texts: tuple[tuple[str, str], ...]
    """(question, answer)."""
    corrected: bool = False
    """Whether it replaces an earlier answer."""


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The month's score and kept promises, for the desk's lead; the picture goes along."""

    month: date
    """Its first day."""
    text: str
    """The tables of `mailbot nps` and `mailbot promises`, as plain text."""
    picture: Attachment | None


AgentTelling = (
    Taken | WholeCase | HandOver | Receipt | CaseList | Guide | Welcome | Unproven | Undelivered
    | FaultNews | StartDue | LateStart | LowScore | Comment | MonthReport
)  # fmt: skip
