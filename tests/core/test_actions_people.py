"""What each command does to who has to do with a case: colleagues, queues, partners, participants, other cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailbot.core.agenttellings import HandOver, Taken, WholeCase
from mailbot.core.attachment import Attachment
from mailbot.core.customertellings import HandedOver, Merged, Reply
from mailbot.core.desk import Agent
from mailbot.core.scene import AnsweredMail
from mailbot.core.sheet import Join
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
    DESK,
    EVE,
    OLLE,
    RECEIVED,
    SILENT,
    SPEAKER,
    TUVA,
    case,
    closed_case,
    entry,
    letters,
    lines,
    mail,
    to_customers,
    told,
    turn,
)

CY = "cy@customer.example"


def whole(found: Turn) -> dict[str, WholeCase]:
    """Who gets the case from its beginning."""
    return {errand.to: errand.telling for errand in found.errands if isinstance(errand.telling, WholeCase)}


@pytest.mark.parametrize("name", ["Olle Ek", "olle", "EK", "olle@agents.example", "<olle@agents.example>"])
def test_a_case_is_assigned_by_name_or_address(name: str) -> None:
    """The colleague gets it from its beginning; no customer hears of it."""
    found = turn(f"#assign {name}", entries=(entry("Fråga"),))
    assert found.changes == {"assignee": OLLE.address}
    assert whole(found).keys() == {OLLE.address}
    assert whole(found)[OLLE.address].assignee == "Olle Ek"
    assert whole(found)[OLLE.address].reason.about == ("Agnes Ask",)
    assert found.copied_to == ()
    assert to_customers(found) == []


def test_a_colleague_reads_what_is_written_beside_the_assigning() -> None:
    """The words in this mail do not stand in the case from its beginning yet."""
    assert turn("#assign olle\n#note Kan du ta den?").copied_to == (OLLE,)
    assert turn("#assign olle\n\nOlle tar över.").copied_to == (OLLE,)


@pytest.mark.parametrize(("name", "why"), [("", "missing-argument"), ("nobody", "no-such-agent")])
def test_nobody_is_assigned_by_guess(name: str, why: str) -> None:
    """No name, or an unknown one."""
    assert told(turn(f"#assign {name}")) == [why]


def test_a_name_of_two_is_nobodys() -> None:
    """But a whole name beats a beginning of another's."""
    two = replace(DESK, agents=(AGNES, OLLE, Agent("Olle Ek Lind", ("lind@agents.example",))))
    assert told(turn("#assign olle", desk=two)) == ["no-such-agent"]
    assert turn("#assign olle ek", desk=two).changes["assignee"] == OLLE.address


def test_taking_tells_the_others_and_whose_it_was() -> None:
    """A case that had an owner: only that one sees it, as a turn."""
    heard = frozenset({AGNES.address, OLLE.address, TUVA.address})
    fresh = turn("#take", case(agents=heard))
    assert [errand.to for errand in fresh.errands if isinstance(errand.telling, Taken)] == [OLLE.address, TUVA.address]
    taken = turn("#take", case(agents=heard, assignee=OLLE.address))
    assert taken.copied_to == (OLLE,)
    assert not [errand for errand in taken.errands if isinstance(errand.telling, Taken)]


def test_moving_tells_those_on_duty_there_from_the_beginning() -> None:
    """In their own language, and the owner who does not serve that queue lets the case go."""
    queues = replace(DESK, agents=(replace(AGNES, queues=("sales",)), replace(OLLE, queues=("sales",)), TUVA))
    known = case(assignee=AGNES.address, started=RECEIVED)
    found = turn("#queue Transport", known, desk=queues, agent=queues.agents[0])
    assert found.changes == {"queue": "transport", "assignee": ""}
    assert whole(found).keys() == {TUVA.address}
    assert whole(found)[TUVA.address].assignee == ""
    [letter] = letters(found, TUVA.address, WholeCase)
    assert letter.language == "en"
    assert lines(found)[0].told.about == ("Transport",)


def test_words_beside_a_move_do_not_take_the_case_back() -> None:
    """Who does not serve the new queue has given it away."""
    queues = replace(DESK, agents=(replace(AGNES, queues=("sales",)), OLLE, TUVA))
    found = turn("#queue transport\n\nKollegorna tar över.", desk=queues, agent=queues.agents[0])
    assert found.changes["assignee"] == ""
    assert "started" in found.changes


def test_an_owner_who_serves_the_new_queue_keeps_the_case() -> None:
    """Agnes serves all."""
    found = turn("#queue transport", case(assignee=AGNES.address))
    assert found.changes == {"queue": "transport"}
    assert whole(found).keys() == {OLLE.address, TUVA.address}


