"""Reminders and late starts by the clock, on both databases: what is sent to whom, once a promise, and never again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mailbot.core.deskletters import report_to_admin
from mailbot.database import Database
from mailbot.ledger import Ledger
from mailbot.reminders import _candidates, send_reminders
from mailbot.tables import BEGINNING, EVENT, MAIL, OUTGOING, PROMISED, TICKET
from tests.core.samples import at, local
from tests.lettering import read_mail
from tests.shell.mailroom import Mailroom
from tests.shell.test_turns import AGNES, ANNA, OLLE, PX
from tests.shell.test_turns import Desk as Letters

LEAD = "lead@agents.example"
EIGHT = at("2026-11-23 08:00")  # a Monday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DESK = f"""\
name = "Testdesken"
addresses = ["support@desk.example"]
languages = ["sv"]
prefix = "TD"
zone = "Europe/Stockholm"
default_priority = "normal"
default_queue = "support"
authserv_id = "mx.desk.example"
lead = "{LEAD}"

[[hours]]
mon-fri = ["08:00-12:00", "13:00-17:00"]

[priorities.normal]
name = "Normal"
meaning = "Allmänna frågor."
target = "4h"

[priorities.high]
name = "Hög"
meaning = "Något står still."
target = "1h"

[priorities.critical]
name = "Kritisk"
meaning = "Allt står still."
target = "0"

[queues.support]
name = "Support"

[queues.transport]
name = "Transport"

[[agents]]
name = "Agnes"
addresses = ["{AGNES}"]
queues = ["support"]

[[agents]]
name = "Olle"
addresses = ["{OLLE}"]
queues = ["transport"]
language = "en"

[[partners]]
name = "PX"
addresses = ["{PX}"]
"""


class Desk(Letters):
    """An office with a lunch break, its clock in the hands of a test."""

    def __init__(self, room: Mailroom) -> None:
        super().__init__(room)
        self.edit(DESK)

    def edit(self, text: str) -> None:
        """Write the desk file, which is in force from now on."""
        (self.room.folder / "desks" / "td.toml").write_text(text, encoding="utf-8")
        assert self.room.office.refresh() == ()

    def round(self, moment: datetime) -> list[tuple[str, str]]:
        """One round of reminders; what it has put into the outbox: what, and to whom."""
        count = send_reminders(self.room.database, self.room.office, moment)
        if not count:
            return []
        where = [OUTGOING.c.created == moment, OUTGOING.c.cause.regexp_match("^(reminder|late):")]
        rows = self.room.select(OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.recipient, where=where)
        new = [(cause.partition(":")[0], to) for _, cause, to in rows]
        assert count == len({what for what, _ in new})
        return new

    def from_to(self, first: datetime, last: datetime, step: timedelta = 10 * MINUTE) -> dict[datetime, list[Any]]:
        """Rounds at a steady pace, one alone in each night; what each told that told anything."""
        told = {}
        while first <= last:
            if new := self.round(first):
                told[first] = new
            first += 13 * HOUR if local(first)[11:13] == "18" else step
        return told

    def events(self, kind: str) -> list[str]:
        """What the history tells under a kind."""
        return [row[1] for row in self.room.select(EVENT.c.id, EVENT.c.text, where=[EVENT.c.kind == kind])]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """An empty desk with two agents and a lead."""
    return Desk(Mailroom(database, tmp_path / "config"))


def test_agents_hear_before_the_start_and_the_lead_behind_it_each_once(desk: Desk) -> None:
    """Received at 8, promised for 12: the one round from 11:30 on reminds, the first after lunch tells the lead."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    told = desk.from_to(EIGHT, EIGHT + 48 * HOUR)
    assert told == {
        at("2026-11-23 11:30"): [("reminder", AGNES)],
        at("2026-11-23 13:10"): [("late", LEAD)],
    }
    assert desk.events("reminder") == [f"{AGNES} reminded that work is to begin by 2026-11-23T11:00:00+00:00"]
    assert desk.events("late") == [f"{LEAD} told that work has not begun by 2026-11-23T11:00:00+00:00"]


