"""The README, the configuration's and the templates', against the program: tables, calls, examples are the code's."""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel, ValidationError
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.config import MailboxSettings, Settings, SmtpSettings, load_settings
from mailbot.core.agenttellings import Guide
from mailbot.core.casenumber import case_numbers_in
from mailbot.core.errandwords import write
from mailbot.core.library import LETTERS, PLAIN_LETTERS, Library
from mailbot.core.samples import BEFORE_EASTER, sample_written
from mailbot.core.sandbox import Sandbox
from mailbot.files import customerform, deskform, formvalues, serviceform
from mailbot.files.customersheet import COLUMNS
from mailbot.files.deskfile import load_desk
from mailbot.shipped import shipped_config, shipped_templates
from tests.lettering import shipped_library

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEYS = (shipped_config() / "README.md").read_text(encoding="utf-8")
TEMPLATES = (shipped_templates() / "README.md").read_text(encoding="utf-8")
OMITTED = "…"
"""Stands in printed output for lines left out."""

HOURS = (
    "`[[hours]]`, `[[channels.hours]]`, `[[agents.duty_hours]]`, `[[survey.hours]]`, `[[agreements.KEY.hours]]`,"
    " `[[customers.KEY.hours]]`"
)
FORMS: dict[str, type[BaseModel]] = {
    "Top level": Settings,
    "`[mailboxes.NAME]`": MailboxSettings,
    "`[smtp]`": SmtpSettings,
    "Desk": deskform.DeskForm,
    HOURS: formvalues.HoursForm,
    "`[holidays]`": deskform.HolidaysForm,
    "`[priorities.KEY]`": deskform.PriorityForm,
    "`targets` of a priority, an agreement or a customer": formvalues.TargetForm,
    "`[queues.KEY]`": deskform.QueueForm,
    "`[[rules]]`": deskform.RuleForm,
    "`[[agents]]`": deskform.AgentForm,
    "`[[partners]]`": deskform.PartnerForm,
    "`[kinds.KEY]`": serviceform.KindForm,
    "`[modules.KEY]`": serviceform.ModuleForm,
    "`[agreements.KEY]`": serviceform.AgreementForm,
    "`[service]`": serviceform.ServiceForm,
    "`[[routes]]`": serviceform.RouteForm,
    "`[reminders]`": serviceform.RemindersForm,
    "`[matrix]`": deskform.MatrixForm,
    "`[[channels]]`": deskform.ChannelForm,
    "`[survey]`": deskform.SurveyForm,
    "`[customers.KEY]`": customerform.CustomerForm,
    "`contacts` of a customer": customerform.ContactForm,
}
"""Heading of each table of keys, and the model that reads them."""


def section(heading: str, page: str = README) -> str:
    """What stands under a heading, up to the next one of its level or a higher one."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n", page, re.MULTILINE)
    assert found, f"README has no heading {heading!r}"
    rest = page[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", _without_fences(rest), re.MULTILINE)
    return rest[: end.start()] if end else rest


def _without_fences(text: str) -> str:
    """The text with fenced blocks blanked, so that a comment in them is no heading; positions stay."""
    return re.sub(r"^```.*?^```$", lambda block: re.sub(r"[^\n]", " ", block[0]), text, flags=re.MULTILINE | re.DOTALL)


def table(text: str) -> list[list[str]]:
    """The rows of the last table in a text, without its head."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert tables, f"no table in {text[:80]!r}"
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in tables[-1].splitlines()]
    assert {len(row) for row in rows} == {len(rows[0])}, "rows of different length"
    return rows[2:]


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def code(cell: str) -> list[str]:
    """The code spans of a cell or text."""
    return re.findall(r"`([^`\n]+)`", cell)


@pytest.mark.parametrize("heading", FORMS)
def test_every_key_is_told_once_and_no_other(heading: str) -> None:
    """The table under this heading has exactly the keys that its model reads; weekdays stand for the free ones."""
    told = [key for row in table(section(heading, KEYS)) for key in code(row[0])]
    days = [key for key in told if FORMS[heading] is formvalues.HoursForm and formvalues.weekdays(key)]
    assert sorted(set(told) - set(days)) == sorted(FORMS[heading].model_fields)
    assert len(told) == len(set(told))
    if FORMS[heading] is formvalues.HoursForm:
        assert set(days) >= set(formvalues.WEEKDAYS)


