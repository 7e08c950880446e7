"""Every story of the five shipped desks, from the mail that comes in to the letters that the mail server gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desks.scenario import LetterOut, Person, Scenario, Step, Story, moment, read_scenario
from tests.desks.stage import Arrived, House, Stage
from tests.dialogues.sink import Sink
from tests.lettering import shipped_desks

FOLDER = Path(__file__).parent
SCENARIOS = {
    key: read_scenario(FOLDER / f"{key}.toml", desk.calendar.zone) for key, desk in sorted(shipped_desks().items())
}
STORIES = [
    pytest.param(scenario, story, id=f"{scenario.desk}: {story.name}")
    for scenario in SCENARIOS.values()
    for story in scenario.stories
]


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The mail server that all stories' letters go to."""
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def houses(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> dict[str, House]:
    """A house for each desk, for the stories that leave its files alone."""
    return {key: House(tmp_path_factory.mktemp(key) / "config", key, sink) for key in SCENARIOS}


@pytest.mark.parametrize(("scenario", "story"), STORIES)
def test_story(
    scenario: Scenario, story: Story, houses: dict[str, House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step of the story leaves the cases and sends the letters that it tells of, and no others."""
    house = houses[scenario.desk]
    if story.changes_files:
        house = House(tmp_path / "config", scenario.desk, house.sink)
    with house.stage(monkeypatch) as stage:
        for step in story.steps:
            try:
                play(stage, step)
            except AssertionError as exc:
                exc.add_note(f"{scenario.desk}.toml, {story.name!r}, {step.told}")
                raise


def play(stage: Stage, step: Step) -> None:
    """Let a step happen; AssertionError where something else follows from it than it tells."""
    stage.now = step.at
    for edit in step.edits:
        stage.edit(edit)
    stage.read_edits()
    if step.mail is not None:
        stage.take(step.mail)
    if step.command:
        printed = stage.mailbot(step.command)
        for words in step.prints:
            assert words in printed, f"mailbot {step.command} does not print {words!r}:\n{printed}"
    _expect_letters(step, stage.go_round() + stage.wait_for_agents())
    for case in step.case:
        _expect_case(stage, dict(case))
    if step.cases >= 0:
        assert len(stage.numbers()) == step.cases, f"there are {', '.join(stage.numbers())}"


def _expect_case(stage: Stage, case: dict[str, Any]) -> None:
    ticket = stage.ticket(case["number"])
    if "start" in case:
        zone = stage.house.desk.calendar.zone
        case["expected_start"] = None if (told := case.pop("start")) == "none" else moment(told, zone).astimezone(zone)
        if ticket["expected_start"] is not None:
            ticket["expected_start"] = ticket["expected_start"].astimezone(zone)
    for column, value in case.items():
        assert ticket[column] == value, f"{case['number']}: {column} is {ticket[column]}, expected {value}"


def _expect_letters(step: Step, letters: list[Arrived]) -> None:
    left = list(letters)
    copies = [_any("copy", person) for person in step.copies]
    receipts = [_any("receipt", person) for person in step.receipts]
    for expected in (*step.letters, *copies, *receipts):
        found = next((each for each in left if (each.to, each.kind) == (expected.to.address, expected.kind)), None)
        assert found, f"no letter of kind {expected.kind!r} to {expected.to}, but\n\n{_listed(letters)}"
        left.remove(found)
        _expect_words(expected, found)
    assert not left, f"letters that nobody expects:\n\n{_listed(left)}"


def _expect_words(expected: LetterOut, letter: Arrived) -> None:
    for text in letter.texts:
        for words in expected.says:
            assert words in text, f"{words!r} does not stand in the letter\n{letter}"
    for words in expected.silent:
        assert not letter.holds(words), f"{words!r} stands in the letter\n{letter}"
    told = {
        "subject": (expected.subject, str(letter.mail["Subject"])),
        "sender": (expected.sender, letter.mail["From"].addresses[0].display_name),
        "language": (expected.language, str(letter.mail["Content-Language"])),
    }
    for what, (wanted, got) in told.items():
        assert not wanted or wanted == got, f"its {what} is {got!r}, expected {wanted!r}\n{letter}"
    assert expected.attached in (None, letter.attached), f"attached are {letter.attached}\n{letter}"


def _any(kind: str, to: Person) -> LetterOut:
    return LetterOut(to, kind, "", "", "", (), (), None)


def _listed(letters: list[Arrived]) -> str:
    return "\n----\n".join(map(str, letters)) or "none at all"
