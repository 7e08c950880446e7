"""Tells mail that a machine wrote, which is heard but never answered, by an ordered table of named rules."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.core.letter import Letter


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail gets no automatic answer."""

    rule: str
    text: str


def machine_reason(
    letter: Letter, *, own_addresses: frozenset[str], own_list_ids: tuple[str, ...] = ()
) -> Reason | None:
    """The first rule that says a machine wrote this letter, or None."""
    return Reason("bounce", "delivery report") if letter.bounce else None
