"""What somebody wrote, as far as it may leave the desk."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.core.attachment import Attachment


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, as far as it may leave the desk: new words only, commands cut out, no signature."""

    text: str
    html: str = ""
    """The same words as a safe fragment of HTML; empty: they are told from the text."""
    pictures: tuple[Attachment, ...] = ()
    """Those that the HTML shows."""
