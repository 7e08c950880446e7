"""The letters about no case: to an agent in person, for a desk's lead or partner, to a contact, and to the admin."""

from __future__ import annotations

from dataclasses import replace

from mailbot.core.agenttellings import MonthReport
from mailbot.core.audience import agent_of
from mailbot.core.compose import Head, compose
from mailbot.core.correspondence import Sealed, Stationery, envelope_sender
from mailbot.core.customertellings import OurCases
from mailbot.core.desk import Desk
from mailbot.core.draft import Written
from mailbot.core.errands import Errand
from mailbot.core.errandwords import write
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parties import personal_party, reply_address
from mailbot.core.tags import make_handle, make_tag, plain_message_id, tagged_message_id
from mailbot.core.wording import admin_report


def run_personal_errand(stationery: Stationery, desk: Desk, errand: Errand, version: int) -> Sealed:
    """The letter to an agent about no case; an answer to it comes to the agent's personal address."""
    written = _write(stationery, desk, errand)
    party = personal_party(desk, errand.to, version)
    handle = make_handle(party)
    tag = make_tag(stationery.keys, handle, party)
    message_id = tagged_message_id(stationery.keys, tag, errand.cause, stationery.hostname)
    head = replace(_head(stationery, desk, written, errand.to, message_id), reply_to=reply_address(desk, tag))
    return Sealed(
        errand.cause, errand.kind, errand.to, "", handle, message_id, written.draft.subject, "",
        compose(written.draft, head), written.problems, personal=version,
    )  # fmt: skip


def run_desk_errand(stationery: Stationery, desk: Desk, errand: Errand, answers_to: str) -> Sealed:
    """The letter about no case to somebody who need not be an agent; an answer to it goes past the desk."""
    written = _write(stationery, desk, errand)
    message_id = plain_message_id(stationery.keys, errand.cause, errand.to, stationery.hostname)
    head = replace(_head(stationery, desk, written, errand.to, message_id), reply_to=answers_to)
    pictures = (errand.telling.picture,) if isinstance(errand.telling, MonthReport) and errand.telling.picture else ()
    return Sealed(
        errand.cause, errand.kind, errand.to, "", "", message_id, written.draft.subject, "",
        compose(written.draft, head, (*pictures, *errand.attachments)), written.problems,
    )  # fmt: skip


def answer_with_list(stationery: Stationery, desk: Desk, told: OurCases, letter: Letter, mail_id: int) -> Sealed:
    """The list of an organisation's cases to the contact who asked for it, threaded under that mail.

    It has no case's tag, for it is about many: an answer to it comes to the desk as any new mail does.
    """
    assert letter.sender is not None
    to, cause = letter.sender.address, f"list:mail:{mail_id}"
    written = write(stationery.library, desk, None, told, stationery.now)
    message_id = plain_message_id(stationery.keys, cause, to, stationery.hostname)
    head = replace(
        _head(stationery, desk, written, to, message_id),
        in_reply_to=letter.message_id,
        references=(*letter.references, *((letter.message_id,) if letter.message_id else ())),
        auto_submitted="auto-replied",
    )
    sender, return_handle = envelope_sender(stationery, desk, message_id, to, human=False)
    return Sealed(
        cause, "ack", to, "", "", message_id, written.draft.subject, sender, compose(written.draft, head),
        written.problems, return_handle,
    )  # fmt: skip


def report_to_admin(stationery: Stationery, *, admin: str, cause: str, title: str, lines: tuple[str, ...]) -> Sealed:
    """A letter to the admin about something that needs a human."""
    draft = admin_report(title, lines)
    message_id = plain_message_id(stationery.keys, cause, admin, stationery.hostname)
    head = Head(
        sender=admin, sender_name="mailbot", to=admin, message_id=message_id, date=stationery.now,
        auto_submitted="auto-generated",
    )  # fmt: skip
    return Sealed(cause, "report", admin, "", "", message_id, draft.subject, "", compose(draft, head))


def _write(stationery: Stationery, desk: Desk, errand: Errand) -> Written:
    reader = agent_of(desk, ascii_lower(errand.to))
    return write(
        stationery.library, desk, None, errand.telling, stationery.now,
        language=errand.language, reader=reader.name if reader else "",
    )  # fmt: skip


def _head(stationery: Stationery, desk: Desk, written: Written, to: str, message_id: str) -> Head:
    """What the letters from a desk have in common."""
    return Head(
        sender=desk.address, sender_name=desk.name, to=to, message_id=message_id,
        date=stationery.now.astimezone(desk.calendar.zone), auto_submitted="auto-generated",
        content_languages=written.draft.languages,
    )  # fmt: skip
