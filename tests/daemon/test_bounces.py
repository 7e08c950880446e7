"""Letters that come back, through a real Postfix into a real Dovecot: the agent hears of it, the address is spared."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.house import House, mail, until
from tests.daemon.people import Person, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

CASE, NEXT_CASE = "TD-000013", "TD-000021"


def _house(folder: Path, dovecot: Dovecot, postfix: Postfix, tags: str, name: str) -> tuple[House, Person]:
    """A desk, and its agent at a mailbox of her own."""
    house = House(folder, dovecot, postfix.port, desk=f'reconsider = "0"\nreply_tags = "{tags}"')
    agnes = Person("Agnes", f"agnes.{name}@agents.example", dovecot, postfix)
    desk = house.desk_file.read_text(encoding="utf-8").replace("agnes@agents.example", agnes.address)
    house.desk_file.write_text(desk, encoding="utf-8")
    return house, agnes


def _letter(person: Person, subject: str) -> EmailMessage:
    """The next letter with these words in its subject; others, such as a warning that an address bounced, may come."""
    while True:
        letter = person.next_letter(f"a letter with the subject {subject!r}")
        if subject in str(letter["Subject"]):
            return letter


def _history(house: House, case: str, what: str, kind: str) -> list[dict[str, Any]]:
    return [item for item in house.show(case)["history"] if item["what"] == what and item["kind"] == kind]


@pytest.mark.parametrize(
    ("domain", "tags", "state"),
    [
        pytest.param("bounced.test", "none", "bounced", id="comes back, known by its Message-ID"),
        pytest.param("bounced.test", "plus", "bounced", id="comes back to its signed sender"),
        pytest.param("refused.test", "none", "failed", id="is refused at once"),
    ],
)
def test_words_that_do_not_arrive(
    tmp_path: Path, dovecot: Dovecot, postfix: Postfix, domain: str, tags: str, state: str
) -> None:
    """The agent reads that the words did not arrive and why; the customer's next mail gets a case and no answer."""
    anna = f"anna@{domain}"
    house, agnes = _house(tmp_path / "house", dovecot, postfix, tags, f"{domain[:7]}.{tags}")
    with house.running():
        house.deliver(mail(1, to=house.address, sender=f"Anna Ek <{anna}>"))
        agnes.answer(agnes.next_letter("the copy of the new case"), "Starta om skrivaren.")
        told = _letter(agnes, "Kom inte fram")
        house.deliver(mail(2, to=house.address, sender=anna, subject="En annan sak"))
        next_copy = _letter(agnes, NEXT_CASE)
    assert "no such person" in text_of(told)
    assert anna in text_of(told)
    assert told["Subject"].startswith(f"[{CASE}] ")
    assert "mejl till den adressen har kommit tillbaka på sistone" in text_of(next_copy)

    (relay,) = _history(house, CASE, "letter", "relay")
    assert (relay["state"], "no such person" in relay["answer"]) == (state, True)
    (suppressed,) = map(json.loads, house.mailbot("suppressed", "--json").stdout.splitlines())
    assert (suppressed["address"], "no such person" in suppressed["reason"]) == (anna, True)
    assert _history(house, NEXT_CASE, "letter", "ack") == []
    (promise,) = _history(house, NEXT_CASE, "event", "promise")
    assert "no acknowledgement: bounced: letters to this address came back" in promise["text"]
    assert [ticket["number"] for ticket in house.tickets()] == [CASE, NEXT_CASE], "no report has opened a case"
    assert house.parked() == []
    assert "Traceback" not in house.log


def test_a_forged_report_holds_back_nobody(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    """Whoever knows a letter's Message-ID, but not its signed sender, can call it undeliverable in vain (Q18)."""
    anna = Person("Anna Ek", "anna.forged@customer.example", dovecot, postfix)
    house, agnes = _house(tmp_path / "house", dovecot, postfix, "plus", "forged")
    with house.running():
        anna.write(house.address, "Fakturan skrivs inte ut", "Hej,\n\nden skrivs inte ut.\n\nAnna")
        anna.next_letter("the acknowledgement")
        agnes.answer(agnes.next_letter("the copy of the new case"), "Starta om skrivaren.")
        words = anna.next_letter("the answer")
        house.deliver(
            (
                f"Return-Path: <>\nFrom: MAILER-DAEMON@customer.example\nTo: {house.address}\n"
                "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <forged@customer.example>\n"
                "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example\n\n"
                f"Final-Recipient: rfc822; {anna.address}\nAction: failed\nStatus: 5.1.1\n\n"
                f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {words['Message-ID']}\n\n--b--\n"
            ).replace("\n", "\r\n").encode()
        )  # fmt: skip
        until(lambda: bool(_history(house, CASE, "event", "filed")), "the report to be filed")
        anna.write(house.address, "En annan sak", "Hej,\n\nen sak till.\n\nAnna")
        anna.next_letter("the acknowledgement of the next case")
    (relay,) = _history(house, CASE, "letter", "relay")
    assert relay["state"] == "sent"
    assert house.mailbot("suppressed").stdout == "Every address gets automatic letters.\n"
