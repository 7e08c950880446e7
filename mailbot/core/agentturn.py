"""An agent's mail is acted upon: commands and words in, everything that follows from them out, all of it or nothing.

A command that is unknown or cannot be followed keeps the whole mail back: no command of it is followed, no word of it
leaves the desk, and a receipt says why and gives the text back.
"""

from __future__ import annotations

from typing import Any

from mailbot.core.actions import ACTIONS, ENDINGS, QUESTIONS, listed, may_act
from mailbot.core.audience import for_agent_turn
from mailbot.core.enclosures import attachable
from mailbot.core.errands import Done, Errand, Guide, Receipt, Reply, Taken, Waiting
from mailbot.core.note import Note
from mailbot.core.scene import Refused, Scene, Sheet
from mailbot.core.turn import Turn


def take_turn(scene: Scene, number: str) -> Turn:
    """What follows from a proven agent's mail about a case; `number` is for the case that it may open."""
    case = scene.case
    if case is None:
        raise ValueError("expected a mail about a case")
    if scene.replayed:
        return keep_back(scene, (Done("", Note("replayed"), refused=True),))
    if not may_act(scene.desk, scene.agent, case):
        return keep_back(scene, (Done("", Note("not-your-queue", (case.facts.number,)), refused=True),))
    sheet = Sheet(scene, number, scene.orders.text, asked={one.name for one in scene.orders.commands})
    obeyed = (_obey(sheet, each.name, each.argument, each.line) for each in scene.orders.commands)
    lines = (*filter(None, obeyed), *_clashes(scene))
    if not any(line.refused for line in lines):
        try:
            _send_words(sheet)
        except Refused as refused:
            lines = (*lines, Done("", refused.note, refused=True))
    if any(line.refused for line in lines):
        return keep_back(scene, tuple(line for line in lines if line.refused))
    return _turn(sheet, lines)


def answer_at_door(scene: Scene) -> Turn:
    """What follows from a mail to an agent's personal address that opens no case: lists, help, or a word on why not."""
    errands: list[Errand] = []
    lines = []
    for order in scene.orders.commands:
        if order.name == "list":
            try:
                errands.append(_to_agent(scene, listed(scene.desk, scene.agent, scene.cases, order.argument), "list"))
            except Refused as refused:
                lines.append(Done(order.line, refused.note, refused=True))
        elif order.name == "help":
            errands.append(_to_agent(scene, Guide(scene.personal), "help"))
        elif order.name != "key":
            why = Note("only-on-a-case", (order.line,)) if order.name in ACTIONS else Note("unknown-command")
            lines.append(Done(order.line, why, refused=True))
    if lines:
        return keep_back(scene, tuple(lines))
    return Turn(done=True, errands=tuple(errands) or (_to_agent(scene, Guide(scene.personal), "help"),))


def _obey(sheet: Sheet, name: str, argument: str, line: str) -> Done | None:
    """Enter the effects of one command; its line of the receipt, if it has one."""
    if name == "key":
        return None
    action = ACTIONS.get(name)
    if action is None:
        return Done(line, Note("only-personal", (line,)) if name == "new" else Note("unknown-command"), refused=True)
    try:
        return Done(line, action(sheet, argument))
    except Refused as refused:
        return Done(line, refused.note, refused=True)


def _clashes(scene: Scene) -> tuple[Done, ...]:
    """What a mail may not ask for together."""
    names = [order.name for order in scene.orders.commands]
    endings = [name for name in names if name in ENDINGS]
    if "undo" in names and len(names) > 1:
        return (Done("", Note("only-alone", ("#undo",)), refused=True),)
    pairs = [tuple(endings[:2])] if len(endings) > 1 else []
    pairs += [pair for pair in (("wait", "resume"), ("wait", "close"), ("reopen", "close")) if set(pair) <= set(names)]
    pairs += [(name, name) for name in dict.fromkeys(names) if names.count(name) > 1 and name not in {"add", "remove"}]
    clashes = [Done("", Note("not-together", (f"#{one}", f"#{two}")), refused=True) for one, two in pairs]
    # An order amid the text was hardly meant for a customer's eyes.
    clashes += [Done(one.line, Note("amid-text"), refused=True) for one in scene.orders.stray]
    return tuple(clashes)


