"""Opens an IMAP connection that can be trusted, or says in an admin's words why there is none."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError
from sqlalchemy.exc import SQLAlchemyError

from mailbot.config import MailboxSettings

Abort = imaplib.IMAP4.abort
"""The conversation is over. It is a kind of Refusal, so it has to be caught first."""
Refusal = imaplib.IMAP4.error
"""The server said NO or BAD, or what it said cannot be read; the conversation goes on."""

_CONNECT_SECONDS = 20.0
"""A server that is there answers sooner, and SIGTERM has to be honoured within 30 s (O4)."""
_GOODBYE_SECONDS = 5.0
_LONGEST_REASON = 300


class MailboxError(Exception):
    """A mailbox cannot be read; the message says why, for an admin's eyes, on one line and without secrets."""


class LoginRefusedError(MailboxError):
    """The server does not take this name and password; trying soon again would lock the account (O2)."""


class Client(IMAPClient):  # type: ignore[misc]  # imapclient is not typed
    """An IMAPClient whose `idle_check(timeout=0)` also sees what came in one packet with an earlier line.

    imaplib has taken such a line off the socket already, so that asking the socket is in vain; Dovecot sends news right
    behind the "+" of IDLE.
    """

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        return timeout == 0 or super()._poll_socket(sock, timeout)


@contextmanager
def connected(settings: MailboxSettings) -> Iterator[IMAPClient]:
    """A logged-in conversation, closed at the end of the block whatever happens in it.

    The password is read anew. TLS is verified; STARTTLS that fails is fatal, never plaintext (T36). Times are aware.
    Raises MailboxError, or what `reason_of` explains.
    """
    try:
        password = settings.password()
    except ValueError as exc:
        raise MailboxError(str(exc)) from exc
    context = None if settings.security == "none" else _trust(settings)
    timeout = SocketTimeout(min(_CONNECT_SECONDS, settings.timeout_seconds), settings.timeout_seconds)
    client = Client(
        settings.host,
        settings.real_port,
        ssl=settings.security == "tls",
        ssl_context=context,
        timeout=timeout,
    )
    try:
        client.normalise_times = False  # naive local times otherwise
        # imapclient has imaplib describe every answer, whole mails included, for a log that nobody keeps: a tenth of
        # what it costs to take a mail, and nothing that a log should ever hold (Y5).
        client._imap.debug = 0  # noqa: SLF001
        if context is not None and settings.security == "starttls":
            _start_tls(client, context)
        _log_in(client, settings.user, password)
        yield client
        with suppress(OSError, Refusal):
            client.socket().settimeout(_GOODBYE_SECONDS)
            client.logout()
    finally:
        # Whatever fails here, the socket is closed; after a logout it was already.
        with suppress(OSError, Refusal):
            client.shutdown()


def reason_of(error: BaseException, settings: MailboxSettings) -> str:
    """What went wrong, on one line, for an admin's eyes."""
    match error:
        case MailboxError():
            text = str(error)
        case ssl.SSLCertVerificationError():
            text = (
                f"the certificate of {settings.host} is not to be trusted: {error.verify_message} "
                "(a certificate of the house's own goes into ca_file)"
            )
        case ssl.SSLError():
            text = f"TLS with {settings.host}:{settings.real_port} failed: {error.reason or error}"
        case TimeoutError():
            text = f"no answer from {settings.host}:{settings.real_port} in time"
        case OSError():
            text = f"no connection to {settings.host}:{settings.real_port}: {error.strerror or error}"
        case imaplib.IMAP4.abort():
            text = f"the connection broke: {error}"
        case imaplib.IMAP4.error():
            text = f"the server refused: {error}"
        case SQLAlchemyError():
            text = f"the database failed, nothing is marked on the server: {str(error).splitlines()[0]}"
        case _:
            text = f"{type(error).__name__}: {error}"
    return for_log(text)


def for_log(text: str) -> str:
    """A server's words made fit for a log: control characters escaped, length bounded."""
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: 2 * _LONGEST_REASON])
    return shown if len(shown) <= _LONGEST_REASON else shown[: _LONGEST_REASON - 1] + "…"


def _trust(settings: MailboxSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as exc:  # ssl.SSLError, for a file that holds no certificate, is one too
            raise MailboxError(f"ca_file {settings.ca_file} cannot be used: {exc.strerror or exc}") from exc
    return context


def _start_tls(client: IMAPClient, context: ssl.SSLContext) -> None:
    try:
        client.starttls(context)
    except Abort:
        raise
    except Refusal as exc:
        # Somebody on the way can take STARTTLS out of the server's greeting; going on would hand over the password.
        raise MailboxError(
            f"the server does not start TLS, so nothing was sent in the clear: {for_log(str(exc))}"
        ) from exc


def _log_in(client: IMAPClient, user: str, password: str) -> None:
    if not (user + password).isprintable():
        raise MailboxError("user name or password holds a control character")  # T20: it would reach the wire
    if client.has_capability("LOGINDISABLED"):
        raise MailboxError("the server takes no password on this connection (LOGINDISABLED); is `security` right?")
    try:
        if (user + password).isascii():
            # imaplib quotes the password, but not the name.
            name = user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{name}"', password)
        else:
            client.plain_login(user, password)
    except LoginError as exc:
        # imapclient calls a line that broke during the login a LoginError too; that must not cost a quarter of an hour.
        if isinstance(exc.__context__, Abort):
            raise exc.__context__ from exc
        said = for_log(str(exc).replace(password, "***") if password else str(exc))
        raise LoginRefusedError(f"the login of {user} is refused: {said}") from exc
