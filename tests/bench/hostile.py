"""Prints what the mails made to be slow cost: `python -m tests.bench.hostile`; nothing is asserted.

They are the worst of some five hundred that were tried on each module, 25 MB or what its bound lets in. T29 allows 5 s
of processor time, and 300 MB above the mail itself is what a small server can spare.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path

from mailbot.core.authenticity import judge_sender
from mailbot.core.envelope import read_envelope
from mailbot.core.letter import as_json, read_letter
from mailbot.core.machine import machine_reason

SIZE = 24_000_000
HEAD = b"From: anna@example.se\r\nTo: help@example.se\r\nSubject: x\r\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
FILE = HEAD + b"Content-Type: application/zip\r\nContent-Transfer-Encoding: "
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
DAEMON = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.se\r\nSubject: Undelivered mail\r\n"


def filled(unit: bytes, size: int = SIZE) -> bytes:
    """The unit again and again, up to the size."""
    return unit * (size // len(unit))


def nested() -> bytes:
    """Multiparts in multiparts, each boundary the beginning of the next."""
    return b"".join(
        b"--" + b"a" * level + b"\nContent-Type: multipart/mixed; boundary=" + b"a" * (level + 1) + b"\n\n"
        for level in range(1, 50)
    )


MAILS: dict[str, Callable[[], bytes]] = {
    # What each cost before it was bounded stands behind it.
    "HTML parts of lists": lambda: MIXED + filled(b"--b\nContent-Type: text/html\n\n" + b"<ul><li>" * 64_000),  # 69 s
    "parts of empty headers": lambda: MIXED + filled(b"--b\n" + b"A:\n" * 8300 + b"\n"),  # 31 s
    "parts of short lines": lambda: MIXED + filled(b"--b\n\n" + b"a\n" * 1_000_000),  # 23 s, 1.6 GB
    "attached mails of headers": lambda: (
        MIXED.replace(b"mixed", b"digest") + filled(b"--b\n\n" + b"A: b\n" * 5000)
    ),  # 20 s
    "parts of parameters": lambda: (
        MIXED + b"--b\nContent-Type: a/b;".join([b"", *[b'a="b"' * 3200 + b"\n\n\n"] * 1000])
    ),  # 17 s
    "nested false delimiters": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + nested() + filled(b"\n--" + b"a" * 60)
    ),
    "delimiters without line ends": lambda: MIXED + filled(b"\r--b"),  # over 12 s
    "broken base64": lambda: FILE + b"base64\r\n\r\n" + filled(b"Q!="),  # 6 s, 1.9 GB
    "uuencoded lines of nothing": lambda: FILE + b"uuencode\r\n\r\nbegin 644 x\n" + filled(b"\xff\xff\n"),  # over 12 s
    "reports in a report": lambda: (
        DAEMON
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + filled(
            b"--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/report; boundary=c\n\n" + b"--c\nx\n" * 3000
        )
    ),  # over 12 s
    "machine-readable parts": lambda: (
        DAEMON
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + filled(b"--b\nContent-Type: message/delivery-status\n\n" + b"A:\n\n" * 6000)
    ),  # over 12 s
    "spaces before a colon": lambda: TEXT + filled(b" " * 399 + b":\n"),  # 7 s
    "quotes in quotes": lambda: HTML + filled(b"<blockquote>x", 600_000),  # over 12 s
    "quote marks on one line": lambda: TEXT + filled(b">"),  # 330 MB
}


def main() -> None:
    """Print processor milliseconds and the memory above the mail's own, each mail in a process of its own."""
    print(f"{'mail':30} {'bytes':>9} {'ms':>7} {'MB':>5}")
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for name, size, milliseconds, megabytes in pool.imap(_cost, MAILS, chunksize=1):
            print(f"{name:30} {size:9} {milliseconds:7.0f} {megabytes:5.0f}")


def _cost(name: str) -> tuple[str, int, float, float]:
    raw = MAILS[name]()
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _memory("VmRSS")
    started = time.process_time()
    read_envelope(raw)
    letter = read_letter(raw, language="sv")
    machine_reason(letter, own_addresses=frozenset({"help@example.se"}))
    judge_sender(letter, "mail.desk.example")
    as_json(letter, auto=False)
    return name, len(raw), (time.process_time() - started) * 1000, _memory("VmHWM") - before


def _memory(key: str) -> float:
    """Megabytes of resident memory, now or at the highest since it was cleared."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(key))


if __name__ == "__main__":
    main()
