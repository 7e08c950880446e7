"""What letters tell customers, as plain data; `core.errandwords` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mailbot.core.conversation import Entry
from mailbot.core.desk import Partner
from mailbot.core.knowncase import KnownFault
from mailbot.core.promise import Promise
from mailbot.core.words import Words


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
class RouteChanged:
    """Told to a customer about no case: who works on mail about a product from some day on (V12)."""

    product: str
    day: date
    """The first local day."""
    partner: Partner | None
    """None: the desk itself again."""


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
class PromiseChanged:
    """Told to the customer: hours or targets have changed, and with them the expected start in the case's facts."""

    before: datetime
    """The expected start that was told before."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Told to a customer, once: no more surveys come."""


CustomerTelling = (
    Reply | Closing | PriorityChanged | Waiting | HandedOver | Reopened
    | Admitted | Declined | NotCovered | OrderAsked | OrderRecorded | FaultConfirmed | FaultFixed
    | StatusTold | Merged | Digest | OurCases | RouteChanged | Survey | PromiseChanged | OptedOut
)  # fmt: skip
