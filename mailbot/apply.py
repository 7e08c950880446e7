"""Turns a decision into rows: ticket, message, participants, events and outgoing letters, entered into one ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mailbot.answers import enter_answer, follow_close
from mailbot.beginnings import follow_case
from mailbot.core.agentturn import answer_at_door, take_turn
from mailbot.core.audience import for_new_case
from mailbot.core.casefacts import CaseFacts
from mailbot.core.correspondence import (
    Case,
    Sealed,
    Stationery,
    acknowledge,
    copies,
    personal_party,
    run_errand,
    run_personal_errand,
)
from mailbot.core.customerturn import follow_turn, unproven
from mailbot.core.decide import (
    Act,
    Answered,
    Decision,
    Facts,
    Filed,
    FollowUp,
    NewCase,
    Returned,
    held_back,
    is_human,
    proof_of,
)
from mailbot.core.desk import Desk
from mailbot.core.errands import Errand, Receipt, Reply
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note, note_words, silence_line
from mailbot.core.opening import Opening, open_for_customer
from mailbot.core.placement import place
from mailbot.core.promise import Promise, as_json, from_json, make_promise
from mailbot.core.purse import Purse, Verdict
from mailbot.core.returned import aftermath
from mailbot.core.sameness import fingerprint
from mailbot.core.scene import LastTurn, Scene
from mailbot.core.sheet import Join
from mailbot.core.standing import Standing
from mailbot.core.tags import Party, make_handle
from mailbot.core.turn import Turn
from mailbot.core.wording import has_passed
from mailbot.ledger import Answering, Ledger, TicketRef
from mailbot.returns import enter_aftermath
from mailbot.tables import MailState, TicketState

_MOMENTS = frozenset({"expected_start", "started", "waiting_since", "closed"})


@dataclass(frozen=True, slots=True)
class Clerk:
    """What every decision of one commit is applied with."""

    ledger: Ledger
    stationery: Stationery
    purse: Purse
    admin: str
    """Who is told when something needs a human."""


def opens_case(decision: Decision) -> bool:
    """Whether a decision may open a case, and needs a number for it."""
    if isinstance(decision, Act):
        return any(order.name in {"new", "split"} for order in decision.scene.orders.commands)
    return isinstance(decision, NewCase)


def apply(
    clerk: Clerk,
    mail_id: int,
    facts: Facts,
    decision: NewCase | FollowUp | Act | Filed | Returned | Answered,
    number: str,
) -> None:
    """Enter everything that a decision causes, or raise and enter nothing; `number` is for the case it may open."""
    match decision:
        case NewCase():
            _open_case(clerk, mail_id, facts, decision, number)
        case FollowUp():
            _follow(clerk, mail_id, facts, decision)
        case Act(scene):
            _act(clerk, mail_id, facts, scene, number)
        case Filed():
            reason = silence_line(decision.reason)
            clerk.ledger.add_events(decision.ticket_id, mail_id, [("filed", reason)])
            clerk.ledger.end_mail(mail_id, MailState.DONE, "filed", reason)
        case Returned(letter, report, why):
            after = aftermath(facts.desk, letter, report, clerk.stationery.now)
            enter_aftermath(clerk.ledger, clerk.stationery, clerk.admin, facts.desk, letter, after, mail_id=mail_id)
            if report.meaning == "complaint":  # who does not want our letters is asked nothing, ever (Q20)
                clerk.ledger.opt_out(ascii_lower(letter.recipient), f"a complaint, mail {mail_id}")
            clerk.ledger.end_mail(mail_id, MailState.DONE, "filed", silence_line(why))
        case Answered(survey):
            enter_answer(
                clerk.ledger, clerk.stationery, clerk.purse, facts.desk, survey, facts.letter, facts.received, mail_id,
                may_answer=facts.machine is None, forged=facts.authenticity == "fail",
            )  # fmt: skip


def _open_case(clerk: Clerk, mail_id: int, facts: Facts, decision: NewCase, number: str) -> None:
    desk, letter = facts.desk, facts.letter
    answer, decision = _may_answer(clerk.purse, facts, decision)
    case, promise = _new_case(desk, letter, facts.received, decision, number), decision.promise
    if facts.whole_size:
        case = replace(case, facts=replace(case.facts, incomplete=True))
    # A held acknowledgement tells nobody anything yet, though it is written as one that does.
    held = answer is not None and bool(answer.held)
    heard = replace(case, facts=replace(case.facts, told=False)) if held else case
    agents = for_new_case(desk, decision.placement.queue, clerk.stationery.now)
    copied = copies(clerk.stationery, heard, letter, mail_id, decision, agents)
    acknowledged = (acknowledge(clerk.stationery, case, letter, mail_id),) if answer else ()
    silence = silence_line(decision.silence) if decision.silence else ""
    told = f"no acknowledgement: {silence}"
    if answer:
        passed = has_passed(desk, promise, clerk.stationery.now)
        told = f"acknowledgement held, {answer.held}" if answer.held else _told(promise, passed=passed)
    ticket = _open_ticket(clerk, mail_id, letter, decision, case, told, (*acknowledged, *copied))
    human = is_human(decision.silence)
    _add_message(clerk.ledger, ticket, mail_id, letter, facts.received, "customer" if human else "machine")
    clerk.ledger.post(desk.key, ticket, acknowledged, mail_id=mail_id, answer=answer)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=mail_id)
    if decision.standing.why is not None:
        warning = run_errand(clerk.stationery, case, unproven(decision.standing, letter, facts.received))
        clerk.ledger.post(desk.key, ticket, (warning,), mail_id=mail_id)
    for address in decision.colleagues:
        _join(clerk.ledger, ticket, Party(number, address, "customer"))
    clerk.ledger.end_mail(mail_id, MailState.DONE, "new" if human else "machine", silence or f"case {number}")


def _may_answer(purse: Purse, facts: Facts, decision: NewCase) -> tuple[Answering | None, NewCase]:
    """Whether the acknowledgement goes or is held; None where none is written, the reason then in the decision."""
    sender = facts.letter.sender
    if decision.silence is not None or sender is None:
        return None, decision
    lately = purse.spent.get(sender.key)
    if facts.ties and lately is not None and lately.to_address_hour:
        # With every marking header gone, another desk's robot is known by answering what we have just sent it.
        reason = Reason("quotes-us", "quotes a case of ours within an hour of our answer to the same address")
        return None, replace(decision, silence=reason)
    print_ = fingerprint(facts.letter)
    verdict = purse.ask(sender.key, print_, verified=decision.verified)
    if verdict.what == "silent":
        return None, replace(decision, silence=Reason("said-again", verdict.reason))
    return _answering(verdict, sender.key, print_, verified=decision.verified), decision


def _answering(verdict: Verdict, address: str, print_: str, *, verified: bool) -> Answering:
    over_budget = verdict.what == "hold" and verdict.reason.startswith("budget")
    domain = "" if verified or over_budget else address.rpartition("@")[2]
    return Answering(print_, domain, verdict.reason if verdict.what == "hold" else "")


def _new_case(desk: Desk, letter: Letter, received: datetime, decision: NewCase, number: str) -> Case:
    sender, placement = letter.sender, decision.placement
    facts = CaseFacts(
        number=number,
        priority=placement.priority,
        promise=decision.promise,
        requester_name=sender.name if sender else "",
        requester_address=sender.address if sender else "",
        subject=letter.subject,
        verified=decision.verified,
        received=received,
        queue=placement.queue,
        rule=", ".join(placement.rules),
        told=decision.silence is None,
    )
    return Case(desk, facts)


def _open_ticket(
    clerk: Clerk,
    mail_id: int,
    letter: Letter,
    decision: NewCase,
    case: Case,
    told: str,
    letters: Iterable[Sealed],
    more: Mapping[str, Any] | None = None,
) -> TicketRef:
    """Enter the ticket with its first participant and events."""
    facts, ledger = case.facts, clerk.ledger
    placed = f"queue {facts.queue or '-'}, priority {facts.priority} ({facts.rule or 'defaults'})"
    follows = decision.follows
    events = [
        ("opened", f"case {facts.number}: {placed}"),
        ("promise", told),
        *((("follows", f"the closed case {follows.facts.number}"),) if follows else ()),
        *(("note", note_words(note, "en")) for note in decision.notes),
        *(("template", problem) for sealed in letters for problem in sealed.problems),
    ]
    ticket = ledger.open_ticket(
        {
            "number": facts.number, "desk": case.desk.key, "queue": facts.queue, "priority": facts.priority,
            "rule": facts.rule, "state": TicketState.OPEN, "subject": facts.subject,
            "requester": facts.requester_address, "requester_name": facts.requester_name,
            "verified": facts.verified, "opened_by": mail_id, "received": facts.received,
            "follows": follows.ticket_id if follows else None, "assignee": "", "started": None,
            **_columns({"promise": facts.promise, "expected_start": facts.promise.expected_start}), **(more or {}),
        }
    )  # fmt: skip
    started = (more or {}).get("started")
    ledger.begin(ticket, {"received": facts.promise.received, "started": started})
    if decision.silence is None:
        promise = facts.promise
        told_start = {"made": promise.received, "start_by": promise.expected_start, "at_once": promise.at_once}
        ledger.promise(ticket, {**told_start, "priority": promise.priority})
    if letter.sender is not None:  # takes part, whether or not it is answered: what it writes next belongs here
        _join(ledger, ticket, Party(facts.number, letter.sender.key, "customer"))
    ledger.add_events(ticket, mail_id, events)
    return ticket


def _told(promise: Promise, *, passed: bool) -> str:
    """What an event says of an acknowledgement."""
    start = promise.expected_start.isoformat()
    if passed:
        return f"acknowledged, start promised as soon as possible, as {start} had passed"
    return f"acknowledged, start promised by {start}"


def _follow(clerk: Clerk, mail_id: int, facts: Facts, decision: FollowUp) -> None:
    """A further message of a case."""
    tie, letter, desk = decision.tie, facts.letter, facts.desk
    turn = follow_turn(desk, decision, letter, facts.received, mail_id, facts.entries)
    silence = silence_line(decision.silence) if decision.silence else ""
    who = {"customer": "a participant", "partner": "a partner", "machine": "a machine"}.get(decision.role, "somebody")
    events = [
        ("follow-up", f"mail {mail_id} from {who}, tied by {tie.by}"),
        *((("silence", silence),) if silence else ()),
        *(("note", note_words(note, "en")) for note in decision.notes),
    ]
    clerk.ledger.add_events(tie.case.ticket_id, mail_id, events)
    if decision.verified and not silence and _used_own_tag(facts, tie):
        clerk.ledger.remember(desk.key, tie.address)
        clerk.ledger.forget_bounce(tie.address)
    _enter(clerk, mail_id, facts, decision, turn, decision.role)
    outcome = "machine" if silence else "unverified" if decision.standing.role == "unproven-agent" else "follow-up"
    reason = silence or f"case {tie.case.facts.number}, tied by {tie.by}"
    clerk.ledger.end_mail(mail_id, MailState.DONE, outcome, reason)


def _act(clerk: Clerk, mail_id: int, facts: Facts, scene: Scene, number: str) -> None:
    """A proven agent's mail."""
    asked = {order.name for order in scene.orders.commands}
    if "new" in asked and scene.in_person:
        opening = open_for_customer(scene)
        if isinstance(opening, Opening):
            _open_for_customer(clerk, mail_id, facts, scene, opening, number)
            return
        _answer_agent(clerk, mail_id, scene, opening)
        return
    if scene.case is None:
        _answer_agent(clerk, mail_id, scene, answer_at_door(scene))
        return
    case, turn = scene.case, take_turn(scene, number)
    tie = Tie("tag", case, scene.agent.address, "agent")
    decision = FollowUp(tie, proof_of(facts), Standing("agent", scene.agent), None, ())
    if turn.undoes is not None:
        _take_back(clerk.ledger, facts.desk, turn.undoes, mail_id, case)
    _enter(clerk, mail_id, facts, decision, turn, "agent")
    if turn.splits and scene.answered is not None:
        _split(clerk, scene, number)
    if turn.can_be_undone:
        joins = [_joined(join, case) for join in turn.joins]
        split_off = number if turn.splits else ""
        before = {**_columns(turn.before), "asked": turn.asked, "joins": joins, "split_off": split_off}
        _keep_for_undo(clerk.ledger, mail_id, case.ticket_id, scene, before, case.revision + bool(turn.changes))
    reason = f"case {case.facts.number}" if turn.done else f"case {case.facts.number}, nothing done"
    clerk.ledger.end_mail(mail_id, MailState.DONE, "agent" if turn.done else "refused", reason)


