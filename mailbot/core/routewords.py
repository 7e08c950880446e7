"""What letters to customers tell of the partners who work on their cases (V9, V12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailbot.core.casefacts import CaseFacts
from mailbot.core.customertellings import RouteChanged
from mailbot.core.desk import Desk, Partner
from mailbot.core.headertext import one_line
from mailbot.core.moments import day_words
from mailbot.core.texts import in_language


def partner_words(partner: Partner | None, language: str) -> dict[str, str]:
    """A partner's name, and how a customer reaches it; both empty for nobody."""
    if partner is None:
        return {"name": "", "contact": ""}
    return {"name": one_line(partner.name, 100), "contact": in_language(partner.contact, language).strip()}


def partner_of(desk: Desk, case: CaseFacts) -> Partner | None:
    """The partner who works on a case by its route; None where the desk does, or has that partner no more."""
    return next((partner for partner in desk.partners if case.partner in partner.addresses), None)


def route_facts(desk: Desk, told: RouteChanged, now: datetime, language: str) -> dict[str, Any]:
    """Who works on mail about a product from which day on, told at the aware moment `now`."""
    return {
        "product": one_line(told.product, 100),
        "day": day_words(told.day, language),
        "begun": told.day <= now.astimezone(desk.calendar.zone).date(),
        "partner": partner_words(told.partner, language),
    }
