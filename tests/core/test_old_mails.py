"""Old mails as programs of many languages write them are left out, and no word of the sender's own goes with them."""

from __future__ import annotations

import pytest

from mailbot.core.forwarded import forwarded_mail
from mailbot.core.htmltext import html_lines
from mailbot.core.letter import read_letter
from mailbot.core.lines import plain_lines
from mailbot.core.quoting import new_words


def _new(text: str) -> str:
    lines = plain_lines(text)
    return new_words(lines, lambda: lines)[0]


def _html(html: str) -> str:
    lines = html_lines(html)
    return new_words(lines, lambda: lines)[0]


OWN = "Hej!\n\nKan ni titta på det här?"
OLD = "Skrivaren på plan 3 drar snett.\n\nHälsningar\nTuki"
FROM, TO = "Tuki Example <tuki@example.com>", "help@example.se"
# Separator; sender, subject, day, recipient, copy; the day as it is written.
APPLE = {
    "cs": ("Začátek přeposílané zprávy:", "Od", "Předmět", "Datum", "Komu", "Kopie", "23. listopadu 2026 11:15:08 SEČ"),
    "da": ("Start på videresendt besked:", "Fra", "Emne", "Dato", "Til", "Cc", "23. november 2026 kl. 11.15.08 CET"),
    "de": ("Anfang der weitergeleiteten Nachricht:", "Von", "Betreff", "Datum", "An", "Kopie", "23. November 2026"),
    "fi": ("Välitetty viesti alkaa:", "Lähettäjä", "Aihe", "Päivämäärä", "Vastaanottaja", "Kopio", "23.11.2026"),
    "hr": ("Započni proslijeđenu poruku:", "Šalje", "Predmet", "Datum", "Prima", "Cc", "23. studenoga 2026."),
    "no": ("Videresendt melding:", "Fra", "Emne", "Dato", "Til", "Kopi", "23. november 2026 kl. 11:15:08 CET"),
    "pl": ("Początek przekazywanej wiadomości:", "Od", "Temat", "Data", "Do", "Dw", "23 listopada 2026 o 11:15:08 CET"),
    "ro": ("Începe mesajul redirecționat:", "Expeditorul", "Subiectul", "Dată", "Destinatarul", "Cc", "23 noiembrie"),
    "ru": ("Начало переадресованного сообщения:", "Отправитель", "Тема", "Дата", "Кому", "Копия", "23 ноября 2026 г."),
    "sk": ("Začiatok preposlanej správy:", "Od", "Predmet", "Dátum", "Pre", "Cc", "23. novembra 2026 o 11:15:08 SEČ"),
    "sv": ("Vidarebefordrat mejl:", "Från", "Ämne", "Datum", "Till", "Kopia", "23 november 2026 11:15:08 CET"),
    "tr": ("İleti başlangıcı:", "Kimden", "Konu", "Tarih", "Kime", "Bilgi", "23 Kasım 2026 11:15:08 GMT+1"),
    "uk": ("Початок листа, що пересилається:", "Від кого", "Тема", "Дата", "Кому", "Копія", "23 листопада 2026 р."),
}
THUNDERBIRD = {
    "de": ("-------- Weitergeleitete Nachricht --------", "Von", "Betreff", "Datum", "An", "Kopie (CC)"),
    "fi": ("-------- Välitetty viesti / Fwd.Msg --------", "Lähettäjä", "Aihe", "Päiväys", "Vastaanottaja", "CC"),
    "fr": ("-------- Message transféré --------", "De ", "Sujet ", "Date ", "Pour ", "Copie à "),
    "pl": ("--- Treść przekazanej wiadomości ---", "Nadawca", "Temat", "Data", "Adresat", "Kopia"),
    "ro": ("-------- Mesaj redirecționat --------", "de la", "Subiectul", "Dată", "Către", "CC"),
    "ru": ("-------- Перенаправленное сообщение --------", "От", "Тема", "Дата", "Кому", "Копия"),
    "sk": ("-------- Preposlaná správa --- Forwarded Message --------", "Od", "Predmet", "Dátum", "Pre", "Kópia"),
    "uk": ("-------- Переслане повідомлення --------", "Від", "Тема", "Дата", "Кому", "CC"),
}
# Yahoo's plain text has them all on one line.
YAHOO = {
    "cs": ("Přeposlaná zpráva", "Od", "Komu", "Kopie", "Odesláno", "Předmět"),
    "da": ("Videresendt meddelelse", "Fra", "Til", "Cc", "Sendt", "Emne"),
    "de": ("Weitergeleitete Nachricht", "Von", "An", "CC", "Gesendet", "Betreff"),
    "en": ("Forwarded Message", "From", "To", "Cc", "Sent", "Subject"),
    "fi": ("Edelleenlähetetty viesti", "Lähettäjä", "Vastaanottaja", "Kopio", "Lähetetty", "Aihe"),
    "fr": ("Message transmis", "De", "À", "Cc", "Envoyé", "Objet"),
    "pl": ("Przekazana wiadomość", "Od", "Do", "Dw", "Wysłano", "Temat"),
    "sv": ("Vidarebefordrat meddelande", "Från", "Till", "Kopia", "Skickat", "Ämne"),
    "uk": ("Перенаправлене повідомлення", "Від", "Кому", "Копія", "Відправлено", "Тема"),
}


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _forwards() -> dict[str, str]:
    """A forwarded mail as each program writes it, in each language."""
    found = {}
    for tongue, (begin, sender, subject, day, to, copy, moment) in APPLE.items():
        header = f"{sender}: {FROM}\n{subject}: Skrivare\n{day}: {moment}\n{to}: {TO}\n{copy}: Bo <bo@example.se>"
        found[f"Apple Mail, {tongue}"] = f"{begin}\n\n" + _marked(f"{header}\n\n{OLD}")
        found[f"iPhone, {tongue}"] = _marked(f"{begin}\n\n{header}\n\n{OLD}")
    for tongue, (begin, sender, subject, day, to, copy) in THUNDERBIRD.items():
        found[f"Thunderbird, {tongue}"] = (
            f"{begin}\n{subject}: \tSkrivare\n{day}: \tMon, 23 Nov 2026 11:15:30 +0100\n{sender}: \t{FROM}\n"
            f"{to}: \t{TO}\n{copy}: \tBo <bo@example.se>, Li <\nli@example.se>\n\n\n\n{OLD}"
        )
    for tongue, (begin, sender, to, copy, day, subject) in YAHOO.items():
        found[f"Yahoo, {tongue}"] = (
            f'   ----- {begin} ----- {sender}: {FROM}{to}: "{TO}" <{TO}>{copy}: Bo <bo@example.se>'
            f"{day}: 23 nov. 2026 11:15:30 CET{subject}: Skrivare\n {OLD}"
        )
    header = f"From: {FROM}\nDate: November 23, 2026 at 11:15 AM\nTo: {TO}\nSubject: Skrivare"
    found["Missive"] = f"---------- Forwarded message ----------\n{header}\n\n{_marked(OLD)}"
    found["MailMate"] = "Forwarded message:\n\n" + _marked(f"{header}\n\n{OLD}")
    found["Ionos"] = _marked(f"---------- Original Message ----------\n{header}\n \n{OLD}")
    return found


