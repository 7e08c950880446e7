"""An agent opens a case for a customer, by forwarding the customer's mail or by writing first."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from mailbot.core.commands import read_commands
from mailbot.core.desk import Desk, Rule
from mailbot.core.letter import Letter, read_letter
from mailbot.core.opening import Opening, open_for_customer
from mailbot.core.turn import Turn
from tests.core.deskwork import AGNES, DESK, mail, scene, told
from tests.core.forwards import WHO, outlook

CUSTOMER = "anna.kund@kund.example"
BELOW = "\n\n-----Ursprungligt meddelande-----\nFrån: {who}\nSkickat: den 20 november 2026 09:12\nTill: Agnes\nÄmne: Trasig skrivare\n\nHej!\n\nStoppet är totalt.\n"  # noqa: E501 - as Outlook writes it
RULES = replace(DESK, rules=(Rule("stop", words=("stoppet",), priority="critical"),))


def opened(text: str, *, letter: Letter | None = None, desk: Desk = DESK, **more: Any) -> Opening | Turn:
    """What comes of a mail to Agnes's personal address."""
    letter = letter or mail(text)
    orders = read_commands(letter.own_words, desk.languages)
    return open_for_customer(replace(scene(letter=letter, desk=desk, orders=orders, in_person=True, **more), case=None))


def opening(text: str, **more: Any) -> Opening:
    """The case that it opens."""
    found = opened(text, **more)
    assert isinstance(found, Opening), told(found)
    return found


def why(text: str, **more: Any) -> list[str]:
    """Why none is opened."""
    found = opened(text, **more)
    assert isinstance(found, Turn)
    assert not found.done
    return told(found)


def attached(*raws: bytes, text: str = "#new") -> Letter:
    """A mail that carries others whole."""
    carrier = EmailMessage(policy=SMTP)
    carrier["From"], carrier["To"], carrier["Subject"] = AGNES.address, "support@desk.example", "VB: x"
    carrier.set_content(text)
    for raw in raws:
        carrier.add_attachment(raw, maintype="message", subtype="rfc822", filename="mail.eml", cte="8bit")
    return read_letter(carrier.as_bytes())


ORIGINAL = (
    f"From: Anna Kund <{CUSTOMER}>\r\nTo: agnes@agents.example\r\nSubject: Trasig skrivare\r\n"
    "Message-ID: <original@kund.example>\r\n\r\nStoppet =C3=A4r totalt.\r\n"
).encode()


def test_a_forwarded_mail_opens_a_case_for_its_sender() -> None:
    """The customer's words are the question, the agent's above them an internal note."""
    found = opening("#new\n\nKan någon ta den här?" + BELOW.format(who=WHO))
    sender = found.letter.sender
    assert sender is not None
    assert (sender.name, sender.key) == ("Anna Kund", CUSTOMER)
    assert found.letter.subject == "Trasig skrivare"
    assert found.letter.reply == "Hej!\n\nStoppet är totalt."
    assert found.first is None
    assert found.note == "Kan någon ta den här?"
    assert [line.told.kind for line in found.receipt("DE-000099")] == ["done-new", "done-note"]


def test_nothing_of_the_agents_own_mail_is_the_customers() -> None:
    """Not the agent's Message-ID, recipients (the secret address is one), headers and HTML."""
    letter = opening("#new" + BELOW.format(who=WHO)).letter
    assert (letter.message_id, letter.to, letter.cc, letter.headers, letter.html) == ("", (), (), (), "")
    assert AGNES.address not in letter.claimed_from


def test_a_mail_that_is_attached_whole_is_kept_whole() -> None:
    """With its Message-ID, so that the acknowledgement stands under it in the customer's mail program."""
    found = opening("", letter=attached(ORIGINAL))
    assert found.letter.message_id == "original@kund.example"
    assert found.letter.sender is not None
    assert found.letter.sender.key == CUSTOMER


@pytest.mark.parametrize("language", ["sv", "da", "sk", "en"])
def test_a_forward_in_each_language_is_read(language: str) -> None:
    """Whichever program and language wrote it down."""
    found = opening(outlook(language))
    assert found.letter.sender is not None
    assert found.letter.sender.key == CUSTOMER


