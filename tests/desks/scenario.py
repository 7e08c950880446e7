"""Reads the scenario of a desk: stories told in steps, in a TOML file that an admin can read and write.

A file begins with the desk's key and the people of its stories::

    desk = "visma-control"
    [people]
    eva = "Eva Lundgren <eva@snickeriet.example>"

A story shows facts of the desk, in steps that follow one another in time::

    [[story]]
    name = "Lunch is not counted"
    facts = ["V2"]

    [[story.step]]
    at = "Mon 2026-11-23 11:15"
    from = "eva"
    subject = "Periodisering"
    text = "Hur periodiserar jag en faktura?"
    case = { number = "VC-000013", state = "open", start = "Mon 2026-11-23 16:15" }
    letters = [{ to = "eva", kind = "ack", says = ["senast måndag 23 november kl. 16.15"] }]
    copies = ["anna", "johan"]

Times are the desk's own, with their weekday. Each step may hold, in this order of happening:

- `edit`: what an admin changes in the configuration: `file`, and `replace` with `by`, or `append`;
- a mail to the desk: `from`, and `subject` and `text`, or a whole mail from the file `eml`; `attach` (names of files);
  `proof` = "none" or "fail" where the mail server knows nothing of the sender, or calls the mail forged; with `answers`
  it is an answer to the last letter that its writer got (`true`), or to the last one that has those words, written with
  the mail `program` (`tests/daemon/mailprograms.py`), by default Gmail;
- `mailbot`: a command of the command line, and in `prints` words that it prints;
- what is due by the clock, at this moment and once more when letters of agents leave.

What is expected: `case`, one or a list, by its `number`, with any column of the table `ticket` and `start`, a time or
"none"; `cases`, how many there are; `letters`, each `to` somebody, with `kind` as `mailbot show` has it, and, where
given, `subject`, `sender` (the name in From), `language`, `says` (words in its text and in its HTML), `silent` (words
that stand nowhere in it) and `attached`; `copies` and `receipts`, who gets a letter of that kind besides. A letter that
is not expected is a failure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Person:
    """Somebody who writes or is written to."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True)
class MailIn:
    """What somebody sends."""

    sender: Person
    subject: str
    text: str
    attach: tuple[str, ...]
    proof: str
    answers: str | None
    """Words of the letter that it answers, "" for the last one; None: it answers none."""
    program: str
    eml: Path | None


@dataclass(frozen=True)
class Edit:
    """A change to a file of the configuration."""

    file: str
    replace: str
    by: str
    append: str


@dataclass(frozen=True)
class LetterOut:
    """A letter that is expected."""

    to: Person
    kind: str
    subject: str
    sender: str
    language: str
    says: tuple[str, ...]
    silent: tuple[str, ...]
    attached: tuple[str, ...] | None


@dataclass(frozen=True)
class Step:
    """One moment of a story."""

    at: datetime
    """UTC."""
    told: str
    """The moment as the file has it."""
    edits: tuple[Edit, ...]
    mail: MailIn | None
    command: str
    prints: tuple[str, ...]
    case: tuple[Mapping[str, Any], ...]
    cases: int
    """How many there are; -1: that is not asked."""
    letters: tuple[LetterOut, ...]
    copies: tuple[Person, ...]
    receipts: tuple[Person, ...]


@dataclass(frozen=True)
class Story:
    """What happens, step by step, and the facts that it shows."""

    name: str
    facts: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def changes_files(self) -> bool:
        """Whether it needs a configuration of its own."""
        return any(step.edits for step in self.steps)


@dataclass(frozen=True)
class Scenario:
    """All stories of a desk."""

    desk: str
    people: Mapping[str, Person]
    stories: tuple[Story, ...]


class ScenarioError(Exception):
    """A scenario that cannot be read; says in which story and step, and what was expected."""


def read_scenario(path: Path, zone: ZoneInfo) -> Scenario:
    """The scenario in a file, whose times are of that zone. ScenarioError for anything that is not as told above."""
    try:
        data = _Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except tomllib.TOMLDecodeError as exc:
        raise ScenarioError(f"{path.name}: {exc}") from exc
    people = {key: Person(*parseaddr(text)) for key, text in data.take("people").items()}
    stories = tuple(_story(_Table(each, path.name), people, zone, path.parent) for each in data.take("story"))
    scenario = Scenario(data.take("desk"), people, stories)
    data.end()
    return scenario


