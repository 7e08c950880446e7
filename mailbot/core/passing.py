"""How a case comes to partners: at once by its route, and further what its customers write on it (V9, V12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.agenttellings import Done, HandOver
from mailbot.core.attachment import Attachment
from mailbot.core.commands import Command, read_commands
from mailbot.core.conversation import Entry
from mailbot.core.customertellings import HandedOver
from mailbot.core.desk import Desk, Partner, Route
from mailbot.core.errands import Errand, to_customers
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.note import Note
from mailbot.core.route import in_force, partners_on, route_about, route_of
from mailbot.core.shareable import shareable_files
from mailbot.core.sheet import Join, Sheet
from mailbot.core.words import Words

MOST_PASSED_IN_AN_HOUR = 20
"""Letters on one case that its partners get within an hour. Two robots that mark nothing, a customer's and a partner's,
would else write to each other through us for ever (Q9)."""
PASSED_ON = "passed:mail:"
"""How the causes of these letters begin; the mail's id follows."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A mail on its way to partners."""

    errands: tuple[Errand, ...] = ()
    events: tuple[tuple[str, str], ...] = ()

    @property
    def partner(self) -> str:
        """The first partner's address; empty where it goes to nobody."""
        return self.errands[0].to if self.errands else ""


def hand_over(desk: Desk, route: Route | None, letter: Letter, received: datetime, mail_id: int) -> Passed:
    """A new case for the partners of its route, whole, with its files; `received` is aware.

    Not for a partner who wrote it; to nobody where there is no route.
    """
    author = letter.sender.key if letter.sender else ""
    partners = tuple(partner for partner in partners_on(desk, route) if author not in partner.addresses)
    if route is None or not partners:
        return Passed()
    about = route.product or route.name
    shared = shareable_files(enclosed(letter))
    told = tuple(
        _errand(
            HandOver(partner, "", Words(""), (_entry(letter, received),), about),
            partner.address,
            f"hand-over:mail:{mail_id}",
            shared.files,
        )
        for partner in partners
    )
    return Passed(told, (("partner", f"passed on to {_names(partners)}"), *shared.left_out))


def choose_route(sheet: Sheet, queue: str) -> None:
    """A case that moves to a queue takes the route that it would take if it came there at that moment, or none."""
    scene, case = sheet.scene, sheet.case
    opening = next((entry.text for entry in scene.entries if not entry.internal), "")
    found = route_about(scene.desk, case.facts.subject, opening, queue, scene.received)
    name = found.name if found else ""
    if found != route_of(scene.desk, case):
        sheet.changes["route"] = name
        sheet.events.append(("route", f"takes the route {name}" if name else f"leaves the route {case.route}"))


def take_route(sheet: Sheet) -> None:
    """The partners of its route get a case that an agent admits, or moves to their queue; customer and agent read so.

    Only while the route is in force, and to who has not got the case already. Nobody gets a machine's, or one whose
    customer has been told of no start.
    """
    scene, route = sheet.scene, sheet.route
    today = scene.received.astimezone(scene.desk.calendar.zone).date()
    if not sheet.asked & {"admit", "queue"} or not sheet.is_open or route is None or not in_force(route, today):
        return
    already = sheet.case.partners | sheet.case.participants | {errand.to for errand in sheet.errands}
    partners = tuple(one for one in partners_on(scene.desk, route) if already.isdisjoint(one.addresses))
    told = "admit" in sheet.asked or sheet.case.facts.told or sheet.now_is("started") is not None
    may_go = told and not sheet.case.by_machine
    if not partners:
        return
    if not may_go:
        sheet.receipt.append(Done("", Note("not-routed", (_names(partners), route.name))))
        return
    sheet.receipt.append(Done("", Note("done-forwarded", (_names(partners),))))
    shared = shareable_files(scene.enclosures)
    entries = tuple(entry for entry in scene.entries if not entry.internal)
    for partner in partners:
        handed = HandOver(partner, "", Words(""), entries, route.product or route.name)
        sheet.errand(handed, partner.address, "partner", "hand-over", "relay", attachments=shared.files)
        sheet.tell_customers(HandedOver(partner), f"handed-over:{partner.address}", "notice")
        sheet.joins.append(Join(partner.address, "partner"))
        sheet.note_event("partner", f"passed on to {partner.name}")
    sheet.events += shared.left_out


