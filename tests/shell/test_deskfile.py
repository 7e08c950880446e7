"""Desk files: what the notation means, and what is said when it is wrong."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.calendar import Span, Target
from mailbot.core.desk import Desk
from mailbot.files.deskfile import DeskError, clashes, load_desk, load_desks
from mailbot.problems import Problem
from tests.shell.deskfiles import FULL, GOOD, problems, write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The desk that GOOD describes."""
    return load_desk(write(tmp_path, GOOD))


def test_who_the_desk_is(desk: Desk) -> None:
    """The key is the file's stem, and addresses are kept in lower case."""
    assert (desk.key, desk.name, desk.prefix, desk.enabled) == ("sample", "Sample Support", "SA", True)
    assert desk.addresses == ("support@example.com", "help@example.com")
    assert desk.calendar.zone.key == "Europe/Stockholm"
    assert desk.grace == timedelta(minutes=20)


def test_hours_are_read_by_weekday_and_range(desk: Desk) -> None:
    """A range of weekdays, a single one, days left out and dated hours become weeks, Monday first."""
    first, second = desk.calendar.hours
    full, friday = (Span(480, 720), Span(780, 1020)), (Span(480, 960),)
    assert first.week == (full, full, full, full, friday, (), ())
    assert (first.since, first.before_holiday, first.open_on_holidays) == (None, (Span(480, 780),), False)
    assert second.week == ((Span(0, 1440),),) * 7
    assert (second.since, second.before_holiday, second.open_on_holidays) == (date(2027, 1, 1), None, True)


def test_holidays_come_by_category_and_by_name(desk: Desk) -> None:
    """Red days shorten their eve, eves in de_facto and days picked by name do not; each has every language's name."""
    holidays = desk.calendar.holidays
    good_friday, eve, named = (holidays[date(2026, *day)] for day in ((4, 3), (12, 24), (4, 4)))
    assert (dict(good_friday.names), good_friday.shortens_eve) == ({"sv": "Långfredagen", "en": "Good Friday"}, True)
    assert (dict(eve.names), eve.shortens_eve) == ({"sv": "Julafton", "en": "Christmas Eve"}, False)
    assert (dict(named.names), named.shortens_eve) == ({"sv": "Påskafton", "en": "Holy Saturday"}, False)
    sundays = {day for day in holidays if day.year == 2026 and day.weekday() == 6}
    assert sundays == {date(2026, 4, 5), date(2026, 5, 24)}, "Easter and Pentecost; a mere Sunday is no holiday"


def test_exceptions_are_dates(desk: Desk) -> None:
    """Spans of a single date; none is a closed day."""
    assert dict(desk.calendar.exceptions) == {date(2026, 12, 23): (Span(480, 720),), date(2026, 12, 28): ()}


def test_targets_are_one_or_dated(desk: Desk) -> None:
    """A single target holds always, further ones from their first day."""
    normal, urgent = desk.priorities
    assert normal.targets == (
        Target(timedelta(hours=12)),
        Target(timedelta(minutes=90), since=date(2026, 6, 1)),
    )
    assert (urgent.targets, urgent.clock) == ((Target(timedelta(0)),), "duty")


def test_a_plain_text_stands_for_every_language(desk: Desk) -> None:
    """A text is one string for all languages, or a table of them, kept in the desk's order."""
    assert dict(desk.priorities[0].name) == {"sv": "Normal", "en": "Normal"}
    assert dict(desk.priorities[1].name) == {"sv": "Brådskande", "en": "Urgent"}
    assert dict(desk.closing) == {"sv": "Sample Support", "en": "Sample Support"}


def test_rules_agents_and_channels_are_read(desk: Desk) -> None:
    """Patterns in lower case; duty as a word or as hours; channel hours of their own."""
    assert desk.rules[0].to == ("*@drivers.example.com",)
    assert (desk.rules[0].queue, desk.rules[0].priority) == ("driver", "urgent")
    anna, bo, cia, dan = desk.agents
    assert (anna.addresses, anna.duty, anna.outside_hours) == (("anna@desk.example",), desk.calendar.hours, False)
    assert (bo.queues, bo.outside_hours) == (("driver",), True)
    assert (cia.duty, cia.outside_hours) == (None, False)
    assert dan.duty is not None
    assert dan.duty[0].week[5] == (Span(600, 840),)
    assert desk.channels[0].hours[0].week[0] == (Span(540, 900),)
    assert dict(desk.channels[0].note) == {"sv": "Knappval 2.", "en": "Choose 2."}


def test_a_desk_without_holidays_has_none(tmp_path: Path) -> None:
    """The [holidays] table may be left out."""
    assert not load_desk(write(tmp_path, _without("holidays"))).calendar.holidays


