"""What `mailbot expected-start` answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.desk import Desk
from mailbot.deskfile import load_desks
from mailbot.expected import as_json, csv_rows, expected_start, explain

HEADER = "desk,priority,received"


@cache
def desks() -> tuple[Desk, ...]:
    """The shipped desks; read once, for nothing changes them."""
    return load_desks(Path(__file__).parents[2] / "config" / "desks")


def told(desk: str, priority: str | None, received: str) -> list[str]:
    """The explanation's lines."""
    return list(explain(expected_start(desks(), desk, priority, received)))


def test_the_explanation_tells_the_moment_and_each_step_to_it() -> None:
    """The moment comes first, then what was asked, then every span used and every closure skipped with its reason."""
    assert told("visma-control", "high", "2026-04-02T11:30") == [
        "Work starts at the latest Tue 2026-04-07 08:30 (Europe/Stockholm, UTC+0200).",
        "visma-control, priority high (within 2 h of open time), received Thu 2026-04-02 11:30.",
        "",
        "  Thu 2026-04-02  11:30-13:00  1 h 30 min counted (short day before Långfredagen)",
        "  Thu 2026-04-02  13:00-24:00  closed: short day before Långfredagen",
        "  Fri 2026-04-03               closed: Långfredagen",
        "  Sat 2026-04-04               closed on this weekday",
        "  Sun 2026-04-05               closed on this weekday",
        "  Mon 2026-04-06               closed: Annandag påsk",
        "  Tue 2026-04-07  00:00-08:00  closed: outside the hours",
        "  Tue 2026-04-07  08:00-08:30  30 min counted",
    ]


@pytest.mark.parametrize(
    ("desk", "priority", "received", "expected"),
    [
        pytest.param("visma-control", "critical", "2026-11-24T10:00", "at once", id="at once"),
        pytest.param("visma-control", "critical", "2026-11-24T12:20", "Tue 2026-11-24 13:00", id="next opening"),
        pytest.param("visma-control", None, "2026-11-23T11:15", "Mon 2026-11-23 16:15", id="default priority"),
        pytest.param("visma-control", "", "2026-11-23 11:15", "Mon 2026-11-23 16:15", id="a blank for the T"),
        pytest.param("visma-control", "normal", "2026-11-23T10:15Z", "Mon 2026-11-23 16:15", id="with an offset"),
        pytest.param("visma-control", "high", "2026-11-23T08:00:20", "Mon 2026-11-23 10:01", id="with seconds"),
    ],
)
def test_the_first_line_is_the_answer(desk: str, priority: str | None, received: str, expected: str) -> None:
    """Whoever reads only that line knows when work starts, in the desk's local time."""
    assert expected in told(desk, priority, received)[0]


def test_rounding_is_told() -> None:
    """Seconds of receipt lead to a rounded minute, which the last line says."""
    assert told("visma-control", "high", "2026-11-23T08:00:20")[-1].strip() == "rounded up to the whole minute"


