"""mailbot.toml and the signing keys: every fault told at once, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.config import load_settings
from mailbot.keysfile import load_keys
from mailbot.problems import ConfigError

GOOD = """\
admin = "admin@example.com"
hostname = "mail.example.com"
keys_file = "keys"

[smtp]
host = "127.0.0.1"
security = "none"

[mailboxes.support]
host = "imap.example.com"
user = "support"
password_env = "PASSWORD"
desk = "support"
"""


def _load(directory: Path, source: str) -> None:
    (directory / "mailbot.toml").write_text(source, encoding="utf-8")
    load_settings(directory)


def test_good_settings(tmp_path: Path) -> None:
    """Paths count from the folder; ports default to the service's own."""
    (tmp_path / "mailbot.toml").write_text(GOOD, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.keys_file == tmp_path / "keys"
    assert settings.database == f"sqlite:///{tmp_path}/mailbot.db"
    assert settings.mailboxes["support"].real_port == 993
    assert settings.smtp.real_port == 25


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ('security = "none"', 'security = "maybe"', 7, "smtp.security", "'tls', 'starttls' or 'none'"),
        ('host = "127.0.0.1"', 'host = "smtp.example.com"', 5, "smtp", "localhost only"),
        ('user = "support"', "", 9, "mailboxes.support", "user"),
        ('password_env = "PASSWORD"', "", 9, "mailboxes.support", "expected password_file or password_env"),
        ('desk = "support"', "", 9, "mailboxes.support.desk", "is missing"),
        ('desk = "support"', 'desk = "support"\ncolour = "red"', 14, "mailboxes.support.colour", "is no known key"),
        (
            'desk = "support"',
            'desk = "support"\nfolder = "A\\r\\nB"',
            14,
            "mailboxes.support.folder",
            "control characters",
        ),
        ('desk = "support"', 'desk = "support"\npoll_seconds = 0', 14, "mailboxes.support.poll_seconds", "got 0"),
        ("admin@example.com", "admin", 1, "admin", "expected a mail address"),
        ('hostname = "mail.example.com"', 'hostname = "a b"', 2, "hostname", "expected a host name"),
    ],
)
def test_each_fault_has_its_place(tmp_path: Path, old: str, new: str, line: int, key: str, says: str) -> None:
    """A fault is told with file, line, key and what was expected."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, GOOD.replace(old, new))
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.key) == (tmp_path / "mailbot.toml", line, key)
    assert says in problem.message


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Three faults are told in one go."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, GOOD.replace("admin@example.com", "x").replace('desk = "support"', "") + "wings = 2\n")
    assert {problem.key for problem in caught.value.problems} == {
        "admin", "mailboxes.support.desk", "mailboxes.support.wings",
    }  # fmt: skip


@pytest.mark.parametrize(("source", "line"), [("admin = \n", 1), ("a = 1\na = 2\n", 2)])
def test_what_is_not_toml(tmp_path: Path, source: str, line: int) -> None:
    """A syntax error is told with its line."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, source)
    assert caught.value.problems[0].line == line


def test_no_file(tmp_path: Path) -> None:
    """An empty folder is answered with how to start."""
    with pytest.raises(ConfigError, match="mailbot init"):
        load_settings(tmp_path)


def test_keys(tmp_path: Path) -> None:
    """Keys are read in order; comments and blank lines are passed over."""
    path = tmp_path / "keys"
    path.write_text(f"# new\nb:{'0f' * 32}\n\na:{'1e' * 32}\n", encoding="ascii")
    path.chmod(0o600)
    assert [key.id for key in load_keys(path)] == ["b", "a"]


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (f"a:{'0f' * 32}\n", 0o644, "others may read"),
        ("a:0f\n", 0o600, "at least 64 hex digits"),
        (f"a:{'0f' * 32}\na:{'1e' * 32}\n", 0o600, "used twice"),
        ("# none\n", 0o600, "holds no key"),
    ],
)
def test_bad_keys(tmp_path: Path, content: str, mode: int, says: str) -> None:
    """Keys open to others, short, doubled or absent are refused."""
    path = tmp_path / "keys"
    path.write_text(content, encoding="ascii")
    path.chmod(mode)
    with pytest.raises(ConfigError, match=says):
        load_keys(path)
