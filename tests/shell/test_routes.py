"""Routes through triage and the command line, on both databases: to whom cases go, and which customers are told."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot import daemon
from mailbot.budgets import save_breaker
from mailbot.core.budget import Breaker
from mailbot.core.fate import Fate, Outcome, Step
from mailbot.core.passing import MOST_PASSED_IN_AN_HOUR
from mailbot.database import Database
from mailbot.office import Office
from mailbot.returns import follow_refusals
from mailbot.tables import BEGINNING, EVENT, MAIL, MESSAGE, OPTED_OUT, OUTGOING, PARTICIPANT, SUPPRESSED, TICKET
from tests.daemon.house import mail
from tests.shell.customerroom import AGREEMENTS, CUSTOMERS, CustomerRoom, later
from tests.shell.mailroom import NOW, PASSED, TO, text_of

AGNES, OLLE, NATTA = "agnes@agents.example", "olle@agents.example", "natta@agents.example"
PX, SILENT = "px@px.example", "help@silent.example"
ANNA, BO, DORTE, EVE, FRIDA = (
    "anna@kund.example", "bo@kund.example", "dorte@dansk.example", "eve@english.example", "frida@former.example",
)  # fmt: skip
STRANGER = "stig@stranger.example"
PEOPLE = f"""
[[agents]]
name = "Olle"
addresses = ["{OLLE}"]

[[agents]]
name = "Natta"
addresses = ["{NATTA}"]
queues = ["support"]
duty_hours = [{{ mon-sun = [] }}]

[[partners]]
name = "PX Expert"
addresses = ["case@px.example", "{PX}"]
answers_customers = true
contact = {{ sv = "Ring PX på 08-1.", da = "Ring til PX på 08-1.", en = "Call PX on 08-1." }}

[[partners]]
name = "Silent"
addresses = ["{SILENT}"]
"""
ROUTES = f"""
[[routes]]
name = "PX"
to = ["{PX}"]
since = 2026-11-01
until = 2027-06-30
words = ["PX", "project expert"]
product = "PX"

[[routes]]
name = "silence"
to = ["{SILENT}"]
words = ["hush"]

[[routes]]
name = "night"
to = ["{NATTA}"]
when = "closed"
"""
CASE = "case@px.example"
"""Where letters to the partner go."""
FILE = base64.b64encode(b"%PDF-1.4 the log").decode()


class Routes(CustomerRoom):
    """The desk `td` with a route to a partner who answers, one to a silent one, and one to a duty team at night."""

    def __init__(self, database: Database, folder: Path, *, routes: str = ROUTES) -> None:
        super().__init__(database, folder, more=AGREEMENTS + PEOPLE)
        customers = self.room.folder / "customers.toml"
        using = CUSTOMERS
        for name in ("Kund AB", "Dansk A/S"):
            using = using.replace(f'name = "{name}"\n', f'name = "{name}"\nproducts = ["PX"]\n')
        customers.write_text(using, encoding="utf-8")
        self.file = self.room.folder / "desks" / "td.toml"
        text = self.file.read_text(encoding="utf-8").replace('mon-sun = ["00:00-24:00"]', 'mon-fri = ["08:00-17:00"]')
        self.without_routes = text
        self.set_routes(routes)

    def set_routes(self, routes: str) -> None:
        """The desk file with these routes instead."""
        self.file.write_text(self.without_routes + routes, encoding="utf-8")
        self.room.office = Office(self.room.folder)
        self.desk = self.room.office.in_force.desks["td"]

    def causes(self, to: str) -> list[str]:
        """What caused the letters to somebody, oldest first."""
        return [cause for _, cause in self.room.select(OUTGOING.c.id, OUTGOING.c.cause, where=self._to(to))]

    def waits(self, to: str) -> timedelta:
        """How long the last letter to somebody waits before it leaves."""
        rows = self.room.select(OUTGOING.c.id, OUTGOING.c.created, OUTGOING.c.not_before, where=self._to(to))
        created, leaves = rows[-1][1:]
        assert isinstance(created, datetime)
        assert isinstance(leaves, datetime)
        return leaves - created

    def events(self, kind: str) -> list[str]:
        """The lines of history of that kind, oldest first."""
        rows = self.room.select(EVENT.c.id, EVENT.c.text, where=[EVENT.c.kind == kind])
        return [text for _, text in rows]

    def last(self, to: str) -> EmailMessage:
        """The last letter to somebody."""
        letter = self.letters(to)[-1]
        assert isinstance(letter, EmailMessage)
        return letter

    def mailbot(self, *arguments: str) -> str:
        """What a command on routes prints; it must succeed."""
        done = self.room.mailbot("routes", *arguments)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    @staticmethod
    def _to(address: str) -> list[Any]:
        return [OUTGOING.c.recipient == address]


@pytest.fixture
def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Routes:
    """An empty desk with routes; for commands it is NOW, a Monday at nine."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    return Routes(database, tmp_path / "config")


