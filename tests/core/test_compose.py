"""Composing: the bytes keep every rule of mail, and another parser reads from them what went in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailbot.core.compose import Head, compose
from mailbot.core.draft import Draft
from mailbot.core.headertext import one_line
from mailbot.core.letter import Attachment
from tests.lettering import octets_of, read_mail

HEAD = Head(
    sender="desk@example.com",
    sender_name="The Desk",
    to="anna@customer.example",
    message_id="abc.1@mail.example.com",
    date=datetime(2026, 4, 2, 11, 30, tzinfo=timezone(timedelta(hours=2))),
    in_reply_to="question.1@customer.example",
    references=("question.1@customer.example",),
    auto_submitted="auto-replied",
    content_languages=("sv",),
)
TEXTS = (
    "",
    "plain",
    "åäö\n" * 50,
    "=\n" * 20,
    "x" * 3000,
    "å" * 3000,
    "trailing space \n\ttab\t\n.\n..\n",
    "From here\nFrom there",
    "--=_abc\n=_",
    "a\r\nb\rc\nd",
    "日本語\n" * 200,
    "\x00\x1b\ud800\udfff\x85",
    "-- \nsig",
    "=E5=20 already",
)

any_text = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(TEXTS)
names = st.text(st.characters(codec=None), max_size=320)
attachments = st.lists(
    st.builds(
        Attachment,
        names,
        st.sampled_from(
            ("application/pdf", "text/plain", "message/rfc822", "multipart/mixed", "image/png\r\nX: y", "")
        ),
        st.binary(max_size=200),
    ),
    max_size=3,
)


def clean(text: str) -> str:
    """What a letter makes of a text: newlines of one kind, the last line ended, no controls and no surrogates."""
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text)
    text = re.sub(r"[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)
    return text if text.endswith("\n") else text + "\n"


def check_wire(content: bytes) -> None:
    """The rules that hold of every letter on the wire (G3, G9)."""
    assert content.isascii()
    assert b"\0" not in content
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert all(len(line) <= 78 for line in content.partition(b"\r\n\r\n")[0].split(b"\r\n"))


@settings(deadline=None)
@given(subject=any_text, text=any_text, html=any_text, files=attachments)
@example(subject="s", text="--=_" + "0" * 24 + "_a", html="=_", files=[])
def test_what_goes_in_is_what_another_parser_reads(subject: str, text: str, html: str, files: list[Attachment]) -> None:
    """Subject, text, HTML and files of any kind come back whole from Python's own parser; no header is added."""
    content = compose(Draft(subject, text, html), HEAD, files)

    check_wire(content)
    mail = read_mail(content)
    assert mail.keys() == [
        "Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
        *(["Content-Transfer-Encoding"] if not html and not files else []),
    ]  # fmt: skip
    assert mail["Subject"].strip() == one_line(subject).strip()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert octets_of(plain).decode().replace("\r\n", "\n") == clean(text)
    if html:
        rich = mail.get_body(("html",))
        assert rich is not None
        assert octets_of(rich).decode().replace("\r\n", "\n") == clean(html)
    assert [part.get_payload(decode=True) for part in mail.iter_attachments()] == [file.content for file in files]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_part_is_encoded_so_that_any_server_passes_it(text: str) -> None:
    """Every odd text keeps the wire's rules as plain text and as HTML."""
    check_wire(compose(Draft("s", text, text), HEAD))


def test_the_text_stands_before_the_html_and_attachments_after_both() -> None:
    """multipart/mixed holds multipart/alternative, text first (RFC 2046 section 5.1.4), then the files (G6)."""
    mail = read_mail(compose(Draft("s", "t", "<p>t</p>"), HEAD, (Attachment("a.pdf", "application/pdf", b"%PDF"),)))

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


def test_a_letter_in_plain_text_alone_is_no_multipart() -> None:
    """A draft without HTML makes a single text part."""
    assert read_mail(compose(Draft("s", "t", ""), HEAD)).get_content_type() == "text/plain"


def test_the_same_letter_has_the_same_bytes() -> None:
    """Nothing random or of the clock goes into a mail: a retry can compare (K20)."""
    draft = Draft("s", "t", "<p>t</p>")

    assert compose(draft, HEAD) == compose(draft, HEAD)


def test_a_boundary_is_never_in_the_content() -> None:
    """A text that quotes a letter of ours, boundaries and all, does not cut the letter that carries it."""
    first = compose(Draft("s", "t", "<p>t</p>"), HEAD).decode()
    mail = read_mail(compose(Draft("s", first, f"<pre>{first}</pre>"), HEAD))

    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert octets_of(plain).decode() == first


