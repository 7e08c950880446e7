"""Letters on orders, faults and what is declined: what the desk file says, in the reader's language, within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.customertellings import Declined, FaultConfirmed, FaultFixed, NotCovered, OrderAsked, OrderRecorded
from mailbot.core.desk import Service
from mailbot.core.errandwords import write
from mailbot.core.samples import sample_case
from mailbot.core.servicewords import service_words
from mailbot.core.tongue import LANGUAGES
from mailbot.core.words import Words
from tests.core.letters_of_service import SERVICE
from tests.lettering import shipped_desks, shipped_library

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DESK = replace(shipped_desks()["cloudempiere"], service=SERVICE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_desk_file_says_stands_in_its_letter(language: str) -> None:
    """Each in its own, in the reader's language."""
    said = Words("Kim says so.")
    for told, terms in (
        (Declined(said, "Kim"), SERVICE.decline),
        (NotCovered(said, "Kim"), SERVICE.not_covered),
        (OrderAsked(said, "Kim"), SERVICE.order),
    ):
        assert service_words(DESK, told, NOW, language)["terms"] == terms[language]
        text = write(shipped_library(), replace(DESK, languages=(language,)), sample_case(DESK), told, NOW).draft.text
        assert terms[language] in text
        assert "Kim says so." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_desk_that_says_nothing_leaves_no_gap(language: str) -> None:
    """No empty paragraph stands where its words would."""
    desk = replace(DESK, service=Service(), languages=(language,))
    for told in (Declined(Words("No."), "Kim"), NotCovered(Words("No."), "Kim"), OrderAsked(Words("Yes?"), "Kim")):
        assert "\n\n\n" not in write(shipped_library(), desk, sample_case(desk), told, NOW).draft.text


@pytest.mark.parametrize(
    ("day", "language", "told"),
    [
        (date(2026, 12, 15), "sv", "tisdag 15 december"),
        (date(2027, 1, 15), "sv", "fredag 15 januari 2027"),
        (date(2026, 12, 15), "da", "tirsdag den 15. december"),
        (date(2026, 12, 17), "sk", "vo štvrtok 17. decembra"),
        (date(2027, 5, 1), "en", "Saturday 1 May 2027"),
        (None, "en", ""),
    ],
)
def test_the_day_of_a_version(day: date | None, language: str, told: str) -> None:
    """In words, with the year where it is another one."""
    assert service_words(DESK, FaultConfirmed("12.1", day), NOW, language)["expected"] == told


@settings(max_examples=25)
@given(st.text(max_size=80), st.integers(0, 3000), st.booleans())
def test_an_order_of_any_length_can_be_repeated(line: str, count: int, ordered: bool) -> None:
    """A customer's yes never fails on how long, or in what characters, the agent asked."""
    told = OrderRecorded(ordered, f"{line}\n" * count, begun=False)
    written = write(shipped_library(), DESK, sample_case(DESK), told, NOW)
    assert written.problems == ()
    assert len(service_words(DESK, told, NOW, "en")["order"]) <= 41


def test_words_in_a_version_are_text() -> None:
    """Nothing of it is HTML, and it stays on its line."""
    html = write(shipped_library(), DESK, sample_case(DESK), FaultFixed("<b>12\r\n.1"), NOW).draft.html
    assert "&lt;b&gt;12 .1" in html
