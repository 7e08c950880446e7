"""Headers, addresses and envelopes are read as the standards say and as senders write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.charsets import codec_for, decode_bytes
from mailbot.core.encodedwords import decode_words
from mailbot.core.envelope import read_envelope
from mailbot.core.filenames import safe_filename
from mailbot.core.headers import message_ids, read_header_block
from mailbot.core.letter import read_letter
from mailbot.core.mailboxes import parse_addresses, sole_mailbox
from mailbot.core.parameters import parse_parameters


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("anna@x.se", [("", "anna@x.se")]),
        ("Anna <anna@X.SE>", [("Anna", "anna@x.se")]),
        ('"Berg, Anna" <anna@x.se>, bo@x.se', [("Berg, Anna", "anna@x.se"), ("", "bo@x.se")]),
        ("Berg, Anna <anna@x.se>", [("Berg, Anna", "anna@x.se")]),
        ("anna@x.se (Anna (the one) Berg)", [("Berg", "anna@x.se")]),
        ("team: anna@x.se, bo@x.se;", [("", "anna@x.se"), ("", "bo@x.se")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.se:anna@x.se>", [("", "anna@x.se")]),
        ("<mailto:anna@x.se>", [("", "anna@x.se")]),
        ("Anna <anna@x.se", [("Anna", "anna@x.se")]),
        ("=?utf-8?Q?=C3=85sa?= <a@x.se>; b@x.se", [("Åsa", "a@x.se"), ("", "b@x.se")]),
        ('"=?utf-8?Q?=C3=85sa?=" <a@x.se>', [("Åsa", "a@x.se")]),
        ("'anna@x.se'", [("", "anna@x.se")]),
        ("Anna", []),
        ("", []),
    ],
)
def test_address_lists_are_read_tolerantly(value: str, expected: list[tuple[str, str]]) -> None:
    """Groups, routes, comments, unquoted commas and missing brackets."""
    found = [(mailbox.name, mailbox.address) for mailbox in parse_addresses(value)]
    assert [address for _, address in found] == [address for _, address in expected]
    if "(" not in value:
        assert found == expected


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("a@x.se", "a@x.se"),
        ("a@x.se, b@x.se",),
        ("a@x.se <b@x.se>",),
        ('"a@x.se <a@x.se>" <b@x.se>',),
        ("=?utf-8?Q?a=40x.se_=3Ca=40x.se=3E?= <b@x.se>",),
        ("<a@x.se> <b@x.se>",),
        ("a@x.se(<b@x.se>)",),
        ("group: a@x.se;",),
        ("a@x.se\r b@x.se",),
        ("a@x.se\0",),
        ("a@[192.0.2.1]",),
        ("a@x..se",),
        ("Anna <a@x.se",),
        ('"Anna <a@x.se>',),
        ('"a@x.se"@y.se',),
        ('"a@x.se" (Anna) @y.se',),
        ("Anna",),
        ("<>",),
    ],
)
def test_a_from_that_two_parsers_could_read_differently_is_nobodys(values: tuple[str, ...]) -> None:
    """T8's variants give no sender."""
    assert sole_mailbox(values) is None


