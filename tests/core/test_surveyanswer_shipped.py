"""Answers to the surveys that are shipped, in four languages: their templates and their reader must go together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from mailbot.core.letter import read_letter
from mailbot.core.surveyanswer import Answer, read_answer
from tests.core.surveyreplies import CLIENTS, NUMBER, WORDINGS, Sent, mail, outlook, sent_letter

LETTERS = Path(__file__).parents[1] / "letters_out"
SHIPPED = {
    "survey-visma": "sv",
    "survey-reminder-visma": "sv",
    "survey-again-visma": "sv",
    "survey-microbizz": "da",
    "survey-english": "en",
    "survey-cloudempiere": "sk",
}
"""Expected letters of ours, and the language in which each is answered; the last one is in two languages."""


@dataclass(frozen=True)
class Shipped:
    """A survey as it goes out."""

    sent: Sent
    questions: tuple[str, ...]
    """Of its first language."""
    language: str

    def answered_by(self, raw: bytes, *, known: bool = True) -> Answer:
        """What a mail answers to it."""
        letter = sent_letter(self.sent, self.language) if known else None
        return read_answer(read_letter(raw, language=self.language), self.questions, NUMBER, letter)

    def filled(self, words: tuple[str, str, str], mark: str, *, below: bool) -> str:
        """The text with the first questions answered: in its holes, or below them in lines without the mark."""
        lines: list[str] = []
        place = -1
        for line in self.sent.text.split("\n"):
            place += re.match(r"[1-9]\. ", line) is not None
            answered = place < len(self.questions) and re.fullmatch(r"   [^\W\d_]+:", line) is not None
            hole = f" {words[place]}" if answered and not below else ""
            lines.append(f"{mark}{line}{hole}".rstrip())
            lines += ["", words[place], ""] if answered and below else []
        return "\n".join(lines)


@cache
def _shipped(name: str) -> Shipped:
    text, html = (part.split("\n\n", 1)[1] for part in (LETTERS / f"{name}.txt").read_text().split("--- part ")[1:3])
    questions = tuple(re.findall(r"^[1-9]\. (.*)$", text, re.MULTILINE))[:3]
    return Shipped(Sent(text.rstrip("\n"), html), questions, SHIPPED[name])


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_survey_has_its_questions(name: str) -> None:
    """Three of them, or the first alone where it asks again: what the tests below rest on."""
    assert len(_shipped(name).questions) == (1 if "again" in name else 3)


ANSWERS = [("0", 0), ("Hej!\n\n8, bra hjälp\n\nMvh\nAnna Berg", 8), ("1. 7\n2. Bra\n3. -", 7), ("Tack!", None)]


@pytest.mark.parametrize("known", [True, False], ids=["the survey at hand", "the survey lost"])
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_mail_program_answers_it(name: str, client: str, known: bool) -> None:
    """Nothing that the survey says, quoted in any way, is a score or spoils one."""
    shipped = _shipped(name)
    for words, score in ANSWERS:
        if len(shipped.questions) == 1 and "2." in words:
            continue  # nobody numbers the answer to one question
        found = shipped.answered_by(CLIENTS[client](shipped.language, words, shipped.sent), known=known)
        assert (words, found.score) == (words, score)
        assert len(found.texts) == len(shipped.questions) - 1


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_sent_back_without_a_word_it_says_nothing(name: str, client: str) -> None:
    """No score, no comment, no wish to hear no more: its own "stop" is not the person's."""
    shipped = _shipped(name)
    found = shipped.answered_by(CLIENTS[client](shipped.language, "", shipped.sent))
    assert (found.score, found.comment, any(found.texts), found.opts_out) == (None, "", False, False)


@pytest.mark.parametrize("below", [False, True], ids=["in its holes", "below the questions"])
@pytest.mark.parametrize("way", ["marked", "outlook", "outlook, words above", "the form alone"])
@pytest.mark.parametrize("name", SHIPPED)
def test_its_form_can_be_filled_in(name: str, way: str, below: bool) -> None:
    """With quote marks, without them, and copied into a mail of its own."""
    shipped = _shipped(name)
    words = ("9", "Snabb hjälp.", "Inget (tack)")
    text = shipped.filled(words, "> " if way == "marked" else "", below=below)
    if "outlook" in way:
        raw = outlook(shipped.language, "See below!" if "above" in way else "", Sent(text, ""))
    else:
        raw = mail(f"{WORDINGS[shipped.language].wrote}\n\n{text}" if way == "marked" else text)
    found = shipped.answered_by(raw)
    assert (found.score, found.texts) == (9, words[1 : len(shipped.questions)])
    assert found.comment == ("See below!" if "above" in way else "")
