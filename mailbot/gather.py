"""Gathers what is known about mails before they are decided upon: cases they may belong to, and who wrote them.

A batch costs as many queries as one mail does, and a mail that answers nothing and quotes no case number costs none of
its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from mailbot.answers import as_known, find_surveys, party_of
from mailbot.caseload import load_cases
from mailbot.casework import conversation, named_in_commands, orders_of, set_scene
from mailbot.core.audience import agent_of
from mailbot.core.authenticity import judge_sender
from mailbot.core.belief import believed_tie
from mailbot.core.casenumber import case_numbers_in
from mailbot.core.decide import goes_on, lists_cases
from mailbot.core.desk import Desk
from mailbot.core.effect import request_in
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import machine_reason
from mailbot.core.parties import personal_party
from mailbot.core.passing import PASSED_ON
from mailbot.core.returned import return_addresses, returned_ids
from mailbot.core.survey import KnownSurvey
from mailbot.core.surveyturn import tokens_in
from mailbot.core.tags import Key, Party, handle_in, is_genuine, tag_in_address, tags_in_message_ids
from mailbot.core.terms import in_terms
from mailbot.ourcases import our_cases
from mailbot.returns import Trace, as_returned, find_returned, suppressed
from mailbot.tables import CORRESPONDENT, MESSAGE, OUTGOING, PARTICIPANT, PERSONAL_ADDRESS, TICKET

_MOST_TAGS = 20
"""Looked up per mail; an honest one carries one or two."""
_MOST_REFERENCES = 50
"""Looked up per mail; threads are told by their newest letters."""
_MOST_OF_ONE_ID = 20
"""Cases looked at for one Message-ID, the newest: some robots give all their mails the same one."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What holds for every mail of a batch."""

    desks: Mapping[str, Desk]
    own_addresses: frozenset[str]
    prefixes: frozenset[str]
    keys: tuple[Key, ...]
    hostname: str


@dataclass(frozen=True, slots=True)
class Read:
    """A stored mail that has been read."""

    mail_id: int
    desk: Desk
    received: datetime
    """UTC."""
    letter: Letter
    whole_size: int = 0
    """As in `Facts`."""

    @property
    def sender(self) -> str:
        """The sender's address in lower case, or empty."""
        return self.letter.sender.key if self.letter.sender else ""

    @property
    def named(self) -> tuple[str, ...]:
        """The Message-IDs that it answers, the nearest last."""
        ids = dict.fromkeys((*self.letter.references, *self.letter.in_reply_to))
        return tuple(message_id for message_id in ids if message_id)[-_MOST_REFERENCES:]


