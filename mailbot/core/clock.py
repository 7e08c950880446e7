"""What becomes of a case's promise and start when it goes on after waiting, or opens again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailbot.core.desk import Desk
from mailbot.core.knowncase import KnownCase
from mailbot.core.promise import make_promise, postpone


def go_on(desk: Desk, case: KnownCase, queue: str, moment: datetime) -> dict[str, Any]:
    """The ticket's columns that change when a waiting case waits no more, from an aware moment on.

    Before the start the remaining open time runs from that moment; a start that has been made is not moved.
    """
    changes: dict[str, Any] = {"state": "open", "waiting_since": None}
    promise = case.facts.promise
    known = any(level.key == promise.priority for level in desk.priorities)
    if case.started is None and case.waiting_since is not None and known:
        promise = postpone(desk, promise, queue, case.waiting_since, moment)
        changes |= {"promise": promise, "expected_start": promise.expected_start}
    return changes


def open_again(desk: Desk, case: KnownCase, queue: str, moment: datetime) -> dict[str, Any]:
    """The ticket's columns that change when a closed case opens again by a mail received at an aware moment.

    It is promised a start of its own, counted from that mail.
    """
    promise = make_promise(desk, level_of(desk, case.facts.priority), moment, queue)
    return {
        "state": "open", "closed": None, "waiting_since": None, "started": None,
        "promise": promise, "expected_start": promise.expected_start,
    }  # fmt: skip


def level_of(desk: Desk, key: str) -> str:
    """A case's priority, or the default one where the desk file has lost it."""
    return key if any(level.key == key for level in desk.priorities) else desk.default_priority
