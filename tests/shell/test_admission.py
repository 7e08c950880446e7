"""Mails of those whom the desk does not help, on both databases: what stands in the tables, what is told to whom."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from mailbot.database import Database
from mailbot.digests import tell_digests
from mailbot.figures import read_figures
from mailbot.tables import BEGINNING, EVENT, OUTGOING, PROMISED, TICKET
from tests.shell.customerroom import AGNES, CustomerRoom, later

ANNA, BO, FRIDA, STRANGER = "anna@kund.example", "bo@kund.example", "frida@former.example", "eve@elsewhere.example"
SERVICE = """
[service]
contacts = "named"
overdue = false
terms = "Support ingår i våra avtal: avtal@house.example."

[kinds.fault]
name = "Felanmälan"
note = "Felanmälningar är gratis."
always = true

[[rules]]
name = "faults"
words = ["felanmälan"]
kind = "fault"
queue = "support"

[agreements.support]
name = "Supportavtal"
"""
STATE = (TICKET.c.state, TICKET.c.customer, TICKET.c.entitlement, TICKET.c.expected_start)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk that helps named contacts of customers with an agreement."""
    return CustomerRoom(database, tmp_path / "config", more=SERVICE)


def _events(desk: CustomerRoom) -> list[tuple[str, str]]:
    return [(kind, text) for _, kind, text in desk.room.select(EVENT.c.id, EVENT.c.kind, EVENT.c.text)]


def test_a_stranger_s_case_is_registered_and_not_promised(desk: CustomerRoom) -> None:
    """A number, a queue and a priority, and no word of a start: not in the tables, not in the letter (V11)."""
    assert desk.outcome(desk.write(STRANGER, "Hur gör jag?", subject="Rapporten")) == "not-admitted"
    assert desk.cases(*STATE) == [("refused", "", "no-agreement", None)]
    assert desk.cases(TICKET.c.queue, TICKET.c.priority) == [("support", "normal")]
    assert desk.room.select(BEGINNING.c.id) == []
    assert desk.room.select(PROMISED.c.id) == []
    told = desk.text(STRANGER)
    assert "TD-000013" in told
    assert "avtal@house.example" in told
    assert "senast" not in told
    causes = [cause for _, cause in desk.room.select(OUTGOING.c.id, OUTGOING.c.cause)]
    assert sorted(causes) == ["ack:mail:1", "copy:mail:1"]
    assert ("refused", "the sender belongs to no customer") in _events(desk)


def test_agents_read_why(desk: CustomerRoom) -> None:
    """Their copy says who the customer is, why the case is not admitted, and that no start is promised."""
    desk.write(FRIDA, "Hur gör jag?")
    told = desk.text(AGNES)
    assert "Kund: Former AB (Supportavtal)" in told
    assert "Inte godkänt: Kundens avtal har upphört att gälla (22 november 2026)." in told
    assert "Start: ingen är utlovad" in told
    assert "Beräknad start" not in told


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("pass", "gällde till och med den 22 november 2026"),
        ("", "gällde till och med den 22 november 2026"),
        ("fail", ""),
    ],
)
def test_the_reason_is_for_the_contact_alone(desk: CustomerRoom, verdict: str, told: str) -> None:
    """A contact of the customer reads that the agreement has ended; from a forged address nobody learns of it."""
    desk.write(FRIDA, "Hur gör jag?", verdict=verdict)
    letter = desk.text(FRIDA)
    if told:
        assert told in letter
    else:
        assert "2026" not in letter
        assert desk.cases(*STATE) == [("refused", "", "no-agreement", None)]


def test_a_colleague_learns_nothing_of_the_customer(desk: CustomerRoom) -> None:
    """Somebody at a customer who is no named contact is told whom to write to, and agents why (S9)."""
    desk.write("carl@kund.example", "Hur gör jag?")
    assert desk.cases(*STATE) == [("refused", "kund", "not-a-contact", None)]
    assert "kontaktperson" not in desk.text("carl@kund.example")
    assert "inte någon av kundens namngivna kontaktpersoner" in desk.text(AGNES)


def test_a_fault_report_passes(desk: CustomerRoom) -> None:
    """Whoever writes it: promised, with the kind's sentence in the acknowledgement, and agents see why (S11, M6)."""
    assert desk.outcome(desk.write(STRANGER, "En felanmälan: allt står still.")) == "new"
    assert desk.cases(TICKET.c.state, TICKET.c.kind, TICKET.c.entitlement) == [("open", "fault", "")]
    assert "Felanmälningar är gratis." in desk.text(STRANGER)
    assert "senast" in desk.text(STRANGER)
    assert "Godkänt ändå: Avsändaren hör inte till någon kund med supportavtal." in desk.text(AGNES)
    assert len(desk.room.select(PROMISED.c.id)) == 1


