"""Finds the sender's new words in a text with quotes, quote headers and signatures, in linear time (T31)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import islice

from mailbot.core.introduction import (
    COLONS,
    MAX_INTRODUCTION,
    has_verb,
    introduces,
    introduces_in_line,
    is_framed_introduction,
    names_writer,
    starts_introduction,
    words_before,
)
from mailbot.core.linelook import has_colon, is_prose, is_quoted, searched
from mailbot.core.lines import Line, Mark
from mailbot.core.oldheader import RULE, behind_header, header_at, is_crushed, leads_to_header
from mailbot.core.quotewords import ANSWER_ABOVE, FORWARD, HEADER_WORD, SEPARATOR
from mailbot.core.signature import asks, closes, is_signature, signature_at, without_closing
from mailbot.core.signoff import is_phone_signature

MAX_LINES = 20_000
"""Lines that are looked at; what stands below is kept as it is, unless it belongs to an old mail."""
_MAX_WRAPPED = 4
"""Lines over which mail programs wrap the line that introduces a quote."""
_MAX_FORWARDS = 3
_MAX_OWN_MARKS = 6
"""Lines that begin with ">" and may still be the sender's own words."""

# A possessive "\s*+" keeps lines of hundreds of spaces from being tried again at each of them.
_QUOTE_PREFIX = re.compile(r"\A(?:[ \t]{0,3}>){1,200}+ ?")
_MORE_THAN = re.compile(r"[ \t]{0,3}>\d")
# The Bat and Supercite mark quotes with who wrote them: "AB> ".
_INITIALS = re.compile(r"\s{0,6}([^\W\d_]{1,12}>)+ ")
# GroupWise has this line above an old mail that it does not mark.
_GROUPWISE = re.compile(r">>> .{1,200} >>>\s*")


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
    """All the words, where nothing but quotes was sent; the header above a forwarded mail is none of them."""
    bare = [Line(_QUOTE_PREFIX.sub("", line.text)) for line in lines]
    first = next((index for index, line in enumerate(bare) if line.text.strip()), len(bare))
    words = "\n".join(line.text for line in bare[first:]).strip()
    if not words:
        return ""
    behind = _Scan(bare[first:]).old_mail_at(0)
    return "\n".join(line.text for line in bare[first + behind :]).strip() or words


