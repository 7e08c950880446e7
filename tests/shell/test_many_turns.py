"""Long stories by chance at one desk whose files change meanwhile: what must hold of its cases after every turn."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, select

from mailbot.database import Database
from mailbot.digests import tell_digests
from mailbot.office import Office
from mailbot.reminders import send_reminders
from mailbot.repromise import repromise
from mailbot.surveys import send_surveys
from mailbot.tables import BEGINNING, EVENT, MAIL, OUTGOING, PARTICIPANT, PROMISED, SURVEY, TICKET, TURN
from tests.daemon.house import mail
from tests.shell.mailroom import NOW, PASSED, TO, Mailroom, text_of

AGNES, OLLE, LEAD, PX = "agnes@agents.example", "olle@agents.example", "lead@house.example", "px@px.example"
DESK = f"""\
name = "Testdesken"
addresses = ["{TO}"]
languages = ["sv"]
prefix = "TD"
zone = "Europe/Stockholm"
default_priority = "normal"
default_queue = "support"
authserv_id = "mx.desk.example"
lead = "{LEAD}"
customers_files = ["../customers.toml"]

[service]
overdue = false
decline = "Vänd dig till er administratör."
not_covered = "Vi erbjuder en kurs."
order = "Felsökning debiteras."
workaround = "normal"

[survey]
questions = ["Hur nöjd är du?", "Vad var bra?", "Vad kan bli bättre?"]
wait = "1h"

[[hours]]
mon-fri = ["08:00-12:00", "13:00-17:00"]

[priorities.high]
name = "Hög"
meaning = "Allt står."
target = "1h"

[priorities.normal]
name = "Normal"
meaning = "Allmänt."
target = "4h"

[queues.support]
name = "Support"

[agreements.support]
name = "Support"

[[agents]]
name = "Agnes"
addresses = ["{AGNES}"]

