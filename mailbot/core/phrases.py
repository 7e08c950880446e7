"""Whether a mail says certain words: how the conditions of rules, routes and modules are matched."""

from __future__ import annotations

import re
from functools import lru_cache

from mailbot.core.letter import Letter


def mentions(phrases: tuple[str, ...], letter: Letter) -> bool:
    """Whether the mail's subject or new text holds any of these words or phrases, see `holds_any`."""
    return holds_any(phrases, letter.subject) or holds_any(phrases, letter.reply)


def holds_any(phrases: tuple[str, ...], text: str) -> bool:
    """Whether a text holds any of these as whole words or phrases, ignoring case.

    White space in a phrase stands for any white space, a line break too. Linear in the text.
    """
    if not phrases:
        return False
    # Looking for plain text first costs a tenth of the pattern, and most mails hold none of the words.
    folded = _folded(text)
    return any(word in folded for word in _first_words(phrases)) and _any_of(phrases).search(text) is not None


@lru_cache(maxsize=4)
def _folded(text: str) -> str:
    # Kept for a moment, because each rule of a desk asks the same subject and the same text.
    return text.casefold()


@lru_cache(maxsize=1024)
def _first_words(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phrase.split()[0].casefold() for phrase in phrases)


@lru_cache(maxsize=1024)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    patterns = (r"\s+".join(re.escape(part) for part in phrase.split()) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
