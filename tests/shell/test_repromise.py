"""Promises over edits of the desk file, on both databases: what stays, what `mailbot repromise` changes and tells."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path

import pytest

from mailbot import daemon, repromise
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.repromise import Changed, changed_promises
from mailbot.tables import EVENT, MAIL, OUTGOING, PROMISED, SUPPRESSED, TICKET
from mailbot.triage import Triage
from tests.daemon.house import mail
from tests.lettering import read_mail
from tests.shell.mailroom import PASSED, TO, Mailroom
from tests.shell.test_reminders import DESK, EIGHT, HOUR, LEAD, MINUTE, Desk
from tests.shell.test_turns import AGNES, ANNA, BO

SHORTER = DESK.replace('target = "4h"', 'target = "2h"')
LONGER = DESK.replace('target = "4h"', 'target = "8h"')
LATER = DESK.replace('"08:00-12:00", "13:00-17:00"', '"09:00-12:00", "13:00-17:00"')
TWELVE, TEN = EIGHT + 4 * HOUR, EIGHT + 2 * HOUR
FIVE = EIGHT + 9 * HOUR


class Office(Desk):
    """The desk with an admin, whose commands see the moment that a test sets."""

    now = EIGHT

    def repromise(self, *arguments: str, at: datetime | None = None, code: int = 0) -> list[str]:
        """The lines that `mailbot repromise` prints."""
        self.now = at or self.now
        done = self.room.mailbot("repromise", *arguments)
        assert done.exit_code == code, done.output
        return str(done.output).splitlines()

    def starts(self) -> list[tuple[datetime, datetime]]:
        """Of every case: the start that its ticket tells, in its column and in its promise."""
        rows = self.cases(TICKET.c.expected_start, TICKET.c.promise)
        return [(start, datetime.fromisoformat(json.loads(promise)["expected_start"])) for start, promise in rows]

    def promised(self) -> list[datetime]:
        """Every start that customers were told, in the order in which they were."""
        return [row[1] for row in self.room.select(PROMISED.c.id, PROMISED.c.start_by)]

    def changed(self, moment: datetime) -> list[tuple[str, str]]:
        """The cases that would be promised another start, and what can become of them."""
        with self.room.database.read() as connection:
            found = changed_promises(connection, self.room.office.in_force.desks, moment)
        return [(one.number, one.became) for one in found]

    def told(self) -> list[str]:
        """Who was told of a changed promise, oldest first."""
        where = [OUTGOING.c.cause.startswith("repromise:")]
        return [row[1] for row in self.room.select(OUTGOING.c.id, OUTGOING.c.recipient, where=where)]


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk with two agents, nothing in it yet."""
    office = Office(Mailroom(database, tmp_path / "config"))
    monkeypatch.setattr(daemon, "now", lambda: office.now)
    return office


def test_an_edited_file_changes_nothing_that_was_promised(office: Office) -> None:
    """Half the target under a running office: the case, its follow-up and its status tell what was promised."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    office.write(ANNA, "Den stannar fortfarande.", to=office.last(ANNA), at=EIGHT + 20 * MINUTE)
    assert office.starts() == [(TWELVE, TWELVE)]
    assert len(office.letters(ANNA)) == 1
    office.write(ANNA, "status", to=office.last(ANNA), at=EIGHT + 30 * MINUTE)
    assert "måndag 23 november kl. 12.00" in office.text(ANNA)
    assert office.promised() == [TWELVE]


def test_what_is_promised_from_now_on_follows_the_edit(office: Office) -> None:
    """A new case, a new level and a reopening are counted by the file of today, and told."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER.replace('target = "1h"', 'target = "90m"'))
    office.write(BO, "Skärmen är svart.", subject="Skärmen", at=EIGHT)
    assert office.starts() == [(TWELVE, TWELVE), (TEN, TEN)]
    first = office.room.select(OUTGOING.c.id, OUTGOING.c.message_id, where=[OUTGOING.c.recipient == AGNES])[0][1]
    office.write(AGNES, "#priority high", to=first, at=EIGHT + 10 * MINUTE)
    assert office.starts()[0][0] == EIGHT + 90 * MINUTE
    assert "kl. 09.30" in office.text(ANNA)
    office.write(AGNES, "#close Starta om.", to=first, at=EIGHT + 20 * MINUTE)
    office.write(ANNA, "Den stannar igen.", to=office.last(ANNA), at=EIGHT + HOUR)
    assert office.starts()[0][0] == EIGHT + HOUR + 90 * MINUTE


