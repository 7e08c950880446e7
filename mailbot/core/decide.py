"""What should happen to a mail: the facts about it in, one frozen decision out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from mailbot.core.audience import agent_of
from mailbot.core.customer import Contact, Customer
from mailbot.core.desk import Desk, Route
from mailbot.core.entitlement import ADMITTED, Entitlement, belongs_to, entitle
from mailbot.core.errands import Entry, OurCases
from mailbot.core.freemail import is_free_mail
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.machinewords import AUTOMATIC_SUBJECT
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.ourcases import asks_for_cases, sees_cases
from mailbot.core.passing import MOST_PASSED_IN_AN_HOUR
from mailbot.core.placement import Placement, place
from mailbot.core.promise import Promise, make_promise
from mailbot.core.requests import Request, plain_answer, plain_request
from mailbot.core.returned import Report, ReturnedLetter, read_report
from mailbot.core.route import route_for
from mailbot.core.scene import Scene
from mailbot.core.standing import Standing, judge_standing
from mailbot.core.survey import KnownSurvey
from mailbot.core.surveyturn import unsubscribes

_ORDER_SHOWN = 300
"""Characters of an order that agents are told with its answer."""
MOST_COLLEAGUES = 20
"""How many people a case may have for copied colleagues to begin to take part; any more are an agent's to add."""

Authenticity = Literal["pass", "fail", "none"]
"""What the desk's own mail server found out about the From address; see `core.authenticity`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one mail when it is decided upon."""

    letter: Letter
    desk: Desk
    """On the terms of the customer whom the mail concerns; see `core.terms`."""
    received: datetime
    """UTC."""
    machine: Reason | None
    """Why it gets no automatic answer, if it is a machine's."""
    authenticity: Authenticity
    correspondent: bool
    """Whether its From address has answered this desk with a valid tag before."""
    ties: tuple[Tie, ...]
    """Strongest first."""
    own_mail: bool = False
    """Whether it is a letter of ours that came back (Q8)."""
    whole_size: int = 0
    """Octets of the mail where it was too large to be fetched whole; 0 where all of it is here (K34)."""
    personal: str = ""
    """The agent's address for which a genuine personal tag in the mail was made."""
    scene: Scene | None = None
    """What the mail is acted upon with, should an agent have written it; not yet believed."""
    entries: tuple[Entry, ...] = ()
    """The case's conversation, where the mail asks for the state of the case."""
    returned: ReturnedLetter | None = None
    """The letter of ours that it tells of or was returned to, with proof of that."""
    survey: KnownSurvey | None = None
    """The survey whose genuine tag it has, and no other tag before that."""
    suppressed: datetime | None = None
    """Until when automatic letters to its sender are held back; UTC, later than `received`."""
    passed_on: int = 0
    """How many letters the partners of the case got within the hour before it that told what customers wrote."""
    our_cases: OurCases | None = None
    """The cases of the sender's organisation, where `lists_cases` says that the mail asks for them."""

    @property
    def belongs(self) -> tuple[Customer | None, Contact | None]:
        """The customer that the sender belongs to, and the contact who the sender is; nobody's where forged."""
        return belongs_to(self.desk, _sender(self), forged=self.authenticity == "fail")


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case opens."""

    placement: Placement
    promise: Promise
    proof: Note
    """What shows, or fails to show, that the sender wrote the mail; see `proof_of`."""
    silence: Reason | None
    """Why no acknowledgement is sent; None where one is."""
    notes: tuple[Note, ...]
    """What agents should know."""
    standing: Standing
    follows: KnownCase | None = None
    """The closed case that it answers too late to open it again."""
    colleagues: tuple[str, ...] = ()
    """As in `FollowUp`."""
    entitlement: Entitlement = ADMITTED
    """Whether a start of work is promised at all."""
    route: Route | None = None
    """By which it comes to partners or a duty team; None: to whoever is on duty."""

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)


Effect = Literal[
    "", "reopen", "resume", "status", "close", "thanks", "spam", "ask-again", "ordered", "not-ordered"
]
"""What a customer's mail does to its case besides being a message of it."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The mail is a further message of a case, and not an agent's to be acted upon."""

    tie: Tie
    proof: Note
    """As in `NewCase`."""
    standing: Standing
    silence: Reason | None
    """Why a machine's mail changes nothing; None for a human's."""
    notes: tuple[Note, ...]
    effect: Effect = ""
    colleagues: tuple[str, ...] = ()
    """Addresses that take part from now on: copied colleagues of a verified customer."""
    circling: bool = False
    """Whether the case's partners have been sent so much within the hour that robots may be at it."""

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)

    @property
    def by_agent(self) -> bool:
        """Whether a proven agent wrote it."""
        return self.standing.role == "agent"

    @property
    def role(self) -> str:
        """As what its author wrote, as the message keeps it."""
        if self.silence:
            return "machine"
        return "other" if self.standing.role == "unproven-agent" else self.standing.role