def test_the_letters_tell_what_the_reader_needs(desk: Desk) -> None:
    """Case, customer, subject and the start in local words; the lead, who is no agent, is offered no command."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.round(EIGHT + 3.5 * HOUR)
    reminder = desk.text(AGNES)
    for told in ("TD-000013", ANNA, "Skrivaren", "måndag 23 november kl. 12.00", "Normal", "Support", "#ta"):
        assert told in reminder
    assert "ingen än" in reminder
    desk.round(EIGHT + 6 * HOUR)
    late = desk.text(LEAD)
    for told in ("TD-000013", ANNA, "Skrivaren", "måndag 23 november kl. 12.00", "ansvarig för Testdesken"):
        assert told in late
    assert "#" not in late
    content = desk.letters(LEAD)[-1][1]
    assert read_mail(content)["Auto-Submitted"] == "auto-generated"


def test_no_customer_hears_of_it(desk: Desk) -> None:
    """Of reminders and late starts there is no letter to anybody but agents and the lead."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.from_to(EIGHT, EIGHT + 24 * HOUR)
    assert len(desk.letters(ANNA)) == 1


def test_an_answer_to_the_reminder_is_one_in_its_case(desk: Desk) -> None:
    """The agent's words go to the customer, work has begun, and nothing more is told."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.round(EIGHT + 3.5 * HOUR)
    desk.write(AGNES, "Starta om den.", to=desk.last(AGNES), at=EIGHT + 3.7 * HOUR)
    assert "Starta om den." in desk.text(ANNA)
    assert desk.cases(TICKET.c.assignee, TICKET.c.started) == [(AGNES, EIGHT + 3.7 * HOUR)]
    assert desk.from_to(EIGHT + 4 * HOUR, EIGHT + 24 * HOUR) == {}


def test_who_has_taken_the_case_is_reminded_in_their_own_language(desk: Desk) -> None:
    """#assign begins no work: the colleague is reminded, nobody else, in English."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, "#assign Olle", to=desk.last(AGNES), at=EIGHT + HOUR)
    assert desk.round(EIGHT + 3.5 * HOUR) == [("reminder", OLLE)]
    assert "Agent: Olle" in desk.text(OLLE)
    assert "at the latest" in desk.text(OLLE)


def test_a_lead_who_is_an_agent_can_act(desk: Desk) -> None:
    """The letter to them carries their tag, and says how to work on the case."""
    desk.edit(f'{DESK}\n[[agents]]\nname = "Lena"\naddresses = ["{LEAD}"]\nlanguage = "en"\n')
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    assert desk.round(EIGHT + 6 * HOUR) == [("late", LEAD)]
    assert "#assign" in desk.text(LEAD)
    desk.write(LEAD, "#assign Agnes", to=desk.last(LEAD), at=EIGHT + 7 * HOUR)
    assert desk.cases(TICKET.c.assignee) == [(AGNES,)]


@pytest.mark.parametrize(
    ("text", "state"),
    [("Vilken version?\n\n#wait", "waiting"), ("#wait", "waiting"), ("#spam", "spam"), ("#close Starta om.", "closed")],
)
def test_nothing_is_told_of_a_case_that_waits_for_no_start(desk: Desk, text: str, state: str) -> None:
    """While the desk waits for the customer, and once the case is over, nobody is reminded and nothing is late."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, text, to=desk.last(AGNES), at=EIGHT + HOUR)
    assert desk.cases(TICKET.c.state) == [(state,)]
    assert desk.from_to(EIGHT + HOUR, EIGHT + 24 * HOUR) == {}


def test_nothing_is_told_of_what_was_promised_to_nobody(desk: Desk) -> None:
    """A machine's case has a start that nobody was told of."""
    desk.write(ANNA, "Disken är full.", more="Auto-Submitted: auto-generated\n", at=EIGHT)
    assert desk.cases(TICKET.c.state) == [("open",)]
    assert desk.from_to(EIGHT, EIGHT + 24 * HOUR) == {}


def test_nothing_is_told_while_the_acknowledgement_is_held(desk: Desk) -> None:
    """Who has not heard of a start is owed none: in a flood, agents are not flooded a second time."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    with desk.room.database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.recipient == ANNA).values(state="held"))
    assert desk.from_to(EIGHT, EIGHT + 24 * HOUR) == {}
    with desk.room.database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.recipient == ANNA).values(state="waiting"))
    assert desk.round(EIGHT + 24 * HOUR) == [("late", LEAD)]


def test_a_daemon_that_was_off_tells_what_is_late_once(desk: Desk) -> None:
    """Back after the start, in the night: no reminder for what has passed, and the lead hears in the morning."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    told = desk.from_to(at("2026-11-23 23:00"), at("2026-11-24 12:00"))
    assert told == {at("2026-11-24 08:00"): [("late", LEAD)]}


