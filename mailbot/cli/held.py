"""`mailbot held`: the letters that wait for an admin's word."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    counted,
    fail,
    folder,
    local,
    opened_database,
    plain_errors,
    print_json,
    safe_cells,
)

held_app = typer.Typer(
    help="Letters held back: a budget's are told in a digest, the breaker's wait for `held release` or `held drop`."
)
app.add_typer(held_app, name="held")

LetterArgument = Annotated[int | None, typer.Argument(help="Its number in `mailbot held`.", show_default=False)]
AllOption = Annotated[bool, typer.Option("--all", help="All that the breaker holds.")]


@held_app.callback(invoke_without_command=True)
def held(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the held letters: a budget's are told in a digest by themselves, the breaker's wait for you."""
    from mailbot.budgets import load_breaker
    from mailbot.held import list_held

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with opened_database(folder(context, None)) as database, database.read() as connection:
        rows, breaker = list_held(connection), load_breaker(connection)
    if as_json:
        for row in rows:
            print_json(row)
        return
    if breaker.tripped_at is not None:
        since = local(breaker.tripped_at.isoformat(), None)
        typer.echo(f"Automatic letters to strangers are held since {since}; `mailbot held reset` lets new ones go.")
    for row in rows:
        what = f"{row['kind']} to {row['recipient']}, held since {local(row['since'], None)}"
        typer.echo(safe_cells(row["id"], row["desk"], row["case"] or "-", f"{what}: {row['why']}"))
    if not rows:
        typer.echo("No letter is held.")


@held_app.command("release")
def held_release(
    context: typer.Context, letter: LetterArgument = None, every: AllOption = False, config: ConfigOption = None
) -> None:
    """Send a held letter, or all that the breaker holds.

    The bytes are those that were frozen when the letter was held: if the time that it promises has passed meanwhile, it
    promises that time all the same. A case that waited for it goes to the partners of its route now.
    """
    from mailbot.daemon import now
    from mailbot.held import release
    from mailbot.office import Office

    _must_be_one_or_all(letter, every)
    with plain_errors():
        office = Office(folder(context, config))
        stationery = office.in_force.stationery(now())
    with opened_database(folder(context, config)) as database, database.write() as connection:
        done, passed = release(connection, letter, office.in_force.desks, stationery)
    # Commit: the letters wait for the outbox, and so do those by which cases go to partners.
    _must_be_held(letter, done)
    typer.echo(f"{counted(done, 'letter')} will be sent by the daemon, or by `mailbot once`.")
    if passed:
        typer.echo(f"By their routes, {counted(passed, 'case')} will go to partners.")


@held_app.command("drop")
def held_drop(
    context: typer.Context, letter: LetterArgument = None, every: AllOption = False, config: ConfigOption = None
) -> None:
    """Give up a held letter, or all that the breaker holds. The cases stay as they are."""
    from mailbot.daemon import now
    from mailbot.held import drop

    _must_be_one_or_all(letter, every)
    with opened_database(folder(context, config)) as database, database.write() as connection:
        done = drop(connection, letter, now())
    # Commit: the letters are given up, and the history says who did it.
    _must_be_held(letter, done)
    typer.echo(f"{counted(done, 'letter')} will never be sent.")


@held_app.command("reset")
def held_reset(context: typer.Context, config: ConfigOption = None) -> None:
    """Close the breaker: new automatic letters to strangers go again. Those that it holds stay held."""
    from mailbot.daemon import now
    from mailbot.held import close_breaker

    with opened_database(folder(context, config)) as database, database.write() as connection:
        before = close_breaker(connection, now())
    # Commit: from the next mail on strangers are answered.
    if before.tripped_at is None:
        typer.echo("The breaker is closed already.")
    else:
        typer.echo("New automatic letters to strangers go again; `mailbot held` lists those that are still held.")


def _must_be_one_or_all(letter: int | None, every: bool) -> None:
    if (letter is None) is not every:
        fail("expected the ID of a letter, or --all")


def _must_be_held(letter: int | None, done: int) -> None:
    if not done and letter is not None:
        fail(f"no letter {letter} is held; `mailbot held` lists them")