def _without(table: str) -> str:
    kept = [part for part in GOOD.split("\n\n") if not part.startswith(f"[{table}]")]
    return "\n\n".join(kept)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "expected"),
    [
        pytest.param('prefix = "SA"', 'prefix = "SIO"', 4, "prefix", "2 to 6 capital letters", id="look-alikes"),
        pytest.param('prefix = "SA"', 'prefix = "S1"', 4, "prefix", "2 to 6 capital letters", id="digit at the end"),
        pytest.param("Europe/Stockholm", "Europe/Stokholm", 5, "zone", "time zone", id="zone"),
        pytest.param("Europe/Stockholm", "../etc/passwd", 5, "zone", "time zone", id="a path as zone"),
        pytest.param("Europe/Stockholm", "Europe", 5, "zone", "time zone", id="a folder as zone"),
        pytest.param('"sv", "en"]', '"sv", "no"]', 3, "languages.1", "'sv', 'da', 'sk' or 'en'", id="language"),
        pytest.param('"sv", "en"]', '"sv", "sv"]', 3, "languages.1", "twice", id="language twice"),
        pytest.param('"help@example.com"', '"help at example"', 2, "addresses.1", "mail address", id="address"),
        pytest.param('"help@example.com"', '"support@example.COM"', 2, "addresses.1", "twice", id="address twice"),
        pytest.param('["Support@Example.com", "help@example.com"]', "[]", 2, "addresses", "is empty", id="no address"),
        pytest.param('name = "Sample', 'nmae = "Sample', 1, "nmae", "no known key", id="unknown key"),
        pytest.param("[[rules]]", "[[ruels]]", 46, "ruels", "no known key", id="unknown table"),
        pytest.param('name = "Sample Support"', "", None, "name", "is missing", id="missing key"),
        pytest.param('fri = ["08', 'fry = ["08', 13, "hours.0.fry", "no known key", id="unknown weekday"),
        pytest.param('fri = ["08', 'fri-mon = ["08', 13, "hours.0.fri-mon", "no known key", id="a range backwards"),
        pytest.param("mon-thu", "mon-fri", 13, "hours.0.fri", "fri is in mon-fri", id="a weekday twice"),
        pytest.param('"08:00-16:00"', '"08:00-24:30"', 13, "hours.0.fri.0", "until 24:00", id="past midnight"),
        pytest.param('"08:00-16:00"', '"16:00-08:00"', 13, "hours.0.fri.0", "span of one day", id="a span backwards"),
        pytest.param('"08:00-16:00"', '"8-16"', 13, "hours.0.fri.0", "span of one day", id="a span misspelt"),
        pytest.param('"13:00-17:00"', '"11:00-17:00"', 12, "hours.0.mon-thu", "in order", id="spans overlap"),
        pytest.param('"13:00-17:00"', '"12:00-17:00"', 12, "hours.0.mon-thu", "between them", id="spans touch"),
        pytest.param("since = 2027-01-01", "", 16, "hours.1.since", "later first day", id="two undated hours"),
        pytest.param("2027-01-01", "20270101", 17, "hours.1.since", "real date", id="a number as date"),
        pytest.param("2027-01-01", "2027-01-01T08:00:00", 17, "hours.1.since", "real date", id="a time as date"),
        pytest.param('country = "SE"', 'country = "SVERIGE"', 22, "holidays.country", "SE, DK or SK", id="country"),
        pytest.param('["public", "de_facto"]', '["public", "bnk"]', 23, "holidays.closed", "bank", id="category"),
        pytest.param('["public"]', '["optional"]', 24, "holidays.short_before", "in closed", id="short but not closed"),
        pytest.param("Holy Saturday", "Holy Day", 25, "holidays.named", "Holy Saturday", id="a day nobody has"),
        pytest.param('"2026-12-28"', '"2026-02-29"', 29, "exceptions.2026-02-29", "real date", id="exception's date"),
        pytest.param('"1h30m"', '"90"', 34, "priorities.normal.targets.1.within", '"1h30m"', id="length"),
        pytest.param('"1h30m"', '"1001h"', 34, "priorities.normal.targets.1.within", "at most 1000h", id="too long"),
        pytest.param(
            "since = 2026-06-01, ", "", 34, "priorities.normal.targets.1.since", "later", id="undated targets"
        ),
        pytest.param('target = "0"', "", 36, "priorities.urgent", "either target", id="no target"),
        pytest.param('clock = "duty"', 'clock = "dutty"', 40, "priorities.urgent.clock", "'duty'", id="clock"),
        pytest.param(
            ', en = "Questions"', "", 33, "priorities.normal.meaning", 'no text in "en"', id="a language short"
        ),
        pytest.param(
            ', en = "Questions"', ', en = "Q", da = "S"', 33, "priorities.normal.meaning.da", "none", id="alien"
        ),
        pytest.param('= "normal"', '= "norml"', 6, "default_priority", "one of normal, urgent", id="default priority"),
        pytest.param('= "general"', '= "genral"', 7, "default_queue", "one of general, driver", id="default queue"),
        pytest.param('default_queue = "general"', "", None, "default_queue", "is missing", id="no default queue"),
        pytest.param(
            'queue = "driver"', 'queue = "drivers"', 50, "rules.0.queue", "no queue 'drivers'", id="rule's queue"
        ),
        pytest.param(
            'priority = "urgent"', 'priority = "x"', 51, "rules.0.priority", "no priority 'x'", id="rule's level"
        ),
        pytest.param(
            '"*@Drivers.example.com"', '"drivers"', 48, "rules.0.to.0", "pattern such as", id="rule's pattern"
        ),
        pytest.param(
            'queues = ["driver"]', 'queues = ["x"]', 61, "agents.1.queues", "no queue 'x'", id="agent's queue"
        ),
        pytest.param(
            '"bo@desk.example"', '"help@example.com"', 60, "agents.1.addresses", "own address", id="a mail loop"
        ),
        pytest.param('"outside-office"', '"nights"', 62, "agents.1.duty", "'office'", id="duty"),
        pytest.param('kind = "phone"', 'kind = "fax"', 74, "channels.0.kind", "'portal'", id="kind of channel"),
        pytest.param('grace = "20m"', "grace = 20", 8, "grace", '"30m"', id="a bare number as length"),
        pytest.param("[queues]", "[queues", 42, "", "not TOML", id="not TOML"),
    ],
)
def test_each_fault_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int | None, key: str, expected: str
) -> None:
    """One wrong value gives one problem: file, line, key, and what was expected."""
    assert GOOD.count(old) >= 1
    path = write(tmp_path, GOOD.replace(old, new, 1))
    found = [problem for problem in problems(path) if problem.key == key]
    assert [(problem.file, problem.line) for problem in found] == [(path, line)], problems(path)
    assert expected in found[0].message


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Wrong shapes and wrong references in one file come out together, in the order of the lines."""
    text = GOOD.replace('prefix = "SA"', 'prefix = "sa"').replace('= "normal"', '= "norml"')
    text = (
        text.replace('"1h30m"', '"soon"').replace('"2026-12-28"', '"2026-02-29"').replace('duty = "office"', "duty = 1")
    )
    text = text.replace('queue = "driver"', 'queue = "x"').replace('country = "SE"', 'country = "XX"')
    assert [problem.key for problem in problems(write(tmp_path, text))] == [
        "prefix",
        "default_priority",
        "holidays.country",
        "exceptions.2026-02-29",
        "priorities.normal.targets.1.within",
        "rules.0.queue",
        "agents.0.duty",
    ]


def test_what_follows_from_a_fault_is_not_told_again(tmp_path: Path) -> None:
    """A priority with a broken target is still a priority: nothing else complains."""
    found = problems(write(tmp_path, GOOD.replace('target = "0"', 'target = "soon"')))
    assert [problem.key for problem in found] == ["priorities.urgent.target"]


@pytest.mark.parametrize("week", ["", "mon-sun = []"], ids=["no day", "every day closed"])
def test_a_desk_that_never_opens_is_refused(tmp_path: Path, week: str) -> None:
    """Its customers would be promised nothing."""
    found = problems(write(tmp_path, GOOD.replace('mon-sun = ["00:00-24:00"]', week)))
    assert [(problem.key, "never opens" in problem.message) for problem in found] == [("hours", True)]


def test_a_target_that_takes_ten_years_is_refused(tmp_path: Path) -> None:
    """A thousand hours at one minute a week would never be promised."""
    text = GOOD.replace('mon-sun = ["00:00-24:00"]', 'mon = ["08:00-08:01"]').replace('"12h"', '"1000h"')
    assert [problem.key for problem in problems(write(tmp_path, text))] == ["priorities.normal"]


AROUND_THE_CLOCK = GOOD.replace('clock = "duty"', 'clock = "always"')


def test_around_the_clock_needs_agents_for_every_hour(tmp_path: Path) -> None:
    """The office and somebody outside its hours cover the drivers' queue; without the latter nights are unattended."""
    covered = AROUND_THE_CLOCK.replace('name = "Cia"', 'name = "Cia"\nqueues = ["general"]')
    load_desk(write(tmp_path, covered))
    found = problems(write(tmp_path, covered.replace('"outside-office"', '"office"')))
    assert [(problem.line, problem.key) for problem in found] == [(40, "priorities.urgent.clock")]
    assert "queue driver on fri at 00:00" in found[0].message


