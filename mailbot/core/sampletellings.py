"""Made-up turns on a case, by which the templates of their letters are tried and shown."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mailbot.core.agenttellings import (
    CaseList,
    Comment,
    Done,
    Guide,
    HandOver,
    LateStart,
    ListedCase,
    LowScore,
    MonthReport,
    Receipt,
    StartDue,
    Taken,
    Undelivered,
    Unproven,
    Welcome,
    WholeCase,
)
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_number
from mailbot.core.conversation import Entry
from mailbot.core.customertellings import (
    Closing,
    Digest,
    HandedOver,
    HeldCase,
    Merged,
    OptedOut,
    OurCase,
    OurCases,
    PriorityChanged,
    PromiseChanged,
    Reopened,
    Reply,
    RouteChanged,
    StatusTold,
    Survey,
    Waiting,
)
from mailbot.core.desk import Agent, Desk, Partner, SurveyTerms
from mailbot.core.errands import Telling
from mailbot.core.errandwords import MOST_IN_DIGEST
from mailbot.core.knowncase import KnownFault
from mailbot.core.note import Note
from mailbot.core.sampleservice import SERVICE_MAKERS
from mailbot.core.words import Words

_WORDS = Words("Hello Anna,\n\nplease start the report again, it works now.")
_NO_WORDS = Words("")
_AGENT = Agent("Kim Agent", ("kim.agent@desk.example",))
_TERMS = SurveyTerms(tuple({"en": f"{words}?"} for words in ("How satisfied are you", "Why", "What could be better")))
_TAG = "a" + "b2" * 5 + "c" + "d3" * 13
_TABLES = """\
Month     Sent  Answers  NPS
2026-02     42       17   +24
2026-03     38       12   +33"""
_PICTURE = Attachment(
    "nps.png", "image/png",
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAeAAAAB4AQAAAAAC7RyiAAAAPElEQVR42u3VMQEAAAgCQftHsaSGgPHYb+Vngw0Mw218wWAYrmMfBsMq"
        "CcOwSsKwSsIwrJIwrJIwDJfwAzJvWepTPTnJAAAAAElFTkSuQmCC"
    ),
    content_id="nps", inline=True,
)  # fmt: skip
"""Two grey stripes and more."""
_PARTNER = Partner("Partner Ltd", ("help@partner.example",), contact={"en": "+46 8 000 00 00\nhelp@partner.example"})


def sample_agent(desk: Desk) -> Agent:
    """Who writes and reads in sample letters: the desk's first agent, or a made-up one."""
    return desk.agents[0] if desk.agents else _AGENT


def sample_partner(desk: Desk) -> Partner:
    """Who takes cases over in sample letters: the desk's first partner, or a made-up one."""
    return desk.partners[0] if desk.partners else _PARTNER


def asking(desk: Desk) -> Desk:
    """The desk; with made-up questions where it asks its customers none."""
    return desk if desk.survey else replace(desk, survey=_TERMS)


def sample_tellings(desk: Desk, letter: str, case: CaseFacts) -> tuple[Telling, ...]:
    """What that letter can tell, in each of the ways in which a template may branch, the commonest first.

    Empty for a letter that no errand causes.
    """
    make = _MAKERS.get(letter)
    return tuple(make(desk, case)) if make else ()


def _entries(desk: Desk, case: CaseFacts) -> tuple[Entry, ...]:
    agent, at = sample_agent(desk), case.received
    customer = f"{case.requester_name} <{case.requester_address}>".strip()
    asked = Entry(at, customer, "customer", "Since this morning the daily report stays empty.", ("report.pdf",))
    return (
        asked,
        Entry(at + timedelta(minutes=5), "", "event", "taken", internal=True),
        Entry(at + timedelta(minutes=6), agent.name, "agent", "Ask accounting first.", internal=True),
        Entry(at + timedelta(hours=1), agent.name, "agent", "Is it printed every day?"),
        Entry(at + timedelta(hours=2), "Partner Ltd <help@partner.example>", "partner", "We have seen this before."),
        Entry(at + timedelta(hours=3), "Bo Ek <bo.ek@other.example>", "other", "So have I.", internal=True),
    )


def _long(desk: Desk, case: CaseFacts) -> tuple[Entry, ...]:
    """More than a letter can hold."""
    first, *rest = _entries(desk, case)
    return (replace(first, text="x" * 60_000), *(replace(rest[2], text="y" * 60_000) for _ in range(8)))


