"""Reads a customer's answer to a survey out of a mail: the score, what was said to each question, and "stop"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import quote

from mailbot.core.formlines import sort_lines
from mailbot.core.letter import Letter
from mailbot.core.quotewords import HEADER_WORD
from mailbot.core.saidscore import Clause, clauses
from mailbot.core.scorewords import LABELS, STOPPING
from mailbot.core.signoff import closing_at, is_phone_signature
from mailbot.core.spelling import unaccented, visible

MAX_READ = 8000
"""Characters of one part of an answer in which a score is looked for; what stands behind them is comment."""
_WIDTH = 68
"""Characters; a line that the next word would have made longer may be one that a mail program broke."""
_ENDED = (".", ",", "!", "?", ":", ";", ")", "…")
_TAPPED = re.compile(r"(?:\[[^\]]{1,60}\]\s*)*(\d{1,2})[^A-Za-z0-9]{1,6}([A-Za-z0-9-]{1,80})")
_ITEM = re.compile(
    r"\s*(?:(?:[^\W\d_]{1,12}\s){0,2}(?P<label>[^\W\d_]{1,12})\s{0,2})?(?P<number>[1-9])\s?[.):\]](?=\D|\Z)\s*"
)
# "1 - 9" and "1.9" may be two numbers or a fraction; among others of their like they are items.
_ITEM_AMONG = re.compile(r"\s*(?P<label>)(?P<number>[1-9])(?:\s?[-–](?=\D|\Z)|[.):](?=\d))\s*")
_INNER_ITEM = re.compile(r"\s(?P<label>[^\W\d_]{1,12}\s{0,2})?(?P<number>[1-9])\s?[.):]\s?(?=\D|\Z)")
_NAMED = re.compile(r"([^\W\d_]{1,12})\s?:\s*")
_BEFORE = " \t,.;:!?–—-=…)]*_"
_BEHIND = " \t,;:–—-=([*_"
_WORDLESS = _BEFORE + _BEHIND + "\"'”“»«>."

Why = Literal["", "missing", "unclear"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply to a survey says."""

    score: int | None
    """0 to 10; None where none was given, or none for certain."""
    why: Why
    """Of no score: "missing", or "unclear" (two numbers, another scale, out of range, "8+", "almost 9"); else empty."""
    texts: tuple[str, ...]
    """What was said to each further question, in the survey's order; empty where nothing was."""
    comment: str
    """The rest of the person's words, less the score: what stands under no question, or beside the score."""
    opts_out: bool
    """Whether the reply says "stop", "avregistrera", "odhlásiť" … and nothing else (Y12)."""


def tapped_subject(score: int, number: str) -> str:
    """The subject of the mail that a tap on a number of the HTML survey makes ready; `number` is the case's."""
    return f"{score} · {number}"


def tapped_body(score: int, questions: Sequence[str]) -> str:
    """Its text: the questions as a form, the first one answered; a line break is one character."""
    answers = [str(score), *[""] * (len(questions) - 1)]
    items = [f"{place}. {text}\n{said}" for place, (text, said) in enumerate(zip(questions, answers, strict=True), 1)]
    return "\n\n".join(items)


def tapped_link(address: str, score: int, number: str, questions: Sequence[str]) -> str:
    """The `mailto:` link that makes that mail ready (RFC 6068), to the survey's own address."""
    subject = quote(tapped_subject(score, number), safe="")
    body = quote(tapped_body(score, questions).replace("\n", "\r\n"), safe="")
    return f"mailto:{quote(address, safe='@')}?subject={subject}&body={body}"


def read_answer(letter: Letter, questions: Sequence[str], number: str = "", survey: Letter | None = None) -> Answer:
    """What a mail answers to a survey with these questions, the headline first (T35). Never raises; linear.

    `number` is the case number that stands in the subject of a tapped answer; without it no subject is read. `survey`
    is the letter that is answered, as it was sent: needed for answers typed between lines that come back without quote
    marks. Whether the mail may answer at all (its tag, expiry, a machine's mail) the caller knows.

    A number counts only where the headline's answer stands: under that question or numbered as its answer, in the hole
    of the form, as a line or the opening of its own, or said to be a score. Two that differ are no score, and neither
    is one on another scale. What the survey itself says never counts.
    """
    lines = sort_lines(letter, questions, survey)
    parts = [_parted(part) for part in (lines.top, *lines.under)]
    top, *under = (words for words, _ in parts)
    below = [*lines.below, *(line for _, closing in parts for line in closing)]
    tapped = _tapped_score(letter.subject, number)
    if tapped is None and _opts_out([*top, *(line for part in under for line in part)], letter.subject):
        return Answer(None, "missing", tuple("" for _ in questions[1:]), "", opts_out=True)
    top, items = _numbered(top, len(questions))
    headline, *further = [[*part, *items.get(place, [])] for place, part in enumerate(under)] or [[]]
    reading = _Reading(set() if tapped is None else {tapped})
    rest = [*reading.read(top, count=len(questions)), *reading.read(headline)]
    if not reading.scores and not reading.maybe:
        reading.read_said([line for part in further for line in part])
    if not reading.scores and not reading.maybe:
        rest += reading.read_below(below)
    score = reading.score()
    return Answer(
        score=score,
        why="" if score is not None else "unclear" if reading.scores or reading.maybe else "missing",
        texts=tuple(_joined(part) for part in further),
        comment=_joined(rest if score is not None else [*top, *headline]),
        opts_out=False,
    )


