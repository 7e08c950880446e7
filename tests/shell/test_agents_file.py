"""A file of agents that desks share: whose agents they are, and which file is told when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.files.deskfile import DeskError, files_of, load_desk, load_desks
from tests.shell.deskfiles import GOOD, problems, write

TEAM = """\
[[agents]]
name = "Eva"
addresses = ["Eva@desk.example"]
morning_list = "08:00"

[[agents]]
name = "Finn"
addresses = ["finn@desk.example"]
queues = ["driver"]
duty = "office"
"""

NAMED = f'agents_file = "../agents/team.toml"\n{GOOD}'
AROUND_THE_CLOCK = NAMED.replace('clock = "duty"', 'clock = "always"').replace('"outside-office"', '"office"')
"""The drivers' queue has somebody around the clock only if the agents file has, once Cia serves another."""
UNATTENDED = AROUND_THE_CLOCK.replace('name = "Cia"', 'name = "Cia"\nqueues = ["general"]')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of desks, beside it a sound file of agents."""
    for name in ("desks", "agents"):
        (tmp_path / name).mkdir()
    write(tmp_path / "agents", TEAM, "team.toml")
    return tmp_path / "desks"


def test_both_files_agents_count(folder: Path) -> None:
    """The desk's agents are its own and then those of the file that it names, counted from its own folder."""
    desk = load_desk(write(folder, NAMED))
    assert [agent.name for agent in desk.agents] == ["Anna", "Bo", "Cia", "Dan", "Eva", "Finn"]
    assert (desk.agents[4].addresses, desk.agents[4].morning_list) == (("eva@desk.example",), 480)
    assert desk.agents[5].duty == desk.calendar.hours


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("EVA@Desk.Example", "eva@desk.example"),
        ("\u212aim@desk.example", "\u212aim@desk.example"),
        ("\u00c5SA@desk.example", "\u00c5sa@desk.example"),
    ],
)
def test_an_address_is_folded_as_a_sender_s_is(written: str, read: str, folder: Path) -> None:
    """Only ASCII letters lose their case: the Kelvin sign makes nobody an agent called kim (T10)."""
    write(folder.parent / "agents", TEAM.replace("Eva@desk.example", written), "team.toml")
    assert load_desk(write(folder, NAMED)).agents[4].addresses == (read,)


def test_a_domain_is_no_other_s_for_a_look_alike(folder: Path) -> None:
    """A letter that folds into an ASCII one does not stand in a domain."""
    path = write(folder.parent / "agents", TEAM.replace("Eva@desk.example", "eva@des\u212a.example"), "team.toml")
    with pytest.raises(DeskError) as raised:
        load_desk(write(folder, NAMED))
    assert [(each.file.resolve(), each.message) for each in raised.value.problems] == [
        (path.resolve(), "expected a mail address, got 'eva@des\u212a.example'")
    ]


def test_several_desks_share_it(folder: Path) -> None:
    """Two desks may name one file, and the same agents work at both."""
    write(folder, NAMED, "a.toml")
    other = NAMED.replace('prefix = "SA"', 'prefix = "SB"').replace("Support@", "sb@").replace("help@", "hb@")
    write(folder, other, "b.toml")
    first, second = load_desks(folder)
    assert [agent.address for agent in first.agents] == [agent.address for agent in second.agents]


def test_it_may_be_named_by_an_absolute_path(folder: Path) -> None:
    """The place need not be beside the desks."""
    team = folder.parent / "agents" / "team.toml"
    assert len(load_desk(write(folder, NAMED.replace("../agents/team.toml", str(team)))).agents) == 6