@pytest.mark.parametrize(
    "value",
    [
        "a@x.se",
        "<a@x.se>",
        "Anna <a@x.se>",
        '"Anna" <a@x.se>',
        "Berg, Anna <a@x.se>",
        "a@x.se <a@x.se>",
        '"a@y.se" <a@x.se>',
        "Anna (Acme) <a@x.se>",
        "a@x.se (Anna)",
        "=?utf-8?Q?=C3=85sa?= <a@x.se>",
        "'Anna' via Support <a@x.se>",
    ],
)
def test_an_ordinary_from_has_a_sender(value: str) -> None:
    """What people's mail programs write is not disputed."""
    sender = sole_mailbox((value,))
    assert sender is not None
    assert sender.address == "a@x.se"


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('Text/Plain;charset="utf-8"', "text/plain", {"charset": "utf-8"}),
        ("text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ("a/b; name=my file.pdf; x=y", "a/b", {"name": "my file.pdf", "x": "y"}),
        ('a/b; name="a\\"b;c"', "a/b", {"name": 'a"b;c'}),
        ('a/b; name="open', "a/b", {"name": "open"}),
        ('a/b; name="x" charset=y', "a/b", {"name": "x", "charset": "y"}),
        ("a/b; name*=iso-8859-1''%E5.txt; name=plain.txt", "a/b", {"name": "å.txt"}),
        ("a/b; name*1*=%A5.txt; name*0*=utf-8''%C3", "a/b", {"name": "å.txt"}),
        ("a/b (comment); x=y (z)", "a/b", {"x": "y"}),
        ("a/b;;; x=1", "a/b", {"x": "1"}),
        ("multipart/mixed; boundary=--=_Part_1(2)3", "multipart/mixed", {"boundary": "--=_Part_1(2)3"}),
        ("a/b; name='my file.pdf'", "a/b", {"name": "my file.pdf"}),
        ("a/b; name='", "a/b", {"name": "'"}),
    ],
)
def test_parameters_are_read_tolerantly(value: str, kind: str, parameters: dict[str, str]) -> None:
    """RFC 2231 and what senders write instead."""
    assert parse_parameters(value) == (kind, parameters)


@pytest.mark.parametrize(
    ("data", "declared", "regional", "text"),
    [
        (b"\xe5", "iso-8859-1", "cp1252", "å"),
        (b"\x93x\x94", "iso-8859-1", "cp1252", "“x”"),
        ("å".encode(), "iso-8859-1", "cp1252", "å"),
        ("å".encode(), "us-ascii", "cp1252", "å"),
        (b"\xe5", "utf-8", "cp1252", "å"),
        (b"\xe8", "", "cp1250", "č"),
        ("ååå".encode() + b"\xe5", "utf-8", "cp1252", "ååå\ufffd"),
        ("あ".encode("iso2022_jp"), "", "cp1252", "あ"),
        ("你".encode("gb18030"), "gb2312", "cp1252", "你"),
        ("å".encode(), "x-unknown", "cp1252", "å"),
        (b"a\0b\x07c", "utf-8", "cp1252", "abc"),
        (b"\xff\xfea\0\0\xd8", "utf-16", "cp1252", "a\ufffd"),
        ("på bord".encode("utf-16-be"), "utf-16", "cp1252", "på bord"),
        ("på bord".encode("utf-16-le"), "utf-16", "cp1252", "på bord"),
        ("på bord".encode("utf-16-le"), "utf-16be", "cp1252", "på bord"),
        ("på bord".encode("utf-16"), "utf-8", "cp1252", "på bord"),
        ("på bord".encode(), "utf-16", "cp1252", "på bord"),
        ("žltý šťastný „kôň“".encode("cp1250"), "iso-8859-2", "cp1252", "žltý šťastný „kôň“"),
        ("žltý šťastný kôň".encode("iso8859-2"), "iso-8859-2", "cp1252", "žltý šťastný kôň"),
        ("5 € – œ".encode("cp1252"), "iso-8859-15", "cp1252", "5 € – œ"),
        (b"\x1b$B$3\x1b(IJ\x1b(B", "iso-2022-jp", "cp1252", "こ\uff8a"),
    ],
)
def test_charsets_are_repaired(data: bytes, declared: str, regional: str, text: str) -> None:
    """Declared, then strict UTF-8, then the region's code page; nothing a database refuses comes out."""
    assert decode_bytes(data, declared, regional)[0] == text


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "base64", "zlib", "rot13", "../x", "os", "", "mbcs"]
)
def test_a_codec_that_is_no_charset_is_never_asked_for(name: str) -> None:
    """A mail's charset name does not choose what Python imports or runs."""
    assert codec_for(name) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A5?=", "å"),
        ("=?utf-8?B?w6U?=", "å"),
        ("=?utf-8?Q?Why??=", "Why?"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        ("=?utf-8*sv?Q?=C3=A5?=", "å"),
        ("=?nonsense?Q?=E5?=", "å"),
        ("=?utf-8?Q?cut", "cut"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?B?UsOka3Ntw?= =?utf-8?B?7ZyZ8Olcw==?=", "Räksmörgås"),
        ("=?utf-8?B?w6?= =?utf-8?B?U=?=", "å"),
        ("=?utf-8?B?w6U?= =?utf-8?B?w6U?=", "åå"),
        ("=?", "=?"),
    ],
)
def test_encoded_words_are_read_also_when_broken(value: str, text: str) -> None:
    """Split characters, missing padding, missing ends, spaces inside."""
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.doc", "y.doc"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nb.txt", "ab.txt"),
        ('a:b*c?"<>|.txt', "a_b_c_.txt"),
        ("...", "attachment"),
        ("", "attachment"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_file_names_are_made_safe(name: str, safe: str) -> None:
    """T27's table."""
    assert safe_filename(name) == safe


@given(st.text(max_size=400))
def test_every_file_name_is_one_safe_component(name: str) -> None:
    """Making a name safe twice changes nothing, and nothing forbidden is left."""
    safe = safe_filename(name)
    assert safe_filename(safe) == safe
    assert 0 < len(safe.encode()) <= 255
    assert not set(safe) & set('/\\\0\r\n:*?"<>|')
    assert not safe.startswith(".")


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", ["a", "b"]),
        (b"A: 1\nB: 2\n\nbody", ["a", "b"]),
        (b"A: 1\rB: 2\r\rbody", ["a", "b"]),
        (b"A: 1\r\r\nB: 2\r\r\n\r\r\nbody", ["a", "b"]),
        (b"From x Mon Nov 23\r\nA: 1\r\n\r\nbody", ["a"]),
        (b"\xef\xbb\xbfA: 1\r\n\r\nbody", ["a"]),
        (b"\r\nA: 1\r\n\r\nbody", ["a"]),
        (b"A : 1\r\n\r\nbody", ["a"]),
        (b"A: 1\r\njunk\r\nB: 2\r\n\r\nbody", ["a", "b"]),
        (b"A: 1\r\nbody", ["a"]),
    ],
)
def test_header_blocks_end_where_a_reader_would_say(raw: bytes, names: list[str]) -> None:
    """Any line ends, an mbox line, a byte order mark, a junk line, no blank line."""
    block = read_header_block(raw)
    assert [name for name, _ in block.fields] == names
    assert raw[block.body_start :].strip() == b"body"


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b>", ("a@b",)),
        ("<a@\r\n b>", ("a@b",)),
        ("a@b", ("a@b",)),
        ("<>", ()),
        ("<" + "a" * 600 + "@b>", ()),
        ("<å@b>", ()),
        ("mail of Monday <a@b> and <c@d>", ("a@b", "c@d")),
        ("", ()),
    ],
)
def test_message_ids_are_usable_or_left_out(value: str, ids: tuple[str, ...]) -> None:
    """K14: empty, huge and non-ASCII ids name nothing."""
    assert message_ids(value) == ids


