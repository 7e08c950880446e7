"""Files of customers: what both notations mean, and what is said when something in them is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Hours, Span, Target
from mailbot.core.customer import Contact, Customer
from mailbot.core.terms import in_terms
from mailbot.files.customerfile import CustomerFiles, read_customers
from mailbot.files.customersheet import COLUMNS
from mailbot.files.deskfile import DeskError, files_of, load_desk, load_desks
from mailbot.files.formfile import SourceError, beside
from mailbot.shipped import shipped_config
from tests.shell.customerfiles import DESK, SHEET, TABLES, faults, lay_out, loaded
from tests.shell.deskfiles import write

LIES = 'lies among the desk files, each of which is a desk: expected another folder, "../customers/acme.toml"'
WHOLE_DAY = (Span(360, 1080),)


def test_a_csv_file_is_read_whole(tmp_path: Path) -> None:
    """A row for each contact, lists parted by spaces, addresses in lower case, what is empty left open (S9, S10)."""
    customers = loaded(tmp_path).customers
    assert customers is not None
    assert customers.by_key["acme"] == Customer(
        key="acme",
        name="Acme AB",
        domains=("acme.example", "acme.test"),
        contacts=(
            Contact("anna@acme.example", "Anna Ek", frozenset({"ledger", "stock"}), sees_cases=True),
            Contact("bo@acme.example", "Bo"),
        ),
        agreement="gold",
        since=date(2024, 1, 1),
        until=date(2027, 12, 31),
        language="sv",
        attributes=frozenset({"big", "old"}),
        products=frozenset({"PX"}),
    )
    bolt, carl = customers.by_key["bolt"], customers.by_key["carl"]
    assert (bolt.overdue, bolt.language, bolt.most_contacts, bolt.since) == (True, "da", 1, None)
    assert carl == Customer("carl", "Carl")


def test_a_toml_file_is_read_whole(tmp_path: Path) -> None:
    """The same, and beside it what a row has no room for: a customer's own targets and hours (C6)."""
    customers = loaded(tmp_path).customers
    assert customers is not None
    delta = customers.by_key["delta"]
    assert delta.contacts[0] == Contact("dan@delta.example", "Dan", frozenset({"stock"}), sees_cases=True)
    assert (delta.since, delta.most_contacts, delta.products) == (date(2025, 3, 1), 3, {"PX", "DocCenter"})
    assert delta.targets == {
        "urgent": (Target(timedelta(hours=2)), Target(timedelta(hours=1), date(2027, 1, 1))),
    }
    week = (WHOLE_DAY,) * 5
    assert delta.hours == (Hours((*week, (), ()), None, True, None),)
    assert customers.by_key["echo"] == Customer("echo", "Echo")


def test_the_files_make_one_book(tmp_path: Path) -> None:
    """Whoever writes is found by address first, then by domain, in whichever file the customer stands."""
    customers = loaded(tmp_path).customers
    assert customers is not None
    assert list(customers.by_key) == ["acme", "bolt", "carl", "delta", "echo"]
    found = {
        address: (customer.key if customer else None, contact.name if contact else None)
        for address in ("bo@acme.example", "eve@acme.test", "dan@delta.example", "ole@gmail.com", "x@gmail.com")
        for customer, contact in [customers.find(address)]
    }
    assert found == {
        "bo@acme.example": ("acme", "Bo"),
        "eve@acme.test": ("acme", None),
        "dan@delta.example": ("delta", "Dan"),
        "ole@gmail.com": ("bolt", ""),
        "x@gmail.com": (None, None),
    }


def test_terms_are_the_customers_then_the_agreements_then_the_desks(tmp_path: Path) -> None:
    """C6: what a file says of targets, hours and language is what the desk is for that customer."""
    desk = loaded(tmp_path)
    delta, bolt, carl = (in_terms(desk, key) for key in ("delta", "bolt", "carl"))
    assert [priority.targets[0].within for priority in delta.priorities] == [timedelta(minutes=30), timedelta(hours=2)]
    assert (delta.calendar.hours[0].week[0], bolt.calendar.hours[0].week[0]) == (WHOLE_DAY, (Span(600, 720),))
    assert (delta.written_in, bolt.written_in, carl.written_in) == (("en",), ("da",), ("sv", "en"))
    assert (carl.calendar, carl.priorities) == (desk.calendar, desk.priorities)


