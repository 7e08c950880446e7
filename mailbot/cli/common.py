"""What every command shares: the app, the configuration folder, errors told plainly, text made safe for a terminal."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import mailbot
from mailbot.cli.overview import Overview

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from mailbot.config import Settings
    from mailbot.core.desk import Desk
    from mailbot.database import Database
    from mailbot.problems import Problem

app = typer.Typer(
    cls=Overview,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A support desk that works by mail.",
    epilog="See it at work with `mailbot demo`. Then lay out a desk with `mailbot init DIR`, edit it, try it with"
    " `mailbot --config DIR check` and start it with `mailbot --config DIR run`. The README tells the rest.",
)

BAD_INPUT = 2
"""Exit code for a configuration, argument or file that cannot be used."""
FAILED = 1
"""Exit code for something that was right but did not work."""

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="Configuration folder (default: $MAILBOT_CONFIG or ./config).", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailbot {mailbot.__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
]


@app.callback()
def _all(context: typer.Context, config: ConfigOption = None, _version: VersionOption = False) -> None:
    context.obj = config


def given_folder(context: typer.Context, config: Path | None) -> Path | None:
    """The configuration folder that somebody named: the command's option, the app's, or the environment's."""
    named = config or context.obj
    if named is None and os.environ.get("MAILBOT_CONFIG"):
        named = Path(os.environ["MAILBOT_CONFIG"])
    return named


def folder(context: typer.Context, config: Path | None) -> Path:
    """The configuration folder, by default ./config."""
    return given_folder(context, config) or Path("config")


def is_configured(context: typer.Context, config: Path | None) -> bool:
    """Whether somebody named a configuration folder, or one lies here."""
    return given_folder(context, config) is not None or (Path("config") / "mailbot.toml").exists()


def desks_for_looking(context: typer.Context, config: Path | None) -> tuple[Desk, ...]:
    """The configured desks, disabled ones too; the shipped ones where no configuration is named and none lies here."""
    from mailbot.files.deskfile import load_desks
    from mailbot.shipped import shipped_config

    if not is_configured(context, config):
        return load_desks(shipped_config() / "desks")
    return load_desks(folder(context, config) / "desks")


@contextmanager
def plain_errors() -> Iterator[None]:
    """What is wrong with input or surroundings ends the command with a message and an exit code, not a traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from mailbot.database import DatabaseError
    from mailbot.problems import ConfigError

    try:
        yield
    except ConfigError as exc:
        tell_problems(exc.problems)
        raise typer.Exit(BAD_INPUT) from exc
    except DatabaseError as exc:
        fail(str(exc), FAILED)
    except SQLAlchemyError as exc:
        fail(f"the database failed: {getattr(exc, 'orig', None) or exc}", FAILED)


def tell_problems(problems: tuple[Problem, ...]) -> None:
    """Print each problem on a line of its own, to standard error."""
    for problem in problems:
        typer.echo(safe(f"error: {problem}"), err=True)


def fail(message: str, code: int = BAD_INPUT) -> NoReturn:
    """End the command with a message on standard error."""
    typer.echo(safe(f"error: {message}"), err=True)
    raise typer.Exit(code)


def settings_of(directory: Path) -> Settings:
    """The settings alone, for commands that need only the database."""
    from mailbot.config import load_settings

    return load_settings(directory)


def existing_database(directory: Path) -> Database:
    """The database that a daemon has made; a clear error where none has run yet."""
    from mailbot.database import Database, DatabaseError

    url = settings_of(directory).database
    missing = file_to_be_made(url)
    if missing is not None:
        raise DatabaseError(f"there is no database yet at {missing}; `mailbot run` or `mailbot once` makes it")
    return Database(url)


@contextmanager
def opened_database(directory: Path) -> Iterator[Database]:
    """The database that a daemon has made, closed at the end of the block; errors in the block are told plainly."""
    with plain_errors(), closing(existing_database(directory)) as database:
        yield database


def file_to_be_made(url: str) -> Path | None:
    """The file of an SQLite database that does not exist yet; None for any other database."""
    path = Path(url.removeprefix("sqlite:///"))
    return path if url.startswith("sqlite") and not path.exists() else None


def print_json(value: Any) -> None:
    """One object on one line, readable letters kept."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_rows(
    rows: Sequence[dict[str, Any]], line: Callable[[dict[str, Any]], str], none: str, *, as_json: bool
) -> None:
    """Each row as JSON, or as the line that `line` makes of it for people, who are told `none` where there is none."""
    for row in rows:
        if as_json:
            print_json(row)
        else:
            typer.echo(line(row))
    if not rows and not as_json:
        typer.echo(none)


def must_be_desk(key: str | None, desks: Iterable[str], what: str = "desk") -> None:
    """End the command where that key, if one is given, is none of these desks'."""
    known = sorted(desks)
    if key is not None and key not in known:
        fail(f"there is no {what} {key!r}; expected one of {', '.join(known)}")


def safe(text: str) -> str:
    """Text with control characters and escape sequences made visible, line ends and tabs kept (T38)."""
    return "".join(char if char in "\n\t" or char.isprintable() else repr(char)[1:-1] for char in text)


def safe_line(text: str) -> str:
    """As `safe`, on one line."""
    return safe(" ".join(text.split()))


def safe_cells(*cells: object) -> str:
    """The cells of one line, each as `safe_line`."""
    return "  ".join(safe_line(str(cell)) for cell in cells)


def counted(number: int, noun: str) -> str:
    """A number of things in English: "1 letter", "2 letters"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def local(moment: str | None, zone: ZoneInfo | None) -> str:
    """An ISO moment in a desk's own time, to the minute; in UTC where the desk is not known."""
    if moment is None:
        return "-"
    parsed = datetime.fromisoformat(moment)
    if zone is None:
        return parsed.strftime("%Y-%m-%d %H:%M UTC")
    return parsed.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def log_to_stderr(verbose: bool) -> None:
    """One line a record, ids and reasons only (Y5)."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"
    )
    logging.getLogger("mailbot").setLevel(logging.DEBUG if verbose else logging.INFO)
    for chatty in ("imapclient", "mail.log", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It logs a traceback for each mail that one of its detectors stumbles over; `core.bounce` contains them.
    logging.getLogger("flufl.bounce").disabled = True
