"""One connection to the server that takes our letters, and for each letter which of four things happened to it.

`smtplib.send_message` raises the same error before and after the final dot. So the dialogue is held here step by step:
a line that breaks before the dot's bytes are handed over is LATER, one that breaks from then until the reply is read
is DOUBT, as RFC 1047 and qmail-remote's `flagcritical` tell.
"""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mailbot import crashpoint
from mailbot.config import SmtpSettings
from mailbot.core.fate import Fate, Outcome, Step, clean, meaning


@dataclass(frozen=True, slots=True)
class Freight:
    """One letter for one recipient, as it goes over the wire."""

    sender: str
    """Envelope sender; empty is the null path (RFC 5321 section 4.5.5)."""
    recipient: str
    content: bytes
    """CRLF lines of 7-bit bytes."""


class PostError(Exception):
    """The mail server does not take us; the message says at which step, in whose words, and where to look."""


class _Refused(Exception):  # noqa: N818  # a turn of the dialogue, not a fault of ours
    """The server did not agree to open a session."""

    def __init__(self, code: int, text: str | bytes) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(slots=True)
class _Line:
    """A connection that has been greeted and, where configured, logged in."""

    smtp: smtplib.SMTP
    heard: tuple[str, ...]
    """What the server said while the session was opened."""
    letters: int = 0
    last_used: float = 0.0
    half_said: bool = False
    """A transaction was begun and not ended: RSET before the next one (RFC 5321 section 4.1.1.5)."""


