"""Surveys from the close to the score, on both databases: when they go, to whom they do not, what answers count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.desk import Desk
from mailbot.database import Database
from mailbot.tables import MAIL, MESSAGE, OPTED_OUT, OUTGOING, SUPPRESSED, TICKET
from tests.core.samples import at
from tests.daemon.house import mail
from tests.dialogues.sink import Sink
from tests.servers.postgres import Postgres
from tests.shell.surveyroom import AGNES, ANNA, LEAD, MONDAY, QUESTIONS, TO, SurveyRoom, read, reply

BO = "bo@customer.example"
EVE = "eve@elsewhere.example"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes every letter."""
    with Sink() as server:
        yield server


@pytest.fixture
def make_room(database: Database, tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Lay out one room."""
    rooms: list[SurveyRoom] = []

    def making(**more: Any) -> SurveyRoom:
        rooms.append(SurveyRoom(database, tmp_path / "config", sink, monkeypatch, **more))
        return rooms[-1]

    yield making
    for made in rooms:
        made.daemon.post.close()


@pytest.fixture
def room(make_room: Any) -> SurveyRoom:
    """A room whose desk has tags in addresses and the usual terms."""
    made: SurveyRoom = make_room()
    return made


def test_the_survey_is_entered_with_the_close_and_sent_at_its_hour(room: SurveyRoom) -> None:
    """Row and closing letter come of one commit; a minute too early nothing goes; then one letter, once."""
    room.close_case()
    (survey,) = room.surveys()
    assert (survey.state, survey.closing, survey.queue, survey.agent) == ("waiting", 1, "support", AGNES)
    assert (survey.recipient, survey.closed, survey.due) == (ANNA, MONDAY, at("2026-11-24 08:00"))
    (told,) = room.letters("closing:", ANNA)
    assert told.created == MONDAY

    room.at(at("2026-11-24 07:59")).go_round()
    assert room.letters("survey:") == []
    for _ in range(2):
        room.at(at("2026-11-24 08:00")).go_round()
    (letter,) = room.letters("survey:")
    assert (letter.cause, letter.recipient, letter.kind) == ("survey:ticket:1:closing:1:1", ANNA, "survey")
    (survey,) = room.surveys()
    assert (survey.state, survey.sent, survey.remind_at) == ("sent", room.now, None)
    assert survey.expires == room.now + timedelta(days=30)
    assert json.loads(survey.questions) == {"sv": list(QUESTIONS)}
    assert [taken.recipient for taken in room.sink.taken].count(ANNA) == 3, "acknowledgement, closing letter, survey"


@pytest.mark.parametrize("tags", ["none", "plus", "catch-all"])
def test_the_surveys_envelope(make_room: Any, tags: str) -> None:
    """A machine's letter, with its own tag in Message-ID and Reply-To and a way out, in the case's thread (G10)."""
    room = make_room(tags=tags)
    sent = read(room.ask())
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["To"] == ANNA
    assert sent["In-Reply-To"] == "<mail-1@customer.example>"
    tag = sent["Message-ID"].strip("<>").partition(".")[0]
    assert len(tag) == 38
    address = {"none": TO, "plus": f"support+{tag}@desk.example", "catch-all": f"{tag}@desk.example"}[tags]
    assert sent["List-Unsubscribe"] == f"<mailto:{address}?subject=unsubscribe%20{tag}>"
    assert sent["Reply-To"] == (None if tags == "none" else address)
    assert [name for name in sent if name.startswith("List-")] == ["List-Unsubscribe"]
    closed = read(room.letters("closing:")[-1])
    assert [name for name in closed if name.startswith("List-")] == []
    assert tag not in closed["Message-ID"]


def _expected(desk: Desk, closed: datetime) -> datetime:
    """When a survey goes, found minute by minute on the wall clock: an oracle that shares nothing with the program."""
    moment = closed + timedelta(hours=20)
    while True:
        local = moment.astimezone(STOCKHOLM)
        if local.weekday() < 5 and 8 <= local.hour < 17 and local.date() not in desk.calendar.holidays:
            return moment
        moment = (moment + timedelta(minutes=1)).replace(second=0)


def test_a_year_of_closings(make_room: Any) -> None:
    """Closings all through a year, by clock changes, holidays and month ends among them: each at its minute.

    A customer who has a case each time as well is asked four times in the year at most.
    """
    room = make_room(lead="")  # whom no monthly report is drawn for
    closings = [at("2026-12-07 09:30") + timedelta(days=9.37 * number) for number in range(39)]
    closings += [at(text) for text in (
        "2026-12-31 23:59", "2027-03-27 12:30", "2027-03-28 01:59", "2027-10-30 04:30", "2027-10-31 03:30",
        "2027-03-25 12:00", "2027-02-28 16:59", "2027-05-05 13:00",
    )]  # fmt: skip
    expected = {f"customer{number}@customer.example": closed for number, closed in enumerate(sorted(closings))}
    agenda = [(closed, who) for who, closed in expected.items()]
    expected = {who: _expected(room.desk, closed) for who, closed in expected.items()}
    agenda += [(due - early, "") for due in expected.values() for early in (timedelta(minutes=1), timedelta(0))]
    for moment, who in sorted(agenda):
        room.at(moment)
        if who:
            room.close_case(who)
            room.close_case("regular@customer.example")
        room.daemon._make_round()
    assert {one.recipient: one.sent for one in room.surveys() if one.recipient in expected} == expected
    regular = [one for one in room.surveys() if one.recipient == "regular@customer.example"]
    asked = [one.sent for one in regular if one.state != "cancelled"]
    assert 3 <= len(asked) <= 5
    assert min(later - before for before, later in pairwise(asked)) >= timedelta(days=90)
    assert {one.reason for one in regular if one.state == "cancelled"} == {"the address was asked within 90 days"}
    assert len(room.letters("survey:")) == len(expected) + len(asked)


def test_fifty_closes_make_one_survey(room: SurveyRoom) -> None:
    """Of the same person (Y11)."""
    for _ in range(50):
        room.close_case("Anna Ek <ANNA@customer.example>")
    room.pass_on(hours=22).go_round()
    states = [survey.state for survey in room.surveys()]
    assert (states.count("sent"), states.count("cancelled")) == (1, 49)
    assert len(room.letters("survey:")) == 1


@pytest.mark.parametrize(
    ("closed", "back", "sent"),
    [
        ("2026-11-23 10:00", "2026-11-24 13:17", "2026-11-24 13:17"),
        ("2026-11-23 10:00", "2026-11-24 22:00", "2026-11-25 08:00"),
        ("2026-11-23 10:00", "2026-11-28 12:00", "2026-11-30 08:00"),
        ("2026-12-22 10:00", "2026-12-23 22:00", "2026-12-28 08:00"),
    ],
)
def test_a_daemon_that_was_off_over_the_hour(room: SurveyRoom, closed: str, back: str, sent: str) -> None:
    """It sends once when it is back, in survey hours; not at night, on a Saturday or on Christmas Eve."""
    room.at(at(closed)).close_case()
    moments = [at(back) + timedelta(hours=1) * number for number in range(5 * 24)]
    for moment in moments:
        room.at(moment).daemon._make_round()
    assert room.survey().sent == at(sent)
    assert len(room.letters("survey:")) == 1


def test_after_a_month_it_is_too_late_to_ask(room: SurveyRoom) -> None:
    """A daemon that was off for so long asks nobody about what is long past."""
    room.close_case()
    room.at(at("2027-01-04 10:00")).go_round()
    assert (room.survey().state, room.survey().reason) == ("cancelled", "its hour passed too long ago")
    assert room.letters("survey:") == []


def test_a_desk_that_asks_no_more(room: SurveyRoom) -> None:
    """Surveys that were to come are cancelled; an answer to one that was sent still counts, and asks for nothing."""
    letter = room.ask()
    room.close_case(BO)
    desk = room.folder / "desks" / "td.toml"
    desk.write_text(desk.read_text(encoding="utf-8").partition("[survey]")[0], encoding="utf-8")
    assert room.daemon.office.refresh() == ()
    room.at(room.survey().due).go_round()
    assert (room.survey().state, room.survey().reason) == ("cancelled", "the desk asks nothing any more")
    room.answer(letter, "Det gick bra.", sender=ANNA)
    room.answer(letter, "9", sender=ANNA)
    assert (room.surveys()[0].score, room.surveys()[0].comment) == (9, "Det gick bra.")
    assert len(room.letters("survey:")) == 1


def test_surveys_wait_while_another_daemon_triages(
    postgres: Postgres, tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail in its hands may open the case again; when it has done, each goes once."""
    database, other = (Database(url) for url in [postgres.new_database()] * 2)
    with closing(database), closing(other):
        room = SurveyRoom(database, tmp_path / "config", sink, monkeypatch)
        room.close_case()
        room.at(room.survey().due)
        with other.turn("triage") as ours:
            assert ours
            room.daemon._make_round()
            assert room.letters("survey:") == []
        for _ in range(2):
            room.daemon._make_round()
        assert len(room.letters("survey:")) == 1


def _reopen(room: SurveyRoom) -> None:
    room.answer(room.letters("closing:", ANNA)[-1], "Nu är felet tillbaka.", sender=ANNA)


def _agent_reopens(room: SurveyRoom) -> None:
    room.answer(room.letters("copy:mail", AGNES)[-1], "#reopen", sender=AGNES)


def _spam(room: SurveyRoom) -> None:
    _agent_reopens(room)
    room.answer(room.letters("copy:mail", AGNES)[-1], "#spam", sender=AGNES)


def _opt_out_elsewhere(room: SurveyRoom) -> None:
    with room.database.write() as connection:
        connection.execute(OPTED_OUT.insert(), {"address": ANNA, "since": room.now, "how": "said so"})


def _bounce(room: SurveyRoom) -> None:
    until = room.now + timedelta(days=7)
    with room.database.write() as connection:
        connection.execute(
            SUPPRESSED.insert(), {"address": ANNA, "since": room.now, "until": until, "reason": "bounced"}
        )


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (_reopen, "the case was opened again"),
        (_agent_reopens, "the case was opened again"),
        (_spam, "the case was opened again"),
        (_opt_out_elsewhere, "the address wants no surveys"),
        (_bounce, "letters to the address come back, or are unwanted"),
    ],
)
def test_what_happens_before_the_hour_cancels_the_survey(room: SurveyRoom, what: Any, why: str) -> None:
    """With its reason, and no letter goes (Y11)."""
    room.close_case()
    room.pass_on(hours=2)
    what(room)
    room.at(at("2026-11-24 09:00")).go_round()
    assert (room.survey().state, room.survey().reason) == ("cancelled", why)
    assert room.letters("survey:") == []


