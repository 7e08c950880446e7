"""Kills the process at a labelled point of the path when a crash test asks for it."""

from __future__ import annotations

import os
import signal

# "label" or "label:n": die when that point is reached for the n-th time.
_LABEL, _, _COUNT = os.environ.get("MAILBOT_CRASH_AT", "").partition(":")
_left = int(_COUNT or 1)


def reach(label: str) -> None:
    """Do nothing, unless MAILBOT_CRASH_AT names this point: then end as a power cut would, with SIGKILL."""
    global _left  # noqa: PLW0603  # counts down in a process that is about to die
    if label != _LABEL:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
