"""The names and phrases by which automatic mail shows itself, in nine languages."""

from __future__ import annotations

import re

MACHINE_LOCAL_PART = re.compile(
    r"(?:"
    r"mailer-?daemon|mail-?daemon|postmaster|mdaemon|listserv|majordomo|mailman|sympa|ezmlm|nobody|root|cron"
    r"|daemon|uucp|bounces?"
    r"|owner-.+|.+-owner|.+-request|.+-bounces?|bounces?[+=-].+|.+-bounces?[+=].+|.+-admin-bounces"
    r"|(?:.+[._+-])?(?:no|do-?not|dont|donot|never|cannot)[._-]?(?:reply|replies|respond|response"
    r"|answer)(?:[._+-].+)?"
    r"|(?:.+[._+-])?reply[._-]?not(?:[._+-].+)?|(?:.+[._+-])?(?:noreply|donotreply|no\.reply|unattended"
    r"|unmonitored)\d*(?:[._+-].+)?"
    # sv, da and no, fi, sk, cs, pl, de
    r"|(?:.+[._+-])?(?:svara[._-]?(?:inte|ej)|(?:inte|ej|inget)[._-]?svar|svar[._-]?(?:ikke|ej|inte)"
    r"|ikke[._-]?svar|ikke[._-]?besvar|ubesvaret)(?:[._+-].+)?"
    r"|(?:.+[._+-])?(?:ala|ei)[._-]?vasta(?:a|us|usta)?(?:[._+-].+)?|(?:.+[._+-])?ne[._-]?odpoved(?:ajte|at|ej"
    r"|ejte|aj)(?:[._+-].+)?"
    r"|(?:.+[._+-])?(?:nie[._-]?odpowiada[jć]|bez[._-]?odpowiedzi|nie[._-]?odpisuj)(?:[._+-].+)?"
    r"|(?:.+[._+-])?(?:keine[._-]?antwort|nicht[._-]?antworten|bitte[._-]?nicht[._-]?antworten)(?:[._+-].+)?"
    r"|(?:.+[._+-])?(?:ne[._-]?pas[._-]?repondre|no[._-]?responder|non[._-]?rispondere"
    r"|nao[._-]?responda)(?:[._+-].+)?"
    r"|auto-?(?:reply|responder?|mailer|notify|confirm|answer|svar)(?:[._+-].+)?"
    # Envelope forms that stand for a machine's return path: VERP, SRS, BATV.
    r"|srs[01][=+-].+|prvs=.+|btv1==.+|.+=.+\.[a-z]{2,}"
    r")",
    re.IGNORECASE,
)
"""Local parts of a From that no person reads."""

MACHINE_PATH = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|listserv|majordomo|owner-.+|.+-owner|.+-request|.+-bounces(?:[+=].+)?)",
    re.IGNORECASE,
)
"""Local parts of a Return-Path that are a machine's; SRS and BATV forms are people's and not among them."""

