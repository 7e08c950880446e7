"""Tells a mail's own text from its attachments and puts the text together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.core.attachment import Attachment, attachment_name
from mailbot.core.charsets import WESTERN, decode_bytes
from mailbot.core.encodedwords import decode_words
from mailbot.core.headers import decode_value, read_header_block
from mailbot.core.htmltext import MAX_HTML, html_lines
from mailbot.core.inlinefiles import may_hold_files, take_files
from mailbot.core.lines import Line, plain_lines
from mailbot.core.mime import Part
from mailbot.core.tnef import PackedFile, packed_files

MAX_TEXT = 2 * 1024 * 1024
"""Characters of readable text that are kept, all parts together; the raw mail holds the rest."""
MAX_LINES = 100_000
"""Lines of plain text that are kept, all parts together: a line costs memory that its characters do not tell."""
MAX_TITLES = 20
"""Attached mails whose subject is looked up for a name."""

_TEXT_TYPES = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-markdown", "text/markdown")
# The same mail once more, for the few programs that show its moving form or a wrist watch.
_OTHER_FORMS = frozenset(("text/x-amp-html", "text/watch-html"))
_PICTURE_LINES = re.compile(r"\n(?:[ \t]*\ufffc[ \t\ufffc]*\n+)+")
_MAIL_TYPES = frozenset(("message/rfc822", "message/global"))
_PACKAGE_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_SOUND_TYPE = re.compile(r"[a-z0-9.+-]{1,100}/[a-z0-9.+-]{1,100}")
# The plain half of some senders only says that there is an HTML half.
_STUB = re.compile(
    r"(?i)(html[- ]?(?:e-?)?mail|mail(?:et)? (?:i|in|as) html|view (?:this|the|it).{0,40}(?:html|browser)"
    r"|html.{0,30}(?:client|viewer|reader|support)|not support(?:ed)? html|no plain text|html only"
    r"|this is a multi-?part message)"
)
_ENRICHED_TAG = re.compile(r"</?[A-Za-z-]{1,40}>")
# A script's mail without a content type, or with the one that it writes under everything; people write words behind.
_PAGE = re.compile(rb"\s{0,200}<(?:!doctype html|html)(?:\s[^>]{0,500})?>\s{0,200}<", re.IGNORECASE)
_WORD = re.compile(r"\w")
# One of these stands in all that `core.htmlmarks` takes for a quote or an old mail.
_MARKS = (
    "quote", "divRplyFwdMsg", "OLK_SRC", "border-top", "border-style", "appendonsend", "reference-message", "zwchr",
    "stopSpelling", "messageReplySection", "zmail_extra", "tabindex",
)  # fmt: skip


@dataclass(slots=True)
class _Piece:
    """One stretch of the body, in one or two renderings."""

    plain: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What there is to read in a mail, and what goes with it."""

    plain: tuple[Line, ...]
    """The text as a reader of plain text sees it."""
    halves: tuple[tuple[tuple[Line, ...], str], ...]
    """The same text piece by piece, each with the HTML that says it too, or an empty text."""
    html: str
    attachments: tuple[Attachment, ...]
    faults: tuple[str, ...]

    def rich(self) -> tuple[Line, ...]:
        """The text as the HTML has it, with its marks; made on demand, because few letters need it."""
        if not any(html for _, html in self.halves):
            return self.plain
        return _joined([tuple(html_lines(html)) if html else lines for lines, html in self.halves])


@dataclass(slots=True)
class _Left:
    """What the mail's parts may still show, together: a thousand parts must not cost a thousand times the bound."""

    text: int = MAX_TEXT
    lines: int = MAX_LINES
    html: int = MAX_HTML


@dataclass(slots=True)
class _Collector:
    regional: str
    left: _Left = field(default_factory=_Left)
    pieces: list[_Piece] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    written_in: list[Attachment] = field(default_factory=list)
    """Files that stood in the text itself."""
    faults: list[str] = field(default_factory=list)


