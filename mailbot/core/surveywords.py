"""What the letters around a survey tell, in words: the questions with their links, what came back, and the month."""

from __future__ import annotations

from typing import Any, Final

from babel.dates import format_date

from mailbot.core.agenttellings import Comment, LowScore, MonthReport
from mailbot.core.customertellings import Survey
from mailbot.core.desk import Desk
from mailbot.core.headertext import one_line
from mailbot.core.score import SCALE
from mailbot.core.surveyanswer import tapped_link
from mailbot.core.texts import in_language
from mailbot.core.tongue import tongue

LONGEST_LINK: Final = 1900
"""Characters; Windows opens no longer address than 2,083, whatever the mail program."""
LONGEST_SAID: Final = 50_000
"""Characters of each of a customer's answers that a letter repeats; the mail itself is kept whole."""


def survey_words(desk: Desk, number: str, survey: Survey, language: str) -> dict[str, Any]:
    """The questions about the case of that number, and a link for each score that makes an answer ready (V13).

    Who is asked for the score once more is asked nothing else. ValueError where the desk asks nothing.
    """
    if desk.survey is None:
        raise ValueError(f"the desk {desk.key} has no survey")
    asked = desk.survey.questions[:1] if survey.again else desk.survey.questions
    questions = tuple(in_language(question, language) for question in asked)
    return {
        "questions": questions,
        "scale": tuple({"score": score, "link": _link(survey, score, number, questions)} for score in SCALE),
        "reminder": survey.reminder,
        "again": survey.again,
    }


def _link(survey: Survey, score: int, number: str, questions: tuple[str, ...]) -> str:
    """The link for a score; without the further questions where they would make it too long to be opened.

    The tag stands in its subject unless it is in the address already: an answer that was tapped replies to no letter.
    """
    about = number if survey.token.lower() in survey.answer_to.lower() else f"{number} · {survey.token}"
    link = tapped_link(survey.answer_to, score, about, questions)
    return link if len(link) <= LONGEST_LINK else tapped_link(survey.answer_to, score, about, questions[:1])


def low_score_words(low: LowScore) -> dict[str, Any]:
    """What the desk's lead is told besides the case."""
    return {
        "score": str(low.score),
        "comment": low.comment[:LONGEST_SAID].strip("\n"),
        "customer": one_line(low.customer, 420),
        "assignee": one_line(low.agent, 100),
    }


def comment_words(comment: Comment) -> dict[str, Any]:
    """What the agent is told besides the case and its customer."""
    return {
        "score": "" if comment.score is None else str(comment.score),
        "corrected": comment.corrected,
        "answers": tuple(
            {"question": one_line(question, 400), "text": text[:LONGEST_SAID].strip("\n")}
            for question, text in comment.texts
        ),
    }


def report_words(report: MonthReport, language: str) -> dict[str, Any]:
    """The month by name, its tables, and the content id of the picture or nothing."""
    return {
        "month": format_date(report.month, "LLLL y", locale=tongue(language).language),
        "tables": report.text.strip("\n"),
        "picture": report.picture.content_id if report.picture else "",
    }
