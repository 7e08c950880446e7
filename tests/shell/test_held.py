"""Letters that are held, on both databases: told in a digest by themselves, or released by an admin; floods."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.budgets import load_breaker, save_breaker
from mailbot.core.budget import Breaker
from mailbot.database import Database
from mailbot.digests import tell_digests
from mailbot.tables import EVENT, OUTGOING, PARTICIPANT, SUPPRESSED, TICKET
from tests.daemon.house import mail
from tests.dialogues.sink import Sink
from tests.lettering import read_mail
from tests.servers.postgres import Postgres
from tests.shell.mailroom import NOW, OTHER, PASSED, TO, Mailroom, text_of
from tests.shell.outbox_rows import Clock, sender

ANNA = "anna@customer.example"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DIGEST = (OUTGOING.c.cause.startswith("digest:"),)
ACKS = (OUTGOING.c.kind == "ack",)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Mailroom:
    """An empty mailroom."""
    return Mailroom(database, tmp_path / "config")


def _mails(first: int, last: int, **more: Any) -> list[bytes]:
    """Mails of one address that differ in subject, text and Message-ID; the numbers are the first's and the last's."""
    return [
        mail(number, to=TO, subject=f"Fråga {number}", text=f"Hur gör jag {number}?", **more)
        for number in range(first, last + 1)
    ]


def _states(room: Mailroom) -> dict[str, int]:
    """How many automatic answers stand in each state."""
    states = Counter(state for _, state in room.select(OUTGOING.c.id, OUTGOING.c.state, where=ACKS))
    return dict(sorted(states.items()))


def _digests(room: Mailroom) -> list[Any]:
    """The digests, parsed."""
    return [read_mail(content) for _, content in room.select(OUTGOING.c.id, OUTGOING.c.content, where=DIGEST)]


def _tell(room: Mailroom, after: timedelta) -> int:
    return tell_digests(room.database, room.office, NOW + after)


def _breaker(room: Mailroom) -> Breaker:
    with room.database.read() as connection:
        return load_breaker(connection)


def _numbers(room: Mailroom) -> list[str]:
    return [number for _, number in room.select(TICKET.c.id, TICKET.c.number)]


def test_a_thousand_forged_mails_from_one_address(room: Mailroom) -> None:
    """A victim gets three acknowledgements at once and, an hour later, one digest; no word of the forger's (Q10)."""
    room.take(*_mails(1, 1000, sender=f"Win Prizes <{ANNA}>"))
    assert len(_numbers(room)) == 1000
    assert _states(room) == {"held": 997, "waiting": 3}
    assert _breaker(room) == Breaker()

    assert _tell(room, HOUR - MINUTE) == 0
    assert _tell(room, HOUR) == 1
    assert _tell(room, HOUR) == 0
    assert _states(room) == {"cancelled": 997, "waiting": 4}
    (digest,) = _digests(room)
    assert (digest["To"], digest["From"]) == (ANNA, f"Testdesken <{TO}>")
    assert (digest["In-Reply-To"], digest["References"]) == (None, None)
    assert digest["Auto-Submitted"] == "auto-generated"
    told = digest.as_string() + "".join(part.get_content() for part in digest.walk() if not part.is_multipart())
    assert not [word for word in ("Fråga", "Hur gör", "Prizes") if word in told]
    assert _numbers(room)[3] in told
    assert _numbers(room)[2] not in told


def test_a_digest_is_an_automatic_answer_itself(room: Mailroom) -> None:
    """After it there is room for two acknowledgements within the hour, and the third is held."""
    room.take(*_mails(1, 5))
    assert _tell(room, HOUR) == 1
    room.take(*_mails(6, 8), at=NOW + HOUR + MINUTE)
    assert _states(room) == {"cancelled": 2, "held": 1, "waiting": 6}
    assert _tell(room, HOUR + 30 * MINUTE) == 0
    assert _tell(room, 2 * HOUR + MINUTE) == 1


