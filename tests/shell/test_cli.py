"""The command line as an admin meets it: what it lays out, what it refuses, and with which exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.cli.overview import EXAMPLES, OVERVIEW
from mailbot.files.deskfile import load_desk


def _run(*arguments: str | Path, stdin: str = "") -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def _laid_out(folder: Path, *more: str) -> Path:
    done = _run("init", folder, "--desk", "kund", "--address", "Support@Firma.example", "--language", "sv", *more)
    assert done.exit_code == 0, done.output
    for name in ("imap-password", "smtp-password"):
        (folder / "secrets" / name).write_text("secret", encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", ["sv", "da", "sk", "en"])
def test_what_init_lays_out_is_sound(tmp_path: Path, language: str) -> None:
    """In each language `init` makes one working desk and leaves the shipped ones disabled; `check` finds no fault."""
    folder = tmp_path / "config"
    _run("init", folder, "--desk", "kund", "--address", "support@firma.example", "--language", language)
    done = _run("--config", folder, "check", "--offline")
    assert done.exit_code == 0, done.output
    assert "1 desk enabled (kund)" in done.output
    assert len(list((folder / "desks").glob("*.toml"))) == 6
    assert (folder / "keys").stat().st_mode & 0o077 == 0


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """A folder that holds a configuration, or part of one, is left as it is."""
    folder = _laid_out(tmp_path / "config")
    before = (folder / "keys").read_text(encoding="ascii")
    again = _run("init", folder, "--desk", "other")
    assert again.exit_code == 2
    assert "nothing was changed" in again.output
    assert (folder / "keys").read_text(encoding="ascii") == before
    assert not (folder / "desks" / "other.toml").exists()


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--desk", "Bad Name", "lower-case letters"),
        ("--address", "nobody", "a mail address"),
        ("--language", "fi", "one of"),
    ],
)
def test_init_refuses_bad_input(tmp_path: Path, option: str, value: str, says: str) -> None:
    """A bad name, address or language is told, and nothing is made."""
    done = _run("init", tmp_path / "config", option, value)
    assert done.exit_code == 2
    assert says in done.output
    assert not (tmp_path / "config").exists()


def test_check_tells_every_fault_at_once(tmp_path: Path) -> None:
    """Faults in settings, a desk file and a template are told in one go, each with file and line; exit code 2."""
    folder = _laid_out(tmp_path / "config")
    settings = folder / "mailbot.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("poll_seconds = 60", 'poll_seconds = "x"'))
    desk = folder / "desks" / "kund.toml"
    desk.write_text(desk.read_text(encoding="utf-8").replace('target = "4h"', 'target = "4 days"') + "wings = 2\n")
    done = _run("--config", folder, "check")
    assert done.exit_code == 2
    assert "mailbot.toml:" in done.output
    assert "mailboxes.kund.poll_seconds" in done.output
    assert "priorities.normal.target" in done.output
    assert "wings" in done.output


def test_check_warns_loudly_where_a_tag_alone_proves_an_agent(tmp_path: Path) -> None:
    """A desk with agents and without authserv_id gets a warning in capitals, which is no fault; with it, none."""
    folder = _laid_out(tmp_path / "config")
    desk = folder / "desks" / "kund.toml"
    text = desk.read_text(encoding="utf-8")
    written = text + '[[agents]]\nname = "Anna"\naddresses = ["anna@firma.example"]\n'
    desk.write_text(written, encoding="utf-8")
    done = _run("--config", folder, "check", "--offline")
    assert done.exit_code == 0, done.output
    (warning,) = [line for line in done.stderr.splitlines() if line.startswith("WARNING: desk kund: no authserv_id")]
    assert "signed tag" in warning
    desk.write_text(written.replace("# authserv_id", "authserv_id"), encoding="utf-8")
    done = _run("--config", folder, "check", "--offline")
    assert done.exit_code == 0, done.output
    assert "WARNING" not in done.output


def test_what_init_shows_as_examples_is_sound(tmp_path: Path) -> None:
    """Every key that the new desk file shows behind a # is one that can be used."""
    folder = _laid_out(tmp_path / "config")
    (folder / "agents").mkdir()
    team = '[[agents]]\nname = "Bo Alm"\naddresses = ["bo@firma.example"]\n'
    (folder / "agents" / "team.toml").write_text(team, encoding="utf-8")
    (folder / "customers" / "ours.csv").write_text("customer,name\nacme,Acme\n", encoding="utf-8")
    desk = folder / "desks" / "kund.toml"
    shown = re.sub(r'^# (?=\[|\]|    "|[a-z_]+ = |"\d)', "", desk.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert "# [" not in shown
    desk.write_text(shown, encoding="utf-8")
    loaded = load_desk(desk)
    assert [agent.name for agent in loaded.agents] == ["Anna Ek", "Bo Alm"]
    assert [partner.name for partner in loaded.partners] == ["Partner Ltd"]
    assert loaded.authserv_id
    assert loaded.calendar.exceptions
    assert loaded.survey
    assert loaded.customers


def test_init_lays_out_the_examples_of_customers(tmp_path: Path) -> None:
    """Each shipped desk's lie in the folder that its commented line names, and a folder of one's own is left alone."""
    folder = _laid_out(tmp_path / "config")
    for desk in sorted((folder / "desks").glob("*.toml")):
        for name in re.findall(r'^# customers_files = \["(.*)"\]$', desk.read_text(encoding="utf-8"), re.MULTILINE):
            assert (desk.parent / name).is_file() or desk.stem == "kund"
    (tmp_path / "other" / "customers").mkdir(parents=True)
    assert _run("init", tmp_path / "other").exit_code == 2


def test_init_lays_out_what_each_key_means(tmp_path: Path) -> None:
    """The folder's README is the one of all keys; a folder that has one of its own keeps that."""
    assert "## All keys of a desk file" in (_laid_out(tmp_path / "config") / "README.md").read_text(encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "README.md").write_text("ours", encoding="utf-8")
    assert (_laid_out(tmp_path / "own") / "README.md").read_text(encoding="utf-8") == "ours"


def test_check_tells_a_broken_template(tmp_path: Path) -> None:
    """A broken template is told with file and line; exit code 2."""
    folder = _laid_out(tmp_path / "config")
    template = folder / "templates" / "sv" / "acknowledgement.txt.j2"
    template.write_text(template.read_text(encoding="utf-8") + "{{ nothing_of_the_kind }}\n", encoding="utf-8")
    line = len(template.read_text(encoding="utf-8").splitlines())
    done = _run("--config", folder, "check", "--offline")
    assert done.exit_code == 2
    assert f"acknowledgement.txt.j2:{line}" in done.output


def test_a_missing_password_is_told(tmp_path: Path) -> None:
    """A password file that is not there is a fault of the configuration, with its place."""
    folder = _laid_out(tmp_path / "config")
    (folder / "secrets" / "imap-password").unlink()
    for command in ("check", "run", "once"):
        done = _run("--config", folder, command)
        assert done.exit_code == 2
        assert "imap-password" in done.output


def test_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is none, `run` says how to make one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    done = _run("run")
    assert done.exit_code == 2
    assert "mailbot init" in done.output


def test_the_environment_names_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MAILBOT_CONFIG stands in for --config."""
    monkeypatch.setenv("MAILBOT_CONFIG", str(_laid_out(tmp_path / "config")))
    done = _run("check", "--offline")
    assert done.exit_code == 0, done.output


def test_shipped_desks_work_without_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`expected-start` and `preview` need no configuration for the shipped desks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    done = _run("expected-start", "visma-control", "--priority", "high", "--received", "2026-04-02T11:30", "--json")
    assert json.loads(done.stdout)["expected_start"] == "2026-04-07T08:30:00+02:00"
    done = _run("preview", "acknowledgement", "--desk", "microbizz", "--html", tmp_path / "letter.html")
    assert done.exit_code == 0, done.output
    assert "</html>" in (tmp_path / "letter.html").read_text(encoding="utf-8")


def test_expected_start_from_a_table(tmp_path: Path) -> None:
    """One JSON object a row; a bad row is told in its place, the others are answered, and the exit code says so."""
    table = tmp_path / "table.csv"
    table.write_text(
        "desk,priority,received\nmicrobizz,incident,2026-06-04T14:00\nnowhere,x,2026-06-04T14:00\n"
        "cloudempiere,3,2026-03-28T22:00\n",
        encoding="utf-8",
    )
    done = _run("expected-start", "--csv", table)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("expected_start") for row in rows] == [
        "2026-06-08T10:30:00+02:00", None, "2026-03-29T23:00:00+02:00",
    ]  # fmt: skip
    assert "nowhere" in rows[1]["error"]
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("expected-start", "nowhere", "--received", "2026-06-04T14:00"),
        ("expected-start", "microbizz", "--priority", "none", "--received", "2026-06-04T14:00"),
        ("expected-start", "microbizz", "--received", "2026-02-30T14:00"),
        ("expected-start", "microbizz"),
        ("expected-start", "--csv", "/nowhere.csv"),
        ("preview", "acknowledgement", "--desk", "nowhere"),
        ("preview", "nothing", "--desk", "microbizz"),
    ],
)
def test_bad_input_is_told(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is refused with a message and exit code 2, without a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    done = _run(*arguments)
    assert done.exit_code == 2
    assert "error: " in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_parse_reads_paths_from_standard_input(tmp_path: Path) -> None:
    """`parse --json -` answers one object a line in the order of the paths, an unreadable one with its error."""
    good = tmp_path / "a.eml"
    good.write_bytes(b"From: Anna <anna@example.com>\r\nSubject: Hej\r\n\r\nText\r\n")
    done = _run("parse", "--json", "-", stdin=f"{good}\n{tmp_path / 'none.eml'}\n")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["from"], first["subject"], first["text"].strip()) == ("anna@example.com", "Hej", "Text")
    assert second["error"]


def test_looking_before_anything_ran(tmp_path: Path) -> None:
    """Without a database, the commands that look say what makes one, and make none themselves."""
    folder = _laid_out(tmp_path / "config")
    for arguments in (("tickets",), ("show", "KUND-000013"), ("parked",), ("outbox",)):
        done = _run("--config", folder, *arguments)
        assert done.exit_code == 1
        assert "mailbot run" in done.output
    assert not (folder / "mailbot.db").exists()


def test_the_help_tells_every_command_under_a_heading() -> None:
    """Each once, in the order of an admin's days, the first steps first."""
    told = [name for names in OVERVIEW.values() for name in names]
    assert sorted(told) == sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    shown = _run("--help").output
    places = [shown.index(f"─ {heading} ─") for heading in OVERVIEW]
    assert places == sorted(places)
    assert "─ Commands ─" not in shown


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_of_the_help_is_a_call_that_the_program_takes(name: str) -> None:
    """The command is there, with these options; and its help shows the example."""
    program, *words = EXAMPLES[name].split()
    done = _run(*words, "--help")
    assert (program, done.exit_code) == ("mailbot", 0)
    assert "Example:" in done.output
    assert f" {name} " in f"{EXAMPLES[name]} "


def test_a_state_that_no_case_can_have_is_refused(tmp_path: Path) -> None:
    """Else a misspelt one would look as if there were no such case; the message names them."""
    done = _run("--config", _laid_out(tmp_path / "config"), "tickets", "--state", "opne")
    assert (done.exit_code, "expected one of closed, declined, merged, open" in done.output) == (2, True)
