"""`mailbot nps` and `mailbot promises`: what they print, draw and refuse."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from mailbot import daemon
from mailbot.cli import app
from mailbot.database import Database
from mailbot.figures import PROMISE_COLUMNS, SCORE_COLUMNS
from tests.daemon.house import lay_out
from tests.shell.figurerows import AGNES, FigureRows, promised
from tests.shell.mailroom import Mailroom
from tests.test_readme import code, section

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AGENTS = """\
[[agents]]
name = "Agnes"
addresses = ["agnes@agents.example"]
"""


@pytest.fixture
def room(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailroom:
    """A desk with six months of figures, as its admin sees it in November."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    rows = FigureRows(sqlite_database)
    with rows.together():
        for month in range(6, 12):
            for score in (10, 9, 3)[: month - 4]:
                rows.survey(f"2026-{month:02}-02 09:00", score, f"2026-{month:02}-03 09:00")
            rows.survey(f"2026-{month:02}-02 10:00", letters={"survey": "bounced"})
            rows.survey(f"2026-{month:02}-02 11:00", queue="billing", agent="bo@agents.example")
            told = promised(f"2026-{month:02}-02 08:00", f"2026-{month:02}-02 12:00")
            rows.begin(f"2026-{month:02}-02 08:00", told, started=f"2026-{month:02}-02 {month + 4}:30")
    return Mailroom(sqlite_database, tmp_path / "config", agents=AGENTS)


def _printed(room: Mailroom, *arguments: str) -> str:
    done = room.mailbot(*arguments)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def _json(room: Mailroom, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _printed(room, *arguments, "--json").splitlines()]


def test_the_score_is_printed_with_a_picture(room: Mailroom) -> None:
    """A heading, the table, and the months' intervals on a scale; every line fits a terminal of 80 columns."""
    lines = _printed(room, "nps", "--from", "2026-09").splitlines()
    assert lines[:7] == [
        "Testdesken (td): score by month",
        "",
        "Month    Votes  9-10  7-8  0-6  NPS  95 % interval  Answered",
        "2026-09      3     2    0    1  +33     -75 to +96    3 of 4  75 %",
        "2026-10      3     2    0    1  +33     -75 to +96    3 of 4  75 %",
        "2026-11      3     2    0    1  +33     -75 to +96    3 of 4  75 %",
        "All          9     6    0    3  +33     -38 to +82   9 of 12  75 %",
    ]
    assert len(lines) == 12
    assert "●" in lines[-1]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("charset", "sign"), [("utf-8", "●"), ("ascii", "O")])
def test_the_picture_is_drawn_with_signs_that_the_terminal_has(room: Mailroom, charset: str, sign: str) -> None:
    """ASCII where the output has nothing else."""
    done = CliRunner(charset=charset).invoke(app, ["--config", str(room.folder), "nps", "--from", "2026-09"])
    assert done.exit_code == 0
    assert done.output.count(sign) == 3


def test_queues_and_agents(room: Mailroom) -> None:
    """By name; an agent below the desk's number of votes has no figure, and the number is told."""
    by_queue = _printed(room, "nps", "--by", "queue").splitlines()
    assert [line.split()[0] for line in by_queue[2:6]] == ["Queue", "billing", "Support", "All"]
    by_agent = _printed(room, "nps", "--by", "agent").splitlines()
    assert by_agent[3].split() == ["Agnes", "17", "-", "-", "-", "-", "no", "figure", "-"]
    assert by_agent[7] == "An agent has a score from 20 votes on."


def test_json_has_an_object_a_line_with_names_that_stay(room: Mailroom) -> None:
    """Numbers as numbers, and null for what is not told apart or has no figure."""
    june, *_, november = _json(room, "nps")
    assert list(june) == list(SCORE_COLUMNS)
    assert november == {
        "desk": "td", "month": "2026-11", "queue": None, "agent": None, "votes": 3, "promoters": 2, "passives": 0,
        "detractors": 1, "nps": 33.3, "low": november["low"], "high": november["high"], "sent": 5, "bounced": 1,
        "answered": 3, "response_rate": 75.0,
    }  # fmt: skip
    assert -100 <= november["low"] < 33.3 < november["high"] <= 100
    agnes = next(row for row in _json(room, "nps", "--by", "agent") if row["agent"] == AGNES)
    assert (agnes["votes"], agnes["nps"], agnes["sent"], agnes["month"]) == (17, None, None, None)


@pytest.mark.parametrize(("command", "columns"), [("nps", SCORE_COLUMNS), ("promises", PROMISE_COLUMNS)])
def test_csv_tells_the_same_as_json(room: Mailroom, command: str, columns: tuple[str, ...]) -> None:
    """Below a line of names, which stands there even where there is nothing to tell."""
    rows = list(csv.DictReader(io.StringIO(_printed(room, command, "--csv"))))
    told = [{key: "" if value is None else str(value) for key, value in row.items()} for row in _json(room, command)]
    assert rows == told
    assert _printed(room, command, "--csv", "--to", "2020-01").splitlines() == [",".join(columns)]


