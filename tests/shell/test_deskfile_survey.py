"""Desk files: what customers are asked after the close, who hears of it, and what is said where that is wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.calendar import Span
from mailbot.core.desk import Desk, SurveyTerms
from mailbot.core.tongue import LANGUAGES
from mailbot.files.deskfile import load_desk
from mailbot.shipped import shipped_config
from mailbot.skeleton import lay_out
from tests.shell.deskfiles import GOOD, problems, write

SURVEY = (
    """\
lead = "Lena@Desk.example"
agent_figures_from = 5
"""
    + GOOD
    + """
[survey]
questions = [
    { sv = "Hur nöjd är du?", en = "How satisfied are you?" },
    { sv = "Varför?", en = "Why?" },
]
wait = "30h"
valid_days = 14
remind_after = "72h"
rest_days = 60

[[survey.hours]]
mon-fri = ["09:00-11:00"]

[[survey.hours]]
since = 2027-01-01
mon-sun = ["10:00-12:00"]
"""
)
FOLDER = shipped_config() / "desks"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The desk that SURVEY describes."""
    return load_desk(write(tmp_path, SURVEY))


def test_a_survey_is_read_whole(desk: Desk) -> None:
    """The questions in each language, the headline first, and when they are sent, reminded of, count, and rest."""
    assert desk.survey is not None
    assert [dict(question) for question in desk.survey.questions] == [
        {"sv": "Hur nöjd är du?", "en": "How satisfied are you?"},
        {"sv": "Varför?", "en": "Why?"},
    ]
    assert (desk.survey.wait, desk.survey.remind_after) == (timedelta(hours=30), timedelta(hours=72))
    assert (desk.survey.valid_days, desk.survey.rest_days) == (14, 60)
    assert desk.survey.hours is not None
    assert [(hours.since, hours.week[6]) for hours in desk.survey.hours] == [
        (None, ()),
        (date(2027, 1, 1), (Span(600, 720),)),
    ]


def test_who_hears_of_it_is_read(desk: Desk) -> None:
    """The lead's address in lower case, and how many votes an agent's own score needs."""
    assert (desk.lead, desk.agent_figures_from) == ("lena@desk.example", 5)


def test_a_desk_without_a_survey_asks_nothing(tmp_path: Path) -> None:
    """Without [survey] there is none, without a lead nobody is told."""
    desk = load_desk(write(tmp_path, GOOD))
    assert (desk.survey, desk.lead, desk.agent_figures_from) == (None, "", 20)


def test_questions_are_all_a_survey_needs(tmp_path: Path) -> None:
    """One text will do for every language; the rest has the defaults that the README tells."""
    desk = load_desk(write(tmp_path, GOOD + '[survey]\nquestions = ["How was it?"]\n'))
    assert desk.survey == SurveyTerms(({"sv": "How was it?", "en": "How was it?"},))


QUESTIONS = SURVEY[SURVEY.index("questions = [") : SURVEY.index('wait = "30h"')]


@pytest.mark.parametrize(
    ("old", "new", "attribute", "expected"),
    [
        ('"30h"', '"0"', "wait", timedelta(0)),
        ('"30h"', '"1000h"', "wait", timedelta(hours=1000)),
        ('"30h"', '"20h30m"', "wait", timedelta(hours=20, minutes=30)),
        ("valid_days = 14", "valid_days = 4", "valid_days", 4),
        ("valid_days = 14", "valid_days = 3650", "valid_days", 3650),
        ('"72h"', '"1m"', "remind_after", timedelta(minutes=1)),
        ('remind_after = "72h"', "", "remind_after", None),
        ("rest_days = 60", "rest_days = 0", "rest_days", 0),
        (QUESTIONS, f'questions = [{", ".join(f"{chr(34)}Fråga {n}{chr(34)}" for n in range(6))}]\n', "questions",
         tuple({"sv": f"Fråga {n}", "en": f"Fråga {n}"} for n in range(6))),
        (QUESTIONS, f'questions = ["{"å" * 300}"]\n', "questions", ({"sv": "å" * 300, "en": "å" * 300},)),
    ],
)  # fmt: skip
def test_good_values(tmp_path: Path, old: str, new: str, attribute: str, expected: Any) -> None:
    """The ends of each range; the last day on which a reminder still helps."""
    assert old in SURVEY
    survey = load_desk(write(tmp_path, SURVEY.replace(old, new, 1))).survey
    assert survey is not None
    assert getattr(survey, attribute) == expected


LENGTH = 'expected a length such as "2h", "30m", "1h30m" or "0", at most 1000h, got'
QUESTION = "expected a question of one line, at most 300 characters, got"