def test_an_agent_writes_first() -> None:
    """The words go to the customer who is named, the files with them; nothing is acknowledged."""
    letter = mail(
        "#new Anna Kund <Anna.Kund@kund.example>\n\nHej Anna!\n\nHär är avtalet.\n\nMvh\nAgnes",
        files={"a.pdf": b"%PDF"},
    )
    found = opening("", letter=letter)
    assert found.first is not None
    assert found.first.words.text == "Hej Anna!\n\nHär är avtalet.\n\nMvh\nAgnes"
    assert [part.name for part in found.first.files] == ["a.pdf"]
    assert found.note == ""
    assert found.letter.sender is not None
    assert (found.letter.sender.key, found.letter.sender.name) == (CUSTOMER, "Anna Kund")
    assert found.receipt("DE-000099")[0].told.about == ("DE-000099", "Anna.Kund@kund.example")


def test_a_file_alone_is_enough_to_write_first() -> None:
    """As it is in a reply."""
    found = opening("", letter=mail(f"#new {CUSTOMER}", files={"a.pdf": b"%PDF"}))
    assert found.first is not None
    assert found.first.words.text == ""


def test_a_named_customer_wins_over_the_forwarded_sender() -> None:
    """A colleague of the customer's handed the mail on; it is opened for whom the agent names."""
    found = opening(f"#new {CUSTOMER}" + BELOW.format(who="Kim <kim@agents.example>"))
    assert found.letter.sender is not None
    assert found.letter.sender.key == CUSTOMER
    assert found.first is None


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("#new", ("sales", "critical")),
        ("#new\n#priority low", ("sales", "low")),
        ("#new\n#queue transport", ("transport", "critical")),
        ("#prioritet hög\n#nytt ärende\n#kö transport", ("transport", "high")),
    ],
)
def test_the_desks_rules_place_the_case_unless_the_agent_does(text: str, placed: tuple[str, str]) -> None:
    """By the customer's words."""
    found = opening(text + BELOW.format(who=WHO), desk=RULES).placement
    assert (found.queue, found.priority) == placed


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("#new", ["no-customer"], id="nobody"),
        pytest.param("#new\n\nHej!", ["no-customer"], id="words for nobody"),
        pytest.param("#new anna", ["bad-address"], id="no address"),
        pytest.param("#new a@kund.example, b@kund.example", ["bad-address"], id="two"),
        pytest.param("#new åsa@kund.example\n\nHej!", ["bad-address"], id="one that no letter can go to"),
        pytest.param(f"#new {CUSTOMER}", ["no-words"], id="nothing to say"),
        pytest.param("#new olle@agents.example\n\nHej!", ["is-agent"], id="a colleague"),
        pytest.param("#new support@desk.example\n\nHej!", ["is-agent"], id="the desk itself"),
        pytest.param(f"#new {CUSTOMER}\n#close\n\nHej!", ["not-together"], id="what befalls a case that is not there"),
        pytest.param(f"#new {CUSTOMER}\n#new bo@kund.example\n\nHej!", ["not-together"], id="two customers"),
        pytest.param(f"#new {CUSTOMER}\n#priority nonsense\n\nHej!", ["bad-argument"], id="no such level"),
        pytest.param(f"#new {CUSTOMER}\n#blurb\n\nHej!", ["unknown-command"], id="no such command"),
        pytest.param(f"#new {CUSTOMER}\n\nHej!\n\n#note arg\n\nHej då!", ["amid-text"], id="an order amid the words"),
        pytest.param("#new" + BELOW.format(who="Olle <olle@agents.example>"), ["is-agent"], id="a colleague's mail"),
        pytest.param("#new" + BELOW.format(who="a@x.se, b@x.se"), ["no-customer"], id="a mail of nobody in particular"),
        pytest.param(
            f"#new {CUSTOMER}\n\nHan är arg." + BELOW.format(who="a@x.se, b@x.se"), ["which-mail"],
            id="words above a mail that cannot be read are for colleagues",
        ),
    ],
)  # fmt: skip
def test_why_no_case_is_opened(text: str, kinds: list[str]) -> None:
    """Nothing is sent, and the agent is told."""
    assert why(text) == kinds


def test_of_two_attached_mails_none_is_meant() -> None:
    """Not even where the customer is named: the words may be about either."""
    assert why("", letter=attached(ORIGINAL, ORIGINAL)) == ["no-customer"]
    assert why("", letter=attached(ORIGINAL, ORIGINAL, text=f"#new {CUSTOMER}\n\nHan är arg.")) == ["which-mail"]


@pytest.mark.parametrize(
    ("more", "kind"), [({"replayed": True}, "replayed"), ({"whole_size": 30_000_000}, "mail-too-large")]
)
def test_a_mail_that_was_obeyed_or_cut_opens_nothing(more: dict[str, Any], kind: str) -> None:
    """A replay would open a second case, a cut mail lose what was attached."""
    assert why(f"#new {CUSTOMER}\n\nHej!", **more) == [kind]
