"""Reading a real Dovecot's mailbox: each mail once, nothing marked before it is stored, nobody else's mail touched."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.database import Database
from mailbot.imap import MailboxView
from mailbot.rawmail import unpack
from tests import processes
from tests.servers.conftest import Account, mail, running
from tests.servers.dovecot import Dovecot, without
from tests.servers.imap_process import take
from tests.servers.proxy import Proxy

NewAccount = Callable[..., Account]


def test_mails_are_stored_and_moved(new_account: NewAccount) -> None:
    """Each mail is stored with its bytes and time of arrival, in order, and then lies in the processed folder (K6)."""
    account = new_account()
    received = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
    account.append(mail(1), mail(2), mail(3), received=received)
    assert account.mailbox().pass_once() == 3
    assert [unpack(row.content) for row in account.stored()] == [mail(1), mail(2), mail(3)]
    assert {row.received for row in account.stored()} == {received}
    assert [row.size for row in account.stored()] == [len(mail(number)) for number in (1, 2, 3)]
    assert (account.inbox(), account.processed()) == ([], [mail(1), mail(2), mail(3)])
    assert account.mailbox().pass_once() == 0


def test_a_server_ahead_of_us_promises_nothing_early(new_account: NewAccount) -> None:
    """A mail that by the server's clock reached it in the future counts from now."""
    account = new_account()
    moment = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
    account.now = lambda: moment
    account.append(mail(1), received=moment + timedelta(seconds=2))
    account.mailbox().pass_once()
    assert account.stored()[0].received == moment


def test_seen_means_nothing(new_account: NewAccount) -> None:
    r"""Mails that another client marked as read are taken too, and \Seen of none changes (K7)."""
    account = new_account(after="flag")
    account.append(mail(1), mail(2), flags=[rb"\Seen"])
    account.append(mail(3))
    assert account.mailbox().pass_once() == 3
    assert account.dovecot.flags(account.user) == [
        {r"\Seen", "MailbotProcessed"},
        {r"\Seen", "MailbotProcessed"},
        {"MailbotProcessed"},
    ]


def test_left_mails_are_untouched(new_account: NewAccount) -> None:
    """With after = "leave" a mail stays where it is, without a flag, and is not taken again."""
    account = new_account(after="leave")
    account.append(mail(1))
    assert [account.mailbox().pass_once() for _ in range(2)] == [1, 0]
    assert (account.inbox(), account.dovecot.flags(account.user)) == ([mail(1)], [set()])


def test_two_pollers_take_each_mail_once(new_account: NewAccount, database: Database) -> None:
    """Two daemons that listen to one mailbox into which 200 mails come make 200 mails of them, all moved once (K10)."""
    with Proxy(new_account().dovecot.port) as proxy:
        account = new_account(database=database, batch_mails=20, port=proxy.port)
        with running(account.mailbox()) as one, running(account.mailbox()) as other:
            assert proxy.await_client(b"IDLE", times=2)
            account.append(*(mail(number) for number in range(200)))
            while len(account.processed()) < 200:
                assert one.wait(60) or other.wait(60)
            assert proxy.await_client(b"IDLE", times=4)
    assert sorted(account.processed()) == sorted(mail(number) for number in range(200))
    assert (len(account.stored()), len(account.sightings()), account.inbox()) == (200, 200, [])


