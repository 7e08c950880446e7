"""`mailbot preview`, `expected-start` and `parse`: what the desk would say, without a daemon or a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.common import (
    BAD_INPUT,
    ConfigOption,
    JsonOption,
    app,
    desks_for_looking,
    fail,
    folder,
    is_configured,
    must_be_desk,
    plain_errors,
    print_json,
    safe,
)


@app.command("expected-start")
def expected_start(
    context: typer.Context,
    desk: Annotated[str | None, typer.Argument(help="The desk's key: the name of its file, without .toml.")] = None,
    priority: Annotated[
        str | None, typer.Option("--priority", help="Key of the priority (default: the desk's own).")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="When the mail came, ISO 8601; without offset in the desk's zone.")
    ] = None,
    customer: Annotated[
        str, typer.Option("--customer", help="On whose terms: a key, name, domain or address.", show_default=False)
    ] = "",
    queue: Annotated[
        str, typer.Option("--queue", help="Key of the queue (default: the desk's own).", show_default=False)
    ] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", help="File with columns desk,priority,received[,customer,queue], or -.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print when work would start at the latest, and how that is worked out."""
    from mailbot import expected

    with plain_errors():
        desks = desks_for_looking(context, config)
        if csv is not None:
            bad = False
            try:
                lines = sys.stdin if str(csv) == "-" else csv.read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError) as exc:
                fail(f"cannot read {csv}: {exc}")
            for row in expected.csv_rows(lines, desks):
                print_json(row)
                bad = bad or "error" in row
            raise typer.Exit(BAD_INPUT if bad else 0)
        if desk is None or received is None:
            fail("expected DESK and --received, or --csv FILE")
        try:
            answer = expected.expected_start(desks, desk, priority, received, customer, queue)
        except ValueError as exc:
            fail(str(exc))
    if as_json:
        print_json(expected.as_json(answer))
        return
    for line in expected.in_words(answer):
        typer.echo(line)


@app.command()
def preview(
    context: typer.Context,
    letter: Annotated[
        str, typer.Argument(help="Name of the letter, such as acknowledgement; a wrong one lists them all.")
    ],
    desk: Annotated[str, typer.Option("--desk", help="The desk's key: the name of its file, without .toml.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write the HTML part to this file.")] = None,
    config: ConfigOption = None,
) -> None:
    """Render a letter with sample data, as it would be sent."""
    from mailbot.core.library import LETTERS
    from mailbot.preview import preview as write
    from mailbot.problems import ConfigError
    from mailbot.templates import TemplateStore

    with plain_errors():
        desks = {one.key: one for one in desks_for_looking(context, config)}
        must_be_desk(desk, desks)
        store = TemplateStore(_templates(context, config))
        problems = store.refresh((desks[desk],))
        if problems:
            raise ConfigError(problems)
        if letter not in LETTERS:
            fail(f"there is no letter {letter!r}; expected one of {', '.join(LETTERS)}")
        written = write(letter, desks[desk], store.library)
    draft = written.draft
    if html is not None:
        html.write_text(draft.html, encoding="utf-8")
        typer.echo(f"{html} holds the HTML part.")
        return
    typer.echo(f"Subject: {safe(draft.subject)}\n\n{safe(draft.text)}")


@app.command()
def parse(
    files: Annotated[list[str], typer.Argument(help="Raw mails; - reads their paths from standard input.")],
    as_json: JsonOption = False,
) -> None:
    """Show how a mail is read: from whom, the new words, what is attached, and whether a machine wrote it."""
    from mailbot.parsing import parse_paths

    given = (line.rstrip("\r\n") for line in sys.stdin) if files == ["-"] else iter(files)
    broken = False
    for shown in parse_paths(path for path in given if path):
        broken = broken or bool(shown.get("error"))
        if as_json:
            print_json(shown)
            sys.stdout.flush()
            continue
        for key, value in shown.items():
            if isinstance(value, str) and "\n" in value:
                typer.echo(f"{key}:")
                typer.echo("\n".join(f"    {line}" for line in safe(value).splitlines()))
            else:
                typer.echo(safe(f"{key}: {value}"))
        typer.echo("")
    if broken and not as_json:
        raise typer.Exit(BAD_INPUT)


def _templates(context: typer.Context, config: Path | None) -> Path | None:
    """The configuration's own templates folder, where there is a configuration."""
    from mailbot.config import load_settings

    return load_settings(folder(context, config)).templates if is_configured(context, config) else None
