"""A desk as plain data: what one support offering promises, when it is open and who works there.

Filled by `mailbot.files.deskfile` from `config/desks/<name>.toml`; everything here is frozen and already checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from mailbot.core.calendar import Calendar, Hours, Target
from mailbot.core.customer import Customer, Customers
from mailbot.core.texts import Texts


@dataclass(frozen=True, slots=True)
class Priority:
    """A level of urgency and what it promises."""

    key: str
    name: Texts
    meaning: Texts
    targets: tuple[Target, ...]
    """Ordered by `since`, None first."""
    clock: Literal["hours", "always", "duty"] = "hours"
    """What counts as open time: the desk's hours; every hour; or the hours and every hour an agent is on duty (V4)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a case is about in the desk's own terms: a question, an incident, a fault report (C2, M7)."""

    key: str
    name: Texts
    note: Texts = field(default_factory=dict)
    """A sentence for the acknowledgement of such a case (M8)."""
    always: bool = False
    """Whether it is admitted whatever the customer's agreement says: fault reports (S11, M6)."""


@dataclass(frozen=True, slots=True)
class Module:
    """A part of the product that contacts are trained on (S9)."""

    key: str
    name: Texts
    words: tuple[str, ...]
    """By which a mail is known to be about it, as a rule's words are."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One kind of agreement that a desk offers (M3, C6)."""

    key: str
    name: Texts
    channels: tuple[str, ...] = ()
    """Kinds of the channels that its customers are told of; empty: all of them."""
    most_contacts: int | None = None
    """How many contacts a customer may name; None: any number (S9, M4)."""
    kinds: tuple[str, ...] = ()
    """Keys of the kinds of case that it covers; empty: all (V10)."""
    note: Texts = field(default_factory=dict)
    """A sentence for the acknowledgement to its customers: that the phone is billed (M3)."""
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    """By priority's key; they win over the desk's (C6)."""
    hours: tuple[Hours, ...] = ()
    """In place of the desk's; empty: the desk's."""


@dataclass(frozen=True, slots=True)
class Service:
    """Who is helped, and what those are told who are not; nothing is enforced at a desk without customer files."""

    agreement: bool = True
    """Whether it takes an agreement in force (V11)."""
    contacts: Literal["any", "named"] = "any"
    """Whether anybody at a customer is helped (M2), or only the contacts whom it has named (S9)."""
    training: bool = False
    """Whether a contact must be trained on every module that the mail is about (S9)."""
    overdue: bool = True
    """Whether a customer with overdue invoices is helped all the same (S10)."""
    terms: Texts = field(default_factory=dict)
    """Told to everybody who is not admitted: who is helped, and how to get an agreement (V11)."""
    decline: Texts = field(default_factory=dict)
    """Told under #decline: who helps instead (B3, B4)."""
    not_covered: Texts = field(default_factory=dict)
    """Told under #not-covered: what is offered instead (V10, M5, S14)."""
    order: Texts = field(default_factory=dict)
    """Told under #order: when it is charged (S12)."""
    workaround: str = ""
    """Key of the priority to which a workaround lowers a case (S5); empty: to none."""


@dataclass(frozen=True, slots=True)
class Route:
    """Cases that somebody else works on from the day they come in, for as long as it holds (V9, V12, B7)."""

    name: str
    to: tuple[str, ...]
    """Addresses of partners, or of agents: a duty team."""
    since: date | None = None
    """First local day in force; None: always."""
    until: date | None = None
    """Last day in force; None: for good."""
    words: tuple[str, ...] = ()
    """As a rule's: any of them; empty: whatever the words."""
    queues: tuple[str, ...] = ()
    """Keys; empty: whatever the queue."""
    when: Literal["always", "open", "closed"] = "always"
    """Whether it is for mail received at any time, or only while the desk is open or closed (B7)."""
    product: str = ""
    """Customers who use this product are concerned by it, whether or not they have written about it (V12)."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """When it is told that the start of work is due; never to a customer."""

    before: timedelta | None = timedelta(minutes=30)
    """Open time before the expected start at which agents are reminded, at most half of what the promise gave; None:
    they are not."""
    after: timedelta | None = timedelta(0)
    """Open time after it at which the desk's lead is told; None: the lead is not."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach the desk, as the acknowledgement tells it (V3, B1, M3)."""

    kind: Literal["mail", "phone", "portal"]
    name: Texts
    """What it is called in a letter: "Telefon", "Mina Sidor"."""
    address: str = ""
    """The number, mail address or web address; empty where the desk gives it to nobody by mail (S1)."""
    hours: tuple[Hours, ...] = ()
    """Its own hours where they differ from the desk's; empty: not told."""
    note: Texts = field(default_factory=dict)
    contacts_only: bool = False
    """Whether its address is told to verified contacts of a customer only (S1)."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A service area inside a desk."""

    key: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works at the desk by mail."""

    name: str
    addresses: tuple[str, ...]
    """The first one gets the mail."""
    queues: tuple[str, ...] = ()
    """Keys; empty: all of them."""
    duty: tuple[Hours, ...] | None = None
    """None: always on duty. Holidays and exceptions are the desk's."""
    outside_hours: bool = False
    """On duty exactly while the desk is closed (B7), whatever `duty` says."""
    language: str = ""
    """In which letters to this agent are written; empty: the desk's first."""
    morning_list: int | None = None
    """The local minute of the day at which the list of open cases comes, on days that the desk is open; None: never."""

    @property
    def address(self) -> str:
        """Where letters to this agent go, and what the agent is known by."""
        return self.addresses[0]


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody outside the desk to whom a case can be passed on: a consultant, another company (V9, V12)."""

    name: str
    addresses: tuple[str, ...]
    """Lower case; the first one gets the mail."""
    answers_customers: bool = False
    """Whether what the partner writes goes to the customers as well as to the agents."""
    contact: Texts = field(default_factory=dict)
    """How a customer reaches the partner, as the letter tells it."""

    @property
    def address(self) -> str:
        """Where letters to the partner go."""
        return self.addresses[0]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Priority from impact and urgency (C3), by keys."""

    impacts: tuple[str, ...]
    urgencies: tuple[str, ...]
    priorities: Mapping[tuple[str, str], str]
    """(impact, urgency) to priority, for every pair."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Places a new case where all its conditions hold; an empty condition always holds."""

    name: str
    to: tuple[str, ...] = ()
    """Recipient addresses, lower case; `*@domain` and other shell patterns allowed."""
    sender: tuple[str, ...] = ()
    """As `to`, for the sender."""
    words: tuple[str, ...] = ()
    """Any of them as whole words or phrases, ignoring case, in subject or new text."""
    files: tuple[str, ...] = ()
    """Shell patterns for names of attachments, lower case; any of them."""
    customers: tuple[str, ...] = ()
    """Keys of customers; any of them."""
    attributes: tuple[str, ...] = ()
    """Of the sender's customer; all of them (B4)."""
    agreements: tuple[str, ...] = ()
    """Keys of agreements; any of them."""
    queue: str | None = None
    priority: str | None = None
    kind: str | None = None
    impact: str | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyTerms:
    """How a desk asks its customers after the close (V13)."""

    questions: tuple[Texts, ...]
    """The headline, answered from 0 to 10, then the questions answered in words."""
    wait: timedelta = timedelta(hours=20)
    """From the close to the survey, elapsed time."""
    hours: tuple[Hours, ...] | None = None
    """In which surveys are sent; None: weekdays 08 to 17 that are no holidays."""
    valid_days: int = 30
    """For how long an answer counts."""
    remind_after: timedelta | None = None
    """From the survey to its one reminder; None: there is none."""
    rest_days: int = 90
    """Days for which a person is not asked again."""


