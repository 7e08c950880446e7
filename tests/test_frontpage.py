"""The front page, `mailbot/__init__.py`, names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import mailbot

HOME = Path(mailbot.__file__).parent
NAMES = sorted(set(re.findall(r"`((?:(?:core|files)\.)?[a-z]+)`", mailbot.__doc__ or "")))
NO_FILES = {"reconsider", "init"}
"""A key of desk files, and a command."""


def test_each_file_that_is_named_is_there() -> None:
    """A name without a folder is one of mailbot's own, or of core's in a list that began with one of core's."""
    missing = [
        name
        for name in NAMES
        if not any((HOME / folder / name.replace(".", "/")).with_suffix(".py").is_file() for folder in ("", "core"))
        and not (HOME / name).is_dir()
    ]
    assert set(missing) == NO_FILES


def test_each_part_of_the_path_is_named() -> None:
    """Every file of mailbot's own that the daemon works with is on the page."""
    source = (HOME / "daemon.py").read_text(encoding="utf-8")
    parts = set(re.findall(r"^from mailbot\.([a-z]+) import", source, re.MULTILINE))
    assert parts <= set(NAMES)
