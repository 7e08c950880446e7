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
        ("Content-Transfer-Encoding: base64\r\n", base64.b64encode(WORDS.encode()) + b"\r\n\r\n-- \r\nSeen by it\r\n"),
        ("Content-Transfer-Encoding: base64\r\n", WORDS.encode()),
        ("Content-Transfer-Encoding: base64\r\n", b"!!\r\n" + base64.b64encode(WORDS.encode())),
        ("Content-Transfer-Encoding: quoted-printable (yes)\r\n", b"R=C3=A4ksm=C3=B6rg=C3=A5s p=C3=A5 bordet."),
        ("Content-Transfer-Encoding: quoted-printable\r\n", b"R=C3=A4ksm=C3=B6rg=C3=A5s =  \r\np=C3=A5 bordet."),
    ],
    ids=[
        "footer",
        "footer behind no padding",
        "footer behind a rule",
        "no base64 at all",
        "stray bytes",
        "comment",
        "spaces added behind",
    ],
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


@pytest.mark.parametrize("kind", ["text/x-amp-html", "text/watch-html"])
def test_the_same_mail_for_few_programs_is_no_attachment(kind: str) -> None:
    """A moving form or one for a watch says what the other halves say."""
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nHej\r\n--b\r\nContent-Type: "
        + kind.encode()
        + b"\r\n\r\n<html amp4email>"
        b"\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hej</p>\r\n--b--\r\n"
    )
    letter = _letter("Content-Type: multipart/alternative; boundary=b\r\n", body)
    assert (letter.text, letter.html, letter.attachments) == ("Hej", "<p>Hej</p>", ())


@pytest.mark.parametrize(
    ("kind", "title", "name"),
    [
        ("message/rfc822", "Orderbekräftelse", "Orderbekräftelse.eml"),
        ("message/global", "Orderbekräftelse", "Orderbekräftelse.eml"),
        ("message/rfc822", "SV: 100/100 Mbit eller C:\\temp", "SV_ 100_100 Mbit eller C__temp.eml"),
        ("message/global", "", "message-2.eml"),
    ],
)
def test_an_attached_mail_is_named_after_its_subject(kind: str, title: str, name: str) -> None:
    """One in UTF-8 too (RFC 6532), and what stands before a slash belongs to the subject."""
    inner = f"From: b@y.se\r\nSubject: {title}\r\n\r\nHej".encode()
    body = b"--b\r\n\r\nSe\r\n--b\r\n\r\n\r\n--b\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + inner + b"\r\n--b--"
    body = body.replace(b"--b\r\n\r\nSe\r\n", b"--b\r\nContent-Type: application/x-a; name=a\r\n\r\nSe\r\n")
    letter = _letter("Content-Type: multipart/mixed; boundary=b\r\n", body)
    assert letter.attachments[-1].name == name


@pytest.mark.parametrize("breaks", [0, 76])
def test_base64_for_addresses_of_the_web_is_read(breaks: int) -> None:
    """RFC 4648 section 5 has two other letters; the size that is shown is the content's."""
    content = b"\xfb\xff\xfe?>~" * 40
    coded = base64.urlsafe_b64encode(content)
    coded = b"\r\n".join(coded[start : start + breaks] for start in range(0, len(coded), breaks)) if breaks else coded
    headers = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n"
    part = _letter(headers, coded).attachments[0]
    assert (part.content, part.size) == (content, len(content))
    footer = _letter(headers, base64.b64encode(b"abc" * 30) + b"\r\n-----\r\n").attachments[0]
    assert footer.content == b"abc" * 30


@pytest.mark.parametrize("above", [b" \r\n", b"Content-Type: multipart/mixed; boundary=bb\r\n"])
@pytest.mark.parametrize("between", [b"", b"Content-Type: text/plain\r\n", b"X: y\r\n" * 300])
def test_no_delimiter_hides_a_second_sender(above: bytes, between: bytes) -> None:
    """Whoever passes over that line sees two of them, and no part has one: nobody is believed to have sent it (T8)."""
    raw = b"From: anna@example.com\r\n" + above + b"--bb\r\n" + between + b"from : eve@example.net\r\n\r\nText\r\n"

    assert read_letter(raw).sender is None


