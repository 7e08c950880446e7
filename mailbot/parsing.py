"""Reads mail files and says, as plain data, how mailbot understands each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mailbot.core.letter import as_json, read_letter
from mailbot.core.machine import machine_reason

MAX_FILE = 200 * 1024 * 1024
"""Bytes; no mail server hands out more."""


def parse_paths(paths: Iterable[str], *, language: str = "") -> Iterator[dict[str, object]]:
    """One dictionary for each path, in order; `error` is set where a file cannot be read.

    `language` is the one of a desk, see `read_letter`. Reads the disk; never raises for a bad file or a bad mail.
    """
    for path in paths:
        try:
            with Path(path).open("rb") as file:
                raw = file.read(MAX_FILE)
        except (OSError, ValueError) as error:
            yield {"path": path, "error": f"{path}: {getattr(error, 'strerror', None) or error}"}
            continue
        letter = read_letter(raw, language=language)
        reason = machine_reason(letter, own_addresses=frozenset())
        yield {"path": path, **as_json(letter, auto=reason is not None), "reason": reason.text if reason else None}
