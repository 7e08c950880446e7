"""The servers of the tests themselves: each one runs and does what the other tests take for granted."""

from __future__ import annotations

import smtplib

import pytest

from mailbot.database import Database
from tests.servers import local
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

MAIL = b"From: a@example.test\r\nTo: b@example.test\r\nSubject: Hej\r\n\r\nHej\r\n"


def test_dovecot_keeps_mail_over_a_restart(dovecot: Dovecot) -> None:
    """A mail that was appended is there, byte for byte, after the server was stopped and started again."""
    user = dovecot.new_user()
    dovecot.append(user, MAIL, flags=[rb"\Seen"])
    dovecot.stop()
    dovecot.start()
    assert (dovecot.mails(user), dovecot.flags(user)) == ([MAIL], [{r"\Seen"}])


def test_postfix_delivers_to_dovecot(dovecot: Dovecot, postfix: Postfix) -> None:
    """A letter handed to Postfix ends in the recipient's Dovecot mailbox; the refusing domains refuse at RCPT."""
    user = dovecot.new_user()
    with smtplib.SMTP(postfix.host, postfix.port, timeout=30) as client:
        refused = client.sendmail("a@example.test", [user, "x@refused.test", "x@later.test"], MAIL)
    assert {address: code for address, (code, _) in refused.items()} == {"x@refused.test": 550, "x@later.test": 450}
    local.await_true(lambda: bool(dovecot.mails(user)), None, postfix.folder)
    assert b"Subject: Hej" in dovecot.mails(user)[0]


def test_postfix_bounces(dovecot: Dovecot, postfix: Postfix) -> None:
    """A letter to the bouncing domain comes back to its envelope sender as a delivery report."""
    sender = dovecot.new_user()
    with smtplib.SMTP(postfix.host, postfix.port, timeout=30) as client:
        client.sendmail(sender, ["x@bounced.test"], MAIL)
    local.await_true(lambda: bool(dovecot.mails(sender)), None, postfix.folder)
    assert b"multipart/report" in dovecot.mails(sender)[0]


def test_databases_open(database: Database) -> None:
    """The schema can be made on SQLite and on PostgreSQL."""
    with database.read() as connection:
        assert connection.dialect.name in {"sqlite", "postgresql"}


def test_missing_servers_fail_where_they_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """An absent program skips a test with the package's name; where CI requires servers it fails it."""
    monkeypatch.delenv("MAILBOT_REQUIRE_SERVERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install nothing-such"):
        local.binary("no-such-program", "nothing-such")
    monkeypatch.setenv("MAILBOT_REQUIRE_SERVERS", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install nothing-such"):
        local.binary("no-such-program", "nothing-such")