def test_a_delimiter_behind_a_line_of_spaces_begins_the_body() -> None:
    """A gateway put spaces on the blank line: the first part's fields are not taken for the mail's."""
    body = (
        b" \r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>H=C3=A4r</p>\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n--b--\r\n"
    )
    raw = ANNA + b"Content-Type: multipart/mixed; boundary=b\r\n" + body
    letter = read_letter(raw)
    assert (letter.text, [part.name for part in letter.attachments]) == ("Här", ["a.png"])
    assert letter.sender is not None


@pytest.mark.parametrize(
    "declared",
    [
        "text/html Content-Transfer-Encoding: 8bit\\r\\n",
        "text / html; charset=utf-8",
        "text/html, charset=utf-8",
        "text/html charset=utf-8",
        "TEXT/HTML (a page); charset=utf-8",
    ],
)
def test_a_content_type_with_more_behind_it_is_still_one(declared: str) -> None:
    """Scripts write two headers into one line, or a comma for a semicolon; the page is no attachment for that."""
    letter = _letter(f"Content-Type: {declared}\r\n", "<p>Hej <b>då</b></p>".encode())
    assert (letter.text, letter.attachments) == ("Hej då", ())


@pytest.mark.parametrize(
    "types",
    [
        ["multipart/mixed; boundary=b", "text/plain"],
        ["text/plain", "Multipart/Mixed; boundary=b"],
        ["multipart/mixed; boundary=b", "multipart/mixed; boundary=c"],
    ],
)
def test_of_two_content_types_the_one_with_parts_is_believed(types: list[str]) -> None:
    """A gateway adds its own above or below; nobody wants to read delimiters."""
    headers = "".join(f"Content-Type: {value}\r\n" for value in types)
    assert _letter(headers, b"--b\r\n\r\nHej\r\n--b--\r\n").text == "Hej"


@pytest.mark.parametrize(
    ("location", "name", "inline"),
    [
        ("Sommar.jpg", "Sommar.jpg", False),
        ("http://x.se/bilder/logo.gif?v=2", "logo.gif", True),
        ("file:///C:\\bilder\\logo.png", "logo.png", False),
        ("http://x.se/", "image-1.jpg", False),
        ("cid:part1", "image-1.jpg", False),
    ],
)
def test_a_picture_is_named_after_where_it_came_from(location: str, name: str, inline: bool) -> None:
    """RFC 2557: a page that was sent whole shows its pictures by their address, which names them too."""
    page = b'<p>Hej <img src="http://x.se/bilder/logo.gif?v=2"></p>'
    body = (
        b"--b\r\nContent-Type: text/html\r\nContent-Location: http://x.se/index.html\r\n\r\n" + page + b"\r\n--b\r\n"
        b"Content-Type: image/jpeg\r\nContent-Location: " + location.encode() + b"\r\n\r\nx\r\n--b--\r\n"
    )
    letter = _letter("Content-Type: multipart/related; boundary=b\r\n", body)
    assert letter.text == "Hej"
    assert [(part.name, part.inline) for part in letter.attachments] == [(name, inline)]


def test_a_picture_is_found_by_an_id_that_is_written_as_in_an_address() -> None:
    """Some programs write the "@" of an id as "%40" where the page names it."""
    body = (
        b'--b\r\nContent-Type: text/html\r\n\r\n<img src="cid:a%40x.se">\r\n--b\r\nContent-Type: image/png\r\n'
        b"Content-ID: <a@x.se>\r\n\r\nx\r\n--b--\r\n"
    )
    assert [p.inline for p in _letter("Content-Type: multipart/related; boundary=b\r\n", body).attachments] == [True]


