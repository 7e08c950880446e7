"""What `mailbot expected-start` answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.calendar import Target
from mailbot.core.customer import Contact, Customer, Customers
from mailbot.core.desk import Agent, Agreement, Desk, Queue
from mailbot.expected import as_json, csv_rows, expected_start, in_words
from mailbot.files.deskfile import load_desks
from tests.core.samples import desk, every_day, hours, priority, spans, weekdays

HEADER = "desk,priority,received"


@cache
def desks() -> tuple[Desk, ...]:
    """The shipped desks; read once, for nothing changes them."""
    return load_desks(Path(__file__).parents[2] / "config" / "desks")


def told(desk: str, priority: str | None, received: str) -> list[str]:
    """The explanation's lines."""
    return list(in_words(expected_start(desks(), desk, priority, received)))


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
    assert set(found["notes"]) <= set(in_words(answer))


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


AGREED = Agreement(
    "gold", {"sv": "Guld"}, targets={"normal": (Target(hours(2)),)}, hours=(weekdays(spans("07:00-18:00")),)
)
SERVED = desk(
    priority("normal", Target(hours(4))), priority("high", Target(hours(1)), clock="duty"),
    priority("driver", Target(hours(1)), clock="always"), queues=(Queue("sales", {}), Queue("nights", {})),
    agreements={"gold": AGREED},
    customers=Customers.of([
        Customer("acme", "Acme AB", ("acme.example",), (Contact("anna@acme.example"),), agreement="gold"),
        Customer(
            "bolag", "Bolaget", agreement="gold", hours=(weekdays(spans("10:00-12:00")),),
            targets={"normal": (Target(hours(1)), Target(hours(3), since=date(2026, 12, 1)))},
        ),
        Customer("bo", "Acme Byggvaror"),
    ]),
)  # fmt: skip


def on_terms(customer: str, level: str = "normal", received: str = "2026-11-23T06:00", queue: str = "") -> list[str]:
    """The first lines of the explanation on a customer's terms."""
    return list(in_words(expected_start([SERVED], "sample", level, received, customer, queue)))[:3]


@pytest.mark.parametrize(
    ("customer", "start", "terms"),
    [
        ("acme", "09:00", "Customer acme (Acme AB): the target is its agreement's (gold), the hours are its agr"),
        ("anna@acme.example", "09:00", "Customer acme (Acme AB)"),
        ("somebody@acme.example", "09:00", "Customer acme (Acme AB)"),
        ("bolaget", "11:00", "Customer bolag (Bolaget): the target is its own, the hours are its own."),
        ("bo", "12:00", "Customer bo (Acme Byggvaror): the target is the desk's, the hours are the desk's."),
    ],
)  # fmt: skip
def test_a_customers_terms_count_and_are_named(customer: str, start: str, terms: str) -> None:
    """Own before agreed before the desk's (C6), for whoever is named by key, name, domain or address."""
    first, _, told = on_terms(customer)
    assert f"2026-11-23 {start}" in first
    assert told.startswith(terms)


def test_a_customers_target_is_that_of_the_day_of_receipt() -> None:
    """From its first day on the customer's new target holds, and not a day before (S13)."""
    assert "within 1 h" in on_terms("bolag", received="2026-11-30T23:59")[1]
    assert "within 3 h" in on_terms("bolag", received="2026-12-01T00:00")[1]


def test_around_the_clock_there_are_no_hours_to_name() -> None:
    """Whose hours would count says nothing where every hour does."""
    assert on_terms("bolag", "driver")[2].endswith("the target is the desk's, the hours are none: every hour counts.")


def test_a_queue_decides_whose_duty_counts() -> None:
    """The clock of duty runs while somebody is on duty for the queue; the answer names it."""
    night = every_day(spans("00:00-08:00"))
    agent = Agent("Night", ("night@desk.example",), ("nights",), (night,))
    manned = replace(SERVED, agents=(agent,))
    sales, nights = (
        expected_start([manned], "sample", "high", "2026-11-23T06:00", queue=each) for each in ("", "nights")
    )
    assert (as_json(sales)["expected_start"][11:16], as_json(nights)["expected_start"][11:16]) == ("09:00", "07:00")
    assert (as_json(nights)["queue"], "queue" in as_json(sales)) == ("nights", False)
    assert list(in_words(nights))[1].startswith("sample, queue nights, priority high")


@pytest.mark.parametrize(
    ("customer", "queue", "message"),
    [
        ("nobody", "", "has no customer 'nobody'"),
        ("acm", "", "means several customers of the desk sample: acme, bo"),
        ("", "days", "has no queue 'days'; expected one of sales, nights"),
    ],
)
def test_a_customer_or_queue_that_is_none_is_an_error(customer: str, queue: str, message: str) -> None:
    """Nothing is guessed: several that are meant are all named."""
    with pytest.raises(ValueError, match=message):
        expected_start([SERVED], "sample", None, "2026-11-23T06:00", customer, queue)


def test_a_desk_without_customer_files_knows_no_customer() -> None:
    """Which is what it says."""
    with pytest.raises(ValueError, match="has no customer files"):
        expected_start([replace(SERVED, customers=None)], "sample", None, "2026-11-23T06:00", "acme")


def test_a_table_may_name_customers_and_queues() -> None:
    """Both columns may be there, and may be empty in a row."""
    lines = [
        "customer,desk,priority,received,queue",
        "acme,sample,normal,2026-11-23T06:00,",
        ",sample,,2026-11-23T06:00,sales",
    ]
    acme, plain = csv_rows(lines, [SERVED])
    assert (acme["customer"], acme["target_of"], acme["hours_of"]) == ("acme", "agreement", "agreement")
    assert (acme["expected_start"], plain["expected_start"]) == (
        "2026-11-23T09:00:00+01:00",
        "2026-11-23T12:00:00+01:00",
    )
    assert ("customer" in plain, plain["queue"]) == (False, "sales")
