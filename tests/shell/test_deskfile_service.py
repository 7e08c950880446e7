"""Desk files: what a desk offers to whom, who else works on its cases, and what is said where that is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from mailbot.core.calendar import Hours, Span, Target
from mailbot.core.desk import Agreement, Desk, Kind, Module, Reminders, Route, Service
from mailbot.files.deskfile import load_desk
from tests.shell.deskfiles import GOOD, problems, write

OFFER = (
    """\
customer_languages = ["da"]
"""
    # Reading a country's holidays takes longer than all that the tests are about.
    + (GOOD[: GOOD.index("[holidays]")] + GOOD[GOOD.index("[exceptions]") :])
    .replace('sv = "Frågor", en = "Questions"', 'sv = "Frågor", en = "Questions", da = "Spørgsmål"')
    .replace('en = "Urgent"', 'en = "Urgent", da = "Haster"')
    .replace('en = "General"', 'en = "General", da = "Generelt"')
    .replace('en = "Drivers"', 'en = "Drivers", da = "Chauffører"')
    .replace('en = "Phone"', 'en = "Phone", da = "Telefon"')
    .replace('en = "Choose 2." }', 'en = "Choose 2.", da = "Tast 2." }\ncontacts_only = true')
    .replace('words = ["chaufför"]', 'words = { sv = ["chaufför", "förare"], en = ["driver"] }\nfiles = ["*.LOG"]')
    + """
[[rules]]   # the second
name = "Administer themselves"
customers = ["acme"]
attributes = ["administers-itself"]
agreements = ["gold"]
kind = "fault"
impact = "high"
urgency = "low"

[[partners]]
name = "Eva Consult"
addresses = ["eva@partner.example", "eva.c@partner.example"]

[matrix]
impacts = ["high", "low"]
urgencies = ["high", "low"]
priority.high = { high = "urgent", low = "normal" }
priority.low = { high = "normal", low = "normal" }

[kinds.question]
name = "Question"

[kinds.fault]
name = { sv = "Fel", en = "Fault", da = "Fejl" }
note = "Free of charge."
always = true

[modules.ledger]
name = "Ledger"
words = { sv = ["bokföring"], en = ["ledger", "books"] }

[agreements.gold]
name = "Gold"
channels = ["mail", "phone"]
contacts = 2
kinds = ["question"]
note = "Thank you."
targets = { normal = "30m", urgent = [{ within = "2h" }, { within = "1h", since = 2027-01-01 }] }

[[agreements.gold.hours]]
mon-sun = ["00:00-24:00"]
open_on_holidays = true

[service]
agreement = false
contacts = "named"
training = true
overdue = false
terms = "Ask sales."
decline = "Ask others."
not_covered = "Take a course."
order = "It is charged."
workaround = "normal"

[[routes]]
name = "PX"
to = ["eva.c@partner.example"]
since = 2020-10-01
until = 2026-12-31
words = ["PX"]
product = "PX"

[[routes]]
name = "Nights"
to = ["cia@desk.example", "dan@desk.example"]
queues = ["driver"]
when = "closed"

[reminders]
before = "1h"
after = "never"
"""
)
"""GOOD with every key of what is offered to whom."""


def every(text: str) -> dict[str, str]:
    """A text that is the same in all the desk's languages and its customers'."""
    return dict.fromkeys(("sv", "en", "da"), text)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk that OFFER describes."""
    return load_desk(write(tmp_path_factory.mktemp("desks"), OFFER))


def test_texts_are_there_in_the_customers_languages_too(desk: Desk) -> None:
    """Letters stay in the desk's languages, but each text has one for customers whose language is another."""
    assert (desk.languages, desk.customer_languages, desk.written_in) == (("sv", "en"), ("da",), ("sv", "en"))
    assert dict(desk.priorities[0].meaning) == {"sv": "Frågor", "en": "Questions", "da": "Spørgsmål"}
    assert dict(desk.closing) == every("Sample Support")


