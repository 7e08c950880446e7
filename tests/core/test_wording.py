"""Wording: every letter says what it must, text and HTML alike, and an unverified sender reads nothing of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mailbot.core import wording
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.compose import Head, compose
from mailbot.core.decision import NewCase
from mailbot.core.desk import Desk
from mailbot.core.draft import Draft, Written
from mailbot.core.greeting import may_deceive
from mailbot.core.letter import Letter
from mailbot.core.library import LETTERS, Library, endings
from mailbot.core.machine import Reason
from mailbot.core.mailboxes import Address
from mailbot.core.note import Note
from mailbot.core.notewords import NOTES
from mailbot.core.placement import Placement
from mailbot.core.promise import make_promise
from mailbot.core.samples import sample_case, sample_follow_up, sample_letter
from mailbot.core.sandbox import Sandbox, TemplateProblem
from mailbot.core.standing import Standing
from mailbot.core.tongue import LANGUAGES
from mailbot.core.wording import LONGEST_TEXT, admin_report, follow_up_copy, new_case_copy
from tests.lettering import read_mail, shipped_desks, shipped_library

DESKS = sorted(shipped_desks())
PLACES = [(key, priority.key) for key in DESKS for priority in shipped_desks()[key].priorities]
wild = st.text(st.characters(codec=None), max_size=120)
found = st.builds(Note, st.sampled_from(sorted(NOTES)), st.tuples(wild, wild))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


def words_of(text: str) -> list[str]:
    """The words of a text, whatever the white space between them."""
    return text.replace("- ", " ").split()


def words_of_html(html: str) -> list[str]:
    """The words that a mail program shows of an HTML letter."""
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    return words_of(tree.body.text(separator=" ").replace("\xa0", " "))


def squeezed(words: list[str]) -> str:
    """Words without the white space that a tag may or may not put between them."""
    return "".join(words)


def acknowledgement(library: Library, desk: Desk, case: CaseFacts) -> Written:
    """The acknowledgement as it is written at the moment of receipt."""
    return wording.acknowledgement(library, desk, case, case.received)


def copy_of(desk: Desk, case: CaseFacts, letter: Letter, **decided: Any) -> Draft:
    """A new case's copy for the desk's first agent, written at the moment of receipt."""
    proof = Note("server-pass" if case.verified else "unproven")
    decision = NewCase(Placement(case.queue, case.priority, ()), case.promise, proof, None, (), Standing("customer"))
    decision = replace(decision, **decided)
    written = new_case_copy(shipped_library(), desk, case, letter, desk.agents[0], decision, case.received)
    assert written.problems == ()
    return written.draft


@pytest.mark.parametrize(("key", "priority"), PLACES)
@pytest.mark.parametrize("verified", [True, False])
def test_text_and_html_say_the_same(key: str, priority: str, verified: bool) -> None:
    """An acknowledgement's two forms hold the same words in the same order, for each desk and priority (G6)."""
    desk = shipped_desks()[key]
    draft = acknowledgement(shipped_library(), desk, replace(sample_case(desk, priority), verified=verified)).draft

    assert squeezed(words_of_html(draft.html)) == squeezed(words_of(draft.text))


@pytest.mark.parametrize("key", DESKS)
def test_a_copys_text_and_html_say_the_same(key: str) -> None:
    """A copy's two forms differ only in their rules."""
    desk = shipped_desks()[key]
    draft = copy_of(desk, sample_case(desk), sample_letter(desk))

    assert squeezed(words_of_html(draft.html)) == squeezed(
        words_of(re.sub(r"^-+$", "", draft.text, flags=re.MULTILINE))
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "visma-control",
            ["E-post: visma.control@visma.com, vardagar 08–17", "Telefon: 010-141 27 50, vardagar 09–12"],
        ),
        (
            "biometria-viol3",
            ["Mina Sidor: www.biometria.se. Använd i första hand", "E-post är vår andra kanal", "ring i sista hand"],
        ),
        ("microbizz", ["+45 7023 5323. Tast 2.", "ekstranet.microbizz.dk", "fredag kl. 08.30–15.30"]),
        ("softone-go", ["support@softone.se", "Telefon: Telefonnumret lämnas till certifierade kontaktpersoner"]),
        (
            "cloudempiere",
            ["Prevádzková doba: nepretržite", "Opening hours: around the clock", "v pracovných dňoch od 8.00"],
        ),
    ],
)
def test_the_acknowledgement_says_how_to_reach_the_desk(key: str, said: list[str]) -> None:
    """Hours and channels stand as the desk's facts give them (V3, B1, M1, S1, C1), in the desk's order."""
    desk = shipped_desks()[key]
    text = acknowledgement(shipped_library(), desk, sample_case(desk)).draft.text

    places = [text.index(part) for part in said]
    assert places == sorted(places) or key in {"microbizz", "cloudempiere"}


