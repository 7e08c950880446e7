"""Desk files that the tests change here and there, and what is said of them then."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.files.deskfile import DeskError, load_desk
from mailbot.problems import Problem

GOOD = """\
name = "Sample Support"
addresses = ["Support@Example.com", "help@example.com"]
languages = ["sv", "en"]
prefix = "SA"
zone = "Europe/Stockholm"
default_priority = "normal"
default_queue = "general"
grace = "20m"
closing = "Sample Support"

[[hours]]
mon-thu = ["08:00-12:00", "13:00-17:00"]
fri = ["08:00-16:00"]
day_before_holiday = ["08:00-13:00"]

[[hours]]
since = 2027-01-01
mon-sun = ["00:00-24:00"]
open_on_holidays = true

[holidays]
country = "SE"
closed = ["public", "de_facto"]
short_before = ["public"]
named = ["Holy Saturday"]

[exceptions]
"2026-12-23" = ["08:00-12:00"]
"2026-12-28" = []

[priorities.normal]
name = "Normal"
meaning = { sv = "Frågor", en = "Questions" }
targets = [{ within = "12h" }, { since = 2026-06-01, within = "1h30m" }]

[priorities.urgent]
name = { sv = "Brådskande", en = "Urgent" }
meaning = "!"
target = "0"
clock = "duty"

[queues]
general.name = { sv = "Allmänt", en = "General" }
driver.name = { sv = "Förare", en = "Drivers" }

[[rules]]
name = "Drivers"
to = ["*@Drivers.example.com"]
words = ["chaufför"]
queue = "driver"
priority = "urgent"

[[agents]]
name = "Anna"
addresses = ["Anna@desk.example"]
duty = "office"

[[agents]]
name = "Bo"
addresses = ["bo@desk.example"]
queues = ["driver"]
duty = "outside-office"

[[agents]]
name = "Cia"
addresses = ["cia@desk.example"]

[[agents]]
name = "Dan"
addresses = ["dan@desk.example"]
duty_hours = [{ sat-sun = ["10:00-14:00"] }]

[[channels]]
kind = "phone"
name = { sv = "Telefon", en = "Phone" }
address = "010-123"
note = { sv = "Knappval 2.", en = "Choose 2." }
[[channels.hours]]
mon-fri = ["09:00-15:00"]
"""

FULL = (
    """\
agent_from = "{agent}, {desk}"
reconsider = "5m"
reopen_days = 14
suppress_days = 0
kinds = { question = { name = "Question" }, change-request = { name = { sv = "Ändring", en = "Change" } } }
"""
    + GOOD.replace('duty = "office"', 'duty = "office"\nlanguage = "en"\nmorning_list = "07:30"')
    + """
[[partners]]
name = "Eva Consult"
addresses = ["Eva@partner.example", "eva.c@partner.example"]
answers_customers = true
contact = { sv = "Ring Eva.", en = "Call Eva." }

[[partners]]
name = "Other Ltd"
addresses = ["other@partner.example"]

[matrix]
impacts = ["high", "low"]
urgencies = ["today", "soon", "later"]

[matrix.priority]
high = { today = "urgent", soon = "urgent", later = "normal" }
low.today = "urgent"
low.soon = "normal"
low.later = "normal"
"""
)
"""GOOD with every key by which agents and partners work on a case."""


def write(folder: Path, text: str, name: str = "sample.toml") -> Path:
    """A desk file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    """What is wrong with the file."""
    with pytest.raises(DeskError) as caught:
        load_desk(path)
    return caught.value.problems
