"""Who is admitted, decided on whole mails: whom proof comes from, who is asked for nothing, and what comes after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailbot.core.authenticity import Authenticity
from mailbot.core.belief import proof_of
from mailbot.core.decide import decide, goes_on
from mailbot.core.decision import Effect, FollowUp, NewCase
from mailbot.core.desk import Agent, Partner
from mailbot.core.entitlement import Entitlement, Refusal
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, State, Tie
from mailbot.core.machine import Reason
from mailbot.core.note import Note
from mailbot.core.notewords import note_words
from mailbot.core.tongue import LANGUAGES
from tests.core.deskwork import case
from tests.core.samples import at
from tests.core.servicedesk import ANNA, BO, STRANGER, mail, service_desk

NOW = at("2026-11-23 09:00")
AGNES = Agent("Agnes", ("agnes@agents.example",))
PX = Partner("PX", ("px@px.example",))


def _facts(sender: str = ANNA, body: str = "En fråga.", **more: Any) -> Facts:
    desk = replace(service_desk(agents=(AGNES,), partners=(PX,)), **more.pop("desk", {}))
    known: dict[str, Any] = {"machine": None, "authenticity": "none", "correspondent": False, "ties": ()}
    return Facts(mail(body, sender=sender), desk, NOW, **(known | more))


def _opened(sender: str = ANNA, body: str = "En fråga.", **more: Any) -> NewCase:
    decision = decide(_facts(sender, body, **more))
    assert isinstance(decision, NewCase)
    return decision


@pytest.mark.parametrize(
    ("sender", "authenticity", "kind"),
    [
        (ANNA, "none", "in-customer-file"),
        (ANNA, "pass", "server-pass"),
        (ANNA, "fail", "forged"),
        (BO, "none", "unproven"),
        (STRANGER, "none", "unproven"),
    ],
)
def test_a_contact_s_address_verifies(sender: str, authenticity: Authenticity, kind: str) -> None:
    """A named contact is believed unless the mail server says that the sender is forged; a mere colleague is not."""
    facts = _facts(sender, authenticity=authenticity)
    assert proof_of(facts) == Note(kind)
    decision = decide(facts)
    assert isinstance(decision, NewCase)
    assert decision.verified is (kind not in {"forged", "unproven"})


@pytest.mark.parametrize(
    ("sender", "more", "refusal", "customer"),
    [
        (ANNA, {}, "", "acme"),
        (BO, {}, "", "acme"),
        (STRANGER, {}, "no-agreement", ""),
        (ANNA, {"authenticity": "fail"}, "no-agreement", ""),
        (STRANGER, {"machine": Reason("auto-submitted", "why")}, "", ""),
        (STRANGER, {"machine": Reason("response-suppressed", "why")}, "no-agreement", ""),
        (STRANGER, {"suppressed": NOW + timedelta(days=1)}, "no-agreement", ""),
        (AGNES.address, {}, "", ""),
        (PX.address, {}, "", ""),
        (PX.address, {"authenticity": "fail"}, "no-agreement", ""),
    ],
)
def test_who_is_asked_for_an_agreement(sender: str, more: dict[str, Any], refusal: Refusal, customer: str) -> None:
    """People from outside alone: machines are promised nothing anyway, agents and partners are the desk's own."""
    entitlement = _opened(sender, **more).entitlement
    assert (entitlement.refusal, entitlement.customer) == (refusal, customer)


def test_a_refused_case_is_placed_like_any_other() -> None:
    """Queue, priority and the promise that it would have had stand in the decision for when it is admitted."""
    refused, admitted = _opened(STRANGER), _opened(ANNA)
    assert not refused.entitlement.admitted
    assert (refused.placement, refused.promise) == (admitted.placement, admitted.promise)


def test_the_day_is_the_desk_s_own() -> None:
    """An agreement that begins today has begun from the desk's midnight on, whatever the day in UTC."""
    desk = service_desk()
    assert desk.customers is not None
    acme = replace(desk.customers.by_key["acme"], since=at("2026-11-24 12:00").date())
    early = replace(_facts(), desk=service_desk((acme,)), received=at("2026-11-23 23:59"))
    late = replace(early, received=at("2026-11-24 00:00"))
    assert late.received.date() == at("2026-11-23 12:00").date()
    found = [decide(facts) for facts in (early, late)]
    assert [one.entitlement.refusal for one in found if isinstance(one, NewCase)] == ["not-begun", ""]


def _known(state: State, **changes: Any) -> KnownCase:
    return case(state=state, participants=frozenset({ANNA}), **changes)


@pytest.mark.parametrize(
    ("text", "state", "effect"),
    [
        ("Har ni hunnit titta?", "refused", ""),
        ("status", "refused", "status"),
        ("tack", "refused", ""),
        ("stäng ärendet", "refused", ""),
        ("Titta gärna en gång till.", "declined", "ask-again"),
        ("status", "declined", "status"),
        ("tack", "declined", "thanks"),
        ("stäng ärendet", "declined", "thanks"),
    ],
)
def test_what_a_further_mail_does(text: str, state: State, effect: Effect) -> None:
    """A refused case stays so until an agent admits it; one that is declined is asked for again by more than thanks."""
    decision = decide(_facts(body=text, ties=(Tie("tag", _known(state), ANNA, "customer"),)))
    assert isinstance(decision, FollowUp)
    assert decision.effect == effect


@pytest.mark.parametrize(("days", "opens"), [(30, False), (31, True)])
def test_a_declined_case_is_over_after_a_while(days: int, opens: bool) -> None:
    """Later than a closed case would open again, a new case follows the declined one."""
    closed = NOW - timedelta(days=days)
    facts = _facts(ties=(Tie("tag", _known("declined", closed=closed), ANNA, "customer"),))
    decision = decide(facts)
    assert isinstance(decision, NewCase) is opens
    assert (goes_on(facts) is None) is opens


def test_each_reason_is_told_to_agents_in_their_language() -> None:
    """Every refusal, and that a kind is always admitted, has a sentence in every language."""
    refusals = ("no-agreement", "not-begun", "ended", "overdue", "not-a-contact", "not-trained", "not-covered")
    for language in LANGUAGES:
        told = {note_words(Note(f"refused-{refusal}", ("X",)), language) for refusal in refusals}
        told.add(note_words(Note("always-admitted", ("X",)), language))
        assert len(told) == len(refusals) + 1


def test_nobody_is_asked_at_a_desk_without_customers() -> None:
    """The decision is as it was before there were customers."""
    assert _opened(STRANGER, desk={"customers": None}).entitlement == Entitlement()
