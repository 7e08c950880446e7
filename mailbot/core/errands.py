"""The letters that a turn on a case causes, as plain data: what each is to tell, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mailbot.core.attachment import Attachment
from mailbot.core.desk import Partner
from mailbot.core.knowncase import KnownFault, OtherCase
from mailbot.core.note import Note
from mailbot.core.promise import Promise

Role = Literal["customer", "agent", "partner"]


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, as far as it may leave the desk: new words only, commands cut out, no signature."""

    text: str
    html: str = ""
    """The same words as a safe fragment of HTML; empty: they are told from the text."""
    pictures: tuple[Attachment, ...] = ()
    """Those that the HTML shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn of a case's conversation, or one line of its history."""

    at: datetime
    who: str
    """Name and address as they are told; empty for a line of history."""
    role: Literal["customer", "agent", "partner", "other", "event"]
    text: str
    attachments: tuple[str, ...] = ()
    """Names."""
    internal: bool = False
    """Whether no customer and no partner may see it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An agent's or a partner's words to the customers of a case."""

    words: Words
    by: str
    """The writer's name."""
    waits: bool = False
    """Whether the desk now waits for the customer's answer."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The case is closed: the solution, and how to open it again."""

    words: Words
    by: str
    """The agent's name; empty where the customer closed it."""


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """The level and the new expected start (V7); both stand in the case's facts."""

    begun: bool
    """Whether work has begun, so that only the level is told."""
    waits: bool = False
    """Whether the desk waits for the customer's answer, from which the rest of the time runs: no start is known."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The desk waits for the customer's answer, and nobody wrote a word about it."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Told to the customer: a partner or consultant takes over, and whom to contact (V9)."""

    partner: Partner


@dataclass(frozen=True, slots=True)
class Reopened:
    """Told to the customer: the case is open again, with a new expected start."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Told to the customer: a case that was not admitted at first is, with its expected start."""

    begun: bool
    """As in `PriorityChanged`, as is `waits`."""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The desk does not do what the case asks for (B3, B4)."""

    words: Words
    by: str
    """The agent's name; empty where the agent wrote nothing."""


@dataclass(frozen=True, slots=True)
class NotCovered:
    """The agreement does not cover what the case asks for (V10, M5)."""

    words: Words
    by: str
    """As in `Declined`."""


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """Work is done at the customer's express order alone, which a plain yes gives (S12)."""

    words: Words
    by: str
    """The agent's name."""


@dataclass(frozen=True, slots=True)
class OrderRecorded:
    """Told to the customer: the answer to what they were asked to order."""

    ordered: bool
    """Whether it was yes."""
    order: str
    """The words in which they were asked."""
    begun: bool
    """As in `PriorityChanged`."""


@dataclass(frozen=True, slots=True)
class FaultConfirmed:
    """Told to the customer: the product is at fault, and when that is expected to be fixed (C5)."""

    version: str
    expected: date | None
    changed: bool = False
    """Whether other words on it were told before."""


@dataclass(frozen=True, slots=True)
class FaultFixed:
    """Told to the customer: the fault that the case hangs on is fixed (C5)."""

    version: str


@dataclass(frozen=True, slots=True)
class StatusTold:
    """Asked for by the customer: the case's state, promise and history as far as a customer may see it."""

    state: str
    """open, waiting, closed, merged, refused (not admitted yet), declined."""
    started: datetime | None
    closed: datetime | None
    entries: tuple[Entry, ...]
    fault: KnownFault | None = None
    """The confirmed fault that the case hangs on (C5)."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Told to the customer: the case goes on under another number."""

    into: str


@dataclass(frozen=True, slots=True)
class HeldCase:
    """One case whose acknowledgement was held."""

    number: str
    priority: str
    """Key."""
    promise: Promise | None
    """None where no start is promised, for the case is not admitted."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Told once instead of acknowledgements that were held for their number."""

    cases: tuple[HeldCase, ...]


@dataclass(frozen=True, slots=True)
class OurCase:
    """One case in the list that a customer's contact gets."""

    number: str
    subject: str
    who: str
    """Who opened it: the address, and the name where it is proven."""
    verified: bool
    """Whether something proves that they wrote the opening mail."""
    priority: str
    """Key."""
    state: Literal["new", "begun", "waiting", "refused"]
    received: datetime
    promise: Promise | None
    """None where no start is promised."""


@dataclass(frozen=True, slots=True)
class OurCases:
    """Asked for by a contact: the open, waiting and refused cases of the whole organisation (V14, S2, C7)."""

    customer: str
    """The organisation's name."""
    reader: str
    """The contact's name, or empty."""
    cases: tuple[OurCase, ...]
    """By expected start."""
    left_out: int = 0
    """How many more there are."""


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
class RouteChanged:
    """Told to a customer about no case: who works on mail about a product from some day on (V12)."""

    product: str
    day: date
    """The first local day."""
    partner: Partner | None
    """None: the desk itself again."""


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
class Survey:
    """The questions after the close, for the requester (V13)."""

    token: str
    """The survey's tag, in whatever the customer sends back."""
    answer_to: str
    """Where answers go: address for the one-tap links and for List-Unsubscribe."""
    reminder: bool = False
    again: bool = False
    """Whether this asks once more, an answer having come in whose score could not be read."""


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
class PromiseChanged:
    """Told to the customer: hours or targets have changed, and with them the expected start in the case's facts."""

    before: datetime
    """The expected start that was told before."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Told to a customer, once: no more surveys come."""


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The month's score and kept promises, for the desk's lead; the picture goes along."""

    month: date
    """Its first day."""
    text: str
    """The tables of `mailbot nps` and `mailbot promises`, as plain text."""
    picture: Attachment | None


Telling = (
    Reply | Closing | PriorityChanged | Waiting | HandedOver | Reopened | StatusTold | Merged | Digest | OurCases
    | Taken | WholeCase | HandOver | Receipt | CaseList | Guide | Welcome | Unproven | Undelivered
    | Survey | LowScore | Comment | OptedOut | MonthReport | RouteChanged
    | Admitted | Declined | NotCovered | OrderAsked | OrderRecorded | FaultConfirmed | FaultFixed
    | StartDue | LateStart | PromiseChanged
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """One letter to one person."""

    telling: Telling
    to: str
    """Address."""
    role: Role
    cause: str
    """Unique together with the recipient: "relay:mail:57"."""
    kind: str
    """As the outbox knows it: relay, ack, copy, receipt."""
    copied: tuple[str, ...] = ()
    """Who else is told, for the Cc header."""
    attachments: tuple[Attachment, ...] = ()
    at_once: bool = False
    """Whether it does not wait for the agents' moment of reconsidering."""
    language: str = ""
    """The reader's own; empty: the desk's."""
    about: OtherCase | None = None
    """Another case than the one that the mail is about; None: that one."""
