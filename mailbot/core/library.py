"""The templates in force, and how a letter is made of one: facts in, a draft out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from mailbot.core.draft import Draft, Written
from mailbot.core.headertext import one_line
from mailbot.core.sandbox import Sandbox, TemplateProblem
from mailbot.core.tongue import LANGUAGES

RICH_LETTERS = (
    "acknowledgement", "new-case-copy", "follow-up-copy", "reply", "closing", "priority-changed", "waiting",
    "handed-over", "reopened", "status", "merged", "digest", "survey", "opted-out", "month-report",
    "not-admitted",
    "our-cases", "route-changed", "promise-changed", "admitted", "declined", "not-covered", "order", "order-recorded",
    "fault-confirmed", "fault-fixed",
)  # fmt: skip
"""The letters that every language must have as `.txt.j2` and `.html.j2`."""
PLAIN_LETTERS = (
    "taken", "case-copy", "hand-over", "receipt", "case-list", "agent-guide", "welcome", "unproven", "undelivered",
    "low-score", "comment", "reminder", "late-start", "fault-news",
)  # fmt: skip
"""Those that are plain text alone: a `.txt.j2`."""
LETTERS = (*RICH_LETTERS, *PLAIN_LETTERS)

_RULE = "* * *"
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;\
color:#1a1a1a;background-color:#ffffff">
{parts}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Library:
    """The templates in force, named `LANGUAGE/LETTER.txt.j2`, or `desks/DESK/LANGUAGE/…`, which wins for its desk."""

    pages: Sandbox
    names: frozenset[str]
    shipped: Library | None = None
    """What a letter is written from when its own template fails; None where these are the shipped ones."""

    def name_of(self, desk: str, language: str, letter: str, ending: str) -> str:
        """The template that a desk's letter is written from."""
        own = f"desks/{desk}/{language}/{letter}{ending}"
        return own if own in self.names else f"{language}/{letter}{ending}"


@dataclass(frozen=True, slots=True)
class Brief:
    """One letter to be made."""

    desk: str
    """Key."""
    letter: str
    """One of `LETTERS`."""
    languages: tuple[str, ...]
    """It is written in each of them that is in `LANGUAGES`, one below the other; in English where none is."""
    facts_in: Callable[[str], Mapping[str, Any]]
    """The facts, in a language."""
    words_html: str | None = None
    """Safe HTML that the HTML templates of some letters get under this name, unescaped; None for other letters."""
    room: int = 0
    """Characters that long facts may add to the usual length of a page."""


def endings(letter: str) -> tuple[str, ...]:
    """What the files of a letter end with, the text's first."""
    return (".txt.j2",) if letter in PLAIN_LETTERS else (".txt.j2", ".html.j2")


def written(library: Library, brief: Brief) -> Written:
    """The letter. TemplateProblem only where the shipped template fails as well."""
    facts = [
        (language, {**brief.facts_in(language), "further": place > 0})
        for place, language in enumerate(_known(brief.languages))
    ]
    problems: list[str] = []
    shelf: Library | None = library
    while shelf is not None:
        try:
            return Written(_draft(shelf, brief, facts), tuple(problems))
        except TemplateProblem as problem:
            if shelf.shipped is None:
                raise
            problems.append(str(problem))
            shelf = shelf.shipped
    raise AssertionError("unreachable: a library without a shipped one raises")


def _known(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that letters can be written in; English where there is none."""
    return tuple(language for language in languages if language in LANGUAGES) or ("en",)


def _draft(library: Library, brief: Brief, facts: list[tuple[str, dict[str, Any]]]) -> Draft:
    subjects: list[str] = []
    texts: list[str] = []
    parts: list[str] = []
    languages: list[str] = []
    for language, known in facts:
        subject, text = _text_page(library, brief, language, known)
        if languages and not text:
            continue  # a further language may have nothing to add: an agent's words are told once
        languages.append(language)
        subjects.append(subject)
        texts.append(text)
        if ".html.j2" in endings(brief.letter):
            parts.append(_html_page(library, brief, language, known))
    page = ""
    if parts:
        page = _PAGE.format(language=languages[0], title=escape(subjects[0]), parts=f"\n<p>{_RULE}</p>\n".join(parts))
    return Draft(subjects[0], f"\n\n{_RULE}\n\n".join(texts) + "\n", page, tuple(languages))


def _text_page(library: Library, brief: Brief, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text in one language."""
    name = library.name_of(brief.desk, language, brief.letter, ".txt.j2")
    first, _, text = library.pages.render_page(name, facts, more_output=brief.room).partition("\n")
    if not first.startswith("Subject:"):
        raise TemplateProblem(name, 1, "expected `Subject: …` in the first line")
    return one_line(first.removeprefix("Subject:")), text.strip("\n")


def _html_page(library: Library, brief: Brief, language: str, facts: Mapping[str, Any]) -> str:
    name = library.name_of(brief.desk, language, brief.letter, ".html.j2")
    html = {} if brief.words_html is None else {"words_html": brief.words_html}
    page = library.pages.render_page(name, facts, more_output=brief.room, html=html).strip("\n")
    return f'<div lang="{language}" style="max-width:42em">\n{page}\n</div>'