def test_long_references_keep_the_root_and_the_newest() -> None:
    """Of thousands of references the first and the last ones are kept."""
    found = message_ids(" ".join(f"<{number}@x>" for number in range(5000)))
    assert len(found) == 100
    assert (found[0], found[-1]) == ("0@x", "4999@x")


def test_one_mail_has_one_digest_whatever_way_it_came() -> None:
    """K13: trace headers and line ends do not count, the text and the addressed headers do."""
    mail = b"From: a@x.se\r\nTo: b@x.se\r\nSubject: x\r\nMessage-ID: <1@x>\r\n\r\nHej\r\n"
    other_way = b"Received: by y\r\nDelivered-To: c@x.se\r\n" + mail
    assert read_envelope(mail).digest == read_envelope(other_way).digest
    assert read_envelope(mail).digest == read_envelope(mail.replace(b"\r\n", b"\n")).digest
    assert read_envelope(mail).digest != read_envelope(mail.replace(b"Hej", b"Nej")).digest
    assert read_envelope(mail).digest != read_envelope(mail.replace(b"Subject: x", b"Subject: y")).digest


@given(st.lists(st.sampled_from([b"\r\n", b"\n", b"\rHej", b"Hej"])).map(b"".join))
def test_only_a_whole_line_end_may_differ_in_a_digest(body: bytes) -> None:
    """A mail has the digest of its copy with LF for CRLF, and never that of one which has lost a CR standing alone."""
    head = b"Subject: x\r\n\r\n"
    digest, shorter = read_envelope(head + body).digest, body.replace(b"\r\n", b"\n")
    assert digest == read_envelope(head + shorter).digest
    assert (digest == read_envelope(head + shorter.replace(b"\r", b"")).digest) == (b"\r" not in shorter)