FORWARDS = _forwards()


@pytest.mark.parametrize("old", FORWARDS.values(), ids=FORWARDS)
def test_words_above_a_forwarded_mail_are_all_that_is_new(old: str) -> None:
    """The line that says "forwarded", the header and the mail go, in whatever language the program speaks."""
    assert _new(f"{OWN}\n\n{old}\n") == OWN


@pytest.mark.parametrize("old", FORWARDS.values(), ids=FORWARDS)
def test_a_mail_that_is_only_forwarded_is_the_words(old: str) -> None:
    """Whoever forwards a mail without a word wants it to be read: all of it, without the header above it."""
    lines = plain_lines(old)
    words, own = new_words(lines, lambda: lines)
    assert words.split() == OLD.split()
    assert not own


@pytest.mark.parametrize(("program", "old"), FORWARDS.items(), ids=FORWARDS)
def test_an_agent_s_forward_names_its_sender(program: str, old: str) -> None:
    """With the mail itself, less the marks; Yahoo's header on one line names nobody for certain."""
    header = "From: agent@example.se\nSubject: Fwd: x\nContent-Type: text/plain; charset=utf-8\n\n"
    found = forwarded_mail(read_letter(f"{header}{old}\n".encode()))
    if program.startswith("Yahoo"):
        assert found is None
        return
    assert found is not None
    assert found.sender.address == "tuki@example.com"
    assert found.subject == "Skrivare"
    assert found.text.split() == OLD.split()


