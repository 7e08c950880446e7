"""`mailbot init` and `mailbot check`: from an empty folder to a desk that is known to work."""

from __future__ import annotations

import os
import re
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import (
    FAILED,
    ConfigOption,
    app,
    fail,
    file_to_be_made,
    folder,
    plain_errors,
    safe_line,
)
from mailbot.cli.repromise import warn_of_changes

if TYPE_CHECKING:
    from mailbot.core.desk import Desk
    from mailbot.database import Database
    from mailbot.imap import MailboxView
    from mailbot.office import Office


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make.")],
    desk: Annotated[str, typer.Option("--desk", help="Short name of the first desk.")] = "support",
    address: Annotated[str, typer.Option("--address", help="Its mail address.")] = "support@example.com",
    language: Annotated[str, typer.Option("--language", help="sv, da, sk or en.")] = "en",
) -> None:
    """Lay out a configuration: one desk to edit, and the shipped ones beside it as examples."""
    from mailbot.core.mailboxes import ascii_lower
    from mailbot.core.tongue import LANGUAGES
    from mailbot.files.formvalues import is_address
    from mailbot.skeleton import lay_out

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", desk):
        fail(f"--desk: expected lower-case letters, digits, - and _, got {desk!r}")
    if not is_address(address):
        fail(f"--address: expected a mail address, got {address!r}")
    if language not in LANGUAGES:
        fail(f"--language: expected one of {', '.join(LANGUAGES)}, got {language!r}")
    try:
        written = lay_out(directory, desk=desk, address=ascii_lower(address), language=language)
    except OSError as exc:
        fail(str(exc))
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo(
        f"\nNext: edit {directory / 'mailbot.toml'}, put the passwords into {directory / 'secrets'}/, then\n"
        f"  mailbot --config {directory} check\n  mailbot --config {directory} run"
    )


@app.command()
def check(
    context: typer.Context,
    config: ConfigOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Read and render only; try no server.")] = False,
    mail: Annotated[
        bool, typer.Option("--mail", help="Also mail each desk itself, and see within a minute that it arrives.")
    ] = False,
) -> None:
    """Read everything, render every letter, try each mailbox and the SMTP server; tell every error at once."""
    from mailbot.customerlist import warnings
    from mailbot.daemon import now
    from mailbot.office import Office

    if offline and mail:
        fail("--offline tries no server, so --mail cannot go with it")
    with plain_errors():
        office = Office(folder(context, config))
        if not offline:
            office.check_passwords()
    desks = office.in_force.desks
    typer.echo(f"configuration: {len(desks)} desk{'s' * (len(desks) != 1)} enabled ({', '.join(sorted(desks))})")
    for desk in desks.values():
        if not desk.authserv_id:
            typer.secho(f"WARNING: desk {desk.key}: {_unproven(desk)}", bold=True, err=True)
        for warning in (*_unattended(desk), *warnings(desk, now().astimezone(desk.calendar.zone).date())):
            typer.echo(safe_line(f"warning: desk {desk.key}: {warning}"))
    if offline:
        return
    failures = _try_servers(office)
    if mail and not failures:
        failures = _try_round_trips(office)
    for failure in failures:
        typer.echo(f"error: {safe_line(failure)}", err=True)
    if failures:
        raise typer.Exit(FAILED)
    typer.echo("All is well.")


def _unproven(desk: Desk) -> str:
    """What it means that the desk believes nobody's Authentication-Results."""
    if not desk.agents:
        return "no authserv_id, so no sender is verified by the mail server's word"
    return (
        "no authserv_id, so nothing but the signed tag in it proves that a mail is an agent's: whoever gets hold of a"
        " letter to an agent can write to customers in the desk's name. Nor is any customer verified by the mail"
        " server's word. Set it to the first word of the Authentication-Results headers that your mail server writes."
    )


