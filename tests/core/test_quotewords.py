"""Alternations of words: the same finds as trying each word in turn, without trying each."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.quotewords import any_of

_WORD = st.text(alphabet="abä .(", min_size=1, max_size=5).map(str.strip).filter(bool)


@given(st.lists(_WORD, min_size=1, max_size=12), st.text(alphabet="abä .(", max_size=8))
def test_the_longest_word_that_a_text_begins_with_is_found(words: list[str], text: str) -> None:
    """Whatever beginnings the words share, the match is the longest of them that the text begins with, or none."""
    found = re.match(any_of(" | ".join(words)), text)
    expected = max((word for word in words if text.startswith(word)), key=len, default=None)
    assert (found[0] if found else None) == expected


@given(st.lists(_WORD, min_size=1, max_size=12), st.sampled_from(["", "b", " a", "."]))
def test_a_shorter_word_is_found_where_what_follows_forbids_the_longer_one(words: list[str], rest: str) -> None:
    """With something behind it the alternation gives way as one of whole words does, longest first."""
    plain = "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))
    for word in words:
        wanted = re.compile(rf"(?:{plain}){re.escape(rest)}\Z").match(word + rest)
        found = re.compile(rf"{any_of(' | '.join(words))}{re.escape(rest)}\Z").match(word + rest)
        assert found is not None
        assert wanted is not None
        assert found.span() == wanted.span()
