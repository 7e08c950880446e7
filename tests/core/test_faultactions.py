"""Faults of the product: read from what an agent writes, told to every case that hangs on them, to none besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailbot.core.agenttellings import FaultNews
from mailbot.core.choices import chosen_release
from mailbot.core.customertellings import FaultConfirmed, FaultFixed
from mailbot.core.knowncase import KnownCase, KnownFault, OtherCase
from mailbot.core.refused import Refused
from mailbot.core.scene import FaultEntry
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    DESK,
    EVE,
    NOW,
    OLLE,
    RECEIVED,
    TUVA,
    case,
    closed_case,
    letters,
    to_customers,
    told,
)
from tests.core.servicework import serve, telling

CONFIRMED = KnownFault(7, "DE-000013", "12.1", date(2026, 12, 15), RECEIVED, None)
FIXED = replace(CONFIRMED, fixed=RECEIVED)


def hung(number: str, who: str, state: str = "open") -> OtherCase:
    """Another case that hangs on the fault, with a customer of its own."""
    known = case(number, state=state, fault=CONFIRMED, participants=frozenset({who}))
    return OtherCase(known, replace(DESK, tongue="da"))


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("argument", "version", "day"),
    [
        ("12.1", "12.1", None),
        ("12.1 2026-12-15", "12.1", date(2026, 12, 15)),
        ("12.1 15.12.2026", "12.1", date(2026, 12, 15)),
        ("12.1 15. 12. 2026", "12.1", date(2026, 12, 15)),
        ("12.1 15/12/2026", "12.1", date(2026, 12, 15)),
        ("12.1  15.  december  2026", "12.1", date(2026, 12, 15)),
        ("12.1 15 december 2026", "12.1", date(2026, 12, 15)),
        ("12.1 1 May 2027", "12.1", date(2027, 5, 1)),
        ("12.1 1. mája 2027", "12.1", date(2027, 5, 1)),
        ("12.1 1. februára 2027", "12.1", date(2027, 2, 1)),
        ("12.1 3 augusti 2027", "12.1", date(2027, 8, 3)),
        ("2026R2 2026-11-23", "2026R2", TODAY),
        ("12.1.2 2026-12-15", "12.1.2", date(2026, 12, 15)),
    ],
)
def test_a_version_and_a_day(argument: str, version: str, day: date | None) -> None:
    """As agents in four countries write a date."""
    assert chosen_release(argument, "#fault", TODAY) == (version, day)


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ("", "missing-argument"),
        ("2026-12-15", "no-version"),
        ("12.12.2026", "no-version"),
        ("12.1 2026-02-30", "bad-date"),
        ("12.1 12/31/2026", "bad-date"),
        ("12.1 15.12.26", "bad-date"),
        ("12.1 15.12", "bad-date"),
        ("12.1 15 smarch 2026", "bad-date"),
        ("12.1 soon", "bad-date"),
        ("12.1 2026-12-15 or later", "bad-date"),
        ("SP 2", "bad-date"),
        ("12.1 99999-12-15", "bad-date"),
        ("12.1 ٢٠٢٦-12-15 x", "bad-date"),
        ("12.1 2026-11-22", "past-date"),
        ("12.1 2025-12-15", "past-date"),
    ],
)
def test_what_is_no_version_and_day(argument: str, kind: str) -> None:
    """Refused in words: a wrong day would be told to customers."""
    with pytest.raises(Refused) as caught:
        chosen_release(argument, "#fault", TODAY)
    assert caught.value.note.kind == kind


def test_a_fault_is_confirmed_under_the_number_of_its_case() -> None:
    """The customers are told by the desk; words below are a reply besides, which may as well be a note."""
    found = serve("#fault 12.1 2026-12-15\n\nVi har hittat det.")
    assert to_customers(found) == ["FaultConfirmed", "Reply"]
    assert telling(found, FaultConfirmed) == FaultConfirmed("12.1", date(2026, 12, 15))
    assert found.fault == FaultEntry("DE-000013", "12.1", date(2026, 12, 15))
    assert (found.changes["fault"], found.before["fault"], found.changes["started"]) == ("DE-000013", "", NOW)
    assert told(found)[0] == "done-fault"
    assert to_customers(serve("#fault 12.1\n#note Bo rättar.")) == ["FaultConfirmed"]


def test_other_words_on_a_fault_go_to_all_cases_that_hang_on_it() -> None:
    """Each with a cause of its own, and those who take part in that case alone in Cc."""
    others = (hung("DE-000021", EVE), hung("DE-000022", ANNA, "closed"))
    found = serve("#fault 12.2", case("DE-000020", fault=CONFIRMED), hanging=others)
    assert found.fault == FaultEntry("DE-000013", "12.2", None)
    here, there = letters(found, ANNA, FaultConfirmed)
    assert (here.about, there.about) == (None, others[1])
    assert here.cause != there.cause
    [eves] = letters(found, EVE)
    assert (eves.copied, eves.about, eves.telling) == ((), others[0], FaultConfirmed("12.2", None, changed=True))
    assert [row[:2] for row in found.elsewhere] == [(21, "fault"), (22, "fault")]
    assert told(found) == ["done-fault-all"]


def test_fixed_is_told_once_for_each_case() -> None:
    """Its cause names the fault and the case, not the mail."""
    found = serve("#fixed 12.1.1", closed_case(fault=CONFIRMED), hanging=(hung("DE-000021", EVE),))
    assert found.fault == FaultEntry("DE-000013", "12.1.1", date(2026, 12, 15), NOW)
    assert telling(found, FaultFixed) == FaultFixed("12.1.1")
    causes = {errand.cause for errand in found.errands if isinstance(errand.telling, FaultFixed)}
    assert causes == {"fixed:fault:7:ticket:13", "fixed:fault:7:ticket:21"}
    assert "state" not in found.changes
    assert serve("#fixed", case(fault=CONFIRMED)).fault == FaultEntry("DE-000013", "12.1", date(2026, 12, 15), NOW)


def news(found: Turn) -> dict[str, FaultNews]:
    """What each agent is told of other cases on the fault."""
    return {one.to: one.telling for one in found.errands if isinstance(one.telling, FaultNews)}


@pytest.mark.parametrize("text", ["#fixed", "#fault 12.2"])
def test_agents_read_of_all_their_cases_in_one_letter(text: str) -> None:
    """Whoever has a case or wrote on it, the writer aside; about the first open one, so an answer goes on there."""
    olles = OtherCase(case("DE-000021", state="closed", fault=CONFIRMED, assignee=OLLE.address), DESK)
    again = OtherCase(case("DE-000022", fault=CONFIRMED, writers=frozenset({OLLE.address, TUVA.address})), DESK)
    mine = OtherCase(case("DE-000023", fault=CONFIRMED, assignee=AGNES.address), DESK)
    found = serve(text, case(fault=CONFIRMED), hanging=(olles, again, mine))
    told = news(found)
    assert {to: [one.number for one in each.cases] for to, each in told.items()} == {
        OLLE.address: ["DE-000022", "DE-000021"], TUVA.address: ["DE-000022"],
    }  # fmt: skip
    assert [one.is_open for one in told[OLLE.address].cases] == [True, False]
    assert (told[OLLE.address].fixed, told[OLLE.address].version) == (
        text == "#fixed",
        "12.1" if text == "#fixed" else "12.2",
    )
    [letter] = letters(found, TUVA.address, FaultNews)
    assert (letter.about, letter.language, letter.cause) == (again, "en", "fault-news:mail:57")


def test_of_a_case_that_is_nobody_s_those_on_duty_read() -> None:
    """Only while it is open, for what is closed is nobody's to do."""
    opened, closed = (hung("DE-000021", EVE, state) for state in ("open", "closed"))
    assert news(serve("#fixed", case(fault=CONFIRMED), hanging=(opened,))).keys() == {OLLE.address}
    assert news(serve("#fixed", case(fault=CONFIRMED), hanging=(closed,))) == {}


