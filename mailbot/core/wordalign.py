"""Follows given words through the lines of an HTML body, whatever a mail program made of them in plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.core.htmlleaves import Element, Leaf, Picture

_NUMBER = re.compile(r"(\d{1,4})[.)] ")
# What stands before a list item in one mail program's plain text or another's.
_BULLET = re.compile("[*–•·‣⁃◦▪o§-] ")
_MARKERS = {**dict.fromkeys(("b", "strong", "i", "em", "u"), "*/_"), "s": "-", "code": "|`", "sup": "^", "sub": "_"}
"""What Gmail and Thunderbird put around emphasised words in plain text."""
_BRACKETS = {"<": ">", "[": "]", "(": ")"}


class Alignment:
    """Words, and how far the HTML has told them.

    What the HTML says must come letter for letter and space for space in the words; only these may stand in the words
    and not in the HTML, where its tags say the same: bullets and numbers of lists, the address of a link behind it,
    `*` and its like around emphasised words, and the bracketed name of a picture.
    """

    def __init__(self, words: str) -> None:
        # Runs of white space would be read again for each line that does not come next.
        self._words = " ".join(words.split())
        self._at = 0
        self._last = Element("")

    def take(self, leaves: Sequence[Leaf]) -> frozenset[int] | None:
        """Reads on over a line of HTML; None, and nothing read, where the words go on in another way.

        Tells which of the leaves are pictures that the words name.
        """
        at, last, spaced, loose = self._at, self._last, True, False
        named = set()
        first = True
        for index, leaf in enumerate(leaves):
            if leaf.picture is not None:
                start, _, _ = self._skip(at, *_between(last, leaf.element), "")
                behind = self._behind_placeholder(start, leaf.picture)
                if behind:
                    named.add(index)
                    at, last, loose = behind, leaf.element, True
                continue
            if not leaf.has_words:
                spaced = spaced or bool(leaf.text)
                continue
            tokens = leaf.text.split()
            start, gap, decorated = self._skip(at, *_between(last, leaf.element), tokens[0])
            # Around an address or a picture's name programs put white space of their own.
            if gap is not (spaced or leaf.text[0].isspace()) and not loose and not decorated:
                return None
            behind = self._behind_tokens(start, tokens, bullet=first)
            if not behind:
                return None
            at, last, spaced, loose, first = behind, leaf.element, leaf.text[-1].isspace(), False, False
        self._at, self._last = at, last
        return frozenset(named)

    @property
    def complete(self) -> bool:
        """Whether all the words have been told."""
        at, _, _ = self._skip(self._at, self._last.chain(), [], "")
        return at == len(self._words)

    def _skip(self, at: int, closed: list[Element], opened: list[Element], token: str) -> tuple[int, bool, bool]:
        """Where the next word begins, whether white space stands before it, and whether an address or bullet does."""
        targets = [each.attributes["href"] for each in closed if each.tag == "a"]
        items = [each for each in opened if each.tag == "li"]
        markers = [_MARKERS[each.tag] for each in (*closed, *opened) if each.tag in _MARKERS]
        gap, decorated = at == 0, False
        while True:
            if self._words.startswith(" ", at):
                at, gap = at + 1, True
            behind = self._behind_target(at, targets) or self._behind_bullet(at, items)
            if behind:
                at, decorated = behind, True
                continue
            if at == len(self._words) or (token and self._words.startswith(token, at)):
                return at, gap, decorated
            marker = next((each for each in markers if self._words[at] in each), None)
            if marker is None:
                return at, gap, decorated
            markers.remove(marker)
            at += 1

    def _behind_tokens(self, at: int, tokens: list[str], *, bullet: bool) -> int:
        """Where the words go on behind these, which white space must part; 0 where they do not come."""
        first, *others = tokens
        if bullet and first == "•" and _BULLET.match(self._words, at):
            first = self._words[at]
        told = " ".join((first, *others))
        return at + len(told) if self._words.startswith(told, at) else 0

    def _behind_target(self, at: int, targets: list[str]) -> int:
        """Where the words go on behind the address of a link that has ended; 0 where none stands here."""
        closing = _BRACKETS.get(self._words[at : at + 1])
        if closing is None:
            return 0
        for target in targets:
            for told in (target.rstrip("/"), target.removeprefix("mailto:")):
                end = at + 1 + len(told)
                if self._words.startswith(told, at + 1):
                    end += self._words.startswith("/", end)
                    if self._words.startswith(closing, end):
                        targets.remove(target)
                        return end + 1
        return 0

    def _behind_bullet(self, at: int, items: list[Element]) -> int:
        """Where the words go on behind the bullet or number of a list item that begins; 0 where none stands here."""
        if not items:
            return 0
        number = items[0].number
        found = _NUMBER.match(self._words, at) if number else _BULLET.match(self._words, at)
        if found is None or (number and int(found[1]) != number):
            return 0
        items.pop(0)
        return found.end() - 1

    def _behind_placeholder(self, at: int, picture: Picture) -> int:
        """Where the words go on behind a picture's name in brackets; 0 where it does not stand here."""
        if self._words[at : at + 1] not in {"[", "<"}:
            return 0
        names = [f"[cid:{picture.content_id}]"] if picture.content_id else []
        if picture.alt:
            names += [f"[{picture.alt}]", f"[image: {picture.alt}]", f"<{picture.alt}>"]
        return next((at + len(name) for name in names if self._words.startswith(name, at)), 0)


def _between(last: Element, following: Element) -> tuple[list[Element], list[Element]]:
    """The elements that end behind one leaf and those that begin before the next, the outermost first."""
    if last is following:
        return [], []
    old, new = last.chain(), following.chain()
    common = 0
    while common < min(len(old), len(new)) and old[common] is new[common]:
        common += 1
    return old[common:], new[common:]