def read_body(root: Part, regional: str = WESTERN) -> Body:
    """The text and the attachments of a MIME tree; never raises, bounded by MAX_TEXT and MAX_HTML."""
    collector = _Collector(regional)
    _collect(root, collector)
    html = "\n".join(piece.html for piece in collector.pieces if piece.html)
    halves = []
    for piece in collector.pieces:
        use_html = piece.html is not None and (piece.plain is None or not _substantial(piece.plain, piece.html))
        lines = html_lines(piece.html or "") if use_html else plain_lines(piece.plain or "")
        halves.append((tuple(lines), "" if use_html or not piece.html or not _has_marks(piece.html) else piece.html))
    attachments = (*_attachments(collector, html), *collector.written_in)
    return Body(
        _joined([lines for lines, _ in halves]), tuple(halves), html[:MAX_HTML], attachments, tuple(collector.faults)
    )


def _joined(pieces: list[tuple[Line, ...]]) -> tuple[Line, ...]:
    """The lines of several pieces with a blank line between them."""
    if len(pieces) == 1:
        return pieces[0]
    out: list[Line] = []
    for piece in pieces:
        out.extend([Line("")] if out else [])
        out.extend(piece)
    return tuple(out)


def _substantial(plain: str, html: str) -> bool:
    """Whether the plain half can stand for the HTML half."""
    if not _WORD.search(plain):
        return not _WORD.search(html)
    return not (len(plain) < 400 and len(html) > 2 * len(plain) and _STUB.search(plain))


def _has_marks(html: str) -> bool:
    """Whether it is worth reading the HTML for its quote marks although the plain text is there."""
    return any(mark in html for mark in _MARKS)


def _is_text(part: Part) -> bool:
    if part.content_type not in _TEXT_TYPES or part.disposition == "attachment":
        return False
    return not part.filename


def _collect(part: Part, into: _Collector) -> None:
    if part.content_type == "multipart/alternative" and part.parts:
        _collect_alternative(part, into)
    elif part.content_type == "multipart/related" and part.parts:
        _collect_related(part, into)
    elif part.parts:
        for child in part.parts:
            _collect(child, into)
    elif _is_text(part):
        _collect_text(part, into)
    elif part.main_type != "multipart" or part.body:
        into.attached.append(part)


def _collect_related(part: Part, into: _Collector) -> None:
    """RFC 2387: the root is the one that `start` names, else the first; the others belong to it."""
    start = part.parameters.get("start", "").strip("<>")
    root = next((child for child in part.parts if start and child.content_id == start), part.parts[0])
    _collect(root, into)
    for child in part.parts:
        if child is not root:
            if _is_text(child) and root.content_type == "text/html" and child.content_id:
                into.attached.append(child)
            else:
                _collect(child, into)


def _collect_alternative(part: Part, into: _Collector) -> None:
    """RFC 2046 section 5.1.4: the same content several times; one plain and one HTML rendering are kept."""
    whole = _Piece()
    others: list[_Piece] = []
    for child in part.parts:
        if child.content_type in _OTHER_FORMS:
            continue
        inner = _Collector(into.regional, into.left)
        _collect(child, inner)
        into.attached.extend(inner.attached)
        into.written_in.extend(inner.written_in)
        into.faults.extend(inner.faults)
        plain = "\n".join(piece.plain for piece in inner.pieces if piece.plain is not None)
        html = "\n".join(piece.html for piece in inner.pieces if piece.html is not None)
        if html and whole.html is None:
            whole.html = html
            # A mixed part with text beside the HTML: Apple Mail writes text, picture, text.
            others = inner.pieces if len(inner.pieces) > 1 else []
        if plain and whole.plain is None and not html:
            whole.plain = plain
    if whole.plain is None and others:
        into.pieces.extend(others)
    elif whole.plain is not None or whole.html is not None:
        into.pieces.append(whole)


