"""All that is known when a proven agent's mail is acted upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mailbot.core.agenttellings import ListedCase
from mailbot.core.attachment import Attachment
from mailbot.core.commands import Orders
from mailbot.core.conversation import Entry
from mailbot.core.desk import Agent, Desk
from mailbot.core.knowncase import KnownCase, KnownFault, OtherCase
from mailbot.core.letter import Letter
from mailbot.core.shareable import Shareable, shareable


@dataclass(frozen=True, slots=True)
class AnsweredMail:
    """The mail that an agent's mail answers: the one told in the copy that it is a reply to."""

    mail_id: int
    letter: Letter
    received: datetime
    opened: bool
    """Whether it opened a case."""
    by_customer: bool


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """How a confirmed fault is entered; as it was, where that is kept."""

    number: str
    """Of the case in which it was first confirmed."""
    version: str
    expected: date | None = None
    fixed: datetime | None = None

    @classmethod
    def of(cls, known: KnownFault) -> FaultEntry:
        """A fault as it stands."""
        return cls(known.number, known.version, known.expected, known.fixed)


@dataclass(frozen=True, slots=True)
class LastTurn:
    """What the agent's last mail changed about the case, and where its letters are (#undo)."""

    turn_id: int
    asked: str
    """What it had asked for, told in a receipt."""
    ticket_id: int
    """The ticket that it changed: the case, or one that goes on as the case since then (#merge)."""
    mail_id: int
    before: Mapping[str, Any]
    """The changed columns as they were."""
    joins: tuple[tuple[int, str, str, bool], ...] = ()
    """Who began or ceased to take part: ticket's id, address, role, and whether they did since."""
    untouched: bool = True
    """Whether nothing has changed the ticket since."""
    waiting: tuple[int, ...] = ()
    """Ids of its letters that nobody has dialled for."""
    left: tuple[str, ...] = ()
    """Recipients of its letters that have left, or may have."""
    split_off: str = ""
    """The number of the case that it split off, whose customer is another thread by now."""
    fault: tuple[FaultEntry, FaultEntry] | None = None
    """A fault as it was before and after it, where it changed one that was there."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What an agent's mail is acted upon with. All addresses in lower case, all moments UTC."""

    desk: Desk
    agent: Agent
    mail_id: int
    letter: Letter
    received: datetime
    orders: Orders
    case: KnownCase | None
    """None for a mail to the agent's personal address."""
    cases: tuple[ListedCase, ...] = ()
    """The desk's open cases by promise, where a list was asked for."""
    entries: tuple[Entry, ...] = ()
    """The case's conversation and history, where a command needs it."""
    enclosures: tuple[Attachment, ...] = ()
    """The files of that conversation, where the case is passed on."""
    others: Mapping[str, KnownCase] = field(default_factory=dict)
    """By number: further cases that the mail's commands name."""
    hanging: tuple[OtherCase, ...] = ()
    """The other cases that hang on the case's fault, where its customers are to be told of it."""
    answered: AnsweredMail | None = None
    last_turn: LastTurn | None = None
    our_subject: str = ""
    """The bare subject of the letter of ours that the mail answers, where it opens a case."""
    suppressed: Mapping[str, datetime] = field(default_factory=dict)
    """Until when automatic letters to an address are held back, for those who take part."""
    replayed: bool = False
    """Whether a mail of this Message-ID has been acted upon already (T13)."""
    personal: str = ""
    """The agent's personal address, for the guide; empty where there is none."""
    version: int = 0
    """Of the personal address that is valid; 0 where none has been made."""
    in_person: bool = False
    """Whether the mail holds the agent's personal tag: a case's own tag has power over that case alone."""
    whole_size: int = 0
    """As in `Facts`: octets of a mail of which only the beginning is here; 0 where all of it is."""

    @property
    def language(self) -> str:
        """In which the agent is told things."""
        return self.agent.language or self.desk.languages[0]

    def share(self, text: str, more: tuple[Attachment, ...] = ()) -> Shareable:
        """The agent's words with their pictures, and the mail's files, as they may leave the desk."""
        return shareable(self.letter, text, more)
