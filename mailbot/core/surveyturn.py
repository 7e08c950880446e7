"""What follows from a mail that answers a survey: a score, words for the agent, a low score for the lead, "stop"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from string import ascii_letters
from typing import Any, Final

from mailbot.core.agenttellings import Comment, LowScore
from mailbot.core.attachment import Attachment
from mailbot.core.audience import agent_of, for_customer_turn
from mailbot.core.customertellings import OptedOut
from mailbot.core.desk import Agent, Desk
from mailbot.core.enclosures import attachable
from mailbot.core.errands import Errand
from mailbot.core.facts import Facts
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.route import route_of
from mailbot.core.shareable import files_in
from mailbot.core.survey import KnownSurvey
from mailbot.core.surveyanswer import Answer, read_answer
from mailbot.core.surveytime import in_time

LOW: Final = range(7)
"""The detractors' scores, of which the desk's lead hears at once."""

_TOKEN = re.compile(r"[\[(<{]?(?<![A-Za-z0-9])([A-Za-z2-7]{38})(?![A-Za-z0-9])[\])>}]?")
_TOKEN_LENGTH = 38
_RUN = b"x" * _TOKEN_LENGTH
_RUNS = bytes(ord("x") if chr(octet) in f"{ascii_letters}234567" else ord(" ") for octet in range(256))
"""Makes an x of each character that a token may have, so that `_RUN` is found where there may be one."""
_MOST_TOKENS = 5
"""Looked up per mail; an honest one carries one."""
_READ = 100_000
"""Characters of a mail in which a token is looked for."""
_UNSUBSCRIBE = re.compile(r"\s*unsubscribe\s+[a-z2-7]{38}\s*", re.IGNORECASE)
_LOOSE = " \t·|,;:–—-"


@dataclass(frozen=True, slots=True)
class Heard:
    """What follows from a mail that answers a survey."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    """New values of the survey's columns; `texts` as a tuple."""
    events: tuple[tuple[str, str], ...] = ()
    errands: tuple[Errand, ...] = ()
    asks_again: bool = False
    """Whether the customer is asked for a score once more."""
    opts_out: bool = False
    """Whether the recipient wants no more surveys."""


def tokens_in(letter: Letter) -> tuple[str, ...]:
    """What may be a survey's tag written out, in lower case: in the subject, or else in the text of a mail."""
    read = f"{letter.subject}\n{letter.text[:_READ]}"
    # Most mails have none, and this tells so in a tenth of what the pattern takes.
    if _RUN not in read.encode(errors="replace").translate(_RUNS):
        return ()
    words = (word for word in read.split() if len(word) >= _TOKEN_LENGTH)
    found = (token.lower() for word in words for token in _TOKEN.findall(word))
    return tuple(islice(dict.fromkeys(found), _MOST_TOKENS))


def unsubscribes(letter: Letter) -> bool:
    """Whether the mail is what a program sends where List-Unsubscribe points to, whatever it says besides (Y12)."""
    return _UNSUBSCRIBE.fullmatch(letter.subject) is not None


def hear(facts: Facts, survey: KnownSurvey) -> Heard:
    """What follows from a mail that a genuine tag makes an answer to a survey.

    The tag is the proof, whoever sends (T35). The first valid score counts from its receipt; a later one replaces it
    and what was said with it. Words without a score are kept, and the score is asked for once; not where the customer
    may get no automatic answer to this mail.
    """
    desk, letter, received, may_answer = facts.desk, facts.letter, facts.received, facts.machine is None
    if unsubscribes(letter):
        return _opted_out(survey, may_answer=may_answer)
    answer = read_by_language(survey, letter)
    if answer.opts_out:
        return _opted_out(survey, may_answer=may_answer)
    files, left_out = attachable(files_in(letter))
    words = _Words(answer.comment, answer.texts if any(answer.texts) else (), files)
    by = _whose(survey, letter)
    if survey.expires is None or not in_time(received, survey.expires) or survey.state in {"waiting", "cancelled"}:
        heard = _too_late(survey, words, by)
    elif answer.score is None:
        may_ask = may_answer and desk.survey is not None and not (survey.opted_out or survey.asked_again)
        heard = _without_score(survey, answer, words, by, may_ask=may_ask)
    else:
        heard = _scored(desk, survey, answer.score, words, by, received)
    told = _told(facts, survey, words, heard) if words else ()
    lost = f"too large to go along: {', '.join(part.name for part in left_out[:20])}"
    events = (*heard.events, *((("left-out", lost),) if left_out else ()))
    return replace(heard, errands=(*heard.errands, *told), events=events)


def read_by_language(survey: KnownSurvey, letter: Letter) -> Answer:
    """The answer under the questions of whichever language it was given in; no score where two of them differ."""
    mail, sent = _without_token(letter), _without_token(survey.letter) if survey.letter else None
    answers = [read_answer(mail, each, survey.number, sent) for each in survey.questions.values()]
    best = max(answers, key=lambda each: (each.score is not None, sum(map(bool, each.texts))))
    if len({each.score for each in answers} - {None}) > 1:
        return replace(best, score=None, why="unclear")
    return best


@dataclass(frozen=True, slots=True)
class _Words:
    """What an answer says besides its score."""

    comment: str
    texts: tuple[str, ...]
    """Empty where nothing was said to any question."""
    files: tuple[Attachment, ...]

    def __bool__(self) -> bool:
        return bool(self.comment or self.texts or self.files)


