"""Leaves out what stands below somebody's words: visiting cards, notices of companies, what phones add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailbot.core.lines import Line, Mark
from mailbot.core.oldheader import RULE
from mailbot.core.quotewords import HEADER_WORD, SEPARATOR
from mailbot.core.signoff import closing_name, is_name
from mailbot.core.signwords import (
    COMPANY_LINE,
    DISCLAIMER,
    LIST_FOOTER,
    MATTER,
    NOTICE,
    PHONE_SIGNATURE,
    SIGN_OFF,
    THANKS,
)

_MAX_TAIL = 40
"""Lines from the end among which a closing is looked for."""
_MAX_CLOSING = 80
"""Characters of a closing line, with a name behind it."""
_MAX_CARD = 16
"""Lines below a line across the page that are looked at."""
_MAX_NOTICE = 4
"""Lines of a notice in which its matter is told."""
_MAX_CARD_LINE = 100
"""Characters; a longer line below a closing is prose."""

_DELIMITER = re.compile(r"(?:--|—|– ?–)[ \t\u00a0]*")
_DASH_NAME = re.compile(r"\s*+[-–—/~][^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}\s*")
_DASHES = ("-", "–", "—", "~", "*", "•")
_NAME = re.compile(r"[\s*_]*+[^\W\d_][\w.'’-]*(?:[ ,]+[^\W\d_][\w.'’-]*){0,4}[\s*_]*")
_CONTACT = re.compile(
    r"@|https?://|www\.|\+?\d[\d ()/.-]{5,}\d|(?i:\b(?:tel|telefon|phone|mob|mobil|mobile|puh|fax)\b)"
)
_PLACE = re.compile(r"@|https?://|www\.|(?i:\b(?:tel|tlf|telefon|phone|mob|mobil|mobile|puh)\b)")
_POSTSCRIPT = re.compile(r"\s*(?:p\.? ?s\b|p\.s\.|nb\b|n\.b\.|obs\b)", re.IGNORECASE)
_AMOUNT = re.compile(r"[^\W\d_]{0,3} ?\d{1,6}(?:[.,]\d{1,3})? ?(?:[^\W\d_]{1,3}|[€$£])?\.?")
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S*(?:@|://|www\.)\S*")


def signature_at(lines: Sequence[Line], index: int) -> bool:
    """Whether the mark above a signature stands here, or the rule above a mailing list's footer."""
    text = lines[index].text
    if _DELIMITER.fullmatch(text):
        # RFC 3676 section 4.3 has a space behind the dashes; without it somebody may have drawn a line.
        return text == "-- " or not _letter_goes_on(lines, index + 1)
    if not RULE.fullmatch(text):
        return False
    if any(LIST_FOOTER.search(line.text) for line in lines[index + 1 : index + 5]):
        return True
    return _notice_below(lines, index) or _card_below(lines, index)


def _notice_below(lines: Sequence[Line], index: int) -> bool:
    """Whether the notice of a company stands right below a line across the page, and the sender does not go on."""
    below = next((at for at in range(index + 1, min(index + 4, len(lines))) if lines[at].text.strip()), len(lines))
    notice = list(range(below, min(below + _MAX_NOTICE, len(lines))))
    if not notice or not DISCLAIMER.match(lines[below].text) or not _is_notice(lines, notice):
        return False
    return not _goes_on_behind(lines, below)


def _goes_on_behind(lines: Sequence[Line], notice: int) -> bool:
    """Whether a question, a postscript, or words below a second line across the page stand behind a notice."""
    framed = ended = False
    for line in lines[notice : notice + _MAX_TAIL]:
        text = line.text.strip()
        framed = framed or RULE.fullmatch(text) is not None
        if not text or RULE.fullmatch(text):
            ended = True
        elif ended:
            old = line.mark is not Mark.NEW or text.startswith(">") or text.endswith(":")
            if old or HEADER_WORD.match(text) or SEPARATOR.match(text) or NOTICE.search(text):
                return False
            return framed or asks((text,)) or _POSTSCRIPT.match(text) is not None
    return False


def _card_below(lines: Sequence[Line], index: int) -> bool:
    """Whether below a line across the page stands a name with its address or number, and nothing to read."""
    above = next((line.text.strip() for line in reversed(lines[max(0, index - 3) : index]) if line.text.strip()), "")
    texts = [line.text.strip() for line in lines[index + 1 : index + _MAX_CARD] if line.text.strip()]
    name = texts[0].partition(",")[0] if texts else ""
    if above.endswith(":") or " " not in name or not is_name(name):
        return False
    card = texts[: next((number for number, text in enumerate(texts) if text.startswith(">")), len(texts))]
    contacts = sum(bool(_PLACE.search(text)) for text in card)
    return contacts > 0 and sum("@" in text for text in card) < 2 and not any(_is_sentence(text) for text in card)


def without_closing(lines: Sequence[Line], stretch: list[int]) -> list[int]:
    """The stretch of lines less phone signatures, "-Name", and the card and the notices under a closing line."""
    stretch = stretch[: _end_of_words(lines, stretch)]
    if len(stretch) > 1 and _signed_with_dash(lines, stretch):
        stretch = stretch[:-1]
    for offset in range(len(stretch) - 1, max(0, len(stretch) - _MAX_TAIL) - 1, -1):
        text = lines[stretch[offset]].text
        if len(text) > _MAX_CLOSING:
            continue
        certain = SIGN_OFF.match(text) is not None
        if not (certain or THANKS.fullmatch(text)):
            continue
        named = certain and SIGN_OFF.fullmatch(text) is None
        if named and closing_name(text) is None:
            continue
        left = _without_card(lines, stretch, offset, named=named, certain=certain)
        if certain or left is not stretch:
            return left
    return stretch


