"""Surveys through real servers: cases closed by mail, customers asked by mail, their answers read by the daemon."""

from __future__ import annotations

import html as markup
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from mailbot.config import load_settings
from mailbot.database import Database
from mailbot.tables import OPTED_OUT, SURVEY
from tests.daemon.house import House, until
from tests.daemon.mailprograms import PROGRAMS, html_of
from tests.daemon.people import Person, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

SURVEY_TERMS = """
[survey]
questions = ["Hur nöjd är du med hjälpen, från 0 till 10?", "Varför?", "Vad kan vi göra bättre?"]
wait = "0"

[[survey.hours]]
mon-sun = ["00:00-24:00"]
open_on_holidays = true
"""
SAID = {
    "gmail": ("9", 9), "html": ("jag ger er en 8:a, snabbt svar", 8), "outlook": ("10/10\n\nBra!", 10),
    "apple": ("1. 7\n2. Lång väntan\n3. Svara snabbare", 7), "iphone": ("nio", 9), "thunderbird": ("6 av 10", 6),
    "samsung": ("Betyg: 5", 5), "between": ("4\nLångsamt\nSvara snabbare", 4), "filled": ("3\nLångsamt\nMer folk", 3),
}  # fmt: skip
"""By mail program: what is typed, and the score that it says."""


class Stage:
    """A house whose desk asks at once, its agent and its lead."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix, tags: str, name: str) -> None:
        """`name` keeps its people's mailboxes apart from those of other tests."""
        self.servers = (dovecot, postfix)
        self.name = name
        self.house = House(folder, dovecot, postfix.port)
        self.agnes = Person("Agnes", f"agnes.{name}@agents.example", dovecot, postfix)
        self.lead = Person("Lena", f"lena.{name}@agents.example", dovecot, postfix)
        desk = self.house.desk_file.read_text(encoding="utf-8").replace("agnes@agents.example", self.agnes.address)
        top = f'reply_tags = "{tags}"\nreconsider = "0"\nlead = "{self.lead.address}"\n'
        self.house.desk_file.write_text(top + desk + SURVEY_TERMS, encoding="utf-8")

    def customer(self, name: str) -> Person:
        """Somebody with a mailbox of their own."""
        return Person("Anna Ek", f"{name}.{self.name}@customer.example", *self.servers)

    def rows(self, table: Any) -> list[Any]:
        """What the daemon has kept."""
        database = Database(load_settings(self.house.folder).database)
        try:
            with database.read() as connection:
                return list(connection.execute(select(table).order_by(table.c.id)))
        finally:
            database.close()

    def surveys(self) -> dict[str, Any]:
        """By customer's name."""
        return {row.recipient.partition(".")[0]: row for row in self.rows(SURVEY)}

    def close_cases(self, people: list[Person]) -> list[EmailMessage]:
        """Each writes, Agnes closes all the cases; the survey that each then gets."""
        for person in people:
            person.write(self.house.address, f"Fråga av {person.address.partition('.')[0]}", "Hur gör jag?")
        copies = [self.agnes.next_letter("the copy of a new case") for _ in people]
        for copy in copies:
            self.agnes.answer(copy, "Starta om.\n\n#stäng")
        for person in people:
            person.next_letter("the acknowledgement")
            person.next_letter("the closing letter")
        until(lambda: all(len(person.letters()) == 3 for person in people), "the surveys")
        return [person.next_letter("the survey") for person in people]


