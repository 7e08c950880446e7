"""What the attributes of an HTML element say of the text in it: hidden, quoted, a quote's header, a signature."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from enum import Enum

from mailbot.core.charsets import storable
from mailbot.core.lines import Mark

_ATTRIBUTE = re.compile(r"([a-zA-Z_:-]{1,40})(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s\"'>]+)))?")
# Most attributes only say how something looks; these words are in all that tell what it is.
_TELLING = re.compile(
    r"\b(?:id|class|name|data-marker|hidden|href|alt|tabindex|start)\b|none|hide|:\s*0|border-top|margin-left|white-space"
    r"|mso-list|wingdings",
    re.IGNORECASE,
)
_TIGHT = re.compile(r"\bMso|margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|(?:^|[;\s])(?:max-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
# Outlook draws a thin line above the quoted header with this style and gives it no name.
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF|CCCCCC)"
    # The same after a browser, or Windows Mail, has written it anew.
    r"|border-top:\s*1pt\s+solid\s+(?:rgb\((?:225, ?225, ?225|181, ?196, ?223)\)|#e1e1e1|#b5c4df)"
    r"|border-top-color:\s*rgb\(229, ?229, ?229\)"
    r"|border-style:\s*solid none none;\s*border-color:\s*rgb\((?:225, ?225, ?225|181, ?196, ?223)\)",
    re.IGNORECASE,
)

_REST_IDS = frozenset(
    [
        "divrplyfwdmsg", "x_divrplyfwdmsg", "olk_src_body_section", "mail-editor-reference-message-container",
        "appendonsend", "x_appendonsend", "replysplit", "zwchr", "stopspelling",
        "isforwardcontent", "isreplycontent",
        "ms-outlook-mobile-body-separator-line",
    ]
)  # fmt: skip
_QUOTE_CLASSES = frozenset(
    [
        "yahoo_quoted", "protonmail_quote", "zmail_extra", "tutanota_quote", "moz-email-headers-table", "iomail-quote",
        "quote-text", "front-blockquote", "ymail_android_signature_quoted", "zendesk_quote",
        "freebirdformviewerviewitemsitem", "freshdesk_quote", "missive_quote", "outreach-quote", "hs_reply",
        "fernand_quote", "quotedreply", "alimail-quote", "applemailquote", "outlook_quote",
        "ms-outlook-mobile-reference-message",
    ]
)  # fmt: skip
_HEADER_CLASSES = frozenset(("gmail_attr", "moz-cite-prefix", "moz-forward-container-header", "yahoo-quoted-header"))
_SIGNATURE_CLASSES = frozenset(
    ("gmail_signature", "moz-signature", "gmail_signature_prefix", "protonmail_signature_block", "k9mail-signature")
)
_SIGNATURE_IDS = frozenset(
    [
        "signature", "ms-outlook-mobile-signature", "x_signature", "x_ms-outlook-mobile-signature",
        "composer_signature", "ymail_android_signature", "ymail_ios_signature",
    ]
)  # fmt: skip
# Spark and GMX name their parts, and Zimbra marks them.
_PARTS = {
    "quote": Mark.QUOTED,
    "messagereplysection": Mark.QUOTED, "messagesignaturesection": Mark.SIGNATURE,
    "__divider__": Mark.REST, "__headers__": Mark.REST, "__quoted_text__": Mark.REST,
}  # fmt: skip
# Spaces and line ends are seen as they stand.
_AS_IT_STANDS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,4}")
# What the buttons for indenting a paragraph write, in Gmail and Outlook: a margin and no line at its side.
_INDENTED = re.compile(
    r"margin-left\s*:\s*[2-9]\d(?:\.\d+)?p[xt]|margin\s*:\s*\S+ \S+ \S+ [2-9]\d(?:\.\d+)?p[xt]", re.IGNORECASE
)
_LINE_AT_SIDE = re.compile(r"border(?:-left|-inline)?[^:;]{0,20}:(?!\s*(?:none|0))", re.IGNORECASE)


_BULLET = re.compile(r"mso-list:\s*Ignore", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\w{1,4}[.)]){1,5}\w{0,4}|\(\w{1,4}\)")
_WINGDINGS = re.compile(r"(?:font-family\s*:|\bface\s*=)(?:[\s\"']|&quot;){0,4}wingdings", re.IGNORECASE)
# Outlook makes these out of ":)", ":|", ":(", "-->", "<--", and they are ticks and crosses in lists of tasks.
_SIGNS = str.maketrans({"J": "🙂", "K": "😐", "L": "☹", "à": "→", "ß": "←", "è": "➔", "ü": "✓", "û": "✗"})


class Glyphs(Enum):
    """Signs that letters stand for in Outlook's mails."""

    BULLET = "bullet"
    """One that Word draws itself, in a font in which "o" and "§" are shown as rings and squares."""
    WINGDINGS = "wingdings"


