"""What agents' commands do about what a customer is entitled to, and about the product's faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from mailbot.core.choices import chosen_release
from mailbot.core.commands import read_commands
from mailbot.core.desk import Service
from mailbot.core.errands import (
    Admitted,
    Closing,
    Declined,
    FaultConfirmed,
    FaultFixed,
    NotCovered,
    OrderAsked,
    PriorityChanged,
    Reopened,
    Reply,
)
from mailbot.core.knowncase import KnownCase, KnownFault, OtherCase
from mailbot.core.orderfaults import faults_in
from mailbot.core.scene import FaultEntry, Refused
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
    DESK,
    EVE,
    NOW,
    RECEIVED,
    case,
    closed_case,
    letters,
    mail,
    to_customers,
    told,
    turn,
)
from tests.core.samples import at

SERVICE = Service(
    decline={"sv": "Vänd dig till er administratör."}, not_covered={"sv": "Vi erbjuder en kurs."},
    order={"sv": "Felsökning debiteras."}, workaround="low",
)  # fmt: skip
RANKED = tuple(sorted(DESK.priorities, key=lambda level: ["critical", "high", "normal", "low"].index(level.key)))
SERVING = replace(DESK, service=SERVICE, priorities=RANKED)
CONFIRMED = KnownFault(7, "DE-000013", "12.1", date(2026, 12, 15), RECEIVED, None)
FIXED = replace(CONFIRMED, fixed=RECEIVED)


def refused(**changes: Any) -> KnownCase:
    """The case, not admitted."""
    known = case(state="refused", entitlement="no-agreement", **changes)
    return replace(known, facts=replace(known.facts, promised=False, told=False))


def declined(**changes: Any) -> KnownCase:
    """The case after Agnes declined it."""
    done = {"state": "declined", "closed": RECEIVED, "started": RECEIVED, "assignee": AGNES.address}
    return case(**(done | changes))


def hung(number: str, who: str, state: str = "open") -> OtherCase:
    """Another case that hangs on the fault, with a customer of its own."""
    known = case(number, state=state, fault=CONFIRMED, participants=frozenset({who}))
    return OtherCase(known, replace(DESK, tongue="da"))


def serve(text: str, known: KnownCase | None = None, **more: Any) -> Turn:
    """What follows from Agnes's mail at a desk that says what it serves."""
    return turn(text, known, desk=SERVING, **more)


def telling(found: Turn, kind: type, to: str = ANNA) -> Any:
    """What the one letter of a kind to somebody tells."""
    [errand] = letters(found, to, kind)
    return errand.telling


# --- admitted ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "known", "kinds", "state", "begun", "waits"),
    [
        ("#admit", refused(), ["Admitted"], "open", False, False),
        ("#admit", declined(), ["Admitted"], "open", False, False),
        ("#admit\n\nStarta om.", refused(), ["Admitted", "Reply"], "open", True, False),
        ("#admit\n#wait\n\nVilken version?", refused(), ["Admitted", "Reply"], "waiting", False, True),
        ("#admit\n#priority high", refused(), ["Admitted"], "open", False, False),
        ("#admit\n#take", refused(), ["Admitted"], "open", True, False),
    ],
)
def test_admitting(text: str, known: KnownCase, kinds: list[str], state: str, begun: bool, waits: bool) -> None:
    """One letter tells it, besides the agent's own words; the promise is counted from the agent's mail."""
    found = serve(text, known)
    assert to_customers(found) == kinds
    assert telling(found, Admitted) == Admitted(begun, waits)
    assert found.changes["state"] == state
    assert found.changes["promise"].received == NOW
    assert found.changes["expected_start"] == found.changes["promise"].expected_start
    assert told(found)[0] == "done-admitted"


def test_admitted_and_closed_in_one_mail_is_told_by_the_closing_letter() -> None:
    """The promise is there, and kept at once."""
    found = serve("#admit\n#close Starta om.", refused())
    assert to_customers(found) == ["Closing"]
    assert telling(found, Closing).words.text == "Starta om."
    assert (found.changes["state"], found.changes["started"]) == ("closed", NOW)


def test_the_start_that_was_never_promised_is_put_back() -> None:
    """What #undo needs: no start, and the state it had."""
    before = serve("#admit", refused()).before
    assert (before["state"], before["expected_start"], before["closed"]) == ("refused", None, None)


