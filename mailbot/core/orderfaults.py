"""What is wrong with an agent's orders before any of them is followed: unknown, too many, amid the text, clashing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from mailbot.core.agenttellings import Done
from mailbot.core.commands import MAX_COMMANDS, Command, Orders
from mailbot.core.note import Note

QUESTIONS: Final = frozenset({"list", "status", "help", "key"})
"""Commands that only ask, or only prove who asks."""

_REPEATABLE = frozenset({"add", "remove", "key"})
_WITHOUT_ARGUMENT = frozenset({"take", "wait", "resume", "split", "spam", "reopen", "admit", "status", "undo"})
"""Words behind these would get lost: who writes "#wait Which version?" means the customer to read it."""

_APART: Final = (
    # each says where the text goes
    frozenset({"close", "note", "forward", "spam", "decline", "not-covered", "order", "workaround"}),
    # each says how the case stands from now on
    frozenset({"close", "wait", "resume", "merge", "spam", "decline", "not-covered", "order"}),
    frozenset({"forward", "wait"}),
    frozenset({"reopen", "close"}),
    frozenset({"admit", "reopen", "decline", "not-covered", "spam", "merge"}),
    frozenset({"workaround", "priority"}),
    frozenset({"workaround", "impact"}),
    frozenset({"workaround", "urgency"}),
    frozenset({"fault", "fixed"}),
    frozenset({"decline", "not-covered", "fault"}),
    frozenset({"decline", "not-covered", "fixed"}),
    frozenset({"assign", "take"}),
)
"""Of each set a mail may hold one."""

_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "undo": frozenset({"key"}),
    "spam": QUESTIONS,
    "merge": QUESTIONS | {"note", "split"},
    "new": frozenset({"priority", "queue", "key"}),
}
"""All that may stand in a mail with these: what else is asked for would befall a case that is no more, or not yet."""


def faults_in(orders: Orders) -> tuple[Done, ...]:
    """Why nothing of a mail is done: a line for a receipt for each thing that is wrong; empty where nothing is."""
    commands = orders.commands
    if len(commands) > MAX_COMMANDS:
        return (_refused("", "too-many"),)
    unknown = (_refused(each.line, "unknown-command") for each in commands if not each.name)
    # An order amid the text was hardly meant for a customer's eyes.
    amid = (_refused(each.line, "amid-text") for each in orders.stray)
    clashes = dict.fromkeys(_clashes(tuple(each for each in commands if each.name)))
    return (*unknown, *_superfluous(commands), *clashes, *amid)


def called(command: Command) -> str:
    """The command as the agent wrote it, without what follows: "#stäng"."""
    line = command.line
    if not command.argument or not line.endswith(command.argument):
        return line if not command.argument else f"#{command.name}"
    return line.removesuffix(command.argument).rstrip(" :：")


def _superfluous(commands: tuple[Command, ...]) -> Iterator[Done]:
    for command in commands:
        if command.argument and command.name in _WITHOUT_ARGUMENT:
            yield _refused(command.line, "no-argument", called(command))


def _clashes(commands: tuple[Command, ...]) -> Iterator[Done]:
    """What a mail may not ask for together, each pair once."""
    for one, other in combinations(commands, 2):
        names = frozenset({one.name, other.name})
        if len(names) == 1:
            clash = one.name not in _REPEATABLE
        else:
            clash = any(names <= each for each in _APART) or _is_not_beside(one, other) or _is_not_beside(other, one)
        if clash:
            first, second = called(one), called(other)
            yield _refused("", "not-together", first, first if len(names) == 1 else second)


def _is_not_beside(one: Command, other: Command) -> bool:
    return one.name in _BESIDE and other.name not in _BESIDE[one.name]


def _refused(line: str, kind: str, *about: str) -> Done:
    return Done(line, Note(kind, about), refused=True)
