"""What follows from an agent's mail as a whole: who gets its words, who sees it, what starts, and all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.agenttellings import Receipt, Taken, WholeCase
from mailbot.core.agentturn import take_turn
from mailbot.core.commands import read_commands
from mailbot.core.customertellings import Closing, PriorityChanged, Reply, Waiting
from mailbot.core.scene import AnsweredMail
from mailbot.core.turn import Turn
from tests.core.deskwork import (
    AGNES,
    ANNA,
    BO,
    DESK,
    NOW,
    OLLE,
    RECEIVED,
    TUVA,
    case,
    closed_case,
    entry,
    letters,
    lines,
    mail,
    scene,
    to_customers,
    told,
    turn,
)

TAKEN = {"assignee": OLLE.address, "writers": frozenset({OLLE.address}), "started": RECEIVED}
HEARD = frozenset({AGNES.address, OLLE.address, TUVA.address})


def test_a_reply_is_one_letter_to_each_customer_with_the_others_in_copy() -> None:
    """The requester and a colleague get the same words once, each naming the other, under one cause."""
    found = turn("Hej!\n\nProva igen.")
    assert to_customers(found) == ["Reply"]
    [to_anna], [to_bo] = letters(found, ANNA), letters(found, BO)
    assert (to_anna.copied, to_bo.copied) == ((BO,), (ANNA,))
    assert to_anna.telling == to_bo.telling
    assert isinstance(to_anna.telling, Reply)
    assert (to_anna.telling.words.text, to_anna.telling.by, to_anna.telling.waits) == (
        "Hej!\n\nProva igen.", "Agnes Ask", False,
    )  # fmt: skip
    assert {errand.cause for errand in found.errands} == {"relay:mail:57"}
    assert not to_anna.at_once
    assert told(found) == []
    assert (found.sent, found.internal, found.relayed) == ("Hej!\n\nProva igen.", False, True)


def test_the_first_reply_takes_the_case_and_starts_it() -> None:
    """Who answers first has the case, and its work began when that mail reached us."""
    found = turn("Svar.")
    assert found.changes == {"assignee": AGNES.address, "started": NOW}
    assert found.before == {"assignee": "", "started": None}


@pytest.mark.parametrize(
    ("text", "started", "assignee"),
    [
        pytest.param("Svar.", True, True, id="a reply"),
        pytest.param("#note bara för oss", False, False, id="a note does neither"),
        pytest.param("#note\nText.", False, False, id="nor does one below the command"),
        pytest.param("#wait\nVilken version?", False, True, id="a question takes it and does not start it"),
        pytest.param("#wait", False, False, id="waiting without a word"),
        pytest.param("#take", True, True, id="#take does both"),
        pytest.param("#close\nLöst.", True, True, id="a closing"),
        pytest.param("#forward help@consult.example", True, True, id="passing on"),
        pytest.param("#priority high", False, False, id="a priority is no work"),
        pytest.param("#queue transport", False, False, id="nor is a move"),
        pytest.param("#list", False, False, id="nor a question"),
        pytest.param("#assign olle", False, True, id="assigning is no work"),
    ],
)
def test_what_starts_and_what_takes_a_case(text: str, started: bool, assignee: bool) -> None:
    """The start is the first thing an agent does for the customer, or #take; asking for information is not one."""
    found = turn(text)
    assert found.done
    assert ("started" in found.changes) == started
    assert bool(found.changes.get("assignee")) == assignee


def test_a_case_that_is_taken_stays_with_its_owner() -> None:
    """A colleague's reply starts what nobody had started, and leaves the case where it is."""
    known = case(assignee=OLLE.address)
    assert turn("Svar.", known).changes == {"started": NOW}


def test_a_case_of_somebody_who_has_left_is_taken_by_the_next_reply() -> None:
    """An owner whom the desk file does not know any more answers nobody."""
    assert turn("Svar.", case(assignee="gone@agents.example")).changes["assignee"] == AGNES.address


def test_the_others_are_told_once_that_it_is_taken() -> None:
    """Who heard of the case and did not write on it; not who took it, and not again at the next reply."""
    first = turn("Svar.", case(agents=HEARD))
    assert [errand.to for errand in first.errands if isinstance(errand.telling, Taken)] == [
        OLLE.address, TUVA.address,
    ]  # fmt: skip
    assert {errand.cause for errand in first.errands if isinstance(errand.telling, Taken)} == {"taken:mail:57"}
    taken = case(agents=HEARD, assignee=AGNES.address, started=RECEIVED, writers=frozenset({AGNES.address}))
    assert not [errand for errand in turn("Mer.", taken).errands if isinstance(errand.telling, Taken)]