def test_digests_wait_for_another_daemons_triage(postgres: Postgres, tmp_path: Path) -> None:
    """While another daemon counts what has been spent nothing is told; when it has done, everything is, once."""
    database, other = (Database(url) for url in [postgres.new_database()] * 2)
    with closing(database), closing(other):
        room = Mailroom(database, tmp_path / "config")
        room.take(*_mails(1, 4))
        with other.turn("triage") as ours:
            assert ours
            assert _tell(room, HOUR) == 0
        assert tell_digests(other, room.office, NOW + HOUR) == 1
        assert _tell(room, HOUR) == 0


def test_a_digest_tells_number_priority_and_promise(room: Mailroom) -> None:
    """Each case that is told stands there with its own; the history of each says so."""
    room.take(*_mails(1, 3), *_mails(4, 4), mail(5, to=TO, text="Allt står still."))
    _tell(room, HOUR + MINUTE)
    fourth, fifth = _numbers(room)[3:]
    ((_, content),) = room.select(OUTGOING.c.id, OUTGOING.c.content, where=DIGEST)
    text = text_of(content)
    assert text.index(fourth) < text.index(fifth)
    for words in ("Normal", "Hög", "senast måndag 23 november kl. 13.00", "så snart som möjligt"):
        assert words in text
    events = room.select(EVENT.c.id, EVENT.c.ticket_id, EVENT.c.text, where=(EVENT.c.kind == "digest",))
    told = f"the held letter to {ANNA} was told in a digest"
    assert [event[1:] for event in events] == [(4, told), (5, told)]


def test_an_answer_to_a_digest_belongs_to_its_first_case(room: Mailroom) -> None:
    """The tag in the digest's Message-ID is that of the address at the first case that it tells."""
    room.take(*_mails(1, 5))
    _tell(room, HOUR)
    ((_, message_id),) = room.select(OUTGOING.c.id, OUTGOING.c.message_id, where=DIGEST)
    room.take(mail(6, to=TO, text="Tack, jag väntar.", more=f"In-Reply-To: <{message_id}>\n"), at=NOW + 2 * HOUR)
    assert len(_numbers(room)) == 5
    ((_, ticket_id, text),) = room.select(
        EVENT.c.id, EVENT.c.ticket_id, EVENT.c.text, where=(EVENT.c.kind == "follow-up",)
    )
    assert (ticket_id, text) == (4, "mail 6 from a participant, tied by tag")


@pytest.mark.parametrize("state", ["closed", "spam", "merged"])
def test_a_case_that_has_ended_is_left_out(room: Mailroom, state: str) -> None:
    """Only what is still open is told; the others' letters are given up, and their history says why."""
    room.take(*_mails(1, 5))
    with room.database.write() as connection:
        into = 1 if state == "merged" else None
        connection.execute(TICKET.update().where(TICKET.c.id == 4).values(state=state, merged_into=into))
    assert _tell(room, HOUR) == 1
    ((_, content),) = room.select(OUTGOING.c.id, OUTGOING.c.content, where=DIGEST)
    assert _numbers(room)[3] not in text_of(content)
    assert _numbers(room)[4] in text_of(content)
    rows = room.select(
        OUTGOING.c.id, OUTGOING.c.state, OUTGOING.c.answer, where=(*ACKS, OUTGOING.c.ticket_id.in_((4, 5)), ~DIGEST[0])
    )
    assert [row[1:] for row in rows] == [
        ("cancelled", "left out of a digest: its case had ended"), ("cancelled", "told in a digest"),
    ]  # fmt: skip


def test_somebody_removed_from_a_case_is_told_nothing_of_it(room: Mailroom) -> None:
    """Who takes part no more is not told the case's promise."""
    room.take(*_mails(1, 5))
    with room.database.write() as connection:
        connection.execute(PARTICIPANT.update().where(PARTICIPANT.c.ticket_id == 5).values(active=False))
    assert _tell(room, HOUR) == 1
    ((_, content),) = room.select(OUTGOING.c.id, OUTGOING.c.content, where=DIGEST)
    assert _numbers(room)[4] not in text_of(content)