def test_starts_missed_long_ago_are_no_news(desk: Desk) -> None:
    """A desk that names a lead after months has no letter for each case of them; what is weeks old is told."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    assert desk.round(at("2026-12-28 10:00")) == []  # a Monday five weeks later
    assert desk.round(at("2026-12-21 10:00")) == [("late", LEAD)]


def test_at_once_is_late_after_the_grace(desk: Desk) -> None:
    """A promise to start at once is reminded of never, and the lead hears after a quarter of an hour."""
    desk.edit(DESK.replace('default_priority = "normal"', 'default_priority = "critical"'))
    desk.write(ANNA, "Allt står.", at=EIGHT + HOUR)
    told = desk.from_to(EIGHT + HOUR, EIGHT + 2 * HOUR, MINUTE)
    assert told == {EIGHT + HOUR + 16 * MINUTE: [("late", LEAD)]}


def test_a_new_level_is_a_new_promise(desk: Desk) -> None:
    """The start moves from 12 to 9: reminded of and late by the new one, and then no more by the old one."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, "#priority high", to=desk.last(AGNES), at=EIGHT + 10 * MINUTE)
    told = desk.from_to(EIGHT + 10 * MINUTE, EIGHT + 24 * HOUR)
    assert told == {
        EIGHT + 40 * MINUTE: [("reminder", AGNES)],
        EIGHT + 70 * MINUTE: [("late", LEAD)],
    }


def test_a_lower_level_is_reminded_of_again(desk: Desk) -> None:
    """Of a start that was put off agents hear once more before it comes, and the lead once more behind it."""
    desk.edit(DESK.replace('default_priority = "normal"', 'default_priority = "high"'))
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    first = desk.from_to(EIGHT, EIGHT + 2 * HOUR)
    desk.write(AGNES, "#priority normal", to=desk.last(AGNES), at=EIGHT + 2 * HOUR)
    second = desk.from_to(EIGHT + 2 * HOUR, EIGHT + 24 * HOUR)
    assert [what for told in (first, second) for new in told.values() for what, _ in new] == [
        "reminder", "late", "reminder", "late",
    ]  # fmt: skip
    assert list(second) == [at("2026-11-23 11:30"), at("2026-11-23 13:10")]


def test_a_level_that_comes_back_tells_nothing_twice(desk: Desk) -> None:
    """The same start is the same promise, though it was told anew; and its history does not grow with each round."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.round(EIGHT + 3.5 * HOUR)
    copy = desk.last(AGNES)
    desk.write(AGNES, "#priority critical", to=copy, at=EIGHT + 3.6 * HOUR)
    desk.write(AGNES, "#priority normal", to=copy, at=EIGHT + 3.7 * HOUR)
    assert desk.cases(TICKET.c.expected_start) == [(EIGHT + 4 * HOUR,)]
    assert desk.from_to(EIGHT + 3.8 * HOUR, EIGHT + 4 * HOUR, MINUTE) == {}
    assert len(desk.events("reminder")) == 1


def test_the_customers_answer_brings_a_new_promise(desk: Desk) -> None:
    """Waiting from 9 to 14 leaves three hours from the answer on: the old start is nobody's business any more."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, "#wait", to=desk.last(AGNES), at=EIGHT + HOUR)
    assert desk.from_to(EIGHT + HOUR, EIGHT + 6 * HOUR) == {}
    desk.write(ANNA, "Version 5.", to=desk.last(ANNA), at=EIGHT + 6 * HOUR)
    told = desk.from_to(EIGHT + 6 * HOUR, EIGHT + 48 * HOUR)
    assert told == {
        at("2026-11-23 16:30"): [("reminder", AGNES)],
        at("2026-11-24 08:10"): [("late", LEAD)],
    }