def test_a_close_that_is_taken_back_keeps_its_number(room: SurveyRoom) -> None:
    """#undo cancels its survey; the next close has a survey of its own."""
    room.close_case()
    room.answer(room.letters("copy:mail", AGNES)[-1], "#ångra", sender=AGNES)
    assert [(one.closing, one.state) for one in room.surveys()] == [(1, "cancelled")]
    (ticket,) = room.rows(TICKET)
    assert (ticket.state, ticket.closings) == ("open", 1)
    room.close()
    assert [(one.closing, one.state) for one in room.surveys()] == [(1, "cancelled"), (2, "waiting")]
    room.pass_on(hours=22).go_round()
    assert [letter.cause for letter in room.letters("survey:")] == ["survey:ticket:1:closing:2:1"]


def test_a_survey_that_waits_for_the_mail_server_is_stopped_by_a_reopening(room: SurveyRoom) -> None:
    """It has not gone yet, so it does not; the next close asks in its place, for nobody was asked."""
    room.sink.answer = lambda step, whom: "421 not now" if step == "rcpt" and whom == ANNA else None
    room.close_case()
    room.pass_on(hours=22).go_round()
    assert (room.survey().state, room.letters("survey:")[0].state) == ("sent", "waiting")
    _reopen(room)
    assert (room.survey().state, room.survey().sent) == ("cancelled", None)
    assert [letter.state for letter in room.letters("survey:")] == ["cancelled"]
    room.sink.answer = lambda _step, _whom: None
    room.close()
    room.pass_on(hours=24).go_round()
    assert [(one.closing, one.state) for one in room.surveys()] == [(1, "cancelled"), (2, "sent")]
    assert "survey:ticket:1:closing:2:1" in [letter.cause for letter in room.letters("survey:")]


