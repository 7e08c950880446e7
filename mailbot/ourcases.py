"""An organisation's cases in the tables, and the rows that answer a contact who asks for the list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import Connection, and_, func, select

from mailbot.core.customer import Contact, Customer
from mailbot.core.customertellings import OurCase, OurCases
from mailbot.core.decision import CasesAsked
from mailbot.core.desk import Desk
from mailbot.core.deskletters import answer_with_list
from mailbot.core.facts import Facts
from mailbot.core.ourcases import MOST_LISTED
from mailbot.core.promise import from_json
from mailbot.entries import Clerk
from mailbot.tables import PROMISED, TICKET, MailState, TicketState

_STATES: Final[Mapping[str, Literal["new", "begun", "waiting", "refused"]]] = {
    TicketState.OPEN: "new", TicketState.WAITING: "waiting", TicketState.REFUSED: "refused",
}  # fmt: skip
"""Those that a case is told in, and how."""


def our_cases(connection: Connection, desk: Desk, customer: Customer, contact: Contact) -> OurCases:
    """The cases of the customer at that desk which are not over, by expected start, for the contact."""
    these = (TICKET.c.desk == desk.key, TICKET.c.customer == customer.key, TICKET.c.state.in_(tuple(_STATES)))
    holds = and_(PROMISED.c.ticket_id == TICKET.c.id, PROMISED.c.suspended.is_(None))
    promised = select(PROMISED.c.id).where(holds).exists().label("promised")
    order = (TICKET.c.expected_start.is_(None), TICKET.c.expected_start, TICKET.c.id)
    rows = connection.execute(select(TICKET, promised).where(*these).order_by(*order).limit(MOST_LISTED)).all()
    count = connection.execute(select(func.count()).select_from(TICKET).where(*these)).scalar_one()
    return OurCases(customer.name, contact.name, tuple(map(_our_case, rows)), max(0, count - len(rows)))


def _our_case(row: Any) -> OurCase:
    state = _STATES[row.state]
    if state == "new" and row.started is not None:
        state = "begun"
    name = row.requester_name if row.verified else ""
    return OurCase(
        number=row.number,
        subject=row.subject,
        who=f"{name} <{row.requester}>" if name else row.requester,
        verified=row.verified,
        priority=row.priority,
        state=state,
        received=row.received,
        promise=from_json(json.loads(row.promise)) if state == "new" and row.promised else None,
    )


def answer_cases_asked(clerk: Clerk, facts: Facts, decision: CasesAsked) -> None:
    """Enter the letter with the list, and that the mail was answered by it and is no case.

    Over budget no letter is written: a list that came later would be out of date, and another mail asks for it.
    """
    sender, mail_id = facts.letter.sender, facts.mail_id
    assert sender is not None
    sealed = answer_with_list(clerk.stationery, facts.desk, decision.told, facts.letter, mail_id)
    verdict = clerk.purse.ask(sender.key, sealed.cause, verified=True)
    said = f"the list of the cases of customer {decision.customer}"
    if verdict.what == "go":
        clerk.ledger.post(facts.desk.key, None, (sealed,), mail_id=mail_id)
        reason = f"{said} was asked for, and sent to {sender.key}"
    else:
        reason = f"{said} was asked for by {sender.key} and not sent, {verdict.reason}"
    clerk.ledger.add_events(None, mail_id, [("list", reason)])
    clerk.ledger.end_mail(mail_id, MailState.DONE, "list", reason)
