"""`mailbot demo` as a newcomer runs it: one command in an empty folder, its words held against its letters."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.demo import DemoError, show_demo

COMMAND = [sys.executable, "-m", "mailbot", "demo"]
TICKET = re.compile(
    r"(?P<case>[A-Z]{2}-\d{6})  (?P<desk>\S+) +(?P<priority>\S+) +"
    r"(?P<received>\w{3} \d\d \w{3} \d\d:\d\d)  (?P<start>\w{3} \d\d \w{3} \d\d:\d\d)"
)
CUSTOMERS = {
    "eva.lundgren@snickeriet.example", "goran.astrom@farghandeln.example", "sara.blom@byggvaror.example",
    "mikko.rantala@akeriet.example", "lena.sandberg@skogsagarna.example", "bjorn@vvs-soerensen.example",
    "karen@glarmester-holm.example", "maria.kralova@pekaren.example", "tom.harris@bikeparts.example",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What one run printed and left behind."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def turns(self) -> list[str]:
        """What is told of each mail of the agents' day, in order."""
        return _turns(self.stdout.partition("The agents' day")[2].partition("The agent's answer in")[0])

    @property
    def closings(self) -> list[str]:
        """What is told of each mail that closes a case."""
        return _turns(self.stdout.partition("After the close")[2].partition("The closing letter of")[0])

    @property
    def survey_answers(self) -> list[str]:
        """What is told of each answer to a survey."""
        return _turns(self.stdout.partition("The customers answer")[2].partition("How the answers were read")[0])

    @property
    def tickets(self) -> dict[str, dict[str, str]]:
        """The lines of the table, by case number."""
        return {match["case"]: match.groupdict() for match in TICKET.finditer(self.stdout)}

    def got(self, turn: str) -> dict[str, list[EmailMessage]]:
        """The letters that a turn is said to have caused, by the recipient named."""
        found: dict[str, list[EmailMessage]] = {}
        for recipient, name in re.findall(r"^   > (\S+) gets (demo-\S+\.eml)$", turn, re.MULTILINE):
            found.setdefault(recipient, []).append(_read(self.out / name))
        return found

    def letters(self, case: str = "*", kind: str = "*") -> list[EmailMessage]:
        """The letters in the folder, in the order of their names."""
        return [_read(path) for path in sorted(self.out.glob(f"demo-{case}-??-{kind}-*.eml"))]


def _turns(part: str) -> list[str]:
    return re.split(r"^\d+\. ", part, flags=re.MULTILINE)[1:]


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def _environment(temporary: Path) -> dict[str, str]:
    # Far from the desks' zones, so that a time shown in the machine's own would be seen.
    return {**os.environ, "TZ": "Pacific/Honolulu", "TMPDIR": str(temporary), "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run into a folder that holds an earlier demo's letter and files of somebody else's."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "temporary").mkdir()
    out = folder / "demo-out"
    out.mkdir()
    for name in ("demo-VC-000099-01-ack-nobody.eml", "demo-notes.eml", "mine.eml"):
        (out / name).write_text("Subject: earlier\n\n")
    # Read as bytes, or Python would hide what carriage returns there are.
    done = subprocess.run(
        COMMAND, cwd=folder, env=_environment(folder / "temporary"), capture_output=True, timeout=120, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), out)


def test_it_ends_well_and_says_what_to_do_next(ran: Ran) -> None:
    """Exit code 0, nothing on standard error, plain text in a pipe, no warning, and three commands to go on with."""
    assert ran.code == 0, ran.stderr
    assert ran.stderr == ""
    assert "\x1b" not in ran.stdout
    assert "\r" not in ran.stdout
    assert "The daemon warned" not in ran.stdout, (ran.out / "demo.log").read_text(encoding="utf-8")
    last = ran.stdout.splitlines()[-3:]
    # Behind the program's name only: the path of an interpreter may hold any word.
    commands = [re.search(r"mailbot (?:--config \S+ )?(\w+)", line) for line in last]
    assert [command and command[1] for command in commands] == ["init", "check", "run"]


