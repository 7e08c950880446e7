"""When a digest may go, and what it tells."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.budget import ADDRESS_HOUR, BREAKER_MINUTE, DOMAIN_HOUR, VERIFIED_HOUR, Breaker, Spent, Traffic
from mailbot.core.calendar import Target
from mailbot.core.customertellings import HeldCase
from mailbot.core.digest import HeldAnswer, cases_told, may_tell
from mailbot.core.promise import make_promise
from mailbot.core.purse import GO, Purse
from tests.core.samples import desk, hours, priority

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR_AGO = NOW - timedelta(hours=1)
ANNA = "anna@customer.example"
PROMISE = make_promise(desk(priority("first", Target(hours(4)))), "first", NOW)


def _purse(hour: int = 0, *, domain: int = 0, minute: int = 0, breaker: Breaker | None = None) -> Purse:
    return Purse(
        NOW, {ANNA: Spent(hour, hour, 0)}, defaultdict(int, {"customer.example": domain}), {},
        Traffic(minute, minute, minute), breaker or Breaker(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("purse", "verified", "may"),
    [
        pytest.param(_purse(), False, True, id="room"),
        pytest.param(_purse(ADDRESS_HOUR), False, False, id="the address has had its share"),
        pytest.param(_purse(ADDRESS_HOUR), True, True, id="a proven one's is larger"),
        pytest.param(_purse(VERIFIED_HOUR), True, False, id="and has an end"),
        pytest.param(_purse(domain=DOMAIN_HOUR), False, False, id="the domain has had its share"),
        pytest.param(_purse(domain=DOMAIN_HOUR), True, True, id="which binds strangers alone"),
        pytest.param(_purse(breaker=Breaker(HOUR_AGO)), False, False, id="the breaker holds"),
        pytest.param(_purse(breaker=Breaker(HOUR_AGO)), True, True, id="letters to strangers alone"),
        pytest.param(_purse(minute=BREAKER_MINUTE // 2 - 1), False, True, id="half of what it lets through"),
        pytest.param(_purse(minute=BREAKER_MINUTE // 2), False, False, id="the other half is for those who write now"),
        pytest.param(_purse(minute=BREAKER_MINUTE), True, True, id="proven ones are not counted"),
    ],
)
def test_whether_a_digest_may_go(purse: Purse, verified: bool, may: bool) -> None:
    """It needs room in the same budgets as an acknowledgement, and room below the breaker to spare."""
    assert may_tell(purse, ANNA, HOUR_AGO, verified=verified) is may


@pytest.mark.parametrize(("minutes", "may"), [(9, False), (10, True)])
def test_a_burst_is_told_when_it_is_ten_minutes_old(minutes: int, may: bool) -> None:
    """One letter for a burst, not one for its beginning."""
    assert may_tell(_purse(), ANNA, NOW - timedelta(minutes=minutes), verified=False) is may


def test_no_number_of_digests_trips_the_breaker() -> None:
    """However many strangers are to be told in a minute, an acknowledgement beside them still goes."""
    purse, told = _purse(), 0
    for number in range(1000):
        address = f"k{number}@town{number}.example"
        if may_tell(purse, address, HOUR_AGO, verified=False):
            assert purse.ask(address, f"digest:{address}", verified=False) == GO
            told += 1
    assert told == BREAKER_MINUTE // 2
    assert purse.ask(ANNA, "a new mail", verified=False) == GO


def _held(number: int, case: str) -> HeldAnswer:
    return HeldAnswer(number, number, number, HeldCase(case, "first", PROMISE) if case else None)


def test_each_open_case_is_told_once_in_order() -> None:
    """Two held answers on one case are one line, an ended case is none."""
    held = [_held(1, "A-1"), _held(2, ""), _held(3, "A-2"), _held(4, "A-1")]
    assert [case.number for case in cases_told(held)] == ["A-1", "A-2"]
    assert cases_told([_held(1, "")]) == ()
