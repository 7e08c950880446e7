"""What the tests' real servers have in common: a folder, free ports, an unprivileged user, a process of their own."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

UNPRIVILEGED = "nobody"
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def binary(name: str, package: str, folder: str | None = None) -> str:
    """The path of a server's program; a skipped (or failed, see `unavailable`) test without its Debian package."""
    found = shutil.which(name, path=folder or _PATH)
    if found is None:
        unavailable(f"{name} is not installed: apt-get install {package}")
    return found


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where MAILBOT_REQUIRE_SERVERS=1 says that the servers must be there."""
    if os.environ.get("MAILBOT_REQUIRE_SERVERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_folder(prefix: str) -> Path:
    """A new folder for a server: its path is short enough for Unix sockets, and the unprivileged user owns it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def user_and_group() -> tuple[str, str]:
    """Who the servers run as: ourselves, or where we are root the unprivileged user."""
    uid = pwd.getpwnam(UNPRIVILEGED).pw_uid if os.geteuid() == 0 else os.geteuid()
    user = pwd.getpwuid(uid)
    return user.pw_name, grp.getgrgid(user.pw_gid).gr_name


def start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a server in its folder as the unprivileged user, its output in `output` there."""
    with (folder / "output").open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **_as_unprivileged(folder),
        )


def run(command: Sequence[str], folder: Path) -> str:
    """Run a command to its end as the unprivileged user; its standard output. RuntimeError tells what it said."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, **_as_unprivileged(folder)
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def stop(process: subprocess.Popen[bytes], *, immediately: bool = False) -> None:
    """End a server that `start` began, gently first; `immediately` is for those that would wait for their clients."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT if immediately else signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
    # Dovecot's children go on serving whom they serve; for the tests a server that is stopped has hung up.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def await_port(port: int, greeting: bytes, folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when a server on this port greets. RuntimeError after 60 s, with its output."""

    def greets() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                return client.recv(200).startswith(greeting)
        except OSError:
            return False

    await_true(greets, process, folder)


def await_true(condition: Callable[[], bool], process: subprocess.Popen[bytes] | None, folder: Path) -> None:
    """Return when the condition holds. RuntimeError with the server's output after 60 s, or when it is gone."""
    for _ in range(1200):
        if condition():
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.05)  # a starting server offers no event to wait for
    logs = "\n".join(path.read_text(errors="replace") for path in (folder / "output", folder / "log") if path.exists())
    raise RuntimeError(f"the server in {folder} did not come up:\n{logs[-4000:]}")


def _as_unprivileged(folder: Path) -> dict[str, Any]:
    # A server that inherits the caller's HOME reads files there that are not its business.
    environment = {"PATH": _PATH, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    if os.geteuid() != 0:
        return {"env": environment}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"env": environment, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
