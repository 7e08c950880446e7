"""The form of a desk file: which keys it may hold and what each value must look like."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints

from mailbot.core.desk import Span

LANGUAGES = ("sv", "da", "sk", "en")
"""Those that templates are written in."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@(?:[a-z0-9][a-z0-9-]{0,62}\.)*[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_PATTERN = re.compile(r"[^\s<>,;:\"()\\]+@[^\s<>@,;:\"()\\]+", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_BLANK = re.compile(r"\{(?:agent|desk)\}")
_LONGEST = timedelta(hours=1000)
_LONGEST_RECONSIDERING = timedelta(hours=1)
_LONGEST_QUESTION = 300


def _span(value: Any) -> Span:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match:
        hour, minute, end_hour, end_minute = map(int, match.groups())
        span = Span(hour * 60 + minute, end_hour * 60 + end_minute)
        if minute < 60 and end_minute < 60 and span.opens < span.closes <= 1440:
            return span
    raise ValueError(f'expected a span of one day such as "08:00-12:00", at the latest until 24:00, got {value!r}')


def _apart(spans: list[Span]) -> list[Span]:
    for earlier, later in pairwise(spans):
        if later.opens <= earlier.closes:
            raise ValueError("expected the spans in order and with time between them")
    return spans


def _length(value: Any) -> timedelta:
    match = _LENGTH.fullmatch(value.replace(" ", "")) if isinstance(value, str) else None
    if value == "0":
        return timedelta(0)
    if match and match[0]:
        length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
        if length <= _LONGEST:
            return length
    raise ValueError(f'expected a length such as "2h", "30m", "1h30m" or "0", at most 1000h, got {value!r}')


def _up_to_an_hour(value: timedelta) -> timedelta:
    if value > _LONGEST_RECONSIDERING:
        raise ValueError("expected at most 1h, for every answer to a customer waits so long")
    return value


def _minute_of_day(value: Any) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'expected a time of day such as "07:30", got {value!r}')
    return int(match[1]) * 60 + int(match[2])


def _date(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"expected a real date such as 2026-12-23, got {value!s}")


def _zone(value: Any) -> ZoneInfo:
    # ValueError for "../x", OSError for a folder such as "Europe", KeyError for a name that is nowhere.
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError, TypeError):
        raise ValueError(f'expected a time zone such as "Europe/Stockholm", got {value!r}') from None


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value.lower()):
        raise ValueError(f"expected a mail address, got {value!r}")
    return value.lower()


def _pattern(value: str) -> str:
    if not _PATTERN.fullmatch(value):
        raise ValueError(f'expected a mail address or a pattern such as "*@example.com", got {value!r}')
    return value.lower()


def _text(value: Any) -> Any:
    if value == "":
        raise ValueError("is empty: expected a text")
    return {"": value} if isinstance(value, str) else value


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


Filled = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
DaySpans = Annotated[list[Annotated[Span, PlainValidator(_span)]], AfterValidator(_apart)]
Length = Annotated[timedelta, PlainValidator(_length)]
MinuteOfDay = Annotated[int, PlainValidator(_minute_of_day)]
Days = Annotated[int, Field(ge=0, le=3650)]
Day = Annotated[date, PlainValidator(_date)]
Address = Annotated[str, AfterValidator(_address)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Text = Annotated[dict[str, Filled], BeforeValidator(_text)]
"""Language to text; a plain string, the same in all the desk's languages, stands under ""."""
Question = Annotated[Text, AfterValidator(_question)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class HoursForm(_Form):
    """Opening hours; every further key is a weekday or a range of them ("mon-fri") with its spans."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, DaySpans]

    since: Day | None = None
    day_before_holiday: DaySpans | None = None
    open_on_holidays: bool = False

    @property
    def days(self) -> dict[str, list[Span]]:
        """The further keys, whatever they are called."""
        return self.__pydantic_extra__


class HolidaysForm(_Form):
    """The country's days on which the desk is closed, by the categories of the `holidays` package."""

    country: str
    closed: list[str] = ["public"]
    short_before: list[str] = ["public"]
    named: list[str] = []


class TargetForm(_Form):
    """A target with a first day in force (S13)."""

    within: Length
    since: Day | None = None


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


class QueueForm(_Form):
    """One service area."""

    name: Text


class RuleForm(_Form):
    """Sets queue or priority of a new case."""

    name: Filled
    to: list[Pattern] = []
    sender: list[Pattern] = []
    words: list[Filled] = []
    queue: str | None = None
    priority: str | None = None


class AgentForm(_Form):
    """Somebody who works at the desk; `duty_hours` where the duty is neither of the three words."""

    name: Filled
    addresses: list[Address] = Field(min_length=1)
    queues: list[str] = []
    duty: Literal["always", "office", "outside-office"] | None = None
    duty_hours: list[HoursForm] = []
    language: Literal["sv", "da", "sk", "en"] | None = None
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


class KindForm(_Form):
    """One kind of case (C2, M7)."""

    name: Text
    note: Text = {}
    always: bool = False


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
    languages: list[Literal["sv", "da", "sk", "en"]] = []
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
    matrix: MatrixForm | None = None
    channels: list[ChannelForm] = []
    closing: Text = {}
    reply_tags: Literal["none", "plus", "catch-all"] = "none"
    authserv_id: str = ""
    list_ids: list[str] = []
    grace: Length = timedelta(minutes=15)
    survey: SurveyForm | None = None
    lead: Annotated[str, AfterValidator(_address)] = ""
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


def weekdays(key: str) -> tuple[int, ...]:
    """The days that "tue" or "mon-fri" mean, Monday being 0; none for anything else."""
    first, dash, last = key.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        return ()
    return tuple(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))


def is_address(text: str) -> bool:
    """Whether the text can be a desk's or an agent's mail address."""
    return _ADDRESS.fullmatch(text.lower()) is not None


def is_date(text: str) -> bool:
    """Whether the text is a real date such as 2026-12-23, in that form."""
    try:
        return bool(_date(text))
    except ValueError:
        return False