def test_waiting_runs_on_by_the_target_that_was_promised(office: Office) -> None:
    """The answer brings what was left of the four hours, in the hours of today."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(AGNES, "#wait", to=office.last(AGNES), at=EIGHT + HOUR)
    office.edit(SHORTER)
    assert office.changed(EIGHT + 2 * HOUR) == []
    office.write(ANNA, "Version 5.", to=office.last(ANNA), at=EIGHT + 2 * HOUR)
    assert office.starts()[0][0] == EIGHT + 6 * HOUR  # three hours from 10, lunch between them


def test_repromise_tells_the_customers_once(office: Office) -> None:
    """The old and the new start and why; ticket, promise and history follow; a second time there is nothing to tell."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    assert office.repromise(at=EIGHT + MINUTE) == [
        "TD-000013 (td): 2026-11-23 12:00 -> 2026-11-23 10:00, told",
        "1 case promised anew; the daemon, or `mailbot once`, sends the letters.",
    ]
    letter = office.text(ANNA)
    assert "senast måndag 23 november kl. 10.00" in letter
    assert "tidigare besked var senast måndag 23 november kl. 12.00" in letter
    assert "öppettider eller svarstider har ändrats" in letter
    assert office.starts() == [(TEN, TEN)]
    assert office.promised() == [TWELVE, TEN]
    events = office.room.select(EVENT.c.id, EVENT.c.text, where=[EVENT.c.kind == "repromised"])
    start, before = "2026-11-23T09:00:00+00:00", "2026-11-23T11:00:00+00:00"
    told = f"start promised by {start} instead of {before}: hours or targets have changed"
    assert [row[1] for row in events] == [told]
    assert office.repromise(at=EIGHT + 2 * MINUTE) == [
        "No case that waits for the start of work would be promised another one."
    ]
    assert office.told() == [ANNA]


def test_the_reminder_and_the_lead_go_by_the_new_promise(office: Office) -> None:
    """What was told last is what is kept."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    office.repromise(at=EIGHT + MINUTE)
    told = office.from_to(EIGHT, EIGHT + 24 * HOUR)
    assert told == {EIGHT + 90 * MINUTE: [("reminder", AGNES)], TEN + 10 * MINUTE: [("late", LEAD)]}


def test_hours_that_change_move_the_start_too(office: Office) -> None:
    """The desk opens an hour later: the start is put off, and that is told like the other way round."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(LATER)
    assert office.repromise(at=EIGHT - HOUR)[0].endswith("2026-11-23 12:00 -> 2026-11-23 14:00, told")


def test_a_dry_run_changes_and_tells_nothing(office: Office) -> None:
    """It lists what would be told."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    assert office.repromise("--dry-run", at=EIGHT + MINUTE) == [
        "TD-000013 (td): 2026-11-23 12:00 -> 2026-11-23 10:00, to be told"
    ]
    assert (office.starts(), office.told()) == ([(TWELVE, TWELVE)], [])


def test_one_desk_or_one_case_can_be_named(office: Office) -> None:
    """Others are left for later; a desk or a case that does not exist is an error."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(BO, "Skärmen är svart.", subject="Skärmen", at=EIGHT)
    office.edit(SHORTER)
    nothing = ["No case that waits for the start of work would be promised another one."]
    assert office.repromise("--desk", "od", at=EIGHT + MINUTE) == nothing
    assert "told" in office.repromise("--case", "td-000021")[0]
    assert office.told() == [BO]
    assert "told" in office.repromise("--desk", "td")[0]
    assert office.told() == [BO, ANNA]
    assert "there is no desk 'x'" in office.repromise("--desk", "x", code=2)[0]
    assert "there is no case TD-9" in office.repromise("--case", "TD-9", code=2)[0]


def test_a_start_that_has_passed_is_listed_and_left(office: Office) -> None:
    """Whether it is the start that was told or the new one: nobody is told that something was to begin before."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    line = "TD-000013 (td): 2026-11-23 12:00 -> 2026-11-23 10:00, has passed, left as it is"
    assert office.repromise(at=TEN) == [line]
    office.edit(LONGER)
    assert "has passed" in office.repromise(at=TWELVE)[0]
    assert (office.starts(), office.told()) == ([(TWELVE, TWELVE)], [])


@pytest.mark.parametrize("text", ["Starta om.", "#take", "#wait", "#spam", "#close Starta om."])
def test_what_waits_for_no_start_is_left_alone(office: Office, text: str) -> None:
    """Begun, waiting for the customer, or over: not even listed."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(AGNES, text, to=office.last(AGNES), at=EIGHT + MINUTE)
    office.edit(SHORTER)
    assert office.changed(EIGHT + 2 * MINUTE) == []


def test_what_was_told_to_nobody_is_left_alone(office: Office) -> None:
    """A machine's case has no customer who could be told."""
    office.write(ANNA, "Disken är full.", more="Auto-Submitted: auto-generated\n", at=EIGHT)
    office.edit(SHORTER)
    assert office.changed(EIGHT + MINUTE) == []


