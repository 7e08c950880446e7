"""Puts a draft into a mail: the bytes that go on the wire, the same for the same arguments.

Written out by hand because `email.message.EmailMessage` encodes long References (which breaks threading), raises on a
line break in a customer's subject and takes many times as long.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailbot.core.attachment import Attachment
from mailbot.core.draft import Draft
from mailbot.core.filenames import safe_filename
from mailbot.core.headertext import addr_spec, ids_header, mailbox_header, parameter, text_header

SUPPRESS = "DR, RN, NRN, OOF, AutoReply"
"""X-Auto-Response-Suppress of automatic letters; "All" would also kill the delivery reports we need (Q16)."""
KEPT_REFERENCES = 20
"""How many of the oldest and of the latest References are kept (G2)."""

LONGEST_LINE = 998
"""Octets of a line without its CRLF (RFC 5322 section 2.1.1)."""

# Controls, which no letter needs, and lone surrogates, which no charset can write.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# A picture as sanitised HTML spells it; no text can hold that, for there a "<" is written "&lt;".
_PICTURE = re.compile(r'(<img(?:[^<>"]|"[^"<]*")*? src="cid:)([^"<>]*)(?=")')
_NO_DOMAIN = re.compile("[^A-Za-z0-9.-]")
_CONTENT_TYPE = re.compile(r"(?!multipart/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")


class ComposeError(Exception):
    """The bytes made break a rule of mail: a fault in this program, never in the data."""


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a letter but its words."""

    sender: str
    """Address in From: the desk's own (G4)."""
    sender_name: str
    to: str
    """The one recipient's address."""
    message_id: str
    """Without angle brackets, as all ids here."""
    date: datetime
    """Aware; told in the zone it has."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    """Oldest first."""
    reply_to: str = ""
    """Left out where it is the From address."""
    auto_submitted: str = ""
    """"auto-replied", "auto-generated" (RFC 3834 section 5), or empty for a human's words (Q13)."""
    content_languages: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    """Addresses that the recipient shall see; nothing is sent to them by this letter."""
    unsubscribe: str = ""
    """Where a mail opts out of letters like this one: a `mailto:` link (RFC 2369)."""
    extras: tuple[tuple[str, str], ...] = ()
    """Further headers of free text."""


def compose(draft: Draft, head: Head, attachments: Sequence[Attachment] = ()) -> bytes:
    """The whole mail: 7-bit, CRLF, no line over 998, text before HTML, attachments after both.

    Inline pictures that the HTML shows stand beside it (RFC 2387) under a Content-ID of ours, for their sender's may
    name a host (Y9); any others are attachments. Never raises on what a customer wrote: every header's text is cleaned
    by `core.headertext`, a threading id that no header can carry is left out. ValueError for a naive date;
    ComposeError if the result fails its last check.
    """
    if head.date.tzinfo is None:
        raise ValueError(f"expected a moment with a zone, got {head.date}")
    seed = hashlib.sha256(head.message_id.encode("utf-8", "replace")).hexdigest()[:24]
    pictures, files = _apart(draft.html, attachments)
    boundaries = 0
    body = _text_part("plain", draft.text)
    if draft.html:
        rich, boundaries = _rich_part(draft.html, pictures, seed, head.message_id)
        body = _multipart("alternative", f"=_{seed}_a", (body, rich))
        boundaries += 3
    if files:
        body = _multipart("mixed", f"=_{seed}_m", (body, *map(_attachment_part, files)))
        boundaries += 2 + len(files)
    headers = _headers(draft, head)
    mail = "\r\n".join((*headers, "MIME-Version: 1.0")).encode("ascii") + b"\r\n" + body
    _check(mail, [header.partition(":")[0] for header in headers], b"--=_" + seed.encode(), boundaries)
    return mail


def with_content_ids(page: str, ids: Mapping[str, str]) -> str:
    """The HTML with the pictures it shows renamed from a key of `ids` to its value, without angle brackets all.

    A picture that is no key gets a name that shows nothing, so that no name of another's goes out (Y9).
    """
    return _PICTURE.sub(lambda found: found[1] + html.escape(ids.get(html.unescape(found[2]), "missing")), page)


def _apart(page: str, attachments: Sequence[Attachment]) -> tuple[dict[str, Attachment], list[Attachment]]:
    """The pictures that the HTML shows, by content id, and what goes along as a file."""
    shown = {html.unescape(found[2]) for found in _PICTURE.finditer(page)} if "cid:" in page else set()
    pictures: dict[str, Attachment] = {}
    files = []
    for each in attachments:
        picture = each.inline and each.content_type.lower().startswith("image/")
        if picture and each.content_id in shown and each.content_id not in pictures:
            pictures[each.content_id] = each
        else:
            files.append(each)
    return pictures, files


def _rich_part(page: str, pictures: Mapping[str, Attachment], seed: str, message_id: str) -> tuple[bytes, int]:
    """The HTML, with its pictures beside it where it shows any, and how many boundaries that takes."""
    domain = _NO_DOMAIN.sub("", message_id.rpartition("@")[2]) or "invalid"
    ids = {content_id: f"{seed}.{place}@{domain}" for place, content_id in enumerate(pictures, 1)}
    root = _text_part("html", with_content_ids(page, ids) if "cid:" in page else page)
    if not pictures:
        return root, 0
    parts = [_picture_part(picture, ids[content_id]) for content_id, picture in pictures.items()]
    return _multipart("related", f"=_{seed}_r", (root, *parts), 'type="text/html"'), 2 + len(parts)


