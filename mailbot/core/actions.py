"""What an agent's commands do to a case: one function for each, in a table that reads like the guide.

Each enters its effects in the sheet and gives the line of the receipt, or raises `Refused` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from mailbot.core.audience import agent_of, for_new_case, serving
from mailbot.core.desk import Agent, Desk
from mailbot.core.desk import Words as Texts
from mailbot.core.errands import (
    CaseList,
    Closing,
    Guide,
    HandedOver,
    HandOver,
    ListedCase,
    Merged,
    PriorityChanged,
    WholeCase,
    Words,
)
from mailbot.core.knowncase import KnownCase
from mailbot.core.mailboxes import ascii_lower, parse_addresses
from mailbot.core.note import Note
from mailbot.core.promise import make_promise, postpone
from mailbot.core.scene import Join, Refused, Sheet

MOST_LISTED = 200
"""Cases in one list."""

Action = Callable[[Sheet, str], Note]


def close(sheet: Sheet, argument: str) -> Note:
    """The text is the solution, else the last words to the customer are; one closing letter tells it (V8)."""
    if not sheet.case.is_open:
        raise Refused("already-closed")
    words = _joined(argument, sheet.take_words())
    solution = words.text or sheet.case.last_words
    if not solution:
        raise Refused("no-solution")
    sheet.begin_work()
    sheet.changes |= {
        "state": "closed", "closed": sheet.scene.received, "closings": sheet.case.closings + 1, "solution": solution,
        "waiting_since": None,
    }  # fmt: skip
    sheet.sent = words.text
    sheet.tell_customers(Closing(words if words.text else Words(solution), sheet.scene.agent.name), "closing", "relay")
    sheet.events.append(("closed", f"closed by {sheet.scene.agent.name}"))
    return Note("done-closed")


def note(sheet: Sheet, argument: str) -> Note:
    """All of the mail's text is for the desk alone: sending some of it by mistake could not be taken back."""
    words = _joined(argument, sheet.take_words())
    if not words.text:
        raise Refused("missing-argument", "#note …")
    sheet.internal = True
    sheet.events.append(("note", f"internal note by {sheet.scene.agent.name}"))
    return Note("done-note")


def priority(sheet: Sheet, argument: str) -> Note:
    """The desk decides the level (V7); the new expected start is counted from the receipt, and told."""
    desk = sheet.scene.desk
    key = chosen_priority(desk, argument)
    _set_priority(sheet, key)
    return Note("done-priority", (_name(desk.priority(key).name, sheet), ""))


def queue(sheet: Sheet, argument: str) -> Note:
    """The case moves to another queue, and those on duty there get it from its beginning."""
    desk = sheet.scene.desk
    key = chosen_queue(desk, argument)
    if key != sheet.facts.queue:
        sheet.changes["queue"] = key
        sheet.events.append(("queue", f"queue {key}, set by {sheet.scene.agent.name}"))
        told = next(_name(each.name, sheet) for each in desk.queues if each.key == key)
        for agent in for_new_case(desk, key, sheet.scene.received):
            _send_whole_case(sheet, agent, Note("moved-to-queue", (told,)))
    return Note("done-queue", (key,))


def kind(sheet: Sheet, argument: str) -> Note:
    """What kind of request it is (C2)."""
    desk = sheet.scene.desk
    if not desk.kinds:
        raise Refused("none-configured", "#kind")
    sheet.changes["kind"] = chosen = _chosen(argument, {each: {} for each in desk.kinds}, "#kind")
    sheet.events.append(("kind", f"kind {chosen}, set by {sheet.scene.agent.name}"))
    return Note("done-kind", (chosen,))


def impact(sheet: Sheet, argument: str) -> Note:
    """How much the customer's work is hurt; with the urgency it sets the level (C3)."""
    return _rank(sheet, argument, "impact")


def urgency(sheet: Sheet, argument: str) -> Note:
    """How soon it hurts; with the impact it sets the level (C3)."""
    return _rank(sheet, argument, "urgency")


def assign(sheet: Sheet, argument: str) -> Note:
    """The case becomes that colleague's, who gets it from its beginning."""
    agents = sheet.scene.desk.agents
    if not argument:
        raise Refused("missing-argument", f"#assign {agents[0].name}")
    found = _agent_named(agents, argument)
    if found is None:
        raise Refused("no-such-agent", argument, ", ".join(agent.name for agent in agents))
    sheet.assign(found)
    _send_whole_case(sheet, found, Note("assigned-by", (sheet.scene.agent.name,)))
    return Note("done-assigned", (found.name,))


def take(sheet: Sheet, _argument: str) -> Note:
    """The case becomes the writer's own, and its work has begun."""
    sheet.assign(sheet.scene.agent)
    sheet.begin_work()
    return Note("done-taken")


