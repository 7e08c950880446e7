"""Answers to a letter as nine mail programs write them around what they quote; made up, after what they send."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable
from email.message import EmailMessage

from tests.daemon.people import text_of

Answer = tuple[str, str]
"""Text and HTML of an answer; either may be empty."""
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)


def html_of(letter: EmailMessage) -> str:
    """What stands in the body of a letter's HTML."""
    page = letter.get_body(("html",))
    assert page is not None
    found = _BODY.search(str(page.get_content()))
    assert found is not None
    return found[1]


def _quoted(letter: EmailMessage) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text_of(letter).splitlines())


def _wrote(letter: EmailMessage) -> str:
    return f"Den tis 24 nov. 2026 kl 09:12 skrev {letter['From']}:"


def _header(letter: EmailMessage) -> list[str]:
    told = {"Från": "From", "Till": "To", "Ämne": "Subject"}
    return [f"{name}: {letter[field]}" for name, field in told.items()]


def _divs(text: str) -> str:
    return "".join(f"<div>{markup.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def gmail(letter: EmailMessage, said: str) -> Answer:
    """Gmail on the web: above the quote, which is marked in text and HTML."""
    attribution = markup.escape(_wrote(letter))
    quote = f'<blockquote class="gmail_quote">{html_of(letter)}</blockquote>'
    page = f'{_divs(said)}<br><div class="gmail_quote"><div class="gmail_attr">{attribution}</div>{quote}</div>'
    return f"{said}\n\n{_wrote(letter)}\n\n{_quoted(letter)}", page


def html_alone(letter: EmailMessage, said: str) -> Answer:
    """A program that sends no text."""
    return "", gmail(letter, said)[1]


def outlook(letter: EmailMessage, said: str) -> Answer:
    """Outlook on a desktop: no marks, a rule and a header above the old letter."""
    header = _header(letter)
    rule = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    page = f'<div class="WordSection1">{_divs(said)}{rule}{_divs(chr(10).join(header))}</div>{html_of(letter)}</div>'
    return "\n".join([said, "", "_" * 32, *header, "", text_of(letter)]), page


def apple(letter: EmailMessage, said: str) -> Answer:
    """Apple Mail: text alone, marks before each line of the quote."""
    return f"{said}\n\n> {_wrote(letter)}\n> \n{_quoted(letter)}", ""


def iphone(letter: EmailMessage, said: str) -> Answer:
    """The same on a telephone, which signs."""
    quote = f'<blockquote type="cite">{html_of(letter)}</blockquote>'
    page = f'{_divs(said)}<div dir="ltr">Skickat från min iPhone</div>{quote}'
    return f"{said}\n\nSkickat från min iPhone\n\n{apple(letter, '')[0].lstrip()}", page


def thunderbird(letter: EmailMessage, said: str) -> Answer:
    """Thunderbird: below the quote, a signature under that."""
    return f"{_wrote(letter)}\n\n{_quoted(letter)}\n\n{said}\n\n-- \nAnna Ek\nStorgatan 9\n08-123 45 67", ""


def samsung(letter: EmailMessage, said: str) -> Answer:
    """Samsung's program: no marks, a line of dashes and a header."""
    old = ["-------- Originalmeddelande --------", *_header(letter), "", text_of(letter)]
    return "\n".join([said, "", "Skickat från min Galaxy", "", *old]), ""


def between(letter: EmailMessage, said: str) -> Answer:
    """Each line of what is said below its question, in the marked quote."""
    answers = iter(said.split("\n"))
    lines = []
    for line in _quoted(letter).splitlines():
        lines.append(line)
        if line.strip("> ").startswith("Svar:"):
            lines += ["", next(answers, ""), ""]
    return f"{_wrote(letter)}\n\n" + "\n".join(lines), ""


def filled(letter: EmailMessage, said: str) -> Answer:
    """Each line of what is said typed into the form, behind its label, within the quote."""
    answers = iter(said.split("\n"))
    lines = [
        f"{line} {next(answers, '')}".rstrip() if line.strip("> ").startswith("Svar:") else line
        for line in _quoted(letter).splitlines()
    ]
    return f"{_wrote(letter)}\n\n" + "\n".join(lines), ""


PROGRAMS: dict[str, Callable[[EmailMessage, str], Answer]] = {
    "gmail": gmail, "html": html_alone, "outlook": outlook, "apple": apple, "iphone": iphone,
    "thunderbird": thunderbird, "samsung": samsung, "between": between, "filled": filled,
}  # fmt: skip