class Post:
    """Keeps a connection to one SMTP server and hands letters over, one at a time; for one thread."""

    def __init__(self, settings: SmtpSettings, helo: str, monotonic: Callable[[], float]) -> None:
        """`helo` is the host name we greet with; `monotonic` gives seconds on a clock that is never set back."""
        self._settings = settings
        self._helo = helo
        self._monotonic = monotonic
        self._in_hand = threading.Lock()
        self._line: _Line | None = None
        self._deadline = 0.0

    @property
    def longest_seconds(self) -> float:
        """The longest that one `deliver` takes: five timeouts up to the final dot, ten for the reply to it."""
        return 15 * self._settings.timeout_seconds

    def deliver(self, freight: Freight) -> Fate:
        """Hand over one letter, dialling where there is no connection. Never raises for what a server or network does.

        A connection kept from an earlier letter that turns out dead before the server has heard of this one is dialled
        anew, once.
        """
        unfit = _unfit(freight)
        if unfit is not None:
            return unfit
        with self._in_hand:
            return self._deliver(freight)

    def _deliver(self, freight: Freight) -> Fate:
        self._deadline = self._monotonic() + 5 * self._settings.timeout_seconds
        self._drop_where_used_up()
        if self._line is not None:
            fate = self._transact(self._line, freight)
            if not (fate.step is Step.MAIL and fate.line_lost):
                return fate
        opened = self._dial()
        if isinstance(opened, Fate):
            return opened
        self._line = opened
        return self._transact(opened, freight)

    def close_if_idle(self) -> None:
        """Hang up where no letter has used the connection for `idle_seconds`; for a clock to call."""
        if self._idle():
            self.close()

    def close(self) -> None:
        """Say QUIT and hang up (RFC 5321 section 4.1.1.10); waits five seconds at most, and never raises.

        The one method for any thread: while a letter is in hand it does nothing, for a QUIT would become part of it.
        """
        if self._in_hand.acquire(blocking=False):
            try:
                self._quit()
            finally:
                self._in_hand.release()

    def _idle(self) -> bool:
        line = self._line
        return line is not None and self._monotonic() - line.last_used > self._settings.idle_seconds

    def _quit(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(smtplib.SMTPException, OSError):
            if line.smtp.sock is not None:
                line.smtp.sock.settimeout(min(5.0, self._settings.timeout_seconds))
                line.smtp.quit()
        line.smtp.close()

    def try_login(self) -> str:
        """Dial, greet, log in where configured, and hang up; what the server said. PostError where that fails."""
        self.close()
        self._deadline = self._monotonic() + 5 * self._settings.timeout_seconds
        opened = self._dial()
        if isinstance(opened, Fate):
            raise PostError(f"{self._settings.host}:{self._settings.real_port}: {opened}")
        self._line = opened
        self.close()
        return "; ".join(opened.heard)

    def _drop_where_used_up(self) -> None:
        line = self._line
        if line is None:
            return
        if self._idle() or line.letters >= self._settings.letters_per_connection:
            self._quit()
        elif line.half_said:
            try:
                code, _ = self._command(line.smtp, "RSET")
            except (smtplib.SMTPException, OSError):
                code = 0
            line.half_said = False
            if code != 250:
                self._drop()

    def _drop(self) -> None:
        """Close the connection without ceremony: the server has closed it, or is not to be understood."""
        line, self._line = self._line, None
        if line is not None:
            line.smtp.close()

    def _command(self, smtp: smtplib.SMTP, command: str) -> tuple[int, bytes]:
        self._arm(smtp)
        smtp.putcmd(command)
        return smtp.getreply()

    def _answer(self, smtp: smtplib.SMTP) -> tuple[int, bytes]:
        self._arm(smtp)
        return smtp.getreply()

    def _arm(self, smtp: smtplib.SMTP) -> None:
        """Give the next exchange its time: one timeout, or what is left of the dialogue's."""
        left = self._deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError(f"the dialogue took longer than {5 * self._settings.timeout_seconds:g} seconds")
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the server closed the connection")
        smtp.sock.settimeout(min(self._settings.timeout_seconds, left))

    # One transaction (RFC 5321 section 3.3).

    def _transact(self, line: _Line, freight: Freight) -> Fate:
        smtp, step = line.smtp, Step.MAIL
        try:
            parameters = _mail_parameters(smtp, freight)
            if parameters is None:
                return _never(Step.RCPT, "the address is not ASCII and the server offers no SMTPUTF8 (RFC 6531)")
            opening = {
                Step.MAIL: f"MAIL FROM:<{freight.sender}>{parameters}",
                Step.RCPT: f"RCPT TO:<{freight.recipient}>",
                Step.DATA: "DATA",
            }
            # RFC 2920: all of it in one go where the server offers that; the answers are taken one by one all the same.
            at_once = smtp.has_extn("pipelining")
            if at_once:
                self._arm(smtp)
                smtp.send("".join(f"{command}\r\n" for command in opening.values()))
            for step, command in opening.items():
                code, reply = self._answer(smtp) if at_once else self._command(smtp, command)
                if not (code == 354 if step is Step.DATA else code // 100 == 2):
                    fate = self._refused(line, step, code, reply)
                    if at_once and smtp.sock is not None:
                        self._hear_out(smtp, step)
                    return fate
            end_of_data = self._send_content(smtp, freight.content)
            crashpoint.reach("before-dot")
            assert smtp.sock is not None
            # A server may take ten minutes here (section 4.5.3.2.6); hurrying it would only make doubt.
            smtp.sock.settimeout(10 * self._settings.timeout_seconds)
            step = Step.DOT
            smtp.sock.sendall(end_of_data)
            crashpoint.reach("after-dot")
            code, reply = smtp.getreply()
        except Exception as exc:  # noqa: BLE001  # K26: whatever breaks, known or not, is told as an outcome
            self._drop()
            return Fate(Outcome.DOUBT if step is Step.DOT else Outcome.LATER, 0, _named(exc), step)
        line.letters += 1
        line.last_used = self._monotonic()
        if code // 100 != 2:
            return self._refused(line, step, code, reply)
        return Fate(Outcome.SENT, code, clean(reply), step)

    def _hear_out(self, smtp: smtplib.SMTP, refused: Step) -> None:
        """Take the answers to what was said together with the command that was refused (RFC 2920 section 3.1)."""
        code = 500
        try:
            for _ in range({Step.MAIL: 2, Step.RCPT: 1}.get(refused, 0)):
                code, _ = self._answer(smtp)
        except (smtplib.SMTPException, OSError):
            code = 0
        if code // 100 not in {4, 5}:
            # A server may want the letter of a recipient that it has refused; it is to get nothing, not even a dot.
            self._drop()

    def _send_content(self, smtp: smtplib.SMTP, content: bytes) -> bytes:
        """Send everything but the end of data, which is returned: the caller's next act makes the difference."""
        # Section 4.5.2: the server takes away the dot that stands before a line's own first dot.
        stuffed = content.replace(b"\n.", b"\n..")
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        end_of_data = b".\r\n" if not stuffed or stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        view = memoryview(stuffed)
        for start in range(0, len(view), 65536):
            # In pieces, because sendall counts its timeout over the whole, and a long letter on a slow line needs more.
            self._arm(smtp)
            smtp.sock.sendall(view[start : start + 65536])  # type: ignore[union-attr]  # _arm has looked
        return end_of_data

    def _refused(self, line: _Line, step: Step, code: int, reply: bytes) -> Fate:
        """What an answer other than the one hoped for means for this letter, and for the connection."""
        line.half_said = step in {Step.RCPT, Step.DATA}
        line.last_used = self._monotonic()
        outcome, about_session = meaning(step, code, reply)
        if code == 421 or about_session or code // 100 not in {4, 5}:
            self._drop()
        text = clean(reply)
        if code // 100 not in {4, 5}:
            # Nothing a server may say here; where the two stand is unknown.
            return Fate(outcome, 0, clean(f"the server answered out of turn: {code} {text}"), step)
        return Fate(outcome, code, _look_here(text) if about_session else text, step)

    # Opening a session.

    def _dial(self) -> _Line | Fate:
        settings, step = self._settings, Step.CONNECT
        smtp = smtplib.SMTP(local_hostname=self._helo, timeout=settings.timeout_seconds)
        smtp.command_encoding = "utf-8"  # non-ASCII addresses get this far only where SMTPUTF8 is offered
        try:
            smtp.sock = socket.create_connection((settings.host, settings.real_port), settings.timeout_seconds)
            # The content and the final dot are two writes; the second is not to wait for the first one's echo.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            heard = []
            if settings.security == "tls":
                step = Step.TLS
                heard.append(self._encrypt(smtp))
                step = Step.CONNECT
            self._arm(smtp)
            heard.append(_agreed(smtp.getreply(), 220))
            step = Step.HELO
            self._greet(smtp)
            if settings.security == "starttls":
                step = Step.TLS
                heard.append(self._start_tls(smtp))
                step = Step.HELO
                self._greet(smtp)
            if settings.user:
                step = Step.AUTH
                heard.append(self._log_in(smtp))
        except _Refused as exc:
            smtp.close()
            text = clean(exc.text)
            # Every 5yz before the first letter is about us, not about a recipient; so is what we refuse ourselves.
            return Fate(Outcome.LATER, exc.code, text if exc.code // 100 == 4 else _look_here(text), step)
        except Exception as exc:  # noqa: BLE001  # K26: connect, TLS, DNS, timeout and the unknown are transient
            smtp.close()
            return Fate(Outcome.LATER, 0, _named(exc), step)
        return _Line(smtp, tuple(heard), last_used=self._monotonic())

    def _start_tls(self, smtp: smtplib.SMTP) -> str:
        if not smtp.has_extn("starttls"):
            raise _Refused(0, "the server offers no STARTTLS; nothing is sent in the clear")
        _agreed(self._command(smtp, "STARTTLS"), 220)
        return self._encrypt(smtp)

    def _encrypt(self, smtp: smtplib.SMTP) -> str:
        """Start TLS, certificate and name verified (T36); what was agreed. What was said in the clear is forgotten."""
        self._arm(smtp)
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
        if smtp.file is not None:
            smtp.file.close()
            smtp.file = None  # RFC 3207 section 6: an answer slipped in before the handshake is not the server's
        assert smtp.sock is not None
        encrypted = context.wrap_socket(smtp.sock, server_hostname=self._settings.host)
        smtp.sock = encrypted
        return encrypted.version() or "TLS"

    def _greet(self, smtp: smtplib.SMTP) -> None:
        self._arm(smtp)
        code, reply = smtp.ehlo()
        if code // 100 == 5:
            self._arm(smtp)
            code, reply = smtp.helo()  # RFC 5321 section 3.2: a server that knows no extensions
        _agreed((code, reply), 250)

    def _log_in(self, smtp: smtplib.SMTP) -> str:
        """RFC 4954 with PLAIN, else LOGIN; smtplib's own knows only ASCII passwords (RFC 4616 says UTF-8)."""
        user, password = self._settings.user, self._settings.password()
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            answer = self._command(smtp, "AUTH PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            answer = self._command(smtp, "AUTH LOGIN")
            for secret in (user, password):
                _agreed(answer, 334)
                answer = self._command(smtp, _base64(secret))
        else:
            raise _Refused(0, f"the server offers no AUTH PLAIN or LOGIN, only: {' '.join(offered) or 'nothing'}")
        return _agreed(answer, 235)


def _unfit(freight: Freight) -> Fate | None:
    """Refuse, before anything is dialled, what cannot be said in SMTP without saying something else (T21)."""
    for step, address in ((Step.MAIL, freight.sender), (Step.RCPT, freight.recipient)):
        if step is Step.MAIL and not address:
            continue
        local, at, domain = address.rpartition("@")
        if not (local and at and domain):
            return _never(step, f"{address!r} is no mail address")
        if not address.isprintable() or any(char in " <>" for char in address):
            return _never(step, f"the address {address!r} has a character that would change the dialogue")
        if len(address.encode("utf-8", "replace")) > 254:
            return _never(step, f"the address is longer than 254 bytes (RFC 5321 section 4.5.3.1.3): {address!r}")
    if not freight.content.isascii() or b"\0" in freight.content:
        return _never(Step.DATA, "the letter has bytes that are not 7-bit text; it was composed wrongly")
    if not freight.content.count(b"\r\n") == freight.content.count(b"\r") == freight.content.count(b"\n"):
        return _never(Step.DATA, "the letter has a bare CR or LF; it was composed wrongly")
    return None


def _mail_parameters(smtp: smtplib.SMTP, freight: Freight) -> str | None:
    """What follows MAIL FROM:<...>; None where the letter needs SMTPUTF8 and the server has none (T37)."""
    parameters = f" SIZE={len(freight.content)}" if smtp.has_extn("size") else ""
    if (freight.sender + freight.recipient).isascii():
        return parameters
    return f"{parameters} SMTPUTF8" if smtp.has_extn("smtputf8") else None


def _agreed(answer: tuple[int, bytes], wanted: int) -> str:
    code, reply = answer
    if code != wanted:
        raise _Refused(max(code, 0), reply)
    return clean(f"{code} {reply.decode('utf-8', 'replace')}")


def _never(step: Step, text: str) -> Fate:
    return Fate(Outcome.NEVER, 0, clean(text), step)


def _named(exc: Exception) -> str:
    return clean(f"{type(exc).__name__}: {exc}")


def _look_here(text: str) -> str:
    return clean(f"{text} (the server refuses us, not a recipient: see [smtp] in mailbot.toml)")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
