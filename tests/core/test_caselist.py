"""Which open cases an agent's list holds."""

from __future__ import annotations

import pytest

from mailbot.core.agenttellings import ListedCase
from mailbot.core.caselist import MOST_LISTED, case_list
from mailbot.core.refused import Refused
from tests.core.deskwork import AGNES, DESK, NOW, TUVA


def _case(number: str, queue: str = "sales", assignee: str = "", *, late: bool = False) -> ListedCase:
    return ListedCase(number, "Hej", "Anna", "normal", queue, "open", assignee, NOW, begun=False, late=late)


CASES = (
    _case("1", late=True), _case("2", "transport"), _case("3", assignee=TUVA.name), _case("4", "transport", AGNES.name),
    _case("5", "transport", TUVA.name, late=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("which", "kind", "queue", "numbers"),
    [
        ("", "all", "", "12345"),
        ("queue", "all", "", "12345"),
        ("kö", "all", "", "12345"),
        ("mine", "mine", "", "4"),
        ("Mina", "mine", "", "4"),
        ("late", "late", "", "15"),
        ("försenade", "late", "", "15"),
        ("transport", "queue", "transport", "245"),
        ("Försäljning", "queue", "sales", "13"),
        ("kö transport", "queue", "transport", "245"),
        ("queue sales", "queue", "sales", "13"),
    ],
)
def test_a_list_holds_what_was_asked_for(which: str, kind: str, queue: str, numbers: str) -> None:
    """By a word in any of the languages, or a queue; in the order given, which is by promise."""
    found = case_list(DESK, AGNES, CASES, which)
    assert (found.which, found.queue) == (kind, queue)
    assert "".join(one.number for one in found.cases) == numbers


@pytest.mark.parametrize(
    ("which", "numbers"), [("", "2345"), ("mine", "35"), ("late", "5"), ("sales", "3"), ("transport", "245")]
)
def test_an_agent_sees_the_queues_they_serve_and_what_they_have_taken(which: str, numbers: str) -> None:
    """Nothing of another queue but what is theirs."""
    assert "".join(one.number for one in case_list(DESK, TUVA, CASES, which).cases) == numbers


def test_a_list_that_nobody_knows_is_refused_with_the_choices() -> None:
    """In the agent's own words."""
    with pytest.raises(Refused) as refused:
        case_list(DESK, AGNES, CASES, "Everything")
    assert refused.value.note.about == ("Everything", "mine, late, sales, transport")


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    """Letters have bounds."""
    found = case_list(DESK, AGNES, tuple(_case(str(number)) for number in range(MOST_LISTED + 3)), "")
    assert (len(found.cases), found.left_out) == (MOST_LISTED, 3)
