"""What each command does to how a case stands: closing, notes, priority and its promise, waiting, opening again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailbot.core.customertellings import Closing, PriorityChanged, Reopened, Reply
from mailbot.core.scene import LastTurn
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
    DESK,
    NOW,
    RECEIVED,
    case,
    closed_case,
    letters,
    lines,
    mail,
    to_customers,
    told,
    turn,
)
from tests.core.samples import at, local

ANSWERED = {"last_words": "Starta om.", "started": RECEIVED, "assignee": AGNES.address}
WAITING = {"state": "waiting", "waiting_since": at("2026-11-23 08:30")}


def closing(found: Turn) -> Closing:
    """The closing letter to the requester."""
    [letter] = letters(found, ANNA)
    assert isinstance(letter.telling, Closing)
    return letter.telling


@pytest.mark.parametrize(
    ("text", "known", "solution"),
    [
        pytest.param("#close\nLöst så här.", case(), "Löst så här.", id="with text"),
        pytest.param("Löst så här.\n\n#close", case(), "Löst så här.", id="the command last"),
        pytest.param("#close Löst så här.", case(), "Löst så här.", id="with words on its line"),
        pytest.param("#close Löst.\n\nSå här.", case(), "Löst.\n\nSå här.", id="with both"),
        pytest.param("#close", case(**ANSWERED), "Starta om.", id="with neither: the last words are the solution"),
        pytest.param("#close Klart.", case(**ANSWERED), "Klart.", id="new words win"),
        pytest.param("#close\nNu så.", closed_case(state="open", closed=None), "Nu så.", id="a second closing"),
    ],
)
def test_closing_sends_one_letter_with_the_solution(text: str, known: Any, solution: str) -> None:
    """Never a relay and a closing letter; the solution is kept (V8), and the closing counted."""
    found = turn(text, known)
    assert to_customers(found) == ["Closing"]
    assert closing(found).words.text == solution
    assert closing(found).by == "Agnes Ask"
    expected = {"state": "closed", "closed": NOW, "closings": known.closings + 1, "solution": solution}
    assert found.changes.items() >= (expected | {"waiting_since": None}).items()
    assert told(found) == ["done-closed"]


def test_closing_without_a_solution_asks_for_it_and_leaves_the_case_open() -> None:
    """Nobody has answered the customer, and nothing says what the solution is."""
    for letter in (mail("#close"), mail("#close", files={"x.pdf": b"x"})):
        found = turn(letter=letter)
        assert told(found) == ["no-solution"]
        assert not found.changes


def test_what_was_sent_is_what_the_closing_tells_anew() -> None:
    """Old words are a solution but not said again by this mail, so the conversation does not show them twice."""
    old, new = turn("#close", case(**ANSWERED)), turn("#close Klart.", case(**ANSWERED))
    assert (old.sent, old.internal) == ("", True)
    assert (new.sent, new.internal) == ("Klart.", False)


def test_words_behind_close_keep_the_html_below() -> None:
    """The words on the command's line stand first, in the HTML too."""
    html = "<div>#close Löst &lt;nu&gt;.</div><p>Så <b>här</b>.</p>"
    words = closing(turn(letter=mail("#close Löst <nu>.\n\nSå här.", html=html))).words
    assert words.text == "Löst <nu>.\n\nSå här."
    assert words.html.startswith("<p>Löst &lt;nu&gt;.</p>")
    assert "<b>här</b>" in words.html


def test_a_case_without_a_customer_can_be_closed() -> None:
    """One whose sender was nobody in particular; the receipt says that nobody is told."""
    found = turn("#close Inget att göra.", case(participants=frozenset()))
    assert told(found) == ["done-closed-untold"]
    assert (found.changes["state"], found.relayed) == ("closed", False)


@pytest.mark.parametrize(
    "text", ["#note Kunden har rätt.", "#note\nKunden har rätt.", "Kunden har rätt.\n\n#note", "#note Hej\n\nDär."]
)
def test_a_note_never_leaves_the_desk(text: str) -> None:
    """Whether its words stand behind the command, below or above it: all of the mail's text is internal."""
    found = turn(text)
    assert to_customers(found) == []
    assert (found.internal, found.sent, found.relayed) == (True, "", False)
    assert told(found) == ["done-note"]
    assert not found.changes


