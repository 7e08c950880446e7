"""Surveys as pure decisions: which close causes one, whom it may go to, and what follows from a mail about one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailbot.core.agenttellings import Comment, LowScore
from mailbot.core.customertellings import OptedOut
from mailbot.core.decide import decide
from mailbot.core.decision import Answered, Filed, FollowUp, Returned
from mailbot.core.desk import Desk, SurveyTerms
from mailbot.core.facts import Facts
from mailbot.core.knowncase import Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason, machine_reason
from mailbot.core.returned import ReturnedLetter
from mailbot.core.survey import Due, KnownSurvey, may_send, planned, unsubscribe_link, why_nobody, why_not
from mailbot.core.surveyturn import Heard, hear, tokens_in, unsubscribes
from tests.core import deskwork
from tests.core.deskwork import AGNES, ANNA, BO, DESK, EVE, OLLE, closed_case, mail
from tests.core.samples import at, every_day, spans

LEAD = "lead@desk.example"
QUESTIONS = ("Hur nöjd är du, från 0 till 10?", "Varför?", "Vad kan vi göra bättre?")
TERMS = SurveyTerms(tuple({"sv": each} for each in QUESTIONS))
ASKING = replace(DESK, survey=TERMS, lead=LEAD)
CLOSED = at("2026-11-23 10:00")
"""A Monday."""
SENT = at("2026-11-24 08:00")
EXPIRES = SENT + timedelta(days=30)
IN_TIME = at("2026-11-24 12:00")
TOKEN = "a" + "b2" * 18 + "c"

CLOSE = {"state": "closed", "closed": CLOSED, "closings": 1}


def known_survey(**changes: Any) -> KnownSurvey:
    """Anna's survey, sent the day after the close."""
    asked: dict[str, Any] = {
        "survey_id": 5, "ticket_id": 13, "number": "DE-000013", "case": closed_case(), "closing": 1,
        "recipient": "Anna@Customer.example", "agent": AGNES.address, "state": "sent", "expires": EXPIRES,
        "questions": {"sv": QUESTIONS},
    }  # fmt: skip
    return KnownSurvey(**(asked | changes))


def heard(
    text: str, *, sender: str = ANNA, received: datetime = IN_TIME, desk: Desk = ASKING, subject: str = "SV: Nöjd?",
    files: dict[str, bytes] | None = None, may_answer: bool = True, **survey: Any,
) -> Heard:  # fmt: skip
    """What follows from Anna's answer."""
    letter = mail(text, sender=sender, subject=subject, files=files)
    machine = None if may_answer else Reason("response-suppressed", "")
    facts = Facts(letter, desk, received, machine, "none", correspondent=False, ties=(), mail_id=57)
    return hear(facts, known_survey(**survey))


def told(what: Heard, kind: type) -> list[tuple[str, Any]]:
    """The letters of one kind of telling: to whom, and what."""
    return [(errand.to, errand.telling) for errand in what.errands if isinstance(errand.telling, kind)]


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ("2026-11-23 10:00", "2026-11-24 08:00"),
        ("2026-11-23 15:00", "2026-11-24 11:00"),
        ("2026-11-23 23:00", "2026-11-25 08:00"),
        ("2026-11-27 16:00", "2026-11-30 08:00"),
        ("2026-04-02 12:00", "2026-04-07 08:00"),
    ],
)
def test_a_close_plans_its_survey(closed: str, due: str) -> None:
    """First moment at least 20 hours later on a weekday 08-17 that is no holiday; Easter is passed over."""
    plan = planned(ASKING, closed_case(closings=0), {**CLOSE, "closed": at(closed)})
    assert plan is not None
    assert plan.due == at(due)
    assert (plan.closing, plan.queue, plan.agent, plan.recipient) == (1, "sales", AGNES.address, ANNA)


