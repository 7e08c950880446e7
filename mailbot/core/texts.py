"""One text in several languages, as desk files have it and as the tables of words do."""

from __future__ import annotations

from collections.abc import Mapping

Texts = Mapping[str, str]
"""Language code ("sv") to text."""


def in_language(texts: Texts, language: str) -> str:
    """A text in a language, else in the first that there is; empty where there is none."""
    return texts.get(language) or next(iter(texts.values()), "")
