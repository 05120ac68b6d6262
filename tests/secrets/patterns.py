"""How much a regular expression may try: the structure of parsed patterns, as upper bounds."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

PARSER = importlib.import_module("re._parser")
UNBOUNDED = int(importlib.import_module("_sre").MAXREPEAT)
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
EVERY = frozenset(range(256))
"""Letters, for which of those beyond stand in for all of their kind."""
_CLASSES = {
    f"CATEGORY_{sign}{name}": frozenset(x for x in EVERY if bool(re.match(letter, chr(x))) == (not sign))
    for name, letter in (("DIGIT", r"\d"), ("SPACE", r"\s"), ("WORD", r"\w"))
    for sign in ("", "NOT_")
}  # fmt: skip
_CALLS = {"compile", "match", "search", "fullmatch", "split", "sub", "findall", "finditer"}


class Cost(NamedTuple):
    """What a pattern may try from one place of a text.

    Attributes:
        ways: In how many ways it may match a text there, at most: how often it starts over.
        unbounded: Whether a repeat has no bound.
        nested: Whether a repeat holds one that may share with its next turn what it took.
    """

    ways: int
    unbounded: bool = False
    nested: bool = False


def letters(item: Any) -> frozenset[int]:
    """What one element takes of a letter."""
    operator, argument = str(item[0]), item[1]
    match operator:
        case "LITERAL":
            return frozenset({min(argument, 255)})
        case "NOT_LITERAL":
            return EVERY - {argument}
        case "ANY":
            return EVERY - {10}
        case "GROUPREF" | "ANY_ALL":
            return EVERY
        case "RANGE":
            return frozenset(range(min(argument[0], 255), min(argument[1], 255) + 1))
        case "CATEGORY":
            return _CLASSES[str(argument)]
        case "IN":
            inside = [each for each in argument if str(each[0]) != "NEGATE"]
            taken = frozenset[int]().union(*map(letters, inside))
            return EVERY - taken if len(inside) < len(argument) else taken
    raise ValueError(operator)


def _inner(item: Any) -> list[Any]:
    """The alternatives inside of an element."""
    operator, argument = str(item[0]), item[1]
    if operator in REPEATS:
        return [list(argument[2])]
    if operator == "SUBPATTERN":
        return [list(argument[3])]
    if operator == "BRANCH":
        return [list(each) for each in argument[1]]
    return [list(argument)] if operator == "ATOMIC_GROUP" else []


def first(items: list[Any]) -> tuple[frozenset[int], bool]:
    """What a sequence may start with, and whether it may be empty."""
    taken: frozenset[int] = frozenset()
    for item in items:
        operator = str(item[0])
        if operator == "AT":
            if str(item[1]).startswith("AT_END"):
                return taken | {10}, False
            continue
        if operator in ("ASSERT", "ASSERT_NOT"):
            return taken | EVERY, False  # it may refuse any place
        if not _inner(item):
            return taken | letters(item), False
        starts = [first(each) for each in _inner(item)]
        taken = taken.union(*(each for each, _ in starts))
        empty = any(empty for _, empty in starts) or (operator in REPEATS and item[1][0] == 0)
        if not empty:
            return taken, False
    return taken, True


def cost(items: list[Any], follow: frozenset[int] = frozenset()) -> Cost:
    """The cost of a sequence, before what may follow it."""
    total = Cost(1)
    for at, item in enumerate(items):
        rest, empty = first(items[at + 1 :])
        after = rest | follow if empty else rest
        here = _cost_of(item, after)
        total = Cost(
            total.ways * here.ways, total.unbounded or here.unbounded, total.nested or here.nested
        )
    return total


def _cost_of(item: Any, after: frozenset[int]) -> Cost:
    operator, argument = str(item[0]), item[1]
    if operator in ("ASSERT", "ASSERT_NOT"):
        inside = cost(list(argument[1]))
        return Cost(1, inside.unbounded, inside.nested)
    if operator in REPEATS:
        low, high, body = argument[0], argument[1], list(argument[2])
        start, _ = first(body)
        inside = cost(body, (start | after) if high > 1 else after)
        varies = high > low and not start.isdisjoint(after) and operator != "POSSESSIVE_REPEAT"
        choices = min(high, 4096) - low + 1 if varies else 1
        nested = inside.nested or (high > 1 and inside.ways > 1)
        ways = choices * inside.ways if operator != "POSSESSIVE_REPEAT" else 1
        return Cost(ways, inside.unbounded or high == UNBOUNDED, nested)
    branches = [cost(each, after) for each in _inner(item)]
    if not branches:
        return Cost(1)
    ways = 1 if operator == "ATOMIC_GROUP" else sum(each.ways for each in branches)
    if operator == "BRANCH":  # of alternatives that start apart, one is tried
        starts = [first(each)[0] for each in _inner(item)]
        if sum(map(len, starts)) == len(frozenset().union(*starts)):
            ways = max(each.ways for each in branches)
    return Cost(
        ways, any(each.unbounded for each in branches), any(each.nested for each in branches)
    )


def cost_of(pattern: str, flags: int = 0) -> Cost:
    """The cost of a pattern."""
    return cost(list(PARSER.parse(pattern, flags)))


def patterns_of(module: ModuleType) -> Iterator[tuple[str, str, int]]:
    """Every pattern that a module holds or calls `re` with: its name, its text, its flags."""
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern):
            yield name, value.pattern, value.flags & ~re.UNICODE
        elif isinstance(value, tuple):
            for at, each in enumerate(value):
                if isinstance(getattr(each, "pattern", None), str):
                    yield f"{name}[{at}]", each.pattern, 0
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Attribute)
            or not node.args
        ):
            continue
        called = node.func
        if isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr in _CALLS:
            text = _constant(node.args[0], module)
            if text is not None:
                yield f"line {node.lineno}", text, 0


def _constant(node: ast.expr, module: ModuleType) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    held = getattr(module, node.id, None) if isinstance(node, ast.Name) else None
    return held if isinstance(held, str) else None
