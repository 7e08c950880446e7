"""What an agent means by the words behind a command: a level, a queue, a colleague, an address, a version and a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from mailbot.core.desk import Agent, Desk, Partner
from mailbot.core.mailboxes import Address, parse_addresses
from mailbot.core.refused import Refused
from mailbot.core.spelling import unaccented
from mailbot.core.texts import Texts
from mailbot.core.tongue import LANGUAGES, tongue

_DAY_PATTERNS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?P<mark>[./]) ?(?P<month>\d{1,2})(?P=mark) ?(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[^\W\d_]+) (?P<year>\d{4})"),
)


def chosen_priority(desk: Desk, argument: str, command: str) -> str:
    """The key of the level that is meant, by key or by name in any language. Refused where there is none.

    `command` is how the agent called the command, for the receipt; as in all these functions.
    """
    return chosen_key({level.key: level.name for level in desk.priorities}, argument, command)


def chosen_queue(desk: Desk, argument: str, command: str) -> str:
    """The key of the queue that is meant, by key or by name. Refused where there is none."""
    if not desk.queues:
        raise Refused("none-configured", command)
    return chosen_key({each.key: each.name for each in desk.queues}, argument, command)


def chosen_key(known: Mapping[str, Texts], argument: str, command: str) -> str:
    """The key that is meant, by key or by name in any language, whatever its case. Refused where there is none."""
    wanted = argument.strip().casefold()
    if not wanted:
        raise Refused("missing-argument", f"{command} {next(iter(known), '…')}")
    for key, names in known.items():
        if wanted in {key.casefold(), *(name.casefold() for name in names.values())}:
            return key
    raise Refused("bad-argument", argument, ", ".join(known))


def chosen_agent(desk: Desk, argument: str, command: str) -> Agent:
    """The colleague who is meant: by address, whole name, or a beginning of a name that one agent alone has.

    Refused for anybody else.
    """
    names = ", ".join(agent.name for agent in desk.agents)
    wanted = argument.strip(" <>").casefold()
    if not wanted:
        raise Refused("missing-argument", f"{command} {desk.agents[0].name}")
    whole = [agent for agent in desk.agents if wanted == agent.name.casefold() or wanted in agent.addresses]
    begun = [agent for agent in desk.agents if any(part.startswith(wanted) for part in _parts(agent.name))]
    found = whole or begun
    if len(found) != 1:
        raise Refused("no-such-agent", argument, names)
    return found[0]


def chosen_partner(desk: Desk, argument: str, command: str) -> Partner:
    """The partner or consultant who is meant, by address or name. Refused for anybody who is not in the desk file."""
    if not desk.partners:
        raise Refused("none-configured", command)
    wanted = argument.strip(" <>").casefold()
    if not wanted:
        raise Refused("missing-argument", f"{command} {desk.partners[0].address}")
    for partner in desk.partners:
        if wanted in partner.addresses or wanted == partner.name.casefold():
            return partner
    raise Refused("no-such-partner", argument, ", ".join(partner.address for partner in desk.partners))


def chosen_address(argument: str, command: str) -> Address:
    """The one address that the agent wrote, with its name. Refused where a letter could not be sent there."""
    if not argument:
        raise Refused("missing-argument", f"{command} name@example.com")
    found = parse_addresses(argument)
    if len(found) != 1 or not can_be_written_to(found[0]):
        raise Refused("bad-address", argument)
    return found[0]


def chosen_release(argument: str, command: str, today: date) -> tuple[str, date | None]:
    """The version, one word, and the day behind it if there is one: 2026-12-15, 15.12.2026, 15/12/2026, 15 May 2026.

    Refused for anything else, and for a day before `today`, the desk's own.
    """
    version, _, rest = argument.strip().partition(" ")
    if not version:
        raise Refused("missing-argument", f"{command} 12.1 {today.isoformat()}")
    if any(pattern.fullmatch(version) for pattern in _DAY_PATTERNS):
        raise Refused("no-version", version, f"{command} 12.1 {today.isoformat()}")
    if not rest.strip():
        return version, None
    day = _day(" ".join(rest.split()))
    if day is None:
        raise Refused("bad-date", rest.strip(), f"{command} {version} {today.isoformat()}")
    if day < today:
        raise Refused("past-date", rest.strip())
    return version, day


def _day(text: str) -> date | None:
    """The day that is written out whole, its month as a number or a name in any language; None for anything else."""
    found = next((match for pattern in _DAY_PATTERNS if (match := pattern.fullmatch(text))), None)
    if found is None:
        return None
    named = found["month"]
    month = int(named) if named.isdecimal() else _months().get(unaccented(named.casefold()), 0)
    try:
        return date(int(found["year"]), month, int(found["day"]))
    except ValueError:
        return None


@cache
def _months() -> Mapping[str, int]:
    """Names of months in every language, without marks above letters, to their numbers."""
    named = ((name, place) for each in LANGUAGES for place, name in enumerate(tongue(each).months, 1))
    return {unaccented(name.casefold()): place for name, place in named}


def can_be_written_to(address: Address) -> bool:
    """Whether it has a domain with a dot, and no letter that a 7-bit header cannot carry."""
    local, _, domain = address.address.rpartition("@")
    return bool(local) and "." in domain.strip(".") and address.address.isascii()


def _parts(name: str) -> tuple[str, ...]:
    folded = name.casefold()
    return (folded, *folded.split())
