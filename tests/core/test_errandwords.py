"""Letters to customers about a turn on their case: an agent's words whole, nothing of a stranger's or internal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mailbot.core.agenttellings import HandOver, Taken, WholeCase
from mailbot.core.casefacts import CaseFacts
from mailbot.core.compose import Head, compose
from mailbot.core.conversation import Entry
from mailbot.core.customertellings import (
    Admitted,
    Closing,
    Declined,
    Digest,
    FaultFixed,
    HandedOver,
    HeldCase,
    Merged,
    NotCovered,
    OrderAsked,
    OrderRecorded,
    OurCases,
    PriorityChanged,
    Reopened,
    Reply,
    RouteChanged,
    StatusTold,
    Waiting,
)
from mailbot.core.desk import Desk, Partner
from mailbot.core.draft import Draft
from mailbot.core.errands import Telling
from mailbot.core.errandwords import LETTER_OF, write
from mailbot.core.knowncase import KnownFault
from mailbot.core.library import RICH_LETTERS
from mailbot.core.note import Note
from mailbot.core.samples import sample_case
from mailbot.core.sampletellings import asking, sample_tellings
from mailbot.core.tongue import LANGUAGES
from mailbot.core.words import Words
from tests.core.test_wording import HOSTILE, squeezed, wild, words_of, words_of_html
from tests.lettering import read_mail, shipped_desks, shipped_library

TO_CUSTOMERS = [letter for letter in RICH_LETTERS if letter in LETTER_OF.values() and letter != "month-report"]
PARTNER = Partner("PX Expert", ("px@partner.example",), contact={"sv": "010-1\npx@partner.example"})


def desk_in(*languages: str) -> Desk:
    """A desk with office hours that writes these languages."""
    return replace(shipped_desks()["visma-control"], languages=languages)


def letter(
    telling: Telling, desk: Desk | None = None, case: CaseFacts | None = None, now: datetime | None = None
) -> Draft:
    """The letter that tells it, by default in Swedish and at the moment of receipt."""
    desk = asking(desk or desk_in("sv"))
    case = case or sample_case(desk)
    done = write(shipped_library(), desk, case, telling, now or case.received)
    assert done.problems == ()
    return done.draft


def stranger(desk: Desk) -> CaseFacts:
    """A case whose sender nothing verifies, and who writes what should be told to nobody."""
    return replace(
        sample_case(desk), verified=False, requester_name="ATTACKNAME", subject="ATTACKSUBJECT http://evil.example"
    )


def untapped(draft: Draft) -> tuple[str, str]:
    """A survey without what only one of its forms can have: room to write in, and numbers to tap."""
    tree = LexborHTMLParser(draft.html)
    for paragraph in tree.css("p"):
        if paragraph.css_first("a") is not None:
            paragraph.decompose()
    return re.sub(r"^   \w+:$", "", draft.text, flags=re.MULTILINE), tree.html or ""


def test_every_telling_has_a_letter() -> None:
    """Whatever an errand can tell is written from a template of its own."""
    assert set(LETTER_OF) == set(get_args(Telling))


@pytest.mark.parametrize("name", TO_CUSTOMERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    """In each way that a letter can branch its two forms hold the same words in the same order (G6)."""
    desk = desk_in(language)
    case = sample_case(desk)
    for telling in sample_tellings(desk, name, case):
        if isinstance(telling, Reply | Closing) and telling.words.html:
            continue  # the HTML is another's work, and need not be the text
        for known in (case, stranger(desk)):
            draft = letter(telling, desk, known)
            text, html = untapped(draft) if name == "survey" else (draft.text, draft.html)
            assert squeezed(words_of_html(html)) == squeezed(words_of(text))


@pytest.mark.parametrize("name", TO_CUSTOMERS)
@pytest.mark.parametrize("key", sorted(shipped_desks()))
def test_every_letter_is_one_that_can_be_mailed(name: str, key: str) -> None:
    """Each letter of each desk makes a mail, fetches nothing, and names its case in the subject (G12)."""
    desk = shipped_desks()[key]
    case = sample_case(desk)
    for telling in sample_tellings(desk, name, case):
        draft = letter(telling, desk)
        content = compose(draft, Head(desk.address, desk.name, "a@b.se", "m@e.com", case.received))
        about_it = not isinstance(telling, Digest | OurCases | RouteChanged)
        assert (case.number in str(read_mail(content)["Subject"])) == about_it
        tree = LexborHTMLParser(draft.html)
        assert tree.css_first("img, link, script, iframe, object, video, audio, style, base, form") is None
        assert not re.search(r"url\(|@import|https?://|src=|background=", draft.html)


@pytest.mark.parametrize("name", TO_CUSTOMERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_automatic_letter_repeats_nothing_of_a_stranger(name: str, language: str) -> None:
    """Where nothing verifies the customer no word of theirs is in an automatic letter (Q23); an agent has read them."""
    desk = desk_in(language)
    for telling in sample_tellings(desk, name, stranger(desk)):
        draft = letter(telling, desk, stranger(desk))
        spoken = isinstance(telling, Closing | Declined | NotCovered | OrderAsked) and telling.by != ""
        human = isinstance(telling, Reply) or spoken
        told = draft.text + draft.html.replace(f"<title>{draft.subject}</title>", "")
        assert "ATTACK" not in told
        assert ("ATTACKSUBJECT" in draft.subject) is human


@pytest.mark.parametrize(
    ("telling", "subject"),
    [
        (Reply(Words("x"), "Kim"), "[VC-000013] Meddelande från Visma Control Support"),
        (Closing(Words("x"), "Kim"), "[VC-000013] Ditt ärende är avslutat"),
        (PriorityChanged(begun=False), "[VC-000013] Ny prioritet"),
        (Waiting(), "[VC-000013] Vi väntar på ditt svar"),
        (HandedOver(PARTNER), "[VC-000013] Ditt ärende är överlämnat"),
        (Reopened(), "[VC-000013] Ditt ärende är öppet igen"),
        (StatusTold("open", None, None, ()), "[VC-000013] Läget i ditt ärende"),
        (Merged("VC-000021"), "[VC-000013] Ditt ärende har slagits ihop med ett annat"),
        (Admitted(begun=False), "[VC-000013] Vi tar hand om ditt ärende"),
        (OrderRecorded(True, "x", begun=False), "[VC-000013] Ditt svar är noterat"),
        (FaultFixed("1"), "[VC-000013] Felet bakom ditt ärende är rättat"),
    ],
)
def test_where_there_is_no_subject_to_repeat_a_fixed_one_stands(telling: Telling, subject: str) -> None:
    """The subject is the case's, behind its number; where that is empty one tells what the letter is."""
    desk = desk_in("sv")

    assert letter(telling).subject == "[VC-000013] The daily report"
    assert letter(telling, case=replace(sample_case(desk), subject="Re: ")).subject == subject


