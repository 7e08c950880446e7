"""Takes one mail through everything that triage does with it, up to the letters, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from mailbot.apply import apply
from mailbot.budgets import load_purse
from mailbot.core.casenumber import case_number
from mailbot.core.decide import decide
from mailbot.core.decision import Decision, NewCase, Parked
from mailbot.core.desk import Desk
from mailbot.core.envelope import read_envelope
from mailbot.core.facts import Facts
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.placement import Tried, try_rules
from mailbot.core.routing import desk_of
from mailbot.core.silencewords import silence_line
from mailbot.core.tags import Key
from mailbot.database import Database
from mailbot.entries import Clerk
from mailbot.gather import Read, gather
from mailbot.ledger import Ledger
from mailbot.office import InForce
from mailbot.tables import COUNTER, MAIL
from mailbot.templates import TemplateStore

_NO_MAIL = 0
"""Id of a mail that is stored nowhere."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What would become of a mail."""

    desk: Desk
    """The one that the mail is for, on nobody's terms."""
    facts: Facts
    decision: Decision | None
    """None where deciding itself fails."""
    tried: tuple[Tried, ...]
    """What came of the desk's rules; empty for a mail that opens no case."""
    number: str
    """Of the case that would open next."""
    earlier: str
    """What became of the same mail, where the database has it; empty where it does not."""
    letters: tuple[dict[str, Any], ...]
    """Rows of the outbox."""
    history: tuple[tuple[str, str], ...]
    """(kind, text) of each line."""
    parked: str
    """Why it would be parked; empty where it would not."""


def shipped_in_force(desks: tuple[Desk, ...]) -> InForce:
    """The desks that came with the program, with names and a key that are nobody's."""
    store = TemplateStore()
    store.refresh(desks)
    known, keys = {desk.key: desk for desk in desks}, (Key("a", b"for looking only"),)
    return InForce(known, store.library, keys, "mailbot.example", "admin@mailbot.example")


@contextmanager
def nothing_known() -> Iterator[Connection]:
    """An empty database, gone with the block: for a mail that is explained where no daemon has run."""
    with (
        TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'empty.db'}")) as database,
        database.read() as connection,
    ):
        yield connection


def desk_for(force: InForce, raw: bytes) -> Desk | None:
    """The desk whose address the mail names; None where it names none of them."""
    key = desk_of(read_envelope(raw).recipients, force.desks.values(), "")
    return force.desks.get(key)


def explain(force: InForce, connection: Connection, raw: bytes, desk: Desk, received: datetime) -> Explained:
    """What would become of a mail that reaches the desk, and is triaged, at the aware moment `received`.

    By the very path of triage: gathered with that connection, which need not be able to write, decided upon, and
    applied onto a ledger that is thrown away. A file cut off by a mailbox's limit is taken for a whole mail.
    """
    (facts,) = gather(connection, force, (Read.of(force, _NO_MAIL, desk, received, raw),))
    letter = facts.letter
    number = _next_number(connection, facts.desk.prefix)
    ledger, decision, parked = Ledger(received), None, ""
    try:
        decision = decide(facts)
        if isinstance(decision, Parked):
            parked = silence_line(decision.reason)
        else:
            answered = {letter.sender.key} if letter.sender else set()
            answered |= {ascii_lower(facts.survey.recipient)} if facts.survey else set()
            purse = load_purse(connection, answered, received)
            clerk = Clerk(ledger, force.stationery(received), purse, force.admin)
            apply(clerk, facts, decision, number)
    except Exception as exc:  # noqa: BLE001 - what triage would park the mail for is what the admin wants to know
        parked, ledger = f"{type(exc).__name__}: {exc}"[:500], Ledger(received)
    opens = isinstance(decision, NewCase)
    return Explained(
        desk, facts, decision, try_rules(facts.desk, letter, facts.belongs[0]) if opens else (), number,
        _earlier(connection, raw, desk), ledger.letters, ledger.history, parked,
    )  # fmt: skip


def _next_number(connection: Connection, prefix: str) -> str:
    last = connection.execute(select(COUNTER.c.last).where(COUNTER.c.prefix == prefix)).scalar() or 0
    return case_number(prefix, last + 1)


def _earlier(connection: Connection, raw: bytes, desk: Desk) -> str:
    envelope = read_envelope(raw)
    this = (MAIL.c.desk == desk.key, MAIL.c.message_id == envelope.message_id, MAIL.c.digest == envelope.digest)
    row = connection.execute(select(MAIL.c.id, MAIL.c.state, MAIL.c.outcome, MAIL.c.reason).where(*this)).first()
    if row is None:
        return ""
    return f"mail {row.id}, {': '.join(filter(None, (row.outcome or str(row.state), row.reason)))}"