def hand_over_released(
    desk: Desk, case: KnownCase, entries: tuple[Entry, ...], enclosures: tuple[Attachment, ...],
    told: tuple[str, ...], now: datetime,
) -> Passed:  # fmt: skip
    """A case whose acknowledgement was held back, for the partners of its route; `told` are its customers, who read so.

    Nothing for a case that is over or not admitted by now, whose route is, or who has it already; `now` is aware.
    """
    route, today = route_of(desk, case), now.astimezone(desk.calendar.zone).date()
    if not case.is_open or case.by_machine or route is None or not in_force(route, today):
        return Passed()
    present = case.partners | case.participants | case.removed
    partners = tuple(partner for partner in partners_on(desk, route) if present.isdisjoint(partner.addresses))
    if not partners:
        return Passed()
    shared = shareable_files(enclosures)
    cause = f"ticket:{case.ticket_id}"
    open_ones = tuple(entry for entry in entries if not entry.internal)
    errands = []
    for partner in partners:
        handed = HandOver(partner, "", Words(""), open_ones, route.product or route.name)
        errands.append(_errand(handed, partner.address, f"hand-over:{cause}", shared.files))
        errands += to_customers(HandedOver(partner), told, f"handed-over:{partner.address}:{cause}", "notice")
    return Passed(tuple(errands), (("partner", f"passed on to {_names(partners)}"), *shared.left_out))


def route_notes(desk: Desk, route: Route | None, passed: Passed) -> tuple[Note, ...]:
    """What agents are told of a new case's route to partners, taken or not."""
    partners = partners_on(desk, route)
    if route is None or not partners:
        return ()
    return (Note("routed" if passed.errands else "not-routed", (_names(partners), route.name)),)


def passable_words(desk: Desk, letter: Letter) -> tuple[str, tuple[Command, ...]]:
    """What of a partner's words may go on to customers, and the lines that would be commands if an agent wrote them.

    Such a line does nothing and goes nowhere. Behind `#note` the rest was not meant for customers either.
    """
    orders = read_commands(letter.own_words, desk.languages)
    known = tuple(command for command in orders.commands if command.name)
    if not known:
        return letter.own_words, ()
    return "" if any(command.name == "note" for command in known) else orders.text, known


def partner_notes(desk: Desk, letter: Letter) -> tuple[Note, ...]:
    """What agents are told of the commands in a partner's mail."""
    _, commands = passable_words(desk, letter)
    return (Note("partner-commands", (", ".join(each.line for each in commands),)),) if commands else ()


def pass_on(facts: Facts, case: KnownCase) -> Passed:
    """What a customer writes further, for the partners who take part in the case."""
    partners = tuple((partner, _address(partner, case)) for partner in facts.desk.partners)
    present = tuple((partner, address) for partner, address in partners if address)
    if not present:
        return Passed()
    entries, cause = (_entry(facts.letter, facts.received),), f"{PASSED_ON}{facts.mail_id}"
    shared = shareable_files(enclosed(facts.letter))
    told = tuple(
        _errand(HandOver(partner, "", Words(""), entries, further=True), address, cause, shared.files)
        for partner, address in present
    )
    return Passed(told, (("partner", f"passed on to {_names(partner for partner, _ in present)}"), *shared.left_out))


def enclosed(letter: Letter) -> tuple[Attachment, ...]:
    """All that is attached to a mail, pictures amid its text too, as files of a letter in plain text."""
    return tuple(replace(part, inline=False) for part in letter.attachments)


def _errand(telling: HandOver, to: str, cause: str, files: tuple[Attachment, ...]) -> Errand:
    return Errand(telling, to, "partner", cause, "relay", attachments=files, at_once=True)


def _entry(letter: Letter, received: datetime) -> Entry:
    """The mail as one turn of the conversation; as `conversations.conversation` tells it later."""
    sender = letter.sender
    who = f"{sender.name} <{sender.address}>" if sender and sender.name else sender.address if sender else ""
    names = tuple(part.name for part in letter.attachments if not part.inline)
    return Entry(received, who, "customer", letter.reply or letter.text, names)


def _names(partners: Iterable[Partner]) -> str:
    return ", ".join(partner.name for partner in partners)


def _address(partner: Partner, case: KnownCase) -> str:
    """By which of its addresses a partner takes part in the case; empty where it does not."""
    return next((address for address in partner.addresses if address in case.partners), "")
