"""Agents' and customers' mails through triage, on both databases: what the tables hold after each, and after #undo."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot import daemon
from mailbot.database import Database
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, PARTICIPANT, TICKET
from tests.daemon.house import mail
from tests.lettering import read_mail
from tests.shell.mailroom import NOW, PASSED, TO, Mailroom, text_of

AGNES, OLLE, PX = "agnes@agents.example", "olle@agents.example", "case@px.example"
ANNA, BO = "anna@customer.example", "bo@customer.example"
PEOPLE = f"""\
[[agents]]
name = "Agnes"
addresses = ["{AGNES}"]

[[agents]]
name = "Olle"
addresses = ["{OLLE}"]

[[partners]]
name = "PX"
addresses = ["{PX}"]
"""
FILE = base64.b64encode(b"%PDF-1.4 the log").decode()
WITH_FILE = f"""\
--x
Content-Type: text/plain; charset=utf-8

Se loggen.
--x
Content-Type: application/pdf; name="log.pdf"
Content-Disposition: attachment; filename="log.pdf"
Content-Transfer-Encoding: base64

{FILE}
--x--
"""


class Desk:
    """The two agents' desk, its mails numbered as they come."""

    def __init__(self, room: Mailroom) -> None:
        self.room = room
        self.count = 0

    def write(
        self, sender: str, text: str, *, to: str = "", subject: str = "Skrivaren", at: datetime = NOW, more: str = ""
    ) -> None:
        """A mail; `to` is the Message-ID that it answers. None of the desk's mails may be parked."""
        self.count += 1
        answers = f"In-Reply-To: <{to}>\n" if to else ""
        passed = PASSED.format(sender.partition("@")[2])
        raw = mail(self.count, to=TO, sender=sender, subject=subject, text=text, more=answers + passed + more)
        self.room.take(raw, at=at)
        assert self.room.select(MAIL.c.id, MAIL.c.reason, where=[MAIL.c.state == "parked"]) == []

    def letters(self, to: str, kind: str = "") -> list[Any]:
        """The letters to somebody, oldest first: Message-ID, content, state."""
        where = [OUTGOING.c.recipient == to, *([OUTGOING.c.kind == kind] if kind else [])]
        columns = (OUTGOING.c.id, OUTGOING.c.message_id, OUTGOING.c.content, OUTGOING.c.state)
        return [row[1:] for row in self.room.select(*columns, where=where)]

    def last(self, to: str, kind: str = "") -> str:
        """The Message-ID of the last letter to somebody."""
        return str(self.letters(to, kind)[-1][0])

    def text(self, to: str, kind: str = "") -> str:
        """The text of the last letter to somebody."""
        return text_of(self.letters(to, kind)[-1][1])

    def subject(self, to: str, kind: str) -> str:
        """The subject of the last letter to somebody."""
        return str(read_mail(self.letters(to, kind)[-1][1])["Subject"])

    def cases(self, *columns: Any) -> list[tuple[Any, ...]]:
        """Those columns of every case, oldest first."""
        return [row[1:] for row in self.room.select(TICKET.c.id, *columns)]

    def fates(self, kind: str) -> list[str]:
        """How the letters of a kind stand."""
        return [
            str(row[1]) for row in self.room.select(OUTGOING.c.id, OUTGOING.c.state, where=[OUTGOING.c.kind == kind])
        ]

    def leave(self) -> None:
        """Every letter leaves."""
        with self.room.database.write() as connection:
            connection.execute(OUTGOING.update().values(state="sent", attempts=1))


@pytest.fixture
def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk; for commands it is NOW."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    return Desk(Mailroom(database, tmp_path / "config", agents=PEOPLE))