def test_a_desk_without_files_has_no_customers(tmp_path: Path) -> None:
    """Not an empty book, which would refuse everybody."""
    desk = loaded(tmp_path, DESK.replace('["../customers/a.csv", "../customers/b.toml"]', "[]"))
    assert desk.customers is None


def _said_by(path: Path) -> dict[str, Customer]:
    file = read_customers(path)
    assert file.problems == ()
    return dict(file.customers)


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(SHEET.encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(SHEET.replace(",", ";").encode(), id="semicolons"),
        pytest.param(SHEET.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(SHEET.replace("\n", "\n\n").encode(), id="empty lines"),
        pytest.param((SHEET + ",,,,,,,,,,,,,,\n").encode(), id="a row of nothing"),
        pytest.param(SHEET.replace("Acme AB", '" Acme AB "').encode(), id="quotes and spaces"),
        pytest.param(SHEET.replace("customer,name", "Customer, NAME ").encode(), id="capital headings"),
        pytest.param(SHEET.replace("acme,,,,,,,,,,", "acme,Acme AB,,gold,,,,sv,,,").encode(), id="repeated"),
        pytest.param(SHEET.replace(",yes\n", ",TRUE\n").replace(",no\n", ",0\n").encode(), id="other words for yes"),
        pytest.param(SHEET.replace("carl,Carl,,,,,,,,,,,,,\n", "carl,Carl\n").encode(), id="a short row"),
        pytest.param(SHEET.removesuffix("\n").encode(), id="no end of the last line"),
    ],
)
def test_a_csv_file_may_look_otherwise(tmp_path: Path, same: bytes) -> None:
    """However a spreadsheet writes it, the customers are the same."""
    (tmp_path / "same.csv").write_bytes(same)
    assert _said_by(tmp_path / "same.csv") == _said_by(write(tmp_path, SHEET, "plain.csv"))


