"""The office: what an edit changes, what a broken one leaves in force, and what is told of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailbot.office import Office
from mailbot.problems import ConfigError
from tests.daemon.house import DESK, lay_out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound configuration with one desk, `td`."""
    return lay_out(tmp_path / "config", address="td@desk.example")


_edits = iter(range(1, 10_000))


def _write(path: Path, text: str) -> None:
    """As an editor would; each edit at a time of its own, however coarse the file system's clock is."""
    path.write_text(text, encoding="utf-8")
    moment = 1_800_000_000 + next(_edits)
    os.utime(path, (moment, moment))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    _write(path, text.replace(old, new))


def test_nothing_changed_nothing_read(folder: Path) -> None:
    """Without an edit a refresh finds nothing and leaves the very same values in force."""
    office = Office(folder)
    before = office.in_force
    assert office.refresh() == ()
    assert office.in_force.desks is before.desks
    assert office.in_force.library is before.library


def test_a_good_edit_holds(folder: Path) -> None:
    """A desk file's edit is in force after the next refresh."""
    office = Office(folder)
    _change(folder / "desks" / "td.toml", "Testdesken", "Nya desken")
    assert office.refresh() == ()
    assert office.in_force.desks["td"].name == "Nya desken"


def test_a_broken_edit_is_told_once_and_changes_nothing(folder: Path) -> None:
    """A broken desk file is told with its line, once; its last good version stays until the file is mended."""
    office = Office(folder)
    _change(folder / "desks" / "td.toml", 'target = "4h"', 'target = "never"')
    (problem,) = office.refresh()
    assert (problem.file.name, problem.key) == ("td.toml", "priorities.normal.target")
    assert problem.line
    assert office.refresh() == ()
    assert str(office.in_force.desks["td"].priority("normal").targets[0].within) == "4:00:00"
    _change(folder / "desks" / "td.toml", 'target = "never"', 'target = "5h"')
    assert office.refresh() == ()
    assert str(office.in_force.desks["td"].priority("normal").targets[0].within) == "5:00:00"


def test_a_broken_file_does_not_hold_up_a_good_one(folder: Path) -> None:
    """Of two edited files, one broken, the good one holds."""
    other = DESK.format(address="other@desk.example", more="").replace('prefix = "TD"', 'prefix = "ET"')
    _write(folder / "desks" / "other.toml", other)
    office = Office(folder)
    _change(folder / "desks" / "td.toml", 'zone = "Europe/Stockholm"', 'zone = "Europe/Nowhere"')
    _change(folder / "desks" / "other.toml", "Testdesken", "Den andra")
    assert len(office.refresh()) == 1
    assert office.in_force.desks["other"].name == "Den andra"
    assert office.in_force.desks["td"].calendar.zone.key == "Europe/Stockholm"


def test_a_new_desk_comes_into_force(folder: Path) -> None:
    """A desk file that is added is a desk from then on; a disabled one is none."""
    office = Office(folder)
    other = DESK.format(address="other@desk.example", more="").replace('prefix = "TD"', 'prefix = "ET"')
    _write(folder / "desks" / "other.toml", other)
    _write(folder / "desks" / "third.toml", "enabled = false\n" + other)
    assert office.refresh() == ()
    assert set(office.in_force.desks) == {"td", "other"}


TEAM = '[[agents]]\nname = "Bo"\naddresses = ["bo@agents.example"]\n'


@pytest.fixture
def team(folder: Path) -> Path:
    """A sound file of agents, named by the desk `td`."""
    path = folder / "agents" / "team.toml"
    path.parent.mkdir()
    _write(path, TEAM)
    desk = folder / "desks" / "td.toml"
    _write(desk, 'agents_file = "../agents/team.toml"\n' + desk.read_text(encoding="utf-8"))
    return path


def _agents(office: Office, desk: str = "td") -> list[str]:
    return [agent.name for agent in office.in_force.desks[desk].agents]


