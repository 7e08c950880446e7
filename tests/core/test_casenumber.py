"""Case numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.casenumber import case_number, case_numbers_in

VC = frozenset({"VC"})


@given(st.integers(min_value=1, max_value=10**9))
def test_a_number_is_found_again(serial: int) -> None:
    """Every number we write is read back from a subject, whatever the case and the dash."""
    number = case_number("VC", serial)
    assert case_numbers_in(f"SV: [{number}] Fakturan", VC) == (number,)
    assert case_numbers_in(number.lower().replace("-", " "), VC) == (number,)


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=0, max_value=5), st.integers(0, 9))
def test_one_wrong_digit_is_caught(serial: int, place: int, digit: int) -> None:
    """Any single wrong digit makes it no case number."""
    prefix, digits = case_number("VC", serial).split("-")
    wrong = digits[:place] + str(digit) + digits[place + 1 :]
    expected = (f"{prefix}-{digits}",) if wrong == digits else ()
    assert case_numbers_in(f"{prefix}-{wrong}", VC) == expected


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=0, max_value=4))
def test_swapped_neighbours_are_caught(serial: int, place: int) -> None:
    """Two neighbouring digits swapped make it no case number."""
    prefix, digits = case_number("VC", serial).split("-")
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    expected = (f"{prefix}-{digits}",) if swapped == digits else ()
    assert case_numbers_in(f"{prefix}-{swapped}", VC) == expected


@pytest.mark.parametrize(
    "text",
    ["", "XVC-000013", "VC-0000135", "MB-000013", "order VC-00001", "VC-000013X", "a-VC-000013"],
)
def test_what_is_no_case_number(text: str) -> None:
    """Numbers of other desks, of other lengths, or inside longer words are none of ours."""
    assert case_numbers_in(text, VC) == ()
