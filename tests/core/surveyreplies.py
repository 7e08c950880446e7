"""Surveys in four languages and replies to them as nine mail programs write them; made up, after what they send."""

from __future__ import annotations

import html as markup
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache

from mailbot.core.letter import Letter, read_letter
from mailbot.core.surveyanswer import Answer, read_answer, tapped_link

NUMBER = "VC-000017"
ADDRESS = "help+abc@example.com"


@dataclass(frozen=True)
class Wording:
    """What a survey says in one language, and what mail programs put around it."""

    greeting: str
    start: str
    questions: tuple[str, str, str]
    score: str
    answer: str
    stop: str
    regards: str
    wrote: str
    """Gmail's and Apple's line above a quote."""
    headers: tuple[str, str, str, str]
    original: str
    iphone: str
    galaxy: str


WORDINGS = {
    "sv": Wording(
        "Hej Anna!",
        "Ärende VC-000017 är löst. Vi vill gärna veta hur det gick: tre frågor, högst två minuter. Svara på det här "
        "mejlet och skriv under frågorna, eller tryck på ett tal från 0 till 10.",
        (
            "Hur nöjd är du med den service du fick, på en skala från 0 till 10?",
            "Vilket är det viktigaste skälet till ditt betyg?",
            "Vad kan vi göra bättre?",
        ),
        "Betyg (0-10)", "Svar", "Vill du inte få fler frågor? Svara med ordet stopp.", "Vänliga hälsningar",
        "Den mån 23 nov. 2026 kl 11:15 skrev Support <help@example.com>:",
        ("Från", "Skickat", "Till", "Ämne"), "-------- Originalmeddelande --------",
        "Skickat från min iPhone", "Skickat från min Galaxy",
    ),
    "da": Wording(
        "Hej Anna!",
        "Sag VC-000017 er løst. Vi vil gerne vide, hvordan det gik: tre spørgsmål, højst to minutter. Svar på denne "
        "mail og skriv under spørgsmålene, eller tryk på et tal fra 0 til 10.",
        (
            "Hvor tilfreds er du med den service, du fik, på en skala fra 0 til 10?",
            "Hvad er den vigtigste grund til din karakter?",
            "Hvad kan vi gøre bedre?",
        ),
        "Karakter (0-10)", "Svar", "Vil du ikke have flere spørgsmål? Svar med ordet stop.", "Med venlig hilsen",
        "Den man. 23. nov. 2026 kl. 11.15 skrev Support <help@example.com>:",
        ("Fra", "Sendt", "Til", "Emne"), "-------- Oprindelig meddelelse --------",
        "Sendt fra min iPhone", "Sendt fra min Galaxy",
    ),
    "sk": Wording(
        "Dobrý deň, pani Anna!",
        "Požiadavka VC-000017 je vyriešená. Radi by sme vedeli, ako to dopadlo: tri otázky, najviac dve minúty. "
        "Odpovedzte na tento e-mail a píšte pod otázky, alebo kliknite na číslo od 0 do 10.",
        (
            "Ako ste boli spokojná so službou, ktorú ste dostali, na stupnici od 0 do 10?",
            "Čo je hlavný dôvod Vášho hodnotenia?",
            "Čo môžeme urobiť lepšie?",
        ),
        "Hodnotenie (0-10)", "Odpoveď", "Nechcete ďalšie otázky? Odpovedzte slovom odhlásiť.", "S pozdravom",
        "po 23. 11. 2026 o 11:15 Support <help@example.com> napísal(a):",
        ("Od", "Odoslané", "Komu", "Predmet"), "-------- Pôvodná správa --------",
        "Odoslané z iPhonu", "Odoslané z môjho Galaxy",
    ),
    "en": Wording(
        "Hello Anna,",
        "Case VC-000017 is solved. We would like to know how it went: three questions, two minutes at most. Reply to "
        "this mail and write below the questions, or tap a number from 0 to 10.",
        (
            "How satisfied are you with the service you got, on a scale from 0 to 10?",
            "What is the main reason for your score?",
            "What one thing can we do better?",
        ),
        "Score (0-10)", "Answer", "No more questions, please? Reply with the word stop.", "Kind regards",
        "On Mon, Nov 23, 2026 at 11:15 AM Support <help@example.com> wrote:",
        ("From", "Sent", "To", "Subject"), "-------- Original message --------",
        "Sent from my iPhone", "Sent from my Galaxy",
    ),
}  # fmt: skip
Filling = tuple[str, str, str]
"""What is typed into the form's holes."""
EMPTY: Filling = ("", "", "")


