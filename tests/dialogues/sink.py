"""An SMTP server that takes every letter at once and remembers it, or answers as a test tells it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

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

    def __init__(self, answer: Answer = all_well, port: int = 0, *, offers: str = "ok") -> None:
        """`offers` is what it answers EHLO with; PIPELINING it can in any case (RFC 2920)."""
        self.answer = answer
        self._offers = offers
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
        with raw, suppress(OSError):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._talk(_Line(raw))
        self._open.discard(raw)

    def _talk(self, line: _Line) -> None:
        greeting = self.answer("banner", "") or "220 sink"
        if greeting == "drop":
            return
        line.say(greeting)
        sender = recipient = ""
        while command := line.hear(b"\r\n").decode():
            verb, _, argument = command.strip().partition(" ")
            address = argument.partition("<")[2].partition(">")[0]
            step, well = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}.get(verb.upper(), ""), "250 ok"
            if step == "mail":
                sender = address
            elif step == "rcpt":
                recipient = address
            elif step == "data":
                well = "354 go on"
            elif verb.upper() == "EHLO":
                well = f"250-sink\r\n250 {self._offers}"
            reply = (self.answer(step, sender if step == "mail" else recipient) if step else None) or well
            if reply == "354 go on":
                line.say(reply)
                letter = Taken(sender, recipient, line.hear_content())
                self.heard.append(letter)
                reply = self.answer("dot", recipient) or "250 taken"
                if reply.startswith("250"):
                    self.taken.append(letter)
            if reply == "drop":
                line.flush()
                return
            line.say(reply)
            if verb.upper() == "QUIT":
                line.flush()
                return


class _Line:
    """One accepted connection; what is answered to commands that came together goes out together (RFC 2920)."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._heard = b""
        self._unsaid = b""

    def say(self, reply: str) -> None:
        self._unsaid += reply.encode() + b"\r\n"

    def flush(self) -> None:
        if self._unsaid:
            self._raw.sendall(self._unsaid)
            self._unsaid = b""

    def hear(self, end: bytes) -> bytes:
        """All up to and with the next `end`; empty where the client has hung up."""
        while end not in self._heard:
            self.flush()
            more = self._raw.recv(65536)
            if not more:
                return b""
            self._heard += more
        heard, found, self._heard = self._heard.partition(end)
        return heard + found

    def hear_content(self) -> bytes:
        """The lines up to the final dot, their own first dots unstuffed. ConnectionError where the dot never comes."""
        first = self.hear(b"\r\n")
        if first == b".\r\n":
            return b""
        self._heard = first + self._heard
        content = self.hear(b"\r\n.\r\n")
        if not content:
            raise ConnectionError
        return (b"\r\n" + content.removesuffix(b".\r\n")).replace(b"\r\n.", b"\r\n")[2:]