def with_file(text: str) -> bytes:
    """Anna's mail with a file and a picture amid its text."""
    parts = (
        "--x\nContent-Type: multipart/related; boundary=y\n\n"
        f"--y\nContent-Type: text/html; charset=utf-8\n\n<p>{text}</p><img src='cid:p'>\n"
        "--y\nContent-Type: image/png; name=shot.png\nContent-ID: <p>\nContent-Disposition: inline\n\nPNG\n--y--\n"
        '--x\nContent-Type: application/pdf; name="log.pdf"\nContent-Disposition: attachment; filename="log.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{FILE}\n--x--\n"
    )
    raw = mail(90, to=TO, sender=ANNA, text="TEXT", more=PASSED.format("kund.example"))
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nTEXT"
    body = f"Content-Type: multipart/mixed; boundary=x\n\n{parts}".replace("\n", "\r\n").encode()
    return raw.replace(plain, body)


def test_mail_about_a_partners_product_goes_to_the_partner_whole(desk: Routes) -> None:
    """With its files; the customer reads who works on it, the agents that it has gone there (V12)."""
    desk.room.take(with_file("PX stannar."))
    letter = desk.last(CASE)
    text = text_of(letter.as_bytes())
    assert "ett nytt ärende om PX" in text
    assert "PX stannar." in text
    assert [part.get_filename() for part in letter.iter_attachments()] == ["shot.png", "log.pdf"]
    assert "Auto-Submitted" not in letter
    assert "Det är PX Expert som arbetar med ärendet." in desk.text(ANNA)
    assert "Ring PX på 08-1." in desk.text(ANNA)
    assert "PX Expert har fått ärendet och arbetar med det, enligt rutten PX." in desk.text(AGNES)
    assert desk.cases(TICKET.c.route, TICKET.c.state, TICKET.c.started) == [("PX", "open", None)]
    partners = desk.room.select(PARTICIPANT.c.id, PARTICIPANT.c.address, where=[PARTICIPANT.c.role == "partner"])
    assert [address for _, address in partners] == [CASE]
    assert desk.events("route") == ["takes the route PX"]
    assert desk.events("partner") == ["passed on to PX Expert"]
    assert "\n  route PX\n" in desk.room.mailbot("show", "TD-000013").stdout


def test_other_mail_does_not(desk: Routes) -> None:
    """Nor does it outside the route's days."""
    desk.write(ANNA, "Kontrollen stannar.")
    desk.write(ANNA, "PX stannar.", at=datetime.fromisoformat("2026-10-31T12:00+01:00"))
    desk.write(ANNA, "PX stannar igen.", at=datetime.fromisoformat("2027-07-01T12:00+02:00"))
    assert desk.letters(CASE) == []
    assert desk.cases(TICKET.c.route) == [("",), ("night",), ("",)]
    assert "arbetar med ärendet." not in desk.text(ANNA)


def test_what_the_customer_writes_further_goes_to_the_partner(desk: Routes) -> None:
    """Threaded under the case, told as news; not that the customer asks for the status, nor what a machine writes."""
    desk.write(ANNA, "PX stannar.")
    first, tagged = desk.last(CASE), desk.last_id(ANNA)
    desk.write(ANNA, "Version 4.", to=tagged)
    assert "Kunden har skrivit igen." in desk.text(CASE)
    assert "Version 4." in desk.text(CASE)
    assert "PX stannar." not in desk.text(CASE)
    assert desk.last(CASE)["In-Reply-To"] == first["Message-ID"]
    desk.write(ANNA, "status", to=tagged)
    desk.write(ANNA, "Jag är på semester.", to=tagged, more="Auto-Submitted: auto-replied\n")
    desk.write(STRANGER, "Jag med.", to=tagged)
    assert len(desk.letters(CASE)) == 2
    assert "Jag med." in desk.text(AGNES)


