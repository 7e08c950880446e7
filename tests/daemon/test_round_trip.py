"""`mailbot check --mail` on real servers: it says what became of a desk's mail to itself, and no case comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.config import load_settings
from mailbot.office import Office
from mailbot.post import Post
from mailbot.roundtrip import RoundTrip, try_round_trips
from tests.daemon.house import House, mail, until
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        pytest.param("none", 'its Message-ID as it was sent: reply_tags = "none" works', id="none"),
        pytest.param("plus", "its tag and Message-ID as they were sent", id="plus"),
    ],
)
def test_a_round_trip_that_works(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, tags: str, says: str) -> None:
    """The mail is seen wherever the daemon has put it meanwhile, and it is filed: the next real mail gets case one."""
    house = House(tmp_path / "house", dovecot, postfix.port, desk=f'reply_tags = "{tags}"')
    alone = house.mailbot("check", "--mail").stdout
    with house.running():
        beside_the_daemon = house.mailbot("check", "--mail").stdout
        house.deliver(mail(1, to=house.address))
        until(lambda: len(house.tickets()) == 1, "the case of a real mail")
    for told in (alone, beside_the_daemon):
        assert "arrived in mailbox support" in told
        assert says in told
        assert told.endswith("All is well.\n")
    (ticket,) = house.tickets()
    assert (ticket["number"], ticket["subject"]) == ("TD-000013", "Fråga 1")
    assert house.mailbot("filed").stdout.count("sent from our own address") == 2


@pytest.fixture
def no_ids(dovecot: Dovecot) -> Iterator[Postfix]:
    """A gateway that lets no Message-ID through."""
    with Postfix(dovecot, drops=("Message-ID",)) as server:
        yield server


def _round_trip(house: House) -> RoundTrip:
    """What is found by a clock that runs only while nothing is found, faster than any other."""
    office, seconds = Office(house.folder), [0.0]
    settings = load_settings(house.folder)
    post = Post(settings.smtp, helo=settings.hostname, monotonic=lambda: 0.0)
    try:
        (found,) = try_round_trips(
            office.in_force.desks, settings.mailboxes, office.keys, settings.hostname, deliver=post.deliver,
            now=lambda: datetime.now(UTC), monotonic=lambda: seconds[0],
            pause=lambda wanted: seconds.append(seconds.pop() + wanted),
        )  # fmt: skip
    finally:
        post.close()
    return found


def test_a_server_that_writes_message_ids_of_its_own(tmp_path: Path, dovecot: Dovecot, no_ids: Postfix) -> None:
    """Without tags in addresses that is a fault, and the exit code says so; no case comes of the mail even then."""
    house = House(tmp_path / "house", dovecot, no_ids.port)
    done = house.mailbot("check", "--mail", expect=1)
    assert 'has given it another Message-ID, so answers would not find their cases: set reply_tags = "plus"' in (
        done.stderr
    )
    house.mailbot("once")
    assert house.tickets() == []
    assert "sent from our own address" in house.mailbot("filed").stdout


def test_tags_make_up_for_another_message_id(tmp_path: Path, dovecot: Dovecot, no_ids: Postfix) -> None:
    """With tags in addresses it does no harm."""
    house = House(tmp_path / "house", dovecot, no_ids.port, desk='reply_tags = "plus"')
    assert "its tag as it was sent; another Message-ID does no harm then" in house.mailbot("check", "--mail").stdout


def test_an_address_that_leads_elsewhere(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    """A mail server that takes TAG@domain and files it where nobody looks is found out; its own words are told."""
    found = _round_trip(House(tmp_path / "house", dovecot, postfix.port, desk='reply_tags = "catch-all"'))
    assert not found.works
    assert "@example.test did not arrive within 60 s in support, though the mail server took it (dot: 250" in (
        found.line
    )
    assert 'answers with reply_tags = "catch-all" are lost' in found.line


def test_an_address_that_the_server_refuses(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    """What the mail server says against the address is told, and nothing is waited for."""
    house = House(tmp_path / "house", dovecot, postfix.port, desk='reply_tags = "plus"')
    house.desk_file.write_text(house.desk_file.read_text().replace(house.address, "support@refused.test"))
    found = _round_trip(house)
    assert (found.works, "is not taken by the mail server (rcpt: 550" in found.line) == (False, True)
