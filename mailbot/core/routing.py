"""Which desk a mail is for, by the addresses it was sent to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
        for address in _shorter_and_shorter(recipient):
            for desk in known:
                if address in desk.addresses:
                    return desk.key
        for desk in known:
            if _is_catch_all_tag(recipient, desk):
                return desk.key
    return default


def _shorter_and_shorter(recipient: str) -> Iterator[str]:
    """The address, then without its last `+part`, and so on (RFC 5233: servers cut where they like)."""
    yield recipient
    local, _, domain = recipient.rpartition("@")
    while "+" in local:
        local = local.rpartition("+")[0]
        yield f"{local}@{domain}"


def _is_catch_all_tag(recipient: str, desk: Desk) -> bool:
    local, _, domain = recipient.rpartition("@")
    if desk.reply_tags != "catch-all" or "+" in local or tag_in_address(recipient) is None:
        return False
    return domain in {address.rpartition("@")[2] for address in desk.addresses}