def test_a_reply_that_is_taken_back_was_never_said(desk: Desk) -> None:
    """Its letter is cancelled, the case is nobody's again, and no later closing takes its words for the solution."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "Fel svar.", to=desk.last(AGNES))
    assert desk.cases(TICKET.c.assignee, TICKET.c.started) == [(AGNES, NOW)]
    desk.write(AGNES, "#undo", to=desk.last(AGNES))
    assert desk.cases(TICKET.c.assignee, TICKET.c.started) == [("", None)]
    assert desk.fates("relay") == ["cancelled"]
    assert "taget tillbaka" in desk.text(AGNES, "receipt")
    desk.write(AGNES, "#close", to=desk.last(AGNES))
    assert "Lösningen fattas" in desk.text(AGNES, "receipt")
    said = desk.room.select(MESSAGE.c.id, MESSAGE.c.sent, MESSAGE.c.internal, where=[MESSAGE.c.role == "agent"])
    assert [row[1:] for row in said] == [("", True)] * 3


def test_what_has_left_is_not_taken_back(desk: Desk) -> None:
    """The case stays as the letter told it."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "#close Starta om.", to=desk.last(AGNES))
    desk.leave()
    desk.write(AGNES, "#undo", to=desk.last(AGNES, "copy"))
    assert desk.cases(TICKET.c.state, TICKET.c.solution) == [("closed", "Starta om.")]
    assert "för sent" in desk.text(AGNES, "receipt")


def test_a_question_in_between_is_not_what_is_taken_back(desk: Desk) -> None:
    """#undo means what was done last, not what was asked last."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "Fel svar.", to=desk.last(AGNES))
    desk.write(AGNES, "#status", to=desk.last(AGNES))
    desk.write(AGNES, "#undo", to=desk.last(AGNES, "copy"))
    assert desk.fates("relay") == ["cancelled"]


def test_the_others_are_told_again_that_it_is_taken_after_it_was_taken_back(desk: Desk) -> None:
    """A letter that was cancelled told nobody."""
    desk.write(ANNA, "Den stannar.")
    copy = desk.last(AGNES)
    for _ in range(2):
        desk.write(AGNES, "Svar.", to=copy)
        desk.write(AGNES, "#undo", to=copy)
    desk.write(AGNES, "Svar.", to=copy)
    causes = [OUTGOING.c.cause.startswith("taken:")]
    assert [row[1] for row in desk.room.select(OUTGOING.c.id, OUTGOING.c.state, where=causes)] == [
        "cancelled", "cancelled", "waiting",
    ]  # fmt: skip


def two_cases(desk: Desk) -> tuple[str, str]:
    """Two cases of Anna's, Bo in the first; their numbers."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {BO}\n")
    desk.write(ANNA, "Den stannar fortfarande.", subject="Skrivaren igen")
    one, two = (number for (number,) in desk.cases(TICKET.c.number))
    return one, two


def test_a_merged_case_goes_on_with_all_who_took_part(desk: Desk) -> None:
    """Bo, who took part only in the one, gets what is said in the other; and its agents see both conversations."""
    one, two = two_cases(desk)
    copy = desk.letters(AGNES)[0][0]
    desk.write(AGNES, f"#merge {two}", to=copy)
    assert desk.cases(TICKET.c.state) == [("merged",), ("open",)]
    desk.write(AGNES, "Svar till båda.", to=copy)
    assert [f"[{two}]" in str(read_mail(content)["Subject"]) for _, content, _ in desk.letters(BO, "relay")] == [True]
    desk.write(AGNES, "#status", to=copy)
    assert "Den stannar." in desk.text(AGNES, "receipt")
    assert f"case {one} goes on here" in [text for (_, text) in desk.room.select(EVENT.c.id, EVENT.c.text)]


def test_a_merging_is_taken_back_from_its_receipt(desk: Desk) -> None:
    """An answer to it comes to the case that the merged one goes on as; what is put back is the merged one."""
    _, two = two_cases(desk)
    desk.write(AGNES, f"#merge {two}", to=desk.letters(AGNES)[0][0])
    desk.write(AGNES, "#undo", to=desk.last(AGNES, "receipt"))
    assert desk.cases(TICKET.c.state, TICKET.c.merged_into) == [("open", None), ("open", None)]
    assert desk.fates("notice") == ["cancelled", "cancelled"]
    parts = desk.room.select(PARTICIPANT.c.ticket_id, PARTICIPANT.c.active, where=[PARTICIPANT.c.address == BO])
    assert parts == [(1, True), (2, False)]


