"""Walks over the tags of an HTML body and tells which elements are open, to turn it into lines of text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mailbot.core.htmlmarks import Glyphs, Said, as_shown, said_by, unescaped
from mailbot.core.lines import Line
from mailbot.core.linewriter import BLOCKS, CELLS, LineWriter

MAX_HTML = 512 * 1024
"""Characters of HTML that are read."""

_SKIPPED = frozenset(
    [
        "title", "template", "object", "applet", "iframe", "svg", "math", "select", "textarea", "audio", "video",
        "canvas", "map", "datalist",
    ]
)  # fmt: skip
# What stands in these is no HTML and ends at the end tag, whatever it holds.
_RAW = frozenset(("script", "style", "noembed", "noframes", "xmp"))
# Their end tags, or the walls they are, always matter.
_REMEMBERED = frozenset(["a", "blockquote", "li", "ol", "pre", "table", "td", "th", "tr", "ul"])
_VOID = frozenset(
    [
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
        "param", "source", "track", "wbr",
    ]
)  # fmt: skip
# An end tag does not reach out of the cell it stands in.
_WALLS = frozenset(("table", "td", "th", "caption"))
_TABLE_TAGS = _WALLS | {"tr", "tbody", "thead", "tfoot"}
_TIGHT_STYLE = "P {margin-top:0;margin-bottom:0;}"
"""What Outlook on the web writes into the head of each mail: no space around paragraphs."""
_HEAD = 4096
_MAX_SEARCH = 200
"""Open elements among which the one that an end tag closes is looked for."""
_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][^\s/<>]{0,40})([^<>]*)>?|<[!?][^<>]*>?|[^<]+|<")


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not come yet."""

    tag: str
    said: Said
    hidden: bool
    shown: bool


def html_lines(html: str) -> list[Line]:
    """The readable lines of an HTML text in linear time; scripts, styles and hidden text are gone. Never raises.

    Quotes are prefixed with "> " as in plain text; lists, tables and links become text. Reads tags one by one and
    builds no tree: 400 KB of "<ul><li>" keep a browser's tree builder busy for more than 15 s, this for one.
    """
    reader = _Reader(html[:MAX_HTML])
    reader.read()
    return reader.writer.finished()


class _Reader:
    """Walks over the tags of a text; lives only within `html_lines`."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.lower = ""
        self.writer = LineWriter()
        self.said: dict[tuple[str, str], Said] = {}
        self.opened: list[_Open] = []
        self.hidden = 0
        self.glyphs: list[Glyphs] = []
        self.endless: set[str] = set()
        self.count: Counter[str] = Counter()
        self.tight = _TIGHT_STYLE in html[:_HEAD]

    def read(self) -> None:
        position = 0
        match = _TOKEN.match
        while (found := match(self.html, position)) is not None:
            position = found.end()
            name = found[2]
            if name:
                position = self._tag(found, name.lower(), position)
                continue
            piece = found[0]
            if piece == "<!--":
                position = self._behind("-->", position)
            elif piece[0] != "<" or piece == "<":
                self._text(piece)

    def _text(self, text: str) -> None:
        if not self.hidden:
            text = unescaped(text)
            self.writer.text(as_shown(text, self.glyphs[-1]) if self.glyphs else text)

    def _behind(self, mark: str, position: int) -> int:
        """Where the text goes on behind the mark; at once where it never comes, so that no text is lost."""
        if mark in self.endless:
            return position
        self.lower = self.lower or self.html.lower()
        end = self.lower.find(mark, position)
        if end < 0:
            self.endless.add(mark)
            return position
        return end + len(mark)

    def _tag(self, found: re.Match[str], name: str, position: int) -> int:
        if name == "p" and self.tight:
            name = "div"
        attributes = found[3]
        if attributes.count('"') % 2:
            # A ">" inside a quoted attribute: the tag ends behind the next quote.
            quote = self.html.find('"', position, position + 1000)
            end = self.html.find(">", quote, quote + 1000) if quote >= 0 else -1
            if end >= 0:
                attributes += self.html[found.end(3) : end]
                position = end + 1
        if found[1]:
            self._end_tag(name)
            return position
        if name in _RAW:
            end = self._behind(f"</{name}", position)
            return self._behind(">", end) if end != position else position
        self._start_tag(name, attributes)
        return position

    def _start_tag(self, name: str, attribute_text: str) -> None:
        if name == "br":
            if not self.hidden:
                self.writer.line_break()
            return
        self._close_implied(name)
        said = self.said.get((name, attribute_text))
        if said is None:
            # The tags of a mail are alike; reading each anew takes most of the time.
            said = self.said[name, attribute_text] = said_by(name, attribute_text)
        hidden = name in _SKIPPED or said.hidden
        shown = not self.hidden and not hidden
        if shown:
            self.writer.enter("div" if said.tight else name, said.mark, inside=name not in _VOID, start=said.start)
            if name == "img":
                self.writer.picture(said.alt)
        if name in _VOID:
            return
        # An element that says nothing is only remembered where its end tag could be taken for another's.
        if hidden or said.telling or name in _REMEMBERED or self.count[name]:
            if shown and said.preformatted:
                self.writer.preformatted(1)
            if said.glyphs is not None:
                self.glyphs.append(said.glyphs)
            self.opened.append(_Open(name, said, hidden, shown))
            self.count[name] += 1
            self.hidden += hidden

    def _close_implied(self, name: str) -> None:
        """Elements that end where the next of their kind begins, because nobody writes their end tags."""
        if self.opened and self.opened[-1].tag == "p" and name in BLOCKS:
            self._pop()
        if name in CELLS:
            self._close_to({"td", "th"}, {"table"})
        elif name == "tr":
            self._close_to({"tr", "td", "th"}, {"table"})
        elif name == "li":
            self._close_to({"li"}, {"ul", "ol", "table", "td", "th"})

    def _close_to(self, names: set[str], walls: set[str]) -> None:
        """Closes the outermost element of these names that stands inside the nearest wall."""
        cut = 0
        for number, element in enumerate(reversed(self.opened[-_MAX_SEARCH:]), 1):
            if element.tag in walls and element.tag not in names:
                break
            if element.tag in names:
                cut = number
        for _ in range(cut):
            self._pop()

    def _end_tag(self, name: str) -> None:
        if not self.count[name]:
            if not self.hidden and name in BLOCKS:
                self.writer.leave(name, marked=False)
            return
        for number, element in enumerate(reversed(self.opened[-_MAX_SEARCH:]), 1):
            if element.tag == name:
                for _ in range(number):
                    self._pop()
                return
            if element.tag in _WALLS and name not in _TABLE_TAGS:
                return

    def _pop(self) -> None:
        element = self.opened.pop()
        said = element.said
        self.count[element.tag] -= 1
        self.hidden -= element.hidden
        if said.glyphs is not None:
            self.glyphs.pop()
        if element.shown:
            if element.tag == "a" and said.href:
                self.writer.link(said.href)
            self.writer.leave("div" if said.tight else element.tag, marked=said.mark is not None)
            if said.preformatted:
                self.writer.preformatted(-1)
