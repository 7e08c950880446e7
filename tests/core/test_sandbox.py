"""The sandbox: no template, however written, gets at anything, runs long or grows large."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mailbot.core.sandbox import OUTPUT, SOURCE, Sandbox, TemplateProblem

FACTS: dict[str, Any] = {
    "name": "Åsa <b>&",
    "case": {"number": "VC-000017", "open": True},
    "lines": ("one", "two"),
    "many": tuple("x" * 1000 for _ in range(1000)),
    "text": "<" * 20_000,
    "count": 3,
    "empty": "",
}
SHARED = {
    "sv/_macros.txt.j2": "{% macro greet(name, mark='!') %}Hej {{ name }}{{ mark }}{% endmacro %}",
    "sv/_line.txt.j2": "{{ case.number }}",
    "sv/_line.html.j2": "<i>{{ name }}</i>",
    "sv/_self.txt.j2": "{% include '_self.txt.j2' %}",
    "desks/visma/sv/_line.txt.j2": "own {{ case.number }}",
}


def render(source: str, name: str = "sv/letter.txt.j2") -> str:
    """A template's source, compiled among the shared files and filled in."""
    return Sandbox({**SHARED, name: source}).render_page(name, FACTS)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("Hej {{ name }}", "Hej Åsa <b>&"),
        (
            "{% for line in lines %}{{ loop.index }} {{ line }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1 one, 2 two",
        ),
        ("{% for x in ['a', 'b'] %}{{ x|upper }}{% endfor %}", "AB"),
        ("{% if case.open and count > 2 %}yes{% else %}no{% endif %}", "yes"),
        ("{{ 'many' if count + 1 == 4 else 'few' }}", "many"),
        ("{{ name ~ '/' ~ count }}", "Åsa <b>&/3"),
        ("{{ lines|join(' och ') }} {{ lines|length }} {{ lines|first }} {{ lines[1] }}", "one och two 2 one two"),
        ("{{ empty|default('nothing') }}", "nothing"),
        ("{{ 'x' if missing is defined else 'no' }}", "no"),
        ("{{ ' åse b '|trim|capitalize }}", "Åse b"),
        ("{% set greeting = 'Hej' %}{{ greeting }}", "Hej"),
        ("{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice('ab') }}", "abab"),
        ("{% from '_macros.txt.j2' import greet %}{{ greet('Åsa', mark='?') }}", "Hej Åsa?"),
        ("{% import '_macros.txt.j2' as m %}{{ m.greet(case.number) }}", "Hej VC-000017!"),
        ("{% include '_line.txt.j2' %}", "VC-000017"),
        ("{% raw %}{{ 7*7 }}{% endraw %}{# a remark #}", "{{ 7*7 }}"),
        ("{% if 'one' in lines %}in{% endif %}", "in"),
    ],
)
def test_what_a_letter_needs_is_there(source: str, page: str) -> None:
    """A template may show facts, choose, repeat, include, and use its own macros."""
    assert render(source) == page


def test_html_is_escaped_and_text_is_not() -> None:
    """In a `.html.j2` every fact is escaped, also through macros, includes and joins; in a text none is (T26)."""
    source = (
        "{% macro show(x) %}<b>{{ x }}</b>{% endmacro %}"
        "{{ name }}|{{ show(name) }}|{{ '<' ~ name }}|{% include '_line.html.j2' %}|{{ (name, '<')|join('&') }}"
    ).replace("(name, '<')", "['<', '>']")
    page = render(source, "sv/letter.html.j2")

    escaped = "Åsa &lt;b&gt;&amp;"
    assert page == f"{escaped}|<b>{escaped}</b>|&lt;{escaped}|<i>{escaped}</i>|&lt;&amp;&gt;"


def test_facts_are_data_and_never_templates() -> None:
    """Template syntax in a customer's words stays what it is: words (T25)."""
    sandbox = Sandbox({"sv/a.txt.j2": "{{ subject }}", "sv/a.html.j2": "{{ subject }}"})
    subject = "{{7*7}}{% raw %}{% include '/etc/passwd' %}"

    assert sandbox.render_page("sv/a.txt.j2", {"subject": subject}) == subject
    assert "{{7*7}}" in sandbox.render_page("sv/a.html.j2", {"subject": subject})


