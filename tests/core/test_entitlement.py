"""Who is entitled to what: the reasons to refuse as a table, and what holds whatever the desk and the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.customer import Contact, Customer
from mailbot.core.entitlement import ADMITTED, Entitlement, Refusal, belongs_to, entitle
from tests.core.servicedesk import ACME, ANNA, BO, DAY, STRANGER, mail, service_desk

_ORDER: tuple[Refusal, ...] = (
    "no-agreement", "not-begun", "ended", "overdue", "not-a-contact", "not-trained", "not-covered"
)  # fmt: skip
_STRICT = {"contacts": "named", "training": True, "overdue": False}


def _entitled(
    sender: str = ANNA, *, body: str = "En fråga.", kind: str = "", service: dict[str, Any] | None = None,
    verified: bool = True, forged: bool = False, **changes: Any,
) -> Entitlement:  # fmt: skip
    """What a sender is entitled to where Acme is as `changes` say."""
    desk = service_desk((replace(ACME, **changes),), service=service or {})
    return entitle(desk, mail(body, sender=sender), sender, DAY, kind, verified=verified, forged=forged)


@pytest.mark.parametrize(
    ("refusal", "why", "sender", "more"),
    [
        ("", "agreement basic of customer acme is in force", ANNA, {}),
        ("", "agreement basic of customer acme is in force", BO, {}),
        ("no-agreement", "the sender belongs to no customer", STRANGER, {}),
        ("no-agreement", "the sender belongs to no customer", "", {}),
        ("no-agreement", "the sender belongs to no customer", ANNA, {"forged": True}),
        ("no-agreement", "customer acme has no agreement", ANNA, {"agreement": ""}),
        ("", "this desk asks for no agreement", STRANGER, {"service": {"agreement": False}}),
        ("", "this desk asks for no agreement", ANNA, {"agreement": "", "service": {"agreement": False}}),
        ("", "agreement basic of customer acme is in force", ANNA, {"since": DAY, "until": DAY}),
        ("not-begun", "agreement basic of customer acme begins on 2026-11-24", ANNA, {"since": date(2026, 11, 24)}),
        ("ended", "agreement basic of customer acme ended on 2026-11-22", ANNA, {"until": date(2026, 11, 22)}),
        ("overdue", "customer acme has overdue invoices", ANNA, {"overdue": True, "service": {"overdue": False}}),
        ("", "agreement basic of customer acme is in force", ANNA, {"overdue": True}),
        (
            "not-a-contact", "customer acme has not named the sender as a contact", BO,
            {"service": {"contacts": "named"}},
        ),
        ("not-a-contact", "nobody's contact", STRANGER, {"service": {"agreement": False, "contacts": "named"}}),
        ("", "agreement basic of customer acme is in force", ANNA, {"service": _STRICT, "body": "Min reskontra."}),
        ("not-trained", "the sender is not trained on pay", ANNA, {"service": _STRICT, "body": "Reskontra och lön."}),
        ("not-trained", "the sender is not trained on pay", BO, {"service": {"training": True}, "body": "Min lön"}),
        ("not-covered", "agreement basic does not cover cases of kind course", ANNA, {"kind": "course"}),
        ("", "agreement basic of customer acme is in force", ANNA, {"kind": "question"}),
        ("", "agreement basic of customer acme is in force", ANNA, {"kind": ""}),
    ],
)  # fmt: skip
def test_who_is_refused(refusal: str, why: str, sender: str, more: dict[str, Any]) -> None:
    """Each reason to refuse, and what is next to it and none (V11, S9, S10, V10, M2)."""
    found = _entitled(sender, **more)
    assert (found.refusal, found.why) == (refusal, why)
    assert found.admitted == (not refusal)


@pytest.mark.parametrize(
    ("sender", "verified", "forged", "frank"),
    [
        (ANNA, True, False, True),
        (ANNA, False, False, False),
        (ANNA, True, True, False),
        (BO, True, False, False),
        (STRANGER, True, False, False),
    ],
)
def test_who_may_be_told_why(sender: str, verified: bool, forged: bool, frank: bool) -> None:
    """Of a customer's affairs only a named contact of it hears, and only one who is proven to write."""
    assert _entitled(sender, verified=verified, forged=forged, until=date(2020, 1, 1)).frank is frank


