"""A mail inside a signature is read, and nothing else that looks like one is opened."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.letter import read_letter
from mailbot.core.smime import MAX_PIECES, signed_content

WORDS = "Content-Type: text/plain; charset=utf-8\r\n\r\nHej, skrivaren är trasig.\r\n".encode()
SIGNED_DATA = "2a864886f70d010702"
ENVELOPED_DATA = "2a864886f70d010703"


def _der(tag: int, *content: bytes) -> bytes:
    """An element with its length."""
    octets = b"".join(content)
    size = len(octets)
    length = bytes([size]) if size < 0x80 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + octets


def _ber(tag: int, *content: bytes) -> bytes:
    """An element that a mark ends."""
    return bytes([tag, 0x80]) + b"".join(content) + b"\0\0"


def _cms(string: bytes, *, kind: str = SIGNED_DATA, streamed: bool = False) -> bytes:
    """SignedData as OpenSSL writes it, without signatures."""
    element = _ber if streamed else _der
    data = _der(0x06, bytes.fromhex("2a864886f70d010701"))
    algorithms = element(0x31, element(0x30, _der(0x06, b"\x60\x86")))
    signed = element(0x30, _der(0x02, b"\x01"), algorithms, element(0x30, data, element(0xA0, string)), _der(0x31))
    return element(0x30, _der(0x06, bytes.fromhex(kind)), element(0xA0, signed))


WHOLE = _cms(_der(0x04, WORDS))
IN_PIECES = _cms(_ber(0x24, _der(0x04, WORDS[:20]), _der(0x24, _der(0x04, WORDS[20:]))), streamed=True)


@pytest.mark.parametrize("data", [WHOLE, IN_PIECES], ids=["whole", "in pieces"])
def test_the_signed_content_comes_out(data: bytes) -> None:
    """In DER with lengths, and in BER with end marks and a string in pieces of pieces (X.690)."""
    assert signed_content(data) == WORDS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Hej",
        _cms(_der(0x04, WORDS), kind=ENVELOPED_DATA),
        _cms(b""),
        _cms(_ber(0x24, *[_der(0x04, b"x")] * MAX_PIECES)),
        _cms(b"\x24\x80" * 50),
        b"\x30\x80" * 50,
    ],
)
def test_what_holds_no_signed_content_gives_none(data: bytes) -> None:
    """Encrypted mail, a signature without its content, and what was made to take long."""
    assert signed_content(data) is None


@given(st.integers(0, len(IN_PIECES)), st.binary(max_size=8))
def test_damaged_data_breaks_nothing(place: int, octets: bytes) -> None:
    """Whatever stands there, something of the content comes out or nothing."""
    content = signed_content(IN_PIECES[:place] + octets + IN_PIECES[place + len(octets) :])
    assert content is None or len(content) <= len(IN_PIECES)


def test_a_cut_one_gives_what_came() -> None:
    """A mail that was cut on its way shows its beginning."""
    assert signed_content(WHOLE[:-30]) == WORDS[: len(WORDS) - 28]


def _mail(data: bytes, name: str = "smime.p7m") -> bytes:
    return (
        f'From: Anna <anna@x.se>\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n"
    ).encode() + base64.encodebytes(data)


def test_an_opaque_signed_mail_shows_its_words() -> None:
    """RFC 8551 section 3.5.2: without this the mail would be empty but for a file that few can open."""
    letter = read_letter(_mail(IN_PIECES))
    assert (letter.text, letter.attachments) == ("Hej, skrivaren är trasig.", ())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_cms(_der(0x04, WORDS)), "invoice.pdf.p7m"),
        (_cms(_der(0x04, b"%PDF-1.7")), "smime.p7m"),
        (_cms(_der(0x04, WORDS), kind=ENVELOPED_DATA), "smime.p7m"),
    ],
    ids=["a document's name", "no mail inside", "encrypted"],
)
def test_a_signed_document_stays_a_file(data: bytes, name: str) -> None:
    """Only what is a mail, and under the name that mail has, is opened."""
    assert [part.name for part in read_letter(_mail(data, name)).attachments] == [name]
