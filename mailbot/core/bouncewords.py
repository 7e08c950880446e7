"""The phrases by which mail servers report failure and delay in prose, for reports without a machine-readable part."""

from __future__ import annotations

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


REPORTER = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|post[._-]?master|mdaemon|maildelivery|mail-?delivery(?:-?(?:sub)?system)?|mdeamon"
    r"|exchange-?postmaster"
    r"|microsoftexchange[0-9a-f]{0,40}|bounces?|delivery-?(?:failure|status|notification|reports?)|ndr|uucp|mmdf"
    r"|mailerdaemon|smtp-?daemon"
    r"|mail-?admin|mailadm|mta|mail-?system|mailsystem|mail\.?router|non-?delivery|auto-?bounce|listserv"
    r"|internet-?mail|e500_smtp_mail_service|daemon)(?:[+=-].*)?",
    re.IGNORECASE,
)
"""Local parts under which mail servers write, and no people."""

MANNED = re.compile(r"post[._-]?master|mail-?admin|mailadm", re.IGNORECASE)
"""The reporters among them under whose name a person writes as well (RFC 2142 section 4)."""

EXCHANGE = re.compile(r"microsoftexchange[0-9a-f]{16,40}", re.IGNORECASE)
"""The local part of the mailbox that every installation of Exchange has for its reports."""

REPORTER_HINT = _any(r"daemon", r"postmaster", r"gateway", r"virus", r"imss", r"interscan", r"smtp", r"bounce")
"""Somewhere in the local part of a filter or gateway that reports."""

PERHAPS_REPORTER = _any(r"admin", r"system", r"delivery", r"mailer", r"no-?reply", r"^root$", r"^mail$")
"""In the local part of old servers that report; people and web forms write under them too."""

OTHER_MAIL = re.compile(
    r"\W{0,8}(?:(?:the )?(?:message )?(?:subject|identifier)(?: of the message)?(?: is| was)?"
    r"|message-id|in-reply-to|references|ämne|emne|aihe|predmet"
    r"|předmět|temat|betreff)[ \t]*:",
    re.IGNORECASE,
)
"""A line by which a report names the mail that it is about: its words are not the server's."""

HELP_LINE = _any(
    r"contact", r"assistance", r"questions?", r"please (?:mail|write|call|forward|send)", r"kontakt", r"help"
)
"""A line whose address is there to be asked, not one that failed."""

REPORT_NAME = _any(
    r"mail delivery (?:sub-?)?system", r"mail delivery (?:service|agent)", r"internet mail delivery",
    r"mailer.?daemon", r"delivery sub-?system", r"postmaster", r"mail system\b", r"mail router\b",
    # People have such titles behind their names.
    r"\A\W*(?:system ?administrator|systemadministratör(?:en)?|mail administrator|mail delivery"
    r"|microsoft (?:outlook|exchange))\W*\Z",
)  # fmt: skip
"""Display names under which mail servers write."""

