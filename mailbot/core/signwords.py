"""The words with which letters end: closings, what phones and programs add, disclaimers, footers of lists."""

from __future__ import annotations

import re

from mailbot.core.quotewords import any_of

_PROGRAM = any_of(
    "iPhon | iPad | iPod | iOS | MacBook | Apple Mail | Apple Watch | Android | Samsung | Galaxy | Huawei | Honor "
    "| Xiaomi | Redmi | Poco | Noki | Sony | Xperi | HTC | Motorola | OnePlus | Pixel | BlackBerry | Windows | Outlook "
    "| Hotmail | Gmail | Yahoo | AOL | Proton | Tuta | Airmail | Newton | Mailbird | Mailspring | Superhuman | Spark "
    "| Spike | K-9 | K9 | Thunderbird | FairEmail | BlueMail | Blue Mail | Edison | TypeMail | Boxer | eM Client "
    "| Alcatel | Fastmail | Zoho | GMX | WEB.DE | Delta Chat | Nine | Verizon | T-Mobile | Mail.ru | myMail | Yandex "
    "| Seznam | Email.cz | e-post för | sähköpost | posta pre | pošty pro | poczty"
)
_DEVICE = any_of(
    "mobil | mobiel | phone | smartphone | cell | handset | handheld | tablet | device | wireless | keyboard | telefon "
    "| puhelim | kännykä | laitte | surfplat | enhet | enhed | zariad | zaříz | urządz | komórk | handy | gerät "
    "| unterwegs | telefoon | toestel | téléphone | portable | teléfono | dispositivo | móvil | celular | cellulare "
    "| telemóvel"
)
_SENT_FROM = any_of(
    "sent from | sänt från | sent wirelessly from | envoyé sans fil par | skickat från | skickad från | skickades från "
    "| sendt fra | sendt frå | odoslané z | odoslané zo "
    "| odesláno z | odesláno ze | wysłane z | wysłane ze | wysłano z | wysłano ze | wysłana z | wysłany z "
    "| gesendet von | gesendet aus | nachricht wurde von | e-mail wurde von | message was sent from "
    "| message sent from | e-mail was sent from | email was sent from | envoyé de | envoyé depuis | envoyé à partir de "
    "| enviado desde | enviado do | enviado de | enviado a partir do | inviato da | inviato dal | verstuurd vanaf "
    "| verzonden vanaf | verzonden vanuit | отправлено с | отправлено со | отправлено из | надіслано з | надіслано із "
    "| изпратено от | saadetud minu | nosūtīts no | išsiųsta iš | trimis de pe | trimis din | poslano s | poslano sa "
    "| poslano iz | poslano z | στάλθηκε από | sent úr"
)
_SENT_WITH = any_of(
    "sent via | sent by | sent with | sent using | sent on | sent through | message was sent by | skickat med "
    "| skickat via | skickades med | skickades via | sendt med | sendt via | odoslané cez | odoslané pomocou "
    "| odoslané prostredníctvom | odesláno přes | odesláno pomocí | wysłane przez | wysłane za pomocą | wysłano przez "
    "| wysłano za pomocą | gesendet mit | gesendet über | nachricht wurde mit | envoyé avec | envoyé via | enviado com "
    "| enviado con | enviado mediante | inviato con | verstuurd met | verstuurd via | verzonden via | verzonden met"
)
_SENT_LAST = any_of("gesendet | verschickt | küldve | gönderildi | versendet") + r"(?!\w)|から送信|에서 보냄|傳送|发送"
_GET_OUTLOOK = (
    any_of(
        "get | download | hämta | skaffa | hent | få | last ned | skaff deg | hanki | lataa | získať | získajte "
        "| získat | získejte | stáhnout | stiahnuť | pobierz | pobierz program | holen sie sich | laden sie "
        "| obtenir | obtenez | télécharger | obtener | obtén | descargar | obter | baixe | scarica | ottieni "
        "| downloaden | töltse le | скачать | загрузить"
    )
    + r"(?: [^\W\d_]{1,12})?[^\w\n]{1,3}outlook(?=[^.;!?\n]{0,40}\b(?:ios|android|windows|mac|mobil))"
)
_GET_OUTLOOK_LAST = r"outlook (?:für|fuer) (?:ios|android)(?: ?<[^<>\s]{1,80}>)? (?:holen|herunterladen|beziehen|laden)"
# A colon or a question mark is a sentence's, unless it stands in the address of a shop or a home page.
_TAIL = r"(?:[^;:!?\n]|:(?=//|\w)|[?](?=\w+=)){0,110}!?"
# "Skickat från min telefon i går, men inget kom fram" is somebody's sentence.
_GOES_ON = (
    r"(?![^\n]{0,110}\s(?:men|but|aber|mutta|ale|i ?går|yesterday|gestern|eilen|včera|wczoraj|igen|again|wieder)(?!\w))"
)
_UP_TO = r"(?>https?://\S{1,200}|[^.,;:!?\n]){0,60}?(?<![^\W\d_])"
PHONE_SIGNATURE = re.compile(
    r"[\s*_<(\[«~-]{0,6}+(?:"
    r"(?:(?:this|diese|tento|denne|detta|dette|táto|tämä|ta)\s)?"
    # Many a thing is sent with a telephone's help, and hardly any from one but a mail.
    rf"(?:(?:(?:{_SENT_FROM})(?!\w)|lähetetty|发自|發自|寄自)(?={_UP_TO}(?:{_PROGRAM}|{_DEVICE}))"
    rf"|(?:{_SENT_WITH})(?!\w)(?={_UP_TO}{_PROGRAM}|\s(?:my |min |a )?mobile)){_GOES_ON}{_TAIL}"
    # Its verb is looked for first, for hardly a line has one.
    rf"|(?=[^.;:!?\n]{{2,60}}?(?:{_SENT_LAST}))(?={_UP_TO}(?:{_PROGRAM}|{_DEVICE}))"
    rf"[^.;:!?\n]{{2,60}}?(?:{_SENT_LAST})[\s.)*\]»>]{{0,4}}"
    rf"|{_GET_OUTLOOK}{_TAIL}|{_GET_OUTLOOK_LAST}{_TAIL}"
    r"|sent (?:on the (?:go|move)|while on the (?:go|move)|from (?:a |my )?mobile)[\s.]*"
    r"|from (?:my )?(?:mobile|phone|iphone|ipad)[\s\d.]*"
    r")",
    re.IGNORECASE,
)
"""A whole line that a phone or a program added; "Sent from my desk, it is easier" is a sentence of somebody's."""

