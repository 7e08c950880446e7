"""Takes the files out of a text that old programs wrote into it: uuencoded ones and yEnc."""

from __future__ import annotations

import re

from mailbot.core.transfer import uudecode

MAX_FILES = 100

_BEGIN = re.compile(
    rb"(?:\A|\r?\n)(?:"
    rb"begin [0-7]{3,4} ?(?P<uu>[^\r\n]{0,200})\r?\n(?=[ -`]{1,100}\r?\n)"
    rb"|=ybegin (?P<y>[^\r\n]{0,400})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?)"
)
_UU_END = re.compile(rb"\n`?\r?\nend[ \t]*(?=\r?\n|\Z)|\nend[ \t]*(?=\r?\n|\Z)")
_Y_END = re.compile(rb"\n=yend [^\r\n]{0,200}(?=\r?\n|\Z)")
# What encoders escape, 64 too high: NUL, LF, CR, tab, space, a dot, and last the equals sign itself.
_Y_ESCAPED = tuple((b"=" + bytes((octet + 64,)), bytes((octet,))) for octet in b"\0\n\r\t .=")
_Y_SHIFT = bytes((octet - 42) % 256 for octet in range(256))


def may_hold_files(text: bytes) -> bool:
    """Whether it is worth looking for files in a text."""
    return b"begin " in text


def take_files(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without its files, and each file: its name, which may be empty, and what it holds; MAX_FILES at most.

    yEnc is described at yenc.org; a file in several parts comes as one in each mail.
    """
    kept = []
    files: list[tuple[bytes, bytes]] = []
    position = 0
    while len(files) < MAX_FILES:
        begin = _BEGIN.search(text, position)
        end = (_UU_END if begin["y"] is None else _Y_END).search(text, begin.end()) if begin else None
        if begin is None or end is None:
            break
        kept.append(text[position : begin.start()])
        if begin["y"] is None:
            files.append((begin["uu"], uudecode(text[begin.end() : end.end()], 0)))
        else:
            files.append((begin["y"].partition(b"name=")[2].strip(), _y_decode(text[begin.end() : end.start()])))
        position = end.end()
    kept.append(text[position:])
    return b"".join(kept), files


def _y_decode(data: bytes) -> bytes:
    """What yEnc stands for: each octet is 42 too high, and 64 more behind an equals sign."""
    bare = data.translate(None, delete=b"\r\n")
    for escaped, octet in _Y_ESCAPED:
        bare = bare.replace(escaped, octet)
    return bare.translate(_Y_SHIFT)
