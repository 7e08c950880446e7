"""A desk as one customer meets it: own targets, hours, ways to reach it, and language where they differ (C6, M3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from mailbot.core.calendar import Calendar, Hours, Target
from mailbot.core.customer import Customer
from mailbot.core.desk import Agreement, Desk, Priority

Whose = Literal["customer", "agreement", "desk"]


def in_terms(desk: Desk, key: str) -> Desk:
    """The desk on the terms of the customer of that key; on nobody's where the key is empty or nobody's.

    Of another customer's terms, where the desk is on those, nothing stays. The customer's own terms win over the
    agreement's, those over the desk's. What an agreement says holds for its customers also after its last day: whether
    a case is admitted is for `core.entitlement` to say.
    """
    desk = desk.plain or desk
    customer = desk.customer(key) if key else None
    if customer is None:
        return desk
    agreement = desk.agreements.get(customer.agreement)
    hours = customer.hours or (agreement.hours if agreement else ()) or desk.calendar.hours
    return replace(
        desk,
        calendar=_with_hours(desk, hours),
        plain=desk,
        priorities=_with_targets(desk.priorities, _targets(customer, agreement)),
        channels=tuple(each for each in desk.channels if _is_offered(each.kind, agreement)),
        tongue=customer.language,
    )


def whose_hours(desk: Desk, key: str) -> Whose:
    """Whose hours a case of the customer of that key (empty: of none) is counted in."""
    customer = desk.customer(key) if key else None
    agreement = desk.agreements.get(customer.agreement) if customer else None
    return _whose(customer is not None and bool(customer.hours), agreement is not None and bool(agreement.hours))


def whose_target(desk: Desk, key: str, priority: str) -> Whose:
    """Whose target the customer of that key (empty: of none) has for a priority (key)."""
    customer = desk.customer(key) if key else None
    agreement = desk.agreements.get(customer.agreement) if customer else None
    own = customer is not None and priority in customer.targets
    return _whose(own, agreement is not None and priority in agreement.targets)


def _whose(own: bool, agreed: bool) -> Whose:
    return "customer" if own else "agreement" if agreed else "desk"


def _with_hours(desk: Desk, hours: tuple[Hours, ...]) -> Calendar:
    return desk.calendar if hours == desk.calendar.hours else replace(desk.calendar, hours=hours)


def _targets(customer: Customer, agreement: Agreement | None) -> Mapping[str, tuple[Target, ...]]:
    return {**(agreement.targets if agreement else {}), **customer.targets}


def _with_targets(priorities: tuple[Priority, ...], own: Mapping[str, tuple[Target, ...]]) -> tuple[Priority, ...]:
    return tuple(replace(each, targets=own[each.key]) if each.key in own else each for each in priorities)


def _is_offered(kind: str, agreement: Agreement | None) -> bool:
    return agreement is None or not agreement.channels or kind in agreement.channels