def test_a_machine_is_neither_refused_nor_answered(desk: CustomerRoom) -> None:
    """Its case is open as at any desk; nobody is told a start."""
    assert desk.outcome(desk.write(STRANGER, "Larm!", more="Auto-Submitted: auto-generated\n")) == "machine"
    assert desk.cases(TICKET.c.state, TICKET.c.entitlement) == [("open", "")]
    assert desk.letters(STRANGER) == []


def test_a_further_mail_changes_nothing(desk: CustomerRoom) -> None:
    """The case stays refused, agents get the mail, and the sender gets no second letter."""
    desk.write(STRANGER, "Hur gör jag?")
    desk.write(STRANGER, "Är någon där?", to=desk.last_id(STRANGER), at=later(1))
    assert desk.cases(*STATE) == [("refused", "", "no-agreement", None)]
    assert len(desk.letters(STRANGER)) == 1
    told = desk.text(AGNES)
    assert "Är någon där?" in told
    assert "Start: ingen är utlovad" in told


def test_status_of_a_refused_case(desk: CustomerRoom) -> None:
    """Whoever takes part in it and asks reads that no start has been promised."""
    desk.write(STRANGER, "Hur gör jag?")
    desk.write(STRANGER, "status", to=desk.last_id(STRANGER), at=later(1))
    told = desk.text(STRANGER)
    assert "Vi har inte lovat när vi börjar arbeta med det" in told
    assert "senast" not in told


def _decline(desk: CustomerRoom) -> None:
    desk.write(AGNES, "#decline\nSådant gör vi inte.\n", to=desk.last_id(AGNES), at=later(1))
    assert desk.cases(TICKET.c.state) == [("declined",)]


def test_a_declined_case_is_looked_at_once_more(desk: CustomerRoom) -> None:
    """A further mail makes it a refused one, without a promise even where one had been made; thanks leave it alone."""
    desk.write(ANNA, "Hur gör jag?")
    _decline(desk)
    desk.write(ANNA, "Tack!", to=desk.last_id(ANNA), at=later(2))
    assert desk.cases(TICKET.c.state) == [("declined",)]
    desk.write(ANNA, "Men det ingår ju.", to=desk.last_id(ANNA), at=later(3))
    assert desk.cases(*STATE) == [("refused", "kund", "", None)]
    assert "Men det ingår ju." in desk.text(AGNES)
    desk.write(ANNA, "status", to=desk.last_id(ANNA), at=later(4))
    assert "Vi har inte lovat" in desk.text(ANNA)


def test_a_refused_case_stands_in_the_lists(desk: CustomerRoom) -> None:
    """`#list` names it below those that are promised a start, and says that it is not admitted."""
    desk.write(STRANGER, "Hur gör jag?", subject="Fråga utan avtal")
    desk.write(ANNA, "Hur gör jag?", subject="Fråga")
    desk.write(AGNES, "#list\n", to=desk.last_id(AGNES), at=later(1))
    told = desk.text(AGNES)
    assert "ej godkänt" in told
    assert told.index("TD-000021") < told.index("TD-000013")  # what is promised comes first


def test_an_admin_finds_refused_cases(tmp_path: Path) -> None:
    """`mailbot tickets` lists them by their state, `show` says why, and that no start is promised."""
    with closing(Database(f"sqlite:///{tmp_path}/mailbot.db")) as database:
        desk = CustomerRoom(database, tmp_path / "config", more=SERVICE)
        desk.write(STRANGER, "Hur gör jag?", subject="Fråga utan avtal")
        desk.write(FRIDA, "Hur gör jag?")
        desk.write(ANNA, "Hur gör jag?")
        listed = desk.room.mailbot("tickets", "--state", "refused").output
        assert "Fråga utan avtal" in listed
        assert "TD-000021" in listed
        assert "TD-000039" not in listed
        shown = desk.room.mailbot("show", "TD-000021").output
        assert "not admitted (ended)" in shown
        assert "customer former" in shown
        assert "work is promised no start" in shown


def test_a_digest_promises_nothing_to_the_refused(desk: CustomerRoom) -> None:
    """Where the answers to many mails are held, the digest names the cases and no start."""
    for number in range(5):
        desk.write(STRANGER, f"Fråga {number}?", verdict="")
    assert tell_digests(desk.room.database, desk.room.office, later(2)) == 1
    told = desk.text(STRANGER)
    assert told.count("Ärende TD-") == 2
    assert told.count("Vi går igenom ärendet och hör av oss.") == 2
    assert "senast" not in told


