"""`post` against a server that plays dialogues: each a text in tests/dialogues/, its first line the claim."""

from __future__ import annotations

import logging
import re
from itertools import product
from pathlib import Path

import pytest

from mailbot.config import SmtpSettings
from mailbot.core.fate import Fate
from mailbot.post import Freight, Post
from tests.dialogues.peer import CERTIFICATE, HERE, Peer

PASSWORD = "lösenord"
TEXT = b"Subject: received\r\nMessage-ID: <1@desk.example.test>\r\n\r\nWe have your letter.\r\n"
LETTERS = {
    "ack": Freight("", "anna@example.test", TEXT),
    "from-desk": Freight("desk@example.test", "anna@example.test", TEXT),
    "dots": Freight("", "anna@example.test", b".first\r\n\r\n.\r\n..two\r\nin the. middle\r\n.\r\n"),
    "huge": Freight("", "anna@example.test", b"Subject: huge\r\n\r\n" + (b"y" * 70 + b"\r\n") * 300_000),
    "beyond-ascii": Freight("", "jörg@exämple.test", TEXT),
}  # fmt: skip
DIALOGUES = sorted(HERE.glob("*.smtp"))


def make_post(port: int, words: set[str], folder: Path, timeout: float = 20) -> Post:
    """A Post with the settings that the words of a dialogue's `use` lines ask for."""
    secret = folder / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    security = next(iter(words & {"tls", "starttls"}), "none")
    settings = SmtpSettings(
        host="127.0.0.1" if security == "none" or "wrong-name" in words else "localhost",
        port=port,
        security=security,
        user="desk" if "login" in words else "",
        password_file=secret if "login" in words else None,
        ca_file=None if "untrusted" in words else CERTIFICATE,
        timeout_seconds=timeout,
    )
    return Post(settings, "desk.example.test", monotonic=lambda: 0.0)


def perform(dialogue: str, folder: Path, timeout: float = 20) -> tuple[list[Fate], list[str], Peer]:
    """Play a dialogue: what became of each letter, what the text expects, and the peer that heard them."""
    words = {word for line in re.findall(r"(?m)^use (.*)$", dialogue) for word in line.split()}
    letters = [LETTERS[name] for name in re.findall(r"(?m)^letter (.*)$", dialogue)]
    expected = re.findall(r"(?m)^= (.*)$", dialogue)
    with Peer(dialogue) as peer:
        post = make_post(peer.port, words, folder, timeout)
        fates = [post.deliver(letter) for letter in letters]
        post.close()
    return fates, expected, peer


