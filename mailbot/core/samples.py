"""Made-up facts by which a template is tried before a customer's letter is written from it, and shown to an admin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mailbot.core.agenttellings import AgentTelling
from mailbot.core.attachment import Attachment
from mailbot.core.casefacts import CaseFacts
from mailbot.core.casenumber import case_number
from mailbot.core.customer import Contact, Customer, Customers
from mailbot.core.decision import FollowUp, NewCase
from mailbot.core.desk import Agent, Agreement, Desk, Kind, Module
from mailbot.core.draft import Written
from mailbot.core.entitlement import Entitlement, Refusal
from mailbot.core.errandwords import LETTER_OF, write
from mailbot.core.knowncase import KnownCase, Tie
from mailbot.core.letter import Letter
from mailbot.core.library import PLAIN_LETTERS, Library
from mailbot.core.machine import Reason
from mailbot.core.mailboxes import Address
from mailbot.core.note import Note
from mailbot.core.placement import Placement
from mailbot.core.promise import make_promise
from mailbot.core.sampletellings import asking, sample_agent, sample_partner, sample_tellings
from mailbot.core.standing import Standing
from mailbot.core.wording import acknowledgement, follow_up_copy, new_case_copy, not_admitted

BEFORE_EASTER = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
"""A moment from which most promises cross holidays, at some desks a short day too."""

_TEXT = "Hello,\n\nsince this morning the daily report stays empty.\n\nAnna Berg"
_QUOTED = "On Monday Support wrote:\n> Is the report printed every day?"
_MACHINE = Reason("mailing-list", "sent through a mailing list (List-Id)")
_NOTES = (Note("claimed-number", (case_number("XX", 2),)),)


def sample_case(desk: Desk, priority: str = "", received: datetime = BEFORE_EASTER) -> CaseFacts:
    """A verified customer's case at a desk, of that priority or the default one."""
    promise = make_promise(desk, priority or desk.default_priority, received)
    return CaseFacts(
        number=case_number(desk.prefix, 1),
        priority=promise.priority,
        promise=promise,
        requester_name="Anna Berg",
        requester_address="anna.berg@customer.example",
        subject="Re: The daily report",
        verified=True,
        received=received,
        queue=desk.default_queue,
    )


def sample_letter(desk: Desk) -> Letter:
    """A customer's mail with an attachment and a quoted text."""
    return Letter(
        sender=Address("Anna Berg", "anna.berg@customer.example"),
        claimed_from="Anna Berg <anna.berg@customer.example>",
        reply_to=(),
        to=(Address("", desk.address),),
        cc=(),
        delivered_to=(),
        return_path="anna.berg@customer.example",
        subject="Re: The daily report",
        date=BEFORE_EASTER,
        message_id="sample.1@customer.example",
        in_reply_to=(),
        references=(),
        headers=(),
        text=f"{_TEXT}\n\n{_QUOTED}",
        html="",
        reply=_TEXT,
        attachments=(Attachment("report.pdf", "application/pdf", b"%PDF-1.4\n"),),
        bounce=None,
    )


CUSTOMER = Customer(
    "customer", "Customer Ltd", ("customer.example",), (Contact("anna.berg@customer.example", "Anna Berg"),),
    "sample", date(2026, 1, 1), date(2026, 3, 31),
)  # fmt: skip
"""A made-up customer, of a made-up agreement."""


def with_customer(desk: Desk) -> Desk:
    """The desk with the made-up customer, a made-up kind, and a module where it has none."""
    named, basic = dict.fromkeys(desk.languages, "Accounting"), dict.fromkeys(desk.languages, "Basic")
    terms = replace(desk.service, terms=desk.service.terms or dict.fromkeys(desk.languages, "Write to sales."))
    return replace(
        desk,
        customers=Customers.of((CUSTOMER,)),
        agreements={**desk.agreements, "sample": Agreement("sample", basic, note=basic)},
        modules=desk.modules or (Module("accounting", named, ("accounting",)),),
        kinds=(Kind("sample", named, named, always=True), *desk.kinds),
        service=terms,
    )