@pytest.mark.parametrize("kind", ["auto-replied", "auto-generated"])
def test_automatic_letters_say_so(kind: str) -> None:
    """An automatic letter says what it is and asks for silence, but not for the loss of delivery reports (Q13, Q16)."""
    mail = read_mail(
        compose(Draft("s", "t", ""), Head("d@e.com", "", "a@b.se", "m@e.com", HEAD.date, auto_submitted=kind))
    )

    assert mail["Auto-Submitted"] == kind
    assert mail["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"


def test_a_humans_words_carry_no_mark_of_a_machine() -> None:
    """A relayed letter has neither of the two headers (Q13)."""
    mail = read_mail(compose(Draft("s", "t", ""), Head("d@e.com", "", "a@b.se", "m@e.com", HEAD.date)))

    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None


def test_long_threads_keep_the_first_and_the_last_twenty_references() -> None:
    """Of a hundred References the first and last twenty stay, In-Reply-To last among them, byte for byte (G2)."""
    ids = tuple(f"{'outlook' * 20}{i}@eurprd01.prod.exchangelabs.com" for i in range(100))
    head = Head("d@e.com", "", "a@b.se", "m@e.com", HEAD.date, in_reply_to=ids[-1], references=ids)
    content = compose(Draft("s", "t", ""), head)

    kept = [ids[0], *ids[-20:]]
    start, end = content.index(b"References:"), content.index(b"MIME-Version")
    assert re.findall(rb"<([^>]+)>", content[start:end]) == [one.encode() for one in kept]
    check = content[start:end].split(b"\r\n")
    assert all(line.startswith(b" <") for line in check[1:-1])


def test_what_a_letter_answers_is_always_among_its_references() -> None:
    """In-Reply-To is added to References where the caller has not, and stands last (RFC 5322 section 3.6.4)."""
    head = Head("d@e.com", "", "a@b.se", "m@e.com", HEAD.date, in_reply_to="b@x", references=("b@x", "a@x"))

    assert read_mail(compose(Draft("s", "t", ""), head))["References"] == "<a@x> <b@x>"


def test_the_date_is_told_in_the_zone_that_was_given() -> None:
    """Date has the offset of the moment it was made from (G1)."""
    assert read_mail(compose(Draft("s", "t", ""), HEAD))["Date"] == "Thu, 02 Apr 2026 11:30:00 +0200"


def test_a_naive_date_is_refused() -> None:
    """A moment without a zone is the caller's mistake and is told at once."""
    with pytest.raises(ValueError, match="expected a moment with a zone"):
        compose(Draft("s", "t", ""), Head("d@e.com", "", "a@b.se", "m@e.com", datetime(2026, 4, 2)))  # noqa: DTZ001 - the case


@pytest.mark.parametrize(("reply_to", "told"), [("", None), ("desk@example.com", None), ("d+x@e.com", "d+x@e.com")])
def test_reply_to_stands_only_where_it_says_something(reply_to: str, told: str | None) -> None:
    """Reply-To is left out where it would repeat From (G5)."""
    head = Head("desk@example.com", "", "a@b.se", "m@e.com", HEAD.date, reply_to=reply_to)

    assert read_mail(compose(Draft("s", "t", ""), head))["Reply-To"] == told


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/plain; charset=x\r\nEvil: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_an_attachment_gets_a_type_that_base64_may_carry(content_type: str, sent: str) -> None:
    """A type that may not be encoded (RFC 2046 section 5.2.1), or is none, is sent as plain bytes."""
    mail = read_mail(compose(Draft("s", "t", ""), HEAD, (Attachment("a.eml", content_type, b"\x00\xff"),)))

    [part] = mail.iter_attachments()
    assert part.get_content_type() == sent
    assert part.get_payload(decode=True) == b"\x00\xff"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("report.pdf", "report.pdf"),
        ("påskrapport för Åsa.pdf", "påskrapport för Åsa.pdf"),
        ('a"b\r\nX-Evil: 1.txt', "a_bX-Evil_ 1.txt"),
        ("../../etc/passwd", "passwd"),
        ("x" * 300 + ".docx", "x" * 250 + ".docx"),
        ("日本語" * 40 + ".xlsx", None),
        ("", "attachment"),
    ],
)
def test_file_names_are_cleaned_and_read_back(name: str, sent: str | None) -> None:
    """Names with line breaks, quotes, paths and 300 characters arrive as safe names (T23)."""
    content = compose(Draft("s", "t", ""), HEAD, (Attachment(name, "application/pdf", b"x"),))

    check_wire(content)
    [part] = read_mail(content).iter_attachments()
    got = part.get_filename()
    assert got is not None
    assert got == sent if sent else got.endswith(".xlsx")
    assert "X-Evil" not in part


def test_a_text_file_in_utf8_says_so() -> None:
    """An attached text file that is UTF-8 is marked as such, so that its letters are shown right."""
    [part] = read_mail(
        compose(Draft("s", "t", ""), HEAD, (Attachment("å.csv", "text/csv", "å;ä".encode()),))
    ).iter_attachments()

    assert part.get_content_charset() == "utf-8"


def test_compose_is_asked_with_a_zone_that_is_not_utc() -> None:
    """UTC is told as +0000, which says that the zone is known (RFC 5322 section 3.3)."""
    head = Head("d@e.com", "", "a@b.se", "m@e.com", datetime(2026, 1, 1, tzinfo=UTC))

    assert read_mail(compose(Draft("s", "t", ""), head))["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
