"""The list of an organisation's cases: which mail asks for it, and who may have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mailbot.core.authenticity import Authenticity
from mailbot.core.customer import Contact, Customer, Customers
from mailbot.core.customertellings import OurCase, OurCases
from mailbot.core.decide import decide, lists_cases
from mailbot.core.decision import CasesAsked, FollowUp, NewCase
from mailbot.core.errandwords import write
from mailbot.core.facts import Facts
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter, read_letter
from mailbot.core.machine import Reason
from mailbot.core.ourcases import MOST_LISTED, asks_for_cases, sees_cases
from mailbot.core.samples import sample_case
from tests.lettering import shipped_desks, shipped_library

ANNA = "anna@kund.example"
BO = "bo@kund.example"
DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KUND = Customer(
    "kund", "Kund AB", domains=("kund.example",), agreement="support",
    contacts=(Contact(ANNA, "Anna Berg", sees_cases=True), Contact(BO, "Bo Ek")),
)  # fmt: skip
OTHER = Customer(
    "other", "Other AB", agreement="support", contacts=(Contact("olga@other.example", "Olga", sees_cases=True),)
)
LIST = OurCases("Kund AB", "Anna Berg", ())


def letter(body: str, *, subject: str = "", sender: str = ANNA, more: str = "") -> Letter:
    """A mail as it comes; `more` are header lines."""
    head = f"From: Anna Berg <{sender}>\nTo: support@desk.example\nSubject: {subject}\nMessage-ID: <1@kund.example>\n"
    kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return read_letter(f"{head}{more}{kind}\n{body}\n".encode())


def with_picture(body: str, subject: str) -> Letter:
    """A mail with a picture in its text."""
    picture = "--x\nContent-Type: image/png\nContent-Disposition: inline\nContent-ID: <a>\n\nPNG\n--x--"
    text = f"--x\nContent-Type: text/plain; charset=utf-8\n\n{body}\n{picture}"
    head = f"From: {ANNA}\nSubject: {subject}\nContent-Type: multipart/related; boundary=x\n\n"
    return read_letter(f"{head}{text}\n".encode())


REPLY = "In-Reply-To: <5@mail.desk.example>\n"
QUOTE = "\n\nDen 23 nov. 2026 kl. 09:00 skrev Support <support@desk.example>:\n> Hej!\n> Skrivaren?\n"


@pytest.mark.parametrize(
    "mail",
    [
        letter("Våra ärenden"),
        letter("Våra ärenden", subject="Ärenden"),
        letter("Kan vi få en lista över våra ärenden?\n\nMvh\nAnna Berg", subject="Fråga"),
        letter("", subject="Våra ärenden"),
        letter("Hej!\n\nMvh Anna Berg", subject="Lista våra öppna ärenden, tack"),
        letter("-- \nAnna Berg, Kund AB", subject="våra ärenden?"),
        letter("Skickat från min iPhone", subject="Ärendelista"),
        letter("", subject="Vores sager"),
        letter("", subject="=?utf-8?q?Na=C5=A1e_po=C5=BEiadavky?="),
        letter("", subject="Our cases"),
        letter("Our open cases, please.", subject="Question"),
        letter(f"Våra ärenden{QUOTE}", subject="Re: [VC-000013] Skrivaren", more=REPLY),
        letter(f"Våra ärenden{QUOTE}", subject="Re: Era ärenden hos Support", more=REPLY),
    ],
)
def test_a_plain_mail_asks_for_the_list(mail: Letter) -> None:
    """In the text, in the subject above nothing but a greeting, or in an answer to any letter."""
    assert asks_for_cases(mail, ())


@pytest.mark.parametrize(
    "mail",
    [
        letter(""),
        letter("", subject="Ärenden"),
        letter("Skrivaren brinner.", subject="Våra ärenden"),
        letter("Våra ärenden", subject="Skrivaren brinner"),
        letter("Våra ärenden. Och skrivaren brinner."),
        letter("", subject="Fwd: Våra ärenden"),
        letter("", subject="Re: Våra ärenden"),
        letter("---------- Forwarded message ---------\nFrom: x@y.example\n\nSkrivaren", subject="Våra ärenden"),
        letter("> Skrivaren brinner", subject="Våra ärenden"),
        letter(QUOTE, subject="Våra ärenden", more=REPLY),
        letter("Skrivaren brinner.", subject="Våra ärenden", more=REPLY),
        with_picture("", "Naše požiadavky"),
        with_picture("Våra ärenden", ""),
        letter("Anna Berg\nEkonomichef", subject="Våra ärenden"),
    ],
)
def test_a_mail_with_anything_else_is_an_ordinary_one(mail: Letter) -> None:
    """A word, a subject, a quote, a forwarded mail or a picture more, and a person reads it."""
    assert not asks_for_cases(mail, ())


@pytest.mark.parametrize(
    ("customer", "sees"),
    [
        (KUND, True),
        (replace(KUND, since=DAY, until=DAY), True),
        (replace(KUND, overdue=True), True),
        (replace(KUND, agreement=""), False),
        (replace(KUND, since=DAY + timedelta(days=1)), False),
        (replace(KUND, until=DAY - timedelta(days=1)), False),
    ],
)
def test_an_agreement_in_force_lets_a_contact_see_the_cases(customer: Customer, sees: bool) -> None:
    """On its first day and on its last; overdue invoices hide nothing."""
    anna, bo = customer.contacts
    assert sees_cases(customer, anna, DAY) is sees
    assert not sees_cases(customer, bo, DAY)


def facts(
    mail: Letter, *, authenticity: Authenticity = "none", customers: tuple[Customer, ...] = (KUND, OTHER)
) -> Facts:
    """What is known about a mail at a desk with two customers, its list gathered whoever asks."""
    desk = replace(shipped_desks()["visma-control"], customers=Customers.of(customers))
    return Facts(mail, desk, MORNING, None, authenticity, correspondent=False, ties=(), our_cases=LIST)


@pytest.mark.parametrize("authenticity", ["pass", "none"])
def test_a_contact_is_told(authenticity: Authenticity) -> None:
    """With the mail server's word and without: the letter goes to the contact's own address, whoever wrote."""
    assert decide(facts(letter("Våra ärenden"), authenticity=authenticity)) == CasesAsked("kund", LIST)


ENDED = replace(KUND, until=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    "known",
    [
        facts(letter("Våra ärenden"), authenticity="fail"),
        facts(letter("Våra ärenden", sender=BO), authenticity="pass"),
        facts(letter("Våra ärenden", sender="carl@kund.example"), authenticity="pass"),
        facts(letter("Våra ärenden", sender="anna@else.example"), authenticity="pass"),
        facts(letter("Våra ärenden"), authenticity="pass", customers=(ENDED,)),
        facts(letter("Våra ärenden"), authenticity="pass", customers=(replace(KUND, agreement=""),)),
        facts(letter("Våra ärenden", more="From: Olga <olga@other.example>\n"), authenticity="pass"),
        replace(facts(letter("Våra ärenden")), whole_size=10**8),
        replace(facts(letter("Våra ärenden")), suppressed=MORNING + timedelta(days=1)),
        replace(facts(letter("Våra ärenden")), machine=Reason("auto-submitted", "says so")),
        replace(facts(letter("Våra ärenden")), our_cases=None),
    ],
)
def test_nobody_else_is(known: Facts) -> None:
    """A forged or doubtful sender, one who may not see the cases, one who cannot be answered: an ordinary mail."""
    assert isinstance(decide(known), NewCase)


def test_an_agent_is_no_customer() -> None:
    """Also where the files of a customer name an agent's address as a contact."""
    desk = shipped_desks()["visma-control"]
    agent = replace(KUND, contacts=(Contact(desk.agents[0].address, sees_cases=True),))
    assert lists_cases(facts(letter("Våra ärenden", sender=desk.agents[0].address), customers=(agent,))) is None


