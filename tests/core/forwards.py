"""How mail programs write a forwarded mail down, in nine languages: what tests of reading them share."""

from __future__ import annotations

from collections.abc import Callable

TEXT = "Hej!\n\nSkrivaren är trasig.\n\nMed vänlig hälsning\nAnna"
WHO = "Anna Kund <anna.kund@kund.example>"


def quoted(text: str) -> str:
    """Each line with a quote mark."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


# From, sent, to and subject, as each program has them in Swedish, Norwegian, Danish, Finnish, Slovak, Czech, Polish,
# German and English.
OUTLOOK = {
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "no": ("Fra", "Sendt", "Til", "Emne"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "sk": ("Od", "Odoslané", "Komu", "Predmet"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "en": ("From", "Sent", "To", "Subject"),
}
DATED = {
    "sv": ("Från", "Datum", "Till", "Ämne"),
    "no": ("Fra", "Dato", "Til", "Emne"),
    "da": ("Fra", "Dato", "Til", "Emne"),
    "fi": ("Lähettäjä", "Päiväys", "Vastaanottaja", "Aihe"),
    "sk": ("Od", "Dátum", "Pre", "Predmet"),
    "cs": ("Od", "Datum", "Komu", "Předmět"),
    "pl": ("Od", "Data", "Do", "Temat"),
    "de": ("Von", "Datum", "An", "Betreff"),
    "en": ("From", "Date", "To", "Subject"),
}
APPLE = {
    "sv": "Vidarebefordrat mejl:",
    "no": "Videresendt melding:",
    "da": "Start på videresendt besked:",
    "fi": "Välitetty viesti alkaa:",
    "sk": "Začiatok preposlanej správy:",
    "cs": "Začátek přeposílané zprávy:",
    "pl": "Początek przekazywanej wiadomości:",
    "de": "Anfang der weitergeleiteten Nachricht:",
    "en": "Begin forwarded message:",
}
THUNDERBIRD = {
    "sv": "-------- Vidarebefordrat meddelande --------",
    "no": "-------- Videresendt melding --------",
    "da": "-------- Videresendt meddelelse --------",
    "fi": "-------- Välitetty viesti / Fwd.Msg --------",
    "sk": "-------- Preposlaná správa --- Forwarded Message --------",
    "cs": "-------- Přeposlaná zpráva --------",
    "pl": "--- Treść przekazanej wiadomości ---",
    "de": "-------- Weitergeleitete Nachricht --------",
    "en": "-------- Forwarded Message --------",
}
YAHOO = {
    "sv": "Vidarebefordrat meddelande",
    "no": "Videresendt melding",
    "da": "Videresendt meddelelse",
    "fi": "Edelleenlähetetty viesti",
    "sk": "Preposlaná správa",
    "cs": "Přeposlaná zpráva",
    "pl": "Przekazana wiadomość",
    "de": "Weitergeleitete Nachricht",
    "en": "Forwarded Message",
}
SAMSUNG = {
    "sv": "Originalmeddelande",
    "no": "Opprinnelig melding",
    "da": "Oprindelig meddelelse",
    "fi": "Alkuperäinen viesti",
    "sk": "Pôvodná správa",
    "cs": "Původní zpráva",
    "pl": "Oryginalna wiadomość",
    "de": "Ursprüngliche Nachricht",
    "en": "Original message",
}
MOMENT = "den 22 november 2026 10:15"


def outlook(language: str) -> str:
    """Outlook for Windows, below the agent's signature."""
    who, sent, to, subject = OUTLOOK[language]
    header = f"{who}: {WHO}\n{sent}: {MOMENT}\n{to}: Bo Agent <bo@desk.example>\nCc: c@x.se\n{subject}: Trasig skrivare"
    return f"#new\n\nBo Agent\nTel: 08-123 45 67\n\n{header}\n\n{TEXT}\n"