def form(language: str, filled: Filling = EMPTY, below: Filling = EMPTY, mark: str = "") -> str:
    """The survey as plain text: with what is typed into its holes, and with what stands on lines of its own below.

    `mark` ("> ") begins each line that is not typed below.
    """
    said = WORDINGS[language]
    quoted = [said.greeting, "", *textwrap.wrap(said.start, 72), ""]
    lines = [f"{mark}{line}".rstrip() for line in quoted]
    for place, question in enumerate(said.questions):
        label = f"{said.score}: [ {filled[0]} ]" if not place else f"{said.answer}: {filled[place]}".rstrip()
        lines += [f"{mark}{place + 1}. {question}", f"{mark}   {label}"]
        lines += ["", below[place], ""] if below[place] else [mark.rstrip()]
    ending = [said.stop, "", said.regards, "Support", "010-141 27 50"]
    return "\n".join(lines + [f"{mark}{line}".rstrip() for line in ending])


def form_html(language: str) -> str:
    """The survey as HTML, with numbers to tap."""
    said = WORDINGS[language]
    links = "".join(
        f'<td><a href="{markup.escape(tapped_link(ADDRESS, score, NUMBER, said.questions))}">{score}</a></td>'
        for score in range(11)
    )
    items = "".join(f"<p>{place}. {text}</p>" for place, text in enumerate(said.questions, 1))
    items = items.replace("</p>", f"</p><table><tr>{links}</tr></table>", 1)
    return (
        f"<p>{said.greeting}</p><p>{said.start}</p>{items}<p>{said.stop}</p>"
        f"<p>{said.regards}<br>Support<br>010-141 27 50</p>"
    )


def mail(text: str, html: str = "", subject: str = f"Re: [{NUMBER}]") -> bytes:
    """A mail with that text, and with that HTML beside it; only HTML where the text is empty."""
    message = EmailMessage()
    message["From"] = "Anna Berg <anna@example.org>"
    message["To"] = ADDRESS
    message["Subject"] = subject
    message["Message-ID"] = "<a1@example.org>"
    if text or not html:
        message.set_content(text + "\n", cte="base64")
    if html and text:
        message.add_alternative(f"<html><body>{html}</body></html>", subtype="html", cte="base64")
    elif html:
        message.set_content(f"<html><body>{html}</body></html>", subtype="html", cte="base64")
    return message.as_bytes()


@dataclass(frozen=True)
class Sent:
    """A survey's two versions."""

    text: str
    html: str


@cache
def sent_letter(sent: Sent, language: str) -> Letter:
    """The letter with both."""
    return read_letter(mail(sent.text, sent.html, f"[{NUMBER}] Support"), language=language)


@cache
def made_up(language: str) -> Sent:
    """The survey of that language's wording."""
    return Sent(form(language), form_html(language))


def survey(language: str) -> Letter:
    """The letter of the same."""
    return sent_letter(made_up(language), language)


def answer(raw: bytes, language: str, *, known: bool = True) -> Answer:
    """What a mail answers to that survey; `known`: with the letter that was sent at hand."""
    questions = WORDINGS[language].questions
    return read_answer(read_letter(raw, language=language), questions, NUMBER, survey(language) if known else None)