WORDS = "Hej Anna,\n\n  två steg:\n\t1. starta om\n\n\n> citat\nMvh"


def test_a_reply_is_the_agents_words_and_a_signature() -> None:
    """Verbatim, then the name and who the desk is; nothing is added before them."""
    draft = letter(Reply(Words(WORDS), "Kim Lund"))

    assert draft.text.startswith(WORDS + "\n\nKim Lund\nVisma Control Support\n")
    assert "väntar" not in draft.text


def test_a_reply_that_waits_says_so_in_one_sentence() -> None:
    """It stands between the words and the signature."""
    draft = letter(Reply(Words("Vilken version?"), "Kim Lund", waits=True))

    assert draft.text.startswith(
        "Vilken version?\n\nVi väntar nu på ditt svar för att kunna gå vidare med ärendet.\n\nKim Lund\n"
    )


def test_a_reply_of_files_alone_points_to_them() -> None:
    """In each language, for there are no words that were written in one."""
    draft = letter(Reply(Words(""), "Kim"), desk_in("sv", "en"))

    assert draft.text.startswith("Se det bifogade.\n\nKim\n")
    assert draft.text.endswith("* * *\n\nPlease see the attachment.\n")


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=120))
def test_words_are_relayed_as_they_are(text: str) -> None:
    """Whatever an agent writes stands in the text unchanged and in the HTML as text, and does nothing there (T25)."""
    draft = letter(Reply(Words(text), "Kim"))
    body = LexborHTMLParser(draft.html).body

    assert text in draft.text
    assert body is not None
    assert re.sub(r"\s", "", body.text()).startswith(re.sub(r"\s", "", text))


