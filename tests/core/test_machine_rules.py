"""Machines are recognised by each rule alone, and people are not taken for machines."""

from __future__ import annotations

import pytest

from mailbot.core.letter import read_letter
from mailbot.core.machine import RULES, Reason, machine_reason

OWN = frozenset({"help@desk.se"})


def _reason(
    headers: str, body: str = "Hej", *, sender: str = "anna@example.se", lists: tuple[str, ...] = ()
) -> Reason | None:
    raw = f"From: {sender}\r\nTo: help@desk.se\r\n{headers}\r\n{body}\r\n".encode()
    return machine_reason(read_letter(raw), own_addresses=OWN, own_list_ids=lists)


def _rule(headers: str, body: str = "Hej", **more: str) -> str:
    reason = _reason(headers, body, **more)
    return reason.rule if reason else ""


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ("Auto-Submitted: auto-replied\r\n", "auto-submitted"),
        ("auto-submitted: AUTO-GENERATED (by cron); type=x\r\n", "auto-submitted"),
        ('Auto-Submitted: (rejected) auto-replied; owner-email="a@b"\r\n', "auto-submitted"),
        ("Auto-Submitted: auto-notified\r\n", "auto-submitted"),
        ("Auto-Submitted: yes\r\n", "auto-submitted"),
        ("Auto-Submitted: no\r\n", ""),
        ("Auto-Submitted: NO (really)\r\n", ""),
        ("Auto-Submitted: no; x=y\r\n", ""),
        ("Auto-Submitted:\r\n", ""),
        ("X-Auto-Response-Suppress: All\r\n", "response-suppressed"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", "response-suppressed"),
        ("X-Auto-Response-Suppress: dr,autoreply\r\n", "response-suppressed"),
        ("X-Auto-Response-Suppress: DR, RN, NRN\r\n", ""),
        ("X-Auto-Response-Suppress: None\r\n", ""),
        ("Precedence: Bulk\r\n", "precedence"),
        ("Precedence: junk (x)\r\n", "precedence"),
        ("X-Precedence: auto_reply\r\n", "precedence"),
        ("Precedence: first-class\r\n", ""),
        ("List-Id: <x.example.se>\r\n", "mailing-list"),
        ("List-Unsubscribe: <mailto:x@example.se>\r\n", "mailing-list"),
        ("List-Help: <mailto:x@example.se>\r\n", "mailing-list"),
        ("Mailing-List: contact x\r\n", "mailing-list"),
        ("Return-Path: <>\r\n", "null-path"),
        ("Return-Path: <anna@example.se>\r\n", ""),
        ("Return-Path: <SRS0=abcd=xy=example.org=anna@forward.se>\r\n", ""),
        ("Return-Path: <owner-news@example.se>\r\n", "machine-sender"),
        ("Return-Path: <news-bounces+anna=example.se@lists.se>\r\n", "machine-sender"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n", "read-receipt"),
        ("Content-Type: message/disposition-notification\r\n", "read-receipt"),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n", "feedback-report"),
        ("Content-Type: multipart/report; report-type=x; boundary=b\r\n", "report"),
        ("X-Autoreply: yes\r\n", "vendor-header"),
        ("X-Autoreply: no\r\n", ""),
        ("X-Apple-Action: VACATION\r\n", "vendor-header"),
        ("X-Apple-Action: MOVE_TO_FOLDER/INBOX\r\n", ""),
        ("X-Autorespond: 1\r\n", "vendor-header"),
        ("X-Amazon-Auto-Reply: true\r\n", "vendor-header"),
        ("X-Mailer: vacation 1.2\r\n", "vendor-header"),
        ("X-Mailer: Thunderbird\r\n", ""),
        ("Reply-To: help+t-42@desk.se\r\n", "own-address"),
        ("Received: x\r\n" * 51, "loop"),
        ("Received: x\r\n" * 50, ""),
        ("Delivered-To: help@desk.se\r\nDelivered-To: HELP@desk.se\r\n", "loop"),
        ("", ""),
    ],
)
def test_each_marking_header_is_read_as_its_source_says(headers: str, rule: str) -> None:
    """One header alone decides, in any case, with comments and parameters (Q1 to Q5, Q9, Q19, Q20)."""
    assert _rule(headers) == rule


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@x.se",
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.se",
        "postmaster@x.se",
        "owner-list@x.se",
        "list-owner@x.se",
        "list-request@x.se",
        "x-bounces@x.se",
        "listserv@x.se",
        "majordomo@x.se",
        "no-reply@x.se",
        "noreply@x.se",
        "do-not-reply@x.se",
        "donotreply@x.se",
        "no_reply@x.se",
        "noreply-orders@x.se",
        "orders-noreply@x.se",
        "bounces+anna=x.se@y.se",
        "svara-inte@x.se",
        "svar-ikke@x.dk",
        "ikke-svar@x.no",
        "ei-vastausta@x.fi",
        "neodpovedat@x.cz",
        "neodpovedajte@x.sk",
        "nie-odpowiadaj@x.pl",
        "nicht-antworten@x.de",
        "SRS0=ab=cd=x.se=anna@y.se",
        "prvs=123=anna@x.se",
    ],
)
def test_an_address_that_no_person_reads_is_not_answered(sender: str) -> None:
    """Q6's table, with the words of nine languages."""
    assert _rule("", sender=sender) == "machine-sender"