def outlook_old(language: str) -> str:
    """Outlook before 2007."""
    who, sent, to, subject = OUTLOOK[language]
    value = "Anna Kund [mailto:anna.kund@kund.example] "
    header = f"{who}: {value}\n{sent}: {MOMENT}\n{to}: Agent, Bo\n{subject}: Trasig skrivare"
    return f"#new\n\n-----Original Message-----\n{header}\n\n{TEXT}\n"


def outlook_web(language: str) -> str:
    """Outlook on the web: a rule and the header."""
    who, sent, to, subject = OUTLOOK[language]
    header = f"{who}: {WHO}\n{sent}: {MOMENT}\n{to}: bo@desk.example <bo@desk.example>\n{subject}: Trasig skrivare"
    return f"#new\n\n________________________________\n{header}\n\n{TEXT}\n"


def outlook_phone(language: str) -> str:
    """Outlook for phones, with the labels in bold marks."""
    who, sent, to, subject = (f"*{word}:*" for word in DATED[language])
    value = f"{WHO}<mailto:anna.kund@kund.example>"
    header = f"{who} {value}\n{sent} {MOMENT}\n{to} Bo <bo@desk.example>\n{subject} Trasig skrivare"
    return f"#new\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n{header}\n\n{TEXT}\n"


def gmail(language: str) -> str:
    """Gmail: only the sender's label is in the user's language."""
    who = DATED[language][0]
    header = f"{who}: {WHO}\nDate: sön 22 nov. 2026 kl 10:15\nSubject: Trasig skrivare\nTo: <bo@desk.example>"
    return f"#new\n\n---------- Forwarded message ---------\n{header}\n\n\n{TEXT}\n"


def gmail_phone(language: str) -> str:
    """Gmail's app, with wrapped recipients."""
    who = DATED[language][0]
    value = "*Anna Kund* <anna.kund@kund.example>"
    to = "Bo <bo@desk.example>, Eva <eva@desk.example>,\n Carl <carl@desk.example>"
    header = f"{who}: {value}\nDate: sön 22 nov. 2026 kl 10:15\nSubject: Trasig skrivare\nTo: {to}"
    return f"#new\n\n---------- Forwarded message ----------\n{header}\n\n\n{TEXT}\n"


def apple(language: str) -> str:
    """Apple Mail: all of it quoted, and the agent's words go on below."""
    who, sent, to, subject = DATED[language]
    header = f"{who}: {WHO}\n{subject}: Trasig skrivare\n{sent}: 22 november 2026 10:15:08 CET\n{to}: bo@desk.example"
    return "#new\n\n" + quoted(f"{APPLE[language]}\n\n{header}\n\n{TEXT}") + "\n\nBo, från min Mac\n"


def apple_old(language: str) -> str:
    """Apple Mail before 2014: the first line is not quoted."""
    who, sent, to, subject = DATED[language]
    header = f"{who}: {WHO}\n{sent}: 22 november 2026 10:15:08 CET\n{to}: bo@desk.example\n{subject}: Trasig skrivare"
    return f"#new\n\n{APPLE[language]}\n\n" + quoted(f"{header}\n\n{TEXT}") + "\n"


def thunderbird(language: str) -> str:
    """Thunderbird: the subject first."""
    who, sent, to, subject = DATED[language]
    if language == "pl":
        who, to = "Nadawca", "Adresat"
    moment = "Sun, 22 Nov 2026 10:15:30 +0100"
    header = f"{subject}: \tTrasig skrivare\n{sent}: \t{moment}\n{who}: \t{WHO}\n{to}: \tbo@desk.example"
    return f"#new\n\n\n{THUNDERBIRD[language]}\n{header}\n\n\n\n{TEXT}\n"


def samsung(language: str) -> str:
    """Samsung's phones."""
    who, sent, to, subject = DATED[language]
    header = (
        f"{who}: {WHO} \n{sent}: 2026-11-22  10:15  (GMT+01:00) \n{to}: bo@desk.example \n{subject}: Trasig skrivare "
    )
    return f"#new\n\nSkickat från min Galaxy\n\n\n-------- {SAMSUNG[language]} --------\n{header}\n\n{TEXT}\n"


