"""The customer's language from the first letter to the survey's answer, through the whole path on both databases."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot import daemon
from mailbot.database import Database
from mailbot.digests import tell_digests
from mailbot.surveys import send_surveys
from mailbot.tables import OPTED_OUT, SURVEY, TICKET
from tests.shell.customerroom import AGNES, AGREEMENTS, TERMS, CustomerRoom, later
from tests.shell.mailroom import NOW

ANNA, DORTE, EVE = "anna@kund.example", "dorte@dansk.example", "eve@english.example"
PARTNER = """
[[partners]]
name = "PX Expert Norden"
addresses = ["px@partner.example"]
contact = { sv = "ring 010-000 00 00", da = "ring 70 00 00 00", en = "call +46 10 000 00 00" }

[[partners]]
name = "Nord"
addresses = ["nord@partner.example"]
"""
SERVICE = """
[service]
contacts = "any"
terms = { sv = "Fråga vår försäljning.", da = "Spørg vores salg.", en = "Ask our sales team." }
decline = { sv = "Er revisor hjälper er.", da = "Jeres revisor hjælper jer.", en = "Your auditor can help." }
not_covered = { sv = "Vi har kurser.", da = "Vi holder kurser.", en = "We hold courses." }
order = { sv = "Det kostar 900 kr.", da = "Det koster 900 kr.", en = "It costs 900 kr." }
"""
ASKED = {
    "sv": ("På en skala från 0 till 10, hur nöjd är du?", "Vilken är den viktigaste orsaken?"),
    "da": ("På en skala fra 0 til 10, hvor tilfreds er du?", "Hvad er den vigtigste grund?"),
    "en": ("On a scale from 0 to 10, how satisfied are you?", "What is the main reason?"),
}
QUESTIONS = (
    "questions = [\n"
    + "".join(
        '  {{ sv = "{}", da = "{}", en = "{}" }},\n'.format(*(ASKED[each][place] for each in ("sv", "da", "en")))
        for place in range(2)
    )
    + "]\n"
)


@pytest.fixture
def room(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CustomerRoom:
    """A Swedish desk whose customers read Swedish, Danish and English; for commands it is NOW."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    survey = f'\n[survey]\n{QUESTIONS}wait = "1h"\n'
    return CustomerRoom(database, tmp_path / "config", more=AGREEMENTS + PARTNER + SERVICE + survey)


def languages(letter: EmailMessage) -> set[str]:
    """Every language that a letter says it is in: header, page, and each part of the page."""
    page = letter.get_body(("html",))
    assert page is not None
    said = re.findall(r'lang="(\w+)"', page.get_content())
    return {*str(letter["Content-Language"]).split(", "), *said}


def subjects(room: CustomerRoom, to: str) -> list[str]:
    """The subjects of the letters to somebody, oldest first, without the case number."""
    return [re.sub(r"^\[\S+\] ", "", str(letter["Subject"])) for letter in room.letters(to)]


def command(room: CustomerRoom, text: str, *, at: datetime = NOW) -> None:
    """Agnes answers the last copy that she got."""
    copies = [letter for letter in room.letters(AGNES) if str(letter["Subject"]).startswith("[")]
    room.write(AGNES, text, to=str(copies[-1]["Message-ID"]).strip("<>"), subject="Re", at=at)


WORDS = {
    DORTE: {
        "ack": "Vi går i gang med sagen senest mandag den 23. november kl. 13.00 (svensk tid).",
        "priority": "har fået en ny prioritet", "wait": "Vi har brug for dit svar", "reopen": "er åbnet igen",
        "status": "Her er status på din sag", "forward": "overtager nu arbejdet", "close": "er nu afsluttet",
        "contact": "ring 70 00 00 00", "decline": "Jeres revisor hjælper jer.", "order": "Det koster 900 kr.",
        "admit": "Vi tager os af",
    },
    EVE: {
        "ack": "We will start work on it by Monday 23 November at 13:00 at the latest (local time in Sweden).",
        "priority": "has a new priority", "wait": "We need your answer", "reopen": "is open again",
        "status": "Here is how your case", "forward": "is now taking over the work", "close": "is now closed",
        "contact": "call +46 10 000 00 00", "decline": "Your auditor can help.", "order": "It costs 900 kr.",
        "admit": "We are taking on",
    },
    ANNA: {
        "ack": "Vi börjar arbeta med ärendet senast måndag 23 november kl. 13.00 (svensk tid).",
        "priority": "har fått en ny prioritet", "wait": "Vi behöver ditt svar", "reopen": "är öppet igen",
        "status": "Här är läget i ditt ärende", "forward": "tar nu över arbetet", "close": "är nu avslutat",
        "contact": "ring 010-000 00 00", "decline": "Er revisor hjälper er.", "order": "Det kostar 900 kr.",
        "admit": "Vi tar hand om",
    },
}  # fmt: skip
LANGUAGE = {DORTE: "da", EVE: "en", ANNA: "sv"}
EVERYBODY = pytest.mark.parametrize("customer", list(WORDS))


