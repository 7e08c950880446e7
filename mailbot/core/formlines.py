"""Sorts the lines of an answered survey: which words are the person's own, and under which question they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from mailbot.core.htmltext import html_lines
from mailbot.core.letter import Letter
from mailbot.core.saidscore import clauses, plain_figures
from mailbot.core.signoff import is_delimiter

MAX_LINES = 1000
"""Lines of a mail that are read; below them stands an older conversation."""
MAX_TEXT = 200_000
"""Characters that are read."""
_TELLING = 4
"""Words in a row that are the survey's own wherever in it they stand."""
_ROW = 5
"""Numbers that follow one another in a row to choose from."""
_MAX_LABEL = 2
"""Words before a question in its line: "Fråga 1:"."""
_MAX_HOLE = 200
"""Characters of a line in which a score is looked for to know whose it is."""
_MAX_OCCURRENCES = 20

_QUOTE_MARK = re.compile(r"\A(?:[ \t]{0,3}>){1,200}+ ?")
_LINK = re.compile(
    r"<(?:mailto:|https?://)[^<>\s]{1,3000}>?|\[(?:mailto:|https?://)[^\[\]\s]{1,3000}\]?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_HOLE = re.compile(r"\[[\s_.…]*\]|_{2,}|\.{4,}|…{2,}|:\s*\Z")
_AROUND_A_HOLE = " \t:_…"
_BRACKETED = re.compile(r"\A\[([^\[\]]*)\]?\Z")
_RULES = " \t*-_=~.•"
_BEHIND_A_QUESTION = " \t?.:)*_"
_MARKED = re.compile(r"[\[(*_<]\s*(\d{1,2})\s*[\])*_>]")

Kind = Literal["question", "hole", "survey", "quoted", "own", "blank", "other"]


class _Event(NamedTuple):
    """What a line, or a part of one, is."""

    kind: Kind
    text: str = ""
    question: int = -1
    quoted: bool = False
    """Whether it has a quote mark."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A person's words, line by line, blank ones among them."""

    top: tuple[str, ...]
    """Under no question."""
    under: tuple[tuple[str, ...], ...]
    """Under each question."""
    below: tuple[str, ...]
    """In a signature or under it, and the lines that introduce a quote."""


def sort_lines(letter: Letter, questions: Sequence[str], survey: Letter | None) -> Sorted:
    """Whose words the lines of a mail are, and which of the questions they answer. Never raises.

    `survey` is the letter that is answered, as it was sent: of mail programs that quote without a mark nothing else
    tells its words from the answers that were typed between them. Linear in the length of the mail.
    """
    lines = [(plain_figures(_LINK.sub("", line)), own) for line, own in _bounded(_own_lines(letter))]
    return _by_question(_events(lines, _Form(questions, survey)), len(questions), known=survey is not None)


def _bounded(lines: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    left = MAX_TEXT
    for line, own in lines[:MAX_LINES]:
        yield line[:left], own
        left = max(0, left - len(line))


def _own_lines(letter: Letter) -> list[tuple[str, bool]]:
    """Each line of the mail, and whether it is among the sender's new words."""
    wanted = [line.rstrip() for line in letter.reply.split("\n") if line.strip()]
    plain = letter.text.split("\n")
    if not letter.wrote_reply:
        quoted = {_QUOTE_MARK.sub("", line).strip() for line in plain if _QUOTE_MARK.match(line)}
        if any(line.strip() in quoted for line in wanted):
            # Nothing but quotes was sent.
            return [(line, False) for line in plain]
    for lines in (plain, [line.text for line in html_lines(letter.html)]):
        own = _aligned(lines, wanted)
        if own is not None:
            return list(zip(lines, own, strict=True))
    return [(line, True) for line in letter.reply.split("\n")]


def _aligned(lines: Sequence[str], wanted: Sequence[str]) -> list[bool] | None:
    """Which of the lines are the wanted ones, in order; None where one of them is missing."""
    own: list[bool] = []
    found = 0
    for line in lines:
        own.append(found < len(wanted) and line.rstrip() == wanted[found])
        found += own[-1]
    return own if found == len(wanted) else None


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _stream(words: Iterable[str]) -> str:
    """Words in a row; a row stands in another exactly where its words do."""
    return " " + "".join(f"{word} " for word in words)


def _is_telling(line: str) -> bool:
    """Whether a stream is so long that nobody but the survey would say it."""
    return line.count(" ") > _TELLING


class _Form:
    """What the survey itself says; knows how far it has come back in the mail."""

    def __init__(self, questions: Sequence[str], survey: Letter | None) -> None:
        self.questions = [_words(question) for question in questions]
        self.known = survey is not None
        versions = [survey.text.split("\n"), [line.text for line in html_lines(survey.html)]] if survey else []
        lines = [[plain_figures(_LINK.sub("", line)) for line in version] for version in versions]
        self.streams = [_stream(word for line in version for word in _words(line)) for version in lines]
        self.lines = {_stream(_words(line)) for version in lines for line in version}
        holes = {
            (tuple(_words(line[: hole.start()])), tuple(_words(line[hole.end() :])))
            for version in lines
            for line in version
            if (hole := _HOLE.search(line)) and _LETTER.search(line[: hole.start()])
        }
        self.holes = sorted(holes, reverse=True)
        """The words before and behind each, longer ones before those they begin with."""
        self.reached = [-1] * len(self.streams)
        """Where in each version the last line ends that has come back; -1 before the first."""

    def has(self, line: str, following: str) -> bool:
        """Whether a line (as a stream, as is the next one) is the survey's; to be asked line by line."""
        back = False
        for number, stream in enumerate(self.streams):
            place = self._place(stream, self.reached[number], line, following)
            if place >= 0:
                self.reached[number] = place + len(line) - 1
                back = True
        return back or (line in self.lines and _LETTER.search(line) is not None)

    def _place(self, stream: str, reached: int, line: str, following: str) -> int:
        if reached >= 0 and stream.startswith(line, reached):
            end = reached + len(line) - 1
            # One or two words may be an answer: they are the survey's where both go on alike behind them.
            if _is_telling(line) or end == len(stream) - 1 or (following != " " and stream.startswith(following, end)):
                return reached
        return stream.find(line) if _is_telling(line) else -1

    def pass_question(self, question: int) -> None:
        """A question has come back."""
        words = _stream(self.questions[question])
        for number, stream in enumerate(self.streams):
            place = stream.find(words)
            if place >= 0:
                self.reached[number] = place + len(words) - 1

    def goes_on_with(self, words: str) -> bool:
        """Whether the survey's own words behind the last question begin so."""
        return any(
            reached >= 0 and stream.startswith(words, reached)
            for stream, reached in zip(self.streams, self.reached, strict=True)
        )

    def filled(self, text: str) -> tuple[str, str] | None:
        """What stands in a hole of the form in this line, and the line without it; None where it is no such line."""
        found = list(_WORD.finditer(text))
        words = tuple(match[0].casefold() for match in found)
        for before, behind in self.holes:
            more = len(words) - len(before) - len(behind)
            if more < 0 or words[: len(before)] != before or words[len(words) - len(behind) :] != behind:
                continue
            end = found[len(words) - len(behind)].start() if behind else len(text)
            fill = text[found[len(before) - 1].end() : end].lstrip(" \t)")
            if fill[:1] in {":", "[", "_", "…"}:
                return _BRACKETED.sub(r"\1", fill.strip(_AROUND_A_HOLE)).strip(), _stream((*before, *behind))
        return None


def _events(lines: Sequence[tuple[str, bool]], form: _Form) -> list[_Event]:
    """What each line is, in order."""
    texts = [_QUOTE_MARK.sub("", line) for line, _ in lines]
    streams = [_stream(_words(text)) for text in texts]
    questions = _questions_in(texts, form.questions)
    # Of programs that mark no quotes, the reader of letters may have taken the survey for new words.
    mixed = any(lines[first][1] for first in questions)
    events: list[_Event] = []
    following = " "
    followers: list[str] = []
    for stream in reversed(streams):
        followers.append(following)
        following = following if stream == " " else stream
    followers.reverse()
    index = 0
    while index < len(lines):
        text, (line, own) = texts[index], lines[index]
        quoted = text != line
        if index in questions:
            question, last, end = questions[index]
            form.pass_question(question)
            events.append(_Event("question", "", question, quoted))
            rest = texts[last][end:]
            if _is_answer(rest, streams[last], form, quoted=quoted):
                events.append(_Event("own", rest.lstrip(_BEHIND_A_QUESTION).rstrip()))
            index = last + 1
            continue
        plain = own and not mixed
        events.append(_event(text, streams[index], followers[index], form, own=own, quoted=quoted, plain=plain))
        index += 1
    return events


def _event(text: str, stream: str, following: str, form: _Form, *, own: bool, quoted: bool, plain: bool) -> _Event:
    """`plain`: an own line for certain."""
    if stream == " " and not text.strip(" \t" if own or is_delimiter(text) else _RULES):
        return _Event("blank", quoted=quoted)
    hole = form.filled(text)
    if hole is not None and (hole[1] == stream or not form.has(stream, following)):
        form.has(hole[1], following)
        return _Event("own", hole[0]) if _WORD.search(hole[0]) else _Event("hole")
    if _is_row(stream):
        form.has(stream, following)
        marked = _MARKED.findall(text)
        return _Event("own", marked[0]) if len(marked) == 1 else _Event("hole")
    if stream != " " and not plain and form.has(stream, following):
        return _Event("survey")
    if quoted:
        filled = not form.known and "[" in text and any(clause.kind == "given" for clause in clauses(text[:_MAX_HOLE]))
        return _Event("own", text) if filled else _Event("quoted")
    return _Event("own" if own else "other", text)


def _questions_in(texts: Sequence[str], questions: Sequence[Sequence[str]]) -> dict[int, tuple[int, int, int]]:
    """By the line where it begins: which question stands there, the line where it ends, and where in that."""
    matches = [(number, match) for number, text in enumerate(texts) for match in _WORD.finditer(text)]
    words = [match[0].casefold() for _, match in matches]
    whole = _stream(words)
    starts = list(accumulate((len(word) + 1 for word in words), initial=0))
    found: dict[int, tuple[int, int, int]] = {}
    taken: set[int] = set()
    for question in sorted(range(len(questions)), key=lambda number: -len(questions[number])):
        wanted = _stream(questions[question])
        place = whole.find(wanted) if len(wanted) > 1 else -1
        for _ in range(_MAX_OCCURRENCES):
            if place < 0:
                break
            first = bisect_right(starts, place) - 1
            last = first + len(questions[question]) - 1
            line = matches[first][0]
            label = sum(matches[index][0] == line for index in range(max(0, first - _MAX_LABEL - 1), first))
            if label <= _MAX_LABEL and taken.isdisjoint(range(first, last + 1)):
                taken.update(range(first, last + 1))
                found[line] = (question, matches[last][0], matches[last][1].end())
            place = whole.find(wanted, place + 1)
    return found


def _is_answer(rest: str, line: str, form: _Form, *, quoted: bool) -> bool:
    """Whether what stands behind a question in its last line was written by the person."""
    if not _WORD.search(rest) or line in form.lines:
        return False
    if form.known:
        return not form.goes_on_with(_stream(_words(rest)))
    return not quoted or any(clause.score is not None for clause in clauses(rest[:_MAX_HOLE]))


def _is_row(stream: str) -> bool:
    """Whether numbers that follow one another stand in the line, "0 1 2 3 4"."""
    numbers = [int(word) if word.isdecimal() and len(word) < 3 else -2 for word in stream.split()]
    run = longest = 1
    for before, number in pairwise(numbers):
        run = run + 1 if number == before + 1 and before >= 0 else 1
        longest = max(longest, run)
    return longest >= _ROW


def _by_question(events: Sequence[_Event], count: int, *, known: bool) -> Sorted:
    """The person's lines under the questions, by what stands between them."""
    top: list[str] = []
    under: list[list[str]] = [[] for _ in range(count)]
    below: list[str] = []
    end = max(
        (index for index, event in enumerate(events) if event.kind in {"question", "hole", "survey", "quoted"}),
        default=-1,
    )
    context = -1
    pending: list[int] = []
    closed = signed = unmarked = False
    for index, event in enumerate(events):
        kind = event.kind
        if kind == "question":
            pending.append(event.question)
            closed = signed = False
            unmarked = not event.quoted
        elif kind in {"survey", "quoted"}:
            closed, signed = True, False
        elif kind == "other" and (signed or is_delimiter(event.text) or not (known and unmarked)):
            signed |= is_delimiter(event.text)
            below.append(event.text)
        elif kind == "own" and (signed or is_delimiter(event.text)):
            # Of a mail that has nothing but a signature the reader of letters takes that for its words.
            signed = True
            below.append(event.text)
        elif kind in {"own", "other"}:
            if pending:
                context = _context(pending, count, event.text, closed=closed and known, between=index < end)
                pending = []
            (under[context] if context >= 0 else top).append(event.text)
        elif kind == "blank" and not pending:
            (under[context] if context >= 0 else top).append("")
    return Sorted(tuple(top), tuple(map(tuple, under)), tuple(below))


def _context(pending: Sequence[int], count: int, text: str, *, closed: bool, between: bool) -> int:
    """Which question words answer that stand behind these, none of which was answered before; -1 for none of them.

    `closed`: more of the survey stands behind the last of them; `between`: more of it follows.
    """
    if len(pending) == 1:
        return -1 if closed and pending[0] == count - 1 else pending[0]
    if 0 in pending and (not between or any(clause.score is not None for clause in clauses(text[:_MAX_HOLE]))):
        # Below the whole survey, or the headline's answer put behind another question.
        return -1
    return -1 if closed else pending[-1]
