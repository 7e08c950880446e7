"""`mailbot customers`: the customers that the files say there are, their agreements, and whose an address is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import (
    ConfigOption,
    JsonOption,
    app,
    counted,
    fail,
    folder,
    must_be_desk,
    plain_errors,
    print_json,
    safe_line,
)

if TYPE_CHECKING:
    from mailbot.core.desk import Desk
    from mailbot.files.customerfile import CustomerFile

_MOST_SHOWN = 10

customers_app = typer.Typer(
    no_args_is_help=True, help="Customers and their agreements, as their files have them: check, list, show."
)
app.add_typer(customers_app, name="customers")


@customers_app.command("check")
def customers_check(context: typer.Context, config: ConfigOption = None) -> None:
    """Read every desk file and the files of customers that they name; tell every error at once, else what there is."""
    from mailbot.customerlist import warnings

    directory = folder(context, config) / "desks"
    with plain_errors():
        desks, files = _read(directory)
    for file in files:
        people = sum(len(each.contacts) for each in file.customers.values())
        named = ", ".join(desk.key for desk in desks if file.path in _files_of(directory, desk))
        told = f"{file.path}: {counted(len(file.customers), 'customer')}, {counted(people, 'contact')} (desk {named})"
        typer.echo(safe_line(told))
    if not files:
        typer.echo("No desk file names a file of customers.")
    for desk in desks:
        for warning in warnings(desk, _today(desk)):
            typer.echo(safe_line(f"warning: desk {desk.key}: {warning}"))


@customers_app.command("list")
def customers_list(
    context: typer.Context,
    desk: Annotated[str | None, typer.Option("--desk", help="Only this desk's.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the customers of each desk: key, name, agreement, its last day, how many contacts, overdue invoices."""
    from mailbot.core.texttable import text_table
    from mailbot.customerlist import row_of

    with plain_errors():
        desks, _ = _read(folder(context, config) / "desks")
    must_be_desk(desk, (each.key for each in desks))
    rows = [
        row_of(each, customer, _today(each))
        for each in desks
        if each.customers is not None and desk in {None, each.key}
        for customer in each.customers.by_key.values()
    ]
    if as_json:
        for row in rows:
            print_json(row)
        return
    head = ("Desk", "Customer", "Name", "Agreement", "Standing", "Until", "Contacts", "Overdue")
    cells = [
        (
            row["desk"], row["customer"], safe_line(row["name"]), row["agreement"] or "-", row["standing"],
            row["until"] or "-", str(row["contacts"]), "yes" if row["overdue"] else "-",
        )
        for row in rows
    ]  # fmt: skip
    typer.echo("\n".join(text_table((head, *cells), names=6, width=400)) if rows else "No customers.")


@customers_app.command("show")
def customers_show(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(help="Key, name or part of it, domain, or somebody's address.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything about a customer, the terms that it has today, and whose an address is."""
    from mailbot.customerlist import find, whole

    with plain_errors():
        desks, _ = _read(folder(context, config) / "desks")
    found = find(desks, customer)
    if not found:
        fail(f"{customer!r} is no customer's; `mailbot customers list` lists them")
    if len(found) > _MOST_SHOWN:
        keys = ", ".join(each.customer.key for each in found[:_MOST_SHOWN])
        fail(f"{customer!r} could be {len(found)} customers, such as {keys}: expected more of it")
    for number, each in enumerate(found):
        told = whole(each, _today(each.desk))
        if as_json:
            print_json(told)
            continue
        if number:
            typer.echo("")
        for line in _tell(told):
            indent = line[: len(line) - len(line.lstrip(" "))]
            typer.echo(indent + safe_line(line))


def _read(directory: Path) -> tuple[tuple[Desk, ...], tuple[CustomerFile, ...]]:
    """All desks, disabled ones too, and the files of customers that they name."""
    from mailbot.files.customerfile import CustomerFiles
    from mailbot.files.deskfile import load_desks

    shelf = CustomerFiles()
    return load_desks(directory, shelf), shelf.files


def _files_of(directory: Path, desk: Desk) -> tuple[Path, ...]:
    from mailbot.files.deskfile import files_of

    return files_of(directory / f"{desk.key}.toml")


def _today(desk: Desk) -> date:
    from mailbot.daemon import now

    return now().astimezone(desk.calendar.zone).date()


def _tell(told: dict[str, Any]) -> Iterator[str]:
    """A customer in English, a line at a time."""
    terms = told["terms"]
    yield f"{told['customer']}  {told['name']}"
    yield f"  desk {told['desk']}, {told['found']}"
    days = " ".join(f"{word} {told[key]}" for word, key in (("from", "since"), ("to", "until")) if told[key])
    yield f"  agreement {told['agreement']} {days}: {told['standing']}" if told["agreement"] else "  no agreement"
    if told["overdue"]:
        yield "  invoices are overdue"
    for name in ("domains", "products", "attributes"):
        if told[name]:
            yield f"  {name} {', '.join(told[name])}"
    most = f" of at most {told['contacts_allowed']}" if told["contacts_allowed"] is not None else ""
    yield f"  {counted(told['contacts'], 'contact')}{most}"
    for person in told["people"]:
        trained = f", trained on {', '.join(person['trained'])}" if person["trained"] else ""
        sees = ", sees the customer's cases" if person["sees_cases"] else ""
        sees += " while an agreement is in force" if sees and told["standing"] != "in force" else ""
        who = f"{person['address']} {person['name']}".rstrip()
        yield f"    {who}{trained}{sees}"
    yield f"  terms on {terms['day']}, letters in {' and '.join(terms['languages'])}"
    yield f"    open {terms['hours']} ({terms['hours_are']})"
    for target in terms["targets"]:
        yield f"    priority {target['priority']}: {_target(target)} ({target['target_is']})"
    yield f"    told of {', '.join(dict.fromkeys(terms['channels'])) or 'no channel'}"
    if terms["covers"]:
        yield f"    covers {', '.join(terms['covers'])}"


def _target(target: dict[str, Any]) -> str:
    hours, minutes = divmod(target["minutes"], 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    length = " ".join(part for part in parts if part)
    return f"within {length}" if length else "at once"