DRIVERS_ALWAYS = AROUND_THE_CLOCK.replace('name = "Cia"', 'name = "Cia"\nqueues = ["driver"]')
"""Somebody is always on duty for the drivers' queue, for the general one only in office hours."""


def test_around_the_clock_looks_at_the_queue_that_the_rules_lead_to(tmp_path: Path) -> None:
    """Where the rule names a queue only that one counts, else the default one and each that another rule sets."""
    load_desk(write(tmp_path, DRIVERS_ALWAYS))
    without = DRIVERS_ALWAYS.replace('queue = "driver"\npri', "pri")
    another = '[[rules]]\nname = "Trucks"\nwords = ["lastbil"]\nqueue = "driver"\n\n[[agents]]\nname = "Anna"'
    for text in (without, without.replace('[[agents]]\nname = "Anna"', another)):
        assert ["queue general" in problem.message for problem in problems(write(tmp_path, text))] == [True]


@pytest.mark.parametrize(
    "name", ["Sample.toml", "my desk.toml", ".toml"], ids=["capital", "blank", "nothing before the dot"]
)
def test_the_file_name_must_do_as_a_key(tmp_path: Path, name: str) -> None:
    """The stem is what commands and tables call the desk."""
    assert "file name" in problems(write(tmp_path, GOOD, name))[0].message


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no file", "not UTF-8"])
def test_an_unreadable_file_is_one_problem(tmp_path: Path, content: bytes | None) -> None:
    """A missing file and one in another encoding are told, not raised."""
    path = tmp_path / "sample.toml"
    if content is not None:
        path.write_bytes(content)
    assert "cannot be read" in problems(path)[0].message