AUTOMATIC_SUBJECT = re.compile(
    r"\s*[\[(*]{0,2}(?:"
    r"auto(?:matic|mated|-?generated)?[ -]?(?:e-?mail )?(?:reply|response|respond|responder|answer"
    r"|acknowledge?ment)(?: message| e-?mail)?"
    r"|auto-?re|autoreply|out[ -]of[ -](?:the[ -])?office(?: (?:auto[ -]?reply|reply|notification|message|notice"
    r"|assistant|response))?"
    r"|away from (?:the |my )?(?:office|mail|e-?mail|desk)|vacation (?:reply|response|message|notice|auto-?reply)"
    r"|on (?:vacation|holiday|annual leave|leave|parental leave)"
    r"|i am out of (?:the )?office|ooo|absence notice"
    r"|auto(?:matiskt?|-)?[ -]?svar(?:smeddelande)?(?: från| vid frånvaro)?|automatiskt (?:e-?post)?meddelande"
    r"|frånvaro(?:meddelande|svar|besked)?|frånvarande"
    r"|ej på kontoret|inte på (?:kontoret|plats)|ute från kontoret|semester(?:meddelande|svar)?|på semester"
    r"|jag är på semester|föräldraledig"
    r"|auto(?:matisk|-)?[ -]?svar|automatisk (?:besvarelse|meddelelse|melding|e-?mail|e-?post)|fravær(?:sbesked"
    r"|smelding|sassistent|sopplysninger)?|fraværende|ikke til stede"
    r"|ikke på kontoret|ude af kontoret|jeg er på ferie|på ferie|feriemelding|feriebesked|borte fra kontoret"
    r"|ute av kontoret|ferie"
    r"|automaattinen (?:vastaus|viesti)|automaattivastaus|poissaoloviesti|poissa(?:oloilmoitus)?(?: toimistolta)?"
    r"|lomavastaus|lomalla|olen lomalla|en ole paikalla"
    r"|automatick[áa] odpove[ďd]|automatick[áa] spr[áa]va|mimo kancel[áa]rie|nie som v kancel[áa]rii"
    r"|nepr[íi]tomnos[ťt](?: v kancel[áa]rii)?|dovolenka|na dovolenke|som na dovolenke"
    r"|automatick[áa] odpov[ěe][ďd]|automatick[áa] zpr[áa]va|mimo kancel[áa][řr]"
    r"|nep[řr][íi]tomnost(?: v kancel[áa][řr]i)?|nejsem v kancel[áa][řr]i|dovolen[áa]|na dovolen[ée]"
    r"|(?:odpowied[źz] automatyczna|automatyczna odpowied[źz])|autoodpowied[źz]|autoresponder|poza biurem"
    r"|nie ma mnie w biurze|nieobecno[śs][ćc](?: w biurze)?|jestem poza biurem|na urlopie|urlop"
    r"|automatische (?:antwort|e-?mail-?antwort|r[üu]ckantwort|empfangsbest[äa]tigung|eingangsbest[äa]tigung"
    r"|nachricht)|auto-?antwort|autom\. antwort|abwesenheits?(?:notiz|nachricht|meldung|agent|hinweis|assistent)"
    r"|abwesend|abwesenheit|nicht im (?:b[üu]ro|haus)|au[ßs]{1,2}er haus|ich bin (?:nicht im b[üu]ro|im urlaub)"
    r"|im urlaub|urlaub"
    r"|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica|fuera de la oficina|risposta automatica"
    r"|fuori sede|resposta autom[áa]tica|automatisch antwoord|afwezig(?:heid)?"
    r")[\])*]{0,2}\s*(?:(?P<colon>[:：])|(?P<end>$|[-–—!.(])|(?P<name>(?:from|från|fra|od|von|for|för) ))",
    re.IGNORECASE,
)
"""How the subject of an automatic reply opens: the phrase and then a colon, a dash or nothing."""

AWAY_TEXT = re.compile(
    r"(?:i am|i'm|we are|i will be|is|currently) (?:currently |now )?(?:out of (?:the )?office|away|on (?:vacation"
    r"|holiday|leave|annual leave|parental leave))|out of (?:the )?office"
    r"|automatic(?:ally generated)? (?:reply|response|message)|limited access to (?:my )?e-?mail|(?:return"
    r"|back) (?:to the office )?on"
    r"|(?:jag|vi) är (?:för närvarande |just nu )?(?:på semester|inte på|föräldraledig|tjänstledig|borta"
    r"|frånvarande|sjukskriven|ledig)|är tillbaka|åter på kontoret|har semester|automatiskt svar|autosvar"
    r"|(?:jeg|vi) (?:er|har) (?:for tiden |i øjeblikket |på nuværende tidspunkt )?(?:på ferie|ikke på|ikke til"
    r"|fraværende|borte|bortrejst|sykmeldt|ferie|ute av)|er tilbage|er tilbake|automatisk svar|holder ferie"
    r"|olen (?:lomalla|poissa|vapaalla|matkoilla)|en ole paikalla|palaan|automaattinen vastaus|tavoitettavissa"
    r"|som (?:momentálne |aktuálne )?(?:na dovolenke|mimo|nepr[íi]tomn|čerpám)|čerpám dovolenku|budem (?:späť"
    r"|mimo)|nie som v kancel"
    r"|jsem (?:momentálně |aktuálně )?(?:na dovolené|mimo|nepřítom)|čerpám dovolenou|budu (?:zpět|mimo)"
    r"|nejsem v kancel|jsem nepřítomen"
    r"|jestem (?:obecnie |aktualnie )?(?:na urlopie|poza|nieobecn)|nie ma mnie|przebywam na|wracam|będę nieobecn"
    r"|bin ich (?:wieder|nicht)|ich bin (?:derzeit |momentan |zurzeit |ab |bis |vom |zur zeit |im )?(?:nicht"
    r"|abwesend|im urlaub|urlaub|ausser|außer|wieder)|im urlaub|nicht im (?:büro|haus)|außer haus|abwesend"
    r"|automatische antwort",
    re.IGNORECASE,
)
"""What the text of an absence notice says."""