def test_where_every_case_has_ended_no_digest_goes(room: Mailroom) -> None:
    """What is held is given up without a letter."""
    room.take(*_mails(1, 5))
    with room.database.write() as connection:
        connection.execute(TICKET.update().values(state="closed"))
    assert _tell(room, HOUR) == 0
    assert _states(room) == {"cancelled": 2, "waiting": 3}


def test_each_desk_tells_its_own_cases(room: Mailroom) -> None:
    """One address with letters held by two desks gets a digest from each, with that desk's cases alone."""
    room.take(*_mails(1, 4))
    room.take(*(one.replace(TO.encode(), OTHER.encode()) for one in _mails(5, 6)), desk="od")
    assert _states(room) == {"held": 3, "waiting": 3}
    assert _tell(room, HOUR) == 2
    assert {(digest["From"].addresses[0].addr_spec, digest["To"]) for digest in _digests(room)} == {
        (TO, ANNA), (OTHER, ANNA),
    }  # fmt: skip
    texts = [text_of(content) for _, content in room.select(OUTGOING.c.id, OUTGOING.c.content, where=DIGEST)]
    assert [("TD-" in text, "DD-" in text) for text in texts] == [(True, False), (False, True)]


def test_a_proven_sender_has_a_budget_of_thirty(room: Mailroom) -> None:
    """The thirty-first within the hour is held, and told ten minutes later when there is room again."""
    more = PASSED.format("customer.example")
    room.take(*_mails(1, 31, more=more))
    assert _states(room) == {"held": 1, "waiting": 30}
    assert _tell(room, 30 * MINUTE) == 0
    assert _tell(room, HOUR) == 1
    ((_, domain),) = room.select(OUTGOING.c.id, OUTGOING.c.claimed_domain, where=DIGEST)
    assert domain == ""


def test_digests_to_strangers_wait_while_the_breaker_holds(room: Mailroom) -> None:
    """And go when it has been closed; they count as what they are, automatic letters to an unverified domain."""
    room.take(*_mails(1, 4))
    with room.database.write() as connection:
        save_breaker(connection, Breaker(NOW))
    assert _tell(room, HOUR) == 0
    assert room.mailbot("held", "reset").exit_code == 0
    assert _tell(room, HOUR) == 1
    ((_, domain),) = room.select(OUTGOING.c.id, OUTGOING.c.claimed_domain, where=DIGEST)
    assert domain == "customer.example"


def test_a_digest_waits_while_letters_to_its_address_come_back(room: Mailroom) -> None:
    """An address that bounced gets no automatic letter, a digest neither, until that is over (Q26)."""
    room.take(*_mails(1, 4))
    with room.database.write() as connection:
        row = {"address": ANNA, "since": NOW, "until": NOW + 3 * HOUR, "reason": "no such person"}
        connection.execute(SUPPRESSED.insert(), row)
    assert _tell(room, 3 * HOUR - MINUTE) == 0
    assert _tell(room, 3 * HOUR) == 1


def test_what_the_breaker_holds_is_in_no_digest(room: Mailroom) -> None:
    """It waits for an admin, however long."""
    with room.database.write() as connection:
        save_breaker(connection, Breaker(NOW))
    room.take(*_mails(1, 2))
    with room.database.write() as connection:
        save_breaker(connection, Breaker())
    assert _tell(room, 48 * HOUR) == 0
    assert _states(room) == {"held": 2}


def _strangers(count: int) -> list[bytes]:
    """A flood: as many mails from as many domains."""
    return [
        mail(number, to=TO, sender=f"k{number}@town{number}.example", subject=f"Fråga {number}")
        for number in range(1, count + 1)
    ]