def test_who_is_never_asked(room: SurveyRoom) -> None:
    """A machine's case, spam, a case that became another's part (Y11)."""
    room.write(more="Auto-Submitted: auto-generated\n")
    room.close()
    room.write(BO)
    room.answer(room.letters("copy:mail", AGNES)[-1], "#spam", sender=AGNES)
    room.write(EVE)
    room.write(EVE)
    numbers = [row.number for row in room.rows(TICKET, TICKET.c.requester == EVE)]
    room.answer(room.letters("copy:mail", AGNES)[-1], f"#merge {numbers[0]}", sender=AGNES)
    assert [row.state for row in room.rows(TICKET)] == ["closed", "spam", "open", "merged"]
    assert room.surveys() == []


def test_the_customers_own_close_is_asked_about(room: SurveyRoom) -> None:
    """As an agent's is."""
    room.write()
    room.answer(room.letters("ack:", ANNA)[-1], "Ni kan stänga ärendet. Tack!", sender=ANNA)
    assert room.rows(TICKET)[0].state == "closed"
    assert (room.survey().state, room.survey().agent) == ("waiting", "")


def test_one_reminder(make_room: Any) -> None:
    """In survey hours, once, with the same tag; after an answer, a reopening or an opt-out none."""
    room = make_room(terms='remind_after = "168h"')
    letter = room.ask()
    assert room.survey().remind_at == at("2026-12-01 08:00")
    room.at(at("2026-12-01 07:59")).go_round()
    assert len(room.letters("survey:")) == 1
    for hour in ("08:00", "09:00", "10:00"):
        room.at(at(f"2026-12-01 {hour}")).go_round()
    first, second = room.letters("survey:")
    assert second.cause == "survey:ticket:1:closing:1:2"
    assert read(first)["Reply-To"] == read(second)["Reply-To"]
    assert room.survey().remind_at is None
    room.answer(second, "9", sender=ANNA)
    assert (letter.id, room.survey().score) == (first.id, 9)


