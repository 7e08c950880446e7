"""What is told of an attachment before it is decoded."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.attachment import Attachment

BASE64_AND_DAMAGE = st.text("AQVz09+/=== \r\n!-", max_size=60).map(str.encode)


@given(BASE64_AND_DAMAGE)
@example(b"QUJD=")
@example(b"QUJDQUI=V")
@example(b"QQ==QUJD")
@example(b"=QUJD\r\n")
def test_the_size_of_base64_is_that_of_its_content(body: bytes) -> None:
    """Counting digits gives what decoding gives, with padding missing, doubled or in the middle."""
    attachment = Attachment("a.pdf", "application/pdf", body, encoding="base64")
    assert attachment.size == len(attachment.content)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"a=20b\n"),
        ("8bit", b"a=20b\n"),
        ("quoted-printable", b"a=20b=\nc\n"),
        ("base64", base64.encodebytes(bytes(1000))),
        ("x-uuencode", b"begin 644 a\n#86)C\n`\nend\n"),
    ],
)
def test_every_encoding_has_its_size(encoding: str, body: bytes) -> None:
    """The size told is the content's, not that of what came over the wire."""
    attachment = Attachment("a", "application/octet-stream", body, encoding=encoding)
    assert attachment.size == len(attachment.content)


def test_without_an_encoding_the_body_is_the_content() -> None:
    """Nothing is undone where nothing was done."""
    assert Attachment("a", "text/plain", b"QUJD").content == b"QUJD"
