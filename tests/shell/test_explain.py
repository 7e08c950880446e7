"""`mailbot explain`: it tells what triage then does, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.core.decision import NewCase
from mailbot.database import Database
from mailbot.explain import Explained, explain
from mailbot.explainwords import as_json, stages
from mailbot.tables import OUTGOING, TICKET
from tests.daemon.house import mail
from tests.shell.customerroom import AGNES, CustomerRoom, later
from tests.shell.mailroom import NOW, PASSED, TO

ANNA, FRIDA, STRANGER = "anna@kund.example", "frida@former.example", "eve@elsewhere.example"
SERVICE = """
[service]
terms = "Skriv till avtal@house.example."

[kinds.fault]
name = "Felanmälan"
always = true

[kinds.course]
name = "Kurs"

[matrix]
impacts = ["high", "low"]
urgencies = ["high", "low"]

[matrix.priority]
high = { high = "high", low = "normal" }
low = { high = "normal", low = "normal" }

[[rules]]
name = "nobody"
to = ["nobody@desk.example"]
queue = "support"

[[rules]]
name = "urgent"
words = ["bråttom"]
impact = "high"
urgency = "high"

[[rules]]
name = "late"
words = ["bråttom"]
urgency = "low"

[[rules]]
name = "faults"
words = ["felanmälan"]
kind = "fault"

