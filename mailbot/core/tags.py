"""Signed tags: the proof, in an address or a Message-ID, that a person was written to about a ticket.

A tag is 38 characters of a case-insensitive alphabet: the signing key's id (1), the participant's handle (11) and 130
bits of HMAC-SHA256 over ticket, person and role (26). It fits a local part of 64 octets beside `name+` and survives
servers that fold case. The handle finds the row; only the MAC is believed (T2, T3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

_HANDLE = 11
_MAC = 26
_ENOUGH = 20
"""Octets of a digest that are spelt out: 32 characters, as many as anybody here takes."""
_TAG = re.compile(rf"[a-z2-7]{{{1 + _HANDLE + _MAC}}}", re.ASCII)
_IN_USE = re.compile(rf"(?<![a-z0-9])[a-z2-7]{{{1 + _HANDLE + _MAC}}}(?:\.[a-z2-7]{{16}})?@", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key; its id, one character, stands in the tags it made."""

    id: str
    secret: bytes


_NO_KEY = Key("", b"")


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a tag names: a person, in a role, at a ticket."""

    ticket: str
    """The case number."""
    address: str
    """Lower case."""
    role: str


@lru_cache(maxsize=1000)
def make_handle(party: Party) -> str:
    """The public name of a party: the same whatever key is current, for its row outlives a rotation."""
    return _digest(_NO_KEY, "handle", party)[:_HANDLE]


def make_tag(keys: tuple[Key, ...], handle: str, party: Party) -> str:
    """The tag of a party, signed with the current key."""
    return keys[0].id + handle + _mac(keys[0], handle, party)


def handle_in(tag: str) -> str | None:
    """The handle by which the party of a tag is looked up; None where this cannot be one of our tags."""
    tag = tag.lower()
    return tag[1 : 1 + _HANDLE] if _TAG.fullmatch(tag) else None


def is_genuine(keys: tuple[Key, ...], tag: str, party: Party) -> bool:
    """Whether a tag was made for exactly this party with a key that is still believed; compared in constant time."""
    tag = tag.lower()
    handle = handle_in(tag)
    if handle is None:
        return False
    given = tag[1 + _HANDLE :]
    return any(key.id == tag[0] and hmac.compare_digest(given, _mac(key, handle, party)) for key in keys)


def tagged_message_id(keys: tuple[Key, ...], tag: str, cause: str, hostname: str) -> str:
    """A Message-ID, without angle brackets, that carries a tag and is unique to the letter's cause (G1)."""
    return f"{tag}.{_hash(keys[0], 'letter', cause, tag)[:16]}@{hostname}"


def plain_message_id(keys: tuple[Key, ...], cause: str, recipient: str, hostname: str) -> str:
    """A Message-ID for a letter that belongs to no ticket."""
    return f"{_hash(keys[0], 'letter', cause, recipient)[:32]}@{hostname}"


def tags_in_message_ids(ids: tuple[str, ...], hostname: str) -> tuple[str, ...]:
    """The tags in those of the given Message-IDs that were made under our host name, last one first."""
    found = []
    for message_id in reversed(ids):
        local, _, domain = message_id.lower().rpartition("@")
        tag = local.partition(".")[0]
        if domain == hostname and handle_in(tag):
            found.append(tag)
    return tuple(found)


def tag_in_address(address: str) -> str | None:
    """The tag in `name+tag@domain` or `tag@domain`, lower case; None where there is none."""
    local = address.rpartition("@")[0].lower()
    tag = local.rpartition("+")[2]
    return tag if handle_in(tag) else None


def names_a_tag(text: str) -> bool:
    """Whether an address or a Message-ID in the text has what looks like a tag, whoever it was made for."""
    return _IN_USE.search(text) is not None


def _mac(key: Key, handle: str, party: Party) -> str:
    return _digest(key, f"tag:{handle}", party)[:_MAC]


def _digest(key: Key, purpose: str, party: Party) -> str:
    return _hash(key, purpose, party.ticket, party.address, party.role)


def _hash(key: Key, *parts: str) -> str:
    # Lengths in front keep ("ab", "c") and ("a", "bc") apart.
    message = b"".join([len(data).to_bytes(4, "big") + data for data in map(str.encode, parts)])
    return base64.b32encode(hmac.digest(key.secret, message, hashlib.sha256)[:_ENOUGH]).decode("ascii").lower()
