"""The five shipped desks: known values, dates counted by hand, and every day of 2024 to 2030 against a second count.

The second count shares nothing with the product: red days from Gauss's Easter, hours typed in again from the facts, and
open minutes listed one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.desk import Desk
from mailbot.core.duty import on_duty
from mailbot.core.letter import read_letter
from mailbot.core.promise import exceptional, make_promise
from mailbot.core.route import route_for
from mailbot.core.worktime import is_open, plan_day
from mailbot.files.deskfile import load_desks

FOLDER = Path(__file__).parents[2] / "config" / "desks"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@cache
def desks() -> dict[str, Desk]:
    """The shipped desks by key; read once, for nothing changes them."""
    return {desk.key: desk for desk in load_desks(FOLDER)}


def start(key: str, priority: str, received: str) -> str:
    """The expected start in the desk's local time."""
    desk = desks()[key]
    zone = desk.calendar.zone
    promise = make_promise(desk, priority, datetime.fromisoformat(received).replace(tzinfo=zone))
    return f"{promise.expected_start.astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("key", "priority", "received", "expected"),
    [
        ("visma-control", "high", "2026-04-02 11:30", "2026-04-07 08:30"),
        ("visma-control", "normal", "2026-11-23 11:15", "2026-11-23 16:15"),
        ("visma-control", "high", "2026-11-24 15:00", "2026-11-24 17:00"),
        ("visma-control", "critical", "2026-11-24 12:20", "2026-11-24 13:00"),
        ("softone-go", "5", "2026-12-22 09:00", "2027-01-04 12:00"),
        ("microbizz", "incident", "2026-04-30 14:00", "2026-05-01 10:30"),
        ("microbizz", "incident", "2026-06-04 14:00", "2026-06-08 10:30"),
        ("cloudempiere", "3", "2026-03-28 22:00", "2026-03-29 23:00"),
        ("biometria-viol3", "first", "2025-05-01 17:30", "2025-05-02 11:30"),
    ],
)
def test_the_known_values_hold(key: str, priority: str, received: str, expected: str) -> None:
    """What was agreed beforehand about each desk comes out of its file."""
    assert start(key, priority, received) == expected


@pytest.mark.parametrize(
    ("priority", "received", "expected"),
    [
        pytest.param("normal", "2026-01-05 10:00", "2026-01-07 09:00", id="Epiphany: 3 h to 13, Tue red, 1 h"),
        pytest.param("normal", "2026-04-02 09:00", "2026-04-02 13:00", id="Easter: 4 h end as the short day does"),
        pytest.param("normal", "2026-04-02 09:30", "2026-04-07 08:30", id="Easter: 3.5 h to 13, Fri-Mon, 0.5 h"),
        pytest.param("high", "2026-04-30 12:30", "2026-05-04 09:30", id="1 May: 0.5 h to 13, Fri-Sun, 1.5 h"),
        pytest.param(
            "normal", "2026-05-13 11:00", "2026-05-15 10:00", id="Ascension: 2 h to 13, Thu red, 2 h on Friday"
        ),
        pytest.param("normal", "2026-06-05 10:00", "2026-06-08 09:00", id="National Day on Saturday: Friday is short"),
        pytest.param("normal", "2027-06-04 15:00", "2027-06-07 10:00", id="National Day on Sunday: Friday is full"),
        pytest.param("normal", "2026-06-18 15:00", "2026-06-22 10:00", id="Midsummer: Thu full, 2 h to 17, eve closed"),
        pytest.param("high", "2026-10-30 12:00", "2026-11-02 09:00", id="All Saints on Saturday: Fri short, 1 h, 1 h"),
        pytest.param("high", "2026-12-23 16:00", "2026-12-28 09:00", id="Christmas: Wed full, 1 h to 17, Thu-Sun, 1 h"),
        pytest.param("high", "2026-12-30 16:30", "2027-01-04 09:30", id="New Year: Wed full, 0.5 h, Thu-Sun, 1.5 h"),
        pytest.param("normal", "2025-12-23 16:00", "2025-12-29 11:00", id="Christmas 2025: Tue full, Wed-Sun, 3 h"),
        pytest.param(
            "high", "2024-06-05 12:00", "2024-06-07 09:00", id="National Day 2024: Wed short, 1 h, Thu red, 1 h"
        ),
        pytest.param("high", "2026-04-03 10:00", "2026-04-07 10:00", id="received on Good Friday: 2 h on Tuesday"),
        pytest.param("critical", "2026-06-19 10:00", "2026-06-22 08:00", id="Midsummer Eve: at the next opening"),
        pytest.param("critical", "2026-04-02 12:30", "2026-04-02 12:30", id="no lunch closure on a short day: at once"),
    ],
)
def test_visma_control_by_hand(priority: str, received: str, expected: str) -> None:
    """V2: 8-12 and 13-17; 8-13 before a red day, but not before an eve that is merely closed."""
    assert start("visma-control", priority, received) == expected


