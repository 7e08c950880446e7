"""Previews: each letter of each desk can be seen before a customer gets it."""

from __future__ import annotations

import pytest

from mailbot.core.library import LETTERS, PLAIN_LETTERS
from mailbot.preview import preview
from tests.lettering import shipped_desks, shipped_library


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("key", sorted(shipped_desks()))
def test_each_letter_can_be_seen_for_each_desk(letter: str, key: str) -> None:
    """A preview has a subject and a text, HTML where the letter has any, and no template of it fails."""
    written = preview(letter, shipped_desks()[key], shipped_library())
    assert written.problems == ()
    assert written.draft.subject
    assert written.draft.text.strip()
    assert (written.draft.html == "") == (letter in PLAIN_LETTERS)


@pytest.mark.parametrize("letter", ["acknowledgement", "status", "priority-changed", "survey"])
def test_a_customer_is_greeted_by_their_own_name(letter: str) -> None:
    """And not by that of the agent whom other letters are made for."""
    draft = preview(letter, shipped_desks()["visma-control"], shipped_library()).draft
    assert draft.text.lstrip().startswith("Hej Anna Berg!")


def test_a_letter_that_does_not_exist_is_refused() -> None:
    """An unknown name is a KeyError with that name."""
    with pytest.raises(KeyError, match="invoice"):
        preview("invoice", shipped_desks()["visma-control"], shipped_library())
