"""The letters of `mailbot demo` by two witnesses: the database that caused them, and the server that took them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from mailbot.demomail import Answer
from mailbot.demoservers import Delivered
from mailbot.tables import EVENT, MAIL, MESSAGE, OUTGOING, PARTICIPANT, RAW, TICKET

_OWN_FILE = re.compile(r"demo-[A-Z0-9]+(-[0-9]+)?-[0-9]{2,}-[a-z]+-[A-Za-z0-9_.-]+\.eml")
"""The names of our letters; nothing else in the folder is ours."""

Files = Mapping[tuple[bytes, str], str]
"""The file of each letter that the SMTP server took, by its bytes and recipient."""


@dataclass(frozen=True, slots=True)
class Caused:
    """A letter that a mail caused."""

    recipient: str
    state: str
    """By the database."""
    file: str
    """Empty where the SMTP server did not take it."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What became of one mail."""

    mail_id: int
    raw: bytes
    """As it is stored, packed."""
    reason: str
    case: str
    """Number; empty where it belongs to none."""
    events: tuple[str, ...]
    letters: tuple[Caused, ...]
    spared: tuple[str, ...]
    """The customers of the case to whom no letter of it went."""


def letter_files(connection: Connection, letters: Sequence[Delivered]) -> Files:
    """The name of each letter's file: case, place in the case's letters, kind and recipient, by the database.

    KeyError for a letter that the database does not know.
    """
    query = select(OUTGOING.c.content, OUTGOING.c.recipient, OUTGOING.c.kind, TICKET.c.number)
    rows = connection.execute(query.outerjoin(TICKET, TICKET.c.id == OUTGOING.c.ticket_id))
    known = {(row.content, row.recipient): (row.number or "ADMIN", row.kind) for row in rows}
    places: dict[str, int] = {}
    files = {}
    for letter in letters:
        number, kind = known[letter.content, letter.recipient]
        places[number] = places.get(number, 0) + 1
        person = re.sub(r"[^A-Za-z0-9.-]", "_", letter.recipient.partition("@")[0])
        files[letter.content, letter.recipient] = f"demo-{number}-{places[number]:02}-{kind}-{person}.eml"
    return files


def write_letters(files: Files, out: Path) -> int:
    """Put the letters into the folder, instead of an earlier demo's; how many there are."""
    for path in out.iterdir():
        if _OWN_FILE.fullmatch(path.name):
            path.unlink()
    for (content, _), name in files.items():
        (out / name).write_bytes(content)
    return len(files)


def find_letter(connection: Connection, letters: Sequence[Delivered], answer: Answer) -> bytes:
    """The letter that the answer is about, if the SMTP server took it. LookupError where there is none."""
    taken = {(letter.content, letter.recipient) for letter in letters}
    query = select(OUTGOING.c.content).where(OUTGOING.c.recipient == answer.to).order_by(OUTGOING.c.id)
    if answer.survey:
        # The hour causes it, not a mail: it is known by its case.
        query = query.join(MESSAGE, MESSAGE.c.ticket_id == OUTGOING.c.ticket_id).where(OUTGOING.c.kind == "survey")
        query = query.join(MAIL, MAIL.c.id == MESSAGE.c.mail_id)
    else:
        query = query.join(MAIL, MAIL.c.id == OUTGOING.c.mail_id)
    for content in connection.execute(query.where(MAIL.c.message_id == answer.because_id)).scalars():
        if (content, answer.to) in taken:
            return bytes(content)
    what = "survey" if answer.survey else "letter"
    raise LookupError(f"no {what} to {answer.to} went out because of the mail <{answer.because_id}>")


def consequences(connection: Connection, files: Files, message_id: str) -> Consequences:
    """What became of the mail with this Message-ID, all of it looked up."""
    mail = connection.execute(select(MAIL, RAW.c.content).join(RAW).where(MAIL.c.message_id == message_id)).one()
    rows = connection.execute(select(OUTGOING).where(OUTGOING.c.mail_id == mail.id).order_by(OUTGOING.c.id))
    letters = tuple(Caused(row.recipient, row.state, files.get((row.content, row.recipient), "")) for row in rows)
    told = connection.execute(select(EVENT.c.text).where(EVENT.c.mail_id == mail.id).order_by(EVENT.c.id)).scalars()
    case = cases_of_mails(connection).get(mail.id, "")
    got = {letter.recipient for letter in letters if letter.file}
    people = (
        select(PARTICIPANT.c.address)
        .join(TICKET, TICKET.c.id == PARTICIPANT.c.ticket_id)
        .where(TICKET.c.number == case, PARTICIPANT.c.role == "customer")
        .order_by(PARTICIPANT.c.id)
    )
    spared = tuple(person for person in connection.execute(people).scalars() if person not in got)
    return Consequences(mail.id, mail.content, mail.reason, case, tuple(told), letters, spared)


def cases_of_mails(connection: Connection) -> dict[int, str]:
    """The number of the case that each mail belongs to: as a message, or because its history tells of it."""
    known: dict[int, str] = {}
    for table in (EVENT, MESSAGE):
        query = select(table.c.mail_id, TICKET.c.number).join(TICKET, TICKET.c.id == table.c.ticket_id)
        known |= {row.mail_id: row.number for row in connection.execute(query) if row.mail_id is not None}
    return known