def test_each_desk_has_its_tickets(ran: Ran) -> None:
    """Ten cases at five desks, their priorities by the desks' own rules."""
    tickets = ran.tickets
    assert Counter(ticket["desk"] for ticket in tickets.values()) == {
        "visma-control": 3, "softone-go": 1, "biometria-viol3": 2, "microbizz": 2, "cloudempiere": 2,
    }  # fmt: skip
    assert sorted(ticket["priority"] for ticket in tickets.values()) == sorted(
        ["critical", "normal", "normal", "5", "driver", "first", "incident", "service-request", "3", "3"]
    )
    assert tickets["VC-000013"]["priority"] == "critical"


def test_the_starts_are_counted_from_the_arrival_by_the_desks_clock(ran: Ran) -> None:
    """A driver waits one hour at any time of the week; nobody's work starts before the mail came."""

    def moment(text: str) -> datetime:
        # Leap years have every date; a run around New Year is only ever shifted whole days.
        return datetime.strptime(f"2024 {text[4:]}", "%Y %d %b %H:%M")  # noqa: DTZ007 - a desk's local time

    (driver,) = (ticket for ticket in ran.tickets.values() if ticket["priority"] == "driver")
    waited = (moment(driver["start"]) - moment(driver["received"])).seconds
    changed_clock = timedelta(hours=1).seconds
    hour = timedelta(hours=1).seconds
    assert waited in {w + shift for w in (hour, hour + 60) for shift in (0, changed_clock, -changed_clock)}
    received = {ticket["received"] for ticket in ran.tickets.values()}
    assert len(received) <= 2, "the desks lie in one zone, and all mails came within a minute"


def test_only_people_are_answered_and_once(ran: Ran) -> None:
    """Nine customers are acknowledged, each once; the newsletter, the absent and the mail system get nothing."""
    answered = Counter(str(letter["To"]) for letter in ran.letters(kind="ack"))
    assert answered == dict.fromkeys(CUSTOMERS, 1)
    assert "4 mails heard and not answered" in ran.stdout
    why = (
        "a mailing list (List-Id)",
        "a null return path",
        "MB-000013: a delivery report",
        "VC-000013: a further message",
    )
    for words in why:
        assert words in ran.stdout
    for letter in ran.letters(kind="copy"):
        assert str(letter["To"]).endswith("@desk.example")


def test_the_answer_joins_the_case_it_answers(ran: Ran) -> None:
    """The follow-up to the acknowledgement opens no case: each agent hears of it in the thread of the first copy."""
    assert len(ran.letters("VC-000013", "ack")) == 1
    firsts, seconds = (ran.letters("VC-000013", "copy")[place : place + 2] for place in (0, 2))
    assert {letter["To"]: letter["Message-ID"] for letter in firsts} == {
        letter["To"]: letter["In-Reply-To"] for letter in seconds
    }
    assert all("licensen har gått ut" in _text(letter) for letter in seconds)


def test_every_letter_is_a_sound_mail(ran: Ran) -> None:
    """Every .eml parses without a defect, is 7-bit, has a Message-ID of its own, and says if a machine wrote it."""
    letters = ran.letters()
    said = re.search(r"All (\d+) letters", ran.stdout)
    assert said
    assert len(letters) == int(said[1]) >= len(CUSTOMERS)
    assert len({letter["Message-ID"] for letter in letters}) == len(letters)
    for letter in letters:
        assert [part.defects for part in letter.walk() if part.defects] == []
        assert letter["From"]
        assert letter["Date"]
    assert all(path.read_bytes().isascii() for path in ran.out.glob("demo-*.eml"))
    by_people = [letter for letter in letters if letter["Auto-Submitted"] is None]
    assert len(by_people) == len(ran.letters(kind="relay")) == 4


def test_what_customers_wrote_arrives_whole(ran: Ran) -> None:
    """Latin-1, windows-1250, HTML and attachments reach the agents as they were meant."""
    copies = ran.letters(kind="copy")
    for words in ("Färghandeln på Öland", "Pekáreň Slnečnica", "Webbläsare: Firefox", "Bilen är AKR 042"):
        assert any(words in _text(letter) for letter in copies), words
    attached = {part.get_filename(): part.get_content() for letter in copies for part in letter.iter_attachments()}
    assert set(attached) == {"avräkning.csv", "skaerm.png"}
    assert attached["skaerm.png"].startswith(b"\x89PNG")


