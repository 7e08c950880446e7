"""Machines that mark their mail with words alone are recognised, and people who use the same words are not."""

from __future__ import annotations

import pytest

from mailbot.core.belief import is_human
from mailbot.core.letter import read_letter
from mailbot.core.machine import RULES, Reason, machine_reason

ANNA = "Anna Ek <anna@example.se>"


def _rule(subject: str, body: str, headers: str = "", *, sender: str = ANNA) -> str:
    raw = (
        f"From: {sender}\r\nTo: help@desk.se\r\nSubject: {subject}\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
    reason = machine_reason(read_letter(raw.encode()), own_addresses=frozenset({"help@desk.se"}))
    return reason.rule if reason else ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Jag är inte på plats", "Hej, jag är ledig till på måndag."),
        ("Frånvarande: [MB-12] Hej", "Jag är inte på kontoret."),
        ("AUTO: Anna Ek är inte på kontoret (åter 2026-12-03)", "Jag är åter 2026-12-03."),
        ("Ikke til stede: [MB-12] Hej", "Jeg er ude af kontoret og er tilbage mandag."),
        ("Anna Ek är på semester", "Jag är på semester och läser inte mejl."),
        ("AUTO: Jens Hansen er ikke på kontoret. (retur 03-12-2026)", "Jeg er ikke på kontoret."),
        ("Borte fra kontoret: [MB-12]", "Jeg er bortreist."),
        ("Lomaviesti", "Olen kesälomalla. Palaan töihin 1.8."),
        ("Mimo kancelárie: [MB-12]", "Som mimo kancelárie."),
        ("Odpověď v nepřítomnosti: [MB-12]", "Čerpám dovolenou."),
        ("Nieobecność w biurze", "Nie ma mnie w biurze."),
        ("Abwesend: [MB-12]", "Ich bin ab dem 3.12. wieder erreichbar."),
        ("Automatische Abwesenheitsmeldung", "Ich befinde mich im Urlaub."),
        ("AUTO: Hans Meier ist außer Haus (Rückkehr am 03.12.2026)", "Ich kehre zurück."),
        ("I'm on vacation", "I am on vacation until 3 December."),
        ("Auto: [MB-12] Hi", "I am on leave until Monday."),
        ("Anna Ek is out of the office.", "I will be out of the office until 3 December."),
        ("[Auto-Reply] [MB-12] Hi", "We have received your message."),
        ("Re: [MB-12] Hi [Auto-Reply]", "I am on leave until Monday."),
    ],
)
def test_who_is_away_is_recognised_without_any_header(subject: str, body: str) -> None:
    """The subject and the text together, where neither header nor In-Reply-To says anything (Q21)."""
    assert _rule(subject, body) == "automatic-subject"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Semester: fel saldo", "Mitt saldo visar fel."),
        ("Frånvaro: kan inte registrera", "Programmet kraschar när jag registrerar frånvaro."),
        ("Ferie: feriepenge mangler", "Feriepengene for Ole mangler."),
        ("Fravær: kan ikke godkendes", "Vi kan ikke godkende fravær i systemet."),
        ("Dovolenka: zlý zostatok", "V module mzdy je zlý zostatok."),
        ("Dovolená: špatný zůstatek", "V modulu mzdy je špatný zůstatek."),
        ("Urlop: błędne saldo", "W module kadrowym saldo urlopu jest błędne."),
        ("Urlaub: falscher Saldo", "Im Modul Lohn ist der Saldo falsch."),
        ("Abwesend", "Die Kollegin ist abwesend gemeldet, aber das System zeigt es nicht."),
        ("Absence notice: wrong dates", "It shows wrong dates."),
        ("Out of office", "How do I set up the out of office reply?"),
        ("Out of office: not sent to external senders", "Our customers do not get it since the upgrade."),
        ("On vacation next week - please finish the case", "I leave on Monday."),
        ("Auto: price of the car lease module", "What does it cost?"),
        ("Bo is out of the office: who answers?", "We wait since Monday."),
    ],
)
def test_absence_is_a_topic_too(subject: str, body: str) -> None:
    """The customers of payroll and mail programs write of holidays and absence; that alone makes no machine (Q21)."""
    assert _rule(subject, body) == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Läst: Hej", "Ditt meddelande\n\n   Till: Help\n   Ämne: Hej\n\nlästes den 22 november 2026 11:00."),
        ("Inte läst: Hej", "Ditt meddelande\n\n   Ämne: Hej\n\ntogs bort utan att läsas den 22 november."),
        ("Læst: Hej", "Din meddelelse\n\n   Emne: Hej\n\nblev læst 22-11-2026 11:00."),
        ("Lest: Hei", "Meldingen din\n\n   Emne: Hei\n\nble lest 22.11.2026 11:00."),
        ("Luettu: Hei", "Viestisi\n\n   Aihe: Hei\n\nluettiin 22.11.2026 11:00."),
        ("Prečítané: x", "Vaša správa\n\n   Predmet: x\n\nbola prečítaná 22.11.2026."),
        ("Přečteno: x", "Vaše zpráva\n\n   Předmět: x\n\nbyla přečtena 22.11.2026."),
        ("Przeczytano: x", "Twoja wiadomość\n\n   Temat: x\n\nzostała przeczytana 22.11.2026."),
        ("Gelesen: x", "Ihre Nachricht\n\n   Betreff: x\n\nwurde am 22.11.2026 11:00 gelesen."),
        ("Read: x", "Your message\n\n   Subject: x\n\n was read on 22 November 2026 11:00:00."),
        ("Not read: x", "Your message\n\n   Subject: x\n\n was deleted without being read on 22 November."),
        ("Return Receipt (displayed) - x", "This is a Return Receipt for the mail that you sent to anna@example.se."),
    ],
)
def test_a_read_receipt_in_plain_words_is_one(subject: str, body: str) -> None:
    """Programs that know nothing of RFC 8098 say the same in words, in nine languages (Q19)."""
    assert _rule(subject, body) == "read-receipt"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Läst: bruksanvisning", "Jag har läst bruksanvisningen men programmet startar inte."),
        ("Read: error when reading a file", "The program reads the file and stops."),
        ("Read: manual", "I have read the manual. The file was read on Monday but is empty."),
        ("Fel", "Filen lästes den 22 november men inte igen."),
    ],
)
def test_a_person_who_has_read_something_is_no_receipt(subject: str, body: str) -> None:
    """Subject and text must both be a receipt's (Q19)."""
    assert _rule(subject, body) == ""


