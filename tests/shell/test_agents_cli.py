"""`mailbot agents`, the welcome letter and the morning list, on both databases: what agents get, and once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot import daemon
from mailbot.database import Database
from mailbot.mornings import send_lists
from mailbot.tables import EVENT, META, OUTGOING, PERSONAL_ADDRESS, TICKET
from tests.daemon.house import mail
from tests.lettering import read_mail
from tests.shell.mailroom import NOW, OTHER, PASSED, TO, Mailroom, text_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AGENTS = """\
[[agents]]
name = "Agnes"
addresses = ["agnes@agents.example", "ag@home.example"]
morning_list = "09:00"

[[agents]]
name = "Bo"
addresses = ["bo@agents.example"]
queues = ["billing"]
language = "en"
morning_list = "09:30"

[[agents.duty_hours]]
mon-fri = ["10:00-14:00"]

[[agents]]
name = "Cia"
addresses = ["cia@agents.example"]
queues = ["support"]

[queues.billing]
name = "Fakturor"

[[rules]]
name = "invoices"
words = ["faktura"]
queue = "billing"
"""
NINE = NOW
"""09:00 in Stockholm."""
LISTS = (OUTGOING.c.cause.startswith("list:"),)


@pytest.fixture
def room(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailroom:
    """An empty mailroom whose desk has three agents; for commands it is NOW."""
    monkeypatch.setattr(daemon, "now", lambda: NOW)
    return Mailroom(database, tmp_path / "config", agents=AGENTS)


def _welcomes(room: Mailroom) -> list[tuple[str, str, str]]:
    """Of each welcome letter desk, recipient and text, in the order written."""
    where = (OUTGOING.c.cause.startswith("welcome:"),)
    columns = (OUTGOING.c.id, OUTGOING.c.desk, OUTGOING.c.recipient, OUTGOING.c.content)
    return [(desk, whom, text_of(content)) for _, desk, whom, content in room.select(*columns, where=where)]


def _key(text: str) -> str:
    """The personal tag that a welcome letter tells."""
    (line,) = [line for line in text.splitlines() if "#" in line and len(line.split()[-1]) == 38]
    return line.split()[-1]


def _versions(room: Mailroom) -> list[tuple[Any, ...]]:
    columns = (PERSONAL_ADDRESS.c.id, PERSONAL_ADDRESS.c.desk, PERSONAL_ADDRESS.c.address, PERSONAL_ADDRESS.c.version)
    return [row[1:] for row in room.select(*columns)]


def test_agents_are_listed(room: Mailroom) -> None:
    """Each with desk, addresses, queues, duty in the desk's time and since when there is a personal address."""
    room.mailbot("agents", "welcome", "--desk", "od")
    rows = [json.loads(line) for line in room.mailbot("agents", "--json").output.splitlines()]
    assert rows[1] == {
        "desk": "td", "name": "Agnes", "addresses": ["agnes@agents.example", "ag@home.example"],
        "queues": ["support", "billing"], "on_duty": True, "next_shift": None, "personal_since": None,
    }  # fmt: skip
    assert [row["personal_since"] for row in rows] == [NOW.isoformat(), None, None, None]
    assert rows[2]["next_shift"] == "2026-11-23T09:00:00+00:00"
    assert room.mailbot("agents").output.splitlines()[:3] == [
        "od  Agnes <agnes@agents.example>  queues support  on duty  personal address since 2026-11-23 09:00",
        "td  Agnes <agnes@agents.example, ag@home.example>  queues support, billing  on duty  no personal address yet",
        "td  Bo <bo@agents.example>  queues billing  on duty from 2026-11-23 10:00  no personal address yet",
    ]


def test_each_agent_is_welcomed_once(room: Mailroom) -> None:
    """Every agent of every desk gets the letter; asked again nobody does, and the command says so."""
    done = room.mailbot("agents", "welcome")
    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "desk od: Agnes <agnes@agents.example> gets the personal address"
    assert done.output.splitlines()[-1] == "4 letters will be sent by the daemon, or by `mailbot once`."
    expected = [("od", "agnes"), ("td", "agnes"), ("td", "bo"), ("td", "cia")]
    assert [(desk, whom) for desk, whom, _ in _welcomes(room)] == [
        (desk, f"{who}@agents.example") for desk, who in expected
    ]
    assert _versions(room) == [(desk, f"{who}@agents.example", 1) for desk, who in expected]
    assert room.mailbot("agents", "welcome").output == "Every agent has been told; --agent ADDRESS tells one again.\n"
    assert len(_welcomes(room)) == 4
    told = [text for _, text in room.select(EVENT.c.id, EVENT.c.text, where=(EVENT.c.kind == "welcome",))]
    assert told[0] == "desk od: an admin sends agnes@agents.example the personal address"
    assert len(told) == 4


