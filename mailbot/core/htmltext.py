"""Turns an HTML body into lines of text, each marked with what the HTML itself says of quotes and signatures."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from dataclasses import dataclass

from mailbot.core.charsets import storable
from mailbot.core.lines import Line, Mark

MAX_HTML = 512 * 1024
"""Characters of one HTML body that are read."""
MAX_LINK = 80
"""Longer link targets are tracking addresses; they are left out of the text (the HTML keeps them)."""


_SKIPPED = frozenset(
    [
        "title", "template", "object", "applet", "iframe", "svg", "math", "select", "textarea", "audio", "video",
        "canvas", "map", "datalist",
    ]
)  # fmt: skip
# What stands in these is no HTML and ends at the end tag, whatever it holds.
_RAW = frozenset(("script", "style", "noembed", "noframes", "xmp"))
_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li",
        "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
        "caption", "h1", "h2", "h3", "h4", "h5", "h6",
    ]
)  # fmt: skip
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"])
_LISTS = frozenset(("ul", "ol"))
# Their end tags, or the walls they are, always matter.
_REMEMBERED = frozenset(["a", "blockquote", "li", "ol", "pre", "table", "td", "th", "tr", "ul"])
_CELLS = frozenset(("td", "th"))
_VOID = frozenset(
    [
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
        "param", "source", "track", "wbr",
    ]
)  # fmt: skip
# An end tag does not reach out of the cell it stands in.
_WALLS = frozenset(("table", "td", "th", "caption"))
_TABLE_TAGS = _WALLS | {"tr", "tbody", "thead", "tfoot"}
_MAX_SEARCH = 200
"""Open elements among which the one that an end tag closes is looked for."""
_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][^\s/<>]{0,40})([^<>]*)>?|<[!?][^<>]*>?|[^<]+|<")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:-]{1,40})(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s\"'>]+)))?")
# Most attributes only say how something looks; these words are in all that tell what it is.
_TELLING = re.compile(r"\b(?:id|class|hidden|href|alt|tabindex)\b|none|hide|:\s*0|border-top", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|(?:^|[;\s])(?:max-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
# Outlook draws a thin line above the quoted header with this style and gives it no name.
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF|CCCCCC)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(" {2,}")
_ASCII_LETTER = re.compile("[A-Za-z0-9]")

_REST_IDS = frozenset(
    ("divrplyfwdmsg", "x_divrplyfwdmsg", "olk_src_body_section", "mail-editor-reference-message-container")
)
_REST_IDS |= {
    "appendonsend",
    "x_appendonsend",
    "replysplit",
    "ms-outlook-mobile-body-separator-line",
    "isforwardcontent",
}
_QUOTE_CLASSES = frozenset(
    [
        "yahoo_quoted",
        "protonmail_quote",
        "zmail_extra",
        "tutanota_quote",
        "moz-email-headers-table",
        "iomail-quote",
        "quote-text",
        "front-blockquote",
        "ymail_android_signature_quoted",
        "zendesk_quote",
        "freebirdformviewerviewitemsitem",
    ]
)  # fmt: skip
_HEADER_CLASSES = frozenset(("gmail_attr", "moz-cite-prefix", "moz-forward-container-header", "yahoo-quoted-header"))
_SIGNATURE_CLASSES = frozenset(
    ("gmail_signature", "moz-signature", "gmail_signature_prefix", "protonmail_signature_block")
)
_SIGNATURE_IDS = frozenset(("signature", "ms-outlook-mobile-signature", "x_signature", "x_ms-outlook-mobile-signature"))


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not come yet."""

    tag: str
    hidden: bool = False
    marked: bool = False
    href: str = ""


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
        self.writer = _Writer()
        self.opened: list[_Open] = []
        self.hidden = 0
        self.endless: set[str] = set()
        self.count: Counter[str] = Counter()

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
        if self.hidden:
            return
        if "&" in text:
            text = storable(entities.unescape(_HUGE_NUMBER.sub("\ufffd", text)))
        self.writer.text(text)

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
                self.writer.end_line(force=True)
            return
        self._close_implied(name)
        attributes = _attributes(attribute_text) if _TELLING.search(attribute_text) else {}
        mark = _mark_of(name, attributes)
        hidden = name in _SKIPPED or (bool(attributes) and _hidden(attributes))
        if not self.hidden and not hidden:
            self._before(name)
            self.writer.enter(name, mark, attributes, inside=name not in _VOID)
        if name in _VOID:
            return
        # An element that says nothing is only remembered where its end tag could be taken for another's.
        if hidden or mark is not None or name in _REMEMBERED or self.count[name]:
            href = attributes.get("href", "") if name == "a" else ""
            shown = not self.hidden and not hidden
            self.opened.append(_Open(name, hidden, marked=shown and mark is not None, href=href if shown else ""))
            self.count[name] += 1
            self.hidden += hidden

    def _before(self, name: str) -> None:
        if name in _SPACED:
            self.writer.blank()
        elif name in _BLOCKS:
            self.writer.end_line()

    def _close_implied(self, name: str) -> None:
        """Elements that end where the next of their kind begins, because nobody writes their end tags."""
        if self.opened and self.opened[-1].tag == "p" and name in _BLOCKS:
            self._pop()
        if name in _CELLS:
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
            if not self.hidden and name in _BLOCKS:
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
        self.count[element.tag] -= 1
        self.hidden -= element.hidden
        if not self.hidden and not element.hidden:
            if element.href:
                self.writer.link(element.href)
            self.writer.leave(element.tag, marked=element.marked)


