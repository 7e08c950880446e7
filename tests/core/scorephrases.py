"""How people write a score, what they write that is none for certain, and numbers that are none at all."""

from __future__ import annotations

import re

GIVEN = {
    "sv": """
        9 = 9 | 10 = 10 | 0 = 0 | 7. = 7 | 9! = 9 | "9" = 9 | (9) = 9 | *9* = 9 | _8_ = 8 | [ 9 ] = 9 | 9 :) = 9
        👍 9 = 9 | 9️⃣ = 9 | 🔟 = 10 | ９ = 9 | 9/10 = 9 | 9 / 10 = 9 | 9/10! = 9 | 10/10 = 10 | 0/10 = 0
        10 av 10 = 10 | 9 av 10. = 9 | 10 av 10 möjliga = 10 | nio av tio = 9 | 9 poäng av 10 = 9
        7 (av 10) = 7 | nio = 9 | Nio! = 9 | åtta = 8 | noll = 0 | Tio = 10 | en nia = 9 | En åtta. = 8
        8:a = 8 | 9a = 9 | 8:an = 8 | Nian = 9 | 9 poäng = 9 | 9p = 9 | jag ger er en 8:a = 8
        Jag ger er en stark 9:a! = 9 | Vi ger 9 = 9 | Jag ger 10 av 10 = 10 | Betyg: 9 = 9 | Betyg 9 = 9
        Betyg = 9 = 9 | Betyg - 9 = 9 | Mitt betyg är 9. = 9 | Mitt betyg: nio = 9 | Betyg (0-10): 9 = 9
        Betyg (0-10): [ 9 ] = 9 | Betyg: ett = 1 | Poäng: 7 av 10 = 7 | Svar: 9 = 9 | Jag skulle säga 9 = 9
        Jag säger 8 = 8 | Det blir en 9:a från oss = 9 | Helt klart 10 = 10 | kanske en 7:a = 7 | typ 8 = 8
        ca 8 = 8 | Ja, 9 = 9 | Väldigt nöjd, 9 = 9 | 9 (nio) = 9 | nio (9) = 9 | 9, nio = 9 | 9 och 9 = 9
        9 - snabb hjälp = 9 | 9 – snabb hjälp = 9 | 9, snabb hjälp = 9 | 9: snabb hjälp = 9
        9. Snabb hjälp! = 9 | 9; ni var snabba = 9 | 9 för att ni var snabba = 9 | 9 eftersom ni kan er sak = 9
        9 men det tog tid = 9 | 9 tack vare Anna = 9 | 9 och jag är nöjd = 9 | 10 tack för hjälpen! = 10
        10/10 till Anna! = 10 | 10 jättebra = 10 | 2, inte nöjd = 2 | 2 dåligt = 2
        På en skala från 0 till 10 ger jag 9 = 9 | 9 på skalan 0-10 = 9 | 0-10: 9 = 9 | Hej! 9 = 9
        Hej Anna, 9 = 9 | Tack för snabb hjälp, 9 = 9 | Mycket bra hjälp! 9 = 9 | Det var bra, 9 = 9
        9. Ni löste det på 2 dagar = 9 | 9, det tog bara 2 timmar = 9 | 8. Ni var 3 som hjälpte till = 8
        9, ring mig på 08-123 45 67 = 9 | 9. Skrev till er 2026-11-23 = 9 | Jag menade 8 = 8 | Rättelse: 8 = 8
        Ändra till 8, tack = 8 | 9 = 9 | 0 problem, 10 av 10 = 10 | 8 men nästan 9 = 8
        9. Hade det gått fortare: 10 = 9 | Betyg 9. Vi har 3 skrivare. = 9
        Jag ger 8. Min kollega säger: jag ger 10. = 8 | Fråga 1: 9 = 9 | Svar på fråga 1: 9 = 9
    """,
    "da": """
        9 = 9 | ni = 9 | Ni! = 9 | ti = 10 | nul = 0 | otte = 8 | syv = 7 | en = 1 | to = 2 | fire = 4
        et 9-tal = 9 | en 8'er = 8 | 9 af 10 = 9 | 9 ud af 10 = 9 | ni ud af ti = 9 | 9/10 = 9 | Karakter: 9 = 9
        Karakter: ni = 9 | Karakter (0-10): [ 9 ] = 9 | Min karakter er 9 = 9 | Jeg giver jer 9 = 9
        Jeg giver 9 ud af 10 = 9 | Vi giver et 8-tal = 8 | Jeg vil sige 9 = 9 | 9 fordi I var hurtige = 9
        9, hurtig hjælp = 9 | 9 - hurtig hjælp = 9 | 9. Det tog 2 dage = 9 | Hej. 9 = 9 | Tak for hjælpen, 9 = 9
        Meget tilfreds, 9 = 9 | På en skala fra 0 til 10 giver jeg 9 = 9 | 9 på skalaen = 9
        9, men det tog 3 forsøg = 9 | måske 7 = 7 | 8 point = 8 | 10 ud af 10 mulige = 10 | Rettelse: 8 = 8
        Jeg mente 8 = 8 | 10 tak for hjælpen = 10 | Svar 1: 9 = 9 | Spørgsmål 1: 9 = 9 | 9 uden tvivl = 9
        3, ikke tilfreds = 3 | 9 siden I kan jeres ting = 9 | 9/10 til Søren = 9
    """,
    "sk": """
        9 = 9 | deväť = 9 | devat = 9 | Desať! = 10 | nula = 0 | osem = 8 | päť = 5 | jeden = 1 | deviatka = 9
        osmičku = 8 | 9-ka = 9 | 9 z 10 = 9 | deväť z desiatich = 9 | 9/10 = 9 | 9 bodov z 10 = 9
        10 bodov = 10 | Hodnotenie: 9 = 9 | Hodnotenie (0-10): [ 9 ] = 9 | Moje hodnotenie je 9 = 9
        Hodnotím 9 = 9 | Dávam 9 = 9 | Dávam Vám 9 z 10 = 9 | Dal by som 9 = 9 | Dala by som 8 = 8
        Známka 9 = 9 | Odpoveď: 9 = 9 | 9, rýchla pomoc = 9 | 9 - rýchla pomoc = 9 | 9 lebo ste boli rýchli = 9
        9, pretože ste boli rýchli = 9 | 9 ale trvalo to = 9 | Dobrý deň, 9 = 9 | Ďakujem, 9 = 9
        Veľmi spokojná, 10 = 10 | možno 7 = 7 | asi 8 = 8 | Na stupnici od 0 do 10 dávam 9 = 9
        9. Trvalo to 2 dni = 9 | Oprava: 8 = 8 | Otázka 1: 9 = 9 | Odpoveď 1: 9 = 9 | 9 bez váhania = 9
        10, ďakujem = 10 | 2, nie som spokojný = 2
    """,
    "en": """
        9 = 9 | nine = 9 | Ten! = 10 | zero = 0 | one = 1 | two = 2 | four = 4 | a nine = 9 | A solid 9 = 9
        9 of 10 = 9 | 9 out of 10 = 9 | nine out of ten = 9 | ten out of ten! = 10 | 9/10 = 9 | Score: 9 = 9
        Score (0-10): [ 9 ] = 9 | Score=9 = 9 | Rating: 8/10 = 8 | My score is 9 = 9 | I give you a 9 = 9
        I'd give it a 9 = 9 | We’d give you 8 = 8 | I would say 9 = 9 | I would say 9 out of 10 = 9
        Probably a 7 = 7 | It's a 9 from me = 9 | Answer: ten = 10 | 9 because you were fast = 9
        9, fast help = 9 | 9 - fast help = 9 | 9: fast help = 9 | 9. It took 2 days = 9 | Hi, 9 = 9
        Thanks for the quick help, 9 = 9 | Very satisfied, 10 = 10 | maybe 7 = 7
        On a scale from 0 to 10: 9 = 9 | On a scale of 0 to 10 I give 9 = 9 | 9 points = 9 | I meant 8 = 8
        Correction: 8 = 8 | Q1: 9 = 9 | Question 1: 9 = 9 | 10 thanks to Anna = 10 | 3, not satisfied = 3
        9 but it took a while = 9 | 9/10 to Anna = 9 | 10 everything was great = 10
    """,
}
UNCLEAR = {
    "sv": """
        11 | -1 | −1 | 100 | 12 av 10 | 11/10 | 9 eller 10 | 9 eller kanske 10 | 8-9 | 8–9 | 8 - 9 | 7 till 8
        mellan 8 och 9 | 9,5 | 9.5 | 8½ | 9 och en halv | 8+ | 8- | 10+ | 9 plus | nästan 9 | minst 8 | inte 9
        max 8 | över 9 | 4/5 | 5 av 5 | 4 av 5 | 9/100 | 90 % | 90% | 100 procent | ★★★ | ⭐⭐⭐⭐ | 5 stjärnor
        elva | 9, kanske 10 | 8. Nej, 9! | skala 1-10: 9 | Betyg: 8-9 | 8, 9 | 7/8 | 9 snabb hjälp
        2 av 3 frågor | 3 skrivare | 1 och samma fel | 0 problem | 2 dagar tog det | 9/10 kunder är nöjda
    """,
    "da": """
        11 | 9 eller 10 | 8-9 | mellem 8 og 9 | 9,5 | 9½ | næsten 9 | ikke 9 | mindst 8 | 4 ud af 5 | 90 %
        elleve | 8+ | 2 dage tog det | 9, måske 10
    """,
    "sk": """
        11 | 9 alebo 10 | 8-9 | medzi 8 a 9 | 9,5 | takmer 9 | nie 9 | aspoň 8 | 4 z 5 | 90 % | jedenásť
        8 až 9 | 2 dni to trvalo | 9, možno 10
    """,
    "en": """
        11 | 9 or 10 | 8-9 | between 8 and 9 | 9.5 | 9 and a half | almost 9 | not 9 | 4 out of 5 | 90 percent
        eleven | 8 to 9 | 2 days | 5/5
    """,
}
MISSING = {
    "sv": """
        Tack! | Hej! | Mycket nöjd. | Vi har 3 skrivare. | Det tog 2 dagar. | Felet finns kvar i version 9.
        Ring mig på 08-123 45 67 | 0701-23 45 67 | +46 8 123 45 67 | 2026-11-23 | 23/11-2026 | 9/10 2026
        den 9/10 | Det hände 9/10. | 9 oktober | Den 9 mars | kl 9 | kl. 9 | 14:30 | Ring kl. 9 tack | VC-000017
        Ärende VC-000017 | v9 | 9.1.2 | Excel 10 | #9 | nr 9 | nr. 9 | § 9 | punkt 9 | 9 kr | 9:- | 9 €| $9
        1 000 | 2-faktorn fungerar inte | Storgatan 9 | Box 9, 112 34 Stockholm | Jag löste 2 av 3 frågor själv
        Ni svarade på 2 av 3 frågor. | Vi är 9 | Vi sitter på våning 9 | 9:e gången jag skriver | 09
        https://example.com/9 | Se https://example.com/?q=9 | anna9@example.com | A4 | 3G
        Skrivaren fungerar 9 gånger av 10 | Jag vill inte betygsätta er | Ni är bäst | Fem stjärnor | 👍 | ❤️
    """,
    "da": """
        Tak! | Vi har 3 printere. | Det tog 2 dage. | den 9. oktober | kl. 9 | 9. marts | Sag VC-000017 | 9,-
        Jeg har to skærme | I er gode
    """,
    "sk": """
        Ďakujem! | Máme 3 tlačiarne. | Trvalo to 2 dni. | 9. októbra | 9. 10. | 9. 10. 2026 | o 9:00
        Požiadavka VC-000017 | Ten technik bol super | 9 €
    """,
    "en": """
        Thanks! | We have 3 printers. | It took 2 days. | 9 October | October 9 | at 9 | 9th | Case VC-000017
        $9 | One of you was nice | No. 9 | Windows 10 | Call me at 9
    """,
}