@pytest.mark.parametrize(
    "body",
    [
        "This is an automated response. We have received your request.",
        "Your request has been received.\n\nPlease do not reply to this email.",
        "Thank you.\nThis mailbox is not monitored.",
        "Tack för ditt mejl! Detta är ett automatiskt meddelande, det går inte att svara på.",
        "Vi har tagit emot ditt ärende.\n\nSvara inte på det här mejlet.",
        "Tak for din mail.\nDette er en automatisk besvarelse.",
        "Denne e-posten er sendt automatisk.",
        "Dette er et automatisk svar. Vi svarer deg snart.",
        "Tämä on automaattinen viesti.",
        "Ďakujeme.\nToto je automatická správa.\nProsím, neodpovedajte na túto správu.",
        "Děkujeme.\nTato zpráva byla vygenerována automaticky.",
        "Dziękujemy.\nProsimy nie odpowiadać na tę wiadomość.",
        "Diese E-Mail wurde automatisch erstellt.\nBitte antworten Sie nicht auf diese E-Mail.",
    ],
)
def test_a_mail_that_says_that_a_machine_wrote_it_is_believed(body: str) -> None:
    """Acknowledgements of other desks that set none of the headers."""
    assert _rule("Your request", body) == "automatic-text"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Stop", "I get mails with this text:\n> This is an automated message. Please do not reply to this email."),
        ("Stop", "Your system writes:\nThis is an automated message.\nWhat does it want from me?"),
        ("VB: Faktura", "Svara inte på det här mejlet, skriver de."),
        ("Virus", "Hello, the printer is broken.\n\nThis email has been automatically scanned for viruses."),
        ("Mejl", "Programmet skickar ett mejl.\nAndra raden.\nDetta är ett automatiskt fel.\nFjärde raden.\nAnna"),
    ],
)
def test_a_person_who_quotes_a_machine_is_a_person(subject: str, body: str) -> None:
    """Only the sender's own first and last words count, and not where they ask something or pass a mail on."""
    assert _rule(subject, body) == ""