@pytest.mark.parametrize(
    ("key", "priority", "received", "said"),
    [
        ("visma-control", "high", "2026-04-02T11:30", "senast tisdag 7 april kl. 08.30"),
        ("visma-control", "normal", "2026-11-23T11:15", "senast måndag 23 november kl. 16.15"),
        ("visma-control", "high", "2026-11-24T15:00", "senast tisdag 24 november kl. 17.00"),
        ("visma-control", "critical", "2026-11-24T12:20", "senast tisdag 24 november kl. 13.00"),
        ("visma-control", "critical", "2026-11-24T11:20", "Vi börjar arbeta med ärendet genast."),
        ("softone-go", "5", "2026-12-22T09:00", "senast måndag 4 januari 2027 kl. 12.00"),
        ("microbizz", "incident", "2026-04-30T14:00", "senest fredag den 1. maj kl. 10.30"),
        ("microbizz", "incident", "2026-06-04T14:00", "senest mandag den 8. juni kl. 10.30"),
        ("cloudempiere", "3", "2026-03-28T22:00", "najneskôr v nedeľu 29. marca o 23.00 h"),
        ("cloudempiere", "3", "2026-03-28T22:00", "by Sunday 29 March at 23:00 at the latest"),
        ("biometria-viol3", "first", "2025-05-01T17:30", "senast fredag 2 maj kl. 11.30"),
        ("biometria-viol3", "driver", "2025-12-24T23:15", "senast torsdag 25 december kl. 00.15"),
    ],
)
def test_the_known_promises_are_told_in_words(key: str, priority: str, received: str, said: str) -> None:
    """The expected starts that issue 2 names stand in the letters, in the desk's own time and language."""
    desk = shipped_desks()[key]
    moment = datetime.fromisoformat(received).replace(tzinfo=desk.calendar.zone)
    draft = acknowledgement(shipped_library(), desk, sample_case(desk, priority, moment.astimezone(UTC))).draft

    assert said in draft.text
    assert said.rstrip(".") in LexborHTMLParser(draft.html).text()


def test_a_desk_with_two_languages_writes_one_letter_in_both() -> None:
    """Slovak stands first, English below a rule, and both are named (C1, RFC 3282)."""
    desk = shipped_desks()["cloudempiere"]
    draft = acknowledgement(shipped_library(), desk, sample_case(desk)).draft

    assert draft.languages == ("sk", "en")
    assert draft.text.index("Dobrý deň,") < draft.text.index("* * *") < draft.text.index("Hello Anna Berg,")
    assert draft.html.index('<div lang="sk"') < draft.html.index('<div lang="en"')


def test_a_verified_sender_sees_their_own_subject_and_name() -> None:
    """The subject is theirs, without reply prefixes and behind the case number; the greeting has their name."""
    desk = shipped_desks()["visma-control"]
    draft = acknowledgement(shipped_library(), desk, sample_case(desk)).draft

    assert draft.subject == "[VC-000013] The daily report"
    assert draft.text.startswith("Hej Anna Berg!\n")


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("visma-control", "[VC-000013] Vi har tagit emot ditt meddelande"),
        ("microbizz", "[MB-000013] Vi har modtaget din henvendelse"),
        ("cloudempiere", "[CE-000013] Prijali sme Vašu správu"),
    ],
)
@pytest.mark.parametrize(("verified", "written"), [(False, "Buy now"), (True, ""), (True, "Re:")])
def test_where_there_is_no_subject_to_repeat_a_fixed_one_stands(
    key: str, subject: str, verified: bool, written: str
) -> None:
    """An unverified sender's subject is never repeated, and an empty one cannot be (Q23, G14)."""
    desk = shipped_desks()[key]
    case = replace(sample_case(desk), verified=verified, subject=written)

    assert acknowledgement(shipped_library(), desk, case).draft.subject == subject


