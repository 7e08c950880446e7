"""Templates on disk: a good edit holds, a broken one is reported and leaves the last good version in force."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.desk import Agent, Desk
from mailbot.core.samples import BEFORE_EASTER, sample_case
from mailbot.core.wording import acknowledgement
from mailbot.problems import Problem
from mailbot.shipped import shipped_config, shipped_templates
from mailbot.templates import TemplateStore
from tests.lettering import shipped_desks

ACK = "sv/acknowledgement.txt.j2"
GOOD = "Subject: [{{ case.number }}] egen\n\nEgen text {{ case.number }}\n"


@pytest.fixture
def desk() -> Desk:
    """One Swedish desk, so that trying out is quick."""
    return shipped_desks()["softone-go"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An admin's folder of templates, empty."""
    folder = tmp_path / "templates"
    (folder / "sv").mkdir(parents=True)
    return folder


def write(path: Path, text: str) -> None:
    """Write a file so that its time differs from before, however coarse the file system's clock."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 2_000_000_000, before + 2_000_000_000))


def text_of(store: TemplateStore, desk: Desk) -> str:
    """The acknowledgement's text as it is written now."""
    return acknowledgement(store.library, desk, sample_case(desk), BEFORE_EASTER).draft.text


def test_the_shipped_templates_are_sound(tmp_path: Path) -> None:
    """Every shipped letter can be written for every shipped desk."""
    assert TemplateStore(shipped=shipped_templates()).refresh(tuple(shipped_desks().values())) == ()


def test_a_file_of_the_admins_wins_over_the_shipped_one_alone(own: Path, desk: Desk) -> None:
    """One own file changes one form of one letter; all else is written from what is shipped."""
    write(own / ACK, GOOD)
    store = TemplateStore(own)

    assert store.refresh((desk,)) == ()
    draft = acknowledgement(store.library, desk, sample_case(desk), BEFORE_EASTER).draft
    assert draft.text == "Egen text SG-000013\n"
    assert "Vi börjar arbeta med ärendet" in draft.html


def test_a_good_edit_holds_from_the_next_letter_on(own: Path, desk: Desk) -> None:
    """After a change the library is another value; the old one still writes what it wrote."""
    write(own / ACK, GOOD)
    store = TemplateStore(own)
    store.refresh((desk,))
    before = store.library
    write(own / ACK, GOOD.replace("Egen text", "Nyare text"))

    assert store.refresh((desk,)) == ()
    assert text_of(store, desk) == "Nyare text SG-000013\n"
    assert acknowledgement(before, desk, sample_case(desk), BEFORE_EASTER).draft.text == "Egen text SG-000013\n"


def test_nothing_is_read_where_nothing_has_changed(own: Path, desk: Desk) -> None:
    """A second look keeps the very same library and reports nothing again, a standing problem neither."""
    write(own / ACK, "Subject: x\n\n{{ oops }}")
    store = TemplateStore(own)

    assert len(store.refresh((desk,))) == 1
    library = store.library
    assert store.refresh((desk,)) == ()
    assert store.library is library