def test_who_wrote_sees_each_turn_instead_of_being_told_that_it_is_taken() -> None:
    """A colleague who left a note follows the case."""
    found = turn("Svar.", case(agents=HEARD, writers=frozenset({OLLE.address})))
    assert found.copied_to == (OLLE,)
    assert [errand.to for errand in found.errands if isinstance(errand.telling, Taken)] == [TUVA.address]


@pytest.mark.parametrize(
    ("text", "seen_by"),
    [
        pytest.param("Svar.", (OLLE,), id="the owner and who wrote"),
        pytest.param("#note internt", (OLLE,), id="a note too"),
        pytest.param("#priority high", (OLLE,), id="a command too"),
        pytest.param("#take", (OLLE,), id="whose case it was"),
        pytest.param("#status", (), id="not what only asks"),
        pytest.param("#list mine\n#help", (), id="not what only asks twice"),
        pytest.param("", (), id="not what says nothing"),
    ],
)
def test_the_owner_and_who_wrote_see_each_turn(text: str, seen_by: tuple[Any, ...]) -> None:
    """Never its author."""
    assert turn(text, case(**TAKEN)).copied_to == seen_by


def test_a_mail_of_only_commands_relays_no_text() -> None:
    """What a command itself causes goes all the same, and the receipt tells of each command."""
    found = turn("#priority high\n#take\n\nMvh\nAgnes")
    assert to_customers(found) == ["PriorityChanged"]
    assert told(found) == ["done-priority", "done-taken"]
    assert (found.sent, found.internal, found.relayed) == ("", True, False)


def test_the_receipt_says_that_the_text_goes_too() -> None:
    """Beside a command the agent is told to whom the words go and how long they can be taken back."""
    found = turn("#priority high\n\nSvar.")
    assert told(found) == ["done-priority", "done-sent"]
    assert lines(found)[1].told.about == (f"{ANNA}, {BO}", "2")
    at_once = turn("#priority high\n\nSvar.", desk=replace(DESK, reconsider=timedelta(0)))
    assert lines(at_once)[1].told.about[1] == "0"


def test_receipts_stand_in_the_order_of_the_mail_though_orders_are_followed_in_another() -> None:
    """The agent reads them beside the mail."""
    found = turn("#priority high\n#add cy@customer.example\n#kind incident")
    assert [line.command for line in lines(found)] == ["#priority high", "#add cy@customer.example", "#kind incident"]


@pytest.mark.parametrize(
    ("known", "commands"),
    [
        (case(), ("#queue transport", "#priority critical", "#add cy@customer.example", "#kind incident", "#close")),
        (case(state="waiting", waiting_since=RECEIVED), ("#resume", "#priority high", "#remove bo@customer.example")),
        (closed_case(), ("#reopen", "#priority low", "#wait", "#assign olle")),
        (case(), ("#impact high", "#urgency low", "#take", "#queue transport")),
        (case(), ("#forward help@consult.example", "#add cy@customer.example", "#status", "#take")),
    ],
)
def test_the_order_of_the_commands_changes_nothing(known: Any, commands: tuple[str, ...]) -> None:
    """Whichever stands first: the same letters to the same people, the same case after it."""

    def outcome(found: Turn) -> Any:
        assert found.done, told(found)
        sent = {(each.to, repr(each.telling), each.copied) for each in found.errands if not _receipt(each)}
        return found.changes, sent, found.copied_to, sorted(found.joins, key=repr), sorted(told(found))

    texts = ["\n".join(order) + "\n\nLöst." for order in permutations(commands)]
    first = outcome(turn(texts[0], known))
    assert all(outcome(turn(text, known)) == first for text in texts[1:])


def _receipt(errand: Any) -> bool:
    return isinstance(errand.telling, Receipt)


