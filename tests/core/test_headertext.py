"""Headers: whatever goes in, one clean header comes out, and a mail program reads the same text from it."""

from __future__ import annotations

import email
import re
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mailbot.core.headertext import LONGEST, addr_spec, ids_header, mailbox_header, one_line, parameter, text_header

NASTY = (
    "plain",
    "",
    " ",
    "a\r\nBcc: victim@example.com",
    "a\nX-Evil: 1\n\nbody",
    "a\x00b\x0bc\x0cd\x1b[31m",
    "a\x85b\u2028c\u2029d",
    "lone \ud800 surrogate \udfff",
    "=?utf-8?q?not_ours?= =?utf-8?b?=",
    "=?utf-8?q?" + "x" * 300,
    "åäö " * 100,
    "👩‍👩‍👧‍👦" * 40,
    "日本語の件名" * 30,
    "مرحبا \u202eevil\u202c",
    "x" * 5000,
    ("word " * 300),
    '"quoted" \\ back',
    "\t\ttabs\t",
    "{{ 7*7 }}{% raw %}",
    "Ämne: [VC-000017] " + "ÅÄÖ" * 80,
)

any_text = st.text(st.characters(codec=None), max_size=400) | st.sampled_from(NASTY)


def unfold(header: str) -> tuple[str, str]:
    """Name and value of a single folded header, checking that it is one."""
    lines = header.split("\r\n")
    assert all(re.match(r"[ \t]+[^ \t]", line) for line in lines[1:])
    assert "\r" not in "".join(lines)
    assert "\n" not in "".join(lines)
    name, _, value = header.replace("\r\n", "").partition(":")
    return name, value.strip(" ")


@given(any_text)
@example("\udcff")
def test_any_text_makes_one_header_that_reads_back(text: str) -> None:
    """Any text becomes one 7-bit header, folded at 78, from which a mail program reads the cleaned text (T22)."""
    header = text_header("Subject", text)

    assert header.isascii()
    assert all(len(line) <= 78 for line in header.split("\r\n"))
    name, value = unfold(header)
    assert name == "Subject"
    assert str(make_header(decode_header(value))) == one_line(text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_add_no_header(text: str) -> None:
    """A mail made with a hostile subject and name has exactly the headers it was given."""
    head = "\r\n".join((text_header("Subject", text), mailbox_header("From", "desk@example.com", text)))
    mail = email.message_from_bytes(f"{head}\r\n\r\nbody".encode("ascii"), policy=default)

    assert mail.keys() == ["Subject", "From"]
    assert mail.get_payload() == "body"


@given(any_text)
def test_encoded_words_never_split_a_character(text: str) -> None:
    """Each encoded word is whole: at most 75 octets that decode by themselves (RFC 2047 section 5)."""
    for word in re.findall(r"=\?utf-8\?[qb]\?[^?]*\?=", text_header("Subject", text + "å")):
        assert len(word) <= 75
        [(data, charset)] = decode_header(word)
        assert charset == "utf-8"
        assert isinstance(data, bytes)
        data.decode("utf-8", "strict")


@given(any_text)
def test_one_line_is_clean_bounded_and_final(text: str) -> None:
    """The cleaned text has no control, line break or surrogate, and cleaning it again changes nothing."""
    clean = one_line(text)

    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]", clean)
    assert len(clean) <= LONGEST
    assert one_line(clean) == clean


@given(any_text)
def test_any_display_name_reads_back_beside_the_address(name: str) -> None:
    """A display name of any kind leaves the address as it is and reads back cleaned."""
    header = mailbox_header("From", "anna@customer.example", name)

    assert all(len(line) <= 78 for line in header.split("\r\n"))
    phrase, address = parseaddr(unfold(header)[1])
    assert address == "anna@customer.example"
    assert str(make_header(decode_header(phrase))) == one_line(name, 100)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("a@b.se", "a@b.se"),
        ("o'neil+tag@b.se", "o'neil+tag@b.se"),
        ('"two words"@b.se', '"two words"@b.se'),
        ("two words@b.se", '"two words"@b.se'),
        ('in"side@b.se', '"in\\"side"@b.se'),
        ("a..b@c.se", '"a..b"@c.se'),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("a@b.se\r\nBcc: x@y.se", "=?utf-8?b?YUBiLnNlIEJjYzogeEB5LnNl?= :;"),
        ("jörg@b.se", "=?utf-8?b?asO2cmdAYi5zZQ==?= :;"),
        ("", "=?utf-8?q?unknown?= :;"),
        ("nobody", "=?utf-8?q?nobody?= :;"),
    ],
)
def test_an_address_is_written_so_that_it_stays_one_address(address: str, written: str) -> None:
    """An address is quoted or made ASCII where it must be, and an empty group where no header can hold it."""
    assert addr_spec(address) == written


@given(any_text)
def test_no_address_breaks_a_header(address: str) -> None:
    """Whatever is given as an address, To is one 7-bit header."""
    header = mailbox_header("To", address)

    assert header.isascii()
    assert unfold(header)[0] == "To"


def test_ids_fold_only_between_them_and_are_never_encoded() -> None:
    """Message-IDs of up to 250 characters come out as they went in, folded between them (G2)."""
    ids = tuple(f"{'x' * length}@mail.gmail.com" for length in (3, 20, 60, 130, 230))
    header = ids_header("References", ids)

    assert header.replace("\r\n", "") == "References: " + " ".join(f"<{one}>" for one in ids)
    assert "=?" not in header


@pytest.mark.parametrize("broken", ["a b@c", "a\r\nb@c", "å@c", "<a@b", "a@b>", "", "x" * 901])
def test_an_id_that_no_header_can_carry_is_left_out(broken: str) -> None:
    """A broken id costs its own place in the thread, not the header."""
    assert ids_header("In-Reply-To", (broken,)) == ""
    assert ids_header("References", (broken, "a@b")) == "References: <a@b>"


@settings(max_examples=200)
@given(any_text)
def test_any_file_name_reads_back(name: str) -> None:
    """A parameter of any length and script reads back as the cleaned text (RFC 2231)."""
    cleaned = one_line(name, 255).strip()
    assume(not (cleaned.startswith("<") and cleaned.endswith(">")))  # which the library that reads takes for quotes
    lines = ("Content-Disposition: attachment", *parameter("filename", name))
    mail = email.message_from_bytes((";\r\n ".join(lines) + "\r\n\r\n").encode("ascii"), policy=default)

    assert all(len(line) <= 78 for line in lines)
    assert (mail.get_filename() or "").strip() == cleaned
