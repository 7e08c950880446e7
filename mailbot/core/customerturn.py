"""What follows from a customer's, a partner's or anybody else's message on a case: who hears of it, what changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailbot.core.actions import go_on
from mailbot.core.audience import for_customer_turn
from mailbot.core.decide import FollowUp
from mailbot.core.desk import Desk
from mailbot.core.enclosures import attachable
from mailbot.core.errands import Closing, Entry, Errand, Reopened, Reply, StatusTold, Unproven, Words
from mailbot.core.letter import Letter
from mailbot.core.promise import make_promise
from mailbot.core.scene import Join
from mailbot.core.standing import Standing
from mailbot.core.turn import Turn


def follow_turn(
    desk: Desk, decision: FollowUp, letter: Letter, received: datetime, mail_id: int, entries: tuple[Entry, ...]
) -> Turn:
    """What follows from a further message of a case that no agent is believed to have written.

    `received` is aware; `entries` is the conversation, where its state was asked for.
    """
    case = decision.tie.case
    changes: dict[str, Any] = {}
    events: list[tuple[str, str]] = []
    errands: list[Errand] = []
    sent = ""
    match decision.effect:
        case "reopen":
            promise = make_promise(desk, _level(desk, case.facts.priority), received, case.facts.queue)
            changes = {
                "state": "open", "closed": None, "started": None, "promise": promise,
                "expected_start": promise.expected_start,
            }  # fmt: skip
            start = promise.expected_start.isoformat()
            events.append(("reopened", f"opened again by a reply; start promised by {start}"))
            if decision.standing.role == "customer":
                errands.append(_answer(Reopened(), letter, f"reopened:mail:{mail_id}", "ack"))
        case "resume":
            changes = go_on(desk, case, received)
            events.append(("resumed", "the customer answered"))
        case "status":
            told = StatusTold(case.state, case.started, case.closed, tuple(one for one in entries if not one.internal))
            errands.append(_answer(told, letter, f"status:mail:{mail_id}", "ack"))
            events.append(("status", "the customer asked how the case stands, and was told"))
        case "close":
            changes = {"state": "closed", "closed": received, "closings": case.closings + 1, "waiting_since": None}
            if not case.solution and case.last_words:
                changes["solution"] = case.last_words
            events.append(("closed", "closed by the customer"))
            errands.append(_answer(Closing(Words(""), ""), letter, f"closing:mail:{mail_id}", "ack"))
        case "thanks":
            events.append(("thanks", "thanks alone: the case stays closed"))
        case "spam":
            events.append(("spam", "a further mail on a case marked as spam"))
    if decision.standing.role == "partner" and decision.standing.partner is not None and not decision.silence:
        events.append(("partner", f"{decision.standing.partner.name} wrote"))
        if decision.standing.partner.answers_customers and letter.reply.strip():
            sent = letter.reply
            errands += _to_customers(case.participants, letter, decision.standing.partner.name, mail_id)
    if decision.standing.agent is not None and decision.standing.why is not None:
        errands.append(unproven(decision.standing, letter, received))
    joins = tuple(Join(one, "customer") for one in decision.colleagues if one not in case.participants | case.removed)
    asks_only = decision.effect in {"status", "spam"}
    heard = for_customer_turn(desk, case.facts.queue, received, assignee=case.assignee, writers=case.writers)
    return Turn(
        done=True,
        changes=changes,
        errands=tuple(errands),
        copied_to=() if asks_only else heard,
        events=(*events, *(("added", f"{join.address} takes part, a copied colleague") for join in joins)),
        joins=joins,
        internal=decision.role not in {"customer", "machine"} and not sent,
        sent=sent,
    )


def unproven(standing: Standing, letter: Letter, received: datetime) -> Errand:
    """To the agent in whose name a mail was not acted upon: why, at most once an hour."""
    agent, why = standing.agent, standing.why
    assert agent is not None
    assert why is not None
    cause = f"unproven:{agent.address}:{received:%Y%m%d%H}"
    telling = Unproven(why, letter.subject, received)
    return Errand(telling, agent.address, "agent", cause, "report", at_once=True, language=agent.language)


def _answer(telling: Any, letter: Letter, cause: str, kind: str) -> Errand:
    """An automatic answer to the sender, and to nobody else (Q15)."""
    assert letter.sender is not None
    return Errand(telling, letter.sender.address, "customer", cause, kind, at_once=True)


def _to_customers(people: frozenset[str], letter: Letter, by: str, mail_id: int) -> list[Errand]:
    files, _ = attachable(tuple(part for part in letter.attachments if not part.inline))
    telling = Reply(Words(letter.reply), by)
    return [
        Errand(
            telling, person, "customer", f"relay:mail:{mail_id}", "relay",
            copied=tuple(sorted(people - {person})), attachments=files, at_once=True,
        )
        for person in sorted(people)
    ]  # fmt: skip


def _level(desk: Desk, key: str) -> str:
    """The case's priority, or the default one where the desk file has lost it."""
    return key if any(level.key == key for level in desk.priorities) else desk.default_priority
