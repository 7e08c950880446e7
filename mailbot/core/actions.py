"""What an agent's commands do to a case: one function for each, in a table that reads like the guide.

Each enters its effects in the sheet and gives the line of the receipt, or raises `Refused` with the reason. Those about
the level stand in `core.levelactions`, those about what customers are entitled to in `core.serviceactions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mailbot.core.agenttellings import Done, Guide, HandOver, WholeCase
from mailbot.core.audience import agent_of, for_customer_turn, for_new_case, serving
from mailbot.core.caselist import case_list
from mailbot.core.choices import (
    chosen_address,
    chosen_agent,
    chosen_key,
    chosen_partner,
    chosen_queue,
)
from mailbot.core.clock import go_on, open_again
from mailbot.core.commands import Command
from mailbot.core.customertellings import Closing, HandedOver, Merged, Reopened
from mailbot.core.desk import Agent, Desk
from mailbot.core.errands import Telling
from mailbot.core.knowncase import KnownCase
from mailbot.core.levelactions import impact, priority, urgency, workaround
from mailbot.core.note import Note
from mailbot.core.orderfaults import called
from mailbot.core.passing import choose_route
from mailbot.core.refused import Refused
from mailbot.core.route import route_of
from mailbot.core.serviceactions import admit, decline, fault, fixed, not_covered, order
from mailbot.core.sheet import Join, Sheet
from mailbot.core.texts import in_language
from mailbot.core.words import Words

Action = Callable[[Sheet, Command], Note]


def reopen(sheet: Sheet, _command: Command) -> Note:
    """A closed or declined case is open again, with a new promise; one that was no spam is what it was before."""
    state = sheet.case.state
    if state not in {"closed", "spam", "declined"}:
        raise Refused("not-closed")
    if state == "spam":
        sheet.changes |= {"state": "open" if sheet.facts.promised else "refused", "closed": None}
    else:
        sheet.changes |= open_again(sheet.scene.desk, sheet.case, sheet.facts.queue, sheet.scene.received)
    sheet.note_event("reopened", "opened again")
    return Note("done-reopened")


def add(sheet: Sheet, command: Command) -> Note:
    """Somebody takes part in the case from now on, and gets what this mail tells the customers."""
    desk, address = sheet.scene.desk, chosen_address(command.argument, called(command)).key
    if agent_of(desk, address) or address in desk.addresses:
        raise Refused("is-agent", address)
    if address not in sheet.customers:
        sheet.joins.append(Join(address, "customer"))
        sheet.note_event("added", f"{address} takes part, added")
    return Note("done-added", (address,))


def remove(sheet: Sheet, command: Command) -> Note:
    """Somebody gets no more letters about the case, not what this mail tells the customers either; a partner too."""
    address = chosen_address(command.argument, called(command)).key
    partner = next((one for one in sheet.scene.desk.partners if address in one.addresses), None)
    present = sorted(sheet.case.partners.intersection(partner.addresses)) if partner else ()
    if present:
        sheet.joins += (Join(one, "partner", active=False) for one in present)
        sheet.note_event("removed", f"{present[0]} takes part no more, removed")
        return Note("done-removed", (address,))
    if address not in sheet.case.participants or address not in sheet.customers:
        raise Refused("no-such-participant", address)
    if len(sheet.customers) == 1:
        raise Refused("last-participant", address)
    sheet.joins.append(Join(address, "customer", active=False))
    sheet.note_event("removed", f"{address} takes part no more, removed")
    return Note("done-removed", (address,))


def queue(sheet: Sheet, command: Command) -> Note:
    """The case moves to another queue: those on duty there get it from its beginning, who does not serve it lets go.

    It takes the route that it would take if it came there now.
    """
    sheet.must_go_on()
    desk, received = sheet.scene.desk, sheet.scene.received
    key = chosen_queue(desk, command.argument, called(command))
    names = {each.key: each.name for each in desk.queues}
    if key != sheet.facts.queue:
        sheet.changes["queue"] = key
        sheet.note_event("queue", f"queue {key}, set")
        choose_route(sheet, key)
        if sheet.owner is None or sheet.owner not in serving(desk, key, sheet.route):
            sheet.changes["assignee"] = ""
        for agent in for_new_case(desk, key, received, sheet.route):
            name = in_language(names[key], agent.language or desk.languages[0])
            sheet.newcomers[agent.address] = Note("moved-to-queue", (name,))
    return Note("done-queue", (in_language(names[key], sheet.scene.language),))


def kind(sheet: Sheet, command: Command) -> Note:
    """What kind of request it is (C2); a closed case may still be put in order."""
    known = sheet.scene.desk.kinds
    if not known:
        raise Refused("none-configured", called(command))
    sheet.changes["kind"] = chosen = chosen_key(
        {each.key: each.name for each in known}, command.argument, called(command)
    )
    sheet.note_event("kind", f"kind {chosen}, set")
    return Note("done-kind", (chosen,))


def resume(sheet: Sheet, _command: Command) -> Note:
    """The case waits no more."""
    if sheet.case.state != "waiting":
        raise Refused("not-waiting")
    sheet.changes |= go_on(sheet.scene.desk, sheet.case, sheet.facts.queue, sheet.scene.received)
    sheet.note_event("resumed", "waits no more, said")
    return Note("done-resumed")


def wait(sheet: Sheet, _command: Command) -> Note:
    """The case waits for the customer, which stops the clock until work has begun."""
    sheet.must_be_at_work()
    if not sheet.customers:
        raise Refused("no-recipient")
    sheet.changes |= {"state": "waiting", "waiting_since": sheet.case.waiting_since or sheet.scene.received}
    sheet.note_event("waiting", "waits for the customer, said")
    return Note("done-waiting")


def assign(sheet: Sheet, command: Command) -> Note:
    """The case becomes that colleague's, who gets it from its beginning."""
    sheet.must_go_on()
    found = chosen_agent(sheet.scene.desk, command.argument, called(command))
    sheet.assign(found)
    sheet.newcomers[found.address] = Note("assigned-by", (sheet.scene.agent.name,))
    return Note("done-assigned", (found.name,))


