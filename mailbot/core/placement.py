"""Where a new case goes: queue, priority, kind, impact and urgency by the desk file's rules, and which rule said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Literal

from mailbot.core.customer import Customer
from mailbot.core.desk import Desk, Rule
from mailbot.core.letter import Letter
from mailbot.core.phrases import mentions

Field = Literal["queue", "priority", "kind", "impact", "urgency"]
FIELDS: Final[tuple[Field, ...]] = ("queue", "priority", "kind", "impact", "urgency")
"""What a rule can set."""

Condition = Literal["to", "sender", "customers", "attributes", "agreements", "files", "words"]
"""What a rule can ask for, by its key in the desk file."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a new case goes, by keys, and the names of the rules that said so."""

    queue: str
    priority: str
    rules: tuple[str, ...]
    """Those that set something, in the desk file's order; empty where its defaults stood."""
    kind: str = ""
    """Empty where none is known, as impact and urgency are."""
    impact: str = ""
    urgency: str = ""
    set_by: Mapping[Field, str] = field(default_factory=dict)
    """By field: the name of the rule that set it."""
    by_matrix: bool = False
    """Whether the priority is the one that the desk's matrix gives to impact and urgency (C3)."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one rule."""

    rule: Rule
    unmet: Condition | Literal[""]
    """The first of its conditions that did not hold; empty where all did."""
    sets: tuple[Field, ...] = ()
    """What it set: that which it names, and no earlier rule had set."""


def place(desk: Desk, letter: Letter, customer: Customer | None = None) -> Placement:
    """Where the desk's rules put a mail of that customer: of each field, the first rule that names it sets it.

    A priority that no rule names is the matrix's where impact and urgency are both set (C3), else the desk's default.
    """
    return placed(desk, try_rules(desk, letter, customer))


def try_rules(desk: Desk, letter: Letter, customer: Customer | None = None) -> tuple[Tried, ...]:
    """What came of each of the desk's rules, in their order."""
    tried = []
    found: set[Field] = set()
    for rule in desk.rules:
        unmet = _unmet(rule, letter, customer)
        sets = () if unmet else tuple(name for name in FIELDS if getattr(rule, name) is not None and name not in found)
        found.update(sets)
        tried.append(Tried(rule, unmet, sets))
    return tuple(tried)


def placed(desk: Desk, tried: tuple[Tried, ...]) -> Placement:
    """Where the rules put a case after what came of each."""
    values: dict[Field, str] = {}
    set_by: dict[Field, str] = {}
    for each in tried:
        for name in each.sets:
            values[name] = getattr(each.rule, name)
            set_by[name] = each.rule.name
    impact, urgency = values.get("impact", ""), values.get("urgency", "")
    by_matrix = "priority" not in values and desk.matrix is not None and bool(impact) and bool(urgency)
    if by_matrix and desk.matrix is not None:
        values["priority"] = desk.matrix.priorities[(impact, urgency)]
    return Placement(
        values.get("queue", desk.default_queue), values.get("priority", desk.default_priority),
        tuple(each.rule.name for each in tried if each.sets),
        values.get("kind", ""), impact, urgency, set_by, by_matrix,
    )  # fmt: skip


def _unmet(rule: Rule, letter: Letter, customer: Customer | None) -> Condition | Literal[""]:
    """The first condition that does not hold, the cheap ones first; empty where all do."""
    if rule.to and not _any_matches(rule.to, _recipients(letter)):
        return "to"
    if rule.sender and not (letter.sender and _any_matches(rule.sender, (letter.sender.address,))):
        return "sender"
    if rule.customers and (customer is None or customer.key not in rule.customers):
        return "customers"
    if rule.attributes and (customer is None or not customer.attributes.issuperset(rule.attributes)):
        return "attributes"
    if rule.agreements and (customer is None or customer.agreement not in rule.agreements):
        return "agreements"
    if rule.files and not _any_matches(rule.files, tuple(part.name for part in letter.attachments)):
        return "files"
    return "words" if rule.words and not mentions(rule.words, letter) else ""


def _recipients(letter: Letter) -> tuple[str, ...]:
    return (*letter.delivered_to, *(address.address for address in (*letter.to, *letter.cc)))


def _any_matches(patterns: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for name in names for pattern in patterns)
