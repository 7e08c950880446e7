"""Mails of forgers, leakers, spammers and careless agents through triage: what must not come of them (Q, T)."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path

import pytest

from mailbot import daemon
from mailbot.core.tags import handle_in
from mailbot.database import Database
from mailbot.gather import Read, gather
from mailbot.tables import MAIL, OUTGOING, PARTICIPANT, TICKET
from tests.daemon.house import mail
from tests.lettering import read_mail
from tests.shell.mailroom import NOW, PASSED, TO, Mailroom, text_of
from tests.shell.test_turns import AGNES, ANNA, BO, OLLE, PEOPLE, PX, Desk, key

_TAG = re.compile(r"(?<![a-z2-7])[a-z2-7]{38}(?![a-z2-7])")


@pytest.fixture
def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk; for commands it is NOW."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    return Desk(Mailroom(database, tmp_path / "config", agents=PEOPLE))


def raw(number: int, sender: str, text: str, more: str = "", *, subject: str = "") -> bytes:
    """A mail whose sender our own server vouches for."""
    passed = PASSED.format(sender.partition("@")[2])
    return mail(number, to=TO, sender=sender, subject=subject, text=text, more=passed + more)


def with_parts(number: int, sender: str, text: str, parts: str, more: str = "") -> bytes:
    """The same, with further parts that stand as they are given, each with its header."""
    body = f"--x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--x\n{parts}\n--x--\n"
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--x"
    mixed = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x'
    return raw(number, sender, body, more).replace(plain, mixed)


def attached(content: bytes) -> str:
    """A mail as an attachment, whole."""
    text = content.decode().replace("\r\n", "\n")
    return f'Content-Type: message/rfc822; name="mejlet.eml"\nContent-Disposition: attachment\n\n{text}'


def foreign_tags(desk: Desk, reader: str) -> set[str]:
    """The handles in the letters to a reader that name anybody else."""
    own = {
        row[1]
        for row in desk.room.select(PARTICIPANT.c.id, PARTICIPANT.c.handle, where=[PARTICIPANT.c.address == reader])
    }
    found: set[str] = set()
    for _, content, _ in desk.letters(reader):
        for part in read_mail(content).walk():
            found |= set(_TAG.findall(_readable(part)))
    return {str(handle_in(tag)) for tag in found} - own


def _readable(part: Message) -> str:
    heads = " ".join(str(value) for value in part.values())
    content = part.get_payload(decode=True)
    body = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return f"{heads} {body}".lower()


def test_two_cases_are_not_merged_into_each_other(desk: Desk) -> None:
    """Two agents who merge crosswise at once: one of the cases goes on."""
    desk.write(ANNA, "Den stannar.")
    desk.write(ANNA, "Den stannar fortfarande.", subject="Skrivaren igen")
    one, two = (number for (number,) in desk.cases(TICKET.c.number))
    copies = [message_id for message_id, _, _ in desk.letters(AGNES)]
    olles = [message_id for message_id, _, _ in desk.letters(OLLE)]
    desk.room.take(
        raw(81, AGNES, f"#merge {two}", f"In-Reply-To: <{copies[0]}>\n"),
        raw(82, OLLE, f"#merge {one}", f"In-Reply-To: <{olles[1]}>\n"),
    )
    assert desk.cases(TICKET.c.state) == [("merged",), ("open",)]


def test_who_was_removed_brings_nobody_back(desk: Desk) -> None:
    """A copied mailbox of theirs does not begin to take part, whatever the server says of them."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {BO}\n")
    desk.write(AGNES, "Svar.", to=desk.last(AGNES))
    tagged = desk.last(BO)
    desk.write(AGNES, f"#remove {BO}", to=desk.last(AGNES, "copy"))
    desk.write(BO, "Jag vill veta!", to=tagged, more="Cc: bo.privat@customer.example\n")
    desk.write(AGNES, "Svar igen.", to=desk.last(AGNES, "copy"))
    assert desk.letters("bo.privat@customer.example") == []


