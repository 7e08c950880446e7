"""Takes a mail apart into its MIME parts, bounded in depth, number and size before anything is decoded (T29)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.core.charsets import WESTERN, codec_for
from mailbot.core.headers import HeaderBlock, decode_value, read_header_block
from mailbot.core.parameters import MAX_PARAMETERS, parse_parameters
from mailbot.core.smime import signed_content
from mailbot.core.transfer import decode_transfer, encoding_name

MAX_DEPTH = 50
MAX_PARTS = 1000
MAX_BOUNDARY = 256
MAX_PART_HEADER = 64 * 1024
"""Bytes of one part's header block; what stands behind is the part's body."""
MAX_PART_HEADERS = 512 * 1024
"""Bytes of all parts' header blocks together: a thousand of them must not cost a thousand times T29's time."""
MAX_SEARCHED = 400 * 1024 * 1024
"""Bytes that are searched for boundaries, each level of nesting counted: fifteen levels around 25 MB."""
MAX_GUESSES = 10
"""Multiparts without a usable boundary whose boundary is guessed."""
MAX_SIGNED = 10
"""Signatures that are taken off, inside one another or side by side."""

_TEXTS = frozenset(("text/plain", "text/html"))
_SIGNED_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_GUESS_BOUNDARY = re.compile(rb"(?<![^\n])--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n(?=[Cc]ontent-[A-Za-z-]+:)")
_TYPE = re.compile(r"([^\s/]+)\s*/\s*([^\s/,]+)")
_MADE_UP_PLAIN = re.compile(
    r"text/(?:te?xt|plain|x-plain|(?:us-)?ascii|unicode|unknown).{0,20}|(?:plain|te?xt)/(?:plain|te?xt)"
)
_MADE_UP_HTML = re.compile(r"text/(?:x-|x)?html?.{0,20}|html/(?:text|plain|html)")
_FILE_OF_LOCATION = re.compile(r"(?:\A|[/\\])([^/\\?#]{1,100}\.[A-Za-z0-9]{1,5})(?:[?#].*)?\Z", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_FALSE_DELIMITER = 500
"""What a boundary in the middle of a line costs, in bytes that could have been searched meanwhile."""


@dataclass(slots=True)
class Part:
    """One node of a mail's MIME tree."""

    content_type: str
    """Lower case, "text/plain" where the header is missing or nonsense."""
    parameters: dict[str, str]
    disposition: str
    """"inline", "attachment" or empty."""
    filename: str
    """As the sender wrote it, decoded; not yet safe."""
    content_id: str
    encoding: str
    body: bytes
    """Not yet decoded; empty for a multipart."""
    fields: tuple[tuple[str, bytes], ...] = ()
    parts: list[Part] = field(default_factory=list)

    def content(self) -> bytes:
        """The body with its transfer encoding undone; never raises."""
        return decode_transfer(self.body, self.encoding)

    def walk(self) -> list[Part]:
        """Itself and all below it, in the order of the mail."""
        found = [self]
        for part in self.parts:
            found.extend(part.walk())
        return found

    @property
    def main_type(self) -> str:
        """The content type before its slash."""
        return self.content_type.partition("/")[0]


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of the mail; copied only where it is a part's content, so that nesting costs no memory."""

    raw: bytes
    start: int
    end: int

    def bytes(self) -> bytes:
        """The stretch itself."""
        return self.raw[self.start : self.end]


class _Limits:
    """What is left of the budgets, and what was cut."""

    def __init__(self) -> None:
        self.parts_left = MAX_PARTS
        self.headers_left = MAX_PART_HEADERS
        self.search_left = MAX_SEARCHED
        self.guesses_left = MAX_GUESSES
        self.signed_left = MAX_SIGNED
        self.faults: list[str] = []

    def fault(self, text: str) -> None:
        if text not in self.faults:
            self.faults.append(text)


def read_parts(
    fields: tuple[tuple[str, bytes], ...], raw: bytes, body_start: int, regional: str = WESTERN
) -> tuple[Part, tuple[str, ...]]:
    """The MIME tree under the given header fields, and what was repaired or cut on the way.

    A multipart over a bound is kept as one opaque part. A multipart without any boundary line is read as text.
    """
    limits = _Limits()
    root = _part(fields, _Span(raw, body_start, len(raw)), regional, limits, 0)
    _show_only_text(root)
    return root, tuple(limits.faults)


