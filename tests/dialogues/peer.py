"""An SMTP server that plays a dialogue written as text, so that a test can break the line at every step of it.

One line each, seen from the side under test::

    # a comment; the first one is the claim of the test
    use starttls login      settings that the test makes its Post with
    letter NAME             the test hands this letter over
    dial                    a new connection is made
    <- 250 ok               the server says
    -> MAIL FROM:<*         the server hears; * and ? as in file names
    -> .                    the server hears the letter up to its final dot, and keeps it
    tls                     both sides start TLS
    drop                    the server closes the connection
    reset                   the server breaks it off without a word (RST)
    stall                   the server says nothing more, until the client hangs up
    = LATER 451 rcpt        what the test expects of the letter: outcome, code, step

Where a connection's lines are at their end, the server waits for QUIT or the client's hanging up.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).parent
CERTIFICATE = HERE / "localhost.pem"
"""For the name `localhost` alone, with its key."""

_TEST_LINES = ("#", "use ", "letter ", "= ")
_PATIENCE = 10.0


class Peer:
    """Plays one dialogue on a free loopback port; use as a context manager. Leaving it checks that all was played."""

    def __init__(self, dialogue: str) -> None:
        wire = [line for line in dialogue.splitlines() if line.strip() and not line.startswith(_TEST_LINES)]
        self._lines = wire
        self.letters: list[bytes] = []
        """What came before each final dot, dots unstuffed."""
        self.fault = ""
        """The first thing that did not go by the dialogue."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_PATIENCE)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._play, name="peer")

    def __enter__(self) -> Peer:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._listener.close()
        self._thread.join()
        self._listener.close()
        if kind is None and self.fault:
            raise AssertionError(self.fault)

    def _play(self) -> None:
        connections: list[list[str]] = []
        for line in self._lines:
            if line == "dial":
                connections.append([])
            else:
                connections[-1].append(line)
        for number, lines in enumerate(connections, 1):
            try:
                raw, _ = self._listener.accept()
            except OSError:
                self.fault = self.fault or f"connection {number} was never made"
                return
            with _Conversation(raw) as conversation:
                self._play_one(conversation, lines, number)

    def _play_one(self, conversation: _Conversation, lines: list[str], number: int) -> None:
        for line in lines:
            try:
                if line == "-> .":
                    self.letters.append(conversation.hear_letter())
                elif line.startswith("-> "):
                    heard = conversation.hear()
                    if heard is None or not fnmatchcase(heard, line[3:]):
                        self.fault = self.fault or f"connection {number}: expected {line[3:]!r}, heard {heard!r}"
                        return
                elif line.startswith("<- "):
                    conversation.say(line[3:])
                elif not conversation.act(line):
                    return
            except OSError as exc:
                self.fault = self.fault or f"connection {number}: at {line!r}: {exc!r}"
                return
        if (last := conversation.hear()) not in {None, "QUIT", "quit"}:
            self.fault = self.fault or f"connection {number}: expected its end, heard {last!r}"
        elif last is not None:
            with suppress(OSError):
                conversation.say("221 bye")


class _Conversation:
    """One accepted connection, read line by line."""

    def __init__(self, raw: socket.socket) -> None:
        raw.settimeout(_PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = raw
        self._file = raw.makefile("rb")

    def __enter__(self) -> _Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def say(self, line: str) -> None:
        self._socket.sendall(line.encode() + b"\r\n")

    def hear(self) -> str | None:
        """The next line; None where the client has hung up."""
        with suppress(ConnectionError, ssl.SSLError):
            return self._file.readline().decode().removesuffix("\r\n") or None
        return None

    def hear_letter(self) -> bytes:
        """The lines up to the final dot, their own first dots unstuffed."""
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("the client hung up before the final dot")
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def act(self, line: str) -> bool:
        """Do what is no saying and no hearing; whether the conversation goes on."""
        match line:
            case "tls":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
                self._file.close()
                try:
                    self._socket = context.wrap_socket(self._socket, server_side=True)
                except OSError:
                    return False  # the client did not like our certificate; its fate tells
                self._file = self._socket.makefile("rb")
                return True
            case "drop":
                return False
            case "reset":
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case "stall":
                with suppress(OSError):
                    while self._file.readline():
                        pass
                return False
        raise AssertionError(f"no such line in a dialogue: {line!r}")