BROKEN = [
    ("Subject: x\n\n\n{{ case.number", 4, "unexpected end of template"),
    ("Subject: x\n\n{{ case.nummer }}", 3, "there is no 'nummer' here; there are"),
    ("Subject: x\n\n{% if not case.verified %}\n{{ oops }}\n{% endif %}", 4, "'oops' is undefined"),
    ("Subject: x\n\n{% if start.at_once %}\n{{ oops }}\n{% endif %}", 4, "'oops' is undefined"),
    ("Subject: x\n\n{{ 'a' * 10**9 }}", 3, "`*` has no place in a letter"),
    ("Hej\n\ntext", 1, "expected `Subject: …` in the first line"),
    ("Subject: x\ntext", 2, "expected an empty line below the subject"),
    ("", 1, "expected `Subject: …` in the first line"),
    ("Subject: x\n\n{% include '_none.txt.j2' %}", 3, "there is no template sv/_none.txt.j2 to include"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN, ids=[message for _, _, message in BROKEN])
def test_a_broken_edit_is_reported_and_the_last_good_version_stays(
    own: Path, desk: Desk, text: str, line: int, message: str
) -> None:
    """The problem names file and line, also of a branch that is rarely taken; letters go on as before."""
    write(own / ACK, GOOD)
    store = TemplateStore(own)
    store.refresh((desk,))
    write(own / ACK, text)
    [problem] = store.refresh((desk,))

    assert (problem.file, problem.line) == (own / ACK, line)
    assert message in problem.message
    assert text_of(store, desk) == "Egen text SG-000013\n"


@pytest.mark.parametrize(("text", "line", "message"), BROKEN[:2])
def test_at_the_start_the_shipped_version_is_the_last_good_one(
    own: Path, desk: Desk, text: str, line: int, message: str
) -> None:
    """A file that is broken when first read is reported, and the shipped letter is written."""
    write(own / ACK, text)
    store = TemplateStore(own)
    [problem] = store.refresh((desk,))

    assert (problem.file, problem.line) == (own / ACK, line)
    assert "Vi börjar arbeta med ärendet" in text_of(store, desk)


def test_a_good_edit_beside_a_broken_one_holds(own: Path, desk: Desk) -> None:
    """Each file stands for itself: the broken one's last good version is used with the good one's new version."""
    html = own / "sv/acknowledgement.html.j2"
    write(own / ACK, GOOD)
    write(html, "<p>Egen</p>")
    store = TemplateStore(own)
    assert store.refresh((desk,)) == ()
    write(own / ACK, "Subject: x\n\n{{ oops }}")
    write(html, "<p>Nyare</p>")
    [problem] = store.refresh((desk,))

    assert problem.file == own / ACK
    draft = acknowledgement(store.library, desk, sample_case(desk), BEFORE_EASTER).draft
    assert draft.text == "Egen text SG-000013\n"
    assert "<p>Nyare</p>" in draft.html


def test_every_broken_file_is_reported_at_once(own: Path, desk: Desk) -> None:
    """Three broken files are three problems of one call."""
    names = ("sv/acknowledgement.txt.j2", "sv/new-case-copy.txt.j2", "sv/follow-up-copy.html.j2")
    for name in names:
        write(own / name, "Subject: x\n\n{{ oops }}")
    problems = TemplateStore(own).refresh((desk,))

    assert sorted(problem.file for problem in problems) == sorted(own / name for name in names)


def test_a_broken_include_is_named_itself(own: Path, desk: Desk) -> None:
    """The file that fails is reported, not the letter that includes it, and its last good version stays."""
    write(own / ACK, "Subject: x\n\n{% include '_rad.txt.j2' %}\n")
    write(own / "sv/_rad.txt.j2", "Rad {{ case.number }}")
    store = TemplateStore(own)
    assert store.refresh((desk,)) == ()
    write(own / "sv/_rad.txt.j2", "\n{{ oops }}")
    [problem] = store.refresh((desk,))

    assert (problem.file, problem.line) == (own / "sv/_rad.txt.j2", 2)
    assert text_of(store, desk) == "Rad SG-000013\n"


def test_a_mended_file_holds_again(own: Path, desk: Desk) -> None:
    """After a broken edit the next good one is taken over."""
    store = TemplateStore(own)
    for text, problems in ((GOOD, 0), ("Subject: x\n\n{{ oops }}", 1), (GOOD.replace("Egen", "Lagad"), 0)):
        write(own / ACK, text)
        assert len(store.refresh((desk,))) == problems
    assert text_of(store, desk) == "Lagad text SG-000013\n"


def test_a_removed_file_gives_way_to_the_shipped_one(own: Path, desk: Desk) -> None:
    """An own template that is taken away is no longer in force."""
    write(own / ACK, GOOD)
    store = TemplateStore(own)
    store.refresh((desk,))
    (own / ACK).unlink()

    assert store.refresh((desk,)) == ()
    assert "Vi börjar arbeta med ärendet" in text_of(store, desk)


def test_a_file_that_is_not_utf8_keeps_its_last_good_version(own: Path, desk: Desk) -> None:
    """A file saved in another charset is reported as such; letters go on as before."""
    write(own / ACK, GOOD)
    store = TemplateStore(own)
    store.refresh((desk,))
    (own / ACK).write_bytes("Subject: x\n\nHälsningar".encode("latin-1"))
    [problem] = store.refresh((desk,))

    assert "is not UTF-8" in problem.message
    assert text_of(store, desk) == "Egen text SG-000013\n"


def test_a_desks_own_letter_is_tried_and_used_for_it_alone(own: Path, desk: Desk) -> None:
    """A file in desks/DESK/LANGUAGE wins for its desk, and one that fails is reported with its name."""
    other = shipped_desks()["visma-control"]
    name = "desks/softone-go/sv/acknowledgement.txt.j2"
    write(own / name, GOOD)
    store = TemplateStore(own)
    assert store.refresh((desk, other)) == ()

    assert text_of(store, desk) == "Egen text SG-000013\n"
    assert "Vi börjar arbeta med ärendet" in text_of(store, other)
    write(own / name, "Subject: x\n\n{{ oops }}")
    [problem] = store.refresh((desk, other))
    assert problem.file == own / name
    assert text_of(store, desk) == "Egen text SG-000013\n"


@pytest.mark.parametrize(
    "name",
    [
        "sv/acknowledgment.txt.j2",
        "sv/acknowledgement.j2",
        "acknowledgement.txt.j2",
        "se/acknowledgement.txt.j2",
        "desks/softone-go/acknowledgement.txt.j2",
        "sv/receipt.html.j2",
    ],
)
def test_a_file_that_no_letter_is_written_from_is_told(own: Path, desk: Desk, name: str) -> None:
    """A slip in a file's name or place is reported instead of being passed over in silence."""
    write(own / name, GOOD)
    [problem] = TemplateStore(own).refresh((desk,))

    assert problem.file == own / name
    assert "expected" in problem.message


def test_templates_of_a_language_that_nobody_reads_are_left_alone(own: Path, desk: Desk) -> None:
    """A broken Danish letter is no problem of a Swedish desk; it is one as soon as one of its agents reads Danish."""
    write(own / "da/receipt.txt.j2", "Subject: x\n\n{{ oops }}")
    store = TemplateStore(own)
    danish = replace(desk, agents=(*desk.agents, Agent("Mette", ("mette@desk.example",), language="da")))

    assert store.refresh((desk,)) == ()
    [problem] = store.refresh((danish,))
    assert problem.file == own / "da/receipt.txt.j2"


def test_a_missing_folder_is_told_and_the_shipped_letters_are_written(tmp_path: Path, desk: Desk) -> None:
    """A folder named in the settings that is not there is a problem, not a stop."""
    store = TemplateStore(tmp_path / "none")

    assert store.refresh((desk,)) == (Problem(tmp_path / "none", None, "", "there is no such folder of templates"),)
    assert "Vi börjar arbeta med ärendet" in text_of(store, desk)


def test_a_new_desk_is_tried_too(own: Path, desk: Desk) -> None:
    """A changed desk counts as a change: a template that fails for it alone is found before its first letter."""
    write(own / ACK, "Subject: x\n\n{% if desk.name == 'Other' %}{{ oops }}{% endif %}")
    store = TemplateStore(own)

    assert store.refresh((desk,)) == ()
    assert len(store.refresh((desk, replace(desk, key="other", name="Other")))) == 1


def test_a_broken_shipped_template_is_told_and_the_last_good_one_stays(tmp_path: Path, desk: Desk) -> None:
    """In a checkout the shipped folder is edited too; there as well a broken edit changes nothing."""
    shipped = tmp_path / "shipped"
    shutil.copytree(shipped_templates(), shipped)
    store = TemplateStore(None, shipped)
    assert store.refresh((desk,)) == ()
    write(shipped / ACK, "Subject: x\n\n{{ oops }}")
    [problem] = store.refresh((desk,))

    assert problem.file == shipped / ACK
    assert "Vi börjar arbeta med ärendet" in text_of(store, desk)


def test_without_any_usable_template_there_is_no_library(tmp_path: Path, desk: Desk) -> None:
    """An installation without templates says what is missing and does not pretend."""
    (tmp_path / "empty").mkdir()
    store = TemplateStore(None, tmp_path / "empty")
    [problem] = store.refresh((desk,))

    assert "there is no such template" in problem.message
    with pytest.raises(RuntimeError, match="no usable templates"):
        _ = store.library


def test_the_shipped_folders_are_where_they_are_looked_for() -> None:
    """Templates and desk files are found beside the program."""
    assert (shipped_templates() / ACK).is_file()
    assert (shipped_config() / "desks").is_dir()
