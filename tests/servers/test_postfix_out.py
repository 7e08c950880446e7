"""Letters out through a real Postfix: taken, refused for good, refused for now, and the server not there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from mailbot.core.fate import Outcome, Step
from mailbot.database import Database
from mailbot.post import Freight, Post, PostError
from tests.servers import local
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.shell.outbox_rows import Clock, content, events, put, put_ticket, rows, sender, smtp, states

LETTER = (
    b"From: Support <support@example.test>\r\nSubject: received\r\nMessage-ID: <1@desk.example.test>\r\n\r\n"
    b".a line that begins with a dot\r\n.\r\nthe last line\r\n"
)


@pytest.fixture
def post(postfix: Postfix) -> Iterator[Post]:
    """A connection to Postfix."""
    opened = Post(smtp(postfix.port), "desk.example.test", lambda: 0.0)
    yield opened
    opened.close()


def arrived(dovecot: Dovecot, postfix: Postfix, user: str) -> list[bytes]:
    """The user's mails, once there are any."""
    local.await_true(lambda: bool(dovecot.mails(user)), None, postfix.folder)
    return dovecot.mails(user)


def test_letter_arrives(post: Post, postfix: Postfix, dovecot: Dovecot) -> None:
    """What Postfix says 250 to is delivered under the null path, its lines as they were, dots and all."""
    user = dovecot.new_user()
    fate = post.deliver(Freight("", user, LETTER))
    assert (fate.outcome, fate.code, fate.step) == (Outcome.SENT, 250, Step.DOT)
    assert "queued as" in fate.text
    (mail,) = arrived(dovecot, postfix, user)
    assert mail.endswith(LETTER[LETTER.index(b"\r\n\r\n") :])
    assert mail.startswith(b"Return-Path: <>")


def test_one_connection_serves_every_fate(post: Post, postfix: Postfix, dovecot: Dovecot) -> None:
    """Refused for good, refused for now and taken, one after the other, over one connection; DATA along with RCPT."""
    user = dovecot.new_user()
    fates = [
        post.deliver(Freight("", recipient, LETTER))
        for recipient in ("anna@refused.test", "anna@later.test", user, "anna@refused.test", user)
    ]
    assert [(fate.outcome, fate.code, fate.step) for fate in fates] == [
        (Outcome.NEVER, 550, Step.RCPT),
        (Outcome.LATER, 450, Step.RCPT),
        (Outcome.SENT, 250, Step.DOT),
        (Outcome.NEVER, 550, Step.RCPT),
        (Outcome.SENT, 250, Step.DOT),
    ]
    post.close()
    counted = "ehlo=1 mail=5 rcpt=2/5 data=2/5 rset=3 quit=1"
    local.await_true(lambda: counted in postfix.log(), None, postfix.folder)
    local.await_true(lambda: len(dovecot.mails(user)) == 2, None, postfix.folder)


def test_address_beyond_ascii(post: Post) -> None:
    """An address that is not ASCII goes out as it is, for this Postfix offers SMTPUTF8 (T37)."""
    assert post.deliver(Freight("", "jörg@refused.test", LETTER)).code == 550


def test_unknown_recipient_is_seen_on_the_ticket(postfix: Postfix, dovecot: Dovecot, sqlite_database: Database) -> None:
    """Of three recipients the one that Postfix refuses fails on its ticket; the others get their letter."""
    first, last = dovecot.new_user(), dovecot.new_user()
    put(sqlite_database, "copy", "copy", "copy", ticket_id=put_ticket(sqlite_database))
    with sqlite_database.write() as connection:
        for number, address in enumerate((first, "anna@refused.test", last), 1):
            connection.exec_driver_sql("UPDATE outgoing SET recipient = ? WHERE id = ?", (address, number))
    with sender(sqlite_database, postfix.port, Clock()) as outbox:
        assert outbox.send_due(threading.Event()) == 3
    assert [row.state for row in rows(sqlite_database)] == ["sent", "failed", "sent"]
    ((ticket, letter, kind, words),) = events(sqlite_database)
    assert (ticket, letter, kind) == (1, 2, "undeliverable")
    assert words.startswith("undeliverable to anna@refused.test: rcpt: 550 5.1.1")
    assert b"Subject: letter 0" in arrived(dovecot, postfix, first)[0]
    assert b"Subject: letter 2" in arrived(dovecot, postfix, last)[0]


def test_stopped_and_started_again(postfix: Postfix, dovecot: Dovecot, sqlite_database: Database) -> None:
    """While Postfix is away letters wait, also on a connection that was kept; when it is back each arrives once."""
    users = [dovecot.new_user() for _ in range(3)]
    put(sqlite_database, "ack", "ack", "ack")
    with sqlite_database.write() as connection:
        for number, address in enumerate(users, 1):
            later = "2026-11-23 09:00:00.000000" if number > 1 else "2026-11-23 08:00:00.000000"
            connection.exec_driver_sql(
                "UPDATE outgoing SET recipient = ?, not_before = ? WHERE id = ?", (address, later, number)
            )
    clock = Clock()
    with sender(sqlite_database, postfix.port, clock) as outbox:
        outbox.send_due(threading.Event())
        assert [row.state for row in rows(sqlite_database)] == ["sent", "waiting", "waiting"]
        postfix.stop()
        try:
            clock.forward(timedelta(hours=1))
            outbox.send_due(threading.Event())
            assert states(sqlite_database) == [("sent", 1), ("waiting", 1), ("waiting", 1)]
            assert {row.answer.partition(":")[0] for row in rows(sqlite_database)[1:]} == {"connect"}
        finally:
            postfix.start()
        clock.forward(timedelta(minutes=5))
        outbox.send_due(threading.Event())
    assert states(sqlite_database) == [("sent", 1), ("sent", 2), ("sent", 2)]
    for number, user in enumerate(users):
        (mail,) = arrived(dovecot, postfix, user)
        assert mail.endswith(content(number)[content(number).index(b"\r\n\r\n") :])


def test_login_is_tried(postfix: Postfix, post: Post) -> None:
    """`check` hears Postfix's greeting; and with a login that this Postfix does not offer, a clear error."""
    assert "ESMTP Postfix" in post.try_login()
    with pytest.raises(PostError, match=r"auth: the server offers no AUTH PLAIN or LOGIN"):
        Post(smtp(postfix.port, user="desk"), "desk.example.test", lambda: 0.0).try_login()
