"""Budgets of automatic answers, the digest of what they hold, the breaker, and free mail (Q10, Q11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.budget import Breaker, Spent, Traffic, allowance, calm, due_digest, minute_limit, next_breaker, trips
from mailbot.core.freemail import is_free_mail

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

counts = st.integers(0, 100)


@st.composite
def spendings(draw: st.DrawFn) -> Spent:
    """What an outbox can hold: an hour's letters are also among the day's."""
    hour = draw(counts)
    return Spent(hour, hour + draw(counts), draw(counts))


@pytest.mark.parametrize(
    ("spent", "verified", "free_mail", "held"),
    [
        (Spent(0, 0, 0), False, False, ""),
        (Spent(2, 9, 29), False, False, ""),
        (Spent(3, 3, 3), False, False, "3 automatic answers to this address within the hour"),
        (Spent(0, 10, 0), False, False, "10 automatic answers to this address within the day"),
        (Spent(0, 0, 30), False, False, "30 automatic answers to this domain within the hour"),
        (Spent(3, 10, 30), False, False, "3 automatic answers to this address within the hour"),
        (Spent(2, 9, 10_000), False, True, ""),
        (Spent(3, 3, 3), False, True, "3 automatic answers to this address within the hour"),
        (Spent(0, 10, 0), False, True, "10 automatic answers to this address within the day"),
        (Spent(29, 500, 10_000), True, False, ""),
        (Spent(30, 30, 0), True, False, "30 automatic answers to this address within the hour"),
        (Spent(30, 30, 0), True, True, "30 automatic answers to this address within the hour"),
    ],
)
def test_the_budgets(spent: Spent, verified: bool, free_mail: bool, held: str) -> None:
    """3 an hour, 10 a day an address and 30 an hour a domain for the unverified; 30 an hour for the verified."""
    assert allowance(spent, verified=verified, free_mail_domain=free_mail) == held


@given(st.lists(st.integers(0, 90), min_size=1, max_size=300), st.booleans(), st.booleans())
def test_no_address_is_sent_more_than_its_budget(gaps: list[int], verified: bool, free_mail: bool) -> None:
    """However mails come in, no hour has over 3 answers (30 to the verified), no day over 10 to the unverified."""
    sent: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += gap * MINUTE / 3
        hour, day = _since(sent, now - 60 * MINUTE), _since(sent, now - timedelta(days=1))
        if not allowance(Spent(hour, day, hour), verified=verified, free_mail_domain=free_mail):
            sent.append(now)
    for moment in sent:
        assert _since(sent, moment) - _since(sent, moment + 60 * MINUTE) <= (30 if verified else 3)
        assert verified or _since(sent, moment) - _since(sent, moment + timedelta(days=1)) <= 10


def _since(moments: list[datetime], start: datetime) -> int:
    return sum(1 for moment in moments if moment > start)


@given(spendings(), st.booleans(), st.booleans())
def test_proof_and_free_mail_never_narrow_a_budget(spent: Spent, verified: bool, free_mail: bool) -> None:
    """What may go to a stranger may go to somebody proved, and under a provider's domain as well."""
    if not allowance(spent, verified=False, free_mail_domain=False):
        assert not allowance(spent, verified=verified, free_mail_domain=free_mail)


@given(spendings(), st.booleans(), st.booleans(), counts)
def test_more_spent_never_means_more_room(spent: Spent, verified: bool, free_mail: bool, more: int) -> None:
    """Who is held stays held when more has been spent."""
    further = Spent(spent.to_address_hour + more, spent.to_address_day + more, spent.to_domain_hour + more)
    if allowance(spent, verified=verified, free_mail_domain=free_mail):
        assert allowance(further, verified=verified, free_mail_domain=free_mail)


@pytest.mark.parametrize(
    ("spent", "minutes", "verified", "free_mail", "due"),
    [
        (Spent(2, 3, 3), 60, False, False, True),
        (Spent(3, 3, 3), 60, False, False, False),
        (Spent(2, 3, 3), 10, False, False, True),
        (Spent(2, 3, 3), 9.9, False, False, False),
        (Spent(0, 10, 0), 600, False, False, False),
        (Spent(0, 0, 30), 60, False, False, False),
        (Spent(0, 0, 30), 60, False, True, True),
        (Spent(29, 500, 0), 10, True, False, True),
        (Spent(30, 500, 0), 60, True, False, False),
        (Spent(0, 0, 0), -5, False, False, False),
    ],
)
def test_when_a_digest_goes(spent: Spent, minutes: float, verified: bool, free_mail: bool, due: bool) -> None:
    """A digest goes once there is room in the budget and the first held letter is ten minutes old."""
    held_since = NOW - minutes * MINUTE

    assert due_digest(held_since, spent, NOW, verified=verified, free_mail_domain=free_mail) is due


