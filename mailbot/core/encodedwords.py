"""Decodes the encoded words of RFC 2047 in header values, also the broken ones that real senders write."""

from __future__ import annotations

import binascii
import re

from mailbot.core.charsets import WESTERN, decode_bytes, storable

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_words(value: str, regional: str = WESTERN) -> str:
    """The value with each encoded word replaced by its text, in linear time; never raises.

    White space between two encoded words is dropped (RFC 2047 section 6.2) and neighbours in one charset are
    joined before decoding, because many senders split a character between two words.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[tuple[str, bytes]] = []
    pending_charset = ""
    position = 0
    while True:
        found = _next_word(value, position)
        if found is None:
            break
        start, end, charset, kind, data = found
        between = value[position:start]
        if pending_charset and not between.strip() and charset.lower() == pending_charset.lower():
            before = pending[-1]
            if kind == before[0] == "B?" and _cut_within(before[1]):
                pending[-1] = (kind, before[1] + data)
            else:
                pending.append((kind, data))
        else:
            if pending_charset:
                out.append(decode_bytes(_octets(pending), pending_charset, regional)[0])
            if not (pending_charset and not between.strip()):
                out.append(between)
            pending, pending_charset = [(kind, data)], charset
        position = end
    if pending_charset:
        out.append(decode_bytes(_octets(pending), pending_charset, regional)[0])
    out.append(value[position:])
    return storable("".join(out))


def _next_word(value: str, position: int) -> tuple[int, int, str, str, bytes] | None:
    """Start, end, charset, kind of encoding and encoded text of the first encoded word at or after the position."""
    while True:
        start = value.find("=?", position)
        if start < 0:
            return None
        # Charset names are short (RFC 2047 section 2 allows 75 for the whole word): no long search.
        mark = value.find("?", start + 2, start + 80)
        kind = value[mark + 1 : mark + 3].upper() if mark > 0 else ""
        if kind not in ("Q?", "B?"):
            position = start + 2
            continue
        end = value.find("?=", mark + 3)
        after = end + 2
        if end < 0:
            # Cut in mid-word by a length limit somewhere on the way: show what came.
            end = after = len(value)
        data = value[mark + 3 : end].encode("utf-8", "replace")
        return start, after, value[start + 2 : mark] or "us-ascii", kind, data


def _octets(words: list[tuple[str, bytes]]) -> bytes:
    """What neighbouring encoded words of one charset stand for."""
    return b"".join(binascii.a2b_qp(data, header=True) if kind == "Q?" else _b_bytes(data) for kind, data in words)


def _cut_within(text: bytes) -> bool:
    """Whether base64 ends within the bits of an octet, where it was cut; missing padding alone leaves none over."""
    over = len(text) % 4
    return over == 1 or (over > 1 and _BASE64.find(text[-1]) & (15 if over == 2 else 3) != 0)


def _b_bytes(text: bytes) -> bytes:
    """Base64 in which padding may be missing, doubled or in the middle."""
    out = b""
    for piece in text.split(b"="):
        clean = _NOT_BASE64.sub(b"", piece)
        clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
        out += binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    return out
