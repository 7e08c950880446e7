"""What `mailbot demo` shows: its progress, then what stands in the database and what the SMTP server took."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, select

from mailbot.casefile import list_tickets
from mailbot.core.desk import Desk
from mailbot.core.letter import read_letter
from mailbot.demomail import read_mail, text_of
from mailbot.demoservers import Delivered
from mailbot.rawmail import unpack
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, TICKET

_WIDE = 110
"""Columns from which the table of tickets has room for the subjects."""
_OWN_FILE = re.compile(r"demo-[A-Z0-9]+(-[0-9]+)?-[0-9]{2,}-[a-z]+-[A-Za-z0-9_.-]+\.eml")
"""The names of our letters; nothing else in the folder is ours."""
_SHOWN_HEADERS = ("From", "To", "Subject", "In-Reply-To", "Auto-Submitted")
_NO_SECOND = "a further message, which is not acknowledged again"


class Screen:
    """Standard output: a terminal sees what is going on while it goes on, a pipe only what has been done."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, TextIOWrapper):
            # A terminal that cannot show an å is no reason to fail.
            sys.stdout.reconfigure(errors="replace")
        self.console = Console(highlight=False, markup=False, emoji=False)

    def line(self, text: str = "", style: str = "") -> None:
        """A line of text."""
        self._print(Text(text, style))

    def heading(self, text: str) -> None:
        """What the next part is about."""
        self.console.print()
        self.console.print(Rule(Text(text, "bold"), align="left", characters="-", style="dim"))

    def done(self, text: str) -> None:
        """A step that has been taken."""
        self._print(Text.assemble(("* ", "green"), text))

    def _print(self, text: Text) -> None:
        # Whoever reads a pipe breaks the lines himself.
        self.console.print(text, soft_wrap=not self.console.is_terminal)

    @contextmanager
    def doing(self) -> Iterator[Callable[[str], None]]:
        """While the block lasts, what it last said it is doing stands below the steps; nothing of it stays."""
        if not self.console.is_terminal:
            yield lambda _: None
            return
        with self.console.status("") as status:
            yield lambda text: status.update(Text(text))

    def end(self, out: Path, log: str, letters: int, complaints: int) -> None:
        """Where everything lies, what the daemon complained of, and what to do next."""
        self.heading("What next")
        self.line(f"All {letters} letters that were sent lie in {out}; {log} beside them is the daemon's.")
        if complaints:
            self.line(f"The daemon warned of something {complaints} times; {log} tells of what.", "yellow")
        self.line("For a desk of your own, make a folder, edit it, check it and run it:\n")
        program = _program()
        self.line(f"  {program} init my-desk --desk support --address help@example.com --language en")
        self.line(f"  {program} --config my-desk check")
        self.line(f"  {program} --config my-desk run")


def _program() -> str:
    """What to type for this program where it was started: its environment need not be activated."""
    if shutil.which("mailbot"):
        return "mailbot"
    started = Path(sys.argv[0])
    return f"{sys.executable} -m mailbot" if started.name == "__main__.py" else os.path.relpath(started)


def write_letters(connection: Connection, letters: Sequence[Delivered], out: Path) -> int:
    """Each letter that the SMTP server took as a file of its own, instead of an earlier demo's; how many there are.

    A file is named after case, place in the case's letters, kind and recipient, which stand in the database.
    """
    query = select(OUTGOING.c.message_id, OUTGOING.c.recipient, OUTGOING.c.kind, TICKET.c.number)
    rows = connection.execute(query.outerjoin(TICKET, TICKET.c.id == OUTGOING.c.ticket_id))
    known = {(row.message_id, row.recipient): (row.number or "ADMIN", row.kind) for row in rows}
    for path in out.iterdir():
        if _OWN_FILE.fullmatch(path.name):
            path.unlink()
    places: dict[str, int] = {}
    for letter in letters:
        number, kind = known[str(read_mail(letter.content)["Message-ID"]).strip("<>"), letter.recipient]
        places[number] = places.get(number, 0) + 1
        person = re.sub(r"[^A-Za-z0-9.-]", "_", letter.recipient.partition("@")[0])
        (out / f"demo-{number}-{places[number]:02}-{kind}-{person}.eml").write_bytes(letter.content)
    return len(letters)


