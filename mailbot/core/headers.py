"""Splits the header block of a mail or a part into its fields, bounded before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.charsets import WESTERN, decode_bytes

MAX_HEADER_BYTES = 256 * 1024
"""T29. What stands behind is body."""
MAX_FIELDS = 1000
"""T29. Header lines after these are dropped."""
MAX_ID_LENGTH = 500
"""Octets of a Message-ID that we believe in; longer ones are nobody's (K14)."""
MAX_REFERENCES = 100

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# With all its lines, as nearly all fields are; possessive, so that one whose end is odd is no match at all.
_SOUND_FIELD = re.compile(_FIELD.pattern + rb"([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+)\r?\n")
# Some gateways double the CR; the repetition is bounded so that a megabyte of CRs stays linear.
_BREAK = re.compile(rb"\r{0,3}\n|\r")
_FROM = re.compile(rb"[\r\n]from[ \t]*:", re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"\n\r{0,3}\n")
_ID = re.compile(r"<([^<>]*)>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of a header block in their order."""

    fields: tuple[tuple[str, bytes], ...]
    """Name in lower case, value unfolded, as bytes."""
    body_start: int
    """Offset of the first byte of the body."""
    faults: tuple[str, ...]
    first_damage: int
    """How many fields were read before the first line that two parsers would read differently."""


def read_header_block(
    raw: bytes, start: int = 0, end: int | None = None, *, of_part: bool = False, most: int = MAX_HEADER_BYTES
) -> HeaderBlock:
    """The header block that begins at `start`; reads at most `most` bytes and keeps at most MAX_FIELDS.

    Line ends may be CRLF, LF or a bare CR. An mbox "From " line is passed over. A line that is no field is skipped
    when fields go on after it; otherwise the body begins there (RFC 5322 knows no such line, senders do). The block of
    a MIME part (`of_part`) may be empty.
    """
    end = len(raw) if end is None else end
    limit = min(end, start + most)
    reader = _BlockReader()
    position = start
    if not of_part:
        # Some hand a mail on with a byte order mark or blank lines before it; a part may well have no header at all.
        position += 3 * raw.startswith(b"\xef\xbb\xbf", start)
        while position - start < 100 and raw[position : position + 1] in (b"\r", b"\n"):
            position += 1
    body_start = reader.read(raw, position, limit)
    if body_start < 0:
        body_start = limit
        if limit < end:
            reader.faults.append(f"header block longer than {most} bytes, the rest read as text")
    return HeaderBlock(tuple(reader.fields), body_start, tuple(reader.faults), reader.first_damage)


class _BlockReader:
    """Walks over the lines of one block; lives only within `read_header_block`."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, bytes]] = []
        self.faults: list[str] = []
        self.first_damage = MAX_FIELDS + 1
        self.from_below = -1

    def read(self, raw: bytes, position: int, limit: int) -> int:
        """Where the body begins, or -1 if no end of the block was found before the limit."""
        name = ""
        pieces: list[bytes] = []
        while (sound := _SOUND_FIELD.match(raw, position, limit)) is not None:
            self._keep(name, pieces)
            name = sound[1].decode("ascii").lower()
            pieces = [sound[2].translate(None, delete=b"\r\n")]
            position = sound.end()
        # Line by line from the block's end on, or from the first field that is not quite as it should be.
        for line, line_start, next_start in _lines(raw, position, limit):
            if not line:
                self._keep(name, pieces)
                return next_start
            if line[:1] in b" \t":
                # A line of nothing but spaces is folding too (RFC 5322 section 4.2, obs-FWS).
                if name:
                    pieces.append(line)
                continue
            found = _FIELD.match(line)
            if found is None:
                if line.startswith((b"From ", b">From ")):
                    continue
                # A delimiter: the body has begun, and the fields below it are the part's own. No part has a sender,
                # and who passes over this line would see two (T8).
                begun = line.startswith(b"--") and (_is_blank_before(raw, line_start) or self._names(line, pieces))
                begun = begun and not self._has_from_below(raw, next_start, limit)
                if begun or not _fields_go_on(raw, next_start, limit):
                    self._keep(name, pieces)
                    self._damage("headers end without a blank line")
                    return line_start
                self._keep(name, pieces)
                name = ""
                self._damage("line without a header name among the headers")
                continue
            self._keep(name, pieces)
            name = found[1].decode("ascii").lower()
            pieces = [line[found.end() :]]
        self._keep(name, pieces)
        return -1

    def _names(self, line: bytes, pieces: list[bytes]) -> bool:
        """Whether the boundary of that delimiter is the one that the block declares."""
        boundary = b"boundary=" + line[2:].strip()[:200]
        values = [b"".join(pieces[:5]), *(value for name, value in self.fields[-5:] if name == "content-type")]
        return any(boundary in value[:500].replace(b'"', b"") for value in values)

    def _has_from_below(self, raw: bytes, position: int, limit: int) -> bool:
        """Whether a From stands between here and the next empty line."""
        if self.from_below < position:
            found = _FROM.search(raw, position - 1, limit)
            if found is None or _EMPTY_LINE.search(raw, position - 1, found.start() + 1):
                return False
            self.from_below = found.end()
        return self.from_below >= position

    def _keep(self, name: str, pieces: list[bytes]) -> None:
        if not name:
            return
        if len(self.fields) >= MAX_FIELDS:
            if len(self.fields) == MAX_FIELDS and not any(fault.startswith("more than") for fault in self.faults):
                self.faults.append(f"more than {MAX_FIELDS} header lines, the rest dropped")
            return
        value = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self.fields.append((name, value.strip()))

    def _damage(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)
        self.first_damage = min(self.first_damage, len(self.fields))


def _lines(raw: bytes, position: int, limit: int) -> Iterator[tuple[bytes, int, int]]:
    """Lines up to the limit: text without its break, start, start of the next."""
    for found in _BREAK.finditer(raw, position, limit):
        yield raw[position : found.start()], position, found.end()
        position = found.end()
    if position < limit:
        yield raw[position:limit], position, limit


def _is_blank_before(raw: bytes, line_start: int) -> bool:
    """Whether the line before holds nothing but spaces, as far as the last 200 of them."""
    before = raw[max(0, line_start - 200) : line_start].splitlines()
    return bool(before) and not before[-1].strip()


def _fields_go_on(raw: bytes, position: int, limit: int) -> bool:
    found = _FIELD.match(raw, position, min(limit, position + 300))
    return found is not None and found[1].lower() not in (b"http", b"https", b"mailto")


def decode_value(value: bytes, regional: str = WESTERN) -> str:
    """A header value as text, encoded words left alone; raw 8-bit text is repaired (UTF-8, else regional)."""
    if value.isascii():
        text = value.decode("ascii").replace("\t", " ")
        if text.isprintable():
            return text
    text, _ = decode_bytes(value, "", regional)
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def message_ids(value: str, limit: int = MAX_REFERENCES) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References value without angle brackets, in order.

    Tolerates ids without brackets and words between ids (RFC 5322 section 4.5.4); unusable ids are left out (K14).
    Of more than `limit` ids the first and the last ones are kept: the thread's root and its newest turns.
    """
    if "<" in value:
        found = [_SPACE.sub("", inner) for inner in _ID.findall(value)]
    else:
        found = [word.strip("<>,;") for word in value.split() if "@" in word]
        if not found and value.strip() and " " not in value.strip():
            found = [value.strip()]
    good = [word for word in found if usable_id(word)]
    if len(good) > limit:
        good = good[:1] + good[1 - limit :]
    return tuple(good)


def field_ids(value: bytes) -> tuple[str, ...]:
    """The ids of a field as it came: an 8-bit byte or a control makes its id unusable, it never vanishes from it."""
    return message_ids(value.decode("ascii", "replace"))


def usable_id(word: str) -> bool:
    """Whether the text between the angle brackets can name a mail (K14): printable ASCII, neither empty nor huge."""
    return 0 < len(word) <= MAX_ID_LENGTH and word.isascii() and word.isprintable()