def test_a_survey_never_overtakes_the_closing_letter() -> None:
    """A desk that asks at once waits as long as the agent may take the close back."""
    at_once = replace(ASKING, survey=replace(TERMS, wait=timedelta(0)), reconsider=timedelta(minutes=5))
    plan = planned(at_once, deskwork.case(), CLOSE)
    assert plan is not None
    assert plan.due == CLOSED + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ({}, {"state": "spam", "closed": CLOSED}),
        ({}, {"state": "merged"}),
        ({}, {"state": "closed", "closed": CLOSED}),
        ({}, {}),
        ({"by_machine": True}, CLOSE),
        ({"participants": frozenset({BO})}, CLOSE),
        ({"participants": frozenset()}, CLOSE),
    ],
)
def test_nothing_else_plans_a_survey(case: dict[str, Any], changes: dict[str, Any]) -> None:
    """Spam, a merge, a reopening taken back, a machine's case, a requester who takes part no more (Y11)."""
    assert planned(ASKING, deskwork.case(**case), changes) is None
    assert planned(ASKING, deskwork.case(), CLOSE) is not None


def test_a_desk_that_asks_nothing_and_an_agent_who_wrote_in_are_left_alone() -> None:
    """No survey without terms; none to an agent of the desk, in whose name somebody wrote."""
    assert planned(DESK, deskwork.case(), CLOSE) is None
    case = deskwork.case()
    by_agent = replace(
        case, facts=replace(case.facts, requester_address=AGNES.address), participants=frozenset({AGNES.address})
    )
    assert planned(ASKING, by_agent, CLOSE) is None


def test_a_close_is_never_kept_from_happening() -> None:
    """Hours in which no survey is ever sent cost the survey, not the close."""
    never = replace(ASKING, survey=replace(TERMS, hours=(every_day(()),)))
    assert planned(never, deskwork.case(), CLOSE) is None
    assert not may_send(never, SENT)


@pytest.mark.parametrize(
    ("moment", "sends"),
    [("2026-11-24 07:59", False), ("2026-11-24 08:00", True), ("2026-11-24 17:00", False), ("2026-11-28 12:00", False),
     ("2026-04-03 12:00", False)],
)  # fmt: skip
def test_surveys_go_in_their_hours_only(moment: str, sends: bool) -> None:
    """Also what was due long before, by a daemon that is back at night, on a Saturday or on Good Friday."""
    assert may_send(ASKING, at(moment)) is sends
    around = replace(ASKING, survey=replace(TERMS, hours=(every_day(spans("00:00-24:00"), open_on_holidays=True),)))
    assert may_send(around, at(moment))


def due(**changes: Any) -> Due:
    """Anna's survey at its hour."""
    asked: dict[str, Any] = {
        "ticket_id": 13, "closing": 1, "recipient": "Anna@Customer.example", "due": SENT, "suppressed": False,
        "opted_out": False, "last_asked": None,
    }  # fmt: skip
    return Due(**(asked | changes))


@pytest.mark.parametrize(
    ("case", "asked", "why"),
    [
        ({}, {}, ""),
        ({}, {"last_asked": SENT - timedelta(days=90)}, ""),
        ({}, {"last_asked": SENT - timedelta(days=89, hours=23)}, "the address was asked within 90 days"),
        ({}, {"last_asked": SENT + timedelta(days=1)}, "the address was asked within 90 days"),
        ({"state": "open"}, {}, "the case is open again"),
        ({"state": "waiting"}, {}, "the case is open again"),
        ({"state": "spam"}, {}, "the case is marked as spam"),
        ({"ticket_id": 21}, {}, "the case has become part of another"),
        ({"closings": 2}, {}, "the case has been closed again since"),
        ({"participants": frozenset({BO})}, {}, "the requester takes part no more"),
        ({}, {"suppressed": True}, "letters to the address come back, or are unwanted"),
        ({}, {"opted_out": True}, "the address wants no surveys"),
        ({}, {"due": SENT - timedelta(days=31)}, "its hour passed too long ago"),
    ],
)
def test_who_is_not_asked_when_the_hour_comes(case: dict[str, Any], asked: dict[str, Any], why: str) -> None:
    """The reason is told for each (Y11); a survey that lay too long is not sent any more."""
    assert why_not(TERMS, closed_case(**case), due(**asked), SENT) == why


def test_a_reminder_needs_somebody_who_may_be_written_to() -> None:
    """What may have changed since the survey itself."""
    assert why_nobody(closed_case(), due()) == ""
    assert why_nobody(closed_case(), due(opted_out=True))
    assert why_nobody(closed_case(), due(suppressed=True))
    assert why_nobody(closed_case(participants=frozenset()), due())


