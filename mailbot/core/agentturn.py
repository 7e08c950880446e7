"""An agent's mail is acted upon: commands and words in, everything that follows from them out, all of it or nothing.

A command that is unknown or cannot be followed keeps the whole mail back: no command of it is followed, no word of it
leaves the desk, and a receipt says why and gives the text back.
"""

from __future__ import annotations

from datetime import timedelta

from mailbot.core.actions import ACTIONS, LATER_ACTIONS, may_act, tell_reopened, whole_case
from mailbot.core.agenttellings import Done, Guide, Receipt, Taken
from mailbot.core.audience import for_agent_turn
from mailbot.core.caselist import case_list
from mailbot.core.commands import Command
from mailbot.core.customertellings import Reply, Waiting
from mailbot.core.desk import Agent
from mailbot.core.errands import Errand, Telling
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.note import Note
from mailbot.core.orderfaults import QUESTIONS, called, faults_in
from mailbot.core.passing import take_route
from mailbot.core.refused import Refused
from mailbot.core.scene import Scene
from mailbot.core.serviceactions import tell_admitted
from mailbot.core.shareable import files_in
from mailbot.core.sheet import Sheet
from mailbot.core.tags import names_a_tag
from mailbot.core.turn import Turn


def take_turn(scene: Scene, number: str) -> Turn:
    """What follows from a proven agent's mail about a case; `number` is for the case that it may open."""
    case = scene.case
    if case is None:
        raise ValueError("expected a mail about a case")
    why = whole_mail_refused(scene)
    if why is None and not may_act(scene.desk, scene.agent, case):
        why = Note("not-your-queue", (case.facts.number,))
    if why is not None:
        return keep_back(scene, (Done("", why, refused=True),))
    commands = scene.orders.commands
    sheet = Sheet(scene, number, frozenset(each.name for each in commands))
    lines = {command: _obey(sheet, command) for command in _in_order(commands, tuple(ACTIONS))}
    wrong = [*(line for line in lines.values() if line.refused), *faults_in(scene.orders)]
    if not wrong:
        wrong += _send_words(sheet)
        tell_reopened(sheet)
        tell_admitted(sheet)
        take_route(sheet)
    lines |= {command: _obey(sheet, command) for command in _in_order(commands, tuple(LATER_ACTIONS))}
    wrong += [line for command, line in lines.items() if line.refused and command.name in LATER_ACTIONS]
    wrong += [_only_in_person(each) for each in commands if each.name == "new"]
    if wrong:
        return keep_back(scene, tuple(wrong))
    return _turn(sheet, tuple(lines[each] for each in commands if each in lines))


def answer_at_door(scene: Scene) -> Turn:
    """What follows from a mail to an agent's personal address that opens no case: lists, help, or a word on why not."""
    errands: list[Errand] = []
    wrong = list(faults_in(scene.orders))
    for command in scene.orders.commands:
        if command.name == "list":
            try:
                told = case_list(scene.desk, scene.agent, scene.cases, command.argument, called(command))
                errands.append(_to_agent(scene, told, "list"))
            except Refused as refused:
                wrong.append(Done(command.line, refused.note, refused=True))
        elif command.name == "help":
            errands.append(_to_agent(scene, Guide(scene.personal), "help"))
        elif command.name and command.name != "key":
            wrong.append(Done(command.line, Note("only-on-a-case", (called(command),)), refused=True))
    if scene.orders.text and not errands and not wrong:
        wrong.append(Done("", Note("no-case"), refused=True))
    if wrong:
        return keep_back(scene, tuple(wrong))
    return Turn(done=True, errands=tuple(errands) or (_to_agent(scene, Guide(scene.personal), "help"),))


def keep_back(scene: Scene, lines: tuple[Done, ...]) -> Turn:
    """Nothing is done, and the agent is told why."""
    why = ", ".join(dict.fromkeys(line.told.kind for line in lines))
    events = (("refused", f"nothing done of what {scene.agent.name} wrote: {why}"),) if scene.case else ()
    told = Receipt(lines, nothing_done=True, words=scene.orders.text)
    return Turn(done=False, errands=(_to_agent(scene, told, "receipt"),), events=events, relayed=False)


def whole_mail_refused(scene: Scene) -> Note | None:
    """Why nothing in a mail can be followed, whatever it says; None where it can."""
    if scene.replayed:
        return Note("replayed")
    if scene.whole_size:
        return Note("mail-too-large", (str(scene.whole_size),))
    if names_a_tag(scene.orders.text):  # whoever else got it could write as the one it was made for
        return Note("tag-in-text")
    return None


def _in_order(commands: tuple[Command, ...], names: tuple[str, ...]) -> tuple[Command, ...]:
    """Those of the commands that have these names, in the order of the names."""
    return tuple(sorted((each for each in commands if each.name in names), key=lambda each: names.index(each.name)))


def _obey(sheet: Sheet, command: Command) -> Done:
    """Enter the effects of one command; its line of the receipt."""
    action = ACTIONS.get(command.name) or LATER_ACTIONS[command.name]
    try:
        return Done(command.line, action(sheet, command))
    except Refused as refused:
        return Done(command.line, refused.note, refused=True)


def _only_in_person(command: Command) -> Done:
    return Done(command.line, Note("only-personal", (called(command),)), refused=True)


