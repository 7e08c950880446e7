"""`mailbot customers`, and what `mailbot check` says of customers: what an admin sees, and what is warned of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.customerlist import standing, warnings
from tests.shell.customerfiles import DESK, SHEET, TABLES, lay_out, loaded
from tests.shell.deskfiles import GOOD, write

DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are called on that day."""
    monkeypatch.setattr("mailbot.daemon.now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder with one desk and its two files of customers."""
    lay_out(tmp_path)
    return tmp_path


def called(config: Path, *words: str) -> tuple[int, list[str]]:
    """Exit code, and the lines of output and errors."""
    done = CliRunner().invoke(app, ["--config", str(config), "customers", *words])
    return done.exit_code, done.output.splitlines()


def shown(config: Path, *words: str) -> list[dict[str, Any]]:
    """What a command prints as JSON."""
    code, lines = called(config, *words, "--json")
    assert code == 0
    return [json.loads(line) for line in lines]


def test_check_tells_what_there_is(config: Path) -> None:
    """Each file with how many customers and contacts it has and the desks that name it, and then what needs a look."""
    code, lines = called(config, "check")
    assert code == 0
    assert lines == [
        f"{config}/customers/a.csv: 3 customers, 3 contacts (desk sample)",
        f"{config}/customers/b.toml: 2 customers, 2 contacts (desk sample)",
        "warning: desk sample: no service.terms, so whoever is not admitted is not told whom to write to",
    ]


def test_check_tells_every_error_of_every_file(tmp_path: Path) -> None:
    """All at once, with file, line and key, and exit code 2."""
    lay_out(tmp_path, sheet=SHEET.replace(",no,sv", ",nej,sv"), tables=TABLES.replace('"Echo"', "1"))
    write(tmp_path / "desks", GOOD.replace('prefix = "SA"', 'prefix = "x"'), "other.toml")
    code, lines = called(tmp_path, "check")
    assert code == 2
    assert [line.partition(": ")[2].rpartition("/")[2].partition(": ")[0] for line in lines] == [
        "other.toml:4", "a.csv:2", "b.toml:21",
    ]  # fmt: skip


def test_check_of_desks_without_customers(tmp_path: Path) -> None:
    """Nothing is named, and nothing is warned of."""
    (tmp_path / "desks").mkdir()
    write(tmp_path / "desks", GOOD)
    assert called(tmp_path, "check") == (0, ["No desk file names a file of customers."])
    assert called(tmp_path, "list") == (0, ["No customers."])


def test_list_has_a_line_for_each_customer(config: Path) -> None:
    """Desk, key, name, agreement and how it stands, its last day, how many contacts, and whether invoices are due."""
    code, lines = called(config, "list", "--desk", "sample")
    assert code == 0
    assert [line.split() for line in lines[1:4]] == [
        ["sample", "acme", "Acme", "AB", "gold", "in", "force", "2027-12-31", "2", "-"],
        ["sample", "bolt", "Bolt", "A/S", "silver", "in", "force", "-", "1", "yes"],
        ["sample", "carl", "Carl", "-", "no", "agreement", "-", "0", "-"],
    ]
    assert len(lines) == 6
    assert shown(config, "list")[0] == {
        "desk": "sample", "customer": "acme", "name": "Acme AB", "agreement": "gold", "since": "2024-01-01",
        "until": "2027-12-31", "standing": "in force", "contacts": 2, "overdue": False,
    }  # fmt: skip


def test_list_of_an_unknown_desk(config: Path) -> None:
    """It is told which desks there are."""
    assert called(config, "list", "--desk", "smple") == (
        2,
        ["error: there is no desk 'smple'; expected one of sample"],
    )


@pytest.mark.parametrize(
    ("asked", "customers", "how"),
    [
        ("delta", ["delta"], "by its key"),
        ("DELTA", ["delta"], "by its key"),
        ("delta ltd.", ["delta"], "by its name"),
        ("acme.test", ["acme"], "by its domain"),
        ("A/S", ["bolt"], "by part of its name"),
        ("c", ["acme", "carl", "echo"], "by part of its name"),
        ("Bo@acme.example", ["acme"], "bo@acme.example is its contact"),
        ("eve@acme.test", ["acme"], "eve@acme.test is under its domain, no contact"),
        (" ole@gmail.com ", ["bolt"], "ole@gmail.com is its contact"),
    ],
)
def test_show_finds_a_customer(config: Path, asked: str, customers: list[str], how: str) -> None:
    """By key, domain, name, part of a name, or whose an address is."""
    found = shown(config, "show", asked)
    assert [(each["customer"], each["found"]) for each in found] == [(key, how) for key in customers]


@pytest.mark.parametrize("asked", ["nobody", "x@gmail.com", "x@sub.acme.test", "example", "@"])
def test_show_of_nobody(config: Path, asked: str) -> None:
    """What is no customer's is said to be none; a subdomain is not the domain."""
    message = f"error: {asked!r} is no customer's; `mailbot customers list` lists them"
    assert called(config, "show", asked) == (2, [message])


def test_show_asks_for_more_where_many_could_be_meant(tmp_path: Path) -> None:
    """Rather than running through the whole book."""
    lay_out(tmp_path, sheet="customer,name\n" + "".join(f"c{number},Firm {number}\n" for number in range(30)))
    code, (line,) = called(tmp_path, "show", "firm")
    assert (code, line.partition(", such as")[0]) == (2, "error: 'firm' could be 30 customers")


def test_show_tells_everything(config: Path) -> None:
    """Agreement, contacts and what they may, and the terms in force with whose they are (C6)."""
    code, lines = called(config, "show", "dan@delta.example")
    assert code == 0
    assert [line for line in lines if "terms on" not in line] == [
        "delta Delta Ltd.",
        "  desk sample, dan@delta.example is its contact",
        "  agreement gold from 2025-03-01: in force",
        "  domains delta.example",
        "  products DocCenter, PX",
        "  attributes big",
        "  2 contacts of at most 3",
        "    dan@delta.example Dan, trained on stock, sees the customer's cases",
        "    dora@delta.example",
        "    open Monday–Friday 06:00–18:00 (its own)",
        "    priority normal: within 30 min (its agreement's)",
        "    priority urgent: within 2 h (its own)",
        "    told of phone",
    ]


def test_show_as_json(config: Path) -> None:
    """The same as one object, minutes as numbers."""
    (found,) = shown(config, "show", "bolt")
    assert (found["overdue"], found["contacts_allowed"], found["language"]) == (True, 1, "da")
    assert found["people"] == [{"address": "ole@gmail.com", "name": "", "trained": [], "sees_cases": False}]
    assert found["terms"]["hours_are"] == "its agreement's"
    assert found["terms"]["targets"][0] == {
        "priority": "normal", "minutes": 90, "clock": "hours", "target_is": "the desk's",
    }  # fmt: skip


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """T38: an export may hold anything."""
    lay_out(tmp_path, sheet=SHEET.replace("Carl", "Carl\x1b[2J"))
    for words in (("list",), ("show", "carl")):
        assert "\x1b" not in "\n".join(called(tmp_path, *words)[1])


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("", "", "in force"),
        ("2026-11-22", "2026-11-22", "in force"),
        ("2026-11-23", "", "not begun"),
        ("", "2026-11-21", "ended"),
        ("2020-01-01", "2026-11-21", "ended"),
    ],
)
def test_how_an_agreement_stands(tmp_path: Path, since: str, until: str, told: str) -> None:
    """First and last day are both in force."""
    sheet = SHEET.replace("2024-01-01,2027-12-31", f"{since},{until}")
    customers = loaded(tmp_path, sheet=sheet).customers
    assert customers is not None
    assert standing(customers.by_key["acme"], DAY) == told
    assert standing(customers.by_key["carl"], DAY) == "no agreement"


