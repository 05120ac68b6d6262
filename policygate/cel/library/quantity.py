"""Resource quantities (`quantity('1Gi')`), exact.

Source: https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/quantity.go
"""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING, Any, ClassVar, Final

from policygate.cel.amounts import parse_quantity
from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload, method
from policygate.cel.values import INT_MAX, INT_MIN, Type

if TYPE_CHECKING:
    from fractions import Fraction


@total_ordering
class Quantity:
    """An amount; how it was written is forgotten."""

    __slots__ = ("amount",)
    CEL_TYPE: ClassVar = Type("kubernetes.Quantity")

    def __init__(self, amount: Fraction) -> None:
        self.amount = amount

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.amount == other.amount

    def __lt__(self, other: Quantity) -> bool:
        return self.amount < other.amount

    def __hash__(self) -> int:
        return hash(self.amount)

    def __str__(self) -> str:
        whole = self.amount.denominator == 1
        return str(self.amount.numerator) if whole else f"{float(self.amount):g}"


def read(text: str | float) -> Quantity:
    """Read a quantity. Kubernetes sees only texts; a manifest may as well have a number there.

    Raises:
        EvaluationError: For another text.
    """
    try:
        return Quantity(parse_quantity(text))
    except ValueError as wrong:
        raise EvaluationError(str(wrong), discreet="the value is no quantity") from None


def _is_quantity(text: str | float) -> bool:
    try:
        parse_quantity(text)
    except ValueError:
        return False
    return True


def _is_integer(value: Quantity) -> bool:
    return value.amount.denominator == 1 and INT_MIN <= value.amount <= INT_MAX


def _as_integer(value: Quantity) -> int:
    if not _is_integer(value):
        raise EvaluationError("the quantity is no 64-bit integer")
    return value.amount.numerator


def _sign(value: Quantity) -> int:
    return (value.amount > 0) - (value.amount < 0)


def _plus(a: Quantity, b: Any) -> Quantity:
    return Quantity(a.amount + (b.amount if isinstance(b, Quantity) else b))


def _minus(a: Quantity, b: Any) -> Quantity:
    return Quantity(a.amount - (b.amount if isinstance(b, Quantity) else b))


OVERLOADS: Final = (
    *(Overload("quantity", (kind,), read) for kind in (str, int, float)),
    *(Overload("isQuantity", (kind,), _is_quantity) for kind in (str, int, float)),
    method("isInteger", (Quantity,), _is_integer),
    method("asInteger", (Quantity,), _as_integer),
    method("asApproximateFloat", (Quantity,), lambda value: float(value.amount)),
    method("sign", (Quantity,), _sign),
    method("add", (Quantity, Quantity), _plus),
    method("add", (Quantity, int), _plus),
    method("sub", (Quantity, Quantity), _minus),
    method("sub", (Quantity, int), _minus),
    method("isLessThan", (Quantity, Quantity), lambda a, b: a < b),
    method("isGreaterThan", (Quantity, Quantity), lambda a, b: a > b),
    method("compareTo", (Quantity, Quantity), lambda a, b: (a > b) - (a < b)),
)