def _show_only_text(root: Part) -> None:
    """Takes the name off the text that a mail begins with, where it has no other: some programs name the body."""
    first = root
    while first.parts:
        first = first.parts[0]
    if not (first.filename or first.disposition == "attachment") or first.content_type not in _TEXTS:
        return
    if first is root:
        first.disposition = first.filename = ""
    elif first.disposition != "attachment" and not any(
        part.content_type in _TEXTS and not part.filename and part.disposition != "attachment" for part in root.walk()
    ):
        first.filename = ""


def _part(
    fields: tuple[tuple[str, bytes], ...],
    body: _Span,
    regional: str,
    limits: _Limits,
    depth: int,
    *,
    default_type: str = "text/plain",
) -> Part:
    limits.parts_left -= 1
    part = _described(fields, regional, default_type)
    if len(part.parameters) >= MAX_PARAMETERS:
        limits.fault(f"more than {MAX_PARAMETERS} parameters of a part, the rest dropped")
    if part.main_type != "multipart":
        part.body = body.bytes()
        if part.content_type == "text/html" and part.parameters.get("charset", "us-ascii").lower() == "us-ascii":
            part.parameters["charset"] = _charset_within(part)
        if part.content_type in _SIGNED_TYPES and depth < MAX_DEPTH:
            _open_signed(part, regional, limits, depth)
        return part
    if depth >= MAX_DEPTH or limits.parts_left <= 0 or limits.search_left <= 0:
        limits.fault(f"more than {MAX_PARTS} parts or {MAX_DEPTH} levels, or large ones nested, the rest not opened")
        part.content_type = "application/octet-stream"
        part.body = body.bytes()
        return part
    boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")[:MAX_BOUNDARY]
    inner = _split(body, boundary, limits) if boundary else []
    if not inner:
        inner = _split_by_guess(body, limits)
        limits.fault("multipart with a wrong or missing boundary")
    if not inner:
        part.body = body.bytes()
        part.content_type = "text/html" if part.body.lstrip()[:1] == b"<" else "text/plain"
        return part
    child_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for span in inner:
        if limits.parts_left <= 0 or limits.headers_left <= 0:
            limits.fault(f"more than {MAX_PARTS} parts or {MAX_PART_HEADERS} bytes of their headers, the rest dropped")
            break
        block = _header_of(span, limits)
        below = _Span(span.raw, min(block.body_start, span.end), span.end)
        part.parts.append(_part(block.fields, below, regional, limits, depth + 1, default_type=child_type))
    return part


def _open_signed(part: Part, regional: str, limits: _Limits, depth: int) -> None:
    """Shows the mail that a signature wraps; a signed document under a name of its own stays a file."""
    if part.filename.lower() not in ("", "smime.p7m") or limits.signed_left <= 0:
        return
    limits.signed_left -= 1
    content = signed_content(part.content())
    if content is None or not content[:100].lstrip().lower().startswith((b"content-", b"mime-version")):
        return
    limits.search_left -= len(content)
    span = _Span(content, 0, len(content))
    block = _header_of(span, limits)
    below = _Span(content, block.body_start, len(content))
    part.parts.append(_part(block.fields, below, regional, limits, depth + 1))


def _header_of(span: _Span, limits: _Limits) -> HeaderBlock:
    """The header block of a part, charged to the budget."""
    most = min(MAX_PART_HEADER, limits.headers_left)
    block = read_header_block(span.raw, span.start, span.end, of_part=True, most=most)
    limits.headers_left -= block.body_start - span.start
    for fault in block.faults:
        limits.fault(fault)
    return block


def _described(fields: tuple[tuple[str, bytes], ...], regional: str, default_type: str) -> Part:
    """A part as its own headers describe it."""
    first: dict[str, bytes] = {}
    for name, value in fields:
        if name.startswith("content-"):
            kept = first.setdefault(name, value)
            if name == "content-type" and _is_multipart(value) and not _is_multipart(kept):
                # A second one, added on the way to a mail that had none or the other way round: this one tells more.
                first[name] = value
    content_type = default_type
    parameters: dict[str, str] = {}
    if "content-type" in first:
        content_type, parameters = parse_parameters(decode_value(first["content-type"], regional), regional)
        content_type = _usable_type(content_type, default_type)
    disposition = ""
    details: dict[str, str] = {}
    if "content-disposition" in first:
        disposition, details = parse_parameters(decode_value(first["content-disposition"], regional), regional)
    filename = details.get("filename") or parameters.get("name") or ""
    if not filename and disposition != "form-data":
        # There it names the field (RFC 7578 section 4.2).
        filename = details.get("name", "")
    if (
        not filename
        and "content-location" in first
        and not content_type.startswith(("text/", "multipart/", "message/"))
    ):
        # Where a page's picture came from (RFC 2557 section 4.2); its name is the last of it.
        found = _FILE_OF_LOCATION.search(decode_value(first["content-location"], regional)[:2000])
        filename = found[1] if found else ""
    if not filename and disposition != "attachment":
        content_type, charset = _text_type(content_type)
        if charset:
            parameters.setdefault("charset", charset)
    content_id = decode_value(first.get("content-id", b"")).strip().strip("<>")
    encoding = encoding_name(decode_value(first.get("content-transfer-encoding", b"")))
    return Part(content_type, parameters, disposition, filename, content_id, encoding, b"", fields)