@dataclass(frozen=True, slots=True)
class Said:
    """What a start tag says besides its name."""

    mark: Mark | None
    hidden: bool
    href: str
    alt: str
    preformatted: bool = False
    """Its style makes it look like a pre element."""
    start: int = 1
    """The number of a numbered list's first item."""
    tight: bool = False
    """A paragraph without space around it."""
    glyphs: Glyphs | None = None

    @property
    def telling(self) -> bool:
        """Whether it says anything that ends with the element."""
        return self.mark is not None or self.preformatted or self.tight or self.glyphs is not None


def said_by(tag: str, attribute_text: str) -> Said:
    """What the text between a tag's name and its ">" says; never raises."""
    telling = tag == "blockquote" or _TELLING.search(attribute_text)
    attributes = attributes_in(attribute_text) if telling else {}
    if not attributes:
        return Said(_mark_of(tag, attributes), hidden=False, href="", alt="")
    start = attributes.get("start", "")
    return Said(
        _mark_of(tag, attributes),
        _hidden(attributes),
        attributes.get("href", ""),
        attributes.get("alt", ""),
        tag != "pre" and _AS_IT_STANDS.search(attributes.get("style", "")) is not None,
        int(start) if _NUMBER.fullmatch(start) else 1,
        tag == "p" and is_tight(attribute_text),
        glyphs_of(attribute_text),
    )


def is_tight(attribute_text: str) -> bool:
    """Whether a paragraph with these attributes has no space around it: its style says so, or that Outlook wrote it."""
    return _TIGHT.search(attribute_text) is not None


def glyphs_of(attribute_text: str) -> Glyphs | None:
    """In what signs the text of an element with these attributes is shown, where not in letters."""
    if _BULLET.search(attribute_text):
        return Glyphs.BULLET
    return Glyphs.WINGDINGS if _WINGDINGS.search(attribute_text) else None


def as_shown(text: str, glyphs: Glyphs) -> str:
    """The text as a reader sees it in these signs."""
    if glyphs is Glyphs.WINGDINGS:
        return text.translate(_SIGNS)
    word = text.strip()
    return text if not word or _NUMBERED.fullmatch(word) else text.replace(word, "•")


def unescaped(text: str) -> str:
    """The text with its entities decoded, and storable."""
    return storable(entities.unescape(_HUGE_NUMBER.sub("\ufffd", text))) if "&" in text else text


def attributes_in(text: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case, entities decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text[:8000]):
        found.setdefault(name.lower(), unescaped(double or single or bare))
    return found


def _hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN_STYLE.search(style[:2000]))


def _mark_of(tag: str, attributes: dict[str, str]) -> Mark | None:
    """What an element's own name says of the text in it."""
    if not attributes:
        return Mark.ASIDE if tag == "blockquote" else None
    name = attributes.get("id", "").lower()
    classes = attributes.get("class", "").lower().split()
    if name in _REST_IDS or _OUTLOOK_RULE.search(attributes.get("style", "")):
        return Mark.REST
    if tag == "hr" and attributes.get("tabindex") == "-1":
        return Mark.REST
    if "hmmessage" not in classes and (
        not _QUOTE_CLASSES.isdisjoint(classes) or any(each.endswith("yahoo_quoted") for each in classes)
    ):
        return Mark.QUOTED
    if tag == "blockquote":
        return _mark_of_blockquote(attributes)
    part = attributes.get("name") or attributes.get("data-marker")
    if part and part.lower() in _PARTS:
        return _PARTS[part.lower()]
    if not _HEADER_CLASSES.isdisjoint(classes):
        return Mark.HEADER
    if name in _SIGNATURE_IDS or not _SIGNATURE_CLASSES.isdisjoint(classes):
        return Mark.SIGNATURE
    return None


def _mark_of_blockquote(attributes: dict[str, str]) -> Mark | None:
    """What a blockquote is: an old mail, or what its writer moved to the right or cites from a page of the web."""
    if attributes.get("cite", "").lower().startswith(("http://", "https://")) and "type" not in attributes:
        return None
    style = attributes.get("style", "")
    if not attributes.keys().isdisjoint(("type", "cite", "class", "id", "data-email")) or _LINE_AT_SIDE.search(style):
        return Mark.QUOTED
    return None if _INDENTED.search(style) else Mark.ASIDE
