"""What must hold between the keys of a desk file, beyond the shape of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import Calendar
from mailbot.core.desk import Desk
from mailbot.core.duty import unattended
from mailbot.core.worktime import NeverOpenError, next_opening
from mailbot.files.deskform import REQUIRED, AgentForm, DeskForm, MatrixForm, PartnerForm, SurveyForm
from mailbot.files.formcheck import Slip, check_since, check_twice, check_weeks, one_of
from mailbot.files.formfile import KeyPath
from mailbot.files.formvalues import WEEKDAYS, HoursForm, is_date
from mailbot.files.reach import unreached
from mailbot.files.servicecheck import Reference, check_service, references
from mailbot.files.servicecheck import hours as service_hours
from mailbot.files.servicecheck import texts as service_texts


def check_form(form: DeskForm, given: frozenset[str], broken: frozenset[str]) -> Iterator[Slip]:
    """Every slip between keys, `given` being the file's top-level keys.

    Those whose shape is wrong already are `broken`: the form lacks them, and nothing that needs them is judged.
    """
    for key, expected in REQUIRED.items():
        if key not in broken and not getattr(form, key):
            yield Slip((key,), f"is {'empty' if key in given else 'missing'}: expected {expected}")
    yield from _check_references(form, broken)
    yield from _check_priorities(form)
    yield from _check_duty(form)
    yield from _check_names(form)
    yield from _check_people(form)
    yield from check_service(form, broken)
    if form.survey:
        yield from _check_survey(form.survey)
    if form.matrix:
        yield from _check_matrix(form.matrix, None if "priorities" in broken else list(form.priorities))
    if not {"languages", "customer_languages"} & broken:
        yield from _check_texts(form)
    for name in ("addresses", "languages"):
        yield from check_twice((name,), getattr(form, name))
    for key_path, hours in _all_hours(form):
        yield from check_weeks(key_path, hours)
    for day in form.exceptions:
        if not is_date(day):
            yield Slip(("exceptions", day), "expected a real date such as 2026-12-23")


def check_hours(desk: Desk, broken: frozenset[str]) -> Iterator[Slip]:
    """Whether every target is reached, and whether an around-the-clock promise can be kept at any hour."""
    if not broken & {"hours", "holidays", "exceptions", "zone", "priorities"}:
        yield from _check_reach(desk)
    if not broken & {"survey", "holidays", "zone"}:
        yield from _check_survey_hours(desk)
    if not broken & {"agents", "rules", "queues", "default_queue", "priorities", "hours"}:
        for priority in desk.priorities:
            if priority.clock == "always":
                yield from _check_attended(desk, priority.key)


def _check_references(form: DeskForm, broken: frozenset[str]) -> Iterator[Slip]:
    named: list[Reference] = [
        ("priority", ("default_priority",), form.default_priority or None),
        ("queue", ("default_queue",), form.default_queue or None),
        *references(form),
    ]
    for number, rule in enumerate(form.rules):
        named.append(("priority", ("rules", str(number), "priority"), rule.priority))
        named.append(("queue", ("rules", str(number), "queue"), rule.queue))
    for number, agent in enumerate(form.agents):
        named += [("queue", ("agents", str(number), "queues"), queue) for queue in agent.queues]
    tables: dict[str, tuple[str, list[str]]] = {
        "priority": ("priorities", list(form.priorities)),
        "queue": ("queues", list(form.queues)),
        "kind": ("kinds", list(form.kinds)),
        "agreement": ("agreements", list(form.agreements)),
    }
    for noun, key, name in named:
        table, known = tables[noun]
        if name is not None and table not in broken and name not in known:
            yield Slip(key, f"there is no {noun} {name!r}: expected {one_of(known)}")
    if form.queues and not form.default_queue and "default_queue" not in broken:
        yield Slip(("default_queue",), f"is missing: expected {one_of(list(form.queues))}")


def _check_priorities(form: DeskForm) -> Iterator[Slip]:
    for name, priority in form.priorities.items():
        key = ("priorities", name)
        if (priority.target is None) == (not priority.targets):
            yield Slip(key, 'expected either target, such as "2h", or targets with their first days')
        yield from check_since((*key, "targets"), [target.since for target in priority.targets])


def _check_duty(form: DeskForm) -> Iterator[Slip]:
    for number, agent in enumerate(form.agents):
        if agent.duty and agent.duty_hours:
            yield Slip(("agents", str(number), "duty"), "expected duty or duty_hours, not both")


def _check_names(form: DeskForm) -> Iterator[Slip]:
    """`#assign NAME` must mean one agent, `#forward NAME` one partner."""
    agents, partners = [agent.name for agent in form.agents], [partner.name for partner in form.partners]
    for table, kind, names in (("agents", "agent", agents), ("partners", "partner", partners)):
        taken: set[str] = set()
        for number, name in enumerate(names):
            folded = " ".join(name.split()).casefold()
            if folded in taken:
                yield Slip((table, str(number), "name"), f"another {kind} is called {name} too")
            taken.add(folded)


def _check_people(form: DeskForm) -> Iterator[Slip]:
    """Each address is one person's: what is believed of a mail, and who sees its case, hangs on it."""
    owners: dict[str, AgentForm | PartnerForm] = {}
    people: list[tuple[str, int, AgentForm | PartnerForm]] = [
        *(("agents", number, agent) for number, agent in enumerate(form.agents)),
        *(("partners", number, partner) for number, partner in enumerate(form.partners)),
    ]
    for table, number, person in people:
        for address in person.addresses:
            key = (table, str(number), "addresses")
            owner = owners.setdefault(address, person)
            if _is_own(form, address):
                yield Slip(key, f"{address} is the desk's own address: its letters would come back to it")
            elif owner is not person:
                kind = "agent" if isinstance(owner, AgentForm) else "partner"
                yield Slip(key, f"{address} belongs to the {kind} {owner.name} too")
        yield from check_twice((table, str(number), "addresses"), person.addresses)
    if form.lead and _is_own(form, form.lead):
        yield Slip(("lead",), f"{form.lead} is the desk's own address: its letters would come back to it")


