"""Files of customers that the tests change here and there, beside a desk that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.core.desk import Desk
from mailbot.files.deskfile import DeskError, load_desk
from mailbot.problems import Problem
from tests.shell.deskfiles import GOOD, write

# Reading a country's holidays takes longer than all that the tests are about.
HURRIED = GOOD[: GOOD.index("[holidays]")] + GOOD[GOOD.index("[exceptions]") :]
DESK = (
    """\
customers_files = ["../customers/a.csv", "../customers/b.toml"]
customer_languages = ["da"]
"""
    + HURRIED.replace('en = "Questions"', 'en = "Questions", da = "Spørgsmål"')
    .replace('en = "Urgent"', 'en = "Urgent", da = "Haster"')
    .replace('en = "General"', 'en = "General", da = "Generelt"')
    .replace('en = "Drivers"', 'en = "Drivers", da = "Chauffører"')
    .replace('en = "Phone"', 'en = "Phone", da = "Telefon"')
    .replace('en = "Choose 2."', 'en = "Choose 2.", da = "Tast 2."')
    + """
[modules.ledger]
name = "Ledger"
words = ["ledger"]

[modules.stock]
name = "Stock"
words = ["stock"]

[agreements.gold]
name = "Gold"
contacts = 2
targets = { normal = "30m" }

[agreements.silver]
name = "Silver"

[[agreements.silver.hours]]
mon-fri = ["10:00-12:00"]
"""
)
"""A desk that names two files of customers."""

SHEET = """\
customer,name,domains,agreement,since,until,overdue,language,contacts_allowed,attributes,products,contact,contact_name,trained,sees_cases
acme,Acme AB,acme.example acme.test,gold,2024-01-01,2027-12-31,no,sv,,big old,PX,anna@acme.example,Anna Ek,ledger stock,yes
acme,,,,,,,,,,,Bo@Acme.example,Bo,,
bolt,Bolt A/S,bolt.example,silver,,,yes,da,1,,,ole@gmail.com,,,no
carl,Carl,,,,,,,,,,,,,
"""  # noqa: E501 - a row is one line

TABLES = """\
[customers.delta]
name = "Delta Ltd."
domains = ["delta.example"]
agreement = "gold"
since = 2025-03-01
language = "en"
contacts_allowed = 3
attributes = ["big"]
products = ["PX", "DocCenter"]
contacts = [
    { address = "dan@delta.example", name = "Dan", trained = ["stock"], sees_cases = true },
    { address = "dora@delta.example" },
]
targets = { urgent = [{ within = "2h" }, { within = "1h", since = 2027-01-01 }] }

[[customers.delta.hours]]
mon-fri = ["06:00-18:00"]
open_on_holidays = true

[customers.echo]
name = "Echo"
"""


def lay_out(folder: Path, desk: str = DESK, sheet: str = SHEET, tables: str = TABLES) -> Path:
    """The desk file, the two files of customers beside its folder; whether or not anybody names them."""
    for name in ("desks", "customers"):
        (folder / name).mkdir(exist_ok=True)
    write(folder / "customers", sheet, "a.csv")
    write(folder / "customers", tables, "b.toml")
    return write(folder / "desks", desk)


def loaded(folder: Path, desk: str = DESK, sheet: str = SHEET, tables: str = TABLES) -> Desk:
    """The desk with its customers."""
    return load_desk(lay_out(folder, desk, sheet, tables))


def faults(folder: Path, desk: str = DESK, sheet: str = SHEET, tables: str = TABLES) -> tuple[Problem, ...]:
    """What is wrong with the three files."""
    with pytest.raises(DeskError) as caught:
        loaded(folder, desk, sheet, tables)
    return caught.value.problems
