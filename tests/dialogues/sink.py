"""An SMTP server that takes every letter at once and remembers it, or answers as a test tells it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader

Answer = Callable[[str, str], str | None]
"""(step, whom) -> what is said at banner, mail (whom: the sender), rcpt, data, dot; None: all well; "drop": no more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that the sink said 250 to."""

    sender: str
    recipient: str
    content: bytes


def all_well(_step: str, _recipient: str) -> None:
    """Take everything."""


class Sink:
    """Listens on a free loopback port, each connection in a thread; use as a context manager."""

    def __init__(self, answer: Answer = all_well, port: int = 0) -> None:
        self.answer = answer
        self.taken: list[Taken] = []
        self.heard: list[Taken] = []
        """Every letter whose final dot arrived, whatever was answered."""
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._listen, name="sink")

    def __enter__(self) -> Sink:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._listener.close()
        self._thread.join()

    def _listen(self) -> None:
        threads = []
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                break
            self.connections += 1
            self._open.add(raw)
            thread = threading.Thread(target=self._serve, args=(raw,), name="sink-connection")
            thread.start()
            threads.append(thread)
        for raw in list(self._open):
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()

    def _serve(self, raw: socket.socket) -> None:
        with raw, raw.makefile("rb") as lines, suppress(OSError):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._talk(raw, lines)
        self._open.discard(raw)

    def _talk(self, raw: socket.socket, lines: BufferedReader) -> None:
        greeting = self.answer("banner", "") or "220 sink"
        if greeting == "drop":
            return
        raw.sendall(greeting.encode() + b"\r\n")
        sender = recipient = ""
        while command := lines.readline().decode():
            verb, _, argument = command.strip().partition(" ")
            address = argument.partition("<")[2].partition(">")[0]
            step, well = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}.get(verb.upper(), ""), "250 ok"
            if step == "mail":
                sender = address
            elif step == "rcpt":
                recipient = address
            elif step == "data":
                well = "354 go on"
            reply = (self.answer(step, sender if step == "mail" else recipient) if step else None) or well
            if reply == "354 go on":
                raw.sendall(b"354 go on\r\n")
                letter = Taken(sender, recipient, _content(lines))
                self.heard.append(letter)
                reply = self.answer("dot", recipient) or "250 taken"
                if reply.startswith("250"):
                    self.taken.append(letter)
            if reply == "drop":
                return
            raw.sendall(reply.encode() + b"\r\n")
            if verb.upper() == "QUIT":
                return


def _content(lines: BufferedReader) -> bytes:
    content = []
    while (line := lines.readline()) != b".\r\n":
        if not line:
            raise ConnectionError
        content.append(line.removeprefix(b"."))
    return b"".join(content)