TERMS = '\n[service]\nterms = "Ask sales."\n'
NAMED = TERMS + 'contacts = "named"\n'


@pytest.mark.parametrize(
    ("desk", "until", "told"),
    [
        (TERMS, "2027-12-31", []),
        (TERMS, "", []),
        (TERMS, "2026-12-23", []),
        (TERMS, "2026-12-22", ["the agreement ends within 30 days: acme (2026-12-22)"]),
        (TERMS, "2026-11-22", ["the agreement ends within 30 days: acme (2026-11-22)"]),
        (TERMS, "2026-11-21", ["the agreement has ended: acme (2026-11-21)"]),
        (NAMED, "", ["no contact is named, so nobody can get help: carl, echo"]),
        ("", "", ["no service.terms, so whoever is not admitted is not told whom to write to"]),
        ("\n[service]\nagreement = false\n", "", []),
        (
            TERMS + '[[routes]]\nname = "X"\nto = ["cia@desk.example"]\nproduct = "Px"\n',
            "",
            ["the route X is about Px, which no customer uses"],
        ),
        (
            TERMS + '[[rules]]\nname = "R"\ncustomers = ["acme", "gone"]\nqueue = "driver"\n',
            "",
            ["the rule R names gone, and there is no such customer"],
        ),
        (
            TERMS + '[[rules]]\nname = "R"\nattributes = ["big", "small"]\nqueue = "driver"\n',
            "",
            ["the rule R asks for small, which no customer has"],
        ),
    ],
)
def test_what_is_warned_of(tmp_path: Path, desk: str, until: str, told: list[str]) -> None:
    """Agreements that have ended or will within 30 days, customers for whom nobody can write, names of nothing."""
    assert list(warnings(loaded(tmp_path, DESK + desk, SHEET.replace("2027-12-31", until)), DAY)) == told


def test_a_right_that_only_an_agreement_gives_is_warned_of_without_one(tmp_path: Path) -> None:
    """Whoever may see the cases gets no list while no agreement is in force, and `show` says so."""
    tables = TABLES + 'contacts = [{ address = "eva@echo.example", sees_cases = true }]\n'
    assert list(warnings(loaded(tmp_path, DESK + TERMS, tables=tables), DAY)) == [
        "sees_cases grants nothing without an agreement: echo"
    ]
    _, lines = called(tmp_path, "show", "echo")
    assert "    eva@echo.example, sees the customer's cases while an agreement is in force" in lines


def test_a_warning_names_ten_customers(tmp_path: Path) -> None:
    """And says how many more there are."""
    sheet = "customer,name\n" + "".join(f"c{number},C\n" for number in range(40))
    (warning,) = warnings(loaded(tmp_path, DESK + NAMED, sheet, TABLES.partition("\n[customers.echo]")[0]), DAY)
    assert warning.endswith("c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 30 more")


def test_a_desk_without_files_of_customers_is_not_warned_of(tmp_path: Path) -> None:
    """It helps everybody."""
    assert (
        list(warnings(loaded(tmp_path, DESK.replace('["../customers/a.csv", "../customers/b.toml"]', "[]")), DAY)) == []
    )
