"""The form of a desk file: which keys it may hold and what each value must look like."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, PlainValidator

from mailbot.core.tongue import LANGUAGES
from mailbot.files.formvalues import (
    STRICT,
    Address,
    Days,
    DaySpans,
    Filled,
    HoursForm,
    Key,
    Language,
    Length,
    MinuteOfDay,
    Pattern,
    Phrases,
    TargetForm,
    Text,
)
from mailbot.files.serviceform import AgreementForm, KindForm, ModuleForm, RemindersForm, RouteForm, ServiceForm

_BLANK = re.compile(r"\{(?:agent|desk)\}")
_LONGEST_RECONSIDERING = timedelta(hours=1)
_LONGEST_QUESTION = 300


def _zone(value: Any) -> ZoneInfo:
    # ValueError for "../x", OSError for a folder such as "Europe", KeyError for a name that is nowhere.
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError, TypeError):
        raise ValueError(f'expected a time zone such as "Europe/Stockholm", got {value!r}') from None


def _up_to_an_hour(value: timedelta) -> timedelta:
    if value > _LONGEST_RECONSIDERING:
        raise ValueError("expected at most 1h, for every answer to a customer waits so long")
    return value


def _question(value: dict[str, str]) -> dict[str, str]:
    # Answers are found below the words of a question, so it must have some; its links must fit into a mail program.
    for text in value.values():
        if len(text) > _LONGEST_QUESTION or not text.isprintable() or not any(char.isalpha() for char in text):
            raise ValueError(f"expected a question of one line, at most {_LONGEST_QUESTION} characters, got {text!r}")
    return value


def _some_time(value: timedelta) -> timedelta:
    if not value:
        raise ValueError('expected a length such as "168h"; leave the key out for no reminder')
    return value


def _prefix(value: str) -> str:
    # A letter at the end keeps "VC000017" readable; I and O read like 1 and 0, and those like them.
    if not re.fullmatch(r"[A-HJ-NP-Z][A-HJ-NP-Z2-9]{0,4}[A-HJ-NP-Z]", value):
        raise ValueError(
            f"expected 2 to 6 capital letters and digits, a letter first and last, none of I, O, 0 and 1, got {value!r}"
        )
    return value


def _file_name(value: str) -> str:
    if not value.isprintable():
        raise ValueError(f'expected a file such as "../agents/team.toml", got {value!r}')
    return value


def _display_name(value: str) -> str:
    rest = _BLANK.sub("", value)
    if rest == value or "{" in rest or "}" in rest or not value.isprintable():
        raise ValueError(
            f'expected a name such as "{{agent}} ({{desk}})", with one of these two blanks and no other, got {value!r}'
        )
    return value


Question = Annotated[Text, AfterValidator(_question)]


class _Form(BaseModel):
    model_config = STRICT


class HolidaysForm(_Form):
    """The country's days on which the desk is closed, by the categories of the `holidays` package."""

    country: str
    closed: list[str] = ["public"]
    short_before: list[str] = ["public"]
    named: list[str] = []


class PriorityForm(_Form):
    """One level of urgency: `target`, or `targets` where it has changed."""

    name: Text
    meaning: Text
    target: Length | None = None
    targets: list[TargetForm] = []
    clock: Literal["hours", "always", "duty"] = "hours"


class ChannelForm(_Form):
    """One way to reach the desk."""

    kind: Literal["mail", "phone", "portal"]
    name: Text
    address: str = ""
    hours: list[HoursForm] = []
    note: Text = {}
    contacts_only: bool = False


class QueueForm(_Form):
    """One service area."""

    name: Text


class RuleForm(_Form):
    """Places a new case where all its conditions hold."""

    name: Filled
    to: list[Pattern] = []
    sender: list[Pattern] = []
    words: Phrases = []
    files: list[Filled] = []
    customers: list[str] = []
    attributes: list[Key] = []
    agreements: list[str] = []
    queue: str | None = None
    priority: str | None = None
    kind: str | None = None
    impact: str | None = None
    urgency: str | None = None


