"""An agent opens a case for a customer: by forwarding the customer's mail with #new, or by writing first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.core.actions import chosen_priority, chosen_queue
from mailbot.core.agentturn import keep_back
from mailbot.core.audience import agent_of
from mailbot.core.errands import Done
from mailbot.core.forwarded import Forwarded, forwarded_mail
from mailbot.core.letter import Address, Letter, read_letter
from mailbot.core.mailboxes import parse_addresses
from mailbot.core.note import Note
from mailbot.core.placement import Placement, place
from mailbot.core.scene import Refused, Scene
from mailbot.core.turn import Turn

_BESIDE = frozenset({"new", "priority", "queue", "key"})
"""Commands that a mail which opens a case may hold."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that an agent opens."""

    letter: Letter
    """The mail as the case keeps it, the customer its sender."""
    placement: Placement
    words: str
    """What the agent writes to the customer; empty where the customer's own mail opens the case."""
    note: str
    """What the agent wrote above a forwarded mail: for the desk alone."""


def open_for_customer(scene: Scene) -> Opening | Turn:
    """The case that an agent's `#new` opens, or what tells the agent why none is opened."""
    lines = []
    for order in scene.orders.commands:
        if order.name not in _BESIDE:
            why = Note("not-together", ("#new", order.line)) if order.name else Note("unknown-command")
            lines.append(Done(order.line, why, refused=True))
    if lines:
        return keep_back(scene, tuple(lines))
    try:
        return _opening(scene)
    except Refused as refused:
        return keep_back(scene, (Done("#new", refused.note, refused=True),))


def _opening(scene: Scene) -> Opening:
    arguments = {each.name: each.argument for each in scene.orders.commands}
    named = parse_addresses(arguments["new"]) if arguments["new"] else ()
    if arguments["new"] and len(named) != 1:
        raise Refused("bad-address", arguments["new"])
    language = scene.desk.languages[0]
    forwarded = forwarded_mail(scene.letter, language=language)
    customer = named[0] if named else forwarded.sender if forwarded else None
    if customer is None:
        raise Refused("no-customer")
    if agent_of(scene.desk, customer.key) or customer.key in scene.desk.addresses:
        raise Refused("is-agent", customer.address)
    if forwarded is None and not scene.orders.text:
        raise Refused("no-customer")
    letter = _as_sent_by(customer, scene) if forwarded is None else _as_forwarded(customer, forwarded, scene)
    placement = place(scene.desk, letter)
    if "priority" in arguments:
        placement = replace(placement, priority=chosen_priority(scene.desk, arguments["priority"]))
    if "queue" in arguments:
        placement = replace(placement, queue=chosen_queue(scene.desk, arguments["queue"]))
    words = "" if forwarded else scene.orders.text
    return Opening(letter, placement, words, scene.orders.text if forwarded else "")


def _as_sent_by(customer: Address, scene: Scene) -> Letter:
    """The agent's own mail to a customer who has not written yet."""
    text = scene.orders.text
    return replace(scene.letter, sender=customer, text=text, reply=text, html="", in_reply_to=(), references=())


def _as_forwarded(customer: Address, found: Forwarded, scene: Scene) -> Letter:
    """The customer's mail out of the one that the agent sent: whole where it was attached, else its words."""
    if found.raw is not None:
        return replace(read_letter(found.raw, language=scene.desk.languages[0]), sender=customer)
    return replace(
        scene.letter, sender=customer, claimed_from=str(customer.address), subject=found.subject, text=found.text,
        reply=found.text, html="", message_id="", in_reply_to=(), references=(), cc=(),
    )  # fmt: skip