def test_a_letter_that_was_lost_is_written_again(room: Mailroom) -> None:
    """Who never got it is welcomed the next time without being named; the key is the same."""
    room.mailbot("agents", "welcome")
    with room.database.write() as connection:
        bo = OUTGOING.c.recipient == "bo@agents.example"
        connection.execute(OUTGOING.update().where(bo).values(state="failed"))
    later = NOW + DAY
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(daemon, "now", lambda: later)
        assert room.mailbot("agents", "welcome").output.splitlines()[0].startswith("desk td: Bo <")
    keys = [_key(text) for _, whom, text in _welcomes(room) if whom == "bo@agents.example"]
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_one_agent_is_told_again(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """By any of the agent's addresses, in any case, at one desk or at all; the key is the same."""
    room.mailbot("agents", "welcome")
    monkeypatch.setattr(daemon, "now", lambda: NOW + MINUTE)
    assert room.mailbot("agents", "welcome", "--agent", "Ag@HOME.example").exit_code == 0
    monkeypatch.setattr(daemon, "now", lambda: NOW + 2 * MINUTE)
    assert room.mailbot("agents", "welcome", "--agent", "agnes@agents.example").exit_code == 0
    keys = {desk: {_key(text) for at, whom, text in _welcomes(room) if (at, whom[:5]) == (desk, "agnes")}
            for desk in ("od", "td")}  # fmt: skip
    assert [len(keys["od"]), len(keys["td"])] == [1, 1]
    assert keys["od"] != keys["td"]
    assert len(_welcomes(room)) == 7


def _opened_with(room: Mailroom, key: str, number: int) -> bool:
    """Whether a mail from Bo with this key opens a case for a customer."""
    before = len(room.select(TICKET.c.id))
    text = f"#key {key}\n#new kim@customer.example\n\nHej, här är svaret."
    verdict = PASSED.format("agents.example")
    room.take(mail(number, to=TO, sender="bo@agents.example", text=text, more=verdict), at=NOW + number * MINUTE)
    opened = room.select(TICKET.c.id, TICKET.c.requester)[before:]
    return [who for _, who in opened] == ["kim@customer.example"]


def test_the_key_works_until_it_is_rotated(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the letter tells opens a case; after --rotate it does nothing, and the new one does."""
    room.mailbot("agents", "welcome")
    (old,) = [_key(text) for _, whom, text in _welcomes(room) if whom == "bo@agents.example"]
    assert _opened_with(room, old, 1)
    monkeypatch.setattr(daemon, "now", lambda: NOW + MINUTE)
    done = room.mailbot("agents", "welcome", "--agent", "bo@agents.example", "--rotate")
    assert done.output.splitlines() == [
        "desk td: Bo <bo@agents.example> gets a new personal address, the old one is worthless",
        "1 letter will be sent by the daemon, or by `mailbot once`.",
    ]
    new = [_key(text) for _, whom, text in _welcomes(room) if whom == "bo@agents.example"][-1]
    assert new != old
    assert not _opened_with(room, old, 2)
    assert _opened_with(room, new, 3)
    ((_, told),) = room.select(EVENT.c.id, EVENT.c.text, where=(EVENT.c.text.contains("worthless"),))
    assert told == "desk td: an admin sends bo@agents.example a new personal address, the old one is worthless"


def test_a_desks_addresses_are_rotated_together(room: Mailroom) -> None:
    """--desk with --rotate replaces those of all its agents, and no other desk's."""
    room.mailbot("agents", "welcome")
    assert room.mailbot("agents", "welcome", "--desk", "td", "--rotate").exit_code == 0
    second = [(desk, whom) for desk, whom, version in _versions(room) if version == 2]
    assert second == [("td", f"{who}@agents.example") for who in ("agnes", "bo", "cia")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--rotate",), "with --agent or --desk"),
        (("--desk", "xd"), "there is no enabled desk 'xd'; expected one of od, td"),
        (("--agent", "kim@customer.example"), "there is no agent 'kim@customer.example' there"),
        (("--agent", "bo@agents.example", "--desk", "od"), "there is no agent 'bo@agents.example' there"),
    ],
)
def test_a_wrong_name_welcomes_nobody(room: Mailroom, arguments: tuple[str, ...], says: str) -> None:
    """Told with exit code 2; no letter, no address."""
    done = room.mailbot("agents", "welcome", *arguments)
    assert done.exit_code == 2
    assert says in done.output
    assert (_welcomes(room), _versions(room)) == ([], [])


def test_a_welcome_letter_goes_from_and_back_to_the_desk(room: Mailroom) -> None:
    """Marked as automatic; where tags cannot stand in addresses an answer is known by the Message-ID it names."""
    room.mailbot("agents", "welcome", "--agent", "bo@agents.example")
    ((_, content),) = room.select(OUTGOING.c.id, OUTGOING.c.content)
    letter = read_mail(content)
    assert (letter["From"], letter["To"], letter["Reply-To"]) == (f"Testdesken <{TO}>", "bo@agents.example", None)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].startswith(f"<{_key(text_of(content))}.")