def test_an_empty_note_is_refused() -> None:
    """Its text must have been lost on the way."""
    assert told(turn("#note")) == ["missing-argument"]


@pytest.mark.parametrize("text", ["#note internt\n#priority high", "#note internt\n#wait", "#note internt\n#take"])
def test_a_note_goes_with_commands_that_take_no_text(text: str) -> None:
    """The letters that these cause go, without the note."""
    found = turn(text)
    assert found.done
    assert "internt" not in repr([errand.telling for errand in found.errands if errand.role == "customer"])


@pytest.mark.parametrize(
    ("argument", "start", "shown"),
    [
        ("high", "2026-11-23 10:00", "måndag 23 november kl. 10.00"),
        ("Hög", "2026-11-23 10:00", "måndag 23 november kl. 10.00"),
        ("low", "2026-11-24 17:00", "tisdag 24 november kl. 17.00"),
        ("critical", "2026-11-23 08:00", ""),
    ],
)
def test_a_new_priority_is_counted_from_the_receipt_and_told(argument: str, start: str, shown: str) -> None:
    """By key or name; the agent reads the new start too, unless it has passed (V7)."""
    found = turn(f"#priority {argument}")
    assert local(found.changes["expected_start"]) == start
    assert found.changes["promise"].expected_start == found.changes["expected_start"]
    assert found.changes["promise"].priority == found.changes["priority"]
    assert [letters(found, who)[0].telling for who in (ANNA, BO)] == [PriorityChanged(begun=False)] * 2
    assert lines(found)[0].told.about[1] == shown


@pytest.mark.parametrize(
    ("text", "known"),
    [
        pytest.param("#priority high", case(started=RECEIVED), id="begun before"),
        pytest.param("#priority high\n\nVi tittar på det.", case(), id="begun by this very mail"),
        pytest.param("#priority high\n#take", case(), id="taken by this very mail"),
    ],
)
def test_once_work_has_begun_only_the_level_is_told(text: str, known: Any) -> None:
    """The promise that was told stays: the start is judged by it, and no new one is made."""
    found = turn(text, known)
    assert letters(found, ANNA, PriorityChanged)[0].telling == PriorityChanged(begun=True)
    assert found.changes["priority"] == "high"
    assert not {"promise", "expected_start"} & found.changes.keys()


def test_the_same_priority_again_tells_nobody() -> None:
    """The customer has read it once."""
    found = turn("#priority normal")
    assert to_customers(found) == []
    assert not found.changes
    assert told(found) == ["done-priority"]


@pytest.mark.parametrize(
    ("text", "known", "why"),
    [
        ("#priority", case(), "missing-argument"),
        ("#priority brådskande", case(), "bad-argument"),
        ("#priority high", closed_case(), "already-closed"),
        ("#kind problem", case(), "bad-argument"),
        ("#impact", case(), "missing-argument"),
        ("#urgency high", closed_case(), "already-closed"),
    ],
)
def test_why_a_level_is_refused(text: str, known: Any, why: str) -> None:
    """None given, none of that name, or nothing to be done any more."""
    assert told(turn(text, known)) == [why]


def test_what_a_desk_does_not_use_is_refused() -> None:
    """A desk without kinds and matrix says so."""
    plain = replace(DESK, kinds=(), matrix=None, queues=(), partners=())
    for text in ("#kind incident", "#impact high", "#urgency low", "#queue sales", "#forward case@px.example"):
        assert told(turn(text, desk=plain)) == ["none-configured"]


@pytest.mark.parametrize(
    ("text", "known", "level"),
    [
        ("#impact high\n#urgency high", case(), "critical"),
        ("#urgency high\n#impact high", case(), "critical"),
        ("#impact high", case(urgency="low"), "high"),
        ("#impact high", case(), None),
        ("#impact low\n#urgency low", case(), None),
        ("#impact high\n#urgency high\n#priority low", case(), "low"),
    ],
)
def test_impact_and_urgency_set_the_level(text: str, known: Any, level: str | None) -> None:
    """Together, once both are known (C3); one letter, none where nothing changes; a priority that is named wins."""
    found = turn(text, known)
    assert found.done
    assert found.changes.get("priority") == level
    assert len(letters(found, ANNA, PriorityChanged)) == (level is not None)
    assert ("done-priority" in told(found)) == (level is not None)


