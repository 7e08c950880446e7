"""What counts as the same letter again: a robot's next acknowledgement, never a person's next question (Q12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_number
from mailbot.core.compose import Head, compose
from mailbot.core.desk import Desk
from mailbot.core.letter import Letter, read_letter
from mailbot.core.mailboxes import Address
from mailbot.core.promise import make_promise
from mailbot.core.sameness import MAX_TEXT, fingerprint
from mailbot.core.wording import acknowledgement
from tests.lettering import shipped_desks, shipped_library

FORMAL = "Dear colleagues, the report for the northern district stays empty since the update of last week. "
"""A person's text that is long enough for its numbers not to count."""
ADD = "To add additional comments, reply to this email."


def letter(subject: str, reply: str, sender: str = "anna@customer.example", *files: Attachment) -> Letter:
    """A letter with those words."""
    return replace(
        read_letter(b""), sender=Address("", sender), subject=subject, text=reply, reply=reply, attachments=files
    )


ROBOTS = {
    "case number in the subject": (
        ("[#48213] Received", f"Your request (48213) has been received and is being reviewed. {ADD}"),
        ("[#48214] Received", f"Your request (48214) has been received and is being reviewed. {ADD}"),
    ),
    "tags pile up in the subject": (
        ("[VC-000017] Wir haben Ihre Anfrage erhalten", "Vorgang AB-77213. " + FORMAL),
        ("[VC-000026] [AB-77213] [VC-000017] Wir haben Ihre Anfrage erhalten", "Vorgang AB-77214. " + FORMAL),
    ),
    "answers pile up in the subject": (
        ("Re: [Ticket 4711] Printer", "We got it: ticket 4711. " + FORMAL),
        ("Re: [Ticket 4712] Re: [Ticket 4711] SV: Printer", "We got it: ticket 4712. " + FORMAL),
    ),
    "times of day and a dated number": (
        ("Ticket 2026-11-22/0815 opened", "Received at 9:15, answer by 22.11.2026 kl. 13.15. " + FORMAL),
        ("Ticket 2026-11-22/0816 opened", "Received at 10:02, answer by 22.11.2026 kl. 14.02. " + FORMAL),
    ),
    "a small number with a mark": (
        ("Ticket #9", "This is ticket #9. " + FORMAL),
        ("Ticket #10", "This is ticket #10. " + FORMAL),
    ),
    "letters and digits in one word": (
        ("Case opened", "Track it at https://help.example/t/3f9a0c or quote ref:5008d0x:ref. " + FORMAL),
        ("Case opened", "Track it at https://help.example/t/b81e77 or quote ref:5008d1q:ref. " + FORMAL),
    ),
    "white space and case": (
        ("Case  opened", "We have it.\n\n" + FORMAL),
        ("CASE opened", "We have it.\r\n " + FORMAL.upper()),
    ),
    "short and word for word": (("Out", "Received, thanks."), ("OUT", "received,  thanks.\n")),
    "nothing at all": (("", ""), ("", "  \n")),
}
PEOPLE = {
    "short, another number": (("Help", "printer 3 down"), ("Help", "printer 4 down")),
    "short, another number in the subject": (("Printer 3 down", "see above"), ("Printer 4 down", "see above")),
    "short, another order": (("Order 118820", "Please cancel."), ("Order 118821", "Please cancel.")),
    "short, only a subject": (("Help", ""), ("Help me", "")),
    "short, an answer": (("Help", "please"), ("Re: Help", "please")),
    "short, under a long ruled line": (("Order", "-" * 100 + " 118820"), ("Order", "-" * 100 + " 118821")),
    "long, one word": (("Report", FORMAL + "Anna"), ("Report", FORMAL + "Agnes")),
    "long, a small number": (("Report", FORMAL + "Row 3."), ("Report", FORMAL + "Row 4.")),
    "long, a small number in brackets": (("Report", FORMAL + "Printer (3)"), ("Report", FORMAL + "Printer (4)")),
    "the subject says it, the disclaimer is long": (("No access", FORMAL * 5), ("Printer broken", FORMAL * 5)),
    "the subject's small number says it": (("Printer 3", FORMAL * 5), ("Printer 4", FORMAL * 5)),
    "words only grow": (("Report", FORMAL), ("Report", FORMAL * 2)),
}