@pytest.mark.parametrize(
    ("priority", "received", "expected"),
    [
        pytest.param("2", "2026-04-02 15:00", "2026-04-07 10:00", id="Easter: no short day, 2 h to 17, 2 h"),
        pytest.param("4", "2026-03-30 08:00", "2026-04-08 11:00", id="Easter: 4 x 9 h to Thu, 9 h Tue, 3 h Wed"),
        pytest.param("3", "2026-06-18 10:00", "2026-06-22 13:00", id="Midsummer: 7 h to 17, eve closed, 5 h"),
        pytest.param("1", "2026-12-23 16:00", "2026-12-28 09:00", id="Christmas: 1 h to 17, Thu-Sun, 1 h"),
        pytest.param(
            "5", "2026-12-28 08:00", "2027-01-07 11:00", id="New Year: 27 h to Wed, Mon-Tue 18 h, Wed red, 3 h"
        ),
    ],
)
def test_softone_go_by_hand(priority: str, received: str, expected: str) -> None:
    """S8: 8-17, nine hours a day, without lunch closure or short days."""
    assert start("softone-go", priority, received) == expected


@pytest.mark.parametrize(
    ("priority", "received", "expected"),
    [
        pytest.param("first", "2026-04-02 14:30", "2026-04-07 10:00", id="Easter: 2 h to 16:30, Fri-Mon, 2 h"),
        pytest.param("second", "2026-06-18 08:00", "2026-06-22 15:30", id="Midsummer: 8.5 h Thu, eve closed, 7.5 h"),
        pytest.param(
            "lowest", "2026-12-21 08:00", "2026-12-29 14:00", id="Christmas: 25.5 h to Wed, 8.5 h Mon, 6 h Tue"
        ),
        pytest.param(
            "first", "2025-04-19 17:00", "2025-04-20 10:00", id="before go-live Easter Sunday is open: 1 h, 3 h"
        ),
        pytest.param("second", "2025-04-30 10:00", "2025-05-01 15:00", id="before go-live 1 May is open: 8 h, 8 h"),
        pytest.param("lowest", "2025-04-30 10:00", "2025-05-06 12:00", id="over go-live: 8 + 11 + 8.5 + 8.5 + 4 h"),
        pytest.param("driver", "2025-04-18 02:00", "2025-04-18 03:00", id="driver, Good Friday night before go-live"),
        pytest.param("driver", "2026-12-24 23:30", "2026-12-25 00:30", id="driver, Christmas night"),
        pytest.param("driver", "2026-03-29 01:30", "2026-03-29 03:30", id="driver, over the spring change"),
    ],
)
def test_biometria_viol3_by_hand(priority: str, received: str, expected: str) -> None:
    """B6, B8 to B10: 7-18 on every day until 2025-05-01, then 8-16:30 on weekdays; drivers at any hour."""
    assert start("biometria-viol3", priority, received) == expected