def test_lines_and_indents_are_kept_in_html() -> None:
    """Without HTML of the agent's own, paragraphs, line breaks and alignment by spaces are made from the text."""
    html = letter(Reply(Words("Ett\n  a  b\n\ntvå & <tre>"), "Kim")).html

    assert "<p>Ett<br>\n&nbsp; a&nbsp; b</p>\n<p>två &amp; &lt;tre&gt;</p>" in html


def test_html_that_was_made_safe_is_relayed_as_it_is() -> None:
    """The fragment stands once, unescaped, in the HTML; the text has the text; template syntax in it is data (T24)."""
    fragment = '<p>Hej <b>Anna</b>, {{ 7*7 }} {% raw %}</p><img src="cid:1">'
    draft = letter(Reply(Words("Hej Anna", html=fragment), "<b>Kim</b>"))

    assert draft.html.count(fragment) == 1
    assert "&lt;b&gt;Kim&lt;/b&gt;" in draft.html
    assert "<b>" not in draft.text.replace("<b>Kim</b>", "")
    hostile = letter(Reply(Words(HOSTILE), HOSTILE))
    assert LexborHTMLParser(hostile.html).css_first("script, img") is None
    assert "{{7*7}}" in hostile.text


@pytest.mark.parametrize("size", [100_000, 2_000_000])
def test_long_words_are_relayed_whole(size: int) -> None:
    """What an agent wrote is never cut and never stops the letter, plain or as HTML."""
    for words in (Words("&" * size), Words("x" * size, html="<p>" + "y" * size + "</p>")):
        draft = letter(Reply(words, "Kim"))
        assert words.text in draft.text
        assert (words.html or "&amp;" * size) in draft.html


def test_two_languages_tell_the_words_once() -> None:
    """What the desk adds stands in each language, the agent's words once on top; with nothing to add it is one part."""
    desk = desk_in("sk", "en")
    plain, waits = (letter(Reply(Words("MOJE SLOVÁ"), "Kim", waits), desk) for waits in (False, True))
    closing = letter(Closing(Words("MOJE SLOVÁ"), "Kim"), desk)

    assert plain.languages == ("sk",)
    assert "* * *" not in plain.text
    assert waits.languages == closing.languages == ("sk", "en")
    for draft in (plain, waits, closing):
        assert draft.text.count("MOJE SLOVÁ") == draft.html.count("MOJE SLOVÁ") == 1
    assert waits.text.index("Teraz čakáme") < waits.text.index("* * *") < waits.text.index("We are now waiting")
    places = [closing.text.index(said) for said in ("Riešenie:", "* * *", "You will find the solution above")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("telling", "said"),
    [
        (Closing(Words("Starta om."), "Kim"), "är nu avslutat. Lösning:\n\nStarta om.\n\nBehöver"),
        (Closing(Words(""), "Kim"), "är nu avslutat. Lösningen finns i vårt senaste svar till dig."),
        (Closing(Words(""), ""), "Vi har avslutat ditt ärende VC-000013, som du bad om."),
    ],
)
def test_a_closing_tells_the_solution_where_there_is_one(telling: Closing, said: str) -> None:
    """The agent's words, else where they are; a case that the customer closed says so."""
    assert said in letter(telling).text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (30, "inom 30 dagar, så öppnar vi ärendet igen."),
        (1, "inom en dag, så öppnar vi ärendet igen."),
        (0, "Svara på det här mejlet, så öppnar vi ett nytt ärende."),
    ],
)
def test_a_closing_says_how_to_open_the_case_again(days: int, said: str) -> None:
    """As long as the desk's reopening period lasts, or with a new case."""
    assert said in letter(Closing(Words("x"), "Kim"), replace(desk_in("sv"), reopen_days=days)).text


