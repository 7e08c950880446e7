"""Makes a name from a mail safe to show and to write to any disk (T27)."""

from __future__ import annotations

import re
import unicodedata

from mailbot.core.charsets import storable

MAX_BYTES = 255
"""The longest name that common file systems take."""
MAX_EXTENSION = 20

# Path separators, wildcards and reserved marks of Windows and Unix.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)")
_SPACE = re.compile(r"\s+")


def safe_filename(name: str, fallback: str = "attachment") -> str:
    """A single path component of at most 255 bytes of UTF-8 that is no device, no dot file and hides nothing.

    Unicode is normalised first and the checks are made afterwards, because normalising can create what they forbid.
    Invisible and direction-changing characters are dropped: "cod.exe" must not be shown as "exe.doc".
    """
    name = unicodedata.normalize("NFC", storable(name[:2000]))
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Co", "Zl", "Zp"})
    # A path from the sender's disk: the last component is the file.
    name = re.split(r"[\\/]", name)[-1] or name
    name = _SPACE.sub(" ", _FORBIDDEN.sub("_", name)).strip(" .")
    if _RESERVED.match(name):
        name = "_" + name
    return _shortened(name) or fallback


def _shortened(name: str) -> str:
    """At most MAX_BYTES, the extension kept where it is one."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MAX_EXTENSION:
        stem, extension = name, ""
    tail = dot + extension if extension else ""
    room = MAX_BYTES - len(tail.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + tail
