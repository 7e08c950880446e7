"""The list of an organisation's cases: which mail asks for it, and who may have it (V14, S2, C7)."""

from __future__ import annotations

from datetime import date

from mailbot.core.customer import Contact, Customer
from mailbot.core.letter import Letter
from mailbot.core.requests import plain_request
from mailbot.core.requestwords import HEADINGS

MOST_LISTED = 100
"""Cases that one list tells one by one."""


def asks_for_cases(letter: Letter, names: tuple[str, ...]) -> bool:
    """Whether a mail asks for the list of one's cases and says and brings nothing else; `names` as in `plain_request`.

    In its words, or in its subject with at most a greeting below. Of an answer only the new words count, for its
    subject is that of what it answers; of any other mail everything does, and a picture in it is more than nothing.
    """
    if letter.in_reply_to or letter.references:
        files = any(not part.inline for part in letter.attachments)
        return not files and plain_request(letter.own_words, names) == "cases"
    heading = " ".join(letter.subject.casefold().rstrip(" ?!.:").split())
    words = letter.text if heading in HEADINGS else f"{letter.subject}\n{letter.text}"
    return not letter.attachments and plain_request(words, names) == "cases"


def sees_cases(customer: Customer, contact: Contact, day: date) -> bool:
    """Whether a contact may see all of the customer's cases on a local day: by an agreement in force.

    Also at a desk that helps customers without one, for it is the agreement that grants this.
    """
    return contact.sees_cases and customer.agreement_on(day) == "in-force"
