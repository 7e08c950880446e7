"""What a report on a letter of ours means, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.agenttellings import Undelivered
from mailbot.core.belief import held_back
from mailbot.core.calendar import Target
from mailbot.core.casefacts import CaseFacts
from mailbot.core.decide import decide
from mailbot.core.decision import Filed, FollowUp, NewCase, Returned
from mailbot.core.desk import Agent
from mailbot.core.facts import Facts
from mailbot.core.fate import Fate, Outcome, Step
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter, read_letter
from mailbot.core.machine import Reason, machine_reason
from mailbot.core.promise import make_promise
from mailbot.core.returned import (
    Meaning,
    Report,
    ReturnedLetter,
    aftermath,
    blames_address,
    read_report,
    refusal,
    return_addresses,
    returned_ids,
)
from tests.core.samples import desk, hours, priority

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANNA = "anna@x.example"
AGNES = Agent("Agnes", ("agnes@desk.example",), language="sv")
BO = Agent("Bo", ("bo@desk.example",))
DESK = replace(desk(priority("normal", Target(hours(4)))), default_priority="normal", agents=(AGNES, BO))
CASE = KnownCase(
    7, DESK.key, CaseFacts("D-000013", "normal", make_promise(DESK, "normal", NOW), "", ANNA, "Hej", True, NOW),
    frozenset({ANNA}),
)  # fmt: skip
RELAY = ReturnedLetter(12, ANNA, "relay", "[D-000013] Hej", DESK.key, CASE, agent=AGNES.address)
FAILED = Report("failed", "5.1.1", "550 no such user", bad_address=True)


def _report(*blocks: str, third: str = "", to: str = "support@desk.example") -> Letter:
    """A delivery report with these blocks, one a recipient; `third` is its third part."""
    told = "\r\n\r\n".join(("Reporting-MTA: dns; mx.x.example", *(block.replace("\n", "\r\n") for block in blocks)))
    parts = f"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{told}\r\n{third}--b--\r\n"
    head = f"From: MAILER-DAEMON@mx.x.example\r\nTo: {to}\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
    kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    return read_letter((head + kind + parts).encode())


def _block(address: str = ANNA, action: str = "failed", status: str = "5.1.1", said: str = "550 no such user") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}"


def _feedback(kind: str, more: str = "", returned: str = "Subject: x\r\n\r\n") -> Letter:
    head = "From: complaints@isp.example\r\nTo: support@desk.example\r\nMIME-Version: 1.0\r\n"
    head += "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
    parts = f"--b\r\n\r\nSee below.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n{kind}{more}\r\n"
    return read_letter(f"{head}{parts}--b\r\nContent-Type: message/rfc822\r\n\r\n{returned}--b--\r\n".encode())


@pytest.mark.parametrize(
    ("letter", "meaning", "bad_address"),
    [
        pytest.param(_report(_block()), "failed", True, id="unknown user"),
        pytest.param(_report(_block(address="Anna@X.example")), "failed", True, id="in capitals"),
        pytest.param(_report(_block(status="5.0.0", said="")), "failed", True, id="failed and no more"),
        pytest.param(_report(_block(action="", status="5.1.1")), "failed", True, id="no action, but 5.x.x"),
        pytest.param(_report(_block(status="4.4.7", said="too long in the queue")), "gave-up", False, id="gave up"),
        pytest.param(_report(_block(action="delayed", status="4.4.1", said="")), "delayed", False, id="still tried"),
        pytest.param(_report(_block(action="relayed", status="2.0.0", said="")), "delivered", False, id="relayed"),
        pytest.param(_report(_block(status="5.2.2", said="552 full")), "failed", False, id="mailbox full"),
        pytest.param(_report(_block(status="5.3.4", said="552 too big")), "failed", False, id="too large"),
        pytest.param(_report(_block(status="5.7.1", said="550 spam")), "failed", False, id="policy"),
        pytest.param(_report(_block("bo@x.example"), _block()), "failed", True, id="one of two"),
        pytest.param(
            _report(_block("bo@x.example"), _block(action="delivered", status="2.0.0", said="")),
            "delivered", False, id="the other of two",
        ),
        pytest.param(_report(_block("member@y.example")), "failed", False, id="behind a mail group"),
        pytest.param(_report(), "unclear", False, id="names nobody"),
        pytest.param(_feedback("Feedback-Type: abuse"), "complaint", True, id="complaint"),
        pytest.param(_feedback("Feedback-Type: auth-failure"), "unclear", False, id="DMARC's own report"),
        pytest.param(_feedback("Version: 1"), "unclear", False, id="feedback of no type"),
        pytest.param(read_letter(b"From: a@x.example\r\n\r\nHi.\r\n"), "unclear", False, id="no report"),
    ],
)  # fmt: skip
def test_what_a_report_means(letter: Letter, meaning: Meaning, bad_address: bool) -> None:
    """Lost for good, lost for now, delayed or arrived; and the address is at fault only where the report says so."""
    found = read_report(letter, ANNA)
    assert (found.meaning, found.bad_address) == (meaning, bad_address)


def test_what_is_told_of_another_names_them() -> None:
    """Where the report is about somebody behind the recipient, the agent reads whom."""
    assert read_report(_report(_block("member@y.example")), ANNA).says == "550 no such user (member@y.example)"
    assert read_report(_report(_block()), ANNA).says == "550 no such user"


@pytest.mark.parametrize(
    ("fate", "bad_address"),
    [
        (Fate(Outcome.NEVER, 550, "5.1.1 no such user", Step.RCPT), True),
        (Fate(Outcome.NEVER, 550, "no such user", Step.RCPT), True),
        (Fate(Outcome.NEVER, 554, "5.7.1 relay access denied", Step.RCPT), False),
        (Fate(Outcome.NEVER, 550, "5.1.1 no such user", Step.DATA), False),
        (Fate(Outcome.NEVER, 550, "5.1.8 sender unknown", Step.RCPT), False),
        (Fate(Outcome.NEVER, 550, "5.1.1 no such user", Step.MAIL), False),
        (Fate(Outcome.NEVER, 0, "the address is not ASCII", Step.RCPT), False),
        (Fate(Outcome.LATER, 450, "4.2.0 try later", Step.RCPT), False),
        (Fate(Outcome.LATER, 0, "timed out", Step.CONNECT), False),
    ],
    ids=str,
)
def test_an_address_is_bad_where_the_server_refused_it_for_good(fate: Fate, bad_address: bool) -> None:
    """5xx at RCPT, and not because of our sender, our rights or our letter."""
    found = refusal(fate)
    assert (found.meaning, found.bad_address) == ("refused", bad_address)
    assert fate.text in found.says


@given(st.integers(0, 9), st.integers(0, 99))
def test_what_may_pass_blames_no_address(subject: int, detail: int) -> None:
    """No status of class 4, and none about content, protocol or policy, makes an address a bad one (RFC 3463)."""
    assert not blames_address(f"4.{subject}.{detail}")
    if subject in {5, 6, 7}:
        assert not blames_address(f"5.{subject}.{detail}")
    assert blames_address("5.1.1")


@pytest.mark.parametrize(
    ("letter", "report", "told", "for_admin"),
    [
        pytest.param(RELAY, FAILED, ["agnes@desk.example"], False, id="words: their writer"),
        pytest.param(RELAY, Report("gave-up", "4.4.7"), ["agnes@desk.example"], False, id="words given up"),
        pytest.param(RELAY, Report("refused", "5.1.1", "550"), ["agnes@desk.example"], False, id="words refused"),
        pytest.param(
            replace(RELAY, agent="gone@desk.example"), FAILED, ["agnes@desk.example", "bo@desk.example"], False,
            id="their writer is gone: those who would hear of the customer",
        ),
        pytest.param(
            replace(RELAY, agent="", case=replace(CASE, assignee=BO.address)), FAILED, ["bo@desk.example"], False,
            id="a partner's words: the assignee",
        ),
        pytest.param(RELAY, Report("delayed", "4.4.1"), [], False, id="delayed words"),
        pytest.param(RELAY, Report("unclear"), [], False, id="nobody can tell"),
        pytest.param(replace(RELAY, kind="ack", agent=""), FAILED, [], False, id="acknowledgement"),
        pytest.param(replace(RELAY, kind="copy", recipient=BO.address), FAILED, [], True, id="copy: the admin"),
        pytest.param(replace(RELAY, known_lost=True), FAILED, [], False, id="known already"),
    ],
)  # fmt: skip
def test_who_is_told_of_a_lost_letter(letter: ReturnedLetter, report: Report, told: list[str], for_admin: bool) -> None:
    """Of a person's words an agent; of an agent's copy the admin; of what is not lost, or known to be, nobody."""
    after = aftermath(DESK, letter, report, NOW)
    assert [errand.to for errand in after.errands] == told
    assert after.for_admin is for_admin
    assert {errand.cause for errand in after.errands} <= {"undelivered:outgoing:12"}
    assert all(errand.at_once and errand.kind == "receipt" and errand.role == "agent" for errand in after.errands)


def test_nobody_at_the_desk_to_be_told() -> None:
    """Lost words of a desk without agents are the admin's to know."""
    assert aftermath(replace(DESK, agents=()), RELAY, FAILED, NOW).for_admin


