"""Tells in English, for an admin, what would become of a mail and why: stage by stage, or as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from mailbot import expected
from mailbot.core import promise
from mailbot.core.belief import is_proof, proof_of
from mailbot.core.commands import Command
from mailbot.core.decision import Act, Answered, CasesAsked, Filed, FollowUp, NewCase, Returned
from mailbot.core.entitlement import Entitlement
from mailbot.core.facts import Facts
from mailbot.core.notewords import note_words
from mailbot.core.placement import FIELDS, Condition, Field, Placement, Tried
from mailbot.core.silencewords import silence_line
from mailbot.explain import Explained
from mailbot.tables import OutgoingState

Stage = tuple[str, tuple[str, ...]]
"""A heading, and lines."""

_UNMET: Final[dict[Condition, str]] = {
    "to": "no recipient is one of its `to`",
    "sender": "the sender is none of its `sender`",
    "customers": "the sender belongs to none of its `customers`",
    "attributes": "the sender's customer has not all of its `attributes`",
    "agreements": "the sender's customer has none of its `agreements`",
    "files": "no attachment is named like one of its `files`",
    "words": "subject and new text hold none of its `words`",
}
_SHOWN = 200
"""Characters of a mail's own words that are repeated."""


def stages(told: Explained) -> Iterator[Stage]:
    """Everything that bears upon the mail, in the order in which it does."""
    facts, decision = told.facts, told.decision
    yield "desk", (f"{told.desk.key}, {told.desk.name}",)
    yield "received", (_moment(facts.received, facts.desk.calendar.zone),)
    yield "read", tuple(_read(told))
    machine = facts.machine
    yield "written by", (f"a machine: {silence_line(machine)}" if machine else "a person, as no rule says otherwise",)
    proof = proof_of(facts)
    yield "sender", (f"{'verified' if is_proof(proof) else 'not verified'}: {note_words(proof, 'en')}",)
    yield "about", tuple(_ties(facts))
    yield "customer", (_customer(facts),)
    if isinstance(decision, NewCase):
        yield from _new_case(told, decision)
    else:
        yield "becomes", (_becomes(told),)
    if told.parked:
        yield "parked", (told.parked,)
    yield "history", tuple(f"{kind}: {text}" for kind, text in told.history)
    yield "letters", tuple(_letter(row) for row in told.letters) or ("none",)


def as_json(told: Explained) -> dict[str, Any]:
    """The same as plain JSON values; moments in the desk's zone with its offset."""
    facts, decision = told.facts, told.decision
    zone, machine, proof = facts.desk.calendar.zone, facts.machine, proof_of(facts)
    customer, contact = facts.belongs
    values: dict[str, Any] = {
        "desk": told.desk.key,
        "received": facts.received.astimezone(zone).isoformat(),
        "from": facts.letter.sender.address if facts.letter.sender else "",
        "subject": facts.letter.subject,
        "machine": {"rule": machine.rule, "text": machine.text} if machine else None,
        "verified": is_proof(proof),
        "proof": proof.kind,
        "ties": [{"by": tie.by, "case": tie.case.facts.number, "role": tie.role} for tie in facts.ties],
        "customer": customer.key if customer else None,
        "contact": contact is not None,
        "becomes": "parked" if told.parked else _becomes(told),
        "parked": told.parked or None,
        "earlier": told.earlier or None,
        "history": [{"kind": kind, "text": text} for kind, text in told.history],
        "letters": [_letter_as_json(row) for row in told.letters],
    }
    if isinstance(decision, NewCase):
        values |= _new_case_as_json(told, decision)
    return values


def _read(told: Explained) -> Iterator[str]:
    letter = told.facts.letter
    who = f"{letter.sender.name} <{letter.sender.address}>" if letter.sender else f"nobody ({letter.claimed_from!r})"
    yield f"from {who.strip()}, subject {letter.subject!r}"
    words = " ".join(letter.own_words.split())
    yield f"new words: {words[:_SHOWN]}{'…' if len(words) > _SHOWN else ''}" if words else "no new words"
    if letter.attachments:
        yield f"attachments: {', '.join(part.name for part in letter.attachments)}"
    yield from (f"fault: {fault}" for fault in letter.faults)
    if told.earlier:
        yield f"the database has it already: {told.earlier}"


def _ties(facts: Facts) -> Iterator[str]:
    for tie in facts.ties:
        whose = f" of {tie.address} as {tie.role}" if tie.by == "tag" else ""
        yield f"case {tie.case.facts.number} ({tie.case.state}), by {tie.by.replace('-', ' ')}{whose}"
    if facts.survey is not None:
        yield f"the survey after close {facts.survey.closing} of case {facts.survey.number}"
    if facts.personal:
        yield f"the personal address of {facts.personal}"
    if not (facts.ties or facts.survey or facts.personal):
        yield "no case that exists"