def sample_refusals(desk: Desk) -> tuple[tuple[Desk, Entitlement], ...]:
    """The desk with a customer, and each reason not to admit its case; first what a stranger is told."""
    known = with_customer(desk)
    modules = tuple(module.key for module in known.modules)
    reasons: tuple[Refusal, ...] = (
        "no-agreement", "not-begun", "ended", "not-a-contact", "overdue", "not-trained", "not-covered"
    )  # fmt: skip
    frank = (Entitlement(reason, CUSTOMER.key, "a reason", frank=True, modules=modules) for reason in reasons)
    return ((desk, Entitlement("no-agreement", why="a reason")), *((known, each) for each in frank))


def sample_follow_up(desk: Desk, case: CaseFacts) -> FollowUp:
    """The decision on a further mail of that case, tied to it by a tag."""
    known = KnownCase(17, desk.key, case, participants=frozenset({case.requester_address}))
    proof = Note("own-tag" if case.verified else "unproven")
    return FollowUp(Tie("tag", known), proof, Standing("customer"), silence=None, notes=())


def sample_written(library: Library, desk: Desk, letter: str, case: CaseFacts | None = None) -> Written:
    """One of `library.LETTERS`, written with made-up facts at the moment of receipt. KeyError for another name."""
    case = case or sample_case(desk)
    return next(_written(library, desk, letter, case, case.received))


def try_out(library: Library, desk: Desk, letter: str) -> None:
    """Write a letter in each of the ways a template may branch. TemplateProblem for the first that fails.

    In each language in which some reader of the desk gets it.
    """
    verified = sample_case(desk)
    stranger = replace(verified, verified=False)
    nameless = replace(verified, requester_name="", subject="", rule="a rule")
    at_once = replace(verified, promise=replace(verified.promise, at_once=True))
    plain = replace(verified, promise=replace(verified.promise, steps=()), incomplete=True)
    untold = replace(verified, told=False, requester_name="info@desk.example")
    too_late = verified.promise.expected_start + timedelta(days=1)
    refused = replace(verified, told=False, promised=False)
    cases = [(case, verified.received) for case in (verified, stranger, nameless, at_once, plain, untold, refused)]
    cases += [(verified, too_late), (untold, too_late)]
    for known, language in _readers(desk, letter):
        for place, (case, now) in enumerate(cases):
            for turn, _ in enumerate(_written(library, known, letter, case, now, language)):
                # What a turn tells hardly meets with how its case stands, and there are many letters.
                if letter in _OF_ERRANDS and place > 1 and turn == 0:
                    break
        for telling in sample_tellings(known, letter, verified) if letter in _MAYBE_WITHOUT_CASE else ():
            write(library, known, None, telling, verified.received, language=language)


def _readers(desk: Desk, letter: str) -> tuple[tuple[Desk, str], ...]:
    """The desk as each kind of reader meets it, with the language of a reader who is an agent.

    A customer's own language stands alone in a letter, also where it is one of the desk's several.
    """
    if letter in _TO_AGENTS:
        own = [agent.language for agent in desk.agents if agent.language not in {"", desk.languages[0]}]
        return tuple((desk, language) for language in dict.fromkeys(("", *own)))
    several = desk.languages if len(desk.languages) > 1 else ()
    return tuple((replace(desk, tongue=tongue), "") for tongue in ("", *several, *desk.customer_languages))


_OF_ERRANDS = frozenset(LETTER_OF.values())
_MAYBE_WITHOUT_CASE = frozenset({"receipt", "unproven", "undelivered"})
_MOSTLY_WITHOUT_CASE = frozenset({"case-list", "agent-guide"})
_TO_AGENTS = frozenset(PLAIN_LETTERS) - {"hand-over"} | {"new-case-copy", "follow-up-copy", "month-report"}


