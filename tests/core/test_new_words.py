"""What programs of all kinds put below an answer goes, and what people write that looks like it stays."""

from __future__ import annotations

import pytest

from mailbot.core.lines import plain_lines
from mailbot.core.quoting import new_words
from mailbot.core.signoff import closing_name


def _new(text: str) -> str:
    lines = plain_lines(text)
    return new_words(lines, lambda: lines)[0]


MARKED = {
    "Gmail, Latvian": "Pirmd., 2026. g. 23. nov., plkst. 11:15 — lietotājs Tuki (<help@example.com>) rakstīja:",
    "Gmail, Ukrainian": "пн, 23 лист. 2026 р. о 11:15 Tuki <help@example.com> пише:",
    "Gmail, Croatian": "pon, 23. stu 2026. u 11:15 Tuki <help@example.com> napisao je:",
    "Gmail, Greek": "Στις Δευ 23 Νοε 2026 στις 11:15 π.μ., ο/η Tuki <help@example.com>\nέγραψε:",
    "Gmail, Chinese": "Tuki <help@example.com> 于2026年11月23日周一 11:15写道：",
    "Gmail, Korean": "2026년 11월 23일 (월) 오전 11:15, Tuki <help@example.com>님이 작성:",
    "Gmail, Hebrew": "\u202bבתאריך יום ב׳, 23 בנוב׳ 2026 ב-11:15 מאת \u202aTuki\u202c\u200f <help@example.com>:\u202c",
    "Gmail of 2012": "2026/11/23 Support <help@example.com>",
    "Horde, German": "Zitat von Support <help@example.com>:",
    "Horde, Czech": "Citát: Support <help@example.com>:",
    "Tuta": "23 Nov 2026, 11:15 by help@example.com:",
    "Zoho": "---- On Mon, 23 Nov 2026 11:15:00 +0100 Support <help@example.com> wrote ----",
    "Proton": "‐‐‐‐ Original Message ‐‐‐‐\nOn Monday, November 23rd, 2026 at 11:15, Support <a@b.se> wrote:",
    "Apple Mail, Norwegian": "Videresendt melding:",
    "Apple Mail, Czech": "Začátek přeposílané zprávy:",
    "Apple Mail, German": "Anfang der weitergeleiteten E‑Mail:",
}
UNMARKED = {
    "Apple Mail, Polish": "Wiadomość napisana przez Support <help@example.com> w dniu 23.11.2026, o godz. 11:15:",
    "mail.ru": "Понедельник, 23 ноября 2026, 11:15 +01:00 от Support <help@example.com>:",
    "Open-Xchange, German": "Support <help@example.com> hat am 23.11.2026 11:15 CET geschrieben:",
    "AOL": "In a message dated 11/23/2026 11:15:00 A.M. Eastern Standard Time, \nhelp@example.com writes:",
    "Sony": "---- Support wrote ----",
    "GroupWise": ">>> Support <help@example.com> 23/11/2026 11:15 >>>",
    "Outlook, Lithuanian": "Nuo: Support <help@example.com>\nIšsiųsta: lapkričio 23 d. 11:15\nKam: Anna\nTema: Klaida",
    "Outlook, no known language": "Qaa: Support <help@example.com>\nWee: 2026-11-23 11:15\nRii: <a@b.se>\nTyy: x",
    "Outlook, two languages": "Från/From: Support\nSkickat/Sent: i dag 11:15\nTill/To: Anna\nÄmne/Subject: Fel",
    "Outlook, an appointment": "-----Original Appointment-----\nFrom: Support\nSent: today\nTo: Anna\nSubject: Fel",
    "Outlook, long list": "From: Support\nSent: today\nTo: A; B;\nC; D;\nE; F;\nG; H;\nI; J\nSubject: Fel",
    "Hotmail": "Date: Mon, 23 Nov 2026 11:15:00 +0100\nFrom: help@example.com\nTo: anna@example.com\nSubject: RE: x",
    "GMX": "Gesendet: Montag, 23. November 2026 um 11:15 Uhr\nVon: Support\nAn: Anna\nBetreff: Re: x",
    "Roundcube": "Subject: x\nFrom: Support <help@example.com>\nTo: anna@example.com\nDate: 2026-11-23 11:15",
    "A program with each value on a line": "From:\nSupport <a@b.se>\nTo:\nAnna\nDate:\n2026 11:15\nSubject:\nx",
    "BlackBerry": "  Original Message  \nFrom: Support\nSent: Monday 11:15\nTo: Anna\nSubject: Re: x",
    "Notes": "----- Vidarebefordrat av Bo den 2026-11-23 -----\n\nFrån:\tBo\nTill:\tAnna\nDatum:\t2026\nÄrende:\tx",
    "Zimbra, French": '----- Mail original -----\nDe: "Bo" <bo@example.fr>\nÀ: "Anna"\nEnvoyé: Lundi 11:15\nObjet: x',
    "Mutt": "----- Forwarded message from Bo <bo@example.com> -----\n\nDate: Mon\nFrom: Bo <b@b.se>\nTo: A\nSubject: x",
}
ADDED = [
    "Outlook für iOS<https://aka.ms/o0ukef> beziehen",
    "Pobierz aplikację Outlook dla systemu Android",
    "Lähetetty Outlook for iOS:sta",
    "Sent from my Verizon, Samsung Galaxy smartphone",
    "Hämta Outlook för iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent with [Proton Mail](https://proton.me/mail/home) secure email.",
    "Sent via Newton Mail [https://cloudmagic.example/k/d/mailapp]",
    "Sent via Superhuman ( https://sprh.example/?vip=anna@example.com )",
    "Sent from Mail <https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
    "Sent from my iPhone, please excuse typos",
    "Az iPhone-omról küldve",
    "Odesláno z iPhonu",
    "Sendt fra min Galaxy-enhed",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
]
NOTICE = "Detta meddelande är konfidentiellt och avsett för adressaten."
OWN = [
    "Den 3 mars 2026 kl. 10:00 skrev min kollega Bo till er om detta:\n\nLicensen går ut.",
    "Den 3. mars 2026 kl. 10:15 skrev dere:\n\nVi ringer i morgen.\n\nIngen ringte.",
    "Hello\n\nOn 3 March 2026 at 10:15 our boss wrote in the chat:\n\nclose the books.\n\nHow do we?",
    "Hei\n\nThe program wrote at 10:15 on 2026-11-23 the following to the log:\n\nERROR 17",
    "Hi\n\n2026-11-23 10:15:03 process 12 wrote:\nERROR 17",
    "As support@example.com wrote on 3 March 2026:\n\nThe file must be opened twice.\n\nI did.",
    "On 3 March 2026 at 10:15 I sent a mail to <support@example.com>:\n\nnobody answered.",
    "On 3 March 2026 support@example.com wrote to our boss about the old invoices:\n\nPay them.\n\nShould we?",
    "Please book:\n\nFrom: Stockholm\nTo: Oslo\nDate: 3 March\nThank you.",
    "Flytta detta:\n\nFra: Lager 3\nTil: Lager 5\nDato: 23.11.2026\nAntall: 4\n\nBestillingen er ikke ført.",
    "Proszę o raport:\n\nOd: 1.01.2026\nDo: 31.12.2026\nTemat: sprzedaż\n\nDziękuję",
    "If a\n> b then the report fails.\nWhat to do?",
    "I typed:\n\n$ cat file\n>>> print(1)\n1\n\nand nothing else came.",
    "Vi har fel på:\n\n>5% av ordrarna\n>10% av fakturorna\n\nVarför?",
    "Gå till\n>Inställningar >Konto\noch se felet.",
    "Det går inte >:(\n\nVarför?",
    "Paketet har inte kommit.\n\nSkickat med Postnord i måndags",
    "Faktura zaginęła.\n\nWysłane z magazynu w Łodzi",
    "Lasku puuttuu.\n\nLähetetty kaksi viikkoa sitten postissa",
    "Which program?\n\nOutlook för iOS",
    "Hur löser vi det?\n\nFå Outlook att synka igen",
    "Betalningen är gjord.\n\nSkickat med mobilt BankID i går",
    "Mvh\nAnna\n\nPS. Kan ni även ringa Bo på 070-123 45 67? Han har samma fel.",
    "Hälsningar\n\nHej igen, mitt nummer är 040-123 45 67, ring mig.",
    "Mvh\nAnna\n\nThis message was also sent to your sales. Please answer me alone.",
    "Thanks,\n\nbut it still does not work. Please call me at 555-123456.",
    "Vi saknar:\n\n-Skrivare",
    "Lägg till:\n-------------\nAnna Berg\nanna@example.se",
    "Konto    Belopp\n---------------\n1930     100,00\n\nStämmer det?",
    "Anna: Har du provat?\nBo: Ja.",
    "Memo\n\nTo: Support\nFrom: Anna Berg\nDate: 23 November 2026\n\nPlease help us.",
    "Please check this:\n\nNo: 4711\nDate: 3 May 2026\nTo: Acme Ltd\nSubject: Invoice for May\n\nThe sum is wrong.",
    "Hej\n\nNo: 4711, bo@acme.example\nDatum: 3 maj 2026\nÄmne: Faktura\n\nSumman är fel.",
    f"Hej, så här gör vår server:\n\n________\n{NOTICE}\n________\n\nHur stänger vi av det\n\nBo Ek",
    f"Skrivaren är trasig.\n________\n{NOTICE}\n\nP.S. Ring mig i morgon.",
    f"Skrivaren är trasig.\n________\n{NOTICE}\n\nKan ni ringa mig i morgon?",
    "Vi saknar\n\n-Papper\n\n-Skrivare",
    "Fråga 1: varför?\n\n--\n\nFråga 2: hur får vi in filen från i går?",
]


