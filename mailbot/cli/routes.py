"""`mailbot routes`: the routes by which others work on a desk's cases, and telling the customers concerned (V12)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    counted,
    existing_database,
    fail,
    folder,
    local,
    must_be_desk,
    plain_errors,
    print_rows,
    safe_line,
)

if TYPE_CHECKING:
    from mailbot.core.desk import Desk, Route
    from mailbot.office import Office
    from mailbot.routes import Change, Circle

routes_app = typer.Typer(help="The routes by which others work on cases; `routes tell` mails the customers concerned.")
app.add_typer(routes_app, name="routes")


@routes_app.callback(invoke_without_command=True)
def routes(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the routes: when they hold, to whom they lead, and how many of the customers concerned have been told."""
    from mailbot.daemon import now
    from mailbot.office import Office
    from mailbot.routes import list_routes

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    directory = folder(context, None)
    with plain_errors():
        office = Office(directory)
        with closing(existing_database(directory)) as database, database.read() as connection:
            rows = list_routes(connection, office.in_force.desks.values(), now())
    print_rows(rows, _route_line, "No desk has routes.", as_json=as_json)


@routes_app.command("tell")
def routes_tell(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The route's name.")],
    desk: Annotated[str | None, typer.Option("--desk", help="The desk's key, where several have such a route.")] = None,
    ended: Annotated[
        bool, typer.Option("--ended", help="Tell of its last day: the desk works on that mail itself again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would be told.")] = False,
    config: ConfigOption = None,
) -> None:
    """Mail each customer concerned, once, from which day on who works on mail about the product."""
    from mailbot.daemon import now
    from mailbot.office import Office
    from mailbot.routes import circles, tell

    directory = folder(context, config)
    with plain_errors():
        office = Office(directory)
        change = _change(*_named(office, name, desk), ended=ended)
        stationery = office.in_force.stationery(now())
        with closing(existing_database(directory)) as database:
            if dry_run:
                with database.read() as connection:
                    (circle,) = circles(connection, change.desk, (change,), stationery.now)
            else:
                with database.write() as connection:
                    circle = tell(connection, stationery, change)
                # Commit: the letters stand in the outbox, one to each customer who has not had one.
    _report(change, circle, dry_run=dry_run)


def _report(change: Change, circle: Circle, *, dry_run: bool) -> None:
    zone = change.desk.calendar.zone
    for address in circle.told:
        typer.echo(safe_line(f"{address} has been told before"))
    for address in circle.untold:
        if address in circle.suppressed:
            until = local(circle.suppressed[address].isoformat(), zone)
            line = f"{address} is left out: letters to it came back, so automatic ones wait until {until}"
        else:
            line = f"{address} {'would be' if dry_run else 'is'} told"
        typer.echo(safe_line(line))
    count = len(circle.untold) - len(circle.suppressed)
    letters = counted(count, "letter")
    if not (circle.told or circle.untold):
        typer.echo(safe_line(f"Nobody is concerned: no customer uses {change.product} or has written about it."))
    elif dry_run:
        typer.echo(f"{letters} would be sent.")
    elif count:
        typer.echo(f"{letters} will be sent by the daemon, or by `mailbot once`.")
    else:
        typer.echo("Nobody is left to be told.")


def _named(office: Office, name: str, key: str | None) -> tuple[Desk, Route]:
    """The route of that name, of several the one that begins last; and its desk."""
    desks = office.in_force.desks
    must_be_desk(key, desks, "enabled desk")
    looked_at = desks.values() if key is None else (desks[key],)
    found = {desk.key: (desk, route) for desk in looked_at for route in _by_first_day(desk) if route.name == name}
    if not found:
        fail(f"there is no route {name!r} there; `mailbot routes` lists them")
    if len(found) > 1:
        fail(f"several desks have a route {name!r}: name one with --desk {', '.join(found)}")
    return next(iter(found.values()))


def _by_first_day(desk: Desk) -> list[Route]:
    """The desk's routes, those that have always been first."""
    return sorted(desk.routes, key=lambda route: (route.since is not None, route.since))


def _change(desk: Desk, route: Route, *, ended: bool) -> Change:
    """The beginning or the end of a route, where there is one to tell of."""
    from mailbot.core.route import partners_on
    from mailbot.daemon import now
    from mailbot.routes import beginning, end, follower

    if not partners_on(desk, route):
        fail(f"the route {route.name} leads to agents of the desk: nothing changes for customers")
    today = now().astimezone(desk.calendar.zone).date()
    if not ended and route.until is not None and route.until < today:
        fail(f"the route {route.name} is over since {route.until}: tell of its end, with --ended")
    change = end(desk, route) if ended else beginning(desk, route)
    after = follower(desk, route)
    if ended and after is not None:
        fail(f"the route {after.name} goes on from then: tell of that one")
    if change is None:
        fail(f"the route {route.name} has no {'last' if ended else 'first'} day in the desk file, so no day to tell")
    return change


def _route_line(row: dict[str, Any]) -> str:
    days = f"{row['since'] or '…'} to {row['until'] or '…'}" if row["since"] or row["until"] else "always"
    limits = [f"{name} {', '.join(row[key])}" for name, key in (("words", "words"), ("queues", "queues")) if row[key]]
    if row["when"] != "always":
        limits.append(f"while the desk is {row['when']}")
    told = "" if row["concerned"] is None else f"{row['told']} of {row['concerned']} customers concerned are told"
    cells = (row["desk"], row["name"], row["state"], days, f"to {', '.join(row['to'])}", "; ".join(limits), told)
    return "  ".join(safe_line(cell) for cell in cells if cell)
