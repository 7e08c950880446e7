"""The decision on a mail, as a table: who is believed, what opens a case, who is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.authenticity import Authenticity
from mailbot.core.belief import proof_of
from mailbot.core.calendar import Calendar, Hours, Span, Target
from mailbot.core.casefacts import CaseFacts
from mailbot.core.decide import decide
from mailbot.core.decision import Filed, FollowUp, NewCase, Parked
from mailbot.core.desk import Desk, Priority, Queue, Rule
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter, read_letter
from mailbot.core.machine import Reason
from mailbot.core.note import Note
from mailbot.core.promise import make_promise

ANNA = "anna@example.com"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def _desk() -> Desk:
    day = (Span(480, 1020),)
    priority = {"name": {"sv": "x"}, "meaning": {"sv": "x"}}
    return Desk(
        key="d", name="Desk", addresses=("support@desk.example",), languages=("sv",), prefix="DE",
        calendar=Calendar(ZoneInfo("Europe/Stockholm"), (Hours((day, day, day, day, day, (), ())),)),
        priorities=(
            Priority("normal", targets=(Target(timedelta(hours=4)),), **priority),
            Priority("high", targets=(Target(timedelta(hours=1)),), **priority),
        ),
        default_priority="normal", queues=(Queue("q", {"sv": "q"}), Queue("r", {"sv": "r"})), default_queue="q",
        rules=(
            Rule("stop", words=("står still", "stopp"), priority="high"),
            Rule("drivers", to=("driver@desk.example",), sender=("*@haulier.example",), queue="r"),
            Rule("late", words=("stopp",), queue="q"),
        ),
    )  # fmt: skip


def _letter(sender: str = f"Anna <{ANNA}>", subject: str = "Hej", body: str = "En fråga.", to: str = "") -> Letter:
    to = to or "support@desk.example"
    raw = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <1@example.com>\r\n\r\n{body}\r\n"
    return read_letter(raw.encode())


def _facts(
    letter: Letter | None = None, *, ties: tuple[Tie, ...] = (), machine: Reason | None = None,
    authenticity: Authenticity = "none", correspondent: bool = False,
) -> Facts:  # fmt: skip
    return Facts(letter or _letter(), _desk(), MORNING, machine, authenticity, correspondent, ties)


def _tie(by: str, *, address: str = "", role: str = "", customers: frozenset[str] = frozenset({ANNA})) -> Tie:
    promise = make_promise(_desk(), "normal", MORNING)
    facts = CaseFacts("DE-000013", "normal", promise, "", ANNA, "Hej", verified=False, received=MORNING, queue="q")
    case = KnownCase(7, "d", facts, customers)
    return Tie(by, case, address, role)  # type: ignore[arg-type]


TAG = _tie("tag", address=ANNA, role="customer")
AGENTS_TAG = _tie("tag", address="agnes@desk.example", role="agent")
NUMBER = _tie("case-number")
EARLIER = _tie("earlier-mail")


@pytest.mark.parametrize(
    ("tie", "sender", "authenticity", "attached"),
    [
        (TAG, ANNA, "none", True),
        (TAG, ANNA, "fail", True),
        (TAG, "colleague@example.com", "none", True),
        (NUMBER, ANNA, "none", True),
        (NUMBER, ANNA, "pass", True),
        (NUMBER, ANNA, "fail", False),
        (NUMBER, "stranger@example.net", "none", False),
        (NUMBER, "stranger@example.net", "pass", False),
        (EARLIER, ANNA, "none", True),
        (EARLIER, ANNA, "fail", False),
        (EARLIER, "stranger@example.net", "pass", False),
    ],
)
def test_what_attaches_a_mail_to_a_case(tie: Tie, sender: str, authenticity: Authenticity, attached: bool) -> None:
    """A genuine tag always does; what a stranger may know does so only for one who takes part, unforged (T1)."""
    decision = decide(_facts(_letter(sender), ties=(tie,), authenticity=authenticity))
    assert isinstance(decision, FollowUp) == attached


def test_a_claimed_number_is_told_to_agents() -> None:
    """A case number without proof opens a new case whose note names it."""
    decision = decide(_facts(_letter("stranger@example.net"), ties=(NUMBER,)))
    assert isinstance(decision, NewCase)
    assert decision.notes == (Note("claimed-number", ("DE-000013",)),)


def test_another_hand_is_told() -> None:
    """A colleague who answers with somebody's tag is filed to the case, and the agents see whose letter it was."""
    decision = decide(_facts(_letter("bo@example.com"), ties=(TAG,)))
    assert isinstance(decision, FollowUp)
    assert not decision.verified
    assert decision.notes == (Note("another-hand", ("bo@example.com", ANNA)),)


def test_a_nobodys_hand_is_told() -> None:
    """A mail on a case by a tag, from a From that names two people, says whose letter it answers."""
    decision = decide(_facts(_letter("a@example.com, b@example.com"), ties=(TAG,)))
    assert isinstance(decision, FollowUp)
    assert [note.kind for note in decision.notes] == ["unreadable-sender", "unknown-hand", "fault"]
    assert decision.proof == decision.notes[0]


