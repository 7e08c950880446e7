"""Turns an HTML body into lines of readable text, each marked with what the HTML itself says of quotes and signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 512 * 1024
"""Characters of one HTML body that are read."""
MAX_NODES = 60_000
MAX_NESTING = 400
"""Open tags within tags after which the DOM is not built: libraries slow down with the square of the depth."""
MAX_LINK = 80
"""Longer link targets are tracking addresses; they are left out of the text (the HTML keeps them)."""


class Mark(Enum):
    """What the HTML says of a line."""

    NEW = "new"
    QUOTED = "quoted"
    """Inside a blockquote or another quote container; new words may follow behind it."""
    HEADER = "header"
    """The line that introduces a quote."""
    REST = "rest"
    """Here the old mail begins and runs to the end (Outlook)."""
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    text: str
    mark: Mark = Mark.NEW


_SKIPPED = frozenset(
    "head style script title template noscript object embed applet iframe svg math select textarea audio video "
    "canvas map datalist meta link base -comment !doctype".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form header hgroup hr html legend li main menu nav ol section summary table tbody tfoot thead tr ul caption".split()
)
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 pre blockquote ul ol table".split())
_CELLS = frozenset(("td", "th"))
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|(?:^|[;\s])(?:max-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
# Outlook draws a thin line above the quoted header with this style and gives it no name.
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF|CCCCCC)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_STRIP = re.compile(r"(?is)<(style|script|head|title)\b[^>]*>.{0,200000}?</\1\s*>|<!--.{0,200000}?-->|<[^<>]{0,20000}>")
_ASCII_LETTER = re.compile("[A-Za-z0-9]")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

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
    "yahoo_quoted protonmail_quote zmail_extra tutanota_quote moz-email-headers-table iomail-quote quote-text "
    "front-blockquote ymail_android_signature_quoted zendesk_quote freebirdformviewerviewitemsitem".split()
)
_HEADER_CLASSES = frozenset(("gmail_attr", "moz-cite-prefix", "moz-forward-container-header", "yahoo-quoted-header"))
_SIGNATURE_CLASSES = frozenset(
    ("gmail_signature", "moz-signature", "gmail_signature_prefix", "protonmail_signature_block")
)
_SIGNATURE_IDS = frozenset(("signature", "ms-outlook-mobile-signature", "x_signature", "x_ms-outlook-mobile-signature"))


def html_lines(html: str) -> list[Line]:
    """The readable lines of an HTML text in linear time; scripts, styles and hidden text are gone. Never raises.

    Quotes are prefixed with "> " as in plain text; lists, tables and links become text. HTML that nests deeper
    than MAX_NESTING has its tags cut away instead of being understood.
    """
    html = html[:MAX_HTML]
    if _nesting(html) > MAX_NESTING:
        return [Line(line.strip()) for line in _STRIP.sub("\n", html).splitlines() if line.strip()]
    root = LexborHTMLParser(html).root
    if root is None:
        return []
    writer = _Writer()
    _walk(root, writer)
    return writer.finished()


def _nesting(html: str) -> int:
    """The greatest number of tags open at once, counted without building a tree."""
    deepest = depth = 0
    for slash, name in _TAG.findall(html):
        if slash:
            depth -= depth > 0
        elif name.lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    # Paragraphs, list items and cells are seldom closed; a long mail of them is not deep.
    return deepest if html.count("<div") + html.count("<span") + html.count("<b") + html.count("<t") > 200 else 0


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
    text = text.replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "").replace("\u200c", "")
    return re.sub(" {2,}", " ", text).strip()


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Visits every shown node once, without recursion."""
    node: LexborNode | None = root
    opened: list[tuple[LexborNode, tuple[bool, bool]]] = []
    for _ in range(MAX_NODES * 2):
        if node is None:
            return
        descend = False
        tag = node.tag or ""
        if tag == "-text":
            writer.text(node.text_content or "")
        elif tag not in _SKIPPED:
            attributes = node.attributes
            if not _hidden(attributes):
                state = _open(tag, attributes, writer)
                child = node.child
                if child is not None:
                    opened.append((node, state))
                    node = child
                    descend = True
                else:
                    _close(tag, attributes, state, writer)
        if descend:
            continue
        following = node.next
        while following is None:
            if not opened:
                return
            node, state = opened.pop()
            _close(node.tag or "", node.attributes, state, writer)
            following = node.next
        node = following


