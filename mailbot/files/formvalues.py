"""The values that desk files and customer files are made of: spans, lengths, days, addresses, texts, hours, targets."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints

from mailbot.core.calendar import Span
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.tongue import LANGUAGES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@(?:[a-z0-9][a-z0-9-]{0,62}\.)*[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_PATTERN = re.compile(r"[^\s<>,;:\"()\\]+@[^\s<>@,;:\"()\\]+", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_LONGEST = timedelta(hours=1000)


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


def _length_or_never(value: Any) -> timedelta | None:
    return None if value == "never" else _length(value)


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


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError(f"expected a mail address, got {value!r}")
    return ascii_lower(value)


def _pattern(value: str) -> str:
    if not _PATTERN.fullmatch(value):
        raise ValueError(f'expected a mail address or a pattern such as "*@example.com", got {value!r}')
    return ascii_lower(value)


def _text(value: Any) -> Any:
    if value == "":
        raise ValueError("is empty: expected a text")
    return {"": value} if isinstance(value, str) else value


def _phrases(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    strange = [language for language in value if language not in LANGUAGES]
    if strange or not all(isinstance(words, list) for words in value.values()):
        raise ValueError(f"expected a list of words, or one for each language, {', '.join(LANGUAGES)}, got {value!r}")
    return [word for words in value.values() for word in words]


Filled = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
Language = Literal["sv", "da", "sk", "en"]
DaySpans = Annotated[list[Annotated[Span, PlainValidator(_span)]], AfterValidator(_apart)]
Length = Annotated[timedelta, PlainValidator(_length)]
LengthOrNever = Annotated[timedelta | None, PlainValidator(_length_or_never)]
MinuteOfDay = Annotated[int, PlainValidator(_minute_of_day)]
Days = Annotated[int, Field(ge=0, le=3650)]
Day = Annotated[date, PlainValidator(_date)]
Address = Annotated[str, AfterValidator(_address)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Text = Annotated[dict[str, Filled], BeforeValidator(_text)]
"""Language to text; a plain string, the same in all the desk's languages, stands under ""."""


Phrases = Annotated[list[Filled], BeforeValidator(_phrases)]
"""Words and phrases; a table of them by language is only easier to read."""


STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)
"""Of every table of a configuration file: no unknown keys, no guessed types. Each file of forms has a base class of its
own with it, for ruff lets only a class whose base it sees there have an empty list as default."""


class _Form(BaseModel):
    model_config = STRICT


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


class TargetForm(_Form):
    """A target with a first day in force (S13)."""

    within: Length
    since: Day | None = None


def _targets(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    _length(value)  # a slip here is one of the key as it was written, not of a list's first item
    return [{"within": value}]


Targets = Annotated[list[TargetForm], BeforeValidator(_targets), Field(min_length=1)]
"""One target, or several with their first days."""


def weekdays(key: str) -> tuple[int, ...]:
    """The days that "tue" or "mon-fri" mean, Monday being 0; none for anything else."""
    first, dash, last = key.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        return ()
    return tuple(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))


def is_address(text: str) -> bool:
    """Whether the text can be a desk's or an agent's mail address."""
    return _ADDRESS.fullmatch(ascii_lower(text)) is not None


def is_date(text: str) -> bool:
    """Whether the text is a real date such as 2026-12-23, in that form."""
    try:
        return bool(_date(text))
    except ValueError:
        return False