def _answer_agent(clerk: Clerk, mail_id: int, scene: Scene, turn: Turn) -> None:
    """What a mail to a personal address is answered with, where it opens no case."""
    _post_personal(clerk, mail_id, scene, turn.errands)
    reason = "a list or the guide was asked for" if turn.done else "nothing done"
    clerk.ledger.end_mail(mail_id, MailState.DONE, "agent" if turn.done else "refused", reason)


def _post_personal(clerk: Clerk, mail_id: int, scene: Scene, errands: Iterable[Errand]) -> None:
    version = max(scene.version, 1)
    party = personal_party(scene.desk, scene.agent.address, version)
    clerk.ledger.open_personal(scene.desk.key, scene.agent.address, version, make_handle(party))
    letters = [run_personal_errand(clerk.stationery, scene.desk, errand, version) for errand in errands]
    clerk.ledger.post(scene.desk.key, None, letters, mail_id=mail_id)


def _open_for_customer(clerk: Clerk, mail_id: int, facts: Facts, scene: Scene, opening: Opening, number: str) -> None:
    """A case that an agent opens: acknowledged where the customer wrote first, else begun with the agent's words."""
    desk, letter, agent = scene.desk, opening.letter, scene.agent
    promise = make_promise(desk, opening.placement.priority, facts.received, opening.placement.queue)
    first = opening.first
    wrote = Reason("agent-wrote", "an agent wrote first") if first else None
    decision = NewCase(opening.placement, promise, Note("by-agent", (agent.name,)), wrote, (), Standing("customer"))
    case = _new_case(desk, letter, facts.received, decision, number)
    others = [one for one in for_new_case(desk, opening.placement.queue, clerk.stationery.now) if one is not agent]
    copied = copies(clerk.stationery, case, letter, mail_id, decision, others)
    begun = {"assignee": agent.address, "started": facts.received} if first else None
    told = f"opened by {agent.name}, who wrote first" if first else f"opened by {agent.name}"
    ticket = _open_ticket(clerk, mail_id, letter, decision, case, told, copied, begun)
    if first:
        customer, cause = case.facts.requester_address, f"relay:mail:{mail_id}"
        telling = Reply(first.words, agent.name)
        errand = Errand(telling, customer, "customer", cause, "relay", attachments=first.files)
        sealed = run_errand(clerk.stationery, case, errand)
        _add_message(clerk.ledger, ticket, mail_id, scene.letter, facts.received, "agent", sent=first.words.text)
    else:
        sealed = acknowledge(clerk.stationery, case, letter, mail_id)
        _add_message(clerk.ledger, ticket, mail_id, letter, facts.received, "customer")
    clerk.ledger.post(desk.key, ticket, (sealed,), mail_id=mail_id, delay=desk.reconsider)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=mail_id)
    if opening.note:
        noted = replace(scene.letter, text=opening.note, reply=opening.note, attachments=())
        _add_message(clerk.ledger, ticket, None, noted, facts.received, "agent", internal=True)
    lines = opening.receipt(number)
    cause = f"receipt:mail:{mail_id}"
    receipt = Errand(Receipt(lines), agent.address, "agent", cause, "receipt", language=agent.language)
    clerk.ledger.post(desk.key, ticket, (run_errand(clerk.stationery, case, receipt),), mail_id=mail_id)
    # Taken back, it is a case that nobody was told of and that asks for nothing; its number is never given out again.
    before = {"state": "closed", "closed": facts.received, "asked": "#new", "joins": [], "split_off": ""}
    _keep_for_undo(clerk.ledger, mail_id, ticket, scene, before, 0)
    clerk.ledger.end_mail(mail_id, MailState.DONE, "agent", f"case {number}, opened for a customer")


