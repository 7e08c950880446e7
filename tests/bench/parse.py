"""Prints what reading a mail costs: `python tests/bench/parse.py`; nothing is asserted."""

from __future__ import annotations

import base64
import resource
import time

from mailbot.core.authenticity import judge_sender
from mailbot.core.envelope import read_envelope
from mailbot.core.letter import read_letter
from mailbot.core.machine import machine_reason

SECONDS = 1.5
"""Processor time spent on each size."""

HEAD = (
    """Return-Path: <anna.berg@example.se>
Delivered-To: help@visma-control.example
Received: from mx.example.se (mx.example.se [192.0.2.7]) by mail.desk.example (Postfix) with ESMTPS id 4Abc
\tfor <help@visma-control.example>; Mon, 23 Nov 2026 11:15:02 +0100 (CET)
Received: from [10.0.0.4] (unknown [10.0.0.4]) by mx.example.se with ESMTPSA; Mon, 23 Nov 2026 11:15:00 +0100
Authentication-Results: mail.desk.example; dmarc=pass (p=reject) header.from=example.se;
\tdkim=pass header.d=example.se header.s=s1; spf=pass smtp.mailfrom=anna.berg@example.se
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.se; s=s1; h=from:to:subject:date:message-id;
\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b="""
    + "A" * 340
    + """
From: =?utf-8?Q?Anna_Berg_=28=C3=85re=29?= <anna.berg@example.se>
To: "Support, Visma Control" <help@visma-control.example>
Cc: Bo Ek <bo.ek@example.se>
Subject: =?utf-8?Q?SV=3A_Kan_inte_=C3=B6ppna_?= =?utf-8?Q?=C3=A5rsbokslutet?=
Date: Mon, 23 Nov 2026 11:15:00 +0100
Message-ID: <20261123101500.4711@example.se>
In-Reply-To: <t42.ack@desk.example>
References: <t42.first@example.se> <t42.ack@desk.example>
MIME-Version: 1.0
"""
)
NEW = "Hej!\n\nNär jag öppnar årsbokslutet får jag felet ”saknar behörighet”. Vad gör jag?\n\nHälsningar\nAnna Berg\n\n"
OLD = "Den mån 23 nov. 2026 kl 11:15 skrev Support <help@visma-control.example>:\n\n"
SENTENCE = "Vi har tagit emot ert ärende och återkommer senast tisdag 24 november kl. 08.30."


def small() -> bytes:
    """A plain mail of about 1 KB."""
    body = (NEW * 2).encode()
    return b"\n".join(line for line in HEAD.encode().split(b"\n") if line[:1] in b"FTSDM") + b"\n" + body


def usual(size: int) -> bytes:
    """A reply in plain text and HTML with a quote, as most clients write it."""
    quoted = "".join(f"> {SENTENCE}\n" for _ in range(size // 220))
    html = "".join(f'<div style="font-family:Arial"><b>{SENTENCE}</b><br></div>' for _ in range(size // 220))
    return (
        HEAD
        + 'Content-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=utf-8\n'
        + f"Content-Transfer-Encoding: 8bit\n\n{NEW}{OLD}{quoted}\n--b1\nContent-Type: text/html; charset=utf-8\n\n"
        + f'<html><body><p>{NEW}</p><div class="gmail_quote">{OLD}<blockquote>{html}</blockquote></div>'
        + "</body></html>\n--b1--\n"
    ).encode()


def html_only(size: int) -> bytes:
    """A mail of HTML alone, which has to be turned into text."""
    return HEAD.encode() + b"Content-Type: text/html; charset=utf-8\n\n" + usual(2 * size).partition(b"<html>")[2]


def with_attachment(size: int) -> bytes:
    """A short text and one large file."""
    encoded = base64.encodebytes(bytes(range(256)) * (size * 3 // 4 // 256))
    return (
        HEAD.encode()
        + b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain; charset=utf-8\n\n"
        + NEW.encode()
        + b"--m\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
        + encoded
        + b"--m--\n"
    )


def main() -> None:
    """Prints milliseconds of processor time for each size, for storing (envelope) and for reading it all."""
    mails = {
        "1 KB plain": small(),
        "10 KB plain and HTML": usual(10_000),
        "10 KB HTML": html_only(10_000),
        "50 KB plain and HTML": usual(50_000),
        "5 MB attachment": with_attachment(5_000_000),
    }
    print(f"{'mail':24} {'bytes':>9} {'envelope ms':>12} {'letter ms':>10}")
    for name, mail in mails.items():
        raw = mail.replace(b"\n", b"\r\n")
        print(
            f"{name:24} {len(raw):9} {_milliseconds(raw, envelope=True):12.3f} {_milliseconds(raw, envelope=False):10.3f}"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _milliseconds(raw: bytes, *, envelope: bool) -> float:
    started = time.process_time()
    count = 0
    while time.process_time() - started < SECONDS:
        if envelope:
            read_envelope(raw)
        else:
            letter = read_letter(raw, language="sv")
            machine_reason(letter, own_addresses=frozenset({"help@visma-control.example"}))
            judge_sender(letter, "mail.desk.example")
        count += 1
    return (time.process_time() - started) / count * 1000


if __name__ == "__main__":
    main()