@pytest.mark.parametrize("key", DESKS)
def test_an_unverified_sender_reads_nothing_of_what_was_sent(key: str) -> None:
    """No word of an unverified mail's name, subject or address is in the letter, but for the address in To (Q23)."""
    desk = shipped_desks()[key]
    case = replace(
        sample_case(desk),
        verified=False,
        requester_name="ATTACKNAME http://evil.example",
        requester_address="attackuser@victim.example",
        subject="ATTACKSUBJECT http://evil.example",
    )
    draft = acknowledgement(shipped_library(), desk, case).draft
    head = Head(desk.address, desk.name, case.requester_address, "m@e.com", case.received)
    mail = read_mail(compose(draft, head))

    del mail["To"]
    everything = str(mail) + draft.text + draft.html + draft.subject
    assert "ATTACK" not in everything.upper()
    assert "evil" not in everything
    assert "victim" not in everything


def test_an_unverified_letter_is_the_same_whatever_was_written() -> None:
    """Two strangers with different words get the same letter but for the number."""
    desk = shipped_desks()["visma-control"]
    one = replace(sample_case(desk), verified=False)
    other = replace(one, requester_name="x", requester_address="x@y.se", subject="y")

    assert acknowledgement(shipped_library(), desk, one) == acknowledgement(shipped_library(), desk, other)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PLACES), moments, st.booleans(), wild, wild, wild)
def test_an_acknowledgement_always_goes_out(
    place: tuple[str, str], received: datetime, verified: bool, name: str, address: str, subject: str
) -> None:
    """Whatever was sent, whenever, the shipped templates write a letter, and it makes a mail (issue 2)."""
    desk = shipped_desks()[place[0]]
    promise = make_promise(desk, place[1], received)
    case = CaseFacts(f"{desk.prefix}-000013", place[1], promise, name, address, subject, verified, received)
    written = acknowledgement(shipped_library(), desk, case)

    assert written.problems == ()
    assert "\n" not in written.draft.subject
    assert case.number in written.draft.text
    content = compose(written.draft, Head(desk.address, desk.name, address, "m@e.com", received))
    assert case.number in str(read_mail(content)["Subject"])


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PLACES), wild, wild, wild, wild, st.lists(found, max_size=3).map(tuple), st.booleans())
def test_a_copy_always_goes_out(
    place: tuple[str, str], name: str, subject: str, reply: str, rest: str, notes: tuple[Note, ...], verified: bool
) -> None:
    """Whatever a mail holds, agents get it, with its words as they were."""
    desk = shipped_desks()[place[0]]
    case = replace(sample_case(desk, place[1]), verified=verified)
    letter = replace(
        sample_letter(desk), sender=Address(name, "a@b.se"), subject=subject, reply=reply, text=reply + "\n" + rest
    )
    draft = copy_of(desk, case, letter, notes=notes, silence=Reason("mailing-list", name))

    assert reply.strip("\n") in draft.text
    assert rest.strip("\n") in draft.text
    compose(draft, Head(desk.address, desk.name, "agent@b.se", "m@e.com", case.received))


HOSTILE = '{{7*7}}{% raw %}<script>alert(1)</script><img src="http://evil.example/x.png">{{ desk.address }}'


