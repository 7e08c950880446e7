"""The bytes of a mail as the database keeps them: whole, and compressed."""

from __future__ import annotations

import zstandard

_LEVEL = 3
"""Shrinks text mail to a third, and costs a fifth of what zlib does for the same."""


def pack(raw: bytes) -> bytes:
    """What the database keeps of a mail."""
    return zstandard.compress(raw, _LEVEL)


def unpack(kept: bytes) -> bytes:
    """The mail as it arrived, byte for byte (K6). zstandard.ZstdError where what was kept is damaged."""
    return zstandard.decompress(kept)
