"""The tables of the score and of kept promises, as plain text in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from textwrap import wrap
from typing import Final

from mailbot.core.audience import agent_of
from mailbot.core.casewords import priority_words, queue_words
from mailbot.core.desk import Desk
from mailbot.core.deskfigures import ALL_PRIORITIES, By
from mailbot.core.headertext import one_line
from mailbot.core.promisekept import Record
from mailbot.core.score import Group, Nps, Responses, signed
from mailbot.core.texttable import WIDTH, text_table
from mailbot.core.tongue import tongue

NONE: Final = "-"
_LONGEST_NAME: Final = 40
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Words:
    by: Mapping[By, str]
    votes: str
    interval: str
    answered: str
    no_figure: str
    to: str
    of: str
    nobody: str
    no_queue: str
    together: str
    priority: str
    kept: str
    median: str
    worst: str
    pending: str
    void: str
    own_score_from: str
    score_by: Mapping[By, str]
    promises: str
    rate: str
    """The share of those asked who answered, in a picture."""
    meaning: str
    """Of the interval."""


_WORDS: Final = {
    "en": _Words(
        by={"month": "Month", "queue": "Queue", "agent": "Agent"},
        votes="Votes", interval="95 % interval", answered="Answered", no_figure="no figure", to="to", of="of",
        nobody="(nobody)", no_queue="(none)", together="All", priority="Priority", kept="Kept", median="Median late",
        worst="Worst", pending="Open", void="Void",
        own_score_from="An agent has a score from {0} votes on.",
        score_by={"month": "Score by month", "queue": "Score by queue", "agent": "Score by agent"},
        promises="Work begun by the promised time", rate="Response rate",
        meaning="95 % interval: as far as chance goes, the score of all customers lies in it at least 95 times of 100.",
    ),
    "sv": _Words(
        by={"month": "Månad", "queue": "Kö", "agent": "Handläggare"},
        votes="Svar", interval="95 %-intervall", answered="Besvarade", no_figure="inget värde", to="till", of="av",
        nobody="(ingen)", no_queue="(ingen)", together="Alla", priority="Prioritet", kept="Hållna",
        median="Median, sena", worst="Värst", pending="Öppna", void="Utgick",
        own_score_from="En handläggare får ett eget värde från {0} svar.",
        score_by={"month": "Betyg per månad", "queue": "Betyg per kö", "agent": "Betyg per handläggare"},
        promises="Arbete påbörjat senast den utlovade tiden", rate="Svarsandel",
        meaning="95 %-intervall: vad slumpen beträffar ligger alla kunders betyg inom det minst 95 gånger av 100.",
    ),
    "da": _Words(
        by={"month": "Måned", "queue": "Kø", "agent": "Sagsbehandler"},
        votes="Svar", interval="95 %-interval", answered="Besvaret", no_figure="ingen værdi", to="til", of="af",
        nobody="(ingen)", no_queue="(ingen)", together="Alle", priority="Prioritet", kept="Holdt",
        median="Median, sene", worst="Værst", pending="Åbne", void="Bortfaldt",
        own_score_from="En sagsbehandler får sin egen værdi fra {0} svar.",
        score_by={"month": "Score pr. måned", "queue": "Score pr. kø", "agent": "Score pr. sagsbehandler"},
        promises="Arbejde påbegyndt senest til den lovede tid", rate="Svarprocent",
        meaning="95 %-interval: hvad tilfældet angår, ligger alle kunders score i det mindst 95 ud af 100 gange.",
    ),
    "sk": _Words(
        by={"month": "Mesiac", "queue": "Rad", "agent": "Riešiteľ"},
        votes="Hlasy", interval="95 % interval", answered="Odpovede", no_figure="bez hodnoty", to="až", of="z",
        nobody="(nikto)", no_queue="(žiadny)", together="Všetky", priority="Priorita", kept="Dodržané",
        median="Medián, neskoré", worst="Najhorší", pending="Čakajú", void="Zaniklo",
        own_score_from="Riešiteľ má vlastnú hodnotu od {0} hlasov.",
        score_by={"month": "Hodnotenie podľa mesiacov", "queue": "Hodnotenie podľa radov",
                  "agent": "Hodnotenie podľa riešiteľov"},
        promises="Práca začatá najneskôr v sľúbenom čase", rate="Odpovedali",
        meaning="95 % interval: pokiaľ ide o náhodu, hodnotenie všetkých zákazníkov v ňom leží aspoň 95-krát zo 100.",
    ),
}  # fmt: skip


def score_heading(by: By, language: str) -> str:
    """What stands over a table of the score."""
    return _words(language).score_by[by]


def promise_heading(language: str) -> str:
    """What stands over a table of kept promises."""
    return _words(language).promises


def interval_note(language: str) -> tuple[str, ...]:
    """What the interval means, in lines as wide as a table."""
    return tuple(wrap(_words(language).meaning, WIDTH))


def picture_words(language: str) -> dict[str, str]:
    """What stands in a picture of the months besides numbers, by the names that `plot.PlotWords` has for it."""
    words = _words(language)
    return {
        "language": tongue(language).language, "score": "Net Promoter Score", "interval": words.interval,
        "rate": words.rate, "votes": "n",
    }  # fmt: skip


def group_name(desk: Desk, by: By, group: Group, language: str = "en") -> str:
    """What a group is called: its month, or the name of its queue or agent, the key where the desk file has lost it."""
    words = _words(language)
    match by:
        case "month":
            return f"{group.month:%Y-%m}"
        case "queue":
            name = queue_words(desk, group.queue, language)["name"] if group.queue else words.no_queue
        case "agent":
            agent = agent_of(desk, group.agent) if group.agent else None
            name = agent.name if agent else (group.agent or words.nobody)
    return one_line(name, _LONGEST_NAME)


def score_table(
    desk: Desk, by: By, groups: Iterable[Group], total: Group | None, language: str = "en"
) -> tuple[str, ...]:
    """The score of each month, queue or agent, and of all, with counts, interval and how many have answered."""
    words = _words(language)
    head = (words.by[by], words.votes, "9-10", "7-8", "0-6", "NPS", words.interval, words.answered, "")
    rows = [(group_name(desk, by, group, language), *_score(group, words)) for group in groups]
    if total is not None:
        rows.append((words.together, *_score(total, words)))
    few = by == "agent" and any(row[6] == words.no_figure for row in rows)
    note = ("", words.own_score_from.format(desk.agent_figures_from)) if few else ()
    return (*text_table([head, *rows]), *note)


def promise_table(desk: Desk, records: Iterable[Record], language: str = "en") -> tuple[str, ...]:
    """How many were kept of those that were judged, how late the others were, and what cannot be judged."""
    words = _words(language)
    head = (
        words.by["month"], words.priority, words.kept, "", words.median, words.worst, words.pending, words.void,
    )  # fmt: skip
    return text_table([head, *(_promises(desk, record, words, language) for record in records)], names=2)


def _words(language: str) -> _Words:
    return _WORDS[tongue(language).language]


def _score(group: Group, words: _Words) -> tuple[str, ...]:
    return (str(group.votes), *_nps(group, words), *_answered(group.responses, words))


def _nps(group: Group, words: _Words) -> tuple[str, ...]:
    found: Nps | None = group.nps
    if found is None:
        return (NONE, NONE, NONE, NONE, words.no_figure if group.votes else NONE)
    counts = (str(found.promoters), str(found.passives), str(found.detractors))
    return (*counts, signed(found.value), f"{signed(found.low)} {words.to} {signed(found.high)}")


def _answered(found: Responses | None, words: _Words) -> tuple[str, ...]:
    if found is None or found.rate is None:
        return (NONE, "")
    return (f"{found.answered} {words.of} {found.sent - found.bounced}", f"{found.rate:.0f} %")


def _promises(desk: Desk, record: Record, words: _Words, language: str) -> tuple[str, ...]:
    name = words.together
    if record.priority != ALL_PRIORITIES:
        name = one_line(priority_words(desk, record.priority, language)["name"], _LONGEST_NAME)
    share = NONE if record.share is None else f"{_share(record.share)} %"
    late = [NONE if length is None else how_long(length) for length in (record.median_late, record.worst_late)]
    kept = f"{record.kept} {words.of} {record.judged}"
    return (f"{record.month:%Y-%m}", name, kept, share, *late, str(record.pending), str(record.void))


def _share(percent: float) -> str:
    """Rounded so that only all is 100."""
    return f"{min(percent, 99) if percent < 100 else 100:.0f}"


def how_long(length: timedelta) -> str:
    """A length in its two largest of days, hours and minutes, rounded up: "3 d 4 h", "35 min"."""
    minutes = -(-length // _MINUTE)
    if minutes >= 1440:
        hours = -(-minutes // 60)
        return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"
    hours, rest = divmod(minutes, 60)
    parts = (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")
    return " ".join(part for part in parts if part)