[agreements.support]
name = "Supportavtal"
"""


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> CustomerRoom:
    """A desk with customers on each database."""
    return CustomerRoom(database, tmp_path / "config", more=SERVICE)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[CustomerRoom]:
    """The same on SQLite, for the command itself."""
    with closing(Database(f"sqlite:///{tmp_path}/mailbot.db")) as database:
        yield CustomerRoom(database, tmp_path / "config", more=SERVICE)


def _raw(sender: str, text: str, *, answers: str = "", more: str = "", number: int = 900) -> bytes:
    domain = sender.partition("@")[2]
    head = f"In-Reply-To: <{answers}>\n" if answers else ""
    return mail(
        number, to=TO, sender=sender, subject="Hjälp", text=text, more=head + PASSED.format(domain) + more
    )  # fmt: skip


def _told(desk: CustomerRoom, raw: bytes, at: datetime = NOW) -> Explained:
    with desk.room.database.read() as connection:
        return explain(desk.room.office.in_force, connection, raw, desk.desk, at)


def _rows(desk: CustomerRoom) -> dict[str, int]:
    """How many rows each table holds."""
    with desk.room.database.read() as connection:
        tables = SQLModel.metadata.sorted_tables
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def _stage(told: Explained, heading: str) -> str:
    return "\n".join(dict(stages(told)).get(heading, ()))


@pytest.mark.parametrize(
    ("sender", "text", "more", "answered"),
    [
        (ANNA, "En fråga.", "", ""),
        (STRANGER, "En fråga.", "", ""),
        (FRIDA, "En felanmälan.", "", ""),
        (ANNA, "Mer om det.", "", ANNA),
        (ANNA, "status", "", ANNA),
        (AGNES, "#close\nStarta om.\n", "", AGNES),
        (AGNES, "#frobnicate\n", "", AGNES),
        (AGNES, "Hej!", "", ""),
        (ANNA, "Larm", "Auto-Submitted: auto-generated\n", ""),
        (ANNA, "Jag är borta.", "Auto-Submitted: auto-replied\n", ""),
        (ANNA, "vilka ärenden har vi?", "", ""),
        (TO, "Eko", "", ""),
    ],
)
def test_it_tells_what_triage_then_does(
    desk: CustomerRoom, sender: str, text: str, more: str, answered: str
) -> None:  # fmt: skip
    """The same letters to the same people, the same number and the same history; and looking leaves no row behind."""
    desk.write(ANNA, "Den första frågan.", subject="Först")
    raw = _raw(sender, text, answers=desk.last_id(answered) if answered else "", more=more)
    before = _rows(desk)
    told = _told(desk, raw, later(1))
    assert _rows(desk) == before
    desk.room.take(raw, at=later(1))
    mail_id = desk.room.select(func.max(OUTGOING.c.mail_id))[0][0]
    sent = desk.room.select(
        OUTGOING.c.id, OUTGOING.c.kind, OUTGOING.c.recipient, OUTGOING.c.subject, where=[OUTGOING.c.mail_id == mail_id]
    )
    if told.letters:
        assert [row[1:] for row in sent] == [(row["kind"], row["recipient"], row["subject"]) for row in told.letters]
    else:
        assert mail_id == 1  # nothing but the first mail has caused letters
    if isinstance(told.decision, NewCase):
        opened = desk.cases(TICKET.c.number, TICKET.c.state, TICKET.c.entitlement, TICKET.c.kind)[-1]
        assert opened[0] == told.number
        assert (opened[1] == "open") == told.decision.entitlement.admitted
        assert opened[2:] == (told.decision.entitlement.refusal, told.decision.placement.kind)


def test_each_rule_is_told(desk: CustomerRoom) -> None:
    """Held or not and why, what it set, and where each field comes from, the matrix too (C3)."""
    told = _told(desk, _raw(ANNA, "Det är bråttom."))
    assert _stage(told, "rules").splitlines() == [
        "standstill: no, subject and new text hold none of its `words`",
        "nobody: no, no recipient is one of its `to`",
        "urgent: holds, and sets impact high, urgency high",
        "late: holds, and sets nothing that is not set above",
        "faults: no, subject and new text hold none of its `words`",
    ]
    assert _stage(told, "placed").splitlines() == [
        "queue support (default)", "priority high (impact high and urgency high in the matrix)",
        "impact high (rule urgent)", "urgency high (rule urgent)",
    ]  # fmt: skip
    values = as_json(told)
    assert (values["priority"], values["by_matrix"], values["set_by"]) == (
        "high", True, {"impact": "urgent", "urgency": "urgent"}
    )  # fmt: skip


def test_who_is_entitled_is_told(desk: CustomerRoom) -> None:
    """The customer, how the sender belongs to it, the reason, and whether the sender reads it."""
    told = _told(desk, _raw(FRIDA, "En fråga."))
    assert _stage(told, "customer") == "former, Former AB (named contact), agreement support"
    assert _stage(told, "entitled") == (
        "refused, ended, which the sender is told: agreement support of customer former ended on 2026-11-22"
    )
    assert "promise" not in dict(stages(told))
    assert as_json(told)["promise"] is None
    assert as_json(told)["entitlement"]["refusal"] == "ended"
    fault = _told(desk, _raw(FRIDA, "En felanmälan."))
    assert _stage(fault, "entitled").startswith("admitted: a case of kind fault is always admitted, though ")
    assert _stage(fault, "promise").startswith("Work starts at the latest Mon 2026-11-23 13:00")


def test_a_mail_that_is_there_is_told_of(desk: CustomerRoom) -> None:
    """One that the daemon has had says what became of it then."""
    raw = _raw(ANNA, "En fråga.")
    desk.room.take(raw)
    assert _told(desk, raw).earlier == "mail 1, new: case TD-000013"


def test_what_would_be_parked(desk: CustomerRoom) -> None:
    """A mail in a loop, and one whose letter cannot be written, say why."""
    looping = _raw(ANNA, "x", more="Received: from a by b; Mon, 23 Nov 2026 08:00:00 +0000\n" * 60)
    told = _told(desk, looping)
    assert told.parked.startswith("loop: ")
    assert (told.letters, told.history) == ((), ())
    assert as_json(told)["becomes"] == "parked"


def test_the_command(lite: CustomerRoom, tmp_path: Path) -> None:
    """In words and as JSON; the desk is found by the recipient, and the mail may come by standard input."""
    file = tmp_path / "mail.eml"
    file.write_bytes(_raw(STRANGER, "En fråga."))
    told = lite.room.mailbot("explain", file, "--received", "2026-11-23T09:00")
    assert told.exit_code == 0, told.output
    assert "desk        td, Testdesken\n" in told.output
    assert "becomes     case TD-000013\n" in told.output
    assert "entitled    refused, no-agreement: the sender belongs to no customer\n" in told.output
    values = json.loads(lite.room.mailbot("explain", file, "--json").stdout)
    assert [letter["recipient"] for letter in values["letters"]] == [STRANGER, AGNES]
    piped = CliRunner().invoke(
        app, ["--config", str(lite.room.folder), "explain", "-", "--received", "2026-11-23T09:00"],
        input=file.read_bytes(),
    )  # fmt: skip
    assert piped.output == told.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.eml"], "error: cannot read missing.eml: No such file or directory"),
        (["mail.eml", "--desk", "nope"], "error: there is no desk 'nope'; expected one of od, td"),
        (["astray.eml"], "error: the mail is to none of the desks; say --desk, one of od, td"),
        (["mail.eml", "--received", "soon"], "error: expected an ISO date and time such as 2026-04-02T11:30"),
    ],
)
def test_what_cannot_be_explained(
    lite: CustomerRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    """A file, desk or moment that is none ends the command with what was expected."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail.eml").write_bytes(_raw(ANNA, "En fråga."))
    (tmp_path / "astray.eml").write_bytes(mail(1, to="somebody@else.example", sender=ANNA, subject="x", text="x"))
    done = lite.room.mailbot("explain", *arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_without_a_configuration_the_shipped_desks_explain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Nothing has to be set up to see what a shipped desk makes of a mail; that no cases are known is said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    Path("mail.eml").write_bytes(
        mail(1, to="visma.control@visma.com", sender=ANNA, subject="Driftstopp", text="Allt är nere.")
    )  # fmt: skip
    done: Any = CliRunner().invoke(app, ["explain", "mail.eml", "--received", "2026-11-23T08:30"])
    assert done.exit_code == 0, done.output
    assert "No database: no cases are known." in done.stderr
    assert "priority critical (rule Driftstopp)" in done.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "mail.eml"]


def test_a_configuration_without_a_database(lite: CustomerRoom, tmp_path: Path) -> None:
    """Where no daemon has run, none is made by looking."""
    settings = lite.room.folder / "mailbot.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("mailbot.db", "other.db"), encoding="utf-8")
    (tmp_path / "mail.eml").write_bytes(_raw(ANNA, "En fråga."))
    done = lite.room.mailbot("explain", tmp_path / "mail.eml")
    assert "becomes     case TD-000013\n" in done.stdout
    assert not (tmp_path / "other.db").exists()
