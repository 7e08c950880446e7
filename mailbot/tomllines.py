"""Where the keys of a TOML text stand: the standard library's reader tells what they say, and not in which line."""

from __future__ import annotations

import re


class Lines:
    """Where the keys of a TOML text stand, as lines from 1; read once, asked often."""

    def __init__(self, source: str) -> None:
        self._first: dict[tuple[str, ...], int] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        """Of each list of tables, the number of its last one so far."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(source.splitlines(), 1):
            text = line.strip()
            header = re.match(r"(\[\[?)\s*([^\]]+?)\s*\]", text)
            if header:
                table = self._table(header[2], number, is_item=header[1] == "[[")
                self._first.setdefault(table, number)
                continue
            assignment = re.match(r"([\w.\"'-]+)\s*=", text)
            if assignment:
                key = (*table, *(part.strip("\"'") for part in assignment[1].split(".")))
                self._first.setdefault(key, number)

    def _table(self, name: str, number: int, *, is_item: bool) -> tuple[str, ...]:
        """The key of the table that a header opens, items of lists by their numbers."""
        *around, last = (part.strip().strip("\"'") for part in name.split("."))
        key: tuple[str, ...] = ()
        for part in around:
            key = (*key, part)
            key = (*key, str(self._counts[key])) if key in self._counts else key
        key = (*key, last)
        if not is_item:
            return key
        # A list as a whole begins with its first item.
        self._first.setdefault(key, number)
        self._counts[key] = self._counts.get(key, -1) + 1
        return (*key, str(self._counts[key]))

    def of(self, key: tuple[str, ...]) -> int | None:
        """The line of a dotted key, else of the nearest table around it, else of what is first in it; None: nowhere."""
        around = (self._first[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self._first)
        within = (line for known, line in self._first.items() if known[: len(key)] == key)
        return next(around, None) or next(within, None)


def line_of(source: str, key: tuple[str, ...]) -> int | None:
    """The line (from 1) where a dotted key, or failing that the nearest table around it, stands in a TOML text."""
    return Lines(source).of(key)
