"""Functions and their overloads: which one fits the values of a call, and what to say when none does.

Not for the functions themselves (`library`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.cel.errors import EvaluationError
from policygate.cel.values import Meter, kind_of, name_of_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

WEIGHED: Final[dict[type, int]] = {str: 10, bytes: 10, list: 4, dict: 4}
"""What an argument of a type costs: its length, shifted to the right by this."""


class Overload(NamedTuple):
    """One signature of a function.

    Attributes:
        name: The function's name, qualified where it is (`math.abs`).
        takes: The Python types of the arguments, the receiver of a method first; `object` takes any.
        run: What computes the result.
        method: Whether it is called on a receiver.
        many: Whether the last argument may be repeated.
        metered: Whether `run` takes the meter first, because its cost is not linear in its arguments.
    """

    name: str
    takes: tuple[type, ...]
    run: Callable[..., Any]
    method: bool = False
    many: bool = False
    metered: bool = False


def method(name: str, takes: tuple[type, ...], run: Callable[..., Any], **flags: bool) -> Overload:
    """An overload that is called on a receiver."""
    return Overload(name, takes, run, method=True, **flags)


class Function:
    """All overloads of one name, one way of calling it and one number of arguments."""

    def __init__(self, name: str, overloads: Iterable[Overload]) -> None:
        self.name = name
        self.overloads = tuple(overloads)
        self.known: dict[tuple[type, ...], Callable[..., Any]] = {}
        """What computes the result for arguments of types seen before, where no meter is needed."""

    def call(self, meter: Meter, *args: Any) -> Any:
        """Call the overload that fits the arguments.

        Raises:
            EvaluationError: When none fits, or from the function itself.
            BudgetError: When the arguments are too large for the meter.
        """
        types = tuple(map(type, args))
        overload = self._find(types, args)
        for arg in args:
            shift = WEIGHED.get(type(arg))
            if shift is not None:
                meter.spend(len(arg) >> shift)
        if overload.metered:
            return overload.run(meter, *args)
        self.known[types] = overload.run
        return overload.run(*args)

    def _find(self, types: tuple[type, ...], args: tuple[Any, ...]) -> Overload:
        for overload in self.overloads:
            if all(
                _fits(want, have) for want, have in zip(_takes(overload, types), types, strict=True)
            ):
                return overload
        raise EvaluationError(self._mismatch(types, args))

    def _mismatch(self, types: tuple[type, ...], args: tuple[Any, ...]) -> str:
        names = [kind_of(arg) for arg in args]
        for place, found in enumerate(names):
            fitting = [
                _takes(overload, types)
                for overload in self.overloads
                if all(
                    _fits(want, have)
                    for want, have in zip(_takes(overload, types)[:place], types, strict=False)
                )
            ]
            wanted = sorted({_name_of(takes[place]) for takes in fitting})
            if found not in wanted and "any value" not in wanted:
                return f"`{self.name}`: found {found}, expected {either(wanted)}"
        return f"`{self.name}` does not take {', '.join(names)}"


def _takes(overload: Overload, types: tuple[type, ...]) -> tuple[type, ...]:
    missing = len(types) - len(overload.takes)
    return overload.takes + overload.takes[-1:] * missing if overload.many else overload.takes


def _fits(want: type, have: type) -> bool:
    return want is object or want is have


def _name_of(kind: type) -> str:
    return "any value" if kind is object else name_of_class(kind)


def either(names: list[str]) -> str:
    """Names as a choice: `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


class Table:
    """The functions by name; a family of them is loaded when one of its names is first used.

    Args:
        families: Of every family, the names of its functions.
        load: Gives the overloads of a family.
    """

    def __init__(
        self,
        families: Mapping[str, tuple[str, ...]],
        load: Callable[[str], Iterable[Overload]],
    ) -> None:
        self._load = load
        self._families: dict[str, list[str]] = {}
        for family, names in families.items():
            for name in names:
                self._families.setdefault(name, []).append(family)
        self._functions: dict[tuple[str, bool, int], Function | None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._families

    @property
    def names(self) -> list[str]:
        """Every name, for a hint at the nearest one."""
        return sorted(self._families)

    def find(self, name: str, count: int, *, method: bool) -> Function | None:
        """The function that is called in this way, or None.

        Args:
            name: Its name, qualified where it is.
            count: How many arguments it gets, its receiver included.
            method: Whether it is called on a receiver.
        """
        key = (name, method, count)
        if key not in self._functions:
            fitting = [
                one
                for family in self._families.get(name, ())
                for one in self._load(family)
                if one.name == name
                and one.method == method
                and (len(one.takes) == count or (one.many and count >= len(one.takes)))
            ]
            self._functions[key] = Function(name, fitting) if fitting else None
        return self._functions[key]