@EVERYBODY
def test_every_letter_of_a_case_is_in_the_customers_language(room: CustomerRoom, customer: str) -> None:
    """Acknowledgement, changes, questions, state, partner, close and reopening; what agents get stays in theirs."""
    told = WORDS[customer]
    room.write(customer, "Rapport 17 er tom.", subject="17")
    assert told["ack"] in room.text(customer)
    command(room, "#priority high")
    assert told["priority"] in room.text(customer)
    command(room, "#wait")
    assert told["wait"] in room.text(customer)
    room.write(customer, "Ja, 17.", subject="Re: 17", to=room.last_id(customer))
    room.write(customer, "status", subject="Re: 17", to=room.last_id(customer))
    assert told["status"] in room.text(customer)
    command(room, "#forward px@partner.example")
    assert told["forward"] in room.text(customer)
    assert told["contact"] in room.text(customer)
    command(room, "17 er 18.\n\n#close")
    assert told["close"] in room.text(customer)
    command(room, "#reopen")
    assert told["reopen"] in room.text(customer)
    for letter in room.letters(customer):
        assert languages(letter) == {LANGUAGE[customer]}, letter["Subject"]
    assert {lang for letter in room.letters(AGNES) for lang in str(letter["Content-Language"]).split(", ")} == {"sv"}
    assert {str(letter["Content-Language"]) for letter in room.letters("px@partner.example")} == {"sv"}


@EVERYBODY
def test_a_refusal_and_what_follows_are_in_the_customers_language(room: CustomerRoom, customer: str) -> None:
    """Not admitted, admitted, an order with its answer, declined: with the desk's own texts in that language."""
    told = WORDS[customer]
    book = room.room.folder / "customers.toml"
    text = book.read_text(encoding="utf-8").replace(
        'agreement = "support"', 'agreement = "support"\nuntil = 2026-11-20'
    )
    book.write_text(text.replace("until = 2026-11-20\nuntil = 2026-11-22", "until = 2026-11-20"), encoding="utf-8")
    assert room.room.office.refresh() == ()
    room.write(customer, "17 er tom.", subject="17")
    assert room.cases(TICKET.c.state) == [("refused",)]
    assert {"sv": "20 november 2026", "da": "20. november 2026", "en": "20 November 2026"}[
        LANGUAGE[customer]
    ] in room.text(customer)
    command(room, "#admit")
    assert told["admit"] in room.text(customer)
    command(room, "#order 17")
    assert told["order"] in room.text(customer)
    room.write(
        customer,
        {"sv": "Ja tack", "da": "Ja tak", "en": "Yes please"}[LANGUAGE[customer]],
        subject="Re: 17",
        to=room.last_id(customer),
    )
    assert room.cases(TICKET.c.order_answer) == [("yes",)]
    command(room, "#decline")
    assert told["decline"] in room.text(customer)
    assert len(room.letters(customer)) == 5
    for letter in room.letters(customer):
        assert languages(letter) == {LANGUAGE[customer]}, letter["Subject"]


@EVERYBODY
def test_the_survey_asks_and_is_read_in_the_customers_language(room: CustomerRoom, customer: str) -> None:
    """Question, score and words, though the answer quotes the questions; asked for a score again in it, too."""
    language = LANGUAGE[customer]
    room.write(customer, "17 er tom.", subject="17")
    command(room, "17 er 18.\n\n#close")
    due = later(26)
    assert send_surveys(room.room.database, room.room.office, due) == 1
    headline, reason = ASKED[language]
    assert headline in room.text(customer)
    assert languages(room.letters(customer)[-1]) == {language}
    assert list(json.loads(room.room.select(SURVEY.c.id, SURVEY.c.questions)[0][1])) == [language]
    survey, asked = room.last_id(customer), subjects(room, customer)[-1]
    quoted = f"> 1. {headline}\n\n9\n\n> 2. {reason}\n\nHurtigt.\n"
    room.write(customer, quoted, subject=f"Re: {asked}", to=survey, at=due)
    assert room.room.select(SURVEY.c.id, SURVEY.c.score, SURVEY.c.texts)[0][1:] == (9, '["Hurtigt."]')


