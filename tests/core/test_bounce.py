"""Delivery reports of many servers are read, and ordinary mail is never taken for one."""

from __future__ import annotations

import pytest

from mailbot.core.letter import read_letter

DAEMON = "Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.se>\r\nTo: help@desk.se\r\n"


def _recipients(raw: str) -> list[tuple[str, str, str]] | None:
    bounce = read_letter(raw.encode()).bounce
    return None if bounce is None else [(one.address, one.status, one.action) for one in bounce.recipients]


PROSE = {
    "Postfix": (
        "Undelivered Mail Returned to Sender",
        (
            "I'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n"
            "                   The mail system\n\n<anna@x.se>: host mx.x.se[192.0.2.1] said: 550 5.2.2 "
            "<anna@x.se>:\n"
            "    Mailbox full (in reply to RCPT TO command)\n"
        ),
        [("anna@x.se", "5.2.2", "failed")],
    ),
    "Exim": (
        "Mail delivery failed: returning message to sender",
        (
            "This message was created automatically by mail delivery software.\n\nA message that you sent could "
            "not be delivered "
            "to one or more of its\nrecipients. This is a permanent error. The following address(es) "
            "failed:\n\n  anna@x.se\n"
            "    host mx.x.se [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<anna@x.se>:\n  "
            "  550 5.1.1 no such user\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\nTo: bo@x.se\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "Sendmail": (
        "Returned mail: see transcript for details",
        (
            "   ----- The following addresses had permanent fatal errors -----\n<anna@x.se>\n    (reason: 550 "
            "5.1.1 User unknown)\n\n"
            "   ----- Transcript of session follows -----\n... while talking to mx.x.se.:\n>>> RCPT To:<anna@x.se>\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "Sendmail that still tries": (
        "Warning: could not send message for past 4 hours",
        (
            "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n"
            "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    "
            "**********************************************\n\n"
            "   ----- The following addresses had transient non-fatal errors -----\n<anna@x.se>\n\n"
            "   ----- Transcript of session follows -----\n<anna@x.se>... Deferred: Connection timed out with "
            "mx.x.se.\n"
        ),
        [("anna@x.se", "", "delayed")],
    ),
    "Gmail": (
        "Delivery Status Notification (Failure)",
        (
            "** Address not found **\n\nYour message wasn't delivered to anna@x.se because the address couldn't "
            "be found.\n\n"
            "The response from the remote server was:\n550 5.1.1 <anna@x.se>: Recipient address rejected\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "Gmail that still tries": (
        "Delivery Status Notification (Delay)",
        (
            "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to anna@x.se. "
            "Gmail will retry for "
            "47 more hours.\n\nThe response was:\nThe recipient server did not accept our requests to connect.\n"
        ),
        [("anna@x.se", "", "delayed")],
    ),
    "Microsoft 365": (
        "Undeliverable: Ticket 12",
        (
            "Your message to anna@x.se couldn't be delivered.\n\nanna wasn't found at x.se.\n\n"
            "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n\n"
            "Original Message Headers\n\nFrom: help@desk.se\nTo: bo@x.se\n"
        ),
        [("anna@x.se", "5.1.10", "failed")],
    ),
    "Exchange in Swedish": (
        "Olevererbart: Ärende 12",
        (
            "Leveransen till följande mottagare eller grupper misslyckades:\n\nanna@x.se\nDet gick inte att "
            "hitta e-postadressen.\n\n"
            "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "Exchange in Danish": (
        "Kan ikke leveres: Sag 12",
        (
            "Meddelelsen kunne ikke leveres til følgende modtagere eller grupper:\n\nanna@x.dk\nPostkassen er fuld. "
            "554 5.2.2\n"
        ),
        [("anna@x.dk", "5.2.2", "failed")],
    ),
    "Exchange in Norwegian": (
        "Kan ikke leveres: Sak 12",
        (
            "Levering til disse mottakerne eller gruppene mislyktes:\n\nanna@x.no\nE-postadressen ble ikke funnet. "
            "550 5.1.1\n"
        ),
        [("anna@x.no", "5.1.1", "failed")],
    ),
    "Exchange in Finnish": (
        "Toimittamaton: Tuki 12",
        "Viestin toimitus epäonnistui seuraaville vastaanottajille:\n\nanna@x.fi\nOsoitetta ei löytynyt. 550 5.1.1\n",
        [("anna@x.fi", "5.1.1", "failed")],
    ),
    "an SMTP code alone": (
        "failure notice",
        (
            "Sorry, we were unable to deliver your message to the following address.\n\n<anna@x.se>:\n552 message "
            "too large\n"
        ),
        [("anna@x.se", "5.0.0", "failed")],
    ),
}


@pytest.mark.parametrize(("subject", "body", "expected"), PROSE.values(), ids=PROSE.keys())
def test_a_report_in_prose_names_recipient_status_and_action(
    subject: str, body: str, expected: list[tuple[str, str, str]]
) -> None:
    """Each large server's own words; failed is told from delayed."""
    assert (
        _recipients(f"{DAEMON}Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}") == expected
    )


BLOCKS = {
    "by the book": (
        "Final-Recipient: rfc822; anna@x.se\nAction: failed\nStatus: 5.1.1\n",
        ("anna@x.se", "5.1.1", "failed"),
    ),
    "the original recipient wins": (
        "Original-Recipient: rfc822;anna@x.se\nFinal-Recipient: rfc822;u42@inner\nAction: failed\nStatus: 5.2.1\n",
        ("anna@x.se", "5.2.1", "failed"),
    ),
    "no type, brackets": (
        "Final-Recipient: <anna@x.se>\nAction: failed\nStatus: 5.1.1\n",
        ("anna@x.se", "5.1.1", "failed"),
    ),
    "comments": (
        "Final-Recipient: rfc822; anna@x.se\nAction: failed (x)\nStatus: 5.1.1 (y)\n",
        ("anna@x.se", "5.1.1", "failed"),
    ),
    "action error": (
        "Final-Recipient: rfc822; anna@x.se\nAction: error\nStatus: 5.0.0\n",
        ("anna@x.se", "5.0.0", "failed"),
    ),
    "the text knows more": (
        "Final-Recipient: rfc822; anna@x.se\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.26 no SPF\n",
        ("anna@x.se", "5.7.26", "failed"),
    ),
    "no status but a code": (
        "Final-Recipient: rfc822; anna@x.se\nAction: failed\nDiagnostic-Code: smtp; 550 no such user\n",
        ("anna@x.se", "5.0.0", "failed"),
    ),
    "an address is no status": (
        "Final-Recipient: rfc822; anna@x.se\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; [5.1.1.1] refused\n",
        ("anna@x.se", "5.0.0", "failed"),
    ),
    "delayed": (
        "Final-Recipient: rfc822; anna@x.se\nAction: delayed\nStatus: 4.4.1\n",
        ("anna@x.se", "4.4.1", "delayed"),
    ),
    "no action": ("Final-Recipient: rfc822; anna@x.se\nStatus: 4.4.1\n", ("anna@x.se", "4.4.1", "delayed")),
    "delivered": (
        "Final-Recipient: rfc822; anna@x.se\nAction: delivered\nStatus: 2.0.0\n",
        ("anna@x.se", "2.0.0", "delivered"),
    ),
}


@pytest.mark.parametrize(("block", "expected"), BLOCKS.values(), ids=BLOCKS.keys())
def test_the_fields_of_rfc_3464_are_read_with_their_dialects(block: str, expected: tuple[str, str, str]) -> None:
    """Types, brackets and comments may be missing or wrong; the most telling status counts."""
    raw = (
        "From: postmaster@x.se\r\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=b\r\n\r\n--b\r\n\r\n"
        "Failed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"{block}\r\n--b--\r\n"
    )
    assert _recipients(raw) == [expected]


@pytest.mark.parametrize(
    "raw",
    [
        (
            "From: anna@x.se\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\nHej, vad betyder 550 5.1.1 "
            "<bo@x.se>?\r\n"
        ),
        (
            "From: anna@x.se\r\nSubject: Delivery failure\r\n\r\nThe parcel could not be delivered to bo@x.se. What "
            "now?\r\n"
        ),
        (
            "From: anna@x.se\r\nSubject: Fwd: failure notice\r\n\r\nHi. This is the qmail-send "
            "program.\r\n<bo@x.se>:\r\n550\r\n"
        ),
        "From: anna@x.se\r\nSubject: Kan inte leverera\r\n\r\nVi kan inte leverera skrivaren till bo@x.se.\r\n",
        "From: postmaster@x.se\r\nSubject: Nytt certifikat\r\n\r\nHej, certifikatet byts i natt. Fråga bo@x.se.\r\n",
    ],
)
def test_a_person_who_writes_about_deliveries_is_no_report(raw: str) -> None:
    """Neither a subject nor a quoted report makes a person's mail a delivery report."""
    assert _recipients(raw) is None


SAID = {
    "the field": (
        "Diagnostic-Code: smtp; 550 5.1.1 no such user; try the other one\n",
        "550 5.1.1 no such user; try the other one",
    ),
    "a field without its type": ("Diagnostic-Code: 550 no such user\n", "550 no such user"),
    "a field over several lines": ("Diagnostic-Code: X-Postfix;\n    no such\n    person\n", "no such person"),
    "no field": ("", ""),
}


@pytest.mark.parametrize(("field", "said"), SAID.values(), ids=SAID.keys())
def test_what_the_server_said_is_one_clean_line(field: str, said: str) -> None:
    """The diagnostic text of a machine-readable report, without its type."""
    bounce = read_letter(
        b"From: postmaster@x.se\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; anna@x.se\nAction: failed\nStatus: 5.1.1\n" + field.encode() + b"\r\n--b--\r\n"
    ).bounce
    assert bounce is not None
    assert [one.says for one in bounce.recipients] == [said]


def test_in_prose_the_line_with_the_code_is_what_the_server_said() -> None:
    """Of a report without fields the first line that holds a code, nearest to the address, is told."""
    subject, body, _ = PROSE["Exchange in Swedish"]
    bounce = read_letter(
        f"{DAEMON}Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}".encode()
    ).bounce
    assert bounce is not None
    assert [one.says for one in bounce.recipients] == ["#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##"]