def tell(screen: Screen, connection: Connection, desks: Mapping[str, Desk], letters: Sequence[Delivered]) -> None:
    """The tickets, what got no acknowledgement, and one acknowledgement as its reader sees it."""
    _tell_tickets(screen, connection, desks)
    _tell_unanswered(screen, connection)
    _tell_acknowledgement(screen, connection, letters)


def _tell_tickets(screen: Screen, connection: Connection, desks: Mapping[str, Desk]) -> None:
    tickets = sorted(
        list_tickets(connection, desk=None, state=None), key=lambda ticket: (ticket["desk"], ticket["number"])
    )
    screen.heading(f"{len(tickets)} tickets, times by the clock of each desk")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    is_wide = screen.console.width >= _WIDE
    for heading in ("Case", "Desk", "Priority", "Received", "Work starts by", *(("Subject",) if is_wide else ())):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for ticket in tickets:
        zone = desks[ticket["desk"]].calendar.zone
        moments = (
            datetime.fromisoformat(ticket[key]).astimezone(zone).strftime("%a %d %b %H:%M")
            for key in ("received", "expected_start")
        )
        subject = (ticket["subject"],) if is_wide else ()
        table.add_row(ticket["number"], ticket["desk"], ticket["priority"], *moments, *subject)
    screen.console.print(table)


def _tell_unanswered(screen: Screen, connection: Connection) -> None:
    """Every mail that no acknowledgement was written for, and why, as triage wrote it down."""
    acknowledged = set(connection.execute(select(OUTGOING.c.cause).where(OUTGOING.c.kind == "ack")).scalars())
    mails = connection.execute(select(MAIL).order_by(MAIL.c.id)).all()
    silent = [mail for mail in mails if f"ack:mail:{mail.id}" not in acknowledged]
    cases = _cases(connection)
    screen.heading(f"{len(silent)} mails heard and not answered")
    for mail in silent:
        letter = read_letter(unpack(mail.raw))
        sender = (letter.sender.name or letter.sender.address) if letter.sender else letter.claimed_from
        number = cases.get(mail.id)
        # The reason is stored as `rule: words`.
        why = _NO_SECOND if mail.outcome == "follow-up" else mail.reason.partition(": ")[2] or mail.reason
        screen.line(f'{sender}: "{letter.subject}"')
        screen.line(f"    {f'case {number}' if number else 'no case'}: {why}")


def _cases(connection: Connection) -> dict[int, str]:
    """The case that each mail belongs to: as a message, or because its history tells of it."""
    known: dict[int, str] = {}
    for table in (EVENT, MESSAGE):
        query = select(table.c.mail_id, TICKET.c.number).join(TICKET, TICKET.c.id == table.c.ticket_id)
        known |= {row.mail_id: row.number for row in connection.execute(query) if row.mail_id is not None}
    return known


def _tell_acknowledgement(screen: Screen, connection: Connection, letters: Sequence[Delivered]) -> None:
    """One that was sent: in English, as all that is told here, where a desk writes English."""
    query = select(OUTGOING.c.content, TICKET.c.number).join(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
    rows = connection.execute(query.where(OUTGOING.c.kind == "ack").order_by(TICKET.c.desk, TICKET.c.number)).all()
    sent = {letter.content: letter.sender for letter in letters}
    mails = [(row.number, sent[row.content], read_mail(row.content)) for row in rows if row.content in sent]
    if not mails:
        return
    number, sender, mail = min(mails, key=lambda item: "en" not in str(item[2]["Content-Language"]))
    screen.heading(f"The acknowledgement of {number}, as the customer sees it")
    screen.line(f"Envelope sender: <{sender}>")
    for name in _SHOWN_HEADERS:
        screen.line(f"{name}: {mail[name]}")
    screen.line()
    screen.line(text_of(mail).strip())