def _is_multipart(content_type: bytes) -> bool:
    return content_type[:10].lower() == b"multipart/"


def _charset_within(part: Part) -> str:
    """The charset that an HTML part names in itself (HTML section 4.2.5.4), where its header names none."""
    found = _META_CHARSET.search(decode_transfer(part.body[:3000], part.encoding))
    return found[1].decode() if found else ""


def _usable_type(content_type: str, default_type: str) -> str:
    """RFC 2045 section 5.2: what is no type at all is plain text; "text" alone was written by old senders."""
    found = _TYPE.match(content_type)
    if found:
        return f"{found[1]}/{found[2]}"
    main = content_type.partition("/")[0]
    return {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(main, default_type)


def _text_type(content_type: str) -> tuple[str, str]:
    """The type that was meant where a script makes up one for its text, and the charset that stands in it.

    Unknown text is plain text (RFC 2046 section 4.1.4); the known kinds, such as calendars, stay what they are.
    """
    if content_type in _TEXTS or not content_type.startswith(("text/", "plain/", "txt/", "html/")):
        return content_type, ""
    kind = content_type.partition("/")[2]
    if content_type.startswith("text/") and codec_for(kind):
        return "text/plain", kind
    if _MADE_UP_HTML.fullmatch(content_type):
        return "text/html", ""
    return ("text/plain" if _MADE_UP_PLAIN.fullmatch(content_type) else content_type), ""


def _split_by_guess(body: _Span, limits: _Limits) -> list[_Span]:
    """The parts behind the first line that looks like a delimiter, where the declared one is missing or wrong."""
    limits.guesses_left -= 1
    if limits.guesses_left < 0:
        return []
    guess = _GUESS_BOUNDARY.search(body.raw, body.start, min(body.end, body.start + 100_000))
    return _split(body, guess[1], limits) if guess else []


def _split(body: _Span, boundary: bytes, limits: _Limits) -> list[_Span]:
    """Each part between the delimiter lines of RFC 2046 section 5.1.1; empty without any."""
    raw = body.raw
    limits.search_left -= body.end - body.start
    delimiter = b"--" + boundary
    spans: list[_Span] = []
    start = -1
    position = body.start
    while len(spans) <= MAX_PARTS and limits.search_left > 0:
        found = raw.find(delimiter, position, body.end)
        if found < 0:
            break
        position = found + len(delimiter)
        limits.search_left -= _FALSE_DELIMITER
        if found > body.start and raw[found - 1] not in b"\r\n":
            continue
        # A delimiter's line is short; looking further for its end would be quadratic where none comes.
        furthest = min(body.end, position + 1000)
        line_end = raw.find(b"\n", position, furthest)
        line_end = furthest if line_end < 0 else line_end
        rest = raw[position : min(line_end, position + 200)].strip()
        if rest not in (b"", b"--"):
            continue
        if start >= 0:
            spans.append(_Span(raw, start, max(start, _without_break(raw, found))))
        if rest == b"--" and start >= 0:
            return spans
        start = position = min(line_end + 1, body.end)
    else:
        return spans
    if 0 <= start < body.end:
        # Some senders forget the line break before the last delimiter.
        last = raw[max(start, body.end - MAX_BOUNDARY - 100) : body.end].rstrip()
        closed = last.endswith(delimiter + b"--")
        end = raw.rindex(delimiter, start, body.end) if closed else body.end
        spans.append(_Span(raw, start, end))
    return spans


def _without_break(raw: bytes, end: int) -> int:
    """The end of a part: the line break before a delimiter belongs to the delimiter."""
    if raw[end - 2 : end] == b"\r\n":
        return end - 2
    return end - 1 if raw[end - 1 : end] in (b"\n", b"\r") else end