def _hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN_STYLE.search(style[:2000]))


def _mark_of(tag: str, attributes: dict[str, str | None]) -> Mark | None:
    """What an element's own name says of the text in it."""
    if not attributes:
        return Mark.QUOTED if tag == "blockquote" else None
    name = (attributes.get("id") or "").lower()
    classes = (attributes.get("class") or "").lower().split()
    if name in _REST_IDS or _OUTLOOK_RULE.search(attributes.get("style") or ""):
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


def _open(tag: str, attributes: dict[str, str | None], writer: _Writer) -> tuple[bool, bool]:
    """Writes what stands before an element's content; tells whether a mark and a quote level were added."""
    if tag == "br":
        writer.end_line(force=True)
        return False, False
    if tag in _SPACED:
        writer.blank()
    elif tag in _BLOCKS:
        writer.end_line()
    elif tag in _CELLS and writer.pieces:
        writer.pieces.append("\t" if not writer.pieces[-1].endswith("\t") else "")
    mark = _mark_of(tag, attributes)
    if mark is Mark.REST and Mark.QUOTED not in writer.marks:
        writer.end_line()
        writer.rest = True
    marked = mark is not None
    if mark is not None:
        # What stands inside a quote stays quoted, whatever it is.
        inside = writer.marks[-1] if writer.marks else None
        writer.marks.append(Mark.QUOTED if inside is Mark.QUOTED else mark)
    quoted = tag == "blockquote"
    writer.quote_depth += quoted
    writer.pre += tag == "pre"
    if tag in {"ul", "ol"}:
        writer.lists.append(1 if tag == "ol" else 0)
    elif tag == "li":
        writer.text(_bullet(writer))
    elif tag == "img":
        alt = attributes.get("alt") or ""
        # An emoji shown as a picture is text; the alt of any other picture is its file name or an advertisement.
        if 0 < len(alt) <= 8 and not _ASCII_LETTER.search(alt):
            writer.text(alt)
    elif tag == "hr" and mark is not Mark.REST:
        writer.blank()
    return marked, quoted


def _bullet(writer: _Writer) -> str:
    if writer.lists and writer.lists[-1]:
        number = writer.lists[-1]
        writer.lists[-1] += 1
        return f"{number}. "
    return "- "


def _close(tag: str, attributes: dict[str, str | None], state: tuple[bool, bool], writer: _Writer) -> None:
    marked, quoted = state
    if tag == "a":
        _link(attributes.get("href") or "", writer)
    if tag in _SPACED:
        writer.end_line()
    elif tag in _BLOCKS:
        writer.end_line()
    if marked:
        writer.marks.pop()
    writer.quote_depth -= quoted
    writer.pre -= tag == "pre"
    if tag in {"ul", "ol"}:
        writer.lists.pop()
    if tag in _SPACED:
        writer.blank()


def _link(href: str, writer: _Writer) -> None:
    """The target of a link, where the shown text does not tell it already."""
    href = href.strip()
    if not href.lower().startswith(("http://", "https://")) or len(href) > MAX_LINK or not writer.pieces:
        return
    shown = "".join(writer.pieces[-3:]).strip().rstrip("/").lower()
    bare = href.lower().split("://", 1)[1].rstrip("/")
    if not shown.endswith(bare) and not shown.endswith(bare.removeprefix("www.")):
        writer.pieces.append(f" <{href}>")


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text."""
    return [Line(line) for line in text.split("\n")]
