"""Desk files: `config/desks/<name>.toml` read, checked as a whole, and turned into `core.desk.Desk`.

A desk file may name a file of agents, which several desks can share; its agents are added to the desk's own. Files of
customers, which several desks may name too, make the desk's book of customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from mailbot.core.calendar import Holiday
from mailbot.core.customer import Customers
from mailbot.core.desk import Desk
from mailbot.files.calendars import CalendarError, country_holidays
from mailbot.files.customercheck import check_book, check_terms, open_book
from mailbot.files.customerfile import CustomerFiles
from mailbot.files.deskbuild import build_desk
from mailbot.files.deskcheck import check_form, check_hours
from mailbot.files.deskform import AgentsFileForm, DeskForm
from mailbot.files.formcheck import Slip
from mailbot.files.formfile import Checked, KeyPath, Source, SourceError, beside, checked, read_toml, same_folder
from mailbot.problems import ConfigError, Problem
from mailbot.tomllines import line_of


class DeskError(ConfigError):
    """A desk file, or several, cannot be used; carries every problem found."""


def load_desk(path: Path, shelf: CustomerFiles | None = None) -> Desk:
    """The desk in a file, its key being the file's stem. DeskError carries every problem at once, with line and key.

    `shelf` keeps the files of customers that several desks, or one desk again and again, are read with.
    """
    try:
        source = read_toml(path)
    except SourceError as exc:
        raise DeskError(exc.problems) from exc
    return _desk_of(checked(DeskForm, source), shelf or CustomerFiles())


def files_of(path: Path) -> tuple[Path, ...]:
    """The files that a desk is read from: its own, and those of agents and customers that it names. Never raises."""
    try:
        data = read_toml(path).data
    except SourceError:
        return (path,)
    customers = data.get("customers_files")
    named = [data.get("agents_file"), *(customers if isinstance(customers, list) else ())]
    return (path, *(beside(path, name.strip()) for name in named if isinstance(name, str) and name.strip()))


def load_desks(directory: Path, shelf: CustomerFiles | None = None) -> tuple[Desk, ...]:
    """Every desk file (`*.toml`) of a directory, by name. DeskError carries the problems of all of them.

    `shelf` keeps the files of customers, as in `load_desk`.
    """
    problems: list[Problem] = []
    desks: list[tuple[Path, Desk]] = []
    shelf = shelf or CustomerFiles()
    for path in sorted(directory.glob("*.toml")):
        try:
            desks.append((path, load_desk(path, shelf)))
        except DeskError as exc:
            problems += exc.problems
    if not desks and not problems:
        problems.append(Problem(directory, None, "", "holds no desk file (*.toml)"))
    problems += clashes(desks)
    if problems:
        # Desks that share a file of agents or customers tell the same of it.
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


def _desk_of(own: Checked[DeskForm], shelf: CustomerFiles) -> Desk:
    path = own.source.path
    team, book = _team_of(own), open_book(own, shelf)
    problems = [*own.problems, *team.problems, *book.problems]
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", path.stem):
        message = "expected a file name of lower-case letters, digits, - and _: it is the desk's key"
        problems.append(Problem(path, None, "", message))
    form = own.form.model_copy(update={"agents": [*own.form.agents, *team.form.agents]})
    broken = own.broken | team.broken
    holidays, no_holidays = _holidays(form)
    slips = [*check_form(form, frozenset(own.source.data), broken), *no_holidays]
    problems += check_book(path.stem, form, broken, book)
    desk = build_desk(path.stem, form, holidays, Customers.of(book.customers) if form.customers_files else None)
    if not slips:
        slips += check_hours(desk, broken | {key[0] for key in (*own.wrong, *team.wrong)})
    if not (slips or problems):
        problems += check_terms(desk, book)
    for slip in slips:
        file, key, message = _place(slip, own, team)
        if not file.knows(key):
            problems.append(file.source.problem(key, message))
    if problems:
        # The desk file's first, each file's by line.
        order = {file: number for number, file in enumerate(dict.fromkeys((path, *(each.file for each in problems))))}
        raise DeskError(tuple(sorted(problems, key=lambda problem: (order[problem.file], problem.line or 0))))
    return desk


def _team_of(own: Checked[DeskForm]) -> Checked[AgentsFileForm]:
    """The agents of the file that the desk file names; none where it names none, or where that cannot be used."""
    desk_file, name = own.source.path, own.form.agents_file
    path = beside(desk_file, name)
    nobody = Checked(Source(path, "", {}), AgentsFileForm())
    unknown = replace(nobody, broken=frozenset({"agents"}))
    if not name:
        return unknown if "agents_file" in own.broken else nobody
    if path.match("*.toml") and same_folder(path, desk_file):
        message = 'lies among the desk files, each of which is a desk: expected another folder, "../agents/team.toml"'
        return replace(unknown, problems=(own.source.problem(("agents_file",), message),))
    try:
        team = checked(AgentsFileForm, read_toml(path))
    except SourceError as exc:
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


def _place(
    slip: Slip, own: Checked[DeskForm], team: Checked[AgentsFileForm]
) -> tuple[Checked[DeskForm] | Checked[AgentsFileForm], KeyPath, str]:
    """The file at fault and the key in it: agents are numbered through, those of the agents file last."""
    table, *rest = slip.key
    number = int(rest[0]) - len(own.form.agents) if table == "agents" and rest else -1
    if number < 0:
        return own, slip.key, slip.message
    # The file may be right for another desk that names it.
    return team, (table, str(number), *rest[1:]), f"{slip.message} (desk {own.source.path.stem})"


def _holidays(form: DeskForm) -> tuple[Mapping[date, Holiday], tuple[Slip, ...]]:
    """The days on which the desk is closed, and what is wrong with the way in which they are named."""
    if form.holidays is None:
        return {}, ()
    try:
        return country_holidays(
            form.holidays.country,
            (*form.languages, *form.customer_languages),
            closed=tuple(form.holidays.closed),
            short_before=tuple(form.holidays.short_before),
            named=tuple(form.holidays.named),
        ), ()
    except CalendarError as exc:
        return {}, tuple(Slip(("holidays", argument), message) for argument, message in exc.slips)