def _beside(survey: KnownSurvey, words: _Words) -> dict[str, Any]:
    """The survey's columns with these words beside what was said before."""
    changes: dict[str, Any] = {"texts": words.texts} if words.texts else {}
    return {**changes, "comment": _joined(survey.comment, words.comment)} if words.comment else changes


def _instead(survey: KnownSurvey, words: _Words) -> dict[str, Any]:
    """The same with these words in the place of those of an earlier score; a score alone takes no words back."""
    if survey.score is None:
        return _beside(survey, words)
    return {"comment": words.comment, "texts": words.texts} if words.comment or words.texts else {}


def _opted_out(survey: KnownSurvey, *, may_answer: bool) -> Heard:
    address = ascii_lower(survey.recipient)
    told = Errand(OptedOut(), survey.recipient, "customer", f"opted-out:{address}", "ack", at_once=True)
    event = ("opted-out", f"{address} wants no more surveys")
    return Heard({"remind_at": None}, (event,), (told,) if may_answer else (), opts_out=True)


def _too_late(survey: KnownSurvey, words: _Words, by: str) -> Heard:
    said = _joined(words.comment, *words.texts)
    changes = {"comment": _joined(survey.comment, said)} if said else {}
    return Heard(changes, (("survey", f"an answer{by} came too late and does not count"),))


def _without_score(survey: KnownSurvey, answer: Answer, words: _Words, by: str, *, may_ask: bool) -> Heard:
    """Words that hold no score, or none for certain."""
    told = "with no score" if answer.why == "missing" else "with no certain score"
    if survey.score is not None:
        return Heard(_beside(survey, words), (("survey", f"a further answer{by} {told}: {survey.score} stands"),))
    if not words:
        return Heard(events=(("survey", f"an empty answer{by}"),))
    changes = {**_beside(survey, words), "remind_at": None, **({"asked_again": True} if may_ask else {})}
    asked = ", asked once more" if may_ask else ""
    return Heard(changes, (("survey", f"an answer{by} {told}{asked}"),), asks_again=may_ask)


def _scored(desk: Desk, survey: KnownSurvey, score: int, words: _Words, by: str, received: datetime) -> Heard:
    """A valid score in time: the first one, or a correction."""
    before = survey.score
    if before is None:
        event = f"answered{by}: {score}"
        changes: dict[str, Any] = {"state": "answered", "answered": received, "remind_at": None}
    else:
        event = f"answered again{by}: {score}" if score == before else f"corrected{by} from {before} to {score}"
        changes = {}
    changes |= {"score": score, **_instead(survey, words)}
    newly_low = score in LOW and (before is None or before not in LOW)
    errands = (_low_score(desk, survey, score, changes),) if newly_low and desk.lead else ()
    return Heard(changes, (("survey", event),), errands)


def _low_score(desk: Desk, survey: KnownSurvey, score: int, changes: Mapping[str, Any]) -> Errand:
    """To the desk's lead, once a survey: a further low score after a better one tells nothing new."""
    facts = survey.case.facts
    agent, lead = agent_of(desk, survey.agent), agent_of(desk, ascii_lower(desk.lead))
    customer = f"{facts.requester_name} <{survey.recipient}>" if facts.requester_name else survey.recipient
    said = _joined(changes.get("comment", survey.comment), *changes.get("texts", survey.texts))
    return Errand(
        LowScore(score, said, customer, agent.name if agent else survey.agent), desk.lead, "agent",
        f"lowscore:survey:{survey.survey_id}", "copy", language=lead.language if lead else "",
    )  # fmt: skip


def _told(facts: Facts, survey: KnownSurvey, words: _Words, heard: Heard) -> tuple[Errand, ...]:
    """The customer's words, for the agent who has the case, else for those who would hear a customer's turn."""
    further = next(iter(survey.questions.values()))[1:]
    said = [(question, text) for question, text in zip(further, words.texts, strict=False) if text]
    if words.comment:
        said.insert(0, ("", words.comment))
    telling = Comment(heard.changes.get("score", survey.score), tuple(said), corrected=survey.score is not None)
    cause = f"comment:mail:{facts.mail_id}"
    return tuple(
        Errand(telling, agent.address, "agent", cause, "copy", attachments=words.files, language=agent.language)
        for agent in _readers(facts.desk, survey, facts.received)
    )


def _readers(desk: Desk, survey: KnownSurvey, received: datetime) -> tuple[Agent, ...]:
    case = survey.case
    owner = agent_of(desk, case.assignee) or agent_of(desk, survey.agent)
    if owner is not None:
        return (owner,)
    return for_customer_turn(
        desk, case.facts.queue, received, assignee="", writers=case.writers, route=route_of(desk, case)
    )


def _whose(survey: KnownSurvey, letter: Letter) -> str:
    """Who sent the answer, where it is not the one who was asked."""
    sender = letter.sender.key if letter.sender else ""
    if sender == ascii_lower(survey.recipient):
        return ""
    return f" by {sender or 'an unreadable sender'} (it was sent to {survey.recipient})"


def _without_token(letter: Letter) -> Letter:
    """The letter without tags written out: neither a person's words nor the survey's."""
    subject = _TOKEN.sub("", letter.subject).strip(_LOOSE)
    text, reply, html = (_TOKEN.sub("", each) for each in (letter.text, letter.reply, letter.html))
    return replace(letter, subject=subject, text=text, reply=reply, html=html)


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))
