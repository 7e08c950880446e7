"""Which desk a mail is for, by the addresses it was sent to."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mailbot.core.desk import Desk
from mailbot.core.tags import tag_in_address


def desk_of(recipients: tuple[str, ...], desks: Iterable[Desk], default: str) -> str:
    """The key of the desk that the first recognised recipient names, else `default` (Bcc, aliases).

    Recipients are lower case, in order of trust: where servers say that they delivered it stands before To and Cc. A
    recipient names the desk with exactly that address, else the one whose address it extends (`name+anything@`), else,
    where a tag is the whole local part, the catch-all desk of that domain.
    """
    known = tuple(desks)
    for recipient in recipients:
        for names in (_is_address, _extends_address, _is_catch_all_tag):
            for desk in known:
                if names(recipient, desk):
                    return desk.key
    return default


def _is_address(recipient: str, desk: Desk) -> bool:
    return recipient in desk.addresses


def _extends_address(recipient: str, desk: Desk) -> bool:
    """Subaddressing (RFC 5233), which a server may do for addresses whose desk itself uses no tags."""
    local, _, domain = recipient.rpartition("@")
    return any(f"{local[:at]}@{domain}" in desk.addresses for at, char in enumerate(local) if char == "+")


def _is_catch_all_tag(recipient: str, desk: Desk) -> bool:
    if desk.reply_tags != "catch-all" or tag_in_address(recipient) is None:
        return False
    return recipient.rpartition("@")[2] in _domains(desk.addresses)


def _domains(addresses: Collection[str]) -> set[str]:
    return {address.rpartition("@")[2] for address in addresses}