def test_a_message_that_is_split_off_is_told_to_those_on_duty_and_stays(desk: Desk) -> None:
    """They get a copy from the new case, and #undo says that it cannot be taken back."""
    desk.write(ANNA, "Den stannar.")
    desk.write(ANNA, "Och en annan sak.", to=desk.last(ANNA), subject="SV: [TD-000013] Skrivaren")
    copy = desk.last(AGNES)
    desk.write(AGNES, "#split", to=copy)
    assert desk.subject(ANNA, "ack") == "[TD-000021] Skrivaren", "not the old number as well"
    numbers = [number for (number,) in desk.cases(TICKET.c.number)]
    assert len(numbers) == 2
    for agent in (AGNES, OLLE):
        assert numbers[1] in desk.text(agent, "copy")
    assert numbers[1] in desk.text(ANNA, "ack")
    messages = desk.room.select(MESSAGE.c.mail_id, MESSAGE.c.ticket_id)
    assert messages == [(1, 1), (2, 2), (3, 1)]
    desk.write(AGNES, "#undo", to=copy)
    assert numbers[1] in desk.text(AGNES, "receipt")
    assert desk.cases(TICKET.c.state) == [("open",), ("open",)]


def test_what_came_in_an_agent_s_name_is_not_split_off(desk: Desk) -> None:
    """Or the agent would be the customer of a case, and be thanked for writing."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "Klart.", subject="[TD-000013] Skrivaren")
    assert "Klart." in desk.text(OLLE)
    desk.write(OLLE, "#split", to=desk.last(OLLE))
    assert desk.cases(TICKET.c.number) == [("TD-000013",)]
    assert "INTE UTFÖRT: #split" in desk.text(OLLE, "receipt")


def key(desk: Desk) -> str:
    """Agnes's personal tag."""
    assert desk.room.mailbot("agents", "welcome", "--desk", "td").exit_code == 0
    [line] = [line for line in desk.text(AGNES).splitlines() if "#" in line and len(line.split()[-1]) == 38]
    return line.split()[-1]


def test_what_was_taken_back_is_no_letter_to_look_after(sqlite_database: Database, tmp_path: Path) -> None:
    """The outbox lists it with `--all` alone."""
    desk = Desk(Mailroom(sqlite_database, tmp_path / "config", agents=PEOPLE))
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "Fel svar.", to=desk.last(AGNES))
    desk.write(AGNES, "#undo", to=desk.last(AGNES))
    assert "taken back" not in desk.room.mailbot("outbox").output
    assert "taken back" in desk.room.mailbot("outbox", "--all").output


def test_once_work_has_begun_copies_say_so_and_not_that_its_start_has_passed(desk: Desk) -> None:
    """The customer's next mail, the whole case and the colleague's copy; of a case that is opened again, no more."""
    desk.write(ANNA, "Den skriver inte ut.")
    first, later = desk.last(ANNA), NOW + timedelta(days=3)
    desk.write(ANNA, "Hallå?", to=first, at=later)
    assert "– passerad" in desk.text(AGNES, "copy")
    desk.write(AGNES, "Vilken modell?", to=desk.last(AGNES, "copy"), at=later)
    begun = "Arbetet började: torsdag 26 november kl. 09.00 (svensk tid)"
    desk.write(ANNA, "En Laserjet.", to=first, at=later + timedelta(hours=1))
    desk.write(AGNES, "#assign olle", to=desk.last(AGNES, "copy"), at=later)
    for told in (desk.text(AGNES, "copy"), desk.text(OLLE, "copy")):
        assert begun in told
        assert "passerad" not in told
    desk.write(AGNES, "#close Byt patron.", to=desk.last(AGNES, "copy"), at=later)
    desk.write(ANNA, "Nu är det samma fel igen.", to=first, at=later + timedelta(days=1))
    assert begun not in desk.text(OLLE, "copy")
    assert "Utlovad start: senast" in desk.text(OLLE, "copy")


