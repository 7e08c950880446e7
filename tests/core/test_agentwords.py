"""Letters to agents and partners: the whole case, lists, receipts, the guide; true, aligned, and safe to answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.agenttellings import (
    CaseList,
    Done,
    Guide,
    HandOver,
    ListedCase,
    Receipt,
    Taken,
    Undelivered,
    Unproven,
    Welcome,
    WholeCase,
)
from mailbot.core.casefacts import CaseFacts
from mailbot.core.commands import read_commands
from mailbot.core.commandwords import COMMANDS, command_words
from mailbot.core.compose import Head, compose
from mailbot.core.conversation import LONGEST, LONGEST_TURN, MOST, Entry, conversation_words
from mailbot.core.customer import Customers
from mailbot.core.desk import Desk, Kind, Matrix, Partner, Queue, Service
from mailbot.core.draft import Draft
from mailbot.core.errands import Telling
from mailbot.core.errandwords import write
from mailbot.core.library import PLAIN_LETTERS
from mailbot.core.note import Note
from mailbot.core.samples import sample_case
from mailbot.core.sampletellings import sample_tellings
from mailbot.core.tongue import LANGUAGES
from mailbot.core.words import Words
from tests.core.test_wording import HOSTILE, wild
from tests.lettering import shipped_desks, shipped_library

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
PARTNER = Partner("PX Expert", ("px@partner.example",))
SERVICE = Service(decline={"en": "D"}, not_covered={"en": "N"}, order={"en": "O"}, workaround="normal")


def swedish() -> Desk:
    """A desk with office hours."""
    return replace(shipped_desks()["visma-control"], languages=("sv",))


def letter(telling: Telling, desk: Desk | None = None, case: CaseFacts | None = None, language: str = "") -> Draft:
    """The letter that tells it to Kim Lund, about a made-up case."""
    desk = desk or swedish()
    case = case or sample_case(desk)
    done = write(shipped_library(), desk, case, telling, NOW, language=language, reader="Kim Lund")
    assert done.problems == ()
    return done.draft


@pytest.mark.parametrize("name", PLAIN_LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_agents_read_plain_text_in_their_own_language(name: str, language: str) -> None:
    """One language, the reader's, and no HTML; without one of their own the desk's first."""
    desk = shipped_desks()["cloudempiere"]
    for telling in sample_tellings(desk, name, sample_case(desk)):
        draft = letter(telling, desk, language=language)
        assert (draft.languages, draft.html) == ((language,), "")
        assert letter(telling, desk).languages == ("sk",)


@pytest.mark.parametrize("name", PLAIN_LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_ours_is_a_command(name: str, language: str) -> None:
    """A letter that comes back whole below an agent's answer orders nothing, should its quote not be cut off.

    Only the line of the personal key may be one: it is there to be copied, amid the text.
    """
    desk = replace(shipped_desks()["visma-control"], languages=(language,))
    for telling in sample_tellings(desk, name, sample_case(desk)):
        text = letter(telling, desk).text
        assert read_commands("Thanks!\n\n" + text, (language,)).commands == ()
        lines = [line for line in text.splitlines() if re.match(r"\s*#\w", line)]
        assert len(lines) == (isinstance(telling, Welcome) and not telling.personal)


def test_who_has_taken_the_case_is_told_in_its_thread() -> None:
    """Under the subject of the copies, with the name."""
    draft = letter(Taken("Anna Lindqvist"))

    assert draft.subject == "[VC-000013] The daily report"
    assert draft.text.startswith("Anna Lindqvist har tagit ärende VC-000013. Du behöver inte göra något.\n")


ENTRIES = (
    Entry(NOW - timedelta(hours=4), "Anna Berg <anna@kund.se>", "customer", "Tomt.\n", ("a.pdf", "b.pdf")),
    Entry(NOW - timedelta(hours=3), "", "event", "taken by Kim Lund"),
    Entry(NOW - timedelta(hours=2), "Kim Lund", "agent", "Fråga ekonomi.", internal=True),
    Entry(NOW - timedelta(days=400), "PX <px@partner.example>", "partner", "Ja."),
)


def test_the_whole_case_tells_what_it_is_and_all_that_was_written() -> None:
    """Why it comes, customer, level, promise, state, assignee, then each turn: when, who, files, what is internal."""
    desk = replace(swedish(), queues=(Queue("billing", {"sv": "Fakturor"}),))
    case = replace(sample_case(desk), queue="billing", verified=False, requester_name="support@visma.com")
    text = letter(WholeCase(Note("assigned-by", ("Bo Ek",)), "waiting", "", ENTRIES), desk, case).text

    for said in (
        "Hela ärendet VC-000013 hos Visma Control Support\nBo Ek har tilldelat dig ärendet.\n",
        "Kund: support@visma.com <anna.berg@customer.example>\nObservera: namnet kan vara vilseledande.",
        "Avsändaren av första mejlet är inte verifierad.\n",
        "Kö: Fakturor\nPrioritet: Normal – ",
        "Utlovad start: senast tisdag 7 april kl. 10.30 (svensk tid)\n",
        "Läge: väntar på kundens svar\nHandläggare: ingen än\n",
        "tisdag 24 november kl. 04.00\nAnna Berg <anna@kund.se>\nBilaga: a.pdf\nBilaga: b.pdf\n\nTomt.\n",
        "\n* tisdag 24 november kl. 05.00: taken by Kim Lund\n",
        "Kim Lund, handläggare\nINTERNT: kunden ser inte det här.\n\nFråga ekonomi.\n",
        "måndag 20 oktober 2025 kl. 09.00\nPX <px@partner.example>, partner\n\nJa.\n",
    ):
        assert said in text


def test_a_partner_gets_the_case_with_how_to_answer_and_nothing_internal() -> None:
    """Covering words first, then the facts, then the conversation, and where an answer goes (V9)."""
    text = letter(HandOver(PARTNER, "Kim Lund", Words("Kan ni titta?"), ENTRIES)).text
    open_route = letter(HandOver(replace(PARTNER, answers_customers=True), "", Words(""), ())).text

    places = [
        text.index(said)
        for said in (
            "Kan ni titta?\n\nKim Lund\nVisma Control Support\n",
            "Ärende VC-000013 från Visma Control Support till PX Expert",
            "Kund: Anna Berg <anna.berg@customer.example>",
            "Kunden har fått beskedet att arbetet börjar senast tisdag 7 april kl. 10.30 (svensk tid).",
            "Svara på det här mejlet: svaret går till oss, inte till kunden.",
            "Tomt.",
            "Ja.",
        )
    ]
    assert places == sorted(places)
    assert "ekonomi" not in text
    assert "taken by" not in text
    assert open_route.startswith("Hej! Vi lämnar över det här ärendet till er.\n")
    assert "svaret går till kunden och till oss." in open_route


def test_a_receipt_tells_line_by_line_what_was_done() -> None:
    """Each with its command; refused ones are marked."""
    lines = (
        Done("#prioritet hög", Note("done-priority", ("Hög", ""))),
        Done("#foo", Note("unknown-command"), refused=True),
        Done("", Note("left-out", ("stor.zip",))),
    )
    draft = letter(Receipt(lines))

    assert draft.subject == "[VC-000013] Kvittens: The daily report"
    assert draft.text.startswith(
        "Utfört: #prioritet hög – Prioriteten är nu Hög.\n"
        "INTE UTFÖRT: #foo – Kommandot finns inte.\n"
        "För stora för att skickas med: stor.zip.\n"
    )


def test_a_receipt_of_nothing_says_so_first_and_gives_the_text_back() -> None:
    """Also where there is no case, and whatever the text is."""
    refused = Done("#foo", Note("unknown-command"), refused=True)
    told = Receipt((refused,), nothing_done=True, words=f"Hej Anna!\n\n{HOSTILE}")
    draft = write(shipped_library(), swedish(), None, told, NOW).draft

    assert draft.subject == "Inte utfört"
    assert draft.text.startswith("Inget har gjorts, och inget har skickats.")
    assert f"Din text, som inte har skickats:\n{'-' * 40}\nHej Anna!\n\n{HOSTILE}\n" in draft.text


def listed(number: str, **other: object) -> ListedCase:
    """A case in a list."""
    plain = ListedCase(number, "Rapport", "Anna", "normal", "", "open", "", NOW, begun=False, late=False)
    return replace(plain, **other)  # type: ignore[arg-type]


def test_a_list_stands_in_columns_and_marks_what_is_late() -> None:
    """Number, promise, priority, state, assignee in one line, the subject below; the count says how many are late."""
    cases = (
        listed("VC-000013", late=True, priority="critical", expected_start=NOW - timedelta(days=10)),
        listed("VC-000021", begun=True, assignee="Kim Lund", subject="Re: [VC-000021] x", requester="b@c.se"),
        listed("VC-000037", state="waiting", subject="", expected_start=NOW + timedelta(days=60)),
    )
    draft = letter(CaseList("all", "", cases, left_out=4))

    assert draft.subject == "[VC-000013] Öppna ärenden – Visma Control Support"
    assert draft.text.startswith(
        "Öppna ärenden: 7, varav försenade: 1\n"
        "tisdag 24 november 2026 kl. 08.00 (svensk tid)\n"
        "\n"
        "! VC-000013  lör 14/11 kl. 08.00         Kritisk  ej påbörjat       –\n"
        "      Rapport (Anna)\n"
        "  VC-000021  tis 24/11 kl. 08.00         Normal   pågår             Kim Lund\n"
        "      x (b@c.se)\n"
        "  VC-000037  lör 23 jan. 2027 kl. 08.00  Normal   väntar på kunden  –\n"
        "      (utan ämne) (Anna)\n"
        "\n"
        "Fler ärenden, som inte ryms här: 4\n"
    )


@pytest.mark.parametrize(
    ("which", "subject", "nothing"),
    [
        ("all", "Öppna ärenden", "Det finns inga öppna ärenden."),
        ("mine", "Dina öppna ärenden", "Du har inga öppna ärenden."),
        ("late", "Försenade ärenden", "Inga ärenden är försenade."),
        ("queue", "Öppna ärenden i kön Fakturor", "Det finns inga öppna ärenden i kön Fakturor."),
    ],
)
def test_an_empty_list_is_a_sentence(which: str, subject: str, nothing: str) -> None:
    """The subject says which cases were asked for, the sentence that there are none."""
    desk = replace(swedish(), queues=(Queue("billing", {"sv": "Fakturor"}),))
    draft = letter(CaseList(which, "billing" if which == "queue" else "", ()), desk)  # type: ignore[arg-type]

    assert draft.subject == f"[VC-000013] {subject} – Visma Control Support"
    assert draft.text.startswith(nothing + "\n")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(wild, wild, wild, st.booleans()), max_size=300))
def test_a_list_is_never_too_long_nor_out_of_line(rows: list[tuple[str, str, str, bool]]) -> None:
    """However many cases and whatever their words, each has its two lines up to a bound, and the rest is counted."""
    cases = tuple(listed("VC-000013", priority=a, subject=b, assignee=c, late=late) for a, b, c, late in rows)
    text = letter(CaseList("all", "", cases)).text

    heads = [line for line in text.split("\n") if line[2:11] == "VC-000013"]
    assert len(heads) == min(len(rows), 200)
    assert len({line.index("ej påbörjat") for line in heads if line[2:11] in line}) <= 1
    assert ("Fler ärenden" in text) == (len(rows) > 200)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_tells_every_command_in_the_reader_s_language(language: str) -> None:
    """Each has a line of its own by its best word, and all its words stand below; so the page is always true."""
    matrix = Matrix(("high", "low"), ("high", "low"), {})
    desk = replace(
        swedish(), languages=(language,), queues=(Queue("billing", {language: "QQQ"}),),
        kinds=(Kind("incident", {language: "YYY"}),),
        matrix=matrix, partners=(PARTNER,), service=SERVICE,
    )  # fmt: skip
    text = letter(Guide(""), desk).text
    words = command_words(language)

    assert set(words) == set(COMMANDS)
    for name in COMMANDS:
        best = re.escape(f"#{words[name][0]}")
        assert re.search(rf"(^\* |, ){best}( [^\n]+)?\n    \S", text, re.MULTILINE) or name == "key", name
        assert "\n* " + ", ".join(f"#{word}" for word in words[name]) + "\n" in text
    for known in ("critical (", "billing (QQQ)", "incident (YYY)", "high, low", "px@partner.example (PX Expert)"):
        assert known in text


def test_the_guide_is_true_of_its_desk() -> None:
    """What the desk does not have is not told of; waiting time, proof and personal address are the desk's own."""
    bare = replace(
        swedish(), kinds=(), queues=(), partners=(), matrix=None, authserv_id="", reconsider=timedelta(),
        customers=None, service=Service(),
    )  # fmt: skip
    full = replace(bare, authserv_id="mx.example", reconsider=timedelta(seconds=90))
    plain, proven = letter(Guide(""), bare).text, letter(Guide("x+tag@b.se"), full).text

    lacking = ("kö", "typ", "påverkan", "brådska", "vidarebefordra", "godkänn", "avböj", "ingår-inte", "beställning")
    for word in (*(f"#{word}" for word in (*lacking, "tillfällig-lösning")), "min innan det går iväg"):
        assert word not in plain
    assert "* #fel VERSION DATUM\n" in plain
    named = replace(bare, customers=Customers.of(()))
    assert "* #godkänn\n" in letter(Guide(""), named).text
    assert "prioritet Normal" in letter(Guide(""), replace(bare, service=SERVICE)).text
    assert "Det du skickar väntar 2 min innan det går iväg." in proven
    assert "raden #nyckel och din personliga nyckel överst" in plain
    assert "Din personliga adress: x+tag@b.se\n" in proven
    assert ("måste vår e-postserver intyga" in plain, "måste vår e-postserver intyga" in proven) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_welcome_tells_address_or_key_and_what_they_are_for(language: str) -> None:
    """The address stands on a line of its own; where the desk has none, the line to copy is one that is understood."""
    with_address = letter(Welcome("visma+tag@b.se", "tag"), language=language).text
    with_key = letter(Welcome("", "tag"), language=language).text
    words = command_words(language)

    assert "\nvisma+tag@b.se\n" in with_address
    line = next(line for line in with_key.splitlines() if line.startswith("#"))
    (command,) = read_commands(line, (language,)).commands
    assert (command.name, command.argument) == ("key", "tag")
    for text in (with_address, with_key):
        assert all(f"#{words[name][0]}" in text for name in ("new", "list", "help"))


