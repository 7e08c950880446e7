"""The form of what a desk offers to whom: kinds of case, modules, agreements, service, routes, reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mailbot.files.formvalues import STRICT, Address, Day, Filled, HoursForm, LengthOrNever, Phrases, Targets, Text


class _Form(BaseModel):
    model_config = STRICT


class KindForm(_Form):
    """One kind of case (C2, M7)."""

    name: Text
    note: Text = {}
    always: bool = False


class ModuleForm(_Form):
    """A part of the product that contacts are trained on (S9)."""

    name: Text
    words: Annotated[Phrases, Field(min_length=1)]


class AgreementForm(_Form):
    """One kind of agreement (M3, C6)."""

    name: Text
    channels: list[Literal["mail", "phone", "portal"]] = []
    contacts: Annotated[int, Field(ge=1)] | None = None
    kinds: list[str] = []
    note: Text = {}
    targets: dict[str, Targets] = {}
    hours: list[HoursForm] = []


class ServiceForm(_Form):
    """Who is helped, and what those are told who are not (V10, V11, S9, S10, S12, S5)."""

    agreement: bool = True
    contacts: Literal["any", "named"] = "any"
    training: bool = False
    overdue: bool = True
    terms: Text = {}
    decline: Text = {}
    not_covered: Text = {}
    order: Text = {}
    workaround: str = ""


class RouteForm(_Form):
    """Cases that somebody else works on (V9, V12, B7)."""

    name: Filled
    to: list[Address] = Field(min_length=1)
    since: Day | None = None
    until: Day | None = None
    words: Phrases = []
    queues: list[str] = []
    when: Literal["always", "open", "closed"] = "always"
    product: str = ""


class RemindersForm(_Form):
    """When it is told that the start of work is due."""

    before: LengthOrNever = timedelta(minutes=30)
    after: LengthOrNever = timedelta(0)