@pytest.mark.parametrize(
    ("priority", "received", "expected"),
    [
        pytest.param("question", "2026-04-01 10:00", "2026-04-07 10:30", id="Easter: 6 h Wed, Maundy Thu-Mon, 2 h"),
        pytest.param(
            "incident", "2026-05-13 14:00", "2026-05-15 10:30", id="Ascension: 2 h, Thu closed, 2 h on Friday"
        ),
        pytest.param("incident", "2026-05-22 14:00", "2026-05-26 11:00", id="Whitsun: 1.5 h Fri, Monday closed, 2.5 h"),
        pytest.param("incident", "2026-06-19 13:30", "2026-06-22 10:30", id="Midsummer Eve is a working day: 2 h, 2 h"),
        pytest.param("incident", "2026-12-23 14:00", "2026-12-28 10:30", id="Christmas: 2 h Wed, Thu-Sun, 2 h"),
        pytest.param("incident", "2026-12-30 15:00", "2027-01-04 11:30", id="New Year: 1 h Wed, Thu-Sun, 3 h"),
        pytest.param(
            "incident", "2024-04-26 09:00", "2024-04-26 13:00", id="Great Prayer Day is no holiday since 2024"
        ),
        pytest.param("service-request", "2026-11-27 13:30", "2026-11-30 14:30", id="a Friday ends at 15:30: 2 h, 6 h"),
    ],
)
def test_microbizz_by_hand(priority: str, received: str, expected: str) -> None:
    """M8: 8:30-16, on Fridays -15:30; Danish holidays, Constitution Day, Christmas Eve and New Year's Eve closed."""
    assert start("microbizz", priority, received) == expected


@pytest.mark.parametrize(
    ("priority", "received", "expected"),
    [
        pytest.param("3", "2026-04-03 12:00", "2026-04-04 12:00", id="Good Friday, 24 h"),
        pytest.param("1", "2026-06-20 00:00", "2026-06-20 01:00", id="a Saturday at midnight, 1 h"),
        pytest.param("2", "2026-12-24 23:00", "2026-12-25 03:00", id="Christmas night, 4 h"),
        pytest.param("4", "2026-10-24 12:00", "2026-10-27 11:00", id="over the autumn change 72 h read 71 h later"),
    ],
)
def test_cloudempiere_by_hand(priority: str, received: str, expected: str) -> None:
    """C8: counted around the clock."""
    assert start("cloudempiere", priority, received) == expected


def test_cloudempiere_tells_kinds_apart_and_ranks_by_impact_and_urgency() -> None:
    """C2: four kinds. C3: the matrix that stands in for the one not given, impact first."""
    desk = desks()["cloudempiere"]
    assert [kind.key for kind in desk.kinds] == ["request", "incident", "problem", "change"]
    assert desk.matrix is not None
    levels = ("high", "medium", "low")
    assert (desk.matrix.impacts, desk.matrix.urgencies) == (levels, levels)
    rows = ["".join(desk.matrix.priorities[impact, urgency] for urgency in levels) for impact in levels]
    assert rows == ["123", "234", "344"]


def test_visma_control_has_a_partner_and_a_consultant() -> None:
    """V12: what PX Expert Norden answers reaches the customer. V9: a consultant's words go to the agents."""
    partners = {partner.name: partner for partner in desks()["visma-control"].partners}
    assert [(name, partner.answers_customers) for name, partner in partners.items()] == [
        ("PX Expert Norden", True),
        ("Konsult Control", False),
    ]
    assert all(partner.contact["sv"] for partner in partners.values())


def test_what_is_always_admitted() -> None:
    """S11, M6: fault reports, at the desks that tell them apart and refuse anybody."""
    always = {key: [kind.key for kind in desk.kinds if kind.always] for key, desk in desks().items()}
    assert always == {
        "visma-control": [], "softone-go": ["fault"], "biometria-viol3": [], "microbizz": ["incident"],
        "cloudempiere": [],
    }  # fmt: skip


def test_who_is_helped() -> None:
    """V11: an agreement. S9, S10: two named and trained contacts, no overdue invoices. M2, B: anybody."""
    asked = {
        key: (desk.service.agreement, desk.service.contacts, desk.service.training, desk.service.overdue)
        for key, desk in desks().items()
    }
    assert asked == {
        "visma-control": (True, "any", False, True),
        "softone-go": (True, "named", True, False),
        "biometria-viol3": (False, "any", False, True),
        "microbizz": (False, "any", False, True),
        "cloudempiere": (True, "any", False, True),
    }
    assert desks()["softone-go"].agreements["support"].most_contacts == 2
    assert desks()["softone-go"].service.workaround == "3"
    assert {key for key, desk in desks().items() if desk.customers is not None} == set()


