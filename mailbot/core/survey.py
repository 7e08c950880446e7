"""Surveys after the close: which close causes one, and whether it may go out when its hour has come (V13, Y11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from mailbot.core.audience import agent_of
from mailbot.core.calendar import Calendar
from mailbot.core.desk import Desk, SurveyTerms
from mailbot.core.knowncase import KnownCase
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.surveytime import expiry, in_time, may_ask, office_hours, survey_moment
from mailbot.core.worktime import NeverOpenError, is_open

State = Literal["waiting", "sent", "answered", "cancelled", "expired"]

Part = Literal["survey", "reminder", "again"]
"""Which of the letters of one survey."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The survey that a close causes."""

    closing: int
    queue: str
    agent: str
    """Address of the agent who had the case; empty where nobody had."""
    recipient: str
    closed: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A survey whose hour has come, or its reminder's, and what is known of its recipient."""

    ticket_id: int
    closing: int
    recipient: str
    due: datetime
    """Of the survey itself."""
    suppressed: bool
    """Whether automatic letters to the recipient are held back."""
    opted_out: bool
    last_asked: datetime | None
    """When the desk last sent the recipient another survey; None: never."""


@dataclass(frozen=True, slots=True)
class KnownSurvey:
    """A survey that was sent, as an answer to it needs it."""

    survey_id: int
    ticket_id: int
    number: str
    """The case's own: what stands in the letter, and what the tag is made for."""
    case: KnownCase
    """As which the case goes on today: itself, or the one that it has become part of."""
    closing: int
    recipient: str
    agent: str
    """As in `Planned`."""
    state: State
    expires: datetime | None
    questions: Mapping[str, tuple[str, ...]]
    """By language, in the order of the letter, as they stood in it; the headline first."""
    score: int | None = None
    texts: tuple[str, ...] = ()
    comment: str = ""
    asked_again: bool = False
    opted_out: bool = False
    """Whether the recipient wants no more surveys."""
    letter: Letter | None = None
    """The letter of it that is answered."""


def survey_calendar(desk: Desk, terms: SurveyTerms) -> Calendar:
    """When the desk's surveys are sent."""
    if terms.hours is None:
        return office_hours(desk.calendar.zone, desk.calendar.holidays)
    return Calendar(desk.calendar.zone, terms.hours, desk.calendar.holidays)


def may_send(desk: Desk, now: datetime) -> bool:
    """Whether surveys of the desk are sent at this aware moment: what was due while nobody could waits for the next."""
    return desk.survey is None or is_open(survey_calendar(desk, desk.survey), now)


def planned(desk: Desk, case: KnownCase, changes: Mapping[str, Any]) -> Planned | None:
    """The survey that a turn on a case causes by these changes of the ticket's columns; None where it closes nothing.

    None too where the desk asks nothing, and where nobody can be asked: a machine opened the case, or the requester is
    an agent or takes part no more. Reasons that may pass are asked for when the hour comes, see `why_not`.
    """
    terms, recipient = desk.survey, case.facts.requester_address
    if terms is None or changes.get("state") != "closed" or "closings" not in changes:
        return None
    if case.by_machine or ascii_lower(recipient) not in case.participants or agent_of(desk, ascii_lower(recipient)):
        return None
    closed = changes["closed"]
    try:
        # Never before the closing letter, which may wait for the agent to reconsider.
        due = survey_moment(closed, survey_calendar(desk, terms), max(terms.wait, desk.reconsider))
    except NeverOpenError:
        return None  # that no hour ever comes for it is no reason not to close the case
    queue, agent = changes.get("queue", case.facts.queue), changes.get("assignee", case.assignee)
    return Planned(changes["closings"], queue, agent, recipient, closed, due)


def why_not(terms: SurveyTerms, case: KnownCase, due: Due, now: datetime) -> str:
    """Why a survey that is due is not sent, in English; empty where it is.

    `case` is as which its case goes on at that moment.
    """
    if case.ticket_id != due.ticket_id:
        return "the case has become part of another"
    if case.state != "closed":
        return "the case is marked as spam" if case.state == "spam" else "the case is open again"
    if case.closings != due.closing:
        return "the case has been closed again since"
    if not in_time(now, expiry(due.due, timedelta(days=terms.valid_days))):
        return "its hour passed too long ago"
    if may_ask(due.last_asked, now, terms.rest_days):
        return why_nobody(case, due)
    return f"the address was asked within {terms.rest_days} days"


def why_nobody(case: KnownCase, due: Due) -> str:
    """Why no letter of a survey may go to its recipient any more, in English; empty where it may."""
    if ascii_lower(due.recipient) not in case.participants:
        return "the requester takes part no more"
    if due.opted_out:
        return "the address wants no surveys"
    return "letters to the address come back, or are unwanted" if due.suppressed else ""


def cause_of(ticket_id: int, closing: int, part: Part) -> str:
    """The cause of a survey's letter: each of them is sent once."""
    which = {"survey": "1", "reminder": "2", "again": "again"}[part]
    return f"survey:ticket:{ticket_id}:closing:{closing}:{which}"


def unsubscribe_link(address: str, token: str) -> str:
    """Where a mail opts out by itself, whatever it says (RFC 2369 section 3.2, Y12)."""
    return f"mailto:{quote(address, safe='@+')}?subject=unsubscribe%20{token}"
