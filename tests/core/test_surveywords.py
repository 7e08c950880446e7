"""The letters around a survey: questions that are easily answered, answers that are read, and what colleagues hear."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mailbot.core.agenttellings import Comment, LowScore, MonthReport
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.commands import read_commands
from mailbot.core.compose import Head, compose
from mailbot.core.customertellings import OptedOut, Survey
from mailbot.core.desk import Agent, Desk, SurveyTerms
from mailbot.core.draft import Draft
from mailbot.core.errands import Telling
from mailbot.core.errandwords import write
from mailbot.core.letter import read_letter
from mailbot.core.samples import sample_case
from mailbot.core.surveyanswer import read_answer, tapped_subject
from mailbot.core.surveyturn import tokens_in
from mailbot.core.surveywords import LONGEST_LINK
from mailbot.core.tongue import LANGUAGES
from tests.core.letters_of_errands import asked
from tests.core.surveyreplies import mail
from tests.core.test_wording import wild
from tests.lettering import octets_of, read_mail, shipped_desks, shipped_library

TAG = "a" + "b2" * 5 + "c" + "d3" * 13
TAGGED = f"support+{TAG}@example.com"
FIRST, REMINDER, AGAIN = Survey(TAG, TAGGED), Survey(TAG, TAGGED, reminder=True), Survey(TAG, TAGGED, again=True)


def desk_in(*languages: str) -> Desk:
    """A desk that writes these languages and asks three questions in each."""
    visma = shipped_desks()["visma-control"]
    if languages == ("sv",):
        return visma
    plain = replace(visma, languages=languages, survey=None)
    return replace(plain, survey=asked(plain))


def letter(telling: Telling, desk: Desk, case: CaseFacts | None = None, **more: str) -> Draft:
    """The letter that tells it, at the moment of receipt."""
    case = case or sample_case(desk)
    done = write(shipped_library(), desk, case, telling, case.received, **more)
    assert done.problems == ()
    return done.draft


def questions(desk: Desk, language: str) -> list[str]:
    """What the desk asks."""
    assert desk.survey is not None
    return [question[language] for question in desk.survey.questions]


def links(draft: Draft) -> list[tuple[str, str]]:
    """What can be tapped: the number, and where it leads."""
    return [(node.text(), node.attributes["href"] or "") for node in LexborHTMLParser(draft.html).css("a")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_stand_numbered_with_room_below_each(language: str) -> None:
    """The headline first with what 0 and 10 mean, the others in order, each with a line to write on."""
    desk = desk_in(language)
    text = letter(FIRST, desk).text
    first, *further = questions(desk, language)

    assert re.search(rf"\n\n1\. {re.escape(first)}\n   0 = [^\n]+, 10 = [^\n]+\n   \w+:\n\n", text)
    for place, question in enumerate(further, 2):
        assert re.search(rf"\n\n{place}\. {re.escape(question)}\n   \w+:\n\n", text)


def test_a_survey_says_what_it_is_about_and_how_to_answer() -> None:
    """Case and subject, thanks, how many questions, how long it takes, how to answer, and how to hear no more (Y12)."""
    draft = letter(FIRST, desk_in("sv"))

    assert draft.subject == "[VC-000013] Hur gick det med ditt ärende?"
    for said in (
        "Tack för att du vände dig till oss. Ditt ärende VC-000013 (The daily report) är avslutat",
        "Vi har tre korta frågor, och det tar högst två minuter att svara.",
        "Svara på det här mejlet och skriv under varje fråga.",
        "Svara med bara ordet ”stopp”.",
    ):
        assert said in draft.text


def test_a_stranger_is_asked_without_a_word_of_theirs() -> None:
    """Neither subject nor name of a requester whom nothing verifies (Q23)."""
    desk = desk_in("sv")
    draft = letter(FIRST, desk, replace(sample_case(desk), verified=False))

    assert draft.text.startswith("Hej!\n\nTack för att du vände dig till oss. Ditt ärende VC-000013 är avslutat")


def test_a_reminder_reminds() -> None:
    """All the questions again, under a subject that says so, and that it is the last."""
    desk = desk_in("sv")
    draft = letter(REMINDER, desk)

    assert draft.subject.startswith("[VC-000013] Påminnelse: ")
    assert "inte fått något svar" in draft.text
    assert "Vi påminner dig inte igen." in draft.text
    assert all(question in draft.text for question in questions(desk, "sv"))


def test_asked_once_more_it_is_for_the_score_alone() -> None:
    """The words that came are thanked for; one question, no further ones, in the links either."""
    desk = desk_in("sv")
    draft = letter(AGAIN, desk)
    first, *further = questions(desk, "sv")

    assert "Dina ord har kommit fram" in draft.text
    assert f"1. {first}\n" in draft.text
    assert "Vi frågar inte en gång till." in draft.text
    for question in further:
        assert question not in draft.text + draft.html
    assert all(parse_qs(urlsplit(link).query)["body"] == [f"1. {first}\r\n{number}"] for number, link in links(draft))


@pytest.mark.parametrize(
    ("count", "said", "how"),
    [(1, "Vi har en kort fråga,", "skriv under frågan."), (6, "Vi har sex korta frågor,", "skriv under varje fråga.")],
)
def test_the_letter_says_how_many_questions_there_are(count: int, said: str, how: str) -> None:
    """From one to the six that a desk file may have."""
    desk = replace(desk_in("sv"), survey=SurveyTerms(tuple({"sv": f"Fråga {n}?"} for n in range(count))))
    text = letter(FIRST, desk).text

    assert said in text
    assert how in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [TAGGED, "support@example.com"])
@pytest.mark.parametrize("telling", [FIRST, AGAIN], ids=["first", "again"])
def test_a_tap_makes_an_answer_ready_that_is_read(telling: Survey, address: str, language: str) -> None:
    """Eleven links, from 0 to 10: to the survey's address, with its tag there or in the subject, and with the score."""
    desk = desk_in(language)
    tapped = links(letter(replace(telling, answer_to=address), desk))

    assert [number for number, _ in tapped] == [str(number) for number in range(11)]
    for number, link in tapped:
        query = parse_qs(urlsplit(link).query)
        assert urlsplit(link).path.replace("%2B", "+") == address
        raw = mail(query["body"][0].replace("\r\n", "\n"), subject=query["subject"][0])
        ready = read_letter(raw, language=language)
        assert tokens_in(ready) == (() if "+" in address else (TAG,))
        ready = replace(ready, subject=tapped_subject(int(number), "VC-000013"))
        found = read_answer(ready, questions(desk, language), "VC-000013")
        assert (found.score, found.comment, any(found.texts)) == (int(number), "", False)