def test_the_agent_reads_whom_what_why_and_until_when() -> None:
    """The letter to the agent tells recipient, subject, the server's words and how long the address is held back."""
    (errand,) = aftermath(DESK, RELAY, FAILED, NOW).errands
    until = NOW + timedelta(days=7)
    assert errand.telling == Undelivered(ANNA, "Hej", "550 no such user", until)
    assert errand.language == "sv"


@pytest.mark.parametrize(
    ("letter", "report", "days", "why"),
    [
        pytest.param(RELAY, FAILED, 7, "bounced: 5.1.1 550 no such user", id="hard"),
        pytest.param(replace(RELAY, kind="ack"), FAILED, 7, "bounced: 5.1.1 550 no such user", id="whatever letter"),
        pytest.param(RELAY, replace(FAILED, meaning="refused"), 7, "bounced: 5.1.1 550 no such user", id="refused"),
        pytest.param(RELAY, Report("complaint", bad_address=True), 7, "complaint", id="complaint"),
        pytest.param(RELAY, replace(FAILED, bad_address=False), 0, "", id="not the address's fault"),
        pytest.param(replace(RELAY, recipient=BO.address, kind="copy"), FAILED, 0, "", id="an agent's address"),
        pytest.param(replace(RELAY, known_lost=True), FAILED, 0, "", id="known already"),
    ],
)
def test_which_addresses_get_no_automatic_letters(letter: ReturnedLetter, report: Report, days: int, why: str) -> None:
    """A customer's bad address is held back for as long as the desk says, once for one letter."""
    after = aftermath(DESK, letter, report, NOW)
    assert after.until == (NOW + timedelta(days=days) if days else None)
    assert after.suppressed_for == why
    assert any(kind == "suppressed" for kind, _ in after.events) is bool(days)