def test_an_unproven_mail_is_told_with_why() -> None:
    """With or without a case: subject, moment, reason, and what to do."""
    told = Unproven(Note("no-tag"), "Re: rapport", NOW - timedelta(minutes=5))
    with_case = letter(told)
    without = write(shipped_library(), swedish(), None, told, NOW).draft

    assert (with_case.subject, without.subject) == ("[VC-000013] Inte utfört: Re: rapport", "Inte utfört: Re: rapport")
    assert "Mottaget: tisdag 24 november kl. 07.55\nVarför: Mejlet är varken ett svar på" in with_case.text
    assert "Mejlet finns sparat på ärende VC-000013." in with_case.text
    assert "Mejlet finns sparat." in without.text
    assert "Svara direkt på ett mejl" in without.text
    silent = letter(replace(told, why=Note("server-silent"))).text
    assert "Skicka mejlet igen genom din vanliga e-postserver" in silent
    assert "Svara direkt" not in silent, "the agent did"


def test_a_letter_that_came_back_is_told_with_what_the_server_said() -> None:
    """Whom it did not reach, why, and until when nothing automatic goes there."""
    told = Undelivered("anna@kund.se", "Rapport", "550 no such user\r\n", NOW + timedelta(days=7))
    draft = letter(told)

    assert draft.subject == "[VC-000013] Kom inte fram: Rapport"
    assert "Ditt mejl till anna@kund.se kom inte fram." in draft.text
    assert "Mottagarens server svarade: 550 no such user\nAutomatiska mejl till adressen hålls inne" in draft.text
    assert "till tisdag 1 december kl. 08.00." in draft.text
    assert "hålls inne" not in letter(replace(told, until=None)).text