class AgentForm(_Form):
    """Somebody who works at the desk; `duty_hours` where the duty is neither of the three words."""

    name: Filled
    addresses: list[Address] = Field(min_length=1)
    queues: list[str] = []
    duty: Literal["always", "office", "outside-office"] | None = None
    duty_hours: list[HoursForm] = []
    language: Language | None = None
    morning_list: MinuteOfDay | None = None


class AgentsFileForm(_Form):
    """A file of agents that desks name as their `agents_file`."""

    agents: list[AgentForm] = []


class PartnerForm(_Form):
    """Somebody outside the desk to whom a case can be passed on (V9, V12)."""

    name: Filled
    addresses: list[Address] = Field(min_length=1)
    answers_customers: bool = False
    contact: Text = {}


class MatrixForm(_Form):
    """Priority from impact and urgency (C3); `priority` holds a row for each impact, in it a level for each urgency."""

    impacts: list[Key] = Field(min_length=1)
    urgencies: list[Key] = Field(min_length=1)
    priority: dict[str, dict[str, str]]


class SurveyForm(_Form):
    """What customers are asked after the close, and when (V13, Y11)."""

    questions: list[Question] = Field(min_length=1, max_length=6)
    wait: Length = timedelta(hours=20)
    hours: list[HoursForm] = []
    valid_days: Annotated[int, Field(ge=1, le=3650)] = 30
    remind_after: Annotated[Length, AfterValidator(_some_time)] | None = None
    rest_days: Days = 90


class DeskForm(_Form):
    """The whole file. What must be there stands in `REQUIRED`, so that one missing key hides no other problem."""

    name: Filled = ""
    enabled: bool = True
    addresses: list[Address] = []
    languages: list[Language] = []
    customer_languages: list[Language] = []
    prefix: Annotated[str, AfterValidator(_prefix)] = ""
    zone: Annotated[ZoneInfo, PlainValidator(_zone)] = ZoneInfo("UTC")
    hours: list[HoursForm] = []
    holidays: HolidaysForm | None = None
    exceptions: dict[str, DaySpans] = {}
    priorities: dict[Key, PriorityForm] = {}
    default_priority: str = ""
    queues: dict[Key, QueueForm] = {}
    default_queue: str = ""
    rules: list[RuleForm] = []
    agents: list[AgentForm] = []
    agents_file: Annotated[str, AfterValidator(_file_name)] = ""
    partners: list[PartnerForm] = []
    kinds: dict[Key, KindForm] = {}
    modules: dict[Key, ModuleForm] = {}
    agreements: dict[Key, AgreementForm] = {}
    customers_files: list[Annotated[Filled, AfterValidator(_file_name)]] = []
    service: ServiceForm = ServiceForm()
    routes: list[RouteForm] = []
    reminders: RemindersForm = RemindersForm()
    matrix: MatrixForm | None = None
    channels: list[ChannelForm] = []
    closing: Text = {}
    reply_tags: Literal["none", "plus", "catch-all"] = "none"
    authserv_id: str = ""
    list_ids: list[str] = []
    grace: Length = timedelta(minutes=15)
    survey: SurveyForm | None = None
    lead: Address = ""
    agent_figures_from: Annotated[int, Field(ge=1, le=10_000)] = 20
    agent_from: Annotated[str, AfterValidator(_display_name)] = "{agent} ({desk})"
    reconsider: Annotated[Length, AfterValidator(_up_to_an_hour)] = timedelta(minutes=2)
    reopen_days: Days = 30
    suppress_days: Days = 7


REQUIRED = {
    "name": "what the desk's letters call it",
    "addresses": 'the desk\'s mail addresses, such as ["support@example.com"]',
    "languages": f"one or more of {', '.join(LANGUAGES)}",
    "prefix": 'the first letters of its case numbers, such as "VC"',
    "zone": 'its time zone, such as "Europe/Stockholm"',
    "hours": "its opening hours, as [[hours]]",
    "priorities": "its levels of urgency, as [priorities.KEY]",
    "default_priority": "the key of one of the priorities",
}
