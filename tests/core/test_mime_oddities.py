"""What senders and servers get wrong in a mail's form is read as a careful reader would."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailbot.core.letter import Letter, read_letter

ANNA = b"From: Anna <anna@x.se>\r\nSubject: x\r\n"
WORDS = "Räksmörgås på bordet."


def _letter(headers: str, body: bytes) -> Letter:
    return read_letter(ANNA + headers.encode() + b"\r\n" + body, language="sv")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (
            "Content-Transfer-Encoding: base64\r\n",
            base64.b64encode(WORDS.encode()) + b"\r\n\r\nScanned by X\r\n",
        ),
        ("Content-Transfer-Encoding: base64\r\n", base64.b64encode(WORDS.encode() + b"!") + b"\r\nScanned by it\r\n"),
        ("Content-Transfer-Encoding: base64\r\n", WORDS.encode()),
        ("Content-Transfer-Encoding: base64\r\n", b"!!\r\n" + base64.b64encode(WORDS.encode())),
        ("Content-Transfer-Encoding: quoted-printable (yes)\r\n", b"R=C3=A4ksm=C3=B6rg=C3=A5s p=C3=A5 bordet."),
        ("Content-Transfer-Encoding: quoted-printable\r\n", b"R=C3=A4ksm=C3=B6rg=C3=A5s =  \r\np=C3=A5 bordet."),
    ],
    ids=["footer", "footer behind no padding", "no base64 at all", "stray bytes", "comment", "spaces added behind"],
)
def test_a_transfer_encoding_is_undone_as_far_as_it_was_done(headers: str, body: bytes) -> None:
    """A footer below base64 is not decoded as more of it, and words never were base64."""
    text = _letter(headers + "Content-Type: text/plain; charset=utf-8\r\n", body).text
    assert text.rstrip("!") == WORDS


@pytest.mark.parametrize(
    "headers",
    [
        'Content-Type: text/plain; charset=utf-8; name="mail.txt"\r\n',
        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment\r\n",
        "Content-Type: text/html; charset=utf-8\r\nContent-Disposition: inline; filename=mail.html\r\n",
    ],
)
def test_a_mail_that_is_one_text_shows_it(headers: str) -> None:
    """A name or a disposition of the whole mail does not hide its words."""
    letter = _letter(headers, WORDS.encode())
    assert (letter.text, letter.attachments) == (WORDS, ())


@pytest.mark.parametrize(
    ("named", "other", "text", "names"),
    [
        ("text/html; name=body.html", b"application/pdf; name=a.pdf", "Hej", ["a.pdf"]),
        ("text/plain; name=log.txt", b"text/plain", "x", ["log.txt"]),
        (
            "text/plain; name=log.txt\r\nContent-Disposition: attachment",
            b"image/png; name=a.png",
            "",
            ["log.txt", "a.png"],
        ),
        ("image/png; name=a.png", b"text/plain; name=log.txt", "", ["a.png", "log.txt"]),
    ],
    ids=["the only text", "beside a text", "attached", "not the first"],
)
def test_the_text_that_a_mail_begins_with_is_shown_where_it_has_no_other(
    named: str, other: bytes, text: str, names: list[str]
) -> None:
    """Some programs give the body a file name; a text file beside words stays a file."""
    body = (
        b"--b\r\nContent-Type: "
        + named.encode()
        + b"\r\n\r\nHej\r\n--b\r\nContent-Type: "
        + other
        + b"\r\n\r\nx\r\n--b--\r\n"
    )
    letter = _letter("Content-Type: multipart/mixed; boundary=b\r\n", body)
    assert (letter.text, [part.name for part in letter.attachments]) == (text, names)


@pytest.mark.parametrize("declared", ["", "; charset=us-ascii"])
def test_html_says_its_charset_itself_where_the_header_does_not(declared: str) -> None:
    """The meta element is what browsers go by; a header that names a charset wins."""
    page = '<html><head><meta http-equiv=x content="text/html; charset=windows-1250"></head><p>Žltý kôň</p>'
    headers = f"Content-Type: text/html{declared}\r\n"
    assert _letter(headers, page.encode("cp1250")).text == "Žltý kôň"
    assert _letter("Content-Type: text/html; charset=windows-1250\r\n", "<p>kôň".encode("cp1250")).text == "kôň"


def test_raw_headers_are_in_the_charset_of_the_body() -> None:
    """Old programs wrote both alike; one in which a character may look like an "@" is not taken for a header's (T8)."""
    for codec in ("koi8-r", "iso8859-2"):
        words = "Привет" if codec == "koi8-r" else "žltý"
        raw = f"From: a@x.se\r\nSubject: {words}\r\nContent-Type: text/plain; charset={codec}\r\n\r\n{words}"
        letter = read_letter(raw.encode(codec))
        assert (letter.subject, letter.text) == (words, words)
    shifted = b"From: Anna\x81@b.se <anna@x.se>\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\nx"
    assert read_letter(shifted).sender is None


@pytest.mark.parametrize("value", [b"a@x.se\0", b"a@x.se\0 <b@y.se>", b"b\0@y.se", b"Anna \x07 <b@y.se>"])
def test_a_from_with_a_control_byte_is_nobodys(value: bytes) -> None:
    """Where a NUL stands some parsers take the address to end (T8)."""
    assert read_letter(b"From: " + value + b"\r\n\r\nx").sender is None


HOUR = timedelta(hours=1)
TEN = datetime(2026, 11, 22, 10, tzinfo=timezone(HOUR))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Sun, 22 Nov 2026 10:00:00 +0100", TEN),
        ("Sun, 22 Nov 2026 10:00:00 +01:00", TEN),
        ("Sun, 22 Nov 2026 10:00:00 +01:00 (CET)", TEN),
        ("2026-11-22T10:00:00+01:00", TEN),
        ("2026-11-22 10:00:00", TEN.replace(tzinfo=UTC)),
        ("2026-11-22T25:00:00", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_read_as_scripts_write_it_too(value: str, moment: datetime | None) -> None:
    """RFC 5322 with a colon in its zone, and ISO 8601."""
    assert read_letter(f"Date: {value}\r\n\r\nx".encode()).date == moment


def test_a_form_field_is_text_and_its_file_an_attachment() -> None:
    """In multipart/form-data a part's name is its field's and no file's (RFC 7578 section 4.2)."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="message"\r\n\r\nHej\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--b--\r\n'
    )
    letter = _letter("Content-Type: multipart/form-data; boundary=b\r\n", body)
    assert (letter.text, [part.name for part in letter.attachments]) == ("Hej", ["a.pdf"])