@pytest.mark.parametrize(
    "header",
    [
        f"-----Original Message-----\nFrom: {FROM}\nSent: Monday 11:15\nTo: Bo\nSubject: x",
        f"---------- Forwarded message ---------\nFrom: {FROM}\nDate: 2026\nSubject: a long\nline\nTo: <bo@example.se>",
        f"________________\nFrom: {FROM}\n\nSent: Monday\n\nTo: Bo\n\nSubject: x",
        "From:\nTuki <tuki@example.com>\nTo:\nBo\nDate:\n2026 11:15\nSubject:\nx",
        "From: Tuki\nSent: today\nTo: A; B;\nC; D;\nE; F;\nG; H;\nI; J\nSubject: x",
    ],
)
def test_lines_of_a_forwarded_mail_that_look_like_its_header_are_read(header: str) -> None:
    """The header ends where its program ended it."""
    body = "Hej Bo,\n\nbokningen gäller:\nDatum: 3 mars\nTill: Anna\n\nVastaus: ei\nTack"
    assert _new(f"{header}\n\n{body}") == body
    assert _new(f"{OWN}\n\n{header}\n\n{body}") == OWN


MARKED_BELOW = {
    "GMX of 2010": "-------- Original-Nachricht --------\n> Datum: Mon, 23 Nov 2026 11:15:30 \n> Von: Tuki <t@b.se>",
    "a header above marked lines": f"-----Original Message-----\nFrom: {FROM}\nSent: Monday\nTo: Bo\nSubject: x\n",
    "Zimbra, Swedish": "----- Ursprungligt meddelande -----",
    "Zoho": "---- On Mon, 23 Nov 2026 11:15:00 +0100 Tuki <tuki@example.com> wrote ----",
    "Samsung": "---- Tuki wrote ----",
    "Samsung, Swedish": f"--- Originalmeddelande ---\nFrån: {FROM}\nDatum: 2026\nTill: Bo\nRubrik: x\n",
    "Notes": '-----"Tuki Example" <tuki@example.com> wrote: -----',
    "Notes, Czech": "-----Tuki Example <tuki@example.com> napsal(a): -----",
}


@pytest.mark.parametrize("lead", MARKED_BELOW.values(), ids=MARKED_BELOW)
def test_answers_between_marked_lines_are_kept_whatever_stands_above_the_quote(lead: str) -> None:
    """Where ">" tells what is old, all else below is new."""
    answered = f"Hej,\n\n{lead}\n\n> Vilken skrivare?\n\nDen gråa.\n\n> Sedan när?\n\nSedan i går."
    assert _new(answered) == "Hej,\n\nDen gråa.\n\nSedan i går."


def test_unmarked_text_below_such_a_line_is_old() -> None:
    """The same lines with nothing marked below them."""
    for lead in [lead for lead in MARKED_BELOW.values() if "\n>" not in lead]:
        assert _new(f"Hej,\n\n{lead}\n\nVilken skrivare?\n\nTuki") == "Hej,"


@pytest.mark.parametrize(
    "line",
    [
        "Den gråa. On Wed, Nov 25, 2026 at 3:59 PM, Tuki <tuki@example.com> wrote:",
        "Den gråa.--- On Wed, Nov 25, 2026 at 3:59 PM, tuki@example.com wrote:",
        "Den gråa. Den 25 november 2026 11:15 skrev Tuki <tuki@example.com>:",
        "Den gråa. Am 25.11.2026 um 11:15 schrieb Tuki <tuki@example.com>:",
    ],
)
def test_words_on_the_line_of_an_introduction_are_kept(line: str) -> None:
    """Some phones put no line end between what is written and what they add."""
    assert _new(f"Hej,\n{line}\n> Vilken skrivare?") == "Hej,\nDen gråa."
    assert _new(f"{line}\n> Vilken skrivare?") == "Den gråa."