@pytest.mark.parametrize("what", ["answer", "words", "reopen", "stop", "bounce", "never sent"])
def test_no_reminder_to_whom_it_is_not_for(make_room: Any, what: str) -> None:
    """Who has answered, opened the case, opted out or cannot be reached, or never got the survey."""
    room = make_room(terms='remind_after = "168h"')
    if what == "never sent":
        room.sink.answer = lambda step, whom: "550 5.7.1 no" if step == "rcpt" and whom == ANNA else None
    letter = room.ask()
    match what:
        case "answer" | "words" | "stop":
            room.answer(letter, {"answer": "9", "words": "Bra.", "stop": "stopp"}[what], sender=ANNA)
        case "reopen":
            _reopen(room)
        case "bounce":
            room.at(at("2026-11-27 10:00"))
            _bounce(room)
    room.at(at("2026-12-01 08:00")).go_round()
    room.at(at("2026-12-02 08:00")).go_round()
    assert [each.cause for each in room.letters("survey:") if each.cause.endswith(":2")] == []
    assert room.survey().remind_at is None


def test_an_answer_is_an_answer_and_nothing_else(room: SurveyRoom) -> None:
    """The score counts; the closed case stays closed and has no further message; the words reach the agent."""
    letter = room.ask()
    messages = len(room.rows(MESSAGE))
    room.answer(letter, "9\n\nSnabbt svar.", sender=ANNA)
    survey = room.survey()
    assert (survey.state, survey.score, survey.answered, survey.comment) == ("answered", 9, room.now, "Snabbt svar.")
    assert room.rows(TICKET)[0].state == "closed"
    assert len(room.rows(MESSAGE)) == messages
    (kept,) = room.rows(MAIL, MAIL.c.outcome == "survey")
    assert kept.state == "done"
    assert "answered: 9" in room.events("survey")
    (comment,) = room.letters("comment:")
    assert comment.recipient == AGNES
    assert room.letters("lowscore:") == []


def test_the_agent_opens_the_case_by_answering_the_comment(room: SurveyRoom) -> None:
    """In one step; the customer hears of it, and what follows is no answer to the survey."""
    letter = room.ask()
    room.answer(letter, "8\n\nMen det fungerar inte på kontoret.", sender=ANNA)
    room.answer(room.letters("comment:", AGNES)[-1], "#reopen\nVi tittar på det.", sender=AGNES)
    assert room.rows(TICKET)[0].state == "open"
    words = room.letters("relay:", ANNA)[-1]
    assert letter.message_id not in words.content.decode()
    room.answer(words, "3 skrivare står still.", sender=ANNA, more=f"X-Old: <{letter.message_id}>\n")
    assert room.survey().score == 8
    assert room.rows(MAIL)[-1].outcome == "follow-up"


