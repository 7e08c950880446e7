"""Gathers the facts about mails before they are decided upon: the cases they may belong to, and who wrote them.

A batch costs as many queries as one mail does, and a mail that answers nothing and quotes no case number costs none of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.answers import as_known, party_of
from mailbot.conversations import conversation
from mailbot.core.authenticity import judge_sender
from mailbot.core.belief import believed_tie
from mailbot.core.clues import Clues, read_clues
from mailbot.core.customer import Contact, Customer
from mailbot.core.decide import goes_on, lists_cases
from mailbot.core.desk import Desk
from mailbot.core.effect import request_in
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter, read_letter
from mailbot.core.machine import machine_reason
from mailbot.core.parties import personal_party
from mailbot.core.passing import PASSED_ON
from mailbot.core.survey import KnownSurvey
from mailbot.core.tags import Key, handle_in, is_genuine, tags_in_message_ids
from mailbot.core.terms import in_terms
from mailbot.finds import Finds, look_up
from mailbot.office import InForce
from mailbot.ourcases import our_cases
from mailbot.returns import as_returned
from mailbot.scenes import set_scene
from mailbot.tables import OUTGOING


@dataclass(frozen=True, slots=True)
class Read:
    """A stored mail that has been read."""

    mail_id: int
    desk: Desk
    received: datetime
    """UTC."""
    letter: Letter
    clues: Clues
    whole_size: int = 0
    """As in `Facts`."""

    @classmethod
    def of(
        cls, force: InForce, mail_id: int, desk: Desk, received: datetime, raw: bytes, *, whole_size: int = 0
    ) -> Read:
        """Read the bytes of a mail to a desk."""
        letter = read_letter(raw, language=desk.languages[0])
        clues = read_clues(letter, desk, force.prefixes, force.hostname)
        return cls(mail_id, desk, received, letter, clues, whole_size)

    @property
    def sender(self) -> str:
        """The sender's address in lower case, or empty."""
        return self.letter.sender.key if self.letter.sender else ""


def gather(connection: Connection, force: InForce, mails: Sequence[Read]) -> list[Facts]:
    """The facts about each mail, in their order."""
    senders = {mail.sender for mail in mails} - {""}
    finds = look_up(connection, force.keys, [mail.clues for mail in mails], senders)
    facts = []
    for mail, returned in zip(mails, finds.returned, strict=True):
        seen = _seen(connection, force, finds, mail, returned)
        facts.append(_with_its_case(connection, force.keys, finds, mail, seen))
    return facts


def _seen(connection: Connection, force: InForce, finds: Finds, mail: Read, row: Any) -> Facts:
    """What the mail itself and the finds say, before anything of it is believed; `row` as in `Finds.returned`."""
    ties = tuple(_ties(force.keys, finds, mail.clues))
    survey = _survey(connection, force.keys, finds, mail.clues)
    returned = as_returned(row, finds.cases) if row is not None else None
    proven = next((tie for tie in ties if tie.by == "tag"), None)
    # A reply belongs to the desk of its case, whichever mailbox it came to.
    own = survey.case if survey else proven.case if proven else returned
    desk = force.desks.get(own.desk, mail.desk) if own else mail.desk
    until = finds.suppressed.get(mail.sender)
    return Facts(
        letter=mail.letter,
        desk=desk,
        received=mail.received,
        machine=machine_reason(mail.letter, own_addresses=force.own_addresses, own_list_ids=desk.list_ids),
        authenticity=judge_sender(mail.letter, desk.authserv_id),
        correspondent=(desk.key, mail.sender) in finds.correspondents,
        ties=ties,
        whole_size=mail.whole_size,
        own_mail=bool(tags_in_message_ids((mail.letter.message_id,), force.hostname)),
        personal=_personal(force.keys, finds, mail.clues, desk),
        returned=returned,
        survey=survey,
        suppressed=until if until is not None and until > mail.received else None,
        mail_id=mail.mail_id,
    )


def _with_its_case(connection: Connection, keys: tuple[Key, ...], finds: Finds, mail: Read, seen: Facts) -> Facts:
    """What was seen, on the terms of the customer concerned, with what may be asked of the case or done to it.

    Only of the case that the mail is believed to be about may anything be told.
    """
    tie = believed_tie(seen)
    case = tie.case if tie else None
    listed = lists_cases(seen)
    desk = in_terms(seen.desk, _concerned(seen, listed))
    asks = case is not None and request_in(mail.letter, desk) == "status"
    others = {
        number: finds.cases[finds.by_number[number]] for number in mail.clues.commanded if number in finds.by_number
    }
    return replace(
        seen,
        desk=desk,
        scene=set_scene(connection, keys, desk, seen, case, others),
        entries=conversation(connection, desk, case.ticket_id) if case and asks else (),
        our_cases=our_cases(connection, desk, *listed) if listed else None,
        passed_on=_passed_on(connection, case, mail.received) if case and case.partners else 0,
    )


def _ties(keys: tuple[Key, ...], finds: Finds, clues: Clues) -> Iterator[Tie]:
    """What may attach a mail to a case, strongest first."""
    for tag in clues.tags:
        ticket_id, party = finds.parties.get(handle_in(tag) or "", (0, None))
        if party is not None and is_genuine(keys, tag, party):
            yield Tie("tag", finds.cases[ticket_id], party.address, party.role)
    for number in clues.numbers:
        if number in finds.by_number:
            yield Tie("case-number", finds.cases[finds.by_number[number]])
    for message_id in reversed(clues.answered):
        for ticket_id in finds.by_reference.get(message_id, ()):
            yield Tie("earlier-mail", finds.cases[ticket_id])


def _survey(connection: Connection, keys: tuple[Key, ...], finds: Finds, clues: Clues) -> KnownSurvey | None:
    """The survey that a mail answers. Its first genuine tag decides: an answer to another letter may quote a survey."""
    for tag in (*clues.tags, *clues.tokens):
        handle = handle_in(tag) or ""
        _, party = finds.parties.get(handle, (0, None))
        if party is not None and is_genuine(keys, tag, party):
            return None
        row = finds.surveys.get(handle)
        if row is not None and is_genuine(keys, tag, party_of(row)):
            return as_known(connection, row, finds.cases[row.ticket_id], clues.answered)
    return None


def _personal(keys: tuple[Key, ...], finds: Finds, clues: Clues, desk: Desk) -> str:
    """The agent's address for which a genuine personal tag of this desk was made; empty where there is none."""
    for tag in clues.tags:
        key, address, version = finds.personal.get(handle_in(tag) or "", ("", "", 0))
        if key == desk.key and is_genuine(keys, tag, personal_party(desk, address, version)):
            return address
    return ""


def _concerned(facts: Facts, listed: tuple[Customer, Contact] | None) -> str:
    """Key of the customer whom a mail concerns, on whose terms it is decided upon; empty for none.

    That of the case that it goes on with, whoever writes; the sender's own where it opens one, or asks for a list, see
    `lists_cases`.
    """
    if listed is not None:
        return listed[0].key
    about = facts.survey.case if facts.survey else goes_on(facts)
    if about is not None:
        return about.facts.customer
    customer, _ = facts.belongs
    return customer.key if customer else ""


def _passed_on(connection: Connection, case: KnownCase, received: datetime) -> int:
    """How many letters the case's partners were sent within the hour that told what customers wrote."""
    of_case = (OUTGOING.c.ticket_id == case.ticket_id, OUTGOING.c.cause.startswith(PASSED_ON))
    query = select(func.count()).where(*of_case, OUTGOING.c.created > received - timedelta(hours=1))
    return connection.execute(query).scalar() or 0
