"""Reads header values with parameters, such as Content-Type (RFC 2045 section 5.1, RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mailbot.core.charsets import WESTERN, decode_bytes
from mailbot.core.encodedwords import decode_words

MAX_VALUE = 16 * 1024
MAX_PARAMETERS = 100

# Up to the next semicolon that is outside a quoted string; a string without its closing quote runs to the end.
_SEGMENT = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL)
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_NUMBERED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_ESCAPE = re.compile(r'\\(["\\])')
_HEAD_COMMENT = re.compile(r"\([^()]*\)")
# Behind a space only: "boundary=a(b)" lacks its quotes.
_COMMENT = re.compile(r"(?<![^\s])\([^()]*\)")


def parse_parameters(value: str, regional: str = WESTERN) -> tuple[str, dict[str, str]]:
    """The value before the first ";" in lower case, and its parameters: names in lower case, values decoded.

    RFC 2231 continuations and charsets are put together; encoded words in values are decoded too, because most
    senders write file names so. Bounded by MAX_VALUE and MAX_PARAMETERS; never raises.
    """
    head, _, rest = value[:MAX_VALUE].partition(";")
    head = head.strip()
    if "(" in head:
        head = _HEAD_COMMENT.sub("", head).strip()
    if "=" in head:
        # The semicolon after the value is missing: "text/plain charset=utf-8".
        first, _, more = head.partition(" ")
        head, rest = (first, more + ";" + rest) if "=" not in first else ("", head + ";" + rest)
    plain: dict[str, str] = {}
    numbered: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _SEGMENT.findall(rest):
        segment = found
        while segment and len(plain) + len(numbered) < MAX_PARAMETERS:
            segment = _add(segment, plain, numbered)
    for name, pieces in numbered.items():
        # RFC 2231 wins over a plain parameter of that name, which is for older readers.
        plain[name] = _joined(pieces, regional)
    return head.lower(), {
        name: text if name in numbered else decode_words(text, regional) for name, text in plain.items()
    }


def _add(segment: str, plain: dict[str, str], numbered: dict[str, dict[int, tuple[str, bool]]]) -> str:
    """Takes one parameter in; returns what stands behind a quoted value, where a semicolon was forgotten."""
    name, equals, text = segment.partition("=")
    name = name.strip().lower()
    if not equals or not name or len(name) > 100:
        return ""
    found = _QUOTED.match(text)
    if found:
        rest = text[found.end() :]
        text = _ESCAPE.sub(r"\1", found[1])
    else:
        # An unquoted value may hold spaces: many senders forget the quotes around a file name.
        rest = ""
        text = text.strip()
        if "(" in text and "=?" not in text and name not in {"name", "filename"}:
            text = _COMMENT.sub("", text).strip()
        if len(text) > 2 and text[0] == text[-1] == "'":
            text = text[1:-1]
    if "*" not in name:
        plain.setdefault(name, text)
        return rest
    split = _NUMBERED.fullmatch(name)
    if split is not None:
        base, number, encoded = split[1], split[2], bool(split[3])
        numbered.setdefault(base, {}).setdefault(int(number or 0), (text, encoded))
    return rest


def _joined(pieces: dict[int, tuple[str, bool]], regional: str) -> str:
    """The text of a parameter that was cut into pieces, some of them percent-encoded (RFC 2231 section 4.1)."""
    charset = ""
    data = b""
    for number in sorted(pieces):
        text, encoded = pieces[number]
        if number == min(pieces) and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    text = decode_bytes(data, charset, regional)[0]
    return decode_words(text, regional) if "=?" in text else text
