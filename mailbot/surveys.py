"""Surveys by the clock: each is sent when its hour has come, reminded of and let expire, or cancelled with why."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from mailbot.caseload import load_cases
from mailbot.core.correspondence import Case, Stationery, ask
from mailbot.core.desk import Desk, SurveyTerms
from mailbot.core.knowncase import KnownCase
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parties import survey_party
from mailbot.core.survey import Due, Part, cause_of, may_send, survey_calendar, why_nobody, why_not
from mailbot.core.surveytime import expiry, reminder_moment
from mailbot.core.tags import make_handle
from mailbot.core.terms import in_terms
from mailbot.core.texts import in_language
from mailbot.database import Database
from mailbot.ledger import Ledger
from mailbot.office import InForce, Office
from mailbot.optouts import has_opted_out
from mailbot.returns import suppressed
from mailbot.rounds import apart
from mailbot.tables import OUTGOING, SURVEY, OutgoingState, SurveyState

log = logging.getLogger(__name__)

_MOST = 500
"""Surveys looked at in one round: those that have been due longest."""
# Spelt as in the schema: SQLite uses a partial index only where the query repeats its condition literally.
_WAITING = text("survey.state = 'waiting'")
_SENT = text("survey.state = 'sent'")


def send_surveys(database: Database, office: Office, now: datetime) -> int:
    """Put the surveys and reminders that are due at a moment (UTC) into the outbox, each in one commit; how many.

    A daemon that was off over the hour sends them when it is back, in survey hours only. Nothing is done while a mail
    is triaged, by this daemon or another: it may open the case again. A letter that cannot be written is logged, and
    tried again next time.
    """
    force = office.in_force
    desks = [desk.key for desk in force.desks.values() if may_send(desk, now)]
    with database.read() as connection:
        due = _due(connection, desks, now)
        over = _over(connection, now)
    if not (due or over):
        return 0
    stationery = force.stationery(now)
    sent = 0
    with database.turn("triage") as ours:
        if not ours:
            return 0
        if over:
            _let_expire(database, over, now)
        for survey_id, part in due:
            with apart(f"survey {survey_id} cannot be written"), database.write() as connection:
                sent += _send(connection, stationery, force, survey_id, part)
            # Commit: the letter stands in the outbox, or it is written down why it does not.
    if sent:
        log.info("%d letters of surveys", sent)
    return sent


def _due(connection: Connection, desks: Sequence[str], now: datetime) -> list[tuple[int, Part]]:
    """The surveys, and the reminders, whose moment has come, as far as can be seen without a lock."""
    first = select(SURVEY.c.id).where(_WAITING, SURVEY.c.due <= now, SURVEY.c.desk.in_(desks))
    again = select(SURVEY.c.id).where(_SENT, SURVEY.c.remind_at <= now, SURVEY.c.desk.in_(desks))
    surveys = connection.execute(first.order_by(SURVEY.c.due, SURVEY.c.id).limit(_MOST)).scalars()
    reminders = connection.execute(again.order_by(SURVEY.c.remind_at, SURVEY.c.id).limit(_MOST)).scalars()
    return [*((each, "survey") for each in surveys), *((each, "reminder") for each in reminders)]


def _over(connection: Connection, now: datetime) -> list[int]:
    """The surveys that nobody has answered in their time."""
    query = select(SURVEY.c.id).where(_SENT, SURVEY.c.expires <= now).order_by(SURVEY.c.expires, SURVEY.c.id)
    return list(connection.execute(query.limit(_MOST)).scalars())


def _let_expire(database: Database, over: list[int], now: datetime) -> None:
    with database.write() as connection:
        expired = connection.execute(
            SURVEY.update()
            .where(SURVEY.c.id.in_(over), SURVEY.c.state == SurveyState.SENT)
            .values(state=SurveyState.EXPIRED, remind_at=None)
            .returning(SURVEY.c.ticket_id, SURVEY.c.recipient)
        ).all()
        ledger = Ledger(now)
        for row in expired:
            ledger.add_events(row.ticket_id, None, [("survey", f"{row.recipient} has not answered in time")])
        ledger.write(connection)
    # Commit: an answer that comes from now on is late, unless it had reached the mailbox before.


def _send(connection: Connection, stationery: Stationery, force: InForce, survey_id: int, part: Part) -> bool:
    """Send one letter of a survey, or write down why it is not sent; whether it was."""
    state = SurveyState.WAITING if part == "survey" else SurveyState.SENT
    this = select(SURVEY).where(SURVEY.c.id == survey_id, SURVEY.c.state == state)
    row = connection.execute(this.with_for_update()).first()
    if row is None or (part == "reminder" and row.remind_at is None):
        return False
    now = stationery.now
    known = load_cases(connection, [row.ticket_id])[row.ticket_id]
    desk = in_terms(force.desks[row.desk], known.facts.customer)
    ledger = Ledger(now)
    why = _why_not(connection, desk, known, row, part, now)
    if why:
        ended = {"state": SurveyState.CANCELLED, "reason": why} if part == "survey" else {"remind_at": None}
        ledger.change_survey(survey_id, ended)
        what = "the survey is cancelled" if part == "survey" else "no reminder is sent"
        ledger.add_events(row.ticket_id, None, [("survey", f"{what}: {why}")])
    else:
        case = Case.of(desk, known)
        cause = cause_of(row.ticket_id, row.closing, part)
        sealed = ask(stationery, case, row.recipient, row.closing, cause, part)
        ledger.post(desk.key, row.ticket_id, (sealed,))
        assert desk.survey is not None
        done = _as_sent(desk, desk.survey, known, row, now) if part == "survey" else {"remind_at": None}
        ledger.change_survey(survey_id, done)
        told = "sent" if part == "survey" else "reminder sent"
        ledger.add_events(row.ticket_id, None, [("survey", f"{told} to {row.recipient}")])
    ledger.write(connection)
    return not why


def _why_not(connection: Connection, desk: Desk, case: KnownCase, row: Any, part: Part, now: datetime) -> str:
    if desk.survey is None:
        return "the desk asks nothing any more"
    due = _known_due(connection, row, now)
    if part == "survey":
        return why_not(desk.survey, case, due, now)
    cause = cause_of(row.ticket_id, row.closing, "survey")
    arrived = select(OUTGOING.c.id).where(OUTGOING.c.cause == cause, OUTGOING.c.state == OutgoingState.SENT)
    if connection.execute(arrived).first() is None:
        return "the survey itself did not arrive, as far as is known"
    return why_nobody(case, due)


def _known_due(connection: Connection, row: Any, now: datetime) -> Due:
    """What is known of the recipient at that moment."""
    address = ascii_lower(row.recipient)
    until = suppressed(connection, {address}).get(address)
    others = (func.lower(SURVEY.c.recipient) == address, SURVEY.c.desk == row.desk, SURVEY.c.id != row.id)
    last = connection.execute(select(func.max(SURVEY.c.sent)).where(*others)).scalar()
    return Due(
        row.ticket_id, row.closing, row.recipient, row.due,
        suppressed=until is not None and until > now, opted_out=has_opted_out(connection, address), last_asked=last,
    )  # fmt: skip


def _as_sent(desk: Desk, terms: SurveyTerms, case: KnownCase, row: Any, now: datetime) -> dict[str, Any]:
    """The columns of a survey whose letter stands in the outbox."""
    expires = expiry(now, timedelta(days=terms.valid_days))
    reminder = None
    if terms.remind_after is not None:
        reminder = reminder_moment(now, survey_calendar(desk, terms), terms.remind_after, expires)
    questions = {language: [in_language(each, language) for each in terms.questions] for language in desk.written_in}
    return {
        "state": SurveyState.SENT, "sent": now, "expires": expires, "remind_at": reminder,
        "handle": make_handle(survey_party(case.facts.number, row.recipient, row.closing)),
        "questions": json.dumps(questions, ensure_ascii=False),
    }  # fmt: skip
