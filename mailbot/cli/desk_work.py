"""`mailbot held` and `agents`: the letters that wait for an admin's word, and who works at the desks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    existing_database,
    fail,
    folder,
    local,
    plain_errors,
    print_json,
    safe_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from mailbot.core.desk import Agent, Desk
    from mailbot.database import Database
    from mailbot.office import Office

held_app = typer.Typer(help="Letters that are held; `held release` sends them, `held drop` gives them up.")
agents_app = typer.Typer(help="Who works at the desks; `agents welcome` mails them their personal address.")
app.add_typer(held_app, name="held")
app.add_typer(agents_app, name="agents")

LetterArgument = Annotated[int | None, typer.Argument(help="The letter's id.", show_default=False)]
AllOption = Annotated[bool, typer.Option("--all", help="All that the breaker holds.")]


@held_app.callback(invoke_without_command=True)
def held(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the held letters: a budget's are told in a digest by themselves, the breaker's wait for you."""
    from mailbot.budgets import load_breaker
    from mailbot.held import list_held

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with _database(context, None) as database, database.read() as connection:
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
        typer.echo(_line(row["id"], row["desk"], row["case"] or "-", f"{what}: {row['why']}"))
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
    from mailbot.core.correspondence import Stationery
    from mailbot.daemon import now
    from mailbot.held import release
    from mailbot.office import Office

    _must_be_one_or_all(letter, every)
    with plain_errors():
        office = Office(folder(context, config))
        stationery = Stationery(office.in_force.library, office.keys, office.hostname, now())
    with _database(context, config) as database, database.write() as connection:
        done, passed = release(connection, letter, office.in_force.desks, stationery)
    # Commit: the letters wait for the outbox, and so do those by which cases go to partners.
    _must_be_held(letter, done)
    typer.echo(f"{_letters(done)} will be sent by the daemon, or by `mailbot once`.")
    if passed:
        typer.echo(f"By their routes, {passed} case{'s' * (passed != 1)} will go to partners.")


@held_app.command("drop")
def held_drop(
    context: typer.Context, letter: LetterArgument = None, every: AllOption = False, config: ConfigOption = None
) -> None:
    """Give up a held letter, or all that the breaker holds. The cases stay as they are."""
    from mailbot.daemon import now
    from mailbot.held import drop

    _must_be_one_or_all(letter, every)
    with _database(context, config) as database, database.write() as connection:
        done = drop(connection, letter, now())
    # Commit: the letters are given up, and the history says who did it.
    _must_be_held(letter, done)
    typer.echo(f"{_letters(done)} will never be sent.")


@held_app.command("reset")
def held_reset(context: typer.Context, config: ConfigOption = None) -> None:
    """Close the breaker: new automatic letters to strangers go again. Those that it holds stay held."""
    from mailbot.daemon import now
    from mailbot.held import close_breaker

    with _database(context, config) as database, database.write() as connection:
        before = close_breaker(connection, now())
    # Commit: from the next mail on strangers are answered.
    if before.tripped_at is None:
        typer.echo("The breaker is closed already.")
    else:
        typer.echo("New automatic letters to strangers go again; `mailbot held` lists those that are still held.")


