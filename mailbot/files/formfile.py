"""A TOML file read and checked against its form: what is wrong and where, and the part of it that is sound."""

from __future__ import annotations

import copy
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from mailbot.problems import ConfigError, Problem, problems_of
from mailbot.tomllines import Lines

KeyPath = tuple[str, ...]
Stamp = tuple[int, int]
"""By which an edit of a file shows: when it was last changed, and its size."""

FormT = TypeVar("FormT", bound=BaseModel)


class SourceError(ConfigError):
    """A file cannot be read, or is not TOML; its cause is an OSError where there is no such file to be read."""


@dataclass(frozen=True)
class Source:
    """A TOML file as it was read."""

    path: Path
    text: str
    data: dict[str, Any]

    @cached_property
    def lines(self) -> Lines:
        """Where its keys stand."""
        return Lines(self.text)

    def problem(self, key: KeyPath, message: str) -> Problem:
        """What is wrong with a key of it."""
        return Problem(self.path, self.lines.of(key), ".".join(key), message)


@dataclass(frozen=True, slots=True)
class Checked(Generic[FormT]):
    """What a file says, as far as the shape of its values is right."""

    source: Source
    form: FormT
    problems: tuple[Problem, ...] = ()
    wrong: tuple[KeyPath, ...] = ()
    """Where the shape is not right."""
    broken: frozenset[str] = frozenset()
    """Top-level keys of which the form lacks a whole entry."""

    def knows(self, key: KeyPath) -> bool:
        """Whether what is said of this key only follows from a value that is reported already."""
        return any(key[: len(wrong)] == wrong[: len(key)] for wrong in self.wrong)


def read_toml(path: Path) -> Source:
    """The file as it stands. SourceError tells why it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8")
        return Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        line = re.search(r"line (\d+)", str(exc))
        raise SourceError((Problem(path, int(line[1]) if line else None, "", f"is not TOML: {exc}"),)) from exc
    except (OSError, ValueError) as exc:  # not UTF-8, or a path that can be none
        raise SourceError((Problem(path, None, "", f"cannot be read: {exc}"),)) from exc


def checked(model: type[FormT], source: Source) -> Checked[FormT]:
    """The file in that form: every slip of shape, and the form without what is wrong."""
    try:
        return Checked(source, model.model_validate(source.data))
    except ValidationError as exc:
        wrong = tuple(tuple(str(part) for part in error["loc"] if part != "[key]") for error in exc.errors())
        form, broken = sound_part(model, source.data)
        return Checked(source, form, problems_of(exc, source.path, source.text), wrong, broken)


def stamp_of(path: Path) -> Stamp:
    """How the file stands now; (0, 0) where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # not there, or a path that can be none
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def same_folder(one: Path, other: Path) -> bool:
    """Whether two files, which need not be there, lie in the same folder."""
    try:
        return one.parent.samefile(other.parent)
    except OSError:
        return False


def beside(path: Path, name: str) -> Path:
    """The file that another one names, counted from its folder, as an admin would write it.

    That is without a `..` in between, but where a linked folder makes that another file.
    """
    written = path.parent / name
    plain = Path(os.path.normpath(written))
    return written if written.parent.exists() and not same_folder(written, plain) else plain


def sound_part(model: type[FormT], data: dict[str, Any]) -> tuple[FormT, frozenset[str]]:
    """The form without what is wrong, so that the rest is checked too, and the keys that lost a whole entry by it."""
    sound = copy.deepcopy(data)
    broken: set[str] = set()
    while True:
        try:
            return model.model_validate(sound), frozenset(broken)
        except ValidationError as exc:
            places = {_innermost_entry(sound, error["loc"]) for error in exc.errors()}
        for place in places:
            holder: Any = sound
            for part in place[:-1]:
                holder = holder.get(part, {}) if isinstance(holder, dict) else holder[part]
            holder.pop(place[-1], None)
            if len(place) <= 2:  # `prefix`, `rules` or `priorities.high`; not `priorities.high.target`
                broken.add(str(place[0]))


def _innermost_entry(data: dict[str, Any], key: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The longest part of `key` that names an entry of a table, not an item of a list."""
    holder: Any = data
    place: tuple[int | str, ...] = ()
    for number, part in enumerate(key, 1):
        if isinstance(holder, dict) and part in holder:
            place = key[:number]
        elif not (isinstance(holder, list) and isinstance(part, int) and part < len(holder)):
            break
        holder = holder[part]
    return place
