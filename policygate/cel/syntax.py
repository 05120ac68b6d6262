"""The syntax tree of an expression. Plain records; what they mean stands in `compiler` and `blame`.

Chains are flat (`a && b && c` is one node with three terms), so that a long policy is no deep one.
Every node says where it stands: `start` and `end` are offsets into the text, `at` is the character
that an error points at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


class Span(NamedTuple):
    """Where a node stands in the text, in characters from 0."""

    start: int
    end: int
    at: int


class Literal(NamedTuple):
    """A constant."""

    value: Any
    span: Span


class Name(NamedTuple):
    """A variable, or the first part of a qualified name. A leading dot makes it `absolute`."""

    name: str
    absolute: bool
    span: Span


class Select(NamedTuple):
    """`operand.field`; `operand.?field` when optional; `has(operand.field)` when `test`."""

    operand: Node
    field: str
    span: Span
    optional: bool = False
    test: bool = False


class Index(NamedTuple):
    """`operand[key]` or `operand[?key]`."""

    operand: Node
    key: Node
    optional: bool
    span: Span


class Call(NamedTuple):
    """`function(args)` or, with a target, `target.function(args)`; operators are calls too."""

    function: str
    target: Node | None
    args: tuple[Node, ...]
    span: Span


class Logic(NamedTuple):
    """`a && b && …` or `a || b || …`."""

    operator: str
    terms: tuple[Node, ...]
    span: Span


class Not(NamedTuple):
    """`!operand`, that many times."""

    operand: Node
    times: int
    span: Span


class Chain(NamedTuple):
    """`first + b - c …`: operators of one precedence, from left to right."""

    first: Node
    steps: tuple[tuple[str, Node, Span], ...]
    span: Span


class Choice(NamedTuple):
    """`a ? x : b ? y : z`: conditions with their values, and what is left."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node
    span: Span


class ListOf(NamedTuple):
    """`[a, ?b]`; `optional` says which items are left out when they are none."""

    items: tuple[Node, ...]
    optional: tuple[bool, ...]
    span: Span


class MapOf(NamedTuple):
    """`{k: v, ?k: v}`."""

    entries: tuple[tuple[Node, Node], ...]
    optional: tuple[bool, ...]
    span: Span


class Macro(NamedTuple):
    """A comprehension: `target.macro(names…, bodies…)`.

    `macro` is `all`, `exists`, `exists_one`, `filter`, `map`, `transform_list`, `transform_map`,
    `transform_entries` or `sort_by`; `where` is the optional filter of those that transform.
    """

    macro: str
    target: Node
    names: tuple[str, ...]
    where: Node | None
    body: Node
    span: Span


class Bind(NamedTuple):
    """`cel.bind(name, value, body)`; with `optional` it is `optMap`, with `flat` `optFlatMap`."""

    name: str
    value: Node
    body: Node
    span: Span
    optional: bool = False
    flat: bool = False


Node: TypeAlias = (
    Literal
    | Name
    | Select
    | Index
    | Call
    | Logic
    | Not
    | Chain
    | Choice
    | ListOf
    | MapOf
    | Macro
    | Bind
)


_CHILDREN: Final[dict[type, Callable[[Any], tuple[Node, ...]]]] = {
    Bind: lambda node: (node.value, node.body),
    Call: lambda node: node.args if node.target is None else (node.target, *node.args),
    Chain: lambda node: (node.first, *(operand for _, operand, _ in node.steps)),
    Choice: lambda node: (*(part for pair in node.branches for part in pair), node.otherwise),
    Index: lambda node: (node.operand, node.key),
    ListOf: lambda node: node.items,
    Literal: lambda _: (),
    Logic: lambda node: node.terms,
    Macro: lambda node: tuple(x for x in (node.target, node.where, node.body) if x is not None),
    MapOf: lambda node: tuple(part for entry in node.entries for part in entry),
    Name: lambda _: (),
    Not: lambda node: (node.operand,),
    Select: lambda node: (node.operand,),
}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, from left to right."""
    return _CHILDREN[type(node)](node)


def depth(node: Node) -> int:
    """How many nodes stand above one another, found without recursion."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level for child in children(parent)]
    return deepest


def size(node: Node) -> int:
    """How many nodes a tree has."""
    count, stack = 0, [node]
    while stack:
        count += 1
        stack.extend(children(stack.pop()))
    return count