def test_a_kind_may_be_set_on_a_closed_case() -> None:
    """Statistics are put in order after the work."""
    found = turn("#kind Incident", closed_case())
    assert found.changes == {"kind": "incident"}


@pytest.mark.parametrize(
    ("known", "since"),
    [(case(), NOW), (case(**WAITING), WAITING["waiting_since"])],
)
def test_waiting_stops_the_clock_from_the_first_question(known: Any, since: Any) -> None:
    """A second question does not set it going again."""
    assert turn("#wait\nOch versionen?", known).changes["waiting_since"] == since


def test_words_on_a_waiting_case_begin_the_work_and_leave_it_waiting() -> None:
    """Only the customer's answer or #resume ends that."""
    found = turn("En sak till.", case(**WAITING))
    assert found.changes == {"started": NOW, "assignee": AGNES.address}


def test_resuming_lets_the_remaining_open_time_run() -> None:
    """Half an hour of four was used when the desk began to wait: three and a half remain, with lunch between."""
    found = turn("#resume", case(**WAITING))
    assert found.changes["state"] == "open"
    assert found.changes["waiting_since"] is None
    assert local(found.changes["expected_start"]) == "2026-11-23 13:30"
    assert to_customers(found) == []


def test_resuming_moves_no_start_that_has_been_made() -> None:
    """Waiting stops the clock only before the start."""
    found = turn("#resume", case(**WAITING, started=RECEIVED))
    assert found.changes == {"state": "open", "waiting_since": None}


def test_resuming_and_a_new_priority_count_together() -> None:
    """Half an hour of the new two was used: an hour and a half is left from now on."""
    for text in ("#resume\n#priority high", "#priority high\n#resume"):
        found = turn(text, case(**WAITING))
        assert local(found.changes["expected_start"]) == "2026-11-23 10:30"
        assert found.changes["promise"].priority == "high"


def test_a_priority_while_waiting_is_counted_as_if_it_did_not_wait() -> None:
    """What was waited is added when the answer comes; until then no start is told."""
    found = turn("#priority high", case(**WAITING))
    assert local(found.changes["expected_start"]) == "2026-11-23 10:00"
    assert "state" not in found.changes
    assert letters(found, ANNA)[0].telling == PriorityChanged(begun=False, waits=True)
    assert lines(found)[0].told.about == ("Hög", "")


@pytest.mark.parametrize(
    ("text", "known", "why"),
    [
        ("#resume", case(), "not-waiting"),
        ("#resume", closed_case(), "not-waiting"),
        ("#wait", closed_case(), "already-closed"),
        ("#wait", case(participants=frozenset()), "no-recipient"),
        ("#close x", closed_case(), "already-closed"),
        ("#close x", case(state="spam"), "already-closed"),
        ("#spam", closed_case(), "already-closed"),
        ("#take", closed_case(), "already-closed"),
        ("#queue transport", closed_case(), "already-closed"),
        ("#assign olle", closed_case(), "already-closed"),
        ("#forward case@px.example", case(state="spam"), "already-closed"),
        ("#reopen", case(), "not-closed"),
        ("#reopen", case(state="merged"), "not-closed"),
        ("#merge DE-000014", closed_case(), "already-closed"),
    ],
)
def test_a_command_that_makes_no_sense_in_a_state_is_refused(text: str, known: Any, why: str) -> None:
    """And says why."""
    assert told(turn(text, known)) == [why]


@pytest.mark.parametrize("text", ["#spam", "#spam\n\nReklam igen.", "#skräp"])
def test_spam_closes_without_a_word(text: str) -> None:
    """Nobody outside hears of it, whatever stands beside it."""
    found = turn(text)
    assert to_customers(found) == []
    assert found.changes == {"state": "spam", "closed": NOW, "waiting_since": None}
    assert (found.internal, found.sent) == (True, "")


def test_a_reopened_case_is_promised_a_start_from_the_mail_that_reopened_it() -> None:
    """And its customers are told; its owner stays."""
    found = turn("#reopen", closed_case())
    assert to_customers(found) == ["Reopened"]
    assert found.changes["state"] == "open"
    assert (found.changes["closed"], found.changes["started"]) == (None, None)
    assert local(found.changes["expected_start"]) == "2026-11-23 14:00"
    assert "assignee" not in found.changes
    assert found.before["state"] == "closed"


