"""Notes: what was found out about a mail is told whole in every language, whatever it holds."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.authenticity import Authenticity
from mailbot.core.belief import is_proof
from mailbot.core.machine import RULES, Reason
from mailbot.core.note import Note
from mailbot.core.notewords import NOTES, note_words
from mailbot.core.silencewords import SILENCES, silence_line, silence_words
from mailbot.core.tongue import LANGUAGES

LIST = Reason("mailing-list", "sent through a mailing list (List-Id)")


def test_every_rule_for_machines_has_words_in_every_language() -> None:
    """No rule that silences us reaches a Swedish, Danish or Slovak desk in English alone; none is left from before."""
    assert set(SILENCES) == {rule for rule, _ in RULES} | {"own-mail", "unproven-agent", "bounced", "agent-wrote"}
    assert {tuple(words) for words in SILENCES.values()} == {("sv", "da", "sk")}


def test_every_note_has_words_in_every_language() -> None:
    """Each kind is told in each language that letters are written in, with the same facts in it."""
    for kind, words in NOTES.items():
        assert set(words) == set(LANGUAGES), kind
        assert len({frozenset(re.findall(r"\{\d\}", text)) for text in words.values()}) == 1, kind


@pytest.mark.parametrize(
    ("reason", "language", "told"),
    [
        (LIST, "sv", "mejlet kom via en e-postlista (List-Id)"),
        (LIST, "da", "mailen kom via en mailingliste (List-Id)"),
        (LIST, "sk", "e-mail prišiel cez mailing list (List-Id)"),
        (LIST, "en", "sent through a mailing list (List-Id)"),
        (LIST, "pl", "sent through a mailing list (List-Id)"),
        (Reason("null-path", "sent with a null return path"), "sv", "mejlet är skickat utan returadress"),
        (
            Reason("auto-submitted", "marked Auto-Submitted: auto-generated"),
            "da",
            "mailen er mærket som sendt automatisk (Auto-Submitted: auto-generated)",
        ),
        (Reason("loop", "60 hops"), "sk", "e-mail koluje v slučke (60 hops)"),
        (Reason("a-new-rule", "something new"), "sv", "something new"),
    ],
)
def test_why_a_machine_is_not_answered(reason: Reason, language: str, told: str) -> None:
    """The rule is told in the desk's language, what only the English text knows in brackets behind it."""
    assert silence_words(reason, language) == told


def test_events_keep_the_rules_name() -> None:
    """History and logs name the rule, in English, whatever the desk's language."""
    assert silence_line(LIST) == "mailing-list: sent through a mailing list (List-Id)"


@given(st.sampled_from(sorted(NOTES)), st.sampled_from((*LANGUAGES, "pl")), st.text(), st.text())
def test_what_a_note_is_about_is_data(kind: str, language: str, first: str, second: str) -> None:
    """Braces and all else in a mail stand in a note as they came, and never break it."""
    told = note_words(Note(kind, (first, second)), language)
    assert first in told or "{0}" not in NOTES[kind]["en"]
    assert second in told or "{1}" not in NOTES[kind]["en"]


def test_a_sender_is_verified_by_five_things_alone() -> None:
    """The server's pass, the customer file, an earlier answer, the own tag, an agent's word; no other note proves."""
    proofs = {"server-pass", "in-customer-file", "answered-before", "own-tag", "by-agent"}
    assert {kind for kind in NOTES if is_proof(Note(kind))} == proofs
    assert set(get_args(Authenticity)) == {"pass", "fail", "none"}