def take(sheet: Sheet, _command: Command) -> Note:
    """The case becomes the writer's own, and its work has begun."""
    sheet.must_go_on()
    sheet.assign(sheet.scene.agent)
    sheet.begin_work()
    return Note("done-taken")


def split(sheet: Sheet, _command: Command) -> Note:
    """The message that the agent answers becomes a case of its own."""
    answered = sheet.scene.answered
    if answered is None or not answered.by_customer:
        raise Refused("which-message")
    if answered.opened:
        raise Refused("first-message")
    sheet.note_event("split", f"case {sheet.number} was split off")
    return Note("done-split", (sheet.number,))


def note(sheet: Sheet, command: Command) -> Note:
    """All of the mail's text is for the desk alone: sending some of it by mistake could not be taken back."""
    if not (command.argument or sheet.scene.orders.text):
        raise Refused("missing-argument", f"{called(command)} …")
    sheet.keep()
    sheet.note_event("note", "internal note")
    return Note("done-note")


def spam(sheet: Sheet, _command: Command) -> Note:
    """The case is closed without a word to anybody."""
    sheet.must_go_on()
    sheet.keep()
    sheet.changes |= {"state": "spam", "closed": sheet.scene.received, "waiting_since": None}
    sheet.note_event("spam", "marked as spam")
    return Note("done-spam")


def close(sheet: Sheet, command: Command) -> Note:
    """The text is the solution, else the last words to the customer are; one closing letter tells it (V8)."""
    sheet.must_be_at_work()
    shared = sheet.spend(command.argument)
    solution = shared.words.text or sheet.case.last_words
    if not solution:
        raise Refused("no-solution")
    sheet.begin_work()
    sheet.changes |= {
        "state": "closed", "closed": sheet.scene.received, "closings": sheet.case.closings + 1, "solution": solution,
        "waiting_since": None,
    }  # fmt: skip
    sheet.sent = shared.words.text
    sheet.relayed = bool(sheet.customers) and bool(shared.words.text or shared.files)
    words = shared.words if shared.words.text else Words(solution)
    sheet.tell_customers(Closing(words, sheet.scene.agent.name), "closing", "relay", shared.files)
    sheet.note_event("closed", "closed")
    return Note("done-closed") if sheet.customers else Note("done-closed-untold")


def forward(sheet: Sheet, command: Command) -> Note:
    """The case goes to a partner or consultant with all but its internal notes; the customer is told (V9)."""
    sheet.must_be_at_work()
    scene = sheet.scene
    found = chosen_partner(scene.desk, command.argument, called(command))
    shared = sheet.spend(more=scene.enclosures)
    sheet.internal = True
    told = HandOver(found, scene.agent.name, shared.words, tuple(one for one in scene.entries if not one.internal))
    sheet.errand(told, found.address, "partner", "hand-over", "relay", attachments=shared.files)
    sheet.begin_work()
    sheet.tell_customers(HandedOver(found), "handed-over", "notice")
    if found.address not in sheet.case.partners:
        sheet.joins.append(Join(found.address, "partner"))
    sheet.note_event("forwarded", f"passed on to {found.name}")
    return Note("done-forwarded", (found.name,))