@dataclass(frozen=True, slots=True)
class Act:
    """A proven agent wrote it: what it asks for is done."""

    scene: Scene


@dataclass(frozen=True, slots=True)
class Filed:
    """The mail is heard and kept; it opens nothing and is no message of a case."""

    reason: Reason
    """Why; for a delivery report, with what it says of whom."""
    ticket_id: int | None
    """The case whose history tells of it, where one is proven."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The mail says what became of a letter of ours, with proof of which one (Q17, Q20)."""

    letter: ReturnedLetter
    report: Report
    reason: Reason
    """As in `Filed`, for it is filed too."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail answers a survey and is nothing else: no message of the case, which it does not open again."""

    survey: KnownSurvey


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """A contact asks for the cases of the organisation and may see them: told, and nothing else (V14, S2, C7)."""

    customer: str
    """Key."""
    told: OurCases


@dataclass(frozen=True, slots=True)
class Parked:
    """The mail is set aside for an admin (Q9)."""

    reason: Reason


Decision = NewCase | FollowUp | Act | Filed | Returned | Answered | CasesAsked | Parked

_PROOFS = frozenset({"server-pass", "answered-before", "own-tag", "in-customer-file", "by-agent"})
"""Kinds of notes that verify a sender; the other standings are unproven, forged and unreadable-sender."""

_ABOUT_MAIL = frozenset({"delivery-report", "feedback-report", "read-receipt", "report"})
"""Machine rules whose mail tells of other mail and is never a request (Q17-Q20)."""

_BY_PEOPLE = frozenset({"response-suppressed", "bounced"})
"""Reasons for silence towards a person (Q5, Q26)."""

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
        return Returned(facts.returned, report, _report(facts.letter, machine))
    if facts.survey is not None and agent_of(facts.desk, _sender(facts)) is None:
        return _on_survey(facts, facts.survey, machine)
    if machine is not None and _is_no_request(facts, machine, tie):
        proven = tie is not None and tie.by == "tag"
        return Filed(_report(facts.letter, machine), tie.case.ticket_id if tie is not None and proven else None)
    standing = judge_standing(facts.desk, _sender(facts), facts.authenticity, tie, personal=facts.personal)
    if standing.role == "agent" and facts.scene is not None and is_human(machine):
        personal = facts.personal in facts.scene.agent.addresses
        case = tie.case if tie else None
        return Act(replace(facts.scene, case=case, in_person=personal, whole_size=facts.whole_size))
    listed = lists_cases(facts)
    if listed is not None and facts.our_cases is not None:
        return CasesAsked(listed[0].key, facts.our_cases)
    proof = proof_of(facts)
    late = tie is not None and machine is None and _is_too_late(facts, tie, standing)
    notes = _notes(facts, tie, standing, late=late)
    if tie is not None and not late:
        guest = standing.role in {"unproven-agent", "partner"}
        effect = "" if machine or guest else _effect(facts, tie, standing, proof)
        ordered = None if machine or guest else _answer_to_order(facts, tie, standing, proof)
        if ordered is not None:
            effect, notes = ordered[0], (*notes, ordered[1])
        heard = machine is None and standing.role == "customer"
        colleagues = _colleagues(facts, proof, tie.case) if heard else ()
        circling = facts.passed_on >= MOST_PASSED_IN_AN_HOUR
        return FollowUp(tie, proof, standing, machine, notes, effect, colleagues, circling)
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
    standing = judge_standing(facts.desk, _sender(facts), facts.authenticity, tie, personal=facts.personal)
    return None if facts.machine is None and _is_too_late(facts, tie, standing) else tie.case


def believed_tie(facts: Facts) -> Tie | None:
    """What attaches the mail to its case; None where nothing that is believed does."""
    return next((tie for tie in facts.ties if believes(facts, tie)), None)