REPORT_SUBJECT = re.compile(
    r"\s*(?:\W{0,3}(?:warning|notice|notification|automatic|auto)\W{1,3})?(?:"
    r"un-?deliver(?:able|ed)|undelivery|returned (?:e-?)?mail|return(?:ed)? to sender"
    r"|(?:your )?(?:e-?)?mail(?: message)? (?:could not be|was not|not) delivered"
    r"|(?:mail |message |e-?mail )?deliver(?:y|ing)(?: status)?[ _:-]{1,3}(?:notification|fail|error|problem|delay"
    r"|report|incomplete|unsuccessful|attempt|unable)"
    r"|delivery (?:has |was |is )?(?:failed|failure|delayed)|failure (?:notice|delivery|notification|report)"
    r"|fail(?:ed|ure)[: ].{0,40}(?:deliver|mail|message)"
    r"|(?:mail|message|messages|e-?mail)[ _](?:delivery |status |system |transport |was )?(?:fail|error|undeliver"
    r"|could not|delayed|return|bounced)"
    r"|non[ -]?(?:delivery|deliverable|remise)|unzustellbar|mail delivery|message delayed|message you sent"
    r"|delayed mail|could not send message"
    r"|zustellung|nicht zustellbar|unable to deliver|delivery notification|warning: could not send"
    r"|problem delivering|error sending|cannot deliver"
    r"|kan (?:inte|ikke|ikkje) lever|olevererbar|oleverbar|ej levererbar|uleverbar|kunne ikke leveres|ikke levert"
    r"|ikke leveret|kan ej levereras"
    r"|leveransfel|leveransstatus|leveringsfejl|leveringsfeil|leveringsstatus|leveransen misslyckades"
    r"|meddelandet kunde inte levereras"
    r"|ei voitu toimittaa|toimitus epäonnistui|toimittamaton|nedoručiteľn|nedoručiteln|nedoruč"
    r"|doručení se nezdařilo|doručenie zlyhalo"
    r"|niedostarczon|nie można dostarczyć|nie dostarczono|nondeliverable|bounced|user unknown|mailbox full"
    r"|over quota|delivery report|nondelivery"
    r"|det går inte att leverera|obeställbart|leveransen försenad|meddelande om leveransstatus"
    r"|levering(?:en)? (?:er )?forsinket|forsinket levering|meddelelse om leveringsstatus"
    r"|ei toimitettavissa|toimitus (?:ei onnistu|viivästyy)|toimitusvirhe|toimituksen tilailmoitus"
    r"|doručen(?:ie|í) (?:je |bolo |bylo )?(?:oneskoren|zpož)|ozn[aá]men(?:ie|í) o stav[eu] doručen"
    r"|niemożliwe do dostarczenia|opóźnienie dostarcz|powiadomienie o stanie dostarcz|zwrot(?: wiadomości|:)"
    r"|nicht zugestellte|übermittlungsfehler|benachrichti?g?ung zum (?:übermittlungs|zustell)status"
    r"|non remis|onbestelbaar|niet te bezorgen|message status\b|notification d[’']échec de remise|no se puede entregar"
    r"|non recapitabile|non è possibile recapitare|não é possível entregar|niedostarcz|nelze doručit|nedá sa doručiť"
    r"|kézbesíthetetlen|kohaletoimetamatu|nepiegādājam|nepristatom|не ?уда(?:лось|ется) доставить|недоставляем"
    r"|nu se poate livra|ni mogoče dostaviti|配信不能|无法送达|無法傳遞|系统退信|退信通知|배달되지 않음"
    r"|ei voi(?:da)? toimittaa"
    r"|address not found|message (?:blocked|not delivered|rejected)\b"
    r"|rejected mail|mail not delivered|\*+ ?message you sent|not delivered|email not delivered|mail error"
    r")",
    re.IGNORECASE,
)
"""How the subject of a report begins."""

