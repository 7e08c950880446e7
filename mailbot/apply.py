"""Turns a decision into rows: ticket, message, participants, events and outgoing letters, entered into one ledger."""

from __future__ import annotations

from dataclasses import replace

from mailbot.answers import enter_answer
from mailbot.core.audience import for_new_case
from mailbot.core.belief import is_human
from mailbot.core.casewords import has_passed
from mailbot.core.correspondence import acknowledge, copies, run_errand
from mailbot.core.customerturn import unproven
from mailbot.core.decision import Act, Answered, CasesAsked, Decision, Filed, FollowUp, NewCase, Returned, Settled
from mailbot.core.facts import Facts
from mailbot.core.machine import Reason
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parties import case_party
from mailbot.core.passing import Passed, hand_over, route_notes
from mailbot.core.purse import Purse
from mailbot.core.returned import aftermath
from mailbot.core.sameness import fingerprint
from mailbot.core.silencewords import silence_line
from mailbot.entries import Clerk, add_message, answering, enter_passed, new_case, open_ticket, take_part
from mailbot.ledger import Answering
from mailbot.ourcases import answer_cases_asked
from mailbot.returns import enter_aftermath
from mailbot.tables import MailState
from mailbot.turns import act, follow_up


def opens_case(decision: Decision) -> bool:
    """Whether a decision may open a case, and needs a number for it."""
    if isinstance(decision, Act):
        return any(order.name in {"new", "split"} for order in decision.scene.orders.commands)
    return isinstance(decision, NewCase)


def apply(clerk: Clerk, facts: Facts, decision: Settled, number: str) -> None:
    """Enter everything that a decision causes, or raise and enter nothing; `number` is for the case it may open."""
    mail_id = facts.mail_id
    match decision:
        case NewCase():
            _open_case(clerk, facts, decision, number)
        case FollowUp():
            follow_up(clerk, facts, decision)
        case Act(scene):
            act(clerk, facts, scene, number)
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
        case CasesAsked():
            answer_cases_asked(clerk, facts, decision)
        case Answered(survey):
            enter_answer(clerk, facts, survey)


def _open_case(clerk: Clerk, facts: Facts, decision: NewCase, number: str) -> None:
    desk, letter, mail_id = facts.desk, facts.letter, facts.mail_id
    answer, decision = _may_answer(clerk.purse, facts, decision)
    handed = _handed_over(facts, decision, answer)
    if notes := route_notes(desk, decision.route, handed):
        decision = replace(decision, notes=(*decision.notes, *notes))
    case, promise = new_case(desk, letter, facts.received, decision, number, handed.partner), decision.promise
    if facts.whole_size:
        case = replace(case, facts=replace(case.facts, incomplete=True))
    # A held acknowledgement tells nobody anything yet, though it is written as one that does.
    held = answer is not None and bool(answer.held)
    heard = replace(case, facts=replace(case.facts, told=False)) if held else case
    agents = for_new_case(desk, decision.placement.queue, clerk.stationery.now, decision.route)
    copied = copies(clerk.stationery, heard, letter, mail_id, decision, agents)
    acknowledged = (acknowledge(clerk.stationery, case, letter, mail_id, decision.entitlement),) if answer else ()
    silence = silence_line(decision.silence) if decision.silence else ""
    told = f"no acknowledgement: {silence}"
    if answer:
        passed = has_passed(desk, promise, clerk.stationery.now)
        told = f"acknowledgement held, {answer.held}" if answer.held else _told(decision, passed=passed)
    ticket = open_ticket(clerk, mail_id, letter, decision, case, told)
    human = is_human(decision.silence)
    add_message(clerk.ledger, ticket, mail_id, letter, facts.received, "customer" if human else "machine")
    clerk.ledger.post(desk.key, ticket, acknowledged, mail_id=mail_id, answer=answer)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=mail_id)
    enter_passed(clerk, case, ticket, mail_id, handed)
    if decision.standing.why is not None:
        warning = run_errand(clerk.stationery, case, unproven(decision.standing, letter, facts.received))
        clerk.ledger.post(desk.key, ticket, (warning,), mail_id=mail_id)
    for address in decision.colleagues:
        take_part(clerk.ledger, ticket, case_party(number, address, "customer"))
    outcome = "machine" if not human else "new" if decision.entitlement.admitted else "not-admitted"
    clerk.ledger.end_mail(mail_id, MailState.DONE, outcome, silence or f"case {number}")


def _handed_over(facts: Facts, decision: NewCase, answer: Answering | None) -> Passed:
    """The case on its way to the partners of its route, where its sender is told so: who is, waits for them."""
    if answer is None or answer.held or not decision.entitlement.admitted:
        return Passed()
    return hand_over(facts.desk, decision.route, facts.letter, facts.received, facts.mail_id)


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
    return answering(verdict, sender.key, print_, verified=decision.verified), decision


def _told(decision: NewCase, *, passed: bool) -> str:
    """What an event says of an acknowledgement."""
    if not decision.entitlement.admitted:
        return "registered without a promise, and the sender told so"
    start = decision.promise.expected_start.isoformat()
    if passed:
        return f"acknowledged, start promised as soon as possible, as {start} had passed"
    return f"acknowledged, start promised by {start}"