def test_the_partners_answer_reaches_the_customer_and_begins_the_work(desk: Routes) -> None:
    """The promise is kept by it, the agents read it, and the customer's answer goes back to the partner."""
    desk.write(ANNA, "PX stannar.")
    desk.write("px@px.example", "Starta om.", to=desk.last_id(CASE), at=later(1))
    assert "Starta om." in desk.text(ANNA)
    assert "PX Expert" in str(desk.last(ANNA)["From"])
    assert "Starta om." in desk.text(AGNES)
    assert desk.cases(TICKET.c.started, TICKET.c.assignee) == [(later(1), "")]
    assert desk.room.select(BEGINNING.c.started) == [(later(1),)]
    desk.write(ANNA, "Det hjälpte inte.", to=desk.last_id(ANNA), at=later(2))
    assert "Det hjälpte inte." in desk.text(CASE)


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        pytest.param("Starta om.\n\n#close", "Starta om.", id="below"),
        pytest.param("#stäng\n\nStarta om.", "Starta om.", id="above, in the desk's language"),
        pytest.param("#close", "", id="alone"),
        pytest.param("#note Kunden har ingen licens.\n\nVi avvaktar.", "", id="a note is for the desk"),
    ],
)
def test_a_partner_commands_nothing(desk: Routes, text: str, reaches: str) -> None:
    """The line is left out of what the customer gets, the agents are told, and the case stays open."""
    desk.write(ANNA, "PX stannar.")
    count = len(desk.letters(ANNA))
    desk.write("px@px.example", text, to=desk.last_id(CASE))
    assert desk.cases(TICKET.c.state) == [("open",)]
    assert len(desk.letters(ANNA)) == count + bool(reaches)
    if reaches:
        assert reaches in desk.text(ANNA)
        assert "#" not in desk.text(ANNA)
    line = next(each for each in text.splitlines() if each.startswith("#"))
    assert f"Partnern har skrivit {line}. Det gör ingenting" in desk.text(AGNES)
    assert desk.events("ignored") == [f"partners give no commands: {line}"]


def test_a_partners_hash_is_text_where_it_is_no_command(desk: Routes) -> None:
    """So is a command amid the text, as an agent's would be."""
    desk.write(ANNA, "PX stannar.")
    desk.write("px@px.example", "#Rubrik\nGör så här:\n#close\noch starta om.", to=desk.last_id(CASE))
    assert "#Rubrik\nGör så här:\n#close\noch starta om." in desk.text(ANNA)
    assert desk.events("ignored") == []


def test_a_partner_who_does_not_answer_customers_is_read_by_the_agents(desk: Routes) -> None:
    """Then work has not begun in the customer's eyes."""
    desk.write(ANNA, "Hush stannar.")
    count = len(desk.letters(ANNA))
    desk.write(SILENT, "Vi tittar.", to=desk.last_id(SILENT))
    assert len(desk.letters(ANNA)) == count
    assert "Vi tittar." in desk.text(AGNES)
    assert desk.cases(TICKET.c.started) == [(None,)]


def test_a_partners_machine_is_heard_and_never_relayed(desk: Routes) -> None:
    """Else two machines would write to each other through the desk."""
    desk.write(ANNA, "PX stannar.")
    count = len(desk.letters(ANNA))
    desk.write(CASE, "Jag är på semester.", to=desk.last_id(CASE), more="Auto-Submitted: auto-replied\n")
    assert len(desk.letters(ANNA)) == count
    assert len(desk.letters(CASE)) == 1
    assert desk.cases(TICKET.c.started) == [(None,)]


def test_two_machines_that_mark_nothing_do_not_write_for_ever(desk: Routes) -> None:
    """Past the bound the agents alone hear, and why."""
    desk.write(ANNA, "PX stannar.")
    tagged = desk.last_id(ANNA)
    for number in range(MOST_PASSED_IN_AN_HOUR + 1):
        desk.write(ANNA, f"Tack för mejl {number}, jag återkommer.", to=tagged)
    assert len(desk.letters(CASE)) == 1 + MOST_PASSED_IN_AN_HOUR
    assert "ovanligt många mejl" in desk.text(AGNES)
    desk.write(ANNA, "En timme senare.", to=tagged, at=later(1.1))
    assert "En timme senare." in desk.text(CASE)


def test_a_partner_is_removed_as_others_are(desk: Routes) -> None:
    """By any of its addresses: it gets no more of the case, and what it writes is for the agents to look at."""
    desk.write(ANNA, "PX stannar.")
    tagged, handed = desk.last_id(ANNA), desk.last_id(CASE)
    desk.write(AGNES, f"#remove {PX}", to=desk.last_id(AGNES))
    desk.write(ANNA, "Version 4.", to=tagged)
    desk.write(PX, "Starta om.", to=handed)
    assert len(desk.letters(CASE)) == 1
    assert "Starta om." not in desk.text(ANNA)
    assert "Starta om." in desk.text(AGNES)
    desk.write(AGNES, "#undo", to=desk.last_id(AGNES))
    desk.write(ANNA, "Version 5.", to=tagged)
    assert "Version 5." in desk.text(CASE)


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        pytest.param(STRANGER, "", id="one who is not admitted"),
        pytest.param(ANNA, "Auto-Submitted: auto-generated\n", id="a machine"),
        pytest.param(ANNA, "Precedence: bulk\n", id="a newsletter"),
    ],
)
def test_nobody_s_case_is_passed_on_who_is_told_nothing_of_it(desk: Routes, sender: str, more: str) -> None:
    """The agents read whose it would be."""
    desk.write(sender, "PX stannar.", more=more)
    assert desk.letters(CASE) == []
    assert "Ärendet hör till PX Expert enligt rutten PX, men har inte skickats vidare." in desk.text(AGNES)
    assert desk.cases(TICKET.c.route) == [("PX",)]
    assert "PX Expert" not in "".join(text_of(letter.as_bytes()) for letter in desk.letters(sender))


