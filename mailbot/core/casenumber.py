"""Case numbers: a desk's prefix, a running number and a check digit that catches a slip of the finger."""

from __future__ import annotations

import re

# H. Michael Damm's quasigroup of order 10: finds every single wrong digit and every swap of two neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_WIDTH = 5
# Bounded on both sides, so that a number inside a longer word or digit string is none.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9-])([A-Z0-9]{2,6})[-\u2010\u2011\u2013 ]?([0-9]{6,12})(?![A-Za-z0-9])", re.IGNORECASE
)


def case_number(prefix: str, serial: int) -> str:
    """The number of a desk's `serial`-th case (from 1): `VC-000017`, the last digit checking the others."""
    digits = f"{serial:0{_WIDTH}d}"
    return f"{prefix}-{digits}{_check_digit(digits)}"


def case_numbers_in(text: str, prefixes: frozenset[str]) -> tuple[str, ...]:
    """The well-formed case numbers of these desks that a text quotes, in order, each once, as we write them."""
    found = []
    for match in _NUMBER.finditer(text[:10_000]):
        prefix, digits = match[1].upper(), match[2]
        if prefix in prefixes and _check_digit(digits[:-1]) == int(digits[-1]):
            found.append(f"{prefix}-{digits}")
    return tuple(dict.fromkeys(found))


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
