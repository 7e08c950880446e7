"""Writes our letters: a desk, its templates and the facts of a case in, a draft out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.decide import FollowUp, NewCase
from mailbot.core.desk import Agent, Channel, Desk, Words
from mailbot.core.draft import Draft, Written
from mailbot.core.headertext import one_line
from mailbot.core.hourswords import hours_words
from mailbot.core.letter import Address, Attachment, Letter
from mailbot.core.moments import moment_words, why_words, zone_words
from mailbot.core.note import note_words, silence_words
from mailbot.core.promise import Promise
from mailbot.core.sandbox import Sandbox, TemplateProblem
from mailbot.core.subjects import bare_subject
from mailbot.core.tongue import LANGUAGES

__all__ = [
    "LETTERS", "CaseFacts", "Draft", "Library", "Written", "acknowledgement", "admin_report", "follow_up_copy",
    "has_passed", "new_case_copy",
]  # fmt: skip

LETTERS = ("acknowledgement", "new-case-copy", "follow-up-copy")
"""The templates every language must have, each as `.txt.j2` and `.html.j2`."""
LONGEST_TEXT = 50_000
"""Characters of a mail's text that a copy to an agent repeats; the mail itself is kept whole."""
MOST_LISTED = 50
"""Attachments, and notes, that a copy names one by one."""
_ROOM_FOR_LISTS = 40_000
_ESCAPED = 6
"""How many times longer a text can get in HTML."""
_RULE = "* * *"

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;\
color:#1a1a1a;background-color:#ffffff">
{parts}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Library:
    """The templates in force, named `LANGUAGE/LETTER.txt.j2`, or `desks/DESK/LANGUAGE/…`, which wins for its desk."""

    pages: Sandbox
    names: frozenset[str]
    shipped: Library | None = None
    """What a letter is written from when its own template fails; None where these are the shipped ones."""

    def name_of(self, desk: str, language: str, letter: str, ending: str) -> str:
        """The template that a desk's letter is written from."""
        own = f"desks/{desk}/{language}/{letter}{ending}"
        return own if own in self.names else f"{language}/{letter}{ending}"


def acknowledgement(library: Library, desk: Desk, case: CaseFacts, now: datetime) -> Written:
    """The answer to a new case: number, priority, when work starts at the latest, how to reach the desk.

    Written at the aware moment `now`: a start that has passed by then is told as "as soon as possible".

    To a requester who is not verified the letter holds nothing that the sender wrote, not even a name (Q23): templates
    do not get to see it. In each of the desk's languages, one below the other. TemplateProblem only if the shipped
    template fails as well.
    """
    return _written(
        library, desk, "acknowledgement", desk.languages,
        lambda language: _acknowledgement_facts(desk, case, now, language),
    )  # fmt: skip


def new_case_copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: NewCase, now: datetime
) -> Written:
    """A new case, told to an agent in the desk's first language, with all that was found out about its mail."""
    placement = decision.placement
    filed = {"queue": placement.queue, "rule": ", ".join(placement.rules), "by_agent": False}
    return _copy(library, desk, case, letter, agent, decision, now, "new-case-copy", filed)


def follow_up_copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: FollowUp, now: datetime
) -> Written:
    """A further mail of a case, told to an agent in the desk's first language; a machine's too, with why it is one."""
    filed = {"queue": case.queue, "rule": case.rule, "by_agent": decision.by_agent}
    return _copy(library, desk, case, letter, agent, decision, now, "follow-up-copy", filed)


def admin_report(title: str, problems: Iterable[object]) -> Draft:
    """What needs a human, told to the admin in plain English; each problem as its own words say it."""
    lines = [one_line(str(problem), 2000) for problem in problems]
    return Draft(one_line(f"mailbot: {title}"), "\n\n".join((f"{title}:", *lines, "-- \nmailbot")) + "\n", "", ("en",))


