"""Calls that are macros: they bind names, so they become nodes of their own.

A call that only looks like one (another number of arguments, no plain name first) stays a call, as
in cel-go. Not for evaluating them (`comprehensions`).
"""

from __future__ import annotations

from typing import Final

from policygate.cel.errors import ExpressionError
from policygate.cel.syntax import Bind, Call, Macro, Name, Node, Select

_TESTS: Final = {
    "all": "all",
    "exists": "exists",
    "exists_one": "exists_one",
    "existsOne": "exists_one",
}
_TRANSFORMS: Final = {
    "transformList": "transform_list",
    "transformMap": "transform_map",
    "transformMapEntry": "transform_entries",
}


def expand(call: Call, text: str) -> Node:
    """The macro that a call is, or the call itself.

    Raises:
        ExpressionError: For a macro whose arguments cannot be meant.
    """
    if call.target is None:
        return _has(call, text) if call.function == "has" and len(call.args) == 1 else call
    if isinstance(call.target, Name) and call.target.name == "cel" and call.function == "bind":
        return _bind(call, text)
    names = _names(call)
    count = len(call.args)
    if names and call.function in {"optMap", "optFlatMap"} and count == 2:
        flat = call.function == "optFlatMap"
        return Bind(names[0], call.target, call.args[1], call.span, optional=True, flat=flat)
    return _comprehension(call, call.target, names, count, text)


def _comprehension(call: Call, target: Node, names: list[str], count: int, text: str) -> Node:
    function, args = call.function, call.args

    def macro(name: str, bound: int, where: Node | None = None) -> Node:
        if len(set(names[:bound])) < bound:
            raise ExpressionError(f"`{names[0]}` is bound twice", call.span.at, text)
        return Macro(name, target, tuple(names[:bound]), where, args[-1], call.span)

    if function in _TESTS and names and count == 2:
        return macro(_TESTS[function], 1)
    if function in _TESTS and function != "exists_one" and len(names) > 1 and count == 3:
        return macro(_TESTS[function], 2)
    if function == "filter" and names and count == 2:
        return macro("filter", 1)
    if function == "map" and names and count in {2, 3}:
        return macro("map", 1, args[1] if count == 3 else None)
    if function == "sortBy" and names and count == 2:
        return macro("sort_by", 1)
    if function in _TRANSFORMS and len(names) > 1 and count in {3, 4}:
        return macro(_TRANSFORMS[function], 2, args[2] if count == 4 else None)
    return call


def _names(call: Call) -> list[str]:
    """The plain names that the arguments begin with, two at most."""
    found: list[str] = []
    for arg in call.args[:2]:
        if not isinstance(arg, Name) or arg.absolute:
            break
        found.append(arg.name)
    return found


def _has(call: Call, text: str) -> Node:
    arg = call.args[0]
    if isinstance(arg, Select) and not arg.optional and not arg.test:
        return arg._replace(test=True, span=call.span._replace(at=arg.span.at))
    raise ExpressionError("`has()` takes a field such as `has(object.spec)`", arg.span.start, text)


def _bind(call: Call, text: str) -> Node:
    if len(call.args) != 3:
        raise ExpressionError("`cel.bind(name, value, result)` takes three", call.span.at, text)
    name, value, body = call.args
    if not isinstance(name, Name):
        raise ExpressionError("`cel.bind` binds a plain name", name.span.start, text)
    return Bind(name.name, value, body, call.span)
