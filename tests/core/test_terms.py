"""A desk on a customer's terms: what wins over what, and what stays (C6, M3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Target
from mailbot.core.customer import Customer
from mailbot.core.desk import Agreement
from mailbot.core.promise import make_promise
from mailbot.core.terms import in_terms
from tests.core.samples import at, hours, local, spans, weekdays
from tests.core.servicedesk import ACME, AGREEMENTS, GLOBEX, service_desk


@pytest.mark.parametrize("key", ["", "nobody", "lapsed"])
def test_without_terms_the_desk_is_as_it_is(key: str) -> None:
    """For nobody, for a customer whom the files have lost, and for one who has agreed upon nothing."""
    desk = service_desk()
    assert replace(in_terms(desk, key), plain=None) == desk


@pytest.mark.parametrize(
    ("customer", "priority", "received", "start"),
    [
        ("", "normal", "2026-11-23 11:00", "2026-11-23 16:00"),
        ("acme", "normal", "2026-11-23 11:00", "2026-11-23 16:00"),
        ("globex", "normal", "2026-11-23 11:00", "2026-11-23 12:00"),  # its own target and hours
        ("globex", "high", "2026-11-23 19:30", "2026-11-24 06:30"),  # its agreement's target in its own hours
        ("globex", "low", "2026-11-23 06:00", "2026-11-23 14:00"),  # the desk's target in its own hours
        ("globex", "low", "2026-04-03 12:00", "2026-04-07 14:00"),  # the desk's holidays
    ],
)
def test_a_customer_s_start(customer: str, priority: str, received: str, start: str) -> None:
    """The customer's own targets and hours win over its agreement's, and those over the desk's; holidays stay (C6)."""
    desk = in_terms(service_desk(), customer)
    assert local(make_promise(desk, priority, at(received)).expected_start) == start


def test_the_agreement_s_hours_hold_where_the_customer_has_none() -> None:
    """Open from 07 by the agreement, where the desk opens at 08."""
    desk = in_terms(service_desk((replace(GLOBEX, hours=()),)), "globex")
    assert desk.calendar.hours == AGREEMENTS["extended"].hours


@pytest.mark.parametrize(
    ("customer", "offered"), [("", ["mail", "phone"]), ("acme", ["mail"]), ("globex", ["mail", "phone"])]
)
def test_the_agreement_says_what_is_offered(customer: str, offered: list[str]) -> None:
    """A basic customer is not invited to phone; an agreement that names no channels offers all (M3)."""
    assert [channel.kind for channel in in_terms(service_desk(), customer).channels] == offered


def test_letters_are_in_the_customer_s_language() -> None:
    """One language where the customer's is known, else all of the desk's."""
    desk = replace(service_desk(), languages=("sk", "en"))
    assert in_terms(desk, "globex").written_in == ("en",)
    assert in_terms(desk, "acme").written_in == ("sk", "en")


def test_an_agreement_that_has_ended_keeps_its_terms() -> None:
    """Whether a case is admitted is not for the terms to say."""
    ended = replace(ACME, until=date(2020, 1, 1))
    assert len(in_terms(service_desk((ended,)), "acme").channels) == 1


_TARGETS = st.dictionaries(
    st.sampled_from(("normal", "high", "low")),
    st.integers(0, 48).map(lambda within: (Target(hours(within)),)),
)
_HOURS = st.sampled_from(((), (weekdays(spans("06:00-20:00")),), (weekdays(spans("10:00-11:00")),)))


@given(_TARGETS, _TARGETS, _HOURS, _HOURS)
def test_what_wins(
    own: dict[str, tuple[Target, ...]], agreed: dict[str, tuple[Target, ...]], hours_own: tuple[()],
    hours_agreed: tuple[()],
) -> None:  # fmt: skip
    """Targets and hours are each the customer's, else the agreement's, else the desk's; twice makes no difference."""
    plain = service_desk()
    agreement = Agreement("a", {"sv": "A"}, targets=agreed, hours=hours_agreed)
    customer = Customer("c", "C", agreement="a", targets=own, hours=hours_own)
    desk = replace(service_desk((customer,)), agreements={"a": agreement})
    met = in_terms(desk, "c")
    for priority in plain.priorities:
        expected = own.get(priority.key) or agreed.get(priority.key) or priority.targets
        assert met.priority(priority.key).targets == expected
    assert met.calendar.hours == (hours_own or hours_agreed or plain.calendar.hours)
    assert (met.calendar.zone, met.calendar.holidays) == (plain.calendar.zone, plain.calendar.holidays)
    assert in_terms(met, "c") == met


def test_a_target_of_the_customer_s_has_its_own_first_day() -> None:
    """A changed target holds for mails received from its day on, the customer's as the desk's (S13)."""
    from_december = (Target(hours(3)), Target(timedelta(minutes=30), date(2026, 12, 1)))
    desk = in_terms(service_desk((replace(ACME, targets={"normal": from_december}),)), "acme")
    assert local(make_promise(desk, "normal", at("2026-11-30 13:00")).expected_start) == "2026-11-30 16:00"
    assert local(make_promise(desk, "normal", at("2026-12-01 13:00")).expected_start) == "2026-12-01 13:30"
