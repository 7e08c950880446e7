"""Shows what a letter looks like, with made-up facts, before a customer gets it."""

from __future__ import annotations

from mailbot.core.agenttellings import MonthReport
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.compose import Head, compose
from mailbot.core.desk import Desk
from mailbot.core.draft import Written
from mailbot.core.library import PLAIN_LETTERS, Library
from mailbot.core.samples import BEFORE_EASTER, sample_case, sample_letter, sample_written
from mailbot.core.sampletellings import sample_tellings

_WITH_FILES = frozenset({"new-case-copy", "follow-up-copy", "hand-over"})
_HUMAN = frozenset({"reply", "closing", "declined", "not-covered", "order", "hand-over"})
_ANSWERS = frozenset({"acknowledgement", "not-admitted", "reopened", "status", "our-cases", "order-recorded"})
_TO_LEAD = frozenset({"low-score", "month-report", "late-start"})


def preview(letter: str, desk: Desk, library: Library, case: CaseFacts | None = None) -> Written:
    """The letter (one of `LETTERS`, else KeyError) as this desk would write it about `case`, by default a made-up one.

    `Written.problems` tells where the desk's own template failed and the shipped one stands in for it.
    """
    return sample_written(library, desk, letter, case or sample_case(desk))


def preview_mail(letter: str, desk: Desk, library: Library, case: CaseFacts | None = None) -> bytes:
    """The same as a whole mail that a mail program can open."""
    written = preview(letter, desk, library, case)
    about = sample_letter(desk)
    to_customer = letter not in PLAIN_LETTERS and letter not in _TO_LEAD and not letter.endswith("-copy")
    colleague = "lead@desk.example" if letter in _TO_LEAD else "agent@desk.example"
    automatic = "auto-replied" if letter in _ANSWERS else "auto-generated"
    head = Head(
        sender=desk.address,
        sender_name=desk.name,
        to=about.sender.address if about.sender and to_customer else colleague,
        message_id=f"preview.{letter}@mailbot.example",
        date=BEFORE_EASTER.astimezone(desk.calendar.zone),
        in_reply_to=about.message_id if to_customer else "",
        auto_submitted="" if letter in _HUMAN else automatic,
        content_languages=written.draft.languages,
    )
    return compose(written.draft, head, about.attachments if letter in _WITH_FILES else _pictures(letter, desk))


def _pictures(letter: str, desk: Desk) -> tuple[Attachment, ...]:
    """The picture that the letter shows."""
    telling = next(iter(sample_tellings(desk, letter, sample_case(desk))), None)
    return (telling.picture,) if isinstance(telling, MonthReport) and telling.picture else ()
