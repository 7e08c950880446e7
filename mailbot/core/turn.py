"""What follows from a mail about a case, whoever wrote it: the one form in which it reaches the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailbot.core.desk import Agent
from mailbot.core.errands import Errand
from mailbot.core.knowncase import KnownCase
from mailbot.core.scene import FaultEntry, LastTurn
from mailbot.core.sheet import Join


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from a mail."""

    done: bool
    """Whether it was followed; else only `errands` tells its writer why not."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """New values of the ticket's columns, a promise as the object; under `fault` the number of a fault, or empty."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The same columns as they are, so that the turn can be taken back."""
    errands: tuple[Errand, ...] = ()
    copied_to: tuple[Agent, ...] = ()
    """Agents who get a copy of the mail itself."""
    events: tuple[tuple[str, str], ...] = ()
    joins: tuple[Join, ...] = ()
    splits: bool = False
    """Whether the message that the mail answers becomes a case of its own."""
    merged_into: KnownCase | None = None
    """The case as which this one goes on."""
    fault: FaultEntry | None = None
    """A confirmed fault as it is entered, anew or changed."""
    elsewhere: tuple[tuple[int, str, str], ...] = ()
    """Lines of history of other tickets: id, kind, text."""
    undoes: LastTurn | None = None
    """The turn that is taken back, so far as its letters have not left."""
    can_be_undone: bool = False
    """Whether it did something that #undo can be meant for."""
    internal: bool = True
    """Whether no customer may see the message."""
    sent: str = ""
    """What the customers were told of it."""
    relayed: bool | None = None
    """Whether what its writer wrote goes to the customers; None for customers, of whom nobody asks that."""
    asked: str = ""
    """What the mail asked for, in the agent's own words for it."""
