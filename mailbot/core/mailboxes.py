"""Reads address headers: a tolerant list for showing and sorting, and the one sender nobody can dispute (T8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.core.charsets import WESTERN
from mailbot.core.encodedwords import decode_words

MAX_ADDRESSES = 1000
"""T29."""
MAX_VALUE = 64 * 1024
"""Characters of one address header that are read."""
MAX_NAME = 2000
"""Characters of a display name that are read."""
MAX_ADDRESS_LENGTH = 254
"""RFC 5321 section 4.5.3.1.3, less the angle brackets."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as it stood in a header."""

    name: str
    """Decoded display name, may be empty."""
    address: str
    """local@domain; the domain in lower case and in its ASCII form (T10), the local part as written."""

    @property
    def key(self) -> str:
        """What the address is known by and compared as."""
        return ascii_lower(self.address)


_SIMPLE = re.compile(r'\s*(?:"([^"\\]*)"\s*|([^"<>(),:;@\\\[\]]*))<([^\s<>"(),:;\\@\[\]]+@[^\s<>"(),:;\\@\[\]]+)>\s*')
_BARE = re.compile(r'\s*([^\s<>"(),:;\\@\[\]]+@[^\s<>"(),:;\\@\[\]]+)\s*')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<|>|,|;|:|\(|\)|\\.|[^"<>,;:()\\]+|.', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f]")
# Words first, then those with an "@": a pattern that asks for the "@" itself takes quadratic time on a long word.
_WORD = re.compile(r'[^\s<>",;:()\[\]\\]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_QUOTED_LOCAL = re.compile(r'"\s*(?:\([^()]*\)\s*)?@')
_DOMAIN = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]+|\[[0-9A-Za-z.:]+\]")


def parse_addresses(value: str, regional: str = WESTERN) -> tuple[Address, ...]:
    """Every mailbox in an address-list value, groups opened, at most MAX_ADDRESSES; linear, never raises.

    Tolerates what real mails hold: unquoted commas and dots in names, missing brackets, comments, stray quotes.
    """
    value = value[:MAX_VALUE]
    found = _SIMPLE.fullmatch(value)
    if found is not None and len(found[3]) <= MAX_ADDRESS_LENGTH:
        name = found[1] if found[1] is not None else found[2]
        return (Address(_shown(name, regional), _folded(found[3])),)
    found = _BARE.fullmatch(value)
    if found is not None and len(found[1]) <= MAX_ADDRESS_LENGTH:
        return (Address("", _folded(found[1].strip("'"))),)
    return _ListReader(regional).read(value)


class _ListReader:
    """Walks over the tokens of one address list; lives only within `parse_addresses`."""

    def __init__(self, regional: str) -> None:
        self.regional = regional
        self.found: list[Address] = []
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: list[str] | None = None
        self.address = ""
        self.at_seen = False

    def read(self, value: str) -> tuple[Address, ...]:
        depth = 0
        for piece in _TOKEN.findall(value):
            if len(self.found) >= MAX_ADDRESSES:
                break
            if piece == "(":
                depth += 1
                self.comments.append("")
            elif piece == ")":
                depth = max(0, depth - 1)
            elif depth:
                self.comments[-1] += piece
            else:
                self._token(piece)
        self._end_mailbox()
        return tuple(self.found[:MAX_ADDRESSES])

    def _token(self, piece: str) -> None:
        if self.angle is not None:
            if piece == ">":
                self.address = self.address or "".join(self.angle)
                self.angle = None
            elif piece == "<":
                self.angle = []
            elif piece in {",", ";"} and "@" in "".join(self.angle[-4:]):
                # The closing bracket is missing.
                self.address = self.address or "".join(self.angle)
                self._end_mailbox()
            else:
                self.angle.append(piece)
        elif piece == "<":
            self.angle = []
        elif piece in {",", ";"}:
            # "Doe, John <john@example.com>" without quotes: the comma belongs to the name.
            if self.address or piece == ";" or self.at_seen:
                self._end_mailbox()
            elif self.words:
                self.words.append(",")
        elif piece == ":":
            self.words = []
            self.at_seen = False
        elif piece != ">":
            self.words.append(piece)
            self.at_seen = self.at_seen or "@" in piece

    def _end_mailbox(self) -> None:
        if self.angle is not None:
            self.address = self.address or "".join(self.angle)
        name = "".join(_unquoted(word) for word in self.words)
        address = _clean_address(self.address)
        if not address:
            # Without brackets the address is the word that holds the "@".
            joined = "".join(self.words)
            bare = next(iter(_at_words(joined)), "")
            if bare:
                address = _clean_address(bare)
                name = joined.replace(bare, " ", 1).strip()
            elif '"' in joined and "@" in joined:
                address = _clean_address(joined)
                name = ""
        if not name.strip() and self.comments:
            name = self.comments[-1]
        if address:
            self.found.append(Address(_shown(name, self.regional), address))
        self.words = []
        self.comments = []
        self.angle = None
        self.address = ""
        self.at_seen = False


