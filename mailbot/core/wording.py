"""Writes our letters: a desk, its templates and the facts of a case in, a draft out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.commandwords import command_words
from mailbot.core.decision import FollowUp, NewCase
from mailbot.core.desk import Agent, Channel, Desk
from mailbot.core.draft import Draft, Written
from mailbot.core.entitlement import ADMITTED, Entitlement
from mailbot.core.headertext import one_line
from mailbot.core.hourswords import hours_words
from mailbot.core.letter import Letter
from mailbot.core.library import Library, Order, written
from mailbot.core.mailboxes import Address
from mailbot.core.moments import moment_words, why_words, zone_words
from mailbot.core.notewords import note_words
from mailbot.core.promise import Promise
from mailbot.core.routewords import partner_of, partner_words
from mailbot.core.silencewords import silence_words
from mailbot.core.subjects import bare_subject
from mailbot.core.tags import tag_in_address
from mailbot.core.termswords import (
    address_told,
    agreement_words,
    entitlement_facts,
    kind_words,
    organisation_words,
    refusal_facts,
)
from mailbot.core.texts import in_language

LONGEST_TEXT = 50_000
"""Characters of a mail's text that a copy to an agent repeats; the mail itself is kept whole."""
MOST_LISTED = 50
"""Attachments, and notes, that a copy names one by one."""
_ROOM_FOR_LISTS = 40_000
_ESCAPED = 6
"""How many times longer a text can get in HTML."""


def acknowledgement(library: Library, desk: Desk, case: CaseFacts, now: datetime) -> Written:
    """The answer to a new case: number, priority, when work starts at the latest, how to reach the desk.

    Written at the aware moment `now`: a start that has passed by then is told as "as soon as possible".

    To a requester who is not verified the letter holds nothing that the sender wrote, not even a name (Q23): templates
    do not get to see it. In each of the desk's languages, one below the other. TemplateProblem only if the shipped
    template fails as well.
    """
    return written(
        library,
        Order(
            desk.key,
            "acknowledgement",
            desk.written_in,
            lambda language: _acknowledgement_facts(desk, case, now, language),
        ),
    )


def not_admitted(library: Library, desk: Desk, case: CaseFacts, entitlement: Entitlement, now: datetime) -> Written:
    """The answer to a new case that is not admitted: its number, who is helped, and no start.

    The reason stands in it for a verified contact alone (`Entitlement.frank`); templates do not get to see it for
    anybody else. Else as `acknowledgement`.
    """
    return written(
        library,
        Order(
            desk.key,
            "not-admitted",
            desk.written_in,
            lambda language: {
                **_answer_facts(desk, case, now, language),
                **refusal_facts(desk, case, entitlement, language),
            },
        ),
    )


def new_case_copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: NewCase, now: datetime
) -> Written:
    """A new case, told to an agent in the agent's language, with all that was found out about its mail."""
    placement = decision.placement
    filed = {"queue": placement.queue, "rule": ", ".join(placement.rules), "by_agent": False}
    told = {"relayed": False, "internal": False}
    return _copy(library, desk, case, letter, agent, decision, now, "new-case-copy", {**filed, **told})


def follow_up_copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: FollowUp, now: datetime,
    *, relayed: bool | None = None,
) -> Written:  # fmt: skip
    """A further mail of a case, told to an agent in the agent's language; a machine's too, with why it is one.

    `relayed`: whether its words went to the customers; None for a mail of which nobody asks that, such as a customer's.
    """
    filed = {"queue": case.queue, "rule": case.rule, "by_agent": decision.by_agent}
    told = {"relayed": relayed is True, "internal": relayed is False}
    return _copy(library, desk, case, letter, agent, decision, now, "follow-up-copy", {**filed, **told})