def test_the_first_valid_score_counts() -> None:
    """Score, moment and words are kept; the agent who has the case reads the words, and nobody is alarmed."""
    what = heard("9\n\n1. 9\n2. Snabbt svar.\n3. Inget.")
    assert what.changes == {
        "state": "answered", "answered": IN_TIME, "remind_at": None, "score": 9, "texts": ("Snabbt svar.", "Inget."),
    }  # fmt: skip
    assert what.events == (("survey", "answered: 9"),)
    said = (("Varför?", "Snabbt svar."), ("Vad kan vi göra bättre?", "Inget."))
    assert told(what, Comment) == [(AGNES.address, Comment(9, said))]
    assert told(what, LowScore) == []
    assert not what.asks_again


def test_a_score_alone_is_told_nobody() -> None:
    """Only words make a letter."""
    assert heard("10").errands == ()


@pytest.mark.parametrize("score", range(11))
def test_a_low_score_is_told_the_lead_at_once(score: int) -> None:
    """0 to 6, with customer, agent and words; 7 to 10 not. A desk without a lead tells nobody."""
    what = heard(f"{score}\n\nDet tog tid.")
    letters = told(what, LowScore)
    expected = LowScore(score, "Det tog tid.", "Anna Berg <Anna@Customer.example>", AGNES.name)
    assert letters == ([(LEAD, expected)] if score <= 6 else [])
    assert {errand.cause for errand in what.errands if errand.to == LEAD} <= {"lowscore:survey:5"}
    assert told(heard(f"{score}", desk=replace(ASKING, lead="")), LowScore) == []


@pytest.mark.parametrize(("before", "now", "alarms"), [(9, 3, 1), (3, 9, 0), (3, 2, 0), (9, 8, 0)])
def test_a_correction_replaces_score_and_words(before: int, now: int, alarms: int) -> None:
    """The moment of the first answer stays; from-to is on record; only a fall to a low score is told the lead."""
    answered = {"state": "answered", "score": before, "texts": ("Gammalt", ""), "comment": "Förr"}
    what = heard(f"{now}\n\nJag ångrar mig.", **answered)
    assert what.changes == {"score": now, "comment": "Jag ångrar mig.", "texts": ()}
    assert what.events == (("survey", f"corrected from {before} to {now}"),)
    assert len(told(what, LowScore)) == alarms
    assert told(what, Comment) == [(AGNES.address, Comment(now, (("", "Jag ångrar mig."),), corrected=True))]
    alone = heard(str(now), **answered)
    assert alone.changes == {"score": now}, "a score alone takes no words back"
    assert told(alone, Comment) == []


def test_words_without_a_score_are_kept_and_the_score_is_asked_for_once() -> None:
    """Missing or unclear: the words go to the agent, the question goes once more, never twice."""
    for text in ("Ni var snabba och trevliga.", "8-9"):
        what = heard(text)
        assert what.asks_again
        assert what.changes == {"comment": text, "remind_at": None, "asked_again": True}
        assert told(what, Comment) == [(AGNES.address, Comment(None, (("", text),)))]
        again = heard(text, asked_again=True, comment="Förr.")
        assert not again.asks_again
        assert again.changes == {"comment": f"Förr.\n\n{text}", "remind_at": None}
    scored = heard("9", asked_again=True, comment="Förr.")
    assert (scored.changes["score"], "comment" in scored.changes) == (9, False)


def test_who_may_not_be_asked_again() -> None:
    """A sender who wants no automatic answer, one who wants no surveys, the customer of a desk that asks no more."""
    words = "Ni var snabba."
    quiet = (
        heard(words, may_answer=False),
        heard(words, opted_out=True),
        heard(words, desk=replace(ASKING, survey=None)),
    )
    for what in quiet:
        assert what.changes == {"comment": words, "remind_at": None}
        assert not what.asks_again
    stopped = heard("stopp", may_answer=False)
    assert (stopped.opts_out, stopped.errands) == (True, ())


def test_further_words_after_a_score_ask_for_nothing() -> None:
    """The score stands, the words are added."""
    what = heard("Tack för snabb hjälp!", state="answered", score=9)
    assert what.changes["comment"] == "Tack för snabb hjälp!"
    assert "score" not in what.changes
    assert not what.asks_again
    assert what.events[0][1].endswith("9 stands")