def _send_words(sheet: Sheet) -> None:
    """The agent's words to the customers, where no command has sent them elsewhere."""
    scene = sheet.scene
    waits = "wait" in sheet.asked
    files, left_out = attachable(tuple(part for part in scene.letter.attachments if not part.inline))
    bare = not scene.orders.commands and bool(files)
    if sheet.text or bare:
        if sheet.now_is("state") == "spam":
            raise Refused("case-is-spam")
        words = sheet.take_words()
        sheet.sent = words.text
        if not waits:
            sheet.begin_work()
        sheet.tell_customers(Reply(words, scene.agent.name, waits), "relay", "relay", attachments=files)
    elif waits:
        sheet.tell_customers(Waiting(), "waiting", "notice")
    if left_out and sheet.sent:
        names = ", ".join(part.name for part in left_out[:20])
        sheet.receipt.append(Done("", Note("left-out", (names,))))


def _turn(sheet: Sheet, lines: tuple[Done, ...]) -> Turn:
    scene, case = sheet.scene, sheet.case
    if sheet.undoes is None and not case.assignee and sheet.now_is("assignee"):
        _tell_taken(sheet)
    told = tuple(line for line in lines if line.told.kind not in {"done-list", "done-status", "done-help"})
    receipt = (*told, *sheet.receipt, *_bounces(sheet))
    if not (lines or sheet.errands or sheet.internal):
        receipt = (Done("", Note("nothing-sent")),)
    letters = list(sheet.errands)
    if receipt:
        letters.append(_receipt(scene, receipt))
    others = for_agent_turn(
        scene.desk, author=scene.agent.address, assignee=str(sheet.now_is("assignee") or ""), writers=case.writers
    )
    only_asks = bool(lines) and sheet.asked <= QUESTIONS and not sheet.sent
    return Turn(
        done=True,
        changes=dict(sheet.changes),
        before={name: _as_it_is(sheet, name) for name in sheet.changes},
        errands=tuple(letters),
        copied_to=() if only_asks or sheet.undoes else others,
        events=tuple(sheet.events),
        joins=tuple(sheet.joins),
        splits="split" in sheet.asked,
        undoes=sheet.undoes,
        internal=sheet.internal or not sheet.sent,
        sent=sheet.sent,
        asked=", ".join(line.command for line in lines) or f"“{sheet.sent[:60]}”",
    )


def _as_it_is(sheet: Sheet, name: str) -> Any:
    case = sheet.case
    match name:
        case "priority" | "queue" | "promise":
            return getattr(case.facts, name)
        case "expected_start":
            return case.facts.promise.expected_start
        case "merged_into":
            return None
    return getattr(case, name)


def _tell_taken(sheet: Sheet) -> None:
    """Those who heard of the case and need not take it any more are told once."""
    desk, owner = sheet.scene.desk, str(sheet.now_is("assignee"))
    name = next((agent.name for agent in desk.agents if owner in agent.addresses), owner)
    for agent in desk.agents:
        heard = not sheet.case.agents.isdisjoint(agent.addresses)
        wrote = not sheet.case.writers.isdisjoint(agent.addresses)
        if heard and not wrote and agent is not sheet.scene.agent and owner not in agent.addresses:
            cause = f"taken:ticket:{sheet.case.ticket_id}"
            sheet.errands.append(Errand(Taken(name), agent.address, "agent", cause, "copy", language=agent.language))


def _bounces(sheet: Sheet) -> tuple[Done, ...]:
    """What the agent should know of addresses that bounced lately; a human's letter goes there all the same."""
    told = {errand.to.lower() for errand in sheet.errands if errand.kind == "relay"}
    lately = sorted(told & set(sheet.scene.suppressed))
    return tuple(
        Done("", Note("bounces", (address, f"{sheet.scene.suppressed[address]:%Y-%m-%d}"))) for address in lately
    )


def keep_back(scene: Scene, lines: tuple[Done, ...]) -> Turn:
    """Nothing is done, and the agent is told why."""
    events = (("refused", f"nothing done of what {scene.agent.name} wrote: " + ", ".join(x.told.kind for x in lines)),)
    told = Receipt(lines, nothing_done=True, words=scene.orders.text)
    return Turn(done=False, errands=(_to_agent(scene, told, "receipt"),), events=events if scene.case else ())


def _receipt(scene: Scene, lines: tuple[Done, ...]) -> Errand:
    return _to_agent(scene, Receipt(lines), "receipt")


def _to_agent(scene: Scene, telling: Any, what: str) -> Errand:
    cause = f"{what}:mail:{scene.mail_id}"
    return Errand(
        telling, scene.agent.address, "agent", cause, "receipt", at_once=True, language=scene.agent.language
    )