def test_rows_of_a_customer_need_not_stand_together(tmp_path: Path) -> None:
    """An export sorted by contact says the same; a customer's own columns may first be filled in a later row."""
    head, first, second, bolt, carl = SHEET.splitlines()
    shuffled = "\n".join((head, second, bolt, carl, first))
    contacts = _said_by(write(tmp_path, shuffled, "shuffled.csv"))["acme"].contacts
    assert [contact.name for contact in contacts] == ["Bo", "Anna Ek"]
    assert _said_by(tmp_path / "shuffled.csv")["acme"].name == "Acme AB"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        ("customer,name,domains", "customer,name,domain", 1, "domain",
         f"is no known column: expected some of {', '.join(COLUMNS)}"),
        ("attributes,products", "attributes,attributes", 1, "attributes", "stands there twice"),
        ("\nbolt,", "\n,", 4, "customer",
         "expected the key of a customer, letters a to z, digits, - and _, got ''"),
        ("\nbolt,", "\nbo lt,", 4, "customer",
         "expected the key of a customer, letters a to z, digits, - and _, got 'bo lt'"),
        ("carl,Carl", "carl,", 5, "carl.name", "is missing"),
        ("2024-01-01", "01.01.2024", 2, "acme.since", "expected a real date such as 2026-12-23, got 01.01.2024"),
        ("2027-12-31", "2027-02-29", 2, "acme.until", "expected a real date such as 2026-12-23, got 2027-02-29"),
        ("2027-12-31", "2023-12-31", 2, "acme.until",
         "expected a day that is not before the first one, 2024-01-01"),
        (",yes,da", ",ja,da", 4, "bolt.overdue", "Input should be a valid boolean (got 'ja')"),
        (",sv,", ",se,", 2, "acme.language", "Input should be 'sv', 'da', 'sk' or 'en' (got 'se')"),
        (",da,1,", ",da,one,", 4, "bolt.contacts_allowed", "Input should be a valid integer (got 'one')"),
        ("big old", "Big", 2, "acme.attributes",
         "String should match pattern '^[a-z0-9][a-z0-9-]{0,30}$' (got 'Big')"),
        ("acme.example acme.test", "acme", 2, "acme.domains",
         "expected a mail domain such as \"acme.example\", got 'acme'"),
        ("acme.example acme.test", "acme.test acme.test", 2, "acme.domains", "acme.test stands there twice"),
        ("bolt.example", "Gmail.com", 4, "bolt.domains",
         "anybody can have a mailbox under gmail.com: name the customer's people as contacts instead"),
        ("Bo@Acme.example", "Bo", 3, "acme.contact", "expected a mail address, got 'Bo'"),
        ("Bo@Acme.example,Bo", ",Bo", 3, "acme.contact", "is missing"),
        ("Bo@Acme.example", "anna@acme.example", 3, "acme.contact", "anna@acme.example stands there twice"),
        ("ole@gmail.com", "bo@acme.example", 4, "bolt.contact", "bo@acme.example belongs to acme too"),
        ("bolt.example", "acme.test", 4, "bolt.domains", "acme.test belongs to acme too"),
        ("ledger stock", "ledger ledger", 2, "acme.trained", "ledger stands there twice"),
        ("acme,,,,,,,,,,,Bo@", "acme,Acme Ltd.,,,,,,,,,,Bo@", 3, "acme.name",
         "is 'Acme AB' in line 2: expected the same, or nothing, got 'Acme Ltd.'"),
        ("carl,Carl,,", "carl,Carl,,,,,,,,,,,,,,,x", 5, "", "has 28 cells where the header has 15"),
        ("carl,Carl", "ACME,Carl", 5, "ACME", "expected another key, for it differs from acme in capital letters only"),
        ('carl,Carl', 'carl,"Carl', 5, "",
         "is no row of a CSV file, nor is what follows read: unexpected end of data"),
        ('carl,Carl', 'carl,"C"arl', 5, "",
         "is no row of a CSV file, nor is what follows read: ',' expected after '\"'"),
    ],
)  # fmt: skip
def test_each_fault_of_a_csv_file_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, key: str, message: str
) -> None:
    """One wrong cell gives one problem: file, line, customer and column, and what was expected."""
    assert old in SHEET
    path = write(tmp_path, SHEET.replace(old, new, 1), "a.csv")
    told = [(problem.file, problem.line, problem.key, problem.message) for problem in read_customers(path).problems]
    assert told == [(path, line, key, message)]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        ("[customers.delta]", "[customer.delta]", 1, "customer", "is no known key"),
        ("[customers.echo]", '[customers."e cho"]', 20, "customers.e cho",
         "expected the key of a customer, letters a to z, digits, - and _, got 'e cho'"),
        ('name = "Echo"', "", 20, "customers.echo.name", "is missing"),
        ('agreement = "gold"', 'agrement = "gold"', 4, "customers.delta.agrement", "is no known key"),
        ("2025-03-01", '"1 March"', 5, "customers.delta.since", "expected a real date such as 2026-12-23, got 1 March"),
        ('trained = ["stock"]', 'trained = "stock"', 10, "customers.delta.contacts.0.trained",
         "Input should be a valid list (got 'stock')"),
        ('{ address = "dora@delta.example" }', '{ name = "Dora" }', 10, "customers.delta.contacts.1.address",
         "is missing"),
        ('"DocCenter"', '"Doc Center"', 9, "customers.delta.products.1",
         "String should match pattern '^\\S{1,60}$' (got 'Doc Center')"),
        ('within = "2h"', 'within = "soon"', 14, "customers.delta.targets.urgent.0.within",
         "expected a length such as \"2h\", \"30m\", \"1h30m\" or \"0\", at most 1000h, got 'soon'"),
        (", since = 2027-01-01 }", " }", 14, "customers.delta.targets.urgent.1.since",
         "expected a later first day than that of the one before"),
        ("mon-fri", "mon-fry", 17, "customers.delta.hours.0.mon-fry",
         'is no known key: days are "mon" to "sun", or a range such as "mon-fri"'),
    ],
)  # fmt: skip
def test_each_fault_of_a_toml_file_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, key: str, message: str
) -> None:
    """One wrong value gives one problem: file, line, key, and what was expected."""
    assert old in TABLES
    path = write(tmp_path, TABLES.replace(old, new, 1), "b.toml")
    told = [(problem.file, problem.line, problem.key, problem.message) for problem in read_customers(path).problems]
    assert told[0] == (path, line, key, message)
    assert len(told) == 1 + (key == "customer")


