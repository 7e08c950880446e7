"""The words by which agents call the commands, for each language that letters are written in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mailbot.core.spelling import spelt_out, unaccented

COMMANDS: Final = (
    "close", "note", "priority", "queue", "kind", "impact", "urgency", "assign", "take", "wait", "resume", "forward",
    "merge", "split", "spam", "reopen", "admit", "decline", "not-covered", "order", "workaround", "fault", "fixed",
    "add", "remove", "list", "status", "help", "undo", "new", "key",
)  # fmt: skip
"""The canonical names."""

_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—_"))


@cache
def command_words(language: str) -> Mapping[str, tuple[str, ...]]:
    """Command to the words for it in one language, the best first; English for a language without words.

    Where a word has a hyphen, a space or nothing will do as well.
    """
    table = _WORDS.get(language, _WORDS["en"])
    return MappingProxyType({name: tuple(table[name].split()) for name in COMMANDS})


@cache
def spellings(language: str) -> Mapping[str, str]:
    """Every spelling by which a command is known in one language, as `spelling` writes it, to the command."""
    return MappingProxyType(
        {
            written: name
            for name, words in command_words(language).items()
            for word in words
            for written in (spelling(word), spelling(spelt_out(word)))
        }
    )


def spelling(word: str) -> str:
    """The word without case, hyphens and marks above letters: "Lägg-till" and "lagg till" must come out as one."""
    return unaccented("".join(word.split())).translate(_DASHES)


# Imperative first, then what else people type. No word has two meanings, be it in two languages: the tests see to it.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "close": "close closed resolve resolved solved done",
        "note": "note internal internal-note",
        "priority": "priority prio",
        "queue": "queue move move-to",
        "kind": "kind type",
        "impact": "impact",
        "urgency": "urgency",
        "assign": "assign assign-to",
        "take": "take take-over",
        "wait": "wait waiting hold on-hold pause",
        "resume": "resume continue",
        "forward": "forward forward-to fwd",
        "merge": "merge merge-with merge-into join",
        "split": "split",
        "spam": "spam junk",
        "reopen": "reopen open",
        "admit": "admit accept",
        "decline": "decline reject",
        "not-covered": "not-covered uncovered",
        "order": "order ask-for-order",
        "workaround": "workaround way-around",
        "fault": "fault bug",
        "fixed": "fixed fault-fixed",
        "add": "add",
        "remove": "remove",
        "list": "list cases",
        "status": "status state",
        "help": "help commands",
        "undo": "undo",
        "new": "new new-case",
        "key": "key new-key",
    },
    "sv": {
        "close": "stäng stänga avsluta klar klart löst",
        "note": "anteckning notering notera intern intern-anteckning",
        "priority": "prioritet prio",
        "queue": "kö flytta flytta-till",
        "kind": "typ ärendetyp",
        "impact": "påverkan",
        "urgency": "brådska angelägenhet",
        "assign": "tilldela ansvarig",
        "take": "ta ta-över tar jag-tar",
        "wait": "vänta väntar avvakta pausa",
        "resume": "återuppta fortsätt",
        "forward": "vidarebefordra vidarebefordra-till skicka-vidare skicka-vidare-till",
        "merge": "slå-ihop slå-ihop-med slå-samman sammanfoga",
        "split": "dela dela-upp",
        "spam": "skräp skräppost",
        "reopen": "öppna öppna-igen återöppna",
        "admit": "godkänn ta-emot släpp-in",
        "decline": "avböj avböja avslå",
        "not-covered": "ingår-inte omfattas-inte",
        "order": "beställning beställ",
        "workaround": "tillfällig-lösning nödlösning",
        "fault": "fel programfel",
        "fixed": "rättat åtgärdat fixat",
        "add": "lägg-till",
        "remove": "ta-bort",
        "list": "lista ärenden",
        "status": "status läge",
        "help": "hjälp",
        "undo": "ångra ta-tillbaka",
        "new": "nytt ny nytt-ärende",
        "key": "nyckel ny-nyckel",
    },
    "da": {
        "close": "luk lukke afslut løst færdig",
        "note": "notat note intern intern-note bemærkning",
        "priority": "prioritet prio",
        "queue": "kø flyt flyt-til",
        "kind": "type sagstype",
        "impact": "påvirkning",
        "urgency": "hast hastegrad",
        "assign": "tildel ansvarlig",
        "take": "tag overtag tager jeg-tager",
        "wait": "vent venter afvent afventer",
        "resume": "genoptag fortsæt",
        "forward": "videresend videresend-til send-videre send-videre-til",
        "merge": "flet flet-med slå-sammen slå-sammen-med sammenlæg",
        "split": "opdel del-op",
        "spam": "spam uønsket",
        "reopen": "genåbn åbn åbn-igen",
        "admit": "godkend modtag",
        "decline": "afvis afslå",
        "not-covered": "ikke-omfattet ikke-dækket",
        "order": "bestilling bestil ordre",
        "workaround": "midlertidig-løsning nødløsning",
        "fault": "fejl programfejl",
        "fixed": "rettet udbedret",
        "add": "tilføj",
        "remove": "fjern",
        "list": "liste sager oversigt",
        "status": "status",
        "help": "hjælp",
        "undo": "fortryd",
        "new": "ny ny-sag opret",
        "key": "nøgle ny-nøgle",
    },
    "sk": {
        "close": "zavri zavrieť uzavri uzavrieť zatvor zatvoriť ukonči ukončiť vyriešené hotovo",
        "note": "poznámka pozn interné interná-poznámka",
        "priority": "priorita prio",
        "queue": "rad front fronta presuň presunúť",
        "kind": "typ druh",
        "impact": "dopad vplyv",
        "urgency": "naliehavosť súrnosť",
        "assign": "priraď priradiť prideľ prideliť",
        "take": "vezmi beriem prevezmi prevziať",
        "wait": "čakaj čakať čakám počkaj",
        "resume": "pokračuj pokračovať",
        "forward": "prepošli preposlať",
        "merge": "zlúč zlúčiť spoj spojiť",
        "split": "rozdeľ rozdeliť oddeľ oddeliť",
        "spam": "spam nevyžiadané",
        "reopen": "otvor otvoriť znovu-otvor znovu-otvoriť",
        "admit": "prijmi prijať",
        "decline": "odmietni odmietnuť zamietni zamietnuť",
        "not-covered": "mimo-zmluvy nad-rámec-zmluvy",
        "order": "objednávka objednaj objednať",
        "workaround": "náhradné-riešenie dočasné-riešenie",
        "fault": "chyba",
        "fixed": "opravené",
        "add": "pridaj pridať",
        "remove": "odstráň odstrániť odober odobrať",
        "list": "zoznam požiadavky",
        "status": "stav",
        "help": "pomoc",
        "undo": "späť vráť vrátiť zruš zrušiť",
        "new": "nová nový nové nová-požiadavka",
        "key": "kľúč nový-kľúč",
    },
}
