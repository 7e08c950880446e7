"""What becomes of a case's promise and start when it goes on, or opens again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.core.clock import go_on, level_of, open_again
from mailbot.core.knowncase import KnownCase
from tests.core.deskwork import DESK, NOW, RECEIVED, case
from tests.core.samples import at, local

SINCE = at("2026-11-23 08:30")


@pytest.mark.parametrize(
    ("known", "start"),
    [
        pytest.param(case(state="waiting", waiting_since=SINCE), "2026-11-23 13:30", id="the rest runs from now on"),
        pytest.param(case(state="waiting", waiting_since=SINCE, started=RECEIVED), None, id="work has begun"),
        pytest.param(case(state="waiting"), None, id="nobody knows since when it waits"),
    ],
)
def test_a_case_that_waited_goes_on(known: KnownCase, start: str | None) -> None:
    """Open, and with a new start only where none has been made."""
    changes = go_on(DESK, known, "sales", NOW)
    assert changes.items() >= {"state": "open", "waiting_since": None}.items()
    assert (local(changes["expected_start"]) if "expected_start" in changes else None) == start
    assert ("promise" in changes) == (start is not None)


def test_a_case_whose_level_the_desk_has_lost_keeps_its_start() -> None:
    """There is no target to count with."""
    lost = replace(DESK, priorities=DESK.priorities[1:], default_priority="high")
    changes = go_on(lost, case(state="waiting", waiting_since=SINCE), "sales", NOW)
    assert changes == {"state": "open", "waiting_since": None}
    assert level_of(lost, "normal") == "high"
    assert open_again(lost, case(state="closed"), "sales", NOW)["promise"].priority == "high"


def test_a_case_that_opens_again_is_as_new() -> None:
    """Neither begun nor closed nor waiting, and promised a start of its own from that moment."""
    changes = open_again(DESK, case(state="closed", started=RECEIVED, closed=RECEIVED), "sales", NOW)
    assert (changes["state"], changes["started"], changes["closed"], changes["waiting_since"]) == (
        "open", None, None, None,
    )  # fmt: skip
    assert changes["promise"].received == NOW
    assert local(changes["expected_start"]) == "2026-11-23 14:00"