def test_its_agents_are_on_duty(folder: Path) -> None:
    """An around-the-clock promise rests on the agents of both files."""
    load_desk(write(folder, AROUND_THE_CLOCK))
    write(folder.parent / "agents", TEAM.replace('name = "Eva"', 'name = "Eva"\nqueues = ["driver"]'), "team.toml")
    load_desk(write(folder, UNATTENDED))
    write(folder.parent / "agents", TEAM.replace('name = "Eva"', 'name = "Eva"\nqueues = ["general"]'), "team.toml")
    assert [problem.key for problem in problems(write(folder, UNATTENDED))] == ["priorities.urgent.clock"]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        (
            "[[agents]]", "[[agents", 1, "",
            "is not TOML: Expected ']]' at the end of an array declaration (at line 1, column 9)",
        ),
        ("[[agents]]", "[[agnets]]", 1, "agnets", "is no known key"),
        ('addresses = ["Eva@desk.example"]\n', "", 1, "agents.0.addresses", "is missing"),
        (
            '"08:00"', '"8"', 4, "agents.0.morning_list",
            "expected a time of day such as \"07:30\", got '8'",
        ),
        (
            '"office"', '"never"', 10, "agents.1.duty",
            "Input should be 'always', 'office' or 'outside-office' (got 'never')",
        ),
        (
            '["driver"]', '["x"]', 9, "agents.1.queues",
            "there is no queue 'x': expected one of general, driver (desk sample)",
        ),
        (
            'duty = "office"', 'duty = "office"\nduty_hours = [{ mon = ["08:00-09:00"] }]', 10, "agents.1.duty",
            "expected duty or duty_hours, not both (desk sample)",
        ),
        (
            'duty = "office"', 'duty_hours = [{ mno = ["08:00-09:00"] }]', 10, "agents.1.duty_hours.0.mno",
            'is no known key: days are "mon" to "sun", or a range such as "mon-fri" (desk sample)',
        ),
        ('"finn@', '"Eva@', 8, "agents.1.addresses", "eva@desk.example belongs to the agent Eva too (desk sample)"),
        ('"finn@', '"bo@', 8, "agents.1.addresses", "bo@desk.example belongs to the agent Bo too (desk sample)"),
        (
            '"finn@desk.example"', '"help@example.com"', 8, "agents.1.addresses",
            "help@example.com is the desk's own address: its letters would come back to it (desk sample)",
        ),
        ('name = "Finn"', 'name = "bo"', 7, "agents.1.name", "another agent is called bo too (desk sample)"),
        (TEAM, "", None, "agents", "is missing: expected at least one agent, as [[agents]]"),
    ],
)  # fmt: skip
def test_a_fault_in_it_is_told_with_its_file_and_line(
    folder: Path, old: str, new: str, line: int | None, key: str, message: str
) -> None:
    """One wrong value gives one problem, in the file of agents; one that depends on the desk names the desk."""
    assert old in TEAM
    team = write(folder.parent / "agents", TEAM.replace(old, new, 1), "team.toml")
    (problem,) = problems(write(folder, NAMED))
    assert problem.file.samefile(team)
    assert (problem.line, problem.key, problem.message) == (line, key, message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../agents/none.toml", "{agents}/none.toml cannot be read: No such file or directory"),
        ("../agents", "{agents} cannot be read: Is a directory"),
        (
            "team.toml",
            'lies among the desk files, each of which is a desk: expected another folder, "../agents/team.toml"',
        ),
        (
            "../desks/sample.toml",
            'lies among the desk files, each of which is a desk: expected another folder, "../agents/team.toml"',
        ),
        ("a\\u0000b", "expected a file such as \"../agents/team.toml\", got 'a\\x00b'"),
    ],
    ids=["missing", "a folder", "among the desks", "the desk itself", "no name at all"],
)
def test_a_wrong_name_is_told_in_the_desk_file(folder: Path, name: str, message: str) -> None:
    """Where there is no such file, or it would be taken for a desk, the key that names it is at fault."""
    path = write(folder, NAMED.replace("../agents/team.toml", name))
    (problem,) = problems(path)
    assert (problem.file, problem.line, problem.key) == (path, 1, "agents_file")
    assert problem.message == message.format(folder=folder, agents=folder.parent / "agents")