def test_a_customers_words_are_data() -> None:
    """Template syntax and HTML in a customer's subject, name and text are shown and do nothing (T25, T26)."""
    desk = shipped_desks()["visma-control"]
    letter = replace(
        sample_letter(desk), subject=HOSTILE, text=HOSTILE, reply=HOSTILE, sender=Address(HOSTILE, "a@b.se")
    )
    draft = copy_of(desk, sample_case(desk), letter)

    assert HOSTILE in draft.text
    tree = LexborHTMLParser(draft.html)
    assert tree.css_first("script, img") is None
    assert HOSTILE in tree.text()


def test_no_letter_fetches_anything() -> None:
    """Nothing that a mail program would load by itself, nor any link, stands in a letter (G12)."""
    for desk in shipped_desks().values():
        drafts = [
            acknowledgement(shipped_library(), desk, sample_case(desk)).draft,
            copy_of(desk, sample_case(desk), sample_letter(desk)),
        ]
        for draft in drafts:
            tree = LexborHTMLParser(draft.html)
            assert tree.css_first("img, link, script, iframe, object, video, audio, style, base, form") is None
            assert not re.search(r"url\(|@import|https?://|src=|background=", draft.html)


def test_a_new_cases_copy_tells_all_that_was_found_out() -> None:
    """Who, when, what, where, why, the promise, proof, silence, notes, files: all stand in the copy."""
    desk = shipped_desks()["biometria-viol3"]
    case = replace(sample_case(desk, "second"), verified=False, told=False)
    draft = copy_of(
        desk,
        case,
        replace(sample_letter(desk), attachments=(Attachment("logg.zip", "application/zip", b"x" * 123_456),)),
        placement=Placement("transport", "second", ("Transport",)),
        silence=Reason("precedence", "marked Precedence: bulk"),
        notes=(Note("fault", ("more than 200 parts, the rest dropped",)),),
    )

    for said in (
        "Nytt ärende BM-000013 hos Biometria Support VIOL 3",
        "Från: Anna Berg <anna.berg@customer.example>",
        "Avsändaren är inte verifierad. Inget visar att mejlet verkligen kommer från den adressen.",
        "Mottaget: torsdag 2 april 2026 kl. 11.30",
        "Ämne: Re: The daily report",
        "Kö: Transport",
        "Prioritet: Andra hand – ",
        "Kö och prioritet enligt: Transport",
        "Beräknad start (har inte meddelats avsändaren): senast onsdag 8 april kl. 10.30 (svensk tid)",
        "Ingen bekräftelse har skickats: mejlet är märkt som massutskick (Precedence: bulk)",
        "Obs: Mejlet kunde inte läsas helt korrekt (more than 200 parts, the rest dropped).",
        "Bilaga: logg.zip (123 kB)",
        "since this morning the daily report stays empty.",
        "> Is the report printed every day?",
        "Till Maria Holm, handläggare hos Biometria Support VIOL 3",
    ):
        assert said in draft.text
    assert draft.languages == ("sv",)


def test_a_follow_ups_copy_tells_who_wrote_and_why_a_machine_is_silent() -> None:
    """A machine's mail on a case reaches the agents with its reason, an agent's own is told as such."""
    desk = shipped_desks()["cloudempiere"]
    case = sample_case(desk)
    decision = replace(sample_follow_up(desk, case), silence=Reason("null-path", "sent with a null return path"))
    letter, agent, now = sample_letter(desk), desk.agents[0], case.received
    machine = follow_up_copy(shipped_library(), desk, case, letter, agent, decision, now).draft
    by_agent = replace(decision, standing=Standing("agent", agent), silence=None)
    human = follow_up_copy(shipped_library(), desk, case, letter, agent, by_agent, now).draft

    assert "Považuje sa za automatický: e-mail bol odoslaný bez návratovej adresy" in machine.text
    assert "E-mail napísal riešiteľ." not in machine.text
    assert "E-mail napísal riešiteľ." in human.text
    assert "automatický" not in human.text
    sent, kept = (
        follow_up_copy(shipped_library(), desk, case, letter, agent, by_agent, now, relayed=way).draft.text
        for way in (True, False)
    )
    assert ("Text dostane zákazník." in sent, "Interné: zákazník to nevidí." in sent) == (True, False)
    assert ("Text dostane zákazník." in kept, "Interné: zákazník to nevidí." in kept) == (False, True)
    assert "zákazník" not in human.text
    for draft in (machine, human):
        assert "Odosielateľ je overený. Je to odpoveď na e-mail, ktorý sme poslali" in draft.text
    assert machine.languages == ("sk",)


