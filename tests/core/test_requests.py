"""Requests of customers: read where they are plain in every language, and never guessed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core import requestwords
from mailbot.core.requests import MAX_LENGTH, plain_request
from mailbot.core.requestwords import longest_phrase, phrases

NAMES = ("Anna Berg", "Novák, Ján")
"""Who may be addressed in the cases below: the agents."""

STATUS = [
    "status",
    "Status",
    "STATUS",
    "Status?",
    "status.",
    "#status",
    "#Status?",
    "  status \n\n",
    "status\u00a0",
    "\u200bstatus",
    "Status tack",
    "Status, tack!",
    "Status, tack?",
    "Hej! Status tack. Mvh Kalle",
    "Hej,\n\nstatus?\n\nMed vänlig hälsning\nKalle Karlsson",
    "Ärendestatus?",
    "Vad är status?",
    "Hej! Vad är statusen på mitt ärende?",
    "Status på ärendet, tack på förhand!",
    "Hej Anna,\nstatus på ärendet?",
    "status\n\nSkickat från min iPhone",
    "Status på sagen?",
    "Hej. Hvad er status på sagen? Vh Søren",
    "Sagsstatus, tak",
    "Hvad er status på min sag? På forhånd tak.",
    "Stav?",
    "stav",
    "#stav",
    "Stav požiadavky",
    "Stav poziadavky?",
    "Dobrý deň, aký je stav mojej požiadavky? Ďakujem. S pozdravom Ján Novák",
    "Prosím, stav požiadavky. Ďakujem.",
    "Status please",
    "Hi! Please status. Thanks in advance!",
    "What's the status?",
    "What’s the status of my case?",
    "Hello Anna,\n\nwhat is the current status of this ticket?\n\nBest regards,\nJohn Smith",
    "Case status?",
    "The status of my case, please. 🙏",
]

CLOSE = [
    "close",
    "Close!",
    "Close, please.",
    "Please close the case.",
    "Please close this ticket, thank you.",
    "You can close the case now.",
    "Hi! It works now, you can close the case. Thanks! John",
    "Feel free to close this ticket. Have a nice day!",
    "The case can be closed.",
    "Yes, you can close the case.",
    "Yes please, close my case.",
    "Thanks again. You may close the ticket.\n\nKind regards\nJohn",
    "stäng",
    "Stäng tack!",
    "Stäng ärendet",
    "STÄNG ÄRENDET",
    "stang arendet",
    "Stäng gärna ärendet, tack.",
    "Vänligen stäng ärendet.",
    "Var snäll och stäng ärendet.",
    "Hej! Ni kan stänga ärendet. Tack! /Anna",
    "Hej! Ni kan stänga ärendet. Tack!/Anna",
    "Du kan stänga ärendet nu 👍",
    "Ja, ni kan stänga",
    "Ja tack, stäng ärendet.",
    "Det fungerar nu så ni kan stänga ärendet.\nTack så mycket för hjälpen!\n\nMvh\nKalle",
    "Det löste sig. Ärendet kan avslutas.",
    "Hej Anna! Nu fungerar det igen, ni får gärna avsluta ärendet. Trevlig helg! //Kalle",
    "luk",
    "Luk sagen",
    "Luk venligst sagen. Tak",
    "I kan lukke sagen.",
    "Hej! Det virker nu, så I må gerne lukke sagen. Tak for hjælpen! Vh Søren",
    "Du kan godt lukke sagen nu",
    "Sagen kan lukkes.\n\nMed venlig hilsen\nSøren Kjær",
    "Vær venlig at lukke sagen.",
    "Ja tak, luk sagen",
    "zavrieť",
    "Zavriet",
    "uzavrieť",
    "Môžete zavrieť",
    "mozete uzavriet poziadavku",
    "Dobrý deň, už to funguje, požiadavku môžete uzavrieť. Ďakujem. S pozdravom, Ján Novák",
    "Prosím, zavrite požiadavku.",
    "Uzavrite túto požiadavku, ďakujem",
    "Áno, môžete prípad uzavrieť.",
]

THANKS = [
    "Tack",
    "Tack!",
    "tack!!!",
    "Tack så mycket!",
    "Hej! Tack så mycket för hjälpen!",
    "Hej Anna,\n\nTack för snabbt svar!\n\nMvh\nKalle Karlsson",
    "Tack Anna för hjälpen!",
    "Tack för\nhjälpen",
    "Tusen tack, nu fungerar det!",
    "Perfekt, tack!",
    "Perfekt! Nu funkar allt igen. Trevlig helg! /Kalle",
    "Nu är det löst. Tack!",
    "Toppen",
    "Löst, tack.",
    "Ok tack",
    "Tack och hej",
    "Stort tack 😊",
    "Tack :)",
    "Tack:-)",
    "tack ;) <3",
    "Tack! Mvh Kalle",
    "Tack\n/Kalle",
    "Tack\n-Kalle",
    "Tack! Kalle\n\nSkickat från min iPhone",
    "Tack för hjälpen. Ha en bra dag!\n\nVänliga hälsningar,\nKalle Karlsson",
    "Tack for hjalpen",
    "👍",
    "👍🏽",
    "🙏🙏",
    "❤️",
    "Tak",
    "Mange tak for hjælpen!",
    "Tusind tak. Det virker nu.",
    "Hej Anna. Tak skal du have. Vh. Søren",
    "Super, tak! God weekend!",
    "Det var super, mange tak 🙂",
    "Problemet er løst. Mange tak for hurtig hjælp.\n\nMed venlig hilsen\nSøren Kjær",
    "Ďakujem",
    "Dakujem",
    "Ďakujem pekne za pomoc!",
    "Dobrý deň, ďakujem, už to funguje. Pekný deň.",
    "Výborne, všetko funguje. Ďakujeme.\n\nS pozdravom\nJán Novák",
    "Ďakujeme za rýchlu odpoveď. S pozdravom Mária",
    "Super, vďaka",
    "Vyriešené, ďakujem",
    "Thanks",
    "Thanks!",
    "THANK YOU!!!",
    "Thank you so much for your help!",
    "Hi Anna, thanks!",
    "Hi Ján, thank you very much.\nNovák",
    "Perfect, it works now, thank you",
    "Great, thanks a lot! It's working now.",
    "It’s working again. Thank you!",
    "Many thanks",
    "Many thanks\nJohn",
    "Many thanks, John Smith",
    "Solved, thanks",
    "Thank you and have a nice weekend!\n\nBest regards\nJohn Smith",
    "That worked. Much appreciated!\n\nSent from my iPhone",
    "Thanks!\n-- \nJohn Smith\nExample Ltd, 5 High Street",
    "Kiitos!",
    "Hei, kiitos paljon! Terveisin Matti",
    "Paljon kiitoksia avusta",
    "Danke schön!",
    "Guten Tag, vielen Dank für Ihre schnelle Hilfe. Mit freundlichen Grüßen Hans Müller",
    "Dziękuję bardzo za pomoc",
    "Dzien dobry, dziekuje. Pozdrawiam Piotr",
    "Děkuji moc za pomoc. S pozdravem Petr Novák",
    "Dekuji, hezky den",
    "Takk for hjelpen!",
    "Tusen takk 🎉",
]

CASES = [
    "Våra ärenden",
    "våra öppna ärenden?",
    "Ärendelista",
    "lista",
    "Lista våra ärenden, tack!",
    "Hej!\n\nKan vi få en lista över våra öppna ärenden?\n\nMed vänlig hälsning\nAnna Berg",
    "Hej! Kan ni skicka en lista över våra ärenden? Tack på förhand. /Anna",
    "Vilka ärenden har vi öppna just nu?",
    "Status på våra ärenden?",
    "Hur är läget i våra öppna ärenden?",
    "Status? Våra ärenden.",
    "Vores sager",
    "vores abne sager",
    "Sagsoversigt, tak",
    "Hej. Må vi få en oversigt over vores åbne sager? Vh Søren",
    "Hvilke sager har vi åbne lige nu?",
    "Hvad er status på vores sager? På forhånd tak.",
    "Naše požiadavky",
    "nase otvorene poziadavky",
    "Zoznam našich požiadaviek",
    "Dobrý deň, pošlite nám, prosím, zoznam našich otvorených požiadaviek. Ďakujem. S pozdravom Ján Novák",
    "Aký je stav našich požiadaviek?",
    "Aké požiadavky máme otvorené?",
    "Our cases",
    "Our open cases, please.",
    "List of our open cases",
    "Hello Anna,\n\ncould you send us a list of our open cases?\n\nBest regards,\nJohn Smith",
    "Which cases do we have open?",
    "What's the status of our cases?",
]

UNSURE = [
    # Nothing that asks or thanks.
    "",
    " \n",
    "?",
    "!",
    "Hej!",
    "Hi Anna",
    "Mvh\nKalle",
    "Ok",
    "Kalle",
    "/Kalle",
    "Have a nice day!",
    "-- \nTack",
    "Skickat från min iPhone",
    # An agent's command is none in a customer's mail.
    "#close",
    "#stäng",
    "#note Tack",
    "#close\nTack!",
    # A question, a figure.
    "Tack?",
    "Close?",
    "Stäng ärendet?",
    "Tack! Fungerar det nu?",
    "Kan ni stänga ärendet?",
    "Can you close the case?",
    "Tak. Hvornår er det løst?",
    "Ďakujem. Kedy to bude hotové?",
    "Thanks 5/5",
    "Tack 2",
    "status VC-000017",
    "status 17",
    "Tack för hjälpen. 070-123 45 67",
    # But, not, no.
    "Tack, men det fungerar inte",
    "Tack men",
    "Det fungerar inte",
    "Det fungerar ej. Tack",
    "Inte löst",
    "Nej tack",
    "Stäng inte ärendet",
    "Ni kan inte stänga ärendet",
    "Tak, men det virker ikke",
    "Luk ikke sagen",
    "Nej tak",
    "Ďakujem, ale nefunguje to",
    "Už to nefunguje. Ďakujem",
    "Nezavrite požiadavku",
    "Nie, ďakujem",
    "Thanks but it fails",
    "Thanks, no",
    "No thanks",
    "It works now, thanks, but slowly",
    "Do not close the case",
    "Don't close",
    "It isn't working, thanks",
    "Not solved",
    "Thanks for nothing",
    # A yes is an answer to what nobody but a person knows.
    "Ja",
    "Ja tack",
    "Ja tak",
    "Yes please",
    "Yes, thank you",
    "Áno, ďakujem",
    "Gärna, tack",
    "Please",
    # Thanks beforehand wait for something.
    "Tack på förhand",
    "På forhånd tak",
    "Vopred ďakujem",
    "Thanks in advance!",
    # Two things at once.
    "status close",
    "Status? Annars kan ni stänga ärendet.",
    "Det fungerar nu. Status?",
    "Ja, status",
    # A list of something else, or more than a list.
    "Öppna ärenden",
    "Stäng våra ärenden",
    "Ni kan stänga våra ärenden",
    "Våra ärenden är stängda",
    "Våra ärenden, och ring mig",
    "Ta bort våra ärenden",
    "Kan vi få en lista över våra fakturor?",
    "Lista 17",
    "Våra ärenden 2025",
    "Tack, våra ärenden fungerar",
    "Det är löst. Våra ärenden?",
    "Ja, våra ärenden",
    "Luk vores sager",
    "Vores sager er forsinkede",
    "Uzavrite naše požiadavky",
    "Naše požiadavky na novú verziu",
    "Close our cases",
    "Your cases",
    "Our cases are late",
    "List of our users",
    "#list",
    # Words that mean something else.
    "lost",
    "Lost, thanks",
    "Close to the printer",
    "close the door",
    "Close my account",
    "Close it",
    "Stäng kontot",
    "Stäng av larmet",
    "Ni kan avsluta",
    "Avsluta mitt abonnemang",
    "Luk døren",
    "Zavrieť okno",
    "Status update on the invoice",
    "Hur går det?",
    "Hur går det med ärendet?",
    "Any news?",
    "Any update?",
    "Ako to vyzerá?",
    "Hvordan går det?",
    "Hvad er status på fakturaen?",
    "status/pris",
    "close/open",
    # Thanks and more.
    "Tack, jag testar i morgon",
    "Tack! Jag återkommer.",
    "Tack för hjälpen hittills",
    "Tack. Bifogar filen.",
    "Tack\n\nEn sak till",
    "Tack för svaret. Hur gör jag sedan",
    "Tak, jeg vender tilbage",
    "Ďakujem, vyskúšam",
    "Thanks, I will try",
    "Thanks, please call me",
    "Thanks. One more thing",
    "Thanks :(",
    "Thanks :/",
    "Tack 😡",
    "Tack 👎",
    "Tack 😕",
    "🤔",
    "Tack https://example.com",
    "Tack!\nSkickat med fel adress",
    # A name is known, or stands in a closing, or is no name.
    "Hi Bertil, thanks!",
    "Tack Bertil",
    "Tack\nBertil",
    "Mvh\nfungerar inte",
    "Tack!\nMvh\nfungerar inte",
    "Tack!\nMvh\nAkut",
    "Tack!\nMvh\nInte Löst",
    "Tack!\n/Fel",
    "Tack!\n- Faktura saknas",
    "Tack!\n- Faktura",
    "Tack!\nMvh\nKalle\nDet brinner",
    "Tack!\nMvh\nKalle Karlsson\nEkonomiassistent",
    "Tack!\nMvh Kalle, ring mig",
    "Thanks! Best regards, the printer burns",
    "Many thanks for nothing",
    "Many thanks\nit still fails",
    # Other languages than those of the lists.
    "Merci beaucoup",
    "Спасибо",
    "Gracias",
    "Schließen",
]


@pytest.mark.parametrize("words", STATUS)
def test_status_is_asked_for(words: str) -> None:
    """The word for status from the closed lists, with what politeness puts around it."""
    assert plain_request(words, NAMES) == "status"


@pytest.mark.parametrize("words", CLOSE)
def test_closing_is_asked_for(words: str) -> None:
    """The case may be closed, in words from the closed lists; joy, thanks and a yes may stand beside them."""
    assert plain_request(words, (*NAMES, "John")) == "close"


@pytest.mark.parametrize("words", CASES)
def test_a_list_of_cases_is_asked_for(words: str) -> None:
    """One's own cases, or a list of them, in words from the closed lists; a question how they stand is the same."""
    assert plain_request(words, (*NAMES, "Søren")) == "cases"


