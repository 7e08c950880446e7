"""What should happen to a mail: the facts about it in, one frozen decision out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice

from mailbot.core.audience import agent_of
from mailbot.core.belief import believed_tie, held_back, is_human, is_proof, proof_of, unreadable
from mailbot.core.customer import Contact, Customer
from mailbot.core.decision import (
    Act,
    Answered,
    CasesAsked,
    Decision,
    Effect,
    Filed,
    FollowUp,
    NewCase,
    Parked,
    Returned,
)
from mailbot.core.effect import answer_to_order, effect_of, half_an_answer, known_names, request_in
from mailbot.core.entitlement import Entitlement, entitle
from mailbot.core.facts import Facts
from mailbot.core.freemail import is_free_mail
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason, automatic_subject
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.ourcases import asks_for_cases, sees_cases
from mailbot.core.passing import MOST_PASSED_IN_AN_HOUR, partner_notes
from mailbot.core.placement import Placement, place
from mailbot.core.promise import make_promise
from mailbot.core.returned import read_report
from mailbot.core.route import route_for
from mailbot.core.standing import Standing, judge_standing
from mailbot.core.survey import KnownSurvey
from mailbot.core.surveyturn import unsubscribes

MOST_COLLEAGUES = 20
"""How many people a case may have for copied colleagues to begin to take part; any more are an agent's to add."""
_ABOUT_MAIL = frozenset({"delivery-report", "feedback-report", "read-receipt", "report"})
"""Machine rules whose mail tells of other mail and is never a request (Q17-Q20)."""
_AUTOREPLY_HEADERS = (
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-autoresponder",
    "x-vacation",
    "x-out-of-office",
)


def decide(facts: Facts) -> Decision:
    """The decision on one mail: what it is, whom it is believed to be from, and whether its sender is answered."""
    tie = believed_tie(facts)
    machine = facts.machine or (Reason("own-mail", "a letter of ours that came back") if facts.own_mail else None)
    if machine is not None and machine.rule == "loop":
        return Parked(machine)
    if machine is not None and facts.returned is not None and _is_returned(machine, tie):
        report = read_report(facts.letter, facts.returned.recipient)
        return Returned(facts.returned, report, _with_recipients(facts.letter, machine))
    if facts.survey is not None and agent_of(facts.desk, facts.sender) is None:
        return _on_survey(facts, facts.survey, machine)
    if machine is not None and _is_no_request(facts, machine, tie):
        proven = tie if tie is not None and tie.by == "tag" else None
        return Filed(_with_recipients(facts.letter, machine), proven.case.ticket_id if proven else None)
    standing = judge_standing(facts.desk, facts.sender, facts.authenticity, tie, personal=facts.personal)
    if standing.role == "agent" and facts.scene is not None and is_human(machine):
        personal = facts.personal in facts.scene.agent.addresses
        case = tie.case if tie else None
        return Act(replace(facts.scene, case=case, in_person=personal, whole_size=facts.whole_size))
    listed = lists_cases(facts)
    if listed is not None and facts.our_cases is not None:
        return CasesAsked(listed[0].key, facts.our_cases)
    proof = proof_of(facts)
    late = tie is not None and machine is None and _is_too_late(facts, tie, standing)
    if tie is not None and not late:
        return _follow_up(facts, tie, standing, proof, machine)
    return _new_case(facts, tie, standing, proof, machine)


def lists_cases(facts: Facts) -> tuple[Customer, Contact] | None:
    """Whose cases the mail asks for, and the contact who asks; None where it does not, or its sender may not see them.

    Then it is a mail like any other, so that nobody learns who may. The answer goes to the contact's own address, so a
    forger whom no server has unmasked learns nothing either; whoever cannot be answered is heard by a person.
    """
    customer, contact = facts.belongs
    if customer is None or contact is None or facts.machine is not None or facts.own_mail or facts.whole_size:
        return None
    if agent_of(facts.desk, contact.address) is not None or held_back(facts) or not is_proof(proof_of(facts)):
        return None
    day = facts.received.astimezone(facts.desk.calendar.zone).date()
    asks = sees_cases(customer, contact, day) and asks_for_cases(facts.letter, known_names(facts.letter, facts.desk))
    return (customer, contact) if asks else None


