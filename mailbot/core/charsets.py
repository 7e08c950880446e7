"""Turns bytes of a declared, wrongly declared or undeclared charset into text that a database can hold."""

from __future__ import annotations

import re

from mailbot.core.alphabets import strangeness

WESTERN = "cp1252"
CENTRAL = "cp1250"

# Only these codecs are ever asked for: a name from a mail must not reach Python's codec search, which imports
# modules by name and also holds codecs that are no charset at all (idna and punycode are quadratic).
_SAME_NAME = [
    "cp037", "cp437", "cp500", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp860",
    "cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "cp874", "cp932", "cp949", "cp950", "cp1006",
    "cp1026", "cp1125", "cp1140", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp1258", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8",
    "iso8859_10", "iso8859_11", "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16", "koi8_r", "koi8_u",
    "koi8_t", "kz1048", "mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish", "mac_iceland",
    "ptcp154", "hz", "gb18030", "big5hkscs", "euc_jp", "euc_kr", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2",
    "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr", "johab", "shift_jis_2004", "shift_jisx0213",
    "tis_620", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_7", "utf_8",
]  # fmt: skip
_OTHER_NAMES = {
    # What browsers and mail clients do: the Windows code page contains the ISO charset and is what was meant.
    "latin1": WESTERN, "l1": WESTERN, "iso88591": WESTERN, "iso885911987": WESTERN, "ansi": WESTERN, "cp819": WESTERN,
    "ibm819": WESTERN, "iso8859": WESTERN, "88591": WESTERN,
    "latin2": "iso8859_2", "l2": "iso8859_2", "latin3": "iso8859_3", "latin4": "iso8859_4", "latin5": "cp1254",
    "iso88599": "cp1254", "latin6": "iso8859_10", "latin7": "iso8859_13", "latin8": "iso8859_14",
    "latin9": "iso8859_15", "latin10": "iso8859_16", "iso88598i": "iso8859_8", "iso88598e": "iso8859_8",
    "iso88596i": "iso8859_6", "cyrillic": "iso8859_5", "greek": "iso8859_7", "hebrew": "iso8859_8",
    "arabic": "iso8859_6", "koi8": "koi8_r", "koi8ru": "koi8_u",
    "utf8": "utf_8", "unicode11utf8": "utf_8", "utf8mb4": "utf_8", "unicode": "utf_16", "ucs2": "utf_16",
    "utf16": "utf_16", "utf16le": "utf_16_le", "utf16be": "utf_16_be", "utf7": "utf_7", "unicode11utf7": "utf_7",
    "ucs4": "utf_32",
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "euccn": "gb18030", "xgbk": "gb18030",
    "gb231280": "gb18030", "chinese": "gb18030", "hzgb2312": "hz", "isoir58": "gb18030",
    "big5": "big5hkscs", "big5hkscs": "big5hkscs", "xxbig5": "big5hkscs", "cnbig5": "big5hkscs",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932", "windows31j": "cp932",
    "ujis": "euc_jp", "xeucjp": "euc_jp",
    # With the half-width katakana that Windows writes under this name.
    "iso2022jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "ksc56011987": "cp949", "ksc5601": "cp949", "ksc56011992": "cp949", "uhc": "cp949", "windows949": "cp949",
    "isoir149": "cp949", "korean": "cp949",
    "macintosh": "mac_roman", "mac": "mac_roman", "xmacroman": "mac_roman", "xmacce": "mac_latin2",
    "tis620": "tis_620", "windows874": "cp874", "dos874": "cp874",
}  # fmt: skip


SINGLE_BYTE = frozenset(
    name for name in _SAME_NAME if name.startswith(("iso8859", "koi8", "cp125", "cp43", "cp85", "mac_"))
)
"""Codecs in which every byte is one character, and the first half is ASCII."""

_MARKS = re.compile(r"[^a-z0-9]+")


def _plain(name: str) -> str:
    return _MARKS.sub("", name.lower())


_CODECS = {_plain(name): name for name in _SAME_NAME} | _OTHER_NAMES
_CODECS |= {"windows" + name[2:]: name for name in _SAME_NAME if name.startswith("cp125")}
_CODECS |= {"xcp" + name[2:]: name for name in _SAME_NAME if name.startswith("cp125")}
_CODECS |= {"ibm" + name[2:]: name for name in _SAME_NAME if name.startswith("cp")}

# Multi-byte charsets of seven bits: undeclared, their escapes look like ASCII.
_ESCAPED = (b"\x1b$", b"\x1b(")
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
# Bytes that windows-1252 leaves undefined stand for C1 controls in ISO 8859-1, which nobody writes in mail.
_MOJIBAKE_SAFE = frozenset(
    {WESTERN, CENTRAL, "iso8859_2", "iso8859_15", "cp1254", "cp1257", "iso8859_10", "iso8859_13"}
)
# The Windows code page that was meant where an ISO 8859 name is declared and such a byte stands there all the same.
_WINDOWS_FOR = {"iso8859_2": CENTRAL, "iso8859_15": WESTERN, "iso8859_13": "cp1257"}
_C1 = re.compile(rb"[\x80-\x9f]")
_LATIN_2 = "iso8859_2"
_MAX_MENDED = 10_000
"""Lines of a text of which each is read for itself."""
_MAX_SAMPLE = 4000
"""Bytes of a text whose letters are looked at."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def codec_for(name: str) -> str:
    """The Python codec for a charset name as mails write it, or the empty string for one we do not trust or know."""
    return _CODECS.get(_plain(name.split("*", 1)[0])[:40], "")


def regional_codec(language: str) -> str:
    """The code page in which undeclared 8-bit text of that language (ISO 639-1) was most likely written."""
    return CENTRAL if language.lower()[:2] in ("sk", "cs", "pl", "hu", "hr", "sl", "ro") else WESTERN


def decode_bytes(data: bytes, declared: str, regional: str = WESTERN) -> tuple[str, str]:
    """Text of the bytes and the fault that was repaired (empty if none).

    The order is: as declared, UTF-8 when it is strictly that, the regional code page. Never raises; the result
    holds no lone surrogate, NUL or other control character but tab and line ends (T34).
    """
    text, fault = _decode(data, declared, regional)
    return storable(text), fault


def storable(text: str) -> str:
    """The text without what a database refuses: NUL and other control characters, lone surrogates (T34)."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        data = text.encode()
    # In UTF-8 these bytes stand for nothing else; a pattern takes six times as long to find that there are none.
    clean = data.translate(None, delete=_CONTROLS)
    return text if len(clean) == len(data) else clean.decode()