def test_a_held_acknowledgement_holds_the_case_back_from_the_partner(desk: Routes) -> None:
    """A digest will tell the customer of no partner, so none has the case: an agent passes it on."""
    open_to_all = desk.file.read_text(encoding="utf-8").replace('customers_files = ["../customers.toml"]', "")
    desk.file.write_text(open_to_all.replace('customer_languages = ["da", "en"]', 'customer_languages = ["da", "en"]'))
    desk.room.office = Office(desk.room.folder)
    for number in range(5):
        desk.write(STRANGER, f"PX stannar för gång {number}.", verdict="")
    held = desk.room.select(OUTGOING.c.id, where=[OUTGOING.c.state == "held"])
    assert len(held) == 2
    assert len(desk.letters(CASE)) == 3
    assert "har inte skickats vidare" in desk.text(AGNES)


def test_a_released_case_goes_to_the_partner(desk: Routes) -> None:
    """Once its customer has the acknowledgement: whole, with its files, and the customer reads who works on it."""
    _trip(desk)
    desk.room.take(with_file("PX stannar.").replace(b"dmarc=pass", b"dmarc=none"))
    assert desk.letters(CASE) == []
    assert "har inte skickats vidare" in desk.text(AGNES)
    done = desk.room.mailbot("held", "release", "--all")
    assert done.output.splitlines() == [
        "1 letter will be sent by the daemon, or by `mailbot once`.",
        "By their routes, 1 case will go to partners.",
    ]
    letter = desk.last(CASE)
    assert "PX stannar." in text_of(letter.as_bytes())
    assert [part.get_filename() for part in letter.iter_attachments()] == ["shot.png", "log.pdf"]
    assert "PX Expert tar nu över arbetet" in desk.text(ANNA)
    assert desk.waits(ANNA) == desk.desk.reconsider
    desk.write("px@px.example", "Starta om.", to=desk.last_id(CASE))
    assert "Starta om." in desk.text(ANNA)
    assert desk.events("partner") == ["passed on to PX Expert", "PX Expert wrote"]


def test_what_needs_no_partner_is_released_alone(desk: Routes) -> None:
    """A case that is over, one that an agent has passed on by hand, and one on no route."""
    _trip(desk)
    for text in ("PX stannar.", "PX stannar igen.", "Kontrollen stannar."):
        desk.write(ANNA, text, verdict="")
    copies = [letter["Message-ID"].strip("<>") for letter in desk.letters(AGNES)]
    desk.write(AGNES, "#close Klart.", to=copies[0])
    desk.write(AGNES, f"#forward {PX}", to=copies[1])
    before = len(desk.letters(CASE))
    done = desk.room.mailbot("held", "release", "--all")
    assert done.output == "3 letters will be sent by the daemon, or by `mailbot once`.\n"
    assert len(desk.letters(CASE)) == before == 1


def _trip(desk: Routes) -> None:
    """Automatic letters to strangers are held, and anybody may write."""
    file = desk.file.read_text(encoding="utf-8").replace('customers_files = ["../customers.toml"]', "")
    desk.file.write_text(file)
    desk.room.office = Office(desk.room.folder)
    with desk.room.database.write() as connection:
        save_breaker(connection, Breaker(NOW))


def test_a_case_goes_to_the_partner_once_it_is_admitted(desk: Routes) -> None:
    """Whole, with its files, and the customer reads that it has; what was noted at the desk stays there."""
    desk.write(STRANGER, "PX stannar.")
    copy = desk.last_id(AGNES)
    desk.write(AGNES, "#note Inget avtal?", to=copy)
    desk.write(STRANGER, "Snälla!", to=desk.last_id(STRANGER))
    assert desk.letters(CASE) == []
    desk.write(AGNES, "#admit", to=copy)
    text = desk.text(CASE)
    assert "ett nytt ärende om PX" in text
    assert "PX stannar." in text
    assert "Snälla!" in text
    assert "Inget avtal" not in text
    assert desk.cases(TICKET.c.state) == [("open",)]
    told = [text_of(letter.as_bytes()) for letter in desk.letters(STRANGER)]
    assert sum("PX Expert tar nu över arbetet" in one for one in told) == 1
    desk.write(STRANGER, "Tack! Version 4.", to=desk.last_id(STRANGER))
    assert "Version 4." in desk.text(CASE)