def goes_on(facts: Facts) -> KnownCase | None:
    """The case that the mail is a further message of, should it be one of any; None where it opens one of its own."""
    tie = believed_tie(facts)
    if tie is None:
        return None
    standing = judge_standing(facts.desk, facts.sender, facts.authenticity, tie, personal=facts.personal)
    return None if facts.machine is None and _is_too_late(facts, tie, standing) else tie.case


def _follow_up(facts: Facts, tie: Tie, standing: Standing, proof: Note, machine: Reason | None) -> FollowUp:
    notes = _notes(facts, tie, standing, late=False)
    effect: Effect = ""
    if machine is None and standing.role not in {"unproven-agent", "partner"}:
        effect, heard = _effect(facts, tie, standing, proof)
        notes = (*notes, *heard)
    if machine is None and standing.role == "partner":
        notes = (*notes, *partner_notes(facts.desk, facts.letter))
    colleagues = _colleagues(facts, proof, tie.case) if machine is None and standing.role == "customer" else ()
    circling = facts.passed_on >= MOST_PASSED_IN_AN_HOUR
    return FollowUp(tie, proof, standing, machine, notes, effect, colleagues, circling)


def _effect(facts: Facts, tie: Tie, standing: Standing, proof: Note) -> tuple[Effect, tuple[Note, ...]]:
    """What a person's mail does to its case, and what agents are told of its answer to an order they have asked for."""
    ordered = answer_to_order(facts, tie, standing, proof)
    if ordered is not None:
        effect, told = ordered
        return effect, (told,)
    half = half_an_answer(facts, tie)
    return effect_of(facts, tie, standing, proof), (half,) if half is not None else ()


def _new_case(facts: Facts, tie: Tie | None, standing: Standing, proof: Note, machine: Reason | None) -> NewCase:
    """A case opens; `tie` is to the closed one that the mail answers too late to open it again."""
    notes = _notes(facts, tie, standing, late=tie is not None)
    placement = place(facts.desk, facts.letter, facts.belongs[0])
    promise = make_promise(facts.desk, placement.priority, facts.received, placement.queue)
    if standing.role == "unproven-agent" and machine is None:
        machine = Reason("unproven-agent", "an agent's address, and nothing shows that the agent wrote")
    colleagues = _colleagues(facts, proof, None) if machine is None and standing.role != "partner" else ()
    silence = machine or held_back(facts)
    entitlement = _entitlement(facts, placement, proof, silence)
    follows = tie.case if tie else None
    route = route_for(facts.desk, facts.letter, placement.queue, facts.received)
    return NewCase(placement, promise, proof, silence, notes, standing, follows, colleagues, entitlement, route)


def _is_too_late(facts: Facts, tie: Tie, standing: Standing) -> bool:
    """Whether a reply comes so long after closing that a new case follows the old one.

    Not a partner's, who would be the new one's customer, and not one that asks for no work.
    """
    closed = tie.case.closed
    if tie.case.state not in {"closed", "declined"} or closed is None or standing.role in {"partner", "unproven-agent"}:
        return False
    late = facts.received - closed > timedelta(days=facts.desk.reopen_days)
    return late and request_in(facts.letter, facts.desk) is None


def _entitlement(facts: Facts, placement: Placement, proof: Note, silence: Reason | None) -> Entitlement:
    """What a person is entitled to who opens a case; machines, agents and partners are asked for nothing."""
    customer, _ = facts.belongs
    key = customer.key if customer else ""
    if not is_human(silence):
        return Entitlement(customer=key, why="no person wrote it, and nobody is promised anything")
    forged = facts.authenticity == "fail"
    if not forged and any(facts.sender in partner.addresses for partner in facts.desk.partners):
        return Entitlement(customer=key, why="the sender is a partner of the desk")
    return entitle(
        facts.desk, facts.letter, facts.sender, facts.received.astimezone(facts.desk.calendar.zone).date(),
        placement.kind, verified=is_proof(proof), forged=forged,
    )  # fmt: skip