@pytest.mark.parametrize("reason", _ORDER)
def test_a_fault_report_passes_whatever_is_wrong(reason: Refusal) -> None:
    """A kind that is always admitted is, and the agents see what it is admitted in spite of (S11, M6)."""
    wrong: dict[Refusal, dict[str, Any]] = {
        "no-agreement": {"agreement": ""}, "not-begun": {"since": DAY + timedelta(1)},
        "ended": {"until": DAY - timedelta(1)}, "overdue": {"overdue": True}, "not-a-contact": {"contacts": ()},
        "not-trained": {"body": "lön"}, "not-covered": {},
    }  # fmt: skip
    asked = _entitled(kind="course", service=_STRICT, **wrong[reason])
    assert asked.refusal == reason
    told = _entitled(kind="fault", service=_STRICT, **wrong[reason])
    assert told.admitted
    # The agreement covers faults, so that nothing is in the way of one where the kind alone was.
    assert told.despite == ("" if reason == "not-covered" else reason)
    assert told.modules == asked.modules == (("pay",) if reason == "not-trained" else ())


def test_the_first_reason_is_told() -> None:
    """Where everything is wrong, what is put right leaves the next reason, in one order."""
    wrong = {
        "agreement": "", "since": DAY + timedelta(1), "until": DAY - timedelta(1), "overdue": True, "contacts": ()
    }  # fmt: skip
    right: list[dict[str, Any]] = [
        {"agreement": "basic"}, {"since": None}, {"until": None}, {"overdue": False}, {"contacts": ACME.contacts},
    ]  # fmt: skip
    found = [_entitled(kind="course", service=_STRICT, body="lön", **wrong).refusal]
    for change in right:
        wrong |= change
        found.append(_entitled(kind="course", service=_STRICT, body="lön", **wrong).refusal)
    found.append(_entitled(kind="course", service=_STRICT, **wrong).refusal)
    assert tuple(found) == _ORDER


def test_a_desk_without_customers_helps_everybody() -> None:
    """Nothing is enforced where no customer file is named, however strict the service."""
    desk = replace(service_desk(service=_STRICT), customers=None)
    assert entitle(desk, mail(sender=STRANGER), STRANGER, DAY, "course", verified=False, forged=True) == ADMITTED


def test_a_contact_belongs_to_who_named_them() -> None:
    """A contact's own address wins over its domain, which may be another customer's."""
    other = Customer("other", "Other", ("other.example",), (Contact("consultant@acme.example"),))
    desk = service_desk((ACME, other))
    assert belongs_to(desk, "consultant@acme.example") == (other, other.contacts[0])
    assert belongs_to(desk, BO) == (ACME, None)
    assert belongs_to(desk, "x@sub.acme.example") == (None, None)


@given(
    sender=st.sampled_from((ANNA, BO, STRANGER, "")),
    since=st.one_of(st.none(), st.dates(date(2026, 11, 20), date(2026, 11, 26))),
    until=st.one_of(st.none(), st.dates(date(2026, 11, 20), date(2026, 11, 26))),
    overdue=st.booleans(),
    agreement=st.sampled_from(("", "basic", "extended")),
    kind=st.sampled_from(("", "question", "fault", "course")),
    body=st.sampled_from(("En fråga.", "Reskontra.", "Lön.")),
    verified=st.booleans(),
    forged=st.booleans(),
    service=st.fixed_dictionaries(
        {
            "agreement": st.booleans(), "contacts": st.sampled_from(("any", "named")), "training": st.booleans(),
            "overdue": st.booleans(),
        }
    ),
)  # fmt: skip
def test_what_always_holds(
    sender: str, since: date | None, until: date | None, overdue: bool, agreement: str, kind: str, body: str,
    verified: bool, forged: bool, service: dict[str, Any],
) -> None:  # fmt: skip
    """Proof never changes whether somebody is admitted, only what is told; more generous terms never refuse more."""
    changes = {"since": since, "until": until, "overdue": overdue, "agreement": agreement}
    found = _entitled(
        sender, body=body, kind=kind, service=service, verified=verified, forged=forged, **changes
    )  # fmt: skip
    unproven = _entitled(sender, body=body, kind=kind, service=service, verified=False, forged=forged, **changes)
    assert replace(found, frank=False) == unproven
    assert not (found.frank and (forged or not verified or sender != ANNA))
    assert bool(found.customer) == (sender in {ANNA, BO} and not forged)
    generous = {"agreement": False, "contacts": "any", "training": False, "overdue": True}
    if found.admitted:
        assert _entitled(sender, body=body, kind=kind, service=generous, forged=forged, **changes).refusal in {
            "", "not-covered"
        }  # fmt: skip
    if kind == "fault":
        assert found.admitted
    elif found.despite:
        raise AssertionError("only what is always admitted is admitted in spite of something")
