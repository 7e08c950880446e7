"""The names and phrases by which automatic mail shows itself, in nine languages."""

from __future__ import annotations

import re

_NO_REPLY = (
    r"(?:.+[._+-])?(?:no|do-?not|dont|donot|never|cannot)[._-]?(?:reply|replies|respond|response"
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
)

MACHINE_LOCAL_PART = re.compile(
    r"(?:"
    r"mailer-?daemon|mail-?daemon|postmaster|mdaemon|listserv|majordomo|mailman|sympa|ezmlm|nobody|root|cron"
    r"|daemon|uucp|bounces?|microsoftexchange[0-9a-f]{8,40}|quarantine|nagios|icinga2?|zabbix|munin|logwatch|logcheck|alertmanager|fail2ban"
    r"|owner-.+|.+-owner|.+-request|.+-bounces?|bounces?[+=-].+|.+-bounces?[+=].+|.+-admin-bounces"
    rf"|{_NO_REPLY}"
    r"|auto-?(?:reply|responder?|mailer|notify|confirm|answer|svar)(?:[._+-].+)?"
    # Envelope forms that stand for a machine's return path: VERP, SRS, BATV.
    r"|srs[01][=+-].+|prvs=.+|btv1==.+|.+=.+\.[a-z]{2,}"
    r")",
    re.IGNORECASE,
)
"""Local parts of a From that no person reads."""

NO_REPLY_NAME = re.compile(_NO_REPLY, re.IGNORECASE)
"""Display names that ask for no answer, with a hyphen for each space."""

MACHINE_PATH = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|listserv|majordomo|owner-.+|.+-owner|.+-request|.+-bounces(?:[+=].+)?)",
    re.IGNORECASE,
)
"""Local parts of a Return-Path that are a machine's; SRS and BATV forms are people's and not among them."""

AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?P<bracket>[\[(*]{0,2})(?:"
    r"auto(?:matic|mated|-?generated)?[ -]?(?:e-?mail )?(?:reply|response|respond|responder|answer"
    r"|acknowledge?ment)(?: message| e-?mail)?"
    r"|auto-?re|autoreply|out[ -]of[ -](?:the[ -])?office (?:auto[ -]?reply|reply|notification|message|notice"
    r"|assistant|response)"
    r"|vacation (?:reply|response|message|notice|auto-?reply)"
    r"|auto(?:matiskt?|-)?[ -]?svar(?:smeddelande)?(?: från| vid frånvaro)?|automatiskt (?:e-?post)?meddelande"
    r"|frånvaro(?:meddelande|svar|besked)|semester(?:meddelande|svar)"
    r"|auto(?:matisk|-)?[ -]?svar|automatisk (?:besvarelse|meddelelse|melding|e-?mail|e-?post)"
    r"|fravær(?:sbesked|smelding|sassistent|sopplysninger)|feriemelding|feriebesked"
    r"|automaattinen (?:vastaus|viesti)|automaattivastaus|poissaoloviesti|poissaoloilmoitus"
    r"|loma(?:vastaus|viesti|ilmoitus)"
    r"|automatick[áa] odpove[ďd]|automatick[áa] spr[áa]va|automatick[áa] odpov[ěe][ďd]|automatick[áa] zpr[áa]va"
    r"|odpov[ěe][ďd] v nep[řr][íi]tomnosti|odpove[ďd] v nepr[íi]tomnosti"
    r"|(?:odpowied[źz] automatyczna|automatyczna odpowied[źz])|autoodpowied[źz]|autoresponder"
    r"|automatische (?:antwort|e-?mail-?antwort|r[üu]ckantwort|empfangsbest[äa]tigung|eingangsbest[äa]tigung"
    r"|nachricht)|auto-?antwort|autom\. antwort"
    r"|(?:automatische )?abwesenheits?(?:notiz|nachricht|meldung|agent|hinweis|assistent)"
    r"|r[ée]ponse automatique|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica"
    r"|automatisch antwoord|автоответ|автоматический ответ|автоматична відповідь|automaatvastus|automatinis atsakymas"
    r"|automātiska atbilde|automātiskā atbilde|automatikus válasz|răspuns automat|samodejni odgovor"
    r"|automatski odgovor|sjálfvirkt svar|otomatik yanıt|αυτόματη απάντηση|自动回复|自動回覆|自動応答|자동 회신"
    r"|自动答复|自動回復|risposta non al computer|автоматичен отговор|resposta automàtica|(?:การ)?ตอบกลับอัตโนมัติ"
    r"|(?:תגובה|תשובה) אוטומטית|מענה אוטומטי|رد تلقائي|afwezigheids(?:bericht|assistent|melding)"
    r"|(?<=[\[(])(?:auto(?:matically|mated|matic)?[ -]generated|automat(?:ed|ic) (?:message|notification|e-?mail))"
    r"|(?P<topic>auto|out[ -]of[ -](?:the[ -])?office|away from (?:the |my )?(?:office|mail|e-?mail|desk)"
    r"|(?:(?:i am|i'm|we are) )?on (?:vacation|holiday|annual leave|leave|parental leave)"
    r"|(?:i am|i'm|we are) (?:away|out of (?:the )?office)|ooo|absence notice|vacation|annual leave"
    r"|frånvaro|frånvarande|(?:jag är )?(?:ej|inte) på (?:kontoret|plats)|ute från kontoret|semester|på semester"
    r"|jag är på semester|(?:jag är )?föräldraledig"
    r"|fravær|fraværende|ikke til stede|ikke på kontoret|ude af kontoret|(?:jeg er )?på ferie|borte fra kontoret"
    r"|ute av kontoret|ferie"
    r"|poissa(?: toimisto(?:lta|sta))?|(?:olen )?lomalla|en ole paikalla"
    r"|mimo kancel[áa]ri[eu]|nie som v kancel[áa]rii|nepr[íi]tomnos[ťt](?: v kancel[áa]rii)?|dovolenka"
    r"|(?:som )?na dovolenke"
    r"|mimo kancel[áa][řr]|nep[řr][íi]tomnost(?: v kancel[áa][řr]i)?|nejsem v kancel[áa][řr]i|dovolen[áa]"
    r"|na dovolen[ée]"
    r"|poza biurem|nie ma mnie w biurze|nieobecno[śs][ćc](?: w biurze)?|jestem poza biurem|na urlopie|urlop"
    r"|abwesend|abwesenheit|nicht im (?:b[üu]ro|haus)|au[ßs]{1,2}er haus|ich bin (?:nicht im b[üu]ro|im urlaub)"
    r"|im urlaub|urlaub"
    r"|absence du bureau|fuera de la oficina|fuori sede|afwezig(?:heid)?"
    # As Notes writes it: "AUTO: Anna Ek is out of the office (returning 12/03/2026)".
    r"|(?:auto: ?)?[^:?]{2,60} (?:is (?:currently )?out of (?:the )?office"
    r"|är (?:inte på (?:kontoret|plats)|frånvarande|på semester)"
    r"|er (?:ikke (?:på kontoret|til stede)|fraværende|på ferie)"
    r"|ist (?:nicht im (?:büro|haus)|au(?:ß|ss)er haus|abwesend|im urlaub)"
    r"|on (?:poissa|lomalla)|je (?:mimo kancelári?[eí]|mimo kancelář|na dovolenke|na dovolené)"
    r"|jest (?:poza biurem|nieobecn[ya]|na urlopie)))"
    r")[\])*]{0,2}\s*(?:(?P<colon>[:：])|(?P<end>$|[-–—!.(])|(?P<name>(?:from|från|fra|od|von|for|för) )"
    r"|(?<=[\])]) ?(?P<marked>))",
    re.IGNORECASE,
)
"""How the subject of an automatic reply opens: the phrase and then a colon, a dash or nothing.

`topic` is a phrase that people write about too; `marked` one in brackets, as only programs write it.
"""

MARKED_SUBJECT = re.compile(
    r"[\[(](?:auto(?:matic|mated)?[ -]?(?:reply|response|svar|antwort)|automatiskt? svar|automatische antwort"
    r"|automaattinen vastaus|automatická odpove[ďd]|automatická odpověď|odpowiedź automatyczna"
    r"|automatyczna odpowiedź|out of office)[\])]\s*$",
    re.IGNORECASE,
)
"""How the subject of an automatic reply may end."""

AWAY_TEXT = re.compile(
    r"(?:i am|i'm|we are|i will be|is|currently) (?:currently |now )?(?:out of (?:the )?office|away|on (?:vacation"
    r"|holiday|leave|annual leave|parental leave))"
    r"|this is an automat(?:ed|ic|ically generated) (?:reply|response|message)|limited access to (?:my )?e-?mail"
    r"|(?:return|back) (?:to the office )?on"
    r"|(?:jag|vi) är (?:för närvarande |just nu )?(?:på semester|inte på|föräldraledig|tjänstledig|borta|åter"
    r"|frånvarande|sjukskriven|ledig)|är tillbaka|åter på kontoret|(?:är|ett) (?:automatiskt svar|autosvar)"
    r"|(?:jeg|vi) (?:er|har) (?:for tiden |i øjeblikket |på nuværende tidspunkt )?(?:på ferie|ikke på|ikke til"
    r"|fraværende|borte|bortrejst|bortreist|sykmeldt|ferie|ute av)|er tilbage|er tilbake|et automatisk svar"
    r"|holder ferie"
    r"|olen (?:\w{0,10}lomalla|poissa|vapaalla|matkoilla)|en ole paikalla|palaan|on automaattinen vastaus"
    r"|tavoitettavissa"
    r"|som (?:momentálne |aktuálne )?(?:na dovolenke|mimo|nepr[íi]tom|čerpám)|čerpám dovolenku|budem (?:späť"
    r"|mimo)|nie som v kancel"
    r"|jsem (?:momentálně |aktuálně )?(?:na dovolené|mimo|nepřítom)|čerpám dovolenou|budu (?:zpět|mimo)"
    r"|nejsem v kancel|jsem nepřítomen"
    r"|jestem (?:obecnie |aktualnie )?(?:na urlopie|poza|nieobecn)|nie ma mnie|przebywam na|wracam|będę nieobecn"
    r"|ich bin (?:\S+ ){0,6}?(?:nicht|abwesend|(?:im )?urlaub|au(?:ß|ss)er haus|wieder)"
    r"|bin ich (?:\S+ ){0,4}?(?:nicht|wieder|abwesend|im urlaub)|(?:ich befinde|befinde ich) mich|ich kehre"
    r"|eine automatische antwort",
    re.IGNORECASE,
)
"""What the text of an absence notice says."""

AUTOMATIC_TEXT = re.compile(
    r"(?:\A[\s*_|#(\[~=+!-]{0,10}|[.!:] )(?:(?:please )?note:? (?:that )?|obs[:!]? |hinweis: )?(?:"
    r"this (?:is an? |e-?mail (?:is an? |was |is |has been )|message (?:is an? |was |is |has been )"
    r"|reply (?:was |is ))(?:system |computer[- ])?(?:(?:auto(?:mated|matic|[- ]?generated|-?reply|-?response)\b)"
    r"|automatically (?:generated|created|sent|produced|triggered)|(?:generated|created|sent) automatically)"
    r"|(?:please )?do not (?:reply|respond) (?:directly )?to this (?:e-?mail|message|mail)"
    r"|replies to this (?:e-?mail|message|address|mailbox) (?:are|will) not"
    r"|this (?:mailbox|inbox|address|e-?mail address) is (?:not monitored|unmonitored|unattended)"
    r"|(?:detta|det här) (?:är ett automat|(?:mejl|mail|meddelande|brev|e-post\w*)(?:et)? (?:är|har|skickas|skickades"
    r"|genereras) (?:\w+ ){0,2}(?:automatiskt|automatgenere))"
    r"|(?:vänligen )?svara (?:inte|ej) på (?:detta|det här)|det går (?:inte|ej) att svara på (?:detta|det här)"
    r"|(?:detta|det här) (?:mejl|mail|meddelande|brev)(?:et)? (?:går|kan) (?:inte|ej) (?:att )?besvara"
    r"|dette er e[nt] automat|denne (?:e-?mail|mail|e-post|besked|meddelelse|melding)(?:en)? (?:er|ble|blev)"
    r" (?:\w+ ){0,2}automatisk|denne (?:e-?mail|mail|e-post|besked|meddelelse|melding)(?:en)? kan ikke besvares"
    r"|(?:venligst |vennligst )?(?:svar|besvar) (?:venligst )?ikke (?:på )?denne|(?:vennligst )?ikke svar på denne"
    r"|tämä on automaatti|tämä (?:viesti|sähköposti) on (?:\w+ ){0,2}automaatti|älä vastaa tähän"
    r"|tähän viestiin ei voi vastata"
    r"|toto je automatick|t(?:áto správa|ento e-?mail) (?:je|bola?|byl) (?:\w+ ){0,2}automaticky"
    r"|(?:prosím,? )?neodpovedajte na t|na t(?:ento|úto) (?:e-?mail|správu),? (?:prosím,? )?neodpoved"
    r"|tato zpráva (?:je|byla) (?:\w+ ){0,2}automaticky|(?:prosím,? )?neodpovídejte na t"
    r"|na t(?:ento|uto) (?:e-?mail|zprávu),? (?:prosím,? )?neodpov"
    r"|(?:to jest|to) (?:wiadomość wygenerowana )?automatyczn|(?:ta|niniejsza) wiadomość (?:jest|została) "
    r"(?:\w+ ){0,2}automatyczn|(?:prosimy )?(?:o nieodpowiadanie|nie odpowiada[jć](?:cie)?) na t[eę]"
    r"|dies(?:e[sr]?)? (?:ist eine|e-?mail (?:wurde|ist)|nachricht (?:wurde|ist)) (?:\w+ ){0,2}automatisch"
    r"|bitte (?:antworten sie )?nicht (?:auf diese|direkt auf|antworten)"
    r"|(?:auf )?diese e-?mail kann nicht (?:be|ge)antwortet"
    r")",
    re.IGNORECASE,
)
"""How a sentence begins by which a mail says of itself that a machine wrote it, or that nobody reads an answer."""

QUESTION = re.compile(r"\?(?!\S)")
"""The end of a question; in an address of the web more follows."""

FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|vb|vl|vs|wg|tr|pd|i|doorst)\s*[:：]", re.IGNORECASE)
"""How the subject of a mail that is passed on opens."""

