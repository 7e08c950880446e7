"""The survey's own letters as mail programs quote them in a reply: the answer is read, and nothing of the letter."""

from __future__ import annotations

import html as markup
import re
import textwrap
from collections.abc import Callable

import pytest

from mailbot.core.compose import Head, compose
from mailbot.core.desk import Desk
from mailbot.core.draft import Draft
from mailbot.core.letter import Letter, read_letter
from mailbot.core.samples import sample_case
from mailbot.core.surveyanswer import Answer, read_answer
from mailbot.core.tongue import LANGUAGES
from tests.core.surveyreplies import mail
from tests.core.test_surveywords import AGAIN, FIRST, REMINDER, desk_in, letter, questions

WROTE = {
    "sv": "Den mån 23 nov. 2026 kl 11:15 skrev Support <help@example.com>:",
    "da": "Den man. 23. nov. 2026 kl. 11.15 skrev Support <help@example.com>:",
    "sk": "po 23. 11. 2026 o 11:15 Support <help@example.com> napísal(a):",
    "en": "On Mon, Nov 23, 2026 at 11:15 AM Support <help@example.com> wrote:",
}
HEADER = [
    "Från: Support <help@example.com>",
    "Skickat: den 23 november 2026 11:15",
    "Till: Anna",
    "Ämne: Hur gick det?",
]


def sent(draft: Draft, desk: Desk) -> Letter:
    """The letter as it was sent."""
    raw = compose(draft, Head(desk.address, desk.name, "a@b.se", "m@e.com", sample_case(desk).received))
    return read_letter(raw, language=desk.languages[0])


def in_html(draft: Draft) -> str:
    """What is in its body."""
    found = re.search(r"<body[^>]*>(.*)</body>", draft.html, re.DOTALL)
    assert found
    return found[1]


def flattened(page: str, link: str) -> str:
    """HTML as a mail program makes text of it; `link` is how it spells a link, of its text and where it leads."""
    page = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', lambda found: link.format(found[2], found[1]), page)
    page = re.sub(r"\s*\n\s*", " ", page)
    page = re.sub(r"<br>\s*", "\n", page)
    page = re.sub(r"</p>|</div>", "\n\n", page)
    page = re.sub(r"<(?!mailto|[\w.%+-]+@)[^>]+>", "", page)
    return "\n".join(line.strip() for line in markup.unescape(page).strip().split("\n"))


def wrapped(text: str) -> str:
    """Text in short lines."""
    lines = (
        textwrap.wrap(line, 72, break_long_words=False, drop_whitespace=False) or [""] for line in text.split("\n")
    )
    return "\n".join(line for group in lines for line in group)