@pytest.mark.parametrize(
    "line",
    [
        "On Wed, Nov 25, 2026 at 3:59 PM, Le 3 Amis <amis@example.com> wrote:",
        "---- On Wed, 25 Nov 2026 14:02:50 +0530 tuki@example.com wrote ----",
        "Tuki On Call <tuki@example.com> wrote:",
    ],
)
def test_a_name_on_the_line_of_an_introduction_is_none_of_the_words(line: str) -> None:
    """The line begins with the moment or the name, as programs write it."""
    assert _new(f"Den gråa.\n\n{line}\n> Vilken skrivare?") == "Den gråa."


@pytest.mark.parametrize(
    "text",
    [
        "Det står så här i loggen:\n\n> fel 1045",
        "Hi,\n\nthe page says:\n> out of paper\n> load tray 2",
        "From: Luleå To: Umeå Date: 3 May\n\nStämmer det?",
        "----- Beställning ----- Från: lager 3 Till: lager 5\n\nVarför?",
        "I wait. On Monday 3 people wrote:\n\nit is slow.\n\nWhy?",
        "Vastaus: ei toimi.\nPour: 3 l\nSujet: x",
    ],
)
def test_words_that_look_like_an_old_mail_stay(text: str) -> None:
    """What is shown behind a colon, a journey, an order."""
    assert _new(text) == text


def test_what_is_only_moved_to_the_right_is_kept() -> None:
    """A blockquote that no program marked, and nothing introduces, with words above and below."""
    assert _html("<p>A</p><blockquote>B</blockquote><p>C</p>") == "A\n\n> B\n\nC"
    assert _html("<p>A</p><blockquote dir=ltr><p>B</p><p>B</p><p>B</p><p>B</p></blockquote><p>C</p>").endswith("C")
    assert _html("<p>A</p><blockquote>Den 1. mars skrev Tuki:<br>OLD</blockquote><p>C</p>") == "A\n\nC"
    introduced = "<p>On 23 Nov 2026 at 11:15, Tuki &lt;t@b.se&gt; wrote:</p><blockquote>OLD</blockquote>"
    assert _html(f"A<blockquote>B</blockquote>{introduced}") == "A\n\n> B"
    assert _html(f"<p>A</p>{introduced}<p>B</p><blockquote>OLD</blockquote><p>C</p>") == "A\n\nB\n\nC"


@pytest.mark.parametrize(
    "quote",
    [
        'type="cite"',
        'style="border-left:1px solid #ccc"',
        'class="x"',
        'cite="mid:1@b.se"',
        'type="cite" cite="http://a/"',
    ],
)
def test_a_blockquote_that_a_program_marked_is_old(quote: str) -> None:
    """Whatever stands above and below it; and so is one without marks at the end."""
    assert _html(f"<p>A</p><blockquote {quote}>OLD</blockquote><p>B</p>") == "A\n\nB"
    assert _html("<p>A</p><blockquote>OLD</blockquote>") == "A"
    assert _html("<p>A</p><blockquote>OLD</blockquote><p>Skickat från min iPhone</p>") == "A"
    assert _html("<p>A</p><blockquote>OLD</blockquote><p>Mvh<br>Anna</p>") == "A\n\nMvh\nAnna"


@pytest.mark.parametrize("name", ['class="freshdesk_quote"', 'class="hs_reply"', 'id="isReplyContent"', 'name="quote"'])
def test_boxes_that_web_mails_and_desks_name_are_old(name: str) -> None:
    """Whatever introduces them."""
    assert _html(f"<p>A</p><div {name}>OLD</div>") == "A"
    header = '<div class="moz-cite-prefix">X</div><blockquote>OLD</blockquote>'
    assert _html(f"<p>A</p>{header}<p>B</p>") == "A\n\nB"


def test_what_is_cited_from_a_page_is_kept() -> None:
    """A blockquote with the address of a page is the sender's choice."""
    assert _html('<p>A</p><blockquote cite="https://example.com/p">B</blockquote>') == "A\n\nB"


