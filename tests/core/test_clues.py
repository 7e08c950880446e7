"""The clues in a mail: what is looked up for it, from where, and how much of it at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.casenumber import case_number
from mailbot.core.clues import Clues, read_clues
from mailbot.core.letter import read_letter
from mailbot.core.parties import case_party
from mailbot.core.tags import Key, handle_in, make_handle, make_tag, tagged_message_id
from tests.core.deskwork import AGNES, ANNA, DESK

KEYS = (Key("a", b"secret" * 6),)
HOST = "desk.example"
PARTY = case_party("DE-000013", ANNA, "customer")
TAG = make_tag(KEYS, make_handle(PARTY), PARTY)
OURS = tagged_message_id(KEYS, TAG, "ack:mail:1", HOST)
OTHER = case_number("DE", 2)


def clues(*headers: str, text: str = "Hej", sender: str = ANNA) -> Clues:
    """Those of a mail with these headers."""
    head = "".join(f"{each}\r\n" for each in (f"From: {sender}", "Message-ID: <this@customer.example>", *headers))
    return read_clues(read_letter(f"{head}\r\n{text}".encode()), DESK, frozenset({"DE"}), HOST)


@pytest.mark.parametrize(
    "header",
    [
        f"To: support+{TAG}@desk.example",
        f"Cc: {TAG.upper()}@desk.example",
        f"Delivered-To: support+{TAG}@desk.example",
        f"In-Reply-To: <{OURS}>",
        f"References: <{OURS}> <later@customer.example>",
    ],
)
def test_a_tag_is_found_where_answers_have_it(header: str) -> None:
    """In an address that the mail came to, and in a Message-ID of ours that it answers; a mail without asks nothing."""
    assert clues(header).tags == (TAG,)
    assert clues(header).handles == {handle_in(TAG)}
    assert clues("Subject: Hej").handles == frozenset()


def test_a_message_id_of_another_host_has_no_tag_of_ours() -> None:
    """What stands before another domain was not made by us, though it may be the id of a mail on a case."""
    found = clues(f"In-Reply-To: <{OURS.replace(HOST, 'other.example')}>")
    assert found.tags == ()
    assert len(found.answered) == 1


def test_the_nearest_answered_mail_is_last() -> None:
    """References from the oldest on, then In-Reply-To, each id once."""
    found = clues("References: <a@x.example> <b@x.example>", "In-Reply-To: <b@x.example> <c@x.example>")
    assert found.answered == ("a@x.example", "b@x.example", "c@x.example")


@pytest.mark.parametrize(
    ("text", "sender", "tags", "commanded"),
    [
        (f"#key {TAG}", AGNES.address, (TAG,), ()),
        (f"#key {TAG.upper()}", AGNES.address, (TAG,), ()),
        (f"#key {TAG}", ANNA, (), ()),
        (f"#merge {OTHER.lower()}", AGNES.address, (), (OTHER,)),
        (f"#merge {OTHER}", ANNA, (), ()),
        (f"#note {OTHER}", AGNES.address, (), ()),
        (f"> #merge {OTHER}", AGNES.address, (), ()),
        ("#key of the room", AGNES.address, (), ()),
    ],
)
def test_only_commands_in_an_agents_name_are_clues(
    text: str, sender: str, tags: tuple[str, ...], commanded: tuple[str, ...]
) -> None:
    """A personal tag behind #key, a case number behind a command that names a case; a customer's lines are text."""
    found = clues("Subject: Hej", text=text, sender=sender)
    assert (found.tags, found.commanded) == (tags, commanded)


def test_numbers_are_those_of_the_subject() -> None:
    """With their check digit and a desk's prefix; a number in the text quotes anything."""
    found = clues(f"Subject: SV: [{OTHER}] de000013 DE-000014 XX-000013", text="DE-000037")
    assert found.numbers == (OTHER, "DE-000013")


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_is_looked_up_is_bounded(references: int, copied: int) -> None:
    """However many ids a mail answers, and however many addresses with tags it names; of the ids the nearest."""
    ids = " ".join(f"<{number}@x.example>" for number in range(references))
    tags = [f"a{number:037x}".translate(str.maketrans("0189", "qrst")) for number in range(copied)]
    found = clues(f"References: {ids}", f"Cc: {', '.join(f'{tag}@desk.example' for tag in tags)}")
    assert len(found.answered) == min(references, 50)
    assert references == 0 or found.answered[-1] == f"{references - 1}@x.example"
    assert len(found.tags) == min(copied, 20)