def test_a_file_that_is_not_utf_8_is_told_itself(folder: Path) -> None:
    """Its name is right, so the file is what is at fault."""
    (folder.parent / "agents" / "team.toml").write_bytes(b"\xff\xfe")
    (problem,) = problems(write(folder, NAMED))
    assert problem.file.name == "team.toml"
    assert "cannot be read" in problem.message


@pytest.mark.parametrize(
    "broken", [{"team.toml": "agents = 1"}, {"name": "../agents/none.toml"}, {"key": "agents_file = 1"}]
)
def test_what_follows_from_unknown_agents_is_not_told(folder: Path, broken: dict[str, str]) -> None:
    """Where the agents of the file cannot be known, nobody complains that none is on duty."""
    if "team.toml" in broken:
        write(folder.parent / "agents", broken["team.toml"], "team.toml")
    text = UNATTENDED.replace("../agents/team.toml", broken.get("name", "../agents/team.toml"))
    text = broken["key"] + text.removeprefix('agents_file = "../agents/team.toml"') if "key" in broken else text
    (problem,) = problems(write(folder, text))
    assert problem.key in {"agents", "agents_file"}


def test_faults_of_both_files_are_told_at_once(folder: Path) -> None:
    """The desk file's come first, then those of the agents, each in the order of the lines."""
    team = TEAM.replace('"08:00"', '"noon"').replace('["driver"]', '["x"]').replace("finn@", "bo@")
    write(folder.parent / "agents", team, "team.toml")
    found = problems(write(folder, NAMED.replace('prefix = "SA"', 'prefix = "x"').replace('= "normal"', '= "norml"')))
    assert [(problem.file.name, problem.line, problem.key) for problem in found] == [
        ("sample.toml", 5, "prefix"),
        ("sample.toml", 7, "default_priority"),
        ("team.toml", 4, "agents.0.morning_list"),
        ("team.toml", 8, "agents.1.addresses"),
        ("team.toml", 9, "agents.1.queues"),
    ]


def test_a_fault_of_a_shared_file_is_told_once(folder: Path) -> None:
    """However many desks name it; what depends on a desk is told for each."""
    write(folder.parent / "agents", TEAM.replace('"08:00"', '"noon"').replace('["driver"]', '["x"]'), "team.toml")
    write(folder, NAMED, "a.toml")
    write(folder, NAMED.replace('prefix = "SA"', 'prefix = "SB"'), "b.toml")
    with pytest.raises(DeskError) as caught:
        load_desks(folder)
    assert [problem.message.rpartition("(")[2] for problem in caught.value.problems] == [
        "expected a time of day such as \"07:30\", got 'noon'",
        "desk a)",
        "desk b)",
    ]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (NAMED, ["sample.toml", "../agents/team.toml"]),
        (GOOD, ["sample.toml"]),
        ('agents_file = " "', ["sample.toml"]),
        ("agents_file = 1", ["sample.toml"]),
        ('agents_file = " x " # broken otherwise', ["sample.toml", "x"]),
        ("[", ["sample.toml"]),
    ],
)
def test_the_files_of_a_desk_are_known_however_broken_it_is(folder: Path, text: str, files: list[str]) -> None:
    """The daemon watches the desk file and the file of agents that it names, whatever else is wrong with them."""
    path = write(folder, text)
    assert [file.resolve() for file in files_of(path)] == [(folder / file).resolve() for file in files]


def test_a_missing_desk_file_has_no_other(folder: Path) -> None:
    """Of a file that has just gone nothing is raised."""
    assert files_of(folder / "gone.toml") == (folder / "gone.toml",)


def test_a_file_that_cannot_be_opened_is_told(folder: Path) -> None:
    """Whatever the system says of it is a problem of the configuration, not a crash."""
    team = folder.parent / "agents" / "team.toml"
    team.unlink()
    team.symlink_to(team)
    (problem,) = problems(write(folder, NAMED))
    assert (problem.key, problem.message.partition(" cannot")[2]) == (
        "agents_file",
        " be read: Too many levels of symbolic links",
    )
