"""How fast mail becomes tickets: generated mails in a real Dovecot, acknowledgements to a sink, SQLite with FULL sync.

Run it: `python -m tests.bench.ingest [MAILS] [--tickets TICKETS]`; MAILS (2000) are preloaded in the mailbox, TICKETS
(none) stand in the database before, as a used desk has them. Prints figures, asserts nothing. The daemon is the real program in a process of its own; its
processor time and peak memory are the operating system's figures for that process. Dovecot, the sink and this program
share the machine with it and are counted apart, so that the rate can be judged.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from mailbot.config import load_settings
from mailbot.database import Database
from mailbot.tables import MAIL, OUTGOING, SIGHTING
from tests.bench.history import fill
from tests.bench.mails import AUTHSERV_ID, generate, sender_of
from tests.bench.processor import of_descendants, of_process, of_threads
from tests.bench.sinkprocess import SinkProcess
from tests.daemon.house import House
from tests.servers.dovecot import Dovecot


def main() -> None:
    """Preload, start the daemon, wait until all is done, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mails", type=int, nargs="?", default=2000)
    parser.add_argument("--tickets", type=int, default=0, help="that stand in the database before")
    given = parser.parse_args()
    count, before = given.mails, given.tickets
    folder = Path(tempfile.mkdtemp(prefix="mb-ingest-"))
    with SinkProcess() as sink, Dovecot() as dovecot:
        house = House(folder / "house", dovecot, sink.port, desk=f'authserv_id = "{AUTHSERV_ID}"')
        desk = house.desk_file.read_text(encoding="utf-8")
        house.desk_file.write_text(desk.partition("[[agents]]")[0], encoding="utf-8")  # acknowledgements only
        mails = generate(random.Random(7), count, house.address)
        print(f"{len(mails)} mails, {sum(map(len, mails)) / 1e6:.0f} MB, {before} tickets there before")
        for start in range(0, len(mails), 200):
            house.deliver(*mails[start : start + 200])
        if before:
            database = Database(load_settings(house.folder).database)
            fill(database, before, [sender_of(number) for number in range(count)])
            database.close()
            # What has stood there for months is on the disk; otherwise our first commits would wait for all of it.
            os.sync()
        _measure(house, sink, len(mails))
    shutil.rmtree(folder)


def _measure(house: House, sink: SinkProcess, count: int) -> None:
    database = Database(load_settings(house.folder).database)
    launched = time.monotonic()
    with house.running() as daemon:
        while "mailbot is running" not in house.log:
            if daemon.poll() is not None:
                print(f"it did not start\n{house.log[-2000:]}")
                return
            time.sleep(0.01)
        started = time.monotonic()
        at_start = spent = of_process(daemon.pid)
        others = _others(daemon.pid, sink)
        triaged = 0.0
        while True:
            time.sleep(0.05)
            with database.read() as connection:
                is_triaged = _is_triaged(connection, count)
                is_over = is_triaged and not _unsent(connection)
            if is_triaged and not triaged:
                triaged = time.monotonic() - started
            if is_over:
                break
            if daemon.poll() is not None or time.monotonic() - started > 900:
                print(f"gave up\n{house.log[-2000:]}")
                return
        elapsed, spent = time.monotonic() - started, of_process(daemon.pid) - spent
        others = [after - earlier for earlier, after in zip(others, _others(daemon.pid, sink), strict=True)]
        threads = of_threads(daemon.pid)
        peak = _peak_memory(daemon.pid)
    print(f"{started - launched:.1f} s and {at_start:.1f} s of processor to start")
    print(f"{count / elapsed:.0f} mails/s ({elapsed:.1f} s from the first contact to the last letter sent)")
    print(f"  every mail triaged after {triaged:.1f} s")
    print(f"{1000 * spent / count:.2f} ms processor per mail ({spent:.1f} s of mailbot's own process)")
    for name, (user, system) in zip(_THREADS, threads[1:], strict=False):
        print(f"  {name}: {1000 * user / count:.2f} ms in user mode, {1000 * system / count:.2f} ms in the kernel")
    shares = zip(("Dovecot", "the sink", "this program"), others, strict=True)
    print("beside it, seconds of processor: " + ", ".join(f"{name} {used:.1f}" for name, used in shares))
    print(f"{peak / 1e6:.0f} MB peak memory, {sink.count()} letters sent")
    with database.read() as connection:
        letters = select(OUTGOING.c.kind, OUTGOING.c.state, func.count()).group_by(OUTGOING.c.kind, OUTGOING.c.state)
        for kind, state, number in connection.execute(letters):
            print(f"  {kind} {state}: {number}")
        outcomes = select(MAIL.c.outcome, func.count()).where(MAIL.c.message_id.startswith("bench-"))
        for outcome, number in connection.execute(outcomes.group_by(MAIL.c.outcome)):
            print(f"  {outcome or '(none)'}: {number}")
    database.close()


_THREADS = ("mailbox", "triage", "outbox")
"""Of the daemon, in the order in which it starts them, after its main thread."""


def _others(daemon: int, sink: SinkProcess) -> list[float]:
    ours, served = of_process(os.getpid()), of_process(sink.pid)
    return [of_descendants(os.getpid()) - of_process(daemon) - ours - served, served, ours]


def _is_triaged(connection: Connection, count: int) -> bool:
    """Whether each mail was sighted, settled and triaged; asked of indexes alone, for it is asked while we measure."""
    # Copies of a mail are sightings, not mails; each sighting is settled once its mail is stored.
    of_mailbox = select(func.count()).where(SIGHTING.c.mailbox == "support")
    stored = select(MAIL.c.id).where(text("mail.state = 'stored'")).limit(1)
    if connection.execute(stored).first() is not None:
        return False
    return connection.execute(of_mailbox).scalar_one() == count and not _unsettled(connection)


def _unsettled(connection: Connection) -> bool:
    unsettled = select(SIGHTING.c.id).where(SIGHTING.c.mailbox == "support", text("settled = 0")).limit(1)
    return connection.execute(unsettled).first() is not None


def _unsent(connection: Connection) -> bool:
    unsent = select(OUTGOING.c.id).where(text("outgoing.state IN ('waiting', 'attempting')")).limit(1)
    return connection.execute(unsent).first() is not None


def _peak_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
