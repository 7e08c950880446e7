"""An agent opens a case for a customer: by forwarding the customer's mail with #new, or by writing first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.core.agenttellings import Done
from mailbot.core.agentturn import keep_back, whole_mail_refused
from mailbot.core.audience import agent_of
from mailbot.core.choices import can_be_written_to, chosen_address, chosen_priority, chosen_queue
from mailbot.core.commands import Command
from mailbot.core.entitlement import belongs_to
from mailbot.core.forwarded import Forwarded, carries_old_mail, forwarded_mail
from mailbot.core.letter import Letter, read_letter
from mailbot.core.mailboxes import Address
from mailbot.core.note import Note
from mailbot.core.orderfaults import called, faults_in
from mailbot.core.placement import Placement, place
from mailbot.core.refused import Refused
from mailbot.core.scene import Scene
from mailbot.core.shareable import Shareable, files_in
from mailbot.core.sheet import kept_lines
from mailbot.core.subjects import bare_subject
from mailbot.core.turn import Turn


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that an agent opens."""

    letter: Letter
    """The mail as the case keeps it, the customer its sender."""
    placement: Placement
    first: Shareable | None
    """What the agent writes to the customer; None where the customer's own mail opens the case and is acknowledged."""
    note: str
    """What the agent wrote above a forwarded mail: for the desk alone."""

    def receipt(self, number: str) -> tuple[Done, ...]:
        """What tells the agent that case `number` is open, and where the mail's words went."""
        sender = self.letter.sender
        lines = [Done("#new", Note("done-new", (number, sender.address if sender else "")))]
        if self.note:
            lines.append(Done("", Note("done-note")))
        return (*lines, *(kept_lines(self.first) if self.first else ()))


def open_for_customer(scene: Scene) -> Opening | Turn:
    """The case that an agent's `#new` opens, or what tells the agent why none is opened."""
    why = whole_mail_refused(scene)
    wrong = (Done("", why, refused=True),) if why else faults_in(scene.orders)
    if wrong:
        return keep_back(scene, wrong)
    commands = {each.name: each for each in scene.orders.commands}
    try:
        return _opening(scene, commands)
    except Refused as refused:
        return keep_back(scene, (Done(commands["new"].line, refused.note, refused=True),))


def _opening(scene: Scene, commands: dict[str, Command]) -> Opening:
    desk, new = scene.desk, commands["new"]
    named = chosen_address(new.argument, called(new)) if new.argument else None
    forwarded = forwarded_mail(scene.letter, language=desk.languages[0])
    customer = named or (forwarded.sender if forwarded else None)
    if customer is None:
        raise Refused("no-customer")
    if forwarded and forwarded.sender.key in desk.addresses:
        # A letter of ours to an agent: its words and its tag are for that agent alone, whoever is named as customer.
        raise Refused("is-agent", forwarded.sender.address)
    if forwarded is None and carries_old_mail(scene.letter):
        # What stands above a forwarded mail is meant for colleagues; it must not go to the customer by mistake.
        raise Refused("which-mail")
    if not can_be_written_to(customer):
        raise Refused("bad-address", customer.address)
    if agent_of(desk, customer.key) or customer.key in desk.addresses:
        raise Refused("is-agent", customer.address)
    if forwarded is None and not (scene.orders.text or files_in(scene.letter)):
        raise Refused("no-words")
    if not customer.name:
        _, contact = belongs_to(desk, customer.key)
        customer = replace(customer, name=contact.name if contact else "")
    letter = _as_sent_by(customer, scene) if forwarded is None else _as_forwarded(customer, forwarded, scene)
    placement = _placed(scene, letter, commands)
    if forwarded is None:
        return Opening(letter, placement, scene.share(scene.orders.text), "")
    return Opening(letter, placement, None, scene.orders.text)


def _placed(scene: Scene, letter: Letter, commands: dict[str, Command]) -> Placement:
    """Where the desk's rules put the case, unless the agent says otherwise."""
    customer, _ = belongs_to(scene.desk, letter.sender.key if letter.sender else "")
    placement = place(scene.desk, letter, customer)
    if "priority" in commands:
        asked = commands["priority"]
        placement = replace(placement, priority=chosen_priority(scene.desk, asked.argument, called(asked)))
    if "queue" in commands:
        asked = commands["queue"]
        placement = replace(placement, queue=chosen_queue(scene.desk, asked.argument, called(asked)))
    return placement


def _as_sent_by(customer: Address, scene: Scene) -> Letter:
    """The agent's own mail to a customer who has not written yet; its recipients are the agent's secret address."""
    text = scene.orders.text
    # What an agent answers to have the key at hand is "Your personal key": no customer's subject.
    ours = bool(scene.our_subject) and bare_subject(scene.letter.subject) == scene.our_subject
    return replace(
        scene.letter, sender=customer, subject="" if ours else scene.letter.subject, text=text, reply=text, html="",
        in_reply_to=(), references=(), to=(), cc=(), delivered_to=(), headers=(),
    )  # fmt: skip


def _as_forwarded(customer: Address, found: Forwarded, scene: Scene) -> Letter:
    """The customer's mail out of the one that the agent sent: whole where it was attached, else its words."""
    if found.raw is not None:
        letter = read_letter(found.raw, language=scene.desk.languages[0])
        if customer.key == found.sender.key:
            return replace(letter, sender=customer)
        # Somebody else's mail: no letter to the customer is to name it, nor the letters that it answered.
        return replace(letter, sender=customer, message_id="", in_reply_to=(), references=())
    return replace(
        scene.letter, sender=customer, claimed_from=customer.address, subject=found.subject, text=found.text,
        reply=found.text, html="", message_id="", in_reply_to=(), references=(), to=(), cc=(), delivered_to=(),
        headers=(), date=found.sent,
    )  # fmt: skip