_CLOSING = any_of(
    "Med vänlig hälsning | Med vänliga hälsningar | Vänliga hälsningar | Vänlig hälsning | Bästa hälsningar "
    "| Bästa hälsning | Hälsningar | Hälsn | Mvh | MVH | Hälsar | Med bästa hälsningar | Varma hälsningar "
    "| Med venlig hilsen | Venlig hilsen | Med venlige hilsner | Mange hilsner | De bedste hilsner "
    "| Bedste hilsner | Bedste hilsen | Hilsen | Hilsner | Vh | Kh | Dbh"
    "| Med vennlig hilsen | Vennlig hilsen | Beste hilsen | Beste hilsener | Med hilsen | Vennlige hilsener "
    "| Ystävällisin terveisin | Terveisin | Parhain terveisin | Yst. terv | Terv | Terveiset | Kunnioittavasti "
    "| S pozdravom | S úctou | S priateľským pozdravom | Pekný deň | S pozdravem | Hezký den | S přátelským pozdravem "
    "| Pozdrawiam | Z poważaniem | Serdecznie pozdrawiam | Z wyrazami szacunku "
    "| Mit freundlichen Grüßen | Mit freundlichem Gruß | Mit freundlichen Grüssen | Freundliche Grüße "
    "| Freundliche Grüsse | Viele Grüße | Beste Grüße | Liebe Grüße | Herzliche Grüße | MfG | Gruß | Schöne Grüße "
    "| Best regards | Kind regards | Regards | Warm regards | Best wishes | Best | Cheers | Sincerely "
    "| Yours sincerely | Yours faithfully | Many thanks | Thanks and regards | Thank you and regards "
    "| Kindest regards | Yours truly | BR | KR | Thanks & regards | With kind regards | With best regards "
    "| Cordialement | Bien cordialement | Saludos | Un saludo | Cordiali saluti | Distinti saluti "
    "| Met vriendelijke groet | Met vriendelijke groeten | Üdvözlettel | Tisztelettel | Lugupidamisega | Ar cieņu "
    "| Pagarbiai | С уважением"
)
SIGN_OFF = re.compile(
    rf"[\s/*_-]{{0,4}}(?:{_CLOSING})(?:[\s,./|*_-]{{1,4}}(?:{_CLOSING})(?!\w))?[\s,.!*_/-]{{0,4}}", re.IGNORECASE
)
"""The closing line of a letter, in one language or two."""

