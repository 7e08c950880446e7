"""Where a new case goes: each condition of a rule, which rule wins, and the matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.desk import Desk, Rule
from mailbot.core.letter import Letter
from mailbot.core.placement import FIELDS, Placement, place, placed, try_rules
from tests.core.servicedesk import ACME, GLOBEX, MATRIX, STRANGER, mail, service_desk


def _desk(*rules: Rule) -> Desk:
    return service_desk(rules=rules)


@pytest.mark.parametrize(
    ("conditions", "letter", "unmet"),
    [
        ({}, mail(), ""),
        ({"to": ("support@*",)}, mail(to="Support@Example.com"), ""),
        ({"to": ("driver@*",)}, mail(), "to"),
        ({"sender": ("*@acme.example",)}, mail(), ""),
        ({"sender": ("*@acme.example",)}, mail(sender=STRANGER), "sender"),
        ({"sender": ("*",)}, mail(sender="a@x.example, b@x.example"), "sender"),
        ({"customers": ("globex", "acme")}, mail(), ""),
        ({"customers": ("globex",)}, mail(), "customers"),
        ({"attributes": ("large", "administers-itself")}, mail(), ""),
        ({"attributes": ("large", "mill")}, mail(), "attributes"),
        ({"agreements": ("basic",)}, mail(), ""),
        ({"agreements": ("extended",)}, mail(), "agreements"),
        ({"files": ("*.log", "*.dmp")}, mail(files={"rapport.pdf": b"x", "KRASCH.DMP": b"x"}), ""),
        ({"files": ("*.log",)}, mail(files={"rapport.pdf": b"x"}), "files"),
        ({"files": ("*",)}, mail(), "files"),
        ({"words": ("står still", "stopp")}, mail("Allt står\nstill!"), ""),
        ({"words": ("stopp",)}, mail(subject="STOPP igen"), ""),
        ({"words": ("stopp",)}, mail("Ett stoppur."), "words"),
        ({"customers": ("acme",), "words": ("stopp",)}, mail(), "words"),
    ],
)
def test_what_a_rule_asks_for(conditions: dict[str, Any], letter: Letter, unmet: str) -> None:
    """Each condition holds or is told as the first that does not; all of a rule's must hold (B4)."""
    (tried,) = try_rules(_desk(Rule("r", queue="r", **conditions)), letter, ACME)
    assert tried.unmet == unmet
    assert tried.sets == (() if unmet else ("queue",))


@pytest.mark.parametrize("condition", ["customers", "attributes", "agreements"])
def test_nobody_s_mail_meets_no_condition_on_customers(condition: str) -> None:
    """Where no customer is known, rules that ask about one do not hold."""
    rule = Rule("r", queue="r", **{condition: ("acme",)})  # type: ignore[arg-type]
    assert try_rules(_desk(rule), mail(), None)[0].unmet == condition


def test_the_first_rule_to_name_a_field_sets_it() -> None:
    """Each field apart, and the placement says which rule set it; one that came too late set nothing."""
    rules = (
        Rule("a", queue="r"), Rule("b", kind="fault", queue="q"), Rule("c", kind="course"), Rule("d", priority="low"),
    )  # fmt: skip
    desk = _desk(*rules)
    assert place(desk, mail(), ACME) == Placement(
        "r", "low", ("a", "b", "d"), "fault", set_by={"queue": "a", "kind": "b", "priority": "d"}
    )
    assert [tried.sets for tried in try_rules(desk, mail(), ACME)] == [("queue",), ("kind",), (), ("priority",)]


def test_without_rules_the_defaults_stand() -> None:
    """The desk's default queue and priority, no kind, and no rule's name."""
    assert place(_desk(), mail(), ACME) == Placement("q", "normal", ())


@pytest.mark.parametrize(
    ("rules", "priority", "by_matrix"),
    [
        ((Rule("i", impact="high"), Rule("u", urgency="high")), "high", True),
        ((Rule("iu", impact="low", urgency="low"),), "low", True),
        ((Rule("i", impact="high"),), "normal", False),
        ((Rule("u", urgency="high"),), "normal", False),
        ((Rule("iu", impact="high", urgency="high"), Rule("p", priority="low")), "low", False),
    ],
)
def test_impact_and_urgency_make_a_priority(rules: tuple[Rule, ...], priority: str, by_matrix: bool) -> None:
    """Where both are set, and no rule names a priority itself (C3)."""
    found = place(_desk(*rules), mail(), ACME)
    assert (found.priority, found.by_matrix) == (priority, by_matrix)


def test_without_a_matrix_impact_and_urgency_make_nothing() -> None:
    """The default priority stands."""
    desk = replace(_desk(Rule("iu", impact="high", urgency="high")), matrix=None)
    assert place(desk, mail(), ACME).priority == "normal"


_NAMES = {"queue": ("q", "r"), "priority": ("normal", "high", "low"), "kind": ("fault", "course")}
_RULES = st.lists(
    st.fixed_dictionaries(
        {
            **{name: st.one_of(st.none(), st.sampled_from(keys)) for name, keys in _NAMES.items()},
            "impact": st.one_of(st.none(), st.sampled_from(MATRIX.impacts)),
            "urgency": st.one_of(st.none(), st.sampled_from(MATRIX.urgencies)),
            "customers": st.sampled_from(((), ("acme",), ("globex",))),
        }
    ),
    max_size=6,
)


@given(_RULES)
def test_every_field_is_the_first_that_holds(drawn: list[dict[str, Any]]) -> None:
    """Whatever the rules: each field has the value of the first rule that holds and names it, and says whose it is."""
    desk = _desk(*(Rule(f"r{number}", **values) for number, values in enumerate(drawn)))
    found = place(desk, mail(), GLOBEX)
    holding = [rule for rule in desk.rules if rule.customers in {(), ("globex",)}]
    defaults = {"queue": "q", "priority": "normal", "kind": "", "impact": "", "urgency": ""}
    for name in FIELDS:
        first = next((rule for rule in holding if getattr(rule, name) is not None), None)
        assert found.set_by.get(name) == (first.name if first else None)
        if not (name == "priority" and found.by_matrix):
            assert getattr(found, name) == (getattr(first, name) if first else defaults[name])
    assert found.rules == tuple(rule.name for rule in desk.rules if rule.name in found.set_by.values())
    assert found == placed(desk, try_rules(desk, mail(), GLOBEX))
    if found.by_matrix:
        assert found.priority == MATRIX.priorities[(found.impact, found.urgency)]
