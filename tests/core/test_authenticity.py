"""Only our own server's word counts, and only where it speaks of the From."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.authenticity import judge_sender, parse_results
from mailbot.core.letter import read_letter

FROM = "From: Anna <anna@example.se>\r\n"


def _judge(headers: str, authserv_id: str = "mx.desk.se") -> str:
    return judge_sender(read_letter(f"{headers}{FROM}\r\nHej\r\n".encode()), authserv_id)


def _ar(value: str) -> str:
    return f"Authentication-Results: {value}\r\n"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("mx.desk.se; dmarc=pass header.from=example.se", "pass"),
        ("MX.Desk.SE; DMARC=Pass header.From=Example.SE", "pass"),
        ("mx.desk.se 1; dmarc=pass (p=reject dis=none) header.from=example.se", "pass"),
        ('"mx.desk.se"; dmarc = pass header . from = "example.se"', "pass"),
        ("mx.desk.se; (dmarc=fail) dmarc=pass header.from=example.se", "pass"),
        ("mx.desk.se; dkim=pass header.d=example.se", "pass"),
        ("mx.desk.se; dkim=pass header.i=@example.se", "pass"),
        ("mx.desk.se; dkim=fail header.d=example.se; dkim=pass header.d=se; dkim=pass header.d=example.se", "pass"),
        ("mx.desk.se; spf=pass smtp.mailfrom=bounce@example.se", "pass"),
        ("mx.desk.se; spf=pass smtp.mailfrom=example.se; dkim=fail", "pass"),
        ("mx.desk.se; dmarc=fail header.from=example.se; spf=pass smtp.mailfrom=example.se", "fail"),
        ("mx.desk.se; spf=fail smtp.mailfrom=example.se; dkim=fail header.d=example.se", "fail"),
        ("mx.desk.se; dmarc=none; spf=fail smtp.mailfrom=example.se", "fail"),
        ("mx.desk.se; spf=softfail smtp.mailfrom=example.se", "none"),
        ("mx.desk.se; dmarc=pass header.from=evil.org", "none"),
        ("mx.desk.se; dmarc=pass", "none"),
        ("mx.desk.se; dkim=pass header.d=evil.org", "none"),
        ("mx.desk.se; dkim=pass header.d=se", "none"),
        ("mx.desk.se; dkim=pass header.d=ample.se", "none"),
        ("mx.desk.se; dkim=pass header.d=evil.example.se", "none"),
        ("mx.desk.se; dkim=pass", "none"),
        ("mx.desk.se; none", "none"),
        ("mx.desk.se 2; dmarc=pass header.from=example.se", "none"),
        ("mx.desk.se; dmarc/2=pass header.from=example.se", "none"),
        ("mx.desk.se.evil.org; dmarc=pass header.from=example.se", "none"),
        ("mx.desk.se (; dmarc=pass header.from=example.se", "none"),
        ('mx.desk.se; dkim=pass reason="x header.d=example.se" header.d=evil.org', "none"),
        ('mx.desk.se; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.se"@evil.org', "none"),
        ("mx.desk.se; spf=fail (dmarc=pass header.from=example.se) smtp.mailfrom=example.se", "fail"),
        ("dmarc=pass header.from=example.se", "none"),
        ("", "none"),
    ],
)
def test_a_verdict_follows_the_grammar_of_rfc_8601(value: str, verdict: str) -> None:
    """Comments, versions, quoting and case are read as section 2.2 says; a pass must speak of the From's domain."""
    assert _judge(_ar(value)) == verdict


OURS_NONE = _ar("mx.desk.se; spf=none smtp.mailfrom=example.se")
FORGED = _ar("mx.desk.se; dmarc=pass header.from=example.se")


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        (OURS_NONE + "Received: from evil by mx.desk.se; now\r\n" + FORGED, "none"),
        ("Received: from evil by mx.desk.se; now\r\n" + OURS_NONE + "Subject: x\r\n" + FORGED, "none"),
        (_ar("other.org; dmarc=fail header.from=example.se") + FORGED, "pass"),
        (OURS_NONE + "DKIM-Filter: x\r\n" + FORGED, "pass"),
        (_ar("mx.desk.se; dmarc=fail header.from=example.se") + FORGED, "fail"),
        (OURS_NONE + _ar("other.org; spf=pass smtp.mailfrom=example.se") + FORGED, "none"),
    ],
)
def test_only_the_topmost_block_of_our_own_server_counts(headers: str, verdict: str) -> None:
    """What stands below the block came with the mail and may be forged (T7)."""
    assert _judge(headers) == verdict


def test_without_an_authserv_id_nothing_is_believed() -> None:
    """A desk that names no server gets no verdict."""
    assert _judge(FORGED, "") == "none"


def test_a_disputed_from_is_never_genuine() -> None:
    """Two From headers are nobody's, whatever the server says (T8)."""
    assert _judge(FORGED + "From: boss@example.se\r\n") == "none"


@given(st.text(alphabet='mx.desk;=()"\\ /dmarcpsfheo1\t', max_size=60))
def test_any_value_is_parsed_without_an_error(value: str) -> None:
    """The parser takes any text and never names a server for a value it could not read."""
    server, results = parse_results(value)
    assert server or not results