[[agents]]
name = "Olle"
addresses = ["{OLLE}"]
queues = ["support"]
"""
PIECES = {
    "priority": '[priorities.low]\nname = "Låg"\nmeaning = "Går att komma runt."\ntarget = "8h"\n',
    "queue": '[queues.billing]\nname = "Faktura"\n',
    "kinds": '[kinds.fault]\nname = "Fel"\nalways = true\n'
    '[[rules]]\nname = "f"\nwords = ["felanmälan"]\nkind = "fault"\n',
    "partner": f'[[partners]]\nname = "PX"\naddresses = ["{PX}"]\nanswers_customers = true\n',
    "route": f'[[routes]]\nname = "PX"\nto = ["{PX}"]\nwords = ["PX"]\n',
    "agreement": '[agreements.basic]\nname = "Bas"\ntargets = { normal = "2h" }\n',
}
"""Tables of the desk file that an admin may take away while cases hang on them."""
NEEDS = {"route": "partner", "kund": "agreement"}
"""What cannot stand without another."""
CUSTOMERS = {
    "kund": '[customers.kund]\nname = "Kund"\ndomains = ["kund.example"]\nagreement = "basic"\n'
    'contacts = [{ address = "anna@kund.example", name = "Anna", sees_cases = true }]\n',
    "late": '[customers.late]\nname = "Late"\nagreement = "support"\noverdue = true\n'
    'contacts = [{ address = "lars@late.example", name = "Lars" }]\n',
    "other": '[customers.other]\nname = "Other"\nagreement = "support"\n',
}
PEOPLE = ("anna@kund.example", "bo@kund.example", "lars@late.example", "vera@elsewhere.example", PX)
TEXTS = (
    "Det går inte.", "PX krånglar.", "En felanmälan: stopp", "Ja", "Nej tack", "Tack!", "Status?", "Stäng ärendet.",
    "Lista våra ärenden", "#close", "{{ desk.name }}{% for %}", "10\nBra\nInget",
)  # fmt: skip
COMMANDS = (
    "#close Klart.", "#note internt", "#priority high", "#priority low", "#queue billing", "#kind fault", "#take",
    "#wait", "#wait\n\nVilken?", "#resume", "#forward PX", "#split", "#spam", "#reopen", "#admit", "#admit\n\nHär.",
    "#decline Nej.", "#not-covered", "#order Felsöka?", "#workaround Så.", "#fault 7.1 2027-01-01", "#fixed 7.2",
    "#add bo@kund.example", "#remove bo@kund.example", "#list", "#status", "Hej, prova igen.", "#merge {other}",
    "#fault {other}", "#admit\n#order Felsöka?", "#admit\n#priority high", "#reopen\n#wait\n\nVad?",
)  # fmt: skip
FITTING = {
    "open": ("#wait", "#wait", "#order Felsöka?", "#priority high", "#decline Nej.", "#close Klart."),
    "refused": ("#admit", "#admit\n\nHär.", "#decline Nej.", "#spam"), "declined": ("#reopen", "#admit"),
    "closed": ("#reopen", "#fault 7.1"), "spam": ("#reopen",), "waiting": ("#resume", "#close Klart.", "#decline"),
}  # fmt: skip
"""What agents mostly do about a case in a state; else hardly a turn would be more than a refusal."""


class Story:
    """One desk, and what happens at it by chance."""

    def __init__(self, database: Database, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.room = Mailroom(database, folder)
        self.gone: set[str] = set()
        self.now, self.count = NOW, 0
        self.told: list[str] = []
        self._lay_out()
        self.room.office = Office(folder)

    def rows(self, table: Table, *where: Any) -> list[Any]:
        """Rows of a table, oldest first."""
        with self.room.database.read() as connection:
            return list(connection.execute(select(table).where(*where).order_by(table.c.id)))

    def go_on(self) -> None:
        """Something happens, a while later."""
        self.now += timedelta(minutes=self.chance.choice((1, 5, 30, 60, 180, 600, 3000)))
        what = (self._write_new, self._answer, self._order, self._make_round, self._edit, self._send)
        self.chance.choices(what, (10, 25, 40, 10, 5, 10))[0]()

    def _lay_out(self) -> None:
        standing = {key for key in (*PIECES, *CUSTOMERS) if key not in self.gone and NEEDS.get(key) not in self.gone}
        pieces = "\n".join(text for key, text in PIECES.items() if key in standing)
        (self.room.folder / "desks" / "td.toml").write_text(f"{DESK}\n{pieces}", encoding="utf-8")
        customers = "\n".join(text for key, text in CUSTOMERS.items() if key in standing)
        (self.room.folder / "customers.toml").write_text(customers, encoding="utf-8")

    def _edit(self) -> None:
        self.gone ^= {self.chance.choice((*PIECES, "kund", "late"))}
        self.told.append(f"edit: without {sorted(self.gone)}")
        self._lay_out()
        assert self.room.office.refresh() == ()

    def _make_round(self) -> None:
        self.told.append("round")
        for make in (tell_digests, send_reminders, send_surveys):
            make(self.room.database, self.room.office, self.now)
        repromise(self.room.database, self.room.office, self.now, desks=["td"])

    def _send(self) -> None:
        self.told.append("letters leave")
        due = (OUTGOING.c.state == "waiting", OUTGOING.c.not_before <= self.now)
        with self.room.database.write() as connection:
            connection.execute(OUTGOING.update().where(*due).values(state="sent", attempts=1))

    def _write_new(self) -> None:
        self._mail(self.chance.choice(PEOPLE), self.chance.choice(TEXTS))

    def _answer(self) -> None:
        agents = (AGNES, OLLE, LEAD)
        letters = self.rows(OUTGOING, OUTGOING.c.ticket_id.is_not(None), OUTGOING.c.recipient.not_in(agents))
        if letters:
            letter = self.chance.choice(letters[-15:])
            who = letter.recipient if self.chance.random() < 0.8 else self.chance.choice(PEOPLE)
            self._mail(who, self.chance.choice(TEXTS), letter)

    def _order(self) -> None:
        who = self.chance.choice((AGNES, AGNES, OLLE))
        letters = self.rows(OUTGOING, OUTGOING.c.ticket_id.is_not(None), OUTGOING.c.recipient == who)
        if not letters:
            return
        ticket = self.chance.choice(sorted({each.ticket_id for each in letters})[-6:])
        tickets = {each.id: each for each in self.rows(TICKET)}
        fitting = FITTING.get(tickets[ticket].state, ())
        text = self.chance.choice(fitting if fitting and self.chance.random() < 0.6 else COMMANDS)
        text = text.format(other=self.chance.choice(list(tickets.values())).number)
        self._mail(who, text, [each for each in letters if each.ticket_id == ticket][-1], trusted=True)
        if self.chance.random() < 0.5:
            self._take_back(who, ticket)

    def _take_back(self, who: str, ticket: int) -> None:
        """#undo at once: the case stands as before the mail, which the last turn in the tables must be."""
        before = self.before
        turns = len(self.rows(TURN))
        if turns == self.turns:
            return
        letters = self.rows(OUTGOING, OUTGOING.c.ticket_id == ticket, OUTGOING.c.recipient == who)
        self._mail(who, "#undo", letters[-1], trusted=True)
        undone = self.rows(EVENT, EVENT.c.kind == "undone")
        if self.rows(TURN)[-1].undone is None or undone[-1].text.startswith("letters of") or ticket not in before:
            return
        kept = [name for name in TICKET.c.keys() if name not in {"revision", "closings"}]  # noqa: SIM118 - columns
        (now,) = self.rows(TICKET, TICKET.c.id == ticket)
        assert {name: getattr(now, name) for name in kept} == {name: getattr(before[ticket], name) for name in kept}

    def _mail(self, who: str, text: str, answered: Any = None, *, trusted: bool = False) -> None:
        self.count += 1
        verdict = PASSED.format(who.partition("@")[2])
        if not trusted:
            verdict = self.chance.choice((verdict, verdict, "", verdict.replace("=pass", "=fail")))
        named = f"In-Reply-To: <{answered.message_id.strip('<>')}>\n" if answered else ""
        subject = f"SV: {answered.subject}" if answered else ""
        self.told.append(
            f"{who} ({verdict.partition('dmarc=')[2][:4]}): {text!r} to {answered.cause if answered else 'the desk'}"
        )
        self.before = {each.id: each for each in self.rows(TICKET)}
        self.turns = len(self.rows(TURN))
        self.room.take(
            mail(self.count, to=TO, sender=who, subject=subject, text=text, more=named + verdict), at=self.now
        )


