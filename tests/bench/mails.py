"""Mails made up for the benchmarks: mixed languages, sizes and kinds, the same for the same seed."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

AUTHSERV_ID = "mx.bench.example"
"""The server that found each mail's sender genuine: strangers' acknowledgements would be held by their budgets."""

_WORDS = {
    "sv": "jag vi fakturan ordern lagret rapporten utskriften kunden behöver hjälp går inte att öppna sedan igår får ett fel när",
    "da": "jeg vi fakturaen ordren lageret rapporten udskriften kunden behøver hjælp kan ikke åbne siden i går får en fejl når",
    "sk": "ja my faktúra objednávka sklad správa tlač zákazník potrebuje pomoc nedá sa otvoriť od včera dostávam chybu keď",
    "en": "i we the invoice order stock report printout customer need help cannot open since yesterday get an error when",
}


def generate(source: random.Random, count: int, to: str) -> list[bytes]:
    """`count` mails to an address: new cases, follow-ups to earlier mails, duplicates, machine mail, some very large."""
    mails: list[bytes] = []
    for number in range(count):
        kind = source.random()
        if kind < 0.05 and mails:
            mails.append(source.choice(mails[-50:]))
        else:
            mails.append(_one(source, number, to, kind))
    return mails


def _one(source: random.Random, number: int, to: str, kind: float) -> bytes:
    language = source.choice(list(_WORDS))
    words = _WORDS[language].split()
    size = 2_000_000 if kind > 0.998 else int(1000 * 100 ** source.random())
    text = _prose(source, words, min(size, 8000))
    earlier = number - source.randrange(1, 20)
    answers = kind < 0.20 and number > 20
    sender = sender_of(earlier if answers else number)
    head = [
        f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from={sender.partition('@')[2]}",
        f"From: Kund Nummer <{sender}>", f"To: {to}", _subject(source, words),
        "Date: Mon, 23 Nov 2026 09:00:00 +0100", f"Message-ID: <bench-{number}@kunder.example>", "MIME-Version: 1.0",
    ]  # fmt: skip
    if answers:
        head.append(f"In-Reply-To: <bench-{earlier}@kunder.example>")
        text += "\n\nDen 22 nov. 2026 kl. 10:00 skrev Desken:\n" + "\n".join(f"> {line}" for line in text.splitlines())
    elif kind < 0.25:
        head.append("Auto-Submitted: auto-generated")
    shape: Callable[[random.Random, str, int], tuple[list[str], bytes]] = _plain
    if size > 20_000:
        shape = _with_attachment
    elif source.random() < 0.5:
        shape = _alternative
    more, body = shape(source, text, size)
    return "\r\n".join([*head, *more, "", ""]).encode("ascii") + body.replace(b"\n", b"\r\n")


def sender_of(number: int) -> str:
    """Of the mail of that number; most have written before."""
    return f"kund{number * 7919 % 2000}@kunder{number * 7919 % 300}.example"


def _subject(source: random.Random, words: list[str]) -> str:
    line = f"Subject: {_prose(source, words, 40).strip()}"[:70].replace("\n", " ")
    return line.encode("ascii", "ignore").decode()


def _prose(source: random.Random, words: list[str], size: int) -> str:
    lines = []
    while size > 0:
        line = " ".join(source.choices(words, k=12))
        lines.append(line)
        size -= len(line)
    return "\n".join(lines) + "\n"


def _plain(_source: random.Random, text: str, _size: int) -> tuple[list[str], bytes]:
    return ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"], text.encode()


def _alternative(_source: random.Random, text: str, _size: int) -> tuple[list[str], bytes]:
    html = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in text.splitlines()) + "</body></html>\n"
    parts = []
    for subtype, content in (("plain", text), ("html", html)):
        encoded = base64.encodebytes(content.encode()).decode("ascii")
        parts.append(f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{encoded}")
    body = "".join(f"--b1\n{part}\n" for part in parts) + "--b1--\n"
    return ['Content-Type: multipart/alternative; boundary="b1"'], body.encode("ascii")


def _with_attachment(source: random.Random, text: str, size: int) -> tuple[list[str], bytes]:
    data = base64.encodebytes(source.randbytes(int((size - 8000) / 1.37))).decode("ascii")
    body = (
        f"--b2\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
        '--b2\nContent-Type: application/pdf; name="bilaga.pdf"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="bilaga.pdf"\n\n{data}\n--b2--\n'
    )
    return ['Content-Type: multipart/mixed; boundary="b2"'], body.encode()