def _lists(room: Mailroom, at: datetime) -> list[tuple[str, str]]:
    """Let the round be made at a moment; recipient and text of each list that it added."""
    columns = (OUTGOING.c.id, OUTGOING.c.recipient, OUTGOING.c.content)
    before = len(room.select(*columns, where=LISTS))
    sent = send_lists(room.database, room.office, at)
    added = room.select(*columns, where=LISTS)[before:]
    assert sent == len(added)
    return [(whom, text_of(content)) for _, whom, content in added]


@pytest.fixture
def busy(room: Mailroom) -> Mailroom:
    """A mailroom with three open cases, one of them about an invoice, opened before the morning, and a closed one."""
    texts = ("Skrivaren?", "En faktura.", "Allt står still.", "Klart.")
    mails = [mail(number, to=TO, subject=text, text=text) for number, text in enumerate(texts, 1)]
    room.take(*mails, at=NOW - 10 * 60 * MINUTE)
    with room.database.write() as connection:
        connection.execute(TICKET.update().where(TICKET.c.id == 4).values(state="closed"))
    return room


def test_a_list_comes_once_at_its_hour(busy: Mailroom) -> None:
    """At the first round at or after it, to each agent who wants one; never again that day, and again the next."""
    assert _lists(busy, NINE - MINUTE) == []
    assert [whom for whom, _ in _lists(busy, NINE)] == ["agnes@agents.example"]
    assert _lists(busy, NINE + 29 * MINUTE) == []
    assert [whom for whom, _ in _lists(busy, NINE + 31 * MINUTE)] == ["bo@agents.example"]
    assert _lists(busy, NINE + 12 * 60 * MINUTE) == []
    assert [whom for whom, _ in _lists(busy, NINE + DAY + 5 * 60 * MINUTE)] == [
        "agnes@agents.example", "bo@agents.example",
    ]  # fmt: skip


def test_a_list_tells_the_open_cases_of_the_agents_queues_by_promise(busy: Mailroom) -> None:
    """The most urgent first, in the agent's language; nothing that is closed or another queue's."""
    numbers = [number for _, number in busy.select(TICKET.c.id, TICKET.c.number)]
    (_, agnes), (_, bo) = _lists(busy, NINE + 60 * MINUTE)
    assert agnes.index(numbers[2]) < agnes.index(numbers[0]) < agnes.index(numbers[1])
    assert numbers[3] not in agnes
    assert [number in bo for number in numbers] == [False, True, False, False]
    assert agnes.startswith("Öppna ärenden: 3")
    assert bo.startswith("Open cases: 1")


def test_a_list_makes_the_personal_address_that_answers_come_to(busy: Mailroom) -> None:
    """Of the version that is valid, without taking the place of the welcome letter."""
    _lists(busy, NINE)
    assert _versions(busy) == [("td", "agnes@agents.example", 1)]
    assert "desk td: Agnes <" in busy.mailbot("agents", "welcome").output
    busy.mailbot("agents", "welcome", "--agent", "agnes@agents.example", "--rotate")
    _lists(busy, NINE + DAY)
    key = [_key(text) for desk, whom, text in _welcomes(busy) if (desk, whom[:5]) == ("td", "agnes")][-1]
    rows = busy.select(OUTGOING.c.id, OUTGOING.c.message_id, where=(*LISTS, OUTGOING.c.recipient.startswith("agnes")))
    assert rows[-1][1].startswith(f"{key}.")


def test_an_empty_list_is_noise(room: Mailroom) -> None:
    """Where no case is open at its hour nothing is sent, and a case that opens later that day brings no list."""
    assert _lists(room, NINE + 60 * MINUTE) == []
    room.take(mail(1, to=TO), at=NINE + 61 * MINUTE)
    assert _lists(room, NINE + 62 * MINUTE) == []
    assert [whom for whom, _ in _lists(room, NINE + DAY)] == ["agnes@agents.example"]


def test_a_list_whose_day_is_not_marked_is_still_only_one(busy: Mailroom) -> None:
    """Its cause makes it once, as where two daemons make their rounds at one moment."""
    _lists(busy, NINE)
    with busy.database.write() as connection:
        connection.execute(META.delete().where(META.c.key.startswith("list:")))
    send_lists(busy.database, busy.office, NINE + MINUTE)
    assert len(busy.select(OUTGOING.c.id, where=LISTS)) == 1


def test_other_desks_lists_are_their_own(busy: Mailroom) -> None:
    """A desk whose agents want no list sends none, whatever is open there."""
    busy.take(mail(9, to=OTHER), desk="od", at=NOW)
    _lists(busy, NINE + 60 * MINUTE)
    assert {desk for _, desk in busy.select(OUTGOING.c.id, OUTGOING.c.desk, where=LISTS)} == {"td"}
