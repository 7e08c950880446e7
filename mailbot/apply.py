"""Turns a decision into rows: ticket, message, participants, events and outgoing letters, entered into one ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.correspondence import Case, Stationery, acknowledge, copies
from mailbot.core.decide import Facts, Filed, FollowUp, NewCase, Tie
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter
from mailbot.core.note import note_words, silence_line
from mailbot.core.promise import Promise, as_json
from mailbot.core.tags import Party, make_handle
from mailbot.core.wording import has_passed
from mailbot.ledger import Ledger, TicketRef
from mailbot.tables import MailState, TicketState


def apply(
    ledger: Ledger,
    stationery: Stationery,
    desks: Mapping[str, Desk],
    mail_id: int,
    facts: Facts,
    decision: NewCase | FollowUp | Filed,
    number: str,
) -> None:
    """Enter everything that a decision causes, or raise and enter nothing; `number` is for the case it may open."""
    match decision:
        case NewCase():
            _open_case(ledger, stationery, mail_id, facts, decision, number)
        case FollowUp():
            _add_to_case(ledger, stationery, desks, mail_id, facts, decision)
        case Filed():
            reason = silence_line(decision.reason)
            ledger.add_events(decision.ticket_id, mail_id, [("filed", reason)])
            ledger.end_mail(mail_id, MailState.DONE, "filed", reason)


def _open_case(
    ledger: Ledger, stationery: Stationery, mail_id: int, facts: Facts, decision: NewCase, number: str
) -> None:
    letter, desk, placement, promise = facts.letter, facts.desk, decision.placement, decision.promise
    known = CaseFacts(
        number=number,
        priority=placement.priority,
        promise=promise,
        requester_name=letter.sender.name if letter.sender else "",
        requester_address=letter.sender.address if letter.sender else "",
        subject=letter.subject,
        verified=decision.verified,
        received=facts.received,
        queue=placement.queue,
        rule=", ".join(placement.rules),
        told=decision.silence is None,
        incomplete=facts.whole_size > 0,
    )
    case = Case(desk, known)
    letters = copies(stationery, case, letter, mail_id, decision)
    silence = silence_line(decision.silence) if decision.silence else ""
    told = f"no acknowledgement: {silence}"
    if not silence:
        letters = (acknowledge(stationery, case, letter, mail_id), *letters)
        told = _told(promise, passed=has_passed(desk, promise, stationery.now))
    placed = f"queue {placement.queue or '-'}, priority {placement.priority} ({known.rule or 'defaults'})"
    events = [
        ("opened", f"case {number}: {placed}"),
        ("promise", told),
        *(("note", note_words(note, "en")) for note in decision.notes),
        *(("template", problem) for sealed in letters for problem in sealed.problems),
    ]
    ticket = ledger.open_ticket(
        {
            "number": number, "desk": desk.key, "queue": placement.queue, "priority": placement.priority,
            "rule": known.rule, "state": TicketState.OPEN, "subject": letter.subject,
            "requester": known.requester_address, "requester_name": known.requester_name,
            "verified": decision.verified, "opened_by": mail_id, "received": facts.received,
            "expected_start": promise.expected_start, "promise": json.dumps(as_json(promise), ensure_ascii=False),
        }
    )  # fmt: skip
    _add_message(ledger, ticket, mail_id, facts)
    if letter.sender is not None:  # takes part, whether or not it is answered: what it writes next belongs here
        party = Party(number, letter.sender.key, "customer")
        ledger.join(ticket, party.address, party.role, make_handle(party))
    ledger.post(desk.key, ticket, letters)
    ledger.add_events(ticket, mail_id, events)
    ledger.end_mail(mail_id, MailState.DONE, "machine" if silence else "new", silence or f"case {number}")


def _told(promise: Promise, *, passed: bool) -> str:
    """What an event says of an acknowledgement."""
    start = promise.expected_start.isoformat()
    if passed:
        return f"acknowledged, start promised as soon as possible, as {start} had passed"
    return f"acknowledged, start promised by {start}"


def _add_to_case(
    ledger: Ledger,
    stationery: Stationery,
    desks: Mapping[str, Desk],
    mail_id: int,
    facts: Facts,
    decision: FollowUp,
) -> None:
    tie, letter = decision.tie, facts.letter
    desk = desks.get(tie.case.desk, facts.desk)
    # What a letter tells as received is the mail it is about.
    case = Case(desk, replace(tie.case.facts, received=facts.received), tie.case.first_copies)
    letters = copies(stationery, case, letter, mail_id, decision)
    silence = silence_line(decision.silence) if decision.silence else ""
    who = "an agent" if decision.by_agent else "a machine" if silence else "a participant"
    events = [
        ("follow-up", f"mail {mail_id} from {who}, tied by {tie.by}"),
        *((("silence", silence),) if silence else ()),
        *(("note", note_words(note, "en")) for note in decision.notes),
        *(("template", problem) for sealed in letters for problem in sealed.problems),
    ]
    _add_message(ledger, tie.case.ticket_id, mail_id, facts)
    if decision.verified and not silence and _used_own_tag(facts, tie):
        ledger.remember(desk.key, tie.address)
    ledger.post(desk.key, tie.case.ticket_id, letters)
    ledger.add_events(tie.case.ticket_id, mail_id, events)
    outcome = "machine" if silence else "agent" if decision.by_agent else "follow-up"
    reason = silence or f"case {tie.case.facts.number}, tied by {tie.by}"
    ledger.end_mail(mail_id, MailState.DONE, outcome, reason)


def _used_own_tag(facts: Facts, tie: Tie) -> bool:
    """Whether a customer answered with the tag that was made for that very address."""
    is_own = facts.letter.sender is not None and facts.letter.sender.key == tie.address
    return tie.by == "tag" and tie.role == "customer" and is_own


def _add_message(ledger: Ledger, ticket: TicketRef, mail_id: int, facts: Facts) -> None:
    letter = facts.letter
    ledger.add_message(
        ticket,
        {
            "mail_id": mail_id, "author": letter.sender.address if letter.sender else letter.claimed_from,
            "author_name": letter.sender.name if letter.sender else "", "written": facts.received,
            "subject": letter.subject, "text": letter.text, "reply": letter.reply,
            "attachments": json.dumps(_attachments(letter), ensure_ascii=False), "reference": letter.message_id,
        },
    )  # fmt: skip


def _attachments(letter: Letter) -> list[dict[str, Any]]:
    return [
        {"name": part.name, "content_type": part.content_type, "size": part.size, "inline": part.inline}
        for part in letter.attachments
    ]