@pytest.mark.parametrize("start_from", ["all", "now"])
def test_another_uidvalidity_takes_nothing_twice(
    new_account: NewAccount, start_from: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After the server renumbered its mails nothing known is new, nothing older than first contact is taken (K11)."""
    account = new_account(after="leave", start_from=start_from)
    account.append(*(mail(number) for number in range(20)), received=datetime(2026, 4, 2, 9, 30, tzinfo=UTC))
    account.mailbox().pass_once()
    account.append(mail(20))
    account.mailbox().pass_once()
    account.dovecot.doveadm("mailbox", "update", "-u", account.user, "--uid-validity", "4711", "INBOX")
    account.append(mail(21))
    with caplog.at_level(logging.INFO, "mailbot"):
        assert [account.mailbox().pass_once() for _ in range(2)] == [1, 0]
    left_alone = f"mailbox {account.user}: 20 mails older than the first contact are left alone"
    assert caplog.messages.count(left_alone) == {"all": 0, "now": 1}[start_from]
    assert len(account.stored()) == {"all": 22, "now": 2}[start_from]


def test_a_vanished_mail_is_skipped(new_account: NewAccount) -> None:
    """Mails that another client removes while we read cost neither the others nor a second try (K12)."""
    account = new_account(after="leave", batch_mails=1)
    account.append(*(mail(number) for number in range(1, 6)))

    def remove_two(_recipients: tuple[str, ...], desk: str) -> str:
        with account.dovecot.client(account.user) as other:
            other.delete_messages([2, 4])
            other.expunge()
        return desk

    account.route = remove_two
    assert account.mailbox().pass_once() == 3
    assert [sighting.uid for sighting in account.sightings()] == [1, 3, 5]
    account.append(mail(6))
    assert account.mailbox().pass_once() == 1


def test_some_of_a_batch_vanish(new_account: NewAccount) -> None:
    """A batch of which some are removed between listing and fetching gives the rest (K12)."""
    account = new_account(after="leave", batch_mails=1)
    account.append(mail(1, 2000), *(mail(number) for number in range(2, 12)))
    removed: list[int] = []

    def remove_once(_recipients: tuple[str, ...], desk: str) -> str:
        if not removed:
            removed.extend([3, 4, 10])
            with account.dovecot.client(account.user) as other:
                other.delete_messages(removed)
                other.expunge()
        return desk

    account.route = remove_once
    # The first mail fills its batch alone; the ten others, already listed, are one batch.
    assert account.mailbox(batch_mails=10, batch_mb=0.0019).pass_once() == 8
    assert [sighting.uid for sighting in account.sightings()] == [1, 2, 5, 6, 7, 8, 9, 11]


@pytest.fixture(
    scope="module", params=[(), ("MOVE",), ("MOVE", "UIDPLUS")], ids=lambda masked: "-".join(masked) or "full"
)
def poorer_dovecot(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """A Dovecot without MOVE, and one without UIDPLUS either."""
    with Dovecot(without(*request.param)) as server:
        yield server


@pytest.mark.servers
def test_foreign_deleted_mails_survive(new_account: NewAccount, poorer_dovecot: Dovecot) -> None:
    r"""Mails that another client has flagged \Deleted are still there after ours were moved (K9)."""
    account = new_account(poorer_dovecot, start_from="now")
    account.append(*(mail(number) for number in range(5)), flags=[rb"\Deleted"])
    account.mailbox().pass_once()
    account.append(mail(5), mail(6))
    assert account.mailbox().pass_once() == 2
    assert account.processed() == [mail(5), mail(6)]
    ours_left = [] if account.mailbox().try_login().uidplus else [mail(5), mail(6)]
    assert account.inbox() == [*(mail(number) for number in range(5)), *ours_left]
    assert all(r"\Deleted" in flags for flags in account.dovecot.flags(account.user))
    assert account.mailbox().pass_once() == 0


def test_first_contact_from_now(new_account: NewAccount, caplog: pytest.LogCaptureFixture) -> None:
    """A mailbox with history gives nothing of it, says how much it leaves, and takes what comes from then on (K15)."""
    account = new_account(start_from="now")
    account.append(*(mail(number) for number in range(30)))
    with caplog.at_level(logging.INFO, "mailbot"):
        assert account.mailbox().pass_once() == 0
    assert f"mailbox {account.user}: first contact, its 30 mails are left alone" in caplog.messages
    account.append(mail(30))
    assert account.mailbox().pass_once() == 1
    assert (len(account.inbox()), account.processed()) == (30, [mail(30)])


def test_after_first_contact_a_date_says_nothing(new_account: NewAccount) -> None:
    """What comes in after first contact is taken, however old the server says it is: moved in, or a slow clock."""
    account = new_account(start_from="now")
    account.mailbox().pass_once()
    account.append(mail(1), received=datetime.now(UTC) - timedelta(seconds=90))
    account.append(mail(2), received=datetime.now(UTC) - timedelta(days=400))
    assert account.mailbox().pass_once() == 2


def test_first_contact_with_an_empty_mailbox(new_account: NewAccount) -> None:
    """The first mail that ever comes into a mailbox read from "now" is taken."""
    account = new_account(start_from="now")
    assert account.mailbox().pass_once() == 0
    account.append(mail(1))
    assert account.mailbox().pass_once() == 1


def test_an_oversized_mail_comes_in_part(new_account: NewAccount) -> None:
    """Of a mail over the limit the beginning is stored, with the size it really has; it is moved as any other (K34)."""
    account = new_account(max_mail_mb=1)
    account.append(mail(1), mail(2, 3_000_000), mail(3))
    assert account.mailbox().pass_once() == 3
    whole = mail(2, 3_000_000)
    assert [row.size for row in account.stored()] == [len(mail(1)), len(whole), len(mail(3))]
    assert unpack(account.stored()[1].content) == whole[: 512 * 1024]
    assert account.inbox() == []


def test_an_empty_mail(new_account: NewAccount) -> None:
    """A mail without a single line is stored and holds up nobody."""
    account = new_account()
    account.append(b"\r\n", mail(2))
    assert account.mailbox().pass_once() == 2


@pytest.mark.parametrize("after", ["move", "flag"])
@pytest.mark.parametrize("label", ["after-fetch", "before-commit-1", "after-commit-1", "before-move", "after-move"])
def test_killed_at(new_account: NewAccount, label: str, after: str) -> None:
    """A process killed at any point of the path leaves a mailbox of which the next one takes each mail once (K8)."""
    account = new_account(after=after, batch_mails=2)
    account.append(*(mail(number) for number in range(5)))
    settings = account.mailbox()._settings
    # before-commit-1 and after-commit-1 are passed first when the first contact is written down.
    killed = processes.run(take, str(account.database.url), settings, crash_at=f"{label}:2")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    account.mailbox().pass_once()
    assert [unpack(row.content) for row in account.stored()] == [mail(number) for number in range(5)]
    assert [sighting.settled for sighting in account.sightings()] == [True] * 5
    if after == "move":
        assert (account.inbox(), account.processed()) == ([], [mail(number) for number in range(5)])
    else:
        assert account.dovecot.flags(account.user) == [{"MailbotProcessed"}] * 5


def test_a_folder_that_cannot_be_made(new_account: NewAccount, caplog: pytest.LogCaptureFixture) -> None:
    """Where moving is refused every mail is stored all the same, once; it is said once, and made good later (K8)."""
    account = new_account(processed_folder="no//such")
    account.append(mail(1), mail(2))
    box = account.mailbox()
    assert [box.pass_once() for _ in range(2)] == [2, 0]
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "what is stored cannot be marked" in errors[0]
    assert len(account.inbox()) == 2
    assert account.mailbox(processed_folder="Processed").pass_once() == 0
    assert (account.inbox(), len(account.processed())) == ([], 2)


def test_idle_tells_at_once(new_account: NewAccount, dovecot: Dovecot) -> None:
    """Where the server has IDLE, a mail is stored long before the mailbox is polled again."""
    with Proxy(dovecot.port) as proxy:
        account = new_account(port=proxy.port, poll_seconds=3600)
        with running(account.mailbox()) as stored:
            assert proxy.await_client(b"IDLE")
            account.append(mail(1))
            assert stored.wait(60)
            assert proxy.await_client(b"IDLE", times=2)  # it listens on
    assert (len(account.stored()), account.processed()) == (1, [mail(1)])


def test_mail_that_comes_during_a_pass(new_account: NewAccount) -> None:
    """A mail that the server told of while another was being stored is not left for the next round of polling."""
    account = new_account(poll_seconds=3600)
    both = threading.Event()

    def add_another(_recipients: tuple[str, ...], desk: str) -> str:
        if not account.stored():
            account.append(mail(2))
        else:
            both.set()
        return desk

    account.route = add_another
    account.append(mail(1))
    with running(account.mailbox()):
        assert both.wait(60)


def test_news_right_behind_the_plus(new_account: NewAccount, dovecot: Dovecot) -> None:
    """News that come in one packet with the server's "+" end the listening like any other."""
    news = b"+ idling\r\n* 1 EXISTS\r\n"
    with Proxy(dovecot.port, change=lambda data: data.replace(b"+ idling\r\n", news)) as proxy:
        account = new_account(port=proxy.port, poll_seconds=3600)
        with running(account.mailbox()):
            assert proxy.await_client(b"IDLE", times=5)


def test_polling_where_there_is_no_idle(new_account: NewAccount, dovecot: Dovecot) -> None:
    """A mailbox told not to use IDLE looks again after its interval."""
    with Proxy(dovecot.port) as proxy:
        account = new_account(port=proxy.port, poll_seconds=1, idle=False)
        with running(account.mailbox()) as stored:
            assert proxy.await_client(b"SELECT")
            account.append(mail(1))
            assert stored.wait(60)
        assert b"IDLE" not in proxy.from_client


def test_what_check_sees(new_account: NewAccount) -> None:
    """`try_login` tells what the server can, makes the processed folder, and takes nothing."""
    account = new_account()
    account.append(mail(1))
    views = [account.mailbox().try_login() for _ in range(2)]
    assert views == [MailboxView(1, True, True, True, folder, True) for folder in ("made", "exists")]
    assert (account.stored(), account.inbox()) == ([], [mail(1)])


def test_the_password_is_read_at_each_login(new_account: NewAccount) -> None:
    """A password that was changed while the daemon runs is used at the next login."""
    account = new_account()
    box = account.mailbox()
    assert box.pass_once() == 0
    account.password_file.write_text("wrong")
    with pytest.raises(Exception, match="refused"):
        box.pass_once()
    account.password_file.write_text(account.dovecot.password)
    assert box.pass_once() == 0
