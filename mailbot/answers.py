"""Surveys as mails touch them, in the tables: planned by a close, stopped when the case opens again, answered."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, select

from mailbot.core.correspondence import Case, ask, run_errand
from mailbot.core.desk import Desk
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter, read_letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parties import survey_party
from mailbot.core.survey import KnownSurvey, State, cause_of, planned
from mailbot.core.surveyturn import hear
from mailbot.core.tags import Party
from mailbot.entries import Clerk, budgeted
from mailbot.ledger import Ledger
from mailbot.optouts import has_opted_out
from mailbot.tables import OUTGOING, SURVEY, TICKET, MailState

# Each text as itself, for the type checker, as in caseload.
_STATES: Final[Mapping[str, State]] = {
    "waiting": "waiting", "sent": "sent", "answered": "answered", "cancelled": "cancelled", "expired": "expired",
}  # fmt: skip


def follow_close(ledger: Ledger, desk: Desk, case: KnownCase, changes: Mapping[str, Any], mail_id: int) -> None:
    """What new values of a case's columns mean for its survey: a close plans one, in the commit of the closing letter.

    A closed case that opens stops what has not left the outbox, and the reminder.
    """
    survey = planned(desk, case, changes)
    if survey is not None:
        ledger.add_survey(case.ticket_id, desk.key, survey)
        told = f"a survey to {survey.recipient} is due at {survey.due.isoformat()}"
        ledger.add_events(case.ticket_id, mail_id, [("survey", told)])
    if case.state == "closed" and changes.get("state", "closed") != "closed":
        ledger.stop_survey(case.ticket_id, case.closings, "the case was opened again")


def find_surveys(connection: Connection, handles: Collection[str]) -> dict[str, Any]:
    """By handle: the survey's row, with its case's number."""
    if not handles:
        return {}
    query = select(SURVEY, TICKET.c.number).join(TICKET, TICKET.c.id == SURVEY.c.ticket_id)
    return {row.handle: row for row in connection.execute(query.where(SURVEY.c.handle.in_(handles)))}


def party_of(row: Any) -> Party:
    """Whom the survey's tag was made for."""
    return survey_party(row.number, row.recipient, row.closing)


def as_known(connection: Connection, row: Any, case: KnownCase, named: Collection[str]) -> KnownSurvey:
    """The survey of a row, with the letter of it that a mail answers which names these Message-IDs, else its first."""
    questions = {language: tuple(texts) for language, texts in json.loads(row.questions).items()}
    return KnownSurvey(
        survey_id=row.id, ticket_id=row.ticket_id, number=row.number, case=case, closing=row.closing,
        recipient=row.recipient, agent=row.agent, state=_STATES[row.state], expires=row.expires, questions=questions,
        score=row.score, texts=tuple(json.loads(row.texts)) if row.texts else (), comment=row.comment,
        asked_again=row.asked_again, opted_out=has_opted_out(connection, row.recipient),
        letter=_letter_of(connection, row, named, next(iter(questions))),
    )  # fmt: skip


def _letter_of(connection: Connection, row: Any, named: Collection[str], language: str) -> Letter | None:
    causes = [cause_of(row.ticket_id, row.closing, part) for part in ("survey", "reminder", "again")]
    sent = connection.execute(
        select(OUTGOING.c.message_id, OUTGOING.c.content).where(OUTGOING.c.cause.in_(causes)).order_by(OUTGOING.c.id)
    ).all()
    answered = next((one for one in sent if one.message_id in named), sent[0] if sent else None)
    return read_letter(answered.content, language=language) if answered else None


def enter_answer(clerk: Clerk, facts: Facts, survey: KnownSurvey) -> None:
    """Enter what follows from a mail that answers a survey."""
    ledger, stationery = clerk.ledger, clerk.stationery
    desk, letter, mail_id = facts.desk, facts.letter, facts.mail_id
    heard = hear(facts, survey)
    known = survey.case
    case = Case.of(desk, known)
    for errand in heard.errands:
        sealed = run_errand(stationery, case, errand)
        answer = budgeted(clerk.purse, errand, verified=True)  # the tag verifies whom it was made for
        ledger.post(desk.key, known.ticket_id, (sealed,), mail_id=mail_id, answer=answer)
    if heard.asks_again:
        cause = cause_of(survey.ticket_id, survey.closing, "again")
        # The tag is made for the number that the case had; it may have become part of another since.
        case = replace(case, facts=replace(known.facts, number=survey.number))
        sealed = ask(stationery, case, survey.recipient, survey.closing, cause, "again")
        ledger.post(desk.key, known.ticket_id, (sealed,), mail_id=mail_id)
    if heard.changes:
        ledger.change_survey(survey.survey_id, _columns(heard.changes))
    address = ascii_lower(survey.recipient)
    if heard.opts_out:
        ledger.opt_out(address, f"said so in mail {mail_id}")
    if letter.sender is not None and letter.sender.key == address and facts.authenticity != "fail":
        # Who uses the tag of a letter to themselves has got that letter.
        ledger.remember(desk.key, address)
        ledger.forget_bounce(address)
    ledger.add_events(known.ticket_id, mail_id, heard.events)
    ledger.end_mail(mail_id, MailState.DONE, "survey", f"case {survey.number}: {heard.events[0][1]}")


def _columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(changes)
    if "texts" in columns:
        columns["texts"] = json.dumps(columns["texts"], ensure_ascii=False)
    return columns
