"""Subjects: the reply prefixes of many mail programs taken off, the case number put on (G14)."""

from __future__ import annotations

import re

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


def bare_subject(subject: str) -> str:
    """The subject in one line, without the prefixes that answering and forwarding put before it; may be empty."""
    subject = one_line(subject[:_READ], _READ)
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :].lstrip()
    return one_line(subject, LONGEST)


def subject_of_case(number: str, subject: str) -> str:
    """`[NUMBER] subject`, once, however often the subject came back to us with it."""
    marker = f"[{number}]"
    rest = bare_subject(subject)
    while marker in rest:
        rest = bare_subject(rest.replace(marker, " "))
    return f"{marker} {rest}".rstrip()
