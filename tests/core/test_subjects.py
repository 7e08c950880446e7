"""Subjects: reply prefixes of every mail program go, and so does the case's own number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.subjects import LONGEST, bare_subject


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("The report", "The report"),
        ("Re: The report", "The report"),
        ("RE: re: Re: The report", "The report"),
        ("SV: Sv: Rapporten", "Rapporten"),
        ("VB: Rapporten", "Rapporten"),
        ("AW: WG: Der Bericht", "Der Bericht"),
        ("Antw: Bericht", "Bericht"),
        ("VS: Raportti", "Raportti"),
        ("Fwd: FW: Report", "Report"),
        ("Re[2]: Report", "Report"),
        ("RE (3): Report", "Report"),
        ("AW^2: Bericht", "Bericht"),
        ("Re : Report", "Report"),
        ("回复：报告", "报告"),
        ("回复: 报告", "报告"),
        ("Odp: Raport", "Raport"),
        ("Re:Re:Report", "Report"),
        ("Region: Nord", "Region: Nord"),
        ("Rest of it: question", "Rest of it: question"),
        ("Reply: please", "Reply: please"),
        ("Re:", ""),
        ("", ""),
        ("  \r\n ", ""),
        ("Re:\r\n The\tfolded\r\n subject", "The folded subject"),
    ],
)
def test_prefixes_go_and_words_stay(subject: str, bare: str) -> None:
    """Reply and forward prefixes are taken off, however many; words that only look like them stay (G14)."""
    assert bare_subject(subject) == bare


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("The report", "The report"),
        ("Re: [VC-000017] The report", "The report"),
        ("SV: [VC-000017] Re: [VC-000017] The report", "The report"),
        ("[VC-000017]", ""),
        ("SV: [VC-000025] SV: other", "other"),
        ("[AB-000025] other", "[AB-000025] other"),
    ],
)
def test_the_cases_own_number_goes_too(subject: str, bare: str) -> None:
    """An answer to a letter of ours brings its number back, and may open another case; another desk's number stays."""
    assert bare_subject(subject, "VC-000017") == bare


@given(st.text(st.characters(codec=None), max_size=2000))
def test_any_subject_becomes_one_bounded_line(subject: str) -> None:
    """Whatever the subject, the result is one line, bounded, and stays as it is when treated again."""
    bare = bare_subject(subject)

    assert "\n" not in bare
    assert "\r" not in bare
    assert len(bare) <= LONGEST
    assert bare_subject(bare) == bare


def test_a_subject_of_prefixes_alone_ends() -> None:
    """Ten thousand prefixes are as good as none, and cost little."""
    assert bare_subject("Re: " * 10_000) == ""
