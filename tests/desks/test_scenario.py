"""A scenario that is not as it should be is refused with its place, and a story that does not come true fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.desks.scenario import ScenarioError, moment, read_scenario
from tests.desks.stage import House
from tests.desks.test_scenarios import play
from tests.dialogues.sink import Sink

STOCKHOLM = ZoneInfo("Europe/Stockholm")
GOOD = """\
desk = "softone-go"
[people]
lars = "Karin Ek <karin@fjall.example>"
karin = "Karin Sjöberg <karin.sjoberg@desk.example>"
[[story]]
name = "A question"
facts = ["S7"]
[[story.step]]
at = "Mon 2026-11-23 09:00"
from = "lars"
subject = "Fel"
text = "Hej, felmeddelande vid inloggning."
"""


def written(folder: Path, text: str) -> Path:
    """A file with that text."""
    (folder / "desk.toml").write_text(text, encoding="utf-8")
    return folder / "desk.toml"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('from = "lars"', 'from = "lisa"', "'lisa' is none of the people"),
        ('subject = "Fel"', "", "subject is missing"),
        ('subject = "Fel"', 'subject = "Fel"\nsubjects = "Fel"', "no such key: subjects"),
        ("Mon 2026", "Tue 2026", "that day is a Mon"),
        ("09:00", "nine", "expected a time such as"),
        ('at = "Mon', 'copies = ["lisa"]\nat = "Mon', "'lisa' is none of the people"),
        ('facts = ["S7"]', "", "facts is missing"),
        ('desk = "softone-go"', 'desk = "softone-go"\ndesks = 1', "no such key: desks"),
        ('text = "Hej', '[[story.step]]\nat = "Mon 2026-11-23 09:00"\ntext = "Hej', "text is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    """Unknown people and keys, missing ones and impossible times are refused."""
    assert read_scenario(written(tmp_path, GOOD), STOCKHOLM).stories[0].name == "A question"
    with pytest.raises(ScenarioError, match=told) as refused:
        read_scenario(written(tmp_path, GOOD.replace(right, wrong)), STOCKHOLM)
    assert "desk.toml" in str(refused.value)


def test_steps_follow_one_another(tmp_path: Path) -> None:
    """A step at or before the one above it is refused."""
    with pytest.raises(ScenarioError, match="does not come after"):
        read_scenario(written(tmp_path, GOOD + '[[story.step]]\nat = "Mon 2026-11-23 09:00"\n'), STOCKHOLM)


@pytest.mark.parametrize("told", ["Sun 2026-03-29 02:30", "Sun 2026-10-25 02:30"])
def test_no_time_is_one_that_the_clocks_skip_or_repeat(told: str) -> None:
    """An hour that is not there, and one that is there twice, cannot be meant."""
    with pytest.raises(ScenarioError, match="the clocks change"):
        moment(told, STOCKHOLM)


def test_times_are_the_desks() -> None:
    """A winter morning in Sweden is an hour ahead of UTC."""
    assert moment("Mon 2026-11-23 09:00", STOCKHOLM) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk to play at."""
    with Sink() as sink:
        yield House(tmp_path_factory.mktemp("house") / "config", "softone-go", sink)


STORY = GOOD.replace("[[story]]", 'erik = "Erik Nyström <erik.nystrom@desk.example>"\n[[story]]', 1)
TRUE = """\
case = { number = "SG-000013", state = "open", start = "Mon 2026-11-30 12:00" }
cases = 1
copies = ["karin", "erik"]
[[story.step.letters]]
to = "lars"
kind = "ack"
subject = "[SG-000013] Fel"
sender = "SoftOne Support"
language = "sv"
says = ["ärende SG-000013"]
silent = ["karin.sjoberg"]
attached = []
"""


@pytest.mark.parametrize(
    ("true", "false", "told"),
    [
        ('state = "open"', 'state = "closed"', "state is open, expected closed"),
        ("12:00", "12:01", "expected_start is"),
        ('start = "Mon 2026-11-30 12:00"', 'start = "none"', "expected_start is"),
        ("SG-000013", "SG-000021", "there is no case SG-000021, only SG-000013"),
        ("cases = 1", "cases = 2", "there are SG-000013"),
        ('"karin", "erik"', '"karin"', "letters that nobody expects"),
        ('"erik"]', '"erik", "lars"]', "no letter of kind 'copy' to Karin Ek"),
        ('"erik"]', '"erik"]\nreceipts = ["karin"]', "no letter of kind 'receipt' to Karin"),
        ("[SG-000013] Fel", "Fel", "its subject is"),
        ('sender = "SoftOne Support"', 'sender = "Karin"', "its sender is"),
        ('language = "sv"', 'language = "da"', "its language is"),
        ("ärende SG-000013", "sag SG-000013", "does not stand in the letter"),
        ("karin.sjoberg", "SG-000013", "stands in the letter"),
        ("attached = []", 'attached = ["a.pdf"]', "attached are"),
    ],
)
def test_a_story_that_is_not_true_fails(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, true: str, false: str, told: str
) -> None:
    """Each thing that can be expected is really looked at."""
    assert TRUE.replace(true, false, 1) != TRUE
    assert told in _failure(house, written(tmp_path, STORY + TRUE.replace(true, false, 1)), monkeypatch)


def test_a_story_that_is_true_comes_true(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails when one word is changed holds when none is."""
    assert _failure(house, written(tmp_path, STORY + TRUE), monkeypatch) == ""


def _failure(house: House, path: Path, clock: pytest.MonkeyPatch) -> str:
    """Why the first story of a scenario fails; empty where it comes true."""
    (story,) = read_scenario(path, STOCKHOLM).stories
    with house.stage(clock) as stage:
        try:
            play(stage, story.steps[0])
        except AssertionError as failure:
            return str(failure)
    return ""