def test_kinds_modules_and_agreements_are_read(desk: Desk) -> None:
    """Each with its key, in the order of the file; a length alone is a target that holds always (S9, S11, M3, C6)."""
    assert desk.kinds == (
        Kind("question", every("Question")),
        Kind("fault", {"sv": "Fel", "en": "Fault", "da": "Fejl"}, every("Free of charge."), always=True),
    )
    assert desk.modules == (Module("ledger", every("Ledger"), ("bokföring", "ledger", "books")),)
    assert desk.agreements == {
        "gold": Agreement(
            "gold",
            every("Gold"),
            channels=("mail", "phone"),
            most_contacts=2,
            kinds=("question",),
            note=every("Thank you."),
            targets={
                "normal": (Target(timedelta(minutes=30)),),
                "urgent": (Target(timedelta(hours=2)), Target(timedelta(hours=1), date(2027, 1, 1))),
            },
            hours=(Hours(((Span(0, 1440),),) * 7, open_on_holidays=True),),  # type: ignore[arg-type]
        )
    }


def test_service_and_reminders_are_read(desk: Desk) -> None:
    """Who is helped, what those read who are not, and when it is told that a start is due."""
    assert desk.service == Service(
        agreement=False,
        contacts="named",
        training=True,
        overdue=False,
        terms=every("Ask sales."),
        decline=every("Ask others."),
        not_covered=every("Take a course."),
        order=every("It is charged."),
        workaround="normal",
    )
    assert desk.reminders == Reminders(timedelta(hours=1), None)
    assert desk.channels[0].contacts_only


def test_routes_are_read(desk: Desk) -> None:
    """By whichever of their addresses people are named, a route leads to the first, where their mail goes (V12, B7)."""
    assert desk.routes == (
        Route(
            "PX", ("eva@partner.example",), date(2020, 10, 1), date(2026, 12, 31), words=("PX",), product="PX"
        ),
        Route("Nights", ("cia@desk.example", "dan@desk.example"), queues=("driver",), when="closed"),
    )  # fmt: skip


def test_rules_are_read(desk: Desk) -> None:
    """Words of all languages together, patterns in lower case, and what a rule asks and sets beside queue and level."""
    first, second = desk.rules
    assert (first.words, first.files) == (("chaufför", "förare", "driver"), ("*.log",))
    assert (second.customers, second.attributes, second.agreements) == (("acme",), ("administers-itself",), ("gold",))
    assert (second.kind, second.impact, second.urgency) == ("fault", "high", "low")
    assert (second.queue, second.priority) == (None, None)


def test_a_desk_needs_none_of_it(tmp_path: Path) -> None:
    """Without these keys a desk helps everybody alike, with the defaults that the README tells."""
    desk = load_desk(write(tmp_path, GOOD))
    assert (desk.kinds, desk.modules, dict(desk.agreements), desk.routes, desk.customers) == ((), (), {}, (), None)
    assert (desk.service, desk.reminders, desk.customer_languages) == (Service(), Reminders(), ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('before = "1h"', 'before = "never"', Reminders(None, None)),
        ('after = "never"', 'after = "0"', Reminders(timedelta(hours=1), timedelta(0))),
        ('before = "1h"\nafter = "never"', "", Reminders(timedelta(minutes=30), timedelta(0))),
    ],
)
def test_reminders_may_be_none(tmp_path: Path, old: str, new: str, expected: Reminders) -> None:
    """Each by itself."""
    assert load_desk(write(tmp_path, OFFER.replace(old, new))).reminders == expected