def _unattended(desk: Desk) -> list[str]:
    if not desk.agents:
        return ["no agents, so nobody is told of a new case"]
    return [
        f"no agent serves queue {queue.key}, so all of them get its copies"
        for queue in desk.queues
        if not any(queue.key in agent.queues or not agent.queues for agent in desk.agents)
    ]


def _tell_view(view: MailboxView) -> str:
    told = [f"{view.mails} mails", "tells of new mail at once" if view.idle else "is polled, having no IDLE"]
    if view.processed_folder:
        told.append(f"processed folder {view.processed_folder}")
        if not view.move and not view.uidplus:
            told.append("can neither MOVE nor UIDPLUS, so processed mail stays behind flagged as deleted")
    if not view.keeps_flag:
        told.append("cannot keep the flag, so processed mail is not marked")
    return ", ".join(told)


def _try_servers(office: Office) -> list[str]:
    """Try each server and tell what was seen; returns what failed, all of it."""
    from mailbot.database import Database, DatabaseError

    with TemporaryDirectory(prefix="mailbot-check-") as spare:
        missing = file_to_be_made(office.settings.database)
        if missing is not None and not (missing.parent.is_dir() and os.access(missing.parent, os.W_OK)):
            return [f"database: cannot be made, {missing.parent} is no folder to write in; mail servers were not tried"]
        # Looking makes no database; the parts that are tried want one.
        url = office.settings.database if missing is None else f"sqlite:///{spare}/spare.db"
        try:
            database = Database(url)
        except DatabaseError as exc:
            return [f"database: {exc}; mailboxes and SMTP server were not tried"]
        with closing(database):
            if missing is not None:
                typer.echo(f"database: there is none yet; the first start makes {missing}")
            else:
                typer.echo(f"database: {database.url.render_as_string(hide_password=True)} is ready")
                _warn_of_cases(office, database)
            return _try_mail(office, database)


def _warn_of_cases(office: Office, database: Database) -> None:
    """What the database shows that an admin may want to see to."""
    from mailbot.daemon import now
    from mailbot.routes import warnings

    with database.read() as connection:
        for warning in warnings(connection, office.in_force.desks.values(), now()):
            typer.echo(safe_line(f"warning: {warning}"))
    for line in warn_of_changes(office, database):
        typer.echo(f"warning: {line}")


def _try_mail(office: Office, database: Database) -> list[str]:
    """Try the mailboxes and the SMTP server; what failed."""
    from mailbot.daemon import Daemon
    from mailbot.imaplogin import MailboxError
    from mailbot.post import PostError

    daemon = Daemon(office, database)
    failures = []
    for mailbox in daemon.mailboxes:
        try:
            typer.echo(f"mailbox {mailbox.name}: {_tell_view(mailbox.try_login())}")
        except MailboxError as exc:
            failures.append(f"mailbox {mailbox.name}: {exc}")
    try:
        typer.echo(f"smtp: {safe_line(daemon.post.try_login())}")
    except PostError as exc:
        failures.append(f"smtp: {exc}")
    return failures


def _try_round_trips(office: Office) -> list[str]:
    """Mail each desk itself and tell what arrived; returns what failed."""
    from mailbot.daemon import now
    from mailbot.imaplogin import MailboxError
    from mailbot.post import Post
    from mailbot.roundtrip import PATIENCE, try_round_trips

    settings, desks = office.settings, office.in_force.desks
    typer.echo(f"mail: each desk is sent one of its own; looking for it for {PATIENCE:.0f} s at most")
    post = Post(settings.smtp, helo=settings.hostname, monotonic=time.monotonic)
    failures = []
    try:
        for found in try_round_trips(
            desks, settings.mailboxes, office.keys, settings.hostname,
            deliver=post.deliver, now=now, monotonic=time.monotonic, pause=time.sleep,
        ):  # fmt: skip
            if found.works:
                typer.echo(f"mail: desk {found.desk}: {safe_line(found.line)}")
            else:
                failures.append(f"mail: desk {found.desk}: {found.line}")
    except MailboxError as exc:
        failures.append(f"mail: {exc}")
    finally:
        post.close()
    return failures