@pytest.mark.parametrize(
    ("authenticity", "correspondent", "ties", "kind", "verified"),
    [
        ("pass", False, (), "server-pass", True),
        ("pass", True, (TAG,), "server-pass", True),
        ("none", False, (), "unproven", False),
        ("none", True, (), "answered-before", True),
        ("fail", True, (), "forged", False),
        ("none", False, (TAG,), "own-tag", True),
        ("fail", False, (TAG,), "forged", False),
        ("none", False, (NUMBER,), "unproven", False),
        ("none", False, (_tie("tag", address="bo@example.com"),), "unproven", False),
    ],
)
def test_who_is_verified(
    authenticity: Authenticity, correspondent: bool, ties: tuple[Tie, ...], kind: str, verified: bool
) -> None:
    """The server's pass, an earlier answer with a tag, or one's own tag verify; a fail unmakes all."""
    facts = _facts(authenticity=authenticity, correspondent=correspondent, ties=ties)
    decision = decide(facts)
    assert isinstance(decision, NewCase | FollowUp)
    assert proof_of(facts) == decision.proof == Note(kind)
    assert decision.verified is verified


def test_two_senders_are_nobody() -> None:
    """A From that names two people is answered to neither, and opens a case all the same (T8)."""
    nobody = Reason("no-sender", "no sender that could be answered")
    decision = decide(_facts(_letter("a@example.com, b@example.com"), authenticity="pass", machine=nobody))
    assert isinstance(decision, NewCase)
    assert not decision.verified
    assert decision.silence == nobody
    assert decision.proof == Note("unreadable-sender", ("'a@example.com, b@example.com'",))


@pytest.mark.parametrize(
    ("rule", "more", "ties", "expected"),
    [
        ("delivery-report", "", (), Filed),
        ("delivery-report", "", (TAG,), Filed),
        ("read-receipt", "", (TAG,), Filed),
        ("loop", "", (TAG,), Parked),
        ("automatic-subject", "", (), NewCase),
        ("auto-submitted", "Auto-Submitted: auto-replied\r\n", (AGENTS_TAG,), Filed),
        ("auto-submitted", "Auto-Submitted: auto-generated\r\n", (AGENTS_TAG,), FollowUp),
        ("auto-submitted", "Auto-Submitted: auto-replied (vacation)\r\n", (), Filed),
        ("null-path", "Auto-Submitted: auto-replied\r\n", (), Filed),
        ("auto-submitted", "Auto-Submitted: auto-replied\r\n", (TAG,), FollowUp),
        ("auto-submitted", "Auto-Submitted: auto-generated\r\n", (), NewCase),
        ("mailing-list", "List-Id: <x.example>\r\n", (), NewCase),
        ("response-suppressed", "X-Auto-Response-Suppress: All\r\n", (), NewCase),
    ],
)
def test_machines_are_heard_never_answered(rule: str, more: str, ties: tuple[Tie, ...], expected: type) -> None:
    """Reports and replies to us open no case; other machine mail may be a request and does; none is acknowledged."""
    raw = f"From: {ANNA}\r\nTo: support@desk.example\r\nSubject: Hej\r\n{more}\r\nText\r\n"
    decision = decide(_facts(read_letter(raw.encode()), machine=Reason(rule, "why"), ties=ties))
    assert isinstance(decision, expected)
    told = decision.reason if isinstance(decision, Filed | Parked) else decision.silence
    assert told == Reason(rule, "why")


def test_our_own_mail_coming_back_is_filed() -> None:
    """A letter of ours that comes back opens nothing, whatever case it names (Q8)."""
    facts = replace(_facts(machine=Reason("own-address", "why"), ties=(TAG,)), own_mail=True)
    assert isinstance(decide(facts), Filed)


def test_a_report_is_told_on_a_proven_case_only() -> None:
    """A delivery report reaches a case's history by a genuine tag, not by a number anybody can write (Q18)."""
    machine = Reason("delivery-report", "why")
    assert decide(_facts(machine=machine, ties=(TAG,))) == Filed(machine, 7)
    assert decide(_facts(machine=machine, ties=(NUMBER,))) == Filed(machine, None)


@pytest.mark.parametrize(
    ("letter", "queue", "priority", "rules"),
    [
        (_letter(), "q", "normal", ()),
        (_letter(subject="STOPP i produktionen"), "q", "high", ("stop", "late")),
        (_letter(body="Allt står\r\nstill här"), "q", "high", ("stop",)),
        (_letter(subject="Stoppur"), "q", "normal", ()),
        (_letter("kalle@haulier.example", to="Driver@desk.example"), "r", "normal", ("drivers",)),
        (_letter(to="driver@desk.example"), "q", "normal", ()),
        (_letter("k@haulier.example", "stopp", to="driver@desk.example"), "r", "high", ("stop", "drivers")),
    ],
)
def test_placement(letter: Letter, queue: str, priority: str, rules: tuple[str, ...]) -> None:
    """The first rule that names a queue or priority sets it; whole words only; every condition must hold."""
    decision = decide(_facts(letter))
    assert isinstance(decision, NewCase)
    assert (decision.placement.queue, decision.placement.priority) == (queue, priority)
    assert decision.placement.rules == rules


def test_quoted_text_sets_no_priority() -> None:
    """Words in quoted text are not the sender's and steer nothing."""
    letter = replace(_letter(), text="> stopp", reply="Tack")
    decision = decide(_facts(letter))
    assert isinstance(decision, NewCase)
    assert decision.placement.priority == "normal"