def test_html_that_is_safe_already_goes_out_as_it_is_and_nothing_else_does() -> None:
    """Only what is handed over as HTML is not escaped; templates in it are text, and it counts for the cap (T24)."""
    html = "<b>{{ 7*7 }}</b>"
    sandbox = Sandbox(
        {"sv/a.html.j2": "{{ name }}|{{ words }}|{{ words ~ name }}|{% if words %}{{ words|trim }}{% endif %}"}
    )
    page = sandbox.render_page("sv/a.html.j2", {"name": html}, html={"words": html})

    escaped = "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;"
    assert page == f"{escaped}|{html}|{html}{escaped}|{html}"
    with pytest.raises(TemplateProblem, match="longer than"):
        sandbox.render_page("sv/a.html.j2", {"name": ""}, html={"words": "x" * OUTPUT})


def test_a_desks_own_include_wins_beside_its_letter() -> None:
    """An include is looked for beside the template that asks, then in the folder of its language."""
    name = "desks/visma/sv/letter.txt.j2"

    assert render("{% include '_line.txt.j2' %}", name) == "own VC-000017"
    assert render("{% from '_macros.txt.j2' import greet %}{{ greet('x') }}", name) == "Hej x!"


FORBIDDEN = [
    ("{{ 'a' * 10**9 }}", "`*`"),
    ("{{ 'a' ** 2 }}", "`**`"),
    ("{{ '%1000000000s' % 'a' }}", "`%`"),
    ("{{ 1 // 0 }}", "`//`"),
    ("{{ 'a'.ljust(1000000000) }}", "there is no 'ljust'"),
    ("{{ '{0.__class__}'.format(name) }}", "there is no 'format'"),
    ("{{ name.__class__ }}", "underscore"),
    ("{{ name['__class__'] }}", "there is no '__class__'"),
    ("{{ lines.__class__.__mro__ }}", "underscore"),
    ("{{ lines.count('one') }}", "there is no 'count'"),
    ("{{ case.items() }}", "there is no 'items'"),
    ("{{ case['update'] }}", "there is no 'update'"),
    ("{{ range(10) }}", "'range' is undefined"),
    ("{{ lipsum() }}", "'lipsum' is undefined"),
    ("{{ cycler(1) }}", "'cycler' is undefined"),
    ("{{ joiner() }}", "'joiner' is undefined"),
    ("{% set ns = namespace(a=1) %}", "'namespace' is undefined"),
    ("{{ dict(a=1) }}", "'dict' is undefined"),
    ("{{ {'a': 1} }}", "a dict"),
    ("{{ [name, name] }}", "a list may hold only"),
    ("{{ name|safe }}", "No filter named 'safe'"),
    ("{{ name|map('upper') }}", "No filter named 'map'"),
    ("{{ name|attr('x') }}", "No filter named 'attr'"),
    ("{{ name|center(1000000000) }}", "No filter named 'center'"),
    ("{{ name is string }}", "No test named 'string'"),
    ("{% set x %}text{% endset %}", "{% set %} block"),
    ("{% filter upper %}text{% endfilter %}", "{% filter %} block"),
    ("{% call f() %}{% endcall %}", "{% call %} block"),
    ("{% autoescape false %}{{ name }}{% endautoescape %}", "{% autoescape %}"),
    ("{% extends '_line.txt.j2' %}", "{% extends %}"),
    ("{% block a %}{% endblock %}", "a {% block %}"),
    ("{% include name %}", "must be written out"),
    ("{% include ['a', 'b'] %}", "must be written out"),
    ("{% include '../../etc/passwd' %}", "no template"),
    ("{% include '_none.txt.j2' %}", "no template"),
    ("{% for x in lines recursive %}{{ loop(lines) }}{% endfor %}", "recursive loop"),
    ("{% for x in name %}{% endfor %}", "a loop needs a list, got a text"),
    ("{% for x in case %}{% endfor %}", "a loop needs a list"),
    ("{{ loop.index }}", "'loop' is undefined"),
    ("{{ self }}", "expected a text or a number"),
    ("{{ case }}", "got a group of facts"),
    ("{{ lines }}", "got a list"),
    ("{{ case.open }}", "got yes/no"),
    ("{{ name() }}", "only a macro can be called"),
    ("{{ name + name }}", "`~` joins texts"),
    ("{{ _meter }}", "underscore"),
    ("{% set _meter = 1 %}", "underscore"),
    ("{% from '_macros.txt.j2' import greet as _meter %}", "underscore"),
    ("{{ -5|_spend }}", "underscore"),
    ("{{ case.nummer }}", "there is no 'nummer' here; there are number, open"),
    ("{{ customer }}", "'customer' is undefined"),
    ("{{ 'a' < 1 }}", "not supported"),
    ("{{ name ", "unexpected end of template"),
    ("{% if name %}", "Unexpected end of template"),
    ("{{ '" + "x" * SOURCE + "' }}", "longer than"),
]


