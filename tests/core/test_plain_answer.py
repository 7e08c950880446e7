"""A plain yes or no to an order: read in every language, and never guessed, for who is misunderstood pays."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core import answerwords
from mailbot.core.answerwords import answer_phrases, longest_answer
from mailbot.core.requests import MAX_LENGTH, begins_with_yes, plain_answer, plain_request
from mailbot.core.requestwords import expanded

NAMES = ("Kim Lund", "Anna Berg")

YES = [
    "Ja", "ja.", "JA!", "Ja tack", "Ja tack, gör det!", "Hej! Ja tack. Mvh Anna", "Hej Kim,\n\nja, det vill vi gärna.",
    "Absolut, kör på!", "Gör det", "Gärna!", "Vi beställer det", "Jag godkänner kostnaden.", "Ja tack 👍",
    "Ja\n\nSkickat från min iPhone", "Ja\n\n-- \nKund AB\nStorgatan 1", "Ja, ni kan sätta i gång.\n\n/Anna",
    "Ja tak", "Ja tak, gør det.", "Jo tak", "Ja, det vil vi gerne. Vh Anna", "Ja, I må gerne gå i gang",
    "Áno", "áno, prosím", "Ano", "Dobrý deň, áno, objednávame. Ďakujem. S pozdravom Anna Berg", "Súhlasím.",
    "Yes", "Yes please", "Yes, please go ahead.", "Hello Kim,\n\nyes, please do.\n\nBest regards,\nAnna", "Go ahead!",
    "Sure, thanks", "We'd like that.", "Ja takk", "Kyllä", "Ja, gerne. Danke!", "Ano, děkuji",
]  # fmt: skip
NO = [
    "Nej", "nej.", "Nej tack", "Hej! Nej tack. Mvh Anna", "Vi avstår.", "Nej, gör det inte", "Vi beställer inte det.",
    "Nej tak", "Nej, ellers tak. Vh Anna", "Vi ønsker det ikke.", "Nie", "Nie, ďakujem.", "Nechceme to objednať.",
    "No thanks", "No, thank you.", "Please don't go ahead", "We don't want it.", "Nei takk", "Ei kiitos", "Nein danke",
]  # fmt: skip
NEITHER = [
    "", "ok", "Okej!", "Tack", "Tack på förhand", "👍", "👎", "Ja?", "Ja eller nej?", "Ja nej", "Nej, ja", "Kanske",
    "Ja, men vad kostar det?", "Ja, om det kostar under 1000 kr", "Ja, om det går fort.", "Ja tack, max 2 timmar",
    "Ja 1000 kr", "Ja tack, men vänta till måndag", "Ja, fast inte i dag", "Nej inte än", "Inte ja", "Ja-men",
    "Vi återkommer", "Ja tack, stäng ärendet", "Stäng", "status", "Ja, och så fungerar inte faxen", "#ja", "#order ja",
    "ja/nej", "JA / NEJ", "Ja, fråga Bo", "Bo säger ja", "Yes, but how much is it?", "Yes if it is free",
    "Yes, tomorrow",
    "Not now", "Ja, hvis det er gratis", "Ja, hvornår?", "Áno, ak to bude zadarmo", "Áno, koľko to stojí?", "Tak",
    "Ja\nEkonomichef", "Det går nog bra", "Yes we have no bananas", "Go away", "tak nie ano",
    "Ja\n> Nej", "Skriv ja om ni vill", "Ja, detta är avslaget",
]  # fmt: skip


@pytest.mark.parametrize("words", YES)
def test_a_plain_yes(words: str) -> None:
    """In words from the lists, with greeting, thanks and closing about it, and in no other."""
    assert plain_answer(words, NAMES) == "yes"
    assert plain_answer(words, NAMES, ("sv", "da", "en")) == "yes"


@pytest.mark.parametrize("words", NO)
def test_a_plain_no(words: str) -> None:
    """As a yes."""
    assert plain_answer(words, NAMES) == "no"
    assert plain_answer(words, NAMES, ("sv", "da", "en")) == "no"


@pytest.mark.parametrize("words", NEITHER)
def test_anything_else_is_for_a_person(words: str) -> None:
    """A condition, a question, a figure, thanks alone, yes and no together, and every word that is not on the lists."""
    assert plain_answer(words, NAMES) is None


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("Ja, om det blir klart före fredag", True), ("Hej Kim!\n\nJa tack men max två timmar.\n\nMvh Anna", True),
        ("Gör det om det är gratis", True), ("Tack! Vi beställer det när chefen är tillbaka.", True),
        ("Ja, hvis det er gratis", True), ("Áno, ak to bude zadarmo", True), ("Yes but how much is it?", True),
        ("Dobrý deň, áno, ale až v pondelok.", True), ("Ja-men", True), ("Ja nej", True),
        ("Nej, inte än", False), ("Tack, jag återkommer.", False), ("Vad kostar det? Ja då kör vi.", False),
        ("Bo säger ja", False), ("", False), ("Kim", False), ("-- \nja", False),
    ],
)  # fmt: skip
def test_a_yes_with_more_behind_it(words: str, begins: bool) -> None:
    """The first words but for a greeting, in any language; it is no answer, and a reader is told where to look."""
    assert begins_with_yes(words, NAMES, ("sv", "da", "en")) is begins
    assert plain_answer(words, NAMES) != "yes"


def test_a_name_that_says_yes_is_no_name() -> None:
    """Below a closing stands a name, and "Ja" is none: it is what the customer says."""
    assert plain_answer("Mvh\nJa") == "yes"
    assert plain_answer("Tack /Nej") != "yes"
    assert plain_answer("Kanske", ["Kanske Ja"]) is None
    assert plain_answer("Nej Ja", ["Ja Jansson"]) is None


@pytest.mark.parametrize("languages", [("sk",), ("sk", "en"), ("cs",), ("pl",)])
def test_a_word_that_means_something_else_there_is_no_answer(languages: tuple[str, ...]) -> None:
    """The Slovak "no" is a "well"; with thanks behind it it is English everywhere, and in English alone too."""
    assert plain_answer("No", (), languages) is None
    assert plain_answer("No, jasné", (), languages) is None
    assert plain_answer("No thank you", (), languages) == "no"
    assert plain_answer("Nie", (), languages) == "no"
    assert plain_answer("No", (), ("en",)) == "no"


def test_no_phrase_says_both() -> None:
    """In no language, nor without the marks above its letters; and none is nothing."""
    said: dict[str, set[str]] = {}
    for answer, patterns in answerwords._ANSWERS.items():
        for phrase in expanded(patterns):
            said.setdefault(phrase, set()).add(answer)
    assert [phrase for phrase, answers in said.items() if len(answers) > 1 or not phrase] == []
    known = answer_phrases(frozenset())
    assert all(known[phrase] in answers for phrase, answers in said.items())
    assert longest_answer() <= 8
    for phrase in known:
        assert phrase == " ".join(unicodedata.normalize("NFC", phrase).casefold().split())
        assert not set(phrase) & set(".,!?;:{}|")


def test_no_yes_holds_a_no() -> None:
    """No word that denies stands in a phrase that says yes; and every phrase that says no denies or declines."""
    denies = {"inte", "ej", "ikke", "nie", "not", "don't", "no", "nej", "ne", "nei", "nein", "ei", "won't", "wouldn't"}
    known = answer_phrases(frozenset())
    assert [phrase for phrase, answer in known.items() if answer == "yes" and denies & set(phrase.split())] == []


@given(
    st.sampled_from(YES).filter(lambda words: "Anna" not in words and "\n" not in words),
    st.sampled_from(["inte", "ikke", "nie", "not", "men", "ale", "but", "om", "if", "ak"]),
)
def test_no_word_of_doubt_leaves_a_yes(words: str, doubt: str) -> None:
    """Wherever it stands above closing and signature: at best it is a no."""
    parts = words.split(" ")
    for at in range(len(parts) + 1):
        assert plain_answer(" ".join((*parts[:at], doubt, *parts[at:])), NAMES) != "yes"


@given(st.sampled_from(YES), st.sampled_from(NO))
def test_yes_and_no_together_are_neither(one: str, other: str) -> None:
    """In one mail the two cancel each other."""
    if "\n-- " not in one:
        assert plain_answer(f"{one}\n\n{other}", NAMES) is None


@given(st.sampled_from(YES + NO))
def test_form_does_not_matter(words: str) -> None:
    """Decomposed letters, capitals, Windows' line ends and blank lines change nothing."""
    read = plain_answer(words, NAMES)
    assert plain_answer(unicodedata.normalize("NFD", words), NAMES) == read
    assert plain_answer(words.replace("\n", "\r\n"), NAMES) == read
    assert plain_answer(f"\n\n{words}\n", NAMES) == read


@given(st.text(st.characters(codec=None)), st.lists(st.text(st.characters(codec=None)), max_size=3))
def test_any_words_can_be_read(words: str, names: list[str]) -> None:
    """Whatever it is given, it answers."""
    assert plain_answer(words, names) in {"yes", "no", None}
    assert begins_with_yes(words, names) in {True, False}


@pytest.mark.parametrize("words", YES + NO)
def test_an_answer_asks_for_nothing_else(words: str) -> None:
    """What is read as an answer is neither a wish to close the case nor a question for its state."""
    assert plain_request(words, NAMES) in {None, "thanks"}


def test_a_long_answer_is_read_by_a_person_and_reading_costs_little() -> None:
    """Who writes at length has more to say; the longest that is read takes no time."""
    assert plain_answer("Ja. " * (MAX_LENGTH // 4)) == "yes"
    assert plain_answer("Ja. " * (MAX_LENGTH // 4 + 1)) is None
    begun = time.process_time()
    plain_answer("ja " * (MAX_LENGTH // 3))
    assert time.process_time() - begun < 0.5
