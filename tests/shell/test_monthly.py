"""The report of the month to a desk's lead, on both databases: when it goes, and once, and what stands in it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot import daemon
from mailbot.core.months import later, read_month
from mailbot.daemon import Daemon
from mailbot.database import Database
from mailbot.monthly import send_reports
from mailbot.tables import META, OUTGOING
from tests.core.samples import at
from tests.lettering import read_mail
from tests.shell.figurerows import FigureRows, promised
from tests.shell.mailroom import Mailroom, text_of

LEAD = "lead@agents.example"
AGENTS = """\
[[agents]]
name = "Agnes"
addresses = ["agnes@agents.example"]
language = "en"

[queues.billing]
name = "Fakturor"
"""
BO = "bo@agents.example"
OCTOBER_DUE = at("2026-11-01 06:00")
"""The desks are open every day."""
MINUTE = timedelta(minutes=1)

TABLES = """\
Betyg per månad

Månad    Svar  9-10  7-8  0-6   NPS  95 %-intervall  Besvarade
2026-09     1     0    0    1  -100   -100 till +89     1 av 2  50 %
2026-10     3     2    1    0   +67   -52 till +100     3 av 6  50 %
Alla        4     2    1    1   +25    -66 till +89     4 av 8  50 %

95 %-intervall: vad slumpen beträffar ligger alla kunders betyg inom det minst
95 gånger av 100.

Betyg per kö, 2026-10

Kö        Svar  9-10  7-8  0-6  NPS  95 %-intervall  Besvarade
Fakturor     0     -    -    -    -               -     0 av 3    0 %
Support      3     2    1    0  +67   -52 till +100     3 av 3  100 %
Alla         3     2    1    0  +67   -52 till +100     3 av 6   50 %

Betyg per handläggare, 2025-10 – 2026-10

Handläggare        Svar  9-10  7-8  0-6  NPS  95 %-intervall  Besvarade
Agnes                 4     -    -    -    -     inget värde          -
bo@agents.example     0     -    -    -    -               -          -
Alla                  4     2    1    1  +25    -66 till +89     4 av 8  50 %

En handläggare får ett eget värde från 20 svar.

Arbete påbörjat senast den utlovade tiden, 2026-10

Månad    Prioritet  Hållna        Median, sena  Värst  Öppna  Utgick
2026-10  Normal     2 av 3  67 %           1 h    1 h      0       0

Arbete påbörjat senast den utlovade tiden, 2025-10 – 2026-10

