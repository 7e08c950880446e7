"""Composing: the bytes keep every rule of mail, and another parser reads from them what went in."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailbot.core.attachment import Attachment
from mailbot.core.compose import Head, compose, with_content_ids
from mailbot.core.draft import Draft
from mailbot.core.headertext import one_line
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


PNG = b"\x89PNG\r\n\x1a\n"
AGENTS_ID = "image001.png@01DC5B2F.1A2B3C40"


def picture(content_id: str = AGENTS_ID, **other: str) -> Attachment:
    """A picture inside an agent's HTML."""
    return Attachment(other.get("name", "shot.png"), other.get("kind", "image/png"), PNG, content_id, inline=True)


def test_pictures_stand_beside_the_html_that_shows_them() -> None:
    """mixed(alternative(text, related(html, picture)), file), with the parameters of RFC 2387 and RFC 2183 (G6)."""
    page = f'<p>See <img alt="x" src="cid:{AGENTS_ID}" width="3"></p>'
    content = compose(Draft("s", "See", page), HEAD, (Attachment("a.pdf", "application/pdf", b"%PDF"), picture()))

    check_wire(content)
    parts = list(read_mail(content).walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    related, shown = parts[3], parts[5]
    assert related.get_param("type") == "text/html"
    assert shown.get_content_disposition() == "inline"
    assert shown.get_filename() == "shot.png"
    assert octets_of(shown) == PNG
    assert parts[6].get_content_disposition() == "attachment"


def test_the_html_finds_its_pictures_under_names_of_ours_alone() -> None:
    """Every Content-ID is of our making, the HTML names just these, and the agent's are nowhere in the mail (Y9)."""
    ids = (AGENTS_ID, "a&b@agents-laptop.example", "ii_m1@x")
    page = "".join(f'<img src="cid:{each.replace("&", "&amp;")}">' for each in ids)
    content = compose(Draft("s", "t", page), HEAD, [picture(each) for each in ids])

    mail = read_mail(content)
    rich = mail.get_body(("html",))
    assert rich is not None
    named = re.findall(r'<img src="cid:([^"]+)">', octets_of(rich).decode())
    given = [str(part["Content-ID"]) for part in mail.walk() if part["Content-ID"]]
    assert given == [f"<{each}>" for each in named]
    assert len(set(named)) == 3
    assert all(each.endswith("@mail.example.com") for each in named)
    assert not any(each.encode() in content for each in ("01DC5B2F", "agents-laptop", "ii_m1"))


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("<p>no picture</p>", picture()),
        (f"<p>[cid:{AGENTS_ID}]</p>", picture()),
        (f'<p>I wrote &lt;img src="cid:{AGENTS_ID}"&gt;</p>', picture()),
        (f'<img src="cid:{AGENTS_ID}">', picture(kind="text/html")),
        (f'<img src="cid:{AGENTS_ID}">', replace(picture(), inline=False)),
        (f'<img src="cid:{AGENTS_ID}">', picture("another@x")),
    ],
)
def test_what_the_html_does_not_show_is_an_attachment(page: str, file: Attachment) -> None:
    """A picture that no tag shows, or something shown as one that is none, goes along as a file."""
    mail = read_mail(compose(Draft("s", "t", page), HEAD, (file,)))

    assert [part.get_content_type() for part in mail.walk()][1] == "multipart/alternative"
    [part] = mail.iter_attachments()
    assert part.get_content_disposition() == "attachment"
    assert part["Content-ID"] is None


def test_two_pictures_of_one_name_are_both_sent() -> None:
    """Of two with the same Content-ID the first is shown and the other attached."""
    page = f'<img src="cid:{AGENTS_ID}">'
    mail = read_mail(compose(Draft("s", "t", page), HEAD, (picture(name="1.png"), picture(name="2.png"))))

    names = [(part.get_content_disposition(), part.get_filename()) for part in mail.walk() if part.get_filename()]
    assert names == [("inline", "1.png"), ("attachment", "2.png")]


@pytest.mark.parametrize(
    ("page", "renamed"),
    [
        ('<img src="cid:a@x">', '<img src="cid:1@we">'),
        ('<img alt="a > b" width="1" src="cid:a@x">', '<img alt="a > b" width="1" src="cid:1@we">'),
        ('<img src="cid:b&amp;c"><img src="cid:a@x">', '<img src="cid:2@we"><img src="cid:1@we">'),
        ('<img src="cid:unknown@x">', '<img src="cid:missing">'),
        ('&lt;img src="cid:a@x"&gt;', '&lt;img src="cid:a@x"&gt;'),
        ('<img alt="no src"> src="cid:a@x"', '<img alt="no src"> src="cid:a@x"'),
    ],
)
def test_pictures_are_renamed_and_words_are_not(page: str, renamed: str) -> None:
    """Only the src of an img changes; a picture that nobody brought along keeps no name of its sender's."""
    assert with_content_ids(page, {"a@x": "1@we", "b&c": "2@we"}) == renamed


@settings(deadline=None)
@given(ids=st.lists(st.text("ab.@&\"<>'=_-%é ", min_size=1, max_size=12), max_size=3), page=any_text)
def test_a_picture_of_any_name_breaks_no_letter(ids: list[str], page: str) -> None:
    """Whatever a Content-ID holds and whatever stands around it, the mail is whole and has every picture once."""
    page += "".join(f'<img src="cid:{html.escape(each)}">' for each in ids)
    content = compose(Draft("s", "t", page), HEAD, [picture(each) for each in ids])

    check_wire(content)
    assert [octets_of(part) for part in read_mail(content).walk() if part.get_content_type() == "image/png"] == [
        PNG for _ in ids
    ]


@pytest.mark.parametrize(
    ("cc", "told"),
    [
        ((), None),
        (("bo@customer.example",), "bo@customer.example"),
        (("bo@customer.example", "eva@räksmörgås.example"), "bo@customer.example, eva@xn--rksmrgs-5wao1o.example"),
        (("bo@customer.example\r\nBcc: x@y.example",), '"bo@customer.example Bcc: x@y.example":;'),
    ],
)
def test_those_in_cc_are_named_and_nobody_else(cc: tuple[str, ...], told: str | None) -> None:
    """Cc names the given addresses, cleaned like the one in To, on lines of 78 at most; no other header appears."""
    content = compose(Draft("s", "t", ""), replace(HEAD, cc=cc))

    check_wire(content)
    mail = read_mail(content)
    assert mail["Cc"] == told
    assert mail["Bcc"] is None


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
