"""A TCP proxy that records a conversation, cuts it where a test wants, or changes what the server says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class Proxy:
    """Listens on a loopback port and passes everything on; use as a context manager."""

    def __init__(
        self,
        port: int,
        *,
        cut_after: int | None = None,
        change: Callable[[bytes], bytes] = lambda data: data,
        host: str = "127.0.0.1",
    ) -> None:
        """`cut_after`: octets, both ways together, after which each connection breaks; `change`: the server's words."""
        self._target = ("127.0.0.1", port)
        self._cut_after = cut_after
        self._change = change
        self._listener = socket.create_server((host, 0))
        self._said = threading.Condition()
        self._sockets: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept)
        self._threads: list[threading.Thread] = []
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self.from_client = b""
        self.from_server = b""

    def __enter__(self) -> Proxy:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would not wake a thread that is waiting in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()

    def cut(self) -> None:
        """Break every connection at once."""
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def await_client(self, words: bytes, times: int = 1) -> bool:
        """Whether the client said this so many times within 20 s."""
        with self._said:
            return self._said.wait_for(lambda: self.from_client.count(words) >= times, timeout=60)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                allowance = [self._cut_after]
                for source, target in ((client, server), (server, client)):
                    thread = threading.Thread(target=self._pass_on, args=(source, target, source is client, allowance))
                    self._threads.append(thread)
                    thread.start()

    def _pass_on(
        self, source: socket.socket, target: socket.socket, is_client: bool, allowance: list[int | None]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                data = data if is_client else self._change(data)
                with self._said:
                    left = allowance[0]
                    if left is not None:
                        data = data[:left]
                        allowance[0] = left - len(data)
                    if is_client:
                        self.from_client += data
                    else:
                        self.from_server += data
                    self._said.notify_all()
                target.sendall(data)
                if allowance[0] == 0:
                    break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
