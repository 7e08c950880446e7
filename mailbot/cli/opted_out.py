"""`mailbot opted-out`: addresses that want no surveys, and how somebody who has thought better of it is asked again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    fail,
    folder,
    opened_database,
    print_rows,
    safe_line,
)

opted_out_app = typer.Typer(help="Addresses that want no surveys; `opted-out remove` lets one be asked again.")
app.add_typer(opted_out_app, name="opted-out")


@opted_out_app.callback(invoke_without_command=True)
def opted_out(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the addresses that want no surveys, since when, and the mail that said so."""
    from mailbot.optouts import list_opted_out

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with opened_database(folder(context, None)) as database, database.read() as connection:
        rows = list_opted_out(connection)
    print_rows(rows, _line, "Nobody has opted out of surveys.", as_json=as_json)


@opted_out_app.command("remove")
def opted_out_remove(
    context: typer.Context, address: Annotated[str, typer.Argument(help="The address.")], config: ConfigOption = None
) -> None:
    """Let somebody be asked again, from their next closed case on. Only where they have asked for it in writing."""
    from mailbot.daemon import now
    from mailbot.optouts import forget_opt_out

    with opened_database(folder(context, config)) as database, database.write() as connection:
        found = forget_opt_out(connection, address.strip(), now())
    # Commit: the address may be asked again, and the history says that an admin let it.
    if not found:
        fail(f"{address} has not opted out of surveys; `mailbot opted-out` lists who has")
    typer.echo(f"{address.strip()} may be asked again.")


def _line(row: dict[str, Any]) -> str:
    return safe_line(f"{row['address']} since {row['since'][:10]}: {row['how']}")