def test_microbizz_offers_the_phone_by_agreement() -> None:
    """M3: a basic customer is not invited to phone. M4: two contacts, whatever the agreement."""
    agreements = desks()["microbizz"].agreements
    assert {key: "phone" in each.channels for key, each in agreements.items()} == {
        "hypercare": True, "extended": True, "basic": False, "hourly": True,
    }  # fmt: skip
    assert {each.most_contacts for each in agreements.values()} == {2}
    assert [key for key, each in agreements.items() if each.note] == ["hourly"]


def test_the_number_of_softone_is_for_contacts() -> None:
    """S1: no other channel keeps its address to itself."""
    kept = [channel.kind for desk in desks().values() for channel in desk.channels if channel.contacts_only]
    assert kept == ["phone"]


@pytest.mark.parametrize(
    ("key", "moment", "queue", "to"),
    [
        ("visma-control", "2020-09-30 10:00", "", ()),
        ("visma-control", "2020-10-01 10:00", "", ("px@desk.example",)),
        ("visma-control", "2026-11-22 10:00", "", ("px@desk.example",)),
        ("biometria-viol3", "2026-11-24 10:00", "driver", ()),
        ("biometria-viol3", "2026-11-24 20:00", "driver", ("fjarrmatcentralen@desk.example",)),
        ("biometria-viol3", "2026-11-24 20:00", "transport", ()),
        ("biometria-viol3", "2025-04-21 23:00", "driver", ("fjarrmatcentralen@desk.example",)),
        ("biometria-viol3", "2025-04-22 23:00", "driver",
         ("fjarrmatcentralen@desk.example", "forarsupport@desk.example")),
        ("biometria-viol3", "2025-07-01 23:00", "driver", ("fjarrmatcentralen@desk.example",)),
    ],
)  # fmt: skip
def test_where_the_shipped_routes_lead(key: str, moment: str, queue: str, to: tuple[str, ...]) -> None:
    """V12: PX from the first day on. B5, B7: drivers while the office is closed, reinforced in the change-over."""
    desk = desks()[key]
    received = datetime.fromisoformat(moment).replace(tzinfo=desk.calendar.zone)
    letter = read_letter(b"From: a@b.example\r\nSubject: PX\r\n\r\nHej\r\n")
    route = route_for(desk, letter, queue, received)
    assert (route.to if route else ()) == to


def test_example_people_have_example_addresses() -> None:
    """No shipped file sends anything to a mailbox that somebody may have."""
    for desk in desks().values():
        for person in (*desk.agents, *desk.partners):
            assert {address.rpartition("@")[2] for address in person.addresses} == {"desk.example"}


def test_easter_is_explained_by_its_holidays() -> None:
    """The letter can say why: the short day, Good Friday and Easter Monday, by their Swedish names."""
    promise = make_promise(desks()["visma-control"], "high", datetime(2026, 4, 2, 9, 30, tzinfo=UTC))
    assert [(step.why, step.holiday) for step in exceptional(promise)] == [
        ("short-day", "Långfredagen"),
        ("holiday", "Långfredagen"),
        ("holiday", "Annandag påsk"),
    ]


@pytest.mark.parametrize(
    ("moment", "names"),
    [
        ("2026-11-24 10:00", {"Maria Holm"}),
        ("2026-11-24 20:00", {"Fjärrmätcentralen"}),
        ("2026-04-03 10:00", {"Fjärrmätcentralen"}),
        ("2025-06-30 10:00", {"Maria Holm", "Förstärkt förarsupport"}),
        ("2025-04-22 00:30", {"Fjärrmätcentralen", "Förstärkt förarsupport"}),
        ("2025-07-01 00:30", {"Fjärrmätcentralen"}),
        ("2025-04-21 23:30", {"Fjärrmätcentralen"}),
    ],
)
def test_drivers_are_helped_by_whoever_is_on_duty(moment: str, names: set[str]) -> None:
    """The office by day, the measuring centre whenever it is closed, reinforced during the change-over (B5, B7)."""
    desk = desks()["biometria-viol3"]
    when = datetime.fromisoformat(moment).replace(tzinfo=desk.calendar.zone)
    serving = {each.name for each in desk.agents if not each.queues or "driver" in each.queues}
    assert {each.name for each in desk.agents if on_duty(desk, each, when)} & serving == names