@pytest.mark.parametrize("column", ["customer", "name"])
def test_a_csv_file_without_its_two_columns_is_not_read_further(tmp_path: Path, column: str) -> None:
    """Else each of its rows would tell the same once more."""
    path = write(tmp_path, SHEET.replace(f"{column},", "key,", 1), "a.csv")
    assert [
        (problem.line, problem.key, problem.message.partition(":")[0]) for problem in read_customers(path).problems
    ] == [
        (1, "key", "is no known column"),
        (1, column, "is missing"),
    ]


@pytest.mark.parametrize("text", ["customers = 1", 'customers = { acme = "Acme" }', "customers = []"])
def test_what_is_no_table_of_customers_is_told(tmp_path: Path, text: str) -> None:
    """Anything else under that key is refused, and nothing falls over it."""
    (problem,) = read_customers(write(tmp_path, text, "b.toml")).problems
    assert (problem.line, problem.message.partition(",")[0]) in {
        (1, "expected tables of customers"), (1, "expected a table"),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [("b.toml", ""), ("a.csv", SHEET.partition("\n")[0]), ("b.toml", "# x\n")])
def test_a_file_without_customers_is_at_fault(tmp_path: Path, name: str, text: str) -> None:
    """An export that is just being written must not have everybody refused."""
    (problem,) = read_customers(write(tmp_path, text, name)).problems
    assert problem.message == "holds no customer"


