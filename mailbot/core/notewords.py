"""What agents should know about a mail, told in the language of their desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.core.note import Note
from mailbot.core.texts import Texts


def note_words(note: Note, language: str) -> str:
    """A note as a sentence; English in a language that letters are not written in. KeyError for an unknown kind."""
    sentences = NOTES[note.kind]
    return sentences.get(language, sentences["en"]).format(*note.about)


NOTES: Final[Mapping[str, Texts]] = {
    "incomplete": {
        "sv": "Mejlet har {0} byte, mer än vad som hämtas: bara början finns här, och bilagor saknas.",
        "da": "Mailen fylder {0} byte, mere end der hentes: kun begyndelsen er her, og vedhæftede filer mangler.",
        "sk": "E-mail má {0} bajtov, viac, než sa preberá: je tu iba jeho začiatok a prílohy chýbajú.",
        "en": "The email has {0} bytes, more than is fetched: only its beginning is here, and attachments are missing.",
    },
    "left-out": {
        "sv": "Bilagor som är för stora för den här kopian: {0}.",
        "da": "Vedhæftede filer, der er for store til denne kopi: {0}.",
        "sk": "Prílohy, ktoré sú pre túto kópiu príliš veľké: {0}.",
        "en": "Attachments too large for this copy: {0}.",
    },
    "server-pass": {
        "sv": "E-postservern intygar att avsändaradressen är äkta.",
        "da": "Mailserveren bekræfter, at afsenderadressen er ægte.",
        "sk": "Poštový server potvrdil, že adresa odosielateľa je pravá.",
        "en": "The mail server has found the sender address to be genuine.",
    },
    "answered-before": {
        "sv": "Samma adress har tidigare svarat på våra mejl.",
        "da": "Samme adresse har tidligere svaret på vores mails.",
        "sk": "Z tejto adresy nám už predtým prišla odpoveď na náš e-mail.",
        "en": "The same address has answered an email of ours before.",
    },
    "own-tag": {
        "sv": "Mejlet svarar på ett mejl som vi har skickat till just den adressen.",
        "da": "Mailen svarer på en mail, som vi har sendt til netop den adresse.",
        "sk": "Je to odpoveď na e-mail, ktorý sme poslali práve na túto adresu.",
        "en": "It answers an email that we sent to this very address.",
    },
    "in-customer-file": {
        "sv": "Avsändaren är en av kundens namngivna kontaktpersoner.",
        "da": "Afsenderen er en af kundens navngivne kontaktpersoner.",
        "sk": "Odosielateľ je jednou z kontaktných osôb, ktoré zákazník uviedol.",
        "en": "The sender is one of the contacts whom the customer has named.",
    },
    "by-agent": {
        "sv": "Ärendet är öppnat av handläggaren {0}.",
        "da": "Sagen er oprettet af sagsbehandleren {0}.",
        "sk": "Požiadavku založil riešiteľ {0}.",
        "en": "The case was opened by the agent {0}.",
    },
    "unproven": {
        "sv": "Inget visar att mejlet verkligen kommer från den adressen.",
        "da": "Intet viser, at mailen virkelig kommer fra den adresse.",
        "sk": "Nič nedokazuje, že e-mail naozaj prišiel z tejto adresy.",
        "en": "Nothing shows that the email really comes from that address.",
    },
    "forged": {
        "sv": "Enligt e-postservern är avsändaradressen förfalskad.",
        "da": "Ifølge mailserveren er afsenderadressen forfalsket.",
        "sk": "Podľa poštového servera je adresa odosielateľa sfalšovaná.",
        "en": "The mail server says that the sender address is forged.",
    },
    "unreadable-sender": {
        "sv": "From-raden i mejlet anger ingen entydig avsändare: {0}.",
        "da": "From-linjen i mailen angiver ingen entydig afsender: {0}.",
        "sk": "Hlavička From v e-maile neuvádza jednoznačného odosielateľa: {0}.",
        "en": "No one sender can be read from the From header: {0}.",
    },
    "another-hand": {
        "sv": "Skrivet av {0} som svar på ett mejl som vi skickade till {1}.",
        "da": "Skrevet af {0} som svar på en mail, som vi sendte til {1}.",
        "sk": "Z adresy {0} prišla odpoveď na e-mail, ktorý sme poslali na adresu {1}.",
        "en": "Written by {0} in answer to a letter to {1}.",
    },
    "unknown-hand": {
        "sv": "Skrivet av någon okänd som svar på ett mejl som vi skickade till {0}.",
        "da": "Skrevet af en ukendt som svar på en mail, som vi sendte til {0}.",
        "sk": "Neznámy odosielateľ odpovedal na e-mail, ktorý sme poslali na adresu {0}.",
        "en": "Written by somebody unknown in answer to a letter to {0}.",
    },
    "claimed-number": {
        "sv": "Mejlet nämner ärende {0}, men inget visar att avsändaren har med det ärendet att göra.",
        "da": "Mailen nævner sag {0}, men intet viser, at afsenderen har med den sag at gøre.",
        "sk": "E-mail uvádza požiadavku {0}, ale nič nedokazuje, že sa týka jeho odosielateľa.",
        "en": "Quotes case {0}, without proof of taking part in it.",
    },
    "fault": {
        "sv": "Mejlet kunde inte läsas helt korrekt ({0}).",
        "da": "Mailen kunne ikke læses helt korrekt ({0}).",
        "sk": "E-mail sa nepodarilo prečítať celkom správne ({0}).",
        "en": "Reading it: {0}.",
    },
    "not-acted-upon": {
        "sv": "Adressen är en handläggares, men inget visar att handläggaren har skrivit mejlet. Inget har utförts.",
        "da": "Adressen er en sagsbehandlers, men intet viser, at sagsbehandleren har skrevet mailen. Intet er udført.",
        "sk": "Adresa patrí riešiteľovi, ale nič nedokazuje, že e-mail napísal on. Nič z neho sa nevykonalo.",
        "en": "The address is an agent's, but nothing shows that the agent wrote it. Nothing in it was acted upon.",
    },
    "no-tag": {
        "sv": "Mejlet är varken ett svar på ett mejl från oss eller skickat till handläggarens personliga adress.",
        "da": "Mailen er hverken et svar på en mail fra os eller sendt til sagsbehandlerens personlige adresse.",
        "sk": "E-mail nie je odpoveďou na náš e-mail ani neprišiel na osobnú adresu riešiteľa.",
        "en": "It neither answers an email of ours nor was it sent to the agent's personal address.",
    },
    "foreign-tag": {
        "sv": "Mejlet som det svarar på, eller den personliga adress som det skickades till, är någon annans.",
        "da": "Den mail, som den svarer på, eller den personlige adresse, som den er sendt til, er en andens.",
        "sk": "E-mail, na ktorý odpovedá, alebo osobná adresa, na ktorú prišiel, patrí niekomu inému.",
        "en": "The email that it answers, or the personal address that it was sent to, is somebody else's.",
    },
    "server-silent": {
        "sv": "Vår e-postserver intygar inte att mejlet kommer från den adressen.",
        "da": "Vores mailserver bekræfter ikke, at mailen kommer fra den adresse.",
        "sk": "Náš poštový server nepotvrdil, že e-mail prišiel z tejto adresy.",
        "en": "Our mail server does not vouch that it comes from that address.",
    },
    "removed": {
        "sv": "Avsändaren har tagits bort från ärendet och får inga mejl om det.",
        "da": "Afsenderen er fjernet fra sagen og får ingen mails om den.",
        "sk": "Odosielateľ bol z požiadavky odobratý a e-maily o nej nedostáva.",
        "en": "The sender has been removed from the case and gets no emails about it.",
    },
    "routed": {
        "sv": "{0} har fått ärendet och arbetar med det, enligt rutten {1}.",
        "da": "{0} har fået sagen og arbejder med den efter ruten {1}.",
        "sk": "Požiadavku podľa smerovania {1} dostal a rieši {0}.",
        "en": "{0} has been given the case and works on it, by the route {1}.",
    },
    "not-routed": {
        "sv": "Ärendet hör till {0} enligt rutten {1}, men har inte skickats vidare.",
        "da": "Sagen hører til {0} efter ruten {1}, men er ikke sendt videre.",
        "sk": "Požiadavka podľa smerovania {1} patrí partnerovi {0}, ale neodovzdali sme ju.",
        "en": "By the route {1} it is for {0}, but it has not been passed on.",
    },
    "not-passed-on": {
        "sv": "Partnern har fått ovanligt många mejl om ärendet den senaste timmen. Det här har inte skickats vidare.",
        "da": "Partneren har fået usædvanligt mange mails om sagen den seneste time, så denne er ikke sendt videre.",
        "sk": "Partner dostal za poslednú hodinu nezvyčajne veľa e-mailov k požiadavke. Tento sme mu neodovzdali.",
        "en": "The partner has been sent unusually many emails on the case within the hour, so this one was kept back.",
    },
    "follows": {
        "sv": "Mejlet hör till ärende {0}, som har varit avslutat för länge för att öppnas igen.",
        "da": "Mailen hører til sag {0}, som har været afsluttet for længe til at blive genåbnet.",
        "sk": "E-mail patrí k požiadavke {0}, ktorá je uzavretá pridlho na to, aby sa dala znovu otvoriť.",
        "en": "It belongs to case {0}, which has been closed for too long to be opened again.",
    },
    "refused-no-agreement": {
        "sv": "Avsändaren hör inte till någon kund med supportavtal.",
        "da": "Afsenderen hører ikke til en kunde med en supportaftale.",
        "sk": "Odosielateľ nepatrí k žiadnemu zákazníkovi so zmluvou o podpore.",
        "en": "The sender belongs to no customer with a support agreement.",
    },
    "refused-not-begun": {
        "sv": "Kundens avtal har inte börjat gälla än ({0}).",
        "da": "Kundens aftale er ikke trådt i kraft endnu ({0}).",
        "sk": "Zmluva zákazníka ešte nenadobudla účinnosť ({0}).",
        "en": "The customer's agreement has not begun yet ({0}).",
    },
    "refused-ended": {
        "sv": "Kundens avtal har upphört att gälla ({0}).",
        "da": "Kundens aftale er udløbet ({0}).",
        "sk": "Platnosť zmluvy zákazníka sa skončila ({0}).",
        "en": "The customer's agreement has ended ({0}).",
    },
    "refused-overdue": {
        "sv": "Kunden har förfallna fakturor.",
        "da": "Kunden har forfaldne fakturaer.",
        "sk": "Zákazník má faktúry po splatnosti.",
        "en": "The customer has overdue invoices.",
    },
    "refused-not-a-contact": {
        "sv": "Avsändaren är inte någon av kundens namngivna kontaktpersoner.",
        "da": "Afsenderen er ikke en af kundens navngivne kontaktpersoner.",
        "sk": "Odosielateľ nie je medzi kontaktnými osobami, ktoré zákazník uviedol.",
        "en": "The sender is none of the contacts whom the customer has named.",
    },
    "refused-not-trained": {
        "sv": "Kontaktpersonen saknar utbildning i det som ärendet gäller: {0}.",
        "da": "Kontaktpersonen er ikke uddannet i det, som sagen handler om: {0}.",
        "sk": "Kontaktná osoba nie je vyškolená v tom, čoho sa požiadavka týka: {0}.",
        "en": "The contact is not trained on what the case is about: {0}.",
    },
    "refused-not-covered": {
        "sv": "Ärenden av slaget {0} ingår inte i kundens avtal.",
        "da": "Sager af typen {0} er ikke omfattet af kundens aftale.",
        "sk": "Na požiadavky druhu {0} sa zmluva zákazníka nevzťahuje.",
        "en": "Cases of the kind {0} are not covered by the customer's agreement.",
    },
    "always-admitted": {
        "sv": "Ärenden av slaget {0} tas alltid emot.",
        "da": "Sager af typen {0} modtages altid.",
        "sk": "Požiadavky druhu {0} prijímame vždy.",
        "en": "Cases of the kind {0} are always admitted.",
    },
    "ordered": {
        "sv": "Kunden har svarat ja och beställt det här: {0}",
        "da": "Kunden har svaret ja og bestilt dette: {0}",
        "sk": "Zákazník odpovedal áno a objednal si toto: {0}",
        "en": "The customer has answered yes and ordered this: {0}",
    },
    "not-ordered": {
        "sv": "Kunden har svarat nej och beställer inte det här: {0}",
        "da": "Kunden har svaret nej og bestiller ikke dette: {0}",
        "sk": "Zákazník odpovedal nie a neobjednáva si toto: {0}",
        "en": "The customer has answered no and does not order this: {0}",
    },
    "partner-commands": {
        "sv": "Partnern har skrivit {0}. Det gör ingenting och har inte skickats vidare: partner ger inga kommandon.",
        "da": "Partneren har skrevet {0}. Det gør ingenting og er ikke sendt videre: partnere giver ingen kommandoer.",
        "sk": "Partner napísal {0}. Nič to neurobilo a nikam sme to neposlali: partneri nedávajú príkazy.",
        "en": "The partner wrote {0}. It does nothing and has not been passed on: partners give no commands.",
    },
    "order-half": {
        "sv": "Ett ja med mer efter, kanske ett villkor: inget är beställt förrän du avgör det. Frågan: {0}",
        "da": "Et ja med mere efter, måske en betingelse: intet er bestilt, før du afgør det. Spørgsmålet: {0}",
        "sk": "Súhlas, za ktorým je ešte niečo, možno podmienka: nič nie je objednané, kým nerozhodnete. Otázka: {0}",
        "en": "A yes with more behind it, perhaps a condition: nothing is ordered until you decide. Question: {0}",
    },
    "order-unproven": {
        "sv": "Svaret på frågan om beställning räknas inte: inget visar att en deltagare i ärendet har skrivit det.",
        "da": "Svaret på spørgsmålet om bestilling tæller ikke: intet viser, at en deltager i sagen har skrevet det.",
        "sk": "Odpoveď na otázku o objednávke neplatí: nič nedokazuje, že ju napísal účastník požiadavky.",
        "en": "The answer to the order counts for nothing: nothing shows that somebody who takes part wrote it.",
    },
    "asked-for": {
        "sv": "Du bad om hela ärendet.",
        "da": "Du bad om hele sagen.",
        "sk": "Vyžiadali ste si celú požiadavku.",
        "en": "You asked for the whole case.",
    },
    "assigned-by": {
        "sv": "{0} har tilldelat dig ärendet.",
        "da": "{0} har tildelt dig sagen.",
        "sk": "Požiadavku Vám prideľuje {0}.",
        "en": "{0} has assigned the case to you.",
    },
    "moved-to-queue": {
        "sv": "Ärendet har flyttats till kön {0}.",
        "da": "Sagen er flyttet til køen {0}.",
        "sk": "Požiadavka bola presunutá do radu {0}.",
        "en": "The case has been moved to the queue {0}.",
    },
    "merged-into": {
        "sv": "Ärendet har slagits ihop med {0} och fortsätter där.",
        "da": "Sagen er lagt sammen med {0} og fortsætter dér.",
        "sk": "Požiadavka bola zlúčená s požiadavkou {0} a pokračuje tam.",
        "en": "The case has been merged into {0} and goes on there.",
    },
}
"""By kind. `core.belief` says which of them are proof of who wrote a mail; `no-tag`, `foreign-tag` and
`server-silent` are why an agent is not believed, `refused-…` why a case is not admitted (the refusals of
`core.entitlement`), the last four why an agent gets a whole case."""
