"""What score from 0 to 10 a line of a person's own words says, clause by clause; never a guess (T35)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mailbot.core.scorewords import (
    BEHIND,
    DENYING,
    DOUBTFUL,
    FILLING,
    FOR,
    FOR_WHAT,
    GIVING,
    GREETING,
    JOINING,
    LINKING,
    LONELY,
    MONTHS,
    NAMING,
    NUMBERS,
    OUT_OF,
    REACHING,
    SAYING,
    SCALES,
    STARS,
    SUBJECTS,
    THANKING,
    THEN,
    TOO_MANY,
    TOWARDS,
)
from mailbot.core.spelling import unaccented

MAX_LINE = 1000
"""Characters of a line that are read."""

Kind = Literal["given", "bare", "odd", "loose", "idle", "other"]
"""`given`: a score, said to be one ("I give you a 9", "9 of 10"); `bare`: a number from 0 to 10 by itself; `odd`: meant
as a score, but none of ours, or not certain ("8-9", "11", "4/5", "almost 9"); `loose`: a number and other words ("3
printers"); `idle`: a greeting, thanks, or words that would change no score; `other`: anything else."""


class Clause(NamedTuple):
    """A stretch of a line between punctuation."""

    kind: Kind
    score: int | None
    start: int
    """Where it stands in the line."""
    end: int
    """Of a score: where the words end that say it; "because you were fast" is not among them."""
    numbers: int
    """How many figures and number words are in it, of whatever meaning."""
    alone: bool
    """Whether a number is all of it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["word", "number", "odd", "junk", "break", "soft"]
    word: str
    """Folded; empty for a figure."""
    value: int
    start: int
    end: int
    scaled: bool = False
    """Whether it was said to be one of ten."""


_FIGURE = r"\d{1,9}"
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"""
    (?P<junk>
        (?:https?://|www\.)\S+ | [^\s@<>()]{{1,64}}@[^\s@<>()]{{1,255}}
      | \d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}(?!\d)                            # dates
      | \d{{1,2}}(?:[./-]\ ?\d{{1,2}}[./-]\ ?|/\d{{1,2}}\ )\d{{2,4}}(?!\d)
      | \d{{1,2}}\.\ ?\d{{1,2}}\.(?!\d)
      | \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?!\d) | \d+:e\b                       # times, ordinals
      | \d+(?:\.\d+){{2,}}                                                   # versions
      | (?=(?:[+\ ()/-]{{0,3}}\d){{7}})\+?\d{{2,}}[-/ ][\d\ ()/-]{{3,20}}\d      # telephone numbers
      | \d{{1,3}}(?:[ .]\d{{3}})+(?!\d)
      | [€$£#§№]\s?\d+(?:[.,]\d+)* | \d+(?:[.,]\d+)?\s?(?:[€$£]|:-|,-|(?:kr|sek|dkk|eur|euro|czk)\b)
      | \b(?:nr|no|num|kl|tel|ver|vers|sid|kap|art|d|v|č|p|s|st|vol|fig)\.\s?\d+
      | {_LETTER}+[-_–]?\d[\w-]*                                             # case numbers, "v9", "A4"
      | \d+\s?=(?!\s?\d)                                                     # "0 = not at all"
      | 0\d+
    )
  | (?P<odd>
        \d+(?:[.,]\d+)?\s?(?:%|procent\b|percent\b|pct\b|percent) | \d*\s?[½¼¾⅓⅔] | \d+[.,]\d+ | [-−–+±]\d+
      | \d+(?:[+±]+|[-−–](?=$|[\s.,!?)])) | [{STARS}]+
    )
  | (?P<scale>[(\[]?\b0\s?[-–—−]\s?10\b[)\]]?)
  | (?P<range>\b(?P<from>{_FIGURE})\s?[-–—−]\s?(?P<to>{_FIGURE})(?![\w]))
  | (?P<noun>(?P<figure>{_FIGURE})[:'’´`-]?(?:ans?|a|er|eren|tal|tallet|[tč]?k[au]|pts?|p)(?!\w))
  | (?P<joined>\d+-?{_LETTER}[\w-]*)                                          # "3-årig", "10x", "9th"
  | (?P<number>{_FIGURE}(?!\d))
  | (?P<huge>\d+)
  | (?P<word>{_LETTER}+(?:['’]{_LETTER}+)*)
  | (?P<slash>/) | (?P<soft>[:=]|[-–—−]+) | (?P<break>[.,;!?…|(){{}}\\]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KEYCAP = re.compile("(?<=[0-9])\ufe0f?\u20e3")
_PICTURED = str.maketrans(
    {"🔟": "10", "\u00a0": " ", "\u202f": " "} | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
_LEADING = FILLING | LINKING | NAMING | GIVING | SAYING | SUBJECTS | DOUBTFUL | DENYING
_WALKED = _LEADING | JOINING | BEHIND
_LABELS = GIVING | NAMING
_VERBS = GIVING | SAYING
_LINKED = NAMING | _VERBS | SCALES
_OPEN_ENDED = JOINING | TOWARDS
_OPENING = GREETING | THANKING
_IDLE = FILLING | LINKING | BEHIND | SUBJECTS | _OPENING
_SLASH = "/"
_OF = OUT_OF | {_SLASH}
_BETWEEN = _OF | BEHIND | REACHING
_GREATEST = 10
_MAX_GREETING = 8
"""Words of a clause that can be a greeting or thanks."""


def plain_figures(line: str) -> str:
    """The line with figures that are pictures or full-width letters as plain ones ("9️⃣", "🔟")."""
    return _KEYCAP.sub("", line.translate(_PICTURED))


def clauses(line: str) -> tuple[Clause, ...]:
    """What each clause of a line says; blank ones are left out. `plain_figures` first. Linear, and never raises."""
    pieces = list(_pieces(line[:MAX_LINE]))
    alone = len(pieces) == 1
    return tuple(_clause(piece, alone=alone) for piece in pieces)


def _pieces(line: str) -> Iterator[list[_Token]]:
    """The tokens between breaks. A colon or dash is one behind a number only: "Score: 9", "9 - fast"."""
    piece: list[_Token] = []
    counted = False
    for token in _months_joined(list(_tokens(line))):
        if token.kind == "break" or (token.kind == "soft" and counted):
            if piece:
                yield piece
            piece, counted = [], False
        elif token.kind != "soft":
            piece.append(token)
            counted |= token.kind in {"number", "odd"}
    if piece:
        yield piece


def _tokens(line: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(line):
        start, end = found.span()
        match found.lastgroup:
            case "junk" | "joined" | "huge":
                yield _Token("junk", "", 0, start, end)
            case "odd":
                yield _Token("odd", "", 0, start, end)
            case "range":
                same = int(found["from"]) == int(found["to"])
                yield _Token("number" if same else "odd", "", int(found["to"]), start, end)
            case "noun":
                yield _Token("number", "", int(found["figure"]), start, end)
            case "number":
                yield _Token("number", "", int(found[0]), start, end)
            case "slash":
                yield _Token("word", _SLASH, 0, start, end)
            case "word":
                yield _worded(unaccented(found[0].replace("’", "'")), start, end)
            case "soft" | "break" as kind:
                yield _Token(kind, "", 0, start, end)


def _worded(word: str, start: int, end: int) -> _Token:
    if word in NUMBERS:
        return _Token("number", word, NUMBERS[word], start, end)
    return _Token("odd" if word in TOO_MANY else "word", word, 0, start, end)


def _months_joined(tokens: list[_Token]) -> list[_Token]:
    """With "9 mars" and "9. marca" as dates."""
    for index, token in enumerate(tokens):
        following = [one for one in tokens[index + 1 : index + 3] if one.kind != "break"]
        if token.kind == "number" and following and following[0].word in MONTHS and not token.word:
            tokens[index] = _Token("junk", "", 0, token.start, token.end)
    return tokens


def _clause(tokens: list[_Token], *, alone: bool) -> Clause:
    numbers = sum(token.kind in {"number", "odd", "junk"} for token in tokens)
    kind, score, end = _meaning(_scored(_lonely_as_numbers(tokens, alone=alone)))
    return Clause(kind, score, tokens[0].start, end or tokens[-1].end, numbers, len(tokens) == 1)


def _lonely_as_numbers(tokens: list[_Token], *, alone: bool) -> list[_Token]:
    """With words such as "ni" as numbers where they can be nothing else: alone, behind a label, or out of ten."""
    out = list(tokens)
    for index, token in enumerate(tokens):
        if token.word not in LONELY:
            continue
        before = tokens[index - 1].word if index else ""
        after = tokens[index + 1].word if index + 1 < len(tokens) else ""
        last = index == len(tokens) - 1
        only = alone and len(tokens) == 1
        if only or (last and (before in _LABELS or before in OUT_OF)) or (index == 0 and after in OUT_OF):
            out[index] = _Token("number", token.word, LONELY[token.word], token.start, token.end)
    return out


def _scored(tokens: list[_Token]) -> list[_Token]:
    """With "9 out of 10" as one number, "4/5" as none of ours, and "0 to 10" left out."""
    out: list[_Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _second_number(tokens, index)
        if token.kind == "number" and end:
            between = {one.word for one in tokens[index + 1 : end]}
            whole = tokens[end].value
            if between <= REACHING and (token.value, whole) == (0, _GREATEST):
                index = end + 1
                continue
            if not between.isdisjoint(_OF):
                kind: Literal["number", "odd"] = "number" if whole == _GREATEST else "odd"
                token = _Token(kind, "", token.value, token.start, tokens[end].end, scaled=True)
                index = end
        out.append(token)
        index += 1
    return out


def _second_number(tokens: list[_Token], index: int) -> int:
    """Where the number stands that this one is said to be out of or to reach to; 0 where there is none."""
    for later in range(index + 1, min(index + 5, len(tokens))):
        if tokens[later].kind == "number":
            return later if later > index + 1 else 0
        if tokens[later].word not in _BETWEEN:
            return 0
    return 0


def _meaning(tokens: list[_Token]) -> tuple[Kind, int | None, int]:
    """What the tokens of a clause say, the score, and where in the line its own words end (0: with the clause)."""
    if any(token.kind == "junk" for token in tokens):
        return "other", None, 0
    first = next((index for index, token in enumerate(tokens) if token.kind != "word"), None)
    if first is None:
        return ("idle" if _is_idle([token.word for token in tokens]) else "other"), None, 0
    lead = [token.word for token in tokens[:first]]
    if not _LEADING.issuperset(lead) or (not LINKING.isdisjoint(lead) and _LINKED.isdisjoint(lead)):
        return "other", None, 0
    walked, behind = _walk(tokens[first + 1 :])
    goes_on = bool(behind) and not _is_over(tokens[first], [token.word for token in (*walked, behind[0])])
    if goes_on or (not behind and walked and walked[-1].word in _OPEN_ENDED):
        return ("other" if lead or tokens[first].word else "loose"), None, 0
    told = [tokens[first], *(token for token in walked if token.kind != "word")]
    words = {*lead, *(token.word for token in walked)}
    if DOUBTFUL & words or not DENYING.isdisjoint(lead) or not _agree(told):
        return "odd", None, 0
    end = tokens[first].end if behind else 0
    if any(token.scaled for token in told) or NAMING & words or (GIVING & words and SUBJECTS & words):
        return "given", told[0].value, end
    if SUBJECTS.isdisjoint(lead) or _VERBS & words:
        return "bare", told[0].value, end
    return "other", None, 0


def _is_over(score: _Token, words: list[str]) -> bool:
    """Whether the words behind a score tell why ("9 because") or, of one out of ten, whom ("9/10 to Anna")."""
    if words[0] in FOR:
        return words[1:] != [] and words[1] in FOR_WHAT
    return words[0] in THEN or (score.scaled and not TOWARDS.isdisjoint(words))


def _agree(told: list[_Token]) -> bool:
    """Whether these are one score, maybe told twice."""
    return len({token.value for token in told}) == 1 and all(
        token.kind == "number" and token.value <= _GREATEST for token in told
    )


def _walk(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """The tokens behind a number that say something of it, and the rest, which begins with another word."""
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.word not in _WALKED:
            return tokens[:index], tokens[index:]
    return tokens, []


def _is_idle(words: list[str]) -> bool:
    if words and words[0] in _OPENING:
        return len(words) <= _MAX_GREETING
    return _IDLE.issuperset(words)