def _reply(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Reply(_WORDS, sample_agent(desk).name)
    yield Reply(replace(_WORDS, html="<p>Hello Anna,</p><p><b>please</b> start the report again.</p>"), "", waits=True)
    yield Reply(_NO_WORDS, sample_agent(desk).name)


def _closing(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Closing(_WORDS, sample_agent(desk).name)
    yield Closing(_NO_WORDS, sample_agent(desk).name)
    yield Closing(_NO_WORDS, "")


def _priority_changed(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield PriorityChanged(begun=False)
    yield PriorityChanged(begun=True)
    yield PriorityChanged(begun=False, waits=True)


def _waiting(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Waiting()


def _handed_over(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield HandedOver(_PARTNER)
    yield HandedOver(replace(_PARTNER, contact={}))


def _reopened(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Reopened()


def _status(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    entries, started, closed = (
        _entries(desk, case),
        case.received + timedelta(hours=1),
        case.received + timedelta(hours=4),
    )
    yield StatusTold("open", None, None, entries)
    yield StatusTold("open", started, None, entries)
    yield StatusTold("waiting", None, None, _long(desk, case))
    yield StatusTold("closed", started, closed, ())
    yield StatusTold("merged", None, None, ())
    yield StatusTold("refused", None, None, entries)
    yield StatusTold("declined", None, None, ())
    found = KnownFault(1, case.number, "12.1", case.received.date() + timedelta(days=22), case.received, None)
    yield StatusTold("open", started, None, entries, found)
    yield StatusTold("closed", started, closed, (), replace(found, expected=None, fixed=closed))


def _merged(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Merged(case_number(desk.prefix, 2))


def _digest(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    held = HeldCase(case.number, case.priority, case.promise)
    other = replace(held, number=case_number(desk.prefix, 2))
    yield Digest((held, other, replace(other, promise=replace(case.promise, at_once=True, steps=()))))
    yield Digest((replace(held, promise=None),))
    yield Digest((held,) * (MOST_IN_DIGEST + 1))


def _our_cases(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    numbers = tuple(case_number(desk.prefix, serial) for serial in range(2, 6))
    new = OurCase(
        number=case.number, subject="The daily report", who="Anna Berg <anna.berg@customer.example>", verified=True,
        priority=case.priority, state="new", received=case.received, promise=case.promise,
    )  # fmt: skip
    others = (
        replace(new, number=numbers[0], who="bo.ek@customer.example", subject="", verified=False,
                promise=replace(case.promise, at_once=True)),
        replace(new, number=numbers[1], subject="Adding a user", state="begun"),
        replace(new, number=numbers[2], subject="The invoices", state="waiting", promise=None),
        replace(new, number=numbers[3], subject="A course", state="refused", promise=None),
    )  # fmt: skip
    yield OurCases("Customer Ltd", "Anna Berg", (new, *others))
    yield OurCases("Customer Ltd", "", (replace(new, promise=None),), left_out=7)
    yield OurCases("Customer Ltd", "Anna Berg", ())


def _taken(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Taken(sample_agent(desk).name)


def _whole_case(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    yield WholeCase(Note("asked-for"), "open", sample_agent(desk).name, _entries(desk, case))
    yield WholeCase(Note("assigned-by", ("Kim Agent",)), "waiting", "", _long(desk, case))
    for state in ("closed", "spam", "merged", "refused", "declined"):
        yield WholeCase(Note("moved-to-queue", ("Accounts",)), state, "", ())


def _hand_over(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    yield HandOver(_PARTNER, sample_agent(desk).name, _WORDS, _entries(desk, case))
    yield HandOver(replace(_PARTNER, answers_customers=True), "", _NO_WORDS, _long(desk, case))
    yield HandOver(_PARTNER, "", _NO_WORDS, _entries(desk, case)[:1], about="PX")
    yield HandOver(_PARTNER, "", _NO_WORDS, _entries(desk, case)[:1], further=True)


def _route_changed(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    day = case.received.date()
    yield RouteChanged("PX", day + timedelta(days=30), _PARTNER)
    yield RouteChanged("PX", day, replace(_PARTNER, contact={}))
    yield RouteChanged("PX", day + timedelta(days=30), None)
    yield RouteChanged("PX", day, None)


def _receipt(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    level = desk.priorities[0].key
    done = (
        Done(f"#priority {level}", Note("done-priority", (level, ""))),
        Done("#wait", Note("done-waiting")),
        Done("", Note("done-sent", ("anna.berg@customer.example", "2"))),
    )
    yield Receipt(done)
    refused = Done("#frobnicate", Note("unknown-command"), refused=True)
    yield Receipt((refused, Done("", Note("nothing-sent"))), nothing_done=True, words=_WORDS.text)


def _case_list(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    queue = desk.default_queue or "general"
    first = ListedCase(
        case.number, "The daily report", "Anna Berg", case.priority, queue, "open", "", case.promise.expected_start,
        begun=False, late=True,
    )  # fmt: skip
    started = replace(
        first, number=case_number(desk.prefix, 2), subject="", assignee=sample_agent(desk).name, begun=True, late=False
    )
    waiting = replace(
        first, number=case_number(desk.prefix, 3), subject="Adding a user", requester="bo.ek@customer.example",
        priority=desk.priorities[0].key, state="waiting", late=False,
        expected_start=case.promise.expected_start + timedelta(days=300),
    )  # fmt: skip
    yield CaseList("all", "", (first, started, waiting), left_out=7)
    yield CaseList("late", "", (first,))
    yield CaseList("all", "", (replace(first, state="refused", expected_start=None, late=False),))
    yield CaseList("mine", "", (started,))
    yield CaseList("queue", queue, (waiting,))
    yield CaseList("all", "", ())
    yield CaseList("late", "", ())
    yield CaseList("mine", "", ())
    yield CaseList("queue", queue, ())


def _guide(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Guide("")
    yield Guide("support+sample@desk.example")


def _welcome(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Welcome("", "asamplekey")
    yield Welcome("support+asamplekey@desk.example", "asamplekey")


def _unproven(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    yield Unproven(Note("no-tag"), case.subject, case.received)
    yield Unproven(Note("forged"), "", case.received)
    yield Unproven(Note("server-silent"), "", case.received)


def _undelivered(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    says, until = "550 5.1.1 no such user", case.received + timedelta(days=7)
    yield Undelivered(case.requester_address, case.subject, says, until)
    yield Undelivered(case.requester_address, "", "", None)


def _survey(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    name, _, domain = desk.address.rpartition("@")
    yield Survey(_TAG, f"{name}+{_TAG}@{domain}")
    yield Survey(_TAG, desk.address, reminder=True)
    yield Survey(_TAG, desk.address, again=True)


def _low_score(desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    customer = f"{case.requester_name} <{case.requester_address}>"
    yield LowScore(3, "It took a week,\nand I had to ask twice.", customer, sample_agent(desk).name)
    yield LowScore(0, "", case.requester_address, "")


def _comment(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield Comment(9, (("", "Thank you!"), ("What is the main reason for your score?", "Quick and friendly.")))
    yield Comment(None, (("", "x" * 60_000),), corrected=True)
    yield Comment(10, ())


def _opted_out(_desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield OptedOut()


def _month_report(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    month = case.received.date().replace(day=1)
    yield MonthReport(month, _TABLES, _PICTURE)
    yield MonthReport(month, _TABLES, None)


def _start_due(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield StartDue("")
    yield StartDue(sample_agent(desk).name)


def _late_start(desk: Desk, _case: CaseFacts) -> Iterator[Telling]:
    yield LateStart("")
    yield LateStart(sample_agent(desk).name)


def _promise_changed(_desk: Desk, case: CaseFacts) -> Iterator[Telling]:
    yield PromiseChanged(case.promise.expected_start - timedelta(hours=1))


_MAKERS = {
    "reply": _reply, "closing": _closing, "priority-changed": _priority_changed, "waiting": _waiting,
    "handed-over": _handed_over, "reopened": _reopened, "status": _status, "merged": _merged, "digest": _digest,
    "our-cases": _our_cases,
    "taken": _taken, "case-copy": _whole_case, "hand-over": _hand_over, "receipt": _receipt, "case-list": _case_list,
    "agent-guide": _guide, "welcome": _welcome, "unproven": _unproven, "undelivered": _undelivered,
    "survey": _survey, "low-score": _low_score, "comment": _comment, "opted-out": _opted_out,
    "month-report": _month_report, "route-changed": _route_changed, "reminder": _start_due, "late-start": _late_start,
    "promise-changed": _promise_changed, **SERVICE_MAKERS,
}  # fmt: skip
