"""Delivery reports in the words of many servers are read, and the mail of people is never taken for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.core.letter import read_letter

POSTMASTER = "From: postmaster@x.se\n"
OUTLOOK = "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.se>\n"
GMAIL = "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"


def _recipients(headers: str, body: str) -> list[tuple[str, str, str]] | None:
    raw = f"{headers}To: help@desk.se\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    bounce = read_letter(raw.encode()).bounce
    return None if bounce is None else [(one.address, one.status, one.action) for one in bounce.recipients]


REPORTS = {
    "Exchange 2003, German": (
        POSTMASTER + "Subject: Benachrichtung zum Übermittlungsstatus (Fehlgeschlagen)\n",
        "Übermittlung an folgende Empfänger fehlgeschlagen.\n\n       hans@x.de\n",
        [("hans@x.de", "", "failed")],
    ),
    "Exchange 2003, Czech": (
        POSTMASTER + "Subject: Oznámení o stavu doručení (chyba)\n",
        "Doručení následujícím příjemcům se nezdařilo.\n\n       jan@x.cz\n",
        [("jan@x.cz", "", "failed")],
    ),
    "Exchange 2003, Polish": (
        POSTMASTER + "Subject: Powiadomienie o stanie dostarczenia (niepowodzenie)\n",
        "Dostarczenie do następujących adresatów nie powiodło się.\n\n       jan@x.pl\n",
        [("jan@x.pl", "", "failed")],
    ),
    "Microsoft 365 tells details of the mail above the error": (
        OUTLOOK + "Subject: Undeliverable: Hello\n",
        (
            "Your message to anna@x.se couldn't be delivered.\n\nOriginal Message Details\n\nError Details\n"
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found\n\nOriginal Message Headers\n\n5.9.9\n"
        ),
        [("anna@x.se", "5.1.10", "failed")],
    ),
    "Microsoft 365 tells details first in German too": (
        OUTLOOK + "Subject: Unzustellbar: Hallo\n",
        (
            "Ihre Nachricht an hans@x.de konnte nicht zugestellt werden.\n\nUrsprüngliche Nachrichtendetails\n\n"
            "Gemeldeter Fehler: 550 5.1.10 RESOLVER.ADR.RecipientNotFound\n"
        ),
        [("hans@x.de", "5.1.10", "failed")],
    ),
    "Microsoft 365, Finnish": (
        OUTLOOK + "Subject: Toimitus ei onnistu: Hei\n",
        "Viestin toimittaminen vastaanottajalle matti@x.fi ei onnistunut.\n",
        [("matti@x.fi", "", "failed")],
    ),
    "Microsoft 365, Slovak": (
        OUTLOOK + "Subject: Nedoručiteľné: Dobrý deň\n",
        "Vaša správa pre peter@x.sk sa nedala doručiť.\n",
        [("peter@x.sk", "", "failed")],
    ),
    "Microsoft 365, Dutch": (
        OUTLOOK + "Subject: Onbestelbaar: Hallo\n",
        "Uw bericht aan jan@x.nl kan niet worden bezorgd.\n",
        [("jan@x.nl", "", "failed")],
    ),
    "Microsoft 365, Estonian": (
        OUTLOOK + "Subject: Kohaletoimetamatu: Tere\n",
        "Kohaletoimetamine nendele adressaatidele nurjus:\n\njaan@x.ee\nAadressi ei leitud.\n",
        [("jaan@x.ee", "", "failed")],
    ),
    "Microsoft 365, Italian": (
        OUTLOOK + "Subject: Non recapitabile: Salve\n",
        "Il messaggio per gino@x.it non è stato recapitato.\n",
        [("gino@x.it", "", "failed")],
    ),
    "Gmail's words alone": (
        "From: Mail Delivery Subsystem <mailer-daemon@x.example>\nSubject: Address not found\n",
        "Your message wasn't delivered to anna@x.se because the address couldn't be found.\n",
        [("anna@x.se", "", "failed")],
    ),
    "Microsoft 365 asks whether that helped": (
        "Return-Path: <>\n" + POSTMASTER + "Subject: Undeliverable: Hello\n",
        "Your message to anna@x.se couldn't be delivered. 550 5.1.10\nWas this helpful? Send feedback.\n",
        [("anna@x.se", "5.1.10", "failed")],
    ),
    "Gmail still tries": (
        "From: Mail Delivery Subsystem <mailer-daemon@x.example>\nSubject: Delivery incomplete\n",
        "There was a temporary problem delivering your message to anna@x.se. 4.2.1 rate\n",
        [("anna@x.se", "4.2.1", "delayed")],
    ),
    "Exchange in a tongue of which no word is known": (
        POSTMASTER + "X-MS-Exchange-Message-Is-Ndr:\nSubject: Ekki hægt að afhenda: Halló\n",
        "Skilaboðin til jon@x.is komust ekki til skila.\n",
        [("jon@x.is", "", "failed")],
    ),
    "Coremail, Chinese": (
        "From: Postmaster@x.cn\nSubject: 系统退信\n",
        "抱歉\n   收件人 li@x.cn\n   退信原因：\n   SMTP error: Host x.cn(192.0.2.1) RCPT TO said 550 no user\n",
        [("li@x.cn", "5.0.0", "failed")],
    ),
    "Microsoft 365 still tries, Swedish": (
        OUTLOOK + "Subject: Leveransen försenad: Hej\n",
        "Leveransen är försenad till följande mottagare eller grupper:\n\neva@x.se\n\nHar inte levererats än.\n",
        [("eva@x.se", "", "delayed")],
    ),
    "Microsoft 365 still tries, Czech": (
        OUTLOOK + "Subject: Doručení bylo zpožděno: Dobrý den\n",
        "Doručení následujícím příjemcům nebo skupinám se zpozdilo:\n\njan@x.cz\n",
        [("jan@x.cz", "", "delayed")],
    ),
    "Gmail still tries, Swedish": (
        GMAIL + "Subject: Delivery Status Notification (Delay)\n",
        (
            "Ett tillfälligt problem uppstod vid leverans till anna@x.se. Gmail försöker igen i 46 timmar.\n"
            "Du får ett meddelande om leveransen misslyckas permanent.\n"
        ),
        [("anna@x.se", "", "delayed")],
    ),
    "Gmail still tries, Finnish": (
        GMAIL + "Subject: Delivery Status Notification (Delay)\n",
        "Viestin toimittamisessa osoitteeseen matti@x.fi oli väliaikainen ongelma. Gmail yrittää vielä 46 tuntia.\n",
        [("matti@x.fi", "", "delayed")],
    ),
    "Exim will give up one day, and the mail's subject holds another's code": (
        "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@x.cz>\nSubject: Warning: message 1tD delayed\n",
        (
            "A message that you sent has not yet been delivered to one or more of its recipients.\n\n"
            "The subject of the message is: Error 550 5.1.1 in your program\n\n"
            "  jan@x.cz\n    Delay reason: SMTP error from remote mail server after RCPT TO:<jan@x.cz>:\n"
            "    451 4.7.1 Greylisting in action\n\n"
            "No action is required on your part. Eventually the mail delivery software will give up.\n"
        ),
        [("jan@x.cz", "4.7.1", "delayed")],
    ),
    "qmail tells a code of the second only": (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.sk\nSubject: failure notice\n",
        (
            "Hi. This is the qmail-send program at x.sk.\nI'm afraid I wasn't able to deliver your message.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<peter@x.sk>:\nThis address no longer accepts mail.\n\n<jana@x.sk>:\n192.0.2.4 does not like recipient.\n"
            "Remote host said: 553 sorry (#5.7.1)\n\n--- Below this line is a copy of the message.\n"
        ),
        [("peter@x.sk", "", "failed"), ("jana@x.sk", "5.7.1", "failed")],
    ),
    "a hoster gives its telephone number": (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.se\nSubject: failure notice\n",
        (
            "Your mail to the addresses below did not arrive. If you need help, call our office at 452-555-0142.\n\n"
            "<eva@x.se>:\nchild status 100... The mail folder of this user is full.\n\n--- Below this line is a copy.\n"
        ),
        [("eva@x.se", "", "failed")],
    ),
    "the code stands in brackets behind the words": (
        POSTMASTER + "Subject: Undeliverable mail\n",
        "<eva@x.se>: Requested action not taken: no such mailbox. [SMTP Error Code 550]\n",
        [("eva@x.se", "5.0.0", "failed")],
    ),
    "the code goes on in further lines": (
        POSTMASTER + "Subject: Undeliverable mail\n",
        "eva@x.se:\n552-The mailbox of this user is full.\n552-Try later.\n",
        [("eva@x.se", "5.0.0", "failed")],
    ),
    "MDaemon names the mail first": (
        "From: MDaemon@x.se\nSubject: Permanent Delivery Failure\n",
        (
            "-----------------------------------------\n The attached message had PERMANENT fatal delivery errors!\n"
            "-----------------------------------------\n\nFailed address: karin@x.se\n\n"
            " Sun 2026-11-22 10:00:01: <-- 550 5.1.1 karin@x.se, Recipient unknown\n"
        ),
        [("karin@x.se", "5.1.1", "failed")],
    ),
    "Yahoo has a colon behind the code": (
        "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice\n",
        (
            "Sorry, we were unable to deliver your message to the following address.\n\n<bo@yahoo.com>:\n"
            "554: delivery error: dd This user doesn't have an account [-5]\n"
        ),
        [("bo@yahoo.com", "5.0.0", "failed")],
    ),
    "the mail's own id is no recipient": (
        "From: MAILER-DAEMON@icloud.com\nSubject: Undelivered Mail Returned to Sender\n",
        (
            "This report relates to a message you sent with the following header fields:\n\n  Message-id: <x@desk.se>\n"
            "  Subject: to bo@x.se\n\nYour message cannot be delivered to the following recipients:\n\n"
            "  Recipient address: anna@icloud.com\n  Reason: Over quota\n"
        ),
        [("anna@icloud.com", "", "failed")],
    ),
    "a filter that refused": (
        "From: Barracuda <postmaster@x.se>\nSubject: **Message you sent blocked by our bulk email filter**\n",
        "Your message to: anna@x.se\nwas blocked. The email has NOT BEEN DELIVERED.\n",
        [("anna@x.se", "", "failed")],
    ),
    "Sendmail tells each address's fate in the transcript": (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.se\nSubject: Returned mail: Service unavailable\n",
        (
            "   ----- The following addresses had permanent fatal errors -----\nanna@x.se\nbo@x.se\n\n"
            "   ----- Transcript of session follows -----\n>>> RCPT To:<anna@x.se>\n<<< 550 5.1.1 unknown\n"
            ">>> RCPT To:<bo@x.se>\n<<< 552 5.2.2 full\n554 bo@x.se... Service unavailable\n"
        ),
        [("anna@x.se", "5.1.1", "failed"), ("bo@x.se", "5.2.2", "failed")],
    ),
    "Domino, Finnish": (
        "From: Postmaster@x.fi\nSubject: TOIMITUSVIRHE: Käyttäjää ei löydy\n",
        "Viestiäsi\n\n  Aihe: Hei\n\nei toimitettu vastaanottajalle:\n\n  matti@x.fi\n",
        [("matti@x.fi", "", "failed")],
    ),
    "a hosted filter tells the mail's subject and id in words": (
        "From: MAILER-DAEMON@filter.example\nSubject: Mail Delivery Failure\n",
        (
            "I was unable to deliver your message to these addresses:\n\nanna@x.se\n\nReason: 550 5.1.1 unknown\n\n"
            "The message subject was: Re: bo@x.se\nThe message identifier was: <a@desk.se>\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "XMail counts its paragraphs": (
        "From: postmaster@x.se\nSubject: Error sending message [1732] from [x.se]\n",
        (
            "[<00>] XMail bounce: Rcpt=[anna@x.se];Error=[550 Mailbox unavailable]\n\n"
            "[<05>] Here is listed the initial part of the message:\n\nTo: bo@x.se\n"
        ),
        [("anna@x.se", "5.0.0", "failed")],
    ),
    "Exchange has relayed it": (
        POSTMASTER + "Subject: Relayed: Hello\n",
        "Delivery to these recipients or groups is complete:\n\nanna@x.se\n",
        [("anna@x.se", "", "relayed")],
    ),
    "Postfix has delivered it": (
        "From: MAILER-DAEMON@x.se\nSubject: Successful Mail Delivery Report\n",
        "Your message was successfully delivered to the destination(s)\n\n<anna@x.se>: delivered to mailbox\n",
        [("anna@x.se", "", "delivered")],
    ),
    "an old server that reports under a name that people have too": (
        "From: Administrator <administrator@x.dk>\nSubject: Undeliverable mail\n",
        "Unable to deliver to anna@x.dk: 550 no such user\n\n----- Original message follows -----\nTo: bo@x.dk\n",
        [("anna@x.dk", "5.0.0", "failed")],
    ),
    "a service that signs with its domain alone": (
        "From: mailservice.example\nSubject: Undelivered Mail Returned to Sender\n",
        (
            "The mail could not be delivered to:\nanna@x.se\n\nAction: failed\nFinal-Recipient: rfc822; anna@x.se\n"
            "Status: 5.1.1\n\n----- Original message follows -----\nTo: bo@x.dk\n"
        ),
        [("anna@x.se", "5.1.1", "failed")],
    ),
    "a postmaster with an underscore answers the mail": (
        "From: post_master@x.se\nSubject: Re:Hello\n",
        "Error: invalid address\n550 - Action not taken: no such user here\nRCPT TO: anna@x.se\n",
        [("anna@x.se", "5.0.0", "failed")],
    ),
}


@pytest.mark.parametrize(("headers", "body", "expected"), REPORTS.values(), ids=REPORTS.keys())
def test_a_report_in_any_tongue_names_its_recipients(
    headers: str, body: str, expected: list[tuple[str, str, str]]
) -> None:
    """Who, why, and whether it is given up, in the words of each server."""
    assert _recipients(headers, body) == expected


PEOPLE = {
    "root asks": (
        "From: Sven <root@x.se>\nSubject: License question\n",
        "What does the license for bo@x.se cost? The installer says error occurred 5.1.2.\n",
    ),
    "an administrator asks": (
        "From: Administrator <administrator@x.sk>\nSubject: Problem delivering reports\n",
        "The program cannot send the report to jana@x.sk: mailbox full. What now?\n",
    ),
    "a server warns of a quota": (
        "From: Mail Delivery System <postmaster@x.se>\nSubject: Quota exceeded\n",
        "The mailbox info@x.se exceeded its quota.\n",
    ),
    "a server tells what it holds": (
        "From: postmaster@x.se\nSubject: Spam quarantine report\n",
        "Messages held for help@desk.se:\nfrom bo@x.se - rejected\n",
    ),
    "an administrator tells a code": (
        "From: Sven <admin@x.se>\nSubject: Mail delivery failed to our customers\n",
        "Since Monday no mail is delivered. Example: bo@x.se gets 550 5.7.1 rejected.\n",
    ),
    "a web form": (
        "From: noreply@shop.se\nSubject: Delivery problem: order 4411\n",
        "Name: Anna\nEmail: anna@x.se\nMessage: My order was not delivered, the address was refused.\n",
    ),
    "a web form with a null return path": (
        "Return-Path: <>\nFrom: form@shop.se\nSubject: Delivery problem: order 4411\n",
        "Name: Anna\nEmail: anna@x.se\nMessage: My order was not delivered, the address was refused.\n",
    ),
    "a web form that fills in no sender": (
        "From: shop.se\nSubject: Delivery problem: order 4411\n",
        "Name: Anna\nEmail: anna@x.se\nMessage: My order was not delivered, the address was refused.\n",
    ),
    "a person who asks about a blocked message": (
        "From: Anna <anna@x.se>\nSubject: Message blocked\n",
        "Our mail to bo@x.se is blocked as spam since Monday, 550 5.7.1. Please help.\n",
    ),
    "a postmaster asks": (
        "From: Eva Ek <postmaster@x.se>\nSubject: Delivery problems to your domain\n",
        "Since Monday our mail is rejected: bo@desk.se gets 550 5.7.1. Can you look at it?\n",
    ),
    "a server warns of its own mailbox": (
        "From: mailer-daemon@x.se\nSubject: Your mailbox is almost full\n",
        "You use 95% of your storage in help@desk.se.\n",
    ),
    "a person who passes Exchange's report on": (
        "From: Anna <anna@x.se>\nX-MS-Exchange-Message-Is-Ndr:\nSubject: VS: Olevererbart: Hej\n",
        "Se nedan, mitt mejl till bo@x.se kom inte fram.\n",
    ),
    "a person whose From is written wrongly": (
        "From: Anna <anna@x.se> Bo <bo@x.se>\nSubject: Returned mail: User unknown\n",
        "My mail could not be delivered.\n\n----- Original message follows -----\nTo: eva@x.se\n",
    ),
    "a person asks under a subject about delivery": (
        "From: Anna <anna@x.se>\nSubject: Re:Hello\n",
        "My mail comes back:\n550 - Action not taken: no such user here\nRCPT TO: help@desk.se\n",
    ),
    "a title behind a name": (
        "From: Sven Ek, System Administrator <sven@x.se>\nSubject: Rejected\n",
        "Our mail to bo@x.se was rejected with 550 5.7.1.\n",
    ),
    "a company that delivers": (
        "From: Mail Systems Nordic <info@x.se>\nSubject: Not delivered\n",
        "The parcel for bo@x.se could not be delivered.\n",
    ),
    "an office called mail asks": (
        "From: Byrån <mail@x.se>\nSubject: Returned mail\n",
        "Vi får 550 5.1.1 när vi skickar till bo@x.se. Vad göra?\n",
    ),
    "a system department asks": (
        "From: IT-system Nord <system@x.no>\nSubject: Undelivered invoices in the portal\n",
        "Fakturaer til kari@x.no ble ikke levert i portalen. Kan dere se på det?\n",
    ),
    "somebody is away": (
        "Return-Path: <>\nFrom: Anna <anna@x.se>\nSubject: Autosvar: Ert ärende\n",
        "Jag är inte på plats. Brådskande ärenden: bo@x.se, ring om mejlet blir rejected med 550.\n",
    ),
    "somebody is gone": (
        "Return-Path: <>\nFrom: Anna <anna@x.se>\nSubject: Re: Your case\n",
        "My account is no longer read, write to bo@x.se.\n\n-----Original Message-----\nFrom: help@desk.se\n",
    ),
}


@pytest.mark.parametrize(("headers", "body"), PEOPLE.values(), ids=PEOPLE.keys())
def test_who_does_not_report_on_a_mail_makes_no_report(headers: str, body: str) -> None:
    """A name that people have too makes a report only with the mail it returns; an absence and a warning make none."""
    assert _recipients(headers, body) is None


FIELDS = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; anna@x.se\nAction: failed\nStatus: 5.1.1\n"


def _attached(headers: str) -> str:
    return (
        f"{headers}To: help@desk.se\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the attached report.\n"
        f"--b\nContent-Type: message/delivery-status; name=details.txt\n\n{FIELDS}\n--b--\n"
    )


def _nested(headers: str) -> str:
    return (
        f"{headers}To: help@desk.se\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nSee below.\n--a\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{FIELDS}\n--b--\n--a--\n"
    )


def _wrapped(headers: str) -> str:
    return (
        f"{headers}To: help@desk.se\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nPossible spam, for bo@x.se.\n"
        "--a\nContent-Type: message/rfc822\n\nFrom: postmaster@x.se\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{FIELDS}\n--b--\n--a--\n"
    )


@pytest.mark.parametrize("shape", [_attached, _nested, _wrapped])
def test_a_report_that_a_person_passes_on_is_that_persons_mail(shape: Callable[[str], str]) -> None:
    """Mail programs and filters put a report, or its parts, into another mail; who sent that says what it is."""
    assert read_letter(shape("From: Anna <anna@x.se>\nSubject: VB: Undeliverable: Faktura\n").encode()).bounce is None
    for headers in (POSTMASTER + "Subject: [SPAM] x\n", "Return-Path: <>\nFrom: a@x.se\nSubject: Undelivered mail\n"):
        report = read_letter(shape(headers).encode()).bounce
        assert report is not None
        assert [(one.address, one.status) for one in report.recipients] == [("anna@x.se", "5.1.1")]


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ("Final-Recipient: utf-8; l\\x{F6}k@x.se\n", "lök@x.se"),
        ("Final-Recipient: utf-8; lök@företag.se\n", "lök@xn--fretag-wxa.se"),
        ("Final-Recipient: utf-8; l\\x{D800}k@x.se\n", "x{D800}k@x.se"),
        ("Original-Recipient: rfc822; anna+2Btag@x.se\nFinal-Recipient: rfc822; anna+tag@x.se\n", "anna+tag@x.se"),
        ("Final-Recipient: anna@x.se;rfc822\n", "anna@x.se"),
        ("Original-Recipient: rfc822; anna+2B@x.se\nFinal-Recipient: rfc822; u42@inner\n", "anna+2B@x.se"),
    ],
)
def test_an_address_in_a_field_is_decoded(fields: str, address: str) -> None:
    """RFC 6533 section 3 for what ASCII cannot hold; xtext of RFC 3461 where a server forgot to decode it."""
    raw = (
        "From: postmaster@x.se\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/global-delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"{fields}Action: failed\nStatus: 5.1.1\n--b--\n"
    )
    bounce = read_letter(raw.encode()).bounce
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == [address]