@pytest.mark.parametrize("known", [case(), case(state="waiting"), closed_case(), case(state="spam")])
def test_only_what_is_not_admitted_can_be(known: KnownCase) -> None:
    """The others are told so; nothing changes."""
    found = serve("#admit", known)
    assert told(found) == ["not-refused"]
    assert not found.changes


AT_WORK = ["#close x", "#wait", "#resume", "#order x", "#forward px@px.example", "#fault 1", "#fixed"]
SORTING = [
    "#queue transport", "#assign Olle", "#take", "#spam", "#note x", "#add eve@elsewhere.example", "#decline",
    "#not-covered", "#priority high", "#kind incident", "#impact low", "#list", "#status",
]  # fmt: skip


@pytest.mark.parametrize("text", AT_WORK)
def test_no_work_before_it_is_admitted(text: str) -> None:
    """What supposes that the desk is at work says what to do first, or that nothing waits."""
    found = serve(text, refused())
    assert told(found) in (["not-admitted"], ["not-waiting"])
    assert not found.changes


@pytest.mark.parametrize("text", SORTING)
def test_a_case_may_be_sorted_before_it_is_admitted(text: str) -> None:
    """No start is promised by it, nobody's work begins."""
    found = serve(text, refused())
    assert found.done, told(found)
    assert not {"promise", "expected_start", "started"} & found.changes.keys()
    assert letters(found, ANNA, PriorityChanged) == []


@pytest.mark.parametrize("text", [*AT_WORK, "#queue transport", "#take", "#decline", "#not-covered"])
def test_a_declined_case_is_over(text: str) -> None:
    """As a closed one is, until it is opened again."""
    assert told(serve(text, declined())) in (["already-closed"], ["not-waiting"])


def test_a_declined_case_is_opened_again_with_a_new_promise() -> None:
    """#reopen does what it does to a closed one."""
    found = serve("#reopen", declined())
    assert to_customers(found) == ["Reopened"]
    assert telling(found, Reopened)
    assert (found.changes["state"], found.changes["promise"].received) == ("open", NOW)


# --- declined, not covered -----------------------------------------------------------------------


@pytest.mark.parametrize(("command", "kind"), [("#decline", Declined), ("#not-covered", NotCovered)])
@pytest.mark.parametrize(
    ("rest", "words", "by"),
    [
        ("", "", ""),
        (" Det gör ni själva.", "Det gör ni själva.", "Agnes Ask"),
        ("\n\nDet gör ni själva.", "Det gör ni själva.", "Agnes Ask"),
        (" Nej.\n\nDet gör ni själva.", "Nej.\n\nDet gör ni själva.", "Agnes Ask"),
    ],
)
@pytest.mark.parametrize("known", [case(), case(state="waiting", waiting_since=RECEIVED), refused()])
def test_declining(command: str, kind: type, rest: str, words: str, by: str, known: KnownCase) -> None:
    """One letter to each customer, the agent's words in it; no solution is asked for, no closing is counted."""
    found = serve(command + rest, known)
    assert to_customers(found) == [kind.__name__]
    assert len(letters(found, BO)) == 1
    assert (telling(found, kind).words.text, telling(found, kind).by) == (words, by)
    assert found.changes["state"] == "declined"
    assert found.changes["waiting_since"] is None
    assert not {"closings", "solution"} & found.changes.keys()
    assert (found.sent, found.relayed) == (words, bool(words))
    assert told(found) == ["done-declined" if kind is Declined else "done-not-covered"]


def test_nobody_is_declined_without_a_word() -> None:
    """Where the desk file says nothing to it and the agent neither."""
    for command in ("#decline", "#not-covered"):
        assert told(turn(command)) == ["no-words"]
        assert turn(f"{command} Det gör vi inte.").done


def test_files_go_along_with_what_declines() -> None:
    """They were attached for the customer to read."""
    found = serve("", letter=mail("#decline\n\nSe bilagan.", files={"a.pdf": b"x"}))
    [errand] = letters(found, ANNA, Declined)
    assert [part.name for part in errand.attachments] == ["a.pdf"]


# --- orders --------------------------------------------------------------------------------------


def test_an_order_waits_for_its_answer() -> None:
    """The words go out once; who asks takes the case, and its work has not begun."""
    found = serve("#order Ska vi felsöka?\n\nDet tar en timme.")
    assert to_customers(found) == ["OrderAsked"]
    words = "Ska vi felsöka?\n\nDet tar en timme."
    assert telling(found, OrderAsked).words.text == words
    expected = {"state": "waiting", "waiting_since": NOW, "order_text": words, "order_answer": "asked"}
    assert found.changes == expected | {"assignee": AGNES.address}
    assert (found.sent, found.relayed) == (words, True)
    assert found.before["order_answer"] == ""


