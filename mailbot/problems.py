"""What is wrong with a file that an admin keeps, in an admin's words: where, and what was expected there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mailbot.tomllines import Lines


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration or template file."""

    file: Path
    line: int | None
    key: str
    """Dotted path of the key ("mailboxes.support.port"), or empty."""
    message: str
    """What is wrong and what was expected."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigError(Exception):
    """The configuration cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def problems_of(error: ValidationError, path: Path, source: str) -> tuple[Problem, ...]:
    """Every problem pydantic found in `source`, in an admin's words, with the line where its key stands."""
    lines = Lines(source)
    return tuple(Problem(path, lines.of(key), ".".join(key), message) for key, message in slips_of(error))


def slips_of(error: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every problem pydantic found, in an admin's words, with the path of its key."""
    for item in error.errors():
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            message = "is no known key"
        elif item["type"] == "missing":
            message = "is missing"
        elif item["type"] != "value_error":
            message = f"{message} (got {item['input']!r})"
        yield tuple(str(part) for part in item["loc"] if part != "[key]"), message