BODIES = [
    "Hej!\n\nFelet:\n\n   Fel 1045: Access denied\n\nDatum: 23 november\nTid: 10:15\n\nMvh\nAnna",
    "Hej Bo,\n\nsom jag skrev i mitt förra mejl:\n- rapporten är tom\n- knappen är grå\n\nDet gäller från 1 mars.",
    'Kære support\n\nVi skrev den 3. marts kl. 10.15 og fik dette svar: "vi vender tilbage".\n\nMvh Anders',
    "Hei,\n\nFra kontoen: 1920\nTil kontoen: 2400\nDato: 23. november\n\nHilsen Kari",
    "Dobrý den,\n\nVerze: 12.4\nDatum: 23. 11. 2026\n\nPetr",
    "Dzień dobry,\n\nkomunikat:\n\n> 404 Not Found <\n\nProszę o pomoc.",
    "Hallo,\n\nVon: Lager\nNach: Filiale\nAm: 3.4.\n\nGruß\nHans",
    "Yes.\n\nAlso:\n--> the export fails\n\nSent: 3 of 5 files.",
    "I press\n> File > Open\nand nothing comes.",
]
OLD = [
    "Den mån 23 nov. 2026 kl 11:15 skrev Support <help@example.com>:\n\n> Hej\n>\n> Mvh\n",
    "Från: Support <help@example.com>\nSkickat: den 23 november 2026 11:15\nTill: Anna\nÄmne: Fel\n\nHej\n",
    "Sendt fra min iPhone\n\n> Den 23. nov. 2026 kl. 11.15 skrev Support <help@example.com>:\n> \n> Hej\n",
    "From:\tSupport <help@example.com>\nTo:\tanna@example.com\nDate:\t23/11/2026 11:15\nSubject:\tRe: Fault\n\nHej\n",
    "-- \nAnna Berg\nExample AB\n",
    "",
]