def test_an_edit_of_the_agents_file_holds(folder: Path, team: Path) -> None:
    """A file of agents is watched like the desk file that names it, though that one has not changed."""
    office = Office(folder)
    before = office.in_force.desks
    assert _agents(office) == ["Agnes", "Bo"]
    assert office.refresh() == ()
    assert office.in_force.desks is before
    _change(team, "Bo", "Cia")
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes", "Cia"]


def test_a_desk_comes_to_name_an_agents_file(folder: Path, team: Path) -> None:
    """The file is watched from the edit on that names it, and no longer once the name has gone."""
    desk = folder / "desks" / "td.toml"
    _change(desk, "agents_file", "# agents_file")
    office = Office(folder)
    assert _agents(office) == ["Agnes"]
    _change(desk, "# agents_file", "agents_file")
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes", "Bo"]
    _change(team, "Bo", "Cia")
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes", "Cia"]
    _change(desk, "agents_file", "# agents_file")
    assert office.refresh() == ()
    _write(team, "broken")
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes"]


@pytest.mark.parametrize("text", ["[[agents", "", '[[agents]]\nname = "Bo"\n', None])
def test_a_broken_agents_file_is_told_once_and_changes_nothing(folder: Path, team: Path, text: str | None) -> None:
    """Not TOML, empty, without a key or gone: told once, and the last good agents stay until the file is mended."""
    office = Office(folder)
    if text is None:
        team.unlink()
    else:
        _write(team, text)
    (problem,) = office.refresh()
    assert problem.key == "agents_file" if text is None else problem.file.name == "team.toml"
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes", "Bo"]
    _write(team, TEAM.replace("Bo", "Cia"))
    assert office.refresh() == ()
    assert _agents(office) == ["Agnes", "Cia"]


def test_a_desk_file_s_edit_waits_for_its_agents_file(folder: Path, team: Path) -> None:
    """A desk is one thing: while its agents cannot be read its own file's edits wait too, and then all hold."""
    office = Office(folder)
    _write(team, "")
    _change(folder / "desks" / "td.toml", "Testdesken", "Nya desken")
    assert len(office.refresh()) == 1
    assert office.in_force.desks["td"].name == "Testdesken"
    _write(team, TEAM)
    assert office.refresh() == ()
    assert office.in_force.desks["td"].name == "Nya desken"


def test_a_shared_agents_file_changes_every_desk_that_names_it(folder: Path, team: Path) -> None:
    """A good edit holds at both desks; a fault in it is told once, not once a desk."""
    desk = (folder / "desks" / "td.toml").read_text(encoding="utf-8")
    _write(folder / "desks" / "other.toml", desk.replace('"TD"', '"ET"').replace("td@desk", "other@desk"))
    office = Office(folder)
    _change(team, "Bo", "Cia")
    assert office.refresh() == ()
    assert _agents(office) == _agents(office, "other") == ["Agnes", "Cia"]
    _change(team, "name", "nmae")
    assert sorted(problem.key for problem in office.refresh()) == ["agents.0.name", "agents.0.nmae"]
    assert _agents(office) == _agents(office, "other") == ["Agnes", "Cia"]


def test_two_desks_that_clash_change_nothing(folder: Path) -> None:
    """A file that takes another desk's address is told, and neither file's edit holds until they fit together."""
    office = Office(folder)
    other = DESK.format(address="td@desk.example", more="").replace('prefix = "TD"', 'prefix = "ET"')
    _write(folder / "desks" / "other.toml", other)
    assert any("td@desk.example" in str(problem) for problem in office.refresh())
    assert set(office.in_force.desks) == {"td"}
    _change(folder / "desks" / "other.toml", "td@desk.example", "other@desk.example")
    assert office.refresh() == ()
    assert set(office.in_force.desks) == {"td", "other"}


def test_an_edit_that_clashed_holds_once_the_other_file_is_mended(folder: Path) -> None:
    """An address that moves from one desk to another is in force after both edits, whichever file came first."""
    other = DESK.format(address="other@desk.example", more="").replace('prefix = "TD"', 'prefix = "ET"')
    _write(folder / "desks" / "other.toml", other)
    office = Office(folder)
    _change(folder / "desks" / "td.toml", '["td@desk.example"]', '["td@desk.example", "other@desk.example"]')
    assert office.refresh()
    assert office.in_force.desks["td"].addresses == ("td@desk.example",)
    _change(folder / "desks" / "other.toml", "other@desk.example", "new@desk.example")
    assert office.refresh() == ()
    assert office.in_force.desks["td"].addresses == ("td@desk.example", "other@desk.example")


