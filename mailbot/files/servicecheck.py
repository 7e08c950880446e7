"""What must hold between the keys of a desk file that say what is offered to whom: agreements, service, routes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailbot.files.deskform import DeskForm, RuleForm
from mailbot.files.formcheck import Slip, check_since, check_twice, one_of
from mailbot.files.formfile import KeyPath
from mailbot.files.formvalues import HoursForm
from mailbot.files.serviceform import RouteForm

Reference = tuple[str, KeyPath, str | None]
"""What is named ("priority", "queue", "kind", "agreement"), where, and by which key."""


def check_service(form: DeskForm, broken: frozenset[str]) -> Iterator[Slip]:
    """Every slip of these keys beside texts, references and hours; tables in `broken` are not judged by."""
    for name, agreement in form.agreements.items():
        for priority, targets in agreement.targets.items():
            yield from check_since(("agreements", name, "targets", priority), [each.since for each in targets])
    for number, rule in enumerate(form.rules):
        yield from _check_rule(form, number, rule, broken)
    yield from _check_training(form, broken)
    yield from _check_routes(form, broken)
    yield from check_twice(("customers_files",), form.customers_files)
    yield from check_twice(("customer_languages",), form.customer_languages)
    for number, language in enumerate(form.customer_languages):
        if language in form.languages:
            yield Slip(("customer_languages", str(number)), f"{language} is a language of the desk already")


def references(form: DeskForm) -> Iterator[Reference]:
    """Every key of another table that these keys name."""
    for name, agreement in form.agreements.items():
        key = ("agreements", name)
        yield from (("kind", (*key, "kinds"), kind) for kind in agreement.kinds)
        yield from (("priority", (*key, "targets", priority), priority) for priority in agreement.targets)
    yield "priority", ("service", "workaround"), form.service.workaround or None
    for number, rule in enumerate(form.rules):
        yield "kind", ("rules", str(number), "kind"), rule.kind
        yield from (("agreement", ("rules", str(number), "agreements"), agreement) for agreement in rule.agreements)
    for number, route in enumerate(form.routes):
        yield from (("queue", ("routes", str(number), "queues"), queue) for queue in route.queues)


def texts(form: DeskForm) -> Iterator[tuple[KeyPath, dict[str, str]]]:
    """Every text of these keys, with its place."""
    for name, kind in form.kinds.items():
        yield ("kinds", name, "name"), kind.name
        yield ("kinds", name, "note"), kind.note
    yield from ((("modules", name, "name"), module.name) for name, module in form.modules.items())
    for name, agreement in form.agreements.items():
        yield ("agreements", name, "name"), agreement.name
        yield ("agreements", name, "note"), agreement.note
    for text in ("terms", "decline", "not_covered", "order"):
        yield ("service", text), getattr(form.service, text)


def hours(form: DeskForm) -> Iterator[tuple[KeyPath, list[HoursForm]]]:
    """Every list of hours of these keys, with its place."""
    yield from ((("agreements", name, "hours"), agreement.hours) for name, agreement in form.agreements.items())


def _check_rule(form: DeskForm, number: int, rule: RuleForm, broken: frozenset[str]) -> Iterator[Slip]:
    """Something to go by, something to set, and a matrix where impact or urgency is set."""
    key = ("rules", str(number))
    if not any((rule.to, rule.sender, rule.words, rule.files, rule.customers, rule.attributes, rule.agreements)):
        message = "expected at least one of to, sender, words, files, customers, attributes and agreements"
        yield Slip(key, message)
    if not any(each is not None for each in (rule.queue, rule.priority, rule.kind, rule.impact, rule.urgency)):
        yield Slip(key, "expected at least one of queue, priority, kind, impact and urgency")
    if "matrix" in broken:
        return
    for name, value in (("impact", rule.impact), ("urgency", rule.urgency)):
        if value is None:
            continue
        known = [] if form.matrix is None else form.matrix.impacts if name == "impact" else form.matrix.urgencies
        if value not in known:
            yield Slip((*key, name), f"there is no {name} {value!r}: expected {one_of(known, '[matrix]')}")


def _check_training(form: DeskForm, broken: frozenset[str]) -> Iterator[Slip]:
    """Only a named contact can be known to be trained, and only on modules that the desk knows (S9)."""
    if not form.service.training:
        return
    if form.service.contacts != "named":
        yield Slip(("service", "contacts"), 'expected "named", for training = true: nobody else is known to be trained')
    if not form.modules and "modules" not in broken:
        yield Slip(("service", "training"), "expected modules, as [modules.KEY], for contacts to be trained on")


def _check_routes(form: DeskForm, broken: frozenset[str]) -> Iterator[Slip]:
    agents = {address for agent in form.agents for address in agent.addresses}
    partners = {address for partner in form.partners for address in partner.addresses}
    begun: set[tuple[str, date | None]] = set()
    for number, route in enumerate(form.routes):
        key = ("routes", str(number))
        if not broken & {"agents", "partners"}:
            yield from _check_people_of_route(key, route, agents, partners)
        if route.since and route.until and route.until < route.since:
            yield Slip((*key, "until"), f"expected a day that is not before the first one, {route.since}")
        name = " ".join(route.name.split()).casefold(), route.since
        if name in begun:
            yield Slip((*key, "name"), f"another route is called {route.name} and begins on the same day")
        begun.add(name)


def _check_people_of_route(key: KeyPath, route: RouteForm, agents: set[str], partners: set[str]) -> Iterator[Slip]:
    yield from check_twice((*key, "to"), route.to)
    for number, address in enumerate(route.to):
        if address not in agents | partners:
            message = f"{address} is nobody's here: expected addresses of [[partners]], or of [[agents]]"
            yield Slip((*key, "to", str(number)), message)
    if agents & set(route.to) and partners & set(route.to):
        yield Slip((*key, "to"), "expected partners or agents, not both: they are told in different ways")