def test_each_mail_of_the_agents_day_is_told_with_what_came_of_it(ran: Ran) -> None:
    """Eight turns: the letters named are those sent since, each to whom it says; who gets nothing has none of them."""
    turns = ran.turns
    assert [turn.partition(" (")[0] for turn in turns] == [
        "An agent changes the priority", "An agent answers a customer", "An agent makes an internal note",
        "A command is misspelt", "The agent's answer comes back", "Somebody writes in an agent's name",
        "The same mail, its command put right", "An agent is out of office",
    ]  # fmt: skip
    later = [*ran.closings, *ran.survey_answers]
    told = [(to, letter) for turn in turns + later for to, letters in ran.got(turn).items() for letter in letters]
    assert all(str(letter["To"]) == to for to, letter in told)
    before = re.search(r"answers to the letters delivered and read, (\d+) letters sent", ran.stdout)
    assert before
    ids = {letter["Message-ID"] for _, letter in told}
    assert len(ids) == len(ran.letters()) - len(ran.letters(kind="survey")) - int(before[1])
    tom, karen, eva = "tom.harris@bikeparts.example", "karen@glarmester-holm.example", "eva.lundgren@snickeriet.example"
    customers = [sorted(set(ran.got(turn)) & CUSTOMERS) for turn in turns]
    assert customers == [[tom], [karen], [], [], [], [], [tom], []]
    spared = [re.findall(r"^   > (\S+?),? .*gets (?:nothing|anything)$", turn, re.MULTILINE) for turn in turns]
    assert spared == [[], [], [eva], [tom], [karen], [eva], [], ["nobody"]]


def test_the_agents_own_letters_say_what_became_of_their_mail(ran: Ran) -> None:
    """Receipt, refusal with the text given back, warning of the forged mail, and the word that an answer came back."""
    _, answered, _, misspelt, bounced, forged, _, absent = ran.turns
    (taken,) = ran.got(answered)["soren.holst@desk.example"]
    assert "Mette Kjær" in _text(taken)
    (refusal,) = ran.got(misspelt)["sluzba@desk.example"]
    assert "#wiat" in _text(refusal)
    assert "which documents were posted" in _text(refusal)
    (lost,) = ran.got(bounced)["mette.kjaer@desk.example"]
    assert "The mailbox is full" in _text(lost)
    warning, _ = ran.got(forged)["johan.ek@desk.example"]
    assert str(warning["Auto-Submitted"]).startswith("auto-")
    assert ran.got(absent) == {}
    assert "auto-submitted" in absent


def test_a_relayed_answer_is_the_agents_words_and_no_more(ran: Ran) -> None:
    """From the desk under the agent's name, threaded, without command, quote, signature and the agent's headers."""
    (letter,) = ran.letters("CE-*", "relay")
    assert letter["From"].addresses[0].addr_spec == "support@cloudempiere.example"
    assert str(letter["In-Reply-To"]) == "<CAF7.stock@bikeparts.example>"
    assert "Please send us its list of movements" in _text(letter)
    raw = letter.as_string()
    for private in ("#wait", "sluzba@desk.example", "10.20.30.40", "A mail program", "room 12", "stocktaking again"):
        assert private not in raw
    assert _text(letter).strip() in ran.stdout, "shown as it was sent"


def test_notes_and_forged_words_stay_inside(ran: Ran) -> None:
    """Neither the internal note nor what was written in an agent's name is in any letter to a customer."""
    told = "\n".join(_text(letter) for letter in ran.letters() if str(letter["To"]) in CUSTOMERS)
    assert "licensservern" not in told
    assert "www.elsewhere.example" not in told