def test_words_that_reopen_a_case_begin_its_work() -> None:
    """The reply is the letter; no other tells that it is open."""
    found = turn("#reopen\n\nVi missade en sak.", closed_case())
    assert to_customers(found) == ["Reply"]
    assert found.changes["started"] == NOW
    assert found.changes["state"] == "open"


def test_a_reopened_case_can_wait_at_once() -> None:
    """A question on a closed case opens it and starts nothing."""
    found = turn("#reopen\n#wait\n\nFungerar det nu?", closed_case())
    assert found.changes["state"] == "waiting"
    assert found.changes["started"] is None
    assert isinstance(letters(found, ANNA)[0].telling, Reply)


def test_a_new_priority_of_a_reopened_case_is_told_with_its_opening() -> None:
    """One letter tells both, counted from the mail that opened it."""
    found = turn("#reopen\n#priority high", closed_case())
    assert to_customers(found) == ["Reopened"]
    assert local(found.changes["expected_start"]) == "2026-11-23 11:00"
    assert letters(found, ANNA)[0].telling == Reopened()


def test_what_was_no_spam_keeps_the_promise_that_its_customer_read() -> None:
    """The mistake was ours: nothing is told, and the start is judged from the receipt."""
    found = turn("#reopen", case(state="spam", closed=NOW))
    assert to_customers(found) == []
    assert found.changes == {"state": "open", "closed": None}


def last_turn(**changes: Any) -> LastTurn:
    """Agnes's last mail on the case: a reply whose two letters wait."""
    known: dict[str, Any] = {
        "turn_id": 5, "asked": "“Svar.”", "ticket_id": 13, "mail_id": 50,
        "before": {"started": None, "assignee": ""}, "waiting": (7, 8),
    }  # fmt: skip
    return LastTurn(**(known | changes))


@pytest.mark.parametrize(
    ("last", "kinds", "done"),
    [
        pytest.param(last_turn(), ["done-undone"], True, id="all wait"),
        pytest.param(last_turn(waiting=()), ["done-undone"], True, id="it caused no letters"),
        pytest.param(last_turn(left=(ANNA,)), ["letters-left"], True, id="one left, one waits"),
        pytest.param(last_turn(waiting=(), left=(ANNA, BO)), ["too-late"], False, id="all left"),
        pytest.param(last_turn(untouched=False), ["changed-since"], False, id="the case has changed since"),
        pytest.param(last_turn(untouched=False, left=(ANNA,)), ["letters-left"], True, id="changed, one waits"),
        pytest.param(last_turn(split_off="DE-000099"), ["split-stays"], False, id="a case was split off"),
        pytest.param(None, ["nothing-to-undo"], False, id="nothing was done"),
    ],
)
def test_undo_takes_back_what_has_not_left(last: LastTurn | None, kinds: list[str], done: bool) -> None:
    """Letters that wait, and the command where none has left; all else is refused with the reason."""
    found = turn("#undo", last_turn=last)
    assert told(found) == kinds
    assert found.done == done
    assert found.undoes == (last if done else None)
    assert not found.changes
    assert found.copied_to == ()
    assert not found.can_be_undone


def test_words_beside_undo_are_not_sent_and_that_is_told() -> None:
    """The corrected answer comes in a mail of its own."""
    found = turn("#undo\n\nSå här menade jag.", last_turn=last_turn())
    assert told(found) == ["done-undone", "nothing-sent"]
    assert to_customers(found) == []
    assert found.internal


@pytest.mark.parametrize(
    "text", ["Svar.", "#note x", "#take", "#add cy@customer.example", "#wait", "#close Klart.", "#priority high"]
)
def test_what_did_something_can_be_undone(text: str) -> None:
    """With all that was there before but the number of closings; a mail that only asked is not what #undo means."""
    found = turn(text)
    assert found.can_be_undone
    assert found.before == {name: _as_it_was(name) for name in found.changes if name != "closings"}
    assert not turn("#status").can_be_undone
    assert not turn("#list").can_be_undone


def _as_it_was(name: str) -> Any:
    known = case()
    if name == "expected_start":
        return known.facts.promise.expected_start
    return getattr(known.facts if name in {"priority", "promise"} else known, name)
