"""Letter templates on disk: read again when they change, tried with made-up facts, the last good ones kept in force.

A folder of templates holds LANGUAGE/LETTER.txt.j2 and LANGUAGE/LETTER.html.j2, desks/DESK/LANGUAGE/… for the letters
that one desk writes otherwise, and files beginning with an underscore that these include. A file in the admin's folder
wins over the shipped one of the same name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mailbot.core.desk import Desk
from mailbot.core.library import LETTERS, Library, endings
from mailbot.core.samples import try_out
from mailbot.core.sandbox import SOURCE, Sandbox, TemplateProblem
from mailbot.core.tongue import LANGUAGES
from mailbot.problems import Problem
from mailbot.shipped import shipped_templates

_ENDINGS = (".txt.j2", ".html.j2")
_FILES = frozenset(letter + ending for letter in LETTERS for ending in endings(letter))
"""What the files of letters are called."""

Stamps = tuple[tuple[str, int, int, int], ...]
Sources = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A set of templates that all compile and render, and the sources they were made from."""

    sources: Sources
    library: Library


@dataclass(frozen=True, slots=True)
class _Stock:
    """What a shelf is to be made from."""

    folder: Path
    sources: Sources
    below: Sources
    """What a bad source falls back to when it was never good."""
    shipped: Library | None
    sound: Sources
    """Sources that need no trial: those that came with the program, which its own tests try."""


class TemplateStore:
    """The templates in force."""

    def __init__(self, own: Path | None = None, shipped: Path | None = None) -> None:
        """`own`: the admin's folder; `shipped`: by default what comes with the program. Reads nothing yet."""
        self._own = own
        self._came_with_us = shipped is None
        self._shipped = shipped or shipped_templates()
        self._seen: tuple[Stamps, tuple[Desk, ...]] | None = None
        self._shipped_shelf: _Shelf | None = None
        self._own_shelf: _Shelf | None = None

    @property
    def library(self) -> Library:
        """What letters are written from now: one unchanging value.

        RuntimeError before the first `refresh`, or where even the shipped templates cannot be used.
        """
        shelf = self._own_shelf or self._shipped_shelf
        if shelf is None:
            raise RuntimeError("no usable templates have been read")
        return shelf.library

    def refresh(self, desks: tuple[Desk, ...]) -> tuple[Problem, ...]:
        """Read again what has changed; a look at each file's time and size where nothing has.

        Each letter is tried with made-up facts for each of the desks, in the languages that they write. Returns the
        problems found by this very call: none where nothing has changed since the last. A file with a problem leaves
        its last good version in force; where it has none, the shipped one.
        """
        seen = (self._stamps(), desks)
        if seen == self._seen:
            return ()
        self._seen = seen
        problems: list[Problem] = []
        spoken = _languages(desks)
        shipped = self._read(self._shipped, self._shipped_shelf, spoken, problems)
        self._shipped_shelf = self._settle(
            _Stock(self._shipped, shipped, {}, None, shipped if self._came_with_us else {}),
            self._shipped_shelf,
            desks,
            problems,
        )
        below = self._shipped_shelf
        if self._own is not None and below is not None:
            sources = {**below.sources, **self._read(self._own, self._own_shelf, spoken, problems)}
            sound = below.sources if self._came_with_us else {}
            stock = _Stock(self._own, sources, below.sources, below.library, sound)
            self._own_shelf = self._settle(stock, self._own_shelf, desks, problems)
        return tuple(problems)

    def _stamps(self) -> Stamps:
        found = []
        for entry in (*_entries(self._own), *_entries(self._shipped)):
            try:
                status = entry.stat()
            except OSError:
                continue
            found.append((entry.path, status.st_mtime_ns, status.st_size, status.st_ino))
        return tuple(found)

    def _read(
        self, folder: Path, before: _Shelf | None, spoken: frozenset[str], problems: list[Problem]
    ) -> dict[str, str]:
        """The text of every template of these languages in its right place; the last good one of an unreadable file."""
        sources: dict[str, str] = {}
        if not folder.is_dir():
            problems.append(Problem(folder, None, "", "there is no such folder of templates"))
        for name, path in _files(folder):
            complaint = _misplaced(name)
            if not complaint and name.split("/")[-2] not in spoken:
                continue
            if not complaint:
                try:
                    sources[name] = path.read_bytes()[: SOURCE * 4 + 1].decode("utf-8")
                    continue
                except OSError as exc:
                    complaint = f"cannot be read: {exc}"
                except UnicodeDecodeError as exc:
                    complaint = f"is not UTF-8: {exc}"
            problems.append(Problem(path, None, "", complaint))
            if before is not None and name in before.sources:
                sources[name] = before.sources[name]
        return sources

    def _settle(
        self, stock: _Stock, before: _Shelf | None, desks: tuple[Desk, ...], problems: list[Problem]
    ) -> _Shelf | None:
        """A shelf of these sources, each bad one replaced by its last good version, that below it, or nothing."""
        sources = dict(stock.sources)
        good = before.sources if before else {}
        while True:
            try:
                return _Shelf(sources, _tried(sources, stock, desks))
            except TemplateProblem as problem:
                problems.append(Problem(stock.folder / problem.file, problem.line, "", problem.message))
                bad = sources.pop(problem.file, None)
                if bad is None:
                    return before
                last = next(
                    (old[problem.file] for old in (good, stock.below) if old.get(problem.file, bad) != bad), None
                )
                if last is not None:
                    sources[problem.file] = last


