"""Whole outgoing mails, header by header and word by word, against what lies in tests/letters_out.

`python -m tests.core.test_letters_out` writes the folder anew after a wanted change; read the difference first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.agenttellings import AgentTelling, HandOver, LateStart, LowScore, MonthReport
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_number
from mailbot.core.compose import Head as MailHead
from mailbot.core.compose import compose
from mailbot.core.customertellings import Closing, Declined, NotCovered, OrderAsked, OrderRecorded, Reply
from mailbot.core.decision import NewCase
from mailbot.core.desk import Desk
from mailbot.core.draft import Draft
from mailbot.core.errands import Telling
from mailbot.core.errandwords import write
from mailbot.core.machine import Reason
from mailbot.core.mailboxes import Address
from mailbot.core.note import Note
from mailbot.core.placement import Placement
from mailbot.core.promise import make_promise
from mailbot.core.samples import sample_follow_up, sample_letter
from mailbot.core.standing import Standing
from mailbot.core.terms import in_terms
from mailbot.core.wording import acknowledgement, admin_report, follow_up_copy, new_case_copy, not_admitted
from tests.core import letters_of_customers, letters_of_errands, letters_of_service
from tests.lettering import differences, readable, shipped_desks, shipped_library

FOLDER = Path(__file__).parents[1] / "letters_out"
TAG = "a" + "b2" * 5 + "c" + "d3" * 13

ACKNOWLEDGEMENTS = {
    "ack-visma-easter": ("visma-control", "high", "2026-04-02T11:30", True),
    "ack-visma-same-day": ("visma-control", "normal", "2026-11-23T11:15", True),
    "ack-visma-lunch": ("visma-control", "critical", "2026-11-24T12:20", True),
    "ack-visma-at-once": ("visma-control", "critical", "2026-11-24T11:20", True),
    "ack-visma-unverified": ("visma-control", "normal", "2026-11-23T11:15", False),
    "ack-softone-christmas": ("softone-go", "5", "2026-12-22T09:00", True),
    "ack-microbizz-may": ("microbizz", "incident", "2026-04-30T14:00", True),
    "ack-microbizz-constitution-day": ("microbizz", "incident", "2026-06-04T14:00", True),
    "ack-microbizz-unverified": ("microbizz", "question", "2026-11-23T11:15", False),
    "ack-cloudempiere-clock-change": ("cloudempiere", "3", "2026-03-28T22:00", True),
    "ack-cloudempiere-unverified": ("cloudempiere", "1", "2026-10-25T01:30", False),
    "ack-biometria-go-live": ("biometria-viol3", "first", "2025-05-01T17:30", True),
    "ack-biometria-driver": ("biometria-viol3", "driver", "2025-12-24T23:15", True),
    "ack-english": ("english", "3", "2026-03-28T22:00", True),
    "ack-visma-partner": ("visma-control", "normal", "2026-11-23T11:15", True),
    "ack-microbizz-partner": ("microbizz", "question", "2026-11-23T11:15", False),
    "ack-cloudempiere-partner": ("cloudempiere", "3", "2026-11-23T11:15", True),
    "ack-visma-late": ("visma-control", "high", "2026-04-02T11:30", True),
    "ack-microbizz-late": ("microbizz", "incident", "2026-04-30T14:00", True),
}
COPIES = {
    "copy-biometria-new": ("biometria-viol3", "2025-06-05T15:30"),
    "copy-microbizz-new-unverified": ("microbizz", "2026-06-04T14:00"),
    "copy-visma-machine": ("visma-control", "2026-04-02T11:30"),
    "copy-cloudempiere-follow-up": ("cloudempiere", "2026-03-28T22:00"),
    "copy-english-follow-up": ("english", "2026-03-28T22:00"),
    "copy-microbizz-late": ("microbizz", "2026-04-30T14:00"),
    **{
        f"copy-{name}-begun": (key, "2026-11-23T11:15")
        for name, key in (
            ("visma", "visma-control"),
            *((each, each) for each in ("microbizz", "cloudempiere", "english")),
        )
    },
}
LATE = {
    "ack-visma-late": timedelta(days=6),
    "ack-microbizz-late": timedelta(days=2),
    "copy-microbizz-late": timedelta(days=2),
}
"""Letters written so long after receipt that the expected start has passed."""
NAMES = (
    *ACKNOWLEDGEMENTS,
    *COPIES,
    *letters_of_customers.NAMES,
    *letters_of_errands.NAMES,
    *letters_of_service.NAMES,
    "report",
)


def written(name: str) -> bytes:
    """The mail of that name, made with a fixed clock and fixed ids."""
    if name in ACKNOWLEDGEMENTS:
        return _acknowledgement(name, *ACKNOWLEDGEMENTS[name])
    if name in COPIES:
        return _copy(name, *COPIES[name])
    if name in letters_of_customers.NAMES:
        return _to_customer(name, letters_of_customers.ANSWERS[name])
    if name in letters_of_errands.NAMES:
        return _errand(name)
    if name in letters_of_service.NAMES:
        return _of_service(name)
    problems = ("templates/sv/acknowledgement.txt.j2:3: there is no 'nummer' here; there are name, number",)
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    draft = admin_report("A template cannot be used", problems)
    return compose(
        draft, MailHead("admin@example.com", "mailbot", "admin@example.com", "report.1@mail.example.com", now)
    )


def _desk(key: str) -> Desk:
    if key == "english":
        return replace(shipped_desks()["cloudempiere"], languages=("en",))
    return shipped_desks()[key]


def _case(desk: Desk, priority: str, received: str) -> CaseFacts:
    moment = datetime.fromisoformat(received).replace(tzinfo=desk.calendar.zone).astimezone(UTC)
    return CaseFacts(
        number=case_number(desk.prefix, 1),
        priority=priority,
        promise=make_promise(desk, priority, moment),
        requester_name="Åsa Öberg",
        requester_address="asa.oberg@kund.example",
        subject="SV: Rapporten är tom – igen",
        verified=True,
        received=moment,
        queue=desk.default_queue,
    )


def _written_at(name: str, case: CaseFacts) -> datetime:
    return case.received + LATE.get(name, timedelta(seconds=5))


def _acknowledgement(name: str, key: str, priority: str, received: str, verified: bool) -> bytes:
    desk = _desk(key)
    case = replace(_case(desk, priority, received), verified=verified)
    if name.endswith("-partner"):
        desk = replace(desk, partners=(letters_of_errands.PARTNER,))
        case = replace(case, partner=letters_of_errands.PARTNER.address)
    now = _written_at(name, case)
    draft = acknowledgement(shipped_library(), desk, case, now).draft
    return _mail(desk, draft, now, case.requester_address, "auto-replied")


def _copy(name: str, key: str, received: str) -> bytes:
    desk = _desk(key)
    agent = desk.agents[0]
    case = _case(desk, desk.default_priority, received)
    letter = replace(
        sample_letter(desk),
        sender=Address("Åsa Öberg", "asa.oberg@kund.example"),
        subject="SV: Rapporten är tom – igen",
        attachments=(Attachment("rapport för april.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n"),),
    )
    transport = Placement("transport", case.priority, ("Transport",))
    decision = NewCase(transport, case.promise, Note("server-pass"), None, (), Standing("customer"))
    library, now = shipped_library(), _written_at(name, case)
    match name:
        case "copy-cloudempiere-follow-up":
            draft = follow_up_copy(library, desk, case, letter, agent, sample_follow_up(desk, case), now).draft
        case "copy-english-follow-up":
            case = replace(case, told=False)
            away = replace(
                sample_follow_up(desk, case),
                proof=Note("answered-before"),
                silence=Reason("auto-submitted", "marked Auto-Submitted: auto-replied"),
                notes=(Note("another-hand", ("asa.oberg@kund.example", "bo.ek@kund.example")),),
            )
            draft = follow_up_copy(library, desk, case, letter, agent, away, now).draft
        case "copy-microbizz-new-unverified":
            letter = replace(letter, sender=Address("support@microbizz.dk", "x@evil.example"), attachments=())
            notes = (Note("forged"), Note("claimed-number", (case_number("MB", 2),)))
            placement = Placement("", case.priority, ())
            unsure = NewCase(placement, case.promise, Note("forged"), None, notes, Standing("other"))
            case = replace(case, verified=False)
            draft = new_case_copy(library, desk, case, letter, agent, unsure, now).draft
        case "copy-visma-machine":
            letter = replace(letter, text="<b>{{ 7*7 }}</b>", reply="<b>{{ 7*7 }}</b>", attachments=())
            case = replace(case, told=False)
            silence = Reason("mailing-list", "sent through a mailing list (List-Id)")
            silent = replace(decision, placement=Placement("", case.priority, ()), silence=silence)
            draft = new_case_copy(library, desk, case, letter, agent, silent, now).draft
        case _ if name.endswith("-begun"):
            case, now = replace(case, started=case.received + timedelta(hours=1)), case.received + timedelta(days=2)
            draft = follow_up_copy(library, desk, case, letter, agent, sample_follow_up(desk, case), now).draft
        case _:
            draft = new_case_copy(library, desk, case, letter, agent, decision, now).draft
    return _mail(desk, draft, now, agent.addresses[0], "auto-generated", letter.attachments)


def _to_customer(name: str, answer: letters_of_customers.Answer) -> bytes:
    """An answer to a customer, or to somebody who is none; or the copy of that mail to an agent."""
    entitlement = answer.entitlement
    desk = in_terms(letters_of_customers.with_customer(_desk(answer.desk), name), entitlement.customer)
    promised = entitlement.admitted
    case = replace(
        _case(desk, desk.default_priority, "2026-11-23T11:15"),
        verified=answer.verified, kind=answer.kind, customer=entitlement.customer, told=promised, promised=promised,
    )  # fmt: skip
    library, now = shipped_library(), _written_at(name, case)
    if answer.to_agent:
        agent, placement = desk.agents[0], Placement(case.queue, case.priority, (), case.kind)
        proof = Note("in-customer-file")
        decision = NewCase(
            placement, case.promise, proof, None, (), Standing("other"), entitlement=entitlement
        )  # fmt: skip
        draft = new_case_copy(library, desk, case, sample_letter(desk), agent, decision, now).draft
        return _mail(desk, draft, now, agent.address, "auto-generated")
    if promised:
        draft = acknowledgement(library, desk, case, now).draft
    else:
        draft = not_admitted(library, desk, case, entitlement, now).draft
    return _mail(desk, draft, now, case.requester_address, "auto-replied")


def _errand(name: str) -> bytes:
    desk = _desk(letters_of_errands.DESKS[name.rpartition("-")[2]])
    desk = replace(desk, survey=letters_of_errands.asked(desk))
    case = _case(desk, desk.default_priority, letters_of_errands.RECEIVED)
    told = letters_of_errands.telling(name, desk, case)
    now = case.received + timedelta(minutes=2)
    about = None if letters_of_errands.about_no_case(name) else case
    draft = write(shipped_library(), desk, about, told, now, reader=_agent_reading(told)).draft
    to_lead = isinstance(told, LateStart | LowScore | MonthReport)
    colleague = "lead@desk.example" if to_lead else "anna.lindqvist@desk.example"
    reader = colleague if to_lead or not draft.html else case.requester_address
    pictures = (told.picture,) if isinstance(told, MonthReport) and told.picture else ()
    human = isinstance(told, Reply | HandOver) or (isinstance(told, Closing) and told.by != "")
    return _mail(desk, draft, now, reader, "" if human else "auto-generated", pictures)


def _of_service(name: str) -> bytes:
    desk = replace(_desk(letters_of_service.DESKS[name.rpartition("-")[2]]), service=letters_of_service.SERVICE)
    case = _case(desk, desk.default_priority, letters_of_errands.RECEIVED)
    told, now = letters_of_service.telling(name), case.received + timedelta(minutes=2)
    draft = write(shipped_library(), desk, case, told, now, reader=_agent_reading(told)).draft
    human = isinstance(told, Declined | NotCovered | OrderAsked) and told.by != ""
    kind = "" if human else "auto-replied" if isinstance(told, OrderRecorded) else "auto-generated"
    reader = case.requester_address if draft.html else "anna.lindqvist@desk.example"
    return _mail(desk, draft, now, reader, kind)


def _agent_reading(told: Telling) -> str | None:
    return "Anna Lindqvist" if isinstance(told, AgentTelling) else None


def _mail(
    desk: Desk, draft: Draft, now: datetime, to: str, kind: str, attachments: tuple[Attachment, ...] = ()
) -> bytes:
    to_customer = kind == "auto-replied"
    head = MailHead(
        sender=desk.address,
        sender_name=desk.name,
        to=to,
        message_id=f"{TAG}.1234567890abcdef@mail.example.com",
        date=now.astimezone(desk.calendar.zone),
        in_reply_to="question.2@kund.example" if to_customer else "",
        references=("question.1@kund.example", "question.2@kund.example") if to_customer else (),
        auto_submitted=kind,
        content_languages=draft.languages,
    )
    return compose(draft, head, attachments)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_what_it_was(name: str) -> None:
    """The whole mail, all headers and both texts, is what lies in the folder; `*` there stands for anything."""
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")

    assert differences(expected, readable(written(name))) == ""


def test_every_expected_letter_is_written() -> None:
    """No file lies in the folder that no test looks at."""
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(NAMES)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("Date: *\nTo: a", "Date: now\nTo: a", True),
        ("Date: *\nTo: a", "Date: now\nTo: b", False),
        ("Date: *", "Date: now\nTo: a", False),
        ("Date: *\nTo: a", "Date: now", False),
        ("Id: <*@host>", "Id: <x@host>", True),
        ("Id: <*@host>", "Id: <x@other>", False),
        ("a.b", "axb", False),
    ],
)
def test_the_comparison_itself_finds_differences(expected: str, got: str, same: bool) -> None:
    """A line that differs, lacks or is too many is a difference; a star stands for anything in its line."""
    assert (differences(expected, got) == "") is same


if __name__ == "__main__":
    for each in NAMES:
        (FOLDER / f"{each}.txt").write_text(readable(written(each)), encoding="utf-8")
