"""Signed tags (T2, T3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.tags import (
    Key,
    Party,
    handle_in,
    is_genuine,
    make_handle,
    make_tag,
    tag_in_address,
    tagged_message_id,
    tags_in_message_ids,
)

OLD, NEW = Key("a", b"old secret" * 4), Key("b", b"new secret" * 4)
ANNA = Party("VC-000013", "anna@example.com", "customer")

parties = st.builds(
    Party, st.text(max_size=20), st.text(max_size=40), st.sampled_from(["customer", "agent", "partner"])
)


def _tag(party: Party, *keys: Key) -> str:
    return make_tag(keys, make_handle(party), party)


@given(parties)
def test_a_tag_proves_its_own_party(party: Party) -> None:
    """What was signed is believed, in any case of letters."""
    tag = _tag(party, NEW)
    assert is_genuine((NEW,), tag, party)
    assert is_genuine((NEW,), tag.upper(), party)


@given(parties, parties)
def test_a_tag_proves_nobody_else(party: Party, other: Party) -> None:
    """A tag for one ticket, person and role is no proof for another: a customer's gives no agent power."""
    assert is_genuine((NEW,), _tag(party, NEW), other) == (party == other)


@pytest.mark.parametrize("place", range(38))
def test_every_character_counts(place: int) -> None:
    """A tag with any one character changed proves nothing."""
    tag = _tag(ANNA, OLD)
    for char in "abcdefghijklmnopqrstuvwxyz234567":
        changed = tag[:place] + char + tag[place + 1 :]
        assert is_genuine((OLD,), changed, ANNA) == (changed == tag)


def test_rotation_keeps_old_tags() -> None:
    """After a rotation new tags are signed with the new key; old ones are believed until their key is removed."""
    old = _tag(ANNA, OLD)
    assert handle_in(old) == handle_in(_tag(ANNA, NEW, OLD)), "both find the one row"
    assert _tag(ANNA, NEW, OLD)[0] == "b"
    assert is_genuine((NEW, OLD), old, ANNA)
    assert not is_genuine((NEW,), old, ANNA)


def test_a_tag_fits_an_address() -> None:
    """A tag leaves room for `name+` in a local part of 64 octets."""
    tag = _tag(ANNA, NEW)
    assert len(tag) == 38
    assert tag.isalnum()


def test_tags_are_found_where_we_put_them() -> None:
    """A tag is read back from the address and the Message-ID it was put in, and from nothing else."""
    tag = _tag(ANNA, NEW)
    message_id = tagged_message_id((NEW,), tag, "ack:mail:1", "desk.example")
    assert tag_in_address(f"support+{tag.upper()}@example.com") == tag
    assert tag_in_address(f"{tag}@example.com") == tag
    assert tag_in_address("support+hello@example.com") is None
    assert tags_in_message_ids(("x@y", message_id.upper()), "desk.example") == (tag,)
    assert tags_in_message_ids((message_id,), "other.example") == ()
    assert handle_in("short") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_message_ids_differ_by_cause(one: str, other: str) -> None:
    """Two letters to one person have two Message-IDs (G1)."""
    tag = _tag(ANNA, NEW)
    same = tagged_message_id((NEW,), tag, one, "h") == tagged_message_id((NEW,), tag, other, "h")
    assert same == (one == other)