def _affected(desks: tuple[Desk, ...], sources: Sources, sound: Sources) -> tuple[Desk, ...]:
    """The desks whose letters need a trial, because a template that they may be written from is not known as sound."""
    edited = [name.split("/") for name, source in sources.items() if sound.get(name) != source]
    return tuple(
        desk
        for desk in desks
        if any(parts[-2] in _languages((desk,)) and (parts[0] != "desks" or parts[1] == desk.key) for parts in edited)
    )


def _tried(sources: Sources, stock: _Stock, desks: tuple[Desk, ...]) -> Library:
    """A library in which every letter of every desk can be written. TemplateProblem for the first flaw."""
    for name, source in sources.items():
        _check_subject(name, source)
    sound = {name for name, source in sources.items() if stock.sound.get(name) == source}
    # Tried without the shipped ones behind it, so that they cover up nothing.
    library = Library(Sandbox(sources, sound), frozenset(sources))
    for language in sorted(_languages(desks)):
        for name in (f"{language}/{letter}{ending}" for letter in LETTERS for ending in endings(letter)):
            if name not in sources:
                raise TemplateProblem(name, None, "there is no such template, and letters are written from it")
    for desk in _affected(desks, sources, stock.sound):
        for letter in LETTERS:
            try_out(library, desk, letter)
    return Library(library.pages, library.names, stock.shipped)


def _languages(desks: tuple[Desk, ...]) -> frozenset[str]:
    """Those that desks write to customers in, and to agents in their own; all where there is no desk yet."""
    spoken = {language for desk in desks for language in (*desk.languages, *desk.customer_languages)}
    spoken |= {agent.language for desk in desks for agent in desk.agents if agent.language}
    return frozenset(language if language in LANGUAGES else "en" for language in spoken) or frozenset(LANGUAGES)


def _check_subject(name: str, source: str) -> None:
    """A letter's text begins with its subject and an empty line. TemplateProblem where it does not."""
    if name.endswith(".txt.j2") and not name.rpartition("/")[2].startswith("_"):
        first, _, rest = source.partition("\n")
        if not first.startswith("Subject: "):
            raise TemplateProblem(name, 1, "expected `Subject: …` in the first line")
        if not rest.startswith(("\n", "\r\n")):
            raise TemplateProblem(name, 2, "expected an empty line below the subject")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every template file below a folder, by its name there."""
    for entry in _entries(folder):
        yield entry.path.removeprefix(f"{folder}{os.sep}").replace(os.sep, "/"), Path(entry.path)


def _entries(folder: Path | str | None, depth: int = 5) -> Iterator[os.DirEntry[str]]:
    """Every template file below a folder, which may not be there; no hidden one."""
    if folder is None:
        return
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _entries(entry.path, depth - 1) if depth else ()
        elif entry.name.endswith(".j2"):
            yield entry


def _misplaced(name: str) -> str:
    """What is wrong with where a template lies or what it is called; empty where nothing is."""
    folders, _, file = name.rpartition("/")
    parts = folders.split("/")
    if parts[0] == "desks" and len(parts) == 3:
        parts = parts[2:]
    if len(parts) != 1 or parts[0] not in LANGUAGES:
        return f"expected LANGUAGE/FILE or desks/DESK/LANGUAGE/FILE, the language one of {', '.join(LANGUAGES)}"
    if file not in _FILES and not (file.startswith("_") and file.endswith(_ENDINGS)):
        return f"is no letter: expected one of {', '.join(sorted(_FILES))}, or a name that begins with an underscore"
    return ""