@pytest.mark.parametrize(
    "sender",
    [
        "anna@example.se",
        "info@x.se",
        "requests@x.se",
        "norbert@x.de",
        "replyanna@x.se",
        "owner@x.se",
        "bounce.andersson@x.se",
        "anna.noren@x.se",
        "anna+tag@x.se",
        "sales.admin@x.se",
        "autoservice@x.se",
    ],
)
def test_a_person_with_an_unlucky_address_is_answered(sender: str) -> None:
    """Only whole words make a machine."""
    assert _rule("", sender=sender) == ""


@pytest.mark.parametrize(
    "sender",
    ["help@desk.se", "HELP@DESK.SE", "Help <help@Desk.se>", "help+t-1234@desk.se", '"help"@desk.se', "help@desk.se."],
)
def test_our_own_mail_coming_back_is_not_answered(sender: str) -> None:
    """Any spelling and any tag of an own address (Q7)."""
    assert _rule("", sender=sender) == "own-address"


def test_an_own_address_is_known_in_its_international_form_too() -> None:
    """A domain with Å and its A-label are one domain (Q7)."""
    raw = "From: hjälp <help@åre.se>\r\n\r\nHej".encode()
    reason = machine_reason(read_letter(raw), own_addresses=frozenset({"help@xn--re-xia.se"}))
    assert reason is not None
    assert reason.rule == "own-address"


def test_a_mail_group_that_is_the_support_address_itself_is_answered() -> None:
    """The headers of an own list say nothing; those of any other list do."""
    headers = "List-Id: Support <support.desk.se>\r\nPrecedence: list\r\n"
    assert _reason(headers, lists=("support.desk.se",)) is None
    assert _reason(headers) is not None


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: [MB-12] Printer",
        "Out of Office: Anna",
        "Autosvar: [MB-12] Skrivare",
        "Automatiskt svar: x",
        "Frånvaro: x",
        "Automatisk svar: x",
        "Fraværende: x",
        "Automaattinen vastaus: x",
        "Poissa: x",
        "Automatická odpoveď: x",
        "Automatická odpověď: x",
        "Odpowiedź automatyczna: x",
        "Automatische Antwort: x",
        "Abwesenheitsnotiz: x",
        "Mimo kancelárie: x",
        "Automatisk svar fra Ola: x",
        "Automaatvastus: x",
        "Automatinis atsakymas: x",
        "Автоответ: x",
        "自动回复: x",
        "自动答复: x",
        "Автоматичен отговор: x",
        "תגובה אוטומטית: x",
        "Afwezigheidsbericht: x",
        "Poissa toimistosta: x",
        "Mimo kanceláriu: x",
    ],
)
def test_an_automatic_subject_is_recognised(subject: str) -> None:
    """An answer whose subject opens as programs write it, in nine languages and those around."""
    assert _rule(f"Subject: {subject}\r\nIn-Reply-To: <a@desk.se>\r\n") == "automatic-subject"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply does not work",
        "How do I set an out of office message?",
        "Automatiskt svar fungerar inte",
        "Autosvar",
        "Automatisk svar: hvordan slår jeg det fra?",
        "Re: Automatic reply: x",
        "Urlaub Buchung geht nicht",
        "Frånvaroregistrering: fel",
        "Semesterlista",
        "Automaattinen vastaus ei toimi",
        "Nefunguje automatická odpoveď",
        "Dovolenka sa nedá zadať",
        "Ferie kan ikke registreres",
        "Vacation request cannot be entered",
        "Annual leave: how do I enter it?",
        "Vacation",
    ],
)
def test_a_person_who_asks_about_automatic_replies_is_answered(subject: str) -> None:
    """The phrase inside a sentence, or a question behind it, is a person's."""
    assert _rule(f"Subject: {subject}\r\n", "Hur gör jag?") == ""


