"""A table of plain text that fits the width of a terminal or a mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WIDTH: Final = 80
_GAP: Final = "  "
_NARROWEST: Final = 8


def text_table(rows: Sequence[Sequence[str]], *, names: int = 1, width: int = WIDTH) -> tuple[str, ...]:
    """The lines of a table whose first row is its head: the first `names` columns to the left, figures to the right.

    Where that is wider than `width` characters, the last of the names is cut; the figures never are.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    if over > 0:
        widths[names - 1] = max(widths[names - 1] - over, min(_NARROWEST, widths[names - 1]))
    return tuple(_line(row, widths, names) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], names: int) -> str:
    cells = [
        _cut(cell, width).ljust(width) if place < names else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return _GAP.join(cells).rstrip()


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"