@pytest.mark.parametrize(
    ("headers", "sender", "rule"),
    [
        ("", '"DO NOT REPLY" <system@example.se>', "machine-sender"),
        ("", "Noreply Kund <info@example.se>", "machine-sender"),
        ("", "Svara inte <info@example.se>", "machine-sender"),
        ("", "Nora Reply <info@example.se>", ""),
        ("", "Zabbix <zabbix@example.se>", "machine-sender"),
        ("X-OTRS-Loop: yes\r\n", ANNA, "vendor-header"),
        ("Feedback-ID: i786146f2:Fastmail\r\n", ANNA, ""),
        ("X-Report-Abuse-To: spam@filter.example\r\n", ANNA, ""),
        ("X-MS-Exchange-Inbox-Rules-Loop: info@example.se\r\n", ANNA, ""),
        ("X-Auto-Response-Suppress: DR, RN, NRN\r\nDisposition-Notification-To: anna@example.se\r\n", ANNA, ""),
    ],
)
def test_what_a_provider_adds_to_everybodys_mail_makes_no_machine(headers: str, sender: str, rule: str) -> None:
    """Names and headers that only programs have count, those that people's mail carries too do not."""
    assert _rule("Fråga", "Hur gör jag?", headers, sender=sender) == rule


@pytest.mark.parametrize(
    ("method", "rule"), [("REPLY", "calendar-answer"), ("COUNTER", "calendar-answer"), ("REQUEST", "")]
)
def test_an_answer_to_an_invitation_is_a_programs_and_an_invitation_a_persons(method: str, rule: str) -> None:
    """RFC 5546: REPLY and COUNTER answer what somebody was invited to; who invites wants something."""
    headers = "MIME-Version: 1.0\r\n"
    raw = (
        f"From: {ANNA}\r\nTo: help@desk.se\r\nSubject: Accepted: Meeting\r\n{headers}"
        f"Content-Type: text/calendar; method={method}\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    reason = machine_reason(read_letter(raw.encode()), own_addresses=frozenset())
    assert (reason.rule if reason else "") == rule


def test_a_read_receipt_that_quotes_a_failure_is_no_delivery_report() -> None:
    """What it says of is a mail about deliveries; only a mail server reports in this form that a mail was refused."""
    raw = (
        "Return-Path: <>\r\nFrom: {}\r\nTo: help@desk.se\r\nSubject: {}\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        "--b\r\n\r\nYour message to <bo@x.se> was rejected: 550 Quota exceeded\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Final-Recipient: rfc822; bo@x.se\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n--b--\r\n"
    )
    receipt = read_letter(raw.format(ANNA, "Not read: Mail delivery failed").encode())
    refusal = read_letter(raw.format("Mail Delivery Subsystem <x@y.se>", "Automatically rejected mail").encode())
    assert receipt.bounce is None
    assert refusal.bounce is not None


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report", "delivery-status"])
def test_the_parts_of_a_report_in_a_persons_mail_make_no_machine(kind: str) -> None:
    """Who passes a report on has its parts attached, and asks about them (Q17, Q19, Q20)."""
    raw = (
        f"From: {ANNA}\r\nTo: help@desk.se\r\nSubject: Fwd: Report\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nWhy do I get this?\r\n"
        f"--b\r\nContent-Type: message/{kind}; name=details.txt\r\n\r\n"
        "Final-Recipient: rfc822; bo@x.se\r\nAction: failed\r\nStatus: 5.1.1\r\nFeedback-Type: abuse\r\n--b--\r\n"
    )
    assert machine_reason(read_letter(raw.encode()), own_addresses=frozenset()) is None
    by_machine = machine_reason(read_letter(b"Return-Path: <>\r\n" + raw.encode()), own_addresses=frozenset())
    assert by_machine is not None


def test_words_alone_do_not_take_a_persons_mail_for_a_machines() -> None:
    """An agent may ask a customer not to answer, and the words go out all the same; only the sender is not answered."""
    assert [rule for rule, _ in RULES if is_human(Reason(rule, "why"))] == ["response-suppressed", "automatic-text"]