def marked(text: str) -> str:
    """Quoted."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def divs(text: str) -> str:
    """Text as HTML."""
    return "".join(f"<div>{markup.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def gmail(draft: Draft, language: str, words: str) -> bytes:
    """The HTML quoted in both halves, links spelt out in the text."""
    quote = marked(wrapped(flattened(in_html(draft), "{0} <{1}>").replace("<mailto:", "<")))
    said = f'<div class="gmail_attr">{markup.escape(WROTE[language])}</div>'
    old = f'<div class="gmail_quote">{said}<blockquote class="gmail_quote">{in_html(draft)}</blockquote></div>'
    return mail(f"{words}\n\n{WROTE[language]}\n\n{quote}", divs(words) + old)


def outlook(draft: Draft, _language: str, words: str) -> bytes:
    """No marks: a rule and a header, then the old letter, in both halves."""
    text = "\n".join([words, "", "_" * 32, *HEADER, "", flattened(in_html(draft), "{0}<{1}>")])
    border = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    old = f'<div style="{border}">{divs(chr(10).join(HEADER))}</div>{in_html(draft)}'
    return mail(text, f'<div class="WordSection1">{divs(words)}{old}</div>')


def outlook_in_text(draft: Draft, _language: str, words: str) -> bytes:
    """The same of the plain half."""
    return mail("\n".join([words, "", "-----Ursprungligt meddelande-----", *HEADER, "", draft.text]))


def thunderbird(draft: Draft, language: str, words: str) -> bytes:
    """Marks before each line of the plain half, the answer below, then a signature."""
    return mail(
        f"{WROTE[language]}\n\n{marked(wrapped(draft.text))}\n\n{words}\n\n-- \nAnna Berg\nStorgatan 9\n08-123 45 67"
    )


def apple(draft: Draft, language: str, words: str) -> bytes:
    """Marks before each line, which is as long as it was."""
    return mail(f"{words}\n\n> {WROTE[language]}\n> \n{marked(draft.text)}")


def samsung(draft: Draft, _language: str, words: str) -> bytes:
    """No marks, and links left out."""
    old = flattened(in_html(draft), "{0}")
    return mail("\n".join([words, "", "-------- Originalmeddelande --------", *HEADER, "", old]))


Client = Callable[[Draft, str, str], bytes]
CLIENTS: list[Client] = [gmail, outlook, outlook_in_text, thunderbird, apple, samsung]
SAID = [
    ("9", 9, ("", "")),
    ("10/10", 10, ("", "")),
    ("1. 7\n2. Bra\n3. -", 7, ("Bra", "")),
    ("0, det tog en vecka", 0, ("", "")),
    ("Tack!", None, ("", "")),
    ("", None, ("", "")),
]


def answered(raw: bytes, draft: Draft, desk: Desk, language: str) -> Answer:
    """What the mail answers to the letter."""
    return read_answer(
        read_letter(raw, language=language), questions(desk, language), "VC-000013", sent(draft, desk)
    )  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_above_the_letter_is_read(client: Client, language: str) -> None:
    """However a program quotes the very letter that is sent, no word or number of it counts, and the answer does."""
    desk = desk_in(language)
    for telling in (FIRST, REMINDER):
        draft = letter(telling, desk)
        for words, score, texts in SAID:
            found = answered(client(draft, language, words), draft, desk, language)
            assert (found.score, found.texts) == (score, texts)
            assert found.comment in {"", words, "det tog en vecka"}
        assert answered(client(draft, language, "stop"), draft, desk, language).opts_out


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("language", ["sk", "en"])
def test_a_letter_in_two_languages_is_answered_in_either(client: Client, language: str) -> None:
    """Read under the questions of one language, the other language's are no answer either."""
    desk = desk_in("sk", "en")
    draft = letter(FIRST, desk)
    for words, score, texts in SAID:
        raw = client(draft, language, words)
        found = [answered(raw, draft, desk, each) for each in ("sk", "en")]
        assert {each.score for each in found} <= {score, None}
        assert score is None or score in {each.score for each in found}
        assert all(
            each.texts in {texts, ("", "")} and each.comment in {"", words, "det tog en vecka"} for each in found
        )


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_above_the_second_question_is_read(client: Client, language: str) -> None:
    """The letter that asks for the score alone is read by the questions of the first one."""
    desk = desk_in(language)
    draft = letter(AGAIN, desk)
    found = answered(client(draft, language, "8"), draft, desk, language)

    assert (found.score, found.texts, found.comment) == (8, ("", ""), "")


@pytest.mark.parametrize("where", ["behind", "below", "instead"])
@pytest.mark.parametrize("quoted", ["marked", "wrapped", "unmarked", "whole"])
@pytest.mark.parametrize("languages", [*((each,) for each in LANGUAGES), ("sk", "en")], ids="-".join)
def test_the_form_is_read_wherever_it_is_filled_in(languages: tuple[str, ...], quoted: str, where: str) -> None:
    """Behind the word for answer, on a line below it or in its place; with quote marks, without, wrapped or not."""
    desk = desk_in(*languages)
    draft = letter(FIRST, desk)
    text = {"marked": marked(draft.text), "wrapped": marked(wrapped(draft.text))}.get(quoted, draft.text)
    above = {"unmarked": "\n".join(["", "_" * 32, *HEADER, "", ""]), "whole": ""}.get(
        quoted, f"{WROTE[languages[0]]}\n\n"
    )
    given = iter(("7", "Snabb hjälp", "Inget", "", "", ""))

    def fill(found: re.Match[str]) -> str:
        said = next(given)
        if not said:
            return found[0]
        return {"behind": f"{found[0]} {said}", "below": f"{found[0]}\n{said}", "instead": said}[where]

    raw = mail(above + re.sub(r"^(?:>|  )?  +\w+:$", fill, text, flags=re.MULTILINE))
    found = answered(raw, draft, desk, languages[0])

    assert next(given, "none") in {"", "none"}
    assert (found.score, found.texts, found.comment) == (7, ("Snabb hjälp", "Inget"), "")