def test_no_promise_is_judged_where_none_was_made(desk: CustomerRoom) -> None:
    """The figures of the month count what was promised, not what was refused."""
    desk.write(STRANGER, "Hur gör jag?")
    desk.write(BO, "Hur gör jag?")
    with desk.room.database.read() as connection:
        figures = read_figures(connection, desk.desk, date(2026, 11, 1), date(2026, 11, 1))
    assert len(figures.begins) == 1


def test_a_case_marked_as_spam_by_mistake_is_not_admitted_by_that(desk: CustomerRoom) -> None:
    """What was refused before is refused again, and the lists can be asked for."""
    desk.write(STRANGER, "Hur gör jag?", subject="Fråga utan avtal")
    copy = desk.last_id(AGNES)
    desk.write(AGNES, "#spam\n", to=copy, at=later(1))
    desk.write(AGNES, "#reopen\n", to=copy, at=later(2))
    assert desk.cases(*STATE) == [("refused", "", "no-agreement", None)]
    desk.write(AGNES, "#list\n", to=copy, at=later(3))
    assert "ej godkänt" in desk.text(AGNES)


OWN_TERMS = """
targets = { normal = "1h" }
note = "Telefonen ingår inte."
"""


def test_a_customer_s_own_terms_are_promised(database: Database, tmp_path: Path) -> None:
    """By triage: the agreement's target and its sentence for its customers, the desk's for a fault of a stranger."""
    desk = CustomerRoom(database, tmp_path / "config", more=SERVICE + OWN_TERMS)
    desk.write(ANNA, "Hur gör jag?")
    desk.write(STRANGER, "En felanmälan.")
    assert desk.cases(TICKET.c.expected_start) == [(later(1),), (later(4),)]
    assert "Telefonen ingår inte." in desk.text(ANNA)
    assert "Telefonen ingår inte." not in desk.text(STRANGER)


def test_a_case_opened_in_an_answer_to_another_is_on_its_own_customer_s_terms(
    database: Database, tmp_path: Path
) -> None:
    """`#new` in an answer to a copy: what the customer of that case has agreed upon is nobody else's."""
    desk = CustomerRoom(database, tmp_path / "config", more=SERVICE + OWN_TERMS)
    desk.write(ANNA, "Hur gör jag?")
    copy, key = desk.last_id(AGNES), _key(desk)
    desk.write(AGNES, f"#key {key}\n#new {STRANGER}\n\nHej, du ringde.", to=copy, at=later(1))
    assert desk.cases(TICKET.c.customer, TICKET.c.expected_start)[1:] == [("", later(5))]


def test_a_stranger_s_message_that_is_split_off_is_no_case_of_the_customer(database: Database, tmp_path: Path) -> None:
    """Who used another's tag learns nothing of the agreement, and the case stands in no list of the customer's."""
    desk = CustomerRoom(database, tmp_path / "config", more=SERVICE + OWN_TERMS)
    desk.write(ANNA, "Hur gör jag?")
    answered = desk.last_id(ANNA)
    desk.write(STRANGER, "Jag har också en fråga.", to=answered)
    desk.write(AGNES, "#split", to=desk.last_id(AGNES))
    desk.write(BO, "Jag undrar något helt annat.", to=answered)
    desk.write(AGNES, "#split", to=desk.last_id(AGNES))
    told = [("kund", later(1)), ("", later(4)), ("kund", later(1))]
    assert desk.cases(TICKET.c.customer, TICKET.c.expected_start) == told
    assert "Telefonen ingår inte." in desk.text(BO)
    assert "Telefonen ingår inte." not in desk.text(STRANGER)


def test_what_an_agent_opens_is_admitted(desk: CustomerRoom) -> None:
    """`#new` for somebody without an agreement is promised a start; the case is the customer's where there is one.

    A contact is called by the name in the customer file.
    """
    key = _key(desk)
    desk.write(AGNES, f"#key {key}\n#new {STRANGER}\n\nHej, du ringde om rapporten.", at=later(1))
    desk.write(AGNES, f"#key {key}\n#new {FRIDA}\n\nHej, du ringde om rapporten.", at=later(2))
    assert desk.cases(TICKET.c.state, TICKET.c.customer, TICKET.c.entitlement, TICKET.c.requester_name) == [
        ("open", "", "", ""),
        ("open", "former", "", "Frida"),
    ]


def _key(desk: CustomerRoom) -> str:
    """Agnes's personal key, by the letter that `mailbot agents welcome` sends."""
    assert desk.room.mailbot("agents", "welcome").exit_code == 0
    found = re.search(r"#key (\w+)|#nyckel (\w+)", desk.text(AGNES))
    assert found is not None
    return found[1] or found[2]