def test_a_desk_that_holds_nothing_back() -> None:
    """With no days set, a bad address is answered as ever."""
    after = aftermath(replace(DESK, suppress_days=0), RELAY, FAILED, NOW)
    assert (after.until, after.suppressed_for) == (None, "")


@pytest.mark.parametrize(
    ("report", "event", "came_back"),
    [
        (FAILED, ("bounced", f"letter 12 to {ANNA} came back: 5.1.1 550 no such user"), True),
        (Report("gave-up"), ("bounced", f"letter 12 to {ANNA} came back: the report does not say why"), True),
        (Report("delayed", "4.4.1"), ("delayed", f"letter 12 to {ANNA} is still on its way: 4.4.1"), False),
        (Report("delivered"), ("filed", f"letter 12 to {ANNA} has arrived, says a report"), False),
        (Report("unclear"), ("filed", f"a machine answered letter 12 to {ANNA}"), False),
        (
            Report("complaint", says="Feedback-Type: abuse"),
            ("complaint", f"letter 12 to {ANNA} was reported as unwanted: Feedback-Type: abuse"), False,
        ),
    ],
    ids=lambda value: value.meaning if isinstance(value, Report) else None,
)  # fmt: skip
def test_history_tells_each_report(report: Report, event: tuple[str, str], came_back: bool) -> None:
    """One line that says what became of which letter; only a lost one counts as come back."""
    after = aftermath(DESK, RELAY, report, NOW)
    assert after.events[0] == event
    assert bool(after.came_back) is came_back


def test_a_refusal_has_its_line_of_history_already() -> None:
    """The outbox writes what our own server said; here only what follows is told."""
    after = aftermath(DESK, RELAY, replace(FAILED, meaning="refused"), NOW)
    assert [kind for kind, _ in after.events] == ["suppressed"]
    assert not after.came_back


