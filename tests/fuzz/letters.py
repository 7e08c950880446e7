"""Hunts with coverage for a mail that breaks a promise of the reader: `python -m tests.fuzz.letters [SECONDS]`.

Needs `pip install mailbot[fuzz]` and one core. It stops at the first finding, whose bytes it writes to a file and
names; make a mail of them in tests/letters, with what a reader should have seen beside it, and then mend the reader.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mailbot.core"]):
    from mailbot.core.authenticity import judge_sender, parse_results
    from mailbot.core.envelope import read_envelope
    from mailbot.core.letter import Letter, as_json, read_letter
    from mailbot.core.machine import machine_reason

SEEDS = Path(__file__).parent.parent / "letters"
LONGEST_INPUT = 64 * 1024
LONGEST_SECONDS = 1.0
"""Processor time for one input; T29 allows 5 s for a mail of any size, and watched code is slow."""
MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of the whole process, the fuzzer and its corpus included."""
LANGUAGES = ("", "sv", "sk")
OWN = frozenset({"help@visma-control.example"})
# What a mutation of bytes finds late by itself, although the readers look for it.
WORDS = (
    "Content-Type: ", "multipart/mixed", "multipart/alternative", "multipart/related", "multipart/report",
    "report-type=", "multipart/digest", "message/rfc822", "message/delivery-status", "text/html", "text/enriched",
    "boundary=", "charset=", "utf-7", "utf-16", "iso-2022-jp", "hz", "gb18030", "Content-Transfer-Encoding: ",
    "base64", "quoted-printable", "x-uuencode", "begin 644 x", "=?utf-8?q?", "=?hz?b?", "?=", "name*0*=utf-8''",
    "filename*1=", "format=flowed; delsp=yes", "From: ", "Return-Path: <>", "MAILER-DAEMON",
    "Final-Recipient: rfc822; ", "Status: 5.1.1", "Authentication-Results: ", "dmarc=pass header.from=",
    "Auto-Submitted: ", "List-Id: ", "Delivered-To: ", "<blockquote>", "<style>", "<!--", "<table>", "<td>",
    "<pre>", "<ol><li>", "&#xd800;", "&#0;", "display:none", "gmail_quote", "divRplyFwdMsg",
    "-----Original Message-----", "On 2026-11-23 11:15, A <a@b.se> wrote:", "> ", "-- ", "Mvh",
    "Sent from my iPhone",
)  # fmt: skip


def check(raw: bytes) -> None:
    """Reads the bytes as a mail in every way the program does; raises AssertionError where a promise is broken."""
    started = time.process_time()
    envelope = read_envelope(raw)
    letter = read_letter(raw, language=LANGUAGES[len(raw) % len(LANGUAGES)])
    reason = machine_reason(letter, own_addresses=OWN)
    server = next(
        (parse_results(value)[0] for value in letter.header_all("authentication-results")), "mail.desk.example"
    )
    judge_sender(letter, server)
    spent = time.process_time() - started
    told = json.dumps(as_json(letter, auto=reason is not None), ensure_ascii=False)
    assert not [fault for fault in letter.faults if "could not be read" in fault], letter.faults
    assert envelope.message_id == letter.message_id, "two ids for one mail"
    assert bool(letter.reply.strip()) == bool(letter.text.strip()), "text without new words"
    for text in (*_texts(letter), *_texts(envelope), *_texts(reason), told):
        assert "\0" not in text, "NUL"
        text.encode()  # a lone surrogate raises
    assert spent < LONGEST_SECONDS, f"{spent:.1f} s for {len(raw)} bytes"
    _check_size(letter, raw)


def _check_size(letter: Letter, raw: bytes) -> None:
    """A mail is never blown up: what is kept stays within a small multiple of what came."""
    kept = sum(len(text) for text in _texts(letter)) + sum(len(part.content) for part in letter.attachments)
    assert kept < 20 * len(raw) + 10_000, f"{kept} characters and bytes out of {len(raw)}"


def _texts(value: object) -> Iterator[str]:
    """Every string in a dataclass, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def main() -> None:
    """Fuzzes for the given number of seconds (60 without one); libFuzzer prints executions and coverage as it goes."""
    logging.getLogger("flufl.bounce").disabled = True  # it tells each of its own faults with a traceback
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    room = Path(tempfile.mkdtemp(prefix="letters-"))
    corpus = room / "corpus"
    seeds = room / "seeds"
    for folder in (corpus, seeds):
        folder.mkdir()
    for mail in sorted(SEEDS.glob("*.eml")):
        (seeds / mail.name).write_bytes(mail.read_bytes())
    words = room / "words"
    words.write_text("".join(f'"{word}"\n' for word in WORDS), encoding="ascii")
    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", f"-dict={words}",
        f"-artifact_prefix={room}/finding-", "-timeout=30", "-rss_limit_mb=0", "-print_final_stats=1", "-reload=0",
        "-len_control=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus), str(seeds)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
