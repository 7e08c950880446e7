"""Desk files: `config/desks/<name>.toml` read, checked as a whole, and turned into `core.desk.Desk`."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from mailbot.calendars import CalendarError, country_holidays
from mailbot.config import ConfigError, Problem, line_of, problems_of
from mailbot.core.desk import (
    Agent,
    Calendar,
    Channel,
    Desk,
    Holiday,
    Hours,
    Priority,
    Queue,
    Rule,
    Spans,
    Target,
    Words,
)
from mailbot.deskcheck import Fault, KeyPath, check_form, check_hours
from mailbot.deskform import AgentForm, DeskForm, HolidaysForm, HoursForm, PriorityForm, is_date, weekdays


class DeskError(ConfigError):
    """A desk file, or several, cannot be used; carries every problem found."""


def load_desk(path: Path) -> Desk:
    """The desk in a file, its key being the file's stem. DeskError carries every problem at once, with line and key."""
    try:
        source = path.read_bytes().decode("utf-8")
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as exc:
        line = re.search(r"line (\d+)", str(exc))
        raise DeskError((Problem(path, int(line[1]) if line else None, "", f"is not TOML: {exc}"),)) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise DeskError((Problem(path, None, "", f"cannot be read: {exc}"),)) from exc
    return _desk_of(path, source, data)


def load_desks(directory: Path) -> tuple[Desk, ...]:
    """Every desk file (`*.toml`) of a directory, by name. DeskError carries the problems of all of them."""
    problems: list[Problem] = []
    desks: list[tuple[Path, Desk]] = []
    for path in sorted(directory.glob("*.toml")):
        try:
            desks.append((path, load_desk(path)))
        except DeskError as exc:
            problems += exc.problems
    if not desks and not problems:
        problems.append(Problem(directory, None, "", "holds no desk file (*.toml)"))
    problems += clashes(desks)
    if problems:
        raise DeskError(tuple(problems))
    return tuple(desk for _, desk in desks)


def clashes(files: Iterable[tuple[Path, Desk]]) -> Iterator[Problem]:
    """What no two enabled desks may share: mail could not be told apart, nor case numbers."""
    owners: dict[str, str] = {}
    for path, desk in files:
        if not desk.enabled:
            continue
        names = {("addresses", str(index)): address for index, address in enumerate(desk.addresses)}
        for key, name in (names | {("prefix",): desk.prefix}).items():
            owner = owners.setdefault(name, desk.key)
            if owner != desk.key:
                source = path.read_text(encoding="utf-8")
                yield Problem(path, line_of(source, key), ".".join(key), f"{name} belongs to the desk {owner} too")


def _desk_of(path: Path, source: str, data: dict[str, Any]) -> Desk:
    problems: list[Problem] = []
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", path.stem):
        message = "expected a file name of lower-case letters, digits, - and _: it is the desk's key"
        problems.append(Problem(path, None, "", message))
    wrong: list[KeyPath] = []
    broken: frozenset[str] = frozenset()
    try:
        form = DeskForm.model_validate(data)
    except ValidationError as exc:
        problems += problems_of(exc, path, source)
        wrong = [tuple(str(part) for part in error["loc"] if part != "[key]") for error in exc.errors()]
        form, broken = _sound_part(data)
    faults = list(check_form(form, frozenset(data), broken))
    holidays: Mapping[date, Holiday] = {}
    if form.holidays:
        try:
            holidays = _holidays(form.holidays, tuple(form.languages))
        except CalendarError as exc:
            faults += (Fault(("holidays", argument), message) for argument, message in exc.faults)
    desk = _build(path.stem, form, holidays)
    if not faults:
        faults += check_hours(desk, frozenset(key[0] for key in wrong))
    for fault in faults:
        # What follows only from a value that is reported already is no news.
        if not any(fault.key[: len(key)] == key[: len(fault.key)] for key in wrong):
            problems.append(Problem(path, line_of(source, fault.key), ".".join(fault.key), fault.message))
    if problems:
        raise DeskError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return desk


def _sound_part(data: dict[str, Any]) -> tuple[DeskForm, frozenset[str]]:
    """The form without what is wrong, so that the rest is checked too, and the keys that lost a whole entry by it."""
    sound = copy.deepcopy(data)
    broken: set[str] = set()
    while True:
        try:
            return DeskForm.model_validate(sound), frozenset(broken)
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


def _holidays(form: HolidaysForm, languages: tuple[str, ...]) -> Mapping[date, Holiday]:
    return country_holidays(
        form.country,
        languages,
        closed=tuple(form.closed),
        short_before=tuple(form.short_before),
        named=tuple(form.named),
    )


def _build(key: str, form: DeskForm, holidays: Mapping[date, Holiday]) -> Desk:
    """The form as a desk; where the form has faults they are reported elsewhere, and the desk is not used."""

    def words(text: Mapping[str, str]) -> Words:
        return MappingProxyType({lang: text.get(lang, text.get("", "")) for lang in form.languages} if text else {})

    hours = _hours(form.hours)
    exceptions = {date.fromisoformat(day): tuple(spans) for day, spans in form.exceptions.items() if is_date(day)}
    return Desk(
        key=key,
        name=form.name,
        addresses=tuple(form.addresses),
        languages=tuple(form.languages),
        prefix=form.prefix,
        calendar=Calendar(form.zone, hours, holidays, MappingProxyType(exceptions)),
        priorities=tuple(
            Priority(name, words(each.name), words(each.meaning), _targets(each), each.clock)
            for name, each in form.priorities.items()
        ),
        default_priority=form.default_priority,
        enabled=form.enabled,
        queues=tuple(Queue(name, words(each.name)) for name, each in form.queues.items()),
        default_queue=form.default_queue,
        rules=tuple(
            Rule(each.name, tuple(each.to), tuple(each.sender), tuple(each.words), each.queue, each.priority)
            for each in form.rules
        ),
        agents=tuple(_agent(each, hours) for each in form.agents),
        channels=tuple(
            Channel(each.kind, words(each.name), each.address, _hours(each.hours), words(each.note))
            for each in form.channels
        ),
        closing=words(form.closing),
        reply_tags=form.reply_tags,
        authserv_id=form.authserv_id.lower(),
        list_ids=tuple(each.lower() for each in form.list_ids),
        grace=form.grace,
    )


def _hours(forms: list[HoursForm]) -> tuple[Hours, ...]:
    return tuple(
        Hours(
            _week(form),
            form.since,
            form.open_on_holidays,
            None if form.day_before_holiday is None else tuple(form.day_before_holiday),
        )
        for form in forms
    )


def _week(form: HoursForm) -> tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]:
    days: list[Spans] = [()] * 7
    for key, spans in form.days.items():
        for day in weekdays(key):
            days[day] = tuple(spans)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _targets(form: PriorityForm) -> tuple[Target, ...]:
    if form.target is not None:
        return (Target(form.target),)
    return tuple(Target(each.within, each.since) for each in form.targets)


def _agent(form: AgentForm, office: tuple[Hours, ...]) -> Agent:
    duty = office if form.duty == "office" else _hours(form.duty_hours) or None
    return Agent(form.name, tuple(form.addresses), tuple(form.queues), duty, form.duty == "outside-office")