def test_promises_are_printed(room: Mailroom) -> None:
    """By month and priority: kept, and how late the others were."""
    assert _printed(room, "promises", "--from", "2026-07", "--to", "2026-09").splitlines() == [
        "Testdesken (td): work begun by the promised time",
        "",
        "Month    Priority    Kept         Median late       Worst  Open  Void",
        "2026-07  Normal    1 of 1  100 %            -           -     0     0",
        "2026-08  Normal    0 of 1    0 %       30 min      30 min     0     0",
        "2026-09  Normal    0 of 1    0 %   1 h 30 min  1 h 30 min     0     0",
    ]
    (june, *_, november) = _json(room, "promises")
    assert list(june) == list(PROMISE_COLUMNS)
    assert (june["kept"], june["kept_percent"], june["worst_late_minutes"]) == (1, 100.0, None)
    assert (november["missed"], november["median_late_minutes"], november["worst_late_minutes"]) == (1, 210.0, 210.0)


def test_another_desks_figures_are_its_own(room: Mailroom) -> None:
    """Each desk with figures has a table of its own, and only the one named is told."""
    FigureRows(room.database).survey("2026-11-02 09:00", 8, "2026-11-03 09:00", desk="od")
    printed = _printed(room, "nps")
    assert printed.count("score by month") == 2
    assert "(od)" not in _printed(room, "nps", "--desk", "td")
    assert [row["votes"] for row in _json(room, "nps", "--desk", "od")] == [1]


@pytest.mark.parametrize("command", ["nps", "promises"])
def test_months_without_figures_are_said_to_be_so(room: Mailroom, command: str) -> None:
    """A sentence instead of an empty table, and it is no error."""
    assert _printed(room, command, "--to", "2020-01").endswith("in these months.\n")
    assert _json(room, command, "--to", "2020-01") == []


def test_the_months_are_drawn(room: Mailroom, tmp_path: Path) -> None:
    """A PNG or an SVG by the file's ending, whatever the table is cut by; the same bytes each time."""
    png, svg = tmp_path / "months.PNG", tmp_path / "months.svg"
    assert f"{png} shows the months." in _printed(room, "nps", "--by", "queue", "--plot", str(png))
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    before = _json(room, "nps")
    assert _json(room, "nps", "--plot", str(svg)) == before, "nothing but JSON is printed"
    assert ET.fromstring(svg.read_bytes()).tag.endswith("svg")
    first = svg.read_bytes()
    _printed(room, "nps", "--plot", str(svg))
    assert svg.read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nps", "--from", "2026-13"], "--from: expected a month such as 2026-11, got '2026-13'"),
        (["promises", "--to", "last"], "--to: expected a month such as 2026-11, got 'last'"),
        (["nps", "--from", "2026-10", "--to", "2026-09"], "--from 2026-10 is later than --to 2026-09"),
        (["promises", "--from", "2026-12"], "--from 2026-12 has not begun yet"),
        (["nps", "--desk", "sales"], "there is no desk 'sales'; expected one of od, td"),
        (["promises", "--desk", ""], "there is no desk ''; expected one of od, td"),
        (["nps", "--json", "--csv"], "expected --json or --csv, not both"),
        (["nps", "--plot", "months.pdf"], "--plot months.pdf: expected a file that ends in .svg or .png"),
        (["nps", "--plot", "months"], "--plot months: expected a file that ends in .svg or .png"),
        (["nps", "--plot", "/nowhere/at/all.png"], "cannot write /nowhere/at/all.png: No such file or directory"),
        (["nps", "--by", "year"], "'month', 'queue', 'agent'"),
    ],
)
def test_input_that_cannot_be_used_is_refused(room: Mailroom, arguments: list[str], told: str) -> None:
    """With a sentence on standard error that says what was expected, and exit code 2; nothing is printed."""
    done = room.mailbot(*arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.replace("│", "").split())
    assert done.stdout == ""


def test_a_picture_is_of_one_desk(room: Mailroom, tmp_path: Path) -> None:
    """Where several have figures one must be named; where none has, there is nothing to draw and no file."""
    FigureRows(room.database).survey("2026-11-02 09:00", 8, "2026-11-03 09:00", desk="od")
    file = tmp_path / "months.svg"
    done = room.mailbot("nps", "--plot", str(file))
    assert (done.exit_code, done.stderr) == (2, "error: --plot draws one desk: name it with --desk od, td\n")
    done = room.mailbot("nps", "--plot", str(file), "--to", "2020-01")
    assert (done.exit_code, done.stdout) == (1, "")
    assert not file.exists()
    room.mailbot("nps", "--plot", str(file), "--desk", "od")
    assert file.exists()


def test_a_picture_has_an_end(room: Mailroom, tmp_path: Path) -> None:
    """More months than can be told apart are refused, with the way out."""
    FigureRows(room.database).survey("2003-01-02 09:00", 8, "2003-01-03 09:00")
    done = room.mailbot("nps", "--from", "2000-01", "--plot", str(tmp_path / "months.svg"))
    assert done.exit_code == 2
    assert "draws 240 months at most, not 287" in done.stderr


def test_without_a_database_it_is_said_how_one_comes_about(tmp_path: Path) -> None:
    """As every command does that looks."""
    folder = lay_out(tmp_path / "config", address="support@desk.example")
    done = CliRunner().invoke(app, ["--config", str(folder), "nps"])
    assert (done.exit_code, "there is no database yet" in done.stderr) == (1, True)


@pytest.mark.parametrize("columns", [SCORE_COLUMNS, PROMISE_COLUMNS])
def test_the_readme_tells_the_names(columns: tuple[str, ...]) -> None:
    """In their order, so that nobody has to look at the output for them."""
    told = code(section("The score and kept promises"))
    first = next(place for place, name in enumerate(told) if tuple(told[place : place + len(columns)]) == columns)
    assert told[first] == "desk"
