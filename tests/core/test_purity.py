"""core/ is deaf and timeless: read from its imports and calls."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import mailbot.core

CORE = sorted(Path(next(iter(mailbot.core.__path__))).rglob("*.py"))
PURE_LIBRARIES = {"babel", "flufl", "jinja2", "markupsafe", "nh3"}
NOT_PURE = {
    "asyncio", "http", "imaplib", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select",
    "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib", "uuid",
}  # fmt: skip
PURE_ALL_THE_SAME = {"urllib.parse"}
CLOCKS = {"now", "today", "utcnow", "monotonic", "time_ns", "perf_counter", "localtime"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_core_imports_nothing_that_acts(path: Path) -> None:
    """A file of core/ imports the standard library's pure parts, core/ itself and the named pure libraries."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            inside = name.startswith("mailbot.core")
            standard = top in sys.stdlib_module_names and top not in NOT_PURE
            allowed = inside or standard or top in PURE_LIBRARIES or name in PURE_ALL_THE_SAME
            assert allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_core_reads_no_clock_and_no_file(path: Path) -> None:
    """A file of core/ calls no clock and opens no file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                assert called.attr not in CLOCKS, f"{path.name}:{node.lineno} reads the clock"
            elif isinstance(called, ast.Name):
                assert called.id not in {"open", "input", "print"}, f"{path.name}:{node.lineno} calls {called.id}"