def merge(sheet: Sheet, command: Command) -> Note:
    """The case goes on as part of another open one of the same customer, whose agents hear of it."""
    sheet.must_go_on()
    if not command.argument:
        raise Refused("missing-argument", f"{called(command)} {sheet.case.facts.number}")
    other = sheet.scene.others.get(command.argument.strip("[] .").upper())
    if other is None or other.desk != sheet.case.desk:
        raise Refused("no-such-case", command.argument)
    number = other.facts.number
    if other.ticket_id == sheet.case.ticket_id:
        raise Refused("same-case")
    if not may_act(sheet.scene.desk, sheet.scene.agent, other):
        raise Refused("not-your-queue", number)
    # Merging makes the customers of both see each other's mail.
    if sheet.case.participants.isdisjoint(other.participants):
        raise Refused("other-customers", number)
    if not other.is_open:
        raise Refused("target-closed", number)
    sheet.changes |= {"state": "merged", "merged_into": other.ticket_id, "waiting_since": None}
    sheet.merged_into = other
    # Who was removed from the case that goes on stays so.
    newcomers = sheet.case.participants - other.participants - other.removed
    sheet.joins += (Join(one, "customer", case=other) for one in sorted(newcomers))
    sheet.joins += (Join(one, "partner", case=other) for one in sorted(sheet.case.partners - other.partners))
    heard = for_customer_turn(
        sheet.scene.desk, other.facts.queue, sheet.scene.received, assignee=other.assignee, writers=other.writers,
        route=route_of(sheet.scene.desk, other),
    )  # fmt: skip
    sheet.newcomers |= {agent.address: Note("merged-into", (number,)) for agent in heard}
    sheet.tell_customers(Merged(number), "merged", "notice")
    sheet.note_event("merged", f"merged into case {number}")
    return Note("done-merged", (number,))


def undo(sheet: Sheet, _command: Command) -> Note:
    """What the agent's last mail on the case asked for is taken back as far as it has not left, letters and all."""
    last = sheet.scene.last_turn
    if last is None:
        raise Refused("nothing-to-undo")
    if last.split_off:
        raise Refused("split-stays", last.split_off, sheet.case.facts.number)
    left = ", ".join(last.left)
    if last.left and not last.waiting:
        raise Refused("too-late", left)
    if not last.left and not last.untouched:
        raise Refused("changed-since")
    sheet.undoes = last
    if sheet.scene.orders.text:
        sheet.receipt.append(Done("", Note("nothing-sent")))
    sheet.keep()
    sheet.note_event("undone", f"{last.asked} taken back" if not left else f"letters of {last.asked} taken back")
    return Note("letters-left", (left,)) if left else Note("done-undone", (last.asked,))


def list_cases(sheet: Sheet, command: Command) -> Note:
    """The open cases that the agent serves, by promise."""
    scene = sheet.scene
    told = case_list(scene.desk, scene.agent, scene.cases, command.argument, called(command))
    _tell_writer(sheet, told, "list")
    return Note("done-list")


def status(sheet: Sheet, _command: Command) -> Note:
    """The case from its beginning, for the one who asks."""
    _tell_writer(sheet, whole_case(sheet, Note("asked-for")), "status")
    return Note("done-status")


def give_help(sheet: Sheet, _command: Command) -> Note:
    """The guide."""
    _tell_writer(sheet, Guide(sheet.scene.personal), "help")
    return Note("done-help")


ACTIONS: Final[Mapping[str, Action]] = {
    "reopen": reopen, "admit": admit, "add": add, "remove": remove, "queue": queue, "kind": kind, "resume": resume,
    "wait": wait, "assign": assign, "take": take, "split": split, "note": note, "spam": spam, "close": close,
    "decline": decline, "not-covered": not_covered, "order": order, "forward": forward, "merge": merge,
    "fault": fault, "fixed": fixed, "undo": undo,
}  # fmt: skip
"""By canonical name, in the order in which they are followed whatever the mail's: what one of them tells the customers
goes to those whom another adds, and counts in the queue to which another moves the case."""

LATER_ACTIONS: Final[Mapping[str, Action]] = {
    "impact": impact, "urgency": urgency, "priority": priority, "workaround": workaround, "list": list_cases,
    "status": status, "help": give_help,
}  # fmt: skip
"""Those that depend on what became of the mail's words: a reply begins the work, and then no start is promised."""


def may_act(desk: Desk, agent: Agent, case: KnownCase) -> bool:
    """Whether a proven agent may act on a case: one of a queue they serve, or one they have to do with already."""
    mine = not case.writers.isdisjoint(agent.addresses) or case.assignee in agent.addresses
    return mine or agent in serving(desk, case.facts.queue, route_of(desk, case))


def whole_case(sheet: Sheet, reason: Note) -> WholeCase:
    """The case from its beginning, as it stands after all that was entered so far."""
    return WholeCase(reason, sheet.now_is("state"), sheet.owner.name if sheet.owner else "", sheet.scene.entries)


def tell_reopened(sheet: Sheet) -> None:
    """That a case is open again, with its new start, to customers whom nothing else in the mail is told to."""
    told = any(errand.role == "customer" for errand in sheet.errands)
    if "reopen" in sheet.asked and sheet.case.state in {"closed", "declined"} and not told:
        sheet.tell_customers(Reopened(), "reopened", "notice")


def _tell_writer(sheet: Sheet, telling: Telling, what: str) -> None:
    """An answer to the agent, at once."""
    agent = sheet.scene.agent
    sheet.errand(telling, agent.address, "agent", what, "receipt", at_once=True, language=agent.language)