def test_a_flood_from_everywhere(database: Database, tmp_path: Path) -> None:
    """5000 strangers within a minute: the breaker trips, every ticket is made, the admin is told once (Q11).

    When the admin has released them every stranger gets the acknowledgement, and nobody gets a second one.
    """
    room = Mailroom(database, tmp_path / "config", agents="")
    flood = 5000 if database.is_sqlite else 500
    mails = _strangers(flood)
    for batch in range(0, flood, 250):
        room.take(*mails[batch : batch + 250], at=NOW + batch / flood * MINUTE)
    assert len(_numbers(room)) == flood
    assert _states(room) == {"held": flood - 60, "waiting": 60}
    assert _breaker(room).tripped_at == NOW
    reports = room.select(OUTGOING.c.id, OUTGOING.c.cause, OUTGOING.c.recipient, where=(OUTGOING.c.kind == "report",))
    assert [(cause[:14], whom) for _, cause, whom in reports] == [("report:breaker", "admin@house.example")]

    assert f"{flood - 60} letters will be sent" in room.mailbot("held", "release", "--all").output
    assert "No letter is held." in room.mailbot("held").output.splitlines()
    with room.database.write() as connection:
        connection.execute(OUTGOING.update().values(not_before=NOW))
    with Sink() as sink, sender(database, sink.port, Clock()) as outbox:
        outbox.send_due(threading.Event())
    strangers = [f"k{number}@town{number}.example" for number in range(1, flood + 1)]
    assert Counter(letter.recipient for letter in sink.taken) == Counter([*strangers, "admin@house.example"])


@pytest.fixture
def flooded(room: Mailroom) -> Mailroom:
    """A mailroom with two letters that the breaker holds (the first two) and one that a budget holds."""
    with room.database.write() as connection:
        save_breaker(connection, Breaker(NOW))
    room.take(*_strangers(2))
    with room.database.write() as connection:
        save_breaker(connection, Breaker())
    room.take(*_mails(11, 14))
    with room.database.write() as connection:
        save_breaker(connection, Breaker(NOW))
    return room


def _held_ids(room: Mailroom) -> list[int]:
    return [number for (number,) in room.select(OUTGOING.c.id, where=(OUTGOING.c.state == "held",))]


def _acts(room: Mailroom) -> list[tuple[Any, ...]]:
    """What admins have done: ticket, letter, kind and text of each event."""
    columns = (EVENT.c.ticket_id, EVENT.c.outgoing_id, EVENT.c.kind, EVENT.c.text)
    return [row[1:] for row in room.select(EVENT.c.id, *columns, where=(EVENT.c.text.startswith("an admin"),))]


def test_held_letters_are_listed(flooded: Mailroom) -> None:
    """Each with desk, case, recipient, since when and why; as text, and as JSON one object a line."""
    numbers = _numbers(flooded)
    done = flooded.mailbot("held")
    lines = done.output.splitlines()
    assert lines[0].startswith("Automatic letters to strangers are held since 2026-11-23 08:00 UTC; `mailbot held res")
    assert lines[1] == (
        f"{_held_ids(flooded)[0]}  td  {numbers[0]}  ack to k1@town1.example, held since 2026-11-23 08:00 UTC: "
        "breaker: far more automatic letters to strangers than usual"
    )
    assert lines[3].endswith("budget: 3 automatic answers to this address within the hour")
    rows = [json.loads(line) for line in flooded.mailbot("held", "--json").output.splitlines()]
    assert rows[2] == {
        "id": _held_ids(flooded)[2], "desk": "td", "case": numbers[5], "recipient": ANNA, "kind": "ack",
        "since": NOW.isoformat(), "why": "budget: 3 automatic answers to this address within the hour",
    }  # fmt: skip
    assert len(lines) == len(rows) + 1 == 4