def test_who_was_removed_stays_so_when_a_case_of_theirs_is_merged_in(desk: Desk) -> None:
    """What the agents decided of the case that goes on holds."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {BO}\n")
    desk.write(ANNA, "Den stannar fortfarande.", subject="Skrivaren igen", more=f"Cc: {BO}\n")
    _, two = (number for (number,) in desk.cases(TICKET.c.number))
    first, second = (message_id for message_id, _, _ in desk.letters(AGNES))
    desk.write(AGNES, f"#remove {BO}", to=second)
    desk.write(AGNES, f"#merge {two}", to=first)
    count = len(desk.letters(BO, "relay"))
    desk.write(AGNES, "Svar.", to=second)
    assert len(desk.letters(BO, "relay")) == count


def test_a_copy_that_an_agent_attaches_goes_to_no_customer(desk: Desk) -> None:
    """It holds the agent's own tag and what only agents may know; the words go, and the receipt tells."""
    desk.write(ANNA, "Den stannar.")
    [(copy, content, _)] = desk.letters(AGNES)
    desk.room.take(with_parts(9, AGNES, "Se bifogat.", attached(content), f"In-Reply-To: <{copy}>\n"))
    assert foreign_tags(desk, ANNA) == set()
    assert "Se bifogat." in desk.text(ANNA, "relay")
    assert "mejlet.eml" in desk.text(AGNES, "receipt")


def test_a_copy_that_an_agent_attaches_goes_to_no_partner(desk: Desk) -> None:
    """Neither from the mail with #forward nor from an earlier one."""
    desk.write(ANNA, "Den stannar.")
    [(copy, content, _)] = desk.letters(AGNES)
    desk.room.take(with_parts(8, AGNES, "Se bifogat.", attached(content), f"In-Reply-To: <{copy}>\n"))
    desk.room.take(with_parts(9, AGNES, f"#forward {PX}\n\nKan ni?", attached(content), f"In-Reply-To: <{copy}>\n"))
    assert len(desk.letters(PX)) == 1
    assert foreign_tags(desk, PX) == set()


def test_a_copy_is_no_customers_mail(desk: Desk) -> None:
    """An agent who passes one on with #new leaks neither the tag in its Message-ID nor its text."""
    desk.write(ANNA, "Annas hemlighet.")
    [(_, content, _)] = desk.letters(AGNES)
    tag = key(desk)
    desk.room.take(with_parts(9, AGNES, f"#new victim@elsewhere.example\n#key {tag}", attached(content)))
    assert desk.letters("victim@elsewhere.example") == []
    assert "egna adresser" in desk.text(AGNES, "receipt")


def test_a_mail_opened_in_anothers_name_is_not_named_to_them(desk: Desk) -> None:
    """What Bo answered, with the tag that was his, is nothing that the acknowledgement to Eva threads under."""
    desk.write(BO, "Den stannar.")
    answer = raw(7, BO, "Mer om den.", f"References: <{desk.last(BO)}>\n")
    tag = key(desk)
    desk.room.take(with_parts(9, AGNES, f"#new eva@elsewhere.example\n#key {tag}", attached(answer)))
    assert len(desk.letters("eva@elsewhere.example", "ack")) == 1
    assert foreign_tags(desk, "eva@elsewhere.example") == set()


def test_a_personal_address_in_an_answer_keeps_it_back(desk: Desk) -> None:
    """Who got it could write as the agent; the receipt says what to take away."""
    desk.write(ANNA, "Den stannar.")
    tag = key(desk)
    desk.write(AGNES, f"Skriv till support+{tag}@desk.example i stället.", to=desk.letters(AGNES, "copy")[0][0])
    assert desk.letters(ANNA, "relay") == []
    assert "personlig svarsadress" in desk.text(AGNES, "receipt")


def test_a_replayed_order_is_known_below_a_new_message_id(desk: Desk) -> None:
    """A second Message-ID on top breaks no DKIM signature; the first one is still there (T13)."""
    desk.write(ANNA, "Den stannar.")
    once = raw(77, AGNES, "Svar.", f"In-Reply-To: <{desk.last(AGNES)}>\n")
    desk.room.take(once)
    desk.room.take(b"Message-ID: <another@agents.example>\r\n" + once)
    desk.room.take(once.replace(b"From:", b"Message-ID: <third@agents.example>\r\nFrom:"))
    assert len(desk.letters(ANNA, "relay")) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("victim+{}@gmail.com", id="plus"),
        pytest.param("Victim+{}@GMAIL.com", id="case"),
        pytest.param("vi{}ctim@gmail.com", id="dots"),
        pytest.param("victim+{}@victim.example", id="plus at a company"),
    ],
)
def test_one_mailbox_has_one_budget_however_it_is_spelt(desk: Desk, spelling: str) -> None:
    """A forger who varies the address fills nobody's mailbox (Q10)."""
    for number in range(1, 9):
        told = "." * number if "vi{}" in spelling else str(number)
        sender = spelling.format(told)
        desk.room.take(mail(number, to=TO, sender=sender, text=f"Hej {number}", subject=f"Fråga {number}"))
    states = [row[1] for row in desk.room.select(OUTGOING.c.id, OUTGOING.c.state, where=[OUTGOING.c.kind == "ack"])]
    assert states.count("waiting") <= 3
    assert len(desk.cases(TICKET.c.id)) == 8


