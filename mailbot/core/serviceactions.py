"""What an agent's commands do about what the customer is entitled to: admitted, declined, ordered, a fault confirmed.

As `core.actions`, where they stand in the one table of all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from mailbot.core.agenttellings import FaultCase, FaultNews
from mailbot.core.audience import for_fault_news
from mailbot.core.choices import chosen_release
from mailbot.core.clock import open_again
from mailbot.core.commands import Command
from mailbot.core.customertellings import Admitted, Declined, FaultConfirmed, FaultFixed, NotCovered, OrderAsked
from mailbot.core.knowncase import KnownCase, KnownFault, OtherCase
from mailbot.core.moments import date_words
from mailbot.core.note import Note
from mailbot.core.orderfaults import called
from mailbot.core.refused import Refused
from mailbot.core.route import route_of
from mailbot.core.scene import FaultEntry
from mailbot.core.shareable import Shareable
from mailbot.core.sheet import Sheet
from mailbot.core.texts import Texts
from mailbot.core.tongue import tongue

_HAVE_FAULTS: Final = frozenset({"open", "waiting", "closed"})
"""States of cases whose customers hear of a fault."""
_CASE_NUMBER = re.compile(r"([A-Z0-9]{2,6})([-\u2010\u2011\u2013 ]?)([0-9]{6,12})")


def admit(sheet: Sheet, _command: Command) -> Note:
    """A case that was refused or declined is open, with a start promised from this mail on."""
    if sheet.case.state not in {"refused", "declined"}:
        raise Refused("not-refused")
    sheet.changes |= open_again(sheet.scene.desk, sheet.case, sheet.facts.queue, sheet.scene.received)
    sheet.note_event("admitted", "admitted")
    return Note("done-admitted")


def decline(sheet: Sheet, command: Command) -> Note:
    """The desk does not do this, and says why (B3, B4)."""
    shared, by = _end(sheet, command, sheet.scene.desk.service.decline)
    sheet.tell_customers(Declined(shared.words, by), "declined", "relay", shared.files)
    sheet.note_event("declined", "declined")
    return Note("done-declined")


def not_covered(sheet: Sheet, command: Command) -> Note:
    """The agreement does not cover this, of which the desk is bound to tell the customer (V10, M5)."""
    shared, by = _end(sheet, command, sheet.scene.desk.service.not_covered)
    sheet.tell_customers(NotCovered(shared.words, by), "not-covered", "relay", shared.files)
    sheet.note_event("declined", "said to be outside the agreement")
    return Note("done-not-covered")


def order(sheet: Sheet, command: Command) -> Note:
    """The customer is asked for an express order, and the case waits for the answer (S12)."""
    sheet.must_be_at_work()
    if not sheet.customers:
        raise Refused("no-recipient")
    shared = sheet.spend(command.argument)
    if not shared.words.text:
        raise Refused("missing-argument", f"{called(command)} …")
    sheet.take_over()
    _send(sheet, shared)
    waits_since = sheet.case.waiting_since or sheet.scene.received
    sheet.changes |= {"state": "waiting", "waiting_since": waits_since}
    sheet.changes |= {"order_text": shared.words.text, "order_answer": "asked"}
    sheet.tell_customers(OrderAsked(shared.words, sheet.scene.agent.name), "order", "relay", shared.files)
    sheet.note_event("order", "the customer was asked for an order")
    return Note("done-order")


def fault(sheet: Sheet, command: Command) -> Note:
    """A fault of the product is confirmed, with the version that is to be without it; or the case hangs on one (C5).

    Other words on a fault that was confirmed before are told to the customers of all cases that hang on it.
    """
    _may_have_fault(sheet)
    number = _number_in(command.argument, sheet.scene.desk.prefix)
    if number:
        return _hang(sheet, number)
    scene, known = sheet.scene, sheet.case.fault
    today = scene.received.astimezone(scene.desk.calendar.zone).date()
    version, expected = chosen_release(command.argument, called(command), today)
    if known is not None and known.fixed is not None:
        raise Refused("fault-fixed", known.number, known.version)
    if known is not None and (known.version, known.expected) == (version, expected):
        raise Refused("nothing-new")
    sheet.fault = FaultEntry(known.number if known else sheet.case.facts.number, version, expected)
    sheet.changes["fault"] = sheet.fault.number
    sheet.begin_work()
    event = f"fault {sheet.fault.number}, expected to be fixed in version {version}"
    event += f" on {expected}" if expected else ""
    sheet.tell_customers(FaultConfirmed(version, expected, changed=known is not None), "fault", "notice")
    for other in scene.hanging:
        cause = f"fault:mail:{scene.mail_id}:ticket:{other.case.ticket_id}"
        sheet.tell_elsewhere(other, FaultConfirmed(version, expected, changed=True), cause, f"{event}, told")
    _tell_their_agents(sheet, sheet.fault)
    sheet.note_event("fault", f"{event}, confirmed")
    day = date_words(expected, tongue(scene.language), today.year) if expected else ""
    return _done("done-fault", sheet, ", ".join(filter(None, (version, day))))


def fixed(sheet: Sheet, command: Command) -> Note:
    """The fault is fixed, of which the customers of all cases that hang on it are told, once each (C5)."""
    _may_have_fault(sheet)
    known = sheet.case.fault
    if known is None:
        raise Refused("no-fault", sheet.case.facts.number)
    if known.fixed is not None:
        raise Refused("fault-fixed", known.number, known.version)
    if " " in command.argument:
        raise Refused("one-word", command.argument)
    version = command.argument or known.version
    sheet.fault = FaultEntry(known.number, version, known.expected, sheet.scene.received)
    sheet.changes["fault"] = known.number  # unchanged, but #undo is to see what has happened since
    sheet.begin_work()
    _tell_fixed(sheet, known, version)
    event = f"fault {known.number}, fixed in version {version}"
    for other in sheet.scene.hanging:
        sheet.tell_elsewhere(other, FaultFixed(version), _fixed_cause(known, other.case), f"{event}, told")
    _tell_their_agents(sheet, sheet.fault)
    sheet.note_event("fault", f"{event}, said")
    return _done("done-fixed", sheet, version)


def tell_admitted(sheet: Sheet) -> None:
    """That a case is admitted, with its start, unless another letter of the mail has ended it already."""
    if "admit" in sheet.asked and sheet.is_open:
        begun, waits = sheet.now_is("started") is not None, sheet.now_is("state") == "waiting"
        sheet.tell_customers(Admitted(begun, waits), "admitted", "notice")


def _end(sheet: Sheet, command: Command, terms: Texts) -> tuple[Shareable, str]:
    """The case is declined; what of the mail says so, and whose words they are."""
    sheet.must_go_on()
    if not sheet.customers:
        raise Refused("no-recipient")
    shared = sheet.spend(command.argument)
    if not shared.words.text and not terms:
        raise Refused("no-words")
    sheet.begin_work()
    sheet.changes |= {"state": "declined", "closed": sheet.scene.received, "waiting_since": None}
    _send(sheet, shared)
    return shared, sheet.scene.agent.name if shared.words.text else ""


def _send(sheet: Sheet, shared: Shareable) -> None:
    sheet.sent, sheet.relayed = shared.words.text, bool(shared.words.text or shared.files)


def _may_have_fault(sheet: Sheet) -> None:
    if sheet.now_is("state") not in _HAVE_FAULTS:
        sheet.must_be_at_work()


def _number_in(argument: str, prefix: str) -> str:
    """The case number that the argument is, of whatever desk, as we write it; empty where it can be a version."""
    found = _CASE_NUMBER.fullmatch(argument.strip("[] .").upper())
    if found is None or (found[2] in {"", " "} and found[1] != prefix):
        return ""
    return f"{found[1]}-{found[3]}"


def _hang(sheet: Sheet, number: str) -> Note:
    """The case hangs on a fault that was confirmed in another; its customers get the latest word on it."""
    other = sheet.scene.others.get(number)
    if other is None or other.desk != sheet.case.desk:
        raise Refused("no-such-case", number)
    known = other.fault
    if known is None:
        raise Refused("no-fault", number)
    if sheet.case.fault is not None and sheet.case.fault.fault_id == known.fault_id:
        raise Refused("nothing-new")
    sheet.changes["fault"] = known.number
    sheet.begin_work()
    if known.fixed is not None:
        _tell_fixed(sheet, known, known.version)
    else:
        sheet.tell_customers(FaultConfirmed(known.version, known.expected), "fault", "notice")
    sheet.note_event("fault", f"hangs on fault {known.number}, said")
    return Note("done-hangs", (known.number,))


def _tell_fixed(sheet: Sheet, known: KnownFault, version: str) -> None:
    sheet.tell_customers(FaultFixed(version), "fixed", "notice", cause=_fixed_cause(known, sheet.case))


def _tell_their_agents(sheet: Sheet, fault: FaultEntry) -> None:
    """The agents of the other cases read what their customers are told: one letter each, about the first open one."""
    scene, theirs = sheet.scene, defaultdict[str, list[OtherCase]](list)
    for other in sorted(scene.hanging, key=lambda each: not each.case.is_open):
        case = other.case
        heard = for_fault_news(
            scene.desk, case.facts.queue, scene.received, author=scene.agent.address, assignee=case.assignee,
            writers=case.writers, is_open=case.is_open, route=route_of(scene.desk, case),
        )  # fmt: skip
        for agent in heard:
            theirs[agent.address].append(other)
    for agent in scene.desk.agents:
        others = theirs.get(agent.address, [])
        if others:
            told = FaultNews(
                scene.agent.name, fault.number, fault.version, fault.expected, fault.fixed is not None,
                tuple(_fault_case(other.case) for other in others),
            )  # fmt: skip
            sheet.errand(told, agent.address, "agent", "fault-news", "copy", language=agent.language, about=others[0])


def _fault_case(case: KnownCase) -> FaultCase:
    facts = case.facts
    return FaultCase(facts.number, facts.subject, facts.requester_name or facts.requester_address, case.is_open)


def _fixed_cause(known: KnownFault, case: KnownCase) -> str:
    """Once for each case and customer, whoever says it and how often."""
    return f"fixed:fault:{known.fault_id}:ticket:{case.ticket_id}"


def _done(kind: str, sheet: Sheet, release: str) -> Note:
    """A line of the receipt: of what version, and the customers of how many cases are told."""
    others = len(sheet.scene.hanging)
    return Note(f"{kind}-all", (release, str(1 + others))) if others else Note(kind, (release,))
