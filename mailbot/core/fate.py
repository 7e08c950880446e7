"""What became of one attempt to hand over a letter, and what an SMTP server's refusal means for it (K26)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "SENT"
    """The server answered the final dot with 250: the letter is its duty now."""
    LATER = "LATER"
    """Not delivered; it may work another time."""
    NEVER = "NEVER"
    """Refused for good, and because of this letter or its recipient."""
    DOUBT = "DOUBT"
    """The final dot may have gone out, and no reply to it was read."""


class Step(StrEnum):
    """Where in the dialogue an attempt ended."""

    CONNECT = "connect"
    TLS = "tls"
    HELO = "helo"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


_BEFORE_ANY_LETTER = frozenset({Step.CONNECT, Step.TLS, Step.HELO, Step.AUTH})
# Answers to MAIL, RCPT or DATA that speak of the session: not greeted or logged in as the server wants (RFC 4954
# section 6, RFC 3207 section 4). Nobody's letter is to fail for good because of our own configuration.
_ABOUT_THE_SESSION = frozenset({503, 530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one attempt, and who said so."""

    outcome: Outcome
    code: int
    """The server's reply code; 0 where the server did not say it: the line broke, or we refused."""
    text: str
    """The reply or the error in one clean line of at most 500 characters."""
    step: Step

    def __str__(self) -> str:
        return f"{self.step}: {self.code} {self.text}" if self.code else f"{self.step}: {self.text}"

    @property
    def server_gone(self) -> bool:
        """Whether the next letter would hear the same: there is no session to send anything in."""
        about_session = self.step in _BEFORE_ANY_LETTER or self.code in _ABOUT_THE_SESSION
        return self.outcome is Outcome.LATER and about_session

    @property
    def line_lost(self) -> bool:
        """Whether the connection ended with this letter; for one letter's sake, or for the server's."""
        return self.outcome in {Outcome.LATER, Outcome.DOUBT} and self.code in {0, 421}


def meaning(step: Step, code: int, reply: bytes) -> tuple[Outcome, bool]:
    """What a refusal at MAIL, RCPT, DATA or the dot means for the letter, and whether it is about our session (K26)."""
    if code in _ABOUT_THE_SESSION and step is not Step.DOT:
        return Outcome.LATER, True
    if code == 552 and step is Step.RCPT and not re.match(rb"5\.(2\.3|3\.4)\b", reply):
        # RFC 5321 section 4.5.3.1.10: older servers say 552 where 452 is meant, "too many recipients"; a full mailbox
        # may be emptied as well. 5.2.3 and 5.3.4 say that the letter is too large (RFC 3463), which it stays.
        return Outcome.LATER, False
    if code // 100 == 5:
        return Outcome.NEVER, False
    if code // 100 == 4:
        return Outcome.LATER, False
    return (Outcome.DOUBT if step is Step.DOT else Outcome.LATER), False


def clean(text: str | bytes) -> str:
    """One line, without control characters, of at most 500 characters (T38)."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:500]
