"""Takes a mail out of the signature that wraps it (S/MIME, RFC 8551 section 3.5.2); judges no signature."""

from __future__ import annotations

MAX_PIECES = 100_000
"""Pieces that are looked at; programs cut the content every thousand octets or more."""
MAX_DEPTH = 10

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
"""The object identifier id-signedData (RFC 5652 section 5.1)."""
_SEQUENCE, _SET, _IDENTIFIER, _INTEGER, _EXPLICIT = 0x30, 0x31, 0x06, 0x02, 0xA0
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24
_INDEFINITE = 0x80
_LONG_TAG = 0x1F


def signed_content(data: bytes) -> bytes | None:
    """What CMS SignedData holds (RFC 5652 section 5), in DER or BER; None where it holds nothing or is something else.

    A cut one gives what came of its content. Bounded by MAX_PIECES and MAX_DEPTH; never raises.
    """
    reader = _Reader(data)
    try:
        reader.read()
    except ValueError:
        return None
    except IndexError:
        return b"".join(reader.pieces) or None
    return b"".join(reader.pieces)


class _Reader:
    """Walks over the elements of one BER value (X.690); lives only within `signed_content`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = MAX_PIECES
        self.pieces: list[bytes] = []

    def read(self) -> None:
        """Collects the pieces of the content; IndexError where the data ends early, ValueError where it is no such."""
        position = self._enter(0, _SEQUENCE)
        end = self._end(position, _IDENTIFIER)
        if not self.data[position:end].endswith(_SIGNED_DATA):
            raise ValueError
        position = self._enter(self._enter(end, _EXPLICIT), _SEQUENCE)
        position = self._end(self._end(position, _INTEGER), _SET)
        position = self._end(self._enter(position, _SEQUENCE), _IDENTIFIER)
        self._collect(self._enter(position, _EXPLICIT), 0)

    def _header(self, position: int) -> tuple[int, int, int]:
        """The tag of an element, where its content begins, and where it ends; -1 where a mark ends it."""
        self.left -= 1
        tag, length = self.data[position], self.data[position + 1]
        if self.left < 0 or tag & _LONG_TAG == _LONG_TAG:
            raise ValueError
        start = position + 2
        if length == _INDEFINITE:
            return tag, start, -1
        if length > _INDEFINITE:
            size = length - _INDEFINITE
            if size > 4:
                raise ValueError
            length = int.from_bytes(self.data[start : start + size], "big")
            start += size
        return tag, start, start + length

    def _enter(self, position: int, expected: int) -> int:
        """Where the content of the element begins."""
        tag, start, _ = self._header(position)
        if tag != expected:
            raise ValueError
        return start

    def _end(self, position: int, expected: int) -> int:
        """Where the next element begins."""
        if self.data[position] != expected:
            raise ValueError
        return self._behind(position, 0)

    def _behind(self, position: int, depth: int) -> int:
        _, start, end = self._header(position)
        if end >= 0:
            return end
        if depth > MAX_DEPTH:
            raise ValueError
        while self.data[start : start + 2] != b"\0\0":
            start = self._behind(start, depth + 1)
        return start + 2

    def _collect(self, position: int, depth: int) -> int:
        """Adds the octets of a string, whole or in pieces; returns where the next element begins."""
        tag, start, end = self._header(position)
        if tag == _OCTETS and end >= 0:
            self.pieces.append(self.data[start:end])
            return end
        if tag != _OCTETS_IN_PIECES or depth > MAX_DEPTH:
            raise ValueError
        while start < len(self.data) and (start < end or (end < 0 and self.data[start : start + 2] != b"\0\0")):
            start = self._collect(start, depth + 1)
        return end if end >= 0 else start + 2
