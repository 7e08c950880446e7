"""Servers that leave out, garble or refuse: a real Dovecot whose words are changed on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mailbot.config import MailboxSettings
from mailbot.imapfetch import Fetcher, Listed, windows
from mailbot.rawmail import unpack
from mailbot.stubborn import Stubborn
from tests.servers.conftest import Account, mail, running
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy

NewAccount = Callable[..., Account]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        (b"RFC822.SIZE", b"X-NOT-SIZE."),
        (b"INTERNALDATE", b"XNTERNALDATE"),
        (b"INTERNALDATE", b"RFC822.SIZE 5 X"),
        (b'INTERNALDATE "', b'INTERNALDATE "99-'),
        (b'INTERNALDATE "', b'INTERNALDATE ("'),
        (b"RFC822.SIZE", b"NIL"),
        (b"RFC822.SIZE ", b"RFC822.SIZE X"),
        (b"* SEARCH", b"* SEARCH 1"),
        (b"[UIDNEXT", b"[XIDNEXT"),
    ],
)
def test_a_server_that_tells_less(new_account: NewAccount, dovecot: Dovecot, said: bytes, changed: bytes) -> None:
    """A server that leaves out or garbles size, date or numbering still has each of its mails taken (K12)."""
    account = new_account()
    account.now = lambda: datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
    account.append(mail(1), mail(2))
    with Proxy(dovecot.port, change=lambda data: data.replace(said, changed)) as proxy:
        assert account.mailbox(port=proxy.port).pass_once() == 2
        assert changed in proxy.from_server
    assert [unpack(row.content) for row in account.stored()] == [mail(1), mail(2)]
    assert {row.received for row in account.stored()} == {account.now()}


@pytest.mark.parametrize("changed", [b"XODY[]", b"BODY[] NIL XODY[]", b"BODY[] NIL ("])
def test_a_server_that_sends_no_body(new_account: NewAccount, dovecot: Dovecot, changed: bytes) -> None:
    """A mail that does not come although it is there is neither stored nor marked, and is taken once it does (K12)."""
    account = new_account()
    account.append(mail(1), mail(2))
    with Proxy(dovecot.port, change=lambda data: data.replace(b"BODY[]", changed)) as proxy:
        assert account.mailbox(port=proxy.port).pass_once() == 0
        assert changed in proxy.from_server
    assert (account.stored(), account.inbox()) == ([], [mail(1), mail(2)])
    assert account.mailbox().pass_once() == 2


def test_a_server_without_uidvalidity(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A server that does not say which numbering its UIDs belong to is not read: nothing could be told apart."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"[UIDVALIDITY", b"[XIDVALIDITY")) as proxy:
        account = new_account(port=proxy.port)
        with pytest.raises(Exception, match="names no UIDVALIDITY"):
            account.mailbox().pass_once()


@pytest.mark.parametrize("answer", [b"* 1 EXISTS\r\n+ idling", b"* NO not here\r\n+ idling"])
def test_news_before_idle_begins(new_account: NewAccount, dovecot: Dovecot, answer: bytes) -> None:
    """A server whose IDLE imapclient cannot follow is polled after three tries."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"+ idling", answer)) as proxy:
        account = new_account(port=proxy.port, poll_seconds=1)
        with running(account.mailbox()) as stored:
            assert proxy.await_client(b"IDLE", times=3)
            account.append(mail(1))
            assert stored.wait(60)
            assert proxy.await_client(b"SELECT", times=6)
        assert proxy.from_client.count(b"IDLE") == 3


def test_a_read_only_folder(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A folder that cannot be written says so, and can be read with after = "leave"."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"[READ-WRITE]", b"[READ-ONLY]")) as proxy:
        account = new_account(port=proxy.port)
        account.append(mail(1))
        with pytest.raises(Exception, match='INBOX cannot be written: only after = "leave" will do'):
            account.mailbox().pass_once()
        assert account.mailbox(after="leave").pass_once() == 1


def test_a_server_that_takes_no_password(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A server that allows a login only over TLS says so, and is not sent the password."""
    with Proxy(dovecot.port, change=lambda data: data.replace(b"AUTH=PLAIN", b"LOGINDISABLED")) as proxy:
        account = new_account(port=proxy.port)
        with pytest.raises(Exception, match="LOGINDISABLED"):
            account.mailbox().try_login()
        assert dovecot.password.encode() not in proxy.from_client


@pytest.mark.parametrize(
    ("last_uid", "uidnext", "expected"),
    [
        (0, 0, [(1, None)]),
        (0, 1, [(1, None)]),
        (41, 50, [(42, None)]),
        (0, 100_001, [(1, None)]),
        (0, 100_002, [(1, 100_000), (100_001, None)]),
        (5, 250_000, [(6, 100_005), (100_006, 200_005), (200_006, None)]),
    ],
)
def test_windows(last_uid: int, uidnext: int, expected: list[tuple[int, int | None]]) -> None:
    """UIDs are asked for in stretches that leave none out, however many there are; without UIDNEXT in one."""
    assert list(windows(last_uid, uidnext)) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([1, 1, 1, 1], [[1, 1, 1], [1]]),
        ([700, 400, 600], [[700], [400, 600]]),
        ([1000, 1], [[1000], [1]]),
        ([1, 5000, 1], [[1], [5000], [1]]),
        ([1, None, 1], [[1], [None], [1]]),
        ([5000, 5000], [[5000], [5000]]),
        ([2000, 1], [[2000], [1]]),
    ],
)
def test_batches(sizes: list[int | None], expected: list[list[int | None]], new_account: NewAccount) -> None:
    """A batch has at most so many mails and octets; one over the limit or of unknown size goes alone; order is kept."""
    kibibyte = 1 / 1024
    settings = MailboxSettings(
        host="localhost",
        user="u",
        password_env="P",
        desk="d",
        batch_mails=3,
        batch_mb=1000 / 1024 * kibibyte,
        max_mail_mb=4 * kibibyte,
    )
    fetcher = Fetcher(None, settings, Stubborn("box"), lambda: NOON)
    batches = fetcher.batches([Listed(uid, size, NOON) for uid, size in enumerate(sizes, 1)])
    assert [[listed.size for listed in batch] for batch in batches] == expected