@pytest.mark.parametrize(
    ("received", "read_as", "note"),
    [
        ("2026-03-29T02:30", "2026-03-29T03:30:00+02:00", "02:30 is skipped that day"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00", "02:30 comes twice that day"),
        ("2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00", ""),
        ("2026-10-25T03:00", "2026-10-25T03:00:00+01:00", ""),
    ],
    ids=["skipped", "twice", "twice, but told which", "past the change"],
)
def test_a_local_time_that_a_clock_change_makes_doubtful_is_read_one_way(
    received: str, read_as: str, note: str
) -> None:
    """A skipped time moves forward with the clock, a repeated one is the first; the answer says so."""
    answer = expected_start(desks(), "cloudempiere", "1", received)
    found = as_json(answer)
    assert found["received"] == read_as
    assert [note in each for each in found["notes"]] == ([True] if note else [])
    assert set(found["notes"]) <= set(explain(answer))


def test_the_json_holds_what_a_program_needs() -> None:
    """Moments with the desk's offset, lengths in minutes, and the steps as data."""
    found = as_json(expected_start(desks(), "microbizz", "incident", "2026-06-04T14:00"))
    assert {key: value for key, value in found.items() if key != "steps"} == {
        "desk": "microbizz",
        "priority": "incident",
        "received": "2026-06-04T14:00:00+02:00",
        "within_minutes": 240,
        "expected_start": "2026-06-08T10:30:00+02:00",
        "at_once": False,
        "notes": [],
    }
    assert [(step["day"], step["why"], step["counted_minutes"], step["holiday"]) for step in found["steps"]] == [
        ("2026-06-04", "open", 120, ""),
        ("2026-06-04", "closed-hours", 0, ""),
        ("2026-06-05", "holiday", 0, "Grundlovsdag"),
        ("2026-06-06", "weekday-closed", 0, ""),
        ("2026-06-07", "weekday-closed", 0, ""),
        ("2026-06-08", "closed-hours", 0, ""),
        ("2026-06-08", "open", 120, ""),
    ]
    assert found["steps"][0]["begins"] == "2026-06-04T14:00:00+02:00"


@pytest.mark.parametrize(
    ("desk", "priority", "received", "message"),
    [
        ("visma", "high", "2026-04-02T11:30", "expected one of biometria-viol3, cloudempiere"),
        ("visma-control", "urgent", "2026-04-02T11:30", "expected one of critical, high, normal"),
        ("visma-control", "high", "2 april 2026", "expected an ISO date and time"),
        ("visma-control", "high", "2026-04-02", "expected an ISO date and time"),
        ("visma-control", "high", "2026-02-30T10:00", "expected an ISO date and time"),
        ("visma-control", "high", "", "expected an ISO date and time"),
        ("visma-control", "high", "9999-12-31T23:59", "from 2000 to 2060"),
        ("visma-control", "high", "0001-01-01T00:00+14:00", "from 2000 to 2060"),
    ],
)
def test_what_cannot_be_answered_says_what_was_expected(desk: str, priority: str, received: str, message: str) -> None:
    """An unknown desk or priority lists the known ones; a date alone is no moment."""
    with pytest.raises(ValueError, match=message):
        expected_start(desks(), desk, priority, received)


def test_a_table_is_answered_row_by_row() -> None:
    """Each row gives one object in order; a bad one gives its line and the rest go on."""
    rows = list(
        csv_rows(
            [
                f"\ufeff{HEADER}\r\n",
                "visma-control,high,2026-04-02T11:30\r\n",
                "\r\n",
                "nobody,high,2026-04-02T11:30\r\n",
                'visma-control,"high,2026-04-02T11:30\r\n',
                "visma-control,high\r\n",
                "visma-control,high,2026-04-02T11:30,more\r\n",
                'visma-control,,"2026-11-23T11:15"\r\n',
            ],
            desks(),
        )
    )
    assert [
        row.get("expected_start") or (row["line"], row["error"].partition(";")[0].partition(":")[0]) for row in rows
    ] == [
        "2026-04-07T08:30:00+02:00",
        (
            4,
            "there is no desk 'nobody'",
        ),
        (5, "is not CSV"),
        (6, "expected as many fields as the first line has"),
        (7, "expected as many fields as the first line has"),
        "2026-11-23T16:15:00+01:00",
    ]


def test_columns_may_stand_in_any_order_and_beside_others() -> None:
    """The first line names them."""
    (row,) = csv_rows(["case, Received ,desk,priority", "17,2026-11-23T11:15,visma-control,normal"], desks())
    assert row["expected_start"] == "2026-11-23T16:15:00+01:00"


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], {"line": 1, "error": f"expected a first line with {HEADER}; there is nothing"}),
        (["desk,level,received"], {"line": 1, "error": f"expected a first line with {HEADER}; it lacks priority"}),
    ],
    ids=["empty", "a column missing"],
)
def test_a_table_without_its_first_line_is_one_error(lines: list[str], error: dict[str, Any]) -> None:
    """Nothing can be answered, and one object says why."""
    assert list(csv_rows(lines, desks())) == [error]