def test_one_domain_has_one_name_however_it_is_spelt(desk: Desk) -> None:
    """What IDNA makes the same domain is the same address, in the budgets and on the wire (T10, Q10)."""
    spellings = [
        "victim.example", "\uff56ictim.example", "v\uff49ctim.example", "vi\uff43tim.example",
        "victim\u3002example", "VICTIM.example",
    ]  # fmt: skip
    for number, domain in enumerate(spellings, 1):
        desk.room.take(mail(number, to=TO, sender=f"v@{domain}", text=f"Hej {number}", subject=f"Fråga {number}"))
    rows = desk.room.select(OUTGOING.c.id, OUTGOING.c.recipient, OUTGOING.c.state, where=[OUTGOING.c.kind == "ack"])
    assert {recipient for _, recipient, _ in rows} == {"v@victim.example"}
    assert [state for _, _, state in rows].count("waiting") == 3


def test_notes_and_tags_reach_no_customer_and_no_partner(desk: Desk) -> None:
    """Every letter of a long conversation, read whole: no note, no agent's address, nobody else's tag (Y9, Y10)."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {BO}\n")
    copy = desk.last(AGNES)
    quoted = "\n".join("> " + line for line in desk.text(AGNES).splitlines())
    desk.write(AGNES, "#note KANARIE ett", to=copy)
    desk.write(OLLE, "KANARIE två\n\n#note", to=desk.last(OLLE))
    desk.write(AGNES, f"Svar.\n\nDen 2026-11-23 skrev Testdesken <{TO}>:\n{quoted}\n> KANARIE tre", to=copy)
    desk.write(AGNES, f"#forward {PX}\n\nKan ni?", to=copy)
    desk.write(PX, "KANARIE fyra: svar till er.", to=desk.last(PX))
    for one, number in ((ANNA, 1), (BO, 2)):
        desk.write(one, "status", to=desk.last(one))
        desk.write(one, f"Mer {number}.", to=desk.last(one))
    desk.write(AGNES, "#close", to=copy)
    desk.write(ANNA, "Nej, den stannar igen.", to=desk.last(ANNA))
    desk.write(AGNES, "#wait\n\nVersion?", to=copy)
    desk.write(AGNES, "#priority high", to=copy)
    desk.write(AGNES, f"#forward {PX}", to=copy)
    for reader in (ANNA, BO, PX):
        assert foreign_tags(desk, reader) == set()
        for _, content, _ in desk.letters(reader):
            told = "".join(_readable(part) for part in read_mail(content).walk())
            assert "kanarie" not in told
            assert "agents.example" not in told


def test_a_partner_gives_no_orders_and_reads_no_notes(desk: Desk) -> None:
    """Commands in a partner's mail are text for the agents."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, f"#forward {PX}\n\nKan ni?", to=desk.last(AGNES))
    count = len(desk.letters(ANNA))
    for text in ("#close Klart.", "status", "#status", "#list", f"#add {PX}", "stäng"):
        desk.write(PX, text, to=desk.last(PX))
    assert desk.cases(TICKET.c.state) == [("open",)]
    assert len(desk.letters(PX)) == 1
    assert len(desk.letters(ANNA)) == count


def test_an_agents_absence_reaches_no_customer(desk: Desk) -> None:
    """In answer to a copy, to a receipt, to the morning's letters; marked in any of the usual ways (Q22)."""
    desk.write(ANNA, "Den stannar.")
    desk.write(AGNES, "#nonsense", to=desk.last(AGNES))
    marks = ["Auto-Submitted: auto-replied\n", "X-Autoreply: yes\n", "Return-Path: <>\n", "Precedence: bulk\n"]
    for mark in marks:
        for kind in ("copy", "receipt"):
            desk.write(AGNES, "Jag är på semester.", to=desk.last(AGNES, kind), more=mark)
    desk.write(AGNES, "Jag är borta.", to=desk.last(AGNES, "copy"), subject="Automatiskt svar: Skrivaren")
    assert desk.letters(ANNA, "relay") == []
    assert desk.cases(TICKET.c.assignee) == [("",)]