def _copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: NewCase | FollowUp,
    now: datetime, name: str, filed: Mapping[str, Any],
) -> Written:  # fmt: skip
    queue = filed["queue"]

    def facts(language: str) -> dict[str, Any]:
        return {
            **_common_facts(desk, case, now, language),
            **filed,
            **_findings(decision, language),
            "agent": {"name": agent.name},
            "queue": {
                "key": queue,
                "name": next((_in(q.name, language) for q in desk.queues if q.key == queue), queue),
            },
            "mail": _mail_facts(letter, case.number),
        }

    room = min(len(letter.text) + len(letter.reply), 2 * LONGEST_TEXT) + _ROOM_FOR_LISTS
    return _written(library, desk, name, desk.languages[:1], facts, room * _ESCAPED)


def _findings(decision: NewCase | FollowUp, language: str) -> dict[str, Any]:
    """What was found out about a mail, in words; a note that the sender's standing tells already is not repeated."""
    notes = [note for note in decision.notes if note != decision.proof]
    return {
        "verified": decision.verified,
        "proof": one_line(note_words(decision.proof, language)),
        "silence": one_line(silence_words(decision.silence, language)) if decision.silence else "",
        "notes": tuple(one_line(note_words(note, language)) for note in notes[:MOST_LISTED]),
    }


def _written(
    library: Library, desk: Desk, letter: str, languages: tuple[str, ...], facts_in: Any, more_output: int = 0
) -> Written:
    facts = [(language, facts_in(language)) for language in _known(languages)]
    problems: list[str] = []
    shelf: Library | None = library
    while shelf is not None:
        try:
            return Written(_draft(shelf, desk, letter, facts, more_output), tuple(problems))
        except TemplateProblem as problem:
            if shelf.shipped is None:
                raise
            problems.append(str(problem))
            shelf = shelf.shipped
    raise AssertionError("unreachable: a library without a shipped one raises")


def _draft(
    library: Library, desk: Desk, letter: str, facts: list[tuple[str, dict[str, Any]]], more_output: int
) -> Draft:
    subjects, texts, parts = [], [], []
    for language, known in facts:
        name = library.name_of(desk.key, language, letter, ".txt.j2")
        page = library.pages.render_page(name, known, more_output=more_output)
        first, _, text = page.partition("\n")
        if not first.startswith("Subject:"):
            raise TemplateProblem(name, 1, "expected `Subject: …` in the first line")
        subjects.append(one_line(first.removeprefix("Subject:")))
        texts.append(text.strip("\n"))
        name = library.name_of(desk.key, language, letter, ".html.j2")
        html = library.pages.render_page(name, known, more_output=more_output).strip("\n")
        parts.append(f'<div lang="{language}" style="max-width:42em">\n{html}\n</div>')
    languages = tuple(language for language, _ in facts)
    page = _PAGE.format(language=languages[0], title=escape(subjects[0]), parts=f"\n<p>{_RULE}</p>\n".join(parts))
    return Draft(subjects[0], f"\n\n{_RULE}\n\n".join(texts) + "\n", page, languages)


