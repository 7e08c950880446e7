"""A real PostgreSQL in a temp folder on a free loopback port; it survives a kill, though not a power cut, for speed."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import psycopg

from tests.servers import local


class Postgres:
    """One running server; use as a context manager."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        programs = os.fspath(homes[-1]) if homes else None
        self._initdb = local.binary("initdb", "postgresql", programs)
        self._postgres = local.binary("postgres", "postgresql", programs)
        self.port = local.free_port()
        self.folder = local.make_folder("mb-postgres-")

    def __enter__(self) -> Postgres:
        try:
            options = ["--auth=trust", "--username=mailbot", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
            local.run([self._initdb, "-D", "data", *options], self.folder)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, or start it again with the same port and data; returns when it takes connections."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "autovacuum": "off",  # no database is used for long, and rows stay in the order in which they came
            "max_connections": "200",
        }
        arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self._process = local.start([self._postgres, "-D", "data", *arguments], self.folder)
        local.await_true(self._answers, self._process, self.folder)

    def stop(self) -> None:
        """Stop it at once, as a crash of the machine it runs on would; connections break."""
        if self._process is not None:
            # SIGTERM would wait for its clients. The write-ahead log is replayed at the next start.
            local.stop(self._process, immediately=True)
            self._process = None

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://mailbot@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True