def _split(clerk: Clerk, scene: Scene, number: str) -> None:
    """The message that the agent answered becomes a case of its own, acknowledged like any other."""
    told = scene.answered
    assert told is not None
    assert scene.case is not None
    desk = scene.desk
    placement = place(desk, told.letter)
    promise = make_promise(desk, placement.priority, told.received, placement.queue)
    decision = NewCase(
        placement, promise, Note("by-agent", (scene.agent.name,)), None, (), Standing("customer"), scene.case
    )
    case = _new_case(desk, told.letter, told.received, decision, number)
    letters = [acknowledge(clerk.stationery, case, told.letter, told.mail_id)] if told.letter.sender else []
    agents = for_new_case(desk, placement.queue, clerk.stationery.now)
    copied = copies(clerk.stationery, case, told.letter, told.mail_id, decision, agents)
    # Copies of that mail went to the same agents when it was a message of the old case.
    copied = tuple(replace(sealed, cause=f"split:mail:{told.mail_id}") for sealed in copied)
    ticket = _open_ticket(clerk, told.mail_id, told.letter, decision, case, f"split off by {scene.agent.name}", copied)
    clerk.ledger.move_message(told.mail_id, ticket)
    clerk.ledger.post(desk.key, ticket, letters, mail_id=told.mail_id, delay=desk.reconsider)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=told.mail_id)