THANKS = re.compile(
    r"\s{0,4}(?:"
    + any_of(
        "Thanks | Thank you | Thanks a lot | Thanks in advance | Tack | Tack på förhand | Tak | Tak på forhånd "
        "| På forhånd tak | Takk | Takk på forhånd | På forhånd takk | Kiitos | Kiitos etukäteen | Ďakujem "
        "| Vopred ďakujem | Děkuji | Předem děkuji | Dziękuję | Z góry dziękuję | Danke | Vielen Dank"
    )
    + r")[\s,.!]{0,4}",
    re.IGNORECASE,
)
"""Thanks that close a letter where a name and an address stand below them."""

MATTER = re.compile(
    r"[\s*•-]{0,4}(?:"
    + any_of(
        "kundnummer | kundnr | kund-nr | kundid | kund-id | ordernummer | ordernr | beställningsnummer | fakturanummer "
        "| fakturanr | serienummer | serienr | ärendenummer | ärendenr | avtalsnummer | medlemsnummer | leveransadress "
        "| fakturaadress | kontaktperson | kontakt på plats | kundenummer | kundenr | ordrenummer | ordrenr "
        "| sagsnummer | sagsnr | saksnummer | saksnr | leveringsadresse | fakturaadresse | medlemsnr "
        "| asiakasnumero | asiakasnro | tilausnumero | tilausnro | laskunumero | sarjanumero | toimitusosoite "
        "| laskutusosoite | yhteyshenkilö | zákaznícke číslo | číslo zákazníka | číslo objednávky | číslo faktúry "
        "| sériové číslo | výrobné číslo | číslo zmluvy | dodacia adresa | fakturačná adresa | kontaktná osoba "
        "| zákaznické číslo | číslo faktury | výrobní číslo | číslo smlouvy | dodací adresa | doručovací adresa "
        "| fakturační adresa | kontaktní osoba | numer klienta | nr klienta | numer zamówienia | nr zamówienia "
        "| numer faktury | nr faktury | numer seryjny | nr seryjny | numer umowy | adres dostawy | adres do wysyłki "
        "| osoba kontaktowa | kundennummer | kundennr | kunden-nr | kd.-nr | kdnr | bestellnummer | bestell-nr "
        "| auftragsnummer | auftrags-nr | rechnungsnummer | rechnungs-nr | seriennummer | serien-nr | vertragsnummer "
        "| portkod | lägenhetsnummer | lägenhet "
        "| lieferadresse | lieferanschrift | rechnungsadresse | customer number | customer no | customer id "
        "| order number | order no | order id | invoice number | invoice no | serial number | serial no "
        "| case number | contract number | policy number | membership number | delivery address "
        "| shipping address | contact person | felkod | felmeddelande | modell | modellnummer | model | fejlkode "
        "| feilkode | virhekoodi | malli | chybový kód | kód chyby | kod błędu | fehlercode | fehlermeldung "
        "| error code | error message | version | verzia | verze | wersja | versio"
    )
    + r")(?!\w)[^:\n]{0,30}?(?::|\.? ?#?\d)",
    re.IGNORECASE,
)
"""What customers write below their names and no program does: the number of an order, where to send it."""

