"""What follows from a customer's, a partner's or a stranger's mail: what changes, who is answered, who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailbot.core.agenttellings import Unproven
from mailbot.core.commandwords import command_words
from mailbot.core.customertellings import Closing, Reopened, Reply, StatusTold
from mailbot.core.customerturn import follow_turn, unproven
from mailbot.core.decide import decide
from mailbot.core.decision import Effect, FollowUp, NewCase
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, KnownFault, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.note import Note
from mailbot.core.sheet import Join
from mailbot.core.standing import Standing
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
    DESK,
    EVE,
    NOW,
    OLLE,
    RECEIVED,
    SILENT,
    SPEAKER,
    case,
    closed_case,
    entry,
    letters,
    mail,
    to_customers,
)
from tests.core.samples import at, local

WAITING = {"state": "waiting", "waiting_since": at("2026-11-23 08:30")}
LATER = timedelta(days=31)


def facts_of(
    text: str, known: KnownCase | None = None, *, sender: str = ANNA, by: str = "tag", role: str = "customer",
    tagged: str = "", received: Any = NOW, letter: Letter | None = None, **facts: Any,
) -> Facts:  # fmt: skip
    """A mail that is tied to the case, by default with the sender's own tag."""
    letter = letter or mail(text, sender=sender)
    tie = Tie(by, known or case(), tagged or sender, role)  # type: ignore[arg-type]
    known_facts = {"machine": None, "authenticity": "none", "correspondent": False, "ties": (tie,), "mail_id": 57}
    return Facts(letter, DESK, received, **(known_facts | facts))


def decided(text: str, known: KnownCase | None = None, **more: Any) -> Any:
    """The decision on it."""
    return decide(facts_of(text, known, **more))


def effect(text: str, known: KnownCase | None = None, **more: Any) -> Effect:
    """What it does to the case."""
    found = decided(text, known, **more)
    assert isinstance(found, FollowUp)
    return found.effect


def follow(text: str, known: KnownCase | None = None, **more: Any) -> Turn:
    """What follows from it."""
    facts = facts_of(text, known, **more)
    found = decide(facts)
    assert isinstance(found, FollowUp)
    return follow_turn(facts, found)


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("Skrivaren stannar igen.", case(), ""),
        ("Skrivaren stannar igen.", closed_case(), "reopen"),
        ("Version 4.", case(**WAITING), "resume"),
        ("Skrivaren stannar igen.", case(state="spam"), "spam"),
        ("status", case(), "status"),
        ("Status?", closed_case(), "status"),
        ("status", case(**WAITING), "status"),
        ("stav", case(), "status"),
        ("status", case(state="spam"), "spam"),
        ("close", case(), "close"),
        ("Stäng ärendet, tack!", case(**WAITING), "close"),
        ("close", closed_case(), "thanks"),
        ("Tack så mycket!", closed_case(), "thanks"),
        ("Tack så mycket!", case(), ""),
        ("Tack så mycket!", case(**WAITING), ""),
        ("Tack! Men det stannar igen.", closed_case(), "reopen"),
        ("#close", case(), ""),
        ("#close", closed_case(), "reopen"),
        ("Jag vill inte:\n\n> close", case(), ""),
        ("> close", case(), ""),
        ("Hej!\n\n-- \nstatus", case(), ""),
    ],
)
def test_what_a_customers_mail_does(text: str, known: KnownCase, expected: str) -> None:
    """A plain request is done, thanks alone opens nothing, an agent's command is text, and all else is for people."""
    assert effect(text, known) == expected


@pytest.mark.parametrize("language", ["en", "sv", "da", "sk"])
def test_no_command_of_an_agents_does_anything_in_a_customers_mail(language: str) -> None:
    """Not alone, not below words, not hidden in HTML; how the case stands is told to customers however they ask."""
    for name, words in command_words(language).items():
        for word in words:
            for text in (f"#{word}", f"Hej!\n\n#{word}", f"#{word} {ANNA}"):
                assert effect(text) in ({"", "status"} if name == "status" else {""})
            hidden = mail("Hej!", sender=ANNA, html=f'<p>Hej!</p><div style="display:none">#{word}</div>')
            assert effect("", letter=hidden) == ""


