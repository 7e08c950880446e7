"""mailbot.toml: read, checked as a whole, frozen; secrets by file or environment only (Y4)."""

from __future__ import annotations

import os
import re
import socket
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from mailbot.core.tags import Key

Security = Literal["tls", "starttls", "none"]

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,190}", re.ASCII)


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


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Login(_Section):
    """What an IMAP and an SMTP account have in common."""

    host: Annotated[str, StringConstraints(min_length=1)]
    port: int = Field(default=0, ge=0, le=65535)
    security: Security = "tls"
    user: str = ""
    password_file: Path | None = None
    password_env: str | None = None
    ca_file: Path | None = None
    """Certificates to trust beside the system's: a mail server with a certificate of the house's own."""
    timeout_seconds: float = Field(default=60, gt=0, le=600)

    @model_validator(mode="after")
    def _safe(self) -> _Login:
        if self.password_file and self.password_env:
            raise ValueError("give password_file or password_env, not both")
        if self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError('security = "none" sends mail and password in the clear; it is for localhost only')
        return self

    def password(self) -> str:
        """The secret, read anew each time so that a rotated one works. ValueError names the place of a missing one."""
        if self.password_file is not None:
            try:
                return self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as exc:
                reason = getattr(exc, "strerror", None) or exc
                raise ValueError(f"cannot read the password from {self.password_file}: {reason}") from exc
        if self.password_env is not None:
            value = os.environ.get(self.password_env)
            if value is None:
                raise ValueError(f"the environment has no {self.password_env}, where the password should be")
            return value
        return ""


class MailboxSettings(_Login):
    """One IMAP mailbox that is read."""

    folder: str = "INBOX"
    desk: str
    """Key of the desk that gets mail whose recipient address is no desk's (Bcc, aliases)."""
    poll_seconds: float = Field(default=60, ge=1, le=3600)
    idle: bool = True
    """Whether to be told of new mail where the server can (RFC 2177)."""
    start_from: Literal["now", "all"] = "now"
    after: Literal["move", "flag", "leave"] = "move"
    processed_folder: str = "Processed"
    flag: str = "MailbotProcessed"
    max_mail_mb: float = Field(default=40, gt=0, le=500)
    """A larger mail is fetched in part; its ticket says so (K34)."""
    batch_mails: int = Field(default=50, ge=1, le=500)
    batch_mb: float = Field(default=16, gt=0, le=500)

    @field_validator("folder", "processed_folder", "flag")
    @classmethod
    def _no_controls(cls, value: str) -> str:
        if not value or any(ord(char) < 32 or ord(char) == 127 for char in value):
            raise ValueError("expected a name without control characters")  # T20
        return value

    @field_validator("flag")
    @classmethod
    def _keyword(cls, value: str) -> str:
        if not re.fullmatch(r"\\?[A-Za-z0-9$_.-]+", value):
            raise ValueError(r'expected an IMAP keyword such as "MailbotProcessed" or "\\Seen"')
        return value

    @model_validator(mode="after")
    def _ready(self) -> MailboxSettings:
        if not self.user:
            raise ValueError("user: expected the account's name")
        if self.password_file is None and self.password_env is None:
            raise ValueError("expected password_file or password_env")
        if self.after == "move" and self.processed_folder == self.folder:
            raise ValueError("processed_folder: expected another folder than the one that is read")
        return self

    @property
    def real_port(self) -> int:
        """The port, or the service's own (RFC 9051, RFC 8314)."""
        return self.port or (993 if self.security == "tls" else 143)


