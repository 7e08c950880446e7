"""The office: desks and templates in force, read again when their files change; a broken edit leaves the last good one.

mailbot.toml itself and the signing keys are read once, at the start.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mailbot.config import Settings, load_settings
from mailbot.core.correspondence import Stationery
from mailbot.core.desk import Desk
from mailbot.core.library import Library
from mailbot.core.tags import Key
from mailbot.files.customerfile import CustomerFiles
from mailbot.files.deskfile import DeskError, clashes, files_of, load_desk
from mailbot.files.formfile import Stamp, stamp_of
from mailbot.keysfile import load_keys
from mailbot.problems import ConfigError, Problem
from mailbot.templates import TemplateStore
from mailbot.tomllines import line_of

_MOST_TOLD = 50
"""Problems of one file that are logged and mailed while the daemon runs."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for the next mail."""

    desks: Mapping[str, Desk]
    library: Library
    keys: tuple[Key, ...]
    hostname: str
    """Right side of our Message-IDs."""
    admin: str
    """Who is told when something needs a human."""

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address of every desk."""
        return frozenset(address for desk in self.desks.values() for address in desk.addresses)

    @property
    def prefixes(self) -> frozenset[str]:
        """Of every desk's case numbers."""
        return frozenset(desk.prefix for desk in self.desks.values())

    def stationery(self, now: datetime) -> Stationery:
        """What letters are written with at that moment (UTC)."""
        return Stationery(self.library, self.keys, self.hostname, now)


class Office:
    """One configuration folder, opened."""

    def __init__(self, directory: Path) -> None:
        """Read everything. ConfigError carries every problem of every file."""
        problems: list[Problem] = []
        self.directory = directory
        self._desks = _DeskFolder(directory / "desks")
        self._lock = threading.Lock()
        try:
            self.settings: Settings = load_settings(directory)
        except ConfigError as exc:
            # Without a folder there is nothing to say about its desks.
            desks = self._desks.refresh(_fits_anyhow) if directory.is_dir() else ()
            raise ConfigError(exc.problems + desks) from exc
        try:
            self.keys: tuple[Key, ...] = load_keys(self.settings.keys_file)
        except ConfigError as exc:
            problems += exc.problems
        broken = self._desks.refresh(_fits_anyhow)
        # A mailbox whose desk cannot be read is not at fault itself.
        problems += broken or self._fits_mailboxes(self._desks.desks)
        self._templates = TemplateStore(self.settings.templates)
        problems += self._templates.refresh(_for_templates(self._desks.desks))
        if problems:
            raise ConfigError(tuple(problems))
        self._in_force = self._as_read()

    @property
    def in_force(self) -> InForce:
        """The desks and templates that hold now; one unchanging value, to be taken once per mail."""
        return self._in_force

    @property
    def hostname(self) -> str:
        """Right side of our Message-IDs."""
        return self.settings.hostname

    @property
    def admin(self) -> str:
        """Who is told when something needs a human."""
        return self.settings.admin

    def check_passwords(self) -> None:
        """ConfigError where a password cannot be read. Apart from the rest, since looking at letters needs none."""
        logins = {f"mailboxes.{name}": mailbox for name, mailbox in self.settings.mailboxes.items()}
        problems = []
        for key, login in (*logins.items(), ("smtp", self.settings.smtp)):
            try:
                login.password()
            except ValueError as exc:
                problems.append(_in_settings(self.directory, key, str(exc)))
        if problems:
            raise ConfigError(tuple(problems))

    def refresh(self) -> tuple[Problem, ...]:
        """Read again what has changed; cheap where nothing has. Returns the problems found by this very call.

        A good edit holds from the next mail on. A broken one changes nothing: that file's last good version stays.
        """
        with self._lock:
            problems = self._desks.refresh(self._fits_mailboxes)
            problems += self._templates.refresh(_for_templates(self._desks.desks))
            before, self._in_force = self._in_force, self._as_read()
            changed = before.desks is not self._desks.desks or before.library is not self._templates.library
            if changed and not problems:
                log.info("edited desks and templates have been read and are in force")
            return _bounded(problems)

    def _as_read(self) -> InForce:
        return InForce(self._desks.desks, self._templates.library, self.keys, self.hostname, self.admin)

    def _fits_mailboxes(self, desks: Mapping[str, Desk]) -> tuple[Problem, ...]:
        expected = ", ".join(sorted(desks)) or "(there is none)"
        return tuple(
            _in_settings(
                self.directory,
                f"mailboxes.{name}.desk",
                f"{mailbox.desk!r} is no enabled desk; expected one of {expected}",
            )
            for name, mailbox in self.settings.mailboxes.items()
            if mailbox.desk not in desks
        )


