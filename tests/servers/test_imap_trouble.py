"""What goes wrong with a mailbox: broken lines, bad certificates, wrong passwords, no database, stubborn mails."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.database import Database
from mailbot.imap import Mailbox
from mailbot.imaplogin import MailboxError
from mailbot.rawmail import unpack
from tests.servers.conftest import Account, mail, running
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.proxy import Proxy

NewAccount = Callable[..., Account]


class Pauses(threading.Event):
    """A stop event that writes down how long it was waited for, and stops after so many waits."""

    def __init__(self, allowed: int) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._allowed = allowed

    def wait(self, timeout: float | None = None) -> bool:
        """Do not wait, but remember for how long it would have been."""
        self.seconds.append(timeout or 0.0)
        if len(self.seconds) >= self._allowed:
            self.set()
        return self.is_set()


def failure_of(box: Mailbox) -> str:
    """Why a pass failed; empty where it did not."""
    try:
        box.pass_once()
    except MailboxError as exc:
        return str(exc)
    return ""


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged as an error."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_line_cut_anywhere(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A conversation about five mails cut after any number of octets, and then resumed, takes each mail once (K12)."""
    mails = [mail(number) for number in range(5)]
    with Proxy(dovecot.port) as whole:
        account = new_account()
        account.append(*mails)
        account.mailbox(port=whole.port).pass_once()
        length = len(whole.from_client) + len(whole.from_server)
    cuts = range(0, length, 97)
    reasons: list[str] = []
    for cut in cuts:
        account = new_account()
        account.append(*mails)
        with Proxy(dovecot.port, cut_after=cut) as proxy:
            reasons.append(failure_of(account.mailbox(port=proxy.port, batch_mails=2)))
        account.mailbox().pass_once()
        assert sorted(unpack(row.content) for row in account.stored()) == mails, f"cut after {cut}"
        assert (account.inbox(), sorted(account.processed())) == ([], mails), f"cut after {cut}"
    assert len([reason for reason in reasons if reason]) > len(cuts) * 3 / 4
    assert not [reason for reason in reasons if "refused" in reason], "a cut is not a word of the server"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_verified(new_account: NewAccount, dovecot: Dovecot, security: str) -> None:
    """With the house's own certificate as ca_file mail is read; without it nothing is sent, and why is said (T36)."""
    port = dovecot.tls_port if security == "tls" else dovecot.port
    account = new_account(port=port, security=security)
    account.append(mail(1))
    with (
        Proxy(port) as proxy,
        pytest.raises(MailboxError, match=r"certificate of 127.0.0.1 is not to be trusted.*ca_file"),
    ):
        account.mailbox(port=proxy.port).pass_once()
    assert b"LOGIN" not in proxy.from_client.upper()
    assert account.mailbox(ca_file=dovecot.ca_file).pass_once() == 1


