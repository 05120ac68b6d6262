"""The operators, as closures over the closures of their operands.

`&&`, `||` absorb errors: where one operand decides, the others may fail. Not for the functions
behind the operators on durations and the like (`library`).
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any, Final

from policygate.cel.errors import CelError, EvaluationError
from policygate.cel.functions import WEIGHED, Function
from policygate.cel.values import (
    INT_MIN,
    MISSING,
    NONE,
    Meter,
    Optional,
    Uint,
    check_size,
    checked_int,
    checked_uint,
    equal,
    key_of,
    keys_of,
    kind_of,
    look_up,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policygate.cel.access import Access
    from policygate.cel.compiler import Frame, Run
    from policygate.cel.syntax import Bind, Span

_SCALARS: Final = frozenset({str, int, bool, type(None)})
_NUMBERS: Final = frozenset({int, float, Uint})
_ORDERED_ALIKE: Final = frozenset({int, float, Uint, str, bytes, bool})


def wanted(value: Any, kind: str, at: int, prefix: str = "") -> EvaluationError:
    """The error for a value of the wrong type."""
    return EvaluationError(f"{prefix}found {kind_of(value)}, expected {kind}", at)


def placed(error: CelError, at: int) -> CelError:
    """The error, at a place if it has none yet."""
    if error.offset is None:
        error.offset = at
    return error


def call(function: Function, args: Sequence[Run], span: Span) -> Run:
    """A call of a function."""
    if len(args) == 1:
        return _call_one(function, args[0], span.at)
    if len(args) == 2:
        return _call_two(function, args[0], args[1], span.at)
    invoke, at = function.call, span.at

    def run(frame: Frame) -> Any:
        values = [arg(frame) for arg in args]
        try:
            return invoke(frame[0], *values)
        except CelError as error:
            raise placed(error, at) from None

    return run


def _call_one(function: Function, arg: Run, at: int) -> Run:
    invoke, known = function.call, function.known

    def run(frame: Frame) -> Any:
        value = arg(frame)
        try:
            compute = known.get((type(value),))
            if compute is None:
                return invoke(frame[0], value)
            if type(value) in WEIGHED:
                cost = len(value) >> WEIGHED[type(value)]
                if cost:
                    frame[0].spend(cost)
            return compute(value)
        except CelError as error:
            raise placed(error, at) from None

    return run


def _call_two(function: Function, first: Run, second: Run, at: int) -> Run:
    invoke, known = function.call, function.known

    def run(frame: Frame) -> Any:
        left, right = first(frame), second(frame)
        try:
            compute = known.get((type(left), type(right)))
            if compute is None:
                return invoke(frame[0], left, right)
            if type(left) in WEIGHED:
                cost = len(left) >> WEIGHED[type(left)]
                if cost:
                    frame[0].spend(cost)
            return compute(left, right)
        except CelError as error:
            raise placed(error, at) from None

    return run


def conjunction(terms: list[Run], sign: str, spans: list[Span]) -> Run:
    """`&&`: false when one term is, whatever the others are."""
    return _logic(terms, sign, spans, decides=False)


def disjunction(terms: list[Run], sign: str, spans: list[Span]) -> Run:
    """`||`: true when one term is, whatever the others are."""
    return _logic(terms, sign, spans, decides=True)


def _logic(terms: list[Run], sign: str, spans: list[Span], *, decides: bool) -> Run:
    pairs = list(zip(terms, [span.start for span in spans], strict=True))
    otherwise = not decides

    def run(frame: Frame) -> bool:
        failed: EvaluationError | None = None
        for term, at in pairs:
            try:
                value = term(frame)
            except EvaluationError as error:
                failed = failed or error
                continue
            if value is decides:
                return bool(decides)
            if value is not otherwise:
                failed = failed or wanted(value, "bool", at, f"`{sign}`: ")
        if failed is not None:
            raise failed
        return otherwise

    return run


def negation(operand: Run, times: int, span: Span) -> Run:
    """`!operand`, that many times."""
    at, odd = span.at, times % 2 == 1

    def run(frame: Frame) -> bool:
        value = operand(frame)
        if value is True or value is False:
            return (not value) if odd else bool(value)
        raise wanted(value, "bool", at, "`!`: ")

    return run


def choice(branches: list[tuple[Run, Run, Span]], otherwise: Run) -> Run:
    """`a ? x : y`, several in a row."""

    def run(frame: Frame) -> Any:
        for condition, result, span in branches:
            value = condition(frame)
            if value is True:
                return result(frame)
            if value is not False:
                raise wanted(value, "bool", span.start, "`?`: ")
        return otherwise(frame)

    return run


def _add(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not type(right):
        return NotImplemented
    if kind is int:
        return checked_int(left + right)
    if kind is str or kind is list or kind is bytes:
        check_size(len(left) + len(right))
        return left + right
    if kind is float:
        return left + right
    return checked_uint(left + right) if kind is Uint else NotImplemented


def _subtract(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not type(right):
        return NotImplemented
    if kind is int:
        return checked_int(left - right)
    if kind is float:
        return left - right
    return checked_uint(int(left) - int(right)) if kind is Uint else NotImplemented


def _multiply(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not type(right):
        return NotImplemented
    if kind is int:
        return checked_int(left * right)
    if kind is float:
        return left * right
    return checked_uint(left * right) if kind is Uint else NotImplemented


def _divide(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not type(right):
        return NotImplemented
    if kind is float:
        if right:
            return left / right
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    if kind is not int and kind is not Uint:
        return NotImplemented
    if not right:
        raise EvaluationError("division by zero")
    quotient = abs(left) // abs(right)
    if kind is Uint:
        return Uint(quotient)
    return checked_int(quotient if (left < 0) == (right < 0) else -quotient)


def _modulo(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not type(right) or (kind is not int and kind is not Uint):
        return NotImplemented
    if not right:
        raise EvaluationError("modulus by zero")
    if kind is int and left == INT_MIN and right == -1:
        raise EvaluationError("integer overflow: the result does not fit into 64 bits")
    rest = abs(left) % abs(right)
    return Uint(rest) if kind is Uint else (rest if left >= 0 else -rest)


_ARITHMETIC: Final[dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]]] = {
    "+": (_add, operator.add),
    "-": (_subtract, operator.sub),
    "*": (_multiply, operator.mul),
    "/": (_divide, operator.truediv),
    "%": (_modulo, operator.mod),
}
"""What a sign does to plain values, and to those that a library brings along."""


def combine(sign: str, left: Any, right: Any, function: Function | None = None) -> Any:
    """Add, subtract … two values.

    Raises:
        EvaluationError: When they cannot be, or on overflow.
        BudgetError: When the result is too large.
    """
    plain, own = _ARITHMETIC[sign]
    result = plain(left, right)
    if result is not NotImplemented:
        return result
    if hasattr(type(left), "CEL_TYPE"):
        try:
            return own(left, right)
        except TypeError:
            pass
    if function is not None:
        return function.call(Meter(), left, right)
    raise EvaluationError(f"`{sign}` does not take {kind_of(left)} and {kind_of(right)}")


def chain(first: Run, steps: Sequence[tuple[str, Function, Run, Span]]) -> Run:
    """`first + b - c …` from left to right."""
    links = [
        (_ARITHMETIC[sign][0], sign, function, operand, span.at)
        for sign, function, operand, span in steps
    ]

    def run(frame: Frame) -> Any:
        left = first(frame)
        for plain, sign, function, operand, at in links:
            right = operand(frame)
            try:
                result = plain(left, right)
                if result is NotImplemented:
                    result = combine(sign, left, right, function)
                elif type(result) is str or type(result) is list:
                    frame[0].spend(len(result) >> 10)
            except CelError as error:
                raise placed(error, at) from None
            left = result
        return left

    return run


def _equality(left: Run, right: Run, _slow: Function, _span: Span, *, same: bool) -> Run:
    def run(frame: Frame) -> bool:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in _SCALARS:
            return (a == b) is same
        return equal(a, b, frame[0]) is same

    return run


def _equals(left: Run, right: Run, slow: Function, span: Span) -> Run:
    return _equality(left, right, slow, span, same=True)


def _differs(left: Run, right: Run, slow: Function, span: Span) -> Run:
    return _equality(left, right, slow, span, same=False)


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[..., Run]:
    def build(left: Run, right: Run, slow: Function, span: Span) -> Run:
        at = span.at

        def run(frame: Frame) -> bool:
            a, b = left(frame), right(frame)
            kind, other = type(a), type(b)
            if kind is other and kind in _ORDERED_ALIKE:
                return compare(a, b)
            if kind in _NUMBERS and other in _NUMBERS:
                if kind is float or other is float:  # cel-go takes the nearest double, too
                    return compare(float(a), float(b))
                return compare(a, b)
            if kind is other and hasattr(kind, "CEL_TYPE"):
                try:
                    return compare(a, b)
                except TypeError:
                    pass
            try:
                return bool(slow.call(frame[0], a, b))
            except CelError as error:
                raise placed(error, at) from None

        return run

    return build


def _membership(left: Run, right: Run, _slow: Function, span: Span) -> Run:
    at = span.at

    def run(frame: Frame) -> bool:
        value, owner = left(frame), right(frame)
        if type(owner) is dict:
            return look_up(owner, value) is not MISSING
        if type(owner) is not list:
            raise wanted(owner, "list or map", at, "`in`: ")
        return contains(owner, value, frame[0])

    return run


def contains(items: list[Any], value: Any, meter: Any) -> bool:
    """Whether a list has an element equal to a value."""
    meter.spend(len(items) >> 5)
    kind = type(value)
    if kind is str or kind is bytes:
        return value in items
    meter.spend(len(items) >> 2)
    return any(equal(item, value, meter) for item in items)


RELATIONS: Final[dict[str, Callable[..., Run]]] = {
    "==": _equals,
    "!=": _differs,
    "<": _ordering(lambda a, b: bool(a < b)),
    "<=": _ordering(lambda a, b: bool(a <= b)),
    ">": _ordering(lambda a, b: bool(a > b)),
    ">=": _ordering(lambda a, b: bool(a >= b)),
    "in": _membership,
}


def opened(value: Any, at: int) -> Any:
    """What an optional holds, or `MISSING`.

    Raises:
        EvaluationError: For a value that is none.
    """
    if type(value) is not Optional:
        raise wanted(value, "optional_type", at, "an optional entry: ")
    return value.value


def as_key(value: Any, at: int) -> Any:
    """A value as the key of a map.

    Raises:
        EvaluationError: For a value of a type that is no key.
    """
    if type(value) not in {str, int, Uint, bool}:
        raise wanted(value, "string, int, uint or bool", at, "a key of a map: ")
    return key_of(value)


def items_of(value: Any, at: int, macro: str) -> list[Any]:
    """What a macro goes over: the elements of a list or the keys of a map.

    Raises:
        EvaluationError: For a value of another type.
    """
    if type(value) is list:
        return value
    if type(value) is dict:
        return keys_of(value)
    raise wanted(value, "list or map", at, f"`{macro}`: ")


def pairs_of(value: Any, at: int, macro: str) -> list[tuple[Any, Any]]:
    """What a macro with two variables goes over: indexes and elements, or keys and values.

    Raises:
        EvaluationError: For a value of another type.
    """
    if type(value) is list:
        return list(enumerate(value))
    if type(value) is dict:
        return list(zip(keys_of(value), value.values(), strict=True))
    raise wanted(value, "list or map", at, f"`{macro}`: ")


def mapped(value: Run, access: Access | None, slot: int, body: Run, node: Bind) -> Run:
    """`optMap` and `optFlatMap`: the body sees what the optional holds."""
    at, flat = node.span.at, node.flat
    name = "optFlatMap" if flat else "optMap"

    def run(frame: Frame) -> Optional:
        if access is not None:
            inner = access.probe(frame)
        else:
            inner = value(frame)
            if type(inner) is not Optional:
                raise wanted(inner, "optional_type", at, f"`{name}`: ")
            inner = inner.value
        if inner is MISSING:
            return NONE
        frame[slot] = inner
        result = body(frame)
        if not flat:
            return Optional(result)
        if type(result) is not Optional:
            raise wanted(result, "optional_type", at, f"`{name}`: ")
        return result

    return run
