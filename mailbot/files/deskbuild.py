"""The form of a desk file, once it is without fault, turned into `core.desk.Desk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from mailbot.core.calendar import Calendar, Holiday, Hours, Spans, Target
from mailbot.core.customer import Customers
from mailbot.core.desk import (
    Agent,
    Agreement,
    Channel,
    Desk,
    Kind,
    Matrix,
    Module,
    Partner,
    Priority,
    Queue,
    Reminders,
    Route,
    Rule,
    Service,
    SurveyTerms,
)
from mailbot.core.texts import Texts
from mailbot.files.deskform import (
    AgentForm,
    ChannelForm,
    DeskForm,
    MatrixForm,
    PartnerForm,
    PriorityForm,
    RuleForm,
    SurveyForm,
)
from mailbot.files.formvalues import HoursForm, TargetForm, is_date, weekdays
from mailbot.files.serviceform import AgreementForm, RouteForm, ServiceForm

_Speak = Callable[[Mapping[str, str]], Texts]
"""Makes a text of the form one of the desk."""


def build_desk(key: str, form: DeskForm, holidays: Mapping[date, Holiday], customers: Customers | None) -> Desk:
    """The form as a desk; where the form has slips they are told elsewhere, and the desk is not used."""
    words = _speaking((*form.languages, *form.customer_languages))
    hours = hours_of(form.hours)
    exceptions = {date.fromisoformat(day): tuple(spans) for day, spans in form.exceptions.items() if is_date(day)}
    return Desk(
        key=key,
        name=form.name,
        addresses=tuple(form.addresses),
        languages=tuple(form.languages),
        customer_languages=tuple(form.customer_languages),
        prefix=form.prefix,
        calendar=Calendar(form.zone, hours, holidays, MappingProxyType(exceptions)),
        priorities=tuple(
            Priority(name, words(each.name), words(each.meaning), _targets_of_priority(each), each.clock)
            for name, each in form.priorities.items()
        ),
        default_priority=form.default_priority,
        enabled=form.enabled,
        queues=tuple(Queue(name, words(each.name)) for name, each in form.queues.items()),
        default_queue=form.default_queue,
        rules=tuple(map(_rule, form.rules)),
        agents=tuple(_agent(each, hours) for each in form.agents),
        channels=tuple(_channel(each, words) for each in form.channels),
        closing=words(form.closing),
        reply_tags=form.reply_tags,
        authserv_id=form.authserv_id.lower(),
        list_ids=tuple(each.lower() for each in form.list_ids),
        grace=form.grace,
        survey=_survey(form.survey, tuple(map(words, form.survey.questions))) if form.survey else None,
        lead=form.lead,
        agent_figures_from=form.agent_figures_from,
        partners=tuple(
            Partner(each.name, tuple(each.addresses), each.answers_customers, words(each.contact))
            for each in form.partners
        ),
        kinds=tuple(Kind(name, words(each.name), words(each.note), each.always) for name, each in form.kinds.items()),
        modules=tuple(Module(name, words(each.name), tuple(each.words)) for name, each in form.modules.items()),
        agreements=MappingProxyType({name: _agreement(name, each, words) for name, each in form.agreements.items()}),
        customers=customers,
        service=_service(form.service, words),
        routes=tuple(_route(each, form) for each in form.routes),
        reminders=Reminders(form.reminders.before, form.reminders.after),
        matrix=_matrix(form.matrix) if form.matrix else None,
        agent_from=form.agent_from,
        reconsider=form.reconsider,
        reopen_days=form.reopen_days,
        suppress_days=form.suppress_days,
    )


def _speaking(languages: tuple[str, ...]) -> _Speak:
    def words(text: Mapping[str, str]) -> Texts:
        return MappingProxyType({lang: text.get(lang, text.get("", "")) for lang in languages} if text else {})

    return words


def hours_of(forms: Sequence[HoursForm]) -> tuple[Hours, ...]:
    """Opening hours as the core has them."""
    return tuple(
        Hours(
            _week(form),
            form.since,
            form.open_on_holidays,
            None if form.day_before_holiday is None else tuple(form.day_before_holiday),
        )
        for form in forms
    )


def targets_of(forms: Sequence[TargetForm]) -> tuple[Target, ...]:
    """Targets as the core has them."""
    return tuple(Target(each.within, each.since) for each in forms)


def _week(form: HoursForm) -> tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]:
    days: list[Spans] = [()] * 7
    for key, spans in form.days.items():
        for day in weekdays(key):
            days[day] = tuple(spans)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _targets_of_priority(form: PriorityForm) -> tuple[Target, ...]:
    return targets_of(form.targets) if form.target is None else (Target(form.target),)


def _rule(form: RuleForm) -> Rule:
    return Rule(
        name=form.name,
        to=tuple(form.to),
        sender=tuple(form.sender),
        words=tuple(form.words),
        files=tuple(each.lower() for each in form.files),
        customers=tuple(form.customers),
        attributes=tuple(form.attributes),
        agreements=tuple(form.agreements),
        queue=form.queue,
        priority=form.priority,
        kind=form.kind,
        impact=form.impact,
        urgency=form.urgency,
    )


def _channel(form: ChannelForm, words: _Speak) -> Channel:
    return Channel(
        form.kind, words(form.name), form.address, hours_of(form.hours), words(form.note), form.contacts_only
    )


def _agreement(key: str, form: AgreementForm, words: _Speak) -> Agreement:
    return Agreement(
        key=key,
        name=words(form.name),
        channels=tuple(form.channels),
        most_contacts=form.contacts,
        kinds=tuple(form.kinds),
        note=words(form.note),
        targets=MappingProxyType({priority: targets_of(each) for priority, each in form.targets.items()}),
        hours=hours_of(form.hours),
    )


def _service(form: ServiceForm, words: _Speak) -> Service:
    return Service(
        agreement=form.agreement,
        contacts=form.contacts,
        training=form.training,
        overdue=form.overdue,
        terms=words(form.terms),
        decline=words(form.decline),
        not_covered=words(form.not_covered),
        order=words(form.order),
        workaround=form.workaround,
    )


def _route(form: RouteForm, desk: DeskForm) -> Route:
    # By whichever address somebody is named, letters to them go to their first one.
    people: list[AgentForm | PartnerForm] = [*desk.agents, *desk.partners]
    first = {address: each.addresses[0] for each in people for address in each.addresses}
    return Route(
        name=form.name,
        to=tuple(dict.fromkeys(first.get(address, address) for address in form.to)),
        since=form.since,
        until=form.until,
        words=tuple(form.words),
        queues=tuple(form.queues),
        when=form.when,
        product=form.product,
    )


def _agent(form: AgentForm, office: tuple[Hours, ...]) -> Agent:
    duty = office if form.duty == "office" else hours_of(form.duty_hours) or None
    return Agent(
        form.name,
        tuple(form.addresses),
        tuple(form.queues),
        duty,
        form.duty == "outside-office",
        form.language or "",
        form.morning_list,
    )


def _survey(form: SurveyForm, questions: tuple[Texts, ...]) -> SurveyTerms:
    return SurveyTerms(
        questions, form.wait, hours_of(form.hours) or None, form.valid_days, form.remind_after, form.rest_days
    )


def _matrix(form: MatrixForm) -> Matrix:
    priorities = {(impact, urgency): key for impact, row in form.priority.items() for urgency, key in row.items()}
    return Matrix(tuple(form.impacts), tuple(form.urgencies), MappingProxyType(priorities))