def test_moving_to_the_same_queue_is_nothing() -> None:
    """Nobody gets it again."""
    found = turn("#queue försäljning")
    assert (found.changes, whole(found)) == ({}, {})
    assert told(turn("#queue nowhere")) == ["bad-argument"]


def test_who_is_both_assigned_and_moved_to_gets_the_case_once() -> None:
    """With the reason that is about them."""
    found = turn("#queue transport\n#assign tuva")
    assert len(letters(found, TUVA.address, WholeCase)) == 1
    assert whole(found)[TUVA.address].reason.kind == "assigned-by"


@pytest.mark.parametrize("name", ["case@px.example", "<case@px.example>", "PX Expert", "px@px.example"])
def test_a_case_is_passed_on_with_all_but_its_notes(name: str) -> None:
    """The partner gets words, conversation and files; the customer is told who takes over (V9)."""
    known = (entry("Fråga"), entry("Internt", internal=True))
    shot = Attachment("shot.png", "image/png", b"x")
    letter = mail(f"#forward {name}\n\nKan ni titta?", files={"log.txt": b"y"})
    found = turn(letter=letter, entries=known, enclosures=(shot,))
    [handed] = letters(found, SPEAKER.address)
    assert isinstance(handed.telling, HandOver)
    assert handed.telling.words.text == "Kan ni titta?"
    assert [one.text for one in handed.telling.entries] == ["Fråga"]
    assert [part.name for part in handed.attachments] == ["log.txt", "shot.png"]
    for customer in (ANNA, BO):
        [notice] = letters(found, customer)
        assert notice.telling == HandedOver(SPEAKER)
        assert not notice.attachments
    assert found.joins == (Join(SPEAKER.address, "partner"),)
    assert (found.internal, found.sent) == (True, "")


def test_a_partner_who_takes_part_already_is_not_joined_again() -> None:
    """Or taking it back would throw out who was there before."""
    assert turn("#forward px expert", case(partners=frozenset({SPEAKER.address}))).joins == ()


@pytest.mark.parametrize(
    ("name", "why"), [("", "missing-argument"), (EVE, "no-such-partner"), ("expert", "no-such-partner")]
)
def test_a_case_is_passed_on_to_nobody_outside_the_desk_file(name: str, why: str) -> None:
    """The whole of a customer's case must not go to a mistyped address."""
    assert told(turn(f"#forward {name}")) == [why]


OTHER = case("DE-000014", participants=frozenset({ANNA}), assignee=OLLE.address, writers=frozenset({OLLE.address}))


def merged(other: Any, known: Any = None, **more: Any) -> Turn:
    """The case merged into another one."""
    return turn("#merge DE-000014", known, others={"DE-000014": other}, **more)


def test_a_case_goes_on_as_another_one_with_its_customers_and_partners() -> None:
    """Who took part in either takes part in what they go on as, is told its number, and its agents get the old one."""
    found = merged(OTHER, case(partners=frozenset({SILENT.address})))
    assert found.changes == {"state": "merged", "merged_into": 14, "waiting_since": None}
    assert found.merged_into == OTHER
    assert found.joins == (Join(BO, "customer", case=OTHER), Join(SILENT.address, "partner", case=OTHER))
    assert [letters(found, who)[0].telling for who in (ANNA, BO)] == [Merged("DE-000014")] * 2
    assert whole(found).keys() == {OLLE.address}
    assert told(found) == ["done-merged"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        pytest.param(replace(OTHER, participants=frozenset({EVE})), "other-customers", id="somebody else's"),
        pytest.param(replace(OTHER, desk="elsewhere"), "no-such-case", id="another desk's"),
        pytest.param(replace(OTHER, ticket_id=13), "same-case", id="itself, or what was merged into it"),
        pytest.param(replace(OTHER, state="closed"), "target-closed", id="closed: nobody would work on it"),
        pytest.param(replace(OTHER, state="spam"), "target-closed", id="spam"),
    ],
)
def test_why_two_cases_are_not_merged(other: Any, why: str) -> None:
    """Merging shows each customer the other's mail."""
    found = merged(other)
    assert told(found) == [why]
    assert found.merged_into is None


def test_a_case_outside_the_agents_queues_is_not_merged_into() -> None:
    """It belongs to others."""
    moved = case("DE-000014", queue="sales")
    assert told(merged(moved, case(queue="transport"), agent=TUVA)) == ["not-your-queue"]


@pytest.mark.parametrize(("argument", "why"), [("", "missing-argument"), ("DE-000077", "no-such-case")])
def test_an_unknown_case_is_not_merged_into(argument: str, why: str) -> None:
    """No number, or nobody's."""
    assert told(turn(f"#merge {argument}")) == [why]


