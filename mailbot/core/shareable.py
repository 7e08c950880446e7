"""What of a mail may leave the desk in its writer's name: new words with the pictures amid them, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.attachment import Attachment
from mailbot.core.enclosures import attachable
from mailbot.core.letter import Letter
from mailbot.core.richwords import RichWords, pictures_by_name, rich_words
from mailbot.core.tags import names_a_tag
from mailbot.core.words import Words

_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
"""Proofs of the mail as it came, worthless beside a new one, and telling of their writer (Y9)."""
_MAIL_FILES = (".eml", ".msg")


@dataclass(frozen=True, slots=True)
class Shareable:
    """What goes on to others."""

    words: Words
    files: tuple[Attachment, ...] = ()
    """What goes along beside the words and the pictures that they show."""
    too_large: tuple[str, ...] = ()
    """Names of what would make the letter larger than common servers take."""
    misplaced: tuple[str, ...] = ()
    """Names of pictures that are left out because nothing tells whether they stand amid these words, amid a quote, or
    in a signature."""
    withheld: tuple[str, ...] = ()
    """Names of attached mails that hold somebody's tag, as each letter of ours does."""

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Lines of history on the files that do not go along."""
        why = (("too large to be sent on", self.too_large), ("mails with a tag in them", self.withheld))
        return tuple(("left-out", f"{what}: {file_names(names)}") for what, names in why if names)


def file_names(names: Sequence[str]) -> str:
    """Names of files in one line, those after the twentieth left out."""
    return ", ".join(names[:20])


def shareable(letter: Letter, text: str, more: tuple[Attachment, ...] = ()) -> Shareable:
    """What goes along with `text`, which is all of the letter's own words that may leave the desk; may be empty.

    In HTML too where the letter's HTML says exactly these words. A picture that the words name but the HTML does not
    show goes along as a file. `more` are further files.
    """
    pictures = {part.content_id: part for part in letter.attachments if part.inline and part.content_id}
    rich = rich_words(letter.html, text, frozenset(pictures)) if text and letter.html else RichWords("")
    named = [content_id for content_id in pictures if f"[cid:{content_id}]" in text]
    shown = tuple(pictures[each] for each in rich.pictures)
    apart = tuple(pictures[each] for each in named if each not in rich.pictures)
    along, too_large = attachable((*shown, *apart, *files_in(letter), *(one for one in more if not _holds_tag(one))))
    lost = [] if rich.html or not text or not letter.html else [each for each in pictures if each not in named]
    told = pictures_by_name(text, {part.content_id: part.name for part in letter.attachments if part.content_id})
    beside = {id(part) for part in shown}
    return Shareable(
        Words(told, rich.html, tuple(part for part in along if id(part) in beside)),
        tuple(part for part in along if id(part) not in beside),
        tuple(part.name for part in too_large),
        tuple(pictures[each].name for each in lost),
        tuple(part.name for part in _attached(letter) if _holds_tag(part)),
    )


def shareable_files(parts: tuple[Attachment, ...]) -> Shareable:
    """What of files alone goes along, without words; signatures are none of them."""
    files = tuple(part for part in parts if not part.inline and part.content_type not in _SIGNATURES)
    along, too_large = attachable(tuple(part for part in files if not _holds_tag(part)))
    withheld = tuple(part.name for part in files if _holds_tag(part))
    return Shareable(Words(""), along, tuple(part.name for part in too_large), withheld=withheld)


def files_in(letter: Letter) -> tuple[Attachment, ...]:
    """What somebody attached on purpose: neither pictures amid the text nor signatures, nor a mail with a tag in it.

    Whoever got an agent's copy with the agent's own tag could write as the agent, and would read what it tells agents.
    """
    return tuple(part for part in _attached(letter) if not _holds_tag(part))


def _attached(letter: Letter) -> tuple[Attachment, ...]:
    return tuple(part for part in letter.attachments if not part.inline and part.content_type not in _SIGNATURES)


def _holds_tag(part: Attachment) -> bool:
    """Whether it is a mail in which a tag stands; Outlook's own files have a NUL behind each letter."""
    if not (part.content_type.startswith("message/") or part.name.lower().endswith(_MAIL_FILES)):
        return False
    return names_a_tag(part.content.replace(b"\0", b"").decode("latin-1"))
