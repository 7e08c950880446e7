"""The README's table of the five desks: every fact has its row, and every key and story that a row names is there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from mailbot.files.customersheet import read_sheet
from mailbot.shipped import shipped_config
from tests.desks.stage import OFFER
from tests.desks.test_scenarios import SCENARIOS
from tests.test_readme import code, section, table

FACTS = {"visma-control": ("V", 14), "softone-go": ("S", 14), "biometria-viol3": ("B", 10), "microbizz": ("M", 8),
         "cloudempiere": ("C", 8)}  # fmt: skip
"""By desk: the letter of its facts, and how many there are."""
NO_MAIL = ". Not by mail: "
"""Behind the stories of a fact: which part of it mail cannot carry, and why."""


def rows(desk: str) -> list[list[str]]:
    """The rows of a desk's table: fact, what it says, keys, stories."""
    return table(section(f"`{desk}`"))


def stories_of(cell: str) -> list[str]:
    """The stories that a cell names."""
    return [name for name in cell.partition(NO_MAIL)[0].strip().split("; ") if name]


@cache
def files_of(desk: str) -> Mapping[str, Any]:
    """What stands in a desk file and, under `customers`, in the file of customers that it offers."""
    folder = shipped_config() / "desks"
    text = (folder / f"{desk}.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(OFFER.sub("\n", text))
    customers: dict[str, Any] = {}
    for name in keys["customers_files"]:
        if name.endswith(".toml"):
            customers |= tomllib.loads((folder / name).read_text(encoding="utf-8"))["customers"]
        else:
            customers |= read_sheet(folder / name).customers()
    return {**keys, "customers": customers}


def reached(at: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """All that stands at a path; each item of a list counts, and `*` is any key."""
    if isinstance(at, list):
        for item in at:
            yield from reached(item, path)
    elif not path:
        yield at
    elif isinstance(at, dict):
        for key, value in at.items():
            if path[0] in (key, "*"):
                yield from reached(value, path[1:])


@pytest.mark.parametrize("desk", FACTS)
def test_every_fact_has_its_row(desk: str) -> None:
    """The table has one row for each fact, in order."""
    letter, count = FACTS[desk]
    assert [row[0] for row in rows(desk)] == [f"{letter}{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("desk", FACTS)
def test_every_key_named_is_in_the_files(desk: str) -> None:
    """Each key of a row is given in the desk file or in its customers' file."""
    for fact, _, keys, _ in rows(desk):
        for key in code(keys):
            assert any(True for _ in reached(files_of(desk), tuple(key.split(".")))), f"{fact}: {key}"


@pytest.mark.parametrize("desk", FACTS)
def test_every_story_named_shows_its_fact(desk: str) -> None:
    """Each fact is shown by a story, and its row names all that say they show it, in the scenario's order."""
    showing: dict[str, list[str]] = {}
    for story in SCENARIOS[desk].stories:
        for fact in story.facts:
            showing.setdefault(fact, []).append(story.name)
    assert {fact: stories_of(stories) for fact, _, _, stories in rows(desk)} == showing


def test_stories_are_told_apart_by_name() -> None:
    """No two stories of a desk have the same name, and none has what parts names in the table."""
    for scenario in SCENARIOS.values():
        names = [story.name for story in scenario.stories]
        assert len(set(names)) == len(names)
        assert not [name for name in names if ";" in name or "|" in name or NO_MAIL in name]