def test_a_thousand_forged_mails_reach_their_victim_three_times_an_hour() -> None:
    """1000 mails in a victim's name cause three letters; an hour on one digest tells the rest, and two go as they come.

    Q10.
    """
    letters: list[tuple[datetime, str]] = []
    held_since = None
    for second in range(0, 4000, 4):
        now = NOW + timedelta(seconds=second)
        hour = _since([moment for moment, _ in letters], now - 60 * MINUTE)
        spent = Spent(hour, len(letters), hour)
        if held_since and due_digest(held_since, spent, now, verified=False, free_mail_domain=False):
            letters.append((now, "digest"))
            held_since = None
            spent = Spent(spent.to_address_hour + 1, len(letters), spent.to_domain_hour + 1)
        if not allowance(spent, verified=False, free_mail_domain=False):
            letters.append((now, "ack"))
        else:
            held_since = held_since or now
    assert [((moment - NOW).seconds, kind) for moment, kind in letters] == [
        (0, "ack"), (4, "ack"), (8, "ack"), (3600, "digest"), (3604, "ack"), (3608, "ack"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minute", "hour", "flood"),
    [
        (0, 0, False),
        (60, 60, False),
        (61, 61, True),
        (61, 360, True),
        (61, 366, False),
        (100, 600, False),
        (101, 600, True),
        (1000, 6000, False),
        (5000, 5000, True),
    ],
)
def test_what_is_a_flood(minute: int, hour: int, flood: bool) -> None:
    """More than 60 letters a minute and more than ten times the last hour's mean (Q11)."""
    assert trips(minute, hour) is flood


@given(st.integers(0, 100_000), st.integers(0, 60))
def test_a_quiet_minute_never_trips(hour: int, minute: int) -> None:
    """Sixty letters a minute or fewer are no flood, whatever the hour had."""
    assert not trips(minute, hour)


@pytest.mark.parametrize(
    ("minutes_open", "limit", "ten_minutes", "closes"),
    [
        (60, 60, 0, True),
        (60, 60, 299, True),
        (60, 60, 300, False),
        (59, 60, 0, False),
        (60_000, 60, 300, False),
        (60, 1000, 4999, True),
        (60, 1000, 5000, False),
        (-1, 60, 0, False),
    ],
)
def test_when_the_breaker_closes_by_itself(minutes_open: int, limit: float, ten_minutes: int, closes: bool) -> None:
    """An hour after it tripped, if the last ten minutes had less than half of the limit it tripped at."""
    breaker = Breaker(NOW - minutes_open * MINUTE, limit)

    assert calm(breaker, ten_minutes, NOW) is closes
    assert next_breaker(breaker, Traffic(0, ten_minutes, 0), NOW) == (Breaker() if closes else breaker)


def test_a_closed_breaker_is_not_to_be_calmed() -> None:
    """What is not open cannot close."""
    assert not calm(Breaker(), 0, NOW)


@pytest.mark.parametrize("hour", [0, 30, 600, 6000])
def test_a_flood_is_stopped_within_its_first_minute(hour: int) -> None:
    """5000 strangers' mails within a minute: once the limit is passed, no further letter goes (Q11)."""
    breaker, went = Breaker(), 0
    for second in range(60):
        now = NOW + timedelta(seconds=second)
        for mail in range(5000 // 60):
            caused = second * (5000 // 60) + mail
            breaker = next_breaker(breaker, Traffic(caused, caused, hour + went), now)
            went += breaker.tripped_at is None
    assert breaker.tripped_at is not None
    assert went <= 1.2 * max(60, hour / 6) + 2


def test_a_flood_that_was_held_does_not_pass_for_usual() -> None:
    """A flood of two hours keeps the breaker open till it ends, and the next one trips it again at once."""
    breaker, opened = Breaker(), []
    wanted: dict[int, int] = {}
    went: dict[int, int] = {}
    for minute in range(300):
        wanted[minute] = 1000 if minute in {*range(10, 130), 200} else 1
        last_hour = sum(went.get(minute - back, 0) for back in range(1, 60))
        before = breaker.tripped_at is not None
        for caused in range(wanted[minute]):
            ten = caused + sum(wanted.get(minute - back, 0) for back in range(1, 10))
            traffic = Traffic(caused, ten, last_hour + went.get(minute, 0))
            breaker = next_breaker(breaker, traffic, NOW + minute * MINUTE)
            went[minute] = went.get(minute, 0) + (breaker.tripped_at is None)
        if before != (breaker.tripped_at is not None):
            opened.append(minute)
    assert opened == [10, 139, 200, 260]
    assert sum(went.values()) < 2 * 70 + 300


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 100_000), st.integers(-100, 1000))
def test_the_breaker_changes_only_for_a_reason(minute: int, ten: int, hour: int, minutes_open: int) -> None:
    """It opens exactly when it trips, closes exactly when it is calm, and between keeps its time and limit."""
    traffic = Traffic(minute, ten, hour)
    opened = NOW - minutes_open * MINUTE

    tripped = Breaker(NOW, minute_limit(hour)) if trips(minute, hour) else Breaker()
    assert next_breaker(Breaker(), traffic, NOW) == tripped
    rested = Breaker() if calm(Breaker(opened), ten, NOW) else Breaker(opened)
    assert next_breaker(Breaker(opened), traffic, NOW) == rested


@pytest.mark.parametrize(
    ("domain", "free"),
    [
        ("gmail.com", True),
        ("GMAIL.COM", True),
        ("gmail.com.", True),
        ("hotmail.se", True),
        ("online.no", True),
        ("mail.dk", True),
        ("luukku.com", True),
        ("azet.sk", True),
        ("seznam.cz", True),
        ("wp.pl", True),
        ("t-online.de", True),
        ("gmx.de", True),
        ("visma.com", False),
        ("customer.example", False),
        ("mail.gmail.com", False),
        ("gmail.com.evil.example", False),
        ("notgmail.com", False),
        ("com", False),
        ("", False),
        ("ɢmail.com", False),
    ],
)
def test_free_mail(domain: str, free: bool) -> None:
    """A provider's domain is known whole, whatever its case, and no other one that looks like it."""
    assert is_free_mail(domain) is free
