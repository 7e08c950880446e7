"""The order in which a batch is decided upon: an answer after its question, the mails on one case one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailbot.core.facts import Facts
from mailbot.gather import Read


def layers(mails: Sequence[Read]) -> Iterator[list[Read]]:
    """The mails in groups such that none answers another of its group: an answer is decided upon after its question.

    Mails that answer one another in a circle come together, last.
    """
    waiting = list(mails)
    while waiting:
        ids = {mail.letter.message_id for mail in waiting}
        ready = [
            mail for mail in waiting if not (ids - {mail.letter.message_id}).intersection(mail.clues.answered)
        ] or waiting
        yield ready
        taken = {mail.mail_id for mail in ready}
        waiting = [mail for mail in waiting if mail.mail_id not in taken]


def first_of_each_case(known: Sequence[Facts]) -> list[Facts]:
    """Of the mails that may belong to a same case only the first, in their order; all of the others."""
    seen: set[int] = set()
    first = []
    for facts in known:
        touched = _touched(facts)
        if not touched & seen:
            first.append(facts)
        seen |= touched
    return first


def _touched(facts: Facts) -> set[int]:
    """Ids of the tickets that a mail may change, or be decided by."""
    touched = {tie.case.ticket_id for tie in facts.ties}
    if facts.scene is not None:  # of two mails that merge two cases crosswise, the second must see what is left
        touched |= {other.ticket_id for other in facts.scene.others.values()}
        touched |= {other.case.ticket_id for other in facts.scene.hanging}
    if facts.returned is not None and facts.returned.case is not None:
        touched.add(facts.returned.case.ticket_id)
    if facts.survey is not None:
        touched.add(facts.survey.case.ticket_id)
    return touched