def test_a_route_that_is_over_is_not_taken_by_who_is_admitted_later(desk: Routes) -> None:
    """The desk then works on it itself."""
    desk.write(STRANGER, "PX stannar.", at=datetime.fromisoformat("2027-06-30T12:00+02:00"))
    desk.write(AGNES, "#admit", to=desk.last_id(AGNES), at=datetime.fromisoformat("2027-07-01T09:00+02:00"))
    assert desk.cases(TICKET.c.state, TICKET.c.route) == [("open", "PX")]
    assert desk.letters(CASE) == []


MOVES = f"""
[queues.field]
name = {{ sv = "Fält", da = "Felt", en = "Field" }}

[queues.print]
name = {{ sv = "Utskrift", da = "Udskrift", en = "Print" }}

[[routes]]
name = "field team"
to = ["{NATTA}"]
queues = ["field"]

[[routes]]
name = "printing"
to = ["{PX}"]
queues = ["print"]

[[routes]]
name = "hush"
to = ["{SILENT}"]
words = ["hush"]
queues = ["print", "support"]
"""


@pytest.fixture
def moving(database: Database, tmp_path: Path) -> Routes:
    """A desk where a team works on one queue, a partner on another, and a second partner on some words."""
    return Routes(database, tmp_path / "config", routes=MOVES)


def test_a_case_that_moves_takes_the_route_of_its_new_queue(moving: Routes) -> None:
    """The duty team gets it whole and hears the customer; moved on, it hears no more."""
    moving.write(ANNA, "Bilen står.")
    moving.write(AGNES, "#queue field", to=moving.last_id(AGNES))
    assert moving.cases(TICKET.c.queue, TICKET.c.route) == [("field", "field team")]
    assert "Bilen står." in moving.text(NATTA)
    moving.write(ANNA, "Den står än.", to=moving.last_id(ANNA))
    assert "Den står än." in moving.text(NATTA)
    moving.write(AGNES, "#queue support", to=moving.last_id(AGNES))
    assert moving.cases(TICKET.c.queue, TICKET.c.route) == [("support", "")]
    count = len(moving.letters(NATTA))
    moving.write(ANNA, "Nu går den.", to=moving.last_id(ANNA))
    assert len(moving.letters(NATTA)) == count
    assert moving.events("route") == ["takes the route field team", "leaves the route field team"]


def test_a_case_that_moves_to_a_partners_queue_goes_to_the_partner_once(moving: Routes) -> None:
    """Whole, but for notes; the customer and the agent read who has it, and moving to and fro tells nobody again."""
    moving.write(ANNA, "Rapporten skrivs inte ut.")
    copy = moving.last_id(AGNES)
    moving.write(AGNES, "#note Trasig skrivare?", to=copy)
    moving.write(AGNES, "#queue print", to=copy)
    text = moving.text(CASE)
    assert "ett nytt ärende om printing" in text
    assert "Rapporten skrivs inte ut." in text
    assert "Trasig" not in text
    assert "PX Expert tar nu över arbetet" in moving.text(ANNA)
    assert "Ärendet skickas till PX Expert, och kunden får veta det." in moving.text(AGNES)
    assert moving.cases(TICKET.c.route) == [("printing",)]
    customer, partner = len(moving.letters(ANNA)), len(moving.letters(CASE))
    for queue in ("support", "print"):
        moving.write(AGNES, f"#queue {queue}", to=copy)
    assert (len(moving.letters(ANNA)), len(moving.letters(CASE))) == (customer, partner)
    moving.write(ANNA, "Den gamla också.", to=moving.last_id(ANNA))
    assert "Den gamla också." in moving.text(CASE)


def test_a_move_is_taken_back_with_its_route(moving: Routes) -> None:
    """Before its letters have left; the partner then takes no part."""
    moving.write(ANNA, "Rapporten skrivs inte ut.")
    copy = moving.last_id(AGNES)
    moving.write(AGNES, "#queue print", to=copy)
    assert moving.waits(CASE) == moving.waits(ANNA) > timedelta(0)
    moving.write(AGNES, "#undo", to=copy)
    assert moving.cases(TICKET.c.queue, TICKET.c.route) == [("support", "")]
    assert moving.room.select(OUTGOING.c.state, where=[OUTGOING.c.recipient == CASE]) == [("cancelled",)]
    moving.write(ANNA, "Den gamla också.", to=moving.last_id(ANNA))
    assert len(moving.room.select(OUTGOING.c.id, where=[OUTGOING.c.recipient == CASE])) == 1


