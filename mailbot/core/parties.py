"""The parties that tags are made for, each with what its tag proves, and the addresses that carry a tag."""

from __future__ import annotations

from mailbot.core.desk import Desk
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.tags import Key, Party, make_handle, make_tag


def case_party(number: str, address: str, role: str) -> Party:
    """Who takes part in a case: an answer with its tag is a mail on that case, from whoever was written to (T2)."""
    return Party(number, ascii_lower(address), role)


def survey_party(number: str, recipient: str, closing: int) -> Party:
    """Who is asked after a close: nothing but an answer to that very survey has its tag (T35)."""
    return Party(number, ascii_lower(recipient), f"survey:{closing}")


def personal_party(desk: Desk, address: str, version: int) -> Party:
    """An agent in person: the tag proves the agent on any case; raising the version makes the ones before worthless."""
    return Party(f"{desk.key}/{version}", ascii_lower(address), "personal")


def return_party(message_id: str, recipient: str) -> Party:
    """One letter to one recipient: what comes to its signed envelope sender is about that very letter (Q18)."""
    return Party(message_id, ascii_lower(recipient), "return")


def reply_address(desk: Desk, tag: str) -> str:
    """Where answers to a letter go: the desk's address, with the tag in it where the desk's provider lets it (G5)."""
    local, _, domain = desk.address.rpartition("@")
    if desk.reply_tags == "plus" and len(local) + 1 + len(tag) <= 64:
        return f"{local}+{tag}@{domain}"
    return f"{tag}@{domain}" if desk.reply_tags == "catch-all" else desk.address


def personal_address(keys: tuple[Key, ...], desk: Desk, address: str, version: int) -> tuple[str, str]:
    """An agent's personal address, empty where the desk has no tags in addresses, and the tag itself for `#key`."""
    party = personal_party(desk, address, version)
    tag = make_tag(keys, make_handle(party), party)
    return (reply_address(desk, tag) if desk.reply_tags != "none" else ""), tag