@pytest.mark.parametrize("old", OLD)
@pytest.mark.parametrize("body", BODIES)
def test_a_letter_is_the_same_above_any_old_mail(body: str, old: str) -> None:
    """What the program puts below takes no line of the letter with it."""
    assert _new(f"{body}\n\n{old}") == body


@pytest.mark.parametrize("introduction", MARKED.values(), ids=MARKED)
def test_the_line_above_a_marked_quote_goes_with_it(introduction: str) -> None:
    """Whatever its language: a name, an address and a day are enough where quote marks follow."""
    assert _new(f"Nytt svar.\n\n{introduction}\n\n> gammal text\n> igen\n") == "Nytt svar."


@pytest.mark.parametrize("introduction", UNMARKED.values(), ids=UNMARKED)
def test_an_old_mail_without_marks_goes(introduction: str) -> None:
    """All below the lines that only programs write above an old mail."""
    assert _new(f"Nytt svar.\n\n{introduction}\n\ngammal text\nigen\n") == "Nytt svar."


@pytest.mark.parametrize("added", ADDED)
def test_what_a_phone_or_program_adds_goes(added: str) -> None:
    """Whole lines with a word of sending and a device or a program."""
    assert _new(f"Nytt svar.\n\n{added}\n") == "Nytt svar."
    assert (
        _new(f"Nytt svar.\n\n{added}\n________________________________\nFrom: A\nSent: B\nTo: C\n\nD") == "Nytt svar."
    )


@pytest.mark.parametrize("text", OWN)
def test_words_that_look_like_old_ones_stay(text: str) -> None:
    """No word of a sender's own is lost, be it a header of a journey or a line of a log."""
    assert _new(text) == text