def _colleagues(facts: Facts, proof: Note, case: KnownCase | None) -> tuple[str, ...]:
    """Who is copied and takes part from now on: the requester's colleagues, where the sender is verified (T4).

    `case` is None for one that opens, whose requester is the sender.
    """
    requester = case.facts.requester_address if case else facts.sender
    known = case.participants | case.removed if case else frozenset({facts.sender})
    domain = ascii_lower(requester.rpartition("@")[2])
    own = {address.rpartition("@")[2] for address in facts.desk.addresses}
    if not is_proof(proof) or not domain:
        return ()
    if facts.sender.rpartition("@")[2] != domain or is_free_mail(domain) or domain in own:
        return ()
    copied = (mailbox.key for mailbox in (*facts.letter.to, *facts.letter.cc))
    found = dict.fromkeys(one for one in copied if one.rpartition("@")[2] == domain and one.isascii())
    newcomers = (one for one in found if one not in known and agent_of(facts.desk, one) is None)
    return tuple(islice(newcomers, max(0, 1 + MOST_COLLEAGUES - len(known))))


def _is_returned(machine: Reason, tie: Tie | None) -> bool:
    """Whether a mail that proves to be about a letter of ours is a report on it.

    What a machine sends to a letter's own return address, and ties to no case, is one too, in whatever form.
    """
    return machine.rule in _ABOUT_MAIL or (tie is None and not is_human(machine))


def _is_no_request(facts: Facts, machine: Reason, tie: Tie | None) -> bool:
    """Whether a machine's mail opens no case and is no message of one; all other machine mail may carry a request.

    That an agent is away is no message either: copied to the others, it would be answered by their machines (Q22).
    """
    if machine.rule in _ABOUT_MAIL or facts.own_mail:
        return True
    to_agent = tie is not None and tie.role == "agent"
    return (tie is None or to_agent) and _is_automatic_reply(facts.letter, machine)


def _is_automatic_reply(letter: Letter, machine: Reason) -> bool:
    """Whether a machine answers for somebody who is away, as against writing on its own account.

    A subject alone does not say so: a person may quote one.
    """
    headers = "auto-replied" in letter.header("auto-submitted").lower() or any(map(letter.header, _AUTOREPLY_HEADERS))
    return headers or (machine.rule != "automatic-subject" and bool(automatic_subject(letter)))


def _on_survey(facts: Facts, survey: KnownSurvey, machine: Reason | None) -> Answered | Filed:
    """An answer where a person wrote it; that somebody is away is none (Q21).

    A mail program that follows List-Unsubscribe by itself may say that it is a machine, and is heard all the same.
    """
    if machine is None or is_human(machine) or (unsubscribes(facts.letter) and machine.rule not in _ABOUT_MAIL):
        return Answered(survey)
    return Filed(_with_recipients(facts.letter, machine), survey.case.ticket_id)


def _with_recipients(letter: Letter, machine: Reason) -> Reason:
    """The reason, with what a delivery report says of whom."""
    if letter.bounce is None:
        return machine
    told = (" ".join(filter(None, (one.address, one.action, one.status))) for one in letter.bounce.recipients[:10])
    return Reason(machine.rule, f"{machine.text}: {', '.join(told) or 'of nobody it names'}")


def _notes(facts: Facts, tie: Tie | None, standing: Standing, *, late: bool) -> tuple[Note, ...]:
    notes = []
    if standing.role == "unproven-agent":
        notes.append(Note("not-acted-upon"))
    if tie is not None and facts.sender in tie.case.removed:
        notes.append(Note("removed"))
    if tie is not None and late:
        notes.append(Note("follows", (tie.case.facts.number,)))
    sender = facts.sender
    if facts.authenticity == "fail":
        notes.append(Note("forged"))
    if facts.letter.sender is None:
        notes.append(unreadable(facts.letter))
    if facts.whole_size:
        notes.append(Note("incomplete", (str(facts.whole_size),)))
    if tie is not None and tie.by == "tag" and sender != tie.address:
        whose = tie.address
        notes.append(Note("another-hand", (sender, whose)) if sender else Note("unknown-hand", (whose,)))
    if tie is None:
        claimed = dict.fromkeys(other.case.facts.number for other in facts.ties)
        notes += [Note("claimed-number", (number,)) for number in claimed]
    notes += [Note("fault", (fault,)) for fault in facts.letter.faults]
    if facts.passed_on >= MOST_PASSED_IN_AN_HOUR:
        notes.append(Note("not-passed-on"))
    return tuple(notes)