def test_an_order_needs_words() -> None:
    """Files alone ask for nothing."""
    assert told(serve("#order")) == ["missing-argument"]
    assert told(serve("", letter=mail("#order", files={"a.pdf": b"x"}))) == ["missing-argument"]


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("Har ni version 12?", True), ("#wait\n\nHar ni version 12?", True), ("#close Klart.", True),
        ("#decline", True), ("#order Eller så här?", False), ("#note Ring dem.", False), ("#priority high", False),
        ("#take", False),
    ],
)  # fmt: skip
def test_what_is_said_since_is_no_order(text: str, withdrawn: bool) -> None:
    """A yes to an agent's later words is no answer to what was asked before."""
    found = serve(text, case(state="waiting", waiting_since=RECEIVED, order_answer="asked", order_text="Ja?"))
    assert found.done, told(found)
    assert found.changes.get("order_answer", "asked") == ("" if withdrawn else "asked")


# --- workarounds ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "priority", "kinds", "now_is"),
    [
        ("#workaround Kör via webben.", "critical", ["PriorityChanged", "Reply"], "low"),
        ("#workaround\n\nKör via webben.", "normal", ["PriorityChanged", "Reply"], "low"),
        ("#workaround", "high", ["PriorityChanged"], "low"),
        ("#workaround Kör via webben.", "low", ["Reply"], "low"),
        ("#workaround Kör via webben.\n#wait", "high", ["PriorityChanged", "Reply"], "low"),
    ],
)
def test_a_workaround_lowers_the_level(text: str, priority: str, kinds: list[str], now_is: str) -> None:
    """Never raises it; the words are a reply like any other."""
    found = serve(text, case(priority=priority))
    assert to_customers(found) == kinds
    assert found.changes.get("priority", priority) == now_is
    if "Reply" in kinds:
        assert telling(found, Reply).words.text == "Kör via webben."


def test_a_workaround_needs_a_level_to_lower_to() -> None:
    """Where the desk file names none, the words do not leave either."""
    found = turn("#workaround Kör via webben.")
    assert told(found) == ["none-configured"]
    assert to_customers(found) == []


# --- faults --------------------------------------------------------------------------------------

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


# --- together ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admit", "decline"), ("admit", "not-covered"), ("admit", "reopen"), ("admit", "spam"), ("admit", "merge"),
        ("decline", "not-covered"), ("decline", "close"), ("decline", "note"), ("decline", "wait"), ("order", "wait"),
        ("order", "close"), ("order", "note"), ("order", "forward"), ("order", "workaround"), ("order", "resume"),
        ("workaround", "close"), ("workaround", "note"), ("workaround", "priority"), ("workaround", "impact"),
        ("workaround", "urgency"), ("fault", "fixed"), ("fault", "decline"), ("fixed", "not-covered"),
        ("fault", "spam"), ("fixed", "merge"), ("order", "undo"), ("admit", "new"),
    ],
)  # fmt: skip
def test_what_excludes_each_other(one: str, other: str) -> None:
    """In whichever order, each pair told once."""
    for text in (f"#{one}\n#{other}", f"#{other}\n#{one}"):
        assert [fault.told.kind for fault in faults_in(read_commands(text, ("sv",)))] == ["not-together"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admit", "close"), ("admit", "order"), ("admit", "wait"), ("admit", "note"), ("admit", "forward"),
        ("admit", "fault"), ("decline", "add"), ("decline", "kind"), ("order", "priority"), ("workaround", "fault"),
        ("workaround", "wait"), ("fault", "close"), ("fault", "wait"), ("fixed", "close"), ("fixed", "note"),
    ],
)  # fmt: skip
def test_what_goes_together(one: str, other: str) -> None:
    """An agent who confirms a fault may close the case in the same mail."""
    assert faults_in(read_commands(f"#{one}\n#{other}", ("sv",))) == ()


def test_a_word_behind_admit_would_get_lost() -> None:
    """It stands alone on its line, so that nobody takes it for what the customer reads."""
    assert told(serve("#admit Varsågod.", refused())) == ["no-argument"]


def test_moments_are_the_mails() -> None:
    """Nothing here asks a clock."""
    later: datetime = at("2026-11-23 09:30")
    assert serve("#decline", received=later).changes["closed"] == later
