"""What an agent's commands do to the level of a case, and to the promise that hangs on it. As `core.actions`."""

from __future__ import annotations

from mailbot.core.agenttellings import Done
from mailbot.core.choices import chosen_key, chosen_priority
from mailbot.core.commands import Command
from mailbot.core.customertellings import Admitted, PriorityChanged, Reopened
from mailbot.core.moments import moment_words
from mailbot.core.note import Note
from mailbot.core.orderfaults import called
from mailbot.core.promise import change_priority
from mailbot.core.refused import Refused
from mailbot.core.sheet import Sheet
from mailbot.core.texts import in_language


def impact(sheet: Sheet, command: Command) -> Note:
    """How much the customer's work is hurt; with the urgency it sets the level (C3)."""
    return _rank(sheet, command)


def urgency(sheet: Sheet, command: Command) -> Note:
    """How soon it hurts; with the impact it sets the level (C3)."""
    return _rank(sheet, command)


def priority(sheet: Sheet, command: Command) -> Note:
    """The desk decides the level (V7); the new expected start is counted from the receipt, and told."""
    _must_have_gone_on(sheet)
    return _set_priority(sheet, chosen_priority(sheet.scene.desk, command.argument, called(command)))


def workaround(sheet: Sheet, command: Command) -> Note:
    """The customer can get around the trouble, so the case is less urgent than it was (S5).

    The words that say how have gone as any reply does.
    """
    sheet.must_be_at_work()
    desk = sheet.scene.desk
    if not desk.service.workaround:
        raise Refused("none-configured", called(command))
    sheet.note_event("workaround", "a workaround was given")
    order = [level.key for level in desk.priorities]  # the most urgent first
    lowered, now_is = desk.service.workaround, sheet.facts.priority
    if now_is in order and order.index(now_is) >= order.index(lowered):
        return Note("level-stays", (in_language(desk.priority(now_is).name, sheet.scene.language),))
    return _set_priority(sheet, lowered)


def _set_priority(sheet: Sheet, key: str) -> Note:
    """Enter the level and tell the customers; once work has begun the promise that was told stays."""
    desk, received = sheet.scene.desk, sheet.scene.received
    begun, waits = sheet.now_is("started") is not None, sheet.now_is("state") == "waiting"
    if key != sheet.facts.priority:
        sheet.note_event("priority", f"priority {key}, set")
        sheet.changes["priority"] = key
        if not begun and sheet.is_open:
            promise = change_priority(desk, sheet.promise, key, sheet.facts.queue)
            sheet.changes |= {"promise": promise, "expected_start": promise.expected_start}
        told = any(isinstance(errand.telling, Reopened | Admitted) for errand in sheet.errands)
        if sheet.is_open and not told:
            sheet.tell_customers(PriorityChanged(begun, waits), "priority", "notice")
    start = sheet.promise.expected_start
    known = sheet.is_open and not begun and not waits and start > received
    moment = moment_words(start, desk.calendar.zone, sheet.scene.language, near=received) if known else ""
    return Note("done-priority", (in_language(desk.priority(key).name, sheet.scene.language), moment))


def _rank(sheet: Sheet, command: Command) -> Note:
    """Impact or urgency; the later of the two sets the level, unless the mail names one."""
    _must_have_gone_on(sheet)
    name, matrix = command.name, sheet.scene.desk.matrix
    if matrix is None:
        raise Refused("none-configured", called(command))
    known = matrix.impacts if name == "impact" else matrix.urgencies
    sheet.changes[name] = chosen = chosen_key({each: {} for each in known}, command.argument, called(command))
    sheet.note_event(name, f"{name} {chosen}, set")
    level = matrix.priorities.get((sheet.now_is("impact"), sheet.now_is("urgency")))
    last = name == "urgency" or "urgency" not in sheet.asked
    if level is not None and last and "priority" not in sheet.asked and level != sheet.facts.priority:
        sheet.receipt.append(Done("", _set_priority(sheet, level)))
    return Note(f"done-{name}", (chosen,))


def _must_have_gone_on(sheet: Sheet) -> None:
    """For what is entered after a closing in the same mail: a case may be put in order while it is closed."""
    if not sheet.case.is_open:
        sheet.must_go_on()
