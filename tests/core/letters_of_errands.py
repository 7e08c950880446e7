"""The turns whose whole letters lie in tests/letters_out: one of each to a customer, an agent and a partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from mailbot.core.agenttellings import (
    CaseList,
    Comment,
    Done,
    Guide,
    HandOver,
    LateStart,
    ListedCase,
    LowScore,
    MonthReport,
    Receipt,
    StartDue,
    Welcome,
    WholeCase,
)
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_number
from mailbot.core.conversation import Entry
from mailbot.core.customertellings import (
    Closing,
    Digest,
    HandedOver,
    HeldCase,
    Merged,
    OptedOut,
    OurCase,
    OurCases,
    PriorityChanged,
    PromiseChanged,
    Reopened,
    Reply,
    RouteChanged,
    StatusTold,
    Survey,
    Waiting,
)
from mailbot.core.desk import Desk, Partner, SurveyTerms
from mailbot.core.errands import Telling
from mailbot.core.note import Note
from mailbot.core.promise import make_promise
from mailbot.core.words import Words

RECEIVED = "2026-11-23T11:15"
"""Local time; a Monday."""
LETTERS = (
    "reply", "reply-waits", "closing", "closing-asked", "priority-changed", "waiting", "handed-over", "reopened",
    "status", "status-refused", "merged", "digest", "receipt", "receipt-nothing", "case-list", "hand-over", "case-copy",
    "agent-guide", "welcome", "survey", "survey-reminder", "survey-again", "opted-out", "low-score", "comment",
    "comment-further", "month-report", "our-cases", "our-cases-none", "hand-over-route", "hand-over-again",
    "route-changed", "route-over", "reminder", "late-start", "promise-changed",
)  # fmt: skip
DESKS = {"visma": "visma-control", "english": "english", "microbizz": "microbizz", "cloudempiere": "cloudempiere"}
NAMES = (
    *(f"{letter}-{desk}" for desk in ("visma", "english") for letter in LETTERS),
    *(
        f"{letter}-microbizz"
        for letter in ("closing", "status", "receipt-nothing", "case-list", "survey", "low-score", "our-cases")
    ),
    *(
        f"{letter}-{desk}"
        for desk in ("microbizz", "cloudempiere")
        for letter in ("hand-over-route", "hand-over-again", "route-changed", "route-over")
    ),
    *(
        f"{letter}-{desk}"
        for desk in ("microbizz", "cloudempiere")
        for letter in ("reminder", "late-start", "promise-changed")
    ),
    *(
        f"{letter}-cloudempiere"
        for letter in ("reply-waits", "closing", "status", "hand-over", "welcome", "survey", "comment", "our-cases")
    ),
)
PARTNER = Partner(
    "PX Expert Norden", ("px@partner.example",),
    contact={
        "sv": "010-000 00 00, px@partner.example", "da": "+46 10 000 00 00, px@partner.example",
        "sk": "+46 10 000 00 00, px@partner.example", "en": "+46 10 000 00 00, px@partner.example",
    },
)  # fmt: skip
_QUESTION = "Hej,\n\nsedan i morse är rapporten tom.\n\nÅsa"
_ANSWER = "Hej Åsa,\n\nstarta om utskriftstjänsten:\n  1. Inställningar\n  2. Tjänster > Starta om\n\nMvh Kim"
_TAG = "a" + "b2" * 5 + "c" + "d3" * 13
_QUESTIONS = {
    "da": (
        "På en skala fra 0 til 10, hvor tilfreds er du med den service, du fik?",
        "Hvad er den vigtigste grund til din vurdering?",
        "Nævn én ting, som vi kan gøre bedre.",
    ),
    "sk": (
        "Ako ste na stupnici od 0 do 10 spokojní so službami, ktoré sme Vám poskytli?",
        "Aký je hlavný dôvod Vášho hodnotenia?",
        "Uveďte jednu vec, ktorú môžeme zlepšiť.",
    ),
    "en": (
        "On a scale from 0 to 10, how satisfied are you with the service you got?",
        "What is the main reason for your score?",
        "What one thing could we do better?",
    ),
}
_TABLES = """\
Month      Sent  Answers       NPS
2026-09      41  17 (41 %)     +24  (+1 to +47)
2026-10      38  12 (32 %)     +33  (+5 to +61)"""
_HTML = "<p>Hej Åsa,</p><p>vilken <b>version</b> har du?<br>Se bilden.</p>"


def about_no_case(name: str) -> bool:
    """Whether the letter is about no case, or about several."""
    return name.startswith(("digest", "our-cases", "case-list", "agent-guide", "welcome", "month-report", "route-"))


def asked(desk: Desk) -> SurveyTerms:
    """What the desk asks after the close; the questions of this file where its own asks nothing."""
    if desk.survey:
        return desk.survey
    rows = zip(*(_QUESTIONS[language] for language in desk.languages), strict=True)
    return SurveyTerms(tuple(dict(zip(desk.languages, row, strict=True)) for row in rows))


def telling(name: str, desk: Desk, case: CaseFacts) -> Telling:
    """What the letter of that name tells."""
    letter = name.rpartition("-")[0]
    received = case.received
    hour = timedelta(hours=1)
    entries = (
        Entry(received, "Åsa Öberg <asa.oberg@kund.example>", "customer", _QUESTION, ("rapport.pdf",)),
        Entry(received + hour / 4, "", "event", "taken by Kim Lund"),
        Entry(received + hour / 2, "Kim Lund", "agent", "Ser ut som i förra veckan.", internal=True),
        Entry(received + hour, "Kim Lund", "agent", "Vilken version har du?"),
    )
    match letter:
        case "reply":
            return Reply(Words(_ANSWER), "Kim Lund")
        case "reply-waits":
            return Reply(Words("Hej Åsa,\n\nvilken version har du?\nSe bilden:", _HTML), "Kim Lund", waits=True)
        case "closing":
            return Closing(Words(_ANSWER), "Kim Lund")
        case "closing-asked":
            return Closing(Words(""), "")
        case "priority-changed":
            return PriorityChanged(begun=False)
        case "waiting":
            return Waiting()
        case "handed-over":
            return HandedOver(PARTNER)
        case "reopened":
            return Reopened()
        case "status-refused":
            return StatusTold("refused", None, None, entries[:1])
        case "status":
            return StatusTold("open", received + hour, None, entries)
        case "merged":
            return Merged(case_number(desk.prefix, 2))
        case "digest":
            level = desk.priorities[0].key
            urgent = HeldCase(case_number(desk.prefix, 2), level, make_promise(desk, level, received))
            return Digest((HeldCase(case.number, case.priority, case.promise), urgent))
        case "our-cases":
            return OurCases("Öbergs Bygg AB", "Åsa Öberg", _of_an_organisation(desk, case), left_out=2)
        case "our-cases-none":
            return OurCases("Öbergs Bygg AB", "Åsa Öberg", ())
        case "receipt":
            return Receipt(
                (
                    Done("#wait", Note("done-waiting")),
                    Done("#add bo.ek@kund.example", Note("done-added", ("bo.ek@kund.example",))),
                    Done("", Note("done-sent", ("asa.oberg@kund.example", "2"))),
                    Done("", Note("left-out", ("film.mp4",))),
                )
            )
        case "receipt-nothing":
            keys = ", ".join(level.key for level in desk.priorities)
            refused = (
                Done("#frobnicate", Note("unknown-command"), refused=True),
                Done("#priority soon", Note("bad-argument", ("soon", keys)), refused=True),
            )
            return Receipt(refused, nothing_done=True, words=_ANSWER)
        case "case-list":
            return _cases(desk, case, received)
        case "hand-over":
            return HandOver(PARTNER, "Kim Lund", Words("Hej!\n\nKan ni titta på det här?"), entries)
        case "hand-over-route":
            return HandOver(PARTNER, "", Words(""), entries[:1], about="PX")
        case "hand-over-again":
            again = replace(entries[0], at=received + hour, text="Hej,\n\nnu är den tom igen.\n\nÅsa", attachments=())
            return HandOver(replace(PARTNER, answers_customers=True), "", Words(""), (again,), further=True)
        case "reminder":
            return StartDue("")
        case "late-start":
            return LateStart("Kim Lund")
        case "promise-changed":
            return PromiseChanged(case.promise.expected_start - hour)
        case "route-changed":
            return RouteChanged("PX", date(2027, 1, 1), PARTNER)
        case "route-over":
            return RouteChanged("PX", date(2026, 10, 1), None)
        case "case-copy":
            return WholeCase(Note("assigned-by", ("Kim Lund",)), "waiting", "Anna Lindqvist", entries)
        case "agent-guide":
            return Guide("" if desk.prefix == "VC" else f"support+{'a1' * 20}@cloudempiere.example")
        case "welcome":
            return Welcome("" if desk.prefix != "VC" else f"visma.control+{'a1' * 20}@visma.com", "a1" * 20)
    return _of_surveys(letter, desk)


def _of_surveys(letter: str, desk: Desk) -> Telling:
    local, _, domain = desk.address.rpartition("@")
    further = [next(iter(question.values())) for question in asked(desk).questions[1:]]
    match letter:
        case "survey":
            return Survey(_TAG, f"{local}+{_TAG}@{domain}")
        case "survey-reminder":
            return Survey(_TAG, desk.address, reminder=True)
        case "survey-again":
            return Survey(_TAG, f"{_TAG}@{domain}", again=True)
        case "opted-out":
            return OptedOut()
        case "low-score":
            return LowScore(
                3, "Det tog en vecka,\noch jag fick fråga två gånger.", "Åsa Öberg <asa@kund.example>", "Kim Lund"
            )
        case "comment":
            texts = (("", "Tack för hjälpen, Kim!"), *zip(further, ("Snabbt svar.", "Inget."), strict=True))
            return Comment(9, texts)
        case "comment-further":
            return Comment(None, (("", "Nu är felet tillbaka.\n\nÅsa"),), corrected=True)
        case "month-report":
            picture = Attachment("nps.png", "image/png", b"\x89PNG\r\n\x1a\n", content_id="nps", inline=True)
            return MonthReport(date(2026, 10, 1), _TABLES, picture)
    raise KeyError(letter)


def _cases(desk: Desk, case: CaseFacts, now: datetime) -> CaseList:
    late = ListedCase(
        case.number, case.subject, "Åsa Öberg", case.priority, case.queue, "open", "", now - timedelta(days=3),
        begun=False, late=True,
    )  # fmt: skip
    begun = replace(
        late, number=case_number(desk.prefix, 2), subject="Ny användare", requester="bo.ek@kund.example",
        assignee="Kim Lund", begun=True, late=False, expected_start=now - timedelta(days=2),
    )  # fmt: skip
    waiting = replace(
        late, number=case_number(desk.prefix, 3), priority=desk.priorities[0].key, state="waiting", late=False,
        expected_start=now + timedelta(days=60),
    )  # fmt: skip
    return CaseList("all", "", (late, begun, waiting), left_out=0)


def _of_an_organisation(desk: Desk, case: CaseFacts) -> tuple[OurCase, ...]:
    """One in each state, and one that nobody is proven to have written."""
    new = OurCase(
        number=case.number, subject=case.subject, who="Åsa Öberg <asa.oberg@kund.example>", verified=True,
        priority=case.priority, state="new", received=case.received, promise=case.promise,
    )  # fmt: skip
    urgent = make_promise(desk, desk.priorities[0].key, case.received - timedelta(days=400))
    return (
        replace(
            new, number=case_number(desk.prefix, 2), subject="Ny användare", priority=urgent.priority, state="begun",
            received=urgent.received, promise=urgent,
        ),
        new,
        replace(new, number=case_number(desk.prefix, 3), subject="", who="bo.ek@kund.example", verified=False),
        replace(new, number=case_number(desk.prefix, 4), subject="Utskrift", state="waiting", promise=None),
        replace(new, number=case_number(desk.prefix, 5), subject="Kurs", state="refused", promise=None),
    )  # fmt: skip
