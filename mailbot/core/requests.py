"""Reads what a customer's mail asks for, where it asks for one plain thing or only gives thanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

from mailbot.core.answerwords import answer_phrases, longest_answer
from mailbot.core.requestwords import DOUBT, PLEASED_EMOJI, Kind, longest_phrase, phrases
from mailbot.core.signoff import closing_name, dashed_name, is_delimiter, is_name, is_phone_signature
from mailbot.core.spelling import visible

Request = Literal["status", "close", "thanks", "cases"]

_Doing = TypeVar("_Doing")
"""What a phrase does."""

MAX_LENGTH = 1000
"""Characters; who writes more has more to say."""

_EMOTICON = re.compile(r"[:;=]-?[)D]+(?!\w)|<3(?!\w)")
_PICTURE = re.compile("[" + "".join(sorted(PLEASED_EMOJI)) + "][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
_AFTER_PUNCTUATION = re.compile(r"(?<=[.,!?;…])")
_NAME_BEHIND = re.compile(r"\s(?=/{1,2} ?[^\W\d_])")
_PUNCTUATION = re.compile(r"[.,!?;:…–—-]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))


def plain_request(words: str, names: Iterable[str] = ()) -> Request | None:
    """What a mail asks for that asks for nothing else; None where a person must read it. Never raises.

    `words` are the sender's new words (`Letter.reply`), in any of the languages of `requestwords`. `names` are those
    of the people who may be addressed or have signed: the agents and the sender. Any other name counts only in a
    closing ("Mvh Anna", "/Anna"), so "Hi Anna, thanks!" needs it.

    "status", "close" and "cases" are asked for in words from closed lists, with greeting, thanks and closing about
    them.
    "thanks" is nothing but thanks, joy that it works and the like. One word that is not on the lists, a figure, or a
    question mark where status is not asked for makes it None. So does "#close": what looks like an agent's command
    does nothing in a customer's mail.
    """
    if len(words) > MAX_LENGTH:
        return None
    lines, kinds = _without_closing(_lines(words))
    if _PICTURE.search(words):
        kinds |= {"thanks"}
    body = _folded(lines)
    found = _all_kinds(body, _names(names), phrases(), longest_phrase())
    return None if found is None else _meaning(kinds | found, asks="?" in body)


def plain_answer(words: str, names: Iterable[str] = (), languages: Iterable[str] = ()) -> Literal["yes", "no"] | None:
    """What a mail says to what its sender is asked to order (S12): a plain yes or no; None for anything else.

    `words` and `names` are as in `plain_request`; `languages` are those in which the sender was asked, for a word may
    mean something else there. Greeting, thanks and closing may stand about it. A condition, a question, a figure, yes
    and no together, or one word that is not on the lists makes it None, and so does a picture alone.
    """
    if len(words) > MAX_LENGTH:
        return None
    lines, _ = _without_closing(_lines(words))
    body, known = _folded(lines), answer_phrases(frozenset(languages))
    if "?" in body:
        return None
    found = _all_kinds(body, _names(names) - {word for word in known if " " not in word}, known, longest_answer())
    said = (found or frozenset()) - {"polite"}
    if said == {"yes"}:
        return "yes"
    return "no" if said == {"no"} else None


def begins_with_yes(words: str, names: Iterable[str] = (), languages: Iterable[str] = ()) -> bool:
    """Whether a mail's first words but for a greeting say yes, whatever follows; all as in `plain_answer`.

    It counts as no answer, and only tells a reader where to look.
    """
    known, called = answer_phrases(frozenset(languages)), _names(names)
    for piece in _PUNCTUATION.split(_folded(_lines(words[:MAX_LENGTH]))):
        left = piece.split()
        while left:
            lengths = range(min(longest_answer(), len(left)), 0, -1)
            phrase = next((count for count in lengths if " ".join(left[:count]) in known), 0)
            said = known.get(" ".join(left[:phrase]), "polite" if left[0] in called else None)
            if said != "polite":
                return said == "yes"
            left = left[phrase or 1 :]
    return False


def _folded(lines: list[str]) -> str:
    return " ".join(lines).casefold().translate(_APOSTROPHES)


def _names(names: Iterable[str]) -> set[str]:
    """The words that may stand for people."""
    return {word for name in names for word in _WORD.findall(visible(name[:MAX_LENGTH]).casefold())} - DOUBT


def _all_kinds(body: str, names: set[str], known: Mapping[str, _Doing], longest: int) -> frozenset[_Doing] | None:
    """What all the phrases of a text do; None where one word belongs to none."""
    found: set[_Doing] = set()
    for piece in _PUNCTUATION.split(body):
        kinds = _kinds(piece.split(), names, known, longest)
        if kinds is None:
            return None
        found |= kinds
    return frozenset(found)


def _meaning(kinds: frozenset[Kind], *, asks: bool) -> Request | None:
    """What phrases of these kinds mean together."""
    if "cases" in kinds:
        return "cases" if kinds <= {"cases", "status", "greeting", "thanks", "advance", "please"} else None
    if "status" in kinds:
        return "status" if kinds <= {"status", "greeting", "thanks", "advance", "please"} else None
    if asks:
        return None
    if "close" in kinds:
        return "close"
    # Whoever says yes, please, or thanks beforehand is waiting for something.
    return "thanks" if kinds & {"thanks", "pleased"} and kinds <= {"thanks", "pleased", "greeting"} else None


def _lines(words: str) -> list[str]:
    """The lines above any signature, each cut behind its punctuation, without pictures."""
    lines: list[str] = []
    for line in _EMOTICON.sub(" ", _PICTURE.sub(" ", words)).splitlines():
        if is_delimiter(line):
            break
        if not is_phone_signature(line) or _doubts(line):
            lines += filter(None, map(visible, _AFTER_PUNCTUATION.split(line)))
    return lines


def _without_closing(lines: list[str]) -> tuple[list[str], frozenset[Kind]]:
    """The lines above closing and name, and what the closing itself says ("Many thanks")."""
    last = lines[-1] if lines else ""
    behind = _NAME_BEHIND.search(last)
    if behind and _is_name(dashed_name(last[behind.end() :])):
        return [*lines[:-1], last[: behind.start()]], frozenset()
    if _is_name(dashed_name(last)):
        return lines[:-1], frozenset()
    above = len(lines) - (2 if len(lines) > 1 and closing_name(lines[-2]) == "" and _is_name(last) else 1)
    name = closing_name(lines[above]) if lines else None
    if name is None or (name and not _is_name(name)):
        return lines, frozenset()
    return lines[:above], frozenset({"thanks"} if "thank" in lines[above].casefold() else ())


def _is_name(text: str | None) -> bool:
    """Whether the text can only be a name: none of our phrases, and nothing that tells of trouble."""
    if text is None or not is_name(text):
        return False
    words = text.casefold().split()
    return not (_doubts(text) or phrases().keys() & words or answer_phrases(frozenset()).keys() & words)


def _doubts(text: str) -> bool:
    """Whether the text has a word in it that says no, but or help."""
    return not DOUBT.isdisjoint(_WORD.findall(visible(text).casefold()))


def _kinds(words: list[str], names: set[str], known: Mapping[str, _Doing], longest: int) -> frozenset[_Doing] | None:
    """What the phrases do that the words are made of, longest first; None where a word belongs to none."""
    found: set[_Doing] = set()
    index = 0
    while index < len(words):
        for count in range(min(longest, len(words) - index), 0, -1):
            kind = known.get(" ".join(words[index : index + count]))
            if kind:
                found.add(kind)
                index += count
                break
        else:
            if words[index] not in names:
                return None
            index += 1
    return frozenset(found)