def _unquoted(piece: str) -> str:
    if len(piece) >= 2 and piece[0] == '"' and piece[-1] == '"':
        return _ESCAPE.sub(r"\1", piece[1:-1])
    return piece if piece != '"' else ""


def _shown(name: str, regional: str) -> str:
    name = _SPACE.sub(" ", decode_words(name[:MAX_NAME], regional)).strip()
    while len(name) >= 2 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


def _at_words(text: str) -> list[str]:
    """The words that hold an "@" with something on both sides."""
    return [word for word in _WORD.findall(text) if "@" in word.strip("@")] if "@" in text else []


def _clean_address(text: str) -> str:
    """local@domain out of what stood between the brackets, or the empty string."""
    text = text.strip()
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@") and ":" in text:
        # A source route (RFC 5322 section 4.4), obsolete and ignored.
        text = text.rpartition(":")[2]
    if not text.startswith('"'):
        text = _SPACE.sub("", text).strip("'")
    local, at, domain = text.rpartition("@")
    if not (at and local and _DOMAIN.fullmatch(domain)) or len(text) > MAX_ADDRESS_LENGTH:
        return ""
    return _folded(text)


def _folded(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return local + at + ascii_lower(_as_labels(domain)).rstrip(".")


def _as_labels(domain: str) -> str:
    """The domain as mail servers look it up (RFC 5890), so that it has one name however it is spelt.

    One that has no such form stays as it is: nobody can be written to under it.
    """
    if domain.isascii() or len(domain) > MAX_ADDRESS_LENGTH:
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def ascii_lower(text: str) -> str:
    """Lower case for ASCII letters only: other folding makes different addresses equal (T10)."""
    return text.lower() if text.isascii() else "".join(c.lower() if c < "\x80" else c for c in text)


def sole_mailbox(values: tuple[str, ...], regional: str = WESTERN) -> Address | None:
    """The sender that every parser reads alike from the From headers, or None (T8, RFC 7489 section 6.6.1).

    None for several From headers, several mailboxes, groups, an address hidden in a comment, in a quoted name or in
    an encoded word, and for control characters.
    """
    if len(values) != 1:
        return None
    value = values[0]
    if _CONTROL.search(value):
        return None
    mailboxes = parse_addresses(value, regional)
    if len(mailboxes) != 1 or not _well_formed(mailboxes[0].address):
        return None
    sender = mailboxes[0]
    if _QUOTED_LOCAL.search(value) and not sender.address.startswith('"'):
        # A quoted string is the local part (RFC 5322 section 3.4.1): the "@" in it is not the one of the address.
        return None
    # Everything that any reader might take for an address must be this address.
    candidates = {_folded(word) for word in _at_words(_QUOTED.sub(" ", value))}
    quoted = " ".join(_QUOTED.findall(value))
    decoded = decode_words(value, regional)
    if any(mark in text for text in (quoted, _encoded_text(value, decoded)) for mark in "<>"):
        candidates |= {_folded(word) for word in _at_words(decoded)}
    if '"' in value and not candidates:
        candidates = {sender.address}
    if candidates != {sender.address} or value.count("<") > 1 or value.count("<") != value.count(">"):
        return None if candidates != {sender.address} else _bracketed_once(value, sender)
    if ";" in _QUOTED.sub(" ", value) or value.count('"') % 2:
        return None
    return sender


def _bracketed_once(value: str, sender: Address) -> Address | None:
    outside = _QUOTED.sub(" ", value)
    return sender if outside.count("<") == outside.count(">") == 1 else None


def _encoded_text(value: str, decoded: str) -> str:
    """What decoding added to the value: the text of its encoded words."""
    return decoded if decoded != value else ""


def _well_formed(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    if domain.startswith("["):
        return False
    return len(local) <= 64 and ".." not in domain and not domain.startswith((".", "-")) and " " not in local