@pytest.mark.parametrize("words", THANKS)
def test_thanks_alone(words: str) -> None:
    """Thanks, joy, greetings, names and friendly pictures, in any order, ask for nothing."""
    assert plain_request(words, (*NAMES, "Kalle Karlsson")) == "thanks"


@pytest.mark.parametrize("words", UNSURE)
def test_nothing_is_guessed(words: str) -> None:
    """All else needs a person, be it ever so near."""
    assert plain_request(words, NAMES) is None


def test_names_are_known_or_stand_in_a_closing() -> None:
    """Who is addressed must be known; whoever signs need not be."""
    assert plain_request("Hi Anna, thanks!") is None
    assert plain_request("Hi Anna, thanks!", ["Anna Berg"]) == "thanks"
    assert plain_request("Thanks!\nAnna", ["Anna Berg"]) == "thanks"
    assert plain_request("Thanks!\n\nBest regards\nAnna") == "thanks"


@pytest.mark.parametrize("name", ["not working", "Inte", "men", "!", "", "\ud800", "x" * 5000, "no but NOT"])
def test_a_name_cannot_make_a_mail_plain(name: str) -> None:
    """A sender chooses the display name, so words of doubt in it are no names."""
    assert plain_request("Thanks, it is not solved", [name]) is None
    assert plain_request("Tack men inte", [name]) is None
    assert plain_request("Tack", [name]) == "thanks"