class _Writer:
    """Collects text into lines; lives only within `html_lines`."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.pieces: list[str] = []
        self.line_mark = Mark.NEW
        self.marks: list[Mark] = []
        self.quote_depth = 0
        self.line_depth = 0
        self.pre = 0
        self.rest = False
        self.lists: list[int] = []

    def text(self, text: str) -> None:
        if self.pre:
            first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._put(first)
            for line in others:
                self.end_line(force=True)
                self._put(line)
            return
        text = _SPACE.sub(" ", text)
        if text == " " and (not self.pieces or self.pieces[-1].endswith((" ", "\t"))):
            return
        self._put(text)

    def _put(self, text: str) -> None:
        if not self.pieces:
            text = text if self.pre else text.lstrip(" ")
            if not text:
                return
            self.line_mark = Mark.REST if self.rest else (self.marks[-1] if self.marks else Mark.NEW)
            self.line_depth = self.quote_depth
        self.pieces.append(text)

    def end_line(self, *, force: bool = False) -> None:
        if self.pieces:
            text = "".join(self.pieces)
            text = text.rstrip() if self.pre else _tidy(text)
            self.lines.append(Line("> " * self.line_depth + text, self.line_mark))
            self.pieces = []
        elif force:
            self.blank(force=True)

    def blank(self, *, force: bool = False) -> None:
        self.end_line()
        if self.lines and (force or self.lines[-1].text.strip("> ")):
            mark = Mark.REST if self.rest else (self.marks[-1] if self.marks else Mark.NEW)
            self.lines.append(Line(("> " * self.quote_depth).rstrip(), mark))

    def enter(self, tag: str, mark: Mark | None, attributes: dict[str, str], *, inside: bool) -> None:
        """Writes what stands before an element's content and notes its mark; `inside`: it can have content."""
        if tag in _CELLS and self.pieces and not self.pieces[-1].endswith("\t"):
            self.pieces.append("\t")
        if mark is Mark.REST and Mark.QUOTED not in self.marks:
            self.end_line()
            self.rest = True
        if mark is not None and inside:
            # What stands inside a quote stays quoted, whatever it is.
            self.marks.append(Mark.QUOTED if self.marks and self.marks[-1] is Mark.QUOTED else mark)
        if tag == "blockquote":
            self.quote_depth += 1
        elif tag == "pre":
            self.pre += 1
        elif tag in _LISTS:
            self.lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self.text(self._bullet())
        elif tag == "hr" and mark is not Mark.REST:
            self.blank()
        elif tag == "img":
            alt = attributes.get("alt", "")
            # An emoji shown as a picture is text; the alt of any other picture is a file name or an advertisement.
            if 0 < len(alt) <= 8 and not _ASCII_LETTER.search(alt):
                self.text(alt)

    def leave(self, tag: str, *, marked: bool) -> None:
        """Writes what stands behind an element's content."""
        if tag in _BLOCKS:
            self.end_line()
        if marked and self.marks:
            self.marks.pop()
        if tag == "blockquote":
            self.quote_depth = max(0, self.quote_depth - 1)
        elif tag == "pre":
            self.pre = max(0, self.pre - 1)
        elif tag in _LISTS and self.lists:
            self.lists.pop()
        if tag in _SPACED:
            self.blank()

    def _bullet(self) -> str:
        if self.lists and self.lists[-1]:
            self.lists[-1] += 1
            return f"{self.lists[-1] - 1}. "
        return "- "

    def link(self, href: str) -> None:
        """The target of a link, where the shown text does not tell it already."""
        href = href.strip()
        if not href.lower().startswith(("http://", "https://")) or len(href) > MAX_LINK or not self.pieces:
            return
        shown = "".join(self.pieces[-3:]).strip().rstrip("/").lower()
        bare = href.lower().split("://", 1)[1].rstrip("/")
        if not shown.endswith(bare) and not shown.endswith(bare.removeprefix("www.")):
            self.pieces.append(f" <{href}>")

    def finished(self) -> list[Line]:
        self.end_line()
        out: list[Line] = []
        blanks = 0
        for line in self.lines:
            blanks = 0 if line.text.strip("> ") else blanks + 1
            if blanks < 3:
                out.append(line)
        while out and not out[-1].text.strip():
            out.pop()
        return out


def _tidy(text: str) -> str:
    """No-break spaces are spaces to a reader; runs of them are indentation by hand."""
    if not text.isascii():
        text = text.replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "").replace("\u200c", "")
    return _SPACES.sub(" ", text).strip()


def _attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case, entities decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text[:8000]):
        value = double or single or bare
        if "&" in value:
            value = entities.unescape(_HUGE_NUMBER.sub("", value))
        found.setdefault(name.lower(), value)
    return found


def _hidden(attributes: dict[str, str]) -> bool:
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN_STYLE.search(style[:2000]))


def _mark_of(tag: str, attributes: dict[str, str]) -> Mark | None:
    """What an element's own name says of the text in it."""
    if not attributes:
        return Mark.QUOTED if tag == "blockquote" else None
    name = attributes.get("id", "").lower()
    classes = attributes.get("class", "").lower().split()
    if name in _REST_IDS or _OUTLOOK_RULE.search(attributes.get("style", "")):
        return Mark.REST
    if tag == "hr" and attributes.get("tabindex") == "-1":
        return Mark.REST
    if "hmmessage" not in classes and not _QUOTE_CLASSES.isdisjoint(classes):
        return Mark.QUOTED
    if tag == "blockquote":
        return Mark.QUOTED
    if not _HEADER_CLASSES.isdisjoint(classes):
        return Mark.HEADER
    if name in _SIGNATURE_IDS or not _SIGNATURE_CLASSES.isdisjoint(classes):
        return Mark.SIGNATURE
    return None
