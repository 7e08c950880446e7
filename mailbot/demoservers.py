"""The mail servers of `mailbot demo`: IMAP by pymap, SMTP by aiosmtpd, on loopback ports in a thread of this process.

pymap keeps no custom keywords and drops them silently, so mail here is moved once it is read, not flagged.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

_T = TypeVar("_T")
_SECONDS = 15.0
"""Within which the servers start, stop and take a mail; they need milliseconds."""


class DemoServerError(Exception):
    """The servers cannot be started on this machine, or do not answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A letter that the SMTP server took."""

    sender: str
    """The envelope's; empty is the null path."""
    recipient: str
    content: bytes


class DemoServers:
    """Both servers, listening while the `with` block lasts; DemoServerError where they cannot be started."""

    def __init__(self, users: Iterable[str], password: str) -> None:
        """Each of `users` has an empty mailbox."""
        self._users = tuple(users)
        self._password = password
        self.letters: list[Delivered] = []
        """What was sent, in the order of arrival; only ever added to."""
        self._loop = asyncio.new_event_loop()
        self._config = _PymapConfig(
            # No name server is asked, nothing is hashed: neither is needed for a mailbox of one's own.
            Namespace(passlib_cfg=None, proxy_protocol=None), host=None, port=0, tls_enabled=False, reject_dnsbl=False,
            hash_context=Cleartext(), demo_data=False, demo_user="", demo_password="",
        )  # fmt: skip
        self._login = Login(self._config)
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo-servers", daemon=True)
        self._servers: list[asyncio.Server] = []
        self.imap_port = 0
        self.smtp_port = 0

    def __enter__(self) -> DemoServers:
        try:
            sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        except OSError as exc:
            self._loop.close()
            raise DemoServerError(f"no port can be opened on 127.0.0.1: {exc.strerror or exc}") from exc
        self.imap_port, self.smtp_port = (listener.getsockname()[1] for listener in sockets)
        self._thread.start()
        try:
            self._do(self._start(*sockets))
        except DemoServerError:
            raise
        except Exception as exc:
            self.__exit__()
            raise DemoServerError(f"the mail servers do not start: {type(exc).__name__}: {exc}") from exc
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def deliver(self, user: str, mail: bytes, received: datetime) -> None:
        """Put a mail into a user's inbox, as a mail server does that took it at `received` (aware)."""
        self._do(self._append(user, AppendMessage(mail, received)))

    def _do(self, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)
        except TimeoutError as exc:
            raise DemoServerError(f"the demo's mail servers do not answer within {_SECONDS:.0f} s") from exc

    async def _start(self, imap: socket.socket, smtp: socket.socket) -> None:
        self._config.apply_context()
        for user in self._users:
            metadata = UserMetadata(self._config, user, password=self._password)
            await Identity(user, self._login, None, frozenset()).set(metadata)
            self._config.set_cache[user] = (MailboxSet(), FilterSet())
        talk = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(self._login, self._config))
        self._servers.append(await asyncio.start_server(talk, sock=imap))
        self._servers.append(await self._loop.create_server(self._smtp, sock=smtp))

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _append(self, user: str, mail: AppendMessage) -> None:
        mailboxes, _ = self._config.set_cache[user]
        await (await mailboxes.get_mailbox("INBOX")).append(mail)

    def _smtp(self) -> SMTP:
        return SMTP(_Sink(self.letters), hostname="localhost", ident="mailbot demo", loop=self._loop)


class _PymapConfig(Config):
    @property
    def greeting(self) -> bytes:
        """Without the host's full name, for which pymap would ask a name server that may be far away or absent."""
        return b"mailbot demo"


class _Sink:
    """aiosmtpd's handler: takes every letter, delivers none."""

    def __init__(self, letters: list[Delivered]) -> None:
        self._letters = letters

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self._letters.append(Delivered((envelope.mail_from or "").strip("<>"), recipient, content))
        return "250 taken"
