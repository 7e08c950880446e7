"""Where a new case goes: queue and priority by the desk file's rules, and which rule said so."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailbot.core.desk import Desk, Rule
from mailbot.core.letter import Letter
from mailbot.core.phrases import mentions


@dataclass(frozen=True, slots=True)
class Placement:
    """The queue and priority of a new case, keys both, and the names of the rules that set them."""

    queue: str
    priority: str
    rules: tuple[str, ...]
    """In the order they fired; empty where the desk's defaults stood."""


def place(desk: Desk, letter: Letter) -> Placement:
    """Walk the desk's rules in their order; the first to name a queue sets it, likewise the priority."""
    queue = priority = None
    fired = []
    for rule in desk.rules:
        sets_queue = queue is None and rule.queue is not None
        sets_priority = priority is None and rule.priority is not None
        if (sets_queue or sets_priority) and _holds(rule, letter):
            queue = rule.queue if sets_queue else queue
            priority = rule.priority if sets_priority else priority
            fired.append(rule.name)
    return Placement(queue or desk.default_queue, priority or desk.default_priority, tuple(fired))


def _holds(rule: Rule, letter: Letter) -> bool:
    return (
        (not rule.to or _any_matches(rule.to, _recipients(letter)))
        and (not rule.sender or (letter.sender is not None and _any_matches(rule.sender, (letter.sender.address,))))
        and (not rule.words or mentions(rule.words, letter))
    )


def _recipients(letter: Letter) -> tuple[str, ...]:
    return (*letter.delivered_to, *(address.address for address in (*letter.to, *letter.cc)))


def _any_matches(patterns: tuple[str, ...], addresses: tuple[str, ...]) -> bool:
    return any(fnmatchcase(address.lower(), pattern) for address in addresses for pattern in patterns)