def _written(
    library: Library, desk: Desk, letter: str, case: CaseFacts, now: datetime, language: str = ""
) -> Iterator[Written]:
    """The letter in the ways in which its other facts can differ, the commonest first.

    `language`: the reader's own, where it is an agent.
    """
    agent = replace(sample_agent(desk), language=language)
    match letter:
        case "acknowledgement":
            yield from _acknowledgements(library, desk, case, now)
        case "not-admitted":
            for known, entitlement in sample_refusals(desk):
                yield not_admitted(library, known, case, entitlement, now)
        case "new-case-copy":
            yield from _new_case_copies(library, desk, case, agent, now)
        case "follow-up-copy":
            yield from _follow_up_copies(library, desk, case, agent, now)
        case _ if letter in _OF_ERRANDS:
            yield from _errands(library, desk, letter, case, agent, now)
        case _:
            raise KeyError(letter)


def _acknowledgements(library: Library, desk: Desk, case: CaseFacts, now: datetime) -> Iterator[Written]:
    yield acknowledgement(library, desk, case, now)
    known = with_customer(desk)
    yield acknowledgement(library, known, replace(case, customer=CUSTOMER.key, kind=known.kinds[0].key), now)
    for partner in (sample_partner(desk), replace(sample_partner(desk), contact={})):
        known = replace(desk, partners=(partner,))
        yield acknowledgement(library, known, replace(case, partner=partner.address), now)


def _new_case_copies(library: Library, desk: Desk, case: CaseFacts, agent: Agent, now: datetime) -> Iterator[Written]:
    mail, known = sample_letter(desk), with_customer(desk)
    placement = Placement(case.queue, case.priority, ("a rule",))
    proof = Note("server-pass" if case.verified else "unproven")
    decision = NewCase(placement, case.promise, proof, None if case.told else _MACHINE, (), Standing("customer"))
    yield new_case_copy(library, desk, case, mail, agent, decision, now)
    silent = replace(decision, placement=replace(placement, rules=()), silence=_MACHINE, notes=_NOTES)
    yield new_case_copy(library, desk, case, _unreadable(mail), agent, silent, now)
    for refusing, entitlement in sample_refusals(desk):
        told = replace(case, customer=entitlement.customer, told=False, promised=False)
        yield new_case_copy(library, refusing, told, mail, agent, replace(decision, entitlement=entitlement), now)
    always = Entitlement("", CUSTOMER.key, "a fault report", frank=True, despite="overdue")
    told = replace(case, customer=CUSTOMER.key, kind=known.kinds[0].key)
    yield new_case_copy(library, known, told, mail, agent, replace(decision, entitlement=always), now)


def _follow_up_copies(library: Library, desk: Desk, case: CaseFacts, agent: Agent, now: datetime) -> Iterator[Written]:
    mail, further = sample_letter(desk), sample_follow_up(desk, case)
    yield follow_up_copy(library, desk, case, mail, agent, further, now)
    yield follow_up_copy(library, desk, replace(case, told=False, promised=False), mail, agent, further, now)
    by_agent = replace(further, standing=Standing("agent", agent), silence=_MACHINE, notes=_NOTES)
    for relayed in (True, False):
        yield follow_up_copy(library, desk, case, _unreadable(mail), agent, by_agent, now, relayed=relayed)


def _errands(
    library: Library, desk: Desk, letter: str, case: CaseFacts, agent: Agent, now: datetime
) -> Iterator[Written]:
    for telling in sample_tellings(desk, letter, case):
        reader = agent.name if isinstance(telling, AgentTelling) else None
        for about in (None, case) if letter in _MOSTLY_WITHOUT_CASE else (case,):
            yield write(library, asking(desk), about, telling, now, language=agent.language, reader=reader)


def _unreadable(mail: Letter) -> Letter:
    """A mail of which nothing is known for certain."""
    return replace(mail, sender=None, subject="", text="", reply="", attachments=())
