"""Finds the sender's new words in a text with quotes, quote headers and signatures, in linear time (T31)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from mailbot.core.lines import Line, Mark
from mailbot.core.quotewords import (
    ANSWER_ABOVE,
    FIRST_PERSON,
    FORWARD,
    HEADER_WORD,
    LIST_FOOTER,
    PHONE_SIGNATURE,
    SEPARATOR,
    SIGN_OFF,
    WROTE,
)

MAX_LINE = 400
"""Characters; no mail program marks anything with a longer line."""
MAX_LINES = 20_000
"""Lines that are looked at; what stands below is kept as it is, unless it belongs to an old mail."""
_MAX_WRAPPED = 4
"""Lines over which mail programs wrap the line that introduces a quote."""
_MAX_FORWARDS = 3

# A possessive "\s*+" keeps lines of hundreds of spaces from being tried again at each of them.
_RULE = re.compile(r"\s*+[-_=*~─—]{5,}\s*")
_QUOTE_PREFIX = re.compile(r"\A(?:[ \t]{0,3}>){1,200}+ ?")
# mboxrd writes ">From " before a line of anybody's that begins with "From ".
_QUOTED = re.compile(r"[ \t]{0,3}>(?!From )")
_COLONS = (":", "：")
_START = re.compile(
    r"\s*+(?:On|At|Den|Am|Um|Dne|Dňa|W dniu|Dnia|Le|El|Il|Op|Em|På"
    r"|[^\W\d_]{2,12}[.,]? (?:den )?\d{1,2}[. ]"
    r"|\d{1,2}[. ] ?[^\W\d_]|\d{1,4}[./-]\d{1,2}[./-]\d{1,4})(?!\w)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_DATE = re.compile(r"\d{4}|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_DASH_NAME = re.compile(r"\s*+[-–—/~][^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}\s*")
_SIGNATURE_MARK = re.compile(r"(?:--|—|– ?–)[ \t\u00a0]*")
_CONTACT = re.compile(
    r"@|https?://|www\.|\+?\d[\d ()/.-]{5,}\d|(?i:\b(?:tel|telefon|phone|mob|mobil|mobile|puh|fax)\b)"
)
_NAME = re.compile(r"[\s*_]*+[^\W\d_][\w.'’-]*(?:[ ,]+[^\W\d_][\w.'’-]*){0,4}[\s*_]*")


def new_words(plain: Sequence[Line], rich: Callable[[], Sequence[Line]]) -> tuple[str, bool]:
    """Only the sender's new words: no quoted text, quote header or signature; empty only where both texts are.

    And whether they are the sender's own: not where a mail is all quote, forwarded mail or signature, and these are
    given instead. `rich` gives the same text as the HTML has it; it is asked where the plain text shows no quote,
    because many programs mark quotes in HTML alone. Answers between quoted lines are kept. Linear in the length of the
    text.
    """
    scan = _Scan(plain)
    words, own = scan.new_words(), scan.own
    if not scan.found_quote:
        lines = rich()
        if lines is not plain and any(line.mark is not Mark.NEW for line in lines):
            marked = _Scan(lines)
            rich_words = marked.new_words()
            if marked.found_quote:
                words, own = (rich_words, marked.own) if rich_words else (words, False)
    return (words, own) if words else (_unquoted(plain) or _unquoted(rich()), False)


def _unquoted(lines: Sequence[Line]) -> str:
    """All the words, where nothing but quotes was sent."""
    return "\n".join(_QUOTE_PREFIX.sub("", line.text) for line in lines).strip()


class _Scan:
    """One pass over the lines of a text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = [
            line if len(line.text) <= MAX_LINE and "\u00a0" not in line.text else _looked_at(line)
            for line in lines[:MAX_LINES]
        ]
        self.whole = lines
        # Most lines are prose; only these need a closer look, and prose is kept by the stretch.
        self.odd = [
            index for index, line in enumerate(self.lines) if line.mark is not Mark.NEW or not _is_prose(line.text)
        ]
        self.found_quote = False
        self.cut = False
        self.own = True

    def new_words(self) -> str:
        start = 0
        for _ in range(_MAX_FORWARDS):
            kept, after = self._kept_from(start)
            if after is None and not self.cut:
                kept.extend(range(len(self.lines), len(self.whole)))
            without_signature = self._without_signatures(kept)
            for candidate in (without_signature, kept):
                words = self._joined(candidate)
                if words:
                    signed = candidate is kept and any(self.lines[index].mark is Mark.SIGNATURE for index in kept)
                    self.own = self.own and not signed
                    return words
            if after is None:
                return ""
            self.own = False
            # Nothing stands above the old mail: it was forwarded, and its words are what the sender sends.
            start = after
        return self._joined(list(range(start, len(self.lines))))

    def _joined(self, kept: list[int]) -> str:
        """The text of the kept lines; a gap where something was left out is one blank line."""
        out: list[str] = []
        for stretch in _stretches(kept):
            if out and out[-1].strip():
                out.append("")
            out.extend([line.text.rstrip() for line in self.whole[stretch[0] : stretch[-1] + 1]])
        while out and (not out[-1].strip() or _RULE.fullmatch(out[-1])):
            out.pop()
        while out and not out[0].strip():
            out.pop(0)
        # Spelt so that the search looks for line ends alone; "\n{3,}" would be tried at every character.
        return re.sub(r"\n\n\n+", "\n\n", "\n".join(out))

    def _kept_from(self, start: int) -> tuple[list[int], int | None]:
        """The lines that are new from `start` on, and where an old mail that runs to the end begins, if one does."""
        kept: list[int] = []
        seen = start
        for index in self.odd[bisect_left(self.odd, start) :]:
            kept.extend(range(seen, index))
            seen = index + 1
            line = self.lines[index]
            if line.mark is Mark.REST:
                self.found_quote = True
                return kept, self._behind_header(index)
            if line.mark is Mark.QUOTED or _is_quoted(line.text):
                self.found_quote = True
                continue
            if line.mark is Mark.HEADER:
                continue
            if not line.text or line.text.isspace():
                kept.append(index)
                continue
            behind = self._old_mail_at(index)
            if behind:
                self.found_quote = True
                self._drop_rule(kept)
                return kept, behind
            wrapped = self._introduction_at(index)
            if wrapped:
                self.found_quote = True
                del kept[len(kept) - (wrapped - 1) :]
                if not self._quoted_next(index + 1) and not self._nothing_kept(kept):
                    self.cut = True
                    return kept, None
                continue
            kept.append(index)
        kept.extend(range(seen, len(self.lines)))
        return kept, None

    def _nothing_kept(self, kept: list[int]) -> bool:
        return not any(self.lines[index].text.strip() for index in kept)

    def _drop_rule(self, kept: list[int]) -> None:
        """The line of dashes or underscores above an old mail belongs to it."""
        while kept and (not self.lines[kept[-1]].text.strip() or _RULE.fullmatch(self.lines[kept[-1]].text)):
            kept.pop()

    def _quoted_next(self, index: int) -> bool:
        for line in self.lines[index : index + 6]:
            if line.mark is Mark.QUOTED or _is_quoted(line.text):
                return True
            if line.text.strip():
                return False
        return False

    def _old_mail_at(self, index: int) -> int:
        """Where the text of the old mail begins whose separator or header stands at `index`; 0 if none does."""
        text = self.lines[index].text
        if (not text[0].isalnum() and SEPARATOR.fullmatch(text)) or ANSWER_ABOVE.fullmatch(text):
            return self._behind_header(index + 1)
        if not _has_colon(text):
            return 0
        if FORWARD.fullmatch(text):
            return self._behind_header(index + 1)
        return self._behind_header(index) if self._header_at(index) else 0

    def _header_at(self, index: int) -> bool:
        """Whether a From line with at least two other header lines, one of them a date or a subject, stands here."""
        first = HEADER_WORD.match(self.lines[index].text)
        if first is None or first["sender"] is None:
            return False
        kinds = set()
        misses = 0
        for line in self.lines[index + 1 : index + 12]:
            if not line.text.strip():
                continue
            found = HEADER_WORD.match(line.text)
            if found is None:
                misses += 1
                # Long lists of recipients are wrapped.
                if misses > 2:
                    break
                continue
            kinds.add(found.lastgroup if found.lastgroup != "value" else _kind(found))
        return len(kinds) >= 2 and bool(kinds & {"date", "subject"})

    def _behind_header(self, index: int) -> int:
        """The first line after the header lines at `index`."""
        position = index
        for offset, line in enumerate(self.lines[index : index + 14]):
            if HEADER_WORD.match(line.text) or SEPARATOR.fullmatch(line.text) or _RULE.fullmatch(line.text):
                position = index + offset + 1
            elif line.text.strip() and offset > 0 and position == index:
                break
        return max(position, index + 1 if position == index else position)

    def _introduction_at(self, index: int) -> int:
        """How many lines, this one the last, say who wrote the quote that follows; 0 for any other line."""
        text = self.lines[index].text.rstrip()
        if not _has_colon(text):
            return 0
        if not text.endswith(_COLONS):
            return 1 if _introduces_in_line(text) else 0
        quoted = self._quoted_next(index + 1)
        joined = text
        shortest = 0
        for number in range(1, _MAX_WRAPPED + 1):
            if number > 1:
                earlier = self.lines[index - number + 1].text if index >= number - 1 else ""
                if not earlier.strip() or earlier.rstrip().endswith((":", ".", "!", "?")) or _is_quoted(earlier):
                    break
                joined = earlier.strip() + " " + joined
            if len(joined) > 500:
                break
            if _introduces(joined, quoted=quoted):
                if _START.match(joined):
                    return number
                shortest = shortest or number
        # "Anna wrote:" with nothing else says it only where a quote does follow.
        return shortest or (1 if quoted and len(text) < 100 and WROTE.search(text) else 0)

    def _without_signatures(self, kept: list[int]) -> list[int]:
        """The kept lines less the signature of each stretch between quotes."""
        out: list[int] = []
        for stretch in _stretches(kept):
            odd = self.odd[bisect_left(self.odd, stretch[0]) : bisect_right(self.odd, stretch[-1])]
            end = next((index for index in odd if self._signature_at(index)), stretch[-1] + 1)
            signed = {index for index in odd if self.lines[index].mark is Mark.SIGNATURE}
            body = [index for index in stretch if index < end and index not in signed]
            out.extend(self._without_closing(body) if body and body[-1] < len(self.lines) else body)
        return out

    def _signature_at(self, index: int) -> bool:
        """Whether the mark above a signature stands here, or the rule above a mailing list's footer."""
        text = self.lines[index].text
        if _SIGNATURE_MARK.fullmatch(text):
            return True
        if not _RULE.fullmatch(text):
            return False
        return any(LIST_FOOTER.search(line.text) for line in self.lines[index + 1 : index + 5])

    def _without_closing(self, stretch: list[int]) -> list[int]:
        """Less phone signatures, "-Name" and the contact details under a closing line, from the end upwards."""
        end = len(stretch)
        while end:
            text = self.lines[stretch[end - 1]].text
            if text.strip() and not PHONE_SIGNATURE.fullmatch(text):
                break
            end -= 1
        if end > 1 and _DASH_NAME.fullmatch(self.lines[stretch[end - 1]].text):
            end -= not self.lines[stretch[end - 2]].text.strip()
        stretch = stretch[:end]
        for offset in range(max(0, len(stretch) - 15), len(stretch)):
            if SIGN_OFF.fullmatch(self.lines[stretch[offset]].text):
                return self._without_contact(stretch, offset)
        return stretch

    def _without_contact(self, stretch: list[int], closing: int) -> list[int]:
        """Keeps the closing line and the name under it; what follows goes if it looks like an address card."""
        below = [offset for offset in range(closing + 1, len(stretch)) if self.lines[stretch[offset]].text.strip()]
        if not below:
            return stretch
        named = _NAME.fullmatch(self.lines[stretch[below[0]]].text) is not None
        card = below[1:] if named else below
        texts = [self.lines[stretch[offset]].text for offset in card]
        if not card or any(len(text) > 100 for text in texts) or not any(_CONTACT.search(text) for text in texts):
            return stretch
        return stretch[: card[0]]


