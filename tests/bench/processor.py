"""Processor time as Linux counts it: of a process, of its threads, and of all that was started from it."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """Seconds that the process has used, in user and system mode, its threads that have ended included."""
    return sum(_times(Path(f"/proc/{pid}/stat")))


def of_threads(pid: int) -> list[tuple[float, float]]:
    """(user, system) seconds of each living thread, in the order in which they were started."""
    tasks = sorted(Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name))
    return [_times(task / "stat") for task in tasks]


def of_descendants(pid: int) -> float:
    """Seconds used by the process and by everything started from it that still runs."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(_fields(stat)[1])
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(int(stat.parent.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return sum(of_process(member) for member in family)


def _times(stat: Path) -> tuple[float, float]:
    fields = _fields(stat)
    return int(fields[11]) / _TICK, int(fields[12]) / _TICK


def _fields(stat: Path) -> list[str]:
    """What follows the name in proc(5)'s `stat`: state, parent, ..., utime as the 12th and stime as the 13th."""
    return stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
