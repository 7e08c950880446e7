"""Reads an HTML body into lines of leaves, text, breaks and pictures, each with the elements that it stands in.

Stricter than `core.htmltext`, which must lose no word of anybody's mail: what mail programs do not write stops it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.core.htmlmarks import Glyphs, as_shown, attributes_in, glyphs_of, is_tight, said_by, unescaped
from mailbot.core.lines import Mark
from mailbot.core.linewriter import BLOCKS, CELLS

MAX_DEPTH = 100
"""Elements inside each other; nobody's own words stand deeper, and browsers' tree builders are quadratic in it."""
MAX_STEPS = 20_000
"""Tags, texts and lines of preformatted text that are read: more than a table of 500 rows has."""
MAX_HREF = 2000

BREAKING = BLOCKS | CELLS
"""Elements that begin and end a line."""

INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]")
_TOKEN = re.compile(
    r"""(?P<text>[^<]++|<(?![a-zA-Z/!?]))
    |(?P<comment><!--)
    |<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>"']{0,40})(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>
    |<[!?][^<>]*+>""",
    re.VERBOSE,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
# As in LineWriter.picture: an emoji is text, a longer alt is a file name or a description.
_EMOJI = re.compile("[^A-Za-z0-9]{1,8}")
_HEADING = re.compile("h[1-6]")
_RAW = frozenset(("script", "style", "title"))
_NOT_IN_WORDS = frozenset(
    [
        "applet", "audio", "canvas", "datalist", "frameset", "iframe", "math", "noembed", "noframes", "noscript",
        "object", "plaintext", "select", "svg", "template", "textarea", "video", "xmp",
    ]
)  # fmt: skip
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_SAME = frozenset(
    [
        "b", "blockquote", "code", "em", "i", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody",
        "td", "th", "thead", "tr", "u", "ul",
    ]
)  # fmt: skip
_OTHERS = {"strike": "s", "del": "s", "ins": "u", "tt": "code", "kbd": "code", "samp": "code", "tfoot": "tbody"}
_UNSEEN_BLOCKS = frozenset(("body", "caption", "form", "html"))
# Nobody writes these end tags; the element ends where one of the same kind begins.
_IMPLIED = {"li": ("li",), "td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr")}
_WALLS = frozenset(("table", "td", "th"))
_TABLE_TAGS = _WALLS | {"tr", "tbody", "thead", "tfoot"}
_DIGITS = re.compile("[0-9]{1,4}")
# A quote of an old mail has a name, a source or a line at its side; without them it is an indented paragraph.
_BORDER = re.compile(r"border-left|border-inline", re.IGNORECASE)


class UnreadableError(Exception):
    """The HTML goes on in a way in which no mail program writes somebody's words."""


@dataclass(slots=True, eq=False)
class Element:
    """An element that a letter may show; each is only equal to itself."""

    tag: str
    """Empty for the root."""
    parent: Element | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    """The few that a letter may have."""
    number: int = 0
    """Of a list item the number that is shown before it, of a numbered list that of its last item, else 0."""

    def chain(self) -> list[Element]:
        """The elements from the outermost to this one, the root left out."""
        found = []
        element: Element | None = self
        while element is not None and element.tag:
            found.append(element)
            element = element.parent
        found.reverse()
        return found


@dataclass(frozen=True, slots=True)
class Picture:
    """What an img says."""

    content_id: str
    """Without "cid:"; empty for a picture from the net."""
    alt: str
    size: dict[str, str]
    """Its width and height, in pixels, as far as told."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What stands between two tags."""

    element: Element
    text: str = ""
    """Entities decoded, white space put together; "\\n" for a line break; empty for a picture or empty table cell."""
    picture: Picture | None = None

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.text) and not self.text.isspace()


