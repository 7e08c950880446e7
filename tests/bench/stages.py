"""Processor time of storing and of triage, each alone: `python -m tests.bench.stages [MAILS]`.

The mails are those of `tests.bench.ingest`, but one process and one thread does it all, without a server: what is
measured is a program's work, free of what threads cost one another, so that two versions can be told apart. Prints the
median over batches of fifty and the whole; asserts nothing. With a file name as second argument triage runs under
cProfile, whose figures are written there.
"""

from __future__ import annotations

import cProfile
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.triage import Triage
from tests.bench.mails import AUTHSERV_ID, generate
from tests.daemon.house import lay_out

_ADDRESS = "desk@bench.example"
_BATCH = 50


def main() -> None:
    """Store, then triage, then print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    profile = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory(prefix="mb-stages-") as folder:
        house = lay_out(Path(folder) / "house", address=_ADDRESS, more=f'authserv_id = "{AUTHSERV_ID}"')
        desk = house / "desks" / "td.toml"
        desk.write_text(desk.read_text(encoding="utf-8").partition("[[agents]]")[0], encoding="utf-8")
        office = Office(house)
        database = Database(f"sqlite:///{Path(folder)}/bench.db")
        mails = generate(random.Random(7), count, _ADDRESS)
        _report("store", count, [_store(database, mails, start) for start in range(0, count, _BATCH)])
        triage = Triage(database, office, lambda: datetime.now(UTC))
        profiler = cProfile.Profile(time.thread_time)
        if profile:
            profiler.enable()
        spent = list(iter(lambda: _timed(triage), 0.0))
        profiler.disable()
        _report("triage", count, spent)
        if profile:
            profiler.dump_stats(profile)
        database.close()


def _store(database: Database, mails: list[bytes], start: int) -> float:
    arrivals = [
        Arrival(uid, datetime.now(UTC), len(mail), mail)
        for uid, mail in enumerate(mails[start : start + _BATCH], start + 1)
    ]
    began = time.thread_time()
    store(
        database, mailbox="support", uidvalidity=1, arrivals=arrivals, last_uid=arrivals[-1].uid, since=None,
        route=lambda _recipients: "td", now=datetime.now(UTC), settled=True,
    )  # fmt: skip
    return time.thread_time() - began


def _timed(triage: Triage) -> float:
    began = time.thread_time()
    return time.thread_time() - began if triage.run_batch() else 0.0


def _report(stage: str, count: int, spent: list[float]) -> None:
    median = 1000 * statistics.median(spent) / _BATCH
    print(f"{stage}: {1000 * sum(spent) / count:.2f} ms a mail, in the median batch {median:.2f}")


if __name__ == "__main__":
    main()
