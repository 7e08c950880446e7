"""What should happen to a mail: the facts about it in, one frozen decision out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.machinewords import AUTOMATIC_SUBJECT
from mailbot.core.note import Note
from mailbot.core.placement import Placement, place
from mailbot.core.promise import Promise, make_promise

Authenticity = Literal["pass", "fail", "none"]
"""What the desk's own mail server found out about the From address; see `core.authenticity`."""


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that exists, as far as a further mail and its letters need it."""

    ticket_id: int
    desk: str
    """Key."""
    facts: CaseFacts
    participants: frozenset[str]
    """Addresses that take part in it as customers, lower case."""
    first_copies: Mapping[str, str] = field(default_factory=dict)
    """By agent's address: the Message-ID of the first copy of a mail of this case."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Something in a mail that names a case that exists. Gathered, not yet believed."""

    by: Literal["tag", "case-number", "earlier-mail"]
    """A genuine signed tag, in an address or in one of our Message-IDs; a quoted case number; the Message-ID of a mail
    that is on the case already."""
    case: KnownCase
    address: str = ""
    """Whom a tag was made for."""
    role: str = ""
    """In which role."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one mail when it is decided upon."""

    letter: Letter
    desk: Desk
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

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The mail is a further message of a case."""

    tie: Tie
    proof: Note
    """As in `NewCase`."""
    by_agent: bool
    silence: Reason | None
    """Why a machine's mail changes nothing; None for a human's."""
    notes: tuple[Note, ...]

    @property
    def verified(self) -> bool:
        """Whether the sender is believed to have written the mail."""
        return is_proof(self.proof)


@dataclass(frozen=True, slots=True)
class Filed:
    """The mail is heard and kept; it opens nothing and is no message of a case."""

    reason: Reason
    """Why; for a delivery report, with what it says of whom."""
    ticket_id: int | None
    """The case whose history tells of it, where one is proven."""


@dataclass(frozen=True, slots=True)
class Parked:
    """The mail is set aside for an admin (Q9)."""

    reason: Reason


Decision = NewCase | FollowUp | Filed | Parked

_PROOFS = frozenset({"server-pass", "answered-before", "own-tag"})
"""Kinds of notes that verify a sender; the other standings are unproven, forged and unreadable-sender."""

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
    tie = next((tie for tie in facts.ties if believes(facts, tie)), None)
    machine = facts.machine or (Reason("own-mail", "a letter of ours that came back") if facts.own_mail else None)
    if machine is not None and machine.rule == "loop":
        return Parked(machine)
    if machine is not None and _is_no_request(facts, machine, tie):
        proven = tie is not None and tie.by == "tag"
        return Filed(_report(facts.letter, machine), tie.case.ticket_id if tie is not None and proven else None)
    proof = proof_of(facts)
    notes = _notes(facts, tie)
    if tie is not None:
        by_agent = tie.role == "agent" and _sender(facts) == tie.address and facts.authenticity != "fail"
        return FollowUp(tie, proof, by_agent, machine, notes)
    placement = place(facts.desk, facts.letter)
    promise = make_promise(facts.desk, placement.priority, facts.received, placement.queue)
    return NewCase(placement, promise, proof, machine, notes)


def believes(facts: Facts, tie: Tie) -> bool:
    """Whether a tie attaches the mail to its case.

    A genuine tag does, whoever uses it. Anything a stranger could know attaches only mail of somebody who takes part
    already and whom nothing calls forged (T1).
    """
    if tie.by == "tag":
        return True
    return facts.authenticity != "fail" and _sender(facts) in tie.case.participants


def proof_of(facts: Facts) -> Note:
    """What shows, or fails to show, that the mail is from the person in its From header.

    The mail server's word "fail" unmakes everything; else its pass, an earlier answer with a tag, or the sender's own
    tag in this mail verify.
    """
    if facts.letter.sender is None:
        return _unreadable(facts.letter)
    if facts.authenticity == "fail":
        return Note("forged")
    if facts.authenticity == "pass":
        return Note("server-pass")
    if facts.correspondent:
        return Note("answered-before")
    own = any(tie.by == "tag" and tie.address == _sender(facts) for tie in facts.ties)
    return Note("own-tag" if own else "unproven")


def is_proof(note: Note) -> bool:
    """Whether a sender with that standing is verified."""
    return note.kind in _PROOFS


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


def _notes(facts: Facts, tie: Tie | None) -> tuple[Note, ...]:
    notes = []
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
    return tuple(notes)