def _is_own(form: DeskForm, address: str) -> bool:
    """Whether the desk gets what is sent there, `+anything` or not, which reaches the same mailbox (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return address in form.addresses or f"{local.partition('+')[0]}@{domain}" in form.addresses


def _check_survey(survey: SurveyForm) -> Iterator[Slip]:
    """Questions that can be told apart in an answer, and a reminder that still has an answer to wait for."""
    for language in {language: None for question in survey.questions for language in question}:
        asked = [" ".join(question.get(language, "").split()).casefold() for question in survey.questions]
        for number, text in enumerate(asked):
            if text and text in asked[:number]:
                yield Slip(("survey", "questions", str(number)), "stands there twice")
    if survey.remind_after and survey.remind_after >= timedelta(days=survey.valid_days):
        message = f"expected less than valid_days, {survey.valid_days} days: then no answer counts any more"
        yield Slip(("survey", "remind_after"), message)


def _check_matrix(matrix: MatrixForm, priorities: list[str] | None) -> Iterator[Slip]:
    """Every pair leads to a priority of the desk; `priorities` is None where those are at fault themselves."""
    yield from check_twice(("matrix", "impacts"), matrix.impacts)
    yield from check_twice(("matrix", "urgencies"), matrix.urgencies)
    rows = ("matrix", "priority")
    for impact in dict.fromkeys(matrix.impacts):
        if impact not in matrix.priority:
            yield Slip((*rows, impact), f"is missing: expected a priority for each of {', '.join(matrix.urgencies)}")
    for impact, row in matrix.priority.items():
        if impact not in matrix.impacts:
            yield Slip((*rows, impact), f"is none of the impacts, {', '.join(matrix.impacts)}")
            continue
        for urgency in dict.fromkeys(matrix.urgencies):
            if urgency not in row:
                yield Slip((*rows, impact, urgency), "is missing: expected the key of a priority")
        for urgency, priority in row.items():
            if urgency not in matrix.urgencies:
                yield Slip((*rows, impact, urgency), f"is none of the urgencies, {', '.join(matrix.urgencies)}")
            elif priorities is not None and priority not in priorities:
                yield Slip(
                    (*rows, impact, urgency), f"there is no priority {priority!r}: expected {one_of(priorities)}"
                )


def _check_texts(form: DeskForm) -> Iterator[Slip]:
    texts: list[tuple[KeyPath, dict[str, str]]] = [(("closing",), form.closing)]
    for name, priority in form.priorities.items():
        texts += [(("priorities", name, "name"), priority.name), (("priorities", name, "meaning"), priority.meaning)]
    texts += [(("queues", name, "name"), queue.name) for name, queue in form.queues.items()]
    questions = form.survey.questions if form.survey else []
    texts += [(("survey", "questions", str(number)), question) for number, question in enumerate(questions)]
    texts += [(("partners", str(number), "contact"), partner.contact) for number, partner in enumerate(form.partners)]
    for number, channel in enumerate(form.channels):
        texts += [(("channels", str(number), "name"), channel.name), (("channels", str(number), "note"), channel.note)]
    whose = dict.fromkeys(form.languages, "the desk")
    whose = dict.fromkeys(form.customer_languages, "its customers") | whose
    for key, text in (*texts, *service_texts(form)):
        if not text or "" in text:
            continue
        for language, speaker in whose.items():
            if language not in text:
                yield Slip(key, f'has no text in "{language}", which is a language of {speaker}')
        for given in text:
            if given not in whose:
                known = ", ".join((*form.languages, *form.customer_languages))
                yield Slip((*key, given), f"is none of the desk's languages, {known}")


def _all_hours(form: DeskForm) -> Iterator[tuple[KeyPath, list[HoursForm]]]:
    yield ("hours",), form.hours
    for number, channel in enumerate(form.channels):
        yield ("channels", str(number), "hours"), channel.hours
    for number, agent in enumerate(form.agents):
        yield ("agents", str(number), "duty_hours"), agent.duty_hours
    if form.survey:
        yield ("survey", "hours"), form.survey.hours
    yield from service_hours(form)


def _check_reach(desk: Desk) -> Iterator[Slip]:
    """Whether every target is reached within a time that can be told, in the desk's terms and each agreement's."""
    own = {each.key: each.targets for each in desk.priorities if each.clock != "always"}
    for key, message in unreached(desk.calendar, own):
        yield Slip(("priorities", key[1]) if key[0] == "targets" else key, message)
    for agreement in desk.agreements.values():
        if agreement.hours or agreement.targets:
            calendar = replace(desk.calendar, hours=agreement.hours or desk.calendar.hours)
            terms = {priority: agreement.targets.get(priority, targets) for priority, targets in own.items()}
            for key, message in unreached(calendar, terms):
                yield Slip(("agreements", agreement.key, *key), message)


def _check_survey_hours(desk: Desk) -> Iterator[Slip]:
    hours = (desk.survey.hours if desk.survey else None) or ()
    first = max((each.since for each in hours if each.since), default=date(2026, 1, 1))
    calendar = Calendar(desk.calendar.zone, hours, desk.calendar.holidays)
    try:
        if hours:
            next_opening(calendar, datetime.combine(first, time(), desk.calendar.zone))
    except NeverOpenError:
        yield Slip(("survey", "hours"), f"no survey is ever sent: expected an open hour within ten years from {first}")


def _check_attended(desk: Desk, priority: str) -> Iterator[Slip]:
    for queue in sorted(_queues_of(desk, priority)):
        idle = unattended(desk, queue)
        if idle is not None:
            day, minute = idle
            message = (
                f"promises work around the clock, but no agent is on duty{f' for the queue {queue}' if queue else ''}"
                f" on {WEEKDAYS[day.weekday()]} at {minute // 60:02}:{minute % 60:02} (week from {day} on; holidays"
                f' count too): expected agents for every hour, or clock = "duty"'
            )
            yield Slip(("priorities", priority, "clock"), message)


def _queues_of(desk: Desk, priority: str) -> set[str]:
    """The queues in which the rules can put a new case of that priority; the default one if only agents set it."""
    queues = {rule.queue for rule in desk.rules if rule.queue and rule.priority is None}
    found = {rule.queue for rule in desk.rules if rule.priority == priority and rule.queue}
    if any(rule.priority == priority and not rule.queue for rule in desk.rules) or priority == desk.default_priority:
        found |= queues | {desk.default_queue}
    return found or {desk.default_queue}
