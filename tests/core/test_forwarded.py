"""A forwarded mail gives its sender, whichever program wrote it down, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.forwarded import Forwarded, forwarded_mail
from mailbot.core.letter import Letter, read_letter
from tests.core.forwards import (
    HTML,
    OUTLOOK,
    PROGRAMS,
    TEXT,
    WHO,
    apple,
    apple_old,
    gmail,
    outlook,
    quoted,
    thunderbird,
)

FOUND = ("Anna Kund", "anna.kund@kund.example", "Trasig skrivare", TEXT)


def _letter(text: str = "", html: str = "", attached: tuple[bytes, ...] = (), subject: str = "VB: Trasig") -> Letter:
    """What an agent sends to the desk."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Bo Agent <bo@desk.example>", "help@desk.example", subject
    if text or not html:
        mail.set_content(text, cte="8bit")
    if html and text:
        mail.add_alternative(html, subtype="html")
    elif html:
        mail.set_content(html, subtype="html")
    letter = read_letter(mail.as_bytes() if not attached else _with(mail, attached))
    assert not letter.faults
    return letter


def _with(mail: EmailMessage, attached: tuple[bytes, ...]) -> bytes:
    mail.make_mixed()
    raw = mail.as_bytes()
    boundary = str(mail.get_boundary()).encode()
    parts = b"".join(b"--%b\r\nContent-Type: message/rfc822\r\n\r\n%b\r\n" % (boundary, each) for each in attached)
    return raw.replace(b"--" + boundary + b"--", parts + b"--" + boundary + b"--")


def _told(found: Forwarded | None) -> tuple[str, str, str, str] | None:
    return (found.sender.name, found.sender.address, found.subject, found.text) if found else None


@pytest.mark.parametrize("language", OUTLOOK)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_every_program_and_language_names_the_sender(program: Callable[[str], str], language: str) -> None:
    """Sender, subject and whole text, and nothing of what the agent wrote above or below."""
    assert _told(forwarded_mail(_letter(program(language)))) == FOUND


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_html_without_a_plain_text_names_the_sender_too(html: str) -> None:
    """As the programs write it in HTML."""
    assert _told(forwarded_mail(_letter(html=html))) == FOUND


def test_header_lines_crushed_into_one_are_read_from_the_html() -> None:
    """Yahoo's plain text runs them together, and then a name could pass for the next header line."""
    crushed = (
        f"#new\n\n   ----- Vidarebefordrat meddelande ----- Från: {WHO}Till: Bo <bo@desk.example>Ämne: Trasig\n {TEXT}"
    )
    assert _told(forwarded_mail(_letter(crushed, HTML["yahoo"]))) == FOUND
    assert forwarded_mail(_letter(crushed)) is None
    inner = "---------- Forwarded message ---------\nFrom: V <victim@x.se>\nDate: x\nSubject: y\n\nz"
    other_order = "#new\n\n----- Forwarded Message ----- Subject: Trasig From: anna@x.se"
    for above in (crushed, crushed.replace("----- Vidarebefordrat meddelande -----", ""), other_order):
        assert forwarded_mail(_letter(f"{above}\n\n{inner}")) is None


