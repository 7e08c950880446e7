"""Writes the letters that a turn on a case causes: who reads them, in which languages, and with which facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mailbot.core.agenttellings import (
    AgentTelling,
    CaseList,
    Comment,
    FaultNews,
    Guide,
    HandOver,
    LateStart,
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
from mailbot.core.agentwords import agent_facts, agent_room
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casewords import case_words, desk_words, priority_words, start_words
from mailbot.core.conversation import conversation_room, conversation_words, shared
from mailbot.core.customertellings import (
    Admitted,
    Closing,
    CustomerTelling,
    Declined,
    Digest,
    FaultConfirmed,
    FaultFixed,
    HandedOver,
    Merged,
    NotCovered,
    OptedOut,
    OrderAsked,
    OrderRecorded,
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
from mailbot.core.desk import Desk
from mailbot.core.draft import Written
from mailbot.core.errands import Telling
from mailbot.core.greeting import greeting_name
from mailbot.core.headertext import one_line
from mailbot.core.library import Brief, Library, written
from mailbot.core.moments import moment_words
from mailbot.core.ourcaseswords import our_cases_room, our_cases_words
from mailbot.core.richwords import words_as_html
from mailbot.core.routewords import partner_words, route_facts
from mailbot.core.servicewords import ORDER_ROOM, fault_words, service_words
from mailbot.core.surveywords import survey_words

LETTER_OF: Final[Mapping[type[Telling], str]] = {
    Reply: "reply", Closing: "closing", PriorityChanged: "priority-changed", Waiting: "waiting",
    HandedOver: "handed-over", Reopened: "reopened", StatusTold: "status", Merged: "merged", Digest: "digest",
    OurCases: "our-cases",
    Taken: "taken", WholeCase: "case-copy", HandOver: "hand-over", Receipt: "receipt", CaseList: "case-list",
    Guide: "agent-guide", Welcome: "welcome", Unproven: "unproven", Undelivered: "undelivered",
    Survey: "survey", LowScore: "low-score", Comment: "comment", OptedOut: "opted-out", MonthReport: "month-report",
    FaultNews: "fault-news", StartDue: "reminder", LateStart: "late-start", PromiseChanged: "promise-changed",
    RouteChanged: "route-changed",
    Admitted: "admitted", Declined: "declined", NotCovered: "not-covered", OrderAsked: "order",
    OrderRecorded: "order-recorded", FaultConfirmed: "fault-confirmed", FaultFixed: "fault-fixed",
}  # fmt: skip
"""The template that each of them is written from."""

MOST_IN_DIGEST = 30
"""Cases that one digest tells one by one."""
_ROOM_PER_CASE = 8000
_SPOKEN = (Reply, Closing, Declined, NotCovered, OrderAsked)
"""Tellings that carry an agent's words, if there are any."""


def write(
    library: Library,
    desk: Desk,
    facts: CaseFacts | None,
    telling: Telling,
    now: datetime,
    *,
    language: str = "",
    reader: str | None = None,
) -> Written:
    """The letter that tells it, written at the aware moment `now`.

    Customers read it in the desk's languages for them (`Desk.written_in`), one below the other; anybody else in
    `language`, by default the desk's first. `facts` may be None for a letter about no case, or about several. `reader`
    is the name of who reads it, as it may be greeted, or empty; None: the requester, or an agent unknown. ValueError
    where facts are needed and missing, and for a survey of a desk that asks nothing; TemplateProblem only if the
    shipped template fails as well.
    """
    letter = LETTER_OF[type(telling)]
    if isinstance(telling, AgentTelling):
        languages = (language,) if language else desk.languages[:1]
        brief = Brief(
            desk.key, letter, languages, lambda each: agent_facts(desk, facts, telling, now, each, reader or ""),
            room=agent_room(telling),
        )  # fmt: skip
        return written(library, brief)
    words = telling.words if isinstance(telling, _SPOKEN) else None
    html = (words.html or words_as_html(words.text)) if words else None
    brief = Brief(
        desk.key, letter, desk.written_in, lambda each: _customer_facts(desk, facts, telling, now, each, reader),
        words_html=html, room=_room(telling, html or ""),
    )  # fmt: skip
    return written(library, brief)


def _room(telling: CustomerTelling, html: str) -> int:
    match telling:
        case Reply(words=words) | Closing(words=words) | Declined(words=words) | NotCovered(words=words):
            return len(words.text) + len(html)
        case OrderAsked(words=words):
            return len(words.text) + len(html)
        case OrderRecorded():
            return ORDER_ROOM
        case StatusTold(entries=entries):
            return conversation_room(entries)
        case Digest(cases=cases):
            return _ROOM_PER_CASE * len(cases[:MOST_IN_DIGEST])
        case OurCases():
            return our_cases_room(telling)
    return 0


def _customer_facts(
    desk: Desk, case: CaseFacts | None, telling: CustomerTelling, now: datetime, language: str, reader: str | None
) -> dict[str, Any]:
    if isinstance(telling, OurCases):
        return our_cases_words(desk, telling, now, language)
    if isinstance(telling, Digest):
        return {**desk_words(desk, language), **_digest_facts(desk, telling, now, language)}
    if isinstance(telling, RouteChanged):
        return {**desk_words(desk, language), **route_facts(desk, telling, now, language)}
    if case is None:
        raise ValueError("a letter about a case needs to know it")
    facts = case_words(desk, case, now, language)
    facts["case"]["name"] = greeting_name(case) if reader is None else reader
    if not (case.verified or _is_human(telling)):
        # An automatic letter repeats nothing to somebody who may not have written it (Q23).
        facts["case"]["subject"] = ""
    if isinstance(telling, Survey):
        return facts | survey_words(desk, case.number, telling, language)
    return facts | _telling_facts(desk, telling, now, language)


def _is_human(telling: CustomerTelling) -> bool:
    """Whether the letter carries the words of an agent, who has read what the customer wrote."""
    return isinstance(telling, _SPOKEN) and (isinstance(telling, Reply) or bool(telling.by))


def _telling_facts(desk: Desk, telling: CustomerTelling, now: datetime, language: str) -> dict[str, Any]:
    """What this letter tells besides the case."""
    zone = desk.calendar.zone
    match telling:
        case Reply(words, by, waits):
            return {"words": words.text.strip("\n"), "by": one_line(by, 100), "waits": waits}
        case Closing(words, by):
            return {"words": words.text.strip("\n"), "by": one_line(by, 100), "reopen_days": desk.reopen_days}
        case PriorityChanged(begun, waits):
            return {"begun": begun, "waits": waits}
        case PromiseChanged(before):
            return {"before": moment_words(before, zone, language, near=now)}
        case HandedOver(partner):
            return {"partner": partner_words(partner, language)}
        case StatusTold(state, started, closed, entries, fault):
            return {
                "state": state,
                "fault": fault_words(desk, fault, now, language),
                "started": moment_words(started, zone, language, near=now) if started else "",
                "closed": moment_words(closed, zone, language, near=now) if closed else "",
                **conversation_words(shared(entries), zone, language, now),
            }
        case Merged(into):
            return {"into": into}
    return service_words(desk, telling, now, language)


def _digest_facts(desk: Desk, digest: Digest, now: datetime, language: str) -> dict[str, Any]:
    told = digest.cases[:MOST_IN_DIGEST]
    return {
        "cases": tuple(
            {
                "number": held.number,
                "priority": priority_words(desk, held.priority, language),
                "start": start_words(desk, held.promise, now, language) if held.promise else None,
            }
            for held in told
        ),
        "left_out": len(digest.cases) - len(told),
    }
