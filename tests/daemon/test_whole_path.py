"""The whole path with the real program: mail comes in through Postfix and Dovecot, letters go out through Postfix."""

from __future__ import annotations

import signal
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.daemon.house import House, mail, until
from tests.dialogues.sink import Sink
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres

ANNA = "anna@customer.example"
AGNES = "agnes@agents.example"


def _send(postfix: Postfix, sender: str, to: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as smtp:
        smtp.sendmail(sender, [to], raw)


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_customer_is_told_and_heard(
    store: str, tmp_path: Path, dovecot: Dovecot, postfix: Postfix, request: pytest.FixtureRequest
) -> None:
    """A mail becomes a ticket, its writer is told when work starts, and the writer's answer joins the same case."""
    url = ""
    if store == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    anna, agnes = f"{store}.{ANNA}", f"{store}.{AGNES}"
    house = House(tmp_path / "house", dovecot, postfix.port, database=url)
    house.desk_file.write_text(house.desk_file.read_text().replace(AGNES, agnes), encoding="utf-8")
    with house.running():
        _send(postfix, anna, house.address, mail(1, to=house.address, sender=f"Anna Ek <{anna}>"))
        until(
            lambda: len(dovecot.mails(anna)) == 1 and len(dovecot.mails(agnes)) == 1, "the acknowledgement and the copy"
        )
        acknowledgement = _read(dovecot.mails(anna)[0])
        assert "TD-000013" in acknowledgement["Subject"]
        assert acknowledgement["In-Reply-To"] == "<mail-1@customer.example>"
        assert acknowledgement["Auto-Submitted"] == "auto-replied"
        assert acknowledgement["Return-Path"] == "<>"
        assert "hur gör jag" not in _text(acknowledgement)
        answer = f"In-Reply-To: {acknowledgement['Message-ID']}\n"
        _send(postfix, anna, house.address, mail(2, to=house.address, sender=anna, text="En sak till.", more=answer))
        until(lambda: len(dovecot.mails(agnes)) == 2, "the copy of the follow-up")
    first, second = (_read(raw) for raw in dovecot.mails(agnes))
    assert second["In-Reply-To"] == first["Message-ID"]
    assert "En sak till." in _text(second)
    assert [ticket["number"] for ticket in house.tickets()] == ["TD-000013"]
    history = house.show("TD-000013")["history"]
    assert [item["reply"] for item in history if item["what"] == "message"] == ["Hej, hur gör jag?", "En sak till."]
    assert {item["state"] for item in history if item["what"] == "letter"} == {"sent"}
    assert len(dovecot.mails(anna)) == 1, "a follow-up is not acknowledged"
    assert dovecot.mails(house.user) == []
    assert len(dovecot.mails(house.user, "Processed")) == 2


def test_machines_get_no_answer(tmp_path: Path, dovecot: Dovecot) -> None:
    """An out-of-office, a newsletter and a null sender are heard and stored, and none is acknowledged."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        house.deliver(
            mail(1, to=house.address, subject="Autosvar: semester", more="Auto-Submitted: auto-replied\n"),
            mail(2, to=house.address, more="List-Unsubscribe: <mailto:x@list.example>\nPrecedence: bulk\n"),
            mail(3, to=house.address, more="Return-Path: <>\n"),
        )
        house.mailbot("once")
    assert [letter for letter in sink.taken if letter.recipient == ANNA] == []
    assert house.parked() == []
    silenced = [item for ticket in house.tickets() for item in house.show(ticket["number"])["history"]]
    assert all("no acknowledgement" in item["text"] for item in silenced if item.get("kind") == "promise")


def test_a_refused_recipient_is_seen_on_the_ticket(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    """A recipient whom the server refuses for good stands in the case's history, with what the server said (K26)."""
    house = House(tmp_path / "house", dovecot, postfix.port)
    house.deliver(mail(1, to=house.address, sender="anna@refused.test"))
    house.mailbot("once")
    history = house.show("TD-000013")["history"]
    (letter,) = (item for item in history if item["what"] == "letter" and item["kind"] == "ack")
    assert letter["state"] == "failed"
    assert "550" in letter["answer"]
    assert any(
        "anna@refused.test" in item["text"] and "550" in item["text"] for item in history if item["what"] == "event"
    )


def test_a_good_edit_holds_from_the_next_mail_and_a_broken_one_is_told(tmp_path: Path, dovecot: Dovecot) -> None:
    """An edited desk file holds at once; a broken one is mailed to the admin with its line, and letters go on."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        good = house.desk_file.read_text(encoding="utf-8")
        with house.running():
            house.deliver(mail(1, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 1, "the first acknowledgement")
            house.desk_file.write_text(good.replace('name = "Testdesken"', 'name = "Nya desken"'), encoding="utf-8")
            house.deliver(mail(2, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 2, "the second acknowledgement")
            house.desk_file.write_text(good.replace('target = "4h"', 'target = "soon"'), encoding="utf-8")
            house.deliver(mail(3, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 3, "the third acknowledgement")
            until(lambda: len(_to(sink, "admin@house.example")) == 1, "the report")
    names = [str(_read(raw)["From"].addresses[0].display_name) for raw in _to(sink, ANNA)]
    assert names == ["Testdesken", "Nya desken", "Nya desken"]
    [told] = _to(sink, "admin@house.example")  # once, however often the file has been looked at since
    report = _read(told)
    assert report["Subject"] == "mailbot: an edited file is broken; the last good version stays in force"
    assert report["Auto-Submitted"] == "auto-generated"
    line = good.splitlines().index('target = "4h"') + 1
    assert f"td.toml:{line}" in _text(report)
    assert "soon" in _text(report)


def test_sigterm_finishes_and_a_second_daemon_is_refused(tmp_path: Path, dovecot: Dovecot) -> None:
    """While one daemon works a second one is refused in words; SIGTERM ends the first in time with code 0 (O4)."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        with house.running() as daemon:
            house.deliver(mail(1, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 1, "the acknowledgement")
            second = house.mailbot("run", expect=1)
            assert "another mailbot daemon" in second.stderr
            assert "Traceback" not in second.stderr
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
        assert "mailbot has stopped" in house.log


def test_bcc_goes_to_the_mailbox_default(tmp_path: Path, dovecot: Dovecot) -> None:
    """A mail that names no desk's address, as one by Bcc does, belongs to the mailbox's default desk."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        house.deliver(mail(1, to="undisclosed-recipients:;"))
        house.mailbot("once")
        assert [ticket["desk"] for ticket in house.tickets()] == ["td"]
        assert len(_to(sink, ANNA)) == 1


def test_an_answer_to_a_tagged_address_needs_no_headers(tmp_path: Path, dovecot: Dovecot) -> None:
    """Where the desk uses tags, Reply-To and envelope sender carry one each; a mail to it joins without In-Reply-To."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port, desk='reply_tags = "plus"')
        house.deliver(mail(1, to=house.address))
        house.mailbot("once")
        (acknowledgement,) = (letter for letter in sink.taken if letter.recipient == ANNA)
        tagged = str(_read(acknowledgement.content)["Reply-To"])
        assert acknowledgement.sender != tagged, "what comes back to a letter is told from what answers it"
        assert acknowledgement.sender.partition("+")[0] == tagged.partition("+")[0]
        assert tagged.partition("+")[0] == house.address.partition("@")[0]
        house.deliver(mail(2, to=tagged, sender="anna.privat@other.example", text="Härifrån i stället."))
        house.mailbot("once")
    history = house.show("TD-000013")["history"]
    assert [item["author"] for item in history if item["what"] == "message"] == [ANNA, "anna.privat@other.example"]
    assert any("anna.privat@other.example" in item["text"] for item in history if item.get("kind") == "note")
    assert len(house.tickets()) == 1


def test_a_guessed_case_number_opens_nothing_old(tmp_path: Path, dovecot: Dovecot) -> None:
    """A stranger who quotes a case number gets a case of their own, and no word of the other one (T1)."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        house.deliver(mail(1, to=house.address, text="Hemligheten är 4711."))
        house.mailbot("once")
        stranger = "mallory@stranger.example"
        house.deliver(mail(2, to=house.address, sender=stranger, subject="[TD-000013] Status?"))
        house.mailbot("once")
        assert [ticket["requester"] for ticket in house.tickets()] == [ANNA, stranger]
        told = b"".join(_to(sink, stranger))
    assert b"TD-000013" not in told
    assert "4711" not in _text(_read(told))
    assert any("TD-000013" in item["text"] for item in house.show("TD-000021")["history"] if item.get("kind") == "note")


def test_an_unverified_sender_reads_nothing_of_their_own_mail(tmp_path: Path, dovecot: Dovecot) -> None:
    """An acknowledgement to an unverified sender repeats nothing of the mail; to a verified one, the subject (Q23)."""
    passed = "Authentication-Results: mx.house.example; dmarc=pass header.from=customer.example\n"
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port, desk='authserv_id = "mx.house.example"')
        house.deliver(
            mail(1, to=house.address, sender="Spam Here <a@customer.example>", subject="Buy pills", text="http://evil"),
            mail(2, to=house.address, sender="Bo Ek <b@customer.example>", subject="Skrivaren", more=passed),
        )
        house.mailbot("once")
        (unverified,), (verified,) = _to(sink, "a@customer.example"), _to(sink, "b@customer.example")
    for echoed in (b"Spam", b"pills", b"evil"):
        assert echoed not in unverified
    assert _read(verified)["Subject"] == "[TD-000021] Skrivaren"
    assert "Hej Bo Ek!" in _text(_read(verified))


def test_a_mailbox_that_fails_delays_no_other(tmp_path: Path, dovecot: Dovecot) -> None:
    """With one of two mailboxes out of reach, the other's mail is acknowledged; the log names the broken one (O1)."""
    broken = """
[mailboxes.broken]
host = "127.0.0.1"
port = 1
security = "none"
user = "nobody"
password_file = "password"
desk = "td"
"""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port, mailbox=broken)
        with house.running():
            house.deliver(mail(1, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 1, "the acknowledgement")
            until(lambda: "mailbox broken" in house.log, "word of the broken mailbox")
    assert house.log.count("mailbox broken") == 1, "told once, not at each try"


def test_an_edited_template_holds_and_a_broken_one_is_told(tmp_path: Path, dovecot: Dovecot) -> None:
    """A template edit holds from the next mail on; a broken one is mailed with its line, and the good one goes on."""
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port)
        settings = house.folder / "mailbot.toml"
        settings.write_text('templates = "templates"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
        template = house.folder / "templates" / "sv" / "acknowledgement.txt.j2"
        template.parent.mkdir(parents=True)
        template.write_text("Subject: Ett {{ case.number }}\n\nHej.\n", encoding="utf-8")
        with house.running():
            house.deliver(mail(1, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 1, "the first acknowledgement")
            template.write_text("Subject: Två {{ case.number }}\n\nHej igen.\n", encoding="utf-8")
            house.deliver(mail(2, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 2, "the second acknowledgement")
            template.write_text("Subject: Tre {{ case.number }}\n\n{{ nothing }}\n", encoding="utf-8")
            house.deliver(mail(3, to=house.address))
            until(lambda: len(_to(sink, ANNA)) == 3, "the third acknowledgement")
            until(lambda: len(_to(sink, "admin@house.example")) == 1, "the report")
    subjects = [str(_read(raw)["Subject"]) for raw in _to(sink, ANNA)]
    assert subjects == ["Ett TD-000013", "Två TD-000021", "Två TD-000037"]
    assert "acknowledgement.txt.j2:3" in _text(_read(_to(sink, "admin@house.example")[0]))


def _to(sink: Sink, recipient: str) -> list[bytes]:
    return [letter.content for letter in list(sink.taken) if letter.recipient == recipient]


def test_a_mail_over_the_limit_is_answered(tmp_path: Path, dovecot: Dovecot) -> None:
    """A mail over the mailbox's limit gets its ticket and acknowledgement, which says what did not arrive (K34)."""
    noise = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\n" * 20_000
    raw = f"From: {ANNA}\nTo: x@y.example\nSubject: Film\nMessage-ID: <big@customer.example>\nMIME-Version: 1.0\n"
    raw += "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSe filmen.\n"
    raw += "--b\nContent-Type: video/mp4; name=film.mp4\nContent-Transfer-Encoding: base64\n"
    raw += f"Content-Disposition: attachment; filename=film.mp4\n\n{noise}--b--\n"
    with Sink() as sink:
        house = House(tmp_path / "house", dovecot, sink.port, mailbox="max_mail_mb = 1")
        house.deliver(raw.replace("\n", "\r\n").encode())
        house.mailbot("once")
        (acknowledgement,) = _to(sink, ANNA)
        (copy,) = _to(sink, AGNES)
    assert "bara fick början av det" in _text(_read(acknowledgement))
    assert "bara början finns här" in _text(_read(copy))
    assert [item["reply"] for item in house.show("TD-000013")["history"] if item["what"] == "message"] == ["Se filmen."]


def test_once_says_when_the_letters_did_not_go(tmp_path: Path, dovecot: Dovecot) -> None:
    """With no mail server to send by, `once` still makes the ticket, keeps the letters, and ends with code 1."""
    house = House(tmp_path / "house", dovecot, 1)
    house.deliver(mail(1, to=house.address))
    house.mailbot("once", expect=1)
    assert len(house.tickets()) == 1
    assert {letter["state"] for letter in house.unsent()} == {"waiting"}