ReplyTags = Literal["none", "plus", "catch-all"]


@dataclass(frozen=True, slots=True)
class Desk:
    """One support offering."""

    key: str
    """The desk file's stem: what CLI, tables and logs call it."""
    name: str
    """What its letters call it."""
    addresses: tuple[str, ...]
    """Lower case; the first is the From of its letters."""
    languages: tuple[str, ...]
    """Letters are written in the first; further ones follow below it in the same letter."""
    prefix: str
    """Of its case numbers."""
    calendar: Calendar
    priorities: tuple[Priority, ...]
    default_priority: str
    enabled: bool = True
    queues: tuple[Queue, ...] = ()
    default_queue: str = ""
    rules: tuple[Rule, ...] = ()
    agents: tuple[Agent, ...] = ()
    channels: tuple[Channel, ...] = ()
    closing: Texts = field(default_factory=dict)
    """The lines under a letter: who the desk is."""
    reply_tags: ReplyTags = "none"
    """Where a signed tag may stand in a Reply-To address: `name+tag@` (plus), `tag@` (catch-all)."""
    authserv_id: str = ""
    """Whose Authentication-Results are believed (RFC 8601 section 5); empty: nobody's."""
    list_ids: tuple[str, ...] = ()
    """List-Ids of mail groups that are this desk's own address, lower case: their mail is no list mail."""
    grace: timedelta = timedelta(minutes=15)
    """How much open time "at once" is given when a promise is judged."""
    survey: SurveyTerms | None = None
    """None: the desk asks nothing after the close."""
    lead: str = ""
    """Who is told of late starts and low scores, and gets the monthly report; empty: nobody."""
    agent_figures_from: int = 20
    """How many votes an agent's own score needs before it is shown."""
    partners: tuple[Partner, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """What kinds of case are told apart (C2, M7); empty: none."""
    matrix: Matrix | None = None
    agent_from: str = "{agent} ({desk})"
    """The display name over an agent's words to a customer."""
    reconsider: timedelta = timedelta(minutes=2)
    """How long a letter that an agent caused waits, for `#undo`."""
    reopen_days: int = 30
    """Days after closing in which a customer's reply opens the case again; later a new case follows it."""
    suppress_days: int = 7
    """Days for which automatic letters to an address that bounced are held back (Q26)."""
    modules: tuple[Module, ...] = ()
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    customers: Customers | None = None
    """None: the desk has no customer files, and helps everybody alike."""
    service: Service = field(default_factory=Service)
    routes: tuple[Route, ...] = ()
    reminders: Reminders = field(default_factory=Reminders)
    customer_languages: tuple[str, ...] = ()
    """Further languages that the desk file has texts in, for customers whose language it is."""
    tongue: str = ""
    """The one language of letters to the customer at hand; empty: `languages`. See `core.terms`."""
    plain: Desk | None = None
    """The desk on nobody's terms, where this is it on a customer's; see `core.terms`."""

    def priority(self, key: str) -> Priority:
        """The priority of that key. KeyError where the desk has none."""
        for priority in self.priorities:
            if priority.key == key:
                return priority
        raise KeyError(key)

    def customer(self, key: str) -> Customer | None:
        """The customer of that key; None where there is none, or none any more."""
        return self.customers.by_key.get(key) if self.customers is not None else None

    @property
    def office_calendar(self) -> Calendar:
        """When the desk itself is open, whatever the customer at hand has agreed upon."""
        return (self.plain or self).calendar

    @property
    def address(self) -> str:
        """Where its letters come from."""
        return self.addresses[0]

    @property
    def written_in(self) -> tuple[str, ...]:
        """The languages of letters to the customer at hand, one below the other."""
        return (self.tongue,) if self.tongue else self.languages
