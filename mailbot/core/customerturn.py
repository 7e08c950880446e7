"""What follows from a customer's, a partner's or anybody else's message on a case: who hears of it, what changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.core.agenttellings import Unproven
from mailbot.core.audience import for_customer_turn
from mailbot.core.clock import go_on, open_again
from mailbot.core.customertellings import Closing, OrderRecorded, Reopened, Reply, StatusTold
from mailbot.core.decision import FollowUp
from mailbot.core.desk import Partner
from mailbot.core.errands import Errand, Telling, to_customers
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.passing import pass_on, passable_words
from mailbot.core.route import route_of
from mailbot.core.shareable import Shareable, shareable
from mailbot.core.sheet import Join
from mailbot.core.standing import Standing
from mailbot.core.turn import Turn
from mailbot.core.words import Words

_UNHEARD = frozenset({"status", "spam"})
"""Effects of mail that no agent needs to read: it is answered, or it is on a case marked as spam."""


@dataclass(slots=True)
class _Effects:
    """What a message causes, collected."""

    changes: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    told: Shareable | None = None
    """What of it goes on to the customers."""


def follow_turn(facts: Facts, decision: FollowUp) -> Turn:
    """What follows from a further message of a case that no agent is believed to have written.

    Its sender alone is answered: an automatic letter goes to nobody else (Q15).
    """
    desk, received, case, standing = facts.desk, facts.received, decision.tie.case, decision.standing
    effects = _effects(facts, decision)
    if standing.partner is not None and not decision.silence:
        _let_partner_speak(effects, facts, case, standing.partner)
    if _is_for_partners(decision):
        passed = pass_on(facts, case)
        effects.errands += passed.errands
        effects.events += passed.events
    if standing.agent is not None and standing.why is not None:
        effects.errands.append(unproven(standing, facts.letter, received))
    newcomers = () if decision.effect == "spam" else decision.colleagues
    joins = tuple(Join(one, "customer") for one in newcomers if one not in case.participants | case.removed)
    heard = for_customer_turn(
        desk, case.facts.queue, received, assignee=case.assignee, writers=case.writers, route=route_of(desk, case)
    )
    return Turn(
        done=True,
        changes=effects.changes,
        errands=tuple(effects.errands),
        copied_to=() if decision.effect in _UNHEARD else heard,
        events=(*effects.events, *(("added", f"{join.address} takes part, a copied colleague") for join in joins)),
        joins=joins,
        internal=standing.role != "customer" and effects.told is None,
        sent=effects.told.words.text if effects.told else "",
        relayed=effects.told is not None if standing.role == "partner" else None,
    )


def _is_for_partners(decision: FollowUp) -> bool:
    """Whether the case's partners get the mail: a customer's, no machine's, and not while the case is refused."""
    case = decision.tie.case
    heard = decision.standing.role == "customer" and not decision.silence and not decision.circling
    return heard and decision.effect not in _UNHEARD and (case.is_open or case.state == "closed")


def unproven(standing: Standing, letter: Letter, received: datetime) -> Errand:
    """To the agent in whose name a mail was not acted upon: why, at most once an hour."""
    agent, why = standing.agent, standing.why
    assert agent is not None
    assert why is not None
    cause = f"unproven:{agent.address}:{received:%Y%m%d%H}"
    telling = Unproven(why, letter.subject, received)
    return Errand(telling, agent.address, "agent", cause, "report", at_once=True, language=agent.language)


def _effects(facts: Facts, decision: FollowUp) -> _Effects:
    desk, received = facts.desk, facts.received
    case, found = decision.tie.case, _Effects()
    match decision.effect:
        case "reopen":
            found.changes = open_again(desk, case, case.facts.queue, received)
            start = found.changes["expected_start"].isoformat()
            found.events.append(("reopened", f"opened again by a reply; start promised by {start}"))
            # The promise is for who takes part; another hand opens the case for the agents to look at, untold.
            if decision.standing.role == "customer":
                found.errands.append(_answer(facts, Reopened(), "reopened"))
        case "resume":
            found.changes = go_on(desk, case, case.facts.queue, received)
            found.events.append(("resumed", "the answer that it waited for has come"))
        case "status":
            shown = tuple(one for one in facts.entries if not one.internal)
            told = StatusTold(case.state, case.started, case.closed, shown, case.fault)
            found.errands.append(_answer(facts, told, "status"))
            found.events.append(("status", "the customer asked how the case stands, and was told"))
        case "close":
            found.changes = {
                "state": "closed", "closed": received, "closings": case.closings + 1, "waiting_since": None,
            }  # fmt: skip
            if case.last_words:
                found.changes["solution"] = case.last_words
            if case.order_answer == "asked":  # there is nothing left to order
                found.changes["order_answer"] = ""
            found.events.append(("closed", "closed by the customer"))
            found.errands.append(_answer(facts, Closing(Words(""), ""), "closing"))
        case "ordered" | "not-ordered" as answer:
            ordered, said = answer == "ordered", "yes" if answer == "ordered" else "no"
            found.changes = {"order_answer": said}
            if case.state == "waiting":
                found.changes |= go_on(desk, case, case.facts.queue, received)
            found.events.append(("order", f"the customer answered {said} to what they were asked to order"))
            recorded = OrderRecorded(ordered, case.order_text, case.started is not None)
            found.errands.append(_answer(facts, recorded, "order-recorded"))
        case "thanks":
            found.events.append(("thanks", "nothing that asks for work: the case stays closed"))
        case "ask-again":
            found.changes = {
                "state": "refused", "expected_start": None, "closed": None, "started": None, "waiting_since": None,
            }  # fmt: skip
            found.events.append(("refused", "the customer has written again: an agent has to look once more"))
        case "spam":
            found.events.append(("spam", "a further mail on a case marked as spam"))
    return found


def _answer(facts: Facts, telling: Telling, what: str) -> Errand:
    """An automatic answer to the sender; `what` names its cause together with the mail."""
    sender = facts.letter.sender
    assert sender is not None
    return Errand(telling, sender.address, "customer", f"{what}:mail:{facts.mail_id}", "ack", at_once=True)


def _let_partner_speak(effects: _Effects, facts: Facts, case: KnownCase, partner: Partner) -> None:
    """A partner's words go to the agents; to the customers as well only where the desk file says so.

    The first that they are told begins the work, as an agent's words do.
    """
    effects.events.append(("partner", f"{partner.name} wrote"))
    words, commands = passable_words(facts.desk, facts.letter)
    if commands:
        lines = ", ".join(command.line for command in commands)
        effects.events.append(("ignored", f"partners give no commands: {lines}"))
    told = shareable(facts.letter, words)
    internal = any(command.name == "note" for command in commands)
    if internal or not partner.answers_customers or case.state == "spam" or not (told.words.text or told.files):
        return
    if not case.participants:
        return
    effects.told = told
    if case.order_answer == "asked":  # a yes to what is said now is no answer to what was asked before
        effects.changes["order_answer"] = ""
    if case.state == "open" and case.started is None:
        effects.changes["started"] = facts.received
        start = case.facts.promise.expected_start.isoformat()
        effects.events.append(("started", f"work began, with {partner.name}; promised by {start}"))
    effects.events += told.left_out
    effects.errands += to_customers(
        Reply(told.words, partner.name), sorted(case.participants), f"relay:mail:{facts.mail_id}", "relay",
        attachments=told.files, at_once=True,
    )  # fmt: skip