def test_words_below_the_quote_of_gmx_are_kept() -> None:
    """It names the box that the old mail stands in, header and all."""
    header = "<b>Gesendet:</b> Montag um 11:15 Uhr<br><b>Von:</b> Tuki<br><b>An:</b> Bo<br><b>Betreff:</b> x<br>"
    quote = f'<div name="quote" style="border-left:2px solid #C3D9E5">{header}<div>OLD</div></div>'
    assert _html(f"<div>Ja.</div>{quote}<div>Und morgen?</div>") == "Ja.\n\nUnd morgen?"


@pytest.mark.parametrize("name", ['class="gmail_signature"', 'id="ms-outlook-mobile-signature"'])
def test_a_question_written_into_the_signature_is_kept(name: str) -> None:
    """The cursor stood there; what a notice asks is none."""
    letter = "<div>Hej,</div><div {}><div>Skrivaren drar snett.</div><div>När kan ni komma hit?</div></div>"
    assert _html(letter.format(name)) == "Hej,\nSkrivaren drar snett.\nNär kan ni komma hit?"
    notice = "<div>Hej</div><div {}>Anna<br>070-123 45 67<br>Behöver du verkligen skriva ut mejlet?</div>"
    assert _html(notice.format(name)) == "Hej"


@pytest.mark.parametrize(
    "line",
    [
        "Kundnummer: 123456",
        "Ordernr 4711-12",
        "Felkod: 0x80070005",
        "Leveransadress:\nStorgatan 1\n123 45 Orten",
        "Kontaktperson på plats: Bo Ek, 070-123 45 67",
        "Kundenr. 123456",
        "Leveringsadresse: Storgata 1, 0123 Oslo",
        "Asiakasnumero: 123456",
        "Číslo objednávky: 4711",
        "Dodacia adresa:\nHlavná 1, 811 01 Bratislava",
        "Nr zamówienia: 4711",
        "Kundennummer: 123456",
        "Serial no. 12-AB-34",
        "Delivery address: 1 High Street",
    ],
)
def test_what_a_customer_adds_below_the_name_is_kept(line: str) -> None:
    """No program writes the number of an order there, nor where to send it; title and telephone go."""
    assert _new(f"Hej\n\nMvh\nAnna Berg\n{line}\n") == f"Hej\n\nMvh\nAnna Berg\n{line}"
    card = "Inköpare\nFirman AB\nTel 070-123 45 67"
    assert _new(f"Hej\n\nMvh\nAnna Berg\n{card}\n{line}\n") == f"Hej\n\nMvh\nAnna Berg\n\n{line}"


@pytest.mark.parametrize(
    "note",
    [
        "(ring efter kl 17)",
        "Kl 14-16 går bra",
        "Bifogar kvittot.",
        "Glömde säga: det är den gråa skrivaren",
        "volajte po 16 hodine",
        "volejte prosím až odpoledne",
        "najlepiej po godz. 17",
        "mieluiten klo 16 jälkeen",
        "helst etter kl. 16",
        "am besten nach 17 Uhr",
        "Any time after 5 pm is fine",
    ],
)
def test_a_short_note_below_the_number_is_kept(note: str) -> None:
    """People say there when to call; title and number above it go."""
    letter = f"Hej\n\nMvh\nAnna Berg\nteknisk chef\n070-123 45 67\n{note}"
    assert _new(letter) == f"Hej\n\nMvh\nAnna Berg\n\n{note}"


@pytest.mark.parametrize(
    "card",
    [
        "inköpsansvarig\nFirman AB\n123 45 Orten\nwww.example.se\nFölj oss på LinkedIn",
        "Ordförande i Brf Eken\n070-123 45 67\nVardagar 9-17",
        "indkøber\nFirma A/S\nTlf. 12 34 56 78\nÅbningstider: man-tor 8-16, fre 8-14",
        "myyntipäällikkö\nYritys Oy\nGSM 040 123 4567\nSeuraa meitä Facebookissa",
        "starszy specjalista ds. zakupów\nFirma Sp. z o.o.\ntel. 600 123 456\nkapitał zakładowy 50 000 zł",
        "vedúci nákupu\nFirma s.r.o.\nMobil: 0905 123 456\nspoločnosť zapísaná v OR Bratislava",
        "Leiter Einkauf\nFirma GmbH\nTel. 030 123456\nSitz der Gesellschaft: Berlin",
    ],
)
def test_a_card_with_what_companies_add_goes(card: str) -> None:
    """Titles in small letters, hours, the register."""
    assert _new(f"Hej\n\nMvh\nAnna Berg\n{card}") == "Hej\n\nMvh\nAnna Berg"