@pytest.mark.parametrize("name", ROBOTS)
def test_a_robot_says_the_same_again(name: str) -> None:
    """Two letters that differ in case numbers, times, tags, white space and case alone are the same."""
    first, second = ROBOTS[name]

    assert fingerprint(letter(*first)) == fingerprint(letter(*second))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_says_something_else(name: str) -> None:
    """Two letters that a person would write one after the other are not the same."""
    first, second = PEOPLE[name]

    assert fingerprint(letter(*first)) != fingerprint(letter(*second))


def test_a_person_is_taken_for_a_robot_where_only_a_long_number_differs() -> None:
    """The known price: a second long text that differs in an order number alone is held to be the same."""
    first, second = (letter("Order", f"{FORMAL}It is order {number}.") for number in (118820, 118821))

    assert fingerprint(first) == fingerprint(second)


def test_two_senders_never_say_the_same() -> None:
    """One text from two addresses is two letters; the case of the address does not count."""
    anna, agnes = letter("Report", FORMAL, "anna@customer.example"), letter("Report", FORMAL, "agnes@customer.example")

    assert fingerprint(anna) != fingerprint(agnes)
    assert fingerprint(anna) == fingerprint(letter("Report", FORMAL, "Anna@customer.example"))


@pytest.mark.parametrize("words", ["Please book this.", FORMAL])
def test_one_text_with_two_invoices_is_two_letters(words: str) -> None:
    """The attached files count, though not what they are called."""
    first, second = (Attachment("invoice.pdf", "application/pdf", content) for content in (b"%PDF 1", b"%PDF 2"))
    renamed = replace(first, name="invoice (1).pdf")
    one, other, again = (letter("Invoice", words, "anna@customer.example", file) for file in (first, second, renamed))

    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(one) != fingerprint(letter("Invoice", words))
    assert fingerprint(one) == fingerprint(again)


@pytest.mark.parametrize(
    ("content_type", "inline"),
    [("message/rfc822", False), ("text/rfc822-headers", False), ("application/pkcs7-signature", False),
     ("application/pgp-signature", False), ("image/png", True)],
)  # fmt: skip
def test_what_a_robot_carries_along_does_not_count(content_type: str, inline: bool) -> None:
    """Our own mail attached, signatures and pictures in the text leave a robot's answer the same."""
    attached = Attachment("x", content_type, b"whatever it was", inline=inline)

    assert fingerprint(letter("Received", FORMAL, "a@b.example", attached)) == fingerprint(
        letter("Received", FORMAL, "a@b.example")
    )


def test_what_a_robot_quotes_does_not_count() -> None:
    """A robot that sends our words back, each time with all that it quoted before, says the same again."""
    ours = "> Thank you for your message. It has been registered as case VC-000017.\r\n"
    mails = (
        f"From: r@other.example\r\nSubject: Received\r\n\r\n{FORMAL}\r\n\r\n{quoted}".encode()
        for quoted in (ours, ours + "> \r\n>> " + FORMAL + "\r\n> " + ours)
    )

    assert len({fingerprint(read_letter(mail)) for mail in mails}) == 1


plain_words = st.text("abcdefghijklmnopqrstuvwxyzåäöčžý", min_size=1, max_size=12)
some_words = st.lists(plain_words, min_size=1, max_size=20)
places = st.integers(0, 20)
robot_numbers = st.one_of(
    st.integers(100, 10**9).map(str),
    st.times().map(lambda time: f"{time:%H:%M}"),
    st.dates().map(lambda day: day.isoformat()),
    st.integers(0, 10**6).map(lambda number: f"[#{number}]"),
    st.integers(1, 10**5).map(lambda serial: case_number("XY", serial)),
)


@given(some_words, st.lists(st.tuples(places, robot_numbers, robot_numbers), max_size=5))
def test_numbers_in_a_long_text_never_count(words: list[str], numbers: list[tuple[int, str, str]]) -> None:
    """Wherever case numbers, dates and times stand in a long text, other ones there leave it the same."""
    first, second = list(words), list(words)
    for place, one, other in numbers:
        first.insert(place, one)
        second.insert(place, other)
    received = letter("Received", FORMAL + " ".join(first))
    again = letter("Received", FORMAL + " ".join(second))

    assert fingerprint(received) == fingerprint(again)