@pytest.mark.parametrize(
    ("other", "kind", "receipt"),
    [
        (case(fault=CONFIRMED), FaultConfirmed, "done-hangs"),
        (case(fault=FIXED), FaultFixed, "done-hangs"),
        (case(), None, "no-fault"),
        (case(desk="other", fault=CONFIRMED), None, "no-such-case"),
        (None, None, "no-such-case"),
    ],
)
def test_a_case_hangs_on_the_fault_of_another(other: KnownCase | None, kind: type | None, receipt: str) -> None:
    """Its customers get the latest word on it; another desk's fault is none here."""
    others = {"DE-000013": other} if other else {}
    found = serve("#fault de-000013.", case("DE-000020"), others=others)
    assert told(found) == [receipt]
    assert to_customers(found) == ([kind.__name__] if kind else [])
    assert found.changes.get("fault") == ("DE-000013" if kind else None)
    assert found.fault is None


@pytest.mark.parametrize(
    ("argument", "receipt"),
    [
        ("DE-000013", "done-hangs"), ("[DE-000013]", "done-hangs"), ("DE000013", "done-hangs"),
        ("de\u2011000013", "done-hangs"), ("XX-000013", "no-such-case"), ("DE-000014", "no-such-case"),
        ("20261215", "done-fault"), ("R2-1", "done-fault"), ("v000013", "done-fault"),
    ],
)  # fmt: skip
def test_a_number_is_told_from_a_version(argument: str, receipt: str) -> None:
    """However a number is written, no customer is told that a fault is fixed in version DE-000013."""
    others = {"DE-000013": case(fault=CONFIRMED)}
    assert told(serve(f"#fault {argument}", case("DE-000020"), others=others)) == [receipt]


@pytest.mark.parametrize(
    ("text", "known", "receipt"),
    [
        ("#fault 12.1 2026-12-15", case(fault=CONFIRMED), "nothing-new"),
        ("#fault DE-000013", case("DE-000020", fault=CONFIRMED), "nothing-new"),
        ("#fault 12.2", case(fault=FIXED), "fault-fixed"),
        ("#fixed", case(fault=FIXED), "fault-fixed"),
        ("#fixed", case(), "no-fault"),
        ("#fixed 12.1 at last", case(fault=CONFIRMED), "one-word"),
        ("#fault 12.1", case(state="spam"), "already-closed"),
        ("#fixed", case(state="spam", fault=CONFIRMED), "already-closed"),
    ],
)
def test_what_cannot_be_said_of_a_fault(text: str, known: KnownCase, receipt: str) -> None:
    """Nobody is told twice, nor of a fault that nobody has confirmed."""
    found = serve(text, known, others={"DE-000013": case(fault=CONFIRMED)})
    assert told(found) == [receipt]
    assert to_customers(found) == []