def turn(size: int) -> Entry:
    """A turn with that many characters."""
    return Entry(NOW, "Kim", "agent", "x" * size)


@given(st.lists(st.integers(0, 120_000), max_size=12))
def test_a_conversation_is_bounded_and_keeps_the_first_and_the_latest(sizes: list[int]) -> None:
    """Turns are cut at their own bound; what does not fit is left out after the first turn, and counted."""
    told = conversation_words([turn(size) for size in sizes], swedish().calendar.zone, "sv", NOW)
    kept = [len(entry["text"]) for entry in told["entries"]]
    cut = [min(size, LONGEST_TURN) for size in sizes]

    assert sum(kept) <= LONGEST
    assert len(kept) + told["left_out"] == len(sizes)
    assert kept == (cut[:1] + cut[len(cut) - len(kept) + 1 :] if len(kept) > 1 else cut[:1])
    assert [entry["cut"] for entry in told["entries"]].count(True) == sum(size == LONGEST_TURN for size in kept) - sum(
        size == LONGEST_TURN for size in sizes
    )


def test_a_conversation_of_thousands_of_turns_makes_a_letter() -> None:
    """Many short turns are bounded in number."""
    text = letter(WholeCase(Note("asked-for"), "open", "", tuple(turn(1) for _ in range(5000)))).text

    assert text.count("\nKim, handläggare\n") == MOST
    assert f"(Här fattas {5000 - MOST} mejl och händelser" in text


