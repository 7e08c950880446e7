"""Writes the letters that a mail brings about by itself: the answer to its sender, agents' copies, admins' reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casewords import case_words, queue_words
from mailbot.core.commandwords import command_words
from mailbot.core.decision import FollowUp, NewCase
from mailbot.core.desk import Agent, Channel, Desk
from mailbot.core.draft import Draft, Written
from mailbot.core.entitlement import ADMITTED, Entitlement
from mailbot.core.greeting import greeting_name, may_deceive
from mailbot.core.headertext import one_line
from mailbot.core.hourswords import hours_words
from mailbot.core.letter import Letter
from mailbot.core.library import Brief, Library, written
from mailbot.core.mailboxes import Address
from mailbot.core.notewords import note_words
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
        Brief(
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
        Brief(
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
    return written(library, Brief(desk.key, name, languages, facts, room=room * _ESCAPED))


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