def test_the_first_rule_in_the_table_gives_the_reason() -> None:
    """Several marks give one reason, the most telling one; names are unique and every rule says where it is from."""
    assert _rule("Precedence: bulk\r\nAuto-Submitted: auto-replied\r\nReturn-Path: <>\r\n") == "null-path"
    assert len({name for name, _ in RULES}) == len(RULES)
    assert all(predicate.__doc__ for _, predicate in RULES)


@pytest.mark.parametrize(
    ("subject", "rule"),
    [
        ("[Auto generated] Backup of server 7", "automatic-subject"),
        ("[AUTOMATED MESSAGE] Backup of server 7", "automatic-subject"),
        ("(Automatic notification) Backup of server 7", "automatic-subject"),
        ("Automated message to customers: please proofread", ""),
        ("[Auto generated] password does not work?", ""),
        ("Automatic notification does not come", ""),
        ("Re: [Auto generated] Backup of server 7", ""),
    ],
)
def test_what_a_program_puts_into_brackets_marks_its_mail(subject: str, rule: str) -> None:
    """Without brackets the same words are what people write about."""
    assert _rule(f"Subject: {subject}\r\n") == rule


@pytest.mark.parametrize(
    ("subject", "attached", "rule"),
    [
        ("complaint about message from 192.0.2.7", "message/rfc822", "feedback-report"),
        ("complaint about message from 192.0.2.7", "application/pdf", ""),
        ("Complaint about message from your technician", "message/rfc822", ""),
        ("Re: complaint about message from 192.0.2.7", "message/rfc822", ""),
    ],
)
def test_an_abuse_report_of_the_old_kind_is_known_by_its_subject(subject: str, attached: str, rule: str) -> None:
    """It is no report by its type: the whole subject and the mail that goes with it tell; people complain otherwise."""
    inner = "From: help@desk.se\r\nSubject: Hej\r\n\r\nHej"
    headers = f"Subject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    assert _rule(headers, f"--b\r\nContent-Type: {attached}\r\n\r\n{inner}\r\n--b--") == rule


@pytest.mark.parametrize(
    ("subject", "rule"),
    [
        ("Report domain: desk.se Submitter: post.example Report-ID: 1482", "feedback-report"),
        ("Report Domain: desk.se Submitter: post.example Report-ID: <2026.11.22@post.example>", "feedback-report"),
        ("[Preview] Report Domain: desk.se Submitter: post.example Report-ID: 77", "feedback-report"),
        ("Fwd: Report domain: desk.se Submitter: post.example Report-ID: 1482", ""),
        ("Report domain: is desk.se yours", ""),
        ("Report: domain desk.se is down", ""),
    ],
)
def test_a_report_on_dmarc_is_known_by_its_subject(subject: str, rule: str) -> None:
    """RFC 7489 prescribes the subject, and the types of the file that goes with it differ; people pass them on."""
    assert _rule(f"Subject: {subject}\r\n") == rule