def test_a_long_mail_is_read_by_a_person() -> None:
    """Whoever writes at length has something to say, be it in words from the lists."""
    assert plain_request("Tack! " * 100) == "thanks"
    assert plain_request("Tack! " * (MAX_LENGTH // 6 + 1)) is None


def test_no_phrase_does_two_things() -> None:
    """In no language, nor in two, nor without the marks above its letters."""
    meanings: dict[str, set[str]] = {}
    for kinds in requestwords._PHRASES.values():
        for kind, patterns in kinds.items():
            for phrase in requestwords.expanded(patterns):
                meanings.setdefault(phrase, set()).add(kind)

    assert [phrase for phrase, kinds in meanings.items() if len(kinds) > 1] == []
    assert all(phrases()[phrase] in kinds for phrase, kinds in meanings.items())


def test_phrases_are_as_words_are_compared() -> None:
    """A phrase that is not in small letters, or that is parted otherwise than by one space, would never be found."""
    for phrase in phrases():
        assert phrase == " ".join(unicodedata.normalize("NFC", phrase).casefold().split())
        assert not set(phrase) & set(".,!?;:{}|")
    assert longest_phrase() <= 10


def test_no_phrase_holds_a_doubt() -> None:
    """No word that says no, but or help stands in the lists, but for help that was given and trouble that is over."""
    held = {word for phrase in phrases() for word in phrase.split()} & requestwords.DOUBT

    assert held == {"hjälp", "hjælp", "pomoc", "help", "problem", "problém"}


def test_single_words_keep_their_marks() -> None:
    """Without its marks a Swedish or Danish word alone may be another: "löst" and "løst" are not "lost"."""
    assert "löst" in phrases()
    assert "løst" in phrases()
    assert "lost" not in phrases()


PLAIN = st.sampled_from([*STATUS, *CLOSE, *CASES, *THANKS[:-1]]).filter(lambda words: "\n-- " not in words)
UNKNOWN = st.sampled_from(
    [
        "Skrivaren brinner.", "Kan du ringa mig?", "Se bilagan.", "Det är trasigt igen", "Printeren er i stykker.",
        "Ring til mig i morgen", "Tlačiareň nefunguje.", "Zavolajte mi prosím", "Please call me.", "See the attachment",
        "Order 17", "https://example.com", "But.", "men", "not",
    ]
)  # fmt: skip


@given(PLAIN, UNKNOWN, st.sampled_from(["\n", "\n\n", " \n "]))
def test_one_unknown_sentence_is_enough(words: str, sentence: str, between: str) -> None:
    """Whatever is asked for, one more sentence before or behind it and a person reads the mail."""
    assert plain_request(f"{sentence}{between}{words}", (*NAMES, "Kalle", "John")) is None
    assert plain_request(f"{words}{between}{sentence}", (*NAMES, "Kalle", "John")) is None


@given(PLAIN, st.sampled_from(["inte", "ikke", "nie", "not", "men", "ale", "but"]), st.data())
def test_one_word_of_doubt_is_enough(words: str, doubt: str, data: st.DataObject) -> None:
    """A no or a but between any two words leaves the mail to a person."""
    parts = words.split(" ")
    at = data.draw(st.integers(0, len(parts)))

    assert plain_request(" ".join((*parts[:at], doubt, *parts[at:])), (*NAMES, "Kalle", "John")) is None


@given(st.sampled_from(STATUS + CLOSE + CASES + THANKS))
def test_case_and_form_do_not_matter(words: str) -> None:
    """Decomposed letters, no-break spaces, Windows' line ends and blank lines change nothing."""
    names = (*NAMES, "Kalle Karlsson", "John")
    read = plain_request(words, names)

    assert plain_request(unicodedata.normalize("NFD", words), names) == read
    assert plain_request(words.replace("\n", "\r\n"), names) == read
    assert plain_request(words.replace(" ", "\u00a0"), names) == read or "-- " in words
    assert plain_request(f"\n\n{words}\n\n", names) == read


@given(st.text(st.characters(codec=None)), st.lists(st.text(st.characters(codec=None)), max_size=3))
def test_any_words_can_be_read(words: str, names: list[str]) -> None:
    """Whatever it is given, it answers."""
    assert plain_request(words, names) in {"status", "close", "cases", "thanks", None}


@given(st.lists(st.sampled_from(sorted(phrases())), max_size=6), st.data())
def test_lists_alone_decide(chosen: list[str], data: st.DataObject) -> None:
    """A request is read only where a phrase of its kind was written; two different requests give none."""
    between = [data.draw(st.sampled_from([" ", ". ", ", ", "\n", "! "])) for _ in chosen]
    words = "".join(phrase + gap for phrase, gap in zip(chosen, between, strict=True))
    read = plain_request(words)

    if read is not None:
        spoken = " ".join(chosen).split()
        wanted = {"thanks": {"thanks", "pleased"}}.get(read, {read})
        # Phrases that stand side by side may make a longer one: "hej" and "status", "på ärendet".
        assert any(
            phrases().get(" ".join(spoken[start : start + count])) in wanted
            for start in range(len(spoken))
            for count in range(1, longest_phrase() + 1)
        ) or any("thank" in phrase for phrase in chosen)


@pytest.mark.parametrize("words", ["tack " * 100_000, "?" * 500_000, "Mvh\n" * 100_000, "a\u0301\u0316" * 200_000])
def test_a_huge_mail_costs_nothing(words: str) -> None:
    """What is too long to be plain is not looked at."""
    started = time.process_time()
    assert plain_request(words, ["x" * 1_000_000]) is None
    assert time.process_time() - started < 1
