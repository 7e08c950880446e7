"""`mailbot repromise`: what open cases would be promised after hours or targets have changed, and telling customers."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import (
    ConfigOption,
    app,
    existing_database,
    fail,
    folder,
    local,
    must_be_desk,
    plain_errors,
    safe_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailbot.core.promise import Promise
    from mailbot.database import Database
    from mailbot.office import Office
    from mailbot.repromise import Changed

MOST_LISTED = 20
"""Cases that `check` lists one by one."""
_BECAME = {
    "due": "to be told",
    "told": "told",
    "passed": "has passed, left as it is",
    "nobody": "no letter reaches its customers, left as it is",
    "changed": "something else has become of it meanwhile, left as it is",
}


@app.command("repromise")
def repromise_cases(
    context: typer.Context,
    config: ConfigOption = None,
    desk: Annotated[str | None, typer.Option("--desk", help="Only this desk's.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="Only the one with this number.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list them; change and tell nothing.")] = False,
) -> None:
    """Count the promised starts of open cases anew, by the hours and targets of today, and tell the customers.

    Only of cases that wait for a start which has not passed. Without this command no promise ever changes because of an
    edited file.
    """
    from mailbot.daemon import now
    from mailbot.office import Office
    from mailbot.repromise import changed_promises, repromise

    with plain_errors():
        directory = folder(context, config)
        office = Office(directory)
        desks = office.in_force.desks
        must_be_desk(desk, desks)
        chosen = [desk] if desk is not None else sorted(desks)
        number = (case or "").strip(" []").upper()
        with closing(existing_database(directory)) as database:
            _must_be_known(database, number)
            if dry_run:
                with database.read() as connection:
                    found = changed_promises(connection, {key: desks[key] for key in chosen}, now(), case=number)
            else:
                found = repromise(database, office, now(), desks=chosen, case=number)
    for one in found:
        typer.echo(_line(one))
    told = sum(one.became == "told" for one in found)
    if told:
        typer.echo(f"{told} case{'s' * (told != 1)} promised anew; the daemon, or `mailbot once`, sends the letters.")
    elif not found:
        typer.echo("No case that waits for the start of work would be promised another one.")


def warn_of_changes(office: Office, database: Database) -> Iterator[str]:
    """What `mailbot check` says of open cases that would be promised another start, a line at a time."""
    from mailbot.daemon import now
    from mailbot.repromise import changed_promises

    with database.read() as connection:
        found = changed_promises(connection, office.in_force.desks, now())
    if not found:
        return
    some = "an open case" if len(found) == 1 else f"{len(found)} open cases"
    yield f"{some} would be promised another start today; `mailbot repromise` tells the customers, else nothing changes"
    for one in found[:MOST_LISTED]:
        yield _line(one)
    if len(found) > MOST_LISTED:
        yield f"and {len(found) - MOST_LISTED} more; `mailbot repromise --dry-run` lists them all"


def _must_be_known(database: Database, number: str) -> None:
    from sqlalchemy import select

    from mailbot.tables import TICKET

    if not number:
        return
    with database.read() as connection:
        if connection.execute(select(TICKET.c.id).where(TICKET.c.number == number)).first() is None:
            fail(f"there is no case {number}")


def _line(one: Changed) -> str:
    starts = " -> ".join(_told(one, promise) for promise in (one.old, one.new))
    return safe_line(f"{one.number} ({one.desk.key}): {starts}, {_BECAME[one.became]}")


def _told(one: Changed, promise: Promise) -> str:
    return local(promise.expected_start.isoformat(), one.desk.calendar.zone)
