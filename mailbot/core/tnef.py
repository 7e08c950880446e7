"""Takes the files out of what Outlook packs into "winmail.dat" (TNEF, [MS-OXTNEF])."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailbot.core.charsets import decode_bytes

MAX_FILES = 100
MAX_ATTRIBUTES = 10_000
"""Pieces that are looked at; each file takes six or seven."""
MAX_PROPERTIES = 1000
"""Properties of one file that are looked at."""

_SIGNATURE = b"\x78\x9f\x3e\x22"
# Attributes of section 2.1.3.2, without their type.
_CODE_PAGE, _FILE_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x9007, 0x9002, 0x8010, 0x800F, 0x9005
# Properties of [MS-OXPROPS].
_LONG_FILENAME, _MIME_TAG, _ATTACHED = 0x3707, 0x370E, 0x3701
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
"""The interface that a mail within a mail has (IID_IMessage)."""
# Their types ([MS-OXCDATA] section 2.11.1) and how many octets a value takes, padded to four; others tell their length.
_FIXED = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16,
}  # fmt: skip
_OBJECT, _STRING, _WIDE_STRING, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_MULTIPLE = 0x1000
_NAMED = 0x8000


@dataclass(slots=True)
class PackedFile:
    """One file of a package."""

    name: str = ""
    """As the sender wrote it; not yet safe."""
    content_type: str = ""
    """As the sender's program named it, lower case; empty where it did not."""
    content: bytes | None = None
    """None where it is no file but a mail or another object of Outlook's own."""


def packed_files(data: bytes) -> list[PackedFile]:
    """The files of a package, in order; none of what is no package. A cut one gives what came; never raises.

    Bounded by MAX_FILES, MAX_ATTRIBUTES and MAX_PROPERTIES. The text, which is there in rich format, is passed over.
    """
    files: list[PackedFile] = []
    code_page = ""
    for attribute, value in islice(_attributes(data), MAX_ATTRIBUTES):
        if attribute == _CODE_PAGE:
            code_page = f"cp{_number(value[:4])}"
        elif attribute == _FILE_BEGINS:
            if len(files) >= MAX_FILES:
                break
            files.append(PackedFile())
        elif not files:
            continue
        elif attribute == _TITLE:
            # The long name comes later and is the whole one.
            files[-1].name = files[-1].name or _text(value, code_page)
        elif attribute == _DATA:
            files[-1].content = value
        elif attribute == _PROPERTIES:
            _describe(files[-1], value, code_page)
    return files


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute (section 2.1.3.1): its number and its value; the check sums behind them are not believed."""
    if not data.startswith(_SIGNATURE):
        return
    position = 6
    while position + 9 <= len(data):
        length = _number(data[position + 5 : position + 9])
        start = position + 9
        yield _number(data[position + 1 : position + 3]), data[start : start + length]
        position = start + length + 2


def _describe(file: PackedFile, data: bytes, code_page: str) -> None:
    """Takes over what the properties tell of a file."""
    for number, kind, value in islice(_properties(data), MAX_PROPERTIES):
        if number == _LONG_FILENAME:
            file.name = _property_text(kind, value, code_page) or file.name
        elif number == _MIME_TAG:
            file.content_type = _property_text(kind, value, code_page).lower()
        elif number == _ATTACHED and kind == _OBJECT and value.startswith(_MESSAGE):
            file.content = None
        elif number == _ATTACHED and kind == _BINARY and file.content is None:
            file.content = value


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each property (section 2.1.3.4): its number, its type and its first value; ends where one cannot be read."""
    position = 4
    while position + 4 <= len(data):
        kind, number = _number(data[position : position + 2]), _number(data[position + 2 : position + 4])
        position += 4
        if number & _NAMED:
            by_name = _number(data[position + 16 : position + 20]) != 0
            length = _number(data[position + 20 : position + 24])
            position += 24 + (_padded(length) if by_name else 0)
        size = _FIXED.get(kind & ~_MULTIPLE)
        several = size is None or bool(kind & _MULTIPLE)
        count = _number(data[position : position + 4]) if several else 1
        position += 4 if several else 0
        value = b""
        for place in range(min(count, MAX_PROPERTIES)):
            length = size if size is not None else _number(data[position : position + 4])
            start = position if size is not None else position + 4
            if start + length > len(data):
                return
            value = value if place else data[start : start + length]
            position = start + _padded(length)
        yield number, kind, value


def _padded(length: int) -> int:
    """The length filled up to a multiple of four."""
    return (length + 3) & ~3


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _property_text(kind: int, value: bytes, code_page: str) -> str:
    return _text(value, "utf-16-le" if kind == _WIDE_STRING else code_page) if kind in (_STRING, _WIDE_STRING) else ""


def _text(value: bytes, charset: str) -> str:
    """Text that ends with a NUL."""
    return decode_bytes(value[:2000], charset)[0].strip("\0")
