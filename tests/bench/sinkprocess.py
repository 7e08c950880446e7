"""An SMTP sink in a process of its own, so that what it costs is not taken for the program under measurement."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection as Pipe

from tests.dialogues.sink import Sink


class SinkProcess:
    """Takes every letter, and offers PIPELINING as nearly every mail server does; use as a context manager."""

    def __init__(self, delay: float = 0.0) -> None:
        """`delay` in seconds before the final dot is answered, as by a server that syncs its queue to the disk."""
        self._ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(delay, theirs), daemon=True)

    def __enter__(self) -> SinkProcess:
        self._process.start()
        self.port: int = self._ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.send("stop")
        self._process.join()

    @property
    def pid(self) -> int:
        """Of the process that serves."""
        assert self._process.pid is not None
        return self._process.pid

    def count(self) -> int:
        """How many letters it has taken."""
        self._ours.send("count")
        taken: int = self._ours.recv()
        return taken


def _serve(delay: float, pipe: Pipe) -> None:
    def answer(step: str, _recipient: str) -> None:
        if step == "dot" and delay:
            time.sleep(delay)

    with Sink(answer, offers="PIPELINING") as sink:
        pipe.send(sink.port)
        while pipe.recv() == "count":
            pipe.send(len(sink.taken))
