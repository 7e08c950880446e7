"""Commands: read where an agent orders something, left alone where an agent only writes."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.commands import MAX_COMMANDS, MAX_SHOWN, Command, read_commands
from mailbot.core.commandwords import COMMANDS, command_words, spellings
from mailbot.core.tongue import LANGUAGES

ALL = ("sv", "da", "sk", "en")


def _read(words: str, languages: tuple[str, ...] = ALL) -> tuple[list[tuple[str, str]], str]:
    orders = read_commands(words, languages)
    return [(command.name, command.argument) for command in orders.commands], orders.text


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        ("#close", "close", ""),
        ("#Close", "close", ""),
        ("#CLOSE", "close", ""),
        ("#close.", "close", ""),
        ("#Close!", "close", ""),
        ("#close…", "close", ""),
        ("  #close  ", "close", ""),
        ("\t#close", "close", ""),
        ("\u00a0#close\u00a0", "close", ""),
        ("#close The cable is changed.", "close", "The cable is changed."),
        ("#close: the cable is changed", "close", "the cable is changed"),
        ("#close:the cable: changed", "close", "the cable: changed"),
        ("#close : done", "close", "done"),
        ("#close： done", "close", "done"),
        ("#note see https://example.com/a:b", "note", "see https://example.com/a:b"),
        ("#note Customer's 2nd call – \u201cagain\u201d", "note", "Customer's 2nd call – \u201cagain\u201d"),
        ("#note #close", "note", "#close"),
        ("#priority 1", "priority", "1"),
        ("#priority\u00a01", "priority", "1"),
        ("#priority\t  1  ", "priority", "1"),
        ("#prio 1", "priority", "1"),
        ("#queue first line", "queue", "first line"),
        ("#queue: Control", "queue", "Control"),
        ("#kind incident", "kind", "incident"),
        ("#impact high", "impact", "high"),
        ("#urgency low", "urgency", "low"),
        ("#assign Anna Berg", "assign", "Anna Berg"),
        ("#assign to Anna Berg", "assign", "Anna Berg"),
        ("#take", "take", ""),
        ("#take over", "take", ""),
        ("#wait", "wait", ""),
        ("#on-hold", "wait", ""),
        ("#resume", "resume", ""),
        ("#forward anna@example.com", "forward", "anna@example.com"),
        ("#forward anna\u200b@example.com", "forward", "anna@example.com"),
        ("#merge VC-000017", "merge", "VC-000017"),
        ("#split", "split", ""),
        ("#spam", "spam", ""),
        ("#reopen", "reopen", ""),
        ("#re-open", "reopen", ""),
        ("#add <anna@example.com>", "add", "<anna@example.com>"),
        ("#remove anna@example.com", "remove", "anna@example.com"),
        ("#list mine", "list", "mine"),
        ("#status", "status", ""),
        ("#admit", "admit", ""),
        ("#godkänn", "admit", ""),
        ("#ta emot", "admit", ""),
        ("#decline Not ours.", "decline", "Not ours."),
        ("#not covered", "not-covered", ""),
        ("#not-covered: offer a course", "not-covered", "offer a course"),
        ("#ingår inte", "not-covered", ""),
        ("#order Shall we?", "order", "Shall we?"),
        ("#tillfällig lösning Starta om.", "workaround", "Starta om."),
        ("#fault 12.1 2026-12-15", "fault", "12.1 2026-12-15"),
        ("#fel VC-000017", "fault", "VC-000017"),
        ("#fixed", "fixed", ""),
        ("#opravené 12.1", "fixed", "12.1"),
        ("#help", "help", ""),
        ("#undo", "undo", ""),
        ("#new", "new", ""),
        ("#new key", "key", ""),
        ("#key", "key", ""),
        ("#\u200bclose", "close", ""),
        ("\u200b#close\u200b", "close", ""),
        ("\ufeff#close", "close", ""),
        ("\u200e#clo\u00adse", "close", ""),
        ("#clo\u200dse", "close", ""),
        ("#stäng", "close", ""),
        ("#sta\u0308ng", "close", ""),
        ("#Stang", "close", ""),
        ("#staeng", "close", ""),
        ("#anteckning ring i morgon", "note", "ring i morgon"),
        ("#prioritet 2", "priority", "2"),
        ("#kö ekonomi", "queue", "ekonomi"),
        ("#ko ekonomi", "queue", "ekonomi"),
        ("#typ fel", "kind", "fel"),
        ("#påverkan hög", "impact", "hög"),
        ("#paverkan hög", "impact", "hög"),
        ("#brådska låg", "urgency", "låg"),
        ("#tilldela Anna", "assign", "Anna"),
        ("#ta", "take", ""),
        ("#ta över", "take", ""),
        ("#ta bort anna@example.se", "remove", "anna@example.se"),
        ("#ta-bort anna@example.se", "remove", "anna@example.se"),
        ("#Ta–bort anna@example.se", "remove", "anna@example.se"),
        ("#tabort anna@example.se", "remove", "anna@example.se"),
        ("#vänta", "wait", ""),
        ("#återuppta", "resume", ""),
        ("#fortsätt", "resume", ""),
        ("#vidarebefordra anna@example.se", "forward", "anna@example.se"),
        ("#slåihop VC-000017", "merge", "VC-000017"),
        ("#slå ihop VC-000017", "merge", "VC-000017"),
        ("#slå ihop med VC-000017", "merge", "VC-000017"),
        ("#sla ihop: VC-000017", "merge", "VC-000017"),
        ("#dela", "split", ""),
        ("#skräp", "spam", ""),
        ("#öppna", "reopen", ""),
        ("#lägg-till anna@example.se", "add", "anna@example.se"),
        ("#lägg till anna@example.se", "add", "anna@example.se"),
        ("#lagg till: anna@example.se", "add", "anna@example.se"),
        ("#lista försenade", "list", "försenade"),
        ("#hjälp", "help", ""),
        ("#ångra", "undo", ""),
        ("#nytt", "new", ""),
        ("#ny nyckel", "key", ""),
        ("#luk", "close", ""),
        ("#løst: nyt kabel", "close", "nyt kabel"),
        ("#notat ring", "note", "ring"),
        ("#bemaerkning ring", "note", "ring"),
        ("#kø økonomi", "queue", "økonomi"),
        ("#pavirkning høj", "impact", "høj"),
        ("#paavirkning høj", "impact", "høj"),
        ("#tildel Anna", "assign", "Anna"),
        ("#tag", "take", ""),
        ("#vent", "wait", ""),
        ("#genoptag", "resume", ""),
        ("#videresend til anna@example.dk", "forward", "anna@example.dk"),
        ("#flet VC-000017", "merge", "VC-000017"),
        ("#aabn", "reopen", ""),
        ("#genåbn", "reopen", ""),
        ("#tilfoej anna@example.dk", "add", "anna@example.dk"),
        ("#tilfoj anna@example.dk", "add", "anna@example.dk"),
        ("#fjern anna@example.dk", "remove", "anna@example.dk"),
        ("#fortryd", "undo", ""),
        ("#zavri", "close", ""),
        ("#uzavriet", "close", ""),
        ("#poznámka zavolať", "note", "zavolať"),
        ("#poznamka zavolať", "note", "zavolať"),
        ("#rad financie", "queue", "financie"),
        ("#front financie", "queue", "financie"),
        ("#dopad veľký", "impact", "veľký"),
        ("#naliehavosť nízka", "urgency", "nízka"),
        ("#priraď Anna", "assign", "Anna"),
        ("#vezmi", "take", ""),
        ("#cakaj", "wait", ""),
        ("#prepošli anna@example.sk", "forward", "anna@example.sk"),
        ("#zlúč VC-000017", "merge", "VC-000017"),
        ("#rozdeľ", "split", ""),
        ("#otvor", "reopen", ""),
        ("#pridaj anna@example.sk", "add", "anna@example.sk"),
        ("#odstran anna@example.sk", "remove", "anna@example.sk"),
        ("#zoznam", "list", ""),
        ("#stav", "status", ""),
        ("#pomoc", "help", ""),
        ("#zrus", "undo", ""),
        ("#kluc", "key", ""),
    ],
)
def test_a_command_and_its_argument(line: str, name: str, argument: str) -> None:
    """A command is known by any of its words, however the phone spelt it, and its argument is the rest of the line."""
    assert _read(line) == ([(name, argument)], "")


@pytest.mark.parametrize(
    "line",
    [
        "#1",
        "#1 in the list",
        "# Heading",
        "# close",
        "#",
        "##close",
        "## close",
        "#-",
        "#-close",
        "#.close",
        "#!/bin/sh",
        "#:close",
        "#_close",
        "＃close",
        "#\ufe0f\u20e3close",
        "> #close",
        "* #close",
        "close",
        "close#",
        "Write #close to close.",
        "- #close",
        '"#close"',
    ],
)
def test_what_is_no_command(line: str) -> None:
    """A line that does not begin with "#" and a letter is text, alone as well as beside other text."""
    assert _read(line) == ([], line)
    assert _read(f"{line}\n\nMore.\n\n{line}") == ([], f"{line}\n\nMore.\n\n{line}")


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("#cloes", ""),
        ("#close?", ""),
        ("#closenow", ""),
        ("#close/note", ""),
        ("#close#note", ""),
        ("#covid19 again", "again"),
        ("#include <stdio.h>", "<stdio.h>"),
        ("#smile:D", ""),
        ("#sulje valmis", "valmis"),
        ("#" + "a" * 5000, ""),
    ],
)
def test_an_unknown_word_is_told(line: str, argument: str) -> None:
    """A command by no known word has no name, so that the agent hears of it; it is cut out all the same."""
    orders = read_commands(f"{line}\n\nHello!", ALL)

    assert orders.commands == (Command("", argument, line[:MAX_SHOWN]),)
    assert orders.text == "Hello!"


@pytest.mark.parametrize(
    ("languages", "line", "name"),
    [
        (("sv",), "#stäng", "close"),
        (("sv",), "#close", "close"),
        (("sv",), "#luk", ""),
        (("sv",), "#zavri", ""),
        (("da",), "#luk", "close"),
        (("da",), "#stäng", ""),
        (("sk",), "#zavri", "close"),
        (("sk",), "#luk", ""),
        (("sk", "en"), "#close", "close"),
        (("en",), "#zavri", ""),
        (("en",), "#close", "close"),
        (("da", "sv"), "#stäng", "close"),
        (("fi",), "#stäng", ""),
        (("fi",), "#close", "close"),
        ((), "#close", "close"),
        ((), "#luk", ""),
        (("sv",), "#ta bort", "remove"),
        (("en",), "#ta bort", ""),
    ],
)
def test_words_are_those_of_the_desk(languages: tuple[str, ...], line: str, name: str) -> None:
    """English is known at every desk, another language where the desk writes it."""
    assert read_commands(line, languages).commands[0].name == name


CLOSE = ("close", "")
SECRET = ("note", "secret")


@pytest.mark.parametrize(
    ("words", "commands", "text"),
    [
        ("", [], ""),
        (" \n\u200b\n\u00a0", [], ""),
        ("Hello!", [], "Hello!"),
        ("\n\nHello!\n\n", [], "Hello!"),
        # First, last, both.
        ("#close\nHello!", [CLOSE], "Hello!"),
        ("#close\r\n\r\nHello!\r\nBye.\r\n", [CLOSE], "Hello!\nBye."),
        ("#close\rHello!", [CLOSE], "Hello!"),
        ("#close\u2028Hello!", [CLOSE], "Hello!"),
        ("\n\n#take\n\n#close\n\n\nHello!", [("take", ""), CLOSE], "Hello!"),
        ("Hello!\n#close", [CLOSE], "Hello!"),
        ("Hello!\n\n#note secret\n\n#close\n", [SECRET, CLOSE], "Hello!"),
        ("#take\n\nHello!\n\nBye.\n\n#close", [("take", ""), CLOSE], "Hello!\n\nBye."),
        ("#take\n#close", [("take", ""), CLOSE], ""),
        ("\u00a0\n#take\n\u00a0\nHello!\n\u00a0\n", [("take", "")], "Hello!"),
        # Amid the text.
        ("Hello!\n#close\nBye.", [], "Hello!\n#close\nBye."),
        ("#take\nHello!\n#close\nBye.\n#wait", [("take", ""), ("wait", "")], "Hello!\n#close\nBye."),
        ("# Heading\n#close\nBye.", [], "# Heading\n#close\nBye."),
        ("#1 first\n#2 second\n#close", [CLOSE], "#1 first\n#2 second"),
        ("#note secret\n    indented\n\n\nlast", [SECRET], "    indented\n\n\nlast"),
        # Before and after a closing.
        ("Hello!\n\n#close\n\nBest regards\nAnna", [CLOSE], "Hello!\n\nBest regards\nAnna"),
        ("Hello!\n#close\nBest regards\nAnna", [CLOSE], "Hello!\nBest regards\nAnna"),
        ("Hello!\n\nBest regards\nAnna\n\n#close", [CLOSE], "Hello!\n\nBest regards\nAnna"),
        ("Hello!\n#take\nBest regards,\nAnna\n#close", [("take", ""), CLOSE], "Hello!\nBest regards,\nAnna"),
        ("#take\nHej!\n#wait\nMvh Anna\n#close", [("take", ""), ("wait", ""), CLOSE], "Hej!\nMvh Anna"),
        ("Klart.\n\n#close\n\nMed vänlig hälsning\n\nAnna Berg\nSupport, Visma\n070-123 45 67\nwww.example.se", [CLOSE],
         "Klart.\n\nMed vänlig hälsning\n\nAnna Berg\nSupport, Visma\n070-123 45 67\nwww.example.se"),
        (unicodedata.normalize("NFD", "Klart.\n#stäng\nHälsningar\nÅsa"), [CLOSE],
         unicodedata.normalize("NFD", "Klart.\nHälsningar\nÅsa")),
        ("Klart.\n#close\nMed\u00a0vänlig\u00a0hälsning\nÅsa", [CLOSE], "Klart.\nMed\u00a0vänlig\u00a0hälsning\nÅsa"),
        ("Klart.\n#close\n/Anna", [CLOSE], "Klart.\n/Anna"),
        ("Hotovo.\n\n#zavri\n\nS pozdravom\nJán Novák", [CLOSE], "Hotovo.\n\nS pozdravom\nJán Novák"),
        ("Løst.\n\n#luk\n\nMed venlig hilsen\nSøren", [CLOSE], "Løst.\n\nMed venlig hilsen\nSøren"),
        ("Done.\n\n#close\n\nSent from my iPhone", [CLOSE], "Done."),
        ("Done.\n\nSent from my iPhone\n\n#close", [CLOSE], "Done."),
        ("Klart.\n\nMvh\nAnna\n\n#close\n\nSkickat från min iPhone", [CLOSE], "Klart.\n\nMvh\nAnna"),
        ("Done.\n\nSent from my iPhone", [], "Done."),
        ("Best regards\nAnna", [], "Best regards\nAnna"),
        # A signature says nothing.
        ("Done.\n#close\n-- \nAnna\n#take", [CLOSE], "Done."),
        ("Done.\n#close\n--\nAnna", [CLOSE], "Done."),
        ("Done.\n-- \nAnna\n#close", [], "Done."),
        ("-- \n#close", [], ""),
        # Commands alone.
        ("#close\n\nBest regards\nAnna", [CLOSE], ""),
        ("#close\n\nBest regards,\n\nAnna Berg\nProduct Specialist\n+46 70 123 45 67", [CLOSE], ""),
        ("#close\nMvh", [CLOSE], ""),
        ("#close\nMvh Anna", [CLOSE], ""),
        ("#close\nmvh anna", [CLOSE], ""),
        ("#close\n\n/Anna", [CLOSE], ""),
        ("Mvh\nAnna\n#close", [CLOSE], ""),
        ("#close\n\nVenlig hilsen\nSøren Aa. Kjær-Hansen", [CLOSE], ""),
        ("#close\n\nSkickat från min iPhone", [CLOSE], ""),
        ("#close\n-- \nAnna", [CLOSE], ""),
        ("#close\n\nMany thanks\nAnna", [CLOSE], ""),
        # No closing, though it begins like one.
        ("#close\n\nMany thanks\nfor your patience", [CLOSE], "Many thanks\nfor your patience"),
        ("#close\n\nBest regards\nAnna\nThe cable has now been changed.", [CLOSE],
         "Best regards\nAnna\nThe cable has now been changed."),
        ("#close\n\nBest regards\nAnna\nP.S. See you", [CLOSE], "Best regards\nAnna\nP.S. See you"),
        ("#close\nBestsellers are sold out", [CLOSE], "Bestsellers are sold out"),
        ("#close\nDone", [CLOSE], "Done"),
        ("#take\n\nMvh\nAnna\n#close\nVisma", [("take", "")], "Mvh\nAnna\n#close\nVisma"),
        # Unknown ones stand out wherever commands may stand.
        ("Hello!\n#cloes", [("", "")], "Hello!"),
        ("Hello!\n\nMvh\nAnna\n#WeAreSupport", [("", "")], "Hello!\n\nMvh\nAnna"),
        ("#close\n#hej hopp\n\nHello!", [CLOSE, ("", "hopp")], "Hello!"),
    ],
)  # fmt: skip
def test_where_commands_stand(words: str, commands: list[tuple[str, str]], text: str) -> None:
    """Commands stand first or last, about the closing too; what lies between is what the customer gets."""
    assert _read(words) == (commands, text)


LONG = "#note The customer has not paid and was very unpleasant on the phone, so we"


@pytest.mark.parametrize(
    ("words", "argument", "text"),
    [
        (f"{LONG}\nshould wait.\n\nHello!", "should wait.", "Hello!"),
        (f"{LONG}\nshould wait.\nHello!", "should wait.", "Hello!"),
        (f"Hello!\n\n{LONG}\nshould wait.", "should wait.", "Hello!"),
        (f"Hello!\n\n{LONG}\nshould wait.\n\nMvh\nAnna", "should wait.", "Hello!\n\nMvh\nAnna"),
        (f"{LONG}\nMvh\nAnna", "", ""),
        (f"{LONG}\n\nHello!", "", "Hello!"),
        ("#note secret\nHello!", None, "Hello!"),
    ],
)
def test_a_wrapped_note_stays_whole(words: str, argument: str | None, text: str) -> None:
    """What a mail program broke off a long command belongs to it: no half of a note is sent to the customer."""
    whole = "secret" if argument is None else f"{LONG[6:]} {argument}".strip()

    assert _read(words) == ([("note", whole)], text)


def test_commands_amid_the_text_are_named() -> None:
    """A known command amid the text stays there, and the caller learns of it; an unknown one is only text."""
    orders = read_commands("Hello!\n\n#note\nThe customer is wrong.\n#hashtag\nBye.", ALL)

    assert orders.commands == ()
    assert orders.text == "Hello!\n\n#note\nThe customer is wrong.\n#hashtag\nBye."
    assert orders.stray == (Command("note", "", "#note"),)


def test_the_line_is_kept_for_the_receipt() -> None:
    """A receipt repeats the line as the agent wrote it, within bounds."""
    [close, note] = read_commands("  #Stäng:\u00a0klart\n#note " + "a" * 500, ALL).commands

    assert close == Command("close", "klart", "#Stäng: klart")
    assert note.argument == "a" * 500
    assert note.line == "#note " + "a" * (MAX_SHOWN - 6)


def test_arguments_are_composed() -> None:
    """Letters that came apart are put together, so that names compare."""
    [command] = read_commands(unicodedata.normalize("NFD", "#kö Ängelholm"), ("sv",)).commands

    assert command.argument == "Ängelholm"


def test_too_many_commands_are_refused() -> None:
    """More commands than anybody means are unknown, so that nothing is done or sent; and they come to an end."""
    twenty = read_commands("#take\n" * MAX_COMMANDS, ALL)
    more = read_commands("#take\n" * (MAX_COMMANDS + 3) + "Hello!", ALL)
    masses = read_commands("#take\n" * 10_000 + "Hello!", ALL)

    assert [command.name for command in twenty.commands] == ["take"] * MAX_COMMANDS
    assert [command.name for command in more.commands] == ["take"] * MAX_COMMANDS + [""] * 3
    assert more.commands[-1].line == "#take"
    assert [command.name for command in masses.commands] == ["take"] * MAX_COMMANDS + [""] * MAX_COMMANDS
    assert masses.text == more.text == "Hello!"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_words_in_every_language(language: str) -> None:
    """No desk must type English, and the first word is the one that help tells."""
    words = command_words(language)

    assert tuple(words) == COMMANDS
    assert all(words.values())
    if language == "en":
        assert all(each[0] == name for name, each in words.items())


def test_a_language_without_words_is_told_the_english_ones() -> None:
    """Help at a desk in another language tells English words, which work."""
    assert command_words("fi") == command_words("en")


def test_no_word_means_two_things() -> None:
    """Neither in one language nor in two: a desk may write several."""
    meanings: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for written, name in spellings(language).items():
            meanings.setdefault(written, set()).add(name)

    assert [written for written, names in meanings.items() if len(names) > 1] == []


def test_no_word_is_lost_to_its_neighbour() -> None:
    """Within a language the table holds as many meanings as it was given: no word stands at two commands."""
    for language in LANGUAGES:
        words = [word for each in command_words(language).values() for word in each]
        assert len(words) == len(set(words)), language


@pytest.mark.parametrize(
    ("language", "name", "word"),
    [
        (language, name, word)
        for language in LANGUAGES
        for name, words in command_words(language).items()
        for word in words
    ],
)
def test_every_word_works_as_people_type_it(language: str, name: str, word: str) -> None:
    """As written, in capitals, without marks above letters, with a space or nothing for a hyphen, with an argument."""
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    for typed in (word, word.upper(), word.capitalize(), bare, word.replace("-", " "), word.replace("-", "")):
        assert _read(f"#{typed}", (language,)) == ([(name, "")], ""), typed
        assert _read(f"#{typed} Xyzzy 1", (language,)) == ([(name, "Xyzzy 1")], ""), typed
        assert _read(f"#{typed}: Xyzzy 1", (language,)) == ([(name, "Xyzzy 1")], ""), typed


LINES = st.sampled_from(
    [
        "", "", " ", "\u00a0", "Hello!", "Hej,", "Vi har bytt kabeln.", "#1", "# Heading", "##x", "-- ", "Mvh",
        "Mvh Anna", "Best regards", "Many thanks", "Anna", "/Anna", "Anna Berg, Visma", "070-123 45 67",
        "Sent from my iPhone", "#close", "#Stäng", "#note secret", LONG, "should wait", "#cloes", "#ta bort x",
        "\u200b#take", "for your patience",
    ]
)  # fmt: skip
SENTENCES = st.sampled_from(
    ["Hello there!", "Vi har bytt kabeln.", "Is it red? #1 is.", "# Heading", "> quoted", "", " "]
)


@given(st.text(st.characters(codec=None)), st.lists(st.sampled_from((*ALL, "fi", ""))))
def test_any_words_can_be_read(words: str, languages: list[str]) -> None:
    """Whatever it is given, it answers within its bounds, and text has no blank ends."""
    orders = read_commands(words, tuple(languages))

    assert len(orders.commands) <= 2 * MAX_COMMANDS
    assert all(len(command.line) <= MAX_SHOWN and command.line.startswith("#") for command in orders.commands)
    assert len(orders.text) <= len(words)
    assert orders.text == "" or orders.text.strip() != ""


@given(st.lists(LINES).map("\n".join))
def test_what_was_read_is_not_read_again(words: str) -> None:
    """The text that is left holds no command any more where commands are read."""
    text = read_commands(words, ALL).text

    assert read_commands(text, ALL).commands == ()


@given(st.lists(LINES))
def test_what_is_kept_is_what_was_written(lines: list[str]) -> None:
    """The text is lines of the words, in their order; nothing is made up."""
    written = iter(lines)

    for line in read_commands("\n".join(lines), ALL).text.split("\n"):
        assert line == "" or line in written


@given(st.lists(SENTENCES), st.sampled_from(["#close", "#stäng klart", "#luk\n#tag", "#zavri\n\n#prio 1"]))
def test_commands_do_not_touch_the_text(sentences: list[str], commands: str) -> None:
    """The text is the same with commands before it, behind it, or none."""
    text = "\n".join(sentences)
    bare = read_commands(text, ALL)
    first = read_commands(f"{commands}\n{text}", ALL)
    last = read_commands(f"{text}\n{commands}", ALL)

    assert bare.commands == ()
    assert first.text == last.text == bare.text
    assert first.commands == last.commands
    assert all(command.name for command in first.commands)


@pytest.mark.parametrize(
    "words",
    [
        "#a\n" * 100_000,
        "Hello!\n" + "#close\n" * 50_000 + "Bye.",
        "\n" * 300_000,
        "#" + " " * 300_000,
        "#" + "a" * 300_000,
        "#" + ":" * 300_000,
        "#note " + "a" + "\u0301\u0316" * 150_000,
        "#note " + ("a" * 70 + "\n") * 5_000,
        "Mvh\n" * 100_000,
        "Mvh\n" + "A-" * 150_000,
        "Sent from my iPhone\n" * 20_000,
        "-" * 300_000,
        "\u200b" * 300_000 + "#close",
    ],
    ids=lambda words: words[:12],
)
def test_the_cost_is_linear(words: str) -> None:
    """Hundreds of kilobytes made to be slow take seconds at most; were anything quadratic they would take minutes."""
    started = time.process_time()
    read_commands(words, ALL)
    assert time.process_time() - started < 10
