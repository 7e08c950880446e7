"""`mailbot nps` and `promises`: how content customers are, and how the starts that they were told were kept."""

from __future__ import annotations

import csv
import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import (
    FAILED,
    ConfigOption,
    JsonOption,
    app,
    existing_database,
    fail,
    folder,
    must_be_desk,
    plain_errors,
    print_json,
    safe_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailbot.core.deskfigures import By, Figures


class Cut(StrEnum):
    """What figures are told apart by."""

    MONTH = "month"
    QUEUE = "queue"
    AGENT = "agent"


_CUT: dict[Cut, By] = {Cut.MONTH: "month", Cut.QUEUE: "queue", Cut.AGENT: "agent"}

DeskOption = Annotated[str | None, typer.Option("--desk", help="Only this desk's.")]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM", help="The first month (default: a year before the last).")
]
ToOption = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="The last month (default: this one).")]
ByOption = Annotated[Cut, typer.Option("--by", help="What the figures are told apart by.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV with a line of names first.")]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw the months into this .svg or .png file.")
]


@app.command()
def nps(
    context: typer.Context,
    config: ConfigOption = None,
    desk: DeskOption = None,
    since: FromOption = None,
    until: ToOption = None,
    by: ByOption = Cut.MONTH,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    plot: PlotOption = None,
) -> None:
    """Print the Net Promoter Score by month, queue or agent, how much chance is in it, and how many answered."""
    from mailbot.core.deskfigures import score_by
    from mailbot.figures import SCORE_COLUMNS, score_row

    if plot is not None and plot.suffix.lower() not in {".svg", ".png"}:
        fail(f"--plot {plot}: expected a file that ends in .svg or .png")
    found = _figures(context, config, desk, since, until, as_json=as_json, as_csv=as_csv)
    scored = [figures for figures in found if figures.votes or figures.asked]
    if plot is not None:
        _draw(scored, plot)
    if as_json or as_csv:
        rows = [score_row(group) for figures in scored for group in score_by(figures, _CUT[by])]
        _print_rows(SCORE_COLUMNS, rows, as_csv=as_csv)
        return
    for place, figures in enumerate(scored):
        typer.echo("\n" * bool(place) + "\n".join(score_lines(figures, _CUT[by])))
    if not scored:
        typer.echo("Nobody was asked in these months.")
    if plot is not None:
        typer.echo(f"\n{plot} shows the months.")


@app.command()
def promises(
    context: typer.Context,
    config: ConfigOption = None,
    desk: DeskOption = None,
    since: FromOption = None,
    until: ToOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Print how many cases were begun by the time that their customers were told, and how late the others were."""
    from mailbot.core.deskfigures import kept_promises
    from mailbot.core.figurewords import promise_heading, promise_table
    from mailbot.daemon import now
    from mailbot.figures import PROMISE_COLUMNS, promise_row

    found = _figures(context, config, desk, since, until, as_json=as_json, as_csv=as_csv)
    kept = [(figures.desk, kept_promises(figures, now())) for figures in found]
    kept = [(one, records) for one, records in kept if records]
    if as_json or as_csv:
        rows = [promise_row(record) for _, records in kept for record in records]
        _print_rows(PROMISE_COLUMNS, rows, as_csv=as_csv)
        return
    for place, (one, records) in enumerate(kept):
        heading = safe_line(f"{one.name} ({one.key}): {promise_heading('en').lower()}")
        typer.echo("\n" * bool(place) + "\n".join((heading, "", *promise_table(one, records))))
    if not kept:
        typer.echo("Nothing was promised in these months.")


def _figures(
    context: typer.Context, config: ConfigOption, key: str | None, since: str | None, until: str | None, *,
    as_json: bool, as_csv: bool,
) -> list[Figures]:  # fmt: skip
    """Those of each desk, disabled ones too, or of the one named."""
    from mailbot.core.months import month_of, span
    from mailbot.daemon import now
    from mailbot.figures import read_figures
    from mailbot.files.deskfile import load_desks

    if as_json and as_csv:
        fail("expected --json or --csv, not both")
    with plain_errors():
        directory = folder(context, config)
        with closing(existing_database(directory)) as database:
            desks = {one.key: one for one in load_desks(directory / "desks")}
            must_be_desk(key, desks)
            chosen = [desks[key]] if key is not None else list(desks.values())
            try:
                spans = [span(since, until, month_of(now(), one.calendar.zone)) for one in chosen]
            except ValueError as exc:
                fail(str(exc))
            with database.read() as connection:
                return [read_figures(connection, one, *months) for one, months in zip(chosen, spans, strict=True)]


def _draw(scored: Sequence[Figures], path: Path) -> None:
    """Draw the months of the one desk there is into a file."""
    from mailbot.core.deskfigures import score_by
    from mailbot.core.figurewords import score_heading
    from mailbot.plot import MAX_MONTHS, draw_months

    if not scored:
        fail("--plot: nobody was asked in these months, so there is nothing to draw", FAILED)
    if len(scored) > 1:
        fail(f"--plot draws one desk: name it with --desk {', '.join(figures.desk.key for figures in scored)}")
    (figures,) = scored
    months = score_by(figures, "month")
    if len(months) > MAX_MONTHS:
        fail(f"--plot draws {MAX_MONTHS} months at most, not {len(months)}; --from names a later first one")
    title = f"{figures.desk.name}: {score_heading('month', 'en').lower()}"
    try:
        path.write_bytes(draw_months(months, title, "svg" if path.suffix.lower() == ".svg" else "png"))
    except OSError as exc:
        fail(f"cannot write {path}: {exc.strerror or exc}")


def score_lines(figures: Figures, by: By) -> list[str]:
    """What `nps` prints of a desk: the table and the picture below it, for what standard output can show."""
    from mailbot.core.deskfigures import score_by, score_of_all
    from mailbot.core.figurewords import group_name, score_heading, score_table
    from mailbot.core.termchart import chart

    groups = score_by(figures, by)
    heading = safe_line(f"{figures.desk.name} ({figures.desk.key}): {score_heading(by, 'en').lower()}")
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    picture = chart([(group_name(figures.desk, by, group), group) for group in groups], plain=plain)
    return [heading, "", *score_table(figures.desk, by, groups, score_of_all(figures)), "", *picture]


def _print_rows(columns: Sequence[str], rows: Iterable[dict[str, Any]], *, as_csv: bool) -> None:
    if as_csv:
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    for row in rows:
        print_json(row)
