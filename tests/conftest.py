"""The servers that tests may ask for by name: each is started once a session, when the first test wants it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from mailbot.database import Database
from tests.databases import Lender
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres

if not os.environ.get("CI"):
    # No claim here is about time, and a busy machine must fail none. In CI hypothesis does the same by itself, and
    # draws the same examples each time.
    settings.register_profile("house", deadline=None)
    settings.load_profile("house")

_SERVERS = {"dovecot", "postfix", "postgres"}
_LONGEST_FIRST = ("daemon", "servers", "desks", "shell")
"""Folders in the order in which their files are begun; all others follow."""


def pytest_configure(config: pytest.Config) -> None:
    """Let the files be begun in our order: xdist's own puts last those of few tests, which are the longest stories."""
    config.option.loadscopereorder = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means: two workers a core, since the tests of the servers mostly wait."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a real server, so that `-m "not servers"` leaves it out; the longest files come first."""
    items.sort(key=_rank)
    for item in items:
        if _SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)


def _rank(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; ask it for a `new_user()`."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """A running Postfix that delivers into `dovecot`."""
    with Postfix(dovecot) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; ask it for a `new_database()`."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_lender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    """Lends an SQLite database to one test at a time."""
    lender = Lender(lambda: f"sqlite:///{tmp_path_factory.mktemp('database')}/mailbot.db")
    yield lender
    lender.close()


@pytest.fixture(scope="session")
def postgresql_lender(postgres: Postgres) -> Iterator[Lender]:
    """Lends a PostgreSQL database to one test at a time."""
    lender = Lender(postgres.new_database)
    yield lender
    lender.close()


@pytest.fixture
def sqlite_database(sqlite_lender: Lender) -> Iterator[Database]:
    """An empty SQLite database."""
    with sqlite_lender.lend() as database:
        yield database


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database that no other test will see, for those that change more of it than its rows."""
    database = Database(f"sqlite:///{tmp_path}/mailbot.db")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database: the test runs once on SQLite and once on PostgreSQL."""
    with request.getfixturevalue(f"{request.param}_lender").lend() as database:
        yield database