def test_a_late_case_that_waits_is_not_told_again_when_it_goes_on(desk: Desk) -> None:
    """Waiting makes nothing punctual: the promise was broken before, and the lead has heard of it."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    assert desk.round(EIGHT + 6 * HOUR) == [("late", LEAD)]
    desk.write(AGNES, "#wait", to=desk.last(AGNES), at=EIGHT + 7 * HOUR)
    desk.write(ANNA, "Version 5.", to=desk.last(ANNA), at=EIGHT + 8 * HOUR)
    assert desk.from_to(EIGHT + 8 * HOUR, EIGHT + 48 * HOUR) == {}


def test_a_case_that_is_opened_again_is_promised_and_told_of_anew(desk: Desk) -> None:
    """The second beginning has its own reminder and its own lateness."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, "#close Starta om.", to=desk.last(AGNES), at=EIGHT + HOUR)
    desk.write(ANNA, "Den stannar igen.", to=desk.last(ANNA), at=EIGHT + 24 * HOUR)
    assert desk.cases(TICKET.c.state, TICKET.c.started) == [("open", None)]
    told = desk.from_to(EIGHT + HOUR, EIGHT + 48 * HOUR)
    assert told == {
        at("2026-11-24 11:30"): [("reminder", AGNES)],
        at("2026-11-24 13:10"): [("late", LEAD)],
    }


def test_the_lead_hears_of_as_soon_as_possible(desk: Desk) -> None:
    """A level whose start had passed when it was set: after the grace from then on, once."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(AGNES, "#priority high", to=desk.last(AGNES), at=EIGHT + 2 * HOUR)
    told = desk.from_to(EIGHT + 2 * HOUR, EIGHT + 24 * HOUR)
    assert told == {EIGHT + 2 * HOUR + 20 * MINUTE: [("late", LEAD)]}


def test_a_desk_can_want_neither(desk: Desk) -> None:
    """With "never" nobody is told anything; without a lead nothing of what is late."""
    desk.edit(f'{DESK}\n[reminders]\nbefore = "never"\nafter = "never"\n')
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    assert desk.from_to(EIGHT, EIGHT + 24 * HOUR) == {}
    desk.edit(DESK.replace(f'lead = "{LEAD}"\n', ""))
    desk.write(ANNA, "Den stannar.", at=EIGHT + 24 * HOUR)
    assert list(desk.from_to(EIGHT + 24 * HOUR, EIGHT + 48 * HOUR).values()) == [[("reminder", AGNES)]]


def test_a_case_that_cannot_be_told_of_delays_no_other(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """What is stored of its promise cannot be read: that is logged, the next one is told, and the round goes on."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(ANNA, "Den stannar igen.", subject="Den andra", at=EIGHT)
    with desk.room.database.write() as connection:
        connection.execute(TICKET.update().where(TICKET.c.number == "TD-000013").values(promise="{"))
    assert desk.round(EIGHT + 3.5 * HOUR) == [("reminder", AGNES)]
    assert "cannot be told" in caplog.text
    assert "Den andra" in desk.text(AGNES)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nothing_is_told_while_another_daemon_triages(desk: Desk) -> None:
    """The mail in its hands may begin the work; the next round tells. On SQLite there is one daemon, and one writer."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    with desk.room.database.turn("triage"):
        assert desk.round(EIGHT + 3.5 * HOUR) == []
    assert desk.round(EIGHT + 3.6 * HOUR) == [("reminder", AGNES)]


def test_ten_thousand_open_cases_cost_a_round_little(desk: Desk) -> None:
    """The index by start finds the few that are to be told: the rest are neither read nor counted."""
    _fill(desk, 10_000)
    with desk.room.database.write() as connection:
        connection.execute(text("ANALYZE"))
    td = desk.room.office.in_force.desks["td"]
    with desk.room.database.read() as connection:
        for query in _candidates(td, EIGHT + 3.5 * HOUR):
            rows = connection.execute(query).all()
            assert len(rows) < 100
            if desk.room.database.is_sqlite:
                sql = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
                plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
                assert any("ticket_awaited" in step for step in plan), plan


def _fill(desk: Desk, count: int) -> None:
    """Open cases by the thousand: half of them late and told of, half of them of the next days, few of today."""
    moment = EIGHT + 2 * HOUR
    numbers = range(1, count + 1)
    starts = {number: EIGHT + (number % 2 * 10 - 5) * 24 * HOUR + number % 997 * MINUTE for number in numbers}
    starts |= dict.fromkeys(range(1, 51), EIGHT + 4 * HOUR)
    mails = [
        {"id": number, "desk": "td", "message_id": f"{number}", "digest": "", "received": EIGHT, "stored": EIGHT,
         "size": 1, "sha256": "", "state": "done"}
        for number in numbers
    ]  # fmt: skip
    tickets = [
        {"id": number, "number": f"TD-{number}", "desk": "td", "queue": "support", "priority": "normal", "rule": "",
         "subject": "", "requester": ANNA, "requester_name": "", "verified": True, "opened_by": number,
         "received": EIGHT, "opened": EIGHT, "expected_start": starts[number]}
        for number in numbers
    ]  # fmt: skip
    promised = [
        {"ticket_id": number, "beginning": 1, "made": min(EIGHT, starts[number] - HOUR), "start_by": starts[number],
         "at_once": False, "priority": "normal"}
        for number in numbers
    ]  # fmt: skip
    ledger = Ledger(moment)
    letter = report_to_admin(desk.room.stationery(moment), admin=LEAD, cause="", title="", lines=())
    for number in numbers:
        for what in ("ack",) if starts[number] > moment else ("ack", "late"):
            ledger.post("td", number, (replace(letter, cause=f"{what}:ticket:{number}"),))
    with desk.room.database.write() as connection:
        connection.execute(MAIL.insert(), mails)
        connection.execute(TICKET.insert(), tickets)
        connection.execute(
            BEGINNING.insert(), [{"ticket_id": each, "number": 1, "received": EIGHT} for each in numbers]
        )
        connection.execute(PROMISED.insert(), promised)
        ledger.write(connection)


SERVED = f"""\
{DESK}
[service]
contacts = "named"
terms = "Skriv till avtal@desk.example."
"""


def test_nothing_is_told_of_a_refused_case_before_it_is_admitted(desk: Desk) -> None:
    """Who is not entitled to help is promised no start; from an agent's #admit on the case is like any other."""
    (desk.room.folder / "acme.toml").write_text('[customers.acme]\nname = "Acme"\n', encoding="utf-8")
    desk.edit(f'customers_files = ["../acme.toml"]\n{SERVED}')
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("refused", None)]
    assert desk.from_to(EIGHT, EIGHT + 24 * HOUR) == {}
    desk.write(AGNES, "#admit", to=desk.last(AGNES), at=EIGHT + 24 * HOUR)
    assert desk.cases(TICKET.c.state, TICKET.c.expected_start) == [("open", EIGHT + 28 * HOUR)]
    told = desk.from_to(EIGHT + 24 * HOUR, EIGHT + 48 * HOUR)
    assert told == {
        at("2026-11-24 11:30"): [("reminder", AGNES)],
        at("2026-11-24 13:10"): [("late", LEAD)],
    }


