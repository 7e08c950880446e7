"""Processes that tests may kill, each forked off one that has imported the program.

What runs in one is the real thing: its own memory, its own end, killed as any process is. A fresh interpreter would
spend two seconds of processor on imports, and the crash walk alone starts fifty.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mailbot import crashpoint
from mailbot.__main__ import main

LIMIT = 120
"""Seconds that one may take."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["mailbot.cli", "mailbot.daemon", "tests.processes"])


def run(work: Callable[..., object], *values: object, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    """Let a process do this to its end, with MAILBOT_CRASH_AT set so. TimeoutExpired where it takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        for path in (out, err):
            path.touch()  # it may end before it opens them
        process = _forks.Process(target=_become, args=(work, values, crash_at, out, err))
        process.start()
        process.join(LIMIT)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(str(work), LIMIT, out.read_bytes(), err.read_bytes())
        told = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess(str(work), process.exitcode, *told)


def mailbot(*arguments: str) -> None:
    """What `mailbot ARGUMENTS` does."""
    sys.argv = ["mailbot", *arguments]
    main()


def _become(work: Callable[..., object], values: tuple[object, ...], crash_at: str, out: Path, err: Path) -> None:
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY), number)
    os.environ["MAILBOT_CRASH_AT"] = crash_at
    importlib.reload(crashpoint)  # it reads that once, when it is imported
    work(*values)