def test_an_empty_answer_changes_nothing() -> None:
    """There is nothing to keep and nobody to ask."""
    what = heard("")
    assert (what.changes, what.errands, what.asks_again) == ({}, (), False)
    assert what.events == (("survey", "an empty answer"),)


@pytest.mark.parametrize("state", ["sent", "expired", "answered"])
def test_an_answer_after_its_time_does_not_count(state: str) -> None:
    """Its words are kept and read by the agent, its score is no score; nobody is asked again or alarmed."""
    score = 9 if state == "answered" else None
    what = heard("2\n\nDet gick sönder igen.", received=EXPIRES, state=state, score=score)
    assert what.changes == {"comment": "Det gick sönder igen."}
    assert "does not count" in what.events[0][1]
    assert told(what, Comment) == [
        (AGNES.address, Comment(score, (("", "Det gick sönder igen."),), corrected=score is not None))
    ]
    assert (told(what, LowScore), what.asks_again) == ([], False)


def test_an_answer_that_lay_in_the_mailbox_counts_from_its_receipt() -> None:
    """A survey that a daemon let expire before it read the answer is answered all the same."""
    what = heard("9", received=EXPIRES - timedelta(seconds=1), state="expired")
    assert what.changes["state"] == "answered"
    assert what.changes["answered"] == EXPIRES - timedelta(seconds=1)


def test_another_sender_counts_and_is_noted() -> None:
    """The tag is the proof, whoever sends (T35)."""
    what = heard("9", sender=EVE)
    assert what.changes["score"] == 9
    assert what.events == (("survey", f"answered by {EVE} (it was sent to Anna@Customer.example): 9"),)


@pytest.mark.parametrize("text", ["stopp", "avregistrera mig", "STOP", "unsubscribe"])
def test_stop_is_no_answer(text: str) -> None:
    """The recipient is asked nothing any more and told so once (Y12), after the survey's time too."""
    for what in (heard(text), heard(text, received=EXPIRES), heard(text, state="answered", score=3)):
        assert what.opts_out
        assert "score" not in what.changes
        assert told(what, OptedOut) == [("Anna@Customer.example", OptedOut())]
        assert {errand.cause for errand in what.errands} == {"opted-out:anna@customer.example"}


def test_the_unsubscribe_address_needs_no_words() -> None:
    """What a mail program sends by itself, with a word of its own in the text."""
    subject = f"unsubscribe {TOKEN}"
    assert unsubscribe_link("support+tag@desk.example", TOKEN).endswith(f"subject=unsubscribe%20{TOKEN}")
    for text in ("", "This message was automatically generated by Gmail.", "9"):
        assert heard(text, subject=subject).opts_out
    assert not heard("9", subject=f"Re: {subject}").opts_out


def test_words_reach_those_who_hear_the_customer_where_nobody_has_the_case() -> None:
    """The assignee, else the agent of that time, else who wrote on it or is on duty for its queue."""
    nobody = closed_case(assignee="", writers=frozenset({OLLE.address}))
    text = "9\n\nTack!\nDet gick fort."
    assert [to for to, _ in told(heard(text, case=closed_case(assignee=OLLE.address)), Comment)] == [OLLE.address]
    assert [to for to, _ in told(heard(text, case=nobody), Comment)] == [AGNES.address]
    assert OLLE.address in [to for to, _ in told(heard(text, case=nobody, agent=""), Comment)]


def test_a_file_goes_along_to_the_agent() -> None:
    """What a customer attaches is not lost, with or without words."""
    what = heard("9", files={"fel.txt": b"Fel 13"})
    (errand,) = what.errands
    assert [part.name for part in errand.attachments] == ["fel.txt"]