@pytest.mark.parametrize(
    ("text", "known", "who", "expected"),
    [
        ("status", case(), {"sender": EVE, "tagged": ANNA}, ""),
        ("close", case(), {"sender": EVE, "tagged": ANNA}, ""),
        ("Det stannar.", closed_case(), {"sender": EVE, "tagged": ANNA}, "reopen"),
        ("Version 4.", case(**WAITING), {"sender": EVE, "tagged": ANNA}, "resume"),
        ("status", case(), {"by": "case-number"}, "status"),
        ("close", case(), {"by": "case-number"}, ""),
        ("close", case(), {"by": "case-number", "authenticity": "pass"}, "close"),
        ("close", case(), {"by": "case-number", "correspondent": True}, "close"),
        ("close", case(), {"authenticity": "fail"}, ""),
        ("status", case(), {"authenticity": "fail"}, ""),
        ("status", case(participants=frozenset({BO}), removed=frozenset({ANNA})), {}, ""),
        ("Klart.", closed_case(), {"sender": AGNES.address, "tagged": ANNA}, ""),
        ("Klart.", closed_case(), {"sender": SPEAKER.address, "role": "partner"}, ""),
    ],
)
def test_whose_mail_does_it(text: str, known: KnownCase, who: dict[str, Any], expected: str) -> None:
    """Another hand asks nothing and closes nothing, and its request is heard by people; a forger closes nothing."""
    assert effect(text, known, **who) == expected


@pytest.mark.parametrize("text", ["close", "status", "Det stannar igen.", "Tack!"])
def test_a_machine_changes_nothing(text: str) -> None:
    """An out-of-office neither opens a case again nor ends the waiting for its customer."""
    away = Reason("auto-submitted", "marked Auto-Submitted: auto-replied")
    for known in (case(), closed_case(), case(**WAITING)):
        assert effect(text, known, machine=away) == ""
        assert not follow(text, known, machine=away).changes


@pytest.mark.parametrize(
    ("text", "opens"),
    [("Det stannar igen.", True), ("Tack!", False), ("status", False), ("close", False)],
)
def test_a_late_answer_opens_a_new_case_that_follows_the_old_one(text: str, opens: bool) -> None:
    """Unless it asks for no work."""
    found = decided(text, closed_case(), received=NOW + LATER)
    assert isinstance(found, NewCase) == opens
    if isinstance(found, NewCase):
        assert found.follows is not None
        assert Note("follows", ("DE-000013",)) in found.notes


def test_a_partners_late_answer_opens_no_case_of_the_partners() -> None:
    """It is a message of the closed case."""
    found = decided("Klart.", closed_case(), sender=SPEAKER.address, role="partner", received=NOW + LATER)
    assert isinstance(found, FollowUp)


def test_an_answer_opens_a_closed_case_with_a_promise_of_its_own() -> None:
    """Told to its sender alone; the owner keeps it, and work has not begun."""
    found = follow("Det stannar igen.", closed_case())
    assert found.changes["state"] == "open"
    assert (found.changes["closed"], found.changes["started"]) == (None, None)
    assert local(found.changes["expected_start"]) == "2026-11-23 14:00"
    assert "assignee" not in found.changes
    assert [(errand.to, errand.telling, errand.kind) for errand in found.errands] == [(ANNA, Reopened(), "ack")]
    assert found.copied_to == (AGNES,)


def test_a_case_whose_level_the_desk_has_lost_opens_with_the_default_one() -> None:
    """A desk file that was edited loses no case."""
    found = follow("Det stannar igen.", closed_case(priority="gone"))
    assert found.changes["promise"].priority == "normal"


def test_another_hand_opens_a_closed_case_untold() -> None:
    """Agents see it; nobody is promised anything, and no customer may see the words (Y10)."""
    found = follow("Det stannar.", closed_case(), sender=EVE, tagged=ANNA)
    assert found.changes["state"] == "open"
    assert (found.errands, found.internal) == ((), True)


