"""Processor time as Linux counts it: of a process, of its threads, and of all that was started from it."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """Seconds that the process has used, in user and system mode, its threads that have ended included."""
    return sum(_times(_fields(Path(f"/proc/{pid}/stat"))))


def of_threads(pid: int) -> list[tuple[float, float]]:
    """(user, system) seconds of each living thread, in the order in which they were started."""
    tasks = sorted(Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name))
    return [_times(_fields(task / "stat")) for task in tasks]


def of_descendants(pid: int) -> float:
    """Seconds used by the process and by everything started from it that still runs."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        one = int(stat.parent.name)
        try:
            fields = _fields(stat)
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(int(fields[1]), []).append(one)
        used[one] = sum(_times(fields))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return sum(used.get(member, 0.0) for member in family)


def _times(fields: list[str]) -> tuple[float, float]:
    return int(fields[11]) / _TICK, int(fields[12]) / _TICK


def _fields(stat: Path) -> list[str]:
    """What follows the name in proc(5)'s `stat`: state, parent, ..., utime as the 12th and stime as the 13th."""
    return stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
