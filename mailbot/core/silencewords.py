"""Why a mail gets no automatic answer, told in the language of the desk's agents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mailbot.core.machine import Reason
from mailbot.core.texts import Texts

_IN_BRACKETS = re.compile(r"\(([^()]{1,200})\)\Z")


def silence_words(reason: Reason, language: str) -> str:
    """Why a mail gets no automatic answer, as a clause to stand behind a colon.

    What only the English text knows (which header, which address) follows in brackets. English itself, and a rule that
    is not in the table, are told by that text alone.
    """
    phrase = SILENCES.get(reason.rule, {}).get(language)
    return phrase.format(_detail(reason.text)) if phrase else reason.text


def silence_line(reason: Reason) -> str:
    """The same as events and logs keep it, in English: "mailing-list: sent through a mailing list (List-Id)"."""
    return f"{reason.rule}: {reason.text}"


def _detail(text: str) -> str:
    """The part of an English reason that is the same in every language, where it is marked as such; else all of it."""
    found = _IN_BRACKETS.search(text)
    return found[1] if found else text.removeprefix("marked ")


SILENCES: Final[Mapping[str, Texts]] = {
    "delivery-report": {
        "sv": "mejlet är en leveransrapport",
        "da": "mailen er en leveringsrapport",
        "sk": "je to správa o doručení",
    },
    "feedback-report": {
        "sv": "mejlet är en anmälan om skräppost",
        "da": "mailen er en anmeldelse af spam",
        "sk": "je to hlásenie o nevyžiadanej pošte",
    },
    "read-receipt": {
        "sv": "mejlet är ett läskvitto",
        "da": "mailen er en læsekvittering",
        "sk": "je to potvrdenie o prečítaní",
    },
    "report": {
        "sv": "mejlet är en rapport från ett e-postsystem",
        "da": "mailen er en rapport fra et mailsystem",
        "sk": "je to hlásenie poštového systému",
    },
    "calendar-answer": {
        "sv": "mejlet är ett svar på en mötesinbjudan",
        "da": "mailen er et svar på en mødeindkaldelse",
        "sk": "je to odpoveď na pozvanie na stretnutie",
    },
    "own-address": {
        "sv": "avsändaren eller svarsadressen är en av våra egna ({0})",
        "da": "afsenderen eller svaradressen er en af vores egne ({0})",
        "sk": "odosielateľ alebo adresa na odpoveď je jedna z našich ({0})",
    },
    "loop": {
        "sv": "mejlet går runt i en slinga ({0})",
        "da": "mailen kører i ring ({0})",
        "sk": "e-mail koluje v slučke ({0})",
    },
    "null-path": {
        "sv": "mejlet är skickat utan returadress",
        "da": "mailen er sendt uden returadresse",
        "sk": "e-mail bol odoslaný bez návratovej adresy",
    },
    "auto-submitted": {
        "sv": "mejlet är märkt som automatiskt skickat ({0})",
        "da": "mailen er mærket som sendt automatisk ({0})",
        "sk": "e-mail je označený ako automaticky odoslaný ({0})",
    },
    "response-suppressed": {
        "sv": "avsändaren vill inte ha automatiska svar ({0})",
        "da": "afsenderen ønsker ikke automatiske svar ({0})",
        "sk": "odosielateľ si neželá automatické odpovede ({0})",
    },
    "mailing-list": {
        "sv": "mejlet kom via en e-postlista ({0})",
        "da": "mailen kom via en mailingliste ({0})",
        "sk": "e-mail prišiel cez mailing list ({0})",
    },
    "precedence": {
        "sv": "mejlet är märkt som massutskick ({0})",
        "da": "mailen er mærket som masseudsendelse ({0})",
        "sk": "e-mail je označený ako hromadná pošta ({0})",
    },
    "machine-sender": {
        "sv": "ingen läser post på avsändarens adress ({0})",
        "da": "ingen læser mail på afsenderens adresse ({0})",
        "sk": "poštu na adrese odosielateľa nikto nečíta ({0})",
    },
    "vendor-header": {
        "sv": "mejlet är märkt som skickat av ett program ({0})",
        "da": "mailen er mærket som sendt af et program ({0})",
        "sk": "e-mail je označený ako odoslaný programom ({0})",
    },
    "automatic-subject": {
        "sv": "ämnesraden är typisk för automatiska svar ({0})",
        "da": "emnet er typisk for automatiske svar ({0})",
        "sk": "predmet je typický pre automatické odpovede ({0})",
    },
    "automatic-text": {
        "sv": "mejlet säger självt att det är automatiskt eller inte ska besvaras ({0})",
        "da": "mailen siger selv, at den er automatisk eller ikke skal besvares ({0})",
        "sk": "e-mail sám hovorí, že je automatický alebo že sa naň nemá odpovedať ({0})",
    },
    "no-sender": {
        "sv": "det finns ingen entydig avsändare att svara",
        "da": "der er ingen entydig afsender at svare",
        "sk": "chýba jednoznačný odosielateľ, ktorému by sa dalo odpovedať",
    },
    "own-mail": {
        "sv": "det är ett av våra egna mejl som har kommit tillbaka",
        "da": "det er en af vores egne mails, der er kommet retur",
        "sk": "je to náš vlastný e-mail, ktorý sa vrátil",
    },
    "bounced": {
        "sv": "mejl till den adressen har kommit tillbaka på sistone",
        "da": "mails til den adresse er kommet retur på det seneste",
        "sk": "e-maily na túto adresu sa v poslednom čase vracali",
    },
    "unproven-agent": {
        "sv": "avsändaradressen är en handläggares, men inget visar att handläggaren har skrivit mejlet",
        "da": "afsenderadressen er en sagsbehandlers, men intet viser, at sagsbehandleren har skrevet mailen",
        "sk": "adresa odosielateľa patrí riešiteľovi, ale nič nedokazuje, že e-mail napísal on",
    },
    "agent-wrote": {
        "sv": "en handläggare skrev först",
        "da": "en sagsbehandler skrev først",
        "sk": "ako prvý napísal riešiteľ",
    },
}
"""By rule of `core.machine`; `{0}` where the English text adds something."""