def test_a_priority_that_is_gone_leaves_its_cases_alone(office: Office) -> None:
    """There is nothing to count with, so what was promised stays."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(DESK.replace("normal", "usual"))
    assert office.changed(EIGHT + MINUTE) == []


def test_back_and_forth_is_told_each_time(office: Office) -> None:
    """Every promise is replaced once, and never in silence, though an old one may come back."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    for number, text in enumerate((SHORTER, DESK, SHORTER, DESK), 1):
        office.edit(text)
        assert "told" in office.repromise(at=EIGHT + number * MINUTE)[0]
    assert office.told() == [ANNA] * 4
    assert office.promised() == [TWELVE, TEN, TWELVE, TEN, TWELVE]


def test_where_no_letter_arrives_nothing_changes(office: Office) -> None:
    """An address from which letters came back gets no automatic ones, and a promise does not change unheard."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    row = {"address": ANNA, "since": EIGHT, "until": EIGHT + 24 * HOUR, "reason": "550"}
    with office.room.database.write() as connection:
        connection.execute(SUPPRESSED.insert().values(row))
    office.edit(SHORTER)
    assert "no letter reaches its customers" in office.repromise(at=EIGHT + MINUTE)[0]
    assert (office.starts(), office.told()) == ([(TWELVE, TWELVE)], [])


def test_all_customers_of_a_case_are_told(office: Office) -> None:
    """The requester first, each with the others in sight, like any change of the promise."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(AGNES, f"#add {BO}", to=office.last(AGNES), at=EIGHT + MINUTE)
    office.edit(SHORTER)
    office.repromise(at=EIGHT + 2 * MINUTE)
    assert office.told() == [ANNA, BO]
    assert read_mail(office.letters(BO)[-1][1])["Cc"] == ANNA


def test_it_leaves_behind_what_an_agent_has_just_caused(office: Office) -> None:
    """The letter of a new level, which waits to be reconsidered, tells the old start: it must not come last."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(AGNES, "#priority high", to=office.last(AGNES), at=EIGHT + MINUTE)
    office.edit(DESK.replace('target = "1h"', 'target = "2h"'))
    office.repromise(at=EIGHT + MINUTE)
    due = office.room.select(
        OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.not_before, where=[OUTGOING.c.kind == "notice"]
    )
    assert [row[1].partition(":")[0] for row in due] == ["priority", "repromise"]
    assert due[0][2] <= due[1][2]


def test_an_earlier_turn_cannot_be_taken_back_any_more(office: Office) -> None:
    """#undo would put back a promise that the customer was told is over; the agent sets the level anew instead."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.write(AGNES, "#priority high", to=office.last(AGNES), at=EIGHT + MINUTE)
    office.edit(DESK.replace('target = "1h"', 'target = "2h"'))
    office.repromise(at=EIGHT + MINUTE)
    office.write(AGNES, "#undo", to=office.last(AGNES), at=EIGHT + 2 * MINUTE)
    assert "ändrats sedan dess" in office.text(AGNES)
    assert office.cases(TICKET.c.priority, TICKET.c.expected_start) == [("high", TEN)]
    assert office.fates("notice") == ["waiting", "waiting"]