def test_a_certificate_for_another_name(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A trusted certificate that names another host is refused (T36)."""
    account = new_account(host="127.0.0.2", security="tls", ca_file=dovecot.ca_file)
    with (
        Proxy(dovecot.tls_port, host="127.0.0.2") as proxy,
        pytest.raises(MailboxError, match=r"not valid for '127.0.0.2'"),
    ):
        account.mailbox(port=proxy.port).try_login()


def test_starttls_taken_out(new_account: NewAccount, dovecot: Dovecot) -> None:
    """Where somebody between removes STARTTLS from the greeting, no password is sent (T36)."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"STARTTLS", b"XTARTTLS")) as proxy:
        account = new_account(port=proxy.port, security="starttls", ca_file=dovecot.ca_file)
        with pytest.raises(MailboxError, match="does not start TLS, so nothing was sent in the clear"):
            account.mailbox().try_login()
        assert dovecot.password.encode() not in proxy.from_client


def test_starttls_refused(new_account: NewAccount, dovecot: Dovecot) -> None:
    """Where STARTTLS is offered but refused, no password is sent (T36)."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"OK Begin TLS", b"NO Never TLS")) as proxy:
        account = new_account(port=proxy.port, security="starttls", ca_file=dovecot.ca_file)
        with pytest.raises(MailboxError, match="does not start TLS"):
            account.mailbox().try_login()
        assert dovecot.password.encode() not in proxy.from_client


def test_a_ca_file_that_is_none(new_account: NewAccount, tmp_path: Path) -> None:
    """A ca_file that is missing or holds no certificate is named."""
    account = new_account(security="tls")
    with pytest.raises(MailboxError, match=r"ca_file .*missing.pem cannot be used: No such file"):
        account.mailbox(ca_file=tmp_path / "missing.pem").try_login()
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(MailboxError, match=r"ca_file .*empty.pem cannot be used"):
        account.mailbox(ca_file=tmp_path / "empty.pem").try_login()


def test_a_wrong_password(new_account: NewAccount, caplog: pytest.LogCaptureFixture) -> None:
    """A refused login is said once, without the password, and not tried again for a quarter of an hour (O2)."""
    account = new_account()
    account.password_file.write_text("not the password")
    stop = Pauses(3)
    account.mailbox().run(stop, lambda: None)
    assert all(900 <= seconds <= 1000 for seconds in stop.seconds)
    (error,) = errors(caplog)
    assert error.startswith(f"mailbox {account.user}: the login of {account.user} is refused: ")
    assert "not the password" not in caplog.text


@pytest.mark.parametrize("password", ["lösenord", 'with "quotes" and \\', "two words", "žluťoučký %s {}"])
def test_any_password_reaches_the_server(new_account: NewAccount, password: str) -> None:
    """A password outside ASCII, or with characters that IMAP quotes, is the one that the server sees."""
    with Dovecot(password=password) as server:
        account = new_account(server)
        account.password_file.write_text(password, encoding="utf-8")
        assert account.mailbox().try_login().mails == 0


def test_a_control_character_never_reaches_the_wire(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A password with a line break in it is refused by us, not cut in two commands by the server (T20)."""
    with Proxy(dovecot.port) as proxy:
        account = new_account(port=proxy.port)
        account.password_file.write_text("secret\r\na2 LOGOUT")
        with pytest.raises(MailboxError, match="control character"):
            account.mailbox().try_login()
        assert b"LOGOUT" not in proxy.from_client


def test_a_missing_password_file(new_account: NewAccount) -> None:
    """A password file that is not there is named."""
    account = new_account()
    account.password_file.unlink()
    with pytest.raises(MailboxError, match="cannot read the password"):
        account.mailbox().try_login()


def test_a_missing_folder(new_account: NewAccount) -> None:
    """A folder that is not there is named in the server's words."""
    with pytest.raises(MailboxError, match=r"the server refused: select failed.*Mailbox doesn't exist: Suport"):
        new_account(folder="Suport").mailbox().try_login()


def test_a_server_that_says_nothing(new_account: NewAccount) -> None:
    """A server that accepts the connection and then is silent is given up after the configured time (O3)."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        account = new_account(port=silent.getsockname()[1], timeout_seconds=0.3)
        with pytest.raises(MailboxError, match=r"no answer from 127.0.0.1:.* in time"):
            account.mailbox().try_login()


def test_a_server_that_is_gone(new_account: NewAccount, caplog: pytest.LogCaptureFixture) -> None:
    """A server that is not there is said once; the pauses between tries grow, up to a quarter of an hour (O2)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    account = new_account(port=port)
    box = account.mailbox()
    box._jitter = lambda: 1.0
    stop = Pauses(10)
    box.run(stop, lambda: None)
    assert stop.seconds == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert errors(caplog) == [f"mailbox {account.user}: no connection to 127.0.0.1:{port}: Connection refused"]


def test_a_server_that_comes_back(new_account: NewAccount, caplog: pytest.LogCaptureFixture) -> None:
    """A server that restarts while we listen is said once to be gone and once to be back, and its mail is taken."""
    account = new_account(poll_seconds=3600)
    with caplog.at_level(logging.INFO, "mailbot"), running(account.mailbox()) as stored:
        account.append(mail(1))
        assert stored.wait(60)
        stored.clear()
        account.dovecot.stop()
        account.dovecot.start()
        account.append(mail(2))
        assert stored.wait(60)
    assert len(account.stored()) == 2
    assert f"mailbox {account.user}: works again" in caplog.messages
    assert len(errors(caplog)) <= 5, "as many as there are reasons, not as there were tries"


def test_a_database_that_is_gone(new_account: NewAccount, postgres: Postgres) -> None:
    """While the database is gone nothing is marked on the server; once it is back every mail is taken (K18)."""
    database = Database(postgres.new_database())
    account = new_account(database=database, batch_mails=10)
    account.append(*(mail(number) for number in range(50)))
    account.mailbox().try_login()

    def stop_at_the_third_batch(_recipients: tuple[str, ...], desk: str) -> str:
        if len(account.stored()) == 20:
            postgres.stop()
        return desk

    account.route = stop_at_the_third_batch
    try:
        with pytest.raises(MailboxError, match="the database failed, nothing is marked on the server"):
            account.mailbox().pass_once()
        assert (len(account.inbox()), len(account.processed())) == (30, 20)
        account.route = lambda _recipients, desk: desk
        with pytest.raises(MailboxError, match="the database failed"):
            account.mailbox().pass_once()
        assert all(flags == set() for flags in account.dovecot.flags(account.user))
    finally:
        postgres.start()
    assert account.mailbox().pass_once() == 30
    assert (len(account.stored()), account.inbox(), len(account.processed())) == (50, [], 50)
    database.close()


def test_a_database_that_is_gone_is_tried_again_soon(new_account: NewAccount, postgres: Postgres) -> None:
    """A failing database is not the mailbox's fault: the next try is never more than half a minute away (K18)."""
    database = Database(postgres.new_database())
    box = new_account(database=database).mailbox()
    box._jitter = lambda: 1.0
    stop = Pauses(5)
    postgres.stop()
    try:
        box.run(stop, lambda: None)
    finally:
        postgres.start()
        database.close()
    assert stop.seconds == [5, 10, 20, 30, 30]


@pytest.mark.parametrize("window", [2, 100_000])
def test_a_stubborn_mail_blocks_nobody(
    new_account: NewAccount, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    """A mail that the server cannot hand over is said once and tried again, the others are taken (K16)."""
    monkeypatch.setattr("mailbot.imapfetch._WINDOW", window)
    clock = [datetime(2026, 11, 22, 12, 0, tzinfo=UTC)]
    account = new_account()
    account.now = lambda: clock[0]
    account.append(*(mail(number) for number in range(5)))
    files = (account.dovecot.folder / "home" / account.user / "Maildir/cur").iterdir()
    (unreadable,) = (path for path in files if b"Subject: Mail 2" in path.read_bytes())
    mode = unreadable.stat().st_mode
    unreadable.chmod(0)
    box = account.mailbox()
    assert box.pass_once() == 4
    assert (len(account.inbox_uids()), len(account.processed())) == (1, 4)
    assert len([error for error in errors(caplog) if "the mail with UID 3 cannot be fetched" in error]) == 1
    account.append(mail(5))
    assert account.mailbox().pass_once() == 1, "the mails that come later are taken too, also after a restart"
    unreadable.chmod(mode)
    clock[0] += timedelta(minutes=2)
    assert box.pass_once() == 1
    assert sorted(unpack(row.content) for row in account.stored()) == [mail(number) for number in range(6)]
    assert [sighting.settled for sighting in account.sightings()] == [True] * 6