def test_the_case_is_told_from_beginning_to_end(ran: Ran) -> None:
    """The history shows the turns of that case in the order in which they were told."""
    case = ran.stdout.partition("from beginning to end")[2]
    places = [
        case.index(words)
        for words in (
            "waiting for the customer", "* opened:", "#priority 2", "* priority: priority 2", "#wiat", "* refused:",
            "* waiting:", "relay to tom.harris@bikeparts.example: sent",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_closes_bring_the_solution_and_then_a_survey_each(ran: Ran) -> None:
    """Each customer gets the agent's words, less the command, and after them one survey; both are shown as sent."""
    eva, goran = "eva.lundgren@snickeriet.example", "goran.astrom@farghandeln.example"
    assert [sorted(set(ran.got(turn)) & CUSTOMERS) for turn in ran.closings] == [[eva], [goran]]
    (solution,) = ran.got(ran.closings[0])[eva]
    assert "Licensen hade gått ut" in _text(solution)
    assert "#klart" not in _text(solution)
    surveys = {str(letter["To"]): letter for letter in ran.letters(kind="survey")}
    assert sorted(surveys) == [eva, goran]
    assert "2 surveys sent" in ran.stdout
    assert "På en skala från 0 till 10" in _text(surveys[eva])
    shown = ran.stdout.partition("After the close")[2]
    places = [shown.index(words) for words in (_text(solution).strip(), "2 surveys sent", _text(surveys[eva]).strip())]
    assert places == sorted(places)


def test_the_survey_is_answered_in_two_styles_and_read(ran: Ran) -> None:
    """A number word above the quote and a tap on a number count; the words reach the agent, a low score the lead."""
    worded, tapped = ran.survey_answers
    (words,) = ran.got(worded)["johan.ek@desk.example"]
    assert "varna gärna" in _text(words)
    (warning,) = ran.got(tapped)["lead@desk.example"]
    assert "VC-000021" in str(warning["Subject"])
    assert not (set(ran.got(worded)) | set(ran.got(tapped))) & CUSTOMERS
    read = dict(re.findall(r"^VC-\d{6}  (\S+): answered, score (\d+)$", ran.stdout, re.MULTILINE))
    assert read == {"eva.lundgren@snickeriet.example": "9", "goran.astrom@farghandeln.example": "4"}


def test_the_score_is_shown_with_its_chart(ran: Ran) -> None:
    """One promoter and one detractor among two asked: a score of 0, and an interval that says how little that is."""
    score = ran.stdout.partition("as `mailbot nps --desk visma-control` tells it")[2].partition("What next")[0]
    (total,) = re.findall(r"^All +(.+)$", score, re.MULTILINE)
    assert total.split() == ["2", "1", "0", "1", "0", "-95", "to", "+95", "2", "of", "2", "100", "%"]
    assert re.search(r"^ +-100 +0 +\+100 ", score, re.MULTILINE)


def test_one_acknowledgement_is_shown_as_it_was_sent(ran: Ran) -> None:
    """The letter on the screen is, line by line, one of those in the folder."""
    shown = re.search(r"The acknowledgement of (\S+),", ran.stdout)
    assert shown
    (letter,) = ran.letters(shown[1], "ack")
    assert _text(letter).strip() in ran.stdout
    assert f"In-Reply-To: {letter['In-Reply-To']}" in ran.stdout


def test_only_an_earlier_demos_letters_are_replaced(ran: Ran) -> None:
    """Somebody else's files in the folder stay; the log is there; nothing is left in the temporary folder."""
    names = {path.name for path in ran.out.iterdir()}
    assert "demo-VC-000099-01-ack-nobody.eml" not in names
    assert {"demo-notes.eml", "mine.eml", "demo.log"} <= names
    assert "mailbot has stopped" in (ran.out / "demo.log").read_text(encoding="utf-8")
    assert list((ran.out.parent / "temporary").iterdir()) == []


@contextmanager
def _hearing_interrupts() -> Iterator[None]:
    """Tests that run in the background, without a terminal, ignore Ctrl-C, and so would what they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    """Ctrl-C in the middle: no traceback, a failing exit code, nothing left in the temporary folder."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with _hearing_interrupts(), subprocess.Popen(
        COMMAND, cwd=tmp_path, env={**_environment(temporary), "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        while "desks" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode not in {0, -signal.SIGINT}
    assert "Traceback" not in complaint
    assert list(temporary.iterdir()) == []


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    """`--out` naming a file is a wrong argument: exit code 2, and the file stays."""
    (tmp_path / "out").write_text("mine")
    done = subprocess.run(
        [*COMMAND, "--out", "out"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "out" in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


def test_a_machine_without_a_free_port_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no port can be opened, the error says where and why."""

    def refuse(*_: object, **__: object) -> socket.socket:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(DemoError, match=r"no port can be opened on 127.0.0.1: Cannot assign requested address"):
        show_demo(tmp_path / "out")