class SmtpSettings(_Login):
    """The server that takes our letters."""

    letters_per_connection: int = Field(default=100, ge=1, le=10000)
    idle_seconds: float = Field(default=30, ge=0, le=300)
    """How long an unused connection is kept."""

    @property
    def real_port(self) -> int:
        """The port, or the service's own (RFC 8314, RFC 6409)."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]


class Settings(_Section):
    """The whole of mailbot.toml."""

    name: str = "mailbot"
    """Of this daemon, where several share a PostgreSQL database."""
    database: str = "sqlite:///mailbot.db"
    """A relative SQLite file lies beside mailbot.toml."""
    admin: str
    """Who is told when something needs a human; also the address that reports come from where no desk is concerned."""
    hostname: str = Field(default_factory=socket.getfqdn, validate_default=True)
    """Right side of our Message-IDs, and our name in HELO."""
    keys_file: Path
    """Signing keys for reply tags, one `id:hex` a line, the first one signs, all are believed (T2)."""
    templates: Path | None = None
    """Folder of templates that win over the shipped ones."""
    smtp: SmtpSettings
    mailboxes: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")], MailboxSettings] = Field(
        min_length=1
    )

    @field_validator("admin")
    @classmethod
    def _address(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value):
            raise ValueError("expected a mail address")
        return value

    @field_validator("hostname")
    @classmethod
    def _domain(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,180}[A-Za-z0-9])?", value):
            raise ValueError("expected a host name such as mail.example.com")
        return value.lower()


def load_settings(directory: Path) -> Settings:
    """The settings in DIRECTORY/mailbot.toml, relative paths resolved against it. ConfigError carries every problem."""
    path = directory / "mailbot.toml"
    try:
        source = path.read_bytes().decode("utf-8")
        data = tomllib.loads(source)
    except FileNotFoundError as exc:
        raise ConfigError(
            (Problem(path, None, "", "there is no such file; `mailbot init DIR` makes one to start from"),)
        ) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError((Problem(path, None, "", f"cannot be read: {exc}"),)) from exc
    except tomllib.TOMLDecodeError as exc:
        line = re.search(r"line (\d+)", str(exc))
        raise ConfigError((Problem(path, int(line[1]) if line else None, "", f"is not TOML: {exc}"),)) from exc
    _resolve_paths(data, directory)
    try:
        return Settings.model_validate(data)
    except ValidationError as exc:
        raise ConfigError(problems_of(exc, path, source)) from exc


class Lines:
    """Where the keys of a TOML text stand, as lines from 1; read once, asked often."""

    def __init__(self, source: str) -> None:
        self._first: dict[tuple[str, ...], int] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        """Of each list of tables, the number of its last one so far."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(source.splitlines(), 1):
            text = line.strip()
            header = re.match(r"(\[\[?)\s*([^\]]+?)\s*\]", text)
            if header:
                table = self._table(header[2], number, is_item=header[1] == "[[")
                self._first.setdefault(table, number)
                continue
            assignment = re.match(r"([\w.\"'-]+)\s*=", text)
            if assignment:
                key = (*table, *(part.strip("\"'") for part in assignment[1].split(".")))
                self._first.setdefault(key, number)

    def _table(self, name: str, number: int, *, is_item: bool) -> tuple[str, ...]:
        """The key of the table that a header opens, items of lists by their numbers."""
        *around, last = (part.strip().strip("\"'") for part in name.split("."))
        key: tuple[str, ...] = ()
        for part in around:
            key = (*key, part)
            key = (*key, str(self._counts[key])) if key in self._counts else key
        key = (*key, last)
        if not is_item:
            return key
        # A list as a whole begins with its first item.
        self._first.setdefault(key, number)
        self._counts[key] = self._counts.get(key, -1) + 1
        return (*key, str(self._counts[key]))

    def of(self, key: tuple[str, ...]) -> int | None:
        """The line of a dotted key, else of the nearest table around it, else of what is first in it; None: nowhere."""
        around = (self._first[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self._first)
        within = (line for known, line in self._first.items() if known[: len(key)] == key)
        return next(around, None) or next(within, None)


def problems_of(error: ValidationError, path: Path, source: str) -> tuple[Problem, ...]:
    """Every problem pydantic found in `source`, in an admin's words, with the line where its key stands."""
    lines = Lines(source)
    return tuple(Problem(path, lines.of(key), ".".join(key), message) for key, message in faults_of(error))


def faults_of(error: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
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


def line_of(source: str, key: tuple[str, ...]) -> int | None:
    """The line (from 1) where a dotted key, or failing that the nearest table around it, stands in a TOML text."""
    return Lines(source).of(key)


def load_keys(path: Path) -> tuple[Key, ...]:
    """The signing keys, current one first. ConfigError for a missing file, one open to others, or a bad line."""
    problems: list[Problem] = []
    keys: list[Key] = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        if path.stat().st_mode & 0o077:
            problems.append(Problem(path, None, "", f"others may read the signing keys: chmod 600 {path}"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError((Problem(path, None, "keys_file", f"cannot be read: {exc}"),)) from exc
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z2-7]):([0-9a-f]{64,})", line.strip())
        if not match:
            problems.append(
                Problem(path, number, "", "expected `id:secret`, id one of a-z 2-7, secret at least 64 hex digits")
            )
        elif any(key.id == match[1] for key in keys):
            problems.append(Problem(path, number, "", f"the id {match[1]!r} is used twice"))
        else:
            keys.append(Key(match[1], bytes.fromhex(match[2])))
    if not keys and not problems:
        problems.append(Problem(path, None, "", "holds no key; `mailbot init` makes one"))
    if problems:
        raise ConfigError(tuple(problems))
    return tuple(keys)


def _resolve_paths(data: dict[str, Any], directory: Path) -> None:
    """Make every path in the file absolute, counted from the folder it lies in."""
    mailboxes = data.get("mailboxes")
    sections = [data, data.get("smtp"), *(mailboxes.values() if isinstance(mailboxes, dict) else ())]
    for section in sections:
        if isinstance(section, dict):
            for key in ("password_file", "ca_file", "keys_file", "templates"):
                if isinstance(section.get(key), str):
                    section[key] = directory.resolve() / section[key]
    database = data.get("database", "sqlite:///mailbot.db")
    if isinstance(database, str) and database.startswith("sqlite:///") and not database.startswith("sqlite:////"):
        data["database"] = f"sqlite:///{directory.resolve() / database.removeprefix('sqlite:///')}"