def _headers(draft: Draft, head: Head) -> list[str]:
    headers = [
        f"Date: {format_datetime(head.date)}",
        mailbox_header("From", head.sender, head.sender_name),
        mailbox_header("To", head.to),
        *(["Cc: " + ",\r\n ".join(map(addr_spec, head.cc))] if head.cc else []),
        text_header("Subject", draft.subject),
        ids_header("Message-ID", (head.message_id,)),
        ids_header("In-Reply-To", (head.in_reply_to,)),
        ids_header("References", _references(head)),
    ]
    if head.reply_to and head.reply_to != head.sender:
        headers.append(mailbox_header("Reply-To", head.reply_to))
    if head.auto_submitted:
        headers.append(text_header("Auto-Submitted", head.auto_submitted))
        headers.append(f"X-Auto-Response-Suppress: {SUPPRESS}")
    if head.content_languages:
        headers.append(text_header("Content-Language", ", ".join(head.content_languages)))
    if head.unsubscribe:  # in angle brackets and never encoded, as ids are
        headers.append(ids_header("List-Unsubscribe", (head.unsubscribe,)))
    headers += [text_header(name, value) for name, value in head.extras]
    return [header for header in headers if header]


def _references(head: Head) -> tuple[str, ...]:
    """What the letter answers, oldest first (RFC 5322 section 3.6.4), the middle of a long list cut."""
    ids = tuple(dict.fromkeys((*(one for one in head.references if one != head.in_reply_to), head.in_reply_to)))
    ids = tuple(one for one in ids if one)
    if len(ids) <= 1 + KEPT_REFERENCES:
        return ids
    return (ids[0], *ids[-KEPT_REFERENCES:])


def _text_part(subtype: str, text: str) -> bytes:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNWANTED.search(text):
        text = _UNWANTED.sub(lambda match: "" if match[0] < "\ud800" else "\N{REPLACEMENT CHARACTER}", text)
    data = (text if text.endswith("\n") else text + "\n").encode()
    charset = "us-ascii" if data.isascii() else "utf-8"
    encoding, content = _encoded(data)
    head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + content


def _encoded(data: bytes) -> tuple[str, bytes]:
    """The shortest of the encodings that fit, and the content in it. `=_`, with which a boundary begins, is in none."""
    old_mail = data.startswith(b"From ") or b"\nFrom " in data  # some servers still write ">From" there
    if data.isascii() and not old_mail and b"=_" not in data and _longest_line(data) <= LONGEST_LINE:
        return "7bit", data.replace(b"\n", b"\r\n")
    quoted = binascii.b2a_qp(data, istext=True)
    if old_mail or len(quoted) > len(data) * 1.37:
        return "base64", _base64(data.replace(b"\n", b"\r\n"))
    return "quoted-printable", quoted.replace(b"\n", b"\r\n")


def _attachment_part(attachment: Attachment) -> bytes:
    return _file_part(attachment, "attachment")


def _picture_part(picture: Attachment, content_id: str) -> bytes:
    """A picture that the HTML beside it shows (RFC 2183 section 2.1, RFC 2392)."""
    return _file_part(picture, "inline", (f"Content-ID: <{content_id}>",))


def _file_part(attachment: Attachment, disposition: str, more: tuple[str, ...] = ()) -> bytes:
    content_type = attachment.content_type.lower()
    # RFC 2046 section 5.2.1: a message/rfc822 part may not be encoded, and this one may need to be.
    if not _CONTENT_TYPE.fullmatch(content_type) or content_type.startswith("message/"):
        content_type = "application/octet-stream"
    kind = [content_type]
    if content_type.startswith("text/") and not attachment.content.isascii() and _is_utf8(attachment.content):
        kind.append("charset=utf-8")
    name = safe_filename(attachment.name)
    lines = (
        "Content-Type: " + ";\r\n ".join((*kind, *parameter("name", name))),
        "Content-Disposition: " + ";\r\n ".join((disposition, *parameter("filename", name))),
        *more,
        "Content-Transfer-Encoding: base64",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + attachment.in_base64


def _multipart(subtype: str, boundary: str, parts: Sequence[bytes], *parameters: str) -> bytes:
    mark = b"--" + boundary.encode()
    kind = (f"multipart/{subtype}", *parameters, f'boundary="{boundary}"')
    head = ("Content-Type: " + ";\r\n ".join(kind) + "\r\n\r\n").encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _longest_line(data: bytes) -> int:
    return max(map(len, data.split(b"\n")))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check(mail: bytes, names: list[str], mark: bytes, boundaries: int) -> None:
    """What must hold of every letter, seen once more in the bytes themselves. ComposeError where it does not."""
    head = mail[: mail.index(b"\r\n\r\n")].decode("ascii", "replace")
    found = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    expected = [*names, "MIME-Version", "Content-Type"]
    wrong = [
        ("a byte over 127", not mail.isascii()),
        ("a NUL", b"\0" in mail),
        ("a line break that is not CRLF", not mail.count(b"\r\n") == mail.count(b"\n") == mail.count(b"\r")),
        ("a line over 998", _longest_line(mail) > LONGEST_LINE + len("\r")),
        ("a header too many or too few", found[: len(expected)] != expected or len(found) > len(expected) + 1),
        ("a boundary in the content", mail.count(mark) != boundaries),
        ("no end", not mail.endswith(b"\r\n")),
    ]
    faults = [name for name, holds in wrong if holds]
    if faults:
        raise ComposeError(", ".join(faults))
