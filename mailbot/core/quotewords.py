"""The words by which mail programs mark quotes, forwarded mail and signatures, in nine languages and some others."""

from __future__ import annotations

import re


def _words(text: str) -> str:
    """An alternation of the given words; "|" separates them, so that they may hold spaces.

    It looks at the first letter before it tries each word: most lines of a mail begin with none of them.
    """
    words = sorted((word.strip() for word in text.split("|") if word.strip()), key=len, reverse=True)
    initials = "".join(sorted({word[0] for word in words}))
    return f"(?=[{initials}])(?:{'|'.join(map(re.escape, words))})"


WROTE = re.compile(
    r"(?<!\w)(?:"
    + _words(
        "wrote | writes | skrev | skriver | kirjoitti | kirjoittaa | napísal | napísala | napísal(a) | napísal/a"
        "| napsal | napsala | napsal(a) | napsal/a | píše | napisał | napisała | napisał(a) | napisał/a | pisze "
        "| schrieb"
        "| schreef | geschreven | a écrit | écrit | escribió | ha scritto | scritto | escreveu | пишет | написал "
        "| написала"
        "| ezt írta | írta | a scris | je napisao | je napisala | napisal | написав | rašė | kirjutas | yazdı "
        "| şunu yazdı"
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
"""The verb of a line that introduces a quote."""

FIRST_PERSON = re.compile(r"(?<!\w)(?:I|we|jag|vi|jeg|ich|wir|minä|som|jsem|sme|jsme)(?!\w)")
"""Who wrote it is the sender: "Den 3 mars skrev jag till er:" introduces new words."""

_FROM = (
    "From | Från | Fra | Frå | Lähettäjä | Keneltä | Od | Odesílatel | Odosielateľ"
    "| Nadawca | Von | Absender | Van | De | Da | Expéditeur | Kimden | От | Feladó"
)
_DATE = (
    "Sent | Date | Skickat | Skickades | Datum | Sendt | Sendt den | Dato | Lähetetty | Päivämäärä | Päiväys "
    "| Pvm | Odoslané | Dátum | Odesláno"
    "| Datum odeslání | Wysłano | Wysłane | Data | Data wysłania | Gesendet | Gesendet am | Verzonden | Envoyé "
    "| Date d'envoi | Enviado"
    "| Enviado el | Inviato | Дата | Отправлено | Küldve | Fecha"
)
_TO = (
    "To | Till | Til | Vastaanottaja | Kenelle | Komu | Pre | Do | An"
    "| Empfänger | Aan | À | A | Para | Destinatario | Кому | Címzett | Adresat"
)
_SUBJECT = (
    "Subject | Ämne | Emne | Aihe | Otsikko | Predmet | Předmět | Vec"
    "| Temat | Betreff | Onderwerp | Objet | Asunto | Oggetto | Assunto | Тема | Tárgy"
)
_OTHER = (
    "Cc | Kopia | Kopi | Kopio | Kópia | Kopie | DW | Bcc | Reply-To | Svar till | Priority | Importance "
    "| Prioritet | Betydelse | Viktighet"
    "| Tärkeys | Dôležitosť | Důležitost | Ważność | Wichtigkeit | Attachments | Bilagor | Vedhæftede filer "
    "| Vedlegg | Liitteet | Prílohy"
    "| Přílohy | Załączniki | Anlagen | Organization"
)
HEADER_WORD = re.compile(
    rf"[\s*_]*+(?:(?P<sender>{_words(_FROM)})|(?P<date>{_words(_DATE)})|(?P<to>{_words(_TO)})"
    rf"|(?P<subject>{_words(_SUBJECT)})"
    rf"|(?P<other>{_words(_OTHER)}))[*_ \u00a0]{{0,3}}[:：][*_ \t\u00a0]{{0,3}}(?P<value>.?)",
    re.IGNORECASE | re.DOTALL,
)
"""A line of the header that Outlook and others put above the old mail."""

_ORIGINAL = _words(
    "Original Message | Original message | Original Email | Original-Nachricht | Ursprüngliche Nachricht "
    "| Originalnachricht | Ursprungligt meddelande"
    "| Originalmeddelande | Ursprungligt e-postmeddelande | Oprindelig meddelelse | Original meddelelse "
    "| Oprindelig besked | Opprinnelig melding"
    "| Original melding | Alkuperäinen viesti | Pôvodná správa | Pôvodná e-mailová správa | Původní zpráva "
    "| Původní e-mail | Wiadomość oryginalna"
    "| Oryginalna wiadomość | Oryginalne wiadomości | Wiadomość przekazana dalej | Oorspronkelijk bericht "
    "| Message d'origine | Message original"
    "| Mensaje original | Messaggio originale | Mensagem original | Исходное сообщение | Eredeti üzenet"
    "| Forwarded message | Forwarded Message | Forwarded mail | Weitergeleitete Nachricht "
    "| Vidarebefordrat meddelande | Vidarebefordrat brev"
    "| Videresendt meddelelse | Videresendt besked | Videresendt melding | Välitetty viesti "
    "| Edelleenlähetetty viesti | Preposlaná správa"
    "| Přeposlaná zpráva | Przekazana wiadomość | Forwarded by | Reply message | Reply Message | Reply to message "
    "| Doorgestuurd bericht"
    "| Message transféré | Mensaje reenviado | Messaggio inoltrato | Mensagem encaminhada "
    "| Пересылаемое сообщение | Svar på meddelande"
)
SEPARATOR = re.compile(
    rf"\s*+[-_=*#~<>]{{2,}}+\s*+(?:{_ORIGINAL})[^-_=*#~<>\n]{{0,80}}[-_=*#~<>]{{2,}}\s*", re.IGNORECASE
)
"""A line such as "-----Original Message-----"."""

FORWARD = re.compile(
    r"\s*+(?:"
    + _words(
        "Begin forwarded message | Vidarebefordrat brev | Vidarebefordrat mejl | Start på vidarebefordrat brev "
        "| Start på videresendt besked"
        "| Videresendt besked | Start på videresendt melding | Videresendt e-post | Alkaa välitetty viesti "
        "| Välitetty viesti alkaa"
        "| Začiatok preposlanej správy | Začátek přeposlané zprávy | Początek przekazywanej wiadomości"
        "| Anfang der weitergeleiteten Nachricht | Anfang der weitergeleiteten E-Mail | Doorgestuurd bericht "
        "| Début du message réexpédié"
        "| Début du message transféré | Inicio del mensaje reenviado | Inizio messaggio inoltrato"
    )
    + r")\s*:\s*",
    re.IGNORECASE,
)
"""Apple Mail's line above a forwarded mail."""

ANSWER_ABOVE = re.compile(
    r"[-#=*_~\s]*+(?:"
    + _words(
        "Please reply above this line | Reply above this line | Write above this line "
        "| Type your reply above this line"
        "| Please type your reply above this line | Add your reply above this line "
        "| Skriv ditt svar ovanför denna rad | Svara ovanför denna rad"
        "| Skriv ovanför den här raden | Skriv dit svar over denne linje | Besvar over denne linje "
        "| Skriv svaret ditt over denne linjen"
        "| Kirjoita vastauksesi tämän rivin yläpuolelle | Odpovedzte nad týmto riadkom "
        "| Odpovězte nad tímto řádkem | Odpowiedz powyżej tej linii"
        "| Bitte antworten Sie oberhalb dieser Linie | Antworten Sie über dieser Zeile"
    )
    + r")[-#=*_~ .]*",
    re.IGNORECASE,
)
"""The line that help desks put above their own letters."""

_DEVICE = r"[^,;:!?\n]{2,60}"
PHONE_SIGNATURE = re.compile(
    r"\s*+[*_<(\[]?(?:"
    r"sent (?:from|via|by|with|using)(?: my| the| an?)?(?! (?:desk|office|home|work)\b) " + _DEVICE + r""
    r"|get outlook for " + _DEVICE +
    r"|this (?:e-?mail|message) was sent from my " + _DEVICE +
    r"|skicka(?:t|des) (?:från|med|via)(?: min| mitt)? " + _DEVICE + r"|(?:hämta|skaffa) outlook för " + _DEVICE +
    r"|sendt (?:fra|med|via|frå)(?: min| mit| mitt)? " + _DEVICE + r"|(?:hent|få|last ned"
    r"|skaff deg) outlook (?:for|til) " + _DEVICE +
    r"|lähetetty " + _DEVICE + r"|hanki outlook " + _DEVICE +
    r"|odoslané (?:z|zo|cez|pomocou)(?: môjho| mojho)? " + _DEVICE + r"|získa(?:ť|jte|t) outlook pre " + _DEVICE +
    r"|odesláno (?:z|ze|přes|pomocí)(?: mého)? " + _DEVICE + r"|získa(?:t|jte) outlook pro " + _DEVICE +
    r"|wysłan[eoay] (?:z|ze|przez|za pomocą)(?: mojego)? " + _DEVICE + r"|pobierz (?:program )?outlook " + _DEVICE +
    r"|von meinem " + _DEVICE + r" gesendet|gesendet (?:von|mit|über|aus)(?: meinem)? " + _DEVICE +
    r"|diese nachricht wurde von meinem " + _DEVICE + r"|(?:holen sie sich )?outlook für (?:ios"
    r"|android)" + r"(?: holen| herunterladen| beziehen)?"
    r"|envoyé (?:de|depuis|à partir de)(?: mon| ma)? " + _DEVICE + r"|obtenir outlook pour " + _DEVICE +
    r"|enviado (?:desde|do|de|a partir do)(?: mi| meu)? " + _DEVICE + r"|obtener outlook para " + _DEVICE +
    r"|inviato da(?:l mio| mio)? ?" + _DEVICE + r"|verstuurd vanaf (?:mijn )?" + _DEVICE + r"|verzonden (?:vanaf"
    r"|via|met)(?: mijn)? " + _DEVICE +
    r"|отправлено (?:с|из) " + _DEVICE + r")\s*",
    re.IGNORECASE,
)  # fmt: skip
"""A whole line that a phone or a program added; "Sent from my desk, it is easier" is a sentence."""

SIGN_OFF = re.compile(
    r"[\s/*_-]{0,4}(?:"
    + _words(
        "Med vänlig hälsning | Med vänliga hälsningar | Vänliga hälsningar | Vänlig hälsning | Bästa hälsningar "
        "| Hälsningar | Hälsn | Mvh | MVH | Hälsar"
        "| Med venlig hilsen | Venlig hilsen | Med venlige hilsner | Mange hilsner | De bedste hilsner "
        "| Bedste hilsner | Hilsen | Hilsner | Vh | Kh"
        "| Med vennlig hilsen | Vennlig hilsen | Beste hilsen | Med hilsen | Ystävällisin terveisin | Terveisin "
        "| Parhain terveisin | Yst. terv | Terv"
        "| S pozdravom | S úctou | S priateľským pozdravom | Pekný deň | S pozdravem | Hezký den | Pozdrawiam "
        "| Z poważaniem | Serdecznie pozdrawiam"
        "| Mit freundlichen Grüßen | Mit freundlichem Gruß | Freundliche Grüße | Viele Grüße | Beste Grüße "
        "| Liebe Grüße | Herzliche Grüße | MfG | Gruß"
        "| Best regards | Kind regards | Regards | Warm regards | Best wishes | Best | Cheers | Sincerely "
        "| Yours sincerely | Yours faithfully"
        "| Many thanks | Thanks and regards | Thank you and regards | Kindest regards | Yours truly | BR | KR"
    )
    + r")[\s,.!*_/-]{0,4}",
    re.IGNORECASE,
)
"""The closing line of a letter."""

LIST_FOOTER = re.compile(
    r"mailing list|mailman|listinfo|google groups|unsubscribe|e-postlista|postlist|sähköpostilista", re.IGNORECASE
)
"""What a mailing list writes under the line of underscores."""