@given(some_words, places, plain_words)
def test_a_single_other_word_makes_another_letter(words: list[str], place: int, word: str) -> None:
    """Two long texts that differ in one word, and two where one has a word more, are two letters."""
    place %= len(words)
    assume(word != words[place])
    changed, longer = [*words[:place], word, *words[place + 1 :]], [*words[:place], word, *words[place:]]
    told = {fingerprint(letter("Report", FORMAL + " ".join(text))) for text in (words, changed, longer)}

    assert len(told) == 3


short_words = st.lists(st.sampled_from(["help", "printer", "3", "4", "17", "#17", "order", "118820", "!"]), max_size=8)


@given(short_words, short_words, short_words, short_words)
def test_short_letters_are_the_same_only_word_for_word(
    subject: list[str], reply: list[str], other_subject: list[str], other_reply: list[str]
) -> None:
    """In short letters every word and number counts, and in which of subject and text it stands."""
    one = letter(" ".join(subject), " ".join(reply))
    other = letter("\t".join(other_subject).upper(), "\n".join(other_reply).upper())
    same = (subject, reply) == (other_subject, other_reply)

    assert (fingerprint(one) == fingerprint(other)) is same


@given(st.text(st.characters()), st.text(st.characters()))
def test_every_letter_has_a_fingerprint(subject: str, reply: str) -> None:
    """Whatever a letter holds, lone surrogates too, its fingerprint is 32 hexadecimal digits, each time the same."""
    found = fingerprint(letter(subject, reply))

    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")
    assert found == fingerprint(letter(subject, reply))


def test_a_letter_without_a_sender_has_a_fingerprint() -> None:
    """Where the From is nobody's, the words alone tell."""
    assert fingerprint(replace(letter("a", "b"), sender=None)) != fingerprint(replace(letter("a", "c"), sender=None))


def test_the_end_of_a_very_long_text_is_not_read() -> None:
    """What stands beyond the bound does not count, so that no letter costs more than that."""
    words = "word " * (MAX_TEXT // 5)

    assert fingerprint(letter("", words)) == fingerprint(letter("", words + "and more"))
    assert fingerprint(letter("", words)) != fingerprint(letter("", words[5:] + "other"))


def test_a_number_that_grows_moves_no_word_of_a_long_text_over_its_bound() -> None:
    """A robot whose letter is longer than what counts says the same again when its ticket number has a digit more."""
    rest = FORMAL * (MAX_TEXT // len(FORMAL) + 2)

    assert fingerprint(letter("", f"Ticket 998. {rest}")) == fingerprint(letter("", f"Ticket 1001. {rest}"))


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("left", sorted(shipped_desks()))
@pytest.mark.parametrize("right", sorted(shipped_desks()))
def test_two_of_our_own_desks_hear_that_they_repeat_themselves(left: str, right: str, verified: bool) -> None:
    """Of any two shipped desks that acknowledge each other's acknowledgements, each one's second is its first again.

    Read from whole mails, a minute apart on one working afternoon, with their numbers, times and growing subjects.
    """
    desks = (shipped_desks()[left], replace(shipped_desks()[right], prefix="ZZ"))
    asked = replace(letter("Fråga om rapporten", FORMAL), sender=Address(desks[1].name, desks[1].address))
    heard: list[str] = []
    for turn in range(6):
        desk = desks[turn % 2]
        received = datetime(2026, 11, 23, 13, 58, tzinfo=UTC) + turn * timedelta(minutes=1)
        asked = _acknowledged(desk, 99_998 + turn, asked, received, verified=verified)
        heard.append(fingerprint(asked))

    assert heard[2:] == heard[:2] * 2


def _acknowledged(desk: Desk, serial: int, asked: Letter, received: datetime, *, verified: bool) -> Letter:
    """The acknowledgement of a letter, as the other side reads it."""
    assert asked.sender is not None
    case = CaseFacts(
        number=case_number(desk.prefix, serial),
        priority=desk.default_priority,
        promise=make_promise(desk, desk.default_priority, received),
        requester_name=asked.sender.name,
        requester_address=asked.sender.address,
        subject=asked.subject,
        verified=verified,
        received=received,
    )
    now = received + timedelta(seconds=5)
    draft = acknowledgement(shipped_library(), desk, case, now).draft
    head = Head(desk.address, desk.name, asked.sender.address, f"{serial}@mail.example", now)
    return read_letter(compose(draft, head, ()))
