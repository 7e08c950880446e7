"""What is believed of a mail: who wrote it, which case it belongs to, and whether its sender is answered."""

from __future__ import annotations

from mailbot.core.audience import agent_of
from mailbot.core.facts import Facts
from mailbot.core.knowncase import Tie
from mailbot.core.letter import Letter
from mailbot.core.machine import Reason
from mailbot.core.note import Note

_PROOFS = frozenset({"server-pass", "answered-before", "own-tag", "in-customer-file", "by-agent"})
"""Kinds of notes that verify a sender; the other standings are unproven, forged and unreadable-sender."""
_BY_PEOPLE = frozenset({"response-suppressed", "automatic-text", "bounced"})
"""Reasons for silence towards a person (Q5, Q26), who may also ask in words for no answer."""


def believed_tie(facts: Facts) -> Tie | None:
    """What attaches the mail to its case; None where nothing that is believed does."""
    return next((tie for tie in facts.ties if believes(facts, tie)), None)


def believes(facts: Facts, tie: Tie) -> bool:
    """Whether a tie attaches the mail to its case.

    A genuine tag does, whoever uses it. Anything a stranger could know attaches only mail of somebody who takes part
    already, or of an agent whom a personal tag proves, and whom nothing calls forged (T1).
    """
    if tie.by == "tag":
        return True
    if facts.authenticity == "fail":
        return False
    takes_part = facts.sender in tie.case.participants | tie.case.agents
    return takes_part or (tie.by == "case-number" and bool(facts.personal) and _writes_as(facts, facts.personal))


def proof_of(facts: Facts) -> Note:
    """What shows, or fails to show, that the mail is from the person in its From header.

    The mail server's word "fail" unmakes everything; else its pass, an earlier answer with a tag, the sender's own tag
    in this mail, or being a customer's named contact verify.
    """
    if facts.letter.sender is None:
        return unreadable(facts.letter)
    if facts.authenticity == "fail":
        return Note("forged")
    if facts.authenticity == "pass":
        return Note("server-pass")
    if facts.correspondent:
        return Note("answered-before")
    if any(tie.by == "tag" and tie.address == facts.sender for tie in facts.ties):
        return Note("own-tag")
    _, contact = facts.belongs
    return Note("unproven" if contact is None else "in-customer-file")


def held_back(facts: Facts) -> Reason | None:
    """Why a sender gets no automatic letter although a person wrote: letters to them have come back lately (Q26).

    Who uses the tag of a letter to themselves has got that letter.
    """
    if facts.suppressed is None:
        return None
    arrived = any(tie.by == "tag" and tie.address == facts.sender for tie in facts.ties)
    if arrived and facts.authenticity != "fail":
        return None
    return Reason(
        "bounced", f"letters to this address came back, so automatic ones wait until {facts.suppressed:%Y-%m-%d}"
    )


def is_proof(note: Note) -> bool:
    """Whether a sender with that standing is verified."""
    return note.kind in _PROOFS


def is_human(silence: Reason | None) -> bool:
    """Whether a person wrote a mail that gets no automatic answer for this reason, or gets one."""
    return silence is None or silence.rule in _BY_PEOPLE


def _writes_as(facts: Facts, personal: str) -> bool:
    """Whether the sender is the agent for whom the personal tag was made."""
    agent = agent_of(facts.desk, facts.sender)
    return agent is not None and personal in agent.addresses


def unreadable(letter: Letter) -> Note:
    """That a From header names nobody for certain (T8), with what it says."""
    return Note("unreadable-sender", (repr(letter.claimed_from[:200]),))
