"""Files that old programs write into the text itself are attachments, and the words around them the text."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.inlinefiles import MAX_FILES, take_files
from mailbot.core.letter import read_letter

HEAD = b"From: Anna <anna@x.se>\r\nSubject: x\r\n\r\n"


def _yenc(content: bytes) -> bytes:
    """The content as yEnc has it, in lines of 128."""
    out = []
    for octet in content:
        shifted = (octet + 42) % 256
        critical = shifted in b"\0\n\r=\t ."
        out.append(b"=" + bytes(((shifted + 64) % 256,)) if critical else bytes((shifted,)))
    return b"\r\n".join(b"".join(out[start : start + 128]) for start in range(0, len(out), 128))


def _uu(content: bytes) -> bytes:
    return b"".join(binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45))


@given(st.binary(min_size=1, max_size=600))
def test_yenc_gives_back_what_went_in(content: bytes) -> None:
    """Every octet, those that are escaped too."""
    text = b"Hej\r\n\r\n=ybegin line=128 size=9 name=a b.bin\r\n" + _yenc(content) + b"\r\n=yend size=9\r\nSlut"
    assert take_files(text) == (b"Hej\r\n\r\nSlut", [(b"a b.bin", content)])


@pytest.mark.parametrize(
    ("block", "name", "size"),
    [
        (b"begin 644 bild.gif\n" + _uu(b"GIF89a" * 20) + b"`\nend\n", "bild.gif", 120),
        (b"begin 644 \n" + _uu(b"GIF89a") + b"`\nend\n", "part-1", 6),
        (b"begin 644\n" + _uu(b"GIF89a") + b"`\nend\n", "part-1", 6),
        (b"=ybegin line=128 size=3 name=a.bin\n" + _yenc(b"abc") + b"\n=yend size=3 crc32=352441c2\n", "a.bin", 3),
        (
            b"=ybegin part=1 line=128 size=3 name=a.bin\n=ypart begin=1 end=3\n" + _yenc(b"abc") + b"\n=yend size=3\n",
            "a.bin",
            3,
        ),
    ],
    ids=["uuencode", "uuencode without a name", "without even a space", "yEnc", "yEnc of several parts"],
)
def test_a_file_in_the_text_is_an_attachment(block: bytes, name: str, size: int) -> None:
    """Its lines are gone from the text, what stands before and behind it stays."""
    letter = read_letter(HEAD + b"Se filen:\n\n" + block + b"\nAnna\n")
    assert [(part.name, part.size) for part in letter.attachments] == [(name, size)]
    assert letter.text.split() == ["Se", "filen:", "Anna"]


@pytest.mark.parametrize(
    "text",
    [
        "We begin 644 tests today\nand end\n",
        "begin 644 tests today\nWe end\nend\n",
        "begin 644 a.txt\n#0V%T\n",
        "=ybegin line=128 name=a\nno end\n",
        "Is =ybegin line=128 name=a\nx\n=yend in a line?",
    ],
)
def test_words_about_such_a_file_stay_words(text: str) -> None:
    """A block needs its beginning at a line's start, and its end."""
    letter = read_letter(HEAD + text.encode())
    assert (letter.text, letter.attachments) == (text.strip("\n"), ())


def test_no_more_files_are_taken_than_a_mail_may_hold() -> None:
    """What stands behind the last of them is kept as text."""
    block = b"\nbegin 644 a\n" + _uu(b"x") + b"`\nend\n"
    text, files = take_files(block * (MAX_FILES + 1))
    assert len(files) == MAX_FILES
    assert text.count(b"begin 644") == 1