FAILED = _any(
    r"could ?n[o']t be (?:delivered|sent|reached|found)",
    r"(?:was|were|is|are|been|being) (?:not |un)(?:deliver|reach|able|send)", r"undeliver",
    r"delivery (?:\w+ ){0,8}(?:failed|failure|error|impossible|aborted)",
    r"fail(?:ed|ure) (?:to deliver|permanently|recipient|addresses|delivery|notice)",
    r"(?:un|not |n't )able to deliver", r"can ?not (?:be )?deliver",
    r"(?:did not|didn't|wasn't|hasn't been|not been|never) (?:reach|receive|deliver)",
    r"permanent(?:ly)? (?:fatal )?(?:fail|error)",
    r"(?:user|host|recipient|address|mailbox|account|domain)s? (?:is |was |are )?(?:un|not |dis|does not|doesn't"
    r"|no longer|full|over)",
    r"(?:no such|unknown|invalid|bad|illegal) (?:user|host|recipient|address|mailbox|domain|final)",
    r"transcript of session", r"mailbox (?:full|is full|has exceeded)",
    r"returned (?:to sender|mail|message|below)", r"bounce", r"rejected", r"refused", r"too large", r"quota",
    r"exceed", r"postponed", r"\b5\d\d[ -]", r"\b5\.\d{1,3}\.\d{1,3}\b",
    r"error occurred", r"problems? deliver", r"failed recipients", r"addresses had",
    r"following (?:recipient|address|user)", r"not listed in",
    r"kunde inte (?:levereras|skickas|nå)", r"gick inte att (?:leverera|skicka|nå)", r"kan inte levereras",
    r"har inte levererats", r"hittades inte",
    r"leveransen .{0,60}misslyck", r"kunne ikke (?:leveres|sendes)", r"blev ikke leveret", r"ble ikke levert",
    r"kan ikke leveres", r"blev ikke fundet",
    r"mislykkedes", r"mislyktes", r"ei voitu (?:toimittaa|lähettää)", r"epäonnistui", r"ei löytynyt",
    r"nie je možné doručiť", r"nebolo možné doručiť",
    r"nepodarilo sa doručiť", r"nelze doručit", r"nepodařilo (?:se )?doručit", r"nebylo možné doručit",
    r"nie (?:można|udało się|mogła|została).{0,20}dostarcz",
    r"konnte nicht (?:zugestellt|gesendet|übermittelt)", r"konnten nicht zugestellt", r"nicht zustellbar",
    r"unzustellbar", r"zustellung .{0,60}fehlgeschlagen",
    r"übermittlung .{0,60}fehlgeschlagen", r"zustellung fehl\b", r"inte levererats", r"levererades inte",
    r"ei onnistunut", r"ei toimitettu", r"toimitusvirhe",
    r"sa ned(?:á|al[aoi]?) doručiť", r"doručenie .{0,60}zlyhalo", r"neb(?:yl|ol)[aoy]? doručen",
    r"doručení .{0,60}(?:se )?nezdařilo", r"dostarczenie .{0,60}nie powiodło", r"nie (?:dotarła|została doręczona)",
    r"kan niet worden (?:bezorgd|afgeleverd)", r"kon niet worden (?:bezorgd|afgeleverd)",
    r"n'a pas pu être (?:remis|délivré)", r"no se pudo entregar", r"não pôde ser entregue",
    r"não foi possível entregar", r"impossibile recapitare", r"errors? while",
)  # fmt: skip
"""What a report of failure says somewhere above the returned mail."""

DELAYED = _any(
    r"(?:this is a |\b)warning (?:message )?only", r"do(?:es)? not need to re-?send", r"need not re-?send",
    r"will (?:continue|keep|be) (?:to )?(?:try|retr|attempt)",
    r"will (?:retry|try again)", r"still (?:being|trying|try|in (?:the )?(?:mail )?queue|attempting)",
    r"(?:has|have) (?:been|not yet been) (?:delayed|delivered)",
    r"(?:delivery|message|mail) .{0,40}(?:has been|is|was|is being) delayed", r"has not yet been",
    r"delivery (?:attempts )?will (?:continue|be) (?:to be )?(?:attempted|tried|retried|made)",
    r"no action is required", r"warning: (?:could not|message)", r"will not be considered undeliverable",
    r"has not been (?:delivered|collected).{0,30}(?:hours|days|minutes)? ?yet",
    r"har försenats", r"är försenad", r"är försenat", r"fördröj", r"försöker igen",
    r"er forsinket", r"blevet forsinket",
    r"prøver igen", r"prøver på nytt", r"viivästy", r"yrittää (?:vielä|uudelleen|edelleen)", r"oneskoren", r"mešká",
    r"zpožděn", r"zpozdil", r"pokusy o doruč[eo]n[ií]e? (?:budou|budú) pokračo",
    r"opóźni", r"verzögert", r"zurückgestellt", r"temporarily deferred", r"temporary problem (?:deliver|send)",
)  # fmt: skip
"""What a report of delay says; a report that also says it has given up is one of failure."""

