"""No bytes whatsoever make the reader raise, hang, or hand out what a database refuses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.envelope import read_envelope
from mailbot.core.letter import Letter, as_json, read_letter
from mailbot.core.machine import machine_reason

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "letters").glob("*.eml"))]

NAMES = st.sampled_from(
    [
        "From",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "Return-Path",
        "Reply-To",
        "Content-Type",
        "Content-Disposition",
        "Content-Transfer-Encoding",
        "Auto-Submitted",
        "List-Id",
        "X-\x80",
        "",
    ]
)
WORDS = st.sampled_from(
    [
        "anna@example.se",
        "<",
        ">",
        '"',
        "(",
        ")",
        ",",
        ";",
        ":",
        "@",
        "=?utf-8?Q?=C3=A5?=",
        "=?",
        "?=",
        "=?b?B?====?=",
        "text/plain",
        "text/html",
        "multipart/mixed",
        "multipart/alternative",
        "message/rfc822",
        "multipart/report",
        'boundary="b"',
        "boundary=b",
        "charset=utf-7",
        "charset=idna",
        "charset=x",
        "name*0*=utf-8''%C3",
        "name*1=x",
        "base64",
        "quoted-printable",
        "x-uuencode",
        "\r\n ",
        "\r",
        "\x00",
        "å",
        "�",
        "Re: ",
        " ",
        "report-type=delivery-status",
        "failure notice",
        "MAILER-DAEMON@x",
        "Automatic reply: ",
    ]
)
VALUES = st.lists(WORDS | st.text(max_size=5), max_size=12).map("".join)
HEADERS = st.lists(st.tuples(NAMES, VALUES).map(lambda pair: f"{pair[0]}: {pair[1]}\r\n"), max_size=8).map("".join)
LINES = st.sampled_from(
    [
        "--b\r\n",
        "--b--\r\n",
        "\r\n",
        "> quoted\r\n",
        "On 2026-01-01 10:00, a@b.se wrote:\r\n",
        "-- \r\n",
        "begin 644 x\r\n",
        "<div>",
        "<blockquote>",
        "</div>",
        "<style>",
        "<!--",
        "&#99999999999;",
        "&#xd800;",
        "=ZZ",
        "=\r\n",
        "AAAA",
        "M!!\r\n",
        "From: a\r\nSent: b\r\nSubject: c\r\n",
        "-----Original Message-----\r\n",
        "Mvh\r\n",
        "Final-Recipient: rfc822; a@b\r\n",
    ]
)
BODIES = st.lists(LINES | HEADERS | st.text(max_size=20), max_size=20).map("".join)
MAILS = st.tuples(HEADERS, BODIES).map(lambda pair: (pair[0] + "\r\n" + pair[1]).encode("utf-8", "surrogateescape"))


def _check(raw: bytes) -> Letter:
    letter = read_letter(raw, language="sv")
    assert not [fault for fault in letter.faults if "could not be read" in fault]
    machine_reason(letter, own_addresses=frozenset({"help@example.se"}))
    stored = str(as_json(letter, auto=False))
    assert "\0" not in stored
    stored.encode("utf-8")
    assert bool(letter.reply.strip()) == bool(letter.text.strip())
    assert all(part.name and "/" not in part.name and len(part.name.encode()) <= 255 for part in letter.attachments)
    return letter


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(MAILS)
def test_any_mail_from_a_grammar_of_headers_and_parts_is_read(raw: bytes) -> None:
    """Headers and bodies put together from the pieces that break parsers give a storable letter."""
    _check(raw)
    envelope = read_envelope(raw)
    assert len(envelope.digest) == 64


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    """Noise gives a storable letter too."""
    _check(raw)
    read_envelope(raw)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.data())
def test_two_mails_spliced_at_any_place_are_read(first: bytes, second: bytes, data: st.DataObject) -> None:
    """The beginning of one mail and the end of another give a storable letter."""
    cut = data.draw(st.integers(0, len(first)))
    start = data.draw(st.integers(0, len(second)))
    _check(first[:cut] + second[start:])


HEAD = b"From: anna@example.se\r\nTo: help@example.se\r\nSubject: x\r\n"
TEXT = HEAD + b"\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
DAEMON = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.se\r\nSubject: Undelivered mail\r\n\r\n"
NESTED = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1) for i in range(3000))

HOSTILE = {
    "commas in From": b"From: " + b"," * 250_000,
    "one long word in From": b"From: " + b"a" * 250_000,
    "spaces in From": b"From: a" + b" " * 250_000 + b"b",
    "encoded words in From": b"From: " + b"=?utf-8?q?a,?= " * 15_000,
    "open encoded words": b"Subject: " + b"=?a?q?" * 40_000,
    "carriage returns": b"\r" * 1_000_000,
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * 50_000,
    "one long parameter": HEAD + b"Content-Type: text/plain;" + b"a" * 200_000,
    "nested parts": HEAD + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + NESTED,
    "many parts": MIXED + b"--b\r\n\r\nx\r\n" * 100_000,
    "half boundaries": MIXED + b"--b" * 300_000,
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 500_000,
    "short lines": TEXT + b":\n" * 500_000,
    "quote marks": TEXT + b">" * 1_000_000,
    "rules": TEXT + (b"-" * 390 + b"\n") * 2_500,
    "spaces": TEXT + b" " * 1_000_000,
    "one long line": TEXT + b"a" * 1_000_000,
    "introductions": TEXT + b"On 2025-01-01 10:00 x@y wrote:\n" * 30_000,
    "header words": TEXT + b"From: a\nTo: b\n" * 70_000,
    "nested divs": HTML + b"<div>" * 100_000,
    "misnested formatting": HTML + b"<a><b><i><u>x</a></b></i></u>" * 18_000,
    "nested lists": HTML + b"<ul><li>" * 60_000,
    "tables without rows": HTML + b"<table>" + b"<b>x" * 100_000,
    "open comments": HTML + b"<!--" * 120_000,
    "open styles": HTML + b"<style>" * 70_000,
    "open quotes": HTML + b'<a "' * 120_000,
    "huge numbers": HTML + b"&#" + b"9" * 400_000,
    "addresses in a report": DAEMON + (b"a@" * 200 + b"\n") * 400,
    "dots in a report": DAEMON + (b"a@b." + b"c." * 230 + b"\n") * 400,
    "rules in a report": DAEMON + (b"-" * 480 + b"\n") * 400,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_input_costs_more_than_five_seconds(raw: bytes) -> None:
    """Inputs made to be slow stay far below T29's five seconds of processor time."""
    started = time.process_time()
    _check(raw)
    assert time.process_time() - started < 5
