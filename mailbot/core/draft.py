"""A letter's own words, before it has a head: what wording makes and compose puts into a mail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """Subject and text of one letter."""

    subject: str
    """One line."""
    text: str
    html: str
    """The same content as a whole HTML document; empty for a letter in plain text alone."""
    languages: tuple[str, ...] = ("en",)
    """In the order in which they stand in the letter (RFC 3282)."""


@dataclass(frozen=True, slots=True)
class Written:
    """A draft, and what went wrong on the way to it."""

    draft: Draft
    problems: tuple[str, ...] = ()
    """One "file:line: message" for each template that failed and was replaced by the shipped one."""