def test_a_letter_of_the_case_that_quotes_the_survey_is_no_answer_to_it(room: SurveyRoom) -> None:
    """The nearest letter decides, also where the survey's tag stands in the text."""
    letter = room.ask()
    tag = letter.message_id.partition(".")[0]
    told = room.letters("closing:", ANNA)[-1]
    room.take(
        mail(
            99, to=str(read(told)["Reply-To"]), subject="SV: Fråga", text=f"9\n\nDet är trasigt igen.\n\n> {tag}",
            more=f"References: <{letter.message_id}> <{told.message_id}>\n",
        )
    )  # fmt: skip
    assert room.survey().score is None
    assert room.rows(TICKET)[0].state == "open"


def test_a_low_score_reaches_the_lead_the_same_minute(room: SurveyRoom) -> None:
    """Once, though it is corrected up and down; the last score counts, the first moment stays."""
    letter = room.ask()
    first = room.now
    room.answer(letter, "2", sender=ANNA)
    (told,) = room.letters("lowscore:")
    assert (told.recipient, told.not_before) == (LEAD, first)
    for score in ("9", "4"):
        room.pass_on(hours=1).answer(letter, score, sender=ANNA)
    assert len(room.letters("lowscore:")) == 1
    survey = room.survey()
    assert (survey.score, survey.answered) == (4, first)
    assert room.events("survey")[-3:] == ["answered: 2", "corrected from 2 to 9", "corrected from 9 to 4"]


def test_answers_that_came_together_are_taken_in_their_order(room: SurveyRoom) -> None:
    """One batch, one commit: the second is a correction of the first."""
    letter = room.ask()
    room.take(*(reply(letter, text, number=90 + place, sender=ANNA) for place, text in enumerate(("9", "3"))))
    assert room.events("survey")[-2:] == ["answered: 9", "corrected from 9 to 3"]
    assert room.survey().score == 3


def test_no_score_is_asked_for_once_more(room: SurveyRoom) -> None:
    """By a letter with the same tag, and never again; what was said in words is kept."""
    letter = room.ask()
    room.answer(letter, "Ni var trevliga.", sender=ANNA)
    again = room.letters("survey:ticket:1:closing:1:again")
    assert len(again) == 1
    assert read(again[0])["Auto-Submitted"] == "auto-replied"
    assert (room.survey().state, room.survey().comment, room.survey().asked_again) == ("sent", "Ni var trevliga.", True)
    room.answer(again[0], "Vet inte riktigt.", sender=ANNA)
    assert len(room.letters("survey:")) == 2
    room.answer(again[0], "9", sender=ANNA)
    assert (room.survey().score, room.survey().comment) == (9, "Ni var trevliga.\n\nVet inte riktigt.")


@pytest.mark.parametrize("text", ["stopp", "avregistrera"])
def test_opting_out_by_reply(room: SurveyRoom, text: str) -> None:
    """One confirmation, no survey after the next case, no answer counted (Y12)."""
    letter = room.ask()
    for _ in range(2):
        room.answer(letter, text, sender=ANNA)
    assert [(row.address, row.how) for row in room.rows(OPTED_OUT)] == [(ANNA, "said so in mail 3")]
    assert [each.recipient for each in room.letters("opted-out:")] == [ANNA]
    assert (room.survey().state, room.survey().score) == ("sent", None)
    room.at(at("2027-06-01 10:00")).close_case()
    room.pass_on(hours=24).go_round()
    assert (room.survey().state, room.survey().reason) == ("cancelled", "the address wants no surveys")


def test_who_opted_out_is_listed_and_asked_again_at_their_wish(room: SurveyRoom) -> None:
    """Since when and by which mail; taken back by hand they are asked after the next case, and the history says who."""
    assert room.mailbot("opted-out").output == "Nobody has opted out of surveys.\n"
    room.answer(room.ask(), "stopp", sender=ANNA)
    day = room.now.date().isoformat()
    assert room.mailbot("opted-out").output == f"{ANNA} since {day}: said so in mail 3\n"
    [row] = map(json.loads, room.mailbot("opted-out", "--json").output.splitlines())
    assert (row["address"], row["how"], row["since"]) == (ANNA, "said so in mail 3", room.now.isoformat())
    assert room.mailbot("opted-out", "remove", ANNA.title()).output == f"{ANNA.title()} may be asked again.\n"
    assert room.events("opted-in") == [f"an admin lets {ANNA} get surveys again"]
    again = room.mailbot("opted-out", "remove", ANNA)
    assert (again.exit_code, "has not opted out of surveys" in again.output) == (2, True)
    room.at(at("2027-06-01 10:00")).close_case()
    room.pass_on(hours=24).go_round()
    assert room.survey().state == "sent"


