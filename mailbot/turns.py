"""Turns what follows from a message of a case into rows: agents' orders, customers' answers, what partners write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from mailbot.agentcases import open_case, split_off
from mailbot.answers import follow_close
from mailbot.beginnings import follow_case
from mailbot.core.agentturn import answer_at_door, take_turn
from mailbot.core.belief import held_back, proof_of
from mailbot.core.correspondence import Case, copies, run_errand
from mailbot.core.customerturn import follow_turn
from mailbot.core.decision import FollowUp
from mailbot.core.desk import Desk
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.notewords import note_words
from mailbot.core.opening import Opening, open_for_customer
from mailbot.core.parties import case_party
from mailbot.core.scene import Scene
from mailbot.core.silencewords import silence_line
from mailbot.core.standing import Standing
from mailbot.core.turn import Turn
from mailbot.entries import Clerk, add_message, budgeted, columns_of, take_part
from mailbot.personaladdress import post_personal
from mailbot.tables import MailState
from mailbot.undo import keep_turn, take_back


def follow_up(clerk: Clerk, facts: Facts, decision: FollowUp) -> None:
    """A further message of a case."""
    tie, desk, mail_id = decision.tie, facts.desk, facts.mail_id
    turn = follow_turn(facts, decision)
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
    _enter(clerk, facts, decision, turn, decision.role)
    outcome = "machine" if silence else "unverified" if decision.standing.role == "unproven-agent" else "follow-up"
    reason = silence or f"case {tie.case.facts.number}, tied by {tie.by}"
    clerk.ledger.end_mail(mail_id, MailState.DONE, outcome, reason)


def act(clerk: Clerk, facts: Facts, scene: Scene, number: str) -> None:
    """A proven agent's mail."""
    mail_id = facts.mail_id
    asked = {order.name for order in scene.orders.commands}
    if "new" in asked and scene.in_person:
        opening = open_for_customer(scene)
        if isinstance(opening, Opening):
            open_case(clerk, scene, opening, number)
            return
        _answer_agent(clerk, scene, opening)
        return
    if scene.case is None:
        _answer_agent(clerk, scene, answer_at_door(scene))
        return
    case, turn = scene.case, take_turn(scene, number)
    tie = Tie("tag", case, scene.agent.address, "agent")
    decision = FollowUp(tie, proof_of(facts), Standing("agent", scene.agent), None, ())
    if turn.undoes is not None:
        take_back(clerk.ledger, facts.desk, turn.undoes, mail_id, case)
    _enter(clerk, facts, decision, turn, "agent")
    if turn.splits and scene.answered is not None:
        split_off(clerk, scene, number)
    if turn.can_be_undone:
        keep_turn(clerk.ledger, mail_id, case, scene.agent, turn, number)
    reason = f"case {case.facts.number}" if turn.done else f"case {case.facts.number}, nothing done"
    clerk.ledger.end_mail(mail_id, MailState.DONE, "agent" if turn.done else "refused", reason)


def _answer_agent(clerk: Clerk, scene: Scene, turn: Turn) -> None:
    """What a mail to a personal address is answered with, where it opens no case."""
    ledger, mail_id = clerk.ledger, scene.mail_id
    post_personal(ledger, clerk.stationery, scene.desk, scene.agent, turn.errands, scene.version, mail_id=mail_id)
    reason = "a list or the guide was asked for" if turn.done else "nothing done"
    ledger.end_mail(mail_id, MailState.DONE, "agent" if turn.done else "refused", reason)


def _enter(clerk: Clerk, facts: Facts, decision: FollowUp, turn: Turn, role: str) -> None:
    """What follows from a message of a case, whoever wrote it."""
    ledger, desk, known, mail_id = clerk.ledger, facts.desk, decision.tie.case, facts.mail_id
    silences = _post_letters(clerk, facts, decision, turn, desk.reconsider if role == "agent" else timedelta(0))
    for join in turn.joins:
        which = join.case or known
        take_part(ledger, which.ticket_id, case_party(which.facts.number, join.address, join.role))
        ledger.set_part(which.ticket_id, join.address, join.role, active=join.active)
    if turn.merged_into is not None:
        merged = [("merged", f"case {known.facts.number} goes on here")]
        ledger.add_events(turn.merged_into.ticket_id, mail_id, merged)
    if turn.fault is not None:
        ledger.confirm_fault(desk.key, turn.fault)
    for ticket_id, kind, text in turn.elsewhere:
        ledger.add_events(ticket_id, mail_id, [(kind, text)])
    if turn.changes:
        ledger.change_ticket(known.ticket_id, columns_of(turn.changes))
        ledger.do(follow_case(known.ticket_id, known.state, turn.changes, facts.received))
    ledger.add_events(known.ticket_id, mail_id, (*turn.events, *silences))
    follow_close(ledger, desk, known, turn.changes, mail_id)
    add_message(
        ledger, known.ticket_id, mail_id, facts.letter, facts.received, role, internal=turn.internal, sent=turn.sent
    )


def _post_letters(
    clerk: Clerk, facts: Facts, decision: FollowUp, turn: Turn, delay: timedelta
) -> list[tuple[str, str]]:
    """Enter the letters of a turn, those that can wait due after `delay`; events on answers that may not be given."""
    ledger, stationery, desk, known = clerk.ledger, clerk.stationery, facts.desk, decision.tie.case
    mail_id, case = facts.mail_id, _as_changed(desk, known, turn, facts.received)
    copied = copies(stationery, case, facts.letter, mail_id, decision, turn.copied_to, relayed=turn.relayed)
    silences: list[tuple[str, str]] = []
    unheard = held_back(facts)
    for errand in turn.errands:
        if errand.kind == "ack" and unheard is not None:
            silences.append(("silence", silence_line(unheard)))
            continue
        about = Case.of(errand.about.desk, errand.about.case) if errand.about else case
        ticket = errand.about.case.ticket_id if errand.about else known.ticket_id
        sealed = run_errand(stationery, about, errand)
        answer = budgeted(clerk.purse, errand, verified=decision.verified)
        after = timedelta(0) if errand.at_once else delay
        ledger.post(desk.key, ticket, (sealed,), mail_id=mail_id, delay=after, answer=answer)
    ledger.post(desk.key, known.ticket_id, copied, mail_id=mail_id, delay=delay)
    return silences


def _as_changed(desk: Desk, known: KnownCase, turn: Turn, received: datetime) -> Case:
    """The case as its letters tell it: after what the mail changed; received is the mail that they are about."""
    changed = {name: turn.changes[name] for name in ("priority", "promise", "queue", "started") if name in turn.changes}
    if "expected_start" in turn.changes:
        promised = turn.changes["expected_start"] is not None
        changed |= {"promised": promised, "told": promised and (known.facts.told or bool(known.entitlement))}
    facts = replace(known.facts, received=received, **changed)
    return Case(desk, facts, known.threads)


def _used_own_tag(facts: Facts, tie: Tie) -> bool:
    """Whether a customer answered with the tag that was made for that very address."""
    is_own = facts.letter.sender is not None and facts.letter.sender.key == tie.address
    return tie.by == "tag" and tie.role == "customer" and is_own
