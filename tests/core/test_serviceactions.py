"""What agents' commands do about what a customer is entitled to: admitted, declined, ordered, got around."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from mailbot.core.commands import read_commands
from mailbot.core.customertellings import (
    Admitted,
    Closing,
    Declined,
    NotCovered,
    OrderAsked,
    PriorityChanged,
    Reopened,
    Reply,
)
from mailbot.core.knowncase import KnownCase
from mailbot.core.orderfaults import faults_in
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
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
from tests.core.servicework import serve, telling


def refused(**changes: Any) -> KnownCase:
    """The case, not admitted."""
    known = case(state="refused", entitlement="no-agreement", **changes)
    return replace(known, facts=replace(known.facts, promised=False, told=False))


def declined(**changes: Any) -> KnownCase:
    """The case after Agnes declined it."""
    done = {"state": "declined", "closed": RECEIVED, "started": RECEIVED, "assignee": AGNES.address}
    return case(**(done | changes))


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
