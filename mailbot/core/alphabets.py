"""Counts what is strange in a text of a European language, by which a wrongly named charset shows."""

from __future__ import annotations

import re
from collections import Counter

# The letters that each language has besides those of English.
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýžö",  # Czech, with the names of its neighbours
        "áäčďéíĺľňóôŕšťúýžöü",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "čćđšž",  # Croatian, Slovenian
        "ăâîşţșț",  # Romanian
        "äöüßé",  # German
        "åäöé",  # Swedish
        "æøåéö",  # Danish, Norwegian
        "äöõüšžå",  # Estonian, Finnish
        "áéíóúýþæðö",  # Icelandic
        "àâçèéêëîïôùûœ",  # French
        "áéíñóúü",  # Spanish
        "ãáàâçéêíóôõúü",  # Portuguese
        "àèéìòù",  # Italian
        "éëïóüè",  # Dutch
    )
)
# Signs that stand within no word, those that begin or end none either, and those that stand before none.
_SIGN_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[©«®»²³¹](?=[^\W\d_])"
    r"|(?<=[^\W\d_])[¢£¥¦¬±µ¶¼½¾¿]|[¢£¥¦¬¶¼½¾](?=[^\W\d_])"
    r"|(?<![\w)])[©®](?=[a-zà-ž])"
)
_QUOTED_END = re.compile(r"[^\W\d_][«»](?!\w)")


def strangeness(text: str) -> int:
    """How many letters and signs have no place in the one language that fits best; 0 for a sound text."""
    seen = Counter(text)
    letters = {
        c: count for c, count in seen.items() if c > "\x7f" and (c.isalpha() or c == "\ufffd") and c not in "ªºµ"
    }
    total = sum(letters.values())
    outside = min(total - sum(letters[letter] for letter in letters.keys() & known) for known in _ALPHABETS)
    # One mark of quotation alone, behind a word, quotes nothing.
    lonely = seen["«"] + seen["»"] == 1 and _QUOTED_END.search(text) is not None
    return outside + len(_SIGN_IN_WORD.findall(text)) + lonely
