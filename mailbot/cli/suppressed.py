"""`mailbot suppressed`: addresses that get no automatic letters for a while, because letters to them came back."""

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

suppressed_app = typer.Typer(
    help="Addresses that get no automatic letters, for letters came back; `suppressed remove` ends that."
)
app.add_typer(suppressed_app, name="suppressed")


@suppressed_app.callback(invoke_without_command=True)
def suppressed(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the addresses that get no automatic letters for a while, because letters to them came back."""
    from mailbot.daemon import now
    from mailbot.returns import list_suppressed

    context.obj = config or context.obj
    if context.invoked_subcommand:
        return
    with opened_database(folder(context, None)) as database, database.read() as connection:
        rows = list_suppressed(connection, now())
    print_rows(rows, _line, "Every address gets automatic letters.", as_json=as_json)


@suppressed_app.command("remove")
def suppressed_remove(
    context: typer.Context, address: Annotated[str, typer.Argument(help="The address.")], config: ConfigOption = None
) -> None:
    """Let an address get automatic letters again."""
    from mailbot.returns import forget_suppressed

    with opened_database(folder(context, config)) as database, database.write() as connection:
        found = forget_suppressed(connection, address.strip())
    # Commit: the next mail from the address is answered as ever.
    if not found:
        fail(f"no letters to {address} are held back; `mailbot suppressed` lists the addresses")
    typer.echo(f"{address.strip()} gets automatic letters again.")


def _line(row: dict[str, Any]) -> str:
    return safe_line(f"{row['address']} {row['since'][:10]} to {row['until'][:10]}: {row['reason']}")
