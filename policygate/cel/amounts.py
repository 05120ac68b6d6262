"""Resource quantities (`500m`, `1Gi`, `1e3`) as exact numbers, read as Kubernetes reads them.

Source of the rules: `ParseQuantity` of
https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go. Not for the
methods that an expression has for them (`library.quantity`), nor for judging what a good amount is.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Final

MAXIMUM: Final = 2**63 - 1
"""What an amount with a binary suffix is capped at."""

_SYNTAX: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?"
    r"(?P<suffix>[eEinumkKMGTP]*[+-]?[0-9]*)"
)
_DECIMAL: Final = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_EXPONENT: Final = re.compile(r"[eE]([+-]?[0-9]+)")
_NANO: Final = 10**9
_LONGEST: Final = 200
_LARGEST_EXPONENT: Final = 200
_WITHOUT_DIGITS: Final = 40


def parse_quantity(value: str | float) -> Fraction:
    """Return the exact number that a quantity stands for, in the unit of its resource.

    Kubernetes keeps nine decimal places and rounds what is smaller away from zero (`0.1n` is `1n`),
    caps binary amounts at 2^63-1, and takes a quantity without any digit (`m`, `+`) for 0.

    Args:
        value: `500m`, `1.5Gi`, `1e3`, or a JSON number.

    Raises:
        ValueError: When Kubernetes would refuse it: white space, an unknown suffix (`500MiB`), the
            empty string. Also for more than 200 characters or an exponent above 200, which
            Kubernetes takes.
    """
    if isinstance(value, bool):
        raise ValueError("a quantity is a string or a number, not bool")  # noqa: TRY004 (documented)
    text = value if isinstance(value, str) else _number(value)
    if len(text) > _LONGEST:
        raise ValueError(f"a quantity of {len(text)} characters is longer than {_LONGEST}")
    return _parse(text)


@lru_cache(maxsize=1024)  # a repository has few, and asks for each again and again
def _parse(text: str) -> Fraction:
    found = _SYNTAX.fullmatch(text)
    if not text or found is None:
        raise ValueError(f"{text!r} is not a quantity such as 500m, 1.5 or 2Gi")
    suffix, whole, part = found["suffix"], found["whole"], found["part"] or ""
    binary = suffix in _BINARY
    power = _BINARY[suffix] if binary else _decimal_power(suffix, text)
    if not whole and not part:
        # No digit is 0 on Kubernetes' way through int64, and refused on the way through big numbers.
        if power > _WITHOUT_DIGITS if binary else power < _DECIMAL["n"]:
            raise ValueError(f"{text!r} has no digits")
        return Fraction(0)
    digits = int(whole + part)
    if not digits:
        return Fraction(0)
    amount = _scaled(digits, len(part), power, binary=binary, text=text)
    return -amount if found["sign"] == "-" else amount


def _number(value: float) -> str:
    if isinstance(value, int):
        if value.bit_length() > 3 * _LONGEST:
            raise ValueError("the number is too large for a quantity")
        return str(value)
    return repr(value)


def _decimal_power(suffix: str, text: str) -> int:
    if suffix in _DECIMAL:
        return _DECIMAL[suffix]
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None:
        raise ValueError(
            f"{text!r} has the unknown suffix {suffix!r}: known are k M G Ki Mi Gi m …"
        )
    power = int(exponent[1])
    if not -(2**63) <= power < 2**63:
        raise ValueError(f"the exponent of {text!r} is no 64-bit number")
    return (power + 2**31) % 2**32 - 2**31  # Go's int32(power)


def _scaled(digits: int, places: int, power: int, *, binary: bool, text: str) -> Fraction:
    """Return `digits` / 10^`places` times the power, as Kubernetes stores it."""
    if binary:
        exact = Fraction(digits << power, 10**places)
    elif power > _LARGEST_EXPONENT:
        raise ValueError(f"the exponent of {text!r} is above {_LARGEST_EXPONENT}")
    elif power < -2 * _LONGEST:  # below one nano whatever the digits are
        return Fraction(1, _NANO)
    else:
        exact = Fraction(digits, 10**places) * Fraction(10) ** power
    rounded = Fraction(ceil(exact * _NANO), _NANO)
    return min(rounded, Fraction(MAXIMUM)) if binary else rounded
