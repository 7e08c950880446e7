"""What is checked alike in several places of desk files and customer files: hours, first days, names of other keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from mailbot.files.formfile import KeyPath
from mailbot.files.formvalues import WEEKDAYS, HoursForm, weekdays


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing wrong under a key: a `Problem` whose file and line are still to be found."""

    key: KeyPath
    message: str


def one_of(known: list[str], table: str = "") -> str:
    """What could stand there; `table` says what the file would need for there to be anything."""
    return f"one of {', '.join(known)}" if known else f"none, for the file has {f'no {table}' if table else 'none'}"


def check_twice(key: KeyPath, values: Sequence[str]) -> Iterator[Slip]:
    """Whether a list names something twice."""
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Slip((*key, str(index)), f"{value} stands there twice")


def check_weeks(key: KeyPath, hours: list[HoursForm]) -> Iterator[Slip]:
    """Whether hours name real days, each once, and begin one after another."""
    yield from check_since(key, [each.since for each in hours])
    for number, each in enumerate(hours):
        seen: dict[int, str] = {}
        for name in each.days:
            if not weekdays(name):
                message = 'is no known key: days are "mon" to "sun", or a range such as "mon-fri"'
                yield Slip((*key, str(number), name), message)
            for day in weekdays(name):
                if day in seen:
                    yield Slip((*key, str(number), name), f"{WEEKDAYS[day]} is in {seen[day]} already")
                seen[day] = name


def check_since(key: KeyPath, sinces: list[date | None]) -> Iterator[Slip]:
    """Whether what holds from certain days on stands in the order of those days, what has always held first."""
    for number, (earlier, later) in enumerate(pairwise(sinces), 1):
        if later is None or (earlier is not None and later <= earlier):
            yield Slip((*key, str(number), "since"), "expected a later first day than that of the one before")