Månad    Prioritet  Hållna         Median, sena  Värst  Öppna  Utgick
2026-09  Alla       1 av 1  100 %             -      -      0       0
2026-10  Alla       2 av 3   67 %           1 h    1 h      0       0
"""


def _lead(room: Mailroom, desk: str, lead: str) -> None:
    """Let the desk have a lead."""
    path = room.folder / "desks" / f"{desk}.toml"
    path.write_text(f'lead = "{lead}"\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    assert room.office.refresh() == ()


@pytest.fixture
def rows(database: Database) -> FigureRows:
    """Surveys and promises of September and October."""
    made = FigureRows(database)
    with made.together():
        for month, score in (("09", 3), ("10", 10), ("10", 9), ("10", 7)):
            made.survey(f"2026-{month}-05 10:00", score, f"2026-{month}-06 10:00")
            made.survey(f"2026-{month}-05 10:00", queue="billing", agent=BO)
            told = promised(f"2026-{month}-05 08:00", f"2026-{month}-05 12:00")
            made.begin(f"2026-{month}-05 08:00", told, started=f"2026-{month}-05 {score + 3:02}:00")
    return made


@pytest.fixture
def room(rows: FigureRows, tmp_path: Path) -> Mailroom:
    """Two desks, of which `td` has a lead and figures."""
    room = Mailroom(rows.database, tmp_path / "config", agents=AGENTS)
    _lead(room, "td", LEAD)
    return room


def _round(room: Mailroom, now: datetime) -> int:
    return send_reports(room.database, room.office, now)


def _reports(room: Mailroom) -> list[tuple[Any, ...]]:
    """Cause, recipient and bytes of each."""
    where = (OUTGOING.c.cause.startswith("report:month:"),)
    columns = (OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.recipient, OUTGOING.c.content)
    return [row[1:] for row in room.select(*columns, where=where)]


def _letter(room: Mailroom) -> EmailMessage:
    ((_, _, content),) = _reports(room)
    return read_mail(content)


def test_the_report_goes_at_its_hour_and_once(room: Mailroom) -> None:
    """Not a minute before six on the first open day, then to the lead, and never again for that month."""
    assert _round(room, OCTOBER_DUE - MINUTE) == 0
    assert _round(room, OCTOBER_DUE) == 1
    ((cause, recipient, _),) = _reports(room)
    assert (cause, recipient) == ("report:month:td:2026-10", LEAD)
    assert [_round(room, OCTOBER_DUE + timedelta(days=days)) for days in (0, 1, 20)] == [0, 0, 0]


def test_a_daemon_that_was_off_sends_it_when_it_is_back(room: Mailroom) -> None:
    """Within that month; the months that it slept through altogether stay untold."""
    assert _round(room, at("2026-11-29 23:00")) == 1
    assert [cause for cause, _, _ in _reports(room)] == ["report:month:td:2026-10"]
    assert _round(room, at("2027-02-10 12:00")) == 0, "January had nothing"


def test_over_a_year_every_month_with_figures_is_told_once(room: Mailroom, rows: FigureRows) -> None:
    """A daemon that looks twice a day sends as many reports as months had a survey or a promise, each on a first."""
    with rows.together():
        rows.survey("2027-01-31 23:30")
        rows.survey("2026-12-31 12:00", 9, "2027-03-01 00:00")
        rows.begin("2027-05-31 23:59", promised("2027-05-31 23:59", "2027-06-01 12:00"))
        rows.begin("2027-07-01 12:00")
    sent = {}
    for number in range(365):
        day = date(2026, 10, 1) + timedelta(days=number)
        for now in (at(f"{day} 05:59"), at(f"{day} 06:00")):
            if _round(room, now):
                sent[_reports(room)[-1][0][-7:]] = now
    months = ["2026-09", "2026-10", "2026-12", "2027-01", "2027-03", "2027-05"]
    assert sent == {month: at(f"{later(read_month(month), 1)} 06:00") for month in months}


def test_the_letter(room: Mailroom) -> None:
    """From the desk, by a machine, and answered to the admin: to the desk it would open a case."""
    _round(room, OCTOBER_DUE)
    letter = _letter(room)
    assert letter["To"] == LEAD
    assert str(letter["From"]) == "Testdesken <support@desk.example>"
    assert letter["Reply-To"] == "admin@house.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "sv"
    assert "oktober 2026" in letter["Subject"]


def test_the_tables_of_the_letter(room: Mailroom) -> None:
    """In Swedish the score by month, the month's queues, the agents' months, and promises by priority and by month."""
    _round(room, OCTOBER_DUE)
    ((_, _, content),) = _reports(room)
    text = text_of(content).replace("\r\n", "\n")
    assert TABLES in text


def test_the_picture_stands_in_the_letter(room: Mailroom) -> None:
    """A PNG beside the HTML, which shows it by its Content-ID and fetches nothing from anywhere."""
    _round(room, OCTOBER_DUE)
    letter = _letter(room)
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content_disposition() == "inline"
    assert picture.get_filename() == "nps-2026-10.png"
    assert picture.get_content().startswith(b"\x89PNG\r\n")
    page = letter.get_body(("html",))
    assert page is not None
    shown = re.findall(r'src="([^"]*)"', page.get_content())
    assert shown == [f"cid:{picture['Content-ID'].strip('<>')}"]


def test_promises_alone_are_told_without_a_picture(room: Mailroom, rows: FigureRows) -> None:
    """A desk that asks nothing has kept its promises all the same."""
    rows.begin("2026-10-05 08:00", promised("2026-10-05 08:00", "2026-10-05 12:00"), desk="od")
    _lead(room, "od", "other@agents.example")
    assert _round(room, OCTOBER_DUE) == 2
    letter = read_mail(_reports(room)[0][2])
    assert letter["To"] == "other@agents.example"
    assert [part.get_content_type() for part in letter.walk() if part.get_content_maintype() == "image"] == []


@pytest.mark.parametrize("lead", ["", LEAD])
def test_nothing_is_sent_where_there_is_nobody_or_nothing(room: Mailroom, lead: str) -> None:
    """Without a lead, or in a month with neither survey nor promise, there is no letter, and the month is done with."""
    if lead:
        _lead(room, "od", lead)
    assert _round(room, OCTOBER_DUE) == 1
    assert [cause for cause, _, _ in _reports(room)] == ["report:month:td:2026-10"]
    marks = room.select(META.c.key, META.c.value, where=(META.c.key.startswith("report:month:"),))
    assert marks == [*([("report:month:od", "2026-10")] if lead else []), ("report:month:td", "2026-10")]


def test_a_month_that_is_not_marked_is_told_once_all_the_same(room: Mailroom) -> None:
    """The cause is the guarantee: another daemon may have written the letter a moment before."""
    _round(room, OCTOBER_DUE)
    with room.database.write() as connection:
        connection.execute(META.delete().where(META.c.key == "report:month:td"))
    _round(room, OCTOBER_DUE + MINUTE)
    assert len(_reports(room)) == 1


def test_a_lead_who_is_an_agent_reads_their_own_language(room: Mailroom, rows: FigureRows) -> None:
    """Tables, picture and letter alike; and is greeted by name."""
    path = room.folder / "desks" / "td.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(LEAD, "Agnes@agents.example"), encoding="utf-8")
    assert room.office.refresh() == ()
    _round(room, OCTOBER_DUE)
    ((_, recipient, content),) = _reports(room)
    assert recipient == "agnes@agents.example"
    text = text_of(content)
    assert "Agnes" in text
    assert "Work begun by the promised time, 2026-10" in text
    assert read_mail(content)["Content-Language"] == "en"


def test_one_desks_trouble_is_not_anothers(room: Mailroom, rows: FigureRows, caplog: pytest.LogCaptureFixture) -> None:
    """A report that cannot be written is logged and due again; the other desk's goes out."""
    rows.survey("2026-10-05 10:00", 11, "2026-10-06 10:00", desk="od")
    _lead(room, "od", "other@agents.example")
    assert _round(room, OCTOBER_DUE) == 1
    assert "desk od: the report of 2026-10 cannot be written" in caplog.text
    caplog.clear()
    assert _round(room, OCTOBER_DUE + MINUTE) == 0
    assert "desk od" in caplog.text


def test_the_daemons_round_sends_it(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `mailbot once` and the running daemon do every half minute."""
    monkeypatch.setattr(daemon, "now", lambda: OCTOBER_DUE)
    Daemon(room.office, room.database)._make_round()
    assert len(_reports(room)) == 1


def test_the_report_and_the_command_tell_the_same(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The months of the letter are, number by number, what `mailbot nps` prints."""
    monkeypatch.setattr(daemon, "now", lambda: OCTOBER_DUE)
    _round(room, OCTOBER_DUE)
    ((_, _, content),) = _reports(room)
    digits = re.compile(r"[-+]?\d+")
    printed = [digits.findall(line) for line in room.mailbot("nps", "--to", "2026-10").output.splitlines()[3:5]]
    told = [digits.findall(line) for line in text_of(content).splitlines() if line.startswith("2026-")][:2]
    assert told == printed
    assert len(printed[0]) > 8
