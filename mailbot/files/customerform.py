"""The form of a file of customers: which keys one may have and what each value must look like."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from mailbot.core.mailboxes import ascii_lower
from mailbot.files.formvalues import STRICT, Address, Day, Filled, HoursForm, Key, Language, Targets

_CUSTOMER_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,62}\.)+[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(ascii_lower(value)):
        raise ValueError(f'expected a mail domain such as "acme.example", got {value!r}')
    return ascii_lower(value)


Domain = Annotated[str, AfterValidator(_domain)]
Product = Annotated[str, StringConstraints(pattern=r"^\S{1,60}$")]
"""Without spaces, for a cell of a CSV file holds several."""


class _Form(BaseModel):
    """Lists are made anew by a factory: a default of [] is copied deeply, and an export has thousands of them."""

    model_config = STRICT


class ContactForm(_Form):
    """Somebody whom a customer has named (S9, M4)."""

    address: Address
    name: str = ""
    trained: list[str] = Field(default_factory=list)
    sees_cases: bool = False


class CustomerForm(_Form):
    """One organisation and what it has agreed upon."""

    name: Filled
    domains: list[Domain] = Field(default_factory=list)
    agreement: str = ""
    since: Day | None = None
    until: Day | None = None
    overdue: bool = False
    language: Language | None = None
    contacts_allowed: Annotated[int, Field(ge=0)] | None = None
    attributes: list[Key] = Field(default_factory=list)
    products: list[Product] = Field(default_factory=list)
    targets: dict[str, Targets] = Field(default_factory=dict)
    hours: list[HoursForm] = Field(default_factory=list)
    contacts: list[ContactForm] = Field(default_factory=list)


def is_customer_key(text: str) -> bool:
    """Whether the text can be a customer's key: ASCII letters, digits, - and _, at most 61 of them."""
    return _CUSTOMER_KEY.fullmatch(text) is not None
