"""Macros, with the origin of their values (see `blame`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.cel.comprehensions import cost_of
from policygate.cel.errors import EvaluationError
from policygate.cel.operators import items_of, wanted
from policygate.cel.origin import EMPTY, Basis, Traced, elements, together, under
from policygate.cel.values import key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.cel.blame import _Tracer
    from policygate.cel.syntax import Macro, Node


class _Round(NamedTuple):
    """One element: what its names are bound to, its key, and what keeps it there."""

    names: dict[str, Traced]
    key: Any
    item: Traced
    stays: Basis


def trace_macro(tracer: _Tracer, node: Macro) -> Traced:
    """The value of a macro with its origin."""
    target = tracer.trace(node.target)
    items = items_of(target.value, node.span.at, node.macro)
    tracer.meter.spend(len(items) * cost_of(node))
    return _MACROS[node.macro](tracer, node, target)


def _rounds(node: Macro, target: Traced) -> list[_Round]:
    is_list = type(target.value) is list
    keys: list[Any] = list(range(len(target.value))) if is_list else keys_of(target.value)
    rounds = []
    entries = list(zip(keys, elements(target), strict=True))
    if not is_list:  # the order of the keys of a map means nothing, and points nowhere
        entries.sort(key=lambda entry: (type(entry[0]).__name__, str(entry[0])))
    for key, item in entries:
        stays = item.existence if target.items is None or item.path else under(item.basis)
        named = Traced(key, None, stays)
        first = item if is_list and len(node.names) == 1 else named
        names = {node.names[0]: first}
        if len(node.names) == 2:
            names[node.names[1]] = item
        rounds.append(_Round(names, key, first, stays))
    return rounds


def _verdict(tracer: _Tracer, one: _Round, body: Node) -> Traced:
    verdict = tracer.under(one.names, body)
    if type(verdict.value) is not bool:
        raise wanted(verdict.value, "bool", body.span.start)
    return verdict


def _decided(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    """`all` and `exists`: the elements that decide, or every one and the list itself."""
    decides = node.macro == "exists"
    failed: EvaluationError | None = None
    deciding: list[Basis] = []
    others: list[Basis] = []
    for one in _rounds(node, target):
        try:
            verdict = _verdict(tracer, one, node.body)
        except EvaluationError as error:
            failed = failed or error
            continue
        of = deciding if verdict.value is decides else others
        of.append(_pointed(_anchored(verdict.basis, one), one))
    if deciding:
        return Traced(decides, None, together(deciding))
    if failed is not None:
        raise failed
    return Traced(not decides, None, under(target.structure, together(others)))


def _anchored(basis: Basis, one: _Round) -> Basis:
    """What an element's verdict rests on, and that the element is there.

    A path into the element says so already: it does not stay as it is when the element goes.
    """
    path = one.item.path
    inside = path is not None and any(
        len(other) > len(path) and other[: len(path)] == path for other in basis.paths
    )
    return under(basis, one.item.why if inside else one.stays)


def _pointed(basis: Basis, one: _Round) -> Basis:
    """What an element's verdict rests on, pointing at the element if at nothing else."""
    if basis.points or one.item.path is None:
        return basis
    return Basis((one.item.path,), tuple(path for path in basis.rest if path != one.item.path))


def _exists_one(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    verdicts = [_verdict(tracer, one, node.body) for one in _rounds(node, target)]
    value = sum(verdict.value for verdict in verdicts) == 1
    return Traced(value, None, under(target.structure, together(v.basis for v in verdicts)))


def _filter(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    kept: list[Traced] = []
    marks: list[Basis] = []
    shape = [target.structure]
    for one in _rounds(node, target):
        verdict = _verdict(tracer, one, node.body)
        if verdict.value:
            marks.append(_pointed(_anchored(verdict.basis, one), one))
            kept.append(one.item.because(verdict.basis, one.stays))
        else:
            shape.append(Basis((), verdict.basis.paths))
    value = [item.value for item in kept]
    points = together(marks).points
    return Traced(value, None, EMPTY, dict(enumerate(kept)), _first(shape), points)


def _first(shape: list[Basis]) -> Basis:
    return under(shape[0], *shape[1:])


def _transformed(tracer: _Tracer, node: Macro, target: Traced) -> tuple[list[Any], Basis]:
    """The rounds that the optional condition leaves, each with its result, and the shape."""
    made = []
    shape = [target.structure]
    for one in _rounds(node, target):
        stays = one.stays
        if node.where is not None:
            verdict = _verdict(tracer, one, node.where)
            shape.append(verdict.basis)
            if not verdict.value:
                continue
            stays = under(stays, verdict.basis)
        made.append((one.key, tracer.under(one.names, node.body).because(stays)))
    return made, _first(shape)


def _map(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    made, shape = _transformed(tracer, node, target)
    value = [item.value for _, item in made]
    return Traced(value, None, EMPTY, dict(enumerate(item for _, item in made)), shape)


def _transform_map(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    made, shape = _transformed(tracer, node, target)
    items = {key_of(key): item for key, item in made}
    value = {key: item.value for key, item in items.items()}
    return Traced(value, None, EMPTY, items, shape)


def _transform_entries(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    made, shape = _transformed(tracer, node, target)
    value: dict[Any, Any] = {}
    for _, item in made:
        if type(item.value) is not dict:
            raise wanted(item.value, "map", node.body.span.start)
        if value.keys() & item.value.keys():
            raise EvaluationError("the map has a key twice", node.body.span.start)
        value |= item.value
    return Traced(value, None, under(together(item.basis for _, item in made), shape))


def _sort_by(tracer: _Tracer, node: Macro, target: Traced) -> Traced:
    from policygate.cel.comprehensions import sorted_places

    rounds = _rounds(node, target)
    keys = [tracer.under(one.names, node.body) for one in rounds]
    order = sorted_places([key.value for key in keys])
    items = {place: rounds[at].item.because(rounds[at].stays) for place, at in enumerate(order)}
    shape = under(target.structure, together(key.basis for key in keys))
    return Traced([item.value for item in items.values()], None, EMPTY, items, shape)


_MACROS: Final[dict[str, Callable[[_Tracer, Macro, Traced], Traced]]] = {
    "all": _decided,
    "exists": _decided,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
    "sort_by": _sort_by,
    "transform_entries": _transform_entries,
    "transform_list": _map,
    "transform_map": _transform_map,
}