@pytest.mark.parametrize("name", ["Base-64", "BASE64;", '"base64"', "base64 (so it is)", "base 64"])
def test_an_encoding_is_known_by_its_letters_and_digits(name: str) -> None:
    """Scripts spell the two encodings as they like."""
    coded = base64.b64encode(WORDS.encode())
    headers = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    assert _letter(f"{headers}{name}\r\n", coded).text == WORDS
    assert _letter(f"{headers}Quoted_Printable\r\n", b"R=C3=A4k").text == "Räk"
    assert _letter(f"{headers}8bit\r\n", coded).text == coded.decode()


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("", "\r\n<!DOCTYPE html>\r\n<html><body><p>Ny <b>order</b></p></body></html>", "Ny order"),
        ("Content-Type: text/plain\r\n", "<HTML><body>Ny order</body></HTML>", "Ny order"),
        ("", "Hur skriver jag <html> i min sida?", "Hur skriver jag <html> i min sida?"),
        ("", "<htmlarea> fungerar inte", "<htmlarea> fungerar inte"),
        ("", "<html> och <b>Hej</b> står i ert mejl", "<html> och <b>Hej</b> står i ert mejl"),
        ("Content-Type: text/enriched\r\n", "<bold>Ny</bold> <<order>", "Ny <order>"),
    ],
)
def test_a_page_is_read_as_one_whatever_it_is_called(headers: str, body: str, text: str) -> None:
    """A script forgets the content type, or writes the plain one under all that it sends; people begin with words."""
    letter = _letter(headers, body.encode())
    assert (letter.text, bool(letter.html)) == (text, text == "Ny order")


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        ("text/utf-8", "utf-8"), ("text/iso-8859-2", "iso-8859-2"), ("plain/text", "utf-8"), ("text/txt", "utf-8"),
        ("text/plain-text; charset=windows-1250", "windows-1250"), ("text/us-ascii", "utf-8"),
    ],
)  # fmt: skip
def test_a_type_that_a_script_made_up_for_its_text_is_text(kind: str, charset: str) -> None:
    """Where a charset stands in it, the text is in that one."""
    letter = _letter(f"Content-Type: {kind}\r\n", "Příliš žluťoučký kůň".encode(charset))
    assert (letter.text, letter.attachments) == ("Příliš žluťoučký kůň", ())


@pytest.mark.parametrize("kind", ["text/htm", "text/html5", "html/text", "text/xhtml"])
def test_a_type_that_a_script_made_up_for_its_page_is_a_page(kind: str) -> None:
    """Whatever stands in it is shown as text, not as tags."""
    assert _letter(f"Content-Type: {kind}\r\n", b"<div><p>Hello</p>").text == "Hello"


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/css\r\n", "Content-Type: text/txt; name=a.txt\r\n",
        "Content-Type: text/utf-8\r\nContent-Disposition: attachment\r\n",
    ],
)  # fmt: skip
def test_a_file_of_text_stays_a_file(headers: str) -> None:
    """A known kind of text that is none to read, one with a name, and one that is sent as a file."""
    letter = _letter(headers, b"Hello")
    assert (letter.text, len(letter.attachments)) == ("", 1)
    assert letter.attachments[0].content_type in headers


def test_a_last_delimiter_at_the_end_of_a_line_closes_all_the_same() -> None:
    """The sender forgot a line break; in the middle of the text it is no delimiter."""
    file = base64.b64encode(b"hello world").decode()
    parts = [
        "Content-Type: text/plain\r\n\r\nSee --b-- there.",
        f"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{file}--b--\r\n",
    ]
    letter = _letter(
        "Content-Type: multipart/mixed; boundary=b\r\n", "".join(f"\r\n--b\r\n{p}" for p in parts).encode()
    )
    assert (letter.text, letter.attachments[0].size) == ("See --b-- there.", 11)
    only = _letter("Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n\r\nHello there--b--\r\n")
    assert only.text == "Hello there"


def test_the_delimiter_that_a_part_declares_begins_its_body() -> None:
    """Without a blank line before it; the fields below it are those of the first part within."""
    inner = 'Content-Type: multipart/mixed; boundary="in"\r\nMIME-Version: 1.0\r\n--in\r\nContent-Type: text/plain\r\n'
    body = f"--out\r\n{inner}\r\nHello\r\n--in--\r\n--out--\r\n"
    assert _letter("Content-Type: multipart/mixed; boundary=out\r\n", body.encode()).text == "Hello"


def test_the_sign_for_a_picture_in_the_text_is_not_shown() -> None:
    """Apple's programs write it where a picture stands; a paragraph of it alone goes with its line."""
    words = "Hello\n\n\ufffc\n\nSee \ufffcbelow\n\ufffc\n".encode()
    assert _letter("Content-Type: text/plain; charset=utf-8\r\n", words).text == "Hello\n\nSee below"