DELAYED_SUBJECT = re.compile(
    r"\s*(?:warning: (?:could not send|message)|delayed\b"
    r"|[^:]{0,60}\((?:delay|fördröjning|försenad|forsinkelse|viive)\)"
    r"|(?:e-?mail|mail|message|delivery)(?: delivery)?(?: status notification:| has been| is)? delayed"
    r"|leveransen försenad|levering(?:en)? (?:er )?forsinket|forsinket levering|toimitus viivästy|zustellung verzögert"
    r"|doručení (?:bylo )?zpož|doručenie (?:je |bolo )?oneskoren|opóźnienie dostarcz)",
    re.IGNORECASE,
)
"""How the subject of a report of delay begins."""

ARRIVED_SUBJECT = re.compile(
    r"\s*(?:delivery status notification \((?:success|relay(?:ed)?)\)|successful mail delivery|return receipt\b(?! \()"
    r"|(?P<relayed>relayed|vidarebefordrat|videresendt|välitetty|weitergeleitet)\s?:"
    r"|(?:delivered|levererat|leveret|levert|toimitettu|doručen[éo]|dostarczono|zugestellt|übermittelt)\s?:)",
    re.IGNORECASE,
)
"""How the subject of a report begins that tells of no failure."""

GAVE_UP = _any(
    r"(?:giving|given|gave|(?<!will )give) up", r"permanent (?:error|failure|fatal)", r"permanently",
    r"failed permanently", r"has failed", r"retry time(?:out)? (?:not reached|exceeded)",
    r"retry timeout", r"too long", r"(?:has|have) been (?:in the queue|returned|undeliverable)",
    r"could not be delivered for", r"no further attempts", r"will not be retried",
    r"unable to deliver this message after", r"message expired", r"too many hops", r"\b5\.\d\.\d{1,3}\b",
    r"did not reach", r"(?<!non-)fatal errors",
)  # fmt: skip

ORIGINAL = re.compile(
    r"-?(?:"
    r"(?:begin |start of |the |your |below (?:is|this line is|the next line is) |here is )?(?:a copy of "
    r"|the headers of |the text of |the body of )?(?:the |your )?"
    r"(?:original|returned|unsent|undelivered|undeliverable|bounced|failed|rejected|attached|old) (?:e-?)?(?:mail"
    r"|message|text|msg)\b(?! (?:was|has|had|have|will|did|can|could|to the|is|status|details))"
    r"|(?<=-)(?:below|this is|the following is|here is) (?:this|a|the|next|your).{0,50}(?:copy|message|mail|line)"
    r"|(?<=-)(?:copy|header|headers|message header|unsent message|text follows|message (?:text|body)"
    r"|body of message|mail) ?(?:below|follows|of|text|here|generated)"
    r"|message (?:text|header|headers|body|contents?|follows)(?: follows?)?:?[- ]*$|the (?:first|header|headers"
    r"|beginning|message header).{0,60}(?:message|mail|follow)"
    r"|(?<=-)(?:start|begin|end|message|included|forwarded|returned|original).{0,40}-+$|old message:"
    r"|original (?:message|mail|headers?)\b(?! details).{0,40}$|received: (?:from|by)|return-path:|message header"
    r"|(?:a |the )?(?:copy|text|content|contents|body|headers?) of (?:the |your )?(?:original |returned "
    r"|e-?)?(?:message|mail)\b.{0,60}$"
    r"|.{0,40}initial (?:part|lines) of (?:the|your) (?:message|mail)"
    r"|ursprungligt meddelande|oprindelige? meddelelse\b|opprinnelig melding|alkuperäinen viesti\b"
    r"|(?:pôvodná správa|původní zpráva)\b(?! ?[-–]? ?podrobn)"
    r"|ursprüngliche (?:nachricht|e-?mail)\b|es folgt"
    r")",
    re.IGNORECASE,
)
"""The line under which the returned mail stands; nothing below it is the server's own."""
