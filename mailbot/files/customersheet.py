"""A CSV file of customers taken apart: what the rows of each customer say, and in which lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailbot.files.customerform import is_customer_key
from mailbot.files.formfile import KeyPath, SourceError
from mailbot.problems import Problem

_Reading = Callable[[str], Any]


def _list(cell: str) -> Any:
    return cell.split()


# What cannot be read as what it should be stays a string, which the form refuses in its own words.
def _yes_or_no(cell: str) -> Any:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(cell.lower(), cell)


def _number(cell: str) -> Any:
    return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 10 else cell


_OWN: Mapping[str, _Reading] = {
    "name": str, "domains": _list, "agreement": str, "since": str, "until": str, "overdue": _yes_or_no, "language": str,
    "contacts_allowed": _number, "attributes": _list, "products": _list,
}  # fmt: skip
"""Columns about a customer, which all its rows share."""
_CONTACT: Mapping[str, tuple[str, _Reading]] = {
    "contact": ("address", str), "contact_name": ("name", str), "trained": ("trained", _list),
    "sees_cases": ("sees_cases", _yes_or_no),
}  # fmt: skip
"""Columns about the contact of a row: the form's key for each."""
_COLUMN_OF = {key: column for column, (key, _) in _CONTACT.items()}
COLUMNS = ("customer", *_OWN, *_CONTACT)
"""Those that a file may have; it must have the first two."""


@dataclass(slots=True)
class _Rows:
    """What the rows of one customer say."""

    line: int
    """Of the first."""
    cells: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By column of the customer's own: what stands there, and in which line."""
    contacts: list[tuple[dict[str, Any], int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """A CSV file of customers as it was read."""

    path: Path
    rows: Mapping[str, _Rows]
    problems: tuple[Problem, ...]
    """What is wrong with header and rows, beyond what the form says of a customer."""

    def customers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each customer's key, and what `customerform.CustomerForm` reads of it."""
        for key, rows in self.rows.items():
            own = {column: _OWN[column](cell) for column, (cell, _) in rows.cells.items()}
            yield key, own | {"contacts": [contact for contact, _ in rows.contacts]}

    def problem(self, key: KeyPath, message: str) -> Problem:
        """What is wrong with a key of a customer such as (CUSTOMER, "contacts", "0", "name"): by line and column."""
        customer, column, *rest = (*key, "")
        rows = self.rows[customer]
        line = rows.cells[column][1] if column in rows.cells else rows.line
        if column == "contacts":
            column = _COLUMN_OF.get(rest[1] if len(rest) > 1 else "", "contact")
            line = rows.contacts[int(rest[0])][1] if rest[0] else line
        return Problem(self.path, line, f"{customer}.{column}" if column else customer, message)


def read_sheet(path: Path) -> CustomerSheet:
    """The file as it stands: UTF-8, cells parted by commas or semicolons. SourceError tells why it cannot be read."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise SourceError((Problem(path, line, "", 'is not UTF-8: expected it saved as "CSV UTF-8"'),)) from exc
    except (OSError, ValueError) as exc:
        raise SourceError((Problem(path, None, "", f"cannot be read: {exc}"),)) from exc
    problems: list[Problem] = []
    rows: dict[str, _Rows] = {}
    lines = _cells(path, text, problems)
    header, at = next(lines, ([], 1))
    columns = [cell.lower() for cell in header]
    problems += (Problem(path, at, column, message) for column, message in _check_header(columns))
    if not set(COLUMNS[:2]) <= set(columns):
        return CustomerSheet(path, rows, tuple(problems))
    places = {column: place for place, column in reversed(list(enumerate(columns)))}
    for cells, line in lines:
        if any(cells[len(columns) :]):
            problems.append(Problem(path, line, "", f"has {len(cells)} cells where the header has {len(columns)}"))
            continue
        # A row may end with its last cell that says something.
        cells.extend([""] * (len(columns) - len(cells)))
        problems += (Problem(path, line, key, message) for key, message in _enter(rows, places, cells, line))
    return CustomerSheet(path, rows, tuple(problems))


def _cells(path: Path, text: str, problems: list[Problem]) -> Iterator[tuple[list[str], int]]:
    """The cells of each row that is not empty, and the line in which it begins."""
    head = text.lstrip().partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells, line
            line = reader.line_num + 1
    except csv.Error as exc:
        problems.append(Problem(path, line, "", f"is no row of a CSV file, nor is what follows read: {exc}"))


def _check_header(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, column in enumerate(columns):
        if column not in COLUMNS:
            yield column, f"is no known column: expected some of {', '.join(COLUMNS)}"
        elif column in columns[:number]:
            yield column, "stands there twice"
    yield from (
        (column, "is missing: expected a column of that name") for column in COLUMNS[:2] if column not in columns
    )


def _enter(
    rows: dict[str, _Rows], places: Mapping[str, int], cells: Sequence[str], line: int
) -> Iterator[tuple[str, str]]:
    """Add what a row says; what is wrong with it, by column."""
    key = cells[places["customer"]]
    if not is_customer_key(key):
        yield "customer", f"expected the key of a customer, letters a to z, digits, - and _, got {key!r}"
        return
    known = rows.get(key)
    if known is None:
        known = rows[key] = _Rows(line)
    contact: dict[str, Any] = {}
    for column, place in places.items():
        cell = cells[place]
        if not cell:
            continue
        if column in _CONTACT:
            name, read = _CONTACT[column]
            contact[name] = read(cell)
        elif column in _OWN:
            earlier, there = known.cells.setdefault(column, (cell, line))
            if cell != earlier:
                yield f"{key}.{column}", f"is {earlier!r} in line {there}: expected the same, or nothing, got {cell!r}"
    if contact:
        known.contacts.append((contact, line))
