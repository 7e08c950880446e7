"""The letters that a decision causes, each written, addressed, signed and frozen for its one recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot.core.compose import Head, compose
from mailbot.core.decide import FollowUp, NewCase
from mailbot.core.desk import Agent, Desk
from mailbot.core.letter import Attachment, Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.tags import Key, Party, make_handle, make_tag, plain_message_id, tagged_message_id
from mailbot.core.wording import (
    CaseFacts,
    Library,
    Written,
    acknowledgement,
    admin_report,
    follow_up_copy,
    new_case_copy,
)

MOST_ATTACHED = 15 * 2**20
"""Octets of attachments that go along with a copy; a third more on the wire. Common servers take 20 to 25 MB."""


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
    first_copies: Mapping[str, str] = field(default_factory=dict)
    """By agent's address: the Message-ID of the first copy, under which the later ones are threaded."""


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


def acknowledge(stationery: Stationery, case: Case, letter: Letter, mail_id: int) -> Sealed:
    """The acknowledgement to the sender of an opening mail: threaded under it, from the desk (Q13-Q16)."""
    assert letter.sender is not None
    written = acknowledgement(stationery.library, case.desk, case.facts, stationery.now)
    answered = (letter.message_id,) if letter.message_id else ()
    return _seal(
        stationery, case, written, cause=f"ack:mail:{mail_id}", kind="ack", to=letter.sender.address, role="customer",
        in_reply_to=letter.message_id,
        # What the sender wrote is repeated to nobody who may not have written it, ids included (Q23).
        references=(*letter.references, *answered) if case.facts.verified else answered,
        auto_submitted="auto-replied",
    )  # fmt: skip


def copies(
    stationery: Stationery, case: Case, letter: Letter, mail_id: int, decision: NewCase | FollowUp
) -> tuple[Sealed, ...]:
    """A copy of the mail for each agent who serves the queue, but for the one who is proven to have written it."""
    author = letter.sender.key if letter.sender and decision.verified else ""
    attached, left_out = _attachable(letter.attachments)
    if left_out:
        names = ", ".join(part.name for part in left_out[:20])
        decision = replace(decision, notes=(*decision.notes, Note("left-out", (names,))))
    sealed = []
    for agent in agents_of(case.desk, case.facts.queue):
        address = agent.addresses[0]
        if author in agent.addresses:
            continue
        first = case.first_copies.get(address, "")
        sealed.append(
            _seal(
                stationery, case, _copy(stationery, case, letter, agent, decision), cause=f"copy:mail:{mail_id}",
                kind="copy", to=address, role="agent", in_reply_to=first, references=(first,) if first else (),
                auto_submitted="auto-generated", attachments=attached,
            )
        )  # fmt: skip
    return tuple(sealed)


def _attachable(attachments: tuple[Attachment, ...]) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """Those that go along with a copy, as many as fit and in their order; and the others."""
    room = MOST_ATTACHED
    fitting = set()
    for place, part in sorted(enumerate(attachments), key=lambda item: item[1].size):
        room -= part.size
        if room < 0:
            break
        fitting.add(place)
    along = tuple(part for place, part in enumerate(attachments) if place in fitting)
    return along, tuple(part for place, part in enumerate(attachments) if place not in fitting)


def report(stationery: Stationery, *, admin: str, cause: str, title: str, lines: tuple[str, ...]) -> Sealed:
    """A letter to the admin about something that needs a human."""
    draft = admin_report(title, lines)
    message_id = plain_message_id(stationery.keys, cause, admin, stationery.hostname)
    head = Head(
        sender=admin, sender_name="mailbot", to=admin, message_id=message_id, date=stationery.now,
        auto_submitted="auto-generated",
    )  # fmt: skip
    return Sealed(cause, "report", admin, "", "", message_id, draft.subject, "", compose(draft, head))


def agents_of(desk: Desk, queue: str) -> tuple[Agent, ...]:
    """The agents who serve a queue; all of the desk's where none does, for somebody must hear of the case."""
    return tuple(agent for agent in desk.agents if not agent.queues or queue in agent.queues) or desk.agents


def reply_address(desk: Desk, tag: str) -> str:
    """Where answers to a letter go: the desk's address, with the tag in it where the desk's provider lets it (G5)."""
    local, _, domain = desk.address.rpartition("@")
    if desk.reply_tags == "plus" and len(local) + 1 + len(tag) <= 64:
        return f"{local}+{tag}@{domain}"
    return f"{tag}@{domain}" if desk.reply_tags == "catch-all" else desk.address


def _copy(stationery: Stationery, case: Case, letter: Letter, agent: Agent, decision: NewCase | FollowUp) -> Written:
    library, now = stationery.library, stationery.now
    if isinstance(decision, NewCase):
        return new_case_copy(library, case.desk, case.facts, letter, agent, decision, now)
    return follow_up_copy(library, case.desk, case.facts, letter, agent, decision, now)


def _seal(
    stationery: Stationery, case: Case, written: Written, *, cause: str, kind: str, to: str, role: str,
    in_reply_to: str, references: tuple[str, ...], auto_submitted: str, attachments: tuple[Attachment, ...] = (),
) -> Sealed:  # fmt: skip
    party = Party(case.facts.number, ascii_lower(to), role)
    handle = make_handle(party)
    tag = make_tag(stationery.keys, handle, party)
    message_id = tagged_message_id(stationery.keys, tag, cause, stationery.hostname)
    answers = reply_address(case.desk, tag)
    head = Head(
        sender=case.desk.address,
        sender_name=case.desk.name,
        to=to,
        message_id=message_id,
        date=stationery.now.astimezone(case.desk.calendar.zone),
        in_reply_to=in_reply_to,
        references=references,
        reply_to=answers,
        auto_submitted=auto_submitted,
        content_languages=written.draft.languages,
    )
    content = compose(written.draft, head, attachments)
    # An automatic letter's bounce must not start a mail of its own: the null path, or an address that only hears (Q14).
    sender = answers if case.desk.reply_tags != "none" else ""
    return Sealed(cause, kind, to, role, handle, message_id, written.draft.subject, sender, content, written.problems)
