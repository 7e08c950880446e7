"""Letters that are written after the expected start, and those to agents about a start that nobody was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.casefacts import CaseFacts
from mailbot.core.casewords import has_passed
from mailbot.core.decision import NewCase
from mailbot.core.desk import Desk
from mailbot.core.machine import Reason
from mailbot.core.moments import moment_words, why_words
from mailbot.core.note import Note
from mailbot.core.notewords import NOTES
from mailbot.core.placement import Placement
from mailbot.core.promise import make_promise
from mailbot.core.samples import sample_case, sample_follow_up, sample_letter
from mailbot.core.standing import Standing
from mailbot.core.wording import acknowledgement, follow_up_copy, new_case_copy
from tests.lettering import shipped_desks, shipped_library

LONGEST = timedelta(days=30)
LANGUAGES = ("sv", "da", "sk", "en")
MACHINE = Reason("null-path", "sent with a null return path")
SOON = {"sv": "så snart som möjligt", "da": "så hurtigt som muligt", "sk": "čo najskôr", "en": "as soon as possible"}
PASSED = {"sv": "– passerad", "da": "– passeret", "sk": "– termín uplynul", "en": "– passed"}
PROMISED = {"sv": "Utlovad", "da": "Lovet", "sk": "Prisľúbený", "en": "Promised"}
UNTOLD = {
    "sv": ("Beräknad start (har inte meddelats avsändaren): ", "Beräknad start (har inte meddelats kunden): "),
    "da": ("Forventet start (ikke meddelt afsenderen): ", "Forventet start (ikke meddelt kunden): "),
    "sk": ("Predpokladaný začiatok (odosielateľovi neoznámený): ", "Predpokladaný začiatok (zákazníkovi neoznámený): "),
    "en": ("Expected start (not told to the sender): ", "Expected start (not told to the customer): "),
}


def desk_in(language: str) -> Desk:
    """A desk with office hours that writes that language."""
    return replace(shipped_desks()["visma-control"], languages=(language,))


def texts(desk: Desk, case: CaseFacts, now: datetime, silence: Reason | None = None) -> tuple[str, str]:
    """A new case's copy and a follow-up's, as text."""
    letter, agent = sample_letter(desk), desk.agents[0]
    new = NewCase(
        Placement("", case.priority, ()), case.promise, Note("server-pass"), silence, (), Standing("customer")
    )
    further = sample_follow_up(desk, case)
    return (
        new_case_copy(shipped_library(), desk, case, letter, agent, new, now).draft.text,
        follow_up_copy(shipped_library(), desk, case, letter, agent, further, now).draft.text,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("priority", ["critical", "high", "normal"])
def test_no_acknowledgement_tells_a_moment_in_the_past(language: str, priority: str) -> None:
    """After an outage the customer reads "as soon as possible", in text and HTML, and no time or reason for it."""
    desk = desk_in(language)
    case = sample_case(desk, priority)
    start, zone = case.promise.expected_start, desk.calendar.zone
    moment = moment_words(start, zone, language, near=case.received)
    why = why_words(desk, case.promise, language)
    in_time = acknowledgement(shipped_library(), desk, case, case.received).draft
    late = acknowledgement(shipped_library(), desk, case, start + LONGEST).draft

    assert (moment in in_time.text) is not case.promise.at_once
    assert why in in_time.text
    for told in (late.text, late.html):
        assert SOON[language] in told
        assert moment not in told
        assert not why or why not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_the_very_moment_the_promise_still_stands(language: str) -> None:
    """A letter written at the expected start tells it; one second later it does not."""
    desk = desk_in(language)
    case = sample_case(desk)
    start = case.promise.expected_start

    assert SOON[language] not in acknowledgement(shipped_library(), desk, case, start).draft.text
    assert SOON[language] in acknowledgement(shipped_library(), desk, case, start + timedelta(seconds=1)).draft.text


@pytest.mark.parametrize(("minutes", "passed"), [(0, False), (15, False), (16, True)])
def test_at_once_has_the_desks_grace(minutes: int, passed: bool) -> None:
    """Within the grace it is told as "at once", a quarter of an hour by default (design: time)."""
    desk = desk_in("sv")
    received = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    promise = make_promise(desk, "critical", received)

    assert promise.at_once
    assert has_passed(desk, promise, received + timedelta(minutes=minutes)) is passed


@pytest.mark.parametrize("language", LANGUAGES)
def test_agents_read_that_a_promise_has_passed(language: str) -> None:
    """A copy written after the start says so beside it; the new case's says what its sender was told instead."""
    desk = desk_in(language)
    case = sample_case(desk)
    new, further = texts(desk, case, case.promise.expected_start + LONGEST)

    assert PASSED[language] in new
    assert SOON[language] in new
    assert PROMISED[language] not in new
    assert PASSED[language] in further
    assert PROMISED[language] in further
    assert not any(PASSED[language] in text for text in texts(desk, case, case.received))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("late", [False, True])
def test_a_start_that_was_told_to_nobody_is_no_promise(language: str, late: bool) -> None:
    """A case that a machine's mail opened has an expected start, which agents read was not told, then and later."""
    desk = desk_in(language)
    case = replace(sample_case(desk), told=False)
    now = case.promise.expected_start + LONGEST if late else case.received
    for text, told in zip(texts(desk, case, now, MACHINE), UNTOLD[language], strict=True):
        assert told in text
        assert PROMISED[language] not in text
        assert SOON[language] not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["server-pass", "answered-before", "own-tag", "unproven", "forged"])
def test_copies_say_what_a_senders_standing_rests_upon(language: str, kind: str) -> None:
    """Both copies tell why the sender is verified or not, once, in the desk's language."""
    desk = desk_in(language)
    case = sample_case(desk)
    letter, agent, now = sample_letter(desk), desk.agents[0], case.received
    proof, notes = Note(kind), (Note("forged"),) if kind == "forged" else ()
    new = NewCase(Placement("", case.priority, ()), case.promise, proof, None, notes, Standing("customer"))
    further = replace(sample_follow_up(desk, case), proof=proof, notes=notes)
    for text in (
        new_case_copy(shipped_library(), desk, case, letter, agent, new, now).draft.text,
        follow_up_copy(shipped_library(), desk, case, letter, agent, further, now).draft.text,
    ):
        assert text.count(NOTES[kind][language]) == 1