def test_a_case_is_opened_for_a_customer_and_taken_back(desk: Desk) -> None:
    """The first letter carries the files, and waits; taken back, nobody was told of anything."""
    tag = key(desk)
    head = 'Content-Type: multipart/mixed; boundary="x"\n'
    text = WITH_FILE.replace("Se loggen.", f"#new {ANNA}\n#key {tag}\n\nSe loggen.")
    raw = mail(9, to=TO, sender=AGNES, text=text, more=PASSED.format("agents.example"))
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--x"
    desk.room.take(raw.replace(plain, head.replace("\n", "\r\n").encode() + b"\r\n--x"))
    [(_, content, state)] = desk.letters(ANNA)
    assert state == "waiting"
    letter = read_mail(content)
    assert "Se loggen." in text_of(content)
    assert tag not in str(letter)
    assert [part.get_filename() for part in letter.iter_attachments()] == ["log.pdf"]
    assert desk.cases(TICKET.c.state, TICKET.c.assignee, TICKET.c.requester) == [("open", AGNES, ANNA)]
    desk.write(AGNES, "#undo", to=desk.last(AGNES, "receipt"))
    assert desk.fates("relay") == ["cancelled"]
    assert desk.cases(TICKET.c.state) == [("closed",)]


def test_what_an_agent_writes_first_never_has_the_subject_of_our_letter_to_the_agent(desk: Desk) -> None:
    """Answering the letter with the key writes to a customer under a subject of the desk's, or the agent's own."""
    key(desk)
    welcome, ours = desk.last(AGNES), desk.subject(AGNES, "")
    desk.write(AGNES, f"#new {ANNA}\n\nHej Anna!", to=welcome, subject="SV: " + ours)
    assert desk.subject(ANNA, "relay") == "[TD-000013] Meddelande från Testdesken"
    assert "en handläggare skrev först" in desk.text(OLLE, "copy")
    desk.write(AGNES, f"#new {BO}\n\nHej Bo!", to=welcome, subject="Uppgradering")
    assert desk.subject(BO, "relay") == "[TD-000021] Uppgradering"


@pytest.mark.parametrize(
    ("line", "subject"), [("#list", "Öppna ärenden – Testdesken"), ("#help", "Så arbetar du med mejl hos Testdesken")]
)
def test_a_list_that_is_asked_for_on_a_case_names_the_case(desk: Desk, line: str, subject: str) -> None:
    """What an agent answers to it goes to that case's customer; asked for with the key, it is no case's."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, line, to=desk.last(AGNES))
    assert desk.subject(AGNES, "receipt") == f"[TD-000013] {subject}"
    desk.write(AGNES, f"#key {key(desk)}\n{line}", subject="Lista")
    assert desk.subject(AGNES, "receipt") == subject


def test_a_forwarded_customer_is_acknowledged_and_the_note_kept(desk: Desk) -> None:
    """Two messages: the customer's, which customers may see, and the agent's words above it, which they may not."""
    below = (
        f"-----Ursprungligt meddelande-----\nFrån: Anna <{ANNA}>\nSkickat: i dag\nTill: Agnes\nÄmne: Hej\n\nHjälp!\n"
    )
    desk.write(AGNES, f"#new\n#key {key(desk)}\n\nBråttom!\n\n{below}")
    assert len(desk.letters(ANNA, "ack")) == 1
    rows = desk.room.select(MESSAGE.c.id, MESSAGE.c.role, MESSAGE.c.internal, MESSAGE.c.reply, MESSAGE.c.text)
    told = [(role, internal, reply or text) for _, role, internal, reply, text in rows]
    assert told == [("customer", False, "Hjälp!"), ("agent", True, "Bråttom!")]
    assert "Hjälp!" in desk.text(OLLE, "copy")


def test_new_on_a_case_without_the_agents_own_key_writes_to_nobody(desk: Desk) -> None:
    """A case's tag has power over that case alone."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "#new victim@elsewhere.example\n\nBetala här.", to=desk.last(AGNES))
    assert desk.letters("victim@elsewhere.example") == []
    assert len(desk.cases(TICKET.c.id)) == 1


