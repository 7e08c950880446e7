"""Knows a robot by its telling the same thing twice, when every header that marks it has been taken off (Q12)."""

from __future__ import annotations

import hashlib
import re
from itertools import chain

from mailbot.core.letter import Letter
from mailbot.core.subjects import bare_subject

ENOUGH = 80
"""Characters in words without digits, subject and text together, from which on two letters that differ in numbers
alone are taken for one robot's. Our own choice: most acknowledgements have more, "printer 3 is down again" has less."""
MAX_TEXT = 2000
"""Characters of a text that count: more than a robot says, and more than people write twice in an hour."""
_ROOM = 500
"""Characters that are read beyond them: as many may stand in words that do not count, and be more the next time."""

_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_SMALL_NUMBER = re.compile(r"\(?\d{1,2}[).,;:!?]*")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
# What changes from one answer of a robot to the next though it says the same: our mail sent back, a signature.
_NOT_ITS_OWN = frozenset(
    ("message/rfc822", "text/rfc822-headers", "application/pgp-signature", "application/pkcs7-signature")
)


def fingerprint(letter: Letter) -> str:
    """A digest (32 hexadecimal digits) that two letters share where one sender says the same thing again.

    The caller answers the second letter with one fingerprint within an hour no more: that ends a loop with another
    desk, whose acknowledgements differ in case number and time alone. Read are the sender's address, the subject, the
    sender's new words (a robot's quotes of what it answers grow with each turn) and the attachments. Case and white
    space never count. Then:

    - From ENOUGH characters on, words with digits in them do not count, nor, in the subject, what stands in [brackets]
      or before "Re:". A number of one or two digits standing alone does count: people write "printer 3" and "printer
      4", while a robot's case numbers and times of day are longer or have marks in them ("#17", "9:15").
    - Shorter ones are the same only where every word is, digits too, and the whole subject.

    So "Help" sent twice is the same, "Printer 3 down" and "Printer 4 down" are not. Two long mails of a person that
    differ only in an order number are taken for a robot's: the second one becomes a ticket without acknowledgement. A
    robot whose text changes otherwise, at midnight or with its place in a queue, is left to the budgets. Never raises.
    """
    words = _words(letter.reply)
    subject = _words(bare_subject(_BRACKETED.sub(" ", letter.subject)))
    told = (_lasting(subject), _lasting(words))
    if not _is_enough(told):
        told = (_words(letter.subject), words)
    sender = letter.sender.key if letter.sender else ""
    lines = [sender, *(" ".join(part)[:MAX_TEXT].rstrip() for part in told), *_attached(letter)]
    # A lone surrogate has no UTF-8, and no letter may raise.
    return hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()[:32]


def _words(text: str) -> list[str]:
    # Folding makes no white space, and folding all of it at once costs a tenth of word by word.
    return text[: MAX_TEXT + _ROOM].casefold().split()


def _lasting(words: list[str]) -> list[str]:
    """The words that a robot would say again."""
    # Asking first whether all of it is letters spares most words the pattern.
    return [word for word in words if word.isalpha() or not _DIGIT.search(word) or _SMALL_NUMBER.fullmatch(word)]


def _is_enough(told: tuple[list[str], ...]) -> bool:
    """Whether the words that hold a letter have ENOUGH characters together; looks no further than that."""
    missing = ENOUGH
    for word in chain(*told):
        if _LETTER.search(word):
            missing -= len(word)
            if missing <= 0:
                return True
    return False


def _attached(letter: Letter) -> list[str]:
    """Digests of the attached files: one text may go with many invoices."""
    files = (part for part in letter.attachments if not part.inline and part.content_type not in _NOT_ITS_OWN)
    return [hashlib.sha256(part.body).hexdigest() for part in files]
