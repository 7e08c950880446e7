"""Names of people as letters may show them: which one to greet by, and which one could pass for somebody else's."""

from __future__ import annotations

import re
import unicodedata

from mailbot.core.casefacts import CaseFacts
from mailbot.core.headertext import one_line

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){0,59}")
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def greeting_name(case: CaseFacts) -> str:
    """The name to greet the customer by; empty where it does not look like a person's, or nobody is verified (Q23)."""
    return name_to_greet(case.requester_name) if case.verified else ""


def name_to_greet(name: str) -> str:
    """A name as a greeting may have it; empty where it does not look like a person's."""
    name = one_line(name, 80)
    return name if _NAME.fullmatch(name) and not may_deceive(name) else ""


def may_deceive(name: str) -> bool:
    """Whether a display name could pass for another sender: it holds an address, turned text, or two scripts."""
    if "@" in name or "＠" in name:
        return True
    if name.isascii():
        return False
    if any(unicodedata.bidirectional(char) in _TURNING for char in name):
        return True
    scripts = {unicodedata.name(char, "?").partition(" ")[0] for char in name if char.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1