@pytest.mark.parametrize("notice", ["", "\n\nThis e-mail is for the addressee alone. If you are not, delete it."])
def test_a_card_under_a_closing_in_two_languages_goes(notice: str) -> None:
    """With the notice of the company below it."""
    words = "Det funkar.\n\nMed vänlig hälsning / Best regards\nAnna Berg"
    assert _new(f"{words}\n\nExample AB\nTel: 040-123 45{notice}") == words


@pytest.mark.parametrize("line", ["Hilsen Kristin", "Mvh Brita", "Best regards Terje"])
def test_a_name_that_begins_like_a_closing_is_a_name(line: str) -> None:
    """KR, BR and Terv are closings too."""
    assert closing_name(line) == line.rsplit(maxsplit=1)[-1]
    assert _new(f"Virker.\n\n{line}\nTlf. 12 34 56 78") == f"Virker.\n\n{line}"


def test_a_postscript_below_a_card_stays() -> None:
    """The card goes, the sentence below it does not."""
    text = "Works.\n\nBest regards\nAnna Berg\nTel 040-123 45\n\nPS. The invoice of May is still missing."
    assert _new(text) == "Works.\n\nBest regards\nAnna Berg\n\nPS. The invoice of May is still missing."


@pytest.mark.parametrize("rule", ["_" * 20, "*" * 20, "=" * 20, "-" * 30])
def test_a_card_below_a_line_across_the_page_goes(rule: str) -> None:
    """A name with an address or number and nothing to read below it."""
    assert _new(f"Works.\n\n{rule}\nAnna Berg\nExample AB\nTel: 040-123 45\n") == "Works."


def test_the_last_of_two_closings_has_the_card() -> None:
    """Written by hand and by the program: both stay with their names."""
    text = "Tack!\n\nMvh\nAnna\n\nMed vänlig hälsning\n\nAnna Berg"
    assert _new(f"{text}\nExample AB\nTel 040-12345") == text


def test_a_text_of_more_lines_than_are_read_may_be_all_signature() -> None:
    """What stands below them is kept as it is."""
    assert _new("-- \nAnna" + "\nx" * 20_000).startswith("--\nAnna")


def test_thanks_with_a_card_below_close_a_letter() -> None:
    """The name stays, the card goes."""
    assert _new("It works.\n\nThanks,\nAnna Berg\nSales\n+46 40 123 45 67") == "It works.\n\nThanks,\nAnna Berg"


def test_a_mail_that_begins_with_a_quote_goes_on_quoting() -> None:
    """Answers right below quoted lines, without a line that introduces them."""
    assert _new("> Version?\n12.4\n> Computer?\nA Dell") == "12.4\n\nA Dell"


@pytest.mark.parametrize("end", ["", "\n\n-- \nAnna", "\n\nSkickat från min iPhone", "\n \n"])
def test_a_line_quoted_right_below_an_answer_goes(end: str) -> None:
    """Where nothing but a signature follows it."""
    assert _new(f"Ja.\n> Funkar det nu?{end}") == "Ja."


def test_answers_below_quotes_with_initials_are_kept() -> None:
    """The Bat marks quotes with the initials of their writer."""
    text = "Hello,\n\nMonday, November 23, 2026, 11:15:00 AM, you wrote:\n\nAB> One?\nAB> Two?\n\nYes.\n"
    assert _new(text) == "Hello,\n\nYes."


@pytest.mark.parametrize("signature", ["-- \nAnna Berg\n040-12345", "Skickat från min iPhone"])
@pytest.mark.parametrize(
    "lead",
    [
        "---------- Forwarded message ---------\nFrom: Bo <bo@example.com>\nDate: Mon\nSubject: Broken\nTo: Anna",
        "23 nov. 2026 kl. 11:15 skrev Bo <bo@example.com>:",
    ],
)
def test_below_a_signature_alone_a_forwarded_mail_is_what_is_sent(signature: str, lead: str) -> None:
    """The program put the signature there; who forwards a mail without a word wants that mail to be read."""
    lines = plain_lines(f"{signature}\n\n{lead}\n\nIt is broken.\n")
    assert new_words(lines, lambda: lines) == ("It is broken.", False)


def test_a_mail_that_is_an_unmarked_quote_is_nobodys_own() -> None:
    """A phone's quote without marks and nothing above it: an order in it was given by somebody else."""
    lines = plain_lines("On Mon, Nov 23, 2026 at 11:15 AM Support <help@example.com> wrote:\n\n#close\n")
    assert new_words(lines, lambda: lines) == ("#close", False)