def test_a_route_by_words_holds_where_the_case_moves(moving: Routes) -> None:
    """By what the customer first wrote: the case comes back to its route, and goes to its partner no second time."""
    moving.write(ANNA, "Hush stannar.")
    moving.write(AGNES, "#queue field", to=moving.last_id(AGNES))
    moving.write(AGNES, "#queue support", to=moving.last_id(AGNES))
    assert moving.cases(TICKET.c.route) == [("hush",)]
    assert len(moving.letters(SILENT)) == 1


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        pytest.param(STRANGER, "", id="one who is not admitted"),
        pytest.param(ANNA, "Auto-Submitted: auto-generated\n", id="a machine"),
    ],
)
def test_a_move_passes_nobody_s_case_on_who_is_told_nothing_of_it(moving: Routes, sender: str, more: str) -> None:
    """It is on the route all the same, and who is admitted later goes to its partner."""
    moving.write(sender, "Rapporten skrivs inte ut.", more=more)
    copy = moving.last_id(AGNES)
    moving.write(AGNES, "#queue print", to=copy)
    assert moving.letters(CASE) == []
    assert moving.cases(TICKET.c.route) == [("printing",)]
    if more:
        assert "enligt rutten printing, men har inte skickats vidare" in moving.text(AGNES)
    else:
        moving.write(AGNES, "#admit", to=copy)
        assert "Rapporten skrivs inte ut." in moving.text(CASE)


NIGHT = datetime.fromisoformat("2026-11-23T22:00+01:00")


def test_the_duty_team_hears_at_night(desk: Routes) -> None:
    """Alone, and may act; in the morning those on duty hear what the customer writes as well (B7)."""
    desk.write(ANNA, "Bilen står.", at=NIGHT)
    assert [len(desk.letters(agent)) for agent in (AGNES, OLLE, NATTA)] == [0, 0, 1]
    assert desk.cases(TICKET.c.route) == [("night",)]
    desk.write(ANNA, "Den står än.", to=desk.last_id(ANNA), at=NIGHT + timedelta(hours=1))
    assert [len(desk.letters(agent)) for agent in (AGNES, OLLE, NATTA)] == [0, 0, 2]
    desk.write(ANNA, "Fortfarande.", to=desk.last_id(ANNA), at=NIGHT + timedelta(hours=11))
    assert [len(desk.letters(agent)) for agent in (AGNES, OLLE, NATTA)] == [1, 1, 3]
    desk.write(NATTA, "Ring åkeriet.", to=desk.last_id(NATTA), at=NIGHT + timedelta(hours=12))
    assert "Ring åkeriet." in desk.text(ANNA)
    assert desk.cases(TICKET.c.assignee) == [(NATTA,)]


def test_by_day_the_duty_team_sleeps(desk: Routes) -> None:
    """Those on duty hear, and the case takes no route."""
    desk.write(ANNA, "Bilen står.")
    assert [len(desk.letters(agent)) for agent in (AGNES, OLLE, NATTA)] == [1, 1, 0]
    assert desk.cases(TICKET.c.route) == [("",)]


def test_agents_hear_that_a_partner_did_not_get_the_customers_words(desk: Routes) -> None:
    """Nobody else knows that the case lies still."""
    desk.write(ANNA, "PX stannar.")
    [(letter,)] = desk.room.select(OUTGOING.c.id, where=[OUTGOING.c.recipient == CASE])
    refused = {letter: Fate(Outcome.NEVER, 550, "5.1.1 no such user", Step.RCPT)}
    with desk.room.database.write() as connection:
        follow_refusals(connection, desk.room.stationery(), "admin@house.example", {"td": desk.desk}, refused)
    assert "Kom inte fram" in str(desk.last(AGNES)["Subject"])
    assert CASE in desk.text(AGNES)


def key(desk: Routes) -> str:
    """Agnes's personal tag."""
    assert desk.room.mailbot("agents", "welcome", "--desk", "td").exit_code == 0
    [line] = [line for line in desk.text(AGNES).splitlines() if "#" in line and len(line.split()[-1]) == 38]
    return line.split()[-1]


def test_a_case_that_an_agent_opens_for_a_customer_takes_its_route(desk: Routes) -> None:
    """After the moment of reconsidering, in which it can be taken back; one that the agent begins stays at the desk."""
    below = f"-----Ursprungligt meddelande-----\nFrån: Anna <{ANNA}>\nSkickat: i dag\nTill: Agnes\nÄmne: PX\n\nHjälp!\n"
    tag = key(desk)
    desk.write(AGNES, f"#new\n#key {tag}\n\nBråttom!\n\n{below}")
    assert "Hjälp!" in desk.text(CASE)
    assert "Bråttom" not in desk.text(CASE)
    assert desk.waits(CASE) == timedelta(minutes=2)
    assert "Det är PX Expert som arbetar" in desk.text(ANNA)
    desk.write(AGNES, f"#new {BO}\n#key {tag}\n\nHur går det med PX?")
    assert len(desk.letters(CASE)) == 1
    assert desk.cases(TICKET.c.route) == [("PX",), ("",)]