def test_where_a_report_shows_the_envelope_sender() -> None:
    """Where it was delivered, the returned letter's Return-Path, and an abuse report's Original-Mail-From."""
    returned = "Return-Path: <desk+tag@desk.example>\r\nMessage-ID: <1@desk.example>\r\n\r\n"
    third = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}"
    to = "support+a@desk.example"
    assert list(return_addresses(_report(_block(), third=third, to=to))) == [to, "desk+tag@desk.example"]
    complaint = _feedback("Feedback-Type: abuse\r\n", "Original-Mail-From: <desk+fbl@desk.example>\r\n", returned)
    assert list(return_addresses(complaint)) == [
        "support@desk.example", "desk+tag@desk.example", "desk+fbl@desk.example",
    ]  # fmt: skip


def test_only_a_report_returns_another_mail() -> None:
    """A person may attach any mail, with any Return-Path and Message-ID in it, and proves nothing by that."""
    third = "--b\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <a@b.example>\r\nMessage-ID: <1@d.example>\r\n\r\n"
    raw = (
        f"From: {ANNA}\r\nTo: support@desk.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{third}--b--\r\n"
    )
    letter = read_letter(raw.encode())
    assert list(return_addresses(letter)) == ["support@desk.example"]
    assert list(returned_ids(letter)) == []
    assert list(returned_ids(_report(_block(), third=third))) == ["1@d.example"]


def _facts(letter: Letter, *, returned: ReturnedLetter | None = RELAY, tie: Tie | None = None) -> Facts:
    machine = machine_reason(letter, own_addresses=frozenset(DESK.addresses))
    return Facts(letter, DESK, NOW, machine, "none", False, (tie,) if tie else (), returned=returned)


TAG = Tie("tag", CASE, ANNA, "customer")
AWAY = read_letter(f"From: {ANNA}\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n".encode())
ODD = read_letter(b"From: x@mx.example\r\nReturn-Path: <>\r\nSubject: ??\r\n\r\nKan inte.\r\n")


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        pytest.param(_facts(_report(_block())), Returned, id="a report with proof"),
        pytest.param(_facts(_report(_block()), tie=TAG), Returned, id="which returns the letter as well"),
        pytest.param(_facts(_report(_block()), returned=None, tie=TAG), Filed, id="a report without proof"),
        pytest.param(_facts(_feedback("Feedback-Type: abuse")), Returned, id="a complaint with proof"),
        pytest.param(_facts(ODD), Returned, id="in no known form, to the return address"),
        pytest.param(_facts(ODD, returned=None), NewCase, id="in no known form, to the desk"),
        pytest.param(_facts(AWAY), Returned, id="an out-of-office to the return address"),
        pytest.param(_facts(AWAY, tie=TAG), FollowUp, id="an out-of-office that answers the letter"),
        pytest.param(_facts(read_letter(f"From: {ANNA}\r\n\r\nHi.\r\n".encode())), NewCase, id="a person"),
    ],
)
def test_only_a_machines_mail_with_proof_is_a_report_on_our_letter(facts: Facts, decision: type) -> None:
    """The letter's own return address, or its Message-ID, proves; a person's mail there is a person's mail."""
    assert isinstance(decide(facts), decision)


HELD = datetime(2026, 11, 30, tzinfo=UTC)


def test_an_address_that_bounced_gets_a_case_and_no_acknowledgement() -> None:
    """A new case opens; the reason of the silence is told with the date."""
    facts = replace(_facts(read_letter(f"From: {ANNA}\r\n\r\nHi.\r\n".encode()), returned=None), suppressed=HELD)
    decision = decide(facts)
    assert isinstance(decision, NewCase)
    assert decision.silence == Reason(
        "bounced", "letters to this address came back, so automatic ones wait until 2026-11-30"
    )


@pytest.mark.parametrize(
    ("tie", "verdict", "held"),
    [
        (None, "none", True),
        (None, "pass", True),
        (TAG, "none", False),
        (TAG, "fail", True),
        (Tie("tag", CASE, "bo@x.example", "customer"), "none", True),
        (Tie("earlier-mail", CASE), "pass", True),
    ],
)
def test_who_answers_a_letter_has_got_it(tie: Tie | None, verdict: str, held: bool) -> None:
    """The sender's own tag, and nothing else, shows that letters to the address arrive."""
    facts = replace(_facts(read_letter(f"From: {ANNA}\r\n\r\nHi.\r\n".encode()), returned=None, tie=tie))
    facts = replace(facts, suppressed=HELD, authenticity=verdict)  # type: ignore[arg-type]  # one of the three
    assert (held_back(facts) is not None) is held
    assert held_back(replace(facts, suppressed=None)) is None
