"""People at their own mail programs: each reads a real mailbox and answers through a real mail server."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid

from tests.daemon.house import until
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

_WIDE = policy.SMTP.clone(max_line_length=900)
"""Narrower, the standard library would encode long References, as no mail program does."""


def read(raw: bytes) -> EmailMessage:
    """A mail as the standard library reads it."""
    return message_from_bytes(raw, policy=policy.default)


def text_of(letter: EmailMessage) -> str:
    """Its plain text, with plain line ends."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class Person:
    """Somebody with a mailbox."""

    name: str
    address: str
    dovecot: Dovecot
    postfix: Postfix
    seen: int = 0
    """Letters of the mailbox that were looked at."""

    def letters(self) -> list[EmailMessage]:
        """Everything in the mailbox, oldest first."""
        return [read(raw) for raw in self.dovecot.mails(self.address)]

    def next_letter(self, what: str) -> EmailMessage:
        """The next letter that has not been looked at; AssertionError saying `what` where none comes."""
        until(lambda: len(self.letters()) > self.seen, f"{what}, to {self.address}")
        self.seen += 1
        return self.letters()[self.seen - 1]

    def write(self, to: str, subject: str, text: str, **headers: str) -> str:
        """Send a new mail; its Message-ID."""
        letter = EmailMessage()
        letter["From"] = f"{self.name} <{self.address}>"
        letter["To"] = to
        letter["Subject"] = subject
        letter["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content(text)
        return self.send(letter)

    def answer(self, letter: EmailMessage, text: str, *, quote: bool = True, html: str = "", **headers: str) -> str:
        """Answer a letter as mail programs do: to its Reply-To, its ids named, itself quoted below; the Message-ID."""
        to = str(letter["Reply-To"] or letter["From"])
        earlier = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
        quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
        below = f"\n\nDen mån 23 nov. 2026 kl 09:00 skrev {letter['From']}:\n{quoted}\n" if quote else ""
        reply = EmailMessage()
        reply["From"] = f"{self.name} <{self.address}>"
        reply["To"] = to
        reply["Subject"] = f"SV: {letter['Subject']}"
        reply["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        reply["In-Reply-To"] = str(letter["Message-ID"])
        reply["References"] = earlier
        for name, value in headers.items():
            reply[name.replace("_", "-")] = value
        reply.set_content(text + below)
        if html:
            reply.add_alternative(html, subtype="html")
        return self.send(reply)

    def send(self, letter: EmailMessage, *, envelope: str | None = None) -> str:
        """Hand a mail to the server; its Message-ID without angle brackets."""
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=60) as smtp:
            to = [address.addr_spec for address in letter["To"].addresses]
            smtp.sendmail(self.address if envelope is None else envelope, to, letter.as_bytes(policy=_WIDE))
        return str(letter["Message-ID"]).strip("<>")