COMMANDS = [
    "#close", "#note x", "#priority high", "#priority nonsense", "#queue transport", "#kind incident", "#impact high",
    "#urgency low", "#assign olle", "#assign nobody", "#take", "#wait", "#resume", "#forward case@px.example",
    "#forward x@y.example", "#merge DE-000014", "#split", "#spam", "#reopen", "#add cy@customer.example", "#add cy",
    "#remove bo@customer.example", "#list", "#list nonsense", "#status", "#help", "#undo", "#new", "#key abc",
    "#blurb", "#wait now",
]  # fmt: skip
STATES = [
    case(), case(**TAKEN), closed_case(), case(state="waiting", waiting_since=RECEIVED), case(state="spam", closed=NOW),
    case(participants=frozenset()), case(state="merged"), case(last_words="Prova igen.", agents=HEARD),
]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(COMMANDS), max_size=4), st.sampled_from(["", "Hej!\n\nProva igen."]),
    st.sampled_from(STATES), st.booleans(),
)  # fmt: skip
def test_all_of_a_mail_is_done_or_nothing(commands: list[str], text: str, known: Any, with_file: bool) -> None:
    """Where one order is refused nobody but the agent hears anything, nothing changes and the text comes back."""
    words = "\n".join(commands) + "\n\n" + text
    letter = mail(words, files={"guide.pdf": b"%PDF"} if with_file else None)
    answered = AnsweredMail(41, mail("Fråga", sender=ANNA), RECEIVED, opened=False, by_customer=True)
    found = turn(words, known, letter=letter, others={"DE-000014": case("DE-000014")}, answered=answered)
    refused = [line for line in lines(found) if line.refused]
    assert found.done == (not refused)
    if refused:
        [receipt] = found.errands
        assert receipt.to == AGNES.address
        assert isinstance(receipt.telling, Receipt)
        assert receipt.telling.nothing_done
        assert receipt.telling.words == text
        assert (found.changes, found.joins, found.copied_to, found.sent) == ({}, (), (), "")
        assert not found.can_be_undone
        assert found.internal
    elif not found.relayed:
        assert not [errand for errand in found.errands if isinstance(errand.telling, Reply)]
    # Each letter has a key of its own, or the second would silently be none.
    assert len({(errand.cause, errand.to) for errand in found.errands}) == len(found.errands)
    assert found.before.keys() == found.changes.keys() - {"closings"}  # a survey's number serves once
    if found.done and (found.changes or found.joins or found.relayed):
        assert found.can_be_undone or "undone" in dict(found.events)


def test_a_refused_command_keeps_back_the_words() -> None:
    """Nothing is sent until it is cleared up, and the receipt gives the text back."""
    found = turn("#prioritet hög\n#blurb\n\nHej Anna!\n\nMvh\nAgnes")
    assert not found.done
    assert told(found) == ["unknown-command"]
    [receipt] = found.errands
    assert isinstance(receipt.telling, Receipt)
    assert receipt.telling.words.startswith("Hej Anna!")
    assert receipt.at_once
    assert [kind for kind, _ in found.events] == ["refused"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"replayed": True}, "replayed"),
        ({"whole_size": 30_000_000}, "mail-too-large"),
        ({"agent": TUVA}, "not-your-queue"),
    ],
)
def test_why_a_whole_mail_is_refused(changes: dict[str, Any], why: str) -> None:
    """Done before (T13), only its beginning fetched (K34), or outside the agent's queues."""
    found = turn("Svar.", **changes)
    assert told(found) == [why]
    assert to_customers(found) == []


@pytest.mark.parametrize(
    "known",
    [case(queue="transport"), case(assignee=TUVA.address), case(writers=frozenset({TUVA.address}))],
)
def test_who_may_act_on_a_case(known: Any) -> None:
    """An agent of its queue, its owner, and who has written on it."""
    assert turn("Svar.", known, agent=TUVA).relayed


def test_an_empty_mail_is_told_to_have_sent_nothing() -> None:
    """A mail whose words are all quoted sends nothing, tells nobody, and is not what #undo takes back."""
    quoted = "Den 2026-11-23 kl. 09:00, skrev Desken:\n> Inget visar att mejlet kommer från den adressen.\n> #close\n"
    for text in ("", quoted, "#key abc"):
        found = turn(text)
        assert found.done
        assert told(found) == ["nothing-sent"]
        assert to_customers(found) == []
        assert (found.changes, found.copied_to, found.can_be_undone) == ({}, (), False)


def test_a_file_alone_is_a_reply() -> None:
    """Who attaches a file and writes nothing means the customer to get it."""
    found = turn(letter=mail("", files={"guide.pdf": b"%PDF"}))
    [to_anna] = letters(found, ANNA, Reply)
    assert [part.name for part in to_anna.attachments] == ["guide.pdf"]
    assert (found.relayed, found.internal) == (True, False)
    assert found.changes["started"] == NOW


def test_a_file_beside_a_command_alone_is_not_sent_and_that_is_told() -> None:
    """Nothing says whom it is for."""
    found = turn(letter=mail("#priority high", files={"guide.pdf": b"%PDF"}))
    assert told(found) == ["done-priority", "files-kept"]
    assert lines(found)[1].told.about == ("guide.pdf",)
    assert not found.relayed


@pytest.mark.parametrize("text", ["Se bilagan.", "#close\nSe bilagan.", "#wait", "#wait\nFyll i den här."])
def test_files_go_along(text: str) -> None:
    """With a reply, a closing letter and a question."""
    found = turn(letter=mail(text, files={"form.pdf": b"%PDF"}))
    [to_anna] = letters(found, ANNA)
    assert [part.name for part in to_anna.attachments] == ["form.pdf"]


