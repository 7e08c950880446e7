"""Mails that a server does not hand over: tried alone, after the others, and ever more seldom."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.stubborn import Stubborn

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def after(*failures: int) -> Stubborn:
    """What is known after a fetch of each of these failed, in order."""
    stubborn = Stubborn("box")
    for uid in failures:
        stubborn.blame([uid], NOON, "why")
    return stubborn


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        ((), [[1, 2], [3, 4], [5]]),
        ((2,), [[2], [1, 3], [4, 5]]),
        ((4, 2), [[2], [4], [1, 3], [5]]),
        ((2, 2), [[1, 3], [4, 5], [2]]),
        ((2, 2, 1), [[1], [3, 4], [5], [2]]),
        ((2, 2, 2), [[1, 3], [4, 5]]),
    ],
)
def test_groups(failures: tuple[int, ...], expected: list[list[int]]) -> None:
    """Suspects go alone and first, in order; offenders alone and last; from the third failure on a mail rests."""
    assert after(*failures).groups({5, 4, 3, 2, 1}, NOON, 2) == expected


@pytest.mark.parametrize(("failures", "minutes"), [(3, 1), (4, 2), (5, 4), (11, 256), (12, 360), (99, 360)])
def test_rest(failures: int, minutes: int) -> None:
    """The rest doubles with each further failure, from a minute up to six hours."""
    stubborn = after(*[7] * failures)
    assert stubborn.groups([7], NOON + timedelta(minutes=minutes, seconds=-1), 10) == []
    assert stubborn.groups([7], NOON + timedelta(minutes=minutes), 10) == [[7]]


def test_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """An admin reads once that a mail cannot be fetched, and once that it is no longer waited for."""
    caplog.set_level(logging.INFO, "mailbot")
    stubborn = after(*[7] * 9)
    stubborn.absolve([7, 8])
    stubborn.absolve([7])
    assert caplog.messages == [
        "mailbox box: the mail with UID 7 cannot be fetched; the others are taken, it is tried again: why",
        "mailbox box: the mail with UID 7 is no longer waited for",
    ]
    assert not stubborn