def test_a_partner_gets_the_files_and_no_note(desk: Desk) -> None:
    """What customers sent goes along; an agent's own address does not."""
    head = 'Content-Type: multipart/mixed; boundary="x"\n'
    raw = mail(9, to=TO, sender=ANNA, text=WITH_FILE, more=PASSED.format("customer.example"))
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--x"
    desk.room.take(raw.replace(plain, head.replace("\n", "\r\n").encode() + b"\r\n--x"))
    desk.write(AGNES, "#note Hemligt.", to=desk.last(AGNES))
    desk.write(AGNES, "Vi tittar.", to=desk.letters(AGNES)[0][0])
    desk.write(AGNES, f"#forward {PX}\n\nKan ni?", to=desk.letters(AGNES)[0][0])
    [(_, content, _)] = desk.letters(PX)
    text = text_of(content)
    assert [part.get_filename() for part in read_mail(content).iter_attachments()] == ["log.pdf"]
    assert "Se loggen." in text
    assert "Vi tittar." in text
    assert "Kan ni?" in text
    assert "Hemligt" not in text
    assert AGNES not in str(read_mail(content))


def test_an_empty_reply_sends_nothing_of_what_it_quotes(desk: Desk) -> None:
    """The copy holds what agents alone may know, and the customer's own "#close"."""
    desk.write(ANNA, "Den stannar.\n\n#close")
    [(copy, content, _)] = desk.letters(AGNES)
    quoted = "\n".join("> " + line for line in text_of(content).splitlines())
    desk.write(AGNES, f"Den 2026-11-23 kl. 09:00, skrev Testdesken:\n{quoted}", to=copy)
    assert desk.letters(ANNA, "relay") == []
    assert desk.cases(TICKET.c.state) == [("open",)]
    assert "Ingen text" in desk.text(AGNES, "receipt")


def test_status_tells_of_no_other_case(desk: Desk) -> None:
    """A number of somebody else's that stands before one's own in the subject is no key to it."""
    desk.write(BO, "Bos hemliga fråga.", more="X-No: 1\n")
    for _ in range(3):
        desk.write(BO, "Ännu en.", to=desk.last(BO))
    desk.write(ANNA, "Annas fråga.")
    (other,), (own,) = desk.cases(TICKET.c.number)
    desk.write(ANNA, "status", subject=f"[{other}] [{own}]")
    text = desk.text(ANNA)
    assert own in text
    assert other not in text
    assert text.count("vi fick ett mejl") == 1


def test_who_was_removed_asks_in_vain(desk: Desk) -> None:
    """Neither status nor close, though the tag is theirs."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {BO}\n")
    desk.write(AGNES, "Svar.", to=desk.last(AGNES))
    tagged = desk.last(BO)
    desk.write(AGNES, f"#remove {BO}", to=desk.last(AGNES, "copy"))
    count = len(desk.letters(BO))
    for text in ("status", "close"):
        desk.write(BO, text, to=tagged)
    assert len(desk.letters(BO)) == count
    assert desk.cases(TICKET.c.state) == [("open",)]


def test_waiting_twice_counts_the_target_once(desk: Desk) -> None:
    """Through the tables and back: four hours around the clock, one used, a day waited, one used, a day waited."""
    desk.write(ANNA, "Den stannar.")
    copy, tagged = desk.last(AGNES), desk.last(ANNA)
    hour, day = timedelta(hours=1), timedelta(days=1)
    desk.write(AGNES, "#wait", to=copy, at=NOW + hour)
    desk.write(ANNA, "Version 4.", to=tagged, at=NOW + hour + day)
    desk.write(AGNES, "#wait", to=copy, at=NOW + 2 * hour + day)
    desk.write(ANNA, "Fem, förresten.", to=tagged, at=NOW + 2 * hour + 2 * day)
    assert desk.cases(TICKET.c.expected_start) == [(NOW + 4 * hour + 2 * day,)]
    desk.write(AGNES, "#priority high", to=copy, at=NOW + 2 * hour + 2 * day)
    assert desk.cases(TICKET.c.expected_start) == [(NOW + hour,)]


def test_the_same_mail_of_an_agents_is_obeyed_once(desk: Desk) -> None:
    """A second one under its Message-ID, changed on the way, does nothing."""
    desk.write(ANNA, "Den stannar.")
    copy = desk.last(AGNES)
    raw = mail(77, to=TO, sender=AGNES, text="Svar.", more=f"In-Reply-To: <{copy}>\n" + PASSED.format("agents.example"))
    desk.room.take(raw)
    desk.room.take(raw.replace(b"Svar.", b"Svar!"))
    assert len(desk.letters(ANNA, "relay")) == 1
    assert "redan" in desk.text(AGNES, "receipt")
