"""What Outlook packs into "winmail.dat" is shown as the files that the sender attached."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.letter import read_letter
from mailbot.core.tnef import MAX_FILES, packed_files

HEAD = b"\x78\x9f\x3e\x22\x01\x00"
MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def _number(value: int, octets: int = 4) -> bytes:
    return value.to_bytes(octets, "little")


def _attribute(number: int, value: bytes) -> bytes:
    """An attribute of a file, with a check sum that is wrong, as some programs write it."""
    return b"\x02" + _number(number, 2) + b"\x06\x00" + _number(len(value)) + value + b"\xff\xff"


def _property(number: int, kind: int, value: bytes) -> bytes:
    padding = b"\0" * (-len(value) % 4)
    return _number(kind, 2) + _number(number, 2) + _number(1) + _number(len(value)) + value + padding


def _properties(*each: bytes) -> bytes:
    return _attribute(0x9005, _number(len(each)) + b"".join(each))


BEGIN = _attribute(0x9002, b"\0" * 14)
LONG_NAME = _property(0x3707, 0x1F, "Offert för våren 2026.pdf\0".encode("utf-16-le"))
PDF = _property(0x370E, 0x1E, b"application/pdf\0")
NAMED = _number(0x1E, 2) + _number(0x8001, 2) + b"G" * 16 + _number(1) + _number(6) + b"N\0a\0\0\0\0\0"
ODDITIES = [
    _number(0x1003, 2) + _number(0x1234, 2) + _number(3) + _number(1) * 3,
    NAMED + _number(1) + _number(4) + b"abc\0",
    _number(0x0B, 2) + _number(0x0E1B, 2) + _number(1),
]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        (BEGIN + _attribute(0x8010, b"A.TXT\0") + _attribute(0x800F, b"abc"), [("A.TXT", "", b"abc")]),
        (BEGIN + _attribute(0x800F, b"abc") + _attribute(0x8010, b"A.TXT\0"), [("A.TXT", "", b"abc")]),
        (
            BEGIN + _attribute(0x8010, b"OFFER~1.PDF\0") + _attribute(0x800F, b"%PDF") + _properties(LONG_NAME, PDF),
            [("Offert för våren 2026.pdf", "application/pdf", b"%PDF")],
        ),
        (
            BEGIN + _properties(*ODDITIES, LONG_NAME) + _attribute(0x800F, b"%PDF"),
            [("Offert för våren 2026.pdf", "", b"%PDF")],
        ),
        (
            _attribute(0x9007, _number(1250) + _number(0))
            + BEGIN
            + _attribute(0x8010, "účet.xls\0".encode("cp1250"))
            + _attribute(0x800F, b""),
            [("účet.xls", "", b"")],
        ),
        (BEGIN + _properties(LONG_NAME, _property(0x3701, 0x102, b"xyz")), [("Offert för våren 2026.pdf", "", b"xyz")]),
        (
            BEGIN + _attribute(0x800F, b"icon") + _properties(LONG_NAME, _property(0x3701, 0x0D, MESSAGE + b"mail")),
            [("Offert för våren 2026.pdf", "", None)],
        ),
        (_attribute(0x9003, b"\0" * 40), []),
        (b"", []),
    ],
    ids=[
        "short name",
        "data first",
        "long name",
        "odd properties",
        "code page",
        "only properties",
        "a mail",
        "no",
        "-",
    ],
)
def test_each_file_of_a_package_is_found(package: bytes, expected: list[tuple[str, str, bytes | None]]) -> None:
    """[MS-OXTNEF]: the long name wins over the short one, whichever comes first; a mail within is no file."""
    assert [(file.name, file.content_type, file.content) for file in packed_files(HEAD + package)] == expected


def test_what_is_no_package_holds_no_files() -> None:
    """The signature stands at the beginning; files are counted up to a bound."""
    assert packed_files(b"PK\x03\x04" + BEGIN + _attribute(0x800F, b"abc")) == []
    assert len(packed_files(HEAD + BEGIN * (MAX_FILES + 1))) == MAX_FILES


@given(st.binary(max_size=200), st.integers(0, 120))
def test_a_damaged_package_never_raises(noise: bytes, cut: int) -> None:
    """Cut anywhere, with anything behind."""
    whole = HEAD + BEGIN + _properties(*ODDITIES, LONG_NAME, PDF) + _attribute(0x800F, b"abc")
    packed_files(whole[: len(whole) - cut] + noise)
    packed_files(HEAD + noise)
    packed_files(HEAD + BEGIN + _properties(noise))


@pytest.mark.parametrize(
    ("declared", "package", "shown"),
    [
        (
            "application/ms-tnef; name=winmail.dat",
            BEGIN + _properties(LONG_NAME, PDF) + _attribute(0x800F, b"%PDF"),
            [("Offert för våren 2026.pdf", "application/pdf", 4)],
        ),
        (
            "application/octet-stream; name=WINMAIL.DAT",
            BEGIN + _attribute(0x8010, b"../A.TXT\0") + _attribute(0x800F, b"abc"),
            [("A.TXT", "application/octet-stream", 3)],
        ),
        (
            "application/vnd.ms-tnef; name=winmail.dat",
            BEGIN + _attribute(0x800F, b"icon") + _properties(_property(0x3701, 0x0D, MESSAGE + b"mail")),
            [("winmail.dat", "application/vnd.ms-tnef", 93)],
        ),
        ("application/ms-tnef", b"", [("winmail.dat", "application/ms-tnef", 6)]),
    ],
    ids=["its files", "under another type", "a mail stays packed", "nothing to unpack"],
)
def test_a_letter_shows_what_was_packed(declared: str, package: bytes, shown: list[tuple[str, str, int]]) -> None:
    """Only Outlook opens the package; where it holds more than files it stays among the attachments."""
    raw = (
        b"From: Anna <anna@x.se>\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nSe bifogat.\r\n--b\r\nContent-Type: " + declared.encode() + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(HEAD + package) + b"--b--\r\n"
    )
    letter = read_letter(raw)
    assert letter.text == "Se bifogat."
    assert [(part.name, part.content_type, part.size) for part in letter.attachments] == shown