def _keep_for_undo(
    ledger: Ledger, mail_id: int, ticket: TicketRef, scene: Scene, before: Mapping[str, Any], revision: int
) -> None:
    kept = json.dumps(before, ensure_ascii=False, default=_plain)
    row = {"mail_id": mail_id, "ticket_id": ticket, "agent": scene.agent.address, "before": kept, "revision": revision}
    ledger.add_turn(row)


def _take_back(ledger: Ledger, desk: Desk, last: LastTurn, mail_id: int, case: KnownCase) -> None:
    """What an agent's mail did is put back, so far as its letters have not left."""
    ledger.end_turn(last.turn_id, last.waiting)
    if last.left:
        return
    ledger.unsay(last.mail_id)
    if last.before:
        ledger.change_ticket(last.ticket_id, _columns(last.before))
        ledger.do(follow_case(last.ticket_id, case.state, _values(last.before), ledger.now))
    if last.ticket_id == case.ticket_id:
        follow_close(ledger, desk, case, last.before, mail_id)
    for ticket_id, address, role, active in last.joins:
        ledger.set_part(ticket_id, address, role, active=not active)
    if last.ticket_id != case.ticket_id:
        ledger.add_events(last.ticket_id, mail_id, [("undone", f"{last.asked} taken back")])


def _enter(clerk: Clerk, mail_id: int, facts: Facts, decision: FollowUp, turn: Turn, role: str) -> None:
    """What follows from a message of a case, whoever wrote it."""
    ledger, stationery, desk, known = clerk.ledger, clerk.stationery, facts.desk, decision.tie.case
    case = _as_changed(desk, known, turn, facts.received)
    copied = copies(stationery, case, facts.letter, mail_id, decision, turn.copied_to, relayed=turn.relayed)
    by_agent = role == "agent"
    problems: list[tuple[str, str]] = []
    unheard = held_back(facts)
    for errand in turn.errands:
        if errand.kind == "ack" and unheard is not None:
            problems.append(("silence", silence_line(unheard)))
            continue
        sealed = run_errand(stationery, case, errand)
        problems += [("template", problem) for problem in sealed.problems]
        delay = desk.reconsider if by_agent and not errand.at_once else timedelta(0)
        answer = _budgeted(clerk.purse, decision, errand) if errand.kind == "ack" else None
        ledger.post(desk.key, known.ticket_id, (sealed,), mail_id=mail_id, delay=delay, answer=answer)
    ledger.post(desk.key, known.ticket_id, copied, mail_id=mail_id, delay=desk.reconsider if by_agent else timedelta(0))
    for join in turn.joins:
        which = join.case or known
        _join(ledger, which.ticket_id, Party(which.facts.number, join.address, join.role))
        ledger.set_part(which.ticket_id, join.address, join.role, active=join.active)
    if turn.merged_into is not None:
        merged = [("merged", f"case {known.facts.number} goes on here")]
        ledger.add_events(turn.merged_into.ticket_id, mail_id, merged)
    if turn.changes:
        ledger.change_ticket(known.ticket_id, _columns(turn.changes))
        ledger.do(follow_case(known.ticket_id, known.state, turn.changes, facts.received))
    follow_close(ledger, desk, known, turn.changes, mail_id)
    problems += [("template", problem) for sealed in copied for problem in sealed.problems]
    ledger.add_events(known.ticket_id, mail_id, (*turn.events, *problems))
    _add_message(
        ledger, known.ticket_id, mail_id, facts.letter, facts.received, role, internal=turn.internal, sent=turn.sent
    )


