"""What a letter template may hold: allowed syntax, and a meter put into it wherever work is done (T24)."""

from __future__ import annotations

from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.visitor import NodeTransformer

UNIT = 32
"""Characters of text that count as much work as one piece of syntax."""

_ALLOWED = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem,
        nodes.For, nodes.If, nodes.CondExpr, nodes.Assign, nodes.Macro, nodes.Call, nodes.Keyword, nodes.Filter,
        nodes.Test, nodes.Include, nodes.Import, nodes.FromImport, nodes.Concat, nodes.Compare, nodes.Operand,
        nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Add, nodes.Sub, nodes.Tuple, nodes.List,
    }
)  # fmt: skip
_SPOKEN = {
    nodes.Mul: "`*`", nodes.Pow: "`**`", nodes.Mod: "`%`", nodes.Div: "`/`", nodes.FloorDiv: "`//`",
    nodes.Dict: "a dict", nodes.Slice: "a slice", nodes.NSRef: "a namespace", nodes.With: "a {% with %} block",
    nodes.AssignBlock: "a {% set %} block", nodes.FilterBlock: "a {% filter %} block",
    nodes.CallBlock: "a {% call %} block", nodes.Extends: "{% extends %}", nodes.Block: "a {% block %}",
    nodes.Scope: "{% autoescape %}",
}  # fmt: skip


def guard(tree: nodes.Template, name: str) -> None:
    """Check a parsed template and make it count its own work, by filters `_spend` and `_each` put into it.

    TemplateSyntaxError where it holds what a letter has no use for.
    """
    _Guard(name).visit(tree)
    tree.body.insert(0, _charge(_size(tree), tree.lineno))


class _Guard(NodeTransformer):
    """Refuses syntax that a letter has no use for, and puts the meter where work is done."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """The node, allowed and metered, or another in its place."""
        kind = type(node)
        if kind not in _ALLOWED:
            what = _SPOKEN.get(
                kind, f"{{% {kind.__name__.lower()} %}}" if isinstance(node, nodes.Stmt) else kind.__name__
            )
            self._refuse(node, f"{what} has no place in a letter")
        for name in _names(node):
            if name.startswith("_"):
                self._refuse(node, f"a name may not begin with an underscore: {name}")
        return self._metered(super().generic_visit(node, *args, **kwargs))

    def _metered(self, node: nodes.Node) -> nodes.Node:
        match node:
            case nodes.For():
                if node.recursive:
                    self._refuse(node, "a recursive loop has no place in a letter")
                cost = 1 + sum(map(_size, (*node.body, *node.else_))) + (_size(node.test) if node.test else 0)
                node.iter = _filter(node.iter, "_each", cost)
            case nodes.Macro():
                node.body.insert(0, _charge(1 + sum(map(_size, node.body)), node.lineno))
            case nodes.Concat(nodes=parts):
                return _filter(nodes.List(parts, lineno=node.lineno), "join")
            case nodes.Include() | nodes.Import() | nodes.FromImport():
                if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
                    self._refuse(node, "the name of an included file must be written out")
                node.with_context = True  # the meter goes along
            case nodes.List(items=items) | nodes.Tuple(items=items, ctx="load"):
                if not all(isinstance(item, nodes.Const) for item in items):
                    self._refuse(node, "a list may hold only words and numbers written out")
        return node

    def _refuse(self, node: nodes.Node, message: str) -> NoReturn:
        raise TemplateSyntaxError(message, node.lineno, self.name)


def _names(node: nodes.Node) -> tuple[str, ...]:
    """Every name that a node uses or makes."""
    if isinstance(node, nodes.FromImport):
        return tuple(name[1] if isinstance(name, tuple) else name for name in node.names)
    names = (getattr(node, field, None) for field in ("name", "target", "attr"))
    return tuple(name for name in names if isinstance(name, str))


def _size(node: nodes.Node) -> int:
    """The work of running a node once, without what it repeats or calls."""
    own = 1 + (len(node.data) // UNIT if isinstance(node, nodes.TemplateData) else 0)
    return own + sum(map(_size, node.iter_child_nodes()))


def _charge(units: int, line: int) -> nodes.Stmt:
    test = _filter(nodes.Const(units, lineno=line), "_spend")
    return nodes.If(test, [], [], [], lineno=line)


def _filter(node: Any, name: str, *args: int) -> nodes.Filter:
    values: list[nodes.Expr] = [nodes.Const(arg, lineno=node.lineno) for arg in args]
    return nodes.Filter(node, name, values, [], None, None, lineno=node.lineno)
