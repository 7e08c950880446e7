"""The mails of `mailbot demo`: what customers write first, and what comes back once they are acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).resolve().parent / "demomails"
_ANSWERS = {
    "01-follow-up.eml": "01-standstill.eml",
    "02-out-of-office.eml": "03-html.eml",
    "03-delivery-report.eml": "07-course.eml",
}
"""Each answer, and the opening mail whose acknowledgement it answers."""


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail as a mail server would put it into the mailbox of one of our addresses."""

    to: str
    content: bytes


def opening_mails(now: datetime) -> Iterator[DemoMail]:
    """The mails by which cases open, a newsletter among them; dated `now`."""
    for path in sorted(_FOLDER.glob("*.eml")):
        yield _finished(path.read_bytes(), now)


def answers(letters: Iterable[bytes], now: datetime) -> Iterator[DemoMail]:
    """What comes back for `letters`, which really went out: a follow-up, an out-of-office, a delivery report.

    KeyError names the Message-ID of an opening mail that none of the letters answers.
    """
    by_opening = {str(read_mail(raw)["In-Reply-To"]): raw for raw in letters}
    for name, opening in _ANSWERS.items():
        acknowledgement = by_opening[str(read_mail((_FOLDER / opening).read_bytes())["Message-ID"])]
        template = Template((_FOLDER / "answers" / name).read_text(encoding="utf-8"))
        yield _finished(template.substitute(_facts(acknowledgement)).encode(), now)


def read_mail(raw: bytes) -> EmailMessage:
    """A well-formed mail, decoded."""
    return message_from_bytes(raw, policy=policy.default)


def text_of(mail: EmailMessage) -> str:
    """The plain text that a mail client shows."""
    body = mail.get_body(("plain",))
    return "" if body is None else "\n".join(str(body.get_content()).splitlines())


def _facts(acknowledgement: bytes) -> dict[str, str]:
    """What an answer to a letter repeats of it."""
    letter = read_mail(acknowledgement)
    # Encoded as it came: the answer's header must stay ASCII.
    subject = " ".join(str(message_from_bytes(acknowledgement, policy=policy.compat32)["Subject"]).split())
    lines = text_of(letter).splitlines()
    return {
        "message_id": str(letter["Message-ID"]),
        "recipient": str(letter["To"]),
        "subject": subject,
        "quoted": "\n".join(f"> {line}".rstrip() for line in lines),
        "head": acknowledgement.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n"),
    }


def _finished(raw: bytes, now: datetime) -> DemoMail:
    content = f"Date: {format_datetime(now)}\n".encode() + raw.replace(b"\r\n", b"\n")
    (recipient,) = read_mail(raw)["To"].addresses
    return DemoMail(recipient.addr_spec, content.replace(b"\n", b"\r\n"))
