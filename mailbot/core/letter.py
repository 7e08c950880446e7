"""A mail as plain data: read once, never raises, bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from mailbot.core.attachment import Attachment
from mailbot.core.body import Body, read_body
from mailbot.core.bounce import Bounce, read_bounce
from mailbot.core.charsets import SINGLE_BYTE, WESTERN, codec_for, regional_codec, storable
from mailbot.core.encodedwords import decode_words
from mailbot.core.envelope import DELIVERED_TO
from mailbot.core.headers import MAX_REFERENCES, HeaderBlock, decode_value, field_ids, read_header_block
from mailbot.core.mailboxes import MAX_ADDRESSES, MAX_VALUE, Address, ascii_lower, parse_addresses, sole_mailbox
from mailbot.core.mime import Part, read_parts
from mailbot.core.parameters import parse_parameters
from mailbot.core.quoting import new_words

MAX_SUBJECT = 2000
"""Characters of a subject that are kept."""

_DELIVERED_TO = frozenset(DELIVERED_TO)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ZONE_COLON = re.compile(r"([+-]\d\d):(\d\d)(?=\s*(?:\(|$))")


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed mail."""

    sender: Address | None
    """The one unambiguous From; None where two parsers could read it differently (T8)."""
    claimed_from: str
    """What the From header says, whatever it is; for showing only."""
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    """Addresses from Delivered-To, X-Original-To, Envelope-To and the like, topmost first, lower case."""
    return_path: str | None
    """None: no such header; "": the null path, a machine's."""
    subject: str
    date: datetime | None
    """What the sender claims; aware; never used for a promise."""
    message_id: str
    """Without the angle brackets; empty where there is none or it is unusable."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Oldest first, without angle brackets."""
    headers: tuple[tuple[str, str], ...]
    """All of them in order: name in lower case, value unfolded and with charsets repaired, encoded words left."""
    text: str
    """The whole readable body as plain text, quotes included."""
    html: str
    """The HTML body as it came (decoded, bounded), or empty."""
    reply: str
    """Only the sender's new words; never empty where `text` is not."""
    attachments: tuple[Attachment, ...]
    bounce: Bounce | None
    faults: tuple[str, ...] = ()
    """What was repaired or cut on the way, one English phrase each; a ticket shows them."""
    wrote_reply: bool = True
    """Whether the sender wrote `reply`: not where the mail was unreadable, or is all quote, old mail or signature."""

    @property
    def own_words(self) -> str:
        """What the sender wrote and nobody else: all that may be obeyed as an order, or go on in the sender's name."""
        return self.reply if self.wrote_reply else ""

    def header(self, name: str) -> str:
        """The first header of that name (any case), or the empty string."""
        name = name.lower()
        return next((value for key, value in self.headers if key == name), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every header of that name, topmost first."""
        name = name.lower()
        return tuple(value for key, value in self.headers if key == name)


def read_letter(raw: bytes, *, language: str = "") -> Letter:
    """The letter in any bytes whatsoever; bounded, and never raises (T29, T30).

    `language` (ISO 639-1) is the desk's: it names the code page in which undeclared 8-bit text is read. Whatever
    could not be read, was repaired or cut stands in `faults`.
    """
    regional = regional_codec(language)
    block = HeaderBlock((), 0, (), 0)
    try:
        block = read_header_block(raw)
        root, mime_faults = read_parts(block.fields, raw, block.body_start, regional)
        body = read_body(root, regional)
        bounce, bounce_faults = _bounce(block, raw, root, body)
        text = _joined(body)
        reply, wrote = new_words(body.plain, body.rich)
        return _letter(
            block,
            regional,
            text=text,
            html=body.html,
            reply=reply or text,
            wrote_reply=wrote,
            attachments=body.attachments,
            bounce=bounce,
            faults=(*mime_faults, *body.faults, *bounce_faults),
        )
    except Exception as error:  # noqa: BLE001 - a mail that breaks the reader must still become a ticket (T30)
        return _minimal(
            block, raw, regional, f"could not be read: {type(error).__name__}: {storable(str(error))[:200]}"
        )


def _joined(body: Body) -> str:
    return "\n".join(line.text for line in body.plain).strip("\n")


def _bounce(block: HeaderBlock, raw: bytes, root: Part, body: Body) -> tuple[Bounce | None, tuple[str, ...]]:
    """What a delivery report tells; a report that breaks its reader is kept as ordinary mail."""
    try:
        return read_bounce(block.fields, raw, root, body.plain), ()
    except Exception as error:  # noqa: BLE001 - see read_letter
        return None, (f"delivery report could not be read: {type(error).__name__}",)


def _minimal(block: HeaderBlock, raw: bytes, regional: str, fault: str) -> Letter:
    """What is left when the reader broke: the headers if they can be had, the raw text, the fault's name."""
    text = decode_value(raw[block.body_start : block.body_start + 20_000], regional)
    try:
        return _letter(block, regional, text=text, reply=text, wrote_reply=False, faults=(fault,))
    except Exception:  # noqa: BLE001 - see read_letter
        nothing = HeaderBlock((), 0, (), 0)
        return _letter(nothing, regional, text=text, reply=text, wrote_reply=False, faults=(fault,))


def _letter(
    block: HeaderBlock, regional: str, *, text: str, html: str = "", reply: str, wrote_reply: bool,
    attachments: tuple[Attachment, ...] = (), bounce: Bounce | None = None, faults: tuple[str, ...],
) -> Letter:  # fmt: skip
    """What the header block says, and what was read of the body."""
    regional = _header_codec(block, regional)
    headers = tuple((name, decode_value(value, regional)) for name, value in block.fields)
    first = dict(reversed(headers))
    places = [place for place, (name, _) in enumerate(headers) if name == "from"]
    froms = tuple(headers[place][1] for place in places)
    in_headers = [*block.faults]
    sender = sole_mailbox(froms, regional)
    # Where a NUL stands, some parsers take the value to end.
    if sender is not None and _CONTROL.search(block.fields[places[0]][1]):
        sender = None
    if sender is not None and block.first_damage <= places[0]:
        # Another parser may have seen the header block end there, and a From in what it takes for the body.
        sender = None
    if froms and sender is None:
        in_headers.append("the From header can be read in more than one way")
    # Two readers of one mail must see one id, so ids are read from the bytes, whatever the region's code page.
    ids = [field_ids(value) for name, value in block.fields if name == "message-id"]
    raw = dict(reversed(block.fields))
    to = _addresses(headers, "to", regional) if "to" in first else ()
    cc = _addresses(headers, "cc", regional) if "cc" in first else ()
    in_headers += _cuts(first, max(len(to), len(cc)), raw.get("references", b""))
    return Letter(
        sender=sender,
        claimed_from=decode_words(", ".join(froms), regional)[:MAX_SUBJECT],
        reply_to=parse_addresses(first.get("reply-to", ""), regional),
        to=to,
        cc=cc,
        delivered_to=_delivered_to(headers),
        return_path=_return_path(first.get("return-path")),
        subject=" ".join(decode_words(first.get("subject", ""), regional)[:MAX_SUBJECT].split()),
        date=_date(first.get("date", "")),
        message_id=ids[0][0] if len(ids) == 1 and len(ids[0]) == 1 else "",
        in_reply_to=field_ids(raw.get("in-reply-to", b"")),
        references=field_ids(raw.get("references", b"")),
        headers=headers,
        text=text,
        html=html,
        reply=reply,
        wrote_reply=wrote_reply,
        attachments=attachments,
        bounce=bounce,
        faults=tuple(dict.fromkeys((*in_headers, *faults))),
    )


def _cuts(first: dict[str, str], addresses: int, references: bytes) -> Iterator[str]:
    """What of the headers was left out over a bound (T29); so many addresses were found in To or Cc."""
    if len(first.get("subject", "")) > MAX_SUBJECT:
        yield f"subject longer than {MAX_SUBJECT} characters, the rest dropped"
    if addresses >= MAX_ADDRESSES or max(len(first.get("to", "")), len(first.get("cc", ""))) > MAX_VALUE:
        yield f"more than {MAX_ADDRESSES} addresses or {MAX_VALUE} characters of them, the rest dropped"
    if references.count(b"<") > MAX_REFERENCES:
        yield f"more than {MAX_REFERENCES} references, the middle ones dropped"


def _header_codec(block: HeaderBlock, regional: str) -> str:
    """The codec for raw 8-bit headers: that of the body, in which old programs wrote them too, else the region's.

    Only one in which no byte of a character looks like "@" or "<": two readers would differ.
    """
    if b"".join([value for _, value in block.fields]).isascii():
        return regional
    declared = next((value for name, value in block.fields if name == "content-type"), b"")
    codec = codec_for(parse_parameters(decode_value(declared))[1].get("charset", ""))
    return codec if codec in SINGLE_BYTE else regional


def _addresses(headers: tuple[tuple[str, str], ...], wanted: str, regional: str) -> tuple[Address, ...]:
    values = [value for name, value in headers if name == wanted]
    return parse_addresses(", ".join(values), regional)


def _delivered_to(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name, value in headers:
        if name in _DELIVERED_TO and len(found) < 50:
            for mailbox in parse_addresses(value):
                found.setdefault(ascii_lower(mailbox.address))
    return tuple(found)


def _return_path(value: str | None) -> str | None:
    if value is None:
        return None
    found = parse_addresses(value, WESTERN)
    return found[0].address if found else ""


def _date(value: str) -> datetime | None:
    """The moment a Date header names (RFC 5322 section 3.3, ISO 8601), or None; an unreadable zone counts as UTC."""
    try:
        value = value[:200]
        parts = parsedate_tz(_ZONE_COLON.sub(r"\1\2", value) if value.count(":") > 2 else value)
        if parts is None:
            # What scripts write; without a zone it counts as UTC too.
            moment = datetime.fromisoformat(value[:40].strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        offset = parts[9] or 0
        zone = timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else UTC
        return datetime(*parts[:6], tzinfo=zone)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def as_json(letter: Letter, *, auto: bool) -> dict[str, object]:
    """The letter as plain JSON data; `auto` says whether a machine wrote it. The From shown is the claimed one."""
    claimed = [letter.sender] if letter.sender else list(parse_addresses(", ".join(letter.header_all("from"))))
    shown = claimed[0] if claimed else Address("", "")
    bounce: dict[str, object] | None = None
    if letter.bounce is not None:
        each = [{"recipient": r.address, "status": r.status, "action": r.action} for r in letter.bounce.recipients]
        bounce = {**(each[0] if each else {"recipient": "", "status": "", "action": "failed"}), "recipients": each}
    return {
        "from": shown.address,
        "from_name": shown.name,
        "to": [mailbox.address for mailbox in letter.to],
        "cc": [mailbox.address for mailbox in letter.cc],
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text,
        "reply": letter.reply,
        "attachments": [
            {"name": part.name, "size": part.size, "content_type": part.content_type} for part in letter.attachments
        ],
        "bounce": bounce,
        "auto": auto,
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to[0] if letter.in_reply_to else "",
        "references": list(letter.references),
        "faults": list(letter.faults),
    }
