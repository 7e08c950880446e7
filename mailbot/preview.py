"""Shows what a letter looks like, with made-up facts, before a customer gets it."""

from __future__ import annotations

from mailbot.core.compose import Head, compose
from mailbot.core.desk import Desk
from mailbot.core.draft import Written
from mailbot.core.samples import BEFORE_EASTER, sample_case, sample_letter, sample_written
from mailbot.core.wording import LETTERS, CaseFacts, Library

__all__ = ["LETTERS", "preview", "preview_mail"]


def preview(letter: str, desk: Desk, library: Library, case: CaseFacts | None = None) -> Written:
    """The letter (one of `LETTERS`, else KeyError) as this desk would write it about `case`, by default a made-up one.

    `Written.problems` tells where the desk's own template failed and the shipped one stands in for it.
    """
    return sample_written(library, desk, letter, case or sample_case(desk))


def preview_mail(letter: str, desk: Desk, library: Library, case: CaseFacts | None = None) -> bytes:
    """The same as a whole mail that a mail program can open."""
    written = preview(letter, desk, library, case)
    is_acknowledgement = letter == "acknowledgement"
    about = sample_letter(desk)
    head = Head(
        sender=desk.address,
        sender_name=desk.name,
        to=about.sender.address if about.sender and is_acknowledgement else "agent@desk.example",
        message_id=f"preview.{letter}@mailbot.example",
        date=BEFORE_EASTER.astimezone(desk.calendar.zone),
        in_reply_to=about.message_id if is_acknowledgement else "",
        auto_submitted="auto-replied" if is_acknowledgement else "auto-generated",
        content_languages=written.draft.languages,
    )
    return compose(written.draft, head, () if is_acknowledgement else about.attachments)
