"""What a mail of somebody who takes part does to its case besides being a message of it."""

from __future__ import annotations

from mailbot.core.belief import is_proof
from mailbot.core.decision import Effect
from mailbot.core.desk import Desk
from mailbot.core.facts import Facts
from mailbot.core.knowncase import Tie
from mailbot.core.letter import Letter
from mailbot.core.note import Note
from mailbot.core.requests import Request, begins_with_yes, plain_answer, plain_request
from mailbot.core.standing import Standing

_ORDER_SHOWN = 300
"""Characters of an order that agents are told with its answer."""


def effect_of(facts: Facts, tie: Tie, standing: Standing, proof: Note) -> Effect:
    """What a human's mail does to its case: whoever writes more than a plain request is heard by a person.

    That a case is closed at a customer's word takes proof that it is the customer's: anybody can write a From and quote
    a number, and the case would be lost.
    """
    case = tie.case
    if case.state == "spam":
        return "spam"
    match request_in(facts.letter, facts.desk):
        case "status":
            return "status" if standing.role == "customer" else ""
        case "close" if case.is_open:
            return "close" if standing.role == "customer" and is_proof(proof) else ""
        case "close" | "thanks":
            return "thanks" if case.state in {"closed", "declined"} else ""
    if case.state == "closed":
        return "reopen"
    if case.state == "declined":
        return "ask-again"
    return "resume" if case.state == "waiting" else ""


def answer_to_order(facts: Facts, tie: Tie, standing: Standing, proof: Note) -> tuple[Effect, Note] | None:
    """What a person's plain yes or no to an order (S12) does, and what agents are told; None where it is none.

    It may cost money, so it counts only from who takes part and whom the mail server or the tag of our own letter to
    them proves, whatever is known of the address; any other changes nothing.
    """
    case, letter, desk = tie.case, facts.letter, facts.desk
    if case.order_answer != "asked" or not case.is_open or any(not part.inline for part in letter.attachments):
        return None
    answer = plain_answer(letter.own_words, known_names(letter, desk), desk.written_in)
    if answer is None:
        return None
    own_tag = tie.by == "tag" and tie.address == facts.sender
    if standing.role != "customer" or not is_proof(proof) or not (own_tag or facts.authenticity == "pass"):
        return "", Note("order-unproven")
    told = _shown(case.order_text)
    return ("ordered", Note("ordered", (told,))) if answer == "yes" else ("not-ordered", Note("not-ordered", (told,)))


def half_an_answer(facts: Facts, tie: Tie) -> Note | None:
    """What agents are told of a mail that says yes to an order and then more, such as a condition, or brings a file.

    None for any other. A person has to say whether that is a yes.
    """
    case, letter, desk = tie.case, facts.letter, facts.desk
    if case.order_answer != "asked" or not case.is_open:
        return None
    if not begins_with_yes(letter.own_words, known_names(letter, desk), desk.written_in):
        return None
    return Note("order-half", (_shown(case.order_text),))


def _shown(order: str) -> str:
    return " ".join(order.split())[:_ORDER_SHOWN]


def request_in(letter: Letter, desk: Desk) -> Request | None:
    """What a customer's mail asks for about its case, if it says and brings nothing else."""
    if any(not part.inline for part in letter.attachments):
        return None
    asked = plain_request(letter.own_words, known_names(letter, desk))
    return None if asked == "cases" else asked


def known_names(letter: Letter, desk: Desk) -> tuple[str, ...]:
    """Names that may stand in a plain request: the agents' and the sender's."""
    return (*(agent.name for agent in desk.agents), *((letter.sender.name,) if letter.sender else ()))
