"""What there is to decide about a mail: each thing that it can turn out to be, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbot.core.belief import is_proof
from mailbot.core.customertellings import OurCases
from mailbot.core.desk import Route
from mailbot.core.entitlement import ADMITTED, Entitlement
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.machine import Reason
from mailbot.core.note import Note
from mailbot.core.placement import Placement
from mailbot.core.promise import Promise
from mailbot.core.returned import Report, ReturnedLetter
from mailbot.core.scene import Scene
from mailbot.core.standing import Standing
from mailbot.core.survey import KnownSurvey


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case opens."""

    placement: Placement
    promise: Promise
    proof: Note
    """What shows, or fails to show, that the sender wrote the mail; see `proof_of`."""
    silence: Reason | None
    """Why no acknowledgement is sent; None where one is."""
    notes: tuple[Note, ...]
    """What agents should know."""
    standing: Standing
    follows: KnownCase | None = None
    """The closed case that it answers too late to open it again."""
    colleagues: tuple[str, ...] = ()
    """As in `FollowUp`."""
    entitlement: Entitlement = ADMITTED
    """Whether a start of work is promised at all."""
    route: Route | None = None
    """By which it comes to partners or a duty team; None: to whoever is on duty."""

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)


Effect = Literal["", "reopen", "resume", "status", "close", "thanks", "spam", "ask-again", "ordered", "not-ordered"]
"""What a customer's mail does to its case besides being a message of it."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The mail is a further message of a case, and not an agent's to be acted upon."""

    tie: Tie
    proof: Note
    """As in `NewCase`."""
    standing: Standing
    silence: Reason | None
    """Why a machine's mail changes nothing; None for a human's."""
    notes: tuple[Note, ...]
    effect: Effect = ""
    colleagues: tuple[str, ...] = ()
    """Addresses that take part from now on: copied colleagues of a verified customer."""
    circling: bool = False
    """Whether the case's partners have been sent so much within the hour that robots may be at it."""

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)

    @property
    def by_agent(self) -> bool:
        """Whether a proven agent wrote it."""
        return self.standing.role == "agent"

    @property
    def role(self) -> str:
        """As what its author wrote, as the message keeps it."""
        if self.silence:
            return "machine"
        return "other" if self.standing.role == "unproven-agent" else self.standing.role


@dataclass(frozen=True, slots=True)
class Act:
    """A proven agent wrote it: what it asks for is done."""

    scene: Scene


@dataclass(frozen=True, slots=True)
class Filed:
    """The mail is heard and kept; it opens nothing and is no message of a case."""

    reason: Reason
    """Why; for a delivery report, with what it says of whom."""
    ticket_id: int | None
    """The case whose history tells of it, where one is proven."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The mail says what became of a letter of ours, with proof of which one (Q17, Q20)."""

    letter: ReturnedLetter
    report: Report
    reason: Reason
    """As in `Filed`, for it is filed too."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail answers a survey and is nothing else: no message of the case, which it does not open again."""

    survey: KnownSurvey


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """A contact asks for the cases of the organisation and may see them: told, and nothing else (V14, S2, C7)."""

    customer: str
    """Key."""
    told: OurCases


@dataclass(frozen=True, slots=True)
class Parked:
    """The mail is set aside for an admin (Q9)."""

    reason: Reason


Settled = NewCase | FollowUp | Act | Filed | Returned | Answered | CasesAsked
"""What ends with the mail done: whatever follows from it is entered in the same commit."""
Decision = Settled | Parked
