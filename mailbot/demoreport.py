"""What `mailbot demo` shows: its progress, then what stands in the database and what the SMTP server took."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, func, select

from mailbot.casefile import case_file, list_tickets
from mailbot.cli.casewords import tell_case
from mailbot.cli.figures import score_lines
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter, read_letter
from mailbot.core.months import month_of, span
from mailbot.demoletters import Files, cases_of_mails, consequences, find_letter
from mailbot.demomail import CLOSINGS, SHOWN, SURVEY_ANSWERS, Answer, read_mail, text_of
from mailbot.demoservers import Delivered
from mailbot.figures import read_figures
from mailbot.rawmail import unpack
from mailbot.tables import MAIL, OUTGOING, RAW, SURVEY, TICKET, OutgoingState

_WIDE = 110
"""Columns from which the table of tickets has room for the subjects."""
_SHOWN_HEADERS = ("From", "To", "Subject", "In-Reply-To", "Auto-Submitted")
_MOST_WORDS = 110
"""Characters of a mail that are shown where it is only named."""
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

    def folded(self, text: str, hang: int) -> None:
        """A line that, where it does not fit the terminal, goes on below itself, `hang` columns in."""
        if not self.console.is_terminal:
            self.line(text)
            return
        lines = textwrap.wrap(
            text, self.console.width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
        )
        self.line("\n".join(lines))

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


def tell(screen: Screen, connection: Connection, desks: Mapping[str, Desk], letters: Sequence[Delivered]) -> None:
    """The tickets, what got no acknowledgement, and one acknowledgement as its reader sees it."""
    _tell_tickets(screen, connection, desks)
    _tell_unanswered(screen, connection)
    # In English too, as all that is told here.
    found = _sent(connection, letters, SHOWN.because_id, "ack")
    if found is not None:
        _tell_letter(screen, f"The acknowledgement of {found.number}, as the customer sees it", found.letter)


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
    mails = connection.execute(select(MAIL, RAW.c.content).join(RAW).order_by(MAIL.c.id)).all()
    silent = [mail for mail in mails if f"ack:mail:{mail.id}" not in acknowledged]
    cases = cases_of_mails(connection)
    screen.heading(f"{len(silent)} mails heard and not answered")
    for mail in silent:
        letter = read_letter(unpack(mail.content))
        sender = _name(letter)
        number = cases.get(mail.id)
        # The reason is stored as `rule: words`.
        why = _NO_SECOND if mail.outcome == "follow-up" else mail.reason.partition(": ")[2] or mail.reason
        screen.line(f'{sender}: "{letter.subject}"')
        screen.line(f"    {f'case {number}' if number else 'no case'}: {why}")


def _name(letter: Letter) -> str:
    """Who says that they wrote it."""
    return (letter.sender.name or letter.sender.address) if letter.sender else letter.claimed_from


@dataclass(frozen=True, slots=True)
class _Sent:
    """A letter about a case that the SMTP server took."""

    number: str
    desk: str
    letter: Delivered


def _sent(connection: Connection, letters: Sequence[Delivered], message_id: str, kind: str) -> _Sent | None:
    """The letter of that kind which the mail caused; None where none was taken."""
    query = (
        select(OUTGOING.c.content, TICKET.c.number, TICKET.c.desk)
        .join(MAIL, MAIL.c.id == OUTGOING.c.mail_id)
        .join(TICKET, TICKET.c.id == OUTGOING.c.ticket_id)
        .where(MAIL.c.message_id == message_id, OUTGOING.c.kind == kind)
    )
    row = connection.execute(query).first()
    taken = next((letter for letter in letters if row is not None and letter.content == row.content), None)
    return _Sent(row.number, row.desk, taken) if row is not None and taken is not None else None


def _tell_letter(screen: Screen, heading: str, letter: Delivered) -> None:
    mail = read_mail(letter.content)
    screen.heading(heading)
    screen.line(f"Envelope sender: <{letter.sender}>")
    for name in _SHOWN_HEADERS:
        if mail[name]:
            screen.line(f"{name}: {mail[name]}")
    screen.line()
    screen.line(text_of(mail).strip())


def tell_turn(screen: Screen, connection: Connection, files: Files, place: int, answer: Answer) -> None:
    """What came in with a mail of the day or after it, and what came of it by the database and the SMTP server."""
    came = consequences(connection, files, answer.message_id)
    letter = read_letter(unpack(came.raw))
    words = textwrap.shorten(letter.reply or letter.subject, _MOST_WORDS, placeholder=" …")
    screen.line(f"{place}. {answer.title} ({came.case or 'no case'})", "bold")
    screen.folded(f'   < {_name(letter)} writes: "{words}"', 5)
    for event in came.events:
        screen.folded(f"   * {event}", 5)
    for one in came.letters:
        got = f"gets {one.file}" if one.file else f"got no letter yet: it is {one.state}"
        screen.folded(f"   > {one.recipient} {got}", 5)
    if not came.letters:
        screen.line("   > nobody gets anything")
    for person in came.spared if came.letters else ():
        screen.line(f"   > {person}, the customer, gets nothing")


def tell_case_shown(
    screen: Screen, connection: Connection, desks: Mapping[str, Desk], letters: Sequence[Delivered]
) -> None:
    """One of the agents' answers as its reader sees it, and the whole case, as `mailbot show` tells it."""
    found = _sent(connection, letters, SHOWN.message_id, "relay")
    case = case_file(connection, found.number) if found is not None else None
    if found is None or case is None:
        return
    _tell_letter(screen, f"The agent's answer in {found.number}, as the customer sees it", found.letter)
    screen.heading(f"{found.number} from beginning to end, as `mailbot show` tells it")
    for line in tell_case(case, desks[found.desk].calendar.zone):
        screen.folded(line, 20 if line[:1].isdigit() else 6)