@dataclass(frozen=True, slots=True)
class LeafLine:
    """What a reader sees as one line, however it is wrapped."""

    leaves: tuple[Leaf, ...]
    mark: Mark

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(leaf.text for leaf in self.leaves).strip()


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not come yet, with what holds of everything in it."""

    tag: str
    element: Element
    hidden: bool = False
    mark: Mark = Mark.NEW
    pre: bool = False
    glyphs: Glyphs | None = None
    cell: list[bool] = field(default_factory=list)
    """Holds something as soon as the cell around does."""


def html_leaves(html: str) -> Iterator[LeafLine]:
    """The visible lines of an HTML text, one by one as they are asked for, up to where an old mail runs to the end.

    Linear in what has been read. UnreadableError where it cannot be followed; what came before holds.
    """
    return _Reader(html).lines()


class _Reader:
    """Walks over the tags; lives only within `html_leaves`."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.stack = [_Open("", Element(""))]
        self.line: list[Leaf] = []
        self.mark: Mark | None = None
        self.ended: list[LeafLine] = []
        self.over = False
        self.steps = 0

    def lines(self) -> Iterator[LeafLine]:
        position = 0
        while position < len(self.html) and not self.over:
            self._step()
            found = _TOKEN.match(self.html, position)
            if found is None:
                raise UnreadableError(f"no tag at {position}")
            position = found.end()
            if found["text"]:
                self._text(found["text"])
            elif found["comment"]:
                position = self._behind("-->", position)
            elif found["name"]:
                position = self._tag(found["name"].lower(), found["attributes"], position, ends=bool(found["end"]))
            if self.ended:
                yield from self.ended
                self.ended.clear()
        self._end_line()
        yield from self.ended

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise UnreadableError("too much")

    def _behind(self, mark: str, position: int) -> int:
        end = self.html.find(mark, position)
        if end < 0:
            raise UnreadableError(f"no {mark} after {position}")
        return end + len(mark)

    def _tag(self, name: str, attribute_text: str, position: int, *, ends: bool) -> int:
        """Takes a tag and tells where the text goes on."""
        if ends:
            self._end_tag(name)
        elif name in _NOT_IN_WORDS:
            raise UnreadableError(f"<{name}>")
        elif name in _RAW:
            found = re.compile(f"</{name}[^>]*>", re.IGNORECASE).search(self.html, position)
            if found is None:
                raise UnreadableError(f"no </{name}>")
            return found.end()
        elif name in _VOID:
            self._void(name, attribute_text)
        else:
            self._start_tag(name, attribute_text)
        return position

    def _void(self, name: str, attribute_text: str) -> None:
        if name == "hr":
            self._end_line()
            # Outlook on the web draws one above the old mail.
            self.over = self.over or said_by(name, attribute_text).mark is Mark.REST
        elif self.stack[-1].hidden:
            return
        elif name == "br":
            self._add(Leaf(self.stack[-1].element, "\n"))
            self._end_line()
        elif name == "img" and not said_by(name, attribute_text).hidden:
            self._picture(attributes_in(attribute_text))

    def _picture(self, attributes: dict[str, str]) -> None:
        alt = " ".join(attributes.get("alt", "").split())
        source = attributes.get("src", "").strip()
        if _EMOJI.fullmatch(alt):
            self._text(alt, decoded=True)
            return
        size = {name: attributes[name] for name in ("width", "height") if _DIGITS.fullmatch(attributes.get(name, ""))}
        content_id = source[len("cid:") :] if source[:4].lower() == "cid:" else ""
        self._add(Leaf(self.stack[-1].element, picture=Picture(content_id, alt, size)))

    def _text(self, text: str, *, decoded: bool = False) -> None:
        top = self.stack[-1]
        if top.hidden:
            return
        text = INVISIBLE.sub("", text if decoded else unescaped(text))
        if top.pre:
            for number, part in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
                if number:
                    self._step()
                    self._add(Leaf(top.element, "\n"))
                    self._end_line()
                if part:
                    self._add(Leaf(top.element, part))
            return
        text = _SPACE.sub(" ", text)
        if not self.line:
            text = text.lstrip(" ")
        if top.glyphs is not None:
            text = as_shown(text, top.glyphs)
        if text:
            self._add(Leaf(top.element, text))

    def _add(self, leaf: Leaf) -> None:
        top = self.stack[-1]
        worded = leaf.picture is not None or leaf.has_words
        if self.mark is None and worded:
            self.mark = top.mark
        if worded and not top.cell:
            top.cell.append(True)
        self.line.append(leaf)

    def _end_line(self) -> None:
        if self.line:
            self.ended.append(LeafLine(tuple(self.line), self.mark or self.stack[-1].mark))
            self.line, self.mark = [], None

    def _start_tag(self, name: str, attribute_text: str) -> None:
        if name in BREAKING:
            self._close_implied(name)
            self._end_line()
        elif name == "a" and any(each.tag == "a" for each in self.stack):
            self._end_tag("a")
        if len(self.stack) >= MAX_DEPTH:
            raise UnreadableError("too deep")
        top = self.stack[-1]
        said = said_by(name, attribute_text)
        mark = said.mark or Mark.NEW
        if name == "blockquote" and not _is_quote(attributes_in(attribute_text)):
            mark = Mark.NEW
        if mark is Mark.REST and top.mark is not Mark.QUOTED:
            self.over = True
            return
        self.stack.append(
            _Open(
                name,
                self._shown(name, attribute_text),
                hidden=top.hidden or said.hidden,
                mark=mark if top.mark is Mark.NEW else top.mark,
                pre=top.pre or name == "pre",
                glyphs=top.glyphs or glyphs_of(attribute_text),
                cell=[] if name in CELLS else top.cell,
            )
        )

    def _shown(self, name: str, attribute_text: str) -> Element:
        """What a letter shows in the element's place: one of its own kind, a plain one, or nothing but its content."""
        parent = self.stack[-1].element
        if _HEADING.fullmatch(name):
            return Element("strong", Element("p", parent))
        if name == "p" and is_tight(attribute_text):
            return Element("div", parent)
        if name == "a":
            href = _SPACE.sub("", attributes_in(attribute_text).get("href", ""))
            allowed = href.lower().startswith(("http://", "https://", "mailto:")) and len(href) <= MAX_HREF
            return Element("a", parent, {"href": href}) if allowed else parent
        tag = name if name in _SAME else _OTHERS.get(name, "")
        if tag in {"ol", "table", "td", "th"}:
            return _with_form(tag, parent, attributes_in(attribute_text))
        if tag == "li":
            return _item(parent)
        if tag:
            return Element(tag, parent)
        return Element("div", parent) if name in BLOCKS and name not in _UNSEEN_BLOCKS else parent

    def _close_implied(self, name: str) -> None:
        """Ends what ends where this element begins (HTML, section 13.1.2.4 "Optional tags")."""
        ending = ("p", *_IMPLIED.get(name, ()))
        while True:
            place = next((i for i in range(len(self.stack) - 1, 0, -1) if self.stack[i].tag in BREAKING), 0)
            if not place or self.stack[place].tag not in ending:
                return
            self._close_from(place)

    def _end_tag(self, name: str) -> None:
        for place in range(len(self.stack) - 1, 0, -1):
            tag = self.stack[place].tag
            if tag == name:
                self._close_from(place)
                return
            if tag in _WALLS and name not in _TABLE_TAGS:
                return

    def _close_from(self, place: int) -> None:
        while len(self.stack) > place:
            top = self.stack[-1]
            if top.tag in CELLS and not top.cell and not top.hidden:
                self._add(Leaf(top.element))
            if top.tag in BREAKING:
                self._end_line()
            self.stack.pop()


def _is_quote(attributes: dict[str, str]) -> bool:
    """Whether a blockquote quotes an old mail and is not just an indented paragraph."""
    named = not attributes.keys().isdisjoint(("type", "cite", "class", "id"))
    return named or bool(_BORDER.search(attributes.get("style", "")))


def _with_form(tag: str, parent: Element, attributes: dict[str, str]) -> Element:
    """A table, cell or numbered list with what makes its form."""
    kept = {
        name: attributes[name]
        for name in {"ol": ("start",), "table": ("border",)}.get(tag, ("colspan", "rowspan"))
        if _DIGITS.fullmatch(attributes.get(name, ""))
    }
    if "border" in kept:
        kept["border"] = "1" if int(kept["border"]) else "0"
    return Element(tag, parent, kept, int(kept.get("start", "1")) - 1 if tag == "ol" else 0)


def _item(parent: Element) -> Element:
    """A list's next item."""
    around: Element | None = parent
    while around is not None and around.tag not in {"ul", "ol", "table"}:
        around = around.parent
    if around is None or around.tag != "ol":
        return Element("li", parent)
    around.number += 1
    return Element("li", parent, number=around.number)
