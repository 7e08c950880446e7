"""The words by which mail programs mark quotes and forwarded mail, in nine languages and some others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product


def any_of(text: str) -> str:
    """An alternation of the given words; "|" separates them, so that they may hold spaces.

    It looks at the first letter before it tries each word: most lines of a mail begin with none of them. Of two words
    that one text begins with, the longer one is found.
    """
    words = {word.strip() for word in text.split("|") if word.strip()}
    initials = "".join(sorted({word[0] for word in words}))
    return f"(?=[{initials}]){_sharing_beginnings(words)}"


def _sharing_beginnings(words: Iterable[str]) -> str:
    """An alternation in which a beginning that several words have stands, and is tried, once."""
    tails: dict[str, set[str]] = {}
    for word in words:
        tails.setdefault(word[:1], set()).add(word[1:])
    is_whole = tails.pop("", None) is not None
    if not tails:
        return ""
    branches = [re.escape(letter) + _sharing_beginnings(tails[letter]) for letter in sorted(tails)]
    if len(branches) == 1 and not is_whole:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if is_whole else ''}"


def _in_any_case(text: str) -> set[str]:
    return {"".join(letters) for letters in product(*zip(text.lower(), text.upper(), strict=True))}


WROTE = re.compile(
    r"(?<!\w)(?:"
    + any_of(
        "wrote | writes | skrev | skriver | kirjoitti | kirjoittaa | napísal | napísala | napísal(a) | napísal/a "
        "| napsal | napsala | napsal(a) | napsal/a | píše | napisał | napisała | napisał(a) | napisał/a | pisze "
        "| schrieb | geschrieben | schreef | geschreven | a écrit | écrit | escribió | ha scritto | scritto "
        "| escreveu | пишет | написал | написала | ezt írta | írta | a scris | je napisao | je napisala | napisao "
        "| napisal | написав | писали | пише | написа | rašė | parašė | rakstīja | kirjutas | skrifaði | yazdı "
        "| şunu yazdı | έγραψε | כתב | כתבה | كتب | napisana przez"
    )
    + r")(?!\w)|写道|寫道|작성|書きました",
    re.IGNORECASE,
)
"""The verb of a line that introduces a quote."""

FIRST_PERSON = re.compile(r"(?<!\w)(?:I|we|jag|vi|jeg|ich|wir|minä|som|jsem|sme|jsme)(?!\w)")
"""Who wrote it is the sender: "Den 3 mars skrev jag till er:" introduces new words."""

_FROM = (
    "From | Från | Fra | Frå | Lähettäjä | Keneltä | Od | Odesílatel | Odosielateľ"
    "| Nadawca | Von | Absender | Van | Afzender | De | Da | Expéditeur | Remitente | Mittente | Remetente | От "
    "| Feladó | Avsändare | Afsender | Avsender | Saatja | Nuo | Kimden | Gönderen | Από | Від | De la | Šalje "
    "| Pošiljatelj | Frá | No | Expeditorul | Expeditor | Отправитель | Від кого | 发件人 | 寄件者 | 差出人 | 보낸 사람"
)
_DATE = (
    "Sent | Date | Skickat | Skickades | Datum | Sendt | Sendt den | Dato | Lähetetty | Päivämäärä | Päiväys | Pvm "
    "| Odoslané | Dátum | Odesláno | Datum odeslání | Wysłano | Wysłane | Data | Data wysłania | Gesendet "
    "| Gesendet am | Verzonden | Envoyé | Date d'envoi | Enviado | Enviado el | Enviada em | Inviato | Data di invio "
    "| Verzonden op | Дата | Отправлено | Изпратено | Enviada "
    "| Küldve | Elküldve | Fecha | Sent at | Sent on | Date Sent | Sänt | Skickad "
    "| Lähetysaika | Odoslaný | Odeslaný | Kuupäev | Saadetud | Išsiųsta | Nosūtīts | Datums | Gönderildi | Tarih "
    "| Στάλθηκε | Ημερομηνία | Надіслано | Відправлено | Gönderilen | Dată | Trimis | Poslano | Dagsetning "
    "| Envoyé le | 发送时间 | 日期 | 傳送時間 | 送信日時 "
    "| 日付 | 보낸 날짜 | 날짜"
)
_TO = (
    "To | Till | Til | Vastaanottaja | Kenelle | Komu | Pre | Do | An"
    "| Empfänger | Aan | À | A | Para | Destinatario | Кому | До | Címzett | Adresat | Mottagare | Modtager | Mottaker "
    "| Saaja | Příjemce | Príjemca | Odbiorca | Adressaat | Kellele | Kam | Kime | Προς | Către | Destinatarul | Prima "
    "| Za | Pour | Destinataire | 收件人 "
    "| 宛先 | 받는 사람"
)
_SUBJECT = (
    "Subject | Ämne | Rubrik | Emne | Aihe | Otsikko | Predmet | Předmět | Vec"
    "| Temat | Betreff | Onderwerp | Objet | Asunto | Oggetto | Assunto | Тема | Относно | Tárgy | Ärende | Teema "
    "| Tēma | Tema | Konu | Θέμα | Subiect | Subiectul | Sujet | Naslov | Zadeva | Efni | 主题 | 主旨 | 件名 | 제목"
)
_OTHER = (
    "Cc | Kopia | Kopi | Kopio | Kópia | Kopie | DW | Bcc | Reply-To | Svar till | Priority | Importance "
    "| Prioritet | Betydelse | Viktighet"
    "| Tärkeys | Dôležitosť | Důležitost | Ważność | Wichtigkeit | Attachments | Bilagor | Vedhæftede filer "
    "| Vedlegg | Liitteet | Prílohy"
    "| Přílohy | Załączniki | Anlagen | Organization | Copie | Copie à | Copia | Másolat | Másolatot kap | Копия "
    "| Копія | Bilgi | Kopie (CC) | Svara till | Odpověď na | Antwoord aan | Vastaus | Répondre à | Antwort an "
    "| Válaszcím | Rispondi a | Odpowiedź-do | Responder a | Răspuns către | Ответ-Кому | Odpovedať-Pre | Odgovori na "
    "| Yanıt Adresi | Кому відповісти"
)
HEADER_WORD = re.compile(
    # "No: 4711" is the number of an invoice; Latvian has the word for the sender.
    rf"[\s*_]*+(?:(?P<sender>(?!no\W{{1,5}}\d)(?:{any_of(_FROM)}))|(?P<date>{any_of(_DATE)})|(?P<to>{any_of(_TO)})"
    rf"|(?P<subject>{any_of(_SUBJECT)})"
    rf"|(?P<other>{any_of(_OTHER)}))(?: ?/ ?[^\W\d_]{{1,15}}){{0,2}}"
    r"[*_ \u00a0]{0,3}[:：][*_ \t\u00a0]{0,3}(?P<value>.?)",
    re.IGNORECASE | re.DOTALL,
)
"""A line of the header that Outlook and others put above the old mail."""

_ORIGINAL = any_of(
    "Original Message | Original message | Original Appointment | Original Email | Original-Nachricht "
    "| Ursprüngliche Nachricht | Originalnachricht | Ursprungligt meddelande | Originalmeddelande "
    "| Ursprungligt e-postmeddelande | Oprindelig meddelelse | Original meddelelse | Oprindelig besked "
    "| Opprinnelig melding | Original melding | Alkuperäinen viesti | Pôvodná správa | Pôvodná e-mailová správa "
    "| Původní zpráva | Původní e-mail | Wiadomość oryginalna | Oryginalna wiadomość | Oryginalne wiadomości "
    "| Wiadomość przekazana dalej | Oorspronkelijk bericht | Message d'origine | Message original | Mail original "
    "| Mensaje original | Messaggio originale | Mensagem original | Исходное сообщение | Eredeti üzenet "
    "| Forwarded message | Forwarded Message | Forwarded mail | Weitergeleitete Nachricht "
    "| Vidarebefordrat meddelande | Vidarebefordrat brev | Vidarebefordrat av | Videresendt af | Videresendt av "
    "| Videresendt e-post | Weitergeleitet von | Lähettänyt edelleen | Ďalej odoslal | Przesłane przez "
    "| Továbbított üzenet | Edastatud kiri | Videresendt meddelelse | Videresendt besked | Videresendt melding "
    "| Välitetty viesti | Edelleenlähetetty viesti | Preposlaná správa | Přeposlaná zpráva | Przekazana wiadomość "
    "| Forwarded by | Reply message | Reply Message | Reply to message | Doorgestuurd bericht | Message transféré "
    "| Mensaje reenviado | Messaggio inoltrato | Mensagem encaminhada | Пересылаемое сообщение | Svar på meddelande "
    "| Message transmis | Mensagem reencaminhada | Mesaj redirecționat | Treść przekazanej wiadomości "
    "| Proslijeđena poruka | Перенаправленное сообщение | Переслане повідомлення | Перенаправлене повідомлення "
    "| İletilen İleti | İletilmiş Mesaj"
)
SEPARATOR = re.compile(
    rf"\s*+[-_=*#~<>‐–—]{{2,}}+\s*+(?:{_ORIGINAL})"
    r"(?:[^-_=*#~<>‐–—\n]|[-_=*#~<>‐–—](?![-_=*#~<>‐–—])){0,80}+[-_=*#~<>‐–—]{2,}+\s*",
    re.IGNORECASE,
)
"""A line such as "-----Original Message-----"."""
BARE_ORIGINAL = re.compile(rf"\s*+(?:{_ORIGINAL})\s*", re.IGNORECASE)
"""The same words without their dashes, as BlackBerry writes them; they say something only above a header."""

FORWARD = re.compile(
    r"\s*+(?:"
    + any_of(
        "Begin forwarded message | Begin doorgestuurd bericht | Anfang der weitergeleiteten E‑Mail "
        "| Edelleenlähetetty viesti alkaa | Início da mensagem encaminhada | Início da mensagem reencaminhada "
        "| Начало переадресованного сообщения | Початок листа, що пересилається | İletilen ileti başlangıcı "
        "| Vidarebefordrat brev | Vidarebefordrat mejl | Start på vidarebefordrat brev | Start på videresendt besked "
        "| Videresendt besked | Videresendt melding | Start på videresendt melding | Videresendt e-post "
        "| Alkaa välitetty viesti | Välitetty viesti alkaa | Začiatok preposlanej správy | Začátek přeposlané zprávy "
        "| Začátek přeposílané zprávy | Početak proslijeđene poruke | Początek przekazywanej wiadomości "
        "| Rozpoczęcie przekazywanej wiadomości | Továbbított levél kezdete | Továbbított üzenet kezdete "
        "| Anfang der weitergeleiteten Nachricht | Anfang der weitergeleiteten E-Mail | Doorgestuurd bericht "
        "| Début du message réexpédié | Début du message transféré | Inicio del mensaje reenviado "
        "| Inizio messaggio inoltrato | Forwarded message | Započni proslijeđenu poruku | Începe mesajul redirecționat "
        "| İleti başlangıcı"
    )
    + r")\s*:\s*",
    re.IGNORECASE,
)
"""Apple Mail's line above a forwarded mail."""

_ANSWER_ABOVE = (
    "Please reply above this line | Reply above this line | Write above this line | Type your reply above this line "
    "| Please type your reply above this line | Add your reply above this line "
    "| Skriv ditt svar ovanför denna rad | Svara ovanför denna rad "
    "| Skriv ovanför den här raden | Skriv dit svar over denne linje | Besvar over denne linje "
    "| Skriv svaret ditt over denne linjen "
    "| Kirjoita vastauksesi tämän rivin yläpuolelle | Odpovedzte nad týmto riadkom "
    "| Odpovězte nad tímto řádkem | Odpowiedz powyżej tej linii "
    "| Bitte antworten Sie oberhalb dieser Linie | Antworten Sie über dieser Zeile"
)
ANSWER_ABOVE = re.compile(rf"[-#=*_~\s]*+(?:{any_of(_ANSWER_ABOVE)})[-#=*_~ .]*", re.IGNORECASE)
"""The line that help desks put above their own letters."""
ANSWER_ABOVE_BEGINS = frozenset(
    spelt for phrase in _ANSWER_ABOVE.split("|") for spelt in _in_any_case(phrase.strip()[:2])
)
"""Two letters each: what such a line begins with where no mark stands before it."""