notes = st.builds(Note, st.sampled_from(["unproven", "no-tag", "another-hand"]), st.tuples(wild, wild))
entries = st.lists(
    st.builds(
        Entry, st.just(NOW), wild, st.sampled_from(["customer", "agent", "partner", "other", "event"]), wild,
        st.tuples(wild), st.booleans(),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
tellings = st.one_of(
    st.builds(Taken, wild),
    st.builds(WholeCase, notes, st.sampled_from(["open", "closed", "spam"]), wild, entries),
    st.builds(HandOver, st.builds(Partner, wild, st.just(("p@x.se",))), wild, st.builds(Words, wild), entries),
    st.builds(
        Receipt, st.lists(st.builds(Done, wild, st.just(Note("bad-argument", ("{0}", "{")))), max_size=3).map(tuple),
        st.booleans(), wild,
    ),
    st.builds(Unproven, notes, wild, st.just(NOW)),
    st.builds(Undelivered, wild, wild, wild, st.none() | st.just(NOW)),
    st.builds(Welcome, wild, wild),
    st.builds(Guide, wild),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(tellings, st.sampled_from(LANGUAGES), wild)
def test_a_letter_always_goes_out(telling: Telling, language: str, subject: str) -> None:
    """Whatever a case holds, its agents and partners get their letters."""
    desk = swedish()
    draft = letter(telling, desk, replace(sample_case(desk), subject=subject, requester_name=subject), language)

    assert "\n" not in draft.subject
    compose(draft, Head(desk.address, desk.name, "agent@b.se", "m@e.com", NOW))