def _budgeted(purse: Purse, decision: FollowUp, errand: Errand) -> Answering:
    verdict = purse.ask(errand.to, errand.cause, verified=decision.verified)
    return _answering(verdict, ascii_lower(errand.to), "", verified=decision.verified)


def _as_changed(desk: Desk, known: KnownCase, turn: Turn, received: datetime) -> Case:
    """The case as its letters tell it: after what the mail changed; received is the mail that they are about."""
    changed = {name: turn.changes[name] for name in ("priority", "promise", "queue") if name in turn.changes}
    facts = replace(known.facts, received=received, **changed)
    return Case(desk, facts, {**known.last_mails, **known.first_copies})


def _used_own_tag(facts: Facts, tie: Tie) -> bool:
    """Whether a customer answered with the tag that was made for that very address."""
    is_own = facts.letter.sender is not None and facts.letter.sender.key == tie.address
    return tie.by == "tag" and tie.role == "customer" and is_own


def _joined(join: Join, known: KnownCase) -> tuple[int, str, str, bool]:
    """A joining as it is kept to be put back."""
    return (join.case or known).ticket_id, join.address, join.role, join.active


def _join(ledger: Ledger, ticket: TicketRef, party: Party) -> None:
    ledger.join(ticket, party.address, party.role, make_handle(party))