def yahoo(language: str) -> str:
    """Yahoo as its HTML reads: no blank line behind the header."""
    who, sent, to, subject = OUTLOOK[language]
    moment = "söndag 22 november 2026 10:15:08 CET"
    header = f"{who}: {WHO}\n{to}: Bo Agent <bo@desk.example>\n{sent}: {moment}\n{subject}: Trasig skrivare"
    return f"#new\n\n----- {YAHOO[language]} -----\n{header}\n{TEXT}\n"


def spread(language: str) -> str:
    """Each header line is a paragraph of its own."""
    who, sent, to, subject = OUTLOOK[language]
    return (
        f"#new\n\n{who}: {WHO}\n\n{sent}: {MOMENT}\n\n{to}: bo@desk.example\n\n{subject}: Trasig skrivare\n\n{TEXT}\n"
    )


PROGRAMS: list[Callable[[str], str]] = [
    outlook, outlook_old, outlook_web, outlook_phone, gmail, gmail_phone, apple, apple_old, thunderbird,
    samsung, yahoo, spread,
]  # fmt: skip


HTML_BODY = "<p>Hej!</p><p>Skrivaren är trasig.</p><p>Med vänlig hälsning<br>Anna</p>"
ANNA_LINKED = 'Anna Kund &lt;<a href="mailto:anna.kund@kund.example">anna.kund@kund.example</a>&gt;'
HTML = {
    "outlook": "<p class=MsoNormal>#new</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
    "<p class=MsoNormal><b><span lang=SV>Från:</span></b><span lang=SV> Anna Kund &lt;anna.kund@kund.example&gt;<br>"
    "<b>Skickat:</b> den 22 november 2026 10:15<br><b>Till:</b> Bo &lt;bo@desk.example&gt;<br>"
    f"<b>Ämne:</b> Trasig skrivare<o:p></o:p></span></p></div></div><p>&nbsp;</p>{HTML_BODY}",
    "gmail": '<div>#new</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded '
    'message ---------<br>Från: <strong class="gmail_sendername" dir="auto">Anna Kund</strong> <span dir="auto">&lt;'
    '<a href="mailto:anna.kund@kund.example">anna.kund@kund.example</a>&gt;</span><br>Date: sön 22 nov.<br>Subject: '
    f"Trasig skrivare<br>To:  &lt;<a href='mailto:b@x.se'>b@x.se</a>&gt;<br></div><br><br>{HTML_BODY}</div>",
    "apple": '<div>#new</div><div><blockquote type="cite"><div>Vidarebefordrat mejl:</div><br><div><span><b>Från: </b>'
    f"</span><span>{ANNA_LINKED}<br></span></div><div><b>Ämne: </b><span><b>Trasig skrivare</b><br></span></div><div>"
    f"<b>Datum: </b>22 november 2026<br></div><div><b>Till: </b>b@x.se</div><br>{HTML_BODY}</blockquote></div>",
    "thunderbird": '<p>#new</p><div class="moz-forward-container"><br>-------- Vidarebefordrat meddelande --------'
    '<table class="moz-email-headers-table"><tbody><tr><th>Ämne: </th><td>Trasig skrivare</td></tr><tr><th>Datum: </th>'
    f"<td>Sun, 22 Nov 2026 10:15:30 +0100</td></tr><tr><th>Från: </th><td>{ANNA_LINKED}</td></tr><tr><th>Till: </th>"
    f'<td><a href="mailto:b@x.se">b@x.se</a></td></tr></tbody></table><br><br>{HTML_BODY}</div>',
    "yahoo": '<div>#new</div><br><div class="yahoo_quoted"><div>----- Vidarebefordrat meddelande -----</div><div><b>'
    "Från:</b> Anna Kund &lt;anna.kund@kund.example&gt;</div><div><b>Till:</b> Bo &lt;bo@desk.example&gt;</div><div>"
    f"<b>Skickat:</b> söndag</div><div><b>Ämne:</b> Trasig skrivare</div><div><br></div>{HTML_BODY}</div>",
}