def admin_report(title: str, problems: Iterable[object]) -> Draft:
    """What needs a human, told to the admin in plain English; each problem as its own words say it."""
    lines = [one_line(str(problem), 2000) for problem in problems]
    return Draft(one_line(f"mailbot: {title}"), "\n\n".join((f"{title}:", *lines, "-- \nmailbot")) + "\n", "", ("en",))


def _copy(
    library: Library, desk: Desk, case: CaseFacts, letter: Letter, agent: Agent, decision: NewCase | FollowUp,
    now: datetime, name: str, filed: Mapping[str, Any],
) -> Written:  # fmt: skip
    def facts(language: str) -> dict[str, Any]:
        return {
            **case_words(desk, case, now, language),
            **filed,
            **_findings(decision, language),
            **_entitled(desk, case, decision, language),
            "agent": {"name": agent.name},
            "command": {name: f"#{words[0]}" for name, words in command_words(language).items()},
            "queue": queue_words(desk, filed["queue"], language),
            "mail": _mail_facts(letter, case.number, desk),
        }

    room = min(len(letter.text) + len(letter.reply), 2 * LONGEST_TEXT) + _ROOM_FOR_LISTS
    languages = (agent.language,) if agent.language else desk.languages[:1]
    return written(library, Order(desk.key, name, languages, facts, room=room * _ESCAPED))


def _findings(decision: NewCase | FollowUp, language: str) -> dict[str, Any]:
    """What was found out about a mail, in words; a note that the sender's standing tells already is not repeated."""
    notes = [note for note in decision.notes if note != decision.proof]
    return {
        "verified": decision.verified,
        "proof": one_line(note_words(decision.proof, language)),
        "silence": one_line(silence_words(decision.silence, language)) if decision.silence else "",
        "notes": tuple(one_line(note_words(note, language)) for note in notes[:MOST_LISTED]),
    }


def _entitled(desk: Desk, case: CaseFacts, decision: NewCase | FollowUp, language: str) -> dict[str, Any]:
    """Who the customer is, and of a new case whether it is admitted."""
    entitlement = decision.entitlement if isinstance(decision, NewCase) else ADMITTED
    return {
        "organisation": organisation_words(desk, case.customer, language),
        "kind": kind_words(desk, case.kind, language),
        **entitlement_facts(desk, case.kind, entitlement, language),
    }