@pytest.mark.parametrize("key", ["visma-control", "softone-go", "biometria-viol3", "microbizz", "cloudempiere"])
def test_every_text_is_there_in_every_language(key: str) -> None:
    """Names, meanings, notes and closing lines are written in each of the desk's languages."""
    desk = desks()[key]
    texts = [desk.closing, *(queue.name for queue in desk.queues)]
    texts += [text for priority in desk.priorities for text in (priority.name, priority.meaning)]
    texts += [text for channel in desk.channels for text in (channel.name, channel.note) if text]
    texts += [text for kind in desk.kinds for text in (kind.name, kind.note) if text]
    texts += [module.name for module in desk.modules]
    texts += [text for each in desk.agreements.values() for text in (each.name, each.note) if text]
    service = desk.service
    texts += [text for text in (service.terms, service.decline, service.not_covered, service.order) if text]
    assert all(tuple(text) == desk.languages and all(text.values()) for text in texts)


def test_the_desks_are_who_they_say() -> None:
    """Address, language and zone of each desk, as its first fact has them."""
    assert {key: (desk.address, desk.languages, desk.calendar.zone.key) for key, desk in desks().items()} == {
        "visma-control": ("visma.control@visma.com", ("sv",), "Europe/Stockholm"),
        "softone-go": ("support@softone.se", ("sv",), "Europe/Stockholm"),
        "biometria-viol3": ("support.viol3@biometria.se", ("sv",), "Europe/Stockholm"),
        "microbizz": ("support@microbizz.dk", ("da",), "Europe/Copenhagen"),
        "cloudempiere": ("support@cloudempiere.example", ("sk", "en"), "Europe/Bratislava"),
    }


# The second count.


def easter(year: int) -> date:
    """Easter Sunday, after Gauss as corrected by Lichtenberg."""
    k = year // 100
    m, s = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25, 2 - (3 * k + 3) // 4
    a = year % 19
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    og = 21 + d - r
    sz = 7 - (year + year // 4 + s) % 7
    return date(year, 3, 1) + timedelta(days=og + 7 - (og - sz) % 7 - 1)


def saturday_from(day: date) -> date:
    """That day or the next one that is a Saturday."""
    return day + (5 - day.weekday()) % 7 * DAY


def swedish_red_days(year: int) -> set[date]:
    """Lag (1989:253) om allmänna helgdagar, without the Sundays that are nothing else."""
    fixed = {date(year, month, day) for month, day in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))}
    moving = {easter(year) + days * DAY for days in (-2, 0, 1, 39, 49)}
    return fixed | moving | {saturday_from(date(year, 6, 20)), saturday_from(date(year, 10, 31))}


def swedish_closed_days(year: int) -> set[date]:
    """The red days, Midsummer Eve, Christmas Eve and New Year's Eve."""
    midsummer_eve = saturday_from(date(year, 6, 20)) - DAY
    return swedish_red_days(year) | {midsummer_eve, date(year, 12, 24), date(year, 12, 31)}


def danish_closed_days(year: int) -> set[date]:
    """Danish public holidays since 2024 and M8's three days."""
    fixed = {date(year, month, day) for month, day in ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))}
    return fixed | {easter(year) + days * DAY for days in (-3, -2, 0, 1, 39, 49, 50)}


def visma_hours(day: date) -> list[tuple[float, float]]:
    """V2."""
    if day.weekday() > 4 or day in swedish_closed_days(day.year):
        return []
    tomorrow = day + DAY
    return [(8, 13)] if tomorrow in swedish_red_days(tomorrow.year) else [(8, 12), (13, 17)]


def softone_hours(day: date) -> list[tuple[float, float]]:
    """S8."""
    return [] if day.weekday() > 4 or day in swedish_closed_days(day.year) else [(8, 17)]


def biometria_hours(day: date) -> list[tuple[float, float]]:
    """B8, B10."""
    if day < date(2025, 5, 2):
        return [(7, 18)]
    return [] if day.weekday() > 4 or day in swedish_closed_days(day.year) else [(8, 16.5)]


def microbizz_hours(day: date) -> list[tuple[float, float]]:
    """M8."""
    if day.weekday() > 4 or day in danish_closed_days(day.year):
        return []
    return [(8.5, 15.5 if day.weekday() == 4 else 16)]