COMPLAINT_SUBJECT = re.compile(r"complaint about message from [0-9a-f.:]{3,45}", re.IGNORECASE)
"""The whole subject of an abuse report that is none by its type (Microsoft's Junk Mail Reporting Program)."""

DMARC_SUBJECT = re.compile(
    r"\[?(?:preview\] ?)?report domain: {0,3}[\w.-]{1,255},? {1,3}submitter: {0,3}\S{1,255} {1,3}report-id:",
    re.IGNORECASE,
)
"""How the subject of an aggregate report on DMARC begins (RFC 7489 section 7.2.1.1)."""

RECEIPT_SUBJECT = re.compile(
    r"\s*(?:(?:not )?read|(?:(?:inte|ej) |o)?läst|(?:ikke )?læst|ulæst|(?:ikke )?lest|ulest|(?:ei )?luettu|lukematta"
    r"|(?:ne)?prečítané|(?:ne)?přečteno|(?:nie )?przeczytano|(?:nie)?przeczytane|(?:nicht |un)?gelesen"
    r"|return receipt(?: \(displayed\))?|deleted|borttaget|slettet)\s*(?::| - )",
    re.IGNORECASE,
)
"""How the subject of a read receipt opens."""

RECEIPT_TEXT = re.compile(
    r"\byour message\b[^?]{0,400}?\bwas (?:read|displayed|deleted without being read) on\b"
    r"|this (?:is a )?return receipt"
    r"|\blästes (?:den )?\d|togs bort utan att (?:ha )?(?:läsas|lästs)"
    r"|\bbl(?:ev|e) (?:læst|lest|slettet uten|slettet uden)"
    r"|\bluettiin\b.{0,20}\d|poistettiin lukematta|bol[ao] prečítan|odstránen[áé] bez prečítania|byl[ao] přečten"
    r"|odstraněn[ao] bez přečtení|została (?:przeczytana|usunięta bez)|wurde .{0,40}(?:gelesen|ungelesen gelöscht)",
    re.IGNORECASE,
)
"""What the text of a read receipt says."""
