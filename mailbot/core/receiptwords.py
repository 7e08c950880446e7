"""The lines of a receipt: what came of an agent's commands, in each language that letters are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.core.note import Note
from mailbot.core.notewords import NOTES
from mailbot.core.refusalwords import REFUSALS
from mailbot.core.texts import Texts


def receipt_words(note: Note, language: str) -> str:
    """One line of a receipt as a sentence; English in a language that letters are not written in.

    KeyError for an unknown kind.
    """
    sentences = RECEIPTS[_kind(note)]
    return sentences.get(language, sentences["en"]).format(*note.about)


def _kind(note: Note) -> str:
    """The kind whose sentence fits what the note is about."""
    match note:
        case Note("done-sent", (_, "0")):
            return "done-sent-at-once"
        case Note("done-priority", (_, "")):
            return "done-priority-alone"
        case Note("not-together", (one, other)) if one == other:
            return "not-twice"
    return note.kind


_TOLD: Final[Mapping[str, Texts]] = {
    "done-sent": {
        "sv": "Skickas om {1} min till {0}.",
        "da": "Sendes om {1} min. til {0}.",
        "sk": "Odošle sa o {1} min.: {0}.",
        "en": "Goes to {0} in {1} min.",
    },
    "done-sent-at-once": {
        "sv": "Skickas till {0}.",
        "da": "Sendes til {0}.",
        "sk": "Odosiela sa: {0}.",
        "en": "Goes to {0}.",
    },
    "done-note": {
        "sv": "Texten är sparad som intern anteckning och skickas inte till kunden.",
        "da": "Teksten er gemt som internt notat og sendes ikke til kunden.",
        "sk": "Text je uložený ako interná poznámka a zákazníkovi sa neposiela.",
        "en": "The text is kept as an internal note and is not sent to the customer.",
    },
    "done-closed": {
        "sv": "Ärendet är avslutat. Kunden får lösningen i ett avslutande mejl.",
        "da": "Sagen er afsluttet. Kunden får løsningen i en afsluttende mail.",
        "sk": "Požiadavka je uzavretá. Zákazník dostane riešenie v záverečnom e-maile.",
        "en": "The case is closed. The customer gets the solution in a closing email.",
    },
    "done-closed-untold": {
        "sv": "Ärendet är avslutat. Det finns ingen kund att meddela.",
        "da": "Sagen er afsluttet. Der er ingen kunde at give besked.",
        "sk": "Požiadavka je uzavretá. Nie je zákazník, ktorému by sme to oznámili.",
        "en": "The case is closed. There is no customer to tell.",
    },
    "done-priority": {
        "sv": "Prioriteten är nu {0}. Beräknad start: {1}.",
        "da": "Prioriteten er nu {0}. Forventet start: {1}.",
        "sk": "Priorita je teraz {0}. Predpokladaný začiatok: {1}.",
        "en": "The priority is now {0}. Expected start: {1}.",
    },
    "done-priority-alone": {
        "sv": "Prioriteten är nu {0}.",
        "da": "Prioriteten er nu {0}.",
        "sk": "Priorita je teraz {0}.",
        "en": "The priority is now {0}.",
    },
    "done-queue": {
        "sv": "Ärendet ligger nu i kön {0}.",
        "da": "Sagen ligger nu i køen {0}.",
        "sk": "Požiadavka je teraz v rade {0}.",
        "en": "The case is now in the queue {0}.",
    },
    "done-kind": {
        "sv": "Ärendetypen är nu {0}.",
        "da": "Sagstypen er nu {0}.",
        "sk": "Druh požiadavky je teraz {0}.",
        "en": "The kind of request is now {0}.",
    },
    "done-impact": {
        "sv": "Påverkan är nu {0}.",
        "da": "Påvirkningen er nu {0}.",
        "sk": "Dopad je teraz {0}.",
        "en": "The impact is now {0}.",
    },
    "done-urgency": {
        "sv": "Brådskan är nu {0}.",
        "da": "Hastegraden er nu {0}.",
        "sk": "Naliehavosť je teraz {0}.",
        "en": "The urgency is now {0}.",
    },
    "done-assigned": {
        "sv": "Ärendet är tilldelat {0}.",
        "da": "Sagen er tildelt {0}.",
        "sk": "Požiadavku rieši {0}.",
        "en": "The case is assigned to {0}.",
    },
    "done-taken": {
        "sv": "Du har tagit ärendet.",
        "da": "Du har overtaget sagen.",
        "sk": "Požiadavku ste prevzali.",
        "en": "You have taken the case.",
    },
    "done-waiting": {
        "sv": "Ärendet väntar på kundens svar.",
        "da": "Sagen afventer kundens svar.",
        "sk": "Požiadavka čaká na odpoveď zákazníka.",
        "en": "The case waits for the customer's answer.",
    },
    "done-resumed": {
        "sv": "Ärendet väntar inte längre på kunden.",
        "da": "Sagen afventer ikke længere kunden.",
        "sk": "Požiadavka už na zákazníka nečaká.",
        "en": "The case no longer waits for the customer.",
    },
    "done-forwarded": {
        "sv": "Ärendet skickas till {0}, och kunden får veta det.",
        "da": "Sagen sendes til {0}, og kunden får besked.",
        "sk": "Požiadavku dostane {0} a zákazníkovi to oznámime.",
        "en": "The case goes to {0}, and the customer is told.",
    },
    "not-routed": NOTES["not-routed"],
    "done-merged": {
        "sv": "Ärendet är sammanslaget med {0} och fortsätter där.",
        "da": "Sagen er flettet sammen med {0} og fortsætter der.",
        "sk": "Požiadavka je zlúčená s požiadavkou {0} a pokračuje tam.",
        "en": "The case is merged into {0} and goes on there.",
    },
    "done-split": {
        "sv": "Kundens mejl är nu ett eget ärende, {0}.",
        "da": "Kundens mail er nu en sag for sig, {0}.",
        "sk": "E-mail zákazníka je teraz samostatná požiadavka {0}.",
        "en": "The customer's email is now a case of its own, {0}.",
    },
    "done-spam": {
        "sv": "Ärendet är märkt som skräppost och avslutat. Avsändaren får inget veta.",
        "da": "Sagen er markeret som spam og lukket. Afsenderen får intet at vide.",
        "sk": "Požiadavka je označená ako spam a uzavretá. Odosielateľ sa nič nedozvie.",
        "en": "The case is marked as spam and closed. Its sender is told nothing.",
    },
    "done-reopened": {
        "sv": "Ärendet är öppet igen.",
        "da": "Sagen er åben igen.",
        "sk": "Požiadavka je znovu otvorená.",
        "en": "The case is open again.",
    },
    "done-admitted": {
        "sv": "Ärendet är godkänt, och kunden får veta när vi börjar.",
        "da": "Sagen er godkendt, og kunden får at vide, hvornår vi går i gang.",
        "sk": "Požiadavka je prijatá a zákazníkovi oznámime, kedy ju začneme riešiť.",
        "en": "The case is admitted, and the customer is told when work starts.",
    },
    "done-declined": {
        "sv": "Ärendet är avböjt och avslutat. Kunden får veta det.",
        "da": "Sagen er afvist og lukket. Kunden får besked.",
        "sk": "Požiadavka je odmietnutá a uzavretá. Zákazníkovi to oznámime.",
        "en": "The case is declined and closed. The customer is told.",
    },
    "done-not-covered": {
        "sv": "Ärendet är avslutat. Kunden får veta att det inte ingår i avtalet.",
        "da": "Sagen er lukket. Kunden får besked om, at den ikke er omfattet af aftalen.",
        "sk": "Požiadavka je uzavretá. Zákazníkovi oznámime, že sa na ňu zmluva nevzťahuje.",
        "en": "The case is closed. The customer is told that the agreement does not cover it.",
    },
    "done-order": {
        "sv": "Kunden får frågan om beställningen, och ärendet väntar på ja eller nej.",
        "da": "Kunden bliver spurgt om bestillingen, og sagen afventer ja eller nej.",
        "sk": "Zákazník dostane otázku na objednávku a požiadavka čaká na áno alebo nie.",
        "en": "The customer is asked for the order, and the case waits for a yes or no.",
    },
    "level-stays": {
        "sv": "Prioriteten är fortfarande {0}: den är inte mer brådskande än med en tillfällig lösning.",
        "da": "Prioriteten er stadig {0}: den haster ikke mere end med en midlertidig løsning.",
        "sk": "Priorita zostáva {0}: nie je naliehavejšia než s náhradným riešením.",
        "en": "The priority is still {0}: it is no more urgent than with a workaround.",
    },
    "done-fault": {
        "sv": "Felet är bekräftat: {0}. Kunden får veta det.",
        "da": "Fejlen er bekræftet: {0}. Kunden får besked.",
        "sk": "Chyba je potvrdená: {0}. Zákazníkovi to oznámime.",
        "en": "The fault is confirmed: {0}. The customer is told.",
    },
    "done-fault-all": {
        "sv": "Felet är bekräftat: {0}. Kunderna i {1} ärenden får veta det.",
        "da": "Fejlen er bekræftet: {0}. Kunderne i {1} sager får besked.",
        "sk": "Chyba je potvrdená: {0}. Oznámime to zákazníkom s touto chybou, počet požiadaviek: {1}.",
        "en": "The fault is confirmed: {0}. The customers of {1} cases are told.",
    },
    "done-hangs": {
        "sv": "Ärendet hör nu till felet från {0}. Kunden får veta det.",
        "da": "Sagen hører nu til fejlen fra {0}. Kunden får besked.",
        "sk": "Požiadavka teraz patrí k chybe z požiadavky {0}. Zákazníkovi to oznámime.",
        "en": "The case now hangs on the fault of {0}. The customer is told.",
    },
    "done-fixed": {
        "sv": "Felet är rättat i version {0}. Kunden får veta det.",
        "da": "Fejlen er rettet i version {0}. Kunden får besked.",
        "sk": "Chyba je opravená vo verzii {0}. Zákazníkovi to oznámime.",
        "en": "The fault is fixed in version {0}. The customer is told.",
    },
    "done-fixed-all": {
        "sv": "Felet är rättat i version {0}. Kunderna i {1} ärenden får veta det.",
        "da": "Fejlen er rettet i version {0}. Kunderne i {1} sager får besked.",
        "sk": "Chyba je opravená vo verzii {0}. Oznámime to zákazníkom s touto chybou, počet požiadaviek: {1}.",
        "en": "The fault is fixed in version {0}. The customers of {1} cases are told.",
    },
    "done-added": {
        "sv": "{0} får från och med nu ärendets mejl.",
        "da": "{0} får fra nu af sagens mails.",
        "sk": "{0} odteraz dostáva e-maily k požiadavke.",
        "en": "{0} gets the case's emails from now on.",
    },
    "done-removed": {
        "sv": "{0} får inga fler mejl om ärendet.",
        "da": "{0} får ikke flere mails om sagen.",
        "sk": "{0} už e-maily k požiadavke nedostáva.",
        "en": "{0} gets no more emails about the case.",
    },
    "done-new": {
        "sv": "Ärende {0} är öppnat för {1}.",
        "da": "Sag {0} er oprettet for {1}.",
        "sk": "Požiadavka {0} je založená pre {1}.",
        "en": "Case {0} is opened for {1}.",
    },
    "done-undone": {
        "sv": "Det här är taget tillbaka: {0}",
        "da": "Dette er taget tilbage: {0}",
        "sk": "Toto je vzaté späť: {0}",
        "en": "This is taken back: {0}",
    },
    "letters-left": {
        "sv": "Mejlet till {0} hade redan gått iväg. Det som inte hade gått iväg är taget tillbaka.",
        "da": "Mailen til {0} var allerede sendt. Det, der ikke var sendt, er taget tilbage.",
        "sk": "E-mail pre {0} už odišiel. Čo ešte neodišlo, je vzaté späť.",
        "en": "The email to {0} had left already. What had not left is taken back.",
    },
    "done-list": {
        "sv": "Listan kommer i ett eget mejl.",
        "da": "Listen kommer i en mail for sig.",
        "sk": "Zoznam príde v samostatnom e-maile.",
        "en": "The list comes in an email of its own.",
    },
    "done-status": {
        "sv": "Hela ärendet kommer i ett eget mejl.",
        "da": "Hele sagen kommer i en mail for sig.",
        "sk": "Celá požiadavka príde v samostatnom e-maile.",
        "en": "The whole case comes in an email of its own.",
    },
    "done-help": {
        "sv": "Vägledningen kommer i ett eget mejl.",
        "da": "Vejledningen kommer i en mail for sig.",
        "sk": "Návod príde v samostatnom e-maile.",
        "en": "The guide comes in an email of its own.",
    },
    "nothing-sent": {
        "sv": "Ingen text har skickats till kunden.",
        "da": "Der er ikke sendt nogen tekst til kunden.",
        "sk": "Zákazníkovi sa neposlal žiadny text.",
        "en": "No text has been sent to the customer.",
    },
    "bounces": {
        "sv": "Mejl till {0} har kommit tillbaka på sistone. Ditt skickas ändå.",
        "da": "Mails til {0} er kommet retur på det seneste. Din sendes alligevel.",
        "sk": "E-maily pre {0} sa v poslednom čase vracali. Váš sa napriek tomu posiela.",
        "en": "Emails to {0} have come back lately. Yours is sent all the same.",
    },
    "left-out": {
        "sv": "För stora för att skickas med: {0}.",
        "da": "For store til at blive sendt med: {0}.",
        "sk": "Príliš veľké prílohy, ktoré sa neposielajú: {0}.",
        "en": "Too large to be sent along: {0}.",
    },
    "letters-kept": {
        "sv": "Bifogade mejl med en personlig svarsadress eller ett sådant id skickas inte vidare: {0}.",
        "da": "Vedhæftede mails med en personlig svaradresse eller et sådant id sendes ikke videre: {0}.",
        "sk": "Priložené e-maily s osobnou adresou na odpoveď alebo takým identifikátorom sa neposielajú ďalej: {0}.",
        "en": "Attached emails that hold somebody's personal reply address or id are not sent on: {0}.",
    },
    "files-kept": {
        "sv": "Bilagor som inte skickas till kunden, för mejlet har ingen text: {0}.",
        "da": "Vedhæftede filer, der ikke sendes til kunden, for mailen har ingen tekst: {0}.",
        "sk": "Prílohy, ktoré sa zákazníkovi neposielajú, lebo v e-maile nie je text: {0}.",
        "en": "Attachments that are not sent to the customer, for the email has no text: {0}.",
    },
    "pictures-kept": {
        "sv": "Bilder som inte skickas, för det går inte att se var i texten de hör hemma: {0}.",
        "da": "Billeder, der ikke sendes, for det kan ikke ses, hvor i teksten de hører hjemme: {0}.",
        "sk": "Obrázky, ktoré sa neposielajú, lebo nie je jasné, kam v texte patria: {0}.",
        "en": "Pictures that are not sent, for it is not clear where in the text they belong: {0}.",
    },
}

RECEIPTS: Final[Mapping[str, Texts]] = {**_TOLD, **REFUSALS}
"""By kind."""