def test_the_new_words_stand_first_and_the_rest_below() -> None:
    """A copy shows the sender's new words once, and the quoted remainder under a rule."""
    desk = shipped_desks()["visma-control"]
    letter = replace(sample_letter(desk), reply="new words", text="> old words\n\nnew words\n\nfooter")
    text = copy_of(desk, sample_case(desk), letter).text

    assert text.index("new words") < text.index("> old words")


def test_a_long_text_is_cut_and_says_so() -> None:
    """A text beyond the limit is cut in the copy, which tells where the whole is, even where it grows in HTML."""
    desk = shipped_desks()["visma-control"]
    long = '"&<>' * LONGEST_TEXT
    draft = copy_of(desk, sample_case(desk), replace(sample_letter(desk), reply=long, text=long))

    assert "Texten är avkortad här." in draft.text
    assert len(draft.text) < LONGEST_TEXT + 2000


def test_many_attachments_and_notes_never_stop_a_copy() -> None:
    """Hundreds of files with long names and long notes are told within bounds, the files beyond fifty as a number."""
    desk = shipped_desks()["visma-control"]
    files = tuple(Attachment('"' * 250, "application/pdf", b"x" * 1000) for _ in range(400))
    letter = replace(sample_letter(desk), attachments=files)
    notes = tuple(Note("fault", ("<" * 10_000,)) for _ in range(300))
    silence = Reason("machine-sender", "&" * 10_000)
    draft = copy_of(desk, sample_case(desk), letter, notes=notes, silence=silence)

    assert "Bilaga: + 350 (350 kB)" in draft.text
    assert draft.text.count("Bilaga:") == 51


@pytest.mark.parametrize(
    ("name", "deceives"),
    [
        ("Anna Berg", False),
        ("Åsa Öberg-Nilsson", False),
        ("Иван Петров", False),
        ("山田太郎", False),
        ("support@visma.com", True),
        ("support＠visma.com", True),
        ("Vismа Support", True),
        ("Anna\u202egreB", True),
        ("", False),
    ],
)
def test_names_that_could_pass_for_others_are_flagged(name: str, deceives: bool) -> None:
    """A display name with an address in it, with two scripts mixed or with turned text gets a warning (T11)."""
    assert may_deceive(name) is deceives
    desk = shipped_desks()["visma-control"]
    text = copy_of(desk, sample_case(desk), replace(sample_letter(desk), sender=Address(name, "a@b.se"))).text
    assert ("namnet kan vara vilseledande" in text) is deceives
    assert "<a@b.se>" in text


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Anna Berg", "Hej Anna Berg!"),
        ("Jean-Luc d'Arc", "Hej Jean-Luc d'Arc!"),
        ("Berg, Anna", "Hej!"),
        ("info@customer.example", "Hej!"),
        ("Firma 24 AB", "Hej!"),
        ("Vismа", "Hej!"),
        ("x" * 200, "Hej!"),
        ("", "Hej!"),
    ],
)
def test_only_what_looks_like_a_name_is_greeted(name: str, greeting: str) -> None:
    """A display name that is no person's name is left out of the greeting."""
    desk = shipped_desks()["visma-control"]
    text = acknowledgement(shipped_library(), desk, replace(sample_case(desk), requester_name=name)).draft.text

    assert text.splitlines()[0] == greeting


def test_a_template_that_fails_is_replaced_by_the_shipped_one_and_reported() -> None:
    """A rare branch that breaks at the moment of writing costs the desk's own words, never the letter (issue 2)."""
    desk = shipped_desks()["visma-control"]
    shipped = shipped_library()
    name = "sv/acknowledgement.txt.j2"
    broken = dict.fromkeys(shipped.names, "x") | {
        name: "Subject: own\n\n{% if not case.verified %}{{ oops }}{% endif %}"
    }
    library = Library(Sandbox(broken), frozenset(broken), shipped)

    fine = acknowledgement(library, desk, sample_case(desk))
    assert (fine.draft.subject, fine.problems) == ("own", ())
    stranger = replace(sample_case(desk), verified=False)
    saved = acknowledgement(library, desk, stranger)
    assert saved.draft == acknowledgement(shipped, desk, stranger).draft
    assert saved.problems == ("sv/acknowledgement.txt.j2:3: 'oops' is undefined",)