@pytest.mark.parametrize("tags", ["none", "plus"])
@pytest.mark.parametrize("more", ["", "Auto-Submitted: auto-generated\n"])
def test_opting_out_by_list_unsubscribe(make_room: Any, tags: str, more: str) -> None:
    """What a mail program sends there, from the customer's address or its own, needs no text (Y12).

    A machine's is heard and not answered.
    """
    room = make_room(tags=tags)
    link = str(read(room.ask())["List-Unsubscribe"]).strip("<>").removeprefix("mailto:")
    address, _, subject = link.partition("?subject=")
    room.take(
        mail(
            99, to=address, sender="unsubscribe@mailprogram.example", subject=subject.replace("%20", " "),
            text="This message was generated.", more=more,
        )
    )  # fmt: skip
    assert [row.address for row in room.rows(OPTED_OUT)] == [ANNA]
    assert [each.recipient for each in room.letters("opted-out:")] == ([] if more else [ANNA])
    assert len(room.rows(TICKET)) == 1


def test_a_tapped_answer_needs_no_tag_in_its_address(make_room: Any) -> None:
    """Where the desk has none, the tag stands in the subject or the text of the mail that the tap makes ready."""
    room = make_room(tags="none")
    letter = room.ask()
    tag = letter.message_id.partition(".")[0]
    number = room.rows(TICKET)[0].number
    room.take(
        mail(98, to=TO, subject=f"9 · {number}", text=f"1. {QUESTIONS[0]}\n9\n\n2. {QUESTIONS[1]}\nSnabbt.\n\n[{tag}]")
    )
    assert (room.survey().score, json.loads(room.survey().texts)) == (9, ["Snabbt.", ""])
    room.take(mail(99, to=TO, subject=f"7 · {number} [{tag.upper()}]", text=""))
    assert room.survey().score == 7
    assert len(room.rows(TICKET)) == 1


def test_another_address_may_answer(room: SurveyRoom) -> None:
    """The tag is the proof; who used it is on record, and is not taken for the customer."""
    letter = room.ask()
    room.answer(letter, "9", sender="anna.ek@home.example")
    assert room.survey().score == 9
    assert f"answered by anna.ek@home.example (it was sent to {ANNA}): 9" in room.events("survey")


def test_a_thousand_forged_votes_change_nothing(room: SurveyRoom) -> None:
    """A broken tag, another customer's, one for another letter of the case, a case number, a bare From (T35)."""
    letter, other = room.ask(), room.ask(BO)
    tag = letter.message_id.partition(".")[0]
    foreign = [
        tag[:-1] + ("a" if tag[-1] != "a" else "b"),
        tag[:12] + other.message_id.partition(".")[0][12:],
        other.message_id.partition(".")[0][:12] + tag[12:],
        "a" * 38,
    ]
    before = [tuple(row) for row in room.surveys()]
    number = room.rows(TICKET)[0].number
    forged = []
    for place in range(1000):
        wrong, score = foreign[place % len(foreign)], place % 11
        subject = (f"{score} · {wrong}", f"SV: [{number}] {score}", f"{score}")[0 if place % 20 else place % 3]
        forged.append(
            mail(
                1000 + place, to=f"support+{wrong}@desk.example" if place % 2 else TO, subject=subject,
                sender=ANNA if place % 3 else f"voter{place}@elsewhere.example", text=f"{score}\n\n[{wrong}]",
                more=f"In-Reply-To: <{wrong}.abcdefgh@mailbot.house.example>\n" if place % 7 else "",
            )
        )  # fmt: skip
    room.take(*forged)
    assert [tuple(row) for row in room.surveys()] == before
    assert room.rows(MAIL, MAIL.c.outcome == "survey") == []
    room.answer(letter, "9", sender=ANNA)
    assert room.surveys()[0].score == 9