def _block(who: str, above: str = "#new\n\n", below: str = "Hej!") -> str:
    return f"{above}From: {who}\nSent: Sunday\nTo: bo@desk.example\nSubject: Help\n\n{below}\n"


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("anna@x.se", ""),
        ("<anna@x.se>", ""),
        ("anna@X.SE <anna@x.se>", ""),
        ("anna@x.se<mailto:anna@x.se>", ""),
        ("Anna <anna@x.se <mailto:anna@x.se>>", "Anna"),
        ("Anna<mailto:anna@x.se>", "Anna"),
        ("Anna [anna@x.se]", "Anna"),
        ("Anna (anna@x.se)", "Anna"),
        ("'Anna Berg' <anna@x.se>", "Anna Berg"),
        ('"Berg, Anna (Lund)" <anna@x.se>', "Berg, Anna (Lund"),
        ("Berg, Anna <anna@x.se>;", "Berg, Anna"),
        ("*Åsa Öberg* <anna@x.se>", "Åsa Öberg"),
        ("Anna @ Firman <anna@x.se>", "Anna @ Firman"),
        ("Anna \u202egreB\u202c <anna@x.se>", "Anna greB"),
        ("'Anna' via Kontakt <anna@x.se>", "Anna' via Kontakt"),
        ("A very long name that a mail program wraps\n<anna@x.se>", "A very long name that a mail program wraps"),
    ],
)  # fmt: skip
def test_the_address_is_found_however_it_is_written(who: str, name: str) -> None:
    """Brackets of any kind, links, quotes and bold marks."""
    found = forwarded_mail(_letter(_block(who)))
    assert found is not None
    assert (found.sender.name, found.sender.address) == (name, "anna@x.se")
    assert (found.subject, found.text) == ("Help", "Hej!")


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("Anna Berg", id="a name alone, as within one company"),
        pytest.param("", id="nothing"),
        pytest.param("victim@x.se <anna@x.se>", id="an address as name"),
        pytest.param('"victim@x.se" <anna@x.se>', id="the same in quotes"),
        pytest.param("Anna <victim@x.se> <anna@x.se>", id="two addresses"),
        pytest.param("Anna [mailto:victim@x.se] <anna@x.se>", id="a link as name"),
        pytest.param("anna@x.se, victim@x.se", id="two senders"),
        pytest.param("list@x.se On Behalf Of Anna", id="in another one's name"),
        pytest.param("list@x.se [mailto:list@x.se] För Anna Berg", id="the same in Swedish"),
        pytest.param("Anna <anna@x.se> [EXTERNAL]", id="words behind it"),
        pytest.param("Anna <anna@x.se <https://elsewhere.example>>", id="a link that leads elsewhere"),
        pytest.param("anna@localhost..se", id="no real domain"),
        pytest.param("anna@[127.0.0.1]", id="an address literal"),
        pytest.param("an\u200bna@x.se", id="an unseen character"),
        pytest.param("anna@x.se@y.se\\", id="two at signs"),
        pytest.param("x" * 70 + "@x.se", id="too long a local part"),
        pytest.param("Anna " * 200 + "<anna@x.se>", id="an address out of sight"),
    ],
)
def test_an_address_that_is_not_beyond_doubt_is_nobodys(who: str) -> None:
    """Better nobody than somebody else (T8)."""
    assert forwarded_mail(_letter(_block(who))) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#new\n\nHej!", id="nothing forwarded"),
        pytest.param("", id="nothing at all"),
        pytest.param("#new\nFrån: Malmö\nTill: Lund\nvill Anna flytta skrivaren", id="words that look like a header"),
        pytest.param("#new\n\n---------- Forwarded message ---------\n\nHej!", id="a separator without a header"),
        pytest.param("#new\n\n---------- Forwarded message ---------\nFrom: anna@x.se", id="a header of one line"),
        pytest.param("#new\n\n---------- Forwarded message ---------\nTo: a@x.se\nDate: x\n\nHi", id="no sender"),
        pytest.param("#new\n\nDen 22 nov. 2026 skrev Anna <anna@x.se>:\n> Hej!", id="an answer"),
        pytest.param("#new\n\n" + quoted("From: anna@x.se"), id="a quote"),
        pytest.param("#new\n\nFrom: anna@x.se\nSubject: the printer\n\nHi", id="two lines and no separator"),
        pytest.param("#new\n\n> Date: x\n> Subject: y\n> To: z\nFrom: a@x.se", id="a sender outside of the quote"),
    ],
)
def test_no_forwarded_mail_is_found_in_other_text(text: str) -> None:
    """Neither in an agent's own words nor in an answer."""
    assert forwarded_mail(_letter(text)) is None


INNER = _block("Victim <victim@x.se>", "", "Pay me.")


@pytest.mark.parametrize(
    "above",
    [
        pytest.param(_block("Anna <anna@x.se>", below="Hej!\n\n"), id="a readable one"),
        pytest.param(outlook("sv"), id="Outlook"),
        pytest.param(gmail("fi"), id="Gmail"),
        pytest.param(apple("sk").replace("\n\nBo, från min Mac", "\n> "), id="Apple"),
        pytest.param(thunderbird("pl"), id="Thunderbird"),
        pytest.param(_block("Anna Berg", below=""), id="one without an address"),
        pytest.param(_block("list@x.se On Behalf Of Anna", below=""), id="one in another's name"),
        pytest.param("#new\n\n---------- Forwarded message ---------\n\nHej!\n\n", id="one without a header"),
        pytest.param("#new\n\nFrom: Anna <anna@x.se>To: Bo <bo@desk.example>Subject: Hi\n", id="one in a line"),
        pytest.param("#new\n\nŠalje: Anna <anna@x.se>\nNaslov: Pomoć\n\n", id="one in an unknown language"),
        pytest.param("#new\n\nDen 22 nov. 2026 skrev Anna <anna@x.se>:\n\n", id="an answer"),
        pytest.param("#new\n\n> Anna wrote this.\n\n", id="a quote"),
    ],
)
def test_only_the_topmost_old_mail_counts(above: str) -> None:
    """What a customer's text holds below makes nobody a customer, whether it was forwarded to them or made up."""
    for inner in (INNER, quoted(INNER), "---------- Forwarded message ---------\n" + INNER):
        found = forwarded_mail(_letter(f"{above}\n{inner}"))
        assert found is None or found.sender.name.startswith("Anna")