def _end_of_words(lines: Sequence[Line], stretch: list[int]) -> int:
    end = len(stretch)
    while end:
        text = lines[stretch[end - 1]].text
        if text.strip() and not PHONE_SIGNATURE.fullmatch(text):
            break
        end -= 1
    return end


def _signed_with_dash(lines: Sequence[Line], stretch: list[int]) -> bool:
    """Whether the last line is "-Anna" below a blank one, and not the last item of a list."""
    last = lines[stretch[-1]].text
    if not _DASH_NAME.fullmatch(last) or lines[stretch[-2]].text.strip() or last.lstrip()[1].islower():
        return False
    above = next((lines[index].text.strip() for index in reversed(stretch[-5:-1]) if lines[index].text.strip()), "")
    return not above.startswith(_DASHES) and not above.endswith(":")


def _without_card(lines: Sequence[Line], stretch: list[int], closing: int, *, named: bool, certain: bool) -> list[int]:
    """Less the lines under a closing and its name that look like a card, and less any notice; a sentence stays.

    Not `certain`: the closing may be a sentence of thanks, and a name must follow it.
    """
    below = [offset for offset in range(closing + 1, len(stretch)) if lines[stretch[offset]].text.strip()]
    if not below:
        return stretch
    first = lines[stretch[below[0]]].text
    if not named and _NAME.fullmatch(first) and not SIGN_OFF.match(first):
        named = True
        below = below[1:]
    if not below or not (named or certain):
        return stretch
    end = len(stretch)
    told = False
    for offset in below:
        text = lines[stretch[offset]].text
        if DISCLAIMER.match(text) and _is_notice(lines, stretch[offset : offset + _MAX_NOTICE]):
            told = True
            break
        if _is_sentence(text) or (told and _is_note(text)) or _table_at(lines, stretch[offset]):
            end = offset
            break
        told = told or _CONTACT.search(text) is not None
    return stretch[: below[0]] + stretch[end:] if told else stretch


def _table_at(lines: Sequence[Line], index: int) -> bool:
    """Whether rows of a table begin here that tell how many or how much, and none of them an address or number."""
    cells = lines[index].text.count("\t")
    if not cells or index + 1 >= len(lines) or lines[index + 1].text.count("\t") != cells:
        return False
    rows = [lines[index].text, lines[index + 1].text]
    if any(_CONTACT.search(row) or ":" in row for row in rows):
        return False
    return any(_AMOUNT.fullmatch(cell.strip()) for row in rows for cell in row.split("\t"))


def _is_notice(lines: Sequence[Line], stretch: list[int]) -> bool:
    """Whether these lines speak of what notices speak of: "This message was my last" is somebody's own sentence."""
    return any(NOTICE.search(lines[index].text) for index in stretch)


def _is_sentence(text: str) -> bool:
    """Whether a line under a closing is something to read, and not a name, a title, an address or a number."""
    text = text.strip()
    if len(text) > _MAX_CARD_LINE or text.endswith("?") or _POSTSCRIPT.match(text) or MATTER.match(text):
        return True
    if PHONE_SIGNATURE.fullmatch(text):
        return False
    words = _WORD.findall(_ADDRESS.sub("", text))
    # "Sp. z o.o." is a company.
    small = sum(word[0].islower() and len(word) > 1 for word in words)
    return 2 * small >= len(words) and len(words) >= (5 if text.endswith((".", "!", ",", ":")) else 8)


def closes(text: str) -> bool:
    """Whether a letter may end with this line: closing words, a full name, the notice of a company."""
    return bool(
        closing_name(text) is not None or THANKS.fullmatch(text) or _is_full_name(text) or DISCLAIMER.match(text)
    )


def is_signature(texts: Iterable[str]) -> bool:
    """Whether lines that are marked as a signature look like one: a mark, a name or an address stands among them."""
    return any(
        _DELIMITER.fullmatch(text) or PHONE_SIGNATURE.fullmatch(text) or _PLACE.search(text) or _is_full_name(text)
        for text in texts
    )


def _is_full_name(text: str) -> bool:
    return " " in text.strip() and is_name(text)


def asks(texts: Iterable[str]) -> bool:
    """Whether somebody asks something in a text that HTML marks as a signature; a notice may ask too."""
    return any(text.rstrip().endswith("?") and len(text.split()) > 3 and not NOTICE.search(text) for text in texts)


def _is_note(text: str) -> bool:
    """Whether a line below an address or number is something to read, however short: "(ring efter kl 17)".

    Titles, which may be in small letters, stand above these.
    """
    if _CONTACT.search(text) or COMPANY_LINE.match(text):
        return False
    words: list[str] = _WORD.findall(text)
    small = sum(word[0].islower() and len(word) > 1 for word in words)
    if len(words) > 1 and text.rstrip().endswith((".", "!")) and words[-1][0].islower() and len(words[-1]) > 2:
        return True
    return small > 1 and 2 * small >= len(words)


def _letter_goes_on(lines: Sequence[Line], start: int) -> bool:
    """Whether a question, or words with a closing below them, stand under a line of two dashes."""
    words = 0
    for line in lines[start : start + _MAX_TAIL]:
        text = line.text.strip()
        if text.endswith("?") and len(text.split()) > 3:
            return True
        if words and SIGN_OFF.fullmatch(text):
            return True
        words += bool(text) and _is_sentence(text)
    return False