def _divs(text: str) -> str:
    return "".join(f"<div>{markup.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _header(language: str) -> list[str]:
    names = WORDINGS[language].headers
    values = ("Support <help@example.com>", "2026-11-23 11:15", "Anna Berg <anna@example.org>", f"[{NUMBER}] Support")
    return [f"{name}: {value}" for name, value in zip(names, values, strict=True)]


def _gmail_half(language: str, top: str, sent: Sent) -> str:
    wrote = markup.escape(WORDINGS[language].wrote)
    quote = f'<blockquote class="gmail_quote">{sent.html}</blockquote>'
    return f'{_divs(top)}<br><div class="gmail_quote"><div class="gmail_attr">{wrote}</div>{quote}</div>'


def gmail(language: str, top: str, sent: Sent) -> bytes:
    """Gmail on the web: text and HTML, quote marked in both."""
    return mail(f"{top}\n\n{WORDINGS[language].wrote}\n\n{_marked(sent.text)}", _gmail_half(language, top, sent))


def gmail_html(language: str, top: str, sent: Sent) -> bytes:
    """The same without its plain half."""
    return mail("", _gmail_half(language, top, sent))


def outlook(language: str, top: str, sent: Sent) -> bytes:
    """Outlook on a desktop: no quote marks, a rule and a header, the text of the old mail as if it were its own."""
    header = _header(language)
    rule = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    html = f'{_divs(top)}<div><div style="{rule}">{_divs(chr(10).join(header))}</div></div>{_divs(sent.text)}'
    text = "\n".join([top, "", "_" * 32, *header, "", sent.text])
    return mail(text, f'<div class="WordSection1">{html}</div>')


def outlook_web(language: str, top: str, sent: Sent) -> bytes:
    """Outlook on the web: HTML quote below a header of its own name."""
    header = "<br>".join(f"<b>{line}</b>" for line in map(markup.escape, _header(language)))
    html = f'{_divs(top)}<hr tabindex="-1"><div id="divRplyFwdMsg">{header}</div>{sent.html}'
    return mail("\n".join([top, "_" * 32, *_header(language), "", sent.text]), html)


def apple(language: str, top: str, sent: Sent) -> bytes:
    """Apple Mail: plain text, marks before each line, the introduction's too."""
    return mail(f"{top}\n\n> {WORDINGS[language].wrote}\n> \n{_marked(sent.text)}")


def iphone(language: str, top: str, sent: Sent) -> bytes:
    """The same program on a telephone, with its signature."""
    said = WORDINGS[language]
    quoted = f'<blockquote type="cite">{said.wrote}<br>{sent.html}</blockquote>'
    html = f'{_divs(top)}<div dir="ltr">{said.iphone}</div>{quoted}'
    return mail(f"{top}\n\n{said.iphone}\n\n> {said.wrote}\n> \n{_marked(sent.text)}", html)


def thunderbird(language: str, top: str, sent: Sent) -> bytes:
    """Thunderbird: the answer below the quote, the signature below that."""
    quote = f"{WORDINGS[language].wrote}\n\n{_marked(sent.text)}"
    return mail(f"{quote}\n\n{top}\n\n-- \nAnna Berg\nStorgatan 9\n08-123 45 67")


def samsung(language: str, top: str, sent: Sent) -> bytes:
    """Samsung's program: no marks, a line of dashes and a header."""
    said = WORDINGS[language]
    return mail("\n".join([top, "", said.galaxy, "", said.original, *_header(language), "", sent.text]))


def yahoo(language: str, top: str, sent: Sent) -> bytes:
    """Yahoo on the web: text without marks, HTML with a container."""
    said = WORDINGS[language]
    html = f'{_divs(top)}<div class="yahoo_quoted"><div>{markup.escape(said.wrote)}</div>{sent.html}</div>'
    return mail(f"{top}\n\n    {said.wrote}  \n \n{textwrap.indent(sent.text, '  ')}", html)


Client = Callable[[str, str, Sent], bytes]
CLIENTS: dict[str, Client] = {
    "gmail": gmail,
    "gmail-html": gmail_html,
    "outlook": outlook,
    "outlook-web": outlook_web,
    "apple": apple,
    "iphone": iphone,
    "thunderbird": thunderbird,
    "samsung": samsung,
    "yahoo": yahoo,
}


def reply(client: str, language: str, top: str) -> bytes:
    """An answer to the made-up survey with those words above it (below it where the program writes there)."""
    return CLIENTS[client](language, top, made_up(language))
