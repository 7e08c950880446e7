"""All that is known when a proven agent's mail is acted upon, and the sheet on which its effects are collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.commands import Orders
from mailbot.core.desk import Agent, Desk
from mailbot.core.errands import Done, Entry, Errand, ListedCase, Words
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.note import Note
from mailbot.core.promise import Promise
from mailbot.core.richwords import pictures_by_name, rich_words


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
class LastTurn:
    """What the agent's last mail changed about the case, and where its letters are (#undo)."""

    turn_id: int
    asked: str
    """What it had asked for, told in a receipt."""
    before: Mapping[str, Any]
    """The changed columns as they were, and `joins`."""
    revision: int
    """The case's after it."""
    waiting: tuple[int, ...]
    """Ids of its letters that nobody has dialled for."""
    left: tuple[str, ...]
    """Recipients of its letters that have left, or may have."""


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
    others: Mapping[str, KnownCase] = field(default_factory=dict)
    """By number: further cases that the mail's commands name."""
    answered: AnsweredMail | None = None
    last_turn: LastTurn | None = None
    suppressed: Mapping[str, datetime] = field(default_factory=dict)
    """Until when automatic letters to an address are held back, for those who take part."""
    replayed: bool = False
    """Whether a mail of this Message-ID has been acted upon already (T13)."""
    personal: str = ""
    """The agent's personal address, for the guide; empty where there is none."""
    version: int = 0
    """Of the personal address that is valid; 0 where none has been made."""

    def words(self, text: str) -> Words:
        """Words of the agent's as they may leave the desk, in HTML too where it says exactly these."""
        shown = {part.content_id: part for part in self.letter.attachments if part.inline and part.content_id}
        rich = rich_words(self.letter.html, text, frozenset(shown))
        told = pictures_by_name(text, {content_id: part.name for content_id, part in shown.items()})
        return Words(told, rich.html, tuple(shown[content_id] for content_id in rich.pictures))


class Refused(Exception):  # noqa: N818 - an agent's order that cannot be followed is no error of the program
    """A command cannot be followed; nothing of its mail is."""

    def __init__(self, kind: str, *about: str) -> None:
        super().__init__(kind, *about)
        self.note = Note(kind, about)


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody begins or ceases to take part in the case."""

    address: str
    role: str
    active: bool = True


@dataclass(slots=True)
class Sheet:
    """The effects of one mail, entered command by command; thrown away as a whole where one is refused."""

    scene: Scene
    number: str
    """For the case that the mail may open."""
    text: str
    """The agent's own words that are still to go somewhere."""
    changes: dict[str, Any] = field(default_factory=dict)
    """New values of the ticket's columns, a promise as the object."""
    errands: list[Errand] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    receipt: list[Done] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Names of the mail's commands."""
    internal: bool = False
    """Whether the text has become a note."""
    sent: str = ""
    """The words that go to the customers."""
    undoes: LastTurn | None = None

    @property
    def case(self) -> KnownCase:
        """The case. AssertionError at the personal address, where no action on a case is called."""
        assert self.scene.case is not None
        return self.scene.case

    @property
    def facts(self) -> CaseFacts:
        """What letters tell about the case after all that was entered so far."""
        known = {name: self.changes[name] for name in ("priority", "promise", "queue") if name in self.changes}
        return replace(self.case.facts, **known)

    @property
    def promise(self) -> Promise:
        """The promise in force."""
        return self.facts.promise

    @property
    def customers(self) -> tuple[str, ...]:
        """Who gets the case's letters after all joining and leaving: the requester first."""
        members = set(self.case.participants)
        for join in self.joins:
            if join.role == "customer":
                (members.add if join.active else members.discard)(join.address)
        requester = self.case.facts.requester_address.lower()
        return tuple(sorted(members, key=lambda address: (address != requester, address)))

    def now_is(self, name: str) -> Any:
        """A column of the ticket after all that was entered so far."""
        return self.changes.get(name, getattr(self.case, name, None))

    def tell_customers(self, telling: Any, what: str, kind: str, attachments: tuple[Attachment, ...] = ()) -> None:
        """One letter for each customer, the others visible in Cc."""
        people = self.customers
        for person in people:
            others = tuple(other for other in people if other != person)
            self.errand(telling, person, "customer", what, kind, copied=others, attachments=attachments)

    def errand(self, telling: Any, to: str, role: Any, what: str, kind: str, **more: Any) -> None:
        """One letter, its cause named after the mail."""
        self.errands.append(Errand(telling, to, role, f"{what}:mail:{self.scene.mail_id}", kind, **more))

    def begin_work(self) -> None:
        """The first thing an agent does that the customer is told of starts the case, and takes it."""
        if self.now_is("started") is None:
            self.changes["started"] = self.scene.received
            self.events.append(("started", f"work began; promised by {self.promise.expected_start.isoformat()}"))
        if not self.now_is("assignee"):
            self.assign(self.scene.agent)

    def assign(self, agent: Agent) -> None:
        """The case becomes that agent's."""
        self.changes["assignee"] = agent.address
        self.events.append(("taken", f"taken by {agent.name}"))

    def take_words(self) -> Words:
        """The agent's words, to be sent once."""
        text, self.text = self.text, ""
        return self.scene.words(text)