def test_a_link_that_would_be_too_long_asks_the_headline_alone() -> None:
    """Six long questions stand in the letter, and each number can still be tapped in a program that allows 2,083."""
    long = tuple({"sv": f"Fråga {n}? {'åäö ' * 70}".strip()} for n in range(6))
    draft = letter(FIRST, replace(desk_in("sv"), survey=SurveyTerms(long)))

    assert draft.text.count("åäö åäö") > 6
    for number, link in links(draft):
        (body,) = parse_qs(urlsplit(link).query)["body"]
        assert len(link) <= LONGEST_LINK
        assert body == f"1. {long[0]['sv']}\r\n{number}"


def test_two_languages_are_each_a_whole_survey() -> None:
    """One below the other, each with its own questions and numbers; the mails that they make ready are in it too."""
    desk = desk_in("sk", "en")
    draft = letter(FIRST, desk)
    slovak, english = draft.text.split("* * *")

    assert [part.count("\n1. ") for part in (slovak, english)] == [1, 1]
    tapped = links(draft)
    assert len(tapped) == 22
    assert "Ako ste na stupnici" in parse_qs(urlsplit(tapped[0][1]).query)["body"][0]
    assert "On a scale" in parse_qs(urlsplit(tapped[11][1]).query)["body"][0]