def wait(sheet: Sheet, _argument: str) -> Note:
    """The case waits for the customer, which stops the clock until work has begun."""
    _must_be_open(sheet)
    sheet.changes |= {"state": "waiting", "waiting_since": sheet.case.waiting_since or sheet.scene.received}
    sheet.events.append(("waiting", f"waits for the customer, said by {sheet.scene.agent.name}"))
    return Note("done-waiting")


def resume(sheet: Sheet, _argument: str) -> Note:
    """The case waits no more."""
    if sheet.case.state != "waiting":
        raise Refused("not-waiting")
    sheet.changes |= go_on(sheet.scene.desk, sheet.case, sheet.scene.received)
    sheet.events.append(("resumed", f"waits no more, said by {sheet.scene.agent.name}"))
    return Note("done-resumed")


def forward(sheet: Sheet, argument: str) -> Note:
    """The case goes to a partner or consultant with all but its internal notes; the customer is told (V9)."""
    scene = sheet.scene
    if not scene.desk.partners:
        raise Refused("none-configured", "#forward")
    wanted = ascii_lower(argument.strip(" <>"))
    found = next(
        (one for one in scene.desk.partners if wanted in one.addresses or wanted == ascii_lower(one.name)), None
    )
    if found is None:
        known = ", ".join(partner.address for partner in scene.desk.partners)
        raise Refused("no-such-partner", argument or "…", known)
    open_to_all = tuple(entry for entry in scene.entries if not entry.internal and entry.role != "event")
    told = HandOver(found, scene.agent.name, sheet.take_words(), open_to_all)
    sheet.errand(told, found.address, "partner", "hand-over", "relay")
    sheet.begin_work()
    sheet.tell_customers(HandedOver(found), "handed-over", "notice")
    sheet.joins.append(Join(found.address, "partner"))
    sheet.events.append(("forwarded", f"passed on to {found.name} by {scene.agent.name}"))
    return Note("done-forwarded", (found.name,))


def merge(sheet: Sheet, argument: str) -> Note:
    """The case goes on as part of another one of the same customer."""
    _must_be_open(sheet)
    other = sheet.scene.others.get(argument.strip("[] .").upper())
    if other is None or other.desk != sheet.case.desk:
        raise Refused("no-such-case", argument or "…")
    if other.ticket_id == sheet.case.ticket_id:
        raise Refused("same-case")
    if not may_act(sheet.scene.desk, sheet.scene.agent, other):
        raise Refused("not-your-queue", other.facts.number)
    # Merging makes the customers of both see each other's mail.
    if sheet.case.participants.isdisjoint(other.participants):
        raise Refused("other-customers", other.facts.number)
    sheet.changes |= {"state": "merged", "merged_into": other.ticket_id, "waiting_since": None}
    sheet.tell_customers(Merged(other.facts.number), "merged", "notice")
    sheet.events.append(("merged", f"merged into case {other.facts.number} by {sheet.scene.agent.name}"))
    return Note("done-merged", (other.facts.number,))


def split(sheet: Sheet, _argument: str) -> Note:
    """The message that the agent answers becomes a case of its own."""
    answered = sheet.scene.answered
    if answered is None or not answered.by_customer:
        raise Refused("which-message")
    if answered.opened:
        raise Refused("first-message")
    sheet.events.append(("split", f"case {sheet.number} was split off by {sheet.scene.agent.name}"))
    return Note("done-split", (sheet.number,))


def spam(sheet: Sheet, _argument: str) -> Note:
    """The case is closed without a word to anybody."""
    _must_be_open(sheet)
    if sheet.text:
        sheet.take_words()
        sheet.internal = True
    sheet.changes |= {"state": "spam", "closed": sheet.scene.received, "waiting_since": None}
    sheet.events.append(("spam", f"marked as spam by {sheet.scene.agent.name}"))
    return Note("done-spam")


def reopen(sheet: Sheet, _argument: str) -> Note:
    """A closed case is open again."""
    if sheet.case.is_open:
        raise Refused("not-closed")
    sheet.changes |= {"state": "open", "closed": None}
    sheet.events.append(("reopened", f"opened again by {sheet.scene.agent.name}"))
    return Note("done-reopened")


def add(sheet: Sheet, argument: str) -> Note:
    """Somebody takes part in the case from now on."""
    address = _address(sheet, argument)
    if agent_of(sheet.scene.desk, address) or address in sheet.scene.desk.addresses:
        raise Refused("is-agent", address)
    sheet.joins.append(Join(address, "customer"))
    sheet.events.append(("added", f"{address} takes part, said by {sheet.scene.agent.name}"))
    return Note("done-added", (address,))