def test_a_header_that_is_the_senders_text_stays_text() -> None:
    """What stands below the first blank line is text, even if it looks like a header line."""
    below = "Datum: 3 mars\nTill: alla\n\nStämmer det?"
    found = forwarded_mail(_letter(_block("Anna <anna@x.se>", below=below)))
    assert found is not None
    assert found.text == below


@pytest.mark.parametrize(
    "below", ["From: Victim <victim@x.se>\nHej!", "Subject: none\nHej!", "To: whom it may concern"]
)
def test_a_second_line_of_a_kind_is_text(below: str) -> None:
    """Some programs leave no blank line: then the text begins where a kind of header line comes again."""
    found = forwarded_mail(_letter(f"#new\n\nFrom: {WHO}\nSent: x\nTo: y\nSubject: z\n{below}"))
    assert _told(found) == ("Anna Kund", "anna.kund@kund.example", "z", below)


def test_what_stands_below_a_quoted_mail_is_not_its_text() -> None:
    """Neither the agent's words nor what they quote further down."""
    below = "\nBo:\n> something else\n"
    assert _told(forwarded_mail(_letter(apple_old("da") + below))) == FOUND


def test_wrapped_header_lines_are_read_whole() -> None:
    """Recipients over many lines, and a long subject that goes on in the next one."""
    many = ",\n".join(f"Person {number} <p{number}@x.se>" for number in range(20))
    subject = "A long subject that tells everything about what happened to\nthe printer"
    tails = [f"To: {many}\nSubject: {subject}", f"Subject: {subject}\nTo: {many}"]
    for tail in [*tails, f"Subject: {subject}\nTo: Bo <bo@desk.example>, Eva\n<eva@desk.example>"]:
        found = forwarded_mail(_letter(f"#new\n\nFrom: {WHO}\nDate: x\n{tail}\n\n{TEXT}"))
        assert found is not None
        assert (found.subject, found.text) == (subject.replace("\n", " "), TEXT)


def test_a_long_subject_does_not_swallow_the_text() -> None:
    """Where no blank line follows it, what follows is text; and three header lines are enough."""
    subject = "A long subject that tells everything about what happened to the printer"
    found = forwarded_mail(_letter(f"#new\n\nFrom: {WHO}\nDate: x\nSubject: {subject}\nHello,\nit is broken."))
    assert _told(found) == ("Anna Kund", "anna.kund@kund.example", subject, "Hello,\nit is broken.")


def test_without_a_subject_the_agents_own_is_taken() -> None:
    """Less what forwarding put before it."""
    text = f"#new\n\n---------- Forwarded message ---------\nFrom: {WHO}\nDate: x\n\n{TEXT}"
    found = forwarded_mail(_letter(text, subject="VB: Fwd: Trasig"))
    assert found is not None
    assert found.subject == "Trasig"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sun, 22 Nov 2026 10:15:30 +0100", datetime(2026, 11, 22, 10, 15, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("22 Nov 2026 10:15 -0800", datetime(2026, 11, 22, 10, 15, tzinfo=timezone(timedelta(hours=-8)))),
        ("*Sun, 22 Nov 2026 10:15:30 +0000 (UTC)*", datetime(2026, 11, 22, 10, 15, 30, tzinfo=UTC)),
        ("Sunday, November 22, 2026 10:15 AM", None),
        ("den 22 november 2026 10:15", None),
        ("22. októbra 2026, 14:25:08 GMT+3", None),
        ("Sun, 99 Nov 2026 99:15:30 +0100", None),
        ("Sun, 22 Nov 2026 10:15:30 +9999", None),
        ("", None),
    ],
)
def test_only_a_date_that_names_a_moment_is_read(date: str, expected: datetime | None) -> None:
    """RFC 5322 with a zone; no guess is made of any other."""
    found = forwarded_mail(_letter(f"#new\n\nFrom: {WHO}\nDate: {date}\nSubject: x\nTo: y\n\nz"))
    assert found is not None
    assert found.sent == expected


ATTACHED = (
    "From: =?utf-8?Q?=C3=85sa?= <asa@x.se>\r\nTo: bo@desk.example\r\nSubject: =?utf-8?Q?H=C3=A4r?=\r\n"
    "Date: Sun, 22 Nov 2026 10:15:30 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHej på dig!\r\n"
).encode()


