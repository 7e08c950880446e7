"""Desk files: the keys by which cases are worked on by mail, and what is said when they are wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.desk import Desk, Partner
from mailbot.files.deskfile import load_desk
from tests.shell.deskfiles import FULL, GOOD, problems, write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The desk that FULL describes."""
    return load_desk(write(tmp_path, FULL))


def test_agents_have_a_language_and_a_morning_list(desk: Desk) -> None:
    """Language by its code and the list's time as a minute of the day; without them none."""
    anna, bo, *_ = desk.agents
    assert (anna.language, anna.morning_list) == ("en", 450)
    assert (bo.language, bo.morning_list) == ("", None)


def test_partners_are_read(desk: Desk) -> None:
    """Addresses in lower case, the contact in each language; nothing of a partner's goes to customers unless said."""
    eva, other = desk.partners
    assert eva == Partner(
        "Eva Consult",
        ("eva@partner.example", "eva.c@partner.example"),
        answers_customers=True,
        contact={"sv": "Ring Eva.", "en": "Call Eva."},
    )
    assert other == Partner("Other Ltd", ("other@partner.example",), answers_customers=False, contact={})


def test_the_matrix_has_every_pair(desk: Desk) -> None:
    """Rows are impacts, what stands in them urgencies, whichever way TOML writes them (C3)."""
    assert desk.matrix is not None
    assert (desk.matrix.impacts, desk.matrix.urgencies) == (("high", "low"), ("today", "soon", "later"))
    assert dict(desk.matrix.priorities) == {
        ("high", "today"): "urgent",
        ("high", "soon"): "urgent",
        ("high", "later"): "normal",
        ("low", "today"): "urgent",
        ("low", "soon"): "normal",
        ("low", "later"): "normal",
    }


def test_how_cases_are_worked_on(desk: Desk) -> None:
    """Kinds, the name over an agent's words, the moment for reconsidering, and the days are as given."""
    assert [(kind.key, dict(kind.name)) for kind in desk.kinds] == [
        ("question", {"sv": "Question", "en": "Question"}),
        ("change-request", {"sv": "Ändring", "en": "Change"}),
    ]
    assert desk.agent_from == "{agent}, {desk}"
    assert desk.reconsider == timedelta(minutes=5)
    assert (desk.reopen_days, desk.suppress_days) == (14, 0)


def test_a_desk_needs_none_of_it(tmp_path: Path) -> None:
    """Without these keys a desk has no partners, kinds and matrix, and the defaults that the README tells."""
    desk = load_desk(write(tmp_path, GOOD))
    assert (desk.partners, desk.kinds, desk.matrix) == ((), (), None)
    assert (desk.agent_from, desk.reconsider) == ("{agent} ({desk})", timedelta(minutes=2))
    assert (desk.reopen_days, desk.suppress_days) == (30, 7)


@pytest.mark.parametrize(
    ("old", "new", "attribute", "expected"),
    [
        ('"07:30"', '"00:00"', "morning_list", 0),
        ('"07:30"', '"23:59"', "morning_list", 1439),
        ('language = "en"', 'language = "sk"', "language", "sk"),
    ],
)
def test_good_values_of_an_agent(tmp_path: Path, old: str, new: str, attribute: str, expected: Any) -> None:
    """Any minute of a day, and any language of the letters, whether or not the desk writes it."""
    assert getattr(load_desk(write(tmp_path, FULL.replace(old, new))).agents[0], attribute) == expected


@pytest.mark.parametrize(
    ("old", "new", "attribute", "expected"),
    [
        ('"{agent}, {desk}"', '"{agent}"', "agent_from", "{agent}"),
        ('"{agent}, {desk}"', '"{desk}"', "agent_from", "{desk}"),
        ('"{agent}, {desk}"', '" {desk}: {agent} / {agent} "', "agent_from", "{desk}: {agent} / {agent}"),
        ('"5m"', '"0"', "reconsider", timedelta(0)),
        ('"5m"', '"1h"', "reconsider", timedelta(hours=1)),
        ("= 14", "= 0", "reopen_days", 0),
        ("= 14", "= 3650", "reopen_days", 3650),
        ("days = 0", "days = 3650", "suppress_days", 3650),
    ],
)
def test_good_values_of_a_desk(tmp_path: Path, old: str, new: str, attribute: str, expected: Any) -> None:
    """The ends of each range, and every way to use the blanks."""
    assert getattr(load_desk(write(tmp_path, FULL.replace(old, new, 1))), attribute) == expected