LENGTH = 'expected a length such as "2h", "30m", "1h30m" or "0", at most 1000h, got'
KEY = "String should match pattern '^[a-z0-9][a-z0-9-]{0,30}$'"


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"),
    [
        # languages
        ('["da"]', '["no"]', "", "customer_languages.0", "Input should be 'sv', 'da', 'sk' or 'en' (got 'no')"),
        ('["da"]', '["da", "sv"]', "", "customer_languages.1", "sv is a language of the desk already"),
        ('["da"]', '["da", "da"]', "", "customer_languages.1", "da stands there twice"),
        (', da = "Fejl"', "", "Fault", "kinds.fault.name",
         'has no text in "da", which is a language of its customers'),
        (', da = "Fejl"', ', sk = "Chyba", da = "Fejl"', "Fault", "kinds.fault.name.sk",
         "is none of the desk's languages, sv, en, da"),
        # kinds and modules
        ("always = true", "always = 1", "", "kinds.fault.always", "Input should be a valid boolean (got 1)"),
        ("[kinds.fault]", '[kinds."a fault"]', "", "kinds.a fault", f"{KEY} (got 'a fault')"),
        ('words = { sv = ["bokföring"], en = ["ledger", "books"] }', "words = []", "", "modules.ledger.words",
         "Value should have at least 1 item after validation, not 0 (got [])"),
        ('{ sv = ["bokföring"], en = ["ledger", "books"] }', '{ no = ["a"] }', "", "modules.ledger.words",
         "expected a list of words, or one for each language, sv, da, sk, en, got {'no': ['a']}"),
        ('{ sv = ["bokföring"], en = ["ledger", "books"] }', '{ sv = "a" }', "", "modules.ledger.words",
         "expected a list of words, or one for each language, sv, da, sk, en, got {'sv': 'a'}"),
        # agreements
        ('channels = ["mail", "phone"]', 'channels = ["mail", "fax"]', "", "agreements.gold.channels.1",
         "Input should be 'mail', 'phone' or 'portal' (got 'fax')"),
        ("contacts = 2", "contacts = 0", "", "agreements.gold.contacts",
         "Input should be greater than or equal to 1 (got 0)"),
        ('kinds = ["question"]', 'kinds = ["questions"]', "", "agreements.gold.kinds",
         "there is no kind 'questions': expected one of question, fault"),
        ('normal = "30m"', 'norml = "30m"', "targets = { norm", "agreements.gold.targets.norml",
         "there is no priority 'norml': expected one of normal, urgent"),
        ('normal = "30m"', 'normal = "soon"', "targets = { norm", "agreements.gold.targets.normal", f"{LENGTH} 'soon'"),
        ('normal = "30m"', "normal = []", "targets = { norm", "agreements.gold.targets.normal",
         "Value should have at least 1 item after validation, not 0 (got [])"),
        ("2027-01-01 }] }\n\n[[agr", "2027-01-01 }, { within = '1h', since = 2026-01-01 }] }\n\n[[agr",
         "targets = { norm", "agreements.gold.targets.urgent.2.since",
         "expected a later first day than that of the one before"),
        ('mon-sun = ["00:00-24:00"]\nopen_on_holidays = true\n\n[service]', 'mon-sund = ["00:00-24:00"]\n\n[service]',
         "mon-sund", "agreements.gold.hours.0.mon-sund",
         'is no known key: days are "mon" to "sun", or a range such as "mon-fri"'),
        # service
        ('contacts = "named"', 'contacts = "some"', "", "service.contacts",
         "Input should be 'any' or 'named' (got 'some')"),
        ('contacts = "named"', 'contacts = "any"', "", "service.contacts",
         'expected "named", for training = true: nobody else is known to be trained'),
        ('[modules.ledger]\nname = "Ledger"\nwords = { sv = ["bokföring"], en = ["ledger", "books"] }\n', "",
         "training", "service.training", "expected modules, as [modules.KEY], for contacts to be trained on"),
        ('workaround = "normal"', 'workaround = "norml"', "", "service.workaround",
         "there is no priority 'norml': expected one of normal, urgent"),
        ('terms = "Ask sales."', 'terms = { sv = "Fråga", en = "Ask" }', "", "service.terms",
         'has no text in "da", which is a language of its customers'),
        # routes
        ('to = ["eva.c@partner.example"]', 'to = ["x@partner.example"]', "", "routes.0.to.0",
         "x@partner.example is nobody's here: expected addresses of [[partners]], or of [[agents]]"),
        ('to = ["eva.c@partner.example"]', 'to = ["eva@partner.example", "cia@desk.example"]', "", "routes.0.to",
         "expected partners or agents, not both: they are told in different ways"),
        ('to = ["eva.c@partner.example"]', "to = []", "", "routes.0.to",
         "List should have at least 1 item after validation, not 0 (got [])"),
        ("until = 2026-12-31", "until = 2020-09-30", "", "routes.0.until",
         "expected a day that is not before the first one, 2020-10-01"),
        ('name = "Nights"', 'name = " px "\nsince = 2020-10-01', "", "routes.1.name",
         "another route is called px and begins on the same day"),
        ('queues = ["driver"]\nwhen', 'queues = ["night"]\nwhen', 'queues = ["night"]', "routes.1.queues",
         "there is no queue 'night': expected one of general, driver"),
        ('when = "closed"', 'when = "night"', "", "routes.1.when",
         "Input should be 'always', 'open' or 'closed' (got 'night')"),
        # rules
        ('agreements = ["gold"]', 'agreements = ["silver"]', "", "rules.1.agreements",
         "there is no agreement 'silver': expected one of gold"),
        ('kind = "fault"', 'kind = "falt"', "", "rules.1.kind",
         "there is no kind 'falt': expected one of question, fault"),
        ('impact = "high"', 'impact = "higher"', "", "rules.1.impact",
         "there is no impact 'higher': expected one of high, low"),
        ('["administers-itself"]', '["Administers itself"]', "attributes =", "rules.1.attributes.0",
         f"{KEY} (got 'Administers itself')"),
        ('kind = "fault"\nimpact = "high"\nurgency = "low"\n', "", "# the second", "rules.1",
         "expected at least one of queue, priority, kind, impact and urgency"),
        ('customers = ["acme"]\nattributes = ["administers-itself"]\nagreements = ["gold"]\n', "",
         "# the second", "rules.1",
         "expected at least one of to, sender, words, files, customers, attributes and agreements"),
        # reminders
        ('after = "never"', 'after = "ever"', "", "reminders.after", f"{LENGTH} 'ever'"),
        ('before = "1h"', "before = 1", "", "reminders.before", f"{LENGTH} 1"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, at: str, key: str, message: str) -> None:
    """One wrong value gives one problem: line, key, and what was expected."""
    assert OFFER.count(old) == 1, OFFER.count(old)
    text = OFFER.replace(old, new)
    found = problems(write(tmp_path, text))
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines, 1) if (at or new.partition("\n")[0]) in line)
    assert [(problem.line, problem.key, problem.message) for problem in found] == [(place, key, message)]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Faults of shape and of reference come out together, in the order of the lines, and nothing that follows."""
    text = OFFER
    for old, new in (
        ('kind = "fault"', 'kind = "falt"'), ("always = true", 'always = "yes"'), ("contacts = 2", 'contacts = "two"'),
        ('contacts = "named"', "contacts = 1"), ("until = 2026-12-31", "until = 2020-09-30"), ('"1h"\n', '"soon"\n'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    assert [problem.key for problem in problems(write(tmp_path, text))] == [
        "rules.1.kind",
        "kinds.fault.always",
        "agreements.gold.contacts",
        "service.contacts",
        "routes.0.until",
        "reminders.before",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('mon-sun = ["00:00-24:00"]\nopen_on_holidays = true\n\n[service]', "mon = []\n\n[service]",
         "agreements.gold.hours", "the desk never opens"),
        ('mon-sun = ["00:00-24:00"]\nopen_on_holidays = true\n\n[service]', 'mon = ["08:00-08:01"]\n\n[service]',
         "agreements.gold.targets.normal", "is not open for 37 days, 12:00:00 within"),
    ],
)  # fmt: skip
def test_an_agreement_s_starts_can_be_told(tmp_path: Path, old: str, new: str, key: str, says: str) -> None:
    """Its targets are reached in its hours within the time that is looked ahead (C6)."""
    text = OFFER.replace('"2026-12-23" = ["08:00-12:00"]', '"2026-12-23" = []').replace('"30m"', '"900h"')
    assert old in text
    (problem,) = problems(write(tmp_path, text.replace(old, new)))
    assert problem.key == key
    assert says in problem.message
