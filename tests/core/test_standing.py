"""Who is believed, as a truth table: From × the mail server's word × tag × role (T1 to T9, issue: trust)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from mailbot.core.authenticity import Authenticity
from mailbot.core.calendar import Target
from mailbot.core.casefacts import CaseFacts
from mailbot.core.desk import Agent, Desk, Partner, Priority
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.promise import make_promise
from mailbot.core.standing import judge_standing
from tests.core.samples import OFFICE, hours

ANNA, BO, STRANGER = "anna@customer.example", "bo@customer.example", "eve@elsewhere.example"
AGNES, OLLE, PX = "agnes@agents.example", "olle@agents.example", "case@px.example"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def _desk(authserv_id: str) -> Desk:
    agents = (Agent("Agnes", (AGNES, "agnes.private@agents.example")), Agent("Olle", (OLLE,)))
    words = {"sv": "x"}
    return Desk(
        key="d", name="Desk", addresses=("support@desk.example",), languages=("sv",), prefix="DE", calendar=OFFICE,
        priorities=(Priority("normal", words, words, (Target(hours(4)),)),), default_priority="normal",
        agents=agents, partners=(Partner("PX", (PX,)),), authserv_id=authserv_id,
    )  # fmt: skip


def _tie(by: str, address: str = "", role: str = "") -> Tie:
    promise = make_promise(_desk(""), "normal", MORNING)
    facts = CaseFacts("DE-000013", "normal", promise, "", ANNA, "Hej", verified=False, received=MORNING)
    case = KnownCase(7, "d", facts, frozenset({ANNA, BO}), agents=frozenset({AGNES}))
    return Tie(by, case, address, role)  # type: ignore[arg-type]


TAGS: dict[str, Tie | None] = {
    "none": None,
    "number": _tie("case-number"),
    "anna's": _tie("tag", ANNA, "customer"),
    "agnes's": _tie("tag", AGNES, "agent"),
    "olle's": _tie("tag", OLLE, "agent"),
    "px's": _tie("tag", PX, "partner"),
}

BELIEVED: dict[tuple[str, str, Authenticity, str], str] = {
    # (From, tag, the server's word, whether the desk names its server): the role. All others are "other", or, from an
    # agent's address, "unproven-agent".
    (AGNES, "agnes's", "none", "unnamed"): "agent",
    (AGNES, "agnes's", "pass", "named"): "agent",
    (OLLE, "olle's", "none", "unnamed"): "agent",
    (OLLE, "olle's", "pass", "named"): "agent",
    (PX, "px's", "none", "unnamed"): "partner",
    (PX, "px's", "none", "named"): "partner",
    (PX, "px's", "pass", "named"): "partner",
    **{
        (who, tag, word, server): "customer"
        for who, tag in product((ANNA, BO), ("number", "anna's", "agnes's", "olle's", "px's"))
        for word, server in (("none", "unnamed"), ("none", "named"), ("pass", "named"))
    },
}  # fmt: skip
SENDERS = (ANNA, BO, STRANGER, AGNES, OLLE, PX, "")
WORDS: tuple[tuple[Authenticity, str], ...] = (
    ("none", "unnamed"), ("none", "named"), ("pass", "named"), ("fail", "named"),
)  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize(("word", "server"), WORDS)
def test_the_truth_table(sender: str, tag: str, word: Authenticity, server: str) -> None:
    """Only an agent's own address with that agent's own tag, and the named server's pass, acts as an agent (T3, T6)."""
    desk = _desk("mx.desk.example" if server == "named" else "")
    standing = judge_standing(desk, sender, word, TAGS[tag])
    claims_agent = sender in {AGNES, OLLE}
    expected = BELIEVED.get((sender, tag, word, server), "unproven-agent" if claims_agent else "other")
    assert standing.role == expected
    assert (standing.why is not None) == (expected == "unproven-agent")
    assert (standing.agent is not None) == claims_agent


@pytest.mark.parametrize(
    ("tag", "personal", "word", "why"),
    [
        (None, "", "none", "no-tag"),
        ("number", "", "pass", "no-tag"),
        ("anna's", "", "pass", "foreign-tag"),
        ("olle's", "", "pass", "foreign-tag"),
        (None, OLLE, "pass", "foreign-tag"),
        ("agnes's", "", "none", "server-silent"),
        ("agnes's", "", "fail", "forged"),
        (None, AGNES, "none", "server-silent"),
        (None, AGNES, "pass", ""),
        ("agnes's", "", "pass", ""),
    ],
)
def test_why_an_agent_is_not_believed(tag: str | None, personal: str, word: Authenticity, why: str) -> None:
    """Each missing or wrong proof has a reason of its own, to be told to the agent."""
    standing = judge_standing(_desk("mx"), AGNES, word, TAGS[tag or "none"], personal=personal)
    assert (standing.why.kind if standing.why else "") == why


def test_an_agents_other_address_is_the_agents_own() -> None:
    """Who has two addresses may answer from either a copy that went to the first."""
    standing = judge_standing(_desk(""), "agnes.private@agents.example", "none", TAGS["agnes's"])
    assert standing.role == "agent"


def test_somebody_who_has_left_the_desk_file_is_no_agent() -> None:
    """A tag outlives its agent's place at the desk, the power does not."""
    desk = replace(_desk(""), agents=())
    assert judge_standing(desk, AGNES, "pass", TAGS["agnes's"]).role == "other"
    assert judge_standing(replace(desk, partners=()), PX, "pass", TAGS["px's"]).role == "other"
