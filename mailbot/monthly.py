"""Monthly reports: early each month the score and the kept promises of the one before, to each desk's lead, once."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core.correspondence import Stationery
from mailbot.core.deskfigures import Figures, score_by
from mailbot.core.deskletters import run_desk_errand
from mailbot.core.errands import Errand
from mailbot.core.figurewords import picture_words, score_heading
from mailbot.core.monthly import DueReport, due_reports, month_report
from mailbot.database import Database
from mailbot.figures import read_figures
from mailbot.ledger import Ledger
from mailbot.marks import mark, unmarked
from mailbot.office import Office
from mailbot.rounds import apart

log = logging.getLogger(__name__)


def send_reports(database: Database, office: Office, now: datetime) -> int:
    """Put the reports that are due at a moment (UTC) into the outbox, each in one commit; how many.

    A daemon that was off sends them when it is back in the same local month. Where the month had neither a survey nor
    a promise nothing is sent, and it is done with all the same. A report that cannot be written is logged, and tried
    again next time.
    """
    force = office.in_force
    with database.read() as connection:
        reports = due_reports(force.desks.values(), now)
        unseen = unmarked(connection, {_key(one): f"{one.month:%Y-%m}" for one in reports})
    stationery = force.stationery(now)
    sent = 0
    for one in (each for each in reports if _key(each) in unseen):
        with apart(f"desk {one.desk.key}: the report of {one.month:%Y-%m} cannot be written"):
            with database.read() as connection:
                figures = read_figures(connection, one.desk, one.first, one.month)
            # Drawn before the transaction, which others wait for.
            errand = month_report(one, figures, _picture(figures, one.language), now)
            with database.write() as connection:
                _enter(connection, stationery, one, errand, office.admin)
            # Commit: the letter, if any, stands in the outbox, and the month is marked as seen to.
            sent += errand is not None
    if sent:
        log.info("%d monthly reports", sent)
    return sent


def _picture(figures: Figures, language: str) -> bytes:
    """The months as a PNG; empty where nobody was asked and nobody answered."""
    from mailbot.plot import PlotWords, draw_months  # noqa: PLC0415 - half a second, and once a month it is needed

    months = score_by(figures, "month")
    title = f"{figures.desk.name}: {score_heading('month', language)}"
    return draw_months(months, title, "png", PlotWords(**picture_words(language))) if months else b""


def _enter(
    connection: Connection, stationery: Stationery, due: DueReport, errand: Errand | None, answers_to: str
) -> None:
    if errand is not None:
        ledger = Ledger(stationery.now)
        sealed = run_desk_errand(stationery, due.desk, errand, answers_to)
        ledger.post(due.desk.key, None, (sealed,))
        ledger.write(connection)
    mark(connection, _key(due), f"{due.month:%Y-%m}")


def _key(due: DueReport) -> str:
    return f"report:month:{due.desk.key}"
