"""What letters tell of customers: to whom which address, which reason, and nothing to anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Channel
from mailbot.core.entitlement import Entitlement, Refusal
from mailbot.core.samples import CUSTOMER, sample_case, sample_refusals, with_customer
from mailbot.core.terms import in_terms
from mailbot.core.termswords import (
    address_told,
    agreement_words,
    entitlement_facts,
    kind_words,
    organisation_words,
    refusal_facts,
)
from mailbot.core.wording import acknowledgement, not_admitted
from tests.core.servicedesk import ANNA, BO, service_desk
from tests.lettering import shipped_desks, shipped_library

PHONE = Channel("phone", {"sv": "Telefon"}, "010-1", contacts_only=True)
REFUSALS = tuple(refusal for refusal in get_args(Refusal) if refusal)


def _case(sender: str, *, verified: bool = True) -> CaseFacts:
    return replace(sample_case(service_desk()), requester_address=sender, verified=verified, customer="acme")


@pytest.mark.parametrize(
    ("sender", "verified", "told"),
    [(ANNA, True, "010-1"), (ANNA.upper(), True, "010-1"), (ANNA, False, ""), (BO, True, "")],
)
def test_a_number_for_contacts_only(sender: str, verified: bool, told: str) -> None:
    """It is told to a named contact who is verified, and to nobody else, a colleague neither (S1)."""
    assert address_told(service_desk(), PHONE, _case(sender, verified=verified)) == told
    assert address_told(service_desk(), replace(PHONE, contacts_only=False), _case(sender)) == "010-1"


def test_a_number_for_contacts_of_a_desk_without_any() -> None:
    """Where there are no customers, nobody is told."""
    assert address_told(replace(service_desk(), customers=None), PHONE, _case(ANNA)) == ""


def test_a_hidden_number_leaves_the_rest_of_the_channel() -> None:
    """The acknowledgement names the channel, its note too, without the number."""
    visma = with_customer(shipped_desks()["visma-control"])
    desk = replace(visma, channels=(replace(PHONE, note={"sv": "Numret står i avtalet."}),))
    case = replace(sample_case(desk), customer=CUSTOMER.key)
    for who, line in (
        (case, "Telefon: 010-1. Numret står i avtalet."),
        (replace(case, verified=False), "Telefon: Numret står i avtalet."),
    ):
        told = acknowledgement(shipped_library(), desk, who, case.received).draft
        assert line in told.text.splitlines()
        assert line in told.html.replace("<br>", "")


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("key", ["visma-control", "microbizz", "cloudempiere"])
def test_without_frankness_every_refusal_reads_alike(key: str, refusal: Refusal) -> None:
    """Whoever is not the verified contact cannot tell from the letter why, or whether there is such a customer."""
    desk = with_customer(shipped_desks()[key])
    case = replace(sample_case(desk), verified=False, kind="sample", told=False, promised=False)

    def letter(entitlement: Entitlement, whose: str) -> object:
        about = replace(case, customer=whose)
        return not_admitted(shipped_library(), desk, about, entitlement, case.received).draft

    modules = tuple(module.key for module in desk.modules)
    known = letter(Entitlement(refusal, CUSTOMER.key, "why", modules=modules), CUSTOMER.key)
    assert known == letter(Entitlement("no-agreement"), "")


@pytest.mark.parametrize("key", sorted(shipped_desks()))
def test_a_contact_reads_each_reason_in_other_words(key: str) -> None:
    """Frank letters differ from one another and from the neutral one, save where there is nothing to add to that."""
    desk = shipped_desks()[key]
    case = replace(sample_case(desk), told=False, promised=False, kind="sample")
    told = {
        (entitlement.refusal, entitlement.frank): not_admitted(
            shipped_library(), known, case, entitlement, case.received
        ).draft.text
        for known, entitlement in sample_refusals(desk)
    }
    neutral = {told["no-agreement", True], told["not-a-contact", True]}
    frank = [text for (refusal, frank), text in told.items() if frank and refusal[:3] != "no-" and text not in neutral]
    assert len(neutral) == 1
    assert len(set(frank)) == len(frank) == len(REFUSALS) - 2


@pytest.mark.parametrize(
    ("refusal", "frank", "told"),
    [("not-covered", True, "Vi har kurser."), ("not-covered", False, "Skriv."), ("overdue", True, "Skriv.")],
)
def test_what_is_offered_instead_of_what_is_not_covered(refusal: Refusal, frank: bool, told: str) -> None:
    """A contact whose case the agreement does not cover reads what `not_covered` offers instead (V10, M5)."""
    desk = service_desk(service={"terms": {"sv": "Skriv."}, "not_covered": {"sv": "Vi har kurser."}})
    facts = refusal_facts(desk, _case(ANNA), Entitlement(refusal, "acme", frank=frank), "sv")
    assert facts["terms"] == told


@pytest.mark.parametrize("key", sorted(shipped_desks()))
def test_a_refusal_promises_nothing(key: str) -> None:
    """No letter to somebody who is not admitted names the day, the hour or the zone of a start."""
    for desk, entitlement in sample_refusals(shipped_desks()[key]):
        case = replace(sample_case(desk), told=False, promised=False)
        draft = not_admitted(shipped_library(), desk, case, entitlement, case.received).draft
        clock = case.promise.expected_start.astimezone(desk.calendar.zone)
        for words in (draft.text, draft.html):
            assert f"{clock:%H.%M}" not in words
            assert f"{clock:%H:%M}" not in words


def test_names_that_are_lost_are_told_by_their_keys() -> None:
    """A kind or customer that the files have no more is called by its key, and has no agreement."""
    assert kind_words(service_desk(), "gone", "sv") == {"name": "gone", "note": ""}
    assert organisation_words(service_desk(), "gone", "sv") == {"name": "gone", "agreement": ""}
    assert agreement_words(service_desk(), "lapsed", "sv") == {"name": "", "note": ""}
    assert organisation_words(service_desk(), "", "sv") == {"name": "", "agreement": ""}


def test_what_agents_read_of_an_entitlement() -> None:
    """Why not, with what it is about; or in spite of what; or nothing."""
    desk = service_desk()
    ended = replace(desk.customers.by_key["acme"], until=date(2026, 6, 30)) if desk.customers else None
    assert ended is not None
    desk = service_desk((ended,))
    told = entitlement_facts(desk, "", Entitlement("ended", "acme"), "sv")
    assert told == {"refusal": "Kundens avtal har upphört att gälla (30 juni 2026).", "despite": ""}
    told = entitlement_facts(desk, "", Entitlement("not-trained", "acme", modules=("pay", "ledger")), "sv")
    assert told["refusal"].endswith(": Reskontra, Lön.")
    told = entitlement_facts(desk, "fault", Entitlement("", "acme", despite="overdue"), "sv")
    assert told == {
        "refusal": "", "despite": "Kunden har förfallna fakturor. Ärenden av slaget Felanmälan tas alltid emot."
    }  # fmt: skip
    assert entitlement_facts(desk, "", Entitlement("", "acme"), "sv") == {"refusal": "", "despite": ""}


def test_an_agreement_s_sentence_is_for_its_customers() -> None:
    """The acknowledgement to one has it, on the customer's terms; to anybody else it is not there."""
    desk = replace(with_customer(shipped_desks()["visma-control"]), kinds=())
    case = sample_case(desk)
    note = "Basic"  # the sentence of the made-up agreement
    with_note = acknowledgement(
        shipped_library(), in_terms(desk, CUSTOMER.key), replace(case, customer=CUSTOMER.key), case.received
    )  # fmt: skip
    assert note in with_note.draft.text
    assert note not in acknowledgement(shipped_library(), desk, case, case.received).draft.text
