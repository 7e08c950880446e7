"""The line that says who wrote the quote below it, told from a sentence of the sender's own that ends in a colon."""

from __future__ import annotations

import re

from mailbot.core.quotewords import FIRST_PERSON, WROTE

COLONS = (":", "：")
_MAX_SMALL = 2
"""Words in small letters behind the verb, such as a month; more of them are a sentence."""
MAX_INTRODUCTION = 500
"""Characters; no program names a writer in more, however wrapped."""

_START = re.compile(
    r"\W{0,4}+(?:(?:On|At|Den|Am|Um|Dne|Dňa|W dniu|Dnia|Le|El|Il|Op|Em|På|În|Kuupäev|In a message dated)(?!\w)"
    r"|[^\W\d_]{2,12}[.,]? (?:den )?\d{1,2}[. ]|\d{1,2}[. ] ?[^\W\d_]|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\w))",
    re.IGNORECASE,
)
# Their capital tells them from the small words that stand between a name and a moment.
_INSIDE = re.compile(
    r"(?<=[\w.!?)-])(?:\s+|-{2,} ?)(?:On|Den|Am|Dne|Dňa|W dniu|Dnia|Le|El|Il|Op|Em|På)"
    r" (?:[^\W\d_]{2,9}[.,]{1,2} )?(?:[^\W\d_]{3,9}\.? \d{1,2},|\d{1,4}[./ -])"
)
_TIME = re.compile(r"\d{1,2}[:.h∶]\d{2}")
_DATE = re.compile(r"\d{4}|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_BRACKETED = re.compile(r"[<(\[][^\s<>@]*@[^\s<>@]+[>)\]]|mailto:")
_FRAMED = re.compile(r"\s*+-{2,}+ ?([^-\n][^\n]{0,200}?) ?-{2,}+\s*")
_TOKEN = re.compile(r"[^\s\d,:()<>\[\]\"'+/∶-]+")
# Words in small letters that stand between a moment, a name and the verb as programs write them.
_SMALL = frozenset(
    [
        "&", "a", "a.m.", "af", "al", "alle", "am", "and", "at", "av", "by", "da", "de", "dem", "den", "der", "di",
        "dne", "dnia", "dniu", "du", "dňa", "el", "fra", "from", "från", "g.", "godz.", "godzinie", "ha", "har",
        "hat", "heeft", "het", "kell", "kello", "kl", "kl.", "klo", "klockan", "la", "las", "le", "lietotājs",
        "nachm.", "o", "och", "od", "odesílatel", "odosielateľ", "of", "om", "on", "ore", "oseba", "p.m.", "plkst.",
        "pm", "používateľ", "uhr", "um", "und", "użytkownik", "uživatel", "v", "van", "via", "volgende", "von",
        "vorm.", "w", "à", "от",
    ]
)  # fmt: skip


def introduces(text: str, *, quoted: bool) -> bool:
    """Whether the text names a writer and a moment: "On 3 March 2025 at 10:00, Anna <anna@example.com> wrote:".

    `quoted`: marked quotes follow, and less is enough. Else it must be as only programs write it, for all that stands
    below is taken for old: "On 3 March at 10:00 our agent wrote:" is somebody's sentence.
    """
    addressed = _ADDRESS.search(text) is not None
    verb = WROTE.search(text)
    if verb is None:
        # Some programs and languages have no verb that we know: a date, a name and an address.
        if not addressed or _DATE.search(text) is None:
            return quoted and addressed and len(text) < 120 and text[-2:-1] in {">", ")"}
        if quoted or text[-2:-1] != ">" or not _TIME.search(text) or not _START.match(text):
            return quoted
        return not _small_words(text[_behind_moment(text) : text.rfind("<")])
    dated = _TIME.search(text) is not None or _DATE.search(text) is not None
    if quoted:
        return dated or addressed
    if not dated or FIRST_PERSON.search(text):
        return False
    before, behind = text[: verb.start()], text[verb.end() :]
    if addressed:
        named = _START.match(text) is not None or _BRACKETED.search(text) is not None
        return named and _small_words(behind) <= _MAX_SMALL
    if not _TIME.search(text) or not _DATE.search(text):
        return False
    return not _small_words(before[_behind_moment(before) :]) and not _small_words(behind)


def introduces_in_line(text: str) -> bool:
    """Whether the old mail follows the introduction on the same line, as Yahoo's apps write it."""
    if not _START.match(text):
        return False
    verb = WROTE.search(text[:300])
    return verb is not None and text[verb.end() :].startswith(":") and introduces(text[: verb.end() + 1], quoted=False)


def is_framed_introduction(text: str) -> bool:
    """Whether the line is "---- Anna wrote ----", as Zoho, Notes and some phones write it above an old mail."""
    found = _FRAMED.fullmatch(text)
    if found is None:
        return False
    words = found[1].rstrip(": ")
    verb = WROTE.search(words)
    return verb is not None and verb.end() == len(words)


def starts_introduction(text: str) -> bool:
    """Whether an introduction may begin with this text: most begin with the day."""
    return _START.match(text) is not None


def has_verb(text: str) -> bool:
    """Whether the text has the verb of an introduction."""
    return WROTE.search(text) is not None


def words_before(text: str) -> str:
    """The sender's own words before an introduction that stands on the same line, where one does."""
    found = _INSIDE.search(text)
    before = text[: found.start()].strip() if found else ""
    return before if any(char.isalpha() for char in before) else ""


def names_writer(text: str) -> bool:
    """Whether the line above a quote names a moment and an address and nothing else: "2026/11/23 Anna <anna@...>"."""
    return text.endswith(">") and _START.match(text) is not None and _ADDRESS.search(text) is not None


def _behind_moment(text: str) -> int:
    """Where the last day or time in the text ends."""
    ends = [found.end() for pattern in (_TIME, _DATE) for found in pattern.finditer(text)]
    return max(ends, default=0)


def _small_words(text: str) -> int:
    """How many words in small letters stand in it that are no part of a name, a moment or an address."""
    tokens = [token for token in _TOKEN.findall(text) if token[0].islower() and "@" not in token]
    return sum(token.lower() not in _SMALL for token in tokens)
