"""Letters of ours that come back or are refused: what is said of them, and what follows (Q17, Q18, Q20, Q26)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from mailbot.core.agenttellings import Undelivered
from mailbot.core.audience import agent_of, for_customer_turn
from mailbot.core.bounce import Recipient
from mailbot.core.desk import Agent, Desk
from mailbot.core.errands import Errand
from mailbot.core.fate import Fate, Outcome, Step, clean
from mailbot.core.headers import decode_value, read_header_block
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower, parse_addresses
from mailbot.core.parameters import parse_parameters
from mailbot.core.route import route_of
from mailbot.core.subjects import bare_subject

Meaning = Literal["failed", "gave-up", "delayed", "delivered", "complaint", "unclear", "refused"]
"""Failed for good; failed for now and tried no more (4.x.x); still tried; arrived; its reader calls it unwanted; nobody
can tell; and "refused": our own mail server did not take it."""

_LOST: Final = frozenset({"failed", "gave-up", "refused"})
_WORST_FIRST: Final[tuple[Meaning, ...]] = ("failed", "gave-up", "delayed", "delivered")
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Feedback-Types that a reader's button makes (RFC 5965 section 7.3); auth-failure and not-spam are no complaints."""
_RETURNED_TYPES = frozenset({"message/rfc822", "text/rfc822-headers"})
_FEEDBACK = "message/feedback-report"
_RETURNED_OCTETS = 65_536
_MESSAGE_ID = re.compile(r"^Message-ID:\s{0,3}<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_NOT_THE_ADDRESS = re.compile(r"5\.(1\.[78]|2\.[23]|3\.4|[567]\.\d+)")
"""RFC 3463: a bad sender; a full mailbox, a letter too large; and what a protocol, content or policy forbids."""


@dataclass(frozen=True, slots=True)
class ReturnedLetter:
    """A letter of ours of which it is proven that it is the one a report tells of, or that our server refused."""

    outgoing_id: int
    recipient: str
    kind: str
    """As the outbox knows it."""
    subject: str
    desk: str
    """Key; empty for a letter to the admin."""
    case: KnownCase | None
    """None for a letter about no case."""
    agent: str = ""
    """Address of the agent at whose word it was sent; empty where it was nobody's."""
    known_lost: bool = False
    """Whether all that follows from its not arriving has been done already."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of one letter."""

    meaning: Meaning
    status: str = ""
    """RFC 3463; empty where none is told."""
    says: str = ""
    """In the server's own words, one clean line."""
    bad_address: bool = False
    """Whether further letters to the address would fare no better."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What follows from what is said of a letter."""

    events: tuple[tuple[str, str], ...]
    came_back: str = ""
    """What is said of the letter, which counts as one that did not arrive from now on; empty: nothing changes."""
    errands: tuple[Errand, ...] = ()
    suppressed_for: str = ""
    """Why automatic letters to its recipient are held back; empty where they are not."""
    until: datetime | None = None
    """How long."""
    for_admin: bool = False
    """Whether no agent can be told of it, and the admin is to be."""


def tells_of_mail(letter: Letter) -> bool:
    """Whether it is a delivery report or an abuse report, which say what became of another mail."""
    return letter.bounce is not None or any(part.content_type == _FEEDBACK for part in letter.attachments)


def return_addresses(letter: Letter) -> Iterator[str]:
    """The addresses in a report that may be the envelope sender of the letter it tells of.

    Where the report went to, where the returned letter's own Return-Path says, and Original-Mail-From of an abuse
    report (RFC 5965 section 3.2), which is rarely sent to the envelope sender itself.
    """
    yield from (*letter.delivered_to, *(mailbox.address for mailbox in (*letter.to, *letter.cc)))
    if tells_of_mail(letter):
        yield from _addresses_in(letter, _RETURNED_TYPES, "return-path")
        yield from _addresses_in(letter, {_FEEDBACK}, "original-mail-from")


def returned_ids(letter: Letter) -> Iterator[str]:
    """The Message-IDs of the mail that a report returns, whole or its headers (RFC 3464 section 2)."""
    if not tells_of_mail(letter):
        return
    for part in letter.attachments:
        if part.content_type in _RETURNED_TYPES:
            yield from _MESSAGE_ID.findall(part.content[:_RETURNED_OCTETS].decode("ascii", "replace"))
    yield from _MESSAGE_ID.findall(letter.text[:_RETURNED_OCTETS])


def read_report(letter: Letter, recipient: str) -> Report:
    """What a mail that came back for our letter to `recipient` says of it; "unclear" where it is no known report.

    Of several people whom it names, the one counts whom the letter was for, and failing that the one who fared worst.
    That another person's address is bad, behind a mail group or a forwarding, does not make the recipient's bad.
    """
    feedback = _feedback_type(letter)
    if feedback:
        complaint = feedback in _COMPLAINTS
        return Report("complaint" if complaint else "unclear", says=f"Feedback-Type: {feedback}", bad_address=complaint)
    told = letter.bounce.recipients if letter.bounce else ()
    own = tuple(one for one in told if ascii_lower(one.address) == ascii_lower(recipient))
    if not told:
        return Report("unclear")
    worst = min(own or told, key=lambda one: _WORST_FIRST.index(_meaning(one)))
    meaning = _meaning(worst)
    bad = meaning == "failed" and bool(own) and blames_address(worst.status)
    return Report(meaning, worst.status, worst.says if own else f"{worst.says} ({worst.address})".strip(), bad)


def refusal(fate: Fate) -> Report:
    """What our own server's last word on a letter means, once it is not tried any more."""
    found = _STATUS.search(fate.text)
    status = found[1] if found else f"{fate.code // 100}.0.0" if fate.code else ""
    refused = fate.outcome is Outcome.NEVER and fate.step is Step.RCPT and fate.code // 100 == 5
    says = f"{fate.code} {fate.text}" if fate.code else fate.text
    return Report("refused", status, says, refused and blames_address(status))


def blames_address(status: str) -> bool:
    """Whether a permanent failure of this status is the recipient address's own, as far as it tells (RFC 3463).

    A letter refused for its size, its content, its sender or by policy says nothing of the next one, and somebody who
    is wrongly given up is left to wonder.
    """
    return not status.startswith("4") and _NOT_THE_ADDRESS.fullmatch(status) is None


def aftermath(desk: Desk, letter: ReturnedLetter, report: Report, now: datetime) -> Aftermath:
    """What follows from what is said of a letter, at the aware moment `now`.

    A letter that did not arrive is told to the agent whose words it carried, else to those who would hear of the
    customer; where an agent did not get a copy, to the admin. A bad address gets no automatic letters for a while.
    """
    lost = report.meaning in _LOST
    if lost and letter.known_lost:
        return Aftermath((("filed", f"another report on {_named(letter)}: {_said(report)}"),))
    for_customer = agent_of(desk, ascii_lower(letter.recipient)) is None
    held_back = report.bad_address and for_customer and desk.suppress_days > 0
    until = now + timedelta(days=desk.suppress_days) if held_back else None
    why = "complaint" if report.meaning == "complaint" else f"bounced: {_said(report)}"
    readers = _readers(desk, letter, now) if lost and letter.kind == "relay" else ()
    subject = bare_subject(letter.subject, letter.case.facts.number if letter.case else "")
    telling = Undelivered(letter.recipient, subject, report.says, until)
    return Aftermath(
        events=(*_event(letter, report), *_suppression(letter, until)),
        came_back=_said(report) if lost and report.meaning != "refused" else "",
        errands=tuple(_to_agent(agent, telling, letter) for agent in readers),
        suppressed_for=why if until else "",
        until=until,
        for_admin=lost and (letter.kind == "copy" or (letter.kind == "relay" and not readers)),
    )


def _addresses_in(letter: Letter, types: Iterable[str], field: str) -> Iterator[str]:
    for part in letter.attachments:
        if part.content_type in types:
            for name, value in read_header_block(part.content[:_RETURNED_OCTETS]).fields:
                if name == field:
                    yield from (mailbox.address for mailbox in parse_addresses(decode_value(value)))


def _feedback_type(letter: Letter) -> str:
    """The Feedback-Type of an abuse report (RFC 5965 section 3.1), lower case; empty for any other mail."""
    for part in letter.attachments:
        if part.content_type == _FEEDBACK:
            fields = dict(reversed(read_header_block(part.content[:_RETURNED_OCTETS]).fields))
            return clean(parse_parameters(decode_value(fields.get("feedback-type", b"")))[0][:40]) or "other"
    return ""


def _meaning(one: Recipient) -> Meaning:
    if one.action == "failed":
        return "gave-up" if one.status.startswith("4") else "failed"
    return "delayed" if one.action == "delayed" else "delivered"


def _readers(desk: Desk, letter: ReturnedLetter, now: datetime) -> tuple[Agent, ...]:
    """Who is to know that a person's words did not arrive."""
    case = letter.case
    if case is None:
        return ()
    author = agent_of(desk, letter.agent) if letter.agent else None
    if author is not None:
        return (author,)
    return for_customer_turn(
        desk, case.facts.queue, now, assignee=case.assignee, writers=case.writers, route=route_of(desk, case)
    )


def _to_agent(agent: Agent, telling: Undelivered, letter: ReturnedLetter) -> Errand:
    cause = f"undelivered:outgoing:{letter.outgoing_id}"
    return Errand(telling, agent.address, "agent", cause, "receipt", at_once=True, language=agent.language)


def _event(letter: ReturnedLetter, report: Report) -> tuple[tuple[str, str], ...]:
    """The line of history; the outbox has written one itself for what our own server refused."""
    match report.meaning:
        case "refused":
            return ()
        case "failed" | "gave-up":
            return (("bounced", f"{_named(letter)} came back: {_said(report)}"),)
        case "delayed":
            return (("delayed", f"{_named(letter)} is still on its way: {_said(report)}"),)
        case "complaint":
            return (("complaint", f"{_named(letter)} was reported as unwanted: {report.says}"),)
        case "delivered":
            return (("filed", f"{_named(letter)} has arrived, says a report"),)
    return (("filed", f"a machine answered {_named(letter)}"),)


def _suppression(letter: ReturnedLetter, until: datetime | None) -> tuple[tuple[str, str], ...]:
    if until is None:
        return ()
    return (("suppressed", f"automatic letters to {letter.recipient} are held back until {until:%Y-%m-%d}"),)


def _named(letter: ReturnedLetter) -> str:
    return f"letter {letter.outgoing_id} to {letter.recipient}"


def _said(report: Report) -> str:
    """Status and the server's words, the status once."""
    if report.status in report.says:
        return report.says or "the report does not say why"
    return f"{report.status} {report.says}".strip()
