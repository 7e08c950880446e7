"""The sheet on which the effects of an agent's mail are entered, command by command, before any of them happens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from mailbot.core.agenttellings import Done
from mailbot.core.attachment import Attachment
from mailbot.core.audience import agent_of, serving
from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Agent, Route
from mailbot.core.errands import Errand, Role, Telling, to_customers
from mailbot.core.knowncase import KnownCase, OtherCase
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.promise import Promise
from mailbot.core.refused import Refused
from mailbot.core.richwords import words_as_html
from mailbot.core.route import route_named, route_of
from mailbot.core.scene import FaultEntry, LastTurn, Scene
from mailbot.core.shareable import Shareable, file_names
from mailbot.core.words import Words

_OF_FACTS = frozenset({"priority", "queue", "promise", "kind"})


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody begins or ceases to take part in a case."""

    address: str
    role: str
    active: bool = True
    case: KnownCase | None = None
    """Another case than the one that the mail is about; None: that one."""


@dataclass(slots=True)
class Sheet:
    """The effects of one mail; thrown away as a whole where one command is refused."""

    scene: Scene
    number: str
    """For the case that the mail may open."""
    asked: frozenset[str] = frozenset()
    """Names of the mail's commands."""
    changes: dict[str, Any] = field(default_factory=dict)
    """New values of the ticket's columns, a promise as the object."""
    errands: list[Errand] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    receipt: list[Done] = field(default_factory=list)
    """Lines beside those of the commands."""
    newcomers: dict[str, Note] = field(default_factory=dict)
    """Why an agent, by address, is to get the case from its beginning."""
    spent: bool = False
    """Whether a command has said where the mail's text and files go."""
    internal: bool = False
    """Whether the text is for the desk alone."""
    sent: str = ""
    """The words that go to the customers."""
    relayed: bool = False
    """Whether words or files of the agent's go to the customers."""
    undoes: LastTurn | None = None
    merged_into: KnownCase | None = None
    fault: FaultEntry | None = None
    """A confirmed fault as it is entered, anew or changed."""
    elsewhere: list[tuple[int, str, str]] = field(default_factory=list)
    """Lines of history of other tickets: id, kind, text."""

    @property
    def case(self) -> KnownCase:
        """The case. AssertionError at the personal address, where no action on a case is called."""
        assert self.scene.case is not None
        return self.scene.case

    @property
    def facts(self) -> CaseFacts:
        """What letters tell about the case after all that was entered so far."""
        return replace(self.case.facts, **{name: self.changes[name] for name in _OF_FACTS & self.changes.keys()})

    @property
    def promise(self) -> Promise:
        """The promise in force."""
        return self.facts.promise

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about the case."""
        return self.now_is("state") in {"open", "waiting"}

    @property
    def owner(self) -> Agent | None:
        """The agent who has taken the case; None too where that one has left the desk."""
        return agent_of(self.scene.desk, self.now_is("assignee"))

    @property
    def route(self) -> Route | None:
        """The route that the case is on: the one that it is moved to, else the one that it took."""
        desk = self.scene.desk
        if "route" in self.changes:
            return route_named(desk, self.changes["route"], self.scene.received)
        return route_of(desk, self.case)

    @property
    def customers(self) -> tuple[str, ...]:
        """Who gets the case's letters after all joining and leaving: the requester first."""
        members = set(self.case.participants)
        for join in self.joins:
            if join.role == "customer" and join.case is None:
                (members.add if join.active else members.discard)(join.address)
        requester = ascii_lower(self.case.facts.requester_address)
        return tuple(sorted(members, key=lambda address: (address != requester, address)))

    def must_be_at_work(self) -> None:
        """Refused unless the desk is at work on the case, or is to be, or waits for the customer."""
        if self.now_is("state") == "refused":
            raise Refused("not-admitted", self.case.facts.number)
        self.must_go_on()

    def must_go_on(self) -> None:
        """Refused where the case is over; one that is not admitted may still be sorted."""
        if not (self.is_open or self.now_is("state") == "refused"):
            raise Refused("already-closed")

    def now_is(self, name: str) -> Any:
        """A column of the ticket after all that was entered so far."""
        return self.changes[name] if name in self.changes else self.was(name)

    def was(self, name: str) -> Any:
        """A column of the ticket before the mail."""
        if name == "expected_start":
            return self.case.facts.promise.expected_start if self.case.facts.promised else None
        if name == "merged_into":
            return None
        if name == "fault":
            return self.case.fault.number if self.case.fault else ""
        return getattr(self.case.facts if name in _OF_FACTS else self.case, name)

    def tell_customers(
        self, telling: Telling, what: str, kind: str, attachments: tuple[Attachment, ...] = (), *, cause: str = ""
    ) -> None:
        """One letter for each customer, the others visible in Cc; `cause` where it is not the mail."""
        cause = cause or self._cause(what)
        self.errands += to_customers(telling, self.customers, cause, kind, attachments=attachments)

    def tell_elsewhere(self, other: OtherCase, telling: Telling, cause: str, event: str) -> None:
        """One letter for each customer of another case, who sees the others of that case alone."""
        self.errands += to_customers(telling, sorted(other.case.participants), cause, "notice", about=other)
        self.elsewhere.append((other.case.ticket_id, "fault", f"{event} by {self.scene.agent.name}"))

    def errand(self, telling: Telling, to: str, role: Role, what: str, kind: str, **more: Any) -> None:
        """One letter; `what` names its cause together with the mail, `more` as in `Errand`."""
        self.errands.append(Errand(telling, to, role, self._cause(what), kind, **more))

    def _cause(self, what: str) -> str:
        return f"{what}:mail:{self.scene.mail_id}"

    def note_event(self, kind: str, text: str) -> None:
        """One line of history, with the agent's name behind it."""
        self.events.append((kind, f"{text} by {self.scene.agent.name}"))

    def begin_work(self) -> None:
        """The first thing that an agent does for the customer starts an open case, and takes it."""
        self.take_over()
        if self.is_open and self.now_is("started") is None:
            self.changes["started"] = self.scene.received
            self.events.append(("started", f"work began; promised by {self.promise.expected_start.isoformat()}"))

    def take_over(self) -> None:
        """An open case that nobody has taken becomes the writer's, if they serve its queue."""
        serves = self.scene.agent in serving(self.scene.desk, self.facts.queue, self.route)
        if self.is_open and serves and self.owner is None:
            self.assign(self.scene.agent)

    def assign(self, agent: Agent) -> None:
        """The case becomes that agent's."""
        if self.now_is("assignee") != agent.address:
            self.changes["assignee"] = agent.address
            self.events.append(("taken", f"taken by {agent.name}"))

    def spend(self, argument: str = "", more: tuple[Attachment, ...] = ()) -> Shareable:
        """The mail's words and files, to go out once; words on the command's own line come first.

        What cannot go along is told in the receipt.
        """
        self.spent = True
        shared = self.scene.share(self.scene.orders.text, more)
        self.receipt += kept_lines(shared)
        return replace(shared, words=_below(argument, shared.words)) if argument else shared

    def keep(self) -> None:
        """The mail's words and files stay at the desk."""
        self.spent = self.internal = True


def kept_lines(shared: Shareable) -> tuple[Done, ...]:
    """Lines of a receipt on what of a mail does not go along, and stays at the desk."""
    kept = (("left-out", shared.too_large), ("letters-kept", shared.withheld), ("pictures-kept", shared.misplaced))
    return tuple(Done("", Note(kind, (file_names(names),))) for kind, names in kept if names)


def _below(argument: str, words: Words) -> Words:
    """The words behind a command on its line, and those below it."""
    text = "\n\n".join(filter(None, (argument, words.text)))
    return Words(text, f"{words_as_html(argument)}\n{words.html}" if words.html else "", words.pictures)