def test_a_new_priority_tells_the_new_start_or_that_work_has_begun() -> None:
    """Level and meaning always (V7); the start while nothing has begun, "as soon as possible" where it has passed."""
    desk = desk_in("sv")
    case = sample_case(desk, "high")
    late = case.promise.expected_start + timedelta(minutes=1)
    new = letter(PriorityChanged(begun=False), case=case).text
    begun = letter(PriorityChanged(begun=True), case=case).text

    for text in (new, begun):
        assert "Prioritet: Hög – Användarna kan logga in" in text
    assert "Vi börjar arbeta med ärendet senast tisdag 7 april kl. 08.30 (svensk tid).\nDäremellan" in new
    assert "Vi arbetar redan med ärendet." in begun
    assert "7 april" not in begun
    assert "så snart som möjligt" in letter(PriorityChanged(begun=False), case=case, now=late).text


def test_who_takes_over_and_how_to_reach_them_is_told() -> None:
    """The partner's name and contact in the customer's language (V9)."""
    text = letter(HandedOver(PARTNER)).text

    assert "PX Expert tar nu över arbetet med ditt ärende VC-000013." in text
    assert "Så når du PX Expert:\n010-1\npx@partner.example\n" in text


STARTED, CLOSED = datetime(2026, 4, 7, 7, 0, tzinfo=UTC), datetime(2026, 4, 8, 7, 0, tzinfo=UTC)
FAULT = KnownFault(1, "VC-000013", "12.1", date(2026, 5, 12), STARTED, None)


@pytest.mark.parametrize(
    ("telling", "said", "unsaid"),
    [
        (StatusTold("open", None, None, ()), ["inte börjat arbeta", "senast tisdag 7 april kl. 10.30"], ["började"]),
        (
            StatusTold("open", STARTED, None, ()),
            ["Vi arbetar med", "Arbetet började tisdag 7 april kl. 09.00."],
            ["senast"],
        ),
        (StatusTold("waiting", None, None, ()), ["Vi väntar på ditt svar"], ["senast", "började"]),
        (StatusTold("closed", STARTED, CLOSED, ()), ["Ärendet avslutades onsdag 8 april kl. 09.00."], ["senast"]),
        (StatusTold("closed", None, None, ()), ["Ärendet är avslutat."], ["senast"]),
        (
            StatusTold("open", STARTED, None, (), FAULT),
            ["Felet beräknas vara rättat i version 12.1, som väntas tisdag 12 maj."],
            ["är rättat"],
        ),
        (
            StatusTold("open", STARTED, None, (), replace(FAULT, fixed=CLOSED)),
            ["Ärendet beror på ett fel i programmet, som är rättat i version 12.1."],
            ["beräknas"],
        ),
    ],
)
def test_the_status_tells_how_the_case_stands(telling: StatusTold, said: list[str], unsaid: list[str]) -> None:
    """The state in words, the promise while work has not begun and nobody waits, when things happened; the fault."""
    text = letter(telling).text

    assert all(part in text for part in said)
    assert not any(part in text for part in unsaid)


CANARY = "KANARIEFÅGEL"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_internal_reaches_a_customer_or_partner(language: str) -> None:
    """Internal entries, whoever hands them in, are in no letter to customers and partners; nor is history (Y10)."""
    desk = desk_in(language)
    at = sample_case(desk).received
    entries = tuple(
        Entry(at, CANARY, role, CANARY, (CANARY,), internal=internal)  # type: ignore[arg-type]
        for role, internal in (("agent", True), ("customer", True), ("event", False), ("event", True))
    )
    entries += (Entry(at, "Kim", "agent", "öppet"),)
    for telling in (StatusTold("open", None, None, entries), HandOver(PARTNER, "Kim", Words("x"), entries)):
        draft = letter(telling, desk)
        assert CANARY not in draft.subject + draft.text + draft.html