def told(fate: Fate) -> str:
    """A fate in the words of a dialogue."""
    return f"{fate.outcome} {fate.code} {fate.step}"


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_dialogue(path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each dialogue goes as its text says; what arrives is what was sent; no password is told or logged."""
    caplog.set_level(logging.DEBUG)
    fates, expected, peer = perform(path.read_text(encoding="utf-8"), tmp_path)
    assert [told(fate) for fate in fates] == expected
    sent = {letter.content for letter in LETTERS.values()}
    assert set(peer.letters) <= sent
    assert len(peer.letters) == sum(fate.step == "dot" for fate in fates)
    for secret in (PASSWORD, "bMO2c2Vub3Jk", "AGRlc2sAbMO2c2Vub3Jk"):
        assert secret not in caplog.text + repr(fates)


def test_every_dialogue_has_a_claim_and_an_expectation() -> None:
    """A dialogue that expects nothing could not fail."""
    for path in DIALOGUES:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert len(re.findall(r"(?m)^letter ", text)) == len(re.findall(r"(?m)^= ", text)) > 0


# What each answer means at each step. `rcpt 552` alone differs from its row: RFC 5321 section 4.5.3.1.10.
OUTCOMES = """
answer           banner ehlo   starttls auth   mail   rcpt   data   dot
421_4.3.2_bye    LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
450_4.2.0_busy   LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
451_4.3.0_error  LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
452_4.3.1_full   LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
454_4.7.0_later  LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
499_made_up      LATER  LATER  LATER    LATER  LATER  LATER  LATER  LATER
500_what         LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
501_syntax       LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
503_sequence     LATER  LATER  LATER    LATER  LATER  LATER  LATER  NEVER
530_5.7.0_login  LATER  LATER  LATER    LATER  LATER  LATER  LATER  NEVER
535_5.7.8_wrong  LATER  LATER  LATER    LATER  LATER  LATER  LATER  NEVER
550_5.1.1_who    LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
551_elsewhere    LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
552_too_many     LATER  LATER  LATER    LATER  NEVER  LATER  NEVER  NEVER
552_5.3.4_large  LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
553_name         LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
554_5.7.1_no     LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
599_made_up      LATER  LATER  LATER    LATER  NEVER  NEVER  NEVER  NEVER
hello_there      LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
199_out_of_turn  LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
399_out_of_turn  LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
drop             LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
reset            LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
stall            LATER  LATER  LATER    LATER  LATER  LATER  LATER  DOUBT
"""
ANSWERS = [line.split() for line in OUTCOMES.split("\n")[2:-1]]
STEPS = OUTCOMES.split("\n")[1].split()[1:]
NAMED = {"banner": "connect", "ehlo": "helo", "starttls": "tls"}
# What a session looks like up to each step, and the step in which the server departs from it.
Session = list[tuple[str, list[str], str]]
SESSION: Session = [
    ("banner", [], "220 hello"),
    ("ehlo", ["-> ehlo *"], "250-hello|250 STARTTLS"),
    ("starttls", ["-> STARTTLS"], "220 go ahead"),
    ("", ["tls", "-> ehlo *"], "250-hello|250 AUTH PLAIN"),
    ("auth", ["-> AUTH PLAIN *"], "235 welcome"),
    ("mail", ["-> MAIL FROM:<>"], "250 ok"),
    ("rcpt", ["-> RCPT TO:<anna@example.test>"], "250 ok"),
    ("data", ["-> DATA"], "354 go on"),
    ("dot", ["-> ."], "250 ok"),
]


# The same where the server offers PIPELINING: MAIL, RCPT and DATA come before the first of them is answered.
AT_ONCE: Session = [
    *SESSION[:3],
    ("", ["tls", "-> ehlo *"], "250-hello|250-PIPELINING|250 AUTH PLAIN"),
    SESSION[4],
    ("mail", ["-> MAIL FROM:<>", "-> RCPT TO:<anna@example.test>", "-> DATA"], "250 ok"),
    ("rcpt", [], "250 ok"),
    ("data", [], "354 go on"),
    SESSION[8],
]


def departure(step: str, answer: str, session: Session = SESSION) -> str:
    """A dialogue that goes well up to a step, and there the server does something else."""
    lines = ["use starttls login", "letter ack", "dial"]
    for name, heard, well in session:
        lines += heard
        if name == step:
            break
        lines += [f"<- {line}" for line in well.split("|")]
    said = answer if answer in {"drop", "reset", "stall"} else f"<- {answer.replace('_', ' ')}"
    lines.append(said)
    if step == "ehlo" and answer.startswith("5"):
        lines += ["-> helo *", said]
    hangs_up = answer[:3] in {"421", "503", "530", "535"} or answer[0] not in "45"
    if session is AT_ONCE and step in {"mail", "rcpt"} and not hangs_up:
        lines += ["<- 503 no sender"] * (step == "mail") + ["<- 503 no recipient"]
    return "\n".join(lines)


CELLS = [pytest.param(row, step, SESSION, id=f"{row[0]}-{step}") for row, step in product(ANSWERS, STEPS)]
CELLS += [pytest.param(row, step, AT_ONCE, id=f"{row[0]}-{step}-at-once") for row, step in product(ANSWERS, STEPS[4:])]


@pytest.mark.parametrize(("row", "step", "session"), CELLS)
def test_table_of_outcomes(row: list[str], step: str, session: Session, tmp_path: Path) -> None:
    """At every step, each class of answer, silence and a broken line has the outcome that the table gives (K26),
    whether or not the server offers PIPELINING (RFC 2920).
    """  # noqa: D205  # the claim has two halves
    dialogue = departure(step, row[0], session)
    (fate,), _, _ = perform(dialogue, tmp_path, timeout=0.4 if row[0] == "stall" else 20)
    code = int(row[0][:3]) if row[0][:1] in {"4", "5"} else 0
    # Before the first letter any odd answer is told with its code.
    if row[0][:1] in {"1", "3"} and STEPS.index(step) <= STEPS.index("auth"):
        code = int(row[0][:3])
    assert (fate.outcome, fate.code, fate.step) == (row[1 + STEPS.index(step)], code, NAMED.get(step, step))


@pytest.mark.parametrize("step", STEPS)
def test_refused_session_points_to_its_cause(step: str, tmp_path: Path) -> None:
    """What the server refuses for our configuration's sake says where to look; what it refuses a letter does not."""
    (fate,), _, _ = perform(departure(step, "535_5.7.8_wrong_password"), tmp_path)
    assert ("mailbot.toml" in fate.text) == fate.server_gone == (step != "dot")
    assert "wrong password" in fate.text
