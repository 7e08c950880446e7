"""Previews: each letter of each desk can be seen before a customer gets it."""

from __future__ import annotations

import re

import pytest

from mailbot.core.library import LETTERS, PLAIN_LETTERS
from mailbot.preview import preview, preview_mail
from tests.lettering import read_mail, shipped_desks, shipped_library


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("key", sorted(shipped_desks()))
def test_each_letter_can_be_seen_for_each_desk(letter: str, key: str) -> None:
    """A preview is the letter that would be written, and as a mail it is one that can be opened."""
    desk = shipped_desks()[key]
    written = preview(letter, desk, shipped_library())
    mail = read_mail(preview_mail(letter, desk, shipped_library()))

    assert written.problems == ()
    assert mail["Subject"] == written.draft.subject
    assert mail["From"] == f"{desk.name} <{desk.address}>"
    rich = mail.get_body(("html",))
    assert (rich is None) == (letter in PLAIN_LETTERS)
    assert rich is None or _shown(rich.get_content().replace("\r\n", "\n")) == _shown(written.draft.html)
    assert ("cid:" in written.draft.html) == (mail.get_body(("related",)) is not None)


@pytest.mark.parametrize("letter", ["acknowledgement", "status", "priority-changed", "survey"])
def test_a_customer_is_greeted_by_their_own_name(letter: str) -> None:
    """And not by that of the agent whom other letters are made for."""
    draft = preview(letter, shipped_desks()["visma-control"], shipped_library()).draft
    assert draft.text.lstrip().startswith("Hej Anna Berg!")


def _shown(html: str) -> str:
    """HTML without the ids that its pictures get when it is mailed."""
    return re.sub(r'"cid:[^"]*"', '"cid:"', html).strip()


def test_a_letter_that_does_not_exist_is_refused() -> None:
    """An unknown name is a KeyError with that name."""
    with pytest.raises(KeyError, match="invoice"):
        preview("invoice", shipped_desks()["visma-control"], shipped_library())
