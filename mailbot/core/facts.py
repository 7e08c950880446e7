"""All that is known about one mail when it is decided upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.authenticity import Authenticity
from mailbot.core.conversation import Entry
from mailbot.core.customer import Contact, Customer
from mailbot.core.customertellings import OurCases
from mailbot.core.desk import Desk
from mailbot.core.entitlement import belongs_to
from mailbot.core.knowncase import Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.returned import ReturnedLetter
from mailbot.core.scene import Scene
from mailbot.core.survey import KnownSurvey


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one mail when it is decided upon."""

    letter: Letter
    desk: Desk
    """On the terms of the customer whom the mail concerns; see `core.terms`."""
    received: datetime
    """UTC."""
    machine: Reason | None
    """Why it gets no automatic answer, if it is a machine's."""
    authenticity: Authenticity
    correspondent: bool
    """Whether its From address has answered this desk with a valid tag before."""
    ties: tuple[Tie, ...]
    """Strongest first."""
    own_mail: bool = False
    """Whether it is a letter of ours that came back (Q8)."""
    whole_size: int = 0
    """Octets of the mail where it was too large to be fetched whole; 0 where all of it is here (K34)."""
    personal: str = ""
    """The agent's address for which a genuine personal tag in the mail was made."""
    scene: Scene | None = None
    """What the mail is acted upon with, should an agent have written it; not yet believed."""
    entries: tuple[Entry, ...] = ()
    """The case's conversation, where the mail asks for the state of the case."""
    returned: ReturnedLetter | None = None
    """The letter of ours that it tells of or was returned to, with proof of that."""
    survey: KnownSurvey | None = None
    """The survey whose genuine tag it has, and no other tag before that."""
    suppressed: datetime | None = None
    """Until when automatic letters to its sender are held back; UTC, later than `received`."""
    passed_on: int = 0
    """How many letters the partners of the case got within the hour before it that told what customers wrote."""
    our_cases: OurCases | None = None
    """The cases of the sender's organisation, where `lists_cases` says that the mail asks for them."""
    mail_id: int = 0
    """By which what it causes is entered; 0 for one that is stored nowhere."""

    @property
    def sender(self) -> str:
        """The sender's address in lower case, or empty."""
        return self.letter.sender.key if self.letter.sender else ""

    @property
    def belongs(self) -> tuple[Customer | None, Contact | None]:
        """The customer that the sender belongs to, and the contact who the sender is; nobody's where forged."""
        return belongs_to(self.desk, self.sender, forged=self.authenticity == "fail")
