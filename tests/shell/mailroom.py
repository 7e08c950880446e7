"""A desk whose mails and hours a test decides: stored, triaged and gone round with at any moment, on any database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.core.correspondence import Stationery
from mailbot.database import Database
from mailbot.inbox import Arrival, store
from mailbot.office import Office
from mailbot.tables import MAIL
from mailbot.triage import Triage
from tests.daemon.house import DESK, lay_out
from tests.lettering import read_mail

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TO = "support@desk.example"
OTHER = "other@desk.example"
PASSED = "Authentication-Results: mx.desk.example; dmarc=pass header.from={}\n"


class Mailroom:
    """Two desks, `td` and `od`, each with the agent Agnes, on a database and a folder of their own."""

    def __init__(self, database: Database, folder: Path, *, agents: str | None = None) -> None:
        """`agents` are those of `td` instead of Agnes, as the desk file has them."""
        self.database = database
        self.folder = lay_out(folder, address=TO, more='authserv_id = "mx.desk.example"')
        other = DESK.format(address=OTHER, more="").replace('prefix = "TD"', 'prefix = "DD"')
        (folder / "desks" / "od.toml").write_text(other, encoding="utf-8")
        desk = folder / "desks" / "td.toml"
        if agents is not None:
            before = desk.read_text(encoding="utf-8").partition("[[agents]]")[0]
            desk.write_text(before + agents, encoding="utf-8")
        settings = folder / "mailbot.toml"
        url = f'keys_file = "keys"\ndatabase = "{database.url.render_as_string(hide_password=False)}"'
        text = settings.read_text(encoding="utf-8").replace('keys_file = "keys"', url)
        for port in ("25", "143"):  # no test may meet a mail server that happens to run on this machine
            text = text.replace(f"port = {port}\n", "port = 1\n")
        settings.write_text(text, encoding="utf-8")

    @cached_property
    def office(self) -> Office:
        """The configuration as it stands when this is first asked for; what a test writes before belongs to it."""
        return Office(self.folder)

    def stationery(self, at: datetime = NOW) -> Stationery:
        """What letters are written with at a moment."""
        return Stationery(self.office.in_force.library, self.office.keys, self.office.hostname, at)

    def take(self, *mails: bytes, at: datetime = NOW, desk: str = "td") -> None:
        """Store mails received at a moment and triage them all at the same."""
        first = self.select(func.coalesce(func.max(MAIL.c.id), 0))[0][0] + 1
        arrivals = [Arrival(first + number, at, len(raw), raw) for number, raw in enumerate(mails)]
        store(
            self.database, mailbox="m", uidvalidity=1, arrivals=arrivals, last_uid=first + len(mails), since=None,
            route=lambda _recipients: desk, now=at, settled=True,
        )  # fmt: skip
        triage = Triage(self.database, self.office, lambda: at)
        while triage.run_batch():
            pass

    def select(self, *columns: Any, where: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Those columns of a table, as plain tuples in the order of the first."""
        with self.database.read() as connection:
            rows = connection.execute(select(*columns).where(*where).order_by(columns[0]))
            return [tuple(row) for row in rows]

    def mailbot(self, *arguments: str | int) -> Any:
        """Run one command on the configuration; its result."""
        return CliRunner().invoke(app, ["--config", str(self.folder), *map(str, arguments)])


def text_of(content: bytes) -> str:
    """The plain text of a letter."""
    body = read_mail(content).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert isinstance(text, str)
    return text
