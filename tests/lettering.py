"""What tests of our own letters share: the shipped desks and templates, and mails made readable and compared."""

from __future__ import annotations

import difflib
import email
import re
from email.message import EmailMessage, MIMEPart
from email.policy import default
from functools import cache

from mailbot.core.desk import Desk
from mailbot.core.library import Library
from mailbot.files.deskfile import load_desks
from mailbot.shipped import shipped_config
from mailbot.templates import TemplateStore


@cache
def shipped_desks() -> dict[str, Desk]:
    """The five shipped desks, by key."""
    return {desk.key: desk for desk in load_desks(shipped_config() / "desks")}


@cache
def shipped_library() -> Library:
    """The shipped templates, tried with the shipped desks."""
    store = TemplateStore()
    assert store.refresh(tuple(shipped_desks().values())) == ()
    return store.library


def read_mail(content: bytes) -> EmailMessage:
    """A mail as Python's own, independent parser reads it."""
    mail = email.message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    for part in mail.walk():
        assert part.defects == []
    return mail


def octets_of(part: MIMEPart) -> bytes:
    """A part's content, decoded."""
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def readable(content: bytes) -> str:
    """A mail with its headers decoded and unfolded, a line each, and below them each part's, and its text."""
    return "\n".join(_lines(read_mail(content))) + "\n"


def differences(expected: str, got: str) -> str:
    """What differs, as a diff, or nothing; `*` in an expected line stands for anything (after chasquid's mail_diff)."""
    wanted, found = expected.splitlines(), got.splitlines()
    pairs = zip(wanted, found, strict=False)
    told = [line if _matches(pattern, line) else pattern for pattern, line in pairs] + wanted[len(found) :]
    return "\n".join(difflib.unified_diff(told, found, "expected", "got", lineterm=""))


def _matches(pattern: str, line: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), line) is not None


def _lines(part: MIMEPart, depth: int = 0) -> list[str]:
    lines = []
    for name, value in part.items():
        shown = re.sub(r'boundary="[^"]*"', "boundary=*", str(value)) if name == "Content-Type" else str(value)
        lines.append(f"{name}: {shown}")
    lines.append("")
    if part.is_multipart():
        for inner in part.iter_parts():
            lines += [f"--- part {'-' * 60}"[: 70 - depth], *_lines(inner, depth + 1)]
        return lines
    content = part.get_content()
    text = content if isinstance(content, str) else repr(content)
    return [*lines, *text.replace("\r\n", "\n").rstrip("\n").split("\n"), ""]