def test_a_desk_that_a_mailbox_needs_cannot_go(folder: Path) -> None:
    """Removing the file of a mailbox's default desk is told, and the desk stays in force."""
    office = Office(folder)
    (folder / "desks" / "td.toml").unlink()
    assert any("mailboxes.support.desk" in str(problem) for problem in office.refresh())
    assert set(office.in_force.desks) == {"td"}


def test_the_start_tells_every_fault_but_only_first_causes(folder: Path) -> None:
    """A broken desk file is told, and not besides that the mailbox's desk is therefore missing."""
    _change(folder / "desks" / "td.toml", 'target = "4h"', 'target = "never"')
    with pytest.raises(ConfigError) as caught:
        Office(folder)
    assert [problem.key for problem in caught.value.problems] == ["priorities.normal.target"]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    """Of a folder that does not exist nothing is told but that."""
    with pytest.raises(ConfigError) as caught:
        Office(tmp_path / "nowhere")
    (problem,) = caught.value.problems
    assert "mailbot init" in problem.message


SHEET = "customer,name,contact\nacme,Acme,anna@acme.example\nbolt,Bolt,bo@bolt.example\n"


@pytest.fixture
def sheet(folder: Path) -> Path:
    """A sound file of customers, named by the desk `td`."""
    path = folder / "customers" / "all.csv"
    path.parent.mkdir()
    _write(path, SHEET)
    desk = folder / "desks" / "td.toml"
    _write(desk, 'customers_files = ["../customers/all.csv"]\n' + desk.read_text(encoding="utf-8"))
    return path


def _customers(office: Office) -> list[str]:
    book = office.in_force.desks["td"].customers
    assert book is not None
    return list(book.by_key)


def test_an_edit_of_a_file_of_customers_holds(folder: Path, sheet: Path) -> None:
    """A file of customers is watched like the desk file that names it, and templates are not tried again for it."""
    office = Office(folder)
    library = office.in_force.library
    assert _customers(office) == ["acme", "bolt"]
    _change(sheet, "bolt,Bolt,bo@bolt.example", "carl,Carl,")
    assert office.refresh() == ()
    assert _customers(office) == ["acme", "carl"]
    assert office.in_force.library is library


@pytest.mark.parametrize("text", [SHEET + "dora,,\n", "customer,name\n", "", "\udcff", None])
def test_a_broken_file_of_customers_is_told_once_and_changes_nothing(
    folder: Path, sheet: Path, text: str | None
) -> None:
    """The last good customers stay until the file is mended, be it half written, in another character set or gone."""
    office = Office(folder)
    if text is None:
        sheet.unlink()
    else:
        sheet.write_bytes(text.encode("utf-8", errors="surrogateescape"))
    assert office.refresh() != ()
    assert office.refresh() == ()
    assert _customers(office) == ["acme", "bolt"]
    _write(sheet, SHEET + "dora,Dora,\n")
    assert office.refresh() == ()
    assert _customers(office) == ["acme", "bolt", "dora"]


def test_a_file_that_is_wrong_in_every_row_is_told_in_short(folder: Path, sheet: Path) -> None:
    """The admin's letter holds the first faults and how many more there are; at the start all of them are told."""
    office = Office(folder)
    _write(sheet, "customer,name,until\n" + "".join(f"c{number},C,soon\n" for number in range(200)))
    problems = office.refresh()
    assert len(problems) == 51
    assert (problems[0].line, problems[49].line, problems[49].key) == (2, 51, "c49.until")
    assert problems[50].message == "and 150 more; `mailbot check` tells all of them"
    with pytest.raises(ConfigError) as caught:
        Office(folder)
    assert len(caught.value.problems) == 200