PASSING = {
    "sv": """
        1. Varför tog det så lång tid? | 2, 3 och 4 fungerar inte | 3 till. | Jag tror 2 av oss fick hjälp
        Vi behöver fler licenser. Det blir 2 till. | 5/10 ringde jag och fick vänta | Antal användare - 5
        Antal användare: 5 | Kontor 1, 2 och 3 väntar | Det är 3:e gången | Jag hittar inte rapport 9
        Support 2 var bra | Point 2. I don't understand | Se punkt 4. | Ändrade raden till 7 och då gick det
        Jag fick byta från 7 till 10 | Vi har Windows 10.
        Jag kan inte ge ett betyg ännu, ärende VC-000025 är ju inte löst | Skickat från min iPhone 9
        10 minuter senare slutade det fungera igen | Jag har 2 ärenden till, 5 och 6. | Momskod 8, hur gör man?
        Konto 1930 | 1930 | Period 9 är låst | Ring 9-12 | 9-17 | kl 9-17 | 2026 | v. 9 | Faktura 10
        Steg 1: starta om. Steg 2: logga in. | Vi sitter i rum 3, 4 | Min kollega gav er 3 | Han ger 5
        Systemet ger 0. | Det ger fel 5 | Ger 3 fel | Jag ville ge 10 men det gick inte att trycka
        Hade hoppats på 10 | Om ni löser det blir det 10 | Ni får 10 när det är löst | Inte en 10:a precis | +9
        IP 10.0.0.9 | 10.0.0.9 | 1/3 | 2/3 nöjd | 50/50 | 9/11 | 3D | 7up | 7-8 tycker jag | Nio dagar
        Sex personer väntade | Fem!? Nej tio
    """,
    "en": """
        I have 2 more questions | It took 3 attempts | There are 4 of us | Step 1 worked, step 2 did not
        My order no 5 | The 9 printers | I changed from 9 to 10 | Thanks to the 2 of you | 24/7
        Is it 5 or 6 pm? | 1st class | One. More. Time. | I'd have given 10 but no | not even a 5 | Less than 5
        Would not give more than 3 | 9 out of 12 | It's 2026 | Let's say between 7 and 8
    """,
    "da": """
        Jeg har 2 spørgsmål mere | Der er 3 fejl | Hvornår? 2 dage? | Vi er 5 i afdelingen
        Trin 1 virker, trin 2 gør ikke | Regnskab for 9. måned
    """,
    "sk": """
        Mám ešte 2 otázky | Krok 1 funguje, krok 2 nie | Je nás 5 | V apríli 9 faktúr | Tri dni bez odpovede
        Jeden kolega mi pomohol | To je všetko
    """,
}
"""Free text with numbers in it, as customers write to a support desk: none of it is a score."""


def rows(table: dict[str, str]) -> list[tuple[str, str]]:
    """Language and words of each row."""
    return [
        (language, row.strip()) for language, text in table.items() for row in re.split(r" \| |\n", text) if row.strip()
    ]


GIVEN_ROWS = [(language, *row.rsplit(" = ", 1)) for language, row in rows(GIVEN)]
