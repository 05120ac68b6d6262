"""The macros that go over a list or a map, as closures.

`all` and `exists` absorb errors as `&&` and `||` do; the others do not. Not for recognising them
(`macros`).
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.cel.errors import EvaluationError
from policygate.cel.operators import items_of, pairs_of, wanted
from policygate.cel.syntax import Macro, size
from policygate.cel.values import check_size, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.cel.compiler import Compiler, Frame, Run

_NODES_OF_A_STEP: Final = 32
"""A body with that many nodes costs one more step of the budget each round."""


class _Parts(NamedTuple):
    """A macro with its parts compiled: `enter` puts the next element where the body sees it."""

    rounds: Callable[[Frame], list[Any]]
    enter: Callable[[Frame, Any], None]
    where: Run | None
    body: Run
    at: int


def cost_of(node: Macro) -> int:
    """What one round of a macro costs, in steps of the budget."""
    return 1 + size(node.body) // _NODES_OF_A_STEP


def compile_macro(compiler: Compiler, node: Macro) -> Run:
    """The closure of a macro."""
    target = compiler.compile(node.target)
    slots = [compiler.scope.bind(name) for name in node.names]
    where = compiler.compile(node.where) if node.where is not None else None
    body = compiler.compile(node.body)
    compiler.scope.release(len(slots))
    cost = cost_of(node)
    at, name = node.span.at, node.macro
    both = len(slots) == 2

    def rounds(frame: Frame) -> list[Any]:
        value = target(frame)
        items: list[Any] = pairs_of(value, at, name) if both else items_of(value, at, name)
        frame[0].spend(len(items) * cost)
        return items

    def enter_one(frame: Frame, item: Any) -> None:
        frame[slots[0]] = item

    def enter_two(frame: Frame, item: Any) -> None:
        frame[slots[0]], frame[slots[1]] = item

    parts = _Parts(rounds, enter_two if both else enter_one, where, body, node.body.span.start)
    if not both and name in {"all", "exists"}:
        return _test(rounds, slots[0], body, parts.at, decides=name == "exists")
    return _BUILDERS[name](parts)


def _test(
    rounds: Callable[[Frame], list[Any]], slot: int, body: Run, at: int, *, decides: bool
) -> Run:
    """`all` and `exists` over one variable, by far the most frequent macros."""

    def run(frame: Frame) -> bool:
        failed: EvaluationError | None = None
        for item in rounds(frame):
            frame[slot] = item
            try:
                value = body(frame)
            except EvaluationError as error:
                failed = failed or error
                continue
            if value is decides:
                return bool(decides)
            if type(value) is not bool:
                failed = failed or wanted(value, "bool", at)
        if failed is not None:
            raise failed
        return not decides

    return run


def _all(parts: _Parts) -> Run:
    return _decided(parts, decides=False)


def _exists(parts: _Parts) -> Run:
    return _decided(parts, decides=True)


def _decided(parts: _Parts, *, decides: bool) -> Run:
    def run(frame: Frame) -> bool:
        failed: EvaluationError | None = None
        for item in parts.rounds(frame):
            parts.enter(frame, item)
            try:
                value = parts.body(frame)
            except EvaluationError as error:
                failed = failed or error
                continue
            if value is decides:
                return bool(decides)
            if type(value) is not bool:
                failed = failed or wanted(value, "bool", parts.at)
        if failed is not None:
            raise failed
        return not decides

    return run


def _truth(value: Any, at: int) -> bool:
    if value is True or value is False:
        return bool(value)
    raise wanted(value, "bool", at)


def _exists_one(parts: _Parts) -> Run:
    def run(frame: Frame) -> bool:
        count = 0
        for item in parts.rounds(frame):
            parts.enter(frame, item)
            count += _truth(parts.body(frame), parts.at)
        return count == 1

    return run


def _filter(parts: _Parts) -> Run:
    def run(frame: Frame) -> list[Any]:
        kept = []
        for item in parts.rounds(frame):
            parts.enter(frame, item)
            if _truth(parts.body(frame), parts.at):
                kept.append(item)
        return kept

    return run


def _selected(parts: _Parts, frame: Frame) -> Any:
    """The items that the optional condition of a transformation leaves, each entered."""
    for item in parts.rounds(frame):
        parts.enter(frame, item)
        if parts.where is None or _truth(parts.where(frame), parts.at):
            yield item


def _map(parts: _Parts) -> Run:
    body = parts.body

    def run(frame: Frame) -> list[Any]:
        return [body(frame) for _ in _selected(parts, frame)]

    return run


def _transform_map(parts: _Parts) -> Run:
    def run(frame: Frame) -> dict[Any, Any]:
        return {key_of(item[0]): parts.body(frame) for item in _selected(parts, frame)}

    return run


def _transform_entries(parts: _Parts) -> Run:
    def run(frame: Frame) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for _ in _selected(parts, frame):
            entries = parts.body(frame)
            if type(entries) is not dict:
                raise wanted(entries, "map", parts.at)
            for key, value in entries.items():
                if key in made:
                    raise EvaluationError("the map has a key twice", parts.at)
                made[key] = value
            check_size(len(made))
        return made

    return run


def _sort_by(parts: _Parts) -> Run:
    def run(frame: Frame) -> list[Any]:
        items, keys = parts.rounds(frame), []
        for item in items:
            parts.enter(frame, item)
            keys.append(parts.body(frame))
        return [items[place] for place in sorted_places(keys)]

    return run


def sorted_places(keys: list[Any]) -> list[int]:
    """The indexes of keys in the order of the keys.

    Raises:
        EvaluationError: When the keys have no order with each other.
    """
    from policygate.cel.library.lists import comparable

    compare = comparable(keys)
    return sorted(range(len(keys)), key=lambda place: cmp_to_key(compare)(keys[place]))


_BUILDERS: Final[dict[str, Callable[[_Parts], Run]]] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
    "sort_by": _sort_by,
    "transform_entries": _transform_entries,
    "transform_list": _map,
    "transform_map": _transform_map,
}
