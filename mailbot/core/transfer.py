"""Undoes the transfer encodings of MIME, also the damaged ones that real senders and gateways write."""

from __future__ import annotations

import binascii
import contextlib
import re

MAX_PIECES = 100
"""Base64 texts that were joined into one."""
MAX_DAMAGED = 100_000
"""Damaged lines of a uuencoded file after which the rest is left out."""

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_PADDING = re.compile(rb"=+")
_URL_SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_= \t\r\n"
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_RULE = re.compile(rb"(?<![^\n])[-_]{2,}+[ \t\r]*+(?![^\n])")
"""A line that sets a footer off."""
_WORDS = re.compile(rb"[^\s] [^\s]")
_LATE_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_UU_BEGIN = re.compile(rb"(?:\A|\n)begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n")


def encoding_name(value: str) -> str:
    """The Content-Transfer-Encoding that a header's value names, in the spelling of RFC 2045 section 6.1."""
    name = value.partition(";")[0].partition("(")[0].strip(" \"'").lower()
    return {"base64": "base64", "quotedprintable": "quoted-printable"}.get(_NOT_A_LETTER.sub("", name[:40]), name)


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding; damaged encodings give what can be had, never raise."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        # White space at the end of a line was added on the way (RFC 2045 section 6.7, rule 3).
        return binascii.a2b_qp(_LATE_BREAK.sub(b"=", body) if b"= " in body or b"=\t" in body else body)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found = _UU_BEGIN.search(body[:100_000])
        return uudecode(body, found.end()) if found else body
    return body


def decoded_size(body: bytes, encoding: str) -> int:
    """How many bytes `decode_transfer` gives; base64 is only counted, which takes a third of the time."""
    if encoding == "base64":
        whole = _in_standard_alphabet(body.strip())
        unpadded = whole.rstrip(b"= \t\r\n")
        if b"=" not in unpadded and b" " not in whole:
            return len(unpadded.translate(None, delete=_NOT_BASE64)) * 3 // 4
    return len(decode_transfer(body, encoding))


def _base64(body: bytes) -> bytes:
    body = _in_standard_alphabet(body.strip())
    words = _WORDS.search(body) if b" " in body else None
    if words is not None:
        # No encoder writes words: a footer was put below, or the whole is no base64 at all.
        end = body.rfind(b"\n", 0, words.start())
        if end < 0:
            return body
        body = body[:end].rstrip()
    if b"=" not in body[:-2]:
        try:
            # The decoder passes over line ends and stray bytes itself.
            return binascii.a2b_base64(body)
        except binascii.Error:
            pass
    clean = body.translate(None, delete=_NOT_BASE64)
    # Padding in the middle: several encoded pieces were joined, or a footer was added behind.
    pieces = [clean] if b"=" not in clean[:-2] else _PADDING.split(clean, MAX_PIECES)
    out = []
    for piece in pieces:
        bare = piece.replace(b"=", b"")
        bare = bare[:-1] if len(bare) % 4 == 1 else bare
        out.append(binascii.a2b_base64(bare + b"=" * (-len(bare) % 4)))
    return b"".join(out)


def _in_standard_alphabet(body: bytes) -> bytes:
    """The base64 with the two letters of MIME where it was written for addresses of the web (RFC 4648 section 5)."""
    if (b"-" not in body and b"_" not in body) or body.translate(None, delete=_URL_SAFE) or _RULE.search(body):
        return body
    return body.translate(_FROM_URL_SAFE)


def uudecode(body: bytes, start: int) -> bytes:
    """The file of a uuencoded block whose first data line begins at `start`; a damaged line is left out."""
    out = bytearray()
    # Encoders fill lines to 61 characters; millions of one-character lines are an attack on the time.
    lines_left = len(body) // 32 + 1000
    damaged = 0
    # Uuencoding never makes a file shorter; lines that promise more than they hold would blow a mail up.
    while start < len(body) and len(out) < len(body) and lines_left > 0 and damaged < MAX_DAMAGED:
        lines_left -= 1
        line_end = body.find(b"\n", start)
        line_end = len(body) if line_end < 0 else line_end
        line = body[start:line_end].rstrip(b"\r")
        start = line_end + 1
        if line.strip() == b"end":
            break
        if line.strip() in (b"`", b""):
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            damaged += 1
            # Some encoders write trailing garbage; the length byte says how much counts.
            size = ((line[0] - 32) & 63) * 4 // 3 + 3
            with contextlib.suppress(binascii.Error):
                out += binascii.a2b_uu(line[:size])
    return bytes(out)