def _customer(facts: Facts) -> str:
    customer, contact = facts.belongs
    if facts.desk.customers is None:
        return "none: the desk has no customer files"
    if customer is None:
        return "none"
    how = "named contact" if contact else "by its domain"
    return f"{customer.key}, {customer.name} ({how}), agreement {customer.agreement or 'none'}"


def _new_case(told: Explained, decision: NewCase) -> Iterator[Stage]:
    desk, placement, entitlement = told.facts.desk, decision.placement, decision.entitlement
    late = f", following {decision.follows.facts.number}, which is over for too long" if decision.follows else ""
    yield "becomes", (f"case {told.number}{late}",)
    yield "rules", tuple(_rule(tried) for tried in told.tried) or ("the desk has none",)
    yield "placed", tuple(_placed(placement, name) for name in FIELDS if getattr(placement, name))
    yield "entitled", (f"{_verdict(entitlement)}: {entitlement.why}",)
    if desk.routes:
        yield "route", (decision.route.name if decision.route else "none of the desk's holds",)
    if entitlement.admitted:
        answer = expected.Expected(desk, decision.promise, (), entitlement.customer)
        yield "promise", tuple(line for line in expected.in_words(answer) if line)
    if decision.silence:
        yield "unanswered", (silence_line(decision.silence),)
    if decision.notes:
        yield "notes", tuple(note_words(note, "en") for note in decision.notes)


def _becomes(told: Explained) -> str:
    match told.decision:
        case NewCase():
            return "new"
        case FollowUp(tie=tie, standing=standing, silence=silence, effect=effect):
            what = silence_line(silence) if silence else effect or "heard, and nothing changes"
            return f"a message of case {tie.case.facts.number}, from {_role(standing.role)}: {what}"
        case Act(scene):
            where = f"case {scene.case.facts.number}" if scene.case else "no case"
            return f"an agent's, {scene.agent.name}, about {where}: {_asked(scene.orders.commands)}"
        case Filed(reason=reason):
            return f"filed: {silence_line(reason)}"
        case Returned(letter=letter, reason=reason):
            return f"a report on our letter to {letter.recipient}: {silence_line(reason)}"
        case Answered(survey=survey):
            return f"an answer to the survey of case {survey.number}"
        case CasesAsked(customer=customer):
            return f"a request for the cases of {customer}, which is answered with their list"
    return "nothing: it is parked"


def _role(role: str) -> str:
    return {"other": "somebody who does not take part", "unproven-agent": "an agent's address, unproven"}.get(
        role, f"a {role}"
    )


def _asked(commands: tuple[Command, ...]) -> str:
    return ", ".join(command.line for command in commands) or "words alone"


def _rule(tried: Tried) -> str:
    name = tried.rule.name
    if tried.unmet:
        return f"{name}: no, {_UNMET[tried.unmet]}"
    if not tried.sets:
        return f"{name}: holds, and sets nothing that is not set above"
    return f"{name}: holds, and sets {', '.join(f'{each} {getattr(tried.rule, each)}' for each in tried.sets)}"


def _placed(placement: Placement, name: Field) -> str:
    value = getattr(placement, name)
    if name == "priority" and placement.by_matrix:
        why = f"impact {placement.impact} and urgency {placement.urgency} in the matrix"
    else:
        why = f"rule {placement.set_by[name]}" if name in placement.set_by else "default"
    return f"{name} {value} ({why})"


def _verdict(entitlement: Entitlement) -> str:
    if entitlement.admitted:
        return "admitted"
    return f"refused, {entitlement.refusal}{', which the sender is told' if entitlement.frank else ''}"


def _letter(row: dict[str, Any]) -> str:
    held = f", held: {row['answer']}" if row["state"] == OutgoingState.HELD else ""
    return f"{row['kind']} to {row['recipient']}: {row['subject']} ({row['cause']}){held}"


def _letter_as_json(row: dict[str, Any]) -> dict[str, Any]:
    names = ("cause", "kind", "recipient", "subject")
    return {**{name: row[name] for name in names}, "held": row["state"] == OutgoingState.HELD}


def _new_case_as_json(told: Explained, decision: NewCase) -> dict[str, Any]:
    placement, entitlement = decision.placement, decision.entitlement
    zone = told.facts.desk.calendar.zone
    return {
        "case": told.number,
        "rules": [
            {"name": tried.rule.name, "holds": not tried.unmet, "unmet": tried.unmet or None, "sets": list(tried.sets)}
            for tried in told.tried
        ],
        **{name: getattr(placement, name) for name in FIELDS},
        "set_by": dict(placement.set_by),
        "by_matrix": placement.by_matrix,
        "entitlement": {
            "admitted": entitlement.admitted, "refusal": entitlement.refusal or None, "why": entitlement.why,
            "told": entitlement.frank, "despite": entitlement.despite or None, "modules": list(entitlement.modules),
        },
        "route": decision.route.name if decision.route else None,
        "promise": promise.as_json(decision.promise, zone) if entitlement.admitted else None,
        "unanswered": decision.silence.rule if decision.silence else None,
    }  # fmt: skip


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