def test_one_letter_is_released(flooded: Mailroom) -> None:
    """It waits for the outbox with the bytes that it had, for a whole lifetime from now; the history says so."""
    first, *others = _held_ids(flooded)
    columns = (OUTGOING.c.content, OUTGOING.c.message_id)
    before = flooded.select(*columns, where=(OUTGOING.c.id == first,))
    done = flooded.mailbot("held", "release", first)
    assert done.output == "1 letter will be sent by the daemon, or by `mailbot once`.\n"
    assert _held_ids(flooded) == others
    assert flooded.select(*columns, where=(OUTGOING.c.id == first,)) == before
    columns = (OUTGOING.c.state, OUTGOING.c.answer, OUTGOING.c.not_before, OUTGOING.c.give_up, OUTGOING.c.created)
    ((state, answer, due, until, created),) = flooded.select(*columns, where=(OUTGOING.c.id == first,))
    assert (state, answer, until - due, created) == ("waiting", "", timedelta(hours=24), NOW)
    why = "breaker: far more automatic letters to strangers than usual"
    text = f"an admin released the held letter to k1@town1.example ({why})"
    assert _acts(flooded) == [(1, first, "released", text)]


def test_one_letter_is_dropped(flooded: Mailroom) -> None:
    """Also one that a budget holds; it is never sent, and no digest tells it."""
    *others, last = _held_ids(flooded)
    done = flooded.mailbot("held", "drop", last)
    assert done.output == "1 letter will never be sent.\n"
    assert _held_ids(flooded) == others
    text = f"an admin dropped the held letter to {ANNA} (budget: 3 automatic answers to this address within the hour)"
    assert _acts(flooded) == [(6, last, "dropped", text)]
    assert _tell(flooded, 48 * HOUR) == 0


@pytest.mark.parametrize(("act", "state"), [("release", "waiting"), ("drop", "cancelled")])
def test_all_means_all_that_the_breaker_holds(flooded: Mailroom, act: str, state: str) -> None:
    """What a budget holds is told in a digest, and must not be sent to a victim one by one."""
    *breakers, budgets = _held_ids(flooded)
    assert flooded.mailbot("held", act, "--all").output.startswith("2 letters will ")
    assert _held_ids(flooded) == [budgets]
    rows = flooded.select(OUTGOING.c.id, OUTGOING.c.state, where=(OUTGOING.c.id.in_(breakers),))
    assert [now for _, now in rows] == [state, state]
    assert [(ticket, letter) for ticket, letter, _, _ in _acts(flooded)] == [(1, breakers[0]), (2, breakers[1])]
    assert flooded.mailbot("held", act, "--all").output.startswith("0 letters will ")


def test_the_breaker_is_closed(flooded: Mailroom) -> None:
    """New letters to strangers go, what is held stays held; closing it again is no fault and no event."""
    held = _held_ids(flooded)
    for says in ("New automatic letters to strangers go again", "The breaker is closed already."):
        done = flooded.mailbot("held", "reset")
        assert (done.exit_code, done.output.startswith(says)) == (0, True)
    assert _breaker(flooded) == Breaker()
    text = "an admin closed the breaker, which had held letters since 2026-11-23T08:00:00+00:00"
    assert _acts(flooded) == [(None, None, "breaker", text)]
    flooded.take(mail(21, to=TO, sender="kim@village.example"))
    assert _held_ids(flooded) == held


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("release",), "expected the ID of a letter, or --all"),
        (("drop", "1", "--all"), "expected the ID of a letter, or --all"),
        (("release", "2"), "no letter 2 is held"),
        (("drop", "9999"), "no letter 9999 is held"),
    ],
)
def test_what_cannot_be_done_is_refused(flooded: Mailroom, arguments: tuple[str, ...], says: str) -> None:
    """Neither or both of ID and --all, a letter that was never held or is not there: told, and nothing changes."""
    held = _held_ids(flooded)
    done = flooded.mailbot("held", *arguments)
    assert done.exit_code == 2
    assert says in done.output
    assert (_held_ids(flooded), _acts(flooded)) == (held, [])


def test_nothing_is_held(room: Mailroom) -> None:
    """An empty list says so in words, and prints no JSON."""
    assert room.mailbot("held").output == "No letter is held.\n"
    assert room.mailbot("held", "--json").output == ""


def test_the_help_says_that_a_late_letter_is_the_old_one(room: Mailroom) -> None:
    """Whoever releases letters late is told that a promise in them may have passed."""
    assert "promises that time all the same" in " ".join(room.mailbot("held", "release", "--help").output.split())
