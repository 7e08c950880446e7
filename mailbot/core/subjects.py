"""Subjects: what many mail programs put before them when answering, taken off (G14)."""

from __future__ import annotations

import re
from functools import lru_cache

from mailbot.core.headertext import one_line

LONGEST = 150
"""Characters of a customer's subject that a letter of ours repeats."""
_READ = 2000

# Reply and forward in the mail programs of Europe and East Asia, with a counter: "Re[2]:", "SV (3):", "AW^2:".
_PREFIX = re.compile(
    r"\s*(?:re|r|sv|ang|aw|antw|antwort|vs|svar|odp|od|rv|res|ref|rif|ynt|fw|fwd|vb|vl|wg|tr|i|enc|doorst|pd|"
    r"回复|回覆|答复|答覆|回信|転送|转发|轉寄|轉發)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]",
    re.IGNORECASE,
)


def bare_subject(subject: str, number: str = "") -> str:
    """The subject in one line, without what answering and forwarding put before it; may be empty.

    Without `[number]` too, which letters of ours put there and which answers bring back, and without that of any other
    case of its prefix: an answer about one case may have opened another.
    """
    subject = one_line(subject[:_READ], _READ)
    if number:
        subject = _bracketed(number.rpartition("-")[0]).sub(" ", subject).strip()
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :].lstrip()
    return one_line(subject, LONGEST)


@lru_cache(maxsize=100)
def _bracketed(prefix: str) -> re.Pattern[str]:
    """Case numbers of that prefix as our letters put them before a subject."""
    return re.compile(rf"\[{re.escape(prefix)}-[0-9]{{6,12}}\]")
