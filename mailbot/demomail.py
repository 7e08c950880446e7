"""The mails of `mailbot demo`: what customers write first, and what they and the agents answer to what they get."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, unquote, urlsplit

_FOLDER = Path(__file__).resolve().parent / "demomails"
_MAIL_LINK = re.compile(r'href="(mailto:[^"]+)"')


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail as a mail server would put it into the mailbox of one of our addresses."""

    to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail that somebody writes about a letter which they got, or, if they forge, which they have seen."""

    file: str
    because: str
    """File of the mail that caused the letter."""
    to: str
    """Whose letter it is."""
    title: str = ""
    """What it is, in the report."""
    survey: bool = False
    """Whether the letter is the survey about the case of that mail; else it is one that the mail itself caused."""
    tap: int | None = None
    """The number of the survey that is tapped: the mail is the one which that link makes ready."""

    @property
    def message_id(self) -> str:
        """Its own, without angle brackets."""
        return _message_id(self.file)

    @property
    def because_id(self) -> str:
        """That of the mail that caused the letter."""
        return _message_id(self.because)


Find = Callable[[Answer], bytes]
"""The letter that an answer is about."""

CUSTOMERS = (
    Answer("answers/01-follow-up.eml", "01-standstill.eml", "eva.lundgren@snickeriet.example"),
    Answer("answers/02-out-of-office.eml", "03-html.eml", "sara.blom@byggvaror.example"),
    Answer("answers/03-delivery-report.eml", "07-course.eml", "karen@glarmester-holm.example"),
)
"""What comes back for the acknowledgements."""

DAY = (
    (
        Answer("day/1-priority.eml", "09-english.eml", "sluzba@desk.example", "An agent changes the priority"),
        Answer("day/2-course.eml", "07-course.eml", "mette.kjaer@desk.example", "An agent answers a customer"),
        Answer("day/3-note.eml", "01-standstill.eml", "johan.ek@desk.example", "An agent makes an internal note"),
    ),
    (
        Answer("day/4-misspelt.eml", "09-english.eml", "sluzba@desk.example", "A command is misspelt"),
        Answer(
            "day/5-delivery-report.eml", "day/2-course.eml", "karen@glarmester-holm.example",
            "The agent's answer comes back",
        ),
        Answer(
            "day/6-forged.eml", "01-standstill.eml", "eva.lundgren@snickeriet.example",
            "Somebody writes in an agent's name",
        ),
    ),
    (
        Answer("day/7-answer.eml", "09-english.eml", "sluzba@desk.example", "The same mail, its command put right"),
        Answer(
            "day/8-out-of-office.eml", "01-standstill.eml", "anna.lindqvist@desk.example", "An agent is out of office"
        ),
    ),
)  # fmt: skip
"""The agents' day in rounds: each is delivered once the one before it is read and answered."""
SHOWN = DAY[-1][0]
"""The agent's answer that is shown as the customer sees it, with its case."""

SURVEYED = "visma-control"
"""The desk whose customers are asked."""
CLOSINGS = (
    Answer(
        "survey/1-standstill.eml", "01-standstill.eml", "johan.ek@desk.example",
        "An agent closes a case with its solution",
    ),
    Answer("survey/2-accrual.eml", "02-latin-1.eml", "johan.ek@desk.example", "He closes another in few words"),
)  # fmt: skip
"""By which the agents close cases of that desk."""
SURVEY_ANSWERS = (
    Answer(
        "survey/3-words.eml", "01-standstill.eml", "eva.lundgren@snickeriet.example",
        "A customer answers in words, above the quoted questions", survey=True,
    ),
    Answer(
        "survey/4-tap.eml", "02-latin-1.eml", "goran.astrom@farghandeln.example",
        "Another taps a 4 in the survey and sends the mail that opens", survey=True, tap=4,
    ),
)  # fmt: skip
"""What the customers answer to the surveys."""


def opening_mails(now: datetime) -> Iterator[DemoMail]:
    """The mails by which cases open, a newsletter among them; dated `now`."""
    for path in sorted(_FOLDER.glob("*.eml")):
        yield _finished(path.read_bytes(), now)


def answer_mail(answer: Answer, find: Find, now: datetime) -> DemoMail:
    """The mail, made of the letter that really went out. LookupError where none did."""
    letter = find(answer)
    template = Template((_FOLDER / answer.file).read_text(encoding="utf-8"))
    facts = _facts(letter) if answer.tap is None else _tapped(letter, answer.tap)
    return _finished(template.substitute(facts).encode(), now)


def read_mail(raw: bytes) -> EmailMessage:
    """A well-formed mail, decoded."""
    return message_from_bytes(raw, policy=policy.default)


def text_of(mail: EmailMessage) -> str:
    """The plain text that a mail client shows."""
    body = mail.get_body(("plain",))
    return "" if body is None else "\n".join(str(body.get_content()).splitlines())


def _message_id(file: str) -> str:
    return str(read_mail((_FOLDER / file).read_bytes())["Message-ID"]).strip("<>")


def _facts(letter: bytes) -> dict[str, str]:
    """What an answer to a letter repeats of it."""
    mail = read_mail(letter)
    # Encoded as it came: the answer's header must stay ASCII.
    subject = " ".join(str(message_from_bytes(letter, policy=policy.compat32)["Subject"]).split())
    return {
        "message_id": str(mail["Message-ID"]),
        "recipient": str(mail["To"]),
        "subject": subject,
        "quoted": "\n".join(f"> {line}".rstrip() for line in text_of(mail).splitlines()),
        "head": letter.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n"),
    }


def _tapped(letter: bytes, score: int) -> dict[str, str]:
    """The mail that a mail program opens at a tap on a survey's number (RFC 6068). LookupError where none is there."""
    body = read_mail(letter).get_body(("html",))
    for link in _MAIL_LINK.findall("" if body is None else str(body.get_content())):
        parts = urlsplit(html.unescape(link))
        fields = parse_qs(parts.query.replace("+", "%2B"))
        subject = fields.get("subject", [""])[0]
        if subject.split()[:1] == [str(score)]:
            return {
                "tap_to": unquote(parts.path),
                "tap_subject": Header(subject, "utf-8").encode(),
                "tap_body": fields["body"][0].replace("\r\n", "\n"),
            }
    raise LookupError(f"the survey has no link for a {score}")


def _finished(raw: bytes, now: datetime) -> DemoMail:
    content = f"Date: {format_datetime(now)}\n".encode() + raw.replace(b"\r\n", b"\n")
    (recipient,) = read_mail(raw)["To"].addresses
    return DemoMail(recipient.addr_spec, content.replace(b"\n", b"\r\n"))