def test_where_even_the_shipped_template_fails_the_problem_is_raised() -> None:
    """There is nothing behind the shipped templates; their failure is told, not hidden."""
    broken = dict.fromkeys(shipped_library().names, "Subject: {{ oops }}\n\n")
    library = Library(Sandbox(broken), frozenset(broken))

    with pytest.raises(TemplateProblem, match="oops"):
        acknowledgement(library, shipped_desks()["visma-control"], sample_case(shipped_desks()["visma-control"]))


def test_a_desks_own_template_wins_for_that_desk_alone() -> None:
    """desks/DESK/LANGUAGE/LETTER is written from for its desk; the others keep the common one."""
    shipped = shipped_library()
    own = {"desks/visma-control/sv/acknowledgement.txt.j2": "Subject: own\n\nown"}
    assert isinstance(shipped.pages, Sandbox)
    sources = dict.fromkeys(shipped.names, "Subject: common\n\ncommon") | own
    library = Library(Sandbox(sources), frozenset(sources), shipped)
    subjects = {
        key: acknowledgement(library, shipped_desks()[key], sample_case(shipped_desks()[key])).draft.subject
        for key in ("visma-control", "softone-go")
    }

    assert subjects == {"visma-control": "own", "softone-go": "common"}


def test_a_desk_in_a_language_without_letters_writes_english() -> None:
    """A language that there are no letters in never stops a letter."""
    desk = replace(shipped_desks()["cloudempiere"], languages=("pl",))
    draft = acknowledgement(shipped_library(), desk, sample_case(desk)).draft

    assert draft.languages == ("en",)
    assert draft.text.startswith("Hello Anna Berg,")


def test_a_report_to_the_admin_is_plain_english() -> None:
    """Each problem stands on a line of its own under the title, whatever it holds."""
    draft = admin_report("A template is broken", ["sv/a.txt.j2:3: oops", "two\r\nlines\x00"])

    assert draft == Draft(
        "mailbot: A template is broken",
        "A template is broken:\n\nsv/a.txt.j2:3: oops\n\ntwo lines\n\n-- \nmailbot\n",
        "",
        ("en",),
    )


def test_every_letter_has_a_template_in_every_language() -> None:
    """The shipped folder holds each letter in Swedish, Danish, Slovak and English, as text and, where due, as HTML."""
    names = {name for name in shipped_library().names if not name.rpartition("/")[2].startswith("_")}

    assert names == {
        f"{language}/{letter}{ending}" for language in LANGUAGES for letter in LETTERS for ending in endings(letter)
    }


def test_at_once_is_said_in_words_in_every_language() -> None:
    """A target of zero inside the hours is told as at once, without a time (design: time)."""
    desk = shipped_desks()["visma-control"]
    case = sample_case(desk, "critical", datetime(2026, 4, 2, 7, 0, tzinfo=UTC))
    said = {"sv": "genast", "da": "med det samme", "sk": "ihneď", "en": "at once"}
    for language, words in said.items():
        text = acknowledgement(shipped_library(), replace(desk, languages=(language,)), case).draft.text
        assert words in text
        assert "kl. 09.00" not in text


def test_a_promise_of_next_year_names_the_year_in_the_copy_too() -> None:
    """Agents read the same words as the customer."""
    desk = shipped_desks()["softone-go"]
    received = datetime(2026, 12, 22, 8, 0, tzinfo=UTC)
    case = sample_case(desk, "5", received)

    assert case.promise.expected_start - received > timedelta(days=10)
    assert "senast måndag 4 januari 2027 kl. 12.00" in copy_of(desk, case, sample_letter(desk)).text