@pytest.mark.parametrize("heading", FORMS)
def test_defaults_are_the_models(heading: str) -> None:
    """A default in code is the model's own, an empty one is told in words, what must be given is called required."""
    form = FORMS[heading]
    for keys, _, told in table(section(heading, KEYS)):
        for key in code(keys):
            if key not in form.model_fields:
                continue
            must = form.model_fields[key].is_required() or _is_required_besides(form, key)
            assert (told == "required") == must, f"{key}: {told}"
            shown = None if must else _shown(form.model_fields[key].get_default())
            assert told == shown if shown else not code(told), f"{key}: {told}, not {shown}"


def _is_required_besides(form: type[BaseModel], key: str) -> bool:
    """What a check beyond the model's fields wants."""
    return (form is deskform.DeskForm and key in deskform.REQUIRED) or (form is MailboxSettings and key == "user")


def test_a_mailbox_needs_a_user() -> None:
    """A mailbox without the account's name is refused, as the table says."""
    with pytest.raises(ValidationError, match="user: expected"):
        MailboxSettings(host="imap.example.com", desk="support", password_env="SECRET")


def _shown(default: Any) -> str | None:
    """A default as the tables write it; None for an empty one."""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, timedelta):
        hours, minutes = divmod(default.total_seconds() / 60, 60)
        return f'`"{minutes:g}m"`' if minutes else f'`"{hours:g}h"`' if hours else '`"0"`'
    if isinstance(default, int | float):
        return f"`{default:g}`"
    if isinstance(default, str) and default:
        return f'`"{default}"`'
    return "`[" + ", ".join(f'"{item}"' for item in default) + "]`" if isinstance(default, list) and default else None