def _send_words(sheet: Sheet) -> list[Done]:
    """The agent's words and files to the customers, where no command has sent them elsewhere; or why they cannot go.

    Files without a word go where nothing else is asked for, or with the question that #wait asks.
    """
    scene, waits = sheet.scene, "wait" in sheet.asked
    if sheet.spent:
        return []
    way_around = next((each.argument for each in scene.orders.commands if each.name == "workaround"), "")
    files = files_in(scene.letter)
    bare = bool(files) and (waits or sheet.asked <= {"key"})
    if not (scene.orders.text or way_around or bare):
        if waits:
            sheet.tell_customers(Waiting(), "waiting", "notice")
        if files:
            sheet.receipt.append(Done("", Note("files-kept", (", ".join(part.name for part in files[:20]),))))
        return []
    if sheet.now_is("state") == "spam":
        return [Done("", Note("case-is-spam"), refused=True)]
    if not sheet.customers:
        return [Done("", Note("no-recipient"), refused=True)]
    shared = sheet.spend(way_around)
    sheet.sent, sheet.relayed = shared.words.text, True
    if waits:
        sheet.take_over()
    else:
        sheet.begin_work()
    sheet.tell_customers(Reply(shared.words, scene.agent.name, waits), "relay", "relay", shared.files)
    if sheet.asked - QUESTIONS:
        minutes = -(-scene.desk.reconsider // timedelta(minutes=1))
        sheet.receipt.append(Done("", Note("done-sent", (", ".join(sheet.customers), str(minutes)))))
    return []


def _turn(sheet: Sheet, lines: tuple[Done, ...]) -> Turn:
    scene = sheet.scene
    _withdraw_order(sheet)
    _show_whole(sheet)
    _tell_taken(sheet)
    told = tuple(line for line in lines if line.told.kind not in {"done-list", "done-status", "done-help"})
    idle = not (sheet.asked - {"key"} or sheet.relayed)
    lines_told = (*told, *sheet.receipt, *_bounces(sheet), *([Done("", Note("nothing-sent"))] if idle else []))
    if lines_told:
        sheet.errands.append(_to_agent(scene, Receipt(lines_told), "receipt"))
    only_asks = idle or (sheet.asked <= QUESTIONS and not sheet.relayed)
    return Turn(
        done=True,
        changes=dict(sheet.changes),
        # A close that is taken back keeps its number: a survey's tag was made for it, and none serves twice.
        before={name: sheet.was(name) for name in sheet.changes if name != "closings"},
        errands=tuple(sheet.errands),
        copied_to=() if only_asks or sheet.undoes else _colleagues(sheet),
        events=tuple(sheet.events),
        joins=tuple(sheet.joins),
        splits="split" in sheet.asked,
        merged_into=sheet.merged_into,
        fault=sheet.fault,
        elsewhere=tuple(sheet.elsewhere),
        undoes=sheet.undoes,
        can_be_undone=not only_asks and sheet.undoes is None,
        internal=sheet.internal or not sheet.relayed,
        sent=sheet.sent,
        relayed=sheet.relayed,
        asked=", ".join(each.line for each in scene.orders.commands) or f"“{_beginning(sheet)}”",
    )


def _beginning(sheet: Sheet) -> str:
    """Of what was sent; by it the agent knows it again."""
    return " ".join(sheet.sent.split())[:60]


def _colleagues(sheet: Sheet) -> tuple[Agent, ...]:
    """Who sees the turn: who has or had the case, or wrote on it; not who gets all of it where nothing new is said."""
    case = sheet.case
    others = for_agent_turn(
        sheet.scene.desk, author=sheet.scene.agent.address, assignee=sheet.now_is("assignee"),
        writers=case.writers | {case.assignee},
    )  # fmt: skip
    if sheet.sent or sheet.internal:
        return others
    return tuple(agent for agent in others if agent.address not in sheet.newcomers)


def _withdraw_order(sheet: Sheet) -> None:
    """A yes to what is said now is no answer to what was asked before."""
    asks_no_more = sheet.relayed or not sheet.is_open
    if sheet.now_is("order_answer") == "asked" and "order" not in sheet.asked and asks_no_more:
        sheet.changes["order_answer"] = ""


def _show_whole(sheet: Sheet) -> None:
    """The case from its beginning for agents who are to know it."""
    for agent in sheet.scene.desk.agents:
        reason = sheet.newcomers.get(agent.address)
        if reason is not None and agent is not sheet.scene.agent:
            told = whole_case(sheet, reason)
            sheet.errand(told, agent.address, "agent", "case", "copy", language=agent.language)


def _tell_taken(sheet: Sheet) -> None:
    """Those who heard of the case and need not take it any more are told once; who wrote on it sees each turn."""
    case, owner = sheet.case, sheet.owner
    if case.assignee or owner is None:
        return
    for agent in sheet.scene.desk.agents:
        heard = not case.agents.isdisjoint(agent.addresses)
        wrote = not case.writers.isdisjoint(agent.addresses)
        told = agent is owner or agent is sheet.scene.agent or agent.address in sheet.newcomers
        if heard and not wrote and not told:
            sheet.errand(Taken(owner.name), agent.address, "agent", "taken", "copy", language=agent.language)


def _bounces(sheet: Sheet) -> tuple[Done, ...]:
    """What the agent should know of addresses that bounced lately; a human's letter goes there all the same."""
    told = {ascii_lower(errand.to) for errand in sheet.errands if errand.kind == "relay"}
    lately = sorted(told & set(sheet.scene.suppressed))
    return tuple(
        Done("", Note("bounces", (address, f"{sheet.scene.suppressed[address]:%Y-%m-%d}"))) for address in lately
    )


def _to_agent(scene: Scene, telling: Telling, what: str) -> Errand:
    cause = f"{what}:mail:{scene.mail_id}"
    return Errand(telling, scene.agent.address, "agent", cause, "receipt", at_once=True, language=scene.agent.language)
