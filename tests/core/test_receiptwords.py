"""Receipts: every line that a command can cause has words, the same facts in each language, and stays data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailbot
from mailbot.core.note import Note
from mailbot.core.notewords import NOTES
from mailbot.core.receiptwords import RECEIPTS, receipt_words
from mailbot.core.tongue import LANGUAGES

SOURCES = [path for folder in mailbot.__path__ for path in sorted(Path(folder).rglob("*.py"))]


MAKERS = {"Note": 0, "Refused": 0, "_refused": 1}
"""What makes a line of a receipt, and which of its arguments is the kind."""


def kinds_in(path: Path) -> Iterator[tuple[str, str]]:
    """Each kind of note that a source names, and what is made of it: a note, or a refusal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            for argument in node.args[MAKERS[node.func.id] :][:1]:
                ways = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                for each in ways:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield node.func.id, each.value


def test_every_kind_has_words_in_every_language() -> None:
    """Each kind is told in each language that letters are written in, with the same facts in it."""
    for kind, words in RECEIPTS.items():
        assert tuple(words) == LANGUAGES, kind
        assert len({frozenset(re.findall(r"\{\d\}", text)) for text in words.values()}) == 1, kind


def test_every_refusal_in_the_program_can_be_told() -> None:
    """No command is refused, and nothing noted, for a reason that there are no words for."""
    found = {pair for path in SOURCES for pair in kinds_in(path)}

    assert {kind for maker, kind in found if maker != "Note"} <= set(RECEIPTS)
    assert {kind for maker, kind in found if maker == "Note"} <= set(RECEIPTS) | set(NOTES)
    assert len(found) > 40


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (Note("done-sent", ("a@b.se", "2")), "Skickas om 2 min till a@b.se."),
        (Note("done-sent", ("a@b.se", "0")), "Skickas till a@b.se."),
        (Note("done-priority", ("Hög", "senast i dag")), "Prioriteten är nu Hög. Beräknad start: senast i dag."),
        (Note("done-priority", ("Hög", "")), "Prioriteten är nu Hög."),
        (Note("not-together", ("#wait", "#close")), "#wait och #close kan inte stå i samma mejl."),
        (Note("not-together", ("#wait", "#wait")), "#wait kan bara stå en gång i ett mejl."),
        (Note("unknown-command", ("#x",)), "Kommandot finns inte."),
    ],
)
def test_a_line_is_told_as_its_facts_need_it(note: Note, told: str) -> None:
    """A moment that there is none of, or a command beside itself, is told otherwise."""
    assert receipt_words(note, "sv") == told


def test_a_language_without_letters_gets_english() -> None:
    """A receipt in a language that there are no words in is in English."""
    assert receipt_words(Note("done-taken"), "pl") == "You have taken the case."


@given(st.sampled_from(sorted(RECEIPTS)), st.sampled_from(LANGUAGES), st.text(), st.text())
def test_what_a_line_is_about_is_data(kind: str, language: str, first: str, second: str) -> None:
    """Braces and all else in an agent's line stand in a receipt as they came, and never break it."""
    told = receipt_words(Note(kind, (first, second)), language)
    assert first in told or "{0}" not in RECEIPTS[kind]["en"]