class _Reading:
    """The scores found in an answer so far, and whether something was meant as one that is none."""

    def __init__(self, scores: set[int]) -> None:
        self.scores = scores
        self.maybe = False
        self.spoilt = False

    def score(self) -> int | None:
        """The one score; None for none, and for several."""
        return next(iter(self.scores)) if len(self.scores) == 1 and not self.spoilt else None

    def read(self, lines: Sequence[str], *, count: int = 0) -> list[str]:
        """Reads lines that may hold the headline's answer; gives them without it.

        `count`: the questions that a number in front of other words could stand for ("2. Nothing"); 0 for lines under
        the headline itself, where all of the first line counts.
        """
        rest: list[str] = []
        before = len(self.scores)
        read = [(line, [clause for clause in said if clause.kind != "idle"]) for line, said in _read(_unwrapped(lines))]
        listed = _listed(read, count)
        opening = next((place for place, (_, said) in enumerate(read) if said), -1)
        for place, (line, said) in enumerate(read):
            whole = all(clause.kind in {"given", "bare", "odd"} for clause in said)
            reach = len(said) if whole or not count else 1
            if place in listed or not (whole or place == opening):
                reach = 0
            taken = [
                clause
                for index, clause in enumerate(said)
                if clause.kind == "given" or (clause.kind == "bare" and index < reach)
            ]
            self._take(taken)
            odd = any(clause.kind == "odd" for clause in said)
            if taken:
                self.spoilt |= odd or _runs_on(said)
            elif whole or place == opening:
                self.maybe |= odd or place in listed or any(clause.kind == "loose" for clause in said[:1])
            rest.append(_less(line, taken))
        if before == len(self.scores) and not self.maybe:
            self._take_sole([said for _, said in read if said])
        return rest

    def read_said(self, lines: Sequence[str]) -> None:
        """Reads lines under another question: only what is said to be a score is one."""
        self._take([clause for _, said in _read(_unwrapped(lines)) for clause in said if clause.kind == "given"])

    def read_below(self, lines: Sequence[str]) -> list[str]:
        """Reads a signature: only a line that is a score in figures and nothing else is one. Gives the words below."""
        words: list[str] = []
        for line, said in _read(lines):
            if len(said) == 1 and said[0].kind in {"given", "bare"} and any(char.isdecimal() for char in line):
                self._take(said)
            elif self.scores and (HEADER_WORD.match(line) or line.rstrip().endswith((":", "__", "--"))):
                break
            elif self.scores:
                words.append(line)
        return words

    def _take_sole(self, lines: Sequence[Sequence[Clause]]) -> None:
        """The one number in all the words, where it ends a line and stands by itself: "Thanks for the help, 9"."""
        if sum(clause.numbers for said in lines for clause in said) == 1:
            self._take([said[-1] for said in lines if said[-1].kind == "bare" and said[-1].alone])

    def _take(self, said: Sequence[Clause]) -> None:
        self.scores |= {clause.score for clause in said if clause.score is not None}


def _read(lines: Sequence[str]) -> Iterator[tuple[str, tuple[Clause, ...]]]:
    """Each line with what its clauses say; none of those behind MAX_READ says anything."""
    left = MAX_READ
    for line in lines:
        yield line, clauses(line[:left])
        left = max(0, left - len(line))


def _listed(lines: Sequence[tuple[str, Sequence[Clause]]], count: int) -> set[int]:
    """Which of the lines begin with a number that may only be that of an item or a question."""
    items = {place for place, (line, _) in enumerate(lines) if _item(line, among=True)}
    if len(items) > 1:
        return items
    only = sum(len(said) for _, said in lines) == 1
    numbers = {place: _item(lines[place][0]) for place in items}
    return {place for place, found in numbers.items() if found and int(found["number"]) <= count and not only}


def _runs_on(said: Sequence[Clause]) -> bool:
    """Whether a number goes on with another and a word: "2, 3 and 4 are broken"."""
    return any(one.kind == "bare" and other.kind == "loose" for one, other in pairwise(said))