def _values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept of a ticket as JSON, as values again."""
    columns = _columns(kept)
    if columns.get("promise"):
        columns["promise"] = from_json(json.loads(columns["promise"]))
    return columns


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the ticket's columns hold them, also those that were kept as JSON to be put back."""
    columns = dict(values)
    promise = columns.get("promise")
    if promise is not None:
        known = as_json(promise) if isinstance(promise, Promise) else promise
        columns["promise"] = known if isinstance(known, str) else json.dumps(known, ensure_ascii=False)
    for name in _MOMENTS & set(columns):
        if isinstance(columns[name], str):
            columns[name] = datetime.fromisoformat(columns[name])
    return columns


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _add_message(
    ledger: Ledger,
    ticket: TicketRef,
    mail_id: int | None,
    letter: Letter,
    received: datetime,
    role: str,
    *,
    internal: bool = False,
    sent: str = "",
) -> None:
    ledger.add_message(
        ticket,
        {
            "mail_id": mail_id, "author": letter.sender.address if letter.sender else letter.claimed_from,
            "author_name": letter.sender.name if letter.sender else "", "written": received,
            "subject": letter.subject, "text": letter.text, "reply": letter.reply,
            "attachments": json.dumps(_attachments(letter), ensure_ascii=False), "reference": letter.message_id,
            "role": role, "internal": internal, "sent": sent,
        },
    )  # fmt: skip


def _attachments(letter: Letter) -> list[dict[str, Any]]:
    return [
        {"name": part.name, "content_type": part.content_type, "size": part.size, "inline": part.inline}
        for part in letter.attachments
    ]
