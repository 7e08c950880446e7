"""As what the writer of a mail is believed: agent, partner, customer, or nobody in particular (T1 to T9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbot.core.audience import agent_of
from mailbot.core.authenticity import Authenticity
from mailbot.core.desk import Agent, Desk, Partner
from mailbot.core.knowncase import Tie
from mailbot.core.note import Note


@dataclass(frozen=True, slots=True)
class Standing:
    """As what the writer is believed."""

    role: Literal["agent", "unproven-agent", "partner", "customer", "other"]
    agent: Agent | None = None
    """Who is proven, or only claimed, to write."""
    partner: Partner | None = None
    why: Note | None = None
    """Why an agent is not believed."""


def judge_standing(
    desk: Desk, sender: str, authenticity: Authenticity, tie: Tie | None, *, personal: str = ""
) -> Standing:
    """As what a sender (lower case; empty where the From is ambiguous) is believed.

    `tie` is what attaches the mail to its case, `personal` the address for which a genuine personal tag in it was made.
    An agent's power needs the agent's own address and the agent's own tag; where the desk names its mail server, that
    server's pass too (T6). From alone is never proof.
    """
    if not sender:
        return Standing("other")
    agent = agent_of(desk, sender)
    if agent is not None:
        why = _doubt(desk, agent, authenticity, tie, personal)
        return Standing("unproven-agent", agent, why=why) if why else Standing("agent", agent)
    if authenticity == "fail" or tie is None:
        return Standing("other")
    if tie.by == "tag" and tie.role == "partner":
        partner = next((one for one in desk.partners if sender in one.addresses and tie.address in one.addresses), None)
        if partner is not None and tie.case.removed.isdisjoint(partner.addresses):
            return Standing("partner", partner=partner)
    own_tag = tie.by == "tag" and tie.role == "customer" and tie.address == sender and sender not in tie.case.removed
    return Standing("customer" if own_tag or sender in tie.case.participants else "other")


def _doubt(desk: Desk, agent: Agent, authenticity: Authenticity, tie: Tie | None, personal: str) -> Note | None:
    """Why somebody who writes from an agent's address is not believed to be that agent; None where they are."""
    if authenticity == "fail":
        return Note("forged")
    own_tag = tie is not None and tie.by == "tag" and tie.role == "agent" and tie.address in agent.addresses
    if not own_tag and personal not in agent.addresses:
        foreign = (tie is not None and tie.by == "tag") or bool(personal)
        return Note("foreign-tag" if foreign else "no-tag")
    if desk.authserv_id and authenticity != "pass":
        return Note("server-silent")
    return None