def remove(sheet: Sheet, argument: str) -> Note:
    """Somebody gets no more letters about the case."""
    address = _address(sheet, argument)
    if address not in sheet.customers:
        raise Refused("no-such-participant", address)
    if len(sheet.customers) == 1:
        raise Refused("last-participant", address)
    sheet.joins.append(Join(address, "customer", active=False))
    sheet.events.append(("removed", f"{address} takes part no more, said by {sheet.scene.agent.name}"))
    return Note("done-removed", (address,))


def list_cases(sheet: Sheet, argument: str) -> Note:
    """The open cases that the agent serves, by promise."""
    scene = sheet.scene
    served = tuple(each for each in scene.cases if scene.agent in serving(scene.desk, each.queue))
    sheet.errand(listed(scene.desk, scene.agent, served, argument), *_to_writer(sheet, "list"), at_once=True)
    return Note("done-list")


def status(sheet: Sheet, _argument: str) -> Note:
    """The case from its beginning, for the one who asks."""
    _send_whole_case(sheet, sheet.scene.agent, Note("asked-for"), what="status")
    sheet.errands[-1] = replace(sheet.errands[-1], at_once=True)
    return Note("done-status")


def give_help(sheet: Sheet, _argument: str) -> Note:
    """The guide."""
    sheet.errand(Guide(sheet.scene.personal), *_to_writer(sheet, "help"), at_once=True)
    return Note("done-help")


def undo(sheet: Sheet, _argument: str) -> Note:
    """What the agent's last mail on the case asked for is taken back as far as it has not left, letters and all."""
    last = sheet.scene.last_turn
    if last is None:
        raise Refused("nothing-to-undo")
    if last.left and not last.waiting:
        raise Refused("too-late", ", ".join(last.left))
    if not last.left and last.revision != sheet.case.revision:
        raise Refused("changed-since")
    sheet.undoes = last
    sheet.take_words()
    sheet.internal = True
    sheet.events.append(("undone", f"{last.asked} taken back by {sheet.scene.agent.name}"))
    return Note("letters-left", (", ".join(last.left),)) if last.left else Note("done-undone", (last.asked,))


ACTIONS: Final[Mapping[str, Action]] = {
    "close": close, "note": note, "priority": priority, "queue": queue, "kind": kind, "impact": impact,
    "urgency": urgency, "assign": assign, "take": take, "wait": wait, "resume": resume, "forward": forward,
    "merge": merge, "split": split, "spam": spam, "reopen": reopen, "add": add, "remove": remove,
    "list": list_cases, "status": status, "help": give_help, "undo": undo,
}  # fmt: skip
"""By canonical name; `#new` and `#key` are for the personal address (`core.agentturn`)."""

QUESTIONS: Final = frozenset({"list", "status", "help", "key"})
"""Commands that only ask; everything else changes something and is told in a receipt."""

ENDINGS: Final = frozenset({"close", "forward", "merge", "spam", "split", "note", "undo"})
"""Of these a mail may hold one: each says where its text goes."""


MINE: Final = frozenset({"mine", "mina", "moje", "my"})
LATE: Final = frozenset({"late", "sena", "sene", "försenade", "forsinkede", "neskoré", "meškajúce"})
"""What an agent may type behind `#list`, in any of the languages."""


def chosen_priority(desk: Desk, argument: str) -> str:
    """The key of the level that an agent means, by key or name. Refused where there is none."""
    return _chosen(argument, {level.key: level.name for level in desk.priorities}, "#priority")


def chosen_queue(desk: Desk, argument: str) -> str:
    """The key of the queue that an agent means, by key or name. Refused where there is none."""
    if not desk.queues:
        raise Refused("none-configured", "#queue")
    return _chosen(argument, {each.key: each.name for each in desk.queues}, "#queue")


def go_on(desk: Desk, case: KnownCase, moment: datetime) -> dict[str, object]:
    """What changes when a waiting case waits no more: before the start the remaining open time runs from now on."""
    changes: dict[str, object] = {"state": "open", "waiting_since": None}
    if case.started is None and case.waiting_since is not None and _has_level(desk, case.facts.promise.priority):
        promise = postpone(desk, case.facts.promise, case.facts.queue, case.waiting_since, moment)
        changes |= {"promise": promise, "expected_start": promise.expected_start}
    return changes


def may_act(desk: Desk, agent: Agent, case: KnownCase) -> bool:
    """Whether a proven agent may act on a case: one of a queue they serve, or one they have to do with already."""
    mine = not case.writers.isdisjoint(agent.addresses) or case.assignee in agent.addresses
    return mine or agent in serving(desk, case.facts.queue)