def tell_closing(screen: Screen, connection: Connection, letters: Sequence[Delivered]) -> None:
    """The letter that told the customer the solution."""
    found = _sent(connection, letters, CLOSINGS[0].message_id, "relay")
    if found is not None:
        _tell_letter(screen, f"The closing letter of {found.number}, as the customer sees it", found.letter)


def tell_survey(screen: Screen, connection: Connection, letters: Sequence[Delivered]) -> None:
    """How many surveys were sent, and the one about that case. LookupError where it was not."""
    surveys = (OUTGOING.c.kind == "survey", OUTGOING.c.state == OutgoingState.SENT)
    sent = connection.execute(select(func.count()).select_from(OUTGOING).where(*surveys)).scalar_one()
    how = "the daemon is stopped and started again, so that its round comes now and not within half a minute"
    screen.done(f"{how}: {sent} surveys sent")
    content = find_letter(connection, letters, SURVEY_ANSWERS[0])
    (letter,) = (letter for letter in letters if letter.content == content)
    _tell_letter(screen, "The survey about it, as the customer sees it", letter)


def tell_score(screen: Screen, connection: Connection, desk: Desk, now: datetime) -> None:
    """What the answers were read as, and the desk's score, as `mailbot nps` prints it."""
    screen.heading("How the answers were read, by the database")
    columns = (TICKET.c.number, SURVEY.c.recipient, SURVEY.c.state, SURVEY.c.score)
    query = select(*columns).join(TICKET, TICKET.c.id == SURVEY.c.ticket_id).order_by(SURVEY.c.id)
    for row in connection.execute(query):
        score = "no score" if row.score is None else f"score {row.score}"
        screen.line(f"{row.number}  {row.recipient}: {row.state}, {score}")
    screen.heading(f"The score, as `mailbot nps --desk {desk.key}` tells it")
    months = span(None, None, month_of(now, desk.calendar.zone))
    for line in score_lines(read_figures(connection, desk, *months), "month"):
        screen.line(line)
