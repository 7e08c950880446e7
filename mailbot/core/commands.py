"""Reads what an agent orders: the lines that begin with "#" and a letter, first or last in the agent's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailbot.core.commandwords import spelling, spellings
from mailbot.core.desk import Agent, Desk
from mailbot.core.letter import Letter
from mailbot.core.signoff import closing_at, closing_name, is_delimiter, is_phone_signature
from mailbot.core.spelling import visible

MAX_COMMANDS = 20
"""Commands that are read in one mail; as many again are told to be too many, and any others only cut out."""
MAX_SHOWN = 200
"""Characters of a command's line that a receipt repeats."""
WRAPPED_FROM = 65
"""Characters; no mail program breaks a line where the next word would have ended before this."""

_LONGEST_CALL = 3
"""Words of a command's name: "slå ihop med"."""
_MAX_WORD = 40
_LEAD = 100
_END_OF_SENTENCE = ".,;!…"
_LINE_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_MARKED = re.compile(r"#[^\W\d_]")
_COLON = re.compile("[:：]")


@dataclass(frozen=True, slots=True)
class Command:
    """One order of an agent."""

    name: str
    """One of `commandwords.COMMANDS`; "" where the word is unknown or one command too many."""
    argument: str
    """What follows the word, in NFC, on one line; may be empty."""
    line: str
    """The line as it was written, for receipts; at most `MAX_SHOWN` characters."""


@dataclass(frozen=True, slots=True)
class Orders:
    """An agent's words taken apart."""

    commands: tuple[Command, ...]
    """In the order written. Where one of them is unknown nothing may leave the desk."""
    text: str
    """What is left for others to read, no blank lines at its ends; "" where only commands and a closing were sent."""
    stray: tuple[Command, ...] = ()
    """Known commands amid the text. They are text; but a `note` among them was hardly meant for the customer."""


def orders_of(agent: Agent, desk: Desk, letter: Letter) -> Orders:
    """An agent's new words as orders and text, in the languages of the desk and the agent's own."""
    return read_commands(letter.own_words, (*desk.languages, *((agent.language,) if agent.language else ())))


def read_commands(words: str, languages: tuple[str, ...]) -> Orders:
    """What an agent wrote, as orders and text; never raises, linear in the length of the words.

    `words` are the agent's new words (`Letter.reply`). A command is a line that begins with "#" and a letter; "#1",
    "# Heading" and "##x" are text. It counts in the first lines and in the last ones, before or after the closing,
    not amid the text and not below the signature's "-- ". English words are known everywhere, those of other
    languages (ISO 639-1) where the desk writes them. A line that a mail program wrapped is one line. A `note` without
    an argument means the text.
    """
    lines = list(_lines(words))
    start = 0
    while start < len(lines) and (_is_blank(lines[start]) or _is_command(lines[start])):
        start += 1
    body, closing, last = _ending(lines[start:])
    text = _trimmed(body)
    orders = [*filter(_is_command, lines[:start]), *last]
    if text or not orders:
        text = _trimmed([*body, *closing])
    strays = (_command(line, languages) for line in text if _is_command(line))
    return Orders(
        commands=tuple(_bounded(orders, languages)),
        text="\n".join(text),
        stray=tuple(command for command in strays if command.name),
    )


def _lines(words: str) -> Iterator[str]:
    """The lines above the signature; a command with the lines that a mail program made of its one is one of them.

    Without that the end of a long note would be sent to the customer.
    """
    lines = _LINE_BREAK.split(words)
    index = 0
    while index < len(lines) and not is_delimiter(lines[index]):
        first = index
        index += 1
        if _is_command(lines[first]):
            while index < len(lines) and _goes_on(lines[index - 1], lines[index]):
                index += 1
        yield "\n".join(lines[first:index])


def _goes_on(line: str, following: str) -> bool:
    """Whether the line was broken for want of room and goes on in the following one."""
    word = following.split(maxsplit=1)[:1]
    if not word or len(line) + 1 + len(word[0]) <= WRAPPED_FROM:
        return False
    return not (_is_command(following) or is_delimiter(following) or closing_name(following) is not None)


def _ending(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The text, its closing, and the commands before and after the closing, in the order written."""
    commands: list[str] = []
    closing: list[str] = []
    begins = 0
    end = len(lines)
    while end:
        line = lines[end - 1]
        if _is_command(line):
            commands.append(line)
        elif not _is_blank(line) and not is_phone_signature(line):
            if closing or (begins := closing_at(lines[:end])) == end:
                break
            closing = lines[begins:end]
            end = begins
            continue
        end -= 1
    if closing and any(map(_is_blank, lines[end:begins])):
        closing.insert(0, "")
    return lines[:end], closing, commands[::-1]


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    start, end = 0, len(lines)
    while start < end and _is_blank(lines[start]):
        start += 1
    while start < end and _is_blank(lines[end - 1]):
        end -= 1
    return lines[start:end]


def _bounded(lines: list[str], languages: tuple[str, ...]) -> Iterator[Command]:
    """The commands that are read and, as unknown ones, some that are too many: so nothing is done or sent."""
    for number, line in enumerate(lines[: 2 * MAX_COMMANDS]):
        command = _command(line, languages)
        yield command if number < MAX_COMMANDS else replace(command, name="")


def _is_blank(line: str) -> bool:
    return not line or not visible(line)


def _is_command(line: str) -> bool:
    return "#" in line and _MARKED.match(visible(line[:_LEAD])) is not None


def _command(line: str, languages: tuple[str, ...]) -> Command:
    """The command on a line that is one; the longest name wins, for "ta bort" is not "ta"."""
    shown = visible(line)
    called, *told = _COLON.split(shown[1:], maxsplit=1)
    name = _name(called, languages)
    if name and told:
        return Command(name, told[0].strip(), shown[:MAX_SHOWN])
    words = shown[1:].split(" ")
    for count in range(_LONGEST_CALL, 0, -1):
        name = _name("".join(words[:count]), languages)
        if name:
            break
    return Command(name, " ".join(words[count:]), shown[:MAX_SHOWN])


def _name(word: str, languages: tuple[str, ...]) -> str:
    """The command that goes by the word; "" for none."""
    key = spelling(word.rstrip(_END_OF_SENTENCE)) if len(word) <= _MAX_WORD else ""
    return next((spellings(each)[key] for each in ("en", *languages) if key in spellings(each)), "")