def _kind(found: re.Match[str]) -> str:
    return next(name for name in ("sender", "date", "to", "subject", "other") if found[name] is not None)


def _looked_at(line: Line) -> Line:
    """The line as it is searched: one too long to be a mark by its beginning alone, with an end that is no mark."""
    text = line.text.replace("\u00a0", " ") if len(line.text) <= MAX_LINE else line.text[:MAX_LINE] + "…"
    return Line(text, line.mark)


def _is_prose(text: str) -> bool:
    """Whether the line is blank, or begins with a letter or digit and has no colon: only one kind of mark looks so."""
    if _has_colon(text):
        return False
    return not ANSWER_ABOVE.fullmatch(text) if text[:1].isalnum() else not text or text.isspace()


def _has_colon(text: str) -> bool:
    return ":" in text or "：" in text


def _is_quoted(text: str) -> bool:
    return ">" in text[:4] and _QUOTED.match(text) is not None


def _introduces(text: str, *, quoted: bool) -> bool:
    """Whether the text names a writer and a moment: "On 3 March 2025 at 10:00, Anna <anna@example.com> wrote:"."""
    if WROTE.search(text) is None:
        # Japanese and some web mails have no verb: only date, name and address.
        return quoted and bool(_ADDRESS.search(text) and _DATE.search(text) and text[-2:-1] in {">", ")"})
    dated = _TIME.search(text) is not None or _DATE.search(text) is not None
    if quoted:
        return dated or _ADDRESS.search(text) is not None
    if FIRST_PERSON.search(text):
        return False
    return dated and (_ADDRESS.search(text) is not None or bool(_TIME.search(text) and _DATE.search(text)))


def _introduces_in_line(text: str) -> bool:
    """Whether the old mail follows the introduction on the same line, as Yahoo's apps write it."""
    if not _START.match(text):
        return False
    verb = WROTE.search(text[:300])
    return verb is not None and text[verb.end() :].startswith(":") and _introduces(text[: verb.end() + 1], quoted=False)


def _stretches(kept: list[int]) -> list[list[int]]:
    """The kept lines cut where quoted lines lay between them."""
    if kept and kept[-1] - kept[0] == len(kept) - 1:
        return [kept]
    out: list[list[int]] = []
    for index in kept:
        if out and out[-1][-1] == index - 1:
            out[-1].append(index)
        else:
            out.append([index])
    return out