def test_an_empty_csv_file_is_told_what_it_lacks(tmp_path: Path) -> None:
    """Not even a header is there."""
    assert [problem.key for problem in read_customers(write(tmp_path, "", "a.csv")).problems] == ["customer", "name"]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (SHEET.replace("Carl", "Cårl").encode("cp1252"), 5, 'is not UTF-8: expected it saved as "CSV UTF-8"'),
        (SHEET.encode("utf-16"), 1, 'is not UTF-8: expected it saved as "CSV UTF-8"'),
    ],
)
def test_a_csv_file_in_another_character_set_is_told(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    """With the first line that is not UTF-8, rather than names in rags."""
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_customers(tmp_path / "a.csv")
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [(line, message)]


@pytest.mark.parametrize(
    ("desk", "sheet", "tables", "place", "message"),
    [
        ("", "gold>goldd", "", ("a.csv", 2, "acme.agreement"),
         "there is no agreement 'goldd': expected one of gold, silver"),
        ("", "ledger stock>ledgr", "", ("a.csv", 2, "acme.trained"),
         "there is no module 'ledgr': expected one of ledger, stock"),
        ("", ",da,1>,sk,1", "", ("a.csv", 4, "bolt.language"), "there is no language 'sk': expected one of sv, en, da"),
        ("", "bolt.example>example.com", "", ("a.csv", 4, "bolt.domains"), "example.com is the desk's own"),
        ("", "ole@gmail.com>help+x@example.com", "", ("a.csv", 4, "bolt.contact"),
         "help+x@example.com is the desk's own address"),
        ("contacts = 2>contacts = 1", "", "", ("a.csv", 3, "acme.contact"),
         "is contact 2 of 2: expected at most 1, by agreement gold"),
        ("", ",da,1>,da,0", "", ("a.csv", 4, "bolt.contact"),
         "is contact 1 of 1: expected at most 0, by contacts_allowed"),
        ("", "", "urgent = [>urgnt = [", ("b.toml", 14, "customers.delta.targets.urgnt"),
         "there is no priority 'urgnt': expected one of normal, urgent"),
        ("", "", '"delta.example">"acme.test"', ("b.toml", 3, "customers.delta.domains.0"),
         "acme.test belongs to acme in {folder}/customers/a.csv too"),
        ("", "", "dora@delta.example>bo@acme.example", ("b.toml", 10, "customers.delta.contacts.1.address"),
         "bo@acme.example belongs to acme in {folder}/customers/a.csv too"),
        ("", "", "customers.echo>customers.Acme", ("b.toml", 20, "customers.Acme"),
         "the key acme belongs to acme in {folder}/customers/a.csv too"),
        ('"2026-12-23" = ["08:00-12:00"]>"2026-12-23" = []', "", 'mon-fri = ["06:00-18:00"]>mon-fri = []',
         ("b.toml", 16, "customers.delta.hours"),
         "the desk never opens: expected an open day within ten years from 2026-01-01"),
    ],
)  # fmt: skip
def test_what_depends_on_the_desk_names_the_desk(
    tmp_path: Path, desk: str, sheet: str, tables: str, place: tuple[str, int, str], message: str
) -> None:
    """The file may be right for another desk that names it (M4, S9, C6)."""
    texts = []
    for text, change in ((DESK, desk), (SHEET, sheet), (TABLES, tables)):
        old, _, new = change.partition(">")
        assert old in text
        texts.append(text.replace(old, new, 1) if change else text)
    (problem,) = faults(tmp_path, *texts)
    assert (problem.file.name, problem.line, problem.key) == place
    assert problem.message == message.format(folder=tmp_path) + " (desk sample)"


def test_more_contacts_may_be_bought(tmp_path: Path) -> None:
    """M4: a customer's own number wins over its agreement's."""
    tables = TABLES.replace('{ address = "dora@', '{ address = "third@delta.example" },\n    { address = "dora@')
    assert len(loaded(tmp_path, tables=tables).customers.by_key["delta"].contacts) == 3  # type: ignore[union-attr]
    assert len(faults(tmp_path, tables=tables.replace("contacts_allowed = 3\n", ""))) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../customers/none.csv", "{folder}/customers/none.csv cannot be read: No such file or directory"),
        ("../customers", "expected a file of customers, .csv or .toml"),
        ("../customers/a.xlsx", "expected a file of customers, .csv or .toml"),
        ("b.toml", LIES),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_in_the_desk_file(tmp_path: Path, name: str, message: str) -> None:
    """Where there is no such file, or it cannot be one of customers, the key that names it is at fault."""
    (problem,) = faults(tmp_path, DESK.replace("../customers/a.csv", name))
    assert (problem.file.name, problem.line, problem.key) == ("sample.toml", 1, "customers_files.0")
    assert problem.message == message.format(folder=tmp_path)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """Those of the desk file first, then file by file, each in the order of its lines."""
    found = faults(
        tmp_path,
        DESK.replace('prefix = "SA"', 'prefix = "sa"').replace("contacts = 2", "contacts = 0"),
        SHEET.replace("2024-01-01", "soon").replace("ole@gmail.com", "ole").replace("silver", "bronze"),
        TABLES.replace("2025-03-01", "1").replace('name = "Echo"', 'nmae = "Echo"'),
    )
    assert [(problem.file.name, problem.line, problem.key) for problem in found] == [
        ("sample.toml", 6, "prefix"),
        ("sample.toml", 87, "agreements.gold.contacts"),
        ("a.csv", 2, "acme.since"),
        ("a.csv", 4, "bolt.contact"),
        ("a.csv", 4, "bolt.agreement"),
        ("b.toml", 5, "customers.delta.since"),
        ("b.toml", 20, "customers.echo.name"),
        ("b.toml", 21, "customers.echo.nmae"),
    ]


def test_several_desks_may_name_one_file(tmp_path: Path) -> None:
    """Each has a book of its own, and a fault that is none of the desk's is told once."""
    path = lay_out(tmp_path)
    other = DESK.replace('prefix = "SA"', 'prefix = "SB"').replace("Support@", "sb@").replace("help@", "hb@")
    write(path.parent, other, "other.toml")
    desks = load_desks(path.parent)
    assert [len(desk.customers.by_key) for desk in desks if desk.customers] == [5, 5]

    write(tmp_path / "customers", SHEET.replace("2024-01-01", "soon").replace("ledger stock", "x"), "a.csv")
    with pytest.raises(DeskError) as caught:
        load_desks(path.parent)
    assert [problem.message.rpartition("(")[2] for problem in caught.value.problems] == [
        "expected a real date such as 2026-12-23, got soon",
        "desk other)",
        "desk sample)",
    ]


def test_a_linked_folder_of_desks_leads_where_it_is_linked_to(tmp_path: Path) -> None:
    """Then the way over it is told as it is: without it the name would be another file's."""
    real, shown = tmp_path / "shared" / "desks", tmp_path / "config" / "desks"
    real.mkdir(parents=True)
    shown.parent.mkdir()
    shown.symlink_to(real)
    (tmp_path / "shared" / "customers").mkdir()
    (tmp_path / "config" / "customers").mkdir()
    told = beside(shown / "sample.toml", "../customers/a.csv")
    assert told.resolve() == real.parent / "customers" / "a.csv"
    assert beside(real / "sample.toml", "../customers/a.csv") == real.parent / "customers" / "a.csv"


def test_a_file_is_read_once_as_long_as_it_stands_the_same(tmp_path: Path) -> None:
    """However many desks name it; an edit is seen."""
    shelf = CustomerFiles()
    path = write(tmp_path, SHEET, "a.csv")
    first = shelf.read(path)
    assert shelf.read(path) is first
    write(tmp_path, SHEET.replace("Carl", "Carla"), "a.csv")
    assert shelf.read(path).customers["carl"].name == ("Carla" if shelf.read(path) is not first else "")


def test_the_daemon_watches_every_file_of_customers(tmp_path: Path) -> None:
    """Whatever else is wrong with the desk file that names them."""
    named = 'customers_files = ["a.csv", " ", 1, " ../b.toml "]\nagents_file = "x.toml"\nbroken = 1'
    path = lay_out(tmp_path, named)
    beside = tuple(path.parent / name for name in ("sample.toml", "x.toml", "a.csv"))
    assert files_of(path) == (*beside, path.parent.parent / "b.toml")
    write(path.parent, "customers_files = 1")
    assert files_of(path) == (path,)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=30), st.sampled_from([",", ";"]))