def test_an_attached_mail_is_the_forwarded_one() -> None:
    """Its own headers and text, and all its bytes."""
    found = forwarded_mail(_letter("#new\n\nSe bifogat.", attached=(ATTACHED,)))
    assert _told(found) == ("Åsa", "asa@x.se", "Här", "Hej på dig!")
    assert found is not None
    assert found.sent == datetime(2026, 11, 22, 9, 15, 30, tzinfo=UTC)
    assert found.raw is not None
    assert read_letter(found.raw).sender == found.sender


def test_undeclared_letters_of_an_attached_mail_are_read_as_the_desks() -> None:
    """The desk's language names the code page, as for its own mail."""
    raw = b"From: anna@x.sk\r\nSubject: x\r\n\r\nTla\xe8iare\r\n"
    found = forwarded_mail(_letter("#new", attached=(raw,)), language="sk")
    assert found is not None
    assert found.text == "Tlačiare"


@pytest.mark.parametrize(
    ("text", "attached"),
    [
        pytest.param("#new", (ATTACHED, ATTACHED), id="two mails"),
        pytest.param("#new", (ATTACHED.replace(b"<asa@x.se>", b"<asa@x.se>, <bo@x.se>"),), id="two senders"),
        pytest.param("#new", (ATTACHED.replace(b"From:", b"X:"),), id="no sender"),
        pytest.param("#new", (b"",), id="an empty mail"),
        pytest.param(_block("Anna <anna@x.se>"), (ATTACHED,), id="another sender in the text"),
        pytest.param(_block("Anna"), (ATTACHED,), id="an unreadable sender in the text"),
        pytest.param("#new\n\n> Hej!", (ATTACHED,), id="a quote in the text"),
        pytest.param(_block("Anna <anna@x.se>"), (b"",), id="a sender in the text and an empty mail"),
        pytest.param(_block("Anna <anna@x.se>"), (ATTACHED, ATTACHED), id="a sender in the text and two mails"),
    ],
)
def test_of_several_mails_none_is_meant(text: str, attached: tuple[bytes, ...]) -> None:
    """A customer's mail may itself carry the mail of another, and it is not for us to choose."""
    assert forwarded_mail(_letter(text, attached=attached)) is None


def test_text_and_attached_mail_may_name_the_same_sender() -> None:
    """Then the attached mail, which is whole, is the forwarded one."""
    found = forwarded_mail(_letter(_block("Åsa <ASA@x.se>"), attached=(ATTACHED,)))
    assert found is not None
    assert (found.sender.address, found.text) == ("asa@x.se", "Hej på dig!")
    assert found.raw is not None


LINES = st.sampled_from(
    [
        "From: a@x.se", "Från: Anna <b@x.se>", "Od: ", "Sent: x", "Subject: y", "To: c@x.se,", "Cc: d@x.se", "", "",
        "> ", ">", "---------- Forwarded message ---------", "Begin forwarded message:", "____________", "words",
        "*Ämne:* z", "> From: e@x.se", ">> Date: x", "Anna <f@x.se> wrote:", "\u00a0", "Šalje: Anna <g@x.se>",
        "From: h@x.se>To: i",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(LINES | st.text(max_size=20), max_size=15), html=st.booleans())
def test_any_text_is_read_without_an_error(lines: list[str], html: bool) -> None:
    """Whatever it holds; a sender found is one that stands in it."""
    text = "\n".join(line.replace("\r", "").replace("\n", "") for line in lines).encode("utf-8", "replace")
    kind = b"html" if html else b"plain"
    found = forwarded_mail(read_letter(b"From: bo@desk.example\r\nContent-Type: text/%b\r\n\r\n%b" % (kind, text)))
    assert found is None or found.sender.address.encode() in text.lower()


@pytest.mark.parametrize(
    "line",
    [
        "To: x",
        "From: x",
        "To: x\nDate: y\nSubject: z\nw",
        "-",
        "- " * 150,
        "From: " + "<" * 300,
        "> " * 60,
        "a@b <" * 70 + ":",
    ],
)
def test_a_huge_text_takes_little_time(line: str) -> None:
    """A megabyte of anything takes seconds at the very most, on any machine."""
    text = (line + "\n") * (1_000_000 // (len(line) + 1))
    letter = read_letter(b"From: bo@desk.example\r\n\r\n" + text.encode())
    started = process_time()
    forwarded_mail(letter)
    assert process_time() - started < 5