def test_a_desk_that_asks_nothing_writes_no_survey() -> None:
    """Its key is told."""
    desk = shipped_desks()["softone-go"]
    with pytest.raises(ValueError, match="softone-go has no survey"):
        letter(FIRST, desk)


# What colleagues hear.

LEAD = Agent("Lena Lind", ("lena@desk.example",))


def test_the_lead_hears_of_a_low_score_with_the_case() -> None:
    """Score, case, who gave it, who had the case, and the customer's words as they are."""
    low = LowScore(3, "Ni svarade\n  inte.\n", "Åsa Öberg <asa@kund.se>", "Kim Lund")
    draft = letter(low, desk_in("sv"))

    assert draft.subject == "[VC-000013] Lågt betyg: 3 av 10"
    for said in (
        "En kund gav 3 av 10 efter ärende VC-000013 hos Visma Control Support.\n\n",
        "Kund: Åsa Öberg <asa@kund.se>\nÄmne: The daily report\nMottaget: torsdag 2 april 2026 kl. 11.30\n",
        "Handläggare: Kim Lund\n\nKunden skrev:\n\nNi svarade\n  inte.\n",
    ):
        assert said in draft.text
    bare = letter(LowScore(0, "", "asa@kund.se", ""), desk_in("sv")).text
    assert "gav 0 av 10" in bare
    assert "Handläggare: ingen\n\nKunden skrev inget mer.\n" in bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lead_who_is_an_agent_is_told_what_an_answer_does(language: str) -> None:
    """That text goes to the customer, and the commands, which are understood; nobody else has any use for them."""
    low = LowScore(3, "", "asa@kund.se", "")
    plain, agent = (letter(low, desk_in("sv"), language=language, reader=name).text for name in ("", "Lena Lind"))
    commands = [read_commands(word, (language,)).commands for word in re.findall(r"#\w+", agent)]

    assert "#" not in plain
    assert "Lena Lind" in agent
    assert [[each.name for each in found] for found in commands] == [["status"], ["reopen"]]


def test_an_agent_reads_what_the_customer_wrote() -> None:
    """The score, each answer under its question, words under none, and that one line opens the case again."""
    told = Comment(9, (("", "Tack!"), ("Varför?", "Snabbt\n\noch bra.")))
    draft = letter(told, desk_in("sv"), reader="Kim Lund")

    assert draft.subject == "[VC-000013] Kundens svar på enkäten: 9 av 10"
    rule = "-" * 40
    assert f"Betyg: 9 av 10\n\n{rule}\nTack!\n\n{rule}\nVarför?\n\nSnabbt\n\noch bra.\n\n{rule}\n" in draft.text
    assert "så går din text till kunden. Med raden #öppna i svaret öppnas ärendet igen." in draft.text


def test_an_answer_may_have_no_score_no_words_or_come_again() -> None:
    """Each is said."""
    desk = desk_in("sv")
    later, files = letter(Comment(None, (("", "Ändå inte."),), corrected=True), desk), letter(Comment(10, ()), desk)

    assert later.subject == "[VC-000013] Kundens svar på enkäten"
    assert "Kunden har svarat en gång till på enkäten" in later.text
    assert "Betyg: inget\n" in later.text
    assert "Svaret har inga ord. Se bilagorna.\n" in files.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_that_opens_a_case_again_is_understood(language: str) -> None:
    """The letter names it by a word of the reader's language."""
    text = letter(Comment(2, ()), desk_in("sv"), language=language).text
    named = [read_commands(word, (language,)).commands for word in re.findall(r"#\w+", text)]

    assert [[each.name for each in found] for found in named] == [["reopen"], ["help"]]


@settings(deadline=None, max_examples=60)
@given(wild, wild, st.integers(0, 10), st.sampled_from(LANGUAGES))
def test_whatever_a_customer_writes_colleagues_are_told(said: str, question: str, score: int, language: str) -> None:
    """No words stop the letter."""
    desk = desk_in("sv")
    case = replace(sample_case(desk), requester_name=said, subject=question)
    for telling in (Comment(score, ((question, said),)), LowScore(score, said, question, said)):
        draft = letter(telling, desk, case, language=language, reader=question)
        compose(draft, Head(desk.address, desk.name, "a@b.se", "m@e.com", case.received))


