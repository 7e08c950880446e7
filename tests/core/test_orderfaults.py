"""What is wrong with an agent's orders is found before any of them is followed."""

from __future__ import annotations

from itertools import permutations

import pytest

from mailbot.core.actions import ACTIONS, LATER_ACTIONS
from mailbot.core.commands import MAX_COMMANDS, read_commands
from mailbot.core.commandwords import COMMANDS
from mailbot.core.orderfaults import called, faults_in


def faults(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The kinds of the faults, with what they are about."""
    found = faults_in(read_commands(text, ("sv",)))
    assert all(fault.refused for fault in found)
    return [(fault.told.kind, fault.told.about) for fault in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej!", []),
        ("#blurb", [("unknown-command", ())]),
        ("#close\n#blurb\n#blarb", [("unknown-command", ()), ("unknown-command", ())]),
        ("#add a@x.se\n" * (MAX_COMMANDS + 1), [("too-many", ())]),
        ("Hej!\n\n#note internt\n\nHej då!", [("amid-text", ())]),
        ("Hej!\n\n#blurb\n\nHej då!", []),
        ("#wait Vilken version?", [("no-argument", ("#wait",))]),
        ("#vänta: vilken version?", [("no-argument", ("#vänta",))]),
        ("#stäng\n#close", [("not-together", ("#stäng", "#stäng"))]),
        ("#stäng Löst.\n#anteckning internt", [("not-together", ("#stäng", "#anteckning"))]),
        ("#add a@x.se\n#add b@x.se\n#remove c@x.se", []),
        ("#close\n#take\n#close\n#close", [("not-together", ("#close", "#close"))]),
    ],
)
def test_faults_are_told_one_by_one(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """Each once, with the commands as the agent wrote them."""
    assert faults(text) == expected


TOGETHER = [
    ("close", "priority"), ("close", "queue"), ("close", "take"), ("close", "add"), ("close", "kind"),
    ("close", "impact"), ("close", "split"), ("close", "list"), ("note", "wait"), ("note", "take"), ("note", "merge"),
    ("note", "split"), ("note", "reopen"), ("wait", "assign"), ("wait", "reopen"), ("resume", "priority"),
    ("forward", "priority"), ("forward", "take"), ("merge", "split"), ("spam", "list"), ("undo", "key"),
    ("new", "priority"), ("new", "queue"), ("new", "key"), ("priority", "impact"),
]  # fmt: skip
APART = [
    ("close", "note"), ("close", "forward"), ("close", "spam"), ("close", "merge"), ("close", "wait"),
    ("close", "resume"), ("close", "reopen"), ("note", "forward"), ("note", "spam"), ("forward", "spam"),
    ("forward", "wait"), ("forward", "merge"), ("wait", "resume"), ("wait", "spam"), ("wait", "merge"),
    ("spam", "priority"), ("spam", "assign"), ("spam", "merge"), ("merge", "assign"), ("merge", "priority"),
    ("merge", "reopen"), ("spam", "reopen"), ("assign", "take"), ("undo", "status"), ("undo", "close"),
    ("undo", "note"), ("new", "close"), ("new", "note"), ("new", "list"), ("new", "take"), ("new", "undo"),
]  # fmt: skip


@pytest.mark.parametrize("pair", [*TOGETHER, *APART])
def test_what_may_stand_in_one_mail(pair: tuple[str, str]) -> None:
    """In whichever order: where two say where the text goes, or how the case stands, neither is followed."""
    for one, other in permutations(pair):
        found = faults(f"#{one}\n#{other}")
        assert bool(found) == (pair in APART)
        assert all(kind == "not-together" for kind, _ in found)


def test_every_command_has_an_action_or_a_place() -> None:
    """The table knows what can be asked for on a case; the two others belong to the personal address."""
    assert {*ACTIONS, *LATER_ACTIONS, "new", "key"} == set(COMMANDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#close", "#close"),
        ("#stäng Löst.", "#stäng"),
        ("#Stäng: Löst.", "#Stäng"),
        ("#lägg till a@x.se", "#lägg till"),
    ],
)
def test_a_command_is_called_as_it_was_written(text: str, expected: str) -> None:
    """Without what follows it."""
    [command] = read_commands(text, ("sv",)).commands
    assert called(command) == expected