class _DeskFolder:
    """The enabled desks of a folder, each in its last good version."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: dict[Path, dict[Path, Stamp]] | None = None
        """By desk file: each file that the desk was read from, those of agents and customers too, as it stood then."""
        self._shelf = CustomerFiles()
        self._last_good: dict[Path, Desk] = {}
        """By file, whether or not it fits with the others: what is in force is only ever a set that fits together."""
        self.desks: Mapping[str, Desk] = {}

    def refresh(self, fits: Callable[[Mapping[str, Desk]], tuple[Problem, ...]]) -> tuple[Problem, ...]:
        """Take over changed files; returns what is wrong with them.

        Desks that clash with one another, or for which `fits` finds a problem, change nothing once there are good ones;
        when the files fit together again, all their edits come into force.
        """
        present = {path: self._stand(path) for path in sorted(self._directory.glob("*.toml"))}
        if present == self._seen:
            return ()
        problems: list[Problem] = []
        good: dict[Path, Desk] = {}
        for path, stand in present.items():
            if self._seen is not None and self._seen.get(path) == stand and path in self._last_good:
                good[path] = self._last_good[path]
                continue
            try:
                good[path] = load_desk(path, self._shelf)
            except DeskError as exc:
                problems += exc.problems
                if path in self._last_good:
                    good[path] = self._last_good[path]
        self._seen, self._last_good = present, good
        enabled = {desk.key: desk for desk in good.values() if desk.enabled}
        if not enabled and not problems:
            problems.append(Problem(self._directory, None, "", "holds no enabled desk"))
        clashing = (*clashes([(path, desk) for path, desk in good.items() if desk.enabled]), *fits(enabled))
        if not clashing:
            self.desks = enabled
        # Desks that share a file of agents or customers tell the same of it.
        return tuple(dict.fromkeys((*problems, *clashing)))

    def _stand(self, path: Path) -> dict[Path, Stamp]:
        """How the files stand that the desk is read from; which ones they are changes only with the desk file."""
        own = stamp_of(path)
        seen = (self._seen or {}).get(path, {})
        files = tuple(seen) if seen.get(path) == own else files_of(path)
        return {each: own if each == path else stamp_of(each) for each in files}


def _for_templates(desks: Mapping[str, Desk]) -> tuple[Desk, ...]:
    """The desks without their customers, whom letters are not tried with: an export changes them every night."""
    return tuple(replace(desk, customers=None) for desk in desks.values())


def _bounded(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The first ones of each file, and how many more there are: an export can be wrong in every row."""
    told: list[Problem] = []
    numbers = Counter(problem.file for problem in problems)
    for file, number in numbers.items():
        told += [problem for problem in problems if problem.file == file][:_MOST_TOLD]
        if number > _MOST_TOLD:
            told.append(Problem(file, None, "", f"and {number - _MOST_TOLD} more; `mailbot check` tells all of them"))
    return tuple(told)


def _fits_anyhow(_desks: Mapping[str, Desk]) -> tuple[Problem, ...]:
    return ()


def _in_settings(directory: Path, key: str, message: str) -> Problem:
    """A problem of mailbot.toml that shows only beside other files."""
    path = directory / "mailbot.toml"
    return Problem(path, line_of(path.read_text(encoding="utf-8"), tuple(key.split("."))), key, message)
