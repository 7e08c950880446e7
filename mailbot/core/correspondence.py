"""The letters about a case, each written, addressed, signed and frozen for its one recipient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.core.agenttellings import HandOver
from mailbot.core.attachment import Attachment
from mailbot.core.audience import agent_of
from mailbot.core.casefacts import CaseFacts
from mailbot.core.compose import Head, compose
from mailbot.core.customertellings import (
    Closing,
    Declined,
    NotCovered,
    OrderAsked,
    OrderRecorded,
    Reopened,
    Reply,
    StatusTold,
    Survey,
)
from mailbot.core.decision import FollowUp, NewCase
from mailbot.core.desk import Agent, Desk
from mailbot.core.draft import Written
from mailbot.core.enclosures import attachable
from mailbot.core.entitlement import ADMITTED, Entitlement, belongs_to
from mailbot.core.errands import Errand
from mailbot.core.errandwords import write
from mailbot.core.greeting import name_to_greet
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.library import Library
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.parties import case_party, reply_address, return_party, survey_party
from mailbot.core.survey import Part, unsubscribe_link
from mailbot.core.tags import Key, make_handle, make_tag, tagged_message_id
from mailbot.core.wording import acknowledgement, follow_up_copy, new_case_copy, not_admitted


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every letter is written with."""

    library: Library
    keys: tuple[Key, ...]
    hostname: str
    now: datetime
    """UTC; the Date of what is written now, by which a promise may have passed."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its letters need it."""

    desk: Desk
    facts: CaseFacts
    threads: Mapping[str, str] = field(default_factory=dict)
    """By address: the Message-ID under which a letter to it is threaded, its first copy or its own last mail."""

    @classmethod
    def of(cls, desk: Desk, known: KnownCase) -> Case:
        """A case that exists; the desk is on the terms of its customer."""
        return cls(desk, known.facts, known.threads)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A letter ready for the outbox: its bytes never change again (K20)."""

    cause: str
    kind: str
    recipient: str
    role: str
    handle: str
    """The recipient's as a participant; empty for a letter about no case."""
    message_id: str
    subject: str
    sender: str
    """Envelope sender; empty is the null path."""
    content: bytes
    problems: tuple[str, ...] = ()
    """Templates that failed and were replaced by the shipped ones."""
    return_handle: str | None = None
    """By what the letter is found when it comes back to its signed envelope sender; None where that is not signed."""
    personal: int = 0
    """Version of the personal address that a letter about no case answers to; 0 for any other letter."""


def acknowledge(
    stationery: Stationery, case: Case, letter: Letter, mail_id: int, entitlement: Entitlement = ADMITTED
) -> Sealed:
    """The acknowledgement to the sender of an opening mail: threaded under it, from the desk (Q13-Q16).

    To a sender who is not admitted, what is told instead of a start.
    """
    assert letter.sender is not None
    library, now = stationery.library, stationery.now
    if entitlement.admitted:
        written = acknowledgement(library, case.desk, case.facts, now)
    else:
        written = not_admitted(library, case.desk, case.facts, entitlement, now)
    answered = (letter.message_id,) if letter.message_id else ()
    return _seal(
        stationery, case, written, cause=f"ack:mail:{mail_id}", kind="ack", to=letter.sender.address, role="customer",
        in_reply_to=letter.message_id,
        # What the sender wrote is repeated to nobody who may not have written it, ids included (Q23).
        references=(*letter.references, *answered) if case.facts.verified else answered,
        auto_submitted="auto-replied",
    )  # fmt: skip


def copies(
    stationery: Stationery,
    case: Case,
    letter: Letter,
    mail_id: int,
    decision: NewCase | FollowUp,
    agents: Iterable[Agent],
    *,
    relayed: bool | None = None,
) -> tuple[Sealed, ...]:
    """A copy of the mail for each of the agents, but for the one who is proven to have written it.

    `relayed` as in `wording.follow_up_copy`.
    """
    author = letter.sender.key if letter.sender and decision.verified else ""
    attached, left_out = attachable(letter.attachments)
    if left_out:
        names = ", ".join(part.name for part in left_out[:20])
        decision = replace(decision, notes=(*decision.notes, Note("left-out", (names,))))
    sealed = []
    for agent in agents:
        if author in agent.addresses:
            continue
        first = case.threads.get(agent.address, "")
        sealed.append(
            _seal(
                stationery, case, _copy(stationery, case, letter, agent, decision, relayed),
                cause=f"copy:mail:{mail_id}",
                kind="copy", to=agent.address, role="agent", in_reply_to=first, references=(first,) if first else (),
                auto_submitted="auto-generated", attachments=attached,
            )
        )  # fmt: skip
    return tuple(sealed)


def run_errand(stationery: Stationery, case: Case, errand: Errand) -> Sealed:
    """The letter about a case that an errand asks for."""
    written = write(
        stationery.library, case.desk, case.facts, errand.telling, stationery.now,
        language=errand.language, reader=_reader(case, ascii_lower(errand.to)),
    )  # fmt: skip
    by, pictures = _spoken(errand)
    thread = case.threads.get(ascii_lower(errand.to), "")
    return _seal(
        stationery, case, written, cause=errand.cause, kind=errand.kind, to=errand.to, role=errand.role,
        in_reply_to=thread, references=(thread,) if thread else (), auto_submitted=_marked(errand),
        attachments=(*pictures, *errand.attachments), copied=errand.copied,
        sender_name=case.desk.agent_from.replace("{agent}", by).replace("{desk}", case.desk.name) if by else "",
        human=_is_human(errand),
    )  # fmt: skip