def moment(told: str, zone: ZoneInfo, where: str = "") -> datetime:
    """A time such as "Mon 2026-11-23 11:15" of that zone, in UTC. ScenarioError for a wrong weekday or no such time."""
    weekday, _, rest = told.partition(" ")
    try:
        local = datetime.strptime(rest, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        raise ScenarioError(f'{where}: {told!r}: expected a time such as "Mon 2026-11-23 11:15"') from None
    if weekday != _WEEKDAYS[local.weekday()]:
        raise ScenarioError(f"{where}: {told!r}: that day is a {_WEEKDAYS[local.weekday()]}")
    utc = local.astimezone(UTC)
    if utc.astimezone(zone) != local or local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ScenarioError(f"{where}: {told!r}: the clocks change then, and the time is none or two")
    return utc


class _Table:
    """A table of the file, whose keys are all to be taken."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data = dict(data)
        self.where = where

    def take(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default; ScenarioError where it must be there and is not."""
        if key not in self._data and default is None:
            raise ScenarioError(f"{self.where}: {key} is missing")
        return self._data.pop(key, default)

    def take_person(self, key: str, people: Mapping[str, Person]) -> Person:
        """The person that a key names."""
        return self.person(self.take(key), people)

    def person(self, name: str, people: Mapping[str, Person]) -> Person:
        """The person of that name."""
        if name not in people:
            raise ScenarioError(f"{self.where}: {name!r} is none of the people")
        return people[name]

    def end(self) -> None:
        """ScenarioError for a key that nobody has taken."""
        if self._data:
            raise ScenarioError(f"{self.where}: no such key: {', '.join(self._data)}")


def _story(data: _Table, people: Mapping[str, Person], zone: ZoneInfo, folder: Path) -> Story:
    name = data.take("name")
    data.where = f"{data.where}, {name!r}"
    steps = tuple(
        _step(_Table(each, f"{data.where}, step {number}"), people, zone, folder)
        for number, each in enumerate(data.take("step"), 1)
    )
    for before, after in pairwise(steps):
        if before.at >= after.at:
            raise ScenarioError(f"{data.where}: {after.told!r} does not come after {before.told!r}")
    story = Story(name, tuple(data.take("facts")), steps)
    data.end()
    return story


def _step(data: _Table, people: Mapping[str, Person], zone: ZoneInfo, folder: Path) -> Step:
    told = data.take("at")
    case = data.take("case", ())
    step = Step(
        at=moment(told, zone, data.where),
        told=told,
        edits=tuple(_edit(_Table(each, data.where)) for each in data.take("edit", ())),
        mail=_mail(data, people, folder),
        command=data.take("mailbot", ""),
        prints=tuple(data.take("prints", ())),
        case=(case,) if isinstance(case, dict) else tuple(case),
        cases=data.take("cases", -1),
        letters=tuple(_letter(_Table(each, data.where), people) for each in data.take("letters", ())),
        copies=tuple(data.person(name, people) for name in data.take("copies", ())),
        receipts=tuple(data.person(name, people) for name in data.take("receipts", ())),
    )
    data.end()
    return step


def _mail(data: _Table, people: Mapping[str, Person], folder: Path) -> MailIn | None:
    name = data.take("from", "")
    if not name:
        return None
    answers, eml = data.take("answers", False), data.take("eml", "")
    return MailIn(
        sender=data.person(name, people),
        subject=data.take("subject", "") if answers or eml else data.take("subject"),
        text=data.take("text", "") if eml else data.take("text"),
        attach=tuple(data.take("attach", ())),
        proof=data.take("proof", "pass"),
        answers=None if answers is False else "" if answers is True else answers,
        program=data.take("program", ""),
        eml=folder / eml if eml else None,
    )


def _edit(data: _Table) -> Edit:
    edit = Edit(data.take("file"), data.take("replace", ""), data.take("by", ""), data.take("append", ""))
    data.end()
    return edit


def _letter(data: _Table, people: Mapping[str, Person]) -> LetterOut:
    attached = data.take("attached", False)
    letter = LetterOut(
        to=data.take_person("to", people), kind=data.take("kind"), subject=data.take("subject", ""),
        sender=data.take("sender", ""), language=data.take("language", ""), says=tuple(data.take("says", ())),
        silent=tuple(data.take("silent", ())), attached=None if attached is False else tuple(attached),
    )  # fmt: skip
    data.end()
    return letter
