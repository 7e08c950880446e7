"""mailbot.toml: read, checked as a whole, frozen; secrets by file or environment only (Y4)."""

from __future__ import annotations

import os
import re
import socket
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from mailbot.problems import ConfigError, Problem, problems_of

Security = Literal["tls", "starttls", "none"]

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,190}", re.ASCII)


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