class _Scan:
    """One pass over the lines of a text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = searched(lines[:MAX_LINES])
        self.whole = lines
        # Most lines are prose; only these need a closer look, and prose is kept by the stretch.
        new = Mark.NEW  # looked up once: a member of an enum costs five times what a name of ours does
        self.odd = [i for i, (text, mark) in enumerate(self.lines) if mark is not new or not is_prose(text)]
        self.found_quote = False
        self.introduced = False
        self.marked: list[int] = []
        self.initials = ""
        self.before: dict[int, str] = {}
        self.own = True

    def new_words(self) -> str:
        start = 0
        for _ in range(_MAX_FORWARDS):
            kept, after = self._kept_from(start)
            if after is None:
                kept.extend(range(len(self.lines), len(self.whole)))
            words = self._joined(self._without_signatures(kept))
            if words:
                return words
            if after is None:
                return self._nobodys(kept)
            self.own = False
            # Nothing but a signature stands above the old mail: it was forwarded, and is what the sender sends.
            start = after
        return self._joined(list(range(start, len(self.lines))))

    def _nobodys(self, signature: list[int]) -> str:
        """What there is to read where all that is new is a signature: what it stands with, if anything is quoted."""
        if self.found_quote and is_signature(self.whole[index].text for index in signature):
            self.own = False
            above = set(signature)
            return _unquoted([line for index, line in enumerate(self.whole) if index not in above])
        self.own = self.own and not any(self.whole[index].mark is Mark.SIGNATURE for index in signature)
        return self._joined(signature)

    def _joined(self, kept: list[int]) -> str:
        """The text of the kept lines; a gap where something was left out is one blank line."""
        out: list[str] = []
        for stretch in _stretches(kept):
            if out and out[-1].strip():
                out.append("")
            texts = [line.text.rstrip() for line in self.whole[stretch[0] : stretch[-1] + 1]]
            for index in self.before.keys() & set(stretch) if self.before else ():
                texts[index - stretch[0]] = self.before[index]
            out.extend(texts)
        while out and (not out[-1].strip() or RULE.fullmatch(out[-1])):
            out.pop()
        while out and not out[0].strip():
            out.pop(0)
        # Spelt so that the search looks for line ends alone; "\n{3,}" would be tried at every character.
        return re.sub(r"\n\n\n+", "\n\n", "\n".join(out))

    def _kept_from(self, start: int) -> tuple[list[int], int | None]:
        """The lines that are new from `start` on, and where an old mail that runs to the end begins, if one does."""
        kept: list[int] = []
        seen = start
        quoted = -1
        # The old mail that is read because nothing stands above it is marked to its end, as one.
        inside = start > 0 and self.lines[start - 1].mark is Mark.REST
        for index in self.odd[bisect_left(self.odd, start) :]:
            if index < seen:
                continue
            if seen < index:
                kept.extend(range(seen, index))
            seen = index + 1
            line = self.lines[index]
            if line.mark is Mark.REST and not inside:
                return self._above_old_mail(kept), behind_header(self.lines, index)
            if line.mark is Mark.QUOTED or is_quoted(line.text):
                if quoted != index - 1:
                    if _GROUPWISE.fullmatch(line.text):
                        return self._above_old_mail(kept), index + 1
                    self._drop_writer(kept, index)
                quoted = index
                if line.mark is Mark.NEW or line.mark is Mark.ASIDE:
                    self.marked.append(index)
                else:
                    self._introduce(kept)
                continue
            if not line.text or line.text.isspace():
                kept.append(index)
                continue
            behind = self.old_mail_at(index)
            if behind:
                self._drop_lead(kept)
                if self._quoted_next(behind):
                    # Answers may stand between the marked lines, and below them.
                    self._introduce(kept)
                    seen = behind
                    continue
                return self._above_old_mail(kept), behind
            if line.mark is Mark.HEADER:
                self._introduce(kept)
                continue
            wrapped = self._introduction_at(index)
            kept.append(index)
            if wrapped:
                behind = self._behind_introduction(kept, index, wrapped)
                if behind:
                    return self._above_old_mail(kept), behind
        kept.extend(range(seen, len(self.lines)))
        if self.initials:
            kept = [index for index in kept if not self.lines[index].text.lstrip().startswith(self.initials)]
        self.found_quote = self.found_quote or bool(self.marked)
        self._introduce(kept, certain=False)
        return kept, None

    def _behind_introduction(self, kept: list[int], index: int, wrapped: int) -> int:
        """Drops the lines that introduce a quote, this one the last of them, and tells where the old mail begins.

        0: marked quotes follow, or it is no introduction after all.
        """
        above = len(kept) - wrapped
        own = words_before(self.lines[index - wrapped + 1].text)
        if own:
            self.before[index - wrapped + 1] = own
            above += 1
        if self._quoted_next(index + 1):
            del kept[above:]
            self._introduce(kept)
            return 0
        worded = any(self.lines[number].text.strip() for number in islice(kept, above))
        if not worded and not any("@" in line.text for line in self.lines[index - wrapped + 1 : index + 1]):
            return 0
        del kept[above:]
        return index + 1 if self.lines[index].text.rstrip().endswith(COLONS) else index

    def _introduce(self, kept: list[int], *, certain: bool = True) -> None:
        """Notes that a quote begins for certain, and puts back the marked lines above that are none.

        Where nothing has said yet that anything is quoted, and own words came first, one line or two with ">" in the
        middle of a paragraph or behind a colon are the sender's own: a comparison, the way through a menu, what
        stands behind a prompt. So are lines that all tell of more than a number, and those that HTML only moves to
        the right.
        """
        begun = kept and self.marked and kept[0] < self.marked[0]
        if begun and not self.introduced:
            own: list[int] = []
            few = len(self.marked) <= _MAX_OWN_MARKS
            for stretch in _stretches(self.marked):
                announced = few and len(stretch) <= 2 and self._is_announced(stretch, kept)
                told = few and all(_MORE_THAN.match(self.lines[index].text) for index in stretch)
                if announced or told or self._is_aside(stretch, kept, certain=certain):
                    own.extend(stretch)
            if own:
                self.found_quote = len(own) < len(self.marked)
                kept[:] = sorted((*kept, *own))
        self.marked.clear()
        if certain:
            self.found_quote = self.introduced = True

    def _is_announced(self, stretch: list[int], kept: list[int]) -> bool:
        """Whether own words end in a colon above the lines, or stand right above them and go on below."""
        above = self.lines[stretch[0] - 1].text.rstrip()
        if not above and stretch[0] > 1:
            return self.lines[stretch[0] - 2].text.rstrip().endswith(COLONS)
        return bool(above) and (above.endswith(COLONS) or self._goes_on(stretch, kept))

    def _is_aside(self, stretch: list[int], kept: list[int], *, certain: bool) -> bool:
        """Whether the lines are only moved to the right: own words go on below, or the old mail itself does."""
        if any(self.lines[index].mark is not Mark.ASIDE for index in stretch):
            return False
        first = next((self.lines[index].text.rstrip() for index in stretch if self.lines[index].text.strip("> ")), "")
        if (first.endswith(COLONS) and has_verb(first)) or self._holds_old_mail(stretch):
            return False
        return certain or (self._goes_on(stretch, kept) and not closes(self.lines[self._below(stretch, kept)].text))

    def _holds_old_mail(self, stretch: list[int]) -> bool:
        """Whether the lines begin with the header of an old mail, or have one below a line or two."""
        bare = [Line(_QUOTE_PREFIX.sub("", self.lines[index].text)) for index in stretch]
        first = [index for index, line in enumerate(bare) if line.text.strip()][:3]
        inside = _Scan(bare)
        return any(inside.old_mail_at(index) for index in first)

    def _goes_on(self, stretch: list[int], kept: list[int]) -> bool:
        """Whether own words stand below the lines, and not a signature alone."""
        below = self._below(stretch, kept)
        return below >= 0 and not signature_at(self.lines, below) and not is_phone_signature(self.lines[below].text)

    def _below(self, stretch: list[int], kept: list[int]) -> int:
        """The first kept line below that is not blank; -1 where none is."""
        places = range(bisect_right(kept, stretch[-1]), len(kept))
        return next((kept[place] for place in places if self.lines[kept[place]].text.strip()), -1)

    def _above_old_mail(self, kept: list[int]) -> list[int]:
        """What is kept where all below is old."""
        self._introduce(kept)
        return kept

    def _drop_lead(self, kept: list[int]) -> None:
        """The line of dashes or underscores above an old mail belongs to it, also with words between them."""
        while kept and leads_to_header(self.lines[kept[-1]].text):
            kept.pop()

    def _drop_writer(self, kept: list[int], index: int) -> None:
        """The line above a quote that only names its writer goes with it, and one across the page above its header."""
        headed = HEADER_WORD.match(_QUOTE_PREFIX.sub("", self.lines[index].text)) is not None
        while kept and kept[-1] >= index - 3 and not self.lines[kept[-1]].text.strip():
            index = kept.pop()
        if kept and kept[-1] >= index - 1:
            above = self.lines[kept[-1]].text.strip()
            if names_writer(above) or (headed and RULE.fullmatch(above)):
                kept.pop()

    def _quoted_next(self, index: int) -> bool:
        """Whether a marked quote follows."""
        for line in self.lines[index : index + 6]:
            if line.mark is Mark.QUOTED or is_quoted(line.text):
                return True
            if line.text.strip():
                initials = _INITIALS.match(line.text)
                self.initials = initials[1] if initials else self.initials
                return initials is not None
        return False

    def old_mail_at(self, index: int) -> int:
        """Where the text of the old mail begins whose separator or header stands at `index`; 0 if none does."""
        text = self.lines[index].text
        if not text[0].isalnum() and (SEPARATOR.fullmatch(text) or is_framed_introduction(text)):
            return behind_header(self.lines, index + 1)
        if ">" in text and is_crushed(text.strip()):
            return index + 1
        if ANSWER_ABOVE.fullmatch(text):
            return behind_header(self.lines, index + 1)
        if not has_colon(text):
            return 0
        if FORWARD.fullmatch(text):
            return behind_header(self.lines, index + 1)
        return behind_header(self.lines, index) if header_at(self.lines, index) else 0

    def _introduction_at(self, index: int) -> int:
        """How many lines, this one the last, say who wrote the quote that follows; 0 for any other line."""
        text = self.lines[index].text.rstrip()
        if not has_colon(text):
            return 0
        if not text.endswith(COLONS):
            return 1 if introduces_in_line(text) else 0
        quoted = self._quoted_next(index + 1)
        joined = text
        shortest = 0
        for number in range(1, _MAX_WRAPPED + 1):
            if number > 1:
                earlier = self.lines[index - number + 1].text if index >= number - 1 else ""
                if not earlier.strip() or earlier.rstrip().endswith((":", ".", "!", "?")) or is_quoted(earlier):
                    break
                joined = earlier.strip() + " " + joined
            if len(joined) > MAX_INTRODUCTION:
                break
            if introduces(joined, quoted=quoted):
                if starts_introduction(joined):
                    return number
                shortest = shortest or number
        # "Anna wrote:" with nothing else says it only where a quote does follow.
        return shortest or (1 if quoted and len(text) < 100 and has_verb(text) else 0)

    def _without_signatures(self, kept: list[int]) -> list[int]:
        """The kept lines less the signature of each stretch between quotes."""
        out: list[int] = []
        for stretch in _stretches(kept):
            odd = self.odd[bisect_left(self.odd, stretch[0]) : bisect_right(self.odd, stretch[-1])]
            end = next((index for index in odd if signature_at(self.lines, index)), stretch[-1] + 1)
            signed = {index for index in odd if self.lines[index].mark is Mark.SIGNATURE}
            if signed and asks(self.lines[index].text for index in signed):
                # Written into the signature, where the cursor stood.
                signed.clear()
            body = [index for index in stretch if index < end and index not in signed]
            out.extend(without_closing(self.lines, body) if body and body[-1] < len(self.lines) else body)
        return out


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