@pytest.mark.parametrize("argument", ["DE-000014", "[DE-000014]", "de-000014", "DE-000014."])
def test_a_case_number_may_be_written_as_people_do(argument: str) -> None:
    """In brackets, small letters, at the end of a sentence."""
    assert turn(f"#merge {argument}", others={"DE-000014": OTHER}).done


def answered(**changes: Any) -> AnsweredMail:
    """A further mail of Anna's."""
    further = AnsweredMail(41, mail("En annan sak.", sender=ANNA), RECEIVED, opened=False, by_customer=True)
    return replace(further, **changes)


def test_a_message_becomes_a_case_of_its_own() -> None:
    """The old case stays as it is."""
    found = turn("#split", answered=answered())
    assert found.splits
    assert (found.changes, to_customers(found)) == ({}, [])
    assert lines(found)[0].told.about == ("DE-000099",)


@pytest.mark.parametrize(
    ("mail_", "why"),
    [
        (None, "which-message"),
        (answered(by_customer=False), "which-message"),
        (answered(opened=True), "first-message"),
    ],
)
def test_why_a_message_is_not_split_off(mail_: AnsweredMail | None, why: str) -> None:
    """None is answered, a colleague's is, or the case would have no beginning."""
    assert told(turn("#split", answered=mail_)) == [why]


@pytest.mark.parametrize("where", ["#add cy@customer.example\n\nSvar.", "Svar.\n\n#add Cy <cy@customer.example>"])
def test_who_is_added_gets_what_the_mail_tells(where: str) -> None:
    """And is named to the others."""
    found = turn(where)
    assert found.joins == (Join(CY, "customer"),)
    assert isinstance(letters(found, CY)[0].telling, Reply)
    assert letters(found, ANNA)[0].copied == (BO, CY)


def test_who_is_added_alone_is_told_nothing() -> None:
    """They see the next turn; nothing that was said before goes to them."""
    found = turn("#add cy@customer.example")
    assert to_customers(found) == []
    assert told(found) == ["done-added"]


def test_who_takes_part_already_is_not_added_again() -> None:
    """Or taking it back would throw them out."""
    found = turn("#add Bo@Customer.example")
    assert (found.joins, told(found)) == ((), ["done-added"])


def test_who_was_removed_can_be_added_again() -> None:
    """An agent's word opens what an agent's word closed."""
    assert turn(f"#add {BO}", case(participants=frozenset({ANNA}), removed=frozenset({BO}))).joins == (
        Join(BO, "customer"),
    )


def test_who_is_removed_hears_nothing_more() -> None:
    """Not what this mail tells either, nor are they named to the others."""
    found = turn(f"#remove {BO}\n\nSvar.")
    assert found.joins == (Join(BO, "customer", active=False),)
    assert letters(found, BO) == []
    assert letters(found, ANNA)[0].copied == ()


def test_the_requester_may_be_removed_where_others_take_part() -> None:
    """Who has left the company."""
    found = turn(f"#remove {ANNA}\n\nSvar.")
    assert letters(found, ANNA) == []
    assert len(letters(found, BO)) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#add", "missing-argument"),
        ("#add anna", "bad-address"),
        ("#add a@b", "bad-address"),
        ("#add a@x.example, b@x.example", "bad-address"),
        ("#add åsa@åkeri.example", "bad-address"),
        ("#add olle@agents.example", "is-agent"),
        ("#add support@desk.example", "is-agent"),
        ("#remove eve@elsewhere.example", "no-such-participant"),
        ("#remove", "missing-argument"),
        ("#add cy@customer.example\n#remove cy@customer.example", "no-such-participant"),
        (f"#remove {ANNA}\n#remove {BO}", "last-participant"),
    ],
)
def test_why_somebody_is_not_added_or_removed(text: str, why: str) -> None:
    """No address, none that a letter could go to, one of ours, nobody who takes part, or the last who does."""
    assert told(turn(text)) == [why]


def test_several_are_added_in_one_mail() -> None:
    """Each is told of the others."""
    found = turn("#add cy@customer.example\n#add di@customer.example\n\nSvar.")
    assert [errand.to for errand in found.errands if errand.role == "customer"] == [ANNA, BO, CY, "di@customer.example"]


def test_a_list_is_asked_for_in_an_agents_own_words() -> None:
    """Choices are named where a word is none of them."""
    assert lines(turn("#list nonsense"))[0].told.about == ("nonsense", "mine, late, sales, transport")


def test_words_on_a_merged_case_go_to_its_customers() -> None:
    """A closing word beside the merging is a reply like any other."""
    found = turn("Vi fortsätter där.\n\n#merge DE-000014", others={"DE-000014": OTHER})
    assert to_customers(found) == ["Merged", "Reply"]


def test_a_closed_case_takes_participants() -> None:
    """Who opens it again by a reply must be one."""
    assert turn("#add cy@customer.example", closed_case(closed=RECEIVED + timedelta(hours=1))).done