def test_desks_of_a_folder_are_read_together(tmp_path: Path) -> None:
    """All problems of all files come at once."""
    write(tmp_path, GOOD.replace('prefix = "SA"', 'prefix = "x"'), "a.toml")
    write(tmp_path, GOOD.replace("Europe/Stockholm", "Europe/x"), "b.toml")
    with pytest.raises(DeskError) as caught:
        load_desks(tmp_path)
    assert [(problem.file.name, problem.key) for problem in caught.value.problems] == [
        ("a.toml", "prefix"),
        ("b.toml", "zone"),
    ]


def test_two_desks_with_one_address_or_prefix_clash(tmp_path: Path) -> None:
    """Their mail and case numbers could not be told apart; a disabled desk is in nobody's way."""
    write(tmp_path, GOOD, "a.toml")
    write(tmp_path, GOOD.replace('"Support@Example.com", ', ""), "b.toml")
    with pytest.raises(DeskError) as caught:
        load_desks(tmp_path)
    assert [(problem.file.name, problem.line, problem.key) for problem in caught.value.problems] == [
        ("b.toml", 2, "addresses.0"),
        ("b.toml", 4, "prefix"),
    ]
    write(tmp_path, f"enabled = false\n{GOOD}", "b.toml")
    assert [desk.enabled for desk in load_desks(tmp_path)] == [True, False]


def test_clashes_of_desks_read_one_by_one(tmp_path: Path) -> None:
    """The daemon, which keeps the last good version of each file, asks for clashes itself."""
    files = [(path, load_desk(path)) for path in (write(tmp_path, GOOD, f"{name}.toml") for name in "ab")]
    assert len(list(clashes(files))) == 3
    assert not list(clashes(files[:1]))


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    """No desk file at all is told, for nobody would be answered."""
    with pytest.raises(DeskError, match="no desk file"):
        load_desks(tmp_path)


_VALUES = st.sampled_from(
    ["", "x", "2h", "mon", 0, -1, True, 3.5, float("nan"), [], ["08:00-12:00"], [1], [[]], {}, {"a": 1}, [{}], date.min]
)


def _places(data: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in items for place in ((*here, key), *_places(value, (*here, key)))]


_PLAIN = FULL.replace('named = ["Holy Saturday"]', "")  # which takes most of the time
_PLACES = _places(tomllib.loads(_PLAIN))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else value.isoformat() if isinstance(value, date) else repr(value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(_PLACES), _VALUES | st.none()), min_size=1, max_size=3))
def test_any_wrong_value_is_told_and_never_raised(
    tmp_path: Path, changes: list[tuple[tuple[str | int, ...], Any]]
) -> None:
    """Whatever stands at whatever key, and whichever key is missing, the answer is a desk or a list of problems."""
    data = tomllib.loads(_PLAIN)
    for place, value in changes:
        holder: Any = data
        for key in place[:-1]:
            holder = holder[key] if isinstance(holder, list | dict) and _has(holder, key) else None
        if isinstance(holder, list | dict) and _has(holder, place[-1]):
            if value is None:
                del holder[place[-1]]
            else:
                holder[place[-1]] = value
    path = write(tmp_path, "".join(f"{key} = {_toml(value)}\n" for key, value in data.items()))
    try:
        outcome: Desk | tuple[Problem, ...] = load_desk(path)
    except DeskError as error:
        outcome = error.problems
    assert outcome


def _has(holder: Any, key: str | int) -> bool:
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)