def listed(desk: Desk, agent: Agent, cases: tuple[ListedCase, ...], which: str) -> CaseList:
    """The list an agent asks for: mine, late, a queue's, or all of `cases`. Refused for anything else."""
    word = which.strip().casefold()
    if word in MINE:
        return _list("mine", "", tuple(one for one in cases if one.assignee == agent.name))
    if word in LATE:
        return _list("late", "", tuple(one for one in cases if one.late))
    if not word:
        return _list("all", "", cases)
    key = _chosen(which, {each.key: each.name for each in desk.queues}, "#list")
    return _list("queue", key, tuple(one for one in cases if one.queue == key))


def _list(which: Literal["all", "mine", "queue", "late"], queue_key: str, cases: tuple[ListedCase, ...]) -> CaseList:
    return CaseList(which, queue_key, cases[:MOST_LISTED], max(0, len(cases) - MOST_LISTED))


def _to_writer(sheet: Sheet, what: str) -> tuple[str, str, str, str]:
    """Recipient, role, cause and kind of an answer to the agent."""
    return sheet.scene.agent.address, "agent", what, "receipt"


def _set_priority(sheet: Sheet, key: str) -> None:
    if key == sheet.facts.priority:
        return
    promise = make_promise(sheet.scene.desk, key, sheet.promise.received, sheet.facts.queue)
    sheet.changes |= {"priority": key, "promise": promise, "expected_start": promise.expected_start}
    sheet.events.append(("priority", f"priority {key}, set by {sheet.scene.agent.name}"))
    if sheet.now_is("state") in {"open", "waiting"}:
        begun = sheet.now_is("started") is not None
        sheet.tell_customers(PriorityChanged(begun), "priority", "notice")


def _rank(sheet: Sheet, argument: str, name: str) -> Note:
    matrix = sheet.scene.desk.matrix
    if matrix is None:
        raise Refused("none-configured", f"#{name}")
    known = matrix.impacts if name == "impact" else matrix.urgencies
    sheet.changes[name] = chosen = _chosen(argument, {each: {} for each in known}, f"#{name}")
    sheet.events.append((name, f"{name} {chosen}, set by {sheet.scene.agent.name}"))
    level = matrix.priorities.get((sheet.now_is("impact"), sheet.now_is("urgency")))
    if level is not None:
        _set_priority(sheet, level)
    return Note(f"done-{name}", (chosen,))


def _send_whole_case(sheet: Sheet, agent: Agent, reason: Note, what: str = "case") -> None:
    if agent is sheet.scene.agent and what == "case":
        return
    owner = agent_of(sheet.scene.desk, str(sheet.now_is("assignee") or ""))
    told = WholeCase(reason, str(sheet.now_is("state")), owner.name if owner else "", sheet.scene.entries)
    kind_ = "copy" if what == "case" else "receipt"
    sheet.errand(told, agent.address, "agent", what, kind_, language=agent.language)


def _must_be_open(sheet: Sheet) -> None:
    if sheet.now_is("state") not in {"open", "waiting"}:
        raise Refused("already-closed")


def _has_level(desk: Desk, key: str) -> bool:
    return any(level.key == key for level in desk.priorities)


def _joined(argument: str, words: Words) -> Words:
    """The words behind a command on its line, and those below it."""
    return Words("\n\n".join(filter(None, (argument, words.text)))) if argument else words


def _chosen(argument: str, known: Mapping[str, Texts], command: str) -> str:
    """The key that the argument means, by key or by name in any language, whatever its case."""
    wanted = argument.strip().casefold()
    if not wanted:
        raise Refused("missing-argument", f"{command} {next(iter(known), '…')}")
    for key, names in known.items():
        if wanted in {key.casefold(), *(name.casefold() for name in names.values())}:
            return key
    raise Refused("bad-argument", argument, ", ".join(known))


def _name(texts: Texts, sheet: Sheet) -> str:
    language = sheet.scene.agent.language or sheet.scene.desk.languages[0]
    return texts.get(language) or next(iter(texts.values()), "")


def _agent_named(agents: Iterable[Agent], wanted: str) -> Agent | None:
    """By address, whole name, or a beginning of a name that only one agent has."""
    folded = wanted.strip(" <>").casefold()
    agents = tuple(agents)
    for agent in agents:
        if folded == agent.name.casefold() or ascii_lower(folded) in agent.addresses:
            return agent
    begun = [agent for agent in agents if any(part.startswith(folded) for part in _parts(agent.name))]
    return begun[0] if len(begun) == 1 else None


def _parts(name: str) -> tuple[str, ...]:
    folded = name.casefold()
    return (folded, *folded.split())


def _address(_sheet: Sheet, argument: str) -> str:
    found = parse_addresses(argument)
    if len(found) != 1 or "." not in found[0].address.rpartition("@")[2] or not found[0].address.isascii():
        raise Refused("bad-address", argument or "…")
    return found[0].key

