"""Shows what a letter looks like, with made-up facts, before a customer gets it."""

from __future__ import annotations

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Desk
from mailbot.core.draft import Written
from mailbot.core.library import Library
from mailbot.core.samples import sample_case, sample_written


def preview(letter: str, desk: Desk, library: Library, case: CaseFacts | None = None) -> Written:
    """The letter (one of `LETTERS`, else KeyError) as this desk would write it about `case`, by default a made-up one.

    `Written.problems` tells where the desk's own template failed and the shipped one stands in for it.
    """
    return sample_written(library, desk, letter, case or sample_case(desk))