def believes(facts: Facts, tie: Tie) -> bool:
    """Whether a tie attaches the mail to its case.

    A genuine tag does, whoever uses it. Anything a stranger could know attaches only mail of somebody who takes part
    already, or of an agent whom a personal tag proves, and whom nothing calls forged (T1).
    """
    if tie.by == "tag":
        return True
    if facts.authenticity == "fail":
        return False
    takes_part = _sender(facts) in tie.case.participants | tie.case.agents
    return takes_part or (tie.by == "case-number" and bool(facts.personal) and _writes_as(facts, facts.personal))


def proof_of(facts: Facts) -> Note:
    """What shows, or fails to show, that the mail is from the person in its From header.

    The mail server's word "fail" unmakes everything; else its pass, an earlier answer with a tag, the sender's own tag
    in this mail, or being a customer's named contact verify.
    """
    if facts.letter.sender is None:
        return _unreadable(facts.letter)
    if facts.authenticity == "fail":
        return Note("forged")
    if facts.authenticity == "pass":
        return Note("server-pass")
    if facts.correspondent:
        return Note("answered-before")
    if any(tie.by == "tag" and tie.address == _sender(facts) for tie in facts.ties):
        return Note("own-tag")
    _, contact = facts.belongs
    return Note("unproven" if contact is None else "in-customer-file")


def held_back(facts: Facts) -> Reason | None:
    """Why a sender gets no automatic letter although a person wrote: letters to them have come back lately (Q26).

    Who uses the tag of a letter to themselves has got that letter.
    """
    if facts.suppressed is None:
        return None
    arrived = any(tie.by == "tag" and tie.address == _sender(facts) for tie in facts.ties)
    if arrived and facts.authenticity != "fail":
        return None
    return Reason(
        "bounced", f"letters to this address came back, so automatic ones wait until {facts.suppressed:%Y-%m-%d}"
    )


def is_proof(note: Note) -> bool:
    """Whether a sender with that standing is verified."""
    return note.kind in _PROOFS


def is_human(silence: Reason | None) -> bool:
    """Whether a person wrote a mail that gets no automatic answer for this reason, or gets one."""
    return silence is None or silence.rule in _BY_PEOPLE


def _is_too_late(facts: Facts, tie: Tie, standing: Standing) -> bool:
    """Whether a reply comes so long after closing that a new case follows the old one.

    Not a partner's, who would be the new one's customer, and not one that asks for no work.
    """
    closed = tie.case.closed
    if tie.case.state not in {"closed", "declined"} or closed is None or standing.role in {"partner", "unproven-agent"}:
        return False
    late = facts.received - closed > timedelta(days=facts.desk.reopen_days)
    return late and request_in(facts.letter, facts.desk) is None


def _effect(facts: Facts, tie: Tie, standing: Standing, proof: Note) -> Effect:
    """What a human's mail does to its case: whoever writes more than a plain request is heard by a person.

    That a case is closed at a customer's word takes proof that it is the customer's: anybody can write a From and quote
    a number, and the case would be lost.
    """
    case = tie.case
    if case.state == "spam":
        return "spam"
    match request_in(facts.letter, facts.desk):
        case "status":
            return "status" if standing.role == "customer" else ""
        case "close" if case.is_open:
            return "close" if standing.role == "customer" and is_proof(proof) else ""
        case "close" | "thanks":
            return "thanks" if case.state in {"closed", "declined"} else ""
    if case.state == "closed":
        return "reopen"
    if case.state == "declined":
        return "ask-again"
    return "resume" if case.state == "waiting" else ""


def _answer_to_order(facts: Facts, tie: Tie, standing: Standing, proof: Note) -> tuple[Effect, Note] | None:
    """What a person's plain yes or no to an order (S12) does, and what agents are told; None where it is none.

    It may cost money, so it counts only from who takes part and whom the mail server or the tag of our own letter to
    them proves, whatever is known of the address; any other changes nothing.
    """
    case, letter, desk = tie.case, facts.letter, facts.desk
    if case.order_answer != "asked" or not case.is_open or any(not part.inline for part in letter.attachments):
        return None
    answer = plain_answer(letter.own_words, known_names(letter, desk), desk.written_in)
    if answer is None:
        return None
    own_tag = tie.by == "tag" and tie.address == _sender(facts)
    if standing.role != "customer" or not is_proof(proof) or not (own_tag or facts.authenticity == "pass"):
        return "", Note("order-unproven")
    told = " ".join(case.order_text.split())[:_ORDER_SHOWN]
    return ("ordered", Note("ordered", (told,))) if answer == "yes" else ("not-ordered", Note("not-ordered", (told,)))


