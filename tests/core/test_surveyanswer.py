"""Answers to surveys: every way of saying a score that we know is read, and nothing else is taken for one."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.letter import read_letter
from mailbot.core.surveyanswer import Answer, read_answer, tapped_body, tapped_link, tapped_subject
from tests.core.scorephrases import GIVEN_ROWS, MISSING, PASSING, UNCLEAR, rows
from tests.core.surveyreplies import (
    ADDRESS,
    CLIENTS,
    NUMBER,
    WORDINGS,
    Sent,
    answer,
    form,
    form_html,
    mail,
    outlook,
    reply,
    survey,
)

LANGUAGES = sorted(WORDINGS)


@pytest.mark.parametrize(("language", "words", "score"), GIVEN_ROWS)
def test_a_score_is_read_however_it_is_said(language: str, words: str, score: str) -> None:
    """In figures, words, signs and sentences of four languages, above a quoted survey full of numbers."""
    found = answer(reply("apple", language, words), language)
    assert (found.score, found.why) == (int(score), "")


@pytest.mark.parametrize(("language", "words"), rows(UNCLEAR))
def test_nothing_is_guessed(language: str, words: str) -> None:
    """Two numbers, another scale, none of ours, a half, almost: unclear, and the words are kept."""
    found = answer(reply("apple", language, words), language)
    assert (found.score, found.why, found.comment) == (None, "unclear", words)


@pytest.mark.parametrize(("language", "words"), rows(MISSING))
def test_a_number_that_is_no_score_is_none(language: str, words: str) -> None:
    """Dates, times, telephone and case numbers, prices, versions, addresses and numbers in free text."""
    found = answer(reply("apple", language, words), language)
    assert (found.score, found.why, found.comment) == (None, "missing", words)


@pytest.mark.parametrize("client", ["apple", "outlook", "iphone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_passing_are_none(language: str, client: str) -> None:
    """Steps, versions, counts, accounts, hours, and scores that are refused, wished for or somebody else's."""
    for each, words in rows(PASSING):
        if each == language:
            assert (words, answer(reply(client, language, words), language).score) == (words, None)


NO_SCORE = [
    "1. Varför tog det så lång tid?\n2. När kommer rättningen?",
    "1. Varför tog det så lång tid?",
    "1) Dåligt bemötande\n2) Lång väntan\n3) Fel svar\n4) Ingen ringde",
    "3. Ni svarade aldrig",
    "9\n10",
    "8\nNej, 9",
    "Jag ger 8.\nJag ger 9.",
    "Vi behöver fler licenser. Det blir 2 till.",
    "Hej,\n\nFelet är kvar på dator 3.\n\nMvh Anna",
    "Jag kan inte ge ett betyg ännu, ärende VC-000025 är ju inte löst",
    "Jag ville ge 10 men det gick inte att trycka",
    "Om ni löser det blir det 10",
    "Steg 1: starta om. Steg 2: logga in.",
    "Det här är en lång rad som mejlprogrammet har brutit mitt i en mening, våning\n9.",
    "1\n9\n2\nbra\n3\ninget",
    "Momskod 8, hur gör man?\n2, 3 och 4 fungerar inte",
]


@pytest.mark.parametrize("words", NO_SCORE)
def test_several_lines_without_a_score_have_none(words: str) -> None:
    """Lists, steps, a list's own numbers, a broken line and two lines that differ."""
    assert answer(reply("apple", "sv", words), "sv").score is None