def faults(story: Story, letters_before: int) -> Iterable[str]:
    """What is wrong after a turn; `letters_before` is the last letter's id before it."""
    tickets = {each.id: each for each in story.rows(TICKET)}
    begun: dict[int, Any] = {each.ticket_id: each for each in story.rows(BEGINNING)}
    promised: dict[int, Any] = {each.ticket_id: each for each in story.rows(PROMISED)}
    parts: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for each in story.rows(PARTICIPANT):
        parts[each.ticket_id][each.address] = each.role
    yield from (f"mail {each.id} {each.state}: {each.reason}" for each in story.rows(MAIL, MAIL.c.state != "done"))
    for ticket in tickets.values():
        yield from (f"{ticket.number} {ticket.state}: {what}" for what in _of_case(ticket, begun, promised))
    for survey in story.rows(SURVEY, SURVEY.c.state == "waiting"):
        ticket = tickets[survey.ticket_id]
        if (ticket.state, ticket.closings) != ("closed", survey.closing):
            yield f"{ticket.number} {ticket.state}: a survey waits"
    new = (OUTGOING.c.id > letters_before, OUTGOING.c.ticket_id.is_not(None), OUTGOING.c.state != "cancelled")
    for letter in story.rows(OUTGOING, *new):
        if letter.recipient not in {AGNES, OLLE, LEAD}:
            yield from _of_letter(letter, tickets[letter.ticket_id], parts[letter.ticket_id], promised)


def _of_case(ticket: Any, begun: dict[int, Any], promised: dict[int, Any]) -> Iterable[str]:
    """A case's columns, and what is kept of its promises, tell the same."""
    beginning, promise = begun.get(ticket.id), promised.get(ticket.id)
    over = ticket.state not in {"open", "waiting"}
    if (ticket.state == "refused") != (ticket.expected_start is None) and ticket.state not in {
        "spam", "declined", "merged",
    }:  # fmt: skip
        yield "a start, or none"
    if ticket.expected_start and datetime.fromisoformat(json.loads(ticket.promise)["expected_start"]) != (
        ticket.expected_start
    ):
        yield "another start in the promise"
    if not over and (beginning is None or beginning.ended or beginning.started != ticket.started):
        yield "no beginning that goes on"
    if over and beginning is not None and not beginning.ended:
        yield "a beginning that goes on"
    if ticket.state == "open" and promise is not None and not ticket.started:
        if promise.start_by != ticket.expected_start:
            yield "another start was told"
        if promise.suspended:
            yield "its promise does not hold"
    if (ticket.state == "waiting") != (ticket.waiting_since is not None):
        yield "waits, or not"
    if over and ticket.order_answer == "asked":
        yield "an order that is still asked for"


def _of_letter(letter: Any, ticket: Any, parts: dict[str, str], promised: dict[int, Any]) -> Iterable[str]:
    """A letter to a customer or partner goes to who takes part, and tells the start that was promised."""
    text = text_of(letter.content)
    if letter.recipient.lower() not in parts:
        yield f"{letter.cause} to {letter.recipient}, who takes no part"
    if letter.cause.startswith(("reminder:", "late:")):
        yield f"{letter.cause} to a customer"
    starts = re.findall(r"senast [^.]*?kl\. (\d\d\.\d\d)", text)
    if not starts or letter.kind == "survey" or letter.cause.startswith(("digest", "repromise")):
        return
    start = ticket.expected_start and ticket.expected_start.astimezone(ZoneInfo("Europe/Stockholm"))
    if not start or start.strftime("%H.%M") not in starts or ticket.id not in promised:
        yield f"{letter.cause} tells {starts} of {start}"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_tables_and_the_letters_tell_the_same(
    sqlite_database: Database, tmp_path: Path, seed: int
) -> None:
    """Sixty turns of customers, forgers, partners and agents, of rounds and edited files; nothing is parked."""
    story = Story(sqlite_database, tmp_path / "config", seed)
    for _ in range(60):
        last = max((each.id for each in story.rows(OUTGOING)), default=0)
        story.go_on()
        assert list(faults(story, last)) == [], "\n".join(story.told[-12:])
    assert len(story.rows(TURN)) > 5
