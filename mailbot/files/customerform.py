"""The form of a file of customers: which keys one may have and what each value must look like."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from mailbot.files.formvalues import STRICT, Address, Day, Filled, HoursForm, Key, Language, Targets

_CUSTOMER_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,62}\.)+[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError(f'expected a mail domain such as "acme.example", got {value!r}')
    return value.lower()


Domain = Annotated[str, AfterValidator(_domain)]
Product = Annotated[str, StringConstraints(pattern=r"^\S{1,60}$")]
"""Without spaces, for a cell of a CSV file holds several."""


class _Form(BaseModel):
    model_config = STRICT


class ContactForm(_Form):
    """Somebody whom a customer has named (S9, M4)."""

    address: Address
    name: str = ""
    trained: list[str] = []
    sees_cases: bool = False


class CustomerForm(_Form):
    """One organisation and what it has agreed upon."""

    name: Filled
    domains: list[Domain] = []
    agreement: str = ""
    since: Day | None = None
    until: Day | None = None
    overdue: bool = False
    language: Language | None = None
    contacts_allowed: Annotated[int, Field(ge=0)] | None = None
    attributes: list[Key] = []
    products: list[Product] = []
    targets: dict[str, Targets] = {}
    hours: list[HoursForm] = []
    contacts: list[ContactForm] = []


def is_customer_key(text: str) -> bool:
    """Whether the text can be a customer's key: ASCII letters, digits, - and _, at most 61 of them."""
    return _CUSTOMER_KEY.fullmatch(text) is not None