def ask(stationery: Stationery, case: Case, to: str, closing: int, cause: str, part: Part) -> Sealed:
    """A letter of the survey after a close of the case: an answer to it has the survey's own tag, and none of the case.

    Threaded with the case's other letters. List-Unsubscribe leads to the same address, with the tag in the subject.
    """
    party = survey_party(case.facts.number, to, closing)
    tag = make_tag(stationery.keys, make_handle(party), party)
    answers = reply_address(case.desk, tag)
    telling = Survey(tag, answers, reminder=part == "reminder", again=part == "again")
    written = write(stationery.library, case.desk, case.facts, telling, stationery.now)
    thread = case.threads.get(ascii_lower(to), "")
    sealed = _seal(
        stationery, case, written, cause=cause, kind="survey", to=to, role=party.role, in_reply_to=thread,
        references=(thread,) if thread else (), unsubscribe=unsubscribe_link(answers, tag),
        auto_submitted="auto-replied" if part == "again" else "auto-generated",
    )  # fmt: skip
    return replace(sealed, role="", handle="")  # nobody takes part in a case by being asked


def _reader(case: Case, address: str) -> str | None:
    """The name of who reads a letter about a case, as `errandwords.write` takes it.

    A colleague's stands in the customer file or is not known: what a mail says of its writer is nobody's proof.
    """
    agent = agent_of(case.desk, address)
    if agent is not None:
        return agent.name
    if address == ascii_lower(case.facts.requester_address):
        return None
    _, contact = belongs_to(case.desk, address)
    return name_to_greet(contact.name) if contact else ""


def _spoken(errand: Errand) -> tuple[str, tuple[Attachment, ...]]:
    """Whose own words a letter carries, and the pictures among them; nobody's where the desk itself speaks."""
    match errand.telling:
        case Reply(words, by) | HandOver(_, by, words):
            return by, words.pictures
        case Closing(words, by) | Declined(words, by) | NotCovered(words, by) | OrderAsked(words, by) if by:
            return by, words.pictures
    return "", ()


def _is_human(errand: Errand) -> bool:
    """Whether a letter carries a person's words: an agent's, a partner's, or a customer's on their way to a partner."""
    return bool(_spoken(errand)[0]) or isinstance(errand.telling, HandOver)


def _marked(errand: Errand) -> str:
    """Auto-Submitted (RFC 3834 section 5): nothing for a human's words, which want an answer (Q13)."""
    if _is_human(errand):
        return ""
    answers = isinstance(errand.telling, StatusTold | Reopened | Closing | OrderRecorded)
    return "auto-replied" if answers else "auto-generated"


def _copy(
    stationery: Stationery, case: Case, letter: Letter, agent: Agent, decision: NewCase | FollowUp, relayed: bool | None
) -> Written:
    library, now = stationery.library, stationery.now
    if isinstance(decision, NewCase):
        return new_case_copy(library, case.desk, case.facts, letter, agent, decision, now)
    return follow_up_copy(library, case.desk, case.facts, letter, agent, decision, now, relayed=relayed)


def _seal(
    stationery: Stationery, case: Case, written: Written, *, cause: str, kind: str, to: str, role: str,
    in_reply_to: str, references: tuple[str, ...], auto_submitted: str, attachments: tuple[Attachment, ...] = (),
    copied: tuple[str, ...] = (), sender_name: str = "", human: bool = False, unsubscribe: str = "",
) -> Sealed:  # fmt: skip
    party = case_party(case.facts.number, to, role)
    handle = make_handle(party)
    tag = make_tag(stationery.keys, handle, party)
    message_id = tagged_message_id(stationery.keys, tag, cause, stationery.hostname)
    head = Head(
        sender=case.desk.address,
        sender_name=sender_name or case.desk.name,
        to=to,
        cc=copied,
        message_id=message_id,
        date=stationery.now.astimezone(case.desk.calendar.zone),
        in_reply_to=in_reply_to,
        references=references,
        reply_to=reply_address(case.desk, tag),
        auto_submitted=auto_submitted,
        content_languages=written.draft.languages,
        unsubscribe=unsubscribe,
    )
    content = compose(written.draft, head, attachments)
    sender, return_handle = envelope_sender(stationery, case.desk, message_id, to, human=human)
    return Sealed(
        cause, kind, to, role, handle, message_id, written.draft.subject, sender, content, written.problems,
        return_handle,
    )  # fmt: skip


def envelope_sender(
    stationery: Stationery, desk: Desk, message_id: str, to: str, *, human: bool
) -> tuple[str, str | None]:
    """Where a letter's bounce goes, signed for this very letter (VERP), and by what it is found then.

    Where the desk has no tags in addresses, an automatic letter's bounce must not start a mail of its own and goes
    nowhere (Q14); a human's words come back to the desk, known by their Message-ID.
    """
    if desk.reply_tags == "none":
        return (desk.address if human else ""), None
    party = return_party(message_id, to)
    handle = make_handle(party)
    address = reply_address(desk, make_tag(stationery.keys, handle, party))
    return address, (handle if address != desk.address else None)