def _line(words: str) -> int:
    """The line of SURVEY in which these words stand."""
    return SURVEY[: SURVEY.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"),
    [
        (QUESTIONS, "", "[survey]", "questions", "is missing"),
        (QUESTIONS, "questions = []\n", "questions", "questions",
         "List should have at least 1 item after validation, not 0 (got [])"),
        (QUESTIONS, "questions = 'How?'\n", "questions", "questions", "Input should be a valid list (got 'How?')"),
        ('en = "Why?"', 'en = ""', "questions", "questions.1.en", "String should have at least 1 character (got '')"),
        (', en = "Why?"', "", "questions", "questions.1", 'has no text in "en", which is a language of the desk'),
        ('en = "Why?"', 'en = "Why?", da = "Hvorfor?"', "questions", "questions.1.da",
         "is none of the desk's languages, sv, en"),
        ('{ sv = "Varför?", en = "Why?" }', '""', "questions", "questions.1", "is empty: expected a text"),
        ('"Why?"', '"How  satisfied ARE you?"', "questions", "questions.1", "stands there twice"),
        ('"Why?"', '"Why?\\nReally?"', "questions", "questions.1", f"{QUESTION} 'Why?\\nReally?'"),
        ('"Why?"', '"0-10?"', "questions", "questions.1", f"{QUESTION} '0-10?'"),
        ('"Why?"', f'"{"w" * 301}"', "questions", "questions.1", f"{QUESTION} '{'w' * 301}'"),
        ('"30h"', '"1001h"', 'wait = "30h"', "wait", f"{LENGTH} '1001h'"),
        ('"30h"', "30", 'wait = "30h"', "wait", f"{LENGTH} 30"),
        ("valid_days = 14", "valid_days = 0", "valid_days", "valid_days",
         "Input should be greater than or equal to 1 (got 0)"),
        ('"72h"', '"336h"', "remind_after", "remind_after",
         "expected less than valid_days, 14 days: then no answer counts any more"),
        ('"72h"', '"0"', "remind_after", "remind_after",
         'expected a length such as "168h"; leave the key out for no reminder'),
        ("rest_days = 60", "rest_days = -1", "rest_days", "rest_days",
         "Input should be greater than or equal to 0 (got -1)"),
        ("rest_days = 60", "rest_for = 60", "rest_days", "rest_for", "is no known key"),
        ("mon-sun = [\"10:00", "mon-xyz = [\"10:00", "mon-sun = [\"10:00", "hours.1.mon-xyz",
         'is no known key: days are "mon" to "sun", or a range such as "mon-fri"'),
        ("mon-sun = [\"10:00-12:00\"]", "mon-sun = []", "[[survey.hours]]", "hours",
         "no survey is ever sent: expected an open hour within ten years from 2027-01-01"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, at: str, key: str, message: str) -> None:
    """One wrong value gives one problem: line, key, and what was expected."""
    assert old in SURVEY
    found = problems(write(tmp_path, SURVEY.replace(old, new, 1)))
    told = [(problem.line, problem.key, problem.message) for problem in found]
    assert told == [(_line(at), f"survey.{key}", message)]


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("Lena@Desk.example", "lena", "lead", "expected a mail address, got 'lena'"),
        ("Lena@Desk.example", "help+lena@example.com", "lead",
         "help+lena@example.com is the desk's own address: its letters would come back to it"),
        ("from = 5", "from = 0", "agent_figures_from", "Input should be greater than or equal to 1 (got 0)"),
        ("from = 5", 'from = "5"', "agent_figures_from", "Input should be a valid integer (got '5')"),
    ],
)  # fmt: skip
def test_a_fault_beside_the_survey_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, key: str, message: str
) -> None:
    """The lead is somebody's address and not the desk's; an agent's score needs a vote at least."""
    found = problems(write(tmp_path, SURVEY.replace(old, new, 1)))
    line = _line("lead" if key == "lead" else "agent_figures_from")
    assert [(problem.line, problem.key, problem.message) for problem in found] == [(line, key, message)]


def test_a_lead_may_be_an_agent(tmp_path: Path) -> None:
    """Who answers for the desk may also work there."""
    assert load_desk(write(tmp_path, SURVEY.replace("Lena@", "anna@"))).lead == "anna@desk.example"


def test_visma_asks_its_three_questions() -> None:
    """V13: the headline as it is given, its main reason, one thing to do better; nothing else but the defaults."""
    survey = load_desk(FOLDER / "visma-control.toml").survey
    assert survey is not None
    assert [question["sv"] for question in survey.questions] == [
        "På en skala från 0 till 10, hur nöjd är du med den service du fick?",
        "Vilken är den viktigaste orsaken till ditt betyg?",
        "Nämn en sak som vi kan göra bättre.",
    ]
    assert survey == SurveyTerms(survey.questions)


OTHERS = ("biometria-viol3", "cloudempiere", "microbizz", "softone-go")


@pytest.mark.parametrize("key", OTHERS)
def test_the_other_desks_show_a_survey_and_ask_nothing(tmp_path: Path, key: str) -> None:
    """No fact asks for a survey there; without its comment signs the one shown is sound, in the desk's languages."""
    path = FOLDER / f"{key}.toml"
    assert load_desk(path).survey is None
    desk = load_desk(write(tmp_path, uncommented(path.read_text(encoding="utf-8")), f"{key}.toml"))
    assert desk.survey is not None
    assert desk.lead == "lead@desk.example"
    assert [tuple(question) for question in desk.survey.questions] == [desk.languages] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_desk_shows_a_survey(tmp_path: Path, language: str) -> None:
    """What `init` lays out asks nothing either; the survey in its comments is sound."""
    lay_out(tmp_path, desk="new", address="support@firm.example", language=language)
    path = tmp_path / "desks" / "new.toml"
    text = path.read_text(encoding="utf-8")
    assert load_desk(path).survey is None
    desk = load_desk(write(tmp_path, uncommented(text)))
    assert desk.survey is not None
    assert desk.lead == "lead@firm.example"
    assert [tuple(question) for question in desk.survey.questions] == [(language,)] * 3


def uncommented(text: str) -> str:
    """A desk file with the survey that it shows in comments."""
    shown = re.search(r"^# \[survey\]\n(?:# .*\n)+", text, re.MULTILINE)
    assert shown
    lead = re.search(r"^# (lead = .*)$", text, re.MULTILINE)
    assert lead
    told = re.sub(r"^# ", "", shown[0], flags=re.MULTILINE)
    return text.replace(shown[0], told).replace(lead[0], lead[1])
