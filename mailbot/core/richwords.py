"""Cuts an agent's HTML to exactly the words that may leave the desk, made safe to show in any mail program (T32)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import nh3

from mailbot.core.charsets import storable
from mailbot.core.htmlleaves import BREAKING, INVISIBLE, Element, Leaf, LeafLine, UnreadableError, html_leaves
from mailbot.core.htmltext import MAX_HTML
from mailbot.core.lines import Mark
from mailbot.core.signoff import closing_name
from mailbot.core.wordalign import Alignment

MAX_BLANK = 6
"""Line breaks, blank paragraphs and spaces that are kept between two words."""

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# A path, an address or a content id, put there by a program: it tells of the agent's computer (Y9).
_PRIVATE_ALT = re.compile(r"[@\\/:<>\[\]]")
_SPACES = re.compile(" {2,}")
_BLANK_LINES = re.compile(r"\n{2,}")
# The mark of a signature is in the HTML alone: plain text may have it among the words, and so among those that leave.
_MARKS = (Mark.NEW, Mark.SIGNATURE)
_CID_IN_TEXT = re.compile(r"\[cid:([^\[\]\s]{1,200})\]")


@dataclass(frozen=True, slots=True)
class RichWords:
    """Somebody's words as HTML."""

    html: str
    """A safe fragment for a letter; empty where the HTML cannot be cut to exactly the words."""
    pictures: tuple[str, ...] = ()
    """The content ids of the pictures that it shows, in order."""


def rich_words(html: str, words: str, pictures: frozenset[str]) -> RichWords:
    """The part of an HTML body that says exactly these words, with its lists, tables, links, emphasis and pictures.

    `words` are all that may leave: the quote, the signature and the commands are not in them, and so nothing of these
    is in the result, nor anything hidden; the same check is made of the result itself. Where any word of them is not
    found, in its order, the result is empty: write the letter with `words_as_html`. `Alignment` says what may differ.
    `pictures` are the content ids that go along. Linear in the first MAX_HTML characters; never raises.
    """
    words = INVISIBLE.sub("", storable(words))
    if not words.strip() or len(words) > MAX_HTML:
        return RichWords("")
    cut = _Cut(words, pictures)
    cut.read(storable(html[:MAX_HTML]))
    if not cut.exact:
        return RichWords("")
    fragment = _written(cut.chosen(), " ".join(words.split()))
    if len(fragment) > MAX_HTML:
        return RichWords("")
    fragment = _sanitised(fragment, pictures)
    again = _Cut(words, pictures)
    again.read(fragment)
    if not again.exact or again.left_out:
        return RichWords("")
    shown = [leaf.picture.content_id for leaf in again.chosen() if leaf and leaf.picture]
    return RichWords(fragment, tuple(dict.fromkeys(shown)))


