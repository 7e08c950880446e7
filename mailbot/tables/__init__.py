"""The schema: each noun of the desk as one table, its legal states beside it, its once-only guarantee as a unique key.

Moments are aware UTC. Rows are never deleted by the path of a letter; `event` is append-only.
"""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from mailbot.tables.base import Meta
from mailbot.tables.cases import Counter, Event, Fault, Message, Participant, Ticket, TicketState, Turn
from mailbot.tables.letters import LEGAL_OUTGOING, Outgoing, OutgoingState
from mailbot.tables.mails import Cursor, Mail, MailState, Raw, Sighting
from mailbot.tables.people import Correspondent, OptedOut, PersonalAddress, Suppressed
from mailbot.tables.promises import Beginning, Promised
from mailbot.tables.surveys import Survey, SurveyState

__all__ = [
    "BEGINNING",
    "CORRESPONDENT",
    "COUNTER",
    "CURSOR",
    "EVENT",
    "FAULT",
    "LEGAL_OUTGOING",
    "MAIL",
    "MESSAGE",
    "META",
    "OPTED_OUT",
    "OUTGOING",
    "PARTICIPANT",
    "PERSONAL_ADDRESS",
    "PROMISED",
    "RAW",
    "SCHEMA_VERSION",
    "SIGHTING",
    "SUPPRESSED",
    "SURVEY",
    "TICKET",
    "TURN",
    "WITHOUT_CONTENT",
    "Beginning",
    "Correspondent",
    "Counter",
    "Cursor",
    "Event",
    "Fault",
    "Mail",
    "MailState",
    "Message",
    "Meta",
    "OptedOut",
    "Outgoing",
    "OutgoingState",
    "Participant",
    "PersonalAddress",
    "Promised",
    "Raw",
    "Sighting",
    "Suppressed",
    "Survey",
    "SurveyState",
    "Ticket",
    "TicketState",
    "Turn",
]

SCHEMA_VERSION = 3


def _core(table: type[SQLModel]) -> Table:
    """The Core table behind a model: the path of a letter speaks Core SQL, which costs a tenth of the ORM."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


META = _core(Meta)
CURSOR = _core(Cursor)
MAIL = _core(Mail)
RAW = _core(Raw)
SIGHTING = _core(Sighting)
COUNTER = _core(Counter)
TICKET = _core(Ticket)
MESSAGE = _core(Message)
PARTICIPANT = _core(Participant)
CORRESPONDENT = _core(Correspondent)
OUTGOING = _core(Outgoing)
EVENT = _core(Event)
PERSONAL_ADDRESS = _core(PersonalAddress)
TURN = _core(Turn)
FAULT = _core(Fault)
SUPPRESSED = _core(Suppressed)
SURVEY = _core(Survey)
OPTED_OUT = _core(OptedOut)
BEGINNING = _core(Beginning)
PROMISED = _core(Promised)

WITHOUT_CONTENT = tuple(column for column in OUTGOING.c if column is not OUTGOING.c.content)
"""All of an outgoing letter but its bytes, which may be many."""
