"""`mailbot explain`: what would become of a mail, and why, without changing anything."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    desks_for_looking,
    existing_database,
    fail,
    file_to_be_made,
    folder,
    is_configured,
    must_be_desk,
    plain_errors,
    print_json,
    safe,
    settings_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailbot.core.desk import Desk
    from mailbot.office import InForce

_WIDTH = 12
"""Of the column of headings."""


@app.command("explain")
def explain_mail(
    context: typer.Context,
    mail: Annotated[Path, typer.Argument(help="A raw mail, or - for standard input.")],
    desk: Annotated[str | None, typer.Option("--desk", help="Whose mail it is (default: by its recipients).")] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="ISO 8601; without offset in the desk's zone (default: now).")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what would become of a mail, and why; nothing is changed or sent."""
    from mailbot.daemon import now
    from mailbot.explain import explain
    from mailbot.explainwords import as_json as values
    from mailbot.explainwords import stages

    with plain_errors():
        raw = _read(mail)
        force = _in_force(context, config)
        found = _desk(force, desk, raw)
        moment = _moment(received, found) if received else now()
        with ExitStack() as stack:
            connection = _connection(context, config, stack)
            told = explain(force, connection, raw, found, moment)
    if as_json:
        print_json(values(told))
        return
    for heading, lines in stages(told):
        for place, line in enumerate(lines):
            typer.echo(f"{'' if place else heading:{_WIDTH}}{safe(line)}")


def _read(path: Path) -> bytes:
    import sys

    from mailbot.parsing import MAX_FILE

    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(MAX_FILE)
        with path.open("rb") as file:
            return file.read(MAX_FILE)
    except OSError as exc:
        fail(f"cannot read {path}: {exc.strerror or exc}")


def _in_force(context: typer.Context, config: Path | None) -> InForce:
    """The configuration's, or, where none is named and none lies here, those of the shipped desks."""
    from mailbot.explain import shipped_in_force
    from mailbot.office import Office

    if is_configured(context, config):
        return Office(folder(context, config)).in_force
    return shipped_in_force(tuple(each for each in desks_for_looking(context, config) if each.enabled))


def _desk(force: InForce, key: str | None, raw: bytes) -> Desk:
    from mailbot.explain import desk_for

    desks = force.desks
    if key is not None:
        must_be_desk(key, desks)
        return desks[key]
    found = desk_for(force, raw) or (next(iter(desks.values())) if len(desks) == 1 else None)
    return found or fail(f"the mail is to none of the desks; say --desk, one of {', '.join(sorted(desks))}")


def _moment(text: str, desk: Desk) -> datetime:
    from datetime import UTC

    from mailbot.expected import read_moment

    try:
        moment, notes = read_moment(text, desk.calendar.zone)
    except ValueError as exc:
        fail(str(exc))
    for note in notes:
        typer.echo(note, err=True)
    return moment.astimezone(UTC)


def _connection(context: typer.Context, config: Path | None, stack: ExitStack) -> Connection:
    """A look at the configuration's database; an empty one where no daemon has run yet."""
    from mailbot.explain import nothing_known

    directory = folder(context, config)
    if is_configured(context, config) and file_to_be_made(settings_of(directory).database) is None:
        return stack.enter_context(stack.enter_context(closing(existing_database(directory))).read())
    typer.echo("No database: no cases are known.", err=True)
    return stack.enter_context(nothing_known())
