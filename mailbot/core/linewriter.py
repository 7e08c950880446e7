"""Puts the text of an HTML body into lines as a reader sees them: paragraphs, lists, tables, links, quotes."""

from __future__ import annotations

import re

from mailbot.core.lines import Line, Mark

MAX_LINK = 80
"""Longer link targets are tracking addresses; they are left out of the text (the HTML keeps them)."""
MAX_QUOTE_MARKS = 50
"""A line inside more quotes than these gets no more marks: thousands on each line would be gigabytes."""

BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li",
        "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
        "caption", "h1", "h2", "h3", "h4", "h5", "h6",
    ]
)  # fmt: skip
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"])
_LISTS = frozenset(("ul", "ol"))
CELLS = frozenset(("td", "th"))
# What programs put around the words of a cell, be they one line or a page.
_WRAPPERS = frozenset(["div", "p", "center", "h1", "h2", "h3", "h4", "h5", "h6"])
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(" {2,}")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]")
_ASCII_LETTER = re.compile("[A-Za-z0-9]")


class LineWriter:
    """Takes text and tags as they come and gives lines; see `html_lines` for what they look like."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._line_mark = Mark.NEW
        self._marks: list[Mark] = []
        self._quote_depth = 0
        self._line_depth = 0
        self._pre = 0
        self._rest = False
        self._lists: list[int] = []
        # What stands before the words of the list item that has begun, until they come.
        self._bullet = ""
        # Whether a table's cell has begun and no line in it has ended; a break in it waits for more of its words: 1, or
        # 2 with a blank line. What stands behind the last word of a row's cell is no break.
        self._cell = False
        self._break = 0

    def text(self, text: str) -> None:
        """Text between two tags, entities decoded."""
        if self._pre:
            first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._put(first)
            for line in others:
                self.end_line(force=True)
                self._put(line)
            return
        text = _SPACE.sub(" ", text)
        if text == " " and (self._break or not self._pieces or self._pieces[-1].endswith((" ", "\t"))):
            return
        self._put(text)

    def _put(self, text: str) -> None:
        if self._break:
            self.blank() if self._break > 1 else self.end_line()
        if not self._pieces:
            text = text if self._pre else text.lstrip(" ")
            if not text:
                return
            if self._bullet:
                text, self._bullet = self._bullet + text, ""
            self._line_mark = Mark.REST if self._rest else (self._marks[-1] if self._marks else Mark.NEW)
            self._line_depth = self._quote_depth
        self._pieces.append(text)

    def _begin_item(self) -> None:
        bullet, self._bullet = self._bullet, ""
        self._put(bullet)

    def line_break(self) -> None:
        """Ends the line where the text says so; a second time, it leaves a blank one."""
        if self._cell:
            self._break_later(self._break + 1)
        else:
            self.end_line(force=True)

    def _break_later(self, strength: int) -> None:
        if self._pieces and not self._pieces[-1].endswith("\t"):
            self._break = max(self._break, min(strength, 2))

    def _end_block(self) -> None:
        # A row of one cell is a paragraph, where one stands in it.
        spaced = self._break > 1 and "\t" not in self._pieces
        self.end_line()
        if spaced:
            self.blank()

    def end_line(self, *, force: bool = False) -> None:
        """Ends the line that has begun; with `force`, and none begun, leaves a blank one."""
        self._cell = False
        self._break = 0
        if self._pieces:
            text = "".join(self._pieces)
            text = text.rstrip() if self._pre else _tidy(text)
            self._lines.append(Line(_quote_marks(self._line_depth) + text, self._line_mark))
            self._pieces = []
        elif force:
            self.blank(force=True)

    def blank(self, *, force: bool = False) -> None:
        """Leaves one blank line, or one more with `force`; none between a list item's bullet and its words."""
        self.end_line()
        if self._lines and not self._bullet and (force or self._lines[-1].text.strip("> ")):
            mark = Mark.REST if self._rest else (self._marks[-1] if self._marks else Mark.NEW)
            self._lines.append(Line(_quote_marks(self._quote_depth).rstrip(), mark))

    def enter(self, tag: str, mark: Mark | None = None, *, inside: bool, start: int = 1) -> None:
        """Writes what stands before an element's content and notes its mark; `inside`: it can have content.

        `start` is the number of a numbered list's first item.
        """
        if self._cell and mark is None and tag in _WRAPPERS:
            self._break_later(2 if tag in _SPACED else 1)
        elif tag in _SPACED:
            self.blank()
        elif tag in BLOCKS:
            self._end_block()
        elif tag in CELLS:
            self._enter_cell()
        # What stands inside a quote stays quoted, whatever it is.
        quoted = bool(self._marks) and self._marks[-1] is Mark.QUOTED
        if mark is Mark.REST and not quoted:
            self.blank()
            self._rest = True
        if mark is not None and inside:
            self._marks.append(Mark.QUOTED if quoted else mark)
        if tag == "blockquote" and mark is not None:
            self._quote_depth += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in _LISTS:
            self._lists.append(start if tag == "ol" else 0)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag == "hr" and mark is not Mark.REST:
            self.blank()

    def _enter_cell(self) -> None:
        self._cell = True
        self._break = 0
        if self._pieces and not self._pieces[-1].endswith("\t"):
            self._pieces.append("\t")

    def preformatted(self, depth: int) -> None:
        """Enters (1) or leaves (-1) an element whose style keeps its spaces and line ends."""
        self._pre = max(0, self._pre + depth)

    def leave(self, tag: str, *, marked: bool) -> None:
        """Writes what stands behind an element's content."""
        if self._bullet and (tag == "li" or tag in _LISTS):
            self._begin_item()
        waits = self._cell and not marked and tag in _WRAPPERS
        if waits:
            self._break_later(2 if tag in _SPACED else 1)
        elif tag in BLOCKS:
            self._end_block()
        if marked and self._marks:
            self._marks.pop()
        if tag == "blockquote" and marked:
            self._quote_depth = max(0, self._quote_depth - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        if tag in _SPACED and not waits:
            self.blank()

    def picture(self, alt: str) -> None:
        """An emoji shown as a picture is text; the alt of any other picture is a file name or an advertisement."""
        if 0 < len(alt) <= 8 and not _ASCII_LETTER.search(alt):
            self.text(alt)

    def _next_bullet(self) -> str:
        if self._lists and self._lists[-1]:
            self._lists[-1] += 1
            return f"{self._lists[-1] - 1}. "
        return "- "

    def link(self, href: str) -> None:
        """The target of a link, where the shown text does not tell it already."""
        href = href.strip()
        mailbox = href[:7].lower() == "mailto:"
        if mailbox:
            href = href[7:]
        elif not href.lower().startswith(("http://", "https://")):
            return
        if self._bullet:
            self._begin_item()
        # An address with a query is a button: it begins a mail with a subject or words of its own.
        if len(href) > MAX_LINK or not self._pieces or (mailbox and "?" in href):
            return
        # The end of each piece is enough, and a long one would be read again for each link behind it.
        shown = "".join(piece[-2 * MAX_LINK :] for piece in self._pieces[-3:]).strip().rstrip("/").lower()
        if mailbox and href.lower() in shown:
            return
        bare = href.lower() if mailbox else href.lower().split("://", 1)[1].rstrip("/")
        if not shown.endswith(bare) and not shown.endswith(bare.removeprefix("www.")):
            self._pieces.append(f" <{href}>")

    def finished(self) -> list[Line]:
        """All lines, without long gaps and blank lines at the end."""
        self.end_line()
        out: list[Line] = []
        blanks = 0
        for line in self._lines:
            blanks = 0 if line.text.strip("> ") else blanks + 1
            if blanks < 3:
                out.append(line)
        while out and not out[-1].text.strip():
            out.pop()
        return out


def _quote_marks(depth: int) -> str:
    return "> " * min(depth, MAX_QUOTE_MARKS)


def _tidy(text: str) -> str:
    """No-break spaces are spaces to a reader; runs of them are indentation by hand."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text.replace("\u00a0", " "))
    return _SPACES.sub(" ", text).strip()