def test_a_sentence_of_a_phone_that_sent_something_is_kept() -> None:
    """It goes on as no program's line does."""
    sentence = "Skickades från min telefon i går men har inte kommit fram"
    assert _new(f"Hej\n\n{sentence}") == f"Hej\n\n{sentence}"


def test_a_company_s_numbers_on_a_card_go() -> None:
    """They are the company's, not the matter's."""
    card = "Firman AB\nOrg.nr 556000-0000\nKundtjänst: 08-123 456 00\nwww.example.se"
    assert _new(f"Hej\n\nMvh\nAnna Berg\n{card}") == "Hej\n\nMvh\nAnna Berg"


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone!",
        "Sent wirelessly from my BlackBerry device.",
        "Sänt från min mobil",
        "Gesendet von unterwegs",
    ],
)
def test_more_lines_that_phones_add_go(line: str) -> None:
    """With an exclamation mark, or without a wire."""
    assert _new(f"Hej\n\n{line}") == "Hej"


@pytest.mark.parametrize(
    "header",
    [
        "De: Tuki\nEnviada: segunda\nPara: Bo\nAssunto: x",
        "No: Tuki\nNosūtīts: pirmdiena\nKam: Bo\nTēma: x",
        "От: Tuki\nИзпратено: понеделник\nДо: Bo\nОтносно: x",
        "______________________________\nFrom: tuki@example.com\nSent: Monday 11:15",
        "-------- Original message --------From: Tuki <tuki@example.com> Date: 2026-11-23 6:00 a.m.",
    ],
)
def test_more_headers_of_old_mails_are_known(header: str) -> None:
    """Of other languages, and short ones under a line across the page."""
    assert _new(f"{OWN}\n\n{header}\n\n{OLD}") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Boka detta:\n----------------\nFrom: Luleå\nDate: 3 May",
        "Boka detta:\n\nFrom: tuki@example.com\nDate: 3 May",
        "No: det går inte.\nTo: Bo",
    ],
)
def test_two_lines_that_look_like_a_header_stay(text: str) -> None:
    """A journey under a line, an address and a day without one."""
    assert _new(text) == text


@pytest.mark.parametrize(
    ("signature", "quote"),
    [
        ("Enviado desde mi iPhone", "El lun, Tuki <tuki@example.com> escribió:\n> Skrivaren drar snett."),
        ("-- \nAnna Berg\nFirman AB", "On Mon, Tuki <tuki@example.com> wrote:\n> Skrivaren drar snett."),
        ("Sent from my iPhone", "> Skrivaren drar snett."),
    ],
)
def test_what_is_quoted_below_a_signature_alone_is_what_is_sent(signature: str, quote: str) -> None:
    """The program put the signature there; it is nobody's answer."""
    lines = plain_lines(f"{signature}\n\n{quote}")
    words, own = new_words(lines, lambda: lines)
    assert words.endswith("Skrivaren drar snett.")
    assert signature not in words
    assert not own
    html = '<div class="gmail_signature">Anna Berg</div><blockquote type="cite">Skrivaren drar snett.</blockquote>'
    assert _html(html) == "Skrivaren drar snett."
    assert _html(html.replace("Anna Berg", "9")) == "9"


def test_a_signature_alone_with_nothing_quoted_is_the_text() -> None:
    """Nothing else was sent."""
    assert _new("-- \nAnna Berg\nFirman AB") == "--\nAnna Berg\nFirman AB"


def test_the_notice_of_a_company_below_a_line_goes() -> None:
    """What begins like one and speaks of nothing that notices speak of stays."""
    line = "________________________________"
    assert _new(f"Tack!\n\n{line}\n\nThis email is confidential and intended for the addressee.\n") == "Tack!"
    own = f"Tack!\n\n{line}\n\nThis email is my last. Ring mig."
    assert _new(own) == own