def test_no_csv_file_makes_it_fall_over(tmp_path_factory: pytest.TempPathFactory, cells: list[str], part: str) -> None:
    """Whatever stands in the rows, a file gives customers or problems with lines, never anything else."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    rows = [part.join(cells[start : start + 4]) for start in range(0, len(cells), 4)]
    path.write_text("\n".join((part.join(COLUMNS), *rows)), encoding="utf-8")
    file = read_customers(path)
    assert file.problems or file.customers
    assert all(problem.line or problem.message == "holds no customer" for problem in file.problems)


@pytest.mark.parametrize("key", ["visma-control", "softone-go", "biometria-viol3", "microbizz", "cloudempiere"])
def test_the_shipped_examples_fit_their_desks(tmp_path: Path, key: str) -> None:
    """Each desk file names its example in a comment; without the comment sign both are without fault."""
    (tmp_path / "desks").mkdir()
    (tmp_path / "customers").symlink_to(shipped_config() / "customers")
    text = (shipped_config() / "desks" / f"{key}.toml").read_text(encoding="utf-8")
    assert text.count("\n# customers_files = ") == 1
    desk = load_desk(write(tmp_path / "desks", text.replace("\n# customers_files", "\ncustomers_files"), f"{key}.toml"))
    assert desk.customers is not None
    assert len(desk.customers.by_key) >= 3
    for customer in desk.customers.by_key.values():
        people = {contact.address.rpartition("@")[2] for contact in customer.contacts}
        assert all(domain.endswith(".example") for domain in {*customer.domains, *people})