NATURAL = [
    pytest.param("10\nJättebra support!\nInget", 10, ("", ""), "Jättebra support!\nInget", id="three lines"),
    pytest.param("9, för ni var snabba", 9, ("", ""), "för ni var snabba", id="with its reason"),
    pytest.param("Hej!\n\n9\n\nTack\n\nMvh\nAnna Berg\n08-123 45 67", 9, ("", ""), "Hej!\n\nTack", id="a whole letter"),
    pytest.param("1. 9\n2. Snabbt\n3. Inget", 9, ("Snabbt", "Inget"), "", id="numbered"),
    pytest.param("1) 9\n2) Snabbt\n3) Inget", 9, ("Snabbt", "Inget"), "", id="numbered with brackets"),
    pytest.param("1: 9\n2: Snabbt\n3: Inget", 9, ("Snabbt", "Inget"), "", id="numbered with colons"),
    pytest.param("1 - 9\n2 - Snabbt\n3 - Inget", 9, ("Snabbt", "Inget"), "", id="numbered with dashes"),
    pytest.param("1:9\n2:Snabbt\n3:Inget", 9, ("Snabbt", "Inget"), "", id="numbered without spaces"),
    pytest.param("1.9 2.Snabbt 3.Inget", 9, ("Snabbt", "Inget"), "", id="in one line without spaces"),
    pytest.param("1.\n9\n2.\nSnabbt\n\nvar det\n3.\nInget", 9, ("Snabbt\n\nvar det", "Inget"), "", id="numbers alone"),
    pytest.param("1. 9 2. Snabbt 3. Inget", 9, ("Snabbt", "Inget"), "", id="in one paragraph"),
    pytest.param("1. 8. 2. Snabbt svar. 3. Tiderna.", 8, ("Snabbt svar.", "Tiderna."), "", id="in sentences"),
    pytest.param("1) Nio 2) Snabbt 3) -", 9, ("Snabbt", ""), "", id="in one paragraph, in words"),
    pytest.param("2. Snabbt\n1. 9\n3. -", 9, ("Snabbt", ""), "", id="in another order"),
    pytest.param("3. Inget 1. 9 2. Snabbt", 9, ("Snabbt", "Inget"), "", id="in another order in one paragraph"),
    pytest.param("Svar 1: 9\nSvar 2: snabbt\nSvar 3: inget", 9, ("snabbt", "inget"), "", id="named as answers"),
    pytest.param("Fråga 2: snabbt. Fråga 1: 9", 9, ("snabbt.", ""), "", id="named as questions, in one line"),
    pytest.param("Svar på fråga 1: 9\nSvar på fråga 2: snabbt", 9, ("snabbt", ""), "", id="named at length"),
    pytest.param("1. Betyg: 9\n2. Svar: snabbt", 9, ("snabbt", ""), "", id="with labels too"),
    pytest.param("9\n2. Snabbt\n3. Inget", 9, ("Snabbt", "Inget"), "", id="the first without its number"),
    pytest.param("Hej\n1. 9\n2. Snabbt", 9, ("Snabbt", ""), "Hej", id="a word before them"),
    pytest.param("1. Mycket nöjd\n2. Snabbt\n3. Inget", None, ("Snabbt", "Inget"), "Mycket nöjd", id="all but a score"),
    pytest.param("1. 8-9\n2. Snabbt\n3. Inget", None, ("Snabbt", "Inget"), "8-9", id="two scores, numbered"),
    pytest.param(
        "9\n1. Snabbt\n2. Trevligt\n3. Kunnigt", 9, ("", ""), "1. Snabbt\n2. Trevligt\n3. Kunnigt", id="a list"
    ),
    pytest.param("Jag ger 9.\nMycket bra hjälp.", 9, ("", ""), "Mycket bra hjälp.", id="a sentence of its own"),
    pytest.param("Betyg: 10\nSkäl: snabbt", 10, ("", ""), "Skäl: snabbt", id="labels of their own"),
    pytest.param("Bra hjälp!\n\n9/10", 9, ("", ""), "Bra hjälp!", id="at the end"),
    pytest.param("0. Ni svarade aldrig.", 0, ("", ""), "Ni svarade aldrig.", id="nought and why"),
    pytest.param("Mvh\nAnna\nTel 08-123 45 67\n\n9\nSnabbt!", 9, ("", ""), "Snabbt!", id="below a signature"),
]


@pytest.mark.parametrize(("words", "score", "texts", "comment"), NATURAL)
def test_what_was_said_to_each_question_is_told_apart(
    words: str, score: int | None, texts: tuple[str, str], comment: str
) -> None:
    """By number, name or order of the answers; what cannot be told apart is comment, and no word is lost."""
    found = answer(reply("gmail", "sv", words), "sv")
    assert (found.score, found.texts, found.comment) == (score, texts, comment)


SHAPES = [
    ("9", 9),
    ("0", 0),
    ("10/10", 10),
    ("Hej!\n\n8\n\nTack.\n\nMvh\nAnna", 8),
    ("1. 7\n2. Bra\n3. -", 7),
    ("9 or 10", None),
    ("Tack!", None),
]