def _known(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that letters can be written in; English where there is none."""
    return tuple(language for language in languages if language in LANGUAGES) or ("en",)


def _acknowledgement_facts(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    local_day = case.received.astimezone(desk.calendar.zone).date()
    holidays = bool(desk.calendar.holidays)
    facts = _common_facts(desk, case, now, language)
    facts["case"] |= {
        "subject": bare_subject(case.subject, case.number) if case.verified else "",
        "name": _greeting_name(case.requester_name) if case.verified else "",
    }
    facts["hours"] = hours_words(desk.calendar.hours, local_day, language, holidays=holidays)
    facts["channels"] = tuple(
        _channel_facts(channel, hours_words(channel.hours, local_day, language, holidays=holidays), language)
        for channel in desk.channels
    )
    return facts


def has_passed(desk: Desk, promise: Promise, now: datetime) -> bool:
    """Whether a letter written at the aware moment `now` comes too late to promise that start; "at once" has a grace.

    The grace is elapsed time here, though a promise is judged in open time: a desk that has closed starts nothing at
    once.
    """
    return now > promise.expected_start + (desk.grace if promise.at_once else timedelta())


def _common_facts(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    zone = desk.calendar.zone
    # A desk file may have lost the level that an older case still has; its key is better than no letter.
    priority = next((level for level in desk.priorities if level.key == case.priority), None)
    promise = case.promise
    passed = has_passed(desk, promise, now)
    return {
        "desk": {
            "name": desk.name,
            "address": desk.address,
            "closing": tuple(line for line in _in(desk.closing, language).split("\n") if line.strip()) or (desk.name,),
        },
        "case": {
            "number": case.number,
            "subject": bare_subject(case.subject, case.number),
            "verified": case.verified,
            "incomplete": case.incomplete,
            "received": moment_words(case.received, zone, language),
        },
        "priority": {
            "name": _in(priority.name, language) if priority else case.priority,
            "meaning": _in(priority.meaning, language) if priority else "",
        },
        "start": {
            "told": case.told,
            "passed": passed,
            "at_once": promise.at_once and not passed,
            "moment": moment_words(promise.expected_start, zone, language, near=promise.received),
            "why": "" if passed else why_words(desk, promise, language),
            "zone": zone_words(zone.key, language),
        },
    }


def _channel_facts(channel: Channel, hours: str, language: str) -> dict[str, Any]:
    note = _in(channel.note, language)
    where = ", ".join(part for part in (channel.address, hours) if part)
    return {
        "kind": channel.kind,
        "name": _in(channel.name, language),
        "address": channel.address,
        "hours": hours,
        "note": note,
        "told": ". ".join(part for part in (where, note) if part),
    }


def _mail_facts(letter: Letter, number: str) -> dict[str, Any]:
    reply, rest = _new_and_rest(letter)
    return {
        "sender": _sender_facts(letter),
        "subject": one_line(letter.subject),
        "bare_subject": bare_subject(letter.subject, number),
        "reply": reply[:LONGEST_TEXT],
        "rest": rest[:LONGEST_TEXT],
        "cut": len(reply) > LONGEST_TEXT or len(rest) > LONGEST_TEXT,
        "attachments": _attachment_facts(letter.attachments),
    }


def _attachment_facts(attachments: tuple[Attachment, ...]) -> tuple[dict[str, str], ...]:
    """Each by name and size; those over `MOST_LISTED` together."""
    listed = [(one_line(each.name, 120), each.size) for each in attachments[:MOST_LISTED]]
    rest = attachments[MOST_LISTED:]
    if rest:
        listed.append((f"+ {len(rest)}", sum(each.size for each in rest)))
    return tuple({"name": name, "size": _size(octets)} for name, octets in listed)


def _sender_facts(letter: Letter) -> dict[str, Any]:
    """Who wrote: the full address always, the name beside it, and whether the name may deceive (T11)."""
    sender = letter.sender or Address("", one_line(letter.claimed_from, 200))
    name = one_line(sender.name, 100)
    return {"name": name, "address": one_line(sender.address, 320), "deceptive": may_deceive(sender.name)}


def may_deceive(name: str) -> bool:
    """Whether a display name could pass for another sender: it holds an address, turned text, or two scripts."""
    if "@" in name or "＠" in name or any(unicodedata.bidirectional(char) in _TURNING for char in name):
        return True
    if name.isascii():
        return False
    scripts = {unicodedata.name(char, "?").partition(" ")[0] for char in name if char.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _new_and_rest(letter: Letter) -> tuple[str, str]:
    """The sender's new words, and what else the mail says below them."""
    reply, text = letter.reply.strip("\n"), letter.text.strip("\n")
    if text.startswith(reply):
        return reply, text[len(reply) :].strip("\n")
    return reply, text


def _size(octets: int) -> str:
    if octets < 1000:
        return f"{octets} B"
    return f"{round(octets / 1000)} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.0f} MB"


_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){0,59}")


def _greeting_name(name: str) -> str:
    """The name to greet somebody by, or nothing where what the mail gives does not look like a person's."""
    name = one_line(name, 80)
    return name if _NAME.fullmatch(name) and not may_deceive(name) else ""


def _in(words: Words, language: str) -> str:
    """A text in a language, else in the first that there is."""
    return words.get(language) or next(iter(words.values()), "")
