"""The retry schedule as plain arithmetic (K22, K25)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.retry import KINDS, in_doubt, lifetime, next_attempt

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FAR = NOW + timedelta(days=365)

jitters = st.floats(min_value=-1, max_value=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 70), (6, 70), (100, 70), (10_000, 70)]
)
def test_waits_double_up_to_a_cap(attempts: int, minutes: int) -> None:
    """The first wait is five minutes, each further one twice as long, none over seventy."""
    assert next_attempt(attempts, NOW, FAR, 0.0) == NOW + timedelta(minutes=minutes)


@given(st.integers(1, 2000), jitters)
def test_jitter_is_a_tenth_at_most(attempts: int, jitter: float) -> None:
    """Whatever the jitter, the wait stays within a tenth of the one without it."""
    plain = next_attempt(attempts, NOW, FAR, 0.0)
    moved = next_attempt(attempts, NOW, FAR, jitter)
    assert plain is not None
    assert moved is not None
    assert 0.9 * (plain - NOW) <= moved - NOW <= 1.1 * (plain - NOW)


@given(st.integers(1, 2000), jitters, st.integers(-10_000, 10_000))
def test_given_up_exactly_when_its_time_is_over(attempts: int, jitter: float, seconds_left: int) -> None:
    """There is a next attempt exactly while time is left, after now and never past the end."""
    give_up = NOW + timedelta(seconds=seconds_left)
    moment = next_attempt(attempts, NOW, give_up, jitter)
    if seconds_left <= 0:
        assert moment is None
    else:
        assert moment is not None
        assert NOW < moment <= give_up


@given(st.integers(1, 2000), jitters)
def test_waits_never_shrink(attempts: int, jitter: float) -> None:
    """With the same jitter, a later attempt waits at least as long as an earlier one."""
    this = next_attempt(attempts, NOW, FAR, jitter)
    then = next_attempt(attempts + 1, NOW, FAR, jitter)
    assert this is not None
    assert then is not None
    assert this <= then


@pytest.mark.parametrize(("kind", "jitter"), [(kind, jitter) for kind in sorted(KINDS) for jitter in (-1.0, 0.0, 1.0)])
def test_walk_to_the_end_of_a_lifetime(kind: str, jitter: float) -> None:
    """A letter that never gets through is tried to the last moment of its lifetime, then given up."""
    give_up = NOW + lifetime(kind)
    moments = [NOW]
    while (following := next_attempt(len(moments), moments[-1], give_up, jitter)) is not None:
        moments.append(following)
    assert moments[-1] == give_up
    # Five days at seventy minutes are 103 waits, the first ones shorter; a tenth more with the shortest jitter.
    assert lifetime(kind) / timedelta(minutes=77) <= len(moments) <= lifetime(kind) / timedelta(minutes=63) + 6


@pytest.mark.parametrize(
    ("kind", "hours", "doubt"),
    [
        ("ack", 24, "again"),
        ("copy", 120, "again"),
        ("relay", 120, "again"),
        ("report", 24, "again"),
        ("survey", 24, "hold"),
        ("what a newer mailbot sends", 24, "hold"),
    ],
)
def test_table_of_kinds(kind: str, hours: int, doubt: str) -> None:
    """Each kind has its lifetime and its answer to doubt; an unknown one is never sent twice."""
    assert (lifetime(kind), in_doubt(kind)) == (timedelta(hours=hours), doubt)