def _decode(data: bytes, declared: str, regional: str) -> tuple[str, str]:
    codec = codec_for(declared) if declared else ""
    if codec.startswith("utf_16") or data.startswith(_UTF_16_MARKS):
        codec = _utf_16(data, codec)
        # Half a character at the end is a line end that somebody put behind.
        data = data[: len(data) & ~1] if codec.startswith("utf_16") else data
    if codec in ("", "utf_8") or codec in _MOJIBAKE_SAFE:
        if data.isascii():
            if not codec and any(escape in data for escape in _ESCAPED):
                return _try(data, "iso2022_jp_ext") or data.decode("ascii"), ""
            return data.decode("ascii"), ""
        unicode_text = _try(data.removeprefix(b"\xef\xbb\xbf"), "utf_8")
        # A single-byte charset read as UTF-8 without one error is UTF-8 under a wrong name.
        if unicode_text is not None:
            return unicode_text, "" if codec in ("", "utf_8") else f"charset {codec} declared, UTF-8 found"
        if codec in _WINDOWS_FOR and _C1.search(data):
            codec = _WINDOWS_FOR[codec]
        if codec in _MOJIBAKE_SAFE:
            meant = _meant(data, codec, regional)
            fault = f"charset {codec} declared, {meant} found" if meant != codec else ""
            return data.decode(meant, "replace").replace("\ufffd", ""), fault
        return _broken_utf8(data, declared, regional)
    text = _try(data, codec)
    if text is None and codec == "iso2022_jp_ext":
        # The marks that Windows adds to it, such as a digit in a circle, stand in the newer set too.
        text = _try(data.replace(b"\x1b$B", b"\x1b$(Q"), "iso2022_jp_2004")
    if text is not None:
        return text, ""
    unicode_text = _try(data, "utf_8")
    if unicode_text is not None:
        return unicode_text, f"not {codec} as declared, read as UTF-8"
    return data.decode(codec, "replace"), f"broken {codec} text"


def _utf_16(data: bytes, declared: str) -> str:
    """The codec for text that says or shows to be UTF-16: its mark, else where its zeros stand; without any, no UTF-16.

    RFC 2781 section 4.3 takes text without a mark for big-endian, and Windows writes it the other way round.
    """
    if data.startswith(_UTF_16_MARKS):
        return "utf_16"
    zeros = data[:2000:2].count(0), data[1:2000:2].count(0)
    if zeros == (0, 0):
        return declared if _try(data, "utf_8") is None else "utf_8"
    return "utf_16_be" if zeros[0] > zeros[1] else "utf_16_le"


def _meant(data: bytes, codec: str, regional: str) -> str:
    """The codec of Central European text, which is often named after its neighbour; its letters tell.

    Of text that says that it is Western they must tell it twice: at a Central European desk people write French too.
    Names of many countries are strange in any charset, so the other one must leave half of it at most.
    """
    if codec not in (CENTRAL, _LATIN_2) and (codec, regional) != (WESTERN, CENTRAL):
        return codec
    sure = 2 if codec == WESTERN else 1
    sample = data[:_MAX_SAMPLE]
    strange = strangeness(sample.decode(codec, "replace"))
    if strange < sure:
        return codec
    # ISO 8859-2 has no letters there.
    others = (CENTRAL, _LATIN_2) if _C1.search(data) is None else (CENTRAL,)
    best = min(others, key=lambda other: strangeness(sample.decode(other, "replace")))
    left = strangeness(sample.decode(best, "replace"))
    return best if left <= min(strange - sure, strange // 2) else codec


def _broken_utf8(data: bytes, declared: str, regional: str) -> tuple[str, str]:
    """Text that is not quite UTF-8: a damaged character or two, another charset altogether, or some lines in one."""
    text, good = _mended(data, regional)
    if good:
        lines = data.split(b"\n") if data.count(b"\n") < _MAX_MENDED else []
        mixed = "\n".join([_mended(line, regional)[0] for line in lines])
        return mixed or text, "broken UTF-8 text"
    fault = f"not {declared} as declared, read as {_meant(data, regional, regional)}" if declared else ""
    return text, fault


def _mended(data: bytes, regional: str) -> tuple[str, bool]:
    """The text of bytes that may be damaged UTF-8, and whether they are UTF-8 rather than the regional code page."""
    text = data.decode("utf_8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text[:20_000] if character > "\x7f") - broken
    if not broken or 0 < broken <= whole:
        return text, True
    return data.decode(_meant(data, regional, regional), "replace").replace("\ufffd", ""), False


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except ValueError:  # UnicodeError is one; so is what utf_7 and the ISO 2022 codecs raise on odd escapes
        return None