def _answer_facts(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    """What an answer to a new mail tells, to somebody who may not have written it (Q23)."""
    facts = case_words(desk, case, now, language)
    facts["case"] |= {
        "subject": bare_subject(case.subject, case.number) if case.verified else "",
        "name": greeting_name(case),
    }
    return facts


def _acknowledgement_facts(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    local_day = case.received.astimezone(desk.calendar.zone).date()
    holidays = bool(desk.calendar.holidays)
    facts = _answer_facts(desk, case, now, language)
    facts["kind"] = kind_words(desk, case.kind, language)
    facts["agreement"] = agreement_words(desk, case.customer, language)
    facts["partner"] = partner_words(partner_of(desk, case), language)
    facts["hours"] = hours_words(desk.calendar.hours, local_day, language, holidays=holidays)
    facts["channels"] = tuple(
        _channel_facts(
            channel,
            address_told(desk, channel, case),
            hours_words(channel.hours, local_day, language, holidays=holidays),
            language,
        )
        for channel in desk.channels
    )
    return facts


def has_passed(desk: Desk, promise: Promise, now: datetime) -> bool:
    """Whether a letter written at the aware moment `now` comes too late to promise that start; "at once" has a grace.

    The grace is elapsed time here, though a promise is judged in open time: a desk that has closed starts nothing at
    once.
    """
    return now > promise.expected_start + (desk.grace if promise.at_once else timedelta())


def case_words(desk: Desk, case: CaseFacts, now: datetime, language: str) -> dict[str, Any]:
    """What every letter about one case may tell, with the whole subject: mind who wrote it (Q23)."""
    return {
        **desk_words(desk, language),
        "case": {
            "number": case.number,
            "subject": bare_subject(case.subject, case.number),
            "verified": case.verified,
            "incomplete": case.incomplete,
            "received": moment_words(case.received, desk.calendar.zone, language),
        },
        "priority": priority_words(desk, case.priority, language),
        "start": {
            "told": case.told,
            "promised": case.promised,
            "begun": moment_words(case.started, desk.calendar.zone, language, near=now) if case.started else "",
            **start_words(desk, case.promise, now, language),
        },
    }


def desk_words(desk: Desk, language: str) -> dict[str, Any]:
    """What every letter may tell about the desk."""
    closing = tuple(line for line in in_language(desk.closing, language).split("\n") if line.strip())
    return {"desk": {"name": desk.name, "address": desk.address, "closing": closing or (desk.name,)}}


def priority_words(desk: Desk, key: str, language: str) -> dict[str, str]:
    """A level's name and meaning; its key where the desk file has lost it, which is better than no letter."""
    level = next((level for level in desk.priorities if level.key == key), None)
    if level is None:
        return {"name": key, "meaning": ""}
    return {"name": in_language(level.name, language), "meaning": in_language(level.meaning, language)}


def queue_words(desk: Desk, key: str, language: str) -> dict[str, str]:
    """A queue's key and name; the key for both where the desk file does not have it."""
    name = next((in_language(queue.name, language) for queue in desk.queues if queue.key == key), key)
    return {"key": key, "name": name}


def start_words(desk: Desk, promise: Promise, now: datetime, language: str) -> dict[str, Any]:
    """The expected start, as a letter written at the aware moment `now` tells it."""
    zone = desk.calendar.zone
    passed = has_passed(desk, promise, now)
    return {
        "passed": passed,
        "at_once": promise.at_once and not passed,
        "moment": moment_words(promise.expected_start, zone, language, near=promise.received),
        "why": "" if passed else why_words(desk, promise, language),
        "zone": zone_words(zone.key, language),
    }


def _channel_facts(channel: Channel, address: str, hours: str, language: str) -> dict[str, Any]:
    note = in_language(channel.note, language)
    where = ", ".join(part for part in (address, hours) if part)
    return {
        "kind": channel.kind,
        "name": in_language(channel.name, language),
        "address": address,
        "hours": hours,
        "note": note,
        "told": ". ".join(part for part in (where, note) if part),
    }


def _mail_facts(letter: Letter, number: str, desk: Desk) -> dict[str, Any]:
    reply, rest = _new_and_rest(letter)
    return {
        "copied": _copied(letter, desk),
        "sender": _sender_facts(letter),
        "subject": one_line(letter.subject),
        "bare_subject": bare_subject(letter.subject, number),
        "reply": reply[:LONGEST_TEXT],
        "rest": rest[:LONGEST_TEXT],
        "cut": len(reply) > LONGEST_TEXT or len(rest) > LONGEST_TEXT,
        "attachments": _attachment_facts(letter.attachments),
    }


def _copied(letter: Letter, desk: Desk) -> str:
    """Whom besides the desk the mail was sent to, so that agents can `#add` them."""
    others = dict.fromkeys(
        one_line(mailbox.address, 100)
        for mailbox in (*letter.to, *letter.cc)
        if mailbox.key not in desk.addresses and tag_in_address(mailbox.key) is None
    )
    told = list(others)[:MOST_LISTED]
    return ", ".join((*told, *((f"+ {len(others) - len(told)}",) if len(others) > len(told) else ())))


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


def greeting_name(case: CaseFacts) -> str:
    """The name to greet the customer by; empty where it does not look like a person's, or nobody is verified (Q23)."""
    return name_to_greet(case.requester_name) if case.verified else ""


def name_to_greet(name: str) -> str:
    """A name as a greeting may have it; empty where it does not look like a person's."""
    name = one_line(name, 80)
    return name if _NAME.fullmatch(name) and not may_deceive(name) else ""