def test_an_absence_is_no_answer(room: SurveyRoom) -> None:
    """It is filed with the case (Q21); no score, no case, no reopening, nothing asked again."""
    letter = room.ask()
    room.answer(letter, "Jag är åter den 9 december.", sender=ANNA, more="Auto-Submitted: auto-replied\n",
                subject="Autosvar: Hur gick det?")  # fmt: skip
    assert (room.survey().state, room.survey().score, room.survey().comment) == ("sent", None, "")
    assert (room.rows(MAIL)[-1].outcome, len(room.rows(TICKET)), room.rows(TICKET)[0].state) == ("filed", 1, "closed")
    assert len(room.letters("survey:")) == 1
    assert any("auto-replied" in text for text in room.events("filed"))


@pytest.mark.parametrize("tags", ["none", "plus"])
def test_a_survey_that_comes_back(make_room: Any, tags: str) -> None:
    """Is known by its own proof as any letter is, and holds back what would follow."""
    room = make_room(tags=tags)
    letter = room.ask()
    report = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {letter.sender or TO}\nSubject: Undelivered\n"
        "Message-ID: <dsn@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{letter.message_id}>\nSubject: x\n\n--b--\n"
    )
    room.take(report.replace("\n", "\r\n").encode())
    assert room.letters("survey:")[0].state == "bounced"
    assert [row.address for row in room.rows(SUPPRESSED)] == [ANNA]
    assert (room.survey().state, len(room.rows(TICKET))) == ("sent", 1)


def test_a_complaint_ends_all_asking(room: SurveyRoom) -> None:
    """Not only for the days that letters are held back (Q20)."""
    letter = room.ask()
    report = (
        f"From: fbl@isp.example\nTo: {letter.sender}\nSubject: abuse\nMessage-ID: <fbl@isp.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{letter.message_id}>\nSubject: x\n\n--b--\n"
    )
    room.take(report.replace("\n", "\r\n").encode())
    assert [row.address for row in room.rows(OPTED_OUT)] == [ANNA]
    room.at(at("2027-06-01 10:00")).close_case()
    room.pass_on(hours=24).go_round()
    assert (room.survey().state, room.survey().reason) == ("cancelled", "the address wants no surveys")


def test_a_survey_expires(room: SurveyRoom) -> None:
    """What comes later does not count but is read; what had reached the mailbox before counts."""
    letter, other = room.ask(), room.ask(BO)
    expires = room.surveys()[0].expires
    room.at(room.surveys()[1].expires).go_round()
    assert [one.state for one in room.surveys()] == ["expired", "expired"]
    room.answer(letter, "2\n\nDet gick sönder igen.", sender=ANNA)
    assert (room.surveys()[0].state, room.surveys()[0].score) == ("expired", None)
    assert room.surveys()[0].comment == "Det gick sönder igen."
    assert len(room.letters("comment:")) == 1
    assert room.letters("lowscore:") == []
    late = reply(other, "9", number=99, sender=BO)
    room.take(late, received=expires - timedelta(hours=1))
    assert (room.surveys()[1].state, room.surveys()[1].score) == ("answered", 9)


def test_a_survey_in_doubt_is_held(room: SurveyRoom) -> None:
    """Nobody is asked twice because a line broke after the dot (K22)."""
    room.sink.answer = lambda step, whom: "drop" if step == "dot" and whom == ANNA else None
    room.close_case()
    room.pass_on(hours=22).go_round()
    room.sink.answer = lambda _step, _whom: None
    room.pass_on(hours=1).go_round()
    letters = {each.cause.partition(":")[0]: each.state for each in room.rows(OUTGOING, OUTGOING.c.recipient == ANNA)}
    assert letters == {"ack": "sent", "closing": "sent", "survey": "doubtful"}


def test_what_the_case_became_part_of_hears_the_answer(room: SurveyRoom) -> None:
    """A case opened again and merged since: its survey's answer counts, and is told where the case goes on."""
    letter = room.ask()
    _reopen(room)
    copy = room.letters("copy:mail", AGNES)[-1]
    room.write()
    target = room.rows(TICKET)[-1]
    room.answer(copy, f"#merge {target.number}", sender=AGNES)
    assert [row.state for row in room.rows(TICKET)] == ["merged", "open"]
    room.answer(letter, "Hej! Bra jobbat.", sender=ANNA)
    again = room.letters("survey:ticket:1:closing:1:again")
    room.answer(again[0], "9", sender=ANNA)
    assert room.survey().score == 9
    assert f"[{target.number}]" in str(read(room.letters("comment:")[-1])["Subject"])
