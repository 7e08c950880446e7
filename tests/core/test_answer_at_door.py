"""What a mail to an agent's personal address is answered with, where it opens no case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.core.agenttellings import CaseList, Guide, ListedCase
from mailbot.core.agentturn import answer_at_door
from tests.core.deskwork import AGNES, NOW, TUVA, case, letters, scene, told, turn


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("#list", [CaseList]),
        ("#list mine\n#help", [CaseList, Guide]),
        ("#hjälp\n\nMvh\nAgnes", [Guide]),
        ("", [Guide]),
        ("#key abc\n#list", [CaseList]),
    ],
)
def test_what_a_personal_address_answers(text: str, kinds: list[type]) -> None:
    """Lists and the guide; the guide too where nothing was asked."""
    found = answer_at_door(replace(scene(text), case=None))
    assert found.done
    assert [type(errand.telling) for errand in found.errands] == kinds
    assert {errand.to for errand in found.errands} == {AGNES.address}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hej, vad gör jag nu?", ["no-case"]),
        ("#close\nLöst.", ["only-on-a-case"]),
        ("#blurb", ["unknown-command"]),
        ("#list\n#list", ["not-together"]),
        ("#list nonsense", ["bad-argument"]),
    ],
)
def test_what_cannot_be_done_at_a_personal_address_is_told(text: str, why: list[str]) -> None:
    """Nothing that was written there is passed over in silence."""
    found = answer_at_door(replace(scene(text), case=None))
    assert not found.done
    assert told(found) == why


def test_a_list_at_a_personal_address_holds_what_one_on_a_case_holds() -> None:
    """The queues that the agent serves, and what they have taken elsewhere."""
    listed = tuple(
        ListedCase(f"DE-{place}", "x", "y", "normal", queue, "open", owner, NOW, begun=False, late=False)
        for place, (queue, owner) in enumerate([("sales", ""), ("transport", ""), ("sales", TUVA.name)])
    )
    door = answer_at_door(replace(scene("#list", agent=TUVA, cases=listed), case=None))
    on_case = turn("#list", case(queue="transport"), agent=TUVA, cases=listed)
    [shown], [also] = letters(door, TUVA.address, CaseList), letters(on_case, TUVA.address, CaseList)
    assert shown.telling == also.telling
    assert isinstance(shown.telling, CaseList)
    assert [one.number for one in shown.telling.cases] == ["DE-1", "DE-2"]
