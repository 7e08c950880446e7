"""The list of open cases that an agent asks for or gets in the morning."""

from __future__ import annotations

from typing import Literal

from mailbot.core.agenttellings import CaseList, ListedCase
from mailbot.core.audience import serving
from mailbot.core.choices import chosen_key
from mailbot.core.commandwords import command_words
from mailbot.core.desk import Agent, Desk
from mailbot.core.refused import Refused

MOST_LISTED = 200
"""Cases in one list."""

MINE = frozenset({"mine", "my", "mina", "moje"})
LATE = frozenset({"late", "sena", "sene", "försenade", "forsinkede", "neskoré", "meškajúce"})
"""What an agent may type behind `#list`, in any of the languages."""


def case_list(desk: Desk, agent: Agent, cases: tuple[ListedCase, ...], which: str, command: str = "#list") -> CaseList:
    """Of a desk's open cases those in the agent's queues and those that the agent has taken, in their order.

    `which` is "" or "queue" for all of them, "mine", "late", or a queue's key or name, with or without "queue" before
    it. Refused for anything else.
    """
    served = tuple(one for one in cases if one.assignee == agent.name or agent in serving(desk, one.queue))
    word = which.strip().casefold()
    if word in MINE:
        return _list("mine", "", tuple(one for one in served if one.assignee == agent.name))
    if word in LATE:
        return _list("late", "", tuple(one for one in served if one.late))
    first, _, rest = word.partition(" ")
    called = {each for language in ("en", *desk.languages, agent.language) for each in command_words(language)["queue"]}
    word = rest.strip() if first in called else word
    if not word:
        return _list("all", "", served)
    try:
        key = chosen_key({each.key: each.name for each in desk.queues}, word, command)
    except Refused as refused:
        choices = ", ".join(("mine", "late", *(each.key for each in desk.queues)))
        raise Refused("bad-argument", which, choices) from refused
    return _list("queue", key, tuple(one for one in served if one.queue == key))


def _list(which: Literal["all", "mine", "queue", "late"], queue_key: str, cases: tuple[ListedCase, ...]) -> CaseList:
    return CaseList(which, queue_key, cases[:MOST_LISTED], max(0, len(cases) - MOST_LISTED))