def test_a_message_that_is_split_off_takes_its_route(desk: Routes) -> None:
    """As if it had come by itself."""
    desk.write(ANNA, "Kontrollen stannar.")
    desk.write(ANNA, "Och PX stannar.", to=desk.last_id(ANNA))
    desk.write(AGNES, "#split", to=desk.last_id(AGNES))
    assert "Och PX stannar." in desk.text(CASE)
    assert desk.cases(TICKET.c.route) == [("",), ("PX",)]
    assert "Det är PX Expert som arbetar" in desk.text(ANNA)


def test_a_partner_s_own_mail_about_the_product_is_not_passed_on_to_the_partner(desk: Routes) -> None:
    """It opens a case that the agents read."""
    desk.write(PX, "En fråga om PX.")
    assert desk.causes(CASE) == []
    assert "En fråga om PX." in desk.text(AGNES)


TO_COME = f"""
[[routes]]
name = "PX"
to = ["{PX}"]
since = 2026-12-01
until = 2026-12-31
words = ["PX"]
product = "PX"
"""


@pytest.fixture
def coming(desk: Routes) -> Routes:
    """A week before the route begins; Eve and Stig have written about the product, Frida lately of something else."""
    desk.set_routes("")
    desk.write(EVE, "Our px stops.")
    desk.write(FRIDA, "Något annat.", subject="Skrivaren")
    desk.write(STRANGER, "Hej", subject="Fråga om PX")
    desk.write("forger@forged.example", "PX!", verdict="fail")
    desk.write(AGNES, "PX?")
    desk.set_routes(TO_COME)
    return desk


def test_the_customers_concerned_are_told_once(coming: Routes) -> None:
    """Who uses the product or has written about it and is proven: each once, in their own language (V12)."""
    coming.room.mailbot("check")
    told = coming.mailbot("tell", "PX")
    assert told.splitlines() == [
        *(f"{one} is told" for one in sorted((ANNA, BO, DORTE, EVE, STRANGER))),
        "5 letters will be sent by the daemon, or by `mailbot once`.",
    ]
    assert "Från och med den 1 december 2026 tar PX Expert hand om mejl om PX." in coming.text(ANNA)
    assert "Ring PX på 08-1." in coming.text(ANNA)
    assert "Fra og med den 1. december 2026 tager PX Expert sig af mails om PX." in coming.text(DORTE)
    assert "From 1 December 2026, PX Expert will be handling email about PX." in coming.text(EVE)
    assert coming.last(EVE)["Auto-Submitted"] == "auto-generated"
    assert TO in str(coming.last(EVE)["From"])
    assert "Reply-To" not in coming.last(EVE)
    assert coming.causes(EVE)[-1] == "route:td:PX:2026-12-01"
    again = coming.mailbot("tell", "PX", "--desk", "td")
    assert again.splitlines()[-1] == "Nobody is left to be told."
    assert again.count("has been told before") == 5
    assert coming.events("route") == ["desk td: an admin tells 5 customers of the route PX"]


def test_who_is_told_can_be_seen_before(coming: Routes) -> None:
    """Nothing is written by looking."""
    seen = coming.mailbot("tell", "PX", "--dry-run")
    assert seen.splitlines()[-1] == "5 letters would be sent."
    assert f"{EVE} would be told" in seen
    assert not any(cause.startswith("route:") for cause in coming.causes(EVE))
    [row] = map(json.loads, coming.mailbot("--json").splitlines())
    assert {name: row[name] for name in ("name", "state", "concerned", "told")} == {
        "name": "PX", "state": "coming", "concerned": 5, "told": 0,
    }  # fmt: skip


def test_addresses_that_bounce_are_left_out_and_named(coming: Routes) -> None:
    """And told once they work again; that somebody wants no surveys is another thing."""
    with coming.room.database.write() as connection:
        bounced = {"address": EVE, "since": NOW, "until": later(24), "reason": "bounced"}
        connection.execute(SUPPRESSED.insert().values(bounced))
        connection.execute(OPTED_OUT.insert().values(address=ANNA, since=NOW, how="asked"))
    told = coming.mailbot("tell", "PX")
    assert f"{EVE} is left out: letters to it came back" in told
    assert f"{ANNA} is told" in told
    with coming.room.database.write() as connection:
        connection.execute(SUPPRESSED.delete())
    assert f"{EVE} is told" in coming.mailbot("tell", "PX")