def words_as_html(words: str) -> str:
    """Plain words as a fragment of HTML: paragraphs, line breaks, indentation by hand; nothing is made a link."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text = _SPACES.sub(lambda found: "&nbsp;" * (len(found[0]) - 1) + " ", escape(lines, quote=False))
    paragraphs = (each.strip("\n") for each in _BLANK_LINES.split(text))
    return "\n".join("<p>" + each.replace("\n", "<br>\n") + "</p>" for each in paragraphs if each)


def pictures_by_name(words: str, names: Mapping[str, str]) -> str:
    """The words with `[cid:...]`, as Outlook's plain text has it, told by the picture's file name.

    `names` are by content id; of any other only `[...]` is left, for the id tells of the agent's computer (Y9).
    """
    return _CID_IN_TEXT.sub(lambda found: f"[{names.get(found[1], '...')}]", words)


class _Cut:
    """Chooses the leaves that are the words; lives only within `rich_words`."""

    def __init__(self, words: str, pictures: frozenset[str]) -> None:
        self.alignment = Alignment(words)
        self.pictures = pictures
        self.kept: list[Leaf | None] = []
        # Breaks, spaces and empty cells matter only between two leaves that are kept.
        self.waiting: list[Leaf] = []
        self.blank = 0
        self.begins = False
        # A picture without a name in the words belongs to them if it stands among them, and not on a visiting card.
        self.in_words = True
        self.closed = False
        self.below_closing: set[int] = set()
        self.on_card: set[int] = set()
        self.left_out = False
        self.refused = False

    def chosen(self) -> list[Leaf | None]:
        """The leaves that are the words, in their order; None where a line begins."""
        return [leaf for leaf in self.kept if id(leaf) not in self.on_card]

    @property
    def exact(self) -> bool:
        """Whether all the words have been found."""
        return self.alignment.complete and not self.refused

    def read(self, html: str) -> None:
        """Takes the lines that are the words and the pictures among them."""
        try:
            for line in html_leaves(html):
                named = self.alignment.take(line.leaves) if line.mark in _MARKS else None
                if named is not None:
                    self._keep(line, named)
                elif line.text:
                    self._leave_out(line)
                below = not self.in_words or (line.mark is not Mark.NEW and line.text)
                if self.refused or (below and self.alignment.complete):
                    return
        except UnreadableError:
            # What comes behind all the words may be as it likes.
            return

    def _leave_out(self, line: LeafLine) -> None:
        self.left_out = True
        if line.mark is not Mark.NEW or line.text.startswith("#"):
            return
        self.in_words = False
        # What stood between the closing and this was the picture on a card of name and telephone.
        self.on_card |= self.below_closing
        self.below_closing.clear()

    def _keep(self, line: LeafLine, named: frozenset[int]) -> None:
        has_words = bool(line.text)
        self.in_words = self.in_words or has_words
        self.begins = True
        for index, leaf in enumerate(line.leaves):
            if leaf.picture is not None:
                self._picture(leaf, leaf.picture.content_id, index in named, line.mark)
            elif leaf.has_words:
                self._add(leaf)
            elif not leaf.text or (self.kept and self.blank < MAX_BLANK):
                self.blank += bool(leaf.text)
                self.waiting.append(leaf)
        self.closed = self.closed or (has_words and closing_name(line.text) is not None)

    def _picture(self, leaf: Leaf, content_id: str, named: bool, mark: Mark) -> None:
        if content_id not in self.pictures:
            # Words that name a picture which cannot be shown would be lost.
            self.refused = self.refused or named
        elif named or (self.in_words and mark is Mark.NEW):
            if self.closed and not named:
                self.below_closing.add(id(leaf))
            self._add(leaf)

    def _add(self, leaf: Leaf) -> None:
        if self.kept:
            self.kept += self.waiting
        else:
            # Above the words only the empty cells of their own row matter.
            around = leaf.element.chain()
            self.kept += [cell for cell in self.waiting if cell.element.parent in around]
        self.waiting, self.blank = [], 0
        if self.begins:
            self.kept.append(None)
            self.begins = False
        self.kept.append(leaf)


def _written(leaves: Iterable[Leaf | None], words: str) -> str:
    """The leaves and the elements around them as HTML; a line that nothing parts from the one before gets a break."""
    out: list[str] = []
    around: list[Element] = []
    parted = True
    begins = False
    for leaf in leaves:
        if leaf is None:
            begins = True
            continue
        chain = leaf.element.chain()
        common = _common(around, chain)
        for element in reversed(around[common:]):
            out.append(f"</{element.tag}>")
            parted = parted or element.tag in BREAKING
        for element in chain[common:]:
            out.append(_start_tag(element.tag, element.attributes))
            parted = parted or element.tag in BREAKING
        around = chain
        if begins and not parted:
            out.append("<br>")
        out.append(_leaf(leaf, words))
        parted = leaf.text == "\n"
        begins = False
    out += [f"</{element.tag}>" for element in reversed(around)]
    return "".join(out)


def _common(around: list[Element], chain: list[Element]) -> int:
    """How many of the outermost elements are the same."""
    count = 0
    while count < min(len(around), len(chain)) and around[count] is chain[count]:
        count += 1
    return count


def _start_tag(tag: str, attributes: dict[str, str]) -> str:
    return f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) + ">"


def _leaf(leaf: Leaf, words: str) -> str:
    if leaf.picture is None:
        return "<br>" if leaf.text == "\n" else escape(leaf.text, quote=False)
    alt = leaf.picture.alt
    if alt not in words and _PRIVATE_ALT.search(alt):
        alt = ""
    return _start_tag("img", {"src": "cid:" + leaf.picture.content_id, "alt": alt, **leaf.picture.size})


def _sanitised(html: str, pictures: frozenset[str]) -> str:
    """The HTML with nothing in it but what the lists above allow, whatever made it."""
    sources = {"cid:" + each for each in pictures}

    def allowed(_tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if value in sources else None
        if name == "href":
            return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel="noopener",
    )
