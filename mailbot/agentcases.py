"""Cases that agents open, by #new for a customer or by #split out of another case, turned into rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailbot.core.agenttellings import Receipt
from mailbot.core.audience import for_new_case
from mailbot.core.correspondence import Case, Sealed, acknowledge, copies, run_errand
from mailbot.core.customertellings import Reply
from mailbot.core.decision import NewCase
from mailbot.core.desk import Desk
from mailbot.core.entitlement import Entitlement, belongs_to
from mailbot.core.errands import Errand
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.note import Note
from mailbot.core.opening import Opening
from mailbot.core.passing import Passed, hand_over, route_notes
from mailbot.core.placement import place
from mailbot.core.promise import make_promise
from mailbot.core.route import route_for
from mailbot.core.scene import Scene
from mailbot.core.standing import Standing
from mailbot.core.terms import in_terms
from mailbot.entries import Clerk, add_message, enter_passed, new_case, open_ticket
from mailbot.ledger import TicketRef
from mailbot.tables import MailState
from mailbot.undo import keep_opening


def open_case(clerk: Clerk, scene: Scene, opening: Opening, number: str) -> None:
    """A case that an agent opens: acknowledged where the customer wrote first, else begun with the agent's words."""
    letter, agent, mail_id = opening.letter, scene.agent, scene.mail_id
    organisation, _ = belongs_to(scene.desk, letter.sender.key if letter.sender else "")
    key = organisation.key if organisation else ""
    desk, entitlement = in_terms(scene.desk, key), Entitlement(customer=key, why="an agent opened it")
    promise = make_promise(desk, opening.placement.priority, scene.received, opening.placement.queue)
    first = opening.first
    wrote = Reason("agent-wrote", "an agent wrote first") if first else None
    decision = NewCase(
        opening.placement, promise, Note("by-agent", (agent.name,)), wrote, (), Standing("customer"),
        entitlement=entitlement,
    )  # fmt: skip
    if not first:  # who has the first word works on the case
        decision = replace(decision, route=route_for(desk, letter, opening.placement.queue, scene.received))
    decision, case, handed = _on_its_route(desk, letter, scene.received, mail_id, decision, number)
    if first:
        case = replace(case, facts=replace(case.facts, started=scene.received))
    heard = for_new_case(desk, opening.placement.queue, clerk.stationery.now, decision.route)
    others = [one for one in heard if one is not agent]
    copied = copies(clerk.stationery, case, letter, mail_id, decision, others)
    begun = {"assignee": agent.address, "started": scene.received} if first else None
    told = f"opened by {agent.name}, who wrote first" if first else f"opened by {agent.name}"
    ticket = open_ticket(clerk, mail_id, letter, decision, case, told, begun)
    sealed = _first_word(clerk, scene, opening, case, ticket)
    enter_passed(clerk, case, ticket, mail_id, handed, desk.reconsider)
    clerk.ledger.post(desk.key, ticket, (sealed,), mail_id=mail_id, delay=desk.reconsider)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=mail_id)
    receipt = Errand(
        Receipt(opening.receipt(number)), agent.address, "agent", f"receipt:mail:{mail_id}", "receipt",
        language=agent.language,
    )  # fmt: skip
    clerk.ledger.post(desk.key, ticket, (run_errand(clerk.stationery, case, receipt),), mail_id=mail_id)
    keep_opening(clerk.ledger, mail_id, ticket, agent, scene.received)
    clerk.ledger.end_mail(mail_id, MailState.DONE, "agent", f"case {number}, opened for a customer")


def _first_word(clerk: Clerk, scene: Scene, opening: Opening, case: Case, ticket: TicketRef) -> Sealed:
    """Enter the message that opens the case, and the agent's note on it; the letter that tells its customer."""
    ledger, mail_id, received, first = clerk.ledger, scene.mail_id, scene.received, opening.first
    if first:
        add_message(ledger, ticket, mail_id, scene.letter, received, "agent", sent=first.words.text)
        telling, customer = Reply(first.words, scene.agent.name), case.facts.requester_address
        errand = Errand(telling, customer, "customer", f"relay:mail:{mail_id}", "relay", attachments=first.files)
        return run_errand(clerk.stationery, case, errand)
    add_message(ledger, ticket, mail_id, opening.letter, received, "customer")
    if opening.note:
        noted = replace(scene.letter, text=opening.note, reply=opening.note, attachments=())
        add_message(ledger, ticket, None, noted, received, "agent", internal=True)
    return acknowledge(clerk.stationery, case, opening.letter, mail_id)


def split_off(clerk: Clerk, scene: Scene, number: str) -> None:
    """The message that the agent answered becomes a case of its own, acknowledged like any other."""
    told = scene.answered
    assert told is not None
    assert scene.case is not None
    sender = told.letter.sender.key if told.letter.sender else ""
    organisation, _ = belongs_to(scene.desk, sender)
    # Another hand, that has the tag from a participant, is not on the terms of the participant's customer.
    ours = sender in scene.case.participants
    key = scene.case.facts.customer if ours else organisation.key if organisation else ""
    desk = in_terms(scene.desk, key)
    placement = place(desk, told.letter, desk.customer(key))
    promise = make_promise(desk, placement.priority, told.received, placement.queue)
    decision = NewCase(
        placement, promise, Note("by-agent", (scene.agent.name,)), None, (), Standing("customer"), scene.case,
        entitlement=Entitlement(customer=key, why="an agent split it off"),
        route=route_for(desk, told.letter, placement.queue, told.received),
    )  # fmt: skip
    decision, case, handed = _on_its_route(desk, told.letter, told.received, told.mail_id, decision, number)
    letters = [acknowledge(clerk.stationery, case, told.letter, told.mail_id)] if told.letter.sender else []
    agents = for_new_case(desk, placement.queue, clerk.stationery.now, decision.route)
    copied = copies(clerk.stationery, case, told.letter, told.mail_id, decision, agents)
    # Copies of that mail went to the same agents when it was a message of the old case.
    copied = tuple(replace(sealed, cause=f"split:mail:{told.mail_id}") for sealed in copied)
    ticket = open_ticket(clerk, told.mail_id, told.letter, decision, case, f"split off by {scene.agent.name}")
    clerk.ledger.move_message(told.mail_id, ticket)
    enter_passed(clerk, case, ticket, told.mail_id, handed, desk.reconsider)
    clerk.ledger.post(desk.key, ticket, letters, mail_id=told.mail_id, delay=desk.reconsider)
    clerk.ledger.post(desk.key, ticket, copied, mail_id=told.mail_id)


def _on_its_route(
    desk: Desk, letter: Letter, received: datetime, mail_id: int, decision: NewCase, number: str
) -> tuple[NewCase, Case, Passed]:
    """The decision with what agents are told of the case's route, the case, and its way to the partners on it."""
    handed = hand_over(desk, decision.route, letter, received, mail_id)
    decision = replace(decision, notes=route_notes(desk, decision.route, handed))
    return decision, new_case(desk, letter, received, decision, number, handed.partner), handed
