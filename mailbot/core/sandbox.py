"""Compiles and renders letter templates so that none, however written, can take the program's time, memory or secrets.

A template is a form with blanks: it may show facts, choose and repeat. What it may hold is a list of allowed syntax,
read before anything is compiled; what it does is counted in work units without a clock, so that the same template fails
at the same place everywhere (T24). It sees plain text, numbers, tuples and dicts, and nothing that can be called.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from types import CodeType, TracebackType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateError, TemplateNotFound, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from mailbot.core.templateguard import UNIT, guard

WORK = 20_000
"""Units of one rendering: each piece of syntax run is one, and each 32 characters made are one."""
OUTPUT = 64 * 1024
"""Characters that a rendered template may have."""
SOURCE = 32 * 1024
"""Characters that a template file may have."""

_METER = "_meter"
_LOOP_WORDS = frozenset({"index", "index0", "revindex", "first", "last", "length"})


class TemplateProblem(Exception):  # noqa: N818 - it is told to an admin as a problem of a file, like any other
    """A template that cannot be used, with the file and line where."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


class _Meter:
    """The work one rendering may still do."""

    __slots__ = ("left",)

    def __init__(self, units: int) -> None:
        self.left = units

    def charge(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise SecurityError("the template does more work than a letter needs; look for loops within loops")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates that may include each other, compiled once and never changed: safe to share between threads."""

    intercepted_binops = frozenset({"+", "-"})

    def __init__(self, sources: Mapping[str, str], sound: Collection[str] = ()) -> None:
        """Compile every source, by file name; `.html.j2` ones escape. TemplateProblem for the first bad one.

        Those named in `sound` are known to be good: each is compiled when a letter first needs it, since a whole
        language takes half a second that every command would wait for.
        """
        super().__init__(
            loader=_Loader(sources),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        self.globals = {}
        self.filters = dict(_FILTERS)
        self.tests = {name: self.tests[name] for name in ("defined", "undefined", "none", "odd", "even")}
        for name in sources:
            if name not in sound:
                _attempt(name, lambda name=name: self.get_template(name))

    def render_page(
        self, name: str, facts: Mapping[str, Any], *, more_output: int = 0, html: Mapping[str, str] | None = None
    ) -> str:
        """The template of that name, filled in. TemplateProblem says where and why it fails.

        `more_output` raises the cap for facts that are long themselves (a customer's text). `html` holds further facts
        that are HTML made safe already; they alone are not escaped, and count like any other.
        """
        safe = {key: Markup(text) for key, text in (html or {}).items()}  # noqa: S704 - what the caller vouches for
        return str(_attempt(name, lambda: self._render(name, {**facts, **safe}, OUTPUT + more_output, more_output)))

    def _render(self, name: str, facts: Mapping[str, Any], most: int, more_work: int) -> str:
        # The meter has kept this within a few times the cap, so looking at the end is soon enough.
        page = self.get_template(name).render({**facts, _METER: _Meter(WORK + more_work // UNIT)})
        if len(page) > most:
            raise SecurityError(f"the letter is longer than {most} characters")
        return page

    def join_path(self, template: str, parent: str) -> str:
        """Where an include looks: beside the template that asks, then in the folder of its language."""
        folders = parent.split("/")[:-1]
        beside = "/".join((*folders, template))
        return beside if beside in _loader(self).sources else "/".join((*folders[-1:], template))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a dict, a macro of an imported file, or what a loop knows of itself; there is nothing else."""
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self._no_such(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_WORDS:
            return getattr(obj, attribute)
        if isinstance(obj, TemplateModule) and isinstance(getattr(obj, attribute, None), Macro):
            return getattr(obj, attribute)
        return self._no_such(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item of a tuple or list by number, or a field of a dict by name."""
        known = (type(obj) is dict and argument in obj) or (
            type(obj) in (tuple, list) and type(argument) is int and -len(obj) <= argument < len(obj)
        )
        return obj[argument] if known else self._no_such(obj, str(argument))

    def _no_such(self, obj: Any, name: str) -> Undefined:
        if isinstance(obj, Undefined):
            return obj
        known = f"; there are {', '.join(sorted(obj))}" if type(obj) is dict else ""
        return self.undefined(f"there is no {name!r} here{known}", name=name, exc=SecurityError)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's names
        """Calls macros only."""
        if isinstance(__obj, Undefined):
            return __obj()
        if not isinstance(__obj, Macro):
            raise SecurityError("only a macro can be called")
        return __context.call(__obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - Jinja's signature
        """`+` and `-` for numbers only, so that no text grows by them."""
        if type(left) is not int or type(right) is not int:
            raise SecurityError(f"`{operator}` is for numbers; `~` joins texts")
        return left + right if operator == "+" else left - right


class _Loader(BaseLoader):
    """Hands out compiled templates from memory."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def load(self, environment: Any, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja's signature
        if name not in self.sources:
            raise TemplateNotFound(name, f"there is no template {name}")
        code = _compiled(name, self.sources[name])
        return Template.from_code(environment, code, environment.make_globals(globals))


@lru_cache(maxsize=1024)
def _compiled(name: str, source: str) -> CodeType:
    """A template's code; the same in whatever set of templates it stands, so that an edit compiles one file alone."""
    if len(source) > SOURCE:
        raise TemplateSyntaxError(f"the file is longer than {SOURCE} characters", 1, name)
    compiler = _compiler()
    tree = compiler.parse(source, name, name)
    guard(tree, name)
    return compiler.compile(tree, name, name)


@cache
def _compiler() -> Sandbox:
    return Sandbox({})


def _loader(environment: Sandbox) -> _Loader:
    assert isinstance(environment.loader, _Loader)
    return environment.loader


def _meter_of(context: Context) -> _Meter:
    meter: _Meter = context.resolve_or_missing(_METER)
    return meter


def _charge_text(context: Context, text: str) -> str:
    _meter_of(context).charge(1 + len(text) // UNIT)
    return text


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """What may be written into a letter: text and numbers."""
    if isinstance(value, str):
        _meter_of(context).charge(1 + len(value) // UNIT)
        return value
    if type(value) is int or isinstance(value, Undefined):
        return value
    raise SecurityError(f"expected a text or a number to write, got {_spoken(value)}")


def _spoken(value: Any) -> str:
    names = {dict: "a group of facts", tuple: "a list", list: "a list", bool: "yes/no", type(None): "nothing"}
    return names.get(type(value), "something else")


@pass_context
def _spend(context: Context, units: int) -> bool:
    _meter_of(context).charge(units)
    return False


@pass_context
def _each(context: Context, values: Any, cost: int) -> Any:
    if isinstance(values, Undefined):
        return values
    if type(values) not in (tuple, list):
        raise SecurityError(f"a loop needs a list, got {'a text' if isinstance(values, str) else _spoken(values)}")
    _meter_of(context).charge(len(values) * cost)
    return values


def _text(context: Context, value: Any) -> str:
    if isinstance(value, str):
        return _charge_text(context, value)
    if type(value) is int:
        return str(value)
    if isinstance(value, Undefined):
        return str(value)  # raises, with its reason
    raise SecurityError(f"expected a text, got {_spoken(value)}")


@pass_context
def _joined(context: Context, values: Any, between: str = "") -> str:
    if type(values) not in (tuple, list):
        raise SecurityError(f"expected a list to join, got {_spoken(values)}")
    _meter_of(context).charge(len(values) * (1 + len(between) // UNIT))
    texts = [_text(context, value) for value in values]
    if isinstance(between, Markup) or any(isinstance(text, Markup) for text in texts):
        return escape(between).join(texts)
    return between.join(texts)


@pass_context
def _length(_context: Context, value: Any) -> int:
    if isinstance(value, Undefined) or not isinstance(value, (str, tuple, list, dict)):
        raise SecurityError(f"{_spoken(value)} has no length")
    return len(value)


@pass_context
def _first(_context: Context, values: Any) -> Any:
    if type(values) not in (tuple, list) or not values:
        raise SecurityError("`first` needs a list that is not empty")
    return values[0]


@pass_context
def _last(_context: Context, values: Any) -> Any:
    if type(values) not in (tuple, list) or not values:
        raise SecurityError("`last` needs a list that is not empty")
    return values[-1]


@pass_context
def _default(_context: Context, value: Any, otherwise: Any = "") -> Any:
    return otherwise if isinstance(value, Undefined) or value in ("", None) else value


@pass_context
def _upper(context: Context, value: Any) -> str:
    return _text(context, value).upper()


@pass_context
def _lower(context: Context, value: Any) -> str:
    return _text(context, value).lower()


@pass_context
def _capitalize(context: Context, value: Any) -> str:
    """The first letter large, the others as they are (Jinja's own would make the others small)."""
    text = _text(context, value)
    return text[:1].upper() + text[1:]


@pass_context
def _trim(context: Context, value: Any) -> str:
    return _text(context, value).strip()


@pass_context
def _escape(context: Context, value: Any) -> Markup:
    return escape(_text(context, value))


_FILTERS: Mapping[str, Any] = {
    "capitalize": _capitalize, "d": _default, "default": _default, "e": _escape, "escape": _escape, "first": _first,
    "join": _joined, "last": _last, "length": _length, "lower": _lower, "trim": _trim, "upper": _upper,
    "_each": _each, "_spend": _spend,
}  # fmt: skip


def _attempt(name: str, work: Any) -> Any:
    """Do the work; whatever goes wrong in a template comes out as a TemplateProblem with its place."""
    try:
        return work()
    except TemplateSyntaxError as exc:
        raise TemplateProblem(exc.name or name, exc.lineno, exc.message or "is no template") from None
    except (RecursionError, MemoryError) as exc:
        raise TemplateProblem(name, None, "is nested too deeply, or includes or calls itself") from exc
    except TemplateNotFound as exc:
        file, line = _place(exc.__traceback__, name)
        raise TemplateProblem(file, line, f"there is no template {exc.name} to include") from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, SyntaxError) as exc:
        file, line = _place(exc.__traceback__, name)
        raise TemplateProblem(file, line, str(exc) or type(exc).__name__) from None


def _place(traceback: TracebackType | None, name: str) -> tuple[str, int | None]:
    """The innermost template line that was running."""
    file, line = name, None
    while traceback is not None:
        where = traceback.tb_frame.f_code.co_filename
        if where.endswith(".j2"):
            file, line = where, traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line