def test_a_customers_own_terms_and_language_are_kept_to(office: Office) -> None:
    """Acme has targets of its own (C6): the desk's change does not touch it, its own does, and is told in English."""
    target = 'targets = { normal = [{ within = "6h" }, { within = "3h", since = 2027-01-01 }] }'
    acme = f'[customers.acme]\nname = "Acme"\ndomains = ["customer.example"]\nlanguage = "en"\n{target}\n'
    served = 'customers_files = ["../acme.toml"]\ncustomer_languages = ["en"]\n'
    closed = "\n[service]\nagreement = false\n"
    (office.room.folder / "acme.toml").write_text(acme, encoding="utf-8")
    office.edit(served + DESK + closed)
    office.write(ANNA, "Den stannar.", at=EIGHT)
    three = EIGHT + 7 * HOUR
    assert office.starts() == [(three, three)]
    office.edit(served + SHORTER + closed)
    assert office.changed(EIGHT + MINUTE) == []
    (office.room.folder / "acme.toml").write_text(acme.replace("6h", "5h"), encoding="utf-8")
    assert office.room.office.refresh() == ()
    assert "2026-11-23 15:00 -> 2026-11-23 14:00, told" in office.repromise(at=EIGHT + MINUTE)[0]
    assert "We had told you Monday 23 November" in office.text(ANNA)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_repromise_waits_for_its_turn(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another daemon triages nothing is changed, and an admin hears why. SQLite has one writer anyway."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    office.edit(SHORTER)
    monkeypatch.setattr(repromise, "_PAUSE", 0.01)
    with office.room.database.turn("triage"):
        assert "try again later" in office.repromise(at=EIGHT + MINUTE, code=1)[0]
    assert office.starts() == [(TWELVE, TWELVE)]


def test_a_daemon_at_work_and_repromise_do_each_other_no_harm(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels are set while promises are counted anew: each case ends with what its customer was told last, once."""
    monkeypatch.setattr(repromise, "_BATCH", 5)
    monkeypatch.setattr(repromise, "_PAUSE", 0.01)
    cases = 30
    for number in range(cases):
        office.write(f"kund{number}@customer.example", f"Fel {number}.", subject=f"Fel {number}", at=EIGHT)
    copies = office.room.select(OUTGOING.c.id, OUTGOING.c.message_id, where=[OUTGOING.c.recipient == AGNES])
    office.edit(SHORTER.replace('target = "1h"', 'target = "3h"'))
    moment = EIGHT + MINUTE
    orders = [
        Arrival(1000 + number, moment, 1, mail(
            1000 + number, to=TO, sender=AGNES, subject="Fel", text="#priority high",
            more=f"In-Reply-To: <{copy[1]}>\n{PASSED.format('agents.example')}",
        ))
        for number, copy in enumerate(copies[::2])
    ]  # fmt: skip
    store(
        office.room.database, mailbox="m", uidvalidity=1, arrivals=orders, last_uid=2000, since=None,
        route=lambda _recipients: "td", now=moment, settled=True,
    )  # fmt: skip
    triage = Triage(office.room.database, office.room.office, lambda: moment)
    orders_left = threading.Thread(target=lambda: _triage_all(triage, office.room.database))
    orders_left.start()
    done: list[Changed] = []
    try:
        done += repromise.repromise(office.room.database, office.room.office, moment, desks=["td"])
    finally:
        orders_left.join()
    assert office.room.select(MAIL.c.id, where=[MAIL.c.state != "done"]) == []
    assert len(office.told()) == sum(one.became == "told" for one in done) >= cases / 2
    assert {one.became for one in done} <= {"told", "changed"}
    last = {
        ticket: start
        for _, ticket, start in office.room.select(PROMISED.c.id, PROMISED.c.ticket_id, PROMISED.c.start_by)
    }
    tickets = office.room.select(TICKET.c.id, TICKET.c.expected_start, TICKET.c.priority)
    assert {ticket: start for ticket, start, _ in tickets} == last
    wanted = {"normal": TEN, "high": EIGHT + 3 * HOUR}
    assert all(start == wanted[level] for _, start, level in tickets)


def _triage_all(triage: Triage, database: Database) -> None:
    with database.read() as connection:
        waiting = MAIL.select().where(MAIL.c.state == "stored").limit(1)
    while True:
        triage.run_batch()
        with database.read() as connection:
            if connection.execute(waiting).first() is None:
                return


def _check(office: Office, *arguments: str) -> tuple[int, str]:
    office.now = EIGHT + MINUTE
    done = office.room.mailbot("check", *arguments)
    return done.exit_code, done.output


def test_check_lists_the_cases_that_would_be_promised_another_start(office: Office) -> None:
    """Old and new start, and which command tells it; nothing changes by looking. Offline no database is looked into."""
    office.write(ANNA, "Den stannar.", at=EIGHT)
    assert "promised" not in _check(office)[1]
    office.edit(SHORTER)
    told = _check(office)[1]
    assert "warning: an open case would be promised another start today" in told
    assert "warning: TD-000013 (td): 2026-11-23 12:00 -> 2026-11-23 10:00, to be told" in told
    assert office.starts() == [(TWELVE, TWELVE)]
    code, offline = _check(office, "--offline")
    assert (code, "promised" in offline) == (0, False)


def test_check_lists_no_more_than_can_be_read(office: Office) -> None:
    """Of many cases the first twenty, and how many there are."""
    for number in range(22):
        office.write(f"kund{number}@customer.example", f"Fel {number}.", subject=f"Fel {number}", at=EIGHT)
    office.edit(SHORTER)
    told = _check(office)[1]
    assert "22 open cases would be promised" in told
    assert told.count("to be told") == 20
    assert "and 2 more" in told


def test_check_makes_no_database(tmp_path: Path, own_database: Database) -> None:
    """Looking leaves nothing behind where no daemon has run yet; the servers are tried all the same."""
    room = Mailroom(own_database, tmp_path / "config")
    settings = room.folder / "mailbot.toml"
    text = settings.read_text(encoding="utf-8").replace("mailbot.db", "none-yet.db")
    settings.write_text(text, encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    done = room.mailbot("check")
    assert f"database: there is none yet; the first start makes {tmp_path / 'none-yet.db'}" in done.output
    assert "error: mailbox support" in done.output
    assert {path.name for path in tmp_path.iterdir()} == before
    done = room.mailbot("repromise")
    assert (done.exit_code, "there is no database yet" in done.output) == (1, True)