COMPANY_LINE = re.compile(
    r"[\s*•|-]{0,4}(?:"
    + any_of(
        "öppettider | telefontid | åbningstider | åpningstider | aukioloajat | otváracie hodiny | otevírací doba "
        "| godziny otwarcia | öffnungszeiten | opening hours | följ oss | besök | läs mer | hitta oss | gilla oss "
        "| boka | prenumerera | innehar f-skattebevis | följ mig "
        "| godkänd för f-skatt | en del av | följ med | følg oss | følg os | besøg | find os | finn oss | en del af "
        "| besøk | les mer | læs mere | seuraa | osa | lue lisää | sledujte | navštívte | navštivte | sme súčasťou "
        "| jsme součástí | zapsaná | zapísaná | se sídlem | so sídlom | zapsáno | společnost | spoločnosť "
        "| odwiedź | obserwuj | polub | kapitał | wpisana | z siedzibą | spółka | członek | folgen | besuchen "
        "| ein unternehmen | sitz | follow | visit | find us | like us | learn more | read more | book a | part of "
        "| a member | a division | a company | registered | connect with | subscribe | our offices"
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
"""What a company adds to the card of those who write for it."""

DISCLAIMER = re.compile(
    r"[\s*_-]{0,6}(?:"
    + any_of(
        "This e-mail | This email | This message | This communication | This transmission | This mail "
        "| The information contained | The information in this | The contents of this | The content of this "
        "| Confidentiality | Confidential | Disclaimer | Privileged | IMPORTANT NOTICE | Legal notice | CAUTION "
        "| Please consider the environment | Think before you print | Save a tree | Consider the environment "
        "| Detta e-post | Detta e-mail | Detta mejl | Detta mail | Detta meddelande | Den här e-posten "
        "| Informationen i detta | Innehållet i detta | Tänk på miljön | Behöver du skriva ut | Så behandlar vi "
        "| Vi behandlar personuppgifter | Sekretess "
        "| Denne e-mail | Denne mail | Denne e-post | Denne e-posten | Denne meddelelse | Denne besked "
        "| Denne meldingen | Dette er en fortrolig | Oplysningerne i denne | Informasjonen i denne | Tænk på miljøet "
        "| Tenk på miljøet | Fortrolig | Fortrolighed | Vi behandler personoplysninger "
        "| Tämä sähköposti | Tämä viesti | Tämän viestin | Tämän sähköpostin | Ajattele ympäristöä "
        "| Táto správa | Tento e-mail | Tento email | Obsah tejto | Informácie v | Upozornenie | Dôverné "
        "| Tato zpráva | Tento mail | Obsah této | Informace obsažené | Upozornění | Důvěrné | Šetřete "
        "| Ta wiadomość | Niniejsza wiadomość | Niniejszy e-mail | Treść tej | Treść niniejszej | Informacje zawarte "
        "| Wiadomość ta | Informacja poufna | Pomyśl o środowisku | Zanim wydrukujesz | Administratorem danych "
        "| Diese E-Mail | Diese Nachricht | Diese Mail | Der Inhalt dieser | Die Information in dieser "
        "| Die in dieser | Vertraulich | Vertraulichkeitshinweis | Bitte denken Sie an die Umwelt | Denken Sie an die "
        "| Ce message | Ce courriel | Este mensaje | Este correo | Questo messaggio | Dit bericht | Deze e-mail"
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
"""How the notice begins that companies put below their mails."""

NOTICE = re.compile(
    any_of(
        "confiden | intended | addressee | recipient | disclos | virus | environment | privileged | print | gdpr "
        "| rodo | konfidenti | mottagar | avsedd | sekretess | miljö | skriva ut | personuppgift | fortrolig "
        "| modtager | mottaker | miljø | udskriv | personoplysning | luottamuk | vastaanottaj | ympärist | tulost "
        "| dôvern | adresát | určen | tlač | důvěrn | životn | tisk | poufn | adresat | środowisk | drukowa | danych "
        "| vertraulich | empfänger | adressat | umwelt | bestimmt | ausdruck | confidenti | destinat | riservat "
        "| vertrouwelijk"
    ),
    re.IGNORECASE,
)
"""What such a notice speaks of."""

LIST_FOOTER = re.compile(
    r"mailing list|mailman|listinfo|google groups|unsubscribe|e-postlista|postlist|sähköpostilista", re.IGNORECASE
)
"""What a mailing list writes under the line of underscores."""