LANGUAGE = "Input should be 'sv', 'da', 'sk' or 'en'"
BLANKS = 'expected a name such as "{agent} ({desk})", with one of these two blanks and no other, got'
KEY = "String should match pattern '^[a-z0-9][a-z0-9-]{0,30}$'"
NOT_A_TABLE = "Input should be a valid dictionary or instance of KindForm (got 'Question')"
LENGTH = 'expected a length such as "2h", "30m", "1h30m" or "0", at most 1000h, got'


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        # agents
        ('language = "en"', 'language = "no"', 62, "agents.0.language", f"{LANGUAGE} (got 'no')"),
        ('"07:30"', '"7:30"', 63, "agents.0.morning_list", "expected a time of day such as \"07:30\", got '7:30'"),
        ('"07:30"', '"24:00"', 63, "agents.0.morning_list", "expected a time of day such as \"07:30\", got '24:00'"),
        ('"07:30"', '"07:60"', 63, "agents.0.morning_list", "expected a time of day such as \"07:30\", got '07:60'"),
        ('"07:30"', "730", 63, "agents.0.morning_list", 'expected a time of day such as "07:30", got 730'),
        (
            '"bo@desk.example"', '"ANNA@desk.example"', 67, "agents.1.addresses",
            "anna@desk.example belongs to the agent Anna too",
        ),
        (
            '"bo@desk.example"', '"help@example.com"', 67, "agents.1.addresses",
            "help@example.com is the desk's own address: its letters would come back to it",
        ),
        (
            '"bo@desk.example"', '"help+bo@example.com"', 67, "agents.1.addresses",
            "help+bo@example.com is the desk's own address: its letters would come back to it",
        ),
        (
            '"bo@desk.example"', '"bo@desk.example", "Bo@desk.example"', 67, "agents.1.addresses.1",
            "bo@desk.example stands there twice",
        ),
        ('name = "Bo"', 'name = "ANNA"', 66, "agents.1.name", "another agent is called ANNA too"),
        ('name = "Bo"', 'name = " anna "', 66, "agents.1.name", "another agent is called anna too"),
        # partners
        ('name = "Other Ltd"', 'name = "Other Ltd"\nphone = "1"', 96, "partners.1.phone", "is no known key"),
        ('name = "Other Ltd"', 'name = "eva  consult"', 95, "partners.1.name",
         "another partner is called eva  consult too"),
        ('addresses = ["other@partner.example"]', "", 94, "partners.1.addresses", "is missing"),
        (
            '["other@partner.example"]', "[]", 96, "partners.1.addresses",
            "List should have at least 1 item after validation, not 0 (got [])",
        ),
        (
            '"other@partner.example"', '"other"', 96, "partners.1.addresses.0",
            "expected a mail address, got 'other'",
        ),
        (
            '"other@partner.example"', '"bo@desk.example"', 96, "partners.1.addresses",
            "bo@desk.example belongs to the agent Bo too",
        ),
        (
            '"other@partner.example"', '"eva@partner.example"', 96, "partners.1.addresses",
            "eva@partner.example belongs to the partner Eva Consult too",
        ),
        (
            '"other@partner.example"', '"support@example.com"', 96, "partners.1.addresses",
            "support@example.com is the desk's own address: its letters would come back to it",
        ),
        (
            "answers_customers = true", 'answers_customers = "yes"', 91, "partners.0.answers_customers",
            "Input should be a valid boolean (got 'yes')",
        ),
        (
            ', en = "Call Eva."', "", 92, "partners.0.contact",
            'has no text in "en", which is a language of the desk',
        ),
        (
            'en = "Call Eva."', 'en = ""', 92, "partners.0.contact.en",
            "String should have at least 1 character (got '')",
        ),
        (
            ', en = "Call Eva."', ', en = "Call Eva.", da = "Ring"', 92, "partners.0.contact.da",
            "is none of the desk's languages, sv, en",
        ),
        # kinds
        ('name = "Question"', 'note = "-"', 5, "kinds.question.name", "is missing"),
        ("change-request =", '"change request" =', 5, "kinds.change request", f"{KEY} (got 'change request')"),
        ('{ name = "Question" }', '"Question"', 5, "kinds.question", NOT_A_TABLE),
        (', en = "Change"', "", 5, "kinds.change-request.name",
         'has no text in "en", which is a language of the desk'),
        # matrix
        ('["high", "low"]', '["high", "low", "high"]', 99, "matrix.impacts.2", "high stands there twice"),
        ('"soon", "later"]', '"soon", "later", "soon"]', 100, "matrix.urgencies.3", "soon stands there twice"),
        ('impacts = ["high", "low"]', "", 98, "matrix.impacts", "is missing"),
        ('["high", "low"]', '["High", "low"]', 99, "matrix.impacts.0", f"{KEY} (got 'High')"),
        (
            '["high", "low"]', '["high", "low", "none"]', 102, "matrix.priority.none",
            "is missing: expected a priority for each of today, soon, later",
        ),
        ('["high", "low"]', '["low"]', 103, "matrix.priority.high", "is none of the impacts, low"),
        ('low.soon = "normal"\n', "", 102, "matrix.priority.low.soon", "is missing: expected the key of a priority"),
        ("low.soon", "low.sooner = 'normal'\nlow.soon", 105, "matrix.priority.low.sooner",
         "is none of the urgencies, today, soon, later"),
        (
            'soon = "urgent"', 'soon = "urgnt"', 103, "matrix.priority.high.soon",
            "there is no priority 'urgnt': expected one of normal, urgent",
        ),
        ('soon = "urgent"', "soon = 1", 103, "matrix.priority.high.soon", "Input should be a valid string (got 1)"),
        # the rest
        ('"{agent}, {desk}"', '""', 1, "agent_from", f"{BLANKS} ''"),
        ('"{agent}, {desk}"', '"The desk"', 1, "agent_from", f"{BLANKS} 'The desk'"),
        ('"{agent}, {desk}"', '"{agent} {customer}"', 1, "agent_from", f"{BLANKS} '{{agent}} {{customer}}'"),
        ('"{agent}, {desk}"', '"{agent} {desk"', 1, "agent_from", f"{BLANKS} '{{agent}} {{desk'"),
        ('"{agent}, {desk}"', '"{ag{desk}ent}"', 1, "agent_from", f"{BLANKS} '{{ag{{desk}}ent}}'"),
        ('"{agent}, {desk}"', '"{agent!r}"', 1, "agent_from", f"{BLANKS} '{{agent!r}}'"),
        ('"{agent}, {desk}"', '"{agent}\\nBcc: x"', 1, "agent_from", f"{BLANKS} '{{agent}}\\nBcc: x'"),
        ('"5m"', '"61m"', 2, "reconsider", "expected at most 1h, for every answer to a customer waits so long"),
        ('"5m"', "5", 2, "reconsider", f"{LENGTH} 5"),
        ('"5m"', '"-5m"', 2, "reconsider", f"{LENGTH} '-5m'"),
        ("= 14", "= -1", 3, "reopen_days", "Input should be greater than or equal to 0 (got -1)"),
        ("= 14", '= "14"', 3, "reopen_days", "Input should be a valid integer (got '14')"),
        ("= 14", "= true", 3, "reopen_days", "Input should be a valid integer (got True)"),
        ("days = 0", "days = 3651", 4, "suppress_days", "Input should be less than or equal to 3650 (got 3651)"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, key: str, message: str
) -> None:
    """One wrong value gives one problem: line, key, and what was expected."""
    assert old in FULL
    found = problems(write(tmp_path, FULL.replace(old, new, 1)))
    assert [(problem.line, problem.key, problem.message) for problem in found] == [(line, key, message)]


def test_a_matrix_is_not_judged_by_priorities_that_are_at_fault(tmp_path: Path) -> None:
    """A priority without its meaning is told, and not besides that the matrix names none of that key."""
    found = problems(write(tmp_path, FULL.replace('meaning = "!"\n', "")))
    assert [problem.key for problem in found] == ["priorities.urgent.meaning"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Faults of all these keys come out together, in the order of the lines."""
    text = FULL
    for old, new in (
        ('"5m"', '"2h"'), (', en = "Change"', ""), ('"07:30"', '"noon"'), ('name = "Bo"', 'name = "Anna"'),
        ('"other@partner.example"', '"bo@desk.example"'), ("low.later", "low.never"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    assert [problem.key for problem in problems(write(tmp_path, text))] == [
        "reconsider",
        "kinds.change-request.name",
        "agents.0.morning_list",
        "agents.1.name",
        "partners.1.addresses",
        "matrix.priority.low.later",
        "matrix.priority.low.never",
    ]
