"""Desk files: `config/desks/<name>.toml` read, checked as a whole, and turned into `core.desk.Desk`.

A desk file may name a file of agents, which several desks can share; its agents are added to the desk's own.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from mailbot.calendars import CalendarError, country_holidays
from mailbot.config import ConfigError, Problem, line_of, problems_of
from mailbot.core.desk import (
    Agent,
    Calendar,
    Channel,
    Desk,
    Holiday,
    Hours,
    Kind,
    Matrix,
    Partner,
    Priority,
    Queue,
    Rule,
    Spans,
    SurveyTerms,
    Target,
    Words,
)
from mailbot.deskcheck import Fault, KeyPath, check_form, check_hours
from mailbot.deskform import (
    AgentForm,
    AgentsFileForm,
    DeskForm,
    HolidaysForm,
    HoursForm,
    MatrixForm,
    PriorityForm,
    SurveyForm,
    is_date,
    weekdays,
)

_Form = TypeVar("_Form", bound=BaseModel)


class DeskError(ConfigError):
    """A desk file, or several, cannot be used; carries every problem found."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A TOML file as it was read."""

    path: Path
    text: str
    data: dict[str, Any]

    def problem(self, key: KeyPath, message: str) -> Problem:
        return Problem(self.path, line_of(self.text, key), ".".join(key), message)


@dataclass(frozen=True, slots=True)
class _Checked(Generic[_Form]):
    """What a file says, as far as the shape of its values is right."""

    source: _Source
    form: _Form
    problems: tuple[Problem, ...] = ()
    wrong: tuple[KeyPath, ...] = ()
    """Where the shape is not right."""
    broken: frozenset[str] = frozenset()
    """Top-level keys of which the form lacks a whole entry."""

    def knows(self, key: KeyPath) -> bool:
        """Whether what is said of this key only follows from a value that is reported already."""
        return any(key[: len(wrong)] == wrong[: len(key)] for wrong in self.wrong)


def load_desk(path: Path) -> Desk:
    """The desk in a file, its key being the file's stem. DeskError carries every problem at once, with line and key."""
    return _desk_of(_checked(DeskForm, _read(path)))


def files_of(path: Path) -> tuple[Path, ...]:
    """The files that a desk is read from: the desk file, and the agents file that it names. Never raises."""
    try:
        named = _read(path).data.get("agents_file")
    except DeskError:
        return (path,)
    return (path, path.parent / named.strip()) if isinstance(named, str) and named.strip() else (path,)


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
        # Desks that share a file of agents tell the same of it.
        raise DeskError(tuple(dict.fromkeys(problems)))
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


def _read(path: Path) -> _Source:
    try:
        text = path.read_bytes().decode("utf-8")
        return _Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        line = re.search(r"line (\d+)", str(exc))
        raise DeskError((Problem(path, int(line[1]) if line else None, "", f"is not TOML: {exc}"),)) from exc
    except (OSError, ValueError) as exc:  # not UTF-8, or a path that can be none
        raise DeskError((Problem(path, None, "", f"cannot be read: {exc}"),)) from exc


def _checked(model: type[_Form], source: _Source) -> _Checked[_Form]:
    try:
        return _Checked(source, model.model_validate(source.data))
    except ValidationError as exc:
        wrong = tuple(tuple(str(part) for part in error["loc"] if part != "[key]") for error in exc.errors())
        form, broken = _sound_part(model, source.data)
        return _Checked(source, form, problems_of(exc, source.path, source.text), wrong, broken)


def _desk_of(own: _Checked[DeskForm]) -> Desk:
    path = own.source.path
    problems = list(own.problems)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", path.stem):
        message = "expected a file name of lower-case letters, digits, - and _: it is the desk's key"
        problems.append(Problem(path, None, "", message))
    team = _team_of(own)
    problems += team.problems
    form = own.form.model_copy(update={"agents": [*own.form.agents, *team.form.agents]})
    broken = own.broken | team.broken
    faults = list(check_form(form, frozenset(own.source.data), broken))
    holidays: Mapping[date, Holiday] = {}
    if form.holidays:
        try:
            holidays = _holidays(form.holidays, tuple(form.languages))
        except CalendarError as exc:
            faults += (Fault(("holidays", argument), message) for argument, message in exc.faults)
    desk = _build(path.stem, form, holidays)
    if not faults:
        faults += check_hours(desk, broken | {key[0] for key in (*own.wrong, *team.wrong)})
    for fault in faults:
        file, key, message = _place(fault, own, team)
        if not file.knows(key):
            problems.append(file.source.problem(key, message))
    if problems:
        # The desk file's first, each file's by line.
        raise DeskError(tuple(sorted(problems, key=lambda problem: (problem.file != path, problem.line or 0))))
    return desk


