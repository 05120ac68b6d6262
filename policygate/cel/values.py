"""The values of the language, as Python objects, and when two of them are equal.

JSON stays as it is: `dict`, `list`, `str`, `int`, `float`, `bool`, `None`. Beside them stand `bytes`
and the classes of this module. Python takes `True` for `1`, CEL does not: a map with a boolean
key holds `BoolKey` instead. Not for functions on values (`library`).

Source of the rules: https://github.com/google/cel-spec/blob/master/doc/langdef.md
"""

from __future__ import annotations

from typing import Any, Final

from policygate.cel.errors import BudgetError, EvaluationError

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1
MAX_SIZE: Final = 1 << 20
"""The longest string (characters), list or map (items) that an expression may make."""


class Uint(int):
    """An unsigned 64-bit number, which is equal to the `int` of the same value."""

    __slots__ = ()


class Type:
    """The type of a value, itself a value: `type(1) == int`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Type) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Type({self.name})"


class BoolKey:
    """A boolean as a key of a map. There are two: `TRUE_KEY` and `FALSE_KEY`."""

    __slots__ = ("value",)

    def __init__(self, *, value: bool) -> None:
        self.value = value


TRUE_KEY: Final = BoolKey(value=True)
FALSE_KEY: Final = BoolKey(value=False)


class Optional:
    """A value or none, as `.?` makes it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Optional) and equal(self.value, other.value)

    __hash__ = None  # type: ignore[assignment]  # no key of a map

    def __repr__(self) -> str:
        return "optional.none()" if self is NONE else f"optional.of({self.value!r})"


class _Missing:
    """What stands for the value of `optional.none()`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
NONE: Final = Optional(MISSING)


def some(value: Any) -> Optional:
    """The optional of a value, or none for `MISSING`."""
    return NONE if value is MISSING else Optional(value)


class Meter:
    """How much one evaluation may still cost. One step is about one round of a short macro.

    Args:
        steps: The budget.
    """

    __slots__ = ("left",)

    STEPS: Final = 200_000

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps off the budget.

        Raises:
            BudgetError: When nothing is left.
        """
        self.left -= steps
        if self.left < 0:
            raise BudgetError(f"the evaluation takes more than {self.STEPS:,} steps")


def check_size(size: int) -> None:
    """Refuse a result that is too large, before it is made.

    Raises:
        BudgetError: Above `MAX_SIZE`.
    """
    if size > MAX_SIZE:
        raise BudgetError(f"a result of {size:,} is larger than {MAX_SIZE:,}")


def key_of(value: Any) -> Any:
    """The key under which a map holds a value."""
    if value is True:
        return TRUE_KEY
    return FALSE_KEY if value is False else value


def keys_of(entries: dict[Any, Any]) -> list[Any]:
    """The keys of a map as values."""
    return [key.value if type(key) is BoolKey else key for key in entries]


def look_up(entries: dict[Any, Any], key: Any) -> Any:
    """The value under a key, or `MISSING`. A number finds the key of its value, whatever its type."""
    try:
        return entries.get(key_of(key) if type(key) is bool else key, MISSING)
    except TypeError:  # a list or a map is no key
        return MISSING


def equal(left: Any, right: Any, meter: Meter | None = None) -> bool:
    """Whether two values are equal as `==` means it.

    Numbers compare by value across types; values of different other types are unequal; NaN is
    unequal to itself, also inside of lists and maps.

    Raises:
        BudgetError: When a meter is given and the values are too large for it.
    """
    kind, other = type(left), type(right)
    if kind is not other:
        if kind not in _NUMERIC or other not in _NUMERIC:
            return False
        # cel-go takes the double nearest to an integer, and so does C++'s engine.
        mixed = kind is float or other is float
        return float(left) == float(right) if mixed else bool(left == right)
    if kind is list:
        if len(left) != len(right):
            return False
        if meter is not None:
            meter.spend(len(left) >> 3)
        return all(equal(a, b, meter) for a, b in zip(left, right, strict=True))
    if kind is dict:
        if len(left) != len(right):
            return False
        if meter is not None:
            meter.spend(len(left) >> 3)
        return all(key in right and equal(value, right[key], meter) for key, value in left.items())
    return bool(left == right)


_NUMERIC: Final = frozenset({int, float, Uint})

_TYPES: Final = {
    bool: Type("bool"),
    int: Type("int"),
    Uint: Type("uint"),
    float: Type("double"),
    str: Type("string"),
    bytes: Type("bytes"),
    list: Type("list"),
    dict: Type("map"),
    type(None): Type("null_type"),
    Type: Type("type"),
    Optional: Type("optional_type"),
}


def type_of(value: Any) -> Type:
    """The type of a value; `CEL_TYPE` of its class for what a library brings along."""
    found = _TYPES.get(type(value))
    if found is None:
        found = getattr(type(value), "CEL_TYPE", None)
    if found is None:
        raise EvaluationError(f"a Python {type(value).__name__} is no value of the language")
    return found


def kind_of(value: Any) -> str:
    """What a value is, in the words of an error."""
    return "null" if value is None else type_of(value).name


def name_of_class(kind: type) -> str:
    """The name of the type whose values a Python class holds."""
    known = _TYPES.get(kind) or getattr(kind, "CEL_TYPE", None)
    return known.name if known is not None else kind.__name__


BASIC_TYPES: Final = {found.name: found for found in _TYPES.values()}
"""The type of a name, as an expression may write it."""


def checked_int(value: int) -> int:
    """The number itself.

    Raises:
        EvaluationError: When it does not fit into 64 bits.
    """
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvaluationError("integer overflow: the result does not fit into 64 bits")


def checked_uint(value: int) -> Uint:
    """The number as an unsigned one.

    Raises:
        EvaluationError: When it is negative or does not fit into 64 bits.
    """
    if 0 <= value <= UINT_MAX:
        return Uint(value)
    raise EvaluationError("unsigned overflow: the result does not fit into 64 unsigned bits")