@EVERYBODY
def test_whoever_gave_no_score_or_wants_no_surveys_is_answered_in_their_language(
    room: CustomerRoom, customer: str
) -> None:
    """Asked once more for the number alone, and told that no more questions come."""
    language = LANGUAGE[customer]
    stop = {"sv": "Stopp", "da": "Stop", "en": "Stop"}[language]
    room.write(customer, "17 er tom.", subject="17")
    command(room, "17 er 18.\n\n#close")
    send_surveys(room.room.database, room.room.office, later(26))
    survey = room.last_id(customer)
    room.write(customer, "Abc def ghi.", subject="Re: 17", to=survey, at=later(27))
    again = {
        "sv": "Vilken siffra vill du ge oss?",
        "da": "Hvilket tal vil du give os?",
        "en": "Which number would you give us?",
    }
    assert subjects(room, customer)[-1] == again[language]
    room.write(customer, stop, subject="Re: 17", to=survey, at=later(28))
    assert [row[1] for row in room.room.select(OPTED_OUT.c.id, OPTED_OUT.c.address)] == [customer]
    for letter in room.letters(customer):
        assert languages(letter) == {language}, letter["Subject"]


def test_digests_of_one_round_are_each_in_their_readers_language(room: CustomerRoom) -> None:
    """What was held for an unproven colleague is told in the customer's language, for a stranger in the desk's."""
    book = room.room.folder / "customers.toml"
    more = 'name = "English Ltd"\ndomains = ["english.example"]'
    book.write_text(book.read_text(encoding="utf-8").replace('name = "English Ltd"', more), encoding="utf-8")
    room.room.office.refresh()
    people = {"new@dansk.example": "da", "new@english.example": "en", "new@kund.example": "sv"}
    for person in people:
        for number in range(5):
            room.write(person, f"Sag nummer {'abcde'[number] * 9}", subject=f"Sag {'abcde'[number]}", verdict="")
    assert tell_digests(room.room.database, room.room.office, later(2)) == 3
    titles = {
        "da": "Vi har modtaget dine henvendelser",
        "en": "We have received your messages",
        "sv": "Vi har tagit emot dina meddelanden",
    }
    for person, language in people.items():
        assert str(room.letters(person)[-1]["Subject"]) == titles[language]
        assert languages(room.letters(person)[-1]) == {language}


SLOVAK = TERMS.replace('["da", "en"]', '["da"]')


@pytest.mark.parametrize(
    ("customer", "spoken", "first"),
    [(ANNA, {"sk", "en"}, "Dobrý deň,"), (EVE, {"en"}, "Hello"), (DORTE, {"da"}, "Hej")],
)
def test_a_desk_of_two_languages_writes_the_one_that_is_known(
    database: Database, tmp_path: Path, customer: str, spoken: set[str], first: str
) -> None:
    """Slovak with English below where the customer's language is not known; else that one alone."""
    room = CustomerRoom(database, tmp_path / "config", terms=SLOVAK, languages='["sk", "en"]')
    room.write(customer, "17.", subject="17")
    command(room, "#wait")
    assert [languages(letter) for letter in room.letters(customer)] == [spoken, spoken]
    assert room.text(customer).startswith(first)
    page = room.letters(customer)[0].get_body(("html",))
    assert page is not None
    assert page.get_content().count("<div lang=") == len(spoken)


def test_a_known_language_holds_for_whoever_writes_for_that_customer(room: CustomerRoom) -> None:
    """A colleague by the customer's domain, and somebody else who takes part in the customer's case."""
    room.write("new@dansk.example", "17.", subject="17")
    assert languages(room.letters("new@dansk.example")[0]) == {"da"}
    command(room, f"#add {ANNA}")
    command(room, "#wait")
    assert languages(room.letters(ANNA)[-1]) == {"da"}
    room.write(ANNA, "status", subject="Re", to=room.last_id(ANNA))
    assert languages(room.letters(ANNA)[-1]) == {"da"}


def test_a_forged_sender_has_no_language(room: CustomerRoom) -> None:
    """Who writes in the customer's name is answered as a stranger is."""
    room.write(DORTE, "17.", subject="17", verdict="fail")
    assert {lang for letter in room.letters(DORTE) for lang in languages(letter)} == {"sv"}


def test_a_language_that_changes_holds_from_the_next_letter_on(room: CustomerRoom) -> None:
    """Also in cases that are open, for the file is the only truth."""
    room.write(DORTE, "17.", subject="17")
    book = room.room.folder / "customers.toml"
    book.write_text(book.read_text(encoding="utf-8").replace('language = "da"', 'language = "en"'), encoding="utf-8")
    room.room.office.refresh()
    command(room, "#wait")
    assert [languages(letter) for letter in room.letters(DORTE)] == [{"da"}, {"en"}]