def _item(line: str, *, among: bool = False) -> re.Match[str] | None:
    """How a line begins that is an item of a list, or answers a numbered question; `among`: there are others."""
    found = _ITEM.match(line) or (_ITEM_AMONG.match(line) if among else None)
    return None if found and found["label"] and not _is_label(found["label"]) else found


def _is_label(word: str) -> bool:
    return unaccented(word) in LABELS


def _less(line: str, said: Sequence[Clause]) -> str:
    """The line without the words that say a score."""
    for clause in reversed(said):
        before, behind = line[: clause.start].rstrip(_BEHIND), line[clause.end :].lstrip(_BEFORE)
        line = f"{before} {behind}" if before and behind else before or behind
    return line if not said or line.strip(_WORDLESS) else ""


def _tapped_score(subject: str, number: str) -> int | None:
    """The score in the subject of an answer that was tapped; an answer to such a mail has another subject."""
    found = _TAPPED.fullmatch(subject.strip()[:200]) if number else None
    if found is None or found[2].casefold() != number.casefold():
        return None
    return next((clause.score for clause in clauses(found[1])), None)


def _opts_out(lines: Sequence[str], subject: str) -> bool:
    said = visible(" ".join(lines)[:200])
    words = re.findall(r"[^\W_]+", said or subject[:200])
    return " ".join(map(unaccented, words)) in STOPPING


def _parted(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines, and apart from them the closing words, the name and the card under them."""
    words = list(lines)
    while words and (not visible(words[-1]) or is_phone_signature(words[-1])):
        words.pop()
    at = closing_at(words)
    return words[:at], words[at:]


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines with those joined that a mail program seems to have broken."""
    out: list[str] = []
    broken = False
    for line in lines:
        word = line.split(maxsplit=1)[:1]
        if broken and word and len(out[-1]) + 1 + len(word[0]) > _WIDTH:
            out[-1] = f"{out[-1].rstrip()} {line.strip()}"
        else:
            out.append(line)
        broken = bool(word) and not line.rstrip().endswith(_ENDED)
    return out


def _numbered(lines: Sequence[str], count: int) -> tuple[list[str], dict[int, list[str]]]:
    """The lines that answer no question by its number, and those that do ("1. 9", "Fråga 2: snabbt") by place."""
    rest, items, labelled = _items(lines, count)
    if not items and not labelled:
        return list(lines), {}
    first = _Reading(set())
    first.read(items.get(0, []))
    others = _Reading(set())
    others.read(rest, count=count)
    answered = bool(first.scores) or first.maybe or first.spoilt
    complete = len(items) == count and not others.scores
    following = 0 not in items and bool(others.scores)
    if answered or complete or following or labelled:
        return rest, items
    return list(lines), {}


def _items(lines: Sequence[str], count: int) -> tuple[list[str], dict[int, list[str]], bool]:
    """The lines before the first item, the items by place, and whether they are named as answers to questions.

    No items where one number comes twice: then it is a list of something else.
    """
    rest: list[str] = []
    items: dict[int, list[str]] = {}
    labelled = False
    into = rest
    split = [piece for line in lines for piece in _split(line, count)]
    among = sum(_item(line, among=True) is not None for line in split) > 1
    for line in split:
        found = _item(line, among=among)
        if found is None or int(found["number"]) > count:
            into.append(line)
            continue
        place = int(found["number"]) - 1
        if place in items:
            return list(lines), {}, False
        labelled |= bool(found["label"])
        text = line[found.end() :]
        name = _NAMED.match(text)
        into = items[place] = [text[name.end() :] if name and _is_label(name[1]) else text]
    return rest, items, labelled


def _split(line: str, count: int) -> list[str]:
    """A line that begins with an item, cut before each further one of another number: "1. 9 2. fast 3. nothing"."""
    found = _item(line, among=True)
    if found is None:
        return [line]
    cuts = [0]
    seen = {found["number"]}
    for inner in _INNER_ITEM.finditer(line, found.end("number")):
        number, label = inner["number"], (inner["label"] or "").strip()
        if int(number) <= count and number not in seen:
            seen.add(number)
            cuts.append(inner.start() if _is_label(label) else inner.start("number"))
    return [line[begin:end] for begin, end in zip(cuts, [*cuts[1:], len(line)], strict=True)]


def _joined(lines: Sequence[str]) -> str:
    """The lines as a text, without gaps at its ends and with one blank line for each in it."""
    out: list[str] = []
    for line in lines:
        if line.strip(_WORDLESS) or (out and out[-1]):
            out.append(line.strip() if line.strip(_WORDLESS) else "")
    return "\n".join(out).strip()