def test_a_mail_forwarded_by_an_agents_server_is_sent_to_nobody(desk: Desk) -> None:
    """A rule that passes the copies on to another mailbox, and back here, has no words of the agent's."""
    desk.write(ANNA, "Den stannar.\n\n#close")
    [(copy, content, _)] = desk.letters(AGNES)
    below = f"-----Ursprungligt meddelande-----\nFrån: Testdesken <{TO}>\nSkickat: i dag\nTill: Agnes\nÄmne: Hej\n\n"
    desk.write(AGNES, below + text_of(content), to=copy, subject="VB: Skrivaren")
    desk.room.take(with_parts(91, AGNES, "", attached(content), f"In-Reply-To: <{copy}>\n"))
    desk.room.take(content.replace(b"Message-ID: ", b"X-Old-ID: ", 1))
    assert desk.letters(ANNA, "relay") == []
    assert desk.cases(TICKET.c.state)[0] == ("open",)


def test_two_agents_who_answer_at_once_are_both_heard_in_turn(desk: Desk) -> None:
    """One takes the case, both answers go, and nothing is sent twice."""
    desk.write(ANNA, "Den stannar.")
    desk.room.take(
        raw(81, AGNES, "Svar ett.", f"In-Reply-To: <{desk.last(AGNES)}>\n"),
        raw(82, OLLE, "Svar två.", f"In-Reply-To: <{desk.last(OLLE)}>\n"),
    )
    assert len(desk.letters(ANNA, "relay")) == 2
    assert desk.cases(TICKET.c.assignee) == [(AGNES,)]


def test_a_message_is_split_off_once(desk: Desk) -> None:
    """Also where two agents ask for it at once."""
    desk.write(ANNA, "Den stannar.")
    desk.write(ANNA, "Och en annan sak.", to=desk.last(ANNA))
    desk.room.take(
        raw(81, AGNES, "#split", f"In-Reply-To: <{desk.last(AGNES)}>\n"),
        raw(82, OLLE, "#split", f"In-Reply-To: <{desk.last(OLLE)}>\n"),
    )
    assert len(desk.cases(TICKET.c.id)) == 2
    assert desk.room.select(MAIL.c.id, where=[MAIL.c.state == "parked"]) == []


@pytest.mark.parametrize(
    "copied",
    [
        "eva@customer.example.evil.example", "eva@evil-customer.example", "eva@sub.customer.example",
        "eva@customer.\u0435xample", f"x+{TO}", "eva@desk.example", AGNES, PX, TO,
    ],
)  # fmt: skip
def test_only_a_colleague_under_the_very_domain_begins_to_take_part(desk: Desk, copied: str) -> None:
    """Nobody under one that looks like it, above it or below it; nobody of ours (T4)."""
    desk.write(ANNA, "Den stannar.", more=f"Cc: {copied}\n")
    desk.write(AGNES, "Svar.", to=desk.last(AGNES))
    people = desk.room.select(PARTICIPANT.c.address, where=[PARTICIPANT.c.role == "customer"])
    assert people == [(ANNA,)]


def test_ten_thousand_copied_people_are_no_burden(desk: Desk) -> None:
    """A bounded number takes part, however many mails copy however many."""
    for batch in range(3):
        people = ",\n ".join(f"p{batch}-{number}@customer.example" for number in range(3000))
        desk.write(ANNA, f"Den stannar {batch}.", more=f"Cc: {people}\n", to=desk.last(ANNA) if batch else "")
    people_now = desk.room.select(PARTICIPANT.c.id, where=[PARTICIPANT.c.role == "customer"])
    assert len(people_now) <= 21


def test_mails_under_one_message_id_do_not_pile_up(desk: Desk) -> None:
    """A robot that gives all its mails one id, over years, leaves an answer to it as cheap as any."""
    for number in range(30):
        once = mail(1, to=TO, sender=f"r{number}@robots.example", text=f"Larm {number}")
        desk.room.take(once)
    force = desk.room.office.in_force
    answer = mail(99, to=TO, more="In-Reply-To: <mail-1@customer.example>\n")
    with desk.room.database.read() as connection:
        [facts] = gather(connection, force, [Read.of(force, 1, force.desks["td"], NOW, answer)])
    assert 0 < len(facts.ties) <= 20