def gather(connection: Connection, grounds: Grounds, mails: Sequence[Read]) -> list[Facts]:
    """The facts about each mail, in their order."""
    tags = [_tags(mail, grounds.hostname) for mail in mails]
    numbers = [case_numbers_in(mail.letter.subject, grounds.prefixes) for mail in mails]
    tokens = [tokens_in(mail.letter) for mail in mails]
    parties = _parties(connection, {handle_in(tag) or "" for one in tags for tag in one})
    surveys = find_surveys(connection, {handle_in(tag) or "" for one in (*tags, *tokens) for tag in one})
    by_number = _ids_by_number(connection, {number for one in numbers for number in one})
    by_reference = _ids_by_reference(connection, {message_id for mail in mails for message_id in mail.named})
    in_commands = [named_in_commands(mail.letter, mail.desk, grounds.prefixes) for mail in mails]
    by_command = _ids_by_number(connection, {number for one in in_commands for number in one})
    traces = [_trace(mail, one, grounds.hostname) for mail, one in zip(mails, tags, strict=True)]
    asked = {handle: (row.ticket_id, party_of(row)) for handle, row in surveys.items()}
    about = find_returned(connection, grounds.keys, traces, parties | asked)
    involved = {ticket_id for ticket_id, _ in parties.values()} | set(by_number.values()) | set(by_command.values())
    involved |= {row.ticket_id for row in about if row is not None and row.ticket_id is not None}
    involved |= {row.ticket_id for row in surveys.values()}
    cases = load_cases(connection, involved.union(*by_reference.values()))
    others = {number: cases[ticket_id] for number, ticket_id in by_command.items()}
    known = _correspondents(connection, mails)
    held_back = suppressed(connection, {mail.sender for mail in mails} - {""})
    doors = _personal(connection, {handle_in(tag) or "" for one in tags for tag in one})

    def ties(place: int) -> Iterator[Tie]:
        for tag in tags[place]:
            ticket_id, party = parties.get(handle_in(tag) or "", (0, None))
            if party is not None and is_genuine(grounds.keys, tag, party):
                yield Tie("tag", cases[ticket_id], party.address, party.role)
        for number in numbers[place]:
            if number in by_number:
                yield Tie("case-number", cases[by_number[number]])
        for message_id in reversed(mails[place].named):
            for ticket_id in by_reference.get(message_id, ()):
                yield Tie("earlier-mail", cases[ticket_id])

    def answered(place: int) -> KnownSurvey | None:
        """The first genuine tag decides: a mail that answers another letter may quote the survey's."""
        for tag in (*tags[place], *tokens[place]):
            handle = handle_in(tag) or ""
            _, party = parties.get(handle, (0, None))
            if party is not None and is_genuine(grounds.keys, tag, party):
                return None
            row = surveys.get(handle)
            if row is not None and is_genuine(grounds.keys, tag, party_of(row)):
                return as_known(connection, row, cases[row.ticket_id], mails[place].named)
        return None

    def facts(place: int) -> Facts:
        mail, row = mails[place], about[place]
        found = tuple(ties(place))
        survey = answered(place)
        returned = as_returned(row, cases) if row is not None else None
        until = held_back.get(mail.sender)
        proven = next((tie for tie in found if tie.by == "tag"), None)
        # A reply belongs to the desk of its case, whichever mailbox it came to.
        own = survey.case if survey else proven.case if proven else returned
        key = own.desk if own else mail.desk.key
        desk = grounds.desks.get(key, mail.desk)
        known_facts = Facts(
            letter=mail.letter,
            desk=desk,
            received=mail.received,
            machine=machine_reason(mail.letter, own_addresses=grounds.own_addresses, own_list_ids=desk.list_ids),
            authenticity=judge_sender(mail.letter, desk.authserv_id),
            correspondent=(desk.key, mail.sender) in known,
            ties=found,
            whole_size=mail.whole_size,
            own_mail=bool(tags_in_message_ids((mail.letter.message_id,), grounds.hostname)),
            personal=_personal_in(tags[place], doors, grounds, desk),
            returned=returned,
            survey=survey,
            suppressed=until if until is not None and until > mail.received else None,
        )
        # Only of the case that the mail is believed to be about may anything be told.
        tie = believed_tie(known_facts)
        desk = in_terms(desk, _concerned(known_facts))
        case = tie.case if tie else None
        asks = case is not None and request_in(mail.letter, desk) == "status"
        listed = lists_cases(known_facts)
        return replace(
            known_facts,
            desk=desk,
            scene=set_scene(connection, desk, mail.mail_id, mail.letter, mail.received, case, others, grounds.keys),
            entries=conversation(connection, desk, case.ticket_id) if case and asks else (),
            our_cases=our_cases(connection, desk, *listed) if listed else None,
            passed_on=_passed_on(connection, case, mail.received) if case and case.partners else 0,
        )

    return [facts(place) for place in range(len(mails))]


def _passed_on(connection: Connection, case: KnownCase, received: datetime) -> int:
    """How many letters the case's partners were sent within the hour that told what customers wrote."""
    of_case = (OUTGOING.c.ticket_id == case.ticket_id, OUTGOING.c.cause.startswith(PASSED_ON))
    query = select(func.count()).where(*of_case, OUTGOING.c.created > received - timedelta(hours=1))
    return connection.execute(query).scalar() or 0


def _concerned(facts: Facts) -> str:
    """Key of the customer whom a mail concerns, on whose terms it is decided upon; empty for none.

    That of the case that it goes on with, whoever writes; the sender's own where it opens one or asks for a list.
    """
    listed = lists_cases(facts)
    if listed is not None:
        return listed[0].key
    about = facts.survey.case if facts.survey else goes_on(facts)
    if about is not None:
        return about.facts.customer
    customer, _ = facts.belongs
    return customer.key if customer else ""


def layers(mails: Sequence[Read]) -> Iterator[list[Read]]:
    """The mails in groups such that none answers another of its group: an answer is decided upon after its question.

    Mails that answer one another in a circle come together, last.
    """
    waiting = list(mails)
    while waiting:
        ids = {mail.letter.message_id for mail in waiting}
        ready = [mail for mail in waiting if not (ids - {mail.letter.message_id}).intersection(mail.named)] or waiting
        yield ready
        taken = {mail.mail_id for mail in ready}
        waiting = [mail for mail in waiting if mail.mail_id not in taken]