def test_the_score_is_read_under_the_questions_of_either_language() -> None:
    """A letter in two languages is answered in one."""
    english = ("How satisfied are you, from 0 to 10?", "Why?", "What could we do better?")
    text = "\n".join((f"> {english[0]}", "8", f"> {english[1]}", "Fast.", f"> {english[2]}", "Nothing."))
    what = heard(text, questions={"sv": QUESTIONS, "en": english})
    assert (what.changes["score"], what.changes["texts"]) == (8, ("Fast.", "Nothing."))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (f"9 · DE-000013 [{TOKEN}]", "1. Hur nöjd är du, från 0 till 10?\n9"),
        ("9 · DE-000013", f"1. Hur nöjd är du, från 0 till 10?\n9\n\n[{TOKEN}]"),
        (f"9 {TOKEN.upper()}", "9"),
        ("9", f"9 {TOKEN}"),
    ],
)
def test_the_tag_is_found_in_subject_and_text_and_is_no_word(subject: str, text: str) -> None:
    """A tapped answer has it where the mail program kept it; it disturbs neither score nor comment."""
    assert tokens_in(mail(text, subject=subject)) == (TOKEN,)
    what = heard(text, subject=subject)
    assert what.changes["score"] == 9
    assert not what.changes.get("comment")


@pytest.mark.parametrize("text", ["a" * 37, "a" * 39, "a1" * 19, f"x{TOKEN}", f"{TOKEN}9"])
def test_what_is_no_tag_is_not_looked_up(text: str) -> None:
    """A tag has 38 characters of its own alphabet and stands by itself."""
    assert tokens_in(mail(text, subject="Hej")) == ()


def facts(letter: Letter, **changes: Any) -> Facts:
    """A mail with the survey's genuine tag; no tie to the case unless given."""
    machine = machine_reason(letter, own_addresses=frozenset(DESK.addresses))
    known: dict[str, Any] = {"survey": known_survey(), "ties": ()}
    return Facts(letter, ASKING, IN_TIME, machine, "none", correspondent=False, **(known | changes))


def with_head(letter: Letter, *headers: tuple[str, str]) -> Letter:
    """The letter with further headers."""
    return replace(letter, headers=(*letter.headers, *headers))


ANSWER = mail("9", sender=ANNA)
TIE = Tie("tag", closed_case(), ANNA, "customer")


@pytest.mark.parametrize("ties", [(), (TIE,), (Tie("case-number", closed_case()),)])
def test_a_mail_with_the_tag_is_an_answer_and_nothing_else(ties: tuple[Tie, ...]) -> None:
    """It does not open the closed case, whatever else in it names that."""
    assert isinstance(decide(facts(ANSWER, ties=ties)), Answered)
    assert isinstance(decide(facts(ANSWER, ties=(TIE,), survey=None)), FollowUp)


@pytest.mark.parametrize(
    ("headers", "answers"),
    [
        ((("auto-submitted", "auto-replied"),), False),
        ((("x-autoreply", "yes"),), False),
        ((("precedence", "bulk"),), False),
        ((("x-auto-response-suppress", "All"),), True),
        ((), True),
    ],
)
def test_that_somebody_is_away_is_no_answer(headers: tuple[tuple[str, str], ...], answers: bool) -> None:
    """It is filed with the case (Q21); a person who asks for no automatic answer is heard."""
    decision = decide(facts(with_head(ANSWER, *headers)))
    assert isinstance(decision, Answered if answers else Filed)
    if isinstance(decision, Filed):
        assert decision.ticket_id == 13


def test_a_program_that_unsubscribes_is_heard() -> None:
    """Even where it says that it is one; an ordinary answer in a machine's mail is not."""
    letter = with_head(mail("", sender=ANNA, subject=f"unsubscribe {TOKEN}"), ("auto-submitted", "auto-generated"))
    assert unsubscribes(letter)
    assert isinstance(decide(facts(letter)), Answered)


def test_an_agent_has_no_vote() -> None:
    """Whoever forwards a survey to an agent gives the agent no score to give."""
    assert not isinstance(decide(facts(mail("10", sender=AGNES.address))), Answered)


def test_a_report_on_a_survey_is_a_report() -> None:
    """Matched to the letter it is acted upon as on any, unmatched it is filed; it is never an answer."""
    report = ("content-type", "multipart/report; report-type=delivery-status")
    letter = replace(ANSWER, headers=(report, *ANSWER.headers))
    returned = ReturnedLetter(9, ANNA, "survey", "Nöjd?", "d", closed_case())
    assert isinstance(decide(facts(letter, returned=returned)), Returned)
    assert isinstance(decide(facts(letter)), Filed)