def test_the_customers_answer_lets_the_remaining_time_run() -> None:
    """Nothing is told: a further mail gets no promise."""
    found = follow("Version 4.", case(**WAITING))
    assert local(found.changes["expected_start"]) == "2026-11-23 13:30"
    assert found.errands == ()


def test_status_is_told_as_far_as_a_customer_may_see_it() -> None:
    """To the sender alone, without notes; no agent is disturbed."""
    entries = (entry("Fråga"), entry("Internt", internal=True))
    fault = KnownFault(1, "VC-000013", "12.1", None, RECEIVED, None)
    found = follow("status", case(started=RECEIVED, fault=fault), entries=entries)
    [answer] = found.errands
    assert answer.to == ANNA
    assert answer.telling == StatusTold("open", RECEIVED, None, (entries[0],), fault)
    assert (answer.kind, answer.at_once, answer.copied) == ("ack", True, ())
    assert found.copied_to == ()


@pytest.mark.parametrize(("words", "solution"), [("Starta om.", "Starta om."), ("", None)])
def test_a_customer_closes_the_case(words: str, solution: str | None) -> None:
    """What was said last is the solution; the sender alone is told, for no automatic letter goes to anybody else."""
    found = follow("close", case(last_words=words))
    assert found.changes.items() >= {"state": "closed", "closed": NOW, "closings": 1, "waiting_since": None}.items()
    assert found.changes.get("solution") == solution
    [answer] = found.errands
    assert isinstance(answer.telling, Closing)
    assert (answer.to, answer.telling.by, answer.telling.words.text) == (ANNA, "", "")
    assert found.copied_to


def test_thanks_is_heard_and_changes_nothing() -> None:
    """The agent who helped reads it."""
    found = follow("Tack så mycket!", closed_case())
    assert (found.changes, found.errands) == ({}, ())
    assert found.copied_to == (AGNES,)


def test_a_further_mail_of_a_spammer_disturbs_nobody() -> None:
    """Nor does anybody whom it copies take part."""
    found = follow("", case(state="spam"), letter=mail("Köp!", sender=ANNA, cc="cy@customer.example"))
    assert (found.changes, found.errands, found.copied_to, found.joins) == ({}, (), (), ())


def test_a_copied_colleague_takes_part() -> None:
    """Unless an agent has removed them, or it is a machine that copies."""
    copied = mail("Fråga.", sender=ANNA, cc="cy@customer.example, eve@elsewhere.example")
    assert follow("", letter=copied).joins == (Join("cy@customer.example", "customer"),)
    removed = case(removed=frozenset({"cy@customer.example"}))
    assert follow("", removed, letter=copied).joins == ()
    away = Reason("auto-submitted", "marked Auto-Submitted: auto-replied")
    assert follow("", letter=copied, machine=away).joins == ()


@pytest.mark.parametrize(
    ("known", "heard"),
    [
        pytest.param(case(), (AGNES, OLLE), id="nobody has it: those on duty for its queue"),
        pytest.param(case(assignee=OLLE.address), (OLLE,), id="its owner"),
        pytest.param(case(assignee=OLLE.address, writers=frozenset({AGNES.address})), (AGNES, OLLE), id="and writers"),
    ],
)
def test_who_hears_a_customer(known: KnownCase, heard: tuple[Any, ...]) -> None:
    """As for every turn."""
    assert follow("Fråga.", known).copied_to == heard


def partner(text: str, who: Any, known: KnownCase | None = None, **more: Any) -> Turn:
    """What follows from a partner's mail."""
    return follow(text, known, sender=who.address, role="partner", **more)