def _tags(mail: Read, hostname: str) -> tuple[str, ...]:
    in_addresses = filter(None, map(tag_in_address, return_addresses(mail.letter)))
    named = (*mail.named, *returned_ids(mail.letter))
    found = (*in_addresses, *_key_commands(mail), *tags_in_message_ids(named, hostname))
    return tuple(dict.fromkeys(found))[:_MOST_TAGS]


def _trace(mail: Read, tags: tuple[str, ...], hostname: str) -> Trace:
    ours = (one.lower() for one in returned_ids(mail.letter) if tags_in_message_ids((one,), hostname))
    return Trace(tags, tuple(dict.fromkeys(ours))[:_MOST_TAGS])


def _key_commands(mail: Read) -> Iterator[str]:
    """The personal tags that an agent has written out (`#key`), for desks that have no tags in addresses."""
    agent = agent_of(mail.desk, mail.sender)
    if "#" in mail.letter.own_words and agent is not None:
        for command in orders_of(agent, mail.desk, mail.letter).commands:
            tag = command.argument.strip().lower()
            if command.name == "key" and handle_in(tag):
                yield tag


def _personal(connection: Connection, handles: set[str]) -> dict[str, tuple[str, str, int]]:
    """By handle: desk, agent's address and version of the personal address it stands for; only the latest version."""
    handles -= {""}
    if not handles:
        return {}
    door, later = PERSONAL_ADDRESS, PERSONAL_ADDRESS.alias()
    replaced = (
        select(later.c.id)
        .where(later.c.desk == door.c.desk, later.c.address == door.c.address, later.c.version > door.c.version)
        .exists()
    )
    query = select(door.c.handle, door.c.desk, door.c.address, door.c.version).where(
        door.c.handle.in_(handles), ~replaced
    )
    return {handle: (desk, address, version) for handle, desk, address, version in connection.execute(query)}


def _personal_in(tags: tuple[str, ...], doors: Mapping[str, tuple[str, str, int]], grounds: Grounds, desk: Desk) -> str:
    """The agent's address for which a genuine personal tag of this desk was made; empty where there is none."""
    for tag in tags:
        key, address, version = doors.get(handle_in(tag) or "", ("", "", 0))
        if key == desk.key and is_genuine(grounds.keys, tag, personal_party(desk, address, version)):
            return address
    return ""


def _parties(connection: Connection, handles: set[str]) -> dict[str, tuple[int, Party]]:
    """By handle: the ticket's id, and whom the handle stands for."""
    if not handles:
        return {}
    query = (
        select(
            PARTICIPANT.c.handle, PARTICIPANT.c.ticket_id, TICKET.c.number, PARTICIPANT.c.address, PARTICIPANT.c.role
        )
        .join(TICKET, TICKET.c.id == PARTICIPANT.c.ticket_id)
        .where(PARTICIPANT.c.handle.in_(handles))
    )
    rows = connection.execute(query)
    return {handle: (ticket_id, Party(*party)) for handle, ticket_id, *party in rows}


def _ids_by_number(connection: Connection, numbers: set[str]) -> dict[str, int]:
    if not numbers:
        return {}
    query = select(TICKET.c.number, TICKET.c.id).where(TICKET.c.number.in_(numbers))
    return {row.number: row.id for row in connection.execute(query)}


def _ids_by_reference(connection: Connection, message_ids: set[str]) -> dict[str, list[int]]:
    """By Message-ID of a mail that is on a case: the cases, oldest first; there may be several, within bounds."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if message_ids:
        for reference, ticket_id in connection.execute(_BY_REFERENCE, {"wanted": list(message_ids)}):
            found[reference].append(ticket_id)
    return defaultdict(list, {reference: ids[-_MOST_OF_ONE_ID:] for reference, ids in found.items()})


def _correspondents(connection: Connection, mails: Sequence[Read]) -> frozenset[tuple[str, str]]:
    """Which of the senders have answered their desk with a valid tag before."""
    senders = {mail.sender for mail in mails} - {""}
    if not senders:
        return frozenset()
    return frozenset(tuple(row) for row in connection.execute(_CORRESPONDENTS, {"wanted": list(senders)}))


# Built once: building a query costs as much as running it, and these are run for each round of a batch.
_WANTED: BindParameter[str] = bindparam("wanted", expanding=True)
_BY_REFERENCE = (
    select(MESSAGE.c.reference, MESSAGE.c.ticket_id).where(MESSAGE.c.reference.in_(_WANTED)).order_by(MESSAGE.c.id)
)
_CORRESPONDENTS = select(CORRESPONDENT.c.desk, CORRESPONDENT.c.address).where(CORRESPONDENT.c.address.in_(_WANTED))