def _team_of(own: _Checked[DeskForm]) -> _Checked[AgentsFileForm]:
    """The agents of the file that the desk file names; none where it names none, or where that cannot be used."""
    desk_file, name = own.source.path, own.form.agents_file
    path = desk_file.parent / name
    nobody = _Checked(_Source(path, "", {}), AgentsFileForm())
    unknown = replace(nobody, broken=frozenset({"agents"}))
    if not name:
        return unknown if "agents_file" in own.broken else nobody
    if path.match("*.toml") and _same_folder(path, desk_file):
        message = 'lies among the desk files, each of which is a desk: expected another folder, "../agents/team.toml"'
        return replace(unknown, problems=(own.source.problem(("agents_file",), message),))
    try:
        team = _checked(AgentsFileForm, _read(path))
    except DeskError as exc:
        if not isinstance(exc.__cause__, OSError):
            return replace(unknown, problems=exc.problems)
        # More likely the name is wrong than the file.
        message = f"{path} cannot be read: {exc.__cause__.strerror}"
        return replace(unknown, problems=(own.source.problem(("agents_file",), message),))
    if not team.form.agents and not team.problems:
        # An editor may leave a file empty for a moment, and a desk without its agents tells nobody of its cases.
        message = "is missing: expected at least one agent, as [[agents]]"
        return replace(unknown, problems=(team.source.problem(("agents",), message),))
    return team


def _same_folder(one: Path, other: Path) -> bool:
    try:
        return one.parent.samefile(other.parent)
    except OSError:
        return False


def _place(
    fault: Fault, own: _Checked[DeskForm], team: _Checked[AgentsFileForm]
) -> tuple[_Checked[DeskForm] | _Checked[AgentsFileForm], KeyPath, str]:
    """The file at fault and the key in it: agents are numbered through, those of the agents file last."""
    table, *rest = fault.key
    number = int(rest[0]) - len(own.form.agents) if table == "agents" and rest else -1
    if number < 0:
        return own, fault.key, fault.message
    # The file may be right for another desk that names it.
    return team, (table, str(number), *rest[1:]), f"{fault.message} (desk {own.source.path.stem})"


def _sound_part(model: type[_Form], data: dict[str, Any]) -> tuple[_Form, frozenset[str]]:
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
            Rule(
                each.name,
                tuple(each.to),
                tuple(each.sender),
                tuple(each.words),
                queue=each.queue,
                priority=each.priority,
            )
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
        survey=_survey(form.survey, tuple(map(words, form.survey.questions))) if form.survey else None,
        lead=form.lead,
        agent_figures_from=form.agent_figures_from,
        partners=tuple(
            Partner(each.name, tuple(each.addresses), each.answers_customers, words(each.contact))
            for each in form.partners
        ),
        kinds=tuple(Kind(name, words(each.name), words(each.note), each.always) for name, each in form.kinds.items()),
        matrix=_matrix(form.matrix) if form.matrix else None,
        agent_from=form.agent_from,
        reconsider=form.reconsider,
        reopen_days=form.reopen_days,
        suppress_days=form.suppress_days,
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
    return Agent(
        form.name,
        tuple(form.addresses),
        tuple(form.queues),
        duty,
        form.duty == "outside-office",
        form.language or "",
        form.morning_list,
    )


def _survey(form: SurveyForm, questions: tuple[Words, ...]) -> SurveyTerms:
    return SurveyTerms(
        questions, form.wait, _hours(form.hours) or None, form.valid_days, form.remind_after, form.rest_days
    )


def _matrix(form: MatrixForm) -> Matrix:
    priorities = {(impact, urgency): key for impact, row in form.priority.items() for urgency, key in row.items()}
    return Matrix(tuple(form.impacts), tuple(form.urgencies), MappingProxyType(priorities))
