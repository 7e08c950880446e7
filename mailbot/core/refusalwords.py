"""Why nothing of an agent's mail was done, in each language that letters are written in: lines of a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.core.texts import Texts

REFUSALS: Final[Mapping[str, Texts]] = {
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
    "no-argument": {
        "sv": "{0} ska stå ensamt på sin rad. Skriv det som kunden ska läsa på en egen rad.",
        "da": "{0} skal stå alene på sin linje. Skriv det, kunden skal læse, på en linje for sig.",
        "sk": "{0} musí byť na riadku sám. Čo má čítať zákazník, napíšte na samostatný riadok.",
        "en": "{0} must stand alone on its line. Write what the customer is to read on a line of its own.",
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
    "not-admitted": {
        "sv": "Ärende {0} är inte godkänt, så ingen start är lovad. Godkänn det först.",
        "da": "Sag {0} er ikke godkendt, så der er ikke lovet nogen start. Godkend den først.",
        "sk": "Požiadavka {0} nie je prijatá, preto sme jej začiatok neprisľúbili. Najprv ju prijmite.",
        "en": "Case {0} is not admitted, so no start is promised. Admit it first.",
    },
    "not-refused": {
        "sv": "Ärendet väntar inte på att bli godkänt och är inte avböjt.",
        "da": "Sagen venter ikke på at blive godkendt og er ikke afvist.",
        "sk": "Požiadavka nečaká na prijatie a nie je odmietnutá.",
        "en": "The case is not waiting to be admitted, and it is not declined.",
    },
    "no-fault": {
        "sv": "Inget fel är bekräftat i {0}.",
        "da": "Der er ikke bekræftet nogen fejl i {0}.",
        "sk": "V požiadavke {0} nie je potvrdená žiadna chyba.",
        "en": "No fault is confirmed in {0}.",
    },
    "fault-fixed": {
        "sv": "Felet från {0} är redan rättat, i version {1}.",
        "da": "Fejlen fra {0} er allerede rettet, i version {1}.",
        "sk": "Chyba z požiadavky {0} je už opravená, vo verzii {1}.",
        "en": "The fault of {0} is fixed already, in version {1}.",
    },
    "nothing-new": {
        "sv": "Kunden vet det redan: inget är nytt.",
        "da": "Kunden ved det allerede: intet er nyt.",
        "sk": "Zákazník to už vie: nič nie je nové.",
        "en": "The customer knows already: nothing is new.",
    },
    "no-version": {
        "sv": "Versionen fattas före datumet {0}. Skriv till exempel {1}",
        "da": "Versionen mangler før datoen {0}. Skriv for eksempel {1}",
        "sk": "Pred dátumom {0} chýba verzia. Napíšte napríklad {1}",
        "en": "The version is missing before the date {0}. Write for example {1}",
    },
    "bad-date": {
        "sv": "”{0}” är inget datum. Efter kommandot står en version i ett enda ord och ett datum: {1}",
        "da": "»{0}« er ikke en dato. Efter kommandoen står en version i ét ord og en dato: {1}",
        "sk": "„{0}“ nie je dátum. Za príkazom je verzia jedným slovom a dátum: {1}",
        "en": "“{0}” is no date. Behind the command stand a version in one word and a date: {1}",
    },
    "past-date": {
        "sv": "{0} har redan varit. Skriv ett datum som kommer.",
        "da": "{0} er allerede passeret. Skriv en kommende dato.",
        "sk": "Dátum {0} už uplynul. Napíšte dátum, ktorý ešte len príde.",
        "en": "{0} has passed already. Write a day to come.",
    },
    "one-word": {
        "sv": "En version är ett enda ord, till exempel 12.1, inte ”{0}”. Skriv det kunden ska läsa på en egen rad.",
        "da": "En version er ét ord, for eksempel 12.1, ikke »{0}«. Skriv det, kunden skal læse, på en linje for sig.",
        "sk": "Verzia je jedno slovo, napríklad 12.1, nie „{0}“. Čo má čítať zákazník, napíšte na samostatný riadok.",
        "en": "A version is one word, such as 12.1, not “{0}”. Write what the customer is to read on its own line.",
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
    "target-closed": {
        "sv": "{0} är inte öppet, så inget kan slås ihop med det.",
        "da": "{0} er ikke åben, så intet kan flettes med den.",
        "sk": "{0} nie je otvorená, preto sa s ňou nedá nič zlúčiť.",
        "en": "{0} is not open, so nothing can be merged into it.",
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
    "no-recipient": {
        "sv": "Ärendet har ingen kund att skriva till. Lägg till en först.",
        "da": "Sagen har ingen kunde at skrive til. Tilføj en først.",
        "sk": "Požiadavka nemá zákazníka, ktorému by sa dalo napísať. Najprv niekoho pridajte.",
        "en": "The case has no customer to write to. Add one first.",
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
    "split-stays": {
        "sv": "{0} är redan ett eget ärende och går inte att ta tillbaka. Slå ihop det med {1} i stället.",
        "da": "{0} er allerede en sag for sig og kan ikke tages tilbage. Flet den med {1} i stedet.",
        "sk": "{0} je už samostatná požiadavka a nedá sa vziať späť. Namiesto toho ju zlúčte s {1}.",
        "en": "{0} is a case of its own already and cannot be taken back. Merge it with {1} instead.",
    },
    "too-late": {
        "sv": "Det är för sent, mejlet till {0} har redan gått iväg.",
        "da": "Det er for sent, mailen til {0} er allerede sendt.",
        "sk": "Je neskoro, e-mail pre {0} už odišiel.",
        "en": "It is too late, the email to {0} has left already.",
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
    "no-case": {
        "sv": "Mejlet hör inte till något ärende. Svara på ett mejl om ärendet, eller öppna ett nytt.",
        "da": "Mailen hører ikke til en sag. Svar på en mail om sagen, eller opret en ny.",
        "sk": "E-mail nepatrí k žiadnej požiadavke. Odpovedzte na e-mail k požiadavke alebo založte novú.",
        "en": "The email belongs to no case. Reply to an email about the case, or open a new one.",
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
    "tag-in-text": {
        "sv": "I texten står en personlig svarsadress eller ett sådant id, som ingen annan får se. Ta bort det.",
        "da": "I teksten står en personlig svaradresse eller et sådant id, som ingen anden må se. Fjern det.",
        "sk": "V texte je osobná adresa na odpoveď alebo taký identifikátor, ktorý nesmie vidieť nikto iný. Vymažte.",
        "en": "The text holds a personal reply address or id, which nobody else may see. Take it away.",
    },
    "which-mail": {
        "sv": "Det går inte att säga vilket mejl du menar. Vidarebefordra ett enda, eller ta bort den gamla texten.",
        "da": "Det er ikke til at sige, hvilken mail du mener. Videresend kun én, eller fjern den gamle tekst.",
        "sk": "Nedá sa určiť, ktorý e-mail myslíte. Prepošlite len jeden alebo odstráňte starý text.",
        "en": "It is not clear which email you mean. Forward one alone, or take away the old text.",
    },
    "no-words": {
        "sv": "Det finns ingen text att skicka till kunden.",
        "da": "Der er ingen tekst at sende til kunden.",
        "sk": "Chýba text, ktorý sa má zákazníkovi poslať.",
        "en": "There is no text to send to the customer.",
    },
    "none-configured": {
        "sv": "{0} används inte här, för inget är inställt för det.",
        "da": "{0} bruges ikke her, for der er ikke sat noget op til det.",
        "sk": "{0} sa tu nepoužíva, lebo k tomu nie je nič nastavené.",
        "en": "{0} is not used here, for nothing is set up for it.",
    },
    "replayed": {
        "sv": "Samma mejl har utförts en gång redan.",
        "da": "Samme mail er allerede udført én gang.",
        "sk": "Ten istý e-mail sa už raz vykonal.",
        "en": "The same email has been acted upon already.",
    },
    "mail-too-large": {
        "sv": "Mejlet var för stort för att hämtas helt ({0} byte). Skicka bilagorna på annat sätt.",
        "da": "Mailen var for stor til at blive hentet helt ({0} byte). Send de vedhæftede filer på anden måde.",
        "sk": "E-mail bol príliš veľký na to, aby sa prevzal celý ({0} bajtov). Prílohy pošlite iným spôsobom.",
        "en": "The email was too large to be fetched whole ({0} bytes). Send the attachments another way.",
    },
}
"""By kind; `{0}` and `{1}` as `receiptwords.receipt_words` fills them in."""
