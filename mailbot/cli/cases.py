"""`mailbot tickets`, `show`, `parked` and `outbox`: what has become of the mail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.casewords import tell_case, tell_letter
from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    fail,
    folder,
    local,
    opened_database,
    print_json,
    print_rows,
    safe_line,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

parked_app = typer.Typer(help="Mails that could not be read; `parked retry ID` tries one again.")
outbox_app = typer.Typer(help="Letters not sent yet, refused or doubtful; `outbox retry ID` sends one again.")
app.add_typer(parked_app, name="parked")
app.add_typer(outbox_app, name="outbox")


@app.command()
def tickets(
    context: typer.Context,
    config: ConfigOption = None,
    desk: Annotated[str | None, typer.Option("--desk", help="Only this desk's.")] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="Only these: open, waiting, refused, declined, closed, merged or spam."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the cases: priority, state, promised start, from whom and about what."""
    from rich.console import Console
    from rich.table import Table

    from mailbot.casefile import list_tickets
    from mailbot.tables import TicketState

    if state is not None and state not in set(TicketState):
        fail(f"there is no state {state!r}; expected one of {', '.join(sorted(TicketState))}")
    directory = folder(context, config)
    with opened_database(directory) as database, database.read() as connection:
        rows = list_tickets(connection, desk=desk, state=state)
    if as_json:
        for row in rows:
            print_json(row)
        return
    zones = _zones(directory)
    shown = [
        (
            row["number"], row["desk"], row["priority"], row["state"],
            local(row["received"], zones.get(row["desk"])), local(row["expected_start"], zones.get(row["desk"])),
            safe_line(row["requester"]), safe_line(row["subject"]),
        )
        for row in rows
    ]  # fmt: skip
    headings = ("Case", "Desk", "Priority", "State", "Received", "Expected start", "From", "Subject")
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        # Whoever and whatever it is about gives way on a narrow screen; numbers and times never do.
        needed = max(len(row[place]) for row in (headings, *shown)) if place < len(headings) - 2 else 0
        table.add_column(heading, no_wrap=True, min_width=needed)
    for cells in shown:
        table.add_row(*cells)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 400  # a pipe has no edge
    console.print(table if rows else "No tickets.")


@app.command()
def show(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="Case number, such as VC-000013.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a case: the conversation, the events and each letter's fate, in order."""
    from mailbot.casefile import case_file

    directory = folder(context, config)
    with opened_database(directory) as database, database.read() as connection:
        found = case_file(connection, case.strip().upper())
    if found is None:
        fail(f"there is no case {case!r}; `mailbot tickets` lists them")
    if as_json:
        print_json(found)
        return
    for line in tell_case(found, _zones(directory).get(found["desk"])):
        typer.echo(line)


@parked_app.callback(invoke_without_command=True)
def parked(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the mails that could not be read."""
    from mailbot.casefile import list_parked

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with opened_database(folder(context, None)) as database, database.read() as connection:
        rows = list_parked(connection)
    print_rows(rows, _mail_line, "No mail is parked.", as_json=as_json)


@app.command()
def filed(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the mails that were heard and opened no case: delivery reports, automatic replies, requests for a list."""
    from mailbot.casefile import list_filed

    with opened_database(folder(context, config)) as database, database.read() as connection:
        rows = list_filed(connection)
    print_rows(rows, _mail_line, "No mail was filed.", as_json=as_json)


@parked_app.command("retry")
def parked_retry(
    context: typer.Context,
    mail: Annotated[int, typer.Argument(help="Its number in `mailbot parked`.")],
    config: ConfigOption = None,
) -> None:
    """Have a parked mail read again, once what was wrong is mended."""
    from mailbot.casefile import retry_parked
    from mailbot.daemon import now

    with opened_database(folder(context, config)) as database, database.write() as connection:
        found = retry_parked(connection, mail, now())
        # Commit: the mail is as if it had just come; the daemon's next batch takes it.
    if not found:
        fail(f"no mail {mail} is parked; `mailbot parked` lists them")
    typer.echo(f"Mail {mail} will be read again by the daemon, or by `mailbot once`.")


@outbox_app.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    config: ConfigOption = None,
    every: Annotated[bool, typer.Option("--all", help="Letters that were sent or taken back, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the letters that wait, were refused or are doubtful."""
    from mailbot.casefile import list_letters

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with opened_database(folder(context, None)) as database, database.read() as connection:
        rows = list_letters(connection)
    rows = [row for row in rows if every or row["state"] not in {"sent", "cancelled"}]
    print_rows(rows, lambda row: safe_line(tell_letter(row, None)), "Every letter has been sent.", as_json=as_json)


@outbox_app.command("retry")
def outbox_retry(
    context: typer.Context,
    letter: Annotated[int, typer.Argument(help="Its number in `mailbot outbox`.")],
    config: ConfigOption = None,
) -> None:
    """Send a refused or doubtful letter again."""
    from mailbot.attempt import retry
    from mailbot.daemon import now

    with opened_database(folder(context, config)) as database, database.write() as connection:
        found = retry(connection, letter, now())
        # Commit: the letter waits again, with the same bytes.
    if not found:
        fail(f"no letter {letter} is refused or doubtful; `mailbot outbox` lists them")
    typer.echo(f"Letter {letter} will be sent again by the daemon, or by `mailbot once`.")


def _zones(directory: Path) -> Mapping[str, ZoneInfo]:
    """Each desk's zone, for showing local times; no more is read of the files, and a broken one hides no case."""
    import tomllib
    from zoneinfo import ZoneInfo

    zones = {}
    for path in sorted((directory / "desks").glob("*.toml")):
        try:
            zones[path.stem] = ZoneInfo(tomllib.loads(path.read_text(encoding="utf-8"))["zone"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return zones


def _mail_line(row: dict[str, Any]) -> str:
    place = f"{row['id']}  {row['desk']}  received {row['received']}  {row['size']} octets"
    return safe_line(f"{place}: {row['reason']}")