def test_the_history_says_who_wrote_and_when_and_no_word_of_it() -> None:
    """A customer may be one of several, and reads of the others only that they wrote."""
    at = sample_case(desk_in("sv")).received
    roles = ("customer", "agent", "partner", "other")
    entries = tuple(
        Entry(at, "Bo Ek <bo@b.se>", role, "hemligt", ("fil.pdf",))  # type: ignore[arg-type]
        for role in roles
    )
    text = letter(StatusTold("open", None, None, entries)).text

    assert text.count("torsdag 2 april kl. 11.30: vi fick ett mejl") == 2
    assert "kl. 11.30: vi skrev\n" in text
    assert "kl. 11.30: vår samarbetspartner skrev\n" in text
    for unsaid in ("Bo Ek", "hemligt", "fil.pdf"):
        assert unsaid not in text


def test_a_digest_tells_number_priority_and_start_of_each_case_and_nothing_else() -> None:
    """Each in its own words, bounded, and no word of the sender."""
    desk = desk_in("sv")
    case = sample_case(desk, "high")
    held = HeldCase("VC-000021", "high", case.promise)
    lost = HeldCase("VC-000037", "gone", replace(case.promise, at_once=True))
    draft = write(shipped_library(), desk, None, Digest((held, lost)), case.received).draft

    assert "Ärende VC-000021\nPrioritet: Hög – Användarna" in draft.text
    assert "senast tisdag 7 april kl. 08.30 (svensk tid)" in draft.text
    assert "Ärende VC-000037\nPrioritet: gone – \nVi börjar arbeta med ärendet genast." in draft.text
    many = write(shipped_library(), desk, case, Digest((held,) * 1000), case.received).draft
    assert "Fler ärenden, som inte ryms här: 970" in many.text


@pytest.mark.parametrize(
    "telling",
    [
        Reply(Words("x"), "Kim"),
        Reopened(),
        Taken("Kim"),
        WholeCase(Note("asked-for"), "open", "", ()),
        HandOver(PARTNER, "", Words(""), ()),
    ],
)
def test_a_letter_about_a_case_needs_to_know_it(telling: Telling) -> None:
    """Without the case's facts there is no such letter."""
    with pytest.raises(ValueError, match="needs to know it"):
        write(shipped_library(), desk_in("sv"), None, telling, STARTED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_level_that_the_desk_file_lost_stops_no_letter(language: str) -> None:
    """The key stands for the name of a priority that is gone."""
    desk = desk_in(language)

    assert "urgent –" in letter(PriorityChanged(begun=True), desk, replace(sample_case(desk), priority="urgent")).text


moments = st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
words = st.builds(Words, wild)
roles = st.sampled_from(["customer", "agent", "partner", "other", "event"])
entries = st.lists(st.builds(Entry, moments, wild, roles, wild, st.tuples(wild), st.booleans()), max_size=4).map(tuple)
tellings = st.one_of(
    st.builds(Reply, words, wild, st.booleans()),
    st.builds(Closing, words, wild),
    st.builds(HandedOver, st.builds(Partner, wild, st.just(("p@x.se",)), contact=st.builds(dict, sv=wild))),
    st.builds(
        StatusTold, st.sampled_from(["open", "waiting", "closed"]), st.none() | moments, st.none() | moments, entries
    ),
    st.builds(Merged, wild),
    st.sampled_from([Waiting(), Reopened(), PriorityChanged(begun=False)]),
)


@settings(deadline=None, max_examples=150)
@given(tellings, st.sampled_from(LANGUAGES), wild, wild, st.booleans(), moments)
def test_a_letter_always_goes_out(
    telling: Telling, language: str, name: str, subject: str, verified: bool, now: datetime
) -> None:
    """Whatever was written, whenever, the shipped templates write a letter, and it makes a mail."""
    desk = desk_in(language)
    case = replace(sample_case(desk), requester_name=name, subject=subject, verified=verified)
    draft = letter(telling, desk, case, now)

    assert "\n" not in draft.subject
    assert case.number in draft.subject
    compose(draft, Head(desk.address, desk.name, "a@b.se", "m@e.com", now))