def request_in(letter: Letter, desk: Desk) -> Request | None:
    """What a customer's mail asks for about its case, if it says and brings nothing else."""
    if any(not part.inline for part in letter.attachments):
        return None
    asked = plain_request(letter.own_words, known_names(letter, desk))
    return None if asked == "cases" else asked


def known_names(letter: Letter, desk: Desk) -> tuple[str, ...]:
    """Names that may stand in a plain request: the agents' and the sender's."""
    return (*(agent.name for agent in desk.agents), *((letter.sender.name,) if letter.sender else ()))


def _entitlement(facts: Facts, placement: Placement, proof: Note, silence: Reason | None) -> Entitlement:
    """What a person is entitled to who opens a case; machines, agents and partners are asked for nothing."""
    customer, _ = facts.belongs
    key = customer.key if customer else ""
    if not is_human(silence):
        return Entitlement(customer=key, why="no person wrote it, and nobody is promised anything")
    forged = facts.authenticity == "fail"
    if not forged and any(_sender(facts) in partner.addresses for partner in facts.desk.partners):
        return Entitlement(customer=key, why="the sender is a partner of the desk")
    return entitle(
        facts.desk, facts.letter, _sender(facts), facts.received.astimezone(facts.desk.calendar.zone).date(),
        placement.kind, verified=is_proof(proof), forged=forged,
    )  # fmt: skip


def _colleagues(facts: Facts, proof: Note, case: KnownCase | None) -> tuple[str, ...]:
    """Who is copied and takes part from now on: the requester's colleagues, where the sender is verified (T4).

    `case` is None for one that opens, whose requester is the sender.
    """
    requester = case.facts.requester_address if case else _sender(facts)
    known = case.participants | case.removed if case else frozenset({_sender(facts)})
    domain = ascii_lower(requester.rpartition("@")[2])
    own = {address.rpartition("@")[2] for address in facts.desk.addresses}
    if not is_proof(proof) or not domain:
        return ()
    if _sender(facts).rpartition("@")[2] != domain or is_free_mail(domain) or domain in own:
        return ()
    copied = (mailbox.key for mailbox in (*facts.letter.to, *facts.letter.cc))
    found = dict.fromkeys(one for one in copied if one.rpartition("@")[2] == domain and one.isascii())
    newcomers = (one for one in found if one not in known and agent_of(facts.desk, one) is None)
    return tuple(islice(newcomers, max(0, 1 + MOST_COLLEAGUES - len(known))))


def _writes_as(facts: Facts, personal: str) -> bool:
    """Whether the sender is the agent for whom the personal tag was made."""
    agent = agent_of(facts.desk, _sender(facts))
    return agent is not None and personal in agent.addresses


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
    subject = machine.rule != "automatic-subject" and AUTOMATIC_SUBJECT.match(letter.subject) is not None
    return headers or subject


def _on_survey(facts: Facts, survey: KnownSurvey, machine: Reason | None) -> Answered | Filed:
    """An answer where a person wrote it; that somebody is away is none (Q21).

    A mail program that follows List-Unsubscribe by itself may say that it is a machine, and is heard all the same.
    """
    if machine is None or is_human(machine) or (unsubscribes(facts.letter) and machine.rule not in _ABOUT_MAIL):
        return Answered(survey)
    return Filed(_report(facts.letter, machine), survey.case.ticket_id)


def _sender(facts: Facts) -> str:
    return facts.letter.sender.key if facts.letter.sender else ""


def _report(letter: Letter, machine: Reason) -> Reason:
    """The reason, with what a delivery report says of whom."""
    if letter.bounce is None:
        return machine
    told = (" ".join(filter(None, (one.address, one.action, one.status))) for one in letter.bounce.recipients[:10])
    return Reason(machine.rule, f"{machine.text}: {', '.join(told) or 'of nobody it names'}")


def _unreadable(letter: Letter) -> Note:
    return Note("unreadable-sender", (repr(letter.claimed_from[:200]),))


def _notes(facts: Facts, tie: Tie | None, standing: Standing, *, late: bool) -> tuple[Note, ...]:
    notes = []
    if standing.role == "unproven-agent":
        notes.append(Note("not-acted-upon"))
    if tie is not None and _sender(facts) in tie.case.removed:
        notes.append(Note("removed"))
    if tie is not None and late:
        notes.append(Note("follows", (tie.case.facts.number,)))
    sender = _sender(facts)
    if facts.authenticity == "fail":
        notes.append(Note("forged"))
    if facts.letter.sender is None:
        notes.append(_unreadable(facts.letter))
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
