"""The lines of a receipt: what came of an agent's commands, in each language that letters are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.core.desk import Words
from mailbot.core.note import Note


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


RECEIPTS: Final[Mapping[str, Words]] = {
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
        "sv": "Mejlet till {0} hade redan gått iväg. Resten är taget tillbaka.",
        "da": "Mailen til {0} var allerede sendt. Resten er taget tilbage.",
        "sk": "E-mail pre {0} už odišiel. Zvyšok je vzatý späť.",
        "en": "The email to {0} had left already. The rest is taken back.",
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
    "unknown-command": {
        "sv": "Kommandot finns inte.",
        "da": "Kommandoen findes ikke.",
        "sk": "Taký príkaz neexistuje.",
        "en": "There is no such command.",
    },
    "too-many": {
        "sv": "Det är fler än 20 kommandon i mejlet.",
        "da": "Der er mere end 20 kommandoer i mailen.",
        "sk": "V e-maile je viac ako 20 príkazov.",
        "en": "There are more than 20 commands in the email.",
    },
    "amid-text": {
        "sv": "Kommandot står mitt i texten. Ställ det först eller sist.",
        "da": "Kommandoen står midt i teksten. Sæt den først eller sidst.",
        "sk": "Príkaz je uprostred textu. Napíšte ho na začiatok alebo na koniec.",
        "en": "The command stands amid the text. Put it first or last.",
    },
    "missing-argument": {
        "sv": "Något fattas. Skriv till exempel {0}",
        "da": "Der mangler noget. Skriv for eksempel {0}",
        "sk": "Niečo chýba. Napíšte napríklad {0}",
        "en": "Something is missing. Write for example {0}",
    },
    "bad-argument": {
        "sv": "”{0}” finns inte att välja på. Det finns: {1}.",
        "da": "»{0}« findes ikke. Der kan vælges mellem: {1}.",
        "sk": "„{0}“ medzi možnosťami nie je. Na výber je: {1}.",
        "en": "“{0}” is not among the choices. They are: {1}.",
    },
    "no-solution": {
        "sv": "Lösningen fattas, och ingen har ännu svarat kunden. Ärendet är fortfarande öppet: skriv lösningen.",
        "da": "Løsningen mangler, og ingen har svaret kunden endnu. Sagen er stadig åben: skriv løsningen.",
        "sk": "Chýba riešenie a zákazníkovi zatiaľ nikto neodpovedal. Požiadavka je stále otvorená: napíšte riešenie.",
        "en": "The solution is missing, and nobody has answered the customer yet. The case is still open: write it.",
    },
    "already-closed": {
        "sv": "Ärendet är redan avslutat.",
        "da": "Sagen er allerede afsluttet.",
        "sk": "Požiadavka je už uzavretá.",
        "en": "The case is closed already.",
    },
    "not-closed": {
        "sv": "Ärendet är inte avslutat.",
        "da": "Sagen er ikke afsluttet.",
        "sk": "Požiadavka nie je uzavretá.",
        "en": "The case is not closed.",
    },
    "not-waiting": {
        "sv": "Ärendet väntar inte på kunden.",
        "da": "Sagen afventer ikke kunden.",
        "sk": "Požiadavka na zákazníka nečaká.",
        "en": "The case does not wait for the customer.",
    },
    "case-is-spam": {
        "sv": "Ärendet är märkt som skräppost, så inget skickas till avsändaren. Öppna det igen först.",
        "da": "Sagen er markeret som spam, så der sendes intet til afsenderen. Genåbn den først.",
        "sk": "Požiadavka je označená ako spam, preto sa odosielateľovi nič neposiela. Najprv ju znovu otvorte.",
        "en": "The case is marked as spam, so nothing is sent to its sender. Reopen it first.",
    },
    "no-such-agent": {
        "sv": "Det går inte att säga vilken handläggare ”{0}” är. Det finns: {1}.",
        "da": "Det er ikke til at sige, hvilken sagsbehandler »{0}« er. Der er: {1}.",
        "sk": "Nedá sa určiť, ktorý riešiteľ je „{0}“. Na výber sú: {1}.",
        "en": "It is not clear which agent “{0}” is. There are: {1}.",
    },
    "no-such-partner": {
        "sv": "Ärendet kan inte skickas till {0}, bara till: {1}.",
        "da": "Sagen kan ikke sendes til {0}, kun til: {1}.",
        "sk": "Požiadavku nemožno poslať na {0}, iba na: {1}.",
        "en": "The case cannot go to {0}, only to: {1}.",
    },
    "no-such-case": {
        "sv": "Det finns inget ärende {0} här.",
        "da": "Der er ingen sag {0} her.",
        "sk": "Požiadavka {0} tu neexistuje.",
        "en": "There is no case {0} here.",
    },
    "not-your-queue": {
        "sv": "{0} ligger utanför dina köer.",
        "da": "{0} ligger uden for dine køer.",
        "sk": "{0} nepatrí do Vašich radov.",
        "en": "{0} is outside your queues.",
    },
    "other-customers": {
        "sv": "{0} hör till andra kunder, så ärendena slås inte ihop.",
        "da": "{0} hører til andre kunder, så sagerne flettes ikke sammen.",
        "sk": "{0} patrí iným zákazníkom, preto sa požiadavky nezlúčia.",
        "en": "{0} belongs to other customers, so the two are not merged.",
    },
    "same-case": {
        "sv": "Det är samma ärende.",
        "da": "Det er samme sag.",
        "sk": "Je to tá istá požiadavka.",
        "en": "It is the same case.",
    },
    "first-message": {
        "sv": "Mejlet öppnade ärendet och kan inte bli ett annat.",
        "da": "Mailen åbnede sagen og kan ikke blive til en anden.",
        "sk": "Týmto e-mailom sa požiadavka začala, preto sa nedá oddeliť.",
        "en": "The email opened the case and cannot become another one.",
    },
    "which-message": {
        "sv": "Svara på kopian av det mejl från kunden som ska bli ett eget ärende.",
        "da": "Svar på kopien af den mail fra kunden, som skal blive en sag for sig.",
        "sk": "Odpovedzte na kópiu toho e-mailu od zákazníka, ktorý má byť samostatnou požiadavkou.",
        "en": "Reply to the copy of the customer's email that is to become a case of its own.",
    },
    "no-such-participant": {
        "sv": "{0} är inte med i ärendet.",
        "da": "{0} er ikke med i sagen.",
        "sk": "{0} medzi účastníkmi požiadavky nie je.",
        "en": "{0} does not take part in the case.",
    },
    "last-participant": {
        "sv": "{0} är den enda kunden i ärendet och kan inte tas bort.",
        "da": "{0} er den eneste kunde i sagen og kan ikke fjernes.",
        "sk": "{0} je jediným zákazníkom požiadavky a nedá sa odobrať.",
        "en": "{0} is the only customer of the case and cannot be removed.",
    },
    "bad-address": {
        "sv": "”{0}” är ingen e-postadress.",
        "da": "»{0}« er ikke en mailadresse.",
        "sk": "„{0}“ nie je e-mailová adresa.",
        "en": "“{0}” is no email address.",
    },
    "is-agent": {
        "sv": "{0} är en av våra egna adresser och kan inte vara kund i ärendet.",
        "da": "{0} er en af vores egne adresser og kan ikke være kunde i sagen.",
        "sk": "{0} je naša vlastná adresa a nemôže byť zákazníkom požiadavky.",
        "en": "{0} is one of our own addresses and cannot be a customer of the case.",
    },
    "nothing-to-undo": {
        "sv": "Det finns inget att ta tillbaka.",
        "da": "Der er intet at tage tilbage.",
        "sk": "Niet čo vziať späť.",
        "en": "There is nothing to take back.",
    },
    "changed-since": {
        "sv": "Ärendet har ändrats sedan dess, så det går inte att ta tillbaka.",
        "da": "Sagen er ændret siden da, så det kan ikke tages tilbage.",
        "sk": "Požiadavka sa odvtedy zmenila, preto sa to nedá vziať späť.",
        "en": "The case has changed since, so it cannot be taken back.",
    },
    "too-late": {
        "sv": "Det är för sent, mejlet till {0} har redan gått iväg.",
        "da": "Det er for sent, mailen til {0} er allerede sendt.",
        "sk": "Je neskoro, e-mail pre {0} už odišiel.",
        "en": "It is too late, the email to {0} has left already.",
    },
    "only-alone": {
        "sv": "{0} måste vara det enda kommandot i mejlet.",
        "da": "{0} skal være den eneste kommando i mailen.",
        "sk": "{0} musí byť v e-maile jediným príkazom.",
        "en": "{0} must be the only command in the email.",
    },
    "not-together": {
        "sv": "{0} och {1} kan inte stå i samma mejl.",
        "da": "{0} og {1} kan ikke stå i samme mail.",
        "sk": "{0} a {1} nemôžu byť v jednom e-maile.",
        "en": "{0} and {1} cannot stand in the same email.",
    },
    "not-twice": {
        "sv": "{0} kan bara stå en gång i ett mejl.",
        "da": "{0} kan kun stå én gang i en mail.",
        "sk": "{0} môže byť v e-maile iba raz.",
        "en": "{0} can stand only once in an email.",
    },
    "only-on-a-case": {
        "sv": "{0} fungerar bara i ett svar på ett mejl om ett ärende.",
        "da": "{0} virker kun i et svar på en mail om en sag.",
        "sk": "{0} funguje iba v odpovedi na e-mail k požiadavke.",
        "en": "{0} works only in a reply to an email about a case.",
    },
    "only-personal": {
        "sv": "{0} fungerar bara i ett mejl till din personliga adress eller med din nyckel.",
        "da": "{0} virker kun i en mail til din personlige adresse eller med din nøgle.",
        "sk": "{0} funguje iba v e-maile na Vašu osobnú adresu alebo s Vaším kľúčom.",
        "en": "{0} works only in an email to your personal address or with your key.",
    },
    "no-customer": {
        "sv": "Ingen kund hittades. Vidarebefordra kundens mejl, eller skriv kundens adress efter kommandot.",
        "da": "Ingen kunde blev fundet. Videresend kundens mail, eller skriv kundens adresse efter kommandoen.",
        "sk": "Zákazník sa nenašiel. Prepošlite jeho e-mail alebo za príkaz napíšte jeho adresu.",
        "en": "No customer was found. Forward the customer's email, or write the customer's address after the command.",
    },
    "none-configured": {
        "sv": "{0} används inte här, för inget är inställt för det.",
        "da": "{0} bruges ikke her, for der er ikke sat noget op til det.",
        "sk": "{0} sa tu nepoužíva, lebo k tomu nie je nič nastavené.",
        "en": "{0} is not used here, for nothing is set up for it.",
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
    "replayed": {
        "sv": "Samma mejl har utförts en gång redan.",
        "da": "Samme mail er allerede udført én gang.",
        "sk": "Ten istý e-mail sa už raz vykonal.",
        "en": "The same email has been acted upon already.",
    },
}
"""By kind; the kinds that begin with "done" tell what was done, most others why nothing was."""
