"""The clues in a mail: by what it may be known which case, survey, agent or letter of ours it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot.core.audience import agent_of
from mailbot.core.casenumber import case_numbers_in
from mailbot.core.commands import Orders, orders_of
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.returned import return_addresses, returned_ids
from mailbot.core.surveyturn import tokens_in
from mailbot.core.tags import handle_in, tag_in_address, tags_in_message_ids

_MOST_TAGS = 20
"""Looked up per mail; an honest one carries one or two."""
_MOST_REFERENCES = 50
"""Looked up per mail; threads are told by their newest letters."""
_NAME_CASE = frozenset({"merge", "fault"})
"""Commands behind which the number of another case may stand."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What is to be looked up for one mail. Nothing of it is believed yet."""

    answered: tuple[str, ...]
    """The Message-IDs that it answers, the nearest last."""
    returned: tuple[str, ...]
    """Message-IDs under our host name, in lower case, of the mail that it returns; none where it is no report."""
    tags: tuple[str, ...]
    """In addresses, behind an agent's `#key`, and in those Message-IDs."""
    tokens: tuple[str, ...]
    """What may be a survey's tag written out."""
    numbers: tuple[str, ...]
    """Case numbers in its subject."""
    commanded: tuple[str, ...]
    """Case numbers in an agent's commands."""

    @property
    def handles(self) -> frozenset[str]:
        """What its tags are looked up by."""
        return handles_of(self.tags)


def read_clues(letter: Letter, desk: Desk, prefixes: frozenset[str], hostname: str) -> Clues:
    """The clues in a mail to a desk; `prefixes` are those of all desks' case numbers."""
    ids = dict.fromkeys((*letter.references, *letter.in_reply_to))
    answered = tuple(message_id for message_id in ids if message_id)[-_MOST_REFERENCES:]
    of_report = tuple(returned_ids(letter))
    ours = dict.fromkeys(ascii_lower(one) for one in of_report if tags_in_message_ids((one,), hostname))
    commands = _commands(letter, desk)
    in_addresses = filter(None, map(tag_in_address, return_addresses(letter)))
    tags = (*in_addresses, *_keys_in(commands), *tags_in_message_ids((*answered, *of_report), hostname))
    return Clues(
        answered=answered,
        returned=tuple(ours)[:_MOST_TAGS],
        tags=tuple(dict.fromkeys(tags))[:_MOST_TAGS],
        tokens=tokens_in(letter),
        numbers=case_numbers_in(letter.subject, prefixes),
        commanded=_numbers_in(commands, prefixes),
    )


def handles_of(tags: Iterable[str]) -> frozenset[str]:
    """What these tags are looked up by; nothing for one that cannot be ours."""
    return frozenset(filter(None, map(handle_in, tags)))


def _commands(letter: Letter, desk: Desk) -> Orders | None:
    """The orders of a mail in an agent's name; None for anybody else's, or where it has none."""
    agent = agent_of(desk, letter.sender.key) if letter.sender else None
    return orders_of(agent, desk, letter) if agent is not None and "#" in letter.own_words else None


def _keys_in(orders: Orders | None) -> Iterator[str]:
    """The personal tags that an agent has written out (`#key`), for desks that have no tags in addresses."""
    for command in orders.commands if orders else ():
        tag = ascii_lower(command.argument.strip())
        if command.name == "key" and handle_in(tag):
            yield tag


def _numbers_in(orders: Orders | None, prefixes: frozenset[str]) -> tuple[str, ...]:
    named = (command.argument for command in orders.commands if command.name in _NAME_CASE) if orders else ()
    text = " ".join(named)
    return case_numbers_in(text, prefixes) if text else ()