def test_an_admitted_case_whose_refusal_is_held_is_reminded_of(desk: Desk) -> None:
    """The letter that admits it has told the start, whatever became of the one that refused it."""
    (desk.room.folder / "acme.toml").write_text('[customers.acme]\nname = "Acme"\n', encoding="utf-8")
    desk.edit(f'customers_files = ["../acme.toml"]\n{SERVED}')
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    with desk.room.database.write() as connection:
        connection.execute(OUTGOING.update().where(OUTGOING.c.recipient == ANNA).values(state="held"))
    desk.write(AGNES, "#admit", to=desk.last(AGNES), at=EIGHT)
    told = desk.from_to(EIGHT, EIGHT + 24 * HOUR)
    assert [what for new in told.values() for what, _ in new] == ["reminder", "late"]


def test_nothing_is_told_of_a_case_that_goes_on_as_another(desk: Desk) -> None:
    """A merged case has no start of its own any more; the other one keeps its own."""
    desk.write(ANNA, "Den stannar.", at=EIGHT)
    desk.write(ANNA, "Den piper.", subject="Pip", at=EIGHT + HOUR)
    desk.write(AGNES, "#merge TD-000013", to=desk.last(AGNES), at=EIGHT + 2 * HOUR)
    assert desk.cases(TICKET.c.state) == [("open",), ("merged",)]
    told = desk.from_to(EIGHT + 2 * HOUR, EIGHT + 24 * HOUR)
    assert [what for new in told.values() for what, _ in new] == ["reminder", "late"]
    assert "TD-000013" in desk.text(LEAD)