def test_the_envelope_names_where_a_mail_was_delivered_first() -> None:
    """Delivered-To, topmost first, then To, then Cc; lower case, no repeats."""
    raw = b"Delivered-To: B@x.se\r\nX-Original-To: a@x.se\r\nTo: C@X.se, a@x.se\r\nCc: d@x.se\r\n\r\n"
    assert read_envelope(raw).recipients == ("b@x.se", "a@x.se", "c@x.se", "d@x.se")


@pytest.mark.parametrize(
    "headers", [b"", b"Message-ID:\r\n", b"Message-ID: <1@x>\r\nMessage-ID: <2@x>\r\n", b"Message-ID: <>\r\n"]
)
def test_a_missing_doubled_or_empty_message_id_is_none(headers: bytes) -> None:
    """K14: such a mail is known by its digest alone."""
    assert read_envelope(headers + b"\r\nx").message_id == ""
    assert read_letter(headers + b"\r\nx").message_id == ""


def test_a_folded_junk_line_above_from_makes_the_sender_disputed() -> None:
    """Another parser may have seen the headers end at the junk line (T8)."""
    assert read_letter(b"To: a@x.se\r\njunk\r\nFrom: b@x.se\r\n\r\nx").sender is None
    assert read_letter(b"From: b@x.se\r\njunk\r\nTo: a@x.se\r\n\r\nx").sender is not None


PARTS = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"X: y\r\n" * 1200 + b"\r\nx", "header lines"),
        (b"Subject: " + b"x" * 3000 + b"\r\n\r\nx", "subject longer"),
        (b"To: " + b"a@x.se, " * 1500 + b"\r\n\r\nx", "addresses"),
        (b"Cc: " + b"x" * 70_000 + b"\r\n\r\nx", "addresses"),
        (b"References: " + b"<a@x>" * 500 + b"\r\n\r\nx", "references"),
        (b"Content-Type: a/b" + b"".join(b"; a%d=b" % i for i in range(200)) + b"\r\n\r\nx", "parameters"),
        (PARTS + b"--b\r\n\r\nx\r\n" * 1500, "parts"),
        (PARTS + (b"--b\r\n" + b"X: y\r\n" * 5000 + b"\r\nx\r\n") * 30, "bytes of their headers"),
        (b"\r\n" + b"a " * 1_500_000, "text longer"),
        (PARTS + (b"--b\r\n\r\n" + b"a\n" * 30_000) * 5, "text longer"),
        (PARTS + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>x" * 50_000 + b"\r\n") * 4, "HTML longer"),
    ],
    ids=[
        "header lines",
        "subject",
        "addresses",
        "no address",
        "references",
        "parameters",
        "parts",
        "headers of parts",
        "text",
        "lines of all parts",
        "HTML of all parts",
    ],
)
def test_what_was_cut_is_told(raw: bytes, told: str) -> None:
    """Bounds name themselves in the faults, also those that all parts share."""
    assert any(told in fault for fault in read_letter(raw).faults)


def test_an_id_with_foreign_bytes_names_nothing() -> None:
    """K14: bytes that a code page leaves out do not turn an id into another's, whatever the desk's language."""
    raw = b"Message-ID: <4711@x\x98.se>\r\nReferences: <a\xa0b@x> <c@x>\r\n\r\nx"
    for language in ("sv", "sk", ""):
        letter = read_letter(raw, language=language)
        assert (letter.message_id, letter.references) == ("", ("c@x",))
    assert read_envelope(raw).message_id == ""


def test_a_part_without_headers_keeps_its_first_line() -> None:
    """A part that begins with a blank line has no header, whatever its first line looks like."""
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nNote: the printer is broken\r\n--b--\r\n"
    assert read_letter(raw).text == "Note: the printer is broken"
