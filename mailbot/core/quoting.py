"""Finds the sender's new words in a text with quotes, quote headers and signatures."""

from __future__ import annotations

from mailbot.core.htmltext import Line


def new_words(plain: tuple[Line, ...], rich: tuple[Line, ...]) -> str:
    """Only the new words."""
    return "\n".join(line.text for line in plain if not line.text.startswith(">")).strip()