def test_the_example_of_mailbot_toml_loads(tmp_path: Path) -> None:
    """The `mailbot.toml` shown is one that can be used as it stands."""
    (example,) = blocks(section("Lay out a configuration"), "toml")
    (tmp_path / "mailbot.toml").write_text(example, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert list(settings.mailboxes) == ["support"]


def test_the_example_desk_loads(tmp_path: Path) -> None:
    """The pieces of the desk explained are, one after the other, a desk file without a fault."""
    pieces = blocks(section("A desk"), "toml")
    path = tmp_path / "example.toml"
    path.write_text("\n".join(pieces), encoding="utf-8")
    desk = load_desk(path)
    assert len(pieces) > 3
    assert [agent.name for agent in desk.agents] == ["Kim Lund", "Sam Ek"]
    assert [partner.name for partner in desk.partners] == ["Partner Ltd"]
    assert desk.matrix is not None


def test_the_example_customers_load(tmp_path: Path) -> None:
    """Both files of customers shown fit the desk explained, once it has what is shown of a desk beside them."""
    naming, offering, tables = blocks(section("Customers and agreements"), "toml")
    (sheet,) = blocks(section("Customers and agreements"), "csv")
    for folder, name, text in (
        ("desks", "example.toml", "\n".join((naming, *blocks(section("A desk"), "toml"), offering))),
        ("customers", "export.csv", sheet),
        ("customers", "special.toml", tables),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    customers = load_desk(tmp_path / "desks" / "example.toml").customers
    assert customers is not None
    assert {key: len(customer.contacts) for key, customer in customers.by_key.items()} == {
        "acme": 2, "bolt": 1, "delta": 2,
    }  # fmt: skip


def test_the_columns_told_are_those_that_are_read() -> None:
    """A key of a customer is a column but for those named, and those of a contact are named where they are told."""
    told = {code(row[0])[0] for row in table(section("`[customers.KEY]`", KEYS))}
    (without,) = re.findall(r"but for (.*), which have none", section("`[customers.KEY]`", KEYS))
    (of_contacts,) = re.findall(r"in the columns (.*)\.", section("`contacts` of a customer", KEYS))
    assert {"customer"} | told - set(code(without)) - {"contacts"} | set(code(of_contacts)) == set(COLUMNS)


def test_the_agents_page_is_what_help_answers(tmp_path: Path) -> None:
    """The guide shown is, line by line, the letter that `#help` causes at the example desk, folded to be readable."""
    path = tmp_path / "example.toml"
    path.write_text("\n".join(blocks(section("A desk"), "toml")), encoding="utf-8")
    desk = load_desk(path)
    answered = write(shipped_library(), desk, None, Guide(""), BEFORE_EASTER, reader=desk.agents[0].name)
    (shown,) = blocks(section("Working as an agent"), "text")
    assert answered.problems == ()
    assert shown.splitlines() == [short for line in answered.draft.text.splitlines() for short in _folded(line)]


def _folded(line: str) -> list[str]:
    """A line of a letter as the README breaks it."""
    hang = "  " if line.startswith("* ") else line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, 100, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False) or [""]


def test_case_numbers_shown_are_ones_that_a_desk_gives_out() -> None:
    """Every case number anywhere in the README has the check digit by which mailbot would know it in a subject."""
    shown = set(re.findall(r"\b[A-Z]{2,6}-[0-9]{6}\b", README))
    assert len(shown) > 3
    assert {number for number in shown if not case_numbers_in(number, frozenset({number.partition("-")[0]}))} == set()


class _Recorder:
    """Stands where the sandbox does and keeps the facts that a letter hands to its template."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}

    def render_page(
        self, _name: str, facts: Mapping[str, Any], *, more_output: int = 0, html: Mapping[str, str] | None = None
    ) -> str:
        self.facts |= {**facts, **(html or {})}
        return "Subject: -\n\n-"


def _facts(letter: str) -> dict[str, Any]:
    """What the templates of a letter are given."""
    recorder = _Recorder()
    desk = load_desk(shipped_config() / "desks" / "visma-control.toml")
    sample_written(Library(recorder, frozenset()), desk, letter)  # type: ignore[arg-type]
    return recorder.facts


def _names(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each fact by the name that a template uses, with its value."""
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from _names(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


LETTER_ROWS = {code(row[0])[0]: row for row in table(section("Letters", TEMPLATES))}
FACT_ROWS = table(section("Facts", TEMPLATES))


def _letters_in(cell: str) -> set[str]:
    """The letters that the second column of the table of facts means."""
    customers, agents, one, maybe = (
        {letter for letter, row in LETTER_ROWS.items() if row[column] == said}
        for column, said in ((1, "customers"), (1, "agents"), (2, "one case"), (2, "maybe a case"))
    )
    copies = {"new-case-copy", "follow-up-copy"}
    groups = {
        "all": set(LETTERS), "one case": one, "one case, maybe a case": one | maybe,
        "customers, one case": customers & one, "agents": agents, "agents, but the copies": agents - copies,
        "copies": copies, "": set(),
    }  # fmt: skip
    return groups[re.sub(r"`[^`]*`", "", cell).strip(" ,")] | set(code(cell))


@pytest.mark.parametrize("letter", LETTERS)
def test_the_facts_told_are_those_a_template_gets(letter: str) -> None:
    """The templates' README names, for each letter, exactly what its templates are given, and what is in a list."""
    rows = [row for row in FACT_ROWS if letter in _letters_in(row[1])]
    told = [name for row in rows for name in code(row[0])]
    given = {re.sub(r"^command\..*", "command.close", name): value for name, value in _names(_facts(letter))}

    assert sorted(told) == sorted(given)
    for row in rows:
        value = given[code(row[0])[0]]
        if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
            inner = [name for name, _ in _names(value[0])]
            assert sorted(set(code(row[2])) - set(LETTERS)) == sorted(inner), row[0]


@pytest.mark.parametrize("letter", LETTERS)
def test_templates_see_plain_facts_alone(letter: str) -> None:
    """Texts, numbers, yes/no, lists and groups of them, but for the one text that is HTML and in HTML alone (T24)."""

    def kinds(value: Any) -> set[type]:
        inner = value.values() if type(value) is dict else value if type(value) is tuple else ()
        return {type(value), *(kind for each in inner for kind in kinds(each))}

    assert kinds(_facts(letter)) <= {dict, tuple, str, int, bool}


def test_every_letter_is_told_with_its_reader() -> None:
    """Both pages name every letter; the templates' says which have HTML."""
    assert set(LETTER_ROWS) == set(LETTERS)
    assert {letter for letter, row in LETTER_ROWS.items() if row[3] == "no"} == set(PLAIN_LETTERS)
    told = dict(re.findall(r"^(Customers|Agents|Partners|The lead) gets? (.*)\.$", section("Templates"), re.MULTILINE))
    readers = {"customers": "Customers", "agents": "Agents", "a partner": "Partners", "the lead": "The lead"}
    for reader, who in readers.items():
        assert sorted(code(told[who])) == sorted(letter for letter, row in LETTER_ROWS.items() if row[1] == reader)


def test_the_filters_told_are_those_there_are() -> None:
    """The filters named are those of the sandbox, but for short names."""
    known = {name for name in Sandbox({}).filters if not name.startswith("_") and len(name) > 1}
    (told,) = re.findall(r"^The filters are (.*)\.$", section("Templates"), re.MULTILINE)
    assert set(code(told)) == known
    (told,) = re.findall(r"and the filters\n`([^`]*)`", TEMPLATES)
    assert set(told.split()) == known
    for example in re.findall(r"`templates/(\w+)/`", section("Templates")):
        assert (shipped_templates() / example).is_dir()


def _commands() -> dict[str, set[str]]:
    """Every command by its full name, with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, name: str) -> None:
        found[name] = {each for param in command.params for each in param.opts if each.startswith("-")}
        for word, below in getattr(command, "commands", {}).items():
            walk(below, f"{name} {word}".strip())

    walk(typer.main.get_command(app), "")
    return found


COMMANDS = _commands()
EVERYWHERE = {"--help", "-h"}


def test_the_table_of_commands_is_complete() -> None:
    """Every command stands in the table with exactly its options, and no other does."""
    told = {_command_of(code(row[0])[0]): set(code(row[1])) for row in table(section("Commands"))}
    known = {
        name: {option for option in options if option.startswith("--")} - EVERYWHERE
        for name, options in COMMANDS.items()
        if name and name != "customers"  # does nothing but hold those below it
    }
    assert told == known


def _command_of(line: str) -> str:
    """The command that a line such as `mailbot --config DIR parked retry ID` calls; empty for the program itself."""
    words = re.sub(r"(--config|-c) \S+ ", "", line.removeprefix("mailbot ") + " ").split()
    plain = [word for word in words if not word.startswith("-")]
    longest = max((n for n in range(len(plain) + 1) if " ".join(plain[:n]) in COMMANDS), default=0)
    return " ".join(plain[:longest])


def _calls() -> list[str]:
    """Every call of mailbot that the README shows, from the program's name on."""
    text = _without_fences(README)
    lines = [span for span in code(text) if re.match(r"mailbot [a-z-]", span)]
    for block in (*blocks(README, "sh"), *blocks(README, "ini")):
        lines += re.findall(r"(?<=bin/)mailbot [^\n]+|^mailbot [^\n]+", block, re.MULTILINE)
    for block in (*blocks(README, "console"), *blocks(README, "text")):
        lines += re.findall(r"^\$ (mailbot [^\n]+)", block, re.MULTILINE)
    return lines


def test_every_call_shown_exists() -> None:
    """Each call of mailbot anywhere in the README names a command that exists, with options that it has."""
    calls = _calls()
    assert len(calls) > 20
    for call in calls:
        command = _command_of(call)
        options = {word for word in shlex.split(call.replace(OMITTED, "")) if re.match(r"--?[a-z]", word)}
        known = COMMANDS[command] | COMMANDS[""] | EVERYWHERE
        assert command or options, f"{call}: no such command"
        assert options <= known, f"{call}: has no {options - known}"


@pytest.mark.parametrize("block", blocks(README, "console"), ids=lambda block: block.partition("\n")[0])
def test_printed_output_is_real(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README prints below a call is what the call prints, but for lines left out where it says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    call, *shown = block.rstrip("\n").split("\n")
    done = CliRunner().invoke(app, shlex.split(call.removeprefix("$ mailbot ")))
    assert done.exit_code == 0
    printed = done.output.rstrip("\n").split("\n")
    if OMITTED not in shown:
        assert shown == printed
    rest = iter(printed)
    for line in shown:
        assert line == OMITTED or line in rest, f"does not print {line!r}, or not in this place"


def test_the_two_commands_stand_there_whole() -> None:
    """One command runs the demo and one the tests, each setting everything up; .ci/run takes the latter from here."""
    run, test = blocks(section("Run it, test it"), "sh")
    setup = "python3 -m venv .venv && .venv/bin/pip install --quiet -e '.[test]' && "
    assert run == setup + ".venv/bin/mailbot demo\n"
    assert test == setup + ".venv/bin/python -m pytest --quiet -n auto --maxprocesses 4 --dist loadfile\n"
    (taking,) = re.findall(r"^test_command=.*$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    taken = subprocess.run(
        ["bash", "-euc", f'{taking}\nprintf %s "$test_command"'], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert taken.stdout == test.rstrip("\n")


def test_the_servers_packages_are_those_that_ci_installs() -> None:
    """The Debian packages named are the ones .ci/run installs."""
    (told,) = re.findall(r"`apt-get install ([^`]+)`", README)
    (installed,) = re.findall(r"apt-get .*install.*?((?: [a-z][a-z-]+)+) >", (ROOT / ".ci" / "run").read_text())
    assert sorted(told.split()) == sorted(installed.split())


def test_links_lead_somewhere() -> None:
    """Each link names a page that is there, and, where it names a part of one, one of that page's headings."""
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", README)
    assert len(links) > 20
    for path, part in links:
        page = (ROOT / path).read_text(encoding="utf-8") if path else README
        headings = re.findall(r"^#+ (.*)$", _without_fences(page), re.MULTILINE)
        known = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not part or part in known, f"{path}#{part}"