def _collect_text(part: Part, into: _Collector) -> None:
    data = part.content()
    if part.content_type == "text/plain" and may_hold_files(data):
        data, files = take_files(data)
        into.written_in.extend(_written_in(name, content, into.regional) for name, content in files)
    charset = part.parameters.get("charset", "")
    html = part.content_type == "text/html" or _PAGE.match(data) is not None
    room = into.left.html if html else into.left.text
    text, fault = decode_bytes(data[: room * 4], charset, into.regional)
    if fault:
        into.faults.append(fault)
    if html:
        if len(data) > room * 4 or len(text) > room:
            into.faults.append(f"HTML longer than {MAX_HTML} characters, the rest not shown")
        into.pieces.append(_Piece(html=text[:room]))
        into.left.html -= len(text[:room])
        return
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type in {"text/enriched", "text/richtext"}:
        # "<<" is the sign itself (RFC 1896); no NUL is left in the text, so that one can stand for it meanwhile.
        text = _ENRICHED_TAG.sub("", text.replace("<<", "\0")).replace("\0", "<")
    if part.parameters.get("format", "").lower() == "flowed" and part.parameters.get("delsp", "").lower() == "yes":
        # RFC 3676 section 4: with DelSp the space before the break is not part of the text.
        text = text.replace(" \n", "")
    if "\ufffc" in text:
        # Apple's programs put it where a picture stands (Unicode: object replacement character).
        text = _PICTURE_LINES.sub("\n", text).replace("\ufffc", "")
    text = text.strip("\n")
    kept = _bounded(text, into.left)
    if len(data) > room * 4 or len(kept) < len(text):
        into.faults.append(f"text longer than {MAX_TEXT} characters or {MAX_LINES} lines, the rest not shown")
    into.pieces.append(_Piece(plain=kept))


def _bounded(text: str, left: _Left) -> str:
    """The text as far as the mail's other parts leave room for it."""
    kept = text[: left.text]
    lines = kept.count("\n") + 1
    if lines > left.lines:
        kept = "\n".join(kept.split("\n", left.lines)[: left.lines])
    left.text -= len(kept)
    left.lines = max(0, left.lines - lines)
    return kept


def _written_in(name: bytes, content: bytes, regional: str) -> Attachment:
    """A file that stood in the text itself."""
    shown = decode_words(decode_value(name, regional), regional)
    return Attachment(attachment_name(shown, "", "", 1), "application/octet-stream", content)


def _attachments(collector: _Collector, html: str) -> list[Attachment]:
    found: list[Attachment] = []
    titles = 0
    for number, part in enumerate(collector.attached, 1):
        packed = packed_files(part.content()) if _is_package(part) else []
        found.extend(_unpacked(file, number) for file in packed if file.content is not None)
        if packed and all(file.content is not None for file in packed):
            continue
        title = ""
        if part.content_type in _MAIL_TYPES and not part.filename and titles < MAX_TITLES:
            titles += 1
            title = _title(part.content(), collector.regional)
        name = attachment_name(part.filename, part.content_type, title, number)
        inline = part.main_type == "image" and _is_shown(part, html)
        found.append(Attachment(name, part.content_type, part.body, part.content_id, inline, part.encoding))
    return found


def _is_package(part: Part) -> bool:
    """Whether it is what Outlook packs a mail's files into."""
    return part.content_type in _PACKAGE_TYPES or part.filename.lower() == "winmail.dat"


def _unpacked(file: PackedFile, number: int) -> Attachment:
    """A file that Outlook has packed."""
    content_type = file.content_type if _SOUND_TYPE.fullmatch(file.content_type) else "application/octet-stream"
    return Attachment(attachment_name(file.name, content_type, "", number), content_type, file.content or b"")


def _is_shown(part: Part, html: str) -> bool:
    """Whether the HTML text shows the picture: by its id, also as web addresses write it, or by where it came from."""
    if part.content_id and (f"cid:{part.content_id}" in html or f"cid:{part.content_id.replace('@', '%40')}" in html):
        return True
    location = next((value for name, value in part.fields if name == "content-location"), b"")
    return bool(location) and f'"{decode_value(location)}"' in html


def _title(mail: bytes, regional: str) -> str:
    """The subject of an attached mail."""
    for name, value in read_header_block(mail, most=32_000).fields:
        if name == "subject":
            return decode_words(decode_value(value, regional), regional)
    return ""