@pytest.fixture(params=["plus", "none"])
def stage(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The daemon at work on an empty database."""
    made = Stage(tmp_path / "house", dovecot, postfix, request.param, re.sub("[^a-z]+", "", request.node.name)[4:])
    with made.house.running():
        yield made


def _answer(person: Person, survey: EmailMessage, program: str, said: str) -> None:
    text, page = PROGRAMS[program](survey, said)
    reply = EmailMessage()
    reply["From"] = f"{person.name} <{person.address}>"
    reply["To"] = str(survey["Reply-To"] or survey["From"])
    reply["Subject"] = f"SV: {survey['Subject']}"
    reply["Message-ID"] = make_msgid(domain="customer.example")
    reply["In-Reply-To"] = str(survey["Message-ID"])
    reply["References"] = f"{survey['References'] or ''} {survey['Message-ID']}".strip()
    if text:
        reply.set_content(text)
    if page and text:
        reply.add_alternative(f"<html><body>{page}</body></html>", subtype="html")
    elif page:
        reply.set_content(f"<html><body>{page}</body></html>", subtype="html")
    person.send(reply)


def _tap(person: Person, survey: EmailMessage, score: int) -> None:
    """Tap a number of the HTML, and send what the mail program has made ready."""
    links = [markup.unescape(link) for link in re.findall(r'href="(mailto:[^"]*)"', html_of(survey))]
    link = urlsplit(links[score])
    fields = parse_qs(link.query, keep_blank_values=True)
    reply = EmailMessage()
    reply["From"] = f"{person.name} <{person.address}>"
    reply["To"] = unquote(link.path)
    reply["Subject"] = fields["subject"][0]
    reply["Message-ID"] = make_msgid(domain="customer.example")
    reply.set_content(fields["body"][0].replace("\r\n", "\n") + "\n")
    person.send(reply)


def test_customers_answer_from_their_mail_programs(stage: Stage) -> None:
    """Nine programs and a tap: each score is counted as it was said, no case opens, the low ones reach the lead."""
    people = {name: stage.customer(name) for name in (*SAID, "tap")}
    surveys = dict(zip(people, stage.close_cases(list(people.values())), strict=True))
    for program, (said, _) in SAID.items():
        _answer(people[program], surveys[program], program, said)
    _tap(people["tap"], surveys["tap"], 10)
    until(lambda: all(row.answered for row in stage.surveys().values()), "all answers")
    expected = {program: score for program, (_, score) in SAID.items()} | {"tap": 10}
    assert {name: row.score for name, row in stage.surveys().items()} == expected
    for program in ("apple", "between", "filled"):
        assert json.loads(stage.surveys()[program].texts)[0] in {"Lång väntan", "Långsamt"}
    low = [stage.lead.next_letter("a low score") for _ in range(4)]
    assert sorted(re.findall(r": (\d+) av 10", str(letter["Subject"]))[0] for letter in low) == ["3", "4", "5", "6"]
    assert {ticket["state"] for ticket in stage.house.tickets()} == {"closed"}
    assert len(stage.house.tickets()) == len(people)
    assert stage.house.parked() == []
    assert "Traceback" not in stage.house.log


def test_what_is_no_score(stage: Stage) -> None:
    """An absence, "stop", words without a number, another's forgery; and the agent opens a case from the comment."""
    names = ("absent", "stops", "wordy", "forged")
    people = {name: stage.customer(name) for name in names}
    surveys = dict(zip(people, stage.close_cases(list(people.values())), strict=True))
    people["absent"].answer(surveys["absent"], "Åter den 9 december.", Auto_Submitted="auto-replied")
    people["stops"].answer(surveys["stops"], "stopp")
    confirmation = people["stops"].next_letter("that nothing more is asked")
    assert "Inga" in str(confirmation["Subject"]) or "inga" in str(confirmation["Subject"])
    assert [row.address for row in stage.rows(OPTED_OUT)] == [people["stops"].address]

    people["wordy"].answer(surveys["wordy"], "Det fungerar inte på kontoret.")
    again = people["wordy"].next_letter("the question for a score")
    while "kontoret" not in text_of(comment := stage.agnes.next_letter("the comment")):
        pass
    people["wordy"].answer(again, "2")
    until(lambda: stage.surveys()["wordy"].score == 2, "the score")
    stage.agnes.answer(comment, "#reopen\nVi tittar på det.")
    people["wordy"].next_letter("what Agnes wrote")
    number = str(comment["Subject"]).partition("]")[0].strip("[")
    assert stage.house.show(number)["state"] == "open"

    eve = stage.customer("eve")
    tag = str(surveys["forged"]["Message-ID"]).strip("<>").partition(".")[0]
    wrong = tag[:-3] + "".join("b" if each == "a" else "a" for each in tag[-3:])
    eve.write(stage.house.address, f"0 · {wrong}", "0")
    eve.next_letter("the acknowledgement of a case of her own")
    scores = {name: row.score for name, row in stage.surveys().items()}
    assert scores == {"absent": None, "stops": None, "wordy": 2, "forged": None}
    assert stage.surveys()["absent"].comment == ""
    assert stage.house.parked() == []
    assert "Traceback" not in stage.house.log