@pytest.mark.parametrize("known", [True, False], ids=["the survey at hand", "the survey lost"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_every_mail_program_is_understood(client: str, language: str, known: bool) -> None:
    """However it quotes the survey and its numbers, no word of it counts and none of the person's is lost."""
    for words, score in SHAPES:
        found = answer(reply(client, language, words), language, known=known)
        assert (words, found.score) == (words, score)
        assert all(word in f"{found.comment}\n{found.texts}" for word in ("Bra", "Tack") if word in words)
        assert "VC-000017" not in found.comment + "".join(found.texts)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_quoted_survey_alone_says_nothing(client: str) -> None:
    """Sent back without a word: no score, and no comment that anybody need read."""
    found = answer(reply(client, "sv", ""), "sv")
    assert (found.score, found.why, found.texts, found.comment) == (None, "missing", ("", ""), "")


FILLED = ("{}", "Fast help", "Nothing")


@pytest.mark.parametrize("score", [0, 7, 10])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "shape",
    ["holes, marked", "below, marked", "holes, unmarked", "below, unmarked", "holes, no quote", "below, no top"],
)
def test_the_form_is_read_wherever_it_is_filled_in(shape: str, language: str, score: int) -> None:
    """Typed into its holes or on lines below the questions, with quote marks or, as Outlook does, without."""
    filled = (str(score), *FILLED[1:])
    text = (
        form(language, filled, mark="> " if "marked" in shape.split() else "")
        if "holes" in shape
        else form(language, below=filled, mark="> " if "marked" in shape.split() else "")
    )
    if "unmarked" in shape or "no top" in shape:
        raw = outlook(language, "" if "no top" in shape else "See below!", Sent(text, ""))
    else:
        raw = mail(f"{WORDINGS[language].wrote}\n\n{text}" if "marked" in shape else text)
    found = answer(raw, language)
    assert (found.score, found.texts) == (score, ("Fast help", "Nothing"))
    assert found.comment == ("See below!" if "unmarked" in shape else "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_score_on_top_and_reasons_between_the_lines(language: str) -> None:
    """The headline answered above the quote, the others within it, some not at all."""
    wrote = WORDINGS[language].wrote
    both = answer(mail(f"9\n\n{wrote}\n\n{form(language, below=('', 'Fast', 'No'), mark='> ')}"), language)
    assert (both.score, both.texts, both.comment) == (9, ("Fast", "No"), "")
    last = answer(mail(f"9\n\n{wrote}\n\n{form(language, below=('', '', 'No'), mark='> ')}"), language)
    assert (last.score, last.texts, last.comment) == (9, ("", "No"), "")


def test_a_score_on_top_and_another_in_the_form_are_none() -> None:
    """Which of the two is meant, the customer must say."""
    raw = mail(f"8\n\n{WORDINGS['sv'].wrote}\n\n{form('sv', ('9', '', ''), mark='> ')}")
    assert (answer(raw, "sv").score, answer(raw, "sv").why) == (None, "unclear")


def test_an_answer_behind_the_question_in_its_line_counts() -> None:
    """Typed into the quote: "… from 0 to 10? 7"."""
    text = (
        form("en", mark="> ")
        .replace("from 0 to 10?\n", "from 0 to 10? 7\n")
        .replace("do better?", "do better? Nothing")
    )
    found = answer(mail(f"{WORDINGS['en'].wrote}\n\n{text}"), "en")
    assert (found.score, found.texts) == (7, ("", "Nothing"))


def test_a_number_marked_in_a_row_of_numbers_counts() -> None:
    """In the quote, "0 1 2 3 4 5 6 7 8 [9] 10"; the row as it was sent does not."""
    quote = f"> {WORDINGS['en'].questions[0]}\n> 0 1 2 3 4 5 6 7 8 {{}} 10\n"
    assert answer(mail(quote.format("[9]")), "en").score == 9
    assert answer(mail(quote.format("9")), "en").score is None


@pytest.mark.parametrize(
    "below", ["0 1 2 3 4 5 6 7 8 9 10", "\n".join(map(str, range(11))), "\n\n".join(map(str, range(11)))]
)
def test_the_surveys_own_numbers_are_no_answer_on_lines_of_their_own(below: str) -> None:
    """Some programs put each number of the HTML on a line, without a quote mark."""
    said = WORDINGS["sv"]
    old = Sent(f"{said.greeting}\n\n{said.start}\n\n1. {said.questions[0]}\n\n{below}\n\n2. {said.questions[1]}", "")
    assert answer(outlook("sv", "Tack!", old), "sv").score is None
    assert answer(outlook("sv", "4", old), "sv").score == 4


@pytest.mark.parametrize("score", range(11))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tap_on_a_number_is_that_score(language: str, score: int) -> None:
    """The link's own mail is read back, with words added to its form and a signature below."""
    questions = WORDINGS[language].questions
    link = urlsplit(tapped_link(ADDRESS, score, NUMBER, questions))
    fields = parse_qs(link.query, strict_parsing=True)
    assert (link.scheme, link.path) == ("mailto", ADDRESS.replace("+", "%2B"))
    (subject,), (body,) = fields["subject"], fields["body"]
    assert (subject, body.replace("\r\n", "\n")) == (tapped_subject(score, NUMBER), tapped_body(score, questions))
    sent = answer(mail(body, subject=subject), language)
    assert (sent.score, sent.texts, sent.comment) == (score, ("", ""), "")
    more = answer(mail(f"{body}No\n\n-- \nAnna\nStorgatan 9", subject=subject), language)
    assert (more.score, more.texts, more.comment) == (score, ("", "No"), "")


@pytest.mark.parametrize(
    ("subject", "body", "score"),
    [
        pytest.param("9 · VC-000017", "", 9, id="the subject alone"),
        pytest.param("[EXTERN] 9 · vc-000017", "", 9, id="marked by a mail server on the way"),
        pytest.param("9 - VC-000017", "", 9, id="a dash for the dot"),
        pytest.param("Re: 9 · VC-000017", "Thanks!", None, id="an answer to a tapped one"),
        pytest.param("9 · VC-000025", "", None, id="another case"),
        pytest.param("11 · VC-000017", "", None, id="off the scale"),
        pytest.param("9 · VC-000017", "1. {}\n7", None, id="changed in the text alone"),
        pytest.param("Re: [VC-000017]", "9", 9, id="an ordinary answer"),
        pytest.param("[VC-000017]", "", None, id="nothing"),
    ],
)
def test_only_a_tapped_subject_is_a_score(subject: str, body: str, score: int | None) -> None:
    """The exact form, for this case, and not against what stands below it."""
    text = body.format(WORDINGS["en"].questions[0])
    assert answer(mail(text, subject=subject), "en").score == score


STOPS = [("sv", "stopp"), ("sv", "STOP"), ("sv", "Stopp!"), ("sv", "Avregistrera"), ("sv", "avregistrera mig.")]
STOPS += [("da", "Afmeld"), ("da", "afmeld mig"), ("sk", "odhlásiť"), ("sk", "Odhlasit"), ("sk", "Odhláste ma!")]
STOPS += [("en", "unsubscribe"), ("en", "Stop."), ("en", "opt-out"), ("en", "Remove me")]


@pytest.mark.parametrize(("language", "words"), STOPS)
@pytest.mark.parametrize("client", CLIENTS)
def test_stop_and_nothing_else_opts_out(client: str, language: str, words: str) -> None:
    """In every mail program and language, with a signature or without (Y12)."""
    for text in (words, f"{words}\n\nMvh\nAnna Berg"):
        found = answer(reply(client, language, text), language)
        assert found == Answer(None, "missing", ("", ""), "", opts_out=True)


def test_the_list_unsubscribe_mail_opts_out() -> None:
    """It has a subject and no text (RFC 2369)."""
    assert answer(mail("", subject="unsubscribe"), "en").opts_out
    assert not answer(mail("", subject="Re: unsubscribe from the newsletter"), "en").opts_out


@pytest.mark.parametrize(
    "words", ["Stoppa gärna felet", "Stop sending invoices", "9 stop", "Unsubscribe? No, 9", "Tack"]
)
def test_a_sentence_with_stop_in_it_does_not(words: str) -> None:
    """Only the word by itself."""
    assert not answer(reply("gmail", "en", words), "en").opts_out


def test_questions_are_the_desks_own() -> None:
    """One question or five, in other words."""
    letter = read_letter(mail("> Nöjd?\n9\n> Varför då egentligen?\nSnabbt\n> Annat att säga oss?\nNej"))
    found = read_answer(letter, ("Nöjd?", "Varför då egentligen?", "Annat att säga oss?", "Mer?"))
    assert (found.score, found.texts) == (9, ("Snabbt", "Nej", ""))
    assert read_answer(read_letter(mail("9")), ("Nöjd?",)).texts == ()
    assert read_answer(read_letter(mail("9")), ()).score == 9


TRICKY = [
    "9",
    "10",
    "0",
    "7,",
    "nio",
    "Tack",
    "av",
    "10.",
    "betyg",
    "2",
    "dagar",
    "\n",
    "\n\n",
    "eller",
    "-",
    "jag ger",
    "1.",
    "/",
]
own_words = st.lists(st.sampled_from(TRICKY), max_size=8).map(" ".join)


@given(own_words, st.sampled_from(sorted(CLIENTS)), st.sampled_from(LANGUAGES))
def test_the_quoted_survey_changes_nothing(words: str, client: str, language: str) -> None:
    """Whatever is written above it, the survey below neither adds a score nor takes one away."""
    alone = answer(mail(words), language)
    found = answer(reply(client, language, words), language)
    assert (found.score, found.why) == (alone.score, alone.why)


@given(own_words, st.sampled_from(["iphone", "samsung", "thunderbird"]), st.sampled_from(LANGUAGES))
def test_having_the_survey_at_hand_changes_no_score(words: str, client: str, language: str) -> None:
    """Where no answers stand between the lines, the letter that was sent is not needed."""
    raw = reply(client, language, words)
    assert answer(raw, language, known=False).score == answer(raw, language).score


@given(
    st.integers(0, 10),
    st.integers(0, 10),
    st.sampled_from([" eller ", "-", " - ", " or ", " till ", "/", "\n", " alebo "]),
)
def test_two_numbers_are_never_one_score(one: int, other: int, between: str) -> None:
    """Unless they are the same, or the second says that there are ten."""
    found = answer(reply("apple", "sv", f"{one}{between}{other}"), "sv").score
    same = one == other and between != "/"
    scaled = between == "/" and other == 10
    assert found == (one if same or scaled else None)


@given(
    st.integers(0, 1000),
    st.integers(0, 1000).filter(lambda whole: whole != 10),
    st.sampled_from(["/", " av ", " of ", " z "]),
)
def test_a_score_on_another_scale_never_counts(score: int, whole: int, between: str) -> None:
    """Not even where it would be one of ours."""
    assert answer(reply("apple", "sv", f"{score}{between}{whole}"), "sv").score is None


@given(st.integers(11, 10**12) | st.integers(-(10**12), -1))
def test_a_number_off_the_scale_never_counts(number: int) -> None:
    """Neither alone nor said to be a score."""
    for words in (f"{number}", f"Betyg: {number}", f"Jag ger {number} av 10", f"{number}/10"):
        assert answer(reply("apple", "sv", words), "sv").score is None


@given(st.text(), st.lists(st.text(), max_size=4), st.text())
def test_no_text_breaks_the_reader(text: str, questions: list[str], number: str) -> None:
    """Any words, any questions: an answer comes back, on the scale, with a text for each further question."""
    letter = read_letter(mail(text.replace("\r", "").encode(errors="replace").decode()))
    found = read_answer(letter, questions, number, letter)
    assert found.score is None or found.score in range(11)
    assert (found.score is None) == bool(found.why)
    assert len(found.texts) == max(len(questions) - 1, 0)


@given(st.binary(max_size=400))
def test_no_mail_breaks_the_reader(raw: bytes) -> None:
    """Any bytes."""
    assert answer(raw, "sv").why in {"", "missing", "unclear"}


@pytest.mark.parametrize(
    "piece", ["000.", "1 ", "12-", "a-", "9,", "1:", "½", "9/", "kl. ", "a@", "> 1. ", "Svar: ", "<mailto:", "1.\n"]
)
def test_a_hostile_mail_is_read_in_bounded_time(piece: str) -> None:
    """Two megabytes of what the patterns look for cost no more than a second or so."""
    letter = read_letter(mail("\n".join([(piece * 1000)[:1000]] * 2000)))
    before = time.process_time()
    read_answer(letter, WORDINGS["sv"].questions, NUMBER, survey("sv"))
    assert time.process_time() - before < 10


def test_the_html_of_the_survey_is_as_full_of_numbers_as_claimed() -> None:
    """The samples themselves: eleven links in the HTML, and the scale in the text."""
    assert form_html("sv").count("mailto:") == 11
    assert "0 till 10" in form("sv")
