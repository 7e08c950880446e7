"""What the letters to agents, partners and the desk's lead tell, in words."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, Final

from mailbot.core.agenttellings import (
    AgentTelling,
    CaseList,
    Comment,
    FaultNews,
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
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casewords import case_words, desk_words, priority_words, queue_words
from mailbot.core.commandwords import COMMANDS, command_words
from mailbot.core.conversation import conversation_room, conversation_words, shared
from mailbot.core.desk import Desk
from mailbot.core.greeting import may_deceive
from mailbot.core.headertext import one_line
from mailbot.core.moments import moment_words, short_moment_words, zone_words
from mailbot.core.notewords import note_words
from mailbot.core.receiptwords import receipt_words
from mailbot.core.servicewords import release_words
from mailbot.core.subjects import bare_subject
from mailbot.core.surveywords import LONGEST_SAID, comment_words, low_score_words, report_words
from mailbot.core.texts import in_language
from mailbot.core.tongue import tongue

MOST_CASES = 200
"""Cases that one list tells one by one."""
_ROOM_PER_LINE = 4000
_WIDEST_CELL = 30
_ESCAPED = 6
"""How many times longer a text can get in HTML."""

_STATES: Final = {
    "waiting": {
        "sv": "väntar på kunden",
        "da": "afventer kunden",
        "sk": "čaká na zákazníka",
        "en": "waits for customer",
    },
    "refused": {
        "sv": "ej godkänt",
        "da": "ikke godkendt",
        "sk": "neprijaté",
        "en": "not admitted",
    },
    "begun": {"sv": "pågår", "da": "i gang", "sk": "rieši sa", "en": "in progress"},
    "new": {"sv": "ej påbörjat", "da": "ikke begyndt", "sk": "nezačaté", "en": "not started"},
}


def agent_facts(
    desk: Desk, case: CaseFacts | None, telling: AgentTelling, now: datetime, language: str, reader: str
) -> dict[str, Any]:
    """The facts of a letter to anybody but a customer. ValueError where one about a case comes without it."""
    if isinstance(telling, HandOver):
        return _partner_facts(desk, _known(case), telling, now, language)
    facts: dict[str, Any] = {**desk_words(desk, language), "agent": {"name": one_line(reader, 100)}}
    if isinstance(telling, MonthReport):
        return facts | report_words(telling, language)
    facts["command"] = {
        name.replace("-", "_"): f"#{words[0]}" for name, words in command_words(language).items()
    }  # fmt: skip
    match telling:
        case Taken(by):
            return facts | case_words(desk, _known(case), now, language) | {"by": one_line(by, 100)}
        case WholeCase():
            return facts | _case_facts(desk, _known(case), telling, now, language)
        case FaultNews():
            return facts | case_words(desk, _known(case), now, language) | _fault_facts(desk, telling, now, language)
        case StartDue(assignee) | LateStart(assignee):
            return facts | _start_facts(desk, _known(case), assignee, now, language)
        case LowScore():
            return facts | case_words(desk, _known(case), now, language) | low_score_words(telling)
        case Comment():
            known = _known(case)
            about = case_words(desk, known, now, language) | {"customer": _customer(known)}
            return facts | about | comment_words(telling)
        case CaseList():
            return facts | _maybe_about(case) | _list_facts(desk, telling, now, language)
        case Guide():
            return facts | _maybe_about(case) | _guide_facts(desk, telling, language)
        case Welcome(personal, key):
            return facts | {"personal": personal, "key": key}
    return facts | _maybe_about(case) | _report_facts(desk, telling, now, language)


def _maybe_about(case: CaseFacts | None) -> dict[str, Any]:
    """The case that a letter is about, if any: where it is, an answer to the letter is a mail of that case."""
    return {
        "case": {
            "number": case.number if case else "",
            "subject": bare_subject(case.subject, case.number) if case else "",
        }
    }


def _known(case: CaseFacts | None) -> CaseFacts:
    if case is None:
        raise ValueError("a letter about a case needs to know it")
    return case


def agent_room(telling: AgentTelling) -> int:
    """Characters that long facts may add to a letter."""
    match telling:
        case WholeCase(entries=entries):
            return conversation_room(entries)
        case HandOver(words=words, entries=entries):
            return len(words.text) + conversation_room(entries)
        case Receipt(lines=lines, words=words):
            return len(words) + _ROOM_PER_LINE * len(lines)
        case FaultNews(cases=fault_cases):
            return _ROOM_PER_LINE * len(fault_cases[:MOST_CASES])
        case CaseList(cases=cases):
            return _ROOM_PER_LINE * len(cases[:MOST_CASES])
        case LowScore(comment=comment):
            return min(len(comment), LONGEST_SAID)
        case Comment(texts=texts):
            return sum(min(len(text), LONGEST_SAID) for _, text in texts)
        case MonthReport(text=text):
            return _ESCAPED * len(text)
    return 0


def _partner_facts(desk: Desk, case: CaseFacts, told: HandOver, now: datetime, language: str) -> dict[str, Any]:
    return {
        **case_words(desk, case, now, language),
        "customer": _customer(case),
        "partner": {"name": one_line(told.partner.name, 100)},
        "answers_customers": told.partner.answers_customers,
        "about": one_line(told.about, 100),
        "again": told.further,
        "by": one_line(told.by, 100),
        "words": told.words.text.strip("\n"),
        **conversation_words(shared(told.entries), desk.calendar.zone, language, now),
    }


def _case_facts(desk: Desk, case: CaseFacts, told: WholeCase, now: datetime, language: str) -> dict[str, Any]:
    return {
        **case_words(desk, case, now, language),
        "customer": _customer(case),
        "queue": queue_words(desk, case.queue, language),
        "reason": note_words(told.reason, language),
        "state": told.state,
        "assignee": one_line(told.assignee, 100),
        **conversation_words(told.entries, desk.calendar.zone, language, now),
    }


def _start_facts(desk: Desk, case: CaseFacts, assignee: str, now: datetime, language: str) -> dict[str, Any]:
    return {
        **case_words(desk, case, now, language),
        "customer": _customer(case),
        "queue": queue_words(desk, case.queue, language),
        "assignee": one_line(assignee, 100),
    }


def _customer(case: CaseFacts) -> dict[str, Any]:
    return {
        "name": one_line(case.requester_name, 100),
        "address": one_line(case.requester_address, 320),
        "deceptive": may_deceive(case.requester_name),
    }


def _report_facts(
    desk: Desk, telling: Receipt | Unproven | Undelivered, now: datetime, language: str
) -> dict[str, Any]:
    zone = desk.calendar.zone
    match telling:
        case Receipt(lines, nothing_done, words):
            told = tuple(
                {
                    "command": one_line(line.command, 200),
                    "told": one_line(receipt_words(line.told, language), 1000),
                    "refused": line.refused,
                }
                for line in lines
            )
            return {"lines": told, "nothing_done": nothing_done, "words": words.strip("\n")}
        case Unproven(why, subject, received):
            return {
                "why": one_line(note_words(why, language), 1000),
                "server_silent": why.kind == "server-silent",
                "subject": one_line(subject, 200),
                "received": moment_words(received, zone, language, near=now),
            }
        case Undelivered(recipient, subject, says, until):
            return {
                "recipient": one_line(recipient, 320),
                "subject": one_line(subject, 200),
                "says": one_line(says, 500),
                "until": moment_words(until, zone, language, near=now) if until else "",
            }


def _fault_facts(desk: Desk, told: FaultNews, now: datetime, language: str) -> dict[str, Any]:
    cases = told.cases[:MOST_CASES]
    return {
        **release_words(desk, told.version, told.expected, now, language),
        "by": one_line(told.by, 100),
        "fault": told.fault,
        "fixed": told.fixed,
        "left_out": len(told.cases) - len(cases),
        "cases": tuple(
            {
                "number": each.number,
                "subject": bare_subject(each.subject, each.number),
                "requester": one_line(each.requester, 80),
                "open": each.is_open,
            }
            for each in cases
        ),
    }


def _list_facts(desk: Desk, told: CaseList, now: datetime, language: str) -> dict[str, Any]:
    cases = told.cases[:MOST_CASES]
    zone = desk.calendar.zone
    columns = {
        "start": [
            short_moment_words(each.expected_start, zone, language, near=now) if each.expected_start else "–"
            for each in cases
        ],
        "priority": [priority_words(desk, each.priority, language)["name"] for each in cases],
        "state": [_state(each, language) for each in cases],
    }
    aligned = {name: _aligned(cells) for name, cells in columns.items()}
    return {
        "which": told.which,
        "queue": queue_words(desk, told.queue, language),
        "written": moment_words(now, zone, language),
        "zone": zone_words(zone.key, language),
        "count": len(told.cases) + told.left_out,
        "late": sum(each.late for each in told.cases),
        "left_out": len(told.cases) - len(cases) + told.left_out,
        "cases": tuple(
            {
                "number": each.number,
                **{name: cells[place] for name, cells in aligned.items()},
                "assignee": one_line(each.assignee, 60),
                "subject": bare_subject(each.subject, each.number),
                "requester": one_line(each.requester, 80),
                "queue": queue_words(desk, each.queue, language)["name"],
                "late": each.late,
            }
            for place, each in enumerate(cases)
        ),
    }


def _state(case: ListedCase, language: str) -> str:
    named = case.state if case.state in _STATES else "begun" if case.begun else "new"
    words = _STATES[named]
    return words[tongue(language).language]


def _aligned(cells: list[str]) -> list[str]:
    """Cells of one width."""
    cut = [one_line(cell, _WIDEST_CELL) for cell in cells]
    width = max(map(len, cut), default=0)
    return [cell.ljust(width) for cell in cut]


def _guide_facts(desk: Desk, guide: Guide, language: str) -> dict[str, Any]:
    """What an agent can write, and what of it this very desk knows."""
    matrix = desk.matrix
    words, usable = command_words(language), _usable(desk)
    return {
        "personal": guide.personal,
        "minutes": math.ceil(desk.reconsider / timedelta(minutes=1)),
        "server_vouches": bool(desk.authserv_id),
        "priorities": tuple(_choice(level.key, in_language(level.name, language)) for level in desk.priorities),
        "queues": tuple(_choice(queue.key, in_language(queue.name, language)) for queue in desk.queues),
        "kinds": tuple(_choice(kind.key, in_language(kind.name, language)) for kind in desk.kinds),
        "impacts": matrix.impacts if matrix else (),
        "urgencies": matrix.urgencies if matrix else (),
        "partners": tuple(f"{partner.address} ({one_line(partner.name, 100)})" for partner in desk.partners),
        "usable": usable,
        "workaround": priority_words(desk, desk.service.workaround, language)["name"],
        "commands": tuple({"name": f"#{name}", "words": tuple(f"#{word}" for word in words[name])} for name in usable),
    }


def _usable(desk: Desk) -> tuple[str, ...]:
    """The commands for which the desk file says what they need; the others are hardly of use there."""
    service, ranks = desk.service, desk.matrix is not None
    given = {
        "queue": bool(desk.queues), "kind": bool(desk.kinds), "impact": ranks, "urgency": ranks,
        "forward": bool(desk.partners), "decline": bool(service.decline), "not-covered": bool(service.not_covered),
        "order": bool(service.order), "workaround": bool(service.workaround),
        "admit": desk.customers is not None or bool(service.decline) or bool(service.not_covered),
    }  # fmt: skip
    return tuple(name for name in COMMANDS if given.get(name, True))


def _choice(key: str, name: str) -> str:
    """A key as an agent writes it, with its name where that says more."""
    return key if name.casefold() == key.casefold() else f"{key} ({one_line(name, 60)})"