@pytest.mark.parametrize(("source", "message"), FORBIDDEN, ids=[source[:40] for source, _ in FORBIDDEN])
def test_what_a_letter_has_no_use_for_is_refused_with_its_line(source: str, message: str) -> None:
    """Anything else is refused, with file, line and what is wrong, before it can do anything."""
    with pytest.raises(TemplateProblem) as caught:
        render("\n\n" + source)

    problem = caught.value
    assert problem.file == "sv/letter.txt.j2"
    assert message in problem.message
    assert problem.line == 3 or "{% autoescape" in source or "longer than" in message
    assert str(problem).startswith("sv/letter.txt.j2")


HOSTILE = [
    "{% for a in many %}{% for b in many %}{% for c in many %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% set x = 'abcdefgh' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
    "{% set x = text %}" + "{% set x = x ~ x ~ x ~ x ~ x ~ x %}" * 20,
    "{{ text }}" * 3000,
    "{{ text|upper|lower|upper|lower }}" * 600,
    "{{ many|join(text) }}",
    "{% for x in many %}{{ x }}{% endfor %}",
    "{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('ab') }}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro a() %}"
    + "{{ text }}" * 10
    + "{% endmacro %}{% macro b() %}"
    + "{{ a() }}" * 10
    + "{% endmacro %}{{ b() }}",
    "{% include '_self.txt.j2' %}",
    "{% if text in text %}" * 200 + "{% endif %}" * 200,
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{% if 1 %}" * 1500 + "{% endif %}" * 1500,
    "{% for x in lines %}" * 60 + "y" + "{% endfor %}" * 60,
    "x" * 100 + "{% for a in many %}" + "y" * 200 + "{% endfor %}",
    "{{ " + "9" * 6000 + " }}",
]


@pytest.mark.parametrize("ending", [".txt.j2", ".html.j2"])
@pytest.mark.parametrize("source", HOSTILE, ids=[source[:40] for source in HOSTILE])
def test_a_template_that_would_run_long_or_grow_large_fails_soon(source: str, ending: str) -> None:
    """Loops in loops, doubling texts, recursion and deep nesting end in a problem, and soon (T24)."""
    begun = time.process_time()
    with pytest.raises(TemplateProblem) as caught:
        Sandbox({**SHARED, f"sv/letter{ending}": source}).render_page(f"sv/letter{ending}", FACTS)

    assert caught.value.file.startswith("sv/")
    assert time.process_time() - begun < 3


def test_a_page_over_the_cap_is_refused_and_one_at_the_cap_is_not() -> None:
    """The cap counts characters of the finished page."""
    sandbox = Sandbox({"sv/a.txt.j2": "{{ text }}"})

    assert len(sandbox.render_page("sv/a.txt.j2", {"text": "x" * OUTPUT})) == OUTPUT
    with pytest.raises(TemplateProblem, match="longer than"):
        sandbox.render_page("sv/a.txt.j2", {"text": "x" * (OUTPUT + 1)})
    assert sandbox.render_page("sv/a.txt.j2", {"text": "x" * (OUTPUT + 1)}, more_output=1)


def test_one_rendering_does_not_use_up_the_next() -> None:
    """Each rendering has a meter of its own."""
    sandbox = Sandbox({"sv/a.txt.j2": "{% for x in many %}{{ loop.index }}{% endfor %}"})

    pages = {sandbox.render_page("sv/a.txt.j2", FACTS) for _ in range(20)}
    assert len(pages) == 1


def test_an_included_file_is_named_when_it_fails() -> None:
    """A fault in an included file is told with that file and its line."""
    sandbox = Sandbox({"sv/a.txt.j2": "x\n{% include '_b.txt.j2' %}", "sv/_b.txt.j2": "\n\n\n{{ nobody }}"})
    with pytest.raises(TemplateProblem) as caught:
        sandbox.render_page("sv/a.txt.j2", {})

    assert (caught.value.file, caught.value.line) == ("sv/_b.txt.j2", 4)