_OUTLOOK_HEADER = (
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Fra:</b> Tuki &lt;tuki@example.com&gt;<br>'
    "<b>Sendt:</b> 23. november 2026 11:15<br><b>Til:</b> Bo &lt;bo@example.no&gt;<br><b>Emne:</b> Skriver</div>"
)


@pytest.mark.parametrize("gap", ["", "<div>&nbsp;</div>"])
@pytest.mark.parametrize("signature", ["", '<div id="Signature"><div>Bo Ek</div><div>Firmaet AS</div></div>'])
def test_a_mail_that_outlook_forwards_keeps_its_first_line(gap: str, signature: str) -> None:
    """Every line of it is marked as the rest of the letter; they are one old mail, not one a line."""
    body = "<div>Hei Bo,</div><div><br></div><div>skriveren drar skjevt.</div>"
    older = _OUTLOOK_HEADER.replace("Tuki", "Kim") + "<div>Hvilken skriver?</div>"
    words = "Hei Bo,\n\nskriveren drar skjevt."
    assert _html(f"<div><br></div>{signature}{_OUTLOOK_HEADER}{gap}{body}") == words
    assert _html(f"<div><br></div>{signature}{_OUTLOOK_HEADER}{gap}{body}{older}") == words
    assert _html(f"<div>Se under.</div>{signature}{_OUTLOOK_HEADER}{gap}{body}") == "Se under."


@pytest.mark.parametrize(
    "text", ["\n-----Original Message-----\n", "-----Original Message-----", "Fra: <a@example.com>"]
)
def test_an_old_mail_with_nothing_in_it_is_read(text: str) -> None:
    """A mail may be cut off anywhere."""
    assert _new(text) == text.strip()


def test_a_line_across_the_page_above_a_marked_header_goes_with_it() -> None:
    """Above any other marked line it may be the writer's own."""
    line = "______________________________________________________________"
    header = "> Od: Tuki <tuki@example.com>\n> Komu: bo@example.cz\n> Datum: 23.11.2026 11:15\n> Předmět: Tiskárna\n>\n"
    assert _new(f"Dobrý den, je to v pořádku.\n\n{line}\n{header}> Která tiskárna?") == "Dobrý den, je to v pořádku."
    assert _new(f"Dobrý den,\n\n{line}\n{header}> Která?\n\nTa v přízemí.") == "Dobrý den,\n\nTa v přízemí."
    own = f"Jedna.\n\n{line}\n> Která tiskárna?\n\nTa v přízemí."
    assert line in _new(own)


@pytest.mark.parametrize("lead", ["", "-----Original Message-----<br>", "<hr>", "<p>Vidarebefordrat:</p>"])
def test_a_blockquote_that_begins_with_a_header_is_an_old_mail(lead: str) -> None:
    """Though nothing marks it and own words stand below: an agent's answer must not tell the copy that it answers."""
    header = "From: Support &lt;help@example.com&gt;<br>Sent: den 23 november 2026 11:15<br>To: Anna<br>Subject: x"
    old = f"<blockquote>{lead}{header}<br><br>Internt.<br>Mer.</blockquote>"
    assert _html(f"<p>Svar.</p>{old}<p>Firman, kontoret i Malmö</p>") == "Svar.\n\nFirman, kontoret i Malmö"


def test_a_table_below_the_number_is_kept() -> None:
    """What is ordered is often put in last; a card may be a table too."""
    letter = "Hei!\n\nSe tabellen.\n\nMvh\nAnna Berg"
    table = "Vare\tAntall\nToner\t2\nPapir\t12 stk"
    assert _new(f"{letter}\n22 12 34 56\n\n{table}") == f"{letter}\n\n{table}"
    for card in ("Tlf\t22 12 34 56\nMobil\t922 12 345", "Firmaet AS\tOslo\n22 12 34 56\tNorge", "Tlf:\t22 12\nRom:\t7"):
        assert _new(f"{letter}\nanna@example.no\n{card}") == letter
    rows = "".join(f"<tr><td><p>{row.replace(chr(9), '</p></td><td><p>')}</p></td></tr>" for row in table.split("\n"))
    html = "".join(f"<p>{line}</p>" for line in (*letter.split("\n"), "22 12 34 56")) + f"<table>{rows}</table>"
    assert _html(html).endswith(f"Anna Berg\n\n{table}")
