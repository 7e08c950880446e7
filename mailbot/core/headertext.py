"""Turns any text, a customer's too, into a header that is one header: clean, 7-bit, folded.

RFC 5322, RFC 2047 and RFC 2231. Nothing here raises, whatever the text holds (T22).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import quote

LINE = 78
"""What a header line should not exceed, without CRLF (RFC 5322 section 2.1.1)."""
ENCODED_LINE = 76
"""The same where it holds an encoded word (RFC 2047 section 2)."""
LONGEST = 500
"""Characters of a header's text that are kept."""

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# They turn the rest of a line around and could hide whose case a letter is about.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[A-Za-z0-9:.]+\]")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text without controls, line breaks of any kind, lone surrogates and turned directions; at most `longest`."""
    text = text[: longest * 4]
    if not text.isascii() or not text.isprintable():  # most headers are neither long nor odd
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _TURNS.sub("", _BREAKS.sub(" ", text)))
    text = text.strip(" ")
    if "  " in text:
        text = re.sub(" {2,}", " ", text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def text_header(name: str, value: str) -> str:
    """A header of free text, folded, without the last line break."""
    value = one_line(value)
    words = value.split(" ")
    # A word too long for a line cannot be folded; something that looks like an encoded word would be read as one.
    if not value.isascii() or "=?" in value or max(map(len, words)) > LINE - len(name) - 2:
        return f"{name}: " + "\r\n ".join(_encoded_words(value, len(name) + 2))
    return _folded(name, words)


def mailbox_header(name: str, address: str, display_name: str = "") -> str:
    """A header that names one mailbox, folded, without the last line break."""
    phrase = _phrase(one_line(display_name, 100), len(name) + 2)
    if not phrase:
        return f"{name}: {addr_spec(address)}"
    where = f"<{addr_spec(address)}>"
    last = phrase.rpartition("\n")[2]
    used = len(last) + (len(name) + 2 if last == phrase else 0)
    return f"{name}: {phrase}{' ' if used + 1 + len(where) <= LINE else chr(13) + chr(10) + ' '}{where}"


def ids_header(name: str, ids: Iterable[str]) -> str:
    """A header of Message-IDs, given without angle brackets, folded only between them and never encoded (G2).

    Empty where none of them can stand in a header.
    """
    usable = [f"<{one}>" for one in ids if _MESSAGE_ID.fullmatch(one)]
    return _folded(name, usable) if usable else ""


def addr_spec(address: str) -> str:
    """An address as it may stand in a 7-bit header; one that cannot (RFC 6531) becomes an empty group of its name."""
    address = one_line(address, 320)
    local, _, domain = address.rpartition("@")
    if local and "@" not in local and not (_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)):
        local = '"' + re.sub(r'([\\"])', r"\\\1", local) + '"'
    if not _DOMAIN.fullmatch(domain):
        domain = _ascii_domain(domain)
    if not local or not domain or not local.isascii() or ("@" in local and not _QUOTED.fullmatch(local)):
        # RFC 6857 section 3.1.1: a mail that cannot be addressed can still be written.
        return "".join(_encoded_words(address or "unknown", 0)[:1]) + " :;"
    return f"{local}@{domain}"


def parameter(name: str, value: str) -> tuple[str, ...]:
    """A parameter of a Content- header as the pieces it takes, each to stand on a line of its own (RFC 2231)."""
    value = one_line(value, 255)
    room = LINE - len(name) - len(" *00*=utf-8''\";")
    if value.isascii() and len(value) <= room and "=?" not in value:
        return (f'{name}="' + re.sub(r'([\\"])', r"\\\1", value) + '"',)
    pieces = list(_percent_pieces(value, room))
    if len(pieces) == 1:
        return (f"{name}*=utf-8''{pieces[0]}",)
    return (f"{name}*0*=utf-8''{pieces[0]}", *(f"{name}*{i}*={piece}" for i, piece in enumerate(pieces[1:], 1)))


def _ascii_domain(domain: str) -> str:
    """The domain in its ASCII form (RFC 5891), or empty where it has none."""
    try:
        ascii_form = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return ascii_form if _DOMAIN.fullmatch(ascii_form) else ""


def _phrase(text: str, used: int) -> str:
    if not text or (_ATOMS.fullmatch(text) and len(text) <= LINE - used and "=?" not in text):
        return text
    if text.isascii() and len(text) <= 60 and "=?" not in text:
        return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'
    return "\r\n ".join(_encoded_words(text, used))


def _folded(name: str, words: Iterable[str]) -> str:
    lines: list[str] = []
    line = f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LINE and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += " " + word
    return "\r\n".join((*lines, line))


def _encoded_words(text: str, used: int) -> list[str]:
    """The text as encoded words, none of them splitting a character (RFC 2047 section 5); `used`: of the first line."""
    spelt = [_quoted(char) for char in text]
    sizes = [len(char.encode()) for char in text]
    as_q = sum(map(len, spelt)) <= sum(sizes) * 4 / 3
    costs = [len(each) for each in spelt] if as_q else sizes
    room = ENCODED_LINE - 1 - len("=?utf-8?q??=")
    limit = room - max(used - 1, 0)
    starts, length = [0], 0
    for place, cost in enumerate(costs):
        if length and length + cost > (limit if as_q else limit // 4 * 3):
            starts.append(place)
            limit, length = room, 0
        length += cost
    cuts = list(pairwise((*starts, len(text))))
    if as_q:
        return [f"=?utf-8?q?{''.join(spelt[start:end])}?=" for start, end in cuts]
    return [f"=?utf-8?b?{base64.b64encode(text[start:end].encode()).decode()}?=" for start, end in cuts]


@lru_cache(maxsize=1024)
def _quoted(char: str) -> str:
    """A character as the Q encoding spells it (RFC 2047 section 4.2)."""
    bytes_ = char.encode()
    return "".join("_" if byte == 0x20 else chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in bytes_)


def _percent_pieces(value: str, room: int) -> Iterator[str]:
    piece = ""
    for char in value:
        coded = quote(char, safe="")
        if len(piece) + len(coded) > room:
            yield piece
            piece = ""
        piece += coded
    yield piece
