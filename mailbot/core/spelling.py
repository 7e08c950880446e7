"""Words as they are compared: without what cannot be seen, and without marks above letters."""

from __future__ import annotations

import unicodedata

MAX_WORD = 200
"""Characters; composing a word costs the square of its marks, so a longer one is left as it came."""

# Soft hyphens, zero-width spaces and signs of direction; the two joiners stay, for emoji and Persian are made of them.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF,
        *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070),
    ]
)  # fmt: skip
_JOINERS = "\u200c\u200d"
# Letters of the desks' languages that do not come apart into a letter and its mark.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "đ": "d"})
_SPELT_OUT = str.maketrans({"å": "aa", "ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe"})


def visible(text: str) -> str:
    """The text in NFC, without characters that cannot be seen, its white space (line breaks too) as single spaces."""
    words = (word.strip(_JOINERS) for word in text.translate(_INVISIBLE).split())
    return " ".join(word if len(word) > MAX_WORD else unicodedata.normalize("NFC", word) for word in words if word)


def unaccented(word: str) -> str:
    """The word in small letters as one types it on a keyboard without its marks: "Stäng" and "stang" are one."""
    apart = unicodedata.normalize("NFD", word[:MAX_WORD].casefold().translate(_LETTERS))
    return "".join(char for char in apart if unicodedata.category(char) not in {"Mn", "Cf"})


def spelt_out(word: str) -> str:
    """The same with the two letters that Scandinavians write for one that a keyboard lacks: "åbn" is "aabn"."""
    return unaccented(word.casefold().translate(_SPELT_OUT))