def test_it_is_no_message_of_the_case_that_it_answers() -> None:
    """A contact's plain request, in answer to a letter of a case, leaves that case alone; anybody else's does not."""
    known = facts(letter("Våra ärenden", more=REPLY), authenticity="pass")
    case = KnownCase(7, known.desk.key, sample_case(known.desk), frozenset({ANNA, BO}), state="waiting")
    tied = replace(known, ties=(Tie("tag", case, ANNA, "customer"),))
    assert decide(tied) == CasesAsked("kund", LIST)
    others = replace(tied, letter=letter("Våra ärenden", sender=BO, more=REPLY))
    decision = decide(replace(others, ties=(Tie("tag", case, BO, "customer"),)))
    assert isinstance(decision, FollowUp)
    assert decision.effect == "resume"


@pytest.mark.parametrize("language", ["sv", "da", "sk", "en"])
def test_a_hundred_cases_of_hostile_words_fit(language: str) -> None:
    """The longest subjects and names in four languages, each character of them escaped: one line, and no HTML."""
    desk = replace(shipped_desks()["cloudempiere"], tongue=language)
    case = sample_case(desk)
    told = OurCase(
        number=case.number, subject='<script>"&\n\x07' * 200, who='"<b>&\u202e' * 200, verified=False,
        priority=case.priority, state="new", received=MORNING, promise=case.promise,
    )  # fmt: skip
    letter = write(
        shipped_library(), desk, None, OurCases("<i>&" * 200, "<u>" * 100, (told,) * MOST_LISTED, 5), MORNING
    )
    assert letter.problems == ()
    assert letter.draft.text.count(f"{case.number} – <script>") == MOST_LISTED
    assert "\x07" not in letter.draft.text
    assert "\u202e" not in letter.draft.html
    assert "<script>" not in letter.draft.html
    assert "<b>" not in letter.draft.html
