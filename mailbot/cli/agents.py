"""`mailbot agents`: who works at the desks, and the letters by which agents get their personal addresses."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    counted,
    fail,
    folder,
    local,
    must_be_desk,
    plain_errors,
    print_rows,
    safe_cells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from mailbot.core.desk import Agent, Desk
    from mailbot.database import Database
    from mailbot.office import Office

agents_app = typer.Typer(help="Who works at the desks; `agents welcome` mails them their personal address.")
app.add_typer(agents_app, name="agents")


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
    print_rows(rows, lambda row: _tell_agent(row, office), "No desk has agents.", as_json=as_json)


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
    from mailbot.daemon import now
    from mailbot.office import Office
    from mailbot.welcome import welcome

    if rotate and not (agent or desk):
        fail("--rotate makes the addresses that agents have worthless: name whose, with --agent or --desk")
    with plain_errors():
        office = Office(folder(context, config))
        stationery = office.in_force.stationery(now())
        desks = _desks(office, desk)
        with closing(_made_database(office)) as database, database.write() as connection:
            done = welcome(connection, stationery, _chosen(connection, desks, agent, rotate), rotate=rotate)
        # Commit: the addresses are made, and the letters that tell them stand in the outbox.
    for one in done:
        new = "a new personal address, the old one is worthless" if one.rotated else "the personal address"
        typer.echo(f"desk {one.desk.key}: {one.agent.name} <{one.agent.address}> gets {new}")
    if done:
        typer.echo(f"{counted(len(done), 'letter')} will be sent by the daemon, or by `mailbot once`.")
    else:
        typer.echo("Every agent has been told; --agent ADDRESS tells one again.")


def _made_database(office: Office) -> Database:
    """The database, made where there is none: agents may be welcomed before the first run."""
    from mailbot.database import Database

    return Database(office.settings.database)


def _desks(office: Office, key: str | None) -> tuple[Desk, ...]:
    desks = office.in_force.desks
    if key is None:
        return tuple(desks.values())
    must_be_desk(key, desks, "enabled desk")
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
    return safe_cells(row["desk"], f"{row['name']} <{', '.join(row['addresses'])}>", queues, duty, personal)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