def test_a_note_keeps_its_files() -> None:
    """What is for the desk alone goes to colleagues, not to the customer."""
    found = turn(known=case(**TAKEN), letter=mail("#note Se filen.", files={"log.txt": b"x"}))
    assert to_customers(found) == []
    assert told(found) == ["done-note"]


def test_what_is_too_large_is_left_out_and_told() -> None:
    """The words go; the agent hears what did not."""
    found = turn(letter=mail("Svar.", files={"big.iso": b"x" * (16 * 2**20), "small.txt": b"y"}))
    assert [part.name for part in letters(found, ANNA)[0].attachments] == ["small.txt"]
    assert told(found) == ["left-out"]


def test_an_address_that_bounces_is_written_to_and_that_is_told() -> None:
    """A human's letter goes; the agent knows that it may not arrive."""
    found = turn("Svar.", suppressed={BO: NOW + timedelta(days=3)})
    assert len(letters(found, BO)) == 1
    assert lines(found)[0].told.about == (BO, "2026-11-26")


def test_a_case_without_a_customer_is_not_written_to() -> None:
    """Words that could go to nobody are given back, and taken for said by nobody."""
    found = turn("Svar.", case(participants=frozenset()))
    assert told(found) == ["no-recipient"]
    assert not found.sent


@pytest.mark.parametrize(
    ("known", "relayed"),
    [(closed_case(), True), (case(state="spam", closed=NOW), False), (case(state="waiting"), True)],
)
def test_words_on_a_case_that_is_not_open(known: Any, relayed: bool) -> None:
    """They go and the case stays as it is; not where it is marked as spam, for then they were sent by mistake."""
    found = turn("Tack själv!", known)
    assert bool(letters(found, ANNA, Reply)) == relayed
    assert "state" not in found.changes
    if known.state == "closed":
        assert not found.changes
    if not relayed:
        assert told(found) == ["case-is-spam"]


def test_wait_asks_with_the_words_or_with_a_letter_of_its_own() -> None:
    """One letter either way, and the clock of a case that nobody has begun stands still."""
    asked, alone = turn("#wait\nVilken version?"), turn("#wait")
    [question] = letters(asked, ANNA)
    assert isinstance(question.telling, Reply)
    assert question.telling.waits
    assert to_customers(alone) == ["Waiting"]
    assert isinstance(letters(alone, ANNA)[0].telling, Waiting)
    for found in (asked, alone):
        assert found.changes["state"] == "waiting"
        assert found.changes["waiting_since"] == NOW


def test_words_in_html_go_with_their_pictures() -> None:
    """The sanitised HTML of exactly the words that leave, and the picture that it shows beside it."""
    html = '<p>Se <b>här</b>:</p><p><img src="cid:shot"></p><script>x</script><div>#take</div>'
    found = turn(letter=mail("Se här:\n\n#take", html=html, pictures={"shot": b"png"}))
    [to_anna] = letters(found, ANNA, Reply)
    assert isinstance(to_anna.telling, Reply)
    words = to_anna.telling.words
    assert "<b>här</b>" in words.html
    assert "#take" not in words.html
    assert "script" not in words.html
    assert [part.content_id for part in words.pictures] == ["shot"]


def test_new_takes_the_agents_own_proof() -> None:
    """A case's tag has power over that case alone: whoever got hold of it must not write to anybody in our name."""
    found = turn("#new anna@customer.example\n\nHej Anna!")
    assert told(found) == ["only-personal"]


def test_a_mail_about_no_case_is_no_turn() -> None:
    """It is answered at the door."""
    with pytest.raises(ValueError, match="about a case"):
        take_turn(replace(scene("Hej"), case=None), "DE-000099")


def test_status_tells_the_whole_case_as_it_stands_after_the_mail() -> None:
    """To the one who asks, notes and all, at once."""
    found = turn("#status\n#take", entries=(entry("Fråga"), entry("Not", internal=True)))
    [whole] = letters(found, AGNES.address, WholeCase)
    assert isinstance(whole.telling, WholeCase)
    assert (whole.telling.assignee, len(whole.telling.entries), whole.at_once) == ("Agnes Ask", 2, True)
    assert told(found) == ["done-taken"]


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("#stäng\nLöst.", "sv", Closing), ("#luk\nLøst.", "da", Closing), ("#zavri\nHotovo.", "sk", Closing),
        ("#prioritet hög", "sv", PriorityChanged), ("#close\nDone.", "sk", Closing),
    ],
)  # fmt: skip
def test_commands_in_the_desks_language_are_obeyed(text: str, language: str, kind: type) -> None:
    """And in English everywhere."""
    found = turn(text, orders=read_commands(text, (language,)))
    assert len(letters(found, ANNA, kind)) == 1