def cloudempiere_hours(_day: date) -> list[tuple[float, float]]:
    """C1."""
    return [(0, 24)]


HOURS: dict[str, Callable[[date], list[tuple[float, float]]]] = {
    "visma-control": visma_hours,
    "softone-go": softone_hours,
    "biometria-viol3": biometria_hours,
    "microbizz": microbizz_hours,
    "cloudempiere": cloudempiere_hours,
}


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    while first <= last:
        yield first
        first += DAY


@pytest.mark.parametrize("key", HOURS)
def test_every_day_of_seven_years_has_the_hours_of_the_facts(key: str) -> None:
    """Each day's plan from 2024 to 2030 is what the facts say, with red days computed from Easter and the calendar."""
    calendar = desks()[key].calendar
    for day in days(date(2024, 1, 1), date(2030, 12, 31)):
        planned = [(span.opens / 60, span.closes / 60) for span in plan_day(calendar, day).spans]
        assert planned == HOURS[key](day), day


TARGETS = {
    "visma-control": {"high": 2, "normal": 4},
    "softone-go": {"1": 2, "2": 4, "3": 12, "4": 48, "5": 48},
    "biometria-viol3": {"first": 4, "second": 16, "lowest": 40},
    "microbizz": {"incident": 4, "question": 8, "service-request": 8},
}


@pytest.mark.parametrize("key", TARGETS)
def test_every_day_of_seven_years_promises_the_counted_minute(key: str) -> None:
    """One mail a day, at a minute and priority that wander: the start is the target's last minute in a list of them."""
    desk, zone = desks()[key], desks()[key].calendar.zone
    minutes = list(_open_minutes(HOURS[key], zone, date(2024, 1, 1), date(2031, 2, 1)))
    priorities = list(TARGETS[key].items())
    for number, day in enumerate(days(date(2024, 1, 1), date(2030, 12, 31))):
        priority, within = priorities[number % len(priorities)]
        received = datetime(day.year, day.month, day.day, tzinfo=UTC) + number * 397 % 1440 * MINUTE
        first = bisect_left(minutes, int(received.timestamp()) // 60)
        expected = (minutes[first + within * 60 - 1] + 1) * 60
        assert make_promise(desk, priority, received).expected_start.timestamp() == expected, (priority, received)


def _open_minutes(
    hours: Callable[[date], list[tuple[float, float]]], zone: ZoneInfo, first: date, last: date
) -> Iterator[int]:
    """Each open minute as the number of its UTC minute; no desk here is open while the clocks change."""
    for day in days(first, last):
        midday = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
        base = int(midday.timestamp()) // 60 - 720
        for opens, closes in hours(day):
            yield from range(base + int(opens * 60), base + int(closes * 60))


@pytest.mark.parametrize("key", ["cloudempiere", "biometria-viol3"])
def test_every_day_of_seven_years_elapses_around_the_clock(key: str) -> None:
    """An around-the-clock promise is receipt and target added up in UTC, on every day."""
    desk = desks()[key]
    targets = {"1": 1, "2": 4, "3": 24, "4": 72} if key == "cloudempiere" else {"driver": 1}
    for number, day in enumerate(days(date(2024, 1, 1), date(2030, 12, 31))):
        priority, within = list(targets.items())[number % len(targets)]
        received = datetime(day.year, day.month, day.day, tzinfo=UTC) + number * 397 % 1440 * MINUTE
        promise = make_promise(desk, priority, received)
        assert promise.expected_start == received + timedelta(hours=within)
        assert exceptional(promise) == ()


def test_a_critical_case_starts_at_once_or_at_the_next_opening() -> None:
    """V4 with the shipped agents: at once exactly while the desk is open, on every day of a year."""
    desk = desks()["visma-control"]
    for number, day in enumerate(days(date(2026, 1, 1), date(2026, 12, 31))):
        received = datetime(day.year, day.month, day.day, tzinfo=UTC) + number * 397 % 1440 * MINUTE
        promise = make_promise(desk, "critical", received)
        assert promise.at_once == is_open(desk.calendar, received) == (promise.expected_start == received)
        assert is_open(desk.calendar, promise.expected_start)
