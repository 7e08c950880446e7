"""A part of a mail that is not its own text, with a name that is safe to show."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property

from mailbot.core.filenames import safe_filename
from mailbot.core.transfer import decode_transfer, decoded_size


@dataclass(frozen=True)
class Attachment:
    """A part that is not the mail's own text; decoded when somebody asks, for most are only named and counted."""

    name: str
    """Safe to show and to write to disk (T27)."""
    content_type: str
    body: bytes
    """As it came; the content itself where there is no `encoding`."""
    content_id: str = ""
    inline: bool = False
    """A picture that the HTML text shows."""
    encoding: str = ""
    """Content-Transfer-Encoding of the body, lower case."""

    @cached_property
    def content(self) -> bytes:
        """The decoded bytes."""
        return decode_transfer(self.body, self.encoding)

    @cached_property
    def in_base64(self) -> bytes:
        """The content in base64, in lines that end with CRLF; made once however many copies go out."""
        return base64.encodebytes(self.content).replace(b"\n", b"\r\n")

    @cached_property
    def size(self) -> int:
        """Length of the content."""
        return decoded_size(self.body, self.encoding)


_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf",
    "text/x-vcard": ".vcf", "text/rtf": ".rtf", "application/rtf": ".rtf", "text/rfc822-headers": ".txt",
    "message/rfc822": ".eml", "message/global": ".eml", "message/global-headers": ".txt",
    "message/delivery-status": ".txt", "message/global-delivery-status": ".txt",
    "message/disposition-notification": ".txt", "message/feedback-report": ".txt", "image/jpeg": ".jpg",
    "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg", "image/tiff": ".tif",
    "application/pdf": ".pdf", "application/zip": ".zip", "application/json": ".json", "application/xml": ".xml",
    "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat", "audio/mpeg": ".mp3", "video/mp4": ".mp4",
}  # fmt: skip


def attachment_name(filename: str, content_type: str, title: str, number: int) -> str:
    """The sender's file name made safe, or one made from the content type; `title` names a forwarded mail."""
    if filename.strip():
        return safe_filename(filename)
    extension = _EXTENSIONS.get(content_type, "")
    if title.strip():
        # No path: what stands before a slash belongs to it.
        return safe_filename(title[:120].strip().replace("/", "_").replace("\\", "_") + extension)
    if content_type == "application/ms-tnef":
        return "winmail.dat"
    kind = content_type.partition("/")[0]
    stem = {"image": "image", "message": "message", "text": "text", "audio": "audio", "video": "video"}.get(
        kind, "part"
    )
    return f"{stem}-{number}{extension}"