def test_a_partner_whose_route_says_so_answers_the_customers() -> None:
    """In the desk's own letters, one to each, with the others in copy, the HTML made safe and the files along."""
    letter = mail(
        "Byt kabeln.\n\n-- \nPX", sender=SPEAKER.address, files={"plan.pdf": b"%PDF"},
        html="<p>Byt <b>kabeln</b>.</p><p>-- <br>PX</p>",
    )  # fmt: skip
    found = partner("", SPEAKER, letter=letter)
    [to_anna], [to_bo] = letters(found, ANNA), letters(found, BO)
    assert isinstance(to_anna.telling, Reply)
    assert (to_anna.telling.by, to_anna.telling.words.text) == ("PX Expert", "Byt kabeln.")
    assert "<b>kabeln</b>" in to_anna.telling.words.html
    assert (to_anna.copied, to_bo.copied) == ((BO,), (ANNA,))
    assert [part.name for part in to_anna.attachments] == ["plan.pdf"]
    assert (found.sent, found.internal, found.relayed) == ("Byt kabeln.", False, True)
    assert found.copied_to == (AGNES, OLLE)


@pytest.mark.parametrize(
    ("who", "known", "text"),
    [
        pytest.param(SILENT, case(), "Byt kabeln.", id="no route says so"),
        pytest.param(SPEAKER, case(state="spam"), "Byt kabeln.", id="spam is told nothing"),
        pytest.param(SPEAKER, case(participants=frozenset()), "Byt kabeln.", id="nobody to tell"),
        pytest.param(
            SPEAKER, case(), "> Kan ni titta? Kunden är arg.", id="an agent's own words, quoted, are no answer"
        ),
    ],
)
def test_what_of_a_partners_mail_stays_at_the_desk(who: Any, known: KnownCase, text: str) -> None:
    """Agents read it; no customer does or may."""
    found = partner(text, who, known)
    assert to_customers(found) == []
    assert (found.sent, found.internal, found.relayed) == ("", True, False)


def test_a_partners_machine_is_not_passed_on() -> None:
    """Its out-of-office would be the desk's word to the customer."""
    away = Reason("precedence", "marked Precedence: bulk")
    found = partner("Jag är borta.", SPEAKER, machine=away)
    assert to_customers(found) == []
    assert found.internal


def test_what_a_partner_attaches_beyond_measure_is_told_in_the_history() -> None:
    """The agents' copies say so too."""
    letter = mail("Se filen.", sender=SPEAKER.address, files={"big.iso": b"x" * (16 * 2**20)})
    found = partner("", SPEAKER, letter=letter)
    assert letters(found, ANNA)[0].attachments == ()
    assert ("left-out", "too large to be sent on: big.iso") in found.events


def test_an_agent_who_is_not_believed_is_told_at_the_address_in_the_desk_file() -> None:
    """Nothing of the mail is done, and no customer may see it."""
    found = follow("#close\nLöst.", sender=AGNES.addresses[1], tagged=ANNA)
    [warning] = found.errands
    assert warning.to == AGNES.address
    assert isinstance(warning.telling, Unproven)
    assert warning.telling.why == Note("foreign-tag")
    assert warning.cause == "unproven:agnes@agents.example:2026112308"
    assert (found.changes, found.internal) == ({}, True)


def test_an_agent_is_told_at_most_once_an_hour() -> None:
    """The key is the same within it, so that a forger cannot flood them."""
    standing = Standing("unproven-agent", AGNES, why=Note("no-tag"))
    causes = [
        unproven(standing, mail("x"), at("2026-11-23 09:00") + timedelta(minutes=minutes)).cause
        for minutes in (0, 59, 60)
    ]
    assert causes[0] == causes[1] != causes[2]


def test_a_customers_words_are_the_customers_to_see() -> None:
    """A machine's that answers in a customer's name too, as it always was."""
    away = Reason("precedence", "marked Precedence: bulk")
    assert not follow("Fråga.").internal
    assert not follow("Fråga.", machine=away).internal


def test_the_request_of_somebody_greeted_by_name_is_understood() -> None:
    """The agents' names are known."""
    assert effect("Hej Agnes! Status?") == "status"
    assert effect("Status?\n\n/Anna") == "status"
    assert effect("status", letter=mail("status", sender=ANNA, files={"x.pdf": b"x"})) == ""


def test_a_standing_of_nobody_answers_nobody() -> None:
    """A From that names two people on a closed case opens it, and no letter goes."""
    letter = replace(mail("Det stannar.", sender=ANNA), sender=None)
    found = follow("", closed_case(), letter=letter)
    assert (found.changes["state"], found.errands) == ("open", ())