def test_a_change_nobody_is_told_of_is_warned_of(coming: Routes) -> None:
    """Its beginning and its end; no more once it is told, or long before and after."""
    checked = coming.room.mailbot("check").output
    assert "desk td: the route PX leads to PX Expert from 2026-12-01, and 5 customers concerned" in checked
    assert "mailbot routes tell PX --desk td" in checked
    assert "--ended" not in checked  # it is more than thirty days ahead
    coming.mailbot("tell", "PX")
    assert "the route PX" not in coming.room.mailbot("check").output


def test_the_end_of_a_route_is_told_as_well(coming: Routes, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the desk itself works on the mail again."""
    monkeypatch.setattr(daemon, "now", lambda: datetime.fromisoformat("2027-01-05T08:00+00:00"))
    checked = coming.room.mailbot("check").output
    assert "the route PX is over from 2027-01-01" in checked
    assert "mailbot routes tell PX --ended --desk td" in checked
    late = coming.room.mailbot("routes", "tell", "PX")
    assert (late.exit_code, "tell of its end, with --ended" in late.output) == (2, True)
    coming.mailbot("tell", "PX", "--ended")
    assert "Sedan den 1 januari 2027 tar vi själva hand om mejl om PX igen." in coming.text(ANNA)
    assert coming.causes(ANNA) == ["route:td:PX:ended:2027-01-01"]
    assert "is over" not in coming.room.mailbot("check").output


FOLLOWED = TO_COME + TO_COME.replace(PX, SILENT).replace("2026-12-31", "2027-12-31").replace("2026-12-01", "2027-01-01")


def test_of_a_route_that_another_follows_only_the_next_is_told(coming: Routes) -> None:
    """By its name the one that begins last is meant, to whom its customers go on."""
    coming.set_routes(FOLLOWED)
    coming.mailbot("tell", "PX")
    assert "Från och med den 1 januari 2027 tar Silent hand om mejl om PX." in coming.text(ANNA)
    assert "the route PX leads to Silent" not in coming.room.mailbot("check").output
    rows = [json.loads(line) for line in coming.mailbot("--json").splitlines()]
    assert [(row["since"], row["told"]) for row in rows] == [("2026-12-01", 0), ("2027-01-01", 5)]


def test_a_route_that_another_follows_has_no_end_to_tell(coming: Routes) -> None:
    """Nobody is told that the desk works on the mail itself, which another partner does from then on."""
    coming.set_routes(FOLLOWED.replace('name = "PX"', 'name = "PX 2026"', 1))
    done = coming.room.mailbot("routes", "tell", "PX 2026", "--ended")
    assert (done.exit_code, "the route PX goes on from then" in done.output) == (2, True)
    coming.mailbot("tell", "PX 2026")
    assert "PX 2026" not in coming.room.mailbot("check").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tell", "PY"), "there is no route 'PY' there"),
        (("tell", "night"), "leads to agents of the desk"),
        (("tell", "silence"), "has no first day in the desk file"),
        (("tell", "silence", "--ended"), "has no last day in the desk file"),
        (("tell", "PX", "--desk", "no"), "there is no enabled desk 'no'"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(desk: Routes, arguments: tuple[str, ...], message: str) -> None:
    """Nothing is sent."""
    desk.write(ANNA, "PX stannar.")
    done = desk.room.mailbot("routes", *arguments)
    assert (done.exit_code, message in done.output) == (2, True)


def test_the_routes_are_listed_for_people(desk: Routes) -> None:
    """When each holds, whereto, on what conditions, and how far its customers have been told."""
    desk.write(ANNA, "Hej.")
    lines = desk.mailbot().splitlines()
    assert lines[0] == (
        "td  PX  in force  2026-11-01 to 2027-06-30  to case@px.example  words PX, project expert"
        "  0 of 3 customers concerned are told"
    )
    assert lines[1] == "td  silence  in force  always  to help@silent.example  words hush"
    assert lines[2] == "td  night  in force  always  to natta@agents.example  while the desk is closed"


def test_a_route_s_mails_are_kept_as_messages(desk: Routes) -> None:
    """The customer's and the partner's, who is named as such."""
    desk.write(ANNA, "PX stannar.")
    desk.write(PX, "Starta om.", to=desk.last_id(CASE))
    rows = desk.room.select(MESSAGE.c.id, MESSAGE.c.role, MESSAGE.c.sent)
    assert [row[1:] for row in rows] == [("customer", ""), ("partner", "Starta om.")]
    assert desk.room.select(MAIL.c.id, MAIL.c.outcome) == [(1, "new"), (2, "follow-up")]