@pytest.mark.parametrize("size", [60_000, 2_000_000])
def test_a_very_long_answer_is_cut_and_told(size: int) -> None:
    """A letter never fails for its length."""
    for telling in (Comment(1, (("", "x" * size), ("Varför?", "y" * size))), LowScore(1, "x" * size, "a@b.se", "")):
        text = letter(telling, desk_in("sv")).text
        assert 50_000 <= text.count("x") < 50_100


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_no_more_questions_is_told_so(language: str) -> None:
    """In the customer's language, with nothing of an unverified one in it."""
    desk = desk_in(language)
    draft = letter(OptedOut(), desk, replace(sample_case(desk), verified=False))

    assert "Anna" not in draft.text
    assert draft.languages == (language,)
    assert draft.subject.startswith("[VC-000013] ")


PNG = b"\x89PNG\r\n\x1a\n"
TABLES = "Month     NPS\n2026-10   +24 <&>\n2026-11     -"
REPORT = MonthReport(
    date(2026, 10, 1), TABLES, Attachment("nps.png", "image/png", PNG, content_id="nps & more", inline=True)
)


def test_the_month_is_told_with_tables_and_a_picture() -> None:
    """The tables are as they were made, in both halves; the picture stands in the HTML and nothing is fetched (G12)."""
    desk = desk_in("sv")
    done = write(shipped_library(), desk, None, REPORT, sample_case(desk).received, reader="Lena Lind")
    draft = done.draft
    assert REPORT.picture is not None
    head = Head(desk.address, desk.name, "lena@desk.example", "m@e.com", sample_case(desk).received)
    letter = read_mail(compose(draft, head, (REPORT.picture,)))
    related = letter.get_body(("related",))
    page = letter.get_body(("html",))

    assert draft.subject == "Månadsrapport oktober 2026: Visma Control Support"
    assert f"\n\n{TABLES}\n\n" in draft.text
    assert related is not None
    assert page is not None
    shown = LexborHTMLParser(page.get_content())
    table, picture = shown.css_first("pre"), shown.css_first("img")
    assert table is not None
    assert table.text().strip() == TABLES
    assert picture is not None
    _, image = related.iter_parts()
    assert picture.attributes["src"] == f"cid:{str(image['Content-ID']).strip('<>')}"
    assert picture.attributes["alt"]
    assert octets_of(image) == PNG
    assert not re.search(r"https?://|url\(", page.get_content())


def test_the_month_is_told_without_a_picture_too() -> None:
    """Where none could be drawn."""
    desk = desk_in("sv")
    draft = write(shipped_library(), desk, None, replace(REPORT, picture=None), sample_case(desk).received).draft

    assert "<img" not in draft.html
    assert "Till ansvarig för Visma Control Support" in draft.html


@pytest.mark.parametrize(
    ("language", "month"),
    [("sv", "mars 2026"), ("da", "marts 2026"), ("sk", "marec 2026"), ("en", "March 2026")],
)
def test_the_month_has_its_name_in_the_reader_s_language(language: str, month: str) -> None:
    """One language, the lead's own, whatever the desk writes to its customers."""
    desk = desk_in("sk", "en")
    done = write(
        shipped_library(), desk, None, replace(REPORT, month=date(2026, 3, 1)), sample_case(desk).received,
        language=language,
    )  # fmt: skip

    assert month in done.draft.subject
    assert done.draft.languages == (language,)


def test_a_long_report_is_told_whole() -> None:
    """However many months, and whatever HTML makes of them."""
    desk = desk_in("sv")
    told = write(shipped_library(), desk, None, replace(REPORT, text="<" * 300_000), sample_case(desk).received).draft

    assert "<" * 300_000 in told.text
    assert "&lt;" * 300_000 in told.html