@agents_app.callback(invoke_without_command=True)
def agents(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the agents: their desk, addresses and queues, and when they are on duty."""
    from mailbot.daemon import now
    from mailbot.office import Office

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with plain_errors():
        office = Office(folder(context, None))
        with closing(_made_database(office)) as database:
            rows = _agents(office, database, now())
    for row in rows:
        if as_json:
            print_json(row)
        else:
            typer.echo(_tell_agent(row, office))
    if not rows and not as_json:
        typer.echo("No desk has agents.")


@agents_app.command("welcome")
def agents_welcome(
    context: typer.Context,
    config: ConfigOption = None,
    desk: Annotated[str | None, typer.Option("--desk", help="Only this desk's.")] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", help="The one with this address, told already or not.")
    ] = None,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="A new address; the old one is worthless at once. With --agent or --desk.")
    ] = False,
) -> None:
    """Mail agents their personal address: those who have not been told theirs yet, or the one named."""
    from mailbot.core.correspondence import Stationery
    from mailbot.daemon import now
    from mailbot.office import Office
    from mailbot.welcome import welcome

    if rotate and not (agent or desk):
        fail("--rotate makes the addresses that agents have worthless: name whose, with --agent or --desk")
    with plain_errors():
        office = Office(folder(context, config))
        stationery = Stationery(office.in_force.library, office.keys, office.hostname, now())
        desks = _desks(office, desk)
        with closing(_made_database(office)) as database, database.write() as connection:
            done = welcome(connection, stationery, _chosen(connection, desks, agent, rotate), rotate=rotate)
        # Commit: the addresses are made, and the letters that tell them stand in the outbox.
    for one in done:
        new = "a new personal address, the old one is worthless" if one.rotated else "the personal address"
        typer.echo(f"desk {one.desk.key}: {one.agent.name} <{one.agent.address}> gets {new}")
    if done:
        typer.echo(f"{_letters(len(done))} will be sent by the daemon, or by `mailbot once`.")
    else:
        typer.echo("Every agent has been told; --agent ADDRESS tells one again.")


def _must_be_one_or_all(letter: int | None, every: bool) -> None:
    if (letter is None) is not every:
        fail("expected the ID of a letter, or --all")


def _must_be_held(letter: int | None, done: int) -> None:
    if not done and letter is not None:
        fail(f"no letter {letter} is held; `mailbot held` lists them")


def _letters(number: int) -> str:
    return f"{number} letter{'' if number == 1 else 's'}"


@contextmanager
def _database(context: typer.Context, config: ConfigOption) -> Iterator[Database]:
    """The database that a daemon has made, closed at the end of the block; errors told plainly."""
    with plain_errors(), closing(existing_database(folder(context, config))) as database:
        yield database


def _made_database(office: Office) -> Database:
    """The database, made where there is none: agents may be welcomed before the first run."""
    from mailbot.database import Database

    return Database(office.settings.database)


def _desks(office: Office, key: str | None) -> tuple[Desk, ...]:
    desks = office.in_force.desks
    if key is None:
        return tuple(desks.values())
    if key not in desks:
        fail(f"there is no enabled desk {key!r}; expected one of {', '.join(sorted(desks))}")
    return (desks[key],)


def _chosen(
    connection: Connection, desks: Iterable[Desk], address: str | None, every: bool
) -> list[tuple[Desk, Agent]]:
    """Who is meant: the agent with that address, at each of the desks; else all, or all who have not been told."""
    from mailbot.core.audience import agent_of
    from mailbot.core.mailboxes import ascii_lower
    from mailbot.welcome import not_welcomed

    if address is None:
        return [(desk, agent) for desk in desks for agent in (desk.agents if every else not_welcomed(connection, desk))]
    found = [(desk, agent_of(desk, ascii_lower(address))) for desk in desks]
    named = [(desk, agent) for desk, agent in found if agent is not None]
    if not named:
        fail(f"there is no agent {address!r} there; `mailbot agents` lists them")
    return named


def _agents(office: Office, database: Database, moment: datetime) -> list[dict[str, Any]]:
    from mailbot.personaladdress import personal_since

    with database.read() as connection:
        return [
            {
                "desk": desk.key, "name": agent.name, "addresses": list(agent.addresses),
                "queues": list(agent.queues) or [queue.key for queue in desk.queues],
                **_duty(desk, agent, moment), "personal_since": _iso(personal_since(connection, desk, agent)),
            }
            for desk in office.in_force.desks.values()
            for agent in desk.agents
        ]  # fmt: skip


def _duty(desk: Desk, agent: Agent, moment: datetime) -> dict[str, Any]:
    """Whether the agent is on duty, and when the next shift begins otherwise; None where there is none."""
    from functools import partial

    from mailbot.core.calendar import Calendar
    from mailbot.core.duty import duty_on
    from mailbot.core.worktime import NeverOpenError, next_opening

    try:
        begins = next_opening(Calendar(desk.calendar.zone, ()), moment, partial(duty_on, desk, agent))
    except NeverOpenError:
        return {"on_duty": False, "next_shift": None}
    present = begins <= moment
    return {"on_duty": present, "next_shift": None if present else begins.isoformat()}


def _tell_agent(row: dict[str, Any], office: Office) -> str:
    zone = office.in_force.desks[row["desk"]].calendar.zone
    duty = "on duty" if row["on_duty"] else "never on duty"
    if row["next_shift"]:
        duty = f"on duty from {local(row['next_shift'], zone)}"
    personal = "no personal address yet"
    if row["personal_since"]:
        personal = f"personal address since {local(row['personal_since'], zone)}"
    queues = f"queues {', '.join(row['queues'])}" if row["queues"] else "no queues"
    return _line(row["desk"], f"{row['name']} <{', '.join(row['addresses'])}>", queues, duty, personal)


def _line(*cells: object) -> str:
    return "  ".join(safe_line(str(cell)) for cell in cells)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
